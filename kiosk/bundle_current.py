"""What this kiosk shows: its current bundle, or the site's own folder where there is none.

A bundle that is no longer whole is not shown: the newest older one that is goes in its place, and
staff are told.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path

from kiosk.bundle import SITE, version_key
from kiosk.bundle_shelf import SHIPPED, Shelf, came_due
from kiosk.bundle_sign import KEYS_FILE, load_keys, refused_ids
from kiosk.bundle_site import SitePart, read_site_part
from kiosk.bundle_store import BundleStore
from kiosk.errors import KioskError
from kiosk.notice import Notice
from kiosk.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Current:
    """What a kiosk goes by."""

    name: str
    """Of the bundle; empty: there is none."""
    version: str
    procedures: Path
    settings: Settings
    """The site's, with the bundle's part laid over."""
    notices: tuple[Notice, ...] = ()
    troubles: tuple[str, ...] = ()
    """What staff should see to."""


def current_of(settings: Settings, today: date) -> Current:
    """What the kiosk with these settings shows on this day; writes nothing.

    Args:
        settings: the site's own.
        today: what is scheduled until this day counts as published.
    """
    troubles: list[str] = []
    refused = _refused(settings, troubles)
    try:
        shelf = _shelf_on(settings, today, refused)
    except KioskError as error:
        shelf = Shelf()
        troubles.append(error.code)
    for name in _candidates(shelf):
        try:
            current = current_with(settings, name)
        except KioskError:
            troubles.append(f"bundle.damaged_here: {name}")
            continue
        kept = shelf.find(name)
        if kept is not None and kept.key in refused:
            troubles.append(f"bundle.shown_revoked: {current.version}")
        return replace(current, troubles=tuple(troubles))
    return replace(current_with(settings, SHIPPED), troubles=tuple(troubles))


def shelf_on(settings: Settings, today: date) -> Shelf:
    """What lies here on this day, though nobody has written down yet what came due.

    Raises:
        KioskError: `bundle.shelf_damaged`.
    """
    return _shelf_on(settings, today, _refused(settings, []))


def current_with(settings: Settings, name: str) -> Current:
    """What the kiosk would show if this bundle were the current one.

    Args:
        settings: the site's own.
        name: of a bundle that is kept here; empty: what shipped.

    Raises:
        KioskError: `bundle.damaged_here`.
    """
    if name == SHIPPED:
        procedures = settings.folders.procedures_path
        return Current(name=SHIPPED, version="", procedures=procedures, settings=settings)
    store = BundleStore(settings.folders.state_path)
    manifest = store.manifest(name)
    site = _site_part(store.folder(name), has_one=SITE in manifest.files)
    return Current(
        name=name,
        version=manifest.version,
        procedures=store.procedures(name),
        settings=with_site_part(settings, site),
        notices=site.notices,
    )


def with_site_part(settings: Settings, part: SitePart) -> Settings:
    """The settings with what a bundle says of the ward laid over."""
    ward = settings.ward
    portal = ward.portal
    if part.ward.portal is not None:
        ids = part.ward.portal
        portal = replace(portal, province_id=ids.province_id, ward_id=ids.ward_id)
    return replace(
        settings,
        ward=replace(
            ward,
            name=part.ward.name or ward.name,
            office=part.ward.office or ward.office,
            portal=portal,
        ),
        counters={**settings.counters, **part.counters},
    )


def _candidates(shelf: Shelf) -> tuple[str, ...]:
    """The current bundle, then those that may stand in for it."""
    if shelf.current == SHIPPED:
        return ()
    here = version_key(shelf.version) if shelf.version else ()
    older = [one for one in shelf.kept if one.on is None and version_key(one.version) < here]
    older.sort(key=lambda one: version_key(one.version), reverse=True)
    return (shelf.current, *(one.name for one in older))


def _site_part(folder: Path, *, has_one: bool) -> SitePart:
    if not has_one:
        return SitePart()
    try:
        return read_site_part((folder / SITE).read_bytes())
    except OSError as error:
        raise KioskError("bundle.damaged_here", error.strerror or "", name=folder.name) from error


def _shelf_on(settings: Settings, today: date, refused: frozenset[str]) -> Shelf:
    shelf = BundleStore(settings.folders.state_path).shelf()
    return came_due(shelf, today, now=datetime.combine(today, time(), UTC), refused=refused)


def _refused(settings: Settings, troubles: list[str]) -> frozenset[str]:
    try:
        return refused_ids(load_keys(settings.folders.state_path / KEYS_FILE))
    except KioskError as error:
        troubles.append(error.code)
        return frozenset()

"""What an admin is shown of a bundle before it is published, or gone back to, as plain values.

Each function here takes a second or more and returns values that travel between processes: the
console has them done beside itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from kiosk.app import WEIGHTS_FILE
from kiosk.assistant.weights_file import SHIPPED_WEIGHTS, load_weights
from kiosk.bundle import Bundle
from kiosk.bundle_current import Current, current_of, current_with, with_site_part
from kiosk.bundle_file import read_bundle
from kiosk.bundle_install import Inspection, inspect, install, ward_changes
from kiosk.bundle_shelf import Kept, Shelf, undone_by
from kiosk.bundle_sign import KEYS_FILE, Key, load_keys, refused_ids, vouched
from kiosk.bundle_store import BundleStore
from kiosk.catalogue import Catalogue, load_catalogue
from kiosk.difference import Changed, changes, gone
from kiosk.draft_carried import refuse_carried
from kiosk.left_behind import LeftTold, left_between, told_of
from kiosk.procedure import LANGUAGES, Language, Text
from kiosk.script import Fault
from kiosk.settings import Settings
from kiosk.words_files import load_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What changes for citizens, in one language; what is taken away stands in `gone`."""

    language: Language
    changes: tuple[Changed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What was found in a bundle that somebody vouches for."""

    name: str
    version: str
    note: str
    made: date
    scope: str
    signer: str
    """The name of the key."""
    scripts: int
    """How many are on offer."""
    gone: tuple[Text, ...]
    """Titles of what is on offer now and would not be; empty where there are faults."""
    faults: tuple[Fault, ...]
    """With warnings, by file and line."""
    told: tuple[Told, ...]
    """Empty where there are faults: what is left out would seem to be taken away."""
    unlearned: tuple[Text, ...]
    """Titles that the lookup finds, but has not learned to choose."""
    left: tuple[LeftTold, ...] = ()
    """Old amounts that its texts still tell, against what is in use."""

    @property
    def is_sound(self) -> bool:
        """Whether it may be published."""
        return all(fault.is_warning for fault in self.faults)

    def changes(self, language: Language) -> tuple[Changed, ...]:
        """What changes for citizens, in this language."""
        return _in(self.told, language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What a publication came to."""

    name: str
    version: str
    on: date | None
    """The day it waits for; None: it is the current one."""
    withdrawn: tuple[Kept, ...]
    """What waited for its day and will not be used."""
    shelf: Shelf


@dataclass(frozen=True, slots=True, kw_only=True)
class WayBack:
    """What going back to an older bundle changes."""

    name: str
    version: str
    scripts: int
    """How many will be on offer."""
    gone: tuple[Text, ...]
    """Titles of what is on offer now and will not be."""
    told: tuple[Told, ...]

    def changes(self, language: Language) -> tuple[Changed, ...]:
        """What changes for citizens, in this language."""
        return _in(self.told, language)


def look_at(untrusted: bytes, settings: Settings, today: date) -> Looked:
    """Look at a bundle as `kiosk bundle install` does; nothing is written.

    Args:
        untrusted: its file.
        settings: the site's own.
        today: the day.

    Raises:
        KioskError: it is refused, whatever its scripts say: those of `read_bundle`, `vouched`,
            `BundleStore.refuse_older` and `inspect`.
    """
    bundle, key, keys = _vouched(untrusted, settings, today)
    BundleStore(settings.folders.state_path).refuse_older(bundle, refused=refused_ids(keys))
    found = inspect(bundle, today=today)
    gone_now, told = _told_of(found, settings, today) if found.is_sound else ((), ())
    return Looked(
        name=bundle.name,
        version=bundle.manifest.version,
        note=bundle.manifest.note,
        made=bundle.manifest.made,
        scope=bundle.manifest.scope,
        signer=key.name,
        scripts=len(found.catalogue.procedures),
        gone=gone_now,
        faults=found.faults,
        told=told,
        unlearned=_unlearned(found.catalogue, settings),
        left=tuple(_left_in(found.catalogue, settings, today)),
    )


def publish(
    untrusted: bytes,
    settings: Settings,
    now: datetime,
    on: date | None,
    by: str,
) -> Published:
    """Look at a bundle once more and publish it.

    Args:
        untrusted: its file.
        settings: the site's own.
        now: with the time zone of the place.
        on: the day on which it becomes the current one; None, or not later than today: at once.
        by: who does it, for the history.

    Raises:
        KioskError: those of `look_at`, of `refuse_carried` and of `install`.
    """
    today = now.date()
    on = on if on is not None and on > today else None
    state = settings.folders.state_path
    store = BundleStore(state, clock=lambda: now)
    bundle, _, keys = _vouched(untrusted, settings, today)
    store.refuse_older(bundle, on=on, refused=refused_ids(keys))
    refuse_carried(bundle, state, today=today, on=on)
    found = inspect(bundle, today=today)
    new = Kept(name=bundle.name, version=bundle.manifest.version, key="")
    withdrawn = undone_by(store.shelf(), new) if on is None else ()
    shelf = install(
        found,
        store=store,
        keys=keys,
        place=settings.ward.portal,
        today=today,
        on=on,
        by=by,
    )
    version = bundle.manifest.version
    return Published(name=bundle.name, version=version, on=on, withdrawn=withdrawn, shelf=shelf)


def way_back(name: str, settings: Settings, today: date) -> WayBack:
    """What changes for citizens if this bundle is gone back to; nothing is written.

    Args:
        name: of a bundle that is kept here; empty: what shipped.
        settings: the site's own.
        today: the day.

    Raises:
        KioskError: `bundle.damaged_here`, `catalogue.no_folder`.
    """
    then = current_with(settings, name)
    after = load_catalogue(then.procedures)
    gone_then, told = _told(current_of(settings, today), then, after)
    scripts = len(after.procedures)
    return WayBack(name=name, version=then.version, scripts=scripts, gone=gone_then, told=told)


def _vouched(
    untrusted: bytes, settings: Settings, today: date
) -> tuple[Bundle, Key, tuple[Key, ...]]:
    """The bundle, the key that vouches for it, and all keys that are known here."""
    bundle = read_bundle(untrusted)
    keys = load_keys(settings.folders.state_path / KEYS_FILE)
    return bundle, vouched(bundle, keys, place=settings.ward.portal, today=today), keys


def _told_of(
    found: Inspection, settings: Settings, today: date
) -> tuple[tuple[Text, ...], tuple[Told, ...]]:
    now = current_of(settings, today)
    then = Current(
        name=found.bundle.name,
        version=found.bundle.manifest.version,
        procedures=now.procedures,  # not read: the catalogue is at hand
        settings=with_site_part(settings, found.site),
        notices=found.site.notices,
    )
    return _told(now, then, found.catalogue)


def _told(
    now: Current, then: Current, after: Catalogue
) -> tuple[tuple[Text, ...], tuple[Told, ...]]:
    """The titles of what is taken away, and all else that changes."""
    before, words = load_catalogue(now.procedures).procedures, load_words()
    sides = (now.settings, now.notices), (then.settings, then.notices)
    taken = gone(before, after.procedures)
    stays = tuple(one for one in before if one not in taken)
    told = tuple(
        Told(
            language=language,
            changes=(
                *ward_changes(*sides, words=words, language=language),
                *changes(stays, after.procedures, words=words, language=language),
            ),
        )
        for language in LANGUAGES
    )
    return tuple(one.title for one in taken), told


def _left_in(new: Catalogue, settings: Settings, today: date) -> Iterator[LeftTold]:
    before = {
        one.id: one for one in load_catalogue(current_of(settings, today).procedures).procedures
    }
    for after in new.procedures:
        if after.id in before:
            found = left_between(before[after.id], after)
            yield from told_of(after, [one for one in found if one.amount is not None])


def _unlearned(catalogue: Catalogue, settings: Settings) -> tuple[Text, ...]:
    own = settings.folders.state_path / WEIGHTS_FILE
    known = frozenset(load_weights(own if own.is_file() else SHIPPED_WEIGHTS).keys)
    return tuple(one.title for one in catalogue.procedures if one.code not in known)


def _in(told: tuple[Told, ...], language: Language) -> tuple[Changed, ...]:
    return next((one.changes for one in told if one.language == language), ())

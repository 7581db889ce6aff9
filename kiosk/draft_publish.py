"""Makes a bundle of a draft and publishes it, signed by this console's own key.

Called in a process beside the kiosk. The draft is held while this goes on: two reviewers cannot
publish it twice, nor can it change under their hands. Who publishes what is written into it before
citizens can see it: whenever power fails, the record can be made of that.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from kiosk.bundle import (
    MOST_NOTE_LETTERS,
    SIGNATURE,
    SITE,
    Bundle,
    Reach,
    Scope,
    version_key,
)
from kiosk.bundle_current import current_of
from kiosk.bundle_file import files_of as files_of_bundle
from kiosk.bundle_file import gather, pack
from kiosk.bundle_install import Inspection, inspect, install
from kiosk.bundle_shelf import SHIPPED, Shelf
from kiosk.bundle_sign import Key, sign
from kiosk.bundle_store import BundleStore
from kiosk.draft import Draft, Step, refuse_publisher, settled
from kiosk.draft_check import titles, told
from kiosk.draft_files import files_of, folder_with
from kiosk.draft_key import MOST_NAME_LETTERS, console_key
from kiosk.draft_publication import Publication, Tie, Told
from kiosk.draft_store import DraftStore
from kiosk.errors import KioskError
from kiosk.procedure import Text
from kiosk.settings import Settings

MOST_NUMBER = 999_999
"""Of one part of a version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a reviewer wants published."""

    draft: str
    revision: int
    """The one that they looked at."""
    by: str
    at: datetime
    today: date
    on: date | None = None
    """The day from which it counts; None: at once."""
    note: str = ""
    tie: Tie | None = None
    """Between the reviewer and an author of that revision."""


def publish(settings: Settings, wanted: Wanted, key_name: str) -> Draft:
    """Publish a draft; returns its record.

    Args:
        settings: the site's own.
        wanted: what and by whom.
        key_name: what the console's key is called when it is made.

    Raises:
        KioskError: those of `refuse_publisher`, of `console_key` and of `install`;
            `draft.changed_meanwhile`, `draft.stale`, `draft.moved_apart`, `draft.nothing`,
            `draft.day_is_past`, `draft.waits`, `draft.no_ward_code`.
    """
    state = settings.folders.state_path
    with DraftStore(state).held(wanted.draft, wanted.revision) as held:
        made = _made(settings, wanted, held.draft, key_name)
        begun = replace(held.draft, publishing=made.publication)
        held.keep(begun)  # from here on the shelf tells whether it was published
        try:
            install(
                made.inspection,
                store=BundleStore(state),
                keys=made.keys,
                place=settings.ward.portal,
                today=wanted.today,
                on=wanted.on,
                by=wanted.by,
            )
        except KioskError:
            is_there = BundleStore(state).shelf().find(made.publication.bundle) is not None
            held.keep(settled(begun, is_there=is_there))
            raise
        record = settled(begun, is_there=True)
        held.keep(record)
        return record


def packed(settings: Settings, name: str) -> bytes:
    """The file of a bundle that is kept here, to be carried elsewhere.

    Raises:
        KioskError: `bundle.damaged_here`.
    """
    store = BundleStore(settings.folders.state_path)
    manifest = store.manifest(name)
    folder = store.folder(name)
    try:
        signature = (folder / SIGNATURE).read_bytes()
    except OSError as error:
        raise KioskError("bundle.damaged_here", error.strerror or "", name=name) from error
    files = files_of_bundle(folder, manifest)
    return pack(Bundle(manifest=manifest, signature=signature, files=files))


def next_version(given: Iterable[str], today: date) -> str:
    """A version that tells the day and is greater than any that was given.

    Raises:
        KioskError: `draft.no_version`.
    """
    day = (today.year, today.month, today.day)
    latest = max(map(version_key, given), default=())
    if latest < day:
        return f"{today.year}.{today.month}.{today.day}"
    numbers = (*latest, 1) if len(latest) < 4 else (*latest[:3], latest[3] + 1)
    if numbers[-1] > MOST_NUMBER:
        raise KioskError("draft.no_version", version=".".join(map(str, latest)))
    return ".".join(map(str, numbers))


def _given(shelf: Shelf, drafts: Iterable[Draft]) -> set[str]:
    """The versions that something here has or had: what was withdrawn may live on elsewhere."""
    kept = {one.version for one in shelf.kept}
    done = {one.name.rpartition("-")[0] for one in shelf.history if one.name != SHIPPED}
    records = {
        step.about for draft in drafts for step in draft.history if step.step is Step.PUBLISHED
    }
    return kept | done | records


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """A bundle of a draft, ready to be published."""

    inspection: Inspection
    keys: tuple[Key, ...]
    publication: Publication


def _made(settings: Settings, wanted: Wanted, draft: Draft, key_name: str) -> _Made:
    today, place = wanted.today, settings.ward.portal
    refuse_publisher(draft, wanted.by, wanted.tie)
    if wanted.on is not None and wanted.on <= today:
        raise KioskError("draft.day_is_past")
    if not place.ward_code:
        raise KioskError("draft.no_ward_code")
    state = settings.folders.state_path
    store = BundleStore(state, clock=lambda: wanted.at)
    current, shelf = current_of(settings, today), store.shelf()
    if current.name != draft.base:
        raise KioskError("draft.stale")
    if wanted.on is not None and shelf.scheduled:
        waiting = shelf.scheduled[0]
        raise KioskError("draft.waits", version=waiting.version, on=f"{waiting.on:%d/%m/%Y}")
    scope = Scope(reach=Reach.WARD, code=place.ward_code)
    site = store.folder(current.name) / SITE if current.name != SHIPPED else None
    with folder_with(current.procedures, files_of(current.procedures, draft.changes)) as folder:
        made, _ = gather(
            folder,
            version=next_version(_given(shelf, DraftStore(state).all()), today),
            scope=scope,
            made=today,
            note=_note(draft, wanted, titles(settings, today, draft.procedures)),
            site=site if site is not None and site.is_file() else None,
        )
    found = inspect(made, today=today)
    if not found.is_sound:
        count = sum(not one.is_warning for one in found.faults)
        raise KioskError("bundle.faulty", count=str(count))
    pem, keys = console_key(state, name=key_name[:MOST_NAME_LETTERS], scope=scope, today=today)
    signed = sign(made, pem)
    for_citizens = told(current, found.catalogue)
    publication = Publication(
        by=wanted.by,
        at=wanted.at,
        bundle=signed.name,
        version=signed.manifest.version,
        on=wanted.on,
        told={
            language: tuple(Told(title=one.title, sentences=one.sentences) for one in changed)
            for language, changed in for_citizens.items()
        },
        note=wanted.note,
    )
    return _Made(inspection=inspect(signed, today=today), keys=keys, publication=publication)


def _note(draft: Draft, wanted: Wanted, known: Mapping[str, Text]) -> str:
    """What the bundle says of itself: the reviewer's words, and which draft it was."""
    words = "".join(letter if letter.isprintable() else " " for letter in wanted.note)
    names = "; ".join(known[one].vi if one in known else one for one in draft.procedures)
    note = f"{words or names} [{draft.id}]"
    return note if len(note) <= MOST_NOTE_LETTERS else f"{note[: MOST_NOTE_LETTERS - 1]}…"

"""Takes a bundle in: everything is checked, every walk is run, then it is published.

What is looked at is what was read into memory, and the same bytes are written: nobody can change
a file on a stick in between.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from kiosk.bundle import PROCEDURES, SITE, Bundle, scope_of
from kiosk.bundle_current import with_site_part
from kiosk.bundle_shelf import Shelf
from kiosk.bundle_sign import Key, refused_ids, vouched
from kiosk.bundle_site import SitePart, check_site_part, read_site_part
from kiosk.bundle_store import BundleStore
from kiosk.catalogue import Catalogue, check_path
from kiosk.check import advise
from kiosk.difference import Changed, changes
from kiosk.errors import KioskError
from kiosk.facts import day
from kiosk.notice import Notice
from kiosk.portal import PortalPlace
from kiosk.procedure import Language, Text
from kiosk.script import Fault
from kiosk.settings import Settings
from kiosk.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What was found in a bundle."""

    bundle: Bundle
    catalogue: Catalogue
    faults: tuple[Fault, ...]
    """With warnings; each names the file as the bundle does, and its line."""
    site: SitePart

    @property
    def is_sound(self) -> bool:
        """Whether it may be published."""
        return all(fault.is_warning for fault in self.faults)


def inspect(
    bundle: Bundle, *, today: date, vocabulary: Collection[str] | None = None
) -> Inspection:
    """Check everything in a bundle, as `kiosk check` does, and run every walk.

    Args:
        bundle: signed or not.
        today: the day by which something may have grown old.
        vocabulary: the words that the recogniser knows; None: nobody can tell.

    Raises:
        KioskError: `bundle.bad_site`, `bundle.site_of_city`, `bundle.no_procedures`,
            `bundle.wrong_checked`, `bundle.not_looked_at`.
    """
    site = SitePart()
    if SITE in bundle.files:
        site = read_site_part(bundle.files[SITE])
        check_site_part(site, scope_of(bundle.manifest.scope))
    try:
        with TemporaryDirectory(prefix="dan-loi-") as name:
            folder = Path(name)
            for path, content in bundle.files.items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(content)
            catalogue = _checked(folder / PROCEDURES)
            found = [*catalogue.faults]
            for script in catalogue.scripts:
                found += advise(script, today, vocabulary)
            faults = tuple(_inside(fault, folder) for fault in found)
    except OSError as error:
        raise KioskError("bundle.not_looked_at", error.strerror or "") from error
    checked = {one.procedure.id: one.procedure.checked for one in catalogue.scripts}
    if all(fault.is_warning for fault in faults) and checked != dict(bundle.manifest.checked):
        raise KioskError("bundle.wrong_checked")
    faults = tuple(sorted(faults, key=lambda one: (one.file, one.line)))
    return Inspection(bundle=bundle, catalogue=catalogue, faults=faults, site=site)


def install(
    inspection: Inspection,
    *,
    store: BundleStore,
    keys: Sequence[Key],
    place: PortalPlace,
    today: date,
    on: date | None = None,
    by: str = "",
) -> Shelf:
    """Publish what was inspected, now or on a day.

    Args:
        inspection: of the bundle.
        store: where it is put.
        keys: that this kiosk trusts.
        place: where it stands, by the site's own settings.
        today: the day.
        on: the day on which it becomes the current one; None, or not later than today: at once.
        by: who does it, for the history.

    Raises:
        KioskError: those of `vouched` and of `BundleStore.publish`, and `bundle.faulty`.
    """
    key = vouched(inspection.bundle, keys, place=place, today=today)
    faults = sum(not fault.is_warning for fault in inspection.faults)
    if faults:
        raise KioskError("bundle.faulty", count=str(faults))
    is_later = on is not None and on > today
    return store.publish(
        inspection.bundle,
        key=key.id,
        on=on if is_later else None,
        by=by,
        refused=refused_ids(keys),
    )


def changes_for_citizens(
    inspection: Inspection,
    *,
    before: Catalogue,
    settings: Settings,
    notices: Sequence[Notice],
    words: Words,
    language: Language,
) -> tuple[Changed, ...]:
    """What citizens will find otherwise than now, in plain words.

    Args:
        inspection: of the bundle.
        before: what the kiosk offers now.
        settings: that it goes by now, those of its current bundle laid over.
        notices: of its current bundle.
        words: our own words for it.
        language: in which it is told.
    """
    later = with_site_part(settings, inspection.site)
    sides = (settings, notices), (later, inspection.site.notices)
    ward = ward_changes(*sides, words=words, language=language)
    new = inspection.catalogue.procedures
    return (*ward, *changes(before.procedures, new, words=words, language=language))


Ward = tuple[Settings, Sequence[Notice]]
"""What is said of the ward: the settings with a bundle's part laid over, and its notices."""


def ward_changes(
    now: Ward, later: Ward, *, words: Words, language: Language
) -> tuple[Changed, ...]:
    """What citizens will find otherwise of the ward itself; nothing where all stays."""
    sentences = tuple(_ward_sentences(now, later, words, language))
    if not sentences:
        return ()
    return (Changed(title=words.say("bundle.ward", language), sentences=sentences),)


def _checked(folder: Path) -> Catalogue:
    try:
        return check_path(folder)
    except KioskError as error:
        raise KioskError("bundle.no_procedures") from error


def _inside(fault: Fault, folder: Path) -> Fault:
    """The fault, with the names of files as the bundle has them."""
    beside = f"{folder}/"
    values = tuple((key, value.replace(beside, "")) for key, value in fault.values)
    return replace(fault, file=fault.file.removeprefix(beside), values=values)


def _ward_sentences(now: Ward, later: Ward, words: Words, language: Language) -> Iterator[str]:
    (old, old_notices), (new, new_notices) = now, later
    none = words.say("diff.none", language)

    def told(what: str, was: Text | None, will_be: Text | None) -> Iterator[str]:
        if was != will_be:
            sides = [f"“{one.in_language(language)}”" if one else none for one in (was, will_be)]
            yield words.say("diff.changed", language, what=what, old=sides[0], new=sides[1])

    yield from told(words.say("bundle.ward_name", language), old.ward.name, new.ward.name)
    yield from told(words.say("bundle.ward_office", language), old.ward.office, new.ward.office)
    for counter in (*new.counters, *(one for one in old.counters if one not in new.counters)):
        what = words.say("bundle.counter", language, counter=counter)
        yield from told(what, old.counters.get(counter), new.counters.get(counter))
    if new.ward.portal != old.ward.portal:
        yield words.say("bundle.portal", language)
    for notice in (one for one in new_notices if one not in old_notices):
        yield words.say(
            "bundle.notice",
            language,
            text=notice.text.in_language(language),
            since=day(notice.since, language),
            until=day(notice.until, language),
        )
    for notice in (one for one in old_notices if one not in new_notices):
        text = notice.text.in_language(language)
        yield words.say("bundle.notice_gone", language, text=text)

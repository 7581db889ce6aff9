"""Makes the files that a draft stands for, and checks them as `kiosk check` does.

Called in a process beside the kiosk: what goes in and comes out can be pickled.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from datetime import date
from hashlib import sha256
from pathlib import Path

from kiosk.bundle_current import Current, current_of
from kiosk.catalogue import SCRIPT, WALKS, Catalogue, check_path, load_catalogue
from kiosk.check import Script, advise
from kiosk.difference import Changed, changes
from kiosk.draft import Change, Draft, Value
from kiosk.draft_files import files_in, files_of, folder_with, procedure_of, script_bytes
from kiosk.errors import KioskError
from kiosk.freshness import STALE_DAYS
from kiosk.left_behind import LeftTold, left_by, told_of
from kiosk.letters import Flaw, letter_flaws
from kiosk.model_store import find_model
from kiosk.procedure import LANGUAGES, Language, Procedure, Text
from kiosk.reading import hard_places
from kiosk.script import Fault, Place
from kiosk.script_fields import Field, Item, Kind
from kiosk.script_items import fields_of, find_item, items_of
from kiosk.settings import Settings
from kiosk.speech.vocabulary_file import load_vocabulary
from kiosk.walk_edit import Retold
from kiosk.words_files import load_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A procedure that the kiosk shows now."""

    id: str
    code: str
    title: Text
    checked: date
    is_stale: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A script as the kiosk has it now."""

    procedure: Procedure
    bundle: str
    """Which one is current; empty: what shipped."""
    counters: Mapping[str, Text]
    values: Mapping[str, Value] = dataclass_field(default_factory=dict)
    """What a draft wants of it."""

    @property
    def items(self) -> tuple[Item, ...]:
        """Its items, and those that the draft puts in."""
        return items_of(self.procedure, self.values)

    def item(self, part: str, name: str) -> Item | None:
        """The one of this name."""
        return find_item(self.procedure, part, name, self.values)

    def value(self, of: Field) -> Value:
        """What a field is to have."""
        return self.values.get(of.path, of.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A fault, and the field at which it is to be said."""

    fault: Fault
    path: str = ""
    """Empty: it stands at none of the form's fields."""
    entry: int = 0
    """Of a list: which entry, from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What was found in a whole draft."""

    faults: tuple[Fault, ...]
    """Each with the name of its file below the folder of scripts."""
    told: Mapping[Language, tuple[Changed, ...]]
    """What changes for citizens, in each language."""
    retold: Mapping[str, tuple[Retold, ...]]
    """Procedure -> what its recorded cases tell otherwise."""
    left: tuple[LeftTold, ...] = ()
    """What it leaves behind: nothing that keeps it from being published."""

    @property
    def is_sound(self) -> bool:
        """Whether nothing keeps it from being published."""
        return all(one.is_warning for one in self.faults)


def rows(settings: Settings, today: date) -> tuple[Row, ...]:
    """The procedures that the kiosk shows now, by their titles' order on the tiles."""
    catalogue = load_catalogue(current_of(settings, today).procedures)
    return tuple(
        Row(
            id=one.id,
            code=one.code,
            title=one.title,
            checked=one.checked,
            is_stale=(today - one.checked).days > STALE_DAYS,
        )
        for one in catalogue.procedures
    )


def mark_of(settings: Settings, today: date) -> str:
    """Another one whenever `rows` would be others."""
    folder = current_of(settings, today).procedures
    marks = [
        (str(one), stat.st_mtime_ns, stat.st_size)
        for one in sorted(files_in(folder))
        for stat in (one.lstat(),)
    ]
    return sha256(repr((today, marks)).encode()).hexdigest()


def shown(settings: Settings, today: date, procedure: str) -> Shown:
    """One script as the kiosk has it now.

    Raises:
        KioskError: `draft.no_script`.
    """
    current = current_of(settings, today)
    return Shown(
        procedure=procedure_of(script_bytes(current.procedures, procedure)),
        bundle=current.name,
        counters=current.settings.counters,
    )


def titles(settings: Settings, today: date, procedures: Iterable[str]) -> dict[str, Text]:
    """The titles of these procedures, of those that can be read."""
    folder = current_of(settings, today).procedures
    found: dict[str, Text] = {}
    for procedure in procedures:
        with suppress(KioskError):
            found[procedure] = procedure_of(script_bytes(folder, procedure)).title
    return found


def values_now(
    settings: Settings, today: date, wanted: Sequence[Change]
) -> tuple[str, dict[tuple[str, str], Value]]:
    """The bundle that is current, and the values there of the fields that these changes name."""
    current = current_of(settings, today)
    found: dict[tuple[str, str], Value] = {}
    for procedure in dict.fromkeys(one.procedure for one in wanted):
        with suppress(KioskError):
            values = {one.path: one.new for one in wanted if one.procedure == procedure}
            fields = fields_of(procedure_of(script_bytes(current.procedures, procedure)), values)
            found |= {(procedure, path): field.value for path, field in fields.items()}
    names = {(one.procedure, one.path) for one in wanted}
    return current.name, {name: value for name, value in found.items() if name in names}


def look_at_item(
    settings: Settings, today: date, wanted: Sequence[Change], procedure: str, part: str, item: str
) -> tuple[Placed, ...]:
    """The faults and warnings that concern one form, once these changes are made.

    Raises:
        KioskError: those of `files_of`.
    """
    current = current_of(settings, today)
    with folder_with(current.procedures, files_of(current.procedures, wanted)) as folder:
        catalogue = check_path(folder)
        own = str(folder / procedure / SCRIPT)
        found = [
            one
            for one in catalogue.faults
            if one.file == own or ("other", own) in one.values or _is_walk(one, own)
        ]
        script = next((one for one in catalogue.scripts if one.file == own), None)
        if script is None:
            return tuple(Placed(fault=_inside(one, folder)) for one in found)
        found += advise(script, today, _vocabulary(settings))
        this = find_item(script.procedure, part, item)
        placed = _placed(script, found, this)
        return tuple(replace(one, fault=_inside(one.fault, folder)) for one in placed)


def look_at(settings: Settings, today: date, draft: Draft) -> Looked:
    """Everything that is wrong with a draft, and what it changes for citizens.

    Raises:
        KioskError: those of `files_of`.
    """
    current = current_of(settings, today)
    made = files_of(current.procedures, draft.changes)
    with folder_with(current.procedures, made) as folder:
        catalogue = check_path(folder)
        faults = [*catalogue.faults]
        heard = _vocabulary(settings)
        for script in catalogue.scripts:
            if script.procedure.id in made:
                faults += advise(script, today, heard)
        inside = [_inside(one, folder) for one in faults]
    return Looked(
        faults=tuple(sorted(inside, key=lambda one: (one.is_warning, one.file, one.line))),
        told=told(current, catalogue),
        retold={procedure: one.retold for procedure, one in made.items() if one.retold},
        left=tuple(_left_in(current, draft)),
    )


def _left_in(current: Current, draft: Draft) -> Iterator[LeftTold]:
    for name in draft.procedures:
        procedure = procedure_of(script_bytes(current.procedures, name))
        values = {path: one.new for path, one in draft.of(name).items()}
        yield from told_of(procedure, left_by(procedure, values))


def told(current: Current, new: Catalogue) -> dict[Language, tuple[Changed, ...]]:
    """What citizens will find otherwise than now."""
    before = load_catalogue(current.procedures).procedures
    words = load_words()
    return {
        language: changes(before, new.procedures, words=words, language=language)
        for language in LANGUAGES
    }


# Placing a fault at its field


def _placed(script: Script, faults: Iterable[Fault], item: Item | None) -> list[Placed]:
    fields = item.fields if item is not None else ()
    exact: dict[tuple[int, str, tuple[tuple[str, str], ...]], list[Place]] = {}
    flaws: list[Flaw] = [*letter_flaws(script.procedure), *hard_places(script.procedure)]
    for flaw in flaws:
        values = tuple((name, str(value)[:160]) for name, value in flaw.values)
        key = (script.lines.at(flaw.place), flaw.code, values)
        exact.setdefault(key, []).append(flaw.place)
    found: list[Placed] = []
    for fault in faults:
        places = exact.get((fault.line, fault.code, fault.values), [])
        place = places.pop(0) if places else None
        placed = _at(fault, place, fields) if place is not None else _by_line(fault, script, item)
        if placed is not None:
            found.append(placed)
    return found


def _at(fault: Fault, place: Place, fields: Sequence[Field]) -> Placed | None:
    for field in fields:
        if place == field.place:
            return Placed(fault=fault, path=field.path)
        if place[:-1] == field.place and isinstance(place[-1], int):
            return Placed(fault=fault, path=field.path, entry=place[-1] + 1)
    return None if fault.is_warning else Placed(fault=fault)  # another form's


def _by_line(fault: Fault, script: Script, item: Item | None) -> Placed | None:
    if item is not None:
        for field in item.fields:
            if field.kind is Kind.WORDINGS and (entry := _entry(fault, field, script)):
                return Placed(fault=fault, path=field.path, entry=entry)
            if _is_about(fault, field, item) or (
                fault.file == script.file and script.lines.of.get(field.place) == fault.line
            ):
                return Placed(fault=fault, path=field.path)
    return None if fault.is_warning else Placed(fault=fault)


def _is_about(fault: Fault, field: Field, item: Item) -> bool:
    """Whether what is missing would stand in this field."""
    if fault.code == "no_source":
        return field.kind is Kind.SOURCES and ("id", item.id) in fault.values
    if fault.code == "never_needed":
        return field.kind is Kind.WHEN and ("id", item.id) in fault.values
    if fault.code == "outcome_without":
        return field.kind is Kind.WHEN and ("what", item.part.value) in fault.values
    return fault.code == "no_wordings" and field.place == ("heard_as", "vi")


def _entry(fault: Fault, field: Field, script: Script) -> int:
    """Which entry of a list a fault is about, from 1; 0: none."""
    text = dict(fault.values).get("text", "")
    numbers = range(len(field.value))
    on_line = [one for one in numbers if script.lines.of.get((*field.place, one)) == fault.line]
    if fault.file == script.file and len(on_line) == 1:
        return on_line[0] + 1
    same = [one for one in numbers if text and field.value[one][: len(text)] == text]
    return same[-1] + 1 if same else 0


def _is_walk(fault: Fault, script_file: str) -> bool:
    return fault.file == str(Path(script_file).with_name(WALKS))


def _inside(fault: Fault, folder: Path) -> Fault:
    beside = f"{folder}/"
    values = tuple((key, value.replace(beside, "")) for key, value in fault.values)
    return replace(fault, file=fault.file.removeprefix(beside), values=values)


def _vocabulary(settings: Settings) -> frozenset[str] | None:
    with suppress(KioskError):  # `kiosk doctor` says that it is missing
        return load_vocabulary(find_model(settings.hearing.model, settings.folders.state_path))
    return None

"""What of a script can be changed in a form: its fields, by names that outlast a new order. Pure.

A field's name is made of ids (`fees.trong-han.amount`, `wordings.ai-di.cha-me.vi`), so that a
change still finds its place in a later version of the script. Its value is what a form holds: a
text, or a list of texts.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from kiosk.procedure import LANGUAGES, Fact, Fee, HeardAs, Paper, Procedure, Statement, Text
from kiosk.script import Place
from kiosk.script_edit import Edit, NewValue

Value = str | tuple[str, ...]
"""As a form holds it: a number and a day as text, empty where there is none."""

YES, NO = "yes", "no"
START = "start"
"""The item that holds the wordings of the procedure itself."""
ABOUT = "about"
LEAST_DIGITS = 4
"""A shorter amount is no sum of money but a number like any other."""


class Part(StrEnum):
    """The parts of a script that have forms, in the order in which they are shown."""

    ABOUT = "about"
    FEES = "fees"
    TIMES = "times"
    PAPERS = "papers"
    NOTES = "notes"
    OUTCOMES = "outcomes"
    ASIDES = "asides"
    WORDINGS = "wordings"
    SOURCES = "sources"


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    AMOUNT = "amount"
    DAY = "day"
    FLAG = "flag"
    WORD = "word"
    """An id: a counter."""
    LINK = "link"
    SOURCES = "sources"
    """Ids of the script's sources."""
    WORDINGS = "wordings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Something that can be changed."""

    path: str
    """Its name: part, item and what it is, joined by dots."""
    kind: Kind
    place: Place
    """In this version of the script."""
    value: Value
    is_needed: bool = True
    """Whether it may not be empty."""

    @property
    def name(self) -> str:
        """What it is: `amount`, `label.vi`."""
        *_, last = self.path.split(".")
        if last in LANGUAGES:
            return ".".join(self.path.split(".")[-2:])
        return last


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What one form is about: one fee, one paper, the wordings of one choice."""

    part: Part
    id: str
    title: Text
    """What it is called."""
    fields: tuple[Field, ...]

    @property
    def path(self) -> str:
        """Its name among all items."""
        return f"{self.part.value}.{self.id}"


def items_of(procedure: Procedure) -> tuple[Item, ...]:
    """All that can be changed, in the order in which it is shown."""
    return tuple(_items(procedure))


def find_item(procedure: Procedure, part: str, item: str) -> Item | None:
    """The item of this name."""
    return next(
        (one for one in _items(procedure) if (one.part.value, one.id) == (part, item)), None
    )


def fields_of(procedure: Procedure) -> dict[str, Field]:
    """Every field by its name."""
    return {field.path: field for item in _items(procedure) for field in item.fields}


def edits_of(procedure: Procedure, wanted: Mapping[str, Value]) -> tuple[Edit, ...]:
    """What to change in the file so that these fields have these values.

    Args:
        procedure: as the file has it.
        wanted: field name -> value; a field that is not there raises a KeyError.

    Raises:
        ValueError: a text in one language only, or a number or day that is none.
    """
    fields = fields_of(procedure)
    edits: dict[Place, Edit] = {}
    for path, value in wanted.items():
        field = fields[path]
        if value == field.value:
            continue
        if field.kind is Kind.TEXT:
            edit = _text_edit(fields, field, wanted)
        elif field.kind is Kind.WORDINGS:
            edit = _wordings_edit(fields, field, wanted)
        else:
            is_words = field.kind is Kind.SOURCES
            edit = Edit(place=field.place, value=_plain(field, value), is_words=is_words)
        edits[edit.place] = edit
    return tuple(edits.values())


def amount_of(text: str) -> int | None:
    """The amount that a field holds; None where it is left open.

    Raises:
        ValueError: it is no amount.
    """
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise ValueError(text)
    return int(text)


def _text_edit(fields: Mapping[str, Field], field: Field, wanted: Mapping[str, Value]) -> Edit:
    """A text has both languages or is not there at all."""
    stem = field.path.removesuffix(f".{field.place[-1]}")
    both = [fields[f"{stem}.{language}"] for language in LANGUAGES]
    new = {str(one.place[-1]): str(wanted.get(one.path, one.value)) for one in both}
    if all(new.values()) and all(one.value for one in both):
        return Edit(place=field.place, value=new[str(field.place[-1])])
    if all(new.values()):
        return Edit(place=field.place[:-1], value=new)
    if any(new.values()) or field.is_needed:
        raise ValueError(field.path)
    return Edit(place=field.place[:-1], value=None)


def _wordings_edit(fields: Mapping[str, Field], field: Field, wanted: Mapping[str, Value]) -> Edit:
    """A list without wordings is left out, and so is the key that would hold nothing."""
    stem = field.path.removesuffix(f".{field.place[-1]}")
    both = [fields[f"{stem}.{language}"] for language in LANGUAGES]
    value = tuple(wanted[field.path])
    if value:
        return Edit(place=field.place, value=value)
    other = next(one for one in both if one.path != field.path)
    if wanted.get(other.path, other.value):
        # Where the other list is new, this one stays, empty, so that there is a place beside it.
        return Edit(place=field.place, value=None if other.value else ())
    if len(field.place) == 2:  # the procedure's own must stand there
        return Edit(place=field.place, value=())
    return Edit(place=field.place[:-1], value=None)


def _plain(field: Field, value: Value) -> NewValue:
    if field.kind is Kind.SOURCES:
        return tuple(value) or None
    assert isinstance(value, str)
    if field.kind is Kind.AMOUNT:
        return amount_of(value)
    if field.kind is Kind.DAY:
        return date.fromisoformat(value)
    if field.kind is Kind.FLAG:
        return None if value == YES else False  # what is confirmed says nothing about it
    return value or None


def mentions(
    procedure: Procedure, amount: str, values: Mapping[str, Value] = MappingProxyType({})
) -> tuple[Item, ...]:
    """The items whose texts tell this amount: a fee that changes is often told elsewhere, too.

    Args:
        procedure: in whose texts is looked.
        amount: as a field holds it.
        values: what fields will have instead of their values there.
    """
    if not amount or len(amount) < LEAST_DIGITS:
        return ()
    grouped = f"{int(amount):,}"
    written = re.compile(rf"(?<![\d.,])(?:{grouped}|{grouped.replace(',', '[.]')}|{amount})(?!\d)")
    return tuple(
        item
        for item in _items(procedure)
        if any(
            field.kind is Kind.TEXT and written.search(str(values.get(field.path, field.value)))
            for field in item.fields
        )
    )


# One by one


def _items(procedure: Procedure) -> Iterator[Item]:
    yield _about(procedure)
    for fee in enumerate(procedure.fees):
        yield _fact(Part.FEES, *fee)
    for time in enumerate(procedure.times):
        yield _fact(Part.TIMES, *time)
    for paper in enumerate(procedure.papers):
        yield _fact(Part.PAPERS, *paper)
    for note in enumerate(procedure.notes):
        yield _fact(Part.NOTES, *note)
    for number, end in enumerate(procedure.outcomes):
        part, place = Part.OUTCOMES, ("outcomes", number)
        head = f"{part.value}.{end.id}"
        fields = (
            *_text(head, place, "title", end.title),
            *_text(head, place, "lead", end.lead, is_needed=False),
            *_text(head, place, "where", end.where, is_needed=False),
        )
        yield Item(part=part, id=end.id, title=end.title, fields=fields)
    for number, aside in enumerate(procedure.asides):
        part, place = Part.ASIDES, ("asides", number)
        head = f"{part.value}.{aside.id}"
        fields = (
            *_text(head, place, "ask", aside.ask),
            *_text(head, place, "say", aside.say),
            _sources(head, place, aside.source),
        )
        yield Item(part=part, id=aside.id, title=aside.ask, fields=fields)
    yield _wordings(START, procedure.title, ("heard_as",), procedure.heard_as)
    for number, question in enumerate(procedure.questions):
        for index, choice in enumerate(question.choices):
            heard_at = ("questions", number, "choices", index, "heard_as")
            yield _wordings(f"{question.id}.{choice.id}", choice.label, heard_at, choice.heard_as)
    for number, source in enumerate(procedure.sources):
        part, place = Part.SOURCES, ("sources", number)
        head = f"{part.value}.{source.id}"
        link = Field(
            path=f"{head}.link",
            kind=Kind.LINK,
            place=(*place, "link"),
            value=source.link or "",
            is_needed=False,
        )
        fields = (*_text(head, place, "name", source.name), link)
        yield Item(part=part, id=source.id, title=source.name, fields=fields)


def _about(procedure: Procedure) -> Item:
    head = f"{Part.ABOUT.value}.{ABOUT}"
    checked = procedure.checked.isoformat()
    fields = [
        Field(path=f"{head}.checked", kind=Kind.DAY, place=("checked",), value=checked),
        Field(path=f"{head}.counter", kind=Kind.WORD, place=("counter",), value=procedure.counter),
    ]
    for name in ("title", "summary", "where", "received_by", "decided_by", "result"):
        fields += _text(head, (), name, getattr(procedure, name))
    return Item(part=Part.ABOUT, id=ABOUT, title=procedure.title, fields=tuple(fields))


def _fact(part: Part, number: int, fact: Fact) -> Item:
    head, place = f"{part.value}.{fact.id}", (part.value, number)
    fields: list[Field] = []
    match fact:
        case Fee(label=title, amount=amount, per=per, note=note):
            said = "" if amount is None else str(amount)
            fields += _text(head, place, "label", title)
            fields.append(
                Field(
                    path=f"{head}.amount",
                    kind=Kind.AMOUNT,
                    place=(*place, "amount"),
                    value=said,
                    is_needed=False,
                )
            )
            fields += _text(head, place, "per", per, is_needed=False)
            fields += _text(head, place, "note", note, is_needed=False)
        case Paper(name=title, note=note):
            fields += _text(head, place, "name", title)
            fields += _text(head, place, "note", note, is_needed=False)
        case Statement(text=title):
            fields += _text(head, place, "text", title)
        case _:
            raise TypeError(part)
    confirmed = YES if fact.confirmed else NO
    fields += [
        Field(
            path=f"{head}.confirmed", kind=Kind.FLAG, place=(*place, "confirmed"), value=confirmed
        ),
        _sources(head, place, fact.source),
    ]
    return Item(part=part, id=fact.id, title=title, fields=tuple(fields))


def _text(
    head: str, place: Place, name: str, text: Text | None, *, is_needed: bool = True
) -> tuple[Field, ...]:
    return tuple(
        Field(
            path=f"{head}.{name}.{language}",
            kind=Kind.TEXT,
            place=(*place, name, language),
            value=text.in_language(language) if text is not None else "",
            is_needed=is_needed,
        )
        for language in LANGUAGES
    )


def _sources(head: str, place: Place, named: Sequence[str]) -> Field:
    return Field(
        path=f"{head}.source",
        kind=Kind.SOURCES,
        place=(*place, "source"),
        value=tuple(named),
        is_needed=False,
    )


def _wordings(item: str, title: Text, place: Place, heard_as: HeardAs) -> Item:
    part = Part.WORDINGS
    fields = tuple(
        Field(
            path=f"{part.value}.{item}.{language}",
            kind=Kind.WORDINGS,
            place=(*place, language),
            value=getattr(heard_as, language),
            is_needed=False,
        )
        for language in LANGUAGES
    )
    return Item(part=part, id=item, title=title, fields=fields)

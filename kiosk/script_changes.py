"""The values that fields are to have, as changes to a script's file. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date

from kiosk.procedure import LANGUAGES, Procedure
from kiosk.script import Place
from kiosk.script_edit import AnyEdit, Edit, PutIn, TakenOut
from kiosk.script_fields import YES, Field, Item, Kind, Value, item_named
from kiosk.script_items import fields_of, items_of
from kiosk.script_written import Entry, NewValue

ONE = "1"
"""Of a paper: what a script says nothing about."""


def edits_of(procedure: Procedure, wanted: Mapping[str, Value]) -> tuple[AnyEdit, ...]:
    """What to change in the file so that these fields have these values.

    Args:
        procedure: as the file has it.
        wanted: field name -> value; a field that is not there raises a KeyError. Of an item that
            is taken out nothing else is changed.

    Raises:
        ValueError: a text in one language only, or a number or day that is none.
    """
    fields = fields_of(procedure, wanted)
    whole: dict[tuple[str, str], AnyEdit] = {}
    for item in items_of(procedure, wanted):
        if item.presence is not None and not item.is_here(wanted):
            whole[item.part.value, item.id] = TakenOut(place=item.presence.place)
        elif item.is_new:
            entry = _entry(item, wanted)
            whole[item.part.value, item.id] = PutIn(place=(item.part.value,), entry=entry)
    edits: dict[Place, Edit] = {}
    for path, value in wanted.items():
        field = fields[path]
        if field.kind is Kind.HERE or value == field.value or item_named(path) in whole:
            continue
        if field.kind is Kind.TEXT:
            edit = _text_edit(fields, field, wanted)
        elif field.kind is Kind.WORDINGS:
            edit = _wordings_edit(fields, field, wanted)
        else:
            is_words = field.kind in (Kind.SOURCES, Kind.WHEN)
            edit = Edit(place=field.place, value=_plain(field, value), is_words=is_words)
        edits[edit.place] = edit
    return (*edits.values(), *whole.values())


def _entry(item: Item, wanted: Mapping[str, Value]) -> Entry:
    """A whole item as the script is to have it."""
    entry: dict[str, NewValue] = {"id": item.id}
    for field in item.fields:
        value = wanted.get(field.path, field.value)
        if field.kind is Kind.TEXT:
            continue
        if field.is_needed and not value:
            raise ValueError(field.path)
        plain = _plain(field, value)
        if plain is not None:
            entry[field.name] = plain
    texts: dict[str, dict[str, str]] = {}
    needed: set[str] = set()
    for field in item.fields:
        if field.kind is Kind.TEXT:
            name, language = (str(one) for one in field.place[-2:])
            texts.setdefault(name, {})[language] = str(wanted.get(field.path, field.value))
            needed |= {name} if field.is_needed else set()
    for name, text in texts.items():
        if all(text.values()):
            entry[name] = text
        elif any(text.values()) or name in needed:
            raise ValueError(f"{item.path}.{name}")
    return entry


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
    if isinstance(value, tuple):
        return (_condition(value) if field.kind is Kind.WHEN else value) or None
    match field.kind:
        case Kind.AMOUNT:
            return amount_of(value)
        case Kind.DAY:
            return date.fromisoformat(value)
        case Kind.FLAG:
            return None if value == YES else False  # what is confirmed says nothing about it
        case Kind.COUNT:
            return None if value == ONE else amount_of(value)
        case _:
            return value or None


def _condition(answers: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """`question.choice` as a script has it: the choices of each question together."""
    condition: dict[str, tuple[str, ...]] = {}
    for answer in answers:
        question, _, choice = answer.partition(".")
        condition[question] = (*condition.get(question, ()), choice)
    return condition

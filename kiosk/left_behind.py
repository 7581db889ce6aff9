"""What a change leaves behind: an old amount still told elsewhere, a text in one language. Pure.

Neither is a fault: a text may tell an amount for a reason of its own, and one language may only
have had a slip of the pen. But whoever changes and whoever publishes should look, for as long as
it is so.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kiosk.procedure import LANGUAGES, Language, Procedure, Text
from kiosk.script_changes import amount_of
from kiosk.script_fields import Field, Item, Kind, Part, Value
from kiosk.script_items import items_of

LEAST_DIGITS = 4
"""A shorter amount is no sum of money but a number like any other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A text that may no longer be right; one of the two is set."""

    procedure: str
    item: Item
    path: str
    """The field that stayed as it was."""
    amount: int | None = None
    """That it tells, and no fee asks any more."""
    now: tuple[int | None, ...] = ()
    """What the fees ask in its place; None: open. Nothing: they are gone."""
    changed: Language | None = None
    """The language in which alone the text has changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftTold:
    """The same of a whole item, as values that travel between processes."""

    procedure: str
    title: Text
    """Of the procedure."""
    part: Part
    item: str
    name: Text
    """Of the item."""
    amount: int | None = None
    now: tuple[int | None, ...] = ()
    changed: Language | None = None


def left_by(procedure: Procedure, values: Mapping[str, Value]) -> tuple[Left, ...]:
    """What is left behind in a script once its fields have these values.

    Args:
        procedure: as it is in use.
        values: field -> wanted value, as a draft has them.
    """
    items = [one for one in items_of(procedure, values) if one.is_here(values)]
    new = {path: values.get(path, value) for path, value in _held(items).items()}
    return tuple(_left(procedure.id, items, _held(items_of(procedure)), new))


def left_between(before: Procedure, after: Procedure) -> tuple[Left, ...]:
    """What is left behind in the later of two versions of a script."""
    items = items_of(after)
    return tuple(_left(after.id, items, _held(items_of(before)), _held(items)))


def told_of(procedure: Procedure, found: Sequence[Left]) -> tuple[LeftTold, ...]:
    """Each once for its item, whichever of its texts it is."""
    told = (
        LeftTold(
            procedure=one.procedure,
            title=procedure.title,
            part=one.item.part,
            item=one.item.id,
            name=one.item.title,
            amount=one.amount,
            now=one.now,
            changed=one.changed,
        )
        for one in found
    )
    return tuple(dict.fromkeys(told))


def _held(items: Sequence[Item]) -> dict[str, Value]:
    return {field.path: field.value for item in items for field in item.fields}


def _left(
    procedure: str, items: Sequence[Item], old: Mapping[str, Value], new: Mapping[str, Value]
) -> Iterator[Left]:
    amounts = _gone_amounts(old, new)
    for item in items:
        texts = [field for field in item.fields if field.kind is Kind.TEXT]
        for field in texts:
            for amount, now in amounts.items():
                if tells(str(new[field.path]), amount):
                    yield Left(
                        procedure=procedure, item=item, path=field.path, amount=amount, now=now
                    )
        for field in texts:
            changed = _changed_beside(field, old, new)
            if changed is not None:
                yield Left(procedure=procedure, item=item, path=field.path, changed=changed)


def _gone_amounts(
    old: Mapping[str, Value], new: Mapping[str, Value]
) -> dict[int, tuple[int | None, ...]]:
    """Amounts that no fee asks any more, each with what those fees ask that did."""
    before, after = _amounts(old), _amounts(new)
    asked = set(after.values())
    gone: dict[int, list[int | None]] = {}
    for path, amount in before.items():
        if amount is None or amount in asked or len(str(amount)) < LEAST_DIGITS:
            continue
        now = gone.setdefault(amount, [])
        if path in after and after[path] not in now:
            now.append(after[path])
    return {amount: tuple(now) for amount, now in gone.items()}


def _amounts(values: Mapping[str, Value]) -> dict[str, int | None]:
    head, tail = f"{Part.FEES.value}.", ".amount"
    return {
        path: amount_of(str(value))
        for path, value in values.items()
        if path.startswith(head) and path.endswith(tail)
    }


def tells(text: str, amount: int) -> bool:
    """Whether a text tells this amount, in digits or in thousands."""
    grouped = f"{amount:,}"
    ways = [grouped, grouped.replace(",", "[.]"), str(amount)]
    if amount % 1000 == 0:
        ways.append(rf"{amount // 1000} (?:nghìn|ngàn|thousand)\b")
    return re.search(rf"(?<![\d.,])(?:{'|'.join(ways)})(?![.,]?\d)", text) is not None


def _changed_beside(
    field: Field, old: Mapping[str, Value], new: Mapping[str, Value]
) -> Language | None:
    """The other language, where only that has changed and both were and are there."""
    stem, _, language = field.path.rpartition(".")
    other: Language = LANGUAGES[0] if language == LANGUAGES[1] else LANGUAGES[1]
    beside = f"{stem}.{other}"
    pairs = [(old.get(one, ""), new[one]) for one in (field.path, beside)]
    if not all(before and after for before, after in pairs):
        return None
    (own_old, own_new), (other_old, other_new) = pairs
    return other if own_old == own_new and other_old != other_new else None

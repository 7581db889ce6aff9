"""What a change leaves behind, as pages tell it: on a draft, at a form's fields, of a bundle."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from kiosk.console.web import Visit
from kiosk.draft_check import Shown
from kiosk.facts import money
from kiosk.left_behind import Left, LeftTold, left_by, told_of


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftLine:
    """One text that may no longer be right."""

    where: str
    """What it is part of."""
    text: str
    path: str
    """Of its form."""


def left_lines(visit: Visit, left: Iterable[LeftTold]) -> tuple[LeftLine, ...]:
    """Each of them, with where it is mended."""
    return tuple(
        LeftLine(
            where=_where(visit, one),
            text=left_sentence(visit, one),
            path=f"/scripts/{one.procedure}/{one.part.value}/{quote(one.item)}",
        )
        for one in left
    )


def left_sentence(visit: Visit, left: LeftTold) -> str:
    """What is to be looked at."""
    if left.amount is None:
        return visit.say(f"left.only_{left.changed}")
    amount = money(left.amount, visit.language)
    name = left.name.in_language(visit.language)
    if not left.now:
        return visit.say("left.amount_gone", name=name, amount=amount)
    now = visit.say("scripts.or").join(_asked(visit, one) for one in left.now)
    return visit.say("left.amount", name=name, amount=amount, now=now)


def left_in(visit: Visit, script: Shown) -> dict[tuple[str, str], tuple[str, ...]]:
    """Part and item -> what is to be looked at there, in a script with what a draft wants."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for one in told_of(script.procedure, left_by(script.procedure, script.values)):
        key = one.part.value, one.item
        found[key] = (*found.get(key, ()), left_sentence(visit, one))
    return found


def with_left(visit: Visit, said: str, script: Shown) -> str:
    """What was done, and that something is to be looked at, where that is so."""
    left = left_by(script.procedure, script.values)
    return f"{said} {visit.say('left.look')}" if left else said


def left_at(visit: Visit, script: Shown) -> dict[str, tuple[str, ...]]:
    """Field -> what is to be looked at there."""
    found: dict[str, tuple[str, ...]] = {}
    for one in left_by(script.procedure, script.values):
        found[one.path] = (*found.get(one.path, ()), _sentence(visit, script, one))
    return found


def _where(visit: Visit, left: LeftTold) -> str:
    """Procedure and part; the item as well, where the sentence does not name it."""
    title, name = (one.in_language(visit.language) for one in (left.title, left.name))
    where = f"{title} – {visit.say(f'script_part.{left.part.value}')}"
    return where if left.amount is not None else f"{where} “{name}”"


def _sentence(visit: Visit, script: Shown, left: Left) -> str:
    (told,) = told_of(script.procedure, (left,))
    return left_sentence(visit, told)


def _asked(visit: Visit, amount: int | None) -> str:
    if amount is None:
        return visit.say("scripts.amount_open")
    return money(amount, visit.language) if amount else visit.say("scripts.free")

"""Whether a script is still fresh on a day: when it was checked, what has ended. Pure.

All of it is advice to the writer: an old script may still be right, so it stays on offer.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from kiosk.letters import Flaw
from kiosk.procedure import Fact, Procedure

STALE_DAYS = 180
"""Longer ago than this a script is to be compared with its sources again."""

_ONE_DAY = timedelta(days=1)


def stale_places(procedure: Procedure, today: date) -> Iterator[Flaw]:
    """What has grown old in `procedure` on the day `today`, by its own dates."""
    days = (today - procedure.checked).days
    if days > STALE_DAYS:
        aged = (("date", _said(procedure.checked)), ("days", days), ("most", STALE_DAYS))
        yield Flaw(place=("checked",), code="stale", values=aged)
    last = procedure.valid_until
    if last is not None and last < today:
        ended = (("id", procedure.id), ("date", _said(last)))
        yield Flaw(place=("valid_until",), code="no_longer_in_force", values=ended)
    for kind, facts, is_always_needed in (
        ("papers", procedure.papers, False),
        ("fees", procedure.fees, True),
        ("times", procedure.times, True),
        ("notes", procedure.notes, False),
    ):
        for index, fact in enumerate(facts):
            if fact.valid_until is None:
                continue
            ends_alone = is_always_needed and not _is_followed(fact, facts, last)
            if fact.valid_until < today or ends_alone:
                place = (kind, index, "valid_until")
                ended = (("id", fact.id), ("date", _said(fact.valid_until)))
                if ends_alone:
                    ahead = (*ended, ("next", _after(fact.valid_until)))
                    yield Flaw(place=place, code="no_successor", values=ahead)
                else:
                    yield Flaw(place=place, code="no_longer_in_force", values=ended)


def _is_followed(fact: Fact, others: Sequence[Fact], last: date | None) -> bool:
    """Whether something takes over on the day after; not needed where the procedure ends too.

    A fee or a time limit that ends must have a successor, or citizens are told nothing. A
    paper may cease to be needed, and a note to be worth saying.
    """
    assert fact.valid_until is not None
    if last is not None and last <= fact.valid_until:
        return True
    return any(one.valid_from == _after(fact.valid_until) for one in others)


def _after(day: date) -> date:
    return day + _ONE_DAY if day < date.max else day


def _said(day: date) -> str:
    return f"{day:%d/%m/%Y}"

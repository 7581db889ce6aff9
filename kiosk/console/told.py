"""What several pages tell in the same way: a time, and the faults of scripts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from kiosk.console.web import Visit
from kiosk.fault_text import fault_text
from kiosk.script import Fault

_PLAINER = frozenset(("look_alike", "invisible", "not_shown"))
"""Faults of letters: anybody may have pasted them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultLine:
    """A fault or a warning as a page tells it."""

    where: str
    """`file:line`."""
    text: str
    is_warning: bool


def fault_lines(visit: Visit, faults: Iterable[Fault]) -> tuple[FaultLine, ...]:
    """Faults and warnings in words, in their order."""
    words = visit.console.words.kiosk
    return tuple(
        FaultLine(
            where=f"{one.file}:{one.line}",
            text=said_on_pages(one, visit.say) or fault_text(one, words, visit.language),
            is_warning=one.is_warning,
        )
        for one in faults
    )


def said_on_pages(fault: Fault, say: Callable[..., str]) -> str:
    """What a page says otherwise than the command line: without what only technicians read."""
    if fault.code not in _PLAINER:
        return ""
    return say(f"notice_fault.{fault.code}", **dict(fault.values))


def time_of(at: datetime) -> str:
    """A time to the minute, as it is here."""
    return f"{at.astimezone():%d/%m/%Y %H:%M}"

"""What several pages tell in the same way: a time, and the faults of scripts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from kiosk.console.web import Visit
from kiosk.script import Fault


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
            text=words.say(f"fault.{one.code}", visit.language, **dict(one.values)),
            is_warning=one.is_warning,
        )
        for one in faults
    )


def time_of(at: datetime) -> str:
    """A time to the minute, as it is here."""
    return f"{at.astimezone():%d/%m/%Y %H:%M}"

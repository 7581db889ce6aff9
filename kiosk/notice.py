"""What the ward tells everybody for some days: on the waiting screen of each kiosk. Pure.

It comes with a bundle, or staff write it at the console. Nothing translates it: one that nobody
wrote in English is shown in Vietnamese on the English screen, too, and said to be so.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from hashlib import sha256

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from kiosk.procedure import Id, Text

MOST_NOTICES = 20
"""From one hand: a bundle, or the console."""
MOST_LETTERS = 300
"""In a notice, in either language."""


class NoticeKind(StrEnum):
    """What a notice is about, in the order in which they are shown."""

    URGENT = "urgent"
    CLOSURE = "closure"
    """The office, or a part of it, is closed."""
    MOVED = "moved"
    """A counter is elsewhere."""
    NOTICE = "notice"


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Notice:
    """Something that the ward tells everybody for some days."""

    id: Id
    text: Text
    """The same in both languages where nobody wrote it in English."""
    since: date
    until: date
    """The last day."""
    kind: NoticeKind = NoticeKind.NOTICE

    @property
    def is_translated(self) -> bool:
        """Whether somebody wrote it in English."""
        return self.text.en != self.text.vi

    def is_shown(self, today: date) -> bool:
        """Whether it is to be read on this day."""
        return self.since <= today <= self.until


def shown_on(notices: Iterable[Notice], today: date) -> tuple[Notice, ...]:
    """Those to be read on this day: what is urgent first, then the newest of each kind."""
    kinds = list(NoticeKind)
    shown = [one for one in notices if one.is_shown(today)]
    return tuple(
        sorted(shown, key=lambda one: (kinds.index(one.kind), -one.since.toordinal(), one.id))
    )


def not_over(notices: Iterable[Notice], today: date) -> tuple[Notice, ...]:
    """Those that are shown on this day or later."""
    return tuple(one for one in notices if one.until >= today)


def at_most(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """No more than one hand may have shown: first what is urgent, then what lasts longest.

    There can be more than anybody wrote at one time: a clock that goes back brings to life what
    was over.
    """
    all_of_them, kinds = tuple(notices), list(NoticeKind)
    first = sorted(
        all_of_them, key=lambda one: (kinds.index(one.kind), -one.until.toordinal(), one.id)
    )[:MOST_NOTICES]
    return tuple(one for one in all_of_them if one in first)


def mark_of(notices: Iterable[Notice], today: date) -> str:
    """The same for whoever has the same notices yet to show; empty where there are none."""
    lines = sorted(
        "\x1f".join(
            (one.id, one.kind, f"{one.since} {one.until}", one.text.vi, one.text.en),
        )
        for one in not_over(notices, today)
    )
    return sha256("\x1e".join(lines).encode()).hexdigest()[:12] if lines else ""

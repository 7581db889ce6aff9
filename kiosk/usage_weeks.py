"""Whole weeks of counters: the pieces in which they leave the office. Pure.

Whoever may ask for any span of days subtracts one from another and has a single day. So each week,
from Monday to Sunday, is looked at by itself once it is over, and a longer span is put together
from what its weeks show.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kiosk.usage_counts import Cell, Report, monday_of

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Weeks:
    """Weeks in a row: two Mondays."""

    first: date
    end: date
    """The Monday after the last one; where it is not after the first there is no week."""

    @property
    def is_none(self) -> bool:
        """Whether there is no whole week."""
        return self.end <= self.first

    @property
    def count(self) -> int:
        """How many there are."""
        return max(0, (self.end - self.first) // WEEK)

    @property
    def last_day(self) -> date:
        """The Sunday of the last one."""
        return self.end - timedelta(days=1)


def whole_weeks(since: date, until: date) -> Weeks:
    """The weeks that lie in a span of days, its ends included."""
    return Weeks(first=_monday_from(since), end=monday_of(until + timedelta(days=1)))


def last_weeks(count: int, today: date) -> Weeks:
    """So many weeks before the one that is not over yet."""
    this = monday_of(today)
    return Weeks(first=this - count * WEEK, end=this)


def held_whole(weeks: Weeks, *, kept_from: date, today: date) -> Weeks:
    """Those that are over, and of which nothing has been deleted.

    A week that loses a day would tell that day to whoever saw it before.

    Args:
        weeks: that are asked for.
        kept_from: the first day of which no counter can have been deleted.
        today: the day.
    """
    return Weeks(
        first=max(weeks.first, _monday_from(kept_from)), end=min(weeks.end, monday_of(today))
    )


def by_weeks(report: Report) -> tuple[Report, ...]:
    """A report of whole weeks, week by week; those without any counter are left out."""
    cells: defaultdict[date, list[Cell]] = defaultdict(list)
    for cell in report.cells:
        cells[monday_of(cell.day)].append(cell)
    return tuple(
        replace(report, since=monday, until=monday + WEEK - timedelta(days=1), cells=tuple(found))
        for monday, found in sorted(cells.items())
    )


def _monday_from(day: date) -> date:
    return monday_of(day + WEEK - timedelta(days=1))

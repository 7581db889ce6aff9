"""Whole weeks or months: the pieces in which counters leave the office. Pure.

Whoever may ask for any span of days subtracts one from another and has a single day. So each
week, or each month, is looked at by itself once it is over, and a longer span is put together
from what its pieces show. A ward has one pace: a month less its weeks would be some days.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

DAY = timedelta(days=1)


class Pace(StrEnum):
    """How long a piece is."""

    WEEK = "week"
    """From Monday to Sunday."""
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Periods:
    """Weeks or months in a row."""

    pace: Pace
    first: date
    """The first day of the first one."""
    end: date
    """The day after the last one; where it is not after `first` there is none."""

    @property
    def is_none(self) -> bool:
        """Whether there is none."""
        return self.end <= self.first

    @property
    def last_day(self) -> date:
        """The last day of the last one."""
        return self.end - DAY


def start_of(day: date, pace: Pace) -> date:
    """The first day of the week or month of a day."""
    return day - timedelta(days=day.weekday()) if pace is Pace.WEEK else day.replace(day=1)


def next_start(day: date, pace: Pace) -> date:
    """The first day of the next one."""
    longest = timedelta(days=7 if pace is Pace.WEEK else 31)
    return start_of(start_of(day, pace) + longest, pace)


def whole_periods(since: date, until: date, pace: Pace) -> Periods:
    """Those that lie in a span of days, its ends included."""
    return Periods(pace=pace, first=_start_from(since, pace), end=start_of(until + DAY, pace))


def last_periods(count: int, today: date, pace: Pace) -> Periods:
    """So many before the one that is not over yet."""
    first = end = start_of(today, pace)
    for _ in range(count):
        first = start_of(first - DAY, pace)
    return Periods(pace=pace, first=first, end=end)


def held_whole(periods: Periods, *, kept_from: date, today: date) -> Periods:
    """Those that are over, and of which nothing has been deleted.

    A week that loses a day would tell that day to whoever saw it before.

    Args:
        periods: that are asked for.
        kept_from: the first day of which no counter can have been deleted.
        today: the day.
    """
    pace = periods.pace
    first = max(periods.first, _start_from(kept_from, pace))
    return Periods(pace=pace, first=first, end=min(periods.end, start_of(today, pace)))


def _start_from(day: date, pace: Pace) -> date:
    """The first start that is not before a day."""
    start = start_of(day, pace)
    return start if start == day else next_start(day, pace)

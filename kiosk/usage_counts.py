"""What the usage log holds of a span of days, and the sums of it. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta

from kiosk.tally import Counted
from kiosk.usage_periods import Pace, start_of

COLUMNS = ["day", "hour_band", "event", "procedure", "step", "mode", "language", "n"]
"""The columns of the log's table, in its order."""

LONGEST_BY_DAY = 92
"""A longer span is told by weeks or months."""

SENTENCES = "sentences"
"""All sentences: the sum of these, which have no part in common."""
GROUPS: Mapping[str, tuple[Counted, ...]] = {
    SENTENCES: (
        Counted.UNDERSTOOD,
        Counted.ASKED_BACK,
        Counted.NOT_UNDERSTOOD,
        Counted.OUT_OF_SCOPE,
        Counted.NOT_HEARD,
    ),
}
"""Sums of events that are shown as one figure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One row of the table."""

    day: date
    hour_band: str
    event: str
    """A `Counted`, or one of an older kiosk that is counted no more."""
    procedure: str
    step: str
    mode: str
    language: str
    n: int


assert [field.name for field in fields(Cell)] == COLUMNS


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The counters of a span of days, both ends included."""

    since: date
    until: date
    cells: tuple[Cell, ...]

    def by(self, key: Callable[[Cell], str], *events: Counted) -> Counter[str]:
        """The sums of `events` (none named: of all) for each `key`."""
        sums: Counter[str] = Counter()
        for cell in self.cells:
            if not events or cell.event in events:
                sums[key(cell)] += cell.n
        return sums


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Figure:
    """One number that may be shown: which counts it is the sum of. What is empty takes all."""

    event: str
    """A `Counted`, or a name of `GROUPS`."""
    procedure: str = ""
    step: str = ""
    mode: str = ""
    period: str = ""
    """A day or, in a long span, a week or month: its pace and its first day."""
    band: str = ""
    language: str = ""

    def in_language(self, language: str) -> "Figure":
        """The same of the visits in one language; empty: of all."""
        return replace(self, language=language)


@dataclass(frozen=True, slots=True)
class Figures:
    """The sums of a report."""

    report: Report
    sums: Mapping[Figure, int]
    pace: Pace

    def of(self, figure: Figure) -> int:
        """The number."""
        return self.sums.get(figure, 0)

    def periods(self) -> tuple[str, ...]:
        """The days, weeks or months of the span, from the first one that holds anything."""
        report = self.report
        if not report.cells:
            return ()
        day = min(cell.day for cell in report.cells)
        days = (day + timedelta(n) for n in range((report.until - day).days + 1))
        return tuple(dict.fromkeys(period_of(one, report, self.pace) for one in days))


def figures_of(report: Report, pace: Pace = Pace.MONTH) -> Figures:
    """All sums of a report that a table may show.

    Args:
        report: the counters.
        pace: by which a long span is told.
    """
    together: Counter[tuple[str, str, str, str, str, str, str]] = Counter()
    for cell in report.cells:
        period = period_of(cell.day, report, pace)
        where = cell.event, cell.procedure, cell.step, cell.mode, period, cell.hour_band
        together[*where, cell.language] += cell.n
    group_of = {counted.value: name for name, events in GROUPS.items() for counted in events}
    sums: Counter[Figure] = Counter()
    for (event, procedure, step, mode, period, band, language), n in together.items():
        found = [
            Figure(event=event),
            Figure(event=event, mode=mode),
            Figure(event=event, period=period),
            Figure(event=event, band=band),
        ]
        if procedure:
            found.append(Figure(event=event, procedure=procedure))
        if step:
            found.append(Figure(event=event, procedure=procedure, step=step))
        if event in group_of:
            found.append(Figure(event=group_of[event]))
        for figure in found:
            sums[figure] += n
            sums[figure.in_language(language)] += n
    return Figures(report, sums, pace)


def period_of(day: date, report: Report, pace: Pace) -> str:
    """The period of a day: itself or, in a long span, its week or month."""
    if (report.until - report.since).days < LONGEST_BY_DAY:
        return day.isoformat()
    return f"{pace} {start_of(day, pace)}"


def first_day_of(period: str) -> date:
    """The first day of a period."""
    return date.fromisoformat(period.rsplit(" ", maxsplit=1)[-1])

"""The tables of usage in words, with what may be seen of their numbers. Pure.

What leaves the office is looked at week by week; the number of a longer span is the sum of what
its weeks show, and "at least" that where one of them hides it. So it tells nothing that the
weeks do not.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from functools import lru_cache

from kiosk.procedure import LANGUAGES, Language, Text
from kiosk.usage_counts import WEEK_SIGN, Figure, Figures, Report, figures_of, monday_of
from kiosk.usage_hiding import SMALLEST_SHOWN, hidden_in
from kiosk.usage_tables import Row, Shows, UsageTable, shown_in, splits_of, usage_tables
from kiosk.usage_weeks import by_weeks
from kiosk.words import Words

_RANKED = frozenset((Shows.ASKED, Shows.CARDS, Shows.STOPS, Shows.OUTCOMES))
"""Tables whose lines are sorted by what is seen of them, never by what is hidden."""


class Hidden(Enum):
    """Stands where a number is not shown."""

    HIDDEN = "hidden"


HIDDEN = Hidden.HIDDEN


@dataclass(frozen=True, slots=True)
class AtLeast:
    """A number of some weeks, one of which at least hides its share."""

    n: int


MOST_WEEKS_KEPT = 120
"""A week that is over stays as it is: it need not be looked at again."""

Seen = int | AtLeast | Hidden
"""What is seen of a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What procedures and steps are called."""

    titles: Mapping[str, Text] = field(default_factory=dict)
    """By the id of a procedure or card."""
    steps: Mapping[tuple[str, str], Text] = field(default_factory=dict)
    """The question in words, by the ids of procedure and step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenRow:
    """A line of a table."""

    label: str
    detail: str = ""
    """The step, in a table of steps."""
    numbers: tuple[Seen, ...]
    percent: int | None = None
    """Of all, where both numbers are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenTable:
    """A table."""

    shows: Shows
    title: str
    heads: tuple[str, ...]
    """Of the labels (and the details), then of the numbers."""
    rows: tuple[SeenRow, ...]
    is_ranked: bool = False
    has_details: bool = False
    has_shares: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """The tables of a span of days."""

    since: date
    until: date
    visits: str
    """The language of the visits; empty: all."""
    tables: tuple[SeenTable, ...]

    @property
    def hides(self) -> bool:
        """Whether any number is hidden, or told as "at least"."""
        return any(
            not isinstance(number, int)
            for table in self.tables
            for row in table.rows
            for number in row.numbers
        )


def release_of(
    report: Report,
    words: Words,
    *,
    language: Language,
    names: Names,
    visits: str = "",
    smallest: int = SMALLEST_SHOWN,
) -> Release:
    """The tables of a report, with small counts and what would give them back hidden.

    What is hidden is the same whichever language of visits is shown, so that no number of one
    view gives back what another one hides.

    Args:
        report: the counters; of whole weeks, unless all is shown.
        words: the kiosk's sentences.
        language: of the words.
        names: of procedures and steps.
        visits: the language of the visits; empty: all.
        smallest: the smallest count that is shown; 0: all are, for the office itself.

    Raises:
        ValueError: it is not of whole weeks.
    """
    figures = figures_of(report)
    seen: _Everything | _Weekly
    if not smallest:
        seen = _Everything(figures)
    elif report.since.weekday() or report.until.weekday() != _SUNDAY:
        raise ValueError(f"no whole weeks: {report.since} to {report.until}")
    else:
        seen = _Weekly(tuple(_week(one, smallest) for one in by_weeks(report)))
    writer = _Writer(seen.of, words, names, language)
    tables = tuple(writer.table(one) for one in usage_tables(figures, visits))
    return Release(since=report.since, until=report.until, visits=visits, tables=tables)


_SUNDAY = 6


@dataclass(frozen=True, slots=True)
class _Everything:
    """Hides nothing."""

    figures: Figures

    def of(self, figure: Figure) -> Seen:
        return self.figures.of(figure)


@dataclass(frozen=True, slots=True)
class _Week:
    monday: date
    figures: Figures
    hidden: frozenset[Figure]


@dataclass(frozen=True, slots=True)
class _Weekly:
    """What is seen of weeks that were each looked at alone."""

    weeks: tuple[_Week, ...]

    def of(self, figure: Figure) -> Seen:
        weeks, wanted = self.weeks, figure
        if figure.period:
            day = date.fromisoformat(figure.period.removeprefix(WEEK_SIGN))
            weeks = tuple(one for one in weeks if one.monday == monday_of(day))
        if figure.period.startswith(WEEK_SIGN):
            wanted = replace(figure, period="")
        told = [one.figures.of(wanted) for one in weeks if wanted not in one.hidden]
        if len(told) == len(weeks):
            return sum(told)
        return AtLeast(sum(told)) if any(told) else HIDDEN


@lru_cache(maxsize=MOST_WEEKS_KEPT)
def _week(report: Report, smallest: int) -> _Week:
    figures = figures_of(report)
    shown = frozenset(one for view in ("", *LANGUAGES) for one in shown_in(figures, view))
    hidden = hidden_in(figures, shown, splits_of(figures), smallest=smallest)
    return _Week(report.since, figures, hidden)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Fills numbers and words in."""

    seen: Callable[[Figure], Seen]
    words: Words
    names: Names
    language: Language

    def table(self, one: UsageTable) -> SeenTable:
        is_ranked = one.shows in _RANKED
        rows = [self._row(row, one) for row in one.rows]
        if is_ranked:
            rows = [row for row in rows if any(number != 0 for number in row.numbers)]
            rows.sort(key=_rank)
        has_details = one.shows is Shows.STOPS
        heads = ["procedure", "step"] if has_details else ["procedure" if is_ranked else "what"]
        return SeenTable(
            shows=one.shows,
            title=self.words.say(f"usage.table.{one.shows}", self.language),
            heads=tuple(self._said("column", key) for key in (*heads, *one.columns)),
            rows=tuple(rows),
            is_ranked=is_ranked,
            has_details=has_details,
            has_shares=one.of_all is not None,
        )

    def _row(self, row: Row, table: UsageTable) -> SeenRow:
        numbers = tuple(map(self.seen, row.figures))
        return SeenRow(
            label=self._label(row),
            detail=self._step(row) if row.step else "",
            numbers=numbers,
            percent=_percent(numbers[0], self.seen(table.of_all)) if table.of_all else None,
        )

    def _label(self, row: Row) -> str:
        if row.procedure:
            title = self.names.titles.get(row.procedure)
            return title.in_language(self.language) if title is not None else row.procedure
        return self._said("name", row.name)

    def _step(self, row: Row) -> str:
        step = self.names.steps.get((row.procedure, row.step))
        return step.in_language(self.language) if step is not None else row.step

    def _said(self, table: str, name: str) -> str:
        for key in (f"usage.{table}.{name}", f"usage.name.{name}"):
            if self.words.has(key):
                return self.words.say(key, self.language)
        return self._period(name)

    def _period(self, period: str) -> str:
        """A day or a week as it is written here; bands of hours as they are."""
        if period.startswith(WEEK_SIGN):
            monday = date.fromisoformat(period.removeprefix(WEEK_SIGN))
            return self.words.say("usage.week", self.language, monday=f"{monday:%d/%m/%Y}")
        parts = period.split("-")
        return "/".join(reversed(parts)) if len(parts[0]) == 4 else period


def _rank(row: SeenRow) -> tuple[tuple[int, ...], str, str]:
    """Most first; what is hidden after all that is not, as if it were nothing."""
    return tuple(-least(one) for one in row.numbers), row.label, row.detail


def least(number: Seen) -> int:
    """What is known of it: of a hidden one nothing, 0."""
    match number:
        case Hidden():
            return 0
        case AtLeast(n):
            return n
        case _:
            return number


def _percent(number: Seen, of_all: Seen) -> int | None:
    if not isinstance(number, int) or not isinstance(of_all, int) or not of_all:
        return None
    return round(100 * number / of_all)


def number_words(numbers: Iterable[Seen], words: Words, language: Language) -> tuple[str, ...]:
    """Numbers, and what stands in place of those that are hidden."""
    return tuple(_told(one, words, language) for one in numbers)


def _told(number: Seen, words: Words, language: Language) -> str:
    match number:
        case Hidden():
            return words.say("usage.hidden.hidden", language)
        case AtLeast(n):
            return words.say("usage.hidden.at_least", language, n=n)
        case _:
            return str(number)

"""The tables of usage in words, with what may be seen of their numbers. Pure.

What leaves the office is looked at by single weeks or months; the number of a longer span is the
sum of what these show, and "at least" that where one of them hides it. So it tells nothing that
they do not.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from functools import lru_cache

from kiosk.procedure import LANGUAGES, Language, Text
from kiosk.usage_counts import Cell, Figure, Figures, Report, figures_of, first_day_of
from kiosk.usage_hiding import SMALLEST_SHOWN, hidden_in
from kiosk.usage_periods import DAY, Pace, next_start, start_of
from kiosk.usage_tables import Row, Shows, UsageTable, shown_in, splits_of, usage_tables
from kiosk.words import Words

_DATE = ("year", "month", "day")

_RANKED = frozenset((Shows.ASKED, Shows.CARDS, Shows.STOPS, Shows.OUTCOMES))
"""Tables whose lines are sorted by what is seen of them, never by what is hidden."""


class Hidden(Enum):
    """Stands where a number is not shown."""

    HIDDEN = "hidden"


HIDDEN = Hidden.HIDDEN


@dataclass(frozen=True, slots=True)
class AtLeast:
    """A number of some weeks or months, one of which at least hides its share."""

    n: int


MOST_PIECES_KEPT = 120
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
    pace: Pace = Pace.MONTH,
    visits: str = "",
    smallest: int = SMALLEST_SHOWN,
) -> Release:
    """The tables of a report, with small counts and what would give them back hidden.

    What is hidden is the same whichever language of visits is shown, so that no number of one
    view gives back what another one hides.

    Args:
        report: the counters; of whole weeks or months, unless all is shown.
        words: the kiosk's sentences.
        language: of the words.
        names: of procedures and steps.
        pace: which of the two.
        visits: the language of the visits; empty: all.
        smallest: the smallest count that is shown; 0: all are, for the office itself.

    Raises:
        ValueError: it is of others.
    """
    figures = figures_of(report, pace)
    seen: _Everything | _InPieces
    if not smallest:
        seen = _Everything(figures)
    elif any(start_of(one, pace) != one for one in (report.since, report.until + DAY)):
        raise ValueError(f"no whole {pace}s: {report.since} to {report.until}")
    else:
        seen = _InPieces(pace, tuple(_piece(one, smallest) for one in _pieces(report, pace)))
    writer = _Writer(seen.of, words, names, language)
    tables = tuple(writer.table(one) for one in usage_tables(figures, visits))
    return Release(since=report.since, until=report.until, visits=visits, tables=tables)


@dataclass(frozen=True, slots=True)
class _Everything:
    """Hides nothing."""

    figures: Figures

    def of(self, figure: Figure) -> Seen:
        return self.figures.of(figure)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A week or month that was looked at alone."""

    first: date
    figures: Figures
    hidden: frozenset[Figure]


@dataclass(frozen=True, slots=True)
class _InPieces:
    """What is seen of several."""

    pace: Pace
    pieces: tuple[_Piece, ...]

    def of(self, figure: Figure) -> Seen:
        pieces, wanted = self.pieces, figure
        if figure.period:
            first = start_of(first_day_of(figure.period), self.pace)
            pieces = tuple(one for one in pieces if one.first == first)
            if figure.period.startswith(self.pace):
                wanted = replace(figure, period="")
        told = [one.figures.of(wanted) for one in pieces if wanted not in one.hidden]
        if len(told) == len(pieces):
            return sum(told)
        return AtLeast(sum(told)) if any(told) else HIDDEN


@lru_cache(maxsize=MOST_PIECES_KEPT)
def _piece(report: Report, smallest: int) -> _Piece:
    figures = figures_of(report)
    shown = frozenset(one for view in ("", *LANGUAGES) for one in shown_in(figures, view))
    hidden = hidden_in(figures, shown, splits_of(figures), smallest=smallest)
    return _Piece(report.since, figures, hidden)


def _pieces(report: Report, pace: Pace) -> Iterator[Report]:
    """Week by week, or month by month; those without any counter are left out."""
    cells: defaultdict[date, list[Cell]] = defaultdict(list)
    for cell in report.cells:
        cells[start_of(cell.day, pace)].append(cell)
    for first, found in sorted(cells.items()):
        yield Report(since=first, until=next_start(first, pace) - DAY, cells=tuple(found))


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
        """A day, a week or a month as it is written here; bands of hours as they are."""
        pace, _, first = period.rpartition(" ")
        if pace == Pace.WEEK:
            monday = f"{first_day_of(period):%d/%m/%Y}"
            return self.words.say("usage.week", self.language, monday=monday)
        if pace == Pace.MONTH:
            return f"{first_day_of(period):%m/%Y}"
        parts = first.split("-")
        return "/".join(reversed(parts)) if len(parts) == len(_DATE) else period


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

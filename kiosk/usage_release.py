"""The tables of usage in words, with what may be seen of their numbers. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from kiosk.procedure import LANGUAGES, Language, Text
from kiosk.usage_counts import Figure, Figures, Report, figures_of
from kiosk.usage_hiding import SMALLEST_SHOWN, Hidden, hidden_in
from kiosk.usage_tables import Row, Shows, UsageTable, shown_in, splits_of, usage_tables
from kiosk.words import Words

_RANKED = frozenset((Shows.ASKED, Shows.CARDS, Shows.STOPS, Shows.OUTCOMES))
"""Tables whose lines are sorted by what is seen of them, never by what is hidden."""

Seen = int | Hidden
"""A number, or why it is not shown."""


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

    def count(self, why: Hidden) -> int:
        """How many numbers are hidden for this reason."""
        return sum(
            number is why for table in self.tables for row in table.rows for number in row.numbers
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
        report: the counters.
        words: the kiosk's sentences.
        language: of the words.
        names: of procedures and steps.
        visits: the language of the visits; empty: all.
        smallest: the smallest count that is shown; 0: all are, for the office itself.
    """
    figures = figures_of(report)
    shown = frozenset(one for view in ("", *LANGUAGES) for one in shown_in(figures, view))
    hidden: dict[Figure, Hidden] = {}
    if smallest:
        hidden = hidden_in(figures, shown, splits_of(figures), smallest=smallest)
    writer = _Writer(figures, hidden, words, names, language)
    tables = tuple(writer.table(one) for one in usage_tables(figures, visits))
    return Release(since=report.since, until=report.until, visits=visits, tables=tables)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Fills numbers and words in."""

    figures: Figures
    hidden: Mapping[Figure, Hidden]
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
        numbers = tuple(map(self._seen, row.figures))
        return SeenRow(
            label=self._label(row),
            detail=self._step(row) if row.step else "",
            numbers=numbers,
            percent=_percent(numbers[0], self._seen(table.of_all)) if table.of_all else None,
        )

    def _seen(self, figure: Figure) -> Seen:
        return self.hidden.get(figure, self.figures.of(figure))

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
        return _day(name)


def _rank(row: SeenRow) -> tuple[tuple[int, ...], str, str]:
    """Most first; what is hidden after all that is not, as if it were nothing."""
    seen = tuple(0 if isinstance(one, Hidden) else -one for one in row.numbers)
    return seen, row.label, row.detail


def _percent(number: Seen, of_all: Seen) -> int | None:
    if not isinstance(number, int) or not isinstance(of_all, int) or not of_all:
        return None
    return round(100 * number / of_all)


def _day(period: str) -> str:
    """A day or a month as it is written here; bands of hours as they are."""
    parts = period.split("-")
    return "/".join(reversed(parts)) if len(parts[0]) == 4 else period


def hidden_words(why: Hidden, words: Words, language: Language) -> str:
    """What stands in the place of a number."""
    return words.say(f"usage.hidden.{why}", language, smallest=SMALLEST_SHOWN)


def number_words(numbers: Iterable[Seen], words: Words, language: Language) -> tuple[str, ...]:
    """Numbers, and what stands in place of those that are hidden."""
    return tuple(
        hidden_words(one, words, language) if isinstance(one, Hidden) else str(one)
        for one in numbers
    )

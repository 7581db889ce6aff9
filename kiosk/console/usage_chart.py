"""What the charts of the usage page draw: the tables again, as far as they are shown. Pure."""

from dataclasses import asdict, dataclass
from typing import Literal

from kiosk.procedure import Language
from kiosk.usage_release import Hidden, SeenRow, SeenTable, least, number_words
from kiosk.usage_tables import Shows
from kiosk.words import Words

MOST_BARS = 12
"""Of a chart whose lines are ranked; the table has them all."""

Kind = Literal["bars", "columns", "stacked"]
_KINDS: dict[Shows, Kind] = {
    Shows.DAYS: "columns",
    Shows.HOURS: "columns",
    Shows.OUTCOMES: "stacked",
}
_TOTALS = {Shows.VISITS: 1, Shows.SURENESS: 1, Shows.CALLS: 2}
"""How many first lines are sums of the others: they are not drawn beside their parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Bars of one kind."""

    label: str
    values: tuple[int | None, ...]
    """None: hidden."""
    texts: tuple[str, ...]
    """What stands at each bar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart."""

    kind: Kind
    labels: tuple[str, ...]
    series: tuple[Series, ...]

    @property
    def has_bars(self) -> bool:
        """Whether there is anything to draw."""
        return any(value for one in self.series for value in one.values)

    @property
    def data(self) -> dict[str, object]:
        """For the page's script."""
        return asdict(self)


def chart_of(table: SeenTable, words: Words, language: Language) -> Chart:
    """The chart of a table."""
    kind: Kind = _KINDS.get(table.shows, "bars")
    rows = table.rows[_TOTALS.get(table.shows, 0) :]
    heads = table.heads[2 if table.has_details else 1 :]
    first = 1 if kind == "stacked" else 0  # how often it was chosen is the sum of the others
    if kind != "columns" and len(rows) > MOST_BARS:
        rows = tuple(row for row in rows if _has_bar(row, first))[:MOST_BARS]
    told = [number_words(row.numbers, words, language) for row in rows]
    return Chart(
        kind=kind,
        labels=tuple(map(_label, rows)),
        series=tuple(
            Series(
                label=heads[at],
                values=tuple(_value(row, at) for row in rows),
                texts=tuple(texts[at] for texts in told),
            )
            for at in range(first, len(heads))
        ),
    )


def _has_bar(row: SeenRow, first: int) -> bool:
    return any(map(least, row.numbers[first:]))


def _label(row: SeenRow) -> str:
    return f"{row.label}: {row.detail}" if row.detail else row.label


def _value(row: SeenRow, at: int) -> int | None:
    number = row.numbers[at]
    return None if isinstance(number, Hidden) else least(number)

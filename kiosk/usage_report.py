"""What the usage log holds: tables and bars for a ward, a CSV that hides small counts."""

import csv
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from kiosk.errors import KioskError
from kiosk.procedure import Language
from kiosk.tally import Counted, InputMode
from kiosk.usage import BANDS, COLUMNS, RATINGS, VISIT_ENDS
from kiosk.words_files import load_words

SMALLEST_EXPORTED = 5
"""Counts below this could point at a person in a small ward: an export hides them."""
WIDEST_BAR = 30
"""Characters of the longest bar in the report."""

_OUTCOMES = frozenset(event for event in Counted if event.startswith("outcome_"))
_TOTALS = VISIT_ENDS | {Counted.VISIT_STARTED, Counted.PROCEDURE_CHOSEN}
"""Sums of other events: a visit that finished was rated or not, a procedure that was
chosen came to an outcome or was left. One hidden part could be had by subtraction."""
_PARTS = RATINGS | _OUTCOMES | {Counted.STEP_LEFT}
_READ = "SELECT * FROM counters WHERE day BETWEEN ? AND ? ORDER BY 1, 2, 3, 4, 5, 6, 7"


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


def report(path: Path, *, since: date, until: date) -> Report:
    """The counters from `since` to `until`; a log that does not exist yet has none.

    For the office itself: small counts are shown. What leaves the office is an `export`.

    Raises:
        KioskError: `usage.unreadable`.
    """
    try:
        rows = _read(path, since, until) if path.exists() else []
        cells = tuple(
            Cell(day=date.fromisoformat(day), **dict(zip(COLUMNS[1:], rest, strict=True)))
            for day, *rest in rows
        )
    except (sqlite3.Error, OSError, ValueError) as error:
        raise KioskError("usage.unreadable", type(error).__name__, file=str(path)) from error
    return Report(since=since, until=until, cells=cells)


def _read(path: Path, since: date, until: date) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as log:
        if not log.execute("SELECT 1 FROM sqlite_schema WHERE name = 'counters'").fetchone():
            return []
        return log.execute(_READ, (since.isoformat(), until.isoformat())).fetchall()


def export(
    path: Path, out: Path, *, since: date, until: date, smallest: int = SMALLEST_EXPORTED
) -> int:
    """Write the counters as CSV to `out`, small ones hidden. Returns the number of lines.

    A count below `smallest` is written as "<5". On a day with such a count, the totals
    that it is a part of are left out: they would tell it by subtraction.

    Raises:
        KioskError: `usage.unreadable`, `usage.nothing_counted`, `usage.export_failed`.
    """
    found = report(path, since=since, until=until)
    if not found.cells:
        raise KioskError("usage.nothing_counted", since=str(since), until=str(until))
    rows = list(_released(found, smallest))
    try:
        with out.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.writer(opened)
            writer.writerow(COLUMNS)
            writer.writerows(rows)
    except OSError as error:
        raise KioskError("usage.export_failed", error.strerror or "", file=str(out)) from error
    return len(rows)


def print_report(found: Report, console: Console, *, language: Language) -> None:
    """Print tables and bars, or the sentence that nothing was counted."""
    say = load_words().say
    span = {"since": str(found.since), "until": str(found.until)}
    if not found.cells:
        console.print(say("error.usage.nothing_counted", language, **span))
        return
    console.print(say("usage.period", language, **span), style="bold")
    console.print(_outcomes(found, language))
    hours = found.by(lambda cell: cell.hour_band, Counted.VISIT_STARTED)
    modes = found.by(lambda cell: cell.mode, Counted.PROCEDURE_CHOSEN)
    stops = found.by(lambda cell: f"{cell.procedure} / {cell.step}", Counted.STEP_LEFT)
    bars: dict[str, Mapping[str, int]] = {
        "by_hour": {band: hours[band] for band in (*BANDS.values(), "other")},
        "by_mode": {mode: modes[mode] for mode in InputMode},
        "by_language": found.by(lambda cell: cell.language, Counted.PROCEDURE_CHOSEN),
        "stops": dict(stops.most_common(10)),
        "ratings": found.by(lambda cell: cell.event, *RATINGS),
        "everything": dict(found.by(lambda cell: cell.event).most_common()),
    }
    for title, sums in bars.items():
        if any(sums.values()):
            console.print(_bars(title, sums, language))


def _outcomes(found: Report, language: Language) -> Table:
    """What came of each procedure."""
    say = load_words().say
    columns = {
        "chosen": Counted.PROCEDURE_CHOSEN,
        "here": Counted.OUTCOME_HERE,
        "elsewhere": Counted.OUTCOME_ELSEWHERE,
        "ask_staff": Counted.OUTCOME_ASK_STAFF,
        "left": Counted.STEP_LEFT,
    }
    table = Table(title=say("usage.by_procedure", language), title_justify="left")
    table.add_column(say("usage.procedure", language))
    for key in columns:
        table.add_column(say(f"usage.{key}", language), justify="right")
    sums = [found.by(lambda cell: cell.procedure, event) for event in columns.values()]
    for procedure in sorted(set().union(*sums)):
        table.add_row(procedure, *(str(column[procedure]) for column in sums))
    return table


def _bars(title: str, sums: Mapping[str, int], language: Language) -> Table:
    words = load_words()
    heading = words.say(f"usage.{title}", language)
    table = Table(title=heading, title_justify="left", box=None, show_header=False)
    most = max(sums.values())
    for name, n in sums.items():
        key = f"usage.name.{name}"
        label = words.say(key, language) if words.has(key) else name
        table.add_row(label, str(n), "█" * round(WIDEST_BAR * n / most))
    return table


def _released(found: Report, smallest: int) -> Iterator[tuple[object, ...]]:
    small = [cell for cell in found.cells if cell.n < smallest]
    days_with_hidden = {cell.day for cell in small if cell.event in _TOTALS | _PARTS}
    for cell in found.cells:
        if cell.n < smallest:
            yield (*astuple(cell)[:-1], f"<{smallest}")
        elif cell.event not in _TOTALS or cell.day not in days_with_hidden:
            yield astuple(cell)

"""What the usage log holds: the counters, and tables and bars of them for the office itself."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from kiosk.errors import KioskError
from kiosk.procedure import Language
from kiosk.usage_counts import COLUMNS, Cell, Report
from kiosk.usage_release import Names, SeenRow, SeenTable, least, release_of
from kiosk.usage_tables import Shows
from kiosk.words_files import load_words

WIDEST_BAR = 30
"""Characters of the longest bar in the report."""
MOST_STOPS = 10
"""Steps that the report names."""

_READ = "SELECT * FROM counters WHERE day BETWEEN ? AND ? ORDER BY 1, 2, 3, 4, 5, 6, 7"


def report(path: Path, *, since: date, until: date) -> Report:
    """The counters from `since` to `until`; a log that does not exist yet has none.

    For the office itself: small counts are shown. What leaves the office is a `usage_outside`.

    Raises:
        KioskError: `usage.unreadable`.
    """
    days = since.isoformat(), until.isoformat()
    try:
        rows = _asked(path, _READ, *days) if path.exists() else []
        cells = tuple(
            Cell(day=date.fromisoformat(day), **dict(zip(COLUMNS[1:], rest, strict=True)))
            for day, *rest in rows
        )
    except (sqlite3.Error, OSError, ValueError) as error:
        raise KioskError("usage.unreadable", type(error).__name__, file=str(path)) from error
    return Report(since=since, until=until, cells=cells)


def _asked(path: Path, question: str, *values: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as log:
        if not log.execute("SELECT 1 FROM sqlite_schema WHERE name = 'counters'").fetchone():
            return []
        return log.execute(question, values).fetchall()


def oldest_day(path: Path) -> date | None:
    """The first day of which anything is held.

    Raises:
        KioskError: `usage.unreadable`.
    """
    try:
        rows = _asked(path, "SELECT min(day) FROM counters") if path.exists() else []
        return date.fromisoformat(rows[0][0]) if rows and rows[0][0] else None
    except (sqlite3.Error, OSError, ValueError) as error:
        raise KioskError("usage.unreadable", type(error).__name__, file=str(path)) from error


def print_report(found: Report, console: Console, *, language: Language) -> None:
    """Print tables and bars, or the sentence that nothing was counted."""
    words = load_words()
    span = {"since": str(found.since), "until": str(found.until)}
    if not found.cells:
        console.print(words.say("error.usage.nothing_counted", language, **span))
        return
    console.print(words.say("usage.period", language, **span), style="bold")
    release = release_of(found, words, language=language, names=Names(), smallest=0)
    for table in release.tables:
        console.print(_outcomes(table) if table.shows is Shows.OUTCOMES else _bars(table))
    everything = tuple(
        SeenRow(label=words.say(key, language) if words.has(key) else name, numbers=(n,))
        for name, n in found.by(lambda cell: cell.event).most_common()
        for key in (f"usage.name.{name}",)
    )
    console.print(_bars_of(words.say("usage.everything", language), everything))


def _outcomes(table: SeenTable) -> Table:
    """What came of each procedure."""
    drawn = Table(title=table.title, title_justify="left")
    drawn.add_column(table.heads[0])
    for head in table.heads[1:]:
        drawn.add_column(head, justify="right")
    for row in table.rows:
        drawn.add_row(row.label, *map(str, row.numbers))
    return drawn


def _bars(table: SeenTable) -> Table:
    rows = table.rows[:MOST_STOPS] if table.shows is Shows.STOPS else table.rows
    return _bars_of(table.title, rows)


def _bars_of(title: str, rows: Sequence[SeenRow]) -> Table:
    table = Table(title=title, title_justify="left", box=None, show_header=False)
    counts = [least(one) for row in rows for one in row.numbers]
    most = max(counts, default=0) or 1
    for row, n in zip(rows, counts, strict=True):
        label = " / ".join(filter(None, (row.label, row.detail)))
        table.add_row(label, str(n), "█" * round(WIDEST_BAR * n / most))
    return table

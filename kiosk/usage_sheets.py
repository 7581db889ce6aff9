"""The tables of usage as files for other programs: CSV and XLSX, made in memory."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter

from kiosk.procedure import Language
from kiosk.usage_hiding import SMALLEST_SHOWN
from kiosk.usage_release import Release, SeenRow, SeenTable, number_words
from kiosk.words import Words

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell that begins with one of these is calculated by spreadsheets."""
_WIDEST = 60
_MOST_SHEET_NAME = 31
_NOT_IN_SHEET_NAMES = str.maketrans("[]:*?/\\'", "        ")

_Line = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where the numbers come from, for the first sheet."""

    ward: str
    made: datetime


@dataclass(frozen=True, slots=True)
class Sheets:
    """A release, about to be written."""

    release: Release
    origin: Origin
    words: Words
    language: Language

    def csv(self) -> bytes:
        """One table: the name of the table, the line, what is counted, the number."""
        opened = io.StringIO(newline="")
        writer = csv.writer(opened)
        columns = ("sheet.table", "column.what", "column.step", "column.counted", "column.times")
        writer.writerow(self._say(f"usage.{key}") for key in columns)
        for table in self.release.tables:
            counted = table.heads[2 if table.has_details else 1 :]
            for row in table.rows:
                for head, number in zip(counted, self._numbers(row), strict=True):
                    line = (table.title, row.label, row.detail, head, number)
                    writer.writerow(map(_no_formula, line))
        for label, value in self._about():
            writer.writerow(map(_no_formula, (self._sheet("about"), label, "", value, "")))
        return opened.getvalue().encode("utf-8-sig")  # the mark tells spreadsheets the encoding

    def xlsx(self) -> bytes:
        """A sheet that says what this is and what is hidden, and one for each table."""
        opened = io.BytesIO()
        book = xlsxwriter.Workbook(opened, {"in_memory": True})
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet(self._sheet("about"))
        _write(sheet, tuple(self._about()), bold)
        for table in self.release.tables:
            name = table.title.translate(_NOT_IN_SHEET_NAMES)[:_MOST_SHEET_NAME].strip()
            sheet = book.add_worksheet(name)
            _write(sheet, (self._heads(table), *self._lines(table)), bold)
            sheet.freeze_panes(1, 0)
        book.set_properties({"author": "", "created": self.origin.made})
        book.close()
        return opened.getvalue()

    def _about(self) -> Iterator[tuple[str, str | int]]:
        release = self.release
        visits = self._say(f"usage.name.{release.visits}") if release.visits else self._sheet("all")
        yield self._sheet("ward"), self.origin.ward
        yield self._sheet("since"), f"{release.since:%d/%m/%Y}"
        yield self._sheet("until"), f"{release.until:%d/%m/%Y}"
        yield self._sheet("visits"), visits
        yield self._sheet("made"), f"{self.origin.made:%d/%m/%Y %H:%M}"
        for why in ("pieces", "hidden", "at_least"):
            yield "", self._sheet(why)
        yield "", self._sheet("no_person")

    def _heads(self, table: SeenTable) -> _Line:
        share = (self._say("usage.column.percent"),) if table.has_shares else ()
        return (*table.heads, *share)

    def _lines(self, table: SeenTable) -> Iterator[_Line]:
        for row in table.rows:
            labels = (row.label, row.detail) if table.has_details else (row.label,)
            share = ("" if row.percent is None else f"{row.percent} %",)
            yield (*labels, *self._numbers(row), *(share if table.has_shares else ()))

    def _numbers(self, row: SeenRow) -> _Line:
        told = number_words(row.numbers, self.words, self.language)
        pairs = zip(row.numbers, told, strict=True)
        return tuple(one if isinstance(one, int) else text for one, text in pairs)

    def _sheet(self, name: str) -> str:
        values = {"smallest": SMALLEST_SHOWN, "most": SMALLEST_SHOWN - 1}
        return self.words.say(f"usage.sheet.{name}", self.language, **values)

    def _say(self, key: str) -> str:
        return self.words.say(key, self.language)


def _write(
    sheet: xlsxwriter.worksheet.Worksheet, lines: tuple[_Line, ...], bold: xlsxwriter.format.Format
) -> None:
    """Texts as texts, whatever they begin with; numbers as numbers."""
    widths: dict[int, int] = {}
    for at, line in enumerate(lines):
        for column, value in enumerate(line):
            is_head = at == 0
            if isinstance(value, str):
                sheet.write_string(at, column, value, bold if is_head else None)
            else:
                sheet.write_number(at, column, value)
            widths[column] = min(_WIDEST, max(widths.get(column, 0), len(str(value)) + 2))
    for column, width in widths.items():
        sheet.set_column(column, column, width)


def _no_formula(value: str | int) -> str | int:
    """A text that no spreadsheet takes for a formula."""
    is_formula = isinstance(value, str) and value.startswith(_FORMULA_SIGNS)
    return f"'{value}" if is_formula else value

"""The tables of usage as files: read back as a spreadsheet reads them; no formula, no secret."""

import csv
import io
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from made_usage import fill, made_visits
from typer.testing import CliRunner

from kiosk.cli import app
from kiosk.procedure import Language
from kiosk.usage import USAGE_FILE
from kiosk.usage_hiding import Hidden
from kiosk.usage_release import Names, Release, SeenRow, SeenTable, release_of
from kiosk.usage_report import report
from kiosk.usage_sheets import Origin, Sheets
from kiosk.usage_tables import Shows
from kiosk.words_files import load_words

LAST = date(2026, 11, 27)
WORDS = load_words()
ORIGIN = Origin(ward="Phường Cửa Nam", made=datetime(2026, 11, 28, 9, 5, tzinfo=UTC))
EVIL = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y")', "khai sinh")


def sheets_of(release: Release, language: Language = "vi") -> Sheets:
    return Sheets(release, ORIGIN, WORDS, language)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    path = tmp_path_factory.mktemp("state") / USAGE_FILE
    fill(path, made_visits(LAST, days=14))
    found = report(path, since=date(2026, 11, 1), until=LAST)
    return release_of(found, WORDS, language="vi", names=Names())


def numbers_in(release: Release) -> list[str]:
    small, withheld = (WORDS.say(f"usage.hidden.{why}", "vi", smallest=5) for why in Hidden)
    told = {Hidden.SMALL: small, Hidden.WITHHELD: withheld}
    return [
        told[one] if isinstance(one, Hidden) else str(one)
        for table in release.tables
        for row in table.rows
        for one in row.numbers
    ]


def test_a_spreadsheet_reads_back_a_sheet_for_each_table(release: Release) -> None:
    book = openpyxl.load_workbook(io.BytesIO(sheets_of(release).xlsx()))
    titles = [table.title for table in release.tables]
    assert book.sheetnames == ["Giới thiệu", *(title[:31].strip() for title in titles)]
    read = []
    for table, sheet in zip(release.tables, book.worksheets[1:], strict=True):
        lines = list(sheet.iter_rows(values_only=True))
        assert lines[0][: len(table.heads)] == table.heads
        first = 2 if table.has_details else 1
        for line in lines[1:]:
            read += [str(one) for one in line[first : len(table.heads)]]
    assert read == numbers_in(release)
    assert "<5" in read
    assert not {"1", "2", "3", "4"}.intersection(read)


def test_the_first_sheet_says_what_is_hidden_and_why(release: Release) -> None:
    book = openpyxl.load_workbook(io.BytesIO(sheets_of(release).xlsx()))
    told = dict(book.worksheets[0].iter_rows(values_only=True, max_row=6))
    assert told["Đơn vị"] == "Phường Cửa Nam"
    assert (told["Từ ngày"], told["Đến hết ngày"]) == ("01/11/2026", "27/11/2026")
    assert told["Lập lúc"] == "28/11/2026 09:05"
    assert told["Ngôn ngữ của lượt"] == "Tất cả"
    assert told["Số đếm dưới 5 được che"] == release.count(Hidden.SMALL) > 0
    text = " ".join(str(row[1]) for row in book.worksheets[0].iter_rows(values_only=True))
    assert "ghi là “<5”" in text
    assert "tính ngược" in text
    assert "Xin không so số của tệp này với số của khoảng thời gian khác" in text


def test_csv_holds_the_same_numbers_in_a_form_that_excel_reads(release: Release) -> None:
    content = sheets_of(release).csv()
    assert content.startswith(b"\xef\xbb\xbf"), "else Excel takes it for another encoding"
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert lines[0] == ["Bảng", "Mục", "Bước", "Đếm gì", "Số lần"]
    about = [line for line in lines if line[0] == "Giới thiệu"]
    body = [line for line in lines[1:] if line[0] != "Giới thiệu"]
    assert [line[4] for line in body] == numbers_in(release)
    assert any(line[3] == "Phường Cửa Nam" for line in about)


@pytest.mark.parametrize("text", EVIL)
def test_no_text_is_taken_for_a_formula(text: str) -> None:
    row = SeenRow(label=text, detail=text, numbers=(12, Hidden.SMALL))
    table = SeenTable(
        shows=Shows.STOPS, title="Bảng", heads=(text, "b", "c", "d"), rows=(row,), has_details=True
    )
    release = Release(since=LAST, until=LAST, visits="", tables=(table,))
    sheets = Sheets(release, Origin(ward=text, made=ORIGIN.made), WORDS, "vi")
    book = openpyxl.load_workbook(io.BytesIO(sheets.xlsx()))
    cells = [cell for sheet in book.worksheets for line in sheet.iter_rows() for cell in line]
    assert {cell.data_type for cell in cells} <= {"s", "n"}, "no formula"
    assert not any(cell.hyperlink for cell in cells)
    for line in csv.reader(io.StringIO(sheets.csv().decode("utf-8-sig"), newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in line), line


def test_the_command_line_writes_the_tables_too(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    fill(state / USAGE_FILE, made_visits(LAST, days=14))
    site = tmp_path / "site.toml"
    site.write_text(f'[folders]\nstate = "{state}"\n', encoding="utf-8")
    out = tmp_path / "usage.xlsx"
    days = ["--since", "2026-11-01", "--until", "2026-11-27"]
    done = CliRunner().invoke(app, ["usage", "export", str(out), *days, "--site", str(site)])
    assert done.exit_code == 0, done.output
    book = openpyxl.load_workbook(out)
    asked = book["Thủ tục được hỏi nhiều nhất"]
    labels = [line[0] for line in asked.iter_rows(values_only=True)]
    assert "Đăng ký khai sinh" in labels, "by title, not by id"
    nothing = ["--since", "2026-01-01", "--until", "2026-01-02"]
    done = CliRunner().invoke(app, ["usage", "export", str(out), *nothing, "--site", str(site)])
    assert done.exit_code == 1
    assert "chưa có số đếm nào" in done.output
    with closing(sqlite3.connect(state / USAGE_FILE)) as log:
        assert log.execute("SELECT count(*) FROM counters").fetchone()[0] > 0

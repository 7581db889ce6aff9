"""The tables of usage as files: read back as a spreadsheet reads them; no formula, no secret."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from made_usage import fill, made_visits
from typer.testing import CliRunner

from kiosk.cli import app
from kiosk.procedure import Language
from kiosk.usage import USAGE_FILE
from kiosk.usage_deletion import delete_until
from kiosk.usage_periods import Pace
from kiosk.usage_release import (
    HIDDEN,
    AtLeast,
    Names,
    Release,
    SeenRow,
    SeenTable,
    number_words,
    release_of,
)
from kiosk.usage_report import report
from kiosk.usage_sheets import Origin, Sheets
from kiosk.usage_tables import Shows
from kiosk.words_files import load_words

LAST = date(2026, 11, 29)
"""A Sunday."""
WORDS = load_words()
ORIGIN = Origin(ward="Phường Cửa Nam", made=datetime(2026, 11, 28, 9, 5, tzinfo=UTC))
EVIL = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y")', "khai sinh")


def sheets_of(release: Release, language: Language = "vi") -> Sheets:
    return Sheets(release, ORIGIN, WORDS, language)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    path = tmp_path_factory.mktemp("state") / USAGE_FILE
    fill(path, made_visits(LAST, days=14))
    found = report(path, since=date(2026, 11, 9), until=LAST)
    return release_of(found, WORDS, language="vi", names=Names(), pace=Pace.WEEK)


def numbers_in(release: Release) -> list[str]:
    return [
        one
        for table in release.tables
        for row in table.rows
        for one in number_words(row.numbers, WORDS, "vi")
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
    assert "ẩn" in read
    assert any(one.startswith("≥ ") for one in read)
    assert not {"1", "2", "3", "4"}.intersection(read)


def test_the_first_sheet_says_what_is_hidden_and_why(release: Release) -> None:
    book = openpyxl.load_workbook(io.BytesIO(sheets_of(release).xlsx()))
    told = dict(book.worksheets[0].iter_rows(values_only=True, max_row=6))
    assert told["Đơn vị"] == "Phường Cửa Nam"
    assert (told["Từ ngày"], told["Đến hết ngày"]) == ("09/11/2026", "29/11/2026")
    assert told["Lập lúc"] == "28/11/2026 09:05"
    assert told["Ngôn ngữ của lượt"] == "Tất cả"
    text = " ".join(str(row[1]) for row in book.worksheets[0].iter_rows(values_only=True))
    for said in ("tuần trọn hoặc tháng trọn", "từ 1 đến 4", "tính ngược", "“≥” là"):
        assert said in text


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
    row = SeenRow(label=text, detail=text, numbers=(AtLeast(12), HIDDEN))
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


@pytest.fixture
def site(tmp_path: Path) -> Path:
    state = tmp_path / "state"
    state.mkdir()
    fill(state / USAGE_FILE, made_visits(LAST, days=14))
    site = tmp_path / "site.toml"
    site.write_text(f'[folders]\nstate = "{state}"\n[usage]\ntold_by = "week"\n', encoding="utf-8")
    return site


def exported(site: Path, out: Path, since: str, until: str) -> tuple[int, str]:
    days = ["--since", since, "--until", until]
    done = CliRunner().invoke(app, ["usage", "export", str(out), *days, "--site", str(site)])
    return done.exit_code, done.output


@pytest.fixture(autouse=True)
def monday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.cli_admin._today", lambda: LAST + timedelta(days=1))


def test_the_command_line_writes_the_tables_too(site: Path, tmp_path: Path) -> None:
    out = tmp_path / "usage.xlsx"
    code, said = exported(site, out, "2026-11-11", "2026-11-30")
    assert code == 0, said
    book = openpyxl.load_workbook(out)
    told = dict(book.worksheets[0].iter_rows(values_only=True, max_row=3))
    assert (told["Từ ngày"], told["Đến hết ngày"]) == ("16/11/2026", "29/11/2026"), "whole weeks"
    asked = book["Thủ tục được hỏi nhiều nhất"]
    labels = [line[0] for line in asked.iter_rows(values_only=True)]
    assert "Đăng ký khai sinh" in labels, "by title, not by id"
    code, said = exported(site, tmp_path / "usage.csv", "2026-11-16", "2026-11-29")
    assert code == 0, said
    lines = (tmp_path / "usage.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "Bảng,Mục,Bước,Đếm gì,Số lần"


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("2026-11-17", "2026-11-28"),
        ("2026-11-24", "2026-11-29"),
        ("2026-11-30", "2026-12-06"),
        ("2026-01-05", "2026-01-11"),
    ],
    ids=["parts of weeks", "part of a week", "a week that is not over", "nothing counted"],
)
def test_what_holds_no_whole_week_with_counters_is_not_written(
    site: Path, tmp_path: Path, since: str, until: str
) -> None:
    out = tmp_path / "usage.csv"
    code, said = exported(site, out, since, until)
    assert code == 1
    assert "chưa có tuần trọn nào" in " ".join(said.split())
    assert not out.exists()


def test_a_week_that_lost_a_day_is_not_written_any_more(site: Path, tmp_path: Path) -> None:
    """It would tell that day to whoever saw the week before."""
    out = tmp_path / "usage.csv"
    assert exported(site, out, "2026-11-16", "2026-11-29")[0] == 0
    delete_until(tmp_path / "state", date(2026, 11, 16), "lan.tran", 0.0)
    assert exported(site, out, "2026-11-16", "2026-11-22")[0] == 1
    assert exported(site, out, "2026-11-23", "2026-11-29")[0] == 0


@pytest.mark.parametrize("out", ["", "/dev/full"])
def test_a_file_that_cannot_be_written_is_refused(site: Path, tmp_path: Path, out: str) -> None:
    code, said = exported(site, Path(out or tmp_path), "2026-11-16", "2026-11-29")
    assert code == 1
    assert "Không ghi được tệp" in said

"""The page on usage: who sees what of it, what leaves it as a file, how counters are deleted."""

import csv
import io
import pickle
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from urllib.parse import quote

import openpyxl
import pytest
from console_room import NOW, MakeRoom, Room, token_of
from made_usage import fill, made_visits
from starlette.testclient import TestClient

from kiosk.console.accounts import Role
from kiosk.console.beside import Beside
from kiosk.usage import USAGE_FILE
from kiosk.usage_deletion import deletions

TODAY = date.fromtimestamp(NOW)  # noqa: DTZ012 - as the page reckons
PAGE = {"accept": "text/html"}
EACH_FILE = pytest.mark.parametrize("path", ["/usage/csv", "/usage/xlsx"])


@pytest.fixture
def full(make_room: MakeRoom) -> Room:
    room = make_room()
    room.state.mkdir(parents=True, exist_ok=True)
    fill(room.state / USAGE_FILE, made_visits(TODAY, days=40))
    return room


@pytest.fixture
def admin(full: Room) -> TestClient:
    return full.enter(Role.ADMIN)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here, not in a child process: tests/test_console_access.py and a browser do that."""

    async def work(
        _: Beside, done: Callable[..., object], *values: object, seconds: float
    ) -> object:
        assert seconds > 0
        return pickle.loads(pickle.dumps(done))(*pickle.loads(pickle.dumps(values)))  # noqa: S301

    monkeypatch.setattr(Beside, "__call__", work)


def numbers_of(html: str) -> list[str]:
    return re.findall(r'<td class="count"[^>]*>([^<]*|&lt;5)</td>', html)


def days_of(html: str) -> list[str]:
    return re.findall(r'<th scope="row">(\d\d/\d\d/\d{4})</th>', html)


def test_the_page_answers_each_question_with_a_chart_and_a_table(admin: TestClient) -> None:
    html = admin.get("/usage", headers=PAGE).text
    for title in (
        *("Lượt người dân", "Thủ tục được hỏi nhiều nhất", "Nơi người dân dừng lại"),
        *("Cách chọn thủ tục", "Máy có hiểu câu nói không", "Gọi cán bộ và thời gian chờ"),
        *("Lượt bắt đầu theo ngày", "Lượt bắt đầu theo giờ", "Đánh giá", "Phiếu in"),
        "Theo thủ tục và kết quả",
    ):
        assert f">{title}</h2>" in html
        assert f'aria-label="Biểu đồ: {title}.' in html
    assert '<th scope="row">Đăng ký khai sinh</th>' in html, "by title"
    assert "Ai đi đăng ký cho bé?" in html, "the step's question in words"
    assert "<script>" not in html
    assert "style=" not in html


def test_a_table_of_many_columns_stands_below_its_chart_and_is_cards_on_a_phone(
    admin: TestClient,
) -> None:
    page = admin.get("/usage").text
    sections = re.findall(r'<section class="usage">.*?</section>', page, re.DOTALL)
    wide = 0
    for section in sections:
        is_wide = section.count('<th scope="col"') > 3
        assert ('class="both above"' in section) is is_wide
        has_words = "<td data-column=" in section  # a second column of words takes as much room
        assert ('<table class="as-cards">' in section) is (is_wide or has_words)
        names = re.findall(r'<td[^>]* data-column="([^"]+)"', section)
        heads = re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', section)
        assert set(names) == set(heads[1:]), "each cell brings its column's name along"
        wide += is_wide
    assert 0 < wide < len(sections)


def test_no_number_from_one_to_four_is_on_the_page(admin: TestClient) -> None:
    for query in ("span=7", "span=30", "span=30&visits=en", "span=90&visits=vi"):
        numbers = numbers_of(admin.get(f"/usage?{query}", headers=PAGE).text)
        assert "&lt;5" in numbers
        assert not {"1", "2", "3", "4"}.intersection(numbers), query


def test_the_days_asked_for_are_shown(admin: TestClient) -> None:
    days = days_of(admin.get("/usage?span=7", headers=PAGE).text)
    assert days[0] == "11/01/2027", "the first working day of the seven"
    assert days[-1] == f"{TODAY:%d/%m/%Y}"
    own = "span=own&since=2027-01-01&until=2027-01-05"
    days = days_of(admin.get(f"/usage?{own}", headers=PAGE).text)
    assert days == [f"0{day}/01/2027" for day in (1, 2, 3, 4, 5)][-len(days) :]


@pytest.mark.parametrize(
    "query",
    [
        "span=own",
        "span=own&since=2027-01-05&until=2027-01-01",
        "span=own&since=2027-01-05&until=2999-01-01",
        "span=own&since=0001-01-01&until=2027-01-01",
        "span=own&since=x&until=y",
        "span=8",
        "visits=fr",
        f"span={quote('<script>')}",
    ],
)
def test_a_span_that_cannot_be_is_refused_in_a_sentence(admin: TestClient, query: str) -> None:
    for path in ("/usage", "/usage/csv"):
        answer = admin.get(f"{path}?{query}", headers=PAGE)
        assert answer.status_code == 400
        assert "Khoảng ngày chưa đúng" in answer.text
        assert "<script>" not in answer.text


def test_where_nothing_was_counted_it_says_so(room: Room) -> None:
    browser = room.enter(Role.AUDITOR)
    html = browser.get("/usage", headers=PAGE).text
    assert "Chưa có số đếm nào trong khoảng này." in html
    assert "Hiện chưa giữ ngày nào." in html


def test_a_log_that_cannot_be_read_is_said(room: Room) -> None:
    (room.state).mkdir(parents=True, exist_ok=True)
    (room.state / USAGE_FILE).write_bytes(b"this is no database" * 100)
    browser = room.enter(Role.ADMIN)
    answer = browser.get("/usage", headers=PAGE)
    assert answer.status_code == 503
    assert "Không đọc được tệp số đếm" in answer.text
    assert browser.get("/usage/xlsx").status_code == 503


# Files


def test_a_spreadsheet_holds_what_the_page_shows(full: Room, admin: TestClient) -> None:
    page = numbers_of(admin.get("/usage?span=30", headers=PAGE).text)
    answer = admin.get("/usage/xlsx?span=30")
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert answer.headers["content-type"] == kind
    wanted = r'attachment; filename="dan-loi-[\d-]+\.xlsx"'
    assert re.fullmatch(wanted, answer.headers["content-disposition"])
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    rows = [row for sheet in book.worksheets[1:] for row in sheet.iter_rows()]
    cells = [cell.value for row in rows for cell in row]
    shown = [one.replace("&lt;", "<") for one in page if one and not one.endswith("%")]
    assert [str(one) for one in cells if isinstance(one, int) or one in ("<5", "ẩn")] == shown
    deed = full.console.audit.latest(1)[0]
    assert (deed.what, deed.account) == ("usage_exported", "admin.one")


def test_a_csv_holds_the_same(admin: TestClient) -> None:
    page = numbers_of(admin.get("/usage?span=7&visits=vi", headers=PAGE).text)
    answer = admin.get("/usage/csv?span=7&visits=vi")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].endswith('.csv"')
    assert answer.headers["cache-control"] == "no-store"
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))[1:]
    written = [line[4] for line in lines if line[0] != "Giới thiệu"]
    assert written == [one.replace("&lt;", "<") for one in page if one and not one.endswith("%")]


@EACH_FILE
def test_an_auditor_may_take_files_and_staff_may_not(full: Room, path: str) -> None:
    auditor = full.enter(Role.AUDITOR)
    assert auditor.get(path).status_code == 200
    assert full.enter(Role.STAFF).get(path).status_code == 403


# Deletion


def test_an_admin_deletes_in_two_steps_and_it_is_proven(full: Room, admin: TestClient) -> None:
    until = "2026-12-31"
    page = admin.get("/usage", headers=PAGE).text
    assert "Số đếm được giữ 24 tháng rồi tự xóa. Ngày cũ nhất đang giữ:" in page
    form = {"token": token_of(admin, "/usage"), "until": until}
    asked = admin.post("/usage/delete", data=form)
    assert asked.status_code == 200
    assert "Sẽ xóa mọi số đếm đến hết ngày 31/12/2026" in asked.text
    assert deletions(full.state) == (), "nothing has gone yet"
    done = admin.post("/usage/delete", data=form | {"sure": "yes"})
    assert done.status_code == 303
    record = deletions(full.state)[0]
    assert record.rows > 100
    assert record.account == "admin.one"
    page = admin.get("/usage", headers=PAGE).text
    assert f"Đã xóa số đếm đến hết 31/12/2026: {record.rows} dòng." in page
    assert str(record.digest) in page
    assert "Ngày cũ nhất đang giữ: 01/01/2027" in page
    deeds = [(deed.what, deed.about) for deed in full.console.audit.latest(2)]
    assert deeds == [
        ("usage_deleted", f"{until} {record.rows} {record.digest}"),
        ("usage_deleting", until),
    ]
    audit = admin.get("/audit", headers=PAGE).text
    assert str(record.digest) in audit
    assert "Đã xóa số đếm" in audit


def test_an_unfinished_deletion_is_called_so_until_it_is_finished(
    full: Room, admin: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.usage_deletion.PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr("kiosk.usage_deletion.BUSY_MILLISECONDS", 100)
    form = {"token": token_of(admin, "/usage"), "until": "2026-12-31", "sure": "yes"}
    with closing(sqlite3.connect(full.state / USAGE_FILE, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM counters").fetchone()
        answer = admin.post("/usage/delete", data=form)
    assert answer.status_code == 503
    assert "Chưa xóa hết được số đếm" in answer.text
    assert "Chưa xong: số đếm đã bỏ khỏi bảng" in answer.text
    rows = deletions(full.state)[0].rows
    assert f'<td data-column="Số dòng">{rows}</td>' in answer.text
    deeds = [deed.what for deed in full.console.audit.latest(2)]
    assert deeds == ["usage_not_deleted", "usage_deleting"]
    assert "Xóa số đếm, chưa xong" in admin.get("/audit", headers=PAGE).text
    assert admin.post("/usage/delete", data=form).status_code == 303
    page = admin.get("/usage", headers=PAGE).text
    assert "Chưa xong" not in page
    assert f"Đã xóa số đếm đến hết 31/12/2026: {rows} dòng." in page
    assert str(deletions(full.state)[0].digest) in page


def test_it_promises_nothing_that_two_spans_would_give_away(admin: TestClient) -> None:
    html = admin.get("/usage", headers=PAGE).text
    assert "Xin không so số của hai khoảng thời gian với nhau" in html
    assert "không ai đoán được" not in html


@pytest.mark.parametrize("until", ["", "x", "2999-01-01", "2026-13-01"])
def test_a_day_that_cannot_be_deletes_nothing(full: Room, admin: TestClient, until: str) -> None:
    form = {"token": token_of(admin, "/usage"), "until": until, "sure": "yes"}
    answer = admin.post("/usage/delete", data=form)
    assert answer.status_code == 400
    assert "Ngày chưa đúng" in answer.text
    assert deletions(full.state) == ()


def test_an_auditor_sees_the_deletions_and_no_form_for_them(full: Room) -> None:
    admin = full.enter(Role.ADMIN)
    form = {"token": token_of(admin, "/usage"), "until": "2026-12-31", "sure": "yes"}
    admin.post("/usage/delete", data=form)
    auditor = full.enter(Role.AUDITOR)
    page = auditor.get("/usage", headers=PAGE).text
    assert str(deletions(full.state)[0].digest) in page
    assert "/usage/delete" not in page
    form = {"token": token_of(auditor, "/usage"), "until": "2027-01-01", "sure": "yes"}
    assert auditor.post("/usage/delete", data=form).status_code == 403
    assert len(deletions(full.state)) == 1

"""Notices at the console: who writes them, what is wrong at which field, what kiosks are told."""

import html
import json
import re
import stat
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from bundle_maker import TODAY, signed, titled
from console_room import NOW, Room, token_of
from httpx2 import Response
from starlette.testclient import TestClient

from kiosk.bundle_store import BundleStore
from kiosk.command import NoticesSet
from kiosk.console import notice_pages
from kiosk.console.accounts import Role
from kiosk.console.notice_book import MOST_OVER, NOTICES_FILE, Entry, NoticeBook, in_order
from kiosk.console.notice_form import Typed, Wrong, read_typed, typed_of
from kiosk.errors import KioskError
from kiosk.notice import MOST_LETTERS, MOST_NOTICES, Notice, NoticeKind, mark_of
from kiosk.procedure import Text
from kiosk.standing import Standing

DAY = date(2027, 1, 15)
"""What the room's clock shows."""
POWER = "Mất điện tầng 2, mời ông/bà sang quầy 5."
FORM = {
    "kind": "closure",
    "vi": "Sáng 18/1 phường nghỉ họp.",
    "en": "Closed on the morning of 18 January.",
    "since": "2027-01-15",
    "until": "2027-01-18",
}
GOOD = Typed(kind="closure", vi=FORM["vi"], en=FORM["en"], since=FORM["since"], until=FORM["until"])


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The room's kiosks never say what they show."""
    monkeypatch.setattr(notice_pages, "SHOWN_SECONDS", 0.0)


def book(room: Room) -> NoticeBook:
    return NoticeBook(room.state / NOTICES_FILE)


def send(browser: TestClient, path: str, **fields: str) -> Response:
    return browser.post(path, data={"token": token_of(browser, "/notices"), **fields})


def seen(browser: TestClient) -> str:
    return html.unescape(browser.get("/notices").text)


def part(page: str, title: str) -> str:
    """What stands below a heading."""
    return page.partition(f"<h2>{title}</h2>")[2].partition("<h2>")[0]


def only(room: Room) -> Notice:
    (entry,) = book(room).entries()
    return entry.notice


# Writing


def test_an_admin_writes_a_notice_and_each_kiosk_is_told(room: Room) -> None:
    room.board.publish(Standing(kiosk="may-2", name="Máy tầng 2", since=NOW))
    browser = room.enter(Role.ADMIN)
    assert send(browser, "/notices/add", **FORM).status_code == 303
    notice = only(room)
    assert notice.text == Text(vi=FORM["vi"], en=FORM["en"])
    assert (notice.kind, notice.since, notice.until) == (NoticeKind.CLOSURE, DAY, date(2027, 1, 18))
    assert room.sent == [(one, NoticesSet((notice,))) for one in ("kiosk", "may-2")]
    deed = room.console.audit.latest(1)[0]
    assert (deed.account, deed.what) == ("admin.one", "notice_added")
    assert deed.about == f"{notice.id} closure 2027-01-15..2027-01-18"
    assert stat.S_IMODE((room.state / NOTICES_FILE).stat().st_mode) == 0o600


def test_kiosks_that_were_not_reached_are_named_until_they_show_it(room: Room) -> None:
    room.board.publish(Standing(kiosk="may-2", name="Máy tầng 2", since=NOW))
    browser = room.enter(Role.ADMIN)
    send(browser, "/notices/add", **FORM)
    page = seen(browser)
    assert "Đã lưu." in page
    assert page.count("Máy hướng dẫn, Máy tầng 2") == 1, "once, in red"
    mark = mark_of((only(room),), DAY)
    room.board.publish(Standing(kiosk="kiosk", name="Máy hướng dẫn", since=NOW, notices=mark))
    assert "Chưa hiện thông báo mới: Máy tầng 2." in seen(browser)
    room.sent.clear()
    assert send(browser, "/notices/send").status_code == 303
    assert [kiosk for kiosk, _ in room.sent] == ["may-2"], "only those that are behind"
    room.board.publish(Standing(kiosk="may-2", name="Máy tầng 2", since=NOW, notices=mark))
    send(browser, "/notices/send")
    assert "Mọi máy đã nhận." in (page := seen(browser))
    assert "Chưa hiện" not in page


def test_an_officer_at_the_counter_writes_what_is_urgent_and_nothing_else(room: Room) -> None:
    browser = room.enter(Role.STAFF)
    page = seen(browser)
    assert 'action="/notices/urgent"' in page
    assert 'action="/notices/add"' not in page
    urgent = {"vi": POWER, "until": "2027-01-15", "kind": "notice", "since": "2027-02-01"}
    assert send(browser, "/notices/urgent", **urgent).status_code == 303
    notice = only(room)
    assert (notice.kind, notice.since, notice.until) == (NoticeKind.URGENT, DAY, DAY)
    assert send(browser, "/notices/add", **FORM).status_code == 403
    assert send(browser, f"/notices/{notice.id}/change", **FORM).status_code == 403
    assert send(browser, f"/notices/{notice.id}/end").status_code == 403
    assert send(browser, f"/notices/urgent/{notice.id}/end").status_code == 303
    assert room.sent[-1] == ("kiosk", NoticesSet(()))


def test_an_officer_cannot_end_what_an_admin_wrote_unless_it_is_urgent(room: Room) -> None:
    send(room.enter(Role.ADMIN), "/notices/add", **FORM)
    browser = room.enter(Role.STAFF)
    assert f"/notices/urgent/{only(room).id}/end" not in seen(browser)
    assert send(browser, f"/notices/urgent/{only(room).id}/end").status_code == 403
    assert not book(room).entries()[0].is_over(DAY)


def test_who_ends_a_notice_does_not_become_its_author(room: Room) -> None:
    send(room.enter(Role.STAFF), "/notices/urgent", vi=POWER, en="", until="2027-01-15")
    admin = room.enter(Role.ADMIN)
    send(admin, f"/notices/{only(room).id}/end")
    (ended,) = book(room).entries()
    assert (ended.by, ended.ended_by) == ("staff.one", "admin.one")
    told = part(seen(admin), "Đã hết")
    assert "viết bởi staff.one · admin.one kết thúc ngày 15/01/2027" in told


def test_a_book_from_before_that_is_read_as_it_was_meant(room: Room) -> None:
    send(room.enter(Role.ADMIN), "/notices/add", **FORM)
    file = room.state / NOTICES_FILE
    kept = json.loads(file.read_bytes())
    del kept["entries"][0]["ended_by"]
    kept["entries"][0]["ended"] = "2027-01-15"
    file.write_text(json.dumps(kept), encoding="utf-8")
    told = part(seen(room.enter(Role.ADMIN)), "Đã hết")
    assert "viết bởi admin.one · kết thúc sớm ngày 15/01/2027" in told


def test_an_officer_corrects_the_words_of_their_own_urgent_notice_and_of_no_other(
    room: Room,
) -> None:
    officer = room.enter(Role.STAFF)
    send(officer, "/notices/urgent", vi="Mất điên tầng 2.", en="", until="2027-01-16")
    notice = only(room)
    path = f"/notices/urgent/{notice.id}"
    assert f'href="{path}"' in seen(officer)
    assert "Mất điên tầng 2." in html.unescape(officer.get(path).text)
    wanted = {"kind": "closure", "until": "2027-02-01", "vi": "Mất điện tầng 2.", "en": ""}
    assert send(officer, f"{path}/change", **{**wanted, "vi": " "}).status_code == 422
    assert send(officer, f"{path}/change", **wanted).status_code == 303
    mended = Text(vi="Mất điện tầng 2.", en="Mất điện tầng 2.")
    assert only(room) == replace(notice, text=mended), "the words, and nothing else"
    assert room.sent[-1] == ("kiosk", NoticesSet((only(room),)))
    deed = room.console.audit.latest(1)[0]
    assert (deed.account, deed.what) == ("staff.one", "notice_changed")

    send(room.enter(Role.ADMIN), f"/notices/{notice.id}/change", **{**FORM, "kind": "urgent"})
    assert f'href="{path}"' not in seen(officer), "it is the administrator's now"
    assert officer.get(path).status_code == 403
    assert send(officer, f"{path}/change", **wanted).status_code == 403
    assert only(room).text.vi == FORM["vi"]


def test_a_notice_that_is_over_can_be_written_again_from_its_words(room: Room) -> None:
    officer = room.enter(Role.STAFF)
    send(officer, "/notices/urgent", vi=POWER, en="", until="2027-01-15")
    notice = only(room)
    assert "?again=" not in seen(officer)
    send(officer, f"/notices/urgent/{notice.id}/end")
    assert f'href="/notices?again={notice.id}"' in seen(officer)
    page = html.unescape(officer.get(f"/notices?again={notice.id}").text)
    assert '<details class="sheet" open>' in page
    assert f">{POWER}</textarea>" in page
    assert "?again=" not in seen(room.enter(Role.AUDITOR))
    for other in ("nothing", ""):
        page = html.unescape(officer.get(f"/notices?again={other}").text)
        assert f">{POWER}</textarea>" not in page


def test_ending_is_asked_in_its_place(room: Room) -> None:
    browser = room.enter(Role.ADMIN)
    send(browser, "/notices/add", **FORM)
    page = seen(browser)
    asked = page.partition('<details class="asks">')[2].partition("</details>")[0]
    assert "Mọi máy thôi hiện thông báo này ngay. Vẫn làm?" in asked
    assert f'action="/notices/{only(room).id}/end"' in asked
    assert page.count(f'action="/notices/{only(room).id}/end"') == 1


def test_staff_are_told_why_they_write_only_what_is_urgent(room: Room) -> None:
    why = "Cán bộ viết thông báo khẩn; thông báo khác xin nhờ quản trị viên."
    assert why in seen(room.enter(Role.STAFF))
    assert why not in seen(room.enter(Role.ADMIN))


def test_an_auditor_reads_all_and_changes_nothing(room: Room) -> None:
    send(room.enter(Role.ADMIN), "/notices/add", **FORM)
    browser = room.enter(Role.AUDITOR)
    page = seen(browser)
    assert FORM["vi"] in page
    assert re.findall(r'action="(/notices[^"]*)"', page) == []
    for path in ("/notices/add", "/notices/urgent", f"/notices/{only(room).id}/end"):
        assert send(browser, path, **FORM).status_code == 403
    assert len(book(room).entries()) == 1


def test_without_english_the_page_says_what_the_english_screen_shows(room: Room) -> None:
    browser = room.enter(Role.ADMIN)
    send(browser, "/notices/add", **{**FORM, "en": "  "})
    notice = only(room)
    assert notice.text.en == notice.text.vi
    assert "Chưa có tiếng Anh: màn hình tiếng Anh hiện câu tiếng Việt." in seen(browser)
    form = html.unescape(browser.get(f"/notices/{notice.id}").text)
    assert re.search(r'<textarea id="en"[^>]*></textarea>', form), "and not the Vietnamese again"


def test_a_notice_is_changed_and_ended(room: Room) -> None:
    browser = room.enter(Role.ADMIN)
    send(browser, "/notices/add", **FORM)
    notice = only(room)
    form = html.unescape(browser.get(f"/notices/{notice.id}").text)
    assert FORM["vi"] in form
    assert 'value="2027-01-18"' in form
    changed = {**FORM, "until": "2027-01-20", "kind": "moved"}
    assert send(browser, f"/notices/{notice.id}/change", **changed).status_code == 303
    assert only(room) == replace(notice, until=date(2027, 1, 20), kind=NoticeKind.MOVED)
    assert send(browser, f"/notices/{notice.id}/end").status_code == 303
    assert book(room).to_show(DAY) == ()
    assert "admin.one kết thúc ngày 15/01/2027" in part(seen(browser), "Đã hết")
    assert room.sent[-1] == ("kiosk", NoticesSet(()))
    for path in (f"/notices/{notice.id}/end", f"/notices/{notice.id}/change"):
        assert send(browser, path, **FORM).status_code == 303
        assert "Thông báo này không còn" in seen(browser)
    browser.get(f"/notices/{notice.id}")
    assert "Thông báo này không còn" in seen(browser)
    deeds = [one.what for one in room.console.audit.latest(3)]
    assert deeds == ["notice_ended", "notice_changed", "notice_added"]


def test_the_page_tells_apart_what_is_shown_what_comes_and_what_is_over(room: Room) -> None:
    browser = room.enter(Role.ADMIN)
    send(browser, "/notices/add", **{**FORM, "vi": "Đang hiện đây."})
    later = {"since": "2027-01-20", "until": "2027-01-21", "vi": "Mai kia mới hiện."}
    send(browser, "/notices/add", **{**FORM, **later})
    page = seen(browser)
    assert "Đang hiện đây." in part(page, "Đang hiện")
    assert "Mai kia mới hiện." in part(page, "Sắp hiện")
    room.seconds += 4 * 86_400  # the 18th has passed; the session has not been idle: a new one
    browser = room.enter(Role.ADMIN)
    page = seen(browser)
    assert "Đang hiện đây." in part(page, "Đã hết")
    assert "Hôm nay không có thông báo nào." in page


def test_notices_of_the_bundle_are_seen_and_not_changed(room: Room) -> None:
    site = """
[[notices]]
id = "nghi-le"
kind = "closure"
since = 2027-01-01
until = 2027-01-31
text = { vi = "Nghỉ Tết của gói.", en = "Holiday of the bundle." }
"""
    store = BundleStore(room.state)
    store.publish(signed("1", {**titled("Một"), "site.toml": site.encode()}), key="k")
    browser = room.enter(Role.ADMIN)
    page = part(seen(browser), "Đang hiện")
    assert "Nghỉ Tết của gói." in page
    assert "của gói thủ tục" in page
    assert "/notices/nghi-le" not in page
    send(browser, "/notices/nghi-le/end")
    assert "Thông báo này không còn" in seen(browser)
    assert room.sent == []
    assert TODAY < DAY


# What is wrong, at its field


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"kind": "party"}, "kind", "no_kind"),
        ({"vi": " \n "}, "vi", "no_text"),
        ({"vi": "a" * (MOST_LETTERS + 1)}, "vi", "too_long"),
        ({"en": "a" * (MOST_LETTERS + 1)}, "en", "too_long"),
        ({"vi": "Nghỉ\u200bhọp"}, "vi", "invisible"),
        ({"vi": "Phường nghỉ \u202ehọp"}, "vi", "invisible"),
        ({"vi": "Рhường nghỉ"}, "vi", "look_alike"),
        ({"vi": "Phường nghỉ 🎉"}, "vi", "not_shown"),
        ({"since": "18/01/2027"}, "since", "bad_date"),
        ({"until": ""}, "until", "bad_date"),
        ({"until": "2027-02-30"}, "until", "bad_date"),
        ({"until": "20270118"}, "until", "bad_date"),
        ({"until": "2027-W03-1"}, "until", "bad_date"),
        ({"until": "2027-01-14"}, "until", "is_past"),
        ({"since": "2027-01-19"}, "until", "before_since"),
        ({"until": "2207-01-18"}, "until", "too_far"),
        ({"since": "2207-01-18", "until": "2207-01-19"}, "since", "too_far"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_kept(
    room: Room, changes: dict[str, str], field: str, code: str
) -> None:
    wrong = read_typed(replace(GOOD, **changes), id="x", today=DAY)
    assert not isinstance(wrong, Notice)
    assert (wrong[0].field, wrong[0].code) == (field, code)
    browser = room.enter(Role.ADMIN)
    answer = send(browser, "/notices/add", **{**FORM, **changes})
    assert answer.status_code == 422
    assert f'id="{field}-fault"' in answer.text
    assert re.search(rf'id="{field}"[^>]*aria-describedby="[^"]*{field}-fault"', answer.text)
    assert 'aria-invalid="true"' in answer.text
    assert not (room.state / NOTICES_FILE).exists()
    assert room.sent == []


def test_all_that_is_wrong_is_told_at_once_and_what_was_typed_stays(room: Room) -> None:
    browser = room.enter(Role.ADMIN)
    bad = {**FORM, "vi": "", "en": "Half a sentence", "until": "gone"}
    page = html.unescape(send(browser, "/notices/add", **bad).text)
    assert "Xin viết câu tiếng Việt." in page
    assert "Đây không phải là ngày." in page
    assert ">Half a sentence</textarea>" in page
    assert "<details" in page
    assert re.search(r'<details class="sheet" open>', page)


def test_what_somebody_types_is_text_and_never_a_part_of_the_page(room: Room) -> None:
    browser = room.enter(Role.ADMIN)
    evil = '</textarea><script>alert("x")</script>'
    assert send(browser, "/notices/add", **{**FORM, "vi": evil}).status_code == 303
    for path in ("/notices", f"/notices/{only(room).id}"):
        assert "<script>alert" not in browser.get(path).text


def test_blanks_and_the_way_of_writing_marks_are_put_right() -> None:
    decomposed = "  Phường   nghỉ\r\nhọp. "
    notice = read_typed(replace(GOOD, vi=decomposed), id="x", today=DAY)
    assert isinstance(notice, Notice)
    assert notice.text.vi == "Phường nghỉ họp."
    assert typed_of(notice) == replace(GOOD, vi="Phường nghỉ họp.")


def test_a_fault_names_its_field_in_the_order_of_the_form() -> None:
    everything = Typed(kind="", vi="", en="\u200b", since="", until="")
    wrong = read_typed(everything, id="x", today=DAY)
    assert isinstance(wrong, tuple)
    assert [one.field for one in wrong] == ["kind", "vi", "en", "since", "until"]
    assert all(isinstance(one, Wrong) for one in wrong)


# The book


def entry(number: int, kind: NoticeKind = NoticeKind.NOTICE) -> Entry:
    text = Text(vi="Nghỉ.", en="Closed.")
    notice = Notice(id=f"so-{number}", text=text, since=DAY, until=DAY, kind=kind)
    return Entry(notice=notice, by="lan")


def test_no_more_than_so_many_are_kept_and_the_oldest_that_are_over_are_forgotten(
    tmp_path: Path,
) -> None:
    kept = NoticeBook(tmp_path / "state" / NOTICES_FILE)
    for number in range(MOST_NOTICES):
        kept.add(entry(number).notice, by="lan", today=DAY)
    with pytest.raises(KioskError, match=r"notices\.full"):
        kept.add(entry(99).notice, by="lan", today=DAY)
    for number in range(MOST_OVER + 5):
        tomorrow = DAY + timedelta(days=number + 1)
        later = replace(entry(100 + number).notice, since=tomorrow, until=tomorrow)
        kept.add(later, by="lan", today=tomorrow)
    last = DAY + timedelta(days=MOST_OVER + 5)
    assert len(kept.entries()) == MOST_OVER + 1
    assert [one.notice.id for one in kept.entries()][-1] == f"so-{100 + MOST_OVER + 4}"
    assert len(kept.to_show(last)) == 1


def test_the_list_is_in_the_order_of_the_screen() -> None:
    urgent = entry(2, NoticeKind.URGENT)
    ended = replace(entry(3), ended=DAY)
    assert in_order((entry(1), urgent, ended), DAY) == (urgent, entry(1))


@pytest.mark.parametrize(
    "content", ["", "{", '{"format": 2}', '{"entries": [{"by": "x"}]}', "[]", " " * 500_000]
)
def test_a_damaged_book_is_said_so_and_never_written_over(room: Room, content: str) -> None:
    file = room.state / NOTICES_FILE
    browser = room.enter(Role.ADMIN)
    file.write_text(content, encoding="utf-8")
    assert "Tệp thông báo" in seen(browser)
    answer = send(browser, "/notices/add", **FORM)
    assert answer.status_code == 409
    assert FORM["vi"] in html.unescape(answer.text), "what was typed is not lost"
    assert send(browser, "/notices/send").status_code == 303
    assert file.read_text(encoding="utf-8") == content
    assert room.sent == []


def test_a_full_disk_leaves_the_old_book(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = room.enter(Role.ADMIN)
    send(browser, "/notices/add", **FORM)
    before = json.loads((room.state / NOTICES_FILE).read_bytes())

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device", str(path), None, str(len(content)))

    monkeypatch.setattr("kiosk.console.notice_book.write_private", full)
    answer = send(browser, "/notices/add", **FORM)
    assert (answer.status_code, "Không ghi được thông báo" in answer.text) == (409, True)
    assert json.loads((room.state / NOTICES_FILE).read_bytes()) == before

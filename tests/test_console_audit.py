"""The page with what was done: in words, filtered, page by page."""

import html
import re

import pytest
from bundle_maker import packed, signed, titled
from bundle_office import DAY, NEW_TITLE, WardOffice
from console_room import Room

from kiosk.console import audit_page
from kiosk.console.accounts import Role

TOLD = {
    ("summon", "come ho-tich"): "Máy hướng dẫn: Mời đến quầy, ",
    ("summon", "wait_here"): "Máy hướng dẫn: Xin chờ",
    ("volume", "loud"): "Máy hướng dẫn: To",
    ("answer", ""): "Máy hướng dẫn",
    ("notice_added", "a5f99d22 urgent 2026-11-28..2026-11-28"): "Khẩn. Ngày 28/11/2026",
    ("notice_ended", "a5f99d22 closure 2026-11-28..2026-12-01"): (
        "Nghỉ phục vụ. Từ 28/11/2026 đến hết 01/12/2026"
    ),
    ("account_role", "lan.tran auditor"): "lan.tran, kiểm tra viên",
    ("account_disabled", "lan.tran"): "lan.tran",
    ("bundle_rolled_back", "shipped"): "Bản có sẵn",
    ("bundle_published", "2026.11.28-0123456789ab"): "Gói 2026.11.28",
    ("bundle_scheduled", "2-0123456789ab 2026-12-01"): "Gói 2. Được dùng từ ngày 01/12/2026",
    ("bundle_refused", "bundle.older"): "Gói … không mới hơn gói đang dùng (…)",
    ("bundle_refused", "bundle.unsigned"): "Gói chưa được ký nên không nhận.",
    ("bundle_dropped", "0" * 32): "",
    ("draft_begun", "20261128-2ad999"): "Bản nháp 20261128-2ad999",
    ("draft_published", "20261128-2ad999 2026.11.28"): (
        "Bản nháp 20261128-2ad999. Phiên bản 2026.11.28"
    ),
    ("draft_changed", "20261128-2ad999 xin-giay fees.tai-quay.amount"): (
        "Bản nháp 20261128-2ad999. Xin giấy xác nhận: Lệ phí, Số tiền"
    ),
    ("draft_undone", "20261128-2ad999 xin-giay notes.nho-ban-goc.text.vi"): (
        "Bản nháp 20261128-2ad999. Xin giấy xác nhận: Lưu ý, Nội dung"
    ),
    ("draft_changed", "20261128-2ad999 gone-now wordings.start.vi"): (
        "Bản nháp 20261128-2ad999. gone-now: Cách nói"
    ),
    ("usage_exported", "2026-11-01 2026-11-28  csv"): "Từ 01/11/2026 đến hết 28/11/2026, CSV",
    ("usage_deleted", f"2026-11-01 12 {'0' * 64}"): "Đến hết ngày 01/11/2026. Số dòng: 12",
    ("notice_added", "written otherwise"): "written otherwise",
    ("no_such_deed", "x y"): "x y",
}


def cells(page: str, column: str) -> list[str]:
    found = re.findall(rf'<td(?: class="free")? data-column="{column}">(.*?)</td>', page)
    return [html.unescape(re.sub(r"<[^>]+>", "", one)) for one in found]


@pytest.mark.parametrize(("what", "about"), TOLD)
def test_the_log_is_told_in_words(desk: WardOffice, what: str, about: str) -> None:
    kiosk = "kiosk" if what in ("summon", "volume", "answer") else ""
    desk.room.console.audit.note(what, account="x", kiosk=kiosk, about=about)
    auditor = desk.enter(Role.AUDITOR)  # who signs in is the newest entry
    first = cells(auditor.get("/audit").text, "Máy, nội dung")[1]
    wanted = TOLD[what, about]
    assert first.startswith(wanted)
    assert bool(first) is bool(wanted)


def test_what_the_pages_themselves_note_is_told_in_words(desk: WardOffice) -> None:
    desk.publish(signed("2", titled(NEW_TITLE)))
    desk.upload(packed(signed("1")))
    desk.upload(b"a letter" * 90)
    desk.admin.post("/bundles/rollback/shipped", data=desk.form())
    page = desk.admin.get("/audit").text
    assert cells(page, "Máy, nội dung")[:5] == [
        "Bản có sẵn",
        "Tệp này không phải là gói thủ tục, hoặc đã hỏng. Hãy chép lại từ nơi gửi.",
        (
            "Gói … không mới hơn gói đang dùng (…) nên không nhận. Muốn dùng bản cũ, xin chọn"
            " Trở về ở trang Gói thủ tục."
        ),
        "Gói 2",
        "Gói 2",
    ]
    assert "shipped" not in page
    assert "bundle.older" not in page


def test_the_log_can_be_narrowed_to_an_account_a_deed_and_a_day(room: Room) -> None:
    for account in ("lan", "minh"):
        for what in ("lock", "unlock"):
            room.console.audit.note(what, account=account, kiosk="kiosk")
    room.seconds += 24 * 3600
    room.console.audit.note("lock", account="lan", kiosk="kiosk")
    browser = room.enter(Role.AUDITOR)

    def rows(query: str) -> list[tuple[str, str]]:
        page = browser.get(f"/audit?{query}").text
        return list(zip(cells(page, "Tài khoản"), cells(page, "Việc"), strict=True))

    lock, unlock = ("lan", "Cho máy tạm nghỉ"), ("lan", "Cho máy phục vụ lại")
    assert rows("account=lan&what=&day=") == [lock, unlock, lock]
    assert rows("account=lan&what=lock&day=") == [lock, lock]
    assert rows(f"account=lan&what=lock&day={DAY.isoformat()}") == [lock]
    assert rows("account=lan&what=lock&day=2001-01-01") == []
    assert len(rows("day=gestern&page=-1")) == 6, "what cannot be read narrows nothing"
    page = browser.get("/audit?account=lan&what=lock").text
    assert '<option value="lan" selected>' in page
    assert '<option value="lock" selected>Cho máy tạm nghỉ' in page
    assert "2 việc." in page
    assert "Không có việc nào như vậy." in browser.get("/audit?account=nobody").text


def test_older_entries_are_on_further_pages(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_page, "SHOWN", 3)
    browser = room.enter(Role.AUDITOR)
    for number in range(6):
        room.console.audit.note("account_disabled", account="lan", about=f"người-{number}")
    page = browser.get("/audit?account=lan").text
    assert "3 việc mới nhất trong 6 việc." in page
    assert cells(page, "Máy, nội dung") == ["người-5", "người-4", "người-3"]
    found = re.search(r'<a class="button" href="([^"]+)">Cũ hơn</a>', page)
    assert found is not None
    page = browser.get(html.unescape(found.group(1))).text
    assert cells(page, "Máy, nội dung") == ["người-2", "người-1", "người-0"]
    assert "Đang xem việc thứ 4 đến 6" in page
    assert ">Cũ hơn</a>" not in page
    assert ">Mới hơn</a>" in page

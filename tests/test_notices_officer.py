"""Somebody writes a notice at a browser, and it is on the citizen's screen beside them."""

from datetime import date, timedelta

import pytest
from live_console import PIN
from office_desk import SHOTS, Office, OpenOffice, go_to, is_wide, picture
from officer import DESK, PHONE, Hire, Officer, open_page
from playwright.sync_api import Page, expect

from kiosk.console.accounts import Role
from kiosk.screen import RestingBody, WaitingBody
from kiosk.ui.window import LANDSCAPE, PORTRAIT

CLOSED = "Sáng thứ Hai phường nghỉ họp, mời ông/bà đến từ 13 giờ 30."
CLOSED_EN = "Closed on Monday morning; please come from 1.30 pm."
POWER = "Mất điện tầng 2, mời ông/bà sang quầy 5."


def on_screen(office: Office) -> list[str]:
    body = office.ward.screen.body
    assert isinstance(body, WaitingBody | RestingBody)
    return [one.text for one in body.notices]


def photograph(office: Office, name: str) -> None:
    """The kiosk's own screen, both ways up and in both languages."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    hand, window = office.ward.hand, office.ward.panel.window
    for size, way in ((LANDSCAPE, "landscape"), (PORTRAIT, "portrait")):
        window.resize(size)
        for language in ("English", "Tiếng Việt"):
            hand.touch(language)
            hand.picture().save(str(SHOTS / f"kiosk-{name}-{way}-{language[:2].lower()}.png"))


def open_notices(officer: Officer) -> None:
    officer.do(lambda page: open_page(page, "Thông báo"))
    officer.do(lambda page: page.get_by_role("heading", name="Thông báo", level=1).wait_for())


def write(page: Page, *, vi: str, en: str, kind: str, until: date) -> None:
    page.get_by_label("Loại").select_option(label=kind)
    page.get_by_label("Tiếng Việt", exact=True).fill(vi)
    page.get_by_label("Tiếng Anh").fill(en)
    page.get_by_label("Đến hết ngày").fill(until.isoformat())
    page.get_by_role("button", name="Lưu và hiện lên các máy").click()
    expect(page.get_by_text("Đã lưu. Mọi máy đã nhận.")).to_be_visible()


def test_an_admin_writes_changes_and_ends_a_notice_and_the_kiosk_shows_it_at_once(
    open_office: OpenOffice, hire: Hire
) -> None:
    office = open_office(Role.ADMIN)
    today = office.ward.kiosk.conductor._office.today
    officer = hire(size=DESK, pump=office.ward.hand.let_time_pass)
    officer.sign_in(office.address, Role.ADMIN)
    open_notices(officer)
    until = today + timedelta(days=3)
    officer.do(lambda page: write(page, vi=CLOSED, en=CLOSED_EN, kind="Nghỉ phục vụ", until=until))
    assert on_screen(office) == [CLOSED]
    assert CLOSED in office.ward.hand.texts()
    photograph(office, "closed")

    def change(page: Page) -> None:
        page.get_by_role("link", name="Sửa").click()
        page.get_by_label("Tiếng Việt", exact=True).fill("Phường nghỉ cả ngày thứ Hai.")
        page.get_by_role("button", name="Lưu thay đổi").click()
        expect(page.get_by_text("Đã lưu. Mọi máy đã nhận.")).to_be_visible()

    officer.do(change)
    assert on_screen(office) == ["Phường nghỉ cả ngày thứ Hai."]

    def end(page: Page) -> None:
        page.locator("summary", has_text="Kết thúc ngay").click()
        expect(page.get_by_text("Mọi máy thôi hiện thông báo này ngay.")).to_be_visible()
        page.get_by_role("button", name="Vẫn làm").click()
        expect(page.get_by_text("Hôm nay không có thông báo nào.")).to_be_visible()

    officer.do(end)
    assert on_screen(office) == []
    picture(officer, "desk-notices-over")


def test_an_officer_at_the_counter_tells_everybody_by_keyboard_alone_even_on_a_locked_kiosk(
    open_office: OpenOffice, hire: Hire
) -> None:
    office = open_office(Role.STAFF)
    ward = office.ward
    officer = hire(size=DESK, pump=ward.hand.let_time_pass)
    officer.sign_in(office.address, Role.STAFF)

    def tell(page: Page) -> None:
        go_to(page, "Thông báo")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Thông báo", level=1).wait_for()
        go_to(page, "Viết thông báo khẩn")
        page.keyboard.press("Enter")
        go_to(page, "vi")
        page.keyboard.type(POWER)
        go_to(page, "Hiện ngay lên các máy")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Đã lưu. Mọi máy đã nhận.")).to_be_visible()

    officer.do(tell)
    assert on_screen(office) == [POWER]
    ward.hand.touch("English")
    body = ward.screen.body
    assert isinstance(body, WaitingBody)
    assert body.notices[0].title == "Urgent (in Vietnamese)"
    ward.hand.touch("Tiếng Việt")
    ward.hand.hold_corner(ward.kiosk.settings.staff.hold_seconds + 0.3)
    ward.enter_pin(PIN)
    ward.hand.touch("Tạm nghỉ")
    assert isinstance(ward.screen.body, RestingBody)
    assert on_screen(office) == [POWER]
    SHOTS.mkdir(parents=True, exist_ok=True)
    ward.hand.picture().save(str(SHOTS / "kiosk-resting-urgent.png"))

    def end(page: Page) -> None:
        page.locator("summary", has_text="Kết thúc ngay").focus()
        page.keyboard.press("Enter")
        go_to(page, str(page.locator("[id^=sure-end]").get_attribute("id")))
        page.keyboard.press("Space")
        expect(page.get_by_text("Hôm nay không có thông báo nào.")).to_be_visible()

    officer.do(end)
    assert on_screen(office) == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing_on_the_pages_of_notices(
    open_office: OpenOffice, hire: Hire, size: tuple[int, int]
) -> None:
    office = open_office(Role.ADMIN)
    today = office.ward.kiosk.conductor._office.today
    name = "phone" if size == PHONE else "desk"
    officer = hire(size=size, pump=office.ward.hand.let_time_pass)
    officer.sign_in(office.address, Role.ADMIN)

    def check(what: str) -> None:
        assert officer.violations() == [], what
        assert not officer.do(is_wide), f"{what} is wider than its window"
        picture(officer, f"{name}-notices-{what}")

    open_notices(officer)
    check("none")

    def fail(page: Page) -> None:
        page.get_by_label("Tiếng Việt", exact=True).fill("Рhường nghỉ")  # a Cyrillic letter
        page.get_by_role("button", name="Lưu và hiện lên các máy").click()
        expect(page.get_by_text("Chưa lưu.")).to_be_visible()

    officer.do(fail)
    check("wrong")
    later = today + timedelta(days=2)
    officer.do(lambda page: write(page, vi=CLOSED, en=CLOSED_EN, kind="Nghỉ phục vụ", until=later))

    def more(page: Page) -> None:
        page.get_by_text("Viết thông báo", exact=True).click()
        write(page, vi=POWER, en="", kind="Khẩn", until=today)

    officer.do(more)
    check("shown")
    officer.do(lambda page: page.get_by_role("link", name="Sửa").first.click())
    check("change")
    officer.do(lambda page: page.go_back())
    officer.do(lambda page: page.get_by_role("button", name="English").click())
    officer.do(lambda page: page.get_by_role("heading", name="Notices", level=1).wait_for())
    check("english")

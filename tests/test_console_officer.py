"""An officer at a browser beside the real kiosk: what they do is on the citizen's screen."""

from functools import partial

import pytest
from console_room import PASSWORD
from live_console import PIN
from office_desk import SHOTS, OpenOffice, go_to, is_wide, picture
from officer import DESK, PHONE, Hire, becomes, open_pages
from playwright.sync_api import Page, expect

from kiosk import event as on
from kiosk.console.accounts import Role
from kiosk.intent import Talk
from kiosk.screen import (
    ChoosingBody,
    MessageOverlay,
    QuestionBody,
    RestingBody,
    StaffOverlay,
    WaitingBody,
)
from kiosk.tally import InputMode


def test_an_officer_answers_a_call_and_restarts_the_session_from_a_phone(
    open_office: OpenOffice, hire: Hire
) -> None:
    office = open_office(Role.STAFF)
    ward = office.ward
    officer = hire(size=PHONE, pump=ward.hand.let_time_pass)
    officer.sign_in(office.address, Role.STAFF)
    officer.do(lambda page: expect(page.get_by_text("Đang chờ người dân")).to_be_visible())
    officer.do(lambda page: page.get_by_role("button", name="Bật chuông").tap())
    officer.do(lambda page: expect(page.get_by_text("Chuông đã bật")).to_be_visible())

    ward.start()
    ward.hand.touch("Mới sinh con")
    ward.hand.touch("Đăng ký khai sinh")
    assert isinstance(ward.screen.body, QuestionBody)
    guiding = "Đang hướng dẫn: Đăng ký khai sinh – câu hỏi 1"
    officer.do(lambda page: expect(page.get_by_text(guiding)).to_be_visible())

    ward.hand.touch("Gọi cán bộ")
    officer.do(lambda page: expect(page.get_by_text("Người dân gọi cán bộ").last).to_be_visible())
    rang = "document.documentElement.dataset.rang >= 1"
    officer.do(lambda page: becomes(page, rang))
    calling = "document.title.includes('Gọi cán bộ')"
    officer.do(lambda page: becomes(page, calling))
    picture(officer, "phone-ringing")

    officer.do(lambda page: page.get_by_role("button", name="Tôi đến ngay").tap())
    office.wait(
        lambda: ward.screen.banner is not None and ward.screen.banner.text == "Cán bộ đang đến.",
        "the citizen sees that an officer is coming",
    )
    coming = "Người dân được báo: cán bộ đang đến"
    officer.do(lambda page: expect(page.get_by_text(coming)).to_be_visible())
    quiet = "document.querySelector('[data-ringing]') === null"
    officer.do(lambda page: becomes(page, quiet))

    officer.do(lambda page: page.locator("summary", has_text="Làm mới phiên").tap())
    officer.do(lambda page: expect(page.get_by_text("lời gọi sẽ mất")).to_be_visible())
    officer.do(lambda page: page.get_by_role("link", name="Thôi").tap())
    officer.do(lambda page: expect(page.get_by_text("lời gọi sẽ mất")).to_be_hidden())
    assert isinstance(ward.screen.body, QuestionBody), "nothing is lost by looking"
    officer.do(lambda page: page.locator("summary", has_text="Làm mới phiên").tap())
    picture(officer, "phone-asks")
    officer.do(lambda page: page.get_by_role("button", name="Vẫn làm").tap())
    office.wait(lambda: isinstance(ward.screen.body, WaitingBody), "the session is restarted")
    assert ward.screen.banner is not None
    assert "Cán bộ đã làm mới phiên" in ward.screen.banner.text
    officer.do(lambda page: expect(page.get_by_text("Đã làm mới phiên.")).to_be_in_viewport())
    picture(officer, "phone-restarted")
    ward.pass_time(11)
    assert ward.screen.banner is None, "only for a moment"
    assert not officer.do(is_wide)


def enter_by_keyboard(page: Page, address: str) -> None:
    page.goto(address)
    go_to(page, "name")
    page.keyboard.type("staff.one")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Các máy").wait_for()


def answer_by_keyboard(page: Page) -> None:
    go_to(page, "answer-kiosk")
    page.keyboard.press("Enter")
    becomes(page, "document.querySelector('#answer-kiosk') === null")
    becomes(page, "document.activeElement.id === 'name-kiosk'")


def summon_by_keyboard(page: Page) -> None:
    go_to(page, "Nhắn người dân")
    page.keyboard.press("Enter")
    go_to(page, "counter-kiosk")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    go_to(page, "Hiện lên màn hình máy")
    page.keyboard.press("Space")
    expect(page.get_by_text("Đã gửi lời nhắn.")).to_be_visible()


def press_by_keyboard(page: Page, button: str, shown: str) -> None:
    go_to(page, button)
    page.keyboard.press("Enter")
    expect(page.get_by_text(shown)).to_be_visible()


def lock_by_keyboard(page: Page) -> None:
    """Somebody waits for the officer: the page asks."""
    press_by_keyboard(page, "lock-kiosk", "Máy nghỉ, lời gọi vẫn còn ở đây.")
    press_by_keyboard(page, "sure-lock-kiosk", "Đang tạm nghỉ")


def test_an_officer_does_everything_by_keyboard(open_office: OpenOffice, hire: Hire) -> None:
    office = open_office(Role.STAFF)
    ward = office.ward
    officer = hire(size=DESK, pump=ward.hand.let_time_pass)
    officer.do(lambda page: enter_by_keyboard(page, office.address))
    ward.start()
    ward.hand.touch("Gọi cán bộ")
    officer.do(lambda page: page.locator("#answer-kiosk").wait_for())
    officer.do(answer_by_keyboard)
    assert ward.kiosk.conductor.session.is_officer_coming

    officer.do(summon_by_keyboard)
    office.wait(lambda: isinstance(ward.screen.overlay, MessageOverlay), "the message is shown")
    overlay = ward.screen.overlay
    assert isinstance(overlay, MessageOverlay)
    assert overlay.title == "Mời ông/bà đến quầy số 3"
    ward.hand.touch("Đã rõ")
    assert isinstance(ward.screen.body, ChoosingBody)

    officer.do(lock_by_keyboard)
    assert isinstance(ward.screen.body, RestingBody)
    assert ward.kiosk.conductor.session.is_officer_coming
    picture(officer, "desk-locked")
    officer.do(lambda page: press_by_keyboard(page, "unlock-kiosk", "Đang chờ người dân"))
    assert isinstance(ward.screen.body, WaitingBody)


def test_an_emergency_rings_with_its_number(open_office: OpenOffice, hire: Hire) -> None:
    office = open_office(Role.STAFF)
    ward = office.ward
    officer = hire(size=DESK, pump=ward.hand.let_time_pass)
    officer.sign_in(office.address, Role.STAFF)
    conductor = ward.kiosk.conductor
    ward.kiosk.understanding.begin()
    conductor.post(on.Said("cứu với, cháy nhà rồi", InputMode.TYPING))
    office.wait(lambda: isinstance(ward.screen.overlay, MessageOverlay), "the number is shown")
    overlay = ward.screen.overlay
    assert isinstance(overlay, MessageOverlay)
    assert "114" in overlay.title
    assert conductor.session.emergency is Talk.FIRE
    called = "Khẩn cấp: cháy, cứu nạn"
    officer.do(lambda page: expect(page.get_by_text(called).last).to_be_visible())
    officer.do(lambda page: expect(page.locator(".number")).to_have_text("Gọi 114"))
    picture(officer, "desk-emergency")


def test_without_a_script_the_page_still_shows_the_call_and_answers(
    open_office: OpenOffice, hire: Hire
) -> None:
    office = open_office(Role.STAFF)
    ward = office.ward
    officer = hire(pump=ward.hand.let_time_pass, has_script=False)
    officer.sign_in(office.address, Role.STAFF)
    ward.start()
    ward.hand.touch("Gọi cán bộ")
    officer.do(lambda page: page.get_by_role("button", name="Tôi đến ngay").wait_for())
    officer.do(lambda page: page.get_by_role("button", name="Tôi đến ngay").click())
    officer.do(lambda page: expect(page.get_by_text("Đã nhận lời gọi.")).to_be_visible())
    assert ward.kiosk.conductor.session.is_officer_coming


def test_where_events_are_held_up_the_page_asks(open_office: OpenOffice, hire: Hire) -> None:
    office = open_office(Role.STAFF)
    ward = office.ward
    officer = hire(pump=ward.hand.let_time_pass)
    officer.do(lambda page: page.route("**/live", lambda route: route.abort()))
    officer.sign_in(office.address, Role.STAFF)
    ward.start()
    ward.hand.touch("Gọi cán bộ")
    officer.do(
        lambda page: expect(page.get_by_role("button", name="Tôi đến ngay")).to_be_visible(
            timeout=25_000
        )
    )


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing_on_any_page(
    open_office: OpenOffice, hire: Hire, size: tuple[int, int]
) -> None:
    office = open_office()
    ward = office.ward
    name = "phone" if size == PHONE else "desk"
    officer = hire(size=size, pump=ward.hand.let_time_pass)
    console = ward.kiosk.conductor._office.console
    assert console is not None

    def check(what: str) -> None:
        assert officer.violations() == [], what
        assert not officer.do(is_wide), f"{what} is wider than its window"
        picture(officer, f"{name}-{what}")

    officer.do(lambda page: page.goto(office.address))
    check("setup")

    def make(page: Page) -> None:
        page.get_by_label("Mã tạo tài khoản").fill(console.setup_code)
        page.get_by_label("Tên tài khoản").fill("lan.tran")
        page.get_by_label("Mật khẩu mới", exact=True).fill(PASSWORD)
        page.get_by_label("Nhập lại mật khẩu mới").fill(PASSWORD)
        page.get_by_role("button", name="Tạo tài khoản").click()
        page.get_by_role("heading", name="Các máy").wait_for()

    officer.do(make)
    check("idle")
    ward.kiosk.conductor.trouble("printer.no_paper", is_there=True)
    ward.start()
    ward.hand.touch("Gọi cán bộ")
    officer.do(lambda page: page.get_by_role("button", name="Tôi đến ngay").wait_for())
    officer.do(lambda page: page.get_by_text("Nhắn người dân").click())
    officer.do(lambda page: page.get_by_text("Kiểm tra máy").click())
    check("ringing")
    officer.do(lambda page: page.get_by_role("button", name="Tôi đến ngay").click())
    officer.do(lambda page: page.get_by_role("button", name="In thử").click())
    officer.do(lambda page: expect(page.get_by_text("Đã in thử xong.")).to_be_visible())
    check("coming")
    for what in ("audit", "password"):
        officer.do(partial(Page.goto, url=f"{office.address}/{what}"))
        check(what)
    officer.do(lambda page: page.get_by_role("button", name="English").click())
    officer.do(lambda page: page.get_by_role("heading", name="Change the password").wait_for())
    check("english")
    officer.do(open_pages)
    check("pages")
    officer.do(lambda page: page.get_by_role("button", name="Sign out").click())
    officer.do(lambda page: page.get_by_label("Account").fill("lan.tran"))
    officer.do(lambda page: page.get_by_label("Password").fill("wrong password"))
    officer.do(lambda page: page.get_by_role("button", name="Sign in").click())
    officer.do(lambda page: expect(page.get_by_role("alert")).to_be_visible())
    check("login")


def test_the_staff_sheet_shows_how_to_get_in(open_office: OpenOffice) -> None:
    office = open_office()
    office.ward.hand.hold_corner(office.ward.kiosk.settings.staff.hold_seconds + 0.3)
    office.ward.enter_pin(PIN)
    overlay = office.ward.screen.overlay
    assert isinstance(overlay, StaffOverlay)
    assert office.address in "\n".join(overlay.console)
    SHOTS.mkdir(parents=True, exist_ok=True)
    office.ward.panel.window.grabWindow().save(str(SHOTS / "kiosk-staff-sheet.png"))
    office.ward.hand.touch("Tạm nghỉ")
    assert isinstance(office.ward.screen.body, RestingBody)
    office.ward.panel.window.grabWindow().save(str(SHOTS / "kiosk-resting.png"))

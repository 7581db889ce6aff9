"""An administrator looks after accounts at a browser; a newcomer chooses their own password."""

import pytest
from console_room import PASSWORD
from live_console import Serve
from office_desk import go_to, is_wide, picture
from officer import DESK, PHONE, Hire, open_pages
from playwright.sync_api import Page, expect

from kiosk.console.accounts import Role

NAME = "lan.tran"
OWN = "mười con vịt bơi qua sông"


def sign_in(page: Page, address: str, name: str, password: str) -> None:
    page.goto(address)
    page.get_by_label("Tên tài khoản").fill(name)
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng nhập").click()


def test_an_admin_adds_somebody_by_keyboard_and_they_choose_their_own_password(
    serve: Serve, hire: Hire
) -> None:
    served = serve(None, Role.ADMIN)
    admin, newcomer = hire(size=DESK), hire(size=PHONE)
    admin.sign_in(served.address, Role.ADMIN)

    def add(page: Page) -> str:
        go_to(page, "Tài khoản")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Tài khoản", level=1).wait_for()
        go_to(page, "Thêm tài khoản")
        page.keyboard.press("Enter")
        go_to(page, "name")
        page.keyboard.type(NAME)
        go_to(page, "Thêm và lấy mật khẩu đầu tiên")
        page.keyboard.press("Enter")
        return page.locator(".secret").inner_text()

    first = admin.do(add)
    picture(admin, "desk-accounts-first")

    def begin(page: Page) -> None:
        sign_in(page, served.address, NAME, first)
        expect(page.get_by_text("Mật khẩu này do người khác đặt.")).to_be_visible()
        open_pages(page)
        assert page.get_by_role("navigation").get_by_role("link").count() == 1
        page.goto(f"{served.address}/notices")
        page.get_by_role("heading", name="Đổi mật khẩu").wait_for()

    newcomer.do(begin)
    assert newcomer.violations() == []
    picture(newcomer, "phone-password-must")

    def choose(page: Page) -> None:
        page.get_by_label("Mật khẩu đang dùng").fill(first)
        page.get_by_label("Mật khẩu mới", exact=True).fill(OWN)
        page.get_by_label("Nhập lại mật khẩu mới").fill(OWN)
        page.get_by_role("button", name="Đổi mật khẩu").click()
        page.get_by_role("heading", name="Các máy").wait_for()

    newcomer.do(choose)

    def disable(page: Page) -> None:
        page.goto(f"{served.address}/accounts")
        go_to(page, f"Thay đổi: {NAME}")
        page.keyboard.press("Enter")
        go_to(page, f"disable-{NAME}")
        page.keyboard.press("Enter")
        expect(page.get_by_text("không vào được nữa")).to_be_visible()
        go_to(page, f"sure-disable-{NAME}")
        page.keyboard.press("Space")
        expect(page.get_by_text(f"Đã tắt {NAME}.")).to_be_visible()

    admin.do(disable)
    newcomer.do(lambda page: page.get_by_role("heading", name="Đăng nhập").wait_for())


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing_on_the_page_of_accounts(
    serve: Serve, hire: Hire, size: tuple[int, int]
) -> None:
    served = serve(None, Role.ADMIN, Role.STAFF, Role.AUDITOR)
    name = "phone" if size == PHONE else "desk"
    officer = hire(size=size)
    officer.do(lambda page: sign_in(page, served.address, "admin.one", PASSWORD))
    officer.do(lambda page: page.get_by_role("heading", name="Các máy").wait_for())
    officer.do(lambda page: page.goto(f"{served.address}/accounts"))

    def check(what: str) -> None:
        assert officer.violations() == [], what
        assert not officer.do(is_wide), f"{what} is wider than its window"
        picture(officer, f"{name}-accounts-{what}")

    check("list")

    def refuse(page: Page) -> None:
        page.get_by_text("Thêm tài khoản").click()
        page.get_by_label("Tên tài khoản").fill("staff.one")
        page.get_by_role("button", name="Thêm và lấy mật khẩu đầu tiên").click()
        expect(page.get_by_role("alert")).to_be_visible()

    officer.do(refuse)
    check("refused")

    def reset(page: Page) -> None:
        page.locator("summary", has_text="Thay đổi: staff.one").click()
        page.locator("#password-staff\\.one").click()
        page.locator("#sure-password-staff\\.one").click()
        page.locator(".secret").wait_for()
        page.locator("summary", has_text="Thay đổi: staff.one").click()

    officer.do(reset)
    check("first")
    officer.do(lambda page: page.goto(f"{served.address}/accounts"))
    officer.do(lambda page: page.get_by_role("button", name="English").click())
    officer.do(lambda page: page.get_by_role("heading", name="Accounts", level=1).wait_for())
    officer.do(lambda page: page.locator("summary", has_text="Change: staff.one").click())
    check("english")

"""At a browser: calls on pages where somebody writes, the end of a session, a refused form."""

from dataclasses import dataclass
from functools import partial

import pytest
from live_console import Serve, Served
from office_desk import is_wide, picture
from officer import DESK, PHONE, Hire, Officer, becomes
from playwright.sync_api import Dialog, Page, expect

from kiosk import event as on
from kiosk.console.accounts import Role
from kiosk.console.signed_in import Ending, Sessions, SignedIn

TEXT = "Hỏng nước tầng 2."
CALLING = "Máy hướng dẫn đang gọi cán bộ."
SOON = "Sắp hết phiên. Bấm vào đây để tiếp tục nhận lời gọi."
FORM = "form[action='/notices/urgent']"
FIELD = f"{FORM} textarea[name=vi]"


def write(page: Page, address: str) -> None:
    """Begin an urgent notice."""
    page.goto(f"{address}/notices")
    page.locator(f"details:has({FORM}) > summary").click()
    page.locator(FIELD).fill(TEXT)
    page.locator(FIELD).focus()


def writes_on(page: Page) -> None:
    """What was begun is as it was, and whoever writes is where they were."""
    assert page.evaluate("document.activeElement.name") == "vi"
    assert page.locator(FIELD).input_value() == TEXT


def at_work(serve: Serve, hire: Hire, size: tuple[int, int] = DESK) -> tuple[Served, Officer]:
    """Somebody who is writing a notice."""
    served = serve(None, Role.STAFF)
    officer = hire(size=size)
    officer.sign_in(served.address, Role.STAFF)
    officer.do(lambda page: write(page, served.address))
    return served, officer


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_call_is_seen_and_heard_by_somebody_who_is_writing(
    serve: Serve, hire: Hire, size: tuple[int, int]
) -> None:
    served, officer = at_work(serve, hire, size)
    where = f'document.querySelector("{FIELD}").getBoundingClientRect().top'
    before = officer.do(lambda page: page.evaluate(where))
    served.kiosk.conductor.post(on.StaffCalled())
    officer.do(lambda page: expect(page.get_by_text(CALLING)).to_be_visible())
    officer.do(lambda page: becomes(page, "document.title.includes('Gọi cán bộ')"))
    officer.do(lambda page: becomes(page, "document.documentElement.dataset.rang >= 1"))
    officer.do(writes_on)
    assert officer.do(lambda page: page.evaluate(where)) == before, "nothing moves"
    picture(officer, f"door-call-{size[0]}")
    assert officer.violations() == []
    assert not officer.do(is_wide)
    served.kiosk.conductor.post(on.CallAnswered())
    officer.do(lambda page: expect(page.get_by_text(CALLING)).to_have_count(0))
    officer.do(lambda page: becomes(page, "!document.title.includes('Gọi cán bộ')"))
    officer.do(writes_on)


def test_from_the_line_it_is_one_step_to_the_kiosk(serve: Serve, hire: Hire) -> None:
    served, officer = at_work(serve, hire)
    served.kiosk.conductor.post(on.StaffCalled())
    officer.do(lambda page: page.get_by_role("link", name="Xem ngay").click())
    officer.do(lambda page: page.get_by_role("button", name="Tôi đến ngay").click())
    officer.do(lambda page: expect(page.get_by_text("cán bộ đang đến").first).to_be_visible())


def shows(pages: list[Page], count: int) -> None:
    """Each of them shows the line so many times."""
    for page in pages:
        expect(page.get_by_text(CALLING)).to_have_count(count)


def test_many_pages_of_a_browser_hear_over_one_connection(serve: Serve, hire: Hire) -> None:
    served = serve(None, Role.STAFF)
    officer = hire()
    officer.sign_in(served.address, Role.STAFF)

    def open_many(page: Page) -> list[Page]:
        page.goto(f"{served.address}/password")
        others = [page.context.new_page() for _ in range(7)]
        for other in others:
            other.goto(f"{served.address}/notices")
        return others

    others = officer.do(open_many)
    served.kiosk.conductor.post(on.StaffCalled())
    officer.do(lambda _: shows(others, 1))
    officer.do(lambda page: page.close())  # the one that had the connection
    served.kiosk.conductor.post(on.CallAnswered())
    officer.do(lambda _: shows(others, 0))


@dataclass
class End:
    """How all sessions are about to end."""

    how: Ending = Ending.NOT
    is_over: bool = False


@pytest.fixture
def end(monkeypatch: pytest.MonkeyPatch) -> End:
    made = End()
    really = Sessions.find

    def find(sessions: Sessions, number: str, *, is_seen: bool) -> SignedIn | None:
        found = really(sessions, number, is_seen=is_seen)
        if made.is_over:
            sessions.end(number)
            return None
        if is_seen and found is not None:
            made.how = Ending.NOT
        return found

    monkeypatch.setattr(Sessions, "find", find)
    monkeypatch.setattr(Sessions, "ending", lambda *_: made.how)
    monkeypatch.setattr("kiosk.console.board_pages.BEAT_SECONDS", 0.2)
    return made


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_session_that_ends_soon_goes_on_at_one_press(
    serve: Serve, hire: Hire, end: End, size: tuple[int, int]
) -> None:
    _, officer = at_work(serve, hire, size)
    end.how = Ending.SOON
    officer.do(lambda page: expect(page.get_by_role("button", name=SOON)).to_be_visible())
    officer.do(lambda page: becomes(page, "document.title.includes('Sắp hết phiên')"))
    officer.do(lambda page: becomes(page, "document.documentElement.dataset.rang >= 1"))
    officer.do(writes_on)
    picture(officer, f"door-ending-{size[0]}")
    assert officer.violations() == []
    officer.do(lambda page: page.get_by_role("button", name=SOON).click())
    officer.do(lambda page: expect(page.get_by_role("button", name=SOON)).to_have_count(0))
    assert end.how is Ending.NOT
    officer.do(writes_on)


def test_a_page_with_something_written_stays_when_the_session_is_over(
    serve: Serve, hire: Hire, end: End
) -> None:
    _, officer = at_work(serve, hire)
    end.is_over = True
    over = "Đã hết phiên đăng nhập."
    officer.do(lambda page: expect(page.get_by_text(over)).to_be_visible())
    officer.do(writes_on)
    picture(officer, "door-over")
    end.is_over = False
    officer.do(lambda page: page.locator(f"{FORM} button").last.click())
    kept = "Phiên đăng nhập đã hết nên nội dung này chưa được gửi."
    officer.do(lambda page: expect(page.get_by_text(kept)).to_be_visible())
    assert officer.do(lambda page: page.evaluate("document.activeElement.id")) == "refusal"
    assert officer.violations() == []
    picture(officer, "door-signed-out")


def test_the_board_goes_to_the_way_in_and_says_why(serve: Serve, hire: Hire, end: End) -> None:
    served = serve(None, Role.STAFF)
    officer = hire(size=PHONE)
    officer.sign_in(served.address, Role.STAFF)
    end.is_over = True
    over = "Đã hết phiên đăng nhập. Trang này không còn báo khi có người gọi."
    officer.do(lambda page: expect(page.get_by_text(over)).to_be_visible())
    assert officer.violations() == []
    picture(officer, "door-login-over")


@pytest.mark.parametrize("has_script", [True, False])
def test_a_refusal_has_the_focus(serve: Serve, hire: Hire, *, has_script: bool) -> None:
    served = serve(None, Role.STAFF)
    officer = hire(has_script=has_script)
    officer.do(lambda page: page.goto(f"{served.address}/login"))
    officer.do(lambda page: page.get_by_label("Tên tài khoản").fill("lan"))
    officer.do(lambda page: page.get_by_label("Mật khẩu").fill("sai"))
    officer.do(lambda page: page.get_by_role("button", name="Đăng nhập").click())
    officer.do(lambda page: expect(page.locator("#refusal:focus")).to_be_visible())


def test_another_language_asks_before_it_throws_away_what_was_written(
    serve: Serve, hire: Hire
) -> None:
    _, officer = at_work(serve, hire)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    def go(page: Page) -> None:
        page.once("dialog", stay)
        page.get_by_role("button", name="English").click()

    officer.do(go)
    officer.do(lambda page: expect(page.locator(FIELD)).to_have_value(TEXT))
    assert len(asked) == 1
    officer.do(lambda page: page.locator(FIELD).fill(""))
    officer.do(lambda page: page.get_by_role("button", name="English").click())
    officer.do(lambda page: page.get_by_role("heading", name="Notices", level=1).wait_for())
    assert len(asked) == 1


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing_on_pages_that_refuse(
    serve: Serve, hire: Hire, size: tuple[int, int], language: str
) -> None:
    served, officer = at_work(serve, hire, size)
    name = f"{'phone' if size == PHONE else 'desk'}-{language}"
    if language == "en":
        officer.do(lambda page: page.goto(f"{served.address}/password"))
        officer.do(lambda page: page.get_by_role("button", name="English").click())
        officer.do(lambda page: page.get_by_role("heading", name="Change the password").wait_for())

    def check(what: str) -> None:
        assert officer.violations() == [], what
        assert not officer.do(is_wide), f"{what} is wider than its window"
        picture(officer, f"door-{name}-{what}")

    for path in ("audit", "nowhere"):
        officer.do(partial(Page.goto, url=f"{served.address}/{path}"))
        officer.do(lambda page: expect(page.locator("#refusal:focus")).to_be_visible())
        check(path)
    stale = f"document.querySelectorAll('{FORM} [name=token]').forEach(e => e.value = 'x')"
    officer.do(lambda page: write(page, served.address))
    officer.do(lambda page: page.evaluate(stale.replace("'/notices/urgent'", '"/notices/urgent"')))
    officer.do(lambda page: page.locator(f"{FORM} button").last.click())
    officer.do(lambda page: page.locator("main form button").wait_for())
    check("stale")
    officer.do(lambda page: page.locator("main form button").click())
    officer.do(lambda page: page.get_by_text(TEXT).first.wait_for())

"""An officer at a browser before a board of many kiosks: cards change places, but not in a hand."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from console_room import PASSWORD, QUICK, SITE
from office_desk import is_wide, picture
from officer import DESK, PHONE, Hire, Officer, becomes
from playwright.sync_api import Page, expect

from kiosk.console.accounts import AccountBook, Role
from kiosk.console.build import build_server
from kiosk.console.files import ACCOUNTS_FILE
from kiosk.console.kiosks import Board
from kiosk.settings import load_settings
from kiosk.standing import Doing, Help, HelpKind, Standing, offline

FIRST = "document.querySelector('.kiosks > li').id"
NAMES = ("Máy cổng", "Máy sảnh", "Máy tầng 2", "Máy vườn")


@dataclass
class Hall:
    """Four kiosks, and where their console is."""

    board: Board
    address: str

    def ring(self, number: int, kind: HelpKind = HelpKind.CALLED) -> None:
        called = Help(kind=kind, since=time.time())
        self.board.publish(replace(standing(number), doing=Doing.CHOOSING, help=called))


def standing(number: int) -> Standing:
    return Standing(kiosk=f"may-{number}", name=NAMES[number], since=time.time())


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    settings = load_settings(SITE)
    settings = replace(
        settings,
        folders=replace(settings.folders, state=str(tmp_path / "state")),
        console=replace(settings.console, address="127.0.0.1", port=0),
        hearing=replace(settings.hearing, engine="off"),
    )
    book = AccountBook(tmp_path / "state" / ACCOUNTS_FILE, hasher=QUICK)
    book.add("staff.one", Role.STAFF, PASSWORD)
    board = Board(lambda _, __: True)
    for number in range(len(NAMES)):
        board.publish(standing(number))
    served = build_server(settings, board, stopped=lambda: None, set_up=lambda: None)
    served.server.start()
    yield Hall(board=board, address=f"http://127.0.0.1:{served.server.port}")
    served.server.stop()


def goes_first(officer: Officer, kiosk: str) -> None:
    officer.do(lambda page: becomes(page, f"{FIRST} === 'kiosk-{kiosk}'"))


def test_who_rings_comes_to_the_top_of_a_phone_and_an_emergency_before_that(
    hall: Hall, hire: Hire
) -> None:
    officer = hire(size=PHONE)
    officer.sign_in(hall.address, Role.STAFF)
    goes_first(officer, "may-0")
    hall.ring(2)
    goes_first(officer, "may-2")
    hall.ring(3, HelpKind.MEDICAL)
    goes_first(officer, "may-3")
    number = officer.do(lambda page: page.locator("#kiosk-may-3 .number").get_attribute("href"))
    assert number == "tel:115"
    hall.board.publish(offline(standing(0), now=time.time() - 3 * 86_400))
    officer.do(lambda page: expect(page.get_by_text("3 ngày nay")).to_be_visible())
    assert officer.violations() == []
    assert not officer.do(is_wide)
    picture(officer, "phone-many")


def test_no_card_moves_under_a_hand_that_is_on_one(hall: Hall, hire: Hire) -> None:
    officer = hire(size=DESK)
    officer.sign_in(hall.address, Role.STAFF)
    goes_first(officer, "may-0")
    officer.do(lambda page: page.locator("#lock-may-0").hover())
    hall.ring(2)

    def still(page: Page) -> str:
        page.locator("#answer-may-2").wait_for()
        page.wait_for_timeout(3_000)
        return str(page.evaluate(FIRST))

    assert officer.do(still) == "kiosk-may-0", "the call is told above; the card stays"
    officer.do(lambda page: page.mouse.move(5, 5))
    goes_first(officer, "may-2")


def test_what_was_done_is_said_where_a_phone_has_scrolled_to(hall: Hall, hire: Hire) -> None:
    officer = hire(size=PHONE)
    officer.sign_in(hall.address, Role.STAFF)

    def lock(page: Page) -> float:
        page.locator("#lock-may-3").scroll_into_view_if_needed()
        page.locator("#lock-may-3").tap()
        page.get_by_text("Máy tạm nghỉ.").wait_for()
        assert page.evaluate("scrollY") > 100
        box = page.locator("#note").bounding_box()
        assert box is not None
        return float(box["y"])

    assert 0 <= officer.do(lock) < 100


def test_the_counter_is_asked_for_only_where_a_message_names_it(hall: Hall, hire: Hire) -> None:
    officer = hire(size=PHONE)
    officer.sign_in(hall.address, Role.STAFF)

    def choose(page: Page) -> None:
        page.locator("#kiosk-may-0 summary", has_text="Nhắn người dân").tap()
        expect(page.locator("#counter-may-0")).to_be_visible()
        page.locator("#message-may-0").select_option("wait_here")
        expect(page.locator("#counter-may-0")).to_be_hidden()
        page.locator("#message-may-0").select_option("come")
        expect(page.locator("#counter-may-0")).to_be_visible()

    officer.do(choose)

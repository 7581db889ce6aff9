"""Administrators at a real browser, who edit scripts beside the kiosk that shows them."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from console_room import PASSWORD, QUICK
from office_desk import Office, is_wide, picture
from officer import Officer
from playwright.sync_api import Page

from kiosk.app_reload import Reload
from kiosk.console.accounts import AccountBook, Role
from kiosk.console.files import ACCOUNTS_FILE

WRITER, REVIEWER = "lan.tran", "minh.le"
ALL_IDS = "[...document.querySelectorAll('[id]')].map(one => one.id)"


def today() -> date:
    return date.today()  # noqa: DTZ011 - the day where the kiosk stands


def sign_in(officer: Officer, address: str, name: str) -> None:
    def enter(page: Page) -> None:
        page.goto(address)
        page.get_by_label("Tên tài khoản").fill(name)
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        page.get_by_role("heading", name="Các máy").wait_for()

    officer.do(enter)


def hire_admins(state: Path) -> None:
    book = AccountBook(state / ACCOUNTS_FILE, hasher=QUICK)
    for name in (WRITER, REVIEWER):
        book.add(name, Role.ADMIN, PASSWORD)
    book.add("an.vu", Role.AUDITOR, PASSWORD)


def reloads(office: Office, request: pytest.FixtureRequest) -> None:
    """Have the kiosk read its scripts anew, as `run_kiosk` joins it."""
    kiosk = office.ward.kiosk
    reload = Reload(kiosk.settings, kiosk.conductor, today=today, shown=kiosk.current.name)
    kiosk.conductor.reloads_by(reload.begin)
    request.addfinalizer(reload.close)


def let_the_visit_end(office: Office) -> None:
    ward = office.ward
    idle = ward.kiosk.settings.idle
    for seconds in (idle.ask_after_seconds, idle.countdown_seconds, idle.goodbye_seconds):
        ward.pass_time(seconds + 1)


@dataclass
class Looker:
    """Looks at each page with axe, at its width, and takes a picture."""

    officer: Officer
    address: str
    name: str

    def go(self, path: str, what: str) -> None:
        self.officer.do(partial(Page.goto, url=f"{self.address}{path}"))
        self.check(what)

    def check(self, what: str) -> None:
        assert self.officer.violations() == [], what
        ids = self.officer.do(lambda page: page.evaluate(ALL_IDS))
        assert len(ids) == len(set(ids)), f"{what}: an id twice"
        assert not self.officer.do(is_wide), f"{what} is wider than its window"
        picture(self.officer, f"{self.name}-{what}")

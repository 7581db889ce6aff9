"""A kiosk on the screen with its console, and what a test does at a browser beside it.

This is a pytest plugin: tests ask for the fixture `open_office`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from live_console import add_accounts, address_of, with_console
from officer import Officer
from playwright.sync_api import Page
from ward import OpenWard, Ward

from kiosk.app_console import start_console
from kiosk.console.accounts import Role

SHOTS = Path("out/console")
"""Where the pictures of the pages go."""


@dataclass
class Office:
    """A kiosk on the screen, its console, and where that is."""

    ward: Ward
    address: str

    def wait(self, is_so: Callable[[], bool], what: str) -> None:
        for _ in range(500):
            if is_so():
                return
            self.ward.hand.let_time_pass(0.02)
        raise AssertionError(what)


@pytest.fixture
def open_office(
    open_ward: OpenWard, tmp_path: Path, request: pytest.FixtureRequest
) -> "OpenOffice":
    def open_one(*roles: Role) -> Office:
        state = tmp_path / "state"
        ward = open_ward(lambda settings: with_console(settings, state))
        add_accounts(state, *roles)
        request.addfinalizer(start_console(ward.kiosk))
        ward.hand.settle()
        return Office(ward=ward, address=address_of(ward.kiosk))

    return open_one


OpenOffice = Callable[..., Office]


def picture(officer: Officer, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    officer.do(lambda page: page.screenshot(path=SHOTS / f"{name}.png", full_page=True))


def is_wide(page: Page) -> bool:
    return bool(
        page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    )


def focused(page: Page) -> str:
    return str(
        page.evaluate("(e => e.id || e.name || e.textContent.trim())(document.activeElement)")
    )


def go_to(page: Page, name: str) -> None:
    """By the tab key; what has the focus shows it."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if focused(page) == name:
            outline = "getComputedStyle(document.activeElement).outlineStyle"
            assert page.evaluate(outline) == "solid", f"{name} shows no focus"
            return
    raise AssertionError(f"no way to {name} by keyboard")

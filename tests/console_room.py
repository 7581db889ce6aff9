"""A staff console without a kiosk behind it: accounts, a clock, and what was sent.

This is a pytest plugin: tests ask for the fixture `room`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx2
import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from kiosk.console.accounts import Role
from kiosk.console.application import make_app
from kiosk.console.build import all_pages, make_console
from kiosk.console.kiosks import Board
from kiosk.console.web import Console, SetupCode
from kiosk.event import Command
from kiosk.settings import load_settings
from kiosk.standing import Standing

SITE = Path(__file__).parent.parent / "packaging" / "site.example.toml"
PASSWORD = "hoa sen trong đầm"  # noqa: S105 - of accounts that live as long as a test
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Argon2id all the same, but tests need no 64 MB."""
NOW = 1_800_000_000.0
CODE = "ABCD-EFGH-JKLM"


@dataclass
class Room:
    """The console, and all that a test may look at."""

    console: Console
    board: Board
    state: Path
    is_tls: bool
    sent: list[tuple[str, Command]] = field(default_factory=list)
    seconds: float = 0.0
    was_set_up: int = 0

    def open(self, **changes: object) -> TestClient:
        """A browser that has seen nothing yet."""
        app = make_app(self.console, all_pages(), names=frozenset({"localhost"}))
        scheme = "https" if self.is_tls else "http"
        return TestClient(
            app,
            base_url=f"{scheme}://localhost",
            follow_redirects=False,
            **changes,  # type: ignore[arg-type]  # by name
        )

    def add(self, role: Role, name: str = "") -> str:
        """An account of this role; returns its name."""
        name = name or f"{role.value}.one"
        self.console.accounts.add(name, role, PASSWORD)
        return name

    def enter(self, role: Role) -> TestClient:
        """A browser that is signed in with this role."""
        name = f"{role.value}.one"
        if self.console.accounts.find(name) is None:
            self.add(role)
        browser = self.open()
        assert sign_in(browser, name).status_code == 303
        return browser


def token_of(browser: TestClient, path: str = "/login") -> str:
    """The token of the forms on a page."""
    answer = browser.get(path, headers={"accept": "text/html"})
    found = re.search(r'name="token" value="([0-9a-f]{64})"', answer.text)
    assert found is not None, answer.status_code
    return found.group(1)


def sign_in(browser: TestClient, name: str, password: str = PASSWORD) -> httpx2.Response:
    """Sign in through the form."""
    form = {"token": token_of(browser), "name": name, "password": password}
    return browser.post("/login", data=form)


MakeRoom = Callable[..., Room]


@pytest.fixture
def make_room(tmp_path: Path) -> Iterator[MakeRoom]:
    """Makes a room; the settings may be changed."""
    opened: list[Room] = []

    def make(*, is_tls: bool = False, minutes: int = 30) -> Room:
        settings = load_settings(SITE)
        settings = replace(
            settings,
            folders=replace(settings.folders, state=str(tmp_path / "state")),
            console=replace(settings.console, session_minutes=minutes),
            hearing=replace(settings.hearing, engine="off"),  # nothing is to be learned
        )

        def send(kiosk: str, command: Command) -> bool:
            made.sent.append((kiosk, command))
            return True

        def used() -> None:
            made.was_set_up += 1

        board = Board(send)
        console = make_console(
            settings,
            board,
            is_tls=is_tls,
            setup=SetupCode("", used),
            hasher=QUICK,
            clock=lambda: NOW + made.seconds,
            seconds=lambda: made.seconds,
        )
        made = Room(console=console, board=board, state=tmp_path / "state", is_tls=is_tls)
        board.publish(Standing(kiosk="kiosk", name="Máy hướng dẫn", since=NOW, can_reload=True))
        opened.append(made)
        return made

    yield make
    for made in opened:
        made.console.bundles.stop()


@pytest.fixture
def room(make_room: MakeRoom) -> Room:
    """A room over plain HTTP."""
    return make_room()

"""A console that is really served, and a browser's place at it.

This is a pytest plugin: tests ask for the fixture `serve`.
"""

import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx2
import pytest
from console_room import PASSWORD, QUICK, SITE

from kiosk.app import Kiosk, build_kiosk
from kiosk.app_console import start_console
from kiosk.console.accounts import AccountBook, Role
from kiosk.console.files import ACCOUNTS_FILE
from kiosk.settings import Settings, load_settings

PIN = "284917"


def with_console(settings: Settings, state: Path) -> Settings:
    """The settings of a kiosk that serves its console to this machine."""
    return replace(
        settings,
        folders=replace(settings.folders, state=str(state)),
        console=replace(settings.console, enabled=True, port=0),
    )


def add_accounts(state: Path, *roles: Role) -> None:
    """An account of each role, named after it."""
    book = AccountBook(state / ACCOUNTS_FILE, hasher=QUICK)
    for role in roles:
        book.add(f"{role.value}.one", role, PASSWORD)


def address_of(kiosk: Kiosk) -> str:
    """Where its console is, as its staff sheet says."""
    console = kiosk.conductor._office.console
    assert console is not None
    return console.address


_browsers: list[httpx2.Client] = []
_pages: list["Listening"] = []
"""All that a test has opened: closed with its kiosk."""


def browser(address: str) -> httpx2.Client:
    """One that has seen nothing yet; it takes any certificate: tests have no ward's."""
    client = httpx2.Client(base_url=address, verify=False, timeout=10)
    _browsers.append(client)
    return client


def enter(address: str, role: Role = Role.STAFF) -> httpx2.Client:
    """Sign in."""
    client = browser(address)
    token = token_in(client.get("/login").text)
    form = {"token": token, "name": f"{role.value}.one", "password": PASSWORD}
    assert client.post("/login", data=form).status_code == 303
    return client


def token_in(html: str) -> str:
    """The token of the forms on a page."""
    found = re.search(r'name="token" value="([0-9a-f]{64})"', html)
    assert found is not None
    return found.group(1)


@dataclass
class Listening:
    """What a live page gets, line by line, with the time."""

    client: httpx2.Client
    lines: list[tuple[float, str]] = field(default_factory=list)
    status: int = 0

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        _pages.append(self)
        self.wait_for("data:")

    def _listen(self) -> None:
        with self.client.stream("GET", "/live", timeout=30) as answer:
            self.status = answer.status_code
            for line in answer.iter_lines():
                self.lines.append((time.monotonic(), line))

    def wait_for(self, text: str, *, since: float = 0.0, seconds: float = 15.0) -> float:
        """When a line with this text came, after `since`."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for at, line in tuple(self.lines):
                if at >= since and text in line:
                    return at
            time.sleep(0.005)
        raise AssertionError(f"never came: {text}; {[line for _, line in self.lines]}")

    @property
    def is_over(self) -> bool:
        """Whether the server has ended it."""
        self._thread.join(10)
        return not self._thread.is_alive()


@dataclass
class Served:
    """A kiosk without a screen, with its console."""

    kiosk: Kiosk
    address: str
    stop: Callable[[], None]


Serve = Callable[..., Served]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Serves a kiosk's console; its conductor runs on a thread of its own."""
    opened: list[Callable[[], None]] = []

    def serve_one(change: Callable[[Settings], Settings] | None = None, *roles: Role) -> Served:
        state = tmp_path / "state"
        settings = with_console(load_settings(SITE), state)
        settings = change(settings) if change else settings
        add_accounts(state, *roles)
        kiosk = build_kiosk(settings, shut_down=lambda: None)
        kiosk.door.set_pin(PIN)
        woken, is_over = threading.Event(), threading.Event()
        kiosk.conductor.start(show=lambda _: None, forget=lambda: None, wake=woken.set)

        def lead() -> None:
            while not is_over.is_set():
                if woken.wait(0.1):
                    woken.clear()
                    kiosk.conductor.drain()

        thread = threading.Thread(target=lead)
        stop_console = start_console(kiosk)
        thread.start()

        def stop() -> None:
            if is_over.is_set():
                return
            stop_console()
            is_over.set()
            thread.join()
            kiosk.usage.close()

        opened.append(stop)
        console = kiosk.conductor._office.console
        return Served(kiosk=kiosk, address=console.address if console else "", stop=stop)

    yield serve_one
    for stop in opened:
        stop()
    assert all(page.is_over for page in _pages)
    for client in _browsers:
        client.close()
    _browsers.clear()
    _pages.clear()

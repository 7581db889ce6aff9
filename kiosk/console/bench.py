"""How fast the console is with many kiosks: a real server, simulated kiosks, real sockets.

Server, kiosks, live pages and the one who measures share one process and its cores: a kiosk's
own console is never busier than that.
"""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPResponse
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

from argon2 import PasswordHasher

from kiosk.console.accounts import AccountBook, Role
from kiosk.console.build import build_server
from kiosk.console.files import ACCOUNTS_FILE
from kiosk.console.kiosks import Board
from kiosk.procedure import Text
from kiosk.settings import Settings
from kiosk.standing import Doing, Help, HelpKind, Place, Standing

KIOSKS = 50
PAGES = 300
CALLS = 40
OPEN_PAGES = 5
"""Officers who have the page open all the while."""
CHANGES_A_SECOND = 20
"""Of all kiosks together: each goes on a step every two to three seconds."""

PAGE_BAR_MILLISECONDS = 200.0
CALL_BAR_SECONDS = 1.0

_NAME, _PASSWORD = "bench", "chỉ để đo trang cán bộ"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleFigures:
    """What was measured."""

    kiosks: int
    pages: int
    page_p50_milliseconds: float
    page_p95_milliseconds: float
    page_kilobytes: float
    calls: int
    call_p50_seconds: float
    call_longest_seconds: float

    @property
    def is_met(self) -> bool:
        """Whether both bars are met."""
        is_fast = self.page_p95_milliseconds <= PAGE_BAR_MILLISECONDS
        return is_fast and self.call_longest_seconds <= CALL_BAR_SECONDS


def measure_console(settings: Settings, state: Path, *, kiosks: int = KIOSKS) -> ConsoleFigures:
    """Measure it.

    Args:
        settings: of the site; its console is served to this machine, at any port.
        state: an empty folder.
        kiosks: how many are simulated.
    """
    settings = replace(
        settings,
        folders=replace(settings.folders, state=str(state)),
        console=replace(settings.console, address="127.0.0.1", port=0, certificate="", key=""),
    )
    hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    AccountBook(state / ACCOUNTS_FILE, hasher=hasher).add(_NAME, Role.STAFF, _PASSWORD)
    board = Board(lambda _, __: True)
    for number in range(kiosks):
        board.publish(_standing(number, 0))
    served = build_server(settings, board, stopped=_nothing, set_up=_nothing)
    served.server.start()
    try:
        officer = _Officer(served.server.port)
        with _busy(board, kiosks), _open_pages(officer):
            pages, size = _pages(officer)
            calls = _calls(officer, board)
    finally:
        served.server.stop()
    return ConsoleFigures(
        kiosks=kiosks,
        pages=len(pages),
        page_p50_milliseconds=_share(pages, 0.5) * 1000,
        page_p95_milliseconds=_share(pages, 0.95) * 1000,
        page_kilobytes=size / 1024,
        calls=len(calls),
        call_p50_seconds=_share(calls, 0.5),
        call_longest_seconds=max(calls),
    )


class _Officer:
    """Somebody who is signed in."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cookie = ""
        html = self.get("/login").decode()
        token = re.search(r'name="token" value="(\w+)"', html)
        assert token is not None
        form = {"token": token.group(1), "name": _NAME, "password": _PASSWORD}
        connection = self._connection()
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": self._cookie}
        connection.request("POST", "/login", urlencode(form), kind)
        self._keep(connection.getresponse())
        connection.close()

    def get(self, path: str) -> bytes:
        """Ask for a page over a connection of its own."""
        connection = self._connection()
        answer = self._ask(connection, path)
        content = answer.read()
        self._keep(answer)
        connection.close()
        return content

    @contextmanager
    def live(self) -> Iterator[HTTPResponse]:
        """The live page's events."""
        connection = self._connection()
        try:
            yield self._ask(connection, "/live")
        finally:
            connection.close()

    def _connection(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self._port, timeout=20)

    def _ask(self, connection: HTTPConnection, path: str) -> HTTPResponse:
        connection.request("GET", path, headers={"Cookie": self._cookie, "Accept": "text/html"})
        return connection.getresponse()

    def _keep(self, answer: HTTPResponse) -> None:
        cookie = answer.headers.get("set-cookie")
        if cookie is not None:
            self._cookie = cookie.partition(";")[0]


def _pages(officer: _Officer) -> tuple[list[float], int]:
    times, size = [], 0
    for _ in range(PAGES):
        begun = time.perf_counter()
        size = len(officer.get("/"))
        times.append(time.perf_counter() - begun)
    return times, size


def _calls(officer: _Officer, board: Board) -> list[float]:
    """From the moment a kiosk publishes a call until the live page is told of it."""
    times = []
    with officer.live() as answer:
        for number in range(CALLS):
            kiosk = f"calls-{number % 2}"
            name = f"Máy gọi {number:03}"
            asked = Help(kind=HelpKind.CALLED, since=time.time())
            begun = time.perf_counter()
            board.publish(Standing(kiosk=kiosk, name=name, since=time.time(), help=asked))
            _read_until(answer, name)
            times.append(time.perf_counter() - begun)
            board.publish(Standing(kiosk=kiosk, name=name, since=time.time()))
    return times


def _read_until(answer: HTTPResponse, name: str) -> None:
    while True:
        line = answer.readline()
        assert line, "the live page has ended"
        if f"{name}: ".encode() in line:
            return


@contextmanager
def _busy(board: Board, kiosks: int) -> Iterator[None]:
    """Kiosks that go on, step after step."""
    is_over = threading.Event()

    def go_on() -> None:
        for turn in count(1):
            if is_over.wait(1 / CHANGES_A_SECOND):
                return
            board.publish(_standing(turn % kiosks, turn))

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


@contextmanager
def _open_pages(officer: _Officer) -> Iterator[None]:
    """Officers who have the page open."""
    is_over = threading.Event()

    def watch() -> None:
        with officer.live() as answer:
            while not is_over.is_set() and answer.readline():
                pass

    threads = [threading.Thread(target=watch) for _ in range(OPEN_PAGES)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


def _standing(number: int, turn: int) -> Standing:
    doing = (Doing.IDLE, Doing.CHOOSING, Doing.GUIDING, Doing.LOCKED)[(number + turn) % 4]
    is_guiding = doing is Doing.GUIDING
    return Standing(
        kiosk=f"kiosk-{number}",
        name=f"Máy số {number:02}",
        doing=doing,
        since=time.time() - number,
        procedure=Text(vi="Đăng ký khai sinh", en="Register a birth") if is_guiding else None,
        place=Place.QUESTION if is_guiding else None,
        step=turn % 6 + 1,
        troubles=("printer.no_paper",) if number % 10 == 0 else (),
        can_reload=True,
    )


def _share(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def _nothing() -> None:
    """Nobody is to know."""

"""The console's socket: who comes in, how many of them, and what the log says of it."""

import logging
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx2
import pytest
from console_room import PASSWORD
from live_console import token_in

from kiosk.console import gate
from kiosk.console.gate import open_gate, owner_of
from kiosk.console.sparing import Sparing

TESTS = Path(__file__).parent

HOLDING = """
import resource, socket, sys, time
resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
port, count, owners = map(int, sys.argv[1:])
held = []
for number in range(count):
    one = socket.socket()
    one.setblocking(False)
    one.bind((f"127.0.1.{number % owners + 1}", 0))
    one.connect_ex(("127.0.0.1", port))
    held.append(one)
time.sleep(3)
print("held", flush=True)
time.sleep(300)
"""
"""Opens connections, from so many addresses in turn, and says nothing on them."""


class Crowded:
    """A console in a process of its own that may open few files."""

    def __init__(self, state: Path, *, is_tls: bool) -> None:
        self.log = state.parent / "log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, TESTS / "crowded_console.py", state, "tls" if is_tls else "plain"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self.port = int(self._line())
        self.scheme = "https" if is_tls else "http"

    def ask(self, what: str) -> str:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{what}\n")
        self.process.stdin.flush()
        return self._line()

    def board(self) -> str:
        """The board, as an officer gets it who signs in at another machine."""
        elsewhere = httpx2.HTTPTransport(local_address="127.0.0.2", verify=False)
        address = f"{self.scheme}://127.0.0.1:{self.port}"
        with httpx2.Client(base_url=address, transport=elsewhere, timeout=10) as client:
            token = token_in(client.get("/login").text)
            form = {"token": token, "name": "staff.one", "password": PASSWORD}
            assert client.post("/login", data=form).status_code == 303
            return client.get("/").text

    def stop(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


@contextmanager
def crowded(tmp_path: Path, *, is_tls: bool = False) -> Iterator[Crowded]:
    state = tmp_path / "state"
    state.mkdir()
    one = Crowded(state, is_tls=is_tls)
    try:
        yield one
    finally:
        one.stop()


@contextmanager
def holding(port: int, *, count: int, owners: int) -> Iterator[None]:
    """Somebody else's process, once it has opened all its connections."""
    command = [sys.executable, "-c", HOLDING, *map(str, (port, count, owners))]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "held\n"
        yield
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.parametrize("is_tls", [False, True])
@pytest.mark.parametrize("owners", [1, 40])
def test_while_1200_connections_say_nothing_the_kiosk_opens_files_and_officers_get_pages(
    tmp_path: Path, owners: int, *, is_tls: bool
) -> None:
    with crowded(tmp_path, is_tls=is_tls) as console:
        before = len(console.log.read_text().splitlines())
        with holding(console.port, count=1200, owners=owners):
            assert console.ask("open") == "opened"
            assert "Máy hướng dẫn" in console.board()
            assert console.ask("open") == "opened"
        said = console.log.read_text().splitlines()[before:]
        assert len(said) < 10, said[:20]


def test_a_process_without_a_file_left_says_so_once_and_serves_again_when_it_has_some(
    tmp_path: Path,
) -> None:
    with crowded(tmp_path) as console:
        before = len(console.log.read_text().splitlines())
        assert int(console.ask("take")) > 900
        with ExitStack() as held:
            for _ in range(5):
                held.enter_context(socket.create_connection(("127.0.0.1", console.port), 5))
            time.sleep(4)  # the server tries again each second
        said = "\n".join(console.log.read_text().splitlines()[before:])
        assert said.count("out of system resource") == 1
        assert said.count("Traceback") == 1


def test_one_address_gets_no_more_than_its_share(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)  # it is said that somebody is turned away
    monkeypatch.setattr(gate, "MOST_OF_ONE_ADDRESS", 3)
    with open_gate("127.0.0.1", 0) as listening, ExitStack() as opened:
        listening.settimeout(2)
        port = listening.getsockname()[1]
        mine = [opened.enter_context(_from("127.0.0.3", port)) for _ in range(3)]
        came = [opened.enter_context(listening.accept()[0]) for _ in mine]
        opened.enter_context(_from("127.0.0.3", port))
        opened.enter_context(_from("127.0.0.4", port))
        assert _next(listening, opened) == "127.0.0.4", "the other is turned away meanwhile"
        came[0].close()
        opened.enter_context(_from("127.0.0.3", port))
        assert _next(listening, opened) == "127.0.0.3", "one has gone: there is room again"


def test_where_all_is_taken_a_newcomer_gets_a_place_of_whoever_has_most(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)  # the same
    monkeypatch.setattr(gate, "MOST_CONNECTIONS", 4)
    monkeypatch.setattr(gate, "MOST_LEAVING", 1)
    with open_gate("127.0.0.1", 0) as listening, ExitStack() as opened:
        listening.settimeout(2)
        port = listening.getsockname()[1]
        places = ["127.0.0.3", "127.0.0.4", "127.0.0.4", "127.0.0.4"]
        held = [opened.enter_context(_from(place, port)) for place in places]
        came = [opened.enter_context(listening.accept()[0]) for _ in places]
        opened.enter_context(_from("127.0.0.5", port))
        assert _next(listening, opened) == "127.0.0.5"
        assert held[1].recv(1) == b"", "the oldest of the greedy one has ended"
        opened.enter_context(_from("127.0.0.6", port))
        listening.settimeout(0.3)
        with pytest.raises(OSError, match=r"timed out|unavailable"):
            listening.accept()
        came[1].close()
        opened.enter_context(_from("127.0.0.7", port))
        assert _next(listening, opened) == "127.0.0.7", "as soon as that one is gone"


def _next(listening: gate.Gate, opened: ExitStack) -> str:
    came, address = listening.accept()
    opened.enter_context(came)
    return str(address[0])


def _from(address: str, port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), 5, source_address=(address, 0))


@pytest.mark.parametrize(
    ("address", "owner"),
    [
        ("10.0.0.5", "10.0.0.5"),
        ("::ffff:10.0.0.5", "10.0.0.5"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_a_machine_is_one_however_many_addresses_it_may_choose(address: str, owner: str) -> None:
    assert owner_of(address) == owner


def test_the_same_warning_is_written_once_a_minute() -> None:
    now = [0.0]
    sparing = Sparing(clock=lambda: now[0])

    def is_written(level: int, text: str, about: str) -> bool:
        return sparing.filter(logging.LogRecord("x", level, "", 0, text, (about,), None))

    assert is_written(logging.WARNING, "turned away: %s", "one")
    assert not is_written(logging.WARNING, "turned away: %s", "another")
    assert is_written(logging.WARNING, "something else: %s", "one")
    assert is_written(logging.ERROR, "broken: %s", "one")
    assert is_written(logging.ERROR, "broken: %s", "one"), "an error is always written"
    now[0] = 61.0
    assert is_written(logging.WARNING, "turned away: %s", "one")

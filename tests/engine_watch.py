"""What tests of engines share: an engine watched from outside, small programs, other servers."""

import socket
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

from wyoming.event import Event

from kiosk.engine import Engine
from kiosk.engine_link import Address, Program
from kiosk.engine_state import LISTENER_CODES, EngineState, Timings

ROOT = Path(__file__).parent.parent
PATIENCE_SECONDS = 40.0
"""How long a test waits for what must happen; the two cores may be busy with others."""
QUICK = Timings(restart_seconds=(0.05, 0.1, 0.2), reply_seconds=2.0)
"""For tests in which the waits themselves are not looked at."""


def wait_until(is_so: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> bool:
    """Whether it came to be so in time."""
    pause, until = threading.Event(), time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > until:
            return False
        pause.wait(0.005)
    return True


class Watched:
    """An engine with all that it told."""

    def __init__(self, address: Address, timings: Timings = QUICK) -> None:
        self.states: list[EngineState] = []
        self.times: list[float] = []
        self.events: list[Event] = []
        self.engine = Engine(
            "listener",
            address,
            codes=LISTENER_CODES,
            on_event=self._take,
            on_state=self._keep,
            timings=timings,
        )
        self.engine.start()

    def _take(self, event: Event) -> None:
        if event.type == "ping":  # what tests send that expects one answer
            self.engine.settled()
        self.events.append(event)

    def _keep(self, state: EngineState) -> None:
        self.times.append(time.monotonic())
        self.states.append(state)

    @property
    def words(self) -> list[str]:
        """The states told so far."""
        return [one.state for one in self.states]

    def is_told(self, state: str, times: int = 1) -> bool:
        """Whether this state was told so often, waiting for it."""
        return wait_until(lambda: self.words.count(state) >= times)

    def is_sent(self, kind: str, times: int = 1) -> bool:
        """Whether it sent so many events of this kind, waiting for them."""
        return wait_until(lambda: [one.type for one in self.events].count(kind) >= times)


PREAMBLE = """\
import json, os, signal, sys, time
sys.path.insert(0, {root!r})
from wyoming.event import Event, read_event, write_event
from wyoming.info import Info
def hello():
    read_event()
    write_event(Info().event())
def say(kind, **data):
    write_event(Event(kind, data))
"""


def program(body: str) -> Program:
    """A small program that speaks Wyoming, or does not."""
    code = PREAMBLE.format(root=str(ROOT)) + textwrap.dedent(body)
    return Program((sys.executable, "-c", code))


def free_port() -> int:
    """A port on which nobody listens at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def is_running(process_id: int) -> bool:
    """Whether there is such a process, a dead one that nobody fetched included."""
    return Path(f"/proc/{process_id}").exists()

"""The kiosks that a console watches: how they stand, and a way to send them something.

A kiosk's own console has one, in the same process. A ward's broker may stand behind the same
port and have many.
"""

import threading
from collections.abc import Callable
from typing import Protocol

from kiosk.event import Command
from kiosk.standing import Standing


class Kiosks(Protocol):
    """What the pages need of the kiosks. May be called from any thread."""

    def standings(self) -> tuple[Standing, ...]:
        """How each kiosk stands now, by name."""

    def send(self, kiosk: str, command: Command) -> bool:
        """Send a command; False: there is no such kiosk, or it cannot be reached."""

    def is_here(self, kiosk: str) -> bool:
        """Whether it is this machine's own: what is sent to it has been done."""

    def listen(self, heard: Callable[[], None]) -> Callable[[], None]:
        """Have `heard` called whenever a kiosk stands otherwise, from any thread, at once.

        Returns:
            What ends that.
        """


class Board:
    """Kiosks that tell this process how they stand."""

    def __init__(self, send: Callable[[str, Command], bool]) -> None:
        """Args: send: gives a kiosk's command to it; callable from any thread."""
        self._send = send
        self._lock = threading.Lock()
        self._standings: dict[str, Standing] = {}
        self._listeners: dict[int, Callable[[], None]] = {}
        self._next = 0

    def publish(self, standing: Standing) -> None:
        """A kiosk stands like this now. From any thread; returns at once."""
        with self._lock:
            self._standings[standing.kiosk] = standing
            listeners = tuple(self._listeners.values())
        for heard in listeners:
            heard()

    def standings(self) -> tuple[Standing, ...]:
        """How each kiosk stands now, by name."""
        with self._lock:
            return tuple(sorted(self._standings.values(), key=lambda one: (one.name, one.kiosk)))

    def send(self, kiosk: str, command: Command) -> bool:
        """Send a command; False: there is no such kiosk, or it cannot be reached."""
        with self._lock:
            is_known = kiosk in self._standings
        return is_known and self._send(kiosk, command)

    def is_here(self, kiosk: str) -> bool:
        """Whether it is this machine's own: what is sent to it has been done."""
        with self._lock:
            return kiosk in self._standings

    def listen(self, heard: Callable[[], None]) -> Callable[[], None]:
        """Have `heard` called whenever a kiosk stands otherwise."""
        with self._lock:
            number = self._next
            self._next += 1
            self._listeners[number] = heard

        def end() -> None:
            with self._lock:
                self._listeners.pop(number, None)

        return end

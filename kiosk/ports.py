"""The far ends that the conductor talks to. One to three methods each."""

from collections.abc import Callable
from typing import Protocol

from kiosk.errors import KioskError
from kiosk.slip import Slip
from kiosk.tally import Tally


class Printer(Protocol):
    """Puts a slip on paper, or into a file."""

    def start(self, slip: Slip, finished: Callable[[KioskError | None], None]) -> None:
        """Begin to print and return at once.

        `finished` is called exactly once, from any thread, within the printer's own
        deadline: with None when the paper is out, or with what went wrong.
        """

    def forget(self) -> None:
        """Drop every slip that waits or was kept: the visit is over."""


class UsageLog(Protocol):
    """Counts what happened. Never raises: a full disk must not stop a visit."""

    @property
    def fault(self) -> KioskError | None:
        """Why nothing can be written, or that something was lost; for staff."""

    def count(self, tally: Tally) -> None:
        """Add one."""

    def close(self) -> None:
        """Write what still waits; the kiosk is being shut down."""


class Door(Protocol):
    """Guards the staff sheet with a PIN."""

    def has_pin(self) -> bool:
        """Whether a PIN was ever set."""

    def set_pin(self, pin: str) -> None:
        """Set the PIN. Raises KioskError when it cannot be kept or is too weak."""

    def try_pin(self, pin: str) -> int | None:
        """None: it is right. 0: it is wrong. More: locked for that many seconds."""

"""What both ends of the ward's broker do about trouble: staff are told, and logs stay short."""

import logging
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

from kiosk.broker.link import LinkState

log = logging.getLogger("kiosk.broker")

PATIENCE_SECONDS = 30.0
"""A broker that is started anew is no trouble for anybody."""
QUIET_SECONDS = 10.0
"""Between two lines about messages that are not understood."""
MOST_TOPIC_LETTERS = 200
FORBIDDEN = "broker.forbidden"
"""The broker does not take what this account says."""
_CODES = {
    LinkState.GONE: "broker.gone",
    LinkState.UNTRUSTED: "broker.untrusted",
    LinkState.REFUSED: "broker.refused",
}
UNSTEADY = "broker.unsteady"
"""The connection is lost again and again: a loose cable, or two machines with one account, which
put each other out; brokers do not tell which."""
UNSTEADY_TIMES, UNSTEADY_SECONDS = 4, 60.0


class Tell(Protocol):
    """Puts a trouble on the staff sheet, or takes it off; from any thread."""

    def __call__(self, code: str, /, *, is_there: bool) -> None:
        """Do so."""


class BrokerTrouble:
    """One line on the staff sheet, for as long as something is wrong. For one thread."""

    def __init__(
        self,
        address: str,
        tell: Tell,
        *,
        seconds: Callable[[], float] = time.monotonic,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        """Nothing is wrong yet.

        Args:
            address: of the broker, as staff read it.
            tell: puts it on the staff sheet.
            seconds: seconds that only go forward.
            patience: seconds that something must last.
        """
        self._address = address
        self._tell = tell
        self._seconds = seconds
        self._patience = patience
        self._wrong, self._since = _CODES[LinkState.GONE], seconds()
        self._told = ""
        self._lost: deque[float] = deque(maxlen=UNSTEADY_TIMES)

    def stands(self, state: LinkState) -> None:
        """The connection stands like this now."""
        if state is LinkState.GONE and not self._wrong:
            self._lost.append(self._seconds())
        self._becomes(_CODES.get(state, ""))

    def allowed(self, *, is_taken: bool) -> None:
        """Whether the broker took what we sent."""
        if not is_taken:
            self._becomes(FORBIDDEN)
        elif self._wrong == FORBIDDEN:
            self._becomes("")

    def look(self) -> None:
        """See whether it has lasted."""
        now = self._seconds()
        wrong, has_lasted = self._wrong, now - self._since >= self._patience
        if len(self._lost) == UNSTEADY_TIMES and now - self._lost[0] < UNSTEADY_SECONDS:
            wrong, has_lasted = UNSTEADY, True
        wanted = f"{wrong}: {self._address}" if wrong else ""
        if wanted == self._told or (wanted and not has_lasted):
            return
        if self._told:
            self._tell(self._told, is_there=False)
        if wanted:
            self._tell(wanted, is_there=True)
        self._told = wanted

    def _becomes(self, wrong: str) -> None:
        if bool(wrong) != bool(self._wrong):
            self._since = self._seconds()
        self._wrong = wrong


class Complaints:
    """Logs that a message is not understood, by its topic alone, and not too often."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        """Args: seconds: seconds that only go forward."""
        self._seconds = seconds
        self._last = -QUIET_SECONDS
        self._kept = 0

    def about(self, topic: str) -> None:
        """A message of this topic, which is untrusted, too."""
        if self._seconds() - self._last < QUIET_SECONDS:
            self._kept += 1
            return
        shown = ascii(topic[:MOST_TOPIC_LETTERS])
        log.warning("dropped what is not understood: %s (and %d before)", shown, self._kept)
        self._last, self._kept = self._seconds(), 0

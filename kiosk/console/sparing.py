"""Keeps whoever is at the other end from filling our technical log."""

import logging
import time
from asyncio import AbstractEventLoop
from collections.abc import Callable
from typing import Any

SECONDS = 60.0
"""Between two lines that say the same."""
MOST_KEPT = 500
"""Of what was said; then all is forgotten."""


class Sparing(logging.Filter):
    """Lets the same thing be said once a minute."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Tell the time by a clock of seconds that only go forward."""
        super().__init__()
        self._clock = clock
        self._said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to write a warning; what fills its text does not make it another."""
        return record.levelno != logging.WARNING or self.may_say(str(record.msg))

    def of_loop(self, loop: AbstractEventLoop, context: dict[str, Any]) -> None:
        """Say what an event loop has to say: it tries again and again to accept a connection."""
        if self.may_say(f"{context.get('message')} {type(context.get('exception'))}"):
            loop.default_exception_handler(context)

    def may_say(self, what: str) -> bool:
        """Whether this was not said lately; from now on it was."""
        now = self._clock()
        if now - self._said.get(what, -SECONDS) < SECONDS:
            return False
        if len(self._said) >= MOST_KEPT:
            self._said.clear()
        self._said[what] = now
        return True

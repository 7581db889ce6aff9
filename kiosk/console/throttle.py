"""Slows down whoever guesses: per account and address, per address, and per account.

An account that does not exist is treated like one that does. A browser at which the account has
signed in before does not wait for what others do to the account.
"""

from collections.abc import Callable
from dataclasses import dataclass

FIRST_WAIT_SECONDS = 30.0
LONGEST_WAIT_SECONDS = 900.0
FORGOTTEN_SECONDS = 3600.0
"""After so long without a wrong try, all is forgiven."""
MOST_KEPT = 5000
"""More are never remembered; beyond that the oldest go."""

Key = tuple[str | None, str | None]
"""(account, address); None stands for any."""

_FREE_TRIES = {(True, True): 5, (False, True): 20, (True, False): 50}
"""(is of one account, is of one address) -> wrong tries until it has to wait.

An address gets fewer tries at one account than all addresses together, so that somebody who
guesses cannot keep the officer out.
"""


@dataclass(frozen=True, slots=True)
class _Tries:
    wrong: int
    last: float
    wait_until: float = 0.0


class Throttle:
    """Counts wrong tries, in memory."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        """Count by a clock of seconds that only go forward."""
        self._clock = clock
        self._tries: dict[Key, _Tries] = {}

    def wait_seconds(self, account: str, address: str, *, browser: str = "") -> int:
        """How long this account at this address has to wait; 0: not at all.

        Args:
            account: its name.
            address: where somebody tries to sign in.
            browser: which of the account's own browsers they use; empty: none.
        """
        now = self._clock()
        waits = [
            found.wait_until - now
            for key in _keys(account, address, browser)
            if (found := self._tries.get(key)) is not None
        ]
        longest = max(waits, default=0.0)
        return int(longest) + 1 if longest > 0 else 0

    def was_wrong(self, account: str, address: str, *, browser: str = "") -> None:
        """Another wrong try."""
        now = self._clock()
        for key in _keys(account, address, browser):
            before = self._tries.pop(key, _Tries(0, now))
            wrong = 1 if now - before.last > FORGOTTEN_SECONDS else before.wrong + 1
            beyond = wrong - _FREE_TRIES[key[0] is not None, key[1] is not None]
            wait = min(FIRST_WAIT_SECONDS * 2 ** min(beyond, 10), LONGEST_WAIT_SECONDS)
            self._tries[key] = _Tries(wrong, now, now + wait if beyond >= 0 else 0.0)
        while len(self._tries) > MOST_KEPT:
            del self._tries[next(iter(self._tries))]

    def was_right(self, account: str, address: str, *, browser: str = "") -> None:
        """Forgive this account at this address and browser."""
        self._tries.pop((account, address), None)
        self._tries.pop((account, _at(browser)), None)


def _keys(account: str, address: str, browser: str) -> tuple[Key, ...]:
    everywhere = (account, _at(browser) if browser else None)
    return (account, address), (None, address), everywhere


def _at(browser: str) -> str:
    """A browser in the place of an address; it is none."""
    return f"browser {browser}"

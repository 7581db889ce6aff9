"""Who is signed in: sessions in the server's memory, and the tokens that guard its forms.

A browser holds nothing but a random number. What is kept here of it is its hash, so that a
look into memory or a core file gives no session away.
"""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from kiosk.console.accounts import Account
from kiosk.procedure import Language

LONGEST_SECONDS = 12 * 3600.0
"""No session is longer, however busy."""
MOST_SESSIONS = 500
"""Beyond that, the one not seen for longest ends."""
WARNED_SECONDS = 600.0
"""So long before its end a session is said to end, or a fifth of it where that is shorter."""


class Ending(StrEnum):
    """Whether a session is about to end."""

    NOT = ""
    SOON = "soon"
    """Unless somebody asks for a page."""
    FOR_GOOD = "for_good"
    """Whatever anybody does."""


@dataclass(slots=True)
class SignedIn:
    """One browser of one account."""

    account: str
    stamp: str
    """The account's, when it signed in."""
    began: float
    seen: float
    language: Language = "vi"
    note: str = ""
    """What the next page says once."""
    streams: int = 0
    """How many live pages it has open."""


class Sessions:
    """All who are signed in. Lives on the server's thread."""

    def __init__(self, *, idle_seconds: float, clock: Callable[[], float]) -> None:
        """Keep sessions.

        Args:
            idle_seconds: without a page that was asked for, a session ends.
            clock: seconds that only go forward.
        """
        self._idle_seconds = idle_seconds
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._open: dict[bytes, SignedIn] = {}
        self._over: dict[bytes, None] = {}
        """Those that were open once, the latest last."""

    def begin(self, account: Account, language: Language, *, note: str = "") -> str:
        """Sign in; returns the number that the browser is to keep. It is always a new one.

        Args:
            account: whose session it is.
            language: of its pages.
            note: what the first of them says.
        """
        self._drop_old()
        number = new_number()
        now = self._clock()
        self._open[_mark(number)] = SignedIn(
            account.name, account.stamp, began=now, seen=now, language=language, note=note
        )
        return number

    def find(self, number: str, *, is_seen: bool) -> SignedIn | None:
        """The session with this number, if it is not over.

        Args:
            number: as the browser sent it.
            is_seen: somebody asked for this page; a page that asks by itself is no sign of life.
        """
        mark = _mark(number)
        found = self._open.get(mark)
        if found is None:
            return None
        if self._is_over(found):
            self._close(mark)
            return None
        if is_seen:
            found.seen = self._clock()
        return found

    def end(self, number: str) -> None:
        """Sign out."""
        self._close(_mark(number))

    def is_over(self, number: str) -> bool:
        """Whether somebody was signed in with this number and is no longer."""
        return _mark(number) in self._over

    def ending(self, session: SignedIn) -> Ending:
        """Whether it is about to end."""
        now = self._clock()
        warned = min(WARNED_SECONDS, self._idle_seconds / 5)
        if LONGEST_SECONDS - (now - session.began) < warned:
            return Ending.FOR_GOOD
        return Ending.SOON if self._idle_seconds - (now - session.seen) < warned else Ending.NOT

    def token(self, number: str) -> str:
        """What a form must bring along that was made for this browser."""
        return hmac.new(self._key, number.encode(), sha256).hexdigest()

    def is_token(self, number: str, token: str) -> bool:
        """Whether a form was made for this browser."""
        return hmac.compare_digest(self.token(number).encode(), token.encode("utf-8", "replace"))

    def _is_over(self, session: SignedIn) -> bool:
        now = self._clock()
        return now - session.seen > self._idle_seconds or now - session.began > LONGEST_SECONDS

    def _drop_old(self) -> None:
        for mark in [mark for mark, one in self._open.items() if self._is_over(one)]:
            self._close(mark)
        while len(self._open) >= MOST_SESSIONS:
            self._close(min(self._open, key=lambda mark: self._open[mark].seen))

    def _close(self, mark: bytes) -> None:
        if self._open.pop(mark, None) is not None:
            self._over[mark] = None
        while len(self._over) > MOST_SESSIONS:
            del self._over[next(iter(self._over))]


def new_number() -> str:
    """A number that nobody can guess, for a browser's cookie."""
    return secrets.token_urlsafe(32)


def is_number(text: str) -> bool:
    """Whether it may be one of ours."""
    return len(text) == 43 and text.isascii() and text.replace("-", "").replace("_", "").isalnum()


def _mark(number: str) -> bytes:
    return sha256(number.encode("utf-8", "replace")).digest()

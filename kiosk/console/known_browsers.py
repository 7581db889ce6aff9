"""Browsers at which an account signed in before: no guesses elsewhere keep its officer out.

A browser keeps a mark that we signed. It lets nobody in; without it a browser waits with all
others once many guess at the account.
"""

import hmac
import logging
import secrets
from hashlib import sha256
from pathlib import Path

from kiosk.private_file import alone_with, write_private

log = logging.getLogger("kiosk.console")

KEY_FILE = "known-browsers.key"
SECONDS = 180 * 86_400
"""That a browser keeps its marks after the last time that somebody signed in."""
MOST_MARKS = 4
"""Officers who share a browser."""
_KEY_BYTES = 32
_BETWEEN = "~"


class KnownBrowsers:
    """Signs marks, and knows them again."""

    def __init__(self, path: Path) -> None:
        """Keep the key in the file `path`."""
        self._path = path
        self._key = b""

    def with_mark(self, cookie: str, account: str) -> str:
        """What the browser is to keep once this account has signed in.

        Args:
            cookie: what it has kept until now; whatever is not ours is left out.
            account: its name.
        """
        others = [
            mark
            for mark in cookie.split(_BETWEEN)[:MOST_MARKS]
            if (name := mark.partition(":")[0]) != account and self._number(mark, name)
        ]
        number = secrets.token_hex(8)
        mark = f"{account}:{number}:{self._signed(account, number)}"
        return _BETWEEN.join((mark, *others[: MOST_MARKS - 1]))

    def number_of(self, cookie: str, account: str) -> str:
        """Which of the browsers it is at which this account signed in; empty: none."""
        marks = cookie.split(_BETWEEN)[:MOST_MARKS]
        return next((found for one in marks if (found := self._number(one, account))), "")

    def _number(self, mark: str, account: str) -> str:
        name, _, rest = mark.partition(":")
        number, _, signed = rest.partition(":")
        if name != account or not signed or not self._has_key():
            return ""
        wanted = self._signed(name, number)
        is_ours = hmac.compare_digest(wanted.encode(), signed.encode("utf-8", "replace"))
        return number if is_ours else ""

    def _signed(self, account: str, number: str) -> str:
        text = f"{account}:{number}".encode("utf-8", "replace")
        return hmac.new(self._our_key(), text, sha256).hexdigest()

    def _has_key(self) -> bool:
        """Whether anything was ever signed: whoever is not signed in has none made."""
        return bool(self._key) or self._path.exists()

    def _our_key(self) -> bytes:
        if not self._key:
            try:
                self._key = self._kept_key()
            except OSError as error:
                log.warning("no browser stays known: %s", error.strerror)
                self._key = secrets.token_bytes(_KEY_BYTES)
        return self._key

    def _kept_key(self) -> bytes:
        with alone_with(self._path):
            if self._path.exists():
                kept = self._path.read_bytes()
                if len(kept) == _KEY_BYTES:
                    return kept
            made = secrets.token_bytes(_KEY_BYTES)
            write_private(self._path, made)
            return made

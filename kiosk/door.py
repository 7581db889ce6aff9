"""The staff door: a PIN, kept as a salted scrypt hash, and its lock-out.

It must not show or log a PIN, and it never takes a file that it cannot read for "no
PIN was set". Tries are counted in the same file, so that a restart forgives nothing.
"""

import hmac
import json
import logging
import math
import secrets
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from hashlib import scrypt
from itertools import pairwise
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from kiosk.errors import KioskError
from kiosk.private_file import write_private

LOG = logging.getLogger("kiosk.door")

MOST_DIGITS = 10
"""The PIN pad takes no more."""
TRIES_UNTIL_LOCKED = 5
"""Wrong PINs in a row until the door locks, and again for each longer lock."""
FIRST_LOCK_SECONDS = 60
"""The first lock; each further one is twice as long."""
LONGEST_LOCK_SECONDS = 3600
"""No lock is longer: staff must get in on the same day."""
MOST_FILE_BYTES = 4096
"""A PIN file is about 300 bytes long; a larger one is not ours."""

_RUNS = frozenset({0, 1, 9})
"""From digit to digit, modulo ten: all the same, ascending, descending."""

_Salt = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{2}){16}\z")]
_Hash = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{2}){32}\z")]


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid", strict=True))
class _Kept:
    """The content of the PIN file."""

    salt: _Salt
    hash: _Hash
    n: Annotated[int, Field(ge=2**14, le=2**17)] = 2**14
    r: Annotated[int, Field(ge=8, le=16)] = 8
    p: Annotated[int, Field(ge=1, le=4)] = 1
    wrong_tries: Annotated[int, Field(ge=0)] = 0
    """Since the PIN was last right."""
    locked_until: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    """Seconds since 1970 by the wall clock; a clock that runs from start-up forgets."""


class StaffDoor:
    """Guards the staff sheet with a PIN."""

    def __init__(
        self, path: Path, *, fewest_digits: int = 6, clock: Callable[[], float] = time.time
    ) -> None:
        """Keep the PIN in the file `path`; `clock` tells the seconds since 1970."""
        self._path = path
        self._fewest_digits = fewest_digits
        self._clock = clock
        self._unwritten: _Kept | None = None
        """Tries that a full disk would not take; they count until the kiosk restarts."""

    def has_pin(self) -> bool:
        """Whether a PIN was ever set. Anything but a plainly absent file says yes."""
        try:
            self._path.lstat()
        except FileNotFoundError:
            return False
        except OSError:
            return True
        return True

    def examine(self) -> None:
        """Look at the PIN file without trying a PIN.

        Raises:
            KioskError: `pin.not_set`, `pin.damaged`.
        """
        self._read()

    def set_pin(self, pin: str) -> None:
        """Set the PIN, forget all tries.

        Raises:
            KioskError: `pin.not_digits`, `pin.too_short`, `pin.too_long`, `pin.weak`,
                `pin.not_kept`.
        """
        self._refuse_weak(pin)
        kept = _Kept(salt=secrets.token_hex(16), hash="00" * 32)
        try:
            self._write(replace(kept, hash=_hash(pin, kept)))
        except OSError as error:
            folder = str(self._path.parent)
            raise KioskError("pin.not_kept", error.strerror or "", folder=folder) from error

    def try_pin(self, pin: str) -> int | None:
        """None: it is right. 0: it is wrong. More: locked for that many seconds.

        While the door is locked the PIN is not even looked at.

        Raises:
            KioskError: `pin.damaged`; `pin.not_set` where `has_pin` is false.
        """
        now = self._clock()
        kept = self._current()
        locked_seconds = kept.locked_until - now
        longest = _lock_seconds(kept.wrong_tries)
        if locked_seconds > longest:
            # The clock was set back: wait this lock out once more, not until the old date.
            kept = replace(kept, locked_until=now + longest)
            self._keep(kept)
            locked_seconds = longest
        if locked_seconds > 0:
            return math.ceil(locked_seconds)
        if _is_pin(pin) and hmac.compare_digest(_hash(pin, kept), kept.hash):
            if kept.wrong_tries:
                self._keep(replace(kept, wrong_tries=0, locked_until=0.0))
            return None
        wrong_tries = kept.wrong_tries + 1
        if wrong_tries % TRIES_UNTIL_LOCKED:
            self._keep(replace(kept, wrong_tries=wrong_tries, locked_until=0.0))
            return 0
        lock_seconds = _lock_seconds(wrong_tries)
        self._keep(replace(kept, wrong_tries=wrong_tries, locked_until=now + lock_seconds))
        return lock_seconds

    def _refuse_weak(self, pin: str) -> None:
        if not (pin.isascii() and pin.isdecimal()):
            raise KioskError("pin.not_digits")
        if len(pin) < self._fewest_digits:
            raise KioskError("pin.too_short", digits=str(self._fewest_digits))
        if len(pin) > MOST_DIGITS:
            raise KioskError("pin.too_long")
        steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
        if len(steps) == 1 and steps <= _RUNS:
            raise KioskError("pin.weak")

    def _current(self) -> _Kept:
        kept = self._read()
        unwritten = self._unwritten
        # Another salt: somebody set a new PIN with `kiosk pin` in the meantime.
        return unwritten if unwritten is not None and unwritten.salt == kept.salt else kept

    def _read(self) -> _Kept:
        try:
            with self._path.open("rb") as opened:
                untrusted = opened.read(MOST_FILE_BYTES + 1)
            if len(untrusted) > MOST_FILE_BYTES:
                raise KioskError("pin.damaged", "too large", file=str(self._path))
            kept = TypeAdapter(_Kept).validate_json(untrusted)
        except FileNotFoundError as error:
            raise KioskError("pin.not_set") from error
        except OSError as error:
            detail = error.strerror or ""
            raise KioskError("pin.damaged", detail, file=str(self._path)) from error
        except ValidationError:
            # Its text would quote the hash: keep it out of every log.
            detail = "not a PIN file"
            raise KioskError("pin.damaged", detail, file=str(self._path)) from None
        if kept.n & (kept.n - 1):
            raise KioskError("pin.damaged", "n is no power of two", file=str(self._path))
        return kept

    def _keep(self, kept: _Kept) -> None:
        """Write the tries; where that fails, remember them: staff must still get in."""
        try:
            self._write(kept)
        except OSError as error:
            LOG.warning("PIN tries cannot be written: %s", error.strerror)
            self._unwritten = kept

    def _write(self, kept: _Kept) -> None:
        write_private(self._path, json.dumps(asdict(kept)).encode("ascii"))
        self._unwritten = None


def _is_pin(pin: str) -> bool:
    return pin.isascii() and pin.isdecimal() and len(pin) <= MOST_DIGITS


def _lock_seconds(wrong_tries: int) -> int:
    """How long the lock is that this many wrong tries have earned."""
    times = wrong_tries // TRIES_UNTIL_LOCKED
    # The exponent is bounded too: a count from the file may be any number.
    return min(FIRST_LOCK_SECONDS * 2 ** min(times - 1, 10), LONGEST_LOCK_SECONDS) if times else 0


def _hash(pin: str, kept: _Kept) -> str:
    needed = 128 * kept.r * (kept.n + kept.p + 2)
    salt = bytes.fromhex(kept.salt)
    return scrypt(
        pin.encode("ascii"), salt=salt, n=kept.n, r=kept.r, p=kept.p, maxmem=2 * needed, dklen=32
    ).hex()

"""Bundles that were looked at and wait for an admin's word: a few, for a day, for this kiosk only.

    state/candidates/<beginning of its sum>     the file as it was uploaded

They count for nothing: before one is published it is looked at from the beginning again.
"""

import os
import re
import stat
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from kiosk.bundle import MOST_BUNDLE_BYTES
from kiosk.errors import KioskError
from kiosk.private_file import write_private

CANDIDATES_FOLDER = "candidates"
"""In the state folder."""
MOST_KEPT = 5
"""The oldest one goes."""
MOST_SECONDS = 24 * 3600.0
"""So long one waits."""

_ID = re.compile(r"[0-9a-f]{32}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A bundle that waits."""

    id: str
    since: float
    """Seconds since 1970."""


class Candidates:
    """Those of a state folder."""

    def __init__(self, state_path: Path, *, clock: Callable[[], float]) -> None:
        """Open it; nothing is written until something is kept.

        Args:
            state_path: the kiosk's state folder.
            clock: seconds since 1970.
        """
        self._home = state_path / CANDIDATES_FOLDER
        self._clock = clock

    def keep(self, untrusted: bytes) -> str:
        """Keep a bundle's file; returns its id, the same for the same file.

        Raises:
            KioskError: `bundle.not_kept_here`.
        """
        candidate = sha256(untrusted).hexdigest()[:32]
        file, now = self.file(candidate), self._clock()
        try:
            write_private(file, untrusted)
            os.utime(file, (now, now))
        except OSError as error:
            problem = error.strerror or type(error).__name__
            raise KioskError(
                "bundle.not_kept_here", str(error), folder=str(self._home), problem=problem
            ) from error
        self._tidy()
        return candidate

    def all(self) -> tuple[Candidate, ...]:
        """Those that wait, the newest first; older ones are removed."""
        self._tidy()
        return self._found()

    def file(self, candidate: str) -> Path:
        """Where it lies, if it does."""
        return self._home / candidate

    def has(self, candidate: str) -> bool:
        """Whether it waits here."""
        return any(one.id == candidate for one in self.all())

    def read(self, candidate: str) -> bytes:
        """The file, as it was kept.

        Raises:
            KioskError: `bundle.no_candidate`: it is gone, too old, or not what it was.
        """
        if not self.has(candidate):
            raise KioskError("bundle.no_candidate")
        try:
            descriptor = os.open(self.file(candidate), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
            with os.fdopen(descriptor, "rb") as opened:
                untrusted = opened.read(MOST_BUNDLE_BYTES + 1)
        except OSError as error:
            raise KioskError("bundle.no_candidate", str(error)) from error
        if sha256(untrusted).hexdigest()[:32] != candidate:
            raise KioskError("bundle.no_candidate", "another file")
        return untrusted

    def drop(self, candidate: str) -> bool:
        """Remove one; False: it is not here."""
        if not self.has(candidate):
            return False
        with suppress(OSError):
            self.file(candidate).unlink()
        return True

    def _found(self) -> tuple[Candidate, ...]:
        found: list[Candidate] = []
        with suppress(OSError):  # nothing was ever kept
            for one in os.scandir(self._home):
                with suppress(OSError):
                    about = one.stat(follow_symlinks=False)
                    if _ID.match(one.name) and stat.S_ISREG(about.st_mode):
                        found.append(Candidate(id=one.name, since=about.st_mtime))
        return tuple(sorted(found, key=lambda one: (-one.since, one.id)))

    def _tidy(self) -> None:
        """Remove what is too old or too many, and what an interrupted upload left."""
        too_old = self._clock() - MOST_SECONDS
        good = {one.id for one in self._found()[:MOST_KEPT] if one.since > too_old}
        with suppress(OSError):
            for one in os.scandir(self._home):
                is_being_written = one.name.startswith(".")
                with suppress(OSError):
                    since = one.stat(follow_symlinks=False).st_mtime
                    if one.name not in good and not (is_being_written and since > too_old):
                        Path(one.path).unlink()

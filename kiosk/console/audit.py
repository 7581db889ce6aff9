"""Who did what and when at the console: one line of JSON each, and nothing of a citizen.

A disk that is full must not keep an officer from answering a call: what cannot be written is
said in the technical log, and the work goes on. Deeds are dropped when they are old, not when
somebody has done many others: each kind has files of its own.
"""

import json
import logging
import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from heapq import merge
from itertools import count, islice
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

log = logging.getLogger("kiosk.console.audit")

MOST_BYTES = 1_000_000
"""Of one file; then it is put aside, as it is when a month is over."""
MOST_YEARS = 2
"""Then a file is dropped."""

MOST_LETTERS = 100
"""Of one field; what is longer is cut."""

_Short = Annotated[str, Field(max_length=MOST_LETTERS)]


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Deed:
    """Something that was done."""

    at: _Short
    """When: ISO 8601, UTC, to the second."""
    account: _Short
    """Whose; empty where nobody was signed in."""
    what: _Short
    """A key of `deed` in the console's words."""
    kiosk: _Short = ""
    about: _Short = ""
    """An id: a message, an account. Never text that somebody wrote."""
    address: _Short = ""
    turn: int = 0
    """Tells apart, within a second, what was done first; counted by each process."""


class Kind(StrEnum):
    """Deeds that are kept apart, so that many of one kind take none of another off the log."""

    LASTING = ""
    """What changes accounts, scripts, bundles, notices, counters, and all that is not below."""
    DOOR = "-door"
    """Who came in, left, or was refused: anybody may try."""
    COMMANDS = "-commands"
    """What was sent to a kiosk from the board."""


_KINDS = {
    **dict.fromkeys(("login", "login_refused", "logout"), Kind.DOOR),
    **dict.fromkeys(
        (
            *("answer", "restart", "lock", "unlock", "summon", "volume"),
            *("test_print", "test_sound", "reload"),
        ),
        Kind.COMMANDS,
    ),
}
MOST_FILES = {Kind.LASTING: 60, Kind.DOOR: 30, Kind.COMMANDS: 30}
"""That are put aside: one a month, more only where somebody is very busy."""


class AuditLog:
    """The log, in files of the state folder. May be used from any thread."""

    def __init__(self, path: Path, *, clock: Callable[[], float]) -> None:
        """Write to `path` and to files beside it; `clock` tells the seconds since 1970."""
        self._path = path
        self._clock = clock
        self._lock = threading.Lock()
        self._turns = count()

    def note(
        self, what: str, *, account: str, kiosk: str = "", about: str = "", address: str = ""
    ) -> None:
        """Write down a deed."""
        at = datetime.fromtimestamp(self._clock(), UTC).isoformat(timespec="seconds")
        deed = Deed(
            at=at,
            account=account[:MOST_LETTERS],
            what=what,
            kiosk=kiosk[:MOST_LETTERS],
            about=about[:MOST_LETTERS],
            address=address[:MOST_LETTERS],
            turn=next(self._turns),
        )
        try:
            with self._lock:
                _Files(self._path, kind_of(what)).add(deed)
        except OSError as error:
            log.warning("the audit log cannot be written: %s", error.strerror)

    def latest(self, wanted: int) -> tuple[Deed, ...]:
        """The last deeds, newest first."""
        return tuple(islice(self._deeds(), wanted))

    def all(self) -> tuple[Deed, ...]:
        """All that are still there, newest first. Reads every file."""
        return tuple(self._deeds())

    def _deeds(self) -> Iterator[Deed]:
        kinds = (_Files(self._path, kind).newest_first() for kind in Kind)
        return merge(*kinds, key=lambda deed: (deed.at, deed.turn), reverse=True)


def kind_of(what: str) -> Kind:
    """What kind of deed it is."""
    return _KINDS.get(what, Kind.LASTING)


class _Files:
    """The files of one kind: one that is written to, and those that were put aside, by number."""

    def __init__(self, path: Path, kind: Kind) -> None:
        self._current = path.with_name(f"{path.stem}{kind}{path.suffix}")
        self._most = MOST_FILES[kind]

    def add(self, deed: Deed) -> None:
        """Write it down, on the disk."""
        line = json.dumps(asdict(deed), ensure_ascii=True) + "\n"
        self._current.parent.mkdir(parents=True, exist_ok=True)
        self._make_room(deed)
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        handle = os.open(self._current, flags, 0o600)
        try:
            size = os.fstat(handle).st_size
            if size and os.pread(handle, 1, size - 1) != b"\n":
                line = f"\n{line}"  # the power failed in the midst of the one before
            os.write(handle, line.encode("ascii"))  # in one piece, or not at all
            os.fsync(handle)
        finally:
            os.close(handle)

    def newest_first(self) -> Iterator[Deed]:
        """What can be read, file by file."""
        for file in (self._current, *reversed(self._aside())):
            try:
                lines = file.read_text(encoding="ascii", errors="replace").splitlines()
            except OSError:
                continue
            yield from (deed for line in reversed(lines) if (deed := _deed(line)))

    def _make_room(self, deed: Deed) -> None:
        """Put the file aside when it is full or its month is over, and drop what is too old."""
        if not self._current.exists():
            return
        is_full = self._current.stat().st_size > MOST_BYTES
        if not is_full and _month(_head(self._current)) == _month(deed.at):
            return
        aside = self._aside()
        number = _number(aside[-1]) + 1 if aside else 1
        put = self._current.with_suffix(f".{number}{self._current.suffix}")
        with suppress(FileExistsError, FileNotFoundError):  # another process has just done it
            os.link(self._current, put)
            self._current.unlink()
        year, month = int(deed.at[:4]), int(deed.at[5:7])
        oldest = f"{year - MOST_YEARS:04}-{month:02}"
        beyond = len(aside) + 1 - self._most
        for index, file in enumerate(aside):
            if index < beyond:
                log.warning("the audit log is full: %s is dropped", file.name)
            if index < beyond or _last_month(file) < oldest:
                file.unlink(missing_ok=True)

    def _aside(self) -> list[Path]:
        """Those put aside, oldest first."""
        current = self._current
        name = re.compile(rf"{re.escape(current.stem)}\.(\d+){re.escape(current.suffix)}")
        found = (one for one in current.parent.glob("*") if name.fullmatch(one.name))
        return sorted(found, key=_number)


def _number(file: Path) -> int:
    return int(file.name.split(".")[-2])


def _head(file: Path) -> str:
    """When the first deed of a file was done, as far as a look at its first letters tells."""
    with file.open("rb") as opened:
        return opened.read(64).decode("ascii", "replace").partition('"at": "')[2]


def _last_month(file: Path) -> str:
    """The month of the last deed of a file that can be read; empty: none can."""
    lines = file.read_text(encoding="ascii", errors="replace").splitlines()
    return next((_month(deed.at) for line in reversed(lines) if (deed := _deed(line))), "")


def _month(at: str) -> str:
    return at[:7]


_DEED = TypeAdapter(Deed)


def _deed(line: str) -> Deed | None:
    """None: the power failed while it was written."""
    try:
        return _DEED.validate_json(line)
    except ValidationError:
        return None

"""Who did what and when at the console: one line of JSON each, and nothing of a citizen.

A disk that is full must not keep an officer from answering a call: what cannot be written is
said in the technical log, and the work goes on.
"""

import json
import logging
import os
import threading
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

log = logging.getLogger("kiosk.console.audit")

MOST_BYTES = 2_000_000
"""Of one file; then it is put aside, and the one before it goes."""

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


class AuditLog:
    """The log, in a file of the state folder. May be used from any thread."""

    def __init__(self, path: Path, *, clock: Callable[[], float]) -> None:
        """Write to `path`; `clock` tells the seconds since 1970."""
        self._path = path
        self._clock = clock
        self._lock = threading.Lock()

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
        )
        line = json.dumps(asdict(deed), ensure_ascii=True) + "\n"
        try:
            with self._lock:
                self._make_room()
                handle = os.open(
                    self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600
                )
                try:
                    os.write(handle, line.encode("ascii"))  # in one piece, or not at all
                finally:
                    os.close(handle)
        except OSError as error:
            log.warning("the audit log cannot be written: %s", error.strerror)

    def latest(self, count: int) -> tuple[Deed, ...]:
        """The last deeds, newest first."""
        return _deeds(self._lines()[-count:])

    def all(self) -> tuple[Deed, ...]:
        """All that are still there, newest first."""
        return _deeds(self._lines())

    def _lines(self) -> list[str]:
        lines: list[str] = []
        for file in (self._path.with_suffix(".1.jsonl"), self._path):
            try:
                lines += file.read_text(encoding="ascii", errors="replace").splitlines()
            except OSError:
                continue
        return lines

    def _make_room(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if self._path.exists() and self._path.stat().st_size > MOST_BYTES:
            self._path.replace(self._path.with_suffix(".1.jsonl"))


_DEED = TypeAdapter(Deed)


def _deeds(lines: list[str]) -> tuple[Deed, ...]:
    return tuple(deed for line in reversed(lines) if (deed := _deed(line)))


def _deed(line: str) -> Deed | None:
    """None: the power failed while it was written."""
    try:
        return _DEED.validate_json(line)
    except ValidationError:
        return None

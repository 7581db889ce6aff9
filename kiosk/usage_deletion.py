"""Deletes counters so that it can be proven: from every byte of the state folder, and on record.

The kiosk may hold the same file open and go on counting: SQLite's locks keep the two apart.
The file itself is read through SQLite alone: to open and close it by other means would drop
the locks that SQLite holds for the whole process.
"""

import json
import os
import sqlite3
import time
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from kiosk.errors import KioskError
from kiosk.usage import USAGE_FILE

DELETIONS_FILE = "usage-deletions.jsonl"
BUSY_MILLISECONDS = 10_000
"""How long a deletion waits for the kiosk or a reader."""
PATIENCE_SECONDS = 20.0
"""How long it tries to empty the write-ahead file."""

_Short = Annotated[str, Field(max_length=100)]


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Deletion:
    """What was deleted: it stands on record for good."""

    at: _Short
    """When: ISO 8601, UTC, to the second."""
    account: _Short
    """Whose."""
    until: date
    """All days up to this one, itself included."""
    rows: Annotated[int, Field(ge=0)]
    """Lines of the table."""
    files: Annotated[int, Field(ge=0)]
    """Damaged files that had been set aside."""
    digest: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]
    """SHA-256 of the file that is left; empty: there is none."""


def rows_until(state: Path, until: date) -> int:
    """How many lines a deletion up to `until` would take.

    Raises:
        KioskError: `usage.unreadable`.
    """
    path = state / USAGE_FILE
    if not path.exists():
        return 0
    try:
        with closing(_open(path)) as log_file:
            return _rows(log_file, until) if _has_table(log_file) else 0
    except (sqlite3.Error, OSError) as error:
        raise KioskError("usage.unreadable", type(error).__name__, file=str(path)) from error


def delete_until(state: Path, until: date, account: str, now: float) -> Deletion:
    """Delete all counters up to a day, and whatever damaged files may hold of them.

    Args:
        state: the state folder.
        until: the last day that goes.
        account: who wants it.
        now: seconds since 1970.

    Raises:
        KioskError: `usage.not_deleted`: what is to go may still be there.
    """
    path = state / USAGE_FILE
    try:
        files = _delete_set_aside(path)
        rows, digest = _delete_rows(path, until) if path.exists() else (0, "")
        at = datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds")
        deletion = Deletion(
            at=at, account=account, until=until, rows=rows, files=files, digest=digest
        )
        _keep(deletion, state / DELETIONS_FILE)
    except (sqlite3.Error, OSError) as error:
        raise KioskError("usage.not_deleted", str(error), file=str(path)) from error
    return deletion


def deletions(state: Path) -> tuple[Deletion, ...]:
    """All that are on record, newest first; a line that was cut off is left out."""
    try:
        lines = (state / DELETIONS_FILE).read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return ()
    return tuple(one for line in reversed(lines) if (one := _deletion(line)) is not None)


def _delete_rows(path: Path, until: date) -> tuple[int, str]:
    with closing(_open(path)) as log_file:
        if not _has_table(log_file):
            return 0, ""
        log_file.execute("BEGIN IMMEDIATE")
        rows = _rows(log_file, until)
        log_file.execute("DELETE FROM counters WHERE day <= ?", (until.isoformat(),))
        log_file.execute("COMMIT")
        # Zeroed by secure_delete; VACUUM also leaves behind the pages that once held it.
        log_file.execute("VACUUM")
        return rows, _digest_when_whole(log_file, path)


def _digest_when_whole(log_file: sqlite3.Connection, path: Path) -> str:
    """Empty the write-ahead file, then sum up the file while nobody can write to it."""
    ahead = path.with_name(f"{path.name}-wal")
    patient_until = time.monotonic() + PATIENCE_SECONDS
    while True:
        is_busy, *_ = log_file.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        log_file.execute("BEGIN IMMEDIATE")
        try:
            if not is_busy and (not ahead.exists() or ahead.stat().st_size == 0):
                return sha256(log_file.serialize()).hexdigest()  # the bytes of the file
        finally:
            log_file.execute("ROLLBACK")
        if time.monotonic() > patient_until:
            raise sqlite3.OperationalError("the write-ahead file is held by another reader")
        time.sleep(0.05)


def _open(path: Path) -> sqlite3.Connection:
    log_file = sqlite3.connect(path, isolation_level=None)
    try:
        log_file.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
        log_file.execute("PRAGMA secure_delete = ON")
        log_file.execute("PRAGMA temp_store = MEMORY")  # VACUUM leaves nothing elsewhere
    except BaseException:
        log_file.close()
        raise
    return log_file


def _has_table(log_file: sqlite3.Connection) -> bool:
    found = log_file.execute("SELECT 1 FROM sqlite_schema WHERE name = 'counters'").fetchone()
    return found is not None


def _rows(log_file: sqlite3.Connection, until: date) -> int:
    asked = "SELECT count(*) FROM counters WHERE day <= ?"
    return int(log_file.execute(asked, (until.isoformat(),)).fetchone()[0])


def _delete_set_aside(path: Path) -> int:
    """Nobody can read which days a damaged file holds: it goes as a whole."""
    aside = sorted(path.parent.glob(f"{path.name}.damaged-*"))
    for one in aside:
        one.unlink()
    return len(aside)


def _keep(deletion: Deletion, path: Path) -> None:
    line = json.dumps(asdict(deletion), ensure_ascii=True, default=str) + "\n"
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.write(handle, line.encode("ascii"))  # in one piece, or not at all
        os.fsync(handle)
    finally:
        os.close(handle)


def _deletion(line: str) -> Deletion | None:
    try:
        return TypeAdapter(Deletion).validate_json(line)
    except ValidationError:
        return None

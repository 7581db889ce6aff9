"""Deletes counters so that it can be proven: from every byte of the state folder, and on record.

What is deleted goes on record at once, as unfinished: another reader, or a power cut, may keep
old bytes in the file for a while. When none is left it is finished, by a second line.

The kiosk may hold the same file open and go on counting: SQLite's locks keep the two apart.
The file itself is read through SQLite alone: to open and close it by other means would drop
the locks that SQLite holds for the whole process.
"""

import errno
import json
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, replace
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
    digest: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] | None
    """SHA-256 of the file that is left; empty: there is none; None: not finished, old bytes may
    still be there."""
    finished: _Short = ""
    """When a later try finished it; empty: the first one did, or none has yet."""


def rows_until(state: Path, until: date) -> int:
    """How many lines a deletion up to `until` would take.

    Raises:
        KioskError: `usage.unreadable`.
    """
    path = state / USAGE_FILE
    try:
        with _table(path) as log_file:
            return _rows(log_file, until) if log_file is not None else 0
    except (sqlite3.Error, OSError) as error:
        raise KioskError("usage.unreadable", type(error).__name__, file=str(path)) from error


def delete_until(state: Path, until: date, account: str, now: float) -> Deletion:
    """Delete all counters up to a day, and whatever damaged files may hold of them.

    Finishes what earlier tries left unfinished; where that was the same deletion, of the same
    account, it goes on with it.

    Args:
        state: the state folder.
        until: the last day that goes.
        account: who wants it.
        now: seconds since 1970.

    Raises:
        KioskError: `usage.not_deleted`: what is to go may still be there. What has gone from the
            table, or as a file, is on record as unfinished.
    """
    path, record = state / USAGE_FILE, state / DELETIONS_FILE
    at = datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds")
    try:
        _keep(record)  # nothing goes where it could not be put on record
        unfinished = [one for one in deletions(state) if one.digest is None]
        same = [one for one in unfinished if (one.until, one.account) == (until, account)]
        new = Deletion(at=at, account=account, until=until, rows=0, files=0, digest=None)
        deletion = same[0] if same else new
        others = [one for one in unfinished if one != deletion]
        with _table(path) as log_file:
            rows = _delete_rows(log_file, until) if log_file is not None else 0
            deletion = replace(deletion, rows=deletion.rows + rows)
            _keep(record, deletion)
            # Nobody can read which days a damaged file holds: it goes as a whole.
            for aside in sorted(state.glob(f"{path.name}.damaged-*")):
                aside.unlink()
                deletion = replace(deletion, files=deletion.files + 1)
                _keep(record, deletion)
            digest = _digest_when_clean(log_file, path) if log_file is not None else ""
        done = [
            replace(one, digest=digest, finished="" if one.at == at else at)
            for one in (*reversed(others), deletion)
        ]
        _keep(record, *done)
    except (sqlite3.Error, OSError) as error:
        raise KioskError("usage.not_deleted", str(error), file=str(path)) from error
    return done[-1]


def deletions(state: Path) -> tuple[Deletion, ...]:
    """All that are on record, newest first; a line that was cut off is left out."""
    try:
        lines = (state / DELETIONS_FILE).read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return ()
    found: list[Deletion] = []
    for one in filter(None, map(_deletion, lines)):
        before = next((at for at, past in enumerate(found) if _goes_on(past, one)), None)
        if before is None:
            found.append(one)
        else:
            found[before] = one
    return tuple(reversed(found))


def _goes_on(past: Deletion, later: Deletion) -> bool:
    """Whether a later line tells how an unfinished deletion went on."""
    is_same = (past.at, past.account, past.until) == (later.at, later.account, later.until)
    return past.digest is None and is_same


def _delete_rows(log_file: sqlite3.Connection, until: date) -> int:
    log_file.execute("BEGIN IMMEDIATE")
    rows = _rows(log_file, until)
    log_file.execute("DELETE FROM counters WHERE day <= ?", (until.isoformat(),))
    log_file.execute("COMMIT")
    return rows


def _digest_when_clean(log_file: sqlite3.Connection, path: Path) -> str:
    """Empty the write-ahead file, then sum up the file while nobody can write to it."""
    # Zeroed by secure_delete; VACUUM also leaves behind the pages that once held it.
    log_file.execute("VACUUM")
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


@contextmanager
def _table(path: Path) -> Iterator[sqlite3.Connection | None]:
    """The file, open; None: there is none, or it holds no table yet."""
    if not path.exists():
        yield None
        return
    with closing(_open(path)) as log_file:
        yield log_file if _has_table(log_file) else None


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


def _keep(record: Path, *kept: Deletion) -> None:
    """Add lines to the record; the one that the power cut off keeps its line to itself."""
    lines = "".join(json.dumps(asdict(one), ensure_ascii=True, default=str) + "\n" for one in kept)
    handle = os.open(record, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        size = os.fstat(handle).st_size
        if size and os.pread(handle, 1, size - 1) != b"\n":
            lines = "\n" + lines
        content = lines.encode("ascii")
        if os.write(handle, content) != len(content):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(handle)
    finally:
        os.close(handle)


def _deletion(line: str) -> Deletion | None:
    try:
        return TypeAdapter(Deletion).validate_json(line)
    except ValidationError:
        return None

"""The usage log: anonymised counters in one SQLite table.

It must not know a visit: no id, no text, no time finer than a band of hours. What may
be counted at all is the closed list in `tally.py`. A full disk or a broken file never
stops a visit: counting goes on in memory and `fault` tells staff.
"""

import errno
import logging
import os
import sqlite3
from calendar import monthrange
from collections import Counter
from collections.abc import Callable
from dataclasses import astuple
from datetime import date, datetime
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread

from kiosk.errors import KioskError
from kiosk.tally import BANDS, OTHER_HOURS, RATINGS, VISIT_ENDS, Counted, Tally
from kiosk.usage_counts import COLUMNS

LOG = logging.getLogger("kiosk.usage")

USAGE_FILE = "usage.sqlite"
"""Its name in the state folder."""

BUSY_MILLISECONDS = 250
"""How long a count waits for another process: no longer than a citizen would notice."""
CLOSING_BUSY_MILLISECONDS = 5000
"""How long the last write waits: what is not written then is lost."""
FULL_BELOW_BYTES = 128 * 1024
"""With less free space than this, a failed write is put down to a full disk."""

_ENDS_OF_A_VISIT = frozenset((*VISIT_ENDS, *RATINGS, Counted.STEP_LEFT, Counted.CALL_MISSED))

# WITHOUT ROWID: rows lie in the order of their key, never in the order of people.
_TABLE = """
CREATE TABLE IF NOT EXISTS counters (
    day TEXT NOT NULL, hour_band TEXT NOT NULL, event TEXT NOT NULL, procedure TEXT NOT NULL,
    step TEXT NOT NULL, mode TEXT NOT NULL, language TEXT NOT NULL, n INTEGER NOT NULL,
    PRIMARY KEY (day, hour_band, event, procedure, step, mode, language)
) WITHOUT ROWID, STRICT
"""
_ADD = """
INSERT INTO counters VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n
"""
_DAMAGES = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class _NotOurTableError(sqlite3.DatabaseError):
    """The file opens, but its content is broken or is no usage log."""


def hour_band(moment: datetime) -> str:
    """The two hours in which `moment` lies, or "other" outside of 7:00 to 17:00."""
    return BANDS.get(moment.hour - (moment.hour + 1) % 2, OTHER_HOURS)


class MemoryUsageLog:
    """Counts in memory only: demonstrations and tests."""

    fault: KioskError | None = None

    def __init__(self) -> None:
        self.counts: Counter[Tally] = Counter()

    def count(self, tally: Tally) -> None:
        """Add one."""
        self.counts[tally] += 1

    def close(self) -> None:
        """Nothing to write."""


class SqliteUsageLog:
    """Counts in a SQLite file. No method raises."""

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], datetime] = datetime.now,
        retention_months: int = 24,
    ) -> None:
        """Open the log, delete what is older than `retention_months`.

        `clock` tells the local time.
        """
        self._path = path
        self._clock = clock
        self._retention_months = retention_months
        self._connection: sqlite3.Connection | None = None
        self._waiting: Counter[tuple[date, str, Tally]] = Counter()
        """Counted and not yet in the file, under the day and band in which it happened."""
        self._blocked: KioskError | None = None
        self._was_damaged: KioskError | None = None
        self._cleaned_on: date | None = None
        self._lock = Lock()  # a printer reports from its own thread
        self._write()

    @property
    def fault(self) -> KioskError | None:
        """What staff must be told: why nothing can be written, or that a file was set aside."""
        return self._blocked or self._was_damaged

    def count(self, tally: Tally) -> None:
        """Add one, in the file if that is possible and in memory until it is."""
        with self._lock:
            now = self._clock()
            self._waiting[(now.date(), hour_band(now), tally)] += 1
            self._write(is_end_of_visit=tally.event in _ENDS_OF_A_VISIT)

    def close(self) -> None:
        """Write what still waits and let the file go."""
        with self._lock:
            self._write(busy_milliseconds=CLOSING_BUSY_MILLISECONDS)
            self._let_go()
            if self._waiting:
                LOG.error("usage log: closed, %d counts are lost", self._waiting.total())

    def _write(
        self, *, is_end_of_visit: bool = False, busy_milliseconds: int = BUSY_MILLISECONDS
    ) -> None:
        try:
            try:
                self._store(busy_milliseconds)
            except sqlite3.DatabaseError as error:
                if not _is_damage(error):
                    raise
                self._set_aside()
                self._store(busy_milliseconds)
            if is_end_of_visit and self._connection is not None:
                # The write-ahead file holds the order of the counts: it ends with the visit.
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except (sqlite3.Error, OSError) as error:
            self._let_go()
            fault = _fault_of(error, self._path)
            if self._blocked is None or self._blocked.code != fault.code:
                LOG.warning("usage log: %s; counting in memory", fault)
            self._blocked = fault
        else:
            if self._blocked is not None:
                LOG.info("usage log: written again")
            self._blocked = None

    def _store(self, busy_milliseconds: int) -> None:
        if self._connection is None:
            self._connection = self._open()
        self._connection.execute(f"PRAGMA busy_timeout = {busy_milliseconds:d}")
        self._connection.execute("BEGIN IMMEDIATE")
        rows = [
            (day.isoformat(), band, *astuple(tally), n)
            for (day, band, tally), n in self._waiting.items()
        ]
        self._connection.executemany(_ADD, rows)
        self._connection.execute("COMMIT")
        self._waiting.clear()
        if self._cleaned_on != self._clock().date():
            self._delete_old(self._connection)

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # Transactions are begun and ended by name; the lock keeps threads apart.
        connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        try:
            connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA journal_mode = WAL")
            # A power cut may cost the last counts, never the file.
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(_TABLE)
            _refuse_damage(connection)
            self._delete_old(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _delete_old(self, connection: sqlite3.Connection) -> None:
        """Delete what is past its retention: once a day, also where the kiosk never restarts."""
        today = self._clock().date()
        oldest = months_before(today, self._retention_months)
        connection.execute("DELETE FROM counters WHERE day < ?", (oldest.isoformat(),))
        self._delete_set_aside(oldest)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._cleaned_on = today

    def _let_go(self) -> None:
        """Close the file; what was not committed is rolled back and still waits."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _set_aside(self) -> None:
        """Rename a damaged file, so that nothing is thrown away and a new one can begin."""
        self._let_go()
        stem = aside = f"{self._path.name}.damaged-{self._clock():%Y-%m-%d}"
        again = 1
        while self._path.with_name(aside).exists():
            again += 1
            aside = f"{stem}-{again}"
        for ending in ("", "-wal", "-shm"):
            part = self._path.with_name(self._path.name + ending)
            if part.exists():
                part.rename(part.with_name(aside + ending))
        self._was_damaged = KioskError("usage.damaged", "set aside", file=aside)
        LOG.warning("usage log: %s as %s", self._was_damaged, aside)

    def _delete_set_aside(self, oldest: date) -> None:
        prefix = f"{self._path.name}.damaged-"
        for aside in self._path.parent.glob(f"{prefix}*"):
            if aside.name.removeprefix(prefix)[:10] < oldest.isoformat():
                aside.unlink()


class BackgroundUsageLog:
    """Counts on a thread of its own: a slow disk must not delay a touch."""

    def __init__(self, log: SqliteUsageLog) -> None:
        self._log = log
        self._queue: SimpleQueue[Tally | None] = SimpleQueue()
        self._thread = Thread(target=self._work, name="usage", daemon=True)
        self._thread.start()

    @property
    def fault(self) -> KioskError | None:
        """What staff must be told."""
        return self._log.fault

    def count(self, tally: Tally) -> None:
        """Add one, soon."""
        self._queue.put(tally)

    def close(self) -> None:
        """Write what still waits and let the file go; a second call does nothing."""
        self._queue.put(None)
        self._thread.join()
        self._log.close()

    def _work(self) -> None:
        while (tally := self._queue.get()) is not None:
            self._log.count(tally)


def _refuse_damage(log: sqlite3.Connection) -> None:
    columns = [row[1] for row in log.execute("PRAGMA table_info(counters)")]
    is_sound = log.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    if not is_sound or columns != COLUMNS:
        raise _NotOurTableError


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    # The low byte is the kind of error, the rest its shade.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    return isinstance(error, _NotOurTableError) or code in _DAMAGES


def _fault_of(error: sqlite3.Error | OSError, path: Path) -> KioskError:
    if isinstance(error, OSError):
        name = error.strerror or type(error).__name__
        is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    else:
        name = getattr(error, "sqlite_errorname", type(error).__name__)
        is_full = name == "SQLITE_FULL" or (name != "SQLITE_BUSY" and _is_full(path.parent))
    return KioskError("usage.disk_full" if is_full else "usage.not_writable", name, file=str(path))


def _is_full(folder: Path) -> bool:
    try:
        room = os.statvfs(folder)
    except OSError:
        return False
    return room.f_bavail * room.f_frsize < FULL_BELOW_BYTES


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier (later, if there are fewer than none)."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))

"""Deletion can be proven: no byte is left, it stands on record, and the kiosk goes on counting."""

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from kiosk.errors import KioskError
from kiosk.tally import Counted, Tally
from kiosk.usage import USAGE_FILE, BackgroundUsageLog, SqliteUsageLog, months_before
from kiosk.usage_deletion import DELETIONS_FILE, delete_until, deletions, rows_until
from kiosk.usage_report import oldest_day, report

MARK = "dau-vet-can-xoa"
KEPT = "thu-tuc-con-giu"
OLD, NEW = date(2026, 6, 30), date(2026, 7, 1)
ROWS = 150
NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC).timestamp()
SINCE, UNTIL = date(2026, 1, 1), date(2026, 12, 31)


class Clock:
    def __init__(self, day: date) -> None:
        self.day = day

    def __call__(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 8, 30, tzinfo=UTC)


def holds(state: Path, mark: str = MARK) -> list[str]:
    """The files of the state folder with these bytes anywhere in them."""
    files = [one for one in state.rglob("*") if one.is_file()]
    return [one.name for one in files if mark.encode() in one.read_bytes()]


def count(log: SqliteUsageLog, clock: Clock, day: date, procedure: str) -> None:
    """Many different counts, none of which ends a visit: they wait in the write-ahead file."""
    clock.day = day
    for number in range(ROWS):
        log.count(Tally(event=Counted.STAFF_CALLED, procedure=procedure, step=f"buoc-{number}"))


@pytest.fixture
def state(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    clock = Clock(OLD)
    log = SqliteUsageLog(folder / USAGE_FILE, clock=clock)
    count(log, clock, OLD, MARK)
    count(log, clock, NEW, KEPT)
    log.close()
    return folder


def test_what_is_deleted_is_in_no_byte_of_the_state_folder(state: Path) -> None:
    aside = state / f"{USAGE_FILE}.damaged-2026-08-01"
    for ending in ("", "-wal", "-shm"):
        aside.with_name(aside.name + ending).write_bytes(b"rubbish" + MARK.encode())
    assert len(holds(state)) == 4
    assert rows_until(state, OLD) == ROWS
    done = delete_until(state, OLD, "admin.one", NOW)
    assert holds(state) == []
    assert (done.rows, done.files) == (ROWS, 3)
    assert oldest_day(state / USAGE_FILE) == NEW
    cells = report(state / USAGE_FILE, since=SINCE, until=UNTIL).cells
    assert {cell.procedure for cell in cells} == {KEPT}
    assert sum(cell.n for cell in cells) == ROWS


def test_it_stands_on_record_with_the_sum_of_what_is_left(state: Path) -> None:
    done = delete_until(state, OLD, "admin.one", NOW)
    assert done.digest == sha256((state / USAGE_FILE).read_bytes()).hexdigest()
    assert (done.account, done.until, done.at) == ("admin.one", OLD, "2026-11-28T09:00:00+00:00")
    later = delete_until(state, NEW, "admin.two", NOW + 60)
    assert deletions(state) == (later, done)
    assert (state / DELETIONS_FILE).stat().st_mode & 0o777 == 0o600
    with (state / DELETIONS_FILE).open("a", encoding="ascii") as opened:
        opened.write('{"at": "2026')
    assert deletions(state) == (later, done), "a line that the power cut off is left out"


def test_while_the_kiosk_holds_the_file_open_and_counts(state: Path) -> None:
    clock = Clock(OLD)
    log = SqliteUsageLog(state / USAGE_FILE, clock=clock)
    count(log, clock, OLD, MARK)
    assert MARK.encode() in (state / f"{USAGE_FILE}-wal").read_bytes(), "not yet in the table"
    clock.day = date(2026, 11, 28)
    is_over, counted = threading.Event(), 0
    background = BackgroundUsageLog(log)

    def go_on() -> None:
        nonlocal counted
        while not is_over.is_set():
            background.count(Tally(event=Counted.STAFF_CALLED, procedure=KEPT))
            counted += 1
            is_over.wait(0.002)

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        done = delete_until(state, OLD, "admin.one", NOW)
        assert holds(state) == [], "while it is open"
    finally:
        is_over.set()
        thread.join()
        background.close()
    assert done.rows == ROWS
    assert log.fault is None
    cells = report(state / USAGE_FILE, since=SINCE, until=UNTIL).cells
    called = sum(cell.n for cell in cells if not cell.step)
    assert called == counted, "not one was lost"
    assert holds(state) == []


def test_also_from_a_process_of_its_own(state: Path) -> None:
    clock = Clock(date(2026, 11, 28))
    log = SqliteUsageLog(state / USAGE_FILE, clock=clock)
    code = (
        "import sys; from datetime import date; from pathlib import Path\n"
        "from kiosk.usage_deletion import delete_until\n"
        "print(delete_until(Path(sys.argv[1]), date(2026, 6, 30), 'admin.one', 0.0).digest)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(state)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == sha256((state / USAGE_FILE).read_bytes()).hexdigest()
    assert holds(state) == []
    log.count(Tally(event=Counted.STAFF_CALLED))
    assert log.fault is None
    log.close()
    assert not holds(state)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.usage_deletion.PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr("kiosk.usage_deletion.BUSY_MILLISECONDS", 100)


@contextmanager
def held(state: Path) -> Iterator[None]:
    """Somebody else reads, and does not let go."""
    with closing(sqlite3.connect(state / USAGE_FILE, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM counters").fetchone()
        yield


def refused(state: Path, until: date, account: str, now: float) -> None:
    with pytest.raises(KioskError) as refusal:
        delete_until(state, until, account, now)
    assert refusal.value.code == "usage.not_deleted"


@pytest.mark.usefixtures("impatient")
def test_what_a_reader_holds_is_on_record_as_unfinished_and_the_same_again_finishes_it(
    state: Path,
) -> None:
    (state / f"{USAGE_FILE}.damaged-2026-08-01").write_bytes(b"rubbish")
    with held(state):
        refused(state, OLD, "admin.one", NOW)
        assert holds(state) != [], "so it is not called finished"
        begun = deletions(state)
        assert [(one.rows, one.files, one.digest) for one in begun] == [(ROWS, 1, None)]
        refused(state, OLD, "admin.one", NOW + 60)
        assert deletions(state) == begun, "nothing more has gone"
    done = delete_until(state, OLD, "admin.one", NOW + 120)
    assert holds(state) == []
    assert (done.at, done.rows, done.files) == (begun[0].at, ROWS, 1)
    assert done.finished == "2026-11-28T09:02:00+00:00"
    assert done.digest == sha256((state / USAGE_FILE).read_bytes()).hexdigest()
    assert deletions(state) == (done,)


@pytest.mark.usefixtures("impatient")
def test_another_deletion_finishes_it_too_and_each_keeps_its_own_numbers(state: Path) -> None:
    with held(state):
        refused(state, OLD, "admin.one", NOW)
    done = delete_until(state, NEW, "admin.two", NOW + 60)
    last, first = deletions(state)
    assert last == done
    assert (last.account, last.rows, last.finished) == ("admin.two", ROWS, "")
    assert (first.account, first.rows, first.digest) == ("admin.one", ROWS, done.digest)
    assert first.finished == last.at


def test_the_same_deletion_twice_in_a_second_stands_on_record_twice(state: Path) -> None:
    done = [delete_until(state, OLD, "admin.one", NOW) for _ in range(2)]
    assert deletions(state) == tuple(reversed(done))
    assert [one.rows for one in done] == [ROWS, 0]


def test_a_damaged_file_that_cannot_go_leaves_on_record_what_has_gone(state: Path) -> None:
    (state / f"{USAGE_FILE}.damaged-1").write_bytes(b"rubbish")
    (state / f"{USAGE_FILE}.damaged-2").mkdir()
    refused(state, OLD, "admin.one", NOW)
    only = deletions(state)[0]
    assert (only.rows, only.files, only.digest) == (ROWS, 1, None)


def test_where_nothing_can_be_put_on_record_nothing_goes(state: Path) -> None:
    aside = state / f"{USAGE_FILE}.damaged-2026-08-01"
    aside.write_bytes(b"rubbish")
    (state / DELETIONS_FILE).mkdir()
    refused(state, OLD, "admin.one", NOW)
    assert rows_until(state, OLD) == ROWS
    assert aside.exists()


def test_a_line_that_was_cut_off_does_not_take_the_next_one_with_it(state: Path) -> None:
    (state / DELETIONS_FILE).write_text('{"at": "2026', encoding="ascii")
    done = delete_until(state, OLD, "admin.one", NOW)
    assert deletions(state) == (done,)


def test_where_nothing_was_counted_there_is_nothing_to_delete(tmp_path: Path) -> None:
    assert rows_until(tmp_path, OLD) == 0
    done = delete_until(tmp_path, OLD, "admin.one", NOW)
    assert (done.rows, done.files, done.digest) == (0, 0, "")
    (tmp_path / USAGE_FILE).touch()
    assert delete_until(tmp_path, OLD, "admin.one", NOW).rows == 0


def test_a_file_that_is_no_usage_log_is_refused(tmp_path: Path) -> None:
    (tmp_path / USAGE_FILE).write_bytes(os.urandom(8192))
    with pytest.raises(KioskError) as refusal:
        delete_until(tmp_path, OLD, "admin.one", NOW)
    assert refusal.value.code == "usage.not_deleted"
    with pytest.raises(KioskError):
        rows_until(tmp_path, OLD)


def test_a_kiosk_that_never_restarts_deletes_what_is_past_its_retention(tmp_path: Path) -> None:
    clock = Clock(date(2024, 11, 22))
    log = SqliteUsageLog(tmp_path / USAGE_FILE, clock=clock, retention_months=24)
    count(log, clock, clock.day, MARK)
    clock.day = date(2026, 11, 22)
    log.count(Tally(event=Counted.STAFF_CALLED))
    assert holds(tmp_path) != []
    clock.day = date(2026, 11, 23)
    log.count(Tally(event=Counted.STAFF_CALLED))
    assert holds(tmp_path) == [], "while it is open"
    log.close()


def test_the_day_that_something_is_kept_until_can_be_told() -> None:
    day = date(2026, 2, 28)
    assert months_before(day, 24) == date(2024, 2, 28)
    assert months_before(date(2024, 2, 29), -24) == date(2026, 2, 28)
    assert months_before(date(2026, 11, 30) + timedelta(days=1), -1) == date(2027, 1, 1)

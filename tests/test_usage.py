"""The usage log: nothing is lost, nobody can be found in it, and no fault stops a visit."""

import io
import logging
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from kiosk.errors import KioskError
from kiosk.procedure import LANGUAGES, Language
from kiosk.tally import Counted, InputMode, Tally
from kiosk.usage import MemoryUsageLog, SqliteUsageLog, hour_band
from kiosk.usage_counts import Report
from kiosk.usage_report import print_report, report
from kiosk.words_files import load_words

DAY = date(2026, 11, 23)
SINCE, UNTIL = date(2026, 1, 1), date(2026, 12, 31)
CALLED = Tally(event=Counted.STAFF_CALLED)
BY_NAME = {event.value: event for event in Counted}
CHILD_SECONDS = 120
"""A child that takes longer hangs."""

TALLIES = st.builds(
    Tally,
    event=st.sampled_from(Counted),
    procedure=st.sampled_from(["", "khai-sinh", "khai-tu"]),
    step=st.sampled_from(["", "noi-sinh", "ai-di"]),
    mode=st.sampled_from(InputMode),
    language=st.sampled_from(LANGUAGES),
)


@dataclass
class Clock:
    """Stands still until it is set."""

    now: datetime = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "usage.sqlite"


def counted(path: Path) -> Counter[Tally]:
    counts: Counter[Tally] = Counter()
    for cell in report(path, since=SINCE, until=UNTIL).cells:
        language: Language = "vi" if cell.language == "vi" else "en"
        counts[
            Tally(
                event=BY_NAME[cell.event],
                procedure=cell.procedure,
                step=cell.step,
                mode=InputMode(cell.mode),
                language=language,
            )
        ] += cell.n
    return counts


def log_of(path: Path, tallies: Iterable[Tally], clock: Clock | None = None) -> None:
    log = SqliteUsageLog(path, clock=clock or Clock())
    for tally in tallies:
        log.count(tally)
    log.close()


def in_child(code: str, *arguments: object, before: tuple[str, ...] = ()) -> str:
    """What a real process prints that runs `code`; it must end well."""
    done = subprocess.run(
        [*before, sys.executable, "-c", PRELUDE + code, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=CHILD_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


PRELUDE = """
import os, resource, subprocess, sys
from datetime import UTC, datetime
from pathlib import Path
from kiosk.usage import *
from kiosk.tally import *
CALLED = Tally(event=Counted.STAFF_CALLED)
def clock(): return datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
"""


# What may be counted


def test_every_event_says_in_a_sentence_of_its_own_what_it_counts() -> None:
    sentences = [event.sentence for event in Counted]
    assert all(re.fullmatch(r"[A-Z].{10,}\.", sentence) for sentence in sentences)
    assert len(set(sentences)) == len(Counted)


def test_an_event_without_its_sentence_cannot_be_defined() -> None:
    with pytest.raises(TypeError, match="sentence"):
        vars(Counted)["__new_member__"](Counted, "undocumented")


def test_every_event_has_its_name_in_the_report_in_both_languages() -> None:
    for event in Counted:
        assert all(load_words().say(f"usage.name.{event}", language) for language in LANGUAGES)


@given(st.text(min_size=1))
def test_free_text_is_no_tally_and_the_refusal_does_not_quote_it(text: str) -> None:
    if re.fullmatch("[a-z0-9-]{0,48}", text):
        return
    for field in ("procedure", "step"):
        with pytest.raises(ValueError, match="never text") as refusal:
            Tally(event=Counted.VISIT_LEFT, **{field: text})  # type: ignore[arg-type]
        assert str(refusal.value) == "a tally holds ids of scripts only, never text"


@pytest.mark.parametrize("text", ["Nguyễn Văn A", "khai sinh", "0901 234 567", "id\n", "a" * 49])
def test_names_numbers_and_sentences_are_no_tally(text: str) -> None:
    with pytest.raises(ValueError, match="never text"):
        Tally(event=Counted.STEP_LEFT, step=text)


@pytest.mark.parametrize(
    ("hour", "band"),
    [
        *((6, "other"), (7, "07-09"), (8, "07-09"), (9, "09-11"), (12, "11-13"), (13, "13-15")),
        *((16, "15-17"), (17, "other"), (0, "other"), (23, "other")),
    ],
)
def test_a_moment_is_kept_as_a_coarse_band_of_hours(hour: int, band: str) -> None:
    assert hour_band(datetime(2026, 11, 23, hour, 59, tzinfo=UTC)) == band


# Counting


@settings(max_examples=25, deadline=None)
@given(st.lists(TALLIES, max_size=20))
def test_the_counters_are_exactly_what_was_counted(tallies: list[Tally]) -> None:
    memory = MemoryUsageLog()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "usage.sqlite"
        log_of(path, tallies[:10])
        log_of(path, tallies[10:])
        for tally in tallies:
            memory.count(tally)
        assert counted(path) == Counter(tallies) == memory.counts


def test_days_and_bands_are_counted_apart(path: Path) -> None:
    clock = Clock()
    log = SqliteUsageLog(path, clock=clock)
    for now in ((23, 8), (23, 8), (23, 9), (24, 8)):
        clock.now = datetime(2026, 11, *now, 5, tzinfo=UTC)
        log.count(CALLED)
    log.close()
    cells = report(path, since=SINCE, until=UNTIL).cells
    assert [(cell.day.day, cell.hour_band, cell.n) for cell in cells] == [
        (23, "07-09", 2),
        (23, "09-11", 1),
        (24, "07-09", 1),
    ]


def test_several_threads_lose_nothing(path: Path) -> None:
    log = SqliteUsageLog(path, clock=Clock())
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: log.count(CALLED), range(100)))
    log.close()
    assert counted(path) == {CALLED: 100}


def test_two_processes_that_count_at_once_lose_nothing(path: Path) -> None:
    code = """
log = SqliteUsageLog(Path(sys.argv[1]), clock=clock)
print("ready", flush=True); sys.stdin.readline()
for _ in range(300):
    log.count(CALLED); log.count(Tally(event=Counted.STEP_LEFT, step=sys.argv[2]))
log.close()
"""
    children = [
        subprocess.Popen(
            [sys.executable, "-c", PRELUDE + code, str(path), step],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for step in ("one", "two")
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("\n")
        child.stdin.flush()
    for child in children:
        child.communicate(timeout=CHILD_SECONDS)
        assert child.returncode == 0
    assert counted(path) == {
        CALLED: 600,
        Tally(event=Counted.STEP_LEFT, step="one"): 300,
        Tally(event=Counted.STEP_LEFT, step="two"): 300,
    }


# What the file tells


def test_the_table_has_no_column_for_a_visit_or_a_moment(path: Path) -> None:
    log_of(path, [CALLED])
    with closing(sqlite3.connect(path)) as log:
        tables = log.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table'").fetchall()
        row = log.execute("SELECT * FROM counters").fetchall()
    assert [name for name, _ in tables] == ["counters"]
    assert "WITHOUT ROWID" in tables[0][1]
    assert row == [("2026-11-23", "07-09", "staff_called", "", "", "touch", "vi", 1)]


@pytest.mark.parametrize("end", [Counted.VISIT_LEFT, Counted.VISIT_RESET, Counted.RATED_GOOD])
def test_the_order_of_the_counts_is_gone_when_the_visit_ends(path: Path, end: Counted) -> None:
    log = SqliteUsageLog(path, clock=Clock())
    log.count(CALLED)
    wal = path.with_name("usage.sqlite-wal")
    assert wal.stat().st_size > 0
    log.count(Tally(event=end))
    assert wal.stat().st_size == 0
    log.close()


def test_counters_past_their_retention_are_gone_from_every_byte(path: Path) -> None:
    clock = Clock(datetime(2024, 11, 22, 8, 0, tzinfo=UTC))
    many = [Tally(event=Counted.STEP_LEFT, procedure="too-old", step=f"{n}") for n in range(500)]
    log_of(path, many, clock)
    aside = path.with_name("usage.sqlite.damaged-2024-11-22")
    aside.write_bytes(b"old")
    younger = path.with_name("usage.sqlite.damaged-2024-11-23")
    younger.write_bytes(b"younger")
    clock.now = datetime(2024, 11, 23, 8, 0, tzinfo=UTC)
    kept = Tally(event=Counted.PROCEDURE_CHOSEN, procedure="just-kept")
    log_of(path, [kept], clock)
    log_of(path, [CALLED])
    whole = report(path, since=date(2000, 1, 1), until=UNTIL)
    assert [cell.procedure for cell in whole.cells] == ["just-kept", ""]
    assert not any(b"too-old" in file.read_bytes() for file in path.parent.iterdir())
    assert not aside.exists()
    assert younger.exists()


# Faults


def test_a_killed_process_leaves_all_it_counted_and_a_log_that_goes_on(path: Path) -> None:
    code = """
log = SqliteUsageLog(Path(sys.argv[1]), clock=clock)
while True:
    log.count(CALLED); print("counted", flush=True)
"""
    with subprocess.Popen(
        [sys.executable, "-c", PRELUDE + code, str(path)], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        for _ in range(50):
            assert child.stdout.readline() == "counted\n"
        child.send_signal(signal.SIGKILL)
        printed = 50 + child.stdout.read().count("counted\n")
    assert path.with_name("usage.sqlite-wal").stat().st_size > 0
    before = counted(path)[CALLED]
    assert printed <= before <= printed + 1
    log = SqliteUsageLog(path, clock=Clock())
    log.count(CALLED)
    assert log.fault is None
    log.close()
    assert counted(path) == {CALLED: before + 1}


def test_a_broken_write_ahead_file_costs_nothing_that_was_in_the_table(path: Path) -> None:
    log_of(path, [CALLED, CALLED])
    path.with_name("usage.sqlite-wal").write_bytes(b"\x37\x7f\x06\x82" + b"rubbish" * 999)
    log = SqliteUsageLog(path, clock=Clock())
    log.count(CALLED)
    assert log.fault is None
    log.close()
    assert counted(path) == {CALLED: 3}


def _rubbish(path: Path) -> None:
    path.write_bytes(b"this is no database" * 100)


def _torn_page(path: Path) -> None:
    log_of(path, [Tally(event=Counted.STEP_LEFT, step=f"step-{n}") for n in range(300)])
    with path.open("r+b") as opened:
        opened.seek(4096 + 8)
        opened.write(b"\xff" * 3000)


def _someone_elses_table(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE counters (day TEXT, n INTEGER)")
        other.execute("INSERT INTO counters VALUES ('2026-11-23', 1)")
        other.commit()


@pytest.mark.parametrize("damage", [_rubbish, _torn_page, _someone_elses_table])
def test_a_damaged_file_is_set_aside_whole_and_a_new_one_begun(
    path: Path, damage: object, caplog: pytest.LogCaptureFixture
) -> None:
    assert callable(damage)
    path.parent.mkdir()
    with caplog.at_level(logging.WARNING):
        for name in ("usage.sqlite.damaged-2026-11-23", "usage.sqlite.damaged-2026-11-23-2"):
            damage(path)
            before = path.read_bytes()
            log = SqliteUsageLog(path, clock=Clock())
            log.count(CALLED)
            assert log.fault is not None
            assert log.fault.code == "usage.damaged"
            assert log.fault.values == {"file": name}
            log.close()
            assert counted(path) == {CALLED: 1}
            # The journal mode (two bytes of the header) and its change counters may differ.
            assert path.with_name(name).read_bytes()[100:] == before[100:]
            path.unlink()


def test_a_folder_in_place_of_the_file_stops_nothing_and_loses_nothing(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.mkdir(parents=True)
    with caplog.at_level(logging.WARNING):
        log = SqliteUsageLog(path, clock=Clock())
        for _ in range(3):
            log.count(CALLED)
    assert log.fault is not None
    assert log.fault.code == "usage.not_writable"
    assert len(caplog.records) == 1, "said once, not at each count"
    path.rmdir()
    log.count(CALLED)
    assert log.fault is None
    log.close()
    assert counted(path) == {CALLED: 4}


def test_what_waited_is_counted_for_the_time_when_it_happened(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.mkdir(parents=True)
    clock = Clock()
    with caplog.at_level(logging.WARNING):
        log = SqliteUsageLog(path, clock=clock)
        log.count(CALLED)
    path.rmdir()
    clock.now = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
    log.close()
    cells = report(path, since=SINCE, until=UNTIL).cells
    assert [(cell.day, cell.hour_band) for cell in cells] == [(DAY, "07-09")]


def test_counts_that_cannot_be_written_at_the_end_are_named_as_lost(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.mkdir(parents=True)
    with caplog.at_level(logging.WARNING):
        log_of(path, [CALLED, CALLED])
    assert caplog.messages[-1] == "usage log: closed, 2 counts are lost"


def test_a_file_that_another_process_holds_is_written_later(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    log = SqliteUsageLog(path, clock=Clock())
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with caplog.at_level(logging.WARNING):
            log.count(CALLED)
        assert log.fault is not None
        assert log.fault.detail == "SQLITE_BUSY"
    log.count(CALLED)
    assert log.fault is None
    log.close()
    assert counted(path) == {CALLED: 2}


def test_a_reader_does_not_hold_up_the_end_of_a_visit(path: Path) -> None:
    log = SqliteUsageLog(path, clock=Clock())
    log.count(CALLED)
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM counters").fetchall()
        log.count(Tally(event=Counted.VISIT_LEFT))
        assert log.fault is None
    log.close()
    assert counted(path).total() == 2


def test_a_folder_that_cannot_be_written_is_said_and_stops_nothing() -> None:
    code = """
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)  # root could write all the same
log = SqliteUsageLog(Path(sys.argv[1]) / "usage.sqlite", clock=clock)
log.count(CALLED)
print(log.fault.code)
"""
    # Not below `tmp_path`, which nobody but its owner can enter.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)
        assert in_child(code, folder) == "usage.not_writable"


def test_a_file_that_cannot_be_written_is_said_and_stops_nothing() -> None:
    code = """
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
log = SqliteUsageLog(Path(sys.argv[1]) / "usage.sqlite", clock=clock)
log.count(CALLED)
print(log.fault.code)
"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "usage.sqlite"
        log_of(path, [CALLED])
        path.chmod(0o444)
        Path(folder).chmod(0o555)
        assert in_child(code, folder) == "usage.not_writable"
        Path(folder).chmod(0o755)
        assert counted(path) == {CALLED: 1}


def test_a_file_that_may_not_grow_is_said_and_nothing_is_lost(path: Path) -> None:
    code = """
log = SqliteUsageLog(Path(sys.argv[1]), clock=clock)
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, hard))
for number in range(300):
    log.count(Tally(event=Counted.STEP_LEFT, procedure="p" * 40, step=f"step-{number}"))
print(log.fault is not None)
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
log.count(CALLED)
print(log.fault)
log.close()
"""
    assert in_child(code, path).split() == ["True", "None"]
    assert counted(path).total() == 301
    assert set(counted(path).values()) == {1}


def _can_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    mount = ["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return subprocess.run(mount, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not _can_mount(), reason="no small disk can be mounted here")
def test_a_full_disk_is_said_and_nothing_is_lost_once_there_is_room(tmp_path: Path) -> None:
    code = """
disk, out = Path("/mnt"), Path(sys.argv[1])
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(disk)], check=True)
log = SqliteUsageLog(disk / "usage.sqlite", clock=clock)
log.count(CALLED)
with (disk / "filler").open("wb", buffering=0) as filler:
    try:
        while True:
            filler.write(bytes(4096))
    except OSError:
        pass
for number in range(200):
    log.count(Tally(event=Counted.STEP_LEFT, procedure="p" * 40, step=f"step-{number}"))
print(log.fault.code)
started_full = SqliteUsageLog(disk / "second.sqlite", clock=clock)
started_full.count(CALLED)
print(started_full.fault.code)
(disk / "filler").unlink()
log.count(CALLED); started_full.count(CALLED)
print(log.fault, started_full.fault)
log.close(); started_full.close()
for name in ("usage.sqlite", "second.sqlite"):
    (out / name).write_bytes((disk / name).read_bytes())
"""
    said = in_child(code, tmp_path, before=("unshare", "-rm")).split()
    assert said == ["usage.disk_full", "usage.disk_full", "None", "None"]
    whole = counted(tmp_path / "usage.sqlite")
    assert whole.total() == 202
    assert whole[CALLED] == 2
    assert counted(tmp_path / "second.sqlite") == {CALLED: 2}


# The report


def printed(found: Report, language: Language) -> str:
    console = Console(file=io.StringIO(), record=True, width=120)
    print_report(found, console, language=language)
    return console.export_text()


def test_the_report_shows_tables_and_bars_in_both_languages(path: Path) -> None:
    khai_sinh = {"procedure": "khai-sinh", "step": "noi-sinh"}
    log_of(
        path,
        [
            *[Tally(event=Counted.VISIT_STARTED)] * 8,
            *[Tally(event=Counted.PROCEDURE_CHOSEN, mode=InputMode.TYPING, **khai_sinh)] * 7,  # type: ignore[arg-type]
            *[Tally(event=Counted.OUTCOME_HERE, **khai_sinh)] * 6,  # type: ignore[arg-type]
            Tally(event=Counted.STEP_LEFT, **khai_sinh),  # type: ignore[arg-type]
            *[Tally(event=Counted.RATED_GOOD)] * 4,
        ],
    )
    found = report(path, since=DAY, until=DAY)
    for language in LANGUAGES:
        text = printed(found, language)
        assert re.search(r"khai-sinh\W+7\W+6\W+0\W+0\W+1\W", text)
        assert re.search(r"07-09 +8 +█{30}", text)
        assert re.search(r"khai-sinh / noi-sinh +1 +█", text)
        assert load_words().say("usage.name.typing", language) in text
        assert load_words().say("usage.name.rated_good", language) in text


def test_only_the_days_asked_for_are_reported(path: Path) -> None:
    log_of(path, [CALLED])
    assert report(path, since=DAY, until=DAY).cells
    assert not report(path, since=date(2026, 11, 24), until=UNTIL).cells
    assert not report(path, since=SINCE, until=date(2026, 11, 22)).cells


@pytest.mark.parametrize("is_there", [False, True])
def test_a_log_with_nothing_in_it_is_said_in_a_sentence(path: Path, *, is_there: bool) -> None:
    if is_there:
        log_of(path, [])
    for language, words in (("vi", "chưa có số đếm nào"), ("en", "Nothing was counted")):
        assert words in printed(
            report(path, since=DAY, until=DAY), "vi" if language == "vi" else "en"
        )


def test_an_empty_file_is_a_log_with_nothing_in_it(tmp_path: Path) -> None:
    (tmp_path / "usage.sqlite").touch()
    assert not report(tmp_path / "usage.sqlite", since=DAY, until=DAY).cells


@pytest.mark.parametrize("damage", [_rubbish, _someone_elses_table, Path.mkdir])
def test_a_report_of_what_is_no_usage_log_is_refused(tmp_path: Path, damage: object) -> None:
    assert callable(damage)
    damage(tmp_path / "usage.sqlite")
    with pytest.raises(KioskError) as refusal:
        report(tmp_path / "usage.sqlite", since=DAY, until=DAY)
    assert refusal.value.code == "usage.unreadable"

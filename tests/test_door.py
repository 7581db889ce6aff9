"""The staff door: a PIN that nobody can read, a lock that no restart opens."""

import json
import logging
import resource
import stat
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.door import LONGEST_LOCK_SECONDS, StaffDoor
from kiosk.errors import KioskError

PIN = "493817"
WRONG = "493818"
START = 1_790_000_000.0
"""Some moment in 2026, in seconds since 1970."""
CHILD_SECONDS = 60


@dataclass
class Clock:
    """Stands still until it is set."""

    now: float = START

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "pin.json"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def door(path: Path, clock: Clock) -> StaffDoor:
    door = StaffDoor(path, clock=clock)
    door.set_pin(PIN)
    return door


def tried(door: StaffDoor, pin: str, times: int) -> list[int | None]:
    return [door.try_pin(pin) for _ in range(times)]


def refusal_of(door: StaffDoor, pin: str) -> str:
    with pytest.raises(KioskError) as refusal:
        door.set_pin(pin)
    assert pin not in str(refusal.value) or not pin
    return refusal.value.code


# Setting a PIN


def test_the_right_pin_opens_and_a_wrong_one_does_not(door: StaffDoor) -> None:
    assert door.try_pin(PIN) is None
    assert door.try_pin(WRONG) == 0
    assert door.try_pin(PIN) is None


def test_a_door_without_a_pin_says_so_and_opens_to_nobody(path: Path) -> None:
    door = StaffDoor(path)
    assert not door.has_pin()
    with pytest.raises(KioskError) as refusal:
        door.try_pin(PIN)
    assert refusal.value.code == "pin.not_set"


def test_a_new_pin_replaces_the_old_one_and_forgets_the_tries(door: StaffDoor) -> None:
    tried(door, WRONG, 5)
    door.set_pin("271828")
    assert door.try_pin(PIN) == 0
    assert door.try_pin("271828") is None


@pytest.mark.parametrize(
    ("pin", "code"),
    [
        *(("000000", "pin.weak"), ("777777", "pin.weak"), ("123456", "pin.weak")),
        *(("654321", "pin.weak"), ("890123", "pin.weak"), ("210987", "pin.weak")),
        *(("49381", "pin.too_short"), ("", "pin.not_digits"), ("49381a", "pin.not_digits")),
        *(("49 381", "pin.not_digits"), ("٤٩٣٨١٧", "pin.not_digits"), ("²³²³²³", "pin.not_digits")),
        ("49381726354", "pin.too_long"),
    ],
)
def test_a_pin_that_is_weak_or_no_pin_is_refused(path: Path, pin: str, code: str) -> None:
    door = StaffDoor(path)
    assert refusal_of(door, pin) == code
    assert not door.has_pin()


def test_a_refused_pin_leaves_the_old_one_in_force(door: StaffDoor) -> None:
    assert refusal_of(door, "111111") == "pin.weak"
    assert door.try_pin(PIN) is None


@pytest.mark.parametrize(("fewest", "pin"), [(4, "4938"), (10, "4938172635")])
def test_the_settings_say_how_long_a_pin_is_at_least(path: Path, fewest: int, pin: str) -> None:
    door = StaffDoor(path, fewest_digits=fewest)
    assert refusal_of(door, pin[:-1]) == "pin.too_short"
    door.set_pin(pin)
    assert door.try_pin(pin) is None


@settings(max_examples=8, deadline=None)
@given(st.from_regex(r"49[0-9]{8}", fullmatch=True))  # no run begins so
def test_the_file_never_contains_the_pin_and_no_two_files_are_alike(pin: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("one.json", "two.json")]
        for file in files:
            StaffDoor(file).set_pin(pin)
        one, two = (file.read_text() for file in files)
        assert pin not in one
        assert pin.encode().hex() not in one
        assert json.loads(one)["salt"] != json.loads(two)["salt"]
        assert json.loads(one)["hash"] != json.loads(two)["hash"]


def test_the_file_is_its_owners_only_and_nothing_lies_beside_it(
    door: StaffDoor, path: Path
) -> None:
    for _ in range(2):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert list(path.parent.iterdir()) == [path]
        door.try_pin(WRONG)
    kept = json.loads(path.read_text())
    assert (kept["n"], kept["r"], kept["p"], len(kept["salt"])) == (2**14, 8, 1, 32)


def test_neither_a_pin_nor_its_hash_is_ever_logged(
    door: StaffDoor, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    secret = json.loads(path.read_text())["hash"]
    with caplog.at_level(logging.DEBUG):
        tried(door, WRONG, 6)
        path.write_text(path.read_text().replace(secret, secret[:-1] + "x"))
        with pytest.raises(KioskError) as refusal:
            door.try_pin(PIN)
    assert not any(part in caplog.text for part in (PIN, WRONG, secret))
    assert secret[:-1] not in f"{refusal.value} {refusal.value.values}"
    assert refusal.value.__suppress_context__


# Locking


def test_five_wrong_tries_lock_for_a_minute_and_each_five_more_for_twice_as_long(
    door: StaffDoor, clock: Clock
) -> None:
    for seconds in (60, 120, 240, 480, 960, 1920, 3600, 3600):
        assert tried(door, WRONG, 5) == [0, 0, 0, 0, seconds]
        clock.now += seconds - 0.5
        assert door.try_pin(PIN) == 1
        clock.now += 0.5


def test_while_it_is_locked_the_right_pin_does_not_open_and_no_try_counts(
    door: StaffDoor, clock: Clock
) -> None:
    tried(door, WRONG, 5)
    assert door.try_pin(PIN) == 60
    assert tried(door, WRONG, 20) == [60] * 20
    clock.now += 60
    assert door.try_pin(PIN) is None


def test_the_right_pin_forgets_the_wrong_ones(door: StaffDoor, clock: Clock) -> None:
    tried(door, WRONG, 5)
    clock.now += 60
    tried(door, WRONG, 4)
    assert door.try_pin(PIN) is None
    assert tried(door, WRONG, 5) == [0, 0, 0, 0, 60]


def test_text_that_can_be_no_pin_is_a_wrong_try(door: StaffDoor) -> None:
    assert [door.try_pin(text) for text in ("", "٤٩٣٨١٧", "\udcff", "4" * 9999, "?")] == [
        *(0, 0, 0, 0),
        60,
    ]


def test_a_restart_forgives_nothing(door: StaffDoor, path: Path, clock: Clock) -> None:
    tried(door, WRONG, 3)
    assert tried(StaffDoor(path, clock=clock), WRONG, 2) == [0, 60]
    clock.now += 20
    assert StaffDoor(path, clock=clock).try_pin(PIN) == 40
    clock.now += 40
    assert tried(StaffDoor(path, clock=clock), WRONG, 5)[-1] == 120


def test_a_real_process_finds_the_door_locked(door: StaffDoor, path: Path) -> None:
    tried(door, WRONG, 5)
    code = (
        "import sys; from pathlib import Path; from kiosk.door import StaffDoor;"
        "print(StaffDoor(Path(sys.argv[1]), clock=lambda: float(sys.argv[2])).try_pin(sys.argv[3]))"
    )
    for now, said in ((START + 10, "50"), (START + 60, "None")):
        done = subprocess.run(
            [sys.executable, "-c", code, str(path), str(now), PIN],
            capture_output=True,
            text=True,
            timeout=CHILD_SECONDS,
            check=True,
        )
        assert done.stdout.strip() == said


@pytest.mark.parametrize("back", [30.0, 3600.0, 86_400.0 * 365, START])
def test_a_clock_that_is_set_back_neither_opens_early_nor_locks_for_ever(
    door: StaffDoor, path: Path, clock: Clock, back: float
) -> None:
    tried(door, WRONG, 5)
    clock.now -= back
    assert door.try_pin(PIN) == 60
    clock.now += 59
    later = StaffDoor(path, clock=clock)
    assert later.try_pin(PIN) in (1, 31)
    clock.now += 31
    assert later.try_pin(PIN) is None


@pytest.mark.parametrize("wrong_tries", [5, 10**9])
def test_no_lock_is_longer_than_an_hour_whatever_the_file_says(
    door: StaffDoor, path: Path, clock: Clock, wrong_tries: int
) -> None:
    kept = json.loads(path.read_text()) | {"wrong_tries": wrong_tries, "locked_until": 1e300}
    path.write_text(json.dumps(kept))
    seconds = door.try_pin(PIN)
    assert seconds is not None
    assert 60 <= seconds <= LONGEST_LOCK_SECONDS
    clock.now += seconds
    assert door.try_pin(PIN) is None


# Faults


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{}", b"\xff\xfe", b"null", b"[]", b"{" * 5000, b'{"salt": "00", "hash": "00"}'),
        json.dumps({"salt": "0" * 32, "hash": "0" * 64, "n": 2**14 + 1}).encode(),
        json.dumps({"salt": "0" * 32, "hash": "0" * 64, "n": 2**40}).encode(),
        json.dumps({"salt": "0" * 32, "hash": "0" * 64, "locked_until": float("nan")}).encode(),
        json.dumps({"salt": "0" * 32, "hash": "0" * 64, "wrong_tries": -1}).encode(),
    ],
)
def test_a_damaged_file_is_refused_and_never_taken_for_no_pin(
    door: StaffDoor, path: Path, content: bytes
) -> None:
    path.write_bytes(content)
    assert door.has_pin()
    with pytest.raises(KioskError) as refusal:
        door.try_pin(PIN)
    assert refusal.value.code == "pin.damaged"
    door.set_pin("271828")
    assert door.try_pin("271828") is None


def test_a_folder_or_a_dead_link_in_place_of_the_file_is_no_missing_pin(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("nowhere")
    assert StaffDoor(tmp_path / "folder").has_pin()
    assert StaffDoor(tmp_path / "link").has_pin()
    with pytest.raises(KioskError) as refusal:
        StaffDoor(tmp_path / "folder").try_pin(PIN)
    assert refusal.value.code == "pin.damaged"


def test_a_pin_that_cannot_be_kept_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    door = StaffDoor(tmp_path / "state" / "pin.json")
    assert door.has_pin(), "whether there is a PIN cannot be told: nobody may set one on the screen"
    with pytest.raises(KioskError) as refusal:
        door.set_pin(PIN)
    assert refusal.value.code == "pin.not_kept"


def test_where_no_byte_can_be_written_tries_still_count_and_staff_still_get_in(
    door: StaffDoor, path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    before = path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        with caplog.at_level(logging.WARNING):
            outcome = tried(door, WRONG, 5)
            clock.now += 60
            opened = door.try_pin(PIN)
            again = tried(door, WRONG, 5)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert outcome == again == [0, 0, 0, 0, 60]
    assert opened is None
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
    assert PIN not in caplog.text
    StaffDoor(path, clock=clock).set_pin("271828")
    assert door.try_pin("271828") is None, "a PIN set by another process is the one in force"

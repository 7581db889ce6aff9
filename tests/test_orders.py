"""What staff have ordered outlives a restart, and a file that is damaged orders nothing."""

import json
import logging
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import office_of
from live_broker import until
from test_notice import POWER, notice

from kiosk import event as on
from kiosk.app import Kiosk, build_kiosk
from kiosk.command import Locked, NoticesSet, Unlocked, VolumeSet
from kiosk.errors import KioskError
from kiosk.notice import MOST_NOTICES, NoticeKind
from kiosk.orders import Orders, orders_of
from kiosk.orders_file import MOST_BYTES, ORDERS_FILE, OrdersFile, read_orders
from kiosk.private_file import write_private
from kiosk.screen import RestingBody, StaffOverlay, WaitingBody
from kiosk.session import Resting, Session, fresh
from kiosk.settings import DEFAULTS, Settings, load_settings
from kiosk.standing import Standing
from kiosk.standing_watch import StandingWatch
from kiosk.voice import Loudness

OFFICE = office_of(())
ALL = Orders(
    is_locked=True,
    loudness=Loudness.LOUD,
    notices=(notice("khan", NoticeKind.URGENT), notice("nghi", NoticeKind.CLOSURE)),
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = load_settings(DEFAULTS)
    return replace(found, folders=replace(found.folders, state=str(tmp_path / "state")))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / ORDERS_FILE


def keep(file: Path, orders: Orders) -> OrdersFile:
    """Write them down as a kiosk under these orders does."""
    opened = OrdersFile(file)
    opened.look(orders.session(fresh("vi")), orders.office(OFFICE))
    opened.close()
    return opened


def waits_for(file: Path, orders: Orders) -> None:
    """Until these are in the file."""
    until(lambda: read_orders(file) == orders, 5)


def troubles(kiosk: Kiosk) -> tuple[str, ...]:
    """What is on its staff sheet once it has looked at the clock."""
    kiosk.conductor.tick()
    return kiosk.conductor._office.troubles


def started(settings: Settings) -> Kiosk:
    kiosk = build_kiosk(settings, shut_down=lambda: None)
    kiosk.door.set_pin("284917")
    conductor = kiosk.conductor
    conductor.start(show=lambda _: None, forget=lambda: None, wake=conductor.drain)
    return kiosk


# The file


def test_orders_come_back_as_they_were_written(file: Path) -> None:
    assert OrdersFile(file).kept == Orders()
    keep(file, ALL)
    assert OrdersFile(file).kept == ALL
    assert read_orders(file) == ALL
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_nothing_is_written_until_something_changes(file: Path) -> None:
    keep(file, Orders())
    assert not file.exists()
    session, office = ALL.session(fresh("vi")), ALL.office(OFFICE)
    opened = OrdersFile(file)
    opened.look(session, office)
    until(file.exists)
    before = file.stat().st_mtime_ns
    for _ in range(3):
        opened.look(session, office)
    opened.close()
    assert file.stat().st_mtime_ns == before


def test_nothing_of_a_visit_is_in_the_orders(file: Path) -> None:
    visit = Session(phase=Resting(), is_calling=True, language="en", turn=7)
    assert orders_of(visit, ALL.office(OFFICE)) == ALL
    keep(file, ALL)
    assert set(json.loads(file.read_bytes())) == {"is_locked", "loudness", "notices"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"is_locked": "maybe"}',
        b'{"is_locked": true, "more": 1}',
        b'{"loudness": "deafening"}',
        b'{"notices": [{"id": "x"}]}',
        b"\xff" * 10,
        b" " * (MOST_BYTES + 1),
    ],
)
def test_a_damaged_file_leaves_the_kiosk_unlocked_and_staff_are_told(
    settings: Settings, file: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    with pytest.raises(KioskError, match=r"orders\.damaged"):
        read_orders(file)
    with caplog.at_level(logging.WARNING):
        kiosk = started(settings)
    office = kiosk.conductor._office
    assert isinstance(kiosk.conductor.screen.body, WaitingBody)
    assert (office.loudness, office.notices) == (Loudness.NORMAL, ())
    assert "orders.damaged" in office.troubles
    assert file.read_bytes() == content, "left as it is until the next order"
    kiosk.conductor.post(VolumeSet(Loudness.SOFT))
    until(lambda: "orders.damaged" not in troubles(kiosk))
    assert read_orders(file).loudness is Loudness.SOFT
    kiosk.close()


def test_too_many_notices_in_a_file_are_no_orders(file: Path) -> None:
    many = [notice(f"so-{number}") for number in range(MOST_NOTICES + 1)]
    keep(file, ALL)
    kept = json.loads(file.read_bytes())
    kept["notices"] = [
        {**kept["notices"][0], "id": one.id, "text": {"vi": "a", "en": "a"}} for one in many
    ]
    file.write_text(json.dumps(kept), encoding="utf-8")
    with pytest.raises(KioskError, match=r"orders\.damaged"):
        read_orders(file)


def test_the_greatest_orders_fit_into_what_is_read(file: Path) -> None:
    text = "Ặ" * 300
    greatest = replace(
        ALL, notices=tuple(notice(f"so-{n}", vi=text, en=text) for n in range(MOST_NOTICES))
    )
    keep(file, greatest)
    assert file.stat().st_size < MOST_BYTES
    assert read_orders(file) == greatest


def test_a_disk_that_takes_nothing_is_told_and_the_order_is_followed_until_a_restart(
    settings: Settings,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    kiosk = started(settings)

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device", str(path), None, str(len(content)))

    with monkeypatch.context() as patched, caplog.at_level(logging.WARNING):
        patched.setattr("kiosk.orders_file.write_private", full)
        kiosk.conductor.post(Locked())
        until(lambda: "orders.not_kept" in troubles(kiosk))
    assert isinstance(kiosk.conductor.screen.body, RestingBody)
    assert not file.exists()
    kiosk.conductor.post(VolumeSet(Loudness.LOUD))
    until(lambda: "orders.not_kept" not in troubles(kiosk))
    assert read_orders(file) == Orders(is_locked=True, loudness=Loudness.LOUD)
    kiosk.close()


def test_a_slow_disk_delays_no_touch_and_the_last_orders_win(
    settings: Settings, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk = started(settings)
    let_go, begun, written = threading.Event(), threading.Event(), list[bytes]()

    def slow(path: Path, content: bytes) -> None:
        begun.set()
        assert threading.current_thread() is not threading.main_thread()
        assert let_go.wait(10)
        written.append(content)
        write_private(path, content)

    monkeypatch.setattr("kiosk.orders_file.write_private", slow)
    at = time.monotonic()
    kiosk.conductor.post(Locked())
    assert begun.wait(5)
    for loudness in (Loudness.LOUD, Loudness.NORMAL, Loudness.SOFT):
        kiosk.conductor.post(VolumeSet(loudness))
    assert time.monotonic() - at < 2
    assert written == []
    assert kiosk.orders.kept == Orders(is_locked=True, loudness=Loudness.SOFT)
    threading.Timer(0.3, let_go.set).start()
    kiosk.close()
    assert read_orders(file) == Orders(is_locked=True, loudness=Loudness.SOFT)
    assert len(written) == 2, "what was overtaken is not written"


def test_orders_that_no_file_may_have_are_a_trouble_and_no_failure_until_others_come(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    opened = OrdersFile(file)
    too_many = replace(OFFICE, notices=tuple(notice(f"so-{n}") for n in range(MOST_NOTICES + 10)))
    with caplog.at_level(logging.WARNING):
        assert opened.look(fresh("vi"), too_many)
    assert opened.trouble == "orders.not_kept"
    assert not opened.look(fresh("vi"), too_many), "told once"
    opened.look(fresh("vi"), OFFICE)
    until(lambda: opened.trouble == "", 5)
    opened.close()
    assert read_orders(file) == Orders()


def test_a_kiosk_given_thirty_notices_shows_twenty_and_still_publishes_how_it_stands(
    settings: Settings, file: Path
) -> None:
    kiosk = started(settings)
    told: list[Standing] = []
    kiosk.conductor.watched_by(StandingWatch(told.append, kiosk="k", name="Máy", clock=lambda: 0.0))
    thirty = tuple(notice(f"so-{n:02}") for n in range(MOST_NOTICES + 10))
    kiosk.conductor.post(NoticesSet(thirty))
    kiosk.conductor.post(on.StaffCalled())
    assert told[-1].is_ringing
    waits_for(file, Orders(notices=thirty[:MOST_NOTICES]))
    kiosk.close()


def test_how_a_kiosk_stands_is_published_whatever_becomes_of_its_orders(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk = started(settings)
    told: list[Standing] = []
    kiosk.conductor.watched_by(StandingWatch(told.append, kiosk="k", name="Máy", clock=lambda: 0.0))

    def fails(*_: object) -> bool:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(kiosk.orders, "look", fails)
        with pytest.raises(RuntimeError):
            kiosk.conductor.post(on.StaffCalled())
    assert told[-1].is_ringing
    kiosk.close()


# A kiosk that is started again


def test_a_locked_kiosk_is_locked_again_and_an_officer_unlocks_it_at_the_kiosk(
    settings: Settings, file: Path
) -> None:
    keep(file, ALL)
    kiosk = started(settings)
    conductor = kiosk.conductor
    assert isinstance(conductor.screen.body, RestingBody)
    heard: list[Loudness] = []
    conductor.volume_by(heard.append)
    assert heard == [Loudness.LOUD], "the loudspeaker is told"
    conductor.post(on.DoorTouched(has_pin=True))
    for digit in "284917":
        conductor.post(on.Digit(digit))
    conductor.post(on.PinEntered())
    overlay = conductor.screen.overlay
    assert isinstance(overlay, StaffOverlay)
    unlock = next(one for one in overlay.buttons if one.label == "Phục vụ lại")
    assert unlock.event == Unlocked()
    conductor.post(unlock.event)
    kiosk.close()
    assert read_orders(file) == replace(ALL, is_locked=False)


CHILD = """
import sys, time
from dataclasses import replace
from pathlib import Path
from kiosk.app import build_kiosk
from kiosk.command import Locked, NoticesSet, VolumeSet
from kiosk.settings import DEFAULTS, load_settings
from kiosk.voice import Loudness
sys.path.insert(0, sys.argv[2])
from test_notice import notice

settings = load_settings(DEFAULTS)
settings = replace(settings, folders=replace(settings.folders, state=sys.argv[1]))
kiosk = build_kiosk(settings, shut_down=lambda: None)
kiosk.door.set_pin("284917")
conductor = kiosk.conductor
conductor.start(show=lambda _: None, forget=lambda: None, wake=conductor.drain)
print(type(conductor.screen.body).__name__, conductor._office.loudness.value, flush=True)
conductor.post(VolumeSet(Loudness.SOFT))
conductor.post(NoticesSet((notice(),)))
conductor.post(Locked())
kiosk.orders.close()
print("ordered", flush=True)
time.sleep(600)
"""


def run(state: Path) -> list[str]:
    """Start a kiosk in a process of its own, let it take orders, kill it; what it printed."""
    command = [sys.executable, "-c", CHILD, str(state), str(Path(__file__).parent)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as child:
        assert child.stdout is not None
        lines = [child.stdout.readline().strip() for _ in range(2)]
        child.send_signal(signal.SIGKILL)
    return lines


def test_lock_volume_and_notices_outlive_a_process_that_is_killed(tmp_path: Path) -> None:
    state = tmp_path / "state"
    assert run(state) == ["WaitingBody normal", "ordered"]
    kept = read_orders(state / ORDERS_FILE)
    assert (kept.is_locked, kept.loudness) == (True, Loudness.SOFT)
    assert [one.text.vi for one in kept.notices] == [POWER]
    assert run(state) == ["RestingBody soft", "ordered"]
    assert sorted(one.name for one in state.glob("*orders*")) == [ORDERS_FILE]


def test_orders_of_a_running_kiosk_are_on_the_disk_soon(settings: Settings, file: Path) -> None:
    kiosk = started(settings)
    for command, wanted in (
        (Locked(), Orders(is_locked=True)),
        (NoticesSet(ALL.notices), Orders(is_locked=True, notices=ALL.notices)),
        (Unlocked(), Orders(notices=ALL.notices)),
    ):
        kiosk.conductor.post(command)
        waits_for(file, wanted)
    kiosk.close()

"""The microphone, on a real (virtual) card: what is said arrives, and unplugging is survived."""

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtMultimedia import QAudioFormat, QMediaDevices
from sound import Sound, SoundCard, decibels, pitch, run_for, run_until, tone

from kiosk.ui.microphone import LEVEL_SECONDS, PIECE_BYTES, RATE_HERTZ, Microphone
from kiosk.ui.sound_devices import find_device, format_for, from_device, to_device
from kiosk.ui.window import start_qt

PIECE_SECONDS = PIECE_BYTES / 2 / RATE_HERTZ

NO_SUCH_SOURCE = pytest.mark.qt_log_ignore("^Stream failed to connect")
"""What Qt says when the source that it still lists is opened."""


@dataclass
class Ear:
    """A microphone and what it told."""

    microphone: Microphone
    pieces: list[bytes] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    levels: list[tuple[float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.microphone.lost.connect(self.lost)
        self.microphone.found.connect(self.found)
        self.microphone.levelChanged.connect(self.level)

    def lost(self, code: str) -> None:
        self.told.append(code)

    def found(self) -> None:
        self.told.append("found")

    def level(self) -> None:
        self.levels.append((time.monotonic(), self.shown_level))

    @property
    def shown_level(self) -> float:
        """As QML sees it."""
        return float(self.microphone.property("level"))

    def listen(self) -> None:
        self.microphone.start(self.pieces.append)

    @property
    def heard(self) -> Sound:
        return np.frombuffer(b"".join(self.pieces), dtype="<i2")

    def loud(self, threshold: int = 300) -> Sound:
        """What was heard, from the first to the last loud sample."""
        loud = np.flatnonzero(np.abs(self.heard.astype(np.int32)) > threshold)
        return self.heard[loud[0] : loud[-1] + 1] if loud.size else self.heard[:0]


@pytest.fixture(scope="module", autouse=True)
def _qt() -> None:
    start_qt(offscreen=True)


@pytest.fixture
def ear(sound_card: SoundCard) -> Iterator[Ear]:  # noqa: ARG001 - it must be there
    ear = Ear(Microphone())
    yield ear
    ear.microphone.stop()


def hears(ear: Ear, card: SoundCard, samples: Sound) -> Sound:
    """Speak into the open microphone; returns what was heard of it."""
    del ear.pieces[:]
    with card.speak_into_microphone(samples) as speaking:
        run_until(lambda: speaking.is_over)
        run_until(lambda: ear.loud().size > 0.98 * samples.size)
    return ear.loud()


def test_a_tone_arrives_with_its_pitch_its_level_and_its_length(
    ear: Ear, sound_card: SoundCard
) -> None:
    ear.listen()
    heard = hears(ear, sound_card, tone(440, 1.0, decibels=-20))
    assert pitch(heard, RATE_HERTZ) == pytest.approx(440, abs=1)
    assert decibels(heard) == pytest.approx(-20, abs=0.5)
    assert heard.size / RATE_HERTZ == pytest.approx(1.0, abs=0.02)
    assert ear.told == []


def test_pieces_are_whole_and_come_as_they_are_heard(ear: Ear) -> None:
    ear.listen()
    run_until(lambda: len(ear.pieces) > 5)
    begun, count = time.monotonic(), len(ear.pieces)
    run_until(lambda: len(ear.pieces) >= count + 30)
    assert time.monotonic() - begun == pytest.approx(30 * PIECE_SECONDS, abs=0.15)
    assert {len(piece) for piece in ear.pieces} == {PIECE_BYTES}


def test_the_first_piece_comes_soon(ear: Ear) -> None:
    begun = time.monotonic()
    ear.listen()
    run_until(lambda: bool(ear.pieces))
    assert time.monotonic() - begun < 0.4


def test_a_card_that_gives_only_its_own_format_is_converted(sound_card: SoundCard) -> None:
    ear = Ear(Microphone("Micro", takes_its_own=True))
    ear.listen()
    heard = hears(ear, sound_card, tone(440, 1.0, decibels=-20))
    ear.microphone.stop()
    assert QMediaDevices.defaultAudioInput().preferredFormat().sampleRate() == 48_000
    assert pitch(heard, RATE_HERTZ) == pytest.approx(440, abs=1)
    assert decibels(heard) == pytest.approx(-20, abs=0.5)
    assert {len(piece) for piece in ear.pieces} == {PIECE_BYTES}


def test_the_level_follows_the_sound_at_most_fifteen_times_a_second(
    ear: Ear, sound_card: SoundCard
) -> None:
    ear.listen()
    with sound_card.speak_into_microphone(tone(440, 2.0, decibels=-33)):
        run_until(lambda: ear.shown_level == pytest.approx(0.5, abs=0.02))
    run_until(lambda: ear.shown_level == 0)
    times = np.array([moment for moment, _ in ear.levels])
    assert np.diff(times).min() > LEVEL_SECONDS - 0.005
    ear.microphone.stop()
    assert ear.shown_level == 0


def test_after_stop_nothing_comes_and_nothing_is_kept(ear: Ear, sound_card: SoundCard) -> None:
    ear.listen()
    with sound_card.speak_into_microphone(tone(440, 3.0)):
        run_until(lambda: ear.loud().size > 0)
        ear.microphone.stop()
        count = len(ear.pieces)
        assert not ear.microphone._waiting
        assert not ear.microphone.is_open
        run_for(0.3)
        assert len(ear.pieces) == count
    run_for(0.3)
    ear.listen()
    del ear.pieces[:]
    run_until(lambda: len(ear.pieces) > 5)
    assert ear.loud().size == 0, "sound from before the stop came out after the start"


def test_it_may_be_stopped_from_what_it_delivers_to(ear: Ear) -> None:
    ear.listen()
    run_until(lambda: bool(ear.pieces))
    late: list[bytes] = []

    def stop(piece: bytes) -> None:
        late.append(piece)
        ear.microphone.stop()

    ear.microphone.start(stop)
    run_until(lambda: bool(late))
    run_for(0.2)
    assert len(late) == 1


def test_sound_is_not_lost_while_the_main_thread_is_busy(ear: Ear, sound_card: SoundCard) -> None:
    ear.listen()
    run_until(lambda: bool(ear.pieces))
    with sound_card.speak_into_microphone(tone(440, 1.5)) as speaking:
        run_until(lambda: ear.loud().size > 0)
        busy_until = time.monotonic() + 0.8
        while time.monotonic() < busy_until:
            pass
        run_until(lambda: speaking.is_over)
        run_until(lambda: ear.loud().size > 0.98 * 1.5 * RATE_HERTZ)
    assert ear.loud().size / RATE_HERTZ == pytest.approx(1.5, abs=0.03)
    assert ear.told == []


@NO_SUCH_SOURCE
def test_a_microphone_unplugged_while_it_listens_is_told_once_and_comes_back(
    ear: Ear, sound_card: SoundCard
) -> None:
    ear.listen()
    run_until(lambda: len(ear.pieces) > 10)
    sound_card.unplug_microphone()
    begun = time.monotonic()
    run_until(lambda: bool(ear.told))
    assert ear.told == ["microphone.silent"]
    assert time.monotonic() - begun < 4
    assert not ear.microphone.is_open
    assert ear.shown_level == 0
    run_for(1.5)
    assert ear.told == ["microphone.silent"]
    sound_card.plug_in_microphone()
    run_until(lambda: len(ear.told) > 1)
    assert ear.told == ["microphone.silent", "found"]
    assert ear.microphone.is_open
    assert pitch(hears(ear, sound_card, tone(600, 0.5)), RATE_HERTZ) == pytest.approx(600, abs=2)


@NO_SUCH_SOURCE
def test_a_lost_microphone_that_was_closed_is_found_when_it_is_opened_again(
    ear: Ear, sound_card: SoundCard
) -> None:
    ear.listen()
    run_until(lambda: len(ear.pieces) > 10)
    sound_card.unplug_microphone()
    run_until(lambda: bool(ear.told))
    ear.microphone.stop()
    sound_card.plug_in_microphone()
    ear.listen()
    run_until(lambda: len(ear.told) > 1)
    assert ear.told == ["microphone.silent", "found"]


def test_a_stalled_microphone_is_told_and_opened_again(ear: Ear, sound_card: SoundCard) -> None:
    ear.listen()
    run_until(lambda: len(ear.pieces) > 10)
    sound_card.stall_microphone()
    begun = time.monotonic()
    run_until(lambda: bool(ear.told))
    assert ear.told == ["microphone.silent"]
    assert time.monotonic() - begun < 3
    sound_card.stall_microphone(is_stalled=False)
    run_until(lambda: len(ear.told) > 1)
    assert pitch(hears(ear, sound_card, tone(600, 0.5)), RATE_HERTZ) == pytest.approx(600, abs=2)


def test_a_muted_microphone_is_not_taken_for_a_lost_one(ear: Ear, sound_card: SoundCard) -> None:
    ear.listen()
    run_for(4.0)
    assert ear.told == []
    assert not ear.heard.any()
    assert ear.heard.size / RATE_HERTZ == pytest.approx(4.0, abs=0.4), "looking left a gap"
    assert decibels(hears(ear, sound_card, tone(440, 0.5))) == pytest.approx(-12, abs=0.5)


@NO_SUCH_SOURCE
def test_a_microphone_that_is_plugged_in_later_is_found(ear: Ear, sound_card: SoundCard) -> None:
    sound_card.unplug_microphone()
    ear.listen()
    run_until(lambda: bool(ear.told))
    sound_card.plug_in_microphone()
    run_until(lambda: "found" in ear.told)
    run_until(lambda: len(ear.pieces) > 5)


def test_a_microphone_that_the_settings_name_wrongly_is_told(sound_card: SoundCard) -> None:  # noqa: ARG001
    ear = Ear(Microphone("no such card"))
    ear.listen()
    assert ear.told == [], "nothing is told before start has returned"
    run_until(lambda: bool(ear.told))
    ear.microphone.stop()
    assert ear.told == ["microphone.not_this"]


@pytest.mark.parametrize("name", ["", "Micro", "vmic", "MIC", "icr"])
def test_a_microphone_is_found_by_description_or_id_or_a_part_of_one(
    sound_card: SoundCard,  # noqa: ARG001
    name: str,
) -> None:
    found = find_device(name, QMediaDevices.audioInputs())
    assert found is not None
    assert found.description() == "Micro"


@pytest.mark.parametrize(
    "kind",
    [
        QAudioFormat.SampleFormat.Int16,
        QAudioFormat.SampleFormat.Int32,
        QAudioFormat.SampleFormat.Float,
        QAudioFormat.SampleFormat.UInt8,
    ],
)
def test_every_format_of_a_card_is_read_and_written(
    sound_card: SoundCard,  # noqa: ARG001
    kind: QAudioFormat.SampleFormat,
) -> None:
    format_ = format_for(QMediaDevices.defaultAudioInput(), RATE_HERTZ, takes_its_own=True)
    format_.setSampleFormat(kind)
    samples = tone(440, 0.1).astype(np.float32)
    back = from_device(to_device(samples, format_), format_)
    assert to_device(samples, format_)[: format_.bytesPerFrame() // 2 * 2]
    assert np.abs(back - samples).max() < (129 if kind is QAudioFormat.SampleFormat.UInt8 else 1)


WITHOUT_A_SERVER = """
from kiosk.ui.window import start_qt
from kiosk.ui.microphone import Microphone
from PySide6.QtCore import QTimer
application = start_qt(offscreen=True)
microphone = Microphone()
def lost(code):
    print(code)
    microphone.stop()
    application.quit()
microphone.lost.connect(lost)
microphone.start(print)
QTimer.singleShot(20_000, application.quit)
application.exec()
"""


def test_where_there_is_no_sound_server_there_is_no_microphone(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_A_SERVER],
        env={"PULSE_SERVER": f"unix:{tmp_path}/none", "QT_AUDIO_BACKEND": "pulseaudio"},
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.split() == ["microphone.none"]

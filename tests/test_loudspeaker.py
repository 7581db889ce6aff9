"""The loudspeaker, on a real (virtual) card that is recorded: pitch, length, gaps, silence."""

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtMultimedia import QtAudio
from sound import (
    ESPEAK_HERTZ,
    RECORDED_HERTZ,
    SoundCard,
    decibels,
    espeak,
    pitch,
    run_for,
    run_until,
    tone,
)

from kiosk.ui.loudspeaker import Loudspeaker
from kiosk.ui.window import start_qt

STOP_SECONDS = 0.05
"""A touch silences the kiosk within this."""
HICCUP_SECONDS = 0.04
"""The sound server's share: it holds 21 ms at 48 kHz, and the test machine may be busy."""


@dataclass
class Mouth:
    """A loudspeaker and what it told."""

    loudspeaker: Loudspeaker
    told: list[tuple[str, int | str]] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.loudspeaker.began.connect(self.began)
        self.loudspeaker.ended.connect(self.ended)
        self.loudspeaker.lost.connect(self.lost)
        self.loudspeaker.found.connect(self.found)

    def began(self, number: int) -> None:
        self.tell("began", number)

    def ended(self, number: int) -> None:
        self.tell("ended", number)

    def lost(self, code: str) -> None:
        self.tell("lost", code)

    def found(self) -> None:
        self.tell("found", "")

    def tell(self, what: str, which: int | str) -> None:
        self.told.append((what, which))
        self.moments.append(time.monotonic())

    def say(self, number: int, samples: np.ndarray, rate_hertz: int = ESPEAK_HERTZ) -> None:
        self.loudspeaker.play(number, samples.tobytes(), rate_hertz)
        self.loudspeaker.finish(number)

    def wait_for(self, what: str, which: int | str) -> float:
        """When it was told, in seconds of the monotonic clock."""
        run_until(lambda: (what, which) in self.told)
        return self.moments[self.told.index((what, which))]


@pytest.fixture(scope="module", autouse=True)
def _qt() -> None:
    start_qt(offscreen=True)


@pytest.fixture
def mouth(sound_card: SoundCard) -> Iterator[Mouth]:  # noqa: ARG001 - it must be there
    mouth = Mouth(Loudspeaker())
    yield mouth
    mouth.loudspeaker.stop()


@pytest.mark.parametrize("takes_its_own", [False, True], ids=["our format", "the card's format"])
@pytest.mark.parametrize("rate_hertz", [16_000, 22_050, 48_000])
def test_a_tone_is_heard_with_its_pitch_its_level_and_its_length(
    sound_card: SoundCard, rate_hertz: int, *, takes_its_own: bool
) -> None:
    mouth = Mouth(Loudspeaker(takes_its_own=takes_its_own))
    with sound_card.record_loudspeaker() as recording:
        mouth.say(1, tone(440, 1.0, rate_hertz=rate_hertz, decibels=-15), rate_hertz)
        mouth.wait_for("ended", 1)
    heard = recording.sounding()
    assert mouth.told == [("began", 1), ("ended", 1)]
    assert pitch(heard, RECORDED_HERTZ) == pytest.approx(440, abs=1)
    assert decibels(heard) == pytest.approx(-15, abs=0.5)
    assert heard.size / RECORDED_HERTZ == pytest.approx(1.0, abs=HICCUP_SECONDS)
    assert not mouth.loudspeaker.is_sounding


def test_a_sentence_is_heard_soon_and_ends_when_its_last_sample_was_heard(
    mouth: Mouth, sound_card: SoundCard
) -> None:
    with sound_card.record_loudspeaker() as recording:
        begun = time.monotonic()
        mouth.say(7, tone(300, 0.8, rate_hertz=ESPEAK_HERTZ))
        ended = mouth.wait_for("ended", 7)
        run_for(0.2)
    assert recording.first_moment() - begun < 0.15
    assert mouth.wait_for("began", 7) - begun < 0.1
    assert 0 <= ended - recording.last_moment() < 0.25


def test_pieces_as_they_come_are_one_sound_without_a_seam(
    mouth: Mouth, sound_card: SoundCard
) -> None:
    whole = tone(440, 1.5, rate_hertz=ESPEAK_HERTZ).tobytes()
    with sound_card.record_loudspeaker() as recording:
        for at in range(0, len(whole), 8_191):  # in the middle of samples too
            mouth.loudspeaker.play(1, whole[at : at + 8_191], ESPEAK_HERTZ)
            run_for(0.05)
        assert ("ended", 1) not in mouth.told
        mouth.loudspeaker.finish(1)
        mouth.wait_for("ended", 1)
    assert recording.longest_gap() < HICCUP_SECONDS
    assert recording.sounding().size / RECORDED_HERTZ == pytest.approx(1.5, abs=HICCUP_SECONDS)
    assert pitch(recording.sounding(), RECORDED_HERTZ) == pytest.approx(440, abs=1)


def test_a_sound_whose_pieces_are_late_goes_on_and_ends_only_when_it_is_finished(
    mouth: Mouth, sound_card: SoundCard
) -> None:
    piece = tone(440, 0.3, rate_hertz=ESPEAK_HERTZ).tobytes()
    with sound_card.record_loudspeaker() as recording:
        mouth.loudspeaker.play(1, piece, ESPEAK_HERTZ)
        run_for(1.5)
        assert mouth.told == [("began", 1)]
        mouth.loudspeaker.play(1, piece, ESPEAK_HERTZ)
        mouth.loudspeaker.finish(1)
        mouth.wait_for("ended", 1)
    assert mouth.told == [("began", 1), ("ended", 1)]
    assert recording.longest_gap() > 1.0


@pytest.mark.parametrize("seconds", [0.1, 0.3])
def test_a_busy_main_thread_is_not_heard(
    mouth: Mouth, sound_card: SoundCard, seconds: float
) -> None:
    with sound_card.record_loudspeaker() as recording:
        mouth.say(1, tone(440, 2.0, rate_hertz=ESPEAK_HERTZ))
        while ("ended", 1) not in mouth.told:
            run_for(0.05)
            busy_until = time.monotonic() + seconds
            while time.monotonic() < busy_until:
                pass
    assert recording.longest_gap() < HICCUP_SECONDS
    assert recording.sounding().size / RECORDED_HERTZ == pytest.approx(2.0, abs=HICCUP_SECONDS)


@pytest.mark.parametrize("after_seconds", [0.05, 0.31, 0.77])
def test_stop_is_heard_within_fifty_milliseconds(
    mouth: Mouth, sound_card: SoundCard, after_seconds: float
) -> None:
    with sound_card.record_loudspeaker() as recording:
        mouth.say(1, tone(440, 5.0, rate_hertz=ESPEAK_HERTZ))
        run_until(lambda: recording.sounding().size > after_seconds * RECORDED_HERTZ)
        stopped = time.monotonic()
        mouth.loudspeaker.stop()
        assert time.monotonic() - stopped < 0.02
        run_for(0.4)
    assert recording.last_moment() - stopped < STOP_SECONDS
    assert mouth.told == [("began", 1)], "of a silenced sound nothing more is told"


def test_after_stop_late_pieces_are_not_heard_and_the_next_sound_is(
    mouth: Mouth, sound_card: SoundCard
) -> None:
    low, high = (tone(hertz, 0.5, rate_hertz=ESPEAK_HERTZ) for hertz in (300, 900))
    mouth.loudspeaker.play(4, low.tobytes(), ESPEAK_HERTZ)
    mouth.wait_for("began", 4)
    mouth.loudspeaker.stop()
    with sound_card.record_loudspeaker() as recording:
        mouth.say(4, low)
        run_for(0.2)
        mouth.say(5, high)
        mouth.wait_for("ended", 5)
    assert pitch(recording.sounding(), RECORDED_HERTZ) == pytest.approx(900, abs=2)
    assert recording.sounding().size / RECORDED_HERTZ == pytest.approx(0.5, abs=HICCUP_SECONDS)
    assert mouth.told == [("began", 4), ("began", 5), ("ended", 5)]


def test_it_may_be_stopped_by_whoever_is_told(mouth: Mouth) -> None:
    def stop(_: int) -> None:
        mouth.loudspeaker.stop()

    mouth.loudspeaker.began.connect(stop)
    mouth.say(1, tone(440, 1.0, rate_hertz=ESPEAK_HERTZ))
    mouth.wait_for("began", 1)
    run_for(0.3)
    assert mouth.told == [("began", 1)]
    assert not mouth.loudspeaker.is_sounding


def test_two_sounds_are_heard_one_after_the_other(mouth: Mouth, sound_card: SoundCard) -> None:
    with sound_card.record_loudspeaker() as recording:
        mouth.say(1, tone(300, 0.4, rate_hertz=ESPEAK_HERTZ))
        mouth.say(2, tone(900, 0.4, rate_hertz=16_000), 16_000)
        mouth.wait_for("ended", 2)
    assert mouth.told == [("began", 1), ("ended", 1), ("began", 2), ("ended", 2)]
    heard = recording.sounding()
    third = heard.size // 3
    assert pitch(heard[:third], RECORDED_HERTZ) == pytest.approx(300, abs=3)
    assert pitch(heard[-third:], RECORDED_HERTZ) == pytest.approx(900, abs=3)


def test_a_sound_without_a_sample_ends(mouth: Mouth) -> None:
    mouth.loudspeaker.finish(1)
    mouth.loudspeaker.play(2, b"", ESPEAK_HERTZ)
    mouth.loudspeaker.finish(2)
    mouth.loudspeaker.play(3, b"\0", ESPEAK_HERTZ)
    mouth.loudspeaker.finish(3)
    mouth.wait_for("ended", 3)
    assert [one for one in mouth.told if one[0] == "ended"] == [("ended", n) for n in (1, 2, 3)]


@pytest.mark.parametrize("volume", [0.8, 0.5])
def test_the_volume_is_even_to_the_ear(mouth: Mouth, sound_card: SoundCard, volume: float) -> None:
    mouth.loudspeaker.volume = volume
    with sound_card.record_loudspeaker() as recording:
        mouth.say(1, tone(440, 0.5, rate_hertz=ESPEAK_HERTZ, decibels=-10))
        mouth.wait_for("ended", 1)
    scale = QtAudio.VolumeScale
    factor = QtAudio.convertVolume(volume, scale.LogarithmicVolumeScale, scale.LinearVolumeScale)
    assert factor < volume
    expected = -10 + 20 * np.log10(factor)
    assert decibels(recording.sounding(100)) == pytest.approx(expected, abs=0.5)


def test_the_volume_changes_while_it_sounds(mouth: Mouth, sound_card: SoundCard) -> None:
    with sound_card.record_loudspeaker() as recording:
        mouth.say(1, tone(440, 1.5, rate_hertz=ESPEAK_HERTZ, decibels=-10))
        run_until(lambda: recording.sounding().size > 0.5 * RECORDED_HERTZ)
        mouth.loudspeaker.volume = 0.0
        changed = time.monotonic()
        mouth.wait_for("ended", 1)
    assert recording.last_moment() - changed < 0.2
    assert mouth.loudspeaker.volume == 0


def test_a_spoken_sentence_is_heard_whole(mouth: Mouth, sound_card: SoundCard) -> None:
    sentence = espeak("Xin chào ông bà. Ông bà cần làm giấy tờ gì ạ?")
    loud = np.flatnonzero(np.abs(sentence.astype(np.int32)) > 300)
    with sound_card.record_loudspeaker() as recording:
        mouth.say(1, sentence)
        mouth.wait_for("ended", 1)
    expected = (loud[-1] - loud[0]) / ESPEAK_HERTZ
    assert recording.sounding().size / RECORDED_HERTZ == pytest.approx(expected, abs=HICCUP_SECONDS)


def test_a_loudspeaker_that_takes_nothing_is_told_and_the_visit_goes_on(
    mouth: Mouth, sound_card: SoundCard
) -> None:
    sound_card.stall_loudspeaker()
    begun = time.monotonic()
    mouth.say(1, tone(440, 3.0, rate_hertz=ESPEAK_HERTZ))
    mouth.say(2, tone(440, 3.0, rate_hertz=ESPEAK_HERTZ))
    mouth.wait_for("ended", 2)
    assert time.monotonic() - begun < 6
    lost = ("lost", "loudspeaker.silent")
    assert [one for one in mouth.told if one[0] != "began"] == [lost, ("ended", 1), ("ended", 2)]
    sound_card.stall_loudspeaker(is_stalled=False)
    mouth.say(3, tone(440, 0.3, rate_hertz=ESPEAK_HERTZ))
    mouth.wait_for("ended", 3)
    assert mouth.told[-3:] == [("found", ""), ("began", 3), ("ended", 3)]


def test_a_loudspeaker_unplugged_in_mid_sentence_does_not_hold_up_the_visit(
    sound_card: SoundCard,
) -> None:
    mouth = Mouth(Loudspeaker("Loa"))
    mouth.say(1, tone(440, 2.0, rate_hertz=ESPEAK_HERTZ))
    mouth.wait_for("began", 1)
    sound_card.unplug_loudspeaker()
    mouth.wait_for("ended", 1)
    mouth.wait_for("lost", "loudspeaker.not_this")
    mouth.say(2, tone(440, 2.0, rate_hertz=ESPEAK_HERTZ))
    begun = time.monotonic()
    assert mouth.wait_for("ended", 2) - begun < 0.5
    sound_card.plug_in_loudspeaker()
    mouth.wait_for("found", "")
    with sound_card.record_loudspeaker() as recording:
        mouth.say(3, tone(600, 0.5, rate_hertz=ESPEAK_HERTZ))
        mouth.wait_for("ended", 3)
    assert pitch(recording.sounding(), RECORDED_HERTZ) == pytest.approx(600, abs=2)


WITHOUT_A_SERVER = """
from kiosk.ui.window import start_qt
from kiosk.ui.loudspeaker import Loudspeaker
from PySide6.QtCore import QTimer
application = start_qt(offscreen=True)
loudspeaker = Loudspeaker()
def ended(number):
    print("ended", number)
    application.quit()
loudspeaker.lost.connect(print)
loudspeaker.ended.connect(ended)
loudspeaker.play(1, bytes(44_100), 22_050)
loudspeaker.finish(1)
QTimer.singleShot(20_000, application.quit)
application.exec()
"""


def test_where_there_is_no_sound_server_sounds_end_at_once(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_A_SERVER],
        env={"PULSE_SERVER": f"unix:{tmp_path}/none", "QT_AUDIO_BACKEND": "pulseaudio"},
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.splitlines() == ["loudspeaker.none", "ended 1"]

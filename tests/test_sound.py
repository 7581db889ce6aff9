"""The sound card of the tests itself: what it is told is what it gives."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sound import (
    ESPEAK_HERTZ,
    FULL,
    RECORDED_HERTZ,
    SoundCard,
    _program,
    decibels,
    espeak,
    pitch,
    tone,
    wait_for,
)


def test_what_is_played_is_recorded_with_its_pitch_and_length(sound_card: SoundCard) -> None:
    with sound_card.record_loudspeaker() as recording:
        subprocess.run(
            (_program("pacat"), "--raw", "--format=s16le", "--channels=1", "--rate=16000"),
            input=tone(700, 0.5).tobytes(),
            check=True,
        )
        wait_for(lambda: recording.sounding().size > 0.49 * RECORDED_HERTZ)
    heard = recording.sounding()
    assert heard.size / RECORDED_HERTZ == pytest.approx(0.5, abs=0.01)
    assert pitch(heard, RECORDED_HERTZ) == pytest.approx(700, abs=2)
    assert decibels(heard) == pytest.approx(-12, abs=0.3)


def test_a_second_card_disturbs_nobody_and_leaves_nothing(sound_card: SoundCard) -> None:
    other = SoundCard()
    assert other.environment["PULSE_SERVER"] != sound_card.environment["PULSE_SERVER"]
    other.close()
    with sound_card.record_loudspeaker() as recording:
        wait_for(lambda: recording.seconds > 0.05)


KILLED = """
import os, signal, sys
sys.path.insert(0, "tests")
from sound import SoundCard
print(SoundCard().environment["PULSE_SERVER"].removeprefix("unix:"), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_test_run_that_is_killed_leaves_no_server(sound_card: SoundCard) -> None:  # noqa: ARG001
    done = subprocess.run(
        [sys.executable, "-c", KILLED],
        cwd=Path(__file__).parent.parent,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    place = Path(done.stdout.strip())
    wait_for(lambda: not place.exists())
    shutil.rmtree(place.parent, ignore_errors=True)


def test_a_tone_is_as_loud_as_asked() -> None:
    assert decibels(tone(440, 1, decibels=-20)) == pytest.approx(-20, abs=0.1)
    assert decibels(np.full(100, FULL, dtype=np.int16)) == pytest.approx(0, abs=0.01)
    assert decibels(np.zeros(100, dtype=np.int16)) == -120


def test_a_voice_speaks_vietnamese() -> None:
    assert espeak("Tôi muốn làm giấy khai sinh cho cháu.").size > ESPEAK_HERTZ

"""Whether the microphone is set right: by arithmetic, and on the real (virtual) card."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sound import FULL, SoundCard, tone

from kiosk.speech.gain import Gain, GainVerdict, judge_gain, no_gain
from kiosk.ui.gain_check import check_gain


@pytest.mark.parametrize(
    ("decibels", "verdict"),
    [
        *((-90, GainVerdict.SILENT), (-45, GainVerdict.QUIET), (-30, GainVerdict.GOOD)),
        *((-12, GainVerdict.GOOD), (-4, GainVerdict.GOOD)),
    ],
)
def test_a_level_has_its_verdict(decibels: float, verdict: GainVerdict) -> None:
    gain = judge_gain(tone(440, 1, decibels=decibels).tobytes())
    assert gain.verdict is verdict
    if verdict is not GainVerdict.SILENT:
        assert gain.loudness_decibels == pytest.approx(decibels, abs=0.2)
        assert gain.peak_decibels == pytest.approx(decibels + 3, abs=0.2)


def test_sound_that_hits_the_end_of_the_scale_is_told() -> None:
    torn = np.clip(tone(440, 1, decibels=-6).astype(int) * 3, -FULL, FULL).astype(np.int16)
    assert judge_gain(torn.tobytes()).verdict is GainVerdict.CLIPPING


def test_one_full_sample_is_no_clipping() -> None:
    samples = tone(440, 1, decibels=-12)
    samples[100] = FULL
    assert judge_gain(samples.tobytes()).verdict is GainVerdict.GOOD


@pytest.mark.parametrize("pcm", [b"", bytes(32_000)])
def test_nothing_and_zeros_are_silence(pcm: bytes) -> None:
    expected = Gain(verdict=GainVerdict.SILENT, peak_decibels=-120, loudness_decibels=-120)
    assert judge_gain(pcm) == expected


def test_speech_into_the_real_microphone_is_measured(sound_card: SoundCard) -> None:
    with sound_card.speak_into_microphone(tone(440, 10, decibels=-20)):
        gain = check_gain()
    assert gain.verdict is GainVerdict.GOOD
    assert gain.loudness_decibels == pytest.approx(-20, abs=2)


def test_a_muted_microphone_is_told(sound_card: SoundCard) -> None:  # noqa: ARG001
    assert check_gain("Micro").verdict is GainVerdict.SILENT


def test_a_microphone_that_gives_nothing_is_told(sound_card: SoundCard) -> None:
    sound_card.stall_microphone()
    assert check_gain().verdict is GainVerdict.SILENT


def test_a_microphone_that_is_not_there_is_told(sound_card: SoundCard) -> None:  # noqa: ARG001
    assert check_gain("no such card") == no_gain()


def test_the_check_needs_no_sound_server(tmp_path: Path) -> None:
    script = "from kiosk.ui.gain_check import check_gain; print(check_gain().verdict)"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"PULSE_SERVER": f"unix:{tmp_path}/none", "QT_AUDIO_BACKEND": "pulseaudio"},
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.strip() == "none"

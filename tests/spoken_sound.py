"""Sound for tests: espeak-ng's voices, recorded ward questions where they are, bursts, silence."""

import io
import json
import shutil
import subprocess
import wave
from typing import Any

import numpy as np
import pytest
from at_hand import MODEL, TRIAL_MODEL, model_at_hand

from kiosk.speech.sound import RATE_HERTZ, SECOND_BYTES, Format, as_heard, as_pcm

QUESTIONS = TRIAL_MODEL.parent / "domain_dev" / "manifest.jsonl"

needs_model = pytest.mark.skipif(
    not model_at_hand().is_dir(), reason=f"neither {MODEL} nor {TRIAL_MODEL} is here"
)
needs_questions = pytest.mark.skipif(
    not QUESTIONS.is_file(), reason=f"the recorded questions are not here: {QUESTIONS}"
)
needs_espeak = pytest.mark.skipif(
    shutil.which("espeak-ng") is None, reason="espeak-ng is not installed"
)


def silence(seconds: float) -> bytes:
    """Nothing at all."""
    return bytes(round(seconds * RATE_HERTZ) * 2)


def bursts(count: int) -> bytes:
    """So many tones of 0.3 s with pauses between them."""
    at = np.arange(round(0.3 * RATE_HERTZ)) / RATE_HERTZ
    tone = as_pcm(8000 * np.sin(2 * np.pi * 300 * at))
    return (silence(0.3) + tone) * count + silence(0.3)


def noise(seconds: float, loudness: float) -> bytes:
    """White noise of this root mean square, of 32768."""
    samples = np.random.default_rng(1).normal(0, loudness, round(seconds * RATE_HERTZ))
    return as_pcm(samples)


def espeak(text: str, voice: str = "vi") -> bytes:
    """The text, spoken by espeak-ng."""
    program = shutil.which("espeak-ng") or pytest.skip("espeak-ng is not installed")
    done = subprocess.run([program, "-v", voice, "--stdout", text], capture_output=True, check=True)
    # To a pipe it writes a length that is not known yet: all there is, is read.
    with wave.open(io.BytesIO(done.stdout)) as opened:
        rate = opened.getframerate()
    return as_heard(done.stdout[44:], Format(rate, 2, 1))


def questions() -> list[dict[str, Any]]:
    """The recorded questions, as their list has them."""
    return [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]


def recorded(file: str) -> bytes:
    """A recorded question."""
    soundfile = pytest.importorskip("soundfile")
    samples, rate = soundfile.read(str(QUESTIONS.parent / file), dtype="int16")
    return as_heard(samples.tobytes(), Format(rate, 2, 1))


def seconds_of(pcm: bytes) -> float:
    """How long it is."""
    return len(pcm) / SECOND_BYTES

"""Whether a microphone is set as it should be, told from a short piece of its sound. Pure."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

CLIPPED_SAMPLE = 32_700
"""A sample from here on has hit the end of the scale."""
CLIPPED_SHARE = 0.001
"""More of the samples than this, and it is heard: a hoarse, torn sound."""
SILENT_DECIBELS = -85.0
"""No room and no microphone is so quiet (peak): it is muted, or its plug is out."""
QUIET_DECIBELS = -36.0
"""Speech before a kiosk peaks at -25 to -10 dB; below this the recogniser suffers."""
SILENCE_DECIBELS = -120.0
"""What is told of zeros."""


class GainVerdict(StrEnum):
    """How a microphone is set: the ending of `doctor.said.microphone-…`."""

    NONE = "none"
    """There is no microphone, or not the one that the settings name."""
    SILENT = "silent"
    """It is there and gives no sound: muted?"""
    CLIPPING = "clipping"
    QUIET = "quiet"
    """Too quiet, if somebody spoke meanwhile."""
    GOOD = "good"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """What was measured, in decibels of full scale."""

    verdict: GainVerdict
    peak_decibels: float
    loudness_decibels: float
    """Root mean square; a full-scale square wave is 0."""


def judge_gain(pcm: bytes) -> Gain:
    """Judge a second or two in which somebody should have spoken.

    Args:
        pcm: one channel, 16-bit little-endian, any rate; empty: nothing came.
    """
    samples = np.abs(np.frombuffer(pcm, dtype="<i2").astype(np.float64))
    peak = _decibels(float(samples.max(initial=0.0)))
    loudness = _decibels(float(np.sqrt(np.mean(samples**2)))) if samples.size else SILENCE_DECIBELS
    if peak < SILENT_DECIBELS:
        verdict = GainVerdict.SILENT
    elif np.mean(samples >= CLIPPED_SAMPLE) > CLIPPED_SHARE:
        verdict = GainVerdict.CLIPPING
    elif peak < QUIET_DECIBELS:
        verdict = GainVerdict.QUIET
    else:
        verdict = GainVerdict.GOOD
    return Gain(verdict=verdict, peak_decibels=peak, loudness_decibels=loudness)


def no_gain() -> Gain:
    """What is told where there is no microphone."""
    return Gain(
        verdict=GainVerdict.NONE,
        peak_decibels=SILENCE_DECIBELS,
        loudness_decibels=SILENCE_DECIBELS,
    )


def _decibels(amplitude: float) -> float:
    return max(20 * float(np.log10(max(amplitude, 1e-9) / 32_768)), SILENCE_DECIBELS)

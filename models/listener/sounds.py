"""Sound to features, bit for bit as Vosk computes them from `conf/fbank.conf`.

Logarithms of 80 mel filters, every 10 ms over 25 ms, as Kaldi's `compute-fbank-feats`
without dither. NumPy only, so that the check of these numbers runs anywhere.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
"""Samples a second."""
BINS = 80
WINDOW = 400
"""Samples a frame looks at: 25 ms."""
SHIFT = 160
"""Samples from one frame to the next: 10 ms."""
TRANSFORM = 512
"""Samples a Fourier transform takes; the rest is zeros."""
LOWEST = 20.0
HIGHEST = RATE / 2 - 400.0
EMPHASIS = 0.97
CONFIGURATION = (
    "--sample-frequency=16000\n--num-mel-bins=80\n--low-freq=20\n--high-freq=-400\n"
    "--dither=0\n--use-energy=false\n"
)
"""The same in the words of `conf/fbank.conf`."""

Features = NDArray[np.float32]
"""Frames by bins."""


def features(samples: NDArray[np.int16]) -> Features:
    """The features of a sound of 16-bit samples; no frame where it is under 25 ms.

    As in Kaldi samples keep the scale of 16-bit numbers, only whole windows count, and
    each window loses its mean before high frequencies are raised.
    """
    count = max(0, 1 + (len(samples) - WINDOW) // SHIFT)
    if count == 0:
        return np.zeros((0, BINS), np.float32)
    wave = samples.astype(np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(wave, WINDOW)[::SHIFT][:count]
    frames = frames - frames.mean(axis=1, keepdims=True)
    raised = frames.copy()
    raised[:, 1:] -= EMPHASIS * frames[:, :-1]
    raised[:, 0] -= EMPHASIS * frames[:, 0]
    power = np.abs(np.fft.rfft(raised * _window(), TRANSFORM)[:, :-1]) ** 2
    energies = power.astype(np.float32) @ _filters()
    floor = np.finfo(np.float32).eps
    found: Features = np.log(np.maximum(energies, floor)).astype(np.float32)
    return found


@lru_cache(maxsize=1)
def _window() -> NDArray[np.float32]:
    """Kaldi's own window ("povey"): a Hann window to the power 0.85."""
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / (WINDOW - 1))
    return (hann**0.85).astype(np.float32)


@lru_cache(maxsize=1)
def _filters() -> NDArray[np.float32]:
    """Triangles evenly spaced on the mel scale; frequencies by filters."""
    edges = np.linspace(_mel(np.array(LOWEST)), _mel(np.array(HIGHEST)), BINS + 2)
    low, middle, high = edges[:-2], edges[1:-1], edges[2:]
    here = _mel(np.arange(TRANSFORM // 2) * RATE / TRANSFORM)[:, None]
    rising = (here - low) / (middle - low)
    falling = (high - here) / (high - middle)
    return np.clip(np.minimum(rising, falling), 0, None).astype(np.float32)


def _mel(hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1127.0 * np.log1p(hertz / 700.0)

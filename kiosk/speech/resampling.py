"""Changes the rate of sound, piece by piece, for cards that refuse the rate that we have. Pure.

It is not for pitch or speed: a second stays a second.
"""

from math import gcd

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
"""Samples of one channel, in any unit."""

ZERO_CROSSINGS = 32
"""Half the filter's length, in periods of the lower rate: the sharper, the longer."""
KAISER_BETA = 8.0
"""Shape of the window: what does not fit into the new rate is about 80 dB weaker."""
PASSED_SHARE = 0.93
"""Of the lower rate's half: where the filter is 6 dB down, so that it is shut at the half."""


class Resampler:
    """A windowed sinc in as many phases as there are between two input samples.

    For the design see J. O. Smith, "Digital Audio Resampling". What comes out is
    `delay_seconds` late; `flush` gives the rest.
    """

    def __init__(self, from_hertz: int, to_hertz: int) -> None:
        common = gcd(from_hertz, to_hertz)
        self._up, self._down = to_hertz // common, from_hertz // common
        lower = min(1.0, to_hertz / from_hertz)
        half = int(np.ceil(ZERO_CROSSINGS / lower))
        self._width = 2 * half
        self.delay_seconds = half / from_hertz
        phases = np.arange(self._up)[:, np.newaxis] / self._up
        places = np.arange(self._width) - half + 1 - phases
        cut = lower * PASSED_SHARE
        window = np.i0(KAISER_BETA * np.sqrt(np.maximum(0, 1 - (places / half) ** 2)))
        taps = np.sinc(places * cut) * window
        self._bank = (taps / taps.sum(axis=1, keepdims=True)).astype(np.float32)
        self._kept: Samples = np.zeros(half - 1, dtype=np.float32)
        self._tick = 0
        """Where the next output sample is, in 1/up of an input sample after the first kept."""

    def feed(self, samples: Samples) -> Samples:
        """Take samples at the old rate; returns those at the new rate that are due."""
        line = np.concatenate((self._kept, samples.astype(np.float32, copy=False)))
        room = line.size - self._width + 1
        count = max(0, -(-(room * self._up - self._tick) // self._down)) if room > 0 else 0
        ticks = self._tick + self._down * np.arange(count)
        starts = ticks // self._up
        windows = np.lib.stride_tricks.sliding_window_view(line, self._width) if count else line
        made: Samples = (
            np.einsum("ij,ij->i", windows[starts], self._bank[ticks % self._up])
            if count
            else line[:0]
        )
        following = self._tick + self._down * count
        used = min(following // self._up, line.size)
        self._tick = following - used * self._up
        self._kept = line[used:].copy()
        return made

    def flush(self) -> Samples:
        """The samples that still wait for what would follow them, followed by silence."""
        return self.feed(np.zeros(self._width // 2, dtype=np.float32))

"""Sound as bytes: its format, and made into what a recogniser takes. Pure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from wyoming.event import Event

RATE_HERTZ = 16_000
WIDTH_BYTES = 2
"""What is heard: 16 kHz, mono, signed 16 bit, little-endian."""
SECOND_BYTES = RATE_HERTZ * WIDTH_BYTES

Samples = NDArray[np.float64]

_RATES = range(4_000, 192_001)


@dataclass(frozen=True, slots=True)
class Format:
    """How sound is written as bytes: signed, little-endian."""

    rate_hertz: int
    width_bytes: int
    channels: int

    @staticmethod
    def of(untrusted: Event) -> "Format":
        """The format that an audio event names.

        Raises:
            ValueError: there is no such format.
        """
        rate, width, channels = (untrusted.data.get(key) for key in ("rate", "width", "channels"))
        if not isinstance(rate, int) or rate not in _RATES:
            raise ValueError("no rate that can be heard")
        if width not in (2, 4) or channels not in (1, 2):
            raise ValueError("no format that can be heard")
        return Format(rate, int(width), int(channels))


def as_heard(pcm: bytes, written: Format) -> bytes:
    """The sound as 16 kHz, mono, 16 bit; half a frame at the end is left out.

    Each piece is resampled for itself, straight from point to point: good enough for a
    caller that cannot send 16 kHz; ours does.
    """
    if written == Format(RATE_HERTZ, WIDTH_BYTES, 1):
        return pcm[: len(pcm) // WIDTH_BYTES * WIDTH_BYTES]
    return as_pcm(resampled(_samples(pcm, written), written.rate_hertz))


def as_mono(pcm: bytes, written: Format) -> bytes:
    """The sound as mono, 16 bit, at its own rate; half a frame at the end is left out."""
    if written.width_bytes == WIDTH_BYTES and written.channels == 1:
        return pcm[: len(pcm) // WIDTH_BYTES * WIDTH_BYTES]
    return as_pcm(_samples(pcm, written))


def as_pcm(samples: Samples) -> bytes:
    """Samples from -32768 to 32767 as 16 bit."""
    return np.clip(np.rint(samples), -32768, 32767).astype("<i2").tobytes()


def _samples(pcm: bytes, written: Format) -> Samples:
    frame_bytes = written.width_bytes * written.channels
    whole = pcm[: len(pcm) // frame_bytes * frame_bytes]
    samples = np.frombuffer(whole, dtype=f"<i{written.width_bytes}").astype(np.float64)
    if written.width_bytes == 4:
        samples /= 65536
    mono: Samples = samples.reshape(-1, written.channels).mean(axis=1)
    return mono


def resampled(samples: Samples, rate_hertz: int) -> Samples:
    """Samples at 16 kHz; what a lower rate cannot carry is smoothed away first."""
    if rate_hertz == RATE_HERTZ or not len(samples):
        return samples
    if rate_hertz > RATE_HERTZ:
        samples = _smooth(samples, rate_hertz)
    count = round(len(samples) * RATE_HERTZ / rate_hertz)
    at = np.arange(count) * (rate_hertz / RATE_HERTZ)
    between: Samples = np.interp(at, np.arange(len(samples)), samples)
    return between


def _smooth(samples: Samples, rate_hertz: int) -> Samples:
    """Without what is above 8 kHz, by a windowed sinc of eight periods."""
    width = 2 * round(4 * rate_hertz / RATE_HERTZ) + 1
    at = np.arange(width) - width // 2
    kernel = np.sinc(at * (RATE_HERTZ / rate_hertz)) * np.hanning(width + 2)[1:-1]
    return np.convolve(samples, kernel / kernel.sum(), mode="same")[: len(samples)]

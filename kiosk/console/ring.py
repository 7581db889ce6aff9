"""The sound of a call for help: two soft strokes of a bell, made here."""

import io
import wave

import numpy as np

HERTZ = 22_050
STROKES = ((0.0, 880.0), (0.28, 1174.7))
"""(when, pitch): a fourth upwards, as a door bell has it."""
SECONDS = 1.4
_PARTIALS = ((1.0, 1.0, 3.2), (2.76, 0.35, 5.5), (5.4, 0.12, 9.0))
"""(share of the pitch, loudness, decay) of a bell."""


def ring_sound() -> bytes:
    """The sound as a WAV file."""
    time = np.arange(round(SECONDS * HERTZ)) / HERTZ
    sound = np.zeros_like(time)
    for begin, pitch in STROKES:
        after = np.clip(time - begin, 0.0, None)
        attack = np.clip(after / 0.004, 0.0, 1.0)
        for share, loudness, decay in _PARTIALS:
            tone = np.sin(2 * np.pi * pitch * share * after)
            sound += attack * loudness * np.exp(-decay * after) * tone
    sound *= 0.8 / np.abs(sound).max()
    held = io.BytesIO()
    with wave.open(held, "wb") as opened:
        opened.setnchannels(1)
        opened.setsampwidth(2)
        opened.setframerate(HERTZ)
        opened.writeframes((sound * 32767).astype("<i2").tobytes())
    return held.getvalue()

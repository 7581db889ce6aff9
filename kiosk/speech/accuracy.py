"""How well speech is recognised: the figures of `kiosk hear`. Pure."""

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from kiosk.assistant.asking import Asked
from kiosk.assistant.syllable import parse


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedSound:
    """A recording, what is right for it and what came of it."""

    truth: str | None
    """What was said, where that is known."""
    codes: frozenset[str]
    """The procedures on offer that are meant, where that is known."""
    text: str
    """What was heard."""
    asked: Asked
    seconds_audio: float
    seconds_taken: float
    seconds_to_answer: float | None = None
    """From the end of the sound to the answer, where it came as fast as it is spoken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundFigures:
    """The figures of one set of recordings. Shares are 0 to 1; None: nothing to compare."""

    recordings: int
    words: int
    """In the truths."""
    word_error_rate: float | None
    """Words wrong, missing or too many, over the words of the truths (may exceed 1)."""
    right_first: float | None
    """Share of those with codes whose first candidate is right."""
    right_among_three: float | None
    real_time_factor: float | None
    """Seconds of recognition a second of sound, by the wall clock."""
    cpu_factor: float | None
    """The same in seconds of one processor core."""
    answer_seconds_95: float | None
    """From the end of the sound to the answer, at the 95th percentile."""
    memory_bytes: int | None
    """The most that the recogniser's process has taken."""


def figures(
    marked: Sequence[MarkedSound], *, cpu_seconds: float | None, memory_bytes: int | None
) -> SoundFigures:
    """The figures of these recordings."""
    told = [(words_of(one.truth), words_of(one.text)) for one in marked if one.truth is not None]
    words = sum(len(truth) for truth, _ in told)
    errors = sum(Levenshtein.distance(truth, heard) for truth, heard in told)
    coded = [one for one in marked if one.codes]
    audio = sum(one.seconds_audio for one in marked)
    return SoundFigures(
        recordings=len(marked),
        words=words,
        word_error_rate=errors / words if words else None,
        right_first=_share([_is_among(one, 1) for one in coded]),
        right_among_three=_share([_is_among(one, 3) for one in coded]),
        real_time_factor=sum(one.seconds_taken for one in marked) / audio if audio else None,
        cpu_factor=cpu_seconds / audio if audio and cpu_seconds is not None else None,
        answer_seconds_95=_percentile_95(
            [one.seconds_to_answer for one in marked if one.seconds_to_answer is not None]
        ),
        memory_bytes=memory_bytes,
    )


def words_of(text: str) -> tuple[object, ...]:
    """The words in a form that can be compared: `hoà` is `hòa`, capitals are none."""
    words = re.findall(r"\w+", unicodedata.normalize("NFC", text).lower())
    return tuple(parse(word) or word for word in words)


def _is_among(one: MarkedSound, first: int) -> bool:
    return any(candidate.code in one.codes for candidate in one.asked.candidates[:first])


def _share(are_right: Sequence[bool]) -> float | None:
    return sum(are_right) / len(are_right) if are_right else None


def _percentile_95(seconds: Sequence[float]) -> float | None:
    """The value that 95 of 100 do not exceed."""
    return sorted(seconds)[math.ceil(0.95 * len(seconds)) - 1] if seconds else None

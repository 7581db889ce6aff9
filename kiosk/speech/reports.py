"""What the recogniser and the voice report. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HeardSoFar:
    """What was made out of the sentence of this turn until now."""

    turn: int
    text: str


@dataclass(frozen=True, slots=True)
class Heard:
    """The sentence of this turn; an empty text: no word could be made out."""

    turn: int
    text: str
    confidence: float | None
    """0 to 1; None where the recogniser does not tell."""


@dataclass(frozen=True, slots=True)
class NotHeard:
    """The recogniser died, hung, or is not there."""

    turn: int


HearingReport = HeardSoFar | Heard | NotHeard


@dataclass(frozen=True, slots=True)
class Sound:
    """A piece of the sentence's sound: mono, 16 bit, little-endian."""

    number: int
    pcm: bytes
    hertz: int
    """Samples a second."""


@dataclass(frozen=True, slots=True)
class SoundEnd:
    """All of the sentence was rendered."""

    number: int


@dataclass(frozen=True, slots=True)
class SoundFailed:
    """The sentence could not be rendered."""

    number: int


SpeakingReport = Sound | SoundEnd | SoundFailed

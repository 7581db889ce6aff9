"""What hearing and speaking report to the kiosk, from any thread. Pure."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class HeardSoFar:
    """The citizen is still speaking."""

    turn: int
    text: str = field(repr=False)
    """All of it so far; it may still change."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the citizen said."""

    turn: int
    text: str = field(repr=False)
    """Empty: there was sound, but no words in it."""
    confidence: float | None
    """From 0 to 1; None: the engine does not tell."""
    was_hinted: bool = False
    """It is made of the hints that were given."""


@dataclass(frozen=True, slots=True)
class NotHeard:
    """The engine died, hung or said nothing: what the citizen said is lost."""

    turn: int


ListenerReport = HeardSoFar | Heard | NotHeard


@dataclass(frozen=True, slots=True)
class Sound:
    """A piece of what is spoken."""

    number: int
    pcm: bytes = field(repr=False)
    """Mono, signed 16 bit, little-endian."""
    rate_hertz: int


@dataclass(frozen=True, slots=True)
class SoundEnd:
    """All of it has been given."""

    number: int


@dataclass(frozen=True, slots=True)
class SoundFailed:
    """The engine died, hung or cannot speak this: nothing more will come."""

    number: int


SpeakerReport = Sound | SoundEnd | SoundFailed

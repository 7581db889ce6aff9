"""How the kiosk speaks to the citizen before it. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class TapFree(StrEnum):
    """When the kiosk listens by itself after its own question."""

    NEVER = "never"
    AFTER_VOICE = "after-voice"
    """Once the citizen has spoken in this visit."""
    ALWAYS = "always"


class Pace(StrEnum):
    """How fast the kiosk speaks."""

    SLOW = "slow"
    NORMAL = "normal"
    FAST = "fast"


class Loudness(StrEnum):
    """How loud the kiosk speaks."""

    SOFT = "soft"
    NORMAL = "normal"
    LOUD = "loud"


@dataclass(frozen=True, slots=True)
class Voice:
    """How the kiosk speaks in this visit."""

    pace: Pace = Pace.NORMAL
    loudness: Loudness = Loudness.NORMAL
    is_muted: bool = False
    """It speaks only when asked to."""
    is_dark: bool = False
    """The visit goes by ear alone: the screen is dark, all is read out, with numbers."""

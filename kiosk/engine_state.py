"""How an engine is, as it is told to the kiosk and to staff. Pure."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class EngineState:
    """How an engine is now."""

    state: Literal["starting", "ready", "failing", "missing", "given_up"]
    """failing: it is being restarted. given_up: it failed several times in a row; it is still
    tried now and then. missing: what it needs is not there, or is damaged."""
    code: str = ""
    """While it does not serve, a key of the `error` table: what staff should know and do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineCodes:
    """The keys of the `error` table for each way in which an engine does not serve."""

    missing: str
    """What it needs is not there."""
    damaged: str
    """What it needs is damaged."""
    failing: str
    """It has stopped and is being restarted."""
    unreachable: str
    """The server does not answer."""
    given_up: str
    """It failed several times in a row."""


LISTENER_CODES = EngineCodes(
    missing="listener.missing",
    damaged="listener.damaged",
    failing="listener.failing",
    unreachable="listener.unreachable",
    given_up="listener.given_up",
)
SPEAKER_CODES = EngineCodes(
    missing="speaker.missing",
    damaged="speaker.damaged",
    failing="speaker.failing",
    unreachable="speaker.unreachable",
    given_up="speaker.given_up",
)
GUIDE_CODES = EngineCodes(
    missing="guide.missing",
    damaged="guide.damaged",
    failing="guide.failing",
    unreachable="guide.unreachable",
    given_up="guide.given_up",
)

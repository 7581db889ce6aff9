"""How an engine is, as it is told to the kiosk and to staff, and how patient we are. Pure."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """How patient we are with an engine."""

    restart_seconds: tuple[float, ...] = (1.0, 5.0, 30.0)
    """The wait after the first, the second, each further failure in a row."""
    failures_until_given_up: int = 3
    start_seconds: float = 20.0
    """Until it must have said what it is: a model is loaded before."""
    reply_seconds: float = 5.0
    """How long it may say nothing to a request, or take nothing of what we write."""
    steady_seconds: float = 60.0
    """An engine that served for so long did not fail "in a row" with what came before."""
    check_seconds: float = 30.0
    """An idle engine is asked so often whether it is still there."""
    leave_seconds: float = 0.5
    """How long it may take to leave by itself."""


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

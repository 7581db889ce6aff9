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

"""What the kiosk makes of a sound where some phrases are hinted: its own decision.

Both halves are the kiosk's: two recognisers, of which the hints win where they explain
the sound at least as well (`VoskUtterance`), and likeness among the options of the step,
which acts, asks back or gives up (`Options`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import vosk
from numpy.typing import NDArray

from kiosk.assistant.dialect_files import load_standard
from kiosk.assistant.options import Meant, Option, Options
from kiosk.assistant.sureness import SURE_AHEAD, SURE_FROM, is_sure
from kiosk.assistant.understanding import MOST_OFFERED, OFFERED_FROM
from kiosk.speech.listener_worker import VoskUtterance
from kiosk.speech.listening import PIECE_BYTES, without_ghosts

_standard = cache(load_standard)


@dataclass(frozen=True, slots=True)
class Decision:
    """What the kiosk does."""

    taken: str | None
    """The phrase it acts on."""
    offered: tuple[str, ...]
    """Where it acts on none: those it asks about, likeliest first."""


def decided(model: vosk.Model, samples: NDArray[np.int16], phrases: Sequence[str]) -> Decision:
    """Hear a sound with these phrases hinted, each a choice of its own."""
    utterance, pcm = VoskUtterance(model, phrases), samples.tobytes()
    for start in range(0, len(pcm), PIECE_BYTES):
        utterance.hear(pcm[start : start + PIECE_BYTES])
    return understood(without_ghosts(utterance.end()).text, phrases)


def understood(text: str, phrases: Sequence[str]) -> Decision:
    """What the kiosk would do on a text, were these the choices of a step."""
    words = _standard().meant(text)
    if not words:
        return Decision(None, ())
    options = Options({Option(Meant.CHOICE, one): (one,) for one in phrases}, _standard())
    best, second, *others = options.rank(words)
    if is_sure(best, second, from_=SURE_FROM, ahead=SURE_AHEAD):
        return Decision(best.option.id, ())
    likely = [one.option.id for one in (best, second, *others) if one.score >= OFFERED_FROM]
    return Decision(None, tuple(likely[:MOST_OFFERED]))

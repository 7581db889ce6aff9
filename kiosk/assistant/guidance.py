"""Asks a language model where the rules are unsure, and holds the one sentence that is open.

It must not hold a sentence longer than until it is answered or dropped, and whatever the
model reports becomes an intent of ours or nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.assistant.guide_reports import Chosen, NotChosen
from kiosk.assistant.guided import settled
from kiosk.assistant.offers import place_of, standing_request
from kiosk.assistant.prompt import Request
from kiosk.intent import Intent
from kiosk.ports import Guide
from kiosk.session import Guiding, Resting, Session, Waiting


@dataclass(frozen=True, slots=True, repr=False)
class _Open:
    """A sentence that the model is asked about."""

    turn: int
    request: Request
    ruled: Intent
    text: str


class Guidance:
    """Stands between the conductor and a guide; all on the conductor's thread."""

    def __init__(self, guide: Guide, *, answer: Callable[[int, Intent, str], None]) -> None:
        """Args: answer: gets turn, intent and the sentence to show, once for each question."""
        self._guide = guide
        self._answer = answer
        self._open: _Open | None = None
        self._at: tuple[object, ...] = ()

    def stand(self, session: Session) -> None:
        """The visit stands here: the model reads ahead what no words change."""
        phase = session.phase
        if isinstance(phase, Waiting | Resting):
            self._at = ()
            return
        asked = phase.asked if isinstance(phase, Guiding) else None
        procedure = phase.procedure.id if isinstance(phase, Guiding) else None
        at = (place_of(session), procedure, asked and asked.id)
        if at != self._at:
            self._at = at
            self._guide.prepare(standing_request(session))

    def ask(self, turn: int, request: Request, words: str, *, ruled: Intent, text: str) -> None:
        """Ask what `words` mean; `answer` is called with what comes of it.

        Args:
            turn: of the sentence.
            request: what may be chosen.
            words: what was said.
            ruled: what the rules make of it: stands where the model has no answer.
            text: the sentence where it is to be shown.
        """
        self._open = _Open(turn, request, ruled, text)
        self._guide.choose(turn, request, words)

    def take(self, report: Chosen | NotChosen) -> None:
        """The guide has answered; what nobody waits for any more is nothing."""
        waiting = self._open
        if waiting is None or waiting.turn != report.turn:
            return
        self._open = None
        intent = waiting.ruled
        if isinstance(report, Chosen):
            intent = settled(intent, waiting.request, report.offers, report.probability)
        self._answer(waiting.turn, intent, waiting.text)

    def drop(self) -> None:
        """Nobody waits any more: forget what was asked."""
        if self._open is not None:
            self._open = None
            self._guide.drop()

    def forget(self) -> None:
        """The visit is over."""
        self._open, self._at = None, ()
        self._guide.drop()

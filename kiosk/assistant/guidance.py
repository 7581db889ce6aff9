"""Asks a language model where the rules are unsure, and holds the one sentence that is open.

It must not hold a sentence longer than until it is answered or dropped, and whatever the
model reports becomes an intent of ours or nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass

from kiosk import effect as do
from kiosk import event as on
from kiosk.assistant.fact_guard import FactGuard
from kiosk.assistant.guide_reports import Chosen, GuideReport, NotReworded, Reworded
from kiosk.assistant.guided import settled
from kiosk.assistant.offers import place_of, standing_request
from kiosk.assistant.prompt import Request
from kiosk.assistant.simpler_words import SimplerWords
from kiosk.event import Event
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

    def __init__(
        self, guide: Guide, *, tell: Callable[[Event], None], guard: FactGuard | None = None
    ) -> None:
        """Build it.

        Args:
            guide: the model.
            tell: gets `Understood` or `Reworded`, once for each question.
            guard: proves what the model says more simply; None: it is never asked to.
        """
        self._guide = guide
        self._tell = tell
        self._simpler = SimplerWords(guide, guard, tell=tell) if guard is not None else None
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
        """Ask what `words` mean; what comes of it is told.

        Args:
            turn: of the sentence.
            request: what may be chosen.
            words: what was said.
            ruled: what the rules make of it: stands where the model has no answer.
            text: the sentence where it is to be shown.
        """
        if self._simpler is not None:
            self._simpler.dropped()  # a guide is asked one thing at a time
        self._open = _Open(turn, request, ruled, text)
        self._guide.choose(turn, request, words)

    def reword(self, wanted: do.Reword) -> None:
        """Ask for a script's paragraph in simpler words."""
        if self._simpler is None:
            self._tell(on.Reworded(wanted.turn, None))
        else:
            self._simpler.ask(wanted)

    def take(self, report: GuideReport) -> None:
        """The guide has answered; what nobody waits for any more is nothing."""
        if isinstance(report, Reworded | NotReworded):
            if self._simpler is not None:
                self._simpler.take(report)
            return
        waiting = self._open
        if waiting is None or waiting.turn != report.turn:
            return
        self._open = None
        intent = waiting.ruled
        if isinstance(report, Chosen):
            intent = settled(intent, waiting.request, report.offers, report.probability)
        self._tell(on.Understood(waiting.turn, intent, waiting.text))

    def drop(self) -> None:
        """Nobody waits any more: forget what was asked."""
        if self._open is not None:
            self._open = None
            self._guide.drop()
            if self._simpler is not None:
                self._simpler.dropped()

    def forget(self) -> None:
        """The visit is over."""
        self._open, self._at = None, ()
        if self._simpler is not None:
            self._simpler.forget()
        self._guide.drop()

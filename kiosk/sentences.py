"""What becomes of a sentence: a button of the screen, what the rules make of it, or a model.

It must not keep a word of it: what is open is dropped with the visit.
"""

import logging
from collections.abc import Callable

from kiosk import effect as do
from kiosk import event as on
from kiosk.assistant.guidance import Guidance
from kiosk.assistant.guide_reports import GuideReport
from kiosk.assistant.guided import is_unsure
from kiosk.assistant.offers import request_for
from kiosk.assistant.pointing import is_taken_back, pointed
from kiosk.assistant.understanding import Understanding
from kiosk.errors import KioskError
from kiosk.event import Event
from kiosk.intent import Intent, OutOfScope, Unclear, doubted
from kiosk.office import Office
from kiosk.screen import Screen
from kiosk.session import Guiding, Session
from kiosk.tally import InputMode

log = logging.getLogger("kiosk.sentences")

DOUBTED_BELOW = 0.5
"""Confidence of the recogniser below which a sentence is asked back instead of acted on."""


class Sentences:
    """Understands sentences for the conductor, on its thread."""

    def __init__(
        self, understanding: Callable[[], Understanding], *, trouble: Callable[[str], None]
    ) -> None:
        """Build it around what understands.

        Args:
            understanding: gives it; waits until it is built.
            trouble: gets the code of an error that staff should see.
        """
        self._understanding = understanding
        self._trouble = trouble
        self._guidance: Guidance | None = None
        self._has_understood = False
        """Whether a sentence of this visit was looked at."""

    def guided_by(self, guidance: Guidance) -> None:
        """Ask a model where the rules are unsure."""
        self._guidance = guidance

    def renew(self, understanding: Callable[[], Understanding]) -> None:
        """Understand by this from now on; between two visits."""
        self.forget()
        self._understanding = understanding

    def take(
        self,
        said: do.Understand,
        session: Session,
        *,
        office: Office,
        screen: Screen,
        tell: Callable[[Event], None],
    ) -> None:
        """Find out what was said and tell it: at once, or `Thinking` and later what it means.

        Args:
            said: the sentence, with its turn.
            session: where it was said.
            office: what is on offer.
            screen: what was to be seen.
            tell: gets the event.
        """
        text = said.text if session.said_by is InputMode.VOICE else ""
        phase = session.phase
        asked = phase.asked if isinstance(phase, Guiding) and session.overlay is None else None
        if session.taken is not None and is_taken_back(said.text, asked):
            tell(on.NotMeant())
            return
        is_doubted = said.confidence is not None and said.confidence < DOUBTED_BELOW
        named = pointed(screen, said.text)
        if is_doubted and isinstance(named, on.Finish | on.StartAgain):
            tell(on.Understood(said.turn, Unclear(), text))  # all would be lost by a cough
        elif named is not None:
            tell(on.Pointed(said.turn, named, text))
        else:
            intent = self._meaning(said.text, session, office)
            if is_doubted:
                tell(on.Understood(said.turn, doubted(intent), text))
            elif self._guidance is not None and self._has_understood and is_unsure(intent):
                request = request_for(self._understanding(), session, office, said.text)
                tell(on.Thinking(said.turn))  # first: the answer may be there at once
                self._guidance.ask(said.turn, request, said.text, ruled=intent, text=text)
            else:
                tell(on.Understood(said.turn, intent, text))

    def stand(self, session: Session) -> None:
        """The visit stands here: a model may read ahead."""
        if self._guidance is not None:
            self._guidance.stand(session)

    def report(self, report: GuideReport) -> None:
        """What a model has answered."""
        if self._guidance is not None:
            self._guidance.take(report)

    def reword(self, wanted: do.Reword) -> None:
        """Have a model say a paragraph more simply; the button is there only with a model."""
        if self._guidance is not None:
            self._guidance.reword(wanted)

    def drop(self) -> None:
        """Nobody waits for what the last sentence means."""
        if self._guidance is not None:
            self._guidance.drop()

    def forget(self) -> None:
        """The visit is over: drop every word of it."""
        if self._guidance is not None:
            self._guidance.forget()
        if self._has_understood:
            self._has_understood = False
            self._understanding().forget()

    def _meaning(self, text: str, session: Session, office: Office) -> Intent:
        """What `text` means here; where nothing is understood the screen can still be touched."""
        try:
            understanding = self._understanding()
            self._has_understood = True
            return understanding.understand(session, office, text)
        except KioskError as error:
            log.warning("sentences are not understood: %s", error)
            self._trouble(error.code)
            return Unclear() if isinstance(session.phase, Guiding) else OutOfScope()

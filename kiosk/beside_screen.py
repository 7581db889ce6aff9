"""What lies on a procedure's screen when somebody asks something beside it. Pure."""

from typing import assert_never

from kiosk import event as on
from kiosk.aspect_answer import aspect_answer, aspects_beside, source_line
from kiosk.office import Office
from kiosk.procedure import Aside, Aspect, Language, Question
from kiosk.screen import Button, MessageOverlay
from kiosk.session import Asides, AspectAsked, Guiding, Phase, Why
from kiosk.words import Words


def beside_overlay(
    overlay: Why | Asides | AspectAsked,
    phase: Phase,
    *,
    words: Words,
    office: Office,
    language: Language,
) -> MessageOverlay | None:
    """The answer to a side question, with who says so; None outside of a procedure."""
    if not isinstance(phase, Guiding):
        return None
    teller = _Teller(phase, words, office, language)
    match overlay:
        case Why(question):
            return teller.why(question)
        case Asides(None):
            return teller.asides()
        case Asides(aside):
            found = [one for one in phase.procedure.asides if one.id == aside]
            return teller.aside(found[0]) if found else teller.asides()
        case AspectAsked(aspect):
            return teller.aspect(aspect)
        case _:
            assert_never(overlay)


class _Teller:
    def __init__(self, phase: Guiding, words: Words, office: Office, language: Language) -> None:
        self._phase = phase
        self._words = words
        self._office = office
        self._language = language
        self._back = Button(label=self._say("nav.back"), event=on.Back(), icon="back")
        self._close = Button(label=self._say("nav.close"), event=on.Closed(), is_main=True)

    def _say(self, key: str, **values: object) -> str:
        return self._words.say(key, self._language, **values)

    def _source(self, ids: tuple[str, ...]) -> str:
        return source_line(self._phase.procedure, ids, words=self._words, language=self._language)

    def why(self, chosen: str | None) -> MessageOverlay | None:
        asked = self._phase.asked if chosen is None else self._phase.procedure.step(chosen)
        if not isinstance(asked, Question):
            return None
        # A question that is not on the screen stands over its answer.
        is_shown = asked == self._phase.asked
        title = self._say("ask.why") if is_shown else asked.ask.in_language(self._language)
        text = asked.why.in_language(self._language)
        source = "" if is_shown else self._source(())
        return MessageOverlay(title=title, text=text, source=source, buttons=(self._close,))

    def asides(self) -> MessageOverlay:
        procedure = self._phase.procedure
        questions = (
            *(
                Button(label=aside.ask.in_language(self._language), event=on.AsideWanted(aside.id))
                for aside in procedure.asides
            ),
            *(
                Button(label=self._say(f"aspect.{one.value}"), event=on.AspectWanted(one))
                for one in aspects_beside(procedure)
            ),
        )
        buttons = (*questions, self._close)
        return MessageOverlay(title=self._say("ask.more"), text="", buttons=buttons)

    def aside(self, aside: Aside) -> MessageOverlay:
        return MessageOverlay(
            title=aside.ask.in_language(self._language),
            text=aside.say.in_language(self._language),
            source=self._source(aside.source),
            buttons=(self._back, self._close),
        )

    def aspect(self, aspect: Aspect) -> MessageOverlay:
        answer = aspect_answer(
            aspect, self._phase, words=self._words, office=self._office, language=self._language
        )
        return MessageOverlay(
            title=answer.title,
            text=answer.text,
            facts=answer.facts,
            source=answer.source,
            buttons=(self._back, self._close),
        )

"""What is read aloud of a screen. Pure.

Everything comes from the screen itself, so that whatever can be seen can be heard. What is
read by itself is short; "hear again" and a visit by ear alone read all of it.
"""

from collections.abc import Iterable

from kiosk.screen import (
    Body,
    Button,
    CardBody,
    ChoosingBody,
    EarState,
    FactCard,
    GoodbyeBody,
    IdleOverlay,
    MessageOverlay,
    NoticeCard,
    OutcomeBody,
    Overlay,
    PinOverlay,
    QuestionBody,
    RestingBody,
    ReviewBody,
    Screen,
    StaffOverlay,
    VoiceOverlay,
    WaitingBody,
)
from kiosk.words import Words

Paragraph = tuple[str, ...]
"""Sentences that belong together: read again when one of them has changed."""

FEW = 4
"""Results that are read by themselves; more would be a list that nobody can keep in mind."""


def aloud(screen: Screen, words: Words, *, is_whole: bool) -> tuple[Paragraph, ...]:
    """What is read of `screen`, in order; written words, as they stand on it.

    Args:
        screen: as it is shown.
        words: the few words that only a voice needs.
        is_whole: everything; else what somebody who looks at the screen needs to hear.
    """
    reader = _Reader(screen, words, is_whole=is_whole)
    found = (*reader.around(), *reader.before(), reader.middle(), *reader.after())
    paragraphs = (tuple(line for line in one if line) for one in found)
    return tuple(one for one in paragraphs if one)


def numbered(screen: Screen) -> tuple[Button, ...]:
    """The buttons that are read with their numbers, in that order."""
    overlay = screen.overlay
    if isinstance(overlay, MessageOverlay):
        return overlay.buttons
    if overlay is not None:
        return ()
    body = screen.body
    match body:
        case ChoosingBody():
            return body.results or body.tiles
        case QuestionBody():
            return body.choices
        case GoodbyeBody():
            return body.faces
        case WaitingBody() | ReviewBody() | OutcomeBody() | CardBody() | RestingBody():
            return ()


class _Reader:
    def __init__(self, screen: Screen, words: Words, *, is_whole: bool) -> None:
        self._screen = screen
        self._words = words
        self._is_whole = is_whole

    def around(self) -> tuple[Paragraph, ...]:
        """What was heard, where it cannot be seen; the call for an officer."""
        screen = self._screen
        banner = (screen.banner.text,) if screen.banner else ()
        ear = screen.ear
        is_taken = ear is not None and ear.state is EarState.TAKEN
        if not is_taken or ear is None or screen.curtain is None:
            return (banner,)
        return (banner, (f"{ear.title} {ear.text}",))

    def before(self) -> tuple[Paragraph, ...]:
        """Where in which procedure somebody is; each is read again only when it changes."""
        body = self._screen.body
        if not self._is_whole or self._screen.overlay is not None:
            return ()
        if isinstance(body, QuestionBody | ReviewBody):
            return (body.procedure,), (body.progress.text,)
        return ((body.procedure,),) if isinstance(body, OutcomeBody) else ()

    def middle(self) -> Paragraph:
        """What lies on top, or the body."""
        overlay = self._screen.overlay
        return tuple(
            self._overlay(overlay) if overlay is not None else self._body(self._screen.body)
        )

    def after(self) -> tuple[Paragraph, ...]:
        """The papers so far, one by one, so that only a new one is read by itself.

        And how the printing goes, beside the outcome that is read once.
        """
        body = self._screen.body
        if self._screen.overlay is not None:
            return ()
        if isinstance(body, QuestionBody) and self._is_whole and body.papers:
            return (body.papers_title,), *((paper,) for paper in body.papers)
        return ((body.slip_text,),) if isinstance(body, OutcomeBody) else ()

    def _overlay(self, overlay: Overlay) -> Iterable[str]:
        match overlay:
            case MessageOverlay():
                options = self._options(overlay.buttons) if self._is_whole else ()
                facts = self._facts(overlay.facts)
                source = overlay.source if self._is_whole else ""
                return (overlay.title, overlay.text, overlay.note, *facts, source, *options)
            case IdleOverlay():
                text = overlay.text if self._is_whole else ""
                return (overlay.title, text, overlay.stay.label)
            case VoiceOverlay():
                settings = [*(one for row in overlay.rows for one in row.buttons), *overlay.buttons]
                settings = [*settings, overlay.close] if self._is_whole else []
                return (overlay.title, *(self._option_label(one) for one in settings))
            case PinOverlay() | StaffOverlay():
                return ()

    def _body(self, body: Body) -> Iterable[str]:
        match body:
            case WaitingBody():
                examples = (one.label for one in body.examples)
                notices = _notices(body.notices)
                around = (body.start.label, body.privacy)
                whole = (body.greeting, body.hint, *notices, *examples, *around)
                return whole if self._is_whole else ()
            case ChoosingBody():
                return self._choosing(body)
            case QuestionBody():
                return (body.ask, *self._options(body.choices))
            case ReviewBody():
                rows = [f"{row.question} {row.answer}." for row in body.rows]
                return (body.title, *(rows if self._is_whole else ()), body.confirm.label)
            case OutcomeBody():
                return self._outcome(body)
            case CardBody():
                brief = (body.mark, body.title, body.lead)
                return (*brief, *self._card(body)) if self._is_whole else brief
            case GoodbyeBody():
                more = (body.hint, body.skip.label) if self._is_whole else ()
                return (body.title, body.question, *self._options(body.faces), *more)
            case RestingBody():
                return (body.title, body.text, *_notices(body.notices), body.call.label)

    def _choosing(self, body: ChoosingBody) -> Iterable[str]:
        if body.text and not self._is_whole:
            return ()  # somebody is typing
        is_other = self._is_whole and body.title != body.results_title
        titles = (body.title if is_other else "", body.results_title)
        if body.nothing:
            call = body.call.label if body.call and self._is_whole else ""
            return (*titles, body.nothing, call)
        if body.results:
            is_read = self._is_whole or len(body.results) <= FEW
            return (*titles, *(self._options(body.results) if is_read else ()))
        if self._screen.curtain is not None:
            return (body.title, self._say("aloud.speak_hint"), *self._options(body.tiles))
        return (body.title, *((body.hint, *self._options(body.tiles)) if self._is_whole else ()))

    def _outcome(self, body: OutcomeBody) -> Iterable[str]:
        papers = [
            f"{row.name}. {row.detail}. {row.note}" if self._is_whole else f"{row.name}."
            for row in body.papers
        ]
        call = body.call.label if body.call and self._is_whole else ""
        hint = body.papers_hint if self._is_whole else ""
        yield from (body.title, body.lead, call, body.papers_title, hint, *papers)
        if self._is_whole:
            yield from (*self._facts(body.facts), *body.notes)
            yield from (body.legal.label, *body.legal_lines) if body.legal.is_on else ()
            yield from (body.checked, body.code, body.qr.title, body.qr.text)
            yield from (one.label for one in (body.slip, body.finish) if one.event is not None)

    def _card(self, body: CardBody) -> Iterable[str]:
        papers = (body.papers_title, *body.papers) if body.papers else ()
        code = (body.qr.title, body.qr.text)
        yield from (*papers, *self._facts(body.facts), body.source, *code)
        yield from (body.call.label, body.finish.label)

    def _facts(self, facts: tuple[FactCard, ...]) -> Iterable[str]:
        for fact in facts:
            if fact.is_silent:
                yield f"{fact.label}."
                continue
            lines = " ".join(f"{line.removesuffix('.')}." for line in fact.lines)
            yield f"{fact.label}: {lines} {fact.note}" if fact.label else f"{lines} {fact.note}"

    def _options(self, buttons: Iterable[Button]) -> Iterable[str]:
        for number, button in enumerate(buttons, start=1):
            yield self._say("aloud.option", number=number, label=self._option_label(button))

    def _option_label(self, button: Button) -> str:
        label = button.said or button.label
        return f"{label}. {button.note}" if self._is_whole and button.note else label

    def _say(self, key: str, **values: object) -> str:
        return self._words.say(key, self._screen.language, **values)


def _notices(notices: Iterable[NoticeCard]) -> Iterable[str]:
    for one in notices:
        yield f"{one.title}." if one.is_silent else f"{one.title}: {one.text}"

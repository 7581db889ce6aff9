"""What the kiosk says to a sentence that it cannot act on. Pure."""

from kiosk import event as on
from kiosk.card import Card
from kiosk.intent import EMERGENCIES, OutOfScope, Talk
from kiosk.procedure import Language, Procedure
from kiosk.screen import Button, MessageOverlay
from kiosk.session import Session
from kiosk.wording import shortened
from kiosk.words import Words

PATIENCE = 2
"""Sentences in a row that may be missed before an officer is offered first."""


def beyond_overlay(intent: OutOfScope, session: Session, *, words: Words) -> MessageOverlay:
    """A kind word about something that the kiosk has no guide for, and where to turn."""
    language = session.language
    if intent.talk in EMERGENCIES and (session.is_calling or session.is_officer_coming):
        return _called_overlay(intent.talk, session, words)
    needs_officer = is_lost(session) or intent.about is not None or intent.talk in EMERGENCIES
    call = call_button(words, language, is_main=needs_officer and intent.card is None)
    close = Button(
        label=words.say("heard.other_matter", language),
        event=on.Closed(),
        is_main=not needs_officer and intent.card is None,
    )
    if intent.card is not None:
        title = shortened(intent.card.title.in_language(language))
        shown = Button(
            label=words.say("heard.see_where", language),
            event=on.CardChosen(intent.card),
            is_main=True,
        )
        text = words.say("heard.elsewhere", language)
        return MessageOverlay(title=title, text=text, buttons=(shown, close, call))
    if intent.about is not None:
        title, text = intent.about.in_language(language), words.say("heard.no_guide", language)
    else:
        title = words.say(f"heard.{intent.talk.value}_title", language)
        text = words.say(f"heard.{intent.talk.value}", language)
    buttons = (call, close) if needs_officer else (close, call)
    return MessageOverlay(title=title, text=text, buttons=buttons)


def _called_overlay(talk: Talk, session: Session, words: Words) -> MessageOverlay:
    """An emergency: the number to ring; the officer needs no second call."""
    language = session.language
    seen = Button(label=words.say("heard.seen", language), event=on.Closed(), is_main=True)
    cancel = Button(label=words.say("heard.no_officer", language), event=on.CallCancelled())
    return MessageOverlay(
        title=words.say(f"heard.{talk.value}_title", language),
        text=words.say(f"heard.{talk.value}", language),
        buttons=(seen, cancel) if session.is_calling else (seen,),
    )


def not_sure_overlay(
    choices: tuple[Button, ...],
    other: Procedure | Card | None,
    *,
    words: Words,
    language: Language,
    is_lost: bool,
) -> MessageOverlay:
    """Asks which choice was meant, or whether it was another matter.

    Args:
        choices: buttons of those that may have been meant, best first; may be empty.
        other: a matter that was named instead of an answer.
        words: every fixed sentence.
        language: of the screen.
        is_lost: nothing was understood for a while.
    """
    close = Button(
        label=words.say("heard.choose_here", language), event=on.Closed(), is_main=not choices
    )
    call = call_button(words, language, is_main=is_lost)
    if other is not None:
        title = shortened(other.title.in_language(language))
        switch = Button(
            label=words.say("heard.switch", language), event=on.SwitchWanted(other), is_main=True
        )
        stay = Button(label=words.say("heard.stay", language), event=on.Closed())
        return MessageOverlay(
            title=title, text=words.say("heard.switch_text", language), buttons=(switch, stay, call)
        )
    return MessageOverlay(
        title=words.say("heard.not_sure_title", language),
        text=words.say("heard.not_sure_choices" if choices else "heard.not_sure", language),
        buttons=(*choices, call, close) if is_lost else (*choices, close, call),
    )


def is_lost(session: Session) -> bool:
    """Whether nothing was understood for a while: an officer is offered first."""
    return session.missed >= PATIENCE


def call_button(words: Words, language: Language, *, is_main: bool) -> Button:
    """Calls an officer."""
    return Button(
        label=words.say("dock.call", language),
        event=on.StaffCalled(),
        icon="bell",
        is_main=is_main,
    )

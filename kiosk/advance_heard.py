"""What was understood of a sentence, as a part of `advance`. Pure.

Speech does nothing that a touch could not: an intent becomes the events that the buttons
post. Several answers at once and a taken-back answer are shown for confirmation; what is
not sure enough is asked back, and after two misses in a row an officer is offered first.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

from kiosk import event as on
from kiosk.advance_sound import is_closed
from kiosk.card import Card
from kiosk.counting import record
from kiosk.effect import Effect
from kiosk.event import Event
from kiosk.intent import (
    EMERGENCIES,
    Answered,
    AskedAside,
    AskedAspect,
    AskedWhy,
    Chose,
    Corrected,
    Intent,
    OutOfScope,
    Perhaps,
    Unclear,
    Wish,
    Wished,
)
from kiosk.session import (
    Beyond,
    Choosing,
    Finished,
    Guiding,
    NotSure,
    Session,
    Taken,
    Waiting,
)
from kiosk.tally import Counted

_Advance = Callable[[Session, Event], tuple[Session, tuple[Effect, ...]]]

_WISHES: dict[Wish, on.CitizenEvent] = {
    Wish.BACK: on.Back(),
    Wish.REPEAT: on.HearAgainTouched(),
    Wish.AGAIN: on.StartAgain(),
    Wish.STAFF: on.StaffCalled(),
    Wish.STOP: on.Finish(),
}


def heard(
    session: Session, intent: Intent, text: str, advance: _Advance
) -> tuple[Session, tuple[Effect, ...]]:
    """What the visit becomes when a sentence was understood as `intent`.

    Args:
        session: as it stood when the sentence was said.
        intent: what the sentence means there.
        text: the sentence where it was spoken: it is shown, and can be taken back.
        advance: the state machine, for the touches that would have said the same.
    """
    if is_closed(session):
        return session, ()
    after, effects = _shown(session, intent)
    for event in _events(intent):
        after, more = advance(after, event)
        effects = (*effects, *more)
    return _echoed(_to_be_confirmed(after, intent), text, session), effects


def pointed(
    session: Session, named: Event, text: str, advance: _Advance
) -> tuple[Session, tuple[Effect, ...]]:
    """What the visit becomes when a sentence named a button of the screen.

    Args:
        session: as it stood when the sentence was said.
        named: what that button does.
        text: the sentence where it was spoken.
        advance: the state machine.
    """
    if is_closed(session):
        return session, ()
    understood = replace(session, missed=0)
    after, effects = advance(understood, named)
    counted = record(understood, Counted.UNDERSTOOD)
    return _echoed(after, text, session), (*counted, *effects)


def _echoed(after: Session, text: str, before: Session) -> Session:
    """`after`, with what was heard, so that it can be seen and taken back."""
    if not text or isinstance(after.phase, Waiting | Finished):
        return after
    taken = Taken(text, before=before.phase, was_calling=before.is_calling)
    return replace(after, taken=taken)


def _events(intent: Intent) -> tuple[Event, ...]:
    """The touches that would have said the same."""
    match intent:
        case Chose(found):
            return (on.CardChosen(found) if isinstance(found, Card) else on.Chose(found),)
        case Answered(answers):
            return tuple(on.Answered(question, choice) for question, choice in answers)
        case Corrected(question, choice):
            return on.ChangeWanted(question), on.Answered(question, choice)
        case AskedAside(aside):
            return (on.AsideWanted(aside),)
        case AskedAspect(aspect):
            return (on.AspectWanted(aspect),)
        case AskedWhy(question):
            return (on.WhyWanted(question),)
        case Wished(wish):
            return (_WISHES[wish],)
        case Perhaps() | OutOfScope() | Unclear():
            return ()
        case _:
            assert_never(intent)


def _shown(session: Session, intent: Intent) -> tuple[Session, tuple[Effect, ...]]:
    """What has no button: candidates, a kind no, a question back."""
    match intent:
        case Perhaps():
            asked = replace(session, phase=_choosing(session, intent), overlay=None, missed=0)
            return asked, record(asked, Counted.ASKED_BACK)
        case OutOfScope():
            told = replace(session, overlay=Beyond(intent), missed=session.missed + 1)
            counted = record(told, Counted.OUT_OF_SCOPE)
            if intent.talk not in EMERGENCIES:
                return told, counted
            called = replace(told, is_calling=True, is_officer_coming=False, emergency=intent.talk)
            is_new = () if told.is_calling else record(called, Counted.STAFF_CALLED)
            return called, (*counted, *is_new)
        case Unclear(choices, other):
            unsure = replace(session, overlay=NotSure(choices, other), missed=session.missed + 1)
            return unsure, record(unsure, Counted.NOT_UNDERSTOOD)
        case _:
            understood = replace(session, missed=0)
            return understood, record(understood, Counted.UNDERSTOOD)


def _choosing(session: Session, perhaps: Perhaps) -> Choosing:
    phase = session.phase if isinstance(session.phase, Choosing) else Choosing()
    return replace(phase, perhaps=perhaps, life_event=None)


def _to_be_confirmed(session: Session, intent: Intent) -> Session:
    """Answers that were not asked for one by one are shown before the visit goes on."""
    is_several = isinstance(intent, Answered) and len(intent.answers) > 1
    phase = session.phase
    if not (is_several or isinstance(intent, Corrected)) or not isinstance(phase, Guiding):
        return session
    return replace(session, phase=replace(phase, is_reviewing=True, changing=None))

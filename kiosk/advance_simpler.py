"""A script's paragraph in simpler words, as a part of `advance`. Pure."""

from dataclasses import replace

from kiosk import effect as do
from kiosk import event as on
from kiosk.advance_sound import closed_ear
from kiosk.effect import Effect
from kiosk.session import Asides, Session, Simpler, Why

Step = tuple[Session, tuple[Effect, ...]]

SimplerTouch = on.SimplerWanted | on.OriginalWanted


def has_paragraph(session: Session) -> bool:
    """Whether a script's own paragraph lies on top: why we ask, or the answer to an aside."""
    overlay = session.overlay
    return isinstance(overlay, Why) or (isinstance(overlay, Asides) and overlay.aside is not None)


def simpler_touched(session: Session, event: SimplerTouch) -> Step:
    """What the visit becomes when simpler words are wanted, or the original again."""
    if not has_paragraph(session):
        return session, ()
    simpler = session.simpler
    match event:
        case on.OriginalWanted():
            if simpler is None:
                return session, ()
            return replace(session, simpler=replace(simpler, is_hidden=True)), ()
        case on.SimplerWanted(text):
            if simpler is not None:  # asked for already: shown if there is something to show
                return replace(session, simpler=replace(simpler, is_hidden=False)), ()
            return _asked(session, text)


def _asked(session: Session, text: str) -> Step:
    closed, effects = closed_ear(session)
    if closed.thinking is not None:  # a model does one thing at a time
        closed, effects = replace(closed, thinking=None), (*effects, do.StopThinking())
    turn = closed.turn + 1
    asked = replace(closed, turn=turn, simpler=Simpler(turn))
    return asked, (*effects, do.Reword(turn=turn, text=text, language=session.language))


def reworded(session: Session, turn: int, text: str | None) -> Session:
    """`session` with the simpler words of this turn; a late report changes nothing."""
    simpler = session.simpler
    if simpler is None or simpler.turn != turn or simpler.is_over:
        return session
    return replace(session, simpler=replace(simpler, text=text, is_over=True))

"""The visit as a state machine: `advance(session, event) -> (session, effects)`. Pure."""

from dataclasses import replace
from typing import assert_never

from kiosk import effect as do
from kiosk import event as on
from kiosk.advance_command import advance_command
from kiosk.advance_end import ended, left
from kiosk.advance_guiding import advance_guiding, back_in, left_early, outcome_reached, settled
from kiosk.advance_heard import heard, pointed
from kiosk.advance_simpler import reworded, simpler_touched
from kiosk.advance_sound import (
    advance_sound,
    closed_ear,
    is_closed,
    microphone_touched,
    not_meant,
    voice_touched,
)
from kiosk.advance_staff import advance_staff
from kiosk.card import Card
from kiosk.command import Locked, NoticesSet, ReloadWanted, Summoned, Unlocked, VolumeSet
from kiosk.counting import call_ended, record
from kiosk.effect import Effect
from kiosk.event import Event
from kiosk.procedure import Procedure
from kiosk.session import (
    Asides,
    AspectAsked,
    Choosing,
    Finished,
    Guiding,
    NoticeSheet,
    PinPad,
    Reading,
    Resting,
    Session,
    StaffSheet,
    Waiting,
)
from kiosk.tally import ANSWERS, Counted, InputMode

_RATINGS = {
    on.Rating.GOOD: Counted.RATED_GOOD,
    on.Rating.FAIR: Counted.RATED_FAIR,
    on.Rating.BAD: Counted.RATED_BAD,
}

_WHILE_LOCKED = (
    on.LanguageChosen
    | on.StaffCalled
    | on.CallCancelled
    | on.HearAgainTouched
    | on.HushTouched
    | on.NoticesWanted
    | on.Closed
    | on.StillHere
)
"""What a locked kiosk still takes from a citizen."""

MOST_TYPED = 120
"""Characters kept of a search; more is cut off, since no one searches for a novel."""

Step = tuple[Session, tuple[Effect, ...]]


def advance(session: Session, event: Event) -> Step:
    """What the visit becomes when `event` happens, and what must be done for it.

    An event that makes no sense here (a late reply, a tap on a screen that is gone)
    leaves the session as it is. Whatever leads elsewhere closes the ear, and what was heard
    before is no longer shown.
    """
    after, effects = _settled(session, event)
    if after.is_calling and not session.is_calling:
        after = replace(after, call_band=ANSWERS[0])
    ended = call_ended(session, after, is_over=do.Forget() in effects)
    return after, (*ended, *effects)  # to be wiped comes last


def _settled(session: Session, event: Event) -> Step:
    after, effects = _advanced(session, event)
    is_elsewhere = _place(after) != _place(session)
    if after.simpler is not None and is_elsewhere:
        after = replace(after, simpler=None)
    if after.thinking is not None and (is_elsewhere or after.thinking != after.turn):
        # Whoever touches has answered already: what was said is not acted on behind their back.
        turn = max(after.turn, after.thinking + 1)
        after, effects = replace(after, thinking=None, turn=turn), (*effects, do.StopThinking())
    if after.taken is not None and after.taken is session.taken and is_elsewhere:
        after = replace(after, taken=None)
    if after.hearing is None or after.hearing is not session.hearing or not is_elsewhere:
        return after, effects
    closed, more = closed_ear(after)
    return closed, (*effects, *more)


def _place(session: Session) -> tuple[object, ...]:
    """What no touch but that of the microphone changes while the ear is open."""
    return session.phase, session.overlay, session.language, session.is_calling


def _advanced(session: Session, event: Event) -> Step:
    match event:
        case on.IdleSoon(seconds_left):
            is_nobody = isinstance(session.phase, Waiting | Resting) and not session.is_calling
            is_visit = not is_nobody or session.overlay is not None
            return (replace(session, seconds_left=seconds_left) if is_visit else session), ()
        case on.IdleTooLong():
            return ended(session, Counted.VISIT_LEFT)
        case on.CallWaits(band):
            return (replace(session, call_band=band) if session.is_calling else session), ()
        case on.Found(text, procedures):
            return _found(session, text, procedures)
        case on.Thinking(turn):
            return (replace(session, thinking=turn) if turn == session.turn else session), ()
        case on.Understood(turn, intent, text):
            if turn != session.turn:
                return session, ()
            return heard(replace(session, thinking=None), intent, text, _settled)
        case on.Pointed(turn, named, text):
            is_theirs = turn == session.turn
            return pointed(session, named, text, _settled) if is_theirs else (session, ())
        case (
            on.EarOpens()
            | on.VoiceHeard()
            | on.HeardSoFar()
            | on.SentenceOver()
            | on.Heard()
            | on.NothingHeard()
            | on.HearingFailed()
            | on.SpeakingFailed()
            | on.VoiceBegan()
            | on.VoiceEnded()
        ):
            return advance_sound(session, event, _heard)
        case on.Reworded(turn, text):
            return reworded(session, turn, text), ()
        case on.SlipDone(job, error):
            return _slip_done(session, job, error)
        case (
            on.DoorTouched()
            | on.Digit()
            | on.DigitErased()
            | on.PinEntered()
            | on.PinRight()
            | on.PinWrong()
            | on.BundleWanted()
            | on.BundleLooked()
            | on.BundleTaken()
            | on.ShutDownWanted()
        ):
            return advance_staff(_awake(session), event)
        case on.PrintTestWanted() | on.SoundTestWanted() if isinstance(session.overlay, StaffSheet):
            return advance_staff(_awake(session), event)
        case (
            on.StaffReset()
            | on.CallAnswered()
            | on.PrintTestWanted()
            | on.SoundTestWanted()
            | Locked()
            | Unlocked()
            | Summoned()
            | VolumeSet()
            | NoticesSet()
            | ReloadWanted()
        ):
            return advance_command(session, event)
        case _:
            return _citizen(_awake(session), event)


def _citizen(session: Session, event: on.CitizenEvent) -> Step:
    phase, overlay = session.phase, session.overlay
    if isinstance(overlay, PinPad) and overlay.is_new and not isinstance(event, on.LanguageChosen):
        return session, ()  # a kiosk without a PIN serves nobody
    if isinstance(phase, Resting) and not isinstance(event, _WHILE_LOCKED):
        return session, ()
    match event:
        case on.Started():
            return _started(session)
        case on.LanguageChosen(language):
            if language == session.language:
                return session, ()
            changed = replace(session, language=language)
            return changed, record(changed, Counted.LANGUAGE_CHANGED)
        case on.LifeEventChosen(life_event):
            if not isinstance(phase, Waiting | Choosing):
                return session, ()
            started, effects = _started(session)
            return replace(started, phase=Choosing(life_event=life_event), said_by=None), effects
        case on.Typed(text):
            return _typed(session, text)
        case on.Said(text, mode):
            return _said(session, text, mode)
        case on.Chose(procedure):
            return _chose(session, procedure)
        case on.CardChosen(card):
            return _card_chosen(session, card)
        case on.SwitchWanted(found):
            left, effects = _citizen(session, on.StartAgain())
            chosen = on.Chose(found) if isinstance(found, Procedure) else on.CardChosen(found)
            after, more = _citizen(left, chosen)
            return after, (*effects, *more)
        case on.StaffCalled():
            called, effects = _started(session)
            if called.is_calling:
                return called, effects
            called = replace(called, is_calling=True, is_officer_coming=False)
            return called, (*effects, *record(called, Counted.STAFF_CALLED))
        case on.CallCancelled():
            quiet = replace(session, is_calling=False, is_officer_coming=False, emergency=None)
            return quiet, ()
        case on.StillHere():
            return session, ()
        case on.NoticesWanted():
            is_nobody = isinstance(phase, Waiting | Resting)
            return (replace(session, overlay=NoticeSheet()) if is_nobody else session), ()
        case on.Closed():
            return replace(session, overlay=None), ()
        case on.MicrophoneTouched():
            started, effects = (session, ()) if is_closed(session) else _started(session)
            opened, more = microphone_touched(started)
            return opened, (*effects, *more)
        case on.NotMeant():
            return not_meant(session)
        case on.CurtainToggled():
            started, effects = (session, ()) if is_closed(session) else _started(session)
            changed, more = voice_touched(started, event)
            return changed, (*effects, *more)
        case (
            on.HearAgainTouched()
            | on.HushTouched()
            | on.VoiceSheetWanted()
            | on.PaceChosen()
            | on.LoudnessChosen()
            | on.MuteToggled()
        ):
            return voice_touched(session, event)
        case on.SimplerWanted() | on.OriginalWanted():
            return simpler_touched(session, event)
        case on.Back():
            return _back(session)
        case on.StartAgain():
            if isinstance(phase, Waiting | Finished):
                return session, ()
            return replace(session, phase=Choosing(), overlay=None), left_early(session)
        case on.Finish():
            if isinstance(phase, Waiting | Finished):
                return session, ()
            done = replace(session, phase=Finished(), overlay=None)
            return done, (*record(session, Counted.VISIT_FINISHED), *left_early(session))
        case on.Rated(rating):
            return _rated(session, rating)
        case _:
            return advance_guiding(session, event)


def _started(session: Session) -> Step:
    """Leave the waiting screen, if that is where we are."""
    if not isinstance(session.phase, Waiting):
        return session, ()
    started = replace(session, phase=Choosing(), was_reset=False)
    return started, record(started, Counted.VISIT_STARTED)


def _typed(session: Session, text: str) -> Step:
    text = text[:MOST_TYPED]
    phase = session.phase
    if not isinstance(phase, Choosing) or text == phase.text:
        return session, ()
    phase = replace(phase, text=text, perhaps=None)
    if not text.strip():
        return replace(session, phase=replace(phase, found=()), said_by=None), ()
    typed = replace(session, phase=phase, mode=InputMode.TYPING, said_by=None)
    return typed, (do.Find(text),)


def _said(session: Session, text: str, mode: InputMode, confidence: float | None = None) -> Step:
    if is_closed(session) or not text.strip():
        return session, ()
    started, effects = _started(session)
    turn = started.turn + 1
    said = replace(started, turn=turn, said_by=mode)
    return said, (*effects, do.Understand(turn=turn, text=text, confidence=confidence))


def _heard(session: Session, text: str, confidence: float | None) -> Step:
    return _said(session, text, InputMode.VOICE, confidence)


def _found(session: Session, text: str, procedures: tuple[str, ...]) -> Step:
    phase = session.phase
    if not isinstance(phase, Choosing) or text != phase.text:
        return session, ()
    return replace(session, phase=replace(phase, found=procedures)), ()


def _chose(session: Session, procedure: Procedure) -> Step:
    if not isinstance(session.phase, Waiting | Choosing | Reading):
        return session, ()
    started, effects = _started(session)
    guiding = settled(Guiding(procedure))
    chosen = replace(started, phase=guiding, overlay=None, mode=_mode(session), missed=0)
    counted = (*record(chosen, Counted.PROCEDURE_CHOSEN), *outcome_reached(chosen, guiding))
    return chosen, (*effects, *counted)


def _mode(session: Session) -> InputMode:
    """How the citizen came to what they choose now."""
    if session.said_by is not None:
        return session.said_by
    is_typed = isinstance(session.phase, Choosing) and bool(session.phase.text.strip())
    return InputMode.TYPING if is_typed else InputMode.TOUCH


def _card_chosen(session: Session, card: Card) -> Step:
    if not isinstance(session.phase, Choosing | Reading):
        return session, ()
    shown = replace(session, phase=Reading(card), overlay=None, mode=_mode(session), missed=0)
    return shown, record(shown, Counted.CARD_SHOWN)


def _back(session: Session) -> Step:
    if session.overlay is not None:
        is_told = session.overlay != Asides() and isinstance(session.overlay, Asides | AspectAsked)
        return replace(session, overlay=Asides() if is_told else None), ()
    phase = session.phase
    match phase:
        case Waiting() | Finished() | Resting():
            return session, ()
        case Choosing(life_event, text, _, perhaps):
            if life_event is None and not text and perhaps is None:
                return ended(session, Counted.VISIT_LEFT)
            return replace(session, phase=Choosing()), ()
        case Guiding():
            return back_in(session, phase)
        case Reading():
            return replace(session, phase=Choosing()), ()
        case _:
            assert_never(phase)


def _rated(session: Session, rating: on.Rating | None) -> Step:
    if not isinstance(session.phase, Finished) or session.phase.has_rated:
        return session, ()
    counted = Counted.RATING_SKIPPED if rating is None else _RATINGS[rating]
    recorded = record(session, counted)
    if rating is None:
        return left(session), (*recorded, do.Forget())
    return replace(session, phase=Finished(has_rated=True)), recorded


def _slip_done(session: Session, job: int, error: str | None) -> Step:
    overlay, phase, trial = session.overlay, session.phase, session.trial
    if trial is not None and trial.job == job and trial.state == "printing":
        session = replace(session, trial=replace(trial, state=error or "printed"))
    if isinstance(overlay, StaffSheet) and overlay.test == "printing" and overlay.job == job:
        return replace(session, overlay=replace(overlay, test=error or "printed")), ()
    if not isinstance(phase, Guiding) or phase.job != job or phase.slip != "printing":
        return session, ()
    done = replace(session, phase=replace(phase, slip=error or "done"))
    return done, record(done, Counted.SLIP_FAILED if error else Counted.SLIP_PRINTED)


def _awake(session: Session) -> Session:
    return replace(session, seconds_left=None) if session.seconds_left is not None else session

"""The ear and the voice, as a part of `advance`. Pure.

Listening is one sentence long: the microphone button opens the ear, the end of the sentence
or any other touch closes it. Nothing that is heard stays but the last sentence, until
something else happens.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

from kiosk import effect as do
from kiosk import event as on
from kiosk.counting import record
from kiosk.effect import Effect
from kiosk.session import (
    Finished,
    Hearing,
    NotAvailable,
    NotHeard,
    PinPad,
    Resting,
    Session,
    StaffSheet,
    VoiceSheet,
    Waiting,
)
from kiosk.tally import Counted, InputMode
from kiosk.voice import Voice

Step = tuple[Session, tuple[Effect, ...]]
Say = Callable[[Session, str, float | None], Step]

VoiceTouch = (
    on.HearAgainTouched
    | on.HushTouched
    | on.VoiceSheetWanted
    | on.PaceChosen
    | on.LoudnessChosen
    | on.MuteToggled
    | on.CurtainToggled
)


def microphone_touched(session: Session) -> Step:
    """Open the ear; while it is open, the sentence is said, or nobody wants to say one."""
    if is_closed(session):
        return session, ()
    hearing = session.hearing
    if hearing is None:
        return _listening(session, is_asked=True)
    if hearing.is_over:
        return session, ()
    if hearing.has_voice:
        over = replace(session, hearing=replace(hearing, is_over=True))
        return over, (do.FinishListening(hearing.turn),)
    return closed_ear(session)


def closed_ear(session: Session) -> Step:
    """Nothing is listened to any more."""
    if session.hearing is None:
        return session, ()
    return replace(session, hearing=None), (do.CloseEar(),)


def advance_sound(session: Session, event: on.SoundEvent, say: Say) -> Step:
    """What the visit becomes when the ear or the voice reports.

    Args:
        session: as it stands.
        event: the report; one of another turn changes nothing.
        say: what becomes of a session in which a sentence was heard, with its confidence.
    """
    match event:
        case on.EarOpens():
            is_nobody = isinstance(session.phase, Waiting) or is_closed(session)
            if session.hearing is not None or is_nobody:
                return session, ()  # the visit ended just as the question was read out
            return _listening(session, is_asked=False)
        case on.VoiceBegan():
            return replace(session, is_speaking=True), ()
        case on.VoiceEnded():
            return replace(session, is_speaking=False), ()
        case on.SpeakingFailed():
            if isinstance(session.overlay, PinPad | StaffSheet):
                return session, ()
            return replace(session, overlay=NotAvailable("speaking")), ()
        case _:
            hearing = session.hearing
            if hearing is None or hearing.turn != event.turn:
                return session, ()
            return _reported(session, hearing, event, say)


def _reported(
    session: Session,
    hearing: Hearing,
    event: on.VoiceHeard
    | on.HeardSoFar
    | on.SentenceOver
    | on.Heard
    | on.NothingHeard
    | on.HearingFailed,
    say: Say,
) -> Step:
    match event:
        case on.VoiceHeard():
            return replace(session, hearing=replace(hearing, has_voice=True)), ()
        case on.HeardSoFar(_, text):
            return replace(session, hearing=replace(hearing, has_voice=True, so_far=text)), ()
        case on.SentenceOver():
            return replace(session, hearing=replace(hearing, is_over=True)), ()
        case on.Heard(_, text, confidence):
            if not text.strip():
                return _nothing_heard(session, hearing)
            heard = replace(session, hearing=None, has_spoken=True)
            counted = replace(heard, mode=InputMode.VOICE)
            said, effects = say(heard, text, confidence)
            return said, (*record(counted, Counted.HEARD), *effects)
        case on.NothingHeard():
            return _nothing_heard(session, hearing)
        case on.HearingFailed():
            failed = replace(session, hearing=None, overlay=NotAvailable("hearing"))
            return failed, (do.CloseEar(),)
        case _:
            assert_never(event)


def _listening(session: Session, *, is_asked: bool) -> Step:
    turn = session.turn + 1
    is_over_it = isinstance(session.overlay, NotAvailable | NotHeard | VoiceSheet)
    opened = replace(
        session,
        turn=turn,
        hearing=Hearing(turn, is_asked=is_asked),
        overlay=None if is_over_it else session.overlay,
    )
    return opened, (do.Hush(), do.Listen(turn))


def _nothing_heard(session: Session, hearing: Hearing) -> Step:
    """Say so kindly, where somebody wanted to speak; the kiosk's own try ends in silence."""
    silent = replace(session, hearing=None)
    if not (hearing.is_asked or hearing.has_voice):
        return silent, ()
    told = replace(silent, overlay=NotHeard(), missed=session.missed + 1)
    return told, record(told, Counted.NOT_HEARD)


def not_meant(session: Session) -> Step:
    """Go back to where the visit stood before the last sentence."""
    taken = session.taken
    if taken is None:
        return session, ()
    back = replace(
        session,
        phase=taken.before,
        overlay=NotHeard(is_wrong=True),
        is_calling=session.is_calling and taken.was_calling,
        emergency=session.emergency if taken.was_calling else None,
        taken=None,
        missed=session.missed + 1,
        said_by=None,
    )
    return back, record(back, Counted.TAKEN_BACK)


def voice_touched(session: Session, event: VoiceTouch) -> Step:
    """What the visit becomes when a citizen sets the voice, or wants to hear the screen."""
    if isinstance(session.overlay, PinPad | StaffSheet):
        return session, ()
    voice = session.voice
    match event:
        case on.HearAgainTouched():
            return _said_again(session)
        case on.HushTouched():
            return session, (do.Hush(),)
        case on.VoiceSheetWanted():
            return replace(session, overlay=VoiceSheet()), ()
        case on.PaceChosen(pace):
            return _with_voice(session, replace(voice, pace=pace, is_muted=False))
        case on.LoudnessChosen(loudness):
            return _with_voice(session, replace(voice, loudness=loudness, is_muted=False))
        case on.MuteToggled():
            muted = replace(voice, is_muted=not voice.is_muted)
            return _with_voice(session, muted)
        case on.CurtainToggled():
            dark = replace(voice, is_dark=not voice.is_dark)
            overlay = None if isinstance(session.overlay, VoiceSheet) else session.overlay
            return _said_again(replace(session, voice=dark, overlay=overlay))
        case _:
            assert_never(event)


def _with_voice(session: Session, voice: Voice) -> Step:
    """Set the voice, and let it be heard as it is now."""
    changed = replace(session, voice=voice)
    return (changed, (do.Hush(),)) if voice.is_muted else _said_again(changed)


def _said_again(session: Session) -> Step:
    """Read the screen aloud; the kiosk does not listen to itself."""
    closed, effects = closed_ear(session)
    return closed, (*effects, do.SayAgain())


def is_closed(session: Session) -> bool:
    """Whether staff are at the kiosk or have locked it, or the visit is over: nobody is heard."""
    is_staff = isinstance(session.overlay, PinPad | StaffSheet)
    return is_staff or isinstance(session.phase, Finished | Resting)

"""What staff send from the console, as a part of `advance`. Pure.

The same as they can do at the kiosk, and a little more. None of it needs the staff sheet:
the console has its own door. Nothing of it reads what the citizen said or chose.
"""

from dataclasses import replace
from typing import assert_never

from kiosk import effect as do
from kiosk import event as on
from kiosk.advance_end import ended
from kiosk.command import Locked, NoticesSet, ReloadWanted, Summoned, Unlocked, VolumeSet
from kiosk.counting import record
from kiosk.effect import Effect
from kiosk.notice import at_most
from kiosk.session import PinPad, Resting, Session, StaffSheet, Summons, Trial, Waiting
from kiosk.tally import Counted

Step = tuple[Session, tuple[Effect, ...]]


def advance_command(session: Session, command: on.Command) -> Step:
    """What the visit becomes when staff send this."""
    overlay = session.overlay
    match command:
        case on.StaffReset():
            after, effects = ended(session, Counted.VISIT_RESET)
            return replace(after, was_reset=isinstance(after.phase, Waiting)), effects
        case on.CallAnswered():
            return _answered(session)
        case on.PrintTestWanted():
            job = session.jobs + 1
            return replace(session, jobs=job, trial=Trial("printing", job)), (do.PrintTest(job),)
        case on.SoundTestWanted():
            return replace(session, trial=Trial("sounded")), (do.SoundTest(),)
        case Locked():
            if isinstance(session.phase, Resting):
                return session, ()
            return _locked(session)
        case Unlocked():
            is_locked = isinstance(session.phase, Resting)
            return (replace(session, phase=Waiting()) if is_locked else session), ()
        case Summoned(message, counter):
            if isinstance(overlay, PinPad | StaffSheet):
                return session, ()  # an officer is there already
            shown = replace(session, overlay=Summons(message, counter), seconds_left=None)
            return shown, ()
        case VolumeSet(loudness):
            return session, (do.SetVolume(loudness),)
        case NoticesSet(notices):
            return session, (do.ShowNotices(at_most(notices)),)
        case ReloadWanted():
            return session, (do.ReloadScripts(),)
        case _:
            assert_never(command)


def _locked(session: Session) -> Step:
    """The visit is over, but no call is: whoever rang may need help all the same."""
    after, effects = ended(session, Counted.VISIT_RESET)
    locked = replace(
        after,
        phase=Resting(),
        is_calling=session.is_calling,
        call_band=session.call_band,
        is_officer_coming=session.is_officer_coming,
        emergency=session.emergency,
    )
    return locked, effects


def _answered(session: Session) -> Step:
    if not session.is_calling:
        return session, ()
    is_at_sheet = isinstance(session.overlay, StaffSheet)
    overlay = None if is_at_sheet else session.overlay
    answered = replace(
        session, is_calling=False, is_officer_coming=True, overlay=overlay, seconds_left=None
    )
    return answered, record(answered, Counted.STAFF_ANSWERED)

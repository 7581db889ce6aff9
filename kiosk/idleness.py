"""When a visit ends by itself: how long silence may last where the visit stands."""

from kiosk import event as on
from kiosk.command import NoticesSet, ReloadWanted, VolumeSet
from kiosk.session import (
    Finished,
    NoticeSheet,
    PinPad,
    Resting,
    Session,
    StaffSheet,
    Summons,
    Waiting,
)
from kiosk.settings import IdleSettings
from kiosk.voice import Voice

TOLD_SECONDS = 10
"""How long the waiting screen says that staff have restarted the session."""

NO_SIGN_OF_LIFE = (
    on.IdleSoon
    | on.IdleTooLong
    | on.CallWaits
    | on.Found
    | on.Thinking
    | on.Understood
    | on.Reworded
    | on.SlipDone
    | on.EarOpens
    | on.NothingHeard
    | on.HearingFailed
    | on.SpeakingFailed
    | on.VoiceBegan
    | on.VoiceEnded
    | on.BundleLooked
    | on.BundleTaken
    | VolumeSet
    | NoticesSet
    | ReloadWanted
)
"""What the kiosk or the console does tells nothing about whether somebody is here."""


def seconds_allowed(session: Session, idle: IdleSettings) -> float:
    """Seconds without a touch after which the visit ends; infinite where nobody is here."""
    is_nobody = isinstance(session.phase, Waiting | Resting)
    is_calling = session.is_calling or session.is_officer_coming
    is_as_ever = session.language == session.home and session.voice == Voice()
    if session.was_reset and session.overlay is None:
        return float(TOLD_SECONDS)
    if is_nobody and not is_calling and session.overlay is None and is_as_ever:
        return float("inf")
    if isinstance(session.overlay, StaffSheet | PinPad):
        return float(idle.staff_seconds)
    if isinstance(session.phase, Finished):
        return float(idle.goodbye_seconds)
    quiet = idle.call_seconds if is_calling else idle.ask_after_seconds
    return float(quiet + idle.countdown_seconds)


def closes_quietly(session: Session) -> bool:
    """Goodbye, the staff's own pages and what is told to nobody close without asking."""
    overlay = session.overlay
    is_told = isinstance(session.phase, Waiting | Resting) and (
        session.was_reset or isinstance(overlay, Summons | NoticeSheet)
    )
    return (
        is_told or isinstance(session.phase, Finished) or isinstance(overlay, StaffSheet | PinPad)
    )

"""How a kiosk stands, as staff may know it at the console: a value, and how it is found. Pure.

It says what the kiosk does and since when, never what a citizen said, typed or chose: the
procedure and how many questions were asked are all that is told of a visit.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.intent import Talk
from kiosk.notice import mark_of
from kiosk.office import Office
from kiosk.procedure import Text
from kiosk.session import Choosing, Finished, Guiding, Reading, Resting, Session, Waiting
from kiosk.voice import Loudness


class Doing(StrEnum):
    """What a kiosk does."""

    IDLE = "idle"
    CHOOSING = "choosing"
    """Somebody looks for what they need, or reads of a matter without a script."""
    GUIDING = "guiding"
    FINISHED = "finished"
    """Goodbye."""
    LOCKED = "locked"
    OFFLINE = "offline"
    """Nothing is heard of it."""


class Place(StrEnum):
    """Where in a procedure."""

    QUESTION = "question"
    REVIEW = "review"
    OUTCOME = "outcome"


class HelpKind(StrEnum):
    """Why an officer is called."""

    CALLED = "called"
    """The button was touched."""
    POLICE = "police"
    FIRE = "fire"
    MEDICAL = "medical"
    MISSING = "missing"
    """A child is lost, or somebody who cannot find home."""


_EMERGENCIES = {
    Talk.POLICE: HelpKind.POLICE,
    Talk.FIRE: HelpKind.FIRE,
    Talk.MEDICAL: HelpKind.MEDICAL,
    Talk.MISSING: HelpKind.MISSING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """An officer is called."""

    kind: HelpKind
    since: float
    """Seconds since 1970, by the kiosk's clock."""
    is_answered: bool = False
    """An officer is on the way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one kiosk stands."""

    kiosk: str
    """Its id: small letters, digits, hyphens."""
    name: str
    """What people call it."""
    doing: Doing = Doing.IDLE
    since: float = 0.0
    """Seconds since 1970, by the kiosk's clock."""
    procedure: Text | None = None
    """Title of the procedure that it guides through."""
    place: Place | None = None
    step: int = 0
    """How many questions in, while one is asked."""
    help: Help | None = None
    troubles: tuple[str, ...] = ()
    """Codes of what staff should see to."""
    can_hear: bool = False
    can_speak: bool = False
    loudness: Loudness = Loudness.NORMAL
    can_reload: bool = False
    notices: str = ""
    """`notice.mark_of` those that staff have written."""
    trial: str = ""
    """How the last test went: `printing`, `printed`, `sounded`, `no_sound`, or an error's code."""

    @property
    def is_ringing(self) -> bool:
        """Whether somebody waits for an answer."""
        return self.help is not None and not self.help.is_answered


def standing_of(session: Session, office: Office, *, before: Standing, now: float) -> Standing:
    """How the kiosk stands now.

    Args:
        session: the visit.
        office: what else is known of the kiosk.
        before: how it stood; what has not changed keeps its time.
        now: seconds since 1970.
    """
    doing, procedure, place, step = _doing(session)
    is_same = (doing, procedure) == (before.doing, before.procedure)
    return Standing(
        kiosk=before.kiosk,
        name=before.name,
        doing=doing,
        since=before.since if is_same else now,
        procedure=procedure,
        place=place,
        step=step,
        help=_help(session, before.help, now),
        troubles=office.troubles,
        can_hear=office.can_hear,
        can_speak=office.can_speak,
        loudness=office.loudness,
        can_reload=office.can_reload,
        notices=mark_of(office.notices, office.today),
        trial=_trial(session, office),
    )


def offline(standing: Standing, *, now: float) -> Standing:
    """The same kiosk, of which nothing is heard any more."""
    return replace(
        Standing(kiosk=standing.kiosk, name=standing.name), doing=Doing.OFFLINE, since=now
    )


def _doing(session: Session) -> tuple[Doing, Text | None, Place | None, int]:
    phase = session.phase
    match phase:
        case Waiting():
            return Doing.IDLE, None, None, 0
        case Choosing() | Reading():
            return Doing.CHOOSING, None, None, 0
        case Finished():
            return Doing.FINISHED, None, None, 0
        case Resting():
            return Doing.LOCKED, None, None, 0
        case Guiding():
            place = _place(phase)
            step = len(phase.path.behind) + 1 if place is Place.QUESTION else 0
            return Doing.GUIDING, phase.procedure.title, place, step


def _place(phase: Guiding) -> Place:
    if phase.asked is not None:
        return Place.QUESTION
    return Place.OUTCOME if phase.is_confirmed else Place.REVIEW


def _help(session: Session, before: Help | None, now: float) -> Help | None:
    if not (session.is_calling or session.is_officer_coming):
        return None
    kind = HelpKind.CALLED
    if session.emergency is not None:
        kind = _EMERGENCIES.get(session.emergency, HelpKind.CALLED)
    is_same = before is not None and before.kind is kind
    return Help(
        kind=kind,
        since=before.since if before is not None and is_same else now,
        is_answered=session.is_officer_coming,
    )


def _trial(session: Session, office: Office) -> str:
    trial = session.trial
    if trial is None:
        return ""
    return "no_sound" if trial.state == "sounded" and not office.can_speak else trial.state

"""Where a visit stands, in the words of the conversations, and how to get on by touch. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from talk import Expected

from kiosk import event as on
from kiosk.card import Card
from kiosk.event import Event
from kiosk.intent import EMERGENCIES, OutOfScope, Talk
from kiosk.office import Office
from kiosk.path import follow
from kiosk.procedure import Procedure, Question
from kiosk.session import (
    Asides,
    AspectAsked,
    Beyond,
    Choosing,
    Finished,
    Guiding,
    NotHeard,
    NotSure,
    Overlay,
    Reading,
    Resting,
    Session,
    Waiting,
    Why,
)

ASKED_BACK = "asked-back"
_SAYS_IT_CANNOT = (Talk.OTHER, Talk.VAGUE)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a conversation can tell of a session."""

    at: str
    answers: Mapping[str, str]
    overlay: frozenset[str]
    """All names that what lies on top goes by; `none` where nothing does."""
    offered: frozenset[str]
    is_calling: bool

    @property
    def is_cautious(self) -> bool:
        """Whether nothing is claimed: the plain screen, a question back, a "please again"."""
        return bool(self.overlay & {"none", ASKED_BACK})

    def is_same_visit(self, before: "Standing") -> bool:
        """Whether nothing was decided about the matter since."""
        places = {self.at, before.at}
        is_same_place = len(places) == 1 or places == {"waiting", "start"}
        is_asked = ASKED_BACK in self.overlay and self.at == "start"
        is_kept = is_same_place or (is_asked and before.at.startswith("card "))
        return is_kept and self.answers == before.answers


def standing(session: Session, about: Mapping[str, str]) -> Standing:
    """Where `session` stands.

    Args:
        session: a visit.
        about: name of a matter without a guide -> its id.
    """
    phase = session.phase
    answers = dict(phase.path.answers) if isinstance(phase, Guiding) else {}
    overlay = _named(session.overlay, phase, about)
    offered = _offered(session.overlay)
    if isinstance(phase, Choosing) and phase.perhaps is not None and session.overlay is None:
        overlay = frozenset((ASKED_BACK, "perhaps"))
        offered = frozenset(one.id for one in phase.perhaps.found)
    return Standing(_place(session), answers, overlay, offered, session.is_calling)


def _place(session: Session) -> str:
    phase = session.phase
    match phase:
        case Waiting():
            return "waiting"
        case Choosing():
            return "start"
        case Finished():
            return "goodbye"
        case Reading(card):
            return f"card {card.id}"
        case Guiding(procedure):
            if phase.asked is not None:
                return f"{procedure.id} {phase.asked.id}"
            if phase.is_confirmed:
                return f"{procedure.id} outcome {phase.path.at.id}"
            return f"{procedure.id} review"
        case Resting():
            return "resting"


def _named(overlay: Overlay | None, phase: object, about: Mapping[str, str]) -> frozenset[str]:
    match overlay:
        case None:
            return frozenset(("none",))
        case Why():
            return frozenset(("why",))
        case Asides(None):
            return frozenset(("asides",))
        case Asides(aside):
            assert isinstance(phase, Guiding)
            aspects = (f"aspect {one.aspect}" for one in phase.procedure.asides if one.id == aside)
            return frozenset((f"aside {aside}", *aspects))
        case AspectAsked(aspect):
            return frozenset((f"aspect {aspect}",))
        case NotSure():
            return frozenset(("not-sure", ASKED_BACK))
        case NotHeard():
            return frozenset(("not-heard", ASKED_BACK))
        case Beyond(intent):
            return frozenset(_beyond(intent, about))
        case _:
            return frozenset((type(overlay).__name__,))


def _beyond(intent: OutOfScope, about: Mapping[str, str]) -> tuple[str, ...]:
    if intent.card is not None:
        return "beyond", f"beyond {intent.card.id}"
    if intent.about is not None:
        return "beyond", f"beyond {about[intent.about.vi]}"
    kind = "emergency" if intent.talk in EMERGENCIES else "beyond"
    asking = (ASKED_BACK,) if intent.talk in _SAYS_IT_CANNOT else ()
    return (kind, f"talk {intent.talk}", *asking)


def _offered(overlay: Overlay | None) -> frozenset[str]:
    if not isinstance(overlay, NotSure):
        return frozenset()
    other = (overlay.other.id,) if overlay.other is not None else ()
    return frozenset((*overlay.choices, *other))


def holds(expected: Expected, before: Standing, after: Standing, *, reads_again: bool) -> bool:
    """Whether what a turn expects is so."""
    at = expected.at if expected.at is not None else before.at
    is_place = f"{after.at} ".startswith(f"{at} ") or {at, after.at} == {"waiting", "start"}
    if expected.at is None and ASKED_BACK in after.overlay:
        is_place = after.is_same_visit(before)
    if expected.at is None and not expected.answers:
        is_place = is_place and after.answers == before.answers
    is_moving = expected.at is not None or bool(expected.answers)
    if expected.overlay is not None:
        is_overlay = expected.overlay in after.overlay
    elif expected.offered:
        is_overlay = ASKED_BACK in after.overlay
    else:
        is_overlay = "none" in after.overlay or (not is_moving and after.overlay == before.overlay)
    return (
        is_place
        and is_overlay
        and expected.answers.items() <= after.answers.items()
        and frozenset(expected.offered) <= after.offered
        and after.is_calling == (before.is_calling if expected.calls is None else expected.calls)
        and (reads_again or not expected.reads_again)
    )


def is_safe(before: Standing, after: Standing) -> bool:
    """Whether a sentence that was not understood has done no harm: asked back, or nothing."""
    is_calling_as_before = after.is_calling == before.is_calling
    return after.is_same_visit(before) and after.is_cautious and is_calling_as_before


class NoWayThere(Exception):
    """A conversation does not say how one gets there by touch."""


def next_touch(session: Session, expected: Expected, office: Office) -> Event | None:
    """What a patient citizen touches next to get where `expected` is; None: they are there."""
    wanted = expected.at
    phase = session.phase
    if session.overlay is not None and not _is_wanted(session, expected):
        return on.Closed()
    if expected.calls and not session.is_calling:
        return on.StaffCalled()
    if wanted is None or f"{_place(session)} ".startswith(f"{wanted} "):
        wrong = _wrong(phase, expected)
        if wrong is None:
            return _opened(session, expected)
        return on.ChangeWanted(wrong)
    match wanted.split():
        case ["start"]:
            return on.Started() if isinstance(phase, Waiting) else on.StartAgain()
        case ["waiting"]:
            return on.Rated(None) if isinstance(phase, Finished) else on.Finish()
        case ["goodbye"]:
            return on.Finish()
        case _ if isinstance(phase, Finished):
            return on.Rated(None)
        case ["card", card_id]:
            return _into(session, office.card(card_id))
        case [procedure_id, step, *_]:
            if not isinstance(phase, Guiding) or phase.procedure.id != procedure_id:
                return _into(session, office.procedure(procedure_id))
            return _within(phase, expected, step)
    raise NoWayThere(f"{wanted}: no such place")


def _into(session: Session, found: Procedure | Card | None) -> Event:
    if found is None:
        raise NoWayThere("no such procedure or card")
    if isinstance(session.phase, Guiding):
        return on.StartAgain()
    if isinstance(found, Card):
        return on.Started() if isinstance(session.phase, Waiting) else on.CardChosen(found)
    return on.Chose(found)


def _wrong(phase: object, expected: Expected) -> str | None:
    if not isinstance(phase, Guiding):
        return None
    given = dict(phase.path.answers)
    return next(
        (q for q, c in expected.answers.items() if given.get(q) not in (None, c)),
        None,
    )


def _within(phase: Guiding, expected: Expected, step: str) -> Event:
    given = dict(phase.path.answers)
    asked = phase.asked
    if asked is not None and phase.changing is not None:
        choice = expected.answers.get(asked.id, given[asked.id])
        return on.Answered(asked.id, choice)
    wrong = _wrong(phase, expected)
    if wrong is not None:
        return on.ChangeWanted(wrong)
    if step in given:
        return on.Back()
    if asked is not None:
        if asked.id not in expected.answers and step == "review":
            return on.ReviewWanted()
        if asked.id not in expected.answers:
            raise NoWayThere(f"{expected.at}: no answer to {asked.id} is given")
        return on.Answered(asked.id, expected.answers[asked.id])
    if step == "review":
        return on.ReviewWanted()
    if step != "outcome" and not isinstance(follow(phase.procedure, phase.answers).at, Question):
        raise NoWayThere(f"{expected.at}: the answers lead past it")
    return on.Confirmed()


def _is_wanted(session: Session, expected: Expected) -> bool:
    """Whether the overlay is the one that should be there, or one that asks back as it should."""
    phase, wanted = session.phase, expected.overlay
    if expected.is_asking:
        return True
    return wanted is not None and wanted in _named(session.overlay, phase, _NoMatters())


class _NoMatters(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def _opened(session: Session, expected: Expected) -> Event | None:
    """The touch that opens what should lie on top, where there is one."""
    wanted, phase = expected.overlay, session.phase
    if wanted is None or session.overlay is not None or not isinstance(phase, Guiding):
        return None
    if wanted == "why":
        return on.WhyWanted()
    kind, _, name = wanted.partition(" ")
    for aside in phase.procedure.asides:
        if (kind, name) in (("aside", aside.id), ("aspect", aside.aspect)):
            return on.AsideWanted(aside.id)
    return None

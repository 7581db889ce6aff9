"""What happens within a procedure, as a part of `advance`: answers, review, outcome. Pure."""

from dataclasses import replace
from typing import assert_never

from kiosk import effect as do
from kiosk import event as on
from kiosk.counting import record
from kiosk.effect import Effect
from kiosk.path import Answers, follow, with_answer
from kiosk.procedure import Aspect, Outcome, OutcomeKind, Question
from kiosk.session import Asides, AspectAsked, Choosing, Guiding, Session, Why
from kiosk.tally import Counted

_OUTCOMES = {
    OutcomeKind.HERE: Counted.OUTCOME_HERE,
    OutcomeKind.ELSEWHERE: Counted.OUTCOME_ELSEWHERE,
    OutcomeKind.ASK_STAFF: Counted.OUTCOME_ASK_STAFF,
}

Step = tuple[Session, tuple[Effect, ...]]

GuidingEvent = (
    on.Answered
    | on.ReviewWanted
    | on.ChangeWanted
    | on.Confirmed
    | on.Ticked
    | on.LegalToggled
    | on.WhyWanted
    | on.AsideWanted
    | on.AspectWanted
    | on.PrintWanted
)


def advance_guiding(session: Session, event: GuidingEvent) -> Step:
    """What the visit becomes when something happens within a procedure."""
    phase = session.phase
    if not isinstance(phase, Guiding):
        return session, ()
    match event:
        case on.Answered(question, choice):
            return _answered(session, phase, question, choice)
        case on.ReviewWanted():
            if not phase.answers:
                return session, ()
            reviewing = replace(phase, is_reviewing=True, is_confirmed=False, changing=None)
            return replace(session, phase=reviewing, overlay=None), ()
        case on.ChangeWanted(question):
            if question not in dict(phase.path.answers):
                return session, ()
            changing = replace(phase, changing=question, is_confirmed=False)
            return replace(session, phase=changing, overlay=None), ()
        case on.Confirmed():
            return _confirmed(session, phase)
        case on.Ticked(paper):
            if paper not in {known.id for known in phase.procedure.papers}:
                return session, ()
            return replace(session, phase=replace(phase, ticked=phase.ticked ^ {paper})), ()
        case on.LegalToggled():
            return replace(session, phase=replace(phase, is_legal_open=not phase.is_legal_open)), ()
        case on.WhyWanted(question):
            asked = phase.procedure.step(question) if question is not None else phase.asked
            is_question = isinstance(asked, Question)
            return (replace(session, overlay=Why(question)) if is_question else session), ()
        case on.AsideWanted(aside):
            known_asides = {known.id for known in phase.procedure.asides}
            is_known = aside is None or aside in known_asides
            return (replace(session, overlay=Asides(aside)) if is_known else session), ()
        case on.AspectWanted(aspect):
            is_known = aspect is not Aspect.OTHER  # which has no facts of its own
            return (replace(session, overlay=AspectAsked(aspect)) if is_known else session), ()
        case on.PrintWanted():
            if not phase.is_confirmed or phase.slip == "printing":
                return session, ()
            job = session.jobs + 1
            printing = replace(phase, job=job, slip="printing")
            return replace(session, phase=printing, jobs=job), (do.PrintSlip(job),)
        case _:
            assert_never(event)


def _answered(session: Session, phase: Guiding, question: str, choice: str) -> Step:
    asked = phase.asked
    if asked is None or asked.id != question or asked.choice(choice) is None:
        return session, ()
    given = with_answer(phase.path.answers, question, choice)
    return replace(session, phase=_with_answers(phase, given), overlay=None), ()


def _with_answers(phase: Guiding, answers: Answers) -> Guiding:
    """`phase` after its answers changed; a slip that was printed for others counts no more."""
    replayed = follow(phase.procedure, answers).answers
    slip = phase.slip if replayed == phase.answers else None
    return settled(replace(phase, answers=replayed, changing=None, slip=slip))


def settled(phase: Guiding) -> Guiding:
    """Review when the last question is answered; straight to the outcome when none was asked."""
    path = phase.path
    is_at_end = isinstance(path.at, Outcome)
    return replace(
        phase,
        is_reviewing=is_at_end and bool(path.behind),
        is_confirmed=is_at_end and not path.behind,
    )


def _confirmed(session: Session, phase: Guiding) -> Step:
    if phase.is_confirmed:
        return session, ()
    if not isinstance(phase.path.at, Outcome):  # several answers at once were right: go on
        return replace(session, phase=replace(phase, is_reviewing=False), overlay=None), ()
    confirmed = replace(phase, is_reviewing=False, is_confirmed=True, changing=None)
    shown = replace(session, phase=confirmed, overlay=None)
    return shown, outcome_reached(shown, confirmed)


def outcome_reached(session: Session, phase: Guiding) -> tuple[Effect, ...]:
    """Count the outcome, if that is where `phase` stands."""
    at = phase.path.at
    if not phase.is_confirmed or not isinstance(at, Outcome):
        return ()
    return record(session, _OUTCOMES[at.kind])


def back_in(session: Session, phase: Guiding) -> Step:
    """Within a procedure: drop the change, return to the review, or undo one answer."""
    if phase.changing is not None:
        return replace(session, phase=replace(phase, changing=None)), ()
    if phase.is_confirmed and phase.answers:
        return replace(session, phase=replace(phase, is_confirmed=False, is_reviewing=True)), ()
    answers = phase.path.answers
    if not answers:
        return replace(session, phase=Choosing()), left_early(session)
    return replace(session, phase=_with_answers(phase, answers[:-1])), ()


def left_early(session: Session) -> tuple[Effect, ...]:
    """A procedure was left before its outcome was shown."""
    phase = session.phase
    is_early = isinstance(phase, Guiding) and not phase.is_confirmed
    return record(session, Counted.STEP_LEFT) if is_early else ()

"""What a visit counts: an event with where the visit stands, never what was said. Pure."""

from kiosk.effect import Effect, Record
from kiosk.session import Guiding, Reading, Session
from kiosk.tally import Counted, Tally


def call_ended(before: Session, after: Session, *, is_over: bool) -> tuple[Effect, ...]:
    """Count what became of a call, if this step ended one: never where or by whom it was made.

    Args:
        before: how the visit stood.
        after: how it stands.
        is_over: the visit ended with this step.
    """
    if not before.is_calling or after.is_calling:
        return ()
    if is_over:
        ended = Counted.CALL_MISSED
    else:
        ended = before.call_band if after.is_officer_coming else Counted.CALL_CANCELLED
    return (Record(Tally(event=ended, language=before.language)),)


def record(session: Session, counted: Counted) -> tuple[Effect, ...]:
    """Count `counted`, with the procedure, step, language and mode of this session."""
    phase = session.phase
    procedure, step = "", ""
    if isinstance(phase, Guiding):
        procedure, step = phase.procedure.id, phase.path.at.id
    elif isinstance(phase, Reading):
        procedure = phase.card.id
    tally = Tally(
        event=counted, procedure=procedure, step=step, mode=session.mode, language=session.language
    )
    return (Record(tally),)

"""What a visit counts: an event with where the visit stands, never what was said. Pure."""

from kiosk.effect import Effect, Record
from kiosk.session import Guiding, Reading, Session
from kiosk.tally import Counted, Tally


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

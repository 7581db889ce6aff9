"""How a visit ends, as a part of `advance`. Pure."""

from dataclasses import replace

from kiosk import effect as do
from kiosk.advance_guiding import left_early
from kiosk.counting import record
from kiosk.effect import Effect
from kiosk.session import Finished, Resting, Session, Waiting, fresh
from kiosk.tally import Counted


def ended(session: Session, counted: Counted) -> tuple[Session, tuple[Effect, ...]]:
    """Back to the waiting screen with nothing kept; a locked kiosk stays locked."""
    if isinstance(session.phase, Waiting | Resting):
        return left(session), (do.Forget(),)
    if isinstance(session.phase, Finished):
        counted = Counted.RATING_SKIPPED
        recorded = () if session.phase.has_rated else record(session, counted)
        return left(session), (*recorded, do.Forget())
    recorded = (*record(session, counted), *left_early(session))
    return left(session), (*recorded, do.Forget())


def left(session: Session) -> Session:
    """The session after this one."""
    after = fresh(session.home, turn=session.turn + 1)
    return replace(after, phase=Resting()) if isinstance(session.phase, Resting) else after

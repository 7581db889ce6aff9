"""Why an engine's life ended, as it is told to the technical log. Pure."""

from enum import StrEnum

EXIT_MISSING = 66
"""A worker leaves with this where what it needs is not there (EX_NOINPUT of sysexits.h)."""
EXIT_DAMAGED = 65
"""A worker leaves with this where what it needs is damaged (EX_DATAERR of sysexits.h)."""


class End(StrEnum):
    """Why it ended."""

    CLOSED = "closed"
    RENEWED = "renewed itself"
    LEFT = "left"
    GARBAGE = "sent something else than the protocol"
    SILENT = "did not answer in time"
    STUCK = "takes nothing in"
    FLOOD = "sends without end"
    SLOW = "did not start in time"
    UNREACHABLE = "cannot be reached"
    MISSING = "is not there"
    DAMAGED = "needs something that is damaged"


def meaning(status: int | None, *, is_renewal: bool) -> End:
    """What it means that it left; a server leaves without a status."""
    if status == EXIT_MISSING:
        return End.MISSING
    if status == EXIT_DAMAGED:
        return End.DAMAGED
    return End.RENEWED if is_renewal and status in (0, None) else End.LEFT

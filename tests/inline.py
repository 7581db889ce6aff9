"""Work beside the console, done at once: a test client has another event loop for each request."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from console_room import Room

from kiosk.console.beside import Beside


class Inline(Beside):
    """Does it where it is asked for."""

    async def __call__(
        self,
        work: Callable[..., Any],
        *values: object,
        seconds: float = 0.0,  # noqa: ARG002 - as long as it takes
    ) -> Any:
        return work(*values)

    async def to_the_end(
        self,
        work: Callable[..., Any],
        *values: object,
        seconds: float = 0.0,  # noqa: ARG002 - the same
        still: Callable[[], None] | None = None,
    ) -> Any:
        if still is not None:
            still()
        return work(*values)


def at_once(room: Room) -> Room:
    """The room, with nothing done in other processes."""
    room.console = replace(room.console, beside=Inline())
    return room

"""A kiosk on another machine, which the console watches beside its own."""

from collections.abc import Callable
from dataclasses import replace

from console_room import NOW, Room

from kiosk.console.kiosks import Board
from kiosk.event import Command
from kiosk.standing import Standing

FAR = Standing(kiosk="tang-hai", name="Máy tầng hai", since=NOW, can_reload=True)


class _WithFar:
    """Kiosks of this machine, and the far one."""

    def __init__(self, board: Board, sent: list[tuple[str, Command]]) -> None:
        self._board = board
        self._sent = sent

    def standings(self) -> tuple[Standing, ...]:
        return (*self._board.standings(), FAR)

    def send(self, kiosk: str, command: Command) -> bool:
        if kiosk != FAR.kiosk:
            return self._board.send(kiosk, command)
        self._sent.append((kiosk, command))
        return True

    def is_here(self, kiosk: str) -> bool:
        return self._board.is_here(kiosk)

    def listen(self, heard: Callable[[], None]) -> Callable[[], None]:
        return self._board.listen(heard)


def watch_far(room: Room) -> None:
    """Have the room's console watch the far kiosk, too; what is sent to it is noted."""
    room.console = replace(room.console, kiosks=_WithFar(room.board, room.sent))

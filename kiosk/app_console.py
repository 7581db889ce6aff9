"""Joins the console to the kiosk: a part of the composition root.

The web server and all it needs are loaded only where the site wants a console. It runs on a
thread of its own; between it and the kiosk go immutable standings one way and posted commands
the other.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import replace

from kiosk.app import Kiosk
from kiosk.errors import KioskError
from kiosk.event import Command
from kiosk.standing_watch import StandingWatch

log = logging.getLogger("kiosk.app")

OWN = "kiosk"
"""Id of the kiosk whose own console this is."""


def start_console(kiosk: Kiosk) -> Callable[[], None]:
    """Serve the site's console, if it wants one; call what is returned to stop.

    A console that cannot be opened is a line on the staff sheet: the kiosk goes on without.
    """
    if not kiosk.settings.console.enabled:
        return _nothing_to_stop
    from kiosk.console.build import build_server  # noqa: PLC0415 - only where wanted
    from kiosk.console.files import console_words  # noqa: PLC0415 - the same
    from kiosk.console.kiosks import Board  # noqa: PLC0415 - the same

    conductor = kiosk.conductor

    def send(_: str, command: Command) -> bool:
        conductor.post(command)
        return True

    def stopped() -> None:
        conductor.soon(lambda: conductor.trouble("console.stopped", is_there=True))

    def set_up() -> None:
        conductor.soon(lambda: conductor.console_at(replace(served.door, setup_code="")))

    board = Board(send)
    try:
        served = build_server(
            kiosk.site_settings,
            board,
            shown=kiosk.settings,
            stopped=stopped,
            set_up=set_up,
        )
    except KioskError as error:
        log.warning("the console is not open: %s", error)
        values = error.values
        about = values.get("file") or f"{values.get('address', '')}:{values.get('port', '')}"
        conductor.trouble(f"{error.code}: {about}", is_there=True)
        return _nothing_to_stop
    name = console_words().say("kiosk.name", "vi")
    watch = StandingWatch(board.publish, kiosk=OWN, name=name, clock=time.time)
    conductor.console_at(served.door)
    conductor.watched_by(watch)
    served.server.start()
    return served.server.stop


def _nothing_to_stop() -> None:
    """No console runs."""

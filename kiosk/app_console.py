"""Joins those who watch to the kiosk: a part of the composition root.

The web server and all it needs are loaded only where the site wants a console. It runs on a
thread of its own; between it and the kiosk go immutable standings one way and posted commands
the other.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from kiosk.app import Kiosk
from kiosk.app_broker import join_broker, watch_broker
from kiosk.errors import KioskError
from kiosk.event import Command
from kiosk.standing import Standing
from kiosk.standing_watch import StandingWatch

log = logging.getLogger("kiosk.app")

OWN = "kiosk"
"""Id of a kiosk that stands alone."""


def start_console(kiosk: Kiosk) -> Callable[[], None]:
    """Serve the site's console and meet the ward's broker, if it wants them.

    Call what is returned to stop. A console that cannot be opened, or a broker that cannot be
    used, is a line on the staff sheet: the kiosk goes on without.
    """
    settings = kiosk.settings
    joined = join_broker(kiosk)
    own = settings.broker.kiosk if settings.broker.host and settings.broker.kiosk else OWN
    opened = _open_console(kiosk) if settings.console.enabled else None
    told = [one for one in (joined and joined.stand, opened and opened.publish) if one]
    if not told:
        return _nothing_to_stop
    from kiosk.console.files import console_words  # noqa: PLC0415 - only where wanted

    def publish(standing: Standing) -> None:
        for tell in told:
            tell(standing)

    name = settings.broker.name or console_words().say("kiosk.name", "vi")
    kiosk.conductor.watched_by(StandingWatch(publish, kiosk=own, name=name, clock=time.time))
    if joined is not None:
        joined.start()
    if opened is not None:
        opened.start()

    def stop() -> None:
        if opened is not None:
            opened.stop()
        if joined is not None:
            joined.stop()

    return stop


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """A console of this machine."""

    publish: Callable[[Standing], None]
    start: Callable[[], None]
    stop: Callable[[], None]


def _open_console(kiosk: Kiosk) -> _Opened | None:
    from kiosk.console.build import build_server  # noqa: PLC0415 - only where wanted
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
    ward = watch_broker(kiosk, board)
    try:
        served = build_server(
            kiosk.site_settings,
            ward or board,
            shown=kiosk.settings,
            stopped=stopped,
            set_up=set_up,
        )
    except KioskError as error:
        log.warning("the console is not open: %s", error)
        values = error.values
        about = values.get("file") or f"{values.get('address', '')}:{values.get('port', '')}"
        conductor.trouble(f"{error.code}: {about}", is_there=True)
        return None

    def start() -> None:
        conductor.console_at(served.door)
        if ward is not None:
            ward.start()
        served.start()

    def stop() -> None:
        served.server.stop()
        if ward is not None:
            ward.stop()

    return _Opened(publish=board.publish, start=start, stop=stop)


def _nothing_to_stop() -> None:
    """No console runs."""

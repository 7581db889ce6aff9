"""Tells kiosks the ward's notices by itself: one that was off when they changed shows them, too.

It looks on a thread of its own, neither on the pages' nor on that which hears kiosks. Two consoles
whose books differ cannot change a kiosk to and fro without a pause, and one in whose book nobody
ever wrote takes nothing off.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from kiosk.command import NoticesSet
from kiosk.console.kiosks import Kiosks
from kiosk.console.notice_book import NoticeBook
from kiosk.errors import KioskError
from kiosk.notice import mark_of
from kiosk.standing import Doing, Standing

log = logging.getLogger("kiosk.console")

SETTLE_SECONDS = 5.0
"""So long a kiosk must show others: a page may have told it just now, or it is midnight, when not
all of us begin the new day in the same moment."""
AGAIN_SECONDS = 300.0
"""Before a kiosk that shows the same others is told the same once more."""
LOOK_SECONDS = 30.0
"""Between two looks when nobody stands otherwise: days end."""
PAUSE_SECONDS = 1.0
"""Between two looks at least, however often kiosks stand otherwise."""
STOP_SECONDS = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Behind:
    """A kiosk shows others than it should."""

    kiosk: str
    shows: str
    """`notice.mark_of` those, as `should`."""
    should: str


class NoticeWatch:
    """Compares what kiosks show with the book, and sends it."""

    def __init__(
        self,
        kiosks: Kiosks,
        book: NoticeBook,
        *,
        today: Callable[[], date],
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare it.

        Args:
            kiosks: that are told.
            book: what they are told.
            today: the day, on which it depends which notices are over.
            seconds: seconds that only go forward.
        """
        self._kiosks, self._book = kiosks, book
        self._today, self._seconds = today, seconds
        self._since: dict[_Behind, float] = {}
        """Since when it is so."""
        self._told: dict[_Behind, float] = {}
        """When it was told."""
        self._woken, self._is_over = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="notices", daemon=True)

    def start(self) -> None:
        """Look from now on; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._is_over.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    def look(self) -> None:
        """Send the notices to whoever has shown others for a while."""
        now = self._seconds()
        self._told = {one: at for one, at in self._told.items() if now - at < AGAIN_SECONDS}
        today = self._today()
        try:
            if not self._book.is_begun:
                return
            notices = self._book.to_show(today)
        except KioskError:  # the page of notices says so
            return
        mark = mark_of(notices, today)
        behind = [_behind(one, mark) for one in self._kiosks.standings() if _is_behind(one, mark)]
        self._since = {one: self._since.get(one, now) for one in behind}
        for one, since in self._since.items():
            if now - since < SETTLE_SECONDS or one in self._told:
                continue
            if self._kiosks.send(one.kiosk, NoticesSet(notices)):
                log.info("the kiosk %s is told the ward's notices", one.kiosk)
                self._told[one] = now

    def _run(self) -> None:
        end = self._kiosks.listen(self._woken.set)
        try:
            while not self._is_over.wait(PAUSE_SECONDS):
                self._woken.clear()
                self.look()
                self._woken.wait(SETTLE_SECONDS if self._since else LOOK_SECONDS)
        finally:
            end()


def _is_behind(standing: Standing, mark: str) -> bool:
    return standing.doing is not Doing.OFFLINE and standing.notices != mark


def _behind(standing: Standing, mark: str) -> _Behind:
    return _Behind(kiosk=standing.kiosk, shows=standing.notices, should=mark)

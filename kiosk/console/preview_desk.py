"""Pictures of screens, drawn by a child process: one at a time, niced, with a deadline, remembered.

The console cannot draw: Qt belongs to the kiosk's own thread. So a process of its own does it. It
may die without harm; it stays for a while, for most of its time goes into its start.
"""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Hashable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from anyio import to_thread

from kiosk.console.remembered import Remembered
from kiosk.errors import KioskError
from kiosk.preview import Wanted
from kiosk.preview_source import Source, Titled
from kiosk.preview_wire import (
    MOST_LINE_BYTES,
    MOST_PICTURE_BYTES,
    Asked,
    Shown,
    asked_line,
    read_shown,
)

log = logging.getLogger("kiosk.console")

SECONDS = 30.0
"""After which a screen is given up; an idle machine needs two, and a third of one later on."""
IDLE_SECONDS = 120.0
"""After which the process goes: it takes memory that a citizen may need."""
MOST_SCREENS = 200
"""That one process draws: whatever it may leak goes with it."""
MOST_WAITING = 6
"""Screens that wait for their turn; more are refused."""
MOST_REMEMBERED = 60
"""Some 150 kB each."""
MOST_LISTS = 8

COMMAND = ("nice", "-n", "10", sys.executable, "-m", "kiosk.ui.preview")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A screen in words, and its picture where there is one."""

    shown: Shown
    picture: bytes


class PreviewDesk:
    """Asks the process, and remembers what it drew, not why it did not: a disk may have been full.

    Used on the console's thread.
    """

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        """Draw with this command."""
        self._worker = _Worker(command)
        self._waiting = 0
        self._previews: Remembered[Preview] = Remembered(MOST_REMEMBERED)
        self._titles: Remembered[tuple[Titled, ...]] = Remembered(MOST_LISTS)

    def begin(self) -> None:
        """A screen will soon be wanted: start the process; returns at once."""
        self._worker.begin()

    async def show(self, key: Hashable, source: Source, wanted: Wanted) -> Preview:
        """The screen, with the titles of all procedures beside it.

        Args:
            key: all that the content of the source hangs on.
            source: whose screen.
            wanted: which one.

        Raises:
            KioskError: `preview.not_drawn`, `console.too_long`, `preview.busy`.
        """
        titles = self._titles.find(key)
        known = self._previews.find((key, wanted))
        if known is None or titles is None:
            if self._waiting >= MOST_WAITING:
                raise KioskError("preview.busy")
            asked = Asked(source=source, wanted=wanted, is_listed=titles is None)
            self._waiting += 1
            try:
                known = await to_thread.run_sync(self._worker.show, asked)
            finally:
                self._waiting -= 1
            titles = titles if titles is not None else known.shown.titles
            if known.shown.refusal is None:
                self._previews.keep((key, wanted), known)
                self._titles.keep(key, titles)
        return replace(known, shown=replace(known.shown, titles=titles))

    def stop(self) -> None:
        """End the process. From any thread."""
        self._worker.stop()


class _Worker:
    """The process, whenever it is needed. From any thread."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = tuple(command)
        self._turn = threading.Lock()
        """One screen at a time."""
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._drawn = 0
        self._idle: threading.Timer | None = None
        self._is_late = False

    def begin(self) -> None:
        with self._lock:
            self._running()
            self._wait_idly()

    def show(self, asked: Asked) -> Preview:
        with self._turn:
            with self._lock:
                process = self._running()
                if self._idle is not None:
                    self._idle.cancel()
                self._is_late = False
            deadline = threading.Timer(SECONDS, self._give_up)
            deadline.daemon = True
            deadline.start()
            try:
                return _ask(process, asked)
            except (OSError, ValueError) as error:
                log.info("a preview was not drawn: %s", type(error).__name__)
                is_late = self._is_late
                self.stop()
                raise KioskError("console.too_long" if is_late else "preview.not_drawn") from error
            finally:
                deadline.cancel()
                with self._lock:
                    self._drawn += 1
                    self._wait_idly()

    def stop(self) -> None:
        with self._lock:
            self._end()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._drawn >= MOST_SCREENS or (
            self._process is not None and self._process.poll() is not None
        ):
            self._end()
        if self._process is None:
            self._drawn = 0
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # so that all of it can be ended
            )
        return self._process

    def _give_up(self) -> None:
        self._is_late = True
        with self._lock:
            _kill(self._process)  # whoever waits for its answer sees the end of it

    def _wait_idly(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        self._idle = threading.Timer(IDLE_SECONDS, self._end_idle)
        self._idle.daemon = True
        self._idle.start()

    def _end_idle(self) -> None:
        if self._turn.acquire(blocking=False):  # else it is no longer idle
            try:
                self.stop()
            finally:
                self._turn.release()

    def _end(self) -> None:
        process, self._process = self._process, None
        if self._idle is not None:
            self._idle.cancel()
        if process is None:
            return
        _kill(process)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what it was to read is lost with it
                    pipe.close()


def _kill(process: subprocess.Popen[bytes] | None) -> None:
    if process is not None and process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _ask(process: subprocess.Popen[bytes], asked: Asked) -> Preview:
    """Ask for a screen and wait for it.

    Raises:
        OSError, ValueError: the process is gone, or talks nonsense.
    """
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(asked_line(asked))
    process.stdin.flush()
    shown = read_shown(process.stdout.readline(MOST_LINE_BYTES))
    if not 0 <= shown.picture_bytes <= MOST_PICTURE_BYTES:
        raise ValueError("too large")
    picture = process.stdout.read(shown.picture_bytes)
    if len(picture) != shown.picture_bytes:
        raise ValueError("cut off")
    return Preview(shown=shown, picture=picture)

"""Has the recogniser learn the words of a bundle that was published, beside everything else.

It takes half a minute of a processor or more, so it runs as a command of its own that stands back
behind the screen, and pages look now and then how it goes.
"""

import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO

from kiosk.bundle_hearing import LeftOut, can_rebuild, read_rebuilt
from kiosk.errors import KioskError
from kiosk.settings import Settings, settings_bytes

log = logging.getLogger("kiosk.console")

MOST_OUTPUT_BYTES = 1_000_000


class Progress(StrEnum):
    """How far it is."""

    NOTHING = "nothing"
    LEARNING = "learning"
    LEARNED = "learned"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """How it goes."""

    progress: Progress = Progress.NOTHING
    sentences: int = 0
    left_out: tuple[LeftOut, ...] = ()
    """Words that will not be heard."""


def hear_command(before: Path, bundle: str) -> list[str]:
    """What has a bundle's words learned; the settings come on its standard input."""
    hear = (sys.executable, "-m", "kiosk", "bundle", "hear", "--json", "--site", "-")
    which = ("--bundle", bundle) if bundle else ()
    return ["nice", "-n", "19", *hear, *which, "--before", str(before.absolute())]


class HearingDesk:
    """One rebuild at a time; a newer one takes the place of one that is not over.

    The command makes up for what is cut short so.
    """

    def __init__(self, command: Callable[[Path, str], list[str]] | None = None) -> None:
        """Learn with this command: given the scripts that were shown before, and the bundle."""
        self._command = command or hear_command
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._output: IO[bytes] | None = None
        self._learning = Learning()

    def begin(self, settings: Settings, *, before: Path, bundle: str = "") -> None:
        """Begin to learn a bundle's words; returns at once.

        Args:
            settings: the site's own.
            before: the scripts that were shown before.
            bundle: the name of one that waits for its day; empty: the current one.
        """
        self.stop()
        if not can_rebuild(settings):
            return
        with self._lock:
            self._output = tempfile.TemporaryFile()  # noqa: SIM115 - closed once it is over
            with tempfile.TemporaryFile() as handed_over:
                handed_over.write(settings_bytes(settings))
                handed_over.seek(0)
                self._process = subprocess.Popen(
                    self._command(before, bundle),
                    stdin=handed_over,
                    stdout=self._output,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,  # so that all of it can be ended
                )
            self._learning = Learning(progress=Progress.LEARNING)

    def look(self) -> Learning:
        """How it goes now."""
        with self._lock:
            if self._process is not None and self._process.poll() is not None:
                self._learning = self._over(self._process.returncode)
                self._process = None
            return self._learning

    def stop(self) -> None:
        """End what runs: the kiosk is being shut down, or a newer bundle is to be learned."""
        with self._lock:
            if self._process is not None:
                with suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
                self._process = None
                if self._output is not None:
                    self._output.close()
                self._learning = Learning()

    def _over(self, status: int) -> Learning:
        assert self._output is not None
        with self._output as output:
            output.seek(0)
            said = output.read(MOST_OUTPUT_BYTES)
        if status:
            log.warning("the recogniser goes on with the model it had: %s", status)
            return Learning(progress=Progress.FAILED)
        try:
            made = read_rebuilt(said)
        except KioskError as error:
            log.warning("the recogniser's words cannot be read: %s", error)
            return Learning(progress=Progress.FAILED)
        if made is None:
            return Learning()
        return Learning(progress=Progress.LEARNED, sentences=made.sentences, left_out=made.left_out)

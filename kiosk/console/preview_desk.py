"""Pictures of screens, drawn by a child process: one at a time, niced, with a deadline, remembered.

The console cannot draw: Qt belongs to the kiosk's own thread. So `kiosk preview` does it, in a
process that may die without harm.
"""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Hashable
from contextlib import suppress

from kiosk.console.remembered import Remembered
from kiosk.errors import KioskError
from kiosk.preview import Stop, Wanted, address_of
from kiosk.preview_source import GOES_ON, Source, Titled
from kiosk.settings import settings_bytes

log = logging.getLogger("kiosk.console")

SECONDS = 30.0
"""After which a picture is given up; an idle machine needs two."""
MOST_WAITING = 6
"""Pictures that wait for their turn; more are refused."""
MOST_PICTURES = 60
"""Some 150 kB each."""
MOST_STOPS = 300
MOST_LISTS = 8
MOST_PICTURE_BYTES = 8_000_000
_PNG = b"\x89PNG\r\n\x1a\n"
_NICE = ("nice", "-n", "10")

Command = Callable[[Source, Wanted], tuple[str, ...]]


def preview_command(source: Source, wanted: Wanted) -> tuple[str, ...]:
    """What draws this screen; the settings come on its standard input."""
    fields = dict(address_of(wanted))
    language = fields.pop("language")
    options = (f"--{name.replace('_', '-')}={value}" for name, value in fields.items())
    begin = (sys.executable, "-m", "kiosk", "preview", str(source.path), "--out=-", "--site=-")
    return (*_NICE, *begin, f"--lang={language}", f"--on={source.today.isoformat()}", *options)


class PreviewDesk:
    """Draws, and remembers what it drew. Used on the console's thread."""

    def __init__(self, command: Command = preview_command) -> None:
        """Draw with this command."""
        self._command = command
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._pictures: Remembered[bytes] = Remembered(MOST_PICTURES)
        self.stops: Remembered[Stop] = Remembered(MOST_STOPS)
        self.titles: Remembered[tuple[Titled, ...]] = Remembered(MOST_LISTS)

    async def picture(self, key: Hashable, source: Source, wanted: Wanted) -> bytes:
        """The screen as PNG.

        Args:
            key: all that the content of the source hangs on.
            source: whose screen.
            wanted: which one.

        Raises:
            KioskError: `preview.not_drawn`, `console.too_long`, `preview.busy`.
        """
        known = self._pictures.find((key, wanted))
        if known is not None:
            return known
        if self._waiting >= MOST_WAITING:
            raise KioskError("preview.busy")
        self._waiting += 1
        try:
            async with self._turn:
                known = self._pictures.find((key, wanted))
                if known is None:
                    known = self._pictures.keep((key, wanted), await self._drawn(source, wanted))
                return known
        finally:
            self._waiting -= 1

    async def _drawn(self, source: Source, wanted: Wanted) -> bytes:
        child = await asyncio.create_subprocess_exec(
            *self._command(source, wanted),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        try:
            answer = child.communicate(settings_bytes(source.settings))
            picture, said = await _in_time(answer)
        finally:
            if child.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
                await child.wait()
        is_good = child.returncode == 0 and picture.startswith(_PNG)
        if not is_good or len(picture) > MOST_PICTURE_BYTES:
            last = said.decode(errors="replace").strip().splitlines()[-1:]
            log.info("a preview ended with %s: %s", child.returncode, last)
            raise KioskError("preview.not_drawn")
        return picture


async def _in_time(answer: Awaitable[tuple[bytes, bytes]]) -> tuple[bytes, bytes]:
    try:
        return await asyncio.wait_for(answer, SECONDS)
    except TimeoutError as error:
        raise KioskError("console.too_long") from error


def goes_on(picture: bytes) -> bool:
    """Whether the screen has more below."""
    return "\0".join(GOES_ON).encode() in picture[:4096]

"""A slip onto paper: an ESC/POS printer, a CUPS queue, or a PNG and a PDF in a folder.

`SlipPrinter` draws and prints on a thread of its own and keeps to a deadline; a `Press`
is what it prints with. Nothing here may hold the caller up, whatever a device does, and
nothing of a slip may stay after `forget`.
"""

import errno
import logging
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from traceback import extract_tb
from typing import Annotated, Literal, Protocol, Self, assert_never

from PIL import Image
from pydantic import ConfigDict, Field, StringConstraints, model_validator
from pydantic.dataclasses import dataclass

from kiosk.errors import KioskError
from kiosk.slip import PaperWidth, Slip
from kiosk.slip_image import DOTS_PER_INCH, as_pdf, draw
from kiosk.thermal import DeviceDial, Dial, NetworkDial, UsbDial, print_through

DEADLINE_SECONDS = 10.0
"""How long a slip may take before the citizen is told that the printer does not answer."""

CANCEL_SECONDS = 10.0
"""How long `cancel` may take to take a job out of a CUPS queue."""

_log = logging.getLogger(__name__)

_CODES = {
    errno.ENOSPC: "printer.disk_full",
    errno.EDQUOT: "printer.disk_full",
    errno.EACCES: "printer.not_writable",
    errno.EPERM: "printer.not_writable",
    errno.EROFS: "printer.not_writable",
    errno.EISDIR: "printer.not_writable",
    errno.ENOTDIR: "printer.not_writable",
    errno.EBUSY: "printer.refused",
    errno.ETIMEDOUT: "printer.timeout",
}
"""What the system's error numbers mean to people; a press says what all others mean."""

Kind = Literal["file", "usb", "network", "device", "cups"]

_NEEDS: dict[Kind, tuple[str, ...]] = {
    "file": (),
    "usb": ("vendor", "product"),
    "network": ("host",),
    "device": ("device",),
    "cups": ("queue",),
}
_MAY_HAVE: dict[Kind, tuple[str, ...]] = {
    **_NEEDS,
    "file": ("folder",),
    "network": ("host", "port"),
}
_PLACES = ("host", "port", "vendor", "product", "device", "queue", "folder")

_UsbId = Annotated[int, Field(ge=0, le=0xFFFF)]


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class PrinterSettings:
    """Which printer the kiosk has. Each kind takes only the fields that name its place."""

    kind: Kind
    paper: PaperWidth = PaperWidth.MM80
    """Roll width in millimetres: 58 or 80."""
    host: Annotated[str, StringConstraints(pattern=r"^[^\s/]+$", max_length=253)] | None = None
    """Network: the printer's name or address."""
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    """Network: 9100 where it is left out."""
    vendor: _UsbId | None = None
    """USB: the first half of the id that `lsusb` shows, such as 0x04b8."""
    product: _UsbId | None = None
    """USB: the second half."""
    device: Path | None = None
    """Device: its file, such as /dev/usb/lp0."""
    queue: Annotated[str, StringConstraints(pattern=r"^[^\s/#-][^\s/#]{0,126}$")] | None = None
    """CUPS: the queue's name, as `lpstat -e` lists it."""
    folder: Path | None = None
    """File: where slip.png and slip.pdf go; a folder of the kiosk's own where it is left out."""
    deadline_seconds: Annotated[float, Field(gt=0, le=120)] = DEADLINE_SECONDS
    """How long a slip may take before it is given up."""

    @model_validator(mode="after")
    def _fields_fit_the_kind(self) -> Self:
        given = {place for place in _PLACES if getattr(self, place) is not None}
        for place in _NEEDS[self.kind]:
            if place not in given:
                raise ValueError(f'a printer of kind "{self.kind}" needs {place}: add it')
        for place in sorted(given.difference(_MAY_HAVE[self.kind])):
            raise ValueError(f'a printer of kind "{self.kind}" has no {place}: leave it out')
        return self


class Run:
    """One slip on its way: how long it has, whether it is still wanted, who waits for it."""

    def __init__(self, seconds: float, finished: Callable[[KioskError | None], None]) -> None:
        self._ends = time.monotonic() + seconds
        self._finished: Callable[[KioskError | None], None] | None = finished
        self._lock = threading.Lock()
        self.is_dropped = False

    def left(self) -> float:
        """Seconds left. Raises TimeoutError when there are none."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def must_be_wanted(self) -> None:
        """Raise KioskError when the visit is over, or the slip was given up."""
        if self.is_dropped:
            raise KioskError("printer.dropped")

    def end(self, error: KioskError | None) -> None:
        """Tell how it went. Only the first of several calls is heard."""
        with self._lock:
            finished, self._finished = self._finished, None
            self.is_dropped = True
        if finished is not None:
            finished(error)


class Press(Protocol):
    """Where a bitmap becomes paper or a file."""

    otherwise: str
    """The error code for a failure that the system does not name more closely."""

    def put(self, bitmap: Image.Image, run: Run) -> None:
        """Print, on the calling thread; one call at a time. Raises KioskError or OSError."""

    def forget(self) -> None:
        """Drop what was kept or still waits; never blocks for long and never raises."""


class SlipPrinter:
    """The `Printer` port: draws a slip and has it put on paper by a press."""

    def __init__(self, press: Press, *, paper: PaperWidth, deadline_seconds: float) -> None:
        self._press = press
        self._paper = paper
        self._deadline_seconds = deadline_seconds
        self._turn = threading.Lock()
        self._runs: set[Run] = set()
        self._runs_lock = threading.Lock()

    def start(self, slip: Slip, finished: Callable[[KioskError | None], None]) -> None:
        """Begin to print and return at once; `finished` is called once, from another thread."""
        run = Run(self._deadline_seconds, finished)
        with self._runs_lock:
            self._runs.add(run)
        late = KioskError("printer.timeout", f"nothing in {self._deadline_seconds:g} s")
        watchdog = threading.Timer(self._deadline_seconds, run.end, (late,))
        watchdog.daemon = True
        watchdog.start()
        work = threading.Thread(
            target=self._work, args=(slip, run, watchdog), name="printing", daemon=True
        )
        work.start()

    def forget(self) -> None:
        """Drop the slips that wait or were kept. One that is half on paper is let out."""
        with self._runs_lock:
            for run in self._runs:
                run.is_dropped = True
        self._press.forget()

    def _work(self, slip: Slip, run: Run, watchdog: threading.Timer) -> None:
        error = self._put(slip, run)
        watchdog.cancel()
        with self._runs_lock:
            self._runs.discard(run)
        run.end(error)

    def _put(self, slip: Slip, run: Run) -> KioskError | None:
        try:
            bitmap = draw(slip, self._paper)
            with self._own_turn(run):
                self._press.put(bitmap, run)
        except KioskError as error:
            return error
        except TimeoutError:
            return KioskError("printer.timeout", "the device did not take the slip in time")
        except OSError as error:
            code = _CODES.get(error.errno or 0, self._press.otherwise)
            return KioskError(code, f"{type(error).__name__}: {error}")
        except Exception as error:  # noqa: BLE001 - a driver may raise anything; somebody waits
            # Only the place: the message of an unknown error may hold a line of the slip.
            frame = extract_tb(error.__traceback__)[-1]
            place = f"{Path(frame.filename).name}:{frame.lineno}"
            return KioskError("printer.refused", f"{type(error).__name__} at {place}")
        return None

    @contextmanager
    def _own_turn(self, run: Run) -> Iterator[None]:
        """Wait for the slip before this one."""
        if not self._turn.acquire(timeout=run.left()):
            raise TimeoutError
        try:
            run.must_be_wanted()
            yield
        finally:
            self._turn.release()


class EscPosPress:
    """A slip printer that takes raster images: over USB, the network or a device file."""

    otherwise = "printer.unplugged"

    def __init__(self, dial: Dial) -> None:
        self._dial = dial

    def put(self, bitmap: Image.Image, run: Run) -> None:
        """Check the paper, send the bitmap, feed and cut."""
        # Once begun it goes on after `forget`: a printer left in the middle of an image
        # would take the next slip for the rest of it.
        print_through(self._dial, bitmap, run.left)

    def forget(self) -> None:
        """Keep nothing, so there is nothing to drop."""


class CupsPress:
    """A queue of the system's print server, by its own `lp` and `cancel` commands."""

    otherwise = "printer.refused"

    def __init__(self, queue: str, *, paper: PaperWidth) -> None:
        self._queue = queue
        self._paper = paper
        self._jobs: list[str] = []
        self._lock = threading.Lock()

    def put(self, bitmap: Image.Image, run: Run) -> None:
        """Hand the slip to the queue as a PDF as wide and as long as the paper."""
        high_mm = bitmap.height * 25.4 / DOTS_PER_INCH
        media = f"media=Custom.{self._paper.value}x{high_mm:.1f}mm"
        options = ("-o", media, "-o", "print-scaling=none", "-t", "slip")
        # Through stdin: no file of ours is left to wipe.
        said = _command(
            ("lp", "-d", self._queue, *options),
            given=as_pdf(bitmap, self._paper),
            seconds=run.left(),
        )
        job = re.search(r"^request id is (\S+)", said, re.MULTILINE)
        if job is None:
            return
        with self._lock:
            self._jobs.append(job[1])
        if run.is_dropped:
            self.forget()

    def forget(self) -> None:
        """Take our jobs and their spooled files out of the queue, in the background."""
        with self._lock:
            jobs, self._jobs = self._jobs, []
        if jobs:
            threading.Thread(target=_cancel, args=(jobs,), name="cancel", daemon=True).start()


class FolderPress:
    """No printer: a picture and a page in a folder."""

    otherwise = "printer.not_writable"

    def __init__(self, folder: Path, *, paper: PaperWidth, keep: bool) -> None:
        self._folder = folder
        self._paper = paper
        self._keep = keep
        self._lock = threading.Lock()

    def put(self, bitmap: Image.Image, run: Run) -> None:
        """Write both files, each whole or not at all."""
        picture = BytesIO()
        bitmap.save(picture, "PNG", dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
        contents = (picture.getvalue(), as_pdf(bitmap, self._paper))
        self._folder.mkdir(parents=True, exist_ok=True)
        parts = [file.with_name(f"{file.name}.part") for file in self._files]
        try:
            for part, content in zip(parts, contents, strict=True):
                part.write_bytes(content)
            with self._lock:
                run.must_be_wanted()
                for part, file in zip(parts, self._files, strict=True):
                    part.replace(file)
        finally:
            for part in parts:
                part.unlink(missing_ok=True)

    def forget(self) -> None:
        """Remove both files, unless they are to be kept."""
        if self._keep:
            return
        with self._lock:
            for file in self._files:
                try:
                    file.unlink(missing_ok=True)
                except OSError as error:
                    if error.errno != errno.ENOTDIR:  # then there never was a file
                        _log.warning("%s was not removed: %s", file, error.strerror)

    @property
    def _files(self) -> tuple[Path, Path]:
        return self._folder / "slip.png", self._folder / "slip.pdf"


def make_printer(settings: PrinterSettings, *, folder: Path, keep: bool = False) -> SlipPrinter:
    """The printer that the settings name.

    Args:
        settings: which printer, and where.
        folder: where a file printer writes when its settings name no folder.
        keep: whether a file printer's files outlive the visit.
    """
    return SlipPrinter(
        _press(settings, folder=settings.folder or folder, keep=keep),
        paper=settings.paper,
        deadline_seconds=settings.deadline_seconds,
    )


def _press(settings: PrinterSettings, *, folder: Path, keep: bool) -> Press:
    match settings.kind:
        case "file":
            return FolderPress(folder, paper=settings.paper, keep=keep)
        case "usb":
            assert settings.vendor is not None
            assert settings.product is not None
            return EscPosPress(UsbDial(vendor=settings.vendor, product=settings.product))
        case "network":
            assert settings.host is not None
            return EscPosPress(NetworkDial(host=settings.host, port=settings.port or 9100))
        case "device":
            assert settings.device is not None
            return EscPosPress(DeviceDial(file=settings.device))
        case "cups":
            assert settings.queue is not None
            return CupsPress(settings.queue, paper=settings.paper)
        case _:
            assert_never(settings.kind)


def _command(arguments: tuple[str, ...], *, given: bytes = b"", seconds: float) -> str:
    """What a print command says. It is killed, with all its children, at the deadline."""
    try:
        child = subprocess.Popen(
            arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "LC_ALL": "C"},  # its answer is read: no translation
            start_new_session=True,
        )
    except FileNotFoundError as missing:
        raise KioskError("printer.refused", f"{arguments[0]}: no such command") from missing
    with child:
        try:
            said, complaint = child.communicate(given, timeout=seconds)
        except subprocess.TimeoutExpired as late:
            os.killpg(child.pid, signal.SIGKILL)
            raise TimeoutError from late
    if child.returncode != 0:
        reason = complaint.decode(errors="replace").strip()[:200]
        raise KioskError("printer.refused", f"{arguments[0]}: {reason or child.returncode}")
    return said.decode(errors="replace")


def _cancel(jobs: list[str]) -> None:
    for job in jobs:
        try:
            _command(("cancel", "-x", job), seconds=CANCEL_SECONDS)
        except (KioskError, OSError) as error:
            # Most often the job is on paper already; its spooled file is then the server's.
            _log.info("%s was not cancelled: %s", job, error)

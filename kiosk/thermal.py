"""A bitmap through an ESC/POS printer: over USB, the network or a device file.

python-escpos turns the bitmap into raster commands. The bytes go out through wires of our
own, because its printers block: opening a device file nobody serves, or a full socket,
would hang the thread for ever. Nothing here waits longer than its deadline.
"""

import fcntl
import os
import select
import shutil
import socket
import stat
import struct
import termios
import tty
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from PIL import Image

from kiosk.errors import KioskError

Left = Callable[[], float]
"""Seconds left until the deadline; raises TimeoutError when there are none."""

STATUS_SECONDS = 1.0
"""How long a printer may think about its paper. Many never answer: they count as having some."""

GOODBYE_SECONDS = 1.0
"""How long a network printer may take to hang up after us."""

_LOOK_SECONDS = 0.05
"""How often the system is asked whether the last bytes have left."""

_CHUNK_BYTES = 16_384
"""What one USB transfer carries: small enough that a stuck printer is noticed."""

_PRINTER_CLASS = 7
"""The interface class of printers (USB Device Class Definition for Printing Devices)."""

# Real-time paper status, DLE EOT 4 (Epson, "ESC/POS Command Reference"): the answer has
# bits 1 and 4 set, 0 and 7 clear; bits 5 and 6 mean that the end of the roll is reached.
_ASK_PAPER = b"\x10\x04\x04"
_ANSWER_MASK, _ANSWER_BITS, _PAPER_END_BITS = 0x93, 0x12, 0x60


class Wire(Protocol):
    """A connection to a printer."""

    def write(self, some: bytes) -> None:
        """Send all of it. Raises OSError, TimeoutError at the deadline."""

    def read(self) -> bytes:
        """What the printer says within STATUS_SECONDS; empty when it is silent."""

    def finish(self) -> None:
        """Wait until everything has left this machine."""

    def close(self) -> None:
        """Hang up."""


class Dial(Protocol):
    """Knows where a printer is."""

    def __call__(self, left: Left) -> Wire:
        """Connect. Raises KioskError or OSError."""


def print_through(dial: Dial, bitmap: Image.Image, left: Left) -> None:
    """Check the paper, print the bitmap, feed and cut.

    Raises:
        KioskError: `printer.no_paper`, also when the roll ended on the way; `printer.unplugged`.
        OSError: whatever the connection met; TimeoutError at the deadline.
    """
    commands = raster_commands(bitmap)
    with closing(dial(left)) as wire:
        answers = _check_paper(wire)
        wire.write(commands)
        wire.finish()
        if answers:
            _check_paper(wire)


def raster_commands(bitmap: Image.Image) -> bytes:
    """The bitmap as ESC/POS raster commands with feed and cut."""
    # The printer profile gives only the widest image allowed, here 576 dots, and the cutter;
    # the "default" profile has no `media.width.pixels` and prints a complaint about it.
    printer = _escpos().Dummy(profile="TM-T20II")
    printer.hw("INIT")
    printer.image(bitmap, fragment_height=256)
    printer.cut()
    commands: bytes = printer.output
    return commands


@cache
def _escpos() -> Any:  # noqa: ANN401 - python-escpos carries no types
    # Imported late, on the worker: it takes 0.4 s and writes a file.
    try:
        from escpos import capabilities, printer  # noqa: PLC0415
    except OSError as error:
        raise KioskError("printer.disk_full", "python-escpos found no temporary folder") from error
    # WORKAROUND: https://github.com/python-escpos/python-escpos/blob/v3.1/src/escpos/capabilities.py#L19
    # makes a new temporary folder at every start and never removes it.
    if "ESCPOS_CAPABILITIES_PICKLE_DIR" not in os.environ:
        shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)
    return printer


def _check_paper(wire: Wire) -> bool:
    """Whether the printer tells about its paper. Raises KioskError when it has none."""
    wire.write(_ASK_PAPER)
    answer = wire.read()[:1]
    if not answer or answer[0] & _ANSWER_MASK != _ANSWER_BITS:
        return False
    if answer[0] & _PAPER_END_BITS:
        raise KioskError("printer.no_paper", f"paper status 0x{answer[0]:02x}")
    return True


class _FileWire:
    """A file descriptor that never blocks."""

    def __init__(self, descriptor: int, *, left: Left, is_two_way: bool) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor
        self._left = left
        self._is_two_way = is_two_way

    def write(self, some: bytes) -> None:
        rest = memoryview(some)
        while rest:
            self._wait(select.POLLOUT, self._left())
            try:
                rest = rest[os.write(self._descriptor, rest) :]
            except BlockingIOError:
                continue

    def read(self) -> bytes:
        within = min(STATUS_SECONDS, self._left())
        if not self._is_two_way or not self._wait(select.POLLIN, within):
            return b""
        try:
            return os.read(self._descriptor, 16)
        except BlockingIOError:
            return b""

    def finish(self) -> None:
        # usblp drops a transfer that is still under way when its file is closed; it can be
        # written to again once the transfer is done.
        while not self._wait(select.POLLOUT, self._left()):
            continue
        while self._unsent():
            # Asked for nothing, poll still tells of a broken connection.
            if self._wait(0, min(_LOOK_SECONDS, self._left())):
                raise ConnectionResetError("the printer hung up on the way")

    def close(self) -> None:
        os.close(self._descriptor)

    def _wait(self, events: int, seconds: float) -> bool:
        poll = select.poll()
        poll.register(self._descriptor, events)
        return bool(poll.poll(seconds * 1000))

    def _unsent(self) -> int:
        """How many bytes the system still holds: of a socket, those not acknowledged."""
        try:
            held = fcntl.ioctl(self._descriptor, termios.TIOCOUTQ, struct.pack("i", 0))
        except OSError:
            return 0  # a file or a device that keeps no queue
        unsent: int = struct.unpack("i", held)[0]
        return unsent


class _SocketWire(_FileWire):
    """A TCP connection."""

    def __init__(self, connection: socket.socket, *, left: Left) -> None:
        super().__init__(connection.fileno(), left=left, is_two_way=True)
        self._connection = connection

    def read(self) -> bytes:
        within = min(STATUS_SECONDS, self._left())
        if not self._wait(select.POLLIN, within):
            return b""
        said = self._connection.recv(16)
        if not said:
            raise ConnectionResetError("the printer hung up")
        return said

    def close(self) -> None:
        if self._unsent():
            # Given up: reset the connection, so that the rest is not printed later.
            now = struct.pack("ii", 1, 0)
            self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)
            self._connection.close()
            return
        # A socket closed with unread bytes in it resets the connection, and the printer
        # may throw away what it has not printed yet: hang up politely and hear it out.
        try:
            self._connection.shutdown(socket.SHUT_WR)
            while self._wait(select.POLLIN, GOODBYE_SECONDS) and self._connection.recv(4096):
                continue
        except OSError:
            return  # it hung up first
        finally:
            self._connection.close()


class _UsbWire:
    """The bulk endpoints of a USB printer."""

    def __init__(self, device: Any, *, left: Left) -> None:  # noqa: ANN401 - pyusb has no types
        import usb.core  # noqa: PLC0415
        import usb.util  # noqa: PLC0415

        self._usb = usb
        self._device = device
        self._left = left
        interfaces = list(device.get_active_configuration())
        # A printer has one interface of its class; some cheap ones call it vendor-specific.
        interfaces.sort(key=lambda face: face.bInterfaceClass != _PRINTER_CLASS)
        interface = interfaces[0]
        number = interface.bInterfaceNumber
        with suppress(NotImplementedError):  # a system without kernel drivers to detach
            if device.is_kernel_driver_active(number):
                device.detach_kernel_driver(number)
        usb.util.claim_interface(device, number)
        self._out = self._endpoint(interface, usb.util.ENDPOINT_OUT)
        self._in = self._endpoint(interface, usb.util.ENDPOINT_IN)
        if self._out is None:
            raise KioskError("printer.refused", "this USB device takes no print data")

    def write(self, some: bytes) -> None:
        rest = some
        while rest:
            rest = rest[self._out.write(rest[:_CHUNK_BYTES], self._milliseconds(self._left())) :]

    def read(self) -> bytes:
        if self._in is None:
            return b""
        try:
            within = min(STATUS_SECONDS, self._left())
            return bytes(self._in.read(self._in.wMaxPacketSize, self._milliseconds(within)))
        except self._usb.core.USBTimeoutError:
            return b""

    def finish(self) -> None:
        """Every transfer was waited for."""

    def close(self) -> None:
        self._usb.util.dispose_resources(self._device)

    def _endpoint(self, interface: Any, direction: int) -> Any:  # noqa: ANN401 - the same
        util = self._usb.util
        for endpoint in interface:
            if (
                util.endpoint_direction(endpoint.bEndpointAddress) == direction
                and util.endpoint_type(endpoint.bmAttributes) == util.ENDPOINT_TYPE_BULK
            ):
                return endpoint
        return None

    def _milliseconds(self, seconds: float) -> int:
        return max(1, round(seconds * 1000))  # 0 would mean for ever


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceDial:
    """A printer behind a device file: /dev/usb/lp0, a serial line."""

    file: Path

    def __call__(self, left: Left) -> Wire:
        """Open it. A missing file is never made: it would pass for a printer for ever."""
        is_device = stat.S_ISCHR(self.file.stat().st_mode)
        ways = os.O_RDWR if is_device else os.O_WRONLY | os.O_TRUNC
        descriptor = os.open(self.file, ways | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        if os.isatty(descriptor):
            tty.setraw(descriptor)  # else it would change line ends within the image
        return _FileWire(descriptor, left=left, is_two_way=is_device)


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkDial:
    """A printer on the network."""

    host: str
    port: int

    def __call__(self, left: Left) -> Wire:
        """Connect to it."""
        connection = socket.create_connection((self.host, self.port), timeout=left())
        return _SocketWire(connection, left=left)


@dataclass(frozen=True, slots=True, kw_only=True)
class UsbDial:
    """A printer on the USB bus, by the two halves of its id."""

    vendor: int
    product: int
    backend: Any = None
    """What pyusb reaches the bus through; None: the system's libusb."""

    def __call__(self, left: Left) -> Wire:
        """Find it and take it over from the system's own driver."""
        import usb.core  # noqa: PLC0415 - only a kiosk with such a printer needs it

        try:
            device = usb.core.find(
                idVendor=self.vendor, idProduct=self.product, backend=self.backend
            )
        except usb.core.NoBackendError as error:
            raise KioskError("printer.refused", "libusb-1.0 is not installed") from error
        if device is None:
            name = f"{self.vendor:04x}:{self.product:04x}"
            raise KioskError("printer.unplugged", f"no USB device {name}")
        return _UsbWire(device, left=left)

"""ESC/POS printers: real sockets, files, pipes and terminals, and a USB bus in software."""

import array
import errno
import os
import select
import socket
import threading
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

import pytest
import usb.backend
import usb.core
from PIL import Image, ImageOps

from kiosk.errors import KioskError
from kiosk.printing import PrinterSettings, make_printer
from kiosk.slip import Code, Heading, Line, PaperWidth, Slip
from kiosk.slip_image import draw
from kiosk.thermal import DeviceDial, UsbDial, print_through, raster_commands

SLIP = Slip(
    parts=(
        Heading(text="Đăng ký khai sinh"),
        *(Line(text=f"Dòng thứ {number} của một phiếu dài") for number in range(1, 41)),
        Code(text="https://dichvucong.gov.vn/thu-tuc-hanh-chinh/019d2bfd"),
    )
)
BITMAP = draw(SLIP, PaperWidth.MM80)
PATIENCE_SECONDS = 30
ASK_PAPER = b"\x10\x04\x04"
PAPER, NEAR_END, NO_PAPER = b"\x12", b"\x1e", b"\x72"


def within(seconds: float) -> Callable[[], float]:
    """Seconds left of so many from now."""
    ends = time.monotonic() + seconds

    def left() -> float:
        if time.monotonic() >= ends:
            raise TimeoutError
        return ends - time.monotonic()

    return left


def outcome(folder: Path, **settings: Any) -> str | None:
    """Print the slip through the whole printer; the error code, or None."""
    told: list[KioskError | None] = []
    come = threading.Event()

    def finished(error: KioskError | None) -> None:
        told.append(error)
        come.set()

    make_printer(PrinterSettings(**settings), folder=folder).start(SLIP, finished)
    assert come.wait(PATIENCE_SECONDS)
    for thread in threading.enumerate():
        if thread.name == "printing":
            thread.join(PATIENCE_SECONDS)
    assert len(told) == 1
    return told[0].code if told[0] else None


def printed(commands: bytes) -> Image.Image:
    """What a printer makes of raster commands: the pieces joined, black on white."""
    pieces = []
    at = commands.find(b"\x1dv0\x00")
    while at >= 0:
        wide, high = (commands[at + n] + 256 * commands[at + n + 1] for n in (4, 6))
        begin, end = at + 8, at + 8 + wide * high
        pieces.append(Image.frombytes("1", (wide * 8, high), commands[begin:end]))
        at = end if commands.startswith(b"\x1dv0\x00", end) else -1
    whole = Image.new("1", (pieces[0].width, sum(piece.height for piece in pieces)))
    top = 0
    for piece in pieces:
        whole.paste(piece, (0, top))
        top += piece.height
    return ImageOps.invert(whole.convert("L")).convert("1")


def is_the_slip(commands: bytes) -> bool:
    return printed(commands).tobytes() == BITMAP.tobytes() and b"\x1dV" in commands[-8:]


class NetworkPrinter:
    """A printer on a port of this machine that does with one caller what it is told to."""

    def __init__(self, serve: Callable[[socket.socket], None], *, buffer: int = 0) -> None:
        self._listener = socket.socket()
        if buffer:
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(1)
        self.port: int = self._listener.getsockname()[1]
        self._serve = serve
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join(PATIENCE_SECONDS)
        self._listener.close()
        assert not self._thread.is_alive()

    def _run(self) -> None:
        connection, _ = self._listener.accept()
        connection.settimeout(PATIENCE_SECONDS)
        with connection:
            self._serve(connection)


def answering(got: bytearray, *answers: bytes) -> Callable[[socket.socket], None]:
    """Answer the paper status with each of `answers` in turn; take all that comes."""
    waiting = list(answers)

    def serve(connection: socket.socket) -> None:
        while some := connection.recv(65536):
            got.extend(some)
            if some.endswith(ASK_PAPER) and waiting:
                connection.sendall(waiting.pop(0))

    return serve


@pytest.mark.parametrize("status", [PAPER, NEAR_END])
def test_a_network_printer_gets_the_whole_slip_and_is_asked_for_paper_twice(
    tmp_path: Path, status: bytes
) -> None:
    got = bytearray()
    # A roll that is nearly at its end still prints.
    with NetworkPrinter(answering(got, status, status)) as there:
        assert outcome(tmp_path, kind="network", host="127.0.0.1", port=there.port) is None
    assert got.startswith(ASK_PAPER)
    assert got.endswith(ASK_PAPER)
    assert is_the_slip(bytes(got[3:-3]))


def test_a_network_printer_out_of_paper_gets_nothing_to_print(tmp_path: Path) -> None:
    got = bytearray()
    with NetworkPrinter(answering(got, NO_PAPER)) as there:
        code = outcome(tmp_path, kind="network", host="127.0.0.1", port=there.port)
    assert code == "printer.no_paper"
    assert bytes(got) == ASK_PAPER


def test_paper_that_ends_on_the_way_is_told(tmp_path: Path) -> None:
    with NetworkPrinter(answering(bytearray(), PAPER, NO_PAPER)) as there:
        code = outcome(tmp_path, kind="network", host="127.0.0.1", port=there.port)
    assert code == "printer.no_paper"


@pytest.mark.parametrize("answers", [(), (b"\x00",), (b"HTTP/1.1 400",)])
def test_a_network_printer_that_gives_no_sense_about_its_paper_has_some(
    tmp_path: Path, answers: tuple[bytes, ...]
) -> None:
    got = bytearray()
    with NetworkPrinter(answering(got, *answers)) as there:
        assert outcome(tmp_path, kind="network", host="127.0.0.1", port=there.port) is None
    assert is_the_slip(bytes(got[3:]))


def test_a_network_printer_that_hangs_up_at_once_counts_as_unplugged(tmp_path: Path) -> None:
    with NetworkPrinter(lambda connection: connection.close()) as there:
        code = outcome(tmp_path, kind="network", host="127.0.0.1", port=there.port)
    assert code == "printer.unplugged"


def test_a_network_printer_that_dies_on_the_way_counts_as_unplugged(tmp_path: Path) -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(3)
        connection.sendall(PAPER)
        connection.recv(1000)  # and closes with the rest unread: a reset

    with NetworkPrinter(serve, buffer=4096) as there:
        code = outcome(tmp_path, kind="network", host="127.0.0.1", port=there.port)
    assert code == "printer.unplugged"


def test_a_network_printer_that_never_reads_times_out_and_prints_nothing_later(
    tmp_path: Path,
) -> None:
    given_up, was_reset = threading.Event(), threading.Event()
    got = bytearray()

    def serve(connection: socket.socket) -> None:
        assert given_up.wait(PATIENCE_SECONDS)
        try:
            while some := connection.recv(65536):
                got.extend(some)
        except ConnectionResetError:
            was_reset.set()

    with NetworkPrinter(serve, buffer=4096) as there:
        code = outcome(
            tmp_path, kind="network", host="127.0.0.1", port=there.port, deadline_seconds=2
        )
        given_up.set()
    assert code == "printer.timeout"
    assert was_reset.is_set()
    assert len(got) < len(raster_commands(BITMAP))


def test_a_network_printer_that_is_switched_off_is_unplugged(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        port = taken.getsockname()[1]
        assert outcome(tmp_path, kind="network", host="127.0.0.1", port=port) == "printer.unplugged"


def test_a_device_file_gets_the_slip_and_no_question(tmp_path: Path) -> None:
    device = tmp_path / "lp0"
    device.write_bytes(b"what was there before" * 100_000)
    assert outcome(tmp_path, kind="device", device=device) is None
    assert is_the_slip(device.read_bytes())


def test_a_missing_device_file_is_unplugged_and_is_not_made(tmp_path: Path) -> None:
    device = tmp_path / "lp0"
    assert outcome(tmp_path, kind="device", device=device) == "printer.unplugged"
    assert not device.exists()


def test_a_folder_or_a_path_under_a_file_is_no_device(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for device in (tmp_path, tmp_path / "file" / "lp0"):
        assert outcome(tmp_path, kind="device", device=device) == "printer.not_writable"


def test_a_full_disk_behind_a_device_file_is_told(tmp_path: Path) -> None:
    assert outcome(tmp_path, kind="device", device="/dev/full") == "printer.disk_full"


def test_a_pipe_that_nobody_opened_is_unplugged_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "lp0")
    code = outcome(
        tmp_path, kind="device", device=tmp_path / "lp0", deadline_seconds=PATIENCE_SECONDS
    )
    assert code == "printer.unplugged"


def test_a_pipe_that_nobody_reads_times_out(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "lp0")
    reader = os.open(tmp_path / "lp0", os.O_RDONLY | os.O_NONBLOCK)
    try:
        code = outcome(tmp_path, kind="device", device=tmp_path / "lp0", deadline_seconds=2)
    finally:
        os.close(reader)
    assert code == "printer.timeout"


@contextmanager
def serial_line(status: bytes, got: bytearray) -> Iterator[Path]:
    """A printer at the far end of a serial line: a real pseudo-terminal."""
    ours, theirs = os.openpty()
    tty.setraw(ours)
    heard_stop, say_stop = os.pipe()

    def serve() -> None:
        while True:
            ready, _, _ = select.select([ours, heard_stop], [], [], PATIENCE_SECONDS)
            if ours not in ready:
                break
            some = os.read(ours, 65536)
            got.extend(some)
            if some.endswith(ASK_PAPER):
                os.write(ours, status)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield Path(os.ttyname(theirs))
    finally:
        os.write(say_stop, b"x")
        thread.join(PATIENCE_SECONDS)
        for descriptor in (ours, theirs, heard_stop, say_stop):
            os.close(descriptor)


def test_a_printer_on_a_serial_line_gets_every_byte_unchanged(tmp_path: Path) -> None:
    got = bytearray()
    with serial_line(PAPER, got) as device:
        assert outcome(tmp_path, kind="device", device=device) is None
    assert is_the_slip(bytes(got[3:-3]))


def test_a_printer_on_a_serial_line_tells_that_its_paper_is_out(tmp_path: Path) -> None:
    got = bytearray()
    with serial_line(NO_PAPER, got) as device:
        assert outcome(tmp_path, kind="device", device=device) == "printer.no_paper"
    assert bytes(got) == ASK_PAPER


@pytest.mark.parametrize("paper", list(PaperWidth))
def test_raster_commands_hold_the_bitmap_and_nothing_is_written_to_the_console(
    paper: PaperWidth, capfd: pytest.CaptureFixture[str]
) -> None:
    bitmap = draw(SLIP, paper)
    commands = raster_commands(bitmap)
    assert commands.startswith(b"\x1b@")
    assert printed(commands).tobytes() == bitmap.tobytes()
    assert capfd.readouterr() == ("", "")


def test_a_wire_to_a_broken_device_is_closed() -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(OSError, match="No space left"):
        print_through(DeviceDial(file=Path("/dev/full")), BITMAP, within(PATIENCE_SECONDS))
    assert len(list(Path("/proc/self/fd").iterdir())) == before


class SoftwareBus(usb.backend.IBackend):  # type: ignore[misc]  # pyusb carries no types
    """A USB bus with one printer, spoken to through pyusb's own backend interface."""

    def __init__(self, *, status: bytes = b"", is_vendor_specific: bool = False) -> None:
        super().__init__()
        self.got = bytearray()
        self.transfers: list[int] = []
        self.status = status
        self.interface_class = 0xFF if is_vendor_specific else 7
        self.endpoints = (0x03, 0x84)
        self.is_stuck = False
        self.is_driver_active = True
        self.claimed: list[int] = []

    def enumerate_devices(self) -> Iterator[str]:
        yield "printer"

    def get_device_descriptor(self, _device: Any) -> SimpleNamespace:
        return SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x200, bDeviceClass=0, bDeviceSubClass=0,
            bDeviceProtocol=0, bMaxPacketSize0=64, idVendor=0x04B8, idProduct=0x0E15,
            bcdDevice=0x100, iManufacturer=0, iProduct=0, iSerialNumber=0,
            bNumConfigurations=1, address=1, bus=1, port_number=1, port_numbers=(1,), speed=3,
        )  # fmt: skip

    def get_configuration_descriptor(self, _device: Any, _config: int) -> SimpleNamespace:
        return SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=32, bNumInterfaces=2,
            bConfigurationValue=1, iConfiguration=0, bmAttributes=0x80, bMaxPower=1,
            extra_descriptors=(),
        )  # fmt: skip

    def get_interface_descriptor(
        self, _device: Any, interface: int, alternate: int, _config: int
    ) -> SimpleNamespace:
        if interface > 1 or alternate > 0:
            raise IndexError
        # The first interface is something else: a printer with a built-in card reader.
        kind, endpoints = (3, 0) if interface == 0 else (self.interface_class, 2)
        if self.interface_class != 7 and interface == 0:
            kind, endpoints = self.interface_class, 2
        return SimpleNamespace(
            bLength=9, bDescriptorType=4, bInterfaceNumber=interface, bAlternateSetting=0,
            bNumEndpoints=endpoints, bInterfaceClass=kind, bInterfaceSubClass=1,
            bInterfaceProtocol=2, iInterface=0, extra_descriptors=(),
        )  # fmt: skip

    def get_endpoint_descriptor(
        self, _device: Any, endpoint: int, _interface: int, _alternate: int, _config: int
    ) -> SimpleNamespace:
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=self.endpoints[endpoint],
            bmAttributes=2, wMaxPacketSize=64, bInterval=0, bRefresh=0, bSynchAddress=0,
            extra_descriptors=(),
        )  # fmt: skip

    def open_device(self, device: Any) -> Any:
        return device

    def close_device(self, _handle: Any) -> None:
        pass

    def get_configuration(self, _handle: Any) -> int:
        return 1

    def is_kernel_driver_active(self, _handle: Any, _interface: int) -> bool:
        return self.is_driver_active

    def detach_kernel_driver(self, _handle: Any, _interface: int) -> None:
        self.is_driver_active = False

    def claim_interface(self, _handle: Any, interface: int) -> None:
        if self.is_driver_active:
            raise usb.core.USBError("Resource busy", errno=errno.EBUSY)
        self.claimed.append(interface)

    def release_interface(self, _handle: Any, interface: int) -> None:
        self.claimed.remove(interface)

    def bulk_write(
        self, _handle: Any, endpoint: int, _interface: int, some: "array.array[int]", _timeout: int
    ) -> int:
        assert endpoint == self.endpoints[0]
        if self.is_stuck and bytes(some) != ASK_PAPER:
            raise usb.core.USBTimeoutError("Operation timed out", errno=errno.ETIMEDOUT)
        self.got += some.tobytes()
        self.transfers.append(len(some))
        return len(some)

    def bulk_read(
        self, _handle: Any, endpoint: int, _interface: int, room: "array.array[int]", _timeout: int
    ) -> int:
        assert endpoint == self.endpoints[1]
        if not self.status:
            raise usb.core.USBTimeoutError("Operation timed out", errno=errno.ETIMEDOUT)
        room[0] = self.status[0]
        return 1


def through_usb(bus: SoftwareBus, *, product: int = 0x0E15) -> None:
    dial = UsbDial(vendor=0x04B8, product=product, backend=bus)
    print_through(dial, BITMAP, within(PATIENCE_SECONDS))


@pytest.mark.parametrize("is_vendor_specific", [False, True])
def test_a_usb_printer_is_taken_over_gets_the_slip_and_is_let_go(
    *, is_vendor_specific: bool
) -> None:
    bus = SoftwareBus(status=PAPER, is_vendor_specific=is_vendor_specific)
    through_usb(bus)
    assert is_the_slip(bytes(bus.got[3:-3]))
    assert max(bus.transfers) <= 16_384
    assert bus.claimed == []
    assert not bus.is_driver_active


def test_a_usb_printer_out_of_paper_is_told() -> None:
    bus = SoftwareBus(status=NO_PAPER)
    with pytest.raises(KioskError, match=r"printer\.no_paper"):
        through_usb(bus)
    assert bytes(bus.got) == ASK_PAPER


def test_a_usb_printer_that_never_answers_has_paper() -> None:
    bus = SoftwareBus()
    through_usb(bus)
    assert is_the_slip(bytes(bus.got[3:]))


def test_a_usb_printer_that_takes_no_data_times_out() -> None:
    bus = SoftwareBus(status=PAPER)
    bus.is_stuck = True
    with pytest.raises(usb.core.USBTimeoutError) as late:
        through_usb(bus)
    assert late.value.errno == errno.ETIMEDOUT  # what printing.py tells as printer.timeout


def test_another_usb_device_is_not_the_printer() -> None:
    with pytest.raises(KioskError) as refusal:
        through_usb(SoftwareBus(), product=0x0202)
    assert refusal.value.code == "printer.unplugged"
    assert refusal.value.detail == "no USB device 04b8:0202"


def test_a_usb_printer_that_is_not_there_is_told_through_the_whole_printer(
    tmp_path: Path,
) -> None:
    code = outcome(tmp_path, kind="usb", vendor=0xFFFE, product=0x0001)
    # refused: this machine has no libusb, so there is no bus to look at
    assert code in {"printer.unplugged", "printer.refused"}


def test_the_bus_is_closed_after_a_slip() -> None:
    bus = SoftwareBus(status=PAPER)
    with closing(UsbDial(vendor=0x04B8, product=0x0E15, backend=bus)(within(1))):
        assert bus.claimed == [1]
    assert bus.claimed == []

"""Printing as the conductor sees it: `finished` exactly once, in time, with what went wrong."""

import os
import threading
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pydantic import TypeAdapter, ValidationError

from kiosk.errors import KioskError
from kiosk.printing import FolderPress, PrinterSettings, Run, SlipPrinter, make_printer
from kiosk.slip import Code, Heading, Line, PaperWidth, Slip
from kiosk.slip_image import draw

SLIP = Slip(
    parts=(
        Heading(text="Đăng ký khai sinh"),
        *(Line(text=f"Dòng thứ {number} của một phiếu dài") for number in range(1, 31)),
        Code(text="https://dichvucong.gov.vn/thu-tuc-hanh-chinh/019d2bfd"),
    )
)
SHORT = Slip(parts=(Heading(text="In thử"),))
PATIENCE_SECONDS = 30
"""For a test that fails; none waits so long when all is well."""


class Told:
    """What `finished` was told, and how often."""

    def __init__(self) -> None:
        self.results: list[KioskError | None] = []
        self.threads: list[threading.Thread] = []
        self._come = threading.Event()

    def __call__(self, error: KioskError | None) -> None:
        self.results.append(error)
        self.threads.append(threading.current_thread())
        self._come.set()

    def code(self) -> str | None:
        """The error code that was told, None for success; waits for it."""
        assert self._come.wait(PATIENCE_SECONDS)
        assert len(self.results) == 1
        error = self.results[0]
        return error.code if error else None

    def detail(self) -> str:
        assert self.results[0] is not None
        return self.results[0].detail


class StuckPress:
    """A device whose driver never comes back, until it is let go."""

    otherwise = "printer.unplugged"

    def __init__(self) -> None:
        self.release = threading.Event()
        self.begun = threading.Event()
        self.count = 0

    def put(self, bitmap: Image.Image, run: Run) -> None:
        assert bitmap.mode == "1"
        assert run is not None
        self.count += 1
        self.begun.set()
        assert self.release.wait(PATIENCE_SECONDS)

    def forget(self) -> None:
        pass


class RaisingPress(StuckPress):
    """A driver with a fault of its own."""

    def put(self, bitmap: Image.Image, run: Run) -> None:
        raise ZeroDivisionError(f"{bitmap} {run}")


def join(name: str) -> None:
    """Wait until no thread of this name is left."""
    for thread in threading.enumerate():
        if thread.name == name:
            thread.join(PATIENCE_SECONDS)
            assert not thread.is_alive()


def printer(own_folder: Path, *, keep: bool = False, **settings: Any) -> SlipPrinter:
    return make_printer(PrinterSettings(**settings), folder=own_folder, keep=keep)


def stuck(press: StuckPress, deadline_seconds: float) -> SlipPrinter:
    return SlipPrinter(press, paper=PaperWidth.MM58, deadline_seconds=deadline_seconds)


def test_a_device_that_never_comes_back_is_told_once_as_a_timeout() -> None:
    press, told = StuckPress(), Told()
    stuck(press, 0.3).start(SHORT, told)
    assert told.code() == "printer.timeout"
    press.release.set()
    join("printing")
    assert len(told.results) == 1


def test_start_returns_while_the_device_is_still_busy_and_tells_from_another_thread() -> None:
    press, told = StuckPress(), Told()
    stuck(press, PATIENCE_SECONDS).start(SHORT, told)
    assert press.begun.wait(PATIENCE_SECONDS)
    assert told.results == []
    press.release.set()
    assert told.code() is None
    assert told.threads[0] is not threading.current_thread()
    join("printing")


def test_a_slip_behind_a_stuck_one_times_out_too_and_is_never_printed() -> None:
    press, first, second = StuckPress(), Told(), Told()
    both = stuck(press, 0.5)
    both.start(SHORT, first)
    assert press.begun.wait(PATIENCE_SECONDS)
    both.start(SHORT, second)
    assert (first.code(), second.code()) == ("printer.timeout", "printer.timeout")
    press.release.set()
    join("printing")
    assert press.count == 1


def test_forget_drops_the_slip_that_still_waits() -> None:
    press, first, second = StuckPress(), Told(), Told()
    both = stuck(press, PATIENCE_SECONDS)
    both.start(SHORT, first)
    assert press.begun.wait(PATIENCE_SECONDS)
    both.start(SHORT, second)
    both.forget()
    press.release.set()
    assert (first.code(), second.code()) == (None, "printer.dropped")
    join("printing")
    assert press.count == 1


def test_an_unforeseen_fault_of_a_driver_is_told_without_its_words() -> None:
    told = Told()
    stuck(RaisingPress(), PATIENCE_SECONDS).start(SHORT, told)
    assert told.code() == "printer.refused"
    assert told.detail().startswith("ZeroDivisionError at test_printing.py:")


def test_a_missing_font_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("XDG_DATA_HOME", "XDG_DATA_DIRS"):
        monkeypatch.setenv(variable, str(tmp_path))
    monkeypatch.setattr("kiosk.slip_image.FONT_FOLDER", tmp_path)
    told = Told()
    printer(tmp_path, kind="file").start(SHORT, told)
    assert told.code() == "font.missing"


@pytest.mark.parametrize("paper", [58, 80])
def test_the_file_printer_writes_the_picture_and_the_page(tmp_path: Path, paper: int) -> None:
    folder, told = tmp_path / "not" / "there", Told()
    printer(tmp_path, kind="file", paper=paper, folder=folder).start(SLIP, told)
    assert told.code() is None
    with Image.open(folder / "slip.png") as picture:
        assert picture.mode == "1"
        assert round(picture.info["dpi"][0]) == 203
        assert picture.tobytes() == draw(SLIP, PaperWidth(paper)).tobytes()
    wide_points = f"/MediaBox[0 0 {paper * 72 / 25.4:.3f} ".encode()
    assert wide_points in (folder / "slip.pdf").read_bytes()
    assert sorted(file.name for file in folder.iterdir()) == ["slip.pdf", "slip.png"]


def test_the_file_printer_uses_the_kiosks_own_folder_when_none_is_named(tmp_path: Path) -> None:
    told = Told()
    printer(tmp_path, kind="file").start(SHORT, told)
    assert told.code() is None
    assert (tmp_path / "slip.pdf").is_file()


def test_forget_removes_the_files_unless_they_are_to_be_kept(tmp_path: Path) -> None:
    for keep in (True, False):
        files, told = printer(tmp_path, kind="file", keep=keep), Told()
        files.start(SHORT, told)
        assert told.code() is None
        files.forget()
        assert any(tmp_path.iterdir()) is keep
    files.forget()  # a second time, with nothing there


def test_a_slip_forgotten_while_it_is_written_leaves_no_file(tmp_path: Path) -> None:
    run = Run(PATIENCE_SECONDS, Told())
    press = FolderPress(tmp_path, paper=PaperWidth.MM58, keep=False)
    run.is_dropped = True
    press.forget()
    with pytest.raises(KioskError, match=r"printer\.dropped"):
        press.put(draw(SHORT, PaperWidth.MM58), run)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told_and_forget_stays_quiet(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    files, told = printer(tmp_path, kind="file", folder=tmp_path / "file" / "slips"), Told()
    files.start(SHORT, told)
    assert told.code() == "printer.not_writable"
    files.forget()


def test_a_full_disk_is_told_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    (tmp_path / "slip.pdf.part").symlink_to("/dev/full")
    told = Told()
    printer(tmp_path, kind="file").start(SHORT, told)
    assert told.code() == "printer.disk_full"
    assert list(tmp_path.iterdir()) == []


LP_ACCEPTS = """cat > "$BOX/job.pdf"
printf '%s\\n' "$@" > "$BOX/arguments"
echo "request id is quay-3-42 (1 file(s))"
"""
LP_REFUSES = """cat > /dev/null
echo "lp: The printer or class does not exist." >&2
exit 1
"""
LP_REFUSES_UNREAD = """echo "lp: Error - scheduler not responding." >&2
exit 1
"""
LP_HANGS = """echo $$ > "$BOX/pid"
sleep 600
"""


def command(box: Path, name: str, script: str) -> None:
    file = box / name
    file.write_text(f"#!/bin/sh\n{script}")
    file.chmod(0o755)


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder first on PATH, for print commands."""
    folder = tmp_path / "commands"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setenv("BOX", str(folder))
    return folder


def queue(own_folder: Path, **settings: Any) -> SlipPrinter:
    return printer(own_folder, kind="cups", queue="quay-3", **settings)


def test_a_queue_gets_the_slip_as_a_page_of_its_size(box: Path) -> None:
    command(box, "lp", LP_ACCEPTS)
    told = Told()
    queue(box, paper=58).start(SLIP, told)
    assert told.code() is None
    high_mm = draw(SLIP, PaperWidth.MM58).height * 25.4 / 203
    arguments = (box / "arguments").read_text().splitlines()
    assert arguments[:2] == ["-d", "quay-3"]
    assert f"media=Custom.58x{high_mm:.1f}mm" in arguments
    page = (box / "job.pdf").read_bytes()
    assert page.startswith(b"%PDF-")
    assert page.endswith(b"%%EOF\n")


def test_forget_takes_the_job_out_of_the_queue_once(box: Path) -> None:
    command(box, "lp", LP_ACCEPTS)
    command(box, "cancel", 'echo "$@" >> "$BOX/cancelled"\n')
    cups, told = queue(box), Told()
    cups.start(SHORT, told)
    assert told.code() is None
    cups.forget()
    cups.forget()
    join("cancel")
    assert (box / "cancelled").read_text() == "-x quay-3-42\n"


def test_a_job_that_cannot_be_cancelled_troubles_nobody(box: Path) -> None:
    command(box, "lp", LP_ACCEPTS)
    command(box, "cancel", "echo 'cancel: Job #42 is already completed' >&2\nexit 1\n")
    cups, told = queue(box), Told()
    cups.start(SHORT, told)
    assert told.code() is None
    cups.forget()
    join("cancel")
    assert told.results == [None]


@pytest.mark.parametrize("script", [LP_REFUSES, LP_REFUSES_UNREAD])
def test_an_unknown_queue_is_told_with_what_lp_said(box: Path, script: str) -> None:
    command(box, "lp", script)
    told = Told()
    queue(box).start(SLIP, told)
    assert told.code() == "printer.refused"
    assert told.detail().startswith("lp: lp: ")


def test_a_machine_without_print_commands_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    told = Told()
    queue(tmp_path).start(SHORT, told)
    assert (told.code(), told.detail()) == ("printer.refused", "lp: no such command")


def test_a_print_command_that_hangs_is_killed_at_the_deadline(box: Path) -> None:
    command(box, "lp", LP_HANGS)
    told = Told()
    queue(box, deadline_seconds=1).start(SHORT, told)
    assert told.code() == "printer.timeout"
    join("printing")
    with pytest.raises(ProcessLookupError):
        os.kill(int((box / "pid").read_text()), 0)


def test_the_settings_of_each_kind_are_taken() -> None:
    tables: tuple[dict[str, Any], ...] = (
        {"kind": "file"},
        {"kind": "file", "folder": "/var/lib/dan-loi", "paper": 58},
        {"kind": "usb", "vendor": 0x04B8, "product": 0x0E15},
        {"kind": "network", "host": "192.168.1.50"},
        {"kind": "network", "host": "may-in.local", "port": 9101},
        {"kind": "device", "device": "/dev/usb/lp0"},
        {"kind": "cups", "queue": "Quay_3", "deadline_seconds": 20},
    )
    for table in tables:
        settings = TypeAdapter(PrinterSettings).validate_python(table)
        assert settings.paper is PaperWidth(table.get("paper", 80))


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ({"kind": "usb", "vendor": 1}, 'a printer of kind "usb" needs product: add it'),
        ({"kind": "network"}, 'a printer of kind "network" needs host: add it'),
        ({"kind": "device"}, 'a printer of kind "device" needs device: add it'),
        ({"kind": "cups"}, 'a printer of kind "cups" needs queue: add it'),
        (
            {"kind": "cups", "queue": "q", "host": "h"},
            'a printer of kind "cups" has no host: leave it out',
        ),
        (
            {"kind": "file", "port": 9100},
            'a printer of kind "file" has no port: leave it out',
        ),
        ({"kind": "cups", "queue": "-o"}, "String should match pattern"),
        ({"kind": "network", "host": "h", "port": 0}, "greater than or equal to 1"),
        ({"kind": "file", "paper": 76}, "Input should be 58 or 80"),
        ({"kind": "file", "deadline_seconds": 0}, "greater than 0"),
        ({"kind": "laser"}, "Input should be 'file', 'usb'"),
        ({"kind": "file", "colour": True}, "Unexpected keyword argument"),
    ],
)
def test_settings_that_do_not_fit_are_refused_with_a_sentence(
    table: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValidationError) as refusal:
        TypeAdapter(PrinterSettings).validate_python(table)
    assert sentence in refusal.value.errors()[0]["msg"]

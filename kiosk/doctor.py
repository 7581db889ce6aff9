"""Readiness: what a kiosk needs, looked at one by one, with what to do where it is not there.

It changes nothing: it connects to a network printer and hangs up, and writes only an
unnamed file that is gone at once. It waits for no device longer than a few seconds.
"""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import assert_never

from kiosk.app import PIN_FILE, SLIP_FOLDER, versions
from kiosk.bundle_current import current_of
from kiosk.catalogue import PORTAL_TABLE, Catalogue, load_catalogue
from kiosk.doctor_broker import broker_findings
from kiosk.doctor_bundle import bundle_findings
from kiosk.doctor_console import console_findings
from kiosk.doctor_guide import GuideExamination
from kiosk.doctor_sound import SoundExamination
from kiosk.door import StaffDoor
from kiosk.errors import KioskError
from kiosk.fault_text import fault_text
from kiosk.finding import Finding, Report, State
from kiosk.guide_trial import Trial
from kiosk.printing import PrinterSettings
from kiosk.procedure import Language
from kiosk.script import Fault
from kiosk.settings import DEFAULTS, SITE_PLACES, Settings, load_settings
from kiosk.slip_image import FONT_FOLDER, find_fonts
from kiosk.speech.gain import Gain
from kiosk.usage import USAGE_FILE
from kiosk.usage_report import report
from kiosk.words import Words

CONNECT_SECONDS = 2.0
"""How long a network printer may take to answer."""
LPSTAT_SECONDS = 5.0
"""How long the print server may take to list its queues."""
FREE_MEGABYTES = 200
"""With less than this the counters soon have no room."""
FIRST_YEAR = 2026
"""A clock that shows an earlier year has lost its battery."""
INCHES_OFF = 0.08
"""A panel tells its size in whole centimetres, so the settings may differ by this share."""
UNSET_WARD = "Phường"
"""The name that `settings.toml` has until a ward writes its own."""


def examine(
    site: Path | None,
    *,
    words: Words,
    language: Language,
    today: date,
    displays: Path = Path("/sys/class/drm"),
    measure: Callable[[str], Gain] | None = None,
    loudspeakers: Callable[[], Sequence[str]] | None = None,
    try_guide: Callable[[Settings], Trial] | None = None,
) -> tuple[Finding, ...]:
    """Look at everything a kiosk needs.

    Args:
        site: the site's settings file; None: the one that the kiosk would find.
        words: for the findings.
        language: in which they are said.
        today: what the clock says.
        displays: where the system tells about displays.
        measure: listens to the microphone of this name for a moment; None: it is not looked at.
        loudspeakers: the names of all that are plugged in; None: they are not looked at.
        try_guide: asks the language model a simple question; None: it is not asked.
    """
    settings: Settings
    try:
        settings, refused = load_settings(site), None
    except KioskError as error:
        settings, refused = load_settings(DEFAULTS), error
    report = Report(words, language)
    current = current_of(settings, today)
    bundles = bundle_findings(settings, current, report=report, today=today)
    site_settings, settings = settings, current.settings
    examination = _Examination(settings, current.procedures, report, words, language)
    sound = SoundExamination(settings, report)
    guide = GuideExamination(settings, report)
    findings = [examination.settings_file(site, refused), examination.ward()]
    try:
        catalogue = load_catalogue(current.procedures)
    except KioskError as error:
        catalogue = Catalogue(procedures=(), faults=())
        findings.append(examination.refused("scripts", error))
    else:
        findings += [*examination.scripts(catalogue), examination.portal(catalogue)]
    findings += [
        *bundles,
        examination.fonts(),
        examination.printer(),
        examination.state_folder(),
        examination.disk(),
        *examination.usage(),
        examination.pin(),
        examination.clock(catalogue, today),
        examination.screen(displays),
        sound.microphone(measure),
        sound.loudspeaker(loudspeakers),
        sound.speech(),
        sound.voice(),
        guide.model(try_guide),
        guide.advice(),
        *broker_findings(settings, report=report, words=words, language=language),
        *console_findings(site_settings, report=report, today=today),
        examination.versions(),
    ]
    return tuple(findings)


def is_ready(findings: tuple[Finding, ...]) -> bool:
    """Whether nothing is missing."""
    return all(one.state is not State.MISSING for one in findings)


class _Examination:
    def __init__(
        self,
        settings: Settings,
        procedures: Path,
        report: Report,
        words: Words,
        language: Language,
    ) -> None:
        self._settings = settings
        self._procedures = procedures
        self._state = settings.folders.state_path
        self._words = words
        self._language: Language = language
        self.finding, self.refused = report.finding, report.refused

    def settings_file(self, site: Path | None, refused: KioskError | None) -> Finding:
        if refused is not None:
            return self.refused("settings", refused)
        file = site or next((place for place in SITE_PLACES if place.is_file()), None)
        if file is None:
            return self.finding("settings", State.WARNING, "settings-default")
        return self.finding("settings", State.OK, "settings", file=file)

    def ward(self) -> Finding:
        name = self._settings.ward.name.in_language(self._language)
        if self._settings.ward.name.vi == UNSET_WARD:
            return self.finding("ward", State.MISSING, "ward-unset", name=name)
        return self.finding("ward", State.OK, "ward", name=name)

    def scripts(self, catalogue: Catalogue) -> Iterator[Finding]:
        count = len(catalogue.procedures)
        if not count and not catalogue.left_out:
            folder = self._procedures
            yield self.finding("scripts", State.MISSING, "scripts-none", folder=folder)
            return
        yield self.finding("scripts", State.OK if count else State.MISSING, "scripts", count=count)
        for file in catalogue.left_out:
            fault = _first_fault(catalogue, file)
            text = fault_text(fault, self._words, self._language)
            yield self.finding(
                "scripts",
                State.MISSING,
                "script-left-out",
                file=fault.file,
                line=fault.line,
                text=text,
            )

    def portal(self, catalogue: Catalogue) -> Finding:
        table = self._procedures / PORTAL_TABLE
        if not table.is_file():
            return self.finding("portal", State.WARNING, "portal-no-table", file=table)
        place = self._settings.ward.portal
        code = "portal" if place.province_id and place.ward_id else "portal-no-ward"
        return self.finding("portal", State.OK, code, count=len(catalogue.procedures))

    def fonts(self) -> Finding:
        try:
            found = Path(find_fonts(FONT_FOLDER).regular)
        except KioskError:
            return self.finding("fonts", State.MISSING, "fonts-none")
        if found.parent != FONT_FOLDER or not found.is_file():
            return self.finding("fonts", State.WARNING, "fonts-other", font=found.stem)
        return self.finding("fonts", State.OK, "fonts", font=found.stem)

    def printer(self) -> Finding:
        printer = self._settings.printer
        code, values = _printer_trouble(printer, printer.folder or self._state / SLIP_FOLDER)
        state = State.MISSING if code else State.OK
        return self.finding("printer", state, code or f"printer-{printer.kind}", **values)

    def state_folder(self) -> Finding:
        is_kept = _is_writable(self._state)
        state, code = (State.OK, "state") if is_kept else (State.MISSING, "state-not-writable")
        return self.finding("state", state, code, folder=self._state)

    def disk(self) -> Finding:
        free = shutil.disk_usage(_nearest(self._state)).free // 1_000_000
        state, code = (State.OK, "disk") if free >= FREE_MEGABYTES else (State.MISSING, "disk-full")
        return self.finding("disk", state, code, free=free, least=FREE_MEGABYTES)

    def usage(self) -> Iterator[Finding]:
        log = self._state / USAGE_FILE
        try:
            counted = len(report(log, since=date.min, until=date.max).cells)
        except KioskError as error:
            yield self.refused("usage", error, State.WARNING)
        else:
            code = "usage" if log.exists() else "usage-none-yet"
            yield self.finding("usage", State.OK, code, rows=counted)
        for aside in sorted(self._state.glob(f"{USAGE_FILE}.damaged-*")):
            if not aside.name.endswith(("-wal", "-shm")):
                yield self.finding("usage", State.WARNING, "usage-aside", file=aside)

    def pin(self) -> Finding:
        try:
            StaffDoor(self._state / PIN_FILE).examine()
        except KioskError as error:
            return self.refused("pin", error)
        return self.finding("pin", State.OK, "pin")

    def clock(self, catalogue: Catalogue, today: date) -> Finding:
        newest = max((one.checked for one in catalogue.procedures), default=date(FIRST_YEAR, 1, 1))
        shown = {"today": f"{today:%d/%m/%Y}", "newest": f"{newest:%d/%m/%Y}"}
        if today.year < FIRST_YEAR or today < newest:
            return self.finding("clock", State.MISSING, "clock-behind", **shown)
        return self.finding("clock", State.OK, "clock", **shown)

    def screen(self, displays: Path) -> Finding:
        set_inches = self._settings.screen.inches
        told = [inches for inches in map(_inches, sorted(displays.glob("*/edid"))) if inches]
        if not told:
            return self.finding("screen", State.INFORMATION, "screen-unknown", inches=set_inches)
        nearest = min(told, key=lambda inches: abs(inches - set_inches))
        is_so = abs(nearest - set_inches) <= INCHES_OFF * set_inches
        state, code = (State.OK, "screen") if is_so else (State.WARNING, "screen-other")
        return self.finding("screen", state, code, inches=set_inches, told=f"{nearest:.1f}")

    def versions(self) -> Finding:
        listed = ", ".join(f"{name} {version}" for name, version in versions())
        return self.finding("versions", State.INFORMATION, "versions", versions=listed)


def _first_fault(catalogue: Catalogue, script: str) -> Fault:
    """Why a script was left out; a fault of its walks counts too."""
    folder = Path(script).parent
    return next(
        fault
        for fault in catalogue.faults
        if Path(fault.file).parent == folder and not fault.is_warning
    )


def _printer_trouble(printer: PrinterSettings, folder: Path) -> tuple[str, dict[str, object]]:
    """Code of what is wrong, or nothing, with what fills the sentence either way."""
    match printer.kind:
        case "file":
            is_kept = _is_writable(folder)
            return ("" if is_kept else "printer-file-not-writable"), {"folder": folder}
        case "network":
            place = (printer.host or "", printer.port or 9100)
            trouble = _attempt(lambda: socket.create_connection(place, CONNECT_SECONDS).close())
            values = {"host": place[0], "port": place[1], "problem": trouble}
            return ("printer-network-silent" if trouble else ""), values
        case "device":
            assert printer.device is not None
            is_there = printer.device.exists()
            is_ours = os.access(printer.device, os.W_OK)
            code = "" if is_ours else "printer-device-not-writable"
            return (code if is_there else "printer-device-gone"), {"device": printer.device}
        case "cups":
            queues, trouble = _queues()
            values = {"queue": printer.queue, "known": ", ".join(queues) or "–"}
            return trouble or ("" if printer.queue in queues else "printer-cups-unknown"), values
        case "usb":
            usb_id = f"{printer.vendor:04x}:{printer.product:04x}"
            return _usb_trouble(printer), {"usb_id": usb_id}
        case _:
            assert_never(printer.kind)


def _attempt(act: Callable[[], None]) -> str:
    """What the system says against it, or nothing."""
    try:
        act()
    except OSError as error:
        return error.strerror or str(error) or type(error).__name__
    return ""


def _queues() -> tuple[list[str], str]:
    """The print server's queues, and the code of what hinders asking for them."""
    lpstat = shutil.which("lpstat")
    if lpstat is None:
        return [], "printer-cups-none"
    try:
        said = subprocess.run(
            (lpstat, "-e"), capture_output=True, timeout=LPSTAT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return [], "printer-cups-silent"
    return said.stdout.decode(errors="replace").split(), ""


def _usb_trouble(printer: PrinterSettings) -> str:
    import usb.core  # noqa: PLC0415 - only a kiosk with such a printer needs it

    try:
        found = usb.core.find(idVendor=printer.vendor, idProduct=printer.product)
    except usb.core.NoBackendError:
        return "printer-usb-no-library"
    return "" if found is not None else "printer-usb-gone"


def _nearest(folder: Path) -> Path:
    """`folder`, or what is there of the way to it."""
    return next(one for one in (folder.absolute(), *folder.absolute().parents) if one.exists())


def _is_writable(folder: Path) -> bool:
    """Whether a file can be written there, the folder being made if it is not there yet."""
    there = _nearest(folder)
    return not _attempt(lambda: tempfile.TemporaryFile(dir=there).close())


def _inches(edid: Path) -> float:
    """The diagonal that a display tells (VESA E-EDID, bytes 21 and 22: centimetres), or 0."""
    try:
        told = edid.read_bytes()[:128]
    except OSError:
        return 0.0
    if len(told) < 128 or not (told[21] and told[22]):
        return 0.0
    return float((told[21] ** 2 + told[22] ** 2) ** 0.5) / 2.54

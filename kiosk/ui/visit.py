"""`kiosk visit PLAN.yaml --out DIR`: a whole visit through the real screen, offscreen.

Leaves numbered pictures, the slip, the QR code as read back from the picture, and a
record of what was done. The kiosk it drives keeps its files in a folder of its own
that is gone afterwards.
"""

import json
import tempfile
import time
from dataclasses import field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import zxingcpp
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass
from PySide6.QtGui import QImage

from kiosk import event as on
from kiosk.app import Kiosk, build_kiosk
from kiosk.errors import KioskError
from kiosk.fault_text import fault_text
from kiosk.procedure import Language
from kiosk.screen import OutcomeBody
from kiosk.script import read_as
from kiosk.settings import Settings
from kiosk.speech.silence import Rehearsal
from kiosk.ui.hand import Hand
from kiosk.ui.window import LANDSCAPE, PORTRAIT, Panel, start_qt
from kiosk.words_files import load_words

_strict = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class PlanStep:
    """One thing to do; exactly one key, besides `picture`."""

    tap: str | None = None
    """Label of the button to touch."""
    type: str | None = None
    """Text to type on a keyboard; touch the search field first."""
    keys: str | None = None
    """Text to touch out on the on-screen keyboard."""
    search: Literal[True] | None = None
    """Touch the search field."""
    enter: Literal[True] | None = None
    """Send the typed sentence off with the enter key."""
    say: str | None = None
    """A sentence: the microphone is touched, and the recogniser hands it over."""
    hold: Literal["corner"] | None = None
    """Press and hold the hidden corner."""
    pin: str | None = None
    """Digits to touch on the PIN pad."""
    pass_seconds: Annotated[float, Field(gt=0, le=3600)] | None = None
    """Let the kiosk's clock run ahead."""
    expect: str | None = None
    """A text that must stand on the screen now."""
    picture: str | None = None
    """Name of the picture taken afterwards; left out: the number alone."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Plan:
    """A visit to make."""

    name: str
    language: Language = "vi"
    orientation: Literal["portrait", "landscape"] = "portrait"
    today: date | None = None
    """The day of the visit; left out: today."""
    pin: str | None = "284917"
    """The staff PIN that was set before; null: a kiosk that has none yet."""
    steps: Annotated[tuple[PlanStep, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """What a visit left behind."""

    pictures: tuple[Path, ...]
    slip: Path | None
    qr: str
    """What the QR on the screen says, read from the picture; empty if none was shown."""
    record: dict[str, Any] = field(default_factory=dict)


def read_plan(file: Path) -> Plan:
    """Read a plan.

    Raises:
        KioskError: `visit.bad_plan`, with the file, the line and what is wrong.
    """
    try:
        untrusted = file.read_bytes()
    except OSError as error:
        raise KioskError("visit.no_plan", str(error), file=str(file)) from error
    plan, _, faults = read_as(Plan, untrusted, file=str(file))
    if plan is None:
        first = faults[0]
        text = fault_text(first, load_words(), "vi")
        raise KioskError("visit.bad_plan", file=str(file), line=str(first.line), problem=text)
    return plan


def make_visit(plan: Plan, settings: Settings, out: Path) -> Visited:
    """Make the visit and write its pictures, slip, QR text and record into `out`.

    Raises:
        KioskError: `visit.not_there`: the plan and the kiosk disagree; `visit.no_folder`:
            `out` cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / "qr.txt").write_text("", encoding="utf-8")
    except OSError as error:
        raise KioskError("visit.no_folder", str(error), folder=str(out)) from error
    application = start_qt(offscreen=True)
    with tempfile.TemporaryDirectory(prefix="dan-loi-visit-") as state:
        clock = Clock()
        theirs = replace(
            settings,
            folders=replace(settings.folders, state=state),
            screen=replace(
                settings.screen, language=plan.language, reduce_motion=True, double_touch_seconds=0
            ),
        )
        kiosk = build_kiosk(
            theirs,
            shut_down=application.quit,
            clock=clock.now,
            today=lambda: plan.today or datetime.now().astimezone().date(),
            slips=out,
        )
        if plan.pin is not None:
            kiosk.door.set_pin(plan.pin)
        kiosk.conductor.converse(Rehearsal())
        kiosk.conductor.engines(can_hear=True, can_speak=True)
        panel = Panel(kiosk)
        panel.show(PORTRAIT if plan.orientation == "portrait" else LANDSCAPE)
        try:
            return _Visit(plan, kiosk, panel, clock, out).make()
        finally:
            panel.close()


class Clock:
    """Seconds that can be made to run ahead."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        """Seconds, as time.monotonic counts them, and what was added."""
        return time.monotonic() + self._ahead

    def run_ahead(self, seconds: float) -> None:
        """Let so many seconds pass at once."""
        self._ahead += seconds


class _Visit:
    def __init__(self, plan: Plan, kiosk: Kiosk, panel: Panel, clock: Clock, out: Path) -> None:
        self._plan = plan
        self._kiosk = kiosk
        self._panel = panel
        self._clock = clock
        self._out = out
        self._hand = Hand(panel.window)
        self._pictures: list[Path] = []
        self._done: list[dict[str, Any]] = []
        self._qr = ""

    def make(self) -> Visited:
        self._hand.settle()
        self._take_picture("start")
        for step in self._plan.steps:
            self._do(step)
        slip = self._out / "slip.png"
        (self._out / "qr.txt").write_text(f"{self._qr}\n" if self._qr else "", encoding="utf-8")
        record = {"name": self._plan.name, "qr": self._qr, "steps": self._done}
        (self._out / "visit.json").write_text(
            json.dumps(record, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
        )
        return Visited(
            pictures=tuple(self._pictures),
            slip=slip if slip.exists() else None,
            qr=self._qr,
            record=record,
        )

    def _do(self, step: PlanStep) -> None:
        hand = self._hand
        if step.tap is not None:
            hand.touch(step.tap)
        if step.search:
            hand.touch_field()
        if step.type is not None:
            hand.type(step.type)
        for letter in step.keys or "":
            hand.press_key(letter)
        if step.enter:
            hand.press_enter()
        if step.say is not None:
            self._say(step.say)
        if step.hold is not None:
            hand.hold_corner(self._kiosk.settings.staff.hold_seconds + 0.3)
        for digit in step.pin or "":
            hand.touch(digit)
        if step.pass_seconds is not None:
            self._clock.run_ahead(step.pass_seconds)
            hand.let_time_pass(0.6)
        self._wait_for_printer()
        if step.expect is not None:
            expected = step.expect
            hand.wait_until(
                lambda: any(expected in text for text in hand.texts()), otherwise=expected
            )
        else:
            self._take_picture(step.picture)

    def _say(self, sentence: str) -> None:
        """Touch the microphone and say a sentence; there is a picture of the open ear, too."""
        words = load_words()
        self._hand.touch(words.say("dock.speak", self._kiosk.conductor.session.language))
        hearing = self._kiosk.conductor.session.hearing
        assert hearing is not None, "the rehearsed ear always opens"
        half = sentence[: len(sentence) // 2].rsplit(" ", 1)[0]
        self._kiosk.conductor.post(on.HeardSoFar(hearing.turn, half))
        self._take_picture("hearing")
        self._kiosk.conductor.post(on.Heard(hearing.turn, sentence))
        self._hand.settle()

    def _wait_for_printer(self) -> None:
        def is_idle() -> bool:
            shown = self._panel.bridge.shown
            body = shown.body if shown is not None else None
            return not isinstance(body, OutcomeBody) or body.slip.event is not None

        self._hand.wait_until(is_idle, otherwise="printer")

    def _take_picture(self, name: str | None) -> None:
        number = len(self._pictures) + 1
        shown = self._panel.bridge.shown
        kind = type(shown.body).__name__ if shown is not None else ""
        image = self._hand.picture()
        file = self._out / (f"{number:02d}-{name}.png" if name else f"{number:02d}.png")
        image.save(str(file))
        self._pictures.append(file)
        if not self._qr and kind == OutcomeBody.__name__:
            self._qr = read_qr(image)
        overlay = type(shown.overlay).__name__ if shown is not None and shown.overlay else ""
        self._done.append({"picture": file.name, "screen": kind, "overlay": overlay})


def read_qr(image: QImage) -> str:
    """The first QR code in a picture, read by zxing-cpp; empty if there is none."""
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    pixels = memoryview(grey.constBits()).cast("B", (grey.height(), grey.bytesPerLine()))
    found = zxingcpp.read_barcodes(pixels)
    codes = [one.text for one in found if one.format == zxingcpp.BarcodeFormat.QRCode]
    return codes[0] if codes else ""

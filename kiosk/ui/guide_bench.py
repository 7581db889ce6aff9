"""Whether the screen stays smooth while a guide thinks, on the real window, offscreen.

A guide is asked without pause, each time at another step, so that it reads whole prompts;
meanwhile the demonstration visit is made by touch. A frame is timed from the start of its
animations to its pixels; a tap as in `bench`.
"""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Qt

from kiosk.app import build_kiosk
from kiosk.assistant.guide import LocalGuide
from kiosk.assistant.guide_reports import GuideReport
from kiosk.assistant.prompt import Request
from kiosk.engine_link import Address
from kiosk.engine_state import EngineState
from kiosk.settings import Settings
from kiosk.speech.silence import Rehearsal
from kiosk.ui.bench import TAP_MILLISECONDS, Timing, stay, tap_visits, timing
from kiosk.ui.visit import Plan
from kiosk.ui.window import PORTRAIT, Panel, start_qt

FRAME_MILLISECONDS = 50.0
"""The bar for every single frame."""
TAPPED_VISITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidedScreen:
    """What the bench found."""

    frame: Timing
    """Milliseconds of each frame while the guide thinks."""
    tap: Timing
    """Milliseconds of taps meanwhile."""
    answers: int
    """How often the guide answered meanwhile."""

    def against_bars(self) -> tuple[tuple[str, float, float], ...]:
        """(key, found, bar); each is to stay at or under it."""
        return (
            ("frame_while_guiding_ms", self.frame.slowest, FRAME_MILLISECONDS),
            ("tap_while_guiding_p95_ms", self.tap.p95, TAP_MILLISECONDS),
        )


def measure_screen(
    plan: Plan,
    settings: Settings,
    address: Address,
    asked: Sequence[tuple[Request, str]],
    *,
    visits: int = TAPPED_VISITS,
) -> GuidedScreen:
    """Touch while the guide is asked.

    Args:
        plan: a visit of taps that ends on the goodbye screen.
        settings: of the kiosk; its state goes to a folder that is gone afterwards.
        address: of the guide.
        asked: what it is asked, over and over.
        visits: how many are made.

    Raises:
        KioskError: the plan and the kiosk disagree, or no frame is drawn.
    """
    start_qt(offscreen=True)
    with tempfile.TemporaryDirectory(prefix="dan-loi-bench-") as state:
        kiosk = build_kiosk(
            replace(
                settings,
                folders=replace(settings.folders, state=state),
                screen=replace(
                    settings.screen,
                    language=plan.language,
                    reduce_motion=True,
                    double_touch_seconds=0,
                ),
            ),
            shut_down=stay,
        )
        if plan.pin is not None:
            kiosk.door.set_pin(plan.pin)
        kiosk.conductor.converse(Rehearsal())
        kiosk.conductor.engines(can_hear=True, can_speak=True)
        panel = Panel(kiosk)
        panel.show(PORTRAIT)
        load = _Load(address, asked)
        try:
            tap_visits(plan, panel, kiosk.words, visits=1)  # pages are built once
            frames = _Frames(panel)
            load.start()
            taps = tap_visits(plan, panel, kiosk.words, visits=visits)
        finally:
            load.close()
            panel.close()
            kiosk.close()
    return GuidedScreen(frame=timing(frames.milliseconds), tap=timing(taps), answers=load.answers)


class _Frames(QObject):
    """Times every frame of the window."""

    def __init__(self, panel: Panel) -> None:
        super().__init__()
        self.milliseconds: list[float] = []
        self._begun_at = time.perf_counter()
        # Direct: the software renderer draws on this thread.
        direct = Qt.ConnectionType.DirectConnection
        panel.window.afterAnimating.connect(self._begin, direct)
        panel.window.frameSwapped.connect(self._end, direct)

    def _begin(self) -> None:
        self._begun_at = time.perf_counter()

    def _end(self) -> None:
        self.milliseconds.append((time.perf_counter() - self._begun_at) * 1000)


class _Load:
    """Asks a guide without pause."""

    def __init__(self, address: Address, asked: Sequence[tuple[Request, str]]) -> None:
        self._asked = asked
        self._turn = 0
        self.answers = 0
        self._is_over = False
        self._guide = LocalGuide(address, report=self._take, on_state=self._know)

    def start(self) -> None:
        """Begin; ends with `close`."""
        self._guide.start()

    def close(self) -> None:
        """Ask no more."""
        self._is_over = True
        self._guide.close()

    def _know(self, state: EngineState) -> None:
        if state.state == "ready":
            self._go_on()

    def _take(self, _report: GuideReport) -> None:
        self.answers += 1
        self._go_on()

    def _go_on(self) -> None:
        if not self._is_over:
            self._turn += 1
            self._guide.choose(self._turn, *self._asked[self._turn % len(self._asked)])

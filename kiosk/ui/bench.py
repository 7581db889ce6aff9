"""The kiosk's own speed figures, taken on the real screen in software rendering, offscreen.

**Tap to next screen drawn.** The demonstration visit is made again and again by real
touches on a window of 1080 x 1920. A tap is timed from the moment at which the window
receives the finger's first contact to the end of the first frame drawn after the kiosk
has changed its screen (`frameSwapped` after `screenChanged`; with the software renderer
the pixels are then in the window's memory). Press and release follow each other at once,
so no finger's slowness is in the figure; how the hand finds its button is before it and
how it settles after it. Motion is off, as in `kiosk visit`: the first frame is the whole
new screen. Taps that only turn a page change no screen and are not counted. The first
visit is not counted either: pages are built in it that are kept afterwards; its slowest
tap is told apart.

**Search as one types.** Each prefix of many sentences is looked up, one keystroke each,
as `Typed` does it; drawing the results is not in this figure.

**Sentences.** In a process of its own: `sentence_bench`.

**Memory.** VmRSS of this process, kiosk, Qt and this bench in one, after a visit has
ended, early and at the end.
"""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer

from kiosk.app import build_kiosk
from kiosk.assistant.entry import Entry
from kiosk.assistant.search import Search
from kiosk.assistant.vietnamese import fold
from kiosk.errors import KioskError
from kiosk.screen import WaitingBody
from kiosk.sentence_bench import Sentences, resident_megabytes
from kiosk.settings import Settings
from kiosk.speech.silence import Rehearsal
from kiosk.ui.hand import Hand
from kiosk.ui.visit import Plan
from kiosk.ui.window import PORTRAIT, Panel, start_qt
from kiosk.words import Words

TAP_MILLISECONDS = 50.0
KEYSTROKE_MILLISECONDS = 10.0
MEMORY_MEGABYTES = 350.0
GROWTH_PERCENT = 2.0
SENTENCE_MILLISECONDS = 10.0
INDEX_SECONDS = 2.0
INDEX_MEGABYTES = 60.0
"""The bars."""

EARLY_VISIT = 50
"""After this many visits memory is looked at for the first time."""
FRAME_PATIENCE_MILLISECONDS = 2000
"""A tap whose frame takes longer is a fault, not a figure."""
SENTENCES = 90
"""How many sentences are typed; each gives some thirty keystrokes."""
LETTERS = 40
"""Where a typed sentence is cut off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long something took, in milliseconds."""

    count: int
    p50: float
    p95: float
    slowest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Resident memory in megabytes (10^6 bytes)."""

    early_visit: int
    early: float
    last_visit: int
    last: float

    @property
    def growth_percent(self) -> float:
        """From the early to the last visit."""
        return round(100 * (self.last - self.early) / self.early, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a bench found."""

    tap: Timing
    tap_of_first_visit: Timing
    search: Timing
    search_entries: int
    memory: Memory
    sentence: Timing
    index_seconds: float
    index_megabytes: float
    index_texts: int

    def against_bars(self) -> tuple[tuple[str, float, float], ...]:
        """(key, found, bar) of those that have a bar; each is to stay at or under it."""
        return (
            ("tap_p95_ms", self.tap.p95, TAP_MILLISECONDS),
            ("keystroke_p95_ms", self.search.p95, KEYSTROKE_MILLISECONDS),
            ("sentence_p95_ms", self.sentence.p95, SENTENCE_MILLISECONDS),
            ("index_seconds", self.index_seconds, INDEX_SECONDS),
            ("index_mb", self.index_megabytes, INDEX_MEGABYTES),
            ("memory_mb", self.memory.last, MEMORY_MEGABYTES),
            ("memory_growth_percent", self.memory.growth_percent, GROWTH_PERCENT),
        )


def measure(
    plan: Plan,
    settings: Settings,
    entries: Sequence[Entry],
    sentences: Sentences,
    *,
    visits: int,
) -> Figures:
    """Make the visits, then type the sentences.

    Args:
        plan: a visit of taps that ends on the goodbye screen.
        settings: of the kiosk; its state goes to a folder that is gone afterwards.
        entries: what is searched.
        sentences: what `sentence_bench` has measured already.
        visits: how many, at least 2.

    Raises:
        KioskError: `visit.not_there`: the plan and the kiosk disagree; `bench.no_frame`.
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
        try:
            visited = _Visits(plan, panel, closing=kiosk.words.say("goodbye.close", plan.language))
            first, others, memory = visited.make(visits)
        finally:
            panel.close()
    return Figures(
        tap=timing(others),
        tap_of_first_visit=timing(first),
        search=timing(_keystrokes(entries)),
        search_entries=len(entries),
        sentence=timing(sentences.milliseconds),
        index_seconds=sentences.seconds_built,
        index_megabytes=sentences.megabytes,
        index_texts=sentences.texts,
        memory=memory,
    )


class _Stopwatch(QObject):
    """Started by a finger on the window, stopped by the frame that shows another screen."""

    def __init__(self, panel: Panel) -> None:
        super().__init__()
        self.milliseconds: float | None = None
        self._touched_at = 0.0
        self._is_changed = False
        self._loop = QEventLoop()
        panel.window.installEventFilter(self)
        panel.bridge.screenChanged.connect(self._note_change)
        # Direct: the software renderer draws on this thread.
        panel.window.frameSwapped.connect(self._note_frame, Qt.ConnectionType.DirectConnection)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's naming
        """See the finger come down; everything goes on its way."""
        if event.type() == QEvent.Type.TouchBegin:
            self._touched_at = time.perf_counter()
            self._is_changed = False
            self.milliseconds = None
        return False

    def wait(self) -> float:
        """The time of the last touch, once its frame is drawn.

        Raises:
            KioskError: `bench.no_frame`.
        """
        if self.milliseconds is None:
            deadline = QTimer()
            deadline.setSingleShot(True)
            deadline.timeout.connect(self._loop.quit)
            deadline.start(FRAME_PATIENCE_MILLISECONDS)
            self._loop.exec()
        if self.milliseconds is None:
            raise KioskError("bench.no_frame", limit=str(FRAME_PATIENCE_MILLISECONDS))
        return self.milliseconds

    def _note_change(self) -> None:
        self._is_changed = True

    def _note_frame(self) -> None:
        if self._is_changed and self.milliseconds is None:
            self.milliseconds = (time.perf_counter() - self._touched_at) * 1000
            self._loop.quit()


def tap_visits(plan: Plan, panel: Panel, words: Words, *, visits: int) -> list[float]:
    """Milliseconds of each tap of some visits, but for the first visit's.

    Raises:
        KioskError: `visit.not_there`; `bench.no_frame`.
    """
    closing = words.say("goodbye.close", plan.language)
    return _Visits(plan, panel, closing=closing).make(visits + 1)[1]


class _Visits:
    """The demonstration visit, many times over."""

    def __init__(self, plan: Plan, panel: Panel, *, closing: str) -> None:
        self._labels = [step.tap for step in plan.steps if step.tap is not None] + [closing]
        self._panel = panel
        self._hand = Hand(panel.window)
        self._stopwatch = _Stopwatch(panel)

    def make(self, visits: int) -> tuple[list[float], list[float], Memory]:
        """The taps of the first visit, those of the others, and the memory."""
        early_visit = min(EARLY_VISIT, visits // 2)
        self._hand.settle()
        first = self._visit()
        others: list[float] = []
        early = resident_megabytes()
        for number in range(2, visits + 1):
            others += self._visit()
            if number == early_visit:
                early = resident_megabytes()
        memory = Memory(
            early_visit=early_visit, early=early, last_visit=visits, last=resident_megabytes()
        )
        return first, others, memory

    def _visit(self) -> list[float]:
        taps: list[float] = []
        for label in self._labels:
            self._hand.touch(label)
            taps.append(self._stopwatch.wait())
        self._hand.wait_until(self._is_over, otherwise="waiting")
        return taps

    def _is_over(self) -> bool:
        shown = self._panel.bridge.shown
        return shown is not None and isinstance(shown.body, WaitingBody)


def _keystrokes(entries: Sequence[Entry]) -> list[float]:
    """Milliseconds of each keystroke of sentences taken evenly from all that can be found."""
    search = Search(entries)
    texts = [text for entry in entries for text in (entry.title, *entry.wordings)]
    chosen = texts[:: max(len(texts) // SENTENCES, 1)]
    taken: list[float] = []
    for number, text in enumerate(chosen):
        # Every second one without diacritics, every third with a slip of the finger.
        typed = fold(text) if number % 2 else text
        typed = typed[:4] + "x" + typed[4:] if number % 3 == 0 else typed
        for end in range(1, min(len(typed), LETTERS) + 1):
            begun = time.perf_counter()
            search.find(typed[:end])
            taken.append((time.perf_counter() - begun) * 1000)
    return taken


def timing(taken: Sequence[float]) -> Timing:
    """The middle, the 95th percentile and the slowest of some milliseconds."""
    ranked = sorted(taken)
    return Timing(
        count=len(ranked),
        p50=round(ranked[len(ranked) // 2], 2),
        p95=round(ranked[min(int(len(ranked) * 0.95), len(ranked) - 1)], 2),
        slowest=round(ranked[-1], 2),
    )


def stay() -> None:
    """Nobody shuts a bench down."""

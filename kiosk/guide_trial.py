"""Tries a guide once: whether it is there, and answers a simple question in time."""

import threading
import time
from dataclasses import dataclass

from kiosk.app_guide import build_guide
from kiosk.assistant.guide_reports import Chosen, GuideReport
from kiosk.assistant.prompt import Offer, Place, Request
from kiosk.engine_state import EngineState
from kiosk.intent import Unclear
from kiosk.settings import Settings

READY_SECONDS = 60.0
"""How long it may take to be there."""

QUESTION = Request(
    place=Place.QUESTION,
    asked="Ai đi làm giấy?",
    standing=(
        Offer("answer cha-me", Unclear(), "Cha hoặc mẹ", ("bố đi", "mẹ đi")),
        Offer("answer ong-ba", Unclear(), "Ông hoặc bà", ("bà nội đi",)),
        Offer("unclear", Unclear(), "Không rõ"),
        Offer("out", Unclear(), "Việc khác"),
    ),
)
WORDS = "mẹ cháu đi ạ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What came of it."""

    code: str = ""
    """Why it does not serve: a key of the `error` table; empty: it does."""
    seconds: float | None = None
    """To its answer; None: it gave none in time."""


class _Tried:
    def __init__(self) -> None:
        self.state: EngineState | None = None
        self.report: GuideReport | None = None
        self.has_news = threading.Event()

    def know(self, state: EngineState) -> None:
        self.state = state
        if state.state != "starting":
            self.has_news.set()

    def take(self, report: GuideReport) -> None:
        self.report = report
        self.has_news.set()


def try_guide(settings: Settings) -> Trial:
    """Start the guide that the settings name, ask it one question, end it."""
    tried = _Tried()
    guide = build_guide(settings, report=tried.take, on_state=tried.know)
    if guide is None:
        return Trial(code=tried.state.code if tried.state is not None else "guide.missing")
    guide.start()
    try:
        tried.has_news.wait(READY_SECONDS)
        if tried.state is None or tried.state.state != "ready":
            code = tried.state.code if tried.state is not None else ""
            return Trial(code=code or "guide.failing")
        guide.prepare(QUESTION)
        tried.has_news.clear()
        begun = time.monotonic()
        guide.choose(1, QUESTION, WORDS)
        tried.has_news.wait(settings.guide.deadline_seconds + 1)
        is_answered = isinstance(tried.report, Chosen)
        return Trial(seconds=time.monotonic() - begun if is_answered else None)
    finally:
        guide.close()

"""Asks a language model for simpler words, and lets none pass that the fact guard refuses.

It must not keep a paragraph longer than until it is answered or dropped.
"""

import logging
from collections.abc import Callable

from kiosk import effect as do
from kiosk import event as on
from kiosk.assistant.fact_guard import FactGuard
from kiosk.assistant.guide_reports import NotReworded, Reworded
from kiosk.event import Event
from kiosk.ports import Guide

log = logging.getLogger("kiosk.simpler_words")


class SimplerWords:
    """Stands between the conductor and a guide; all on the conductor's thread."""

    def __init__(self, guide: Guide, guard: FactGuard, *, tell: Callable[[Event], None]) -> None:
        """Build it.

        Args:
            guide: says paragraphs more simply, unproven.
            guard: proves them.
            tell: gets `Reworded`, once for each question.
        """
        self._guide = guide
        self._guard = guard
        self._tell = tell
        self._open: do.Reword | None = None

    def ask(self, wanted: do.Reword) -> None:
        """Ask for a script's paragraph in simpler words."""
        self._open = wanted
        self._guide.reword(wanted.turn, wanted.text)

    def take(self, report: Reworded | NotReworded) -> None:
        """The guide has answered; what nobody waits for any more is nothing."""
        waiting = self._open
        if waiting is None or waiting.turn != report.turn:
            return
        self._open = None
        text = report.text if isinstance(report, Reworded) else None
        if text is not None:
            refusal = self._guard.refusal(waiting.text, text, waiting.language)
            if refusal is not None:
                log.info("a rewording is refused: %s", refusal.value)
                text = None
        self._tell(on.Reworded(waiting.turn, text))

    def dropped(self) -> None:
        """The guide was told to forget what it was asked: nothing comes any more."""
        waiting, self._open = self._open, None
        if waiting is not None:
            self._tell(on.Reworded(waiting.turn, None))

    def forget(self) -> None:
        """The visit is over."""
        self._open = None

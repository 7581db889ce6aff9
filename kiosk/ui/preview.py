"""Screens as a citizen will see them, drawn offscreen by the real QML: `kiosk preview`.

`python -m kiosk.ui.preview` draws for the console whatever it asks for on standard input.
"""

import logging
import os
import sys
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage
from PySide6.QtQuick import QQuickItem

from kiosk.app_preview import preview_kiosk
from kiosk.errors import KioskError
from kiosk.preview import Orientation, Wanted
from kiosk.preview_source import Source, opened, stop_at, titles
from kiosk.preview_wire import (
    MOST_LINE_BYTES,
    Asked,
    Shown,
    read_asked,
    refusal_of,
    shown_line,
)
from kiosk.ui.hand import Hand
from kiosk.ui.window import LANDSCAPE, PORTRAIT, Panel, start_qt

SIZES = {Orientation.PORTRAIT: PORTRAIT, Orientation.LANDSCAPE: LANDSCAPE}
MORNING = time(9, 0)
"""What the clock shows: the same screen is the same picture."""
COMES_TO_REST_SECONDS = 0.1
"""Nothing moves; but what is laid out late is waited for."""


def main() -> None:
    """Answer the console until it closes our standard input."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # whatever else is printed must not stand between two answers
        serve(sys.stdin.buffer, answers)


def serve(questions: IO[bytes], answers: IO[bytes]) -> None:
    """Answer each question for a screen until there are no more."""
    start_qt(offscreen=True)
    while line := questions.readline(MOST_LINE_BYTES):
        shown, picture = show(read_asked(line))
        answers.write(shown_line(shown) + picture)
        answers.flush()


def show(asked: Asked) -> tuple[Shown, bytes]:
    """A screen in words and as PNG, as far as there is one."""
    shown, picture = Shown(), b""
    try:
        with opened(asked.source) as here:
            if asked.is_listed:
                shown = replace(shown, titles=titles(here))
            shown = replace(shown, stop=stop_at(here, asked.wanted))
            picture, goes_on = draw(here, asked.wanted)
            shown = replace(shown, goes_on=goes_on, picture_bytes=len(picture))
    except KioskError as error:
        shown = replace(shown, refusal=refusal_of(error))
    return shown, picture


def draw(source: Source, wanted: Wanted) -> tuple[bytes, bool]:
    """The screen as PNG, and whether it goes on below.

    Args:
        source: its scripts, in a folder.
        wanted: the screen.

    Raises:
        KioskError: those of `preview_kiosk`, and `preview.not_drawn`.
    """
    application = start_qt(offscreen=True)
    with TemporaryDirectory(prefix="dan-loi-preview-") as state:
        kiosk = preview_kiosk(source, wanted, state=Path(state), shut_down=application.quit)
        kiosk.conductor.drain()
        panel = Panel(kiosk, now=lambda: datetime.combine(source.today, MORNING))
        try:
            panel.show(SIZES[wanted.orientation])
            hand = Hand(panel.window)
            hand.settle()
            for _ in range(wanted.page):
                if (more := _more(hand, panel)) is not None:
                    hand.touch_item(more)
            hand.let_time_pass(COMES_TO_REST_SECONDS)
            return _png(panel.window.grabWindow()), _more(hand, panel) is not None
        finally:
            panel.close()
            kiosk.close()


def _more(hand: Hand, panel: Panel) -> QQuickItem | None:
    """The button that turns to what goes on below; None: all was seen."""
    shown = panel.bridge.shown
    below = [one for one in hand.buttons() if one.property("isMore")]
    return next((one for one in below if shown and one.property("label") == shown.more), None)


def _png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG"):  # type: ignore[call-overload]  # the stubs want bytes for a name
        raise KioskError("preview.not_drawn", "no picture")
    return bytes(buffer.data().data())


if __name__ == "__main__":
    main()

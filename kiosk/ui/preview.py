"""`kiosk preview`: one screen as a citizen will see it, drawn offscreen by the real QML."""

from datetime import datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage
from PySide6.QtQuick import QQuickItem

from kiosk.app_preview import preview_kiosk
from kiosk.errors import KioskError
from kiosk.preview import Orientation, Wanted
from kiosk.preview_source import GOES_ON, Source, opened
from kiosk.ui.hand import Hand
from kiosk.ui.window import LANDSCAPE, PORTRAIT, Panel, start_qt

SIZES = {Orientation.PORTRAIT: PORTRAIT, Orientation.LANDSCAPE: LANDSCAPE}
MORNING = time(9, 0)
"""What the clock shows: the same screen is the same picture."""
COMES_TO_REST_SECONDS = 0.1
"""Nothing moves; but what is laid out late is waited for."""


def draw(source: Source, wanted: Wanted) -> bytes:
    """The screen as PNG.

    Raises:
        KioskError: those of `opened` and `preview_kiosk`, and `preview.not_drawn`.
    """
    application = start_qt(offscreen=True)
    with opened(source) as here, TemporaryDirectory(prefix="dan-loi-preview-") as state:
        kiosk = preview_kiosk(here, wanted, state=Path(state), shut_down=application.quit)
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
            image = panel.window.grabWindow()
            if _more(hand, panel) is not None:
                image.setText(*GOES_ON)
            return _png(image)
        finally:
            panel.close()
            kiosk.usage.close()


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

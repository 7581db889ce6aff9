"""Keeps the kiosk's window where it is: nobody before it can close, shrink or leave it.

What never reaches a window (another terminal, another desktop) is the system's to forbid.
"""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtQuick import QQuickWindow


class Staying(QObject):
    """An event filter for one window."""

    def __init__(self, window: QQuickWindow) -> None:
        super().__init__()
        self._window = window
        self._may_leave = False
        self._is_full_screen = False
        window.installEventFilter(self)

    def fill_screen(self) -> None:
        """Show the window over the whole screen, and have it stay so."""
        self._is_full_screen = True
        self._window.showFullScreen()

    def leave(self) -> None:
        """From now on it may be closed: staff shut the kiosk down."""
        self._may_leave = True

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's naming
        """Refuse to be closed; come back to the full screen."""
        kind = event.type()
        if kind == QEvent.Type.Close and not self._may_leave:
            event.ignore()
            return True
        if kind == QEvent.Type.WindowStateChange and self._is_full_screen:
            QTimer.singleShot(0, self._come_back)  # once the system has done what it was told
        return False

    @Slot()
    def _come_back(self) -> None:
        if self._may_leave or self._window.windowState() == Qt.WindowState.WindowFullScreen:
            return
        self._window.showFullScreen()

"""A citizen's hand for `kiosk visit` and the tests: real touches and keys on the real window."""

import re
import time
from collections.abc import Callable, Iterator

from PySide6.QtCore import QEvent, QEventLoop, QPoint, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QImage, QKeyEvent
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtTest import QTest

from kiosk.errors import KioskError

PATIENCE_SECONDS = 5.0
"""How long the hand looks for something before it gives up."""

MOST_TURNS = 12
"""How often a long page is turned in search of a button."""

_UNSEEN = re.compile("[\N{WORD JOINER}\N{ZERO WIDTH SPACE}]")
"""Says where a line may end; nobody reads it."""


class Hand:
    """Touches what is seen, by the words on it."""

    def __init__(self, window: QQuickWindow) -> None:
        self._window = window
        self._finger = QTest.createTouchDevice()
        self._held_at = QPoint()

    def touch(self, label: str) -> None:
        """Touch the button with this label.

        Raises:
            KioskError: `visit.not_there`, with what could be touched instead.
        """
        self.wait_until(lambda: self._reachable(label) is not None, otherwise=label)
        item = self._reachable(label)
        assert item is not None
        self._touch_at(_middle(item))

    def press(self, label: str) -> None:
        """Put the finger on the button with this label, and leave it there.

        Raises:
            KioskError: `visit.not_there`, with what could be touched instead.
        """
        self.wait_until(lambda: self._reachable(label) is not None, otherwise=label)
        item = self._reachable(label)
        assert item is not None
        self._held_at = _middle(item).toPoint()
        QTest.touchEvent(self._window, self._finger).press(0, self._held_at).commit()

    def release(self) -> None:
        """Take the finger away from where it was pressed."""
        QTest.touchEvent(self._window, self._finger).release(0, self._held_at).commit()
        self.settle()

    def touch_item(self, item: QQuickItem) -> None:
        """Touch the middle of an item."""
        self._touch_at(_middle(item))

    def touch_field(self) -> None:
        """Touch the search field: the keyboard opens."""
        self.wait_until(lambda: self.item("search") is not None, otherwise="search")
        field = self.item("search")
        assert field is not None
        self._touch_at(_middle(field))

    def hold_corner(self, seconds: float) -> None:
        """Press and hold the hidden corner."""
        corner = self.item("corner")
        assert corner is not None
        at = _middle(corner).toPoint()
        QTest.touchEvent(self._window, self._finger).press(0, at).commit()
        self.let_time_pass(seconds)
        QTest.touchEvent(self._window, self._finger).release(0, at).commit()
        self.settle()

    def type(self, text: str) -> None:
        """Type on a keyboard, key by key, into what has the focus."""
        for letter in text:
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                stroke = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter)
                QGuiApplication.sendEvent(self._window, stroke)
            QGuiApplication.processEvents()
        self.settle()

    def press_enter(self) -> None:
        """Press the enter key of a keyboard."""
        QTest.keyClick(self._window, Qt.Key.Key_Return)
        self.settle()

    def press_key(self, letter: str) -> None:
        """Touch a key of the on-screen keyboard."""
        self.wait_until(lambda: self._key(letter) is not None, otherwise=letter)
        key = self._key(letter)
        assert key is not None
        self._touch_at(_middle(key))

    def settle(self) -> None:
        """Let everything that was set going come to rest."""
        for _ in range(4):
            QGuiApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)

    def let_time_pass(self, seconds: float) -> None:
        """Run the event loop for so long.

        A loop of our own, and not QTest.qWait, which keeps other Python threads (a
        printer's) from running while it waits.
        """
        loop = QEventLoop()
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        loop.exec()

    def picture(self) -> QImage:
        """What the screen shows, once motion has ended."""
        self.let_time_pass(0.3)
        return self._window.grabWindow()

    def buttons(self) -> list[QQuickItem]:
        """Everything that can be touched now: what lies on top, and what it leaves free."""
        return [one for one in self._shown() if one.objectName() == "button"]

    def labels(self) -> list[str]:
        """The labels of `buttons`."""
        return [str(one.property("label")) for one in self.buttons()]

    def texts(self) -> list[str]:
        """Every text on the screen, as far as nothing lies on it."""
        texts = [one.property("text") for one in self._shown()]
        return [_UNSEEN.sub("", text) for text in texts if isinstance(text, str) and text]

    def _shown(self) -> list[QQuickItem]:
        overlay, dock = self.item("overlay"), self.item("dock")
        tops = [self._window.contentItem()]
        if overlay is not None and overlay.isVisible():
            is_dock_free = dock is not None and overlay.property("leavesDock")
            tops = [overlay, dock] if dock is not None and is_dock_free else [overlay]
        return [one for top in tops for one in _below(top) if _is_seen(one)]

    def item(self, name: str) -> QQuickItem | None:
        """The item with this object name."""
        return next(
            (one for one in _below(self._window.contentItem()) if one.objectName() == name), None
        )

    def items(self) -> list[QQuickItem]:
        """Every item of the window."""
        return list(_below(self._window.contentItem()))

    def wait_until(self, is_so: Callable[[], bool], *, otherwise: str) -> None:
        """Run the event loop until `is_so`.

        Raises:
            KioskError: `visit.not_there`, after `PATIENCE_SECONDS`.
        """
        end = time.monotonic() + PATIENCE_SECONDS
        while not is_so():
            if time.monotonic() > end:
                there = " | ".join(self.labels())
                raise KioskError("visit.not_there", label=otherwise, there=there)
            self.let_time_pass(0.02)

    def _reachable(self, label: str) -> QQuickItem | None:
        """The button, if need be after turning the page."""
        for _ in range(MOST_TURNS):
            wanted = [one for one in self.buttons() if one.property("label") == label]
            wanted = [one for one in wanted if one.property("canTap")]
            if wanted and self._is_uncovered(wanted[-1]):
                return wanted[-1]
            more = next((one for one in self.buttons() if one.property("isMore")), None)
            if more is None or not wanted:
                return wanted[-1] if wanted and more is None else None
            self._touch_at(_middle(more))
        return None

    def _is_uncovered(self, item: QQuickItem) -> bool:
        """Whether the middle of `item` is in sight: inside every clip, off the page button."""
        at = _middle(item)
        above = item.parentItem()
        while above is not None:
            if above.clip() and not _on_screen(above).contains(at):
                return False
            above = above.parentItem()
        more = [one for one in self.buttons() if one.property("isMore") and one is not item]
        return not any(_on_screen(one).contains(at) for one in more)

    def _key(self, letter: str) -> QQuickItem | None:
        keyboard = self.item("keyboard")
        if keyboard is None or not keyboard.isVisible():
            return None
        return next(
            (
                one
                for one in _below(keyboard)
                if one.property("text") == letter and one.property("key") and _is_seen(one)
            ),
            None,
        )

    def _touch_at(self, where: QPointF) -> None:
        at = QPoint(round(where.x()), round(where.y()))
        QTest.touchEvent(self._window, self._finger).press(0, at).commit()
        QTest.touchEvent(self._window, self._finger).release(0, at).commit()
        self.settle()


def _below(item: QQuickItem) -> Iterator[QQuickItem]:
    for child in item.childItems():
        yield child
        yield from _below(child)


def _on_screen(item: QQuickItem) -> QRectF:
    return item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))


def _middle(item: QQuickItem) -> QPointF:
    return _on_screen(item).center()


def _is_seen(item: QQuickItem) -> bool:
    return item.isVisible() and item.width() > 0 and item.height() > 0 and item.opacity() > 0

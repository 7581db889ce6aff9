"""Nobody gets out of the kiosk from before it: no key, drop, long press or link leads elsewhere."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QWindow,
)
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest
from ward import OpenWard, Ward

from kiosk.command import Locked, NoticesSet
from kiosk.notice import Notice, NoticeKind
from kiosk.procedure import Text
from kiosk.screen import ChoosingBody, Screen, WaitingBody
from kiosk.ui.staying import Staying

UI = Path(__file__).parent.parent / "kiosk" / "ui"
Key, Mod = Qt.Key, Qt.KeyboardModifier
ALT, CTRL, SHIFT, SUPER = (
    Mod.AltModifier,
    Mod.ControlModifier,
    Mod.ShiftModifier,
    Mod.MetaModifier,
)
NONE = Mod.NoModifier
WAYS_OUT = [
    *((key, ALT) for key in (Key.Key_F4, Key.Key_Escape, Key.Key_Tab, Key.Key_Space, Key.Key_F2)),
    *((key, ALT) for key in (Key.Key_Return, Key.Key_SysReq, Key.Key_Left)),
    *((key, CTRL) for key in (Key.Key_F4, Key.Key_Q, Key.Key_W, Key.Key_Tab, Key.Key_F5)),
    *((key, CTRL) for key in (Key.Key_N, Key.Key_O, Key.Key_P, Key.Key_S, Key.Key_L, Key.Key_J)),
    *((key, CTRL | SHIFT) for key in (Key.Key_Escape, Key.Key_I, Key.Key_C, Key.Key_Q)),
    *((key, CTRL | ALT) for key in (Key.Key_Delete, Key.Key_Backspace, Key.Key_T, Key.Key_Down)),
    *((key, CTRL | ALT) for key in (Key.Key_F1, Key.Key_F2, Key.Key_F7)),
    *((key, SUPER) for key in (Key.Key_Super_L, Key.Key_D, Key.Key_L, Key.Key_R, Key.Key_Tab)),
    *((key, NONE) for key in (Key.Key_F1, Key.Key_F10, Key.Key_F11, Key.Key_F12, Key.Key_Escape)),
    *((key, NONE) for key in (Key.Key_Super_L, Key.Key_Super_R, Key.Key_Menu, Key.Key_Print)),
    *((key, NONE) for key in (Key.Key_Back, Key.Key_HomePage, Key.Key_Search, Key.Key_Help)),
    *((key, NONE) for key in (Key.Key_Close, Key.Key_Exit, Key.Key_PowerOff, Key.Key_Sleep)),
    (Key.Key_F10, SHIFT),
]
"""Keys that close, leave, search, print or shut down elsewhere."""

OF_MACHINES = (Key.Key_Close, Key.Key_Exit, Key.Key_PowerOff, Key.Key_Sleep)


@pytest.fixture
def ward(open_ward: OpenWard) -> Ward:
    """A kiosk over the whole screen."""
    opened = open_ward()
    opened.panel.show(None)
    opened.hand.settle()
    return opened


def is_as_it_was(ward: Ward, screen: Screen) -> None:
    """The same screen, over all of the display, and nothing beside it."""
    ward.hand.let_time_pass(0.05)
    window = ward.panel.window
    assert apart_from_blanks(ward.screen) == apart_from_blanks(screen)
    assert window.isVisible()
    assert window.visibility() == QWindow.Visibility.FullScreen
    assert [one for one in QGuiApplication.topLevelWindows() if one.isVisible()] == [window]


def apart_from_blanks(screen: Screen) -> Screen:
    """In the search field a space may be typed, with whatever other key."""
    body = screen.body
    if not isinstance(body, ChoosingBody):
        return screen
    return replace(screen, body=replace(body, text=body.text.strip()))


def to_waiting(_: Ward) -> None:
    """It waits already."""


def to_search(ward: Ward) -> None:
    ward.start()
    ward.hand.touch_field()


def to_outcome(ward: Ward) -> None:
    ward.go_to_outcome()


def to_locked(ward: Ward) -> None:
    ward.kiosk.conductor.post(Locked())
    ward.hand.settle()


def to_pin(ward: Ward) -> None:
    ward.hand.hold_corner(ward.kiosk.settings.staff.hold_seconds + 0.3)


PLACES = [to_waiting, to_search, to_outcome, to_locked, to_pin]
Go = Callable[[Ward], None]


@pytest.mark.parametrize("go", PLACES, ids=lambda go: go.__name__)
def test_no_key_leads_out(ward: Ward, go: Go) -> None:
    go(ward)
    before = ward.screen
    for key, modifier in WAYS_OUT:
        stroke(ward, key, modifier)
    is_as_it_was(ward, before)


@pytest.mark.parametrize("go", PLACES, ids=lambda go: go.__name__)
def test_a_window_that_is_told_to_close_stays(ward: Ward, go: Go) -> None:
    """What Alt+F4 and a window's own button come down to."""
    go(ward)
    before, window = ward.screen, ward.panel.window
    closing = QCloseEvent()
    QGuiApplication.sendEvent(window, closing)
    assert not closing.isAccepted()
    window.close()
    is_as_it_was(ward, before)


def test_a_window_that_is_made_small_or_put_away_comes_back(ward: Ward) -> None:
    before, window = ward.screen, ward.panel.window
    for shrink in (window.showNormal, window.showMinimized, window.showMaximized):
        shrink()
        is_as_it_was(ward, before)


def test_staff_still_shut_it_down(ward: Ward) -> None:
    window = ward.panel.window
    staying = ward.panel._staying
    assert isinstance(staying, Staying)
    staying.leave()
    closing = QCloseEvent()
    QGuiApplication.sendEvent(window, closing)
    assert closing.isAccepted()


@pytest.mark.parametrize("go", [to_waiting, to_search, to_outcome], ids=lambda go: go.__name__)
def test_what_is_dropped_onto_it_falls_off(ward: Ward, go: Go) -> None:
    go(ward)
    before, window = ward.screen, ward.panel.window
    for dropped in things():
        where = QPoint(400, 300)
        buttons, none = Qt.MouseButton.LeftButton, NONE
        enter = QDragEnterEvent(where, Qt.DropAction.CopyAction, dropped, buttons, none)
        drop = QDropEvent(QPointF(where), Qt.DropAction.CopyAction, dropped, buttons, none)
        for event in (enter, drop):
            QGuiApplication.sendEvent(window, event)
            assert not event.isAccepted()
    is_as_it_was(ward, before)


def stroke(ward: Ward, key: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
    """Press a key as a keyboard does, shortcuts and all; Qt's tests know no keys of machines."""
    if key not in OF_MACHINES:
        QTest.keyClick(ward.panel.window, key, modifier)
        return
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QGuiApplication.sendEvent(ward.panel.window, QKeyEvent(kind, key, modifier))


def things() -> Iterator[QMimeData]:
    """A file, a page, a text."""
    for url in ("file:///etc/passwd", "https://example.com/"):
        linked = QMimeData()
        linked.setUrls([QUrl(url)])
        yield linked
    text = QMimeData()
    text.setText("đăng ký khai sinh")
    text.setHtml('<a href="https://example.com/">x</a>')
    yield text


def test_a_long_press_and_a_right_click_open_no_menu_and_select_nothing(ward: Ward) -> None:
    to_search(ward)
    ward.hand.type("khai sinh")
    field = ward.hand.item("search")
    assert field is not None
    before = ward.screen
    at = middle(field)
    finger = QTest.createTouchDevice()
    QTest.touchEvent(ward.panel.window, finger).press(0, at).commit()
    ward.hand.let_time_pass(1.5)
    QTest.touchEvent(ward.panel.window, finger).release(0, at).commit()
    QTest.mouseClick(ward.panel.window, Qt.MouseButton.RightButton, NONE, at)
    QTest.mouseDClick(ward.panel.window, Qt.MouseButton.LeftButton, NONE, at)
    QTest.mousePress(ward.panel.window, Qt.MouseButton.LeftButton, NONE, at)
    QTest.mouseMove(ward.panel.window, at + QPoint(150, 0))
    QTest.mouseRelease(ward.panel.window, Qt.MouseButton.LeftButton, NONE, at)
    ward.hand.let_time_pass(0.3)
    assert field.property("selectedText") == ""
    assert ward.screen == before
    assert isinstance(ward.screen.body, ChoosingBody)
    windows = [one for one in QGuiApplication.topLevelWindows() if one.isVisible()]
    assert windows == [ward.panel.window]


def test_a_link_in_a_text_is_letters_and_leads_nowhere(ward: Ward) -> None:
    link = '<a href="https://example.com/">Xem ở đây</a> https://example.com/'
    notice = Notice(
        id="lien-ket",
        text=Text(vi=link, en=link),
        since=date(2020, 1, 1),
        until=date(2099, 1, 1),
        kind=NoticeKind.URGENT,
    )
    ward.kiosk.conductor.post(NoticesSet((notice,)))
    ward.hand.settle()
    seen = [one for one in ward.hand.items() if one.property("text") == link]
    assert len(seen) == 1
    assert seen[0].property("hoveredLink") == ""
    assert "<a href" in ward.hand.texts()[ward.hand.texts().index(link)]
    QTest.mouseClick(ward.panel.window, Qt.MouseButton.LeftButton, NONE, middle(seen[0]))
    ward.hand.settle()
    windows = [one for one in QGuiApplication.topLevelWindows() if one.isVisible()]
    assert windows == [ward.panel.window]


def test_after_all_of_it_the_kiosk_serves_the_next_citizen(ward: Ward) -> None:
    for key, modifier in WAYS_OUT:
        stroke(ward, key, modifier)
    ward.panel.window.close()
    ward.panel.window.showMinimized()
    is_as_it_was(ward, ward.screen)
    assert isinstance(ward.screen.body, WaitingBody)
    ward.go_to_outcome()
    assert ward.outcome.title


# What the kiosk is made of


ALLOWED = {
    "QtQuick",
    "QtQuick.Window",
    "QtQuick.VirtualKeyboard",
    "QtQuick.VirtualKeyboard.Components",
    "QtQuick.VirtualKeyboard.Settings",
    "QtQuick.VirtualKeyboard.Styles",
    "QtQuick.Layouts",
}
"""Modules with neither a dialog, nor a browser, nor a menu."""
FORBIDDEN = re.compile(
    r"openUrlExternally|FileDialog|FolderDialog|onLinkActivated|XMLHttpRequest|WebSocket|WebEngine"
    r"|WebView|createQmlObject|\bMenu\b|ContextMenu|DropArea|TextEdit\b|LocalStorage|\bShortcut\b"
    r"|(Rich|Styled|Markdown|Auto)Text"
)
FORBIDDEN_IN_PYTHON = re.compile(
    r"QDesktopServices|QFileDialog|QProcess|QWebEngine|\bwebbrowser\b|os\.system|shell=True|startfile"
)


def qml_files() -> list[Path]:
    files = sorted(UI.rglob("*.qml"))
    assert len(files) > 25
    return files


def test_nothing_that_is_drawn_can_open_a_file_a_page_or_a_menu() -> None:
    for file in qml_files():
        text = file.read_text(encoding="utf-8")
        assert not FORBIDDEN.search(text), (file.name, FORBIDDEN.search(text))
        for module in re.findall(r"^import ([A-Za-z][\w.]*)", text, re.MULTILINE):
            assert module in ALLOWED, (file.name, module)
        for folder in re.findall(r'^import "([^"]+)"', text, re.MULTILINE):
            assert (file.parent / folder).resolve().is_relative_to(UI), (file.name, folder)


def test_only_one_piece_sets_text_and_it_sets_it_as_it_is() -> None:
    words = UI / "qml" / "pieces" / "Words.qml"
    assert "textFormat: Text.PlainText" in words.read_text(encoding="utf-8")
    for file in (UI / "qml").rglob("*.qml"):
        if file != words:
            assert not re.search(r"^\s*(Text|Label)\s*\{", file.read_text("utf-8"), re.MULTILINE)


def test_no_module_of_the_screen_opens_anything_outside() -> None:
    for file in UI.rglob("*.py"):
        found = FORBIDDEN_IN_PYTHON.search(file.read_text(encoding="utf-8"))
        assert found is None, (file.name, found)


def middle(item: QQuickItem) -> QPoint:
    return item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()

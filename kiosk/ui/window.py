"""Starts Qt, loads the QML, and shows the window."""

import ctypes
import logging
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

from PySide6.QtCore import QSize, QTimer, QtMsgType, QUrl, qInstallMessageHandler
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow

from kiosk.app import Kiosk, build_kiosk
from kiosk.app_console import start_console
from kiosk.app_guide import join_guide
from kiosk.app_reload import Reload
from kiosk.app_sound import build_sound
from kiosk.app_stick import Stick
from kiosk.settings import Settings
from kiosk.ui.bridge import Bridge, local_now
from kiosk.ui.pictures import Pictograms
from kiosk.ui.sound_card import SoundCard
from kiosk.ui.staying import Staying

log = logging.getLogger("kiosk.ui")

QML = Path(__file__).with_name("qml")
FONTS = Path(__file__).with_name("fonts")
KEYBOARD = Path(__file__).with_name("keyboard")

PORTRAIT = QSize(1080, 1920)
LANDSCAPE = QSize(1920, 1080)
WINDOWED = QSize(540, 960)

_KNOWN_AND_HARMLESS = (
    # Qt Multimedia looks for PipeWire first, and goes on with PulseAudio.
    "Couldn't load pipewire",
    "Couldn't resolve pipewire",
    # A sound server that is gone: the microphone and the loudspeaker tell it themselves.
    "Stream failed to connect",
    "PulseAudioService: pa_context_connect() failed",
    "PulseAudioService: Connection failure",
    # WORKAROUND: Qt Virtual Keyboard 6.12's own PopupList.qml shadows ListView.contentWidth.
    "Member contentWidth of the object PopupList_QMLTYPE",
)

SWITCH_SECONDS = 0.0005
"""How long another thread may keep the interpreter. Python's own 5 ms, several times a
frame while a slip is drawn, would let a touch wait for a fifth of a second."""

LOOK_MILLISECONDS = 5_000
"""How often it is looked whether another bundle is current, or a stick was put in."""

_M_ARENA_MAX = -8


def start_qt(*, offscreen: bool) -> QGuiApplication:
    """The Qt application; call once, before any window.

    Args:
        offscreen: draw into memory with the software renderer; no display is needed.
    """
    if offscreen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        os.environ.setdefault("QT_QUICK_BACKEND", "software")
    os.environ["QT_IM_MODULE"] = "qtvirtualkeyboard"
    os.environ["QT_VIRTUALKEYBOARD_DESKTOP_DISABLE"] = "1"
    os.environ["QT_VIRTUALKEYBOARD_STYLE"] = "danloi"
    os.environ["QT_VIRTUALKEYBOARD_LAYOUT_PATH"] = str(KEYBOARD / "layouts")
    sys.setswitchinterval(SWITCH_SECONDS)
    _keep_to_one_arena()
    qInstallMessageHandler(_to_log)
    running = QGuiApplication.instance()
    if isinstance(running, QGuiApplication):
        return running
    application = QGuiApplication(sys.argv[:1])
    application.setApplicationName("Dẫn Lối")
    return application


def _keep_to_one_arena() -> None:
    """Have malloc keep one heap for all threads: one a print job would grow for weeks."""
    with suppress(OSError, AttributeError):  # only glibc has it, and only Linux needs it
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def load_fonts() -> bool:
    """Load the shipped Inter; False where it is missing and another font must do."""
    loaded = [QFontDatabase.addApplicationFont(str(file)) for file in sorted(FONTS.glob("*.otf"))]
    font = QFont("Inter")
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    QGuiApplication.setFont(font)
    return bool(loaded) and all(one >= 0 for one in loaded)


class Panel:
    """The window with its bridge and its engine; keeps them alive."""

    def __init__(
        self,
        kiosk: Kiosk,
        card: SoundCard | None = None,
        *,
        now: Callable[[], datetime] = local_now,
    ) -> None:
        """Build the window, hidden.

        Args:
            kiosk: all that is behind it.
            card: its microphone shows in the ear; None: there is none.
            now: what its clock shows.

        Raises:
            RuntimeError: the QML cannot be loaded.
        """
        if not load_fonts():
            kiosk.conductor.trouble("font.missing", is_there=True)
        self.bridge = Bridge(
            kiosk.conductor, settings=kiosk.settings, words=kiosk.words, door=kiosk.door, now=now
        )
        if card is not None:
            self.bridge.watch(card.microphone)
        self.engine = QQmlApplicationEngine()
        self.engine.addImportPath(str(KEYBOARD))
        self.engine.addImageProvider("icon", Pictograms())
        self.engine.setInitialProperties({"visible": False})
        self.engine.rootContext().setContextProperty("kiosk", self.bridge)
        self.bridge.start()
        self.engine.load(QUrl.fromLocalFile(str(QML / "Main.qml")))
        roots = self.engine.rootObjects()
        if not roots or not isinstance(roots[0], QQuickWindow):
            raise RuntimeError("Main.qml could not be loaded; see the lines above")
        self.window: QQuickWindow = roots[0]
        self.window.installEventFilter(self.bridge)
        self._staying = Staying(self.window)

    def show(self, size: QSize | None) -> None:
        """Show the window with this size in pixels, or full screen."""
        if size is None:
            self._staying.fill_screen()
        else:
            self.window.resize(size)
            self.window.show()

    def close(self) -> None:
        """Take the window down, QML first: it must not outlive what it reads from."""
        self.bridge.stop()
        self._staying.leave()
        self.window.close()
        del self._staying
        del self.window
        del self.engine


def run_kiosk(settings: Settings, *, is_windowed: bool, on: date | None = None) -> int:
    """Run the kiosk until staff shut it down; returns the exit status.

    Args:
        settings: what the site wants.
        is_windowed: in a window instead of full screen.
        on: the day that it takes for today, as a preview; None: the real day.

    Raises:
        KioskError: it cannot be built, and why.
    """
    application = start_qt(offscreen=False)
    today = date.today if on is None else lambda: on
    kiosk = build_kiosk(settings, shut_down=application.quit, today=today)
    card = SoundCard(
        microphone=settings.hearing.microphone, loudspeaker=settings.speaking.loudspeaker
    )
    engines = build_sound(settings, kiosk, sounds=card)
    reload = Reload(
        *(settings, kiosk.conductor),
        today=today,
        shown=kiosk.current.name,
        hear=engines.hear_for,
    )
    kiosk.conductor.reloads_by(reload.begin)
    stick = Stick(settings, kiosk.conductor, words=kiosk.words, today=today, taken=reload.look)
    panel = Panel(kiosk, card)
    panel.show(WINDOWED if is_windowed else None)
    kiosk.understanding.begin()  # after the first screen: nobody says a sentence that soon
    engines.start()
    guide = join_guide(settings, kiosk.conductor)
    look = QTimer(interval=LOOK_MILLISECONDS)
    look.timeout.connect(reload.look)
    look.timeout.connect(stick.look)
    look.start()
    stop_console = start_console(kiosk)
    status = application.exec()
    stop_console()
    look.stop()
    reload.close()
    stick.close()
    if guide is not None:
        guide.close()
    engines.close()
    card.stop()
    panel.close()
    kiosk.close()
    return status


def _to_log(kind: QtMsgType, context: object, message: str) -> None:  # noqa: ARG001
    """Qt's and QML's own messages go where ours go."""
    if message.startswith(_KNOWN_AND_HARMLESS):
        return
    level = {
        QtMsgType.QtDebugMsg: logging.DEBUG,
        QtMsgType.QtInfoMsg: logging.INFO,
        QtMsgType.QtWarningMsg: logging.WARNING,
    }.get(kind, logging.ERROR)
    log.log(level, "%s", message)

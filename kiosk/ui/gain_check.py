"""Microphone and loudspeakers for `kiosk doctor`: how they are set, what is there. No window."""

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtMultimedia import QMediaDevices

from kiosk.speech.gain import Gain, judge_gain, no_gain
from kiosk.ui.microphone import RATE_HERTZ, SILENT, Microphone
from kiosk.ui.window import start_qt

CHECK_SECONDS = 1.5
"""Long enough for a word or two; the first sample of a card may take half a second."""
PATIENCE_SECONDS = 6.0
"""A microphone that gives less than that in this time gives nothing."""


def check_gain(device: str = "") -> Gain:
    """Measure the microphone while somebody speaks, or nobody; takes 1.5 to 6 seconds.

    Nothing of the sound is kept. Starts Qt, offscreen, where it does not run yet.

    Args:
        device: its name, as for `Microphone`.
    """
    application = start_qt(offscreen=True)
    check = _Check(device)
    check.run()
    gain = check.gain
    del check, application  # in this order: no timer may outlive Qt
    return gain


def loudspeakers() -> tuple[str, ...]:
    """The names of the loudspeakers that are plugged in. Starts Qt as above."""
    application = start_qt(offscreen=True)
    found = tuple(one.description() for one in QMediaDevices.audioOutputs())
    del application
    return found


class _Check:
    def __init__(self, device: str) -> None:
        self.gain = no_gain()
        self._heard = bytearray()
        self._loop = QEventLoop()
        self._microphone = Microphone(device)
        self._microphone.lost.connect(self._lost)
        self._patience = QTimer()
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._loop.quit)

    def run(self) -> None:
        self._patience.start(round(1000 * PATIENCE_SECONDS))
        self._microphone.start(self._hear)
        self._loop.exec()
        self._microphone.stop()
        self._heard[:] = bytes(len(self._heard))

    def _hear(self, pcm: bytes) -> None:
        self._heard += pcm
        if len(self._heard) >= 2 * RATE_HERTZ * CHECK_SECONDS:
            self._lost(SILENT)

    def _lost(self, code: str) -> None:
        if code == SILENT:
            self.gain = judge_gain(bytes(self._heard))
        self._loop.quit()

"""The microphone and the loudspeaker together, as the rest of the kiosk joins them."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from kiosk.ui.loudspeaker import Loudspeaker
from kiosk.ui.microphone import Microphone


class SoundCard(QObject):
    """Implements `app_sound.Sounds`."""

    def __init__(self, *, microphone: str, loudspeaker: str) -> None:
        """Build both, silent; the arguments are parts of the devices' names, or empty."""
        super().__init__()
        self.microphone = Microphone(microphone, parent=self)
        self.loudspeaker = Loudspeaker(loudspeaker, parent=self)
        self._lost: Callable[[str, str], None] = _nobody
        self._found: Callable[[str], None] = _nobody
        self._ended: Callable[[int], None] = _nobody
        self.microphone.lost.connect(self._microphone_lost)
        self.microphone.found.connect(self._microphone_found)
        self.loudspeaker.lost.connect(self._loudspeaker_lost)
        self.loudspeaker.found.connect(self._loudspeaker_found)
        self.loudspeaker.ended.connect(self._was_played)

    def set_volume(self, volume: float) -> None:
        """Play this loud, 0 to 1."""
        self.loudspeaker.volume = volume

    def join(
        self,
        *,
        lost: Callable[[str, str], None],
        found: Callable[[str], None],
        ended: Callable[[int], None],
    ) -> None:
        """Say who is to know what the devices do."""
        self._lost, self._found, self._ended = lost, found, ended

    def stop(self) -> None:
        """Silence both: the window is going."""
        self.microphone.stop()
        self.loudspeaker.stop()

    @Slot(str)
    def _microphone_lost(self, code: str) -> None:
        self._lost("microphone", code)

    @Slot()
    def _microphone_found(self) -> None:
        self._found("microphone")

    @Slot(str)
    def _loudspeaker_lost(self, code: str) -> None:
        self._lost("loudspeaker", code)

    @Slot()
    def _loudspeaker_found(self) -> None:
        self._found("loudspeaker")

    @Slot(int)
    def _was_played(self, number: int) -> None:
        self._ended(number)


def _nobody(*_: object) -> None:
    """Before `join` nobody is to know."""

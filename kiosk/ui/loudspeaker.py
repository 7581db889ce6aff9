"""The loudspeaker: plays numbered sounds that come in pieces, and falls silent at once.

It makes no speech and decides nothing. A visit must never wait for it: where sound cannot
be played, `ended` comes all the same.

Qt's own buffer holds half a second and is read by Qt's own thread, so a busy main thread
is not heard; we fill it every 20 ms. What the sound server holds besides is 1024 frames.
"""

import logging
import time
from collections import deque
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QIODevice, QObject, Qt, QTimer, Signal
from PySide6.QtMultimedia import QAudioDevice, QAudioSink, QMediaDevices, QtAudio

from kiosk.speech.resampling import Resampler
from kiosk.ui.sound_devices import GONE, SoundServer, find_device, format_for, pcm_format, to_device

log = logging.getLogger("kiosk.ui.loudspeaker")

TICK_MILLISECONDS = 20
BUFFER_SECONDS = 0.5
"""How far ahead of the ear we write: the longest that the main thread may be busy."""
CONVERTED_SECONDS = 0.2
"""The most that is converted in one go: some 12 ms of work."""
TAIL_SECONDS = 0.1
"""From the moment at which Qt's buffer is empty until the last sample is heard."""
STALL_SECONDS = 1.0
"""A card that takes no sample for this long is lost."""

NONE = "loudspeaker.none"
NOT_THIS = "loudspeaker.not_this"
SILENT = "loudspeaker.silent"
"""What staff are told: keys of the `error` table."""


@dataclass(slots=True, kw_only=True)
class _Sound:
    """One numbered sound on its way."""

    number: int
    rate_hertz: int
    pcm: bytearray = field(default_factory=bytearray)
    """What was not yet given to the card."""
    is_finished: bool = False
    has_begun: bool = False
    is_mute: bool = False
    """It cannot be played: it ends as soon as no more of it comes."""


class Loudspeaker(QObject):
    """Plays sounds one after the other, in the order in which their first pieces come."""

    began = Signal(int)
    """The first sample of this sound was taken by the card."""
    ended = Signal(int)
    """The last sample of this sound was heard, or it cannot be played."""
    lost = Signal(str)
    """Nothing can be played, with the code of an error; told once."""
    found = Signal()
    """It can again."""

    def __init__(
        self,
        device: str = "",
        *,
        volume: float = 1.0,
        takes_its_own: bool = False,
        parent: QObject | None = None,
    ) -> None:
        """Build it, silent; the card is opened by each sound.

        Args:
            device: its description or id, or a part of one; "": the system's default.
            volume: 0 to 1, as `volume`.
            takes_its_own: play in the card's own format and convert here.
            parent: its owner.
        """
        super().__init__(parent)
        self._name = device
        self._takes_its_own = takes_its_own
        self._volume = min(max(volume, 0.0), 1.0)
        self._sounds: deque[_Sound] = deque()
        self._newest = self._silenced = -1
        self._line: _Line | None = None
        self._told = ""
        self._devices = QMediaDevices(self)
        self._devices.audioOutputsChanged.connect(self._devices_changed)
        QMediaDevices.audioOutputs()  # connects Qt to the server
        self._server = SoundServer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MILLISECONDS)
        self._timer.timeout.connect(self._tick)

    @property
    def is_sounding(self) -> bool:
        """Whether a sound was given that has not ended."""
        return bool(self._sounds)

    @property
    def volume(self) -> float:
        """0 to 1, evenly as the ear hears it; takes effect at once."""
        return self._volume

    @volume.setter
    def volume(self, volume: float) -> None:
        self._volume = min(max(volume, 0.0), 1.0)
        if self._line is not None:
            self._line.set_volume(self._volume)

    def play(self, number: int, pcm: bytes, rate_hertz: int) -> None:
        """Play a piece after those that came before; returns at once.

        Args:
            number: of the sound, from 0. A higher one than any before begins a new sound,
                which finishes the earlier ones and is heard when they have ended. Pieces
                of a sound that has ended or was silenced are dropped.
            pcm: one channel, 16-bit little-endian.
            rate_hertz: of the sound; its first piece decides.
        """
        sound = self._sound(number, rate_hertz)
        if sound is not None and not sound.is_finished:
            sound.pcm += pcm
            if sound is self._sounds[0] and not sound.is_mute:
                self._fill(sound)

    def finish(self, number: int) -> None:
        """No more pieces of this sound come."""
        sound = self._sound(number, 0)
        if sound is not None:
            sound.is_finished = True

    def stop(self) -> None:
        """Fall silent at once; nothing more is told of the sounds so far."""
        self._silenced = self._newest
        self._sounds.clear()
        self._timer.stop()
        self._shut()

    def _sound(self, number: int, rate_hertz: int) -> _Sound | None:
        """The sound with this number, new where it is new; None where it is over."""
        if number > max(self._newest, self._silenced):
            self._newest = number
            for earlier in self._sounds:
                earlier.is_finished = True
            self._sounds.append(_Sound(number=number, rate_hertz=rate_hertz))
            if not self._timer.isActive():
                self._timer.start()
        return next((one for one in self._sounds if one.number == number), None)

    def _tick(self) -> None:
        """Write ahead, and tell what was heard. Who is told may call `stop` or `play`."""
        if not self._sounds:
            self._timer.stop()
            return
        sound = self._sounds[0]
        if not sound.is_mute:
            self._fill(sound)
        if self._line is None:
            if sound.is_finished and (sound.is_mute or not sound.pcm):
                self._end(sound)
            return
        self._line.look()
        if self._line.is_stuck:
            self._lose(sound, SILENT)
        elif self._line.taken_frames and not sound.has_begun:
            sound.has_begun = True
            self._tell_found()
            self.began.emit(sound.number)
        elif self._line.is_heard_out:
            self._end(sound)

    def _fill(self, sound: _Sound) -> None:
        """Give the card what it has room for."""
        if self._line is None:
            if not sound.pcm:
                return
            self._open(sound)
        if self._line is not None:
            self._line.give(sound.pcm, is_all=sound.is_finished)

    def _open(self, sound: _Sound) -> None:
        if not self._server.may_open():
            self._lose(sound, GONE)
            return
        devices = QMediaDevices.audioOutputs()
        device = find_device(self._name, devices)
        if device is None:
            self._lose(sound, NOT_THIS if devices else NONE)
            return
        self._line = _Line(device, sound.rate_hertz, takes_its_own=self._takes_its_own)
        self._line.set_volume(self._volume)
        if not self._line.is_open:
            self._lose(sound, SILENT)

    def _lose(self, sound: _Sound, code: str) -> None:
        """Give this sound up; the next one tries again."""
        self._shut()
        sound.is_mute = True
        sound.pcm.clear()
        self._tell_lost(code)

    def _end(self, sound: _Sound) -> None:
        self._shut()
        self._sounds.popleft()
        self.ended.emit(sound.number)

    def _shut(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def _devices_changed(self) -> None:
        devices = QMediaDevices.audioOutputs()
        if find_device(self._name, devices) is None:
            self._tell_lost(NOT_THIS if devices else NONE)
        elif self._told in {NONE, NOT_THIS, GONE}:
            self._tell_found()

    def _tell_lost(self, code: str) -> None:
        if self._told != code:
            self._told = code
            log.info("loudspeaker lost: %s", code)
            self.lost.emit(code)

    def _tell_found(self) -> None:
        if self._told:
            self._told = ""
            log.info("loudspeaker found")
            self.found.emit()


class _Line:
    """A card's output that is open for one sound."""

    def __init__(self, device: QAudioDevice, rate_hertz: int, *, takes_its_own: bool) -> None:
        self._format = format_for(device, rate_hertz, takes_its_own=takes_its_own)
        self._rate_hertz = rate_hertz
        self._resampler = (
            None
            if self._format == pcm_format(rate_hertz)
            else Resampler(rate_hertz, self._format.sampleRate())
        )
        self._sink = QAudioSink(device, self._format)
        buffered = self._format.bytesForDuration(round(BUFFER_SECONDS * 1_000_000))
        self._sink.setBufferSize(buffered)
        self._stream: QIODevice | None = self._sink.start()
        self._waiting = bytearray()
        """Converted, but not yet taken by Qt's buffer."""
        self._is_all_given = False
        self._given_frames = 0
        self.taken_frames = 0
        """How many of the frames the sound server has taken."""
        self._moved_at = time.monotonic()

    @property
    def is_open(self) -> bool:
        """Whether the card could be opened."""
        return self._stream is not None and self._sink.error() == QtAudio.Error.NoError

    @property
    def _are_all_taken(self) -> bool:
        # The card tells microseconds, rounded down.
        return not self._waiting and self.taken_frames + 1 >= self._given_frames

    @property
    def is_heard_out(self) -> bool:
        """Whether all was given and heard."""
        is_over = self._is_all_given and self._are_all_taken
        return is_over and time.monotonic() - self._moved_at >= TAIL_SECONDS

    @property
    def is_stuck(self) -> bool:
        """Whether the card takes no more of what it was given."""
        return not self._are_all_taken and time.monotonic() - self._moved_at > STALL_SECONDS

    def set_volume(self, volume: float) -> None:
        """0 to 1, evenly as the ear hears it."""
        scale = QtAudio.VolumeScale
        factor = QtAudio.convertVolume(
            volume, scale.LogarithmicVolumeScale, scale.LinearVolumeScale
        )
        self._sink.setVolume(factor)

    def give(self, pcm: bytearray, *, is_all: bool) -> None:
        """Take from the front of what waits as much as there is room for.

        Args:
            pcm: what waits; shortened by what was taken.
            is_all: nothing will be added to it.
        """
        if self._stream is None:
            return
        frame = self._format.bytesPerFrame()
        room = max(0, self._sink.bytesFree() - len(self._waiting)) // frame
        count = min(room * self._rate_hertz // self._format.sampleRate(), len(pcm) // 2)
        if self._resampler is not None:
            count = min(count, round(CONVERTED_SECONDS * self._rate_hertz))
        if count:
            raw = bytes(pcm[: 2 * count])
            del pcm[: 2 * count]
            if self._are_all_taken:
                self._moved_at = time.monotonic()  # it has had nothing to take until now
            self._waiting += raw if self._resampler is None else self._converted(raw)
        if is_all and len(pcm) < 2 and not self._is_all_given:
            self._is_all_given = True
            if self._resampler is not None:
                self._waiting += to_device(self._resampler.flush(), self._format)
        if self._waiting:
            written = self._stream.write(bytes(self._waiting))
            del self._waiting[: max(0, written)]
            self._given_frames += max(0, written) // frame

    def _converted(self, raw: bytes) -> bytes:
        assert self._resampler is not None
        samples = np.frombuffer(raw, dtype="<i2").astype(np.float32)
        return to_device(self._resampler.feed(samples), self._format)

    def look(self) -> None:
        """See how far the card has come."""
        taken = self._sink.processedUSecs() * self._format.sampleRate() // 1_000_000
        if taken != self.taken_frames:
            self.taken_frames = taken
            self._moved_at = time.monotonic()

    def close(self) -> None:
        """Fall silent; what waits is dropped."""
        self._stream = None
        self._waiting.clear()
        self._sink.reset()
        self._sink.deleteLater()

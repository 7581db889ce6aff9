"""The microphone: 16 kHz, one channel, 16 bits, in pieces of 32 ms on Qt's main thread.

It recognises nothing and keeps nothing: a piece is handed on and forgotten, and what had
not been handed on when it was stopped is dropped.

Whether a microphone is there is told by its sound alone, never by Qt's list of devices.
With PulseAudio, Qt 6.11 does not notice that a source was removed (its list stays as it
was), and the server may move our stream to the loudspeaker's own monitor, which gives
zeros. So no data for two seconds is a stall, and a second of nothing but zeros, which a
real microphone gives only when it is muted, makes us open the device a second time: if
that gives data, it is muted; if not, it is gone.
"""

import logging
import time
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Property, QIODevice, QObject, Qt, QTimer, Signal
from PySide6.QtMultimedia import QAudioDevice, QAudioSource, QMediaDevices, QtAudio

from kiosk.speech.resampling import Resampler
from kiosk.ui.sound_devices import (
    GONE,
    SoundServer,
    find_device,
    format_for,
    from_device,
    pcm_format,
    to_pcm,
)

log = logging.getLogger("kiosk.ui.microphone")

RATE_HERTZ = 16_000
PIECE_BYTES = 1024
"""512 samples: what the voice activity detector takes at once."""
TICK_MILLISECONDS = 20
"""How often the card is asked for sound."""
BUFFER_SECONDS = 2.0
"""What Qt keeps for us while the main thread is busy."""
STALL_SECONDS = 2.0
"""No sound for this long, and the microphone is lost."""
RETRY_SECONDS = 1.0
LONGEST_RETRY_SECONDS = 30.0
"""A lost microphone is tried again after this, then after twice as long each time. When one
is plugged in, Qt tells, and it is tried at once."""
ZEROS_SECONDS = 1.0
LONGEST_ZEROS_SECONDS = 60.0
"""Nothing but zeros for this long is looked into; twice as long each time, up to a minute."""
PROBE_SECONDS = 0.7
"""How long a microphone that is there may take to its first sample; 0.1 s is usual."""
LEVEL_SECONDS = 1 / 15
"""How often the level is told."""
QUIETEST_DECIBELS = -60.0
LOUDEST_DECIBELS = -6.0
"""The ends of the meter: root mean square below full scale."""

NONE = "microphone.none"
NOT_THIS = "microphone.not_this"
SILENT = "microphone.silent"
"""What a citizen's screen and staff are told: keys of the `error` table."""


class Microphone(QObject):
    """Listens between `start` and `stop`, and comes back by itself when it was unplugged."""

    levelChanged = Signal()  # noqa: N815 - Qt's way to name a property's signal
    lost = Signal(str)
    """No sound comes any more, with the code of an error; told once between start and stop."""
    found = Signal()
    """Sound comes again after `lost`, though it may have been stopped and started since."""

    def __init__(
        self, device: str = "", *, takes_its_own: bool = False, parent: QObject | None = None
    ) -> None:
        """Build it, silent; the card is opened by `start`.

        Args:
            device: its description or id, or a part of one; "": the system's default.
            takes_its_own: open the card in its own format and convert here, for cards
                that claim to give 16 kHz and do it badly.
            parent: its owner.
        """
        super().__init__(parent)
        self._name = device
        self._takes_its_own = takes_its_own
        self._deliver: Callable[[bytes], None] | None = None
        self._line: _Line | None = None
        self._probe: _Line | None = None
        self._trouble = ""
        self._told = ""
        self._is_lost = False
        self._waiting = bytearray()
        self._heard_at = self._tried_at = self._sounded_at = self._probed_at = 0.0
        self._zeros_seconds = ZEROS_SECONDS
        self._retry_seconds = 0.0
        self._level = 0.0
        self._level_at = 0.0
        self._power = 0.0
        self._count = 0
        self._devices = QMediaDevices(self)
        self._devices.audioInputsChanged.connect(self._devices_changed)
        QMediaDevices.audioInputs()  # connects Qt to the server
        self._server = SoundServer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MILLISECONDS)
        self._timer.timeout.connect(self._tick)

    @property
    def is_open(self) -> bool:
        """Whether it listens and is not lost."""
        return self._line is not None and not self._told

    def _read_level(self) -> float:
        return self._level

    level = Property(float, _read_level, notify=levelChanged)
    """How loud it is, 0 to 1: evenly from -60 to -6 dB of full scale (root mean square)."""

    def start(self, deliver: Callable[[bytes], None]) -> None:
        """Begin to listen; returns at once.

        Args:
            deliver: is given each piece of 1024 bytes, on this thread.
        """
        self.stop()
        self._deliver = deliver
        self._zeros_seconds = ZEROS_SECONDS
        self._retry_seconds = RETRY_SECONDS
        self._open()
        self._timer.start()

    def stop(self) -> None:
        """Listen no longer; drops what was not handed on."""
        self._deliver = None
        self._timer.stop()
        self._shut()
        self._told = self._trouble = ""
        self._set_level(0.0)

    def _open(self) -> None:
        self._shut()
        now = time.monotonic()
        self._tried_at = self._heard_at = self._sounded_at = now
        if not self._server.may_open():
            self._trouble = GONE
            return
        devices = QMediaDevices.audioInputs()
        device = find_device(self._name, devices)
        if device is None:
            self._trouble = NOT_THIS if devices else NONE
            return
        self._line = _Line(device, takes_its_own=self._takes_its_own)
        if not self._line.is_open:
            self._shut()
            self._trouble = SILENT

    def _shut(self) -> None:
        for line in (self._line, self._probe):
            if line is not None:
                line.close()
        self._line = self._probe = None
        self._waiting[:] = bytes(len(self._waiting))
        self._waiting.clear()
        self._power, self._count = 0.0, 0

    def _devices_changed(self) -> None:
        if self._deliver is not None and (self._told or self._line is None):
            self._open()

    def _tick(self) -> None:
        now = time.monotonic()
        pcm = self._line.read() if self._line is not None else b""
        if pcm:
            self._heard_at = now
            self._take(pcm, now)
        elif self._line is not None and now - self._heard_at > STALL_SECONDS:
            self._trouble = SILENT
        if self._deliver is None:
            return
        self._look_into_zeros(now)
        if self._trouble:
            self._tell_lost()
            if now - self._tried_at > self._retry_seconds:
                self._retry_seconds = min(2 * self._retry_seconds, LONGEST_RETRY_SECONDS)
                self._open()

    def _take(self, pcm: bytes, now: float) -> None:
        self._trouble = ""
        self._retry_seconds = RETRY_SECONDS
        self._told = ""
        if self._is_lost:
            self._is_lost = False
            log.info("microphone found")
            self.found.emit()
        self._measure(pcm, now)
        self._waiting += pcm
        while len(self._waiting) >= PIECE_BYTES and self._deliver is not None:
            piece = bytes(self._waiting[:PIECE_BYTES])
            del self._waiting[:PIECE_BYTES]
            self._deliver(piece)

    def _tell_lost(self) -> None:
        if self._told != self._trouble:
            self._told = self._trouble
            self._is_lost = True
            log.info("microphone lost: %s", self._told)
            self._set_level(0.0)
            self.lost.emit(self._told)

    def _look_into_zeros(self, now: float) -> None:
        """Find out whether a microphone that gives only zeros is still there."""
        if self._probe is not None:
            if self._probe.read():
                self._probe.close()
                self._probe = None
                self._sounded_at = now
                self._zeros_seconds = min(2 * self._zeros_seconds, LONGEST_ZEROS_SECONDS)
            elif now - self._probed_at > PROBE_SECONDS:
                self._shut()
                self._trouble = SILENT
        elif (
            self._line is not None
            and now - self._sounded_at > self._zeros_seconds
            and self._server.may_open()
        ):
            self._probed_at = now
            self._probe = _Line(self._line.device, takes_its_own=self._takes_its_own)

    def _measure(self, pcm: bytes, now: float) -> None:
        samples = np.frombuffer(pcm, dtype="<i2").astype(np.float32)
        power = float(np.dot(samples, samples))
        if power:
            self._sounded_at = now
            self._zeros_seconds = ZEROS_SECONDS
        self._power += power
        self._count += samples.size
        if now - self._level_at >= LEVEL_SECONDS:
            self._level_at = now
            decibels = 10 * np.log10(max(self._power / self._count, 1e-9) / 32_767**2)
            span = LOUDEST_DECIBELS - QUIETEST_DECIBELS
            self._set_level(float(np.clip((decibels - QUIETEST_DECIBELS) / span, 0, 1)))
            self._power, self._count = 0.0, 0

    def _set_level(self, level: float) -> None:
        if level != self._level:
            self._level = level
            self.levelChanged.emit()


class _Line:
    """A card's input that is open, read as 16 kHz of one channel."""

    def __init__(self, device: QAudioDevice, *, takes_its_own: bool) -> None:
        self.device = device
        self._format = format_for(device, RATE_HERTZ, takes_its_own=takes_its_own)
        self._resampler = (
            None
            if self._format == pcm_format(RATE_HERTZ)
            else Resampler(self._format.sampleRate(), RATE_HERTZ)
        )
        self._source = QAudioSource(device, self._format)
        buffered = self._format.bytesForDuration(round(BUFFER_SECONDS * 1_000_000))
        self._source.setBufferSize(buffered)
        self._stream: QIODevice | None = self._source.start()

    @property
    def is_open(self) -> bool:
        """Whether the card could be opened; a card that is gone shows later, by its silence."""
        return self._stream is not None and self._source.error() == QtAudio.Error.NoError

    def read(self) -> bytes:
        """What came since the last time, as 16-bit samples."""
        if self._stream is None:
            return b""
        # Asked of the source: the stream does not count before its first signal.
        frame = self._format.bytesPerFrame()
        ready = self._source.bytesAvailable() // frame * frame
        if not ready:
            return b""
        raw = bytes(self._stream.read(ready).data())
        if self._resampler is None:
            return raw
        return to_pcm(self._resampler.feed(from_device(raw, self._format)))

    def close(self) -> None:
        """Shut it; what Qt still held is dropped."""
        self._stream = None
        self._source.reset()
        self._source.deleteLater()

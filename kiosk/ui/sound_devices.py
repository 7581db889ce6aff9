"""Finds a microphone or a loudspeaker by name, and the format to open it with.

Nothing is opened here.
"""

import os
import socket
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
from PySide6.QtMultimedia import QAudioDevice, QAudioFormat

from kiosk.speech.resampling import Samples

LARGEST = 32_768.0
"""Of a sample of 16 bits, by which samples are scaled everywhere."""

GONE = "sound.gone"
"""The system's sound server has ended: a key of the `error` table."""

_OPEN_FILES = Path("/proc/self/fd")
_PULSE_SOCKET = "/native"
"""How the address of every PulseAudio server ends, and of PipeWire's stand-in for one."""

_KINDS = {
    QAudioFormat.SampleFormat.Int16: ("<i2", 1.0, 0.0),
    QAudioFormat.SampleFormat.Int32: ("<i4", 2.0**-16, 0.0),
    QAudioFormat.SampleFormat.Float: ("<f4", LARGEST, 0.0),
    QAudioFormat.SampleFormat.UInt8: ("u1", 256.0, -128.0),
}
"""How a sample lies in memory, and factor and offset that make it one of 16 bits."""


class SoundServer:
    """Whether Qt may be asked to open a device.

    WORKAROUND: when a PulseAudio server ends, Qt 6.11 lists its devices for ever, and to
    open one while Qt has no connection **aborts the process** (an assertion in libpulse).
    Qt connects again once, after a second; if the server is not back by then, never. It
    tells neither, so we look for its connection among the open files of this process.
    """

    def __init__(self) -> None:
        """Build it when Qt has already been asked for its devices."""
        self._is_watched = _is_connected()
        """False: no server was there, or it is of a kind that does not abort (PipeWire)."""

    def may_open(self) -> bool:
        """Whether Qt is connected, as far as that matters."""
        return not self._is_watched or _is_connected()


def _is_connected() -> bool:
    return any(peer.endswith(_PULSE_SOCKET) for peer in _peers())


def _peers() -> Iterator[str]:
    """Who is at the other end of this process's local sockets."""
    for file in _OPEN_FILES.iterdir() if _OPEN_FILES.is_dir() else ():
        number = int(file.name)
        with suppress(OSError):  # closed meanwhile, or the other end is gone
            if not stat.S_ISSOCK(os.fstat(number).st_mode):
                continue
            with socket.socket(fileno=os.dup(number)) as one:
                if one.family == socket.AF_UNIX and isinstance(peer := one.getpeername(), str):
                    yield peer


def find_device(name: str, devices: Sequence[QAudioDevice]) -> QAudioDevice | None:
    """The device that a settings file means.

    Args:
        name: a description or an id, else a part of one in any case; "": the default one.
        devices: those that there are.
    """
    if not name:
        return next((one for one in devices if one.isDefault()), next(iter(devices), None))
    names = [(one, one.description(), bytes(one.id().data()).decode("utf-8", "replace"))
             for one in devices]  # fmt: skip
    exact = (one for one, *its in names if name in its)
    part = (one for one, *its in names if any(name.casefold() in it.casefold() for it in its))
    return next(exact, None) or next(part, None)


def pcm_format(rate_hertz: int) -> QAudioFormat:
    """One channel of 16-bit samples."""
    wanted = QAudioFormat()
    wanted.setSampleRate(rate_hertz)
    wanted.setChannelCount(1)
    wanted.setSampleFormat(QAudioFormat.SampleFormat.Int16)
    return wanted


def format_for(device: QAudioDevice, rate_hertz: int, *, takes_its_own: bool) -> QAudioFormat:
    """One channel of 16-bit samples at this rate if the device offers it, else its own format.

    Args:
        device: where sound comes from or goes to.
        rate_hertz: what we have or need.
        takes_its_own: take the device's own format though it offers ours.
    """
    wanted = pcm_format(rate_hertz)
    if device.isFormatSupported(wanted) and not takes_its_own:
        return wanted
    return device.preferredFormat()


def from_device(raw: bytes, format_: QAudioFormat) -> Samples:
    """Whole frames of a device as one channel on the scale of 16 bits."""
    kind, factor, offset = _KINDS[format_.sampleFormat()]
    frames = np.frombuffer(raw, dtype=kind).reshape(-1, format_.channelCount())
    samples: Samples = ((frames.astype(np.float32).mean(axis=1) + offset) * factor).astype("f4")
    return samples


def to_device(samples: Samples, format_: QAudioFormat) -> bytes:
    """One channel on the scale of 16 bits as frames of a device, the same on every channel."""
    kind, factor, offset = _KINDS[format_.sampleFormat()]
    limited = np.clip(samples, -LARGEST, LARGEST - 1) / factor - offset
    rounded = limited if kind == "<f4" else np.round(limited)
    return np.repeat(rounded.astype(kind), format_.channelCount()).tobytes()


def to_pcm(samples: Samples) -> bytes:
    """Samples on the scale of 16 bits as little-endian integers of 16 bits."""
    return np.clip(np.round(samples), -LARGEST, LARGEST - 1).astype("<i2").tobytes()

"""Recordings in files: read, and sent through the real recogniser.

For `kiosk hear` and for tests; the kiosk itself never reads or writes sound.
"""

import io
import json
import os
import queue
import tarfile
import time
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import pydantic.dataclasses
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from kiosk.engine_link import Address
from kiosk.engine_state import EngineState, Timings
from kiosk.errors import KioskError
from kiosk.procedure import Language
from kiosk.speech.recogniser import MOST_SECONDS, Recogniser
from kiosk.speech.reports import Heard, HeardSoFar, ListenerReport
from kiosk.speech.sound import SECOND_BYTES, Format, as_heard

MOST_FILE_BYTES = 64 * 1024 * 1024
"""More than half a minute in any format."""
PATIENT = Timings(reply_seconds=60.0, check_seconds=3600.0)
"""Files are sent as fast as the engine takes them, on machines that may be busy."""
START_SECONDS = 30.0
LEAST_HERTZ, MOST_HERTZ = 8_000, 192_000
PIECE_BYTES = SECOND_BYTES // 10


@pydantic.dataclasses.dataclass(
    frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="ignore")
)
class Recording:
    """A line of a list of recordings; lines may be chosen by what other fields they have."""

    file: str | None = None
    """Relative to the list; or, of a tar archive beside the list:"""
    shard: str | None = None
    clip: str | None = None
    """The name in the archive, with its ending or as Opus without one."""
    text: str | None = None
    """What is said."""
    codes: tuple[str, ...] = ()
    """The procedures that are meant."""
    hints: Annotated[tuple[str, ...], Field(max_length=500)] = ()

    @property
    def name(self) -> str:
        """What to call it."""
        return self.file or self.clip or ""


_RECORDING = TypeAdapter(Recording)


def read_list(file: Path, chosen: dict[str, str] | None = None) -> Iterator[Recording]:
    """The recordings of a list whose fields have the `chosen` values.

    Raises:
        KioskError: `hear.no_list`, or `hear.bad_line` with file, line and what.
    """
    try:
        lines = file.read_bytes().splitlines()
    except OSError as error:
        raise KioskError("hear.no_list", error.strerror or "", file=str(file)) from error
    for number, line in enumerate(lines, 1):
        try:
            fields = json.loads(line)
            one = _RECORDING.validate_python(fields)
        except (ValueError, RecursionError) as error:
            problem = "JSON"
            if isinstance(error, ValidationError):
                first = error.errors(include_url=False, include_input=False)[0]
                problem = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
            raise KioskError(
                "hear.bad_line", file=str(file), line=str(number), problem=problem
            ) from None
        if all(str(fields.get(key)) == value for key, value in (chosen or {}).items()):
            yield one


class Recordings:
    """Reads the recordings of a list; keeps an archive open while they come from it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._shard = ""
        self._archive: tarfile.TarFile | None = None

    def sound(self, one: Recording) -> bytes:
        """The sound: 16 kHz, mono, 16 bit.

        Raises:
            KioskError: `sound.unreadable`, `sound.no_reader`, `sound.too_long`.
        """
        if one.shard is None or one.clip is None:
            return read_sound(self._folder / (one.file or ""))
        where = f"{one.shard}/{one.clip}"
        try:
            if self._archive is None or self._shard != one.shard:
                self.close()
                # Members are looked up, never unpacked: their names are only compared.
                self._archive = tarfile.open(self._folder / one.shard)  # noqa: SIM115 - closed below
                self._shard = one.shard
            name = one.clip if "." in one.clip else f"{one.clip}.opus"
            member = self._archive.getmember(name)
            opened = self._archive.extractfile(member)
            if opened is None or member.size > MOST_FILE_BYTES:
                raise KioskError("sound.unreadable", "no sound", file=where)
            return _decoded(opened.read(), where)
        except (OSError, KeyError, tarfile.TarError) as error:
            raise KioskError("sound.unreadable", type(error).__name__, file=where) from error

    def close(self) -> None:
        """Close the archive."""
        if self._archive is not None:
            self._archive.close()
            self._archive = None


def read_sound(file: Path) -> bytes:
    """The sound of a file: 16 kHz, mono, 16 bit.

    Raises:
        KioskError: `sound.unreadable`, `sound.no_reader`, `sound.too_long`.
    """
    try:
        with file.open("rb") as opened:
            untrusted = opened.read(MOST_FILE_BYTES + 1)
    except OSError as error:
        raise KioskError("sound.unreadable", error.strerror or "", file=str(file)) from error
    return _decoded(untrusted, str(file))


def _decoded(untrusted: bytes, name: str) -> bytes:
    pcm = _of_wav(untrusted)
    if pcm is None:
        pcm = _of_others(untrusted, name)
    if len(pcm) > MOST_SECONDS * SECOND_BYTES:
        raise KioskError("sound.too_long", file=name, seconds=str(MOST_SECONDS))
    return pcm


def read_wav(untrusted: bytes) -> bytes:
    """The sound of a WAV that somebody sent: 16 kHz, mono, 16 bit.

    Nothing is made of what its head only claims: rate and length are looked at first.

    Raises:
        KioskError: `sound.unreadable`, `sound.too_long`.
    """
    try:
        with wave.open(io.BytesIO(untrusted)) as opened:
            written = Format(opened.getframerate(), opened.getsampwidth(), opened.getnchannels())
            pcm = opened.readframes(opened.getnframes())
    except (wave.Error, EOFError, ValueError, ZeroDivisionError) as error:
        raise KioskError("sound.unreadable", type(error).__name__, file="WAV") from error
    is_usual = written.width_bytes in (2, 4) and written.channels in (1, 2)
    if not is_usual or not LEAST_HERTZ <= written.rate_hertz <= MOST_HERTZ:
        raise KioskError("sound.unreadable", "format", file="WAV")
    frames = len(pcm) // (written.width_bytes * written.channels)
    if frames > MOST_SECONDS * written.rate_hertz:
        raise KioskError("sound.too_long", file="WAV", seconds=str(MOST_SECONDS))
    return as_heard(pcm, written)


def _of_wav(untrusted: bytes) -> bytes | None:
    """The sound of a plain WAV; None: it is something else."""
    try:
        with wave.open(io.BytesIO(untrusted)) as opened:
            written = Format(opened.getframerate(), opened.getsampwidth(), opened.getnchannels())
            if written.width_bytes in (2, 4) and written.channels in (1, 2):
                return as_heard(opened.readframes(opened.getnframes()), written)
    except (wave.Error, EOFError, ValueError, ZeroDivisionError):
        return None
    return None


def _of_others(untrusted: bytes, name: str) -> bytes:
    """The sound of Opus, FLAC, Ogg or an odd WAV."""
    try:
        import soundfile  # noqa: PLC0415 - for those who measure; a kiosk needs none
    except ImportError:
        raise KioskError("sound.no_reader", file=name) from None
    try:
        samples, rate = soundfile.read(io.BytesIO(untrusted), dtype="int16", always_2d=True)
    except (RuntimeError, TypeError, ValueError) as error:
        raise KioskError("sound.unreadable", type(error).__name__, file=name) from error
    return as_heard(samples[:, :1].tobytes(), Format(int(rate), 2, 1))


@dataclass(frozen=True, slots=True)
class FileHeard:
    """What was heard in a recording."""

    heard: Heard
    seconds_taken: float
    """From the first sound that was sent to the answer."""
    seconds_to_answer: float
    """From the last sound to the answer."""


@dataclass(frozen=True, slots=True)
class Work:
    """What an engine's process has cost so far."""

    cpu_seconds: float
    most_memory_bytes: int


class FileEar:
    """A recogniser to send recordings through, one after the other."""

    def __init__(self, address: Address) -> None:
        self._reports: queue.SimpleQueue[ListenerReport] = queue.SimpleQueue()
        self._states: queue.SimpleQueue[EngineState] = queue.SimpleQueue()
        self._turn = 0
        self._recogniser = Recogniser(
            address,
            report=self._reports.put,
            on_state=self._states.put,
            timings=PATIENT,
            answer_seconds=PATIENT.reply_seconds,
        )

    def open(self) -> None:
        """Start it and wait until it is ready.

        Raises:
            KioskError: with the code of its state, where it cannot be started.
        """
        self._recogniser.start()
        state = EngineState("starting")
        while state.state == "starting":
            try:
                state = self._states.get(timeout=START_SECONDS)
            except queue.Empty:
                state = EngineState("failing", "listener.failing")
        if state.state != "ready":
            self.close()
            raise KioskError(state.code)

    def close(self) -> None:
        """End it."""
        self._recogniser.close()

    def hear(
        self, pcm: bytes, hints: Sequence[str], language: Language, *, is_paced: bool = False
    ) -> FileHeard:
        """What was heard in a recording.

        Args:
            pcm: 16 kHz, mono, 16 bit.
            hints: what may be said.
            language: in which.
            is_paced: send as fast as a microphone would, not as fast as it is taken.

        Raises:
            KioskError: `listener.failing`: the engine died or hung over it.
        """
        self._turn += 1
        began = time.monotonic()
        self._recogniser.begin(self._turn, hints, language)
        for at in range(0, len(pcm), PIECE_BYTES):
            if is_paced:
                time.sleep(max(0.0, began + at / SECOND_BYTES - time.monotonic()))
            self._recogniser.hear(self._turn, pcm[at : at + PIECE_BYTES])
        ended = time.monotonic()
        self._recogniser.end(self._turn)
        while True:
            report = self._reports.get()
            if report.turn == self._turn and not isinstance(report, HeardSoFar):
                break
        if not isinstance(report, Heard):
            raise KioskError("listener.failing")
        now = time.monotonic()
        return FileHeard(report, now - began, now - ended)

    def work(self) -> Work | None:
        """What it has cost; None where it is not a process of ours."""
        process = self._recogniser.engine.process_id
        return _work(process) if process is not None else None


def _work(process: int) -> Work:
    """From proc(5)."""
    folder = Path("/proc") / str(process)
    after_name = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    status = (folder / "status").read_text(encoding="utf-8")
    peak = next((line for line in status.splitlines() if line.startswith("VmHWM:")), "VmHWM: 0 kB")
    return Work(
        cpu_seconds=(int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK"),
        most_memory_bytes=int(peak.split()[1]) * 1024,
    )

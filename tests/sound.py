"""A sound card that is not there: its loudspeaker is recorded, its microphone spoken into.

A private PulseAudio. This is a pytest plugin: tests ask for the fixture `sound_card`.

Qt looks for a sound server when it is first asked for a device, and where there is none it
never looks again. Therefore the server is started, and the environment set, as soon as it
is known that a test of this run needs it, before any test begins. Every run has a server
and a socket of its own; the sound server of a developer's desktop is left alone.
"""

import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Self

import numpy as np
import pytest
from numpy.typing import NDArray

Sound = NDArray[np.int16]
"""Samples of one channel."""

RECORDED_HERTZ = 48_000
"""The rate of the loudspeaker and of what is recorded from it."""
FULL = 32_767
"""The largest sample."""
PATIENCE_SECONDS = 10.0

_LOUDSPEAKER = (
    *("module-null-sink", "sink_name=spk", f"rate={RECORDED_HERTZ}"),
    "sink_properties=device.description=Loa",
)
_MICROPHONE = (
    *("module-remap-source", "source_name=vmic", "master=vmic_in.monitor"),
    "source_properties=device.description=Micro",
)
_UNTIL_WE_END = '"$@" & cat; kill $!; wait $!'
"""Runs a server until its standard input closes, which it also does when a test run is killed."""
_PROGRAMS = ("pulseaudio", "pactl", "pacat", "espeak-ng")


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise RuntimeError(f"{name} is not installed (packaging/apt-test.txt)")
    return found


class SoundCard:
    """A loudspeaker `spk` ("Loa") and a microphone `vmic` ("Micro")."""

    def __init__(self) -> None:
        for name in _PROGRAMS:
            _program(name)
        self._folder = tempfile.TemporaryDirectory(prefix="dan-loi-sound-")
        folder = Path(self._folder.name)
        self._socket = folder / "native"
        self._log = (folder / "log").open("wb")
        self.environment = {
            "PULSE_SERVER": f"unix:{self._socket}",
            "PULSE_RUNTIME_PATH": str(folder),
            "PULSE_COOKIE": str(folder / "cookie"),
            "QT_AUDIO_BACKEND": "pulseaudio",
        }
        """What a process needs to find this card."""
        self.start_server()

    def start_server(self) -> None:
        """Start the server; where one was killed, on the same socket."""
        folder = Path(self._folder.name)
        script = folder / "card.pa"
        script.write_text(
            f"load-module module-native-protocol-unix socket={self._socket} auth-anonymous=1\n"
            f"load-module {' '.join(_LOUDSPEAKER)}\n"
            f"load-module module-null-sink sink_name=vmic_in rate={RECORDED_HERTZ}\n"
            f"load-module {' '.join(_MICROPHONE)}\n"
            "set-default-sink spk\nset-default-source vmic\n"
        )
        self._server = subprocess.Popen(
            (
                *(_program("sh"), "-c", _UNTIL_WE_END, "sh"),
                *(_program("pulseaudio"), "-n", "--daemonize=no", "--use-pid-file=no"),
                *("--exit-idle-time=-1", "--disable-shm=yes", "--realtime=no"),
                *("--high-priority=no", "--log-target=stderr", f"--file={script}"),
            ),
            env={"PATH": os.environ["PATH"], "HOME": str(folder)}
            | {"PULSE_STATE_PATH": str(folder), "PULSE_RUNTIME_PATH": str(folder)},
            stdin=subprocess.PIPE,
            stderr=self._log,
        )
        try:
            wait_for(self._answers)
        except TimeoutError:
            raise RuntimeError(Path(self._log.name).read_text()) from None
        wait_for(lambda: "vmic" in self._ask("list", "short", "sources"))
        self._awake: dict[str, subprocess.Popen[bytes]] = {}
        self._stay_awake()

    def kill_server(self) -> None:
        """Have the server die, as from a fault of its own."""
        self._let_sleep()
        assert self._server.stdin is not None
        self._server.stdin.close()
        self._server.wait(PATIENCE_SECONDS)
        Path(self._folder.name).mkdir(exist_ok=True)

    def _stay_awake(self) -> None:
        self._let_sleep()
        self._awake = {sink: self._keep_awake(sink) for sink in ("spk", "vmic_in")}

    def _let_sleep(self) -> None:
        for listener in self._awake.values():
            listener.kill()
            listener.wait()

    def _keep_awake(self, sink: str) -> "subprocess.Popen[bytes]":
        """Have a sink work in small steps: left alone, it works in steps of two seconds."""
        listener = subprocess.Popen(
            (_program("pacat"), "--record", f"--device={sink}.monitor", "--latency-msec=10"),
            env=os.environ | self.environment,
            stdout=subprocess.DEVNULL,
        )
        source = f"{sink}.monitor"
        wait_for(
            lambda: any(
                f"\t{source}\t" in line and "RUNNING" in line
                for line in self._ask("list", "short", "sources").splitlines()
            )
        )
        for is_suspended in ("1", "0"):  # ends the long step that it is in
            self._ask("suspend-sink", sink, is_suspended)
        return listener

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as door, suppress(OSError):
            door.connect(str(self._socket))
            return True
        return False

    def close(self) -> None:
        """End the server; leaves nothing behind."""
        self.kill_server()
        self._log.close()
        self._folder.cleanup()

    def _ask(self, *words: str) -> str:
        done = subprocess.run(
            (_program("pactl"), *words),
            env=os.environ | self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=True,
        )
        return done.stdout

    def _modules(self, name: str) -> list[str]:
        """The numbers of the loaded modules with this text in their line."""
        lines = self._ask("list", "short", "modules").splitlines()
        return [line.split("\t")[0] for line in lines if name in line]

    def unplug_microphone(self) -> None:
        """Take the microphone away."""
        for module in self._modules("source_name=vmic"):
            self._ask("unload-module", module)

    def plug_in_microphone(self) -> None:
        """Bring it back, as the default one."""
        if not self._modules("source_name=vmic"):
            self._ask("load-module", *_MICROPHONE)
            self._ask("set-default-source", "vmic")
            self._stay_awake()  # the server moves whoever listens to the default source

    def unplug_loudspeaker(self) -> None:
        """Take the loudspeaker away."""
        for module in self._modules("sink_name=spk"):
            self._ask("unload-module", module)

    def plug_in_loudspeaker(self) -> None:
        """Bring it back, as the default one."""
        if not self._modules("sink_name=spk"):
            self._ask("load-module", *_LOUDSPEAKER)
            self._ask("set-default-sink", "spk")
            self._stay_awake()

    def stall_microphone(self, *, is_stalled: bool = True) -> None:
        """Have the microphone be there and give nothing, or give sound again."""
        self._ask("suspend-source", "vmic", str(int(is_stalled)))

    def stall_loudspeaker(self, *, is_stalled: bool = True) -> None:
        """Have the loudspeaker be there and take nothing, or take sound again."""
        self._ask("suspend-sink", "spk", str(int(is_stalled)))

    def speak_into_microphone(self, samples: Sound, rate_hertz: int = 16_000) -> "Speaking":
        """Begin to play sound into the microphone; returns at once."""
        return Speaking(samples, rate_hertz, os.environ | self.environment)

    @contextmanager
    def record_loudspeaker(self) -> "Iterator[Recording]":
        """Hear what the loudspeaker plays while the block runs."""
        recording = Recording(os.environ | self.environment)
        try:
            yield recording
        finally:
            recording.end()

    @contextmanager
    def record_microphone(self) -> "Iterator[Recording]":
        """Hear what the microphone hears while the block runs."""
        recording = Recording(os.environ | self.environment, source="vmic")
        try:
            yield recording
        finally:
            recording.end()

    @contextmanager
    def loudspeaker_beside_microphone(self) -> Iterator[None]:
        """Have the microphone hear what the loudspeaker plays while the block runs."""
        place = ("source=spk.monitor", "sink=vmic_in", "latency_msec=20")
        module = self._ask("load-module", "module-loopback", *place).strip()
        try:
            yield
        finally:
            self._ask("unload-module", module)


class Speaking:
    """Sound that is being played into the microphone."""

    def __init__(self, samples: Sound, rate_hertz: int, environment: dict[str, str]) -> None:
        with tempfile.TemporaryFile() as file:
            file.write(samples.tobytes())
            file.seek(0)
            self._player = subprocess.Popen(
                (
                    *(_program("pacat"), "--playback", "--raw", "--format=s16le", "--channels=1"),
                    *("--device=vmic_in", f"--rate={rate_hertz}", "--latency-msec=30"),
                ),
                stdin=file,
                env=environment,
            )

    @property
    def is_over(self) -> bool:
        """Whether all of it was played."""
        return self._player.poll() is not None

    def stop(self) -> None:
        """Fall silent."""
        self._player.kill()
        self._player.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


@dataclass
class Recording:
    """What a card played or heard from the beginning of the block, in `RECORDED_HERTZ`."""

    environment: dict[str, str]
    source: str = "spk.monitor"
    _pieces: list[bytes] = field(default_factory=list)
    _zero: float = float("inf")

    def __post_init__(self) -> None:
        self._recorder = subprocess.Popen(
            (
                *(_program("pacat"), "--record", "--raw", "--format=s16le", "--channels=1"),
                *(f"--device={self.source}", f"--rate={RECORDED_HERTZ}", "--latency-msec=10"),
            ),
            stdout=subprocess.PIPE,
            env=self.environment,
        )
        assert self._recorder.stdout is not None
        self._reader = threading.Thread(target=self._read, args=(self._recorder.stdout,))
        self._reader.start()
        wait_for(lambda: self.seconds > 0)

    def _read(self, pipe: IO[bytes]) -> None:
        count = 0
        while piece := os.read(pipe.fileno(), 65_536):
            now = time.monotonic()
            self._pieces.append(piece)
            count += len(piece)
            # A piece is late at times, never early: the earliest tells when the sound was.
            self._zero = min(self._zero, now - count / 2 / RECORDED_HERTZ)

    @property
    def samples(self) -> Sound:
        """All samples so far."""
        return np.frombuffer(b"".join(self._pieces), dtype="<i2")

    @property
    def seconds(self) -> float:
        """Its length so far."""
        return sum(map(len, self._pieces)) / 2 / RECORDED_HERTZ

    def moment(self, sample: int) -> float:
        """When a sample was played, in seconds of the monotonic clock: at most 30 ms too late."""
        return self._zero + sample / RECORDED_HERTZ

    def sounding(self, threshold: int = 300) -> Sound:
        """From the first to the last sample that is louder than a threshold."""
        loud = np.flatnonzero(np.abs(self.samples.astype(np.int32)) > threshold)
        return self.samples[loud[0] : loud[-1] + 1] if loud.size else self.samples[:0]

    def first_moment(self, threshold: int = 300) -> float:
        """When the first sample louder than a threshold was played."""
        return self.moment(int(np.argmax(np.abs(self.samples.astype(np.int32)) > threshold)))

    def last_moment(self, threshold: int = 300) -> float:
        """When the last sample louder than a threshold was played."""
        loud = np.flatnonzero(np.abs(self.samples.astype(np.int32)) > threshold)
        return self.moment(int(loud[-1]))

    def longest_gap(self, threshold: int = 300) -> float:
        """The longest silence within what sounded, in seconds."""
        loud = np.flatnonzero(np.abs(self.samples.astype(np.int32)) > threshold)
        return float(np.diff(loud).max(initial=1)) / RECORDED_HERTZ

    def end(self) -> None:
        """Record no longer."""
        self._recorder.terminate()
        self._reader.join(PATIENCE_SECONDS)
        self._recorder.wait(PATIENCE_SECONDS)
        if self._recorder.stdout is not None:
            self._recorder.stdout.close()


def wait_for(condition: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until a condition holds that needs no event loop of Qt."""
    until = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError
        pause.wait(0.01)


def run_until(condition: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    """Run Qt's event loop until a condition holds."""
    from PySide6.QtCore import QEventLoop, QTimer  # noqa: PLC0415 - most tests need no Qt

    loop, timer = QEventLoop(), QTimer()
    timer.timeout.connect(loop.quit)
    timer.start(5)
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError
        loop.exec()


def run_for(seconds: float) -> None:
    """Run Qt's event loop for a while, to see that something does not happen in it."""
    until = time.monotonic() + seconds
    run_until(lambda: time.monotonic() > until, seconds + PATIENCE_SECONDS)


def tone(
    hertz: float, seconds: float, *, rate_hertz: int = 16_000, decibels: float = -12.0
) -> Sound:
    """A sine; `decibels` is its root mean square below full scale."""
    times = np.arange(round(seconds * rate_hertz)) / rate_hertz
    peak = FULL * 10 ** (decibels / 20) * np.sqrt(2)
    samples: Sound = np.round(peak * np.sin(2 * np.pi * hertz * times)).astype(np.int16)
    return samples


def pitch(samples: Sound, rate_hertz: int) -> float:
    """The strongest frequency in hertz, to within a hertz for a second of sound."""
    window = samples * np.hanning(samples.size)
    strength = np.abs(np.fft.rfft(window, n=max(samples.size, 2 * rate_hertz)))
    return float(np.argmax(strength) * rate_hertz / max(samples.size, 2 * rate_hertz))


def decibels(samples: Sound) -> float:
    """Root mean square below full scale (a full-scale square wave is 0)."""
    power = float(np.mean((samples.astype(np.float64) / FULL) ** 2)) if samples.size else 0.0
    return 10 * float(np.log10(max(power, 1e-12)))


def espeak(text: str, *, voice: str = "vi", words_per_minute: int = 160) -> Sound:
    """A sentence said by espeak-ng, at 22 050 hertz."""
    done = subprocess.run(
        (_program("espeak-ng"), "-v", voice, "-s", str(words_per_minute), "--stdout", text),
        capture_output=True,
        timeout=PATIENCE_SECONDS,
        check=True,
    )
    header = done.stdout.index(b"data") + 8
    return np.frombuffer(done.stdout[header:], dtype="<i2")


ESPEAK_HERTZ = 22_050

_CARD = pytest.StashKey[SoundCard]()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start the card where a test of this run needs it."""
    wanted = any("sound_card" in getattr(item, "fixturenames", ()) for item in session.items)
    if wanted and not session.config.option.collectonly:
        card = session.config.stash[_CARD] = SoundCard()
        os.environ.update(card.environment)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End it."""
    card = config.stash.get(_CARD, None)
    if card is not None:
        card.close()


@pytest.fixture
def sound_card(pytestconfig: pytest.Config) -> Iterator[SoundCard]:
    """The card, with everything plugged in, before the test and after it."""
    card = pytestconfig.stash[_CARD]
    yield card
    card.plug_in_microphone()
    card.plug_in_loudspeaker()
    card.stall_microphone(is_stalled=False)
    card.stall_loudspeaker(is_stalled=False)

"""Speaking through an engine: the real voice of espeak-ng, the fake one, and others' servers."""

import logging
import os
import signal
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from engine_watch import program, wait_until
from spoken_sound import needs_espeak

from kiosk.engine_link import Address, Program, worker
from kiosk.engine_state import EngineState, Timings
from kiosk.speech.reports import Sound, SoundEnd, SoundFailed, SpeakerReport
from kiosk.speech.voice import Voice

REAL = worker("kiosk.speech.speaker_worker")
FAKE = worker("kiosk.speech.fake_speaker_worker")
VOICES = ("aav/vi", "aav/vi-vn-x-central", "aav/vi-vn-x-south")
SENTENCE = "Xin chào ông bà, phường có thể giúp gì ạ?"
QUICK = Timings(restart_seconds=(0.05, 0.1, 0.2))


class Spoken:
    """A voice with all that it reported."""

    def __init__(self, address: Address, first_sound_seconds: float = 5.0) -> None:
        self.reports: list[SpeakerReport] = []
        self.times: list[float] = []
        self.states: list[EngineState] = []
        self.voice = Voice(
            address,
            report=self._keep,
            on_state=self.states.append,
            timings=QUICK,
            first_sound_seconds=first_sound_seconds,
        )
        self.voice.start()

    def _keep(self, report: SpeakerReport) -> None:
        self.times.append(time.monotonic())
        self.reports.append(report)

    def is_told(self, state: str, times: int = 1) -> bool:
        """Whether this state was told so often, waiting for it."""
        return wait_until(lambda: sum(one.state == state for one in self.states) >= times)

    def ends(self) -> list[SpeakerReport]:
        """How the texts ended."""
        return [one for one in self.reports if not isinstance(one, Sound)]

    def has_reported(self, report: SpeakerReport) -> bool:
        """Whether this was reported."""
        return report in self.reports

    def sound(self, number: int) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
        """All sound of a text."""
        pcm = [one.pcm for one in self.reports if isinstance(one, Sound) and one.number == number]
        return np.frombuffer(b"".join(pcm), dtype="<i2")

    def say(
        self, number: int, text: str, voice: str = VOICES[0], rate: int = 160
    ) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
        """The sound of a text, waiting for its end."""
        ends = len(self.ends())
        self.voice.speak(number, text, voice=voice, rate=rate)
        assert wait_until(lambda: len(self.ends()) > ends)
        assert self.ends()[-1] == SoundEnd(number)
        return self.sound(number)

    @property
    def process(self) -> int:
        """The engine's process."""
        process = self.voice.engine.process_id
        assert process is not None
        return process


Start = Callable[..., Spoken]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts voices, closes them at the end."""
    started: list[Spoken] = []

    def begin(address: Address, first_sound_seconds: float = 5.0) -> Spoken:
        started.append(Spoken(address, first_sound_seconds))
        return started[-1]

    yield begin
    for one in started:
        one.voice.close()


@pytest.fixture(
    params=[pytest.param(REAL, marks=needs_espeak, id="espeak-ng"), FAKE], scope="module"
)
def spoken(request: pytest.FixtureRequest) -> Iterator[Spoken]:
    """A voice that is ready."""
    spoken = Spoken(request.param)
    assert spoken.is_told("ready")
    yield spoken
    assert [one.state for one in spoken.states] == ["starting", "ready"], "it never failed"
    spoken.voice.close()


@pytest.fixture
def _warned(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Failures of an engine are logged; here they are expected."""
    with caplog.at_level(logging.WARNING):
        yield


# Both our speakers


def test_it_says_which_voices_it_has(spoken: Spoken) -> None:
    info = spoken.voice.engine.info
    assert info is not None
    named = {one.name: one.languages for one in info.tts[0].voices}
    assert all(named[voice] == ["vi"] for voice in VOICES)


def test_a_sentence_sounds_and_not_for_too_long(spoken: Spoken) -> None:
    sound = spoken.say(1, SENTENCE)
    first = next(one for one in spoken.reports if isinstance(one, Sound))
    assert 1.5 < len(sound) / first.rate_hertz < 6
    assert np.sqrt(np.mean(sound.astype(float) ** 2)) > 500, "of 32768"


def test_three_voices_are_three_sounds(spoken: Spoken) -> None:
    sounds = [spoken.say(10 + at, SENTENCE, voice) for at, voice in enumerate(VOICES)]
    assert len({sound.tobytes() for sound in sounds}) == 3


def test_twice_the_words_a_minute_take_less_time_from_the_very_next_text_on(spoken: Spoken) -> None:
    number = 20
    for _ in range(5):
        slow, fast = (
            spoken.say(number, SENTENCE, rate=120),
            spoken.say(number + 1, SENTENCE, rate=240),
        )
        assert 0.3 < len(fast) / len(slow) < 0.7
        number += 2


@pytest.mark.parametrize("rate", [-5, 0, 10**9])
def test_a_rate_beyond_what_can_be_done_is_brought_back(spoken: Spoken, rate: int) -> None:
    assert len(spoken.say(40, "Xin chào.", rate=rate))


def test_what_replaces_a_long_text_is_heard_soon_and_nothing_else(spoken: Spoken) -> None:
    spoken.reports.clear()
    spoken.voice.speak(50, SENTENCE * 200, voice=VOICES[0], rate=160)
    assert wait_until(lambda: bool(spoken.reports))
    began = time.monotonic()
    spoken.say(51, "Xin chào.")
    assert time.monotonic() - began < 2
    numbers = [one.number for one in spoken.reports]
    assert numbers == sorted(numbers)
    assert SoundEnd(50) not in spoken.reports
    assert len(spoken.sound(50)) < len(SENTENCE) * 200 * 500, "it was not rendered to its end"


def test_after_a_stop_nothing_more_is_reported(spoken: Spoken) -> None:
    spoken.voice.speak(60, SENTENCE * 50, voice=VOICES[0], rate=160)
    assert wait_until(lambda: any(one.number == 60 for one in spoken.reports))
    spoken.voice.stop()
    told = len(spoken.reports)
    spoken.say(61, "Xin chào.")
    assert all(one.number == 61 for one in spoken.reports[told + 1 :])


def test_a_text_without_words_fails_and_the_next_is_spoken(spoken: Spoken) -> None:
    for number, text in ((70, ""), (71, "   ")):
        failed = SoundFailed(number)
        spoken.voice.speak(number, text, voice=VOICES[0], rate=160)
        assert wait_until(partial(spoken.has_reported, failed))
    assert len(spoken.say(72, "Xin chào."))


# espeak-ng


@needs_espeak
def test_a_long_text_begins_to_sound_before_it_is_rendered(start: Start) -> None:
    spoken = start(REAL)
    assert spoken.is_told("ready")
    spoken.times.clear()
    began = time.monotonic()
    spoken.say(1, " ".join([SENTENCE] * 40))
    assert spoken.times[0] - began < 0.5
    assert spoken.times[0] - began < (spoken.times[-1] - began) / 3


@needs_espeak
def test_a_voice_that_there_is_not_fails(start: Start) -> None:
    spoken = start(REAL)
    spoken.voice.speak(1, SENTENCE, voice="aav/xx", rate=160)
    assert wait_until(lambda: bool(spoken.ends()))
    assert spoken.reports == [SoundFailed(1)]


@needs_espeak
def test_what_is_spoken_leaves_no_file(
    start: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    memory = set(Path("/dev/shm").iterdir())  # noqa: S108 - to see that nothing is there
    spoken = start(REAL)
    assert spoken.is_told("ready")
    spoken.say(1, SENTENCE)
    assert list(tmp_path.iterdir()) == []
    assert set(Path("/dev/shm").iterdir()) <= memory  # noqa: S108 - the same


# Deaths and foreign servers


@pytest.mark.usefixtures("_warned")
def test_a_text_that_nobody_has_heard_yet_is_spoken_by_the_next_engine(start: Start) -> None:
    spoken = start(FAKE)
    assert spoken.is_told("ready")
    os.kill(spoken.process, signal.SIGKILL)
    spoken.say(1, "Xin chào.")
    assert [one.number for one in spoken.reports] == [1] * len(spoken.reports)


@pytest.mark.usefixtures("_warned")
def test_a_voice_that_dies_in_the_middle_says_so(start: Start) -> None:
    dies = """\
    hello(); read_event()
    say("audio-start", rate=16000, width=2, channels=1)
    write_event(Event("audio-chunk", {"rate": 16000, "width": 2, "channels": 1}, bytes(3200)))
    sys.exit(3)
    """
    spoken = start(program(dies))
    spoken.voice.speak(1, SENTENCE, voice=VOICES[0], rate=160)
    assert wait_until(lambda: bool(spoken.ends()))
    assert spoken.reports == [Sound(1, bytes(3200), 16000), SoundFailed(1)]


@pytest.mark.usefixtures("_warned")
def test_a_voice_that_hangs_fails_in_time_and_is_replaced(start: Start) -> None:
    spoken = start(FAKE, 0.5)
    assert spoken.is_told("ready")
    os.kill(spoken.process, signal.SIGSTOP)
    spoken.voice.speak(1, SENTENCE, voice=VOICES[0], rate=160)
    assert wait_until(lambda: bool(spoken.ends()), 2)
    assert spoken.reports == [SoundFailed(1)]
    assert spoken.is_told("ready", times=2)


def test_where_there_is_no_voice_nobody_waits(start: Start) -> None:
    spoken = start(Program(("/no/such/voice",)))
    assert spoken.is_told("missing")
    assert spoken.states[-1].code == "speaker.missing"
    spoken.voice.speak(1, SENTENCE, voice=VOICES[0], rate=160)
    assert wait_until(lambda: bool(spoken.ends()), 1)
    assert spoken.reports == [SoundFailed(1)]


def test_a_foreign_voice_may_use_another_format(start: Start) -> None:
    stereo = """\
    hello()
    form = {"rate": 44100, "width": 2, "channels": 2}
    while read_event() is not None:
        say("audio-start", **form)
        write_event(Event("audio-chunk", form, b"\\x02\\x00\\x04\\x00" * 10 + b"\\x01"))
        say("audio-stop")
    """
    spoken = start(program(stereo))
    sound = spoken.say(1, SENTENCE)
    assert sound.tolist() == [3] * 10
    assert [one.rate_hertz for one in spoken.reports if isinstance(one, Sound)] == [44100]


@pytest.mark.usefixtures("_warned")
def test_sound_in_no_format_is_a_failure(start: Start) -> None:
    spoken = start(
        program("hello(); read_event(); say('audio-start', rate=0); time.sleep(60)"), 1.0
    )
    spoken.voice.speak(1, SENTENCE, voice=VOICES[0], rate=160)
    assert wait_until(lambda: bool(spoken.ends()))
    assert spoken.is_told("failing")
    assert spoken.reports == [SoundFailed(1)]

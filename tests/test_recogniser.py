"""Listening through an engine: what comes late, what gets lost, what others send."""

import logging
import os
import signal
import time
from collections.abc import Callable, Iterator

import pytest
from engine_watch import program, wait_until
from spoken_sound import bursts, silence

from kiosk.engine_link import Address, Program, worker
from kiosk.engine_state import EngineState, Timings
from kiosk.speech.recogniser import Recogniser
from kiosk.speech.reports import Heard, HeardSoFar, ListenerReport, NotHeard

FAKE = worker("kiosk.speech.fake_listener_worker")
HINTS = ("làm căn cước", "đăng ký khai sinh")
QUICK = Timings(restart_seconds=(0.05, 0.1, 0.2))

FOREIGN = """\
hello()
count = 0
while (event := read_event()) is not None:
    if event.type == "describe":
        write_event(Info().event())
    if event.type == "audio-stop":
        count += 1
        {answer}
"""
"""A server of somebody else's."""


class Listened:
    """A recogniser with all that it reported."""

    def __init__(self, address: Address, answer_seconds: float = 5.0) -> None:
        self.reports: list[ListenerReport] = []
        self.states: list[EngineState] = []
        self.ear = Recogniser(
            address,
            report=self.reports.append,
            on_state=self.states.append,
            timings=QUICK,
            answer_seconds=answer_seconds,
        )
        self.ear.start()

    def is_told(self, state: str, times: int = 1) -> bool:
        """Whether this state was told so often, waiting for it."""
        return wait_until(lambda: sum(one.state == state for one in self.states) >= times)

    def answers(self) -> list[ListenerReport]:
        """What was reported at the ends of utterances."""
        return [one for one in self.reports if not isinstance(one, HeardSoFar)]

    def is_answered(self, times: int = 1) -> bool:
        """Whether so many utterances were answered, waiting for them."""
        return wait_until(lambda: len(self.answers()) >= times)

    def say(self, turn: int, pcm: bytes) -> None:
        """A whole utterance, in tenths of seconds."""
        self.ear.begin(turn, HINTS, "vi")
        for at in range(0, len(pcm), 3200):
            self.ear.hear(turn, pcm[at : at + 3200])
        self.ear.end(turn)

    @property
    def process(self) -> int:
        """The engine's process."""
        process = self.ear.engine.process_id
        assert process is not None
        return process


Listen = Callable[..., Listened]


@pytest.fixture
def listen() -> Iterator[Listen]:
    """Starts recognisers, closes them at the end."""
    started: list[Listened] = []

    def begin(address: Address = FAKE, answer_seconds: float = 5.0) -> Listened:
        started.append(Listened(address, answer_seconds))
        return started[-1]

    yield begin
    for one in started:
        one.ear.close()


@pytest.fixture
def _warned(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Failures of an engine are logged; here they are expected."""
    with caplog.at_level(logging.WARNING):
        yield


def foreign(answer: str) -> Program:
    return program(FOREIGN.format(answer=answer))


def test_a_sentence_is_reported_while_it_is_spoken_and_at_its_end(listen: Listen) -> None:
    listened = listen()
    assert listened.is_told("ready")
    listened.say(7, bursts(2))
    assert listened.is_answered()
    assert listened.reports[-1] == Heard(7, HINTS[1], 1.0, was_hinted=True)
    texts = [one.text for one in listened.reports if isinstance(one, HeardSoFar)]
    assert texts[-1] == HINTS[1][: len(texts[-1])]
    assert {one.turn for one in listened.reports} == {7}


def test_one_who_speaks_before_the_engine_is_ready_is_heard(listen: Listen) -> None:
    listened = listen()
    listened.say(1, bursts(1))
    assert listened.is_answered()
    assert listened.answers() == [Heard(1, HINTS[0], 1.0, was_hinted=True)]


def test_silence_is_heard_as_nothing(listen: Listen) -> None:
    listened = listen()
    listened.say(1, silence(1))
    assert listened.is_answered()
    assert listened.reports == [Heard(1, "", 0.0)]


def test_each_turn_gets_its_own_answer_however_fast_they_come(listen: Listen) -> None:
    listened = listen(foreign("say('transcript', text=str(count))"))
    for turn in range(1, 6):
        listened.say(turn, bursts(1))
        assert listened.is_answered(times=turn)
    assert listened.answers() == [Heard(turn, str(turn), None) for turn in range(1, 6)]


def test_what_was_dropped_is_never_reported_and_never_taken_for_the_next(listen: Listen) -> None:
    listened = listen(foreign("time.sleep(0.3); say('transcript', text=str(count))"))
    assert listened.is_told("ready")
    listened.say(1, bursts(1))
    listened.ear.drop()
    listened.ear.begin(2, HINTS, "vi")
    listened.ear.hear(2, bursts(1))
    listened.ear.drop()
    listened.say(3, bursts(1))
    assert listened.is_answered()
    assert listened.reports == [Heard(3, "3", None)]


def test_sound_of_another_turn_is_not_mixed_in(listen: Listen) -> None:
    listened = listen()
    listened.ear.begin(2, HINTS, "vi")
    listened.ear.hear(1, bursts(2))
    listened.ear.end(1)
    listened.ear.hear(2, bursts(1))
    listened.ear.end(2)
    listened.ear.hear(2, bursts(1))
    listened.ear.end(2)
    assert listened.is_answered()
    assert listened.answers() == [Heard(2, HINTS[0], 1.0, was_hinted=True)]
    assert not wait_until(lambda: len(listened.answers()) > 1, 0.3)


# Deaths


@pytest.mark.usefixtures("_warned")
def test_killed_mid_utterance_the_next_engine_hears_all_of_it(listen: Listen) -> None:
    listened = listen()
    assert listened.is_told("ready")
    pcm = bursts(2)
    listened.ear.begin(1, HINTS, "vi")
    listened.ear.hear(1, pcm[: len(pcm) // 2])
    assert wait_until(lambda: bool(listened.reports)), "it has heard something"
    os.kill(listened.process, signal.SIGKILL)
    listened.ear.hear(1, pcm[len(pcm) // 2 :])
    listened.ear.end(1)
    assert listened.is_answered()
    assert listened.answers() == [Heard(1, HINTS[1], 1.0, was_hinted=True)]


@pytest.mark.usefixtures("_warned")
def test_an_utterance_that_kills_each_engine_is_given_up(listen: Listen) -> None:
    listened = listen(foreign("sys.exit(3)"))
    began = time.monotonic()
    listened.say(1, bursts(1))
    assert listened.is_answered()
    assert time.monotonic() - began < 5
    assert listened.answers() == [NotHeard(1)]
    assert listened.is_told("ready", times=3)


@pytest.mark.usefixtures("_warned")
def test_a_hung_engine_costs_five_seconds_and_is_replaced(listen: Listen) -> None:
    listened = listen()
    assert listened.is_told("ready")
    os.kill(listened.process, signal.SIGSTOP)
    began = time.monotonic()
    listened.say(1, bursts(1))
    assert listened.is_answered()
    assert 4.5 < time.monotonic() - began < 7
    assert listened.answers() == [NotHeard(1)]
    assert listened.is_told("ready", times=2)
    listened.say(2, bursts(1))
    assert listened.is_answered(times=2)
    assert listened.answers()[-1] == Heard(2, HINTS[0], 1.0, was_hinted=True)


@pytest.mark.usefixtures("_warned")
def test_one_that_hangs_over_what_was_dropped_is_replaced_too(listen: Listen) -> None:
    listened = listen()
    assert listened.is_told("ready")
    listened.ear.begin(1, HINTS, "vi")
    listened.ear.hear(1, bursts(1))
    assert wait_until(lambda: bool(listened.reports))
    os.kill(listened.process, signal.SIGSTOP)
    listened.ear.drop()
    assert listened.is_told("failing")
    assert listened.answers() == []


def test_where_there_is_no_engine_nobody_waits(listen: Listen) -> None:
    listened = listen(Program(("/no/such/listener",)))
    assert listened.is_told("missing")
    began = time.monotonic()
    listened.say(1, bursts(1))
    assert listened.is_answered()
    assert time.monotonic() - began < 1
    assert listened.answers() == [NotHeard(1)]


def test_where_there_is_no_engine_nobody_is_let_speak_in_vain(listen: Listen) -> None:
    listened = listen(Program(("/no/such/listener",)))
    assert listened.is_told("missing")
    listened.ear.begin(1, HINTS, "vi")
    assert listened.answers() == [NotHeard(1)]


# What others send


def test_partial_texts_of_a_foreign_server_continue_each_other(listen: Listen) -> None:
    answer = (
        "say('transcript-start'); say('transcript-chunk', text='xin '); "
        "say('transcript-chunk', text='chào'); say('transcript', text=' xin chào ')"
    )
    listened = listen(foreign(answer))
    listened.say(1, bursts(1))
    assert listened.is_answered()
    assert listened.reports == [
        HeardSoFar(1, "xin "),
        HeardSoFar(1, "xin chào"),
        Heard(1, "xin chào", None),
    ]


@pytest.mark.parametrize(
    ("context", "confidence"),
    [("5", None), ("{}", None), ("{'confidence': float('nan')}", None), ("{'confidence': 7}", 1.0)],
)
def test_a_confidence_that_makes_no_sense_is_none(
    listen: Listen, context: str, confidence: float | None
) -> None:
    listened = listen(foreign(f"say('transcript', text='a', context={context})"))
    listened.say(1, bursts(1))
    assert listened.is_answered()
    assert listened.answers() == [Heard(1, "a", confidence)]


def test_an_error_in_place_of_an_answer_is_nothing_heard(listen: Listen) -> None:
    listened = listen(foreign("say('error', text='out of memory')"))
    listened.say(1, bursts(1))
    assert listened.is_answered()
    assert listened.answers() == [NotHeard(1)]


@pytest.mark.usefixtures("_warned")
def test_a_transcript_without_text_is_a_failure_of_the_engine(listen: Listen) -> None:
    listened = listen(foreign("say('transcript', text=5)"))
    listened.say(1, bursts(1))
    assert listened.is_answered()
    assert listened.answers() == [NotHeard(1)]
    assert listened.is_told("failing")


def test_a_transcript_before_the_end_is_nobodys(listen: Listen) -> None:
    hasty = """\
    hello()
    while (event := read_event()) is not None:
        if event.type == "audio-start":
            say("transcript", text="hasty")
            say("transcript-chunk", text="xin")
        if event.type == "audio-stop":
            say("transcript", text="xin chào")
    """
    listened = listen(program(hasty))
    listened.ear.begin(1, HINTS, "vi")
    listened.ear.hear(1, bursts(1))
    assert wait_until(lambda: listened.reports == [HeardSoFar(1, "xin")])
    listened.ear.end(1)
    assert listened.is_answered()
    assert listened.answers() == [Heard(1, "xin chào", None)]


def test_what_was_heard_is_in_no_text_of_a_report() -> None:
    for report in (Heard(1, "bí mật", 1.0), HeardSoFar(1, "bí mật")):
        assert "bí mật" not in repr(report)


def test_no_word_gets_into_the_log(listen: Listen, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        listened = listen()
        listened.say(1, bursts(2))
        assert listened.is_answered()
        listened.ear.close()
    assert caplog.records
    assert not any(word in caplog.text for hint in HINTS for word in hint.split())


def test_it_tells_which_languages_it_understands(listen: Listen) -> None:
    listened = listen()
    assert listened.ear.languages == frozenset()
    assert listened.is_told("ready")
    assert listened.ear.languages == {"vi"}

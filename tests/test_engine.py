"""Engines as real processes and real servers: started, watched, restarted, given up."""

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from engine_watch import QUICK, ROOT, Watched, free_port, is_running, program, wait_until
from wyoming.event import Event
from wyoming.info import Info
from wyoming.ping import Ping

from kiosk.engine import MOST_WAITING_BYTES, Engine
from kiosk.engine_end import EXIT_DAMAGED, EXIT_MISSING
from kiosk.engine_link import Address, Program, Server, address_of
from kiosk.engine_state import LISTENER_CODES, EngineState, Timings
from kiosk.errors import KioskError
from kiosk.wire import Unpacker, pack

Start = Callable[..., Watched]

ECHO = """\
hello()
while (event := read_event()) is not None:
    say("info" if event.type == "describe" else event.type, process=os.getpid())
"""
"""Says back the kind of each event."""


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts engines, closes them at the end."""
    started: list[Watched] = []

    def begin(address: Address, timings: Timings = QUICK) -> Watched:
        started.append(Watched(address, timings))
        return started[-1]

    yield begin
    for one in started:
        one.engine.close()


@pytest.fixture
def warned(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Failures of an engine are logged; here they are expected."""
    with caplog.at_level(logging.WARNING):
        yield caplog


# Start and end


def test_an_engine_starts_says_what_it_is_and_answers(start: Start) -> None:
    watched = start(program(ECHO))
    assert watched.is_told("ready")
    assert watched.words == ["starting", "ready"]
    assert watched.engine.info == Info()
    assert watched.engine.send(Ping(text="a").event())
    assert watched.is_sent("ping")


def test_what_is_sent_before_it_is_ready_is_refused(start: Start) -> None:
    watched = start(program("time.sleep(60)"))
    assert watched.is_told("starting")
    assert not watched.engine.send(Ping().event())


def test_closing_ends_the_process_and_leaves_no_zombie(start: Start) -> None:
    watched = start(program(ECHO))
    assert watched.is_told("ready")
    process = watched.engine.process_id
    assert process is not None
    began = time.monotonic()
    watched.engine.close()
    assert time.monotonic() - began < 2
    assert not is_running(process)
    assert watched.words == ["starting", "ready"]
    watched.engine.close()
    assert not watched.engine.send(Ping().event())


def test_one_that_ignores_everything_is_ended_within_two_seconds(start: Start) -> None:
    watched = start(
        program("signal.signal(signal.SIGTERM, signal.SIG_IGN); hello()\nwhile 1: time.sleep(9)")
    )
    assert watched.is_told("ready")
    process = watched.engine.process_id
    assert process is not None
    began = time.monotonic()
    watched.engine.close()
    assert time.monotonic() - began < 2
    assert not is_running(process)


@pytest.mark.usefixtures("warned")
def test_closing_does_not_wait_for_the_next_try(start: Start) -> None:
    watched = start(program("sys.exit(3)"), Timings(restart_seconds=(600.0,)))
    assert watched.is_told("failing")
    began = time.monotonic()
    watched.engine.close()
    assert time.monotonic() - began < 1


def test_when_the_kiosk_is_killed_its_workers_die_too() -> None:
    kiosk = f"""\
import sys, time
sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / "tests")!r}]
from engine_watch import Watched
from kiosk.engine_link import worker
watched = Watched(worker("kiosk.speech.fake_listener_worker"))
assert watched.is_told("ready")
print(watched.engine.process_id, flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", kiosk], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        process = int(parent.stdout.readline())
        os.kill(process, signal.SIGSTOP)  # it cannot read that its input has ended
        parent.kill()
    assert wait_until(lambda: not is_running(process) or _is_zombie(process))


def _is_zombie(process: int) -> bool:
    """Orphans go to init, which may take its time, or never fetches them in a container."""
    try:
        return ") Z " in Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return True


# Failures


@pytest.mark.usefixtures("warned")
def test_killed_it_is_back_within_five_seconds(start: Start) -> None:
    watched = start(program(ECHO), Timings())
    assert watched.is_told("ready")
    first = watched.engine.process_id
    assert first is not None
    began = time.monotonic()
    os.kill(first, signal.SIGKILL)
    assert watched.is_told("ready", times=2)
    assert time.monotonic() - began < 5
    assert watched.words == ["starting", "ready", "failing", "starting", "ready"]
    assert watched.states[2].code == "listener.failing"
    assert watched.engine.send(Ping().event())
    assert watched.is_sent("ping")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("print('hello, I am no engine', flush=True); time.sleep(60)", "something else"),
        ("os.write(1, b'x' * 70000); time.sleep(60)", "something else"),
        ("hello(); print('Audio saved', flush=True); time.sleep(60)", "something else"),
        ("say('info', asr=5); time.sleep(60)", "something else"),
        (
            "hello(); os.write(1, bytes(range(256)) * 9); time.sleep(60)",
            "something else",
        ),
        ("os.close(1); time.sleep(60)", "left"),
        ("sys.exit(3)", "left"),
        ("hello(); sys.exit(0)", "left"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "left"),
        (
            "hello(); chunk = Event('a', {}, bytes(60000))\nwhile 1: write_event(chunk)",
            "without end",
        ),
        ('hello()\nwhile 1: os.write(1, b\'{"type": "a"}\\n\' * 4000)', "without end"),
    ],
)
def test_each_way_to_fail_is_noticed_and_it_is_started_again(
    start: Start, warned: pytest.LogCaptureFixture, body: str, said: str
) -> None:
    watched = start(program(body), Timings(restart_seconds=(0.05, 600.0)))
    assert watched.is_told("failing", times=2)
    assert wait_until(lambda: warned.text.count(said) >= 2), warned.text
    assert "hello" not in warned.text


def test_one_that_never_says_what_it_is_fails_in_time(
    start: Start, warned: pytest.LogCaptureFixture
) -> None:
    watched = start(program("time.sleep(60)"), Timings(start_seconds=0.3))
    assert watched.is_told("failing")
    assert "did not start in time" in warned.text


def test_one_that_does_not_answer_in_time_is_killed(
    start: Start, warned: pytest.LogCaptureFixture
) -> None:
    body = "hello()\nwhile 1: read_event()"
    watched = start(program(body), Timings(restart_seconds=(0.05,), reply_seconds=0.3))
    assert watched.is_told("ready")
    process = watched.engine.process_id
    assert process is not None
    watched.engine.send(Ping().event())
    watched.engine.expect()
    assert watched.is_told("ready", times=2)
    assert "did not answer in time" in warned.text
    assert not is_running(process)


def test_one_that_has_answered_is_left_alone(start: Start) -> None:
    watched = start(program(ECHO), Timings(reply_seconds=0.3))
    assert watched.is_told("ready")
    watched.engine.send(Ping().event())
    watched.engine.expect()
    assert watched.is_sent("ping")
    assert not wait_until(lambda: "failing" in watched.words, 0.6)


@pytest.mark.usefixtures("warned")
def test_one_that_hangs_while_nobody_needs_it_is_found_out(start: Start) -> None:
    watched = start(program(ECHO), Timings(reply_seconds=0.4, check_seconds=0.2))
    assert watched.is_told("ready")
    assert watched.is_sent("info", times=3)
    process = watched.engine.process_id
    assert process is not None
    os.kill(process, signal.SIGSTOP)
    assert watched.is_told("failing")


def test_a_full_pipe_never_holds_the_caller_up(
    start: Start, warned: pytest.LogCaptureFixture
) -> None:
    watched = start(program("hello(); time.sleep(600)"), Timings(reply_seconds=0.5))
    assert watched.is_told("ready")
    chunk, longest, taken = Event("audio-chunk", payload=bytes(32_000)), 0.0, 0
    for _ in range(100):
        began = time.monotonic()
        taken += watched.engine.send(chunk)
        longest = max(longest, time.monotonic() - began)
    assert longest < 0.25, "sending took so many seconds"
    assert taken < 100
    assert taken * 32_000 <= MOST_WAITING_BYTES + 200_000, "what fits the queue and the pipe"
    assert watched.is_told("failing")
    assert "takes nothing in" in warned.text


def test_what_a_worker_prints_to_standard_error_neither_blocks_it_nor_is_kept(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        watched = start(program("os.write(2, b'geheimnis\\n' * 50_000)\n" + ECHO))
        assert watched.is_told("ready")
        watched.engine.close()
    assert "geheimnis" not in caplog.text
    assert "50000 lines" in caplog.text


# Giving up


def test_after_three_failures_staff_are_told_and_it_is_still_tried(
    start: Start, warned: pytest.LogCaptureFixture
) -> None:
    watched = start(program("sys.exit(3)"))
    assert watched.is_told("given_up")
    assert watched.words == ["starting", "failing", "starting", "failing", "starting", "given_up"]
    assert watched.states[-1].code == "listener.given_up"
    told = len(warned.records)
    assert not wait_until(lambda: len(watched.states) > 6, 1.0), "it is tried on quietly"
    assert len(warned.records) == told


@pytest.mark.usefixtures("warned")
def test_it_waits_longer_each_time(start: Start) -> None:
    watched = start(program("sys.exit(3)"), Timings(restart_seconds=(0.2, 0.8, 600.0)))
    assert watched.is_told("given_up")
    waits = [
        later - sooner for sooner, later in zip(watched.times, watched.times[1:], strict=False)
    ]
    assert 0.2 <= waits[1] < waits[3]
    assert waits[3] >= 0.8


@pytest.mark.usefixtures("warned")
def test_given_up_it_comes_back_by_itself(start: Start, tmp_path: Path) -> None:
    sign = tmp_path / "mended"
    watched = start(program(f"os.path.exists({str(sign)!r}) or sys.exit(3)\n{ECHO}"))
    assert watched.is_told("given_up")
    sign.touch()
    assert watched.is_told("ready")
    assert watched.words[-2:] == ["given_up", "ready"]


@pytest.mark.usefixtures("warned")
def test_an_answer_forgives_earlier_failures(start: Start) -> None:
    watched = start(program(ECHO))
    for times in range(1, 5):
        assert watched.is_told("ready", times=times)
        watched.engine.send(Ping().event())
        assert watched.is_sent("ping", times=times)
        process = watched.engine.process_id
        assert process is not None
        os.kill(process, signal.SIGKILL)
    assert watched.is_told("ready", times=5)
    assert "given_up" not in watched.words


@pytest.mark.usefixtures("warned")
def test_one_that_starts_well_but_dies_of_every_request_is_given_up(start: Start) -> None:
    watched = start(program("hello(); read_event(); sys.exit(3)"))
    for times in range(1, 4):
        assert watched.is_told("ready", times=times)
        watched.engine.send(Ping().event())
        assert wait_until(lambda: watched.words[-1] != "ready")
    assert watched.is_told("given_up")


# What it needs is missing


@pytest.mark.parametrize(
    ("address", "code"),
    [
        (program(f"sys.exit({EXIT_MISSING})"), "listener.missing"),
        (program(f"sys.exit({EXIT_DAMAGED})"), "listener.damaged"),
        (Program(("/no/such/program",)), "listener.missing"),
    ],
)
def test_what_is_missing_is_said_at_once_and_once(
    start: Start, caplog: pytest.LogCaptureFixture, address: Program, code: str
) -> None:
    with caplog.at_level(logging.INFO):
        watched = start(address)
        assert watched.is_told("missing")
        assert watched.states[-1].code == code
        assert not wait_until(lambda: len(watched.states) > 2, 0.8)
    assert len(caplog.records) == 1


# Leaving to come back fresh


def test_one_that_leaves_between_requests_is_renewed_without_a_word(start: Start) -> None:
    body = """\
    hello()
    event = read_event()
    say(event.type, process=os.getpid())
    """
    watched = start(program(body))
    assert watched.is_told("ready")
    processes = set()
    for times in range(1, 4):
        assert wait_until(lambda: watched.engine.send(Ping().event()))
        assert watched.is_sent("ping", times=times)
        processes.add(watched.events[-1].data["process"])
        assert wait_until(lambda: watched.engine.process_id not in {None, *processes})
    assert len(processes) == 3
    assert watched.words == ["starting", "ready"]


def test_one_that_is_moved_ends_what_it_owes_and_goes_on_elsewhere_without_a_word(
    start: Start,
) -> None:
    body = """\
    hello()
    while True:
        event = read_event()
        say("%s", process=os.getpid())
    """
    watched = start(program(body % "old"))
    assert watched.is_told("ready")
    first = watched.engine.process_id
    watched.engine.move(program(body % "old"))
    assert watched.engine.send(Ping().event())
    watched.engine.move(program(body % "new"))
    assert watched.is_sent("old")
    assert watched.engine.process_id == first, "it still owes something"
    watched.engine.settled()
    assert wait_until(lambda: watched.engine.process_id not in {None, first})
    assert wait_until(lambda: watched.engine.send(Ping().event()))
    assert watched.is_sent("new")
    assert watched.words == ["starting", "ready"]


# Servers


class Answering:
    """A Wyoming server that closes each connection after so many answers."""

    def __init__(self, answers: int) -> None:
        self.port = free_port()
        self.connections = 0
        self._answers = answers
        self._listening = socket.create_server(("127.0.0.1", self.port))
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while True:
            try:
                caller, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            with caller:
                self._serve(caller)

    def _serve(self, caller: socket.socket) -> None:
        unpacker, answers = Unpacker(), 0
        while answers < self._answers and (untrusted := caller.recv(65536)):
            for event in unpacker.take(untrusted):
                is_describe = event.type == "describe"
                caller.sendall(pack(Info().event() if is_describe else event))
                answers += not is_describe

    def close(self) -> None:
        """Stop to listen."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()


def test_a_server_that_hangs_up_after_each_answer_is_simply_called_again(start: Start) -> None:
    server = Answering(answers=1)
    watched = start(Server("127.0.0.1", server.port))
    assert watched.is_told("ready")
    for times in range(1, 4):
        watched.engine.send(Ping().event())
        assert watched.is_sent("ping", times=times)
        assert watched.is_sent("info", times=times + 1)
    assert watched.words == ["starting", "ready"]
    watched.engine.close()
    server.close()


@pytest.mark.usefixtures("warned")
def test_a_server_that_is_away_is_called_again_until_it_is_there(start: Start) -> None:
    watched = start(Server("127.0.0.1", free_port()))
    assert watched.is_told("given_up")
    assert watched.states[1].code == "listener.unreachable"
    watched.engine.close()


@pytest.mark.usefixtures("warned")
def test_a_server_that_comes_back_serves_again(start: Start) -> None:
    server = Answering(answers=99)
    watched = start(Server("127.0.0.1", server.port), Timings(restart_seconds=(0.05,)))
    assert watched.is_told("ready")
    assert watched.engine.send(Ping().event())
    assert watched.is_sent("ping")
    assert watched.engine.process_id is None
    watched.engine.close()
    server.close()


# Addresses


def test_an_address_says_where_an_engine_is() -> None:
    assert address_of("tcp://localhost:10300") == Server("localhost", 10300)
    assert address_of("tcp://[::1]:10300") == Server("::1", 10300)
    assert address_of("stdio:/usr/bin/ear --model 'a b'") == Program(
        ("/usr/bin/ear", "--model", "a b")
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tcp://",
        "tcp://host",
        "tcp://host:0",
        "tcp://host:99999",
        "stdio:",
        "stdio:'",
        "udp://h:1",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(KioskError) as refusal:
        address_of(text)
    assert refusal.value.code == "engine.bad_address"
    assert refusal.value.values == {"address": text}


@pytest.mark.usefixtures("warned")
def test_a_program_gets_no_more_memory_than_it_may(start: Start) -> None:
    greedy = program("hello(); read_event(); x = bytearray(2 << 30); say('fits')")
    watched = start(Program(greedy.arguments, memory_bytes=1 << 30))
    assert watched.is_told("ready")
    watched.engine.send(Ping().event())
    assert watched.is_told("failing")
    assert not any(one.type == "fits" for one in watched.events)


def test_an_engine_that_never_started_can_be_closed() -> None:
    program = Program(("true",))
    Engine("x", program, codes=LISTENER_CODES, on_event=print, on_state=print).close()


def test_a_fault_of_ours_is_logged_without_a_word_and_the_engine_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    told: list[EngineState] = []

    def stumble(event: Event) -> None:
        raise RuntimeError(f"geheimnis {event.type}")

    engine = Engine(
        "x", program(ECHO), codes=LISTENER_CODES, on_event=stumble, on_state=told.append
    )
    with caplog.at_level(logging.ERROR):
        engine.start()
        assert wait_until(lambda: EngineState("ready") in told)
        engine.send(Ping().event())
        assert wait_until(lambda: len(caplog.records) == 2)
    assert "RuntimeError" in caplog.text
    assert "geheimnis" not in caplog.text
    assert len(told) == 2
    engine.close()

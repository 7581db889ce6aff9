"""What the kiosk relies on of every listener: ours on pipes and by TCP, and the fake one."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from at_hand import listener, model_at_hand
from engine_watch import ROOT, Watched, free_port, wait_until
from spoken_sound import (
    bursts,
    needs_model,
    needs_questions,
    noise,
    questions,
    recorded,
    silence,
)
from tiny_onnx import WORD, write_ctc_model
from wyoming.asr import Transcribe
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event
from wyoming.ping import Ping

from kiosk.engine_link import Address, Program, Server, worker
from kiosk.engine_state import Timings
from kiosk.speech.listening import HeardWord, Reading, without_ghosts
from kiosk.wire import Unpacker, pack

PATIENT = Timings(reply_seconds=20.0, check_seconds=600.0)
HINTS = ("làm căn cước", "đăng ký khai sinh", "gia hạn tạm trú")
PIECE_BYTES = 3200
TINY_WORD = WORD.strip("▁")


class Ear:
    """A listener under test."""

    def __init__(self, name: str, address: Address) -> None:
        self.name = name
        self.address = address
        self.watched = Watched(address, PATIENT)
        self.has_words = name.startswith("vosk")
        self.takes_hints = name != "sherpa"

    def say(self, pcm: bytes, *hints: str, piece_bytes: int = PIECE_BYTES) -> None:
        """An utterance up to its end, but not the end."""
        self.watched.events.clear()
        send = self.watched.engine.send
        assert send(Transcribe(language="vi", transcript_names=list(hints) or None).event())
        assert send(AudioStart(16000, 2, 1).event())
        for at in range(0, len(pcm), piece_bytes):
            assert send(AudioChunk(16000, 2, 1, pcm[at : at + piece_bytes]).event())

    def stop(self) -> Event:
        """The utterance is over; its transcript."""
        self.watched.engine.send(AudioStop().event())
        assert self.watched.is_sent("transcript")
        return next(one for one in self.watched.events if one.type == "transcript")

    def heard(self, pcm: bytes, *hints: str) -> Event:
        """The transcript of a whole utterance."""
        self.say(pcm, *hints)
        return self.stop()

    def partials(self) -> list[str]:
        """The partial texts since the utterance began."""
        return [one.data["text"] for one in self.watched.events if one.type == "transcript-chunk"]

    def sentence(self, number: int = 0) -> tuple[bytes, str]:
        """A sentence that it understands well, and its text."""
        if not self.takes_hints:
            return bursts(3), " ".join([TINY_WORD] * 3)
        if not self.has_words:
            return bursts(2), HINTS[1]
        easy = ("q02711", "q02763", "q02998")[number]
        found = next(one for one in questions() if one["id"] == easy)
        return recorded(found["file"]), found["text"]


@dataclass(frozen=True)
class Served:
    """A worker on a TCP port."""

    port: int
    process: subprocess.Popen[bytes]


def serve(program: Program) -> Served:
    """Start a worker on a free port."""
    port = free_port()
    command = (*program.arguments, "--uri", f"tcp://127.0.0.1:{port}")
    return Served(port, subprocess.Popen(command, stdin=subprocess.DEVNULL))


EARS = [
    "fake",
    "sherpa",
    pytest.param("vosk", marks=[needs_model, needs_questions]),
    pytest.param("vosk-tcp", marks=[needs_model, needs_questions]),
]


@pytest.fixture(scope="module", params=EARS)
def ear(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ear]:
    served = None
    name = request.param
    address: Address = listener(model_at_hand())
    if name == "fake":
        address = worker("kiosk.speech.fake_listener_worker")
    if name == "sherpa":
        folder = tmp_path_factory.mktemp("sherpa")
        write_ctc_model(folder)
        address = listener(folder)
    if name == "vosk-tcp":
        assert isinstance(address, Program)
        served = serve(address)
        address = Server("127.0.0.1", served.port)
        assert wait_until(lambda: can_connect(address)), "it serves"
    ear = Ear(name, address)
    assert ear.watched.is_told("ready")
    yield ear
    assert ear.watched.words == ["starting", "ready"], "it never failed"
    ear.watched.engine.close()
    if served is not None:
        served.process.kill()
        served.process.wait()


def can_connect(server: Server) -> bool:
    try:
        socket.create_connection((server.host, server.port), 1).close()
    except OSError:
        return False
    return True


def test_it_says_what_it_is(ear: Ear) -> None:
    info = ear.watched.engine.info
    assert info is not None
    (program,) = info.asr
    assert program.supports_transcript_streaming
    assert program.models[0].languages == ["vi"]


def test_it_answers_a_ping(ear: Ear) -> None:
    ear.watched.events.clear()
    ear.watched.engine.send(Ping(text="còn đó không").event())
    assert ear.watched.is_sent("pong")
    assert ear.watched.events[-1].data == {"text": "còn đó không"}


def test_a_sentence_is_shown_while_it_is_spoken_and_understood_at_its_end(ear: Ear) -> None:
    pcm, text = ear.sentence()
    ear.say(pcm, *(() if ear.has_words else HINTS))
    assert ear.watched.is_sent("transcript-chunk", times=2)
    assert ear.watched.events[0].type == "transcript-start"
    assert ear.watched.events[0].data["context"] == {"partial": "whole"}
    said = ear.stop()
    assert said.data["text"].lower() == text.lower()
    assert ear.partials()[-1].split()[0].lower() == text.split()[0].lower()
    context = said.data["context"]
    assert [one["word"] for one in context["words"]] == said.data["text"].split()
    assert all(0 <= one["confidence"] <= 1 for one in context["words"])
    assert 0.5 <= context["confidence"] <= 1


def test_the_right_hint_among_others_is_found(ear: Ear) -> None:
    pcm, text = ear.sentence(1)
    said = ear.heard(pcm, HINTS[0], text, HINTS[2])
    assert said.data["text"].lower() == text.lower()
    assert said.data["context"]["was_hinted"] or not ear.takes_hints


def test_what_is_none_of_the_hints_is_not_bent_into_one(ear: Ear) -> None:
    if not ear.has_words:
        pytest.skip("it hears no words")
    pcm, text = ear.sentence(2)
    said = ear.heard(pcm, "có", "không", "tôi tự đi", "đi thay người khác", "gặp cán bộ")
    assert not said.data["context"]["was_hinted"]
    assert len(set(said.data["text"].split()) & set(text.lower().split())) >= 3


def test_hints_with_words_that_it_does_not_know_are_left_out(ear: Ear) -> None:
    if not ear.has_words:
        pytest.skip("it hears no words")
    pcm, text = ear.sentence(1)
    said = ear.heard(pcm, "xyzzy plugh", "", "!?", text.upper(), "qwrt khai sinh")
    assert said.data["text"].lower() == text.lower()
    assert said.data["context"]["was_hinted"]


def test_hints_are_for_one_utterance_only(ear: Ear) -> None:
    if not ear.has_words:
        pytest.skip("it hears no words")
    pcm, text = ear.sentence(1)
    ear.heard(pcm, text)
    ear.watched.events.clear()
    for event in (AudioStart(16000, 2, 1), AudioChunk(16000, 2, 1, pcm), AudioStop()):
        ear.watched.engine.send(event.event())
    assert ear.watched.is_sent("transcript")
    assert not ear.watched.events[-1].data["context"]["was_hinted"]


def test_two_utterances_in_a_row_know_nothing_of_each_other(ear: Ear) -> None:
    pcm, text = ear.sentence()
    first = ear.heard(pcm, text)
    second = ear.heard(pcm, text)
    assert first.data == second.data


@pytest.mark.parametrize("pcm", [b"", b"\0", silence(0.01), silence(2), noise(2, 100)])
def test_silence_is_nothing(ear: Ear, pcm: bytes) -> None:
    for hints in ((), HINTS):
        said = ear.heard(pcm, *hints)
        assert said.data["text"] == ""
        assert said.data["context"] == {"words": [], "confidence": 0.0, "was_hinted": False}


def test_an_abandoned_utterance_leaves_nothing_in_the_next(ear: Ear) -> None:
    pcm, text = ear.sentence()
    ear.say(pcm, text)
    other, other_text = ear.sentence(1)
    said = ear.heard(other, other_text)
    assert said.data["text"].lower() == other_text.lower()
    assert [one.type for one in ear.watched.events].count("transcript") == 1


def test_a_minute_in_one_piece_is_taken_as_far_as_an_utterance_goes(ear: Ear) -> None:
    pcm, text = ear.sentence()
    long = pcm + silence(60)
    ear.say(long[: 62 * 32000], text, piece_bytes=2_000_000)
    assert ear.stop().data["text"].lower() == text.lower()


def test_other_formats_are_understood_too(ear: Ear) -> None:
    pcm, text = ear.sentence()
    ear.watched.events.clear()
    twice = b"".join(pcm[at : at + 2] * 4 for at in range(0, len(pcm), 2))
    send = ear.watched.engine.send
    send(Transcribe(transcript_names=[HINTS[0], text]).event())
    send(AudioStart(32000, 2, 2).event())
    for at in range(0, len(twice), 32000):
        send(AudioChunk(32000, 2, 2, twice[at : at + 32000]).event())
    said = ear.stop()
    assert said.data["text"].lower() == text.lower()


@pytest.mark.parametrize(
    "event",
    [
        Event("audio-start", {"rate": "x"}),
        Event("audio-start", {"rate": 0, "width": 2, "channels": 1}),
        Event("audio-start", {"rate": 10**12, "width": 2, "channels": 1}),
        Event("audio-start", {}),
        Event("transcribe", {"transcript_names": 5}),
    ],
)
def test_an_event_that_makes_no_sense_is_refused_and_the_next_sentence_understood(
    ear: Ear, event: Event
) -> None:
    ear.watched.events.clear()
    ear.watched.engine.send(event)
    assert ear.watched.is_sent("error")
    pcm, text = ear.sentence()
    assert ear.heard(pcm, HINTS[0], text).data["text"].lower() == text.lower()


def test_events_that_it_does_not_know_are_ignored(ear: Ear) -> None:
    for event in (Event("run-pipeline", {"a": [1]}), AudioChunk(16000, 2, 1, b"12").event()):
        ear.watched.engine.send(event)
    pcm, text = ear.sentence()
    assert ear.heard(pcm, HINTS[0], text).data["text"].lower() == text.lower()


@pytest.mark.parametrize("garbage", [b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 100_000])
def test_garbage_ends_the_conversation_and_nothing_else(ear: Ear, garbage: bytes) -> None:
    if isinstance(ear.address, Server):
        with socket.create_connection((ear.address.host, ear.address.port), 20) as caller:
            caller.settimeout(20)
            caller.sendall(garbage)
            with suppress(ConnectionResetError):
                assert caller.recv(100) == b""
        assert ear.heard(silence(0.1)).data["text"] == ""
        return
    done = subprocess.run(
        ear.address.arguments, input=garbage, capture_output=True, timeout=30, check=False
    )
    assert done.returncode == 1
    assert done.stdout == b""
    assert b"Traceback" not in done.stderr


def test_what_it_writes_is_the_protocol_alone_and_it_leaves_when_its_input_ends(ear: Ear) -> None:
    if isinstance(ear.address, Server):
        pytest.skip("its standard output is nobody's")
    pcm, _ = ear.sentence()
    events = (
        Transcribe(transcript_names=list(HINTS)).event(),
        AudioStart(16000, 2, 1).event(),
        AudioChunk(16000, 2, 1, pcm).event(),
        AudioStop().event(),
    )
    done = subprocess.run(
        ear.address.arguments,
        input=b"".join(map(pack, events)),
        capture_output=True,
        timeout=30,
        check=True,
    )
    assert [one.type for one in Unpacker().take(done.stdout)][-1] == "transcript"
    assert done.stderr == b"", "nothing of what was said either"


# Our workers


def test_a_missing_and_a_damaged_model_are_told_apart(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    (damaged / "am").mkdir(parents=True)
    (damaged / "am" / "final.mdl").write_bytes(b"no model")
    for folder, code in ((tmp_path / "none", "missing"), (damaged, "damaged")):
        watched = Watched(listener(folder))
        assert watched.is_told("missing")
        assert watched.states[-1].code == f"listener.{code}"
        watched.engine.close()


def test_a_missing_and_a_damaged_model_of_sherpa_are_told_apart(tmp_path: Path) -> None:
    for name in ("model.onnx", "tokens.txt"):
        folder = tmp_path / name
        write_ctc_model(folder)
        for content, code in ((b"no model", "damaged"), (None, "missing")):
            (folder / name).unlink() if content is None else (folder / name).write_bytes(content)
            watched = Watched(listener(folder))
            assert watched.is_told("missing")
            assert watched.states[-1].code == f"listener.{code}"
            watched.engine.close()


def test_the_fake_one_hears_the_lines_of_a_file_in_turn(tmp_path: Path) -> None:
    file = tmp_path / "texts"
    file.write_text("xin chào\nđăng ký kết hôn\n", encoding="utf-8")
    ear = Ear("fake", worker("kiosk.speech.fake_listener_worker", "--texts", str(file)))
    assert ear.watched.is_told("ready")
    heard = [ear.heard(bursts(1)).data["text"] for _ in range(3)]
    assert heard == ["xin chào", "đăng ký kết hôn", "xin chào"]
    ear.watched.engine.close()


def test_the_fake_one_counts_bursts() -> None:
    ear = Ear("fake", worker("kiosk.speech.fake_listener_worker"))
    assert ear.watched.is_told("ready")
    assert [ear.heard(bursts(count), *HINTS).data["text"] for count in (1, 2, 3, 9)] == [
        *HINTS,
        HINTS[2],
    ]
    ear.watched.engine.close()


def test_a_worker_can_be_run_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kiosk.speech.fake_listener_worker", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "COLUMNS": "80"},
    )
    assert "--uri" in done.stdout


def test_a_worker_that_has_grown_is_replaced_between_utterances_without_a_word() -> None:
    ear = Ear("fake", worker("kiosk.speech.fake_listener_worker", "--growth", "-1"))
    assert ear.watched.is_told("ready")
    first = ear.watched.engine.process_id
    assert ear.heard(bursts(1), *HINTS).data["text"] == HINTS[0]
    ear.watched.engine.settled()
    assert wait_until(lambda: ear.watched.engine.process_id not in {None, first})
    assert wait_until(lambda: ear.watched.engine.send(Ping(text="a").event()))
    assert ear.watched.is_sent("pong")
    assert ear.heard(bursts(2), *HINTS).data["text"] == HINTS[1]
    assert ear.watched.words == ["starting", "ready"]
    ear.watched.engine.close()


def test_a_worker_leaves_no_dump_of_its_memory(ear: Ear) -> None:
    process = ear.watched.engine.process_id
    if process is None:
        pytest.skip("it is not our child")
    limits = Path(f"/proc/{process}/limits").read_text(encoding="utf-8")
    (core,) = [line for line in limits.splitlines() if line.startswith("Max core file size")]
    assert core.split()[4:6] == ["0", "0"]


def test_few_unsure_words_are_ghosts() -> None:
    low, high = HeardWord("à", 0.3), HeardWord("có", 0.9)
    for words, is_kept in (
        ((low,), False),
        ((low, low), False),
        ((low, high), True),
        ((high,), True),
        ((low, low, low), True),
    ):
        reading = Reading(words=words)
        assert without_ghosts(reading) == (reading if is_kept else Reading())

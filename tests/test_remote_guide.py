"""Guiding through somebody's server: the same rails, whatever it sends."""

import json
import logging
import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from engine_watch import free_port, wait_until
from guided import MARKER, WORDS, Notes, request
from llm_server import LlmServer, choosing, llm_server

from kiosk.assistant.guide_reports import Chosen, NotChosen, NotReworded, Reworded
from kiosk.assistant.prompt import Style, prefix, schema
from kiosk.assistant.remote_guide import RemoteGuide


@pytest.fixture
def server() -> Iterator[LlmServer]:
    with llm_server() as opened:
        yield opened


class Guided:
    """A remote guide with all that it reported."""

    def __init__(
        self, address: str, deadline_seconds: float = 20.0, *, model: str = "", key: str = ""
    ) -> None:
        self.notes = Notes()
        self.guide = RemoteGuide(
            address,
            report=self.notes.reports.append,
            on_state=self.notes.states.append,
            deadline_seconds=deadline_seconds,
            rewording_seconds=deadline_seconds,
            check_seconds=0.1,
            model=model,
            key=key,
        )
        self.guide.start()

    def is_told(self, state: str) -> bool:
        return wait_until(lambda: self.notes.count(state) > 0)

    def is_reported(self, times: int) -> bool:
        return wait_until(lambda: len(self.notes.reports) == times)

    def choose(self, turn: int = 1) -> object:
        self.guide.choose(turn, request(), WORDS)
        assert wait_until(lambda: any(one.turn == turn for one in self.notes.reports))
        return self.notes.reports[-1]


Start = Callable[..., Guided]


@pytest.fixture
def start(caplog: pytest.LogCaptureFixture) -> Iterator[Start]:
    started: list[Guided] = []

    def begin(
        address: str, deadline_seconds: float = 20.0, *, model: str = "", key: str = ""
    ) -> Guided:
        started.append(Guided(address, deadline_seconds, model=model, key=key))
        return started[-1]

    with caplog.at_level(logging.DEBUG):
        yield begin
    for one in started:
        one.guide.close()
    assert MARKER not in caplog.text
    assert "secret" not in caplog.text


def test_it_asks_in_json_under_a_schema_of_the_offers(server: LlmServer, start: Start) -> None:
    server.answer = choosing("answer cha-me", "answer ong-ba")
    guided = start(server.address, key="secret")
    assert guided.is_told("ready")
    assert guided.choose() == Chosen(1, ("answer cha-me", "answer ong-ba"), None)
    (asked,) = server.asked
    assert asked["path"] == "/v1/chat/completions"
    assert asked["model"] == "small"
    assert asked["temperature"] == 0
    formats = asked["response_format"]
    assert isinstance(formats, dict)
    assert formats["json_schema"]["schema"] == json.loads(json.dumps(schema(request())))
    messages = asked["messages"]
    assert isinstance(messages, list)
    assert messages[0] == {"role": "system", "content": prefix(request(), Style.JSON)}
    assert MARKER in messages[1]["content"]
    assert server.headers[0]["Authorization"] == "Bearer secret"


def test_the_model_that_the_site_names_is_asked(server: LlmServer, start: Start) -> None:
    guided = start(f"{server.address}/v1/", model="large")
    guided.choose()
    assert server.asked[0]["model"] == "large"


def test_the_probability_is_that_of_the_tokens_up_to_the_first_choice(
    server: LlmServer, start: Start
) -> None:
    server.answer = choosing("out", "unclear", logprob=-0.01)
    found = start(server.address).choose()
    letters = len('{"choose": ["out"')
    assert isinstance(found, Chosen)
    assert found.probability == pytest.approx(math.exp(-0.01 * letters))


def test_a_server_that_knows_less_is_asked_for_less(server: LlmServer, start: Start) -> None:
    server.refused_keys = frozenset({"chat_template_kwargs", "logprobs"})
    guided = start(server.address)
    assert guided.choose(1) == Chosen(1, ("out",), None)
    assert guided.choose(2) == Chosen(2, ("out",), None)
    assert len(server.asked) == 3
    assert "response_format" in server.asked[-1]


@pytest.mark.parametrize(
    "body",
    [
        b"<!doctype html><html><body>Login</body></html>",
        b"",
        b"null",
        b'{"choices": []}',
        b'{"choices": [{"message": {"content": null}}]}',
        b'{"choices": [{"message": {"content": 7}}]}',
        b'{"choices": [{"message": {"content": "Le phi la 1 trieu dong"}}]}',
        b"[" * 100_000,
        choosing("procedure bia-dat"),
        choosing("out", "unclear", "answer cha-me", "answer ong-ba"),
        choosing(),
        b"\xff\xfe\x00",
    ],
    ids=range(12),
)
def test_what_is_no_choice_counts_as_none_and_staff_are_told(
    server: LlmServer, start: Start, body: bytes
) -> None:
    server.answer = body
    guided = start(server.address)
    assert guided.is_told("ready")
    assert guided.choose() == NotChosen(1)
    assert wait_until(lambda: any(one.code == "guide.garbage" for one in guided.notes.states))


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (500, "guide.garbage"),
        (302, "guide.garbage"),
        (404, "guide.garbage"),
        (401, "guide.refused"),
        (403, "guide.refused"),
    ],
)
def test_a_server_that_refuses_or_leads_elsewhere_is_not_followed(
    server: LlmServer, start: Start, status: int, code: str
) -> None:
    server.status = status
    guided = start(server.address, key="secret")
    assert guided.is_told("ready")
    assert guided.choose() == NotChosen(1)
    assert wait_until(lambda: any(one.code == code for one in guided.notes.states))
    assert len(server.asked) == 1


@pytest.mark.parametrize("way", ["hang", "drip", "flood"])
def test_a_server_without_end_costs_no_more_than_the_deadline(
    server: LlmServer, start: Start, way: str
) -> None:
    server.answer = getattr(server, way)
    guided = start(server.address, 0.5)
    began = time.monotonic()
    assert guided.choose() == NotChosen(1)
    assert time.monotonic() - began < 4
    code = "guide.garbage" if way == "flood" else "guide.slow"
    assert wait_until(lambda: any(one.code == code for one in guided.notes.states))


def test_questions_that_hang_do_not_pile_up(server: LlmServer, start: Start) -> None:
    server.answer = server.hang
    guided = start(server.address)
    for turn in range(9):
        guided.guide.choose(turn, request(), WORDS)
    assert wait_until(lambda: len(server.asked) == 4)
    assert [one.turn for one in guided.notes.reports] == [4, 5, 6, 7, 8]


def test_nothing_is_reported_after_drop(server: LlmServer, start: Start) -> None:
    guided = start(server.address)
    guided.guide.choose(1, request(), WORDS)
    guided.guide.drop()
    assert guided.choose(2) == Chosen(2, ("out",), None)
    assert [one.turn for one in guided.notes.reports] == [2]


def test_a_server_that_is_away_is_said_so_and_found_again(start: Start) -> None:
    port = free_port()
    guided = start(f"http://127.0.0.1:{port}")
    assert guided.is_told("given_up")
    assert guided.notes.states[-1].code == "guide.unreachable"
    assert guided.choose() == NotChosen(1)
    with llm_server(port):
        assert guided.is_told("ready")
        assert guided.choose(2) == Chosen(2, ("out",), None)


@pytest.mark.parametrize("address", ["http://kein.beispiel.invalid", "http://127.0.0.1:1/x"])
def test_an_address_that_leads_nowhere_harms_nothing(start: Start, address: str) -> None:
    guided = start(address, 0.5)
    assert guided.choose() == NotChosen(1)


def test_a_rewording_is_text_and_nothing_else(server: LlmServer, start: Start) -> None:
    guided = start(server.address)
    bodies = {
        1: {"choices": [{"message": {"content": "Phí là\n8.000 đồng."}}]},
        2: {"choices": [{"message": {"content": "<think>hm</think> Phí"}}]},
        3: {"choices": [{"message": {"content": "x" * 5000}}]},
    }
    for turn, body in bodies.items():
        server.answer = json.dumps(body).encode()
        guided.guide.reword(turn, "Lệ phí 8.000 đồng.")
        assert guided.is_reported(turn)
    assert guided.notes.reports == [
        Reworded(1, "Phí là 8.000 đồng."),
        NotReworded(2),
        NotReworded(3),
    ]
    assert "response_format" not in server.asked[0]


def test_half_a_letter_can_be_asked_about(server: LlmServer, start: Start) -> None:
    guided = start(server.address)
    guided.guide.choose(1, request(), "xin \ud800 chào")
    assert wait_until(lambda: bool(guided.notes.reports))
    assert guided.notes.reports == [Chosen(1, ("out",), None)]


def test_nothing_of_it_is_written_to_a_file(
    server: LlmServer, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    start(server.address).choose()
    assert list(tmp_path.iterdir()) == []

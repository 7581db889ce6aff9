"""Guides through an OpenAI-compatible server: implements `ports.Guide`.

A ward's llama.cpp server or a city's vLLM cluster. What it sends is as little trusted as
what a child process sends: bounded, read by the same `prompt.read`, late or not at all
without harm. Nothing of what is said goes into a log, an error or an address.
"""

import json
import logging
import math
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from kiosk.assistant.answering import first_choice
from kiosk.assistant.guide_reports import (
    Chosen,
    GuideReport,
    NotChosen,
    NotReworded,
    Reworded,
)
from kiosk.assistant.guide_terms import (
    DEADLINE_SECONDS,
    MOST_REWORDING_TOKENS,
    MOST_TOKENS,
    REWORDING_SECONDS,
)
from kiosk.assistant.prompt import Request, Style, ending, prefix, read, schema
from kiosk.assistant.rewording import answered, instruction
from kiosk.engine_state import EngineState

MOST_ANSWER_BYTES = 256 * 1024
"""An answer with the probability of each token has some 20 kB; more is not read."""
MOST_WAITING = 4
"""Requests that a server may leave hanging; with so many it is not asked again meanwhile."""
PROBE_SECONDS = 5.0
CHECK_SECONDS = 30.0
"""A server that does not serve is looked for so often."""
FAILURES_UNTIL_GIVEN_UP = 3

_REFUSALS = (401, 403)
_NOT_UNDERSTOOD = (400, 422)


class _Trouble(Exception):
    """There is no answer; `code` says why to staff. It quotes nothing."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True, repr=False)
class _Question:
    """What is asked."""

    turn: int
    request: Request | None
    """None: a rewording."""
    text: str
    until: float
    """When its deadline is over."""

    @property
    def in_vain(self) -> GuideReport:
        """What is reported where there is no answer."""
        return NotReworded(self.turn) if self.request is None else NotChosen(self.turn)


class RemoteGuide:
    """Implements `ports.Guide`. Reports come from threads of its own, or the caller's."""

    def __init__(
        self,
        address: str,
        *,
        report: Callable[[GuideReport], None],
        on_state: Callable[[EngineState], None],
        model: str = "",
        key: str = "",
        deadline_seconds: float = DEADLINE_SECONDS,
        rewording_seconds: float = REWORDING_SECONDS,
        check_seconds: float = CHECK_SECONDS,
    ) -> None:
        """Nothing happens before `start`.

        Args:
            address: of the server, with or without `/v1`.
            report: gets one report for each turn that was not dropped.
            on_state: gets how the server is.
            model: its name there; empty: the first that the server has.
            key: which the server wants; empty: none.
            deadline_seconds: from the citizen's words to the report.
            rewording_seconds: the same for a rewording.
            check_seconds: how often a server that does not serve is looked for.
        """
        self._report = report
        self._on_state = on_state
        self._model = model
        self._seconds = {False: deadline_seconds, True: rewording_seconds}
        self._check_seconds = check_seconds
        # At their lowest level these two tell what is sent.
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)
        base = address.rstrip("/")
        self._client = httpx.Client(
            base_url=base if base.endswith("/v1") else f"{base}/v1",
            headers={"Accept-Encoding": "identity"}
            | ({"Authorization": f"Bearer {key}"} if key else {}),
            verify=ssl.create_default_context(),
            follow_redirects=False,
            trust_env=False,
        )
        self._lock = threading.Lock()
        self._question: _Question | None = None
        self._timer: threading.Timer | None = None
        self._waiting = 0
        """Questions that threads wait for."""
        self._users = 0
        """Threads that use the client."""
        self._state = EngineState("starting")
        self._failures = 0
        self._is_plain = False
        """It understands nothing but what the first OpenAI servers did."""
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="guide", daemon=True)

    def start(self) -> None:
        """Look for the server, and return at once."""
        self._on_state(self._state)
        self._thread.start()

    def close(self) -> None:
        """Ask nothing more; no callback comes afterwards."""
        self.drop()
        self._closing.set()
        with self._in_use():  # the last one puts out the light
            pass

    def prepare(self, request: Request) -> None:
        """Do nothing: a server keeps what it has read by itself."""

    def choose(self, turn: int, request: Request, words: str) -> None:
        """Ask which offers these words mean; forgets what was asked before."""
        until = time.monotonic() + self._seconds[False]
        self._ask(_Question(turn, request, words, until))

    def reword(self, turn: int, text: str) -> None:
        """Ask for simpler words; forgets what was asked before."""
        self._ask(_Question(turn, None, text, time.monotonic() + self._seconds[True]))

    def drop(self) -> None:
        """Forget what was asked; what the server still says about it is ignored."""
        with self._lock:
            self._forget()

    def _ask(self, question: _Question) -> None:
        with self._lock:
            self._forget()
            is_in_vain = self._state.state == "given_up" or self._waiting >= MOST_WAITING
            if not is_in_vain:
                self._question = question
                self._waiting += 1
                seconds = question.until - time.monotonic()
                self._timer = threading.Timer(seconds, self._finish, (question, question.in_vain))
                self._timer.daemon = True
                self._timer.start()
        if is_in_vain:
            self._report(question.in_vain)
        else:
            threading.Thread(
                target=self._serve, args=(question,), name="guide-question", daemon=True
            ).start()

    def _forget(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._question = None

    def _finish(self, question: _Question, found: GuideReport) -> None:
        with self._lock:
            if self._question is not question:
                return
            self._forget()
        self._report(found)

    @contextmanager
    def _in_use(self) -> Iterator[None]:
        with self._lock:
            self._users += 1
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                is_over = self._closing.is_set() and not self._users
            if is_over:
                self._client.close()

    # On threads of its own

    def _serve(self, question: _Question) -> None:
        found = question.in_vain
        try:
            with self._in_use():
                found = self._answered(question)
            self._fares(None)
        except _Trouble as trouble:
            self._fares(trouble.code)
        finally:
            with self._lock:
                self._waiting -= 1
            self._finish(question, found)

    def _answered(self, question: _Question) -> GuideReport:
        while True:
            is_plain = self._is_plain
            status, untrusted = self._call("POST", question, is_plain=is_plain)
            if status not in _NOT_UNDERSTOOD or is_plain:
                break
            self._is_plain = True
        _check(status)
        text, logprobs = _content(untrusted)
        if question.request is None:
            said = answered(text)
            return Reworded(question.turn, said) if said is not None else question.in_vain
        offers = read(text, question.request, Style.JSON)
        if offers is None:
            raise _Trouble("guide.garbage")
        return Chosen(question.turn, offers, _probability(logprobs))

    def _call(
        self, method: str, question: _Question | None, *, is_plain: bool
    ) -> tuple[int, bytes]:
        """Status and body of an answer that came in time and within bounds."""
        until = question.until if question else time.monotonic() + PROBE_SECONDS
        left = until - time.monotonic()
        if left <= 0 or self._closing.is_set():
            raise _Trouble("guide.slow")
        body = self._body(question, is_plain=is_plain) if question else None
        path = "/chat/completions" if question else "/models"
        untrusted = bytearray()
        try:
            with self._client.stream(method, path, json=body, timeout=left) as answer:
                if answer.headers.get("content-encoding", "identity") != "identity":
                    raise _Trouble("guide.garbage")
                for piece in answer.iter_raw():
                    untrusted += piece
                    if len(untrusted) > MOST_ANSWER_BYTES:
                        raise _Trouble("guide.garbage")
                    if time.monotonic() > until or self._closing.is_set():
                        raise _Trouble("guide.slow")
                return answer.status_code, bytes(untrusted)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            raise _Trouble("guide.unreachable") from None
        except httpx.TimeoutException:
            raise _Trouble("guide.slow") from None
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, OSError):
            # What they say might quote what was sent.
            raise _Trouble("guide.unreachable") from None

    def _body(self, question: _Question, *, is_plain: bool) -> dict[str, object]:
        request = question.request
        if request is None:
            system, said = instruction(question.text), question.text
            most = MOST_REWORDING_TOKENS
        else:
            system = prefix(request, Style.JSON)
            said, most = ending(request, question.text, Style.JSON), MOST_TOKENS[Style.JSON]
        body: dict[str, object] = {
            "model": self._model,
            "messages": [
                {"role": "system", "content": system},
                # Half a letter, which a keyboard can bring, is none in JSON.
                {"role": "user", "content": said.encode(errors="replace").decode()},
            ],
            "temperature": 0,
            "max_tokens": most,
            "stream": False,
        }
        if request is not None:
            body["response_format"] = {
                "type": "json_schema",
                "json_schema": {"name": "choice", "strict": True, "schema": schema(request)},
            }
        if not is_plain:
            body["chat_template_kwargs"] = {"enable_thinking": False}
            body["logprobs"] = True
        return body

    def _watch(self) -> None:
        """Look for the server now, and again while it does not serve."""
        while not self._closing.is_set():
            if self._state.state != "ready":
                with self._in_use():
                    self._probe()
            self._closing.wait(self._check_seconds)

    def _probe(self) -> None:
        try:
            status, untrusted = self._call("GET", None, is_plain=True)
            if status != 404:  # a server without a list may serve all the same
                _check(status)
                self._model = self._model or _first_model(untrusted)
        except _Trouble as trouble:
            self._fares(trouble.code)
        else:
            self._fares(None)

    def _fares(self, code: str | None) -> None:
        """Note whether the server served, or why not."""
        with self._lock:
            self._failures = 0 if code is None else self._failures + 1
            if code is None:
                state = EngineState("ready")
            elif self._failures < FAILURES_UNTIL_GIVEN_UP:
                state = EngineState("failing", code)
            else:
                state = EngineState("given_up", code)
            is_news = state != self._state and not self._closing.is_set()
            self._state = state
        if is_news:
            self._on_state(state)


def _check(status: int) -> None:
    if status in _REFUSALS:
        raise _Trouble("guide.refused")
    if status != 200:
        raise _Trouble("guide.garbage")


def _json(untrusted: bytes) -> object:
    try:
        return json.loads(untrusted)
    except (ValueError, RecursionError):
        raise _Trouble("guide.garbage") from None


def _content(untrusted: bytes) -> tuple[str, object]:
    """The text of an answer, and what it says of its tokens."""
    match _json(untrusted):
        case {"choices": [{"message": {"content": str(text)}, **rest}, *_]}:
            return text, rest.get("logprobs")
    raise _Trouble("guide.garbage")


def _first_model(untrusted: bytes) -> str:
    match _json(untrusted):
        case {"data": [{"id": str(name)}, *_]}:
            return name[:200]
        case dict():
            return ""
    raise _Trouble("guide.garbage")


def _probability(untrusted: object) -> float | None:
    """That of all tokens up to the end of the first choice; None where they are not told."""
    if not isinstance(untrusted, Mapping) or not isinstance(untrusted.get("content"), list):
        return None
    written, found = b"", 0.0
    for one in untrusted["content"]:
        match one:
            case {"token": str(token), "logprob": int() | float() as logprob} if logprob <= 0:
                written, found = written + token.encode(errors="replace"), found + logprob
            case _:
                return None
        if first_choice(written, Style.JSON, is_over=False) is not None:
            return math.exp(found)
    return None

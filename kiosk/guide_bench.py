"""How fast a guide answers: the part of `kiosk bench` that needs no screen.

**Writing.** Tokens a second of our worker beside a plain loop over the same library, file and
threads, in one process by turns (`guide_worker --pace`).

**First token.** From the citizen's words, sent by the kiosk, to the first token of the
answer: prompt, pipe and worker included. Where the citizen stands was read before, as it is
while somebody still thinks. Questions are those of the scripts, words are their wordings.

**Warm beside cold.** The worker's own time to the first token with and without what was read
before, for the same questions.
"""

import json
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

from wyoming.asr import Transcript
from wyoming.event import Event

from kiosk.assistant.guide import TIMINGS
from kiosk.assistant.guide_terms import MOST_TOKENS
from kiosk.assistant.prompt import Offer, Place, Request, Style, ending, grammar, prefix
from kiosk.engine import Engine
from kiosk.engine_link import Program
from kiosk.engine_state import GUIDE_CODES, EngineState
from kiosk.errors import KioskError
from kiosk.intent import Unclear
from kiosk.procedure import Procedure, Question

FIRST_TOKEN_MILLISECONDS = 250.0
SLOWER_PERCENT = 5.0
WARM_PERCENT = 25.0
"""The bars."""

QUESTIONS = 24
"""How many are asked, each cold and warm."""
ANSWER_SECONDS = 60.0
PACE_SECONDS = 600.0

STANDING = (
    Offer("wish back", Unclear(), "Quay lại"),
    Offer("wish repeat", Unclear(), "Nói lại"),
    Offer("wish again", Unclear(), "Làm lại từ đầu"),
    Offer("wish staff", Unclear(), "Gặp cán bộ"),
    Offer("wish stop", Unclear(), "Thôi"),
    Offer("why", Unclear(), "Vì sao hỏi"),
    Offer("unclear", Unclear(), "Không rõ"),
    Offer("out", Unclear(), "Việc khác"),
)
"""What may be said at any step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideFigures:
    """What was measured."""

    model: str
    threads: int
    tokens_a_second: float
    """Of our worker."""
    plain_tokens_a_second: float
    """Of the library alone."""
    first_token_p95_ms: float
    """From the citizen's words, where they stand having been read."""
    answer_p95_ms: float
    """To the whole answer."""
    cold_ms: float
    """Median of the worker's own time to the first token with nothing read before."""
    warm_ms: float
    """The same with the prefix read."""
    prompt_tokens: float
    """Median of a whole prompt."""
    ending_tokens: float
    """Median of what is read of it once the prefix is known."""

    def against_bars(self) -> tuple[tuple[str, float, float], ...]:
        """(key, found, bar); each is to stay at or under it."""
        slower = 100 * (1 - self.tokens_a_second / self.plain_tokens_a_second)
        return (
            ("guide_slower_percent", round(slower, 1), SLOWER_PERCENT),
            ("guide_first_token_p95_ms", self.first_token_p95_ms, FIRST_TOKEN_MILLISECONDS),
            ("guide_warm_percent", round(100 * self.warm_ms / self.cold_ms, 1), WARM_PERCENT),
        )


def requests_of(procedures: Sequence[Procedure], count: int) -> tuple[tuple[Request, str], ...]:
    """Questions of the scripts, taken evenly, each with what somebody says to it."""
    found = [
        (request_of(question), (*choice.heard_as.vi, choice.label.vi)[0])
        for procedure in procedures
        for question in procedure.questions
        for choice in question.choices[:1]
    ]
    return tuple(found[:: max(len(found) // count, 1)][:count])


def request_of(question: Question) -> Request:
    """What a guide is asked at a question of a script."""
    answers = tuple(
        Offer(f"answer {one.id}", Unclear(), one.label.vi, one.heard_as.vi)
        for one in question.choices
    )
    return Request(place=Place.QUESTION, asked=question.ask.vi, standing=(*answers, *STANDING))


def measure_guide(
    program: Program, model: str, threads: int, asked: Sequence[tuple[Request, str]]
) -> GuideFigures:
    """Ask the questions cold and warm, then let the worker write at its pace.

    Raises:
        KioskError: `bench.no_answer`: it is not there, or does not answer.
    """
    with _Asking(program) as asking:
        cold, warm = [], []
        for request, words in asked:
            asking.forget()
            cold.append(asking.choose(request, words))
            asking.forget()
            asking.prepare(request)
            warm.append(asking.choose(request, words))
    ours, plain = _pace(program)
    return GuideFigures(
        model=model,
        threads=threads,
        tokens_a_second=round(ours, 1),
        plain_tokens_a_second=round(plain, 1),
        first_token_p95_ms=_late([one.first_ms for one in warm]),
        answer_p95_ms=_late([one.whole_ms for one in warm]),
        cold_ms=round(statistics.median(one.own_first_ms for one in cold), 2),
        warm_ms=round(statistics.median(one.own_first_ms for one in warm), 2),
        prompt_tokens=statistics.median(one.evaluated_tokens for one in cold),
        ending_tokens=statistics.median(one.evaluated_tokens for one in warm),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Timed:
    """One answer, in milliseconds."""

    first_ms: float
    whole_ms: float
    own_first_ms: float
    evaluated_tokens: int


class _Asking:
    """A worker that is asked one thing after the other."""

    def __init__(self, program: Program) -> None:
        self._answer: Event | None = None
        self._has_news = threading.Event()
        self._number = 0
        self._is_ready = False
        self._engine = Engine(
            "guide",
            program,
            codes=GUIDE_CODES,
            on_event=self._take,
            on_state=self._know,
            timings=TIMINGS,
        )

    def __enter__(self) -> Self:
        self._engine.start()
        self._wait(lambda: self._is_ready)
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.close()

    @property
    def _style(self) -> Style:
        info = self._engine.info
        said = [one.description for each in info.handle for one in each.models] if info else []
        return Style.KEYS if Style.KEYS.value in said else Style.JSON

    def forget(self) -> None:
        """Have it read something that begins in another way."""
        self._ask("", prefix=f"{time.monotonic():.6f}", prepare=True)

    def prepare(self, request: Request) -> None:
        """Have it read where the citizen stands."""
        self._ask("", prefix=prefix(request, self._style), prepare=True)

    def choose(self, request: Request, words: str) -> _Timed:
        """Ask it, and take the times."""
        begun = time.perf_counter()
        answer = self._ask(
            ending(request, words, self._style),
            prefix=prefix(request, self._style),
            grammar=grammar(request, self._style),
            most_tokens=MOST_TOKENS[self._style],
        )
        whole = (time.perf_counter() - begun) * 1000
        told = answer.data["context"]
        own_first, own_whole = (
            1000 * float(told[key]) for key in ("first_token_seconds", "seconds")
        )
        return _Timed(
            first_ms=whole - own_whole + own_first,
            whole_ms=whole,
            own_first_ms=own_first,
            evaluated_tokens=int(told["evaluated_tokens"]),
        )

    def _ask(self, text: str, **context: object) -> Event:
        self._number += 1
        self._answer = None
        told = {"number": self._number, **context}
        self._engine.send(Transcript(text, context=told).event())
        self._wait(lambda: self._answer is not None)
        assert self._answer is not None
        if self._answer.type != "handled":
            raise KioskError("bench.no_answer", limit=str(round(ANSWER_SECONDS)))
        return self._answer

    def _wait(self, is_so: Callable[[], bool]) -> None:
        until = time.monotonic() + ANSWER_SECONDS
        while not is_so():
            self._has_news.clear()
            if is_so():
                return
            if not self._has_news.wait(until - time.monotonic()):
                raise KioskError("bench.no_answer", limit=str(round(ANSWER_SECONDS)))

    def _take(self, event: Event) -> None:
        if event.type in ("handled", "not-handled", "error"):
            self._engine.settled()
            self._answer = event
            self._has_news.set()

    def _know(self, state: EngineState) -> None:
        self._is_ready = state.state == "ready"
        self._has_news.set()


def _pace(program: Program) -> tuple[float, float]:
    """Medians of tokens a second: of our worker, of the library alone."""
    done = subprocess.run(
        (*program.arguments, "--pace"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=PACE_SECONDS,
        check=False,
    )
    if done.returncode:
        raise KioskError("bench.no_answer", limit=str(round(PACE_SECONDS)))
    told = json.loads(done.stdout)
    return statistics.median(told["ours"]), statistics.median(told["plain"])


def _late(taken: Sequence[float]) -> float:
    """The 95th percentile."""
    ranked = sorted(taken)
    return round(ranked[min(int(len(ranked) * 0.95), len(ranked) - 1)], 2)

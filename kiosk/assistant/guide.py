"""Guides through an engine on this machine: implements `ports.Guide` over `guide_worker`.

One question at a time. It must not let a late answer pass for an answer to what is asked
now, asks nothing again that an engine died of, and keeps a citizen's words no longer than
until they are answered or dropped.
"""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from wyoming.asr import Transcript
from wyoming.event import Event

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
from kiosk.assistant.prompt import Request, Style, ending, grammar, prefix, read
from kiosk.assistant.rewording import answered, instruction
from kiosk.engine import Engine
from kiosk.engine_link import Address
from kiosk.engine_state import GUIDE_CODES, EngineState, Timings

PREPARE_SECONDS = 180.0
"""A large model on a small machine reads a long prefix for so long; more, and it hangs."""
TIMINGS = Timings(start_seconds=120.0)
"""A large model comes off the disk slowly."""


@dataclass(slots=True, repr=False)
class _Question:
    """What is asked."""

    turn: int
    request: Request | None
    """None: a rewording."""
    text: str
    number: int | None = None
    """Under which the engine knows it; None: it does not yet."""

    @property
    def in_vain(self) -> GuideReport:
        """What is reported where there is no answer."""
        return NotReworded(self.turn) if self.request is None else NotChosen(self.turn)


class LocalGuide:
    """Implements `ports.Guide`. Reports come on the engine's thread, a timer's or the caller's."""

    def __init__(
        self,
        address: Address,
        *,
        report: Callable[[GuideReport], None],
        on_state: Callable[[EngineState], None],
        timings: Timings = TIMINGS,
        deadline_seconds: float = DEADLINE_SECONDS,
        rewording_seconds: float = REWORDING_SECONDS,
    ) -> None:
        """Nothing happens before `start`.

        Args:
            address: of the worker.
            report: gets one report for each turn that was not dropped.
            on_state: gets how the engine is.
            timings: how patient to be with the engine.
            deadline_seconds: from the citizen's words to the report.
            rewording_seconds: the same for a rewording.
        """
        self._report = report
        self._on_state = on_state
        self._reply_seconds = timings.reply_seconds
        self._seconds = {False: deadline_seconds, True: rewording_seconds}
        self._lock = threading.RLock()
        self._question: _Question | None = None
        self._timer: threading.Timer | None = None
        self._prepared: Request | None = None
        """Where the citizen stands: an engine that comes anew reads it first."""
        self._reading: int | None = None
        """Under which number the engine reads a prefix ahead."""
        self._last_prefix = ""
        """What the engine has read, or will have."""
        self._owed: dict[int, float] = {}
        """What this engine is to answer: number -> when it is taken for hung."""
        self._number = 0
        self._is_ready = False
        self._is_hopeless = False
        """Waiting for the engine would be in vain."""
        self._style = Style.JSON
        self.engine = Engine(
            "guide",
            address,
            codes=GUIDE_CODES,
            on_event=self._take,
            on_state=self._know,
            timings=timings,
        )

    def start(self) -> None:
        """Start the engine."""
        self.engine.start()

    def close(self) -> None:
        """End the engine for good."""
        self.drop()
        self.engine.close()

    def prepare(self, request: Request) -> None:
        """Read the part of the prompt that stays while the citizen stands here."""
        with self._lock:
            self._prepared = request
            self._read_ahead()

    def choose(self, turn: int, request: Request, words: str) -> None:
        """Ask which offers these words mean; forgets what was asked before."""
        self._ask(_Question(turn, request, words))

    def reword(self, turn: int, text: str) -> None:
        """Ask for simpler words; forgets what was asked before."""
        self._ask(_Question(turn, None, text))

    def drop(self) -> None:
        """Forget what was asked; what the engine still says about it is ignored."""
        with self._lock:
            question = self._forget()
            if question is not None:
                self._abort(question.number)

    def _ask(self, question: _Question) -> None:
        with self._lock:
            self.drop()
            self._question = question
            is_in_vain = self._is_hopeless or not self._send_question()
            if is_in_vain:
                self._forget()
            else:
                seconds = self._seconds[question.request is None]
                self._timer = threading.Timer(seconds, self._give_up, (question,))
                self._timer.daemon = True
                self._timer.start()
        if is_in_vain:
            self._report(question.in_vain)

    def _forget(self) -> _Question | None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        question, self._question = self._question, None
        return question

    def _give_up(self, question: _Question) -> None:
        with self._lock:
            if self._question is not question:
                return
            self._forget()
            self._abort(question.number)
        self._report(question.in_vain)

    # What the engine is told; under the lock

    def _read_ahead(self) -> None:
        if not self._is_ready or self._prepared is None:
            return
        start = prefix(self._prepared, self._style)
        if start == self._last_prefix:
            return
        self._abort(self._reading)
        self._reading = self._send("", PREPARE_SECONDS, prefix=start, prepare=True)

    def _send_question(self) -> bool:
        """Whether an answer can be hoped for: an engine that starts is waited for."""
        question = self._question
        if question is None or question.number is not None or not self._is_ready:
            return True
        seconds = self._seconds[question.request is None] + self._reply_seconds
        if question.request is not None:
            start = prefix(question.request, self._style)
            if start != self._last_prefix:
                self._abort(self._reading)
            question.number = self._send(
                ending(question.request, question.text, self._style),
                seconds,
                prefix=start,
                grammar=grammar(question.request, self._style),
                most_tokens=MOST_TOKENS[self._style],
            )
        elif self._style is Style.JSON:  # a model that knows keys writes no sentence
            self._abort(self._reading)
            question.number = self._send(
                question.text,
                seconds,
                prefix=instruction(question.text),
                reword=True,
                most_tokens=MOST_REWORDING_TOKENS,
            )
        return question.number is not None

    def _send(self, text: str, seconds: float, **context: object) -> int | None:
        """Send a request that is to be answered within so many seconds; its number, if it went."""
        self._number += 1
        told = {"number": self._number, **context}
        if not self.engine.send(Transcript(text, context=told).event()):
            return None
        self._last_prefix = str(context["prefix"])
        self._owe(self._number, seconds)
        return self._number

    def _abort(self, number: int | None) -> None:
        """Tell the engine to stop; one that is busy reading a prefix gets to it afterwards."""
        if number not in self._owed:
            return
        if number == self._reading:
            self._reading, self._last_prefix = None, ""
        if self.engine.send(Event("abort", {"number": number})):
            self._owe(number, self._reply_seconds)

    def _owe(self, number: int, seconds: float) -> None:
        self._owed[number] = time.monotonic() + seconds
        self._wait_on()

    def _wait_on(self) -> None:
        if self._owed:
            self.engine.expect(max(max(self._owed.values()) - time.monotonic(), 0.001))
        else:
            self.engine.settled()

    # On the engine's thread

    def _know(self, state: EngineState) -> None:
        lost = None
        with self._lock:
            self._is_ready = state.state == "ready"
            self._is_hopeless = state.state in ("missing", "given_up")
            self._owed.clear()
            self._reading, self._last_prefix = None, ""
            question = self._question
            if self._is_ready:
                self._style = self._said_style()
                if not self._send_question():
                    lost = self._forget()
                self._read_ahead()
            elif question is not None and (self._is_hopeless or question.number is not None):
                # What has ended one engine is not asked of the next.
                lost = self._forget()
        if lost is not None:
            self._report(lost.in_vain)
        self._on_state(state)

    def _said_style(self) -> Style:
        """How the engine's model wants to be asked."""
        info = self.engine.info
        programs = info.handle if info is not None else ()
        said = {model.description for program in programs for model in program.models}
        return Style.KEYS if Style.KEYS.value in said else Style.JSON

    def _take(self, untrusted: Event) -> None:
        with self._lock:
            found = self._understood(untrusted)
        if found is not None:
            self._report(found)

    def _understood(self, untrusted: Event) -> GuideReport | None:
        if untrusted.type not in ("handled", "not-handled", "error"):
            return None
        context = untrusted.data.get("context")
        context = context if isinstance(context, dict) else {}
        number = context.get("number")
        if untrusted.type == "error":  # it says not to what, but answers come in order
            number = next(iter(self._owed), None)
        if not isinstance(number, int) or self._owed.pop(number, None) is None:
            return None
        if number == self._reading:
            self._reading = None
        self._wait_on()
        question = self._question
        if question is None or question.number != number:
            return None
        self._forget()
        self._read_ahead()  # after a rewording the engine has read something else
        text = untrusted.data.get("text")
        if untrusted.type != "handled" or not isinstance(text, str):
            return question.in_vain
        if question.request is None:
            said = answered(text)
            return Reworded(question.turn, said) if said is not None else question.in_vain
        offers = read(text, question.request, self._style)
        if offers is None:
            return question.in_vain
        return Chosen(question.turn, offers, as_probability(context.get("probability")))


def as_probability(untrusted: object) -> float | None:
    """A number from 0 to 1, where it is one."""
    if not isinstance(untrusted, int | float) or not math.isfinite(untrusted):
        return None
    return min(max(float(untrusted), 0.0), 1.0)

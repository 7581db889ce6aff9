"""Listens through an engine: implements `ports.Listener` over any Wyoming recogniser.

One utterance at a time. It must not let a late answer pass for an answer to what is being
said now, and it keeps an utterance no longer than until it is answered or dropped.
"""

import math
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from wyoming.asr import Transcribe
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event

from kiosk.engine import Engine
from kiosk.engine_link import Address
from kiosk.engine_state import LISTENER_CODES, EngineState, Timings
from kiosk.procedure import Language
from kiosk.speech.reports import Heard, HeardSoFar, ListenerReport, NotHeard
from kiosk.speech.sound import RATE_HERTZ, SECOND_BYTES, WIDTH_BYTES
from kiosk.wire import BrokenStream

MOST_SECONDS = 30
"""An utterance is cut off after 12 s; more than this is not kept."""
ANSWER_SECONDS = 5.0
"""From the end of the sentence to the answer, a restart of the engine included."""
MOST_TEXT = 2000
"""Characters of an answer that are looked at: 30 s of speech have 500."""


@dataclass(slots=True, repr=False)
class _Utterance:
    """What is being said."""

    turn: int
    hints: tuple[str, ...]
    language: Language
    pcm: bytearray = field(default_factory=bytearray)
    """All of it, for an engine that has to begin again."""
    sent_bytes: int = 0
    is_begun: bool = False
    """The engine in its present life knows of it."""
    is_ended: bool = False
    is_stop_sent: bool = False
    lives: int = 0
    """Engines that it was begun with."""
    text_so_far: str = ""


class Recogniser:
    """Implements `ports.Listener`. Reports come on the engine's thread or a timer's."""

    def __init__(
        self,
        address: Address,
        *,
        report: Callable[[ListenerReport], None],
        on_state: Callable[[EngineState], None],
        timings: Timings | None = None,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        """Nothing happens before `start`.

        Args:
            address: of the recogniser.
            report: gets what was heard; once Heard or NotHeard for each turn that ended, or
                that was begun in vain.
            on_state: gets how the engine is.
            timings: how patient to be with the engine.
            answer_seconds: from the end of a sentence to its answer.
        """
        self._report = report
        self._on_state = on_state
        self._answer_seconds = answer_seconds
        self._lock = threading.RLock()
        self._utterance: _Utterance | None = None
        self._owed: deque[int] = deque()
        """Turns whose transcript this engine owes, oldest first; transcripts carry no turn."""
        self._is_ready = False
        self._is_hopeless = False
        """Waiting for the engine would be in vain."""
        self._is_whole = False
        """Its partial texts replace each other; a foreign server's continue each other."""
        self._timer: threading.Timer | None = None
        self.engine = Engine(
            "listener",
            address,
            codes=LISTENER_CODES,
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

    @property
    def languages(self) -> frozenset[str]:
        """What it says that it understands, such as `vi`; nothing before it was ready."""
        info = self.engine.info
        programs = info.asr if info is not None else ()
        models = (model for program in programs for model in program.models)
        return frozenset(name.partition("-")[0] for model in models for name in model.languages)

    def begin(self, turn: int, hints: Sequence[str], language: Language) -> None:
        """Somebody begins to speak; what was being said before is forgotten.

        NotHeard comes at once where waiting for the engine would be in vain.
        """
        with self._lock:
            self.drop()
            is_in_vain = self._is_hopeless
            if not is_in_vain:
                self._utterance = _Utterance(turn, tuple(hints), language)
                self._catch_up()
        if is_in_vain:
            self._report(NotHeard(turn))

    def hear(self, turn: int, pcm: bytes) -> None:
        """Take sound of this turn: 16 kHz, mono, signed 16 bit."""
        with self._lock:
            utterance = self._now(turn)
            if utterance is not None and len(utterance.pcm) < MOST_SECONDS * SECOND_BYTES:
                utterance.pcm += pcm
                self._catch_up()

    def end(self, turn: int) -> None:
        """The sentence is over: Heard or NotHeard comes within the answer time."""
        with self._lock:
            utterance = self._now(turn)
            if utterance is not None:
                utterance.is_ended = True
                seconds = 0.0 if self._is_hopeless else self._answer_seconds
                self._timer = threading.Timer(seconds, self._give_up, (turn,))
                self._timer.daemon = True
                self._timer.start()
                self._catch_up()

    def drop(self) -> None:
        """Forget what is being said; what the engine still says about it is ignored."""
        with self._lock:
            utterance = self._forget()
            if utterance is not None and utterance.is_begun and not utterance.is_stop_sent:
                # A foreign server would hear the next sentence as the rest of this one.
                self._stop(utterance)

    def _now(self, turn: int) -> _Utterance | None:
        utterance = self._utterance
        is_it = utterance is not None and utterance.turn == turn and not utterance.is_ended
        return utterance if is_it else None

    def _forget(self) -> _Utterance | None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        utterance, self._utterance = self._utterance, None
        return utterance

    def _catch_up(self) -> None:
        """Send what the engine has not had of the utterance."""
        utterance = self._utterance
        if utterance is None or not self._is_ready:
            return
        if not utterance.is_begun:
            asked = Transcribe(
                language=utterance.language, transcript_names=list(utterance.hints) or None
            )
            if not self.engine.send(asked.event()):
                return
            self.engine.send(AudioStart(RATE_HERTZ, WIDTH_BYTES, 1).event())
            utterance.is_begun = True
            utterance.lives += 1
        while utterance.sent_bytes < len(utterance.pcm):
            piece = bytes(utterance.pcm[utterance.sent_bytes : utterance.sent_bytes + SECOND_BYTES])
            if not self.engine.send(AudioChunk(RATE_HERTZ, WIDTH_BYTES, 1, piece).event()):
                return
            utterance.sent_bytes += len(piece)
        if utterance.is_ended and not utterance.is_stop_sent:
            utterance.is_stop_sent = self._stop(utterance)

    def _stop(self, utterance: _Utterance) -> bool:
        """Tell the engine that this was all; from now on it owes a transcript."""
        if not self.engine.send(AudioStop().event()):
            return False
        self._owed.append(utterance.turn)
        self.engine.expect()
        return True

    def _give_up(self, turn: int) -> None:
        with self._lock:
            if self._utterance is None or self._utterance.turn != turn:
                return
            self._forget()
        self._report(NotHeard(turn))

    # On the engine's thread

    def _know(self, state: EngineState) -> None:
        lost = None
        with self._lock:
            self._is_ready = state.state == "ready"
            self._is_hopeless = state.state in ("missing", "given_up")
            self._owed.clear()
            utterance = self._utterance
            if utterance is not None:
                utterance.is_begun = utterance.is_stop_sent = False
                utterance.sent_bytes = 0
                utterance.text_so_far = ""
                # What has ended two engines would end a third.
                if utterance.lives >= 2 or self._is_hopeless:
                    lost = self._forget()
                else:
                    self._catch_up()
        if lost is not None:
            self._report(NotHeard(lost.turn))
        self._on_state(state)

    def _take(self, untrusted: Event) -> None:
        with self._lock:
            found = self._understood(untrusted)
        if found is not None:
            self._report(found)

    def _understood(self, untrusted: Event) -> ListenerReport | None:
        utterance = self._utterance
        match untrusted.type:
            case "transcript-start":
                context = untrusted.data.get("context")
                self._is_whole = isinstance(context, dict) and context.get("partial") == "whole"
            case "transcript-chunk" if utterance is not None and self._is_about(utterance):
                text = _text(untrusted)
                utterance.text_so_far = text if self._is_whole else utterance.text_so_far + text
                return HeardSoFar(utterance.turn, utterance.text_so_far[:MOST_TEXT])
            case "transcript" | "error" if self._owed:
                turn = self._owed[0]
                is_error = untrusted.type == "error"
                # First of all: one that cannot be read is none.
                heard = NotHeard(turn) if is_error else _heard(turn, untrusted)
                self._owed.popleft()
                if self._owed:
                    self.engine.expect()
                else:
                    self.engine.settled()
                if utterance is not None and utterance.turn == turn and utterance.is_ended:
                    self._forget()
                    return heard
        return None

    def _is_about(self, utterance: _Utterance) -> bool:
        """Whether what comes now is about this utterance, not about one before it."""
        return not self._owed or self._owed[0] == utterance.turn


def _heard(turn: int, untrusted: Event) -> Heard:
    context = untrusted.data.get("context")
    confidence, was_hinted = None, False
    if isinstance(context, dict):
        said = context.get("confidence")
        if isinstance(said, int | float) and math.isfinite(said):
            confidence = min(max(float(said), 0.0), 1.0)
        was_hinted = context.get("was_hinted") is True
    return Heard(turn, _text(untrusted)[:MOST_TEXT].strip(), confidence, was_hinted)


def _text(untrusted: Event) -> str:
    text = untrusted.data.get("text")
    if not isinstance(text, str):
        raise BrokenStream("a transcript without text")
    return text

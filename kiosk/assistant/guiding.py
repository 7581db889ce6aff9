"""What a guide's worker does with the kiosk's requests, one after the other.

While the model works, another thread reads on: an `abort` must not wait for what it is to
stop. Here is no engine: `guide_worker` brings it.
"""

import os
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Protocol

from wyoming.asr import Transcript
from wyoming.event import Event
from wyoming.handle import Handled, NotHandled
from wyoming.info import Attribution, HandleModel, HandleProgram, Info

from kiosk.assistant.answering import AbortedError, Answer, AnswerlessError
from kiosk.assistant.brake import Brake
from kiosk.assistant.prompt import Style
from kiosk.engine_end import EXIT_DAMAGED
from kiosk.serving import Channel
from kiosk.wire import BrokenStream

MOST_ANSWER_TOKENS = 400
"""A paragraph; a choice has some twenty."""


class Mind(Protocol):
    """A loaded language model."""

    @property
    def style(self) -> Style:
        """How it was taught to be asked."""

    @property
    def brake(self) -> Brake:
        """Stops it."""

    def prepare(self, prefix: str) -> tuple[int, int]:
        """Read a prefix ahead of what is said; how many tokens were read, and known already."""

    def answer(self, prefix: str, ending: str, grammar: str | None, most: int) -> Answer:
        """Read the prompt and write at most so many tokens.

        Raises:
            AbortedError: the brake was pulled.
            AnswerlessError: there is none.
        """

    def keep(self, prefix: str) -> None:
        """Keep what was read of a prefix, and nothing of what was said after it."""

    def forget(self) -> None:
        """Keep nothing."""


class Guiding:
    """A conversation with one caller; implements `serving.Conversation`."""

    def __init__(self, model: Mind) -> None:
        """Ask this model."""
        self._model = model

    def take(self, event: Event, channel: Channel) -> None:
        """Answer a request; what else comes is for `_watched`, or too late."""
        if not Transcript.is_type(event.type):
            return
        asked, context = Transcript.from_event(event), event.data["context"]
        number, prefix = int(context["number"]), str(context["prefix"])
        told: dict[str, object] = {"number": number}
        try:
            with self._watched(number, channel):
                answer = self._answer(asked.text, prefix, context)
        except (AbortedError, AnswerlessError):
            channel.send(NotHandled(context=told).event())
            return
        finally:
            self._tidy(prefix)
        if isinstance(answer, Answer):
            told |= {
                "probability": answer.probability,
                "evaluated_tokens": answer.evaluated_tokens,
                "reused_tokens": answer.reused_tokens,
                "answer_tokens": answer.answer_tokens,
                "first_token_seconds": round(answer.first_token_seconds, 4),
                "seconds": round(answer.seconds, 4),
            }
            channel.send(Handled(text=answer.text, context=told).event())
        else:
            told |= {"evaluated_tokens": answer[0], "reused_tokens": answer[1]}
            channel.send(Handled(text="", context=told).event())

    def _answer(
        self, ending: str, prefix: str, context: Mapping[str, object]
    ) -> Answer | tuple[int, int]:
        if context.get("prepare") is True:
            return self._model.prepare(prefix)
        is_reword = context.get("reword") is True
        if is_reword and self._model.style is Style.KEYS:
            raise AnswerlessError  # it knows no words but keys
        most = context["most_tokens"]
        if not isinstance(most, int) or not 0 < most <= MOST_ANSWER_TOKENS or not ending:
            raise AnswerlessError
        return self._model.answer(
            prefix, ending, None if is_reword else str(context["grammar"]), most
        )

    def _tidy(self, prefix: str) -> None:
        """What was said stays no longer in memory than until it is answered."""
        self._model.brake.release()
        try:
            self._model.keep(prefix)
        except AnswerlessError:
            self._model.forget()

    @contextmanager
    def _watched(self, number: int, channel: Channel) -> Iterator[None]:
        """While this lasts, an `abort` of this request stops it."""

        def is_abort(event: Event) -> bool:
            return event.type == "abort" and event.data.get("number") == number

        def watch() -> None:
            try:
                is_over = channel.watch(is_abort, stop)
            except (BrokenStream, OSError):
                is_over = True
            if is_over:
                self._model.brake.pull()

        stop = os.eventfd(0, os.EFD_CLOEXEC)
        watcher = threading.Thread(target=watch, name="watcher", daemon=True)
        watcher.start()
        try:
            yield
        finally:
            os.eventfd_write(stop, 1)
            watcher.join()
            os.close(stop)


def describe(file: Path, style: Style, version: str) -> Info:
    """What a guide over this model is."""
    ours = Attribution(name="Dẫn Lối", url="")
    theirs = Attribution(name="ggml authors", url="")
    model = HandleModel(
        name=file.stem,
        attribution=theirs,
        installed=True,
        description=style.value,
        version=None,
        languages=["vi"],
    )
    program = HandleProgram(
        name="llama.cpp",
        attribution=ours,
        installed=True,
        description="llama.cpp, on rails",
        version=version,
        models=[model],
    )
    return Info(handle=[program])


def check_room(file: Path) -> None:
    """Tell a model that is too large for our memory from one that is damaged.

    Raises:
        SystemExit: it is one of them.
    """
    try:
        with file.open("rb") as opened, mmap(opened.fileno(), 0, access=ACCESS_READ):
            pass
    except ValueError:  # an empty file
        sys.exit(EXIT_DAMAGED)
    except OSError:
        sys.exit("no memory for the model, or no right to read it")

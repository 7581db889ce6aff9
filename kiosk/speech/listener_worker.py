"""Child process: Wyoming speech recognition over Vosk.

`python -m kiosk.speech.listener_worker --model FOLDER`. The only module that imports vosk,
which gets the path of a model and nothing else: asked for a language it would call the
network. No sound and no word leaves this process but by its protocol.
"""

import json
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import chain
from pathlib import Path

import vosk

from kiosk.engine_end import EXIT_DAMAGED, EXIT_MISSING
from kiosk.serving import protect
from kiosk.speech.listening import (
    HeardWord,
    Reading,
    as_words,
    describe,
    listen,
    listener_arguments,
)
from kiosk.speech.sound import RATE_HERTZ, SECOND_BYTES

NEEDED = ("am/final.mdl", "final.mdl")
"""A model folder has one of these, by its age."""
RUNTIME_GRAPHS = ("graph/HCLr.fst", "HCLr.fst")
"""And one of these where it takes hints."""

HINTS_FIT = 0.0
"""How much better than the whole language the hints must explain the sound, in nats a second.

Measured on 45 ward questions of one voice and 70 sentences of 28 unknown voices: with the right
phrase among 20 hints, 44 of the 45 and over 90 % of the 70 lie above; with 20 wrong ones, 3 and
5 to 10 %; with 10 short wrong ones ("có", "quay lại"), 1 and 2 to 5 %.
"""
UNKNOWN = "[unk]"
ALTERNATIVES = 8
"""Readings that are weighed against each other."""


class Ear:
    """A loaded model."""

    def __init__(self, folder: Path) -> None:
        """Load it.

        Raises:
            SystemExit: it is not there, or damaged; the kiosk knows the exit status.
        """
        if not any((folder / name).is_file() for name in NEEDED):
            sys.exit(EXIT_MISSING)
        # -1, which its documentation names, still lets warnings through: they quote hints.
        vosk.SetLogLevel(-2)
        try:
            self._model = vosk.Model(model_path=str(folder))
        except Exception:  # noqa: BLE001 - what Vosk raises is a bare Exception
            sys.exit(EXIT_DAMAGED)
        self.takes_hints = any((folder / name).is_file() for name in RUNTIME_GRAPHS)
        # The first utterance pays for what is set up late; nobody should wait for that.
        VoskUtterance(self._model, ()).end()

    def begin(self, hints: Sequence[str], language: str) -> "VoskUtterance":  # noqa: ARG002
        """Begin an utterance; the language is the model's."""
        known = [hint for hint in map(as_words, hints) if hint and self.knows(hint)]
        return VoskUtterance(self._model, known if self.takes_hints else ())

    def knows(self, hint: str) -> bool:
        """Whether every word of a hint is in the model, which leaves out others without a word."""
        return all(self._model.vosk_model_find_word(word) >= 0 for word in hint.split())


class VoskUtterance:
    """An utterance through fresh recognisers; implements `listening.Utterance`.

    With hints two of them hear it, one that knows nothing else and one that knows the whole
    language: only so can be told whether it was one of the hints at all.
    """

    def __init__(self, model: vosk.Model, hints: Sequence[str]) -> None:
        self._free = _Recogniser(vosk.KaldiRecognizer(model, RATE_HERTZ))
        self._hinted: _Recogniser | None = None
        if hints:
            grammar = json.dumps([*hints, UNKNOWN], ensure_ascii=False)
            self._hinted = _Recogniser(vosk.KaldiRecognizer(model, RATE_HERTZ, grammar))
        self._bytes = 0
        self._told = ""

    def hear(self, pcm: bytes) -> str | None:
        """Take sound; the text so far where it has changed."""
        self._bytes += len(pcm)
        self._free.hear(pcm)
        if self._hinted is not None:
            self._hinted.hear(pcm)
        text = self._free.text_so_far()
        if text == self._told:
            return None
        self._told = text
        return text

    def end(self) -> Reading:
        """What it was."""
        free = self._free.end()
        if self._hinted is not None:
            hinted = self._hinted.end()
            seconds = max(self._bytes / SECOND_BYTES, 0.1)
            fits = (hinted.score - free.score) / seconds >= HINTS_FIT
            if fits and hinted.words and all(one.word != UNKNOWN for one in hinted.words):
                return Reading(words=hinted.words, was_hinted=True)
        return Reading(words=free.words)


@dataclass(frozen=True, slots=True)
class _Scored:
    """The best reading of a recogniser, and how well it explains the sound."""

    words: tuple[HeardWord, ...]
    score: float
    """Log likelihood in nats, of sound and language together."""


class _Recogniser:
    """A Vosk recogniser and what it has settled on so far."""

    def __init__(self, recogniser: vosk.KaldiRecognizer) -> None:
        self._recogniser = recogniser
        # Vosk can weigh words or readings, not both. It takes readings to compare two
        # recognisers, and the weights of words can be had from them.
        self._recogniser.SetMaxAlternatives(ALTERNATIVES)
        self._parts: list[_Scored] = []

    def hear(self, pcm: bytes) -> None:
        """Take sound."""
        if self._recogniser.AcceptWaveform(pcm):
            self._parts.append(_best(self._recogniser.Result()))

    def text_so_far(self) -> str:
        """The words that it has settled on, and those that it thinks of."""
        settled = [one.word for part in self._parts for one in part.words]
        # There is no partial reading just after a part was settled.
        partial = json.loads(self._recogniser.PartialResult()).get("partial", "")
        return " ".join([*settled, *partial.split()])

    def end(self) -> _Scored:
        """The best reading of all that it heard."""
        parts = [*self._parts, _best(self._recogniser.FinalResult())]
        words = chain.from_iterable(one.words for one in parts)
        return _Scored(tuple(words), sum(one.score for one in parts))


def _best(result: str) -> _Scored:
    """The best reading; a word is as sure as the readings that have it are likely."""
    readings = json.loads(result)["alternatives"]
    best = readings[0]["confidence"]
    shares = [math.exp(one["confidence"] - best) for one in readings]
    texts = [frozenset(one["text"].split()) for one in readings]
    words = tuple(
        HeardWord(
            word,
            sum(share for share, text in zip(shares, texts, strict=True) if word in text)
            / sum(shares),
        )
        for word in readings[0]["text"].split()
    )
    return _Scored(words, best)


def main(arguments: Sequence[str]) -> int:
    """Serve; the process's exit status."""
    parser = listener_arguments("Wyoming speech recognition over Vosk")
    parser.add_argument("--model", type=Path, required=True, help="the model's folder")
    asked = parser.parse_args(arguments)
    output = protect()
    ear = Ear(asked.model)
    info = describe("vosk", version("vosk"), asked.model.name)
    return listen(info, ear.begin, asked, output=output)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

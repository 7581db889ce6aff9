"""What all our listeners share: a Wyoming conversation around a recogniser.

The sound of an utterance is held in memory until it is over and nowhere else. Here is no
engine: `listener_worker` and its siblings bring theirs.
"""

import re
import unicodedata
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

from wyoming.asr import Transcribe, Transcript, TranscriptChunk, TranscriptStart
from wyoming.event import Event
from wyoming.info import AsrModel, AsrProgram, Attribution, Info

from kiosk.serving import Channel, Recycle, arguments_for, memory_bytes, serve
from kiosk.speech.sound import RATE_HERTZ, SECOND_BYTES, WIDTH_BYTES, Format, as_heard

MOST_SECONDS = 13
"""An utterance is cut off by the kiosk after 12 s; what is longer than this is not taken."""
PIECE_BYTES = SECOND_BYTES // 5
MOST_HINTS = 500
"""More phrases would take longer to prepare than an answer may."""
GROWTH_MIB = 300
"""A worker that has grown by so much since it was loaded is replaced: Vosk is known to grow."""
GHOST_CONFIDENCE = 0.5
GHOST_WORDS = 2
"""So few words of so little confidence are what a recogniser makes of a cough or a chair."""
STILL_SECONDS = 2.0
"""It leaves only after so long a silence of the kiosk, lest it takes an utterance with it."""


@dataclass(frozen=True, slots=True)
class HeardWord:
    """One word of a reading."""

    word: str
    confidence: float
    """From 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was understood of a whole utterance."""

    words: tuple[HeardWord, ...] = ()
    was_hinted: bool = False
    """It is made of the hints, not of the whole language."""

    @property
    def text(self) -> str:
        """The words as a sentence."""
        return " ".join(one.word for one in self.words)

    @property
    def confidence(self) -> float:
        """From 0 to 1; 0 where nothing was heard."""
        if not self.words:
            return 0.0
        return sum(one.confidence for one in self.words) / len(self.words)


def without_ghosts(reading: Reading) -> Reading:
    """The reading, unless its words are so few and so unsure that nobody can have said them."""
    are_few = len(reading.words) <= GHOST_WORDS
    are_unsure = all(one.confidence < GHOST_CONFIDENCE for one in reading.words)
    return Reading() if are_few and are_unsure else reading


def as_words(hint: str) -> str:
    """A hint as a model spells it: small letters, no punctuation, digits left as they are."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", hint).lower()))


class Utterance(Protocol):
    """One utterance on its way through a recogniser."""

    def hear(self, pcm: bytes) -> str | None:
        """Take more sound, 16 kHz mono 16 bit; the whole text so far, None: as before."""

    def end(self) -> Reading:
        """The utterance is over."""


class Listening:
    """A conversation with one caller; implements `serving.Conversation`."""

    def __init__(
        self, begin: Callable[[Sequence[str], str], Utterance], *, most_bytes: int
    ) -> None:
        """Begin utterances with `begin(hints, language)`; leave when larger than `most_bytes`."""
        self._begin = begin
        self._most_bytes = most_bytes
        self._hints: Sequence[str] = ()
        self._language = "vi"
        self._utterance: Utterance | None = None
        self._format = Format(RATE_HERTZ, WIDTH_BYTES, 1)
        self._left_bytes = 0

    def take(self, event: Event, channel: Channel) -> None:
        """Take one event; raises ValueError and its like, and Recycle."""
        match event.type:
            case "transcribe":
                asked = Transcribe.from_event(event)
                self._utterance = None
                self._language = str(asked.language or "vi")
                self._hints = [str(one) for one in asked.transcript_names or ()][:MOST_HINTS]
            case "audio-start":
                self._format = Format.of(event)
                self._utterance = self._begin(self._hints, self._language)
                self._left_bytes = MOST_SECONDS * SECOND_BYTES
                channel.send(TranscriptStart(context={"partial": "whole"}).event())
            case "audio-chunk" if self._utterance is not None:
                self._hear(self._utterance, event, channel)
            case "audio-stop":
                utterance, self._utterance = self._utterance, None
                reading = Reading() if utterance is None else without_ghosts(utterance.end())
                # The hints were for this utterance only.
                self._hints = ()
                channel.send(_transcript(reading, self._language))
                is_grown = memory_bytes() > self._most_bytes
                if is_grown and not channel.waits(STILL_SECONDS):
                    raise Recycle

    def _hear(self, utterance: Utterance, event: Event, channel: Channel) -> None:
        pcm = as_heard(event.payload or b"", self._format)[: self._left_bytes]
        self._left_bytes -= len(pcm)
        # A recogniser looks for an end between pieces: one long piece takes it far longer.
        for at in range(0, len(pcm), PIECE_BYTES):
            if (text := utterance.hear(pcm[at : at + PIECE_BYTES])) is not None:
                channel.send(TranscriptChunk(text=text).event())


def listener_arguments(description: str) -> ArgumentParser:
    """The parser of a listener's command line, with what all listeners have."""
    parser = arguments_for(description)
    text = "memory it may gain before it asks to be replaced, in MiB"
    parser.add_argument("--growth", type=int, default=GROWTH_MIB, help=text)
    return parser


def listen(
    info: Info,
    begin: Callable[[Sequence[str], str], Utterance],
    asked: Namespace,
    *,
    output: int,
) -> int:
    """Serve as a listener that is loaded by now; the process's exit status."""
    most_bytes = memory_bytes() + asked.growth * 2**20
    return serve(
        info, lambda: Listening(begin, most_bytes=most_bytes), output=output, uri=asked.uri
    )


def _transcript(reading: Reading, language: str) -> Event:
    context = {
        "words": [asdict(one) for one in reading.words],
        "confidence": reading.confidence,
        "was_hinted": reading.was_hinted,
    }
    return Transcript(text=reading.text, language=language, context=context).event()


def describe(name: str, version: str, model: str) -> Info:
    """What a listener says about itself."""
    by = Attribution(name="Dẫn Lối", url="")
    models = [
        AsrModel(
            name=model,
            attribution=by,
            installed=True,
            description=None,
            version=None,
            languages=["vi"],
        )
    ]
    program = AsrProgram(
        name=name,
        attribution=by,
        installed=True,
        description=None,
        version=version,
        models=models,
        supports_transcript_streaming=True,
    )
    return Info(asr=[program])

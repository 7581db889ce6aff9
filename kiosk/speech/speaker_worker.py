"""Child process: Wyoming text to speech over pyttsx3, with the voices of espeak-ng.

`python -m kiosk.speech.speaker_worker`. The only module that imports pyttsx3, which is used
to render into a file in memory and never to play. Text and sound stay in memory.
"""

import os
import re
import sys
import threading
import wave
from collections.abc import Iterator, Sequence
from importlib.metadata import version

import pyttsx3
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event
from wyoming.tts import Synthesize

from kiosk.engine_end import EXIT_MISSING
from kiosk.serving import Channel, arguments_for, protect, serve
from kiosk.speech.speaking import MOST_TEXT, RATES, describe, rate_of

VOICES = ("aav/vi", "aav/vi-vn-x-central", "aav/vi-vn-x-south", "gmw/en-us", "gmw/en")
"""The voices that are offered: the three of Vietnam, and English ones for the other language."""
RATE_HERTZ = 22_050
WIDTH_BYTES = 2
CHUNK_BYTES = RATE_HERTZ // 10 * WIDTH_BYTES
"""A tenth of a second."""
RENDER_SECONDS = 4.0
"""A sentence takes 0.03 s."""
LONG_PIECE = 240
"""A sentence longer than this is rendered in parts, cut at a comma."""

_SENTENCE_END = re.compile(r"(?<=[.!?…;:])\s+|\n+")
_COMMA = re.compile(r"(?<=,)\s+")


class Throat:
    """pyttsx3, one text at a time."""

    def __init__(self) -> None:
        """Load it.

        Raises:
            SystemExit: espeak-ng is not there; the kiosk knows the exit status.
        """
        try:
            self._engine = pyttsx3.init("espeak")
        except (ImportError, OSError, RuntimeError):
            sys.exit(EXIT_MISSING)
        # Only loaded by init: without espeak-ng it cannot be imported.
        from pyttsx3.drivers import _espeak  # noqa: PLC0415

        self._synchronize = _espeak.Synchronize
        self._engine.connect("finished-utterance", self._finish)
        self._is_finished = threading.Event()
        self._lock = threading.Lock()
        self._memory = os.memfd_create("speech")
        known = {one.id for one in self._engine.getProperty("voices")}
        self.voices = tuple(one for one in VOICES if one in known)
        if VOICES[0] not in known:
            sys.exit(EXIT_MISSING)

    def render(self, text: str, *, voice: str, rate: int) -> bytes:
        """The sound of a text: 22.05 kHz, mono, signed 16 bit.

        Raises:
            ValueError: there is no such voice, or nothing came.
        """
        if voice not in self.voices:
            raise ValueError("no such voice")
        with self._lock:
            self._is_finished.clear()
            os.ftruncate(self._memory, 0)
            self._engine.setProperty("voice", voice)
            self._engine.setProperty("rate", rate)
            # WORKAROUND: pyttsx3 has espeak-ng work in a thread of its own, and a new rate
            # often came too late for the very next text (pyttsx3 2.99, espeak-ng 1.51).
            self._synchronize()
            path = f"/proc/self/fd/{self._memory}"
            self._engine.save_to_file(text, path)
            self._engine.runAndWait()
            self._synchronize()
            if not self._is_finished.wait(RENDER_SECONDS):
                raise ValueError("nothing came")
            with wave.open(path, "rb") as written:
                pcm = written.readframes(written.getnframes())
            os.ftruncate(self._memory, 0)
            return pcm

    def _finish(self, name: str | None, completed: bool) -> None:  # noqa: ARG002, FBT001 - pyttsx3's
        self._is_finished.set()


class Speaking:
    """A conversation with one caller; implements `serving.Conversation`."""

    def __init__(self, throat: Throat) -> None:
        self._throat = throat

    def take(self, event: Event, channel: Channel) -> None:
        """Take one event; raises ValueError and its like."""
        if not Synthesize.is_type(event.type):
            return
        asked = Synthesize.from_event(event)
        voice = (asked.voice.name if asked.voice is not None else None) or VOICES[0]
        rate = rate_of(asked)
        if voice not in self._throat.voices:
            channel.send(Error(text="no such voice", code="voice").event())
            return
        channel.send(AudioStart(RATE_HERTZ, WIDTH_BYTES, 1).event())
        for piece in pieces(asked.text[:MOST_TEXT]):
            if channel.has(event.type):
                break  # something else is to be said
            pcm = self._throat.render(piece, voice=voice, rate=rate)
            for at in range(0, len(pcm), CHUNK_BYTES):
                chunk = AudioChunk(RATE_HERTZ, WIDTH_BYTES, 1, pcm[at : at + CHUNK_BYTES])
                channel.send(chunk.event())
        channel.send(AudioStop().event())


def pieces(text: str) -> Iterator[str]:
    """The text cut at ends of sentences, so that the first sounds while the next is rendered."""
    for sentence in _SENTENCE_END.split(text):
        parts = _COMMA.split(sentence) if len(sentence) > LONG_PIECE else [sentence]
        yield from (part for part in parts if any(letter.isalnum() for letter in part))


def main(arguments: Sequence[str]) -> int:
    """Serve; the process's exit status."""
    asked = arguments_for("Wyoming text to speech over pyttsx3").parse_args(arguments)
    output = protect()
    throat = Throat()
    # The first text pays for what is set up late; nobody should wait for that.
    throat.render("a", voice=VOICES[0], rate=RATES.stop - 1)
    return serve(
        describe("espeak-ng", f"pyttsx3 {version('pyttsx3')}", throat.voices),
        lambda: Speaking(throat),
        output=output,
        uri=asked.uri,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

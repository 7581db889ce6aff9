"""Wyoming servers of a test's own: one is told what it hears, one keeps what it is to say."""

import socket
import socketserver
import threading
from collections.abc import Iterable
from contextlib import suppress
from typing import Self

from sound import tone
from wyoming.asr import Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event
from wyoming.info import Describe, Info

from kiosk.speech.listening import describe as describe_listener
from kiosk.speech.speaking import describe as describe_speaker
from kiosk.wire import Unpacker, pack

RATE_HERTZ = 16_000


class _Server:
    """Answers callers on a port of its own while a `with` block runs."""

    def __init__(self, info: Info) -> None:
        self._info = info
        answer = self._answer

        class Caller(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with suppress(OSError):
                    answer(self.request)

        self._listening = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Caller)
        self._listening.daemon_threads = True
        self._thread = threading.Thread(target=self._listening.serve_forever, daemon=True)

    @property
    def address(self) -> str:
        """As a line of settings names it."""
        return f"tcp://127.0.0.1:{self._listening.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown()
        self._listening.server_close()

    def _answer(self, caller: socket.socket) -> None:
        unpacker = Unpacker()
        while untrusted := caller.recv(65_536):
            for event in unpacker.take(untrusted):
                if Describe.is_type(event.type):
                    caller.sendall(pack(self._info.event()))
                else:
                    for reply in self.take(event):
                        caller.sendall(pack(reply))

    def take(self, event: Event) -> Iterable[Event]:
        """What is answered to an event."""
        raise NotImplementedError


class Prompted(_Server):
    """A recogniser that hears the next of its sentences, whatever is said."""

    def __init__(self, *sentences: str) -> None:
        """`sentences` in the order in which they are heard; then nothing."""
        super().__init__(describe_listener("prompted", "1", "none"))
        self._sentences = list(sentences)
        self._has_begun = False
        self.heard = bytearray()
        """All sound that was sent to it."""

    def take(self, event: Event) -> Iterable[Event]:
        """Half of the sentence with the first sound, all of it at the end."""
        if AudioStart.is_type(event.type):
            self._has_begun = False
        elif AudioChunk.is_type(event.type):
            self.heard += event.payload or b""
            if not self._has_begun and self._sentences:
                self._has_begun = True
                words = self._sentences[0].split()
                yield Event("transcript-start", {"context": {"partial": "whole"}})
                half = " ".join(words[: (len(words) + 1) // 2])
                yield Event("transcript-chunk", {"text": half})
        elif AudioStop.is_type(event.type):
            # What was dropped before its first sound is answered, too, and is no sentence.
            is_said = self._has_begun
            yield Transcript(self._sentences.pop(0) if is_said else "").event()


class NotingVoice(_Server):
    """A voice that keeps what it is to say, and hums."""

    def __init__(self, *, seconds: float = 0.15) -> None:
        """Each text is hummed for so long."""
        super().__init__(describe_speaker("noting", "1", ("aav/vi", "gmw/en")))
        self._pcm = tone(330, seconds, rate_hertz=RATE_HERTZ, decibels=-20).tobytes()
        self.texts: list[str] = []

    def take(self, event: Event) -> Iterable[Event]:
        """A hum for a text."""
        if event.type == "synthesize":
            self.texts.append(event.data["text"])
            yield AudioStart(RATE_HERTZ, 2, 1).event()
            yield AudioChunk(RATE_HERTZ, 2, 1, self._pcm).event()
            yield AudioStop().event()

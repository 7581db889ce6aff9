"""Child process: hears bursts of sound, not words; for `kiosk run --fake-engines` and tests.

The contract of a listener without a model: two bursts of sound (two claps) are the second
hint; with `--texts FILE` each utterance is the file's next line. Silence is nothing.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle
from pathlib import Path

import numpy as np

from kiosk.engine_end import EXIT_MISSING
from kiosk.serving import protect
from kiosk.speech.listening import HeardWord, Reading, describe, listen, listener_arguments
from kiosk.speech.sound import SECOND_BYTES

FRAME_BYTES = SECOND_BYTES // 20
"""A twentieth of a second."""
LOUD = 500.0
"""Root mean square of a frame, of 32768, from which on it is sound."""
PAUSE_FRAMES = 4
"""So many quiet frames part one burst from the next."""
WORDS_A_SECOND = 4
NO_HINTS = "đăng ký khai sinh"


class FakeUtterance:
    """Counts bursts; implements `listening.Utterance`."""

    def __init__(self, hints: Sequence[str], next_text: Callable[[], str] | None) -> None:
        self._hints = hints
        self._next_text = next_text
        self._text: str | None = None
        self._rest = b""
        self._bursts = 0
        self._loud_frames = 0
        self._quiet_frames = PAUSE_FRAMES

    def hear(self, pcm: bytes) -> str | None:
        """Take sound; word for word comes while it is loud."""
        before = self._so_far()
        sound = self._rest + pcm
        whole = len(sound) // FRAME_BYTES * FRAME_BYTES
        self._rest = sound[whole:]
        for at in range(0, whole, FRAME_BYTES):
            frame = np.frombuffer(sound[at : at + FRAME_BYTES], dtype="<i2").astype(np.float64)
            if np.sqrt(np.mean(frame * frame)) >= LOUD:
                self._bursts += self._quiet_frames >= PAUSE_FRAMES
                self._loud_frames += 1
                self._quiet_frames = 0
            else:
                self._quiet_frames += 1
        text = self._so_far()
        return text if text != before else None

    def end(self) -> Reading:
        """The line, or the hint that was clapped for."""
        if not self._bursts:
            return Reading()
        text = self._said()
        words = tuple(HeardWord(word, 1.0) for word in text.split())
        return Reading(words=words, was_hinted=text in self._hints)

    def _said(self) -> str:
        if self._next_text is None:
            hints = self._hints or (NO_HINTS,)
            return hints[min(self._bursts, len(hints)) - 1]
        if self._text is None:
            self._text = self._next_text()
        return self._text

    def _so_far(self) -> str:
        if not self._bursts:
            return ""
        words = 1 + self._loud_frames * WORDS_A_SECOND // 20
        return " ".join(self._said().split()[:words])


def main(arguments: Sequence[str]) -> int:
    """Serve; the process's exit status."""
    parser = listener_arguments("A listener that hears bursts of sound, not words")
    parser.add_argument("--texts", type=Path, help="what is said, one utterance a line")
    asked = parser.parse_args(arguments)
    output = protect()
    next_text = None
    if asked.texts is not None:
        try:
            lines = asked.texts.read_text(encoding="utf-8").splitlines()
        except OSError:
            return EXIT_MISSING
        texts: Iterator[str] = cycle(lines or [""])
        next_text = texts.__next__

    def begin(hints: Sequence[str], language: str) -> FakeUtterance:  # noqa: ARG001 - any
        return FakeUtterance(hints, next_text)

    info = describe("fake", "1", "bursts")
    return listen(info, begin, asked, output=output)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

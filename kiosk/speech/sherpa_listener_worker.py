"""Child process: Wyoming speech recognition over sherpa-onnx.

`python -m kiosk.speech.sherpa_listener_worker --model FOLDER`. The only module that imports
sherpa_onnx. The folder has `tokens.txt` and either an encoder, a decoder and a joiner (a
transducer such as the Vietnamese zipformers) or one model (CTC). Such a model hears whole
utterances only: partial texts come from hearing it again now and then. Hints are not used.
"""

import math
import sys
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np
import sherpa_onnx

from kiosk.engine_end import EXIT_DAMAGED, EXIT_MISSING
from kiosk.serving import protect
from kiosk.speech.listening import HeardWord, Reading, describe, listen, listener_arguments
from kiosk.speech.sound import RATE_HERTZ, SECOND_BYTES

TOKENS = "tokens.txt"
PARTIAL_SECONDS = 0.5
"""Of sound between one partial text and the next, at least."""
PARTIAL_SHARE = 0.25
"""Most of the time that hearing again may take; where it takes longer, it comes less often."""
FEWEST_SECONDS = 0.1
"""Less sound than this has no word in it, and some models fail on it."""
UNSURE = 0.5
"""The confidence of a word where the model does not tell."""


class Ear:
    """A loaded model."""

    def __init__(self, folder: Path) -> None:
        """Load it.

        Raises:
            SystemExit: it is not there, or damaged; the kiosk knows the exit status.
        """
        tokens = folder / TOKENS
        parts = [_file(folder, part) for part in ("encoder", "decoder", "joiner")]
        whole = _file(folder, "model") or _file(folder, "ctc")
        if not tokens.is_file() or (None in parts and whole is None):
            sys.exit(EXIT_MISSING)
        if not _has_tokens(tokens):
            # sherpa-onnx would leave by itself, with a status that says nothing.
            sys.exit(EXIT_DAMAGED)
        recogniser = sherpa_onnx.OfflineRecognizer
        try:
            if None not in parts:
                names = dict(zip(("encoder", "decoder", "joiner"), map(str, parts), strict=True))
                self._recogniser = recogniser.from_transducer(**names, tokens=str(tokens))
            else:
                self._recogniser = recogniser.from_zipformer_ctc(str(whole), tokens=str(tokens))
            # The first utterance pays for what is set up late; nobody should wait for that.
            self.read(bytes(SECOND_BYTES))
        except RuntimeError:
            sys.exit(EXIT_DAMAGED)

    def begin(self, hints: Sequence[str], language: str) -> "SherpaUtterance":  # noqa: ARG002
        """Begin an utterance; the language is the model's."""
        return SherpaUtterance(self)

    def read(self, pcm: bytes | bytearray) -> tuple[HeardWord, ...]:
        """What is heard in 16 kHz, mono, 16 bit."""
        if len(pcm) < FEWEST_SECONDS * SECOND_BYTES:
            return ()
        stream = self._recogniser.create_stream()
        samples = np.frombuffer(pcm, dtype="<i2", count=len(pcm) // 2).astype(np.float32) / 32768
        stream.accept_waveform(RATE_HERTZ, samples)
        self._recogniser.decode_stream(stream)
        found = stream.result
        words = found.text.lower().split()
        likely = [math.exp(min(one, 0.0)) for one in found.ys_log_probs]
        sure = sum(likely) / len(likely) if likely else UNSURE
        return tuple(HeardWord(word, sure) for word in words)


class SherpaUtterance:
    """An utterance; implements `listening.Utterance`."""

    def __init__(self, ear: Ear) -> None:
        self._ear = ear
        self._pcm = bytearray()
        self._next_bytes = PARTIAL_SECONDS * SECOND_BYTES
        self._told = ""

    def hear(self, pcm: bytes) -> str | None:
        """Take sound; now and then the whole text so far where it has changed."""
        self._pcm += pcm
        if len(self._pcm) < self._next_bytes:
            return None
        began = time.monotonic()
        text = " ".join(one.word for one in self._ear.read(self._pcm))
        pause = max(PARTIAL_SECONDS, (time.monotonic() - began) / PARTIAL_SHARE)
        self._next_bytes = len(self._pcm) + pause * SECOND_BYTES
        if text == self._told:
            return None
        self._told = text
        return text

    def end(self) -> Reading:
        """What it was."""
        return Reading(words=self._ear.read(self._pcm))


def _file(folder: Path, part: str) -> Path | None:
    """The part of a model; the small one where there are two."""
    found = sorted(folder.glob(f"{part}*.onnx"))
    return next((one for one in found if "int8" in one.name), found[0] if found else None)


def _has_tokens(file: Path) -> bool:
    """Whether each line is a token and its number."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return False
    return bool(lines) and all(line.rpartition(" ")[2].isdecimal() for line in lines)


def main(arguments: Sequence[str]) -> int:
    """Serve; the process's exit status."""
    parser = listener_arguments("Wyoming speech recognition over sherpa-onnx")
    parser.add_argument("--model", type=Path, required=True, help="the model's folder")
    asked = parser.parse_args(arguments)
    output = protect()
    ear = Ear(asked.model)
    info = describe("sherpa-onnx", version("sherpa-onnx"), asked.model.name)
    return listen(info, ear.begin, asked, output=output)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

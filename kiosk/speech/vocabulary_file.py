"""Reads the vocabulary of a Vosk model."""

import unicodedata
from pathlib import Path

WORDS_FILE = Path("graph") / "words.txt"
MOST_BYTES = 64 * 1024 * 1024


def load_vocabulary(model: Path) -> frozenset[str] | None:
    """Every word of the model in this folder; None where it does not list them.

    Some models keep their words inside a graph: only the recogniser itself can be asked.
    """
    file = model / WORDS_FILE
    if not file.is_file() or file.stat().st_size > MOST_BYTES:
        return None
    untrusted = file.read_text(encoding="utf-8", errors="replace")
    return frozenset(
        unicodedata.normalize("NFC", line.split(" ")[0]) for line in untrusted.splitlines() if line
    )

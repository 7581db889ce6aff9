"""The model's vocabulary, and how a text is cut into it: the longest entry wins. Pure.

llama.cpp cuts the same way (its tokenizer `rwkv`): a word with the space before it is one
entry, and what is no entry is spelled in bytes. Numbers are spelled in digits.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kiosk.assistant.prompt import FIXED

END = "<end>"
"""What ends an answer. Number 0."""

MOST_NUMBER = 40
"""The highest number of a listed offer that is one entry."""

FRAME = (
    *("start", "question", "outcome"),
    *(" said", " guess", " do"),
    *(" answer", " aside", " aspect", " correct", " procedure", " wish"),
)
"""Entries that every prompt is made of; the first stand at its beginning, without a space."""


_KEYS = (
    *(f" {key}" for key in FIXED.values()),
    *(f" {number}" for number in range(MOST_NUMBER + 1)),
)
KEYS = tuple(key.encode() for key in _KEYS)
"""The entries that answers are written with."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The entries, in the order of their numbers."""

    entries: tuple[bytes, ...]
    """The first is `END`, which no text contains."""

    def __post_init__(self) -> None:
        assert self.entries[0] == END.encode()

    def numbers(self) -> dict[bytes, int]:
        """Entry -> number."""
        return {entry: number for number, entry in enumerate(self.entries)}


class Cutter:
    """Cuts texts into entries."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._numbers = vocabulary.numbers()
        self._longest = max(len(entry) for entry in vocabulary.entries)
        self._known: dict[str, tuple[int, ...]] = {}

    def cut(self, text: str) -> list[int]:
        """The numbers of the entries that `text` consists of."""
        found: list[int] = []
        # No entry but a first one goes beyond a space, so that words can be cut one by one.
        first, *words = text.split(" ")
        found.extend(self._cut_word(first))
        for word in words:
            found.extend(self._cut_word(f" {word}"))
        return found

    def _cut_word(self, word: str) -> tuple[int, ...]:
        if word not in self._known:
            self._known[word] = tuple(self._entries(word.encode()))
        return self._known[word]

    def _entries(self, text: bytes) -> Iterable[int]:
        at = 0
        while at < len(text):
            for length in range(min(self._longest, len(text) - at), 0, -1):
                number = self._numbers.get(text[at : at + length])
                if number is not None:
                    yield number
                    at += length
                    break


def vocabulary_of(texts: Iterable[str], *, least: int, letters: Sequence[str]) -> Vocabulary:
    """The vocabulary of some texts.

    Args:
        texts: as a prompt has them.
        least: how often a word must be said to be an entry.
        letters: entries that spell what is no entry, besides the 256 bytes.
    """
    counts = Counter[str]()
    for text in texts:
        counts.update(text.split())
    words = sorted(
        word for word, count in counts.items() if count >= least and not _has_digit(word)
    )
    wanted: list[str] = [
        *FRAME,
        *_KEYS,
        *letters,
        *(f" {word}" for word in words),
    ]
    spelled = [bytes([number]) for number in range(256)]
    named = [one.encode() for one in dict.fromkeys(wanted)]
    return Vocabulary(tuple(dict.fromkeys((END.encode(), *spelled, *named))))


def keys_and_frame() -> frozenset[bytes]:
    """The entries that are no words of a citizen."""
    return frozenset(one.encode() for one in (*FRAME, *_KEYS))


def _has_digit(word: str) -> bool:
    return any(letter.isdigit() for letter in word)

"""A noise channel: sentences as a recogniser mishears them, or as they are typed in haste.

For measuring only. A share of the syllables is replaced by others that sound alike, drawn
by how alike they are (`syllable.distance`); the same seed gives the same noise.
"""

import math
import random
from collections.abc import Iterable, Sequence

from kiosk.assistant.syllable import distance, parse
from kiosk.assistant.vietnamese import fold, words_of

FARTHEST = 0.6
"""Syllables farther apart than this are not taken for each other."""

SHARPNESS = 0.2
"""The distance over which the chance of a confusion falls to a third (1/e)."""


class Mishearing:
    """Replaces syllables by others that exist in some texts."""

    def __init__(self, texts: Iterable[str], *, seed: int) -> None:
        words = sorted({word for text in texts for word in words_of(text)})
        parsed = ((word, parse(word)) for word in words)
        self._inventory = [(word, parts) for word, parts in parsed if parts is not None]
        self._alike: dict[str, tuple[Sequence[str], Sequence[float]]] = {}
        self._chance = random.Random(seed)  # noqa: S311 - no secret

    def of(self, text: str, *, strength: float) -> str:
        """`text` with about `strength` (0 to 1) of its Vietnamese syllables misheard."""
        return " ".join(
            self._misheard(word) if self._chance.random() < strength else word
            for word in words_of(text)
        )

    def _misheard(self, word: str) -> str:
        if word not in self._alike:
            self._alike[word] = self._neighbours(word)
        others, weights = self._alike[word]
        return self._chance.choices(others, weights)[0] if others else word

    def _neighbours(self, word: str) -> tuple[Sequence[str], Sequence[float]]:
        parts = parse(word)
        if parts is None:
            return (), ()
        near = [
            (other, math.exp(-far / SHARPNESS))
            for other, theirs in self._inventory
            if other != word and (far := distance(parts, theirs)) <= FARTHEST
        ]
        return [other for other, _ in near], [weight for _, weight in near]


def without_diacritics(text: str) -> str:
    """`text` as it is typed on a keyboard without Vietnamese: no marks, đ as d."""
    return fold(text)

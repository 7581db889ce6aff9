"""Puts back syllables that were probably misheard: "khai xin" is "khai sinh". Pure.

A noisy channel (Shannon 1948; for spelling, Kernighan, Church and Gale 1990): among the
syllables that sound like the one heard, the one that best fits between its neighbours
wins, if it fits so much better that a mishearing is the likelier story. What fits is
counted in the wordings of the catalogue, so no language model is needed.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from kiosk.assistant.syllable import distance, parse
from kiosk.assistant.vietnamese import has_diacritics

FARTHEST = 0.9
"""Syllables that sound farther apart than this are not taken for each other."""

MOST_ALIKE = 12
"""Other syllables tried in one place."""

WIDTH = 6
"""Readings of the sentence so far that are kept."""

COST_OF_CHANGE = 3.0
"""Natural log of how much likelier a syllable is heard right than as a certain other one."""

COST_OF_DISTANCE = 5.0
"""The same, for each unit of `syllable.distance`."""

PAIR_SHARE = 0.75
"""How much a known pair of words counts beside the frequency of the second one."""

UNSEEN = 2e-7
"""The chance of a word never seen."""

_START, _END = "<", ">"


class Repair:
    """Knows which syllables follow each other in some texts."""

    def __init__(self, texts: Iterable[Sequence[str]]) -> None:
        """Args: texts: sentences as words, from `Standard.words`."""
        words, pairs = Counter[str](), Counter[str]()
        for text in texts:
            framed = (_START, *text, _END)
            words.update(framed)
            pairs.update(f"{one} {two}" for one, two in pairwise(framed))
        total = max(words.total(), 1)
        # Only what was seen twice can be put in somebody's mouth.
        self._inventory = [
            (word, parts, math.log(count))
            for word, count in words.items()
            if count > 1 and (parts := parse(word)) is not None
        ]
        self._alone = {
            word: math.log((1 - PAIR_SHARE) * count / total + UNSEEN)
            for word, count in words.items()
        }
        self._unseen = math.log(UNSEEN)
        self._after = {
            pair: math.log(
                PAIR_SHARE * count / words[pair.split(" ")[0]]
                + (1 - PAIR_SHARE) * words[pair.split(" ")[1]] / total
                + UNSEEN
            )
            for pair, count in pairs.items()
        }
        self._alike: dict[str, list[tuple[str, float]]] = {}

    def repaired(self, words: Sequence[str]) -> tuple[str, ...]:
        """`words` with what was probably misheard put right; as it is without diacritics.

        A word is looked at only where it stands beside a word that it never followed.
        """
        if not has_diacritics(words):
            return tuple(words)
        framed = (_START, *words, _END)
        is_odd = [f"{one} {two}" not in self._after for one, two in pairwise(framed)]
        if not any(is_odd):
            return tuple(words)
        readings: list[tuple[float, str, tuple[str, ...]]] = [(0.0, _START, ())]
        for at, word in enumerate(words):
            heard = self._heard_as(word) if is_odd[at] or is_odd[at + 1] else [(word, 0.0)]
            extended = []
            for meant, cost in heard:
                score, before = max(
                    (score + self._fit(last, meant), said) for score, last, said in readings
                )
                extended.append((score - cost, meant, (*before, meant)))
            extended.sort(reverse=True)
            readings = extended[:WIDTH]
        return max((score + self._fit(last, _END), said) for score, last, said in readings)[1]

    def _fit(self, one: str, two: str) -> float:
        found = self._after.get(f"{one} {two}")
        return found if found is not None else self._alone.get(two, self._unseen)

    def _heard_as(self, word: str) -> list[tuple[str, float]]:
        """The words that may have been said, with what each costs; itself costs nothing."""
        if word not in self._alike:
            self._alike[word] = [(word, 0.0), *self._others(word)]
        return self._alike[word]

    def _others(self, word: str) -> list[tuple[str, float]]:
        parts = parse(word)
        if parts is None:
            return []
        near = sorted(
            (far - 0.15 * frequency, far, other)
            for other, theirs, frequency in self._inventory
            if other != word and (far := distance(parts, theirs)) <= FARTHEST
        )[:MOST_ALIKE]
        return [(other, COST_OF_CHANGE + COST_OF_DISTANCE * far) for _, far, other in near]

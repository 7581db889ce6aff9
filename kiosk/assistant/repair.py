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

import numpy as np

from kiosk.assistant.syllable import Sounds, parse
from kiosk.assistant.vietnamese import fold_word, has_diacritics

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
_MOST_WORDS = 1 << 24
"""More than any text has: two numbers of words make one."""


class Repair:
    """Knows which syllables follow each other in some texts."""

    def __init__(self, texts: Iterable[Sequence[str]]) -> None:
        """Args: texts: sentences as words, from `Standard.words`."""
        known: dict[str, int] = {_START: 0, _END: 1}
        counts, pairs = Counter[int](), Counter[int]()
        for text in texts:
            framed = (0, *[known.setdefault(word, len(known)) for word in text], 1)
            counts.update(framed)
            pairs.update([one * _MOST_WORDS + two for one, two in pairwise(framed)])
        total = max(counts.total(), 1)
        self._known = known
        # Only what was seen twice can be put in somebody's mouth.
        often = [(word, counts[number]) for word, number in known.items() if counts[number] > 1]
        parsed = [(word, parts, count) for word, count in often if (parts := parse(word))]
        self._inventory = [word for word, _, _ in parsed]
        self._sounds = Sounds([parts for _, parts, _ in parsed])
        self._bonus = 0.15 * np.log(np.array([count for _, _, count in parsed], np.float32))
        self._alone = [
            math.log((1 - PAIR_SHARE) * counts[number] / total + UNSEEN)
            for number in known.values()
        ]
        self._unseen = math.log(UNSEEN)
        self._after = {
            pair: math.log(
                PAIR_SHARE * count / counts[pair // _MOST_WORDS]
                + (1 - PAIR_SHARE) * counts[pair % _MOST_WORDS] / total
                + UNSEEN
            )
            for pair, count in pairs.items()
        }
        self._alike: dict[str, list[tuple[str, float]]] = {}

    def forget(self) -> None:
        """Drop the words that were looked at."""
        self._alike.clear()

    def repaired(self, words: Sequence[str]) -> tuple[str, ...]:
        """`words` with what was probably misheard put right; as it is without diacritics.

        A word is looked at only where it stands beside a word that it never followed.
        """
        if not has_diacritics(words):
            return tuple(words)
        framed = (_START, *words, _END)
        is_odd = [self._pair(one, two) not in self._after for one, two in pairwise(framed)]
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

    def _pair(self, one: str, two: str) -> int:
        return self._known.get(one, -1) * _MOST_WORDS + self._known.get(two, -1)

    def _fit(self, one: str, two: str) -> float:
        found = self._after.get(self._pair(one, two))
        if found is not None:
            return found
        number = self._known.get(two)
        return self._unseen if number is None else self._alone[number]

    def _heard_as(self, word: str) -> list[tuple[str, float]]:
        """The words that may have been said, with what each costs; itself costs nothing."""
        if word not in self._alike:
            self._alike[word] = [(word, 0.0), *self._others(word)]
        return self._alike[word]

    def _others(self, word: str) -> list[tuple[str, float]]:
        parts = parse(word)
        if parts is None:
            return []
        far = self._sounds.distances(parts)
        near = np.flatnonzero(far <= FARTHEST)
        ranked = near[np.argsort(far[near] - self._bonus[near], kind="stable")]
        others = [(self._inventory[one], float(far[one])) for one in ranked.tolist()]
        return [
            (other, COST_OF_CHANGE + COST_OF_DISTANCE * cost)
            for other, cost in others
            if other not in (word, fold_word(word))  # "quá" without its mark is no other word
        ][:MOST_ALIKE]

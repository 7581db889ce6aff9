"""A sentence -> what it asks for, with probabilities. Pure.

Joins the index of the catalogue (`index`), the classifier and the weights that were
learned (`weights`). Built in memory when the kiosk starts and when the catalogue changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kiosk.assistant.bags import Floats
from kiosk.assistant.entry import Entry
from kiosk.assistant.index import Index
from kiosk.assistant.vietnamese import Standard
from kiosk.assistant.weights import Classifier, Evidence, Judge, Weights, probabilities

OUTRIGHT = 0.97
"""The least probability of an entry of which a wording was said word for word: who wrote the
wording has decided what it means."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that may be meant."""

    entry: Entry
    score: float
    """The probability that it is meant, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """What a sentence may mean."""

    hits: tuple[Hit, ...]
    """The candidates, best first."""
    none: float
    """The probability that nothing in the catalogue is meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why an entry may be meant."""

    hit: Hit
    wording: str
    """Which of its texts the sentence is most like."""
    likeness: float
    """How like it is, 0 to 1."""
    covered: float
    """How much of the sentence the entry's words cover, 0 to 1."""
    taught: float
    """What the classifier that was learned says: about 1 for the one that is meant."""


class Lookup:
    """Finds what a sentence asks for."""

    def __init__(
        self,
        entries: Sequence[Entry],
        weights: Weights,
        standard: Standard,
        *,
        also_said: Sequence[str] = (),
    ) -> None:
        """Args: also_said: other texts whose words may be put right, of choices for example."""
        self._index = Index(entries, standard, also_said=also_said)
        self._index.release()
        self._weights = weights
        self._classifier = Classifier(weights, self._index)
        self._judge = Judge(self._index)

    @property
    def weights(self) -> Weights:
        """The weights that it was built with."""
        return self._weights

    def rank(self, text: str) -> Ranking:
        """The entries that `text` may ask for."""
        found = self._evidence(text)
        if found is None:
            return Ranking(hits=(), none=1.0)
        words, evidence = found
        chances = probabilities(evidence, self._weights)
        outright = self._index.said_outright(words)
        if outright is not None and outright in evidence.candidates:
            chances = _mostly(chances, int(np.flatnonzero(evidence.candidates == outright)[0]))
        hits = [
            Hit(entry=self._index.entries[one], score=float(chance))
            for one, chance in zip(evidence.candidates, chances[:-1], strict=True)
        ]
        hits.sort(key=_by_score)
        return Ranking(hits=tuple(hits), none=float(chances[-1]))

    def reasons(self, text: str, *, most: int) -> tuple[Reason, ...]:
        """The first so many of `rank`, each with what speaks for it."""
        if not self._index.entries:
            return ()
        likeness = self._index.compare(text)
        scores = self._classifier.scores(likeness.features)
        numbers = {entry: number for number, entry in enumerate(self._index.entries)}
        found = []
        for hit in self.rank(text).hits[:most]:
            number = numbers[hit.entry]
            wording, like = self._index.wording(number, likeness)
            found.append(
                Reason(
                    hit=hit,
                    wording=wording,
                    likeness=like,
                    covered=float(likeness.covered[number]),
                    taught=float(scores[number]),
                )
            )
        return tuple(found)

    def forget(self) -> None:
        """Drop every word of what was asked."""
        self._index.forget()

    def repaired(self, words: Sequence[str]) -> tuple[str, ...]:
        """`words` with what was probably misheard put right."""
        return self._index.repaired(words)

    def _evidence(self, text: str) -> tuple[Sequence[str], Evidence] | None:
        if not self._index.entries:
            return None
        likeness = self._index.compare(text)
        if not likeness.words:
            return None
        scores = self._classifier.scores(likeness.features)
        return likeness.words, self._judge.evidence(likeness, scores)


def _mostly(chances: Floats, place: int) -> Floats:
    """The chances where one has at least `OUTRIGHT`, the others in proportion."""
    if chances[place] >= OUTRIGHT:
        return chances
    rest = 1 - float(chances[place])
    shared = chances * np.float32((1 - OUTRIGHT) / max(rest, 1e-6))
    shared[place] = OUTRIGHT
    return shared


def _by_score(hit: Hit) -> tuple[float, str]:
    return -hit.score, hit.entry.id

"""What was learned from wordings and questions, as a value. Pure: `weights_file` keeps it.

Two parts. A linear classifier (ridge regression) knows which features speak for which
entry. A small conditional logit model weighs the classifier against the other evidence
and gives probabilities that mean what they say.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kiosk.assistant.bags import Floats
from kiosk.assistant.entry import Kind
from kiosk.assistant.index import BEST_TEXTS, CANDIDATES, Index, Likeness

EVIDENCE = (
    *("best", "second", "mean", "class", "lead", "covered", "sounded", "titled"),
    *("extra", "missing", "foreign_extra", "foreign_missing", "named"),
    *(kind.value for kind in Kind if kind is not Kind.SCRIPT),
)
"""What is known of a candidate; a script is what the other kinds are measured against."""

DOUBT = ("always", "best", "class", "unknown", "short")
"""What speaks for "none of them"."""

NATIONAL_ODDS = -3.5
"""What speaks against a procedure of another level, as log odds. Set by hand: nobody comes to
a ward for one in fifty of them, and there is nothing to learn it from in the repository."""

_KINDS = {kind: number for number, kind in enumerate(one for one in Kind if one is not Kind.SCRIPT)}

QUICK_HANDICAP = {Kind.COMMUNE: 0.06, Kind.NATIONAL: 0.16}
"""What a card's first score loses when the candidates are picked: far more cards than scripts."""


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Learned numbers."""

    features: tuple[str, ...]
    """The features that the classifier looks at."""
    scale: Floats
    """[features] Their weights in a sentence."""
    keys: tuple[str, ...]
    """The keys of the entries that it knows (`Entry.key`)."""
    classifier: NDArray[np.float16]
    """[features, keys] What each feature says for each entry."""
    evidence: Floats
    """[len(EVIDENCE)] What each piece of evidence counts, as log odds."""
    doubt: Floats
    """[len(DOUBT)] The same for "none of them"."""
    answer_from: float
    """Probability from which the first candidate is the answer."""
    clarify_from: float
    """Probability of all offered candidates together from which they are worth a question."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of the candidates for one sentence."""

    candidates: NDArray[np.intp]
    """[n] Numbers of entries in the index; best first by a first rough score."""
    of_candidates: Floats
    """[n, len(EVIDENCE)]"""
    of_none: Floats
    """[len(DOUBT)]"""


class Classifier:
    """The learned classifier, fitted to the entries of one index."""

    def __init__(self, weights: Weights, index: Index) -> None:
        self._numbers = {feature: number for number, feature in enumerate(weights.features)}
        self._scale = weights.scale
        column = {key: number for number, key in enumerate(weights.keys)}
        columns = [column.get(entry.key, -1) for entry in index.entries]
        self._known = np.array([number for number in columns if number >= 0], np.intp)
        self._places = np.array([at for at, one in enumerate(columns) if one >= 0], np.intp)
        self._count = len(columns)
        self._classifier = weights.classifier

    def scores(self, features: Counter[str]) -> Floats:
        """[entries] About 1 for the entry that is meant, about 0 for the others."""
        found = np.zeros(self._count, np.float32)
        numbers = [self._numbers[one] for one in features if one in self._numbers]
        if not numbers:
            return found
        often = np.array([features[one] for one in features if one in self._numbers], np.float32)
        values = (1 + np.log(often)) * self._scale[numbers]
        values /= np.linalg.norm(values)
        all_columns = values @ self._classifier[numbers].astype(np.float32)
        found[self._places] = all_columns[self._known]
        return found


class Judge:
    """Gathers the evidence for and against each candidate."""

    def __init__(self, index: Index) -> None:
        kinds = [entry.kind for entry in index.entries]
        self._index = index
        self._handicap = np.array([QUICK_HANDICAP.get(kind, 0.0) for kind in kinds], np.float32)
        self._kinds = np.zeros((len(kinds), len(_KINDS)), np.float32)
        for at, kind in enumerate(kinds):
            if kind in _KINDS:
                self._kinds[at, _KINDS[kind]] = 1.0
        self._ends = np.append(index.starts[1:], len(index.owners))

    def evidence(self, likeness: Likeness, scores: Floats) -> Evidence:
        """The evidence for the most likely candidates.

        Args:
            likeness: of the sentence with each entry.
            scores: [entries] from the classifier.
        """
        quick = scores + 0.5 * likeness.best - self._handicap
        count = min(CANDIDATES, len(quick))
        picked = np.argpartition(-quick, count - 1)[:count]
        picked = picked[np.argsort(-quick[picked], kind="stable")]
        ordered = np.sort(scores)[::-1]
        first = ordered[0]
        second = ordered[1] if len(ordered) > 1 else np.float32(0)
        texts = [
            np.sort(likeness.texts[self._index.starts[one] : self._ends[one]])[::-1][:BEST_TEXTS]
            for one in picked
        ]
        theirs = scores[picked]
        columns = [
            4 * likeness.best[picked],
            np.array([4 * one[1] if len(one) > 1 else 0.0 for one in texts]),
            np.array([4 * one.mean() for one in texts]),
            6 * theirs,
            6 * (theirs - np.where(theirs == first, second, first)),
            4 * likeness.covered[picked],
            4 * likeness.sounded[picked],
            2 * likeness.titled[picked],
            likeness.extra[picked],
            likeness.missing[picked],
            likeness.foreign_extra[picked],
            likeness.foreign_missing[picked],
            2 * likeness.titled[picked] * likeness.covered[picked],
            *self._kinds[picked].T,
        ]
        none = [
            1.0,
            4 * float(likeness.best.max(initial=0.0)),
            6 * float(first),
            likeness.unknown,
            1 / max(len(likeness.words), 1),
        ]
        return Evidence(
            candidates=picked,
            of_candidates=np.stack(columns, axis=1).astype(np.float32),
            of_none=np.array(none, np.float32),
        )


def probabilities(evidence: Evidence, weights: Weights) -> Floats:
    """[n + 1] That each candidate is meant, and last that none of them is; together 1."""
    odds = np.append(
        evidence.of_candidates @ weights.evidence, evidence.of_none @ weights.doubt
    ).astype(np.float64)
    chances = np.exp(odds - odds.max())
    return np.asarray(chances / chances.sum(), np.float32)


def odd_parts(evidence: Sequence[Evidence]) -> tuple[Floats, Floats]:
    """([sentences, n, evidence], [sentences, doubt]) of sentences with as many candidates each."""
    return (
        np.stack([one.of_candidates for one in evidence]),
        np.stack([one.of_none for one in evidence]),
    )

"""Learns the weights of the lookup from wordings and questions. Pure, and reproducible.

The classifier is learned from the wordings of the catalogue, the rest from questions by
other writers, so that neither is judged by what it was learned from. On a ward PC it
takes well under a minute: a ridge regression has a closed form, and the logit model has
some twenty numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kiosk.assistant.bags import Bags, Floats
from kiosk.assistant.entry import Entry, Kind
from kiosk.assistant.index import Index, rarity_of
from kiosk.assistant.vietnamese import Standard
from kiosk.assistant.weights import (
    DOUBT,
    EVIDENCE,
    NATIONAL_ODDS,
    Classifier,
    Evidence,
    Judge,
    Weights,
    odd_parts,
    probabilities,
)

MOST_FEATURES = 4096
"""Features of the classifier: the most frequent ones. Twice as many gave no better answers."""

LEAST_TEXTS = 2
"""A feature in fewer texts is not learned from."""

RIDGE = 1.0
"""How strongly the classifier's weights are held near zero."""

STEPS = 1500
STEP = 0.05
SHRINK = 1e-1
"""Of the logit model: steps of Adam (Kingma and Ba 2014), their size, the pull towards zero."""

CONFIDENTLY_WRONG = 0.005
"""The share of all questions that may be answered with confidence and wrongly."""

LEAST_ANSWER_FROM = 0.8
"""No answer below this probability, however well the questions went."""

CLARIFY_FROM = 0.35
"""Below this, the offered candidates together are not worth a question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A question with what it means."""

    text: str
    keys: frozenset[str]
    """Of all entries that a sensible officer would accept; none: out of scope."""
    is_ambiguous: bool = False
    """Whether it is to be asked back: each of the keys is equally likely."""


def learn(entries: Sequence[Entry], lessons: Sequence[Lesson], standard: Standard) -> Weights:
    """Learn everything.

    Args:
        entries: the whole catalogue, small talk and matters not offered included.
        lessons: questions that are not among the wordings.
        standard: brings what people say into standard words.
    """
    index = Index(entries, standard)
    weights = learn_classifier(index)
    index.release()
    classifier, judge = Classifier(weights, index), Judge(index)
    evidence, targets = [], []
    for lesson in lessons:
        likeness = index.compare(lesson.text)
        found = judge.evidence(likeness, classifier.scores(likeness.features))
        target = _target(lesson, found, index.entries)
        if target is not None:
            evidence.append(found)
            targets.append(target)
    if evidence:
        weights = _learn_evidence(weights, evidence, np.stack(targets))
    return replace(weights, answer_from=_answer_from(weights, evidence, targets, index.entries))


def learn_classifier(index: Index) -> Weights:
    """Ridge regression of "is it this entry?" on the features of the texts."""
    taught = [
        (row, index.entries[owner].key)
        for row, owner in enumerate(index.owners.tolist())
        if index.entries[owner].kind is not Kind.NATIONAL
    ]
    keys = tuple(dict.fromkeys(key for _, key in taught))
    column = {key: number for number, key in enumerate(keys)}
    rows = np.array([row for row, _ in taught], np.intp)
    chosen = _most_frequent(index.bags, rows)
    scale = rarity_of(index.bags)[chosen]
    x = _dense(index.bags, rows, chosen, scale)
    owners = np.array([column[key] for _, key in taught], np.intp)
    # An entry with many wordings must not drown one with few: between one vote a wording
    # and one vote an entry.
    share = 1 / np.sqrt(np.bincount(owners, minlength=len(keys)))[owners]
    root = np.sqrt(share / share.mean()).astype(np.float32)[:, None]
    x *= root
    gram = x.T @ x
    gram[np.diag_indices(len(chosen))] += RIDGE
    sums = np.zeros((len(keys), len(chosen)), np.float32)
    np.add.at(sums, owners, x * root)
    return Weights(
        features=tuple(index.bags.features[number] for number in chosen.tolist()),
        scale=scale,
        keys=keys,
        classifier=np.linalg.solve(gram, sums.T).astype(np.float16),
        evidence=np.zeros(len(EVIDENCE), np.float32),
        doubt=np.zeros(len(DOUBT), np.float32),
        answer_from=1.0,
        clarify_from=CLARIFY_FROM,
    )


def _most_frequent(bags: Bags, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """The numbers of the features to learn from: the most frequent in these texts."""
    is_taught = np.zeros(bags.texts, bool)
    is_taught[rows] = True
    counts = np.bincount(bags.numbers[is_taught[bags.rows]], minlength=len(bags.features))
    order = np.argsort(-counts, kind="stable")[:MOST_FEATURES]
    return order[counts[order] >= LEAST_TEXTS]


def _dense(bags: Bags, rows: NDArray[np.intp], chosen: NDArray[np.intp], scale: Floats) -> Floats:
    """[rows, chosen] One row of length 1 for each of these texts."""
    place = np.full(bags.texts, -1, np.intp)
    place[rows] = np.arange(len(rows))
    column = np.full(len(bags.features), -1, np.intp)
    column[chosen] = np.arange(len(chosen))
    is_used = (place[bags.rows] >= 0) & (column[bags.numbers] >= 0)
    at = place[bags.rows[is_used]], column[bags.numbers[is_used]]
    dense = np.zeros((len(rows), len(chosen)), np.float32)
    dense[at] = (1 + np.log(bags.often[is_used])) * scale[at[1]]
    lengths: Floats = np.sqrt((dense * dense).sum(axis=1, keepdims=True))
    return np.divide(dense, np.maximum(lengths, 1e-6), dtype=np.float32)


def _target(
    lesson: Lesson, found: Evidence, entries: Sequence[Entry]
) -> NDArray[np.float32] | None:
    """[n + 1] What is right: a share each where it is ambiguous, else -1 for "any of these".

    None where what is meant is not among the candidates: there is nothing to learn.
    """
    right = np.zeros(len(found.candidates) + 1, np.float32)
    for place, one in enumerate(found.candidates):
        entry = entries[one]
        right[place] = (
            entry.key in lesson.keys
            if lesson.keys
            else entry.kind in (Kind.NOT_HERE, Kind.NOT_OFFERED, Kind.SMALL_TALK)
        )
    if not lesson.keys:
        right[-1] = 1.0
    if not right.any():
        return None
    return right / right.sum() if lesson.is_ambiguous else -right


def _learn_evidence(
    weights: Weights, evidence: Sequence[Evidence], targets: NDArray[np.float32]
) -> Weights:
    """Fit the logit model by gradient descent on the log likelihood of what is right."""
    of_candidates, of_none = odd_parts(evidence)
    is_shared = targets.sum(axis=1) > 0
    split = len(EVIDENCE)
    learned = np.zeros(split + len(DOUBT))
    learned[[EVIDENCE.index("best"), EVIDENCE.index("class")]] = 0.5
    mean, square = np.zeros_like(learned), np.zeros_like(learned)
    for step in range(1, STEPS + 1):
        odds = np.concatenate(
            [of_candidates @ learned[:split], (of_none @ learned[split:])[:, None]], axis=1
        )
        chances = np.exp(odds - odds.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        any_of = np.where(targets < 0, chances, 0.0)
        any_of /= any_of.sum(axis=1, keepdims=True) + 1e-9
        wrong = (chances - np.where(is_shared[:, None], targets, any_of)) / len(targets)
        slope = np.concatenate(
            [np.einsum("ik,ikf->f", wrong[:, :-1], of_candidates), wrong[:, -1] @ of_none]
        )
        slope += SHRINK * learned / len(targets)
        mean = 0.9 * mean + 0.1 * slope
        square = 0.999 * square + 0.001 * slope * slope
        rate = STEP * np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
        learned -= rate * mean / (np.sqrt(square) + 1e-8)
    learned[EVIDENCE.index(Kind.NATIONAL.value)] = NATIONAL_ODDS
    return replace(
        weights,
        evidence=learned[:split].astype(np.float32),
        doubt=learned[split:].astype(np.float32),
    )


def _answer_from(
    weights: Weights,
    evidence: Sequence[Evidence],
    targets: Sequence[NDArray[np.float32]],
    entries: Sequence[Entry],
) -> float:
    """The least probability at which few enough of all questions are answered wrongly."""
    wrong = []
    for found, target in zip(evidence, targets, strict=True):
        chances = probabilities(found, weights)
        best = int(chances[:-1].argmax())
        if entries[found.candidates[best]].is_offered and target[best] == 0:
            wrong.append(float(chances[best]))
    allowed = int(CONFIDENTLY_WRONG * len(evidence))
    wrong.sort(reverse=True)
    limit = wrong[allowed] if len(wrong) > allowed else 0.0
    return max(LEAST_ANSWER_FROM, min(limit + 0.005, 0.995))

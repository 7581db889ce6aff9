"""Which word follows which: an n-gram model of words as a graph, `graph/Gr.fst`.

Modified Kneser-Ney, with counts that may be weighted. NumPy-free and without any tool:
a ward's PC makes it anew when its scripts change (`rebuild.py`).
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from models.listener.fst import NOTHING, Transducer

Words = tuple[str, ...]
Counts = tuple[Counter[Words], ...]
"""How often: single words, pairs, triples."""

BEGIN = "<s>"
END = "</s>"
ORDER = 3


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words that somebody may say, and how often they count."""

    words: Words
    weight: int = 1


class NGrams:
    """Chances of words after up to two words."""

    def __init__(self, counts: Counts, *, broader: "NGrams | None" = None, floor: int = 1) -> None:
        """From counts; triples of a count under `floor` are not kept.

        A `broader` model lends its words, at the chances they have there.
        """
        self.chances: dict[Words, float] = {}
        """Of the last word after those before it."""
        self.shares: dict[Words, float] = {}
        """Of the shorter history, by history."""
        continued = _continued(counts)
        self._unigrams(continued[0], broader)
        for order in range(2, ORDER + 1):
            self._higher(continued[order - 1], floor if order == ORDER else 1)

    def _unigrams(self, counts: Mapping[Words, float], broader: "NGrams | None") -> None:
        cut = _Discounts.of(counts.values())
        total = sum(counts.values())
        left = sum(cut.of_count(count) for count in counts.values()) / total
        lent = {words: left / len(counts) for words in counts}
        if broader is not None:
            lent = {
                words: left * chance for words, chance in broader.chances.items() if len(words) == 1
            }
        for words, own in lent.items():
            count = counts.get(words, 0.0)
            self.chances[words] = own + (count - cut.of_count(count)) / total

    def _higher(self, counts: Mapping[Words, float], floor: int) -> None:
        cut = _Discounts.of(counts.values())
        totals: dict[Words, float] = defaultdict(float)
        freed: dict[Words, float] = defaultdict(float)
        for words, count in counts.items():
            totals[words[:-1]] += count
            freed[words[:-1]] += count if count < floor else cut.of_count(count)
        for before, total in totals.items():
            self.shares[before] = freed[before] / total
        for words, count in counts.items():
            if count >= floor:
                own = (count - cut.of_count(count)) / totals[words[:-1]]
                self.chances[words] = own + self.shares[words[:-1]] * self.chance(words[1:])

    def chance(self, words: Words) -> float:
        """Of the last of these words after the others; 0 for an unknown word."""
        share = 1.0
        while words not in self.chances:
            if len(words) == 1:
                return 0.0
            share *= self.shares.get(words[:-1], 1.0)
            words = words[1:]
        return share * self.chances[words]

    def perplexity(self, sentences: Iterable[Words]) -> tuple[float, int]:
        """Of these sentences, ends included; and how many of their words are unknown."""
        cost = known = unknown = 0.0
        for sentence in sentences:
            history: Words = (BEGIN,)
            for word in (*sentence, END):
                chance = self.chance((*history, word))
                history = (*history, word)[-(ORDER - 1) :]
                if chance == 0:
                    unknown += 1
                else:
                    cost -= math.log(chance)
                    known += 1
        return math.exp(cost / max(1, known)), int(unknown)


@dataclass(frozen=True, slots=True)
class _Discounts:
    """What is taken from counts of one, two, and more, for what was not seen."""

    one: float
    two: float
    more: float

    @classmethod
    def of(cls, counts: Iterable[float]) -> "_Discounts":
        by_count = Counter(min(count, 4) for count in counts)
        ones, twos, threes, fours = (max(by_count[n], 1) for n in (1, 2, 3, 4))
        rest = ones / (ones + 2 * twos)
        found = (
            1 - 2 * rest * twos / ones,
            2 - 3 * rest * threes / twos,
            3 - 4 * rest * fours / threes,
        )
        one, two, more = (min(max(value, 0.2), n - 0.1) for n, value in enumerate(found, 1))
        return cls(one, two, more)

    def of_count(self, count: float) -> float:
        """The discount of a count."""
        if count <= 1:
            return min(self.one, count)
        return self.two if count <= 2 else self.more


def counted(sentences: Iterable[Sentence]) -> Counts:
    """How often each word, pair and triple stands in the sentences."""
    counts: Counts = tuple(Counter[Words]() for _ in range(ORDER))
    for sentence in sentences:
        words = (BEGIN, *sentence.words, END)
        for end in range(2, len(words) + 1):
            for order in range(1, min(ORDER, end) + 1):
                counts[order - 1][words[end - order : end]] += sentence.weight
    return counts


def _continued(counts: Counts) -> list[dict[Words, float]]:
    """Shorter n-grams count how many words come before them, not how often they stand."""
    found: list[dict[Words, float]] = []
    for shorter, longer in pairwise(counts):
        kinds = Counter(words[1:] for words in longer)
        found.append({w: c if w[0] == BEGIN else kinds[w] or 1 for w, c in shorter.items()})
    return [*found, dict(counts[-1])]


def graph_of(models: Sequence[tuple[NGrams, float]], labels: Mapping[str, int]) -> Transducer:
    """Models side by side, as one acceptor of word labels.

    A whole sentence follows one of the models; each comes with the cost of choosing it.
    Words without a label are left out. A shorter history is reached by an arc that reads
    nothing.
    """
    graph = Transducer()
    begin = graph.add_state()
    for model, cost in models:
        graph.add_arc(begin, _add_model(graph, model, labels), NOTHING, NOTHING, cost)
    return graph


def _add_model(graph: Transducer, model: NGrams, labels: Mapping[str, int]) -> int:
    """Put a model's states into the graph; the state where its sentences begin."""
    states: dict[Words, int] = {}

    def state_of(history: Words) -> int:
        while history and history not in model.shares:
            history = history[1:]
        if history not in states:
            states[history] = graph.add_state()
        return states[history]

    for history in [(), *model.shares]:
        state_of(history)
    for history, state in states.items():
        if history:
            cost = -math.log(model.shares[history])
            graph.add_arc(state, state_of(history[1:]), NOTHING, NOTHING, cost)
    for words, chance in model.chances.items():
        word = words[-1]
        if words[:-1] not in states or chance <= 0:
            continue
        state = states[words[:-1]]
        if word == END:
            graph.finals[state] = -math.log(chance)
        elif word in labels:
            to, label = state_of(words[-(ORDER - 1) :]), labels[word]
            graph.add_arc(state, to, label, label, -math.log(chance))
    return state_of((BEGIN,))

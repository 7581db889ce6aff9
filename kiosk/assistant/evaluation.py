"""How well questions are understood: the figures of `kiosk eval`. Pure."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from kiosk.assistant.asking import Asked, Decision
from kiosk.assistant.lookup import Ranking

BINS = 10
"""Of the reliability diagram: 0 to 0.1, 0.1 to 0.2, and so on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A question, what is right for it and what was said."""

    text: str
    codes: frozenset[str]
    """The codes that are right and can be found; none: nothing that is offered here."""
    is_ambiguous: bool
    asked: Asked
    ranking: Ranking

    @property
    def best(self) -> tuple[str, ...]:
        """The codes of the three most likely offered entries."""
        offered = [hit.entry.code for hit in self.ranking.hits if hit.entry.is_offered]
        return tuple(offered[:3])

    @property
    def is_confidently_wrong(self) -> bool:
        """Whether it was answered, and with something else."""
        is_answer = self.asked.decision is Decision.ANSWER
        return is_answer and self.asked.candidates[0].code not in self.codes


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """One bar of the reliability diagram."""

    count: int
    said: float
    """The mean probability given to the best candidate."""
    right: float
    """The share of those that were right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures of one set of questions. Shares are 0 to 1."""

    questions: int
    offered: int
    """Questions whose procedure can be found."""
    recall_1: float
    """Share of `offered` whose best candidate is right."""
    recall_3: float
    answered: float
    """Share of `offered` that were answered rather than asked back."""
    decisions: dict[str, int]
    confidently_wrong: float
    """Share of all questions."""
    refused: float
    """Share of the questions with nothing to offer that were not answered with confidence."""
    reliability: tuple[Bin, ...]


def figures(marked: Sequence[Marked]) -> Figures:
    """The figures of some questions."""
    offered = [one for one in marked if one.codes]
    others = [one for one in marked if not one.codes]
    wrong = sum(one.is_confidently_wrong for one in marked)
    return Figures(
        questions=len(marked),
        offered=len(offered),
        recall_1=_share(
            sum(one.best[:1] != () and one.best[0] in one.codes for one in offered), offered
        ),
        recall_3=_share(
            sum(any(code in one.codes for code in one.best) for one in offered), offered
        ),
        answered=_share(sum(one.asked.decision is Decision.ANSWER for one in offered), offered),
        decisions=dict(Counter(one.asked.decision.value for one in marked)),
        confidently_wrong=_share(wrong, marked),
        refused=_share(sum(one.asked.decision is not Decision.ANSWER for one in others), others),
        reliability=_reliability(marked),
    )


def failures(marked: Sequence[Marked]) -> tuple[tuple[str, int, int], ...]:
    """(code, wrong first candidates, questions) of each procedure with a failure, worst first."""
    asked, wrong = Counter[str](), Counter[str]()
    for one in marked:
        for code in sorted(one.codes)[:1]:
            asked[code] += 1
            wrong[code] += one.best[:1] == () or one.best[0] not in one.codes
    rows = [(code, count, asked[code]) for code, count in wrong.items() if count]
    return tuple(sorted(rows, key=lambda row: (-row[1], row[0])))


def _reliability(marked: Sequence[Marked]) -> tuple[Bin, ...]:
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for one in marked:
        best = next((hit for hit in one.ranking.hits if hit.entry.is_offered), None)
        if best is not None and one.ranking.hits[0] is best:
            place = min(int(best.score * BINS), BINS - 1)
            bins[place].append((best.score, best.entry.code in one.codes))
    return tuple(
        Bin(
            count=len(found),
            said=_mean([score for score, _ in found]),
            right=_mean([float(is_right) for _, is_right in found]),
        )
        for found in bins
    )


def _share(count: int, of: Collection[object]) -> float:
    return count / len(of) if of else 1.0


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0

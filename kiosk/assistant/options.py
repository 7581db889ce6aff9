"""What may be said at one step, and which of it was said. Pure.

At a step a citizen may mean one of the choices, a side question, a wish, or nothing that
can be settled. Each of these is an option with a few dozen wordings; a small kernel ridge
classifier over the options of that very step tells them apart.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from kiosk.assistant import views
from kiosk.assistant.bags import Floats
from kiosk.assistant.vietnamese import Standard
from kiosk.procedure import Procedure, Question


class Meant(StrEnum):
    """What kind of thing an option is."""

    CHOICE = "choice"
    ASIDE = "aside"
    WISH = "wish"
    WHY = "why"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Option:
    """Something that may be meant at a step."""

    meant: Meant
    id: str
    """Of the choice, the aside or the wish."""


@dataclass(frozen=True, slots=True)
class Found:
    """An option with how well it fits."""

    option: Option
    score: float
    """About 0 to 1.5: what the classifier says and half of the likeness with the best wording."""
    likeness: float
    """With the best wording of the option, 0 to 1 (cosine)."""


RIDGE = 0.3
"""How strongly the classifier is held near zero; chosen on wordings left out one at a time."""

LIKENESS_SHARE = 0.5
"""How much the likeness with the best wording counts beside the classifier."""


class Options:
    """The options of one step."""

    def __init__(self, wordings: Mapping[Option, Sequence[str]], standard: Standard) -> None:
        self.options = tuple(wordings)
        texts: list[tuple[int, tuple[str, ...]]] = []
        written: list[str] = []
        for number, option in enumerate(self.options):
            in_words: dict[tuple[str, ...], str] = {}
            for text in wordings[option]:
                in_words.setdefault(standard.words(text), text)
            texts += [(number, words) for words in in_words if words]
            written += [text for words, text in in_words.items() if words]
        self._written = tuple(written)
        seen = [Counter(views.of_sentence(words)) for _, words in texts]
        frequency = Counter[str]()
        for features in seen:
            frequency.update(features.keys())
        self._numbers = {feature: number for number, feature in enumerate(frequency)}
        self._scale = np.array(
            [
                views.weight_of(feature) * math.log(1 + len(texts) / count)
                for feature, count in frequency.items()
            ],
            np.float32,
        )
        self._unknown = math.log(1 + len(texts))
        self.owners = np.array([number for number, _ in texts], np.intp)
        self._texts = np.stack([self._vector(features) for features in seen])
        kernel = self._texts @ self._texts.T
        kernel[np.diag_indices(len(texts))] += RIDGE
        is_owner = np.equal.outer(self.owners, np.arange(len(self.options))).astype(np.float32)
        self._solved = np.linalg.solve(kernel, is_owner)

    def rank(self, words: Sequence[str]) -> tuple[Found, ...]:
        """The options, best first.

        Args:
            words: of what was said, from `Standard.meant`.
        """
        alike = self._texts @ self._vector(Counter(views.of_sentence(words)))
        return self._ranked(alike, alike @ self._solved)

    def nearest(self, option: Option, words: Sequence[str]) -> str:
        """The wording of an option that is most like what was said, as it was written."""
        alike = self._texts @ self._vector(Counter(views.of_sentence(words)))
        theirs = np.flatnonzero(self.owners == self.options.index(option))
        return self._written[int(theirs[int(np.argmax(alike[theirs]))])]

    def left_out(self, row: int) -> tuple[Found, ...]:
        """The options for the wording `row` as if it were not one (leave one out)."""
        alike = self._texts @ self._texts[row]
        alike[row] = 0.0
        kept = np.delete(np.arange(len(self.owners)), row)
        kernel = self._texts[kept] @ self._texts[kept].T
        kernel[np.diag_indices(len(kept))] += RIDGE
        is_owner = np.equal.outer(self.owners[kept], np.arange(len(self.options)))
        solved = np.linalg.solve(kernel, is_owner.astype(np.float32))
        return self._ranked(alike, alike[kept] @ solved)

    def _ranked(self, alike: Floats, said: Floats) -> tuple[Found, ...]:
        best = np.zeros(len(self.options), np.float32)
        np.maximum.at(best, self.owners, alike)
        found = [
            Found(
                option=option,
                score=float(said[number] + LIKENESS_SHARE * best[number]),
                likeness=float(best[number]),
            )
            for number, option in enumerate(self.options)
        ]
        return tuple(sorted(found, key=_by_score))

    def _vector(self, features: Counter[str]) -> Floats:
        vector = np.zeros(len(self._numbers), np.float32)
        square = 0.0
        for feature, often in features.items():
            number = self._numbers.get(feature)
            if number is not None:
                vector[number] = (1 + math.log(often)) * self._scale[number]
                square += float(vector[number]) ** 2
            elif feature[0] == views.FOLDED and feature[1:] not in views.FILLERS:
                square += self._unknown**2
        return vector / np.float32(math.sqrt(square) or 1.0)


def _by_score(found: Found) -> float:
    return -found.score


def options_of(
    procedure: Procedure,
    question: Question | None,
    standing: Mapping[str, tuple[str, ...]],
    standard: Standard,
) -> Options:
    """The options at a question, or beside every question.

    Args:
        procedure: its side questions may be asked.
        question: the one on the screen; None: the review or the outcome is there.
        standing: what may be said at any step: wish, `why` or `unclear` -> wordings.
        standard: brings texts into standard words.
    """
    return Options(wordings_of(procedure, question, standing), standard)


def wordings_of(
    procedure: Procedure, question: Question | None, standing: Mapping[str, tuple[str, ...]]
) -> dict[Option, tuple[str, ...]]:
    """The wordings of the options at a question; as for `options_of`."""
    wordings: dict[Option, tuple[str, ...]] = {}
    for choice in question.choices if question is not None else ():
        note = (choice.note.vi,) if choice.note else ()
        wordings[Option(Meant.CHOICE, choice.id)] = (choice.label.vi, *note, *choice.heard_as.vi)
    for aside in procedure.asides:
        wordings[Option(Meant.ASIDE, aside.id)] = (aside.ask.vi, *aside.heard_as.vi)
    for name, texts in standing.items():
        meant = {"why": Meant.WHY, "unclear": Meant.UNCLEAR}.get(name, Meant.WISH)
        wordings[Option(meant, name)] = texts
    return wordings

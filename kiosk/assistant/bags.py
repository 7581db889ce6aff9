"""The features of many texts as arrays: a bag of words for each, but for all views. Pure."""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kiosk.assistant import views

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

AT_A_TIME = 1000
"""Texts that are counted in one go."""

LEAST_PAIRS = 2
"""A pair of words that stands in fewer texts is left out: it tells nothing new of others."""


@dataclass(frozen=True, slots=True, eq=False)
class Bags:
    """One cell for each text and feature that it has."""

    features: tuple[str, ...]
    """Number -> feature."""
    texts: int
    rows: Ints
    """[cells] Which text."""
    numbers: Ints
    """[cells] Which feature."""
    often: NDArray[np.uint8]
    """[cells] How many times, at most 255."""

    @property
    def frequency(self) -> Ints:
        """[features] In how many texts each stands."""
        return np.bincount(self.numbers, minlength=len(self.features)).astype(np.int32)


def bags_of(sentences: Sequence[Sequence[str]]) -> Bags:
    """The bags of some sentences: what `views.of_sentence` gives for each, counted.

    The features of a word are looked up once, and pairs are counted as numbers: most of
    them stand in one text only and never become a string.

    Args:
        sentences: as words, from `Standard.words`.
    """
    known: dict[str, int] = {}
    of_words: dict[str, array[int]] = {}
    found, lengths = array("i"), array("i")
    for words in sentences:
        begun = len(found)
        for word in words:
            if word not in of_words:
                features = views.of_word(word)
                of_words[word] = array("i", [known.setdefault(one, len(known)) for one in features])
            found.extend(of_words[word])
        found.extend([known.setdefault(one, len(known)) for one in views.of_marks(words)])
        lengths.append(len(found) - begun)
    rows = np.repeat(np.arange(len(sentences), dtype=np.int32), lengths)
    parts = [(rows, np.asarray(found, np.int32))]
    for view, seen_as in views.PAIRS:
        parts.append(_pairs(sentences, view, seen_as, known))
    return _counted(parts, known, len(sentences))


def _pairs(
    sentences: Sequence[Sequence[str]],
    view: str,
    seen_as: Callable[[str], str],
    known: dict[str, int],
) -> tuple[Ints, Ints]:
    """The cells of pairs of words that stand in several texts; their features join `known`."""
    words: dict[str, int] = {}
    ones, twos, lengths = array("i"), array("i"), array("i")
    for sentence in sentences:
        numbers = [words.setdefault(seen_as(word), len(words)) for word in sentence]
        ones.extend(numbers[:-1])
        twos.extend(numbers[1:])
        lengths.append(max(len(numbers) - 1, 0))
    rows = np.repeat(np.arange(len(sentences), dtype=np.int64), lengths)
    count = max(len(words), 1)
    pairs = np.asarray(ones, np.int64) * count + np.asarray(twos, np.int64)
    different, numbers_ = np.unique(pairs, return_inverse=True)
    once = np.unique(numbers_ * max(len(sentences), 1) + rows)
    frequency = np.bincount(once // max(len(sentences), 1), minlength=len(different))
    names = list(words)
    number_of = np.full(len(different), -1, np.int32)
    for place in np.flatnonzero(frequency >= LEAST_PAIRS).tolist():
        one, two = divmod(int(different[place]), count)
        number_of[place] = known.setdefault(f"{view}{names[one]} {names[two]}", len(known))
    numbered = number_of[numbers_]
    is_kept = numbered >= 0
    return rows[is_kept].astype(np.int32), numbered[is_kept]


def _counted(parts: Sequence[tuple[Ints, Ints]], known: dict[str, int], texts: int) -> Bags:
    """One cell for each text and feature, with how often it stands there.

    Some texts at a time: all at once would take five times the memory for a moment.
    """
    count = max(len(known), 1)
    found: list[tuple[Ints, Ints, NDArray[np.uint8]]] = []
    for begin in range(0, texts, AT_A_TIME):
        cells = np.concatenate(
            [
                rows[first:last].astype(np.int64) * count + numbers[first:last]
                for rows, numbers in parts
                for first, last in [np.searchsorted(rows, (begin, begin + AT_A_TIME))]
            ]
        )
        cells.sort()
        starts = np.flatnonzero(np.diff(cells, prepend=-1))
        often = np.diff(starts, append=len(cells))
        cells = cells[starts]
        rows, numbers = (cells // count).astype(np.int32), (cells % count).astype(np.int32)
        found.append((rows, numbers, np.minimum(often, 255).astype(np.uint8)))
    return Bags(
        features=tuple(known),
        texts=texts,
        rows=np.concatenate([np.zeros(0, np.int32), *(rows for rows, _, _ in found)]),
        numbers=np.concatenate([np.zeros(0, np.int32), *(numbers for _, numbers, _ in found)]),
        often=np.concatenate([np.zeros(0, np.uint8), *(often for _, _, often in found)]),
    )

"""What the entries of a catalogue have in common with a sentence, as numbers. Pure.

Built in memory from the entries. Every text of an entry (title, wordings) is one row of
a table of features (`views`); a sentence is compared with all rows at once.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kiosk.assistant import views
from kiosk.assistant.entry import Entry
from kiosk.assistant.marks import Mark, marks
from kiosk.assistant.repair import Repair
from kiosk.assistant.syllable import sound
from kiosk.assistant.vietnamese import Standard, fold, fold_word

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

LEAST_PAIRS = 2
"""A pair of words that stands in fewer texts is left out of the table: it tells nothing new."""

UNKNOWN_RARITY = 8.0
"""The rarity of a word that no entry has."""

CANDIDATES = 30
"""Entries that are looked at closely for one sentence."""

BEST_TEXTS = 5
"""Of an entry's texts, the best so many are averaged."""

_MARKS = {mark: number for number, mark in enumerate(Mark)}


class Table:
    """Rows with some features each, asked by feature."""

    def __init__(
        self, rows: Ints, features: Ints, values: Floats, *, shape: tuple[int, int]
    ) -> None:
        self._rows_in_all, in_all = shape
        order = np.argsort(features, kind="stable")
        self._rows, self._values = rows[order], values[order]
        self._starts = np.searchsorted(features[order], np.arange(in_all + 1))

    def dot(self, features: Sequence[int], values: Sequence[float]) -> Floats:
        """The scalar product of each row with one sparse vector."""
        parts = [slice(self._starts[one], self._starts[one + 1]) for one in features]
        if not parts:
            return np.zeros(self._rows_in_all, np.float32)
        rows = np.concatenate([self._rows[part] for part in parts])
        found = np.concatenate(
            [self._values[part] * value for part, value in zip(parts, values, strict=True)]
        )
        return np.bincount(rows, found, minlength=self._rows_in_all).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a sentence has in common with each entry, in the order of the index.

    All between 0 and about 1, but for `extra` and `missing`, which count marks.
    """

    words: tuple[str, ...]
    """The sentence as it was compared."""
    features: Counter[str]
    texts: Floats
    """Likeness with each text (cosine)."""
    best: Floats
    """Likeness with the best text of each entry."""
    covered: Floats
    """How much of the sentence the entry's words cover, by rarity."""
    sounded: Floats
    """The same by sound."""
    titled: Floats
    """How much of the entry's title the sentence has."""
    extra: Floats
    """Marks of the sentence that the entry's texts do not have."""
    missing: Floats
    """Marks of nearly all texts of the entry that the sentence has not."""
    foreign_extra: Floats
    foreign_missing: Floats
    unknown: float
    """Share of the words that no entry has."""


class Index:
    """The texts of all entries, ready to be compared."""

    def __init__(
        self, entries: Sequence[Entry], standard: Standard, *, also_said: Sequence[str] = ()
    ) -> None:
        self.entries = tuple(entries)
        self._standard = standard
        texts, self.starts = _texts(self.entries, standard)
        self.owners = np.repeat(np.arange(len(self.entries)), np.diff([*self.starts, len(texts)]))
        self._repair = Repair([*texts, *(standard.words(text) for text in also_said)])
        self._seen = [Counter(views.of_sentence(text)) for text in texts]
        self._number_features(self._seen)
        self._table = self._texts_table(self._seen)
        self._number_words(texts)
        self._marked = self._marks_of_entries(texts)

    def release(self) -> None:
        """Drop what only learning needs."""
        self._seen = []

    @property
    def text_features(self) -> Sequence[Counter[str]]:
        """The features of each text, until `release`."""
        return self._seen

    @property
    def rarity(self) -> dict[str, float]:
        """Feature -> its weight: that of its view times how rare it is (inverse frequency)."""
        return {feature: float(self._scale[number]) for feature, number in self._numbers.items()}

    def repaired(self, words: Sequence[str]) -> tuple[str, ...]:
        """`words` with what was probably misheard put right."""
        return self._repair.repaired(words)

    def compare(self, text: str) -> Likeness:
        """Compare a sentence with everything."""
        words = self._repair.repaired(self._standard.meant(text))
        features = Counter(views.of_sentence(words))
        texts = self._table.dot(*self._vector(features))
        best = np.maximum.reduceat(texts, self.starts) if len(texts) else texts
        folded = [fold_word(word) for word in words if fold_word(word)]
        weights = [self._word_weight(word) for word in folded]
        total = sum(weights) or 1.0
        said = np.zeros(len(_MARKS), np.float32)
        said[[_MARKS[mark] for mark in marks(words)]] = 1.0
        foreign = _MARKS[Mark.FOREIGN]
        theirs = self._marked[:, foreign]
        known = [
            (self._words[word], weight)
            for word, weight in zip(folded, weights, strict=True)
            if word in self._words
        ]
        sounds = [
            (self._sounds[heard], weight)
            for word, weight in zip(folded, weights, strict=True)
            if (heard := sound(word)) in self._sounds
        ]
        titled = {self._words[word]: 1.0 for word in folded if word in self._words}
        return Likeness(
            words=words,
            features=features,
            texts=texts,
            best=best,
            covered=self._words_table.dot(*_unzipped(known)) / total,
            sounded=self._sounds_table.dot(*_unzipped(sounds)) / total,
            titled=self._titles_table.dot(list(titled), list(titled.values())),
            extra=((1 - self._marked) @ said),
            missing=(np.clip(self._marked - 0.5, 0, 1) * 2) @ (1 - said),
            foreign_extra=said[foreign] * (1 - theirs),
            foreign_missing=(1 - said[foreign]) * theirs,
            unknown=sum(word not in self._words for word in folded) / max(len(folded), 1),
        )

    def _number_features(self, seen: Iterable[Counter[str]]) -> None:
        frequency = Counter[str]()
        count = 0
        for features in seen:
            frequency.update(features.keys())
            count += 1
        pairs = (views.FOLDED_PAIR, views.SOUND_PAIR)
        kept = [
            feature
            for feature, often in frequency.items()
            if often >= LEAST_PAIRS or feature[0] not in pairs
        ]
        self._numbers = {feature: number for number, feature in enumerate(kept)}
        self._scale = np.array(
            [
                views.weight_of(feature) * math.log(1 + count / frequency[feature])
                for feature in kept
            ],
            np.float32,
        )

    def _vector(self, features: Counter[str]) -> tuple[list[int], list[float]]:
        """A sentence as a vector of length 1, the words that nobody knows counted in."""
        numbers, values, square = [], [], 0.0
        for feature, often in features.items():
            number = self._numbers.get(feature)
            if number is not None:
                value = (1 + math.log(often)) * float(self._scale[number])
                numbers.append(number)
                values.append(value)
                square += value * value
            elif feature[0] == views.FOLDED:
                square += UNKNOWN_RARITY**2
        length = math.sqrt(square) or 1.0
        return numbers, [value / length for value in values]

    def _texts_table(self, seen: Sequence[Counter[str]]) -> Table:
        numbers: list[int] = []
        often: list[int] = []
        counts: list[int] = []
        for features in seen:
            known = [(self._numbers[one], n) for one, n in features.items() if one in self._numbers]
            numbers += [number for number, _ in known]
            often += [n for _, n in known]
            counts.append(len(known))
        features_ = np.array(numbers, np.int32)
        rows = np.repeat(np.arange(len(seen), dtype=np.int32), counts)
        values = (1 + np.log(np.array(often, np.float32))) * self._scale[features_]
        lengths = np.sqrt(np.bincount(rows, values * values, minlength=len(seen)))
        values /= np.maximum(lengths, 1e-6)[rows].astype(np.float32)
        return Table(rows, features_, values, shape=(len(seen), len(self._numbers)))

    def _number_words(self, texts: Sequence[Sequence[str]]) -> None:
        owners = self.owners.tolist()
        pairs = dict.fromkeys(
            (owner, folded)
            for owner, text in zip(owners, texts, strict=True)
            for word in text
            if (folded := fold_word(word))
        )
        frequency = Counter(word for _, word in pairs)
        self._words = {word: number for number, word in enumerate(frequency)}
        count = len(self.entries)
        self._word_weights = {
            word: math.log(1 + count / often) * (0.2 if word in views.FILLERS else 1.0)
            for word, often in frequency.items()
        }
        self._words_table = _table(
            [(owner, self._words[word], 1.0) for owner, word in pairs], count, len(self._words)
        )
        heard = dict.fromkeys((owner, sound(word)) for owner, word in pairs)
        sounds = dict.fromkeys(one for _, one in heard)
        self._sounds = {one: number for number, one in enumerate(sounds)}
        self._sounds_table = _table(
            [(owner, self._sounds[one], 1.0) for owner, one in heard], count, len(self._sounds)
        )
        titles = []
        for number, entry in enumerate(self.entries):
            words = dict.fromkeys(w for w in fold(entry.title).split() if w in self._words)
            total = sum(self._word_weights[word] for word in words) or 1.0
            titles += [
                (number, self._words[word], self._word_weights[word] / total) for word in words
            ]
        self._titles_table = _table(titles, count, len(self._words))

    def _word_weight(self, word: str) -> float:
        return self._word_weights.get(word, 6.0)

    def _marks_of_entries(self, texts: Sequence[Sequence[str]]) -> Floats:
        """Entry, mark -> the share of the entry's texts that have the mark."""
        shares = np.zeros((len(self.entries), len(_MARKS)), np.float32)
        for owner, text in zip(self.owners.tolist(), texts, strict=True):
            for mark in marks(text):
                shares[owner, _MARKS[mark]] += 1
        counts = np.bincount(self.owners, minlength=len(self.entries))
        return np.divide(shares, np.maximum(counts, 1)[:, None], dtype=np.float32)


def _texts(
    entries: Sequence[Entry], standard: Standard
) -> tuple[list[tuple[str, ...]], NDArray[np.intp]]:
    """All texts in standard words, entry by entry, none twice in one entry; where each starts."""
    texts: list[tuple[str, ...]] = []
    starts: list[int] = []
    for entry in entries:
        starts.append(len(texts))
        texts += dict.fromkeys(standard.words(text) for text in (entry.title, *entry.wordings))
    return texts, np.array(starts, np.intp)


def _table(cells: Sequence[tuple[int, int, float]], rows: int, features: int) -> Table:
    columns = list(zip(*cells, strict=True)) if cells else [(), (), ()]
    return Table(
        np.array(columns[0], np.int32),
        np.array(columns[1], np.int32),
        np.array(columns[2], np.float32),
        shape=(rows, features),
    )


def _unzipped(pairs: Sequence[tuple[int, float]]) -> tuple[list[int], list[float]]:
    return [number for number, _ in pairs], [value for _, value in pairs]

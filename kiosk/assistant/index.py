"""What the entries of a catalogue have in common with a sentence, as numbers. Pure.

Built in memory from the entries. Every text of an entry (title, wordings) is one row of
a table of features (`views`); a sentence is compared with all rows at once.
"""

import math
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kiosk.assistant import views
from kiosk.assistant.bags import Bags, Floats, Ints, bags_of
from kiosk.assistant.entry import Entry, Kind
from kiosk.assistant.marks import Mark
from kiosk.assistant.repair import Repair
from kiosk.assistant.syllable import sound
from kiosk.assistant.vietnamese import Standard, asked_for, fold, fold_word

UNKNOWN_RARITY = 8.0
"""The rarity of a word that no entry has."""

CANDIDATES = 30
"""Entries that are looked at closely for one sentence."""

BEST_TEXTS = 5
"""Of an entry's texts, the best so many are averaged."""

MOST_SMALL = 1 << 16
"""So many rows can be numbered in two bytes."""

FILLER_WEIGHT = 0.2
"""What a filler counts when it is covered."""

_MARKS = {mark: number for number, mark in enumerate(Mark)}


class Table:
    """Rows with some features each, asked by feature."""

    def __init__(
        self, rows: Ints, features: Ints, values: Floats, *, shape: tuple[int, int]
    ) -> None:
        self._rows_in_all, in_all = shape
        order = np.argsort(features, kind="stable")
        # Small numbers in small cells: the tables are most of what the index weighs.
        self._rows = rows[order].astype(np.uint16 if self._rows_in_all <= MOST_SMALL else np.int32)
        self._values = values[order].astype(np.float16)
        self._starts = np.append(0, np.cumsum(np.bincount(features, minlength=in_all)))

    def dot(self, features: Sequence[int], values: Sequence[float]) -> Floats:
        """The scalar product of each row with one sparse vector."""
        parts = [slice(self._starts[one], self._starts[one + 1]) for one in features]
        if not parts:
            return np.zeros(self._rows_in_all, np.float32)
        rows = np.concatenate([self._rows[part] for part in parts])
        found = np.concatenate(
            [
                self._values[part].astype(np.float32) * np.float32(value)
                for part, value in zip(parts, values, strict=True)
            ]
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
        self._bags: Bags | None = bags_of(texts)
        self._numbers = {one: number for number, one in enumerate(self._bags.features)}
        self._scale = rarity_of(self._bags)
        self._table = _texts_table(self._bags, self._scale)
        self._marked = self._marks_of_entries(self._bags)
        self._number_words(texts)
        self._whole = _whole_sentences(texts, self.owners.tolist())
        titles = [
            (_key(fold(title).split()), number)
            for number, entry in enumerate(self.entries)
            for title in (entry.title, entry.title_in_english)
            if entry.kind is Kind.SCRIPT and title
        ]
        self._whole |= {hash(title): number for title, number in titles}

    def release(self) -> None:
        """Drop what only learning needs."""
        self._bags = None

    @property
    def bags(self) -> Bags:
        """The features of each text, until `release`."""
        assert self._bags is not None
        return self._bags

    def said_outright(self, words: Sequence[str]) -> int | None:
        """The entry of which these words are a whole wording, if it is one's alone.

        However it is asked for: `asked_for` is done to both.
        """
        return self._whole.get(hash(_key(words)))

    def forget(self) -> None:
        """Drop the words that were compared."""
        self._repair.forget()
        views.forget()

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
        for mark, column in _MARKS.items():
            said[column] = views.MARK + mark.value in features
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

    def wording(self, number: int, likeness: Likeness) -> tuple[str, float]:
        """The text of an entry that a sentence is most like, as it was written, and how like."""
        entry, start = self.entries[number], self.starts[number]
        rows: dict[tuple[str, ...], str] = {}
        for text in (entry.title, *entry.wordings):
            rows.setdefault(self._standard.words(text), text)
        theirs = likeness.texts[start : start + len(rows)]
        best = int(np.argmax(theirs))
        return tuple(rows.values())[best], float(theirs[best])

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

    def _number_words(self, texts: Sequence[Sequence[str]]) -> None:
        """The words, sounds and titles of each entry, for how much of a sentence they cover."""
        words: dict[str, int] = {}
        said = array("i")
        lengths = array("i")
        for text in texts:
            folded = [one for one in map(fold_word, text) if one]
            said.extend([words.setdefault(one, len(words)) for one in folded])
            lengths.append(len(folded))
        owners = np.repeat(self.owners, lengths)
        numbers = np.asarray(said, np.int64)
        sounds: dict[str, int] = {}
        sound_of = np.array([sounds.setdefault(sound(one), len(sounds)) for one in words], np.int64)
        self._words, self._sounds = words, sounds
        self._words_table, frequency = _once_each(
            owners, numbers, rows=len(self.entries), columns=len(words)
        )
        heard = sound_of[numbers] if len(numbers) else numbers
        self._sounds_table, _ = _once_each(
            owners, heard, rows=len(self.entries), columns=len(sounds)
        )
        count = len(self.entries)
        self._word_weights = {
            word: math.log(1 + count / often) * (FILLER_WEIGHT if word in views.FILLERS else 1.0)
            for word, often in zip(words, frequency.tolist(), strict=True)
        }
        self._titles_table = self._titles()

    def _titles(self) -> Table:
        rows, columns, values = array("i"), array("i"), array("f")
        for number, entry in enumerate(self.entries):
            words = dict.fromkeys(w for w in fold(entry.title).split() if w in self._words)
            total = sum(self._word_weights[word] for word in words) or 1.0
            for word in words:
                rows.append(number)
                columns.append(self._words[word])
                values.append(self._word_weights[word] / total)
        return Table(
            np.asarray(rows, np.int32),
            np.asarray(columns, np.int32),
            np.asarray(values, np.float32),
            shape=(len(self.entries), len(self._words)),
        )

    def _word_weight(self, word: str) -> float:
        return self._word_weights.get(word, 6.0)

    def _marks_of_entries(self, bags: Bags) -> Floats:
        """Entry, mark -> the share of the entry's texts that have the mark."""
        shares = np.zeros((len(self.entries), len(_MARKS)), np.float32)
        for mark, column in _MARKS.items():
            number = self._numbers.get(views.MARK + mark.value)
            if number is not None:
                owners = self.owners[bags.rows[bags.numbers == number]]
                shares[:, column] = np.bincount(owners, minlength=len(self.entries))
        counts = np.bincount(self.owners, minlength=len(self.entries))
        return np.divide(shares, np.maximum(counts, 1)[:, None], dtype=np.float32)


LEAST_WHOLE = 4
"""Words from which a wording means one thing: "hộ kinh doanh" alone may mean many."""


def _whole_sentences(texts: Sequence[Sequence[str]], owners: Sequence[int]) -> dict[int, int]:
    """Hash of a folded wording -> its entry; without those that two entries have."""
    found: dict[int, int] = {}
    for words, owner in zip(texts, owners, strict=True):
        wording = _key(words)
        if len(wording.split()) >= LEAST_WHOLE:
            key = hash(wording)
            found[key] = owner if found.get(key, owner) == owner else -1
    return {key: owner for key, owner in found.items() if owner >= 0}


def _key(words: Sequence[str]) -> str:
    return asked_for(" ".join(map(fold_word, words)))


def rarity_of(bags: Bags) -> Floats:
    """[features] The weight of each: that of its view times how rare it is."""
    weights = np.array([views.weight_of(one) for one in bags.features], np.float32)
    rarity = np.log(1 + bags.texts / np.maximum(bags.frequency, 1))
    return np.multiply(weights, rarity, dtype=np.float32)


def _texts_table(bags: Bags, scale: Floats) -> Table:
    """The texts as rows of length 1."""
    values = (1 + np.log(bags.often.astype(np.float32))) * scale[bags.numbers]
    starts = np.flatnonzero(np.diff(bags.rows, prepend=-1))
    lengths = np.zeros(bags.texts, np.float32)
    lengths[bags.rows[starts]] = np.sqrt(np.add.reduceat(values * values, starts))
    values /= np.maximum(lengths, np.float32(1e-6))[bags.rows]
    return Table(bags.rows, bags.numbers, values, shape=(bags.texts, len(bags.features)))


def _once_each(
    owners: NDArray[np.intp], numbers: NDArray[np.int64], *, rows: int, columns: int
) -> tuple[Table, Ints]:
    """A table with a 1 for each pair of owner and number; how many owners each number has."""
    cells = np.unique(owners.astype(np.int64) * max(columns, 1) + numbers)
    found = (cells % max(columns, 1)).astype(np.int32)
    table = Table(
        (cells // max(columns, 1)).astype(np.int32),
        found,
        np.ones(len(cells), np.float32),
        shape=(rows, columns),
    )
    return table, np.bincount(found, minlength=columns).astype(np.int32)


def _texts(
    entries: Sequence[Entry], standard: Standard
) -> tuple[list[tuple[str, ...]], NDArray[np.intp]]:
    """All texts in standard words, entry by entry, none twice in one entry; where each starts."""
    texts: list[tuple[str, ...]] = []
    starts: list[int] = []
    shared: dict[str, str] = {}
    for entry in entries:
        starts.append(len(texts))
        texts += dict.fromkeys(
            tuple([shared.setdefault(word, word) for word in standard.words(text)])
            for text in (entry.title, *entry.wordings)
        )
    return texts, np.array(starts, np.intp)


def _unzipped(pairs: Sequence[tuple[int, float]]) -> tuple[list[int], list[float]]:
    return [number for number, _ in pairs], [value for _, value in pairs]

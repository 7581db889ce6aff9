"""What the search field lists while somebody types: entries for unfinished words. Pure.

An index of folded syllables, with prefixes for the syllable that is still being typed, and
rapidfuzz for misspelt ones. It orders a list and decides nothing: what a whole sentence
means is for `lookup`, whose scores are probabilities; these are not.
"""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from rapidfuzz import fuzz, process

from kiosk.assistant.entry import Entry, Kind
from kiosk.assistant.vietnamese import fold, syllables

FILLER_SHARE = 0.2
"""How much a filler counts as the last word, where it may be the beginning of another one."""

_FILLERS = (
    "a ah da vang cho toi em con chau minh muon can xin hoi lam oi nhe a voi thi la nao gi"
    " o dau nay i to need want a how for my please"
)
FILLERS = frozenset(_FILLERS.split())
"""Folded syllables that say nothing about what is wanted; ignored unless nothing else is said."""

MOST_ENDINGS = 400
"""Syllables that an unfinished one may become: all that begin with its letter."""

LONGEST = 8
"""Syllables of a wording that may be completed. A longer one is a story: nobody types it to the
end, and its many words would come up for everything; the enter key asks `lookup` for those."""

MISSPELT_AT_LEAST = 75.0
"""rapidfuzz ratio (0 to 100) from which an unknown syllable counts as a misspelt known one."""

WORTH = {Kind.SCRIPT: 1.0, Kind.NOT_HERE: 0.95, Kind.COMMUNE: 0.8, Kind.NATIONAL: 0.6}
"""What an entry's score is multiplied with: a checked script comes before an unchecked card.
Kinds without a worth have nothing to show and are not listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A found entry."""

    entry: Entry
    score: float
    """0 to 1: how much of what was asked the best text of the entry covers, and how tightly."""


class Search:
    """An index of entries, built in memory."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._texts: list[tuple[Entry, frozenset[str], float]] = []
        """Each searchable text: its entry, its syllables, their weight together."""
        postings: dict[str, list[int]] = defaultdict(list)
        for entry in (one for one in entries if one.kind in WORTH):
            for text in dict.fromkeys(
                fold(one) for one in (entry.title, entry.code, *entry.wordings)
            ):
                if len(text.split()) > LONGEST and text != fold(entry.title):
                    continue
                words = frozenset(text.split())
                for word in words:
                    postings[word].append(len(self._texts))
                self._texts.append((entry, words, 0.0))
        self._postings = dict(postings)
        self._vocabulary = sorted(postings)
        count = max(len(self._texts), 1)
        self._weights = {
            word: math.log(1 + count / len(where)) * (0.15 if word in FILLERS else 1.0)
            for word, where in postings.items()
        }
        self._texts = [
            (entry, words, max(sum(self._weights[word] for word in words), 0.01))
            for entry, words, _ in self._texts
        ]

    def find(self, text: str, *, most: int = 6) -> tuple[Match, ...]:
        """The best entries for `text`, whose last word may be unfinished; best first."""
        said = syllables(text)
        if not said:
            return ()
        # the last one may be unfinished: "gi" is no filler while "giám" is being typed
        asked = [*(word for word in said[:-1] if word not in FILLERS), said[-1]]
        last = len(asked) - 1
        gained: dict[int, float] = {}
        wanted = 0.0
        for position, word in enumerate(asked):
            known = self._known(word, is_unfinished=position == last)
            share = FILLER_SHARE if last and word in FILLERS else 1.0
            wanted += share * max((self._weights[one] for one in known), default=8.0)
            for index, worth in self._worth(known).items():
                gained[index] = gained.get(index, 0.0) + share * worth
        best: dict[str, tuple[float, Entry]] = {}
        for index, worth in gained.items():
            entry, _, weight = self._texts[index]
            score = 0.75 * worth / wanted + 0.25 * (worth / weight if worth < weight else 1.0)
            score *= WORTH[entry.kind]
            if entry.id not in best or best[entry.id][0] < score:
                best[entry.id] = score, entry
        ranked = nsmallest(most, best.values(), key=_by_score)
        floor = ranked[0][0] * 0.6 if ranked else 0.0
        return tuple(
            Match(entry=entry, score=min(score, 1.0))
            for score, entry in ranked
            if score >= max(floor, 0.2)
        )

    def _worth(self, known: Mapping[str, float]) -> dict[int, float]:
        """Text -> the most that one of these syllables gives it.

        A rare ending of a syllable that is a word already gives no more than the word.
        """
        most = max((self._weights[one] for one, like in known.items() if like == 1.0), default=99.0)
        worths = sorted(
            (min(self._weights[one], most) * likeness, one) for one, likeness in known.items()
        )
        best: dict[int, float] = {}
        for worth, one in worths:
            # The better syllable comes later and takes the place: no loop over texts in Python.
            best.update(dict.fromkeys(self._postings[one], worth))
        return best

    def _known(self, word: str, *, is_unfinished: bool) -> dict[str, float]:
        """Syllables of the index that `word` may stand for, with how alike they are (0 to 1)."""
        known = {word: 1.0} if word in self._postings else {}
        if is_unfinished:
            start = bisect_left(self._vocabulary, word)
            for one in self._vocabulary[start : start + MOST_ENDINGS]:
                if not one.startswith(word):
                    break
                known.setdefault(one, 0.9)
        if not known and len(word) > 2:
            alike = process.extract(
                word, self._vocabulary, scorer=fuzz.ratio, limit=4, score_cutoff=MISSPELT_AT_LEAST
            )
            known = {one: 0.8 * ratio / 100 for one, ratio, _ in alike}
        return known


def _by_score(found: tuple[float, Entry]) -> tuple[float, str]:
    return -found[0], found[1].id

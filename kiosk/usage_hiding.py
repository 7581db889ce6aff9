"""Hides what could point at a person: small counts, and what would give them back. Pure.

A count below five is hidden. Then every other number is looked at as somebody would who wants
the hidden ones: which of them follow from those that are shown, because a total is the sum of
its parts, or because no other number fits what is hardly ever nought? As long as any does, one
more number is withheld. Why a number is hidden is not said: it would tell on which side of five
it is. Which one is withheld depends on counters that nobody sees: else whoever knows this program
would take it for the smallest.

This holds for the tables of one report. Those that leave the office are of whole weeks or months,
and longer spans are put together from these as they are shown (`usage_release`): there is nothing
to subtract.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from hashlib import blake2b
from math import inf

import numpy as np

from kiosk.procedure import LANGUAGES
from kiosk.usage_counts import Figure, Figures
from kiosk.usage_tables import Split

SMALLEST_SHOWN = 5
"""Counts below this could point at a person in a small ward."""

CHOICE = 3
"""Among so many numbers, the smallest, is the one that is withheld."""

_NOTHING = 1e-9
_ROUNDS = 30
"""How often narrower bounds are handed on."""

Bounds = tuple[float, float]
"""Between what a number must lie, both included."""


def hidden_in(
    figures: Figures,
    shown: Collection[Figure],
    splits: Sequence[Split],
    *,
    smallest: int = SMALLEST_SHOWN,
) -> frozenset[Figure]:
    """Which of the figures must be hidden.

    The numbers of one language are those of all visits less those of the other language. So
    what is hidden of one language is hidden of the other, and what is hidden of all visits is
    hidden of each: then the three views together tell no more than each by itself.

    Args:
        figures: the true numbers.
        shown: all that is shown anywhere, in whatever language.
        splits: how the figures of all languages hang together.
        smallest: the smallest count that may be shown.
    """
    whole = frozenset(one.in_language("") for one in shown)
    secret = repr(sorted(map(astuple, figures.report.cells))).encode()
    numbers = _numbers(figures, whole, splits, "")
    of_all = _Search((numbers,), whole, splits, smallest, secret=secret)
    of_all.search()
    each = tuple(_numbers(figures, whole, splits, language) for language in LANGUAGES)
    of_each = _Search(each, whole, splits, smallest, secret=secret, hidden=of_all.hidden)
    of_each.search()
    of_languages = (one.in_language(language) for one in of_each.hidden for language in LANGUAGES)
    return frozenset((*of_all.hidden, *of_languages))


def _numbers(
    figures: Figures, whole: Iterable[Figure], splits: Sequence[Split], language: str
) -> dict[Figure, int]:
    every = {*whole, *(one for split in splits for one in split.members)}
    return {one: figures.of(one.in_language(language)) for one in every}


@dataclass(frozen=True, slots=True)
class _Part:
    """Unknown numbers that hang together, and nothing else with them."""

    unknown: tuple[Figure, ...]
    splits: tuple[Split, ...]


class _Search:
    """What is hidden so far, in one view or in several that hide the same."""

    def __init__(
        self,
        views: Sequence[Mapping[Figure, int]],
        shown: frozenset[Figure],
        splits: Sequence[Split],
        smallest: int,
        *,
        secret: bytes,
        hidden: Collection[Figure] = (),
    ) -> None:
        self._views = views
        self._shown = shown
        self._splits = splits
        self._secret = blake2b(secret).digest()
        self._least = 1 if len(views) == 1 else 0
        """Of a hidden number: of one language much is nought that the other hides."""
        self._splits_of: defaultdict[Figure, list[Split]] = defaultdict(list)
        for split in splits:
            for one in split.members:
                self._splits_of[one].append(split)
        self.hidden: set[Figure] = set(hidden)
        self.hidden |= {one for one in shown if any(0 < view[one] < smallest for view in views)}

    def search(self) -> None:
        """Hide all that must be hidden."""
        fresh = self._withheld_in(self._parts())
        while fresh:
            changed = fresh
            parts = [part for part in self._parts() if not changed.isdisjoint(part.unknown)]
            fresh = self._withheld_in(parts)

    def _is_known(self, figure: Figure) -> bool:
        return figure in self._shown and figure not in self.hidden

    def _withheld_in(self, parts: Iterable[_Part]) -> set[Figure]:
        """Withhold something for each hidden number that can be had."""
        fresh: set[Figure] = set()
        for part in parts:
            for figure, cause in self._can_be_had(part).items():
                near = self._splits_of[figure]
                if any(one in fresh for split in near for one in split.members):
                    continue  # something beside it has just been withheld: that may be enough
                withheld = self._next_to_withhold(cause) or self._next_to_withhold(part.splits)
                if withheld is not None:
                    self.hidden.add(withheld)
                    fresh.add(withheld)
        return fresh

    def _next_to_withhold(self, splits: Iterable[Split]) -> Figure | None:
        """One of the smallest numbers to be read in these; what is 0 is withheld last."""
        members = {one for split in splits for one in split.members}
        known = sorted(filter(self._is_known, members), key=self._worth)
        alike = [one for one in known if self._worth(one)[:2] == self._worth(known[0])[:2]]
        return min(alike[:CHOICE], key=self._drawn, default=None)

    def _worth(self, figure: Figure) -> tuple[bool, bool, int, Figure]:
        """What is told of a single procedure is worth less than what is told of all."""
        number = sum(view[figure] for view in self._views)
        return number == 0, not figure.procedure, number, figure

    def _drawn(self, figure: Figure) -> bytes:
        """The same each time for the same counters, and nothing that can be foreseen."""
        return blake2b(repr(figure).encode(), key=self._secret).digest()

    def _parts(self) -> list[_Part]:
        """The unknown numbers, sorted into those that hang together."""
        parents: dict[Figure, Figure] = {}

        def root(one: Figure) -> Figure:
            while parents.setdefault(one, one) != one:
                parents[one] = parents[parents[one]]
                one = parents[one]
            return one

        unknown_of = [
            [one for one in split.members if not self._is_known(one)] for split in self._splits
        ]
        for unknown in unknown_of:
            for one in unknown[1:]:
                parents[root(one)] = root(unknown[0])
        groups: defaultdict[Figure, tuple[dict[Figure, None], list[Split]]] = defaultdict(
            lambda: ({}, [])
        )
        for split, unknown in zip(self._splits, unknown_of, strict=True):
            if unknown:
                members, splits = groups[root(unknown[0])]
                members.update(dict.fromkeys(unknown))
                splits.append(split)
        return [_Part(tuple(members), tuple(splits)) for members, splits in groups.values()]

    def _can_be_had(self, part: _Part) -> dict[Figure, tuple[Split, ...]]:
        """The hidden numbers that follow from those that are shown, and from which sums."""
        found = [one for one in _determined(part) if one in self.hidden]
        if found:
            return {one: self._shortest(one) for one in found}
        pinned: dict[Figure, tuple[Split, ...]] = {}
        for view in self._views:
            pinned |= self._pinned(part, view)
        return {one: pinned[one] for one in sorted(pinned)}

    def _shortest(self, figure: Figure) -> tuple[Split, ...]:
        """The sum with the figure that has the fewest unknown numbers."""

        def unknown(split: Split) -> int:
            return sum(not self._is_known(one) for one in split.members)

        return (min(self._splits_of[figure], key=unknown),)

    def _pinned(self, part: _Part, view: Mapping[Figure, int]) -> dict[Figure, tuple[Split, ...]]:
        """The hidden ones for which only their own number fits, and the sum that tells it."""
        bounds = {
            one: self._bounds(one, view[one]) for split in part.splits for one in split.members
        }
        causes: dict[Figure, tuple[Split, ...]] = {}
        for _ in range(_ROUNDS):
            before = dict(bounds)
            for split in part.splits:
                _narrow(split, bounds)
                for one in split.members:
                    if one in self.hidden and bounds[one] == (view[one], view[one]):
                        causes.setdefault(one, (split,))
            if bounds == before:
                break
        return causes

    def _bounds(self, figure: Figure, number: int) -> Bounds:
        """What a reader takes to be sure of a number before any reckoning."""
        if self._is_known(figure):
            return number, number
        return (self._least if figure in self.hidden else 0), inf


def _determined(part: _Part) -> Iterator[Figure]:
    """The unknown numbers that follow from the sums: those in no solution of the zero sums."""
    places = {one: at for at, one in enumerate(part.unknown)}
    sums = np.zeros((len(part.splits), len(places)))
    for row, split in enumerate(part.splits):
        for one in split.parts:
            if one in places:
                sums[row, places[one]] += 1
        if split.total in places:
            sums[row, places[split.total]] -= 1
    _, sizes, directions = np.linalg.svd(sums, full_matrices=True)
    free = directions[np.count_nonzero(sizes > _NOTHING) :]
    return (one for one, at in places.items() if not np.any(np.abs(free[:, at]) > _NOTHING))


def _narrow(split: Split, bounds: dict[Figure, Bounds]) -> None:
    """Narrow the bounds of each member by those of the others."""
    parts = split.parts
    least, most = (sum(bounds[one][end] for one in parts) for end in (0, 1))
    _set(bounds, split.total, least, most)
    for one in parts:
        others = [bounds[other] for other in parts if other != one]
        least, most = bounds[split.total]
        low = least - sum(high for _, high in others)
        _set(bounds, one, low, most - sum(low for low, _ in others))


def _set(bounds: dict[Figure, Bounds], one: Figure, least: float, most: float) -> None:
    """Narrow the bounds of one; where nothing would be left the sum does not hold: left alone."""
    low, high = max(bounds[one][0], least), min(bounds[one][1], most)
    if low <= high:
        bounds[one] = low, high

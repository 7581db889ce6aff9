"""Hides what could point at a person: small counts, and what would give them back. Pure.

A count below five is hidden. Then every other number is looked at as somebody would who wants
the hidden ones: which of them follow from those that are shown, because a total is the sum of
its parts, through however many sums, or because no other number fits between nought and five?
As long as any does, one more number is withheld.

This holds for the tables of one span of days. Whoever takes two spans may subtract them: the page
and the files ask not to.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf

import numpy as np

from kiosk.procedure import LANGUAGES
from kiosk.usage_counts import Figure, Figures
from kiosk.usage_tables import Split

SMALLEST_SHOWN = 5
"""Counts below this could point at a person in a small ward."""

_NOTHING = 1e-9
_ROUNDS = 30
"""How often narrower bounds are handed on."""


class Hidden(StrEnum):
    """Why a number is not shown."""

    SMALL = "small"
    """It is 1 to 4."""
    WITHHELD = "withheld"
    """It would give a small one back."""


def hidden_in(
    figures: Figures,
    shown: Collection[Figure],
    splits: Sequence[Split],
    *,
    smallest: int = SMALLEST_SHOWN,
) -> dict[Figure, Hidden]:
    """Which of the figures must be hidden, and why.

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
    numbers = _numbers(figures, whole, splits, "")
    of_all = _Search((numbers,), whole, splits, smallest)
    of_all.search()
    each = tuple(_numbers(figures, whole, splits, language) for language in LANGUAGES)
    of_each = _Search(each, whole, splits, smallest, hidden=of_all.hidden)
    of_each.search()
    hidden: dict[Figure, Hidden] = dict(of_all.hidden)
    for language, view in zip(LANGUAGES, each, strict=True):
        for one in of_each.hidden:
            is_veiled = one in of_each.veiled
            is_small = 0 < view[one] < smallest and not is_veiled
            hidden[one.in_language(language)] = Hidden.SMALL if is_small else Hidden.WITHHELD
    return hidden


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
        hidden: Mapping[Figure, Hidden] | None = None,
    ) -> None:
        self._views = views
        self._shown = shown
        self._splits = splits
        self._smallest = smallest
        self._splits_of: defaultdict[Figure, list[Split]] = defaultdict(list)
        for split in splits:
            for one in split.members:
                self._splits_of[one].append(split)
        self.veiled: set[Figure] = set()
        """Small ones of which not even that is said."""
        self.hidden: dict[Figure, Hidden] = dict.fromkeys(hidden or (), Hidden.WITHHELD)
        for one in sorted(shown):
            if any(self._is_small(view[one]) for view in views):
                self.hidden[one] = Hidden.SMALL

    def search(self) -> None:
        """Hide all that must be hidden."""
        fresh = self._withheld_in(self._parts())
        while fresh:
            changed = fresh
            parts = [part for part in self._parts() if not changed.isdisjoint(part.unknown)]
            fresh = self._withheld_in(parts)

    def _is_small(self, number: int) -> bool:
        return 0 < number < self._smallest

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
                withheld = self._next_to_withhold(cause, figure)
                if withheld is None:
                    withheld = self._next_to_withhold(part.splits, figure)
                if withheld is not None:
                    self.hidden[withheld] = Hidden.WITHHELD
                    fresh.add(withheld)
        return fresh

    def _next_to_withhold(self, splits: Iterable[Split], figure: Figure) -> Figure | None:
        """The smallest number to be read in these; else one that is said to be less than five.

        Even that may be too much: of the largest not even that is said any more. What is 0 is
        withheld last.
        """
        members = {one for split in splits for one in split.members}
        known = {one for one in members if self._is_known(one)}
        worth_it = {one for one in known if not self._worth(one)[0]}
        if worth_it:
            return min(worth_it, key=self._worth)
        small = {one for one in members if self.hidden.get(one) is Hidden.SMALL}
        if small and figure not in self.veiled:
            veiled = max(small, key=self._worth)
            self.veiled.add(veiled)
            return veiled
        return min(known, key=self._worth, default=None)

    def _worth(self, figure: Figure) -> tuple[bool, bool, int, Figure]:
        """What is told of a single procedure is worth less than what is told of all."""
        number = sum(view[figure] for view in self._views)
        return number == 0, not figure.procedure, number, figure

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
        return {one: pinned[one] for one in sorted(pinned) if one in self.hidden}

    def _shortest(self, figure: Figure) -> tuple[Split, ...]:
        """The sum with the figure that has the fewest unknown numbers."""

        def unknown(split: Split) -> int:
            return sum(not self._is_known(one) for one in split.members)

        return (min(self._splits_of[figure], key=unknown),)

    def _pinned(self, part: _Part, view: Mapping[Figure, int]) -> dict[Figure, tuple[Split, ...]]:
        """Those for which only one number fits: two below five make eight."""
        bounds = {
            one: self._bounds(one, view[one]) for split in part.splits for one in split.members
        }
        causes: dict[Figure, tuple[Split, ...]] = {}
        for _ in range(_ROUNDS):
            before = dict(bounds)
            for split in part.splits:
                _narrow(split, bounds)
                for one in split.members:
                    if bounds[one][0] == bounds[one][1] and not self._is_known(one):
                        causes.setdefault(one, (split,))
            if bounds == before:
                break
        return causes

    def _bounds(self, figure: Figure, number: int) -> tuple[float, float]:
        """Between what the number must lie, as far as is said of it alone."""
        if self._is_known(figure):
            return number, number
        if self.hidden.get(figure) is Hidden.SMALL and self._is_small(number):
            return 1, self._smallest - 1
        return 0, inf


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


def _narrow(split: Split, bounds: dict[Figure, tuple[float, float]]) -> None:
    """Narrow the bounds of each member by those of the others."""
    parts = split.parts
    least, most = (sum(bounds[one][end] for one in parts) for end in (0, 1))
    _set(bounds, split.total, least, most)
    for one in parts:
        others = [bounds[other] for other in parts if other != one]
        least, most = bounds[split.total]
        low = least - sum(high for _, high in others)
        _set(bounds, one, low, most - sum(low for low, _ in others))


def _set(bounds: dict[Figure, tuple[float, float]], one: Figure, least: float, most: float) -> None:
    """Narrow the bounds of one; where nothing would be left the sum does not hold: left alone."""
    low, high = max(bounds[one][0], least), min(bounds[one][1], most)
    if low <= high:
        bounds[one] = low, high

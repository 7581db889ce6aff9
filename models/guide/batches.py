"""Lessons as numbers: bundles of endings that share a prefix, drawn anew each round."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import torch
from torch import Tensor

from kiosk.assistant.prompt import MOST_WORDS, plain
from models.guide.lessons import Lesson
from models.guide.listing import listed
from models.guide.network import Bundle
from models.guide.words import Cutter

MOST_ENTRIES = 1400
"""Of a bundle, its prefix included."""


@dataclass(frozen=True, slots=True)
class Item:
    """A lesson as numbers."""

    lesson: Lesson
    prefix: tuple[int, ...]
    ending: tuple[int, ...]
    """What is said and, behind it, the answer; without its end."""
    asked: int
    """How many of `ending` come before the answer."""
    answer: tuple[int, ...]
    right: tuple[int, ...]
    """Entries that are right first."""
    hints: tuple[tuple[int, int], ...]
    """(After which entry of `ending`, the key that is right there): what may be known before
    the answer. At a word of a choice, the choice's key; behind a proposal, whether it is it."""


def items_of(lessons: Sequence[Lesson], cutter: Cutter, context: int) -> list[Item]:
    """The lessons that fit into the context."""
    prefixes: dict[str, tuple[int, ...]] = {}
    found = []
    for one in lessons:
        if one.prefix not in prefixes:
            prefixes[one.prefix] = tuple(cutter.cut(one.prefix))
        asked = cutter.cut(one.ending)
        answer = tuple(cutter.cut(f" {one.answer}"))
        item = Item(
            lesson=one,
            prefix=prefixes[one.prefix],
            ending=(*asked, *answer),
            asked=len(asked),
            answer=answer,
            right=tuple(cutter.cut("".join(f" {key}" for key in one.right))),
            hints=tuple(_hints(one, cutter)),
        )
        if len(item.prefix) + len(item.ending) < context:
            found.append(item)
    return found


def _hints(lesson: Lesson, cutter: Cutter) -> Iterator[tuple[int, int]]:
    """What a reader may know before the end: the answer alone teaches too little."""
    words = lesson.ending.split()
    ends = list(accumulate(len(cutter.cut(f" {word}")) for word in words))
    offered, _, _ = lesson.ending.rpartition(" guess")
    proposals = list(listed(offered))
    keys = {one.key for one in proposals}
    is_there = not lesson.is_ambiguous and lesson.place != "start"
    if is_there and lesson.kind not in {"unclear", "out"} and not keys & set(lesson.right):
        [right] = cutter.cut(f" {lesson.right[0]}")
        for at in range(1, 1 + min(len(plain(lesson.said).split()), MOST_WORDS)):
            yield ends[at] - 1, right
    [no] = cutter.cut(" unclear")
    for one in proposals:
        [own] = cutter.cut(f" {one.key}")
        last = max(
            at for at, word in enumerate(words) if word == one.kind and words[at - 1] == one.key
        )
        last += sum(len(text.split()) for text in one.texts) + len(one.texts) - 1
        if last < len(ends):
            yield ends[last] - 1, own if one.key in lesson.right else no


@dataclass(frozen=True, slots=True)
class Targets:
    """What the endings of a bundle should be answered with, one row for each entry to write."""

    rows: Tensor
    """[k] Which ending."""
    places: Tensor
    """[k] After which of its entries."""
    wanted: Tensor
    """[k] The entry; of several that are right, the first."""
    first: Tensor
    """[k] Whether it is the first of the answer."""
    weights: Tensor
    """[k]"""
    shares: Tensor
    """[k, entries] Where it is the first: 1 for all that are right."""
    is_ambiguous: Tensor
    """[k] Whether each of them is as likely."""
    hints: Tensor
    """[h, 3] Row, place and entry of the hints."""


def bundle_of(items: Sequence[Item], entries: int) -> tuple[Bundle, Targets]:
    """A bundle of lessons that share a prefix."""
    longest = max(len(one.ending) for one in items)
    endings = torch.zeros(len(items), longest, dtype=torch.long)
    rows, places, wanted, first, weights, ambiguous = [], [], [], [], [], []
    for row, one in enumerate(items):
        endings[row, : len(one.ending)] = torch.tensor(one.ending)
        for at, entry in enumerate((*one.answer, 0)):
            rows.append(row)
            places.append(one.asked - 1 + at)
            wanted.append(entry)
            first.append(at == 0)
            weights.append(1.0 if at == 0 else 0.3)
            ambiguous.append(one.lesson.is_ambiguous)
    hints = [(row, *hint) for row, one in enumerate(items) for hint in one.hints]
    shares = torch.zeros(len(rows), entries)
    for number, (row, is_first) in enumerate(zip(rows, first, strict=True)):
        shares[number, list(items[row].right) if is_first else [wanted[number]]] = 1.0
    bundle = Bundle(
        prefix=torch.tensor(items[0].prefix, dtype=torch.long),
        endings=endings,
        lengths=torch.tensor([len(one.ending) for one in items]),
    )
    targets = Targets(
        rows=torch.tensor(rows),
        places=torch.tensor(places),
        wanted=torch.tensor(wanted),
        first=torch.tensor(first),
        weights=torch.tensor(weights),
        shares=shares,
        is_ambiguous=torch.tensor(ambiguous),
        hints=torch.tensor(hints or [(0, 0, 0)]),
    )
    return bundle, targets


KEPT_PLAIN = 0.3
"""The share of lessons that the rules know anyway, drawn anew each round: a model is asked
where the rules are unsure."""

KEPT_OUT = 0.5
"""The same for what has nothing to do with a ward: there is far more of it than of the rest."""


def is_plain(lesson: Lesson) -> bool:
    """Whether the rules are all but sure of what is meant, and right."""
    guesses = lesson.ending.rpartition(" guess")[2].split()[:-1]
    is_frequent = lesson.kind in {"choice", "matter", "correction"}
    if not is_frequent or not guesses or guesses[0] not in lesson.right:
        return False
    first, second = int(guesses[1]), int(guesses[3]) if len(guesses) > 3 else 0
    return first >= 9 if lesson.place == "start" else first >= 5 and first - second >= 3


def drawn(items: Sequence[Item], chance: random.Random) -> list[Item]:
    """The items of one round."""
    return [
        one
        for one in items
        if chance.random()
        < (KEPT_PLAIN if is_plain(one.lesson) else KEPT_OUT if one.lesson.kind == "out" else 1.0)
    ]


def bundles(items: Sequence[Item], chance: random.Random) -> Iterator[list[Item]]:
    """All items once, in bundles, in a new order."""
    shared: dict[tuple[int, ...], list[Item]] = {}
    for one in items:
        shared.setdefault(one.prefix, []).append(one)
    found: list[list[Item]] = []
    for prefix, group in shared.items():
        group.sort(key=lambda one: len(one.ending) + chance.random() * 12)
        bundle: list[Item] = []
        for one in group:
            longest = max([len(one.ending), *(len(each.ending) for each in bundle)])
            if bundle and len(prefix) + longest * (len(bundle) + 1) > MOST_ENTRIES:
                found.append(bundle)
                bundle = []
            bundle.append(one)
        found.append(bundle)
    chance.shuffle(found)
    yield from found

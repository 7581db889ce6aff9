"""First vectors of words: those that stand in like company are alike from the start.

Shifted logarithms of how much oftener than by chance two words stand near each other,
brought down to a few dimensions (singular values; Levy and Goldberg 2014). A few thousand
short sentences teach a network too little about rare words; this tells it whose kin they are.
"""

import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from kiosk.assistant.prompt import plain
from kiosk.assistant.vietnamese import fold

REACH = 4
"""Words to either side that are company."""

SMOOTH = 0.75
"""The power of the frequencies of company, so that rare words do not seem telling."""

KIN_SHARE = 0.35
"""How much a word takes on of those that differ by their marks only."""


def vectors(words: Sequence[str], sentences: Iterable[str], width: int) -> Tensor:
    """[words, width] Of length about 1; zero for words that never have company.

    Args:
        words: whose vectors.
        sentences: in which they stand, as a prompt has them.
        width: at most the number of words.
    """
    numbers = {word: number for number, word in enumerate(words)}
    count = len(words)
    flat: list[int] = []
    for sentence in sentences:
        flat.extend(numbers.get(word, -1) for word in sentence.split())
        flat.extend([-1] * REACH)
    said = np.array(flat, np.int64)
    near = np.zeros(count * count, np.float32)
    for apart in range(1, REACH + 1):
        one, other = said[:-apart], said[apart:]
        is_known = (one >= 0) & (other >= 0)
        cells = one[is_known] * count + other[is_known]
        near += np.bincount(cells, minlength=count * count).astype(np.float32) / apart
    table = near.reshape(count, count)
    table += table.T.copy()
    totals = table.sum(1)
    chance = totals**SMOOTH
    chance /= chance.sum() or 1
    with np.errstate(divide="ignore", invalid="ignore"):
        table /= totals[:, None]
        table /= chance[None, :]
        np.log(table, out=table)
    np.nan_to_num(table, copy=False, nan=0, posinf=0, neginf=0)
    np.maximum(table, 0, out=table)
    torch.manual_seed(5)
    left, values, _ = torch.svd_lowrank(torch.from_numpy(table), q=min(width, count), niter=3)
    found = left * values.sqrt()
    found = found / found.norm(dim=1, keepdim=True).clamp_min(1e-6)
    return _with_kin(words, found)


def _with_kin(words: Sequence[str], found: Tensor) -> Tensor:
    """Each vector with a share of those of the words that differ by their marks."""
    kin: dict[str, list[int]] = {}
    for number, word in enumerate(words):
        kin.setdefault(fold(word) or word, []).append(number)
    mixed = found.clone()
    for numbers in kin.values():
        if len(numbers) > 1:
            mixed[numbers] += KIN_SHARE * found[numbers].mean(0)
    return mixed / mixed.norm(dim=1, keepdim=True).clamp_min(1e-6)


def company(shared: Path, everyday: Sequence[str]) -> Iterator[str]:
    """Sentences that words stand in: everyday ones, and those of the national procedures."""
    yield from (plain(text) for text in everyday)
    with gzip.open(shared / "data/procedures_reference.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield from _texts(json.loads(line))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield from (plain(part) for part in value.replace("\n", ". ").split(". ") if " " in part)
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)

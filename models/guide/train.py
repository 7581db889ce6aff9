"""Training: one process, one thread, until the time given is spent.

Matrices are multiplied in bfloat16, which processors with AVX-512 do three times as fast.
A checkpoint holds the running average of the weights; `log.tsv` the curve.

    python -m models.guide.train /root/guide/material /root/guide/run --minutes 40
"""

import argparse
import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from kiosk.assistant.prompt import plain
from models.guide.batches import Item, Targets, bundle_of, bundles, drawn, items_of
from models.guide.echoes import echo, unguessed
from models.guide.lessons import Lesson
from models.guide.material import SHARED, TAUGHT, TEXTS, WATCHED, everyday, read
from models.guide.nearness import company, vectors
from models.guide.network import Network, Shape
from models.guide.optimiser import Optimiser
from models.guide.words import KEYS, Cutter, Vocabulary, keys_and_frame, vocabulary_of

CHECKPOINT = "checkpoint.pt"

STOP = "stop"
"""A file of this name in the run's folder ends the training."""

WATCHED_PART = 5
"""One in so many of the lessons set aside is looked at while training goes on."""

BLOCK = 32
"""Q8_0 scales so many numbers together, so the entries are filled up to a multiple of it."""

LETTERS = (
    "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệfghiìíỉĩịjklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvwxyỳýỷỹỵz"
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a training does when; parts are of the whole time."""

    minutes: float
    seed: int = 1
    width: int = 256
    layers: int = 4
    inner: int = 384
    least: int = 3
    """How often a word must be said to have an entry."""
    entries_a_step: int = 3000
    rise: float = 0.01
    fall_from: float = 0.25
    blur: float = 0.05
    rate: float = 0.01
    small_rate: float = 2e-3
    echoes: int = 6
    """Lessons in reading beside each bundle of a question."""
    hints: float = 0.5
    """How much what may be known before the answer counts beside it."""
    unguessed: float = 0.15
    """The share of lessons that do without the rules' guesses."""
    watch_every: float = 240.0
    """Seconds."""

    def size(self, part: float) -> float:
        """The rate at a part of the time, against its height."""
        return max(0.0, min(part / self.rise, (1 - part) / (1 - self.fall_from), 1.0))


def loss_of(scores: Tensor, targets: Targets) -> Tensor:
    """The mean of what each answer costs.

    Where any of several keys is right, their chances count together; where each of them is
    as likely, every one must have its share.
    """
    logs = scores.float().log_softmax(-1)
    any_of = (logs + (targets.shares + 1e-30).log()).logsumexp(-1)
    each_of = (logs * targets.shares).sum(-1) / targets.shares.sum(-1)
    gained = torch.where(targets.is_ambiguous & targets.first, each_of, any_of)
    return -(gained * targets.weights).sum() / targets.first.sum()


def first_vectors(network: Network, vocabulary: Vocabulary, lessons: Sequence[Lesson]) -> None:
    """Give the words the vectors of their company; keys stay unlike each other."""
    words, places = [], []
    bare = keys_and_frame()
    for number, entry in enumerate(vocabulary.entries):
        if number > 256 and entry not in bare:
            words.append(entry.decode().strip())
            places.append(number)
    said = (plain(one.said) for one in lessons)
    prefixes = dict.fromkeys(one.prefix for one in lessons)
    listed = (text for one in prefixes for text in one.split(" or "))
    more = company(SHARED, everyday(SHARED / "speech/cv_vi/manifest.jsonl"))
    found = vectors(words, (*said, *listed, *more), network.shape.width)
    with torch.no_grad():
        known = found.norm(dim=1) > 0.5
        rows = torch.tensor(places)[known]
        spread = network.token_embd.weight[rows]
        network.token_embd.weight[rows] = found[known] * 7.0 + 0.25 * spread


@torch.no_grad()
def watched(network: Network, items: Sequence[Item]) -> list[tuple[Item, Tensor]]:
    """Each item with the chances of all entries as the first of its answer."""
    network.eval()
    found: list[tuple[Item, Tensor]] = []
    for bundle_items in bundles(items, random.Random(0)):  # noqa: S311 - no secret
        bundle, targets = bundle_of(bundle_items, network.shape.entries)
        with torch.autocast("cpu", torch.bfloat16):
            seen = network(bundle)
        is_first = targets.first
        scores = network.scores(seen[targets.rows[is_first], targets.places[is_first]].float())
        chances = scores.softmax(-1)
        found.extend(zip(bundle_items, chances, strict=True))
    network.train()
    return found


def shares_right(found: Sequence[tuple[Item, Tensor]]) -> dict[str, tuple[int, float, float]]:
    """Kind -> how many, how many are right, what an answer costs."""
    sums: dict[str, list[tuple[bool, float]]] = defaultdict(list)
    for item, chances in found:
        chance = float(chances[list(item.right)].sum())
        is_right = int(chances.argmax()) in item.right
        kind = f"{item.lesson.place} {item.lesson.kind}"
        for name in (kind, "all"):
            sums[name].append((is_right, -float(torch.tensor(chance + 1e-9).log())))
    return {
        kind: (len(one), sum(r for r, _ in one) / len(one), sum(c for _, c in one) / len(one))
        for kind, one in sorted(sums.items())
    }


class Training:
    """A training as far as it has come."""

    def __init__(self, material: Path, run: Path, plan: Plan) -> None:
        self.plan, self.run = plan, run
        taught = read(material / TAUGHT)
        said = (material / TEXTS).read_text(encoding="utf-8").splitlines()
        prefixes = dict.fromkeys(one.prefix for one in taught)
        self.vocabulary = vocabulary_of(
            (*prefixes, *(one.ending for one in taught), *said),
            least=plan.least,
            letters=(*LETTERS, *(f" {one}" for one in LETTERS)),
        )
        shape = Shape(
            entries=-(-len(self.vocabulary.entries) // BLOCK) * BLOCK,
            width=plan.width,
            layers=plan.layers,
            inner=plan.inner,
        )
        self.network = Network(shape)
        first_vectors(self.network, self.vocabulary, taught)
        self.network.blur = plan.blur
        self.network.train()
        self._cutter = Cutter(self.vocabulary)
        self.items = items_of(taught, self._cutter, shape.context)
        self.watch = items_of(read(material / WATCHED)[::WATCHED_PART], self._cutter, shape.context)
        if (run / CHECKPOINT).exists():
            kept, vocabulary = load(run / CHECKPOINT)
            assert vocabulary == self.vocabulary
            self.network.load_state_dict(kept.state_dict())
        self.optimiser = Optimiser(self.network, plan.rate, plan.small_rate)
        self.chance = random.Random(plan.seed)  # noqa: S311 - no secret
        self.entries, self.rounds = 0, 0
        self._ahead: list[list[Item]] = []
        self._costs: list[float] = []
        self._hinted: list[float] = []
        numbers = self.vocabulary.numbers()
        self._keys = torch.tensor(sorted(numbers[one] for one in KEYS if one in numbers))
        self._place_of_key = torch.zeros(shape.entries, dtype=torch.long)
        self._place_of_key[self._keys] = torch.arange(len(self._keys))

    def step(self, size: float) -> None:
        """Learn from one batch."""
        taken, batch = 0, []
        while taken < self.plan.entries_a_step:
            if not self._ahead:
                self._ahead = list(bundles(drawn(self.items, self.chance), self.chance))
                self.rounds += 1
            batch.append(self._with_echoes(self._ahead.pop()))
            longest = max(len(one.ending) for one in batch[-1])
            taken += len(batch[-1][0].prefix) + longest * len(batch[-1])
        endings = sum(len(one) for one in batch)
        for one in batch:
            bundle, targets = bundle_of(one, self.network.shape.entries)
            with torch.autocast("cpu", torch.bfloat16):
                seen = self.network(bundle)
                scores = self.network.scores(seen[targets.rows, targets.places])
                row, place, key = targets.hints.T
                hinted = seen[row, place] @ self.network.output.weight[self._keys].T
            loss = loss_of(scores, targets)
            of_hints = functional.cross_entropy(hinted.float(), self._place_of_key[key])
            ((loss + self.plan.hints * of_hints) * (len(one) / endings)).backward()
            self._hinted.append(float(of_hints.detach()))
            self._costs.append(float(loss.detach()))
        self.optimiser.step(size)
        self.entries += taken

    def _with_echoes(self, items: Sequence[Item]) -> list[Item]:
        """The items, some without the rules' guesses, and some lessons in reading beside."""
        plan, chance = self.plan, self.chance
        lessons = [
            unguessed(one.lesson) if chance.random() < plan.unguessed else one.lesson
            for one in items
        ]
        # An echo of a question is short; one at the start is as long as what it echoes.
        often = plan.echoes if len(items[0].prefix) > 1 else plan.echoes // 3
        drawn_from = chance.choices(lessons, k=often)
        echoes = [echo(one, chance) for one in drawn_from]
        lessons += [one for one in echoes if one is not None]
        return items_of(lessons, self._cutter, self.network.shape.context)

    def report(self, minutes: float) -> None:
        """Look at what was set aside, write a line of the log and the checkpoint."""
        own = {name: value.detach().clone() for name, value in self.network.named_parameters()}
        self.network.load_state_dict(self.optimiser.average(), strict=False)
        found = shares_right(watched(self.network, self.watch))
        self.network.load_state_dict(own, strict=False)
        cost = sum(self._costs) / max(1, len(self._costs))
        hinted = sum(self._hinted) / max(1, len(self._hinted))
        self._costs, self._hinted = [], []
        cells = [
            f"{minutes:.1f}\t{self.optimiser.steps}\t{self.entries}\t{self.rounds}\t{cost:.3f}\t{hinted:.3f}",
            *(f"{kind} {count} {r:.3f} {c:.3f}" for kind, (count, r, c) in found.items()),
        ]
        with (self.run / "log.tsv").open("a", encoding="utf-8") as log:
            log.write("\t".join(cells) + "\n")
        save(self.run / CHECKPOINT, self.network, self.optimiser, self.vocabulary, self.plan)


def train(material: Path, run: Path, plan: Plan) -> None:
    """Train, from the weights of the run's checkpoint where there is one."""
    run.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    torch.manual_seed(plan.seed)
    training = Training(material, run, plan)
    count = sum(one.numel() for one in training.network.parameters())
    sys.stdout.write(
        f"{len(training.items)} lessons, {len(training.watch)} watched, "
        f"{training.network.shape}, {count / 1e6:.1f} M\n"
    )
    began = looked = time.monotonic()
    while (part := (time.monotonic() - began) / 60 / plan.minutes) < 1:
        if (run / STOP).exists():
            break
        training.step(plan.size(part))
        if time.monotonic() - looked > plan.watch_every:
            training.report((time.monotonic() - began) / 60)
            looked = time.monotonic()
    training.report((time.monotonic() - began) / 60)


def save(
    path: Path, network: Network, optimiser: Optimiser, vocabulary: Vocabulary, plan: Plan
) -> None:
    """Write the running average of the weights, and what is needed to use them."""
    torch.save(
        {
            "weights": optimiser.average(),
            "shape": asdict(network.shape),
            "entries": list(vocabulary.entries),
            "plan": asdict(plan),
        },
        path,
    )


def load(path: Path) -> tuple[Network, Vocabulary]:
    """Read a checkpoint."""
    kept = torch.load(path)
    network = Network(Shape(**kept["shape"]))
    network.load_state_dict(kept["weights"], strict=False)
    network.eval()
    return network, Vocabulary(tuple(kept["entries"]))


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("material", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--change", type=json.loads, default={}, help="fields of Plan")
    given = parser.parse_args()
    train(given.material, given.run, Plan(minutes=given.minutes, **given.change))


if __name__ == "__main__":
    main()

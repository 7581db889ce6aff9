r"""Training: several processes move one set of weights, until the time given is spent.

Each process draws batches, works out gradients with one thread and steps the shared
weights under a lock; none waits for another, so a busy machine costs only its share.
The rate follows the time spent: a short rise, a plateau, a straight fall to zero. A
checkpoint holds everything; started again on the same folder, training goes on.

    python -m models.listener.train ../shared/speech/cv_vi /root/ears/features \
        /root/ears/run --minutes 120
"""

import argparse
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, multiprocessing
from torch.multiprocessing.spawn import ProcessContext

from models.listener.batches import (
    Batch,
    Changes,
    Example,
    batch_of,
    epoch,
    examples_of,
)
from models.listener.clips import held_out_speakers, read_features, read_manifest
from models.listener.importing import shipped_network
from models.listener.loss import Bigram, anything, spoken
from models.listener.network import Network, Shape
from models.listener.optimiser import Optimiser, averaged
from models.listener.pronunciation import UNITS

STOP = "stop"
"""A file of this name in the run's folder ends the training, which can go on later."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a training does when; parts are of the whole time."""

    clips: Path
    features: Path
    run: Path
    minutes: float
    model: str | None = None
    """A folder whose network is trained further; None: a new one."""
    processes: int = 2
    seed: int = 1
    most_frames: int = 12_000
    """Of a batch, padding included."""
    most_of_a_speaker: int = 250
    """Clips an epoch, so that three speakers do not drown the others."""
    rise: float = 0.01
    fall_from: float = 0.1
    changes_from: float = 0.1
    """Unchanged clips first: the units must be found before they are blurred."""
    changes: float = 1.0
    blur: float = 0.15
    """Of the layers' dimensions, as `network.blurred` says."""
    rivals_from: float = 0.35
    """Where the sequence loss joins."""
    spoken_share: float = 0.15
    """Of the plain loss, kept beside the sequence loss."""
    save_every: float = 150.0
    """Seconds."""
    rate: float = 0.014
    small_rate: float = 2e-3

    def size(self, part: float) -> float:
        """The rate at a part of the time, against its height."""
        return max(0.0, min(part / self.rise, (1 - part) / (1 - self.fall_from), 1.0))


@dataclass(frozen=True, slots=True)
class Shared:
    """What all processes see."""

    network: Network
    optimiser: Optimiser
    lock: "torch.multiprocessing.Lock"  # type: ignore[name-defined]
    counts: Tensor
    """Batches drawn; seconds of sound heard; seconds of time spent before this start."""
    began: float


@dataclass(frozen=True, slots=True)
class Material:
    """Clips to learn from and clips to watch."""

    taught: list[Example]
    watched: list[Example]

    @classmethod
    def of(cls, clips: Path, features: Path, *, unheard_weight: float = 1.0) -> "Material":
        """Read it; clips of watched speakers are not learnt from."""
        heard = [
            clip
            for clip in read_manifest(clips / "manifest.jsonl")
            if clip.may_be_heard_in_training
        ]
        apart = held_out_speakers(heard)
        stored = read_features(features)
        taught = examples_of(
            [clip for clip in heard if clip.speaker not in apart],
            stored,
            unheard_weight=unheard_weight,
        )
        watched = examples_of([clip for clip in heard if clip.speaker in apart], stored)
        return cls(taught, watched)


def average_and_deviation(examples: list[Example]) -> tuple[Tensor, Tensor]:
    """Of each bin, over a tenth of the material."""
    sample = np.concatenate([one.stored[::5] for one in examples[::10]]).astype(np.float32)
    return torch.from_numpy(sample.mean(0)), torch.from_numpy(sample.std(0))


def train(plan: Plan) -> None:
    """Train, from the run's checkpoint where there is one."""
    plan.run.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(plan.seed)
    network = _begun(plan, Material.of(plan.clips, plan.features).taught)
    network.share_memory()
    optimiser = Optimiser(network, plan.rate, plan.small_rate)
    counts = torch.zeros(3, dtype=torch.float64).share_memory_()
    kept = plan.run / "checkpoint.pt"
    if kept.exists():
        saved = torch.load(kept)
        network.load_state_dict(saved["network"])
        for name, value in saved["optimiser"].items():
            optimiser.state[name].copy_(value)
        counts.copy_(saved["counts"])
    shared = Shared(
        network, optimiser, multiprocessing.get_context("spawn").Lock(), counts, time.time()
    )
    workers = multiprocessing.spawn(_work, (plan, shared), plan.processes, join=False)
    assert isinstance(workers, ProcessContext)
    while not workers.join():
        pass


def _begun(plan: Plan, taught: list[Example]) -> Network:
    """A network as a training begins with it."""
    mean, deviation = average_and_deviation(taught)
    if plan.model is not None:
        some = batch_of(taught[:: len(taught) // 32 + 1], Shape(units=len(UNITS)))
        return shipped_network(Path(plan.model), mean, deviation, some.padded)
    network = Network(Shape(units=len(UNITS), front=192))
    network.mean[:], network.deviation[:] = mean, deviation
    with torch.no_grad():  # at first nothing is heard most of the time
        for bias in network.out.bias.chunk(network.shape.heads):
            bias[0] = 3.0
    return network


def _work(rank: int, plan: Plan, shared: Shared) -> None:
    torch.set_num_threads(1)
    material = Material.of(plan.clips, plan.features)
    chance = np.random.default_rng((plan.seed, rank, int(shared.counts[0])))
    changes = Changes(shared.network.mean.numpy().copy(), plan.changes)
    bigram = Bigram.of({one.units for one in material.taught}, len(UNITS))
    own = Network(shared.network.shape)
    own.train()
    for layer in own.layers:
        layer.blur = plan.blur
    batches: list[list[Example]] = []
    recent: list[tuple[float, float]] = []
    saved, drawn = time.monotonic(), 0
    log = (plan.run / "log.tsv").open("a", encoding="utf-8")
    while True:
        spent = float(shared.counts[2]) + time.time() - shared.began
        part = spent / 60 / plan.minutes
        if part >= 1 or (plan.run / STOP).exists():
            break
        if not batches:
            batches = epoch(
                material.taught,
                chance,
                most_of_a_speaker=plan.most_of_a_speaker,
                most_frames=plan.most_frames,
                is_short_first=drawn == 0 and part < plan.rise,
            )[::-1]
        batch = batch_of(
            batches.pop(),
            own.shape,
            changes if part >= plan.changes_from else None,
            chance,
        )
        with shared.lock:
            own.load_state_dict(shared.network.state_dict())
        losses = _gradients(own, batch, bigram if part >= plan.rivals_from else None, plan)
        with shared.lock:
            gradients = {name: each.grad for name, each in own.named_parameters()}
            shared.optimiser.step(
                {name: each for name, each in gradients.items() if each is not None},
                plan.size(part),
            )
            for name, value in own.named_buffers():
                shared.network.get_buffer(name).copy_(value)
            shared.counts[0] += 1
            shared.counts[1] += float(batch.frames.sum()) * 0.03
        drawn += 1
        recent.append(losses)
        if len(recent) == 20:
            fields = (rank, int(shared.counts[0]), spent / 60, float(shared.counts[1]) / 3600)
            line = "\t".join(f"{each:.3f}" for each in (*fields, *np.mean(recent, 0)))
            print(line, file=log, flush=True)
            recent = []
        if rank == 0 and time.monotonic() - saved > plan.save_every:
            saved = time.monotonic()
            _save(plan, shared, spent)
            print(_watched(spent, shared, material), file=log, flush=True)
    if rank == 0:
        _save(plan, shared, spent)
        print(_watched(spent, shared, material), file=log)


def _watched(spent: float, shared: Shared, material: Material) -> str:
    error = unit_error(averaged(shared.optimiser), material.watched)
    return f"watched\t{spent / 60:.1f}\t{error:.4f}"


def _gradients(
    network: Network, batch: Batch, bigram: Bigram | None, plan: Plan
) -> tuple[float, float]:
    """Leaves gradients in the network; both losses, a unit."""
    network.zero_grad()
    scores = network(batch.padded)
    units = batch.lengths.sum()
    each = spoken(scores, batch.targets, batch.frames, batch.lengths)
    said = -(each * batch.weights).sum() / units
    if bigram is None:
        loss, rivals = said, torch.zeros(())
    else:
        rivals = (anything(scores, batch.frames, bigram) * batch.weights).sum() / units
        loss = said + rivals + plan.spoken_share * said
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
    return said.item(), rivals.item()


def unit_error(network: Network, examples: list[Example]) -> float:
    """Wrong, missing and extra units of the likeliest frames, against the units said."""
    wrong = total = 0
    with torch.no_grad():
        for start in range(0, len(examples), 16):
            some = examples[start : start + 16]
            batch = batch_of(some, network.shape)
            best = network(batch.padded).argmax(-1)
            for row, frames, one in zip(best, batch.frames, some, strict=True):
                heard = [unit for unit in row[:frames].tolist() if unit]
                wrong += distance(heard, one.units)
                total += len(one.units)
    return wrong / max(1, total)


def distance(heard: list[int], said: tuple[int, ...]) -> int:
    """The least number of changes from one to the other."""
    row = list(range(len(said) + 1))
    for count, one in enumerate(heard, 1):
        corner, row[0] = row[0], count
        for place, other in enumerate(said):
            best = min(row[place + 1] + 1, row[place] + 1, corner + (one != other))
            corner, row[place + 1] = row[place + 1], best
    return row[-1]


def _save(plan: Plan, shared: Shared, spent: float) -> None:
    with shared.lock:
        counts = shared.counts.clone()
        counts[2] = spent
        content = {
            "shape": shared.network.shape.as_numbers(),
            "network": {k: v.clone() for k, v in shared.network.state_dict().items()},
            "optimiser": {k: v.clone() for k, v in shared.optimiser.state.items()},
            "counts": counts,
        }
    new = plan.run / "checkpoint.new"
    torch.save(content, new)
    new.replace(plan.run / "checkpoint.pt")


def main() -> None:
    """Train by the command line's plan."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clips", type=Path)
    parser.add_argument("features", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--change", default="{}", help="fields of the plan, as JSON")
    chosen = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    plan = Plan(
        chosen.clips, chosen.features, chosen.run, chosen.minutes, **json.loads(chosen.change)
    )
    train(plan)


if __name__ == "__main__":
    main()

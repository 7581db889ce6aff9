r"""Trials of equal length: one change each, one line of JSON each, one after the other.

    nice python -m models.listener.trials ../shared/speech ~/work/features \
        models/vosk-vi-danloi ~/work/trials --hours 9

Each hears as many hours of sound, with one thread. Those that keep the network's form go
on from the network that ships; the others begin anew, taught by the shipped network's
placing of the units in time. What is finished is not done again.
"""

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

import numpy as np
import torch
import vosk
from torch import Tensor

from kiosk.catalogue import load_catalogue
from models.listener.batches import Batch, Changes, Example, batch_of, epoch
from models.listener.choosing import copy_to_choose_by
from models.listener.evaluate import clips_to_hear, open_dictation
from models.listener.export import graph_of
from models.listener.importing import shipped_network
from models.listener.kaldi import write_model
from models.listener.lexicon import phones
from models.listener.loss import Bigram, anything, spoken
from models.listener.network import Network, Shape
from models.listener.optimiser import Optimiser, averaged
from models.listener.pronunciation import UNITS, VOWELS, numbers_of
from models.listener.texts import sentences_of_ward
from models.listener.train import Material, average_and_deviation, unit_error
from models.listener.voices import spoken_by_voices

SEED = 1
MOST_FRAMES = 12_000
SPOKEN_SHARE = 0.15
RISE = 0.05


class Goal(StrEnum):
    """What the network is moved towards."""

    SAID = "said"
    """The sentence's chance over all placings of its units (CTC)."""
    AGAINST_RIVALS = "against rivals"
    """The same against all other sequences of units: the shipped network's own."""
    PLACED = "placed"
    """Each frame's unit as the shipped network places it (frame training)."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A training with one change against the others of its kind."""

    name: str
    goal: Goal = Goal.AGAINST_RIVALS
    shape: Shape | None = None
    """Of a network that begins anew; None: the shipped one goes on."""
    changes: float = 1.0
    blur: float = 0.15
    most_of_a_speaker: int = 250
    unheard_weight: float = 1.0
    joined: float = 0.0
    """Share of batches whose clips are joined in pairs."""
    has_voices: bool = False
    """Whether espeak-ng's voices are a fifth of the material."""
    is_toneless: bool = False
    """Whether a vowel is one unit in all tones."""
    hours: float = 0.0
    """0: as the command line says."""


USUAL = Shape(units=len(UNITS), front=192)
ANEW = Trial("anew", Goal.PLACED, USUAL, changes=0.0, blur=0.0)
TRIALS = (
    Trial("on: as before"),
    replace(ANEW, name="anew: frames placed"),
    replace(ANEW, name="anew: said (CTC)", goal=Goal.SAID),
    Trial("on: no speaker capped", most_of_a_speaker=100_000),
    Trial("on: sounds unchanged, nothing blurred", changes=0.0, blur=0.0),
    Trial("on: clips that few have judged count 0.3", unheard_weight=0.3),
    replace(ANEW, name="anew: width 384", shape=replace(USUAL, width=384)),
    replace(ANEW, name="anew: body every 30 ms", shape=replace(USUAL, step=3)),
    replace(ANEW, name="anew: four layers, 0.34 s to either side", shape=replace(USUAL, layers=4)),
    Trial("on: espeak-ng a fifth", has_voices=True),
    replace(ANEW, name="anew: vowels without tone", is_toneless=True),
    Trial("on: frames placed", goal=Goal.PLACED),
    Trial("on: said (CTC)", goal=Goal.SAID),
    Trial("on: a half of the batches joined in pairs", joined=0.5),
)


@dataclass(frozen=True, slots=True)
class Bench:
    """What all trials share."""

    speech: Path
    features: Path
    work: Path
    shipped: Path
    copy: Path
    """The shipped model for choosing: its graph is every trial's."""
    clips: int
    hours: float
    labels: Tensor = field(default_factory=lambda: torch.arange(len(UNITS)))
    """Unit to unit as a trial tells them apart."""


def toneless() -> Tensor:
    """Each unit's number, a vowel's that of its level tone."""
    numbers = torch.arange(len(UNITS))
    for vowel in VOWELS:
        level, *others = numbers_of(tuple(f"{vowel}{tone}" for tone in range(1, 7)))
        numbers[others] = level
    return numbers


def run(trial: Trial, bench: Bench) -> dict[str, object]:
    """Train, build, measure."""
    torch.manual_seed(SEED)
    chance = np.random.default_rng(SEED)
    if trial.is_toneless:
        bench = replace(bench, labels=toneless())
    material = Material.of(
        bench.speech / "cv_vi", bench.features, unheard_weight=trial.unheard_weight
    )
    mean, deviation = average_and_deviation(material.taught)
    some = epoch(
        material.taught,
        np.random.default_rng(SEED),
        most_of_a_speaker=50,
        most_frames=MOST_FRAMES,
        is_short_first=False,
    )[0]
    shipped = shipped_network(bench.shipped, mean, deviation, batch_of(some, USUAL).padded)
    taught = material.taught
    if trial.has_voices:
        ward = sentences_of_ward(load_catalogue(Path("procedures")))
        taught = [*taught, *spoken_by_voices(ward, 250, chance)]
    network = _begun(trial, shipped)
    learner = _Learner(trial, bench, shipped, network, taught)
    spent = learner.learn(chance)
    heard = averaged(learner.optimiser)
    places = bench.labels.tolist()
    watched = [replace(one, units=_mapped(one.units, places)) for one in material.watched]
    folder = bench.work / "model"
    _build(heard, bench, folder)
    torch.save(heard.state_dict(), bench.work / f"{trial.name.replace(' ', '-')}.pt")
    clips = clips_to_hear(bench.speech / "cv_vi", bench.clips, is_choosing=True)
    (figures,) = open_dictation(vosk.Model(str(folder)), clips, "open")
    return {
        "trial": trial.name,
        "hours": round(learner.hours, 1),
        "updates": int(learner.optimiser.state["steps"]),
        "processor_minutes": round(spent / 60, 1),
        "unit_error": round(unit_error(heard, watched), 4),
        "word_error_rate": figures["word_error_rate"],
        "clips": figures["clips"],
        "real_time_factor": figures["real_time_factor"],
        "megabytes": round(
            _bytes(folder / "am", bench.copy / "conf", bench.copy / "graph") / 1e6, 1
        ),
        "losses": learner.losses,
    }


def _begun(trial: Trial, shipped: Network) -> Network:
    if trial.shape is None:
        network = Network(shipped.shape)
        network.load_state_dict(shipped.state_dict())
    else:
        network = Network(trial.shape)
        network.mean.copy_(shipped.mean)
        network.deviation.copy_(shipped.deviation)
        with torch.no_grad():  # at first nothing is heard most of the time
            for bias in network.out.bias.chunk(network.shape.heads):
                bias[0] = 3.0
    network.train()
    for layer in network.layers:
        layer.blur = trial.blur
    return network


def _build(network: Network, bench: Bench, folder: Path) -> None:
    """A folder with the network, all else as in the copy to choose by."""
    (folder / "am").mkdir(parents=True, exist_ok=True)
    for part in ("conf", "graph"):
        if not (folder / part).exists():
            (folder / part).symlink_to((bench.copy / part).resolve())
    units = _mapped(phones(), bench.labels.tolist())
    write_model(folder / "am" / "final.mdl", units, graph_of(network))


def _bytes(*folders: Path) -> int:
    return sum(file.stat().st_size for folder in folders for file in folder.rglob("*.*"))


def _mapped(units: Sequence[int], places: Sequence[int]) -> tuple[int, ...]:
    return tuple(places[unit] for unit in units)


class _Learner:
    """One training, with one thread."""

    def __init__(
        self,
        trial: Trial,
        bench: Bench,
        shipped: Network,
        network: Network,
        taught: Sequence[Example],
    ) -> None:
        self._trial, self._bench = trial, bench
        self._shipped, self._network, self._taught = shipped, network, taught
        is_new = trial.shape is not None
        rates = (0.014, 2e-3) if is_new else (0.004, 5e-4)
        self.optimiser = Optimiser(network, *rates)
        places = bench.labels.tolist()
        self._bigram = Bigram.of({_mapped(one.units, places) for one in taught}, len(UNITS))
        self.hours = 0.0
        self.losses: list[float] = []
        """Averages of twenty updates."""

    def learn(self, chance: np.random.Generator) -> float:
        """Hear all hours; the seconds of processor that it took."""
        began, recent = time.process_time(), []
        changes = Changes(self._network.mean.numpy().copy(), self._trial.changes)
        most = self._trial.hours or self._bench.hours
        for examples in self._rounds(chance):
            batch = batch_of(
                examples, self._network.shape, changes if self._trial.changes else None, chance
            )
            part = self.hours / most
            recent.append(self._step(batch, min(part / RISE + 0.02, (1 - part) / (1 - RISE), 1.0)))
            self.hours += float(batch.frames.sum()) * 0.03 / 3600
            if len(recent) == 20:
                self.losses.append(round(float(np.mean(recent)), 3))
                recent = []
            if self.hours >= most:
                break
        return time.process_time() - began

    def _rounds(self, chance: np.random.Generator) -> Iterator[list[Example]]:
        is_first = self._trial.shape is not None
        while True:
            batches = epoch(
                self._taught,
                chance,
                most_of_a_speaker=self._trial.most_of_a_speaker,
                most_frames=MOST_FRAMES,
                is_short_first=is_first,
            )
            is_first = False
            for batch in batches:
                yield joined(batch) if chance.random() < self._trial.joined else batch

    def _step(self, batch: Batch, size: float) -> float:
        network = self._network
        network.zero_grad()
        with torch.autocast("cpu", torch.bfloat16):
            scores = network(batch.padded)
        loss = self._loss(scores, batch) / batch.lengths.sum()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        gradients = {name: each.grad for name, each in network.named_parameters()}
        self.optimiser.step(
            {name: each for name, each in gradients.items() if each is not None}, size
        )
        return float(loss.detach())

    def _loss(self, scores: Tensor, batch: Batch) -> Tensor:
        labels = self._bench.labels
        if self._trial.goal is Goal.PLACED:
            with torch.autocast("cpu", torch.bfloat16):
                placed = self._placed(batch)
            wanted = torch.zeros_like(placed).index_add_(2, labels, placed)
            longest = min(wanted.shape[1], scores.shape[1])
            each = (wanted[:, :longest] * scores[:, :longest]).sum((1, 2))
            return -(each * batch.weights).sum()
        said = -spoken(scores, labels[batch.targets], batch.frames, batch.lengths)
        if self._trial.goal is Goal.AGAINST_RIVALS:
            rivals = anything(scores, batch.frames, self._bigram)
            said = said + rivals + SPOKEN_SHARE * said
        return (said * batch.weights).sum()

    def _placed(self, batch: Batch) -> Tensor:
        """How sure the shipped network is of each unit in each frame, the sentence given."""
        shape = self._network.shape
        own = self._shipped.shape
        padded = padded_again(batch.padded, shape, own)
        with torch.no_grad():
            scores = self._shipped(padded)
        scores.requires_grad_()
        total = spoken(scores, batch.targets, batch.frames, batch.lengths).sum()
        (placed,) = torch.autograd.grad(total, scores)
        return placed


def padded_again(padded: Tensor, shape: Shape, other: Shape) -> Tensor:
    """The same sounds with as much before and after them as another network needs."""
    before, after = other.left - shape.left, other.right - shape.right + other.step
    parts = [padded, padded[:, -1:].expand(-1, max(0, after), -1)]
    if before > 0:
        parts.insert(0, padded[:, :1].expand(-1, before, -1))
    else:
        parts[0] = padded[:, -before:]
    return torch.cat(parts, 1)


def joined(batch: Sequence[Example]) -> list[Example]:
    """Clips in pairs, each pair as one; an odd one is left out unless it is alone."""
    if len(batch) < 2:
        return list(batch)
    return [
        Example(
            one.speaker,
            np.concatenate((one.stored, other.stored)).astype(np.float16),
            (*one.units, *other.units),
            (one.weight + other.weight) / 2,
        )
        for one, other in zip(batch[::2], batch[1::2], strict=False)
    ]


def main() -> None:
    """Run the trials that are not done, or those named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("speech", type=Path, help="holds cv_vi")
    parser.add_argument("features", type=Path)
    parser.add_argument("shipped", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--hours", type=float, default=9.0)
    parser.add_argument("--clips", type=int, default=60)
    parser.add_argument("--only", nargs="*")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    vosk.SetLogLevel(-2)
    chosen.work.mkdir(parents=True, exist_ok=True)
    copy = chosen.work / "choosing"
    if not copy.exists():
        manifest = chosen.speech / "cv_vi" / "manifest.jsonl"
        copy_to_choose_by(chosen.shipped, manifest, Path("procedures"), copy)
    bench = Bench(
        chosen.speech,
        chosen.features,
        chosen.work,
        chosen.shipped,
        copy,
        chosen.clips,
        chosen.hours,
    )
    results = chosen.work / "trials.jsonl"
    done = results.read_text(encoding="utf-8").splitlines() if results.exists() else []
    names = {json.loads(line)["trial"] for line in done}
    for trial in TRIALS:
        if trial.name in names or (chosen.only and trial.name not in chosen.only):
            continue
        with results.open("a", encoding="utf-8") as out:
            print(json.dumps(run(trial, bench), ensure_ascii=False), file=out)


if __name__ == "__main__":
    main()

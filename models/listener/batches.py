"""What the network is shown: which clips, in which batches, changed in which ways."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.listener.clips import Clip
from models.listener.network import Shape, output_frames, padded_length
from models.listener.pronunciation import numbers_of, units_of, words_said

Frames = NDArray[np.float32]
Stored = NDArray[np.float16] | Frames


@dataclass(frozen=True, slots=True)
class Example:
    """A clip that can be trained on."""

    speaker: str
    stored: Stored
    """Frames by bins."""
    units: tuple[int, ...]
    weight: float = 1.0
    """How much it counts."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Examples side by side, padded to the longest."""

    padded: Tensor
    targets: Tensor
    frames: Tensor
    """Output frames of each."""
    lengths: Tensor
    """Units of each."""
    weights: Tensor
    """How much each counts."""


def examples_of(
    clips: Sequence[Clip],
    stored: Mapping[str, Stored],
    *,
    shortest: int = 30,
    unheard_weight: float = 1.0,
) -> list[Example]:
    """Those clips whose every word has a pronunciation that fits into the sound.

    Clips that too few listeners have judged may count less.
    """
    found = []
    for clip in clips:
        frames = stored.get(clip.name)
        spoken = [units_of(word) for word in words_said(clip.text)]
        if frames is None or len(frames) < shortest or not spoken or None in spoken:
            continue
        units = tuple(one for word in spoken if word for one in numbers_of(word))
        if len(units) <= output_frames(len(frames)):
            weight = 1.0 if clip.is_validated else unheard_weight
            found.append(Example(clip.speaker, frames, units, weight))
    return found


def epoch(
    examples: Sequence[Example],
    chance: np.random.Generator,
    *,
    most_of_a_speaker: int,
    most_frames: int,
    is_short_first: bool,
) -> list[list[Example]]:
    """One round through the speakers as batches of clips alike in length."""
    by_speaker = defaultdict(list)
    for example in examples:
        by_speaker[example.speaker].append(example)
    shown = []
    for own in by_speaker.values():
        order = chance.permutation(len(own))[:most_of_a_speaker]
        shown += [own[place] for place in order]
    blurred = [len(one.stored) * chance.uniform(0.94, 1.06) for one in shown]
    found: list[list[Example]] = []
    longest = 0
    for place in np.argsort(blurred):
        example = shown[place]
        longest = max(longest, len(example.stored))
        if not found or longest * (len(found[-1]) + 1) > most_frames:
            found.append([])
            longest = len(example.stored)
        found[-1].append(example)
    if not is_short_first:
        found = [found[place] for place in chance.permutation(len(found))]
    return found


def batch_of(
    examples: Sequence[Example],
    shape: Shape,
    changes: "Changes | None" = None,
    chance: np.random.Generator | None = None,
) -> Batch:
    """Examples as one batch, changed at random where `changes` are given."""
    frames = [one.stored.astype(np.float32) for one in examples]
    if changes is not None and chance is not None:
        frames = [
            changes.applied(each, len(one.units), chance)
            for each, one in zip(frames, examples, strict=True)
        ]
    longest = max(padded_length(shape, len(each)) for each in frames)
    padded = np.empty((len(frames), longest, shape.bins), np.float32)
    for row, each in zip(padded, frames, strict=True):
        end = shape.left + len(each)
        row[: shape.left], row[shape.left : end], row[end:] = each[0], each, each[-1]
    targets = torch.zeros(len(examples), max(len(one.units) for one in examples)).long()
    for place, one in enumerate(examples):
        targets[place, : len(one.units)] = torch.tensor(one.units)
    return Batch(
        torch.from_numpy(padded),
        targets,
        torch.tensor([output_frames(len(each)) for each in frames]),
        torch.tensor([len(one.units) for one in examples]),
        torch.tensor([one.weight for one in examples]),
    )


@dataclass(frozen=True, slots=True)
class Changes:
    """Random changes to features that other speakers, rooms and microphones make too."""

    average: Frames
    """The average of each bin over the training material."""
    strength: float = 1.0
    """0 changes nothing, 1 is usual."""

    def applied(self, frames: Frames, units: int, chance: np.random.Generator) -> Frames:
        """The changed frames; still long enough for so many units."""
        bins = frames.shape[1]
        if chance.random() < 0.6 * self.strength:
            speed = chance.uniform(0.88, 1.12)
            places = np.arange(int(len(frames) / speed)) * speed
            if output_frames(len(places)) > 1.15 * units:
                frames = _read_at(frames, places)
        if chance.random() < 0.7 * self.strength:  # a longer or shorter throat
            places = np.arange(bins) * chance.uniform(0.89, 1.12) + chance.uniform(-0.7, 0.7)
            frames = _read_at(frames.T, places).T
        if chance.random() < 0.25 * self.strength:
            frames = self._echoed(frames, chance)
        if chance.random() < 0.25 * self.strength:
            frames = self._with_noise(frames, chance)
        frames = frames + self.strength * self._microphone(chance)
        for _ in range(2 if self.strength > 0 else 0):
            self._mask(frames, chance)
        return frames

    def _microphone(self, chance: np.random.Generator) -> Frames:
        """Another loudness and colour, a few waves over the bins."""
        place = np.linspace(0, 1, len(self.average))
        waves = sum(
            chance.normal(0, size) * np.cos(np.pi * number * place)
            for number, size in enumerate((1.2, 0.8, 0.5, 0.4, 0.3))
        )
        return np.asarray(waves, np.float32)

    def _echoed(self, frames: Frames, chance: np.random.Generator) -> Frames:
        """Each bin's power rings on, as in a hall."""
        ring = 10 ** (-6 * 0.01 / chance.uniform(0.2, 0.8))  # power falls by 60 dB in so long
        share = chance.uniform(0.02, 0.15)
        power = np.exp(frames)
        tail = np.zeros_like(power)
        ringing = np.zeros_like(power[0])
        for place, each in enumerate(power):
            tail[place] = ringing
            ringing = ringing * ring + each * share
        return np.log(power + tail).astype(np.float32)

    def _with_noise(self, frames: Frames, chance: np.random.Generator) -> Frames:
        """A steady noise of some colour below the speech."""
        level = self.average + chance.uniform(-7.0, -1.0)
        colour = np.linspace(-0.5, 0.5, len(level)) * chance.normal(0, 3)
        rough = np.log(chance.gamma(3.0, 1 / 3, frames.shape) + 1e-3)
        return np.logaddexp(frames, level + colour + rough).astype(np.float32)

    def _mask(self, frames: Frames, chance: np.random.Generator) -> None:
        """Hide a band of bins and a stretch of time."""
        width = chance.integers(0, 1 + int(12 * self.strength))
        first = chance.integers(0, frames.shape[1] - width)
        frames[:, first : first + width] = self.average[first : first + width]
        width = chance.integers(0, 1 + min(int(14 * self.strength), len(frames) // 8))
        first = chance.integers(0, len(frames) - width)
        frames[first : first + width] = self.average


def _read_at(rows: Frames, places: NDArray[np.floating[Any]]) -> Frames:
    """Rows at places between rows, by linear interpolation."""
    places = np.clip(places, 0, len(rows) - 1)
    lower = np.floor(places).astype(int)
    upper = np.minimum(lower + 1, len(rows) - 1)
    share = (places - lower).astype(np.float32)[:, None]
    mixed: Frames = rows[lower] * (1 - share) + rows[upper] * share
    return mixed

"""How far the network is from what was said, over all ways of placing the units in time.

Both sums use the topology of the shipped model: a unit takes one output frame, only the
blank repeats. `spoken` sums the ways to say the sentence, `anything` the ways to say any
sequence of units, weighed by a bigram of units; their difference is a sequence loss
(CTC-CRF, or MMI without a lattice). Gradients are written out by hand: a loop over time
of a few operations each way.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

_NEVER = -1e30


@dataclass(frozen=True, slots=True)
class Bigram:
    """Which unit follows which; row and column 0 stand for the sentence's begin."""

    follows: Tensor
    ends: Tensor

    @classmethod
    def of(cls, sentences: Iterable[Sequence[int]], units: int) -> "Bigram":
        """Counted from sentences of units; each pair keeps a little chance."""
        pairs, ends = torch.zeros(units, units), torch.zeros(units)
        for sentence in sentences:
            for before, after in zip((0, *sentence), sentence, strict=False):
                pairs[before, after] += 1
            ends[sentence[-1]] += 1
        overall = pairs.sum(0) + 1
        overall[0] = 0
        overall /= overall.sum()
        seen = pairs.sum(1) + ends
        unseen = 5 / (seen + 5)
        kept = (1 - unseen) / seen.clamp(min=1)
        follows = kept[:, None] * pairs + 0.9 * unseen[:, None] * overall
        return cls(follows, kept * ends + 0.1 * unseen)


class _Spoken(torch.autograd.Function):
    @staticmethod
    def forward(
        context: Any,  # noqa: ANN401 - torch's own
        scores: Tensor,
        targets: Tensor,
        frames: Tensor,
        lengths: Tensor,
    ) -> Tensor:
        batch, longest, _ = scores.shape
        beyond = torch.arange(longest)[:, None] >= frames
        blank = scores[:, :, 0].T.masked_fill(beyond, 0.0)[:, :, None]
        index = targets[:, None, :].expand(-1, longest, -1)
        sound = scores.gather(2, index).transpose(0, 1).masked_fill(beyond[:, :, None], _NEVER)
        sound = sound.contiguous()
        states = targets.shape[1] + 1
        before = torch.full((longest + 1, batch, states), _NEVER)
        before[0, :, 0] = 0
        for time in range(longest):
            torch.add(before[time], blank[time], out=before[time + 1])
            moved = before[time, :, :-1] + sound[time]
            after = before[time + 1, :, 1:]
            torch.logaddexp(after, moved, out=after)
        each = torch.arange(batch)
        total = before[longest, each, lengths]
        later = torch.full((longest + 1, batch, states), _NEVER)
        later[longest, each, lengths] = 0
        for time in range(longest - 1, -1, -1):
            torch.add(later[time + 1], blank[time], out=later[time])
            moved = later[time + 1, :, 1:] + sound[time]
            stayed = later[time, :, :-1]
            torch.logaddexp(stayed, moved, out=stayed)
        known = total > _NEVER / 2
        norm = total.masked_fill(~known, 0.0)[None, :, None]
        stay = torch.exp(before[:-1] + later[1:] + blank - norm).sum(2)
        move = torch.exp(before[:-1, :, :-1] + later[1:, :, 1:] + sound - norm)
        gradient = torch.zeros_like(scores)
        gradient.scatter_add_(2, index, move.transpose(0, 1))
        gradient[:, :, 0] += stay.masked_fill(beyond, 0.0).T
        context.save_for_backward(gradient * known[:, None, None])
        return total.masked_fill(~known, 0.0)

    @staticmethod
    def backward(context: Any, *given: Tensor) -> tuple[Tensor, None, None, None]:  # noqa: ANN401
        (gradient,) = context.saved_tensors
        return gradient * given[0][:, None, None], None, None, None


class _Anything(torch.autograd.Function):
    @staticmethod
    def forward(context: Any, scores: Tensor, frames: Tensor, bigram: Bigram) -> Tensor:  # noqa: ANN401
        batch, longest, units = scores.shape
        chances = scores.exp().transpose(0, 1).contiguous()
        beyond = torch.arange(longest)[:, None] >= frames
        chances[beyond] = torch.eye(units)[0]  # what is beyond the end is blank for sure
        before = torch.zeros(longest + 1, batch, units)
        before[0, :, 0] = 1
        entered, scale = torch.empty(longest, batch, units), torch.empty(longest, batch, 1)
        for time in range(longest):
            torch.mm(before[time], bigram.follows, out=entered[time])
            here = before[time] * chances[time, :, :1] + entered[time] * chances[time]
            torch.sum(here, 1, keepdim=True, out=scale[time])
            scale[time].clamp_(min=1e-30)
            torch.div(here, scale[time], out=before[time + 1])
        end = (before[longest] @ bigram.ends).clamp(min=1e-30)
        later = torch.empty(longest + 1, batch, units)
        later[longest] = bigram.ends / end[:, None]
        backwards = bigram.follows.T.contiguous()
        for time in range(longest - 1, -1, -1):
            coming = later[time + 1] / scale[time]
            torch.mm(coming * chances[time], backwards, out=later[time])
            later[time].addcmul_(coming, chances[time, :, :1].expand_as(coming))
        coming = later[1:] / scale
        gradient = entered * chances * coming
        gradient[:, :, 0] = (before[:-1] * coming).sum(2) * chances[:, :, 0]
        gradient.masked_fill_(beyond[:, :, None], 0.0)
        context.save_for_backward(gradient.transpose(0, 1))
        return scale.log().sum((0, 2)) + end.log()

    @staticmethod
    def backward(context: Any, *given: Tensor) -> tuple[Tensor, None, None]:  # noqa: ANN401
        (gradient,) = context.saved_tensors
        return gradient * given[0][:, None, None], None, None


def spoken(scores: Tensor, targets: Tensor, frames: Tensor, lengths: Tensor) -> Tensor:
    """Logarithm of the chance of each sentence, 0 where it does not fit into its frames.

    `scores` are batch by frames by units, logarithms of chances; `targets` are batch by
    units, of `lengths`; only the first `frames` count.
    """
    total: Tensor = _Spoken.apply(scores, targets, frames, lengths)  # type: ignore[no-untyped-call]
    return total


def anything(scores: Tensor, frames: Tensor, bigram: Bigram) -> Tensor:
    """Logarithm of the chance, under the bigram, of any sentence at all."""
    total: Tensor = _Anything.apply(scores, frames, bigram)  # type: ignore[no-untyped-call]
    return total


__all__ = ["Bigram", "anything", "spoken"]

"""The network: features in, a logarithm of probability for each unit every 30 ms out.

A factored time-delay network (each layer looks one step to either side through a narrow
neck, with a bypass). Its body runs every 60 ms, half as often as the output: two heads
read the two output frames of each step. That halves the arithmetic, and `export.py` says
the same in nnet3's words (`Round`, `Switch`). A body at every output frame is a `Shape`
of another step.
"""

from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

OUTPUT = 3
"""Input frames from one output frame to the next, which Vosk demands: 30 ms."""
REACH = 4
"""Frames the first layer sees on either side of its own."""
BYPASS = 0.66


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes; everything else follows."""

    units: int
    """With the blank, which is unit 0."""
    bins: int = 80
    front: int = 256
    width: int = 512
    neck: int = 128
    layers: int = 8
    head: int = 256
    step: int = 6
    """Input frames from one step of the body to the next: 60 ms."""

    @property
    def heads(self) -> int:
        """Output frames read from each step."""
        return self.step // OUTPUT

    @property
    def merged(self) -> tuple[int, ...]:
        """Input frames, from a step's own, whose first-layer outputs the second layer joins."""
        return tuple(range(-OUTPUT, self.step + 1, OUTPUT))

    @property
    def left(self) -> int:
        """Frames needed before the first."""
        return self.step * self.layers - self.merged[0] + REACH

    @property
    def right(self) -> int:
        """Frames needed after the first frame of the last step."""
        return self.step * self.layers + self.merged[-1] + REACH

    def as_numbers(self) -> dict[str, int]:
        """For a checkpoint."""
        return asdict(self)


class Layer(nn.Module):
    """One factored layer: two steps into the neck, two steps of the neck out of it."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.inward = nn.Parameter(torch.empty(shape.neck, 2 * shape.width))
        self.outward = nn.Parameter(torch.empty(shape.width, 2 * shape.neck))
        self.norm = nn.BatchNorm1d(shape.width)
        self.blur = 0.0
        nn.init.orthogonal_(self.inward)
        nn.init.orthogonal_(self.outward)

    def forward(self, steps: Tensor) -> Tensor:
        """Batch by steps by width; one step fewer at either end."""
        width, neck = steps.shape[-1], self.inward.shape[0]
        both = torch.cat((self.inward[:, :width], self.inward[:, width:]))
        halves = functional.linear(steps, both)
        necks = halves[:, :-1, :neck] + halves[:, 1:, neck:]
        spread = functional.linear(torch.cat((necks[:, :-1], necks[:, 1:]), -1), self.outward)
        heard = functional.relu(normalised(self.norm, spread))
        return BYPASS * steps[:, 1:-1] + blurred(heard, self.blur)


class Network(nn.Module):
    """All layers; `mean` and `deviation` of the features are part of the model."""

    mean: Tensor
    deviation: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.register_buffer("mean", torch.zeros(shape.bins))
        self.register_buffer("deviation", torch.ones(shape.bins))
        self.front = nn.Linear(shape.bins * (2 * REACH + 1), shape.front, bias=False)
        self.front_norm = nn.BatchNorm1d(shape.front)
        self.merge = nn.Linear(shape.front * len(shape.merged), shape.width, bias=False)
        self.merge_norm = nn.BatchNorm1d(shape.width)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.head = nn.Linear(shape.width, shape.head, bias=False)
        self.head_norm = nn.BatchNorm1d(shape.head)
        self.out = nn.Linear(shape.head, shape.heads * shape.units)

    def forward(self, padded: Tensor) -> Tensor:
        """Batch by padded frames by bins in; batch by output frames by units out.

        `padded` holds `left` copies of the first frame before and enough copies of the
        last frame after; the result has whole steps of output frames.
        """
        frames = (padded - self.mean) / self.deviation
        heads = self.shape.heads
        seen = frames.unfold(1, 2 * REACH + 1, OUTPUT).transpose(2, 3).flatten(2)
        early = functional.relu(normalised(self.front_norm, self.front(seen)))
        joined = early.unfold(1, len(self.shape.merged), heads).transpose(2, 3).flatten(2)
        steps = functional.relu(normalised(self.merge_norm, self.merge(joined)))
        for layer in self.layers:
            steps = layer(steps)
        late = functional.relu(normalised(self.head_norm, self.head(steps)))
        scores = self.out(late).unflatten(-1, (heads, self.shape.units)).flatten(1, 2)
        return functional.log_softmax(scores.float(), -1)


def blurred(values: Tensor, blur: float) -> Tensor:
    """In training, every dimension of every sound weakened or strengthened at random."""
    if blur == 0:
        return values
    weights = torch.rand(values.shape[0], 1, values.shape[2])
    return values * (1 + 2 * blur * (2 * weights - 1))


def normalised(norm: nn.BatchNorm1d, values: Tensor) -> Tensor:
    """Batch normalisation over everything but the last dimension."""
    normed: Tensor = norm(values.flatten(0, -2))
    return normed.view(values.shape)


def padded_length(shape: Shape, frames: int) -> int:
    """Frames of an input, padding included, that has so many frames of its own."""
    steps = -(-output_frames(frames) // shape.heads)
    return shape.step * (steps - 1) + 1 + shape.left + shape.right


def output_frames(frames: int) -> int:
    """Output frames of so many input frames: one every 30 ms."""
    return -(-frames // OUTPUT)

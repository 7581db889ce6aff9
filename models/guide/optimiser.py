"""How the weights move: orthogonal steps for the matrices within, Adam for the rest."""

from dataclasses import dataclass, field

import torch
from torch import Tensor

from models.guide.network import Network
from models.listener.optimiser import orthogonal


@dataclass(slots=True)
class Optimiser:
    """The weights' momenta, and their running average, which is what is kept in the end."""

    network: Network
    rate: float = 0.01
    small_rate: float = 2e-3
    pull: float = 0.1
    """Towards zero, of the matrices."""
    steps: int = 0
    state: dict[str, Tensor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, value in self.network.named_parameters():
            self.state[f"{name}.first"] = torch.zeros_like(value)
            if not _moves_orthogonally(name, value):
                self.state[f"{name}.second"] = torch.zeros_like(value)
            self.state[f"{name}.average"] = value.detach().clone()

    @torch.no_grad()
    def step(self, size: float) -> None:
        """Move along the gradients; `size` is 1 at the height of the schedule."""
        self.steps += 1
        share = 1 - min(0.997, (1 + self.steps) / (10 + self.steps))
        for name, value in self.network.named_parameters():
            gradient, first = value.grad, self.state[f"{name}.first"]
            if gradient is None:
                continue
            if _moves_orthogonally(name, value):
                first.lerp_(gradient, 0.05)
                ahead = gradient.lerp(first, 0.95)
                step = orthogonal(ahead.bfloat16()).float()
                rows, columns = value.shape
                value.mul_(1 - self.rate * size * self.pull)
                value.add_(step, alpha=-self.rate * size * max(1.0, rows / columns) ** 0.5)
            else:
                second = self.state[f"{name}.second"]
                first.lerp_(gradient, 0.1)
                second.lerp_(gradient.square(), 0.02)
                unbiased = first / (1 - 0.9**self.steps)
                spread = (second / (1 - 0.98**self.steps)).sqrt() + 1e-8
                value.addcdiv_(unbiased, spread, value=-self.small_rate * size)
            self.state[f"{name}.average"].lerp_(value, share)
            value.grad = None

    def average(self) -> dict[str, Tensor]:
        """The running average of the weights, by name."""
        return {name: self.state[f"{name}.average"] for name, _ in self.network.named_parameters()}


def _moves_orthogonally(name: str, value: Tensor) -> bool:
    return value.ndim == 2 and name.startswith("blk.")

"""How the shared weights move: orthogonal steps for matrices, Adam for the rest.

A matrix moves along its momentum with all singular values made one (the Muon rule): a
step changes every direction alike, which a few thousand updates need. Each such matrix
is followed by a batch normalisation, so its length means nothing and is kept fixed.
"""

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from models.listener.network import Network

_CURVES = (
    (4.0848, -6.8946, 2.9270),
    (3.9505, -6.3029, 2.6377),
    (3.7418, -5.5913, 2.3037),
    (2.8769, -3.1427, 1.2046),
)
"""Coefficients of the iteration that lifts all singular values towards one."""


def orthogonal(matrix: Tensor) -> Tensor:
    """The nearest matrix whose singular values are all about one."""
    wide = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
    wide = wide / (wide.norm() + 1e-7)
    gram = wide @ wide.T
    product: Tensor | None = None
    for number, (first, third, fifth) in enumerate(_CURVES, 1):
        step = torch.addmm(gram, gram, gram, beta=third, alpha=fifth)
        step.diagonal().add_(first)
        product = step if product is None else step @ product
        if number < len(_CURVES):
            gram = step @ gram @ step
    assert product is not None
    wide = product @ wide
    return wide if matrix.shape[0] <= matrix.shape[1] else wide.T


@dataclass(slots=True)
class Optimiser:
    """The weights' momenta; all in memory that processes share."""

    network: Network
    rate: float = 0.02
    """How much of a matrix's length a step of full size moves."""
    small_rate: float = 2e-3
    """Adam's rate for everything that is no matrix, and for the last layer."""
    state: dict[str, Tensor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, value in self.network.named_parameters():
            self.state[f"{name}.first"] = torch.zeros_like(value).share_memory_()
            if not _moves_orthogonally(name, value):
                self.state[f"{name}.second"] = torch.zeros_like(value).share_memory_()
        for name, value in self.network.state_dict().items():
            self.state[f"{name}.average"] = value.clone().share_memory_()
        self.state["steps"] = torch.zeros(1).share_memory_()

    @torch.no_grad()
    def step(self, gradients: dict[str, Tensor], size: float) -> None:
        """Move the shared weights; `size` is 1 at the height of the schedule."""
        self.state["steps"] += 1
        count = float(self.state["steps"])
        for name, value in self.network.named_parameters():
            gradient, first = gradients[name], self.state[f"{name}.first"]
            if _moves_orthogonally(name, value):
                first.lerp_(gradient, 0.06)
                ahead = gradient.lerp(first, 0.94)
                value.add_(_blockwise(ahead), alpha=-self.rate * size)
                value.mul_(min(value.shape) ** 0.5 / value.norm())
            else:
                second = self.state[f"{name}.second"]
                first.lerp_(gradient, 0.1)
                second.lerp_(gradient.square(), 0.02)
                unbiased = first / (1 - 0.9**count)
                spread = (second / (1 - 0.98**count)).sqrt() + 1e-8
                value.addcdiv_(unbiased, spread, value=-self.small_rate * size)
        share = 1 - min(0.998, (1 + count) / (10 + count))
        for name, value in self.network.state_dict().items():
            if value.is_floating_point():
                self.state[f"{name}.average"].lerp_(value, share)


def averaged(optimiser: Optimiser) -> Network:
    """A copy with the running average of the weights, ready to listen."""
    network = Network(optimiser.network.shape)
    names = network.state_dict()
    network.load_state_dict({name: optimiser.state[f"{name}.average"] for name in names})
    return network.eval()


def _moves_orthogonally(name: str, value: Tensor) -> bool:
    return value.ndim == 2 and not name.startswith("out.")


def _blockwise(matrix: Tensor) -> Tensor:
    """`orthogonal`, in square-like pieces where a matrix is large and broad: far cheaper."""
    rows, columns = matrix.shape
    if rows < 512 or columns <= rows:
        return orthogonal(matrix)
    pieces = matrix.chunk(4, dim=1)
    joined = torch.cat([orthogonal(piece) for piece in pieces], 1)
    return joined * (min(matrix.shape) ** 0.5 / joined.norm())


def batch_norms(network: nn.Module) -> list[nn.BatchNorm1d]:
    """The normalisations, whose running statistics are weights too."""
    return [module for module in network.modules() if isinstance(module, nn.BatchNorm1d)]

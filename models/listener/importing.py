"""A network from the `am/final.mdl` that ships, so that training can go on from it.

The exporter's inverse. What was folded into the matrices is taken out again as far as it
matters: the file holds no batch statistics, so they are measured on some sound. A matrix
before a normalisation keeps its meaning at any length of its rows; all rows get one.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor, nn

from models.listener.kaldi import Affine, affines_of
from models.listener.network import REACH, Network, Shape


def network_of(content: bytes, mean: Tensor, deviation: Tensor) -> Network:
    """The network of a binary `final.mdl`, in evaluation mode.

    The average and deviation of the features are the training's own to choose: they were
    folded into the first matrix, and are taken out of it.
    """
    affines = affines_of(content)
    network = Network(_shape(content, affines, bins=len(mean)))
    network.mean[:], network.deviation[:] = mean, deviation
    copies = 2 * REACH + 1
    front = affines["front"]
    weight = torch.from_numpy(front.weight)
    with torch.no_grad():
        network.front.weight.copy_(weight * deviation.repeat(copies))
        _take(network.front_norm, torch.from_numpy(front.bias) + weight @ mean.repeat(copies))
        for name, matrix, norm in _normalised(network):
            if name != "front":
                matrix.copy_(torch.from_numpy(affines[name].weight))
                _take(norm, torch.from_numpy(affines[name].bias))
        for number, layer in enumerate(network.layers):
            layer.inward.copy_(torch.from_numpy(affines[f"layer{number}.in"].weight))
        outs = [affines[f"out{number}"] for number in range(network.shape.heads)]
        network.out.weight.copy_(torch.cat([torch.from_numpy(out.weight) for out in outs]))
        network.out.bias.copy_(torch.cat([torch.from_numpy(out.bias) for out in outs]))
    return network.eval()


def shipped_network(model: Path, mean: Tensor, deviation: Tensor, some: Tensor) -> Network:
    """The network of a model's folder, ready to be trained further.

    `some` is padded sound, on which the statistics are measured.
    """
    network = network_of((model / "am" / "final.mdl").read_bytes(), mean, deviation)
    settle(network, some)
    return network


def _shape(content: bytes, affines: dict[str, Affine], *, bins: int) -> Shape:
    step = re.search(rb"name=layer0\.in \S+ input=Append\(Offset\(\S+, -(\d+)\)", content)
    if step is None:
        raise ValueError("not a network that this workshop wrote")
    return Shape(
        units=len(affines["out0"].bias),
        bins=bins,
        front=len(affines["front"].bias),
        width=len(affines["merge"].bias),
        neck=len(affines["layer0.in"].bias),
        layers=sum(name.endswith(".in") for name in affines),
        head=len(affines["head"].bias),
        step=int(step[1]),
    )


def _normalised(network: Network) -> Iterator[tuple[str, nn.Parameter, nn.BatchNorm1d]]:
    """Each matrix with a normalisation after it, by the exporter's name."""
    yield "front", network.front.weight, network.front_norm
    yield "merge", network.merge.weight, network.merge_norm
    for number, layer in enumerate(network.layers):
        yield f"layer{number}.out", layer.outward, layer.norm
    yield "head", network.head.weight, network.head_norm


def _take(norm: nn.BatchNorm1d, bias: Tensor) -> None:
    """A normalisation that only adds the bias."""
    assert norm.running_mean is not None
    assert norm.running_var is not None
    norm.running_mean.zero_()
    norm.running_var.fill_(1 - norm.eps)
    norm.weight.fill_(1)
    norm.bias.copy_(bias)


@torch.no_grad()
def settle(network: Network, padded: Tensor) -> None:
    """Give a network that was read its batch statistics; it hears as before.

    From then on it computes the same in training mode too, as far as other sounds are
    like these.
    """
    seen: dict[nn.Module, Tensor] = {}

    def look(norm: nn.Module, given: tuple[Tensor]) -> None:
        seen[norm] = given[0]

    hooks = [norm.register_forward_pre_hook(look) for _, _, norm in _normalised(network)]
    network(padded)
    for hook in hooks:
        hook.remove()
    for _, matrix, norm in _normalised(network):
        assert norm.running_mean is not None
        assert norm.running_var is not None
        rows, columns = matrix.shape
        longer = (min(rows, columns) / rows) ** 0.5 / matrix.norm(dim=1)
        middle, spread = seen[norm].mean(0), seen[norm].var(0)
        norm.bias.add_(middle)
        norm.running_mean.copy_(middle * longer)
        norm.running_var.copy_(spread * longer**2)
        norm.weight.copy_(torch.sqrt(norm.running_var + norm.eps) / longer)
        matrix.mul_(longer[:, None])

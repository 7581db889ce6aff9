"""A trained network in nnet3's words: what `am/final.mdl` holds.

Normalisation folds into the matrices before it, so that only matrices, rectifiers and
sums are left. A step's two heads become `Switch(Round(...))`: nnet3 then computes the
body every 60 ms and the output every 30 ms.
"""

import torch
from torch import Tensor, nn

from models.listener.kaldi import Affine, Graph, LogSoftmax, Node, Passed, Rectified
from models.listener.network import BYPASS, REACH, Layer, Network


def graph_of(network: Network) -> Graph:
    """The network, in evaluation mode, as an nnet3 graph."""
    shape, nodes = network.shape, list[Node]()

    def rectified(name: str, reads: str, weight: Tensor, norm: nn.BatchNorm1d) -> str:
        nodes.append(Node(name, _folded(weight, norm), reads))
        nodes.append(Node(f"{name}.relu", Rectified(len(weight)), name))
        return f"{name}.relu"

    front = _folded(network.front.weight, network.front_norm)
    nodes.append(Node("front", _standardising(front, network), _joined("input", _around())))
    nodes.append(Node("front.relu", Rectified(shape.front), "front"))
    merged = _joined("front.relu", shape.merged)
    steps = rectified("merge", merged, network.merge.weight, network.merge_norm)
    for number, layer in enumerate(network.layers):
        assert isinstance(layer, Layer)
        name = f"layer{number}"
        nothing = torch.zeros(shape.neck)
        inward = _affine(layer.inward, nothing)
        nodes.append(Node(f"{name}.in", inward, _joined(steps, (-shape.step, 0))))
        spread = _joined(f"{name}.in", (0, shape.step))
        out = rectified(f"{name}.out", spread, layer.outward, layer.norm)
        total = f"Sum(Scale({BYPASS}, {steps}), {out})"
        nodes.append(Node(name, Passed(shape.width), total))
        steps = name
    late = rectified("head", steps, network.head.weight, network.head_norm)
    weights = network.out.weight.chunk(shape.heads)
    biases = network.out.bias.chunk(shape.heads)
    for number, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        nodes.append(Node(f"out{number}", _affine(weight, bias), late))
        nodes.append(Node(f"units{number}", LogSoftmax(shape.units), f"out{number}"))
    chosen = (
        f"Round(units{place * shape.heads // shape.step}, {shape.step})"
        for place in range(shape.step)
    )
    widest = max(shape.left, shape.right)
    return Graph(shape.bins, tuple(nodes), f"Switch({', '.join(chosen)})", widest, widest)


def _around() -> tuple[int, ...]:
    return tuple(range(-REACH, REACH + 1))


def _joined(name: str, offsets: tuple[int, ...]) -> str:
    """`Append` of a node at some frames from here."""
    parts = (name if offset == 0 else f"Offset({name}, {offset})" for offset in offsets)
    return f"Append({', '.join(parts)})"


def _affine(weight: Tensor, bias: Tensor) -> Affine:
    return Affine(weight.detach().float().numpy(), bias.detach().float().numpy())


def _folded(weight: Tensor, norm: nn.BatchNorm1d) -> Affine:
    """The matrix with the batch normalisation after it."""
    assert norm.running_mean is not None
    assert norm.running_var is not None
    gain = norm.weight.double() / torch.sqrt(norm.running_var.double() + norm.eps)
    bias = norm.bias.double() - norm.running_mean.double() * gain
    return _affine(weight.double() * gain[:, None], bias)


def _standardising(affine: Affine, network: Network) -> Affine:
    """The first matrix with the standardisation of the features before it."""
    copies = affine.weight.shape[1] // network.shape.bins
    mean = network.mean.double().repeat(copies)
    weight = torch.from_numpy(affine.weight).double() / network.deviation.double().repeat(copies)
    return _affine(weight, torch.from_numpy(affine.bias).double() - weight @ mean)

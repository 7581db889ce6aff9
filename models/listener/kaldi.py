"""Kaldi's own file format for a transition model with an nnet3 network, written directly.

Knows the format and nothing of speech. Text is for reading and for tests, binary (begun
by a zero byte and a B) is what ships. Facts of the format come from Kaldi's sources
(`base/io-funcs`, `hmm/transition-model`, `nnet3/nnet-nnet`).
"""

import math
import re
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Affine:
    """A matrix (outputs by inputs) and a bias."""

    weight: Matrix
    bias: Matrix


@dataclass(frozen=True, slots=True)
class Rectified:
    """Negative values become zero."""

    size: int


@dataclass(frozen=True, slots=True)
class Passed:
    """Values go through unchanged; its place holds a sum."""

    size: int


@dataclass(frozen=True, slots=True)
class LogSoftmax:
    """Scores become logarithms of probabilities."""

    size: int


Component = Affine | Rectified | Passed | LogSoftmax


@dataclass(frozen=True, slots=True)
class Node:
    """A component, its name and the descriptor of what it reads."""

    name: str
    component: Component
    reads: str


@dataclass(frozen=True, slots=True)
class Graph:
    """An nnet3 network of one input and one output."""

    inputs: int
    nodes: tuple[Node, ...]
    output: str
    """The descriptor of the output."""
    left: int
    right: int


class Writer:
    """The few kinds of value that Kaldi's files hold, one after the other."""

    def __init__(self, *, is_binary: bool) -> None:
        self._is_binary = is_binary
        self._out = BytesIO(b"\0B" if is_binary else b"")
        self._out.seek(0, 2)

    def content(self) -> bytes:
        """All that was written."""
        return self._out.getvalue()

    def text(self, text: str) -> None:
        """Characters as they are."""
        self._out.write(text.encode("ascii"))

    def token(self, token: str) -> None:
        """A word and a space."""
        self.text(token + " ")

    def line(self) -> None:
        """The end of a line, which binary files lack."""
        if not self._is_binary:
            self.text("\n")

    def integer(self, value: int) -> None:
        """A whole number of 32 bits."""
        self._out.write(struct.pack("<bi", 4, value) if self._is_binary else b"%d " % value)

    def real(self, value: float) -> None:
        """A floating-point number of 32 bits."""
        self._out.write(struct.pack("<bf", 4, value) if self._is_binary else b"%.9g " % value)

    def integers(self, values: Sequence[int]) -> None:
        """A list of whole numbers."""
        if self._is_binary:
            self._out.write(struct.pack("<bi", 4, len(values)))
            self._out.write(np.asarray(values, "<i4").tobytes())
        else:
            self.text("".join(f"{value} " for value in values))

    def vector(self, values: Iterable[float]) -> None:
        """A vector of 32-bit numbers."""
        numbers = np.fromiter(values, "<f4")
        if self._is_binary:
            self._out.write(b"FV " + struct.pack("<bi", 4, len(numbers)) + numbers.tobytes())
        else:
            self.text(" [ " + "".join(f"{number:.9g} " for number in numbers) + "]\n")

    def matrix(self, values: Matrix) -> None:
        """A matrix of 32-bit numbers, row by row."""
        rows, columns = values.shape
        if self._is_binary:
            self._out.write(b"FM " + struct.pack("<bibi", 4, rows, 4, columns))
            self._out.write(np.ascontiguousarray(values, "<f4").tobytes())
        else:
            lines = ("  " + "".join(f"{number:.9g} " for number in row) for row in values)
            self.text(" [\n" + "\n".join(lines) + "]\n")


def model_file(units_of_phones: Sequence[int], graph: Graph, *, is_binary: bool) -> bytes:
    """A whole `final.mdl`.

    Phone `n` (from 1) has one state: leaving it sounds unit `units_of_phones[n - 1]`,
    staying in it afterwards sounds unit 0, the blank.
    """
    writer = Writer(is_binary=is_binary)
    _write_transitions(writer, units_of_phones, is_binary=is_binary)
    _write_network(writer, graph)
    return writer.content()


def _write_transitions(writer: Writer, units: Sequence[int], *, is_binary: bool) -> None:
    phones = range(1, len(units) + 1)
    writer.token("<TransitionModel>")
    writer.line()
    writer.token("<Topology>")
    writer.line()
    if is_binary:
        writer.integers(phones)
        writer.integers([-1, *(0 for _ in phones)])  # phone to entry; there is no phone 0
        for number in (-1, 1):  # own sounds for staying; one entry
            writer.integer(number)
        for number in (2, 0, 1, 2):  # two states; the first's sounds; its two transitions
            writer.integer(number)
        for place in (0, 1):
            writer.integer(place)
            writer.real(0.5)
        for number in (-1, -1, 0):  # the last state has no sounds and no transitions
            writer.integer(number)
    else:
        writer.text("<TopologyEntry> \n<ForPhones> \n")
        writer.integers(phones)
        writer.text(
            "\n</ForPhones> \n<State> 0 <ForwardPdfClass> 0 <SelfLoopPdfClass> 1 "
            "<Transition> 0 0.5 <Transition> 1 0.5 </State> \n<State> 1 </State> \n"
            "</TopologyEntry> \n"
        )
    writer.token("</Topology>")
    writer.line()
    writer.token("<Tuples>")
    writer.integer(len(units))
    writer.line()
    for phone, unit in zip(phones, units, strict=True):
        for number in (phone, 0, unit, 0):
            writer.integer(number)
        writer.line()
    writer.token("</Tuples>")
    writer.line()
    writer.token("<LogProbs>")
    writer.line()
    writer.vector([0.0, *(math.log(0.5) for _ in range(2 * len(units)))])
    writer.token("</LogProbs>")
    writer.line()
    writer.token("</TransitionModel>")
    writer.line()


def _write_network(writer: Writer, graph: Graph) -> None:
    writer.text("<Nnet3> \n")
    writer.text(f"input-node name=input dim={graph.inputs}\n")
    for node in graph.nodes:
        writer.text(f"component-node name={node.name} component={node.name} input={node.reads}\n")
    writer.text(f"output-node name=output input={graph.output} objective=linear\n\n")
    writer.token("<NumComponents>")
    writer.integer(len(graph.nodes))
    writer.line()
    for node in graph.nodes:
        writer.token("<ComponentName>")
        writer.token(node.name)
        _write_component(writer, node.component)
        writer.line()
    writer.token("</Nnet3>")
    writer.line()
    writer.token("<LeftContext>")
    writer.integer(graph.left)
    writer.token("<RightContext>")
    writer.integer(graph.right)
    writer.token("<Priors>")
    writer.vector([])


def _write_component(writer: Writer, component: Component) -> None:
    match component:
        case Affine(weight, bias):
            writer.token("<AffineComponent>")
            writer.token("<LearningRate>")
            writer.real(0.001)
            writer.token("<LinearParams>")
            writer.matrix(weight)
            writer.token("<BiasParams>")
            writer.vector(bias)
            writer.token("</AffineComponent>")
        case Passed(size):
            writer.token("<NoOpComponent>")
            writer.token("<Dim>")
            writer.integer(size)
            writer.token("<BackpropScale>")
            writer.real(1.0)
            writer.token("</NoOpComponent>")
        case Rectified(size) | LogSoftmax(size):
            is_rectified = isinstance(component, Rectified)
            name = "RectifiedLinearComponent" if is_rectified else "LogSoftmaxComponent"
            writer.token(f"<{name}>")
            writer.token("<Dim>")
            writer.integer(size)
            for statistic in ("<ValueAvg>", "<DerivAvg>"):
                writer.token(statistic)
                writer.vector([])
            writer.token("<Count>")
            writer.real(0.0)
            writer.token(f"</{name}>")


def affine_in_text(text: str, name: str) -> Affine:
    """The component of that name in a text file, to check what was written."""
    found = re.search(
        rf"<ComponentName> {re.escape(name)} <AffineComponent>.*?<LinearParams>  \[(.*?)\]"
        r"\s*<BiasParams>  \[(.*?)\]",
        text,
        re.DOTALL,
    )
    if found is None:
        raise ValueError(f"no affine component {name}")
    rows = [line.split() for line in found[1].splitlines() if line.strip()]
    return Affine(np.array(rows, np.float32), np.array(found[2].split(), np.float32))


def affines_of(content: bytes) -> dict[str, Affine]:
    """All affine components of a binary file, by name."""
    found = {}
    for begin in re.finditer(rb"<ComponentName> (\S+) <AffineComponent> <LearningRate> ", content):
        place = begin.end() + struct.calcsize("<bf") + len(b"<LinearParams> FM ")
        _, rows, _, columns = struct.unpack_from("<bibi", content, place)
        place += struct.calcsize("<bibi")
        weight = np.frombuffer(content, "<f4", rows * columns, place).reshape(rows, columns)
        place += weight.nbytes + len(b"<BiasParams> FV ") + struct.calcsize("<bi")
        bias = np.frombuffer(content, "<f4", rows, place)
        found[begin[1].decode("ascii")] = Affine(weight.copy(), bias.copy())
    return found


def write_model(path: Path, units_of_phones: Sequence[int], graph: Graph) -> None:
    """Write the binary file that ships."""
    path.write_bytes(model_file(units_of_phones, graph, is_binary=True))

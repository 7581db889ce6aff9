"""A weighted transducer as lists, and OpenFst's file of it. Knows nothing of speech.

Written directly so that a ward's PC can rebuild its language model with no more than
Python. Facts of the format come from OpenFst's sources (`fst.h`, `vector-fst.h`).
"""

import struct
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

NOTHING = 0
"""The label of an arc that reads or writes nothing."""

_MAGIC = 2125659606
_EXPANDED_AND_MUTABLE = 0x3
_ACCEPTOR = 0x10000
_SORTED_BY_INPUT = 0x10000000
_SORTED_BY_OUTPUT = 0x40000000
_ARC = np.dtype([("reads", "<i4"), ("writes", "<i4"), ("cost", "<f4"), ("to", "<i4")])


@dataclass(slots=True)
class Transducer:
    """States are counted from 0, where it starts; costs add up."""

    arcs: list[list[tuple[int, int, float, int]]] = field(default_factory=list)
    """By state: what is read, what is written, the cost, the next state."""
    finals: dict[int, float] = field(default_factory=dict)
    """The states where it may end, and the cost of that."""

    def add_state(self) -> int:
        """A new state."""
        self.arcs.append([])
        return len(self.arcs) - 1

    def add_arc(self, state: int, to: int, reads: int, writes: int, cost: float = 0.0) -> None:
        """An arc from a state."""
        self.arcs[state].append((reads, writes, cost, to))

    @property
    def size(self) -> tuple[int, int]:
        """States and arcs."""
        return len(self.arcs), sum(map(len, self.arcs))


def file_of(transducer: Transducer) -> bytes:
    """OpenFst's "vector" file, arcs by what they write, then by what they read.

    An acceptor, whose arcs write what they read, is marked as one.
    """
    is_acceptor = all(reads == writes for arcs in transducer.arcs for reads, writes, _, _ in arcs)
    known = _EXPANDED_AND_MUTABLE | _SORTED_BY_OUTPUT
    if is_acceptor:
        known |= _ACCEPTOR | _SORTED_BY_INPUT
    states, arcs = transducer.size
    head = struct.pack(
        "<ii6si8siiQqqq", _MAGIC, 6, b"vector", 8, b"standard", 2, 0, known, 0, states, arcs
    )
    parts = [head]
    for state, own in enumerate(transducer.arcs):
        final = transducer.finals.get(state, float("inf"))
        ordered = np.array(sorted(own, key=lambda arc: (arc[1], arc[0])), _ARC)
        parts += [struct.pack("<fq", final, len(own)), ordered.tobytes()]
    return b"".join(parts)


def read_file(content: bytes) -> Transducer:
    """What `file_of` wrote.

    Raises:
        ValueError: the file is of another kind.
    """
    head = struct.Struct("<ii6si8siiQqqq")
    magic, _, kind, _, arc_kind, _, _, _, _, states, _ = head.unpack_from(content)
    if (magic, kind, arc_kind) != (_MAGIC, b"vector", b"standard"):
        raise ValueError("not a vector transducer of standard arcs")
    found, place = Transducer(), head.size
    for state in range(states):
        final, count = struct.unpack_from("<fq", content, place)
        place += 12
        rows = np.frombuffer(content, _ARC, count, place)
        place += count * _ARC.itemsize
        found.arcs.append([(int(r), int(w), float(c), int(t)) for r, w, c, t in rows])
        if final != float("inf"):
            found.finals[state] = final
    return found


def write_file(path: Path, transducer: Transducer) -> None:
    """Write it beside the old file and put it in its place, so that none is ever half."""
    new = path.with_suffix(".new")
    new.write_bytes(file_of(transducer))
    new.replace(path)

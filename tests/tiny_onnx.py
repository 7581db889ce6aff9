"""A recogniser's model of 1 kB, written by hand: one word for each burst of sound.

No model of sherpa-onnx can ship with the tests, and the `onnx` package is not worth its size
for one file: an ONNX file is a Protobuf message, of which this writes what is needed. The
network is a CTC one over 80 mel energies a frame: the loudest band of a frame decides between
the blank and the one word that there is.
"""

import struct
from pathlib import Path

WORD = "▁xin"
"""The one word; "▁" is a space in models made of word pieces."""
LOUD = 0.0
"""Log mel energy of the loudest band, between silence and sound."""

_FLOAT, _INT64 = 1, 7


def _varint(number: int) -> bytes:
    number &= (1 << 64) - 1
    written = bytearray()
    while number > 0x7F:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*written, number])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _message(field: int, *parts: bytes) -> bytes:
    joined = b"".join(parts)
    return _varint(field << 3 | 2) + _varint(len(joined)) + joined


def _text(field: int, text: str) -> bytes:
    return _message(field, text.encode())


def _node(kind: str, inputs: str, outputs: str, **attributes: int | list[int]) -> bytes:
    parts = [_text(1, name) for name in inputs.split()]
    parts += [_text(2, name) for name in outputs.split()]
    parts.append(_text(4, kind))
    for name, value in attributes.items():
        if isinstance(value, int):
            parts.append(_message(5, _text(1, name), _number(3, value), _number(20, 2)))
        else:
            listed = [_number(8, one) for one in value]
            parts.append(_message(5, _text(1, name), *listed, _number(20, 7)))
    return _message(1, *parts)


def _floats(name: str, *values: float) -> bytes:
    raw = struct.pack(f"<{len(values)}f", *values)
    size = [_number(1, one) for one in (1, 1, len(values))]
    return _message(5, *size, _number(2, _FLOAT), _text(8, name), _message(9, raw))


def _value(field: int, name: str, kind: int, *size: str | int) -> bytes:
    dimensions = [
        _message(1, _number(1, one) if isinstance(one, int) else _text(2, one)) for one in size
    ]
    tensor = _message(1, _number(1, kind), _message(2, *dimensions))
    return _message(field, _text(1, name), _message(2, tensor))


def write_ctc_model(folder: Path) -> None:
    """Write `model.onnx` and `tokens.txt`."""
    graph = (
        _node("ReduceMax", "x", "loudest", axes=[2], keepdims=1)
        + _node("Sub", "loudest loud", "above")
        + _node("Mul", "above sides", "logits")
        + _node("LogSoftmax", "logits", "log_probs", axis=2)
        + _node("Identity", "x_lens", "log_probs_len")
        + _text(2, "bursts")
        + _floats("loud", LOUD)
        + _floats("sides", -1.0, 1.0)
        + _value(11, "x", _FLOAT, "N", "T", 80)
        + _value(11, "x_lens", _INT64, "N")
        + _value(12, "log_probs", _FLOAT, "N", "T", 2)
        + _value(12, "log_probs_len", _INT64, "N")
    )
    facts = {"model_type": "zipformer2_ctc", "vocab_size": "2", "subsampling_factor": "1"}
    model = (
        _number(1, 7)
        + _message(7, graph)
        + _message(8, _text(1, ""), _number(2, 13))
        + b"".join(_message(14, _text(1, key), _text(2, value)) for key, value in facts.items())
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(model)
    (folder / "tokens.txt").write_text(f"<blk> 0\n{WORD} 1\n", encoding="utf-8")

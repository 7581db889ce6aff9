"""Keeps learned weights in one NumPy archive; reads nothing but plain arrays from it."""

import io
import zipfile
import zlib
from pathlib import Path

import numpy as np

from kiosk.assistant.weights import DOUBT, EVIDENCE, Weights
from kiosk.errors import KioskError

SHIPPED_WEIGHTS = Path(__file__).parents[2] / "models" / "lookup.npz"
"""The weights that come with the kiosk."""

MOST_BYTES = 40 * 1024 * 1024
"""A larger file is refused unread; ours has under 20 MB."""

FORMAT = 1


def save_weights(weights: Weights, path: Path) -> None:
    """Put the weights in the place of those in `path`, whole or not at all.

    Raises:
        KioskError: `weights.not_written`.
    """
    packed = io.BytesIO()
    np.savez_compressed(
        packed,
        format=np.array([FORMAT]),
        features=_packed(weights.features),
        scale=weights.scale,
        keys=_packed(weights.keys),
        classifier=weights.classifier,
        evidence=weights.evidence,
        doubt=weights.doubt,
        thresholds=np.array([weights.answer_from, weights.clarify_from]),
    )
    unfinished = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(packed.getvalue())
        unfinished.replace(path)
    except OSError as error:
        raise KioskError("weights.not_written", str(error), file=str(path)) from error


MOST_UNPACKED_BYTES = 200 * 1024 * 1024
"""A small file may unpack to any size."""

_DAMAGE = (
    *(OSError, ValueError, KeyError, IndexError, EOFError, TypeError, MemoryError),
    *(RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error),
)
"""What NumPy and zipfile raise for a file that is not ours or was changed."""


def load_weights(path: Path) -> Weights:
    """Read the weights.

    Raises:
        KioskError: `weights.unreadable`: not there, not ours, damaged, of another version.
    """
    try:
        untrusted = _bounded(path)
        with np.load(io.BytesIO(untrusted), allow_pickle=False) as archive:
            weights = Weights(
                features=_unpacked(archive["features"]),
                scale=archive["scale"],
                keys=_unpacked(archive["keys"]),
                classifier=archive["classifier"],
                evidence=archive["evidence"],
                doubt=archive["doubt"],
                answer_from=float(archive["thresholds"][0]),
                clarify_from=float(archive["thresholds"][1]),
            )
            shapes = (
                int(archive["format"][0]),
                weights.scale.shape,
                weights.classifier.shape,
                weights.evidence.shape,
                weights.doubt.shape,
            )
    except _DAMAGE as error:
        raise KioskError("weights.unreadable", str(error), file=str(path)) from error
    features, keys = len(weights.features), len(weights.keys)
    if shapes != (FORMAT, (features,), (features, keys), (len(EVIDENCE),), (len(DOUBT),)):
        raise KioskError("weights.unreadable", "of another version", file=str(path))
    return weights


def _bounded(path: Path) -> bytes:
    with path.open("rb") as opened:
        untrusted = opened.read(MOST_BYTES + 1)
    if len(untrusted) > MOST_BYTES:
        raise ValueError("the file is too large")
    with zipfile.ZipFile(io.BytesIO(untrusted)) as archive:
        if sum(one.file_size for one in archive.infolist()) > MOST_UNPACKED_BYTES:
            raise ValueError("the file unpacks to too much")
    return untrusted


def _packed(texts: tuple[str, ...]) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    return np.frombuffer("\n".join(texts).encode(), np.uint8)


def _unpacked(packed: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> tuple[str, ...]:
    return tuple(packed.tobytes().decode().split("\n"))

"""The learned weights on the disk: kept whole, and nothing else is ever taken for them."""

import io
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from five_procedures import CATALOGUE, LESSONS

from kiosk.assistant.dialect_files import load_standard
from kiosk.assistant.learning import learn
from kiosk.assistant.weights import DOUBT, EVIDENCE, Weights
from kiosk.assistant.weights_file import (
    MOST_BYTES,
    SHIPPED_WEIGHTS,
    load_weights,
    save_weights,
)
from kiosk.errors import KioskError

WEIGHTS = learn(CATALOGUE, LESSONS, load_standard())


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A file with good weights."""
    file = tmp_path / "lookup.npz"
    save_weights(WEIGHTS, file)
    return file


def parts_of(file: Path) -> dict[str, Any]:
    """The arrays in a good file."""
    with np.load(file) as archive:
        return {name: archive[name] for name in archive.files}


def packed(**parts: Any) -> bytes:
    """An archive with these arrays."""
    opened = io.BytesIO()
    np.savez(opened, **parts)
    return opened.getvalue()


def refused(file: Path) -> str:
    """The detail with which a file is refused."""
    with pytest.raises(KioskError) as refusal:
        load_weights(file)
    assert refusal.value.code == "weights.unreadable"
    assert refusal.value.values == {"file": str(file)}
    return refusal.value.detail


class Bomb:
    """Would leave a trace if it were ever unpickled."""

    def __init__(self, trace: Path) -> None:
        self._trace = trace

    def __reduce__(self) -> tuple[Any, tuple[Path]]:
        return Path.touch, (self._trace,)


def test_what_is_kept_comes_back_number_by_number(kept: Path) -> None:
    found = load_weights(kept)
    assert (found.features, found.keys) == (WEIGHTS.features, WEIGHTS.keys)
    for name in ("scale", "classifier", "evidence", "doubt"):
        was, now = getattr(WEIGHTS, name), getattr(found, name)
        assert now.dtype == was.dtype, name
        assert np.array_equal(now, was), name
    assert (found.answer_from, found.clarify_from) == (WEIGHTS.answer_from, WEIGHTS.clarify_from)


def test_keeping_makes_its_folder_and_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "state" / "deep" / "lookup.npz"
    for _ in range(2):
        save_weights(WEIGHTS, file)
    assert load_weights(file).keys == WEIGHTS.keys
    assert [one.name for one in file.parent.iterdir()] == ["lookup.npz"], "nothing unfinished stays"


def test_the_same_weights_make_the_same_file(kept: Path, tmp_path: Path) -> None:
    save_weights(WEIGHTS, tmp_path / "again.npz")
    assert parts_of(tmp_path / "again.npz").keys() == parts_of(kept).keys()
    assert (tmp_path / "again.npz").read_bytes() == kept.read_bytes()


def test_where_nothing_can_be_written_the_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where a folder should be", encoding="utf-8")
    file = tmp_path / "state" / "lookup.npz"
    with pytest.raises(KioskError) as refusal:
        save_weights(WEIGHTS, file)
    assert refusal.value.code == "weights.not_written"
    assert refusal.value.values == {"file": str(file)}


def test_a_failed_writing_leaves_the_old_weights(kept: Path) -> None:
    (kept.parent / "lookup.npz.new").mkdir()
    with pytest.raises(KioskError):
        save_weights(WEIGHTS, kept)
    assert load_weights(kept).keys == WEIGHTS.keys


# What is refused


def test_a_file_that_is_not_there_or_a_folder_is_refused(tmp_path: Path) -> None:
    refused(tmp_path / "lookup.npz")
    refused(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"PK\x03\x04 no archive",
        b"PK\x05\x06" + b"\0" * 18,
        b"\x93NUMPY\x01\x00",
        packed(a=np.zeros(3)),
    ],
    ids=["empty", "text", "half a zip", "an empty zip", "half an array", "another archive"],
)
def test_a_foreign_file_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "lookup.npz"
    file.write_bytes(content)
    refused(file)


def test_a_file_that_was_cut_off_is_refused(kept: Path) -> None:
    whole = kept.read_bytes()
    for share in (0.1, 0.5, 0.9, 0.999):
        kept.write_bytes(whole[: int(len(whole) * share)])
        refused(kept)


def test_bytes_turned_in_the_end_of_the_archive_are_noticed(kept: Path) -> None:
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-22] + b"\xff" * 22)
    refused(kept)


@pytest.mark.parametrize("name", ["features", "classifier", "thresholds", "format"])
def test_a_file_without_one_of_its_parts_is_refused(kept: Path, name: str) -> None:
    parts = parts_of(kept)
    del parts[name]
    kept.write_bytes(packed(**parts))
    assert name in refused(kept)


def test_pickled_objects_are_never_opened(kept: Path, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    parts = parts_of(kept)
    as_array = np.empty(1, dtype=object)
    as_array[0] = Bomb(trace)
    for content in (pickle.dumps(Bomb(trace)), packed(**{**parts, "classifier": as_array})):
        kept.write_bytes(content)
        refused(kept)
        assert not trace.exists()


def test_a_file_that_is_too_large_is_refused_unread(kept: Path) -> None:
    with kept.open("r+b") as opened:
        opened.truncate(MOST_BYTES + 1)
    assert "too large" in refused(kept)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("format", np.array([2])),
        ("format", np.array([], np.int64)),
        ("thresholds", np.array([0.9])),
        ("scale", np.zeros(3, np.float32)),
        ("classifier", np.zeros((3, 5), np.float16)),
        ("classifier", np.zeros(len(WEIGHTS.features) * len(WEIGHTS.keys), np.float16)),
        ("evidence", np.zeros(len(EVIDENCE) - 1, np.float32)),
        ("doubt", np.zeros((len(DOUBT), 1), np.float32)),
        ("keys", np.frombuffer(b"1.000001", np.uint8)),
        ("features", np.frombuffer(b"\xff\xfe", np.uint8)),
    ],
    ids=lambda value: value if isinstance(value, str) else str(value.shape),
)
def test_weights_of_another_version_are_refused(kept: Path, name: str, value: Any) -> None:
    parts = parts_of(kept)
    parts[name] = value
    kept.write_bytes(packed(**parts))
    refused(kept)


# The shipped ones


def test_the_shipped_weights_can_be_used() -> None:
    found: Weights = load_weights(SHIPPED_WEIGHTS)
    assert len(found.keys) > 50
    assert len(set(found.keys)) == len(found.keys)
    assert 0.5 < found.answer_from < 1
    assert 0 < found.clarify_from < found.answer_from
    for one in (found.scale, found.classifier, found.evidence, found.doubt):
        assert np.isfinite(one).all()
    assert SHIPPED_WEIGHTS.stat().st_size < MOST_BYTES / 2

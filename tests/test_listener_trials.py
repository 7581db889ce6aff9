"""What the trials of the listener's training rest on. Runs where PyTorch is installed."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is installed for training only")

from models.listener.batches import Example, batch_of  # noqa: E402
from models.listener.export import graph_of  # noqa: E402
from models.listener.importing import network_of, settle, shipped_network  # noqa: E402
from models.listener.kaldi import write_model  # noqa: E402
from models.listener.network import Network, Shape, output_frames, padded_length  # noqa: E402
from models.listener.pronunciation import UNITS, VOWELS  # noqa: E402
from models.listener.trials import TRIALS, joined, padded_again, toneless  # noqa: E402

SHIPPED = Path(__file__).parents[1] / "models" / "vosk-vi-danloi"
SMALL = Shape(units=5, front=24, width=32, neck=12, layers=2, head=16)


def trained(shape: Shape) -> Network:
    """A network with weights and statistics as a training leaves them."""
    torch.manual_seed(3)
    network = Network(shape)
    network.mean[:], network.deviation[:] = 6.0, 4.0
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm1d):
            module.running_mean.normal_(0, 0.2)
            module.running_var.uniform_(0.5, 1.5)
            module.weight.data.uniform_(0.5, 1.5)
    network.eval()
    return network


def sound(shape: Shape, frames: int = 90) -> Any:
    """One sound, padded as a network of this shape needs it."""
    stored = np.random.default_rng(1).normal(6, 4, (frames, 80)).astype(np.float32)
    return batch_of([Example("one", stored, (1,))], shape).padded


@pytest.mark.parametrize("step", [3, 6])
def test_a_network_read_from_its_file_hears_what_it_heard(tmp_path: Path, step: int) -> None:
    shape = Shape(units=5, front=24, width=32, neck=12, layers=2, head=16, step=step)
    network, padded = trained(shape), sound(shape)
    (tmp_path / "am").mkdir()
    write_model(tmp_path / "am" / "final.mdl", (0, 1, 2, 3, 4), graph_of(network))
    mean, deviation = torch.full((80,), 5.0), torch.full((80,), 3.0)
    read = network_of((tmp_path / "am" / "final.mdl").read_bytes(), mean, deviation)
    assert read.shape == shape
    torch.testing.assert_close(read(padded), network(padded), atol=1e-3, rtol=1e-3)
    settle(read, padded)
    torch.testing.assert_close(read(padded), network(padded), atol=1e-3, rtol=1e-3)


def test_a_settled_network_hears_the_same_while_it_is_trained(tmp_path: Path) -> None:
    network, padded = trained(SMALL), sound(SMALL, 600)
    (tmp_path / "am").mkdir()
    write_model(tmp_path / "am" / "final.mdl", (0, 1, 2, 3, 4), graph_of(network))
    read = shipped_network(tmp_path, torch.zeros(80), torch.ones(80), padded)
    read.train()
    torch.testing.assert_close(read(padded).exp(), network(padded).exp(), atol=0.01, rtol=0.05)


def test_the_network_that_ships_can_be_trained_further() -> None:
    content = (SHIPPED / "am" / "final.mdl").read_bytes()
    network = network_of(content, torch.full((80,), 10.0), torch.full((80,), 3.0))
    assert network.shape == Shape(units=len(UNITS), front=192)


@pytest.mark.parametrize("step", [3, 6])
def test_a_body_of_any_step_gives_an_output_every_30_ms(step: int) -> None:
    shape = Shape(units=5, front=24, width=32, neck=12, layers=2, head=16, step=step)
    for frames in (30, 61, 100):
        scores = trained(shape)(sound(shape, frames))
        assert 0 <= scores.shape[1] - output_frames(frames) < shape.heads


def test_padding_for_another_shape_keeps_each_frame_in_its_place() -> None:
    deep = Shape(units=5, front=24, width=32, neck=12, layers=4, head=16)
    for one, other in ((SMALL, deep), (deep, SMALL)):
        again = padded_again(sound(one), one, other)
        right = sound(other)
        assert again.shape[1] >= padded_length(other, 90)
        torch.testing.assert_close(again[:, : right.shape[1]], right)


def test_joined_clips_are_one_after_the_other() -> None:
    clips = [
        Example("a", np.full((4, 80), number, np.float16), (number,), weight)
        for number, weight in ((1, 1.0), (2, 0.5), (3, 1.0))
    ]
    (pair,) = joined(clips)
    assert pair.units == (1, 2)
    assert pair.stored[:, 0].tolist() == [1.0] * 4 + [2.0] * 4
    assert pair.weight == 0.75
    assert joined(clips[:1]) == clips[:1]


def test_without_tones_only_vowels_fall_together() -> None:
    numbers = toneless().tolist()
    moved = {UNITS[old]: UNITS[new] for old, new in enumerate(numbers) if old != new}
    assert len(moved) == len(VOWELS) * 5
    assert moved["ưa2"] == "ưa1"
    assert all(old[:-1] == new[:-1] for old, new in moved.items())


def test_each_trial_has_a_name_of_its_own() -> None:
    names = [trial.name for trial in TRIALS]
    assert len(set(names)) == len(names) >= 8

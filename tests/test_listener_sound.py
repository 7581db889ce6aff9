"""What is computed here is what Vosk computes: features, and a network in its format."""

import json
from pathlib import Path

import numpy as np
import pytest
import vosk
from numpy.typing import NDArray

from models.listener.fst import Transducer, write_file
from models.listener.kaldi import (
    Affine,
    Graph,
    LogSoftmax,
    Node,
    Passed,
    Rectified,
    affine_in_text,
    model_file,
    write_model,
)
from models.listener.sounds import BINS, CONFIGURATION, RATE, features

UNITS_OF_PHONES = (0, 1)
"""Silence, and one unit."""


def sound(seconds: float = 1.7) -> NDArray[np.int16]:
    """A voice-like tone whose pitch and loudness change, with a hiss."""
    chance = np.random.default_rng(1)
    time = np.arange(int(seconds * RATE)) / RATE
    pitch = np.cumsum(140 + 40 * np.sin(2 * np.pi * 1.3 * time)) / RATE
    voice = sum(np.sin(2 * np.pi * n * pitch) / n for n in range(1, 25))
    loud = 3000 * (1.1 + np.sin(2 * np.pi * 0.7 * time))
    return (loud * voice + 30 * chance.standard_normal(len(time))).astype(np.int16)


def a_network() -> Graph:
    """Three frames, four rectified sums, a bypass, two units."""
    chance = np.random.default_rng(2)

    def affine(outputs: int, inputs: int, size: float) -> Affine:
        weight = chance.normal(0, size, (outputs, inputs)).astype(np.float32)
        return Affine(weight, chance.normal(0, 0.3, outputs).astype(np.float32))

    around = "Append(Offset(input, -1), input, Offset(input, 1))"
    return Graph(
        BINS,
        (
            Node("first", affine(4, 3 * BINS, 0.01), around),
            Node("first.relu", Rectified(4), "first"),
            Node("second", affine(4, 4, 0.5), "first.relu"),
            Node("both", Passed(4), "Sum(Scale(0.66, first.relu), second)"),
            Node("out", affine(2, 4, 0.5), "both"),
            Node("units", LogSoftmax(2), "out"),
        ),
        "units",
        left=1,
        right=1,
    )


def scores(network: Graph, samples: NDArray[np.int16]) -> NDArray[np.float64]:
    """The same network in NumPy, every third frame."""
    first, second, out = (
        node.component for node in network.nodes if isinstance(node.component, Affine)
    )
    own = features(samples).astype(np.float64)
    padded = np.concatenate([own[:1], own, own[-1:]])
    around = np.concatenate([padded[:-2], padded[1:-1], padded[2:]], axis=1)[::3]
    early = np.maximum(around @ first.weight.T + first.bias, 0)
    late = 0.66 * early + early @ second.weight.T + second.bias
    raw = late @ out.weight.T + out.bias
    found: NDArray[np.float64] = raw - np.log(np.exp(raw).sum(axis=1, keepdims=True))
    return found


def model_folder(folder: Path, network: Graph) -> Path:
    """A model that hears one word: its unit in the first frame, then the blank."""
    for part in ("am", "conf", "graph"):
        (folder / part).mkdir(parents=True)
    write_model(folder / "am" / "final.mdl", UNITS_OF_PHONES, network)
    (folder / "conf" / "fbank.conf").write_text(CONFIGURATION)
    (folder / "conf" / "model.conf").write_text(
        "--beam=12.0\n--lattice-beam=4.0\n--acoustic-scale=1.0\n--frame-subsampling-factor=3\n"
        "--min-active=200\n--max-active=4000\n--endpoint.silence-phones=1\n"
    )
    (folder / "graph" / "words.txt").write_text("<eps> 0\nmột 1\n", encoding="utf-8")
    graph = Transducer()
    begin, end = graph.add_state(), graph.add_state()
    graph.add_arc(begin, end, reads=4, writes=1)
    graph.add_arc(end, end, reads=3, writes=0)
    graph.finals[end] = 0.0
    write_file(folder / "graph" / "HCLG.fst", graph)
    return folder


@pytest.mark.parametrize("seconds", [0.31, 1.7, 9.003])
def test_vosk_scores_a_sound_as_these_features_and_this_network_do(
    tmp_path: Path, seconds: float
) -> None:
    network, samples = a_network(), sound(seconds)
    recogniser = vosk.KaldiRecognizer(vosk.Model(str(model_folder(tmp_path, network))), RATE)
    recogniser.SetMaxAlternatives(1)
    for start in range(0, len(samples), 1000):
        recogniser.AcceptWaveform(samples[start : start + 1000].tobytes())
    best = json.loads(recogniser.FinalResult())["alternatives"][0]
    own = scores(network, samples)
    assert best["text"] == "một"
    assert best["confidence"] == pytest.approx(own[0, 1] + own[1:, 0].sum(), rel=1e-4)


def test_a_sound_shorter_than_a_window_has_no_frame() -> None:
    assert features(sound(0.02)).shape == (0, BINS)
    assert features(sound(0.025)).shape == (1, BINS)
    assert features(sound(0.035)).shape == (2, BINS)


def test_silence_has_finite_features() -> None:
    assert np.isfinite(features(np.zeros(RATE, np.int16))).all()


def test_a_matrix_comes_back_from_the_text_file() -> None:
    network = a_network()
    text = model_file(UNITS_OF_PHONES, network, is_binary=False).decode("ascii")
    for node in network.nodes:
        if isinstance(node.component, Affine):
            found = affine_in_text(text, node.name)
            np.testing.assert_array_equal(found.weight, node.component.weight)
            np.testing.assert_array_equal(found.bias, node.component.bias)
    with pytest.raises(ValueError, match="third"):
        affine_in_text(text, "third")


def test_the_text_file_and_the_binary_file_hear_alike(tmp_path: Path) -> None:
    network, samples = a_network(), sound()
    binary = model_folder(tmp_path / "binary", network)
    text = model_folder(tmp_path / "text", network)
    content = model_file(UNITS_OF_PHONES, network, is_binary=False)
    (text / "am" / "final.mdl").write_bytes(content)
    heard = []
    for folder in (binary, text):
        recogniser = vosk.KaldiRecognizer(vosk.Model(str(folder)), RATE)
        recogniser.SetMaxAlternatives(1)
        recogniser.AcceptWaveform(samples.tobytes())
        heard.append(json.loads(recogniser.FinalResult())["alternatives"][0])
    assert heard[0]["confidence"] == pytest.approx(heard[1]["confidence"], rel=1e-5)

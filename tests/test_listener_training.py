"""The training's own arithmetic. Runs where the workshop's PyTorch is installed."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is installed for training only")

import vosk  # noqa: E402

from models.listener.batches import Changes, Example, batch_of, epoch  # noqa: E402
from models.listener.export import graph_of  # noqa: E402
from models.listener.fst import Transducer, write_file  # noqa: E402
from models.listener.kaldi import write_model  # noqa: E402
from models.listener.loss import Bigram, anything, spoken  # noqa: E402
from models.listener.network import Network, Shape, output_frames  # noqa: E402
from models.listener.optimiser import orthogonal  # noqa: E402
from models.listener.sounds import CONFIGURATION, RATE, features  # noqa: E402


def test_both_losses_are_the_sums_over_every_path() -> None:
    units, frames = 4, torch.tensor([4, 3])
    targets, lengths = torch.tensor([[1, 2], [3, 0]]), torch.tensor([2, 1])
    bigram = Bigram.of([[1, 2], [3, 1, 1], [2]], units)
    raw = torch.randn(2, 4, units, generator=torch.manual_seed(1), requires_grad=True)
    scores = raw.log_softmax(-1)
    expected = []
    for row, count in enumerate(frames.tolist()):
        said = every = torch.zeros(())
        wanted = targets[row, : lengths[row]].tolist()
        for path in itertools.product(range(units), repeat=count):
            chance = torch.stack([scores[row, t, unit] for t, unit in enumerate(path)]).sum().exp()
            sequence = [unit for unit in path if unit]
            prior = bigram.ends[([0, *sequence])[-1]]
            for before, after in itertools.pairwise([0, *sequence]):
                prior = prior * bigram.follows[before, after]
            every = every + chance * prior
            said = said + chance if sequence == wanted else said
        expected.append(every.log() - said.log())
    found = anything(scores, frames, bigram) - spoken(scores, targets, frames, lengths)
    torch.testing.assert_close(found, torch.stack(expected))
    (by_hand,) = torch.autograd.grad(found.sum(), raw, retain_graph=True)
    (by_paths,) = torch.autograd.grad(torch.stack(expected).sum(), raw)
    torch.testing.assert_close(by_hand, by_paths, atol=1e-5, rtol=1e-4)


def test_a_sentence_too_long_for_its_sound_teaches_nothing() -> None:
    scores = torch.zeros(1, 2, 3, requires_grad=True)
    total = spoken(scores, torch.tensor([[1, 2, 1]]), torch.tensor([2]), torch.tensor([3]))
    total.sum().backward()
    assert total.item() == 0
    assert not scores.grad.any()


def test_a_step_turns_every_direction_alike() -> None:
    for size in ((20, 50), (50, 20)):
        lengths = torch.linalg.svdvals(orthogonal(torch.randn(size)))
        assert 0.85 < lengths.min() <= lengths.max() < 1.2


def test_the_exported_network_scores_as_the_trained_one_does(tmp_path: Path) -> None:
    torch.manual_seed(3)
    network = Network(Shape(units=5, front=24, width=32, neck=12, layers=2, head=16))
    network.mean[:], network.deviation[:] = 6.0, 4.0
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm1d):
            module.running_mean.normal_(0, 0.2)
            module.running_var.uniform_(0.5, 1.5)
    network.eval()
    for part in ("am", "conf", "graph"):
        (tmp_path / part).mkdir()
    write_model(tmp_path / "am" / "final.mdl", (0, 1, 2, 3, 4), graph_of(network))
    (tmp_path / "conf" / "fbank.conf").write_text(CONFIGURATION)
    (tmp_path / "conf" / "model.conf").write_text(
        "--beam=12.0\n--lattice-beam=4.0\n--acoustic-scale=1.0\n--frame-subsampling-factor=3\n"
        "--min-active=200\n--max-active=4000\n--endpoint.silence-phones=1\n"
    )
    (tmp_path / "graph" / "words.txt").write_text("<eps> 0\na 1\n")
    graph = Transducer()
    begin, end = graph.add_state(), graph.add_state()
    graph.add_arc(begin, end, reads=4, writes=1)
    graph.add_arc(end, end, reads=3, writes=0)
    graph.finals[end] = 0.0
    write_file(tmp_path / "graph" / "HCLG.fst", graph)
    model = vosk.Model(str(tmp_path))
    for count in (6_000, 16_000, 31_111):
        samples = np.random.default_rng(4).normal(0, 900, count).astype(np.int16)
        recogniser = vosk.KaldiRecognizer(model, RATE)
        recogniser.SetMaxAlternatives(1)
        for start in range(0, count, 1600):
            recogniser.AcceptWaveform(samples[start : start + 1600].tobytes())
        heard = json.loads(recogniser.FinalResult())["alternatives"][0]["confidence"]
        own = features(samples)
        with torch.no_grad():
            batch = batch_of([Example("s", own, (1,))], network.shape)
            (scores,) = network(batch.padded)
        frames = output_frames(len(own))
        expected = scores[0, 1] + scores[1:frames, 0].sum()
        assert heard == pytest.approx(float(expected), rel=1e-3)


def test_an_epoch_shows_no_speaker_more_than_the_others_allow() -> None:
    one = np.zeros((50, 80), np.float16)
    examples = [Example("a", one, (1,))] * 30 + [Example("b", one, (1,))] * 5
    batches = epoch(
        examples,
        np.random.default_rng(1),
        most_of_a_speaker=10,
        most_frames=400,
        is_short_first=False,
    )
    shown = [example.speaker for batch in batches for example in batch]
    assert (shown.count("a"), shown.count("b")) == (10, 5)
    assert max(map(len, batches)) <= 8


def test_changed_features_keep_room_for_their_units() -> None:
    chance = np.random.default_rng(1)
    changes = Changes(np.full(80, 10.0, np.float32), 1.0)
    for _ in range(40):
        frames = chance.normal(10, 3, (60, 80)).astype(np.float32)
        found = changes.applied(frames, 20, chance)
        assert found.shape[1] == 80
        assert output_frames(len(found)) >= 20
        assert np.isfinite(found).all()

"""The guide's training, its network and its file. Runs where the workshop's PyTorch is."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is installed for training only")
pytest.importorskip("llama_cpp", reason="asks the model")
pytest.importorskip("gguf", reason="writes the file")

from models.guide.asker import Asker  # noqa: E402
from models.guide.batches import bundle_of, bundles, items_of  # noqa: E402
from models.guide.export import write  # noqa: E402
from models.guide.lessons import Lesson  # noqa: E402
from models.guide.nearness import vectors  # noqa: E402
from models.guide.network import Bundle, Network, Shape  # noqa: E402
from models.guide.optimiser import Optimiser  # noqa: E402
from models.guide.train import loss_of  # noqa: E402
from models.guide.words import Cutter, vocabulary_of  # noqa: E402

BEFORE = "question ai đi 1 answer mẹ bé 2 answer bà ngoại"
SAID = {" said mẹ đi guess 1 3 do": "1", " said bà đi guess 2 4 do": "2", " said ai do": "unclear"}
VOCABULARY = vocabulary_of([BEFORE, *SAID], least=1, letters=())
CUTTER = Cutter(VOCABULARY)


def lessons(*, is_ambiguous: bool = False) -> list[Lesson]:
    return [
        Lesson(
            said="",
            kind="choice",
            place="question",
            prefix=BEFORE,
            ending=ending,
            right=("1", "2") if is_ambiguous else (answer,),
            answer="1 2" if is_ambiguous else answer,
            is_ambiguous=is_ambiguous,
            is_watched=False,
            ruled="",
        )
        for ending, answer in SAID.items()
    ]


def network() -> Network:
    torch.manual_seed(2)
    made = Network(
        Shape(entries=len(VOCABULARY.entries), width=64, layers=2, heads=2, inner=96, context=128)
    )
    torch.nn.init.normal_(made.output.weight, std=0.2)
    made.eval()
    return made


def test_endings_that_share_a_prefix_score_as_each_alone() -> None:
    made = network()
    items = items_of(lessons(), CUTTER, 128)
    bundle, _ = bundle_of(items, len(VOCABULARY.entries))
    together = made(bundle)
    for row, item in enumerate(items):
        whole = torch.tensor([[*item.prefix, *item.ending]])
        alone = made(
            Bundle(torch.zeros(0, dtype=torch.long), whole, torch.tensor([whole.shape[1]]))
        )
        seen = alone[0, len(item.prefix) :]
        torch.testing.assert_close(together[row, : len(item.ending)], seen, atol=1e-5, rtol=1e-4)


def test_llama_cpp_scores_as_the_trained_network_does(tmp_path: Path) -> None:
    made = network()
    for is_small, tolerance in ((False, 1e-3), (True, 0.03)):
        file = tmp_path / f"{is_small}.gguf"
        write(made, VOCABULARY, file, is_small=is_small)
        asker = Asker(file)
        for ending in SAID:
            entries = torch.tensor([CUTTER.cut(BEFORE + ending)])
            bundle = Bundle(torch.zeros(0, dtype=torch.long), entries, torch.tensor([1]))
            scores = made.scores(made(bundle)[0, -1])
            keys = ("1", "2", "unclear")
            numbers = [CUTTER.cut(f" {key}")[0] for key in keys]
            expected = dict(zip(keys, scores[numbers].softmax(0).tolist(), strict=True))
            assert asker.chances(BEFORE, ending, keys) == pytest.approx(expected, abs=tolerance)


def test_a_few_steps_learn_a_few_lessons() -> None:
    made = network().train()
    optimiser = Optimiser(made, rate=0.02, small_rate=0.01)
    items = items_of(lessons(), CUTTER, 128)
    costs = []
    for _ in range(30):
        bundle, targets = bundle_of(items, len(VOCABULARY.entries))
        loss = loss_of(made.scores(made(bundle)[targets.rows, targets.places]), targets)
        loss.backward()
        optimiser.step(1.0)
        costs.append(float(loss.detach()))
    assert costs[-1] < 0.2 < costs[0]


def test_of_several_right_keys_any_will_do_but_where_it_is_open_each_must_have_its_share() -> None:
    entries = len(VOCABULARY.entries)
    one, two = CUTTER.cut(" 1 2")
    for is_ambiguous, is_content in ((False, True), (True, False)):
        items = items_of(lessons(is_ambiguous=is_ambiguous)[:1], CUTTER, 128)
        if not is_ambiguous:
            items = [replace(items[0], right=(one, two))]
        _, targets = bundle_of(items, entries)
        scores = torch.zeros(len(targets.rows), entries)
        scores[targets.first, one] = 30.0  # all on one of two
        for row in (~targets.first).nonzero().flatten():
            scores[row, targets.wanted[row]] = 30.0
        assert (float(loss_of(scores, targets)) < 0.01) == is_content


def test_what_is_known_before_the_answer_is_hinted_at_where_it_is_known() -> None:
    [item] = items_of(lessons()[:1], CUTTER, 128)
    assert item.hints == ()  # nothing is said in this lesson
    said = " said mẹ đi 3 correct bà ngoại guess 1 3 do"
    [item] = items_of([replace(lessons()[0], said="mẹ đi", ending=said)], CUTTER, 128)
    entries = [VOCABULARY.entries[item.ending[at]].decode() for at, _ in item.hints]
    keys = [VOCABULARY.entries[key].decode() for _, key in item.hints]
    assert entries == [" mẹ", " đi", " ngoại"]
    assert keys == [" 1", " 1", " unclear"]


def test_all_lessons_are_drawn_once_a_round() -> None:
    items = items_of(lessons() * 40, CUTTER, 128)
    drawn = [one for bundle in bundles(items, random.Random(1)) for one in bundle]  # noqa: S311
    assert sorted(map(id, drawn)) == sorted(map(id, items))


def test_words_in_like_company_begin_alike() -> None:
    sentences = ["mẹ đi làm giấy", "má đi làm giấy", "nhà có hai tầng lầu", "má đi nộp giấy"]
    sentences += ["mẹ đi nộp giấy", "nhà có ba tầng lầu"]
    words = ["mẹ", "má", "tầng", "hai", "ba", "đi", "giấy", "lầu"]
    found = vectors(words, sentences * 3, 8)
    alike = found @ found.T
    assert alike[0, 1] > alike[0, 2] + 0.3
    assert alike[3, 4] > alike[3, 0] + 0.3

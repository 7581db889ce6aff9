"""A language model that a ward's PC makes anew, and the recordings it must not learn from."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import SCRIPT_TEXT, ScriptFolder

from kiosk.catalogue import load_catalogue
from models.listener.clips import read_manifest
from models.listener.fst import NOTHING, Transducer, read_file
from models.listener.language import BEGIN, END, NGrams, Sentence, counted, graph_of
from models.listener.rebuild import GENERAL, read_counts, write_counts
from models.listener.scoring import Errors, compared
from models.listener.texts import sentences_of_clips, sentences_of_ward, unpronounceable

SAID = [
    Sentence(tuple(text.split()), weight)
    for text, weight in (
        ("tôi muốn làm khai sinh", 3),
        ("tôi muốn làm khai tử", 1),
        ("làm khai sinh cho con", 2),
        ("đăng ký tạm trú", 1),
        ("tôi muốn đăng ký kết hôn", 1),
    )
]
WORDS = sorted({word for sentence in SAID for word in sentence.words})
LABELS = {word: number for number, word in enumerate(WORDS, 1)}


@pytest.mark.parametrize("history", [(BEGIN,), ("khai",), ("tôi", "muốn"), ("con",), ("lạ", "lẫm")])
def test_the_chances_after_any_words_add_up_to_one(history: tuple[str, ...]) -> None:
    model = NGrams(counted(SAID))
    total = sum(model.chance((*history, word)) for word in (*WORDS, END))
    assert total == pytest.approx(1)


def test_what_was_seen_more_often_is_likelier() -> None:
    model = NGrams(counted(SAID))
    assert model.chance(("làm", "khai", "sinh")) > model.chance(("làm", "khai", "tử"))
    assert model.chance(("làm", "khai", "tử")) > model.chance(("làm", "khai", "trú")) > 0
    assert model.chance(("làm", "xyz")) == 0


def test_perplexity_is_low_for_what_was_seen_and_counts_unknown_words() -> None:
    model = NGrams(counted(SAID))
    seen, unknown = model.perplexity([("tôi", "muốn", "làm", "khai", "sinh")])
    strange, also_unknown = model.perplexity([("con", "trú", "ký", "xyz")])
    assert seen < strange
    assert (unknown, also_unknown) == (0, 1)


def cheapest(graph: Transducer, labels: list[int]) -> float:
    """The cost of the best way to read these labels to an end."""
    best = {0: 0.0}
    for label in [*labels, None]:
        todo = list(best)
        while todo:
            state = todo.pop()
            for reads, _, cost, to in graph.arcs[state]:
                if reads == NOTHING and best[state] + cost < best.get(to, 1e9):
                    best[to] = best[state] + cost
                    todo.append(to)
        if label is None:
            return min(cost + graph.finals.get(state, 1e9) for state, cost in best.items())
        after: dict[int, float] = {}
        for state, cost in best.items():
            for reads, _, more, to in graph.arcs[state]:
                if reads == label:
                    after[to] = min(after.get(to, 1e9), cost + more)
        best = after
    raise AssertionError


def cost_of(text: str, *models: tuple[NGrams, float]) -> float:
    return cheapest(graph_of(models, LABELS), [LABELS[word] for word in text.split()])


def test_the_graph_costs_what_the_model_says() -> None:
    model = NGrams(counted(SAID))
    said = ("tôi", "muốn", "làm", "khai", "sinh")
    perplexity, _ = model.perplexity([said])
    cost = cost_of(" ".join(said), (model, 0.0))
    assert 2.718281828 ** (cost / 6) == pytest.approx(perplexity, rel=1e-6)


def test_a_sentence_follows_the_model_that_fits_it_better() -> None:
    ward = NGrams(counted(SAID[:3]))
    everyday = NGrams(counted(SAID[3:]))
    both = ((ward, 1.0), (everyday, 1.0))
    for text, alone in (("tôi muốn làm khai sinh", ward), ("đăng ký tạm trú", everyday)):
        assert cost_of(text, *both) == pytest.approx(cost_of(text, (alone, 1.0)))


def test_counts_come_back_from_their_file(tmp_path: Path) -> None:
    counts = counted(SAID)
    write_counts(tmp_path / GENERAL, counts)
    assert read_counts(tmp_path / GENERAL) == counts
    first = (tmp_path / GENERAL).read_bytes()
    write_counts(tmp_path / GENERAL, counted(reversed(SAID)))
    assert (tmp_path / GENERAL).read_bytes() == first


def test_a_wards_scripts_are_all_said(scripts: ScriptFolder) -> None:
    scripts.write(SCRIPT_TEXT)
    catalogue = load_catalogue(scripts.path)
    said = {" ".join(sentence.words): sentence.weight for sentence in sentences_of_ward(catalogue)}
    assert {"tôi tự đi", "xin giấy xác nhận", "chính tôi", "ai đi làm giấy"} <= said.keys()
    assert not any("certificate" in text for text in said)


def test_a_word_without_a_rule_is_named_with_its_line(scripts: ScriptFolder) -> None:
    text = SCRIPT_TEXT.replace("tôi cần phường xác nhận cho cháu", "tôi cần giấy Schengen")
    scripts.write(text)
    sentences = sentences_of_ward(load_catalogue(scripts.path))
    found = next(one for one in unpronounceable(sentences, scripts.path) if one.word == "schengen")
    assert found.file == "xin-giay/script.yaml"
    assert "Schengen" in text.splitlines()[found.line - 1]


def test_the_ward_makes_its_model_with_one_command(tmp_path: Path, scripts: ScriptFolder) -> None:
    model = tmp_path / "model"
    scripts.write(SCRIPT_TEXT)
    (model / "graph").mkdir(parents=True)
    write_counts(model / "graph" / GENERAL, counted(SAID))
    words = [*WORDS, "xin", "giấy", "tự", "đi"]
    lines = "".join(f"{word} {label}\n" for label, word in enumerate(dict.fromkeys(words), 1))
    (model / "graph" / "words.txt").write_text(f"<eps> 0\n{lines}", encoding="utf-8")
    command = [sys.executable, "-m", "models.listener.rebuild", str(model), str(scripts.path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    assert "sentences of the ward" in done.stdout
    labels = {word: label for label, word in enumerate(dict.fromkeys(words), 1)}
    graph = read_file((model / "graph" / "Gr.fst").read_bytes())
    assert cheapest(graph, [labels[word] for word in ("tôi", "tự", "đi")]) < 20


def clip_line(**fields: object) -> str:
    usual = {
        "clip": "a",
        "shard": "clips-0.tar",
        "speaker": "s",
        "seconds": 2.5,
        "pool": "other",
        "up": 1,
        "down": 0,
        "split": "train",
        "text": "xin chào",
    }
    return json.dumps({**usual, **fields}, ensure_ascii=False)


def test_what_a_test_speaker_reads_teaches_nothing(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.jsonl"
    lines = [
        clip_line(clip="a", text="con đi học", gender="female_feminine"),
        clip_line(clip="b", text="trời mưa to", split="test"),
        clip_line(clip="c", text="Trời mưa to.", text_in_test=True),
        clip_line(clip="d", text="nghe không rõ", up=0, down=1),
        clip_line(clip="e", text="Con đi học!", pool="validated", up=2),
    ]
    manifest.write_text("\n".join(lines), encoding="utf-8")
    clips = read_manifest(manifest)
    assert [clip.may_teach for clip in clips] == [True, False, False, True, True]
    assert [clip.may_be_heard_in_training for clip in clips] == [True, False, False, False, True]
    assert [clip.is_validated for clip in clips] == [False, False, False, False, True]
    sentences = [" ".join(one.words) for one in sentences_of_clips(clips)]
    assert sentences == ["con đi học", "nghe không rõ"]


@pytest.mark.parametrize(
    ("said", "heard", "errors"),
    [
        ("a b c", "a b c", Errors(0, 0, 0, 3)),
        ("a b c", "a x c", Errors(1, 0, 0, 3)),
        ("a b c", "a c", Errors(0, 1, 0, 3)),
        ("a b c", "a b x c", Errors(0, 0, 1, 3)),
        ("a b", "", Errors(0, 2, 0, 2)),
        ("", "a", Errors(0, 0, 1, 0)),
    ],
)
def test_errors_are_the_fewest_that_explain_what_was_heard(
    said: str, heard: str, errors: Errors
) -> None:
    assert compared(said.split(), heard.split()) == errors


def test_error_rates_add_up_by_words() -> None:
    total = compared(["a", "b", "c", "d"], ["a", "b", "c"]) + compared(["e"], ["f"])
    assert total.rate == pytest.approx(2 / 5)


def test_the_counts_are_text_that_anybody_can_read(tmp_path: Path) -> None:
    write_counts(tmp_path / GENERAL, counted(SAID[:1]))
    text = gzip.decompress((tmp_path / GENERAL).read_bytes()).decode()
    assert "<s> tôi muốn\t3\n" in text

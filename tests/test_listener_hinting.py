"""What the kiosk makes of people's clips with phrases hinted, and how the model is chosen."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import vosk
from numpy.typing import NDArray

from models.listener.choosing import everyday_sentences
from models.listener.clips import Clip, held_out_speakers, read_manifest, sounds_of
from models.listener.hinting import decided, understood
from models.listener.lexicon import UNKNOWN, Costs
from models.listener.pronunciation import words_said
from models.listener.rebuild import read_labels
from models.listener.regraph import PLUGINS, words_of, write_lexicon

MODEL = Path(__file__).parents[1] / "models" / "vosk-vi-danloi"
CLIPS = Path(__file__).parents[2] / "shared" / "speech" / "cv_vi"
PHRASES = ("đăng ký khai sinh", "đăng ký kết hôn", "xác nhận độc thân")
SOME = 8
Sound = tuple[Clip, NDArray[np.int16]]


def test_a_phrase_said_word_for_word_is_acted_on() -> None:
    for phrase in PHRASES:
        assert understood(phrase, PHRASES).taken == phrase


def test_what_two_phrases_share_is_asked_back() -> None:
    decision = understood("đăng ký", PHRASES)
    assert decision.taken is None
    assert set(decision.offered) >= set(PHRASES[:2])


def test_silence_and_other_words_are_no_phrase() -> None:
    assert understood("", PHRASES).offered == ()
    assert understood("trời hôm qua mưa to quá", PHRASES).taken is None


@pytest.fixture(scope="module")
def clips() -> Sequence[Clip]:
    """Clips that several listeners agreed with, of speakers whom the training only watched."""
    pytest.importorskip("soundfile", reason="reads the recordings")
    if not CLIPS.is_dir():
        pytest.skip("no recordings beside the project: ../shared/speech/cv_vi")
    heard = [one for one in read_manifest(CLIPS / "manifest.jsonl") if one.may_be_heard_in_training]
    apart = held_out_speakers(heard)
    watched = [one for one in heard if one.speaker in apart and one.is_validated]
    return watched[:SOME]


@pytest.fixture(scope="module")
def sounds(clips: Sequence[Clip]) -> list[Sound]:
    wanted = {one.name: one for one in clips}
    shards = sorted({one.shard for one in clips})
    return [
        (wanted[name], samples)
        for shard in shards
        for name, samples in sounds_of(CLIPS, shard, wanted)
    ]


@pytest.fixture(scope="module")
def sentences() -> list[str]:
    """Sentences of other speakers."""
    every = read_manifest(CLIPS / "manifest.jsonl")
    return sorted({" ".join(words_said(one.text)) for one in every if one.is_test})[:20]


@pytest.fixture(scope="module")
def model() -> vosk.Model:
    vosk.SetLogLevel(-2)
    return vosk.Model(str(MODEL))


def test_people_are_understood_among_twenty_phrases(
    model: vosk.Model, sounds: list[Sound], sentences: list[str]
) -> None:
    assert len(sounds) == SOME
    said = [" ".join(words_said(clip.text)) for clip, _ in sounds]
    taken = [
        decided(model, samples, [one, *sentences[1:]]).taken
        for one, (_, samples) in zip(said, sounds, strict=True)
    ]
    assert sum(one == other for one, other in zip(said, taken, strict=True)) >= SOME - 1


def test_what_people_say_beside_the_phrases_is_not_taken_for_one(
    model: vosk.Model, sounds: list[Sound], sentences: list[str]
) -> None:
    taken = [decided(model, samples, sentences).taken for _, samples in sounds]
    assert sum(one is not None for one in taken) <= 1


def test_the_language_to_choose_by_knows_no_watched_sentence(tmp_path: Path) -> None:
    def row(name: str, speaker: str, text: str) -> dict[str, object]:
        judged = {"up": 2, "down": 0, "pool": "validated", "split": "train"}
        return {"clip": name, "shard": "s", "speaker": speaker, "seconds": 1, "text": text} | judged

    # A speaker of more clips than the watched ones have is learnt from.
    many = [row(f"m{count}", "much", f"câu số {word}") for count, word in enumerate(["một"] * 31)]
    few = [row("f", "little", "trời mưa"), row("g", "much", "trời mưa")]
    manifest = tmp_path / "manifest.jsonl"
    manifest.write_text("".join(json.dumps(one) + "\n" for one in (*many, *few)))
    assert [one.words for one in everyday_sentences(manifest)] == [("câu", "số", "một")]


@pytest.mark.skipif(
    not PLUGINS.is_dir() or shutil.which("fstconvert") is None,
    reason="libfst-tools and libfst22-plugins-base are installed for building only",
)
def test_the_graph_that_ships_is_the_one_that_its_costs_make(tmp_path: Path) -> None:
    write_lexicon(tmp_path, words_of(MODEL), Costs())
    for name in ("HCLr.fst", "words.txt", "disambig_tid.int"):
        assert (tmp_path / name).read_bytes() == (MODEL / "graph" / name).read_bytes()


def test_the_words_of_a_model_begin_with_what_is_none() -> None:
    words = words_of(MODEL)
    assert words[0] == UNKNOWN
    assert set(words) | {"<eps>"} == read_labels(MODEL).keys()

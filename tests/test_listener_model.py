"""The model that ships hears human speakers whom its training never met."""

import json
from pathlib import Path

import numpy as np
import pytest
import vosk
from numpy.typing import NDArray

from kiosk.catalogue import SHIPPED_PROCEDURES, load_catalogue
from models.listener.lexicon import UNKNOWN
from models.listener.pronunciation import units_of, words_said
from models.listener.rebuild import read_labels
from models.listener.scoring import Errors, compared
from models.listener.sounds import RATE

MODEL = Path(__file__).parents[1] / "models" / "vosk-vi-danloi"
SPEECH = Path(__file__).parents[2] / "shared" / "speech"
SOME = 6
"""Questions that are heard: enough to see that it hears, few enough for every run."""


@pytest.fixture(scope="module")
def model() -> vosk.Model:
    vosk.SetLogLevel(-1)
    return vosk.Model(str(MODEL))


@pytest.fixture(scope="module")
def questions() -> list[tuple[str, NDArray[np.int16]]]:
    """What was said, and its sound."""
    soundfile = pytest.importorskip("soundfile", reason="reads the recordings")
    folder = SPEECH / "domain_dev"
    if not folder.is_dir():
        pytest.skip("no recordings beside the project: ../shared/speech/domain_dev")
    lines = (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    found = []
    for line in lines[:SOME]:
        row = json.loads(line)
        samples, _ = soundfile.read(folder / row["file"], dtype="int16")
        found.append((" ".join(words_said(row["text"])), samples))
    return found


def heard(model: vosk.Model, samples: NDArray[np.int16], phrases: list[str] | None) -> str:
    hints = [] if phrases is None else [json.dumps([*phrases, UNKNOWN], ensure_ascii=False)]
    recogniser = vosk.KaldiRecognizer(model, RATE, *hints)
    parts = [
        json.loads(recogniser.Result())["text"]
        for start in range(0, len(samples), 3200)
        if recogniser.AcceptWaveform(samples[start : start + 3200].tobytes())
    ]
    return " ".join([*parts, json.loads(recogniser.FinalResult())["text"]]).strip()


def test_it_is_small_enough_to_ship() -> None:
    assert sum(file.stat().st_size for file in MODEL.rglob("*") if file.is_file()) < 60_000_000


def test_it_knows_the_words_of_the_shipped_scripts() -> None:
    labels = read_labels(MODEL)
    wordings = load_catalogue(SHIPPED_PROCEDURES).wordings
    texts = [text for texts in wordings.values() for text in texts]
    words = {word for text in texts for word in words_said(text) if not word.isascii()}
    assert {word for word in words if units_of(word)} <= labels.keys()
    assert UNKNOWN in labels


def test_open_speech_is_heard(
    model: vosk.Model, questions: list[tuple[str, NDArray[np.int16]]]
) -> None:
    total = Errors()
    for said, samples in questions:
        total += compared(said.split(), heard(model, samples, None).split())
    assert total.rate < 0.25


def test_a_hinted_phrase_is_heard_as_it_was_said(
    model: vosk.Model, questions: list[tuple[str, NDArray[np.int16]]]
) -> None:
    phrases = [said for said, _ in questions]
    for said, samples in questions:
        assert compared(said.split(), heard(model, samples, phrases).split()).rate < 0.2


def test_other_speech_is_not_taken_for_a_phrase(
    model: vosk.Model, questions: list[tuple[str, NDArray[np.int16]]]
) -> None:
    for _, samples in questions:
        words = heard(model, samples, ["tôi tự đi", "đi thay người khác", "quay lại"]).split()
        assert words.count(UNKNOWN) * 2 >= len(words)

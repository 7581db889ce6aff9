"""The guide's vocabulary, and what its material is made of."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.assistant.question_file import QUESTIONS, read_questions
from kiosk.assistant.small_talk_file import load_small_talk
from kiosk.assistant.vietnamese import fold
from kiosk.assistant.wishes_file import load_wishes
from kiosk.catalogue import SHIPPED_PROCEDURES, load_catalogue
from models.guide.sayings import Saying, at_start, in_procedures
from models.guide.words import END, Cutter, Vocabulary, vocabulary_of

DATA = Path(__file__).parent / "data"

VOCABULARY = vocabulary_of(
    ["question ai đi đăng ký 1 answer cha hoặc mẹ", "said mẹ đi đăng ký guess 1 3 do"],
    least=1,
    letters=("a", "ẹ", " m"),
)


def spelled(numbers: list[int], vocabulary: Vocabulary = VOCABULARY) -> str:
    return b"".join(vocabulary.entries[one] for one in numbers).decode()


def test_a_known_word_is_one_entry() -> None:
    numbers = Cutter(VOCABULARY).cut("question ai đi đăng ký")
    assert [VOCABULARY.entries[one].decode() for one in numbers] == [
        *("question", " ai", " đi", " đăng", " ký")
    ]


def test_an_unknown_word_is_spelled_with_the_longest_entries() -> None:
    numbers = Cutter(VOCABULARY).cut(" mẹz 73")
    assert [VOCABULARY.entries[one] for one in numbers] == [
        *(" mẹ".encode(), b"z", b" 7", b"3"),
    ]


@given(st.text(max_size=40))
def test_nothing_is_lost_in_cutting(text: str) -> None:
    encodable = text.encode("utf-8", "ignore").decode()
    assert spelled(Cutter(VOCABULARY).cut(encodable)) == encodable


def test_the_end_of_an_answer_is_in_no_text() -> None:
    assert VOCABULARY.entries[0] == END.encode()
    assert 0 not in Cutter(VOCABULARY).cut("do 1 answer back unclear")


@pytest.fixture(scope="module")
def sayings() -> list[Saying]:
    """All that is learned from, but for the questions beside the project."""
    catalogue = load_catalogue(SHIPPED_PROCEDURES)
    wishes = {name: tuple(texts) for name, texts in load_wishes().items()}
    asked = read_questions(QUESTIONS)
    return [
        *in_procedures(catalogue, wishes),
        *at_start(catalogue, load_small_talk(), asked),
    ]


def test_no_sentence_that_a_test_scores_is_learned_from(sayings: list[Saying]) -> None:
    """But for the few that stand in the scripts anyway, such as "gia hạn tạm trú"."""
    scored: list[str] = []
    for name, key in (("utterances.jsonl", "said"), ("questions.jsonl", "question")):
        lines = (DATA / name).read_text(encoding="utf-8").splitlines()
        scored += [fold(json.loads(line)[key]) for line in lines]
    learned = {fold(one.text) for one in sayings}
    assert len(scored) == 1260
    assert sum(one in learned for one in scored) <= 14
    made = {fold(one.text) for one in sayings if one.is_made}
    assert not made & set(scored)


def test_the_same_sentence_is_ever_set_aside_or_never(sayings: list[Saying]) -> None:
    aside = {fold(one.text) for one in sayings if one.is_watched}
    taught = {fold(one.text) for one in sayings if not one.is_watched and not one.is_made}
    assert not aside & taught
    assert 0.07 < len(aside) / len(aside | taught) < 0.13


def test_every_saying_means_something_that_can_be_offered(sayings: list[Saying]) -> None:
    kinds = {one.right[0].split()[0] for one in sayings}
    assert kinds == {"answer", "aside", "wish", "why", "unclear", "procedure", "out"}

"""What the guide's model learns from a sentence: never from an echo of itself."""

import random
from dataclasses import replace

import pytest
from conftest import office_of

from kiosk.app import entries_of
from kiosk.assistant.dialect_files import load_standard
from kiosk.assistant.lookup import Lookup
from kiosk.assistant.offers import request_for
from kiosk.assistant.prompt import plain
from kiosk.assistant.weights_file import SHIPPED_WEIGHTS, load_weights
from kiosk.assistant.wishes_file import load_wishes
from kiosk.catalogue import SHIPPED_PROCEDURES, load_catalogue
from kiosk.office import Office
from kiosk.path import Answers
from kiosk.procedure import HeardAs, Procedure
from models.guide.changes import Changes
from models.guide.lessons import LeftOut, Lesson, edition_of, lesson, lists, session_at
from models.guide.sayings import Kind, Saying

CATALOGUE = load_catalogue(SHIPPED_PROCEDURES)
[BIRTH] = [one for one in CATALOGUE.procedures if one.id == "khai-sinh"]
WAY: Answers = (("truong-hop", "thuong-gap"),)
LAST = "bạn tôi đi giúp"
SAID = Saying(
    text=LAST,
    kind=Kind.CHOICE,
    right=("answer nguoi-duoc-nho",),
    procedure="khai-sinh",
    question="ai-di",
)


@pytest.fixture(scope="module")
def understanding() -> LeftOut:
    return LeftOut(
        Lookup(entries_of(CATALOGUE, [], None), load_weights(SHIPPED_WEIGHTS), load_standard()),
        standing=load_wishes(),
        unserved={},
        standard=load_standard(),
    )


def office(birth: Procedure) -> Office:
    others = [one for one in CATALOGUE.procedures if one.id != birth.id]
    return replace(office_of((birth, *others)), cards=CATALOGUE.cards)


def without(procedure: Procedure, text: str) -> Procedure:
    """The script as if nobody had written this wording."""

    def kept(heard: HeardAs) -> HeardAs:
        return HeardAs(vi=tuple(one for one in heard.vi if one != text))

    questions = tuple(
        replace(
            question,
            choices=tuple(replace(one, heard_as=kept(one.heard_as)) for one in question.choices),
        )
        for question in procedure.questions
    )
    return replace(procedure, questions=questions)


def learned(understanding: LeftOut, saying: Saying, birth: Procedure, said: str) -> Lesson:
    understanding.leave_out(saying.text)
    found = lesson(understanding, session_at(birth, WAY), office(birth), saying, said)
    assert found is not None
    return found


def test_the_rules_rank_a_sentence_as_if_it_were_no_wording(understanding: LeftOut) -> None:
    session = session_at(BIRTH, WAY)
    understanding.leave_out("")
    known = request_for(understanding, session, office(BIRTH), LAST)
    understanding.leave_out(LAST)
    left_out = request_for(understanding, session, office(BIRTH), LAST)
    fresh = LeftOut(
        understanding._lookup,
        standing=load_wishes(),
        unserved={},
        standard=load_standard(),
    )
    bare = without(BIRTH, LAST)
    never = request_for(fresh, session_at(bare, WAY), office(bare), LAST)
    assert known.guesses != left_out.guesses
    assert [one.id for one in left_out.guesses[:2]] == [one.id for one in never.guesses[:2]]
    pairs = zip(left_out.guesses, never.guesses, strict=True)
    assert all(abs(one.tenths - other.tenths) <= 1 for one, other in pairs)


def test_a_prompt_that_lists_the_sentence_itself_is_known(understanding: LeftOut) -> None:
    found = learned(understanding, SAID, BIRTH, LAST)
    assert f"4 {LAST}" in found.prefix
    assert lists(found, LAST)
    bare = without(BIRTH, LAST)
    assert not lists(learned(understanding, SAID, bare, LAST), LAST)


def test_the_answer_is_the_key_of_what_is_meant(understanding: LeftOut) -> None:
    found = learned(understanding, SAID, BIRTH, "bạn em đi giùm")
    assert (found.answer, found.right) == ("4", ("4",))
    assert f"{found.answer} answer {plain('Người ngoài được cha mẹ nhờ')}" in found.prefix


def test_what_is_not_offered_teaches_nothing(understanding: LeftOut) -> None:
    understanding.leave_out("")
    other = replace(SAID, right=("answer not-there",))
    assert lesson(understanding, session_at(BIRTH, WAY), office(BIRTH), other, LAST) is None


def test_an_edition_lists_other_wordings_of_the_same_choices() -> None:
    chance = random.Random(1)  # noqa: S311
    edition = edition_of(BIRTH, chance, is_turned=True)
    for question, other in zip(BIRTH.questions, edition.questions, strict=True):
        assert {one.id for one in question.choices} == {one.id for one in other.choices}
        for choice in question.choices:
            mixed = other.choice(choice.id)
            assert mixed is not None
            assert sorted(mixed.heard_as.vi) == sorted(choice.heard_as.vi)
    assert edition != BIRTH


def test_the_same_seed_changes_sentences_alike() -> None:
    texts = ["tôi là mẹ của bé", "bà ngoại đi làm khai sinh", "nhờ hàng xóm đi thay"]
    forms = {"mạ": "mẹ", "đi mần": "đi làm"}
    one, other = (Changes(texts, forms, seed=3) for _ in range(2))
    said = [one.of(text) for text in texts * 20]
    assert said == [other.of(text) for text in texts * 20]
    assert len(set(said)) > 20


def test_a_correction_says_that_something_was_wrong_and_what_is_right() -> None:
    changes = Changes(["bà ngoại đi"], {}, seed=1)
    for _ in range(30):
        said = changes.corrected("bà ngoại đi", "mẹ cháu đi")
        assert "bà ngoại đi" in said
        assert len(said.split()) > 3

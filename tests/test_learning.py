"""Learning: the same every time, better than not learning, and cautious where it was wrong."""

from dataclasses import replace

import numpy as np
import pytest
from five_procedures import (
    BIRTH,
    CATALOGUE,
    DEATH,
    FIVE,
    GREETING,
    LESSONS,
    MARRIAGE,
    PASSPORT,
    RESIDENCE,
)

from kiosk.assistant.asking import Decision, ask
from kiosk.assistant.dialect_files import load_standard
from kiosk.assistant.entry import Entry, Kind
from kiosk.assistant.learning import (
    CLARIFY_FROM,
    LEAST_ANSWER_FROM,
    MOST_FEATURES,
    Lesson,
    learn,
)
from kiosk.assistant.lookup import Lookup, Ranking
from kiosk.assistant.weights import DOUBT, EVIDENCE, NATIONAL_ODDS, Weights

STANDARD = load_standard()
WEIGHTS = learn(CATALOGUE, LESSONS, STANDARD)
ARRAYS = ("scale", "classifier", "evidence", "doubt")

EXTINGUISHER = Entry(
    id="tthc-1-009999",
    code="1.009999",
    title="Kiểm định phương tiện phòng cháy",
    wordings=(
        "nạp lại bình cứu hỏa cho quán",
        "bình cứu hỏa hết hạn thì mang đi đâu",
        "tem bình cứu hỏa của quán bị bong",
    ),
    kind=Kind.COMMUNE,
)
ASKED = ("bình cứu hỏa của quán hết hạn", "nạp bình cứu hỏa", "quán em bị bong tem bình")


def rank(text: str, entries: tuple[Entry, ...], weights: Weights) -> Ranking:
    """What a lookup with these weights makes of a sentence."""
    return Lookup(entries, weights, STANDARD).rank(text)


def chance(text: str, entry: Entry, entries: tuple[Entry, ...], weights: Weights) -> float:
    """How likely a sentence is taken for an entry."""
    [score] = [hit.score for hit in rank(text, entries, weights).hits if hit.entry == entry]
    return score


def equal(one: Weights, two: Weights) -> bool:
    """Whether two learned the same."""
    return (
        (one.features, one.keys) == (two.features, two.keys)
        and (one.answer_from, one.clarify_from) == (two.answer_from, two.clarify_from)
        and all(np.array_equal(getattr(one, name), getattr(two, name)) for name in ARRAYS)
    )


def test_learning_twice_gives_the_same_weights() -> None:
    assert equal(WEIGHTS, learn(CATALOGUE, LESSONS, STANDARD))


def test_another_lesson_gives_other_weights() -> None:
    assert not equal(WEIGHTS, learn(CATALOGUE, LESSONS[:-1], STANDARD))


def test_weights_have_the_shape_that_they_promise() -> None:
    assert len(set(WEIGHTS.features)) == len(WEIGHTS.features) <= MOST_FEATURES
    assert WEIGHTS.keys == tuple(one.key for one in CATALOGUE)
    assert WEIGHTS.scale.shape == (len(WEIGHTS.features),)
    assert WEIGHTS.classifier.shape == (len(WEIGHTS.features), len(WEIGHTS.keys))
    assert WEIGHTS.evidence.shape == (len(EVIDENCE),)
    assert WEIGHTS.doubt.shape == (len(DOUBT),)
    assert LEAST_ANSWER_FROM <= WEIGHTS.answer_from < 1
    assert WEIGHTS.clarify_from == CLARIFY_FROM


@pytest.mark.parametrize("lesson", LESSONS, ids=[one.text for one in LESSONS])
def test_what_was_taught_is_known(lesson: Lesson) -> None:
    ranking = rank(lesson.text, CATALOGUE, WEIGHTS)
    best = ranking.hits[0].entry
    if lesson.keys:
        assert best.key in lesson.keys
    else:
        assert not best.is_offered or ranking.none > ranking.hits[0].score


def test_a_lesson_with_two_meanings_is_asked_back() -> None:
    [lesson] = [one for one in LESSONS if one.is_ambiguous]
    asked = ask(Lookup(CATALOGUE, WEIGHTS, STANDARD), lesson.text)
    assert asked.decision is Decision.CLARIFY
    assert {one.code for one in asked.candidates} >= lesson.keys


def test_more_lessons_make_what_they_teach_likelier() -> None:
    said, few = "hai đứa em ra phường", LESSONS[:4]
    lesson = Lesson(text=said, keys=frozenset({RESIDENCE.key}))
    before = chance(said, RESIDENCE, CATALOGUE, learn(CATALOGUE, few, STANDARD))
    after = chance(said, RESIDENCE, CATALOGUE, learn(CATALOGUE, [*few, *[lesson] * 20], STANDARD))
    assert after > before


# New entries


@pytest.mark.parametrize("said", ASKED)
def test_new_wordings_are_found_after_learning_and_less_surely_without(said: str) -> None:
    more = (*CATALOGUE, EXTINGUISHER)
    learned = learn(more, LESSONS, STANDARD)
    for weights in (learned, WEIGHTS):
        assert rank(said, more, weights).hits[0].entry == EXTINGUISHER
    after = chance(said, EXTINGUISHER, more, learned)
    assert after > chance(said, EXTINGUISHER, more, WEIGHTS)
    assert after >= learned.answer_from


def test_a_word_that_only_one_entry_says_tells_them_apart_after_learning() -> None:
    swapped = (
        replace(BIRTH, wordings=(*BIRTH.wordings, "xin giấy cho mèo con", "mèo con nhà em")),
        *CATALOGUE[1:],
    )
    learned = learn(swapped, LESSONS, STANDARD)
    assert chance("giấy cho mèo con", BIRTH, CATALOGUE, WEIGHTS) < chance(
        "giấy cho mèo con", swapped[0], swapped, learned
    )


def test_what_was_learned_serves_a_kiosk_with_fewer_entries() -> None:
    ranking = rank("bố tôi mới mất", FIVE[:3], WEIGHTS)
    assert ranking.hits[0].entry == DEATH
    assert {hit.entry for hit in ranking.hits} == {BIRTH, DEATH, MARRIAGE}


def test_procedures_of_other_levels_are_not_learned_and_stay_unlikely() -> None:
    twin = Entry(id="bo", code="3.000001", title=BIRTH.title, kind=Kind.NATIONAL)
    more = (*CATALOGUE, twin)
    learned = learn(more, LESSONS, STANDARD)
    assert twin.key not in learned.keys
    assert learned.evidence[EVIDENCE.index("national")] == np.float32(NATIONAL_ODDS)
    said = BIRTH.title
    assert chance(said, twin, more, learned) < 0.1 * chance(said, BIRTH, more, learned)


# Little to learn from


def test_without_lessons_only_the_wordings_are_learned() -> None:
    learned = learn(CATALOGUE, (), STANDARD)
    assert learned.keys == WEIGHTS.keys
    assert np.array_equal(learned.classifier, WEIGHTS.classifier)
    assert not learned.evidence.any()
    assert not learned.doubt.any()


def test_a_lesson_about_nothing_in_the_catalogue_teaches_nothing() -> None:
    stray = Lesson(text="xin giấy phép đánh cá", keys=frozenset({"9.999999"}))
    learned = learn(CATALOGUE, [*LESSONS, stray], STANDARD)
    for name in ARRAYS:
        assert np.array_equal(getattr(learned, name), getattr(WEIGHTS, name)), name


def test_an_entry_with_many_wordings_does_not_drown_one_with_few() -> None:
    many = replace(BIRTH, wordings=tuple(f"xin giấy cho con số {n}" for n in range(60)))
    entries = (many, *CATALOGUE[1:])
    learned = learn(entries, LESSONS, STANDARD)
    assert rank("báo tử cho ông nội", entries, learned).hits[0].entry == DEATH
    assert rank("làm giấy kết hôn", entries, learned).hits[0].entry == MARRIAGE


def test_the_more_often_it_is_wrong_the_later_it_answers() -> None:
    """Wordings of one, said to mean another: half of these can only be answered wrongly."""
    wrong = [
        Lesson(text=f"{text} hôm nay", keys=frozenset({other.key}))
        for text in DEATH.wordings
        for other in (BIRTH, MARRIAGE, DEATH)
    ]
    learned = learn(CATALOGUE, [*LESSONS, *wrong], STANDARD)
    wrongly = [
        lesson
        for lesson in wrong
        if rank(lesson.text, CATALOGUE, learned).hits[0].score >= learned.answer_from
        and rank(lesson.text, CATALOGUE, learned).hits[0].entry.key not in lesson.keys
    ]
    assert wrongly == []


def test_small_talk_and_other_offices_are_right_where_nothing_is_meant() -> None:
    for said, entry in (("em chào anh nhé", GREETING), ("xin hộ chiếu", PASSPORT)):
        ranking = rank(said, CATALOGUE, WEIGHTS)
        assert ranking.hits[0].entry == entry
        assert not ranking.hits[0].entry.is_offered

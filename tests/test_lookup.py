"""From a sentence to probabilities: what is likened, what is learned, what is neither."""

import math
from dataclasses import replace

import numpy as np
import pytest
from five_procedures import BIRTH, CATALOGUE, COPY, DEATH, FIVE, GREETING, LESSONS, MARRIAGE
from hypothesis import given
from hypothesis import strategies as st

from kiosk.assistant.dialect_files import load_standard
from kiosk.assistant.entry import Entry, Kind
from kiosk.assistant.index import CANDIDATES, Index, Table
from kiosk.assistant.learning import learn
from kiosk.assistant.lookup import Lookup
from kiosk.assistant.vietnamese import fold
from kiosk.assistant.weights import (
    DOUBT,
    EVIDENCE,
    Classifier,
    Evidence,
    Judge,
    probabilities,
)

STANDARD = load_standard()
WEIGHTS = learn(CATALOGUE, LESSONS, STANDARD)
LOOKUP = Lookup(CATALOGUE, WEIGHTS, STANDARD)
INDEX = Index(CATALOGUE, STANDARD)
SAID = st.lists(
    st.sampled_from(["khai", "sinh", "tử", "giấy", "con", "làm", "xyz", "không", "phải", "13"]),
    max_size=12,
).map(" ".join)


def first(text: str) -> str:
    """The id of the likeliest entry."""
    return LOOKUP.rank(text).hits[0].entry.id


# The table of features


@given(
    st.lists(st.lists(st.floats(-1, 1, width=32), min_size=3, max_size=3), min_size=1, max_size=5),
    st.lists(st.floats(-1, 1, width=32), min_size=3, max_size=3),
)
def test_the_table_multiplies_like_a_matrix(cells: list[list[float]], asked: list[float]) -> None:
    matrix = np.array(cells, np.float32)
    rows, features = np.nonzero(matrix)
    table = Table(
        rows.astype(np.int32),
        features.astype(np.int32),
        matrix[rows, features],
        shape=(len(cells), 3),
    )
    wanted = [number for number, value in enumerate(asked) if value]
    found = table.dot(wanted, [asked[number] for number in wanted])
    assert np.allclose(found, matrix @ np.array(asked, np.float32), atol=5e-3)


# Likeness


def test_a_text_is_most_like_itself() -> None:
    for number, entry in enumerate(CATALOGUE):
        for text in (one for one in (entry.title, *entry.wordings) if one):
            likeness = INDEX.compare(text)
            assert likeness.best.argmax() == number, text
            assert 0.85 < likeness.best[number] < 1.001, text
            assert likeness.unknown == 0.0, text


def test_words_that_nobody_has_are_like_nothing() -> None:
    likeness = INDEX.compare("zzzq wwxx")
    assert likeness.unknown == 1.0
    assert likeness.best.max() < 0.05
    assert likeness.covered.max() == 0.0


def test_a_word_more_that_nobody_knows_makes_a_sentence_less_like() -> None:
    plain = INDEX.compare("khai tử cho bà").best.max()
    padded = INDEX.compare("khai tử cho bà zzzq wwxx").best.max()
    assert padded < plain


def test_what_a_citizen_took_back_is_not_compared() -> None:
    assert INDEX.compare("khai sinh, à nhầm, khai tử cho bà").words == ("khai", "tử", "cho", "bà")


def test_a_misheard_syllable_is_put_right_from_the_words_of_the_catalogue() -> None:
    assert LOOKUP.repaired(("khai", "xinh", "cho", "cháu")) == ("khai", "sinh", "cho", "cháu")
    assert first("khai xinh cho cháu") == "khai-sinh"


def test_words_of_choices_can_be_put_right_too() -> None:
    said, meant = ("chính", "tuôi", "đi"), ("chính", "tôi", "đi")
    assert LOOKUP.repaired(said) != meant
    also = Lookup(CATALOGUE, WEIGHTS, STANDARD, also_said=("chính tôi đi", "chính tôi"))
    assert also.repaired(said) == meant


# Ranking


@pytest.mark.parametrize("entry", FIVE, ids=[one.id for one in FIVE])
def test_each_wording_finds_its_procedure_with_and_without_diacritics(entry: Entry) -> None:
    for text in (entry.title, *entry.wordings):
        for said in (text, fold(text), text.upper()):
            assert first(said) == entry.id, said


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("em mới sinh thằng cu muốn làm giấy tờ", BIRTH),
        ("bà nội mất hôm qua", DEATH),
        ("sao y bằng đại học", COPY),
        ("tụi em cưới nhau", MARRIAGE),
        ("không phải khai sinh, khai tử cho bà", DEATH),
        ("chào buổi sáng anh", GREETING),
    ],
)
def test_other_words_find_it_too(said: str, expected: Entry) -> None:
    assert LOOKUP.rank(said).hits[0].entry == expected


def test_what_is_in_no_entry_is_most_likely_none_of_them() -> None:
    for said in ("zzzq wwxx", "nuôi cá cảnh", "hôm nay trời đẹp ghê"):
        ranking = LOOKUP.rank(said)
        assert ranking.none > ranking.hits[0].score, said


@pytest.mark.parametrize("said", ["", "   ", "?!…", "😀", "\n\t"])
def test_where_nothing_is_said_nothing_is_meant(said: str) -> None:
    ranking = LOOKUP.rank(said)
    assert ranking.hits == ()
    assert ranking.none == 1.0


def test_an_empty_catalogue_finds_nothing() -> None:
    ranking = Lookup((), WEIGHTS, STANDARD).rank("làm khai sinh")
    assert (ranking.hits, ranking.none) == ((), 1.0)


def test_a_catalogue_of_one_has_one_candidate() -> None:
    ranking = Lookup((BIRTH,), WEIGHTS, STANDARD).rank("làm khai sinh")
    assert [hit.entry for hit in ranking.hits] == [BIRTH]
    assert ranking.hits[0].score > 0.5


def test_no_more_candidates_are_looked_at_than_needed() -> None:
    many = [Entry(id=f"viec-{n}", title=f"Giấy số {n}") for n in range(CANDIDATES + 20)]
    ranking = Lookup(many, WEIGHTS, STANDARD).rank("giấy số 7")
    assert len(ranking.hits) == CANDIDATES
    assert ranking.hits[0].entry.id == "viec-7"


def test_of_two_entries_alike_the_kiosks_own_level_goes_before_another() -> None:
    ward = Entry(id="phuong", title="Cấp giấy phép khai thác cát", kind=Kind.COMMUNE)
    other = Entry(id="bo", title="Cấp giấy phép khai thác cát", kind=Kind.NATIONAL)
    ranking = Lookup((*CATALOGUE, other, ward), WEIGHTS, STANDARD).rank("giấy phép khai thác cát")
    scores = {hit.entry.id: hit.score for hit in ranking.hits}
    assert ranking.hits[0].entry == ward
    assert scores["phuong"] > 5 * scores["bo"]


@given(st.one_of(st.text(max_size=200), SAID))
def test_whatever_is_said_the_chances_add_up_and_the_best_stands_first(text: str) -> None:
    ranking = LOOKUP.rank(text)
    scores = [hit.score for hit in ranking.hits]
    assert all(0 <= score <= 1 for score in (*scores, ranking.none))
    assert math.isclose(sum(scores) + ranking.none, 1, abs_tol=1e-4)
    assert scores == sorted(scores, reverse=True)
    ids = [hit.entry.id for hit in ranking.hits]
    assert len(set(ids)) == len(ids)
    assert LOOKUP.rank(text) == ranking, "the same answer every time"


@given(SAID, st.permutations(CATALOGUE))
def test_the_order_of_the_catalogue_changes_no_answer(text: str, shuffled: list[Entry]) -> None:
    other = Lookup(shuffled, WEIGHTS, STANDARD).rank(text)
    scores = {hit.entry.id: hit.score for hit in other.hits}
    for hit in LOOKUP.rank(text).hits:
        assert math.isclose(scores[hit.entry.id], hit.score, abs_tol=1e-3)


# The classifier and the evidence


def test_the_classifier_says_nothing_of_an_entry_that_it_never_saw() -> None:
    stranger = Entry(id="la", code="9.999999", title="Đăng ký khai sinh", wordings=BIRTH.wordings)
    index = Index((stranger, *FIVE), STANDARD)
    scores = Classifier(WEIGHTS, index).scores(index.compare("làm giấy khai sinh").features)
    assert scores[0] == 0.0
    assert scores.argmax() == 1
    assert scores[1] > 0.3


def test_the_classifier_knows_a_card_by_its_code_whatever_its_id() -> None:
    card = Entry(id="tthc-1-001193", code=BIRTH.code, title="Thủ tục đăng ký khai sinh")
    index = Index((card,), STANDARD)
    assert Classifier(WEIGHTS, index).scores(index.compare("vợ tôi vừa sinh").features)[0] > 0.1


def test_evidence_of_each_candidate_has_a_number_for_each_name() -> None:
    likeness = INDEX.compare("làm giấy khai sinh")
    scores = Classifier(WEIGHTS, INDEX).scores(likeness.features)
    evidence = Judge(INDEX).evidence(likeness, scores)
    assert sorted(evidence.candidates.tolist()) == list(range(len(CATALOGUE)))
    assert evidence.of_candidates.shape == (len(CATALOGUE), len(EVIDENCE))
    assert evidence.of_none.shape == (len(DOUBT),)
    kinds = [kind.value for kind in Kind if kind is not Kind.SCRIPT]
    for place, one in enumerate(evidence.candidates):
        marked = {
            kind for kind in kinds if evidence.of_candidates[place, EVIDENCE.index(kind)] == 1
        }
        kind = CATALOGUE[one].kind
        assert marked == ({kind.value} if kind is not Kind.SCRIPT else set())


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=6), st.integers(-1000, 1000))
def test_odds_however_large_become_chances(odds: list[int], none: int) -> None:
    columns = np.zeros((len(odds), len(EVIDENCE)), np.float32)
    columns[:, 0] = odds
    doubt = np.zeros(len(DOUBT), np.float32)
    doubt[0] = none
    one = np.zeros(len(EVIDENCE), np.float32)
    one[0] = 1
    only = np.zeros(len(DOUBT), np.float32)
    only[0] = 1
    weights = replace(WEIGHTS, evidence=one, doubt=only)
    evidence = Evidence(np.arange(len(odds)), columns, doubt)
    chances = probabilities(evidence, weights)
    assert math.isclose(float(chances.sum()), 1, abs_tol=1e-4)
    assert chances.argmax() == np.append(columns[:, 0], doubt[0]).argmax()


# Why


def test_the_wording_that_is_most_like_a_sentence_is_named_as_it_was_written() -> None:
    for entry in CATALOGUE:
        if entry.kind is not Kind.SCRIPT:
            continue
        for wording in entry.wordings:
            reasons = LOOKUP.reasons(wording, most=len(CATALOGUE))
            mine = next(one for one in reasons if one.hit.entry == entry)
            assert STANDARD.words(mine.wording) == STANDARD.words(wording)
            assert mine.likeness == pytest.approx(1, abs=0.01)


def test_reasons_come_in_the_order_and_with_the_chances_of_the_ranking() -> None:
    text = "khai sinh cho con mới đẻ"
    ranking = LOOKUP.rank(text)
    reasons = LOOKUP.reasons(text, most=3)
    assert [one.hit for one in reasons] == list(ranking.hits[:3])
    assert all(0 <= one.covered <= 1.01 for one in reasons)
    assert reasons[0].taught > reasons[1].taught
    assert Lookup([], WEIGHTS, STANDARD).reasons(text, most=3) == ()
    assert LOOKUP.reasons("", most=3) == ()

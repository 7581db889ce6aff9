"""What was probably misheard is put right, and what fits is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.assistant.dialect_files import load_standard
from kiosk.assistant.repair import Repair
from kiosk.assistant.vietnamese import fold, words_of
from kiosk.catalogue import SHIPPED_PROCEDURES, load_catalogue

TEXTS = [
    words_of(text)
    for text in (
        *["đăng ký khai sinh"] * 5,
        *["đăng ký khai tử"] * 3,
        *["làm khai sinh cho con"] * 3,
        *["xin giấy xác nhận"] * 3,
        "mở quán phở",
    )
]
REPAIR = Repair(TEXTS)
WORDS = sorted({word for text in TEXTS for word in text})


def repaired(said: str) -> str:
    return " ".join(REPAIR.repaired(words_of(said)))


def test_no_word_only_loses_its_marks() -> None:
    """Wordings are typed without marks, too; "đã quá" is no "đã qua" for that."""
    typed = Repair([*TEXTS, *[words_of("qua 60 ngay")] * 9, *[words_of("đã có giấy")] * 3])
    assert typed.repaired(words_of("đã quá 60 ngày")) == ("đã", "quá", "60", "ngày")


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("đăng ký khai xin", "đăng ký khai sinh"),
        ("đăng ký khai xinh", "đăng ký khai sinh"),
        ("đăng ký khai tứ", "đăng ký khai tử"),
        ("đăng kí khai sinh", "đăng ký khai sinh"),
        ("làm khay sinh cho con", "làm khai sinh cho con"),
        ("xin giấy xác nhậng", "xin giấy xác nhận"),
        ("xin dấy xác nhận", "xin giấy xác nhận"),
    ],
)
def test_a_misheard_syllable_is_put_right_by_its_neighbours(heard: str, meant: str) -> None:
    assert repaired(heard) == meant


@pytest.mark.parametrize("text", TEXTS, ids=" ".join)
def test_a_sentence_that_fits_stays(text: tuple[str, ...]) -> None:
    assert REPAIR.repaired(text) == text


@pytest.mark.parametrize("said", ["", "xyz ở đâu", "vneid 12 đỏ", "trời đẹp quá"])
def test_words_that_nothing_resembles_stay(said: str) -> None:
    assert repaired(said) == said


def test_without_diacritics_nothing_is_put_right() -> None:
    assert repaired("đăng ký khai xin") != "đăng ký khai xin"
    assert repaired(fold("đăng ký khai xin")) == fold("đăng ký khai xin")


def test_a_word_seen_once_is_put_in_nobodys_mouth() -> None:
    once, twice = ([words_of("mở quán phở")] * count for count in (1, 2))
    assert Repair(once).repaired(words_of("mở quáng phở")) == ("mở", "quáng", "phở")
    assert Repair(twice).repaired(words_of("mở quáng phở")) == ("mở", "quán", "phở")


def test_a_word_between_known_neighbours_is_not_looked_at() -> None:
    texts = [words_of(text) for text in (*["khai sinh cho con"] * 3000, "khai xin cho con")]
    repair = Repair(texts)
    for said in ("khai xin cho con", "khai xin cho đỏ"):
        assert repair.repaired(words_of(said)) == words_of(said), "rare, but it was seen"


def test_what_knows_no_texts_changes_nothing() -> None:
    assert Repair([]).repaired(words_of("đăng ký khai xin")) == words_of("đăng ký khai xin")


@given(st.lists(st.sampled_from([*WORDS, "xin", "xinh", "tứ", "vneid", "khay", "dấy"]), max_size=9))
def test_a_repair_keeps_the_number_of_words_and_invents_none(words: list[str]) -> None:
    found = REPAIR.repaired(words)
    assert len(found) == len(words)
    for heard, meant in zip(words, found, strict=True):
        assert meant == heard or meant in WORDS
    assert REPAIR.repaired(words) == found


@given(st.lists(st.text(max_size=6), max_size=6))
def test_no_words_upset_it(words: list[str]) -> None:
    assert len(REPAIR.repaired(words)) == len(words)


def test_the_wordings_of_the_shipped_scripts_stay_as_they_are() -> None:
    standard = load_standard()
    procedures = load_catalogue(SHIPPED_PROCEDURES).procedures
    texts = [
        standard.words(text) for one in procedures for text in (one.title.vi, *one.heard_as.vi)
    ]
    repair = Repair(texts)
    assert [text for text in texts if repair.repaired(text) != text] == []
    assert repair.repaired(words_of("cấp nại căn cước")) == ("cấp", "lại", "căn", "cước")

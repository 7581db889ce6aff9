"""A fixed phrase is heard through accents and slips, but only whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.assistant.phrases import Phrases
from kiosk.assistant.vietnamese import fold, words_of

KNOWN = ("quay lại", "lệ phí", "gặp cán bộ", "khong biet")
PHRASES = Phrases(*KNOWN)


def stands_in(said: str) -> bool:
    return PHRASES.stand_in(words_of(said))


@pytest.mark.parametrize("said", [*KNOWN, *map(fold, KNOWN), "Không biết", "GẶP CÁN BỘ"])
def test_a_phrase_is_heard_with_and_without_diacritics_either_way(said: str) -> None:
    assert stands_in(said)


@pytest.mark.parametrize(
    "said", ["quai lại", "quay nại", "nệ phí", "gặp cáng bộ", "hông biết", "không biếc"]
)
def test_a_phrase_that_sounds_alike_is_heard_unless_it_is_another_sound(said: str) -> None:
    assert stands_in(said) == (said != "hông biết")


@pytest.mark.parametrize(
    "said", ["", "quay", "lại quay", "lệ", "lệ của phí", "gặp bộ", "quay đi quẩn lại", "lệ phíu"]
)
def test_a_part_or_another_order_is_not_the_phrase(said: str) -> None:
    assert not stands_in(said)


def test_a_phrase_ends_where_its_words_end() -> None:
    assert not Phrases("an").stand_in(["lan"])
    assert not Phrases("lan").stand_in(["an"])
    assert not Phrases("ba").stand_in(["bay", "baba"])


def test_no_phrases_stand_nowhere() -> None:
    assert not Phrases().stand_in(["quay", "lại"])


@given(
    st.lists(st.sampled_from(["tôi", "muốn", "dạ", "khai", "sinh"])),
    st.sampled_from(KNOWN),
    st.lists(st.sampled_from(["nhé", "ạ", "được", "không", "12"])),
)
def test_a_phrase_is_heard_wherever_it_stands(
    before: list[str], phrase: str, after: list[str]
) -> None:
    assert PHRASES.stand_in([*before, *words_of(phrase), *after])


@given(st.lists(st.text(max_size=8)))
def test_no_words_upset_it(words: list[str]) -> None:
    assert PHRASES.stand_in([*words, "lệ", "phí"])
    assert not Phrases("khai sinh trễ hạn").stand_in(words)

"""The noise that measuring needs: misheard by chance, but the same for the same seed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.assistant.noise import FARTHEST, Mishearing, without_diacritics
from kiosk.assistant.syllable import distance, parse
from kiosk.assistant.vietnamese import words_of

TEXTS = [
    *("đăng ký khai sinh cho cháu", "xin giấy xác nhận", "nam hay lam", "làm lại căn cước"),
    *("xinh xắn cũng được", "cãi nhau với chồng", "dấy cỏ", "chú ở trú quán", "đăn kí"),
]
WORDS = {word for text in TEXTS for word in words_of(text)}
SENTENCE = "đăng ký khai sinh cho chú Nam"


def misheard(text: str, *, strength: float = 1.0, seed: int = 7) -> str:
    return Mishearing(TEXTS, seed=seed).of(text, strength=strength)


def test_without_noise_only_case_and_punctuation_go() -> None:
    assert misheard("Đăng ký, khai sinh!", strength=0) == "đăng ký khai sinh"


@given(st.integers(0, 1000), st.floats(0, 1))
def test_the_same_seed_gives_the_same_noise(seed: int, strength: float) -> None:
    once = misheard(SENTENCE, strength=strength, seed=seed)
    assert misheard(SENTENCE, strength=strength, seed=seed) == once


def test_another_seed_gives_another_noise() -> None:
    assert len({misheard(SENTENCE, strength=0.5, seed=seed) for seed in range(20)}) > 3


@given(st.integers(0, 1000))
def test_each_word_becomes_an_existing_one_that_sounds_near(seed: int) -> None:
    before, after = words_of(SENTENCE), words_of(misheard(SENTENCE, seed=seed))
    assert len(before) == len(after)
    for said, heard in zip(before, after, strict=True):
        one, other = parse(said), parse(heard)
        assert one is not None
        assert other is not None
        assert heard == said or (heard in WORDS and distance(one, other) <= FARTHEST)


def test_at_full_strength_a_word_with_a_likeness_is_never_heard_right() -> None:
    assert {misheard("nam", seed=seed) for seed in range(20)} >= {"lam"}
    assert "nam" not in {misheard("nam", seed=seed) for seed in range(20)}


def test_the_nearer_word_is_heard_more_often() -> None:
    noise = Mishearing(["nam lam nan"], seed=1)
    heard = [noise.of("nam", strength=1) for _ in range(200)]
    assert heard.count("lam") > 2 * heard.count("nan") > 0


def test_about_the_wanted_share_is_misheard() -> None:
    noise = Mishearing(TEXTS, seed=3)
    heard = [noise.of("nam", strength=0.3) for _ in range(1000)]
    assert 0.25 < sum(word != "nam" for word in heard) / len(heard) < 0.35


@pytest.mark.parametrize("text", ["vneid 12 cccd", "", "phở"])
def test_what_sounds_like_nothing_known_is_heard_right(text: str) -> None:
    assert misheard(text) == text


def test_without_texts_everything_is_heard_right() -> None:
    assert Mishearing([], seed=1).of("đăng ký", strength=1) == "đăng ký"


def test_typing_without_vietnamese_keys_loses_all_marks() -> None:
    assert without_diacritics("Đăng ký kết hôn") == "dang ky ket hon"

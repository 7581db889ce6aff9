"""A syllable comes apart into its sounds, and what ears confuse lies close together."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.assistant.syllable import Sounds, Syllable, Tone, distance, parse, sound
from kiosk.assistant.vietnamese import words_of
from kiosk.catalogue import SHIPPED_PROCEDURES, load_catalogue

PROCEDURES = load_catalogue(SHIPPED_PROCEDURES).procedures
WRITTEN = sorted(
    {
        word
        for one in PROCEDURES
        for text in (
            one.title.vi,
            one.summary.vi,
            *(question.ask.vi for question in one.questions),
            *(choice.label.vi for question in one.questions for choice in question.choices),
            *(paper.name.vi for paper in one.papers),
        )
        for word in words_of(text)
        if not word.isascii()
    }
)
"""The words with Vietnamese letters that the kiosk itself shows."""


def parts(word: str) -> Syllable:
    """The parts of a word that is a syllable."""
    found = parse(word)
    assert found is not None, word
    return found


def far(one: str, other: str) -> float:
    return distance(parts(one), parts(other))


def without_tone(word: str) -> str:
    marks = {tone.value for tone in Tone if tone is not Tone.LEVEL}
    letters = (one for one in unicodedata.normalize("NFD", word) if one not in marks)
    return unicodedata.normalize("NFC", "".join(letters))


def spelled(one: Syllable) -> str:
    """The letters of the parts; the i of `gì` and `gìn` is written once."""
    return (one.initial + one.medial + one.nucleus + one.coda).replace("gii", "gi")


# Taking apart


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("nguyễn", ("ng", "u", "yê", "n", Tone.TILDE)),
        ("khai", ("kh", "", "a", "i", Tone.LEVEL)),
        ("nghỉ", ("ngh", "", "i", "", Tone.HOOK)),
        ("được", ("đ", "", "ươ", "c", Tone.DOT)),
        ("người", ("ng", "", "ươ", "i", Tone.GRAVE)),
        ("hoặc", ("h", "o", "ă", "c", Tone.DOT)),
        ("khuyết", ("kh", "u", "yê", "t", Tone.ACUTE)),
        ("khuya", ("kh", "u", "ya", "", Tone.LEVEL)),
        ("luật", ("l", "u", "â", "t", Tone.DOT)),
        ("xoong", ("x", "", "oo", "ng", Tone.LEVEL)),
        ("ý", ("", "", "y", "", Tone.ACUTE)),
        ("yêu", ("", "", "yê", "u", Tone.LEVEL)),
        ("ở", ("", "", "ơ", "", Tone.HOOK)),
    ],
)
def test_a_syllable_comes_apart_into_its_five_parts(
    word: str, expected: tuple[str, str, str, str, Tone]
) -> None:
    one = parts(word)
    assert (one.initial, one.medial, one.nucleus, one.coda, one.tone) == expected


@pytest.mark.parametrize(
    ("word", "initial", "nucleus"),
    [("gì", "gi", "i"), ("gìn", "gi", "i"), ("gia", "gi", "a"), ("giấy", "gi", "â")],
)
def test_the_i_of_gi_is_the_vowel_only_where_there_is_no_other(
    word: str, initial: str, nucleus: str
) -> None:
    assert (parts(word).initial, parts(word).nucleus) == (initial, nucleus)


@pytest.mark.parametrize(
    ("word", "medial", "nucleus"),
    [
        ("quý", "u", "y"),
        ("quán", "u", "a"),
        ("quốc", "u", "ô"),
        ("của", "", "ua"),
        ("mua", "", "ua"),
        ("muốn", "", "uô"),
        ("thuê", "u", "ê"),
        ("toàn", "o", "a"),
    ],
)
def test_u_and_o_are_a_glide_only_before_the_vowel_that_carries_the_tone(
    word: str, medial: str, nucleus: str
) -> None:
    assert (parts(word).medial, parts(word).nucleus) == (medial, nucleus)


@pytest.mark.parametrize(
    ("old", "new"),
    [("hoà", "hòa"), ("thuý", "thúy"), ("uỷ", "ủy"), ("khoẻ", "khỏe"), ("xoá", "xóa")],
)
def test_both_places_of_the_tone_mark_are_read_alike(old: str, new: str) -> None:
    assert old != new
    assert parts(old) == parts(new)


@pytest.mark.parametrize("word", ["nguyễn", "được", "thường", "sổ", "ủy"])
def test_letters_and_marks_may_be_written_as_one_or_apart(word: str) -> None:
    assert unicodedata.normalize("NFD", word) != word
    assert parts(unicodedata.normalize("NFD", word)) == parts(word)


@pytest.mark.parametrize(
    "word", ["", "k", "12", "vneid", "bhyt", "zậy", "abc", "hòá", "\u0301", "日本", "khai sinh"]
)
def test_what_is_no_syllable_has_no_parts(word: str) -> None:
    assert parse(word) is None


def test_every_word_with_diacritics_that_the_kiosk_shows_comes_apart() -> None:
    assert len(WRITTEN) > 300
    assert [word for word in WRITTEN if parse(word) is None] == []


def test_the_parts_put_together_spell_the_word() -> None:
    assert [word for word in WRITTEN if spelled(parts(word)) != without_tone(word)] == []


@given(st.text(max_size=12))
def test_no_text_upsets_the_parser(word: str) -> None:
    one = parse(word)
    assert one is None or one.nucleus
    assert bool(sound(word)) == bool(word)


@given(st.text(alphabet="bcdđghklmnpqrstvxaăâeêioôơuưyáàảãạ", max_size=8))
def test_no_row_of_vietnamese_letters_upsets_the_parser(word: str) -> None:
    one = parse(word)
    if one is not None:
        assert spelled(one) == without_tone(word)


# How alike they sound


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("nam", "lam"),
        ("sổ", "xổ"),
        ("trú", "chú"),
        ("giấy", "dấy"),
        ("gia", "da"),
        ("vui", "dui"),
        ("nghĩ", "nghỉ"),
        ("cải", "cãi"),
        ("kết", "kếch"),
        ("hôn", "hông"),
        ("bản", "bảng"),
        ("mật", "mặt"),
        ("ngành", "nghành"),
    ],
)
def test_what_ears_and_regions_confuse_lies_close_together(one: str, other: str) -> None:
    assert 0 < far(one, other) <= 0.2


@pytest.mark.parametrize(
    ("one", "other"), [("khai", "tử"), ("con", "thẻ"), ("sinh", "hôn"), ("đất", "bố")]
)
def test_what_nobody_confuses_lies_far_apart(one: str, other: str) -> None:
    assert far(one, other) > 2


@pytest.mark.parametrize(
    ("one", "other"), [("lý", "lí"), ("kỹ", "kĩ"), ("hoà", "hòa"), ("ký", "kí")]
)
def test_two_spellings_of_one_sound_are_not_apart(one: str, other: str) -> None:
    assert far(one, other) == 0


def test_a_tone_that_merges_in_the_south_is_nearer_than_one_that_does_not() -> None:
    assert far("sửa", "sữa") < far("sửa", "sưa")
    assert far("cải", "cãi") < far("cải", "cài")


def test_two_confusions_cost_more_than_one() -> None:
    assert far("sinh", "xinh") < far("sinh", "xin") < far("sinh", "tin")


@given(st.sampled_from(WRITTEN), st.sampled_from(WRITTEN))
def test_the_distance_is_the_same_both_ways_and_has_bounds(one: str, other: str) -> None:
    assert 0 <= far(one, other) <= 3
    assert far(one, other) == far(other, one)
    assert far(one, one) == 0


@pytest.mark.parametrize("word", ["nguyễn", "giấy", "quốc", "ở", "xoong", "sổ"])
def test_many_compared_at_once_lie_as_far_as_one_by_one(word: str) -> None:
    syllables = [parts(other) for other in WRITTEN]
    each = [distance(parts(word), other) for other in syllables]
    assert Sounds(syllables).distances(parts(word)).tolist() == pytest.approx(each)


# Classes of sounds


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hôn", "hông"),
        ("sinh", "xin"),
        ("nại", "lại"),
        ("trú", "chú"),
        ("giấy", "dây"),
        ("vậy", "dậy"),
        ("mật", "mặc"),
        ("lí", "lý"),
        ("thuê", "thê"),
    ],
)
def test_words_that_many_ears_confuse_are_of_one_class(one: str, other: str) -> None:
    assert one != other
    assert sound(one) == sound(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("khai", "tai"), ("con", "cá"), ("đất", "bất"), ("sinh", "sang"), ("mẹ", "nhẹ")],
)
def test_words_that_sound_different_are_of_different_classes(one: str, other: str) -> None:
    assert sound(one) != sound(other)


def test_the_tone_does_not_change_the_class() -> None:
    assert [word for word in WRITTEN if sound(word) != sound(without_tone(word))] == []


@pytest.mark.parametrize("word", ["vneid", "12", "cccd", ""])
def test_a_word_that_is_no_syllable_is_its_own_class(word: str) -> None:
    assert sound(word) == word

"""Chat spelling and regional words become the words of the scripts; slips are cut off."""

import tomllib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.assistant.dialect_files import FOLDER, load_standard
from kiosk.assistant.vietnamese import (
    Standard,
    asked_for,
    fold,
    fold_word,
    has_diacritics,
    standard_of,
    words_of,
)

STANDARD = load_standard()
PLAIN = standard_of(())
"""Knows no form at all: only slips and denials change what it hears."""

PACKS: dict[str, dict[str, str]] = {
    file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in FOLDER.glob("*.toml")
}
FORMS = [
    pytest.param(form, meant, id=f"{pack} {form}")
    for pack, forms in sorted(PACKS.items())
    for form, meant in forms.items()
]
SAID = st.lists(
    st.sampled_from(
        [
            *("à nhầm", "không phải", "mà là", "chứ không phải", "đâu", ",", ".", "khai sinh"),
            *("khai tử", "có", "chi mô", "ko", "tui", "ý là", "a", "cho con", "mà", "thì"),
        ]
    ),
    max_size=8,
).map(" ".join)
"""Sentences full of what cuts and turns a sentence."""


def words(text: str, standard: Standard = STANDARD) -> str:
    return " ".join(standard.words(text))


def meant(text: str) -> str:
    return " ".join(PLAIN.meant(text))


# Letters


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đăng ký KHAI SINH!", ("đăng", "ký", "khai", "sinh")),
        ("hộ-kinh_doanh, 2026", ("hộ", "kinh", "doanh", "2026")),
        (unicodedata.normalize("NFD", "Kết hôn"), ("kết", "hôn")),
        ("  ?! ", ()),
    ],
)
def test_words_keep_their_marks_and_lose_case_and_punctuation(
    text: str, expected: tuple[str, ...]
) -> None:
    assert words_of(text) == expected


@given(st.text())
def test_words_put_together_are_the_same_words(text: str) -> None:
    found = words_of(text)
    assert words_of(" ".join(found)) == found


@pytest.mark.parametrize("word", ["đăng", "Ký", "ủy", "vneid", "98", ""])
def test_a_folded_word_is_a_folded_text(word: str) -> None:
    assert fold_word(word) == fold(word)


def test_one_vietnamese_letter_shows_that_somebody_writes_them() -> None:
    assert has_diacritics(["dang", "ký"])
    assert not has_diacritics(["dang", "ky", "12"])
    assert not has_diacritics([])


# Forms


def test_the_longest_form_that_stands_there_is_taken() -> None:
    standard = standard_of([{"ba": "bố", "ba má": "bố mẹ", "ba má tôi": "bố mẹ tôi"}])
    assert words("xin ba má cháu về", standard) == "xin bố mẹ cháu về"
    assert words("ba má tôi và ba tôi", standard) == "bố mẹ tôi và bố tôi"


def test_a_form_that_is_only_begun_changes_nothing() -> None:
    standard = standard_of([{"bầy tui": "chúng tôi"}])
    assert words("một bầy", standard) == "một bầy"
    assert words("bầy gà", standard) == "bầy gà"


def test_a_later_pack_wins() -> None:
    assert words("tau đi", standard_of([{"tau": "tôi"}, {"tau": "mình"}])) == "mình đi"


def test_a_form_inside_a_word_is_left_alone() -> None:
    standard = standard_of([{"ks": "khai sinh"}])
    assert words("đi ks", standard) == "đi khai sinh"
    assert words("đi ksx", standard) == "đi ksx"


def test_without_diacritics_a_form_that_may_be_another_word_is_left_alone() -> None:
    standard = standard_of([{"ca": "công an", "dk": "đăng ký", "ba má": "bố mẹ", "ca tai": "x"}])
    assert words("lên ca hỏi", standard) == "lên công an hỏi"
    assert words("len ca hoi", standard) == "len ca hoi"
    assert words("dk giay", standard) == "đăng ký giay", "no syllable: nothing else it may be"
    assert words("ca tai", standard) == "x", "two words together are no accident"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("đk kết hôn", "đăng ký kết hôn"),
        ("DKKS cho con", "đăng ký khai sinh cho con"),
        ("tôi ko có cccd", "tôi không có căn cước"),
        ("tui mần giấy khai sanh", "tôi làm giấy khai sinh"),
        ("hông có chồng", "không có chồng"),
        ("ba má cất nhà", "bố mẹ xây nhà"),
        ("mạ tui ở mô", "mẹ tôi ở đâu"),
        ("làm răng chừ", "làm sao bây giờ"),
        ("thầy bu nhà em", "bố mẹ nhà em"),
        ("căn cước công dân", "căn cước"),
        ("gpxd nhà ở", "giấy phép xây dựng nhà ở"),
    ],
)
def test_regional_and_chat_words_become_those_of_the_scripts(said: str, expected: str) -> None:
    assert words(said) == expected


@pytest.mark.parametrize(
    "said",
    [
        "đăng ký khai sinh cho con",
        "giấy chứng nhận kết hôn",
        "nhà có ba người, con thứ hai được sáu tuổi",
        "bà nội tôi mất năm ngoái",
        "xóa đăng ký thường trú",
        "hộ kinh doanh tạm ngừng một tháng",
        "bé tên là Nguyễn Thị Hoa",
        "tôi là mẹ của bé",
    ],
)
def test_standard_sentences_stay_as_they_are(said: str) -> None:
    assert STANDARD.words(said) == words_of(said)


# The packs


@pytest.mark.parametrize(("form", "standard"), FORMS)
def test_a_form_and_its_words_are_written_as_sentences_are_compared(
    form: str, standard: str
) -> None:
    for text in (form, standard):
        assert " ".join(words_of(text)) == text
        assert text


@pytest.mark.parametrize(("form", "standard"), FORMS)
def test_a_form_is_found_and_means_something_else(form: str, standard: str) -> None:
    assert form != standard
    assert STANDARD.forms[words_of(form)] == words_of(standard)
    assert words(f"{form} ở phường đó") == f"{standard} ở phường đó"


def test_no_form_stands_in_two_packs() -> None:
    assert sorted(PACKS) == ["central", "chat", "north", "south"]
    forms = [form for pack in PACKS.values() for form in pack]
    assert len(forms) == len(set(forms)) == len(STANDARD.forms)


@pytest.mark.parametrize(("form", "standard"), FORMS)
def test_no_chain_of_forms_goes_round_in_a_circle(form: str, standard: str) -> None:
    twice = words(words(standard))
    assert words(twice) == twice
    assert form not in {twice, words(standard)}


def test_the_folder_is_read_once() -> None:
    assert load_standard() is STANDARD


@pytest.mark.parametrize(
    "word",
    [
        *("ba", "bà", "bé", "cái", "cất", "cho", "con", "có", "cô", "đã", "đâu", "đi", "đơn"),
        *("em", "gì", "họ", "hộ", "không", "làm", "lại", "mai", "mất", "mẹ", "mình", "mới"),
        *("nhà", "nhỏ", "nước", "ông", "quê", "sao", "sổ", "tên", "thẻ", "thế", "tôi", "về"),
    ],
)
def test_an_ordinary_word_alone_is_no_form(word: str) -> None:
    assert words(word) == word


# How it is asked for


@pytest.mark.parametrize(
    "said",
    [
        *("làm giấy khai sinh", "Tôi muốn làm giấy khai sinh", "cho tôi làm giấy khai sinh ạ"),
        *("dạ cho em xin hỏi làm giấy khai sinh", "cháu đang cần làm giấy khai sinh nhé"),
        *("làm giấy khai sinh giúp em với ạ", "con định làm giấy khai sinh"),
        "tui cần làm giấy khai sinh hộ tui",
    ],
)
def test_however_it_is_asked_for_the_same_is_wanted(said: str) -> None:
    assert asked_for(fold(said)) == "lam giay khai sinh"


@pytest.mark.parametrize(
    "said",
    [
        *("căn cước bị mất", "con nuôi", "đính chính sổ đỏ", "tách hộ", "đổi chủ hộ", "tôi muốn"),
        *("hỏi", "xin học cho con", "không muốn làm giấy khai sinh", ""),
    ],
)
def test_what_is_wanted_is_no_manner_of_asking(said: str) -> None:
    assert asked_for(fold(said)) == fold(said)


@pytest.mark.parametrize(
    "said", ["I want to register a birth", "we would like to register a birth please"]
)
def test_english_asks_in_its_own_way(said: str) -> None:
    assert asked_for(fold(said)) == "register a birth"


# What was taken back


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("làm khai sinh à nhầm làm khai tử", "làm khai tử"),
        ("lam khai sinh a nham lam khai tu", "lam khai tu"),
        ("khai sinh, à không, khai tử cho ông", "khai tử cho ông"),
        ("xin giấy độc thân, ý em là đăng ký kết hôn", "đăng ký kết hôn"),
        ("kết hôn à nhầm khai sinh à nhầm khai tử cho ông", "khai tử cho ông"),
    ],
)
def test_what_was_said_before_a_slip_is_cut_off(said: str, expected: str) -> None:
    assert meant(said) == expected


@pytest.mark.parametrize("said", ["à nhầm", "khai sinh à nhầm", "khai sinh à nhầm rồi"])
def test_a_slip_that_nothing_follows_cuts_nothing(said: str) -> None:
    assert meant(said) == said


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("không phải khai sinh mà là khai tử", "khai tử"),
        ("khong phai khai sinh ma la khai tu", "khai tu"),
        ("không phải tôi mà là mẹ tôi", "mẹ tôi"),
        ("tôi không phải làm khai sinh đâu, tôi làm khai tử", "tôi làm khai tử"),
        ("không phải khai sinh, khai tử cho bố", "khai tử cho bố"),
        ("đăng ký khai sinh. không phải đăng ký lại", "đăng ký khai sinh"),
        ("làm khai tử chứ không phải khai sinh", "làm khai tử"),
        ("làm khai tử chớ không phải khai sinh", "làm khai tử"),
    ],
)
def test_what_is_denied_is_not_meant(said: str, expected: str) -> None:
    assert meant(said) == expected


@pytest.mark.parametrize(
    "said",
    [
        "không phải",
        "không có giấy chứng sinh",
        "tôi có phải đi không",
        "mất giấy khai sinh",
        "hai vợ chồng mà chưa đăng ký kết hôn",
    ],
)
def test_a_no_that_denies_no_other_matter_stays(said: str) -> None:
    assert meant(said) == said


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("có vợ con chi mô", "không có vợ con"),
        ("có giấy tờ gì đâu", "không có giấy tờ"),
        ("co giay to gi dau", "không có giay to"),
    ],
)
def test_scorn_denies(said: str, expected: str) -> None:
    assert meant(said) == expected


def test_slips_are_found_in_standard_words_too() -> None:
    assert STANDARD.meant("đk ks à nhầm đk kết hôn") == ("đăng", "ký", "kết", "hôn")


@given(SAID)
def test_whoever_says_something_is_left_with_something(said: str) -> None:
    assert bool(STANDARD.meant(said)) == bool(words_of(said))


@given(st.text(max_size=80))
def test_no_text_upsets_it(text: str) -> None:
    for word in (*STANDARD.words(text), *STANDARD.meant(text)):
        assert word.strip()


@pytest.mark.parametrize(
    ("newer", "older"),
    [("hoà", "hòa"), ("xoá", "xóa"), ("thuỷ", "thủy"), ("khoẻ", "khỏe"), ("HOẠ", "họa")],
)
def test_both_ways_of_placing_a_tone_mark_are_one_word(newer: str, older: str) -> None:
    assert words_of(newer) == words_of(older) == (older,)


@pytest.mark.parametrize("word", ["quý", "quỹ", "hoàn", "thuế", "toàn", "huỳnh"])
def test_a_mark_that_has_one_place_stays_there(word: str) -> None:
    assert words_of(word) == (word,)

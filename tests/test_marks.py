"""The few words that turn one procedure into another are heard, whatever words say it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.assistant.marks import Mark, marks
from kiosk.assistant.vietnamese import fold, words_of


def marked(said: str) -> set[Mark]:
    return set(marks(words_of(said)))


@pytest.mark.parametrize(
    ("said", "mark"),
    [
        ("kết hôn với người Hàn", Mark.FOREIGN),
        ("vợ quốc tịch Lào", Mark.FOREIGN),
        ("sinh con ở Nhật Bản", Mark.FOREIGN),
        ("cháu là con lai", Mark.FOREIGN),
        ("làm lại giấy khai sinh", Mark.AGAIN),
        ("cấp lại sổ", Mark.AGAIN),
        ("đổi căn cước", Mark.CHANGE),
        ("giấy ghi sai họ tên", Mark.WRONG),
        ("cải chính năm sinh", Mark.WRONG),
        ("xóa thường trú", Mark.DELETE),
        ("gia hạn tạm trú", Mark.EXTEND),
        ("đóng cửa quán", Mark.END),
        ("tạm ngừng kinh doanh", Mark.PAUSE),
        ("xin trích lục khai sinh", Mark.COPY),
        ("chứng thực chữ ký", Mark.CERTIFY),
        ("ông nằm liệt ở nhà", Mark.MOBILE),
        ("khu vực biên giới", Mark.BORDER),
        ("làm mất căn cước", Mark.LOST),
        ("ông qua đời", Mark.DIED),
        ("bà ngoại mất hôm qua", Mark.DIED),
        ("xin tiền mai táng", Mark.BURIAL),
        ("khai sinh trễ hạn", Mark.LATE),
        ("giám sát việc giám hộ", Mark.SUPERVISE),
        ("giấy xác nhận độc thân", Mark.SINGLE),
        ("đăng ký khai sinh liên thông", Mark.JOINT),
    ],
)
def test_a_mark_is_heard_with_and_without_diacritics(said: str, mark: Mark) -> None:
    assert mark in marked(said)
    assert mark in marked(fold(said))


@pytest.mark.parametrize(
    "said",
    [
        "đăng ký khai sinh cho con",
        "đăng ký kết hôn",
        "hai vợ chồng có ý kiến",
        "hôm nay trẻ em đi học",
        "tôi chọn cái thứ nhất",
        "",
    ],
)
def test_a_plain_request_has_no_mark(said: str) -> None:
    assert marked(said) == set()


@pytest.mark.parametrize(("one", "other"), [("xóa tên", "xoá tên"), ("hủy giấy", "huỷ giấy")])
def test_both_places_of_the_tone_mark_are_heard(one: str, other: str) -> None:
    assert marked(one) == marked(other) == {Mark.DELETE}


@pytest.mark.parametrize(
    "said", ["y kien", "my pham", "duc", "uc", "nga", "anh an com", "chu y"], ids=str
)
def test_a_short_country_without_diacritics_is_another_word(said: str) -> None:
    assert Mark.FOREIGN not in marked(said)


def test_a_country_needs_a_word_that_makes_it_one() -> None:
    assert marked("người Ý") == {Mark.FOREIGN}
    assert marked("theo ý tôi") == set()


def test_a_phrase_must_stand_there_whole() -> None:
    assert marked("làm giấy") == set()
    assert marked("làm lại giấy") == {Mark.AGAIN}
    assert marked("làm giấy lại") == set()


def test_a_sentence_may_have_several_marks() -> None:
    said = "mất giấy nên xin cấp lại bản sao cho chồng người Hàn"
    assert marked(said) == {Mark.LOST, Mark.AGAIN, Mark.COPY, Mark.FOREIGN}


@pytest.mark.parametrize(
    ("age", "mark"),
    [
        (0, Mark.CHILD),
        (13, Mark.CHILD),
        (14, Mark.YOUTH),
        (17, Mark.YOUTH),
        (18, None),
        (59, None),
        (60, Mark.OLD),
        (79, Mark.OLD),
        (80, Mark.VERY_OLD),
        (119, Mark.VERY_OLD),
        (120, None),
    ],
)
def test_an_age_is_marked_by_its_band(age: int, mark: Mark | None) -> None:
    assert marked(f"người {age} tuổi") == ({mark} if mark is not None else set())


def test_an_age_in_words_is_marked_too() -> None:
    assert marked("cháu mười hai tuổi") == {Mark.CHILD}
    assert marked("ba tam muoi tuoi") == {Mark.VERY_OLD}


@given(st.text(max_size=60), st.sampled_from(["làm lại", "độc thân", "sao y", "tạm ngừng"]))
def test_what_stands_around_a_phrase_takes_no_mark_away(around: str, phrase: str) -> None:
    assert marked(phrase) <= marked(f"{around} {phrase} {around}")

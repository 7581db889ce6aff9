"""Numbers are said as people in the north say them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.speech.numerals import (
    breaths,
    cardinal,
    in_breaths,
    in_words,
    one_by_one,
    written_number,
)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (4, "bốn"),
        (5, "năm"),
        (10, "mười"),
        (11, "mười một"),
        (14, "mười bốn"),
        (15, "mười lăm"),
        (20, "hai mươi"),
        (21, "hai mươi mốt"),
        (24, "hai mươi tư"),
        (25, "hai mươi lăm"),
        (101, "một trăm linh một"),
        (104, "một trăm linh bốn"),
        (110, "một trăm mười"),
        (115, "một trăm mười lăm"),
        (121, "một trăm hai mươi mốt"),
        (1005, "một nghìn không trăm linh năm"),
        (1010, "một nghìn không trăm mười"),
        (2026, "hai nghìn không trăm hai mươi sáu"),
        (10_000, "mười nghìn"),
        (1_000_001, "một triệu không trăm linh một"),
        (1_005_000, "một triệu không trăm linh năm nghìn"),
        (2_000_000_015, "hai tỷ không trăm mười lăm"),
        (3_000_000_000_000, "ba nghìn tỷ"),
    ],
)
def test_a_count_is_said_in_the_northern_standard(number: int, words: str) -> None:
    assert cardinal(number) == words


def test_no_two_counts_sound_alike() -> None:
    assert len({cardinal(number) for number in range(120_000)}) == 120_000


@given(st.integers(min_value=0, max_value=10**18))
def test_any_count_can_be_said(number: int) -> None:
    words = cardinal(number).split()
    assert words
    assert all(word.isalpha() and word.islower() for word in words)


@given(st.integers(min_value=1, max_value=999), st.integers(min_value=0, max_value=999))
def test_thousands_are_said_before_what_is_over(thousands: int, over: int) -> None:
    said = cardinal(thousands * 1000 + over)
    assert said.startswith(f"{cardinal(thousands)} nghìn")


@given(st.text("0123456789", min_size=1, max_size=40))
def test_a_row_of_digits_loses_none_and_is_cut_where_one_breathes(digits: str) -> None:
    groups = breaths(digits)
    assert "".join(groups) == digits
    assert all(len(group) in (3, 4) for group in groups) or len(digits) <= 5
    assert in_breaths(groups).replace(",", "") == one_by_one(digits)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("1.250", "một nghìn hai trăm năm mươi"),
        ("1.250,5", "một nghìn hai trăm năm mươi phẩy năm"),
        ("3,25", "ba phẩy hai mươi lăm"),
        ("3,05", "ba phẩy không năm"),
        ("3,125", "ba phẩy một hai năm"),
        ("3.5", "ba chấm năm"),
        ("1.2.3", "một chấm hai chấm ba"),
        ("05", "năm"),
        ("007", "không không bảy"),
        ("1,2,3", "một phẩy hai phẩy ba"),
    ],
)
def test_dots_part_thousands_and_a_comma_begins_decimals(written: str, words: str) -> None:
    assert written_number(written) == words


def test_a_text_is_read_without_digits() -> None:
    assert in_words("Chưa quá 60 ngày") == "Chưa quá sáu mươi ngày"
    assert in_words("Từ 14 đến dưới 18 tuổi.") == "Từ mười bốn đến dưới mười tám tuổi."
    assert in_words("8.000 đồng") == "tám nghìn đồng"
    assert in_words("Có giấy") == "Có giấy"

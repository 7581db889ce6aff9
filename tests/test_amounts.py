"""Ages, spans of time and years are heard in words and digits, and find the choice they fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.assistant.amounts import (
    OLDEST,
    age_of,
    choice_by_number,
    days_of,
    number_before,
    year_of,
)
from kiosk.assistant.vietnamese import fold, words_of
from kiosk.catalogue import SHIPPED_PROCEDURES, load_catalogue
from kiosk.procedure import Question

QUESTIONS = {
    (procedure.id, question.id): question
    for procedure in load_catalogue(SHIPPED_PROCEDURES).procedures
    for question in procedure.questions
}

ONES = ("", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


def spoken(number: int) -> str:
    """A number from 1 to 199 as it is said, "một trăm linh năm"."""
    if number >= 100:
        rest = number - 100
        gap = " linh " if 0 < rest < 10 else " "
        return f"một trăm{gap}{spoken(rest)}".strip()
    tens, one = divmod(number, 10)
    if tens == 0:
        return ONES[one]
    last = {1: "mốt" if tens > 1 else "một", 5: "lăm"}.get(one, ONES[one])
    return f"{'mười' if tens == 1 else ONES[tens] + ' mươi'} {last}".strip()


def chosen(question: Question, said: str) -> str | None:
    """The id of the choice that a sentence names by a number."""
    choice = choice_by_number(words_of(said), question)
    return choice.id if choice is not None else None


# Numbers


@given(st.integers(min_value=1, max_value=OLDEST - 1))
def test_a_number_is_heard_as_it_is_said(number: int) -> None:
    for said in (spoken(number), fold(spoken(number)), str(number)):
        words = (*said.split(), "tuổi")
        assert number_before(words, len(words) - 1) == number, said


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("tám ba", 83),
        ("hai mốt", 21),
        ("chín chục", 90),
        ("hai mươi tư", 24),
        ("một trăm lẻ hai", 102),
        ("trăm", 100),
        ("con được hai", 2),
        ("sinh 1990 nay 34", 34),
    ],
)
def test_a_number_may_be_said_in_short(said: str, number: int) -> None:
    words = said.split()
    assert number_before(words, len(words)) == number


@pytest.mark.parametrize("said", ["", "mẹ tôi", "hai con", "1990", "bốn ngàn"])
def test_where_no_number_ends_there_is_none(said: str) -> None:
    words = said.split()
    assert number_before(words, len(words)) is None
    assert number_before(words, 0) is None


def test_father_or_three_before_an_age_is_not_counted_in() -> None:
    assert age_of(["ba", "bay", "muoi", "tuoi"]) == 70
    assert age_of(["ba", "bảy", "mươi", "tuổi"]) == 70


# Ages


@pytest.mark.parametrize(
    ("said", "age"),
    [
        ("cháu mười hai tuổi", 12),
        ("chau muoi hai tuoi", 12),
        ("bà 83 tuổi", 83),
        ("bà bảy mươi lăm tuổi rồi", 75),
        ("cháu lên ba", 3),
        ("bé mới 0 tuổi", 0),
        ("con 5 tuổi, mẹ 30 tuổi", 5),
        ("một trăm mười chín tuổi", 119),
    ],
)
def test_an_age_is_heard(said: str, age: int) -> None:
    assert age_of(words_of(said)) == age


@pytest.mark.parametrize(
    "said", ["", "tuổi", "bao nhiêu tuổi", "130 tuổi", "ba năm", "lên phường", "12 ngày", "lên"]
)
def test_what_is_no_age_is_none(said: str) -> None:
    assert age_of(words_of(said)) is None


# Spans


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("ba tuần", 21),
        ("mười ngày", 10),
        ("40 ngày", 40),
        ("200 ngày", 200),
        ("năm ngày", 5),
        ("năm năm", 1825),
        ("hai tháng", 60),
        ("một tháng rưỡi", 45),
        ("hai năm rưỡi", 912.5),
        ("ba bữa", 3),
        ("hôm nay", 0),
        ("hôm qua", 1),
        ("bữa qua", 1),
        ("mất hôm kia", 2),
        ("tuần trước", 7),
        ("tháng trước", 30),
        ("năm ngoái", 365),
        ("nam ngoai", 365),
        ("bé mới sinh", 2),
    ],
)
def test_a_span_of_time_is_heard_in_days(said: str, days: float) -> None:
    assert days_of(words_of(said)) == days


@pytest.mark.parametrize("said", ["", "khai sinh", "ngày", "sinh năm 1990", "12 tuổi", "mấy tháng"])
def test_what_is_no_span_is_none(said: str) -> None:
    assert days_of(words_of(said)) is None


# Years


@pytest.mark.parametrize(
    ("said", "year"),
    [
        ("sổ cấp năm 1998", 1998),
        ("2015", 2015),
        ("năm 98", 1998),
        ("nam 98", 1998),
        ("năm 05", 2005),
        ("năm 85 hay 1986", 1985),
    ],
)
def test_a_year_is_heard(said: str, year: int) -> None:
    assert year_of(words_of(said)) == year


@pytest.mark.parametrize("said", ["", "98", "số 98", "năm 5", "1899", "2100", "12000", "năm ngoái"])
def test_what_is_no_year_is_none(said: str) -> None:
    assert year_of(words_of(said)) is None


# The choice


@pytest.mark.parametrize(
    ("said", "choice"),
    [
        ("bé được 40 ngày", "trong-60-ngay"),
        ("60 ngày", "trong-60-ngay"),
        ("61 ngày", "qua-60-ngay"),
        ("hôm qua mới đẻ", "trong-60-ngay"),
        ("ba tháng rồi", "qua-60-ngay"),
        ("sinh năm ngoái", "qua-60-ngay"),
        ("cháu ba tuổi", None),
        ("tôi không nhớ", None),
    ],
)
def test_a_span_finds_the_choice_between_whose_limits_it_lies(
    said: str, choice: str | None
) -> None:
    assert chosen(QUESTIONS["khai-sinh", "thoi-han"], said) == choice


@pytest.mark.parametrize(
    ("said", "choice"),
    [
        ("mất mười ngày rồi", "trong-15-ngay"),
        ("15 ngày", "trong-15-ngay"),
        ("16 ngày", "qua-15-ngay"),
        ("ba tuần", "qua-15-ngay"),
    ],
)
def test_the_limit_is_read_from_the_labels(said: str, choice: str) -> None:
    assert chosen(QUESTIONS["khai-tu", "thoi-han"], said) == choice


@pytest.mark.parametrize(
    ("age", "choice"),
    [(0, "duoi-6"), (5, "duoi-6"), (6, "tu-6"), (13, "tu-6"), (14, "tu-14"), (70, "tu-14")],
)
def test_an_age_finds_the_choice_between_whose_limits_it_lies(age: int, choice: str) -> None:
    question = QUESTIONS["doi-can-cuoc", "tuoi"]
    assert chosen(question, f"cháu {age} tuổi") == choice
    if age:
        assert chosen(question, f"cháu {spoken(age)} tuổi") == choice


@pytest.mark.parametrize(
    ("said", "choice"),
    [
        ("cấp năm 1998", "truoc-2004"),
        ("năm 98", "truoc-2004"),
        ("năm 2010", "sau-2004"),
        ("năm 2004", None),
    ],
)
def test_a_year_finds_the_choice_unless_the_limit_lies_within_it(
    said: str, choice: str | None
) -> None:
    assert chosen(QUESTIONS["xac-dinh-dat-o", "ngay-cap"], said) == choice


@pytest.mark.parametrize("said", ["12 tuổi", "ba tuần", "năm 1998"])
def test_a_number_finds_nothing_where_no_label_has_a_limit(said: str) -> None:
    assert chosen(QUESTIONS["khai-sinh", "ai-di"], said) is None


@given(st.lists(st.sampled_from(["năm", "ba", "mươi", "trăm", "tuổi", "lên", "ngày", "7", "2001"])))
def test_no_row_of_numbers_upsets_it(words: list[str]) -> None:
    age = age_of(words)
    assert age is None or 0 <= age < OLDEST
    days = days_of(words)
    assert days is None or days >= 0
    for question in QUESTIONS.values():
        choice = choice_by_number(words, question)
        assert choice is None or choice in question.choices

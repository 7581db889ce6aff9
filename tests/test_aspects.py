"""What a side question asks for is known by its form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.assistant.aspects import (
    asks,
    asks_about_one,
    asks_what_then,
    asks_who_goes,
    asks_why,
    asks_without,
    aspects_in,
    is_question,
    stated,
    topic_of,
)
from kiosk.assistant.vietnamese import fold, words_of
from kiosk.procedure import Aspect

ASKED: dict[Aspect, tuple[str, ...]] = {
    Aspect.FEE: ("mất bao nhiêu tiền", "có mất phí không", "hết mấy tiền vậy", "tiền nộp là bao"),
    Aspect.TIME: ("bao lâu thì xong", "mấy ngày mới lấy được", "chừng nào có giấy", "bữa nào có"),
    Aspect.ONLINE: ("làm qua mạng được không", "nộp trực tuyến được không"),
    Aspect.LEGAL: ("theo luật nào", "quy định nào vậy", "căn cứ vào thông tư mấy"),
    Aspect.PLACE: ("nộp hồ sơ ở đâu", "quầy nào nhận", "đem hồ sơ vô phòng mấy"),
    Aspect.WHO: ("ai nộp thay được", "ủy quyền được không", "chú nộp hộ được không", "ai ký"),
    Aspect.PAPERS: ("cần những gì", "phải mang giấy gì", "hồ sơ gồm những giấy nào"),
    Aspect.RESULT: ("xong thì nhận được gì", "được cấp giấy gì", "phường trả cho tờ gì"),
}


@pytest.mark.parametrize(
    ("aspect", "said"),
    [(aspect, said) for aspect, sentences in ASKED.items() for said in sentences],
)
def test_a_side_question_asks_for_one_thing_with_and_without_diacritics(
    aspect: Aspect, said: str
) -> None:
    for text in (said, fold(said)):
        assert asks(words_of(text))
        assert aspects_in(words_of(text))[:1] == (aspect,)


@pytest.mark.parametrize(
    "said",
    [
        *("", "khai sinh cho con", "tôi mất tiền", "vợ chồng tôi đi", "có giấy chứng sinh"),
        *("tôi không bao giờ đi", "tôi chưa bao giờ làm giấy", "không có giấy tờ gì hết"),
        *("mới mấy hôm thôi", "cháu được mấy tháng rồi", "nộp đâu cũng được", "chẳng ai đi"),
        *("chị gái tôi", "làm lại từ đầu", "mua máy mới", "anh ấy không đi được"),
    ],
)
def test_a_sentence_that_asks_nothing_is_no_question(said: str) -> None:
    assert not asks(words_of(said))


@pytest.mark.parametrize(
    "said", ["không có giấy thì cần gì", "không biết nộp ở đâu", "đi được không ạ", "xong chưa cô"]
)
def test_a_no_before_does_not_always_take_the_question_away(said: str) -> None:
    assert asks(words_of(said))


def test_when_is_a_question_and_never_is_none() -> None:
    assert Aspect.TIME in aspects_in(words_of("bao giờ có giấy"))
    assert Aspect.TIME not in aspects_in(words_of("chưa bao giờ có giấy"))


def test_money_that_comes_is_no_fee() -> None:
    assert Aspect.FEE not in aspects_in(words_of("được hỗ trợ bao nhiêu tiền"))


@pytest.mark.parametrize("said", ["nhà hộ kinh doanh làm hộ khẩu", "xin giấy hộ nghèo"])
def test_a_household_is_nobody_who_comes_for_another(said: str) -> None:
    assert not asks_who_goes(words_of(said))


def test_who_comes_is_another_question_than_who_decides() -> None:
    assert asks_who_goes(words_of("nhờ bạn đi nộp giùm được không"))
    assert asks_who_goes(words_of("ai phải đi nộp"))
    assert not asks_who_goes(words_of("ai ký giấy này"))


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ("không có hộ khẩu thì sao", "không có hộ khẩu"),
        ("mất sổ rồi thì làm thế nào", "mất sổ"),
        ("hết hạn rồi thì tính sao hả cô", "hết hạn"),
    ],
)
def test_what_somebody_lacks_is_told_from_what_they_ask(said: str, what: str) -> None:
    assert asks_what_then(words_of(said))
    assert stated(words_of(said)) == words_of(what)


def test_lacking_something_is_not_costing_something() -> None:
    assert asks_without(words_of("chưa có hộ chiếu có làm được không"))
    assert not asks_without(words_of("mất bao nhiêu tiền"))


@pytest.mark.parametrize("said", ["có cần giấy cưới không", "phải nộp sổ đỏ không"])
def test_one_certain_thing_may_be_asked_about(said: str) -> None:
    assert asks_about_one(words_of(said))


@pytest.mark.parametrize(
    ("said", "aspect"),
    [("lệ phí", Aspect.FEE), ("nộp qua mạng", Aspect.ONLINE), ("luật cư trú", Aspect.LEGAL)],
)
def test_a_few_words_may_name_a_topic(said: str, aspect: Aspect) -> None:
    assert topic_of(words_of(said)) is aspect
    assert topic_of(words_of(said + " tôi đã nói với cán bộ từ tuần trước rồi")) is None


@given(st.text(max_size=60))
def test_no_text_upsets_it(text: str) -> None:
    words = words_of(text)
    for form in (asks, aspects_in, asks_about_one, asks_what_then, asks_who_goes, asks_without):
        form(words)
    assert words[: len(stated(words))] == stated(words)
    assert topic_of(words) is not Aspect.OTHER


# Why


@pytest.mark.parametrize(
    "said",
    [
        "tại sao hỏi",
        "vì sao phải biết",
        "sao phải hỏi cái đó",
        "hỏi để làm gì",
        "hỏi làm chi",
        "biết để làm gì",
        "răng hỏi rứa",
        "liên quan gì",
    ],
)
def test_whoever_asks_why_is_heard_with_and_without_diacritics(said: str) -> None:
    assert asks_why(words_of(said))
    assert asks_why(words_of(fold(said)))


@pytest.mark.parametrize(
    "said", ["", "xin giấy để làm gì", "để làm gì", "tôi đi làm", "hỏi cán bộ", "làm sao bây giờ"]
)
def test_asking_what_a_paper_is_for_is_not_asking_why_the_kiosk_asks(said: str) -> None:
    assert not asks_why(words_of(said))


# Questions


@pytest.mark.parametrize(
    "said",
    [
        *("mất bao nhiêu", "bao lâu thì xong", "được không", "có phải không", "ở đâu"),
        *("có cần giấy không", "làm sao bây giờ", "cần gì", "khi nào có"),
    ],
)
def test_what_surely_asks_is_a_question(said: str) -> None:
    assert is_question(words_of(said))
    assert is_question(words_of(fold(said)))


@pytest.mark.parametrize(
    "said", ["", "không", "tôi tự đi", "dạ có", "mẹ bé đi", "chưa quá 60 ngày", "tôi chưa có"]
)
def test_an_answer_is_no_question(said: str) -> None:
    assert not is_question(words_of(said))

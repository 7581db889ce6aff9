"""A side question is known by its form, and answered only by an aside of this procedure."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.assistant.aspects import aside_for, asks_why, is_question
from kiosk.assistant.vietnamese import fold, words_of
from kiosk.catalogue import SHIPPED_PROCEDURES, load_catalogue
from kiosk.procedure import Aspect, Procedure

PROCEDURES = {one.id: one for one in load_catalogue(SHIPPED_PROCEDURES).procedures}
ASKED: dict[Aspect, tuple[str, ...]] = {
    Aspect.FEE: ("mất bao nhiêu tiền", "có mất phí không", "hết mấy tiền vậy"),
    Aspect.TIME: ("bao lâu thì xong", "mấy ngày mới lấy được", "chừng nào có giấy"),
    Aspect.ONLINE: ("làm qua mạng được không", "nộp trực tuyến được không"),
    Aspect.LEGAL: ("theo luật nào", "quy định nào vậy"),
    Aspect.PLACE: ("nộp hồ sơ ở đâu", "quầy nào nhận"),
    Aspect.WHO: ("ai đi thay được", "ủy quyền được không"),
    Aspect.PAPERS: ("cần những gì", "phải mang giấy gì"),
    Aspect.RESULT: ("xong thì nhận được gì", "được cấp giấy gì"),
}


def aspect_of(aside: str | None, procedure: Procedure) -> Aspect | None:
    return next((one.aspect for one in procedure.asides if one.id == aside), None)


def only(aspect: Aspect) -> list[Procedure]:
    """The procedures with just one aside about `aspect`."""
    return [
        procedure
        for procedure in PROCEDURES.values()
        if [one.aspect for one in procedure.asides].count(aspect) == 1
    ]


@pytest.mark.parametrize(
    ("aspect", "said"),
    [(aspect, said) for aspect, sentences in ASKED.items() for said in sentences],
)
def test_a_side_question_finds_the_aside_about_what_it_asks(aspect: Aspect, said: str) -> None:
    procedures = only(aspect)
    assert len(procedures) > 3
    for procedure, text in product(procedures, (said, fold(said))):
        found = aside_for(words_of(text), procedure)
        assert aspect_of(found, procedure) is aspect, (procedure.id, text)


@pytest.mark.parametrize("aspect", [Aspect.FEE, Aspect.LEGAL])
def test_fees_and_laws_are_found_by_the_question_that_the_script_itself_shows(
    aspect: Aspect,
) -> None:
    for procedure in only(aspect):
        [aside] = [one for one in procedure.asides if one.aspect is aspect]
        assert aside_for(words_of(aside.ask.vi), procedure) == aside.id, procedure.id


def test_most_asides_are_found_by_the_question_that_the_script_shows() -> None:
    asides = [(aside, one) for one in PROCEDURES.values() for aside in one.asides]
    found = [aside_for(words_of(aside.ask.vi), one) == aside.id for aside, one in asides]
    assert sum(found) > 0.65 * len(found)


def test_where_two_asides_are_about_the_same_neither_is_guessed() -> None:
    procedure = PROCEDURES["ket-hon"]
    assert [one.aspect for one in procedure.asides].count(Aspect.PAPERS) == 2
    assert aside_for(words_of("cần giấy gì"), procedure) is None


def test_what_this_script_says_nothing_about_is_not_answered() -> None:
    procedure = PROCEDURES["khai-sinh"]
    assert Aspect.WHO not in {one.aspect for one in procedure.asides}
    assert aside_for(words_of("ai đi thay được"), procedure) is None


@pytest.mark.parametrize(
    "said",
    [
        "",
        "khai sinh cho con",
        "tôi mất tiền",
        "vợ chồng tôi đi",
        "có giấy chứng sinh",
        "phải không",
        "tôi không bao giờ đi",
        "tôi chưa bao giờ làm giấy",
    ],
)
def test_a_sentence_that_asks_nothing_finds_no_aside(said: str) -> None:
    for procedure in PROCEDURES.values():
        assert aside_for(words_of(said), procedure) is None, procedure.id


def test_when_is_a_question_and_never_is_none() -> None:
    procedure = PROCEDURES["khai-sinh"]
    assert aside_for(words_of("bao giờ có giấy"), procedure) == "bao-gio-co"
    assert aside_for(words_of("chưa bao giờ có giấy"), procedure) is None


@given(st.text(max_size=60))
def test_no_text_upsets_it(text: str) -> None:
    for procedure in PROCEDURES.values():
        found = aside_for(words_of(text), procedure)
        assert found is None or found in {one.id for one in procedure.asides}


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

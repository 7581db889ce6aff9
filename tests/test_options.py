"""What may be said at one step, and how the options of that step are told apart."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.assistant.dialect_files import load_standard
from kiosk.assistant.options import Found, Meant, Option, Options, options_of
from kiosk.assistant.vietnamese import fold
from kiosk.procedure import HeardAs, Procedure, Question

STANDARD = load_standard()

MOTHER = Option(Meant.CHOICE, "cha-me")
RELATIVE = Option(Meant.CHOICE, "nguoi-than")
NEIGHBOUR = Option(Meant.CHOICE, "nguoi-ngoai")
FEE = Option(Meant.ASIDE, "mat-tien")
BACK = Option(Meant.WISH, "back")

WORDINGS: Mapping[Option, tuple[str, ...]] = {
    MOTHER: ("cha hoặc mẹ của bé", "tôi là mẹ cháu", "bố cháu đi"),
    RELATIVE: ("ông bà của bé", "bà nội đi làm giùm", "cậu ruột đi thay"),
    NEIGHBOUR: ("người ngoài được nhờ", "hàng xóm đi giúp", "bạn học nhờ tôi"),
    FEE: ("làm giấy này tốn bao nhiêu tiền", "lệ phí thế nào"),
    BACK: ("quay lại", "lùi một bước"),
}
ALL = [(option, text) for option, texts in WORDINGS.items() for text in texts]
OPTIONS = Options(WORDINGS, STANDARD)

STANDING = {
    "back": ("quay lại", "lùi một bước"),
    "why": ("hỏi để làm gì",),
    "unclear": ("ừm", "để tôi nghĩ đã"),
}


def ranked(said: str, options: Options = OPTIONS) -> tuple[Found, ...]:
    return options.rank(STANDARD.meant(said))


def best(said: str, options: Options = OPTIONS) -> Option:
    return ranked(said, options)[0].option


# Telling them apart


@pytest.mark.parametrize(("option", "text"), ALL)
def test_a_wording_said_word_for_word_is_surely_meant(option: Option, text: str) -> None:
    first, second = ranked(text)[:2]
    assert first.option == option
    assert first.likeness == pytest.approx(1, abs=0.001)
    assert second.score < first.score / 2


@pytest.mark.parametrize(("option", "text"), ALL)
def test_without_diacritics_it_is_meant_all_the_same(option: Option, text: str) -> None:
    assert best(fold(text)) == option


@pytest.mark.parametrize(
    ("said", "option"),
    [
        ("bà nội của bé đi", RELATIVE),
        ("nhờ bà hàng xóm", NEIGHBOUR),
        ("mẹ cháu đi làm giấy", MOTHER),
        ("hết bao nhiêu tiền vậy cô", FEE),
        ("cho tôi lùi lại một bước", BACK),
    ],
)
def test_what_is_said_in_other_words_is_told_apart(said: str, option: Option) -> None:
    assert best(said) == option


@pytest.mark.parametrize("said", ["", "?!", "xyz qrst", "日本"])
def test_words_that_no_option_has_are_like_none(said: str) -> None:
    found = ranked(said)
    assert [one.likeness for one in found] == [0] * len(WORDINGS)
    assert [one.score for one in found] == [0] * len(WORDINGS)


def test_unknown_words_around_a_wording_make_it_less_certain() -> None:
    bare, lost = ranked("lệ phí thế nào")[0], ranked("lệ phí thế nào xyz qrst vwk")[0]
    assert lost.option == bare.option == FEE
    assert lost.likeness < 0.95 * bare.likeness
    assert lost.score < bare.score


_SAID = st.one_of(
    st.lists(st.sampled_from([word for _, text in ALL for word in text.split()]), max_size=12).map(
        " ".join
    ),
    st.text(max_size=60),
)


@given(_SAID)
def test_every_option_is_ranked_once_and_best_first(said: str) -> None:
    found = ranked(said)
    assert {one.option for one in found} == set(WORDINGS)
    assert len(found) == len(WORDINGS)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert all(-0.001 <= one.likeness <= 1.001 for one in found)


def test_a_wording_given_twice_counts_once() -> None:
    twice = Options({**WORDINGS, FEE: WORDINGS[FEE] * 2}, STANDARD)
    assert len(twice.owners) == len(OPTIONS.owners) == len(ALL)
    for _, text in ALL:
        assert ranked(text, twice) == ranked(text)


def test_an_option_without_words_is_never_meant() -> None:
    silent = Option(Meant.CHOICE, "khong-loi")
    options = Options({**WORDINGS, silent: ("", "?!")}, STANDARD)
    for _, text in ALL:
        [found] = [one for one in ranked(text, options) if one.option == silent]
        assert (found.score, found.likeness) == (0, 0)


# Leaving one out


def test_a_wording_that_is_left_out_is_not_compared_with_itself() -> None:
    rows = range(len(OPTIONS.owners))
    for row, (option, text) in zip(rows, ALL, strict=True):
        assert OPTIONS.options[OPTIONS.owners[row]] == option
        [found] = [one for one in OPTIONS.left_out(row) if one.option == option]
        [kept] = [one for one in ranked(text) if one.option == option]
        assert found.likeness < 0.9 < kept.likeness, text


def test_the_only_wording_of_an_option_left_out_leaves_nothing_of_it() -> None:
    options = Options({**WORDINGS, FEE: ("tốn bao nhiêu",)}, STANDARD)
    row = list(options.owners).index(options.options.index(FEE))
    [found] = [one for one in options.left_out(row) if one.option == FEE]
    assert (found.score, found.likeness) == (0, 0)


# Of a question


@pytest.fixture
def question(small: Procedure) -> Question:
    return small.questions[0]


def test_choices_side_questions_wishes_and_doubts_are_options(
    small: Procedure, question: Question
) -> None:
    options = options_of(small, question, STANDING, STANDARD)
    assert set(options.options) == {
        Option(Meant.CHOICE, "tu-di"),
        Option(Meant.CHOICE, "di-thay"),
        Option(Meant.ASIDE, "may-ban"),
        Option(Meant.WISH, "back"),
        Option(Meant.WHY, "why"),
        Option(Meant.UNCLEAR, "unclear"),
    }


@pytest.mark.parametrize(
    ("said", "option"),
    [
        ("Tôi tự đi", Option(Meant.CHOICE, "tu-di")),
        ("chính tôi", Option(Meant.CHOICE, "tu-di")),
        ("Đi thay người khác", Option(Meant.CHOICE, "di-thay")),
        ("Người nhà, bạn bè", Option(Meant.CHOICE, "di-thay")),
        ("Cần mấy bản?", Option(Meant.ASIDE, "may-ban")),
        ("lùi một bước", BACK),
        ("hỏi để làm gì", Option(Meant.WHY, "why")),
        ("để tôi nghĩ đã", Option(Meant.UNCLEAR, "unclear")),
    ],
)
def test_label_note_and_wordings_stand_for_an_option(
    small: Procedure, question: Question, said: str, option: Option
) -> None:
    found = ranked(said, options_of(small, question, STANDING, STANDARD))[0]
    assert found.option == option
    assert found.likeness == pytest.approx(1, abs=0.001), "word for word"


def test_a_side_question_is_known_by_its_wordings_too(small: Procedure, question: Question) -> None:
    [aside] = small.asides
    heard = replace(aside, heard_as=HeardAs(vi=("photo mấy tờ",)))
    options = options_of(replace(small, asides=(heard,)), question, STANDING, STANDARD)
    assert best("photo mấy tờ", options) == Option(Meant.ASIDE, "may-ban")


def test_only_the_question_on_the_screen_gives_choices(small: Procedure) -> None:
    options = options_of(small, small.questions[1], {}, STANDARD)
    assert {one.id for one in options.options if one.meant is Meant.CHOICE} == {
        "di-hoc",
        "viec-khac",
    }

"""Places and bare yes or no are heard as such, and find the one choice they can mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.assistant.replies import Reply, choice_for, is_ordinal, is_unsure, ordinal, reply
from kiosk.assistant.vietnamese import fold, words_of
from kiosk.catalogue import SHIPPED_PROCEDURES, load_catalogue

QUESTIONS = {
    (procedure.id, question.id): question
    for procedure in load_catalogue(SHIPPED_PROCEDURES).procedures
    for question in procedure.questions
}


def place(said: str, count: int = 4) -> int | None:
    return ordinal(words_of(said), count)


def chosen(procedure: str, question: str, said: str) -> str | None:
    """The id of the choice that a bare reply means."""
    words = words_of(said)
    heard = reply(words)
    assert heard is not None, said
    choice = choice_for(heard, words, QUESTIONS[procedure, question])
    return choice.id if choice is not None else None


# Places


@pytest.mark.parametrize("said", ["tôi tự đóng", "tự đóng", "bà tư", "đóng năm", "cái bà"])
def test_words_that_only_look_like_a_place_without_their_marks_are_none(said: str) -> None:
    assert place(said, 5) is None


@pytest.mark.parametrize("said", ["ờ cái thứ hai", "ơ cái thứ hai", "cũng cái thứ hai"])
def test_a_filler_before_a_place_changes_nothing(said: str) -> None:
    assert place(said) == 1


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("cái thứ nhất", 0),
        ("cái đầu tiên", 0),
        ("chọn cái đầu", 0),
        ("phương án một", 0),
        ("trên cùng", 0),
        ("dạ cái thứ hai ạ", 1),
        ("ô số 2 nha con", 1),
        ("2", 1),
        ("số 3", 2),
        ("thứ tư", 3),
        ("ô cuối cùng", 3),
        ("cái chót", 3),
        ("dưới cùng", 3),
        ("cái bên dưới", 3),
        ("áp chót", 2),
        ("cái gần cuối", 2),
    ],
)
def test_a_place_is_heard_with_and_without_diacritics(said: str, expected: int) -> None:
    assert place(said) == expected
    assert place(fold(said)) == expected


@pytest.mark.parametrize(("count", "expected"), [(2, None), (3, 1), (4, None), (5, 2)])
def test_the_middle_is_a_place_only_where_there_is_one(count: int, expected: int | None) -> None:
    assert place("cái ở giữa", count) == expected


@pytest.mark.parametrize(("said", "count"), [("cái thứ ba", 2), ("số 5", 4), ("áp chót", 2)])
def test_a_place_that_is_not_there_is_none_but_was_named(said: str, count: int) -> None:
    assert place(said, count) is None
    assert is_ordinal(words_of(said))


@pytest.mark.parametrize(
    "said",
    [
        "",
        "hai",
        "ba",
        "năm",
        "tôi",
        "một mình tôi",
        "ba tôi đi",
        "sáu tuổi",
        "mẹ bé",
        "hai vợ chồng",
        "con thứ hai của tôi sinh ở bệnh viện tỉnh",
    ],
)
def test_a_number_that_counts_something_else_is_no_place(said: str) -> None:
    assert place(said) is None
    assert not is_ordinal(words_of(said))


@given(
    st.lists(st.sampled_from(["cái", "thứ", "số", "ba", "2", "cuối", "áp", "chót", "giữa"])),
    st.integers(min_value=1, max_value=7),
)
def test_a_place_that_is_heard_is_there(words: list[str], count: int) -> None:
    found = ordinal(words, count)
    assert found is None or 0 <= found < count


# Yes and no


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("có", Reply.YES),
        ("dạ có ạ", Reply.YES),
        ("vâng", Reply.YES),
        ("đúng rồi", Reply.YES),
        ("ok em", Reply.YES),
        ("đồng ý", Reply.YES),
        ("dạ rồi", Reply.YES),
        ("không", Reply.NO),
        ("dạ không ạ", Reply.NO),
        ("hông có", Reply.NO),
        ("không phải", Reply.NO),
        ("làm gì có", Reply.NO),
        ("đâu có", Reply.NO),
        ("chẳng có", Reply.NO),
        ("chưa", Reply.NOT_YET),
        ("dạ chưa có ạ", Reply.NOT_YET),
        ("chưa được", Reply.NOT_YET),
    ],
)
def test_a_bare_yes_or_no_is_heard_with_and_without_diacritics(said: str, expected: Reply) -> None:
    assert reply(words_of(said)) is expected
    assert reply(words_of(fold(said))) is expected


@pytest.mark.parametrize(
    "said",
    [
        "",
        "ạ",
        "em",
        "gì",
        "chắc là có",
        "tôi có giấy chứng sinh",
        "không có giấy",
        "không phải không",
        "mẹ tôi",
        "có có có có có có có",
    ],
)
def test_what_says_more_or_less_than_yes_or_no_is_no_reply(said: str) -> None:
    assert reply(words_of(said)) is None


@pytest.mark.parametrize(
    ("procedure", "question", "said", "choice"),
    [
        ("ket-hon", "noi-o", "có ạ", "co"),
        ("ket-hon", "noi-o", "không", "khong"),
        ("khai-sinh", "thoi-han", "rồi", "qua-60-ngay"),
        ("khai-sinh", "thoi-han", "dạ chưa", "trong-60-ngay"),
        ("ho-kinh-doanh", "vneid", "có rồi", "co-roi"),
        ("ho-kinh-doanh", "vneid", "chưa", "chua-co"),
        ("khuyet-tat", "giam-dinh", "không có", "khong"),
        ("cai-chinh-ho-tich", "can-cu", "chưa có", "chua-co"),
        ("dinh-chinh-so-do", "so-lan-dau", "không phải", "cap-sau"),
        ("ket-hon", "quoc-tich", "đúng", "trong-nuoc"),
        ("cham-dut-kinh-doanh", "no-va-thue", "rồi", "roi"),
    ],
)
def test_a_reply_finds_the_one_choice_it_means(
    procedure: str, question: str, said: str, choice: str
) -> None:
    assert chosen(procedure, question, said) == choice


@pytest.mark.parametrize(
    ("procedure", "question", "said"),
    [
        ("khai-sinh", "giay-chung-sinh", "có"),
        ("khai-sinh", "giay-chung-sinh", "không"),
        ("khai-sinh", "cha-me", "chưa"),
        ("tinh-trang-hon-nhan", "cap-lai", "rồi"),
        ("ket-hon", "quoc-tich", "có"),
        ("ket-hon", "co-mat", "không"),
        ("nhan-cha-me-con", "dong-y", "có"),
    ],
)
def test_a_reply_that_several_choices_fit_finds_none(
    procedure: str, question: str, said: str
) -> None:
    assert chosen(procedure, question, said) is None


@pytest.mark.parametrize(
    ("procedure", "question"),
    [("khai-sinh", "ai-di"), ("khai-sinh", "truong-hop"), ("ho-kinh-doanh", "tru-so")],
)
@pytest.mark.parametrize("said", ["có", "không", "chưa", "đúng rồi"])
def test_a_question_that_asks_who_or_where_is_not_answered_by_yes_or_no(
    procedure: str, question: str, said: str
) -> None:
    assert chosen(procedure, question, said) is None


def test_yes_is_never_a_choice_that_denies_nor_no_one_that_affirms() -> None:
    found = 0
    for (procedure, _), question in QUESTIONS.items():
        for said in Reply:
            choice = choice_for(said, (), question)
            if choice is None:
                continue
            found += 1
            first = choice.label.vi.casefold().replace(",", " ").split()[0]
            wrong = {"không", "chưa"} if said is Reply.YES else {"có", "đã", "đúng", "rồi"}
            assert first not in wrong, (procedure, question.id, said)
    assert found > 50


def test_a_bare_reply_never_means_that_somebody_is_unsure() -> None:
    for question in QUESTIONS.values():
        for said in Reply:
            choice = choice_for(said, (), question)
            assert choice is None or not choice.label.vi.startswith("Tôi không")


# Not knowing


def test_a_choice_for_those_who_do_not_know_is_known_by_its_label() -> None:
    [unsure] = [one.id for one in QUESTIONS["khai-sinh", "cha-me"].choices if is_unsure(one)]
    assert unsure == "khong-chac"
    [unsure] = [one.id for one in QUESTIONS["khai-sinh", "thoi-han"].choices if is_unsure(one)]
    assert unsure == "khong-chac"
    assert not any(is_unsure(one) for one in QUESTIONS["ket-hon", "noi-o"].choices)


def test_every_choice_with_the_id_of_an_unsure_one_is_unsure() -> None:
    unsure = [
        one
        for question in QUESTIONS.values()
        for one in question.choices
        if one.id in {"khong-chac", "khong-nho"}
    ]
    assert len(unsure) > 10
    assert [one.label.vi for one in unsure if not is_unsure(one)] == []


def test_at_most_one_choice_of_a_question_is_unsure() -> None:
    found = [sum(is_unsure(one) for one in question.choices) for question in QUESTIONS.values()]
    assert max(found) == 1


@pytest.mark.parametrize("said", ["cô ơi", "co oi", "cô", "em ơi", "chị ơi cô ơi"])
def test_calling_somebody_is_no_yes(said: str) -> None:
    assert reply(said.split()) is None


@pytest.mark.parametrize("said", ["có cô ơi", "dạ cô", "đúng rồi cô ơi", "co a"])
def test_a_yes_to_somebody_is_a_yes(said: str) -> None:
    assert reply(said.split()) is Reply.YES

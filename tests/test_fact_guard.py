"""The fact guard: no rewording that says something else may pass, and honest ones should."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from corruptions import KINDS, Spoiled, load_guard, load_procedures, paragraphs, plainer, spoiled

from kiosk.assistant.fact_guard import FactGuard, Refusal, guard_of, names_of
from kiosk.assistant.same_meaning import SAME_MEANING, easier
from kiosk.assistant.spelled_numbers import spelled
from kiosk.procedure import LANGUAGES, Language
from kiosk.speech.numerals import cardinal

DATA = Path(__file__).parent / "data"
MOST_A_KIND = 400
"""Of each kind, taken evenly from all; `python tests/corruptions.py` tries every one."""


@pytest.fixture(scope="module")
def guard() -> FactGuard:
    return load_guard()


@cache
def by_hand() -> tuple[Spoiled, ...]:
    lines = (DATA / "rewordings_corrupted.tsv").read_text(encoding="utf-8").splitlines()
    found = []
    for line in lines:
        kind, language, source, reworded = line.split("\t")
        found.append(Spoiled(kind, as_language(language), source, reworded))
    return tuple(found)


@cache
def honest() -> tuple[tuple[Language, str, str], ...]:
    lines = (DATA / "rewordings_honest.tsv").read_text(encoding="utf-8").splitlines()
    parts = [line.split("\t") for line in lines]
    return tuple((as_language(one[0]), one[1], one[2]) for one in parts)


def as_language(text: str) -> Language:
    return next(one for one in LANGUAGES if one == text)


# What must not pass


@pytest.mark.parametrize("kind", KINDS)
def test_no_spoiled_paragraph_passes(guard: FactGuard, kind: str) -> None:
    tried = spoiled(kind, MOST_A_KIND)
    assert len(tried) >= 100, "a kind of which hardly anything is tried proves nothing"
    assert [
        (one.source, one.reworded)
        for one in tried
        if guard.refusal(one.source, one.reworded, one.language) is None
    ] == []


@pytest.mark.parametrize("one", by_hand(), ids=lambda one: one.kind)
def test_no_rewording_passes_that_was_spoiled_by_hand(guard: FactGuard, one: Spoiled) -> None:
    refusal = guard.refusal(one.source, one.reworded, one.language)
    assert refusal is not None
    assert refusal is not Refusal.UNCHANGED


def test_hands_have_spoiled_enough_of_every_sort() -> None:
    counts = Counter(one.kind for one in by_hand())
    assert counts.total() >= 60
    assert min(counts.values()) >= 2
    assert len(set(by_hand())) == counts.total()


@pytest.mark.parametrize(
    ("reworded", "refusal"),
    [
        ("", Refusal.EMPTY),
        ("Không, nộp.", Refusal.LENGTH),
        ("Không, nộp tại phường hay gửi bưu điện đều *miễn phí*.", Refusal.SIGNS),
        ("Không, nộp tại phường hay gửi bưu điện đều miễn phí?", Refusal.QUESTION),
        ("Không, nộp tại phường hay gửi bưu điện đều miễn phí.", Refusal.UNCHANGED),
        ("Không, nộp tại phường hay gửi bưu điện 2 lần đều miễn phí.", Refusal.NUMBER),
        ("Không, nộp tại phường Cửa Nam hay gửi bưu điện đều miễn phí.", Refusal.NAME),
        ("Không, nộp tại phường hay gửi bưu điện đều không miễn phí.", Refusal.NEGATION),
        ("Không, chỉ nộp tại phường hay gửi bưu điện đều miễn phí.", Refusal.CONDITION),
        ("Không, cha nộp tại phường hay gửi bưu điện đều miễn phí.", Refusal.PERSON),
        ("Không, nộp tại xã hay gửi bưu điện đều miễn phí.", Refusal.WORD),
        ("Không nộp tại phường hay gửi bưu điện đều miễn phí.", Refusal.BREAK),
        ("Không, gửi bưu điện hay nộp tại phường đều miễn phí.", Refusal.ORDER),
    ],
)
def test_the_guard_says_why_it_refuses(guard: FactGuard, reworded: str, refusal: Refusal) -> None:
    source = "Không, nộp tại phường hay gửi bưu điện đều miễn phí."
    assert guard.refusal(source, reworded) is refusal


def test_nothing_of_a_name_is_put_into_other_words() -> None:
    source = "Mang giấy báo thời hạn sử dụng đất."
    plain = "Mang giấy báo hạn sử dụng đất."
    assert guard_of(()).refusal(source, plain) is None
    assert guard_of(("Giấy báo thời hạn sử dụng đất",)).refusal(source, plain) is Refusal.NAME


def test_the_names_of_papers_offices_and_laws_are_kept() -> None:
    names = set(names_of(load_procedures()))
    assert {"Giấy chứng sinh", "Luật số 60/2014/QH13", "Ủy ban nhân dân phường"} <= names
    assert "Birth certificate (giấy khai sinh)" in names


# What should pass


def test_about_half_of_the_honest_rewordings_pass(guard: FactGuard) -> None:
    """They were written down before there was a guard; the others lose nothing but ease."""
    passing = [one for one in honest() if guard.refusal(one[1], one[2], one[0]) is None]
    assert len(honest()) == 38
    assert len(passing) >= 18


def test_each_hard_phrase_of_a_script_may_be_said_in_plain_words(guard: FactGuard) -> None:
    """Were it refused, a model that does just what it is told would be of no use."""
    hard = [one for one in paragraphs() if plainer(one[1], one[0]) != one[1]]
    refused = [
        (source, guard.refusal(source, plainer(source, language), language))
        for language, source in hard
        if guard.refusal(source, plainer(source, language), language) is not None
    ]
    assert len(hard) > 100
    # Some phrases stand within the name of a paper or an office, where nothing may change.
    assert {why for _, why in refused} <= {Refusal.NAME, Refusal.WORD, Refusal.CONDITION}
    assert len(refused) < len(hard) / 10


@pytest.mark.parametrize(
    ("source", "reworded"),
    [
        ("Nếu thiếu giấy thì phường báo.", "Thiếu giấy thì phường báo."),
        ("Thiếu giấy thì phường báo.", "Phường báo nếu thiếu giấy."),
        ("Khi nhận giấy, ông/bà ký.", "Ông/bà ký khi nhận giấy."),
        ("Máy chưa có mức thu, xin hỏi cán bộ.", "Máy chưa có mức thu. Mời ông/bà hỏi cán bộ."),
        ("Lệ phí 8.000 đồng mỗi bản.", "Lệ phí là tám nghìn đồng mỗi bản."),
        ("Báo trước 23 giờ ngày 5/3/2027.", "Báo trước 11 giờ đêm ngày 5 tháng 3 năm 2027."),
        ("Cán bộ hẹn lại trong 5 ngày.", "Cán bộ sẽ hẹn lại trong năm ngày ạ."),
        ("Giấy có giá trị 10 năm.", "Giấy có giá trị mười năm."),
    ],
)
def test_what_says_the_same_may_be_said_so(guard: FactGuard, source: str, reworded: str) -> None:
    assert guard.refusal(source, reworded) is None


def test_hard_words_never_take_the_place_of_plain_ones(guard: FactGuard) -> None:
    assert guard.refusal("Phường xác minh.", "Phường kiểm tra.") is None
    assert guard.refusal("Phường kiểm tra.", "Phường xác minh.") is Refusal.WORD


# The list of what means the same


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phrase_stands_in_one_group_only(language: Language) -> None:
    groups = SAME_MEANING[language].groups
    phrases = [phrase for group in groups for phrase in (*group.plain, *group.hard)]
    assert [phrase for phrase, count in Counter(phrases).items() if count > 1] == []
    assert all(phrase == phrase.casefold() for phrase in phrases)


def test_papers_and_terms_of_law_are_in_no_group() -> None:
    names = {name.casefold() for name in names_of(load_procedures())}
    kept = {"bản chính", "bản sao", "chứng thực", "nộp", "cho xem", "phải", "được", "cần", "trước"}
    for language in LANGUAGES:
        for group in SAME_MEANING[language].groups:
            assert not {*group.plain, *group.hard} & (names | kept)


def test_a_model_may_be_shown_the_plain_words() -> None:
    assert easier("Phường xác minh, rồi đối chiếu hồ sơ.", "vi") == (
        ("đối chiếu", "so"),
        ("xác minh", "kiểm tra"),
        ("hồ sơ", "giấy tờ"),
    )
    assert easier("Khai tử thì được miễn lệ phí.", "vi") == (
        ("được miễn lệ phí", "không mất lệ phí"),
    )
    assert easier("Phường kiểm tra.", "vi") == ()


# Numbers in words


def test_every_number_in_words_is_read_as_that_number() -> None:
    for number in (*range(1, 1200), 8000, 25_000, 50_000, 1_000_010, 2026, 10**9 + 5):
        words = cardinal(number).split()
        if words != ["năm"]:
            assert spelled([*words, "đồng"], 0, "vi") == (number, len(words)), words


@pytest.mark.parametrize(
    ("text", "at", "found"),
    [
        ("năm ngày", 0, (5, 1)),
        ("mỗi năm ngày", 1, None),
        ("mười năm", 0, (10, 1)),
        ("mười năm", 1, None),
        ("không phải", 0, None),
        ("hai ba người", 0, (2, 1)),
        ("năm mươi ngàn đồng", 0, (50_000, 3)),
        ("một trăm lẻ hai", 0, (102, 4)),
    ],
)
def test_a_word_that_is_not_always_a_number_is_none_where_it_is_not(
    text: str, at: int, found: tuple[int, int] | None
) -> None:
    assert spelled(text.split(), at, "vi") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("three days", (3, 1)),
        ("two three", (2, 1)),
        ("fifty thousand dong", (50_000, 2)),
        ("two hundred fifty", (250, 3)),
        ("the ward", None),
    ],
)
def test_english_numbers_too(text: str, found: tuple[int, int] | None) -> None:
    assert spelled(text.split(), 0, "en") == found

"""What people type finds what they need."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.assistant.entry import Entry, Kind
from kiosk.assistant.search import LONGEST, Search
from kiosk.assistant.vietnamese import fold, syllables
from kiosk.catalogue import SHIPPED_PROCEDURES, load_catalogue
from kiosk.findable import findable

PROCEDURES = load_catalogue(SHIPPED_PROCEDURES).procedures
SEARCH = Search(
    findable(
        procedures=PROCEDURES,
        not_here=(),
        national=(),
        wordings={},
        unserved=(),
        small_talk={},
    )
)


def first(text: str) -> str:
    """The id of what is found first, or nothing."""
    hits = SEARCH.find(text)
    return hits[0].entry.id if hits else ""


# Letters


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đăng ký khai sinh", "dang ky khai sinh"),
        ("  ĐỘC   LẬP ", "doc lap"),
        ("hộ-kinh_doanh, 2026!", "ho kinh doanh 2026"),
        ("u\u031b\u0323", "u"),
        ("", ""),
        ("日本 😀", ""),
    ],
)
def test_folding_keeps_letters_and_digits_and_drops_the_rest(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert syllables(text) == tuple(folded.split())


@given(st.text())
def test_folded_text_is_plain_and_folds_to_itself(text: str) -> None:
    folded = fold(text)
    assert folded.isascii()
    assert fold(folded) == folded


# Finding


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("đăng ký khai sinh", "khai-sinh"),
        ("dang ky khai sinh", "khai-sinh"),
        ("khai sinh", "khai-sinh"),
        ("KHAI SINH!!!", "khai-sinh"),
        ("khai tu", "khai-tu"),
        ("ket hon", "ket-hon"),
        ("doc than", "tinh-trang-hon-nhan"),
        ("trich luc", "trich-luc-ho-tich"),
        ("sao y", "chung-thuc-ban-sao"),
        ("cong chung photo", "chung-thuc-ban-sao"),
        ("chung thuc chu ky", "chung-thuc-chu-ky"),
        ("thuong tru", "thuong-tru"),
        ("tam tru", "tam-tru"),
        ("thanh lap ho kinh doanh", "ho-kinh-doanh"),
        ("birth", "khai-sinh"),
        ("marriage", "ket-hon"),
    ],
)
def test_typing_finds_it_with_and_without_diacritics(typed: str, expected: str) -> None:
    assert first(typed) == expected


@pytest.mark.parametrize("procedure", PROCEDURES, ids=[one.id for one in PROCEDURES])
def test_a_procedure_is_in_reach_before_its_title_is_typed_to_the_end(procedure: object) -> None:
    [one] = [one for one in PROCEDURES if one is procedure]
    title = fold(one.title.vi)
    for end in range(len(title) * 2 // 3, len(title) + 1):
        found = [hit.entry.id for hit in SEARCH.find(title[:end])]
        assert one.id in found[:3], title[:end]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("khai sihn", "khai-sinh"),
        ("ket honn", "ket-hon"),
        ("thuong truu", "thuong-tru"),
        ("kinh doanhh", "ho-kinh-doanh"),
        ("chung thuv chu ky", "chung-thuc-chu-ky"),
    ],
)
def test_a_slip_of_the_finger_is_forgiven(typed: str, expected: str) -> None:
    assert first(typed) == expected


def test_what_a_procedure_says_of_itself_in_few_words_finds_it_first() -> None:
    texts = [
        (text, one.id)
        for one in PROCEDURES
        for text in (one.title.vi, one.title.en, *one.heard_as.vi, *one.heard_as.en)
        if len(fold(text).split()) <= LONGEST
    ]
    assert len(texts) > 150
    for shape in (str, fold):
        missed = [(text, expected) for text, expected in texts if first(shape(text)) != expected]
        assert len(missed) <= 0.05 * len(texts), missed


def test_polite_words_around_it_change_nothing() -> None:
    assert first("dạ cho em hỏi em muốn làm khai sinh cho cháu ạ") == "khai-sinh"


@pytest.mark.parametrize("typed", ["", "   ", "!?", "😀", "日本", "\x00", "zzzzqqqq xxwwvv"])
def test_what_says_nothing_finds_nothing(typed: str) -> None:
    assert SEARCH.find(typed) == ()


def test_each_procedure_is_found_once_and_the_best_stands_first() -> None:
    hits = SEARCH.find("giấy", most=50)
    ids = [hit.entry.id for hit in hits]
    assert len(ids) == len(set(ids)) > 1
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert len(SEARCH.find("giấy", most=1)) == 1


def test_an_empty_catalogue_finds_nothing() -> None:
    assert Search(()).find("khai sinh") == ()


def test_a_catalogue_of_one_finds_it() -> None:
    only = Entry(id="a", code="1.000001", title="Cấp giấy", wordings=("xin giấy",))
    assert [hit.entry for hit in Search((only,)).find("giay")] == [only]


@pytest.mark.parametrize("kind", [Kind.NOT_OFFERED, Kind.SMALL_TALK])
def test_what_has_nothing_to_show_is_not_listed(kind: Kind) -> None:
    hidden = Entry(id="a", title="Xin vào lớp một", wordings=("vào lớp một",), kind=kind)
    assert Search((hidden,)).find("vào lớp một") == ()


def test_of_entries_alike_a_checked_script_comes_before_an_unchecked_card() -> None:
    order = [Kind.SCRIPT, Kind.NOT_HERE, Kind.COMMUNE, Kind.NATIONAL]
    alike = [Entry(id=kind.value, title="Cấp giấy phép", kind=kind) for kind in reversed(order)]
    hits = Search(alike).find("cấp giấy phép")
    assert [hit.entry.kind for hit in hits] == order
    assert hits[0].score > hits[1].score > hits[2].score > hits[3].score


def test_a_procedure_is_found_by_its_code() -> None:
    assert first("1.001193") == "khai-sinh"
    assert first("2.000815") == "chung-thuc-ban-sao"


@given(st.text(max_size=120))
def test_no_text_upsets_the_search(text: str) -> None:
    for hit in SEARCH.find(text):
        assert 0 <= hit.score <= 1


@given(st.lists(st.sampled_from(["khai", "sinh", "xin", "ky", "a", "ng", "x", "1"])))
def test_no_row_of_syllables_upsets_the_search(words: list[str]) -> None:
    hits = SEARCH.find(" ".join(words))
    assert SEARCH.find(" ".join(words)) == hits, "the same answer every time"

"""Everything that can be found: who goes before whom, and what each one answers to."""

from dataclasses import replace

import pytest

from kiosk.assistant.entry import Entry, Kind
from kiosk.card import Card, CardKind
from kiosk.findable import SMALL_TALK, SmallTalk, findable, of_national_card
from kiosk.not_offered import Unserved
from kiosk.procedure import HeardAs, Procedure, Text
from kiosk.wordings import Wordings

PASSPORT = Card(
    id="ho-chieu",
    kind=CardKind.NOT_HERE,
    code="1.001456",
    title=Text(vi="Làm hộ chiếu", en="Passport"),
    link="https://dichvucong.gov.vn/x",
    source="Cổng Dịch vụ công quốc gia",
    heard_as=HeardAs(vi=("làm hộ chiếu đi Nhật",), en=("passport",)),
)
IMPORTED = Card(
    id="tthc-1-009999",
    kind=CardKind.NATIONAL,
    code="1.009999",
    title=Text(vi="Nạp bình chữa cháy", en="Nạp bình chữa cháy"),
    link="https://dichvucong.gov.vn/y",
    source="Cổng Dịch vụ công quốc gia",
    is_commune=True,
)
SCHOOL = Unserved(
    id="vao-lop-1", title=Text(vi="Vào lớp 1", en="Grade 1"), heard_as=("bé vào lớp một",)
)


def national(code: str, kind: Kind = Kind.NATIONAL) -> Entry:
    """A national procedure."""
    return Entry(id=f"tthc-{code}", code=code, title=f"Thủ tục {code}", kind=kind)


def found(
    *procedures: Procedure,
    not_here: tuple[Card, ...] = (),
    nationals: tuple[Entry, ...] = (),
    wordings: Wordings | None = None,
    unserved: tuple[Unserved, ...] = (),
    small_talk: SmallTalk | None = None,
) -> tuple[Entry, ...]:
    """The entries of a kiosk with these and nothing else."""
    return findable(
        procedures=procedures,
        not_here=not_here,
        national=nationals,
        wordings=wordings or {},
        unserved=unserved,
        small_talk=small_talk or {},
    )


def test_a_script_answers_to_its_wordings_its_summary_and_its_english(small: Procedure) -> None:
    [entry] = found(small)
    assert (entry.id, entry.code, entry.kind) == ("xin-giay", "1.000001", Kind.SCRIPT)
    assert entry.title == "Xin giấy xác nhận"
    assert set(entry.wordings) == {
        "xin giấy xác nhận",
        "tôi cần phường xác nhận cho cháu",
        "Phường xác nhận cho người dân.",
        "Get a certificate",
        "get a certificate",
    }


def test_wordings_of_the_table_go_to_the_script_of_their_code(small: Procedure) -> None:
    [entry] = found(small, wordings={"1.000001": ("xin cái mộc đỏ",)})
    assert "xin cái mộc đỏ" in entry.wordings


def test_a_card_of_another_office_is_found_and_has_nothing_on_offer() -> None:
    [entry] = found(not_here=(PASSPORT,), wordings={"1.001456": ("passport hết hạn",)})
    assert (entry.id, entry.kind, entry.is_offered) == ("ho-chieu", Kind.NOT_HERE, False)
    assert set(entry.wordings) == {"làm hộ chiếu đi Nhật", "passport hết hạn", "passport"}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(Kind.COMMUNE, Kind.COMMUNE), (Kind.NATIONAL, Kind.NOT_HERE)],
)
def test_another_counter_of_the_same_commune_counts_as_what_was_asked_for(
    kind: Kind, expected: Kind
) -> None:
    [entry] = found(not_here=(PASSPORT,), nationals=(national("1.001456", kind),))
    assert (entry.id, entry.kind) == ("ho-chieu", expected)


def test_a_national_procedure_gives_way_to_the_script_of_its_code(small: Procedure) -> None:
    entries = found(small, nationals=(national("1.000001"), national("1.000002")))
    assert [(one.code, one.kind) for one in entries] == [
        ("1.000001", Kind.SCRIPT),
        ("1.000002", Kind.NATIONAL),
    ]


def test_a_card_without_a_code_takes_no_ones_place() -> None:
    bare = replace(PASSPORT, code="")
    entries = found(not_here=(bare, PASSPORT), nationals=(national("1.000002", Kind.COMMUNE),))
    assert [one.key for one in entries] == ["ho-chieu", "1.001456", "1.000002"]


def test_a_national_procedure_answers_to_the_table_of_wordings() -> None:
    told = {"1.000002": ("bơm khí", "dẫn khí"), "1.000003": ("mở quán",)}
    entries = found(nationals=(national("1.000002", Kind.COMMUNE),), wordings=told)
    assert entries[0] == replace(
        national("1.000002", Kind.COMMUNE), wordings=("bơm khí", "dẫn khí")
    )
    assert entries[0].is_offered


def test_wordings_without_a_card_are_known_and_not_offered() -> None:
    [entry] = found(wordings={"1.000003": ("mở quán", "bán nước mía")})
    assert entry == Entry(
        id="1.000003",
        code="1.000003",
        title="Mở quán",
        wordings=("mở quán", "bán nước mía"),
        kind=Kind.NOT_OFFERED,
    )


def test_a_matter_without_a_guide_and_small_talk_are_known_and_not_offered() -> None:
    entries = found(unserved=(SCHOOL,), small_talk={"greeting": ("xin chào", "chào em")})
    assert [(one.id, one.kind, one.wordings) for one in entries] == [
        ("vao-lop-1", Kind.NOT_OFFERED, ("bé vào lớp một",)),
        (SMALL_TALK + "greeting", Kind.SMALL_TALK, ("xin chào", "chào em")),
    ]
    assert not any(one.is_offered for one in entries)


@pytest.mark.parametrize(("is_commune", "kind"), [(True, Kind.COMMUNE), (False, Kind.NATIONAL)])
def test_an_imported_card_keeps_its_level(is_commune: bool, kind: Kind) -> None:  # noqa: FBT001
    entry = of_national_card(replace(IMPORTED, is_commune=is_commune))
    assert entry == Entry(
        id="tthc-1-009999", code="1.009999", title="Nạp bình chữa cháy", kind=kind
    )


def test_no_two_entries_have_one_key(small: Procedure) -> None:
    entries = found(
        small,
        not_here=(PASSPORT,),
        nationals=tuple(national(code) for code in ("1.000001", "1.001456", "1.000002")),
        wordings={code: (f"việc {code}",) for code in ("1.000001", "1.001456", "1.000003")},
        unserved=(SCHOOL,),
        small_talk={"greeting": ("xin chào",)},
    )
    keys = [one.key for one in entries]
    assert len(set(keys)) == len(keys) == 6

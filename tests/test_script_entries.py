"""Whole entries put in and taken out: exactly these, and every other byte stays."""

from functools import cache
from pathlib import Path

import pytest
from conftest import SCRIPT_TEXT
from hypothesis import given
from hypothesis import strategies as st

from kiosk.catalogue import SCRIPT, SHIPPED_PROCEDURES
from kiosk.errors import KioskError
from kiosk.procedure import Fee, Procedure
from kiosk.script import read_script
from kiosk.script_changes import edits_of
from kiosk.script_edit import AnyEdit, Edit, PutIn, TakenOut, edited
from kiosk.script_fields import NO, WITH_ENTRIES, YES, Item, Kind, Part, Value
from kiosk.script_items import blank_item, fields_of, find_item, items_of
from kiosk.script_written import Entry

FILES = sorted(SHIPPED_PROCEDURES.glob(f"*/{SCRIPT}"))
WORDS = {
    Part.FEES: "label",
    Part.PAPERS: "name",
    Part.SOURCES: "name",
    Part.TIMES: "text",
    Part.NOTES: "text",
}
ODD = 'Mới "thử": #\\ {x}, [y] & *z'


@cache
def script(file: Path) -> tuple[bytes, Procedure]:
    content = file.read_bytes()
    procedure, _, faults = read_script(content, file=str(file))
    assert procedure is not None
    assert faults == []
    return content, procedure


def tam_tru() -> tuple[bytes, Procedure]:
    return script(SHIPPED_PROCEDURES / "tam-tru" / SCRIPT)


def read(content: bytes) -> Procedure:
    procedure, _, faults = read_script(content, file="")
    assert procedure is not None
    assert faults == []
    return procedure


def put_in(procedure: Procedure, part: Part, name: str, text: str = ODD) -> dict[str, Value]:
    """The least that an item needs to be put in."""
    item = blank_item(procedure, part, name)
    assert item.presence is not None
    wanted: dict[str, Value] = {item.presence.path: YES}
    for field in item.fields:
        match field.kind:
            case Kind.TEXT if field.is_needed:
                wanted[field.path] = text
            case Kind.OPTION:
                wanted[field.path] = field.options[-1]
            case Kind.COUNT:
                wanted[field.path] = "1"
            case Kind.FLAG:
                wanted[field.path] = YES
            case Kind.SOURCES:
                wanted[field.path] = field.options[:1]
            case _:
                continue
    return wanted


def here(item: Item) -> str:
    assert item.presence is not None
    return item.presence.path


def ids(procedure: Procedure, part: Part) -> list[str]:
    return [one.id for one in getattr(procedure, part.value)]


@given(st.data())
def test_entries_of_any_script_come_and_go_and_nothing_else_changes(data: st.DataObject) -> None:
    content, procedure = script(data.draw(st.sampled_from(FILES)))
    part = data.draw(st.sampled_from(WITH_ENTRIES))
    there = ids(procedure, part)
    least = 0 if part in (Part.PAPERS, Part.NOTES) else 1
    gone = data.draw(st.lists(st.sampled_from(there), unique=True)) if there else []
    come = [f"moi-{number}" for number in range(data.draw(st.integers(0, 3)))]
    if len(there) - len(gone) + len(come) < least:
        return
    wanted: dict[str, Value] = {f"{part.value}.{one}.here": "" for one in gone}
    for one in come:
        wanted |= put_in(procedure, part, one)
    after = edited(content, edits_of(procedure, wanted))
    found, _, _ = read_script(after, file="")  # a fact may name a source that is gone
    assert found is not None
    assert ids(found, part) == [*(one for one in there if one not in gone), *come]
    kept = {one.path: one for one in items_of(procedure) if one.part is part and one.id not in gone}
    for item in items_of(found):
        if item.path in kept:
            values = [field.value for field in item.fields]
            assert values == [field.value for field in kept[item.path].fields]
    lines, before = after.splitlines(), content.splitlines()
    if there and not gone:
        rest = iter(lines)
        assert all(line in rest for line in before), "every line of the author's is there"
    if not come and len(gone) < len(there):
        rest = iter(before)
        assert all(line in rest for line in lines), "no line is new"
    assert b"\n\n\n" not in after
    back: dict[str, Value] = {f"{part.value}.{one}.here": "" for one in come}
    if come and len(gone) < len(there):
        assert edited(after, edits_of(read(after), back)) == edited(
            content, edits_of(procedure, {path: "" for path in wanted if wanted[path] == ""})
        ), "what was put in and taken out again leaves no trace"


@pytest.mark.parametrize("file", FILES, ids=lambda one: one.parent.name)
def test_in_every_script_an_entry_of_each_part_is_put_in_and_leaves_no_trace(file: Path) -> None:
    content, procedure = script(file)
    for part in WITH_ENTRIES:
        wanted = put_in(procedure, part, "moi")
        after = edited(content, edits_of(procedure, wanted))
        found = read(after)
        assert ids(found, part) == [*ids(procedure, part), "moi"]
        fields = fields_of(found)
        assert {path: fields[path].value for path in wanted} == wanted
        if ids(procedure, part):
            assert edited(after, edits_of(found, {f"{part.value}.moi.here": ""})) == content


def test_a_new_fee_stands_behind_the_others_as_our_scripts_are_written() -> None:
    content, procedure = tam_tru()
    long = "Phí này thu cho mỗi người có tên trong danh sách nộp kèm theo tờ khai"
    wanted = put_in(procedure, Part.FEES, "phi-moi", "Phí mới") | {
        "fees.phi-moi.amount": "12000",
        "fees.phi-moi.note.vi": long,
        "fees.phi-moi.note.en": "For each person on the list that is handed in",
        "fees.phi-moi.confirmed": NO,
        "fees.phi-moi.when": ("viec.dang-ky", "viec.danh-sach", "nguoi-nao.duoi-18"),
    }
    text = edited(content, edits_of(procedure, wanted)).decode()
    entry = text[text.index("\n\n  - id: phi-moi") :].partition("\n\ntimes:")[0]
    assert entry.splitlines()[2:] == [
        "  - id: phi-moi",
        "    when: {viec: [dang-ky, danh-sach], nguoi-nao: [duoi-18]}",
        "    source: [cong-dvc]",
        "    confirmed: false",
        '    label: {vi: "Phí mới", en: "Phí mới"}',
        "    amount: 12000",
        "    note:",
        f'      vi: "{long}"',
        '      en: "For each person on the list that is handed in"',
    ]


def test_of_what_is_taken_out_nothing_else_is_changed_and_the_others_can_be() -> None:
    content, procedure = tam_tru()
    wanted: dict[str, Value] = {
        "fees.ca-nhan-tai-quay.here": "",
        "fees.ca-nhan-tai-quay.amount": "1",
        "fees.ca-nhan-tren-mang.amount": "8000",
        "fees.danh-sach-tren-mang.here": "",
        "fees.danh-sach-tai-quay.note.vi": "Ghi chú",
        "fees.danh-sach-tai-quay.note.en": "A note",
    }
    found = read(edited(content, edits_of(procedure, wanted)))
    assert [(one.id, one.amount) for one in found.fees] == [
        ("ca-nhan-tren-mang", 8000),
        ("danh-sach-tai-quay", 10000),
    ]
    assert found.fees[1].note is not None


def test_a_list_that_is_not_there_yet_is_begun_where_our_scripts_have_it() -> None:
    content, procedure = next(
        (content, procedure)
        for content, procedure in map(script, FILES)
        if b"\nnotes:" not in content
    )
    text = edited(content, edits_of(procedure, put_in(procedure, Part.NOTES, "luu-y"))).decode()
    assert ids(read(text.encode()), Part.NOTES) == ["luu-y"]
    assert text.index("\ntimes:") < text.index("\n\nnotes:\n  - id: luu-y\n")
    assert text.index("\n\nnotes:") < text.index("\n\nasides:")
    back = edits_of(read(text.encode()), {"notes.luu-y.here": ""})
    assert b"\nnotes: []\n" in edited(text.encode(), back)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_marks_and_remarks_stay(newline: str, mark: str) -> None:
    plain = (
        "a: 1\n\nlist:\n  # of the first\n  - {id: x, n: 1}   # beside\n\n  # of the second\n"
        "  - id: y\n    n: 2  # beside y\n\n  # of the third\n  - id: z\n\n# of b\nb: 2\n"
    )
    content = (mark + plain.replace("\n", newline)).encode()
    new: Entry = {"id": "moi", "n": 3}
    for number in range(3):
        for added in ([], [new]):
            edits: list[AnyEdit] = [TakenOut(place=("list", number))]
            edits += [PutIn(place=("list",), entry=one) for one in added]
            text = edited(content, edits).decode()
            assert text.startswith(mark)
            assert text.count("\r\n") == (text.count("\n") if newline == "\r\n" else 0)
            for kept in ("# of the first", "# of the second", "# of the third", "# of b"):
                assert kept in text


@pytest.mark.parametrize(
    ("content", "edits"),
    [
        (b"a: [{id: x}, {id: y}]\n", [TakenOut(place=("a", 0))]),
        (b"a:\n  - id: x\n", [TakenOut(place=("a", 1))]),
        (b"a:\n  - id: x\n", [TakenOut(place=("a", -1))]),
        (b"a:\n  - id: x\n", [TakenOut(place=("b", 0))]),
        (b"a:\n  - id: x\n", [TakenOut(place=("a", "id"))]),
        (b"a: 1\n", [PutIn(place=("a",), entry={"id": "x"})]),
        (b"a: {b: 1}\n", [PutIn(place=("a", "c"), entry={"id": "x"})]),
        (b"a:\n  # why\n  - id: x\n", [TakenOut(place=("a", 0))]),
        (b"a:\n  - id: x\n", [PutIn(place=("a",), entry={"id": "x", "name": {"vi": "\ud800"}})]),
        (
            b"a:\n  - id: x\n",
            [TakenOut(place=("a", 0)), Edit(place=("a", 0, "id"), value="y")],
        ),
    ],
)
def test_what_cannot_be_put_in_or_taken_out_safely_is_refused(
    content: bytes, edits: list[AnyEdit]
) -> None:
    with pytest.raises(KioskError, match=r"draft\.not_editable"):
        edited(content, edits)


texts = st.text(max_size=40)


@given(vi=texts, en=texts)
def test_any_text_of_a_new_entry_is_read_as_it_was_written(vi: str, en: str) -> None:
    content, procedure = tam_tru()
    wanted = put_in(procedure, Part.NOTES, "moi") | {
        "notes.moi.text.vi": vi,
        "notes.moi.text.en": en,
    }
    try:
        edits = edits_of(procedure, wanted)
    except ValueError:
        assert not (vi and en)
        return
    note = read(edited(content, edits)).notes[-1]
    assert (note.text.vi, note.text.en) == (vi, en)


# Items that only a draft has


def test_an_item_that_only_a_draft_has_is_empty_in_the_script_and_shown_behind_the_others() -> None:
    _, procedure = tam_tru()
    wanted = put_in(procedure, Part.FEES, "phi-moi", "Phí mới")
    item = find_item(procedure, "fees", "phi-moi", wanted)
    assert item is not None
    assert (item.is_new, item.title.vi) == (True, "Phí mới")
    assert {field.value for field in item.fields} == {"", ()}
    assert find_item(procedure, "fees", "phi-moi") is None
    fees = [one.id for one in items_of(procedure, wanted) if one.part is Part.FEES]
    assert fees == [*ids(procedure, Part.FEES), "phi-moi"]


def test_a_source_that_only_a_draft_has_can_be_named_and_one_that_goes_cannot() -> None:
    _, procedure = tam_tru()
    wanted = put_in(procedure, Part.SOURCES, "nd-moi") | {"sources.tt-75-2022.here": ""}
    fee = find_item(procedure, "fees", "ca-nhan-tai-quay", wanted)
    assert fee is not None
    field = next(one for one in fee.fields if one.kind is Kind.SOURCES)
    assert "nd-moi" in field.options
    assert "tt-75-2022" not in field.options


def test_what_is_gone_already_is_no_change() -> None:
    content, procedure = tam_tru()
    assert edits_of(procedure, {"fees.khong-co.here": ""}) == ()
    assert fields_of(procedure, {"fees.khong-co.here": ""})["fees.khong-co.here"].value == ""
    assert edited(content, ()) == content


@pytest.mark.parametrize("missing", ["label.vi", "label.en", "confirmed"])
def test_a_new_item_without_what_it_needs_is_none(missing: str) -> None:
    _, procedure = tam_tru()
    wanted = put_in(procedure, Part.FEES, "phi-moi")
    del wanted[f"fees.phi-moi.{missing}"]
    with pytest.raises(ValueError, match=missing.partition(".")[0]):
        edits_of(procedure, wanted)


def test_the_fee_of_the_script_text_is_the_one_that_was_put_in() -> None:
    procedure = read(SCRIPT_TEXT.encode())
    wanted = put_in(procedure, Part.FEES, "phi-moi", "Phí mới") | {"fees.phi-moi.amount": "0"}
    wanted |= {here(one): "" for one in items_of(procedure) if one.part is Part.FEES}
    found = read(edited(SCRIPT_TEXT.encode(), edits_of(procedure, wanted)))
    (fee,) = found.fees
    assert isinstance(fee, Fee)
    assert (fee.id, fee.amount) == ("phi-moi", 0)

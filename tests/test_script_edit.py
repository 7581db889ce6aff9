"""Changing values in a script: exactly what was wanted changes, and every other byte stays."""

from collections.abc import Iterator
from difflib import unified_diff
from functools import cache
from pathlib import Path

import pytest
from conftest import SCRIPT_TEXT
from hypothesis import given
from hypothesis import strategies as st

from kiosk.catalogue import SCRIPT, SHIPPED_PROCEDURES
from kiosk.errors import KioskError
from kiosk.procedure import Procedure
from kiosk.script import Lines, Place, Plain, read_plain, read_script
from kiosk.script_changes import edits_of
from kiosk.script_edit import Edit, edited
from kiosk.script_fields import NO, YES, Field, Kind, Value
from kiosk.script_items import fields_of
from kiosk.script_written import NewValue

FILES = sorted(SHIPPED_PROCEDURES.glob(f"*/{SCRIPT}"))
ODD = 'Đổi "thử": #\\ {x}, [y] & *z'


@cache
def script(file: Path) -> tuple[bytes, Procedure]:
    content = file.read_bytes()
    procedure, _, faults = read_script(content, file=str(file))
    assert procedure is not None
    assert faults == []
    return content, procedure


def another(field: Field, procedure: Procedure) -> Value:
    """A value that the field does not have."""
    match field.kind:
        case Kind.AMOUNT:
            return "12345" if field.value != "12345" else "0"
        case Kind.DAY:
            return "2025-01-02"
        case Kind.FLAG:
            return NO if field.value == YES else YES
        case Kind.WORD:
            return "quay-khac"
        case Kind.LINK:
            return "https://example.gov.vn/a?b=c#d"
        case Kind.SOURCES:
            others = tuple(one.id for one in procedure.sources if one.id not in field.value)
            return others or tuple(reversed(field.value))
        case Kind.HERE:
            return ""
        case Kind.OPTION:
            return next(one for one in field.options if one != field.value)
        case Kind.COUNT:
            return "3" if field.value != "3" else "1"
        case Kind.WHEN:
            return tuple(one for one in field.options if one not in field.value)[:3]
        case Kind.WORDINGS:
            return (*field.value[:1], ODD, *field.value[2:])
        case _:
            return ODD


def can_change_alone(field: Field, procedure: Procedure) -> bool:
    """A text that is not there comes in both languages or not at all."""
    if another(field, procedure) == field.value:
        return False
    if field.kind is Kind.HERE:
        return False  # whole items: tests/test_script_entries.py
    return field.kind is not Kind.TEXT or bool(field.value)


def plain(content: bytes) -> Plain:
    faults: list[object] = []
    found = read_plain(content, file="", lines=Lines({}), faults=faults)  # type: ignore[arg-type]  # none comes
    assert faults == []
    return found


def places(
    old: Plain, new: Plain, at: tuple[str | int, ...] = ()
) -> Iterator[tuple[str | int, ...]]:
    """Where two scripts differ."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in old | new:
            yield from places(old.get(key), new.get(key), (*at, key))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from places(one, other, (*at, number))
    elif old != new:
        yield at


def test_every_shipped_script_has_fields_of_all_kinds_between_them() -> None:
    kinds = {one.kind for file in FILES for one in fields_of(script(file)[1]).values()}
    assert len(FILES) == 46
    assert kinds == set(Kind)


@pytest.mark.parametrize("file", FILES, ids=lambda one: one.parent.name)
def test_all_fields_changed_and_changed_back_give_the_same_bytes(file: Path) -> None:
    content, procedure = script(file)
    fields = fields_of(procedure)
    wanted = {
        path: another(field, procedure)
        for path, field in fields.items()
        if can_change_alone(field, procedure)
    }
    assert len(wanted) > 30
    there = edited(content, edits_of(procedure, wanted))
    before, changed = plain(content), plain(there)
    assert all(
        plain_value(before, fields[path].place) != plain_value(changed, fields[path].place)
        for path in wanted
    )
    after, _, _ = read_script(there, file="")
    assert after is not None
    back = {path: fields[path].value for path in wanted}
    assert edited(there, edits_of(after, back)) == content


def plain_value(content: Plain, place: Place) -> Plain:
    for part in place:
        if isinstance(content, dict):
            content = content.get(str(part))
        elif isinstance(content, list):
            content = content[int(part)]
    return content


@pytest.mark.parametrize("file", FILES, ids=lambda one: one.parent.name)
def test_one_field_changed_is_one_change_and_back_again(file: Path) -> None:
    content, procedure = script(file)
    fields = fields_of(procedure)
    seen: dict[tuple[Kind, str, bool], Field] = {}
    for field in fields.values():  # one of each kind and name, filled and empty
        seen.setdefault((field.kind, field.name.split(".")[0], bool(field.value)), field)
    tried = [one for one in seen.values() if can_change_alone(one, procedure)]
    turn = FILES.index(file)
    for field in (tried[turn % len(tried)], tried[(turn + 7) % len(tried)]):
        new = another(field, procedure)
        there = edited(content, edits_of(procedure, {field.path: new}))
        differing = list(places(plain(content), plain(there)))
        assert differing
        shortest = min(map(len, differing))
        assert all(
            field.place[:shortest] == one[:shortest] or one[: len(field.place)] == field.place
            for one in differing
        ), field.path
        after, _, _ = read_script(there, file="")
        if field.kind is not Kind.LINK or field.value:
            assert after is not None
            assert edited(there, edits_of(after, {field.path: field.value})) == content


def test_a_changed_fee_is_one_line_of_the_diff() -> None:
    content, procedure = script(SHIPPED_PROCEDURES / "tam-tru" / SCRIPT)
    new = edited(content, edits_of(procedure, {"fees.ca-nhan-tai-quay.amount": "20000"}))
    lines = list(
        unified_diff(content.decode().splitlines(), new.decode().splitlines(), lineterm="", n=0)
    )
    assert lines[3:] == ["-    amount: 15000", "+    amount: 20000"]


# Any text


BASE = b"""\
# who wrote this cares
a:   {vi: "x", en: 'y'}   # a remark
b: plain
list:
  - "one"   # first
  - 'two'

  # between
  - three
flow: [ "p",  q ]
n: 5
"""


def read(content: bytes) -> dict[str, Plain]:
    found = plain(content)
    assert isinstance(found, dict)
    return found


texts = st.text(max_size=40)


@given(texts, texts, texts, texts)
def test_any_text_comes_out_as_the_same_text(
    double: str, single: str, bare: str, entry: str
) -> None:
    after = edited(
        BASE,
        [
            Edit(place=("a", "vi"), value=double),
            Edit(place=("a", "en"), value=single),
            Edit(place=("b",), value=bare),
            Edit(place=("list",), value=("one", entry, "three")),
        ],
    )
    found = read(after)
    assert found["a"] == {"vi": double, "en": single}
    assert found["b"] == bare
    assert found["list"] == ["one", entry, "three"]
    for kept in (
        b"# who wrote this cares\n",
        b"   # a remark\n",
        b"   # first\n",
        b"  # between\n",
    ):
        assert kept in after


@given(st.lists(st.sampled_from(["one", "two", "three", "four", "năm", "# 6", "one"]), max_size=7))
def test_any_list_becomes_any_other_and_keeps_its_remarks(new: list[str]) -> None:
    for name in ("list", "flow"):
        after = edited(BASE, [Edit(place=(name,), value=tuple(new))])
        assert read(after)[name] == new
        assert b"# who wrote this cares\n" in after
        assert b"n: 5\n" in after


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_marks_stay(newline: str, mark: str) -> None:
    content = (mark + SCRIPT_TEXT.replace("\n", newline)).encode()
    procedure, _, faults = read_script(content, file="")
    assert procedure is not None
    assert not faults
    wanted: dict[str, Value] = {
        "about.about.checked": "2026-11-23",
        "wordings.start.vi": ("xin giấy xác nhận", "câu mới", "câu nữa"),
    }
    after = edited(content, edits_of(procedure, wanted))
    text = after.decode()
    assert text.count("\r\n") == (text.count("\n") if newline == "\r\n" else 0)
    assert text.startswith(mark)
    assert text.count("\n") == content.decode().count("\n") + 1
    again, _, _ = read_script(after, file="")
    assert again is not None
    assert again.heard_as.vi == wanted["wordings.start.vi"]


@pytest.mark.parametrize(
    ("content", "place", "value"),
    [
        (b"a: &x 1\n", ("a",), 2),
        (b"a: !!str 1\n", ("a",), "2"),
        (b"a: [1", ("a",), 2),
        (b"- - x\n  - y\n", (0,), ("y",)),
        (b"a: {b: 1}\n", ("a",), "text"),
        (b"a: {b: 1}\n", ("a", "b"), None),
        (b"a: 1\n", ("a", "b"), "c"),
        (b"\xff", ("a",), 1),
        (b"a: 1\n", ("a",), "\ud800"),
    ],
)
def test_what_cannot_be_edited_safely_is_refused(
    content: bytes, place: Place, value: NewValue
) -> None:
    with pytest.raises(KioskError, match=r"draft\.not_editable"):
        edited(content, [Edit(place=place, value=value)])


def test_a_key_that_is_new_stands_where_our_scripts_have_it() -> None:
    content, procedure = script(SHIPPED_PROCEDURES / "tam-tru" / SCRIPT)
    head = "fees.ca-nhan-tai-quay"
    wanted: dict[str, Value] = {
        f"{head}.note.vi": "Ghi chú mới",
        f"{head}.note.en": "A new note",
        f"{head}.confirmed": NO,
        f"{head}.per.vi": "",
        f"{head}.per.en": "",
    }
    text = edited(content, edits_of(procedure, wanted)).decode()
    entry = text[text.index("  - id: ca-nhan-tai-quay") :].partition("\n\n")[0]
    assert entry.splitlines() == [
        "  - id: ca-nhan-tai-quay",
        "    when: {viec: [dang-ky]}",
        "    unless: {nguoi-nao: [nguoi-nuoc-ngoai]}",
        "    source: [cong-dvc, tt-75-2022]",
        "    confirmed: false",
        '    label: {vi: "Nộp tại Công an phường", en: "At the ward police"}',
        "    amount: 15000",
        '    note: {vi: "Ghi chú mới", en: "A new note"}',
    ]


def test_a_text_in_one_language_alone_is_none() -> None:
    _, procedure = script(SHIPPED_PROCEDURES / "tam-tru" / SCRIPT)
    with pytest.raises(ValueError, match="note"):
        edits_of(procedure, {"fees.ca-nhan-tai-quay.note.vi": "Chỉ tiếng Việt"})
    with pytest.raises(ValueError, match="label"):
        edits_of(procedure, {"fees.ca-nhan-tai-quay.label.vi": ""})
    with pytest.raises(ValueError, match="8"):
        edits_of(procedure, {"fees.ca-nhan-tai-quay.amount": "8.000"})

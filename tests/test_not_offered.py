"""Matters without a guide: one file of names, used whole or not at all."""

from pathlib import Path

import pytest
from conftest import SCRIPT_TEXT, ScriptFolder

from kiosk.assistant.vietnamese import fold
from kiosk.catalogue import SHIPPED_PROCEDURES, check_path
from kiosk.not_offered import NOT_OFFERED, Unserved, check_not_offered, read_not_offered
from kiosk.procedure import LANGUAGES, Text
from kiosk.script import MOST_BYTES
from kiosk.words_files import load_words

TEXT = """\
format: 1
matters:
  - id: vao-lop-1
    title: {vi: "Xin cho con vào lớp 1", en: "Enrolling a child in grade 1"}
    heard_as:
      - "bé sáu tuổi vào lớp một"
      - "tuyển sinh lớp 1"
  - id: tiem-chung
    title: {vi: "Tiêm chủng cho trẻ", en: "Vaccination of children"}
    heard_as: ["chích ngừa cho bé", "lịch tiêm của cháu"]
"""


def written(scripts: ScriptFolder, text: str) -> Path:
    """A folder with the small script and this file."""
    scripts.write(SCRIPT_TEXT)
    (scripts.path / NOT_OFFERED).write_text(text, encoding="utf-8")
    return scripts.path


def test_each_matter_is_known_by_its_name_and_wordings() -> None:
    found, faults = read_not_offered(TEXT.encode(), file="n.yaml")
    assert faults == []
    assert found is not None
    assert [one.id for one in found.matters] == ["vao-lop-1", "tiem-chung"]
    assert found.matters[1] == Unserved(
        id="tiem-chung",
        title=Text(vi="Tiêm chủng cho trẻ", en="Vaccination of children"),
        heard_as=("chích ngừa cho bé", "lịch tiêm của cháu"),
    )
    assert check_not_offered(found, {}) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "code"),
    [
        ("format: 1", "format: 2", 1, "not_one_of"),
        ("id: vao-lop-1", "id: Vào lớp 1", 3, "bad_id"),
        (', en: "Enrolling a child in grade 1"', "", 4, "missing_language"),
        ("    title: {vi", "    source: x\n    title: {vi", 4, "unknown_key_near"),
        ('["chích ngừa cho bé", "lịch tiêm của cháu"]', "[]", 10, "too_few"),
        ('"chích ngừa cho bé"', '""', 10, "empty_text"),
        ("id: tiem-chung", "id: vao-lop-1", 8, "same_in_two"),
        ("chích ngừa cho bé", "BÉ SÁU TUỔI vào lớp một!", 10, "wording_in_two"),
        ("chích ngừa cho bé", "Xin giấy xác nhận", 10, "wording_in_two"),
        ("matters:", "matters: &all", 2, "anchor"),
    ],
)
def test_a_fault_is_named_with_its_line_and_leaves_only_this_file_out(
    scripts: ScriptFolder, old: str, new: str, line: int, code: str
) -> None:
    assert old in TEXT
    catalogue = check_path(written(scripts, TEXT.replace(old, new, 1)))
    assert [(Path(one.file).name, one.line, one.code) for one in catalogue.faults] == [
        (NOT_OFFERED, line, code)
    ]
    assert catalogue.unserved == ()
    assert [one.id for one in catalogue.procedures] == ["xin-giay"]
    [fault] = catalogue.faults
    for language in LANGUAGES:
        assert load_words().say(f"fault.{fault.code}", language, **dict(fault.values))


def test_a_wording_that_two_have_is_told_with_the_place_of_the_other() -> None:
    found, _ = read_not_offered(TEXT.encode(), file="n.yaml")
    assert found is not None
    [fault] = check_not_offered(found, {fold("Lịch tiêm của cháu"): "a/script.yaml"})
    assert dict(fault.values) == {"text": "lịch tiêm của cháu", "other": "a/script.yaml"}
    again = TEXT.replace("lịch tiêm của cháu", "tuyển sinh lớp 1")
    found, _ = read_not_offered(again.encode(), file="n.yaml")
    assert found is not None
    [fault] = check_not_offered(found, {})
    assert dict(fault.values)["other"] == "n.yaml:3"


def test_a_matter_may_say_the_same_twice() -> None:
    twice = TEXT.replace("tuyển sinh lớp 1", "BÉ SÁU TUỔI vào lớp một")
    found, _ = read_not_offered(twice.encode(), file="n.yaml")
    assert found is not None
    assert check_not_offered(found, {}) == []


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00", b"\xff", b"- a", b"format: [", b"[" * 5000, b"#" * (MOST_BYTES + 1)],
    ids=["empty", "nul", "not utf-8", "a list", "cut off", "deep", "too large"],
)
def test_what_is_no_such_file_is_refused_with_one_fault(content: bytes) -> None:
    found, faults = read_not_offered(content, file="n.yaml")
    assert found is None
    assert faults
    assert not any(one.is_warning for one in faults)


def test_its_wordings_are_then_taken_for_cards_too(scripts: ScriptFolder) -> None:
    path = written(scripts, TEXT)
    (path / "wordings.csv").write_text(
        "code,wording\n1.000005,chích ngừa cho bé\n1.000005,bơm khí\n", encoding="utf-8"
    )
    catalogue = check_path(path)
    assert [one.id for one in catalogue.unserved] == ["vao-lop-1", "tiem-chung"]
    assert catalogue.wordings == {"1.000005": ("bơm khí",)}
    [fault] = catalogue.faults
    assert fault.code == "wording_in_two"
    assert dict(fault.values)["other"] == str(path / NOT_OFFERED)


def test_a_link_out_of_the_folder_is_refused(scripts: ScriptFolder) -> None:
    scripts.write(SCRIPT_TEXT)
    outside = scripts.path.parent / "outside.yaml"
    outside.write_text(TEXT, encoding="utf-8")
    (scripts.path / NOT_OFFERED).symlink_to(outside)
    catalogue = check_path(scripts.path)
    assert catalogue.unserved == ()
    assert [one.code for one in catalogue.faults] == ["symlink"]


def test_the_shipped_file_names_many_matters_and_answers_to_each_words_once() -> None:
    shipped = check_path(SHIPPED_PROCEDURES)
    assert len(shipped.unserved) >= 20
    ids = [one.id for one in shipped.unserved]
    ids += [one.id for one in shipped.procedures] + [one.id for one in shipped.cards]
    assert len(set(ids)) == len(ids)

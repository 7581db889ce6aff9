"""Recorded cases follow what a draft puts in, takes out or moves, and nothing else."""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_script_entries import put_in

from kiosk.catalogue import SCRIPT, SHIPPED_PROCEDURES, WALKS
from kiosk.procedure import Procedure
from kiosk.script import read_as, read_script
from kiosk.script_changes import edits_of
from kiosk.script_edit import edited
from kiosk.script_fields import Kind, Part, Value
from kiosk.script_items import items_of
from kiosk.walk import Walks, coverage, differences
from kiosk.walk_edit import Retold, walks_with

FOLDERS = sorted(one.parent for one in SHIPPED_PROCEDURES.glob(f"*/{SCRIPT}"))
FACTS = (Part.FEES, Part.TIMES, Part.PAPERS, Part.NOTES)
TAM_TRU = SHIPPED_PROCEDURES / "tam-tru"


@cache
def files(folder: Path) -> tuple[bytes, bytes, Procedure]:
    script = (folder / SCRIPT).read_bytes()
    procedure, _, _ = read_script(script, file="")
    assert procedure is not None
    return script, (folder / WALKS).read_bytes(), procedure


def follow(
    folder: Path, wanted: dict[str, Value]
) -> tuple[Procedure, bytes, Walks, tuple[Retold, ...]]:
    script, walks, before = files(folder)
    after, _, faults = read_script(edited(script, edits_of(before, wanted)), file="")
    assert after is not None
    assert faults == []
    content, told = walks_with(walks, before, after, wanted)
    read, _, faults = read_as(Walks, content, file="")
    assert read is not None
    assert faults == []
    return after, content, read, told


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda one: one.name)
def test_what_is_put_in_and_taken_out_leaves_every_case_true(folder: Path) -> None:
    _, walks, before = files(folder)
    first = before.questions[0]
    wanted = put_in(before, Part.NOTES, "moi") | put_in(before, Part.PAPERS, "giay-moi")
    wanted["papers.giay-moi.when"] = (f"{first.id}.{first.choices[0].id}",)
    if len(before.papers) > 1:
        wanted[f"papers.{before.papers[0].id}.here"] = ""
    after, content, read, told = follow(folder, wanted)
    assert told
    assert [differences(after, one) for one in read.walks if differences(after, one)] == []
    assert coverage(after, read).papers == ()
    old = walks.splitlines()
    new = content.splitlines()
    changed = [line for line in old if line not in new]
    keys = (b"papers:", b"notes:")
    assert all(line.strip().startswith(keys) for line in changed if b"- " not in line)
    assert all("moi" in one.notes for one in read.walks), "a note without condition is everywhere"


def test_a_paper_under_one_answer_comes_into_the_cases_with_that_answer_alone() -> None:
    wanted = put_in(files(TAM_TRU)[2], Part.PAPERS, "giay-moi", "Giấy mới")
    wanted["papers.giay-moi.when"] = ("viec.danh-sach",)
    _, content, _, told = follow(TAM_TRU, wanted)
    assert [(one.case, one.part, [name.vi for name in one.come], one.gone) for one in told] == [
        ("Công ty may đăng ký cho ba mươi công nhân", Part.PAPERS, ["Giấy mới"], ())
    ]
    old = "    papers: [to-khai-tung-nguoi, van-ban-de-nghi]\n"
    assert content.decode() == files(TAM_TRU)[1].decode().replace(
        old, "    papers: [to-khai-tung-nguoi, van-ban-de-nghi, giay-moi]\n"
    )


def test_a_fact_that_moves_to_other_answers_stands_in_the_order_of_the_script() -> None:
    wanted: dict[str, Value] = {"papers.to-khai-ct01.when": ("viec.danh-sach",)}
    _, _, read, told = follow(TAM_TRU, wanted)
    company = next(one for one in read.walks if one.name.startswith("Công ty may"))
    assert company.papers == ("to-khai-ct01", "to-khai-tung-nguoi", "van-ban-de-nghi")
    assert {len(one.come) + len(one.gone) for one in told} == {1}
    assert sum(bool(one.gone) for one in told) == 8


@given(st.data())
def test_whatever_comes_goes_or_moves_no_case_is_wrong_about_it(data: st.DataObject) -> None:
    folder = data.draw(st.sampled_from(FOLDERS))
    _, _, before = files(folder)
    wanted: dict[str, Value] = {}
    items = [one for one in items_of(before) if one.part in FACTS]
    for item in data.draw(st.lists(st.sampled_from(items), max_size=3, unique_by=lambda i: i.path)):
        if data.draw(st.booleans()) and len(getattr(before, item.part.value)) > 3:
            wanted[f"{item.path}.here"] = ""
        else:
            options = next(one.options for one in item.fields if one.kind is Kind.WHEN)
            answers = data.draw(st.lists(st.sampled_from(options), max_size=3, unique=True))
            questions = [one.partition(".")[0] for one in answers]
            answers.sort(key=lambda one: questions.index(one.partition(".")[0]))
            wanted[f"{item.path}.when"] = tuple(answers)
    if data.draw(st.booleans()):
        wanted |= put_in(before, data.draw(st.sampled_from(FACTS)), "moi")
    after, _, read, told = follow(folder, wanted)
    assert [differences(after, one) for one in read.walks if differences(after, one)] == []
    assert bool(told) <= bool(wanted)


def test_a_difference_that_the_draft_did_not_make_stays_one() -> None:
    _, walks, before = files(TAM_TRU)
    wrong = walks.replace(b"papers: [to-khai-ct01, giay-to-nha]", b"papers: [giay-to-nha]")
    assert wrong != walks
    wanted = put_in(before, Part.NOTES, "moi")
    script = edited(files(TAM_TRU)[0], edits_of(before, wanted))
    after, _, _ = read_script(script, file="")
    assert after is not None
    content, _ = walks_with(wrong, before, after, wanted)
    read, _, _ = read_as(Walks, content, file="")
    assert read is not None
    assert [what for one in read.walks for what, _, _ in differences(after, one)] == ["papers"]


def test_a_draft_of_texts_alone_leaves_the_cases_as_they_are() -> None:
    wanted: dict[str, Value] = {"fees.ca-nhan-tai-quay.amount": "1"}
    _, content, _, told = follow(TAM_TRU, wanted)
    assert (content, told) == (files(TAM_TRU)[1], ())


def test_a_paper_that_no_case_comes_by_gets_one() -> None:
    wanted = put_in(files(TAM_TRU)[2], Part.PAPERS, "giay-moi", "Giấy mới")
    wanted["papers.giay-moi.when"] = ("nguoi-nao.quoc-tich", "cho-o.nha-minh")
    after, content, read, told = follow(TAM_TRU, wanted)
    (one,) = told
    assert (one.is_new, one.case) == (True, "Trường hợp phải có: Giấy mới")
    walk = read.walks[-1]
    assert walk.answers == {
        "viec": "dang-ky",
        "nguoi-nao": "quoc-tich",
        "cho-o": "nha-minh",
    }
    assert differences(after, walk) == ()
    assert content.startswith(files(TAM_TRU)[1].rstrip())
    assert '\n\n  - name: "Trường hợp phải có: Giấy mới"\n    answers: {viec: dang-ky' in (
        content.decode()
    )


def test_a_paper_that_nobody_ever_needs_gets_no_case() -> None:
    wanted = put_in(files(TAM_TRU)[2], Part.PAPERS, "giay-moi")
    wanted["papers.giay-moi.when"] = ("viec.danh-sach", "cho-o.nha-minh")
    _, content, _, told = follow(TAM_TRU, wanted)
    assert (content, told) == (files(TAM_TRU)[1], ())


def test_a_file_of_cases_that_cannot_be_read_stays_as_it_is() -> None:
    _, _, before = files(TAM_TRU)
    assert walks_with(b"walks: [", before, before, {"notes.x.here": ""}) == (b"walks: [", ())

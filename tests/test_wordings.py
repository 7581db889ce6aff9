"""How people ask for cards: a table that anybody may have edited in any spreadsheet."""

import csv
import io

import pytest
from conftest import SCRIPT_TEXT, ScriptFolder
from hypothesis import given
from hypothesis import strategies as st

from kiosk.assistant.vietnamese import fold
from kiosk.catalogue import check_path
from kiosk.procedure import LANGUAGES
from kiosk.script import Fault
from kiosk.wordings import MOST_BYTES, MOST_LETTERS, WORDINGS, Wordings, read_wordings
from kiosk.words_files import load_words

HEAD = "code,wording\n"


def read(text: str | bytes, **taken: str) -> tuple[Wordings, list[Fault]]:
    """What a file with these lines under its head says."""
    content = text if isinstance(text, bytes) else (HEAD + text).encode()
    return read_wordings(content, file="w.csv", taken={fold(key): at for key, at in taken.items()})


def test_each_line_is_a_wording_of_its_code_in_the_order_of_the_file() -> None:
    found, faults = read("1.000005,bơm khí\n2.000001,mở quán\n1.000005,dẫn khí về\n")
    assert found == {"1.000005": ("bơm khí", "dẫn khí về"), "2.000001": ("mở quán",)}
    assert faults == []


@pytest.mark.parametrize(
    "content",
    [
        (HEAD + "1.000005,mở quán\n").encode("utf-8-sig"),
        (HEAD + "1.000005,mở quán").encode(),
        (HEAD + "1.000005,mở quán\n").replace("\n", "\r\n").encode(),
        (HEAD + '\n"1.000005","mở quán"\n\n\n').encode(),
        (HEAD + " 1.000005 ,  mở quán \n").encode(),
    ],
    ids=["byte order mark", "no last line end", "CRLF", "quotes and empty lines", "blanks"],
)
def test_what_a_spreadsheet_makes_of_it_is_read_alike(content: bytes) -> None:
    assert read(content) == ({"1.000005": ("mở quán",)}, [])


def test_a_comma_stands_between_quotes() -> None:
    found, faults = read('1.000005,"bên em dẫn khí, khai sao ạ"\n')
    assert found == {"1.000005": ("bên em dẫn khí, khai sao ạ",)}
    assert faults == []


@pytest.mark.parametrize(
    "line",
    [
        "1.000005",
        "1.000005,một,hai",
        ",mở quán phở",
        "  ,mở quán phở",
        "1.000005,",
        "1.000005,   ",
        "1.000005,!?…",
        "1.000005," + "a" * (MOST_LETTERS + 1),
    ],
)
def test_a_line_that_is_none_is_left_out_and_the_rest_is_used(line: str) -> None:
    found, faults = read(f"1.000005,mở quán\n{line}\n2.000001,dẹp quán\n")
    assert found == {"1.000005": ("mở quán",), "2.000001": ("dẹp quán",)}
    assert [(one.file, one.line, one.code) for one in faults] == [("w.csv", 3, "wordings_line")]


def test_the_longest_wording_is_still_taken() -> None:
    found, faults = read("1.000005," + "a" * MOST_LETTERS)
    assert found == {"1.000005": ("a" * MOST_LETTERS,)}
    assert faults == []


@pytest.mark.parametrize("again", ["mở quán", "MO QUAN", "mỡ quần!"])
def test_a_wording_belongs_to_the_first_that_has_it_however_it_is_written(again: str) -> None:
    found, faults = read(f"1.000005,mở quán\n2.000001,{again}\n2.000001,dẹp quán\n")
    assert found == {"1.000005": ("mở quán",), "2.000001": ("dẹp quán",)}
    [fault] = faults
    assert (fault.line, fault.code) == (3, "wording_in_two")
    assert dict(fault.values) == {"text": again, "other": "w.csv:2"}


def test_a_wording_of_a_script_stays_with_the_script() -> None:
    found, faults = read("1.000005,Khai Sinh\n", **{"khai sinh": "khai-sinh/script.yaml"})
    assert found == {}
    assert dict(faults[0].values)["other"] == "khai-sinh/script.yaml"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "wordings_columns"),
        (b"code;wording\n1.000005;a\n", "wordings_columns"),
        (b"1.000005,a\n", "wordings_columns"),
        (b"wording,code\na,1.000005\n", "wordings_columns"),
        (b"\xff\xfe" + HEAD.encode("utf-16-le"), "not_utf8"),
        (HEAD.encode() + b"1.000005,m\xf4 qu\xe1n\n", "not_utf8"),
        (HEAD.encode() + b"\n" * MOST_BYTES, "too_large"),
    ],
    ids=["empty", "semicolons", "no head", "head turned", "UTF-16", "Latin-1", "too large"],
)
def test_a_file_that_is_no_such_table_says_nothing(content: bytes, code: str) -> None:
    found, faults = read(content)
    assert found == {}
    assert [(one.line, one.code) for one in faults] == [(1, code)]


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", HEAD.encode() + b"x\n", HEAD.encode() + b"1,a\n2,a\n", b" " * (MOST_BYTES + 1)],
    ids=["head", "letters", "line", "twice", "too large"],
)
def test_every_fault_is_only_a_warning_and_has_its_sentence(content: bytes) -> None:
    _, [fault] = read(content)
    assert fault.is_warning
    in_both = [
        load_words().say(f"fault.{fault.code}", one, **dict(fault.values)) for one in LANGUAGES
    ]
    assert in_both[0] != in_both[1]


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["1.000005", "2.000001", "", " "]),
        st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=30),
    ),
    max_size=12,
)


@given(ROWS)
def test_no_line_is_lost_each_is_used_or_named(rows: list[tuple[str, str]]) -> None:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    found, faults = read(written.getvalue())
    used = [wording for wordings in found.values() for wording in wordings]
    assert len(used) + len(faults) == len(rows)
    assert len({fold(one) for one in used}) == len(used), "no two answer to the same words"
    assert {one.strip() for _, one in rows} >= set(used)


# In the folder of the scripts


def test_the_file_beside_the_scripts_is_read_and_a_bad_line_takes_nothing_down(
    scripts: ScriptFolder,
) -> None:
    scripts.write(SCRIPT_TEXT)
    lines = "1.000005,bơm khí\n1.000005,xin giấy xác nhận\n"
    (scripts.path / WORDINGS).write_text(HEAD + lines, encoding="utf-8")
    catalogue = check_path(scripts.path)
    assert catalogue.wordings == {"1.000005": ("bơm khí",)}
    assert [one.id for one in catalogue.procedures] == ["xin-giay"]
    assert catalogue.left_out == ()
    [fault] = catalogue.faults
    assert (fault.line, fault.code) == (3, "wording_in_two")
    assert dict(fault.values)["other"].endswith("xin-giay/script.yaml")


def test_without_the_file_there_are_no_wordings_and_no_fault(scripts: ScriptFolder) -> None:
    scripts.write(SCRIPT_TEXT)
    catalogue = check_path(scripts.path)
    assert (catalogue.wordings, catalogue.faults) == ({}, ())


def test_a_link_out_of_the_folder_is_refused(scripts: ScriptFolder) -> None:
    scripts.write(SCRIPT_TEXT)
    outside = scripts.path.parent / "outside.csv"
    outside.write_text(HEAD + "1.000005,bơm khí\n", encoding="utf-8")
    (scripts.path / WORDINGS).symlink_to(outside)
    catalogue = check_path(scripts.path)
    assert catalogue.wordings == {}
    assert [one.code for one in catalogue.faults] == ["symlink"]

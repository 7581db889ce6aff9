"""A script's bytes are read strictly: each fault of form has its code and its own line."""

import string
import time
from datetime import date

import pytest
from conftest import SCRIPT_TEXT, WALKS_TEXT
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.procedure import LANGUAGES
from kiosk.script import (
    MOST_BYTES,
    MOST_DEPTH,
    Fault,
    Lines,
    Plain,
    read_as,
    read_plain,
    read_script,
)
from kiosk.walk import Walks
from kiosk.words_files import load_words


def faults_of(text: str | bytes) -> list[Fault]:
    untrusted = text if isinstance(text, bytes) else text.encode()
    return read_script(untrusted, file="s.yaml")[2]


def broken(old: str, new: str) -> str:
    """The small script with one piece replaced."""
    assert old in SCRIPT_TEXT
    return SCRIPT_TEXT.replace(old, new, 1)


def line_of(text: str, piece: str) -> int:
    """The line of `text` on which `piece` stands for the first time."""
    lines = text.splitlines()
    return next(number for number, line in enumerate(lines, start=1) if piece in line)


def the_only_fault(text: str) -> tuple[str, int, dict[str, str]]:
    [fault] = faults_of(text)
    assert fault.file == "s.yaml"
    assert not fault.is_warning
    return fault.code, fault.line, dict(fault.values)


def test_a_script_without_fault_is_read_with_every_value_in_its_place() -> None:
    procedure, lines, faults = read_script(SCRIPT_TEXT.encode(), file="s.yaml")
    assert faults == []
    assert procedure is not None
    assert procedure.code == "1.000001"
    assert procedure.checked == date(2026, 11, 22)
    assert procedure.papers[1].count == 2
    assert procedure.papers[1].when == {"ai-di": ("di-thay",)}
    assert procedure.fees[0].amount == 8000
    assert lines.at(("papers", 1, "kind")) == line_of(SCRIPT_TEXT, "kind: certified-copy")
    assert lines.at(("heard_as", "vi", 1)) == line_of(SCRIPT_TEXT, "tôi cần phường")


def test_a_value_without_a_line_of_its_own_has_the_line_of_what_is_around_it() -> None:
    lines = Lines({("a",): 3, ("a", 0): 4})
    assert lines.at(("a", 0, "name", "vi")) == 4
    assert lines.at(("a", 7)) == 3
    assert lines.at(("b",)) == 1


# Keys


def test_an_unknown_key_is_named_with_the_nearest_known_one() -> None:
    text = broken("    amount: 8000", "    amuont: 8000")
    code, line, values = the_only_fault(text)
    assert (code, line) == ("unknown_key_near", line_of(text, "amuont"))
    assert values == {"key": "amuont", "near": "amount"}


def test_an_unknown_key_that_resembles_nothing_is_named_alone() -> None:
    text = broken("    amount: 8000", "    amount: 8000\n    zzyzx: 1")
    assert the_only_fault(text) == ("unknown_key", line_of(text, "zzyzx"), {"key": "zzyzx"})


def test_a_repeated_key_is_a_fault_on_its_second_line() -> None:
    text = broken("counter: ho-tich\n", "counter: ho-tich\ncounter: cu-tru\n")
    line = line_of(text, "counter: cu-tru")
    assert the_only_fault(text) == ("repeated_key", line, {"key": "counter"})


def test_a_missing_language_is_a_fault_where_the_text_stands() -> None:
    text = broken('{vi: "Đi học", en: "School"}', '{vi: "Đi học"}')
    code, line, values = the_only_fault(text)
    assert (code, line) == ("missing_language", line_of(text, '{vi: "Đi học"}'))
    assert values["language"] == "en"
    assert values["where"] == "questions.1.choices.0.label.en"


def test_a_question_without_its_reason_lacks_a_key() -> None:
    why = '    why: {vi: "Mỗi việc cần giấy khác nhau.", en: "Each use needs other papers."}\n'
    text = broken(why, "")
    code, line, values = the_only_fault(text)
    assert (code, line) == ("missing_key", line_of(text, "- id: viec-gi"))
    assert values == {"key": "why", "where": "questions.1"}


def test_a_choice_that_leads_nowhere_is_a_dead_end() -> None:
    text = broken("        next: lam-duoc\n", "")
    code, line, values = the_only_fault(text)
    assert (code, line) == ("missing_key", line_of(text, "- id: di-hoc"))
    assert values["key"] == "next"


def test_a_question_with_one_choice_is_no_question() -> None:
    start = SCRIPT_TEXT.index("      - id: viec-khac")
    text = SCRIPT_TEXT[:start] + SCRIPT_TEXT[SCRIPT_TEXT.index("outcomes:") :]
    code, line, values = the_only_fault(text)
    second = text.index("choices:", text.index("- id: viec-gi"))
    assert (code, line) == ("too_few", text[:second].count("\n") + 1)
    assert values == {"where": "questions.1.choices", "least": "2"}


# Values


@pytest.mark.parametrize("code", ["1.00001", "TTHC-1", "0.000001", "1.0000011", "1,000001"])
def test_a_bad_procedure_code_is_a_fault(code: str) -> None:
    text = broken('code: "1.000001"', f'code: "{code}"')
    assert the_only_fault(text) == ("bad_code", 3, {"value": code})


def test_a_portal_id_that_is_no_uuid_is_a_fault() -> None:
    text = broken("019d2bfd-0000-7000-8000-000000000001", "1.000001")
    assert the_only_fault(text) == ("bad_portal_id", 4, {"value": "1.000001"})


def test_an_id_with_blanks_or_diacritics_is_a_fault() -> None:
    text = broken("  - id: can-cuoc", "  - id: Căn cước")
    code, line, values = the_only_fault(text)
    assert (code, line) == ("bad_id", line_of(text, "- id: Căn cước"))
    assert values["value"] == "Căn cước"


def test_a_kind_that_does_not_exist_is_answered_with_those_that_do() -> None:
    text = broken("    kind: original\n", "    kind: orignal\n")
    code, line, values = the_only_fault(text)
    assert (code, line) == ("not_one_of", line_of(text, "orignal"))
    assert "'original'" in values["expected"]


def test_a_life_event_that_does_not_exist_is_one_fault_and_not_two() -> None:
    text = broken("[giay-to-ho-tich, tro-cap]", "[cuoi-xin]")
    code, line, values = the_only_fault(text)
    assert (code, line, values["value"]) == ("not_one_of", 7, "cuoi-xin")


def test_a_plain_word_where_both_languages_belong_is_a_fault() -> None:
    text = broken('label: {vi: "Tại quầy", en: "At the counter"}', "label: Tại quầy")
    code, line, _ = the_only_fault(text)
    assert (code, line) == ("not_a_mapping", line_of(text, "label: Tại quầy"))


@pytest.mark.parametrize("amount", ["8.000", "8,000", '"8000"', "true", "8 nghìn", "-1", "9" * 30])
def test_an_amount_that_is_no_plain_number_of_dong_is_a_fault(amount: str) -> None:
    text = broken("amount: 8000", f"amount: {amount}")
    code, line, values = the_only_fault(text)
    wrong = "too_small" if amount == "-1" else "not_whole"
    assert (code, line) == (wrong, line_of(text, f"amount: {amount}"))
    assert (values["where"], values["value"]) == ("fees.0.amount", amount.strip('"'))


@pytest.mark.parametrize("day", ["2026-02-30", "22/11/2026", "hôm qua"])
def test_a_day_that_is_not_in_the_calendar_is_a_fault(day: str) -> None:
    text = broken("checked: 2026-11-22", f"checked: {day}")
    code, line, values = the_only_fault(text)
    assert (code, line) == ("not_a_day", line_of(text, "checked:"))
    assert values == {"where": "checked", "value": day}


def test_a_format_of_the_future_is_refused() -> None:
    code, line, values = the_only_fault(broken("format: 1", "format: 2"))
    assert (code, line, values["expected"]) == ("not_one_of", 1, "1")


def test_a_quoted_value_stays_text_whatever_it_looks_like() -> None:
    plain = plain_of(b'a: ["1", 1, "true", true, "2026-11-22", 2026-11-22, "", ]')
    assert plain == {"a": ["1", 1, "true", True, "2026-11-22", date(2026, 11, 22), ""]}


def test_words_that_yaml_mistakes_for_something_else_stay_words() -> None:
    plain = plain_of(b"a: [no, on, 1.5, 0o17, 012, 1_000, .nan, 12:30]")
    assert plain == {"a": ["no", "on", "1.5", "0o17", "012", "1_000", ".nan", "12:30"]}


def plain_of(untrusted: bytes) -> Plain:
    return read_plain(untrusted, file="s.yaml", lines=Lines({}), faults=[])


# What no script may hold


@pytest.mark.parametrize(
    ("old", "new", "code", "marker"),
    [
        ("counter: ho-tich", "counter: &quay ho-tich", "anchor", "&quay"),
        ("life_events: [giay-to-ho-tich, tro-cap]", "life_events: *su-kien", "anchor", "*su-kien"),
        ("counter: ho-tich", "[counter]: ho-tich", "key_not_plain", "[counter]"),
        ("counter: ho-tich", "? {a: b}\n: ho-tich", "key_not_plain", "? {a"),
        ("fees:\n", "---\nfees:\n", "second_document", "---"),
        ("  - id: can-cuoc", "\t- id: can-cuoc", "syntax", "\t- id"),
        ("counter: ho-tich", "counter: ho: tich", "syntax", "ho: tich"),
        ("counter: ho-tich", "counter: ho\x07tich", "syntax", "ho\x07tich"),
    ],
)
def test_what_an_official_cannot_keep_in_mind_is_refused_on_its_line(
    old: str, new: str, code: str, marker: str
) -> None:
    text = broken(old, new)
    found, line, _ = the_only_fault(text)
    assert found == code
    assert line == line_of(text, marker)


@pytest.mark.parametrize(
    "tag",
    ["!!python/object/apply:os.system [ls]", "!!binary aGVsbG8=", "!secret ho-tich", "!!str 5"],
)
def test_a_tag_builds_nothing(tag: str) -> None:
    text = broken("counter: ho-tich", f"counter: {tag}")
    code, line, _ = the_only_fault(text)
    assert (code, line) == ("tag", line_of(text, "counter:"))


def test_a_merge_key_is_an_unknown_key() -> None:
    text = broken("counter: ho-tich", "counter: ho-tich\n<<: {start: viec-gi}")
    assert the_only_fault(text) == ("unknown_key", line_of(text, "<<:"), {"key": "<<"})


def test_a_file_of_ten_megabytes_is_refused_unread() -> None:
    huge = SCRIPT_TEXT.encode() + b"# " + b"x" * 10_000_000
    before = time.process_time()
    [fault] = faults_of(huge)
    assert time.process_time() - before < 1
    assert (fault.code, fault.line) == ("too_large", 1)
    assert dict(fault.values)["most"] == str(MOST_BYTES // 1024)


def test_a_yaml_bomb_is_refused_before_it_grows() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    before = time.process_time()
    [fault] = faults_of("\n".join(rows))
    assert time.process_time() - before < 1
    assert (fault.code, fault.line) == ("anchor", 1)


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_ten_thousand_nested_lists_are_refused_in_under_a_second(opening: str) -> None:
    before = time.process_time()
    [fault] = faults_of("a:\n  " + opening * 10_000)
    assert time.process_time() - before < 1
    assert (fault.code, fault.line) == ("too_deep", 2)


def test_the_deepest_nesting_that_is_allowed_is_read() -> None:
    deep = "[" * MOST_DEPTH + "]" * MOST_DEPTH
    assert plain_of(deep.encode()) is not None
    assert faults_of(f"[{deep}]")[0].code == "too_deep"


@pytest.mark.parametrize("untrusted", [b"", b"# nothing\n", b"\n\n"])
def test_a_file_with_nothing_in_it_is_said_to_be_empty(untrusted: bytes) -> None:
    [fault] = faults_of(untrusted)
    assert (fault.code, fault.line) == ("empty", 1)


def test_text_that_is_not_utf8_is_refused_on_its_line() -> None:
    marked = broken("counter: ho-tich", "counter: h@-tich").encode().replace(b"h@", b"h\xf3")
    [fault] = faults_of(marked)
    assert (fault.code, fault.line) == ("not_utf8", line_of(SCRIPT_TEXT, "counter:"))


@pytest.mark.parametrize(
    "untrusted", [b"\x00" * 64, b"\x7fELF\x02\x01", b"\x89PNG\r\n\x1a\n", b"MZ"]
)
def test_binary_junk_is_refused(untrusted: bytes) -> None:
    procedure, _, faults = read_script(untrusted, file="s.yaml")
    assert procedure is None
    assert len(faults) == 1


# All at once


def test_all_faults_of_form_are_reported_at_once_each_on_its_line() -> None:
    text = SCRIPT_TEXT
    for old, new in (
        ('code: "1.000001"', 'code: "1.1"'),
        ("counter: ho-tich", "counter: ho-tich\ncouter: x"),
        ('{vi: "Đi học", en: "School"}', '{en: "School"}'),
        ("    kind: original\n", "    kind: orignal\n"),
        ("    count: 2\n", "    count: 2\n    count: 3\n"),
        ("amount: 8000", "amount: 8.000"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    found = {(fault.code, fault.line) for fault in faults_of(text)}
    assert found == {
        ("bad_code", 3),
        ("unknown_key_near", line_of(text, "couter:")),
        ("missing_language", line_of(text, '{en: "School"}')),
        ("not_one_of", line_of(text, "orignal")),
        ("repeated_key", line_of(text, "count: 3")),
        ("not_whole", line_of(text, "amount: 8.000")),
    }


def test_a_script_with_mendable_faults_can_still_be_checked_further() -> None:
    text = broken("counter: ho-tich", "counter: ho-tich\ncouter: x")
    procedure, _, faults = read_script(text.encode(), file="s.yaml")
    assert len(faults) == 1
    assert procedure is not None
    assert procedure.counter == "ho-tich"


def test_anything_else_with_a_fault_is_not_built_at_all() -> None:
    text = WALKS_TEXT.replace("reaches: hoi-can-bo", "reaches: hoi-can-bo\n    reached: x")
    walks, _, faults = read_as(Walks, text.encode(), file="w.yaml")
    assert walks is None
    assert [(fault.code, fault.line) for fault in faults] == [
        ("unknown_key", line_of(text, "reached: x"))
    ]


# Whatever the bytes are


def reads_quietly(untrusted: bytes) -> None:
    """Reading ends, and every fault can be said in both languages."""
    procedure, _, faults = read_script(untrusted, file="s.yaml")
    assert procedure is not None or faults
    last = untrusted.count(b"\n") + untrusted.count(b"\r") + 2
    for fault in faults:
        assert 1 <= fault.line <= max(last, 1)
        for language in LANGUAGES:
            assert load_words().say(f"fault.{fault.code}", language, **dict(fault.values))


@given(st.binary(max_size=200))
def test_no_bytes_upset_the_reader(untrusted: bytes) -> None:
    reads_quietly(untrusted)


@given(st.text(alphabet=string.ascii_lowercase + " \n:-[]{},&*!|>'\"#?\t%@`1.đ", max_size=80))
def test_no_yaml_upsets_the_reader(text: str) -> None:
    reads_quietly(text.encode())


@settings(max_examples=60)
@given(
    at=st.integers(min_value=0, max_value=len(SCRIPT_TEXT)),
    gone=st.integers(min_value=0, max_value=40),
    put=st.text(alphabet="abđ:-[]{},\n\t '\"&*1", max_size=8),
)
def test_no_slip_of_the_finger_upsets_the_reader(at: int, gone: int, put: str) -> None:
    reads_quietly((SCRIPT_TEXT[:at] + put + SCRIPT_TEXT[at + gone :]).encode())

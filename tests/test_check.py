"""Each way in which a script can be wrong is found, with its code and its own line."""

import time
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import SCRIPT_TEXT, WALKS_TEXT, ScriptFolder

from kiosk.catalogue import SHIPPED_PROCEDURES, Catalogue, check_path
from kiosk.check import MOST_PATHS
from kiosk.letters import MOST_LETTERS
from kiosk.procedure import LANGUAGES
from kiosk.script import Fault
from kiosk.terminal import fault_line

SECOND = "z-lam-giay"


@dataclass(frozen=True, slots=True)
class Found:
    """What a check found in one file that is not a warning."""

    text: str
    faults: tuple[Fault, ...]

    def lines(self, code: str) -> list[int]:
        """Where faults of this kind stand."""
        return [fault.line for fault in self.faults if fault.code == code]

    def the_only(self, code: str, piece: str) -> dict[str, str]:
        """The values of the one fault there is, which must stand on the line of `piece`."""
        assert [(one.code, one.line) for one in self.faults] == [(code, line_of(self.text, piece))]
        return dict(self.faults[0].values)


def line_of(text: str, piece: str) -> int:
    """The line of `text` on which `piece` begins; there must be just one."""
    assert text.count(piece) == 1, f"{piece!r} stands there {text.count(piece)} times"
    return text[: text.index(piece)].count("\n") + 1


def broken(*changes: tuple[str, str], text: str = SCRIPT_TEXT) -> str:
    """The small script with its first pieces like these replaced."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def said(faults: tuple[Fault, ...]) -> None:
    """Every fault has its sentence in both languages."""
    for fault in faults:
        for language in LANGUAGES:
            assert fault_line(fault, language).startswith(f"{fault.file}:{fault.line}: ")


def check(scripts: ScriptFolder, text: str, *, walks: str | None = None) -> Found:
    """Check a script (without walks, unless they are given)."""
    file = scripts.write(text, walks=walks)
    faults = check_path(file).faults
    said(faults)
    return Found(text, tuple(fault for fault in faults if not fault.is_warning))


def check_walks(scripts: ScriptFolder, walks: str) -> Found:
    """Check the small script with these walks."""
    faults = check_path(scripts.write(SCRIPT_TEXT, walks=walks)).faults
    said(faults)
    assert all(fault.file.endswith("walks.yaml") for fault in faults)
    return Found(walks, faults)


def warnings(catalogue: Catalogue) -> list[tuple[str, int]]:
    said(catalogue.faults)
    return [(fault.code, fault.line) for fault in catalogue.faults if fault.is_warning]


def test_a_good_script_has_neither_fault_nor_warning(scripts: ScriptFolder) -> None:
    assert check_path(scripts.write(SCRIPT_TEXT)).faults == ()


# The flow


def test_a_start_that_is_no_step(scripts: ScriptFolder) -> None:
    found = check(scripts, broken(("start: ai-di", "start: ai-den")))
    values = found.the_only("undefined_step", "start: ai-den")
    assert values == {"id": "ai-den", "known": "ai-di, viec-gi, lam-duoc, hoi-can-bo"}


def test_a_choice_that_leads_to_no_step(scripts: ScriptFolder) -> None:
    found = check(scripts, broken(("next: lam-duoc", "next: lam-dc")))
    assert found.the_only("undefined_step", "next: lam-dc")["id"] == "lam-dc"


def test_a_step_that_no_way_reaches(scripts: ScriptFolder) -> None:
    found = check(scripts, broken(("next: hoi-can-bo", "next: lam-duoc")))
    assert found.the_only("unreachable_step", "- id: hoi-can-bo\n    kind") == {"id": "hoi-can-bo"}


def test_a_choice_that_leads_back_is_a_loop_at_each_question_in_it(scripts: ScriptFolder) -> None:
    found = check(scripts, broken(("next: hoi-can-bo", "next: ai-di")))
    choices = [n for n, line in enumerate(found.text.splitlines(), 1) if "choices:" in line]
    assert found.lines("loop") == choices
    assert found.lines("unreachable_step") == [line_of(found.text, "- id: hoi-can-bo")]


def test_a_question_that_leads_to_itself_is_a_loop(scripts: ScriptFolder) -> None:
    found = check(scripts, broken(("        next: viec-gi", "        next: ai-di")))
    assert found.lines("loop") == [line_of(found.text, "- id: ai-di") + 3]


def test_an_end_without_a_fee_is_a_dead_end(scripts: ScriptFolder) -> None:
    only = "when: {viec-gi: [viec-khac]}\n    source: [cong]\n    label"
    text = SCRIPT_TEXT.replace("source: [cong]\n    label", only)
    text = text.replace(
        "source: [cong]\n    confirmed: false\n    label",
        "when: {viec-gi: [viec-khac]}\n    source: [cong]\n    confirmed: false\n    label",
    )
    values = check(scripts, text).the_only("outcome_without", "fees:")
    assert values == {"outcome": "lam-duoc", "what": "fees"}


def test_an_end_without_a_time_limit_is_a_dead_end(scripts: ScriptFolder) -> None:
    text = broken(("- id: ba-ngay\n", "- id: ba-ngay\n    when: {ai-di: [tu-di]}\n"))
    values = check(scripts, text).the_only("outcome_without", "times:")
    assert values == {"outcome": "lam-duoc", "what": "times"}


def test_an_end_at_which_one_is_sent_to_staff_needs_no_fee(scripts: ScriptFolder) -> None:
    text = broken(
        ("kind: here", "kind: ask-staff"),
        ("- id: ba-ngay\n", "- id: ba-ngay\n    when: {ai-di: [tu-di]}\n"),
    )
    assert check(scripts, text).faults == ()


def test_more_ways_than_anybody_could_check(scripts: ScriptFolder) -> None:
    choices = "".join(
        f'\n      - id: c{n}\n        label: {{vi: "Số {n}", en: "No {n}"}}\n        next: NEXT'
        for n in range(6)
    )
    questions = "".join(
        f'  - id: q{n}\n    ask: {{vi: "Hỏi {n}", en: "Ask {n}"}}\n'
        f'    why: {{vi: "Vì {n}", en: "For {n}"}}\n    choices:'
        f"{choices.replace('NEXT', f'q{n + 1}' if n < 5 else 'ai-di')}\n"
        for n in range(6)
    )
    text = broken(("questions:\n", f"questions:\n{questions}"), ("start: ai-di", "start: q0"))
    before = time.process_time()
    values = check(scripts, text).the_only("too_many_paths", "questions:")
    assert time.process_time() - before < 2
    assert values == {"most": str(MOST_PATHS)}


# What is named


def test_two_steps_with_one_id(scripts: ScriptFolder) -> None:
    text = broken(
        ("  - id: hoi-can-bo", "  - id: viec-gi # again"), ("next: hoi-can-bo", "next: lam-duoc")
    )
    assert check(scripts, text).the_only("repeated_id", "- id: viec-gi # again") == {
        "id": "viec-gi"
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  - id: to-khai", "  - id: can-cuoc # again"),
        ("  - id: truc-tuyen", "  - id: tai-quay # again"),
        ("      - id: viec-khac", "      - id: di-hoc # again"),
    ],
)
def test_two_facts_or_choices_of_one_list_with_one_id(
    scripts: ScriptFolder, old: str, new: str
) -> None:
    found = check(scripts, broken((old, new), ("    unless: {viec-gi: [viec-khac]}\n", "")))
    found.the_only("repeated_id", new.strip())


def test_a_condition_on_a_question_that_does_not_exist(scripts: ScriptFolder) -> None:
    found = check(scripts, broken(("when: {ai-di: [di-thay]}", "when: {ai-toi: [di-thay]}")))
    line = line_of(found.text, "when: {ai-toi")
    assert found.lines("undefined_question") == [line]
    assert found.lines("never_needed") == [line_of(found.text, "- id: giay-uy-quyen")]


def test_an_exception_for_a_choice_that_does_not_exist(scripts: ScriptFolder) -> None:
    found = check(
        scripts, broken(("unless: {viec-gi: [viec-khac]}", "unless: {viec-gi: [viec-la]}"))
    )
    values = found.the_only("undefined_choice", "unless: {viec-gi: [viec-la]}")
    assert values == {"id": "viec-la", "question": "viec-gi", "known": "di-hoc, viec-khac"}


def test_a_source_that_does_not_exist(scripts: ScriptFolder) -> None:
    text = broken(('source: [cong]\n    name: {vi: "Căn', 'source: [luat] #\n    name: {vi: "Căn'))
    values = check(scripts, text).the_only("undefined_source", "source: [luat] #")
    assert values == {"id": "luat", "known": "cong"}


def test_a_fact_that_nobody_vouches_for(scripts: ScriptFolder) -> None:
    text = broken(('    source: [cong]\n    name: {vi: "Căn', '    name: {vi: "Căn'))
    assert check(scripts, text).the_only("no_source", "- id: can-cuoc") == {"id": "can-cuoc"}


def test_a_fact_that_is_said_to_be_unconfirmed_needs_no_source(scripts: ScriptFolder) -> None:
    text = broken(
        ('    source: [cong]\n    name: {vi: "Căn', '    confirmed: false\n    name: {vi: "Căn')
    )
    assert check(scripts, text).faults == ()


def test_a_source_that_nothing_uses_is_worth_a_look(scripts: ScriptFolder) -> None:
    more = 'sources:\n  - {id: luat, kind: law, name: {vi: "Luật", en: "Law"}}\n'
    file = scripts.write(broken(("sources:\n", more)))
    line = line_of(file.read_text(encoding="utf-8"), "- {id: luat")
    assert warnings(check_path(file)) == [("unused_source", line)]


def test_a_paper_that_is_never_needed(scripts: ScriptFolder) -> None:
    text = broken(("unless: {viec-gi: [viec-khac]}", "unless: {ai-di: [di-thay]}"))
    values = check(scripts, text).the_only("never_needed", "- id: giay-uy-quyen")
    assert values == {"id": "giay-uy-quyen", "kind": "papers"}


def test_a_paper_with_an_impossible_condition_is_never_needed(scripts: ScriptFolder) -> None:
    text = broken(("when: {ai-di: [di-thay]}", "when: {ai-di: []}"))
    check(scripts, text).the_only("never_needed", "- id: giay-uy-quyen")


def test_a_paper_that_is_needed_from_next_year_on_is_not_never_needed(
    scripts: ScriptFolder,
) -> None:
    text = broken(("  - id: to-khai\n", "  - id: to-khai\n    valid_from: 2027-01-01\n"))
    assert check(scripts, text).faults == ()


def test_a_script_that_ends_before_it_begins(scripts: ScriptFolder) -> None:
    dates = "valid_from: 2026-07-01\nvalid_until: 2026-06-30\n"
    text = broken(("counter:", f"{dates}counter:"))
    check(scripts, text).the_only("ends_before_it_begins", "valid_until:")


# How it is written


def test_a_text_that_is_too_long_for_its_place(scripts: ScriptFolder) -> None:
    most = MOST_LETTERS["choices", "label"]
    fits = broken(("Đi học", "Đ" * most))
    assert check(scripts, fits).faults == ()
    too_long = broken(("Đi học", "Đ" * (most + 1)))
    values = check(scripts, too_long).the_only("too_long", "Đ" * (most + 1))
    assert values == {"length": str(most + 1), "most": str(most)}


@pytest.mark.parametrize("place", sorted(MOST_LETTERS))
def test_every_limited_place_exists_in_the_format(
    scripts: ScriptFolder, place: tuple[str, ...]
) -> None:
    """A limit for a place that is never found would limit nothing."""
    key = place[-1]
    long = "dài " * 149 + "dài"
    text = broken(
        ("neighbours: []", 'neighbours:\n  - id: khai-sinh\n    tell_apart: {vi: "A", en: "B"}'),
        (
            'per: {vi: "mỗi bản", en: "per copy"}',
            'per: {vi: "A", en: "B"}\n    note: {vi: "A", en: "B"}',
        ),
    )
    begin = text.index(f"\n{place[0]}:") if place[0] != "choices" else text.index("choices:")
    at = text.index(f"{key}: {{vi: ", begin) + len(f"{key}: {{vi: ")
    end = text.index('"', at + 1) + 1
    text = f'{text[:at]}"{long}"{text[end:]}'
    faults = check_path(scripts.write(text, walks=None)).faults
    found = [(fault.code, fault.line) for fault in faults if fault.code == "too_long"]
    assert found == [("too_long", text[:at].count("\n") + 1)]


def test_letters_that_are_not_composed(scripts: ScriptFolder) -> None:
    text = broken(("Giấy ủy quyền", unicodedata.normalize("NFD", "Giấy ủy quyền")))
    piece = unicodedata.normalize("NFD", "Giấy ủy")
    check(scripts, text).the_only("not_nfc", piece)


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("Đi h\u043ec", "\u043e"),
        ("\u0410i đi", "\u0410"),
        ("Ði học", "Ð"),
        ("Tiền ðồng", "ð"),
        ("\u0189i học", "\u0189"),
        ("Ngöôøi", "öø"),
        ("Đi hȯc", "ȯ"),
        ("Đi ｈọc", "ｈ"),
        (
            "Đi \u0627\u0644\u0645\u062f\u0631\u0633\u0629",
            "\u0627\u0644\u0645\u062f\u0631\u0633\u0629",
        ),
    ],
)
def test_letters_that_are_not_vietnamese_are_one_fault_of_their_text(
    scripts: ScriptFolder, text: str, letters: str
) -> None:
    found = check(scripts, broken(("Đi học", text)))
    numbers = " ".join(f"U+{ord(one):04X}" for one in letters)
    assert [(one.code, one.line, dict(one.values)) for one in found.faults] == [
        ("look_alike", line_of(found.text, text), {"letters": letters, "numbers": numbers})
    ]


@pytest.mark.parametrize("hidden", ["\u200b", "\u00ad", "\ufeff", "\u202e", "x\u0302"])
def test_a_character_that_nobody_sees(scripts: ScriptFolder, hidden: str) -> None:
    text = broken(("Giấy ủy quyền", f"Giấy{hidden} ủy quyền"))
    found = check(scripts, text)
    assert set(found.lines("invisible")) == {line_of(text, f"Giấy{hidden}")}
    assert {fault.code for fault in found.faults} == {"invisible"}


def test_a_sign_that_the_kiosk_cannot_show(scripts: ScriptFolder) -> None:
    found = check(scripts, broken(("Đi học", "Đi học 🎒🎉")))
    assert [(one.code, dict(one.values)) for one in found.faults] == [
        ("not_shown", {"letters": "🎒🎉"})
    ]


def test_every_letter_of_vietnamese_and_english_is_allowed(scripts: ScriptFolder) -> None:
    vowels = "aăâeêioôơuưy"
    tones = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
    letters = [unicodedata.normalize("NFC", vowel + tone) for vowel in vowels for tone in tones]
    text = "".join(letters) + "đbcdfghjklmnpqrstvwxz"
    for start in range(0, len(text), 40):
        piece = text[start : start + 40]
        assert check(scripts, broken(("Đi học", piece))).faults == ()
        assert check(scripts, broken(("Đi học", piece.upper()))).faults == ()


@pytest.mark.parametrize("text", [" Đi học", "Đi học ", "Đi  học", r"Đi\nhọc"])
def test_needless_blanks(scripts: ScriptFolder, text: str) -> None:
    check(scripts, broken(("Đi học", text))).the_only("blanks", text)


def test_the_same_wording_twice_in_one_script(scripts: ScriptFolder) -> None:
    again = '    - "tôi cần phường xác nhận cho cháu"\n    - "Xin Giấy xác nhận"\n'
    text = broken(('    - "tôi cần phường xác nhận cho cháu"\n', again))
    values = check(scripts, text).the_only("repeated_wording", "Xin Giấy xác nhận")
    assert values == {"text": "Xin Giấy xác nhận"}


def test_the_same_wording_for_two_choices_of_one_question(scripts: ScriptFolder) -> None:
    text = broken(
        (
            'note: {vi: "Người nhà, bạn bè"',
            'heard_as: {vi: ["chính tôi"]} #\n        note: {vi: "Người nhà, bạn bè"',
        )
    )
    check(scripts, text).the_only("repeated_wording", '["chính tôi"]} #')


def test_the_same_label_for_two_choices_of_one_question(scripts: ScriptFolder) -> None:
    text = broken(('{vi: "Việc khác", en: "Something', '{vi: "ĐI HỌC", en: "Something'))
    check(scripts, text).the_only("repeated_wording", "ĐI HỌC")


def test_the_same_wording_in_two_questions_is_fine(scripts: ScriptFolder) -> None:
    text = broken(
        (
            'label: {vi: "Đi học", en: "School"}',
            'label: {vi: "Đi học", en: "School"}\n        heard_as: {vi: ["chính tôi"]}',
        )
    )
    assert check(scripts, text).faults == ()


def test_a_procedure_that_nobody_could_ask_for(scripts: ScriptFolder) -> None:
    start, end = SCRIPT_TEXT.index("  vi:\n    - "), SCRIPT_TEXT.index('  en: ["get')
    text = SCRIPT_TEXT[:start] + SCRIPT_TEXT[end:]
    check(scripts, text).the_only("no_wordings", "heard_as:\n  en")


# Between scripts


def second(*changes: tuple[str, str]) -> str:
    """Another script than the small one, in all that must differ."""
    own = (
        ("id: xin-giay", f"id: {SECOND}"),
        ('"1.000001"', '"1.000002"'),
        ("019d2bfd-0000-7000-8000-000000000001", "019d2bfd-0000-7000-8000-000000000002"),
        ("xin giấy xác nhận", "làm giấy cho mẹ"),
        ("tôi cần phường xác nhận cho cháu", "mẹ tôi cần giấy"),
    )
    return broken(*own, *changes)


def test_two_different_scripts_are_both_offered(scripts: ScriptFolder) -> None:
    scripts.write(SCRIPT_TEXT)
    scripts.write(second(), folder=SECOND)
    catalogue = check_path(scripts.path)
    assert catalogue.faults == ()
    assert [one.id for one in catalogue.procedures] == ["xin-giay", SECOND]


@pytest.mark.parametrize(
    ("key", "new", "old"),
    [
        ("code:", '"1.000002"', '"1.000001"'),
        ("portal_id:", "7000-8000-000000000002", "7000-8000-000000000001"),
    ],
)
def test_the_same_code_or_portal_id_in_two_scripts(
    scripts: ScriptFolder, key: str, new: str, old: str
) -> None:
    scripts.write(SCRIPT_TEXT)
    text = second((new, old))
    file = scripts.write(text, folder=SECOND)
    catalogue = check_path(scripts.path)
    [fault] = catalogue.faults
    assert (fault.file, fault.code, fault.line) == (str(file), "same_in_two", line_of(text, key))
    assert dict(fault.values)["other"].endswith("xin-giay/script.yaml")
    assert [one.id for one in catalogue.procedures] == ["xin-giay"], "the first one stays"


def test_the_same_id_in_two_scripts(scripts: ScriptFolder) -> None:
    scripts.write(SCRIPT_TEXT)
    file = scripts.write(second((f"id: {SECOND}", "id: xin-giay")), folder=SECOND)
    faults = {(one.code, one.line) for one in check_path(scripts.path).faults}
    line = line_of(file.read_text(encoding="utf-8"), "id: xin-giay")
    assert faults == {("same_in_two", line), ("not_its_folder", line)}


def test_the_same_wording_in_two_scripts_even_with_other_diacritics(
    scripts: ScriptFolder,
) -> None:
    scripts.write(SCRIPT_TEXT)
    text = second(("mẹ tôi cần giấy", "Xin giay xac nhan"))
    file = scripts.write(text, folder=SECOND)
    [fault] = check_path(scripts.path).faults
    assert fault.file == str(file)
    assert (fault.code, fault.line) == ("wording_in_two", line_of(text, "Xin giay xac nhan"))


def test_a_neighbour_that_is_not_in_the_catalogue_is_worth_a_look(scripts: ScriptFolder) -> None:
    neighbour = 'neighbours:\n  - {id: khai-tu, tell_apart: {vi: "Ai mất?", en: "Who died?"}}'
    file = scripts.write(broken(("neighbours: []", neighbour)))
    line = line_of(file.read_text(encoding="utf-8"), "- {id: khai-tu")
    assert warnings(check_path(file)) == [("unknown_neighbour", line)]


def test_a_portal_id_that_the_table_does_not_know(scripts: ScriptFolder) -> None:
    expected = "019d2bfd-3fe0-70ac-b9d6-5e9e20d6eef7"
    scripts.write_portal_table(f"1.000001,{expected}")
    values = check(scripts, SCRIPT_TEXT).the_only("unknown_portal_id", "portal_id:")
    assert values == {"expected": expected}


def test_a_code_that_is_not_in_the_table(scripts: ScriptFolder) -> None:
    scripts.write_portal_table("1.001193,019d2bfd-3fe0-70ac-b9d6-5e9e20d6eef7")
    values = check(scripts, SCRIPT_TEXT).the_only("code_not_in_table", "portal_id:")
    assert values == {"code": "1.000001"}


@pytest.mark.parametrize("table", [b"ma;trang\n1;2\n", b"code,portal_id\n\xff\xfe,1\n"])
def test_a_table_that_cannot_be_read_takes_no_script_away(
    scripts: ScriptFolder, table: bytes
) -> None:
    scripts.write(SCRIPT_TEXT)
    (scripts.path / "portal_ids.csv").write_bytes(table)
    catalogue = check_path(scripts.path)
    said(catalogue.faults)
    assert [one.code for one in catalogue.faults] == ["bad_portal_table"]
    assert [one.id for one in catalogue.procedures] == ["xin-giay"]


# Walks


def test_a_script_without_walks_is_worth_a_look(scripts: ScriptFolder) -> None:
    assert warnings(check_path(scripts.write(SCRIPT_TEXT, walks=None))) == [("no_walks", 1)]


@pytest.mark.parametrize(
    ("old", "new", "what", "found"),
    [
        ("reaches: lam-duoc", "reaches: hoi-can-bo #", "reaches", "lam-duoc"),
        (
            "papers: [can-cuoc, to-khai]",
            "papers: [to-khai, can-cuoc] #",
            "papers",
            "can-cuoc, to-khai",
        ),
        ("papers: [can-cuoc, to-khai]", "papers: [can-cuoc] #", "papers", "can-cuoc, to-khai"),
        (
            "fees: [tai-quay, truc-tuyen, ho-ngheo]",
            "fees: [] #",
            "fees",
            "tai-quay, truc-tuyen, ho-ngheo",
        ),
        ("times: [ba-ngay]", "times: [] #", "times", "ba-ngay"),
        ("notes: [nho-ban-goc]", "notes: [] #", "notes", "nho-ban-goc"),
        (
            "answers: {ai-di: tu-di, viec-gi: di-hoc}",
            "answers: {viec-gi: di-hoc, ai-di: tu-di} #",
            "answers",
            "ai-di, viec-gi",
        ),
        (
            "{ai-di: tu-di, viec-gi: di-hoc}",
            "{ai-di: tu-di, viec-gi: di-hoc, mau: xanh} #",
            "answers",
            "ai-di, viec-gi",
        ),
    ],
)
def test_a_walk_that_the_script_does_not_keep_to(
    scripts: ScriptFolder, old: str, new: str, what: str, found: str
) -> None:
    walks = check_walks(scripts, broken((old, new), text=WALKS_TEXT))
    values = walks.the_only("walk_differs", new)
    assert (values["walk"], values["what"]) == ("Em Mai tự xin giấy đi học", what)
    assert values["found"] == found


def test_a_walk_on_another_day_meets_what_holds_on_that_day(scripts: ScriptFolder) -> None:
    text = broken(("  - id: to-khai\n", "  - id: to-khai\n    valid_from: 2027-01-01\n"))
    then = WALKS_TEXT.replace("    reaches:", "    on: 2027-01-01\n    reaches:")
    assert check(scripts, text, walks=then).faults == ()
    now = check_path(scripts.write(text, walks=WALKS_TEXT)).faults
    assert [one.code for one in now] == ["walk_differs"] * 3


def test_what_no_walk_passes_is_named(scripts: ScriptFolder) -> None:
    first, _, rest = WALKS_TEXT.partition('  - name: "Chị Hoa')
    del rest
    faults = check_walks(scripts, first).faults
    assert [(one.code, one.line, dict(one.values)) for one in faults] == [
        ("not_walked", 1, {"what": "choices", "names": "ai-di.di-thay, viec-gi.viec-khac"}),
        ("not_walked", 1, {"what": "outcomes", "names": "hoi-can-bo"}),
        ("not_walked", 1, {"what": "papers", "names": "giay-uy-quyen"}),
    ]


def test_walks_with_a_fault_of_form_leave_their_script_out(scripts: ScriptFolder) -> None:
    walks = broken(("reaches: lam-duoc", "reached: lam-duoc"), text=WALKS_TEXT)
    catalogue = check_path(scripts.write(SCRIPT_TEXT, walks=walks))
    assert {(one.code, one.line) for one in catalogue.faults} == {
        ("unknown_key", line_of(walks, "reached:")),
        ("missing_key", line_of(walks, '- name: "Em Mai')),
    }
    assert catalogue.procedures == ()


# Files


def test_a_link_is_not_followed(scripts: ScriptFolder, tmp_path: Path) -> None:
    file = scripts.write(SCRIPT_TEXT)
    elsewhere = tmp_path / "elsewhere.yaml"
    file.rename(elsewhere)
    file.symlink_to(elsewhere)
    [fault] = check_path(scripts.path).faults
    assert (fault.code, fault.line, fault.file) == ("symlink", 1, str(file))


def test_a_linked_folder_is_not_followed(scripts: ScriptFolder, tmp_path: Path) -> None:
    file = scripts.write(SCRIPT_TEXT)
    file.parent.rename(tmp_path / "elsewhere")
    file.parent.symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    catalogue = check_path(scripts.path)
    assert [one.code for one in catalogue.faults] == ["symlink"]
    assert catalogue.procedures == ()


def test_linked_walks_are_not_followed(scripts: ScriptFolder, tmp_path: Path) -> None:
    walks = scripts.write(SCRIPT_TEXT).with_name("walks.yaml")
    walks.rename(tmp_path / "walks.yaml")
    walks.symlink_to(tmp_path / "walks.yaml")
    [fault] = check_path(scripts.path).faults
    assert (fault.code, fault.file) == ("symlink", str(walks))


def test_a_script_that_is_a_folder_cannot_be_read(scripts: ScriptFolder) -> None:
    (scripts.path / "xin-giay" / "script.yaml").mkdir(parents=True)
    [fault] = check_path(scripts.path).faults
    assert fault.code == "unreadable"


def test_a_script_must_live_in_a_folder_of_its_name(scripts: ScriptFolder) -> None:
    file = scripts.write(SCRIPT_TEXT, folder="giay-khac")
    [fault] = check_path(scripts.path).faults
    assert (fault.code, fault.line, fault.file) == ("not_its_folder", 2, str(file))
    assert dict(fault.values) == {"id": "xin-giay", "folder": "giay-khac"}


def test_a_script_of_ten_megabytes_is_never_read_whole(scripts: ScriptFolder) -> None:
    file = scripts.write(SCRIPT_TEXT)
    with file.open("ab") as opened:
        opened.truncate(10_000_000)
    before = time.process_time()
    [fault] = check_path(scripts.path).faults
    assert time.process_time() - before < 1
    assert (fault.code, fault.line) == ("too_large", 1)


# All at once


def test_every_fault_of_a_script_is_reported_at_once(scripts: ScriptFolder) -> None:
    text = broken(
        ("counter: ho-tich", "counter: ho-tich\ncouter: x"),
        ('{vi: "Tôi tự đi", en: "I come myself"}', '{vi: "Tôi tự đi"}'),
        ("next: lam-duoc", "next: lam-dc"),
        ("when: {ai-di: [di-thay]}", "when: {ai-di: [di-cung]}"),
        ("source: [cong]\n    label", "source: [luat]\n    label"),
        ('"3 ngày làm việc."', '"3 ngày  làm việc."'),
        (
            '"Giấy ủy quyền"',
            f'"Giấy ủy quyền của người nhờ{" đi thay" * 9}"',
        ),
        ('"Nhớ mang bản gốc."', '"Nhớ mang b\u0430n gốc."'),
        ('    - "tôi cần phường xác nhận cho cháu"\n', '    - "Xin giấy xác nhận"\n'),
        ("  - id: truc-tuyen", "  - id: tai-quay # again"),
    )
    found = {(fault.code, fault.line) for fault in check(scripts, text).faults}
    assert found == {
        ("unknown_key_near", line_of(text, "couter:")),
        ("missing_language", line_of(text, '{vi: "Tôi tự đi"}')),
        ("undefined_step", line_of(text, "next: lam-dc")),
        ("undefined_choice", line_of(text, "[di-cung]")),
        ("undefined_source", line_of(text, "source: [luat]")),
        ("blanks", line_of(text, "3 ngày  làm")),
        ("too_long", line_of(text, "Giấy ủy quyền của người nhờ")),
        ("look_alike", line_of(text, "b\u0430n gốc")),
        ("repeated_wording", line_of(text, '"Xin giấy xác nhận"\n')),
        ("repeated_id", line_of(text, "tai-quay # again")),
    }


def test_a_mended_script_brings_no_fault_of_the_mending(scripts: ScriptFolder) -> None:
    scripts.write_portal_table("1.000001,019d2bfd-0000-7000-8000-000000000001")
    text = broken(
        ('code: "1.000001"', 'code: "1.1"'),
        ('{vi: "Tôi tự đi", en: "I come myself"}', "{}"),
        ('{vi: "Đi thay người khác", en: "I come for someone"}', "{}"),
        ("    kind: here\n", "    kind: tai-day\n"),
    )
    found = check(scripts, text)
    assert {fault.code for fault in found.faults} == {"bad_code", "missing_language", "not_one_of"}


# The shipped scripts


def test_the_shipped_scripts_have_neither_fault_nor_warning() -> None:
    catalogue = check_path(SHIPPED_PROCEDURES)
    assert [fault_line(fault, "en") for fault in catalogue.faults] == []
    assert len(catalogue.procedures) >= 10

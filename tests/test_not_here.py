"""What is not done at the ward: one file, checked like the scripts, used whole or not at all."""

import re
from pathlib import Path

import pytest
from conftest import SCRIPT_TEXT, ScriptFolder

from kiosk.card import Card, CardKind
from kiosk.catalogue import SHIPPED_PROCEDURES, check_path, load_catalogue
from kiosk.not_here import NOT_HERE
from kiosk.words_files import load_words

TEXT = """\
format: 1
checked: 2026-11-22
matters:
  - id: ho-chieu
    code: "1.001456"
    title: {vi: "Làm hộ chiếu", en: "Passport"}
    lead: {vi: "Phường không làm hộ chiếu.", en: "The ward does not issue passports."}
    where: {vi: "Công an cấp tỉnh", en: "Provincial police"}
    link: "https://dichvucong.gov.vn/thu-tuc-hanh-chinh/x"
    source: "Cổng Dịch vụ công quốc gia, 07/2026"
    life_events: [can-cuoc-vneid]
    heard_as:
      vi: ["làm hộ chiếu"]
      en: ["passport"]
  - id: ly-hon
    title: {vi: "Ly hôn", en: "Divorce"}
    lead: {vi: "Tòa án giải quyết.", en: "The court decides."}
    where: {vi: "Tòa án nhân dân", en: "The People's Court"}
    link: "https://dichvucong.gov.vn/tim-kiem-thu-tuc-hanh-chinh?keyword=ly"
    source: "Cổng Dịch vụ công quốc gia, 07/2026"
    heard_as: {vi: ["muốn ly hôn"]}
"""


def written(scripts: ScriptFolder, text: str | bytes) -> Path:
    """A folder with the small script and this file."""
    scripts.write(SCRIPT_TEXT)
    content = text if isinstance(text, bytes) else text.encode()
    (scripts.path / NOT_HERE).write_bytes(content)
    return scripts.path


def test_each_matter_becomes_a_card(scripts: ScriptFolder) -> None:
    catalogue = load_catalogue(written(scripts, TEXT))
    assert catalogue.faults == ()
    assert [card.id for card in catalogue.cards] == ["ho-chieu", "ly-hon"]
    card = catalogue.cards[0]
    assert card.kind is CardKind.NOT_HERE
    assert card.where is not None
    assert card.where.vi == "Công an cấp tỉnh"
    assert card.heard_as.vi == ("làm hộ chiếu",)


def test_without_the_file_there_are_no_cards_and_no_fault(scripts: ScriptFolder) -> None:
    scripts.write(SCRIPT_TEXT)
    catalogue = load_catalogue(scripts.path)
    assert (catalogue.cards, catalogue.faults) == ((), ())


@pytest.mark.parametrize(
    ("old", "new", "line", "code"),
    [
        ("format: 1", "format: 2", 1, "not_one_of"),
        ('    where: {vi: "Công an cấp tỉnh"', "    #", 4, "missing_key"),
        ("dichvucong.gov.vn/thu", "example.org/thu", 9, "bad_link"),
        ("id: ho-chieu", "id: Hộ chiếu", 4, "bad_id"),
        ("Làm hộ chiếu", "Làm hộ  chiếu", 6, "blanks"),
        ("Công an cấp tỉnh", "Công an " * 20 + "tỉnh", 8, "too_long"),
        ("Phường không làm", "Phường không " * 20 + "làm", 7, "too_long"),
        ('vi: ["làm hộ chiếu"]', "vi: []", 12, "no_wordings"),
        ('vi: ["làm hộ chiếu"]', 'vi: ["xin giấy xác nhận"]', 13, "wording_in_two"),
        ("muốn ly hôn", "làm hộ chiếu", 21, "wording_in_two"),
        ("id: ly-hon", "id: ho-chieu", 15, "same_in_two"),
        ("id: ly-hon", "id: xin-giay", 15, "same_in_two"),
        ("1.001456", "1.000001", 5, "same_in_two"),
        ("matters:", "matters: &all", 3, "anchor"),
    ],
)
def test_a_fault_is_named_with_its_line_and_leaves_only_this_file_out(
    scripts: ScriptFolder, old: str, new: str, line: int, code: str
) -> None:
    assert old in TEXT
    path = written(scripts, TEXT.replace(old, new, 1))
    catalogue = check_path(path)
    assert [(Path(one.file).name, one.line, one.code) for one in catalogue.faults] == [
        (NOT_HERE, line, code)
    ]
    assert catalogue.cards == ()
    assert catalogue.left_out == (str(path / NOT_HERE),)
    assert [one.id for one in catalogue.procedures] == ["xin-giay"]
    [fault] = catalogue.faults
    assert load_words().say(f"fault.{fault.code}", "vi", **dict(fault.values))


@pytest.mark.parametrize(
    "content",
    [b"\x00\xff" * 400, b"x" * 10 * 1024 * 1024, b"[" * 10_000, b"", b"a: &b [*b, *b]"],
    ids=["junk", "10 MB", "nested", "empty", "bomb"],
)
def test_bad_bytes_are_refused_and_the_scripts_stay(scripts: ScriptFolder, content: bytes) -> None:
    catalogue = load_catalogue(written(scripts, content))
    assert len(catalogue.faults) == 1
    assert len(catalogue.procedures) == 1
    assert catalogue.cards == ()


def test_a_link_out_of_the_folder_is_refused(scripts: ScriptFolder, tmp_path: Path) -> None:
    scripts.write(SCRIPT_TEXT)
    outside = tmp_path / "outside.yaml"
    outside.write_text(TEXT, encoding="utf-8")
    for target in (outside, tmp_path / "nowhere"):
        (scripts.path / NOT_HERE).unlink(missing_ok=True)
        (scripts.path / NOT_HERE).symlink_to(target)
        catalogue = load_catalogue(scripts.path)
        assert [one.code for one in catalogue.faults] == ["symlink"]
        assert catalogue.cards == ()


def test_the_file_can_be_named_to_be_checked(scripts: ScriptFolder) -> None:
    path = written(scripts, TEXT.replace("id: ly-hon", "id: ho-chieu"))
    assert [one.code for one in check_path(path / NOT_HERE).faults] == ["same_in_two"]


# The shipped file


SHIPPED = load_catalogue(SHIPPED_PROCEDURES).cards


def test_the_shipped_file_has_no_fault_and_covers_the_usual_mistakes() -> None:
    assert len(SHIPPED) >= 15
    ids = {card.id for card in SHIPPED}
    assert {"ho-chieu", "doi-bang-lai-xe", "ly-hon", "phat-giao-thong"} <= ids


@pytest.mark.parametrize("card", SHIPPED, ids=[card.id for card in SHIPPED])
def test_a_shipped_card_is_short_and_can_be_found(card: Card) -> None:
    assert len(card.heard_as.vi) >= 6
    assert len(card.heard_as.en) >= 2
    assert card.lead is not None
    assert card.where is not None
    for text in (card.title, card.lead, card.where):
        for sentence in re.split(r"(?<=[.!?]) |\n", f"{text.vi}\n{text.en}"):
            assert len(sentence.split()) <= 20, sentence

"""An export of the national portal becomes cards; what cannot be trusted is listed."""

import gzip
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from kiosk.card import MOST_LINK, MOST_PAPERS, MOST_PUBLISHED, Card, CardKind
from kiosk.card_file import CARDS_FILE, load_cards
from kiosk.cli import app
from kiosk.errors import KioskError
from kiosk.national import MOST_BYTES, MOST_LINES
from kiosk.portal_import import MOST_TITLE, Imported, Reason, read_portal, speaks_of
from kiosk.published import clean, cut, fee_text, paper_text, time_text
from kiosk.words_files import load_words

REFERENCE = Path(__file__).parents[2] / "shared" / "data" / "procedures_reference.jsonl.gz"
UUID = "019d2bfd-3fe0-70ac-b9d6-5e9e20d6eef7"
OTHER_UUID = "019d2bfd-3fe0-70ac-b9d6-5e9e20d6eef8"

RECORD: Mapping[str, Any] = {
    "code": "1.001193",
    "name": "Đăng ký khai sinh",
    "level": "Cấp xã",
    "commune": True,
    "agency": "Ủy ban nhân dân cấp xã",
    "decision": "163/QĐ-BTP",
    "steps": "Người đi đăng ký khai sinh nộp hồ sơ.",
    "documents": [
        {"case": "Giấy tờ phải nộp", "name": "- Tờ khai;", "form_file": None, "qty": "1 bản chính"},
        {"case": "", "name": "Giấy chứng sinh: 0", "qty": "0 bản chính,1 bản sao"},
    ],
    "fee": "Trực tuyến: Miễn phí; Dịch vụ bưu chính: Miễn phí; Trực tiếp: Miễn phí",
    "time_limit": "Trực tuyến: 1 Ngày làm việc; Trực tiếp: 1 Ngày làm việc",
    "result": ["Giấy chứng nhận"],
    "formality_id": UUID,
    "source_url": f"https://dichvucong.gov.vn/thu-tuc-hanh-chinh/{UUID}",
    "snapshot": "2026-07 (repo HEAD 2026-07-20)",
    "tier": "A",
}
MANY_PAPERS = [{"name": f"Tờ khai số {number}"} for number in range(MOST_PAPERS + 1)]


def line(**changed: object) -> bytes:
    """A good record with something changed."""
    return json.dumps({**RECORD, **changed}, ensure_ascii=False).encode()


def imported(folder: Path, *lines: bytes) -> Imported:
    """What is made of an export with these lines."""
    file = folder / "portal.jsonl"
    file.write_bytes(b"\n".join(lines) + b"\n")
    return read_portal(file)


def card(folder: Path, **changed: object) -> Card:
    """The card of a good record with something changed."""
    made = imported(folder, line(**changed))
    assert made.refused == ()
    return made.cards[0]


# What becomes of a record


def test_a_record_becomes_a_card_that_says_what_the_portal_says(tmp_path: Path) -> None:
    made = card(tmp_path)
    assert made.id == "tthc-1-001193"
    assert made.kind is CardKind.NATIONAL
    assert made.title.vi == made.title.en == "Đăng ký khai sinh"
    assert made.papers == (
        "Giấy tờ phải nộp: Tờ khai (1 bản chính)",
        "Giấy chứng sinh (1 bản sao)",
    )
    assert (made.fee, made.time, made.result) == ("Miễn phí", "1 ngày làm việc", "Giấy chứng nhận")
    assert made.link == f"https://dichvucong.gov.vn/thu-tuc-hanh-chinh/{UUID}"
    assert made.source == "Cổng Dịch vụ công quốc gia, 07/2026, 163/QĐ-BTP"
    assert made.is_commune


def test_packed_and_plain_exports_are_read_alike(tmp_path: Path) -> None:
    packed = tmp_path / "portal.jsonl.gz"
    packed.write_bytes(gzip.compress(line() + b"\n\n"))
    assert read_portal(packed) == imported(tmp_path, line(), b"  ")


def test_a_record_without_portal_id_leads_to_the_search_by_name(tmp_path: Path) -> None:
    made = card(tmp_path, formality_id=None, source_url=None)
    assert made.link.startswith("https://dichvucong.gov.vn/tim-kiem-thu-tuc-hanh-chinh?keyword=")
    assert "khai+sinh" in made.link
    long = card(tmp_path, formality_id=None, source_url=None, name="Đăng ký khai sinh " * 40)
    assert len(long.link) <= MOST_LINK


def test_the_level_says_whether_a_commune_does_it_where_the_record_does_not(
    tmp_path: Path,
) -> None:
    assert card(tmp_path, commune=None, level="Cấp tỉnh, Cấp Xã").is_commune
    assert not card(tmp_path, commune=None, level="Cấp tỉnh").is_commune
    assert not card(tmp_path, commune=None, level=None).is_commune


def test_the_other_kind_of_paper_list_is_read_too(tmp_path: Path) -> None:
    papers = [{"ten_giay_to": "Văn bản đề nghị.", "so_luong": "a.doc", "ghi_chu": "Bản chính: 2"}]
    assert card(tmp_path, documents=papers).papers == ("Văn bản đề nghị (2 bản chính)",)


def test_long_texts_are_cut_at_a_word(tmp_path: Path) -> None:
    made = card(tmp_path, name="Đăng ký khai sinh " * 100, result="Giấy khai sinh " * 500)
    assert len(made.title.vi) <= MOST_TITLE
    assert len(made.result) <= MOST_PUBLISHED
    assert made.title.vi.endswith(("ký…", "khai…", "sinh…", "Đăng…"))


# What is left out


@pytest.mark.parametrize(
    ("untrusted", "reason"),
    [
        (b"khai sinh", Reason.NOT_JSON),
        (b"[]", Reason.NOT_JSON),
        (b"\x00\xff\xfe\x01" * 50, Reason.NOT_JSON),
        (b'{"code": ' + b"[" * 10_000, Reason.NOT_JSON),
        (line(name=["Khai sinh"]), Reason.BAD_VALUE),
        (line(documents="không"), Reason.BAD_VALUE),
        (line(code="1.1193"), Reason.BAD_CODE),
        (line(code=None), Reason.BAD_CODE),
        (line(name=""), Reason.EMPTY_NAME),
        (line(name=" \u200b- "), Reason.EMPTY_NAME),
        (line(formality_id="1.001193"), Reason.BAD_PORTAL_ID),
        (line(formality_id=OTHER_UUID), Reason.OTHER_LINK),
        (line(documents=MANY_PAPERS), Reason.TOO_MANY_PAPERS),
        (line(steps="Xin giấy phép xây nhà ở. " * 10, documents=[]), Reason.OTHER_CONTENT),
        (line(steps="a" * 10 * 1024 * 1024), Reason.TOO_LONG),
    ],
    ids=lambda value: value.value if isinstance(value, Reason) else "",
)
def test_a_bad_record_is_listed_with_its_line_and_the_rest_is_taken(
    tmp_path: Path, untrusted: bytes, reason: Reason
) -> None:
    good = line(code="1.000001", formality_id=None, source_url=None)
    made = imported(tmp_path, good, untrusted, line())
    assert [one.code for one in made.cards] == ["1.000001", "1.001193"]
    [refused] = made.refused
    assert (refused.line, refused.reason) == (2, reason)
    for language in ("vi", "en"):
        said = load_words().say(f"refused.{reason.value}", language, **dict(refused.values))
        assert said.isprintable()
        assert len(said) < 250


def test_a_code_or_a_page_that_comes_twice_is_taken_once(tmp_path: Path) -> None:
    made = imported(tmp_path, line(), line(name="Khai sinh lại"), line(code="1.000001"))
    assert [one.code for one in made.cards] == ["1.001193"]
    assert [one.reason for one in made.refused] == [Reason.SAME_CODE, Reason.SAME_PORTAL_ID]
    assert all(dict(one.values) == {"other": "1"} for one in made.refused)


def test_every_reason_has_its_sentence() -> None:
    assert all(load_words().has(f"refused.{reason.value}") for reason in Reason)


def test_contents_belong_to_a_name_if_they_share_two_neighbouring_words() -> None:
    text = "người dân nộp hồ sơ đăng ký tạm trú tại công an phường " * 5
    assert speaks_of("Thủ tục đăng ký", [text])
    assert not speaks_of("Cấp hộ chiếu phổ thông", [text])
    assert speaks_of("Cấp hộ chiếu phổ thông", [text[:40]]), "too short to tell"


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(line())[:-9],
        b"no gzip",
        gzip.compress(b"ok")[:10] + os.urandom(40),
        gzip.compress(b" " * (MOST_BYTES + 1), 1),
        gzip.compress((b"{}\n") * (MOST_LINES + 1), 1),
    ],
    ids=["cut off", "not packed", "junk", "bomb", "endless"],
)
def test_of_a_file_that_is_not_whole_nothing_is_taken(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "portal.jsonl.gz"
    file.write_bytes(content)
    with pytest.raises(KioskError) as refused:
        read_portal(file)
    assert refused.value.code in ("national.unreadable", "national.too_large")


def test_a_pipe_a_folder_and_a_link_to_nowhere_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for name in ("pipe", "link", "loop", "", "missing.jsonl"):
        with pytest.raises(KioskError) as refused:
            read_portal(tmp_path / name)
        assert refused.value.code == "national.unreadable"


@given(st.lists(st.binary(max_size=300), max_size=5))
def test_whatever_the_bytes_each_line_is_a_card_or_is_listed(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]
) -> None:
    whole = [one for one in b"\n".join(lines).split(b"\n") if one.strip()]
    made = imported(tmp_path_factory.mktemp("any"), *lines)
    assert len(made.cards) + len(made.refused) == len(whole)


# What the portal publishes, readable


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (None, ""),
        ("Trực tuyến: Miễn phí; Trực tiếp: Miễn phí", "Miễn phí"),
        ("Trực tiếp: Miễn phí (Không quy định.)", "Miễn phí"),
        ("Trực tiếp: Miễn phí (Hội đồng nhân dân quyết định.)", "Hội đồng nhân dân quyết định."),
        ("Trực tiếp: 2,500,000 Việt Nam Đồng", "2.500.000 đồng"),
        ("Trực tiếp: 50,000 Việt Nam Đồng ((mỗi thẻ))", "50.000 đồng (mỗi thẻ)"),
        ("Trực tuyến: 7,000 Đồng; Trực tiếp: 9 USD", "Trực tuyến: 7.000 đồng; Trực tiếp: 9 USD"),
        ("Trực tuyến: 20 ; Trực tiếp: 20 ", ""),
        ("Trực tiếp: 70,000 ", "70.000"),
        ("Trực tiếp: 120 Việt Nam Đồng (mỗi tờ khai)", "mỗi tờ khai"),
        ("Trực tiếp: Không có thông tin (1); Trực tuyến: Không có thông tin (2)", ""),
        ("Trực tiếp: Phí : Đồng (Từ ngày 01/7/2025)", "Từ ngày 01/7/2025"),
        ("Trực tiếp: Phí : 0 Đồng; Trực tuyến: Phí : 0 Đồng", "0 đồng"),
        ("Trực tiếp: 50 USD (mỗi thị thực)", "50 USD (mỗi thị thực)"),
        ("0", ""),
    ],
)
def test_a_fee_is_told_as_published_without_what_misleads(cell: str | None, told: str) -> None:
    assert fee_text(cell) == told


def test_where_the_fee_cell_is_empty_the_texts_of_single_amounts_are_told() -> None:
    assert fee_text(None, ["20.000 vnđ /tờ khai", "20.000 vnđ /tờ khai", None]) == (
        "20.000 vnđ /tờ khai"
    )
    assert fee_text("Trực tiếp: Miễn phí", ["20.000 vnđ"]) == "Miễn phí"


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (None, ""),
        ("Trực tuyến: 3 Ngày làm việc; Trực tiếp: 3 Ngày làm việc", "3 ngày làm việc"),
        ("Trực tuyến: 40 Ngày; Trực tiếp: 30 Ngày", "Trực tuyến: 40 ngày; Trực tiếp: 30 ngày"),
        ('Trực tiếp: 1 (đơn vị "Khác")', ""),
        ('Trực tuyến: 1 (đơn vị "Khác"); Trực tiếp: 02 Giờ', "Trực tiếp: 2 giờ"),
        ("Trực tiếp: 0.5 Ngày làm việc", "0,5 ngày làm việc"),
        ("Trực tiếp: Chậm nhất là trước khi tàu rời cảng", "Chậm nhất là trước khi tàu rời cảng"),
        ("Trực tiếp: 45-60", ""),
    ],
)
def test_a_time_is_told_as_published_without_the_unit_that_hides_it(
    cell: str | None, told: str
) -> None:
    assert time_text(cell) == told


def test_a_paper_without_a_letter_is_none() -> None:
    assert paper_text(" - 0;", case="Hồ sơ", count="1 bản chính") == ""


@given(st.text(max_size=60), st.integers(min_value=1, max_value=40))
def test_every_text_comes_out_on_one_line_composed_and_short_enough(text: str, most: int) -> None:
    told = clean(text)
    assert clean(told) == told
    assert "  " not in told
    assert len(cut(told, most)) <= most
    for one in (told, fee_text(text), time_text(text), paper_text(text, case=text, count=text)):
        assert one.isprintable()


# The command


def run(folder: Path, file: Path, *extra: str) -> tuple[int, str]:
    site = folder / "site.toml"
    site.write_text(f'[folders]\nstate = "{folder / "state"}"\n', encoding="utf-8")
    result = CliRunner().invoke(app, ["import", str(file), "--site", str(site), *extra])
    return result.exit_code, result.output


def test_the_command_keeps_the_cards_and_names_each_record_left_out(tmp_path: Path) -> None:
    file = tmp_path / "portal.jsonl"
    file.write_bytes(line() + b"\n" + line(code="x\x1b[2J"))
    code, said = run(tmp_path, file)
    assert code == 0
    assert f"{file}:2: x" in said
    assert "\x1b" not in said
    assert "1 thẻ tra cứu, trong đó 1 thẻ cấp xã; 1 bản ghi bị bỏ ra." in said
    assert len(load_cards(tmp_path / "state" / CARDS_FILE)) == 1


def test_an_import_that_fails_keeps_the_cards_of_before(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.jsonl", tmp_path / "bad.jsonl"
    good.write_bytes(line())
    bad.write_bytes(b"{}")
    run(tmp_path, good)
    code, said = run(tmp_path, bad, "--lang", "en")
    assert code == 1
    assert "No card could be made, 1 records left out" in said
    assert len(load_cards(tmp_path / "state" / CARDS_FILE)) == 1


@pytest.mark.skipif(not REFERENCE.is_file(), reason="../shared with the reference is not there")
def test_the_reference_becomes_cards() -> None:
    started = time.perf_counter()
    made = read_portal(REFERENCE)
    taken = time.perf_counter() - started
    print(f"{len(made.cards)} cards in {taken:.2f} s (bar: 5 s)")  # noqa: T201 - for the reader
    assert len(made.cards) + len(made.refused) == 2837
    assert [(one.code, one.reason) for one in made.refused] == [("1.007878", Reason.OTHER_CONTENT)]
    assert sum(one.is_commune for one in made.cards) == 660
    assert all("Khác" not in one.time for one in made.cards)
    [birth] = [one for one in made.cards if one.code == "1.001193"]
    assert birth.title.vi == "Đăng ký khai sinh"
    assert len(birth.papers) > 3

"""Faults of scripts as sentences: in the reader's language, with places by their names."""

import re
from collections.abc import Callable

import pytest
from bundle_maker import SCRIPT_FILE, files_of_script, packed, signed
from bundle_office import WardOffice
from conftest import SCRIPT_TEXT
from pydantic import TypeAdapter

from kiosk.bundle_site import SitePart
from kiosk.fault_text import fault_text, place_text
from kiosk.letters import odd_letters
from kiosk.procedure import Language, Procedure
from kiosk.script import read_script
from kiosk.walk import Walks
from kiosk.words import Words

PYDANTIC = re.compile(r"(?i)input|should|valid|string|integer|expected|\bkey\b|\b[a-z]+\.\d+")
"""What a library would say, and places as a program counts them."""

WRONG: dict[str, tuple[str, str, str]] = {
    "a number with a point": (
        "amount: 8000",
        "amount: 8.000",
        (
            "lệ phí thứ 1, số tiền: “8.000” không phải số nguyên; chỉ viết chữ số, không dấu chấm,"
            " không ngoặc kép, như 15000"
        ),
    ),
    "a number below nothing": (
        "amount: 8000",
        "amount: -1",
        "lệ phí thứ 1, số tiền: -1 nhỏ quá; ít nhất là 0",
    ),
    "too many copies": (
        "count: 2",
        "count: 21",
        "giấy tờ thứ 2, số bản: 21 lớn quá; nhiều nhất là 20",
    ),
    "a number for a text": (
        'title: {vi: "Xin giấy xác nhận"',
        "title: {vi: 12",
        "tên, tiếng Việt: 12 không phải là chữ; hãy đặt trong ngoặc kép",
    ),
    "nothing for a text": (
        'vi: "Đi học"',
        'vi: ""',
        (
            "câu hỏi thứ 2, lựa chọn thứ 1, tên gọi, tiếng Việt để trống; hãy viết vào, hoặc bỏ"
            " khóa này"
        ),
    ),
    "no day": (
        "checked: 2026-11-22",
        "checked: 22/11/2026",
        "ngày đối chiếu: “22/11/2026” không phải là ngày; viết năm-tháng-ngày, như 2026-11-28",
    ),
    "neither yes nor no": (
        "confirmed: false\n    name",
        "confirmed: chưa\n    name",
        "giấy tờ thứ 3, mức chắc chắn: “chưa” không dùng được; chỉ viết true hoặc false",
    ),
    "no list": (
        "channels: [counter, online]",
        "channels: counter",
        "cách nộp phải là danh sách; mỗi mục một dòng, bắt đầu bằng dấu gạch nối",
    ),
    "an empty list": (
        "channels: [counter, online]",
        "channels: []",
        "cách nộp có ít mục quá; cần ít nhất 1",
    ),
    "a kind that is none": (
        "kind: certified-copy",
        "kind: photo",
        (
            "giấy tờ thứ 2, loại: photo không có trong danh sách; chọn một trong 'original', "
            "'copy', 'certified-copy', 'original-and-copy', 'form'"
        ),
    ),
    "a link that is none": (
        "    kind: portal\n",
        '    kind: portal\n    link: "http://cong.example/a"\n',
        (
            "nguồn thứ 1, địa chỉ trang: “http://cong.example/a” không phải địa chỉ trang; phải bắt"
            " đầu bằng https:// và không có dấu cách"
        ),
    ),
    "one language only": (
        '{vi: "Căn cước", en: "ID card"}',
        '{vi: "Căn cước"}',
        "thiếu giấy tờ thứ 1, tên, tiếng Anh; hãy thêm dòng en:",
    ),
    "a text of 700 letters": (
        '"3 ngày làm việc."',
        f'"{"a" * 700}"',
        "thời hạn thứ 1, nội dung, tiếng Việt dài quá 600 ký tự; hãy viết ngắn hơn",
    ),
    "bad syntax": (
        "counter: ho-tich",
        "counter: ho: tich",
        (
            "sai cú pháp YAML; xem dấu hai chấm, dấu ngoặc và khoảng thụt đầu dòng ở dòng này và"
            " dòng trên"
        ),
    ),
}


def said(text: str, words: Words, language: Language) -> list[str]:
    _, _, faults = read_script(text.encode(), file="x")
    return [fault_text(one, words, language) for one in faults]


@pytest.mark.parametrize("what", WRONG)
def test_a_fault_of_form_says_where_and_what_is_expected(words: Words, what: str) -> None:
    old, new, sentence = WRONG[what]
    assert SCRIPT_TEXT.count(old) >= 1
    assert said(SCRIPT_TEXT.replace(old, new, 1), words, "vi") == [sentence]


@pytest.mark.parametrize("what", WRONG)
def test_no_sentence_of_a_library_is_in_a_fault(words: Words, what: str) -> None:
    old, new, _ = WRONG[what]
    for sentence in said(SCRIPT_TEXT.replace(old, new, 1), words, "vi"):
        assert not PYDANTIC.search(sentence.replace("http://cong.example/a", ""))


def test_every_key_of_the_formats_has_a_name_and_nothing_else_has(words: Words) -> None:
    keys = {"numbered", "script"}
    for kind in (Procedure, Walks, SitePart):
        schema = TypeAdapter(kind).json_schema()
        for part in (schema, *schema["$defs"].values()):
            keys.update(part.get("properties", {}))
    named = {key for key in words.tables["vi"] if key.startswith("fault_part.")}
    assert named == {f"fault_part.{key}" for key in keys}


def test_a_place_is_told_from_the_outside_in(words: Words) -> None:
    assert place_text("fees.1.amount", words, "en") == "fee no. 2, amount"
    assert place_text("papers.0.when.ai-di", words, "vi") == "giấy tờ thứ 1, khi nào, ai-di"


def test_the_page_of_a_bundle_says_it_so_too(desk: WardOffice) -> None:
    text = SCRIPT_TEXT.replace("amount: 8000", "amount: 8.000")
    page = desk.admin.get(desk.take(signed("1", files_of_script(text)))).text
    assert "Lệ phí thứ 1, số tiền: “8.000” không phải số nguyên" in page
    assert SCRIPT_FILE in page
    assert "Input" not in page


def test_a_page_shows_odd_letters_without_their_numbers(desk: WardOffice, words: Words) -> None:
    text = SCRIPT_TEXT.replace("Đi học", "Đi h\u043e\u0441")
    page = desk.admin.get(desk.take(signed("1", files_of_script(text)))).text
    assert "Chữ “\u043e\u0441” không phải chữ tiếng Việt. Xin xóa rồi gõ lại.</span>" in page
    assert "U+043E" not in page
    flaw = next(odd_letters((), "Đi h\u043e\u0441"))
    assert words.say(f"fault.{flaw.code}", "vi", **dict(flaw.values)).endswith("(U+043E U+0441)")


@pytest.mark.parametrize(
    ("site", "where"),
    [
        ('[ward]\nname = { vi = "Phường Mới" }\n', "phường, tên, tiếng Anh"),
        ("[ward]\nname = \n", "site.toml:2"),
    ],
)
def test_a_bundles_settings_are_refused_in_the_readers_language(
    desk: WardOffice, site: str, where: str
) -> None:
    files = {**files_of_script(), "site.toml": site.encode()}
    page = desk.upload(packed(signed("1", files))).text
    assert f"(site.toml) chưa dùng được ở {where}." in page
    assert "Field required" not in page


def test_what_shipped_is_called_so_where_it_is_in_use_already(desk: WardOffice) -> None:
    ask: tuple[Callable[[], str], ...] = (
        lambda: desk.admin.get("/bundles/rollback/shipped").text,
        lambda: desk.admin.post("/bundles/rollback/shipped", data=desk.form()).text,
    )
    for one in ask:
        page = one()
        assert "Bản có sẵn đang được dùng rồi." in page
        assert "Gói shipped" not in page

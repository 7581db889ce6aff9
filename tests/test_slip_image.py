"""The slip as dots: width, legibility of Vietnamese, a QR that reads back, a page that fits."""

import re
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageOps

from kiosk.errors import KioskError
from kiosk.slip import Check, Code, Heading, Line, PaperWidth, Part, Row, Rule, Slip
from kiosk.slip_image import FONT_FOLDER, as_pdf, draw, find_fonts

LINK = "https://dichvucong.gov.vn/thu-tuc-hanh-chinh/019d2bfd-3fe0-70ac-b9d6-5e9e20d6eef7"
EVERY_KIND: tuple[Part, ...] = (
    Line(text="ỦY BAN NHÂN DÂN PHƯỜNG CỬA NAM", is_bold=True, is_centred=True),
    Rule(),
    Heading(text="Đăng ký khai sinh"),
    Line(text="Mã thủ tục 1.001193", is_small=True),
    Check(text="Giấy chứng sinh", note="1 bản chính · nộp cho cán bộ", is_ticked=True),
    Check(text="Căn cước hoặc hộ chiếu của người đi làm thủ tục", note="", is_ticked=False),
    Row(label="Lệ phí", value="Miễn phí"),
    Row(label="Thời gian", value="Trong ngày làm việc; sau 15 giờ thì ngày làm việc tiếp theo"),
    Code(text=LINK),
)
both_rolls = pytest.mark.parametrize("paper", list(PaperWidth))


def slip(*parts: Part) -> Slip:
    return Slip(parts=parts)


def ink(bitmap: Image.Image) -> tuple[int, int, int, int]:
    """The box around everything black."""
    box = ImageOps.invert(bitmap.convert("L")).getbbox()
    assert box is not None
    return box


def black_dots(bitmap: Image.Image) -> int:
    return bitmap.convert("L").histogram()[0]


@both_rolls
def test_the_bitmap_is_as_wide_as_the_printer_prints_and_only_black_and_white(
    paper: PaperWidth,
) -> None:
    bitmap = draw(slip(*EVERY_KIND), paper)
    assert bitmap.mode == "1"
    assert bitmap.width == {58: 384, 80: 576}[paper]
    assert bitmap.height > bitmap.width


@both_rolls
def test_every_part_adds_its_own_height(paper: PaperWidth) -> None:
    empty = draw(slip(), paper).height
    alone = [draw(slip(part), paper).height - empty for part in EVERY_KIND]
    assert all(height > 0 for height in alone)
    assert draw(slip(*EVERY_KIND), paper).height == empty + sum(alone)


@both_rolls
@pytest.mark.parametrize("text", [LINK, LINK + "?" + "x" * 200, "1.001193"])
def test_the_code_reads_back_and_is_large_enough_to_scan(paper: PaperWidth, text: str) -> None:
    found = zxingcpp.read_barcodes(draw(slip(*EVERY_KIND[:-1], Code(text=text)), paper))
    assert [code.text for code in found] == [text]
    left, top, right, bottom = ink(draw(slip(Code(text=text)), paper))
    assert right - left == bottom - top
    assert (right - left) / 8 >= {58: 26, 80: 30}[paper] - 0.01


@both_rolls
def test_the_code_keeps_its_quiet_zone(paper: PaperWidth) -> None:
    alone = draw(slip(Code(text=LINK)), paper)
    left, top, right, bottom = ink(alone)
    quiet = 4 * (right - left) // 41  # the link makes a symbol of 41 modules
    framed = draw(slip(Rule(), Code(text=LINK), Rule()), paper)
    rule = draw(slip(Rule()), paper)
    top += rule.height - draw(slip(), paper).height
    bottom += rule.height - draw(slip(), paper).height
    around = framed.crop((left - quiet, top - quiet, right + quiet, bottom + quiet))
    assert ink(around) == (quiet, quiet, quiet + right - left, quiet + right - left)


@both_rolls
@pytest.mark.parametrize(
    "part",
    [
        Heading(text="Nghiêng" * 40),
        Line(text="Người được ủy quyền thực hiện việc đăng ký khai sinh " * 12),
        Line(text="Khuỷuhuỵchngoằnngoèo" * 12, is_bold=True, is_centred=True),
        Line(text=LINK, is_small=True),
        Check(text="Nghiêngngả" * 30, note="Ngoằnngoèo" * 30, is_ticked=True),
        Row(label="Thời gian giải quyết" * 9, value="Ngoằnngoèo" * 30),
        Row(label="Lệ phí", value="W" * 80),
    ],
)
def test_no_text_however_long_leaves_the_paper(paper: PaperWidth, part: Part) -> None:
    left, _, right, _ = ink(draw(slip(part), paper))
    assert left >= 4
    assert right <= paper.dots - 4


@both_rolls
def test_no_word_is_lost_where_lines_are_broken(paper: PaperWidth) -> None:
    word = "Nghiêngngoằnngoèo" * 6
    broken = black_dots(draw(slip(Line(text=word)), paper))
    font = ImageFont.truetype(str(FONT_FOLDER / "Inter-Regular.otf"), {58: 26, 80: 29}[paper])
    whole = Image.new("L", (4000, 120), 255)
    ImageDraw.Draw(whole).text((8, 60), word, fill=0, font=font, anchor="ls")
    unbroken = black_dots(whole.point([0 if grey < 150 else 255 for grey in range(256)], "1"))
    assert broken == pytest.approx(unbroken, rel=0.03)


@both_rolls
@pytest.mark.parametrize(("weight", "heading"), [("Bold", True), ("Regular", False)])
def test_stacked_marks_and_tails_are_not_clipped(
    paper: PaperWidth, weight: str, *, heading: bool
) -> None:
    text = "Ẳ Ế Ộ Ỗ gỵọp"
    part = Heading(text=text) if heading else Line(text=text)
    size = {58: (34, 26), 80: (44, 29)}[paper][0 if heading else 1]
    font = ImageFont.truetype(str(FONT_FOLDER / f"Inter-{weight}.otf"), size)
    free = Image.new("L", (paper.dots, 300), 255)
    ImageDraw.Draw(free).text((8, 150), text, fill=0, font=font, anchor="ls")
    free = free.point([0 if grey < 150 else 255 for grey in range(256)], "1")
    drawn = draw(slip(part), paper)
    assert (
        ImageChops.difference(
            drawn.crop(ink(drawn)).convert("L"), free.crop(ink(free)).convert("L")
        ).getbbox()
        is None
    )


@both_rolls
@pytest.mark.parametrize(
    "kind", [partial(Heading), partial(Line), partial(Line, is_small=True, is_bold=True)]
)
def test_marks_never_touch_the_line_above(paper: PaperWidth, kind: Callable[..., Part]) -> None:
    tails, stacked = "", "ẲẾỘỖẴỔẨỄ"
    one = two = draw(slip(), paper)
    while two.height == one.height:  # until the two words no longer fit on one line
        tails += "(gỵọp,|"
        one = draw(slip(kind(text=tails)), paper)
        two = draw(slip(kind(text=f"{tails} {stacked}")), paper)
    below = two.crop((0, ink(one)[3], paper.dots, two.height))
    assert ink(below)[1] >= 1
    assert black_dots(below) == black_dots(draw(slip(kind(text=stacked)), paper))


@both_rolls
def test_a_tick_is_plain_to_see(paper: PaperWidth) -> None:
    ticked = draw(slip(Check(text="Giấy chứng sinh", note="", is_ticked=True)), paper)
    blank = draw(slip(Check(text="Giấy chứng sinh", note="", is_ticked=False)), paper)
    left, top, right, bottom = ink(ImageChops.invert(ImageChops.logical_xor(ticked, blank)))
    assert right - left >= 14
    assert bottom - top >= 10
    assert black_dots(ticked) > black_dots(blank) + 60


@both_rolls
def test_a_short_row_has_its_value_on_the_right_and_a_long_one_below(paper: PaperWidth) -> None:
    short = draw(slip(Row(label="Lệ phí", value="Miễn phí")), paper)
    assert ink(short)[3] - ink(short)[1] < 40  # one line
    assert paper.dots - ink(short)[2] <= 12
    long = draw(
        slip(Row(label="Thời gian giải quyết", value="Trong ngày làm việc, thứ Hai")), paper
    )
    assert long.height > short.height + 20


@both_rolls
def test_the_letterhead_has_no_lonely_word_on_its_last_line(paper: PaperWidth) -> None:
    bitmap = draw(slip(EVERY_KIND[0]), paper)
    middle = bitmap.height // 2
    above = ink(bitmap.crop((0, 0, paper.dots, middle)))
    below = ink(bitmap.crop((0, middle, paper.dots, bitmap.height)))
    assert below[2] - below[0] > 0.6 * (above[2] - above[0])


def test_letters_written_as_base_and_marks_look_the_same() -> None:
    composed = draw(slip(Heading(text="Ủy quyền")), PaperWidth.MM80)
    in_pieces = draw(slip(Heading(text="U\u0309y quye\u0302\u0300n")), PaperWidth.MM80)
    assert composed.tobytes() == in_pieces.tobytes()


def test_the_shipped_font_is_taken_first() -> None:
    assert find_fonts(FONT_FOLDER).regular == str(FONT_FOLDER / "Inter-Regular.otf")


def test_without_the_shipped_font_one_of_the_system_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fonts = tmp_path / "share" / "fonts" / "deep"
    fonts.mkdir(parents=True)
    for weight in ("Regular", "Bold"):
        shipped = (FONT_FOLDER / f"Inter-{weight}.otf").read_bytes()
        (fonts / f"Inter-{weight}.otf").write_bytes(shipped)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "none"))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "share"))
    assert find_fonts(tmp_path / "empty").regular.endswith("Inter-Regular.otf")


def test_a_machine_with_no_vietnamese_font_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path))
    (tmp_path / "Inter-Regular.otf").write_bytes(b"torn")
    with pytest.raises(KioskError) as refusal:
        find_fonts(tmp_path)
    assert refusal.value.code == "font.missing"


@both_rolls
def test_the_page_is_exactly_as_wide_as_the_roll_and_holds_every_dot(paper: PaperWidth) -> None:
    bitmap = draw(slip(*EVERY_KIND), paper)
    page = as_pdf(bitmap, paper)
    box = re.search(rb"/MediaBox\[0 0 ([\d.]+) ([\d.]+)\]", page)
    assert box is not None
    assert float(box[1]) * 25.4 / 72 == pytest.approx(paper.value, abs=0.01)
    assert float(box[2]) * 203 / 72 == pytest.approx(bitmap.height, abs=0.1)
    stream = page.index(b"stream\n", page.index(b"/FlateDecode")) + len(b"stream\n")
    assert zlib.decompressobj().decompress(page[stream:]) == bitmap.tobytes()
    for number, place in enumerate(re.findall(rb"(\d{10}) 00000 n", page), start=1):
        assert page[int(place) :].startswith(b"%d 0 obj" % number)

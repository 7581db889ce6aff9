"""A slip as the black and white dots of a thermal roll, and as a PDF page of that roll.

Text is drawn as a picture because printers of this kind mix up Vietnamese code pages.
It must not know where the bitmap goes.
"""

import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, assert_never

import segno
from PIL import Image, ImageDraw, ImageFont

from kiosk.errors import KioskError
from kiosk.slip import Check, Code, Heading, Line, PaperWidth, Part, Row, Rule, Slip

DOTS_PER_INCH = 203
"""The dot pitch of slip printers: 8 dots a millimetre."""

FONT_FOLDER = Path(__file__).parent / "ui" / "fonts"

_FAMILIES = (
    ("Inter-Regular.otf", "Inter-Bold.otf"),
    ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
)
"""Regular and bold files, best first. All but the shipped ones are looked for in the system."""

_MARGIN_DOTS = 8
"""Left and right, so that a roll a millimetre out of place loses nothing."""
_TOP_DOTS, _BOTTOM_DOTS = 16, 24
_BLACK_BELOW = 150
"""Grey levels under this print black: a little bold, as thin strokes burn badly."""
_WHITE, _BLACK = 255, 0

_STACKED, _HANGING = "ẲẾỔẴỖÅ", "gjpqyạệợỵ(|,"
"""What reaches highest above, and lowest below, the base line."""

_MOST_BALANCED_LINES = 4
"""Centred text longer than this is no letterhead; it is only broken, not evened out."""

_QR_QUIET_MODULES = 4
_QR_SIDE_DOTS = {PaperWidth.MM58: (208, 272), PaperWidth.MM80: (240, 336)}
"""Side of the symbol, without its quiet zone, at least (26 and 30 mm) and at most."""

Align = Literal["left", "centre"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FontFiles:
    """The two weights, as Pillow finds them."""

    regular: str
    bold: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Type:
    """A size and weight with the line height that its stacked marks need, in dots."""

    font: ImageFont.FreeTypeFont
    size: int
    ascent: int
    step: int

    def width(self, text: str) -> float:
        """How wide `text` is: its ink or its advance, whichever reaches further."""
        return max(self.font.getlength(text), self.font.getbbox(text, anchor="ls")[2])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Style:
    """The type scale of one roll."""

    paper: PaperWidth
    heading: _Type
    body: _Type
    strong: _Type
    note: _Type
    strong_note: _Type

    @property
    def width(self) -> int:
        """What lies between the margins."""
        return self.paper.dots - 2 * _MARGIN_DOTS


def draw(slip: Slip, paper: PaperWidth) -> Image.Image:
    """The slip as a bitmap of mode "1", exactly `paper.dots` wide.

    Raises:
        KioskError: `font.missing` when no font with the Vietnamese letters can be read.
    """
    style = _style(paper, find_fonts(FONT_FOLDER))
    strips = [_strip(part, style) for part in slip.parts]
    height = _TOP_DOTS + sum(strip.height for strip in strips) + _BOTTOM_DOTS
    sheet = Image.new("L", (paper.dots, height), _WHITE)
    top = _TOP_DOTS
    for strip in strips:
        sheet.paste(strip, ((paper.dots - strip.width) // 2, top))
        top += strip.height
    return sheet.point([_BLACK if grey < _BLACK_BELOW else _WHITE for grey in range(256)], "1")


def find_fonts(folder: Path) -> FontFiles:
    """The best readable family with every Vietnamese letter: from `folder`, then the system's.

    Raises:
        KioskError: `font.missing`.
    """
    for names in _FAMILIES:
        # Pillow looks for the bare name among the system's fonts when the folder has none.
        regular, bold = (str(folder / name) for name in names)
        if _has_vietnamese(regular) and _has_vietnamese(bold):
            return FontFiles(regular=regular, bold=bold)
    raise KioskError("font.missing", f"none of {', '.join(name for name, _ in _FAMILIES)}")


def as_pdf(bitmap: Image.Image, paper: PaperWidth) -> bytes:
    """One page as wide as the roll, the bitmap at its true size in the middle. No text, no date."""
    points = 72 / DOTS_PER_INCH
    wide, high = bitmap.width * points, bitmap.height * points
    page_wide = paper * 72 / 25.4
    left = (page_wide - wide) / 2
    content = f"{wide:.3f} 0 0 {high:.3f} {left:.3f} 0 cm /Slip Do".encode()
    dots = zlib.compress(bitmap.tobytes())
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {page_wide:.3f} {high:.3f}]"
        "/Resources<</XObject<</Slip 5 0 R>>>>/Contents 4 0 R>>".encode(),
        f"<</Length {len(content)}>>stream\n".encode() + content + b"\nendstream",
        f"<</Type/XObject/Subtype/Image/Width {bitmap.width}/Height {bitmap.height}"
        "/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/FlateDecode"
        f"/Length {len(dots)}>>stream\n".encode()
        + dots
        + b"\nendstream",
    )
    page = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(page))
        page += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    index = len(page)
    page += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    page += b"".join(b"%010d 00000 n \n" % place for place in places)
    page += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, index)
    return bytes(page)


def _strip(part: Part, style: _Style) -> Image.Image:
    match part:
        case Heading():
            return _padded(_lines(part.text, style.heading, style.width), above=8, below=10)
        case Line():
            return _line(part, style)
        case Check():
            return _check(part, style)
        case Row():
            return _row(part, style)
        case Rule():
            strip = Image.new("L", (style.width, 34), _WHITE)
            strip.paste(_BLACK, (0, 16, style.width, 18))
            return strip
        case Code():
            return _code(part.text, style.paper)
        case _:
            assert_never(part)


def _line(line: Line, style: _Style) -> Image.Image:
    if line.is_small:
        kind = style.strong_note if line.is_bold else style.note
    else:
        kind = style.strong if line.is_bold else style.body
    align: Align = "centre" if line.is_centred else "left"
    return _padded(_lines(line.text, kind, style.width, align=align), above=2, below=2)


def _check(check: Check, style: _Style) -> Image.Image:
    box = _box(round(style.body.size * 1.1), is_ticked=check.is_ticked)
    indent = box.width + style.body.size // 2
    texts = [_lines(check.text, style.strong, style.width - indent)]
    if check.note:
        texts.append(_lines(check.note, style.note, style.width - indent))
    strip = Image.new("L", (style.width, sum(text.height for text in texts)), _WHITE)
    # Level with the capitals of the first line; the tick may rise above them.
    capital = round(style.body.size * 0.73)
    strip.paste(box, (0, max(0, style.body.ascent - (capital + box.height) // 2)))
    top = 0
    for text in texts:
        strip.paste(text, (indent, top))
        top += text.height
    return _padded(strip, above=7, below=7)


def _box(side: int, *, is_ticked: bool) -> Image.Image:
    box = Image.new("L", (side, side), _WHITE)
    pen = ImageDraw.Draw(box)
    pen.rectangle((0, 0, side - 1, side - 1), outline=_BLACK, width=3)
    if is_ticked:
        tick = [(0.22 * side, 0.48 * side), (0.42 * side, 0.70 * side), (0.80 * side, 0.24 * side)]
        pen.line(tick, fill=_BLACK, width=max(4, side // 6), joint="curve")
    return box


def _row(row: Row, style: _Style) -> Image.Image:
    gap = style.body.size
    is_one_line = "\n" not in row.value
    side_by_side = is_one_line and style.body.width(row.label) + gap + style.strong.width(row.value)
    if is_one_line and side_by_side <= style.width:
        strip = _lines(row.label, style.body, style.width)
        value = _lines(row.value, style.strong, round(style.strong.width(row.value)) + 1)
        strip.paste(value, (style.width - value.width, 0))
        return _padded(strip, above=6, below=6)
    label = _lines(row.label, style.note, style.width)
    value = _lines(row.value, style.strong, style.width)
    strip = Image.new("L", (style.width, label.height + value.height), _WHITE)
    strip.paste(label, (0, 0))
    strip.paste(value, (0, label.height))
    return _padded(strip, above=6, below=6)


def _code(text: str, paper: PaperWidth) -> Image.Image:
    matrix = segno.make(text, error="m", micro=False).matrix
    side = len(matrix)
    least, most = _QR_SIDE_DOTS[paper]
    with_quiet = side + 2 * _QR_QUIET_MODULES
    module = max(1, most // side)
    if module * side < least and (module + 1) * with_quiet <= paper.dots:
        module += 1
    dots = bytes(_BLACK if dark else _WHITE for row in matrix for dark in row)
    symbol = Image.frombytes("L", (side, side), dots)
    strip = Image.new("L", (with_quiet, with_quiet), _WHITE)
    strip.paste(symbol, (_QR_QUIET_MODULES, _QR_QUIET_MODULES))
    return strip.resize((with_quiet * module, with_quiet * module), Image.Resampling.NEAREST)


def _padded(strip: Image.Image, *, above: int, below: int) -> Image.Image:
    padded = Image.new("L", (strip.width, above + strip.height + below), _WHITE)
    padded.paste(strip, (0, above))
    return padded


def _lines(text: str, kind: _Type, width: int, *, align: Align = "left") -> Image.Image:
    """`text` broken into lines, each `kind.step` high, on a strip of this width."""
    lines = [line for part in text.splitlines() or [""] for line in _wrapped(part, kind, width)]
    if align == "centre":
        lines = _balanced(lines, text, kind, width)
    strip = Image.new("L", (width, kind.step * len(lines)), _WHITE)
    pen = ImageDraw.Draw(strip)
    for number, line in enumerate(lines):
        left = round((width - kind.width(line)) / 2) if align == "centre" else 0
        base = number * kind.step + kind.ascent
        pen.text((left, base), line, fill=_BLACK, font=kind.font, anchor="ls")
    return strip


def _balanced(lines: list[str], text: str, kind: _Type, width: int) -> list[str]:
    """The same number of lines, as even as can be: no single word under a full line."""
    if not 1 < len(lines) <= _MOST_BALANCED_LINES:
        return lines
    for narrower in range(width // len(lines), width, kind.size // 2):
        even = list(_wrapped(text, kind, narrower))
        if len(even) == len(lines):
            return even
    return lines


def _wrapped(text: str, kind: _Type, width: int) -> Iterator[str]:
    """Lines no wider than `width`: broken at spaces, and inside a word only when it must be."""
    line = ""
    # Split at plain spaces only: "8.000 đ" with a no-break space stays together.
    for word in unicodedata.normalize("NFC", text).replace("\n", " ").split(" "):
        longer = f"{line} {word}" if line else word
        if kind.width(longer) <= width:
            line = longer
            continue
        if line:
            yield line
        line = word
        while kind.width(line) > width:
            fits = 1
            while kind.width(line[: fits + 1]) <= width:
                fits += 1
            yield line[:fits]
            line = line[fits:]
    if line:
        yield line


@cache
def _style(paper: PaperWidth, files: FontFiles) -> _Style:
    heading, body, note = (34, 26, 22) if paper is PaperWidth.MM58 else (44, 29, 24)
    return _Style(
        paper=paper,
        heading=_type(files.bold, heading),
        body=_type(files.regular, body),
        strong=_type(files.bold, body),
        note=_type(files.regular, note),
        strong_note=_type(files.bold, note),
    )


def _type(file: str, size: int) -> _Type:
    font = ImageFont.truetype(file, size)
    ascent = -int(font.getbbox(_STACKED, anchor="ls")[1]) + 1
    descent = int(font.getbbox(_HANGING, anchor="ls")[3]) + 1
    step = max(ascent + descent + 1, round(size * 1.38))
    return _Type(font=font, size=size, ascent=ascent, step=step)


def _has_vietnamese(file: str) -> bool:
    try:
        font = ImageFont.truetype(file, 24)
    except OSError:
        return False
    unknown = bytes(font.getmask("\U0010ffff"))
    return all(bytes(font.getmask(letter)) not in (unknown, b"") for letter in "ẲỆỘƯợđ")

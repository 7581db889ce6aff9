"""The signs that scripts and notices may use are those that the shipped fonts have."""

import unicodedata

import pytest
from PySide6.QtGui import QRawFont

from kiosk.letters import _VIETNAMESE, odd_letters
from kiosk.signs import SHOWN_SIGNS
from kiosk.slip_image import FONT_FOLDER, find_fonts
from kiosk.ui.window import FONTS, start_qt


def signs_of(font: QRawFont) -> set[str]:
    """All that the font has, other than letters and marks that are composed with one."""
    numbers = (number for number in range(0x20, 0x20000) if font.supportsCharacter(number))
    return {chr(one) for one in numbers if unicodedata.category(chr(one))[0] in "PSNZ"}


@pytest.fixture(scope="module")
def fonts() -> dict[str, QRawFont]:
    start_qt(offscreen=True)
    return {file.name: QRawFont(str(file), 20) for file in sorted(FONTS.glob("*.otf"))}


def test_the_signs_are_those_that_every_shipped_font_has(fonts: dict[str, QRawFont]) -> None:
    assert len(fonts) == 3
    assert all(font.isValid() for font in fonts.values())
    assert set.intersection(*map(signs_of, fonts.values())) == SHOWN_SIGNS


def test_every_letter_that_passes_can_be_shown(fonts: dict[str, QRawFont]) -> None:
    letters = _VIETNAMESE | {one.upper() for one in _VIETNAMESE}
    for name, font in fonts.items():
        assert {one for one in letters if not font.supportsCharacter(ord(one))} == set(), name


def test_the_slip_is_printed_in_the_same_fonts(fonts: dict[str, QRawFont]) -> None:
    found = find_fonts(FONT_FOLDER)
    assert FONT_FOLDER == FONTS
    assert {found.regular.rpartition("/")[2], found.bold.rpartition("/")[2]} <= set(fonts)


@pytest.mark.parametrize("sign", ["🎉", "📞", "✅", "№²", "€", "→", "“…”", "½", "①", "٣"])
def test_a_sign_that_would_be_a_box_is_refused(fonts: dict[str, QRawFont], sign: str) -> None:
    found = {(one.code, dict(one.values).get("letters")) for one in odd_letters((), f"Gọi {sign}")}
    missing = [
        one for one in sign if not all(font.supportsCharacter(ord(one)) for font in fonts.values())
    ]
    assert found == ({("not_shown", sign)} if missing else set())

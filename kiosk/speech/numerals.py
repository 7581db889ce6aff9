"""Numbers as Vietnamese words, in the northern standard. Pure.

`hai mươi mốt`, `hai mươi tư`, `hai mươi lăm`, `một trăm linh năm`, `một nghìn không trăm mười`.
The other way round, words to numbers, is `assistant/amounts.py`.
"""

import re
from collections.abc import Sequence

_ONES = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_AFTER_TENS = {1: "mốt", 4: "tư", 5: "lăm"}
"""A last digit that sounds otherwise after twenty and more."""

_BILLION = 10**9
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3}){1,6}")

_WRITTEN = re.compile(r"\d[\d.,]*\d|\d")

MOST_IN_ONE_BREATH = 5
"""Digits that are read one by one without a pause."""


def cardinal(number: int) -> str:
    """How many: 1250 is `một nghìn hai trăm năm mươi`. Not negative."""
    if number < 100:
        return _below_hundred(number)
    words: list[str] = []
    if number >= _BILLION:
        words += [cardinal(number // _BILLION), "tỷ"]
        number %= _BILLION
    for size, name in ((10**6, "triệu"), (10**3, "nghìn"), (1, "")):
        three = number // size % 1000
        if three:
            words += [_three(three, is_first=not words), name]
    return " ".join(word for word in words if word)


def one_by_one(digits: str) -> str:
    """Each digit by itself: 113 is `một một ba`."""
    return " ".join(_ONES[int(digit)] for digit in digits)


def in_breaths(groups: Sequence[str]) -> str:
    """Groups of digits, each digit by itself, a comma's pause between the groups."""
    return ", ".join(one_by_one(group) for group in groups)


def breaths(digits: str) -> list[str]:
    """A long row of digits cut as people dictate it, in threes and fours: 0912 345 678."""
    if len(digits) <= MOST_IN_ONE_BREATH:
        return [digits]
    fours = len(digits) % 3
    start = fours * 4
    rest = [digits[at : at + 3] for at in range(start, len(digits), 3)]
    return [digits[at : at + 4] for at in range(0, start, 4)] + rest


def written_number(text: str) -> str:
    """A number as Vietnamese write it: dots between thousands, a comma before decimals.

    A dot elsewhere is read as `chấm`: `3.5` is a section, not a quantity.
    """
    whole, comma, decimals = text.partition(",")
    if comma and "," not in decimals and "." not in decimals:
        return f"{written_number(whole)} phẩy {_decimals(decimals)}"
    if comma:
        return " phẩy ".join(written_number(part) for part in text.split(","))
    if _THOUSANDS.fullmatch(text):
        return cardinal(int(text.replace(".", "")))
    return " chấm ".join(_row(part) for part in text.split("."))


def in_words(text: str) -> str:
    """A text as whoever reads it aloud says it, and a recogniser writes it: no digits."""
    return _WRITTEN.sub(lambda found: written_number(found[0]), text)


def _row(digits: str) -> str:
    """`05` is five of something; a long row, or one that begins with noughts, is no quantity."""
    if len(digits) > 6 or (len(digits) > 2 and digits[0] == "0"):
        return in_breaths(breaths(digits))
    return cardinal(int(digits))


def _decimals(digits: str) -> str:
    if len(digits) == 2 and int(digits[0]):
        return cardinal(int(digits))
    return one_by_one(digits)


def _below_hundred(number: int) -> str:
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _ONES[ones]
    if tens == 1:
        last = "lăm" if ones == 5 else _ONES[ones]
        return "mười" if ones == 0 else f"mười {last}"
    first = f"{_ONES[tens]} mươi"
    return first if ones == 0 else f"{first} {_AFTER_TENS.get(ones, _ONES[ones])}"


def _three(number: int, *, is_first: bool) -> str:
    """Up to three digits; those that follow others name their hundreds even if there are none."""
    hundreds, rest = divmod(number, 100)
    if hundreds == 0 and is_first:
        return _below_hundred(rest)
    first = f"{_ONES[hundreds]} trăm"
    if rest == 0:
        return first
    return f"{first} linh {_ONES[rest]}" if rest < 10 else f"{first} {_below_hundred(rest)}"

"""Numbers written in words, as numbers again: strict, unlike `amounts`, which guesses. Pure."""

from collections.abc import Sequence

from kiosk.procedure import Language
from kiosk.speech.numerals import cardinal

_ONES = {
    word: number
    for number, word in enumerate(
        ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
    )
} | {"mốt": 1, "tư": 4, "lăm": 5}
SCALES = {"nghìn": 10**3, "triệu": 10**6, "tỷ": 10**9}
_STANDARD = {"ngàn": "nghìn", "lẻ": "linh", "tỉ": "tỷ"}
_MOST_WORDS = 14
_YEARS = frozenset(("mỗi", "hằng", "hàng", "nhiều", "các", "những", "cả"))
_COUNTED = frozenset(
    (
        *("ngày", "tháng", "tuần", "giờ", "phút", "người", "bản", "tờ", "giấy", "bên", "lần"),
        *("thẻ", "đồng", "việc", "cách", "loại", "bước", "câu", "thủ", "bé"),
    )
)

_SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_TENS = {
    word: 10 * number
    for number, word in enumerate(
        ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), 2
    )
}


def spelled(words: Sequence[str], at: int, language: Language) -> tuple[int, int] | None:
    """The number that begins at `at` in words, and how many words it has; None: none does.

    Args:
        words: small letters.
        at: where to look.
        language: of the words.
    """
    if language == "en":
        return _english(words, at)
    run = [_STANDARD.get(word, word) for word in words[at : at + _MOST_WORDS]]
    for length in range(len(run), 1, -1):
        value = _value(run[:length])
        if value is not None and cardinal(value).split() == run[:length]:
            return value, length
    if run[:1] == ["năm"]:
        return (5, 1) if _is_five(words, at) else None
    if run[:1] == ["mười"]:
        return 10, 1
    alone = _ONES.get(run[0]) if run and run[0] not in ("không", "mốt", "tư", "lăm") else None
    return None if alone is None else (alone, 1)


def scale(word: str) -> int | None:
    """What a word after digits multiplies them by: `nghìn`."""
    return SCALES.get(_STANDARD.get(word, word))


def _is_five(words: Sequence[str], at: int) -> bool:
    """Whether "năm" counts something; else it is a year."""
    before = words[at - 1] if at else ""
    is_year = before in _YEARS or before in _ONES or before in ("mười", "mươi") or before.isdigit()
    return not is_year and at + 1 < len(words) and words[at + 1] in _COUNTED


def _value(run: Sequence[str]) -> int | None:
    total, part = 0, 0
    ones: int | None = None
    for word in run:
        if word in _ONES:
            ones = _ONES[word]
        elif word == "mười":
            part += 10
        elif word in ("mươi", "trăm"):
            part += (ones or 0) * (10 if word == "mươi" else 100)
            ones = None
        elif word in SCALES:
            total += (part + (ones or 0)) * SCALES[word]
            part, ones = 0, None
        elif word != "linh":
            return None
    return total + part + (ones or 0)


def _english(words: Sequence[str], at: int) -> tuple[int, int] | None:
    total, part, length = 0, 0, 0
    for word in words[at:]:
        if word in _SMALL:
            part += _SMALL.index(word)
        elif word in _TENS:
            part += _TENS[word]
        elif word == "hundred" and part:
            part *= 100
        elif word == "thousand" and part:
            total, part = total + part * 1000, 0
        else:
            break
        length += 1
        if word in _SMALL and words[at + length : at + length + 1] not in (
            ["hundred"],
            ["thousand"],
        ):
            break  # "two three" are two numbers
    return (total + part, length) if length else None

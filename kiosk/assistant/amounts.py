"""Numbers in what people say: ages, spans of time and years, and the choice they fit. Pure."""

import re
from collections.abc import Sequence

from kiosk.assistant.vietnamese import fold, fold_word, has_diacritics
from kiosk.procedure import Choice, Question

_DIGITS = {
    **{
        word: number
        for number, word in enumerate(
            ["mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin"], 1
        )
    },
    "tu": 4,
    "lam": 5,
    "nham": 5,
}
OLDEST = 120
"""Years; nobody is older."""

_TENS = ("muoi", "chuc")
_NOUGHTS = ("linh", "le")


def number_before(words: Sequence[str], at: int) -> int | None:
    """The number that ends just before `at`: digits, or words, "bảy mươi lăm" is 75.

    Two digits in words side by side are read as people say ages: "tám ba" is 83.
    """
    if at > 0 and re.fullmatch(r"\d{1,3}", words[at - 1]):
        return int(words[at - 1])
    run: list[str] = []
    while at > 0 and (word := fold_word(words[at - 1])) in (*_DIGITS, *_TENS, *_NOUGHTS, "tram"):
        run.insert(0, word)
        at -= 1
    return _value(run) if run else None


def _value(run: Sequence[str]) -> int:
    total, unit = 0, None
    for word in run:
        if word in _DIGITS:
            unit = _DIGITS[word] if unit is None else unit * 10 + _DIGITS[word]
        elif word not in _NOUGHTS:
            total += (unit or 1) * (100 if word == "tram" else 10)
            unit = None
    return total + (unit or 0)


def age_of(words: Sequence[str]) -> int | None:
    """The age in years that a sentence names: "cháu mười hai tuổi", "lên bốn"; None: no age."""
    folded = [fold_word(word) for word in words]
    for at, word in enumerate(folded):
        if word == "tuoi" and at:
            if folded[at - 1] in ("thang", "tuan", "ngay"):
                return 0 if number_before(words, at - 1) is not None else None
            # "bà bảy mươi tuổi" without diacritics begins with a three that is none.
            for begin in range(max(at - 4, 0), at):
                age = number_before(words[begin:at], at - begin)
                if age is not None and age < OLDEST:
                    return age
        if word == "len" and words[at] in ("lên", "len") and at + 1 < len(words):
            after = folded[at + 1]
            if after in _DIGITS or re.fullmatch(r"\d{1,2}", after):
                return _DIGITS[after] if after in _DIGITS else int(after)
    return None


_DAYS = {"ngay": 1, "hom": 1, "bua": 1, "tuan": 7, "thang": 30, "nam": 365}
_WHEN = {
    "hom nay": 0,
    "sang nay": 0,
    "hom qua": 1,
    "bua qua": 1,
    "toi qua": 1,
    "hom kia": 2,
    "tuan truoc": 7,
    "thang truoc": 30,
    "nam ngoai": 365,
    "nam truoc": 365,
    "nam kia": 730,
    "tuan nay": 3,
    "thang nay": 15,
    "hom truoc": 4,
    "moi de": 2,
    "moi sinh": 2,
    "moi mat": 2,
    "vua sinh": 2,
    "vua mat": 2,
    "thang roi": 30,
}
_HALF = {"ruoi": 0.5}


def days_of(words: Sequence[str]) -> float | None:
    """The span of time that a sentence names, in days: "ba tuần" is 21, "năm ngoái" 365."""
    folded = [fold_word(word) for word in words]
    for at, word in enumerate(folded):
        if word in _DAYS and not _is_date(folded, at):
            number = number_before(words, at)
            if number is not None:
                half = _HALF.get(folded[at + 1], 0.0) if at + 1 < len(folded) else 0.0
                return (number + half) * _DAYS[word]
    text = f" {' '.join(folded)} "
    return next((days for phrase, days in _WHEN.items() if f" {phrase} " in text), None)


_DATES = frozenset(("thu", "mung", "mong", "ngay"))
_DATE_ENDS = frozenset(("nay", "sau", "toi", "truoc"))


def _is_date(folded: Sequence[str], at: int) -> bool:
    """Whether a unit of time belongs to a date: "thứ ba tuần trước", "20 tháng này"."""
    before = folded[max(at - 3, 0) : max(at - 1, 0)]
    after = folded[at + 1] if at + 1 < len(folded) else ""
    is_counted = after in _DIGITS or after in _TENS or after.isdigit()
    is_month = folded[at] in ("thang", "tuan") and after in _DATE_ENDS
    return any(word in _DATES for word in before) or is_counted or is_month


def year_of(words: Sequence[str]) -> int | None:
    """The year that a sentence names in digits; "năm 98" is 1998."""
    for at, word in enumerate(words):
        if re.fullmatch(r"(19|20)\d\d", word):
            return int(word)
        is_short = at and fold_word(words[at - 1]) == "nam" and re.fullmatch(r"\d\d", word)
        if is_short:
            return int(word) + (1900 if int(word) > 30 else 2000)
    return None


_YOUNGER = re.compile(r"duoi (\d+) tuoi")
_OLDER = re.compile(r"(?:tu|du) (?:du )?(\d+)(?: tuoi)?")
_WITHIN = re.compile(r"(?:chua qua|con|trong|duoi) (\d+) ngay")
_BEYOND = re.compile(r"(?:da qua|hon|tu|qua) (\d+) ngay")
_BEFORE = re.compile(r"truoc ngay (\d+) (\d+) (\d{4})")
_SINCE = re.compile(r"tu ngay (\d+) (\d+) (\d{4})")
_NO_LIMIT = float("inf")


_LIMITS = frozenset(
    ("dưới", "trên", "quá", "hơn", "gần", "khoảng", "tầm", "cỡ", "chưa", "hết", "trở", "chắc")
)
_PLAIN_LIMITS = frozenset(("duoi", "tren", "hon", "khoang", "chua", "het", "tro", "gan"))
"""Words that make a number a limit or a guess: "dưới 14 tuổi", "chắc khoảng hai tháng"."""


def choice_by_number(words: Sequence[str], question: Question) -> Choice | None:
    """The one choice whose limits the age, span or year in a sentence lies between.

    The limits are read from the labels: "Dưới 6 tuổi", "Đã quá 60 ngày", "Trước ngày
    1/7/2004". None where the sentence names no such number, or it fits none or several.
    """
    if set(words) & (_LIMITS if has_diacritics(words) else _PLAIN_LIMITS):
        return None
    found: list[Choice] = []
    age, days, year = age_of(words), days_of(words), year_of(words)
    for choice in question.choices:
        label = fold(f"{choice.label.vi} {choice.note.vi if choice.note else ''}")
        ages, spans, years = _ages(label), _spans(label), _years(label)
        if (
            (age is not None and ages and ages[0] <= age < ages[1])
            or (days is not None and age is None and spans and spans[0] <= days <= spans[1])
            or (year is not None and years and years[0] <= year < years[1])
        ):
            found.append(choice)
    return found[0] if len(found) == 1 else None


def _ages(label: str) -> tuple[float, float] | None:
    if "tuoi" not in label:
        return None
    younger, older = _YOUNGER.search(label), _OLDER.search(label)
    if younger is None and older is None:
        return None
    return (
        float(older[1]) if older else 0.0,
        float(younger[1]) if younger else _NO_LIMIT,
    )


def _spans(label: str) -> tuple[float, float] | None:
    if within := _WITHIN.search(label):
        return 0.0, float(within[1])
    if beyond := _BEYOND.search(label):
        return float(beyond[1]) + 0.5, _NO_LIMIT
    return None


def _years(label: str) -> tuple[float, float] | None:
    if before := _BEFORE.search(label):
        return 0.0, float(before[3])
    if since := _SINCE.search(label):
        return float(since[3]) + 1, _NO_LIMIT
    return None

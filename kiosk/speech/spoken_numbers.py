"""The numbers in a Vietnamese text, in words: telephones, dates, times, money, measures. Pure.

The order of the steps is what tells a date from a fraction and a telephone number from an
amount: each step leaves words, and what it leaves alone is for the next.
"""

import re
from collections.abc import Callable, Iterable

from kiosk.speech.numerals import breaths, cardinal, in_breaths, one_by_one, written_number
from kiosk.speech.spoken_rules import VietnameseRules

_Said = Callable[[str], str]
_Replacement = str | Callable[[re.Match[str]], str]
_Step = tuple[str, re.Pattern[str], _Replacement]
"""A sign without which there is nothing to do, or ""; what is looked for; what is said."""

NUMBER = r"\d+(?:[.,]\d+)*"

_LEAST_PHONE_DIGITS, _MOST_PHONE_DIGITS = 8, 12
_PHONE = re.compile(
    r"(?<![\w.,/])(?:\+84|\(0\d{1,3}\)|0\d{1,3}|1[89]00(?!-))(?:[ .-]?\d{2,4}){1,3}(?![\w/]|[.,]\d)"
)
_SHORT_PHONE = re.compile(
    r"(?i)\b(?:(?:gọi|bấm|tổng đài|đường dây nóng|hotline)(?: ngay| số| tới| đến)* |số (?=11[1-5]))"
    r"\d{3,5}(?![\d.]\d|\d)(?:(?:, ?| hoặc | và |/)\d{3}(?![\d.]\d|\d))*(?! (?:người|hộ|lần)\b)"
)
_EMERGENCIES = re.compile(r"(?<![\d./])11[1-9](?:/11[1-9])+(?![\d./])")
_PROCEDURE_CODE = re.compile(r"(?<![\d.,])([1-9])\.(\d{6})(?![\d.])")
_NAMED_ROW = re.compile(
    r"(?i)\b((?:CCCD|CMND|căn cước|công dân|định danh|mã số|MST|tài khoản|biên nhận|hồ sơ|mã"
    r"|mã số thuế)(?: cá nhân)?(?: ngân hàng)?(?: số)?:? )(\d(?: ?\d){4,})(?![\d.,]\d|\d)"
)
_FILE_CODE = re.compile(r"(?<![\w.-])[A-ZĐ]+\d*(?:[.-][A-ZĐ\d]+){2,}(?![\w-])")
"""The number of somebody's file, `H26.17-251122-0004`."""
_LONG_ROW = re.compile(r"(?<![\w.,])\d{7,}(?!\w|[.,]\d)")

_ISO_DATE = re.compile(r"(?<![\d-])((?:19|20)\d\d)-(\d\d?)-(\d\d?)(?![\d-])")
_DASH_DATE = re.compile(r"(?<![\d.-])(\d\d?)([.-])(\d\d?)\2((?:19|20)\d\d)(?![\d-])")
_TO = re.compile(r"(?<=[\dh%])\s?[-–—]\s?(?=\d)")
_WEEKDAYS = re.compile(r"\bT([2-7])(?:\s?[-–—]\s?T?([2-7]))?(?![\w.])")
_DATE = re.compile(r"(?<![\d/])(\d\d?)/(\d\d?)/((?:19|20)\d\d)(?![\d/])")
_MONTH_OF_YEAR = re.compile(r"(?<![\d/.,])(0?[1-9]|1[0-2])/((?:19|20)\d\d)(?![\d/])")
_DAY_OF_MONTH = re.compile(r"(?<![\d/.,])(0?[1-9]|[12]\d|3[01])/(0?[1-9]|1[0-2])(?![\d/])")
_BEFORE_A_DATE = frozenset("ngày hôm sáng trưa chiều tối đêm".split())  # noqa: SIM905 - read as words
_BEFORE_A_DAY = _BEFORE_A_DATE | frozenset(
    "dịp lễ tết từ đến trước sau hết mùng mồng".split()  # noqa: SIM905
)
"""After these `5/9` is a day; elsewhere it is a part."""
_EARLY_DAY = re.compile(
    r"(?i)\b(ngày )(0?[1-9]|10)(?= (?:tháng|hằng tháng|hàng tháng|mỗi tháng|âm lịch|dương lịch)\b)"
)
_FOURTH = re.compile(r"(?i)\b(tháng|thứ|quý) 0?4(?![\d.,/]*\d|/)")
_FIRST = re.compile(r"(?i)\bthứ 1(?![\d.,/]*\d)")

_CLOCK = re.compile(r"(?<![\d:,.])([01]?\d|2[0-4])(?:[hg]|:)([0-5]\d)(?:[:](\d\d))?(?![\d:])")
_HEIGHT = re.compile(r"(?<![\w.,])(\d)m(?=\d\d?(?!\w))")
"""1m65: the centimetres stand behind the metre."""
_FORM_OF = re.compile(r"(?<=\d)/(?=[A-ZĐ]{2})")
_TIMES = re.compile(r"(?<=\d)\s?[xX×]\s?(?=\d)")
_PLUS = re.compile(r"(?<=\d)\s?\+\s?(?=\d)")
_MINUS = re.compile(r"(?<![\w)])[-−](?=\d)")
_DOLLARS = re.compile(rf"\$\s?({NUMBER})")
_FRACTION = re.compile(r"(?<![\d/])(\d{1,5})/(\d{1,5})(?![\d/])")
_BEFORE_A_PLACE = frozenset("bước số nhà trang câu lượt ngõ ngách hẻm".split())  # noqa: SIM905
"""After these `2/5` is no part of anything."""
_ALWAYS = (24, 7)
"""Round the clock, and no day of July."""
_CHAIN = re.compile(r"(?<=\d)/(?=\d)")
_NUMBERED = re.compile(r"(?i)\b(mẫu|số|tờ khai|phụ lục) (0\d+)(?!\w|[.,/]\d)")
_FOREIGN_THOUSANDS = re.compile(
    r"(?<![\d.,])\d{1,3}(?:(?:,\d{3}){2,}|,000|,\d{3}(?= ?(?:đồng|đ|VNĐ|VND)(?!\w)))(?![\d.,]\d|\d)"
)
_SAID_AFTER = re.compile(r"(?<!\d)(\d{1,6}) \(([^\W\d]+(?: [^\W\d]+){0,5})\)")
_SAID_BEFORE = re.compile(r"(?<=[^\W\d]) \((\d{1,6})\)")
"""Offices write a count twice, "01 (một) bản", "sáu (06) tháng"; it is said once."""
_NUMBER = re.compile(NUMBER)
_DIGIT = re.compile(r"\d")
_CODE = re.compile(r"(?<![\w])(?=\w*\d)(?=\w*[^\W\d])[^\W_]+")


class Numbers:
    """Reads numbers aloud."""

    def __init__(self, rules: VietnameseRules, *, code: _Said, for_each: _Said) -> None:
        """Args: code: reads letters and digits in one; for_each: reads `đồng/bản`."""
        per = per_pattern(rules)
        per_count = re.compile(rf"(?<!\w)({any_of(rules.per)})/(?=\d)")
        unit = re.compile(rf"({NUMBER})\s?({any_of(rules.units)})(?!\w)")
        bare = [unit for unit in rules.units if unit[-1].isdigit()]
        self._steps: tuple[_Step, ...] = (
            ("", _PHONE, _phone),
            ("(", _SAID_AFTER, _said_after),
            ("(", _SAID_BEFORE, _said_before),
            ("/", _EMERGENCIES, lambda match: in_breaths(match[0].split("/"))),
            ("", _SHORT_PHONE, _short_phone),
            (".", _PROCEDURE_CODE, _procedure_code),
            ("", _NAMED_ROW, _named_row),
            ("", _FILE_CODE, lambda match: _file_code(match[0], code)),
            ("", _LONG_ROW, lambda match: in_breaths(breaths(match[0]))),
            (",", _FOREIGN_THOUSANDS, lambda match: match[0].replace(",", ".")),
            ("-", _ISO_DATE, r"\3/\2/\1"),
            ("", _DASH_DATE, r"\1/\3/\4"),
            ("", _WEEKDAYS, _weekdays),
            ("", _TO, " đến "),
            ("/", _DATE, _date),
            ("/", _MONTH_OF_YEAR, _month_of_year),
            ("/", _DAY_OF_MONTH, _day_of_month),
            ("", _EARLY_DAY, lambda match: f"{match[1]}{_day(match[2])}"),
            ("", _FOURTH, r"\1 tư"),
            ("", _FIRST, lambda match: f"{match[0][:-1]}nhất"),
            ("", _CLOCK, _clock),
            ("m", _HEIGHT, r"\1 mét "),
            ("/", _FORM_OF, " trên "),
            ("", _TIMES, " nhân "),
            ("+", _PLUS, " cộng "),
            ("", _MINUS, "âm "),
            ("$", _DOLLARS, r"\1 đô la"),
            ("", unit, lambda match: f"{match[1]} {rules.units[match[2]]}"),
            ("/", per, lambda match: f" {for_each(match[0])}"),
            ("/", per_count, r"\1 "),
            (
                "",
                re.compile(rf"(?<!\w)(?:{any_of(bare)})(?!\w)"),
                lambda match: rules.units[match[0]],
            ),
            ("", _NUMBERED, lambda match: f"{match[1]} {one_by_one(match[2])}"),
            ("", _CODE, lambda match: code(match[0])),
            ("/", _FRACTION, _fraction),
            ("/", _CHAIN, " trên "),
            ("", _NUMBER, lambda match: written_number(match[0])),
        )

    def say(self, text: str) -> str:
        """`text` with its numbers in words."""
        for sign, pattern, replacement in self._steps:
            if sign in text:
                text = pattern.sub(replacement, text)
        return text


def per_pattern(rules: VietnameseRules) -> re.Pattern[str]:
    """Where a slash means "for each": `đồng/bản`, `đồng/người/tháng`."""
    return re.compile(rf"(?<![^\W\d])((?:{any_of(rules.per)}))((?:/[^\W\d]\w*)+)")


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or r"(?!)"


def _said_after(match: re.Match[str]) -> str:
    return match[1] if cardinal(int(match[1])) == match[2].lower() else match[0]


def _said_before(match: re.Match[str]) -> str:
    before = f" {match.string[: match.start()].lower()}"
    return "" if before.endswith(f" {cardinal(int(match[1]))}") else match[0]


def _phone(match: re.Match[str]) -> str:
    written = match[0]
    groups = re.findall(r"\d+", written)
    count = sum(map(len, groups))
    if not _LEAST_PHONE_DIGITS <= count <= _MOST_PHONE_DIGITS:
        return written
    if written.startswith("+"):
        home = "".join(groups)[2:]
        rest = groups[1:] if len(groups) > 1 and groups[0] == "84" else breaths(home)
        return f"cộng {in_breaths(['84', *rest])}"
    return in_breaths(groups if len(groups) > 1 else breaths(groups[0]))


def _short_phone(match: re.Match[str]) -> str:
    said = re.sub(r"\d+", lambda number: one_by_one(number[0]), match[0])
    return said.replace("/", ", ")


def _procedure_code(match: re.Match[str]) -> str:
    return f"{one_by_one(match[1])} chấm {in_breaths(breaths(match[2]))}"


def _named_row(match: re.Match[str]) -> str:
    groups = match[2].split()
    return match[1] + in_breaths(groups if len(groups) > 1 else breaths(groups[0]))


def _file_code(written: str, code: _Said) -> str:
    if not _DIGIT.search(written):
        return written
    parts = re.split(r"([.-])", written)
    pauses = {".": " chấm ", "-": ", "}
    return "".join(pauses[part] if part in pauses else _part(part, code) for part in parts)


def _part(part: str, code: _Said) -> str:
    is_row = part.isdigit() and (part[0] == "0" or len(part) > 2)
    return in_breaths(breaths(part)) if is_row else code(part)


def _weekdays(match: re.Match[str]) -> str:
    days = (f"thứ {day}" for day in match.groups() if day)
    return " đến ".join(days)


def _day(digits: str) -> str:
    number = int(digits)
    return f"mùng {cardinal(number)}" if number <= 10 else cardinal(number)


def _month(digits: str) -> str:
    number = int(digits)
    return "tháng tư" if number == 4 else f"tháng {cardinal(number)}"


def _word_before(match: re.Match[str]) -> str:
    """The word before, in lower case; empty where there is none."""
    if match.string[match.start() - 1 : match.start()] != " ":
        return ""
    begin = match.string.rfind(" ", 0, match.start() - 1) + 1
    return match.string[begin : match.start() - 1].lower()


def _date(match: re.Match[str]) -> str:
    day, month, year = match.groups()
    if not (1 <= int(day) <= 31 and 1 <= int(month) <= 12):
        return match[0]
    before = _word_before(match)
    said = f"{_day(day)} {_month(month)} năm {cardinal(int(year))}"
    if before in ("mùng", "mồng"):
        return said.removeprefix("mùng ")
    return said if before in _BEFORE_A_DATE else f"ngày {said}"


def _month_of_year(match: re.Match[str]) -> str:
    said = f"{_month(match[1])} năm {cardinal(int(match[2]))}"
    return said.removeprefix("tháng ") if _word_before(match) == "tháng" else said


def _day_of_month(match: re.Match[str]) -> str:
    before = _word_before(match)
    day, month = int(match[1]), int(match[2])
    is_no_part = day > month and (day, month) != _ALWAYS and before not in _BEFORE_A_PLACE
    if before not in _BEFORE_A_DAY and not is_no_part:
        return match[0]
    said = f"{_day(match[1])} {_month(match[2])}"
    if before in ("mùng", "mồng"):
        return said.removeprefix("mùng ")
    return said if before in _BEFORE_A_DAY else f"ngày {said}"


def _clock(match: re.Match[str]) -> str:
    hours, minutes, seconds = (None if part is None else int(part) for part in match.groups())
    said = f"{cardinal(hours or 0)} giờ"
    if minutes or seconds:
        said += f" {cardinal(minutes or 0)} phút"
    return f"{said} {cardinal(seconds)} giây" if seconds else said


def _fraction(match: re.Match[str]) -> str:
    above, below = match.groups()
    is_share = int(above) < int(below) <= 10 and _word_before(match) not in _BEFORE_A_PLACE
    return f"{above} {'phần' if is_share else 'trên'} {below}"

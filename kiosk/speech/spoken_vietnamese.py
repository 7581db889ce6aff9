"""Written Vietnamese -> Vietnamese to be read aloud. Pure.

In this order: addresses, papers of law, rows of digits, dates, times, amounts, what is left of
numbers, then words: codes, abbreviations, foreign words, slashes, signs. Each step leaves words
that no later step touches. Where a sign can be read in two ways the words beside it decide, and
where they do not, the plainest reading is taken.
"""

import re
from collections.abc import Callable, Iterable, Mapping

from kiosk.assistant.syllable import parse
from kiosk.speech.numerals import breaths, cardinal, in_breaths, one_by_one, written_number
from kiosk.speech.spoken_address import Address
from kiosk.speech.spoken_law import VietnameseLaw
from kiosk.speech.spoken_rules import VietnameseRules
from kiosk.speech.spoken_signs import one_line, tidy

_Replacement = str | Callable[[re.Match[str]], str]
_Step = tuple[re.Pattern[str], _Replacement]

NUMBER = r"\d+(?:[.,]\d+)*"
_UPPER = "A-ZÀ-ÖØ-ÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ"

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
    r"|mã số thuế)(?: cá nhân)?(?: số)?:? )(\d{5,})(?![\d.,]\d|\d)"
)
_LONG_ROW = re.compile(r"(?<![\d.,])\d{7,}(?![\d.,]\d|\d)")

_ISO_DATE = re.compile(r"(?<![\d-])((?:19|20)\d\d)-(\d\d?)-(\d\d?)(?![\d-])")
_DASH_DATE = re.compile(r"(?<![\d.-])(\d\d?)([.-])(\d\d?)\2((?:19|20)\d\d)(?![\d-])")
_TO = re.compile(r"(?<=[\dh%])\s?[-–—]\s?(?=\d)")
_WEEKDAYS = re.compile(r"\bT([2-7])(?:\s?[-–—]\s?T?([2-7]))?(?![\w.])")
_DATE = re.compile(
    r"(?i)(\b(?:ngày|hôm|sáng|trưa|chiều|tối|đêm|mùng|mồng) )?"
    r"(?<![\d/])(\d\d?)/(\d\d?)/((?:19|20)\d\d)(?![\d/])"
)
_MONTH_OF_YEAR = re.compile(r"(?i)(\btháng )?(?<![\d/.,])(0?[1-9]|1[0-2])/((?:19|20)\d\d)(?![\d/])")
_DAY_OF_MONTH = re.compile(
    r"(?i)\b((?:ngày|hôm|sáng|trưa|chiều|tối|đêm|dịp|lễ|Tết|từ|đến|trước|sau|hết|mùng|mồng) )"
    r"(0?[1-9]|[12]\d|3[01])/(0?[1-9]|1[0-2])(?![\d/])"
)
_EARLY_DAY = re.compile(
    r"(?i)\b(ngày )(0?[1-9]|10)(?= (?:tháng|hằng tháng|hàng tháng|mỗi tháng|âm lịch|dương lịch)\b)"
)
_FOURTH = re.compile(r"(?i)\b(tháng|thứ|quý) 0?4(?![\d.,/]*\d|/)")
_FIRST = re.compile(r"(?i)\bthứ 1(?![\d.,/]*\d)")

_CLOCK = re.compile(r"(?<![\d:,.])([01]?\d|2[0-4])(?:[hg]|:)([0-5]\d)(?:[:](\d\d))?(?![\d:])")
_TIMES = re.compile(r"(?<=\d)\s?[xX×]\s?(?=\d)")
_PLUS = re.compile(r"(?<=\d)\s?\+\s?(?=\d)")
_MINUS = re.compile(r"(?<![\w)])[-−](?=\d)")
_DOLLARS = re.compile(rf"\$\s?({NUMBER})")
_FRACTION = re.compile(
    r"(?i)(?:\b(bước|số|nhà|trang|câu|lượt|ngõ|ngách|hẻm) )?(?<![\d/])(\d+)/(\d+)(?![\d/])"
)
_CHAIN = re.compile(r"(?<=\d)/(?=\d)")
_NUMBERED = re.compile(r"(?i)\b(mẫu|số|tờ khai|phụ lục) (0\d+)(?!\w|[.,/]\d)")
_NUMBER = re.compile(NUMBER)
_CODE = re.compile(r"(?<![\w])(?=\w*\d)(?=\w*[^\W\d])[^\W_]+")
_RUN = re.compile(r"\d+|[^\W\d_]+")

_ROMAN_ALONE = re.compile(
    r"(?i:\b(cấp|chương|mục|phần|phụ lục|quý|khu vực|thế kỷ|loại|hạng|nhóm|đợt|kỳ|khóa|bậc|thứ)) "
    r"([IVX]+)(?!\w)"
)
_ROMAN = re.compile(r"(?<!\w)[IVX]{2,}(?!\w)")
_ROMAN_FORM = re.compile(r"X{0,3}(?:IX|IV|V?I{0,3})")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10}

_SHOUT = re.compile(rf"(?<![\w])[{_UPPER}]+(?: [{_UPPER}]+)+(?!\w)")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_SLASH_CHAIN = re.compile(r"\w+(?:/\w+)+")
_AND_SO_ON = re.compile(r"(?<!\w)v\.v(?:\.+|(?!\w))")
_BREATHED = re.compile(r"(?i)(?<!\w)h['’](?=[^\W\d])")
"""H'Mông, H'rê: a breath before the name."""
_VOWEL = re.compile(r"[^\W\d_bcdđfghjklmnpqrstvwxz]")
_UPPER_LETTER = re.compile(f"[{_UPPER}]")


class Vietnamese:
    """Reads Vietnamese aloud by rules."""

    def __init__(self, rules: VietnameseRules) -> None:
        self._rules = rules
        self._address = Address(rules.addresses, spell=self._label, number=_address_number)
        self._law = VietnameseLaw(rules, self._code)
        self._place = re.compile(rf"(?<!\w)({_any(rules.places)})\. ?(?=[{_UPPER}\d])")
        self._together = {
            word: number for number, words in enumerate(rules.together) for word in words
        }
        per = re.compile(rf"(?<![^\W\d])((?:{_any(rules.per)}))((?:/[^\W\d]\w*)+)")
        unit = re.compile(rf"({NUMBER})\s?({_any(rules.units)})(?!\w)")
        bare = [unit for unit in rules.units if unit[-1].isdigit()]
        self._numbers: tuple[_Step, ...] = (
            (_PHONE, _phone),
            (_EMERGENCIES, lambda match: in_breaths(match[0].split("/"))),
            (_SHORT_PHONE, _short_phone),
            (_PROCEDURE_CODE, _procedure_code),
            (_NAMED_ROW, lambda match: f"{match[1]}{in_breaths(breaths(match[2]))}"),
            (_LONG_ROW, lambda match: in_breaths(breaths(match[0]))),
            (_ISO_DATE, r"\3/\2/\1"),
            (_DASH_DATE, r"\1/\3/\4"),
            (_WEEKDAYS, _weekdays),
            (_TO, " đến "),
            (_DATE, _date),
            (_MONTH_OF_YEAR, _month_of_year),
            (_DAY_OF_MONTH, lambda match: f"{match[1]}{_day(match[2])} {_month(match[3])}"),
            (_EARLY_DAY, lambda match: f"{match[1]}{_day(match[2])}"),
            (_FOURTH, r"\1 tư"),
            (_FIRST, lambda match: f"{match[0][:-1]}nhất"),
            (_CLOCK, _clock),
            (_TIMES, " nhân "),
            (_PLUS, " cộng "),
            (_MINUS, "âm "),
            (_DOLLARS, r"\1 đô la"),
            (unit, lambda match: f"{match[1]} {rules.units[match[2]]}"),
            (per, lambda match: f" {self._for_each(match[0])}"),
            (re.compile(rf"(?<!\w)(?:{_any(bare)})(?!\w)"), lambda match: rules.units[match[0]]),
            (_NUMBERED, lambda match: f"{match[1]} {one_by_one(match[2])}"),
            (_CODE, lambda match: self._code(match[0])),
            (_FRACTION, _fraction),
            (_CHAIN, " trên "),
            (_NUMBER, lambda match: written_number(match[0])),
        )
        self._per = per

    def say(self, text: str) -> str:
        """`text` in words."""
        text = one_line(text)
        text = _BREATHED.sub("Hơ ", text)
        text = _AND_SO_ON.sub("vân vân", text)
        text = self._address.say(text)
        text = self._place.sub(lambda match: f"{self._rules.places[match[1]]} ", text)
        text = _SHOUT.sub(_calm, text)
        text = _ROMAN_ALONE.sub(_roman_named, text)
        text = _ROMAN.sub(_roman, text)
        if any(letter.isdigit() for letter in text):
            text = self._law.say(text)
            for pattern, replacement in self._numbers:
                text = pattern.sub(replacement, text)
        if "/" in text:
            text = self._slashes(text)
        text = _WORD.sub(lambda match: self._word(match[0]), text)
        return tidy(text, self._rules.signs)

    def _slashes(self, text: str) -> str:
        text = self._per.sub(lambda match: self._for_each(match[0]), text)
        text = _SLASH_CHAIN.sub(lambda match: self._chain(match[0]), text)
        return text.replace("/", " hoặc ")

    def _for_each(self, chain: str) -> str:
        first, *rest = chain.split("/")
        return " một ".join([self._rules.units.get(first, first), *rest])

    def _chain(self, chain: str) -> str:
        known = self._rules.slashes.get(chain.lower())
        if known is not None:
            return chain[0] + known[1:] if chain[0].lower() == known[0] else known
        words = chain.split("/")
        groups = {self._together.get(word.lower()) for word in words}
        are_together = len(groups) == 1 and None not in groups
        return (" " if are_together else " hoặc ").join(words)

    def _word(self, word: str) -> str:
        """One word, or several that hyphens join."""
        rules, lower = self._rules, word.lower()
        said = rules.abbreviations.get(word) or rules.respellings.get(lower)
        if said is not None:
            return said
        if "-" in word:
            return " ".join(self._word(part) for part in word.split("-"))
        if len(word) == 1:
            return self._letter(word)
        if parse(lower) is not None:
            return lower if word.isupper() else word
        said = rules.abbreviations.get(word.upper())
        if said is not None:
            return said
        has_vowel = _VOWEL.search(lower) is not None
        is_name = has_vowel and len(_UPPER_LETTER.findall(word)) < 2
        return word if is_name else self._spelt(lower)

    def _letter(self, letter: str) -> str:
        """A vowel is read as it stands; a consonant by its name."""
        if parse(letter.lower()) is not None:
            return letter
        # The law's điểm d and điểm đ must not sound alike.
        return "dê" if letter == "d" else self._rules.letters.get(letter.lower(), letter)

    def _spelt(self, letters: str) -> str:
        return " ".join(self._rules.letters.get(letter, letter) for letter in letters.lower())

    def _label(self, label: str) -> str:
        """A part of an address that makes no syllables."""
        return self._rules.respellings.get(label) or self._spelt(label)

    def _code(self, code: str) -> str:
        """Letters and digits in one: `CT01`, `2a`."""
        said = self._rules.respellings.get(code.lower())
        if said is not None:
            return said
        return " ".join(self._run(run) for run in _RUN.findall(code))

    def _run(self, run: str) -> str:
        if run[0].isdigit():
            is_row = run[0] == "0" or len(run) > 2
            return one_by_one(run) if is_row else cardinal(int(run))
        is_word = len(run) > 1 and run.islower() and parse(run) is not None
        return run if is_word else self._spelt(run)


def _any(words: Iterable[str] | Mapping[str, str]) -> str:
    """A pattern for any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or r"(?!)"


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


def _weekdays(match: re.Match[str]) -> str:
    days = (f"thứ {day}" for day in match.groups() if day)
    return " đến ".join(days)


def _address_number(digits: str) -> str:
    is_row = len(digits) > 2 or digits[0] == "0"
    return one_by_one(digits) if is_row else cardinal(int(digits))


def _day(digits: str) -> str:
    number = int(digits)
    return f"mùng {cardinal(number)}" if number <= 10 else cardinal(number)


def _month(digits: str) -> str:
    number = int(digits)
    return "tháng tư" if number == 4 else f"tháng {cardinal(number)}"


def _date(match: re.Match[str]) -> str:
    before, day, month, year = match.groups()
    if not (1 <= int(day) <= 31 and 1 <= int(month) <= 12):
        return match[0]
    said = f"{_day(day)} {_month(month)} năm {cardinal(int(year))}"
    if before is None:
        return f"ngày {said}"
    return before + (said.removeprefix("mùng ") if before.lower().startswith("m") else said)


def _month_of_year(match: re.Match[str]) -> str:
    said = f"{_month(match[2])} năm {cardinal(int(match[3]))}"
    return said if match[1] is None else match[1] + said.removeprefix("tháng ")


def _clock(match: re.Match[str]) -> str:
    hours, minutes, seconds = (None if part is None else int(part) for part in match.groups())
    said = f"{cardinal(hours or 0)} giờ"
    if minutes or seconds:
        said += f" {cardinal(minutes or 0)} phút"
    return f"{said} {cardinal(seconds)} giây" if seconds else said


def _fraction(match: re.Match[str]) -> str:
    before, above, below = match.groups()
    is_share = before is None and int(above) < int(below) <= 10
    said = f"{above} {'phần' if is_share else 'trên'} {below}"
    return said if before is None else f"{before} {said}"


def _roman_value(numeral: str) -> int | None:
    if not numeral or _ROMAN_FORM.fullmatch(numeral) is None:
        return None
    values = [_ROMAN_VALUES[letter] for letter in numeral]
    later = [*values[1:], 0]
    return sum(-one if one < next_one else one for one, next_one in zip(values, later, strict=True))


def _roman(match: re.Match[str]) -> str:
    value = _roman_value(match[0])
    return match[0] if value is None else str(value)


def _roman_named(match: re.Match[str]) -> str:
    value = _roman_value(match[2])
    return match[0] if value is None else f"{match[1]} {value}"


def _calm(match: re.Match[str]) -> str:
    """Words in capitals are words; abbreviations side by side stay what they are."""
    words = match[0].lower().split()
    return " ".join(words) if all(parse(word) is not None for word in words) else match[0]

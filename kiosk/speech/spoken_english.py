"""Written English with Vietnamese papers in it -> English to be read aloud. Pure.

An English voice reads numbers and words by itself; what it cannot read is how Vietnamese
offices write: codes, abbreviations, numbers of decrees, dots between thousands. Vietnamese
names stay as they are.
"""

import re
from collections.abc import Sequence

from kiosk.speech.numerals import breaths
from kiosk.speech.spoken_address import Address
from kiosk.speech.spoken_law import KIND_FIRST, NUMBER, issued_by
from kiosk.speech.spoken_rules import EnglishRules
from kiosk.speech.spoken_signs import one_line, tidy

_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:\.\d{3})+(?![\d.])")
_DATE = re.compile(r"(?<![\d/])(\d\d?)[/](\d\d?)[/]((?:19|20)\d\d)(?![\d/])")
_CLOCK = re.compile(r"(?<![\d:])0(?=\d:[0-5]\d(?!\d))")
_TO = re.compile(r"(?<=\d)\s?[-–—]\s?(?=\d)")
_OF = re.compile(r"(?<![\d/])(\d+)/(\d+)(?![\d/])")
_PHONE = re.compile(r"(?<![\w.,/])(?:0\d{1,3}|1[89]00(?!-))(?:[ .]?\d{2,4}){1,3}(?![\w/]|[.,]\d)")
_LEAST_PHONE_DIGITS = 8
_EMERGENCIES = re.compile(
    r"(?i)(?<=\b(?:call|dial) )11[1-9](?!\d|[.,]\d)"
    r"|(?<![\d.,/])11[1-9](?:(?:, ?|/| or )11[1-9])+(?![\d./])"
)
_PROCEDURE_CODE = re.compile(r"(?<![\d.,])([1-9])\.(\d{6})(?![\d.])")
_CODE = re.compile(r"(?<!\w)(?:[A-ZĐ]{1,4}\d+|\d{1,2}[a-zđ])(?!\w)")
_PER = re.compile(r"(?<=đồng)/(?=[^\W\d])")
_SHOUT = re.compile(r"(?<!\w)[A-Z]+(?: [A-Z]+)+(?!\w)")
_WORD = re.compile(r"[^\W\d_]+")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)([.,:])(?=\d)")
_KEPT = {".": "\ue000", ",": "\ue001", ":": "\ue002"}
"""Private letters that stand for a sign inside a number while the other signs are tidied."""
_BACK = {ord(kept): sign for sign, kept in _KEPT.items()}


class English:
    """Reads English aloud by rules."""

    def __init__(self, rules: EnglishRules) -> None:
        self._rules = rules
        self._address = Address(rules.addresses, spell=str, number=str)
        named = "(?:Decree|Law|Joint Circular|Circular|Decision|Resolution|Directive)s?"
        self._law = re.compile(rf"(?:(?<!\w)({named}) (?:No\.? )?)?(?<![\w/.,]){NUMBER}")
        self._law_of_year = re.compile(rf"\b({named}) (\d+)/((?:19|20)\d\d)(?![\w/])")
        self._kind_first = re.compile(rf"(?:\b({named}) )?{KIND_FIRST}")
        units = "|".join(sorted(map(re.escape, rules.units), key=len, reverse=True))
        self._unit = re.compile(rf"(?<=\d)\s?({units})(?!\w)")

    def say(self, text: str) -> str:
        """`text` as an English voice can read it."""
        text = self._address.say(one_line(text))
        text = _SHOUT.sub(lambda match: self._calm(match[0]), text)
        if any(letter.isdigit() for letter in text):
            text = self._numbers(text)
        text = _PER.sub(" a ", text)
        text = text.replace("and/or", "and or").replace("/", " or ")
        text = _WORD.sub(lambda match: self._word(match[0]), text)
        text = _BETWEEN_DIGITS.sub(lambda match: _KEPT[match[1]], text)
        return tidy(text, self._rules.signs).translate(_BACK)

    def _numbers(self, text: str) -> str:
        text = self._law.sub(self._said_law, text)
        text = self._kind_first.sub(self._said_kind_first, text)
        text = self._law_of_year.sub(r"\1 \2 of \3", text)
        text = _PHONE.sub(_phone, text)
        text = _EMERGENCIES.sub(
            lambda match: ", ".join(map(" ".join, re.findall(r"\d+", match[0]))), text
        )
        text = _PROCEDURE_CODE.sub(
            lambda match: f"{match[1]} point {_in_breaths(breaths(match[2]))}", text
        )
        text = _THOUSANDS.sub(lambda match: match[0].replace(".", ","), text)
        text = _DATE.sub(self._date, text)
        text = _TO.sub(" to ", _CLOCK.sub("", text))
        text = self._unit.sub(lambda match: f" {self._rules.units[match[1]]}", text)
        text = _CODE.sub(lambda match: " ".join(_code(match[0])), text)
        return _OF.sub(r"\1 of \2", text)

    def _date(self, match: re.Match[str]) -> str:
        day, month, year = map(int, match.groups())
        if not (1 <= day <= 31 and 1 <= month <= 12):
            return match[0]
        return f"{day} {self._rules.months[month - 1]} {year}"

    def _said_law(self, match: re.Match[str]) -> str:
        named, number, year, suffix = match.groups()
        laws = self._rules.laws
        first, *rest = suffix.split("-")
        letters = first.rstrip("0123456789")
        if letters in laws.assembly:
            by = f"of {laws.assembly[letters]}, term {first[len(letters) :]}"
            kind = named or laws.kinds.get(letters, "")
        elif first in laws.kinds:
            by = issued_by(rest, laws, lambda code: " ".join(_code(code)), "of", "and")
            kind = named or laws.kinds[first]
        else:
            return match[0]
        of_year = f" of {year}" if year else ""
        return f"{kind} {int(number)}{of_year} {by}".strip()

    def _said_kind_first(self, match: re.Match[str]) -> str:
        named, short, number, issuers = match.groups()
        kind = named or self._rules.laws.kinds.get(short)
        if kind is None:
            return match[0]
        by = issued_by(
            issuers.split("-"), self._rules.laws, lambda code: " ".join(_code(code)), "of", "and"
        )
        return f"{kind} {int(number)} {by}"

    def _word(self, word: str) -> str:
        said = self._rules.abbreviations.get(word)
        if said is not None:
            return said
        return " ".join(word) if len(word) > 1 and word.isupper() else word

    def _calm(self, run: str) -> str:
        """Words in capitals are words, unless one of them is an abbreviation that we know."""
        words = run.split()
        is_known = any(word in self._rules.abbreviations or len(word) == 1 for word in words)
        return run if is_known else run.lower()


def _code(code: str) -> str:
    """A code letter by letter."""
    return code.upper()


def _phone(match: re.Match[str]) -> str:
    groups = re.findall(r"\d+", match[0])
    if sum(map(len, groups)) < _LEAST_PHONE_DIGITS:
        return match[0]
    return _in_breaths(groups if len(groups) > 1 else breaths(groups[0]))


def _in_breaths(groups: Sequence[str]) -> str:
    return ", ".join(" ".join(group) for group in groups)

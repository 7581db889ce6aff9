"""The numbers of decrees, circulars and laws, as an official reads them out. Pure.

`123/2015/NĐ-CP` is number 123 of the year 2015, a decree (NĐ) of the Government (CP); the form
is set by decree 30/2020/NĐ-CP on clerical work. `60/2014/QH13` is a law of the 13th National
Assembly. What kind of paper it is, is said only where the words before do not say it.
"""

import re
from collections.abc import Callable, Iterable

from kiosk.speech.numerals import cardinal, one_by_one
from kiosk.speech.spoken_rules import Laws, VietnameseRules

SUFFIX = r"[A-ZĐ]{2,}\d*(?:-[A-ZĐ]\w*)*"
NUMBER = rf"(\d{{1,6}})/(?:((?:19|20)\d\d)/)?({SUFFIX})(?!\w)"
KIND_FIRST = r"(?<!\w)([A-ZĐ]{2,})/(\d{1,6})-([A-ZĐ]\w*(?:-[A-ZĐ]\w*)*)(?!\w)"
_TERM = re.compile(r"([A-ZĐ]+)(\d{1,3})")

_SAYS_WHOSE = re.compile(r" (?:ngày [\d/.-]+ )?của (?!tôi|mình|ông|bà)")
"""The words after the number already name the issuer."""

_Code = Callable[[str], str]


class VietnameseLaw:
    """Reads the numbers of legal papers in a text."""

    def __init__(self, rules: VietnameseRules, code: _Code) -> None:
        """Args: code: reads an issuer that the rules do not know."""
        self._laws, self._code = rules.laws, code
        names = ["luật", "bộ luật", "hiến pháp", *self._laws.kinds.values()]
        shorts = "|".join(_longest_first(self._laws.kinds))
        before = rf"(?:(?<!\w)((?i:{'|'.join(_longest_first(names))})|{shorts})((?i: số)? ))"
        self._full = re.compile(rf"{before}?(?<![\w/.,]){NUMBER}")
        self._of_year = re.compile(rf"{before}(\d{{1,6}})(?:/| năm )((?:19|20)\d\d)(?![\w/])")
        self._kind_first = re.compile(KIND_FIRST)

    def say(self, text: str) -> str:
        """`text` with the numbers of its legal papers in words."""
        if "/" in text:
            text = self._full.sub(self._said, text)
            text = self._kind_first.sub(self._said_kind_first, text)
        return self._of_year.sub(self._said_of_year, text)

    def _said(self, match: re.Match[str]) -> str:
        named, number_word, number, year, suffix = match.groups()
        first, *rest = suffix.split("-")
        term = _TERM.fullmatch(first)
        if term is not None and term[1] in self._laws.assembly:
            kind = ""
            by = f"của {self._laws.assembly[term[1]]} khóa {cardinal(int(term[2]))}"
        elif first in self._laws.kinds:
            kind, by = self._laws.kinds[first], issued_by(rest, self._laws, self._code, "của", "và")
        else:
            return match[0]
        if _SAYS_WHOSE.match(match.string, match.end()):
            by = ""
        if named is not None:
            kind = f"{self._laws.kinds.get(named, named)}{number_word}"
        elif kind:
            kind += " "
        if year is None:
            return f"{kind}{_number(number)} {by}".rstrip()
        return f"{kind}{_number(number)}, năm {cardinal(int(year))}, {by}".rstrip(" ,")

    def _said_kind_first(self, match: re.Match[str]) -> str:
        kind = self._laws.kinds.get(match[1])
        if kind is None:
            return match[0]
        by = issued_by(match[3].split("-"), self._laws, self._code, "của", "và")
        has_kind = match.string[: match.start()].rstrip().lower().endswith(kind)
        return f"{'' if has_kind else kind + ' '}{_number(match[2])} {by}"

    def _said_of_year(self, match: re.Match[str]) -> str:
        named, number_word, number, year = match.groups()
        kind = self._laws.kinds.get(named, named)
        return f"{kind}{number_word}{_number(number)}, năm {cardinal(int(year))}"


def issued_by(parts: Iterable[str], laws: Laws, code: _Code, of: str, and_: str) -> str:
    """Who issued a paper: the issuers of its number, then what else the number says."""
    known, others = [], []
    for part in parts:
        name = laws.issuers.get(part)
        if name is None:
            others.append(code(part))
        else:
            known.append(name)
    said = [f"{of} {f' {and_} '.join(known)}"] if known else []
    return ", ".join(said + others)


def _number(digits: str) -> str:
    return one_by_one(digits) if digits[0] == "0" else cardinal(int(digits))


def _longest_first(words: Iterable[str]) -> list[str]:
    return sorted(words, key=len, reverse=True)

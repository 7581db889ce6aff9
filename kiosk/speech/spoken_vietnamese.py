"""Written Vietnamese -> Vietnamese to be read aloud. Pure.

In this order: addresses, papers of law, rows of digits, dates, times, amounts, what is left of
numbers, then words: codes, abbreviations, foreign words, slashes, signs. Each step leaves words
that no later step touches. Where a sign can be read in two ways the words beside it decide, and
where they do not, the plainest reading is taken.
"""

import re

from kiosk.assistant.syllable import parse
from kiosk.speech.numerals import cardinal, one_by_one
from kiosk.speech.spoken_address import Address
from kiosk.speech.spoken_law import VietnameseLaw
from kiosk.speech.spoken_numbers import Numbers, any_of, per_pattern
from kiosk.speech.spoken_rules import VietnameseRules
from kiosk.speech.spoken_signs import one_line, tidy

_UPPER = "A-ZÀ-ÖØ-ÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ"

_DIGIT = re.compile(r"\d")
_RUN = re.compile(r"\d+|[^\W\d_]+")

_ROMAN_ALONE = re.compile(
    r"(?i:\b(cấp|chương|mục|phần|phụ lục|quý|khu vực|thế kỷ|loại|hạng|nhóm|đợt|kỳ|khóa|bậc|thứ)) "
    r"([IVX]+)([a-zđ]?)(?!\w)"
)
_ROMAN_LISTED = re.compile(r"(?<!\w)(?:\(([ivx]+)\)|([ivx]{2,})\))")
_ROMAN = re.compile(r"(?<!\w)[IVX]{2,}(?!\w)")
_ROMAN_FORM = re.compile(r"X{0,3}(?:IX|IV|V?I{0,3})")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10}

_SHOUT = re.compile(rf"(?<![\w])[{_UPPER}]+(?: [{_UPPER}]+)+(?!\w)")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_SLASH_CHAIN = re.compile(r"\w+(?:/\w+)+")
_OR_AND = re.compile(r"/(?=(?:hoặc|và)(?!\w))")
_AND_SO_ON = re.compile(r"(?<!\w)v\.v(?:\.+|(?!\w))")
_BREATHED = re.compile(r"(?i)(?<!\w)h['’](?=[^\W\d])")
"""H'Mông, H'rê: a breath before the name."""
_MINUTES = re.compile(r"(?<![\w'‘])(\d{1,2})['′](?![\w'])")
_VOWEL = re.compile(r"[^\W\d_bcdđfghjklmnpqrstvwxz]")
_CASES = re.compile(rf"[{_UPPER}]+(?![^\W\d_{_UPPER}])|[{_UPPER}]?[^\W\d_{_UPPER}]+")
"""What stands in one word by its capitals: `nuôiBC` is two words."""


class Vietnamese:
    """Reads Vietnamese aloud by rules."""

    def __init__(self, rules: VietnameseRules) -> None:
        self._rules = rules
        self._address = Address(rules.addresses, spell=self._label, number=_address_number)
        self._law = VietnameseLaw(rules, self._code)
        self._place = re.compile(rf"(?<!\w)({any_of(rules.places)})\. ?(?=[{_UPPER}\d])")
        joined = [one for one in rules.abbreviations if "&" in one]
        self._joined = re.compile(rf"(?<!\w)(?:{any_of(joined)})(?!\w)")
        self._together = {
            word: number for number, words in enumerate(rules.together) for word in words
        }
        self._numbers = Numbers(rules, code=self._code, for_each=self._for_each)
        self._per = per_pattern(rules)

    def say(self, text: str) -> str:
        """`text` in words."""
        text = one_line(_MINUTES.sub(r"\1 phút", text))
        text = _BREATHED.sub("Hơ ", text)
        text = _AND_SO_ON.sub("vân vân", text)
        text = self._address.say(text).replace("_", " ")
        text = self._joined.sub(lambda match: self._rules.abbreviations[match[0]], text)
        text = self._place.sub(lambda match: f"{self._rules.places[match[1]]} ", text)
        text = _ROMAN_ALONE.sub(_roman_named, text)
        text = _ROMAN.sub(_roman, text)
        text = _ROMAN_LISTED.sub(_roman_listed, text)
        text = _SHOUT.sub(_calm, text)
        if _DIGIT.search(text):
            text = self._numbers.say(self._law.say(text))
        if "/" in text:
            text = self._slashes(text)
        text = _WORD.sub(lambda match: self._word(match[0]), text)
        return tidy(text, self._rules.signs)

    def _slashes(self, text: str) -> str:
        text = _OR_AND.sub(" ", text)
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
        if len(parts := _CASES.findall(word)) > 1 and lower != word:
            return " ".join(
                self._word(part) if len(part) > 1 else self._spelt(part) for part in parts
            )
        return word if _VOWEL.search(lower) and not word.isupper() else self._spelt(lower)

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


def _address_number(digits: str) -> str:
    is_row = len(digits) > 2 or digits[0] == "0"
    return one_by_one(digits) if is_row else cardinal(int(digits))


def _roman_value(numeral: str) -> int | None:
    if not numeral or _ROMAN_FORM.fullmatch(numeral) is None:
        return None
    values = [_ROMAN_VALUES[letter] for letter in numeral]
    later = [*values[1:], 0]
    return sum(-one if one < next_one else one for one, next_one in zip(values, later, strict=True))


def _roman(match: re.Match[str]) -> str:
    value = _roman_value(match[0])
    return match[0] if value is None or _is_shouted(match) else str(value)


def _is_shouted(match: re.Match[str]) -> bool:
    """Whether VI or XI stands among words in capitals: HÀNH VI, XI MĂNG."""
    before = match.string[: match.start()].rstrip()[-2:]
    after = match.string[match.end() :].lstrip()[:2]
    is_syllable = parse(match[0].lower()) is not None
    return is_syllable and any(len(word) == 2 and word.isupper() for word in (before, after))


def _roman_listed(match: re.Match[str]) -> str:
    value = _roman_value((match[1] or match[2]).upper())
    return match[0] if value is None else f"{value},"


def _roman_named(match: re.Match[str]) -> str:
    value = _roman_value(match[2])
    return match[0] if value is None else f"{match[1]} {value}{match[3]}"


def _calm(match: re.Match[str]) -> str:
    """Words in capitals are words; abbreviations side by side stay what they are."""
    words = match[0].lower().split()
    are_words = max(map(len, words)) > 1 and all(parse(word) is not None for word in words)
    return " ".join(words) if are_words else match[0]

"""Vietnamese as people say and type it, in a form that can be compared. Pure.

`fold` takes the diacritics away; `Standard` puts chat spelling and regional words into
the words that scripts use, and cuts off what a speaker took back.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kiosk.assistant.syllable import parse

_SYLLABLE = re.compile(r"[a-z0-9]+")
_WORD = re.compile(r"[^\W_]+")
_CLAUSE = re.compile(r"[,;.!?]+\s+|\s+(?:đâu|dau)(?=\s+\w+\s*,)|(?<=\bđâu),\s+")
"""Where one clause ends and another begins."""


def _bare(letter: str) -> str | None:
    """A letter without its marks; None for a mark that stands alone."""
    parts = unicodedata.normalize("NFD", letter)
    kept = "".join(part for part in parts if not unicodedata.combining(part))
    return kept.replace("đ", "d") or None


_LETTERS = (*range(0x00C0, 0x0250), *range(0x0300, 0x0370), *range(0x1E00, 0x1F00))
"""Latin letters with marks, and marks that stand alone."""

_BARE = {number: _bare(chr(number)) for number in _LETTERS}


def fold(text: str) -> str:
    """Lower case without diacritics, đ as d, single spaces: `Đăng ký` -> `dang ky`."""
    return " ".join(_SYLLABLE.findall(text.casefold().translate(_BARE)))


@lru_cache(maxsize=16384)
def fold_word(word: str) -> str:
    """`fold` of one word; asked for the same words again and again."""
    return fold(word)


def syllables(text: str) -> tuple[str, ...]:
    """The folded syllables of `text`, in order."""
    return tuple(fold(text).split())


_TONE_ON_SECOND = {
    second: first
    for pairs in (
        ("oà òa", "oá óa", "oả ỏa", "oã õa", "oạ ọa", "oè òe", "oé óe", "oẻ ỏe", "oẽ õe", "oẹ ọe"),
        ("uỳ ùy", "uý úy", "uỷ ủy", "uỹ ũy", "uỵ ụy"),
    )
    for second, first in map(str.split, pairs)
}
_OPEN_END = re.compile(rf"(?<!q)(?:{'|'.join(_TONE_ON_SECOND)})\b")
"""Where the two ways of placing a tone mark differ: `hoà` and `hòa`, but only `quý`."""


def words_of(text: str) -> tuple[str, ...]:
    """The words of `text` in lower case and NFC, in order, punctuation left out.

    A tone mark is put where the older way has it: `hoà` and `hòa` are one word.
    """
    composed = unicodedata.normalize("NFC", text.casefold())
    return tuple(_WORD.findall(_OPEN_END.sub(lambda found: _TONE_ON_SECOND[found[0]], composed)))


def has_diacritics(words: Sequence[str]) -> bool:
    """Whether somebody wrote with Vietnamese letters at all: one such letter is enough."""
    return any(not word.isascii() for word in words)


_TAKEN_BACK = tuple(
    tuple(phrase.split())
    for phrase in (
        *("a nham", "ay nham", "o nham", "ua nham", "nham roi", "xin loi nham", "noi nham"),
        *("a khong phai", "a quen", "a khong", "ua khong", "y lon", "lon roi", "a lon", "noi lon"),
        *("dinh chinh lai", "noi lai la", "dung hon la", "y toi la", "y minh la", "y em la"),
        *("y con la", "y chau la", "y tui la", "y la"),
    )
)
"""Folded. What is said before one of these was a slip of the tongue; what follows is meant."""

_NOT = (("khong", "phai", "la"), ("khong", "phai"), ("dau", "phai"))
_BUT = (
    *(("ma", "la"), ("ma", "phai", "la"), ("ma", "muon"), ("ma", "can"), ("ma", "chi")),
    ("ma",),
)
_RATHER_NOT = (("chu", "khong", "phai"), ("cho", "khong", "phai"))
"""Folded: "not X but Y" means Y, "X rather than Y" means X."""

LEAST_LEFT = 2
"""Words that must stay after a cut: less is no request, and then nothing is cut."""


@dataclass(frozen=True, slots=True)
class Standard:
    """Brings what was said into the words of the scripts.

    Made by `standard_of`.
    """

    forms: Mapping[tuple[str, ...], tuple[str, ...]]
    """Words as said -> words as the scripts have them."""
    longest: Mapping[str, int]
    """First word of a form -> the most words that a form beginning with it has."""

    def meant(self, text: str) -> tuple[str, ...]:
        """The standard words of what somebody said, without what they took back."""
        return _without_slips(self.words(_without_denials(_said_plainly(text))))

    def words(self, text: str) -> tuple[str, ...]:
        """The standard words of `text`."""
        words = words_of(text)
        if not any(word in self.longest for word in words):
            return words
        is_plain = not has_diacritics(words)
        found: list[str] = []
        at = 0
        while at < len(words):
            length = self.longest.get(words[at], 0)
            while length:
                said = words[at : at + length]
                standard = self.forms.get(said)
                if standard is not None and not (is_plain and _could_be_a_word(said)):
                    found += standard
                    break
                length -= 1
            else:
                found.append(words[at])
            at += length or 1
        return tuple(found)


def standard_of(packs: Sequence[Mapping[str, str]]) -> Standard:
    """A `Standard` of some packs: form -> standard words; a later pack's form wins."""
    forms = {words_of(form): words_of(meant) for pack in packs for form, meant in pack.items()}
    longest: dict[str, int] = {}
    for form in forms:
        longest[form[0]] = max(len(form), longest.get(form[0], 0))
    return Standard(forms=forms, longest=longest)


def _could_be_a_word(said: Sequence[str]) -> bool:
    """Whether a form, typed without diacritics, may be some other Vietnamese word: `ca`, `ba`."""
    return len(said) == 1 and parse(said[0]) is not None


_GREETING = re.compile(
    r"^(?:(?:dạ|da|vâng|alo|a lô|ê|ơi|này|xin chào|chào|em chào|con chào|cháu chào|xin chao|chao"
    r"|thưa|kính chào)\b[ ,.!]*(?:(?:em|anh|chị|cô|chú|bác|cháu|con|bạn|ông|bà|mọi người|cán bộ"
    r"|các|anh chị|chi|co|chu|bac|chau|ban|ong|ba)\b[ ,.!]*)*(?:ạ|a|ơi|oi|nhé)?\b[ ,.!]*)+"
)
"""How people begin before they say what they want."""

_ME = "(?:toi|tui|minh|em|con(?! nuoi)|chau)"
_ASKED = re.compile(
    rf"^(?:(?:da|thua) )*(?:(?:cho|nho|phien) {_ME} |{_ME} )?"
    r"(?:(?:dang |co )?(?:muon|can(?! cuoc)|dinh(?! chinh)) )?(?:(?:xin )?hoi )?"
    r"(?:(?:i|we) (?:want|need|would like|d like) (?:to )?)?(?=\S+ \S)"
)
_PLEASE = re.compile(rf"(?: (?:a|nhe|nha|voi|please|(?:gium|giup)(?: {_ME})?|ho {_ME}))+$")
"""Folded. How people ask for what they want, before it and after it."""

_SCORN = re.compile(
    r"\b(?:có|co) (?P<what>[\w ]{1,24}?) (?:chi mô|chi mo|gì đâu|gi dau|chi đâu|đâu mà|dau ma)\b"
)
"""Scorn that denies: "có vợ con chi mô" is "I have neither wife nor child"."""


def asked_for(folded: str) -> str:
    """What is asked for, without how: "toi muon khai sinh a" and "khai sinh" are one wish.

    Args:
        folded: a sentence from `fold`.
    """
    return _PLEASE.sub("", _ASKED.sub("", folded))


def _said_plainly(text: str) -> str:
    """Without a greeting before something else, and with scorn as the denial that it is."""
    said = unicodedata.normalize("NFC", text.casefold()).strip()
    rest = _GREETING.sub("", said)
    kept = rest if len(words_of(rest)) >= LEAST_LEFT else said
    return _SCORN.sub(r"không có \g<what>", kept)


def _without_denials(text: str) -> str:
    """`text` without the clauses that only say what is not meant: "không phải khai sinh, …"."""
    clauses = [clause for clause in _CLAUSE.split(text) if words_of(clause)]
    meant = [clause for clause in clauses if not _is_denial(clause)]
    return text if len(meant) == len(clauses) or not meant else ", ".join(meant)


def _is_denial(clause: str) -> bool:
    """Whether a clause denies and adds nothing: "không phải", but neither "mà" nor "thì"."""
    said = syllables(clause)
    has_more = any(word in said for word in ("ma", "thi", "nhung", "chu")) or said[-1:] == ("a",)
    return not has_more and any(_first(said[:4], not_) is not None for not_ in _NOT)


def _without_slips(words: tuple[str, ...]) -> tuple[str, ...]:
    """`words` without what was taken back: before "à nhầm", between "không phải" and "mà là"."""
    said = tuple(fold_word(word) for word in words)
    start, end = 0, len(said)
    for slip in _TAKEN_BACK:
        at = _last(said, slip)
        if at is not None and len(said) - at - len(slip) >= LEAST_LEFT:
            start = max(start, at + len(slip))
    said, words = said[start:end], words[start:end]
    for rather_not in _RATHER_NOT:
        at = _first(said, rather_not)
        if at is not None and at >= LEAST_LEFT:
            return words[:at]
    for not_ in _NOT:
        at = _first(said, not_)
        if at is None:
            continue
        after = at + len(not_)
        for but in _BUT:
            turn = _first(said[after:], but)
            if turn is not None and len(said) - after - turn - len(but) >= LEAST_LEFT:
                return (*words[:at], *words[after + turn + len(but) :])
    return words


def _first(said: tuple[str, ...], phrase: tuple[str, ...]) -> int | None:
    """Where `phrase` first stands in `said`."""
    at = -1
    while phrase[0] in said[at + 1 :]:
        at = said.index(phrase[0], at + 1)
        if said[at : at + len(phrase)] == phrase:
            return at
    return None


def _last(said: tuple[str, ...], phrase: tuple[str, ...]) -> int | None:
    """Where `phrase` last stands in `said`."""
    at = _first(said[::-1], phrase[::-1])
    return None if at is None else len(said) - at - len(phrase)

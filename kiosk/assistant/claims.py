"""A paragraph taken apart into what it claims, piece by piece, in its order. Pure.

Two paragraphs with the same pieces say the same: a piece is a word, a phrase of
`same_meaning`, a number whichever way it is written, a name, or a break that matters.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from kiosk.assistant.same_meaning import SAME_MEANING, SameMeaning
from kiosk.assistant.spelled_numbers import scale, spelled
from kiosk.procedure import Language


class Kind(StrEnum):
    """What a piece is."""

    WORD = "word"
    NUMBER = "number"
    NAME = "name"
    """A name, an abbreviation, a code, a link: nothing of it may change."""
    BREAK = "break"


@dataclass(frozen=True, slots=True)
class Piece:
    """The smallest thing that is kept or lost."""

    kind: Kind
    meaning: str
    text: str
    """As it was written, in small letters."""
    may_replace: bool = True
    """Whether it may stand for another piece of its meaning."""


HARD = Piece(Kind.BREAK, ".", ".")
"""The end of a sentence."""
SOFT = Piece(Kind.BREAK, ",", ",")
THEN = Piece(Kind.BREAK, "thì", "thì")
"""Between a condition and what follows from it."""

Names = Mapping[str, tuple[tuple[str, ...], ...]]
"""First word -> names that begin with it, the longest first; small letters."""

_HARD_MARKS = ".;!?…"
_LEADING = re.compile(r"^[(“\"'‘«–-]+")
_TRAILING = re.compile(r"[.,;:!?)”\"’'»…–-]+$")
_PLAIN_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_GROUPED = {
    "vi": re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+"),
    "en": re.compile(r"[1-9]\d{0,2}(?:,\d{3})+"),
}
_DIGITS = re.compile(r"0|[1-9]\d{0,11}")
_AFTERNOON = frozenset(("chiều", "tối", "đêm"))
_NOON = 12
_NEGATED = {"cannot": ("can", "not"), "can't": ("can", "not"), "won't": ("will", "not")}


@dataclass(frozen=True, slots=True)
class _Lexeme:
    text: str
    """In small letters; a mark is itself."""
    is_mark: bool = False
    is_plain: bool = False
    """Letters alone, and not a name by its capitals."""


def names_in(names: Iterable[str]) -> Names:
    """`names` as `claims` looks them up; of each only what stands before its first mark."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for name in names:
        words: list[str] = []
        for lexeme in _lexemes(name, "vi"):
            if lexeme.is_mark:
                break
            words.append(lexeme.text)
        if len(words) > 1:
            found.setdefault(words[0], set()).add(tuple(words))
    return {
        first: tuple(sorted(several, key=lambda one: (-len(one), one)))
        for first, several in found.items()
    }


def claims(text: str, language: Language, names: Names) -> tuple[Piece, ...]:
    """What `text` claims, in its order, its conditions brought into one form.

    Args:
        text: a paragraph.
        language: its language.
        names: of papers, offices, places and laws: kept as they are.
    """
    may_change = SAME_MEANING[language]
    pieces = _without_fillers(_pieces(_lexemes(text, language), language, names), may_change)
    found: list[Piece] = []
    for sentence in _sentences(_tidy(pieces), may_change):
        found += (*_conditions_first(sentence, may_change), HARD)
    return tuple(found)


def written(text: str, language: Language) -> tuple[str, ...]:
    """The words and marks of `text`, in small letters."""
    return tuple(one.text for one in _lexemes(text, language))


def _lexemes(text: str, language: Language) -> list[_Lexeme]:
    found: list[_Lexeme] = []
    is_start = True
    for chunk in text.split():
        leading = _LEADING.match(chunk)
        core = chunk[leading.end() :] if leading else chunk
        trailing = _TRAILING.search(core)
        core = core[: trailing.start()] if trailing else core
        found += (_Lexeme(mark, is_mark=True) for mark in (leading[0] if leading else ""))
        small = core.casefold().replace("’", "'")
        if language == "en" and (small in _NEGATED or small.endswith("n't")):
            parts = _NEGATED.get(small) or (small.removesuffix("n't"), "not")
            found += (_Lexeme(part, is_plain=True) for part in parts)
        elif core:
            is_letters = _PLAIN_WORD.fullmatch(core) is not None or small == "ông/bà"
            has_capital = core != core.lower()
            is_only_first = core[1:] == core[1:].lower() and is_start
            # A code is kept to the letter, capitals and all.
            found.append(
                _Lexeme(
                    small if is_letters else core,
                    is_plain=is_letters and (not has_capital or is_only_first),
                )
            )
        is_start = not core and is_start
        for mark in trailing[0] if trailing else "":
            found.append(_Lexeme(mark, is_mark=True))
            is_start = is_start or mark in f"{_HARD_MARKS}:"
    return found


def _pieces(lexemes: Sequence[_Lexeme], language: Language, names: Names) -> list[Piece]:
    phrases = _phrases(language)
    words = [one.text for one in lexemes]
    found: list[Piece] = []
    at = 0
    while at < len(lexemes):
        here = lexemes[at]
        if here.is_mark:
            found.append(_break(here.text))
            at += 1
        elif length := _name_at(lexemes, at, names):
            name = " ".join(words[at : at + length])
            found.append(Piece(Kind.NAME, name, name))
            at += length
        elif number := _number_at(lexemes, at, language):
            meaning, length = number
            if meaning.startswith("date") and found and found[-1].meaning == "ngày":
                found.pop()
            found.append(Piece(Kind.NUMBER, meaning, " ".join(words[at : at + length])))
            at += length
        elif not here.is_plain:
            found.append(Piece(Kind.NAME, here.text, here.text))
            at += 1
        else:
            piece, length = _phrase_at(lexemes, at, phrases)
            found.append(piece)
            at += length
    return found


def _break(mark: str) -> Piece:
    if mark in _HARD_MARKS:
        return HARD
    return SOFT if mark == "," else Piece(Kind.BREAK, mark, mark)


def _name_at(lexemes: Sequence[_Lexeme], at: int, names: Names) -> int:
    """How many words of a name begin here; 0: none does."""
    for name in names.get(lexemes[at].text, ()):
        if tuple(one.text for one in lexemes[at : at + len(name)]) == name:
            return len(name)
    return 0


def _number_at(lexemes: Sequence[_Lexeme], at: int, language: Language) -> tuple[str, int] | None:
    """The meaning of the number that begins here, and how many words it has."""
    words = _until_mark(lexemes, at)
    if date := _DATE.fullmatch(words[0]):
        return f"date {int(date[1])} {int(date[2])} {int(date[3])}", 1
    value, length = _value(words, language, before=lexemes[at - 1].text if at else "")
    if value is None:
        return None
    if language == "vi":
        rest = words[length:]
        if rest[:1] == ["tháng"] and (date_of := _spelled_date(value, rest)):
            return date_of[0], length + date_of[1]
        if rest[:1] == ["giờ"] and rest[1:2] and rest[1] in _AFTERNOON and 0 < value < _NOON:
            return f"{value + _NOON} giờ", length + 2
        if rest[:1] == ["giờ"]:
            return f"{value} giờ", length + 1
    return f"{value}", length


def _until_mark(lexemes: Sequence[_Lexeme], at: int) -> list[str]:
    words: list[str] = []
    for one in lexemes[at : at + 16]:
        if one.is_mark:
            break
        words.append(one.text)
    return words


def _value(words: list[str], language: Language, *, before: str) -> tuple[int | None, int]:
    first = words[0]
    if _GROUPED[language].fullmatch(first):
        return int(re.sub(r"\D", "", first)), 1
    if _DIGITS.fullmatch(first):
        times = scale(words[1]) if len(words) > 1 and language == "vi" else None
        return (int(first) * times, 2) if times else (int(first), 1)
    found = spelled([before, *words], 1, language)
    return found or (None, 0)


def _spelled_date(day: int, rest: list[str]) -> tuple[str, int] | None:
    """`31` before "tháng 12 năm 2026"."""
    if len(rest) > 3 and rest[2] == "năm" and rest[1].isdecimal() and rest[3].isdecimal():
        return f"date {day} {int(rest[1])} {int(rest[3])}", 4
    return None


Phrases = Mapping[str, tuple[tuple[tuple[str, ...], Piece], ...]]


@cache
def _phrases(language: Language) -> Phrases:
    """First word -> phrases that begin with it, the longest first, each with its piece."""
    may_change = SAME_MEANING[language]
    found: dict[str, list[tuple[tuple[str, ...], Piece]]] = {}
    for group in may_change.groups:
        for phrase in (*group.plain, *group.hard):
            words = tuple(phrase.split())
            piece = Piece(Kind.WORD, group.plain[0], phrase, may_replace=phrase in group.plain)
            found.setdefault(words[0], []).append((words, piece))
    for phrase in may_change.whole:
        words = tuple(phrase.split())
        found.setdefault(words[0], []).append((words, Piece(Kind.WORD, phrase, phrase)))
    if may_change.then_word is not None:
        found.setdefault(may_change.then_word, []).append(((may_change.then_word,), THEN))
    return {
        first: tuple(sorted(several, key=lambda one: (-len(one[0]), one[0])))
        for first, several in found.items()
    }


def _phrase_at(lexemes: Sequence[_Lexeme], at: int, phrases: Phrases) -> tuple[Piece, int]:
    for words, piece in phrases.get(lexemes[at].text, ()):
        here = lexemes[at : at + len(words)]
        if tuple(one.text for one in here) == words and all(one.is_plain for one in here):
            return piece, len(words)
    word = lexemes[at].text
    return Piece(Kind.WORD, word, word), 1


def _without_fillers(pieces: Sequence[Piece], may_change: SameMeaning) -> list[Piece]:
    found: list[Piece] = []
    for number, piece in enumerate(pieces):
        is_before_number = number + 1 < len(pieces) and pieces[number + 1].kind is Kind.NUMBER
        is_copula = piece.meaning == "là" and is_before_number
        is_bound = bool(found) and found[-1].meaning in may_change.binding
        is_filler = piece.kind is Kind.WORD and piece.meaning in may_change.may_come
        if is_bound or not (is_copula or is_filler):
            found.append(piece)
    return found


def _tidy(pieces: Sequence[Piece]) -> list[Piece]:
    """`pieces` with one break where several stand side by side, and none at either end."""
    found: list[Piece] = []
    for piece in pieces:
        before = found[-1] if found else HARD
        if piece == SOFT and before in (SOFT, THEN, HARD):
            continue
        if piece in (HARD, THEN) and before in (SOFT, THEN, HARD):
            if found and before == SOFT:
                found[-1] = piece
            continue
        found.append(piece)
    while found and found[-1] in (SOFT, HARD):
        found.pop()
    return found


def _sentences(pieces: Sequence[Piece], may_change: SameMeaning) -> list[list[Piece]]:
    """The sentences; a comma before "xin hỏi" ends one, unless a condition is still open."""
    found: list[list[Piece]] = [[]]
    conditions = (may_change.if_word, may_change.when_word, THEN.meaning)
    for number, piece in enumerate(pieces):
        following = pieces[number + 1].meaning if number + 1 < len(pieces) else ""
        is_open = any(one.meaning in conditions for one in found[-1])
        if piece == HARD or (
            piece == SOFT and following in may_change.openers and found[-1] and not is_open
        ):
            found.append([])
        else:
            found[-1].append(piece)
    return [one for one in found if one]


def _conditions_first(sentence: list[Piece], may_change: SameMeaning) -> list[Piece]:
    """`sentence` with its condition at the front and "then" behind it, however it was put.

    "Nếu A, B", "A thì B", "Nếu A thì B" and "B nếu A" are one; so are "Khi A, B" and
    "B khi A". Where it is not plain how far the condition reaches, nothing is moved.
    """
    is_if = sentence[0].kind is Kind.WORD and sentence[0].meaning == may_change.if_word
    is_when = sentence[0].kind is Kind.WORD and sentence[0].meaning == may_change.when_word
    if is_if or is_when:
        breaks = [number for number, piece in enumerate(sentence) if piece.kind is Kind.BREAK]
        is_plain = len(breaks) == 1 and sentence[breaks[0]] == SOFT
        if not breaks or not (is_plain or sentence[breaks[0]] == THEN):
            return sentence  # a comma within a list may end the condition, or not
        condition = sentence[1 if is_if else 0 : breaks[0]]
        return [*condition, THEN, *_later_conditions(sentence[breaks[0] + 1 :], may_change)]
    moved = _moved(sentence, may_change)
    return moved if moved is not None else _later_conditions(sentence, may_change)


def _later_conditions(pieces: list[Piece], may_change: SameMeaning) -> list[Piece]:
    """ "…, nếu A thì B" without its "nếu", since "…, A thì B" says the same."""
    found: list[Piece] = []
    for number, piece in enumerate(pieces):
        is_if = piece.kind is Kind.WORD and piece.meaning == may_change.if_word
        begins = number == 0 or pieces[number - 1] == SOFT
        end = next((one for one in pieces[number:] if one.kind is Kind.BREAK), None)
        if not (is_if and begins and end == THEN):
            found.append(piece)
    return found


def _moved(sentence: list[Piece], may_change: SameMeaning) -> list[Piece] | None:
    """ "B nếu A" as "A thì B"; None where that is not what the sentence is."""
    conditions = (may_change.if_word, may_change.when_word)
    places = [
        number
        for number, piece in enumerate(sentence)
        if piece.kind is Kind.WORD and piece.meaning in conditions
    ]
    if len(places) != 1 or places[0] == len(sentence) - 1:
        return None
    [at] = places
    main, condition = sentence[:at], sentence[at:]
    if main[-1] == SOFT:
        main = main[:-1]
    is_plain = not any(piece.kind is Kind.BREAK for piece in (*main, *condition))
    if not main or not is_plain or any(one.meaning in may_change.fixed_order for one in main):
        return None
    is_if = condition[0].meaning == may_change.if_word
    if not is_if and any(one.meaning in may_change.modal for one in condition):
        return None  # "giấy cấp khi sinh phải nộp": the condition ends somewhere within
    return [*(condition[1:] if is_if else condition), THEN, *main]


def plain(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """`pieces` without how they were written, to be compared and counted."""
    return tuple(replace(piece, text="", may_replace=True) for piece in pieces)

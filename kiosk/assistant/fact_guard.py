"""The fact guard: whether a paragraph said more simply still says the same. Pure.

A rewording passes only if it is the source itself, piece for piece in the same order, but
for four things: phrases of a closed list that mean the same (`same_meaning`), words of a
closed list that carry nothing, a condition that stands before or behind what follows from
it, and a comma that becomes a full stop where nothing hangs on it. So a number, a paper, a
"không", a person or a link can neither change nor move nor come nor go; the checks are not
a list of what might go wrong. Whatever is refused is no loss: the original is shown.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from kiosk.assistant.claims import Kind, Names, Piece, claims, names_in, plain, written
from kiosk.assistant.same_meaning import SAME_MEANING
from kiosk.letters import is_tidy
from kiosk.procedure import Language, Procedure, Text


class Refusal(StrEnum):
    """Why a rewording is not shown: the first that is found."""

    EMPTY = "empty"
    LENGTH = "length"
    SIGNS = "signs"
    """Letters, signs, blanks or line breaks that no paragraph of ours has."""
    QUESTION = "question"
    """It asks or exclaims something of its own."""
    UNCHANGED = "unchanged"
    """It is the source: nothing became simpler."""
    NUMBER = "number"
    NAME = "name"
    """A paper, an office, a place, an abbreviation, a code, a link."""
    NEGATION = "negation"
    CONDITION = "condition"
    PERSON = "person"
    WORD = "word"
    """Some other word came, went or changed."""
    BREAK = "break"
    """A sentence ends, or pauses, elsewhere: "Không. Phải đến" and "Không phải đến"."""
    ORDER = "order"
    """Every piece is there, but not where it was: what it belongs to may be another."""


MOST_TIMES_LONGER = 1.6
MOST_TIMES_SHORTER = 0.5
SPARE_LETTERS = 24
"""A short paragraph may grow by this much whatever its length."""

_NEGATIONS = {
    "vi": frozenset(
        (
            *("không", "chưa", "đừng", "miễn", "trừ", "trừ khi", "khỏi", "cấm", "thôi"),
            *("không mất tiền", "không mất lệ phí", "không bắt buộc"),
        )
    ),
    "en": frozenset(
        ("not", "no", "never", "without", "none", "unless", "except", "nothing", "nor")
    ),
}
_CONDITIONS = {
    "vi": frozenset(
        (
            *(
                "nếu",
                "khi",
                "thì",
                "chỉ",
                "phải",
                "được",
                "có",
                "thể",
                "hoặc",
                "và",
                "trước",
                "sau",
            ),
            *("trong", "vòng", "ít", "nhiều", "ít nhất", "nhiều nhất", "quá", "từ", "đến", "trên"),
            *("dưới", "hơn", "trở", "lên", "cả", "chính", "sao", "gốc", "chứng", "thực", "cần"),
            *("ủy", "quyền", "trước khi", "sau khi", "bắt", "buộc", "nên", "cùng", "riêng", "mỗi"),
            *("mọi", "nào", "kèm", "mới", "đã", "đang", "hết", "còn", "tùy", "theo", "hay không"),
        )
    ),
    "en": frozenset(
        (
            *("if", "when", "then", "only", "must", "may", "can", "or", "and", "before", "after"),
            *(
                "within",
                "at",
                "least",
                "most",
                "over",
                "under",
                "from",
                "until",
                "both",
                "original",
            ),
            *("copy", "certified", "need", "needs", "needed", "should", "each", "every", "any"),
            *("all", "even if", "even when", "up", "to", "by", "more", "enough"),
        )
    ),
}
_PEOPLE = {
    "vi": frozenset(
        (
            *("cha", "mẹ", "vợ", "chồng", "con", "bé", "ông", "bà", "ông/bà", "anh", "chị", "em"),
            *("cháu", "người", "chủ", "thân", "hộ", "bên", "cán", "bộ", "nhà", "họ", "mình"),
        )
    ),
    "en": frozenset(
        (
            *("father", "mother", "parent", "parents", "child", "wife", "husband", "person", "you"),
            *("people", "owner", "head", "officer", "grandparent", "grandparents", "relative"),
            *("family", "someone", "they", "your", "their", "household", "representative"),
        )
    ),
}


@dataclass(frozen=True, slots=True)
class FactGuard:
    """Refuses every rewording that might say something else; made by `guard_of`."""

    names: Names

    def refusal(self, source: str, reworded: str, language: Language = "vi") -> Refusal | None:
        """Why `reworded` must not be shown in place of `source`; None: it may.

        Args:
            source: a script's paragraph.
            reworded: what a model made of it; untrusted.
            language: of both.
        """
        if not reworded.strip():
            return Refusal.EMPTY
        most = len(source) * MOST_TIMES_LONGER + SPARE_LETTERS
        if not len(source) * MOST_TIMES_SHORTER <= len(reworded) <= most:
            return Refusal.LENGTH
        bare = reworded.casefold().replace("ông/bà", "")
        if not is_tidy(reworded) or any(sign in bare and sign not in source for sign in _SIGNS):
            return Refusal.SIGNS
        if _asked(reworded) != _asked(source):
            return Refusal.QUESTION
        if written(reworded, language) == written(source, language):
            return Refusal.UNCHANGED
        before = claims(source, language, self.names)
        after = claims(reworded, language, self.names)
        if _say_the_same(before, after, SAME_MEANING[language].may_go):
            return None
        return _difference(before, after, language)


_SIGNS = "()/%+“”‘’–…'\"-:"
"""Of the signs that a script may have, those that a rewording may not bring in by itself."""


def guard_of(names: Iterable[str]) -> FactGuard:
    """The guard that keeps these names: of papers, offices, places and laws."""
    return FactGuard(names_in(names))


def names_of(procedures: Collection[Procedure]) -> Iterator[str]:
    """What scripts call by a name, in both languages."""
    for procedure in procedures:
        texts: list[Text] = [procedure.title, procedure.where, procedure.result]
        texts += [procedure.received_by, procedure.decided_by]
        texts += [paper.name for paper in procedure.papers]
        texts += [source.name for source in procedure.sources]
        for text in texts:
            yield from (text.vi, text.en)


def _asked(text: str) -> tuple[str, ...]:
    """The ends of the sentences of a text that asks or exclaims; none of any other text."""
    ends = tuple(mark for mark in text if mark in ".;…?!")
    return ends if "?" in ends or "!" in ends else ()


def _say_the_same(
    before: tuple[Piece, ...], after: tuple[Piece, ...], may_go: frozenset[str]
) -> bool:
    at = 0
    for piece in before:
        there = after[at] if at < len(after) else None
        if there is not None and _stands_for(there, piece):
            at += 1
        elif piece.kind is not Kind.WORD or piece.meaning not in may_go:
            return False
    return at == len(after)


def _stands_for(there: Piece, piece: Piece) -> bool:
    is_same = (there.kind is Kind.BREAK) == (piece.kind is Kind.BREAK)
    has_kept = there.meaning == piece.meaning and (there.may_replace or there.text == piece.text)
    return is_same and has_kept


def _difference(before: tuple[Piece, ...], after: tuple[Piece, ...], language: Language) -> Refusal:
    """The weightiest thing that came or went; ORDER where nothing did."""
    old, new = Counter(plain(before)), Counter(plain(after))
    changed = (old - new) + (new - old)
    of_kind = {one.kind for one in changed}
    meanings = {one.meaning for one in changed if one.kind is not Kind.BREAK}
    if Kind.NUMBER in of_kind:
        return Refusal.NUMBER
    if Kind.NAME in of_kind:
        return Refusal.NAME
    for words, refusal in (
        (_NEGATIONS[language], Refusal.NEGATION),
        (_CONDITIONS[language], Refusal.CONDITION),
        (_PEOPLE[language], Refusal.PERSON),
    ):
        if meanings & words:
            return refusal
    if meanings or plain(before) == plain(after):  # the same, but in harder words
        return Refusal.WORD
    return Refusal.BREAK if changed else Refusal.ORDER

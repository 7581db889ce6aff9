"""Earlier answers that are taken back: "à nhầm, bà ngoại đi", "bố đi chứ không phải mẹ". Pure.

A sentence is taken apart into what is denied and what is meant. What is denied tells which
earlier answer is wrong, what is meant which choice takes its place. Whatever is found is
shown at the review before it counts, so that the best guess may be taken.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kiosk.assistant.amounts import choice_by_number
from kiosk.assistant.aspects import asks
from kiosk.assistant.options import Found, Meant
from kiosk.assistant.phrases import Phrases
from kiosk.assistant.steps import Steps, clauses_of
from kiosk.assistant.sureness import (
    SURE_AHEAD,
    SURE_FROM,
    best_of,
    choices_of,
    is_proposed,
    is_sure,
)
from kiosk.assistant.vietnamese import fold_word
from kiosk.assistant.views import FILLERS
from kiosk.assistant.wishes import wish_in
from kiosk.intent import Answered, Corrected, Intent, Unclear, Wish, Wished
from kiosk.path import Answered as Given
from kiosk.procedure import Question
from kiosk.session import Guiding

SHORT = 6
"""Words up to which "nhầm rồi, quay lại" is a wish and no taken-back answer."""

DENIED_FROM = 0.45
"""Score from which what is denied is an answer that was given."""

INSTEAD_FROM = 0.4
INSTEAD_AHEAD = 0.2
"""Score of what is meant instead, and its lead, once it is known which answer is wrong."""

APART = 0.1
"""Lead over the second question that a sentence may put right; nearer, neither is guessed."""

NUMBER_SCORE = 0.9
"""What a number that lies in one choice alone is worth beside likeness."""

MOST_SPLITS = 12
"""Words behind a "không phải" among which it is tried where the denial ends."""

_MARK_PHRASES = (
    *("bam nham", "chon nham", "noi nham", "tra loi nham", "khai nham", "a nham", "nham roi"),
    *("nham mat", "nham", "noi lon", "bam lon", "chon lon", "a lon", "y lon", "i lon", "ua lon"),
    *("noi sai", "chon sai", "bam sai", "tra loi sai", "hoi nay", "luc nay", "khi nay", "lon roi"),
    *("xin loi", "a khong", "o khong", "ua khong", "a quen", "quen mat", "quen da", "moi dung"),
    *("sua lai la", "sua lai thanh", "doi lai la", "doi lai thanh", "noi lai la", "dung ra la"),
    *("dung ra thi", "dinh chinh lai"),
)
_MARKS = Phrases(*_MARK_PHRASES)
"""What says by itself that something before it was wrong."""

_MARK_WORDS = tuple(sorted((tuple(one.split()) for one in _MARK_PHRASES), key=len, reverse=True))
"""The same, folded, the longest first: they say nothing about what is meant instead."""

_NOT = tuple(
    tuple(phrase.split())
    for phrase in (
        *("chu khong phai la", "chu khong phai", "chu dau phai la", "chu dau phai", "chu khong"),
        *("khong phai la", "khong phai", "dau co phai la", "dau co phai", "dau phai la"),
        *("dau phai", "cho khong phai"),
    )
)
_BUT = tuple(tuple(phrase.split()) for phrase in ("ma la", "ma do", "ma", "chu", "dau", "thi"))
"""After one of these the denial is over: "không phải mẹ mà là bà", "không phải mẹ đâu, bà"."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a sentence: what it denies and what it says instead."""

    denied: tuple[str, ...]
    meant: tuple[tuple[str, ...], ...]
    """In its parts; empty: nothing."""


@dataclass(frozen=True, slots=True)
class TakenApart:
    """A sentence that may take something back."""

    words: tuple[str, ...]
    is_marked: bool
    """It says so by itself; else only a denial that fits an earlier answer makes it so."""
    readings: tuple[Reading, ...]


def taken_apart(text: str, steps: Steps) -> TakenApart:
    """What a sentence denies and what it means instead, in every way that it can be read."""
    words = steps.plain(text)
    clauses = [steps.plain(clause) for clause in clauses_of(text)]
    segments = [one for clause in clauses for one in _without_marks(clause)]
    denied: list[tuple[str, ...]] = []
    meant: list[tuple[str, ...]] = []
    is_open = False
    for at, segment in enumerate(segments):
        before, not_, but = _denial(segment)
        meant += [one for one in (before, but) if _says_something(one)]
        if not_:
            denied.append(not_)
            is_open = not but and not before and at == len(segments) - 1
    whole = tuple(word for one in meant for word in one)
    parts = tuple(dict.fromkeys((*((whole,) if len(meant) > 1 else ()), *meant)))
    repaired = tuple(steps.repaired(one) for one in parts)
    readings = [Reading(one, repaired) for one in denied] or [Reading((), repaired)]
    if is_open and not meant:
        # Nothing says where the denial ends: "không phải mẹ bố đi".
        rest = denied[-1][:MOST_SPLITS]
        readings += [
            Reading(rest[:at], (steps.repaired(denied[-1][at:]),)) for at in range(1, len(rest))
        ]
    return TakenApart(words, _MARKS.stand_in(words), tuple(readings))


def correction(phase: Guiding, said: TakenApart, steps: Steps) -> Intent | None:
    """The answer that is put right; None where the sentence takes nothing back.

    Where the words fit the question on the screen better, they are an answer to that.
    """
    denies = any(reading.denied for reading in said.readings)
    if not phase.path.behind or not (said.is_marked or denies):
        return None
    found = [one for reading in said.readings for one in _put_right(phase, reading, said, steps)]
    found.sort(key=lambda each: -each[0])
    if not said.is_marked:
        is_better = bool(found) and found[0][0] > _fit_here(phase, said, steps)
        return found[0][1] if is_better and not _answers_here(phase, said, steps) else None
    if found:
        best = found[0]
        others = [score for score, intent in found if intent != best[1]]
        is_one = not others or best[0] - others[0] >= APART
        return best[1] if is_one else Unclear()
    if asks(said.words):
        return None  # "xin lỗi, cho hỏi …"
    return _wished(phase, said, steps) or Unclear()


def _wished(phase: Guiding, said: TakenApart, steps: Steps) -> Intent | None:
    """What a short sentence wishes that names no answer: "nhầm rồi, quay lại"."""
    if len(said.words) > SHORT:
        return None
    wish = wish_in(said.words)
    if wish is not None:
        return Wished(wish)
    if phase.asked is None:
        return None
    ranked = steps.options_at(phase.procedure, phase.asked).rank(said.words)
    is_wish = ranked[0].option.meant is Meant.WISH and is_proposed(ranked[0], ranked[1])
    return Wished(Wish(ranked[0].option.id)) if is_wish else None


def _put_right(
    phase: Guiding, reading: Reading, said: TakenApart, steps: Steps
) -> Iterator[tuple[float, Intent]]:
    """What the reading puts right, each with how well it fits."""
    for step in phase.path.behind:
        if phase.changing == step.question.id:
            continue
        denied = _denied(phase, step, reading, steps)
        ranked = _ranked(phase, step.question, reading, steps)
        if denied is not None:
            yield from _instead(step, denied, ranked)
        elif said.is_marked and ranked and _is_meant(ranked, reading):
            best = ranked[0]
            is_same = best.option.id == step.choice.id
            # What was given already fits best: nothing to put right.
            right = Unclear() if is_same else Corrected(step.question.id, best.option.id)
            yield best.score, right
        elif said.is_marked:
            choice = _by_number(step.question, reading)
            if choice is not None and choice != step.choice.id:
                yield NUMBER_SCORE, Corrected(step.question.id, choice)
    asked = phase.asked
    if asked is not None and said.is_marked:
        ranked = _ranked(phase, asked, reading, steps)
        choice = _by_number(asked, reading)
        if ranked and is_proposed(ranked[0], ranked[1]):
            yield ranked[0].score, Answered(((asked.id, ranked[0].option.id),))
        elif choice is not None:
            yield NUMBER_SCORE, Answered(((asked.id, choice),))


def _is_meant(ranked: Sequence[Found], reading: Reading) -> bool:
    """Whether the best choice is meant; one of several parts may be a mere remark: be surer."""
    if len(reading.meant) > 1:
        return is_sure(ranked[0], ranked[1], from_=SURE_FROM, ahead=SURE_AHEAD)
    return is_proposed(ranked[0], ranked[1])


def _denied(phase: Guiding, step: Given, reading: Reading, steps: Steps) -> Found | None:
    """How well what is denied fits the answer that was given, if it fits that best."""
    if not reading.denied:
        return None
    ranked = choices_of(steps.options_at(phase.procedure, step.question).rank(reading.denied))
    best = ranked[0]
    is_given = best.option.id == step.choice.id
    return best if is_given and best.score >= DENIED_FROM else None


def _instead(step: Given, denied: Found, ranked: Sequence[Found]) -> Iterator[tuple[float, Intent]]:
    """The choice in the place of one that is denied: the one that is meant, or the only other."""
    others = [one for one in ranked if one.option.id != step.choice.id]
    if len(others) == 1 or (others and others[0].score - others[1].score >= INSTEAD_AHEAD):
        best = others[0]
        if best.score >= INSTEAD_FROM:
            yield denied.score + best.score, Corrected(step.question.id, best.option.id)
    if not ranked and len(step.question.choices) == 2:
        [other] = [one for one in step.question.choices if one != step.choice]
        yield denied.score, Corrected(step.question.id, other.id)


def _ranked(
    phase: Guiding, question: Question, reading: Reading, steps: Steps
) -> tuple[Found, ...]:
    if not reading.meant:
        return ()
    options = steps.options_at(phase.procedure, question)
    return choices_of(best_of(options.rank(part) for part in reading.meant))


def _by_number(question: Question, reading: Reading) -> str | None:
    found = {
        choice.id
        for part in reading.meant
        if (choice := choice_by_number(part, question)) is not None
    }
    return found.pop() if len(found) == 1 else None


def _fit_here(phase: Guiding, said: TakenApart, steps: Steps) -> float:
    """How well a sentence fits the question on the screen as a whole."""
    if phase.asked is None:
        return 0.0
    ranked = steps.options_at(phase.procedure, phase.asked).rank(said.words)
    return max(one.score for one in ranked if one.option.meant is Meant.CHOICE)


def _answers_here(phase: Guiding, said: TakenApart, steps: Steps) -> bool:
    """Whether the sentence surely answers the question on the screen.

    "Số điện thoại là của con gái, hổng phải của tui" says whose number it is, not who comes.
    """
    if phase.asked is None:
        return False
    parts = (said.words, *(part for reading in said.readings for part in reading.meant))
    options = steps.options_at(phase.procedure, phase.asked)
    ranked = choices_of(best_of(options.rank(part) for part in parts))
    return is_sure(ranked[0], ranked[1], from_=SURE_FROM, ahead=SURE_AHEAD)


def _without_marks(words: Sequence[str]) -> list[tuple[str, ...]]:
    """The runs of words between marks."""
    folded = [fold_word(word) for word in words]
    is_mark = [False] * len(words)
    at = 0
    while at < len(words):
        length = next(
            (len(one) for one in _MARK_WORDS if tuple(folded[at : at + len(one)]) == one), 0
        )
        for place in range(at, at + length):
            is_mark[place] = True
        at += length or 1
    runs: list[tuple[str, ...]] = []
    run: list[str] = []
    for word, marks in zip(words, is_mark, strict=True):
        if not marks:
            run.append(word)
        elif run:
            runs.append(tuple(run))
            run = []
    return [*runs, tuple(run)] if run else runs


def _denial(words: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """What stands before a denial, what is denied, and what stands behind it."""
    folded = tuple(fold_word(word) for word in words)
    at, length = _first_of(_NOT, folded)
    if not length:
        return tuple(words), (), ()
    begin = at + length
    end, but = _first_of(_BUT, folded[begin:])
    if not but:
        return tuple(words[:at]), tuple(words[begin:]), ()
    return tuple(words[:at]), tuple(words[begin : begin + end]), tuple(words[begin + end + but :])


def _first_of(phrases: Sequence[tuple[str, ...]], said: tuple[str, ...]) -> tuple[int, int]:
    """Where the first of some phrases stands, and how long it is; length 0: nowhere."""
    for at in range(len(said)):
        for phrase in phrases:
            if said[at : at + len(phrase)] == phrase:
                return at, len(phrase)
    return 0, 0


def _says_something(words: Sequence[str]) -> bool:
    """Whether anything but politeness and pronouns is left."""
    return any(fold_word(word) not in _EMPTY for word in words)


_EMPTY = FILLERS - {"ong", "ba", "chi", "anh", "co", "chu", "bac", "cha", "con", "chau", "di"}
"""Filling words, without those that may be the answer itself: "bà", "chú", "con"."""

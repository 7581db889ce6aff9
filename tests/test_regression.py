"""Nothing is newly taken for something else with confidence: questions and replies by others.

The questions and the replies were written by people who had not seen the wordings. The
lists of known mistakes may only grow shorter.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from kiosk.app import entries_of, lookup_of, understanding_of
from kiosk.assistant.asking import ask
from kiosk.assistant.evaluation import Marked, figures
from kiosk.assistant.noise import without_diacritics
from kiosk.assistant.question_file import read_questions
from kiosk.assistant.understanding import Understanding
from kiosk.assistant.vietnamese import fold_word
from kiosk.assistant.views import of_word
from kiosk.catalogue import SHIPPED_PROCEDURES, load_catalogue
from kiosk.cli_assistant import taught
from kiosk.intent import (
    Answered,
    AskedAside,
    AskedAspect,
    AskedWhy,
    Corrected,
    Intent,
    Unclear,
    Wished,
)
from kiosk.office import Office
from kiosk.path import Answers
from kiosk.portal import PortalPlace
from kiosk.procedure import Aspect, Procedure, Question
from kiosk.session import Guiding, Session

DATA = Path(__file__).parent / "data"
CATALOGUE = load_catalogue(SHIPPED_PROCEDURES)
PROCEDURES = {one.id: one for one in CATALOGUE.procedures}
REPLIES: list[dict[str, Any]] = [
    json.loads(line)
    for line in (DATA / "utterances.jsonl").read_text(encoding="utf-8").splitlines()
]


def known(name: str) -> set[str]:
    """The lines of a list of known mistakes, its comments left out."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return {line for line in lines if line and not line.startswith("#")}


# The start of a visit


@cache
def marked(*, is_plain: bool) -> tuple[Marked, ...]:
    """Every question with what is said to it, as on a kiosk with a card for each wording."""
    entries = taught(SHIPPED_PROCEDURES)
    offered = {entry.code for entry in entries if entry.is_offered}
    lookup = lookup_of(entries)
    found = []
    for one in read_questions(DATA / "questions.jsonl"):
        text = without_diacritics(one.text) if is_plain else one.text
        found.append(
            Marked(
                text=one.text,
                codes=frozenset(one.codes) & offered,
                is_ambiguous=one.is_ambiguous,
                asked=ask(lookup, text),
                ranking=lookup.rank(text),
            )
        )
    return tuple(found)


@pytest.mark.parametrize("is_plain", [False, True])
def test_no_question_is_newly_answered_with_confidence_and_wrongly(*, is_plain: bool) -> None:
    name = "confidently_wrong_plain.txt" if is_plain else "confidently_wrong.txt"
    wrong = {one.text for one in marked(is_plain=is_plain) if one.is_confidently_wrong}
    assert wrong <= known(name), "learned something wrong, or the list of known mistakes is old"


def test_the_questions_find_what_they_ask_for() -> None:
    written, plain = (figures(marked(is_plain=is_plain)) for is_plain in (False, True))
    assert written.recall_1 >= 0.90
    assert written.recall_3 >= 0.97
    assert written.confidently_wrong <= 0.01
    assert written.refused >= 0.97
    assert plain.recall_1 >= written.recall_1 - 0.03


def test_the_kiosk_is_at_least_as_often_right_as_it_says() -> None:
    bars = [bar for bar in figures(marked(is_plain=False)).reliability if bar.count >= 30]
    assert len(bars) >= 4
    for bar in bars:
        assert bar.right >= bar.said - 0.05, bar


# Inside a procedure


@cache
def understanding() -> Understanding:
    """The shipped one, without cards."""
    return understanding_of(entries_of(CATALOGUE, [], None), CATALOGUE)


def ways(procedure: Procedure) -> Iterator[tuple[Answers, str]]:
    """Each question with the answers of a shortest way to it, nearest first."""
    ahead: list[tuple[Answers, str]] = [((), procedure.start)]
    while ahead:
        answers, at = ahead.pop(0)
        step = procedure.step(at)
        if isinstance(step, Question):
            yield answers, at
            ahead += [((*answers, (at, one.id)), one.next) for one in step.choices]


def intent_of(reply: dict[str, Any]) -> Intent:
    """What is understood where this was said."""
    procedure = PROCEDURES[reply["procedure"]]
    given = tuple(reply.get("before", {}).items())
    answers = given or next(way for way, at in ways(procedure) if at == reply["question"])
    phase = Guiding(procedure, answers=answers)
    assert phase.asked is not None
    assert phase.asked.id == reply["question"]
    return understanding().understand(Session(phase=phase), NOWHERE, reply["said"])


NOWHERE = Office(
    name=CATALOGUE.procedures[0].title,
    place=CATALOGUE.procedures[0].title,
    counters={},
    portal=PortalPlace(province_id="", ward_id="", province_code="01", ward_code="00082"),
    procedures=CATALOGUE.procedures,
    today=CATALOGUE.procedures[0].checked,
    home="vi",
    countdown_seconds=1,
    pin_digits=6,
    cards=CATALOGUE.cards,
)


def is_filled_wrongly(reply: dict[str, Any], meant: Intent) -> bool:
    """Whether an answer goes in unasked that was not given."""
    expected = reply["expect"]
    if isinstance(meant, Corrected) or not isinstance(meant, Answered):
        return False  # shown for confirmation, or nothing is filled in
    if len(meant.answers) > 1:
        return False  # the same
    right = expected.get("answers", expected.get("correct", {}))
    if "choice" in expected:
        right = {reply["question"]: expected["choice"]}
    question, choice = meant.answers[0]
    return bool(right.get(question) != choice)


def is_right(reply: dict[str, Any], meant: Intent) -> bool:
    """Whether the choice is taken, or is among those that are asked back."""
    choice = reply["expect"]["choice"]
    if isinstance(meant, Answered):
        return meant.answers[0] == (reply["question"], choice)
    return isinstance(meant, Unclear) and choice in meant.choices


@cache
def meanings() -> tuple[tuple[dict[str, Any], Intent], ...]:
    return tuple((reply, intent_of(reply)) for reply in REPLIES)


def test_no_reply_newly_fills_in_an_answer_that_was_not_given() -> None:
    wrong = {
        f"{reply['procedure']} {reply['question']}: {reply['said']}"
        for reply, meant in meanings()
        if is_filled_wrongly(reply, meant)
    }
    assert wrong <= known("wrongly_filled.txt")


def test_most_replies_are_taken_or_asked_back_with_the_right_choice() -> None:
    choices = [pair for pair in meanings() if "choice" in pair[0]["expect"]]
    assert len(choices) >= 300
    assert sum(is_right(*pair) for pair in choices) >= 0.94 * len(choices)


def test_wishes_side_questions_and_whys_are_heard() -> None:
    kinds = {"wish": Wished, "why": AskedWhy}
    for kind, wanted in kinds.items():
        said = [meant for reply, meant in meanings() if kind in reply["expect"]]
        assert sum(isinstance(one, wanted) for one in said) >= 0.7 * len(said), kind
    asked = [pair for pair in meanings() if "aspect" in pair[0]["expect"]]
    assert sum(is_answered(*pair) for pair in asked) >= 0.9 * len(asked)
    assert not [pair for pair in asked if isinstance(pair[1], Answered | Corrected)]


def is_answered(reply: dict[str, Any], meant: Intent) -> bool:
    """Whether a side question is answered by what it asks about."""
    aspect = Aspect(reply["expect"]["aspect"])
    if isinstance(meant, AskedAside):
        asides = PROCEDURES[reply["procedure"]].asides
        return next(one.aspect for one in asides if one.id == meant.aside) is aspect
    return meant == AskedAspect(aspect)


def test_most_earlier_answers_that_are_taken_back_are_put_right() -> None:
    taken_back = [pair for pair in meanings() if "correct" in pair[0]["expect"]]
    right = [
        isinstance(meant, Corrected)
        and reply["expect"]["correct"].get(meant.question) == meant.choice
        for reply, meant in taken_back
    ]
    assert sum(right) >= 0.6 * len(right)


def test_words_are_forgotten_with_the_visit() -> None:
    understanding().understand(Session(), NOWHERE, "khai sinh cho bé Zyxwvu")
    assert fold_word.cache_info().currsize > 0
    understanding().forget()
    # What is kept for speed is empty again: a name that was said would have been in it.
    assert of_word.cache_info().currsize == 0
    assert fold_word.cache_info().currsize == 0

"""Whole conversations, by what goes wrong in them: understood, or at least safe.

`python -m pytest tests/test_talks.py -rP -k figures` prints how many turns the rules understand.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from enum import Enum
from functools import cache

import pytest
from explained import Explainer
from mischief import LIE, Mischievous, Report
from talk import BadTalk, Talk, Turn, read_talks
from visitor import How, Taken, Visitor, folders, house, texts

from kiosk.screen import OutcomeBody, Screen

FOLDERS = (
    *("abuse", "cancellations", "code-switching", "corrections", "digressions", "injection"),
    *("long-or-empty", "misheard", "negation", "repeats", "unclear-twice"),
)
ALL = [
    pytest.param(talk, id=f"{folder}: {talk.name}")
    for folder, talks in folders().items()
    for talk in talks
]
each_talk = pytest.mark.parametrize("talk", ALL)
some_talks = pytest.mark.parametrize("talk", ALL[::3])
"""Enough to compare two visits each: all of them would take half a minute."""


def made(talk: Talk) -> tuple[tuple[Taken, ...], Visitor]:
    """The conversation with the rules alone: what came of each turn, and who made it."""
    return _made(talk.name)


@cache
def _made(name: str) -> tuple[tuple[Taken, ...], Visitor]:
    [talk] = [one for one in _talks() if one.name == name]
    visitor = Visitor()
    return tuple(visitor.take(turn) for turn in talk.turns), visitor


# The rules alone


@each_talk
def test_every_turn_of_a_conversation_is_understood_or_marked_and_safe(talk: Talk) -> None:
    turns, visitor = made(talk)
    for taken in turns:
        assert taken.is_safe, str(taken)
        assert taken.is_right or taken.turn.rules == "unclear", str(taken)
    assert visitor.faults == ()


def test_no_turn_is_marked_unclear_that_the_rules_understand() -> None:
    stale = [
        str(taken)
        for talks in folders().values()
        for talk in talks
        for taken in made(talk)[0]
        if taken.is_right and taken.turn.rules == "unclear"
    ]
    assert stale == [], "take `rules: unclear` away there"


def test_there_are_conversations_for_everything_that_goes_wrong() -> None:
    assert tuple(folders()) == FOLDERS
    assert all(len(talks) >= 10 for talks in folders().values())
    assert len(ALL) >= 120
    turns = [turn for talks in folders().values() for talk in talks for turn in talk.turns]
    assert len(turns) >= 400
    places = {turn.at.split()[0] for turn in turns if turn.at and " " in turn.at}
    assert len(places & {one.id for one in house().office.procedures}) >= 20


def test_no_two_conversations_have_one_name() -> None:
    assert [
        name for name, often in Counter(one.name for one in _talks()).items() if often > 1
    ] == []


def test_the_figures_of_the_rules_alone() -> None:
    rows = {folder: Counter[How]() for folder in folders()}
    for folder, talks in folders().items():
        for talk in talks:
            rows[folder].update(one.how for one in made(talk)[0] if one.turn.said is not None)
    for line in table(rows):
        print(line)  # noqa: T201 - shown by pytest -rP
    total = sum(rows.values(), Counter[How]())
    assert total[How.UNSAFE] == 0
    assert total[How.UNDERSTOOD] >= 0.85 * total.total()


def table(rows: dict[str, Counter[How]]) -> Iterator[str]:
    """The figures by folder, sentences only."""
    yield f"{'':16}{'talks':>7}{'said':>7}" + "".join(f"{how:>12}" for how in How)
    for folder, row in rows.items():
        counts = "".join(f"{row[how]:>12}" for how in How)
        yield f"{folder:16}{len(folders()[folder]):>7}{row.total():>7}{counts}"
    total = sum(rows.values(), Counter[How]())
    counts = "".join(f"{total[how]:>12}" for how in How)
    yield f"{'all':16}{len(ALL):>7}{total.total():>7}{counts}"


def _talks() -> tuple[Talk, ...]:
    return tuple(talk for talks in folders().values() for talk in talks)


# A guide that means ill


class Beside(Enum):
    """Who stands beside the rules."""

    NOBODY = None
    MISCHIEF = "mischief"
    """Chooses badly among what is offered, and names other things too."""
    OUTSIDER = "outsider"
    """Names nothing that was offered."""


def led(talk: Talk, beside: Beside) -> tuple[Visitor, int]:
    """Who made the visit, and how often the guide was asked."""
    return _led(talk.name, beside)


@cache
def _led(name: str, beside: Beside) -> tuple[Visitor, int]:
    """Say and touch what a conversation has, wherever that leads, and go on to an end."""
    [talk] = [one for one in _talks() if one.name == name]
    guides: list[Mischievous] = []

    def guide(report: Report) -> Mischievous:
        guides.append(Mischievous(report, is_outsider=beside is Beside.OUTSIDER))
        return guides[-1]

    visitor = Visitor(None if beside is Beside.NOBODY else guide)
    for turn in talk.turns:
        if turn.said is not None:
            visitor.say(turn.spoken, turn.confidence)
        elif visitor.sees(turn.tap or ""):
            visitor.tap(turn.tap or "")
    for _ in range(3):
        visitor.say("đúng rồi")
    return visitor, sum(one.times_asked for one in guides)


@each_talk
def test_whatever_a_guide_says_no_fact_is_made_up_and_answers_are_reviewed(talk: Talk) -> None:
    visitor, _ = led(talk, Beside.MISCHIEF)
    assert visitor.faults == ()
    shown = [text for screen in visitor.screens for text in texts(screen)]
    assert not any(LIE in text or "5.000.000" in text for text in shown)
    assert visitor.session.thinking is None, "nobody waits for a guide that has spoken"


@some_talks
def test_what_was_not_offered_has_no_effect(talk: Talk) -> None:
    alone, _ = led(talk, Beside.NOBODY)
    guided, _ = led(talk, Beside.OUTSIDER)
    assert unstrung(guided.screens) == unstrung(alone.screens)
    assert guided.session == alone.session


def unstrung(screens: list[Screen]) -> list[Screen]:
    """The screens without ear strip and dock, which say "please wait" while the guide thinks."""
    shown = [replace(screen, ear=None, dock=screens[0].dock) for screen in screens]
    return [one for at, one in enumerate(shown) if at == 0 or one != shown[at - 1]]


def test_the_mischief_is_real() -> None:
    """It is asked, and it changes where visits go: else nothing would be proven above."""
    some = _talks()[::3]
    astray = sum(
        led(talk, Beside.MISCHIEF)[0].session.phase != led(talk, Beside.NOBODY)[0].session.phase
        for talk in some
    )
    assert astray >= 5
    assert sum(led(talk, Beside.MISCHIEF)[1] for talk in _talks()) >= 200
    assert sum(led(talk, Beside.OUTSIDER)[1] for talk in some) >= 60


# What is proven with: the reader and the explainer can say no


@pytest.mark.parametrize(
    "turn",
    [
        "{at: start}",
        "{said: a, tap: b}",
        "{said: a, rules: clear}",
        "{said: a, never: x}",
        "{said: a, may: [{at: x y, said: b}]}",
        "{said: a, confidence: 2}",
        "{said: a, at: review}",
    ],
)
def test_a_conversation_that_says_nothing_clear_is_refused(turn: str) -> None:
    with pytest.raises(BadTalk, match=r"x\.yaml"):
        read_talks(f"talks: [{{name: a, turns: [{turn}]}}]".encode(), file="x.yaml")


def test_a_wrong_act_is_unsafe_and_a_question_back_is_not() -> None:
    wrong = Turn(said="đăng ký tạm trú", at="khai-sinh truong-hop")
    assert Visitor().take(wrong).how is How.UNSAFE
    mumbled = Turn(said="ờ thì cái đó đó", at="khai-sinh truong-hop")
    assert Visitor().take(mumbled).how is How.UNCLEAR
    never = Turn(said="đăng ký tạm trú", at="tam-tru viec", never=("procedure tam-tru",))
    taken = Visitor().take(never)
    assert (taken.how, taken.is_safe) == (How.UNDERSTOOD, False)


@pytest.fixture(scope="module")
def outcome() -> Screen:
    """A result with papers, fees and notes."""
    visitor = Visitor()
    visitor.take(
        Turn(
            tap="Chạm hoặc nói để bắt đầu",
            at="cap-lai-can-cuoc outcome",
            answers={"ly-do": "mat", "tuoi": "tu-14"},
        )
    )
    screen = visitor.screens[-1]
    assert isinstance(screen.body, OutcomeBody)
    assert visitor.faults == ()
    return screen


@pytest.fixture
def explainer() -> Explainer:
    return house().explainer


def test_every_text_of_a_result_is_explained(outcome: Screen, explainer: Explainer) -> None:
    assert explainer.strange(outcome, ()) == ()


@pytest.mark.parametrize(
    ("was", "lie"),
    [("0", "9"), ("Công an", "Tòa án"), ("thẻ", "sổ"), ("không", "có"), ("", "Miễn phí hết. ")],
)
def test_a_result_with_one_thing_changed_is_not_explained(
    outcome: Screen, explainer: Explainer, was: str, lie: str
) -> None:
    body = outcome.body
    assert isinstance(body, OutcomeBody)
    changed = 0
    for name in ("title", "lead", "checked", "code", "papers_title"):
        text = getattr(body, name)
        if was in text:
            made_up = replace(body, **{name: text.replace(was, lie, 1)})
            assert explainer.strange(replace(outcome, body=made_up), ()) != ()
            changed += 1
    for at, card in enumerate(body.facts):
        for line in card.lines:
            if was in line:
                card_with = replace(card, lines=(line.replace(was, lie, 1),))
                facts = (*body.facts[:at], card_with, *body.facts[at + 1 :])
                made_up = replace(body, facts=facts)
                assert explainer.strange(replace(outcome, body=made_up), ()) != ()
                changed += 1
    assert changed or was not in str(body)


def test_what_a_citizen_said_is_explained_on_the_strip_alone(explainer: Explainer) -> None:
    visitor = Visitor()
    visitor.say("đăng ký tạm trú cho bà Bảy")
    screen = visitor.screens[-1]
    assert screen.ear is not None
    assert explainer.strange(screen, visitor.said) == ()
    assert explainer.strange(screen, ()) == (visitor.said[0],)
    assert explainer.strange(replace(screen, more=visitor.said[0]), visitor.said) != ()

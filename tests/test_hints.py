"""Hints for the recogniser: what may be said at a step, and never too much of it."""

from dataclasses import replace

import pytest
from conftest import office_of

from kiosk import event as on
from kiosk.advance import advance
from kiosk.assistant.vietnamese import words_of
from kiosk.assistant.wishes_file import load_wishes
from kiosk.catalogue import SHIPPED_PROCEDURES, load_catalogue
from kiosk.event import Event
from kiosk.path import every_path
from kiosk.procedure import Procedure
from kiosk.screen import MessageOverlay
from kiosk.screen_for import screen_for
from kiosk.session import Session, fresh
from kiosk.speech.hints import MOST, hints
from kiosk.speech.numerals import in_words
from kiosk.words_files import load_words

WORDS = load_words()
WISHES = load_wishes()
PROCEDURES = load_catalogue(SHIPPED_PROCEDURES).procedures
OFFICE = office_of(PROCEDURES)
START = advance(fresh("vi"), on.Started())[0]
each_procedure = pytest.mark.parametrize(
    "procedure", PROCEDURES, ids=[one.id for one in PROCEDURES]
)


def after(session: Session, *events: Event) -> Session:
    for event in events:
        session, _ = advance(session, event)
    return session


def hinted(session: Session) -> tuple[str, ...]:
    return hints(session, screen_for(session, WORDS, OFFICE), WISHES)


def plain(text: str) -> str:
    return " ".join(words_of(text))


def steps(procedure: Procedure) -> list[Session]:
    """Each question of a procedure, its review and an outcome."""
    found: dict[str, Session] = {}
    for path in every_path(procedure):
        session = after(START, on.Chose(procedure))
        for question, choice in path.answers:
            found.setdefault(question, session)
            session = after(session, on.Answered(question, choice))
        found.setdefault("review", session)
        found.setdefault("outcome", after(session, on.Confirmed()))
    return list(found.values())


def test_before_a_procedure_is_chosen_anything_may_be_said() -> None:
    for session in (fresh("vi"), START, after(START, on.Finish())):
        assert hinted(session) == ()


@each_procedure
def test_at_each_step_hints_are_few_and_fit_to_be_heard(procedure: Procedure) -> None:
    for session in steps(procedure):
        found = hinted(session)
        assert 0 < len(found) <= MOST
        assert len(set(found)) == len(found), "none twice"
        for phrase in found:
            assert phrase == plain(phrase), "words only, in small letters"
            assert phrase


@each_procedure
def test_each_choice_is_hinted_by_its_label_and_its_number(procedure: Procedure) -> None:
    for session in steps(procedure):
        phase = session.phase
        asked = getattr(phase, "asked", None)
        if asked is None:
            continue
        found = hinted(session)
        names = ("một", "hai", "ba", "bốn", "năm", "sáu")
        for name, choice in zip(names, asked.choices, strict=False):
            assert plain(choice.label.vi) in found
            assert plain(in_words(choice.label.vi)) in found, "a recogniser knows no digits"
            assert f"số {name}" in found
        if len(asked.choices) < len(names):
            assert f"số {names[len(asked.choices)]}" not in found


def test_people_s_own_words_for_a_choice_are_hinted(small: Procedure) -> None:
    question = after(START, on.Chose(small))
    assert "chính tôi" in hints(question, screen_for(question, WORDS, OFFICE), WISHES)


@each_procedure
def test_what_may_be_wished_for_is_hinted_at_each_step(procedure: Procedure) -> None:
    for session in steps(procedure):
        found = set(hinted(session))
        for name, wordings in WISHES.items():
            assert {plain(one) for one in wordings} & found, name


@each_procedure
def test_each_side_question_is_hinted_where_something_is_asked(procedure: Procedure) -> None:
    for session in steps(procedure):
        found = hinted(session)
        if getattr(session.phase, "asked", None) is not None:
            for aside in procedure.asides:
                assert all(plain(one) in found for one in aside.heard_as.vi[:1])


def test_what_lies_on_top_is_hinted_in_place_of_the_choices(small: Procedure) -> None:
    question = after(START, on.Chose(small))
    why = after(question, on.AsideWanted(None))
    screen = screen_for(why, WORDS, OFFICE)
    assert isinstance(screen.overlay, MessageOverlay)
    found = hints(why, screen, WISHES)
    for button in screen.overlay.buttons:
        assert plain(button.label) in found
    assert "chính tôi" not in found


def test_likeliest_first(small: Procedure) -> None:
    question = after(START, on.Chose(small))
    found = hints(question, screen_for(question, WORDS, OFFICE), WISHES)
    assert found[:2] == ("tôi tự đi", "đi thay người khác")


def test_too_many_wishes_are_cut_from_the_end(small: Procedure) -> None:
    question = after(START, on.Chose(small))
    many = {"back": tuple(f"quay lại {number}" for number in range(2 * MOST))}
    found = hints(question, screen_for(question, WORDS, OFFICE), many)
    assert len(found) == MOST
    assert found[0] == "tôi tự đi"


def test_an_english_screen_hints_nothing_that_cannot_be_said(small: Procedure) -> None:
    question = replace(after(START, on.Chose(small)), language="en")
    found = hints(question, screen_for(question, WORDS, OFFICE), WISHES)
    assert "chính tôi" in found
    assert "số hai" in found

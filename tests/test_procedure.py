"""What a procedure says about itself."""

from dataclasses import FrozenInstanceError, replace
from datetime import date

import pytest

from kiosk.procedure import Procedure, Question, Text, in_force

FIRST, LAST = date(2026, 7, 1), date(2026, 12, 31)


@pytest.mark.parametrize(
    ("day", "is_in_force"),
    [
        (date(2026, 6, 30), False),
        (FIRST, True),
        (date(2026, 9, 2), True),
        (LAST, True),
        (date(2027, 1, 1), False),
    ],
)
def test_a_text_holds_from_its_first_day_to_its_last(day: date, *, is_in_force: bool) -> None:
    assert in_force(FIRST, LAST, day) is is_in_force


def test_an_open_end_never_ends() -> None:
    assert in_force(FIRST, None, date(2999, 1, 1))
    assert in_force(None, LAST, date(1999, 1, 1))
    assert in_force(None, None, FIRST)


def test_a_procedure_is_offered_only_while_it_is_in_force(small: Procedure) -> None:
    dated = replace(small, valid_from=FIRST, valid_until=LAST)
    assert dated.is_offered(LAST)
    assert not dated.is_offered(date(2027, 1, 1))
    assert small.is_offered(date(2999, 1, 1))


def test_a_step_is_found_by_its_id_among_questions_and_outcomes(small: Procedure) -> None:
    assert small.step("viec-gi") is small.questions[1]
    assert small.step("hoi-can-bo") is small.outcomes[1]
    assert small.step("can-cuoc") is None, "a paper is no step"


def test_a_choice_is_found_by_its_id(small: Procedure) -> None:
    question = small.step("ai-di")
    assert isinstance(question, Question)
    assert question.choice("di-thay") is question.choices[1]
    assert question.choice("di-hoc") is None, "that is a choice of another question"


def test_a_text_speaks_both_languages() -> None:
    text = Text(vi="Căn cước", en="ID card")
    assert (text.in_language("vi"), text.in_language("en")) == ("Căn cước", "ID card")


def test_nothing_can_change_a_procedure(small: Procedure) -> None:
    with pytest.raises(FrozenInstanceError):
        small.title = Text(vi="Khác", en="Other")  # type: ignore[misc]

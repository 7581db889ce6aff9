"""The way through a procedure is the replay of the answers."""

from dataclasses import replace
from datetime import date

import pytest
from conftest import SCRIPT_TEXT

from kiosk.path import (
    Answers,
    every_path,
    follow,
    holds,
    prospect,
    questions_ahead,
    settle,
    with_answer,
)
from kiosk.procedure import Paper, Procedure, Question
from kiosk.script import read_script

DAY = date(2026, 11, 23)
TO_THE_END: Answers = (("ai-di", "di-thay"), ("viec-gi", "di-hoc"))


def read(text: str) -> Procedure:
    procedure, _, faults = read_script(text.encode(), file="small")
    assert procedure is not None
    assert faults == []
    return procedure


# Where one stands


def test_without_an_answer_one_stands_at_the_first_step(small: Procedure) -> None:
    path = follow(small, ())
    assert path.at.id == "ai-di"
    assert path.behind == ()


def test_each_answer_leads_one_step_on(small: Procedure) -> None:
    assert follow(small, TO_THE_END[:1]).at.id == "viec-gi"
    assert follow(small, TO_THE_END).at.id == "lam-duoc"
    assert follow(small, TO_THE_END).answers == TO_THE_END


def test_the_order_in_which_answers_were_given_does_not_matter(small: Procedure) -> None:
    path = follow(small, tuple(reversed(TO_THE_END)))
    assert path.at.id == "lam-duoc"
    assert path.answers == TO_THE_END


def test_one_stops_at_the_first_question_whose_answer_is_no_choice_of_it(small: Procedure) -> None:
    path = follow(small, (("ai-di", "di-hoc"), ("viec-gi", "di-hoc")))
    assert path.at.id == "ai-di"
    assert path.answers == ()


def test_an_answer_to_a_question_that_is_not_on_the_way_is_ignored(small: Procedure) -> None:
    path = follow(small, (("mau-mat", "xanh"), *TO_THE_END))
    assert path.at.id == "lam-duoc"
    assert path.answers == TO_THE_END


def test_a_script_that_leads_nowhere_is_an_error_and_not_an_endless_walk() -> None:
    nowhere = read(SCRIPT_TEXT.replace("next: lam-duoc", "next: troi-xanh"))
    with pytest.raises(LookupError, match="troi-xanh"):
        follow(nowhere, TO_THE_END)


def test_a_script_that_goes_round_is_an_error_and_not_an_endless_walk() -> None:
    round_and_round = read(SCRIPT_TEXT.replace("next: lam-duoc", "next: ai-di"))
    with pytest.raises(LookupError, match="returns to ai-di"):
        follow(round_and_round, TO_THE_END)


# Giving and changing answers


def test_a_new_answer_is_added_at_the_end() -> None:
    assert with_answer(TO_THE_END[:1], "viec-gi", "di-hoc") == TO_THE_END


def test_a_changed_answer_takes_the_place_of_the_old_one() -> None:
    changed = with_answer(TO_THE_END, "ai-di", "tu-di")
    assert changed == (("ai-di", "tu-di"), ("viec-gi", "di-hoc"))


# What holds


def test_a_fact_without_condition_always_holds(small: Procedure) -> None:
    assert holds(small.papers[0], (), DAY)


def test_a_condition_holds_only_once_its_question_is_answered_so(small: Procedure) -> None:
    letter = small.papers[1]
    assert not holds(letter, (), DAY)
    assert not holds(letter, (("ai-di", "tu-di"),), DAY)
    assert holds(letter, (("ai-di", "di-thay"),), DAY)


def test_an_exception_wins_over_a_condition(small: Procedure) -> None:
    answers: Answers = (("ai-di", "di-thay"), ("viec-gi", "viec-khac"))
    assert not holds(small.papers[1], answers, DAY)


def all_of(paper: Paper, **conditions: tuple[str, ...]) -> Paper:
    given = {name.replace("_", "-"): choices for name, choices in conditions.items()}
    return replace(paper, when=given, unless={})


def test_all_questions_of_a_condition_must_be_met_each_by_one_of_its_choices(
    small: Procedure,
) -> None:
    paper = all_of(small.papers[0], ai_di=("tu-di", "di-thay"), viec_gi=("di-hoc",))
    assert holds(paper, TO_THE_END, DAY)
    assert not holds(paper, TO_THE_END[:1], DAY)
    assert not holds(paper, (("ai-di", "tu-di"), ("viec-gi", "viec-khac")), DAY)


def test_an_exception_needs_all_its_questions_too(small: Procedure) -> None:
    paper = replace(small.papers[0], unless={"ai-di": ("di-thay",), "viec-gi": ("di-hoc",)})
    assert holds(paper, TO_THE_END[:1], DAY)
    assert not holds(paper, TO_THE_END, DAY)


def test_a_fact_out_of_its_dates_does_not_hold(small: Procedure) -> None:
    paper = replace(small.papers[0], valid_from=DAY, valid_until=DAY)
    assert holds(paper, (), DAY)
    assert not holds(paper, (), date(2026, 11, 24))
    assert not holds(paper, (), date(2026, 11, 22))


def test_an_outcome_holds_the_facts_of_its_answers_in_the_order_of_the_script(
    small: Procedure,
) -> None:
    found = settle(small, TO_THE_END, DAY)
    assert [paper.id for paper in found.papers] == ["can-cuoc", "giay-uy-quyen", "to-khai"]
    assert [fee.id for fee in found.fees] == ["tai-quay", "truc-tuyen", "ho-ngheo"]
    assert [time.id for time in found.times] == ["ba-ngay"]
    assert [note.id for note in found.notes] == ["nho-ban-goc"]
    other = settle(small, (("ai-di", "tu-di"), ("viec-gi", "viec-khac")), DAY)
    assert [paper.id for paper in other.papers] == ["can-cuoc", "to-khai"]
    assert other.notes == ()


# The whole flow


def test_the_longest_way_ahead_counts_the_question_at_hand() -> None:
    short_cut = read(SCRIPT_TEXT.replace("next: viec-gi", "next: lam-duoc", 1))
    first = short_cut.step("ai-di")
    assert isinstance(first, Question)
    assert questions_ahead(short_cut, first) == 2, "one way ends at once, the other asks on"
    assert questions_ahead(short_cut, short_cut.questions[1]) == 1
    assert questions_ahead(short_cut, short_cut.outcomes[0]) == 0


def test_every_way_through_is_walked_once(small: Procedure) -> None:
    ways = [path.answers for path in every_path(small)]
    assert len(ways) == len(set(ways)) == 4
    assert TO_THE_END in ways
    assert all(follow(small, way).answers == way for way in ways)


# What may still come


def test_what_holds_at_every_end_is_sure_and_what_holds_at_some_is_open(small: Procedure) -> None:
    ahead = prospect(small, (), DAY)
    assert [one.id for one in ahead.sure.papers] == ["can-cuoc", "to-khai"]
    assert [one.id for one in ahead.perhaps.papers] == ["giay-uy-quyen"]
    assert {one.id for one in ahead.ends} == {"lam-duoc", "hoi-can-bo"}
    assert ahead.is_here


def test_an_end_that_is_not_here_makes_nothing_doubtful(small: Procedure) -> None:
    ahead = prospect(small, TO_THE_END[:1], DAY)
    assert "giay-uy-quyen" in [one.id for one in ahead.sure.papers]
    assert ahead.perhaps.papers == ()


def test_at_an_end_all_is_sure(small: Procedure) -> None:
    for path in every_path(small):
        ahead = prospect(small, path.answers, DAY)
        assert ahead.ends == (path.at,)
        assert [*ahead.perhaps.papers, *ahead.perhaps.fees, *ahead.perhaps.times] == []
        assert ahead.is_here == (path.at.id == "lam-duoc")

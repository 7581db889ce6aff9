"""The figures of `kiosk eval`: counted by hand on a few questions."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.assistant.asking import Asked, Candidate, Decision
from kiosk.assistant.entry import Entry, Kind
from kiosk.assistant.evaluation import BINS, Figures, Marked, failures, figures
from kiosk.assistant.lookup import Hit, Ranking


def marked(
    *likely: str, right: str = "", decision: Decision = Decision.ANSWER, score: float = 0.9
) -> Marked:
    """A question: the codes found, best first; the right ones; what was decided.

    A code that begins with x is a matter that is not on offer.
    """
    hits = tuple(
        Hit(
            entry=Entry(
                id=f"id-{code}",
                code=code,
                title="",
                kind=Kind.NOT_OFFERED if code.startswith("x") else Kind.SCRIPT,
            ),
            score=score / 2**place,
        )
        for place, code in enumerate(likely)
    )
    shown = tuple(
        Candidate(code=hit.entry.code, id=hit.entry.id, title="", score=hit.score)
        for hit in hits
        if hit.entry.is_offered
    )
    is_out = decision is Decision.OUT_OF_SCOPE
    return Marked(
        text="khai sinh",
        codes=frozenset(right.split()),
        is_ambiguous=False,
        asked=Asked(decision=decision, candidates=() if is_out else shown),
        ranking=Ranking(hits=hits, none=0.0),
    )


CLARIFY, OUT = Decision.CLARIFY, Decision.OUT_OF_SCOPE
SIX = (
    marked("a", "b", right="a"),
    marked("b", "a", right="a", decision=CLARIFY),
    marked("b", "c", right="a"),
    marked("b", "c", "d", "a", right="a z", decision=CLARIFY),
    marked("a", right="", decision=CLARIFY),
    marked("x", right="", decision=OUT),
)
"""Right, second, confidently wrong, fourth; two with nothing on offer, both refused."""


def test_shares_are_of_what_they_are_said_to_be_of() -> None:
    found = figures(SIX)
    assert (found.questions, found.offered) == (6, 4)
    assert found.recall_1 == 1 / 4
    assert found.recall_3 == 2 / 4
    assert found.answered == 2 / 4
    assert found.confidently_wrong == 1 / 6
    assert found.refused == 1.0
    assert found.decisions == {"answer": 2, "clarify": 3, "out_of_scope": 1}


def test_any_of_several_right_codes_is_right() -> None:
    assert figures([marked("b", right="a b c")]).recall_1 == 1.0
    assert figures([marked("b", right="a b c")]).confidently_wrong == 0.0


def test_an_answer_where_nothing_is_on_offer_is_confidently_wrong_and_no_refusal() -> None:
    found = figures([marked("a"), marked("a", decision=CLARIFY)])
    assert found.confidently_wrong == 1 / 2
    assert found.refused == 1 / 2


@pytest.mark.parametrize("decision", [CLARIFY, OUT])
def test_what_was_not_answered_is_not_confidently_wrong(decision: Decision) -> None:
    assert not marked("b", right="a", decision=decision).is_confidently_wrong


def test_matters_not_on_offer_take_no_place_among_the_best() -> None:
    one = marked("x1", "a", "x2", "b", "c", "d", right="a", decision=OUT)
    assert one.best == ("a", "b", "c")
    assert figures([one]).recall_1 == 1.0


def test_a_question_to_which_nothing_was_found_is_a_failure_and_no_fault() -> None:
    one = marked(right="a", decision=OUT)
    found = figures([one])
    assert (found.recall_1, found.recall_3, found.confidently_wrong) == (0.0, 0.0, 0.0)
    assert sum(bar.count for bar in found.reliability) == 0
    assert failures([one]) == (("a", 1, 1),)


def test_no_questions_give_figures_and_no_failure() -> None:
    found = figures([])
    assert (found.questions, found.offered, found.decisions) == (0, 0, {})
    assert failures([]) == ()


# Reliability


def test_each_answer_stands_in_the_bar_of_its_probability() -> None:
    found = figures(
        [
            marked("a", right="a", score=0.25),
            marked("b", right="a", score=0.29),
            marked("a", right="a", score=1.0),
        ]
    ).reliability
    assert len(found) == BINS
    assert [(at, bar.count, bar.right) for at, bar in enumerate(found) if bar.count] == [
        (2, 2, 0.5),
        (9, 1, 1.0),
    ]
    assert math.isclose(found[2].said, 0.27)
    assert found[9].said == 1.0


def test_where_something_not_on_offer_is_best_no_bar_counts_it() -> None:
    found = figures([marked("x", "a", right="a", decision=OUT)])
    assert sum(bar.count for bar in found.reliability) == 0


# Failures


def test_procedures_that_fail_are_listed_worst_first() -> None:
    found = failures(
        [
            marked("b", right="a"),
            marked("c", right="a"),
            marked("a", right="a"),
            marked("b", right="b"),
            marked("a", right="d"),
            marked("a", right="c"),
            marked("a"),
        ]
    )
    assert found == (("a", 2, 3), ("c", 1, 1), ("d", 1, 1))


def test_a_question_with_several_right_codes_is_counted_once() -> None:
    assert failures([marked("z", right="b a")]) == (("a", 1, 1),)


CODES = st.lists(st.sampled_from(["a", "b", "c", "x"]), max_size=4, unique=True)


@given(
    st.lists(
        st.builds(
            lambda likely, right, decision, score: marked(
                *likely,
                right=" ".join(right),
                decision=decision if any(one != "x" for one in likely) else OUT,
                score=score,
            ),
            CODES,
            st.lists(st.sampled_from(["a", "b", "c"]), max_size=2, unique=True),
            st.sampled_from(Decision),
            st.floats(0, 1),
        ),
        max_size=12,
    )
)
def test_whatever_the_questions_shares_are_shares(questions: list[Marked]) -> None:
    found: Figures = figures(questions)
    for share in (found.recall_1, found.recall_3, found.answered, found.refused):
        assert 0 <= share <= 1
    assert found.recall_1 <= found.recall_3
    assert sum(found.decisions.values()) == found.questions == len(questions)
    assert sum(bar.count for bar in found.reliability) <= len(questions)
    assert sum(asked for _, _, asked in failures(questions)) <= found.offered
    for _, wrong, asked in failures(questions):
        assert 0 < wrong <= asked

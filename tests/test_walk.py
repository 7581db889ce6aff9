"""A walk proves a script, or shows where it does otherwise."""

from dataclasses import replace

from conftest import WALKS_TEXT

from kiosk.procedure import Procedure
from kiosk.script import read_as
from kiosk.walk import Walks, coverage, differences


def walks() -> Walks:
    found, _, faults = read_as(Walks, WALKS_TEXT.encode(), file="walks.yaml")
    assert found is not None
    assert faults == []
    return found


def test_a_walk_that_the_script_keeps_to_differs_in_nothing(small: Procedure) -> None:
    assert [differences(small, walk) for walk in walks().walks] == [(), (), ()]


def test_each_difference_says_what_was_expected_and_what_was_found(small: Procedure) -> None:
    walk = replace(walks().walks[0], reaches="hoi-can-bo", fees=(), notes=("khac",))
    assert differences(small, walk) == (
        ("reaches", "hoi-can-bo", "lam-duoc"),
        ("fees", "–", "tai-quay, truc-tuyen, ho-ngheo"),
        ("notes", "khac", "nho-ban-goc"),
    )


def test_a_walk_that_stops_half_way_reaches_no_outcome(small: Procedure) -> None:
    walk = replace(walks().walks[0], answers={"ai-di": "tu-di"})
    assert ("reaches", "lam-duoc", "viec-gi") in differences(small, walk)


def test_coverage_counts_choices_outcomes_and_papers(small: Procedure) -> None:
    whole = coverage(small, walks())
    assert (whole.reached, whole.total, whole.percent) == (9, 9, 100)
    part = coverage(small, Walks(walks=walks().walks[:1]))
    assert part.choices == ("ai-di.di-thay", "viec-gi.viec-khac")
    assert part.outcomes == ("hoi-can-bo",)
    assert part.papers == ("giay-uy-quyen",)
    assert (part.reached, part.percent) == (5, 55)

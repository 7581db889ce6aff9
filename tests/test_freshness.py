"""What has grown old in a script by its own dates."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kiosk.freshness import STALE_DAYS, stale_places
from kiosk.procedure import Procedure

LAST = date(2026, 12, 31)
NEXT = date(2027, 1, 1)


def found(procedure: Procedure, today: date) -> list[tuple[str, tuple[str | int, ...]]]:
    return [(flaw.code, flaw.place) for flaw in stale_places(procedure, today)]


def test_a_script_is_fresh_for_180_days_and_stale_on_the_next(small: Procedure) -> None:
    last_day = small.checked + timedelta(days=STALE_DAYS)
    assert found(small, small.checked) == []
    assert found(small, last_day) == []
    assert found(small, last_day + timedelta(days=1)) == [("stale", ("checked",))]


def test_a_procedure_that_has_ended_is_told(small: Procedure) -> None:
    ended = replace(small, valid_until=LAST)
    assert found(ended, LAST) == []
    assert found(ended, NEXT) == [("no_longer_in_force", ("valid_until",))]


def test_a_paper_that_has_ended_is_told_and_needs_no_successor(small: Procedure) -> None:
    paper = replace(small.papers[1], valid_until=LAST)
    ended = replace(small, papers=(small.papers[0], paper, small.papers[2]))
    assert found(ended, LAST) == []
    assert found(ended, NEXT) == [("no_longer_in_force", ("papers", 1, "valid_until"))]


@pytest.mark.parametrize("today", [LAST, NEXT])
def test_a_fee_that_ends_without_a_successor_is_told_before_and_after(
    small: Procedure, today: date
) -> None:
    ends = replace(small, fees=(replace(small.fees[0], valid_until=LAST), *small.fees[1:]))
    [flaw] = stale_places(ends, today)
    assert (flaw.code, flaw.place) == ("no_successor", ("fees", 0, "valid_until"))
    assert dict(flaw.values)["next"] == NEXT


def test_a_fee_with_a_successor_is_told_only_once_it_has_ended(small: Procedure) -> None:
    half = replace(small.fees[0], valid_until=LAST)
    full = replace(small.fees[0], id="tron", valid_from=NEXT)
    followed = replace(small, fees=(half, full))
    assert found(followed, LAST) == []
    assert found(followed, NEXT) == [("no_longer_in_force", ("fees", 0, "valid_until"))]


def test_a_successor_that_begins_a_day_late_is_none(small: Procedure) -> None:
    half = replace(small.fees[0], valid_until=LAST)
    late = replace(small.fees[0], id="tron", valid_from=NEXT + timedelta(days=1))
    assert found(replace(small, fees=(half, late)), LAST)[0][0] == "no_successor"


def test_what_ends_with_its_procedure_needs_no_successor(small: Procedure) -> None:
    time = replace(small.times[0], valid_until=LAST)
    assert found(replace(small, valid_until=LAST, times=(time,)), LAST) == []


def test_the_last_day_of_all_can_be_written(small: Procedure) -> None:
    time = replace(small.times[0], valid_until=date.max)
    assert found(replace(small, times=(time,)), LAST)[0][0] == "no_successor"

"""What becomes of a call for help, and how long it waited: counted in bands, once each."""

from dataclasses import replace

import pytest

from kiosk import effect as do
from kiosk import event as on
from kiosk.advance import advance
from kiosk.command import Locked
from kiosk.effect import Effect
from kiosk.event import Event
from kiosk.idleness import NO_SIGN_OF_LIFE
from kiosk.intent import OutOfScope, Talk
from kiosk.procedure import Procedure
from kiosk.session import Resting, Session, fresh
from kiosk.tally import ANSWERS, CALL_ENDS, Counted, InputMode, Tally, answered_after

WAITING = fresh("vi")


def after(session: Session, *events: Event) -> Session:
    for event in events:
        session, _ = advance(session, event)
    return session


def tallies(effects: tuple[Effect, ...]) -> list[Tally]:
    return [one.tally for one in effects if isinstance(one, do.Record)]


def ends(session: Session, event: Event) -> list[Counted]:
    """What of calls is counted when this happens."""
    events = [one.event for one in tallies(advance(session, event)[1])]
    return [one for one in events if one in CALL_ENDS]


@pytest.fixture
def calling(small: Procedure) -> Session:
    return after(WAITING, on.Chose(small), on.StaffCalled())


@pytest.mark.parametrize(
    ("seconds", "band"),
    [
        *((0.0, Counted.ANSWERED_HALF_MINUTE), (30.0, Counted.ANSWERED_HALF_MINUTE)),
        *((30.1, Counted.ANSWERED_1_MINUTE), (61.0, Counted.ANSWERED_2_MINUTES)),
        *((300.0, Counted.ANSWERED_5_MINUTES), (599.0, Counted.ANSWERED_10_MINUTES)),
        *((600.5, Counted.ANSWERED_LATER), (1e9, Counted.ANSWERED_LATER)),
    ],
)
def test_a_wait_is_known_as_a_band_only(seconds: float, band: Counted) -> None:
    assert answered_after(seconds) is band


@pytest.mark.parametrize("band", ANSWERS)
def test_an_answer_counts_in_the_band_that_its_call_has_come_to(
    calling: Session, band: Counted
) -> None:
    assert ends(after(calling, on.CallWaits(band)), on.CallAnswered()) == [band]


def test_a_count_of_waiting_knows_neither_procedure_nor_step_nor_how_they_came(
    calling: Session,
) -> None:
    english = after(calling, on.LanguageChosen("en"))
    counted = tallies(advance(english, on.CallAnswered())[1])
    assert counted[0] == Tally(event=Counted.ANSWERED_HALF_MINUTE, language="en")


def test_the_next_call_waits_from_its_own_beginning(calling: Session) -> None:
    answered = after(calling, on.CallWaits(Counted.ANSWERED_LATER), on.CallAnswered())
    assert ends(after(answered, on.StaffCalled()), on.CallAnswered()) == [
        Counted.ANSWERED_HALF_MINUTE
    ]


def test_where_nobody_calls_nobody_waits(small: Procedure) -> None:
    chosen = after(WAITING, on.Chose(small))
    assert advance(chosen, on.CallWaits(Counted.ANSWERED_LATER)) == (chosen, ())


def test_the_clock_of_a_call_is_no_sign_of_life(calling: Session) -> None:
    assert isinstance(on.CallWaits(Counted.ANSWERED_LATER), NO_SIGN_OF_LIFE)
    asked = replace(calling, seconds_left=9)
    assert after(asked, on.CallWaits(Counted.ANSWERED_LATER)).seconds_left == 9


def test_a_call_that_is_taken_back_is_counted_as_that(calling: Session) -> None:
    assert ends(calling, on.CallCancelled()) == [Counted.CALL_CANCELLED]
    assert ends(after(calling, on.CallCancelled()), on.CallCancelled()) == []


def test_a_call_taken_back_by_voice_is_counted_once(calling: Session) -> None:
    said = after(calling, on.Said("…", InputMode.VOICE))
    assert ends(said, on.Pointed(said.turn, on.CallCancelled(), "thôi gọi")) == [
        Counted.CALL_CANCELLED
    ]


def test_an_emergency_that_was_misheard_is_a_call_taken_back(small: Procedure) -> None:
    said = after(WAITING, on.Chose(small), on.Said("…", InputMode.VOICE))
    rings = after(said, on.Understood(said.turn, OutOfScope(Talk.FIRE), "cháy"))
    assert rings.is_calling
    assert ends(rings, on.NotMeant()) == [Counted.CALL_CANCELLED]


def test_a_lock_misses_no_call(calling: Session) -> None:
    assert ends(calling, Locked()) == []
    locked = after(calling, on.CallWaits(Counted.ANSWERED_LATER), Locked())
    assert ends(locked, on.CallAnswered()) == [Counted.ANSWERED_LATER]


@pytest.mark.parametrize("end", [on.IdleTooLong(), on.StaffReset()])
def test_a_visit_that_ends_before_an_answer_misses_its_call(calling: Session, end: Event) -> None:
    assert ends(calling, end) == [Counted.CALL_MISSED]


def test_a_call_may_outlast_the_goodbye_and_is_missed_after_it(calling: Session) -> None:
    goodbye = after(calling, on.Finish())
    assert goodbye.is_calling
    assert ends(goodbye, on.CallAnswered()) == [Counted.ANSWERED_HALF_MINUTE]
    assert ends(goodbye, on.Rated(None)) == [Counted.CALL_MISSED]
    rated = after(goodbye, on.Rated(on.Rating.GOOD))
    assert ends(rated, on.IdleTooLong()) == [Counted.CALL_MISSED]


def test_a_call_from_a_locked_kiosk_ends_like_any_other() -> None:
    calling = after(replace(WAITING, phase=Resting()), on.StaffCalled())
    assert ends(calling, on.CallAnswered()) == [Counted.ANSWERED_HALF_MINUTE]
    assert ends(calling, on.IdleTooLong()) == [Counted.CALL_MISSED]


def test_an_answered_call_is_neither_missed_nor_taken_back(calling: Session) -> None:
    answered = after(calling, on.CallAnswered())
    for event in (on.IdleTooLong(), on.CallCancelled(), on.StaffReset()):
        assert ends(answered, event) == []

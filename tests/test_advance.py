"""The visit, event by event."""

from dataclasses import replace

import pytest
from conftest import SCRIPT_TEXT

from kiosk import effect as do
from kiosk import event as on
from kiosk.advance import MOST_TYPED, advance
from kiosk.effect import Effect
from kiosk.event import Event
from kiosk.procedure import Aspect, LifeEvent, Procedure
from kiosk.script import read_script
from kiosk.session import (
    Asides,
    AspectAsked,
    Choosing,
    Finished,
    Guiding,
    NotAvailable,
    PinPad,
    Session,
    StaffSheet,
    Waiting,
    Why,
    fresh,
)
from kiosk.tally import Counted, InputMode, Tally

WAITING = fresh("vi")


def after(session: Session, *events: Event) -> Session:
    for event in events:
        session, _ = advance(session, event)
    return session


def effects_of(session: Session, event: Event) -> tuple[Effect, ...]:
    return advance(session, event)[1]


def counted(session: Session, event: Event) -> list[Counted]:
    """What the event is counted as."""
    effects = effects_of(session, event)
    return [effect.tally.event for effect in effects if isinstance(effect, do.Record)]


def guiding(session: Session) -> Guiding:
    assert isinstance(session.phase, Guiding)
    return session.phase


@pytest.fixture
def chosen(small: Procedure) -> Session:
    """At the first question."""
    return after(WAITING, on.Started(), on.Chose(small))


@pytest.fixture
def review(chosen: Session) -> Session:
    """All questions are answered."""
    return after(chosen, on.Answered("ai-di", "di-thay"), on.Answered("viec-gi", "di-hoc"))


@pytest.fixture
def outcome(review: Session) -> Session:
    """The outcome is shown."""
    return after(review, on.Confirmed())


@pytest.fixture
def sheet(outcome: Session) -> Session:
    """The staff sheet lies over the outcome."""
    return after(outcome, on.DoorTouched(has_pin=True), on.PinRight())


# From waiting to a procedure


def test_one_touch_starts_a_visit_and_is_counted() -> None:
    assert after(WAITING, on.Started()).phase == Choosing()
    assert counted(WAITING, on.Started()) == [Counted.VISIT_STARTED]


def test_a_second_touch_on_the_start_is_no_second_visit() -> None:
    started = after(WAITING, on.Started())
    assert advance(started, on.Started()) == (started, ())


def test_a_tile_shows_its_procedures_and_none_shows_all_tiles_again() -> None:
    tile = after(WAITING, on.Started(), on.LifeEventChosen(LifeEvent.BIRTH))
    assert tile.phase == Choosing(life_event=LifeEvent.BIRTH)
    assert after(tile, on.LifeEventChosen(None)).phase == Choosing()


def test_an_example_on_the_waiting_screen_starts_the_visit_too(small: Procedure) -> None:
    chosen = after(WAITING, on.Chose(small))
    assert guiding(chosen).path.at.id == "ai-di"
    assert counted(WAITING, on.Chose(small)) == [Counted.VISIT_STARTED, Counted.PROCEDURE_CHOSEN]


def test_a_procedure_that_was_chosen_is_not_chosen_again_by_a_second_touch(
    chosen: Session, small: Procedure
) -> None:
    answered = after(chosen, on.Answered("ai-di", "tu-di"))
    assert advance(answered, on.Chose(small)) == (answered, ())


def test_a_procedure_without_questions_shows_its_outcome_at_once() -> None:
    start, end = SCRIPT_TEXT.index("  - id: ai-di"), SCRIPT_TEXT.index("outcomes:")
    text = SCRIPT_TEXT[:start].replace("questions:", "questions: []") + SCRIPT_TEXT[end:]
    procedure, _, faults = read_script(
        text.replace("start: ai-di", "start: lam-duoc").encode(), file="s"
    )
    assert faults == []
    assert procedure is not None
    session = after(WAITING, on.Chose(procedure))
    assert guiding(session).is_confirmed
    assert Counted.OUTCOME_HERE in counted(WAITING, on.Chose(procedure))
    assert after(session, on.Back()).phase == Choosing()


# Searching


def test_typing_asks_for_a_search_and_keeps_the_text_until_the_visit_ends() -> None:
    started = after(WAITING, on.Started())
    typed, effects = advance(started, on.Typed("khai sinh"))
    assert effects == (do.Find("khai sinh"),)
    assert typed.phase == Choosing(text="khai sinh")
    found = after(typed, on.Found("khai sinh", ("khai-sinh", "khai-tu")))
    assert found.phase == Choosing(text="khai sinh", found=("khai-sinh", "khai-tu"))


def test_an_answer_to_an_older_text_is_ignored() -> None:
    typed = after(WAITING, on.Started(), on.Typed("khai s"), on.Typed("khai sinh"))
    assert advance(typed, on.Found("khai s", ("khai-tu",))) == (typed, ())


def test_an_answer_that_comes_after_the_search_was_left_is_ignored(chosen: Session) -> None:
    assert advance(chosen, on.Found("", ("khai-tu",))) == (chosen, ())
    assert advance(WAITING, on.Found("", ("khai-tu",))) == (WAITING, ())


def test_an_empty_search_finds_nothing_and_asks_for_nothing() -> None:
    found = after(WAITING, on.Started(), on.Typed("k"), on.Found("k", ("khai-tu",)))
    assert advance(found, on.Typed(" ")) == (replace(found, phase=Choosing(text=" ")), ())


def test_a_novel_in_the_search_field_is_cut() -> None:
    typed, effects = advance(after(WAITING, on.Started()), on.Typed("a" * 5000))
    assert typed.phase == Choosing(text="a" * MOST_TYPED)
    assert effects == (do.Find("a" * MOST_TYPED),)


def test_a_procedure_found_by_typing_is_counted_as_typed(small: Procedure) -> None:
    typed = after(WAITING, on.Started(), on.Typed("giay"), on.Found("giay", ("xin-giay",)))
    assert after(typed, on.Chose(small)).mode is InputMode.TYPING


def test_a_procedure_found_on_a_tile_after_the_search_was_cleared_is_counted_as_touched(
    small: Procedure,
) -> None:
    cleared = after(WAITING, on.Started(), on.Typed("giay"), on.Typed(""))
    tile = after(cleared, on.LifeEventChosen(LifeEvent.CIVIL_STATUS))
    assert after(tile, on.Chose(small)).mode is InputMode.TOUCH


# Answers


def test_an_answer_leads_to_the_next_question(chosen: Session) -> None:
    answered = after(chosen, on.Answered("ai-di", "tu-di"))
    assert guiding(answered).answers == (("ai-di", "tu-di"),)
    assert guiding(answered).path.at.id == "viec-gi"


@pytest.mark.parametrize(
    ("question", "choice"), [("viec-gi", "di-hoc"), ("ai-di", "di-hoc"), ("lam-duoc", "x")]
)
def test_an_answer_to_what_was_not_asked_is_ignored(
    chosen: Session, question: str, choice: str
) -> None:
    assert advance(chosen, on.Answered(question, choice)) == (chosen, ())


def test_a_double_touch_answers_one_question_only(chosen: Session) -> None:
    once = after(chosen, on.Answered("ai-di", "tu-di"))
    assert after(once, on.Answered("ai-di", "tu-di")) == once


def test_the_last_answer_leads_to_the_review_and_only_a_yes_to_the_outcome(
    review: Session,
) -> None:
    assert guiding(review).is_reviewing
    assert not guiding(review).is_confirmed
    confirmed = after(review, on.Confirmed())
    assert guiding(confirmed).is_confirmed
    assert counted(review, on.Confirmed()) == [Counted.OUTCOME_HERE]
    assert advance(confirmed, on.Confirmed()) == (confirmed, ()), "counted once"


def test_confirming_before_the_end_does_nothing(chosen: Session) -> None:
    answered = after(chosen, on.Answered("ai-di", "tu-di"))
    assert advance(answered, on.Confirmed()) == (answered, ())


@pytest.mark.parametrize("choice", ["di-hoc", "viec-khac"])
def test_each_kind_of_outcome_has_its_own_count(chosen: Session, choice: str) -> None:
    review = after(chosen, on.Answered("ai-di", "tu-di"), on.Answered("viec-gi", choice))
    expected = Counted.OUTCOME_HERE if choice == "di-hoc" else Counted.OUTCOME_ASK_STAFF
    assert counted(review, on.Confirmed()) == [expected]


def test_a_changed_answer_keeps_the_later_ones(review: Session) -> None:
    asked = after(review, on.ChangeWanted("ai-di"))
    assert guiding(asked).asked is not None
    changed = after(asked, on.Answered("ai-di", "tu-di"))
    assert guiding(changed).answers == (("ai-di", "tu-di"), ("viec-gi", "di-hoc"))
    assert guiding(changed).is_reviewing


def test_only_a_question_that_was_answered_can_be_changed(chosen: Session) -> None:
    assert advance(chosen, on.ChangeWanted("viec-gi")) == (chosen, ())
    assert advance(chosen, on.ChangeWanted("khong-co")) == (chosen, ())


def test_nothing_but_the_asked_question_is_answered_while_reviewing(review: Session) -> None:
    assert advance(review, on.Answered("ai-di", "tu-di")) == (review, ())


def test_a_question_that_is_asked_again_hides_the_outcome_until_a_new_yes(
    outcome: Session,
) -> None:
    asked = after(outcome, on.ChangeWanted("ai-di"))
    assert advance(asked, on.PrintWanted()) == (asked, ()), "no slip of what is not shown"
    assert guiding(after(asked, on.Back())).is_confirmed is False


# Back


def test_back_undoes_one_answer_at_a_time(review: Session) -> None:
    once = after(review, on.Back())
    assert guiding(once).answers == (("ai-di", "di-thay"),)
    twice = after(once, on.Back())
    assert guiding(twice).answers == ()
    assert after(twice, on.Back()).phase == Choosing()
    assert counted(twice, on.Back()) == [Counted.STEP_LEFT]


def test_back_from_the_outcome_returns_to_the_review_with_every_answer(
    outcome: Session, review: Session
) -> None:
    assert after(outcome, on.Back()) == review


def test_back_from_a_question_asked_again_changes_nothing(review: Session) -> None:
    assert after(review, on.ChangeWanted("ai-di"), on.Back()) == review


def test_back_first_closes_what_lies_on_top(chosen: Session) -> None:
    answered = after(chosen, on.Answered("ai-di", "tu-di"))
    asked = (on.WhyWanted(), on.WhyWanted("ai-di"), on.AsideWanted(None))
    for event in (*asked, on.VoiceSheetWanted()):
        opened = after(answered, event)
        assert opened.overlay is not None
        assert after(opened, on.Back()) == answered


def test_back_from_the_answer_to_a_side_question_shows_the_questions(chosen: Session) -> None:
    aside = after(chosen, on.AsideWanted(None), on.AsideWanted("may-ban"))
    assert aside.overlay == Asides("may-ban")
    assert after(aside, on.Back()).overlay == Asides()
    aspect = after(chosen, on.AspectWanted(Aspect.FEE))
    assert aspect.overlay == AspectAsked(Aspect.FEE)
    assert after(aspect, on.Back()).overlay == Asides()


def test_a_side_question_changes_nothing_but_what_lies_on_top(
    chosen: Session, review: Session, outcome: Session
) -> None:
    questions: list[Event] = [*map(on.AspectWanted, Aspect), on.WhyWanted("viec-gi")]
    for place in (chosen, review, outcome):
        for event in questions:
            asked = after(place, event)
            assert asked.phase == place.phase
            assert after(asked, on.Closed()) == place


def test_back_from_a_tile_or_a_search_shows_all_tiles() -> None:
    started = after(WAITING, on.Started())
    assert after(started, on.LifeEventChosen(LifeEvent.BIRTH), on.Back()) == started
    assert after(started, on.Typed("giay"), on.Back()).phase == Choosing()


def test_back_from_the_tiles_ends_the_visit() -> None:
    started = after(WAITING, on.Started())
    assert after(started, on.Back()) == fresh("vi", turn=1)
    assert effects_of(started, on.Back())[-1] == do.Forget()


# On top


def test_the_reason_is_told_only_where_something_is_asked(
    chosen: Session, review: Session, outcome: Session
) -> None:
    assert after(chosen, on.WhyWanted()).overlay == Why()
    assert after(review, on.ChangeWanted("ai-di"), on.WhyWanted()).overlay == Why()
    assert advance(review, on.WhyWanted()) == (review, ())
    assert advance(outcome, on.WhyWanted()) == (outcome, ())


def test_a_side_question_that_does_not_exist_opens_nothing(chosen: Session) -> None:
    assert advance(chosen, on.AsideWanted("khong-co")) == (chosen, ())
    assert advance(chosen, on.AspectWanted(Aspect.OTHER)) == (chosen, ())
    assert advance(chosen, on.WhyWanted("khong-co")) == (chosen, ())
    assert advance(chosen, on.WhyWanted("lam-duoc")) == (chosen, ()), "an outcome asks nothing"


def test_an_ear_or_a_voice_that_is_not_there_is_said_kindly() -> None:
    deaf = after(WAITING, on.MicrophoneTouched(), on.HearingFailed(1))
    assert deaf.overlay == NotAvailable("hearing")
    assert deaf.hearing is None
    assert after(WAITING, on.SpeakingFailed()).overlay == NotAvailable("speaking")
    assert after(deaf, on.Closed()).overlay is None


def test_an_answer_closes_what_lies_on_top(chosen: Session) -> None:
    assert after(chosen, on.WhyWanted(), on.Answered("ai-di", "tu-di")).overlay is None


# The outcome


def test_a_paper_is_ticked_and_unticked(outcome: Session) -> None:
    ticked = after(outcome, on.Ticked("can-cuoc"))
    assert guiding(ticked).ticked == {"can-cuoc"}
    assert after(ticked, on.Ticked("can-cuoc")) == outcome
    assert advance(outcome, on.Ticked("ho-chieu")) == (outcome, ())


def test_ticks_stay_while_an_answer_is_changed(outcome: Session) -> None:
    ticked = after(outcome, on.Ticked("can-cuoc"), on.ReviewWanted(), on.ChangeWanted("ai-di"))
    changed = after(ticked, on.Answered("ai-di", "tu-di"), on.Confirmed())
    assert guiding(changed).ticked == {"can-cuoc"}


def test_the_legal_basis_unfolds_and_folds(outcome: Session) -> None:
    assert guiding(after(outcome, on.LegalToggled())).is_legal_open
    assert after(outcome, on.LegalToggled(), on.LegalToggled()) == outcome


def test_a_slip_is_printed_once_however_often_the_button_is_touched(outcome: Session) -> None:
    printing, effects = advance(outcome, on.PrintWanted())
    assert effects == (do.PrintSlip(1),)
    assert guiding(printing).slip == "printing"
    assert advance(printing, on.PrintWanted()) == (printing, ())


def test_a_printed_slip_is_said_and_counted(outcome: Session) -> None:
    printing = after(outcome, on.PrintWanted())
    assert guiding(after(printing, on.SlipDone(1, None))).slip == "done"
    assert counted(printing, on.SlipDone(1, None)) == [Counted.SLIP_PRINTED]


def test_a_slip_that_failed_is_said_and_counted_and_can_be_tried_again(outcome: Session) -> None:
    printing = after(outcome, on.PrintWanted())
    failed = after(printing, on.SlipDone(1, "printer.no_paper"))
    assert guiding(failed).slip == "printer.no_paper"
    assert counted(printing, on.SlipDone(1, "printer.no_paper")) == [Counted.SLIP_FAILED]
    assert effects_of(failed, on.PrintWanted()) == (do.PrintSlip(2),)


def test_a_late_report_of_an_older_slip_is_ignored(outcome: Session) -> None:
    second = after(outcome, on.PrintWanted(), on.SlipDone(1, "printer.timeout"), on.PrintWanted())
    assert advance(second, on.SlipDone(1, None)) == (second, ())
    done = after(second, on.SlipDone(2, None))
    assert advance(done, on.SlipDone(2, "printer.no_paper")) == (done, ()), "said once"


def test_a_late_report_of_another_procedures_slip_is_ignored(
    outcome: Session, small: Procedure
) -> None:
    other = after(
        outcome,
        on.PrintWanted(),
        on.StartAgain(),
        on.Chose(small),
        on.Answered("ai-di", "tu-di"),
        on.Answered("viec-gi", "viec-khac"),
        on.Confirmed(),
        on.PrintWanted(),
    )
    assert advance(other, on.SlipDone(1, None)) == (other, ())
    assert guiding(after(other, on.SlipDone(2, None))).slip == "done"


def test_a_slip_of_other_answers_is_no_slip_of_these(outcome: Session) -> None:
    printed = after(outcome, on.PrintWanted(), on.SlipDone(1, None))
    changing = after(printed, on.ReviewWanted(), on.ChangeWanted("viec-gi"))
    same = after(changing, on.Answered("viec-gi", "di-hoc"), on.Confirmed())
    assert guiding(same).slip == "done"
    other = after(changing, on.Answered("viec-gi", "viec-khac"), on.Confirmed())
    assert guiding(other).slip is None


# The end


def test_finishing_thanks_and_asks_for_a_face(outcome: Session) -> None:
    done = after(outcome, on.Finish())
    assert done.phase == Finished()
    assert counted(outcome, on.Finish()) == [Counted.VISIT_FINISHED]
    assert advance(done, on.Finish()) == (done, ())


@pytest.mark.parametrize(
    ("rating", "count"),
    [
        (on.Rating.GOOD, Counted.RATED_GOOD),
        (on.Rating.FAIR, Counted.RATED_FAIR),
        (on.Rating.BAD, Counted.RATED_BAD),
    ],
)
def test_a_face_is_counted_once(rating: on.Rating, count: Counted) -> None:
    finished = after(WAITING, on.Started(), on.Finish())
    assert counted(finished, on.Rated(rating)) == [count]
    rated = after(finished, on.Rated(rating))
    assert advance(rated, on.Rated(rating)) == (rated, ())
    assert counted(rated, on.IdleTooLong()) == [], "not counted as skipped as well"


def test_the_faces_can_be_skipped(outcome: Session) -> None:
    finished = after(outcome, on.Finish())
    assert advance(finished, on.Rated(None))[0] == fresh("vi", turn=1)
    assert counted(finished, on.Rated(None)) == [Counted.RATING_SKIPPED]
    assert counted(finished, on.IdleTooLong()) == [Counted.RATING_SKIPPED]


def test_starting_again_keeps_nothing_of_the_procedure(outcome: Session) -> None:
    again = after(outcome, on.StartAgain())
    assert again.phase == Choosing()
    assert counted(outcome, on.StartAgain()) == [], "its outcome was shown: it was not left early"
    assert advance(WAITING, on.StartAgain()) == (WAITING, ())


@pytest.mark.parametrize("event", [on.StaffReset(), on.IdleTooLong()])
def test_a_reset_is_a_fresh_session_and_forgets(outcome: Session, event: Event) -> None:
    session = replace(outcome, language="en", is_calling=True, overlay=Why(), seconds_left=3)
    wiped, effects = advance(session, event)
    assert replace(wiped, was_reset=False) == fresh("vi", turn=1)
    assert effects[-1] == do.Forget()


def test_a_visit_that_is_left_is_counted_with_the_step_where_it_was_left(
    chosen: Session, outcome: Session
) -> None:
    left = effects_of(chosen, on.IdleTooLong())
    assert do.Record(Tally(event=Counted.VISIT_LEFT, procedure="xin-giay", step="ai-di")) in left
    assert do.Record(Tally(event=Counted.STEP_LEFT, procedure="xin-giay", step="ai-di")) in left
    assert counted(outcome, on.IdleTooLong()) == [Counted.VISIT_LEFT], "the outcome was seen"
    assert counted(outcome, on.StaffReset()) == [Counted.VISIT_RESET]
    assert counted(WAITING, on.IdleTooLong()) == []


# Idle


def test_the_countdown_shows_and_any_touch_ends_it(chosen: Session) -> None:
    asked = after(chosen, on.IdleSoon(20))
    assert asked.seconds_left == 20
    assert after(asked, on.IdleSoon(19)).seconds_left == 19
    assert after(asked, on.StillHere()) == chosen
    assert after(asked, on.Answered("ai-di", "tu-di")).seconds_left is None


def test_a_late_reply_of_the_machine_is_no_touch(outcome: Session) -> None:
    asked = after(outcome, on.PrintWanted(), on.IdleSoon(20))
    assert after(asked, on.SlipDone(1, None)).seconds_left == 20


def test_a_kiosk_that_waits_counts_nothing_down() -> None:
    assert advance(WAITING, on.IdleSoon(20)) == (WAITING, ())


# Language and help


def test_the_language_changes_anywhere_and_nothing_else_does(outcome: Session) -> None:
    english = after(outcome, on.LanguageChosen("en"))
    assert english == replace(outcome, language="en")
    assert counted(outcome, on.LanguageChosen("en")) == [Counted.LANGUAGE_CHANGED]


def test_the_language_that_is_spoken_already_is_not_counted(outcome: Session) -> None:
    assert advance(outcome, on.LanguageChosen("vi")) == (outcome, ())


def test_an_officer_is_called_once_and_the_visit_goes_on(chosen: Session) -> None:
    calling = after(chosen, on.StaffCalled())
    assert calling == replace(chosen, is_calling=True)
    assert counted(chosen, on.StaffCalled()) == [Counted.STAFF_CALLED]
    assert advance(calling, on.StaffCalled()) == (calling, ())
    assert after(calling, on.CallCancelled()) == chosen


def test_an_officer_can_be_called_from_the_waiting_screen() -> None:
    assert after(WAITING, on.StaffCalled()).is_calling
    assert counted(WAITING, on.StaffCalled()) == [Counted.VISIT_STARTED, Counted.STAFF_CALLED]


def test_an_answered_call_says_that_someone_comes(chosen: Session) -> None:
    at_door = after(chosen, on.StaffCalled(), on.DoorTouched(has_pin=True), on.PinRight())
    answered = after(at_door, on.CallAnswered())
    assert (answered.is_calling, answered.is_officer_coming) == (False, True)
    assert answered.overlay is None
    answer = [Counted.ANSWERED_HALF_MINUTE, Counted.STAFF_ANSWERED]
    assert counted(at_door, on.CallAnswered()) == answer


# Staff


def pressed(session: Session, digits: str) -> Session:
    return after(session, *map(on.Digit, digits))


def test_the_door_asks_for_the_pin_and_the_right_one_opens(chosen: Session) -> None:
    door = after(chosen, on.DoorTouched(has_pin=True))
    assert door.overlay == PinPad()
    entered, effects = advance(pressed(door, "493817"), on.PinEntered())
    assert effects == (do.CheckPin("493817"),)
    assert entered.overlay == PinPad()
    assert after(entered, on.PinRight()).overlay == StaffSheet()
    assert after(entered, on.PinRight(), on.Closed()) == chosen, "the visit goes on"


def test_nobody_gets_in_without_having_been_at_the_door(chosen: Session) -> None:
    assert advance(chosen, on.PinRight()) == (chosen, ())
    door = after(chosen, on.DoorTouched(has_pin=True))
    for session in (chosen, door):
        assert advance(session, on.ShutDownWanted()) == (session, ())


def test_a_wrong_pin_is_refused_and_counted(chosen: Session) -> None:
    door = after(chosen, on.DoorTouched(has_pin=True))
    assert after(door, on.PinWrong()).overlay == PinPad(refusal="pin.wrong")
    locked = after(door, on.PinWrong(locked_seconds=60))
    assert locked.overlay == PinPad(refusal="pin.locked", locked_seconds=60)
    assert counted(door, on.PinWrong()) == [Counted.PIN_REFUSED]
    assert advance(chosen, on.PinWrong()) == (chosen, ()), "a late reply"


def test_the_next_digit_takes_the_refusal_away() -> None:
    refused = after(WAITING, on.DoorTouched(has_pin=True), on.PinWrong(locked_seconds=60))
    assert pressed(refused, "1").overlay == PinPad(digits="1")


def test_a_digit_can_be_erased_and_there_are_at_most_ten() -> None:
    door = after(WAITING, on.DoorTouched(has_pin=True))
    assert after(pressed(door, "12"), on.DigitErased()).overlay == PinPad(digits="1")
    assert after(door, on.DigitErased()) == door
    assert pressed(door, "012345678901").overlay == PinPad(digits="0123456789")
    assert pressed(door, "x²٣").overlay == PinPad(), "digits are 0 to 9"


def test_a_new_pin_is_entered_twice() -> None:
    door = after(WAITING, on.DoorTouched(has_pin=False))
    first = after(pressed(door, "493817"), on.PinEntered())
    assert first.overlay == PinPad(is_new=True, first="493817")
    second, effects = advance(pressed(first, "493817"), on.PinEntered())
    assert effects == (do.KeepPin("493817"),)
    assert "493817" not in repr(second)


def test_two_different_entries_start_from_the_beginning() -> None:
    door = after(WAITING, on.DoorTouched(has_pin=False))
    first = after(pressed(door, "493817"), on.PinEntered())
    second, effects = advance(pressed(first, "493818"), on.PinEntered())
    assert effects == ()
    assert second.overlay == PinPad(is_new=True, refusal="pin.unlike")


@pytest.mark.parametrize(
    "event", [on.Closed(), on.Back(), on.Started(), on.StaffCalled(), on.MicrophoneTouched()]
)
def test_there_is_no_way_round_the_pin_of_a_new_kiosk(event: Event) -> None:
    door = after(WAITING, on.DoorTouched(has_pin=False))
    assert advance(door, event) == (door, ())


def test_a_new_pin_can_be_set_in_english_too() -> None:
    door = after(WAITING, on.DoorTouched(has_pin=False), on.LanguageChosen("en"))
    assert (door.language, door.overlay) == ("en", PinPad(is_new=True))


def test_a_test_print_reports_to_the_sheet_and_not_to_the_visit(sheet: Session) -> None:
    testing, effects = advance(sheet, on.PrintTestWanted())
    assert effects == (do.PrintTest(1),)
    assert after(testing, on.SlipDone(1, None)).overlay == StaffSheet(test="printed", job=1)
    failed = after(testing, on.SlipDone(1, "printer.no_paper"))
    assert failed.overlay == StaffSheet(test="printer.no_paper", job=1)
    assert guiding(failed).slip is None


def test_a_late_report_of_an_older_test_is_ignored(sheet: Session) -> None:
    again = after(sheet, on.PrintTestWanted(), on.Closed(), on.DoorTouched(has_pin=True))
    second = after(again, on.PinRight(), on.PrintTestWanted())
    assert advance(second, on.SlipDone(1, None)) == (second, ())


def test_a_test_print_does_not_hide_how_the_citizens_slip_went(outcome: Session) -> None:
    testing = after(
        outcome,
        on.PrintWanted(),
        on.DoorTouched(has_pin=True),
        on.PinRight(),
        on.PrintTestWanted(),
        on.SlipDone(1, None),
    )
    assert guiding(testing).slip == "done"
    assert testing.overlay == StaffSheet(test="printing", job=2)


def test_the_loudspeaker_can_be_tested(sheet: Session) -> None:
    tested, effects = advance(sheet, on.SoundTestWanted())
    assert effects == (do.SoundTest(),)
    assert tested.overlay == StaffSheet(test="sounded")


def test_the_kiosk_shuts_down_only_at_the_second_touch(sheet: Session) -> None:
    asked, effects = advance(sheet, on.ShutDownWanted())
    assert effects == ()
    assert effects_of(asked, on.ShutDownWanted()) == (do.ShutDown(),)
    other = after(asked, on.SoundTestWanted())
    assert effects_of(other, on.ShutDownWanted()) == (), "another touch takes it back"


def test_a_call_that_nobody_made_cannot_be_answered(sheet: Session) -> None:
    assert advance(sheet, on.CallAnswered()) == (sheet, ())


def test_only_waiting_is_fresh() -> None:
    assert fresh("en") == Session(home="en", language="en", phase=Waiting())

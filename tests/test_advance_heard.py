"""What is said during a visit, event by event: speech does nothing that a touch could not."""

from dataclasses import replace

import pytest
from conftest import SCRIPT_TEXT, office_of
from hypothesis import given
from hypothesis import strategies as st

from kiosk import effect as do
from kiosk import event as on
from kiosk.advance import advance
from kiosk.card import Card, CardKind
from kiosk.catalogue import SCRIPT, SHIPPED_PROCEDURES
from kiosk.counting import record
from kiosk.effect import Effect
from kiosk.event import Event
from kiosk.heard_screen import PATIENCE
from kiosk.intent import (
    Answered,
    AskedAside,
    AskedAspect,
    AskedWhy,
    Chose,
    Corrected,
    Intent,
    OutOfScope,
    Perhaps,
    Talk,
    Unclear,
    Wish,
    Wished,
)
from kiosk.office import Office
from kiosk.procedure import Aspect, LifeEvent, Procedure, Text
from kiosk.screen import MessageOverlay
from kiosk.screen_for import screen_for
from kiosk.script import read_script
from kiosk.session import (
    Asides,
    AspectAsked,
    Beyond,
    Choosing,
    Finished,
    Guiding,
    NotSure,
    PinPad,
    Reading,
    Session,
    StaffSheet,
    Why,
    fresh,
)
from kiosk.tally import Counted, InputMode, Tally
from kiosk.words import Words
from kiosk.words_files import load_words

WAITING = fresh("vi")
MARKER = "bí mật của bà Thuận"
"""What is said here; it must be nowhere afterwards."""

PASSPORT = Card(
    id="ho-chieu",
    kind=CardKind.NOT_HERE,
    title=Text(vi="Làm hộ chiếu", en="Passport"),
    lead=Text(vi="Phường không làm hộ chiếu.", en="The ward does not issue passports."),
    where=Text(vi="Công an cấp tỉnh", en="Provincial police"),
    link="https://dichvucong.gov.vn/x",
    source="Cổng Dịch vụ công quốc gia, 07/2026",
)


def after(session: Session, *events: Event) -> Session:
    for event in events:
        session, _ = advance(session, event)
    return session


def said(
    session: Session, intent: Intent, mode: InputMode = InputMode.VOICE
) -> tuple[Session, tuple[Effect, ...]]:
    """The session after a sentence that means this, with all effects but the question for it."""
    asked, effects = advance(session, on.Said(MARKER, mode))
    assert effects[-1] == do.Understand(turn=asked.turn, text=MARKER)
    understood, more = advance(asked, on.Understood(asked.turn, intent))
    return understood, (*effects[:-1], *more)


def counted(effects: tuple[Effect, ...]) -> list[Counted]:
    return [effect.tally.event for effect in effects if isinstance(effect, do.Record)]


def read_small() -> Procedure:
    procedure, _, _ = read_script(SCRIPT_TEXT.encode(), file="small")
    assert procedure is not None
    return procedure


def guiding(session: Session) -> Guiding:
    assert isinstance(session.phase, Guiding)
    return session.phase


@pytest.fixture
def started() -> Session:
    return after(WAITING, on.Started())


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


# Saying something


def test_a_sentence_on_the_waiting_screen_starts_a_visit() -> None:
    asked, effects = advance(WAITING, on.Said("làm khai sinh", InputMode.VOICE))
    assert asked.phase == Choosing()
    assert counted(effects) == [Counted.VISIT_STARTED]
    assert effects[-1] == do.Understand(turn=1, text="làm khai sinh")


def test_each_sentence_is_a_turn_of_its_own(started: Session) -> None:
    first, _ = advance(started, on.Said("khai sinh", InputMode.VOICE))
    second, effects = advance(first, on.Said("khai tử", InputMode.VOICE))
    assert effects == (do.Understand(turn=2, text="khai tử"),)
    assert (first.turn, second.turn) == (1, 2)


def test_what_is_understood_of_an_earlier_sentence_is_ignored(
    started: Session, small: Procedure
) -> None:
    twice = after(
        started, on.Said("khai sinh", InputMode.VOICE), on.Said("khai tử", InputMode.VOICE)
    )
    assert advance(twice, on.Understood(1, Chose(small))) == (twice, ())
    assert guiding(after(twice, on.Understood(2, Chose(small)))).procedure == small


def test_what_is_understood_after_the_visit_ended_is_ignored(chosen: Session) -> None:
    ended = after(chosen, on.Said("tôi tự đi", InputMode.VOICE), on.StaffReset())
    assert ended == replace(fresh("vi", turn=2), was_reset=True)
    assert advance(ended, on.Understood(1, Wished(Wish.STAFF))) == (ended, ())


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_silence_is_no_sentence(started: Session, text: str) -> None:
    for session in (WAITING, started):
        assert advance(session, on.Said(text, InputMode.TYPING)) == (session, ())


@pytest.mark.parametrize("overlay", [PinPad(), PinPad(is_new=True), StaffSheet()])
def test_nothing_is_heard_at_the_staff_door(chosen: Session, overlay: PinPad | StaffSheet) -> None:
    for session in (replace(WAITING, overlay=overlay), replace(chosen, overlay=overlay)):
        assert advance(session, on.Said("tôi tự đi", InputMode.VOICE)) == (session, ())


def test_nothing_is_heard_at_the_goodbye() -> None:
    done = Session(phase=Finished())
    assert advance(done, on.Said("cảm ơn", InputMode.VOICE)) == (done, ())


def test_an_answer_that_was_understood_closes_what_lies_on_top(chosen: Session) -> None:
    unsure, _ = said(chosen, Unclear(("tu-di",)))
    answered, _ = said(unsure, Answered((("ai-di", "tu-di"),)))
    assert answered.overlay is None


def test_a_sentence_is_a_sign_of_life(chosen: Session) -> None:
    asked = after(chosen, on.IdleSoon(5), on.Said("tôi tự đi", InputMode.VOICE))
    assert asked.seconds_left is None


# The start


def test_a_clear_request_opens_its_procedure(started: Session, small: Procedure) -> None:
    opened, effects = said(started, Chose(small))
    assert guiding(opened) == Guiding(small)
    assert counted(effects) == [Counted.UNDERSTOOD, Counted.PROCEDURE_CHOSEN]


def test_a_clear_request_of_a_card_shows_it(started: Session) -> None:
    shown, effects = said(started, Chose(PASSPORT))
    assert shown.phase == Reading(PASSPORT)
    assert counted(effects) == [Counted.UNDERSTOOD, Counted.CARD_SHOWN]


@pytest.mark.parametrize("mode", list(InputMode))
def test_how_the_sentence_was_given_is_counted_with_the_procedure(
    started: Session, small: Procedure, mode: InputMode
) -> None:
    opened, effects = said(started, Chose(small), mode)
    tally = Tally(
        event=Counted.PROCEDURE_CHOSEN, procedure="xin-giay", step="ai-di", mode=mode, language="vi"
    )
    assert do.Record(tally) in effects
    assert opened.mode is mode


def test_what_may_be_one_of_a_few_is_shown_to_choose_from(
    started: Session, small: Procedure
) -> None:
    perhaps = Perhaps((small, PASSPORT), ask=Text(vi="Cho ai?", en="For whom?"))
    asked, effects = said(after(started, on.LifeEventChosen(LifeEvent.BIRTH)), perhaps)
    assert asked.phase == Choosing(perhaps=perhaps)
    assert counted(effects) == [Counted.ASKED_BACK]
    touched = after(asked, on.Chose(small))
    assert guiding(touched).procedure == small
    assert touched.mode is InputMode.VOICE


@pytest.mark.parametrize(
    "event",
    [on.Back(), on.LifeEventChosen(None), on.LifeEventChosen(LifeEvent.LAND), on.Typed("giấy")],
)
def test_a_touch_elsewhere_takes_the_candidates_away(
    started: Session, small: Procedure, event: Event
) -> None:
    asked, _ = said(started, Perhaps((small, PASSPORT)))
    touched = after(asked, event)
    assert isinstance(touched.phase, Choosing)
    assert touched.phase.perhaps is None


def test_back_from_the_candidates_does_not_end_the_visit(
    started: Session, small: Procedure
) -> None:
    asked, _ = said(started, Perhaps((small, PASSPORT)))
    assert after(asked, on.Back()).phase == Choosing()


def test_what_was_found_by_a_tile_after_a_sentence_is_counted_as_touched(
    started: Session, small: Procedure
) -> None:
    asked, _ = said(started, Perhaps((small, PASSPORT)))
    touched = after(asked, on.LifeEventChosen(None), on.Chose(small))
    assert touched.mode is InputMode.TOUCH


def test_what_the_kiosk_cannot_guide_through_is_said_on_top(started: Session) -> None:
    intent = OutOfScope(talk=Talk.GREETING)
    told, effects = said(started, intent)
    assert told.overlay == Beyond(intent)
    assert told.phase == started.phase
    assert counted(effects) == [Counted.OUT_OF_SCOPE]
    assert after(told, on.Closed()).overlay is None


def test_the_card_of_another_office_can_be_opened_from_there(started: Session) -> None:
    told, _ = said(started, OutOfScope(card=PASSPORT))
    shown = after(told, on.CardChosen(PASSPORT))
    assert (shown.phase, shown.overlay) == (Reading(PASSPORT), None)


def test_who_reads_a_card_and_talks_of_something_else_still_has_the_card() -> None:
    told, _ = said(Session(phase=Reading(PASSPORT)), OutOfScope(talk=Talk.THANKS))
    assert told.phase == Reading(PASSPORT)
    assert isinstance(told.overlay, Beyond)


def test_who_reads_a_card_and_asks_for_what_may_be_a_few_sees_them(small: Procedure) -> None:
    perhaps = Perhaps((small, PASSPORT))
    asked, _ = said(Session(phase=Reading(PASSPORT)), perhaps)
    assert asked.phase == Choosing(perhaps=perhaps)


# A question


def test_an_answer_leads_to_the_next_question_without_a_review(chosen: Session) -> None:
    answered, effects = said(chosen, Answered((("ai-di", "tu-di"),)))
    assert guiding(answered) == guiding(after(chosen, on.Answered("ai-di", "tu-di")))
    assert counted(effects) == [Counted.UNDERSTOOD]


def test_several_answers_are_shown_before_they_count(chosen: Session) -> None:
    both = Answered((("ai-di", "di-thay"), ("viec-gi", "di-hoc")))
    shown, effects = said(chosen, both)
    assert guiding(shown).answers == both.answers
    assert guiding(shown).is_reviewing
    assert not guiding(shown).is_confirmed
    assert counted(effects) == [Counted.UNDERSTOOD]
    confirmed, done = advance(shown, on.Confirmed())
    assert guiding(confirmed).is_confirmed
    assert counted(done) == [Counted.OUTCOME_HERE]


@pytest.fixture
def birth() -> Session:
    """At the first of the five questions for a birth."""
    script = SHIPPED_PROCEDURES / "khai-sinh" / SCRIPT
    procedure, _, _ = read_script(script.read_bytes(), file="khai-sinh")
    assert procedure is not None
    return after(WAITING, on.Chose(procedure))


def test_several_answers_confirmed_midway_lead_to_the_next_question(birth: Session) -> None:
    two = (("truong-hop", "thuong-gap"), ("ai-di", "cha-me"))
    shown, _ = said(birth, Answered(two))
    assert guiding(shown).is_reviewing
    assert guiding(shown).asked is None, "nothing is asked before it is confirmed"
    confirmed, effects = advance(shown, on.Confirmed())
    asked = guiding(confirmed).asked
    assert asked is not None
    assert asked.id == "giay-chung-sinh"
    assert guiding(confirmed).answers == two
    assert counted(effects) == [], "no outcome was shown"
    back = after(confirmed, on.Back())
    assert guiding(back).answers == two[:1], "from there one steps back as ever"


def test_an_answer_can_be_changed_at_a_review_midway(birth: Session) -> None:
    shown, _ = said(birth, Answered((("truong-hop", "thuong-gap"), ("ai-di", "cha-me"))))
    changed = after(shown, on.ChangeWanted("ai-di"), on.Answered("ai-di", "nguoi-than"))
    assert guiding(changed).answers == (("truong-hop", "thuong-gap"), ("ai-di", "nguoi-than"))


def test_answers_that_are_no_longer_on_the_way_are_not_kept(birth: Session) -> None:
    shown, _ = said(birth, Answered((("truong-hop", "bi-bo-roi"), ("ai-di", "cha-me"))))
    assert guiding(shown).answers == (("truong-hop", "bi-bo-roi"),)
    assert guiding(shown).is_reviewing


def test_a_correction_midway_is_shown_and_confirming_goes_on(birth: Session) -> None:
    asked = after(birth, on.Answered("truong-hop", "thuong-gap"), on.Answered("ai-di", "cha-me"))
    shown, effects = said(asked, Corrected("ai-di", "nguoi-than"))
    assert guiding(shown).answers == (("truong-hop", "thuong-gap"), ("ai-di", "nguoi-than"))
    assert guiding(shown).is_reviewing
    assert guiding(shown).changing is None
    assert counted(effects) == [Counted.UNDERSTOOD]
    next_question = guiding(after(shown, on.Confirmed())).asked
    assert next_question is not None
    assert next_question.id == "giay-chung-sinh"


def test_a_correction_at_the_outcome_hides_it_until_a_new_yes(outcome: Session) -> None:
    shown, _ = said(outcome, Corrected("ai-di", "tu-di"))
    assert guiding(shown).answers == (("ai-di", "tu-di"), ("viec-gi", "di-hoc"))
    assert guiding(shown).is_reviewing
    assert not guiding(shown).is_confirmed
    assert guiding(after(shown, on.Confirmed())).is_confirmed


@pytest.mark.parametrize(
    ("intent", "overlay"),
    [
        (AskedWhy(), Why()),
        (AskedWhy("viec-gi"), Why("viec-gi")),
        (AskedAside("may-ban"), Asides("may-ban")),
        (AskedAspect(Aspect.FEE), AspectAsked(Aspect.FEE)),
    ],
)
def test_a_question_to_the_kiosk_is_answered_on_top(
    chosen: Session, intent: Intent, overlay: Why | Asides | AspectAsked
) -> None:
    told, effects = said(chosen, intent)
    assert told.overlay == overlay
    assert guiding(told) == guiding(chosen)
    assert counted(effects) == [Counted.UNDERSTOOD]


# Wishes


def test_back_undoes_one_answer(chosen: Session) -> None:
    answered = after(chosen, on.Answered("ai-di", "tu-di"))
    gone_back, _ = said(answered, Wished(Wish.BACK))
    assert guiding(gone_back) == guiding(chosen)


def test_starting_again_and_stopping_are_counted_like_touches(chosen: Session) -> None:
    again, effects = said(chosen, Wished(Wish.AGAIN))
    assert again.phase == Choosing()
    assert counted(effects) == [Counted.UNDERSTOOD, Counted.STEP_LEFT]
    stopped, effects = said(chosen, Wished(Wish.STOP))
    assert stopped.phase == Finished()
    assert counted(effects) == [Counted.UNDERSTOOD, Counted.VISIT_FINISHED, Counted.STEP_LEFT]


def test_who_wishes_for_an_officer_on_the_waiting_screen_gets_one() -> None:
    calling, effects = said(WAITING, Wished(Wish.STAFF))
    assert calling.is_calling
    assert counted(effects) == [Counted.VISIT_STARTED, Counted.UNDERSTOOD, Counted.STAFF_CALLED]


def test_who_wants_it_repeated_hears_the_whole_screen(chosen: Session) -> None:
    _, effects = said(chosen, Wished(Wish.REPEAT))
    assert do.SayAgain() in effects


# Another matter, and an emergency, in the middle of a procedure


def test_another_matter_that_was_named_is_offered_and_nothing_is_left_yet(chosen: Session) -> None:
    offered, effects = said(chosen, Unclear(other=PASSPORT))
    assert offered.overlay == NotSure(other=PASSPORT)
    assert guiding(offered) == guiding(chosen)
    assert counted(effects) == [Counted.NOT_UNDERSTOOD]
    stayed = after(offered, on.Closed())
    assert (guiding(stayed), stayed.overlay) == (guiding(chosen), None)


def test_going_over_to_a_card_leaves_the_procedure(chosen: Session) -> None:
    offered, _ = said(chosen, Unclear(other=PASSPORT))
    gone, effects = advance(offered, on.SwitchWanted(PASSPORT))
    assert (gone.phase, gone.overlay, gone.missed) == (Reading(PASSPORT), None, 0)
    assert counted(effects) == [Counted.STEP_LEFT, Counted.CARD_SHOWN]


def test_going_over_to_another_procedure_begins_it_without_the_old_answers(
    chosen: Session, small: Procedure
) -> None:
    other = replace(small, id="xin-giay-khac")
    answered = after(chosen, on.Answered("ai-di", "tu-di"))
    offered, _ = said(answered, Unclear(other=other))
    gone, effects = advance(offered, on.SwitchWanted(other))
    assert guiding(gone) == Guiding(other)
    assert counted(effects) == [Counted.STEP_LEFT, Counted.PROCEDURE_CHOSEN]


def test_an_emergency_lies_on_top_and_the_answers_stay(chosen: Session) -> None:
    answered = after(chosen, on.Answered("ai-di", "tu-di"))
    told, _ = said(answered, OutOfScope(talk=Talk.MEDICAL))
    assert told.overlay == Beyond(OutOfScope(talk=Talk.MEDICAL))
    assert guiding(after(told, on.Closed())) == guiding(answered)


# Misses


def test_what_was_not_clear_asks_back_with_the_likely_choices(chosen: Session) -> None:
    unsure, effects = said(chosen, Unclear(("di-thay", "tu-di")))
    assert unsure.overlay == NotSure(("di-thay", "tu-di"))
    assert guiding(unsure) == guiding(chosen)
    assert counted(effects) == [Counted.NOT_UNDERSTOOD]
    answered = after(unsure, on.Answered("ai-di", "di-thay"))
    assert (guiding(answered).answers, answered.overlay) == ((("ai-di", "di-thay"),), None)


def test_after_two_misses_in_a_row_the_officer_is_offered_first(
    chosen: Session, words: Words, office: Office
) -> None:
    call = words.say("dock.call", "vi")

    def labels(session: Session) -> list[str]:
        overlay = screen_for(session, words, office).overlay
        assert isinstance(overlay, MessageOverlay)
        return [button.label for button in overlay.buttons]

    once, _ = said(chosen, Unclear())
    assert labels(once)[0] != call
    twice, _ = said(once, Unclear())
    assert twice.missed == PATIENCE
    assert labels(twice)[0] == call
    lost, _ = said(after(WAITING, on.Started()), OutOfScope())
    assert labels(lost)[0] != call
    lost, _ = said(lost, OutOfScope())
    assert labels(lost)[0] == call


@pytest.mark.parametrize(
    "understood",
    [
        Answered((("ai-di", "tu-di"),)),
        AskedWhy(),
        AskedAside("may-ban"),
        AskedAspect(Aspect.FEE),
    ],
)
def test_a_sentence_that_is_understood_ends_the_row_of_misses(
    chosen: Session, understood: Intent
) -> None:
    once, _ = said(chosen, Unclear())
    between, _ = said(once, understood)
    again, _ = said(between, Unclear())
    assert (once.missed, between.missed, again.missed) == (1, 0, 1)


def test_candidates_and_a_touched_procedure_end_the_row_of_misses(
    started: Session, small: Procedure
) -> None:
    lost, _ = said(started, OutOfScope())
    asked, _ = said(lost, Perhaps((small, PASSPORT)))
    assert (lost.missed, asked.missed) == (1, 0)
    assert after(lost, on.Chose(small)).missed == 0
    assert after(lost, on.CardChosen(PASSPORT)).missed == 0


def test_misses_are_not_carried_into_the_next_visit(chosen: Session) -> None:
    lost, _ = said(chosen, Unclear())
    assert after(lost, on.IdleTooLong()) == fresh("vi", turn=2)


# Nothing is kept

_INTENTS: tuple[Intent, ...] = (
    Answered((("ai-di", "tu-di"),)),
    Answered((("ai-di", "tu-di"), ("viec-gi", "di-hoc"))),
    Corrected("ai-di", "di-thay"),
    AskedAside("may-ban"),
    *map(AskedAspect, Aspect),
    AskedWhy(),
    AskedWhy("viec-gi"),
    OutOfScope(talk=Talk.OTHER),
    OutOfScope(card=PASSPORT),
    Unclear(),
    Unclear(("tu-di",)),
    Unclear(other=PASSPORT),
    *(Wished(wish) for wish in Wish),
)


@given(st.lists(st.sampled_from(_INTENTS), min_size=1, max_size=8))
def test_nothing_that_was_said_is_kept_counted_or_shown(intents: list[Intent]) -> None:
    small = read_small()
    words, office = load_words(), office_of((small,))
    session = WAITING
    for intent in (Perhaps((small, PASSPORT)), Chose(small), *intents):
        if isinstance(session.phase, Finished):
            break
        session, effects = said(session, intent)
        for kept in (session, effects, screen_for(session, words, office)):
            assert MARKER not in repr(kept)


def test_while_it_is_being_understood_a_sentence_is_in_nothing_but_the_question_for_it(
    chosen: Session,
) -> None:
    asked, effects = advance(chosen, on.Said(MARKER, InputMode.TYPING))
    assert MARKER not in repr(asked)
    assert effects == (do.Understand(turn=1, text=MARKER),)


# Counting


def test_a_count_has_the_place_the_language_and_the_way_it_was_reached(chosen: Session) -> None:
    at = replace(after(chosen, on.Answered("ai-di", "tu-di")), language="en", mode=InputMode.VOICE)
    assert record(at, Counted.UNDERSTOOD) == (
        do.Record(
            Tally(
                event=Counted.UNDERSTOOD,
                procedure="xin-giay",
                step="viec-gi",
                mode=InputMode.VOICE,
                language="en",
            )
        ),
    )


def test_a_count_names_the_card_that_is_read_and_elsewhere_nothing(started: Session) -> None:
    reading = record(Session(phase=Reading(PASSPORT)), Counted.OUT_OF_SCOPE)
    assert reading == (do.Record(Tally(event=Counted.OUT_OF_SCOPE, procedure="ho-chieu")),)
    typed = after(started, on.Typed(MARKER))
    expected = Tally(event=Counted.OUT_OF_SCOPE, mode=InputMode.TYPING)
    assert record(typed, Counted.OUT_OF_SCOPE) == (do.Record(expected),)

"""What was heard and can be taken back, and how the kiosk speaks, event by event."""

from dataclasses import replace

import pytest

from kiosk import effect as do
from kiosk import event as on
from kiosk.advance import advance
from kiosk.effect import Effect
from kiosk.event import Event
from kiosk.intent import Answered, Chose, Intent, OutOfScope, Unclear, Wish, Wished
from kiosk.procedure import LifeEvent, Procedure
from kiosk.session import (
    Beyond,
    Choosing,
    Guiding,
    NotAvailable,
    NotHeard,
    NotSure,
    PinPad,
    Session,
    StaffSheet,
    VoiceSheet,
    Waiting,
    Why,
    fresh,
)
from kiosk.tally import Counted, InputMode
from kiosk.voice import Loudness, Pace, Voice

WAITING = fresh("vi")
MARKER = "chuyện riêng của bà Thuận"
"""What is said here; it must be nowhere afterwards."""


def after(session: Session, *events: Event) -> Session:
    for event in events:
        session, _ = advance(session, event)
    return session


def counted(effects: tuple[Effect, ...]) -> list[Counted]:
    return [effect.tally.event for effect in effects if isinstance(effect, do.Record)]


def done(effects: tuple[Effect, ...]) -> list[Effect]:
    """What is to be done, but for the counting."""
    return [effect for effect in effects if not isinstance(effect, do.Record)]


@pytest.fixture
def chosen(small: Procedure) -> Session:
    """At the first question."""
    return after(WAITING, on.Started(), on.Chose(small))


# What was heard is shown, and can be taken back


def spoken(session: Session, intent: Intent) -> Session:
    opened = after(session, on.MicrophoneTouched())
    said = after(opened, on.Heard(opened.turn, MARKER, 0.9))
    return after(said, on.Understood(said.turn, intent, MARKER))


def test_what_was_heard_is_shown_until_something_else_happens(chosen: Session) -> None:
    answered = spoken(chosen, Answered((("ai-di", "tu-di"),)))
    assert answered.taken is not None
    assert answered.taken.text == MARKER
    assert after(answered, on.VoiceBegan(), on.VoiceEnded(), on.IdleSoon(9)).taken is not None
    for event in (on.Answered("viec-gi", "di-hoc"), on.WhyWanted(), on.Back(), on.StartAgain()):
        elsewhere = after(answered, event)
        assert elsewhere.taken is None
        assert MARKER not in repr(elsewhere)


def test_what_was_typed_is_not_shown_as_heard(chosen: Session) -> None:
    typed = after(chosen, on.Said("tôi tự đi", InputMode.TYPING))
    assert after(typed, on.Understood(1, Answered((("ai-di", "tu-di"),)))).taken is None


def test_an_answer_that_was_misheard_is_taken_back(chosen: Session) -> None:
    answered = spoken(chosen, Answered((("ai-di", "di-thay"),)))
    assert answered.phase != chosen.phase
    back, effects = advance(answered, on.NotMeant())
    assert back.phase == chosen.phase
    assert (back.overlay, back.missed) == (NotHeard(is_wrong=True), 1)
    assert counted(effects) == [Counted.TAKEN_BACK]
    assert MARKER not in repr(back)


def test_a_procedure_that_was_misheard_is_taken_back(small: Procedure) -> None:
    start = after(WAITING, on.Started())
    opened = spoken(start, Chose(small))
    assert isinstance(opened.phase, Guiding)
    back = after(opened, on.NotMeant())
    assert back.phase == Choosing()
    assert back.said_by is None


def test_a_first_sentence_that_was_misheard_leads_to_the_tiles(small: Procedure) -> None:
    back = after(spoken(WAITING, Chose(small)), on.NotMeant())
    assert back.phase == Choosing(), "not to the waiting screen: somebody is here"


def test_an_officer_who_was_called_by_a_misheard_word_is_called_no_more(chosen: Session) -> None:
    called = spoken(chosen, Wished(Wish.STAFF))
    assert called.is_calling
    assert not after(called, on.NotMeant()).is_calling


def test_an_officer_who_was_called_before_stays_called(chosen: Session) -> None:
    called = after(chosen, on.StaffCalled())
    answered = spoken(called, Answered((("ai-di", "di-thay"),)))
    assert after(answered, on.NotMeant()).is_calling


def test_nothing_is_taken_back_twice(chosen: Session) -> None:
    back = after(spoken(chosen, Answered((("ai-di", "di-thay"),))), on.NotMeant())
    assert advance(back, on.NotMeant()) == (back, ())
    assert advance(chosen, on.NotMeant()) == (chosen, ())


def test_what_was_touched_since_is_not_taken_back(chosen: Session) -> None:
    answered = spoken(chosen, Answered((("ai-di", "di-thay"),)))
    went_on = after(answered, on.Answered("viec-gi", "di-hoc"))
    assert advance(went_on, on.NotMeant()) == (went_on, ())


# A button of the screen that was named


def test_a_named_button_does_what_its_touch_does(chosen: Session) -> None:
    said = after(chosen, on.MicrophoneTouched(), on.Heard(1, MARKER))
    named, effects = advance(said, on.Pointed(2, on.Back(), MARKER))
    assert named.phase == Choosing()
    assert named.taken is not None
    assert named.missed == 0
    assert Counted.UNDERSTOOD in counted(effects)


def test_a_button_named_in_an_earlier_turn_is_ignored(chosen: Session) -> None:
    said = after(chosen, on.MicrophoneTouched(), on.Heard(1, "xong"))
    assert advance(said, on.Pointed(1, on.Back())) == (said, ())


@pytest.mark.parametrize("overlay", [PinPad(), PinPad(is_new=True), StaffSheet()])
@pytest.mark.parametrize(
    "late",
    [
        on.Pointed(7, on.Closed(), MARKER),
        on.Understood(7, Unclear(), MARKER),
        on.Understood(7, OutOfScope(), MARKER),
        on.Understood(7, Wished(Wish.BACK), MARKER),
        on.SpeakingFailed(),
        on.HearingFailed(7),
    ],
)
def test_nothing_late_opens_or_closes_the_staff_door(
    chosen: Session, overlay: PinPad | StaffSheet, late: Event
) -> None:
    door = replace(chosen, overlay=overlay, turn=7)
    assert advance(door, late) == (door, ())


def test_misses_in_a_row_are_counted_until_something_is_understood(chosen: Session) -> None:
    once = spoken(chosen, Unclear())
    assert (once.overlay, once.missed) == (NotSure(), 1)
    twice = spoken(once, OutOfScope())
    assert (twice.overlay, twice.missed) == (Beyond(OutOfScope()), 2)
    thrice = after(twice, on.MicrophoneTouched())
    thrice = after(thrice, on.NothingHeard(thrice.turn))
    assert thrice.missed == 3
    assert spoken(thrice, Answered((("ai-di", "tu-di"),))).missed == 0


# The voice


def test_hear_again_reads_the_screen_and_hush_silences_it(chosen: Session) -> None:
    assert advance(chosen, on.HearAgainTouched()) == (chosen, (do.SayAgain(),))
    assert advance(chosen, on.HushTouched()) == (chosen, (do.Hush(),))


def test_the_session_knows_whether_the_voice_sounds(chosen: Session) -> None:
    speaking = after(chosen, on.VoiceBegan())
    assert speaking.is_speaking
    assert not after(speaking, on.VoiceEnded()).is_speaking


def test_a_voice_that_is_set_is_heard_as_it_is_now(chosen: Session) -> None:
    sheet = after(chosen, on.MuteToggled(), on.VoiceSheetWanted())
    slow, effects = advance(sheet, on.PaceChosen(Pace.SLOW))
    assert (slow.voice, slow.overlay) == (Voice(pace=Pace.SLOW), VoiceSheet())
    assert effects == (do.SayAgain(),)
    loud, effects = advance(slow, on.LoudnessChosen(Loudness.LOUD))
    assert loud.voice == Voice(pace=Pace.SLOW, loudness=Loudness.LOUD)
    assert effects == (do.SayAgain(),)


def test_a_muted_voice_falls_silent_and_an_unmuted_one_speaks(chosen: Session) -> None:
    muted, effects = advance(chosen, on.MuteToggled())
    assert (muted.voice.is_muted, effects) == (True, (do.Hush(),))
    again, effects = advance(muted, on.MuteToggled())
    assert (again.voice.is_muted, effects) == (False, (do.SayAgain(),))


def test_a_visit_by_ear_alone_begins_and_ends_with_a_touch() -> None:
    dark, effects = advance(WAITING, on.CurtainToggled())
    assert (dark.phase, dark.voice.is_dark) == (Choosing(), True)
    assert done(effects) == [do.SayAgain()]
    assert not after(dark, on.CurtainToggled()).voice.is_dark


def test_darkness_closes_the_sheet_but_no_other_overlay(chosen: Session) -> None:
    assert after(chosen, on.VoiceSheetWanted(), on.CurtainToggled()).overlay is None
    assert after(chosen, on.WhyWanted(), on.CurtainToggled()).overlay == Why()


@pytest.mark.parametrize("overlay", [PinPad(), PinPad(is_new=True), StaffSheet()])
def test_the_voice_is_not_set_at_the_staff_door(
    chosen: Session, overlay: PinPad | StaffSheet
) -> None:
    door = replace(chosen, overlay=overlay)
    for event in (
        on.HearAgainTouched(),
        on.HushTouched(),
        on.VoiceSheetWanted(),
        on.PaceChosen(Pace.FAST),
        on.LoudnessChosen(Loudness.SOFT),
        on.MuteToggled(),
        on.CurtainToggled(),
    ):
        assert advance(door, event) == (door, ())


def test_nobody_starts_a_visit_under_the_pin_pad() -> None:
    door = replace(WAITING, overlay=PinPad())
    for event in (on.CurtainToggled(), on.MicrophoneTouched()):
        assert isinstance(after(door, event).phase, Waiting)


def test_the_voice_of_a_visit_is_gone_with_it(chosen: Session) -> None:
    changed = after(chosen, on.PaceChosen(Pace.SLOW), on.MuteToggled(), on.CurtainToggled())
    assert after(changed, on.IdleTooLong()) == fresh("vi", turn=1)


def test_a_missing_voice_is_said_kindly(chosen: Session) -> None:
    assert after(chosen, on.SpeakingFailed()).overlay == NotAvailable("speaking")


def test_the_text_in_the_search_field_does_not_hinder_speaking(small: Procedure) -> None:
    typed = after(WAITING, on.Started(), on.LifeEventChosen(LifeEvent.CIVIL_STATUS), on.Typed("x"))
    assert isinstance(spoken(typed, Chose(small)).phase, Guiding)

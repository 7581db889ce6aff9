"""The ear and the voice of a visit, event by event: when it listens, when it stops."""

from dataclasses import replace

import pytest

from kiosk import effect as do
from kiosk import event as on
from kiosk.advance import advance
from kiosk.effect import Effect
from kiosk.event import Event
from kiosk.intent import Answered, Wish, Wished
from kiosk.procedure import Procedure
from kiosk.session import (
    Choosing,
    Finished,
    Hearing,
    NotAvailable,
    NotHeard,
    PinPad,
    Session,
    StaffSheet,
    VoiceSheet,
    Why,
    fresh,
)
from kiosk.tally import Counted, InputMode

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


@pytest.fixture
def listening(chosen: Session) -> Session:
    """At the first question, with the ear open."""
    return after(chosen, on.MicrophoneTouched())


# The microphone button


def test_the_microphone_opens_the_ear_and_silences_the_voice(chosen: Session) -> None:
    opened, effects = advance(chosen, on.MicrophoneTouched())
    assert opened.hearing == Hearing(turn=1, is_asked=True)
    assert effects == (do.Hush(), do.Listen(1))


def test_the_microphone_on_the_waiting_screen_starts_a_visit() -> None:
    opened, effects = advance(WAITING, on.MicrophoneTouched())
    assert opened.phase == Choosing()
    assert counted(effects) == [Counted.VISIT_STARTED]
    assert done(effects) == [do.Hush(), do.Listen(1)]


def test_touched_before_a_word_was_said_it_closes_the_ear(listening: Session) -> None:
    closed, effects = advance(listening, on.MicrophoneTouched())
    assert closed == replace(listening, hearing=None)
    assert effects == (do.CloseEar(),)


def test_touched_while_somebody_speaks_it_means_that_was_all(listening: Session) -> None:
    speaking = after(listening, on.VoiceHeard(1))
    over, effects = advance(speaking, on.MicrophoneTouched())
    assert effects == (do.FinishListening(1),)
    assert over.hearing == Hearing(turn=1, has_voice=True, is_over=True)


def test_touched_while_the_sentence_is_worked_out_it_does_nothing(listening: Session) -> None:
    over = after(listening, on.VoiceHeard(1), on.SentenceOver(1))
    assert advance(over, on.MicrophoneTouched()) == (over, ())


@pytest.mark.parametrize("overlay", [PinPad(), PinPad(is_new=True), StaffSheet()])
def test_nobody_is_listened_to_at_the_staff_door(
    chosen: Session, overlay: PinPad | StaffSheet
) -> None:
    for session in (replace(WAITING, overlay=overlay), replace(chosen, overlay=overlay)):
        for event in (on.MicrophoneTouched(), on.EarOpens()):
            assert advance(session, event) == (session, ())


def test_nobody_is_listened_to_at_the_goodbye() -> None:
    goodbye = Session(phase=Finished())
    for event in (on.MicrophoneTouched(), on.EarOpens()):
        assert advance(goodbye, event) == (goodbye, ())


@pytest.mark.parametrize("overlay", [NotAvailable("hearing"), NotHeard(), VoiceSheet()])
def test_speaking_again_closes_what_was_said_about_speaking(
    chosen: Session, overlay: NotAvailable | NotHeard | VoiceSheet
) -> None:
    opened, effects = advance(replace(chosen, overlay=overlay), on.MicrophoneTouched())
    assert opened.overlay is None
    assert opened.hearing is not None, "opening it is not leading elsewhere"
    assert do.CloseEar() not in effects


def test_speaking_to_an_overlay_leaves_it_open(chosen: Session) -> None:
    asked = after(chosen, on.WhyWanted(), on.MicrophoneTouched())
    assert (asked.overlay, asked.hearing) == (Why(), Hearing(1))


def test_the_ear_that_opens_by_itself_says_so(chosen: Session) -> None:
    opened, effects = advance(chosen, on.EarOpens())
    assert opened.hearing == Hearing(turn=1, is_asked=False)
    assert effects == (do.Hush(), do.Listen(1))


def test_the_ear_does_not_open_by_itself_where_nobody_is_any_more(chosen: Session) -> None:
    for waiting in (WAITING, after(chosen, on.IdleTooLong()), after(chosen, on.StaffReset())):
        assert advance(waiting, on.EarOpens()) == (waiting, ())


def test_an_ear_that_is_open_does_not_open_again(listening: Session) -> None:
    assert advance(listening, on.EarOpens()) == (listening, ())


# Turns


def test_each_opening_is_a_turn_of_its_own(listening: Session) -> None:
    again = after(listening, on.MicrophoneTouched(), on.MicrophoneTouched())
    assert again.hearing == Hearing(turn=2)


def test_turns_go_on_in_the_next_visit(listening: Session) -> None:
    ended, effects = advance(listening, on.StaffReset())
    assert ended == replace(fresh("vi", turn=2), was_reset=True)
    assert effects[-1] == do.Forget()
    next_visitor = after(ended, on.MicrophoneTouched())
    late, nothing = advance(next_visitor, on.Heard(1, MARKER, 0.9))
    assert (late, nothing) == (next_visitor, ()), "nothing of the visitor before"


@pytest.mark.parametrize("end", [on.StaffReset(), on.IdleTooLong()])
def test_turns_go_on_however_a_visit_ends(listening: Session, end: Event) -> None:
    assert after(listening, end).turn == 2
    assert after(listening, on.Finish(), end).turn == 2
    assert after(listening, on.Finish(), on.Rated(None)).turn == 2
    assert after(WAITING, on.MicrophoneTouched(), on.Back()) == fresh("vi", turn=2)


@pytest.mark.parametrize(
    "late",
    [
        on.VoiceHeard(1),
        on.HeardSoFar(1, MARKER),
        on.SentenceOver(1),
        on.Heard(1, MARKER),
        on.NothingHeard(1),
        on.HearingFailed(1),
    ],
)
def test_a_late_report_changes_nothing(listening: Session, late: Event) -> None:
    closed = after(listening, on.MicrophoneTouched())
    assert advance(closed, late) == (closed, ())
    second = after(closed, on.MicrophoneTouched())
    assert advance(second, late) == (second, ())


# What is heard


def test_what_is_made_out_is_shown_while_it_is_said(listening: Session) -> None:
    partly = after(listening, on.VoiceHeard(1), on.HeardSoFar(1, "tôi"), on.HeardSoFar(1, "tôi tự"))
    assert partly.hearing == Hearing(turn=1, has_voice=True, so_far="tôi tự")
    over = after(partly, on.SentenceOver(1))
    assert over.hearing == Hearing(turn=1, has_voice=True, so_far="tôi tự", is_over=True)


def test_a_sentence_is_handed_on_with_its_confidence_and_closes_the_ear(
    listening: Session,
) -> None:
    heard, effects = advance(listening, on.Heard(1, "tôi tự đi", 0.8))
    assert heard.hearing is None
    assert heard.has_spoken
    assert heard.said_by is InputMode.VOICE
    assert done(effects) == [do.Understand(turn=2, text="tôi tự đi", confidence=0.8)]


def test_a_sentence_is_counted_as_spoken_without_its_words(listening: Session) -> None:
    _, effects = advance(listening, on.Heard(1, MARKER, None))
    tallies = [effect.tally for effect in effects if isinstance(effect, do.Record)]
    assert [(one.event, one.mode) for one in tallies] == [(Counted.HEARD, InputMode.VOICE)]
    assert MARKER not in repr(tallies)


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_a_sentence_without_words_was_not_heard(listening: Session, text: str) -> None:
    told, effects = advance(listening, on.Heard(1, text, 0.1))
    assert told.overlay == NotHeard()
    assert counted(effects) == [Counted.NOT_HEARD]


def test_silence_after_the_microphone_was_touched_is_said_kindly(listening: Session) -> None:
    told, effects = advance(listening, on.NothingHeard(1))
    assert (told.hearing, told.overlay, told.missed) == (None, NotHeard(), 1)
    assert counted(effects) == [Counted.NOT_HEARD]


def test_silence_after_the_ear_opened_by_itself_is_no_fault(chosen: Session) -> None:
    silent, effects = advance(after(chosen, on.EarOpens()), on.NothingHeard(1))
    assert silent == replace(chosen, turn=1)
    assert effects == ()


def test_a_voice_without_words_is_said_kindly_even_where_nobody_touched(chosen: Session) -> None:
    murmured = after(chosen, on.EarOpens(), on.VoiceHeard(1), on.NothingHeard(1))
    assert murmured.overlay == NotHeard()


def test_a_recogniser_that_fails_closes_the_ear_and_says_so(listening: Session) -> None:
    failed, effects = advance(listening, on.HearingFailed(1))
    assert (failed.hearing, failed.overlay) == (None, NotAvailable("hearing"))
    assert effects == (do.CloseEar(),)


# Elsewhere closes the ear


@pytest.mark.parametrize(
    "event",
    [
        on.Answered("ai-di", "tu-di"),
        on.WhyWanted(),
        on.AsideWanted(None),
        on.VoiceSheetWanted(),
        on.StartAgain(),
        on.Finish(),
        on.DoorTouched(has_pin=True),
        on.Ticked("can-cuoc"),
        on.LanguageChosen("en"),
        on.StaffCalled(),
    ],
)
def test_any_other_touch_closes_the_ear(listening: Session, event: Event) -> None:
    elsewhere, effects = advance(listening, event)
    assert elsewhere.hearing is None
    assert done(effects) == [do.CloseEar()]


@pytest.mark.parametrize(
    "event",
    [on.IdleSoon(5), on.StillHere(), on.SlipDone(1, None), on.VoiceEnded(), on.Found("", ())],
)
def test_what_leads_nowhere_leaves_the_ear_open(listening: Session, event: Event) -> None:
    same, effects = advance(listening, event)
    assert same.hearing == listening.hearing
    assert effects == ()


@pytest.mark.parametrize("event", [on.HearAgainTouched(), on.CurtainToggled()])
def test_the_kiosk_does_not_listen_to_its_own_reading(listening: Session, event: Event) -> None:
    read, effects = advance(listening, event)
    assert read.hearing is None
    assert effects == (do.CloseEar(), do.SayAgain())


@pytest.mark.parametrize("end", [on.StaffReset(), on.IdleTooLong()])
def test_the_end_of_the_visit_leaves_nothing_of_what_was_heard(chosen: Session, end: Event) -> None:
    partly = after(chosen, on.MicrophoneTouched(), on.HeardSoFar(1, MARKER))
    taken = after(
        chosen,
        on.MicrophoneTouched(),
        on.Heard(1, MARKER, 0.9),
        on.Understood(2, Answered((("ai-di", "tu-di"),)), MARKER),
    )
    for session in (partly, taken):
        assert MARKER in repr(session), "it was there"
        ended, effects = advance(session, end)
        assert replace(ended, was_reset=False) == fresh("vi", turn=session.turn + 1)
        assert MARKER not in repr((ended, effects))
        assert effects[-1] == do.Forget()


def test_saying_goodbye_leaves_nothing_of_what_was_heard(chosen: Session) -> None:
    said = after(chosen, on.MicrophoneTouched(), on.Heard(1, MARKER))
    goodbye = after(said, on.Understood(2, Wished(Wish.STOP), MARKER))
    assert goodbye.phase == Finished()
    assert MARKER not in repr(goodbye)

"""The ear and the voice together: one at a time, at the right time, and nothing is kept."""

from dataclasses import replace

import pytest
from room import Room

from kiosk import event as on
from kiosk.event import Event
from kiosk.office import Office
from kiosk.procedure import Procedure
from kiosk.session import PinPad
from kiosk.voice import TapFree
from kiosk.words import Words

MARKER = "tôi đi thay mẹ tôi"


@pytest.fixture
def room(words: Words, office: Office) -> Room:
    return Room(words, office)


@pytest.fixture
def asked(room: Room, small: Procedure) -> Room:
    """At the first question, which is being read."""
    room.happen(on.Started(), on.Chose(small))
    room.pass_on()
    return room


# Listening


def test_the_ear_opens_with_what_may_be_said_there(asked: Room) -> None:
    asked.happen(on.MicrophoneTouched())
    ((turn, hints, language),) = asked.listener.begun
    assert (turn, language) == (asked.session.turn, "vi")
    assert "chính tôi" in hints
    assert asked.dialogue.is_busy


def test_it_does_not_speak_while_it_listens(asked: Room) -> None:
    asked.happen(on.MicrophoneTouched())
    assert not asked.mouth.is_speaking
    asked.happen(on.IdleSoon(9), on.StillHere())
    assert not asked.mouth.is_speaking


@pytest.mark.parametrize("event", [on.HearAgainTouched(), on.CurtainToggled()])
def test_it_does_not_listen_while_it_speaks(asked: Room, event: Event) -> None:
    asked.happen(on.MicrophoneTouched(), event)
    assert asked.mouth.is_speaking
    assert not asked.ear.is_open
    assert asked.microphone.deliver is None


def test_the_end_of_a_visit_closes_the_ear_and_drops_what_was_heard(asked: Room) -> None:
    asked.happen(on.MicrophoneTouched())
    dropped = asked.listener.times_dropped
    asked.happen(on.IdleTooLong())
    assert not asked.ear.is_open
    assert asked.listener.times_dropped > dropped


def test_a_kiosk_without_an_ear_says_so(words: Words, office: Office, small: Procedure) -> None:
    room = Room(words, office, can_hear=False)
    room.happen(on.Started(), on.Chose(small), on.MicrophoneTouched())
    assert on.HearingFailed(1) in room.posted
    room.dialogue.finish_listening()
    room.dialogue.close_ear()
    assert not room.dialogue.is_busy or room.mouth.is_speaking


def test_a_kiosk_without_a_voice_says_so(words: Words, office: Office, small: Procedure) -> None:
    room = Room(words, office, can_speak=False)
    room.happen(on.Started(), on.Chose(small), on.HearAgainTouched())
    assert room.posted == [on.SpeakingFailed()]
    room.dialogue.hush()
    room.dialogue.test_sound(room.session, room.screen)
    assert not room.dialogue.is_busy
    room.happen(on.StaffReset())


# The ear that opens by itself


@pytest.mark.parametrize("tap_free", list(TapFree))
@pytest.mark.parametrize("has_spoken", [False, True])
def test_after_its_own_question_it_listens_where_the_ward_wants_it(
    words: Words, office: Office, small: Procedure, tap_free: TapFree, *, has_spoken: bool
) -> None:
    room = Room(words, office, tap_free=tap_free)
    room.happen(on.Started())
    room.session = replace(room.session, has_spoken=has_spoken)
    room.happen(on.Chose(small))
    room.talk()
    is_wanted = tap_free is TapFree.ALWAYS or (tap_free is TapFree.AFTER_VOICE and has_spoken)
    assert (room.session.hearing is not None) == is_wanted
    assert room.ear.is_open == is_wanted


def test_a_question_that_was_cut_short_opens_no_ear(
    words: Words, office: Office, small: Procedure
) -> None:
    room = Room(words, office, tap_free=TapFree.ALWAYS)
    room.happen(on.Started(), on.Chose(small))
    room.dialogue.hush()
    room.pass_on()
    assert room.session.hearing is None


@pytest.mark.parametrize(
    "event", [on.WhyWanted(), on.VoiceSheetWanted(), on.AsideWanted(None), on.Finish()]
)
def test_what_asks_nothing_opens_no_ear(
    words: Words, office: Office, small: Procedure, event: Event
) -> None:
    room = Room(words, office, tap_free=TapFree.ALWAYS)
    room.happen(on.Started(), on.Chose(small), event)
    room.talk()
    assert room.session.hearing is None


def test_in_the_dark_it_listens_after_everything_it_says(asked: Room) -> None:
    asked.happen(on.CurtainToggled())
    asked.talk()
    assert asked.session.hearing is not None
    asked.happen(on.MicrophoneTouched(), on.WhyWanted())
    asked.talk()
    assert asked.session.hearing is not None


def test_in_the_dark_it_reads_even_where_it_is_muted(asked: Room) -> None:
    asked.happen(on.MuteToggled(), on.CurtainToggled())
    asked.talk()
    asked.happen(on.Answered("ai-di", "tu-di"))
    assert asked.mouth.is_speaking


def test_in_the_dark_what_was_heard_is_read_out_but_not_kept(asked: Room) -> None:
    asked.happen(on.CurtainToggled())
    asked.talk()
    asked.happen(on.MicrophoneTouched())
    asked.hear(MARKER, on.Answered("ai-di", "di-thay"))
    said = asked.talk()
    assert any(MARKER in line for line in said)
    kept = [line.text for line in asked.mouth._kept]
    assert kept
    assert not any(MARKER in text for text in kept)
    asked.happen(on.StaffReset())
    left = {name: value for name, value in vars(asked.mouth).items() if name != "_speaker"}
    assert MARKER not in repr((left, vars(asked.dialogue)["_paragraphs"]))


def test_the_staff_door_opens_no_ear_in_the_dark(asked: Room) -> None:
    asked.happen(on.CurtainToggled(), on.DoorTouched(has_pin=True))
    asked.talk()
    assert isinstance(asked.session.overlay, PinPad)
    assert asked.session.hearing is None
    assert not asked.ear.is_open

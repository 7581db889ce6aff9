"""What the kiosk says, and when: what is new, in words, and silent at once."""

import pytest
from room import HERTZ, Room

from kiosk import event as on
from kiosk.event import Event
from kiosk.office import Office
from kiosk.procedure import Procedure
from kiosk.screen_for import screen_for
from kiosk.session import Session, fresh
from kiosk.speech.reports import Sound, SoundEnd, SoundFailed
from kiosk.speech.silence import Silence
from kiosk.voice import Loudness, Pace, TapFree, Voice
from kiosk.words import Words


@pytest.fixture
def room(words: Words, office: Office) -> Room:
    return Room(words, office)


@pytest.fixture
def asked(room: Room, small: Procedure) -> Room:
    """At the first question, which is being read."""
    room.happen(on.Started(), on.Chose(small))
    room.pass_on()
    return room


# Speaking


def test_a_waiting_kiosk_is_silent(room: Room) -> None:
    room.dialogue.shown(room.session, room.screen)
    assert not room.dialogue.is_busy


def test_a_new_question_is_read_in_words(asked: Room) -> None:
    said = asked.talk()
    assert said[0] == "Ai đi làm giấy?"
    assert len(said) == 3
    assert not any(letter.isdigit() for line in said for letter in line)


def test_a_screen_that_says_nothing_new_is_not_read_again(asked: Room) -> None:
    asked.talk()
    asked.happen(on.IdleSoon(9), on.StillHere())
    asked.talk()
    said = len(asked.speaker.asked)
    asked.dialogue.shown(asked.session, asked.screen)
    assert len(asked.speaker.asked) == said
    assert not asked.dialogue.is_busy


def test_the_next_question_cuts_the_one_before_short(asked: Room) -> None:
    asked.happen(on.Answered("ai-di", "tu-di"))
    assert asked.talk()[0] == "Giấy dùng vào việc gì?"


def test_a_muted_kiosk_reads_only_when_asked(asked: Room) -> None:
    asked.happen(on.MuteToggled())
    assert not asked.mouth.is_speaking
    asked.happen(on.Answered("ai-di", "tu-di"))
    assert not asked.mouth.is_speaking
    asked.happen(on.HearAgainTouched())
    assert "Giấy dùng vào việc gì?" in asked.talk()


def test_a_kiosk_that_does_not_speak_by_itself_reads_only_when_asked(
    words: Words, office: Office, small: Procedure
) -> None:
    room = Room(words, office, speaks_by_itself=False)
    room.happen(on.Started(), on.Chose(small))
    assert not room.mouth.is_speaking
    room.happen(on.HearAgainTouched())
    assert "Ai đi làm giấy?" in room.talk()


def test_hear_again_reads_all_and_what_is_shown_then_not_once_more(asked: Room) -> None:
    asked.talk()
    asked.happen(on.HearAgainTouched())
    said = asked.talk()
    assert any("Người nhà, bạn bè" in line for line in said), "the notes, too"
    asked.dialogue.shown(asked.session, asked.screen)
    assert not asked.mouth.is_speaking


def test_pace_and_language_choose_the_voice(asked: Room) -> None:
    asked.happen(on.PaceChosen(Pace.SLOW))
    assert asked.speaker.asked[-1][2:] == ("aav/vi", 110)
    asked.happen(on.LanguageChosen("en"))
    assert asked.speaker.asked[-1][2:] == ("en-gb", 110)


def test_loudness_is_set_once_and_put_back_for_the_next_visitor(asked: Room) -> None:
    asked.happen(on.LoudnessChosen(Loudness.LOUD), on.WhyWanted(), on.Closed())
    assert asked.loudness == [Loudness.LOUD]
    asked.happen(on.StaffReset())
    assert asked.loudness == [Loudness.LOUD, Loudness.NORMAL]


def test_the_end_of_a_visit_silences(asked: Room) -> None:
    assert asked.mouth.is_speaking
    asked.happen(on.StaffReset())
    assert not asked.dialogue.is_busy


def test_the_next_visitor_hears_the_same_question_again(asked: Room, small: Procedure) -> None:
    asked.talk()
    asked.happen(on.StaffReset(), on.Started(), on.Chose(small))
    assert asked.mouth.is_speaking


def test_the_test_sentence_is_said_and_opens_no_ear(
    words: Words, office: Office, small: Procedure
) -> None:
    room = Room(words, office, tap_free=TapFree.ALWAYS)
    room.happen(on.Started(), on.Chose(small))
    room.happen(on.DoorTouched(has_pin=True), on.PinRight())
    room.talk()
    room.dialogue.test_sound(room.session, room.screen)
    assert len(room.talk()) == 1
    assert room.session.hearing is None


def test_nothing_of_the_staff_pages_is_said(asked: Room) -> None:
    asked.talk()
    said = len(asked.speaker.asked)
    asked.happen(on.DoorTouched(has_pin=True), on.Digit("1"), on.PinRight(), on.SoundTestWanted())
    assert len(asked.speaker.asked) <= said + 1, "but for what is rendered ahead"
    assert not asked.mouth.is_speaking


def test_a_voice_that_fails_is_silent_and_the_visit_goes_on(asked: Room) -> None:
    asked.mouth.take(SoundFailed(asked.speaker.asked[-1][0]))
    asked.pass_on()
    assert not asked.session.is_speaking
    asked.happen(on.Answered("ai-di", "tu-di"))
    assert asked.mouth.is_speaking, "the next screen is tried again"


# Rendering ahead


def test_the_questions_of_a_procedure_are_rendered_ahead(asked: Room) -> None:
    asked.talk()
    texts = [text for _, text, _, _ in asked.speaker.asked]
    assert texts[-1] == "Giấy dùng vào việc gì?", "the first question is known by now"


def test_a_question_that_was_rendered_ahead_is_said_at_once(asked: Room) -> None:
    asked.talk()
    for _ in range(3):
        number = asked.speaker.asked[-1][0]
        asked.mouth.take(Sound(number, b"\x01\x02" * 40, HERTZ))
        asked.mouth.take(SoundEnd(number))
    asked.happen(on.Answered("ai-di", "tu-di"))
    assert asked.talk() == [], "nothing was left to render"


def test_a_muted_kiosk_renders_nothing_ahead(room: Room, small: Procedure) -> None:
    room.happen(on.Started(), on.MuteToggled())
    said = len(room.speaker.asked)
    room.happen(on.Chose(small))
    assert len(room.speaker.asked) == said


# Neither


def test_a_silent_kiosk_says_kindly_what_it_cannot_do(words: Words, office: Office) -> None:
    posted: list[Event] = []
    silence = Silence(posted.append)
    session: Session = fresh("vi")
    screen = screen_for(session, words, office)
    silence.listen(session, screen, 7)
    silence.say_again(session, screen)
    assert posted == [on.HearingFailed(7), on.SpeakingFailed()]
    silence.shown(session, screen)
    silence.test_sound(session, screen)
    silence.finish_listening()
    silence.close_ear()
    silence.hush()
    silence.forget()
    assert len(posted) == 2
    assert not silence.is_busy


def test_a_voice_that_nobody_changed_is_the_usual_one() -> None:
    assert Voice() == Voice(Pace.NORMAL, Loudness.NORMAL, is_muted=False, is_dark=False)
    assert [one.value for one in TapFree] == ["never", "after-voice", "always"]

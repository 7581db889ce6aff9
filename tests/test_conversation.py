"""The ear and the voice together: one at a time, at the right time, and nothing is kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest

from kiosk import event as on
from kiosk.advance import advance
from kiosk.assistant.wishes_file import load_wishes
from kiosk.effect import CloseEar, FinishListening, Forget, Hush, Listen, SayAgain
from kiosk.event import Event
from kiosk.office import Office
from kiosk.procedure import Language, Procedure
from kiosk.screen import Screen
from kiosk.screen_for import screen_for
from kiosk.session import PinPad, Session, fresh
from kiosk.speech.conversation import Dialogue
from kiosk.speech.ear import Ear
from kiosk.speech.mouth import Mouth
from kiosk.speech.reports import Sound, SoundEnd, SoundFailed
from kiosk.speech.silence import Silence
from kiosk.speech.spoken_file import load_spoken
from kiosk.speech.voice_activity import VoiceActivity
from kiosk.voice import Loudness, Pace, TapFree, Voice
from kiosk.words import Words

HERTZ = 22_050
MARKER = "tôi đi thay mẹ tôi"


class NeverSpeech:
    """Hears nobody."""

    def process_chunk(self, _: bytes, /) -> float:
        return 0.0

    def reset(self) -> None:
        """It remembers nothing."""


@dataclass
class OneMicrophone:
    deliver: Callable[[bytes], None] | None = None

    def start(self, deliver: Callable[[bytes], None]) -> None:
        self.deliver = deliver

    def stop(self) -> None:
        self.deliver = None


@dataclass
class ListedListener:
    begun: list[tuple[int, tuple[str, ...], Language]] = field(default_factory=list)
    times_dropped: int = 0

    def begin(self, turn: int, hints: Sequence[str], language: Language) -> None:
        self.begun.append((turn, tuple(hints), language))

    def hear(self, turn: int, pcm: bytes) -> None:
        """Nobody speaks."""

    def end(self, turn: int) -> None:
        """Nobody speaks."""

    def drop(self) -> None:
        self.times_dropped += 1


@dataclass
class ListedSpeaker:
    asked: list[tuple[int, str, str, int]] = field(default_factory=list)

    def speak(self, number: int, text: str, *, voice: str, rate: int) -> None:
        self.asked.append((number, text, voice, rate))

    def stop(self) -> None:
        """The test renders only what was asked for last."""


@dataclass
class OneLoudspeaker:
    finished: list[int] = field(default_factory=list)

    def play(self, number: int, pcm: bytes, rate_hertz: int) -> None:
        """It sounds."""

    def finish(self, number: int) -> None:
        self.finished.append(number)

    def stop(self) -> None:
        """Silent."""


class Room:
    """A visit with an ear and a voice, by real sessions and screens; the test is the clock."""

    def __init__(
        self,
        words: Words,
        office: Office,
        *,
        tap_free: TapFree = TapFree.AFTER_VOICE,
        speaks_by_itself: bool = True,
        can_hear: bool = True,
        can_speak: bool = True,
    ) -> None:
        self.words = words
        self.office = replace(office, can_hear=can_hear, can_speak=can_speak)
        self.session = fresh("vi")
        self.posted: list[Event] = []
        self.microphone = OneMicrophone()
        self.listener = ListedListener()
        self.speaker = ListedSpeaker()
        self.loudspeaker = OneLoudspeaker()
        self.loudness: list[Loudness] = []
        self.mouth = Mouth(speaker=self.speaker, loudspeaker=self.loudspeaker)
        activity = VoiceActivity(detector=NeverSpeech())
        self.ear = Ear(
            microphone=self.microphone,
            listener=self.listener,
            activity=activity,
            post=self.posted.append,
        )
        self.dialogue = Dialogue(
            ear=self.ear if can_hear else None,
            mouth=self.mouth if can_speak else None,
            words=words,
            spoken=load_spoken(),
            standing=load_wishes(),
            voices={"vi": "aav/vi", "en": "en-gb"},
            rates={Pace.SLOW: 110, Pace.NORMAL: 150, Pace.FAST: 190},
            tap_free=tap_free,
            speaks_by_itself=speaks_by_itself,
            set_loudness=lambda voice: self.loudness.append(voice.loudness),
            post=self.posted.append,
        )
        self.mouth.join(
            began=self.dialogue.began, ended=self.dialogue.ended, failed=self.dialogue.failed
        )

    @property
    def screen(self) -> Screen:
        return screen_for(self.session, self.words, self.office)

    def happen(self, *events: Event) -> None:
        """As the conductor does it: the session, its effects, then the screen."""
        for event in events:
            before = self.session
            self.session, effects = advance(before, event)
            for effect in effects:
                match effect:
                    case Listen(turn):
                        self.dialogue.listen(self.session, self.screen, turn)
                    case FinishListening():
                        self.dialogue.finish_listening()
                    case CloseEar():
                        self.dialogue.close_ear()
                    case SayAgain():
                        self.dialogue.say_again(self.session, self.screen)
                    case Hush():
                        self.dialogue.hush()
                    case Forget():
                        self.dialogue.forget()
                    case _:
                        pass
            if self.session != before:
                self.dialogue.shown(self.session, self.screen)

    def talk(self) -> list[str]:
        """All that is said now, to its end, with what that leads to; what was said."""
        said: list[str] = []
        while self.mouth.is_speaking:
            finished = len(self.loudspeaker.finished)
            if finished and self.loudspeaker.finished[-1] == self.mouth._saying:
                self.mouth.played(self.loudspeaker.finished[-1])
                break
            number, text, _, _ = self.speaker.asked[-1]
            said.append(text)
            self.mouth.take(Sound(number, b"\x01\x02" * 40, HERTZ))
            self.mouth.take(SoundEnd(number))
        self.pass_on()
        return said

    def pass_on(self) -> None:
        """What was posted happens."""
        while self.posted:
            self.happen(self.posted.pop(0))

    def hear(self, text: str, event: Event) -> None:
        """Somebody touches the microphone and says this, which means that."""
        self.happen(on.MicrophoneTouched())
        self.pass_on()
        assert self.session.hearing is not None
        self.ear.finish()
        self.pass_on()
        self.happen(on.Heard(self.session.turn, text))
        self.happen(on.Pointed(self.session.turn, event, text))


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

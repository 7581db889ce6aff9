"""The bridge: what stands still and what moves with the voice are drawn apart."""

from dataclasses import dataclass
from typing import Any

import pytest
from conftest import office_of
from test_conductor import Desk
from ward import SITE

from kiosk import event as on
from kiosk.office import Office
from kiosk.procedure import Procedure
from kiosk.screen import Screen
from kiosk.session import Guiding, Session
from kiosk.settings import load_settings
from kiosk.ui.bridge import Bridge
from kiosk.ui.window import start_qt
from kiosk.words import Words


@dataclass
class SpeakingConversation:
    """Speaks when it is told to, until it is hushed; what it does is posted by the test."""

    times_begun: int = 0
    is_busy: bool = False

    def listen(self, session: Session, screen: Screen, turn: int) -> None:
        """It hears what the test says."""

    def finish_listening(self) -> None:
        """It hears what the test says."""

    def close_ear(self) -> None:
        """It hears what the test says."""

    def shown(self, session: Session, screen: Screen) -> None:
        """It speaks only when it is asked to."""

    def say_again(self, session: Session, screen: Screen) -> None:
        del session, screen
        self.times_begun += 1

    def test_sound(self, session: Session, screen: Screen) -> None:
        """No test here."""

    def hush(self) -> None:
        """The test says when it is silent."""

    def forget(self) -> None:
        """It keeps nothing."""


class Pane:
    """A bridge over a real conductor, without a window; the test is its fingers."""

    def __init__(self, words: Words, office: Office) -> None:
        start_qt(offscreen=True)
        self.desk = Desk(words, office)
        self.conversation = SpeakingConversation()
        self.desk.conductor.converse(self.conversation)
        self.desk.conductor.engines(can_hear=True, can_speak=True)
        settings = load_settings(SITE)
        self.bridge = Bridge(
            self.desk.conductor, settings=settings, words=words, door=self.desk.door
        )
        self.drawn: list[str] = []
        self.bridge.screenChanged.connect(lambda: self.drawn.append("screen"))
        self.bridge.soundChanged.connect(lambda: self.drawn.append("sound"))
        self.bridge.start()
        self.bridge.stop()  # no clock: the test says when
        self.bridge._settled_at = 0.0

    @property
    def session(self) -> Session:
        return self.desk.conductor.session

    @property
    def screen(self) -> Any:
        return self.bridge.screen

    @property
    def sound(self) -> Any:
        return self.bridge.sound

    def post(self, *events: on.Event) -> None:
        for event in events:
            self.desk.conductor.post(event)
        self.desk.conductor.drain()
        self.bridge._settled_at = 0.0

    def release(self, pressed: tuple[int, int]) -> None:
        """The finger that came down on this comes off."""
        self.bridge.tap(*pressed)
        self.desk.conductor.drain()

    def choice(self, number: int) -> tuple[int, int]:
        """What a finger on a choice has come down on."""
        return self.screen["serial"], self.screen["body"]["choices"][number]["tap"]

    def hear_button(self) -> tuple[int, int]:
        return self.sound["serial"], self.sound["hear"]["tap"]

    def microphone(self) -> tuple[int, int]:
        return self.sound["serial"], self.sound["microphone"]["tap"]


@pytest.fixture
def pane(words: Words, small: Procedure) -> Pane:
    """At the first question."""
    pane = Pane(words, office_of((small,)))
    pane.post(on.Started(), on.Chose(small))
    pane.drawn.clear()
    return pane


def answers(pane: Pane) -> tuple[tuple[str, str], ...]:
    assert isinstance(pane.session.phase, Guiding)
    return pane.session.phase.answers


# Apart


def test_a_voice_that_begins_and_ends_draws_only_what_moves_with_it(pane: Pane) -> None:
    pane.post(on.VoiceBegan())
    assert pane.drawn == ["sound"]
    pane.post(on.VoiceEnded())
    assert pane.drawn == ["sound", "sound"]


def test_an_ear_that_opens_and_hears_draws_only_what_moves_with_it(pane: Pane) -> None:
    pane.post(on.MicrophoneTouched())
    turn = pane.session.turn
    pane.post(on.VoiceHeard(turn))
    pane.post(on.HeardSoFar(turn, "tôi"))
    assert set(pane.drawn) == {"sound"}
    assert pane.sound["ear"]["text"] == "tôi"
    assert "tôi" not in repr(pane.screen["overlay"])


def test_an_answer_draws_the_screen_and_leaves_the_voice_as_it_is(pane: Pane) -> None:
    pane.post(on.Answered("ai-di", "tu-di"))
    assert pane.drawn == ["screen"]


def test_a_screen_that_is_the_same_is_not_drawn_again(pane: Pane) -> None:
    pane.post(on.StillHere(), on.Closed(), on.NotMeant())
    assert pane.drawn == []


def test_the_dock_is_drawn_whole_though_in_two_parts(pane: Pane) -> None:
    assert pane.screen["call"]["label"] == pane.desk.say("dock.call")
    assert pane.sound["microphone"]["label"] == pane.desk.say("dock.speak")
    assert pane.sound["hear"]["label"] == pane.desk.say("dock.hear")
    assert "dock" not in pane.screen


# Fingers that are slower than the voice


def test_a_choice_counts_that_was_drawn_before_the_voice_fell_silent(pane: Pane) -> None:
    pane.post(on.VoiceBegan())
    pressed = pane.choice(0)
    pane.post(on.VoiceEnded())
    pane.release(pressed)
    assert answers(pane) == (("ai-di", "tu-di"),)


def test_a_choice_counts_that_was_drawn_before_a_word_was_heard(pane: Pane) -> None:
    pane.post(on.MicrophoneTouched())
    pressed = pane.choice(1)
    pane.post(on.VoiceHeard(pane.session.turn), on.HeardSoFar(pane.session.turn, "tôi tự"))
    pane.release(pressed)
    assert answers(pane) == (("ai-di", "di-thay"),)
    assert pane.session.hearing is None, "the touch closed the ear"


def test_a_choice_does_not_count_on_a_screen_that_is_gone(pane: Pane) -> None:
    pressed = pane.choice(1)
    pane.post(on.Answered("ai-di", "tu-di"))
    pane.release(pressed)
    assert answers(pane) == (("ai-di", "tu-di"),)


def test_be_quiet_touched_just_as_the_voice_ends_does_not_start_it_again(pane: Pane) -> None:
    pane.post(on.VoiceBegan())
    pressed = pane.hear_button()
    assert pane.sound["hear"]["label"] == pane.desk.say("dock.hush")
    pane.post(on.VoiceEnded())
    assert pane.sound["hear"]["label"] == pane.desk.say("dock.hear")
    pane.release(pressed)
    assert pane.conversation.times_begun == 0


def test_hear_again_starts_the_voice(pane: Pane) -> None:
    pane.release(pane.hear_button())
    assert pane.conversation.times_begun == 1


def test_that_was_all_counts_however_many_words_are_heard_under_the_finger(pane: Pane) -> None:
    pane.post(on.MicrophoneTouched(), on.VoiceHeard(pane.session.turn))
    pressed = pane.microphone()
    for text in ("tôi", "tôi tự", "tôi tự đi", "tôi tự đi làm"):
        pane.post(on.HeardSoFar(pane.session.turn, text))
    pane.release(pressed)
    assert pane.session.hearing is not None
    assert pane.session.hearing.is_over


def test_a_touch_of_what_moved_twice_meanwhile_does_nothing(pane: Pane) -> None:
    pressed = pane.hear_button()
    for _ in range(3):
        pane.post(on.VoiceBegan())
        pane.post(on.VoiceEnded())
    before = pane.conversation.times_begun
    pane.release(pressed)
    assert pane.conversation.times_begun == before


def test_what_was_heard_is_taken_back_by_its_button(pane: Pane) -> None:
    pane.post(on.MicrophoneTouched())
    pane.post(on.Heard(pane.session.turn, "tôi tự đi", 0.9))
    ear = pane.sound["ear"]
    assert (ear["state"], ear["text"]) == ("taken", "tôi tự đi")
    pane.release((pane.sound["serial"], ear["button"]["tap"]))
    assert pane.session.taken is None
    assert answers(pane) == ()


@pytest.mark.parametrize("number", [-1, 999, 1000 + 500, 10**9])
def test_a_number_that_was_never_drawn_does_nothing(pane: Pane, number: int) -> None:
    before = pane.session
    for serial in (pane.screen["serial"], pane.sound["serial"], -1, 0):
        pane.release((serial, number))
    assert pane.session == before


def test_the_numbers_of_the_two_parts_are_never_the_same(pane: Pane) -> None:
    def taps(value: object) -> list[int]:
        if isinstance(value, dict):
            own = [value["tap"]] if "tap" in value else []
            return own + [tap for one in value.values() for tap in taps(one)]
        return [tap for one in value for tap in taps(one)] if isinstance(value, list) else []

    still, moving = taps(pane.screen), taps(pane.sound)
    assert still
    assert moving
    assert not set(still) & set(moving)
    assert len(set(still)) == len(still)


def test_nothing_of_what_was_heard_is_drawn_after_the_visit(pane: Pane) -> None:
    pane.post(on.MicrophoneTouched())
    pane.post(on.HeardSoFar(pane.session.turn, "chuyện riêng của bà Thuận"))
    assert "bà Thuận" in repr(pane.sound)
    pane.post(on.StaffReset())
    assert "bà Thuận" not in repr((pane.sound, pane.screen))
    assert pane.sound["ear"] is None


def test_before_a_microphone_is_watched_it_is_quiet(pane: Pane) -> None:
    assert pane.bridge.property("level") == 0.0

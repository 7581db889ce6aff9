"""The ear and the voice on the screen: dock, strip, sheet, curtain; never a dead end."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace

import pytest

from kiosk import event as on
from kiosk.heard_screen import PATIENCE
from kiosk.office import Office
from kiosk.procedure import LANGUAGES, Procedure
from kiosk.screen import Button, EarState, MessageOverlay, Screen, VoiceOverlay
from kiosk.screen_for import screen_for
from kiosk.session import (
    Choosing,
    Finished,
    Guiding,
    Hearing,
    NotHeard,
    Session,
    Taken,
    VoiceSheet,
    Waiting,
    Why,
)
from kiosk.voice import Loudness, Pace, Voice
from kiosk.words import Words


class Eyes:
    """Looks at sessions in one office."""

    def __init__(self, words: Words, office: Office) -> None:
        self.words = words
        self.office = replace(office, can_hear=True, can_speak=True)

    def screen(self, session: Session) -> Screen:
        return screen_for(session, self.words, self.office)

    def say(self, key: str) -> str:
        return self.words.say(key, "vi")


@pytest.fixture
def eyes(words: Words, office: Office) -> Eyes:
    return Eyes(words, office)


@pytest.fixture
def question(small: Procedure) -> Session:
    return Session(phase=Guiding(small))


def buttons(value: object) -> Iterator[Button]:
    if isinstance(value, Button):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from buttons(one)
    elif is_dataclass(value):
        for field in fields(value):
            yield from buttons(getattr(value, field.name))


# The dock


def test_the_microphone_is_the_main_thing_where_the_kiosk_hears(
    eyes: Eyes, question: Session
) -> None:
    microphone = eyes.screen(question).dock.microphone
    assert (microphone.label, microphone.note) == (eyes.say("dock.speak"), "")
    assert microphone.event == on.MicrophoneTouched()
    assert microphone.is_main
    assert not microphone.is_on


def test_a_kiosk_that_cannot_hear_or_speak_says_so_on_its_buttons(
    eyes: Eyes, question: Session
) -> None:
    eyes.office = replace(eyes.office, can_hear=False, can_speak=False)
    dock = eyes.screen(question).dock
    for button in (dock.microphone, dock.hear):
        assert button.note == eyes.say("dock.not_yet")
        assert button.icon.endswith("-off")
        assert button.event is not None, "it explains itself when touched"
        assert not button.is_main
    assert eyes.screen(question).header.voice is None


@pytest.mark.parametrize(
    ("hearing", "key"),
    [
        (Hearing(1), "dock.listening"),
        (Hearing(1, has_voice=True), "dock.listening"),
        (Hearing(1, has_voice=True, is_over=True), "dock.thinking"),
    ],
)
def test_an_open_ear_is_closed_by_the_same_button(
    eyes: Eyes, question: Session, hearing: Hearing, key: str
) -> None:
    microphone = eyes.screen(replace(question, hearing=hearing)).dock.microphone
    assert microphone.label == eyes.say(key)
    assert microphone.is_on
    assert microphone.event == on.MicrophoneTouched()


def test_hear_again_becomes_be_quiet_while_the_kiosk_speaks(eyes: Eyes, question: Session) -> None:
    hear = eyes.screen(question).dock.hear
    assert (hear.label, hear.event) == (eyes.say("dock.hear"), on.HearAgainTouched())
    hush = eyes.screen(replace(question, is_speaking=True)).dock.hear
    assert (hush.label, hush.event, hush.is_on) == (eyes.say("dock.hush"), on.HushTouched(), True)


def test_how_the_kiosk_speaks_is_set_everywhere_but_at_the_goodbye(
    eyes: Eyes, question: Session
) -> None:
    for session in (Session(), Session(phase=Choosing()), question):
        voice = eyes.screen(session).header.voice
        assert voice is not None
        assert voice.event == on.VoiceSheetWanted()
    assert eyes.screen(Session(phase=Finished())).header.voice is None


# The strip


@pytest.mark.parametrize(
    ("hearing", "state"),
    [
        (Hearing(1), EarState.OPEN),
        (Hearing(1, has_voice=True), EarState.VOICE),
        (Hearing(1, has_voice=True, is_over=True), EarState.OVER),
    ],
)
def test_the_strip_tells_what_the_ear_does(
    eyes: Eyes, question: Session, hearing: Hearing, state: EarState
) -> None:
    ear = eyes.screen(replace(question, hearing=hearing)).ear
    assert ear is not None
    assert ear.state is state
    assert ear.title
    assert ear.button is None, "the microphone button is the one to touch"


def test_the_strip_shows_an_example_until_there_are_words(eyes: Eyes, question: Session) -> None:
    silent = eyes.screen(replace(question, hearing=Hearing(1))).ear
    heard = eyes.screen(replace(question, hearing=Hearing(1, has_voice=True, so_far="tôi"))).ear
    assert silent is not None
    assert silent.text == eyes.say("ear.hint")
    assert heard is not None
    assert heard.text == "tôi"


def test_what_was_heard_last_can_be_taken_back(eyes: Eyes, question: Session) -> None:
    ear = eyes.screen(replace(question, taken=Taken("tôi tự đi", before=Choosing()))).ear
    assert ear is not None
    assert (ear.state, ear.text) == (EarState.TAKEN, "tôi tự đi")
    assert ear.button is not None
    assert ear.button.event == on.NotMeant()


def test_what_was_heard_last_hides_behind_what_lies_on_top_and_a_new_sentence(
    eyes: Eyes, question: Session
) -> None:
    taken = replace(question, taken=Taken("tôi tự đi", before=Choosing()))
    assert eyes.screen(replace(taken, overlay=Why())).ear is None
    listening = eyes.screen(replace(taken, hearing=Hearing(2))).ear
    assert listening is not None
    assert listening.state is EarState.OPEN


def test_without_ear_or_sentence_there_is_no_strip(eyes: Eyes, question: Session) -> None:
    assert eyes.screen(question).ear is None


# The curtain


def test_darkness_has_the_whole_screen_for_speaking_and_one_way_back(
    eyes: Eyes, question: Session
) -> None:
    assert eyes.screen(question).curtain is None
    curtain = eyes.screen(replace(question, voice=Voice(is_dark=True))).curtain
    assert curtain is not None
    assert curtain.speak.event == on.MicrophoneTouched()
    assert curtain.light.event == on.CurtainToggled()


def test_a_waiting_kiosk_is_never_dark(eyes: Eyes) -> None:
    assert eyes.screen(Session(phase=Waiting(), voice=Voice(is_dark=True))).curtain is None


# Nothing was heard


@pytest.mark.parametrize("is_wrong", [False, True])
@pytest.mark.parametrize("missed", [0, 1, PATIENCE, PATIENCE + 3])
def test_nothing_heard_is_never_a_dead_end(
    eyes: Eyes, question: Session, *, is_wrong: bool, missed: int
) -> None:
    session = replace(question, overlay=NotHeard(is_wrong=is_wrong), missed=missed)
    overlay = eyes.screen(session).overlay
    assert isinstance(overlay, MessageOverlay)
    events = [button.event for button in overlay.buttons]
    assert set(map(type, events)) == {on.MicrophoneTouched, on.Closed, on.StaffCalled}
    first = on.StaffCalled() if missed >= PATIENCE else on.MicrophoneTouched()
    assert events[0] == first
    assert [button.event for button in overlay.buttons if button.is_main] == [first]


def test_what_was_misunderstood_is_said_in_other_words_than_silence(
    eyes: Eyes, question: Session
) -> None:
    silence = eyes.screen(replace(question, overlay=NotHeard())).overlay
    wrong = eyes.screen(replace(question, overlay=NotHeard(is_wrong=True))).overlay
    assert isinstance(silence, MessageOverlay)
    assert isinstance(wrong, MessageOverlay)
    assert silence.title == eyes.say("ear.nothing_title")
    assert wrong.title == eyes.say("ear.wrong_title")


# The sheet


def sheet(eyes: Eyes, voice: Voice) -> VoiceOverlay:
    session = Session(phase=Choosing(), overlay=VoiceSheet(), voice=voice)
    overlay = eyes.screen(session).overlay
    assert isinstance(overlay, VoiceOverlay)
    return overlay


@pytest.mark.parametrize("pace", list(Pace))
@pytest.mark.parametrize("loudness", list(Loudness))
def test_the_sheet_shows_how_the_kiosk_speaks_now(
    eyes: Eyes, pace: Pace, loudness: Loudness
) -> None:
    rows = sheet(eyes, Voice(pace=pace, loudness=loudness)).rows
    lit = [button.event for row in rows for button in row.buttons if button.is_on]
    assert lit == [on.PaceChosen(pace), on.LoudnessChosen(loudness)]


def test_each_button_of_the_sheet_says_what_it_is_about(eyes: Eyes) -> None:
    said = [button.said for row in sheet(eyes, Voice()).rows for button in row.buttons]
    assert len(set(said)) == 6, "pace and loudness both have a middle"


def test_mute_and_darkness_are_undone_where_they_were_done(eyes: Eyes) -> None:
    lit = sheet(eyes, Voice())
    dark = sheet(eyes, Voice(is_muted=True, is_dark=True))
    for before, after in zip(lit.buttons, dark.buttons, strict=True):
        assert before.event == after.event
        assert before.label != after.label
        assert (before.is_on, after.is_on) == (False, True)
    assert lit.close.event == on.Closed()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_button_has_a_label_in_both_languages(
    eyes: Eyes, question: Session, language: str
) -> None:
    for session in (
        replace(question, overlay=VoiceSheet(), voice=Voice(is_dark=True, is_muted=True)),
        replace(question, hearing=Hearing(1)),
        replace(question, taken=Taken("x", before=Choosing())),
        replace(question, overlay=NotHeard(is_wrong=True), missed=9),
    ):
        screen = eyes.screen(replace(session, language="vi" if language == "vi" else "en"))
        assert all(button.label.strip() for button in buttons(screen))

"""Visits by voice: real sound through a virtual card, real engines, the real screen."""

import time
from collections.abc import Callable

from citizen import Citizen, Meet, engines
from sound import RECORDED_HERTZ, SoundCard, decibels, run_for
from spoken_sound import needs_espeak, needs_model

from kiosk.screen import ChoosingBody, EarState, MessageOverlay, QuestionBody
from kiosk.session import Guiding
from kiosk.voice import TapFree

START_SECONDS = 0.15
"""A question begins to sound within this."""
STOP_SECONDS = 0.05
"""A touch silences the kiosk within this."""
HICCUP_SECONDS = 0.04
"""The sound server's share, as in test_loudspeaker.py."""
BUSY_SECONDS = 0.5
"""The share of a machine whose two cores are busy with others."""

Record = Callable[[str, object], None]

pytestmark = needs_espeak


@needs_model
def test_a_sentence_said_into_the_microphone_leads_to_the_next_screen_and_can_be_taken_back(
    meet: Meet,
) -> None:
    citizen = meet(engines(listener="model", speaker="espeak"))
    hand = citizen.ward.hand
    hand.touch("Nói")
    citizen.wait(lambda: citizen.session.hearing is not None, "the ear is open")
    assert isinstance(citizen.ward.screen.body, ChoosingBody)
    assert "Tôi nói xong" in hand.labels()
    # A voice that is synthesised is no voice that the model knows: of this sentence it
    # hears enough however the samples fall, of "làm giấy khai sinh" not always the verb.
    with citizen.speak("tôi muốn làm giấy khai sinh") as speaking:
        citizen.wait(lambda: bool(_so_far(citizen)), "words while it is said")
        assert _so_far(citizen) in hand.texts()
        citizen.wait(lambda: speaking.is_over, "it was said")
    citizen.wait(lambda: citizen.session.hearing is None, "it was heard")
    body, ear = citizen.ward.screen.body, citizen.ward.screen.ear
    assert isinstance(body, QuestionBody)
    assert body.procedure == "Đăng ký khai sinh"
    assert ear is not None
    assert ear.state is EarState.TAKEN
    assert "khai sinh" in ear.text
    assert {ear.title, ear.text} <= set(hand.texts())
    states = [strip.state for strip in citizen.strips]
    assert list(dict.fromkeys(states))[:4] == [
        EarState.OPEN,
        EarState.VOICE,
        EarState.OVER,
        EarState.TAKEN,
    ]
    hand.touch("Không phải")
    assert isinstance(citizen.ward.screen.body, ChoosingBody)
    overlay = citizen.ward.screen.overlay
    assert isinstance(overlay, MessageOverlay)
    assert overlay.title == "Xin lỗi, máy hiểu chưa đúng"
    assert citizen.ward.screen.ear is None
    hand.touch("Chọn trên màn hình")
    assert isinstance(citizen.ward.screen.body, ChoosingBody)


def _so_far(citizen: Citizen) -> str:
    hearing = citizen.session.hearing
    return hearing.so_far if hearing is not None else ""


def test_a_question_is_read_aloud_as_soon_as_it_is_shown(
    meet: Meet, sound_card: SoundCard, record_property: Record
) -> None:
    citizen = meet(engines(speaker="espeak"))
    hand = citizen.ward.hand
    citizen.ward.start()
    hand.touch("Mới sinh con")
    figures = []
    for label in ("Đăng ký khai sinh", "Trường hợp thường gặp", "Cha hoặc mẹ của bé"):
        with sound_card.record_loudspeaker() as recording:
            hand.touch(label)
            shown_at = citizen.shown_at
            assert isinstance(citizen.ward.screen.body, QuestionBody)
            citizen.wait(lambda: recording.sounding().size > RECORDED_HERTZ, "a second of speech")
            assert citizen.session.is_speaking
            figures.append(round(1000 * (recording.first_moment() - shown_at)))
            hand.touch("Dừng đọc")
            citizen.wait(lambda: not citizen.session.is_speaking, "the kiosk is silent")
        assert decibels(recording.sounding()) > -40
    record_property("first_sound_ms", figures)
    print(f"first sound after the screen: {figures} ms; bar {1000 * START_SECONDS:.0f} ms")  # noqa: T201
    assert max(figures) < 1000 * (START_SECONDS + BUSY_SECONDS)


def test_a_finger_on_a_choice_silences_the_kiosk_and_the_choice_counts(
    meet: Meet, sound_card: SoundCard, record_property: Record
) -> None:
    citizen = meet(engines(speaker="espeak"))
    hand = citizen.ward.hand
    citizen.ward.start()
    for label in ("Mới sinh con", "Đăng ký khai sinh"):
        hand.touch(label)
    before = citizen.ward.screen.body
    with sound_card.record_loudspeaker() as recording:
        citizen.wait(lambda: recording.sounding().size > RECORDED_HERTZ, "a second of speech")
        pressed = time.monotonic()
        hand.press("Trường hợp thường gặp")
        run_for(0.5)
        assert citizen.ward.screen.body == before, "only a finger that is lifted answers"
        late = recording.last_moment() - pressed
    assert not citizen.session.is_speaking
    hand.release()
    body = citizen.ward.screen.body
    assert isinstance(body, QuestionBody)
    assert body.ask == "Ai đi đăng ký cho bé?"
    record_property("silence_ms", round(1000 * late))
    print(f"silent after a touch: {1000 * late:.0f} ms; bar {1000 * STOP_SECONDS:.0f} ms")  # noqa: T201
    assert late < STOP_SECONDS + HICCUP_SECONDS


def test_the_kiosk_does_not_hear_itself(meet: Meet, sound_card: SoundCard) -> None:
    citizen = meet(engines(speaker="espeak", tap_free=TapFree.ALWAYS))
    with sound_card.loudspeaker_beside_microphone(), sound_card.record_microphone() as recording:
        citizen.ward.start()
        citizen.wait(lambda: citizen.session.is_speaking, "the kiosk speaks")
        citizen.wait(
            lambda: not citizen.session.is_speaking or citizen.session.hearing is not None,
            "the kiosk is silent",
        )
        assert not citizen.session.is_speaking, "the ear is closed while the kiosk speaks"
        assert decibels(recording.sounding()) > -40, "the microphone heard the kiosk"
        citizen.wait(lambda: citizen.session.hearing is not None, "the ear opens")
        run_for(1.5)
        hearing = citizen.session.hearing
        assert hearing is not None
        assert not hearing.has_voice, "what the kiosk said is nobody's voice"
        citizen.say("tôi muốn làm giấy khai sinh cho cháu")
        assert isinstance(citizen.session.phase, Guiding)
        assert citizen.session.has_spoken
        first = citizen.session.phase
        citizen.wait_until_it_was_read()
        citizen.wait(lambda: citizen.session.hearing is not None, "the ear opens")
        run_for(1.5)
        hearing = citizen.session.hearing
        assert hearing is not None
        assert not hearing.has_voice
        assert citizen.session.phase == first
        assert citizen.session.missed == 0


def test_who_has_spoken_once_need_not_touch_the_microphone_again(meet: Meet) -> None:
    citizen = meet(engines())
    hand = citizen.ward.hand
    citizen.ward.start()
    citizen.wait_until_it_was_read()
    run_for(0.5)
    assert citizen.session.hearing is None, "nobody has spoken yet"
    citizen.say("tôi muốn làm giấy khai sinh")
    assert isinstance(citizen.session.phase, Guiding)
    citizen.wait_until_it_was_read()
    citizen.wait(lambda: citizen.session.hearing is not None, "the ear opens by itself")
    assert "Tôi nói xong" in hand.labels()
    hand.touch("Tôi nói xong")
    assert citizen.session.hearing is None, "a touch closes it"
    assert citizen.session.overlay is None
    hand.touch("Trường hợp thường gặp")
    citizen.wait_until_it_was_read()
    citizen.wait(lambda: citizen.session.hearing is not None, "the ear opens by itself")
    asked = citizen.ward.screen.body
    citizen.say("hai vợ chồng tôi cùng đi")
    assert citizen.ward.screen.body != asked, "it was understood without a touch"


def test_silence_closes_the_ear_that_nobody_opened_without_a_word(meet: Meet) -> None:
    citizen = meet(engines(tap_free=TapFree.ALWAYS))
    citizen.ward.start()
    citizen.wait_until_it_was_read()
    citizen.wait(lambda: citizen.session.hearing is not None, "the ear opens by itself")
    citizen.wait(lambda: citizen.session.hearing is None, "the ear closes by itself")
    assert citizen.session.overlay is None
    assert citizen.session.missed == 0
    assert citizen.ward.screen.ear is None
    run_for(0.5)
    assert not citizen.session.is_speaking
    assert citizen.session.hearing is None


def test_silence_after_a_touch_of_the_microphone_is_told_kindly(meet: Meet) -> None:
    citizen = meet(engines())
    citizen.ward.hand.touch("Nói")
    citizen.wait(lambda: citizen.session.overlay is not None, "something is said")
    overlay = citizen.ward.screen.overlay
    assert isinstance(overlay, MessageOverlay)
    assert overlay.title == "Máy chưa nghe rõ"
    citizen.ward.hand.touch("Nói lại")
    assert citizen.session.hearing is not None
    assert citizen.session.overlay is None

"""A whole visit by ear alone: the screen is dark, everything is heard and said."""

from pathlib import Path

import zxingcpp
from citizen import Citizen, Meet, engines
from PIL import Image
from PySide6.QtCore import QPoint, QRectF
from PySide6.QtTest import QTest
from spoken_sound import needs_espeak
from ward import BIRTH_IN_HOSPITAL, PORTAL
from wyoming_servers import NotingVoice, Prompted

from kiosk.app import SLIP_FOLDER
from kiosk.screen import (
    GoodbyeBody,
    IdleOverlay,
    OutcomeBody,
    QuestionBody,
    ReviewBody,
    WaitingBody,
)
from kiosk.session import Finished
from kiosk.speech.spoken_file import load_spoken

pytestmark = needs_espeak

SENTENCES = (
    "đăng ký khai sinh",
    "trường hợp thường gặp",
    "số một",
    "có giấy chứng sinh",
    "đã đăng ký kết hôn",
    "chưa quá sáu mươi ngày",
    "đúng rồi",
    "in phiếu",
    "xong rồi",
)
"""What the citizen says, in this order."""

SAID = load_spoken()
"""Written words -> as a voice says them."""

PLACES = ((0.1, 0.1), (0.9, 0.2), (0.5, 0.5), (0.15, 0.8), (0.85, 0.9))
"""Where a hand that sees nothing comes down on the dark plate, as shares of it."""


class Listening:
    """Somebody who sees nothing, before a dark screen."""

    def __init__(self, citizen: Citizen, voice: NotingVoice) -> None:
        self.citizen = citizen
        self.voice = voice
        self._finger = QTest.createTouchDevice()
        self._touches = 0
        self._heard = 0

    def touch_somewhere(self) -> None:
        """Touch the dark plate at the next of some places."""
        window = self.citizen.ward.panel.window
        curtain = self.citizen.ward.hand.item("curtain")
        assert curtain is not None
        plate = next(one for one in curtain.childItems() if one.objectName() == "button")
        place = plate.mapRectToScene(QRectF(0, 0, plate.width(), plate.height()))
        across, down = PLACES[self._touches % len(PLACES)]
        self._touches += 1
        at = QPoint(
            round(place.x() + across * place.width()), round(place.y() + down * place.height())
        )
        QTest.touchEvent(window, self._finger).press(0, at).commit()
        QTest.touchEvent(window, self._finger).release(0, at).commit()
        self.citizen.ward.hand.settle()

    def hear_out(self) -> str:
        """Listen until all is said; what was said since last time."""
        self.citizen.wait(self._is_all_said, "it was read aloud, and the ear is open")
        said = "\n".join(self.voice.texts[self._heard :])
        self._heard = len(self.voice.texts)
        return said

    def _is_all_said(self) -> bool:
        session, conductor = self.citizen.session, self.citizen.ward.kiosk.conductor
        if isinstance(session.phase, Finished):
            return len(self.voice.texts) > self._heard and not conductor._conversation.is_busy
        return session.hearing is not None


def test_a_visit_by_ear_alone_from_the_start_to_the_slip(meet: Meet) -> None:
    with Prompted(*SENTENCES) as recogniser, NotingVoice() as voice:
        citizen = meet(engines(listener=recogniser.address, speaker=voice.address, by_itself=False))
        ward = citizen.ward
        ward.start()
        ward.hand.touch("Giọng đọc")
        ward.hand.touch("Chỉ nghe, tắt màn hình")
        assert ward.screen.curtain is not None
        listening = Listening(citizen, voice)
        assert SAID("Số 1: Mới sinh con.", "vi") in listening.hear_out()
        citizen.say(SENTENCES[0])
        _answer_every_question(listening)
        body = ward.screen.body
        assert isinstance(body, ReviewBody)
        said = listening.hear_out()
        assert all(SAID(f"{row.question} {row.answer}.", "vi") in said for row in body.rows)
        citizen.say("đúng rồi")
        assert isinstance(ward.screen.body, OutcomeBody)
        said = listening.hear_out()
        assert SAID(ward.outcome.papers[0].name, "vi") in said
        assert SAID(ward.outcome.slip.label, "vi") in said, "that a slip can be had"
        citizen.say("in phiếu")
        citizen.wait(lambda: "chưa nối máy in" in ward.outcome.slip_text, "the slip is printed")
        slip = ward.state / SLIP_FOLDER / "slip.png"
        assert _code_on(slip) == PORTAL
        citizen.wait(lambda: SAID(ward.outcome.slip_text, "vi") in voice.texts, "it is told")
        listening.hear_out()
        citizen.say("xong rồi")
        assert isinstance(ward.screen.body, GoodbyeBody)
        assert SAID("Chúc ông/bà mọi việc thuận lợi", "vi") in listening.hear_out()
        ward.pass_time(16)
        assert isinstance(ward.screen.body, WaitingBody)
        assert ward.screen.curtain is None, "the next citizen finds the screen lit"
        assert not slip.exists()


def _answer_every_question(listening: Listening) -> None:
    """By voice, with the ear open by itself or by a touch anywhere on the dark screen."""
    citizen = listening.citizen
    for number, label in enumerate(BIRTH_IN_HOSPITAL):
        body = citizen.ward.screen.body
        assert isinstance(body, QuestionBody)
        assert label in [choice.label for choice in body.choices]
        said = listening.hear_out()
        assert SAID(f"Máy nghe là: {SENTENCES[number]}", "vi") in said, "what cannot be seen"
        assert SAID(body.ask, "vi") in said
        for place, choice in enumerate(body.choices, start=1):
            assert SAID(f"Số {place}: {choice.label}", "vi") in said
        if number % 2:
            listening.touch_somewhere()
            assert citizen.session.hearing is None, "a touch anywhere closes the ear"
            listening.touch_somewhere()
            assert citizen.session.hearing is not None, "and opens it again"
        citizen.say(SENTENCES[number + 1])
        assert citizen.ward.screen.curtain is not None


def _code_on(slip: Path) -> str:
    return zxingcpp.read_barcodes(Image.open(slip).convert("L"))[0].text


def test_the_light_comes_back_on_wish(meet: Meet) -> None:
    with NotingVoice() as voice:
        citizen = meet(engines(speaker=voice.address))
        ward = citizen.ward
        ward.start()
        ward.hand.touch("Giọng đọc")
        ward.hand.touch("Chỉ nghe, tắt màn hình")
        assert ward.screen.curtain is not None
        ward.hand.touch("Gọi cán bộ")
        assert ward.screen.banner is not None, "an officer is one touch away in the dark, too"
        ward.hand.touch("Bật lại màn hình")
        assert ward.screen.curtain is None
        ward.hand.touch("Mới sinh con")


def test_who_does_not_answer_in_the_dark_is_asked_aloud_and_then_left(meet: Meet) -> None:
    with NotingVoice() as voice:
        citizen = meet(engines(speaker=voice.address))
        ward = citizen.ward
        ward.start()
        ward.hand.touch("Giọng đọc")
        ward.hand.touch("Chỉ nghe, tắt màn hình")
        citizen.wait(lambda: citizen.session.hearing is not None, "the ear opens by itself")
        citizen.wait(lambda: citizen.session.hearing is None, "it closes by itself")
        ward.pass_time(61)
        asked = ward.screen.overlay
        assert isinstance(asked, IdleOverlay)
        citizen.wait(lambda: SAID(asked.title, "vi") in voice.texts, "it is asked aloud")
        ward.hand.let_time_pass(2)
        assert isinstance(ward.screen.overlay, IdleOverlay), "the kiosk's own voice is no answer"
        ward.pass_time(21)
        assert isinstance(ward.screen.body, WaitingBody)
        assert ward.screen.curtain is None

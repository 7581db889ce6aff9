"""Run by test_spoken_deaths.py in a process of its own, for Qt never looks for a server twice."""

import pytest
from citizen import Meet, engines
from sound import SoundCard, run_until
from ward import BIRTH_IN_HOSPITAL

from kiosk.screen import MessageOverlay, OutcomeBody, StaffOverlay


@pytest.mark.qt_log_ignore(".*")
def test_a_visit_goes_on_by_touch_when_the_sound_server_is_gone(
    meet: Meet, sound_card: SoundCard, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("WARNING")
    citizen = meet(engines(speaker="espeak"))
    ward = citizen.ward
    ward.start()
    citizen.wait(lambda: citizen.session.is_speaking, "the kiosk speaks")
    sound_card.kill_server()
    try:
        citizen.wait(lambda: not citizen.session.is_speaking, "it knows that it is not heard")
        ward.hand.let_time_pass(2)
        ward.hand.touch("Nói")
        citizen.wait(lambda: citizen.session.overlay is not None, "something is said")
        overlay = ward.screen.overlay
        assert isinstance(overlay, MessageOverlay)
        assert overlay.title == "Máy chưa nghe được"
        ward.hand.touch("Đóng")
        labels = ("Mới sinh con", "Đăng ký khai sinh", *BIRTH_IN_HOSPITAL, "Đúng rồi, xem kết quả")
        for label in labels:
            ward.hand.touch(label)
        assert isinstance(ward.screen.body, OutcomeBody)
        assert not citizen.can_hear
        assert not citizen.can_speak
        ward.hand.touch("In phiếu mang về")
        run_until(lambda: ward.outcome.slip_text != "" and ward.outcome.slip.event is not None)
        ward.open_staff_sheet()
        sheet = ward.screen.overlay
        assert isinstance(sheet, StaffOverlay)
        assert any("Dịch vụ âm thanh của máy đã dừng" in trouble for trouble in sheet.troubles)
    finally:
        sound_card.start_server()

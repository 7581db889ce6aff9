"""Engines, devices and servers that die while a citizen speaks: touch goes on, voice comes back."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from citizen import Citizen, Meet, engines
from sound import RECORDED_HERTZ, SoundCard
from spoken_sound import needs_espeak, needs_model
from ward import ROOT

from kiosk.engine import Engine
from kiosk.screen import ChoosingBody, MessageOverlay, QuestionBody, StaffOverlay
from kiosk.session import Guiding

BACK_SECONDS = 5.0
"""An engine is back within this; the issue's bar."""
BUSY_SECONDS = 5.0
"""The share of a machine whose two cores are busy with others: a model is loaded in it."""

pytestmark = needs_espeak


@pytest.fixture(autouse=True)
def _deaths_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("WARNING")


def listener_of(citizen: Citizen) -> Engine:
    assert citizen.ward.engines is not None
    assert citizen.ward.engines.recogniser is not None
    return citizen.ward.engines.recogniser.engine


def speaker_of(citizen: Citizen) -> Engine:
    assert citizen.ward.engines is not None
    assert citizen.ward.engines.voice is not None
    return citizen.ward.engines.voice.engine


def send_signal(engine: Engine, number: signal.Signals) -> float:
    """Send it to the engine's process; returns when, in seconds of the monotonic clock."""
    assert engine.process_id is not None
    os.kill(engine.process_id, number)
    return time.monotonic()


def told(citizen: Citizen) -> str:
    """The title of what lies on the screen."""
    overlay = citizen.ward.screen.overlay
    return overlay.title if isinstance(overlay, MessageOverlay) else ""


def troubles(citizen: Citizen) -> str:
    """What the staff sheet complains of."""
    citizen.ward.open_staff_sheet()
    overlay = citizen.ward.screen.overlay
    assert isinstance(overlay, StaffOverlay)
    citizen.ward.hand.touch("Đóng")
    return "\n".join(overlay.troubles)


def goes_on_by_touch(citizen: Citizen) -> None:
    """From the choice of a matter to the next question, and back to the choice."""
    hand = citizen.ward.hand
    hand.touch("Mới sinh con")
    hand.touch("Đăng ký khai sinh")
    assert isinstance(citizen.ward.screen.body, QuestionBody)
    hand.touch("Trường hợp thường gặp")
    hand.touch("Chọn việc khác")
    assert isinstance(citizen.ward.screen.body, ChoosingBody)


def report(what: str, seconds: float) -> None:
    print(f"{what}: {seconds:.1f} s; bar {BACK_SECONDS:.0f} s")  # noqa: T201


@pytest.mark.parametrize("listener", ["fake", pytest.param("model", marks=needs_model)])
def test_a_recogniser_killed_in_mid_sentence_still_hears_the_sentence(
    meet: Meet, listener: str
) -> None:
    citizen = meet(engines(listener=listener))
    citizen.ward.hand.touch("Nói")
    with citizen.speak("làm giấy khai sinh"):
        citizen.wait(
            lambda: citizen.session.hearing is not None and citizen.session.hearing.has_voice,
            "it is being said",
        )
        killed = send_signal(listener_of(citizen), signal.SIGKILL)
        citizen.wait(lambda: citizen.session.hearing is None, "it was heard")
    report("killed in mid-sentence, understood after", time.monotonic() - killed)
    assert told(citizen) == ""
    assert isinstance(citizen.session.phase, Guiding)
    assert time.monotonic() - killed < BACK_SECONDS + BUSY_SECONDS
    citizen.wait(lambda: citizen.can_hear, "the kiosk says that it hears")
    assert troubles(citizen) == "", "one death is nothing for staff"


@pytest.mark.parametrize("listener", ["fake", pytest.param("model", marks=needs_model)])
def test_a_recogniser_that_hangs_is_told_kindly_and_the_next_sentence_is_understood(
    meet: Meet, listener: str
) -> None:
    citizen = meet(engines(listener=listener))
    citizen.ward.hand.touch("Nói")
    with citizen.speak("làm giấy khai sinh"):
        citizen.wait(
            lambda: citizen.session.hearing is not None and citizen.session.hearing.has_voice,
            "it is being said",
        )
        send_signal(listener_of(citizen), signal.SIGSTOP)
        citizen.wait(
            lambda: citizen.session.hearing is None or citizen.session.hearing.is_over,
            "it was said",
        )
        over = time.monotonic()
        citizen.wait(lambda: citizen.session.hearing is None, "the wait ends")
    waited = time.monotonic() - over
    report("hung, told after", waited)
    assert told(citizen) == "Máy chưa nghe được"
    assert waited < BACK_SECONDS + 1
    citizen.ward.hand.touch("Đóng")
    goes_on_by_touch(citizen)
    citizen.wait(lambda: citizen.can_hear, "the kiosk hears again")
    report("hung, hears again after", time.monotonic() - over - waited)
    assert time.monotonic() - over - waited < BACK_SECONDS + BUSY_SECONDS
    citizen.say("làm giấy khai sinh")
    assert isinstance(citizen.session.phase, Guiding)


def test_a_citizen_need_not_wait_for_a_hung_recogniser(meet: Meet) -> None:
    citizen = meet(engines())
    send_signal(listener_of(citizen), signal.SIGSTOP)
    citizen.ward.hand.touch("Nói")
    with citizen.speak("làm giấy khai sinh"):
        citizen.wait(
            lambda: citizen.session.hearing is not None and citizen.session.hearing.is_over,
            "it was said",
        )
    goes_on_by_touch(citizen)
    assert citizen.session.hearing is None
    citizen.wait(lambda: not citizen.can_hear, "the kiosk knows")
    assert told(citizen) == "", "who went on by touch is told nothing"


def test_a_voice_killed_while_it_speaks_reads_the_next_question(
    meet: Meet, sound_card: SoundCard
) -> None:
    citizen = meet(engines(speaker="espeak"))
    hand = citizen.ward.hand
    citizen.ward.start()
    citizen.wait(lambda: citizen.session.is_speaking, "the kiosk speaks")
    killed = send_signal(speaker_of(citizen), signal.SIGKILL)
    hand.touch("Mới sinh con")
    hand.touch("Đăng ký khai sinh")
    assert isinstance(citizen.ward.screen.body, QuestionBody)
    with sound_card.record_loudspeaker() as recording:
        citizen.wait(lambda: recording.sounding().size > RECORDED_HERTZ, "a second of speech")
        begun = recording.first_moment()
    report("voice killed, reads again after", begun - killed)
    assert begun - killed < BACK_SECONDS + BUSY_SECONDS
    hand.touch("Trường hợp thường gặp")
    citizen.wait(lambda: citizen.session.is_speaking, "the kiosk speaks")


def test_a_hung_voice_delays_nothing_and_comes_back(meet: Meet, sound_card: SoundCard) -> None:
    citizen = meet(engines(speaker="espeak"))
    send_signal(speaker_of(citizen), signal.SIGSTOP)
    citizen.ward.start()
    goes_on_by_touch(citizen)
    citizen.wait(lambda: not citizen.can_speak, "the kiosk knows")
    goes_on_by_touch(citizen)
    citizen.wait(lambda: citizen.can_speak, "the kiosk speaks again")
    with sound_card.record_loudspeaker() as recording:
        citizen.ward.hand.touch("Nghe lại")
        citizen.wait(lambda: recording.sounding().size > RECORDED_HERTZ, "a second of speech")


def test_a_finger_that_is_down_while_the_voice_dies_still_counts(
    meet: Meet,
) -> None:
    citizen = meet(engines())
    hand = citizen.ward.hand
    citizen.ward.start()
    hand.touch("Mới sinh con")
    hand.press("Đăng ký khai sinh")
    send_signal(speaker_of(citizen), signal.SIGKILL)
    citizen.wait(lambda: not citizen.can_speak, "the kiosk knows")
    hand.release()
    assert isinstance(citizen.ward.screen.body, QuestionBody)


@pytest.mark.parametrize("which", ["listener", "speaker"])
def test_staff_are_told_of_an_engine_that_dies_three_times_in_a_row(meet: Meet, which: str) -> None:
    # What has served in between has not failed in a row: nothing is read aloud here.
    citizen = meet(engines(by_itself=False))
    engine = listener_of(citizen) if which == "listener" else speaker_of(citizen)
    citizen.ward.start()
    for death in range(1, 4):
        citizen.wait(
            lambda: engine.state is not None and engine.state.state == "ready", "it is ready"
        )
        if death > 1:
            assert troubles(citizen) == ""
        send_signal(engine, signal.SIGKILL)
        citizen.wait(
            lambda: engine.state is not None and engine.state.state != "ready", "it is dead"
        )
        goes_on_by_touch(citizen)
    name = "Phần nghe giọng nói" if which == "listener" else "Phần đọc thành tiếng"
    assert f"{name} hỏng nhiều lần liền" in troubles(citizen)
    goes_on_by_touch(citizen)
    if which == "listener":
        citizen.ward.hand.touch("Nói")
        citizen.wait(lambda: told(citizen) != "", "something is said")
        assert told(citizen) == "Máy chưa nghe được"


def test_without_a_model_the_kiosk_says_so_and_goes_on(meet: Meet) -> None:
    citizen = meet(engines(listener="model", model="khong-co"), is_ready=False)
    citizen.ward.hand.touch("Nói")
    citizen.wait(lambda: told(citizen) != "", "something is said")
    assert told(citizen) == "Máy chưa nghe được"
    citizen.ward.hand.touch("Đóng")
    goes_on_by_touch(citizen)
    assert "chưa có mô hình khong-co" in troubles(citizen)


def test_a_model_folder_that_holds_no_model_is_told_as_soon_as_somebody_wants_to_speak(
    meet: Meet, tmp_path: Path
) -> None:
    citizen = meet(engines(listener="model", model=f"{tmp_path}/"), is_ready=False)
    engine = listener_of(citizen)
    citizen.wait(
        lambda: engine.state is not None and engine.state.state == "missing", "it is missing"
    )
    touched = time.monotonic()
    citizen.ward.hand.touch("Nói")
    citizen.wait(lambda: told(citizen) != "", "something is said")
    assert told(citizen) == "Máy chưa nghe được"
    assert time.monotonic() - touched < 2, "nobody is let speak in vain"
    citizen.ward.hand.touch("Đóng")
    goes_on_by_touch(citizen)
    assert "chưa có mô hình nhận giọng nói" in troubles(citizen)


@pytest.mark.qt_log_ignore("^Stream failed to connect")
def test_a_microphone_unplugged_while_it_listens_is_told_and_works_when_it_is_back(
    meet: Meet, sound_card: SoundCard
) -> None:
    citizen = meet(engines())
    citizen.ward.hand.touch("Nói")
    with citizen.speak("làm giấy khai sinh cho cháu nội của tôi mới sinh tuần trước"):
        citizen.wait(
            lambda: citizen.session.hearing is not None and citizen.session.hearing.has_voice,
            "it is being said",
        )
        sound_card.unplug_microphone()
        citizen.wait(lambda: citizen.session.hearing is None, "the kiosk notices")
    assert told(citizen) in ("Máy chưa nghe được", "")
    if told(citizen):
        citizen.ward.hand.touch("Đóng")
    citizen.ward.hand.touch("Nói")
    citizen.wait(lambda: told(citizen) != "", "something is said")
    assert told(citizen) == "Máy chưa nghe được"
    assert not citizen.can_hear
    citizen.ward.hand.touch("Đóng")
    if isinstance(citizen.session.phase, Guiding):
        citizen.ward.hand.touch("Kết thúc")
        citizen.ward.hand.touch("Bỏ qua")
        citizen.ward.start()
    goes_on_by_touch(citizen)
    assert "icro" in troubles(citizen)
    sound_card.plug_in_microphone()
    citizen.say("làm giấy khai sinh")
    assert isinstance(citizen.session.phase, Guiding)
    assert citizen.can_hear
    assert troubles(citizen) == ""


def test_a_sound_server_that_dies_leaves_the_visit_to_touch() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/visit_without_sound_server.py", "-q", "-x"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]

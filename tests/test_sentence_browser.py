"""The understanding bench in a real browser: typed, sent as a file, spoken, by keyboard."""

import wave
from pathlib import Path

import pytest
from live_console import Serve, Served
from office_desk import go_to, is_wide, picture
from officer import DESK, PHONE, Hire, Officer
from playwright.sync_api import Page, expect

from kiosk.app_sound import speaker_address
from kiosk.console.access import ACCESS
from kiosk.console.accounts import Role
from kiosk.console.sentence_pages import WORDINGS
from kiosk.settings import Settings
from kiosk.speech.said_file import said

SENTENCE = "Tôi muốn đăng ký khai sinh cho con"


@pytest.fixture
def served(serve: Serve) -> Served:
    return serve(None, Role.ADMIN)


def spoken(settings: Settings, folder: Path) -> Path:
    """The sentence, by the kiosk's own voice."""
    sound = said(SENTENCE, speaker_address(settings), voice=settings.speaking.voice.vi, rate=150)
    file = folder / "sentence.wav"
    with wave.open(str(file), "wb") as written:
        written.setparams((1, 2, sound.rate_hertz, 0, "NONE", ""))
        written.writeframes(sound.pcm)
    return file


def complaints_of(officer: Officer) -> list[str]:
    """What the browser complains of from now on."""
    found: list[str] = []

    def listen(page: Page) -> None:
        page.on("console", lambda told: found.append(told.text))
        page.on("pageerror", lambda error: found.append(str(error)))

    officer.do(listen)
    return found


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_sentence_is_tried_by_keyboard_and_everybody_can_use_the_page(
    served: Served, hire: Hire, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ACCESS, ("POST", WORDINGS), frozenset((Role.ADMIN,)))
    name = "phone" if size == PHONE else "desk"
    officer = hire(size=size)
    officer.sign_in(served.address, Role.ADMIN)
    complaints = complaints_of(officer)
    officer.do(lambda page: page.goto(f"{served.address}/bench"))
    assert officer.violations() == []

    def try_it(page: Page) -> None:
        go_to(page, "text")
        page.keyboard.type("chào em, tui mún mần giấy khai xin cho con")
        page.keyboard.press("Enter")
        page.get_by_text("Hỏi lại: việc nào").wait_for()
        assert "khai" not in page.url, "the sentence is in no address"

    officer.do(try_it)
    assert officer.violations() == []
    assert not officer.do(is_wide)
    picture(officer, f"{name}-bench")

    def try_at_a_question(page: Page) -> None:
        page.locator("#at").select_option("khai-sinh/ai-di")
        page.get_by_label("Câu nói").fill("mẹ cháu đi")
        page.get_by_role("button", name="Thử", exact=True).click()
        page.get_by_text("Nhận câu trả lời").wait_for()
        add = page.get_by_role("button", name="Thêm vào: Cha hoặc mẹ của bé")
        expect(add).to_be_visible()

    officer.do(try_at_a_question)
    assert officer.violations() == []
    assert not officer.do(is_wide)
    officer.do(lambda page: page.get_by_role("button", name="English").click())
    officer.do(lambda page: page.goto(f"{served.address}/bench"))
    officer.do(lambda page: expect(page.get_by_label("Sentence")).to_be_visible())
    picture(officer, f"{name}-bench-english")
    assert complaints == []


def test_a_sentence_is_spoken_and_heard(served: Served, hire: Hire, tmp_path: Path) -> None:
    sound = spoken(served.kiosk.settings, tmp_path)
    officer = hire(size=DESK, microphone=sound)
    officer.sign_in(served.address, Role.ADMIN)
    complaints = complaints_of(officer)
    officer.do(lambda page: page.goto(f"{served.address}/bench"))

    def speak(page: Page) -> str:
        page.get_by_role("button", name="Ghi âm", exact=True).click()
        expect(page.get_by_text("Đang ghi âm")).to_be_visible()
        page.wait_for_timeout(4500)
        page.get_by_role("button", name="Dừng và gửi").click()
        page.get_by_text("Máy nghe được").wait_for()
        return page.locator(".told").inner_text()

    assert "đăng ký khai sinh" in officer.do(speak)

    def send(page: Page) -> str:
        page.goto(f"{served.address}/bench")
        page.locator("#sound").set_input_files(sound)
        page.get_by_role("button", name="Thử", exact=True).click()
        page.get_by_text("Máy nghe được").wait_for()
        return page.locator(".told").inner_text()

    assert "đăng ký khai sinh" in officer.do(send)
    assert complaints == []
    held = [one for one in (tmp_path / "state").rglob("*") if one.suffix in (".wav", ".pcm")]
    assert held == []


def test_without_a_script_a_recording_can_still_be_sent(served: Served, hire: Hire) -> None:
    officer = hire(has_script=False)
    officer.sign_in(served.address, Role.ADMIN)
    officer.do(lambda page: page.goto(f"{served.address}/bench"))
    officer.do(lambda page: expect(page.locator("#record")).to_be_hidden())
    officer.do(lambda page: expect(page.locator("#sound")).to_be_visible())
    officer.do(lambda page: page.get_by_label("Câu nói").fill("đăng ký khai sinh"))
    officer.do(lambda page: page.get_by_role("button", name="Thử", exact=True).click())
    officer.do(lambda page: page.get_by_text("Mở ngay việc này").wait_for())

"""The understanding bench: what it says of a sentence, who may use it; it keeps nothing."""

import html as escaped
import io
import logging
import pickle
import re
import shutil
import wave
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from console_room import MakeRoom, Room, token_of
from starlette.testclient import TestClient

from kiosk.catalogue import SHIPPED_PROCEDURES
from kiosk.console import sentence_work
from kiosk.console.access import ACCESS, READING
from kiosk.console.accounts import Role
from kiosk.console.beside import Beside
from kiosk.console.sentence_pages import MOST_BYTES, WORDINGS
from kiosk.errors import KioskError
from kiosk.speech.heard_file import read_wav
from kiosk.speech.recogniser import MOST_SECONDS
from kiosk.speech.sound import SECOND_BYTES

PAGE = {"accept": "text/html"}
SECRET = "hoa phượng đỏ bên hồ tây"  # noqa: S105 - a sentence that stands nowhere else


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here, not in a child process: tests/test_console_access.py and a browser do that."""

    async def work(
        _: Beside, done: Callable[..., object], *values: object, seconds: float
    ) -> object:
        assert seconds > 0
        found = pickle.loads(pickle.dumps(done))(*pickle.loads(pickle.dumps(values)))  # noqa: S301
        return pickle.loads(pickle.dumps(found))  # noqa: S301

    monkeypatch.setattr(Beside, "__call__", work)


@pytest.fixture(scope="module", autouse=True)
def built_once() -> Iterator[None]:
    """What was understood with is let go afterwards."""
    yield
    sentence_work._kept.content = None


@pytest.fixture
def admin(room: Room) -> TestClient:
    return room.enter(Role.ADMIN)


def tried(browser: TestClient, text: str, at: str = "", **files: tuple[str, bytes, str]) -> str:
    """The page after a sentence was tried, as text."""
    form = {"token": token_of(browser, "/bench"), "text": text, "at": at}
    sent = files or {"sound": ("", b"", "application/octet-stream")}
    answer = browser.post("/bench", data=form, files=sent)
    assert answer.status_code == 200, answer.text
    return escaped.unescape(answer.text)


def wav(seconds: float = 1.0, *, hertz: int = 16_000, channels: int = 1, width: int = 2) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as written:
        written.setparams((channels, width, hertz, 0, "NONE", ""))
        written.writeframes(bytes(int(seconds * hertz) * channels * width))
    return made.getvalue()


def row_of(page: str, name: str) -> str:
    found = re.search(rf'<tr><th scope="row">{re.escape(name)}.*?</tr>', page, re.DOTALL)
    assert found is not None, name
    return found.group()


# What it says


def test_it_says_what_the_kiosk_would_do_and_which_wording_matched(admin: TestClient) -> None:
    page = tried(admin, "tôi muốn đăng ký khai sinh cho con")
    assert "<strong>Mở ngay việc này</strong>" in page
    assert "<li>Đăng ký khai sinh</li>" in page
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", row_of(page, "Đăng ký khai sinh"))
    assert cells[0] == "Có hướng dẫn"
    assert int(cells[1].removesuffix(" %")) >= 86
    assert "khai sinh" in cells[2], "the wording that is most like it"
    assert "Máy trả lời luôn khi chắc từ" in page


def test_it_shows_what_the_sentence_became(admin: TestClient) -> None:
    page = tried(admin, "chào em, tui mún mần giấy khai xin cho con")
    assert "chào em tôi mún làm giấy khai xin cho con" in page, "regional words replaced"
    assert re.search(r"Bỏ đi.*?<dd>chào em</dd>", page, re.DOTALL)
    assert re.search(r"Sửa chỗ nghe nhầm.*?mún.*?→.*?muốn", page, re.DOTALL)
    lost = tried(admin, "bị mất căn cước của cháu 12 tuổi")
    assert "bị mất" in lost
    assert "dưới 14 tuổi" in lost


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("hôm nay trời đẹp quá nhỉ", "Nói là ngoài phạm vi, mời gặp cán bộ"),
        ("cháy nhà rồi cứu với", "Báo khẩn cấp và gọi cán bộ"),
        ("giấy khai sinh", "Hỏi lại: việc nào"),
        ("cho tôi gặp cán bộ", "Làm theo ý muốn"),
    ],
)
def test_each_kind_of_decision_is_said(admin: TestClient, text: str, told: str) -> None:
    assert f"<strong>{told}</strong>" in tried(admin, text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("mẹ cháu đi", "Nhận câu trả lời"),
        ("có mất tiền không", "Trả lời câu hỏi thêm"),
        ("sao lại hỏi cái này", "Nói vì sao máy hỏi"),
        ("ơ thế à", "Chưa chắc: hỏi lại"),
    ],
)
def test_at_a_question_it_is_understood_as_there(admin: TestClient, text: str, told: str) -> None:
    page = tried(admin, text, "khai-sinh/ai-di")
    assert f"<strong>{told}</strong>" in page
    assert "Ở: Đăng ký khai sinh – Ai đi đăng ký cho bé?" in page
    assert "Ở câu hỏi này" in page


def test_at_a_question_the_wording_of_an_option_is_named(admin: TestClient) -> None:
    page = tried(admin, "mẹ cháu đi", "khai-sinh/ai-di")
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", row_of(page, "Cha hoặc mẹ của bé"))
    assert cells[0] == "Câu trả lời"
    assert cells[1] == "mẹ cháu đi"
    folded = page.partition("Chi tiết kỹ thuật")[2]
    score, likeness = re.findall(r"<td[^>]*>([^<]*)</td>", row_of(folded, "Cha hoặc mẹ của bé"))
    assert likeness == "100 %"
    assert re.fullmatch(r"\d+,\d\d", score), "as Vietnamese writes it"


@pytest.mark.parametrize("at", ["khai-sinh/khong-co", "khong-co/ai-di", "khai-sinh/", "/", "x"])
def test_a_question_that_is_not_there_is_refused(admin: TestClient, at: str) -> None:
    form = {"token": token_of(admin, "/bench"), "text": "mẹ cháu đi", "at": at}
    answer = admin.post("/bench", data=form)
    assert answer.status_code == (200 if at == "/" else 400)


def test_nothing_at_all_is_refused_in_a_sentence(admin: TestClient) -> None:
    for text in ("", "   "):
        form = {"token": token_of(admin, "/bench"), "text": text}
        answer = admin.post("/bench", data=form)
        assert answer.status_code == 400
        assert "Hãy gõ một câu" in answer.text


def test_what_is_typed_is_text_and_never_html(admin: TestClient) -> None:
    form = {"token": token_of(admin, "/bench"), "text": '"><script>alert(1)</script>'}
    page = admin.post("/bench", data=form).text
    assert "<script>alert" not in page
    assert admin.post("/bench", data=form | {"text": "a" * 5000}).text.count("a" * 401) == 0


def test_scores_are_folded_away_and_written_as_the_language_does(
    room: Room, admin: TestClient
) -> None:
    def folded(page: str) -> str:
        plain, _, rest = page.partition("<details>\n  <summary>" + details)
        assert re.search(r"\d[,.]\d\d</td>", plain) is None, "they are for whoever opens them"
        return rest

    details = "Chi tiết kỹ thuật"
    assert re.search(r">\d,\d\d</td>", folded(tried(admin, "đăng ký khai sinh")))
    form = {"token": token_of(admin, "/bench"), "language": "en", "to": "/bench"}
    admin.post("/language", data=form)
    details = "Technical details"
    english = folded(tried(admin, "đăng ký khai sinh"))
    assert re.search(r">\d\.\d\d</td>", english)
    assert re.search(r">\d,\d\d</td>", english) is None
    assert room.sent == []


def test_a_title_that_nobody_translated_is_marked_as_vietnamese(admin: TestClient) -> None:
    text = "cấp giấy phép xây dựng mới đối với công trình cấp đặc biệt"
    assert 'lang="vi">' not in tried(admin, text).partition("</form>")[2].partition("<tbody>")[2]
    form = {"token": token_of(admin, "/bench"), "language": "en", "to": "/bench"}
    admin.post("/language", data=form)
    page = tried(admin, text)
    titles = re.findall(r'<th scope="row"([^>]*)>([^<]+)</th>', page)
    letters = re.compile("[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
    vietnamese = [marked for marked, title in titles if letters.search(title)]
    assert vietnamese
    assert set(vietnamese) == {' lang="vi"'}


# Nothing is kept


def test_the_sentence_stands_in_no_file_no_log_and_no_address(
    room: Room, admin: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        page = tried(admin, SECRET)
    assert SECRET in page
    assert SECRET not in caplog.text
    assert admin.get("/bench", params={"text": SECRET}).text.count(SECRET) == 0
    assert SECRET not in admin.get("/bench").text, "it is gone with the next page"
    for file in room.state.rglob("*"):
        assert not file.is_file() or SECRET.encode() not in file.read_bytes()
    assert {deed.what for deed in room.console.audit.latest(99)} == {"login"}
    content = sentence_work._kept.content
    assert content is not None
    kept = content.understanding.result()._lookup._index._repair._alike
    assert kept == {}, "the words that were looked at are dropped"


def test_a_recording_is_never_laid_down_on_the_disk(
    admin: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid_down: list[object] = []
    monkeypatch.setattr("tempfile.SpooledTemporaryFile.rollover", laid_down.append)
    monkeypatch.setattr("kiosk.console.sentence_pages.hear", _hears_nothing)
    form = {"token": token_of(admin, "/bench"), "text": ""}
    sound = wav(MOST_SECONDS)
    answer = admin.post("/bench", data=form, files={"sound": ("s.wav", sound, "audio/wav")})
    assert len(sound) > 900_000
    assert answer.status_code == 400
    assert "Không nghe được câu nào" in answer.text
    assert laid_down == []


def _hears_nothing(*_: object) -> tuple[str, float | None]:
    return "", None


# Recordings


def test_what_is_too_large_is_refused(admin: TestClient) -> None:
    form = {"token": token_of(admin, "/bench")}
    files = {"sound": ("s.wav", bytes(MOST_BYTES + 1), "audio/wav")}
    assert admin.post("/bench", data=form, files=files).status_code == 413


@pytest.mark.parametrize(
    "sound",
    [
        b"no sound at all",
        wav()[:20],
        b"RIFF\xff\xff\xff\xffWAVEfmt ",
        wav(hertz=1),
        wav(hertz=4_000),
        wav(0.1, hertz=400_000),
        wav(width=1),
        wav(channels=3),
    ],
)
def test_what_is_no_usual_wav_is_refused_in_a_sentence(admin: TestClient, sound: bytes) -> None:
    form = {"token": token_of(admin, "/bench"), "text": ""}
    answer = admin.post("/bench", data=form, files={"sound": ("s.wav", sound, "audio/wav")})
    assert answer.status_code == 400
    assert "Không đọc được âm thanh" in answer.text


def test_a_second_file_is_refused(admin: TestClient) -> None:
    form = {"token": token_of(admin, "/bench"), "text": "khai sinh"}
    two = [("sound", ("a.wav", wav(), "audio/wav")), ("more", ("b.wav", wav(), "audio/wav"))]
    assert admin.post("/bench", data=form, files=two).status_code == 400


@pytest.mark.parametrize(
    ("hertz", "channels", "width"), [(16_000, 1, 2), (48_000, 2, 2), (44_100, 1, 4), (8_000, 1, 2)]
)
def test_other_rates_become_ours(hertz: int, channels: int, width: int) -> None:
    pcm = read_wav(wav(2, hertz=hertz, channels=channels, width=width))
    assert abs(len(pcm) - 2 * SECOND_BYTES) < 100


def test_a_recording_is_not_longer_than_half_a_minute() -> None:
    assert read_wav(wav(MOST_SECONDS, hertz=8_000))
    with pytest.raises(KioskError) as refusal:
        read_wav(wav(MOST_SECONDS + 0.1, hertz=8_000))
    assert refusal.value.code == "sound.too_long"


# Who may


def test_a_wording_may_be_added_only_where_there_is_a_page_for_it(
    admin: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(ACCESS, ("POST", WORDINGS), raising=False)
    assert WORDINGS not in tried(admin, "mẹ cháu đi", "khai-sinh/ai-di")
    monkeypatch.setitem(ACCESS, ("POST", WORDINGS), frozenset((Role.ADMIN,)))
    page = tried(admin, "mẹ cháu đi", "khai-sinh/ai-di")
    assert f'action="{WORDINGS}"' in page
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', row_of(page, "Cha hoặc mẹ của bé")))
    token = fields.pop("token")
    assert re.fullmatch("[0-9a-f]{64}", token)
    assert fields == {
        "procedure": "khai-sinh",
        "step": "ai-di",
        "choice": "cha-me",
        "wording": "mẹ cháu đi",
    }


def test_an_auditor_tries_but_does_not_add(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ACCESS, ("POST", WORDINGS), frozenset((Role.ADMIN,)))
    assert Role.AUDITOR in READING
    page = tried(room.enter(Role.AUDITOR), "đăng ký khai sinh")
    assert "Đăng ký khai sinh" in page
    assert WORDINGS not in page


def test_only_this_page_may_ask_for_the_microphone(admin: TestClient) -> None:
    name = "permissions-policy"
    assert "microphone=(self)" in admin.get("/bench").headers[name]
    for path in ("/", "/audit", "/static/record.js", "/nowhere"):
        assert "microphone=()" in admin.get(path).headers[name], path


def test_changed_scripts_are_read_anew(make_room: MakeRoom, tmp_path: Path) -> None:
    scripts = tmp_path / "scripts"
    shutil.copytree(SHIPPED_PROCEDURES / "khai-sinh", scripts / "khai-sinh")
    settings = make_room().console.settings
    settings = replace(settings, folders=replace(settings.folders, procedures=str(scripts)))
    today = date(2026, 11, 23)

    def offered() -> list[str]:
        return [one.id for one in sentence_work.places(settings, today, "vi")]

    assert offered() == ["khai-sinh"]
    shutil.copytree(SHIPPED_PROCEDURES / "khai-tu", scripts / "khai-tu")
    assert set(offered()) == {"khai-sinh", "khai-tu"}

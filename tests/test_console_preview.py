"""Walking through a bundle at the console: pictures, ways on, and whatever may go wrong."""

import html
import os
import re
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from bundle_maker import TITLE, files_of_script, signed, titled
from bundle_office import NEW_TITLE, WardOffice
from conftest import SCRIPT_TEXT

from kiosk.console import preview_desk
from kiosk.console.accounts import Role
from kiosk.console.preview_desk import MOST_REMEMBERED, Preview, PreviewDesk
from kiosk.console.remembered import Remembered
from kiosk.preview import Wanted
from kiosk.preview_wire import Asked, Refusal, Shown

BROKEN = SCRIPT_TEXT.replace("next: viec-gi", "next: khong-co", 1)
PNG = b"\x89PNG"


def links(page: str) -> list[str]:
    return [html.unescape(one) for one in re.findall(r'href="(/bundles/preview/[^"]+)"', page)]


def picture_in(page: str) -> str:
    found = re.search(r'<img src="([^"]+)"', page)
    assert found is not None
    return html.unescape(found.group(1))


def test_an_admin_walks_through_a_candidate_as_a_citizen_would(desk: WardOffice) -> None:
    text = SCRIPT_TEXT.replace("Ai đi làm giấy?", "Hôm nay ai đến?")
    candidate = desk.take(signed("2", files_of_script(text))).rpartition("/")[2]
    base = f"/bundles/preview/{candidate}"
    page = desk.admin.get(f"{base}?procedure=xin-giay").text
    assert 'alt="Màn hình máy: Hôm nay ai đến?"' in page
    picture = desk.admin.get(picture_in(page))
    assert picture.content.startswith(PNG)
    assert picture.headers["content-type"] == "image/png"
    chosen = next(one for one in links(page) if "answers=tu-di" in one)
    page = desk.admin.get(chosen).text
    assert "Giấy dùng vào việc gì?" in page
    review = next(one for one in links(page) if one.count("%2C") == 1)
    page = desk.admin.get(review).text
    outcome = next(one for one in links(page) if "look=outcome" in one)
    page = desk.admin.get(outcome).text
    assert "Phường làm được" in page
    assert review in links(page), "and back"


def test_the_screens_of_what_is_shown_kept_and_shipped_can_be_seen(desk: WardOffice) -> None:
    desk.publish(old := signed("1", titled("Tên cũ")))
    desk.publish(signed("2", titled("Tên mới")))
    for name, title in (("current", "Tên mới"), (old.name, "Tên cũ"), ("shipped", "Xin giấy")):
        answer = desk.admin.get(f"/bundles/preview/{name}?procedure=xin-giay&language=en")
        assert answer.status_code == 200
        assert title in answer.text
        assert "Who comes?" in answer.text


def test_a_bundle_with_faults_is_seen_as_far_as_it_goes(desk: WardOffice) -> None:
    candidate = desk.take(signed(files=files_of_script(BROKEN))).rpartition("/")[2]
    base = f"/bundles/preview/{candidate}?procedure=xin-giay"
    assert desk.admin.get(base).status_code == 200
    answer = desk.admin.get(f"{base}&answers=tu-di&look=outcome")
    assert answer.status_code == 200
    assert "chưa có bước “khong-co”" in answer.text


@pytest.mark.parametrize(
    "asked",
    [
        *("procedure=../../x", "procedure=khac", "procedure=xin-giay&answers=nope"),
        *("procedure=xin-giay&look=secret", "orientation=9", "page=99999", "life_event=x"),
        *(f"answers={'a,' * 500}a", "procedure=" + "a" * 300),
    ],
)
def test_an_address_that_names_no_screen_is_a_sentence(desk: WardOffice, asked: str) -> None:
    desk.publish(signed("1"))
    for path in ("/bundles/preview/current", "/bundles/preview/current/picture.png"):
        answer = desk.admin.get(f"{path}?{asked}")
        assert answer.status_code == 422
        assert "Traceback" not in answer.text
        assert path.endswith("png") or "kịch bản" in answer.text.lower()


@pytest.mark.parametrize("name", ["nothing", "0" * 32, "9-0123456789ab"])
def test_what_is_not_here_cannot_be_seen(desk: WardOffice, name: str) -> None:
    assert desk.admin.get(f"/bundles/preview/{name}").status_code == 404


def drawn_by(desk: WardOffice, previews: PreviewDesk) -> None:
    desk.room.console.bundles.stop()
    bundles = replace(desk.room.console.bundles, previews=previews)
    desk.room.console = replace(desk.room.console, bundles=bundles)
    desk.admin = desk.enter(Role.ADMIN)


@pytest.mark.parametrize(
    "script",
    [
        "import os; os.kill(os.getpid(), 9)",
        "raise SystemExit(1)",
        "print('no picture')",
        "import sys; sys.stderr.write('Traceback: secret'); raise SystemExit(3)",
    ],
    ids=["killed", "failed", "no picture", "traceback"],
)
def test_a_child_that_dies_is_a_sentence(desk: WardOffice, script: str) -> None:
    desk.publish(signed("1"))
    drawn_by(desk, PreviewDesk((sys.executable, "-c", script)))
    answer = desk.admin.get("/bundles/preview/current?procedure=xin-giay")
    assert answer.status_code == 422
    assert "Chưa vẽ được màn hình này" in answer.text
    assert "Traceback" not in answer.text
    assert "<select" in answer.text, "and one can try again"


def test_a_child_that_takes_too_long_is_ended(
    desk: WardOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.publish(signed("1"))
    monkeypatch.setattr(preview_desk, "SECONDS", 0.5)
    drawn_by(desk, PreviewDesk(("sleep", "77.125")))
    answer = desk.admin.get("/bundles/preview/current?procedure=xin-giay")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert not _runs("77.125")


def _runs(word: str) -> bool:
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if word.encode() in file.read_bytes():
                return True
        except OSError:
            continue
    return False


def test_a_picture_is_drawn_once(desk: WardOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[Wanted, bool]] = []
    really = preview_desk._ask

    def counted(process: subprocess.Popen[bytes], asked: Asked) -> Preview:
        drawn.append((asked.wanted, asked.is_listed))
        return really(process, asked)

    monkeypatch.setattr(preview_desk, "_ask", counted)
    desk.publish(signed("1"))
    page = desk.admin.get("/bundles/preview/current?procedure=xin-giay").text
    desk.admin.get(picture_in(page))
    desk.admin.get("/bundles/preview/current?procedure=xin-giay")
    assert [is_listed for _, is_listed in drawn] == [True]
    page = desk.admin.get("/bundles/preview/current?procedure=xin-giay&language=en").text
    assert "Get a certificate" not in page
    assert TITLE in page, "the list is still known"
    assert [is_listed for _, is_listed in drawn] == [True, False]
    desk.publish(signed("2", titled(NEW_TITLE)))
    assert NEW_TITLE in desk.admin.get("/bundles/preview/current?procedure=xin-giay").text
    assert [is_listed for _, is_listed in drawn] == [True, False, True], "another bundle"


def test_a_screen_that_was_refused_once_is_asked_for_again(
    desk: WardOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusals = [Refusal(code="bundle.not_looked_at")]  # the disk is full, for now
    really = preview_desk._ask

    def asked(process: subprocess.Popen[bytes], asked: Asked) -> Preview:
        if refusals:
            return Preview(shown=Shown(refusal=refusals.pop()), picture=b"")
        return really(process, asked)

    monkeypatch.setattr(preview_desk, "_ask", asked)
    desk.publish(signed("1"))
    path = "/bundles/preview/current?procedure=xin-giay"
    assert desk.admin.get(path).status_code == 422
    answer = desk.admin.get(path)
    assert answer.status_code == 200
    assert TITLE in answer.text, "the list, too"


def test_a_process_that_died_is_begun_anew(desk: WardOffice) -> None:
    desk.publish(signed("1"))
    path = "/bundles/preview/current?procedure=xin-giay"
    assert desk.admin.get(path).status_code == 200
    process = desk.room.console.bundles.previews._worker._process
    assert process is not None
    assert os.getpriority(os.PRIO_PROCESS, process.pid) >= 10
    process.kill()
    process.wait()
    assert desk.admin.get(f"{path}&language=en").status_code == 200


def test_a_process_that_nobody_needs_goes(
    desk: WardOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview_desk, "IDLE_SECONDS", 0.3)
    desk.publish(signed("1"))
    worker = desk.room.console.bundles.previews._worker
    worker.stop()
    assert desk.admin.get("/bundles/preview/current?procedure=xin-giay").status_code == 200
    for _ in range(100):
        if worker._process is None:
            break
        time.sleep(0.05)
    assert worker._process is None


def test_no_more_is_remembered_than_may_be() -> None:
    kept: Remembered[int] = Remembered(MOST_REMEMBERED)
    for number in range(MOST_REMEMBERED * 2):
        kept.keep(number, number)
        kept.find(0)
    assert kept.find(0) == 0, "what is asked for stays"
    assert sum(kept.find(one) is not None for one in range(MOST_REMEMBERED * 2)) == MOST_REMEMBERED


def test_an_auditor_may_look(desk: WardOffice) -> None:
    desk.publish(signed("1"))
    auditor = desk.enter(Role.AUDITOR)
    answer = auditor.get("/bundles/preview/current?procedure=xin-giay")
    assert answer.status_code == 200
    assert auditor.get(picture_in(answer.text)).content.startswith(PNG)

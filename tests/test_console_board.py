"""The board: who comes first, who is asked before what they would lose, who is on the way."""

import re
from dataclasses import replace

import pytest
from console_room import NOW, Room, sign_in, token_of
from starlette.testclient import TestClient

from kiosk.command import Locked
from kiosk.console.accounts import Role
from kiosk.event import CallAnswered, StaffReset
from kiosk.standing import Doing, Help, HelpKind, Standing, offline

QUIET = {"X-Quiet": "1"}
KIOSK = Standing(kiosk="kiosk", name="Máy hướng dẫn", since=NOW)
CALLED = Help(kind=HelpKind.CALLED, since=NOW - 60)
BUSY = replace(KIOSK, doing=Doing.CHOOSING)
RINGING = replace(BUSY, help=CALLED)
COMING = replace(BUSY, help=replace(CALLED, is_answered=True))


def post(browser: TestClient, deed: str, **form: str) -> str:
    """Send a form as the page's script does; returns what is said then."""
    data = {"token": token_of(browser, "/password"), **form}
    answer = browser.post(f"/kiosks/kiosk/{deed}", data=data, headers=QUIET)
    assert answer.status_code == 200
    return answer.text


# Who comes first


def test_whoever_rings_comes_first_and_emergencies_before_all(room: Room) -> None:
    fire = Help(kind=HelpKind.FIRE, since=NOW)
    standings = {
        "a": KIOSK,
        "b": replace(KIOSK, troubles=("printer.no_paper",)),
        "c": COMING,
        "d": replace(RINGING, help=replace(CALLED, since=NOW - 5)),
        "e": RINGING,
        "f": replace(RINGING, help=fire),
        "g": offline(KIOSK, now=NOW),
    }
    for kiosk, standing in standings.items():
        room.board.publish(replace(standing, kiosk=kiosk, name=f"Máy {kiosk}"))
    browser = room.enter(Role.STAFF)
    page = browser.get("/").text
    wanted = ["f", "e", "d", "c", "b", "g", "a", "kiosk"]
    assert re.findall(r'<li class="kiosk" id="kiosk-([a-z]+)"', page) == wanted
    assert browser.get("/parts").json()["order"].split() == wanted


def test_the_number_of_an_emergency_can_be_dialled(room: Room) -> None:
    fire = Help(kind=HelpKind.FIRE, since=NOW)
    room.board.publish(replace(RINGING, help=fire))
    assert 'href="tel:114">Gọi 114</a>' in room.enter(Role.STAFF).get("/").text


# Asked first


@pytest.mark.parametrize("deed", ["restart", "lock"])
@pytest.mark.parametrize("standing", [BUSY, RINGING, COMING], ids=["busy", "ringing", "coming"])
def test_nobody_loses_a_visit_or_a_call_to_one_tap(
    room: Room, deed: str, standing: Standing
) -> None:
    room.board.publish(standing)
    browser = room.enter(Role.STAFF)
    page = browser.get("/").text
    assert f'<summary id="{deed}-kiosk">' in page
    assert f'<button id="{deed}-kiosk"' not in page
    assert "Chưa làm gì" in post(browser, deed)
    assert room.sent == []
    (sure,) = set(re.findall(r'name="sure" value="([a-z_]+)"', page))
    assert "Chưa làm gì" not in post(browser, deed, sure=sure)
    assert room.sent == [("kiosk", StaffReset() if deed == "restart" else Locked())]


def test_who_said_yes_to_a_visit_is_asked_again_once_somebody_calls(room: Room) -> None:
    browser = room.enter(Role.STAFF)
    room.board.publish(RINGING)
    assert "Chưa làm gì" in post(browser, "restart", sure="in_use")
    assert room.sent == []


@pytest.mark.parametrize("doing", [Doing.IDLE, Doing.LOCKED, Doing.FINISHED])
def test_where_nobody_is_disturbed_nothing_is_asked(room: Room, doing: Doing) -> None:
    room.board.publish(replace(KIOSK, doing=doing))
    browser = room.enter(Role.STAFF)
    assert 'class="asks"' not in browser.get("/").text
    post(browser, "restart")
    assert room.sent == [("kiosk", StaffReset())]


# Who is on the way


def test_colleagues_see_who_is_coming_and_a_second_officer_is_told(room: Room) -> None:
    room.board.publish(RINGING)
    room.add(Role.STAFF, "mai")
    lan, mai = room.enter(Role.STAFF), room.open()
    sign_in(mai, "mai")
    assert post(lan, "answer") == "Đã nhận lời gọi."
    assert post(mai, "answer") == "staff.one đã nhận lời gọi này rồi.", "the kiosk has not told yet"
    room.board.publish(COMING)
    assert post(mai, "answer") == "staff.one đã nhận lời gọi này rồi."
    assert "staff.one đã nhận, đang đến." in mai.get("/").text
    assert {sent for _, sent in room.sent} == {CallAnswered()}


def test_the_name_goes_with_the_call(room: Room) -> None:
    browser = room.enter(Role.STAFF)
    room.board.publish(RINGING)
    post(browser, "answer")
    room.board.publish(KIOSK)
    assert post(browser, "answer") == "Không còn ai gọi ở máy này."
    room.board.publish(replace(COMING, help=replace(CALLED, since=NOW, is_answered=True)))
    assert "staff.one đã nhận" not in browser.get("/").text
    assert post(browser, "answer") == "Lời gọi này đã có người nhận rồi."


def test_whoever_rings_again_is_answered_again(room: Room) -> None:
    browser = room.enter(Role.STAFF)
    room.board.publish(RINGING)
    post(browser, "answer")
    room.seconds = 11
    assert post(browser, "answer") == "Đã nhận lời gọi."
    assert len(room.sent) == 2


# What is said


def test_a_kiosk_out_of_reach_says_since_when_and_what_to_look_at(room: Room) -> None:
    room.board.publish(offline(KIOSK, now=NOW - 3 * 86_400))
    page = room.enter(Role.STAFF).get("/").text
    assert "3 ngày nay" in page
    assert "Xin xem điện và dây mạng của máy." in page


def test_an_auditor_is_offered_no_bell(room: Room) -> None:
    assert 'id="bell"' not in room.enter(Role.AUDITOR).get("/").text
    assert 'id="bell"' in room.enter(Role.STAFF).get("/").text

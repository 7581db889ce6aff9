"""Who may do what at the console: every route, every role, and nobody by default."""

import re

import pytest
from console_room import NOW, PASSWORD, Room, sign_in, token_of
from inline import at_once
from starlette.routing import Route
from starlette.testclient import TestClient

from kiosk.command import Locked, Message, ReloadWanted, Summoned, Unlocked, VolumeSet
from kiosk.console.access import ACCESS
from kiosk.console.accounts import Role
from kiosk.console.application import make_routes
from kiosk.console.build import all_pages
from kiosk.console.web import Page, Visit
from kiosk.event import CallAnswered, Command, PrintTestWanted, SoundTestWanted, StaffReset
from kiosk.standing import Help, HelpKind, Standing
from kiosk.voice import Loudness

NOBODY, STAFF, ADMIN, AUDITOR = None, Role.STAFF, Role.ADMIN, Role.AUDITOR
ALL: set[Role | None] = {NOBODY, STAFF, ADMIN, AUDITOR}
IN: set[Role | None] = {STAFF, ADMIN, AUDITOR}
ACTS: set[Role | None] = {STAFF, ADMIN}

WHO: dict[str, set[Role | None]] = {
    "GET /login": ALL,
    "POST /login": ALL,
    "GET /setup": ALL,
    "POST /setup": ALL,
    "POST /language": ALL,
    "GET /static/{file}": ALL,
    "POST /logout": IN,
    "GET /password": IN,
    "POST /password": IN,
    "GET /": IN,
    "GET /live": IN,
    "GET /parts": IN,
    "POST /stay": IN,
    "GET /audit": {ADMIN, AUDITOR},
    "GET /notices": IN,
    "GET /notices/{notice}": {ADMIN},
    "POST /notices/add": {ADMIN},
    "POST /notices/{notice}/change": {ADMIN},
    "POST /notices/{notice}/end": {ADMIN},
    "POST /notices/urgent": ACTS,
    "POST /notices/urgent/{notice}/end": ACTS,
    "GET /notices/urgent/{notice}": ACTS,
    "POST /notices/urgent/{notice}/change": ACTS,
    "POST /notices/send": ACTS,
    "GET /accounts": {ADMIN, AUDITOR},
    "POST /accounts/add": {ADMIN},
    "POST /accounts/{account}/role": {ADMIN},
    "POST /accounts/{account}/disable": {ADMIN},
    "POST /accounts/{account}/enable": {ADMIN},
    "POST /accounts/{account}/password": {ADMIN},
    "POST /accounts/{account}/sign-out": {ADMIN},
    "GET /scripts": {ADMIN, AUDITOR},
    "GET /scripts/{procedure}": {ADMIN, AUDITOR},
    "GET /scripts/{procedure}/add/{part}": {ADMIN},
    "POST /scripts/{procedure}/add/{part}": {ADMIN},
    "GET /scripts/{procedure}/{part}/{item}": {ADMIN},
    "POST /scripts/{procedure}/{part}/{item}": {ADMIN},
    "POST /scripts/{procedure}/{part}/{item}/take-out": {ADMIN},
    "POST /drafts/wordings": {ADMIN},
    "GET /drafts": {ADMIN, AUDITOR},
    "GET /drafts/{draft}": {ADMIN, AUDITOR},
    "POST /drafts/{draft}/hand-in": {ADMIN},
    "POST /drafts/{draft}/send-back": {ADMIN},
    "POST /drafts/{draft}/undo": {ADMIN},
    "POST /drafts/{draft}/move": {ADMIN},
    "POST /drafts/{draft}/drop": {ADMIN},
    "POST /drafts/{draft}/publish": {ADMIN},
    "POST /drafts/{draft}/open-anew": {ADMIN},
    "GET /drafts/{draft}/bundle": {ADMIN},
    "GET /drafts/{draft}/preview": {ADMIN, AUDITOR},
    "GET /drafts/{draft}/preview/picture.png": {ADMIN, AUDITOR},
    "GET /keys/own": {ADMIN},
    "GET /bundles": {ADMIN, AUDITOR},
    "POST /bundles/upload": {ADMIN},
    "GET /bundles/candidates/{candidate}": {ADMIN, AUDITOR},
    "POST /bundles/candidates/{candidate}/publish": {ADMIN},
    "POST /bundles/candidates/{candidate}/drop": {ADMIN},
    "GET /bundles/rollback/{name}": {ADMIN},
    "POST /bundles/rollback/{name}": {ADMIN},
    "POST /bundles/withdraw/{name}": {ADMIN},
    "GET /bundles/preview/{source}": {ADMIN, AUDITOR},
    "GET /bundles/preview/{source}/picture.png": {ADMIN, AUDITOR},
    "GET /bench": {ADMIN, AUDITOR},
    "POST /bench": {ADMIN, AUDITOR},
    "GET /usage": {ADMIN, AUDITOR},
    "GET /usage/csv": {ADMIN, AUDITOR},
    "GET /usage/xlsx": {ADMIN, AUDITOR},
    "POST /usage/delete": {ADMIN},
    "POST /kiosks/{kiosk}/answer": ACTS,
    "POST /kiosks/{kiosk}/restart": ACTS,
    "POST /kiosks/{kiosk}/lock": ACTS,
    "POST /kiosks/{kiosk}/unlock": ACTS,
    "POST /kiosks/{kiosk}/summon": ACTS,
    "POST /kiosks/{kiosk}/volume": ACTS,
    "POST /kiosks/{kiosk}/test-print": ACTS,
    "POST /kiosks/{kiosk}/test-sound": ACTS,
    "POST /kiosks/{kiosk}/reload": ACTS,
}
"""Written a second time, by hand: the table in the code is held against it."""

NOTICE = {"vi": "Mất điện tầng 2.", "en": "", "until": "2027-01-20"}
NAMES = {
    "kiosk": "kiosk",
    "file": "console.css",
    "account": "somebody",
    "notice": "mat-dien",
    "procedure": "tam-tru",
    "part": "fees",
    "item": "ca-nhan-tai-quay",
    "draft": "20270101-abcdef",
    "candidate": "0" * 32,
    "name": "1-000000000000",
    "source": "1-000000000000",
}
"""What stands in the gaps of a path."""
NOTHING_THERE = {
    *("POST /scripts/{procedure}/{part}/{item}", "POST /drafts/wordings", "GET /drafts/{draft}"),
    "POST /scripts/{procedure}/add/{part}",
    "POST /scripts/{procedure}/{part}/{item}/take-out",
    *(one for one in WHO if one.startswith("POST /drafts/{draft}")),
    *(one for one in WHO if one.startswith("GET /drafts/{draft}/")),
    "GET /keys/own",
}
"""Whoever may use these is told that there is no such draft, or that the form is empty."""

FORMS: dict[str, dict[str, str]] = {
    "POST /accounts/add": {"name": "mai", "role": "staff"},
    "POST /accounts/{account}/role": {"role": "staff"},
    "POST /notices/add": {**NOTICE, "kind": "closure", "since": "2027-01-15"},
    "POST /notices/urgent": NOTICE,
    "POST /kiosks/{kiosk}/summon": {"message": "come", "counter": "cu-tru"},
    "POST /kiosks/{kiosk}/volume": {"loudness": "soft"},
    "POST /usage/delete": {"until": "2026-01-01"},
    "POST /bench": {"text": "đăng ký khai sinh"},
}
REFUSES: dict[str, int] = {
    "POST /bundles/upload": 422,  # no file
    "GET /bundles/candidates/{candidate}": 404,
    "POST /bundles/candidates/{candidate}/publish": 404,
    "POST /bundles/candidates/{candidate}/drop": 404,
    "GET /bundles/rollback/{name}": 409,
    "POST /bundles/rollback/{name}": 409,
    "POST /bundles/withdraw/{name}": 409,
    "GET /bundles/preview/{source}": 404,
    "GET /bundles/preview/{source}/picture.png": 404,
}
"""Of those who may, too: what is asked for here is not there."""
SENT: dict[str, Command] = {
    "answer": CallAnswered(),
    "restart": StaffReset(),
    "lock": Locked(),
    "unlock": Unlocked(),
    "summon": Summoned(Message.COME, "cu-tru"),
    "volume": VolumeSet(Loudness.SOFT),
    "test-print": PrintTestWanted(),
    "test-sound": SoundTestWanted(),
    "reload": ReloadWanted(),
}


def served(room: Room) -> set[str]:
    routes = make_routes(room.console, all_pages()).routes
    found = set()
    for route in routes:
        assert isinstance(route, Route)
        assert route.methods is not None
        found |= {f"{method} {route.path}" for method in route.methods - {"HEAD"}}
    return found


def ask(browser: TestClient, route: str, token: str) -> int:
    method, path = route.split(" ")
    path = path.format_map(NAMES)
    if method == "GET":
        with browser.stream("GET", path) as answer:
            return answer.status_code
    return browser.post(path, data={"token": token, **FORMS.get(route, {})}).status_code


def test_every_route_that_is_served_stands_in_the_table(room: Room) -> None:
    assert served(room) == set(WHO) == {f"{method} {path}" for method, path in ACCESS}


@pytest.mark.parametrize("route", [one for one in WHO if one != "GET /live"])
@pytest.mark.parametrize("role", [NOBODY, STAFF, ADMIN, AUDITOR], ids=str)
def test_each_route_answers_those_it_is_for_and_nobody_else(
    room: Room, route: str, role: Role | None
) -> None:
    at_once(room).add(ADMIN, "somebody")
    browser = room.open() if role is None else room.enter(role)
    token = token_of(browser, "/login" if role is None else "/password")
    status = ask(browser, route, token)
    if role in WHO[route] and route in NOTHING_THERE:
        assert status in (404, 409, 422)
    elif role in WHO[route] and route in REFUSES:
        assert status == REFUSES[route]
    elif role in WHO[route]:
        assert status in (200, 303, 403 if route in ("POST /login", "POST /setup") else 200) or (
            route == "POST /password" and status == 403
        )
    else:
        assert status == (401 if role is None else 403)
        assert room.sent == []


@pytest.mark.parametrize("role", [STAFF, ADMIN, AUDITOR], ids=str)
def test_the_live_page_is_for_everybody_who_is_signed_in(room: Room, role: Role) -> None:
    browser = room.enter(role)
    room.console.closing.set()
    assert browser.get("/live").status_code == 200
    assert room.open().get("/live").status_code == 401


@pytest.mark.parametrize("name", SENT)
def test_an_officer_sends_exactly_what_the_button_says(room: Room, name: str) -> None:
    called = Help(kind=HelpKind.CALLED, since=NOW) if name == "answer" else None
    room.board.publish(Standing(kiosk="kiosk", name="Máy hướng dẫn", since=NOW, help=called))
    browser = room.enter(STAFF)
    route = f"POST /kiosks/{{kiosk}}/{name}"
    form = {"token": token_of(browser, "/"), **FORMS.get(route, {})}
    assert browser.post(f"/kiosks/kiosk/{name}", data=form).status_code == 303
    assert room.sent == [("kiosk", SENT[name])]
    deed = room.console.audit.latest(1)[0]
    assert (deed.account, deed.what, deed.kiosk) == ("staff.one", name.replace("-", "_"), "kiosk")


def test_a_route_that_is_in_no_table_cannot_even_be_served(room: Room) -> None:
    async def answer(visit: Visit) -> None:
        raise AssertionError(visit)

    page = Page(method="GET", path="/new", answer=answer)  # type: ignore[arg-type]  # never called
    with pytest.raises(LookupError, match="GET /new"):
        make_routes(room.console, (*all_pages(), page))


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_no_other_method_is_answered(room: Room, method: str) -> None:
    browser = room.enter(ADMIN)
    for path in ("/", "/login", "/kiosks/kiosk/restart", "/audit"):
        assert browser.request(method, path).status_code == 405
    assert browser.get("/kiosks/kiosk/restart").status_code == 405
    assert browser.get("/nowhere").status_code == 404


def test_an_auditor_sees_the_kiosks_and_finds_nothing_to_press(room: Room) -> None:
    page = room.enter(AUDITOR).get("/").text
    assert "Máy hướng dẫn" in page
    assert set(re.findall(r'action="([^"]+)"', page)) == {"/language", "/logout"}


def test_an_officer_finds_no_way_to_the_log(room: Room) -> None:
    assert "/audit" not in room.enter(STAFF).get("/").text
    assert 'href="/audit"' in room.enter(ADMIN).get("/").text


def test_the_log_says_of_a_message_what_was_sent_and_nothing_that_was_typed(room: Room) -> None:
    browser = room.enter(STAFF)
    form = {"token": token_of(browser, "/"), "message": "wait_here", "counter": "x" * 5000}
    assert browser.post("/kiosks/kiosk/summon", data=form).status_code == 303
    (deed, *_) = room.console.audit.latest(1)
    assert (deed.what, deed.about) == ("summon", "wait_here")


@pytest.mark.parametrize(
    "form",
    [
        {"message": "Ông về đi", "counter": "cu-tru"},
        {"message": "come", "counter": "không có"},
        {"message": "come"},
        {"counter": "cu-tru"},
        {},
    ],
)
def test_no_officer_writes_to_the_screen_what_is_not_in_the_list(
    room: Room, form: dict[str, str]
) -> None:
    browser = room.enter(STAFF)
    form = {"token": token_of(browser, "/"), **form}
    assert browser.post("/kiosks/kiosk/summon", data=form).status_code == 400
    assert browser.post("/kiosks/kiosk/volume", data={**form, "loudness": "9"}).status_code == 400
    assert room.sent == []


def test_a_kiosk_that_is_not_there_is_said_so(room: Room) -> None:
    browser = room.enter(STAFF)
    answer = browser.post("/kiosks/other/lock", data={"token": token_of(browser, "/")})
    assert (answer.status_code, answer.text) == (404, "Không liên lạc được với máy này.")
    assert room.sent == []


def test_a_disabled_account_is_out_at_once(room: Room) -> None:
    room.add(ADMIN, "somebody")
    browser = room.enter(STAFF)
    assert browser.get("/").status_code == 200
    room.console.accounts.set_disabled("staff.one", is_disabled=True)
    assert browser.get("/").status_code == 401
    assert sign_in(room.open(), "staff.one").status_code == 403


def test_another_password_ends_every_other_session(room: Room) -> None:
    here, there = room.enter(STAFF), room.enter(STAFF)
    form = {"token": token_of(here, "/password"), "old": PASSWORD}
    new = {"password": "mười con vịt bơi", "again": "mười con vịt bơi"}
    assert here.post("/password", data={**form, **new}).status_code == 303
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 401
    assert sign_in(room.open(), "staff.one").status_code == 403
    assert sign_in(room.open(), "staff.one", "mười con vịt bơi").status_code == 303


def test_nobody_changes_a_password_without_the_old_one(room: Room) -> None:
    browser = room.enter(STAFF)
    form = {"token": token_of(browser, "/password"), "old": "không phải"}
    new = {"password": "mười con vịt bơi", "again": "mười con vịt bơi"}
    assert browser.post("/password", data={**form, **new}).status_code == 403
    form["old"] = PASSWORD
    answer = browser.post("/password", data={**form, **new, "again": "khác"})
    assert (answer.status_code, "không giống nhau" in answer.text) == (422, True)
    assert sign_in(room.open(), "staff.one").status_code == 303

"""The console's defences: forms, cookies, headers, guesses, hosts, sizes, time."""

import json
import re
import stat
from collections.abc import Iterator

import pytest
from console_room import CODE, NOW, PASSWORD, MakeRoom, Room, sign_in, token_of
from starlette.testclient import TestClient

from kiosk.console.accounts import Role
from kiosk.console.signed_in import LONGEST_SECONDS
from kiosk.console.throttle import FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS

REFUSED = "Tên tài khoản hoặc mật khẩu chưa đúng."
FORMS = (
    "/login",
    "/setup",
    "/language",
    "/logout",
    "/password",
    "/kiosks/kiosk/answer",
    "/kiosks/kiosk/restart",
)


def cookies_of(browser: TestClient) -> dict[str, str]:
    return dict(browser.cookies.items())


# Forms


@pytest.mark.parametrize("path", FORMS)
def test_a_form_without_its_token_does_nothing(room: Room, path: str) -> None:
    browser = room.enter(Role.ADMIN)
    other = token_of(room.open())
    for form in ({"x": "y"}, {"token": ""}, {"token": "0" * 64}, {"token": other}):
        assert browser.post(path, data=form).status_code == 403
    assert room.sent == []
    assert browser.get("/").status_code == 200, "still signed in"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:9"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_form_from_another_page_does_nothing_even_with_the_token(
    room: Room, headers: dict[str, str]
) -> None:
    browser = room.enter(Role.STAFF)
    form = {"token": token_of(browser, "/")}
    assert browser.post("/kiosks/kiosk/lock", data=form, headers=headers).status_code == 403
    assert room.sent == []
    good = {"origin": "http://localhost", "sec-fetch-site": "same-origin"}
    assert browser.post("/kiosks/kiosk/lock", data=form, headers=good).status_code == 303


def test_a_token_of_the_page_before_signing_in_is_worth_nothing_after(room: Room) -> None:
    browser = room.open()
    room.add(Role.STAFF, "lan")
    before = token_of(browser)
    assert sign_in(browser, "lan").status_code == 303
    assert browser.post("/kiosks/kiosk/lock", data={"token": before}).status_code == 403


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data", ""])
def test_only_a_plain_form_is_read(room: Room, kind: str) -> None:
    browser = room.enter(Role.STAFF)
    content = f"token={token_of(browser, '/')}"
    headers = {"content-type": kind} if kind else {}
    answer = browser.post("/kiosks/kiosk/lock", content=content, headers=headers)
    assert answer.status_code == 415
    assert room.sent == []


# Cookies and sessions


def test_the_cookie_is_for_us_alone(make_room: MakeRoom) -> None:
    room = make_room(is_tls=True)
    room.add(Role.STAFF, "lan")
    browser = room.open()
    answer = sign_in(browser, "lan")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-console=")
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert parts == {"httponly", "secure", "samesite=strict", "path=/"}, (
        "and no expiry: a session's"
    )


def test_without_tls_the_cookie_has_another_name(room: Room) -> None:
    room.add(Role.STAFF, "lan")
    cookie = sign_in(room.open(), "lan").headers["set-cookie"]
    assert cookie.startswith("console=")
    assert "secure" not in cookie.lower()
    assert "httponly" in cookie.lower()
    assert "samesite=strict" in cookie.lower()


def test_signing_in_gives_a_new_number_and_the_old_one_opens_nothing(room: Room) -> None:
    room.add(Role.STAFF, "lan")
    browser = room.open()
    browser.get("/login")
    before = cookies_of(browser)["console"]
    sign_in(browser, "lan")
    after = cookies_of(browser)["console"]
    assert before != after
    thief = room.open()
    thief.cookies.set("console", before)
    assert thief.get("/").status_code == 401


def test_a_number_that_somebody_made_up_is_never_taken(room: Room) -> None:
    room.add(Role.STAFF, "lan")
    browser = room.open()
    browser.cookies.set("console", "x" * 43)
    assert sign_in(browser, "lan").status_code == 303
    numbers = [one.value for one in browser.cookies.jar if one.name == "console"]
    assert any(number != "x" * 43 for number in numbers)
    thief = room.open()
    thief.cookies.set("console", "x" * 43)
    assert thief.get("/").status_code == 401


@pytest.mark.parametrize("number", ["", "short", "é" * 43, "a" * 5000, "../../etc/passwd"])
def test_no_cookie_breaks_anything(room: Room, number: str) -> None:
    browser = room.open()
    raw = f"console={number}".encode()
    assert browser.get("/", headers={b"cookie": raw}).status_code == 401
    assert browser.get("/login", headers={b"cookie": raw}).status_code == 200


def test_signing_out_ends_the_session_on_the_server(room: Room) -> None:
    browser = room.enter(Role.STAFF)
    number = cookies_of(browser)["console"]
    assert browser.post("/logout", data={"token": token_of(browser, "/")}).status_code == 303
    thief = room.open()
    thief.cookies.set("console", number)
    assert thief.get("/").status_code == 401


def test_a_session_ends_when_nobody_asks_for_a_page(room: Room) -> None:
    browser = room.enter(Role.STAFF)
    for _ in range(3):
        room.seconds += 29 * 60
        assert browser.get("/").status_code == 200
    room.seconds += 31 * 60
    assert browser.get("/").status_code == 401


@pytest.mark.parametrize("path", ["/parts", "/?again"])
def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(room: Room, path: str) -> None:
    browser = room.enter(Role.STAFF)
    for _ in range(3):
        room.seconds += 9 * 60
        assert browser.get(path).status_code == 200
    room.seconds += 4 * 60
    assert browser.get(path).status_code == 401


def test_no_session_is_longer_than_half_a_day(room: Room) -> None:
    browser = room.enter(Role.STAFF)
    while room.seconds + 600 < LONGEST_SECONDS:
        room.seconds += 600
        assert browser.get("/").status_code == 200
    room.seconds += 601
    assert browser.get("/").status_code == 401


def test_a_page_asked_for_without_a_session_leads_to_the_login(room: Room) -> None:
    answer = room.open().get("/", headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


# Headers


@pytest.mark.parametrize("path", ["/login", "/", "/nowhere", "/static/console.css", "/parts"])
def test_every_answer_has_the_headers_that_keep_browsers_careful(room: Room, path: str) -> None:
    for browser in (room.open(), room.enter(Role.ADMIN)):
        headers = browser.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "http:" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["x-frame-options"] == "DENY"
        assert "server" not in headers
        is_static = path.startswith("/static")
        assert headers["cache-control"] == ("public, max-age=86400" if is_static else "no-store")


def test_a_refusal_has_them_too(room: Room) -> None:
    browser = room.open()
    for answer in (
        browser.get("/login", headers={"host": "evil.example"}),
        browser.post("/login", content=b"x" * 20_000),
    ):
        assert answer.status_code in (413, 421)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_no_page_holds_a_script_or_a_style_or_another_host(room: Room) -> None:
    browser = room.enter(Role.ADMIN)
    for path in ("/", "/audit", "/password"):
        html = browser.get(path).text
        assert not re.search(r"<script(?![^>]*\ssrc=)", html)
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html)
        assert not re.search(r"(?:src|href|action)=\"(?!/|#)", html)


# Guesses


def wrong(browser: TestClient, name: str) -> int:
    return int(sign_in(browser, name, "sai mật khẩu").status_code)


def test_an_account_that_does_not_exist_is_answered_like_one_that_does(room: Room) -> None:
    room.add(Role.STAFF, "thuy.le")
    pages = []
    for name in ("thuy.le", "hoa.vu"):
        browser, answers = room.open(), []
        for _ in range(6):
            answer = sign_in(browser, name, "sai mật khẩu")
            text = re.sub(r'value="[0-9a-f]{64}"', "", answer.text).replace(name, "NAME")
            answers.append((answer.status_code, text))
        pages.append(answers)
    assert pages[0] == pages[1]
    assert REFUSED in pages[0][0][1]
    assert pages[0][5][0] == 429


def test_an_unknown_account_costs_a_hash_too(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    verified = []
    real = room.console.accounts._hasher

    class Counting:
        def verify(self, wanted: str, password: str) -> bool:
            verified.append(wanted)
            return bool(real.verify(wanted, password))

    monkeypatch.setattr(room.console.accounts, "_hasher", Counting())
    assert room.console.accounts.check("mai", PASSWORD) is None
    assert len(verified) == 1


def test_a_disabled_account_is_answered_like_one_that_does_not_exist(room: Room) -> None:
    room.add(Role.STAFF, "lan")
    room.console.accounts.set_disabled("lan", is_disabled=True)
    answer = sign_in(room.open(), "lan")
    assert (answer.status_code, REFUSED in answer.text) == (403, True)


def test_whoever_guesses_waits_longer_each_time(room: Room) -> None:
    room.add(Role.STAFF, "lan")
    browser, waits = room.open(), []
    for _ in range(5):
        assert wrong(browser, "lan") == 403
    for _ in range(9):
        answer = sign_in(browser, "lan")
        assert answer.status_code == 429, "even the right password has to wait"
        seconds = int(re.search(r"chờ (\d+) giây", answer.text).group(1))  # type: ignore[union-attr]  # it is there
        waits.append(seconds)
        room.seconds += seconds
        assert wrong(browser, "lan") == 403
    assert waits[0] == FIRST_WAIT_SECONDS + 1
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT_SECONDS + 1
    room.seconds += 901
    assert sign_in(browser, "lan").status_code == 303


def test_one_address_cannot_guess_at_many_accounts(room: Room) -> None:
    browser = room.open()
    statuses = [wrong(browser, f"name{number}") for number in range(25)]
    assert statuses == [403] * 20 + [429] * 5


def test_somebody_who_guesses_elsewhere_does_not_keep_the_officer_out(room: Room) -> None:
    throttle = room.console.throttle
    for _ in range(30):
        throttle.was_wrong("lan", "10.0.0.66")
    assert throttle.wait_seconds("lan", "10.0.0.66") > 0
    assert throttle.wait_seconds("lan", "10.0.0.5") == 0
    for number in range(60):
        throttle.was_wrong("lan", f"10.0.1.{number}")
    assert throttle.wait_seconds("lan", "10.0.0.5") > 0, "unless it is a whole crowd"


def test_the_right_password_forgives(room: Room) -> None:
    room.add(Role.STAFF, "lan")
    browser = room.open()
    for _ in range(3):
        for _ in range(4):
            assert wrong(browser, "lan") == 403
        assert sign_in(browser, "lan").status_code == 303
        browser.cookies.clear()


def test_what_is_remembered_of_guesses_is_bounded(room: Room) -> None:
    for number in range(3000):
        room.console.throttle.was_wrong(f"name{number}", f"10.1.{number // 256}.{number % 256}")
    assert len(room.console.throttle._tries) <= 5000


# Hosts and sizes


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8443", "127.0.0.1:1", "[::1]:8443"])
def test_the_console_answers_under_its_names_and_plain_addresses(room: Room, host: str) -> None:
    assert room.open().get("/login", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "a b", "[bad"])
def test_a_name_that_somebody_else_points_at_us_is_refused(room: Room, host: str) -> None:
    assert room.open().get("/login", headers={"host": host}).status_code == 421


def test_a_body_that_is_too_large_is_refused(room: Room) -> None:
    browser = room.open()
    token = token_of(browser)

    def pieces() -> Iterator[bytes]:
        yield f"token={token}&name=".encode()
        for _ in range(1000):
            yield b"x" * 1024

    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert browser.post("/login", content=pieces(), headers=kind).status_code == 413
    answer = browser.post("/login", data={"token": token, "name": "x" * 20_000})
    assert answer.status_code == 413
    for length in ("-1", "9e9", "1_000", "٣"):
        headers = {b"content-length": length.encode()}
        assert browser.post("/login", content=b"", headers=headers).status_code == 413


def test_a_form_with_too_many_fields_is_refused(room: Room) -> None:
    browser = room.open()
    form = {"token": token_of(browser), **{f"f{number}": "" for number in range(100)}}
    assert browser.post("/login", data=form).status_code == 400


def test_no_name_leads_out_of_the_static_files(room: Room) -> None:
    browser = room.open()
    for name in ("../accounts.json", "..%2faccounts.json", "%2e%2e/web.py", "console.css%00", "x"):
        assert browser.get(f"/static/{name}").status_code == 404


# The first account


def test_the_code_on_the_staff_sheet_makes_the_first_admin_once(room: Room) -> None:
    room.console.setup.code = CODE
    browser = room.open()
    assert browser.get("/login").headers["location"] == "/setup"
    form = {"token": token_of(browser, "/setup"), "name": "lan", "password": PASSWORD}
    form |= {"again": PASSWORD, "code": "WRONG"}
    assert browser.post("/setup", data=form).status_code == 403
    assert browser.post("/setup", data={**form, "code": ""}).status_code == 403
    answer = browser.post("/setup", data={**form, "code": CODE.lower().replace("-", " ")})
    assert answer.status_code == 303
    assert browser.get("/").status_code == 200
    assert room.was_set_up == 1
    account = room.console.accounts.find("lan")
    assert account is not None
    assert account.role is Role.ADMIN
    other = room.open()
    assert other.get("/setup").headers["location"] == "/login"
    form = {**form, "token": token_of(other), "name": "mai", "code": CODE}
    assert other.post("/setup", data=form).status_code == 403
    assert other.post("/setup", data={**form, "code": ""}).status_code == 403
    assert [one.name for one in room.console.accounts.accounts()] == ["lan"]


def test_nobody_guesses_the_code(room: Room) -> None:
    room.console.setup.code = CODE
    browser = room.open()
    form = {"token": token_of(browser, "/setup"), "name": "x", "password": PASSWORD}
    form |= {"again": PASSWORD, "code": "AAAA-AAAA-AAAA"}
    statuses = [browser.post("/setup", data=form).status_code for _ in range(7)]
    assert statuses == [403] * 5 + [429] * 2


def test_a_damaged_file_of_accounts_lets_nobody_in_and_makes_no_first_account(room: Room) -> None:
    room.console.setup.code = CODE
    room.state.mkdir(exist_ok=True)
    (room.state / "accounts.json").write_text('{"accounts": "none"}')
    browser = room.open()
    assert sign_in(browser, "lan").status_code == 503
    form = {"token": token_of(browser), "name": "lan", "password": PASSWORD, "again": PASSWORD}
    assert browser.post("/setup", data={**form, "code": CODE}).status_code == 422
    assert browser.get("/setup").status_code == 303
    assert (room.state / "accounts.json").read_text() == '{"accounts": "none"}'


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("ngắn", "ít nhất 10"),
        ("lan1234567", "dễ đoán"),
        ("aaaaaaaaaaaa", "dễ đoán"),
        ("1234567890", "dễ đoán"),
        ("abababababab", "dễ đoán"),
    ],
)
def test_a_weak_password_is_refused_in_plain_words(room: Room, password: str, said: str) -> None:
    room.console.setup.code = CODE
    browser = room.open()
    form = {"token": token_of(browser, "/setup"), "name": "lan", "password": password}
    answer = browser.post("/setup", data={**form, "again": password, "code": CODE})
    assert answer.status_code == 422
    assert said in answer.text
    assert password not in answer.text.replace("lan1234567", "")


# What is kept


def test_the_files_are_for_the_kiosk_alone_and_hold_no_password(room: Room) -> None:
    browser = room.enter(Role.STAFF)
    browser.post("/kiosks/kiosk/restart", data={"token": token_of(browser, "/")})
    wrong(room.open(), "mật khẩu trong ô tên")
    for name in ("accounts.json", "console-audit.jsonl"):
        file = room.state / name
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        text = file.read_text()
        assert PASSWORD not in text
        assert json.dumps(PASSWORD)[1:-1] not in text
        assert "trong" not in text
    kept = json.loads((room.state / "accounts.json").read_text())
    assert kept["accounts"][0]["hash"].startswith("$argon2id$")


def test_the_log_says_who_did_what_and_when(room: Room) -> None:
    browser = room.enter(Role.STAFF)
    form = {"token": token_of(browser, "/"), "message": "come", "counter": "cu-tru"}
    browser.post("/kiosks/kiosk/summon", data=form)
    wrong(room.open(), "staff.one")
    wrong(room.open(), "nobody")
    deeds = room.console.audit.latest(10)
    assert [(one.account, one.what, one.about) for one in deeds] == [
        ("", "login_refused", ""),
        ("staff.one", "login_refused", ""),
        ("staff.one", "summon", "come cu-tru"),
        ("staff.one", "login", ""),
    ]
    page = room.enter(Role.AUDITOR).get("/audit").text
    assert "Nhắn người dân" in page
    assert "Máy hướng dẫn: Mời đến quầy, " in page
    assert "come cu-tru" not in page, "the log keeps ids, the page says what they mean"


def test_our_own_hashes_are_argon2id_of_64_megabytes() -> None:
    from kiosk.console.accounts import our_hasher  # noqa: PLC0415 - only here

    hasher = our_hasher()
    assert (hasher.type.name, hasher.memory_cost, hasher.time_cost) == ("ID", 65_536, 3)


def test_marks_typed_in_two_ways_are_one_password(room: Room) -> None:
    import unicodedata  # noqa: PLC0415 - only here

    room.add(Role.STAFF, "lan")
    apart = unicodedata.normalize("NFD", PASSWORD)
    assert apart != PASSWORD
    assert sign_in(room.open(), "lan", apart).status_code == 303


def test_names_and_troubles_are_text_and_never_html(make_room: MakeRoom) -> None:
    from kiosk.standing import Standing  # noqa: PLC0415 - only here

    room = make_room()
    bad = "<script>alert(1)</script>"
    room.board.publish(Standing(kiosk="x", name=bad, since=NOW, troubles=(bad,)))
    browser = room.enter(Role.STAFF)
    for text in (browser.get("/").text, "".join(browser.get("/parts").json().values())):
        assert bad not in text
        assert "&lt;script&gt;" in text

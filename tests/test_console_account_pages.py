"""Accounts at the console: a first password is shown once; nobody shuts out the last admin."""

import html
import json
import re
from collections.abc import Callable

import pytest
from console_room import PASSWORD, QUICK, Room, sign_in, token_of
from httpx2 import Response
from starlette.testclient import TestClient

from kiosk.console.accounts import CODE_LETTERS, Account, AccountBook, Role
from kiosk.console.audit import Deed
from kiosk.console.files import ACCOUNTS_FILE, AUDIT_FILE

OWN = "mười con vịt bơi"
HANDED = "ABCD-EFGH-JKLM"


def send(browser: TestClient, path: str, **fields: str) -> Response:
    return browser.post(path, data={"token": token_of(browser, "/accounts"), **fields})


def seen(browser: TestClient) -> str:
    return html.unescape(browser.get("/accounts").text)


def first_password(answer: Response) -> str:
    found = re.search(r'class="secret">([A-Z0-9-]+)<', answer.text)
    assert found is not None, answer.status_code
    return found.group(1)


def find(room: Room, name: str) -> Account:
    return next(one for one in room.console.accounts.accounts() if one.name == name)


def deeds(room: Room, count: int) -> list[tuple[str, str, str]]:
    def told(deed: Deed) -> tuple[str, str, str]:
        return deed.account, deed.what, deed.about

    return [told(one) for one in room.console.audit.latest(count)]


def test_an_admin_adds_an_account_whose_first_password_must_be_changed(room: Room) -> None:
    admin = room.enter(Role.ADMIN)
    answer = send(admin, "/accounts/add", name=" Lan.Tran ", role="staff")
    password = first_password(answer)
    assert set(password) <= set(CODE_LETTERS) | {"-"}
    assert len(password.replace("-", "")) == 12
    assert answer.headers["cache-control"] == "no-store"
    assert password not in seen(admin), "it is shown once"
    assert deeds(room, 1) == [("admin.one", "account_added", "lan.tran staff")]

    browser = room.open()
    assert sign_in(browser, "lan.tran", password).status_code == 303
    for path in ("/", "/notices"):
        led = browser.get(path, headers={"accept": "text/html"})
        assert (led.status_code, led.headers["location"]) == (303, "/password")
    assert browser.get("/parts").status_code == 403
    assert browser.get("/live").status_code == 403
    token = token_of(browser, "/password")
    assert browser.post("/kiosks/kiosk/lock", data={"token": token}).status_code == 403
    assert room.sent == []
    page = html.unescape(browser.get("/password").text)
    assert "Mật khẩu này do người khác đặt." in page
    assert 'href="/notices"' not in page

    form = {"token": token, "old": password}
    same = browser.post("/password", data={**form, "password": password, "again": password})
    assert (same.status_code, "phải khác" in same.text) == (422, True)
    assert find(room, "lan.tran").must_change
    done = browser.post("/password", data={**form, "password": OWN, "again": OWN})
    assert done.status_code == 303
    assert browser.get("/").status_code == 200
    assert not find(room, "lan.tran").must_change
    assert "chưa đổi mật khẩu đầu tiên" not in seen(admin)


def test_who_makes_an_admin_is_told_how_that_one_comes_to_review(room: Room) -> None:
    admin = room.enter(Role.ADMIN)
    for role, is_told in (("admin", True), ("staff", False)):
        page = send(admin, "/accounts/add", name=f"moi.{role}", role=role).text
        assert ("kiosk console account password moi.admin --may-review" in page) is is_told


def test_somebody_with_a_first_password_can_sign_out_and_choose_a_language(room: Room) -> None:
    admin = room.enter(Role.ADMIN)
    password = first_password(send(admin, "/accounts/add", name="mai", role="auditor"))
    browser = room.open()
    sign_in(browser, "mai", password)
    token = token_of(browser, "/password")
    form = {"token": token, "language": "en", "to": "/password"}
    assert browser.post("/language", data=form).headers["location"] == "/password"
    assert "Somebody else has set this password." in browser.get("/password").text
    assert browser.post("/logout", data={"token": token}).status_code == 303


def test_a_password_is_nowhere_but_on_the_page(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    admin = room.enter(Role.ADMIN)
    with caplog.at_level(0):
        first = first_password(send(admin, "/accounts/add", name="mai", role="staff"))
        second = first_password(send(admin, "/accounts/mai/password"))
    assert first != second
    kept = [(room.state / name).read_text("utf-8") for name in (ACCOUNTS_FILE, AUDIT_FILE)]
    for password in (first, second):
        assert password not in "".join(kept) + caplog.text
    assert deeds(room, 1) == [("admin.one", "account_password", "mai")]
    assert sign_in(room.open(), "mai", first).status_code == 403
    assert sign_in(room.open(), "mai", second).status_code == 303


def test_a_reset_password_ends_the_sessions_of_the_account(room: Room) -> None:
    officer, admin = room.enter(Role.STAFF), room.enter(Role.ADMIN)
    first_password(send(admin, "/accounts/staff.one/password"))
    assert officer.get("/").status_code == 401
    assert admin.get("/").status_code == 200


def test_a_role_is_changed_and_counts_at_once(room: Room) -> None:
    officer, admin = room.enter(Role.STAFF), room.enter(Role.ADMIN)
    assert send(admin, "/accounts/staff.one/role", role="auditor").status_code == 303
    assert "staff.one nay là kiểm tra viên." in seen(admin)
    assert officer.get("/").status_code == 401, "it began with another role"
    again = room.open()
    sign_in(again, "staff.one")
    assert again.get("/audit").status_code == 200
    token = token_of(again, "/")
    assert again.post("/kiosks/kiosk/lock", data={"token": token}).status_code == 403
    assert deeds(room, 3)[1] == ("admin.one", "account_role", "staff.one auditor")
    for role in ("root", ""):
        assert send(admin, "/accounts/staff.one/role", role=role).status_code == 422


def test_the_same_role_again_signs_nobody_out(room: Room) -> None:
    officer, admin = room.enter(Role.STAFF), room.enter(Role.ADMIN)
    before = find(room, "staff.one")
    assert send(admin, "/accounts/staff.one/role", role="staff").status_code == 303
    assert "Vai trò không đổi." in seen(admin)
    assert officer.get("/").status_code == 200
    assert find(room, "staff.one") == before
    assert "account_role" not in [what for _, what, _ in deeds(room, 9)]


def test_what_signs_somebody_out_is_asked_in_its_place(room: Room) -> None:
    room.add(Role.STAFF)
    page = seen(room.enter(Role.ADMIN))
    for path in ("disable", "password"):
        form = f'action="/accounts/staff.one/{path}"'
        before = page.partition(form)[0]
        assert page.count(form) == 1
        question = before.rpartition('<details class="asks">')[2]
        assert "staff.one sẽ bị đăng xuất ngay" in question
        assert "</details>" not in question


def test_an_account_is_disabled_enabled_and_signed_out_everywhere(room: Room) -> None:
    officer, admin = room.enter(Role.STAFF), room.enter(Role.ADMIN)
    assert send(admin, "/accounts/staff.one/sign-out").status_code == 303
    assert officer.get("/").status_code == 401
    officer = room.enter(Role.STAFF)
    assert send(admin, "/accounts/staff.one/disable").status_code == 303
    assert officer.get("/").status_code == 401
    assert sign_in(room.open(), "staff.one").status_code == 403
    assert "đã tắt" in seen(admin)
    assert send(admin, "/accounts/staff.one/enable").status_code == 303
    assert sign_in(room.open(), "staff.one").status_code == 303
    assert [what for _, what, _ in deeds(room, 9) if what.startswith("account_")] == [
        "account_enabled",
        "account_disabled",
        "account_signed_out",
    ]


@pytest.mark.parametrize(
    ("path", "fields"), [("disable", {}), ("role", {"role": "staff"}), ("password", {})]
)
def test_nobody_shuts_themselves_out(room: Room, path: str, fields: dict[str, str]) -> None:
    room.add(Role.ADMIN, "other")
    admin = room.enter(Role.ADMIN)
    before = find(room, "admin.one")
    answer = send(admin, f"/accounts/admin.one/{path}", **fields)
    assert (answer.status_code, "Không tự tắt" in html.unescape(answer.text)) == (409, True)
    assert find(room, "admin.one") == before
    assert 'action="/accounts/admin.one/' not in seen(admin)
    assert 'action="/accounts/other/' in seen(admin)


def test_an_auditor_reads_the_accounts_and_an_officer_does_not(room: Room) -> None:
    room.add(Role.ADMIN, "other")
    auditor = room.enter(Role.AUDITOR)
    page = seen(auditor)
    assert "other" in page
    assert "đăng nhập gần nhất 15/01/2027" in page
    assert "chưa thấy đăng nhập" in page
    assert re.findall(r'action="(/accounts[^"]*)"', page) == []
    assert room.enter(Role.STAFF).get("/accounts").status_code == 403


def test_no_hash_and_no_stamp_reaches_a_page(room: Room) -> None:
    admin = room.enter(Role.ADMIN)
    kept = json.loads((room.state / ACCOUNTS_FILE).read_bytes())["accounts"][0]
    page = seen(admin)
    assert kept["hash"] not in page
    assert kept["stamp"] not in page
    assert PASSWORD not in page


@pytest.mark.parametrize(
    ("name", "role", "said"),
    [
        ("", "staff", "Tên tài khoản chỉ gồm"),
        ("lần", "staff", "Tên tài khoản chỉ gồm"),
        ("../x", "staff", "Tên tài khoản chỉ gồm"),
        ("admin.one", "staff", "Đã có tài khoản admin.one."),
        ("admin.one", "auditor", "Đã có tài khoản admin.one."),
        ("mai", "king", "Xin chọn vai trò."),
    ],
)
def test_a_bad_account_is_refused_and_what_was_typed_stays(
    room: Room, name: str, role: str, said: str
) -> None:
    admin = room.enter(Role.ADMIN)
    answer = send(admin, "/accounts/add", name=name, role=role)
    page = html.unescape(answer.text)
    assert (answer.status_code, said in page) == (422, True)
    assert f'name="name" value="{name}"' in page
    chosen = re.search(r'<select id="role".*?value="(\w+)" selected', page, re.DOTALL)
    assert chosen is not None
    assert chosen[1] == (role if role in tuple(Role) else "staff")
    assert 'class="secret"' not in page
    assert len(room.console.accounts.accounts()) == 1


def test_what_is_done_to_nobody_is_said_so(room: Room) -> None:
    admin = room.enter(Role.ADMIN)
    for path in ("disable", "enable", "password", "sign-out"):
        answer = send(admin, f"/accounts/thu/{path}")
        assert (answer.status_code, "Không có tài khoản thu." in answer.text) == (409, True)
    assert send(admin, "/accounts/thu/role", role="staff").status_code == 409


def test_one_administrator_alone_is_advised_to_find_a_second(room: Room) -> None:
    admin = room.enter(Role.ADMIN)
    assert "Chỉ có một quản trị viên." in seen(admin)
    room.add(Role.ADMIN, "other")
    assert "Chỉ có một quản trị viên." not in seen(admin)


class Slow:
    """Hashes like the room's own; before the first hash is ready, something happens."""

    def __init__(self, happens: Callable[[], object]) -> None:
        self._happens: Callable[[], object] | None = happens

    def hash(self, password: str) -> str:
        made = QUICK.hash(password)
        happens, self._happens = self._happens, None
        if happens is not None:
            happens()
        return made

    def verify(self, wanted: str, password: str) -> bool:
        return QUICK.verify(wanted, password)


@pytest.mark.parametrize(
    "deed",
    [
        lambda book: book.set_password("staff.one", HANDED, must_change=True, by="admin.one"),
        lambda book: book.end_sessions("staff.one"),
        lambda book: book.set_role("staff.one", Role.AUDITOR, by="admin.one"),
        lambda book: book.set_disabled("staff.one", is_disabled=True),
    ],
)
def test_what_is_done_to_an_account_while_its_password_is_changed_wins(
    room: Room, monkeypatch: pytest.MonkeyPatch, deed: Callable[[AccountBook], object]
) -> None:
    room.enter(Role.ADMIN)
    browser, book = room.enter(Role.STAFF), room.console.accounts
    other = AccountBook(room.state / ACCOUNTS_FILE, hasher=QUICK)
    form = {"token": token_of(browser, "/password"), "old": PASSWORD, "password": OWN, "again": OWN}
    monkeypatch.setattr(book, "_hasher", Slow(lambda: deed(other)))
    answer = browser.post("/password", data=form)
    assert answer.status_code == 422
    assert "vừa bị đổi ở nơi khác" in answer.text
    assert book.check("staff.one", OWN) is None
    assert browser.get("/").status_code == 401, "the session is over"
    left = find(room, "staff.one")
    is_let_in = book.check("staff.one", HANDED if left.must_change else PASSWORD) is not None
    assert is_let_in is not left.is_disabled


def test_what_is_done_just_after_a_password_was_changed_wins_too(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, book = room.enter(Role.STAFF), room.console.accounts
    other = AccountBook(room.state / ACCOUNTS_FILE, hasher=QUICK)
    form = {"token": token_of(browser, "/password"), "old": PASSWORD, "password": OWN, "again": OWN}
    before = book.set_password

    def then_reset(name: str, password: str, *, stamp: str) -> Account:
        changed = before(name, password, stamp=stamp)
        other.set_password("staff.one", HANDED, must_change=True, by="admin.one")
        return changed

    monkeypatch.setattr(book, "set_password", then_reset)
    browser.post("/password", data=form)
    assert browser.get("/").status_code == 401, "no session begins with what the admin wrote"
    assert book.check("staff.one", HANDED) is not None

"""What the console says when it does not let somebody on, and how they go on from there."""

import html
import re

import httpx2
import pytest
from console_room import NOW, PASSWORD, MakeRoom, Room, sign_in, token_of

from kiosk.console.access import ACCESS
from kiosk.console.accounts import Role
from kiosk.console.files import HERE
from kiosk.console.refused import SECRETS
from kiosk.console.signed_in import LONGEST_SECONDS
from kiosk.console.whereabouts import page_at, parent_of
from kiosk.standing import Help, HelpKind, Standing

OURS = {"accept": "text/html", "origin": "http://localhost", "sec-fetch-site": "same-origin"}
"""What a browser says with a form of a page of ours."""
READS = {"accept": "text/html"}
URGENT = {"vi": 'Hỏng nước tầng 2 & 3, "xin chờ".', "en": "", "until": "2027-01-20"}
ENDED = "Phiên đăng nhập đã hết nên nội dung này chưa được gửi."


def kept_in(answer: httpx2.Response) -> dict[str, str]:
    """The hidden fields of the form that may be sent again."""
    main = answer.text.partition("<main")[2]
    form = re.search(r'<form method="post" action="([^"]*)">(.*?)</form>', main, re.DOTALL)
    assert form is not None
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form.group(2))
    return {"action": form.group(1)} | {name: html.unescape(value) for name, value in fields}


def notices(room: Room) -> str:
    return room.enter(Role.ADMIN).get("/notices").text


# A form that came when the session was over, or from a page of another one


def test_a_form_sent_after_the_session_is_answered_in_words_and_can_be_sent_again(
    room: Room,
) -> None:
    browser = room.enter(Role.STAFF)
    form = {"token": token_of(browser, "/notices"), **URGENT}
    room.seconds += 31 * 60
    answer = browser.post("/notices/urgent", data=form, headers=OURS)
    assert answer.status_code == 401
    assert ENDED in answer.text
    assert 'href="/login" target="_blank"' in answer.text
    kept = kept_in(answer)
    assert {name: kept[name] for name in URGENT} == URGENT
    assert "Hỏng nước" not in notices(room)

    # Whoever has signed in again in another window goes back to this one and sends it.
    assert sign_in(browser, "staff.one").status_code == 303
    again = browser.post(kept.pop("action"), data=kept, headers=OURS)
    assert (again.status_code, "Gửi lại" in again.text) == (403, True)
    assert "Hỏng nước" not in notices(room), "nothing is done before the button is pressed"
    kept = kept_in(again)
    assert kept["action"] == "/notices/urgent"
    done = browser.post(kept.pop("action"), data=kept, headers=OURS)
    assert done.status_code == 303
    assert "Hỏng nước tầng 2 &amp; 3" in notices(room)


@pytest.mark.parametrize(
    "headers",
    [
        {"accept": "text/html"},
        {"accept": "text/html", "sec-fetch-site": "none"},
        {"accept": "text/html", "sec-fetch-site": "cross-site"},
        {"accept": "text/html", "origin": "http://evil.example"},
        {"accept": "text/html", "origin": "null"},
        {**OURS, "accept": "*/*"},
        {**OURS, "x-quiet": "1"},
    ],
    ids=str,
)
@pytest.mark.parametrize("is_over", [True, False])
def test_nothing_is_handed_back_unless_a_page_of_ours_has_surely_sent_it(
    room: Room, headers: dict[str, str], *, is_over: bool
) -> None:
    browser = room.enter(Role.STAFF)
    room.seconds += 31 * 60 if is_over else 0
    form = {"token": "0" * 64, **URGENT}
    answer = browser.post("/notices/urgent", data=form, headers=headers)
    assert answer.status_code == (401 if is_over else 403)
    assert "Hỏng nước" not in answer.text


def test_no_password_is_handed_back(room: Room) -> None:
    browser = room.enter(Role.STAFF)
    form = {"token": "0" * 64, "old": PASSWORD, "password": "mười con vịt", "again": "mười con vịt"}
    stale = browser.post("/password", data=form, headers=OURS)
    room.seconds += 31 * 60
    late = browser.post("/password", data=form, headers=OURS)
    for answer in (stale, late):
        assert "Mật khẩu và tệp không được giữ lại" in answer.text
        assert "vịt" not in answer.text
        assert PASSWORD not in answer.text


def test_every_field_for_a_password_is_known_as_one() -> None:
    text = "".join(one.read_text(encoding="utf-8") for one in (HERE / "pages").glob("*.html"))
    names = set(re.findall(r'name="(\w+)" type="password"', text))
    assert names
    assert names <= SECRETS


def test_no_file_is_handed_back(room: Room) -> None:
    browser = room.enter(Role.ADMIN)
    file = {"file": ("tên tệp.wav", b"RIFF a voice", "audio/wav")}
    for _ in range(2):
        form = {"token": "0" * 64, "text": "đăng ký"}
        answer = browser.post("/bench", data=form, files=file, headers=OURS)
        assert "Mật khẩu và tệp không được giữ lại" in answer.text
        assert "tên tệp" not in answer.text
        assert "a voice" not in answer.text
        room.seconds += 31 * 60


# Pages that are not there, or not for everybody


def test_whoever_may_not_open_a_page_reads_who_could(room: Room) -> None:
    answer = room.enter(Role.STAFF).get("/audit", headers=READS)
    assert answer.status_code == 403
    said = "Tài khoản staff.one (cán bộ) không mở được trang này."
    assert said in answer.text
    assert "Về trang Các máy" in answer.text


def test_a_page_that_is_not_there_leads_to_the_board(room: Room) -> None:
    for browser in (room.enter(Role.STAFF), room.open()):
        answer = browser.get("/nowhere", headers=READS)
        assert answer.status_code == 404
        assert "Không có trang này." in answer.text
        assert 'href="/"' in answer.text


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/notices/urgent/x/end", "/notices/urgent/x"),
        ("/accounts/lan/password", "/accounts"),
        ("/kiosks/kiosk/answer", "/"),
        ("/drafts/20270101-abcdef/undo", "/drafts/20270101-abcdef"),
        ("/bundles/candidates/abc/publish", "/bundles/candidates/abc"),
        ("/bundles/withdraw/abc", "/bundles"),
        ("/usage/delete", "/usage"),
        ("/logout", "/"),
    ],
)
def test_the_address_of_a_form_leads_to_the_page_it_is_on(room: Room, path: str, page: str) -> None:
    answer = room.enter(Role.ADMIN).get(path, headers=READS)
    assert (answer.status_code, answer.headers["location"]) == (303, page)


def test_what_is_too_large_is_said_in_the_reader_s_language(room: Room) -> None:
    browser = room.enter(Role.ADMIN)
    form = {"token": token_of(browser, "/"), "text": "x" * 80_000_000}
    file = browser.post("/bundles/upload", data=form, headers=OURS)
    text = browser.post("/notices/add", data={"vi": "x" * 20_000}, headers=OURS)
    assert (file.status_code, text.status_code) == (413, 413)
    assert "chọn tệp khác" in file.text
    assert "gửi ít hơn" in text.text
    assert 'href="/notices"' in text.text
    browser.post("/language", data={"token": form["token"], "language": "en", "to": "/"})
    english = browser.post("/notices/add", data={"vi": "x" * 20_000}, headers=OURS)
    assert "send less" in english.text
    assert "frame-ancestors 'none'" in english.headers["content-security-policy"]


def test_a_script_gets_a_refusal_as_a_sentence_alone(room: Room) -> None:
    browser = room.enter(Role.STAFF)
    quiet = {**OURS, "x-quiet": "1"}
    answer = browser.post("/kiosks/kiosk/lock", data={"token": "x"}, headers=quiet)
    assert answer.status_code == 403
    assert "<" not in answer.text


@pytest.mark.parametrize(
    ("path", "back", "word"),
    [
        ("/scripts/no-such", "/scripts", "Về trang Thủ tục"),
        ("/drafts/20270101-abcdef", "/drafts", "Về trang Bản nháp"),
        ("/scripts/no-such/fees/x", "/scripts", "Về trang Thủ tục"),
    ],
)
def test_a_refusal_leads_to_where_it_belongs(room: Room, path: str, back: str, word: str) -> None:
    answer = room.enter(Role.ADMIN).get(path, headers=READS)
    assert answer.status_code == 404
    assert f'<a class="button" href="{back}">{word}</a>' in answer.text


def test_a_draft_that_is_not_there_is_said_so_whatever_its_day_is(room: Room) -> None:
    browser = room.enter(Role.ADMIN)
    form = {"token": token_of(browser, "/"), "on": "31/02"}
    answer = browser.post("/drafts/no-such/publish", data=form, headers=OURS)
    assert answer.status_code == 404
    assert 'href="/drafts">Về trang' in answer.text


def test_a_kiosk_that_is_not_there_is_told_on_a_page(room: Room) -> None:
    browser = room.enter(Role.STAFF)
    form = {"token": token_of(browser, "/")}
    answer = browser.post("/kiosks/other/lock", data=form, headers=OURS)
    assert answer.status_code == 404
    assert '<html lang="vi">' in answer.text
    assert "Không liên lạc được với máy này." in answer.text
    assert "Về trang Các máy" in answer.text


# The end of a session


def test_a_session_says_before_it_ends_and_one_press_goes_on(room: Room) -> None:
    browser = room.enter(Role.STAFF)
    room.seconds += 23 * 60
    assert browser.get("/parts?calls").json()["ending"] == ""
    room.seconds += 2 * 60  # a fifth of half an hour is left
    for path in ("/parts", "/parts?calls"):
        line = browser.get(path).json()["ending"]
        assert "Sắp hết phiên. Bấm vào đây để tiếp tục nhận lời gọi." in line
        assert "data-ringing" in line
    token = re.search(r'value="([0-9a-f]{64})"', line)
    assert token is not None
    form = {"token": token.group(1), "to": "/notices?x=1"}
    answer = browser.post("/stay", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/notices?x=1")
    assert browser.get("/parts").json()["ending"] == ""
    room.seconds += 29 * 60
    assert browser.get("/parts").status_code == 200


def test_at_most_ten_minutes_ahead(make_room: MakeRoom) -> None:
    room = make_room(minutes=240)
    browser = room.enter(Role.STAFF)
    room.seconds += 229 * 60
    assert browser.get("/parts").json()["ending"] == ""
    room.seconds += 2 * 60
    assert "Sắp hết phiên" in browser.get("/parts").json()["ending"]


def test_where_no_press_helps_none_is_offered(make_room: MakeRoom) -> None:
    room = make_room(minutes=720)
    browser = room.enter(Role.STAFF)
    room.seconds += LONGEST_SECONDS - 300
    assert browser.get("/").status_code == 200
    line = browser.get("/parts").json()["ending"]
    assert "nhiều nhất 12 giờ" in line
    assert "<button" not in line


def test_after_an_ended_session_the_way_in_says_so_and_leads_back(room: Room) -> None:
    browser = room.enter(Role.ADMIN)
    room.seconds += 31 * 60
    wanted = "/notices?shown=all&x=1"
    answer = browser.get(wanted, headers=READS)
    assert answer.status_code == 303
    login = browser.get(answer.headers["location"], headers=READS)
    said = "Đã hết phiên đăng nhập. Trang này không còn báo khi có người gọi. Xin đăng nhập lại."
    assert said in login.text
    form = dict(re.findall(r'type="hidden" name="(token|from)" value="([^"]*)"', login.text))
    form = {name: html.unescape(value) for name, value in form.items()}
    wrong = browser.post("/login", data={**form, "name": "admin.one", "password": "sai"})
    assert 'name="from" value="/notices?shown=all&amp;x=1"' in wrong.text
    right = browser.post("/login", data={**form, "name": "admin.one", "password": PASSWORD})
    assert (right.status_code, right.headers["location"]) == (303, wanted)


def test_whoever_was_never_in_is_told_of_no_session(room: Room) -> None:
    browser = room.open()
    for _ in range(2):
        answer = browser.get("/audit", headers=READS)
        assert answer.headers["location"] == "/login?from=%2Faudit"
    assert "Đã hết phiên" not in browser.get("/login").text


ELSEWHERE = (
    *("https://evil.example/", "//evil.example/", "/\\evil.example", "/%5cevil.example"),
    *("javascript:alert(1)", "", "audit", "/nowhere", "/live", "/parts?calls", "/usage/csv"),
    *("/static/console.css", "/notices\r\nX: y", "/notices#x", "/notices é", "/logout"),
    "/?" + "x" * 2000,
)


@pytest.mark.parametrize("wanted", ELSEWHERE, ids=lambda one: one[:20])
def test_nobody_is_led_away_by_an_address(room: Room, wanted: str) -> None:
    room.add(Role.ADMIN, "lan")
    browser = room.open()
    form = {"token": token_of(browser), "name": "lan", "password": PASSWORD, "from": wanted}
    answer = browser.post("/login", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    token = token_of(browser, "/")
    for path in ("/language", "/stay"):
        answer = browser.post(path, data={"token": token, "language": "vi", "to": wanted})
        assert answer.headers["location"] == "/"
    assert browser.get("/login", params={"from": wanted}).headers["location"] == "/"


def test_whoever_signs_in_is_not_led_to_what_is_not_theirs(room: Room) -> None:
    room.add(Role.STAFF, "lan")
    browser = room.open()
    form = {"token": token_of(browser), "name": "lan", "password": PASSWORD, "from": "/audit"}
    assert browser.post("/login", data=form).headers["location"] == "/"


# Calls on every page


PAGES = ("/notices", "/scripts", "/drafts", "/bundles", "/bench", "/accounts", "/audit", "/usage")


def calls(room: Room, kind: HelpKind = HelpKind.CALLED, *, is_answered: bool = False) -> None:
    called = Help(kind=kind, since=NOW, is_answered=is_answered)
    room.board.publish(Standing(kiosk="may-2", name="Máy <2>", since=NOW, help=called))


def test_every_page_of_those_who_answer_tells_that_somebody_calls(room: Room) -> None:
    admin, staff = room.enter(Role.ADMIN), room.enter(Role.STAFF)
    calls(room)
    paths = [(admin, path) for path in (*PAGES, "/scripts/tam-tru")]
    for browser, path in (*paths, (staff, "/notices"), (staff, "/password")):
        page = browser.get(path).text
        assert "Máy &lt;2&gt; đang gọi cán bộ." in page, path
        assert 'href="/#kiosk-may-2">Xem ngay' in page, path
        assert 'data-live="/live?calls"' in page, path
        assert "/static/console.js" in page, path
    calls(room, is_answered=True)
    assert "đang gọi cán bộ" not in staff.get("/notices").text


def test_an_emergency_is_told_as_one(room: Room) -> None:
    browser = room.enter(Role.STAFF)
    calls(room, HelpKind.MEDICAL)
    assert "Khẩn cấp: cần cấp cứu" in browser.get("/parts?calls").json()["call-line"]


def test_whoever_may_not_answer_is_told_on_the_board_alone(room: Room) -> None:
    browser = room.enter(Role.AUDITOR)
    calls(room)
    assert "đang gọi cán bộ" not in browser.get("/audit").text
    assert "data-live" not in browser.get("/audit").text
    assert "data-ringing" in browser.get("/").text
    assert "đang gọi cán bộ" not in room.open().get("/login").text


def test_a_page_beside_the_board_gets_no_more_than_who_calls(room: Room) -> None:
    assert set(room.enter(Role.STAFF).get("/parts?calls").json()) == {"call-line", "ending"}


# The language


@pytest.mark.parametrize(
    "path",
    [
        *("/scripts/tam-tru", "/scripts/tam-tru/fees/ca-nhan-tai-quay"),
        *("/scripts?find=a%20b", "/usage?x=1&y=2"),
    ],
)
def test_another_language_shows_the_same_page(room: Room, path: str) -> None:
    browser = room.enter(Role.ADMIN)
    page = browser.get(path)
    to = re.search(r'name="to" value="([^"]*)"', page.text)
    assert to is not None
    form = {"token": token_of(browser, "/"), "language": "en", "to": html.unescape(to.group(1))}
    answer = browser.post("/language", data=form)
    assert answer.headers["location"] == path
    assert '<html lang="en">' in browser.get(path).text


@pytest.mark.parametrize(
    ("path", "page"),
    [("/notices/add", "/notices"), ("/accounts/add", "/accounts"), ("/password", "/password")],
)
def test_from_a_refused_form_another_language_shows_its_page(
    room: Room, path: str, page: str
) -> None:
    browser = room.enter(Role.ADMIN)
    refused = browser.post(path, data={"token": token_of(browser, "/")})
    assert refused.status_code in (403, 422)
    assert f'name="to" value="{page}"' in refused.text


# A password


def test_a_changed_password_is_confirmed(room: Room) -> None:
    browser = room.enter(Role.STAFF)
    new = "mười con vịt bơi"
    form = {"token": token_of(browser, "/password"), "old": PASSWORD, "password": new, "again": new}
    answer = browser.post("/password", data=form)
    assert "Đã đổi mật khẩu." in browser.get(answer.headers["location"]).text
    assert "Đã đổi mật khẩu." not in browser.get("/").text


def test_a_first_password_says_what_to_do_when_it_is_lost(room: Room) -> None:
    browser = room.enter(Role.ADMIN)
    form = {"token": token_of(browser, "/accounts"), "name": "mai", "role": "staff"}
    page = browser.post("/accounts/add", data=form, follow_redirects=True).text
    assert "Lỡ mất thì bấm “Đặt lại mật khẩu”" in page


def test_what_was_refused_has_the_focus_at_once(room: Room) -> None:
    page = sign_in(room.open(), "nobody").text
    assert '<p class="refusal" role="alert" id="refusal" tabindex="-1" autofocus>' in page


# Addresses


def test_every_form_belongs_to_a_page() -> None:
    for method, route in ACCESS:
        path = re.sub(r"{\w+}", "x", route)
        assert page_at(parent_of(method, path)), route

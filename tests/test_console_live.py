"""The console as it is served: a real server, a real conductor, real sockets."""

import asyncio
import logging
import socket
import ssl
import stat
import time
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import httpx2
import pytest
import uvicorn
from console_room import PASSWORD
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from live_console import Listening, Serve, Served, browser, enter, token_in
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send
from uvicorn.server import ServerState

from kiosk import event as on
from kiosk.console import patience
from kiosk.console.accounts import CODE_LETTERS, Role
from kiosk.console.certificate import KEY_FILE, our_certificate
from kiosk.console.closing import Closing
from kiosk.console.crowd import TOO_BUSY, Crowd
from kiosk.console.guard import Guard
from kiosk.console.server import ConsoleServer
from kiosk.errors import KioskError
from kiosk.session import Resting
from kiosk.settings import Settings

SHOWN_WITHIN_SECONDS = 1.0


def at(**changes: object) -> Callable[[Settings], Settings]:
    """Settings with this console."""

    def change(settings: Settings) -> Settings:
        return replace(settings, console=replace(settings.console, **changes))  # type: ignore[arg-type]  # by name

    return change


def until(is_so: Callable[[], bool], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "not so in time"
        time.sleep(0.01)


def test_a_call_for_help_is_on_the_page_within_a_second(serve: Serve) -> None:
    one = serve(None, Role.STAFF)
    live = Listening(enter(one.address))
    called = time.monotonic()
    one.kiosk.conductor.post(on.StaffCalled())
    seen = live.wait_for("data-ringing", since=called)
    assert seen - called < SHOWN_WITHIN_SECONDS
    live.wait_for("Tôi đến ngay", since=called)


def test_an_answer_from_the_page_reaches_the_citizen_and_the_page(serve: Serve) -> None:
    one = serve(None, Role.STAFF)
    client = enter(one.address)
    live = Listening(client)
    one.kiosk.conductor.post(on.StaffCalled())
    live.wait_for("data-ringing")
    pressed = time.monotonic()
    form = {"token": token_in(client.get("/").text)}
    answer = client.post("/kiosks/kiosk/answer", data=form, headers={"X-Quiet": "1"})
    assert (answer.status_code, answer.text) == (200, "Đã nhận lời gọi.")
    live.wait_for("cán bộ đang đến", since=pressed)
    banner = one.kiosk.conductor.screen.banner
    assert banner is not None
    assert banner.text == "Cán bộ đang đến."


def test_a_kiosk_is_locked_and_unlocked_from_the_page(serve: Serve) -> None:
    one = serve(None, Role.STAFF)
    client = enter(one.address)
    form = {"token": token_in(client.get("/").text)}
    client.post("/kiosks/kiosk/lock", data=form)
    until(lambda: isinstance(one.kiosk.conductor.session.phase, Resting))
    until(lambda: "Đang tạm nghỉ" in client.get("/").text)
    client.post("/kiosks/kiosk/unlock", data=form)
    until(lambda: not isinstance(one.kiosk.conductor.session.phase, Resting))


def test_a_printer_without_paper_is_on_the_page(serve: Serve) -> None:
    one = serve(None, Role.STAFF)
    live = Listening(enter(one.address))
    conductor = one.kiosk.conductor
    conductor.soon(lambda: conductor.trouble("printer.no_paper", is_there=True))
    live.wait_for("Máy in hết giấy")


def test_a_live_page_ends_when_the_officer_signs_out_elsewhere(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.console.board_pages.BEAT_SECONDS", 0.2)
    one = serve(None, Role.STAFF)
    client = enter(one.address)
    live = Listening(client)
    client.post("/logout", data={"token": token_in(client.get("/").text)})
    live.wait_for("event: over")
    assert live.is_over


def test_one_browser_cannot_hold_any_number_of_live_pages(serve: Serve) -> None:
    one = serve(None, Role.STAFF)
    client = enter(one.address)
    pages = [Listening(client) for _ in range(8)]
    assert client.get("/live").status_code == 429
    assert all(page.status == 200 for page in pages)


def test_the_kiosk_stops_at_once_with_live_pages_open(serve: Serve) -> None:
    one = serve(None, Role.STAFF)
    live = Listening(enter(one.address))
    begun = time.monotonic()
    one.stop()
    assert time.monotonic() - begun < 3
    assert live.is_over


# TLS and addresses


def test_beyond_this_machine_there_is_tls_with_the_fingerprint_on_the_sheet(
    serve: Serve, tmp_path: Path
) -> None:
    one = serve(at(address="0.0.0.0"), Role.STAFF)  # noqa: S104 - that is what is tested
    console = one.kiosk.conductor._office.console
    assert console is not None
    assert console.address.startswith("https://")
    assert "//0.0.0.0" not in console.address, "nobody can type that into a browser"
    port = int(console.address.rsplit(":", 1)[1])
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", port), 5) as plain,
        context.wrap_socket(plain) as secure,
    ):
        shown = secure.getpeercert(binary_form=True)
        assert shown is not None
        assert secure.version() in ("TLSv1.2", "TLSv1.3")
    assert sha256(shown).hexdigest().upper() == console.fingerprint.replace(":", "")
    client = enter(f"https://127.0.0.1:{port}")
    assert "__Host-console" in client.cookies
    with pytest.raises(httpx2.HTTPError):
        httpx2.get(f"http://127.0.0.1:{port}/login")
    key = tmp_path / "state" / "console-key.pem"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_the_certificate_that_was_made_stays_the_same(tmp_path: Path) -> None:
    first = our_certificate(tmp_path, "0.0.0.0")  # noqa: S104 - the same
    assert our_certificate(tmp_path, "0.0.0.0") == first  # noqa: S104 - the same
    assert "localhost" in first.names


def test_a_damaged_certificate_is_said_and_never_replaced(tmp_path: Path) -> None:
    first = our_certificate(tmp_path, "10.0.0.4")
    first.file.write_text("damaged")
    with pytest.raises(KioskError, match=r"console\.no_certificate"):
        our_certificate(tmp_path, "10.0.0.4")
    assert first.file.read_text() == "damaged"


def test_a_certificate_is_made_anew_for_the_key_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = our_certificate(tmp_path, "10.0.0.4")
    key = first.key.read_bytes()
    with monkeypatch.context() as later:
        later.setattr("kiosk.console.certificate.RENEWED_DAYS", 365 * 6)
        renewed = our_certificate(tmp_path, "10.0.0.4")
    assert renewed.fingerprint != first.fingerprint
    renewed.file.unlink()  # as if power had failed before it was written
    assert our_certificate(tmp_path, "10.0.0.4").fingerprint != renewed.fingerprint
    assert first.key.read_bytes() == key


@pytest.mark.parametrize("kind", ["nonsense", "rsa"])
def test_a_key_that_no_certificate_can_have_is_said_and_never_replaced(
    tmp_path: Path, kind: str
) -> None:
    file, content = tmp_path / KEY_FILE, b"nonsense"
    if kind == "rsa":
        content = generate_private_key(65537, 2048).private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
    file.write_bytes(content)
    with pytest.raises(KioskError, match=r"console\.foreign_key"):
        our_certificate(tmp_path, "10.0.0.4")
    assert file.read_bytes() == content


@pytest.mark.parametrize("address", ["0.0.0.0", "192.168.1.9", "::"])  # noqa: S104 - the same
def test_no_server_listens_beyond_this_machine_without_tls(address: str) -> None:
    with pytest.raises(KioskError, match=r"console\.no_certificate"):
        ConsoleServer(
            lambda: None,  # type: ignore[arg-type, return-value]  # never called
            address=address,
            port=0,
            certificate=None,
            closing=Closing(),
            stopped=lambda: None,
        )


def test_a_kiosk_goes_on_without_its_console_and_staff_are_told(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with caplog.at_level(logging.WARNING):
            one = serve(at(port=port))
    assert one.address == ""
    assert f"console.no_address: 127.0.0.1:{port}" in one.kiosk.conductor._office.troubles
    with caplog.at_level(logging.WARNING):
        other = serve(at(certificate="/nowhere.pem"))
    assert "console.no_certificate: /nowhere.pem" in other.kiosk.conductor._office.troubles


def test_no_console_is_served_unless_the_site_says_so(serve: Serve) -> None:
    one = serve(at(enabled=False))
    assert one.kiosk.conductor._office.console is None


def test_the_first_account_is_made_with_the_code_of_the_staff_sheet(serve: Serve) -> None:
    one = serve()
    console = one.kiosk.conductor._office.console
    assert console is not None
    code = console.setup_code
    assert set(code) <= set(CODE_LETTERS) | {"-"}
    assert len(code) == 14
    client = browser(one.address)
    form = {"token": token_in(client.get("/setup").text), "name": "lan.tran", "code": code}
    form |= {"password": PASSWORD, "again": PASSWORD}
    assert client.post("/setup", data=form).status_code == 303
    assert "Các máy" in client.get("/").text
    until(lambda: one.kiosk.conductor._office.console == replace(console, setup_code=""))


# Patience


def test_a_connection_that_says_nothing_is_closed(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "HEAD_SECONDS", 0.3)
    one = serve()
    host, port = one.address.removeprefix("http://").split(":")
    for begun in (b"", b"GET / HTTP/1.1\r\nHost: loc"):
        with socket.create_connection((host, int(port)), 5) as slow:
            slow.sendall(begun)
            slow.settimeout(5)
            assert slow.recv(100) == b""


ASKING = b"GET /login HTTP/1.1\r\nHost: localhost\r\n"


def test_a_connection_that_dawdles_over_the_head_of_any_request_is_closed(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "HEAD_SECONDS", 0.5)
    one = serve(None, Role.STAFF)
    host, port = one.address.removeprefix("http://").split(":")
    first = ASKING + b"\r\n"
    with_body = ASKING + b"Content-Length: 9000\r\n\r\n"
    begun = time.monotonic()
    for request, letter in ((first, b"G"), (with_body, b"x")):
        with socket.create_connection((host, int(port)), 5) as slow:
            for _ in range(2):
                if request is first:
                    slow.sendall(request)
                    assert _answer(slow).startswith(b"HTTP/1.1 200")
            slow.sendall(request)
            assert _answer(slow).startswith(b"HTTP/1.1 200")
            with pytest.raises(OSError, match=r"reset|[Bb]roken"):
                _trickle(slow, letter, seconds=8)
    assert time.monotonic() - begun < 10


def _answer(browser: socket.socket) -> bytes:
    """A whole answer."""
    got = b""
    while b"</html>" not in got:
        more = browser.recv(65_536)
        assert more, got
        got += more
    return got


def _trickle(browser: socket.socket, letter: bytes, *, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        browser.sendall(letter)
        time.sleep(0.1)


def test_a_live_page_that_nobody_reads_is_left(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "READER_SECONDS", 0.5)
    monkeypatch.setattr("kiosk.console.board_pages.LEAST_SECONDS", 0.0)
    one = serve(None, Role.STAFF)
    cookie = enter(one.address).cookies["console"]
    host, port = one.address.removeprefix("http://").split(":")
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.connect((host, int(port)))
        deaf.sendall(
            f"GET /live HTTP/1.1\r\nHost: {host}\r\nCookie: console={cookie}\r\n\r\n".encode()
        )
        until(lambda: _is_reset(one, deaf), seconds=40)


def _is_reset(one: Served, deaf: socket.socket) -> bool:
    """Whether the server has let it go; else one more thing happens that the page is told."""
    conductor = one.kiosk.conductor
    trouble = f"{time.monotonic()} {'x' * 50_000}"
    conductor.soon(lambda: conductor.trouble(trouble, is_there=True))
    return deaf.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) != 0


def test_a_connection_that_has_ended_is_left_though_its_last_words_are_not_fetched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(patience, "READER_SECONDS", 0.05)

    async def end() -> None:
        mine, theirs = socket.socketpair()
        loop = asyncio.get_running_loop()
        config = uvicorn.Config(PlainTextResponse("served"))
        config.load()
        transport, protocol = await loop.connect_accepted_socket(
            lambda: patience.PatientProtocol(config, ServerState(), {}), mine
        )
        with theirs:
            transport.write(b"x" * 4_000_000)
            protocol.resume_writing()  # what is left is too little to wait for
            transport.close()
            protocol.look()
            await asyncio.sleep(0.1)
            assert transport.get_write_buffer_size() > 0
            protocol.look()
            await asyncio.sleep(0)
            assert mine.fileno() == -1

    asyncio.run(end())


def test_what_is_no_request_is_answered_in_both_languages_with_our_headers(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    one = serve()
    host, port = one.address.removeprefix("http://").split(":")
    with (
        caplog.at_level(logging.WARNING),
        socket.create_connection((host, int(port)), 5) as odd,
    ):
        odd.sendall(b"what is this\r\n\r\n")
        got = b""
        while more := odd.recv(65_536):
            got += more
    head, _, text = got.decode().partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 400")
    assert "frame-ancestors 'none'" in head
    assert text == patience.NOT_UNDERSTOOD


def test_where_too_many_ask_at_once_the_next_one_is_told_in_both_languages() -> None:
    async def ask() -> tuple[list[Message], list[Message]]:
        is_over = asyncio.Event()
        told: list[list[Message]] = [[], []]

        async def slowly(_: Scope, __: Receive, send: Send) -> None:
            await is_over.wait()
            await PlainTextResponse("served")(_, __, send)

        async def nothing() -> Message:
            return {"type": "http.disconnect"}

        def sending(where: list[Message]) -> Send:
            async def send(message: Message) -> None:
                where.append(message)

            return send

        crowd = Crowd(slowly, most=1)
        scope: Scope = {"type": "http"}
        first = asyncio.create_task(crowd(scope, nothing, sending(told[0])))
        await asyncio.sleep(0)
        await crowd(scope, nothing, sending(told[1]))
        is_over.set()
        await first
        again: list[Message] = []
        await crowd(scope, nothing, sending(again))
        assert again[0]["status"] == 200, "there is room again"
        return told[0], told[1]

    first, second = asyncio.run(ask())
    assert first[0]["status"] == 200
    assert second[0]["status"] == 503
    assert second[1]["body"].decode() == TOO_BUSY
    assert (b"x-frame-options", b"DENY") in second[0]["headers"]


def test_a_body_that_trickles_is_given_up(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(Guard.__init__.__kwdefaults__ or {}, "body_seconds", 0.3)
    one = serve()
    host, port = one.address.removeprefix("http://").split(":")
    client = browser(one.address)
    client.get("/login")
    cookie = client.cookies["console"]
    head = (
        f"POST /login HTTP/1.1\r\nHost: {host}\r\nCookie: console={cookie}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\ntoken="
    )
    with socket.create_connection((host, int(port)), 5) as slow:
        slow.sendall(head.encode())
        slow.settimeout(5)
        assert slow.recv(100).startswith(b"HTTP/1.1 408")


def test_nothing_of_a_visit_is_in_any_file_of_the_console(serve: Serve, tmp_path: Path) -> None:
    one = serve(None, Role.STAFF)
    client = enter(one.address)
    procedure = one.kiosk.catalogue.procedures[0]
    one.kiosk.conductor.post(on.Chose(procedure))
    until(lambda: procedure.title.vi in client.get("/").text)
    form = {"token": token_in(client.get("/").text), "sure": "in_use"}
    client.post("/kiosks/kiosk/restart", data=form)
    until(lambda: "Đang chờ người dân" in client.get("/").text)
    for file in (tmp_path / "state").glob("*.json*"):
        text = file.read_text(encoding="utf-8")
        assert procedure.id not in text
        assert procedure.title.vi not in text

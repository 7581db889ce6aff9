"""Real kiosks, with conductors, joined by a real broker: what an officer sees and does at one."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from console_room import SITE
from live_broker import CONSOLE, WardBroker, until
from live_console import Listening, Serve, enter, token_in

from kiosk import event as on
from kiosk.app import Kiosk, build_kiosk
from kiosk.app_console import start_console
from kiosk.broker.set_up import AUTHORITY_FILE, MACHINES_FOLDER
from kiosk.broker.topics import Kind, Topic
from kiosk.console.accounts import Role
from kiosk.doctor_broker import broker_findings, try_door
from kiosk.finding import Report, State
from kiosk.session import Resting
from kiosk.settings import Settings, load_settings
from kiosk.tally import InputMode
from kiosk.words import Words

SHOWN_WITHIN_SECONDS = 1.0


def at_broker(
    broker: WardBroker, name: str, *, watches: bool = False, **changes: object
) -> Callable[[Settings], Settings]:
    """The settings of a kiosk at this broker."""
    machines = broker.set_up / MACHINES_FOLDER
    values: dict[str, object] = {
        "host": "127.0.0.1",
        "port": broker.port,
        "ca": str(broker.set_up / AUTHORITY_FILE),
        "kiosk": name,
        "name": f"Máy hướng dẫn {name[-1]}",
        "password_file": str(machines / f"{name}.password"),
        "watches": watches,
        "console": CONSOLE if watches else "",
        "console_password_file": str(machines / f"{CONSOLE}.password") if watches else "",
        **changes,
    }

    def change(settings: Settings) -> Settings:
        return replace(settings, broker=replace(settings.broker, **values))  # type: ignore[arg-type]  # by name

    return change


Open = Callable[[Callable[[Settings], Settings]], Kiosk]


@pytest.fixture
def open_kiosk(tmp_path: Path) -> Iterator[Open]:
    """Opens a kiosk without a console of its own; its conductor runs on a thread of its own."""
    stops: list[Callable[[], None]] = []

    def open_one(change: Callable[[Settings], Settings]) -> Kiosk:
        settings = change(load_settings(SITE))
        state = str(tmp_path / f"state-{len(stops)}")
        settings = replace(settings, folders=replace(settings.folders, state=state))
        kiosk = build_kiosk(settings, shut_down=lambda: None)
        kiosk.door.set_pin("284917")
        woken, is_over = threading.Event(), threading.Event()
        kiosk.conductor.start(show=lambda _: None, forget=lambda: None, wake=woken.set)

        def lead() -> None:
            while not is_over.is_set():
                if woken.wait(0.1):
                    woken.clear()
                    kiosk.conductor.drain()

        leave = start_console(kiosk)
        thread = threading.Thread(target=lead)
        thread.start()

        def stop() -> None:
            leave()
            is_over.set()
            thread.join()
            kiosk.usage.close()

        stops.append(stop)
        return kiosk

    yield open_one
    for stop in stops:
        stop()


def test_a_call_of_another_kiosk_is_on_the_page_within_a_second_and_is_answered(
    ward_broker: WardBroker, serve: Serve, open_kiosk: Open
) -> None:
    far = open_kiosk(at_broker(ward_broker, "may-2"))
    near = serve(at_broker(ward_broker, "may-1", watches=True), Role.STAFF)
    client = enter(near.address)
    until(lambda: "Máy hướng dẫn 2" in client.get("/").text)
    live = Listening(client)
    called = time.monotonic()
    far.conductor.post(on.StaffCalled())
    seen = live.wait_for("data-ringing", since=called)
    took = (seen - called) * 1000
    sys.stdout.write(f"a call of another kiosk is on the page after {took:.0f} ms\n")
    assert seen - called < SHOWN_WITHIN_SECONDS
    form = {"token": token_in(client.get("/").text)}
    pressed = time.monotonic()
    answer = client.post("/kiosks/may-2/answer", data=form, headers={"X-Quiet": "1"})
    assert (answer.status_code, answer.text.partition(".")[0]) == (200, "Đã gửi lệnh")
    live.wait_for("cán bộ đang đến", since=pressed)
    banner = far.conductor.screen.banner
    assert banner is not None
    assert banner.text == "Cán bộ đang đến."


def test_each_kiosk_is_shown_once_and_by_its_own_name(
    ward_broker: WardBroker, serve: Serve, open_kiosk: Open
) -> None:
    open_kiosk(at_broker(ward_broker, "may-2"))
    near = serve(at_broker(ward_broker, "may-1", watches=True), Role.STAFF)
    client = enter(near.address)
    until(lambda: "Máy hướng dẫn 2" in client.get("/").text)
    page = client.get("/").text
    assert [page.count(f'id="kiosk-may-{number}"') for number in (1, 2)] == [1, 1]
    assert page.index("Máy hướng dẫn 1") < page.index("Máy hướng dẫn 2")
    form = {"token": token_in(page)}
    answer = client.post("/kiosks/may-1/lock", data=form, headers={"X-Quiet": "1"})
    assert answer.text == "Máy tạm nghỉ."
    until(lambda: isinstance(near.kiosk.conductor.session.phase, Resting))


def test_a_kiosk_that_is_unplugged_is_shown_offline_on_the_page(
    ward_broker: WardBroker, serve: Serve
) -> None:
    far = ward_broker.kiosk("may-2")
    near = serve(at_broker(ward_broker, "may-1", watches=True), Role.STAFF)
    client = enter(near.address)
    live = Listening(client)
    until(lambda: "Máy 2" in client.get("/").text)
    far.end.stop()
    live.wait_for("Mất liên lạc")
    form = {"token": token_in(client.get("/").text)}
    assert client.post("/kiosks/may-2/lock", data=form).status_code == 404


def test_a_page_is_drawn_anew_when_a_kiosk_is_back(ward_broker: WardBroker, serve: Serve) -> None:
    """One that is offline has no forms: the page gets them when it is back."""
    far = ward_broker.kiosk("may-2")
    until(lambda: far.end.is_connected)
    time.sleep(0.3)
    far.end.stop()
    near = serve(at_broker(ward_broker, "may-1", watches=True), Role.STAFF)
    client = enter(near.address)
    until(lambda: "Mất liên lạc" in client.get("/").text)
    assert "/kiosks/may-2/summon" not in client.get("/").text
    live = Listening(client)
    back = time.monotonic()
    ward_broker.kiosk("may-2")
    live.wait_for("event: other", since=back)
    assert "/kiosks/may-2/summon" in client.get("/").text


def test_nothing_that_a_citizen_says_or_types_goes_to_the_broker(
    ward_broker: WardBroker, open_kiosk: Open
) -> None:
    spy = ward_broker.guest(
        CONSOLE, *(f"dan-loi/00082/+/{of}" for of in ("standing", "plate", "link"))
    )
    far = open_kiosk(at_broker(ward_broker, "may-2"))
    told = "tôi tên Nguyễn Thị Bí Mật muốn làm khai sinh cho con"
    for event in (on.Started(), on.Typed(told), on.Said(told, InputMode.TYPING)):
        far.conductor.post(event)
    until(
        lambda: any(
            b'"choosing"' in one.payload or b'"guiding"' in one.payload for one in spy.heard
        )
    )
    time.sleep(3)  # the sentence is understood meanwhile
    far.conductor.post(on.StaffReset())
    until(lambda: b'"idle"' in spy.heard[-1].payload)
    assert len(spy.heard) > 2
    for one in spy.heard:
        text = one.payload.decode()
        assert not [word for word in ("Nguyễn", "Bí Mật", "cho con") if word in text]


def test_a_kiosk_whose_console_does_not_watch_shows_itself_alone(
    ward_broker: WardBroker, serve: Serve
) -> None:
    ward_broker.kiosk("may-2")
    near = serve(at_broker(ward_broker, "may-1"), Role.STAFF)
    watching = ward_broker.console()
    until(lambda: len(watching.standings()) == 2)
    page = enter(near.address).get("/").text
    assert 'id="kiosk-may-1"' in page
    assert "may-2" not in page


@pytest.mark.parametrize(
    ("changes", "trouble"),
    [
        ({"ca": "", "host": "192.168.1.10"}, "broker.no_tls: 192.168.1.10"),
        ({"password_file": "/nowhere"}, "broker.no_password: /nowhere"),
        ({"kiosk": ""}, "broker.no_kiosk"),
    ],
)
def test_a_broker_that_cannot_be_used_is_on_the_staff_sheet_and_the_kiosk_goes_on(
    ward_broker: WardBroker,
    serve: Serve,
    caplog: pytest.LogCaptureFixture,
    changes: dict[str, object],
    trouble: str,
) -> None:
    with caplog.at_level("WARNING"):
        near = serve(at_broker(ward_broker, "may-1", **changes), Role.STAFF)  # type: ignore[arg-type]  # by name
    assert trouble in near.kiosk.conductor._office.troubles
    assert near.address


# The doctor


def findings(broker: WardBroker, words: Words, **changes: object) -> list[tuple[State, str]]:
    settings = at_broker(broker, "may-1", watches=True)(load_settings(SITE))
    settings = replace(settings, broker=replace(settings.broker, **changes))  # type: ignore[arg-type]  # by name
    report = Report(words, "vi")
    found = broker_findings(settings, report=report, words=words, language="vi")
    return [(one.state, one.text) for one in found]


def test_the_doctor_finds_nothing_where_there_is_no_broker(words: Words) -> None:
    settings = load_settings(SITE)
    report = Report(words, "vi")
    assert list(broker_findings(settings, report=report, words=words, language="vi")) == []


def test_the_doctor_says_that_both_accounts_get_in(ward_broker: WardBroker, words: Words) -> None:
    found = findings(ward_broker, words)
    assert [state for state, _ in found] == [State.OK, State.OK]
    assert found[0][1] == f"may-1@127.0.0.1:{ward_broker.port}: nối được, có TLS, được báo tin."
    assert found[1][1].startswith(f"{CONSOLE}@")


def test_the_doctor_upsets_no_kiosk_that_runs(ward_broker: WardBroker, words: Words) -> None:
    one = ward_broker.kiosk("may-1")
    console = ward_broker.console()
    until(lambda: len(console.standings()) == 1)
    assert findings(ward_broker, words)[0][0] is State.OK
    until(lambda: one.end.is_connected and console.is_connected)
    assert console.send("may-1", on.StaffReset())
    until(lambda: one.done == [on.StaffReset()])
    until(lambda: console.unanswered == 0)


@pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")  # paho's own
def test_the_doctor_says_what_is_wrong_and_what_to_do(
    ward_broker: WardBroker, words: Words, caplog: pytest.LogCaptureFixture
) -> None:
    door = ward_broker.door("may-1")
    own = Topic(ward="00082", kiosk="may-1", kind=Kind.ANSWER, console="khong-ai")
    others = Topic(ward="00082", kiosk="may-2", kind=Kind.ANSWER, console="khong-ai")
    assert try_door(door, own) == "broker"
    assert try_door(door, others) == "broker-forbidden"
    assert try_door(replace(door, port=1), own, seconds=1.0) == "broker-silent"
    assert try_door(replace(door, host="localhost"), own) == "broker-untrusted"
    with caplog.at_level("WARNING"):
        wrong = replace(door, password="x")  # noqa: S106 - that is what is tested
        assert try_door(wrong, own) == "broker-refused"
    found = findings(ward_broker, words, console="")
    assert [state for state, _ in found] == [State.OK, State.WARNING]
    assert "tài khoản riêng" in found[1][1]

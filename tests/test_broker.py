"""Several kiosks at a ward's broker: a real Mosquitto, real connections, real breaks."""

import json
import logging
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from live_broker import CONSOLE, WARD, Machine, Sheet, WardBroker, until

from kiosk.broker.kiosk import BrokerKiosk
from kiosk.broker.link import Link, LinkState
from kiosk.broker.wire import BEAT_SECONDS, STALE_SECONDS, Request, write_request
from kiosk.command import Locked, Message, NoticesSet, Summoned, Unlocked
from kiosk.console.mqtt_kiosks import MqttKiosks
from kiosk.event import StaffReset
from kiosk.notice import Notice, NoticeKind, mark_of
from kiosk.procedure import Text
from kiosk.standing import Doing, Help, HelpKind, Standing

MANY = 1000


def standing_of(console: MqttKiosks, kiosk: str) -> Standing | None:
    return next((one for one in console.standings() if one.kiosk == kiosk), None)


def doing(console: MqttKiosks, kiosk: str) -> Doing | None:
    found = standing_of(console, kiosk)
    return found.doing if found is not None else None


def is_told(console: MqttKiosks, kiosk: str, code: str) -> bool:
    found = standing_of(console, kiosk)
    return found is not None and code in found.troubles


# How kiosks stand


def test_a_console_that_comes_later_sees_how_a_kiosk_stands(ward_broker: WardBroker) -> None:
    one = ward_broker.kiosk("may-1")
    until(lambda: one.end.is_connected)
    one.stand(Standing(kiosk="may-1", name="Máy 1", doing=Doing.LOCKED, since=5.0))
    time.sleep(0.5)
    console = ward_broker.console()
    until(lambda: doing(console, "may-1") is Doing.LOCKED)
    found = standing_of(console, "may-1")
    assert found is not None
    assert (found.name, found.since) == ("Máy 1", 5.0)


def test_a_call_for_help_is_known_within_a_second(ward_broker: WardBroker) -> None:
    one = ward_broker.kiosk("may-1")
    console = ward_broker.console()
    until(lambda: standing_of(console, "may-1") is not None)
    called = Help(kind=HelpKind.CALLED, since=time.time())
    begun = time.monotonic()
    one.stand(Standing(kiosk="may-1", name="Máy 1", help=called))
    until(lambda: any(each.is_ringing for each in console.standings()), 1.0)
    sys.stdout.write(f"a call is known after {(time.monotonic() - begun) * 1000:.0f} ms\n")


def test_of_many_standings_the_last_one_stays(ward_broker: WardBroker) -> None:
    one = ward_broker.kiosk("may-1")
    console = ward_broker.console()
    for step in range(200):
        one.stand(Standing(kiosk="may-1", name="Máy 1", doing=Doing.GUIDING, step=step))
    until(lambda: (found := standing_of(console, "may-1")) is not None and found.step == 199)
    time.sleep(0.3)
    found = standing_of(console, "may-1")
    assert found is not None
    assert found.step == 199


# Commands


def test_a_notice_reaches_every_kiosk_and_each_says_that_it_shows_it(
    ward_broker: WardBroker,
) -> None:
    today = date(2026, 11, 28)
    notice = Notice(
        id="mat-dien",
        text=Text(vi="Mất điện tầng 2. " * 15, en="No power upstairs."),
        since=today,
        until=today,
        kind=NoticeKind.URGENT,
    )
    machines = [ward_broker.kiosk(f"may-{number}") for number in (1, 2)]
    console = ward_broker.console()
    for number in (1, 2):
        until(lambda number=number: standing_of(console, f"may-{number}") is not None)  # type: ignore[misc]  # a loop's own number
    for one in console.standings():
        assert one.notices == ""
        assert console.send(one.kiosk, NoticesSet((notice,)))
    mark = mark_of((notice,), today)
    for machine in machines:
        until(lambda machine=machine: bool(machine.done))  # type: ignore[misc]  # the same
        assert machine.done == [NoticesSet((notice,))]
        machine.stand(Standing(kiosk="-", name="Máy", since=5.0, notices=mark))
    until(lambda: [one.notices for one in console.standings()] == [mark, mark])


def test_a_command_reaches_the_right_kiosk_only(ward_broker: WardBroker) -> None:
    one, two = ward_broker.kiosk("may-1"), ward_broker.kiosk("may-2")
    console = ward_broker.console()
    until(lambda: len(console.standings()) == 2)
    assert console.send("may-2", Locked())
    until(lambda: two.done == [Locked()])
    until(lambda: console.unanswered == 0)
    assert one.done == []


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_thousand_commands_survive_a_broker_that_is_started_anew(
    ward_broker: WardBroker, how: signal.Signals
) -> None:
    """Figure: `pytest tests/test_broker.py -rP -k thousand`."""
    one = ward_broker.kiosk("may-1")
    console = ward_broker.console(command_seconds=120.0)
    until(lambda: standing_of(console, "may-1") is not None)
    begun = time.monotonic()
    wanted = [Summoned(Message.COME, f"quay-{number}") for number in range(MANY)]
    refused = [command for command in wanted[: MANY // 2] if not console.send("may-1", command)]
    until(lambda: len(one.done) >= MANY // 4)
    ward_broker.stop(how)
    before = len(one.done)
    refused += [command for command in wanted[MANY // 2 :] if not console.send("may-1", command)]
    ward_broker.start()
    until(lambda: console.unanswered == 0, 90)
    times = Counter(one.done)
    assert refused == []
    assert [command for command in wanted if times[command] != 1] == []
    assert len(one.done) == MANY
    took = time.monotonic() - begun
    sys.stdout.write(
        f"{MANY} commands, the broker stopped with {how.name} after {before} of them and started "
        f"anew: each carried out once, none lost, none twice; {took:.1f} s in all\n"
    )


def test_commands_for_a_kiosk_that_is_away_for_a_moment_are_carried_out(
    ward_broker: WardBroker,
) -> None:
    one = ward_broker.kiosk("may-1")
    console = ward_broker.console(patience=60.0)
    until(lambda: standing_of(console, "may-1") is not None)
    one.end.stop()
    assert console.send("may-1", Locked())
    time.sleep(0.5)
    again = ward_broker.kiosk("may-1")
    until(lambda: again.done == [Locked()])
    until(lambda: console.unanswered == 0)
    assert one.done == []


def test_a_command_that_nobody_answers_is_told_to_the_officer(ward_broker: WardBroker) -> None:
    one = ward_broker.kiosk("may-1")
    console = ward_broker.console(patience=60.0, command_seconds=1.0)
    until(lambda: standing_of(console, "may-1") is not None)
    one.end.stop()
    heard: list[float] = []
    console.listen(lambda: heard.append(time.monotonic()))
    assert console.send("may-1", Locked())
    until(lambda: is_told(console, "may-1", "command.unanswered"))
    assert heard, "a live page is told"
    again = ward_broker.kiosk("may-1")
    until(lambda: again.end.is_connected)
    time.sleep(0.5)
    assert again.done == [], "what is over is not carried out later"
    assert console.send("may-1", Unlocked())
    until(lambda: not is_told(console, "may-1", "command.unanswered"))
    assert again.done == [Unlocked()]


def test_a_command_that_comes_too_late_is_refused_and_that_is_told(
    ward_broker: WardBroker,
) -> None:
    one = ward_broker.kiosk("may-1")
    behind = ward_broker.console(clock=lambda: time.time() - 3600)
    until(lambda: doing(behind, "may-1") is Doing.IDLE)
    assert behind.send("may-1", Locked())
    until(lambda: is_told(behind, "may-1", "command.expired"))
    assert one.done == []


def ask(broker: WardBroker, machine: Machine, *payloads: bytes, **more: object) -> list[bytes]:
    """What a kiosk answers to these, in order; all of them are said by the console's account."""
    answers = f"dan-loi/{WARD}/may-1/answer/{CONSOLE}"
    guest = broker.guest(CONSOLE, answers)
    until(lambda: machine.end.is_connected and LinkState.CONNECTED in guest.states)
    values: dict[str, object] = {"answer_to": answers, "mark": b"a" * 32, **more}
    for payload in payloads:
        assert guest.say(f"dan-loi/{WARD}/may-1/command", payload, **values)
    time.sleep(0.5)
    return [one.payload for one in guest.heard]


def request(mark: str = "a" * 32, attempt: int = 1) -> bytes:
    deadline = time.time() + 30
    return write_request(
        Request(mark=mark, attempt=attempt, deadline=deadline, command=StaffReset())
    )


def test_a_command_that_comes_twice_is_carried_out_and_answered_once(
    ward_broker: WardBroker,
) -> None:
    one = ward_broker.kiosk("may-1")
    answers = ask(ward_broker, one, request(), request(), request())
    assert one.done == [StaffReset()]
    assert len(answers) == 1


def test_a_console_that_asks_once_more_is_answered_once_more(ward_broker: WardBroker) -> None:
    one = ward_broker.kiosk("may-1")
    answers = ask(ward_broker, one, request(), request(attempt=2), request(attempt=2))
    assert one.done == [StaffReset()]
    assert len(answers) == 2
    assert answers[0] == answers[1]
    assert b'"done"' in answers[0]


def test_a_retained_command_is_not_carried_out(
    ward_broker: WardBroker, caplog: pytest.LogCaptureFixture
) -> None:
    guest = ward_broker.guest(CONSOLE)
    until(lambda: LinkState.CONNECTED in guest.states)
    answer_to = f"dan-loi/{WARD}/may-1/answer/{CONSOLE}"
    topic = f"dan-loi/{WARD}/may-1/command"
    assert guest.say(topic, request(), is_retained=True, answer_to=answer_to, mark=b"a" * 32)
    with caplog.at_level(logging.WARNING):
        one = ward_broker.kiosk("may-1")
        until(lambda: one.end.is_connected)
        time.sleep(0.5)
    assert one.done == []
    assert "dan-loi/00082/may-1/command" in caplog.text


def test_a_command_of_a_later_version_is_refused_once(
    ward_broker: WardBroker, caplog: pytest.LogCaptureFixture
) -> None:
    one = ward_broker.kiosk("may-1")
    later = request().replace(b'"restart"', b'"dance"')
    with caplog.at_level(logging.WARNING):
        answers = ask(ward_broker, one, later, later)
    assert "dance" not in caplog.text
    assert one.done == []
    assert len(answers) == 1
    assert b'"refused"' in answers[0]


@pytest.mark.parametrize(
    "answer_to", ["", "dan-loi/00082/may-2/answer/trang-can-bo", "dan-loi/00082/may-1/standing"]
)
def test_a_command_whose_answer_would_go_elsewhere_is_dropped(
    ward_broker: WardBroker, caplog: pytest.LogCaptureFixture, answer_to: str
) -> None:
    one = ward_broker.kiosk("may-1")
    with caplog.at_level(logging.WARNING):
        assert ask(ward_broker, one, request(), answer_to=answer_to) == []
    assert one.done == []


# Who is there


@contextmanager
def guiding(
    ward_broker: WardBroker, *, lasts_seconds: int = 150
) -> Iterator[subprocess.Popen[bytes]]:
    """A kiosk in a process of its own that has connected; somebody is guided at it."""
    door = ward_broker.door("may-1")
    told = {
        "host": door.host,
        "port": door.port,
        "ca": str(door.ca),
        "ward": WARD,
        "account": door.account,
        "password": door.password,
        "lasts_seconds": lasts_seconds,
    }
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("broker_client.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(told).encode() + b"\n")
    process.stdin.flush()
    try:
        assert process.stdout.readline() == b"connected\n"
        yield process
    finally:
        process.kill()
        process.wait(10)
        process.stdin.close()
        process.stdout.close()


def test_a_kiosk_whose_process_is_killed_is_shown_offline_with_since_when(
    ward_broker: WardBroker,
) -> None:
    console = ward_broker.console(patience=0.5)
    with guiding(ward_broker):
        until(lambda: doing(console, "may-1") is Doing.GUIDING)
        killed = time.time()
    until(lambda: doing(console, "may-1") is Doing.OFFLINE, 5)
    found = standing_of(console, "may-1")
    assert found is not None
    assert found.name == "Máy sắp mất điện"
    assert abs(found.since - killed) < 2
    assert not console.send("may-1", Locked())
    later = ward_broker.guest(CONSOLE, f"dan-loi/{WARD}/+/link")
    until(lambda: [one.payload for one in later.heard] == [b"offline"])


def test_what_a_citizen_chose_is_forgotten_by_the_broker_when_the_kiosk_is_killed(
    ward_broker: WardBroker,
) -> None:
    disk = ward_broker.state / "mosquitto.db"
    watching = ward_broker.console(patience=0.5, lasts_seconds=3)
    with guiding(ward_broker, lasts_seconds=3):
        until(lambda: doing(watching, "may-1") is Doing.GUIDING)
        spoke = time.time()
        ward_broker.save()
        until(lambda: disk.exists() and "Khai tử".encode() in disk.read_bytes())
    until(lambda: doing(watching, "may-1") is Doing.OFFLINE)

    def is_forgotten() -> bool:
        ward_broker.save()
        time.sleep(0.3)
        kept = disk.read_bytes()
        return b"Khai t" not in kept and b"guiding" not in kept

    until(is_forgotten, 12)  # its console is there: nobody else asks
    watching.stop()
    later = ward_broker.guest(CONSOLE, f"dan-loi/{WARD}/#")
    until(lambda: len(later.heard) == 2)
    time.sleep(0.3)
    kinds = {one.topic.rpartition("/")[2]: one.payload for one in later.heard}
    assert set(kinds) == {"link", "plate"}
    assert kinds["link"] == b"offline"
    assert set(json.loads(kinds["plate"])) == {"format", "at", "name"}
    later.link.stop()
    console = ward_broker.console()
    until(lambda: doing(console, "may-1") is Doing.OFFLINE)
    found = standing_of(console, "may-1")
    assert found is not None
    assert found == Standing(
        kiosk="may-1", name="Máy sắp mất điện", doing=Doing.OFFLINE, since=found.since
    )
    assert not console.send("may-1", Locked())
    assert abs(found.since - spoke) < 10


def test_a_kiosk_that_is_there_is_not_forgotten() -> None:
    assert 2 * BEAT_SECONDS < STALE_SECONDS


def test_a_console_that_comes_later_sees_who_is_offline_and_since_when(
    ward_broker: WardBroker,
) -> None:
    one = ward_broker.kiosk("may-1")
    until(lambda: one.end.is_connected)
    time.sleep(0.3)
    one.end.stop()
    stopped = time.time()
    time.sleep(1.5)
    console = ward_broker.console()
    until(lambda: doing(console, "may-1") is Doing.OFFLINE, 3)
    found = standing_of(console, "may-1")
    assert found is not None
    assert abs(found.since - stopped) < 1.5
    assert not console.send("may-1", Locked())


def test_an_unknown_kiosk_is_sent_nothing(ward_broker: WardBroker) -> None:
    console = ward_broker.console()
    until(lambda: console.is_connected)
    assert not console.send("may-9", Locked())


def test_a_broker_that_is_started_anew_shows_nobody_offline(ward_broker: WardBroker) -> None:
    one = ward_broker.kiosk("may-1")
    console = ward_broker.console()
    until(lambda: doing(console, "may-1") is Doing.IDLE)
    ward_broker.stop()
    ward_broker.start()
    end = time.monotonic() + 4
    while time.monotonic() < end:
        assert doing(console, "may-1") is Doing.IDLE
        time.sleep(0.02)
    assert one.end.is_connected


def test_a_broker_that_stays_away_shows_everybody_offline(ward_broker: WardBroker) -> None:
    one = ward_broker.kiosk("may-1")
    console = ward_broker.console(patience=0.5)
    until(lambda: doing(console, "may-1") is Doing.IDLE)
    ward_broker.stop()
    until(lambda: doing(console, "may-1") is Doing.OFFLINE, 5)
    assert not console.send("may-1", Locked())
    ward_broker.start()
    until(lambda: doing(console, "may-1") is Doing.IDLE, 40)
    assert one.end.is_connected


def test_a_broker_that_is_gone_is_on_the_staff_sheet_until_it_is_back(
    ward_broker: WardBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = ward_broker.kiosk("may-1")
    until(lambda: one.end.is_connected)
    monkeypatch.setattr(one.end._trouble, "_patience", 0.5)
    ward_broker.stop()
    until(lambda: bool(one.sheet.troubles))
    assert one.sheet.troubles == [f"broker.gone: may-1@127.0.0.1:{ward_broker.port}"]
    begun = time.monotonic()
    for step in range(1000):
        one.stand(Standing(kiosk="may-1", name="Máy 1", doing=Doing.GUIDING, step=step))
    assert time.monotonic() - begun < 0.2, "the kiosk does not wait"
    ward_broker.start()
    until(lambda: one.sheet.troubles == [], 40)
    console = ward_broker.console()
    until(lambda: (found := standing_of(console, "may-1")) is not None and found.step == 999)


def test_a_kiosk_that_the_broker_lets_in_but_not_speak_is_told_so(
    ward_broker: WardBroker,
) -> None:
    """It was set up for another ward's code, say."""
    sheet, done = Sheet(), list[object]()
    door = ward_broker.door("may-1")
    end = BrokerKiosk(door, ward="00083", carry_out=done.append, tell=sheet.tell)
    end._trouble._patience = 0.3
    end.stand(Standing(kiosk="may-1", name="Máy 1"))
    end.start()
    until(lambda: sheet.troubles == [f"broker.forbidden: {door.address}"])
    end.stop()


def test_two_machines_with_one_account_are_told_so(ward_broker: WardBroker) -> None:
    one, other = ward_broker.kiosk("may-1"), ward_broker.kiosk("may-1")
    expected = [f"broker.unsteady: may-1@127.0.0.1:{ward_broker.port}"]
    until(lambda: expected in (one.sheet.troubles, other.sheet.troubles), 20)


def test_somebody_who_speaks_no_mqtt_is_left_and_tried_again(ward_broker: WardBroker) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        one = ward_broker.kiosk("may-1", ca=None, port=port)
        welcome = b"\x20\x03\x00\x00\x00"
        for garbage in (
            b"HTTP/1.1 400 Bad Request\r\n\r\n",
            welcome + b"\x40\x01\x00",
            b"\xff" * 99,
        ):
            server.settimeout(20)
            connection, _ = server.accept()
            with connection:
                connection.sendall(garbage)
                time.sleep(0.2)
        assert not one.end.is_connected


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_connection_whose_thread_breaks_down_is_made_anew(
    ward_broker: WardBroker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real, calls = Link._on_connect, []

    def breaks_down_once(link: Link, *values: object) -> None:
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError
        real(link, *values)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(Link, "_on_connect", breaks_down_once)
    with caplog.at_level(logging.WARNING):
        one = ward_broker.kiosk("may-1")
        until(lambda: one.end.is_connected)
    assert "connecting anew" in caplog.text
    console = ward_broker.console()
    until(lambda: standing_of(console, "may-1") is not None)

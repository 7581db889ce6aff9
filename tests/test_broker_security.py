"""A ward's broker lets each machine do its own part and nothing else: tried for real."""

import time
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from live_broker import CONSOLE, WARD, Guest, WardBroker, until
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from kiosk.broker.link import LinkState, Outgoing
from kiosk.broker.set_up import AUTHORITY_FILE, CONF_FILE, Plan, set_up_broker
from kiosk.command import Locked

QUIET_SECONDS = 1.0
"""After that nothing more comes."""


def joined(broker: WardBroker, account: str, *topics: str) -> Guest:
    guest = broker.guest(account, *topics)
    until(lambda: LinkState.CONNECTED in guest.states)
    return guest


@pytest.mark.parametrize(
    ("account", "topic"),
    [
        ("may-1", f"dan-loi/{WARD}/may-2/standing"),
        ("may-1", f"dan-loi/{WARD}/may-2/link"),
        ("may-1", f"dan-loi/{WARD}/may-2/plate"),
        ("may-1", f"dan-loi/{WARD}/may-2/answer/{CONSOLE}"),
        ("may-1", f"dan-loi/{WARD}/may-2/command"),
        ("may-1", f"dan-loi/{WARD}/may-1/command"),
        ("may-1", "dan-loi/00083/may-1/standing"),
        ("may-1", "other"),
        (CONSOLE, f"dan-loi/{WARD}/may-1/standing"),
        (CONSOLE, f"dan-loi/{WARD}/may-1/link"),
        (CONSOLE, f"dan-loi/{WARD}/may-1/plate"),
        (CONSOLE, f"dan-loi/{WARD}/may-1/answer/{CONSOLE}"),
        (CONSOLE, "dan-loi/00083/may-1/command"),
    ],
)
def test_nobody_writes_what_is_not_theirs(
    ward_broker: WardBroker, account: str, topic: str
) -> None:
    assert not joined(ward_broker, account).say(topic, b"x", is_retained=True)


@pytest.mark.parametrize(
    ("account", "topic"),
    [
        ("may-1", f"dan-loi/{WARD}/may-1/standing"),
        ("may-1", f"dan-loi/{WARD}/may-1/link"),
        ("may-1", f"dan-loi/{WARD}/may-1/plate"),
        ("may-1", f"dan-loi/{WARD}/may-1/answer/{CONSOLE}"),
        (CONSOLE, f"dan-loi/{WARD}/may-1/command"),
    ],
)
def test_everybody_writes_what_is_theirs(ward_broker: WardBroker, account: str, topic: str) -> None:
    assert joined(ward_broker, account).say(topic, b"x")


def test_no_account_fills_the_brokers_memory_with_topics_of_its_own(
    ward_broker: WardBroker,
) -> None:
    kiosk, console = joined(ward_broker, "may-1"), joined(ward_broker, CONSOLE)
    for guest, topic in (
        (kiosk, f"dan-loi/{WARD}/may-1/answer/a1"),
        (kiosk, f"dan-loi/{WARD}/may-1/answer/{CONSOLE}/more"),
        (kiosk, f"dan-loi/{WARD}/may-1/standing/more"),
        (console, f"dan-loi/{WARD}/may-1/command/more"),
    ):
        assert not guest.say(topic, b"x" * 60_000, is_retained=True), topic
    told = (ward_broker.set_up / CONF_FILE).read_text(encoding="utf-8")
    for limit in ("memory_limit", "message_size_limit", "max_queued_bytes", "max_packet_size"):
        assert f"\n{limit} " in told


def test_a_kiosk_reads_its_own_commands_and_nothing_else(ward_broker: WardBroker) -> None:
    spy = joined(ward_broker, "may-2", "#", f"dan-loi/{WARD}/may-1/command")
    one = ward_broker.kiosk("may-1")
    console = ward_broker.console()
    until(lambda: len(console.standings()) == 1)
    assert console.send("may-1", Locked())
    until(lambda: one.done == [Locked()])
    officer = joined(ward_broker, CONSOLE)
    assert officer.say(f"dan-loi/{WARD}/may-2/command", b"mine")
    until(lambda: len(spy.heard) > 0)
    time.sleep(QUIET_SECONDS)
    assert {(each.topic, each.payload) for each in spy.heard} == {
        (f"dan-loi/{WARD}/may-2/command", b"mine")
    }


def test_nobody_gets_in_with_a_wrong_password_or_an_unknown_name(
    ward_broker: WardBroker, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("WARNING"):
        for account, changes in (
            ("may-1", {"password": "x"}),
            ("may-1", {"password": ward_broker.door("may-2").password}),
            ("may-9", {"password": "x"}),
        ):
            guest = ward_broker.guest(account, **changes)
            until(lambda guest=guest: LinkState.REFUSED in guest.states)  # type: ignore[misc]  # bound now
            assert LinkState.CONNECTED not in guest.states
    assert "Not authorized" in caplog.text
    assert ward_broker.door("may-2").password not in caplog.text


@pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")  # paho's own
def test_a_broker_with_another_authority_or_another_name_is_not_trusted(
    ward_broker: WardBroker, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    set_up_broker(
        other,
        Plan(ward=WARD, kiosks=("may-1",), consoles=(), hosts=("127.0.0.1",), port=8883),
    )
    for changes in ({"ca": other / AUTHORITY_FILE}, {"host": "localhost"}):
        guest = ward_broker.guest("may-1", **changes)
        until(lambda guest=guest: LinkState.UNTRUSTED in guest.states)  # type: ignore[misc]  # bound now
        assert LinkState.CONNECTED not in guest.states


def test_nobody_gets_in_without_tls(ward_broker: WardBroker) -> None:
    guest = ward_broker.guest("may-1", ca=None)
    time.sleep(2.5)
    assert guest.states == []


def test_nobody_gets_in_without_a_name(ward_broker: WardBroker) -> None:
    answers: list[str] = []
    client = paho.Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
    client.on_connect = lambda _c, _d, _f, reason, _p: answers.append(str(reason))
    client.tls_set(str(ward_broker.door("may-1").ca))
    client.connect("127.0.0.1", ward_broker.port)
    client.loop_start()
    until(lambda: bool(answers))
    client.disconnect()
    client.loop_stop()
    assert answers[0] == "Not authorized"


def test_nobody_puts_another_machine_out_by_calling_itself_so(ward_broker: WardBroker) -> None:
    one = ward_broker.kiosk("may-1")
    until(lambda: one.end.is_connected)
    ends: list[int] = []
    other = ward_broker.door("may-2")
    client = paho.Client(
        CallbackAPIVersion.VERSION2, client_id="may-1", protocol=MQTTProtocolVersion.MQTTv5
    )
    client.username_pw_set(other.account, other.password)
    client.on_connect = lambda _c, _d, _f, _r, _p: ends.append(1)
    client.tls_set(str(other.ca))
    client.connect("127.0.0.1", ward_broker.port)
    client.loop_start()
    until(lambda: bool(ends))
    for _ in range(100):
        assert one.end.is_connected
        time.sleep(0.01)
    client.disconnect()
    client.loop_stop()


def test_a_message_that_is_too_large_is_not_taken(ward_broker: WardBroker) -> None:
    console = ward_broker.console()
    one = joined(ward_broker, "may-1")
    topic = f"dan-loi/{WARD}/may-1/standing"
    one.link.send(Outgoing(topic=topic, payload=b"x" * 100_000, is_retained=True))
    until(lambda: LinkState.GONE in one.states)
    assert console.standings() == ()

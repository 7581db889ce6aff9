"""Several kiosks at a ward's broker: a real Mosquitto, real connections, real breaks."""

import signal
import time
from collections import Counter
from dataclasses import replace

import pytest
from live_broker import CONSOLE, WARD, Machine, WardBroker, until

from kiosk.broker_link import LinkState
from kiosk.broker_wire import Request, write_request
from kiosk.command import Locked, Message, Summoned, Unlocked
from kiosk.console.mqtt_kiosks import MqttKiosks
from kiosk.event import StaffReset
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
    print(f"a call is known after {(time.monotonic() - begun) * 1000:.0f} ms")


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
    print(
        f"{MANY} commands, the broker stopped with {how.name} after {before} of them and started "
        f"anew: each carried out once, none lost, none twice; {took:.1f} s in all"
    )

"""A ward's broker that really runs, and kiosks and consoles at it.

This is a pytest plugin: tests ask for the fixture `ward_broker`.
"""

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kiosk.broker.door import BrokerDoor
from kiosk.broker.kiosk import BrokerKiosk
from kiosk.broker.link import Arrived, Link, LinkState, Outgoing
from kiosk.broker.set_up import (
    AUTHORITY_FILE,
    CONF_FILE,
    MACHINES_FOLDER,
    PASSWORD_SUFFIX,
    Plan,
    set_up_broker,
)
from kiosk.console.kiosks import Board
from kiosk.console.mqtt_kiosks import MqttKiosks
from kiosk.event import Command
from kiosk.standing import Standing

MOSQUITTO = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin")
WARD = "00082"
KIOSKS = ("may-1", "may-2")
CONSOLE = "trang-can-bo"


def until(is_so: Callable[[], bool], seconds: float = 15.0) -> None:
    """Wait until it is so."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "not so in time"
        time.sleep(0.005)


@dataclass
class Sheet:
    """A staff sheet's troubles."""

    troubles: list[str] = field(default_factory=list)

    def tell(self, code: str, /, *, is_there: bool) -> None:
        """Put one on, or take it off."""
        self.troubles = [one for one in self.troubles if one != code]
        if is_there:
            self.troubles.append(code)


@dataclass
class Machine:
    """A kiosk at the broker, without a screen."""

    end: BrokerKiosk
    done: list[Command]
    sheet: Sheet

    def stand(self, standing: Standing) -> None:
        """It stands like this."""
        self.end.stand(standing)


@dataclass
class Guest:
    """Somebody at the broker who listens and speaks as they please."""

    link: Link
    heard: list[Arrived]
    states: list[LinkState]
    taken: list[bool]

    def say(self, topic: str, payload: bytes, **more: object) -> bool:
        """Say something; whether the broker took it."""
        before = len(self.taken)
        self.link.send(
            Outgoing(topic=topic, payload=payload, told=self.taken.append, **more)  # type: ignore[arg-type]  # by name
        )
        until(lambda: len(self.taken) > before)
        return self.taken[-1]


class WardBroker:
    """A Mosquitto of a ward's own, set up by `kiosk broker set-up`'s function."""

    def __init__(self, folder: Path) -> None:
        """Prepare it; it does not run yet."""
        assert MOSQUITTO is not None
        self.folder = folder
        self.state = folder / "var"
        self.state.mkdir()
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            self.port = int(taken.getsockname()[1])
        self.plan = Plan(
            ward=WARD, kiosks=KIOSKS, consoles=(CONSOLE,), hosts=("127.0.0.1",), port=self.port
        )
        self.set_up = folder / "set-up"
        set_up_broker(self.set_up, self.plan)
        conf_d = folder / "conf.d"
        conf_d.mkdir()
        (conf_d / CONF_FILE).symlink_to(self.set_up / CONF_FILE)
        self.conf = folder / "mosquitto.conf"
        self.conf.write_text(  # as Debian's, in this folder
            f"user root\npersistence true\npersistence_location {self.state}/\n"
            f"log_dest file {self.state}/log\ninclude_dir {conf_d}\n",
            encoding="utf-8",
        )
        self._process: subprocess.Popen[bytes] | None = None
        self._stops: list[Callable[[], None]] = []

    def start(self) -> None:
        """Run, and return once somebody can connect."""
        assert MOSQUITTO is not None
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen([MOSQUITTO, "-c", str(self.conf)], stderr=quiet)
        until(self._is_open)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop it, or kill it."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(10)
            self._process = None

    def save(self) -> None:
        """Have it write to its disk all that it holds, soon."""
        assert self._process is not None
        self._process.send_signal(signal.SIGUSR1)

    def door(self, account: str, **changes: object) -> BrokerDoor:
        """An account with its password."""
        file = self.set_up / MACHINES_FOLDER / f"{account}{PASSWORD_SUFFIX}"
        values: dict[str, object] = {
            "host": "127.0.0.1",
            "port": self.port,
            "ca": self.set_up / AUTHORITY_FILE,
            "account": account,
            "password": file.read_text(encoding="utf-8").strip() if file.exists() else "",
        }
        return BrokerDoor(**{**values, **changes})  # type: ignore[arg-type]  # by name

    def kiosk(self, name: str, **changes: object) -> Machine:
        """A kiosk that connects."""
        done: list[Command] = []
        sheet = Sheet()
        end = BrokerKiosk(
            self.door(name, **changes), ward=WARD, carry_out=done.append, tell=sheet.tell
        )
        end.stand(Standing(kiosk=name, name=f"Máy {name[-1]}", since=time.time()))
        end.start()
        self._stops.append(end.stop)
        return Machine(end, done, sheet)

    def console(self, board: Board | None = None, **changes: object) -> MqttKiosks:
        """A console that connects."""
        sheet = Sheet()
        kiosks = MqttKiosks(
            self.door(CONSOLE),
            board or Board(lambda _, __: True),
            ward=WARD,
            own="",
            tell=sheet.tell,
            **changes,  # type: ignore[arg-type]  # by name
        )
        kiosks.start()
        self._stops.append(kiosks.stop)
        return kiosks

    def guest(self, account: str, *topics: str, **changes: object) -> Guest:
        """Somebody who connects with an account."""
        heard: list[Arrived] = []
        states: list[LinkState] = []
        link = Link(
            self.door(account, **changes),
            topics=topics,
            arrived=heard.append,
            changed=states.append,
            tick=lambda: None,
        )
        link.start()
        self._stops.append(link.stop)
        return Guest(link, heard, states, [])

    def close(self) -> None:
        """Everybody leaves, then it stops."""
        for stop in self._stops:
            stop()
        self.stop()

    def _is_open(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self.state / "log").read_text(encoding="utf-8")
        with socket.socket() as tried:
            return tried.connect_ex(("127.0.0.1", self.port)) == 0


@pytest.fixture
def ward_broker(tmp_path: Path) -> Iterator[WardBroker]:
    """A broker that runs."""
    if MOSQUITTO is None:
        pytest.skip("there is no mosquitto (packaging/apt-test.txt)")
    folder = tmp_path / "broker"
    folder.mkdir()
    broker = WardBroker(folder)
    try:
        broker.start()
        yield broker
    finally:
        broker.close()

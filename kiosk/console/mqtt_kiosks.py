"""The kiosks of a ward, through its broker: behind the port `Kiosks`.

A command is asked for again until the kiosk has answered, or until its time is over: then the
officer is told that it has not arrived. The kiosk carries it out once, however often it is asked.

What a kiosk that is gone said of a visit ends at the broker after a time; but Mosquitto takes it
off its disk only when somebody asks for it, so the console does.
"""

import math
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from kiosk.broker.care import BrokerTrouble, Complaints, Tell
from kiosk.broker.door import BrokerDoor
from kiosk.broker.link import Arrived, Link, LinkState, Outgoing
from kiosk.broker.topics import ROOT, Kind, Topic, read_topic
from kiosk.broker.wire import STALE_SECONDS, Outcome, Request, read_reply, write_request
from kiosk.console.kiosks import Board
from kiosk.console.roll import PATIENCE_SECONDS, Roll
from kiosk.event import Command
from kiosk.standing import Standing

COMMAND_SECONDS = 30.0
"""A command that has not arrived by then is not carried out: the visit that it was meant for is
another one."""
AGAIN_SECONDS = 3.0
"""After the broker had it: the answer should be here by then."""
MOST_ASKED = 10_000
SHOWN_SECONDS = 120.0
"""How long it is shown that a command went wrong."""

_HEARD = (Kind.LINK.value, Kind.PLATE.value, Kind.STANDING.value)
_WRONG = {
    Outcome.EXPIRED: "command.expired",
    Outcome.REFUSED: "command.refused",
}


@dataclass(slots=True)
class _Asked:
    """A command that is not answered yet."""

    kiosk: str
    command: Command
    deadline: float
    """Seconds since 1970."""
    ends: float
    """The same by our clock that only goes forward."""
    attempt: int = 0
    again: float = 0.0


class MqttKiosks:
    """All kiosks of the broker, and this machine's own."""

    def __init__(
        self,
        door: BrokerDoor,
        board: Board,
        *,
        ward: str,
        own: str,
        tell: Tell,
        clock: Callable[[], float] = time.time,
        seconds: Callable[[], float] = time.monotonic,
        command_seconds: float = COMMAND_SECONDS,
        patience: float = PATIENCE_SECONDS,
        lasts_seconds: float = STALE_SECONDS,
    ) -> None:
        """Prepare it.

        Args:
            door: the console's account.
            board: has this machine's own kiosk.
            ward: code of the ward.
            own: id of this machine's own kiosk.
            tell: puts trouble on the staff sheet.
            clock: seconds since 1970.
            seconds: seconds that only go forward.
            command_seconds: how long a command may be on its way.
            patience: how long a kiosk may be away before that is shown.
            lasts_seconds: so long the broker keeps how a kiosk stood.

        Raises:
            KioskError: `broker.no_authority`.
        """
        self._board, self._ward, self._console = board, ward, door.account
        self._clock, self._seconds = clock, seconds
        self._command_seconds = command_seconds
        self._lasts_seconds = lasts_seconds
        self._asked_broker = seconds()
        """When it was last asked for all that it keeps while somebody was missed."""
        self._complaints = Complaints()
        self._trouble = BrokerTrouble(door.address, tell)
        self._lock = threading.Lock()
        """Never held while somebody is called."""
        self._roll = Roll(ward, own, patience=patience)
        self._asked: dict[str, _Asked] = {}
        self._wrong: dict[str, tuple[str, float]] = {}
        """Kiosk -> what went wrong with a command, and until when that is shown."""
        self._listeners: dict[int, Callable[[], None]] = {}
        self._next = 0
        self._missed: frozenset[str] = frozenset()
        self._link = Link(
            door,
            topics=tuple(f"{ROOT}/{ward}/+/{of}" for of in (*_HEARD, f"answer/{door.account}")),
            arrived=self._take,
            changed=self._stands,
            tick=self._look,
        )

    def start(self) -> None:
        """Connect, now or whenever the broker is there."""
        with self._lock:
            self._roll.lost(now=self._clock(), seconds=self._seconds())
        self._link.start()

    def stop(self) -> None:
        """Leave."""
        self._link.stop()

    @property
    def is_connected(self) -> bool:
        """Whether the broker hears us."""
        return self._link.is_connected

    @property
    def unanswered(self) -> int:
        """How many commands are on their way."""
        with self._lock:
            return len(self._asked)

    # The port

    def standings(self) -> tuple[Standing, ...]:
        """How each kiosk stands now, by name."""
        with self._lock:
            seconds = self._seconds()
            far = self._roll.standings(now=self._clock(), seconds=seconds)
            told = tuple(self._with_trouble(one, seconds) for one in far)
        both = (*self._board.standings(), *told)
        return tuple(sorted(both, key=lambda one: (one.name, one.kiosk)))

    def send(self, kiosk: str, command: Command) -> bool:
        """Send a command; False: there is no such kiosk, or it cannot be reached."""
        if self._board.is_here(kiosk):
            return self._board.send(kiosk, command)
        with self._lock:
            now, seconds = self._clock(), self._seconds()
            is_there = self._roll.is_there(kiosk, now=now, seconds=seconds)
            if not is_there or len(self._asked) >= MOST_ASKED:
                return False
            self._asked[secrets.token_hex(16)] = _Asked(
                kiosk=kiosk,
                command=command,
                deadline=now + self._command_seconds,
                ends=seconds + self._command_seconds,
            )
        self._link.poke()
        return True

    def is_here(self, kiosk: str) -> bool:
        """Whether it is this machine's own: what is sent to it has been done."""
        return self._board.is_here(kiosk)

    def listen(self, heard: Callable[[], None]) -> Callable[[], None]:
        """Have `heard` called whenever a kiosk stands otherwise."""
        end_here = self._board.listen(heard)
        with self._lock:
            number = self._next
            self._next += 1
            self._listeners[number] = heard

        def end() -> None:
            end_here()
            with self._lock:
                self._listeners.pop(number, None)

        return end

    # What comes, on paho's thread

    def _take(self, arrived: Arrived) -> None:
        topic = read_topic(arrived.topic)
        if topic is None:
            self._complaints.about(arrived.topic)
            return
        with self._lock:
            is_understood = (
                self._answered(topic, arrived)
                if topic.kind is Kind.ANSWER
                else self._roll.hear(
                    topic,
                    arrived.payload,
                    is_retained=arrived.is_retained,
                    now=self._clock(),
                    seconds=self._seconds(),
                )
            )
        if is_understood:
            self._changed()
        else:
            self._complaints.about(arrived.topic)

    def _answered(self, topic: Topic, arrived: Arrived) -> bool:
        reply = read_reply(arrived.payload)
        if reply is None or reply.mark.encode() != arrived.mark or topic.console != self._console:
            return False
        asked = self._asked.get(reply.mark)
        if asked is None:
            return True  # it came late, or twice
        if (topic.ward, topic.kiosk) != (self._ward, asked.kiosk):
            return False
        del self._asked[reply.mark]
        if reply.outcome is Outcome.DONE:
            self._wrong.pop(asked.kiosk, None)
        else:
            self._went_wrong(asked.kiosk, _WRONG[reply.outcome])
        return True

    # On the link's thread

    def _stands(self, state: LinkState) -> None:
        self._trouble.stands(state)
        with self._lock:
            if state is LinkState.CONNECTED:
                self._roll.back()
            else:
                self._roll.lost(now=self._clock(), seconds=self._seconds())

    def _look(self) -> None:
        self._trouble.look()
        with self._lock:
            now, seconds = self._clock(), self._seconds()
            over = [mark for mark, one in self._asked.items() if one.ends <= seconds]
            for mark in over:
                self._went_wrong(self._asked.pop(mark).kiosk, "command.unanswered")
            is_up = self._link.is_connected
            due = [mark for mark, one in self._asked.items() if is_up and one.again <= seconds]
            sent = [self._once_more(mark, now) for mark in due]
            missed = self._roll.missed(now=now, seconds=seconds)
            is_changed = bool(over) or missed != self._missed
            self._missed = missed
            is_to_ask = bool(missed) and seconds - self._asked_broker > self._lasts_seconds
            if is_to_ask:
                self._asked_broker = seconds
        if is_to_ask:
            self._link.listen_again()
        for outgoing in sent:
            self._link.send(outgoing)
        if is_changed:
            self._changed()

    def _once_more(self, mark: str, now: float) -> Outgoing:
        asked = self._asked[mark]
        asked.attempt += 1
        asked.again = math.inf  # until the broker has it

        def told(is_taken: bool) -> None:  # noqa: FBT001 - a callback's only value
            asked.again = self._seconds() + AGAIN_SECONDS
            self._trouble.allowed(is_taken=is_taken)

        request = Request(
            mark=mark, attempt=asked.attempt, deadline=asked.deadline, command=asked.command
        )
        return Outgoing(
            topic=str(Topic(ward=self._ward, kiosk=asked.kiosk, kind=Kind.COMMAND)),
            payload=write_request(request),
            seconds=max(1, math.ceil(asked.deadline - now)),
            answer_to=str(
                Topic(ward=self._ward, kiosk=asked.kiosk, kind=Kind.ANSWER, console=self._console)
            ),
            mark=mark.encode(),
            told=told,
        )

    # With the lock held

    def _went_wrong(self, kiosk: str, code: str) -> None:
        self._wrong[kiosk] = code, self._seconds() + SHOWN_SECONDS

    def _with_trouble(self, standing: Standing, seconds: float) -> Standing:
        code, until = self._wrong.get(standing.kiosk, ("", 0.0))
        if not code or seconds >= until:
            return standing
        return replace(standing, troubles=(*standing.troubles, code))

    def _changed(self) -> None:
        with self._lock:
            listeners = tuple(self._listeners.values())
        for heard in listeners:
            heard()

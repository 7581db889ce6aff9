"""A kiosk at the ward's broker: says how it stands, takes commands, answers each once.

What is told of a visit does not outlive the kiosk's silence at the broker: there it lasts for a
time only, and is said again before that is over. What stays is a plate with the kiosk's name.

A broker that is gone neither stops nor slows the kiosk: what it would be told waits, of standings
only the last.
"""

import math
import time
from collections.abc import Callable

from kiosk.broker.care import BrokerTrouble, Complaints, Tell
from kiosk.broker.desk import Desk
from kiosk.broker.door import BrokerDoor
from kiosk.broker.link import Arrived, Link, LinkState, Outgoing
from kiosk.broker.topics import OFFLINE, ONLINE, Kind, Topic, read_topic
from kiosk.broker.wire import (
    BEAT_SECONDS,
    STALE_SECONDS,
    Beat,
    write_beat,
    write_plate,
    write_reply,
)
from kiosk.event import Command
from kiosk.standing import Standing

SESSION_SECONDS = 24 * 3600
"""How long the broker keeps what is meant for a kiosk that is away."""


class BrokerKiosk:
    """The kiosk's end."""

    def __init__(
        self,
        door: BrokerDoor,
        *,
        ward: str,
        carry_out: Callable[[Command], None],
        tell: Tell,
        clock: Callable[[], float] = time.time,
        lasts_seconds: int = STALE_SECONDS,
    ) -> None:
        """Prepare it; the kiosk's id is the account.

        Args:
            door: the kiosk's account.
            ward: code of the ward.
            carry_out: gives a command to the kiosk; from any thread, returns at once.
            tell: puts trouble on the staff sheet.
            clock: seconds since 1970.
            lasts_seconds: so long after its last word the broker drops how it stood; more than
                `BEAT_SECONDS`, or a kiosk that is there would be forgotten.

        Raises:
            KioskError: `broker.no_authority`.
        """
        self._ward, self._kiosk = ward, door.account
        self._carry_out = carry_out
        self._clock = clock
        self._lasts_seconds = lasts_seconds
        self._desk = Desk()
        self._complaints = Complaints()
        self._trouble = BrokerTrouble(door.address, tell)
        self._standing: Standing | None = None
        self._said: Standing | None = None
        self._said_at = self._named_at = -math.inf
        self._is_under_way = False
        self._command = str(self._topic(Kind.COMMAND))
        self._link = Link(
            door,
            topics=(self._command,),
            arrived=self._take,
            changed=self._stands,
            tick=self._look,
            session_seconds=SESSION_SECONDS,
            will=Outgoing(topic=str(self._topic(Kind.LINK)), payload=OFFLINE),
        )

    @property
    def is_connected(self) -> bool:
        """Whether the broker hears this kiosk."""
        return self._link.is_connected

    def stand(self, standing: Standing) -> None:
        """The kiosk stands like this now. From any thread; returns at once."""
        self._standing = standing
        self._link.poke()

    def start(self) -> None:
        """Connect, now or whenever the broker is there."""
        self._link.start()

    def stop(self) -> None:
        """Leave; whoever watches sees the kiosk offline."""
        self._link.stop()

    def _stands(self, state: LinkState) -> None:
        self._trouble.stands(state)
        if state is LinkState.CONNECTED:
            self._said_at = self._named_at = -math.inf
            topic = str(self._topic(Kind.LINK))
            self._link.send(Outgoing(topic=topic, payload=ONLINE, is_retained=True))

    def _look(self) -> None:
        """Say how the kiosk stands, if that is news or it is time.

        One at a time: after a break paho sends again what is under way, and an old standing must
        not come after a newer one.
        """
        self._trouble.look()
        standing, now = self._standing, time.monotonic()
        is_due = standing is not self._said or now - self._said_at >= BEAT_SECONDS
        if standing is None or not is_due or self._is_under_way or not self._link.is_connected:
            return
        self._said, self._said_at, self._is_under_way = standing, now, True
        beat = Beat(at=self._clock(), standing=standing)
        if now - self._named_at >= BEAT_SECONDS:
            self._named_at = now
            topic = str(self._topic(Kind.PLATE))
            self._link.send(Outgoing(topic=topic, payload=write_plate(beat), is_retained=True))
        self._link.send(
            Outgoing(
                topic=str(self._topic(Kind.STANDING)),
                payload=write_beat(beat),
                is_retained=True,
                seconds=self._lasts_seconds,
                told=self._said_so,
            )
        )

    def _said_so(self, is_taken: bool) -> None:  # noqa: FBT001 - a callback's only value
        self._is_under_way = False
        self._trouble.allowed(is_taken=is_taken)
        self._link.poke()

    def _take(self, arrived: Arrived) -> None:
        answer_to = read_topic(arrived.answer_to)
        own = answer_to is not None and (answer_to.ward, answer_to.kiosk, answer_to.kind) == (
            self._ward,
            self._kiosk,
            Kind.ANSWER,
        )
        if arrived.topic != self._command or arrived.is_retained or not own:
            self._complaints.about(arrived.topic)
            return
        taken = self._desk.take(arrived.payload, arrived.mark, now=self._clock())
        if not taken.is_understood:
            self._complaints.about(arrived.topic)
        if taken.command is not None:
            self._carry_out(taken.command)
        if taken.reply is not None:
            self._link.send(
                Outgoing(
                    topic=arrived.answer_to,
                    payload=write_reply(taken.reply),
                    seconds=int(BEAT_SECONDS),
                    mark=taken.reply.mark.encode(),
                )
            )

    def _topic(self, kind: Kind) -> Topic:
        return Topic(ward=self._ward, kiosk=self._kiosk, kind=kind)

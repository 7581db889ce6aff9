"""One account's connection to the ward's broker: the only module that speaks MQTT.

paho keeps the connection up, on a thread of its own and with growing pauses. All that is sent
goes out on a second thread, for three reasons: whoever sends never waits for the network; paho
calls back with its locks held, so that publishing under a lock of ours that a callback takes
would stop both for ever; and after a break paho sends again everything that it has not seen
acknowledged, at once, while brokers allow twenty: so it is given no more than ten at a time.
"""

import logging
import ssl
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from queue import Empty, SimpleQueue

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from kiosk.broker.door import BrokerDoor
from kiosk.broker.wire import MOST_BYTES
from kiosk.errors import KioskError

log = logging.getLogger("kiosk.broker")

TICK_SECONDS = 0.25
CONNECT_SECONDS = 5.0
"""How long one attempt may take."""
LEAST_PAUSE_SECONDS, MOST_PAUSE_SECONDS = 1, 30
"""Between two attempts."""
KEEP_ALIVE_SECONDS = 15
"""A machine whose power is cut is missed after one and a half of these."""
MOST_UNDER_WAY = 10
MOST_WAITING = 10_000
STOP_SECONDS = 3.0
_WITH_WILL = "Disconnect with will message"


class LinkState(StrEnum):
    """How the connection stands."""

    CONNECTED = "connected"
    GONE = "gone"
    """The broker does not answer."""
    UNTRUSTED = "untrusted"
    """Somebody answers whose certificate is not the broker's."""
    REFUSED = "refused"
    """The broker lets this account not in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message to be sent; it arrives at least once."""

    topic: str
    payload: bytes
    is_retained: bool = False
    seconds: int | None = None
    """After that the broker drops it; None: never."""
    answer_to: str = ""
    mark: bytes = b""
    """Comes back with the answer."""
    told: Callable[[bool], None] | None = None
    """Called on the link's thread once the broker has it, or refuses it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A message that came; all of it is untrusted."""

    topic: str
    payload: bytes
    is_retained: bool
    """It was there before we came."""
    answer_to: str
    mark: bytes


class Link:
    """The connection. `send` may be called from any thread and returns at once."""

    def __init__(
        self,
        door: BrokerDoor,
        *,
        topics: tuple[str, ...],
        arrived: Callable[[Arrived], None],
        changed: Callable[[LinkState], None],
        tick: Callable[[], None],
        session_seconds: int = 0,
        will: Outgoing | None = None,
        is_guest: bool = False,
    ) -> None:
        """Prepare it.

        Args:
            door: the account.
            topics: that are listened to.
            arrived: gets what comes, on paho's thread.
            changed: is told how the connection stands, on the link's thread.
            tick: called a few times a second, and after each `poke`, on the link's thread.
            session_seconds: how long the broker keeps what comes while we are away; 0: not.
            will: what the broker says when we are gone.
            is_guest: what comes is left for the account's owner.

        Raises:
            KioskError: `broker.no_authority`.
        """
        self._door = door
        self._topics = topics
        self._arrived, self._changed, self._tick = arrived, changed, tick
        self._session_seconds = session_seconds
        self._will, self._is_guest = will, is_guest
        self._tls = _tls(door)
        self._queue: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._waiting: deque[Outgoing] = deque()
        self._under_way: dict[int, Outgoing] = {}
        self._state = LinkState.GONE
        self._is_stopping = self._is_again = False
        self._thread = threading.Thread(target=self._run, name="broker", daemon=True)

    @property
    def is_connected(self) -> bool:
        """Whether the broker hears us now."""
        return self._state is LinkState.CONNECTED

    def start(self) -> None:
        """Connect, now or whenever the broker is there; returns at once."""
        self._thread.start()

    def send(self, outgoing: Outgoing) -> None:
        """Send it, now or once the broker is there."""
        self._queue.put(partial(self._take, outgoing))

    def poke(self) -> None:
        """Have `tick` called soon."""
        self._queue.put(None)

    def listen_again(self) -> None:
        """Have the broker say once more what it keeps. From any thread."""
        self._queue.put(self._wish_again)

    def stop(self) -> None:
        """Leave; the broker says our will."""
        self._is_stopping = True
        self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    # On the link's own thread

    def _run(self) -> None:
        client = self._connecting()
        while not self._is_stopping:
            self._work_off()
            self._pump(client)
            self._tick()
            if client._thread is None:  # noqa: SLF001 - paho has no other way to tell
                log.warning("the connection to the broker broke down; connecting anew")
                _leave(client)
                self._note(LinkState.GONE)
                self._forget_under_way()
                time.sleep(LEAST_PAUSE_SECONDS)
                client = self._connecting()
        _leave(client)

    def _work_off(self) -> None:
        """All that has happened; waits for it a little."""
        try:
            happened = self._queue.get(timeout=TICK_SECONDS)
            while True:
                if happened is not None:
                    happened()
                happened = self._queue.get_nowait()
        except Empty:
            return

    def _take(self, outgoing: Outgoing) -> None:
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append(outgoing)
        elif outgoing.told is not None:
            outgoing.told(False)

    def _wish_again(self) -> None:
        self._is_again = True

    def _pump(self, client: Client) -> None:
        if self._is_again and self.is_connected:
            self._is_again = False
            self._subscribe(client)
        while self.is_connected and self._waiting and len(self._under_way) < MOST_UNDER_WAY:
            outgoing = self._waiting.popleft()
            sent = client.publish(
                outgoing.topic,
                outgoing.payload,
                qos=1,
                retain=outgoing.is_retained,
                properties=_properties(outgoing),
            )
            self._under_way[sent.mid] = outgoing

    def _acknowledged(self, number: int, *, is_taken: bool) -> None:
        outgoing = self._under_way.pop(number, None)
        if outgoing is not None and outgoing.told is not None:
            outgoing.told(is_taken)

    def _forget_under_way(self) -> None:
        lost = tuple(self._under_way)
        for number in lost:
            self._acknowledged(number, is_taken=False)

    def _note(self, state: LinkState) -> None:
        if state is not self._state:
            log.info("the broker at %s: %s", self._door.address, state.value)
            self._state = state
            self._changed(state)

    def _subscribe(self, client: Client) -> None:
        if self._topics:
            client.subscribe([(topic, SubscribeOptions(qos=1)) for topic in self._topics])

    def _lost(self) -> None:
        if self.is_connected:
            self._note(LinkState.GONE)

    def _connecting(self) -> Client:
        door = self._door
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=door.account,
            protocol=MQTTProtocolVersion.MQTTv5,
            manual_ack=self._is_guest,
        )
        client.username_pw_set(door.account, door.password)
        if self._tls is not None:
            client.tls_set_context(self._tls)
        if self._will is not None:
            client.will_set(self._will.topic, self._will.payload, qos=1, retain=True)
        client.connect_timeout = CONNECT_SECONDS
        client.reconnect_delay_set(LEAST_PAUSE_SECONDS, MOST_PAUSE_SECONDS)
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        client.on_publish = self._on_publish
        client.on_message = self._on_message
        wishes = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # as paho has it
        wishes.SessionExpiryInterval = self._session_seconds
        wishes.MaximumPacketSize = 2 * MOST_BYTES
        client.connect_async(
            door.host,
            door.port,
            keepalive=KEEP_ALIVE_SECONDS,
            clean_start=not self._session_seconds,
            properties=wishes,
        )
        client.loop_start()
        return client

    # On paho's thread: what comes back to the link's own goes through the queue

    def _on_connect(
        self,
        client: Client,
        _data: object,
        _flags: ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            if self._state is not LinkState.REFUSED:  # it is tried again and again
                log.warning("the broker at %s: %s", self._door.address, reason)
            self._queue.put(partial(self._note, LinkState.REFUSED))
            return
        self._subscribe(client)
        self._queue.put(partial(self._note, LinkState.CONNECTED))

    def _on_connect_fail(self, _client: Client, _data: object) -> None:
        is_tls = isinstance(sys.exception(), ssl.SSLError)  # paho calls while it handles it
        state = LinkState.UNTRUSTED if is_tls else LinkState.GONE
        self._queue.put(partial(self._note, state))

    def _on_disconnect(
        self,
        _client: Client,
        _data: object,
        _flags: DisconnectFlags,
        _reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        self._queue.put(self._lost)

    def _on_publish(
        self,
        _client: Client,
        _data: object,
        number: int,
        reason: ReasonCode,
        _properties: Properties,
    ) -> None:
        is_taken = not reason.is_failure
        self._queue.put(partial(self._acknowledged, number, is_taken=is_taken))

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        try:
            extra = message.properties
            self._arrived(
                Arrived(
                    topic=message.topic,
                    payload=bytes(message.payload),
                    is_retained=message.retain,
                    answer_to=getattr(extra, "ResponseTopic", ""),
                    mark=getattr(extra, "CorrelationData", b""),
                )
            )
        except Exception as error:  # noqa: BLE001 - paho's thread would end of it
            log.error("a message was dropped: %s", type(error).__name__)  # noqa: TRY400 - its text may hold what came


def _leave(client: Client) -> None:
    client.disconnect(reasoncode=ReasonCode(PacketTypes.DISCONNECT, _WITH_WILL))
    client.loop_stop()


def _properties(outgoing: Outgoing) -> Properties:
    extra = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # the same
    if outgoing.seconds is not None:
        extra.MessageExpiryInterval = outgoing.seconds
    if outgoing.answer_to:
        extra.ResponseTopic = outgoing.answer_to
    if outgoing.mark:
        extra.CorrelationData = outgoing.mark
    return extra


def _tls(door: BrokerDoor) -> ssl.SSLContext | None:
    if door.ca is None:
        return None
    try:
        context = ssl.create_default_context(cafile=str(door.ca))
    except (OSError, ssl.SSLError) as error:
        raise KioskError("broker.no_authority", str(error), file=str(door.ca)) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context

"""What `kiosk doctor` finds of the ward's broker: is it reached, trusted, and may we speak.

It connects for a moment with the account of a kiosk or a console; one that runs is put off for as
long and comes back by itself, and what was meant for it is kept. Nothing is written to a topic
that anybody listens to.
"""

import threading
from collections.abc import Iterator

from kiosk.broker.door import BrokerDoor, console_door, kiosk_door
from kiosk.broker.kiosk import SESSION_SECONDS
from kiosk.broker.link import Arrived, Link, LinkState, Outgoing
from kiosk.broker.topics import NOBODY, Kind, Topic
from kiosk.errors import KioskError
from kiosk.finding import Finding, Report, State
from kiosk.procedure import Language
from kiosk.settings import Settings
from kiosk.words import Words

ANSWER_SECONDS = 6.0
_ACCOUNTS = (
    (kiosk_door, Kind.ANSWER, SESSION_SECONDS),
    (console_door, Kind.COMMAND, 0),
)
"""Each with what it may write, and how long its session lasts."""


def broker_findings(
    settings: Settings, *, report: Report, words: Words, language: Language
) -> Iterator[Finding]:
    """A finding for each account at the broker; none where the site wants no broker.

    Args:
        settings: of the site.
        report: puts it into words.
        words: for what fills them.
        language: of the words.
    """
    ward, kiosk = settings.ward.portal.ward_code, settings.broker.kiosk
    for door_of, kind, kept in _ACCOUNTS:
        try:
            door = door_of(settings)
            if door is None:
                continue
            code = try_door(door, _harmless(ward, kiosk, kind), session_seconds=kept)
        except KioskError as error:
            yield report.refused("broker", error, State.WARNING)
            continue
        how = words.say("broker.tls" if door.ca is not None else "broker.no_tls", language)
        state = State.OK if code == "broker" else State.WARNING
        yield report.finding("broker", state, code, address=door.address, how=how, host=door.host)


def try_door(
    door: BrokerDoor, topic: Topic, *, session_seconds: int = 0, seconds: float = ANSWER_SECONDS
) -> str:
    """Connect and speak; how it went, as a code of the doctor's.

    Args:
        door: the account.
        topic: that it should be allowed to write to, and nobody listens to.
        session_seconds: how long the broker keeps what is meant for the account's owner.
        seconds: how long it may take.

    Raises:
        KioskError: `broker.no_authority`.
    """
    is_over = threading.Event()
    found = "broker-silent"

    def ends(code: str) -> None:
        nonlocal found
        if not is_over.is_set():
            found = code
            is_over.set()

    def changed(state: LinkState) -> None:
        match state:
            case LinkState.CONNECTED:
                link.send(Outgoing(topic=str(topic), payload=b"", seconds=1, told=told))
            case LinkState.UNTRUSTED:
                ends("broker-untrusted")
            case LinkState.REFUSED:
                ends("broker-refused")
            case LinkState.GONE:
                ends("broker-silent")

    def told(is_taken: bool) -> None:  # noqa: FBT001 - a callback's only value
        ends("broker" if is_taken else "broker-forbidden")

    link = Link(
        door,
        topics=(),
        arrived=_nobody_hears,
        changed=changed,
        tick=_nothing,
        session_seconds=session_seconds,
        is_guest=True,
    )
    link.start()
    is_over.wait(seconds)
    link.stop()
    return found


def _harmless(ward: str, kiosk: str, kind: Kind) -> Topic:
    """A topic that this account may write to and nobody listens to."""
    if kind is Kind.ANSWER:
        return Topic(ward=ward, kiosk=kiosk, kind=kind, console=NOBODY)
    return Topic(ward=ward, kiosk=NOBODY, kind=kind)


def _nobody_hears(_: Arrived) -> None:
    """What comes is for the kiosk that runs, and stays for it."""


def _nothing() -> None:
    """There is nothing to do in between."""

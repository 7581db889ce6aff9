"""The topics of the ward's broker, and what may stand in them. Pure.

Who speaks is told by the topic alone, which the broker lets nobody else write to.

    dan-loi/WARD/KIOSK/link             online, or offline: the kiosk's last will (retained)
    dan-loi/WARD/KIOSK/plate            its name, and when it last spoke (retained)
    dan-loi/WARD/KIOSK/standing         how it stands (retained until it has been silent for long)
    dan-loi/WARD/KIOSK/command          what staff send it (never retained)
    dan-loi/WARD/KIOSK/answer/CONSOLE   what became of that
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address

ROOT = "dan-loi"
ONLINE, OFFLINE = b"online", b"offline"
NOBODY = "khong-ai"
"""An id that no machine has: nobody listens there, so `kiosk doctor` may speak."""

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_WARD = re.compile(r"[A-Za-z0-9]{1,20}")
_HOST = re.compile(r"[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")
_MOST_ID_LETTERS = 48


class Kind(StrEnum):
    """What a topic is for."""

    LINK = "link"
    PLATE = "plate"
    STANDING = "standing"
    COMMAND = "command"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Whose topic, and what for."""

    ward: str
    kiosk: str
    kind: Kind
    console: str = ""
    """Whom an answer is for."""

    def __str__(self) -> str:
        parts = [ROOT, self.ward, self.kiosk, self.kind.value]
        return "/".join([*parts, self.console] if self.console else parts)


def is_id(text: str) -> bool:
    """Whether this may be the id of a kiosk or of a console."""
    return len(text) <= _MOST_ID_LETTERS and _ID.fullmatch(text) is not None


def is_ward(text: str) -> bool:
    """Whether this code of a ward may stand in a topic."""
    return _WARD.fullmatch(text) is not None


def is_host(text: str) -> bool:
    """Whether this may be the name or the address of a broker."""
    try:
        ip_address(text)
    except ValueError:
        return len(text) <= 253 and _HOST.fullmatch(text) is not None
    return True


def read_topic(text: str) -> Topic | None:
    """The topic, if it is one of ours."""
    parts = text.split("/")
    if len(parts) not in (4, 5) or parts[0] != ROOT or parts[3] not in tuple(Kind):
        return None
    ward, kiosk, kind = parts[1], parts[2], Kind(parts[3])
    console = parts[4] if len(parts) == 5 else ""
    is_ours = is_ward(ward) and is_id(kiosk) and (kind is Kind.ANSWER) == (len(parts) == 5)
    if not is_ours or (console and not is_id(console)):
        return None
    if kind is Kind.ANSWER and not console:
        return None
    return Topic(ward=ward, kiosk=kiosk, kind=kind, console=console)

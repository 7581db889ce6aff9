"""How this machine gets to the ward's broker, as its settings say; refused with a sentence.

Beyond this machine there is no broker without TLS.
"""

from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from kiosk.broker.topics import is_ward
from kiosk.errors import KioskError
from kiosk.settings import Settings

MOST_PASSWORD = 200
"""Letters of a password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerDoor:
    """An account at a broker, and the way there."""

    host: str
    port: int
    ca: Path | None
    """Who signed its certificate; None: no TLS, on this machine only."""
    account: str
    password: str = field(repr=False)

    @property
    def address(self) -> str:
        """As staff read it."""
        return f"{self.account}@{self.host}:{self.port}"


def kiosk_door(settings: Settings) -> BrokerDoor | None:
    """The kiosk's own account; None: the site wants no broker.

    Raises:
        KioskError: `broker.no_tls`, `broker.no_ward`, `broker.no_kiosk`, `broker.no_password`,
            `broker.no_authority`.
    """
    wanted = settings.broker
    if not wanted.host:
        return None
    if not wanted.kiosk:
        raise KioskError("broker.no_kiosk")
    return _door(settings, wanted.kiosk, wanted.password_file)


def console_door(settings: Settings) -> BrokerDoor | None:
    """The account of this machine's console; None: it does not watch the broker's kiosks.

    Raises:
        KioskError: as `kiosk_door`, and `broker.no_console`.
    """
    wanted = settings.broker
    if not (wanted.host and wanted.watches):
        return None
    if not wanted.console or wanted.console == wanted.kiosk:
        raise KioskError("broker.no_console")
    return _door(settings, wanted.console, wanted.console_password_file)


def _door(settings: Settings, account: str, password_file: str) -> BrokerDoor:
    wanted = settings.broker
    if not is_ward(settings.ward.portal.ward_code):
        raise KioskError("broker.no_ward")
    if not wanted.ca and not _is_this_machine(wanted.host):
        raise KioskError("broker.no_tls", host=wanted.host)
    ca = Path(wanted.ca) if wanted.ca else None
    if ca is not None and not ca.is_file():
        raise KioskError("broker.no_authority", file=wanted.ca)
    return BrokerDoor(
        host=wanted.host,
        port=wanted.port,
        ca=ca,
        account=account,
        password=_password(password_file),
    )


def _password(file: str) -> str:
    try:
        password = Path(file).read_text(encoding="utf-8")[: MOST_PASSWORD + 1].strip()
    except (OSError, UnicodeDecodeError) as error:
        raise KioskError("broker.no_password", file=file or "password_file") from error
    if not password:
        raise KioskError("broker.no_password", file=file)
    return password


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False

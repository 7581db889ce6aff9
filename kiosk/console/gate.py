"""The console's socket: whoever comes is counted before a word is said, under TLS too.

The console is a thread of the kiosk: whoever holds its connections holds the kiosk's own file
descriptors, and without them it can neither print nor keep anything.
"""

import logging
import socket
import struct
from collections import Counter
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

from kiosk.errors import KioskError

log = logging.getLogger("kiosk.console.gate")

MOST_CONNECTIONS = 200
MOST_OF_ONE_ADDRESS = 60
"""A browser opens six, and a ward may sit behind one address."""
MOST_LEAVING = 40
"""Connections that were ended for somebody else's sake and are not gone yet."""
ACCEPTED_AT_ONCE = 16
"""Then the server does something else; where none can be had it complains as often."""
MOST_WAITING = 128
"""Connections that the system keeps before they are counted: they cost us nothing yet."""

_MOST_TURNED_AWAY = 64
"""At once; then the server does something else."""
AT_ONCE = struct.pack("ii", 1, 0)
"""For SO_LINGER: a connection that is closed leaves nothing behind."""
_OWN_NETWORK = 64
"""Bits of an IPv6 address that its owner did not choose."""


class Gate(socket.socket):
    """Listens; connections beyond a bound are ended at once."""

    def __init__(self, family: socket.AddressFamily) -> None:
        """Make it; it is not yet bound."""
        super().__init__(family, socket.SOCK_STREAM)
        self._inside: WeakKeyDictionary[socket.socket, str] = WeakKeyDictionary()
        self._leaving: WeakSet[socket.socket] = WeakSet()

    def accept(self) -> tuple[socket.socket, Any]:
        """The next connection for which there is room.

        Raises:
            BlockingIOError: there is none now.
            OSError: none can be had.
        """
        for _ in range(_MOST_TURNED_AWAY):
            came, address = super().accept()
            owner = owner_of(str(address[0]))
            if self._has_room(owner):
                self._inside[came] = owner
                return came, address
            log.warning("connections are turned away, of %s too", address[0])
            came.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            came.close()
        raise BlockingIOError

    def _has_room(self, owner: str) -> bool:
        """Whether one more of this owner may come in, if need be in place of another's oldest."""
        everybody = [one for one in self._inside if one.fileno() >= 0]
        held = Counter(self._inside[one] for one in everybody if one not in self._leaving)
        if held[owner] >= MOST_OF_ONE_ADDRESS or len(everybody) >= MOST_CONNECTIONS + MOST_LEAVING:
            return False
        if held.total() < MOST_CONNECTIONS:
            return True
        greedy, count = held.most_common(1)[0]
        if count <= held[owner] + 1:
            return False
        oldest = next(
            one for one in everybody if self._inside[one] == greedy and one not in self._leaving
        )
        self._leaving.add(oldest)
        with suppress(OSError):  # gone already
            oldest.shutdown(socket.SHUT_RDWR)
        return True


def open_gate(address: str, port: int) -> Gate:
    """Listen there.

    Raises:
        KioskError: `console.no_address`.
    """
    is_new = ip_address(address).version == 6
    made = Gate(socket.AF_INET6 if is_new else socket.AF_INET)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((address, port))
        made.listen(MOST_WAITING)
    except OSError as error:
        made.close()
        detail = error.strerror or ""
        raise KioskError("console.no_address", detail, address=address, port=str(port)) from error
    return made


def owner_of(address: str) -> str:
    """What one machine has only one of: its address, or all that it may choose from."""
    found: IPv4Address | IPv6Address = ip_address(address)
    if isinstance(found, IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(IPv6Network((int(found), _OWN_NETWORK), strict=False))

"""Serves the console on a thread of its own: a socket, TLS where it must be, patience.

Beyond this machine there is no console without TLS. Whatever goes wrong here is said to staff
and leaves the kiosk itself alone.
"""

import asyncio
import logging
import socket
import threading
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from kiosk.console import gate
from kiosk.console.certificate import Certificate
from kiosk.console.closing import Closing
from kiosk.console.crowd import Crowd
from kiosk.console.gate import ACCEPTED_AT_ONCE, MOST_WAITING, open_gate
from kiosk.console.patience import PatientProtocol
from kiosk.console.sparing import Sparing
from kiosk.errors import KioskError

log = logging.getLogger("kiosk.console")

HANDSHAKE_SECONDS = 10.0
"""For TLS, before the first request."""
STOP_SECONDS = 5.0
_FAR_4, _FAR_6 = "192.0.2.1", "2001:db8::1"
"""Addresses of examples (RFC 5737, RFC 3849): nothing is ever sent there."""

_SPARING = Sparing()


def _is_worth_saying(record: logging.LogRecord) -> bool:
    """Browsers that keep a connection open while the kiosk stops are no error."""
    return not str(record.msg).startswith("Cancel ")


class _Server(uvicorn.Server):
    """Says when it serves, has patience with TLS as with all else, and looks at everybody."""

    def __init__(self, config: uvicorn.Config, ready: threading.Event) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve; the base class would wait a minute for each TLS handshake."""
        await self.lifespan.startup()
        loop = asyncio.get_running_loop()
        is_tls = self.config.ssl is not None
        self.servers = [
            await loop.create_server(
                self._protocol,
                sock=one,
                ssl=self.config.ssl,
                backlog=ACCEPTED_AT_ONCE,
                ssl_handshake_timeout=HANDSHAKE_SECONDS if is_tls else None,
                ssl_shutdown_timeout=HANDSHAKE_SECONDS if is_tls else None,
            )
            for one in sockets or ()
        ]
        for one in sockets or ():
            one.listen(MOST_WAITING)
        self.started = True
        self._ready.set()

    async def on_tick(self, counter: int) -> bool:
        """Whether to stop; asked ten times a second."""
        if counter % 10 == 0:
            for connection in tuple(self.server_state.connections):
                if isinstance(connection, PatientProtocol):
                    connection.look()
        return await super().on_tick(counter)

    def _protocol(self) -> PatientProtocol:
        return PatientProtocol(self.config, self.server_state, self.lifespan.state)


def is_this_machine(address: str) -> bool:
    """Whether nobody beyond this machine can reach the address."""
    return ip_address(address).is_loopback


def reachable(address: str) -> str:
    """What officers type to get to a server that listens at `address`.

    For "every card" that is the address of the one that leads out of here, or the machine's
    name where none does.
    """
    own = ip_address(address)
    if not own.is_unspecified:
        return address
    is_new = own.version == 6
    family, far = (socket.AF_INET6, _FAR_6) if is_new else (socket.AF_INET, _FAR_4)
    with socket.socket(family, socket.SOCK_DGRAM) as never_sends:
        try:
            never_sends.connect((far, 9))
            return str(never_sends.getsockname()[0])
        except OSError:
            return socket.gethostname()


class ConsoleServer:
    """The server; start it, and stop it when the kiosk shuts down."""

    def __init__(
        self,
        make_app: Callable[[], ASGIApp],
        *,
        address: str,
        port: int,
        certificate: Certificate | None,
        closing: Closing,
        stopped: Callable[[], None],
    ) -> None:
        """Prepare it.

        Args:
            make_app: makes the application, on the server's thread.
            address: of the interface to listen at.
            port: 0: any that is free.
            certificate: None: no TLS, which only this machine itself may have.
            closing: is set to end pages that stay open.
            stopped: called, on the server's thread, when it ends without having been told to.

        Raises:
            KioskError: `console.no_certificate`, `console.no_address`.
        """
        if certificate is None and not is_this_machine(address):
            raise KioskError("console.no_certificate", "there is none", file="certificate")
        self._make_app = make_app
        self._certificate = certificate
        self._closing = closing
        self._stopped = stopped
        self._socket = open_gate(address, port)
        self._server: uvicorn.Server | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="console", daemon=True)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._socket.getsockname()[1])

    def start(self) -> None:
        """Serve, and return once it does."""
        self._thread.start()
        self._ready.wait(STOP_SECONDS)

    def stop(self) -> None:
        """Serve no more; pages that stay open end at once."""
        self._closing.set()
        if self._server is not None:
            self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)
        self._socket.close()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception:
            log.exception("the console has stopped")
        finally:
            self._ready.set()
            if not self._closing.is_set:
                self._stopped()

    async def _serve(self) -> None:
        files: dict[str, Any] = {}
        if self._certificate is not None:
            files = {
                "ssl_certfile": str(self._certificate.file),
                "ssl_keyfile": str(self._certificate.key),
            }
        asyncio.get_running_loop().set_exception_handler(_SPARING.of_loop)
        for name in ("uvicorn.error", gate.log.name):
            logging.getLogger(name).addFilter(_SPARING)
        logging.getLogger("uvicorn.error").addFilter(_is_worth_saying)
        config = uvicorn.Config(
            Crowd(self._make_app()),
            http=PatientProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=1,
            h11_max_incomplete_event_size=16_384,
            **files,
        )
        self._server = _Server(config, self._ready)
        await self._server.serve(sockets=[self._socket])
        for connection in tuple(self._server.server_state.connections):
            connection.transport.abort()  # a browser that will not let go
        await asyncio.sleep(0)

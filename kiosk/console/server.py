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
from uvicorn.protocols.http.h11_impl import H11Protocol

from kiosk.console.certificate import Certificate
from kiosk.console.closing import Closing
from kiosk.errors import KioskError

log = logging.getLogger("kiosk.console")

HEAD_SECONDS = 10.0
"""A connection that has asked for nothing by then is closed."""
MOST_CONNECTIONS = 200
STOP_SECONDS = 5.0
_FAR_4, _FAR_6 = "192.0.2.1", "2001:db8::1"
"""Addresses of examples (RFC 5737, RFC 3849): nothing is ever sent there."""


class _PromptProtocol(H11Protocol):
    """Closes a connection that dawdles over the head of its first request."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the base class has it
        """Somebody has connected."""
        super().connection_made(transport)
        self.loop.call_later(HEAD_SECONDS, self._close_if_silent)

    def _close_if_silent(self) -> None:
        if self.cycle is None and not self.transport.is_closing():
            self.transport.close()


def _is_worth_saying(record: logging.LogRecord) -> bool:
    """Browsers that keep a connection open while the kiosk stops are no error."""
    return not str(record.msg).startswith("Cancel ")


class _Server(uvicorn.Server):
    """Says when it serves."""

    def __init__(self, config: uvicorn.Config, ready: threading.Event) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve."""
        await super().startup(sockets)
        self._ready.set()


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
        self._socket = _listening(address, port)
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
        logging.getLogger("uvicorn.error").addFilter(_is_worth_saying)
        config = uvicorn.Config(
            self._make_app(),
            http=_PromptProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=MOST_CONNECTIONS,
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


def _listening(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ip_address(address).version == 6 else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((address, port))
        made.listen(128)
    except OSError as error:
        made.close()
        detail = error.strerror or ""
        raise KioskError("console.no_address", detail, address=address, port=str(port)) from error
    return made

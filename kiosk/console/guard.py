"""What every request goes through before any page: host, size, patience, headers.

An ASGI application around another one. It knows no accounts and no pages.
"""

import asyncio
import logging
from collections.abc import Callable
from ipaddress import ip_address

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kiosk.console.web import MOST_BODY_BYTES

log = logging.getLogger("kiosk.console")

BODY_SECONDS = 20.0
"""A body that takes longer is given up."""

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "font-src 'self'; media-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}
PERMISSIONS = "Permissions-Policy"
_NO_PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
MICROPHONE_ONLY = _NO_PERMISSIONS.replace("microphone=()", "microphone=(self)")
"""For the one page at which a sentence may be spoken."""


class Guard:
    """Lets through what may be a request to us, and puts our headers on every answer."""

    def __init__(
        self,
        inner: ASGIApp,
        *,
        names: frozenset[str],
        most_bytes: Callable[[str, str], int],
        too_large: Callable[[Request], Response],
        body_seconds: float = BODY_SECONDS,
    ) -> None:
        """Stand before `inner`.

        Args:
            inner: the pages.
            names: host names under which the console may be asked for, in small letters; its
                plain addresses always do: no other site can point a name of its own at us.
            most_bytes: method and path -> how large a body may be.
            too_large: what is answered to a body that says it is larger; it is not read.
            body_seconds: how long it may take.
        """
        self._inner = inner
        self._names = names
        self._most_bytes = most_bytes
        self._too_large = too_large
        self._body_seconds = body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            return  # no websocket, no lifespan
        headers = Headers(scope=scope)
        answered = _Answer(send)
        if not self._is_us(headers.getlist("host")):
            await _refuse(PlainTextResponse("", status_code=421), scope, receive, answered)
            return
        most = min(self._most_bytes(scope["method"], scope["path"]), MOST_BODY_BYTES)
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdigit()) or int(length) > most:
            await _refuse(self._too_large(Request(scope)), scope, receive, answered)
            return
        body = _Body(receive, most=most, seconds=self._body_seconds)
        await self._inner(scope, body, answered)

    def _is_us(self, hosts: list[str]) -> bool:
        if len(hosts) != 1:
            return False
        name = hosts[0].lower()
        if name.startswith("["):
            name = name[1:].partition("]")[0]
        elif name.count(":") == 1:
            name = name.partition(":")[0]
        if name in self._names:
            return True
        try:
            ip_address(name)
        except ValueError:
            return False
        return True


class _Answer:
    """Sends an answer with our headers on it."""

    def __init__(self, send: Send) -> None:
        self._send = send

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
            headers.setdefault(PERMISSIONS, _NO_PERMISSIONS)
            headers.setdefault("Cache-Control", "no-store")
        await self._send(message)


class _Body:
    """Receives a body, no more and no longer than may be; the page's check says why not."""

    def __init__(self, receive: Receive, *, most: int, seconds: float) -> None:
        self._receive = receive
        self._left = most
        self._until = asyncio.get_running_loop().time() + seconds
        self._is_whole = False

    async def __call__(self) -> Message:
        if self._is_whole:
            return await self._receive()  # the browser leaves: that may take all day
        left = self._until - asyncio.get_running_loop().time()
        try:
            message = await asyncio.wait_for(self._receive(), max(left, 0.001))
        except TimeoutError:
            raise HTTPException(408) from None
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            if self._left < 0:
                raise HTTPException(413)
            self._is_whole = not message.get("more_body", False)
        return message


async def _refuse(response: Response, scope: Scope, receive: Receive, send: _Answer) -> None:
    """Answer without reading on."""
    log.info("a request is refused: %s %s", response.status_code, scope["path"])
    response.headers["connection"] = "close"
    await response(scope, receive, send)

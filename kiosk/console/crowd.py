"""How many requests are answered at once: whoever leaves before the answer leaves work behind.

An ASGI application around another one.
"""

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from kiosk.console.gate import MOST_CONNECTIONS
from kiosk.console.guard import bare_headers

TOO_BUSY = (
    "Trang đang có quá nhiều yêu cầu. Xin chờ một phút rồi thử lại.\n"
    "There are too many requests at the moment. Please wait a minute and try again.\n"
)
"""In both languages: nobody knows yet who asks."""


class Crowd:
    """Lets so many requests through and asks all others to come again."""

    def __init__(self, inner: ASGIApp, *, most: int = MOST_CONNECTIONS) -> None:
        """Stand before `inner`."""
        self._inner = inner
        self._most = most
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if self._under_way >= self._most:
            headers = {name.decode(): value.decode() for name, value in bare_headers()}
            response = Response(TOO_BUSY, 503, {**headers, "connection": "close"})
            await response(scope, receive, send)
            return
        self._under_way += 1
        try:
            await self._inner(scope, receive, send)
        finally:
            self._under_way -= 1

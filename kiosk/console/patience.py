"""How long a connection may take: for the head of a request, for an answer, for its end.

Looked at once a second (`look`), so that no timer can be forgotten on any way.
"""

import asyncio
import socket

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from kiosk.console.gate import AT_ONCE
from kiosk.console.guard import bare_headers

HEAD_SECONDS = 10.0
"""For the head of a request, from its first letter; for the first one from the beginning."""
READER_SECONDS = 30.0
"""A reader who does not read is left, also one whom nothing but the end is to be told."""

NOT_UNDERSTOOD = (
    "Máy không hiểu yêu cầu vừa nhận nên không làm gì.\n"
    "What was sent is no request that can be understood; nothing was done.\n"
)
"""In both languages: nobody knows yet who asks."""


class PatientProtocol(H11Protocol):
    """Ends a connection that dawdles."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the base class has it
        """Somebody has connected."""
        super().connection_made(transport)
        self._head_since: float | None = self.loop.time()
        self._unread_since: float | None = None
        self._closing_since: float | None = None

    def data_received(self, data: bytes) -> None:
        """Something has come."""
        super().data_received(data)
        if self._is_answering:
            self._head_since = None
        elif self._head_since is None:
            self._head_since = self.loop.time()

    def pause_writing(self) -> None:
        """They read more slowly than we write."""
        super().pause_writing()
        self._unread_since = self.loop.time()

    def resume_writing(self) -> None:
        """They have caught up."""
        super().resume_writing()
        self._unread_since = None

    def look(self) -> None:
        """End the connection if it has taken too long."""
        now = self.loop.time()
        if self._closing_since is None and self.transport.is_closing():
            self._closing_since = now
        is_unread = _is_over(self._unread_since, now, READER_SECONDS)
        if is_unread or _is_over(self._closing_since, now, READER_SECONDS):
            self._leave()
        elif not self._is_answering and _is_over(self._head_since, now, HEAD_SECONDS):
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request; while an answer is on its way there is no place for one."""
        if self._is_answering or self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self._leave()
            return
        content = NOT_UNDERSTOOD.encode()
        length = (b"content-length", str(len(content)).encode())
        head = h11.Response(
            status_code=400,
            headers=[*bare_headers(), length, (b"connection", b"close")],
            reason=msg.encode("ascii", "replace"),
        )
        for event in (head, h11.Data(data=content), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _leave(self) -> None:
        """End it at once: also the system is not to keep what nobody fetches."""
        self.transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE
        )
        self.transport.abort()

    @property
    def _is_answering(self) -> bool:
        """Whether the head of a request was complete, and its answer is not."""
        # The base class says that there is always one; before the first request there is not.
        cycle: object = self.cycle
        return cycle is not None and not self.cycle.response_complete


def _is_over(since: float | None, now: float, seconds: float) -> bool:
    return since is not None and now - since > seconds

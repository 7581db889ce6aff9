"""Wyoming events as bytes and back, within bounds. Must not touch a stream itself.

`wyoming.event.read_event` has no bounds and takes everything that it cannot read for the
end of the stream. What an engine sends is untrusted, so it is taken apart here instead.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from wyoming.event import Event
from wyoming.version import __version__

MOST_HEADER_BYTES = 64 * 1024
"""The line that begins an event; ours are about 100 bytes long."""
MOST_DATA_BYTES = 1024 * 1024
"""The JSON after it: 200 hints are about 20 kB, a server's list of voices may be 200 kB."""
MOST_PAYLOAD_BYTES = 4 * 1024 * 1024
"""The sound after that: two minutes at 16 kHz in one event."""


class BrokenStream(Exception):
    """What came is not the protocol, or is too large. The text never quotes what came."""


@dataclass(frozen=True, slots=True)
class _Header:
    type: str
    data: Mapping[str, object]
    data_bytes: int
    payload_bytes: int


class Unpacker:
    """Takes bytes as they come, gives the events that are complete."""

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._header: _Header | None = None

    def take(self, untrusted: bytes) -> Iterator[Event]:
        """The events that these bytes complete, oldest first.

        Raises:
            BrokenStream: from then on nothing of this stream can be trusted.
        """
        self._waiting += untrusted
        while (event := self._next()) is not None:
            yield event

    def _next(self) -> Event | None:
        if self._header is None:
            line_bytes = self._waiting.find(b"\n", 0, MOST_HEADER_BYTES)
            if line_bytes < 0:
                if len(self._waiting) >= MOST_HEADER_BYTES:
                    raise BrokenStream("a header without end")
                return None
            self._header = _header(self._cut(line_bytes + 1))
        header = self._header
        if len(self._waiting) < header.data_bytes + header.payload_bytes:
            return None
        self._header = None
        data = dict(header.data)
        if header.data_bytes:
            data |= _table(self._cut(header.data_bytes))
        payload = self._cut(header.payload_bytes) if header.payload_bytes else None
        return Event(type=header.type, data=data, payload=payload)

    def _cut(self, count: int) -> bytes:
        part = bytes(self._waiting[:count])
        del self._waiting[:count]
        return part


def pack(event: Event) -> bytes:
    """The event as bytes; half a character, which UTF-8 cannot carry, becomes a "?"."""
    header: dict[str, object] = {"type": event.type, "version": __version__}
    data = b""
    if event.data:
        data = json.dumps(event.data, ensure_ascii=False).encode("utf-8", "replace")
        header["data_length"] = len(data)
    payload = event.payload or b""
    if payload:
        header["payload_length"] = len(payload)
    return json.dumps(header).encode() + b"\n" + data + payload


def _header(untrusted: bytes) -> _Header:
    table = _table(untrusted)
    kind, data = table.get("type"), table.get("data") or {}
    if not isinstance(kind, str) or not isinstance(data, dict):
        raise BrokenStream("a header of another kind")
    return _Header(
        type=kind,
        data=data,
        data_bytes=_length(table.get("data_length"), MOST_DATA_BYTES),
        payload_bytes=_length(table.get("payload_length"), MOST_PAYLOAD_BYTES),
    )


def _table(untrusted: bytes) -> dict[str, object]:
    try:
        table = json.loads(untrusted)
    except (ValueError, RecursionError):
        # The error would quote what came.
        raise BrokenStream("no JSON") from None
    if not isinstance(table, dict):
        raise BrokenStream("no JSON object")
    return table


def _length(untrusted: object, most: int) -> int:
    if untrusted is None:
        return 0
    if not isinstance(untrusted, int) or not 0 <= untrusted <= most:
        raise BrokenStream("an impossible length")
    return untrusted

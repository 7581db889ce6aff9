"""The loop that our workers share: Wyoming events in, Wyoming events out.

A worker is started by the kiosk and speaks over its standard input and output, or it
listens on a TCP port with `--uri tcp://host:port`. Whatever a native library prints must
not get among the events, and nothing of what passes here may be kept or logged.
"""

import ctypes
import os
import resource
import select
import socketserver
from argparse import ArgumentParser
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from enum import Enum, auto
from typing import Protocol

from wyoming.error import Error
from wyoming.event import Event
from wyoming.info import Describe, Info
from wyoming.ping import Ping, Pong

from kiosk.engine_link import Server, address_of
from kiosk.own_process import keep_to_itself
from kiosk.wire import BrokenStream, Unpacker, pack

READ_BYTES = 64 * 1024
MOST_WAITING = 1000
"""Events that are read ahead."""

_DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of prctl(2)."""
_KILL = 9
_LOCK_ALL = 1 | 2 | 4
"""MCL_CURRENT, MCL_FUTURE and MCL_ONFAULT of mlockall(2)."""


class Channel:
    """One caller: events in, events out."""

    def __init__(self, incoming: int, outgoing: int) -> None:
        """Read from and write to these descriptors, which may block."""
        self._incoming = incoming
        self._outgoing = outgoing
        self._unpacker = Unpacker()
        self._events: deque[Event] = deque()

    def take(self) -> Event | None:
        """The next event, as soon as there is one; None: the caller has gone.

        Raises:
            BrokenStream: what came is not the protocol.
        """
        while not self._events:
            untrusted = os.read(self._incoming, READ_BYTES)
            if not untrusted:
                return None
            self._events.extend(self._unpacker.take(untrusted))
        return self._events.popleft()

    def waits(self, seconds: float = 0.0) -> bool:
        """Whether the caller has said something more already, or says so within the time."""
        return bool(self._events) or self._comes(seconds)

    def has(self, kind: str) -> bool:
        """Whether an event of this kind waits already."""
        while len(self._events) < MOST_WAITING and self._comes(0):
            untrusted = os.read(self._incoming, READ_BYTES)
            if not untrusted:
                break
            self._events.extend(self._unpacker.take(untrusted))
        return any(one.type == kind for one in self._events)

    def watch(self, is_looked_for: Callable[[Event], bool], stop: int) -> bool:
        """Read ahead until such an event comes; on another thread, while the first one works.

        Args:
            is_looked_for: of an event that waits; it waits on for `take`.
            stop: a descriptor; once it can be read, nobody looks any more.

        Returns:
            Whether one came, or the caller has gone.
        """
        while not any(map(is_looked_for, self._events)):
            is_full = len(self._events) >= MOST_WAITING
            descriptors = [stop] if is_full else [stop, self._incoming]
            if stop in select.select(descriptors, [], [])[0]:
                return False
            untrusted = os.read(self._incoming, READ_BYTES)
            if not untrusted:
                return True
            self._events.extend(self._unpacker.take(untrusted))
        return True

    def _comes(self, seconds: float) -> bool:
        return bool(select.select([self._incoming], [], [], seconds)[0])

    def send(self, event: Event) -> None:
        """Send an event; waits until it is on its way."""
        left = memoryview(pack(event))
        while left:
            left = left[os.write(self._outgoing, left) :]


class Conversation(Protocol):
    """What a worker does with the events of one caller."""

    def take(self, event: Event, channel: Channel) -> None:
        """Take one event, answer it if need be.

        Raises:
            ValueError: the event makes no sense; the caller is told so.
            Recycle: the worker has grown too large; a fresh one must go on.
        """


class Recycle(Exception):
    """The process has served long enough."""


def arguments_for(description: str) -> ArgumentParser:
    """The parser of a worker's command line, with what all workers have."""
    parser = ArgumentParser(description=description)
    parser.add_argument("--uri", help="tcp://host:port to listen on; left out: stdin, stdout")
    return parser


def serve(
    info: Info, begin: Callable[[], Conversation], *, output: int, uri: str | None = None
) -> int:
    """Serve until there is nobody left to serve; the process's exit status.

    Args:
        info: what this worker is.
        begin: makes the conversation with one caller; over TCP there may be several at once.
        output: what `protect` returned.
        uri: where to listen; None: the caller is at standard input and `output`.
    """
    lock_memory()
    if uri is None:
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, _KILL, 0, 0, 0)
        return int(_converse(Channel(0, output), info, begin()) is _Over.BROKEN)
    address = address_of(uri)
    if not isinstance(address, Server):
        raise SystemExit("--uri tcp://host:port")

    class Caller(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            descriptor = self.request.fileno()
            with suppress(OSError):
                if _converse(Channel(descriptor, descriptor), info, begin()) is _Over.RECYCLED:
                    # Whoever keeps the server running starts a fresh one.
                    self.server.shutdown()

    class Listening(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    with Listening((address.host, address.port), Caller) as listening:
        listening.serve_forever()
    return 0


class _Over(Enum):
    """Why a conversation ended."""

    GONE = auto()
    BROKEN = auto()
    RECYCLED = auto()


def _converse(channel: Channel, info: Info, conversation: Conversation) -> _Over:
    try:
        while (event := channel.take()) is not None:
            if Describe.is_type(event.type):
                channel.send(info.event())
            elif Ping.is_type(event.type):
                channel.send(Pong(text=event.data.get("text")).event())
            else:
                try:
                    conversation.take(event, channel)
                except (ValueError, KeyError, TypeError, AttributeError):
                    # Not its text: that may quote what somebody said.
                    channel.send(Error(text="not understood", code=event.type).event())
    except Recycle:
        return _Over.RECYCLED
    except BrokenStream:
        return _Over.BROKEN
    except BrokenPipeError:
        return _Over.GONE
    return _Over.GONE


def protect() -> int:
    """Keep what is heard, and standard output, to ourselves. The first thing a worker does.

    A crash leaves no dump of its memory; what is printed goes to standard error from now on.

    Returns:
        The descriptor on which events go out.
    """
    keep_to_itself()
    output = os.dup(1)
    os.dup2(2, 1)
    return output


def lock_memory() -> None:
    """Keep what is heard out of the swap, where this process may.

    Only without a limit: with one, the next allocation beyond it would fail.
    """
    if resource.getrlimit(resource.RLIMIT_MEMLOCK)[0] == resource.RLIM_INFINITY or not os.geteuid():
        ctypes.CDLL(None).mlockall(_LOCK_ALL)


def memory_bytes() -> int:
    """Resident memory of this process."""
    with open("/proc/self/statm", "rb") as opened:  # noqa: PTH123 - no path to speak of
        return int(opened.read().split()[1]) * resource.getpagesize()

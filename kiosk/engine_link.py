"""Ways to an engine: a program of our own machine by its pipes, or a server by TCP.

A link moves bytes and never waits for them; it knows nothing of the protocol.
"""

import os
import re
import resource
import selectors
import shlex
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Protocol

from kiosk.engine_end import EXIT_MISSING
from kiosk.errors import KioskError

READ_BYTES = 64 * 1024

CONNECT_SECONDS = 1.5
"""How long a server may take to accept us; closing the kiosk waits for it."""

_LAUNCH = """\
import sys
sys.path[0] = {folder!r}
try:
    import {module} as worker
except ModuleNotFoundError:
    sys.exit({missing})
sys.exit(worker.main(sys.argv[1:]))
"""
_SERVER = re.compile(r"tcp://(?:\[([0-9A-Fa-f:.]+)\]|([^\s/:\[\]]{1,253})):([0-9]{1,5})")
_PROGRAM = "stdio:"


@dataclass(frozen=True, slots=True)
class Program:
    """A program that speaks Wyoming over its standard input and output."""

    arguments: tuple[str, ...]
    """The program and its arguments; it must serve itself, not through a child."""
    memory_bytes: int | None = None
    """Most address space that it may ask for; None: any."""


@dataclass(frozen=True, slots=True)
class Server:
    """A Wyoming server."""

    host: str
    port: int

    @property
    def is_here(self) -> bool:
        """Whether it runs on this very machine, as far as its name tells."""
        return is_this_machine(self.host)


def is_this_machine(host: str | None) -> bool:
    """Whether a host's name certainly means this machine."""
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return host == "localhost"


Address = Program | Server


def address_of(text: str) -> Address:
    """The address written as `tcp://host:port` or `stdio:program argument…`.

    Raises:
        KioskError: `engine.bad_address`.
    """
    if text.startswith(_PROGRAM):
        with suppress(ValueError):
            arguments = tuple(shlex.split(text.removeprefix(_PROGRAM)))
            if arguments:
                return Program(arguments)
    elif found := _SERVER.fullmatch(text):
        six, name, port = found.groups()
        if 1 <= int(port) <= 65535:
            return Server(six or name, int(port))
    raise KioskError("engine.bad_address", address=text)


def worker(module: str, *arguments: str, memory_bytes: int | None = None) -> Program:
    """One of our own workers, from the same folder as this very kiosk, wherever we stand."""
    code = _LAUNCH.format(
        folder=str(Path(__file__).parents[1]), module=module, missing=EXIT_MISSING
    )
    return Program((sys.executable, "-c", code, *arguments), memory_bytes)


class Link(Protocol):
    """An open way to an engine. Its descriptors do not block."""

    @property
    def incoming(self) -> int:
        """The descriptor to read from."""

    @property
    def outgoing(self) -> int:
        """The descriptor to write to."""

    @property
    def noise(self) -> int | None:
        """The descriptor on which it talks to nobody."""

    @property
    def process_id(self) -> int | None:
        """The process, where it is ours."""

    def end(self, patience_seconds: float) -> int | None:
        """Hang up; a program may leave by itself for so long. Its exit status, if it did."""


def link_to(address: Address) -> Link:
    """Start the program, or connect to the server.

    Raises:
        OSError: there is no such program, or nobody answers.
    """
    if isinstance(address, Server):
        return ServerLink(address)
    return ProgramLink(address)


class ProgramLink:
    """A child process and its three pipes."""

    def __init__(self, program: Program) -> None:
        # A session of its own: a Ctrl-C in the terminal is the kiosk's to deal with.
        self._process = subprocess.Popen(
            program.arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )
        assert self._process.stdin and self._process.stdout and self._process.stderr  # noqa: PT018
        self._pipes = (self._process.stdin, self._process.stdout, self._process.stderr)
        self.outgoing, self.incoming, self.noise = (pipe.fileno() for pipe in self._pipes)
        for pipe in self._pipes:
            os.set_blocking(pipe.fileno(), False)
        self.process_id = self._process.pid
        with suppress(ProcessLookupError):
            # A dump of its memory would hold what was said.
            resource.prlimit(self.process_id, resource.RLIMIT_CORE, (0, 0))
            if program.memory_bytes is not None:
                limits = (program.memory_bytes, program.memory_bytes)
                resource.prlimit(self.process_id, resource.RLIMIT_AS, limits)

    def end(self, patience_seconds: float) -> int | None:
        """Close the pipes, which tells the program to leave; then make sure that it has."""
        for pipe in self._pipes:
            with suppress(OSError):
                pipe.close()
        try:
            return self._process.wait(patience_seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        return None


class ServerLink:
    """A TCP connection."""

    noise = None
    process_id = None

    def __init__(self, server: Server) -> None:
        self._socket = socket.create_connection((server.host, server.port), timeout=CONNECT_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.setblocking(False)
        self.incoming = self.outgoing = self._socket.fileno()

    def end(self, patience_seconds: float) -> int | None:  # noqa: ARG002 - nothing to wait for
        """Hang up."""
        self._socket.close()
        return None


def read(descriptor: int) -> bytes:
    """What has come; nothing, where nothing has.

    Raises:
        EOFError: nothing will come any more.
        OSError: the connection is broken.
    """
    try:
        untrusted = os.read(descriptor, READ_BYTES)
    except BlockingIOError:
        return b""
    if not untrusted:
        raise EOFError
    return untrusted


def drop_noise(selector: selectors.BaseSelector, descriptor: int) -> int:
    """Read what a program says to nobody, so that it need not wait; how many lines it was.

    Nothing else of it is kept: what a recogniser writes there may be what somebody said.
    """
    try:
        return read(descriptor).count(b"\n")
    except (EOFError, OSError):
        selector.unregister(descriptor)
        return 0


def watch_writing(selector: selectors.BaseSelector, link: Link, *, is_wanted: bool) -> None:
    """Watch whether something can be written, or no longer.

    A program has a pipe for each way, a connection has one descriptor for both.
    """
    if link.outgoing == link.incoming:
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if is_wanted else 0)
        selector.modify(link.incoming, events)
    elif is_wanted and link.outgoing not in selector.get_map():
        selector.register(link.outgoing, selectors.EVENT_WRITE)
    elif not is_wanted and link.outgoing in selector.get_map():
        selector.unregister(link.outgoing)

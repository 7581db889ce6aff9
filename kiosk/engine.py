"""An engine at the far end of a pipe: started, watched, restarted, given up and said so.

It speaks Wyoming and may be a child process of ours or anybody's server. It knows nothing
of hearing or speaking, nothing that it does makes a caller wait, and it must not let a
word of what is sent or received into a log line or an error.
"""

import logging
import os
import selectors
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from wyoming.event import Event
from wyoming.info import Describe, Info

from kiosk.engine_end import End, meaning
from kiosk.engine_link import (
    Address,
    Link,
    drop_noise,
    link_to,
    read,
    watch_writing,
)
from kiosk.engine_state import EngineCodes, EngineState, Timings
from kiosk.wire import BrokenStream, Unpacker, pack

MOST_WAITING_BYTES = 2 * 1024 * 1024
"""What waits to be written: a minute of sound. More is refused."""
MOST_ANSWER_BYTES = 16 * 1024 * 1024
MOST_ANSWER_EVENTS = 10_000
"""What may come since we last sent something: six minutes of speech, in many pieces."""

LOG = logging.getLogger("kiosk.engine")

_Told = TypeVar("_Told")


class Engine:
    """One engine. `start` it once, `close` it once; any thread may call."""

    def __init__(
        self,
        name: str,
        address: Address,
        *,
        codes: EngineCodes,
        on_event: Callable[[Event], None],
        on_state: Callable[[EngineState], None],
        timings: Timings | None = None,
    ) -> None:
        """Nothing happens before `start`.

        Args:
            name: what the technical log calls it.
            address: where it is.
            codes: what staff are told in each state.
            on_event: gets all that it sends, on the engine's own thread, quickly; raises
                BrokenStream for an event that makes no sense: the engine then fails.
            on_state: gets each change of its state, on the same thread.
            timings: how patient to be.
        """
        self.name = name
        self._address = address
        self._codes = codes
        self._on_event = on_event
        self._on_state = on_state
        self._timings = timings or Timings()
        self._thread = threading.Thread(target=self._run, name=f"engine-{name}", daemon=True)
        self._wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._lock = threading.Lock()
        # What follows is shared between threads, under the lock.
        self._is_moving = False
        self._is_closing = False
        self._is_closed = False
        self._accepts = False
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._is_busy = False
        """Something was sent and is not settled: an end would lose it."""
        self._is_proven = False
        """It settled something in this life."""
        self._expected_at: float | None = None
        self._since_sent_bytes = self._since_sent_events = 0
        # What follows is the engine's own thread's.
        self._state: EngineState | None = None
        self._info: Info | None = None
        self._process_id: int | None = None
        self._failures = 0
        self._ready_at: float | None = None
        self._quiet_since = 0.0
        self._check_by: float | None = None
        self._unstuck_at = 0.0

    @property
    def state(self) -> EngineState | None:
        """How it is; None before `start`."""
        return self._state

    @property
    def info(self) -> Info | None:
        """What it last said about itself."""
        return self._info

    @property
    def process_id(self) -> int | None:
        """Its process, while there is one of ours."""
        return self._process_id

    def start(self) -> None:
        """Begin, and return at once."""
        self._thread.start()

    def send(self, event: Event) -> bool:
        """Send something soon and return at once. False: it is not ready, or too far behind."""
        packed = pack(event)
        with self._lock:
            if not self._accepts or self._waiting_bytes + len(packed) > MOST_WAITING_BYTES:
                return False
            self._queue(packed)
            self._is_busy = True
            self._since_sent_bytes = self._since_sent_events = 0
        self._rouse()
        return True

    def expect(self, seconds: float | None = None) -> None:
        """From now on it has so long until `settled`, else it is taken for hung."""
        with self._lock:
            self._expected_at = time.monotonic() + (seconds or self._timings.reply_seconds)
        self._rouse()

    def settled(self) -> None:
        """It has answered all that was sent."""
        with self._lock:
            self._expected_at = None
            self._is_busy = False
            self._is_proven = True

    def move(self, address: Address) -> None:
        """Have it live elsewhere, as soon as it owes nothing; what is sent meanwhile waits."""
        with self._lock:
            if address == self._address:
                return
            self._address = address
            self._is_moving = True
        self._rouse()

    def close(self) -> None:
        """End it for good, within two seconds. No callback comes afterwards."""
        with self._lock:
            self._is_closing = True
        self._rouse()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(2.0)
        with self._lock:
            is_over = not self._thread.is_alive() and not self._is_closed
            self._is_closed |= is_over
        if is_over:
            os.close(self._wake)

    def _rouse(self) -> None:
        with self._lock:
            if not self._is_closed:
                os.eventfd_write(self._wake, 1)

    def _queue(self, packed: bytes) -> None:
        if not self._waiting:
            self._unstuck_at = time.monotonic()
        self._waiting.append(packed)
        self._waiting_bytes += len(packed)

    # The engine's own thread

    def _run(self) -> None:
        self._tell(EngineState("starting"))
        while (pause := self._live()) is not None:
            if self._is_given_time(pause):
                return
            if self._state is not None and self._state.state == "failing":
                self._tell(EngineState("starting"))

    def _is_given_time(self, seconds: float) -> bool:
        """Wait; true: the kiosk is closing."""
        until = time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            selector.register(self._wake, selectors.EVENT_READ)
            while not self._is_closing and (left := until - time.monotonic()) > 0:
                if selector.select(left):
                    os.eventfd_read(self._wake)
        return self._is_closing

    def _live(self) -> float | None:
        """One life of the engine; how long to wait until the next, None: there is none."""
        self._ready_at = None
        end, status = self._life()
        with self._lock:
            was_busy = self._is_busy or bool(self._waiting)
            is_good = self._is_proven or self._was_steady()
            self._is_proven = False
            self._expected_at = None
            if end is End.LEFT:
                end = meaning(status, is_renewal=is_good and not was_busy)
            self._accepts = end is End.RENEWED
            if not self._accepts:
                self._waiting.clear()
                self._waiting_bytes = 0
                self._is_busy = False
        if end in (End.CLOSED, End.RENEWED):
            return None if end is End.CLOSED else 0.0
        if end in (End.MISSING, End.DAMAGED):
            LOG.log(self._loudness(logging.INFO, "missing"), "%s %s", self.name, end)
            is_missing = end is End.MISSING
            code = self._codes.missing if is_missing else self._codes.damaged
            self._tell(EngineState("missing", code))
            return self._timings.restart_seconds[-1]
        self._failures = 1 if is_good else self._failures + 1
        pause = self._timings.restart_seconds[
            min(self._failures, len(self._timings.restart_seconds)) - 1
        ]
        LOG.log(
            self._loudness(logging.WARNING, "given_up"),
            *("%s %s; trying again in %g s", self.name, end, pause),
        )
        if self._failures >= self._timings.failures_until_given_up:
            self._tell(EngineState("given_up", self._codes.given_up))
        else:
            is_away = end is End.UNREACHABLE
            code = self._codes.unreachable if is_away else self._codes.failing
            self._tell(EngineState("failing", code))
        return pause

    def _loudness(self, level: int, state: str) -> int:
        """What staff know already is not worth a line every thirty seconds."""
        is_known = self._state is not None and self._state.state == state
        return logging.DEBUG if is_known else level

    def _was_steady(self) -> bool:
        ready = self._ready_at
        return ready is not None and time.monotonic() - ready >= self._timings.steady_seconds

    def _life(self) -> tuple[End, int | None]:
        """Why it ended, and a program's exit status."""
        with self._lock:
            address, self._is_moving = self._address, False
        try:
            link = link_to(address)
        except (FileNotFoundError, PermissionError):
            return End.MISSING, None
        except (OSError, UnicodeError):  # the latter for a host that can be no name
            return End.UNREACHABLE, None
        self._process_id = link.process_id
        with self._lock:
            # It must say what it is before anything else that may wait already.
            described = pack(Describe().event())
            self._queue(described)
            self._waiting.rotate(1)
            self._since_sent_bytes = self._since_sent_events = 0
        end = self._converse(link)
        # Only one that leaves by itself, or that we ask to leave, may take its time.
        is_orderly = end in (End.LEFT, End.CLOSED, End.RENEWED)
        status = link.end(self._timings.leave_seconds if is_orderly else 0.0)
        self._process_id = None
        return end, status

    def _converse(self, link: Link) -> End:
        """Read, write and watch, until it ends."""
        unpacker, noise_lines = Unpacker(), 0
        start_by = time.monotonic() + self._timings.start_seconds
        self._check_by = None
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(self._wake, selectors.EVENT_READ)
                for descriptor in (link.incoming, link.noise):
                    if descriptor is not None:
                        selector.register(descriptor, selectors.EVENT_READ)
                while not self._is_closing:
                    watch_writing(selector, link, is_wanted=bool(self._waiting))
                    if self._is_leaving():
                        return End.RENEWED
                    due, end = self._due(start_by)
                    if time.monotonic() >= due:
                        if end is not None:
                            return end
                        self._check()
                        continue
                    for key, mask in selector.select(due - time.monotonic()):
                        if key.fd == self._wake:
                            os.eventfd_read(self._wake)
                        elif key.fd == link.noise:
                            noise_lines += drop_noise(selector, key.fd)
                        else:
                            if mask & selectors.EVENT_WRITE:
                                self._write(link.outgoing)
                            if key.fd == link.incoming and mask & selectors.EVENT_READ:
                                self._take(read(link.incoming), unpacker)
                return End.CLOSED
        except BrokenStream:
            return End.GARBAGE
        except _FloodError:
            return End.FLOOD
        except (EOFError, OSError):
            return End.LEFT
        finally:
            LOG.debug("%s wrote %d lines to standard error", self.name, noise_lines)

    def _due(self, start_by: float) -> tuple[float, End | None]:
        """When to look again at the latest, and how it ends then; None: ask how it is."""
        if self._ready_at is None:
            return start_by, End.SLOW
        with self._lock:
            dues: list[tuple[float, End | None]] = []
            if self._expected_at is not None:
                dues.append((self._expected_at, End.SILENT))
            if self._waiting:
                dues.append((self._unstuck_at + self._timings.reply_seconds, End.STUCK))
            if self._check_by is not None:
                dues.append((self._check_by, End.SILENT))
            elif not self._is_busy:
                dues.append((self._quiet_since + self._timings.check_seconds, None))
            # With nothing to wait for, looking now and then does no harm.
            dues.append((time.monotonic() + self._timings.check_seconds, None))
        return min(dues, key=lambda due: due[0])

    def _is_leaving(self) -> bool:
        """Whether it is wanted elsewhere and owes nothing here."""
        with self._lock:
            return self._is_moving and not self._is_busy and not self._waiting

    def _check(self) -> None:
        self._check_by = time.monotonic() + self._timings.reply_seconds
        with self._lock:
            self._queue(pack(Describe().event()))
            self._since_sent_bytes = self._since_sent_events = 0

    def _write(self, descriptor: int) -> None:
        with self._lock:
            if not self._waiting:
                return
            with suppress(BlockingIOError):
                written = os.write(descriptor, self._waiting[0])
                self._unstuck_at = self._quiet_since = time.monotonic()
                self._waiting_bytes -= written
                rest = self._waiting.popleft()[written:]
                if rest:
                    self._waiting.appendleft(rest)

    def _take(self, untrusted: bytes, unpacker: Unpacker) -> None:
        with self._lock:
            self._since_sent_bytes += len(untrusted)
            if self._since_sent_bytes > MOST_ANSWER_BYTES:
                raise _FloodError
        for event in unpacker.take(untrusted):
            self._quiet_since = time.monotonic()
            self._since_sent_events += 1
            if self._since_sent_events > MOST_ANSWER_EVENTS:
                raise _FloodError
            if Info.is_type(event.type):
                self._described(event)
            if self._ready_at is not None:
                self._call(self._on_event, event)
            if self._is_closing:
                return

    def _described(self, event: Event) -> None:
        try:
            self._info = Info.from_event(event)
        except (KeyError, TypeError, ValueError, AttributeError, AssertionError):
            raise BrokenStream("it describes itself in another way") from None
        self._check_by = None
        if self._ready_at is None:
            self._ready_at = time.monotonic()
            with self._lock:
                self._accepts = True
            self._tell(EngineState("ready"))

    def _tell(self, state: EngineState) -> None:
        if state != self._state and not self._is_closing:
            self._state = state
            self._call(self._on_state, state)

    def _call(self, callback: Callable[[_Told], None], value: _Told) -> None:
        """A fault of ours must not leave the kiosk without an engine until it is restarted."""
        try:
            callback(value)
        except BrokenStream:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, but not its text: see above
            LOG.error("what %s told was not taken: %s", self.name, type(error).__name__)  # noqa: TRY400


class _FloodError(Exception):
    """It sends more than anybody asked for."""

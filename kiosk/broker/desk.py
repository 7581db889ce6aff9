"""Takes commands at a kiosk: each is carried out once, however often it arrives. Pure."""

from collections import OrderedDict
from dataclasses import dataclass

from kiosk.broker.wire import Outcome, Reply, read_mark, read_request
from kiosk.event import Command

MOST_KEPT = 10_000
"""Ids that are remembered; commands live for half a minute, so that is many more than needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What is to be done with a message."""

    command: Command | None = None
    """To be carried out."""
    reply: Reply | None = None
    """To be answered; None: nothing, it was answered before, or is no command."""
    is_understood: bool = True


@dataclass(slots=True)
class _Known:
    outcome: Outcome
    attempt: int
    """The last one that was answered."""


class Desk:
    """Remembers the ids of commands, and what became of each."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        """Args: most: ids that are remembered; the oldest are forgotten."""
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._most = most

    def take(self, payload: bytes, mark: bytes, *, now: float) -> Taken:
        """What is to be done with what came.

        The broker may deliver a message twice: the second time nothing is done or said. Only a
        console that asks once more, with the next attempt, is answered once more.

        Args:
            payload: untrusted.
            mark: the message's correlation data, untrusted: tells an id where the command is
                not understood.
            now: seconds since 1970.
        """
        request = read_request(payload)
        if request is None:
            named = read_mark(mark)
            if not named or named in self._known:
                return Taken(is_understood=False)
            reply = self._noted(named, 1, Outcome.REFUSED)
            return Taken(reply=reply, is_understood=False)
        known = self._known.get(request.mark)
        if known is not None:
            if request.attempt <= known.attempt:
                return Taken()
            known.attempt = request.attempt
            return Taken(reply=Reply(mark=request.mark, outcome=known.outcome))
        if now > request.deadline:
            return Taken(reply=self._noted(request.mark, request.attempt, Outcome.EXPIRED))
        reply = self._noted(request.mark, request.attempt, Outcome.DONE)
        return Taken(command=request.command, reply=reply)

    def _noted(self, mark: str, attempt: int, outcome: Outcome) -> Reply:
        self._known[mark] = _Known(outcome, attempt)
        while len(self._known) > self._most:
            self._known.popitem(last=False)
        return Reply(mark=mark, outcome=outcome)

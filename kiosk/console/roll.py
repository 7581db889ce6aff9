"""Which kiosks of the ward are there, by what they say over the broker. Pure.

Times are given from outside: `now` in seconds since 1970, `seconds` on a clock that only goes
forward. A broker that is started anew says for a moment that everybody has left; so somebody
who was there is only missed after a while.
"""

import math
from dataclasses import dataclass

from kiosk.broker.topics import OFFLINE, ONLINE, Kind, Topic
from kiosk.broker.wire import STALE_SECONDS, Beat, Plate, read_beat, read_plate
from kiosk.standing import Standing, offline

PATIENCE_SECONDS = 8.0
"""How long somebody may be away before that is told."""
MOST_KIOSKS = 200


@dataclass(slots=True)
class _Seen:
    beat: Beat | None = None
    plate: Plate | None = None
    heard: float = -math.inf
    """When it last spoke, by our own clock that only goes forward."""
    left: float = math.inf
    """From when on it is missed, by the same."""
    left_at: float | None = None
    """When it left, in seconds since 1970; None: before we came."""


class Roll:
    """The kiosks of one ward, without our own."""

    def __init__(self, ward: str, own: str, *, patience: float = PATIENCE_SECONDS) -> None:
        """Nobody is known yet.

        Args:
            ward: code of the ward.
            own: id of the kiosk on this machine, which speaks for itself.
            patience: seconds that somebody may be away before that is told.
        """
        self._ward, self._own, self._patience = ward, own, patience
        self._seen: dict[str, _Seen] = {}
        self._lost = (math.inf, 0.0)
        """From when on we hear nobody, and when that began."""

    def hear(
        self, topic: Topic, payload: bytes, *, is_retained: bool, now: float, seconds: float
    ) -> bool:
        """What a kiosk says; False: that is not understood.

        Args:
            topic: whose, and what of.
            payload: untrusted.
            is_retained: it was said before we came.
            now: seconds since 1970.
            seconds: on the clock that only goes forward.
        """
        if topic.ward != self._ward:
            return False
        if topic.kiosk == self._own:
            return True
        if topic.kiosk not in self._seen and len(self._seen) >= MOST_KIOSKS:
            return False
        if topic.kind is Kind.LINK:
            return self._link(topic.kiosk, payload, is_retained, now, seconds)
        if topic.kind in (Kind.PLATE, Kind.STANDING) and not payload:
            self._seen.pop(topic.kiosk, None)  # an admin has taken it off
            return True
        if topic.kind is Kind.PLATE:
            return self._hang(topic.kiosk, payload, now, seconds)
        if topic.kind is Kind.STANDING:
            return self._stand(topic.kiosk, payload, is_retained, now, seconds)
        return False

    def lost(self, *, now: float, seconds: float) -> None:
        """The broker is gone: we hear nobody."""
        if self._lost[0] == math.inf:
            self._lost = seconds + self._patience, now

    def back(self) -> None:
        """The broker is there again."""
        self._lost = math.inf, 0.0

    def is_there(self, kiosk: str, *, now: float, seconds: float) -> bool:
        """Whether this kiosk can be sent something."""
        seen = self._seen.get(kiosk)
        if seen is None or seen.beat is None:
            return False
        return self._gone_since(seen, seen.beat.at, now, seconds) is None

    def standings(self, *, now: float, seconds: float) -> tuple[Standing, ...]:
        """How everybody stands.

        One of whom there is only a plate is not there; until that is sure, how it stands is on
        its way to us.
        """
        found = []
        for kiosk, seen in self._seen.items():
            last = seen.beat or seen.plate
            if last is None:
                continue
            since = self._gone_since(seen, last.at, now, seconds)
            if isinstance(last, Plate):
                if since is not None:
                    found.append(offline(Standing(kiosk=kiosk, name=last.name), now=since))
            else:
                found.append(last.standing if since is None else offline(last.standing, now=since))
        return tuple(found)

    def missed(self, *, now: float, seconds: float) -> frozenset[str]:
        """Ids of those who are not there."""
        return frozenset(
            kiosk for kiosk in self._seen if not self.is_there(kiosk, now=now, seconds=seconds)
        )

    def _link(
        self,
        kiosk: str,
        payload: bytes,
        is_retained: bool,  # noqa: FBT001 - as `hear` has them
        now: float,
        seconds: float,
    ) -> bool:
        if payload not in (ONLINE, OFFLINE):
            return False
        seen = self._seen.setdefault(kiosk, _Seen())
        if payload == ONLINE:
            seen.left, seen.left_at = math.inf, None
            return True
        if seen.left != math.inf:
            return True
        was_there = seconds - seen.heard < STALE_SECONDS
        if is_retained and not was_there:
            seen.left, seen.left_at = seconds, None
        else:
            seen.left, seen.left_at = seconds + self._patience, now
        return True

    def _hang(self, kiosk: str, payload: bytes, now: float, seconds: float) -> bool:
        plate = read_plate(payload)
        if plate is None:
            return False
        seen = self._seen.setdefault(kiosk, _Seen())
        seen.plate = plate
        seen.heard = max(seen.heard, seconds - max(0.0, now - plate.at))
        return True

    def _stand(
        self,
        kiosk: str,
        payload: bytes,
        is_retained: bool,  # noqa: FBT001 - as `hear` has them
        now: float,
        seconds: float,
    ) -> bool:
        beat = read_beat(kiosk, payload)
        if beat is None:
            return False
        seen = self._seen.setdefault(kiosk, _Seen())
        if not is_retained:
            seen.beat, seen.heard = beat, seconds
            seen.left, seen.left_at = math.inf, None
        elif seen.beat is None or beat.at >= seen.beat.at:
            seen.beat = beat
            seen.heard = max(seen.heard, seconds - max(0.0, now - beat.at))
        return True

    def _gone_since(self, seen: _Seen, spoke: float, now: float, seconds: float) -> float | None:
        """Since when it is missed; None: it is there."""
        if seconds >= seen.left:
            return spoke if seen.left_at is None else seen.left_at
        if seconds - seen.heard >= STALE_SECONDS:
            return now - (seconds - seen.heard)
        if seconds >= self._lost[0]:
            return self._lost[1]
        return None

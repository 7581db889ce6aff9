"""What staff send a kiosk from the console, beside what they can do at the kiosk itself. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.notice import Notice
from kiosk.voice import Loudness


class Message(StrEnum):
    """What the console can have the kiosk say: a closed list, no officer writes to a screen.

    Keys of `summons` in the words files.
    """

    COME = "come"
    COME_WITH_PAPERS = "come_with_papers"
    WAIT_HERE = "wait_here"


NEEDS_COUNTER = frozenset((Message.COME, Message.COME_WITH_PAPERS))
"""Messages that name a counter."""


@dataclass(frozen=True, slots=True)
class Locked:
    """Serve nobody until staff unlock the kiosk."""


@dataclass(frozen=True, slots=True)
class Unlocked:
    """Serve again."""


@dataclass(frozen=True, slots=True)
class Summoned:
    """Tell the citizen where to go."""

    message: Message
    counter: str = ""
    """A key of the site's counters, where the message names one."""


@dataclass(frozen=True, slots=True)
class VolumeSet:
    """From now on this is how loud "normal" is."""

    loudness: Loudness


@dataclass(frozen=True, slots=True)
class ReloadWanted:
    """Read the scripts anew; a visit that goes on keeps those it began with."""


@dataclass(frozen=True, slots=True)
class NoticesSet:
    """From now on these are the notices that staff have written, beside those of a bundle."""

    notices: tuple[Notice, ...]
    """At most `notice.MOST_NOTICES`; those to come are among them."""

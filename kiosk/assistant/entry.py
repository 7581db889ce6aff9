"""What the lookup can find: an entry for each procedure, card and matter. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What stands behind an entry."""

    SCRIPT = "script"
    """A procedure with a script: the kiosk guides through it."""
    COMMUNE = "commune"
    """A national card of the ward's own level."""
    NATIONAL = "national"
    """A national card of another level."""
    NOT_HERE = "not-here"
    """A matter of another office: the kiosk says whose."""
    NOT_OFFERED = "not-offered"
    """A real matter for which there is neither script nor card: an officer is asked."""
    SMALL_TALK = "small-talk"
    """No matter at all: a greeting, a joke, an emergency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that can be found."""

    id: str
    code: str = ""
    """The national code; empty where there is none."""
    title: str
    title_in_english: str = ""
    wordings: tuple[str, ...] = ()
    """How people ask for it, in both languages."""
    kind: Kind = Kind.SCRIPT

    @property
    def key(self) -> str:
        """What it is known by on every kiosk: a script and a card of one code are one matter."""
        return self.code or self.id

    @property
    def is_offered(self) -> bool:
        """Whether the kiosk has something to show for it besides another office's name."""
        return self.kind in (Kind.SCRIPT, Kind.COMMUNE, Kind.NATIONAL)

"""What of a script can be changed in a form: its fields, by names that outlast a new order. Pure.

A field's name is made of ids (`fees.trong-han.amount`, `wordings.ai-di.cha-me.vi`), so that a
change still finds its place in a later version of the script. Its value is what a form holds: a
text, or a list of texts. That a fee, paper, note is there at all is a field as well
(`fees.trong-han.here`): putting one in and taking one out are changes like any other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from kiosk.procedure import LANGUAGES, Text
from kiosk.script import Place

Value = str | tuple[str, ...]
"""As a form holds it: a number and a day as text, empty where there is none."""

YES, NO = "yes", "no"
START = "start"
"""The item that holds the wordings of the procedure itself."""
ABOUT = "about"
HERE = "here"
"""The last word of the name of the field that says whether an item is there."""
NOTHING: Mapping[str, Value] = MappingProxyType({})


class Part(StrEnum):
    """The parts of a script that have forms, in the order in which they are shown."""

    ABOUT = "about"
    FEES = "fees"
    TIMES = "times"
    PAPERS = "papers"
    NOTES = "notes"
    OUTCOMES = "outcomes"
    ASIDES = "asides"
    WORDINGS = "wordings"
    SOURCES = "sources"


WITH_ENTRIES = (Part.FEES, Part.TIMES, Part.PAPERS, Part.NOTES, Part.SOURCES)
"""The parts into which a whole item can be put and out of which it can be taken."""


class Kind(StrEnum):
    """What a field holds."""

    HERE = HERE
    """Whether the item is there at all."""

    TEXT = "text"
    AMOUNT = "amount"
    DAY = "day"
    FLAG = "flag"
    WORD = "word"
    """An id: a counter."""
    LINK = "link"
    SOURCES = "sources"
    """Ids of the script's sources."""
    WHEN = "when"
    """Under which answers it holds: `question.choice`; none: always."""
    OPTION = "option"
    """One of a closed list: in which form a paper is brought."""
    COUNT = "count"
    WORDINGS = "wordings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Something that can be changed."""

    path: str
    """Its name: part, item and what it is, joined by dots."""
    kind: Kind
    place: Place
    """In this version of the script."""
    value: Value
    is_needed: bool = True
    """Whether it may not be empty."""
    options: tuple[str, ...] = ()
    """What may be chosen where that is a closed list."""

    @property
    def name(self) -> str:
        """What it is: `amount`, `label.vi`."""
        *_, last = self.path.split(".")
        if last in LANGUAGES:
            return ".".join(self.path.split(".")[-2:])
        return last


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What one form is about: one fee, one paper, the wordings of one choice."""

    part: Part
    id: str
    title: Text
    """What it is called."""
    fields: tuple[Field, ...]
    """What its form holds."""
    presence: Field | None = None
    """Whether it is there; None: it always is."""

    @property
    def path(self) -> str:
        """Its name among all items."""
        return f"{self.part.value}.{self.id}"

    @property
    def is_new(self) -> bool:
        """Whether the script does not have it: only a draft does."""
        return self.presence is not None and self.presence.value != YES

    def is_here(self, values: Mapping[str, Value]) -> bool:
        """Whether it is there once these fields have these values."""
        if self.presence is None:
            return True
        return values.get(self.presence.path, self.presence.value) == YES


def item_named(path: str) -> tuple[str, str]:
    """Part and item that the name of a field tells, where whole items come and go."""
    part, _, rest = path.partition(".")
    return part, rest.partition(".")[0]


def is_presence(path: str) -> bool:
    """Whether a field says that an item is there."""
    return path.rpartition(".")[2] == HERE

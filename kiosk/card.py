"""A card: what the kiosk can tell of a matter that it has no script for. Pure.

Two kinds. A national card repeats what the portal publishes, unchecked by the ward, and
says so. A "not here" card says in plain words which other office does it.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints
from pydantic.dataclasses import dataclass

from kiosk.procedure import HeardAs, Id, LifeEvent, Text

_strict = ConfigDict(extra="forbid")

MOST_PUBLISHED = 2000
"""Letters of one published text; a longer one is cut at a word."""
MOST_PAPERS = 120
"""The longest list that the portal publishes has 111."""
MOST_LINK = 400
"""Letters that still fit a QR code that a telephone reads."""

Published = Annotated[str, StringConstraints(max_length=MOST_PUBLISHED)]
"""A text as the portal publishes it; Vietnamese only, not ours."""

Link = Annotated[
    str, StringConstraints(pattern=r"^https://dichvucong\.gov\.vn/\S+$", max_length=MOST_LINK)
]
"""A page of the portal."""


class CardKind(StrEnum):
    """What a card is."""

    NATIONAL = "national"
    NOT_HERE = "not-here"


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Card:
    """A matter without a script."""

    id: Id
    """National cards: `tthc-` and the code with its dot as a hyphen, `tthc-1-001193`."""
    kind: CardKind
    code: Annotated[str, StringConstraints(max_length=20)] = ""
    """The national procedure code; empty where there is none."""
    title: Text
    lead: Text | None = None
    """Not here: one or two sentences, what to do instead."""
    where: Text | None = None
    """Not here: the office that does it."""
    agency: Published = ""
    """National: the agency as published."""
    level: Published = ""
    """National: the level as published: "Cấp xã"."""
    papers: Annotated[tuple[Published, ...], Field(max_length=MOST_PAPERS)] = ()
    """National: as published, in the portal's order."""
    fee: Published = ""
    time: Published = ""
    result: Published = ""
    link: Link
    """The page on the portal."""
    source: Published
    """Where this comes from, with its date."""
    heard_as: HeardAs = HeardAs()
    life_events: tuple[LifeEvent, ...] = ()
    is_commune: bool = False
    """National: whether a commune or ward does it."""

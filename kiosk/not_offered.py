"""`not-offered.yaml`: what citizens bring that has neither a script nor a card. Pure.

The kiosk only knows their names, so that it can say "I have no guide for this" and call
an officer, instead of taking them for something else. No facts here, so no sources.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass as plain_dataclass
from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from kiosk.assistant.vietnamese import fold
from kiosk.letters import Flaw
from kiosk.procedure import Id, Text, Words
from kiosk.script import Fault, Lines, Place, read_as

NOT_OFFERED = "not-offered.yaml"
"""Its name in the folder of the scripts."""

_strict = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Unserved:
    """A matter for which there is no guide."""

    id: Id
    title: Text
    heard_as: Annotated[tuple[Words, ...], Field(min_length=1)]
    """How people ask for it, in Vietnamese."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class _File:
    format: Literal[1]
    matters: Annotated[tuple[Unserved, ...], Field(max_length=1000)]


@plain_dataclass(frozen=True, slots=True, kw_only=True)
class NotOffered:
    """What the file says, and where."""

    file: str
    lines: Lines
    matters: tuple[Unserved, ...]


def read_not_offered(untrusted: bytes, *, file: str) -> tuple[NotOffered | None, list[Fault]]:
    """Parse the file; with a fault of form there is nothing to check further."""
    found, lines, faults = read_as(_File, untrusted, file=file)
    if found is None:
        return None, faults
    return NotOffered(file=file, lines=lines, matters=found.matters), faults


def check_not_offered(found: NotOffered, taken: Mapping[str, str] | None) -> list[Fault]:
    """Ids and wordings that two would answer to.

    Args:
        found: the file.
        taken: folded wordings that belong to scripts and cards -> where; None: wordings are
            not compared.
    """
    return [
        Fault(
            file=found.file,
            line=found.lines.at(flaw.place),
            code=flaw.code,
            values=tuple((key, str(value)) for key, value in flaw.values),
        )
        for flaw in _flaws(found.file, found.lines, found.matters, taken)
    ]


def _flaws(
    file: str, lines: Lines, matters: Sequence[Unserved], taken: Mapping[str, str] | None
) -> Iterator[Flaw]:
    places = dict(taken or {})
    ids: dict[str, str] = {}
    for index, matter in enumerate(matters):
        place: Place = ("matters", index)
        mine = f"{file}:{lines.at(place)}"
        other = ids.setdefault(matter.id, mine)
        if other != mine:
            same = (("key", "id"), ("value", matter.id), ("other", other))
            yield Flaw(place=(*place, "id"), code="same_in_two", values=same)
        if taken is None:
            continue
        for number, text in enumerate(matter.heard_as):
            other = places.setdefault(fold(text), mine)
            if other != mine:
                values = (("text", text), ("other", other))
                yield Flaw(place=(*place, "heard_as", number), code="wording_in_two", values=values)

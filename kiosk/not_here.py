"""The matters that citizens bring to a ward by mistake: one YAML file -> "not here" cards. Pure.

The file stands beside the scripts and is written like them; it is used whole or not at all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass as plain_dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from kiosk.assistant.vietnamese import fold
from kiosk.card import Card, CardKind, Link, Published
from kiosk.check import Script
from kiosk.letters import Flaw, letter_flaws
from kiosk.procedure import Code, HeardAs, Id, LifeEvent, Text
from kiosk.script import Fault, Lines, Place, read_as

NOT_HERE = "not-here.yaml"
"""Its name in the folder of the scripts."""

_strict = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Matter:
    """Something that another office does."""

    id: Id
    code: Code | None = None
    """Of the procedure that most people mean by it, where the portal has one."""
    title: Text
    lead: Text
    """One or two sentences: what to do instead."""
    where: Text
    """The office that does it, as the source names it."""
    link: Link
    source: Annotated[Published, Field(min_length=1)]
    """Which record or page names that office."""
    heard_as: HeardAs
    life_events: tuple[LifeEvent, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Matters:
    """The file."""

    format: Literal[1]
    checked: date
    """The day on which a person last compared the offices with the sources."""
    matters: Annotated[tuple[Matter, ...], Field(max_length=200)]


@plain_dataclass(frozen=True, slots=True, kw_only=True)
class NotHere:
    """What the file says, and where."""

    file: str
    lines: Lines
    matters: tuple[Matter, ...]

    @property
    def cards(self) -> tuple[Card, ...]:
        """A card a matter, in the order of the file."""
        return tuple(
            Card(
                id=one.id,
                kind=CardKind.NOT_HERE,
                code=one.code or "",
                title=one.title,
                lead=one.lead,
                where=one.where,
                link=one.link,
                source=one.source,
                heard_as=one.heard_as,
                life_events=one.life_events,
            )
            for one in self.matters
        )


def read_not_here(untrusted: bytes, *, file: str) -> tuple[NotHere | None, list[Fault]]:
    """Parse the file; with a fault of form there is nothing to check further."""
    found, lines, faults = read_as(Matters, untrusted, file=file)
    if found is None:
        return None, faults
    return NotHere(file=file, lines=lines, matters=found.matters), faults


def check_not_here(
    not_here: NotHere, scripts: Sequence[Script], *, is_thorough: bool = True
) -> list[Fault]:
    """Faults of its texts, and ids, codes and wordings that two would answer to.

    Args:
        not_here: the file.
        scripts: of the same folder.
        is_thorough: whether wordings are compared too, as `kiosk check` does.
    """
    return [
        Fault(
            file=not_here.file,
            line=not_here.lines.at(flaw.place),
            code=flaw.code,
            values=tuple((key, str(value)) for key, value in flaw.values),
        )
        for flaw in _flaws(not_here, scripts, is_thorough=is_thorough)
    ]


def _flaws(not_here: NotHere, scripts: Sequence[Script], *, is_thorough: bool) -> Iterator[Flaw]:
    taken: dict[tuple[str, str], str] = {}
    for script in scripts:
        procedure = script.procedure
        taken[("id", procedure.id)] = taken[("code", procedure.code)] = script.file
        if is_thorough:
            taken |= {("heard_as", fold(text)): script.file for text in procedure.heard_as.vi}
    for index, card in enumerate(not_here.cards):
        place: Place = ("matters", index)
        for flaw in letter_flaws(card):
            yield Flaw(place=(*place, *flaw.place), code=flaw.code, values=flaw.values)
        if not card.heard_as.vi:
            yield Flaw(place=(*place, "heard_as"), code="no_wordings")
        mine = f"{not_here.file}:{not_here.lines.at(place)}"
        for key, value in (("id", card.id), ("code", card.code)):
            other = taken.setdefault((key, value), mine) if value else mine
            if other != mine:
                same = (("key", key), ("value", value), ("other", other))
                yield Flaw(place=(*place, key), code="same_in_two", values=same)
        if not is_thorough:
            continue
        for number, text in enumerate(card.heard_as.vi):
            other = taken.setdefault(("heard_as", fold(text)), mine)
            if other != mine:
                values = (("text", text), ("other", other))
                heard_at = (*place, "heard_as", "vi", number)
                yield Flaw(place=heard_at, code="wording_in_two", values=values)

"""Conversations as data: what a citizen says or touches, and what must hold afterwards. Pure.

One file holds a few whole visits (`tests/talks/<what goes wrong>/*.yaml`). What is expected
is what a citizen would expect, not what the kiosk happens to do.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass as plain_dataclass
from dataclasses import field, replace
from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from kiosk.script import read_as

_strict = ConfigDict(extra="forbid")

ASKING = ("asked-back", "not-sure", "not-heard")
"""Names of what lies on top when the kiosk asks back."""

ALONE = ("start", "waiting", "goodbye")
"""Places outside a procedure."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Expected:
    """What must hold after a turn. What is left out is as it was before the turn."""

    at: str | None = None
    """`start`, `waiting`, `goodbye`, `card ho-chieu`; a question of the procedure the talk is
    in (`ai-di`) or of another (`khai-sinh ai-di`), with `review` or `outcome` in its place."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """Answers that stand, question -> choice; there may be others."""
    overlay: str | None = None
    """What lies on top: `none` (also where `at` or `answers` is given alone), `why`, `aside ID`,
    `aspect fee`, `asides`, `beyond` (with an id: what it is about), `talk thanks`, `not-sure`,
    `not-heard`; `asked-back`: any way of saying "which one?" or "please say it again"."""
    offered: tuple[str, ...] = ()
    """Ids of choices, procedures or cards that are among those asked back."""
    calls: bool | None = None
    """Whether an officer is called by now."""
    reads_again: bool = False
    """The screen is read aloud once more."""

    @property
    def is_asking(self) -> bool:
        """Whether the kiosk is expected to ask back."""
        return bool(self.offered) or self.overlay in ASKING


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Turn(Expected):
    """One thing that a citizen does; `said` or `tap`."""

    said: str | None = None
    """By voice."""
    confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    """Of the recogniser; left out: it does not tell."""
    times: Annotated[int, Field(ge=1, le=2000)] = 1
    """How often `said` is said without a breath."""
    tap: str | None = None
    """Label of a button on the screen."""
    may: tuple[Expected, ...] = ()
    """What is right as well."""
    never: tuple[str, ...] = ()
    """What must not be, however the turn is taken: `procedure ID`, `answer QUESTION CHOICE`,
    `answered QUESTION`, `text …` (anywhere on the screen but the strip of the ear)."""
    rules: Literal["unclear"] | None = None
    """Today's rules miss it: they must ask back, or leave everything as it is."""

    def __post_init__(self) -> None:
        if (self.said is None) == (self.tap is None):
            raise ValueError("a turn has either `said` or `tap`")

    @property
    def spoken(self) -> str:
        """All that is said."""
        return " ".join([self.said or ""] * self.times)

    @property
    def right(self) -> tuple[Expected, ...]:
        """Every way of taking it that is right, the best first."""
        return (self, *self.may)


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Talk:
    """A whole visit."""

    name: str
    turns: Annotated[tuple[Turn, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class _File:
    talks: Annotated[tuple[Talk, ...], Field(min_length=1)]


@plain_dataclass(frozen=True, slots=True)
class BadTalk(Exception):
    """A file of conversations that cannot be read."""

    where: str
    code: str

    def __str__(self) -> str:
        return f"{self.where}: {self.code}"


def read_talks(untrusted: bytes, *, file: str) -> tuple[Talk, ...]:
    """The conversations of a file, every place in them written out in full.

    Raises:
        BadTalk: with the file, the line and what is wrong.
    """
    found, _, faults = read_as(_File, untrusted, file=file)
    if found is None:
        raise BadTalk(f"{file}:{faults[0].line}", f"{faults[0].code} {dict(faults[0].values)}")
    return tuple(
        replace(talk, turns=tuple(_in_full(talk.turns, where=f"{file}: {talk.name}")))
        for talk in found.talks
    )


def _in_full(turns: tuple[Turn, ...], *, where: str) -> Iterator[Turn]:
    """The turns with the procedure named in each `at`."""
    procedure = ""
    for turn in turns:
        at = _absolute(turn.at, procedure, where)
        if at is not None and at not in ALONE and not at.startswith("card "):
            procedure = at.split()[0]
        may = tuple(replace(one, at=_absolute(one.at, procedure, where)) for one in turn.may)
        yield replace(turn, at=at, may=may)


def _absolute(at: str | None, procedure: str, where: str) -> str | None:
    if at is None or at in ALONE:
        return at
    is_within = " " not in at or at.startswith("outcome ")
    if is_within and not procedure:
        raise BadTalk(where, f"no procedure for `at: {at}`")
    return f"{procedure} {at}" if is_within else at

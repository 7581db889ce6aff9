"""A procedure as data: what one script says. Pure: no file, clock, thread or Qt.

The classes here are the script format; procedures/README.md explains it to writers,
and procedures/procedure.schema.json is made from them.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints
from pydantic.dataclasses import dataclass

FORMAT = 1
"""The version of the script format that this kiosk reads."""

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=48)]
"""Lower-case ASCII words joined by hyphens: `noi-sinh`."""

Code = Annotated[str, StringConstraints(pattern=r"^[1-9]\.[0-9]{6}$")]
"""The national procedure code (mã TTHC), such as `1.001193`."""

PortalId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
"""The portal's id of a procedure: a UUID taken from the portal's own page address."""

Words = Annotated[str, StringConstraints(min_length=1, max_length=600)]

_strict = ConfigDict(extra="forbid")


class LifeEvent(StrEnum):
    """Why a citizen comes: the tiles of the "what do you need?" screen, in their order."""

    BIRTH = "moi-sinh-con"
    MARRIAGE = "cuoi-hoi"
    DEATH = "mat-nguoi-than"
    RESIDENCE = "nha-o-tam-tru"
    IDENTITY = "can-cuoc-vneid"
    CERTIFICATION = "chung-thuc"
    BUSINESS = "kinh-doanh"
    BENEFITS = "tro-cap"
    LAND = "dat-xay-dung"
    CIVIL_STATUS = "giay-to-ho-tich"


class Aspect(StrEnum):
    """What a citizen may ask about a procedure, besides doing it."""

    PAPERS = "papers"
    FEE = "fee"
    TIME = "time"
    PLACE = "place"
    WHO = "who"
    RESULT = "result"
    ONLINE = "online"
    LEGAL = "legal"
    OTHER = "other"


class Channel(StrEnum):
    """How the papers may be handed in."""

    COUNTER = "counter"
    ONLINE = "online"
    POST = "post"


class PaperKind(StrEnum):
    """In which form a paper is brought."""

    ORIGINAL = "original"
    COPY = "copy"
    CERTIFIED_COPY = "certified-copy"
    ORIGINAL_AND_COPY = "original-and-copy"
    FORM = "form"
    """A form to fill in: to be had at the counter or on the portal."""


class Hand(StrEnum):
    """What happens to a paper at the counter."""

    SUBMIT = "submit"
    SHOW = "show"


class OutcomeKind(StrEnum):
    """What an outcome means for the citizen."""

    HERE = "here"
    """It can be done at this ward: papers, fee, time, QR."""
    ELSEWHERE = "elsewhere"
    """Another office does it: where to go instead."""
    ASK_STAFF = "ask-staff"
    """An officer must look at the case: the facts are not confirmed for it."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Text:
    """One sentence or label in both languages."""

    vi: Words
    en: Words

    def in_language(self, language: Language) -> str:
        """The wording in `language`."""
        return self.vi if language == "vi" else self.en


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class HeardAs:
    """How people say it, in their own words."""

    vi: tuple[Words, ...] = ()
    en: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Source:
    """Where facts of the script come from."""

    id: Id
    name: Text
    """As a citizen may read it: a decree with its number and date, or the portal's decision."""
    kind: Literal["portal", "law", "local", "other"]
    link: Annotated[str, StringConstraints(pattern=r"^https://\S+$", max_length=300)] | None = None


When = Mapping[Id, tuple[Id, ...]]
"""Question id -> choice ids. All questions must have been answered, each with one of its ids."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Fact:
    """What every fact carries: under which answers and when it holds, and who says so."""

    id: Id
    when: When = Field(default_factory=dict)
    """Holds only under these answers; empty: always."""
    unless: When = Field(default_factory=dict)
    """Does not hold under these answers; empty: no exception."""
    valid_from: date | None = None
    """First day on which it holds."""
    valid_until: date | None = None
    """Last day on which it holds."""
    source: tuple[Id, ...] = ()
    """Ids of `sources`."""
    confirmed: bool = True
    """False: shown with "hỏi cán bộ", because the sources leave it open."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Paper(Fact):
    """One document to bring."""

    name: Text
    note: Text | None = None
    count: Annotated[int, Field(strict=True, ge=1, le=20)] = 1
    kind: PaperKind
    hand: Hand


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Fee(Fact):
    """What it costs in one case."""

    label: Text
    """The case or the channel: "Nộp tại quầy"."""
    amount: Annotated[int, Field(strict=True, ge=0, le=1_000_000_000)] | None = None
    """Đồng; 0 is free of charge; left out: not confirmed, the citizen is told to ask.

    Strict: "8.000" is eight thousand to its writer, and must not become eight.
    """
    per: Text | None = None
    """What the amount is counted by: "mỗi bản"."""
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Statement(Fact):
    """A fact that is a sentence: a time limit, a piece of advice."""

    text: Text


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Aside:
    """A side question that the script can answer at any step."""

    id: Id
    aspect: Aspect
    ask: Text
    say: Text
    heard_as: HeardAs = HeardAs()
    source: tuple[Id, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Choice:
    """One answer to a question."""

    id: Id
    label: Text
    note: Text | None = None
    heard_as: HeardAs = HeardAs()
    next: Id
    """The step that follows: a question's or an outcome's id."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Question:
    """One decision, one screen."""

    id: Id
    ask: Text
    why: Text
    """Why we ask this: shown on request."""
    choices: Annotated[tuple[Choice, ...], Field(min_length=2, max_length=6)]

    def choice(self, choice_id: str) -> Choice | None:
        """The choice with this id, if there is one."""
        return next((choice for choice in self.choices if choice.id == choice_id), None)


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Outcome:
    """An end of the walk."""

    id: Id
    kind: OutcomeKind
    title: Text
    lead: Text | None = None
    """One or two sentences: what this means and what to do first."""
    where: Text | None = None
    """Where to go, if it is not the procedure's own place."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Neighbour:
    """A procedure that this one is easily confused with."""

    id: Id
    tell_apart: Text
    """The question that tells the two apart."""


Step = Question | Outcome


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Procedure:
    """A thủ tục that the ward offers, as loaded from one script."""

    format: Literal[1]
    id: Id
    code: Code
    portal_id: PortalId
    title: Text
    summary: Text
    life_events: Annotated[tuple[LifeEvent, ...], Field(min_length=1)]
    channels: Annotated[tuple[Channel, ...], Field(min_length=1)]
    counter: Id
    """Which counter takes it in; the site file says where that counter is."""
    checked: date
    """The day on which a person last compared the facts with the sources."""
    valid_from: date | None = None
    valid_until: date | None = None
    heard_as: HeardAs
    neighbours: tuple[Neighbour, ...] = ()
    where: Text
    received_by: Text
    decided_by: Text
    result: Text
    start: Id
    """The first step."""
    questions: tuple[Question, ...]
    outcomes: Annotated[tuple[Outcome, ...], Field(min_length=1)]
    papers: tuple[Paper, ...]
    fees: Annotated[tuple[Fee, ...], Field(min_length=1)]
    times: Annotated[tuple[Statement, ...], Field(min_length=1)]
    notes: tuple[Statement, ...] = ()
    asides: tuple[Aside, ...] = ()
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]

    def step(self, step_id: str) -> Step | None:
        """The question or outcome with this id, if there is one."""
        for question in self.questions:
            if question.id == step_id:
                return question
        for outcome in self.outcomes:
            if outcome.id == step_id:
                return outcome
        return None

    def is_offered(self, on: date) -> bool:
        """Whether the procedure is in force on that day."""
        return in_force(self.valid_from, self.valid_until, on)


def in_force(first: date | None, last: date | None, on: date) -> bool:
    """Whether the day `on` lies within first and last; None is open."""
    return (first is None or first <= on) and (last is None or on <= last)

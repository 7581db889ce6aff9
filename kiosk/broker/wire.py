"""What kiosks and consoles say to each other over the ward's broker, as bytes. Pure.

Everything that comes from there is untrusted: closed lists, strict types, bounded sizes. What
does not fit is None, and nothing of it is kept.
"""

import json
import re
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, TypeVar

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from kiosk.command import (
    Locked,
    Message,
    NoticesSet,
    ReloadWanted,
    Summoned,
    Unlocked,
    VolumeSet,
)
from kiosk.event import CallAnswered, Command, PrintTestWanted, SoundTestWanted, StaffReset
from kiosk.notice import MOST_LETTERS, MOST_NOTICES, Notice, NoticeKind
from kiosk.procedure import Id, Text
from kiosk.standing import Doing, Help, HelpKind, Place, Standing
from kiosk.voice import Loudness

MOST_BYTES = 65_536
"""Of one message: all notices that staff may have written, in letters of three bytes."""
MOST_TROUBLES = 12
MOST_TROUBLE_LETTERS = 200
MOST_NAME_LETTERS = 60
FORMAT = 1
BEAT_SECONDS = 60.0
"""A kiosk that stands as it did says so again, so that a console can miss it."""
STALE_SECONDS = 150
"""One that is silent for so long is missed, will or no will, and the broker drops how it stood."""

_UNSEEN = re.compile(r"[\x00-\x1f\x7f]")

_Form = TypeVar("_Form")
_strict = ConfigDict(extra="forbid", strict=True)
_Moment = Annotated[float, Field(ge=0, le=1e11, allow_inf_nan=False)]
"""Seconds since 1970."""
_Line = StringConstraints(pattern=r"^[^\x00-\x1f\x7f]*$")
_Name = Annotated[str, _Line, Field(min_length=1, max_length=MOST_NAME_LETTERS)]
_Mark = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]


class Outcome(StrEnum):
    """What became of a command."""

    DONE = "done"
    EXPIRED = "expired"
    """It came too late and was not carried out."""
    REFUSED = "refused"
    """This kiosk does not know it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """How a kiosk stood at a time; it says so again and again."""

    at: float
    """Seconds since 1970, by the kiosk's clock."""
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Plate:
    """What is known of a kiosk when how it stood is forgotten: nothing of a visit."""

    at: float
    """When it last spoke, in seconds since 1970, by the kiosk's clock."""
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A command on its way."""

    mark: str
    """Its id: 32 hexadecimal digits."""
    attempt: int
    """From 1; the same command asked once more has the next number."""
    deadline: float
    """Seconds since 1970; after that it is not carried out."""
    command: Command


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What became of the command with this id."""

    mark: str
    outcome: Outcome


# How a kiosk stands


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class _Text:
    vi: Annotated[str, _Line, Field(min_length=1, max_length=600)]
    en: Annotated[str, _Line, Field(min_length=1, max_length=600)]


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class _Help:
    kind: HelpKind
    since: _Moment
    is_answered: bool


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class _Beat:
    format: Literal[1]
    at: _Moment
    name: _Name
    doing: Doing
    since: _Moment
    procedure: _Text | None
    place: Place | None
    step: Annotated[int, Field(ge=0, le=1000)]
    help: _Help | None
    troubles: Annotated[
        tuple[Annotated[str, _Line, Field(max_length=MOST_TROUBLE_LETTERS)], ...],
        Field(max_length=MOST_TROUBLES),
    ]
    can_hear: bool
    can_speak: bool
    loudness: Loudness
    can_reload: bool
    trial: Annotated[str, _Line, Field(max_length=MOST_TROUBLE_LETTERS)]
    notices: Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{12})?$")] = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class _Plate:
    format: Literal[1]
    at: _Moment
    name: _Name


def write_beat(beat: Beat) -> bytes:
    """The bytes of a standing; what is too long for the wire is cut."""
    standing = beat.standing
    table = asdict(standing)
    del table["kiosk"]
    table["name"] = _named(standing)
    table["troubles"] = [
        _line(one, MOST_TROUBLE_LETTERS) for one in standing.troubles[:MOST_TROUBLES]
    ]
    table["trial"] = _line(standing.trial, MOST_TROUBLE_LETTERS)
    if standing.procedure is not None:
        title = standing.procedure
        table["procedure"] = {"vi": _line(title.vi, 600), "en": _line(title.en, 600)}
    return _write({"format": FORMAT, "at": beat.at, **table})


def read_beat(kiosk: str, payload: bytes) -> Beat | None:
    """How this kiosk says that it stands; None: that is no such thing."""
    found = _read(_BEAT, payload)
    if found is None:
        return None
    called = found.help
    return Beat(
        at=found.at,
        standing=Standing(
            kiosk=kiosk,
            name=found.name,
            doing=found.doing,
            since=found.since,
            procedure=Text(vi=found.procedure.vi, en=found.procedure.en)
            if found.procedure
            else None,
            place=found.place,
            step=found.step,
            help=Help(kind=called.kind, since=called.since, is_answered=called.is_answered)
            if called
            else None,
            troubles=found.troubles,
            can_hear=found.can_hear,
            can_speak=found.can_speak,
            loudness=found.loudness,
            can_reload=found.can_reload,
            trial=found.trial,
            notices=found.notices,
        ),
    )


def write_plate(beat: Beat) -> bytes:
    """The bytes of the plate of a kiosk that stands like this."""
    return _write({"format": FORMAT, "at": beat.at, "name": _named(beat.standing)})


def read_plate(payload: bytes) -> Plate | None:
    """What a kiosk's plate says; None: that is no such thing."""
    found = _read(_PLATE, payload)
    return Plate(at=found.at, name=found.name) if found is not None else None


# Commands and what became of them


class Sent(StrEnum):
    """The commands, by name."""

    RESTART = "restart"
    ANSWER = "answer"
    TEST_PRINT = "test-print"
    TEST_SOUND = "test-sound"
    LOCK = "lock"
    UNLOCK = "unlock"
    RELOAD = "reload"
    SUMMON = "summon"
    VOLUME = "volume"
    NOTICES = "notices"


_PLAIN: tuple[tuple[Sent, Command], ...] = (
    (Sent.RESTART, StaffReset()),
    (Sent.ANSWER, CallAnswered()),
    (Sent.TEST_PRINT, PrintTestWanted()),
    (Sent.TEST_SOUND, SoundTestWanted()),
    (Sent.LOCK, Locked()),
    (Sent.UNLOCK, Unlocked()),
    (Sent.RELOAD, ReloadWanted()),
)
"""Commands without values."""


_Told = Annotated[str, _Line, Field(min_length=1, max_length=MOST_LETTERS)]


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class _Notice:
    id: Id
    vi: _Told
    en: _Told
    since: date
    until: date
    kind: NoticeKind


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class _Request:
    format: Literal[1]
    id: _Mark
    attempt: Annotated[int, Field(ge=1, le=1000)]
    deadline: _Moment
    kind: Sent
    message: Message | None = None
    counter: Id | Literal[""] = ""
    loudness: Loudness | None = None
    notices: Annotated[tuple[_Notice, ...], Field(max_length=MOST_NOTICES)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class _Reply:
    format: Literal[1]
    id: _Mark
    outcome: Outcome


_BEAT, _PLATE = TypeAdapter(_Beat), TypeAdapter(_Plate)
_REQUEST, _REPLY = TypeAdapter(_Request), TypeAdapter(_Reply)


def write_request(request: Request) -> bytes:
    """The bytes of a command."""
    return _write(
        {
            "format": FORMAT,
            "id": request.mark,
            "attempt": request.attempt,
            "deadline": request.deadline,
            **_values(request.command),
        }
    )


def read_request(payload: bytes) -> Request | None:
    """A command; None: that is none, or it has values that are not its own."""
    found = _read(_REQUEST, payload)
    command = _command(found) if found is not None else None
    if found is None or command is None:
        return None
    return Request(mark=found.id, attempt=found.attempt, deadline=found.deadline, command=command)


def read_mark(untrusted: bytes) -> str:
    """The id of a command that is not understood; empty: that is none."""
    is_mark = re.fullmatch(rb"[0-9a-f]{32}", untrusted) is not None
    return untrusted.decode("ascii") if is_mark else ""


def write_reply(reply: Reply) -> bytes:
    """The bytes of an answer."""
    return _write({"format": FORMAT, "id": reply.mark, "outcome": reply.outcome.value})


def read_reply(payload: bytes) -> Reply | None:
    """What became of a command; None: that is no such thing."""
    found = _read(_REPLY, payload)
    return Reply(mark=found.id, outcome=found.outcome) if found is not None else None


def _values(command: Command) -> dict[str, Any]:
    match command:
        case Summoned(message, counter):
            return {"kind": Sent.SUMMON, "message": message, "counter": counter}
        case VolumeSet(loudness):
            return {"kind": Sent.VOLUME, "loudness": loudness}
        case NoticesSet(notices):
            return {"kind": Sent.NOTICES, "notices": [_notice(one) for one in notices]}
        case _:
            return {"kind": next(kind for kind, plain in _PLAIN if plain == command)}


def _command(found: _Request) -> Command | None:
    values = (found.message, found.counter, found.loudness, found.notices)
    match found.kind, values:
        case Sent.SUMMON, (Message() as message, counter, None, None):
            return Summoned(message, counter)
        case Sent.VOLUME, (None, "", Loudness() as loudness, None):
            return VolumeSet(loudness)
        case Sent.NOTICES, (None, "", None, tuple() as notices):
            return NoticesSet(
                tuple(
                    Notice(
                        id=one.id,
                        text=Text(vi=one.vi, en=one.en),
                        since=one.since,
                        until=one.until,
                        kind=one.kind,
                    )
                    for one in notices
                )
            )
        case kind, (None, "", None, None):
            return next((plain for name, plain in _PLAIN if name is kind), None)
        case _:
            return None


def _notice(notice: Notice) -> dict[str, str]:
    return {
        "id": notice.id,
        "vi": _line(notice.text.vi, MOST_LETTERS),
        "en": _line(notice.text.en, MOST_LETTERS),
        "since": notice.since.isoformat(),
        "until": notice.until.isoformat(),
        "kind": notice.kind.value,
    }


def _named(standing: Standing) -> str:
    return _line(standing.name, MOST_NAME_LETTERS) or standing.kiosk


def _write(table: dict[str, Any]) -> bytes:
    return json.dumps(table, ensure_ascii=False, separators=(",", ":")).encode()


def _read(adapter: TypeAdapter[_Form], payload: bytes) -> _Form | None:
    if len(payload) > MOST_BYTES:
        return None
    try:
        return adapter.validate_json(payload)
    except ValidationError:  # its text would hold what came: it goes nowhere
        return None


def _line(text: str, most: int) -> str:
    """What can be sent of a text: no control characters, no halves of letters, not too long."""
    return _UNSEEN.sub(" ", text).encode(errors="replace").decode()[:most]

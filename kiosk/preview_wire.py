"""What the console and the process that draws previews say to each other, line by line.

A question is one line of JSON; the answer is one line, and after it as many bytes of a picture
as the line says.
"""

from dataclasses import dataclass

from pydantic import TypeAdapter

from kiosk.errors import KioskError
from kiosk.preview import Stop, Wanted
from kiosk.preview_source import Source, Titled

MOST_LINE_BYTES = 1_000_000
MOST_PICTURE_BYTES = 8_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A screen is wanted."""

    source: Source
    wanted: Wanted
    is_listed: bool
    """All titles are wanted, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why something cannot be shown: a code of `errors`, and what fills its sentence."""

    code: str
    values: tuple[tuple[str, str], ...] = ()

    def error(self) -> KioskError:
        """The same, to be raised or said."""
        return KioskError(self.code, **dict(self.values))


def refusal_of(error: KioskError) -> Refusal:
    """The same, to be sent."""
    return Refusal(code=error.code, values=tuple(error.values.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What there is of it."""

    titles: tuple[Titled, ...] = ()
    stop: Stop | None = None
    refusal: Refusal | None = None
    goes_on: bool = False
    """The screen is longer than the panel."""
    picture_bytes: int = 0


_ASKED = TypeAdapter(Asked)
_SHOWN = TypeAdapter(Shown)


def asked_line(asked: Asked) -> bytes:
    """A question, as it is sent."""
    return _ASKED.dump_json(asked) + b"\n"


def read_asked(line: bytes) -> Asked:
    """A question, as it comes.

    Raises:
        ValueError: it is none.
    """
    return _ASKED.validate_json(line)


def shown_line(shown: Shown) -> bytes:
    """The first part of an answer, as it is sent."""
    return _SHOWN.dump_json(shown) + b"\n"


def read_shown(line: bytes) -> Shown:
    """The first part of an answer, as it comes.

    Raises:
        ValueError: it is none.
    """
    return _SHOWN.validate_json(line)

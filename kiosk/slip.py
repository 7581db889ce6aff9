"""The slip a citizen takes home: what it says, in order. Pure; knows paper, not printers.

It names the procedure and the papers, never the person: nothing that identifies
anyone can get onto it, because nothing of the kind is known.
"""

from dataclasses import dataclass
from enum import IntEnum


class PaperWidth(IntEnum):
    """Roll width in millimetres."""

    MM58 = 58
    MM80 = 80

    @property
    def dots(self) -> int:
        """Printable width in dots at 203 dpi (8 dots/mm): 384 on 58 mm, 576 on 80 mm."""
        return 384 if self is PaperWidth.MM58 else 576


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A large bold line."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of running text; `is_small` for notes and dates, `is_centred` for the letterhead."""

    text: str
    is_small: bool = False
    is_bold: bool = False
    is_centred: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A paper to bring, with its box."""

    text: str
    note: str
    is_ticked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A label with what it says: "Lệ phí", "Miễn phí"."""

    label: str
    value: str
    """May hold several lines, each ended by a newline but the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A thin line across."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A QR code, centred."""

    text: str


Part = Heading | Line | Check | Row | Rule | Code


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A slip, top to bottom."""

    parts: tuple[Part, ...]

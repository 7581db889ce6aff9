"""What a draft becomes for citizens, and what keeps two accounts from being two readers. Pure.

Plain values, apart from the draft that they are part of.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, StringConstraints
from pydantic.dataclasses import dataclass

from kiosk.bundle_shelf import Name

Who = Annotated[str, StringConstraints(min_length=1, max_length=64)]
"""The name of an account."""

_strict = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Tie:
    """Why two accounts are not two people."""

    holder: Who
    """Stands behind both."""
    account: Who
    """The one that must become free of them."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Told:
    """What changed for citizens in one procedure, as it was told when it was published."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Publication:
    """What a draft becomes for citizens, and who has it become that."""

    by: Who
    at: datetime
    bundle: Name
    version: str
    on: date | None
    told: Mapping[Literal["vi", "en"], tuple[Told, ...]]
    note: str = ""

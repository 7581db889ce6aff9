"""What `spoken.toml` says about reading aloud, as a value. Pure: no file."""

from collections.abc import Mapping
from typing import Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

_strict = ConfigDict(extra="forbid")

Readings = Mapping[str, str]
"""As written -> as said."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Laws:
    """How the number of a legal paper is read: `123/2015/NĐ-CP`."""

    kinds: Readings
    """`NĐ` -> nghị định."""
    issuers: Readings
    """`CP` -> Chính phủ."""
    assembly: Readings
    """`QH` -> Quốc hội: the issuers that number their terms, `QH13`."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Addresses:
    """How web and mail addresses are read."""

    endings: Readings
    """What an address or the name of a file ends in: `vn`, `com`."""
    parts: Readings
    """The other parts: `dichvucong`."""
    separators: Readings
    """The signs between the parts."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class VietnameseRules:
    """Reading Vietnamese aloud."""

    letters: Readings
    """The names of the letters, in lower case."""
    abbreviations: Readings
    """Letter for letter, upper and lower case as written."""
    places: Readings
    """Short words before a name of a place, their dot left out: `TP` -> thành phố."""
    respellings: Readings
    """Foreign words, in lower case -> Vietnamese syllables."""
    units: Readings
    """After a number."""
    per: tuple[str, ...]
    """Words after which a slash means "for each"."""
    together: tuple[tuple[str, ...], ...]
    """Words that stand side by side where a slash was: ông/bà."""
    slashes: Readings
    """Words with a slash that have a reading of their own."""
    signs: Readings
    """One sign -> its word."""
    laws: Laws
    addresses: Addresses


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class EnglishRules:
    """Reading English aloud: the voice knows numbers, it does not know our papers."""

    abbreviations: Readings
    units: Readings
    signs: Readings
    laws: Laws
    addresses: Addresses
    months: tuple[str, ...]
    """January first."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Rules:
    """Everything in `spoken.toml`."""

    format: Literal[1]
    vi: VietnameseRules
    en: EnglishRules

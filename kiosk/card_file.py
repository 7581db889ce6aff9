"""The cards that a machine keeps: one gzipped file in its state folder.

The first line says what the file is, the last one is the sum of all before it, so that a
file that was cut off or changed is refused whole. It is replaced whole or not at all.
"""

import gzip
import json
import os
import zlib
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from kiosk.card import Card
from kiosk.errors import KioskError
from kiosk.national import MOST_BYTES, MOST_LINES

CARDS_FILE = "cards.jsonl.gz"
"""Its name in the state folder."""

FORMAT = 1
"""The version of this file; another one is refused, and the export imported again."""

_UNFINISHED = ".new"
"""What is being written; found again only after a crash, and overwritten then."""


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class _Head:
    """The first line."""

    kiosk_cards: Literal[1]
    count: Annotated[int, Field(ge=0, le=MOST_LINES)]


_HEAD = TypeAdapter(_Head)
_CARD = TypeAdapter(Card)
_CARDS: TypeAdapter[tuple[Card, ...]] = TypeAdapter(tuple[Card, ...])


def save_cards(cards: tuple[Card, ...], path: Path) -> None:
    """Put the cards in the place of those in `path`.

    Raises:
        KioskError: `cards.not_written`; the old file is whole then.
    """
    head = json.dumps({"kiosk_cards": FORMAT, "count": len(cards)}).encode()
    text = b"\n".join((head, *(_CARD.dump_json(one, exclude_defaults=True) for one in cards)))
    packed = gzip.compress(text + b"\n" + sha256(text).hexdigest().encode(), mtime=0)
    unfinished = path.with_name(path.name + _UNFINISHED)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            unfinished.unlink()
        with unfinished.open("xb") as opened:
            opened.write(packed)
            opened.flush()
            os.fsync(opened.fileno())
        unfinished.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink()
        raise KioskError("cards.not_written", str(error), file=str(path)) from error


def load_cards(path: Path) -> tuple[Card, ...]:
    """The cards in `path`; none where there is no such file.

    Raises:
        KioskError: `cards.damaged`: not ours, cut off, changed, of another version, a link.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise KioskError("cards.damaged", str(error), file=str(path)) from error
    try:
        with os.fdopen(descriptor, "rb") as opened, gzip.open(opened, "rb") as unpacked:
            untrusted = unpacked.read(MOST_BYTES + 1)
        return _read(untrusted)
    except (OSError, EOFError, zlib.error, ValueError) as error:
        # ValidationError is a ValueError; its text may hold the whole file.
        problem = type(error).__name__ if isinstance(error, ValidationError) else str(error)
        raise KioskError("cards.damaged", problem, file=str(path)) from error


def _read(untrusted: bytes) -> tuple[Card, ...]:
    """Raises ValueError where it is not what `save_cards` wrote."""
    text, _, claimed = untrusted.rpartition(b"\n")
    if len(untrusted) > MOST_BYTES or sha256(text).hexdigest().encode() != claimed:
        raise ValueError("the sum at the end is not that of the file")
    head, *lines = text.split(b"\n")
    if _HEAD.validate_json(head).count != len(lines):
        raise ValueError("not as many cards as the first line says")
    return _CARDS.validate_json(b"[" + b",".join(lines) + b"]")


def _sync_folder(folder: Path) -> None:
    """Make the new name of the file outlast a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

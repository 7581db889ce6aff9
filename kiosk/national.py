"""A file of the national catalogue, read line by line: one JSON object a line, gzipped or not.

The file comes from outside: its size, its lines and their number are bounded before
anything is built from them. `read_national` takes `code`, `name` and `commune` alone and is strict;
`portal_import` makes whole cards and lists what it leaves out.
"""

import gzip
import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, BinaryIO

from pydantic import ConfigDict, StringConstraints, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from kiosk.assistant.entry import Entry, Kind
from kiosk.errors import KioskError

GZIPPED = ".gz"
"""The end of the name of a file that is unpacked while it is read."""

MOST_LINE_BYTES = 1024 * 1024
"""The longest line that we have seen has 0.1 MB."""

MOST_BYTES = 128 * 1024 * 1024
"""Unpacked; the catalogue of 2026 has 20 MB. A small file may unpack to any size."""

MOST_LINES = 20_000
"""The portal has fewer than 10,000 procedures."""


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="ignore"))
class _Line:
    code: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    name: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    commune: bool = False


def lines_of(file: Path) -> Iterator[tuple[int, bytes | None]]:
    """The lines that are not blank, with their number from 1; None: longer than is taken in.

    Raises:
        KioskError: `national.unreadable` where it is no such file or ends too early,
            `national.too_large` where it never ends.
    """
    number = size = 0
    try:
        with ExitStack() as stack:
            opened = _opened(file, stack)
            while untrusted := opened.readline(MOST_LINE_BYTES + 1):
                number, size = number + 1, size + len(untrusted)
                is_long, rest = len(untrusted) > MOST_LINE_BYTES, untrusted
                while is_long and size <= MOST_BYTES and rest and not rest.endswith(b"\n"):
                    rest = opened.readline(MOST_LINE_BYTES + 1)
                    size += len(rest)
                if number > MOST_LINES or size > MOST_BYTES:
                    raise KioskError("national.too_large", file=str(file), line=str(number))
                if is_long:
                    yield number, None
                elif untrusted.strip():
                    yield number, untrusted
    except (OSError, EOFError, zlib.error) as error:
        raise KioskError("national.unreadable", str(error), file=str(file)) from error


def read_national(file: Path) -> tuple[Entry, ...]:
    """The procedures of a national catalogue; their id is their code, for they have no script.

    Raises:
        KioskError: `national.unreadable`, `national.bad_line`, `national.too_large`,
            each with the file, the last two with the line.
    """
    parse = TypeAdapter(_Line).validate_json
    entries: dict[str, Entry] = {}
    for number, untrusted in lines_of(file):
        if untrusted is None:
            raise KioskError("national.too_large", file=str(file), line=str(number))
        try:
            row = parse(untrusted)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            problem = ".".join(str(part) for part in first["loc"])
            problem = f"{problem}: {first['msg']}" if problem else first["msg"]
            raise KioskError(
                "national.bad_line", file=str(file), line=str(number), problem=problem
            ) from error
        kind = Kind.COMMUNE if row.commune else Kind.NATIONAL
        entries.setdefault(row.code, Entry(id=row.code, code=row.code, title=row.name, kind=kind))
    return tuple(entries.values())


def _opened(file: Path, stack: ExitStack) -> BinaryIO | gzip.GzipFile:
    """A plain file, or one that a link leads to; never a pipe or a device, which may not end."""
    opened = stack.enter_context(os.fdopen(os.open(file, os.O_RDONLY | os.O_NONBLOCK), "rb"))
    if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
        raise OSError("not a file")
    if file.name.casefold().endswith(GZIPPED):
        return stack.enter_context(gzip.open(opened, "rb"))
    return opened

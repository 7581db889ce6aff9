"""The national catalogue as something that can be searched: one JSON object a line, gzipped.

Only `code` and `name` of each line are read. The file comes from outside: its size, its
lines and its number are bounded before anything is built from them.
"""

import gzip
import zlib
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, StringConstraints, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from kiosk.assistant.lookup import Entry
from kiosk.errors import KioskError

ENDING = ".jsonl.gz"

MOST_LINE_BYTES = 1024 * 1024
"""The longest line that we have seen has 0.1 MB."""

MOST_BYTES = 256 * 1024 * 1024
"""Unpacked; the catalogue of 2026 has 20 MB. A small file may unpack to any size."""

MOST_ENTRIES = 20_000
"""The portal has fewer than 10,000 procedures."""


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="ignore"))
class _Line:
    code: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    name: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


def read_national(file: Path) -> tuple[Entry, ...]:
    """The procedures of a national catalogue; their id is their code, for they have no script.

    Raises:
        KioskError: `national.unreadable`, `national.bad_line`, `national.too_large`,
            each with the file, the last two with the line.
    """
    parse = TypeAdapter(_Line).validate_json
    entries: dict[str, Entry] = {}
    number = size = 0
    try:
        with gzip.open(file, "rb") as opened:
            while untrusted := opened.readline(MOST_LINE_BYTES + 1):
                number, size = number + 1, size + len(untrusted)
                is_long = len(untrusted) > MOST_LINE_BYTES
                if is_long or number > MOST_ENTRIES or size > MOST_BYTES:
                    raise KioskError("national.too_large", file=str(file), line=str(number))
                row = parse(untrusted)
                entries.setdefault(row.code, Entry(id=row.code, code=row.code, title=row.name))
    except (OSError, EOFError, zlib.error) as error:
        raise KioskError("national.unreadable", str(error), file=str(file)) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        problem = ".".join(str(part) for part in first["loc"])
        problem = f"{problem}: {first['msg']}" if problem else first["msg"]
        raise KioskError(
            "national.bad_line", file=str(file), line=str(number), problem=problem
        ) from error
    return tuple(entries.values())

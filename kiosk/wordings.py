"""`wordings.csv`: how people ask for procedures that have a card and no script. Pure.

Two columns, `code` and `wording`, one line a wording, so that an admin can keep it in any
spreadsheet. What a script or the "not here" file says belongs there, not here.
"""

import csv
from collections.abc import Iterator, Mapping

from kiosk.assistant.vietnamese import fold
from kiosk.script import Fault

WORDINGS = "wordings.csv"
"""Its name in the folder of the scripts."""

MOST_LETTERS = 160
"""Nobody says more in one breath."""

MOST_BYTES = 8 * 1024 * 1024
"""A larger file is refused."""

_COLUMNS = ["code", "wording"]

Wordings = Mapping[str, tuple[str, ...]]
"""Code -> how people ask for it."""


def read_wordings(
    untrusted: bytes, *, file: str, taken: Mapping[str, str] | None
) -> tuple[Wordings, list[Fault]]:
    """Parse the file. A line with a fault is left out, the rest is used.

    Args:
        untrusted: the bytes of the file.
        file: its name, for the faults.
        taken: folded wordings that belong to others already -> where; None: whether two
            have one wording is not looked at.
    """
    if len(untrusted) > MOST_BYTES:
        return {}, [
            _fault(
                file, 1, "too_large", size=str(len(untrusted) // 1024), most=str(MOST_BYTES // 1024)
            )
        ]
    try:
        text = untrusted.decode("utf-8-sig")
    except UnicodeDecodeError:
        return {}, [_fault(file, 1, "not_utf8")]
    rows = csv.reader(f"{line}\n" for line in text.replace("\r\n", "\n").split("\n"))
    found: dict[str, list[str]] = {}
    places = dict(taken or {})
    faults: list[Fault] = []
    if _next(rows) != _COLUMNS:
        return {}, [_fault(file, 1, "wordings_columns", columns=", ".join(_COLUMNS))]
    while (row := _next(rows)) is not None:
        if not row:
            continue
        line = rows.line_num
        code, wording = row if len(row) == len(_COLUMNS) else ("", "")
        if not code.strip() or not _has_words(wording) or len(wording) > MOST_LETTERS:
            faults.append(_fault(file, line, "wordings_line", most=str(MOST_LETTERS)))
            continue
        mine = f"{file}:{line}"
        other = mine if taken is None else places.setdefault(fold(wording), mine)
        if other != mine:
            faults.append(_fault(file, line, "wording_in_two", text=wording, other=other))
            continue
        found.setdefault(code.strip(), []).append(wording.strip())
    return {code: tuple(wordings) for code, wordings in found.items()}, faults


def _next(rows: Iterator[list[str]]) -> list[str] | None:
    """The next row; an empty text in place of one that cannot be read, None after the last."""
    try:
        return next(rows, None)
    except csv.Error:
        return [""]


def _has_words(wording: str) -> bool:
    return any(letter.isalnum() for letter in wording) and "\n" not in wording.strip("\n")


def _fault(file: str, line: int, code: str, **values: str) -> Fault:
    return Fault(file=file, line=line, code=code, values=tuple(values.items()), is_warning=True)

"""What our drawings are made of: colours, HTML-like labels, and Graphviz itself.

Graphviz's `dot` draws in a child process, with a deadline. Nothing here reads or writes a
file.
"""

import shutil
import subprocess
from collections.abc import Iterable
from html import escape
from textwrap import wrap

from kiosk.errors import KioskError

DOT_SECONDS = 30.0
"""How long Graphviz may take; our largest drawing takes less than two."""

PAPER, INK, INK_SOFT = "#F6F3EC", "#16211F", "#3E4A47"
LOTUS, TINT = "#0C4F4B", "#E1EDEA"
GOLD, GOLD_TINT = "#D9982B", "#FBF0DA"
CARD, LINE = "#FFFFFF", "#A9A294"
"""The colours of the screens (`Theme.qml`)."""

INDENT = "&#160;" * 4
FONT = "Inter,Noto Sans,DejaVu Sans,sans-serif"


def as_svg(dot_text: str) -> str:
    """The picture as SVG, drawn by Graphviz.

    Raises:
        KioskError: `draw.no_graphviz`, `draw.failed`.
    """
    dot = shutil.which("dot")
    if dot is None:
        raise KioskError("draw.no_graphviz")
    try:
        drawn = subprocess.run(
            (dot, "-Tsvg"),
            input=dot_text.encode(),
            capture_output=True,
            timeout=DOT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise KioskError("draw.failed", problem=f"{DOT_SECONDS:g} s") from error
    if drawn.returncode != 0:
        problem = drawn.stderr.decode(errors="replace").strip()[:200]
        raise KioskError("draw.failed", problem=problem or str(drawn.returncode))
    return drawn.stdout.decode()


def table(rows: Iterable[str]) -> str:
    """Rows below each other, as an HTML-like label."""
    # A row a line: Graphviz sets lines of one text so close that Vietnamese marks touch.
    inside = "".join(rows)
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">{inside}</TABLE>'


def row(safe: str, *, size: int, colour: str = INK, align: str = "LEFT") -> str:
    """A line of text that is `safe` already."""
    words = f'<FONT POINT-SIZE="{size}" COLOR="{colour}">{safe}</FONT>'
    return f'<TR><TD ALIGN="{align}">{words}</TD></TR>'


def item(text: str, letters: int, *, colour: str = INK_SOFT) -> list[str]:
    """One of a list: its first line behind a dot, the others in line with it."""
    marks = ("&#160;•&#160;", INDENT)
    return [
        row(f"{marks[min(number, 1)]}{line}", size=14, colour=colour)
        for number, line in enumerate(lines(text, letters))
    ]


def lines(text: str, letters: int) -> list[str]:
    """`text` in as few lines as fit, all about as long: no single word is left over."""
    count = len(_wrapped(text, letters))
    while letters > 1 and len(_wrapped(text, letters - 1)) == count:
        letters -= 1
    return [safe(line) for line in _wrapped(text, letters)] or [INDENT]


def _wrapped(text: str, letters: int) -> list[str]:
    return wrap(text, letters, break_long_words=False, break_on_hyphens=False)


def safe(text: str) -> str:
    """`text` for a label of Graphviz, which reads a little HTML there, and backslashes."""
    return escape(text, quote=True).replace("\\", "\\\\")

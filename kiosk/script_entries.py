"""Whole entries of a script's lists, put in behind the last one or taken out. Pure.

Remarks stay where they are, whichever entry comes or goes; the blank lines between entries go
and come with them.
"""

from collections.abc import Collection, Sequence
from typing import Any

import yaml

from kiosk.script_text import ScriptText
from kiosk.script_written import Entry, entry_lines

_INDENT = "  "
"""Before the dash of an entry, where no other shows it."""


def change_entries(
    script: ScriptText,
    around: tuple[Any, Any],
    *,
    gone: Collection[int],
    added: Sequence[Entry],
) -> None:
    """Note down what has to be replaced so that entries come and go.

    Args:
        script: the text.
        around: key and value of the list.
        gone: the numbers of the entries that are to go.
        added: what is to stand behind the last one.

    Raises:
        ValueError: it cannot be done without touching something else.
    """
    key, node = around
    entries = node.value if isinstance(node, yaml.SequenceNode) else None
    if entries is None:
        raise ValueError("no list")
    if any(number not in range(len(entries)) for number in gone):
        raise LookupError("no such entry")
    if not entries or (len(gone) == len(entries) and not node.flow_style):
        _write_anew(script, key, node, added)
    elif node.flow_style:
        raise ValueError("entries on one line")
    else:
        for number in gone:
            _take_out(script, entries, number, gone)
        if added:
            line = script.dash_line(entries[-1])
            indent = " " * (len(_start_of(script, line)) - len("- "))
            at = script.line_end(script.end(entries[-1]))
            gap = script.newline * (1 + _has_gaps(script, entries))
            new = "".join(gap + _lines(script, one, indent) for one in added)
            script.splice(at, at, new)


def new_list(script: ScriptText, above: Any, name: str, added: Sequence[Entry]) -> None:  # noqa: ANN401 - PyYAML has no types
    """Note down a list that is not there yet, behind the list `above`."""
    at = script.line_end(script.end(above))
    gap = script.newline * 2
    script.splice(at, at, f"{gap}{name}:{script.newline}{_whole(script, added)}")


def _start_of(script: ScriptText, line: int) -> str:
    """The blanks and the dash with which a line begins."""
    rest = script.text[line:]
    return rest[: rest.index("-") + len("- ")]


def _write_anew(script: ScriptText, key: Any, node: Any, added: Sequence[Entry]) -> None:  # noqa: ANN401
    """A list of which nothing stays; a remark inside it would go unseen, so there may be none."""
    start = script.text.index(":", key.end_mark.index) + 1
    end, at = script.end(node), start
    for entry in node.value:
        if "#" in script.text[at : entry.start_mark.index]:
            raise ValueError("a remark would go")
        at = script.end(entry)
    new = f"{script.newline}{_whole(script, added)}" if added else " []"
    script.splice(start, end, new)


def _whole(script: ScriptText, added: Sequence[Entry]) -> str:
    return (script.newline * 2).join(_lines(script, one, _INDENT) for one in added)


def _lines(script: ScriptText, entry: Entry, indent: str) -> str:
    return script.newline.join(entry_lines(entry, indent))


def _take_out(
    script: ScriptText, entries: Sequence[Any], number: int, gone: Collection[int]
) -> None:
    line, end = script.dash_line(entries[number]), script.end(entries[number])
    if all(one in gone for one in range(number, len(entries))):
        before = script.text[:line].rstrip()  # the blank lines before it go as well
        script.splice(script.line_end(len(before)), script.line_end(end), "")
        return
    after = script.text.index("\n", end) + 1
    rest = script.text[after:]
    script.splice(line, after + _blank_lines(rest), "")


def _blank_lines(text: str) -> int:
    """How many letters of blank lines a text begins with."""
    length = 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            break
        length += len(line)
    return length


def _has_gaps(script: ScriptText, entries: Sequence[Any]) -> bool:
    """Whether the author leaves a line blank between entries; most do."""
    if len(entries) == 1:
        return True
    end = script.line_end(script.end(entries[-2]))
    lines = script.text[end : script.dash_line(entries[-1])].splitlines()[1:]
    return any(not one.strip() for one in lines)

"""How values are written as YAML, as the authors of our scripts write it. Pure."""

import re
from collections.abc import Mapping
from datetime import date

from kiosk.script import Place

MOST_COLUMNS = 100
"""A line longer than this is broken where that can be done."""

NewValue = str | int | bool | date | tuple[str, ...] | Mapping[str, str | tuple[str, ...]] | None
"""A text, number or day; a list; a text in languages, or choices by question; None: nothing."""

Entry = Mapping[str, NewValue]
"""A whole fee, paper, example: its keys in any order. A plain text is an id or a link."""

_ORDER = (
    *("id", "when", "unless", "valid_from", "valid_until", "aspect", "source", "confirmed"),
    *("label", "name", "text", "title", "ask", "say", "amount", "per", "lead", "note", "where"),
    *("count", "kind", "link", "hand", "heard_as", "next"),
    *("on", "answers", "reaches", "papers", "fees", "times", "notes", "asides", "sources"),
)
"""The order in which the keys of an entry are written; a key that is new comes after those."""

_WORD = re.compile(r"(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*")
_NOT_WORDS = frozenset(("true", "false", "null"))
_ESCAPED = re.compile(
    "[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""What YAML would refuse, fold or overlook between quotes."""


def rank(key: str) -> int:
    """Where a key stands among the others of its entry."""
    return _ORDER.index(key) if key in _ORDER else len(_ORDER)


def written(value: str | float | date, style: str) -> str:
    """A value as YAML, in its author's style where that can hold it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    if not style and _WORD.fullmatch(text) and text not in _NOT_WORDS:
        return text
    if style == "'" and not _ESCAPED.search(text):
        return "'" + text.replace("'", "''") + "'"
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _ESCAPED.sub(lambda found: f"\\U{ord(found.group()):08X}", plain) + '"'


def flow(value: NewValue, *, is_words: bool) -> str:
    """A value on one line."""
    assert value is not None
    style = "" if is_words else '"'
    if isinstance(value, tuple):
        return "[" + ", ".join(written(one, style) for one in value) + "]"
    if isinstance(value, Mapping):
        rows = (f"{key}: {flow(one, is_words=is_words)}" for key, one in value.items())
        return "{" + ", ".join(rows) + "}"
    return written(value, style)


def flow_of_names(names: Place, value: NewValue, *, is_words: bool) -> str:
    """The same, inside keys of these names."""
    text = flow(value, is_words=is_words)
    for name in reversed(names):
        text = f"{{{name}: {text}}}"
    return text


def block(key: str, names: Place, value: NewValue, indent: str, *, is_words: bool) -> list[str]:
    """The lines of a new key of a mapping, as our scripts are written."""
    if names:
        first, *others = names
        inner = block(str(first), tuple(others), value, f"{indent}  ", is_words=is_words)
        return [f"{indent}{key}:", *inner]
    line = f"{indent}{key}: {flow(value, is_words=is_words)}"
    if isinstance(value, tuple) and not is_words:
        return [f"{indent}{key}:", *(f"{indent}  - {written(one, chr(34))}" for one in value)]
    if isinstance(value, Mapping) and not is_words and len(line) > MOST_COLUMNS:
        inner = [f"{indent}  {name}: {flow(one, is_words=False)}" for name, one in value.items()]
        return [f"{indent}{key}:", *inner]
    return [line]


def entry_lines(entry: Entry, indent: str) -> list[str]:
    """The lines of a whole entry of a list; its dash stands at the end of `indent`."""
    beside = f"{indent}  "
    lines = [
        line
        for key in sorted(entry, key=rank)
        for line in block(key, (), entry[key], beside, is_words=not _is_text(entry[key]))
    ]
    return [f"{indent}- {lines[0].removeprefix(beside)}", *lines[1:]]


def _is_text(value: NewValue) -> bool:
    """Whether it is what somebody reads, always between quotes; the rest are ids."""
    if isinstance(value, Mapping):
        return all(isinstance(one, str) and key in ("vi", "en") for key, one in value.items())
    return False

"""Changes values in a script and leaves every other byte as its author wrote it. Pure.

Where a value stands is taken from the YAML parser; only its own letters, line or list entry are
replaced. The result is read again, and refused unless it says exactly what was wanted: what
cannot be edited safely is not edited.
"""

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Any

import yaml

from kiosk.errors import KioskError
from kiosk.script import Lines, Place, Plain, Refused, read_plain

MOST_COLUMNS = 100
"""A line longer than this is broken where that can be done."""

NewValue = str | int | bool | date | tuple[str, ...] | Mapping[str, str] | None

_ORDER = (
    *("id", "when", "unless", "valid_from", "valid_until", "aspect", "source", "confirmed"),
    *("label", "name", "text", "title", "ask", "say", "amount", "per", "lead", "note", "where"),
    *("count", "kind", "link", "hand", "heard_as", "next"),
)
"""The order in which the keys of an entry are written; a key that is new comes after those."""

_WORD = re.compile(r"(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*")
_NOT_WORDS = frozenset(("true", "false", "null"))
_ESCAPED = re.compile(
    "[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""What YAML would refuse, fold or overlook between quotes."""
_DASH = re.compile(r" *- +\Z")
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One value that is to be another one."""

    place: Place
    """Of a value that is there, or of a key that is to be added to an entry that is there."""
    value: NewValue
    """Text, number, day; a list of texts; a text in languages. None: the key goes."""
    is_words: bool = False
    """Whether a list holds ids, which are written without quotes, on one line."""


def edited(untrusted: bytes, edits: Sequence[Edit]) -> bytes:
    """The script with these values changed.

    Args:
        untrusted: its bytes.
        edits: each at another place.

    Raises:
        KioskError: `draft.not_editable`: it cannot be done without touching something else.
    """
    try:
        before = _read(untrusted)
        text = untrusted.decode("utf-8")
        lead = _BOM if text.startswith(_BOM) else ""
        editor = _Editor(text.removeprefix(_BOM))
        for edit in sorted(edits, key=lambda one: one.value is not None):
            editor.apply(edit)  # first what goes: nothing is put behind it
        after = (lead + editor.text_after()).encode("utf-8")
        if _read(after) == _expected(before, edits):
            return after
    except (Refused, ValueError, TypeError, LookupError, yaml.YAMLError) as error:
        raise KioskError("draft.not_editable", type(error).__name__) from error
    raise KioskError("draft.not_editable", "it would say something else")


class _Editor:
    """Finds the spans to replace in one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._root = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        self._newline = "\r\n" if "\r\n" in text else "\n"
        self._splices: list[tuple[int, int, str]] = []
        self._gone: list[Any] = []
        """Keys that are removed: nothing new is put behind them."""

    def text_after(self) -> str:
        """The text with all that was found replaced."""
        parts, at = list[str](), 0
        for start, end, new in sorted(self._splices, key=lambda one: one[:2]):
            if start < at:
                raise ValueError("two edits at one place")
            parts += [self._text[at:start], new]
            at = end
        return "".join((*parts, self._text[at:]))

    def apply(self, edit: Edit) -> None:
        """Note down what has to be replaced."""
        node, value = self._root, edit.value
        for depth, part in enumerate(edit.place):
            entry = _entry(node, part)
            is_last = depth == len(edit.place) - 1
            if entry is None:
                if value is not None:
                    names = edit.place[depth + 1 :]
                    self._add(node, str(part), names, value, is_words=edit.is_words)
                return
            if is_last:
                self._change(node, entry, edit)
            node = entry[1]

    def _change(self, around: Any, entry: tuple[Any, Any], edit: Edit) -> None:  # noqa: ANN401
        key, node = entry
        value = edit.value
        if value is None:
            self._remove_key(around, key)
        elif isinstance(value, tuple):
            if isinstance(node, yaml.SequenceNode) and value and node.value:
                self._change_list(node, value, is_words=edit.is_words)
            else:
                self._replace(node, _flow(value, is_words=edit.is_words))
        elif isinstance(value, Mapping) or not isinstance(node, yaml.ScalarNode):
            raise ValueError("no single value")
        else:
            self._replace(node, _written(value, node.style or ""))

    def _replace(self, node: Any, new: str) -> None:  # noqa: ANN401 - PyYAML has no types
        start, end = node.start_mark.index, self._end(node)
        if not isinstance(node, yaml.ScalarNode) and not node.flow_style:
            start = self._text.rindex(":", 0, start) + 1  # from behind its key
            new = f" {new}"
        elif start == end:
            new = f" {new}"
        self._splices.append((start, end, new))

    # Keys of a mapping

    def _add(
        self,
        around: Any,  # noqa: ANN401 - PyYAML has no types
        key: str,
        names: Place,
        value: NewValue,
        *,
        is_words: bool,
    ) -> None:
        if not isinstance(around, yaml.MappingNode) or not around.value:
            raise ValueError("nothing to put it into")
        before = [one for one in around.value if _rank(one[0].value) < _rank(key)]
        before = [one for one in before if not any(one[0] is key for key in self._gone)]
        above = max(before, key=lambda one: _rank(one[0].value)) if before else around.value[0]
        if around.flow_style:
            written = _flow_of_names(names, value, is_words=is_words)
            at = self._end(above[1])
            self._splices.append((at, at, f", {key}: {written}"))
            return
        indent = " " * around.value[0][0].start_mark.column
        lines = _block(key, names, value, indent, is_words=is_words)
        at = self._line_end(self._end(above[1]))
        self._splices.append((at, at, "".join(self._newline + line for line in lines)))

    def _remove_key(self, around: Any, key: Any) -> None:  # noqa: ANN401
        names = [one[0] for one in around.value]
        number = names.index(key)
        self._gone.append(key)
        end = self._end(around.value[number][1])
        if around.flow_style:
            if number:
                self._splices.append((self._end(around.value[number - 1][1]), end, ""))
            elif len(names) > 1:
                self._splices.append((key.start_mark.index, names[1].start_mark.index, ""))
            else:
                raise ValueError("it would be empty")
            return
        start = self._from(around, key)
        if start != key.start_mark.index:
            self._remove_lines(start, end)
        elif number + 1 < len(names):  # behind the dash of its entry
            self._splices.append((start, names[number + 1].start_mark.index, ""))
        else:
            raise ValueError("it would be empty")

    def _from(self, around: Any, key: Any) -> int:  # noqa: ANN401
        """Where a key's line begins; the key itself where something stands before it."""
        at = int(key.start_mark.index)
        line = self._text.rfind("\n", 0, at) + 1
        return line if not around.flow_style and not self._text[line:at].strip(" ") else at

    # Entries of a list of texts

    def _change_list(self, node: Any, new: tuple[str, ...], *, is_words: bool) -> None:  # noqa: ANN401
        entries = node.value
        if not all(isinstance(one, yaml.ScalarNode) for one in entries):
            raise ValueError("no list of texts")
        style = "" if is_words else '"'
        old = [one.value for one in entries]
        matcher = SequenceMatcher(a=old, b=new, autojunk=False)
        for _, start, end, new_start, new_end in (
            one for one in matcher.get_opcodes() if one[0] != "equal"
        ):
            both = min(end - start, new_end - new_start)
            for entry, text in zip(
                entries[start : start + both], new[new_start : new_start + both], strict=True
            ):
                self._replace(entry, _written(text, entry.style or ""))
            self._drop_entries(node, start + both, end)
            added = [_written(one, style) for one in new[new_start + both : new_end]]
            if added:
                self._add_entries(node, start + both, added)

    def _drop_entries(self, node: Any, first: int, end: int) -> None:  # noqa: ANN401
        entries = node.value
        if first == end:
            return
        if not node.flow_style:
            for entry in entries[first:end]:
                self._remove_lines(self._dash_line(entry), self._end(entry))
        elif first:
            self._splices.append((self._end(entries[first - 1]), self._end(entries[end - 1]), ""))
        else:
            self._splices.append((entries[0].start_mark.index, entries[end].start_mark.index, ""))

    def _add_entries(self, node: Any, before: int, added: list[str]) -> None:  # noqa: ANN401
        """Put entries before the one of this number."""
        entries = node.value
        if node.flow_style:
            if before:
                at, new = self._end(entries[before - 1]), "".join(f", {one}" for one in added)
            else:
                at, new = entries[0].start_mark.index, "".join(f"{one}, " for one in added)
        elif before < len(entries):
            at = self._dash_line(entries[before])
            dash = self._text[at : entries[before].start_mark.index]
            new = "".join(f"{dash}{one}{self._newline}" for one in added)
        else:
            line = self._dash_line(entries[-1])
            dash = self._text[line : entries[-1].start_mark.index]
            at = self._line_end(self._end(entries[-1]))
            new = "".join(f"{self._newline}{dash}{one}" for one in added)
        self._splices.append((at, at, new))

    def _dash_line(self, entry: Any) -> int:  # noqa: ANN401
        at = int(entry.start_mark.index)
        line = self._text.rfind("\n", 0, at) + 1
        if not _DASH.fullmatch(self._text[line:at]):
            raise ValueError("an entry without a line of its own")
        return line

    # Where things end

    def _end(self, node: Any) -> int:  # noqa: ANN401
        """Behind the last letter of a value: the parser takes blank lines and remarks along."""
        if isinstance(node, yaml.ScalarNode):
            end = int(node.end_mark.index)
            if node.style in ("|", ">"):
                end = len(self._text[:end].rstrip())
            return max(end, int(node.start_mark.index))
        if node.flow_style or not node.value:
            return int(node.end_mark.index)
        last = node.value[-1]
        return self._end(last[1] if isinstance(last, tuple) else last)

    def _line_end(self, at: int) -> int:
        end = self._text.find("\n", at)
        end = len(self._text) if end < 0 else end
        return end - 1 if self._text[at:end].endswith("\r") else end

    def _remove_lines(self, start: int, end: int) -> None:
        """Take lines out with the line end before them: something new may follow behind them."""
        if start:
            start -= 2 if self._text[:start].endswith("\r\n") else 1
            self._splices.append((start, self._line_end(end), ""))
            return
        after = self._text.find("\n", end)
        self._splices.append((0, len(self._text) if after < 0 else after + 1, ""))


def _entry(node: Any, part: str | int) -> tuple[Any, Any] | None:  # noqa: ANN401
    """(key, value) of a mapping, (None, value) of a list; None where there is no such key."""
    if isinstance(part, int):
        if not isinstance(node, yaml.SequenceNode):
            raise TypeError("no list")
        return None, node.value[part]
    if not isinstance(node, yaml.MappingNode):
        raise TypeError("no mapping")
    return next((one for one in node.value if one[0].value == part), None)


def _rank(key: str) -> int:
    return _ORDER.index(key) if key in _ORDER else len(_ORDER)


def _written(value: str | float | date, style: str) -> str:
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


def _flow(value: NewValue, *, is_words: bool) -> str:
    assert value is not None
    style = "" if is_words else '"'
    if isinstance(value, tuple):
        return "[" + ", ".join(_written(one, style) for one in value) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_written(one, style)}" for key, one in value.items()) + "}"
    return _written(value, style)


def _flow_of_names(names: Place, value: NewValue, *, is_words: bool) -> str:
    written = _flow(value, is_words=is_words)
    for name in reversed(names):
        written = f"{{{name}: {written}}}"
    return written


def _block(key: str, names: Place, value: NewValue, indent: str, *, is_words: bool) -> list[str]:
    """The lines of a new key of a mapping, as our scripts are written."""
    if names:
        first, *others = names
        inner = _block(str(first), tuple(others), value, f"{indent}  ", is_words=is_words)
        return [f"{indent}{key}:", *inner]
    line = f"{indent}{key}: {_flow(value, is_words=is_words)}"
    if isinstance(value, tuple) and not is_words:
        return [f"{indent}{key}:", *(f"{indent}  - {_written(one, chr(34))}" for one in value)]
    if isinstance(value, Mapping) and len(line) > MOST_COLUMNS:
        inner = [f"{indent}  {name}: {_written(one, chr(34))}" for name, one in value.items()]
        return [f"{indent}{key}:", *inner]
    return [line]


def _read(untrusted: bytes) -> Plain:
    return read_plain(untrusted, file="", lines=Lines({}), faults=[])


def _expected(before: Plain, edits: Sequence[Edit]) -> Plain:
    after = deepcopy(before)
    for edit in edits:
        value: Any = edit.value
        if isinstance(value, tuple):
            value = list(value)
        elif isinstance(value, Mapping):
            value = dict(value)
        around: Any = after
        for part in edit.place[:-1]:
            if isinstance(around, dict) and part not in around:
                around[part] = {}
            around = around[part]
        if value is None:
            around.pop(edit.place[-1], None)
        else:
            around[edit.place[-1]] = value
    return after

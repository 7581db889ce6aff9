"""Changes values in a script and leaves every other byte as its author wrote it. Pure.

Where a value stands is taken from the YAML parser; only its own letters, line or list entry are
replaced. The result is read again, and refused unless it says exactly what was wanted: what
cannot be edited safely is not edited.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import yaml

from kiosk.errors import KioskError
from kiosk.script import Lines, Place, Plain, Refused, read_plain
from kiosk.script_entries import change_entries, new_list
from kiosk.script_text import ScriptText
from kiosk.script_written import Entry, NewValue, block, flow, flow_of_names, rank, written

_BOM = "\ufeff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One value that is to be another one."""

    place: Place
    """Of a value that is there, or of a key that is to be added to an entry that is there."""
    value: NewValue
    """Text, number, day; a list of texts; a text in languages. None: the key goes."""
    is_words: bool = False
    """Whether a list or mapping holds ids, which are written without quotes, on one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOut:
    """A whole entry of a list that is to go."""

    place: Place
    """Of the entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutIn:
    """A whole entry that is to stand behind the last one of its list."""

    place: Place
    """Of the list; where the file has no such key, one of its own is begun."""
    entry: Entry


AnyEdit = Edit | TakenOut | PutIn


def edited(untrusted: bytes, edits: Sequence[AnyEdit]) -> bytes:
    """The script with these values changed and these entries put in or taken out.

    Args:
        untrusted: its bytes.
        edits: each at another place; an entry that goes has no other edits. Places are those
            that the file has now.

    Raises:
        KioskError: `draft.not_editable`: it cannot be done without touching something else.
    """
    try:
        before = _read(untrusted)
        text = untrusted.decode("utf-8")
        lead = _BOM if text.startswith(_BOM) else ""
        script = ScriptText(text.removeprefix(_BOM))
        editor = _Editor(script)
        values = [one for one in edits if isinstance(one, Edit)]
        for edit in sorted(values, key=lambda one: one.value is not None):
            editor.apply(edit)  # first what goes: nothing is put behind it
        for place, gone, added in _by_list(edits):
            editor.change_list_at(place, gone, added)
        after = (lead + script.after()).encode("utf-8")
        if _read(after) == _expected(before, edits):
            return after
    except (Refused, ValueError, TypeError, LookupError, yaml.YAMLError) as error:
        raise KioskError("draft.not_editable", type(error).__name__) from error
    raise KioskError("draft.not_editable", "it would say something else")


class _Editor:
    """Finds the spans to replace in one text."""

    def __init__(self, script: ScriptText) -> None:
        self._script = script
        self._gone: list[Any] = []
        """Keys that are removed: nothing new is put behind them."""

    def apply(self, edit: Edit) -> None:
        """Note down what has to be replaced."""
        node, value = self._script.root, edit.value
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

    def change_list_at(self, place: Place, gone: Sequence[int], added: Sequence[Entry]) -> None:
        """Note down what has to be replaced so that whole entries come and go."""
        node = self._script.root
        for part in place[:-1]:
            entry = _entry(node, part)
            if entry is None:
                raise LookupError("no such list")
            node = entry[1]
        found = _entry(node, place[-1])
        if found is not None:
            change_entries(self._script, found, gone=gone, added=added)
        elif gone or len(place) > 1:
            raise LookupError("no such list")
        else:
            name = str(place[-1])
            before = [one for one in node.value if rank(one[0].value) < rank(name)]
            above = max(before, key=lambda one: rank(one[0].value))
            new_list(self._script, above[1], name, added)

    def _change(self, around: Any, entry: tuple[Any, Any], edit: Edit) -> None:  # noqa: ANN401
        key, node = entry
        value = edit.value
        if value is None:
            self._remove_key(around, key)
        elif isinstance(value, tuple):
            if isinstance(node, yaml.SequenceNode) and value and node.value:
                self._change_list(node, value, is_words=edit.is_words)
            else:
                self._replace(node, flow(value, is_words=edit.is_words))
        elif isinstance(value, Mapping) and edit.is_words and isinstance(node, yaml.MappingNode):
            if "#" in self._script.text[node.start_mark.index : self._script.end(node)]:
                raise ValueError("a remark would go")
            self._replace(node, flow(value, is_words=True))
        elif isinstance(value, Mapping) or not isinstance(node, yaml.ScalarNode):
            raise ValueError("no single value")
        else:
            self._replace(node, written(value, node.style or ""))

    def _replace(self, node: Any, new: str) -> None:  # noqa: ANN401 - PyYAML has no types
        start, end = node.start_mark.index, self._script.end(node)
        if not isinstance(node, yaml.ScalarNode) and not node.flow_style:
            start = self._script.text.rindex(":", 0, start) + 1  # from behind its key
            new = f" {new}"
        elif start == end:
            new = f" {new}"
        self._script.splice(start, end, new)

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
        before = [one for one in around.value if rank(one[0].value) < rank(key)]
        before = [one for one in before if not any(one[0] is key for key in self._gone)]
        above = max(before, key=lambda one: rank(one[0].value)) if before else around.value[0]
        if around.flow_style:
            new = flow_of_names(names, value, is_words=is_words)
            at = self._script.end(above[1])
            self._script.splice(at, at, f", {key}: {new}")
            return
        indent = " " * around.value[0][0].start_mark.column
        lines = block(key, names, value, indent, is_words=is_words)
        at = self._script.line_end(self._script.end(above[1]))
        self._script.splice(at, at, "".join(self._script.newline + line for line in lines))

    def _remove_key(self, around: Any, key: Any) -> None:  # noqa: ANN401
        names = [one[0] for one in around.value]
        number = names.index(key)
        self._gone.append(key)
        end = self._script.end(around.value[number][1])
        if around.flow_style:
            if number:
                self._script.splice(self._script.end(around.value[number - 1][1]), end, "")
            elif len(names) > 1:
                self._script.splice(key.start_mark.index, names[1].start_mark.index, "")
            else:
                raise ValueError("it would be empty")
            return
        start = self._from(around, key)
        if start != key.start_mark.index:
            self._script.remove_lines(start, end)
        elif number + 1 < len(names):  # behind the dash of its entry
            self._script.splice(start, names[number + 1].start_mark.index, "")
        else:
            raise ValueError("it would be empty")

    def _from(self, around: Any, key: Any) -> int:  # noqa: ANN401
        """Where a key's line begins; the key itself where something stands before it."""
        at = int(key.start_mark.index)
        line = self._script.text.rfind("\n", 0, at) + 1
        return line if not around.flow_style and not self._script.text[line:at].strip(" ") else at

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
                self._replace(entry, written(text, entry.style or ""))
            self._drop_entries(node, start + both, end)
            added = [written(one, style) for one in new[new_start + both : new_end]]
            if added:
                self._add_entries(node, start + both, added)

    def _drop_entries(self, node: Any, first: int, end: int) -> None:  # noqa: ANN401
        entries = node.value
        if first == end:
            return
        if not node.flow_style:
            for entry in entries[first:end]:
                self._script.remove_lines(self._script.dash_line(entry), self._script.end(entry))
        elif first:
            start = self._script.end(entries[first - 1])
            self._script.splice(start, self._script.end(entries[end - 1]), "")
        else:
            self._script.splice(entries[0].start_mark.index, entries[end].start_mark.index, "")

    def _add_entries(self, node: Any, before: int, added: list[str]) -> None:  # noqa: ANN401
        """Put entries before the one of this number."""
        entries = node.value
        if node.flow_style:
            if before:
                at = self._script.end(entries[before - 1])
                new = "".join(f", {one}" for one in added)
            else:
                at, new = entries[0].start_mark.index, "".join(f"{one}, " for one in added)
        elif before < len(entries):
            at = self._script.dash_line(entries[before])
            dash = self._script.text[at : entries[before].start_mark.index]
            new = "".join(f"{dash}{one}{self._script.newline}" for one in added)
        else:
            line = self._script.dash_line(entries[-1])
            dash = self._script.text[line : entries[-1].start_mark.index]
            at = self._script.line_end(self._script.end(entries[-1]))
            new = "".join(f"{self._script.newline}{dash}{one}" for one in added)
        self._script.splice(at, at, new)


def _entry(node: Any, part: str | int) -> tuple[Any, Any] | None:  # noqa: ANN401
    """(key, value) of a mapping, (None, value) of a list; None where there is no such key."""
    if isinstance(part, int):
        if not isinstance(node, yaml.SequenceNode):
            raise TypeError("no list")
        return None, node.value[part]
    if not isinstance(node, yaml.MappingNode):
        raise TypeError("no mapping")
    return next((one for one in node.value if one[0].value == part), None)


def _read(untrusted: bytes) -> Plain:
    return read_plain(untrusted, file="", lines=Lines({}), faults=[])


def _by_list(edits: Sequence[AnyEdit]) -> list[tuple[Place, list[int], list[Entry]]]:
    """What comes and goes, list by list."""
    lists: dict[Place, tuple[list[int], list[Entry]]] = {}
    for edit in edits:
        if isinstance(edit, TakenOut):
            number = edit.place[-1]
            if not isinstance(number, int):
                raise TypeError("no entry of a list")
            lists.setdefault(edit.place[:-1], ([], []))[0].append(number)
        elif isinstance(edit, PutIn):
            lists.setdefault(edit.place, ([], []))[1].append(edit.entry)
    return [(place, sorted(set(gone)), added) for place, (gone, added) in lists.items()]


def _expected(before: Plain, edits: Sequence[AnyEdit]) -> Plain:
    after: Any = deepcopy(before)
    for edit in edits:
        if not isinstance(edit, Edit):
            continue
        around = after
        for part in edit.place[:-1]:
            if isinstance(around, dict) and part not in around:
                around[part] = {}
            around = around[part]
        if edit.value is None:
            around.pop(edit.place[-1], None)
        else:
            around[edit.place[-1]] = _as_read(edit.value)
    for place, gone, added in _by_list(edits):
        around = after
        for part in place[:-1]:
            around = around[part]
        if place[-1] not in around and isinstance(around, dict):
            around[place[-1]] = []
        entries = around[place[-1]]
        for number in reversed(gone):
            del entries[number]
        entries += [{key: _as_read(value) for key, value in one.items()} for one in added]
    return after  # type: ignore[no-any-return]  # built of what was read


def _as_read(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Mapping):
        return {key: _as_read(one) for key, one in value.items()}
    return value

"""Reads a script's bytes: YAML -> Procedure, or every fault with its line. Pure.

The YAML subset is the one an official can keep in mind: mappings, lists and plain
values. Anchors, tags and merge keys are refused, and so are files that are too
large or nested too deeply, before anything is built from them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from functools import cache
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from kiosk.procedure import LANGUAGES, Procedure

MOST_BYTES = 256 * 1024
"""A script larger than this is refused unread; ours are under 30 kB."""

MOST_DEPTH = 12
"""Nesting deeper than this is refused; the format needs 7."""

Place = tuple[str | int, ...]
"""Where a value stands: `("questions", 0, "ask", "vi")`."""

Plain = dict[str, "Plain"] | list["Plain"] | str | int | bool | date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong with a script."""

    file: str
    line: int
    """From 1."""
    code: str
    """Key of the sentence in `words/*.toml`, table `fault`."""
    values: tuple[tuple[str, str], ...] = ()
    """What fills the gaps of the sentence."""
    is_warning: bool = False
    """True: worth a look, but the script can be used."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The line on which each value of a script begins."""

    of: dict[Place, int]

    def at(self, place: Place) -> int:
        """The line of `place`, or of the nearest thing around it."""
        while place and place not in self.of:
            place = place[:-1]
        return self.of.get(place, 1)


class Refused(Exception):
    """The file cannot be read as a script at all."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code)
        self.fault = fault


Parsed = TypeVar("Parsed")


def read_script(untrusted: bytes, *, file: str) -> tuple[Procedure | None, Lines, list[Fault]]:
    """Parse a script.

    Args:
        untrusted: the file's bytes.
        file: its name, for the faults.

    Returns:
        The procedure, the line table, and every fault of form: syntax, unknown or missing
        keys, wrong values. With a fault the procedure is for `kiosk check` only, so that
        all faults are seen at once: what could be mended was, and None if nothing could.
    """
    return _read(Procedure, untrusted, file=file)


def read_as(
    kind: type[Parsed], untrusted: bytes, *, file: str
) -> tuple[Parsed | None, Lines, list[Fault]]:
    """Parse a YAML file into `kind`, a pydantic dataclass; None if it has a fault of form."""
    parsed, lines, faults = _read(kind, untrusted, file=file)
    return (parsed if not faults else None), lines, faults


def _read(
    kind: type[Parsed], untrusted: bytes, *, file: str
) -> tuple[Parsed | None, Lines, list[Fault]]:
    faults: list[Fault] = []
    lines = Lines({})
    try:
        plain = read_plain(untrusted, file=file, lines=lines, faults=faults)
    except Refused as refused:
        return None, lines, [*faults, refused.fault]
    try:
        parsed = _adapter(kind).validate_python(plain)
    except ValidationError as error:
        errors = _causes(error)
        faults += [_form_fault(found, file, lines) for found in errors]
        return _mended(kind, plain, errors), lines, faults
    return parsed, lines, faults


def _causes(error: ValidationError) -> list[ErrorDetails]:
    """The errors without those that only follow: a list is too short once an entry is bad."""
    found = error.errors()
    places = [one["loc"] for one in found]
    return [
        one
        for one in found
        if one["type"] != "too_short"
        or not any(place[:-1][: len(one["loc"])] == one["loc"] for place in places)
    ]


def _mended(kind: type[Parsed], plain: Plain, errors: list[ErrorDetails]) -> Parsed | None:
    """`plain` with something harmless in the place of each fault of form, if that can be."""
    for number, found in enumerate(errors):
        if found["type"] not in _MENDABLE:
            return None
        *around, last = found["loc"]
        parent: Any = plain
        for part in around:
            parent = parent[part]
        match found["type"]:
            case "unexpected_keyword_argument":
                del parent[last]
            case "missing" if last in LANGUAGES:
                parent[last] = f"… {number}"
            case "missing":
                parent[last] = dict.fromkeys(LANGUAGES, f"… {number}")
            case "enum":
                parent[last] = re.findall(r"'([^']+)'", found["ctx"]["expected"])[-1]
            case "string_pattern_mismatch" if last in _WELL_FORMED:
                parent[last] = _WELL_FORMED[last]
            case _:
                return None
    try:
        return _adapter(kind).validate_python(plain)
    except ValidationError:
        return None


_MENDABLE = ("unexpected_keyword_argument", "missing", "enum", "string_pattern_mismatch")
_WELL_FORMED = {"code": "1.000000", "portal_id": "00000000-0000-0000-0000-000000000000"}


_ADAPTERS: dict[type, TypeAdapter[Any]] = {}


def _adapter(kind: type[Parsed]) -> TypeAdapter[Parsed]:
    """One adapter a kind: building one takes longer than reading a script with it."""
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def read_plain(untrusted: bytes, *, file: str, lines: Lines, faults: list[Fault]) -> Plain:
    """YAML -> dicts, lists and values; fills `lines` and adds repeated keys to `faults`.

    Raises:
        Refused: too large, not UTF-8, bad syntax, an anchor, a tag, too deep, empty.
    """
    if len(untrusted) > MOST_BYTES:
        raise Refused(
            _fault(file, 1, "too_large", size=len(untrusted) // 1024, most=MOST_BYTES // 1024)
        )
    try:
        text = untrusted.decode("utf-8")
    except UnicodeDecodeError as error:
        line = untrusted[: error.start].count(b"\n") + 1
        raise Refused(_fault(file, line, "not_utf8")) from error
    try:
        return _build(_events(text), file=file, lines=lines, faults=faults)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else _bad_character_line(text, error)
        raise Refused(_fault(file, line, "syntax")) from error


def _events(text: str) -> Iterator[Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    try:
        while (event := loader.get_event()) is not None:
            yield event
    finally:
        loader.dispose()


@dataclass(slots=True)
class _Open:
    """A mapping or a list that is being read."""

    place: Place
    mapping: dict[str, Plain] | None = None
    """None: it is a list."""
    entries: list[Plain] = field(default_factory=list)
    key: str | None = None
    """Of the mapping: its value is read next."""

    def place_of_next(self) -> Place:
        return (*self.place, self.key or "" if self.mapping is not None else len(self.entries))

    def put(self, value: Plain) -> None:
        if self.mapping is None:
            self.entries.append(value)
        else:
            self.mapping[self.key or ""] = value
            self.key = None


def _build(events: Iterator[Any], *, file: str, lines: Lines, faults: list[Fault]) -> Plain:
    # Half of the time in which a catalogue loads is spent here: each event is looked at once,
    # the most frequent kind first.
    root = _Open(())
    stack = [root]
    for event in events:
        kind, top = type(event), stack[-1]
        line: int = event.start_mark.line + 1
        if kind is yaml.ScalarEvent:
            if event.anchor or event.tag:
                _refuse_marks(event, file, line)
            text: str = event.value
            if top.mapping is None:
                if top is not root:
                    lines.of[top.place_of_next()] = line
                top.entries.append(_scalar(text) if event.implicit[0] else text)
            elif top.key is not None:
                top.mapping[top.key] = _scalar(text) if event.implicit[0] else text
                top.key = None
            else:
                if text in top.mapping:
                    faults.append(_fault(file, line, "repeated_key", key=text))
                top.key = text
                lines.of[(*top.place, text)] = line
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            _refuse_marks(event, file, line)
            if top.mapping is not None and top.key is None:
                raise Refused(_fault(file, line, "key_not_plain"))
            if len(stack) > MOST_DEPTH:
                raise Refused(_fault(file, line, "too_deep", most=MOST_DEPTH))
            place = top.place_of_next() if top is not root else ()
            lines.of.setdefault(place, line)
            stack.append(_Open(place, {} if kind is yaml.MappingStartEvent else None))
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            read = stack.pop()
            stack[-1].put(read.entries if read.mapping is None else read.mapping)
        elif kind is yaml.AliasEvent:
            raise Refused(_fault(file, line, "anchor"))
        elif kind is yaml.DocumentStartEvent and root.entries:
            raise Refused(_fault(file, line, "second_document"))
    if not root.entries:
        raise Refused(_fault(file, 1, "empty"))
    return root.entries[0]


def _refuse_marks(event: Any, file: str, line: int) -> None:  # noqa: ANN401 - PyYAML has no types
    if event.anchor:
        raise Refused(_fault(file, line, "anchor"))
    if event.tag:
        raise Refused(_fault(file, line, "tag"))


_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORDS: dict[str, Plain] = {"true": True, "false": False, "null": None, "~": None, "": None}


def _scalar(text: str) -> Plain:
    """What an unquoted value is: a number, a date, true, false, null or text."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "-0123456789":
        return text
    if _INTEGER.fullmatch(text) and len(text) < 16:
        return int(text)
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text


def _form_fault(found: ErrorDetails, file: str, lines: Lines) -> Fault:
    place: Place = tuple(found["loc"])
    line = lines.at(place)
    name = ".".join(str(part) for part in place) or _WHOLE
    last = str(place[-1]) if place else ""
    given, limits = _as_written(found["input"]), found.get("ctx", {})
    match found["type"]:
        case "unexpected_keyword_argument":
            near = get_close_matches(last, sorted(_known_keys()), n=1)
            if near:
                return _fault(file, line, "unknown_key_near", key=last, near=near[0])
            return _fault(file, line, "unknown_key", key=last)
        case "missing" if last in ("vi", "en"):
            return _fault(file, line, "missing_language", language=last, where=name)
        case "missing":
            return _fault(
                file,
                line,
                "missing_key",
                key=last,
                where=".".join(map(str, place[:-1])) or _WHOLE,
            )
        case "string_pattern_mismatch" if last == "code":
            return _fault(file, line, "bad_code", value=found["input"])
        case "string_pattern_mismatch" if last == "portal_id":
            return _fault(file, line, "bad_portal_id", value=found["input"])
        case "string_pattern_mismatch" if last == "link":
            return _fault(file, line, "bad_link", where=name, value=given)
        case "string_pattern_mismatch":
            return _fault(file, line, "bad_id", where=name, value=found["input"])
        case "enum" | "literal_error":
            expected = str(limits["expected"]).replace(" or ", ", ")
            return _fault(file, line, "not_one_of", where=name, value=given, expected=expected)
        case "dataclass_type" | "dict_type" | "mapping_type":
            return _fault(file, line, "not_a_mapping", where=name)
        case "string_too_short" | "string_type" if not given:
            return _fault(file, line, "empty_text", where=name)
        case "string_type":
            return _fault(file, line, "not_text", where=name, value=given)
        case "string_too_long":
            return _fault(file, line, "text_too_long", where=name, most=limits["max_length"])
        case "int_type" | "int_parsing" | "int_from_float":
            return _fault(file, line, "not_whole", where=name, value=given)
        case "greater_than_equal":
            return _fault(file, line, "too_small", where=name, value=given, least=limits["ge"])
        case "less_than_equal":
            return _fault(file, line, "too_great", where=name, value=given, most=limits["le"])
        case "date_type" | "date_parsing" | "date_from_datetime_parsing":
            return _fault(file, line, "not_a_day", where=name, value=given)
        case "bool_type" | "bool_parsing":
            return _fault(file, line, "not_yes_no", where=name, value=given)
        case "tuple_type" | "list_type":
            return _fault(file, line, "not_a_list", where=name)
        case "too_short":
            return _fault(file, line, "too_few", where=name, least=limits["min_length"])
        case "too_long":
            return _fault(file, line, "too_many", where=name, most=limits["max_length"])
        case _:
            return _fault(file, line, "bad_value", where=name)


_WHOLE = "script"
"""The place of what is wrong with a file as a whole."""


def _as_written(value: object) -> str:
    """A value as its writer knows it."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


@cache
def _known_keys() -> frozenset[str]:
    schema = TypeAdapter(Procedure).json_schema()
    definitions = [schema, *schema.get("$defs", {}).values()]
    return frozenset(key for part in definitions for key in part.get("properties", {}))


def _bad_character_line(text: str, error: yaml.YAMLError) -> int:
    """The error's own position counts bytes in one parser and letters in the other."""
    character = getattr(error, "character", None)
    return text.partition(chr(character))[0].count("\n") + 1 if isinstance(character, int) else 1


def _fault(file: str, line: int, code: str, /, **values: object) -> Fault:
    shown = tuple((name, str(value)[:120]) for name, value in values.items())
    return Fault(file=file, line=line, code=code, values=shown)

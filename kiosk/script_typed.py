"""What somebody typed into a script's form, as values of its fields, or what is wrong. Pure.

Only what a form alone can tell: a number that is none, a text in one language only. Whether a text
is too long, or a wording belongs to another procedure, is told by the checks of scripts.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kiosk.assistant.vietnamese import fold
from kiosk.procedure import LANGUAGES
from kiosk.script_fields import NO, YES, Field, Item, Kind, Value

MOST_LETTERS = 600
"""Of one text: the format takes no more."""
MOST_WORDINGS = 400
MOST_AMOUNT = 1_000_000_000
MOST_COUNT = 20
"""Of one paper."""
MOST_ID_LETTERS = 48

_AMOUNT = re.compile(r"(\d+|\d{1,3}(?:[.,  ]\d{3})+)\s*(?:đ|đồng|vnđ|vnd)?", re.IGNORECASE)
"""`15000`, `15.000`, `15 000 đồng`; never `8,5`."""
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LINK = re.compile(r"https://\S{1,292}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A form as it came back."""

    values: Mapping[str, Value]
    """Field -> value; what was typed stands here as it is where it is no value."""
    faults: Mapping[str, str]
    """Field -> key of the sentence in the console's words, table `typed`."""


def typed(item: Item, form: Mapping[str, Sequence[str]], *, today: date) -> Typed:
    """Read a form.

    Args:
        item: what it is about.
        form: field -> what came under its name.
        today: the day: nobody has checked anything later.
    """
    values: dict[str, Value] = {}
    faults: dict[str, str] = {}
    for field in item.fields:
        value, fault = _read(field, form.get(field.path, ()), today)
        values[field.path] = value
        if fault:
            faults[field.path] = fault
    for field in item.fields:
        if field.kind is Kind.TEXT and not values[field.path]:
            stem = _stem(field.path)
            others = (values[f"{stem}{language}"] for language in LANGUAGES)
            if field.is_needed:
                faults[field.path] = "needed"
            elif any(others):
                faults[field.path] = "both_languages"
    return Typed(values=values, faults=faults)


def good_values(
    item: Item, values: Mapping[str, Value], faults: Mapping[str, str]
) -> dict[str, Value]:
    """Those that a script can hold; of a text both languages or none."""
    stems = {_stem(path) for path in faults}
    bad = {one.path for one in item.fields if one.kind is Kind.TEXT and _stem(one.path) in stems}
    bad |= faults.keys()
    return {path: value for path, value in values.items() if path not in bad}


def tidied(text: str) -> str:
    """A text on one line with single blanks, as one form of letters."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def id_of(name: str, taken: Collection[str]) -> str:
    """An id for something of this name: `Bản sao trích lục` -> `ban-sao-trich-luc`.

    Args:
        name: in Vietnamese.
        taken: ids that others have.
    """
    words = re.findall(r"[a-z0-9]+", fold(name)) or ["muc"]
    plain = _within("-".join(words), MOST_ID_LETTERS)
    made, number = plain, 1
    while made in taken:
        number += 1
        made = f"{_within(plain, MOST_ID_LETTERS - len(f'-{number}'))}-{number}"
    return made


def _within(text: str, most: int) -> str:
    """As many whole words as there is room for."""
    if len(text) <= most:
        return text
    return text[: text.rfind("-", 0, most + 1)] if "-" in text[: most + 1] else text[:most]


def _stem(path: str) -> str:
    return path.removesuffix(path.rpartition(".")[2])


def _read(field: Field, came: Sequence[str], today: date) -> tuple[Value, str]:
    if field.kind in (Kind.SOURCES, Kind.WHEN):
        there = list(field.value)
        chosen = [one for one in field.options if one in came]
        # Their order is the author's, where that can be kept.
        chosen.sort(key=lambda one: there.index(one) if one in there else len(there))
        if field.kind is Kind.WHEN:
            questions = [one.partition(".")[0] for one in chosen]
            chosen.sort(key=lambda one: questions.index(one.partition(".")[0]))
        return tuple(chosen), ""
    text = came[0] if came else ""
    if field.kind is Kind.WORDINGS:
        lines = tuple(filter(None, map(tidied, text.splitlines())))
        if len(lines) > MOST_WORDINGS:
            return lines, "too_many"
        return lines, "too_long" if any(len(one) > MOST_LETTERS for one in lines) else ""
    return _read_one(field, tidied(text), today)


def _read_one(field: Field, text: str, today: date) -> tuple[Value, str]:
    match field.kind:
        case Kind.AMOUNT:
            return _amount(text)
        case Kind.DAY:
            return _day(text, today)
        case Kind.FLAG:
            return (text, "") if text in (YES, NO) else (text, "choose")
        case Kind.OPTION:
            return text, "" if text in field.options else "choose"
        case Kind.COUNT:
            return _count(text)
        case Kind.WORD:
            return text, "" if _ID.fullmatch(text) and len(text) <= 48 else "choose"
        case Kind.LINK:
            return text, "" if not text or _LINK.fullmatch(text) else "bad_link"
        case _:
            return text, "too_long" if len(text) > MOST_LETTERS else ""


def _amount(text: str) -> tuple[str, str]:
    if not text:
        return "", ""
    found = _AMOUNT.fullmatch(text)
    digits = re.sub(r"\D", "", found.group(1)) if found else ""
    if not digits.isascii() or not digits or int(digits) > MOST_AMOUNT:
        return text, "bad_amount"
    return str(int(digits)), ""


def _count(text: str) -> tuple[str, str]:
    is_number = text.isascii() and text.isdigit() and len(text) <= 4
    if not is_number or not 1 <= int(text) <= MOST_COUNT:
        return text, "bad_count"
    return str(int(text)), ""


def _day(text: str, today: date) -> tuple[str, str]:
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            day = datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        return day.isoformat(), "future_day" if day > today else ""
    return text, "bad_day"

"""What the national portal publishes about a procedure, as a citizen can read it. Pure.

It leaves out what is known to mislead and adds nothing: the portal's amounts without a
unit are often cut off, "Miễn phí" stands wherever no amount was typed in, and the time
unit "Khác" hides the rule.
"""

import re
import unicodedata
from collections.abc import Iterable

CHANNELS = ("Trực tiếp", "Trực tuyến", "Dịch vụ bưu chính")
"""How the portal names the ways to hand in, in the order in which we tell them."""

LEAST_AMOUNT = 1000
"""Đồng. A smaller one is what was left of a larger: "20" of "20.000"."""

_CELL = re.compile(rf"(?:^|;\s*)(?=(?:{'|'.join(CHANNELS)}):)")
_ONE_CELL = re.compile(rf"({'|'.join(CHANNELS)}):\s*(.*)")
_VALUE = re.compile(r"([^(]*)\((.*)\)?")
_AMOUNT = re.compile(
    r"(?:(?:Phí|Lệ phí)\s*:\s*)?(?P<amount>\d[\d.,]*)?\s*(?P<unit>Việt Nam Đồng|Đồng|USD)?",
    re.IGNORECASE,
)
_LOST_AMOUNT = re.compile(r"(?:Phí|Lệ phí)\s*:\s*Đồng\s*")
_NOTHING = frozenset({"", "không", "không có", "không quy định", "chưa quy định", "không thu"})
"""Notes that say nothing; compared without case and full stop."""
_FREE = "Miễn phí"
_UNKNOWN = "không có thông tin"

_TIME = re.compile(r"0*(\d+(?:[.,]\d+)?)\s+(ngày làm việc|ngày|giờ|tháng)", re.IGNORECASE)
_OTHER_UNIT = '(đơn vị "khác")'
_COUNT = re.compile(r"(\d+)\s*(bản chính|bản sao)")
_LABELLED_COUNT = re.compile(r"(Bản chính|Bản sao)\s*:\s*(\d+)")
_BULLET = re.compile(r"[\s\-–•+*;.,:]+")
_ENDS = " ;.:,-"


def clean(untrusted: str | None) -> str:
    """NFC on one line: no control or invisible characters, no runs of blanks."""
    text = untrusted or ""
    if not text.isprintable():
        for odd in [letter for letter in set(text) if not letter.isprintable()]:
            text = text.replace(odd, _in_place_of(odd))
    return unicodedata.normalize("NFC", " ".join(text.split()))


def cut(text: str, most: int) -> str:
    """`text`, or its beginning up to a whole word with "…": at most `most` letters."""
    if len(text) <= most:
        return text
    beginning = text[: most - 1]
    return f"{beginning.rpartition(' ')[0] or beginning}…"


def fee_text(cell: str | None, others: Iterable[str | None] = ()) -> str:
    """What the fee cell says, the channels with the same fee told once; empty: nothing.

    Args:
        cell: "Trực tiếp: 50,000 Việt Nam Đồng (mỗi thẻ); Trực tuyến: Miễn phí".
        others: texts of single amounts, told where the cell says nothing. Their numbers
            are not: the portal's figures beside them are wrong too often.
    """
    told = _told(((channel, _fee(value)) for channel, value in _cells(clean(cell))))
    return told or "; ".join(dict.fromkeys(text for one in others if (text := clean(one))))


def time_text(cell: str | None) -> str:
    """What the time cell says: "3 ngày làm việc"; empty: nothing that can be relied on."""
    return _told(((channel, _time(value)) for channel, value in _cells(clean(cell))))


def paper_text(name: str | None, *, case: str | None, count: str | None) -> str:
    """One paper as listed, with its case before it and its copies after it."""
    bare = _trimmed(clean(name))
    if not any(letter.isalpha() for letter in bare):
        return ""
    case_text = _trimmed(clean(case))
    counts = ", ".join(_counts(clean(count)))
    told = f"{case_text}: {bare}" if case_text else bare
    return f"{told} ({counts})" if counts else told


def _in_place_of(letter: str) -> str:
    return " " if letter.isspace() or unicodedata.category(letter) == "Cc" else ""


def _trimmed(text: str) -> str:
    """A line of a list without its bullet and without what was cut off at its end."""
    bare = _without_bullet(text).rstrip(_ENDS)
    # The 0 of "02 bản chính", whose rest the portal moved into the column of copies.
    return bare[:-1].rstrip(_ENDS) if bare.endswith((" 0", ":0")) else bare


def _without_bullet(text: str) -> str:
    bullet = _BULLET.match(text)
    return text[bullet.end() :] if bullet else text


def _cells(text: str) -> list[tuple[str, str]]:
    """Channel and what is said for it; the channel is empty where none is named."""
    found: list[tuple[str, str]] = []
    for one in _CELL.split(text):
        named = _ONE_CELL.fullmatch(one.strip())
        if named:
            found.append((named[1], named[2].strip(" ;")))
        elif one.strip():
            found.append(("", one.strip(" ;")))
    return found


def _told(cells: Iterable[tuple[str, str]]) -> str:
    """Each value once, with its channels where they differ."""
    channels_of: dict[str, set[str]] = {}
    everywhere = set[str]()
    for channel, value in cells:
        everywhere.add(channel)
        if value:
            channels_of.setdefault(value, set()).add(channel)
    return "; ".join(
        value
        if channels == everywhere
        else f"{', '.join(one for one in CHANNELS if one in channels)}: {value}"
        for value, channels in channels_of.items()
    )


def _fee(value: str) -> str:
    split = _VALUE.fullmatch(value)
    head, note = (split[1].strip(), _note(split[2])) if split else (value, "")
    if head.casefold() == _FREE.casefold():
        # No amount was typed in; a note says what is to be paid, or that a council decides.
        return note or _FREE
    amount = _AMOUNT.fullmatch(head)
    if amount:
        head = _amount(amount["amount"] or "", amount["unit"] or "")
    elif head.casefold() == _UNKNOWN:
        head = ""
    else:
        head = _LOST_AMOUNT.sub("", head)
    return f"{head} ({note})" if head and note else head or note


def _note(text: str) -> str:
    """A note without its brackets; empty where it says nothing."""
    note = _LOST_AMOUNT.sub("", text.strip())
    while note.startswith("(") or (note.endswith(")") and note.count(")") > note.count("(")):
        note = note.removeprefix("(") if note.startswith("(") else note[:-1]
        note = note.strip()
    note = _without_bullet(note)
    says_nothing = note.casefold().rstrip(". ") in _NOTHING or len(note.strip(".) ")) < 2
    return "" if says_nothing else note


def _amount(digits: str, unit: str) -> str:
    number = re.sub(r"[.,](?=\d{3}(?!\d))", "", digits.rstrip(".,"))
    if not number.isdecimal():
        return f"{digits} {unit}" if digits and unit else ""
    if unit.upper() == "USD":
        return f"{number} USD"
    if 0 < int(number) < LEAST_AMOUNT or (number == "0" and not unit):
        return ""
    grouped = f"{int(number):,}".replace(",", ".")
    return f"{grouped} đồng" if unit else grouped


def _time(value: str) -> str:
    if _OTHER_UNIT in value.casefold() or not any(letter.isalpha() for letter in value):
        return ""
    plain = _TIME.fullmatch(value)
    return f"{plain[1].replace('.', ',')} {plain[2].casefold()}" if plain else value


def _counts(text: str) -> list[str]:
    found = [(number, kind) for number, kind in _COUNT.findall(text)]
    found += [(number, kind.casefold()) for kind, number in _LABELLED_COUNT.findall(text)]
    return [f"{int(number)} {kind}" for number, kind in found if int(number)]

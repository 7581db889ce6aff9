"""An export of the national portal -> cards, and what was left out with the reason.

A later export is read like the first: keys that we do not know are ignored. Nothing is
mended by guessing: a record that contradicts itself is listed and left out.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from kiosk.card import MOST_LINK, MOST_PAPERS, MOST_PUBLISHED, Card, CardKind
from kiosk.national import MOST_LINE_BYTES, lines_of
from kiosk.portal import page_link, search_link
from kiosk.procedure import Code, PortalId, Text
from kiosk.published import clean, cut, fee_text, paper_text, time_text

MOST_TITLE = 600
"""Letters of a name; five of the names of 2026 are longer and are cut at a word."""

ENOUGH_WORDS = 50
"""Contents shorter than this may well say nothing of the name."""

SOURCE = "Cổng Dịch vụ công quốc gia"
_COMMUNE = "cấp xã"
_DATE = re.compile(r"\b(20\d\d)-(\d\d)(?:-(\d\d))?\b")

_loose = ConfigDict(extra="ignore")


class Reason(StrEnum):
    """Why a record is left out; a key of the table `refused` in `words/*.toml`."""

    NOT_JSON = "not_json"
    TOO_LONG = "too_long"
    BAD_VALUE = "bad_value"
    BAD_CODE = "bad_code"
    EMPTY_NAME = "empty_name"
    SAME_CODE = "same_code"
    BAD_PORTAL_ID = "bad_portal_id"
    SAME_PORTAL_ID = "same_portal_id"
    OTHER_LINK = "other_link"
    OTHER_CONTENT = "other_content"
    TOO_MANY_PAPERS = "too_many_papers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A record that no card was made of."""

    line: int
    """From 1."""
    code: str
    """The procedure code as the record has it; empty where it has none."""
    reason: Reason
    values: tuple[tuple[str, str], ...] = ()
    """What fills the gaps of the sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of an export."""

    cards: tuple[Card, ...]
    """In the order of the file."""
    refused: tuple[Refused, ...]
    """In the order of the file."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_loose)
class _Paper:
    """The portal's two kinds of export name the keys of a paper differently."""

    name: str | None = None
    case: str | None = None
    qty: str | None = None
    ten_giay_to: str | None = None
    ghi_chu: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=_loose)
class _Amount:
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=_loose)
class _Record:
    code: str | None = None
    name: str | None = None
    level: str | None = None
    commune: bool | None = None
    agency: str | None = None
    decision: str | None = None
    steps: str | None = None
    conditions: str | None = None
    documents: tuple[_Paper, ...] | None = None
    fee: str | None = None
    fees_all: tuple[_Amount, ...] | None = None
    time_limit: str | None = None
    result: tuple[str, ...] | str | None = None
    formality_id: str | None = None
    source_url: str | None = None
    snapshot: str | None = None


class _Unfit(Exception):
    """A record that no card can be made of."""

    def __init__(self, reason: Reason, *, code: str = "", **values: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code
        self.values = tuple((key, cut(clean(str(one)), 80)) for key, one in values.items())


_RECORD = TypeAdapter(_Record)
_CODE: TypeAdapter[str] = TypeAdapter(Code)
_PORTAL_ID: TypeAdapter[str] = TypeAdapter(PortalId)


def read_portal(file: Path) -> Imported:
    """Make a card of every record of an export that can be trusted to be what it says.

    Args:
        file: `.jsonl` or `.jsonl.gz`, one record a line.

    Raises:
        KioskError: `national.unreadable` or `national.too_large`: then nothing is taken,
            for half an export would look like a whole one.
    """
    cards: list[Card] = []
    refused: list[Refused] = []
    seen: dict[str, int] = {}
    for line, untrusted in lines_of(file):
        try:
            record = _parsed(untrusted)
            card = _card(record)
            _claim(seen, line, card.code, Reason.SAME_CODE, code=card.code)
            if record.formality_id:
                _claim(seen, line, card.link, Reason.SAME_PORTAL_ID, code=card.code)
            cards.append(card)
        except _Unfit as unfit:
            refused.append(
                Refused(line=line, code=unfit.code, reason=unfit.reason, values=unfit.values)
            )
    return Imported(cards=tuple(cards), refused=tuple(refused))


def speaks_of(name: str, contents: Sequence[str]) -> bool:
    """Whether the contents of a record may belong to its name.

    The test is a blunt one and meant to be: it says no only if the contents have at least
    50 words and not one pair of neighbouring words of the name stands in them. It finds
    contents that were filed under the wrong name, not those that are merely inexact.
    """
    pairs = [" ".join(pair) for pair in pairwise(clean(name).casefold().split())]
    if any(pair in text for text in map(str.casefold, contents) for pair in pairs):
        return True
    words = [word for text in contents for word in clean(text).casefold().split()]
    text = " ".join(words)
    return len(words) < ENOUGH_WORDS or not pairs or any(pair in text for pair in pairs)


def _parsed(untrusted: bytes | None) -> _Record:
    if untrusted is None:
        raise _Unfit(Reason.TOO_LONG, most=MOST_LINE_BYTES // 1024)
    try:
        return _RECORD.validate_json(untrusted)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        if not where:
            raise _Unfit(Reason.NOT_JSON) from error
        raise _Unfit(Reason.BAD_VALUE, where=where) from error


def _card(record: _Record) -> Card:
    code, name = clean(record.code), clean(record.name)
    if not _is(_CODE, code):
        raise _Unfit(Reason.BAD_CODE, code=cut(code, 20), value=code or "–")
    if not any(letter.isalpha() for letter in name):
        raise _Unfit(Reason.EMPTY_NAME, code=code)
    papers = tuple(
        dict.fromkeys(
            cut(text, MOST_PUBLISHED) for one in record.documents or () if (text := _paper(one))
        )
    )
    if len(papers) > MOST_PAPERS:
        raise _Unfit(Reason.TOO_MANY_PAPERS, code=code, count=len(papers), most=MOST_PAPERS)
    results = record.result if isinstance(record.result, tuple) else (record.result or "",)
    contents = (record.steps or "", record.conditions or "", *results, *papers)
    if not speaks_of(name, contents):
        raise _Unfit(Reason.OTHER_CONTENT, code=code, name=name)
    title = cut(name, MOST_TITLE)
    level = clean(record.level)
    is_commune = record.commune if record.commune is not None else _COMMUNE in level.casefold()
    return Card(
        id=f"tthc-{code.replace('.', '-')}",
        kind=CardKind.NATIONAL,
        code=code,
        title=Text(vi=title, en=title),
        agency=cut(clean(record.agency), MOST_PUBLISHED),
        level=cut(level, MOST_PUBLISHED),
        papers=papers,
        fee=cut(fee_text(record.fee, [one.text for one in record.fees_all or ()]), MOST_PUBLISHED),
        time=cut(time_text(record.time_limit), MOST_PUBLISHED),
        result=cut("; ".join(filter(None, map(clean, results))), MOST_PUBLISHED),
        link=_link(record, code=code, name=name),
        source=_source(record),
        is_commune=is_commune,
    )


def _paper(one: _Paper) -> str:
    return paper_text(
        one.name or one.ten_giay_to, case=one.case, count=one.qty if one.name else one.ghi_chu
    )


def _link(record: _Record, *, code: str, name: str) -> str:
    portal_id = clean(record.formality_id)
    if not portal_id:
        keyword = name
        while len(link := search_link(keyword=keyword)) > MOST_LINK:
            keyword = keyword.rpartition(" ")[0] or keyword[: len(keyword) // 2]
        return link
    if not _is(_PORTAL_ID, portal_id):
        raise _Unfit(Reason.BAD_PORTAL_ID, code=code, value=portal_id)
    published = clean(record.source_url)
    if published and portal_id not in published:
        raise _Unfit(Reason.OTHER_LINK, code=code, value=published)
    return page_link(portal_id)


def _source(record: _Record) -> str:
    """Where this comes from, with its date: "Cổng Dịch vụ công quốc gia, 07/2026, 26/QĐ-BTC"."""
    dated = _DATE.search(record.snapshot or "")
    day = "/".join(reversed([part for part in dated.groups() if part])) if dated else ""
    return ", ".join(filter(None, (SOURCE, day, cut(clean(record.decision), 200))))


def _claim(seen: dict[str, int], line: int, what: str, reason: Reason, *, code: str) -> None:
    """Refuse what an earlier line already has."""
    if seen.setdefault(what, line) != line:
        raise _Unfit(reason, code=code, other=seen[what])


def _is(kind: TypeAdapter[str], text: str) -> bool:
    try:
        kind.validate_python(text)
    except ValidationError:
        return False
    return True

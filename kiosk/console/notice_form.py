"""The form of a notice: what was typed, the notice that it makes, or what is wrong where. Pure."""

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from kiosk.letters import odd_letters
from kiosk.notice import MOST_LETTERS, Notice, NoticeKind
from kiosk.procedure import Text

LONGEST = timedelta(days=366)
"""Ahead: a year that was mistyped is found out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What stands in the fields."""

    kind: str
    vi: str
    en: str
    since: str
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """What is wrong with a field."""

    field: str
    code: str
    """Key of `notice_fault` in the console's words."""
    values: tuple[tuple[str, object], ...] = ()


def typed_of(notice: Notice) -> Typed:
    """The form that makes this notice."""
    return Typed(
        kind=notice.kind.value,
        vi=notice.text.vi,
        en=notice.text.en if notice.is_translated else "",
        since=notice.since.isoformat(),
        until=notice.until.isoformat(),
    )


def empty(today: date) -> Typed:
    """A form that nobody has filled in yet."""
    day = today.isoformat()
    return Typed(kind=NoticeKind.NOTICE.value, vi="", en="", since=day, until=day)


def read_typed(typed: Typed, *, id: str, today: date) -> Notice | tuple[Wrong, ...]:  # noqa: A002 - as the notice has it
    """The notice, or everything that is wrong, in the order of the fields.

    Args:
        typed: the fields; blanks and the way of writing marks are put right without a word.
        id: that the notice is to have.
        today: the day.
    """
    wrong: list[Wrong] = []
    if typed.kind not in tuple(NoticeKind):
        wrong.append(Wrong(field="kind", code="no_kind"))
    vi, en = _tidy(typed.vi), _tidy(typed.en)
    if not vi:
        wrong.append(Wrong(field="vi", code="no_text"))
    for field, text in (("vi", vi), ("en", en)):
        wrong += _of_text(field, text)
    since, until = _day(typed.since), _day(typed.until)
    wrong += _of_days(since, until, today)
    if wrong or since is None or until is None:
        return tuple(wrong)
    return Notice(
        id=id,
        text=Text(vi=vi, en=en or vi),
        since=since,
        until=until,
        kind=NoticeKind(typed.kind),
    )


def _tidy(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _of_text(field: str, text: str) -> list[Wrong]:
    if len(text) > MOST_LETTERS:
        values = (("length", len(text)), ("most", MOST_LETTERS))
        return [Wrong(field=field, code="too_long", values=values)]
    flaws = list(odd_letters((), text))
    return [Wrong(field=field, code=one.code, values=one.values) for one in flaws[:1]]


def _of_days(since: date | None, until: date | None, today: date) -> list[Wrong]:
    wrong = [
        Wrong(field=field, code="bad_date")
        for field, day in (("since", since), ("until", until))
        if day is None
    ]
    if since is not None and since > today + LONGEST:
        wrong.append(Wrong(field="since", code="too_far"))
    if until is None:
        return wrong
    if until < today:
        wrong.append(Wrong(field="until", code="is_past"))
    elif since is not None and until < since:
        wrong.append(Wrong(field="until", code="before_since"))
    elif until > today + LONGEST:
        wrong.append(Wrong(field="until", code="too_far"))
    return wrong


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return day if text.strip() == day.isoformat() else None

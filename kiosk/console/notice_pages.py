"""Notices: what the ward tells everybody is written here, and sent to each kiosk.

Administrators write any; an officer at the counter writes what is urgent, and corrects the words
of their own. Everybody who is
signed in reads what is told, and which kiosks have not been told yet. Kiosks that come back later
are told by `notice_watch`.
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import date

from starlette.responses import Response

from kiosk.bundle_current import current_of
from kiosk.command import NoticesSet
from kiosk.console.notice_book import NOTICES_FILE, Entry, NoticeBook, in_order, new_id
from kiosk.console.notice_form import Typed, Wrong, empty, read_typed, typed_of
from kiosk.console.refused import not_for_you
from kiosk.console.web import Page, Visit
from kiosk.errors import KioskError
from kiosk.notice import MOST_LETTERS, Notice, NoticeKind, mark_of, shown_on
from kiosk.standing import Standing

SHOWN_SECONDS = 1.0
"""So long a page waits for kiosks to say that they show what was written."""
LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A notice as the page lists it."""

    id: str
    kind: str
    vi: str
    en: str
    """Empty: nobody wrote it in English."""
    days: str
    by: str
    is_urgent: bool
    is_of_bundle: bool = False
    ended: str = ""
    """The day on which somebody ended it; empty: nobody has."""
    ended_by: str = ""
    is_own: bool = False
    """Whoever reads the page has written it."""


def notice_pages() -> tuple[Page, ...]:
    """All of them."""
    return (
        Page(method="GET", path="/notices", answer=_list),
        Page(method="POST", path="/notices/add", answer=_add),
        Page(method="POST", path="/notices/urgent", answer=_add_urgent),
        Page(method="POST", path="/notices/send", answer=_send_again),
        Page(method="GET", path="/notices/{notice}", answer=_form),
        Page(method="POST", path="/notices/{notice}/change", answer=_change),
        Page(method="POST", path="/notices/{notice}/end", answer=_end),
        Page(method="POST", path="/notices/urgent/{notice}/end", answer=_end_urgent),
        Page(method="GET", path="/notices/urgent/{notice}", answer=_form_urgent),
        Page(method="POST", path="/notices/urgent/{notice}/change", answer=_change_urgent),
    )


async def _list(visit: Visit) -> Response:
    """Empty, or with the words of a notice that is over and needed again."""
    again, today = visit.request.query_params.get("again", ""), visit.today
    try:
        old = _book(visit).find_over(again, today) if again else None
    except KioskError:  # the page says so
        old = None
    if old is None:
        return await _page(visit, empty(today))
    day = today.isoformat()
    until = max(old.notice.until, today).isoformat()
    typed = replace(typed_of(old.notice), since=day, until=until)
    return await _page(visit, typed, is_open=True)


async def _add(visit: Visit) -> Response:
    return await _write(visit, _typed(visit))


async def _add_urgent(visit: Visit) -> Response:
    today = visit.today.isoformat()
    urgent = NoticeKind.URGENT.value
    until = visit.field("until") or today
    typed = Typed(kind=urgent, vi=visit.field("vi"), en=visit.field("en"), since=today, until=until)
    return await _write(visit, typed)


async def _write(visit: Visit, typed: Typed) -> Response:
    today = visit.today
    notice = read_typed(typed, id=new_id(), today=today)
    if not isinstance(notice, Notice):
        return await _page(visit, typed, wrong=notice, status=422)
    try:
        await asyncio.to_thread(_book(visit).add, notice, by=visit.name, today=today)
    except KioskError as error:
        return await _page(visit, typed, refusal=visit.error(error), status=409)
    visit.note("notice_added", about=_about(notice))
    return await _told(visit)


async def _form(visit: Visit) -> Response:
    try:
        entry = _book(visit).find(_id(visit), visit.today)
    except KioskError as error:
        return visit.done("/notices", visit.error(error))
    return _change_page(visit, typed_of(entry.notice))


async def _form_urgent(visit: Visit) -> Response:
    entry = _own_urgent(visit)
    if isinstance(entry, Response):
        return entry
    return _change_page(visit, typed_of(entry.notice), only_words=True)


async def _change_urgent(visit: Visit) -> Response:
    """Only the words: an officer may have mistyped. When it ends is another notice."""
    entry = _own_urgent(visit)
    if isinstance(entry, Response):
        return entry
    typed = replace(typed_of(entry.notice), vi=visit.field("vi"), en=visit.field("en"))
    return await _changed(visit, typed, only_words=True)


def _own_urgent(visit: Visit) -> Entry | Response:
    """An urgent notice of whoever asks, or why it is not theirs to change."""
    try:
        entry = _book(visit).find(_id(visit), visit.today)
    except KioskError as error:
        return visit.done("/notices", visit.error(error))
    is_own = entry.notice.kind is NoticeKind.URGENT and entry.by == visit.name
    return entry if is_own else not_for_you(visit)


async def _change(visit: Visit) -> Response:
    return await _changed(visit, _typed(visit))


async def _changed(visit: Visit, typed: Typed, *, only_words: bool = False) -> Response:
    today = visit.today
    notice = read_typed(typed, id=_id(visit), today=today) if _is_there(visit) else ()
    if not isinstance(notice, Notice):
        if not notice:
            return visit.done("/notices", visit.error(KioskError("notices.not_there")))
        return _change_page(visit, typed, wrong=notice, only_words=only_words, status=422)
    try:
        await asyncio.to_thread(_book(visit).change, notice, by=visit.name, today=today)
    except KioskError as error:
        refusal = visit.error(error)
        return _change_page(visit, typed, refusal=refusal, only_words=only_words, status=409)
    visit.note("notice_changed", about=_about(notice))
    return await _told(visit)


async def _end(visit: Visit) -> Response:
    return await _ended(visit, tuple(NoticeKind))


async def _end_urgent(visit: Visit) -> Response:
    return await _ended(visit, (NoticeKind.URGENT,))


async def _ended(visit: Visit, kinds: tuple[NoticeKind, ...]) -> Response:
    today, book = visit.today, _book(visit)
    try:
        notice = book.find(_id(visit), today).notice
        if notice.kind not in kinds:
            return not_for_you(visit)
        await asyncio.to_thread(book.end, notice.id, by=visit.name, today=today)
    except KioskError as error:
        return visit.done("/notices", visit.error(error))
    visit.note("notice_ended", about=_about(notice))
    return await _told(visit)


async def _send_again(visit: Visit) -> Response:
    visit.note("notice_sent")
    return await _told(visit, only_behind=True)


async def _told(visit: Visit, *, only_behind: bool = False) -> Response:
    """Tell kiosks, wait a moment for their answers, and say who has not given one.

    A change goes to all of them: one that seems to have it already may not have said yet what
    it shows since the change before.
    """
    try:
        notices = _book(visit).to_show(visit.today)
    except KioskError as error:
        return visit.done("/notices", visit.error(error))
    kiosks = visit.console.kiosks
    for one in _behind(visit, notices) if only_behind else kiosks.standings():
        kiosks.send(one.kiosk, NoticesSet(notices))
    for _ in range(round(SHOWN_SECONDS / LOOK_SECONDS)):
        if not _behind(visit, notices):
            break
        await asyncio.sleep(LOOK_SECONDS)
    if not _behind(visit, notices):
        return visit.done("/notices", visit.say("notices.shown"))
    # The page names those that are behind, and goes on doing so.
    told = "notices.sent_again" if only_behind else "notices.kept"
    return visit.done("/notices", visit.say(told))


def _behind(visit: Visit, notices: tuple[Notice, ...]) -> list[Standing]:
    """The kiosks that show something else, or are out of reach."""
    mark = mark_of(notices, visit.today)
    return [one for one in visit.console.kiosks.standings() if one.notices != mark]


async def _page(
    visit: Visit,
    typed: Typed,
    *,
    wrong: tuple[Wrong, ...] = (),
    refusal: str = "",
    is_open: bool = False,
    status: int = 200,
) -> Response:
    today = visit.today
    entries: tuple[Entry, ...] = ()
    behind: list[Standing] = []
    try:
        entries = _book(visit).entries()
        behind = _behind(visit, _book(visit).to_show(today))
    except KioskError as error:
        refusal = refusal or visit.error(error)
    bundled = await asyncio.to_thread(_of_bundle, visit, today)
    shown = [_line(visit, one) for one in in_order(entries, today)]
    over = [one for one in entries if one.is_over(today)]
    coming = [one for one in entries if not one.is_over(today) and one.notice.since > today]
    coming.sort(key=lambda one: one.notice.since)
    later = [one for one in bundled if one.since > today]
    return visit.page(
        "notices.html",
        status=status,
        shown=[*shown, *(_bundled(visit, one) for one in shown_on(bundled, today))],
        coming=[
            *(_line(visit, one) for one in coming),
            *(_bundled(visit, one) for one in later),
        ],
        over=[_line(visit, one) for one in reversed(over)],
        behind=[one.name for one in behind],
        is_open=is_open,
        may_write=visit.may("/notices/add"),
        may_write_urgent=visit.may("/notices/urgent"),
        refusal=refusal,
        **_fields(visit, typed, wrong),
    )


def _change_page(
    visit: Visit,
    typed: Typed,
    *,
    wrong: tuple[Wrong, ...] = (),
    refusal: str = "",
    only_words: bool = False,
    status: int = 200,
) -> Response:
    folder = "/notices/urgent" if only_words else "/notices"
    return visit.page(
        "notice.html",
        status=status,
        refusal=refusal,
        action=f"{folder}/{_id(visit)}/change",
        only_words=only_words,
        **_fields(visit, typed, wrong),
    )


def _fields(visit: Visit, typed: Typed, wrong: tuple[Wrong, ...]) -> dict[str, object]:
    """What the form of a notice needs."""

    def fault(field: str) -> str:
        found = next((one for one in wrong if one.field == field), None)
        return visit.say(f"notice_fault.{found.code}", **dict(found.values)) if found else ""

    return {
        "typed": typed,
        "fault": fault,
        "has_faults": bool(wrong),
        "most": MOST_LETTERS,
        "today": visit.today.isoformat(),
        "kinds": [(one.value, visit.say(f"notice_kind.{one.value}")) for one in NoticeKind],
    }


def _line(visit: Visit, entry: Entry) -> Line:
    notice = entry.notice
    return Line(
        id=notice.id,
        kind=visit.say(f"notice_kind.{notice.kind.value}"),
        vi=notice.text.vi,
        en=notice.text.en if notice.is_translated else "",
        days=_days(visit, notice),
        by=entry.by,
        is_urgent=notice.kind is NoticeKind.URGENT,
        ended=f"{entry.ended:%d/%m/%Y}" if entry.ended is not None else "",
        ended_by=entry.ended_by,
        is_own=entry.by == visit.name,
    )


def _bundled(visit: Visit, notice: Notice) -> Line:
    return replace(_line(visit, Entry(notice=notice, by="")), is_of_bundle=True)


def _days(visit: Visit, notice: Notice) -> str:
    since, until = f"{notice.since:%d/%m/%Y}", f"{notice.until:%d/%m/%Y}"
    if notice.since == notice.until:
        return visit.say("notices.one_day", day=since)
    return visit.say("notices.days", since=since, until=until)


def _of_bundle(visit: Visit, today: date) -> tuple[Notice, ...]:
    return current_of(visit.console.settings, today).notices


def _typed(visit: Visit) -> Typed:
    names = ("kind", "vi", "en", "since", "until")
    kind, vi, en, since, until = (visit.field(name) for name in names)
    return Typed(kind=kind, vi=vi, en=en, since=since, until=until)


def _about(notice: Notice) -> str:
    """For the audit log: which, and for how long."""
    return f"{notice.id} {notice.kind.value} {notice.since}..{notice.until}"


def _is_there(visit: Visit) -> bool:
    try:
        _book(visit).find(_id(visit), visit.today)
    except KioskError:
        return False
    return True


def _book(visit: Visit) -> NoticeBook:
    return NoticeBook(visit.console.state / NOTICES_FILE)


def _id(visit: Visit) -> str:
    return str(visit.request.path_params["notice"])

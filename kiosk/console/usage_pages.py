"""The page on what the kiosk was used for: charts, tables, files to take away, deletion."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Literal
from urllib.parse import urlencode

from starlette.responses import Response

from kiosk.console.told import time_of
from kiosk.console.usage_chart import chart_of
from kiosk.console.usage_work import Span, look, make_file
from kiosk.console.web import Page, Visit
from kiosk.errors import KioskError
from kiosk.procedure import LANGUAGES
from kiosk.usage import months_before
from kiosk.usage_deletion import Deletion, delete_until, deletions, rows_until
from kiosk.usage_hiding import SMALLEST_SHOWN
from kiosk.usage_outside import Looked
from kiosk.usage_periods import Pace, last_periods, next_start, start_of, whole_periods
from kiosk.usage_release import number_words

SPANS = {Pace.WEEK: ("1", "4", "13", "52"), Pace.MONTH: ("1", "3", "12")}
"""So many, without the one that is not over."""
USUAL_SPAN = {Pace.WEEK: "4", Pace.MONTH: "1"}
OWN_SPAN = "own"
LONGEST_DAYS = 3660
SECONDS = 60.0
"""How long a page may take, its turn included."""
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def usage_pages() -> tuple[Page, ...]:
    """All of them."""
    return (
        Page(method="GET", path="/usage", answer=_usage),
        Page(method="GET", path="/usage/csv", answer=_file("csv")),
        Page(method="GET", path="/usage/xlsx", answer=_file("xlsx")),
        Page(method="POST", path="/usage/delete", answer=_delete),
    )


async def _usage(visit: Visit) -> Response:
    return await _shown(visit)


async def _shown(visit: Visit, *, refusal: str = "", status: int = 200) -> Response:
    """The page; where nothing can be shown it says why."""
    pace, span = _pace(visit), _span(visit)
    if span is None:
        refusal, status = refusal or visit.say(f"usage_bad_days.{pace}"), 400
        span = Span(periods=last_periods(int(USUAL_SPAN[pace]), visit.today, pace))
    looked: Looked | None = None
    try:
        looked = await visit.console.beside(
            look, visit.console.settings, span, visit.language, visit.today, seconds=SECONDS
        )
    except KioskError as error:
        refusal, status = visit.error(error), 503
    kiosk_words, language = visit.console.words.kiosk, visit.language
    release = looked.release if looked is not None else None
    periods = looked.periods if looked is not None and release is not None else span.periods
    query = {
        "span": OWN_SPAN,
        "since": periods.first,
        "until": periods.last_day,
        "visits": span.visits,
    }
    return visit.page(
        "usage.html",
        status=status,
        refusal=refusal,
        pace=pace,
        spans=SPANS[pace],
        chosen=visit.request.query_params.get("span", USUAL_SPAN[pace]),
        periods=periods,
        chosen_visits=span.visits,
        today=visit.today,
        last_day=start_of(visit.today, pace) - timedelta(days=1),
        next_day=next_start(visit.today, pace),
        visits=[(one, kiosk_words.say(f"usage.name.{one}", language)) for one in LANGUAGES],
        tables=[
            (
                table,
                [(row, number_words(row.numbers, kiosk_words, language)) for row in table.rows],
                chart_of(table, kiosk_words, language),
            )
            for table in (release.tables if release is not None else ())
        ],
        hides=release is not None and release.hides,
        smallest=SMALLEST_SHOWN,
        query=urlencode(query),
        kept=_kept(visit, looked.oldest if looked is not None else None),
        deletions=[_deletion(visit, one) for one in deletions(visit.console.state)],
        may_delete=visit.may("/usage/delete"),
    )


def _file(kind: Literal["csv", "xlsx"]) -> Callable[[Visit], Awaitable[Response]]:
    async def answer(visit: Visit) -> Response:
        span = _span(visit)
        if span is None:
            return await _shown(visit)
        console = visit.console
        made = datetime.fromtimestamp(console.clock())  # noqa: DTZ006 - where the kiosk stands
        try:
            content = await console.beside(
                make_file, console.settings, span, visit.language, kind, made, seconds=SECONDS
            )
        except KioskError as error:
            return await _shown(visit, refusal=visit.error(error), status=503)
        if content is None:
            return await _shown(visit)
        periods = span.periods
        about = f"{periods.first} {periods.last_day} {span.visits} {kind}"
        visit.note("usage_exported", about=about)
        name = f"dan-loi-{periods.first}-{periods.last_day}.{kind}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(content, media_type=_TYPES[kind], headers=headers)

    return answer


async def _delete(visit: Visit) -> Response:
    """First what it would take, then a second form; nothing goes before that."""
    until, console = _day(visit.field("until")), visit.console
    if until is None or until > visit.today:
        return await _shown(visit, refusal=visit.say("usage.bad_deletion"), status=400)
    try:
        if visit.field("sure") != "yes":
            rows = await console.beside(rows_until, console.state, until, seconds=SECONDS)
            return visit.page("usage_delete.html", until=until, rows=rows)
    except KioskError as error:
        return await _shown(visit, refusal=visit.error(error), status=503)
    visit.note("usage_deleting", about=str(until))
    try:
        deletion: Deletion = await console.beside.to_the_end(
            delete_until,
            console.state,
            until,
            visit.name,
            console.clock(),
            seconds=SECONDS,
            still=visit.refuse_unless_still_allowed,
        )
    except KioskError as error:
        visit.note("usage_not_deleted", about=str(until))
        return await _shown(visit, refusal=visit.error(error), status=503)
    visit.note("usage_deleted", about=f"{until} {deletion.rows} {deletion.digest}")
    said = visit.say("usage.deleted", until=f"{until:%d/%m/%Y}", rows=deletion.rows)
    return visit.done("/usage#deletion", said)


def _span(visit: Visit) -> Span | None:
    """What is asked for; None: nothing that there can be."""
    asked = visit.request.query_params
    pace = _pace(visit)
    visits, span = asked.get("visits", ""), asked.get("span", USUAL_SPAN[pace])
    if visits not in ("", *LANGUAGES):
        return None
    if span in SPANS[pace]:
        return Span(periods=last_periods(int(span), visit.today, pace), visits=visits)
    since, until = _day(asked.get("since", "")), _day(asked.get("until", ""))
    if span != OWN_SPAN or since is None or until is None:
        return None
    is_sound = since <= until <= visit.today and (until - since).days < LONGEST_DAYS
    if not is_sound:
        return None
    periods = whole_periods(since, until, pace)
    return None if periods.is_none else Span(periods=periods, visits=visits)


def _pace(visit: Visit) -> Pace:
    return visit.console.settings.usage.told_by


def _kept(visit: Visit, oldest: date | None) -> str:
    """How long counters are kept, and until when the oldest of them is."""
    months = visit.console.settings.usage.retention_months
    if oldest is None:
        return visit.say("usage.kept_none", months=months)
    gone = months_before(oldest, -months) + timedelta(days=1)
    return visit.say(
        "usage.kept", months=months, oldest=f"{oldest:%d/%m/%Y}", gone=f"{gone:%d/%m/%Y}"
    )


def _deletion(visit: Visit, one: Deletion) -> tuple[str, str, str, int, int, str, bool]:
    """The cells of its line; the last says whether the one before it is a digest."""
    proof = one.digest
    if proof is None:
        proof = visit.say("usage.unfinished")
    elif one.finished:
        proof = visit.say("usage.finished", digest=proof, at=_time(one.finished))
    until = f"{one.until:%d/%m/%Y}"
    is_digest = one.digest is not None
    return _time(one.at), one.account, until, one.rows, one.files, proof, is_digest


def _time(text: str) -> str:
    return time_of(datetime.fromisoformat(text))


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None

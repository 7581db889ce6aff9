"""The page with the procedures that the kiosk shows now."""

from starlette.responses import Response

from kiosk.assistant.vietnamese import fold
from kiosk.console.draft_desk import in_thread, refusal, store_of
from kiosk.console.web import Page, Visit
from kiosk.draft_check import Row, mark_of, rows
from kiosk.errors import KioskError
from kiosk.facts import day
from kiosk.script_typed import tidied

_known: dict[str, tuple[Row, ...]] = {}
"""The last list of procedures, by what it was read from."""


def script_list_pages() -> tuple[Page, ...]:
    """The one."""
    return (Page(method="GET", path="/scripts", answer=_scripts),)


async def _scripts(visit: Visit) -> Response:
    find = tidied(visit.request.query_params.get("find", ""))[:100]
    try:
        found = await _rows(visit)
    except KioskError as error:
        return refusal(visit, error)
    wanted = fold(find).split()
    shown = [
        (one, one.title.in_language(visit.language), day(one.checked, visit.language))
        for one in found
        if all(word in fold(f"{one.title.vi} {one.title.en} {one.id}") for word in wanted)
    ]
    drafts = await in_thread(store_of(visit).all)
    at_work = {name for one in drafts if not one.is_over for name in one.procedures}
    return visit.page(
        "scripts.html",
        find=find,
        rows=shown,
        count=len(found),
        stale=sum(one.is_stale for one in found),
        at_work=at_work,
    )


async def _rows(visit: Visit) -> tuple[Row, ...]:
    """The procedures on offer; read anew only where a file has changed."""
    settings, today = visit.console.settings, visit.today
    mark = await in_thread(mark_of, settings, today)
    if mark not in _known:
        found = tuple(await visit.console.beside(rows, settings, today))
        _known.clear()
        _known[mark] = found
    return _known[mark]

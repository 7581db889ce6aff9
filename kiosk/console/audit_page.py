"""The page with what was done at the console, for those who look after it."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from anyio import to_thread
from starlette.responses import Response

from kiosk.console.audit import Deed
from kiosk.console.audit_told import Names, Told, deed_name, procedures_of, told
from kiosk.console.web import Page, Visit
from kiosk.draft_check import titles

SHOWN = 300
"""On one page."""


def audit_pages() -> tuple[Page, ...]:
    """The one."""
    return (Page(method="GET", path="/audit", answer=_audit),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which deeds are wanted; an empty one: all."""

    account: str
    what: str
    day: date | None
    page: int
    """From 0, the newest."""

    def wants(self, deed: Deed) -> bool:
        """Whether this one is."""
        return (
            self.account in ("", deed.account)
            and self.what in ("", deed.what)
            and (
                self.day is None or datetime.fromisoformat(deed.at).astimezone().date() == self.day
            )
        )

    def path(self, page: int) -> str:
        """Where another page of the same is."""
        day = self.day.isoformat() if self.day is not None else ""
        fields = {"account": self.account, "what": self.what, "day": day}
        return f"/audit?{urlencode({**fields, 'page': page})}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    rows: tuple[Told, ...]
    count: int
    """Of all that are wanted."""
    accounts: tuple[str, ...]
    deeds: tuple[tuple[str, str], ...]
    """Key and name."""


async def _audit(visit: Visit) -> Response:
    asked = _asked(visit)
    view = await to_thread.run_sync(_view, visit, asked)
    first = asked.page * SHOWN
    is_newest = asked.page == 0 and view.count > SHOWN
    return visit.page(
        "audit.html",
        view=view,
        asked=asked,
        day=asked.day.isoformat() if asked.day is not None else "",
        is_asked=bool(asked.account or asked.what or asked.day),
        count=visit.say(
            "audit.newest" if is_newest else "audit.count", shown=SHOWN, count=view.count
        ),
        span=visit.say("audit.span", first=first + 1, last=first + len(view.rows))
        if asked.page and view.rows
        else "",
        newer=asked.path(asked.page - 1) if asked.page else "",
        older=asked.path(asked.page + 1) if first + SHOWN < view.count else "",
        today=visit.today.isoformat(),
    )


def _asked(visit: Visit) -> Asked:
    query_params = visit.request.query_params
    try:
        day = date.fromisoformat(query_params.get("day", ""))
    except ValueError:
        day = None
    page = query_params.get("page", "")
    return Asked(
        account=query_params.get("account", ""),
        what=query_params.get("what", ""),
        day=day,
        page=int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 0,
    )


def _view(visit: Visit, asked: Asked) -> _View:
    """What the page shows; reads files."""
    console = visit.console
    deeds = console.audit.all()
    wanted = [one for one in deeds if asked.wants(one)]
    shown = wanted[asked.page * SHOWN : (asked.page + 1) * SHOWN]
    names = Names(
        kiosks={one.kiosk: one.name for one in console.kiosks.standings()},
        procedures=titles(console.settings, visit.today, procedures_of(shown)),
    )
    kinds = {one.what: deed_name(visit, one.what) for one in deeds}
    return _View(
        rows=tuple(told(visit, one, names) for one in shown),
        count=len(wanted),
        accounts=tuple(sorted({one.account for one in deeds if one.account})),
        deeds=tuple(sorted(kinds.items(), key=lambda one: one[1].casefold())),
    )

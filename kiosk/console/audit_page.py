"""The page with what was done at the console, for those who look after it."""

from collections import Counter
from datetime import datetime

from starlette.responses import Response

from kiosk.console.audit import Deed, Kind, kind_of
from kiosk.console.web import Page, Visit

SHOWN = 300


def audit_pages() -> tuple[Page, ...]:
    """The one."""
    return (Page(method="GET", path="/audit", answer=_audit),)


async def _audit(visit: Visit) -> Response:
    has = visit.console.words.console.has
    rows = [
        (
            f"{datetime.fromisoformat(deed.at).astimezone():%d/%m/%Y %H:%M:%S}",
            deed.account or "–",
            visit.say(f"deed.{deed.what}") if has(f"deed.{deed.what}") else deed.what,
            " ".join(filter(None, (deed.kiosk, deed.about))),
            deed.address,
            _record(deed),
        )
        for deed in _shown(visit)
    ]
    return visit.page("audit.html", rows=rows)


def _shown(visit: Visit) -> tuple[Deed, ...]:
    """The last deeds of each kind: many of one kind hide none of another."""
    seen: Counter[Kind] = Counter()
    shown = []
    for deed in visit.console.audit.all():
        seen[kind_of(deed.what)] += 1
        if seen[kind_of(deed.what)] <= SHOWN:
            shown.append(deed)
    return tuple(shown)


def _record(deed: Deed) -> str:
    """Where what changed can be read: the record of a draft."""
    if not deed.what.startswith("draft_"):
        return ""
    return f"/drafts/{deed.about.partition(' ')[0]}"

"""The page with what was done at the console, for those who look after it."""

from datetime import datetime

from starlette.responses import Response

from kiosk.console.audit import Deed
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
        for deed in visit.console.audit.latest(SHOWN)
    ]
    return visit.page("audit.html", rows=rows)


def _record(deed: Deed) -> str:
    """Where what changed can be read: the record of a draft."""
    if not deed.what.startswith("draft_"):
        return ""
    return f"/drafts/{deed.about.partition(' ')[0]}"

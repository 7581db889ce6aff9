"""Whose draft a change goes into, and whether anybody would be left to publish it.

Nobody gets into somebody else's draft unasked: who changes something in it cannot publish it any
more. Where another's draft is open, a form asks first.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from starlette.responses import Response

from kiosk.console.draft_desk import NEW, in_thread, store_of
from kiosk.console.web import Visit
from kiosk.draft import Draft, Stage
from kiosk.draft_check import Shown, titles
from kiosk.procedure import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """A draft, as it looks to who wants to change something in it."""

    id: str
    name: str
    """The titles of the procedures that it changes."""
    by: str
    """Who wrote in it."""
    is_own: bool
    can_be_reviewed: bool
    """Whether somebody could still publish it, once this account has written in it."""


async def whose(visit: Visit, draft: Draft) -> Whose:
    """What is to be said of a draft before something is changed in it."""
    known = await in_thread(titles, visit.console.settings, visit.today, draft.procedures)
    authors = draft.authors or (draft.history[0].by,)
    return Whose(
        id=draft.id,
        name=name_of(visit, draft, known),
        by=", ".join(one for one in authors if one != visit.name) or visit.name,
        is_own=visit.name in authors,
        can_be_reviewed=can_be_reviewed(visit, draft, {*draft.authors, visit.name}),
    )


def name_of(visit: Visit, draft: Draft, known: Mapping[str, Text]) -> str:
    """What a draft is called: by the procedures that it changes."""
    names = [
        known[one].in_language(visit.language) if one in known else one for one in draft.procedures
    ]
    return "; ".join(names) or visit.say("drafts.empty_name")


def can_be_reviewed(visit: Visit, draft: Draft, authors: Collection[str]) -> bool:
    """Whether some account could publish a draft that these wrote.

    Raises:
        KioskError: `accounts.damaged`.
    """
    book, since = visit.console.accounts, draft.begun_at.astimezone().date()
    return any(
        one.looks_after
        and one.name not in authors
        and book.tie(one.name, authors, since=since) is None
        for one in book.accounts()
    )


async def choice_page(visit: Visit, script: Shown, *, title: str, path: str) -> Response | None:
    """Asks into whose draft a change is to go; None: there is nothing to ask.

    Args:
        visit: who wants to change something, and has no open draft.
        script: what is to be changed.
        title: of the form.
        path: of the form.
    """
    drafts = await in_thread(store_of(visit).all)
    others = [
        await whose(visit, one)
        for one in drafts
        if one.stage is Stage.OPEN and one.base == script.bundle
    ]
    if not others:
        return None
    return visit.page(
        "draft_choice.html",
        procedure=script.procedure,
        script_title=script.procedure.title.in_language(visit.language),
        title=title,
        others=others,
        address=path,
        own=NEW,
    )

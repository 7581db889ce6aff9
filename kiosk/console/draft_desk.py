"""What the pages of scripts and drafts share: the store, the day, and how a change gets in.

Another page that has found something for a script uses `add_wording`.
"""

import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TypeVar

from anyio import to_thread
from starlette.responses import Response

from kiosk.console.web import Visit
from kiosk.draft import Change, Draft, Stage, Step, Value, begun, changed
from kiosk.draft_check import Placed, Shown, look_at_item, shown
from kiosk.draft_publication import Tie
from kiosk.draft_store import DraftStore
from kiosk.errors import KioskError
from kiosk.procedure import Language
from kiosk.script_fields import START, Part
from kiosk.script_items import find_item
from kiosk.script_typed import tidied

MOST_ABOUT = 100
"""Letters of an audit line's subject."""
OWN = ("draft.own", "draft.own_hand", "draft.held_author")
"""Somebody wanted to be both pairs of eyes."""
CHECK_SECONDS = 30.0
NEW = "new"
"""Named in the place of a draft: whoever asks wants one of their own."""

T = TypeVar("T")


async def in_thread(work: Callable[..., T], *values: object) -> T:
    """What `work(*values)` returns; for files, which a slow disk may hold up."""
    return await to_thread.run_sync(work, *values)


def store_of(visit: Visit) -> DraftStore:
    """The drafts of this machine."""
    return DraftStore(visit.console.state)


def now_of(visit: Visit) -> datetime:
    """The time, for a draft's history."""
    return visit.now.astimezone(UTC).replace(microsecond=0)


def refusal(visit: Visit, error: KioskError, *, status: int = 409) -> Response:
    """A page that says why something is not done, and leads to where it can be mended."""
    back = ""
    if "draft" in error.values:
        back = f"/drafts/{error.values['draft']}"
    elif error.code == "draft.no_item":
        back = f"/scripts/{error.values['procedure']}"
    return visit.refuse(visit.error(error), status=status, back=back)


def status_of(error: KioskError) -> int:
    """What a browser is told."""
    missing = ("draft.not_there", "draft.no_script", "draft.no_item")
    return 404 if error.code in missing else 409


async def script_of(visit: Visit, procedure: str) -> Shown:
    """A script as the kiosk has it now.

    Raises:
        KioskError: `draft.no_script`, `draft.not_editable`.
    """
    return await in_thread(shown, visit.console.settings, visit.today, procedure)


async def draft_named(visit: Visit, named: str) -> Draft | None:
    """The draft that a page or form is about: the one it names, or the own one that is open.

    Raises:
        KioskError: `draft.not_there`, `draft.damaged`, `draft.not_open`.
    """
    store = store_of(visit)
    if named in ("", NEW):
        return await in_thread(store.open_of, visit.name)
    draft = await in_thread(store.find, named)
    if draft.stage is not Stage.OPEN:
        raise KioskError("draft.not_open", draft=draft.id)
    return draft


def refuse_stale(draft: Draft | None, script: Shown) -> None:
    """See that a draft was built on what is in use.

    Raises:
        KioskError: `draft.stale`.
    """
    if draft is not None and draft.base != script.bundle:
        raise KioskError("draft.stale", draft=draft.id)


async def checked(
    visit: Visit,
    draft: Draft | None,
    procedure: str,
    values: Mapping[str, tuple[Value, Value]],
    item: tuple[str, str],
) -> tuple[Placed, ...]:
    """The faults and warnings of one form, as they would be with these values.

    Raises:
        KioskError: those of `look_at_item`.
    """
    made = _with(visit, draft, "", procedure, values)
    return tuple(
        await visit.console.beside(
            look_at_item,
            visit.console.settings,
            visit.today,
            made.changes,
            procedure,
            *item,
            seconds=CHECK_SECONDS,
        )
    )


async def keep(
    visit: Visit,
    draft: Draft | None,
    base: str,
    procedure: str,
    values: Mapping[str, tuple[Value, Value]],
) -> Draft:
    """Put values into a draft, or begin one with them; noted in the audit log.

    Raises:
        KioskError: those of `changed` and of the store.
    """
    store = store_of(visit)
    if draft is None:
        after = _with(visit, None, base, procedure, values)
        await in_thread(store.add, after)
        visit.note("draft_begun", about=after.id)
    else:
        by, at = visit.name, now_of(visit)

        def change(before: Draft) -> Draft:
            return changed(before, procedure, values, by=by, at=at)

        after = await in_thread(store.change, draft.id, draft.revision, change)
    known = draft.revision if draft is not None else 1
    for one in after.history[len(after.history) - (after.revision - known) :]:
        deed = "draft_undone" if one.step is Step.UNDONE else "draft_changed"
        visit.note(deed, about=f"{after.id} {one.about}"[:MOST_ABOUT])
    return after


async def add_wording(
    visit: Visit, *, procedure: str, choice: str, wording: str, language: Language = "vi"
) -> tuple[Draft, tuple[Placed, ...]]:
    """Put one more wording into this account's open draft, if the checks let it pass.

    Args:
        visit: whose; an administrator's.
        procedure: its id.
        choice: `step.choice`; empty: the procedure itself.
        wording: how somebody said it.
        language: in which.

    Returns:
        The draft, and the faults for which it was not taken: where there are any, nothing changed.

    Raises:
        KioskError: `draft.no_script`, `draft.stale`, `draft.wording_known`, those of `keep`.
    """
    script = await script_of(visit, procedure)
    item = find_item(script.procedure, Part.WORDINGS.value, choice or START)
    if item is None:
        raise KioskError("draft.no_item", procedure=procedure)
    draft = await draft_named(visit, "")
    refuse_stale(draft, script)
    field = next(one for one in item.fields if one.path.endswith(f".{language}"))
    change = draft.of(procedure).get(field.path) if draft is not None else None
    there = tuple(change.new if change is not None else field.value)
    text = tidied(wording)
    if not text or text in there:
        raise KioskError("draft.wording_known")
    values: dict[str, tuple[Value, Value]] = {field.path: (field.value, (*there, text))}
    found = await checked(visit, draft, procedure, values, (item.part.value, item.id))
    faults = tuple(one for one in found if not one.fault.is_warning)
    if faults:
        return draft or _with(visit, None, script.bundle, procedure, values), faults
    return await keep(visit, draft, script.bundle, procedure, values), ()


async def tie_of(visit: Visit, draft: Draft) -> Tie | None:
    """Why this account and the draft's authors are not two people."""
    since = draft.begun_at.astimezone().date()
    accounts = visit.console.accounts
    return await in_thread(lambda: accounts.tie(visit.name, draft.authors, since=since))


def values_of(draft: Draft | None, procedure: str) -> dict[str, Value]:
    """What a draft wants of one procedure, by field."""
    return {path: one.new for path, one in draft.of(procedure).items()} if draft else {}


def changes_of(draft: Draft | None) -> tuple[Change, ...]:
    """All that it wants."""
    return draft.changes if draft is not None else ()


def _with(
    visit: Visit,
    draft: Draft | None,
    base: str,
    procedure: str,
    values: Mapping[str, tuple[Value, Value]],
) -> Draft:
    by, at = visit.name, now_of(visit)
    if draft is None:
        draft_id = f"{visit.today:%Y%m%d}-{secrets.token_hex(3)}"
        draft = begun(draft_id, base=base, by=by, at=at)
    return changed(draft, procedure, values, by=by, at=at)

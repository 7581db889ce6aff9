"""What is done with drafts: handed in, sent back, moved, dropped, published by somebody else."""

from collections.abc import Callable
from datetime import date

from starlette.responses import Response

from kiosk.bundle import SUFFIX
from kiosk.bundle_current import current_of
from kiosk.bundle_sign import keys_text
from kiosk.bundle_store import BundleStore
from kiosk.console.bundle_pages import withdrawn_too
from kiosk.console.draft_around import around
from kiosk.console.draft_desk import (
    MOST_ABOUT,
    OWN,
    in_thread,
    now_of,
    refusal,
    status_of,
    store_of,
    tie_of,
)
from kiosk.console.draft_pages import LOOK_SECONDS, draft_page, found_draft
from kiosk.console.elsewhere import have_it_shown, others, with_others
from kiosk.console.web import Page, Visit
from kiosk.draft import (
    MOST_NOTE_LETTERS,
    Draft,
    dropped,
    handed_in,
    moved,
    opened_anew,
    refuse_publisher,
    sent_back,
    undone,
)
from kiosk.draft_check import Looked, look_at, values_now
from kiosk.draft_key import public_half
from kiosk.draft_publish import Wanted, packed, publish
from kiosk.errors import KioskError
from kiosk.facts import day

PUBLISH_SECONDS = 120.0
KEY_NAME = "dan-loi.keys.toml"
"""Of the file that another kiosk is given."""


def draft_deeds() -> tuple[Page, ...]:
    """All of them."""
    head = "/drafts/{draft}"
    return (
        Page(method="POST", path=f"{head}/hand-in", answer=_hand_in),
        Page(method="POST", path=f"{head}/send-back", answer=_send_back),
        Page(method="POST", path=f"{head}/undo", answer=_undo),
        Page(method="POST", path=f"{head}/move", answer=_move),
        Page(method="POST", path=f"{head}/drop", answer=_drop),
        Page(method="POST", path=f"{head}/publish", answer=_publish),
        Page(method="POST", path=f"{head}/open-anew", answer=_open_anew),
        Page(method="GET", path=f"{head}/bundle", answer=_bundle),
        Page(method="GET", path="/keys/own", answer=_key),
    )


async def _hand_in(visit: Visit) -> Response:
    note = _note(visit)
    try:
        draft = await found_draft(visit)
        base, _ = await in_thread(values_now, visit.console.settings, visit.today, ())
        if draft.base != base:
            raise KioskError("draft.stale")  # noqa: TRY301 - told like the others
        if draft.changes:
            looked: Looked = await visit.console.beside(
                look_at, visit.console.settings, visit.today, draft, seconds=LOOK_SECONDS
            )
            count = sum(not one.is_warning for one in looked.faults)
            if count:
                raise KioskError("draft.faulty", count=str(count))  # noqa: TRY301 - the same
        return await _do(
            visit,
            lambda one: handed_in(one, by=visit.name, at=now_of(visit), note=note),
            deed="draft_handed_in",
            said="drafts.handed_in",
        )
    except KioskError as error:
        return await _again(visit, error, note=note)


async def _send_back(visit: Visit) -> Response:
    note, by = _note(visit), visit.name
    try:
        draft = await found_draft(visit)
        is_own = by in draft.authors
        if not is_own and not note:
            fault = visit.say("drafts.note_needed")
            return await draft_page(visit, draft, note_fault=fault, status=422)
        return await _do(
            visit,
            lambda one: sent_back(one, by=by, at=now_of(visit), note=note),
            deed="draft_taken_back" if is_own else "draft_sent_back",
            said="drafts.taken_back" if is_own else "drafts.sent_back",
        )
    except KioskError as error:
        return await _again(visit, error, note=note)


async def _undo(visit: Visit) -> Response:
    procedure, path = visit.field("procedure"), visit.field("field")
    by, at = visit.name, now_of(visit)
    about = f"{procedure} {path}"
    try:
        draft = await found_draft(visit)
        if path not in draft.of(procedure):
            raise KioskError("draft.changed_meanwhile", by=draft.history[-1].by)  # noqa: TRY301 - told like the others
        return await _do(
            visit,
            lambda one: undone(one, procedure, path, by=by, at=at),
            deed="draft_undone",
            said="drafts.undone",
            about=about,
        )
    except KioskError as error:
        return await _again(visit, error)


async def _move(visit: Visit) -> Response:
    by, at = visit.name, now_of(visit)
    try:
        draft = await found_draft(visit)
        base, now = await in_thread(values_now, visit.console.settings, visit.today, draft.changes)
        return await _do(
            visit,
            lambda one: moved(one, base, now, by=by, at=at),
            deed="draft_moved",
            said="drafts.moved",
        )
    except KioskError as error:
        return await _again(visit, error)


async def _drop(visit: Visit) -> Response:
    by, at = visit.name, now_of(visit)
    try:
        return await _do(
            visit,
            lambda one: dropped(one, by=by, at=at),
            deed="draft_dropped",
            said="drafts.dropped",
        )
    except KioskError as error:
        return await _again(visit, error)


async def _open_anew(visit: Visit) -> Response:
    by, at = visit.name, now_of(visit)
    try:
        draft = await found_draft(visit)
        found = await in_thread(around, visit, draft)
        if found.is_kept and not found.is_unused:
            raise KioskError("draft.is_over")  # noqa: TRY301 - told like the others
        return await _do(
            visit,
            lambda one: opened_anew(one, by=by, at=at),
            deed="draft_opened_anew",
            said="drafts.opened_anew",
        )
    except KioskError as error:
        return await _again(visit, error)


async def _publish(visit: Visit) -> Response:
    note, on_text = _note(visit), visit.field("on").strip()
    console = visit.console
    try:
        on = date.fromisoformat(on_text) if on_text else None
    except ValueError:
        try:
            draft = await found_draft(visit)
        except KioskError as error:
            return refusal(visit, error, status=status_of(error))
        text = visit.say("typed.bad_day")
        return await draft_page(visit, draft, text=text, status=422, note=note, on=on_text)
    name = visit.console.words.console.say("drafts.key_name", "vi", ward=console.site.ward.vi)
    before = await in_thread(current_of, console.settings, visit.today)
    store = BundleStore(console.state)
    try:
        draft = await found_draft(visit)
        tie = await tie_of(visit, draft)
        refuse_publisher(draft, visit.name, tie)
        visit.note("draft_publishing", about=draft.id)
        waited = store.shelf().scheduled
        wanted = Wanted(
            draft=str(visit.request.path_params["draft"]),
            revision=_revision(visit),
            by=visit.name,
            at=now_of(visit),
            today=visit.today,
            on=on,
            note=note,
            tie=tie,
        )
        draft = await console.beside.to_the_end(
            publish,
            console.settings,
            wanted,
            name,
            seconds=PUBLISH_SECONDS,
            still=visit.refuse_unless_still_allowed,
        )
    except KioskError as error:
        if error.code in OWN:
            visit.note(
                "draft_own_refused", about=str(visit.request.path_params["draft"])[:MOST_ABOUT]
            )
        return await _again(visit, error, note=note, on=on_text)
    visit.note("draft_published", about=f"{draft.id} {draft.version}")
    if draft.on is None:
        elsewhere = have_it_shown(visit)
        console.bundles.hearing.begin(console.settings, before=before.procedures)
        said = visit.say("drafts.published", version=draft.version)
        shelf = store.shelf()
        said = withdrawn_too(visit, said, (one for one in waited if not shelf.find(one.name)))
    else:
        elsewhere = others(visit)
        console.bundles.hearing.begin(
            console.settings, before=before.procedures, bundle=draft.bundle
        )
        on_day = day(draft.on, visit.language)
        said = visit.say("drafts.scheduled", version=draft.version, day=on_day)
    said = with_others(visit, said, elsewhere, "drafts.others_lack")
    return visit.done(f"/drafts/{draft.id}", said)


async def _bundle(visit: Visit) -> Response:
    try:
        draft = await found_draft(visit)
        if not draft.bundle:
            raise KioskError("draft.not_published")  # noqa: TRY301 - told like the others
        content = await visit.console.beside(packed, visit.console.settings, draft.bundle)
    except KioskError as error:
        return refusal(visit, error, status=404)
    visit.note("draft_carried", about=f"{draft.id} {draft.version}")
    return Response(
        content,
        media_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="dan-loi-{draft.version}{SUFFIX}"',
        },
    )


async def _key(visit: Visit) -> Response:
    """The public half of the console's key, for a kiosk that is to trust it."""
    try:
        key = await in_thread(public_half, visit.console.state)
        if key is None:
            raise KioskError("draft.no_key")  # noqa: TRY301 - told like the others
    except KioskError as error:
        return refusal(visit, error, status=404)
    return Response(
        keys_text((key,)),
        media_type="application/toml",
        headers={"Content-Disposition": f'attachment; filename="{KEY_NAME}"'},
    )


async def _do(
    visit: Visit,
    change: Callable[[Draft], Draft],
    *,
    deed: str,
    said: str,
    about: str = "",
) -> Response:
    """Change the draft, note it and go back to its page."""
    draft_id = str(visit.request.path_params["draft"])
    await in_thread(store_of(visit).change, draft_id, _revision(visit), change)
    visit.note(deed, about=f"{draft_id} {about}".strip()[:MOST_ABOUT])
    return visit.done(f"/drafts/{draft_id}", visit.say(said))


async def _again(visit: Visit, error: KioskError, *, note: str = "", on: str = "") -> Response:
    """The draft as it is now, with why that was not done; what was typed is kept."""
    text, status = visit.error(error), status_of(error)
    try:
        draft = await found_draft(visit)
    except KioskError:
        return refusal(visit, error, status=status)
    return await draft_page(visit, draft, text=text, status=status, note=note, on=on)


def _revision(visit: Visit) -> int:
    """The one that was looked at; a form without one has seen nothing."""
    text = visit.field("revision")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


def _note(visit: Visit) -> str:
    return " ".join(visit.field("note").split())[:MOST_NOTE_LETTERS]

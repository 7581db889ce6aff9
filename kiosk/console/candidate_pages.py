"""Taking a bundle in: uploaded, looked at, and then published, given a day, or dropped.

What is refused as a whole is told and not kept. What has faults is kept for a while, so that it
can be looked through; it cannot be published.
"""

import logging
from datetime import date, timedelta

from anyio import to_thread
from starlette.datastructures import UploadFile
from starlette.responses import Response

from kiosk.bundle import MOST_BUNDLE_BYTES
from kiosk.bundle_candidates import Candidates
from kiosk.bundle_current import current_of
from kiosk.bundle_look import Looked, Published, look_at, publish
from kiosk.bundle_shelf import Kept, undone_by
from kiosk.bundle_store import BundleStore
from kiosk.console.bundle_desk import Seen
from kiosk.console.bundle_pages import (
    UPLOAD,
    bundles_page,
    say_refusal,
    withdrawn_too,
)
from kiosk.console.draft_desk import tie_of
from kiosk.console.elsewhere import have_it_shown, others, with_others
from kiosk.console.left_told import left_lines
from kiosk.console.told import FaultLine, fault_lines
from kiosk.console.web import FORM_BYTES, Page, Visit
from kiosk.draft import Draft, refuse_author
from kiosk.draft_carried import carried
from kiosk.errors import KioskError

log = logging.getLogger("kiosk.console")

FIELD = "bundle"
"""Of the form: the file."""
SHOWN_FAULTS = 300
"""A bundle may have thousands; whoever mends these sees the next."""

MOST_GONE = 3
"""A bundle that takes more procedures away than this is used only by one who says so."""


def candidate_pages() -> tuple[Page, ...]:
    """The upload, and what becomes of it."""
    path = "/bundles/candidates/{candidate}"
    return (
        Page(
            method="POST",
            path=UPLOAD,
            answer=_upload,
            most_bytes=MOST_BUNDLE_BYTES + FORM_BYTES,
            most_files=2,  # so that two are told, not only refused
        ),
        Page(method="GET", path=path, answer=_candidate),
        Page(method="POST", path=f"{path}/publish", answer=_publish),
        Page(method="POST", path=f"{path}/drop", answer=_drop),
    )


async def _upload(visit: Visit) -> Response:
    console = visit.console
    try:
        untrusted = await _file(visit)
        looked = await console.beside(look_at, untrusted, console.settings, visit.today)
        assert isinstance(looked, Looked)
        candidates = _candidates(visit)
        candidate = await to_thread.run_sync(candidates.keep, untrusted)
        _remember(visit, candidate, looked)
    except KioskError as error:
        log.info("an uploaded bundle is refused: %s", error)
        visit.note("bundle_refused", about=error.code)
        return await bundles_page(visit, say_refusal(visit, error), status=422)
    visit.note("bundle_uploaded", about=looked.name)
    return visit.done(f"/bundles/candidates/{candidate}")


async def _file(visit: Visit) -> bytes:
    """The one file of the form.

    Raises:
        KioskError: `bundle.no_file`, `bundle.two_files`, `bundle.too_large`.
    """
    files = [one for one in visit.form.getlist(FIELD) if isinstance(one, UploadFile)]
    files = [one for one in files if one.filename]
    others = [name for name, one in visit.form.multi_items() if isinstance(one, UploadFile)]
    if len(files) > 1 or len(others) > 1:
        raise KioskError("bundle.two_files")
    if not files:
        raise KioskError("bundle.no_file")
    untrusted = await files[0].read(MOST_BUNDLE_BYTES + 1)
    if len(untrusted) > MOST_BUNDLE_BYTES:
        raise KioskError("bundle.too_large", most=str(MOST_BUNDLE_BYTES // 1_000_000))
    if not untrusted:
        raise KioskError("bundle.no_file")
    return untrusted


async def _candidate(visit: Visit) -> Response:
    return await _page(visit, _id(visit))


async def _page(visit: Visit, candidate: str, refusal: str = "", *, status: int = 200) -> Response:
    """What was found in a bundle, and what may be done with it."""
    try:
        looked = await _looked(visit, candidate)
    except KioskError as error:
        if error.code == "bundle.no_candidate":
            return await bundles_page(visit, say_refusal(visit, error), status=404)
        looked, refusal, status = None, refusal or say_refusal(visit, error), 409
    else:
        visit.console.bundles.previews.begin()  # it will be looked through next
    lines = fault_lines(visit, looked.faults if looked is not None else ())
    faults = [one for one in lines if not one.is_warning]
    warnings = [one for one in lines if one.is_warning]
    warnings += [
        FaultLine(where=one.where, text=one.text, is_warning=True)
        for one in left_lines(visit, looked.left if looked is not None else ())
    ]
    return visit.page(
        "bundles_candidate.html",
        status=status,
        refusal=refusal,
        candidate=candidate,
        looked=looked,
        faults=faults[:SHOWN_FAULTS],
        more_faults=max(0, len(faults) - SHOWN_FAULTS),
        warnings=warnings[:SHOWN_FAULTS],
        more_warnings=max(0, len(warnings) - SHOWN_FAULTS),
        gone=[one.in_language(visit.language) for one in looked.gone] if looked else [],
        must_tick=looked is not None and _takes_much(looked),
        undone=_undone(visit, looked) if looked is not None else (),
        changes=looked.changes(visit.language) if looked is not None else (),
        made=f"{looked.made:%d/%m/%Y}" if looked is not None else "",
        unlearned=[one.in_language(visit.language) for one in looked.unlearned] if looked else [],
        tomorrow=(visit.today + timedelta(days=1)).isoformat(),
        may_act=visit.may(UPLOAD),
    )


async def _publish(visit: Visit) -> Response:
    console, candidate = visit.console, _id(visit)
    try:
        on = _day(visit.field("on"), visit.today) if "on" in visit.form else None
        looked = await _looked(visit, candidate)
        if _takes_much(looked) and not visit.field("seen"):
            raise KioskError("bundle.takes_much")  # noqa: TRY301 - told like the others
        untrusted = await to_thread.run_sync(_candidates(visit).read, candidate)
        await _refuse_author(visit, untrusted)
        before = await to_thread.run_sync(current_of, console.settings, visit.today)
        done = await console.beside.to_the_end(
            publish,
            untrusted,
            console.settings,
            visit.now,
            on,
            visit.name,
            still=visit.refuse_unless_still_allowed,
        )
    except KioskError as error:
        log.info("a bundle is not published: %s", error)
        return await _page(visit, candidate, say_refusal(visit, error), status=422)
    assert isinstance(done, Published)
    _candidates(visit).drop(candidate)
    if done.on is not None:
        day = f"{done.on:%d/%m/%Y}"
        console.bundles.hearing.begin(console.settings, before=before.procedures, bundle=done.name)
        visit.note("bundle_scheduled", about=f"{done.name} {done.on.isoformat()}")
        said = visit.say("bundles.done_schedule", version=done.version, on=day)
        said = with_others(visit, said, others(visit), "bundles.others_lack")
        return visit.done("/bundles", said)
    visit.note("bundle_published", about=done.name)
    elsewhere = have_it_shown(visit)
    console.bundles.hearing.begin(console.settings, before=before.procedures)
    said = visit.say("bundles.done_publish", version=done.version)
    said = withdrawn_too(visit, said, done.withdrawn)
    return visit.done("/bundles", with_others(visit, said, elsewhere, "bundles.others_lack"))


async def _refuse_author(visit: Visit, untrusted: bytes) -> None:
    """Two pairs of eyes, also for a bundle that was made of a draft here and comes as a file.

    Raises:
        KioskError: those of `carried` and of `refuse_author`.
    """
    draft: Draft | None = await visit.console.beside(carried, untrusted, visit.console.state)
    if draft is None:
        return
    try:
        refuse_author(draft, visit.name, await tie_of(visit, draft))
    except KioskError:
        visit.note("draft_own_refused", about=draft.id)
        raise


async def _drop(visit: Visit) -> Response:
    if not _candidates(visit).drop(_id(visit)):
        refusal = say_refusal(visit, KioskError("bundle.no_candidate"))
        return await bundles_page(visit, refusal, status=404)
    visit.note("bundle_dropped", about=_id(visit))
    return visit.done("/bundles", visit.say("bundles.done_drop"))


async def _looked(visit: Visit, candidate: str) -> Looked:
    """What was found in it, at the upload or now.

    Raises:
        KioskError: `bundle.no_candidate`, and those of `look_at`: things have changed since.
    """
    console = visit.console
    untrusted = await to_thread.run_sync(_candidates(visit).read, candidate)
    known = console.bundles.looked.find(_key(visit, candidate))
    if known is not None:
        return known
    found = await console.beside(look_at, untrusted, console.settings, visit.today)
    assert isinstance(found, Looked)
    return _remember(visit, candidate, found)


def _remember(visit: Visit, candidate: str, looked: Looked) -> Looked:
    seen = Seen(version=looked.version, is_sound=looked.is_sound)
    visit.console.bundles.seen.keep(candidate, seen)
    return visit.console.bundles.looked.keep(_key(visit, candidate), looked)


def _key(visit: Visit, candidate: str) -> tuple[str, str, date]:
    """All that what is told of a bundle hangs on."""
    return candidate, BundleStore(visit.console.state).shelf().current, visit.today


def _takes_much(looked: Looked) -> bool:
    return len(looked.gone) > MOST_GONE


def _undone(visit: Visit, looked: Looked) -> tuple[tuple[str, str], ...]:
    """What waits for its day and would not come to it: version and day."""
    new = Kept(name=looked.name, version=looked.version, key="")
    waiting = undone_by(BundleStore(visit.console.state).shelf(), new)
    return tuple((one.version, f"{one.on:%d/%m/%Y}") for one in waiting)


def _day(text: str, today: date) -> date:
    """A later day, as a browser's field has it.

    Raises:
        KioskError: `bundle.bad_day`, `bundle.day_not_later`.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise KioskError("bundle.bad_day") from error
    if day <= today:
        raise KioskError("bundle.day_not_later")
    return day


def _candidates(visit: Visit) -> Candidates:
    return Candidates(visit.console.state, clock=visit.console.clock)


def _id(visit: Visit) -> str:
    return str(visit.request.path_params["candidate"])

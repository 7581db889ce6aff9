"""The pages of drafts: what waits, what one changes, and the second pair of eyes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from starlette.responses import Response

from kiosk.bundle import SUFFIX
from kiosk.bundle_store import BundleStore
from kiosk.command import ReloadWanted
from kiosk.console.access import may
from kiosk.console.draft_desk import (
    MOST_ABOUT,
    in_thread,
    name_of,
    now_of,
    store_of,
    today_of,
)
from kiosk.console.script_form import field_label, shown_value
from kiosk.console.script_pages import refusal, status_of
from kiosk.console.web import Page, Visit
from kiosk.draft import (
    MOST_NOTE_LETTERS,
    Change,
    Draft,
    Stage,
    dropped,
    handed_in,
    moved,
    opened_anew,
    sent_back,
    undone,
)
from kiosk.draft_check import Looked, Shown, look_at, shown, values_now
from kiosk.draft_publish import Wanted, packed, publish
from kiosk.errors import KioskError
from kiosk.facts import day
from kiosk.script_fields import Field, Kind, items_of
from kiosk.settings import Settings

PUBLISH_SECONDS = 120.0
LOOK_SECONDS = 60.0


def draft_pages() -> tuple[Page, ...]:
    """All of them."""
    head = "/drafts/{draft}"
    return (
        Page(method="GET", path="/drafts", answer=_drafts),
        Page(method="GET", path=head, answer=_draft),
        Page(method="POST", path=f"{head}/hand-in", answer=_hand_in),
        Page(method="POST", path=f"{head}/send-back", answer=_send_back),
        Page(method="POST", path=f"{head}/undo", answer=_undo),
        Page(method="POST", path=f"{head}/move", answer=_move),
        Page(method="POST", path=f"{head}/drop", answer=_drop),
        Page(method="POST", path=f"{head}/publish", answer=_publish),
        Page(method="POST", path=f"{head}/open-anew", answer=_open_anew),
        Page(method="GET", path=f"{head}/bundle", answer=_bundle),
    )


# The list


async def _drafts(visit: Visit) -> Response:
    drafts = await in_thread(store_of(visit).all)
    groups = [
        (stage.value, [_summary(one) for one in drafts if one.stage is stage])
        for stage in (Stage.REVIEW, Stage.OPEN, Stage.PUBLISHED, Stage.DROPPED)
    ]
    return visit.page("drafts.html", groups=[one for one in groups if one[1]])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Summary:
    id: str
    begun: str
    authors: str
    procedures: str
    count: int
    version: str


def _summary(draft: Draft) -> _Summary:
    return _Summary(
        id=draft.id,
        begun=_time(draft.history[0].at),
        authors=", ".join(draft.authors) or draft.history[0].by,
        procedures=", ".join(draft.procedures),
        count=len(draft.changes),
        version=draft.version,
    )


# One draft


@dataclass(frozen=True, slots=True, kw_only=True)
class _Changed:
    """One change, as it is read."""

    procedure: str
    path: str
    edit: str
    """Where its form is; empty: there is no such field any more."""
    thing: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    by: str
    at: str
    language: str


async def _draft(visit: Visit) -> Response:
    try:
        draft = await _found(visit)
    except KioskError as error:
        return refusal(visit, error, status=status_of(error))
    return await _page(visit, draft)


async def _page(
    visit: Visit, draft: Draft, *, text: str = "", status: int = 200, note: str = "", on: str = ""
) -> Response:
    console = visit.console
    base, scripts, scheduled, is_kept = await in_thread(
        _around, console.settings, today_of(visit), draft
    )
    looked, trouble = None, ""
    is_stale = not draft.is_over and draft.base != base
    if not draft.is_over and draft.changes and not is_stale:
        try:
            looked = await console.beside(
                look_at, console.settings, today_of(visit), draft, seconds=LOOK_SECONDS
            )
        except KioskError as error:
            trouble = visit.error(error)
    groups = [
        (
            one,
            script.procedure.title.in_language(visit.language) if script is not None else one,
            [_changed(visit, change, script) for change in draft.of(one).values()],
        )
        for one in draft.procedures
        for script in (scripts.get(one),)
    ]
    may_act = visit.account is not None and may(
        visit.account.role, "POST", "/drafts/{draft}/publish"
    )
    return visit.page(
        "draft.html",
        status=status,
        draft=draft,
        stage=draft.stage.value,
        groups=groups,
        told=_told(visit, draft, looked),
        faults=_faults(visit, looked),
        is_sound=looked is not None and looked.is_sound,
        trouble=trouble,
        is_stale=is_stale,
        scheduled=scheduled,
        may_act=may_act,
        is_author=visit.account is not None and visit.account.name in draft.authors,
        history=[
            (
                _time(one.at),
                one.by,
                visit.say(f"draft_step.{one.step.value}"),
                one.about,
                one.note,
            )
            for one in reversed(draft.history)
        ],
        has_bundle=is_kept,
        is_withdrawn=draft.stage is Stage.PUBLISHED and not is_kept,
        on_day=day(draft.on, visit.language) if draft.on else "",
        text=text,
        typed_note=note,
        typed_on=on,
        today=today_of(visit).isoformat(),
    )


def _around(
    settings: Settings, today: date, draft: Draft
) -> tuple[str, dict[str, Shown], tuple[tuple[str, str], ...], bool]:
    """What is current, the scripts now, what waits for its day, whether its bundle is here."""
    base, _ = values_now(settings, today, ())
    scripts: dict[str, Shown] = {}
    for procedure in draft.procedures:
        try:
            scripts[procedure] = shown(settings, today, procedure)
        except KioskError:
            continue  # it is no longer on offer: its id is shown
    try:
        shelf = BundleStore(settings.folders.state_path).shelf()
    except KioskError:
        return base, scripts, (), False
    waiting = tuple((one.version, f"{one.on:%d/%m/%Y}") for one in shelf.scheduled)
    return base, scripts, waiting, bool(draft.bundle) and shelf.find(draft.bundle) is not None


def _changed(visit: Visit, change: Change, script: Shown | None) -> _Changed:
    fields: dict[str, tuple[str, str, Field | None]] = {}
    if script is not None:
        for item in items_of(script.procedure):
            title = item.title.in_language(visit.language)
            for field in item.fields:
                label = field_label(field, item.part, visit.say)
                said = visit.say(f"script_part.{item.part.value}")
                fields[field.path] = (
                    f"{item.part.value}/{item.id}",
                    f"{said} “{title}”: {label}",
                    field,
                )
    edit, thing, field = fields.get(change.path, ("", change.path, None))
    language = change.path.rpartition(".")[2]
    old, new = _sides(visit, change, field, script)
    return _Changed(
        procedure=change.procedure,
        path=change.path,
        edit=edit,
        thing=thing,
        old=old,
        new=new,
        by=change.by,
        at=_time(change.at),
        language=language if language in ("vi", "en") else "",
    )


def _sides(
    visit: Visit, change: Change, field: Field | None, script: Shown | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What goes and what comes; of a list only the entries that do."""
    old, new = change.old, change.new
    if field is None or script is None or field.kind is Kind.WORDINGS:
        before = old if isinstance(old, tuple) else (old,)
        after = new if isinstance(new, tuple) else (new,)
        if isinstance(old, tuple) or isinstance(new, tuple):
            gone = tuple(one for one in before if one not in after)
            come = tuple(one for one in after if one not in before)
            return gone, come or (() if gone else (visit.say("drafts.other_order"),))
        return before, after
    sides = (
        shown_value(field, one, script, say=visit.say, language=visit.language)
        for one in (old, new)
    )
    first, second = sides
    return (first,), (second,)


def _told(
    visit: Visit, draft: Draft, looked: Looked | None
) -> list[tuple[str, tuple[str, ...]]] | None:
    """What changes for citizens; None: nobody can tell."""
    if draft.told:
        return [(one.title, one.sentences) for one in draft.told[visit.language]]
    if looked is None:
        return None
    return [(one.title, one.sentences) for one in looked.told[visit.language]]


def _faults(visit: Visit, looked: Looked | None) -> list[tuple[str, str, bool]]:
    words = visit.console.words.kiosk
    return [
        (
            f"{one.file}:{one.line}",
            words.say(f"fault.{one.code}", visit.language, **dict(one.values)),
            one.is_warning,
        )
        for one in (looked.faults if looked is not None else ())
    ]


# What is done with it


async def _hand_in(visit: Visit) -> Response:
    note = _note(visit)
    try:
        draft = await _found(visit)
        base, _ = await in_thread(values_now, visit.console.settings, today_of(visit), ())
        if draft.base != base:
            raise KioskError("draft.stale")  # noqa: TRY301 - told like the others
        if draft.changes:
            looked: Looked = await visit.console.beside(
                look_at, visit.console.settings, today_of(visit), draft, seconds=LOOK_SECONDS
            )
            count = sum(not one.is_warning for one in looked.faults)
            if count:
                raise KioskError("draft.faulty", count=str(count))  # noqa: TRY301 - the same
        return await _do(
            visit,
            lambda one: handed_in(one, by=name_of(visit), at=now_of(visit), note=note),
            deed="draft_handed_in",
            said="drafts.handed_in",
        )
    except KioskError as error:
        return await _again(visit, error, note=note)


async def _send_back(visit: Visit) -> Response:
    note, by = _note(visit), name_of(visit)
    try:
        draft = await _found(visit)
        is_own = by in draft.authors
        if not is_own and not note:
            return await _page(visit, draft, text=visit.say("drafts.note_needed"), status=422)
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
    by, at = name_of(visit), now_of(visit)
    about = f"{procedure} {path}"
    try:
        draft = await _found(visit)
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
    by, at = name_of(visit), now_of(visit)
    try:
        draft = await _found(visit)
        base, now = await in_thread(
            values_now, visit.console.settings, today_of(visit), draft.changes
        )
        return await _do(
            visit,
            lambda one: moved(one, base, now, by=by, at=at),
            deed="draft_moved",
            said="drafts.moved",
        )
    except KioskError as error:
        return await _again(visit, error)


async def _drop(visit: Visit) -> Response:
    by, at = name_of(visit), now_of(visit)
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
    by, at = name_of(visit), now_of(visit)
    try:
        draft = await _found(visit)
        *_, is_kept = await in_thread(_around, visit.console.settings, today_of(visit), draft)
        if is_kept:
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
        draft = await _found(visit)
        text = visit.say("typed.bad_day")
        return await _page(visit, draft, text=text, status=422, note=note, on=on_text)
    wanted = Wanted(
        draft=str(visit.request.path_params["draft"]),
        revision=_revision(visit),
        by=name_of(visit),
        at=now_of(visit),
        today=today_of(visit),
        on=on,
        note=note,
    )
    name = visit.console.words.console.say("drafts.key_name", "vi", ward=console.site.ward.vi)
    try:
        draft = await console.beside(
            publish, console.settings, wanted, name, seconds=PUBLISH_SECONDS
        )
    except KioskError as error:
        if error.code == "draft.own":
            visit.note("draft_own_refused", about=wanted.draft[:MOST_ABOUT])
        return await _again(visit, error, note=note, on=on_text)
    visit.note("draft_published", about=f"{draft.id} {draft.version}")
    for one in console.kiosks.standings():
        console.kiosks.send(one.kiosk, ReloadWanted())
    said = (
        visit.say("drafts.published", version=draft.version)
        if draft.on is None
        else visit.say("drafts.scheduled", version=draft.version, on=day(draft.on, visit.language))
    )
    return visit.done(f"/drafts/{draft.id}", said)


async def _bundle(visit: Visit) -> Response:
    try:
        draft = await _found(visit)
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
        draft = await _found(visit)
    except KioskError:
        return refusal(visit, error, status=status)
    return await _page(visit, draft, text=text, status=status, note=note, on=on)


async def _found(visit: Visit) -> Draft:
    return await in_thread(store_of(visit).find, str(visit.request.path_params["draft"]))


def _revision(visit: Visit) -> int:
    """The one that was looked at; a form without one has seen nothing."""
    text = visit.field("revision")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


def _note(visit: Visit) -> str:
    return " ".join(visit.field("note").split())[:MOST_NOTE_LETTERS]


def _time(at: datetime) -> str:
    return f"{at.astimezone():%d/%m/%Y %H:%M}"

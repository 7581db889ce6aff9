"""The pages on which a script is read and edited: one for all of it, one form for each item."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from starlette.responses import Response

from kiosk.console.draft_desk import (
    add_wording,
    checked,
    draft_named,
    in_thread,
    keep,
    refusal,
    refuse_stale,
    script_of,
    status_of,
    store_of,
    values_of,
)
from kiosk.console.draft_whose import choice_page, whose
from kiosk.console.left_told import left_in, with_left
from kiosk.console.script_form import Said, field_label, said_of, shown_value
from kiosk.console.script_item_page import (
    FORM_BYTES,
    NOTHING_SAID,
    Opened,
    form_page,
    kiosk_words,
    meanwhile_text,
    opened,
    query_of,
    script_with,
    seen_of,
    sent_for,
    title_of,
)
from kiosk.console.web import Page, Visit
from kiosk.draft import Draft, Value
from kiosk.draft_check import Shown, look_at_item
from kiosk.errors import KioskError
from kiosk.procedure import Language
from kiosk.script_changes import ONE
from kiosk.script_fields import START, WITH_ENTRIES, YES, Item, Kind, Part
from kiosk.script_typed import good_values, tidied, typed

ITEM = "/scripts/{procedure}/{part}/{item}"


def script_pages() -> tuple[Page, ...]:
    """All of them."""
    return (
        Page(method="GET", path="/scripts/{procedure}", answer=_script),
        Page(method="GET", path=ITEM, answer=_item),
        Page(method="POST", path=ITEM, answer=_change, most_bytes=FORM_BYTES),
        Page(method="POST", path="/drafts/wordings", answer=_add_wording),
    )


# One script


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One item of a script, as it stands on the script's page."""

    path: str
    title: str
    details: tuple[str, ...]
    state: str
    """Whether it is `put_in`, `taken_out` or `changed`; empty: as in the script."""
    left: tuple[str, ...]
    """What in it may no longer be right."""


async def _script(visit: Visit) -> Response:
    try:
        draft = await draft_named(visit, visit.request.query_params.get("draft", ""))
        script = await script_with(visit, draft)
    except KioskError as error:
        return refusal(visit, error, status=status_of(error))
    lines: dict[Part, list[_Line]] = {part: [] for part in Part}
    left = left_in(visit, script)
    for item in script.items:
        found = left.get((item.part.value, item.id), ())
        lines[item.part].append(_line(visit, item, script, found))
    return visit.page(
        "script.html",
        procedure=script.procedure,
        title=script.procedure.title.in_language(visit.language),
        parts=[
            (part.value, found, _is_open(visit, part, found), part in WITH_ENTRIES)
            for part, found in lines.items()
            if found or part in WITH_ENTRIES
        ],
        draft=draft,
        whose=await whose(visit, draft) if draft is not None else None,
        also=await _also(visit, script, draft),
        is_stale=draft is not None and draft.base != script.bundle,
        may_edit=visit.may(ITEM),
        query=query_of(draft),
    )


async def _also(visit: Visit, script: Shown, draft: Draft | None) -> list[tuple[str, str, str]]:
    """Other drafts that change this script: id, who wrote it, stage."""
    drafts = await in_thread(store_of(visit).all)
    procedure = script.procedure.id
    return [
        (one.id, ", ".join(one.authors), visit.say(f"draft_stage.{one.stage.value}"))
        for one in drafts
        if not one.is_over and one != draft and procedure in one.procedures
    ]


def _is_open(visit: Visit, part: Part, lines: Sequence[_Line]) -> bool:
    """Whether a part is unfolded: the one that was asked for, and where something was changed."""
    asked = visit.request.query_params.get("part", Part.FEES.value)
    return part.value == asked or any(one.state or one.left for one in lines)


def _line(visit: Visit, item: Item, script: Shown, left: tuple[str, ...]) -> _Line:
    title = item.title.in_language(visit.language)
    state = ""
    if not item.is_here(script.values):
        state = "taken_out"
    elif item.is_new:
        state = "put_in"
    elif any(field.path in script.values for field in item.fields):
        state = "changed"
    return _Line(
        path=f"{item.part.value}/{quote(item.id)}",
        title=visit.say("scripts.of_procedure") if item.id == START else title,
        details=tuple(_details(visit, item, script, title)),
        state=state,
        left=left,
    )


def _details(visit: Visit, item: Item, script: Shown, title: str) -> Iterator[str]:
    language = visit.language
    for field in item.fields:
        value = script.value(field)
        if field.kind is Kind.WORDINGS:
            count = len(value)
            if count:
                yield visit.say(f"script_count.{field.place[-1]}", count=count)
            continue
        if field.kind is Kind.TEXT and field.place[-1] != language:
            continue
        if field.kind is Kind.TEXT and value == title:
            continue
        if (not value and field.kind is not Kind.AMOUNT) or value == YES:
            continue
        if field.kind in (Kind.LINK, Kind.SOURCES) or (field.kind, value) == (Kind.COUNT, ONE):
            continue
        read = shown_value(field, value, script, say=visit.say, language=language)
        label = field_label(field, item.part, visit.say).partition(" (")[0]
        yield read if field.kind is Kind.FLAG else f"{label}: {read}"


# One form


async def _item(visit: Visit) -> Response:
    named = visit.request.query_params.get("draft", "")
    try:
        form, trouble = await opened(visit, named)
        if trouble is not None:
            raise trouble
        refuse_stale(form.draft, form.script)
        if not named and form.draft is None:
            title = title_of(visit, form.item)
            asked = await choice_page(visit, form.script, title=title, path=form.path)
            if asked is not None:
                return asked
        said = await _said_now(visit, form)
    except KioskError as error:
        return refusal(visit, error, status=status_of(error))
    return form_page(visit, form, values=form.now, said=said)


async def _said_now(visit: Visit, form: Opened) -> Said:
    """What the checks say of a form that was changed before."""
    is_changed = any(field.path in form.script.values for field in form.item.fields)
    if form.draft is None or not is_changed:
        return NOTHING_SAID
    placed = await visit.console.beside(
        look_at_item,
        visit.console.settings,
        visit.today,
        form.draft.changes,
        form.procedure,
        form.item.part.value,
        form.item.id,
    )
    return said_of(placed, {}, say=visit.say, kiosk=kiosk_words(visit))


async def _change(visit: Visit) -> Response:
    try:
        form, trouble = await opened(visit, visit.field("draft"))
    except KioskError as error:
        return refusal(visit, error, status=status_of(error))
    read = typed(form.item, sent_for(visit, form.item), today=visit.today)
    try:
        if trouble is not None:
            raise trouble
        refuse_stale(form.draft, form.script)
    except KioskError as error:
        return form_page(visit, form, values=read.values, text=visit.error(error), status=409)
    if not form.item.is_here(form.script.values):
        text = visit.say("scripts.is_gone")
        return form_page(visit, form, values=read.values, text=text, status=409)
    now = form.now
    if visit.field("seen") != seen_of(now):
        others = {path: value for path, value in now.items() if value != read.values[path]}
        return form_page(
            visit,
            form,
            values=read.values,
            meanwhile=others,
            text=meanwhile_text(
                visit, form, others="scripts.meanwhile", own="scripts.meanwhile_own"
            ),
            status=409,
        )
    return await _take(visit, form, read.values, read.faults)


async def _take(
    visit: Visit, form: Opened, values: Mapping[str, Value], faults: Mapping[str, str]
) -> Response:
    """Check what was typed and put it into the draft, or say at each field what is wrong."""
    item, draft = form.item, form.draft
    if not faults and values == form.now:
        note = visit.say("scripts.nothing_changed")
        return visit.done(f"/scripts/{form.procedure}{query_of(draft)}", note)
    good = good_values(item, values, faults)
    wanted = {field.path: (field.value, values[field.path]) for field in item.fields}
    kiosk = kiosk_words(visit)
    said, text = said_of((), faults, say=visit.say, kiosk=kiosk), ""
    try:
        tried = {path: pair for path, pair in wanted.items() if path in good}
        about = (item.part.value, item.id)
        placed = await checked(visit, draft, form.procedure, tried, about)
        said = said_of(placed, faults, say=visit.say, kiosk=kiosk)
        if not (said.faults or said.elsewhere):
            after = await keep(visit, draft, form.script.bundle, form.procedure, wanted)
            return _taken(visit, form, after)
    except KioskError as error:
        text = visit.error(error)
        if error.code == "draft.changed_meanwhile":
            try:
                form = form.with_draft(await draft_named(visit, visit.field("draft")))
            except KioskError as over:  # handed in or dropped meanwhile
                form, text = form.with_draft(None), visit.error(over)
    if said.faults or said.elsewhere:
        text = visit.say("scripts.not_taken", count=len(said.faults) + len(said.elsewhere))
    status = 422 if said.faults or said.elsewhere else 409
    return form_page(visit, form, values=values, said=said, text=text, status=status)


def _taken(visit: Visit, form: Opened, draft: Draft) -> Response:
    """On to the script's page, which says what is left behind."""
    note = with_left(visit, visit.say("scripts.taken"), form.with_draft(draft).script)
    return visit.done(f"/scripts/{form.procedure}{query_of(draft)}", note)


async def _add_wording(visit: Visit) -> Response:
    """One more wording from another page; where it is refused, its form opens with it typed in."""
    procedure, text = visit.field("procedure"), tidied(visit.field("wording"))
    step, answer = visit.field("step"), visit.field("choice")
    choice = f"{step}.{answer}" if step or answer else ""
    language: Language = "en" if visit.field("language") == "en" else "vi"
    try:
        draft, faults = await add_wording(
            visit, procedure=procedure, choice=choice, wording=text, language=language
        )
    except KioskError as error:
        if visit.is_quiet:
            return Response(visit.error(error), status_code=status_of(error))
        return refusal(visit, error, status=status_of(error))
    if not faults:
        return visit.done(f"/drafts/{draft.id}", visit.say("drafts.wording_added", wording=text))
    said = said_of(faults, {}, say=visit.say, kiosk=kiosk_words(visit))
    if visit.is_quiet:
        sentences = [one for found in said.faults.values() for one in found]
        return Response(" ".join((*sentences, *said.elsewhere)), status_code=422)
    there = await draft_named(visit, "")
    script = replace(await script_of(visit, procedure), values=values_of(there, procedure))
    item = script.item(Part.WORDINGS.value, choice or START)
    assert item is not None
    about = await whose(visit, there) if there is not None else None
    form = Opened(script=script, item=item, draft=there, whose=about)
    values = form.now
    for field in item.fields:
        if field.path.endswith(f".{language}"):
            values[field.path] = (*values[field.path], text)
    count = len(said.faults) + len(said.elsewhere)
    refused = visit.say("scripts.not_taken", count=count)
    return form_page(visit, form, values=values, said=said, text=refused, status=422)

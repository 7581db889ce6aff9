"""The pages on which a whole fee, time, paper, note or source is put in or taken out."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from starlette.responses import Response

from kiosk.console.draft_desk import (
    checked,
    draft_named,
    keep,
    refusal,
    refuse_stale,
    status_of,
)
from kiosk.console.draft_whose import choice_page, whose
from kiosk.console.left_told import with_left
from kiosk.console.script_form import Said, said_of
from kiosk.console.script_item_page import (
    FORM_BYTES,
    Opened,
    form_page,
    kiosk_words,
    meanwhile_text,
    opened,
    presence_of,
    query_of,
    script_with,
    seen_of,
    sent_for,
)
from kiosk.console.web import Page, Visit
from kiosk.draft import Draft, Value
from kiosk.draft_check import Placed, Shown
from kiosk.errors import KioskError
from kiosk.script_changes import ONE
from kiosk.script_fields import WITH_ENTRIES, YES, Item, Kind, Part
from kiosk.script_items import blank_item, facts_naming
from kiosk.script_typed import Typed, id_of, typed

ADD = "/scripts/{procedure}/add/{part}"
"""No part of a script is called `add`."""
TAKE_OUT = "/scripts/{procedure}/{part}/{item}/take-out"
UNNAMED = "new"
"""Stands for the id of an item until its name is known."""
MOST_NAMED = 5
"""Of what keeps a source from going, so that the page can be read."""
NEVER_EMPTY = (Part.FEES, Part.TIMES, Part.SOURCES)
"""A script must have at least one of each."""


def script_entry_pages() -> tuple[Page, ...]:
    """All of them; they stand before the pages of items, whose paths are wider."""
    return (
        Page(method="GET", path=ADD, answer=_blank),
        Page(method="POST", path=ADD, answer=_add, most_bytes=FORM_BYTES),
        Page(method="POST", path=TAKE_OUT, answer=_take_out),
    )


# Putting in


async def _blank(visit: Visit) -> Response:
    named = visit.request.query_params.get("draft", "")
    try:
        draft = await draft_named(visit, named)
        form = await _unwritten(visit, draft)
        refuse_stale(draft, form.script)
        if not named and draft is None:
            part = form.item.part.value
            title, path = visit.say(f"script_add.{part}"), _address(form)
            asked = await choice_page(visit, form.script, title=title, path=path)
            if asked is not None:
                return asked
    except KioskError as error:
        return refusal(visit, error, status=status_of(error))
    return _page(visit, form, values=_at_first(form.item))


async def _add(visit: Visit) -> Response:
    draft, trouble = None, None
    try:
        draft = await draft_named(visit, visit.field("draft"))
    except KioskError as error:
        trouble = error
    try:
        form = await _unwritten(visit, draft)
    except KioskError as error:
        return refusal(visit, error, status=status_of(error))
    read = typed(form.item, sent_for(visit, form.item), today=visit.today)
    try:
        if trouble is not None:
            raise trouble
        refuse_stale(draft, form.script)
        return await _put_in(visit, form, read)
    except KioskError as error:
        return _page(visit, form, values=read.values, text=visit.error(error), status=409)


async def _put_in(visit: Visit, form: Opened, read: Typed) -> Response:
    """Check what was typed and put it into the draft, or say at each field what is wrong."""
    item, kiosk = form.item, kiosk_words(visit)
    faults = {**read.faults, **_twice(form, read.values)}
    if faults:
        return _refused(visit, form, read.values, said_of((), faults, say=visit.say, kiosk=kiosk))
    name = next(str(read.values[field.path]) for field in item.fields if field.kind is Kind.TEXT)
    new = _named(form, id_of(name, _taken_ids(form.script)))
    values = _moved(read.values, item.path, new.path)
    wanted = presence_of(new, is_here=True)
    wanted |= {field.path: (field.value, values[field.path]) for field in new.fields}
    about = (new.part.value, new.id)
    placed = await checked(visit, form.draft, form.procedure, wanted, about)
    there = [_placed_at(one, new.path, item.path) for one in placed]
    said = said_of(there, {}, say=visit.say, kiosk=kiosk)
    if said.faults or said.elsewhere:
        return _refused(visit, form, read.values, said)
    after = await keep(visit, form.draft, form.script.bundle, form.procedure, wanted)
    return _back(visit, form, after, visit.say("scripts.put_in_taken"))


def _refused(visit: Visit, form: Opened, values: Mapping[str, Value], said: Said) -> Response:
    text = visit.say("scripts.not_taken", count=len(said.faults) + len(said.elsewhere))
    return _page(visit, form, values=values, said=said, text=text, status=422)


def _page(
    visit: Visit,
    form: Opened,
    *,
    values: Mapping[str, Value],
    said: Said | None = None,
    text: str = "",
    status: int = 200,
) -> Response:
    return form_page(
        visit,
        form,
        values=values,
        said=said or Said(faults={}, warnings={}),
        text=text,
        status=status,
        add_to=_address(form),
    )


def _address(form: Opened) -> str:
    return f"/scripts/{form.procedure}/add/{form.item.part.value}"


async def _unwritten(visit: Visit, draft: Draft | None) -> Opened:
    """A form for something that is nowhere yet.

    Raises:
        KioskError: `draft.no_script`; `draft.no_item`: nothing can be put in there.
    """
    script = await script_with(visit, draft)
    named = str(visit.request.path_params["part"])
    part = next((one for one in WITH_ENTRIES if one.value == named), None)
    if part is None:
        raise KioskError("draft.no_item", procedure=script.procedure.id)
    item = blank_item(script.procedure, part, UNNAMED, script.values)
    about = await whose(visit, draft) if draft is not None else None
    return Opened(script=script, item=item, draft=draft, whose=about)


def _named(form: Opened, name: str) -> Item:
    return blank_item(form.script.procedure, form.item.part, name, form.script.values)


def _at_first(item: Item) -> dict[str, Value]:
    """What a new form holds: what most of them are."""
    first = {Kind.FLAG: YES, Kind.COUNT: ONE}
    return {field.path: first.get(field.kind, field.value) for field in item.fields}


def _taken_ids(script: Shown) -> frozenset[str]:
    """What no new item may be called, also not after one that goes in the same draft."""
    return frozenset(one.id for one in script.items) | {UNNAMED}


def _twice(form: Opened, values: Mapping[str, Value]) -> dict[str, str]:
    """Where the draft puts in the same already: somebody has pressed the button twice."""
    item = form.item
    for other in form.script.items:
        if other.part is not item.part or not other.is_new:
            continue
        there = [form.script.value(field) for field in other.fields]
        if there == [values[field.path] for field in item.fields]:
            return {item.fields[0].path: "same_again"}
    return {}


def _moved(values: Mapping[str, Value], old: str, new: str) -> dict[str, Value]:
    return {f"{new}{path.removeprefix(old)}": value for path, value in values.items()}


def _placed_at(placed: Placed, old: str, new: str) -> Placed:
    """A fault at the field of the form, which does not know the id yet."""
    if not placed.path.startswith(f"{old}."):
        return placed
    return replace(placed, path=f"{new}{placed.path.removeprefix(old)}")


# Taking out


async def _take_out(visit: Visit) -> Response:
    try:
        form, trouble = await opened(visit, visit.field("draft"))
        if trouble is not None:
            raise trouble
        refuse_stale(form.draft, form.script)
        if form.item.part not in WITH_ENTRIES or form.item.is_new:
            raise KioskError("draft.no_item", procedure=form.procedure)  # noqa: TRY301 - the same
    except KioskError as error:
        return refusal(visit, error, status=status_of(error))
    if not form.item.is_here(form.script.values):
        return _kept(visit, form, visit.say("scripts.is_gone"))
    if visit.field("seen") != seen_of(form.now):
        others, own = "scripts.meanwhile_out", "scripts.meanwhile_out_own"
        return _kept(visit, form, meanwhile_text(visit, form, others=others, own=own))
    if why := next(_why_it_stays(visit, form), ""):
        return _kept(visit, form, why)
    wanted = presence_of(form.item, is_here=False)
    item = form.item
    about = (item.part.value, item.id)
    try:
        placed = await checked(visit, form.draft, form.procedure, wanted, about)
        said = said_of(placed, {}, say=visit.say, kiosk=kiosk_words(visit))
        if said.faults or said.elsewhere:
            sentences = (*(one for found in said.faults.values() for one in found), *said.elsewhere)
            return _kept(visit, form, visit.say("scripts.stays", why=" ".join(sentences)))
        after = await keep(visit, form.draft, form.script.bundle, form.procedure, wanted)
    except KioskError as error:
        return _kept(visit, form, visit.error(error))
    note = with_left(visit, visit.say("scripts.taken_out_taken"), form.with_draft(after).script)
    return _back(visit, form, after, note)


def _why_it_stays(visit: Visit, form: Opened) -> Iterator[str]:
    """What can be told without the checks, in plainer words than theirs."""
    item, script = form.item, form.script
    if item.part is Part.SOURCES:
        naming = facts_naming(script.procedure, item.id, script.values)
        if naming:
            names = [f"“{one.title.in_language(visit.language)}”" for one in naming[:MOST_NAMED]]
            if len(naming) > MOST_NAMED:
                names.append(visit.say("scripts.and_more", count=len(naming) - MOST_NAMED))
            yield visit.say("scripts.source_named", count=len(naming), names="; ".join(names))
    others = [one for one in script.items if one.part is item.part and one.id != item.id]
    if item.part in NEVER_EMPTY and not any(one.is_here(script.values) for one in others):
        yield visit.say("scripts.last_one")


def _kept(visit: Visit, form: Opened, text: str) -> Response:
    return form_page(visit, form, values=form.now, text=text, status=409)


def _back(visit: Visit, form: Opened, draft: Draft, note: str) -> Response:
    """To the script's page, where the part that changed is unfolded."""
    part = form.item.part.value
    return visit.done(f"/scripts/{form.procedure}{query_of(draft)}&part={part}#{part}", note)

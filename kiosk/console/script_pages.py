"""The pages on which a script is read and edited: one for all of it, one form for each item."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import quote

from starlette.responses import Response

from kiosk.console.draft_desk import (
    add_wording,
    changes_of,
    checked,
    draft_named,
    keep,
    refusal,
    refuse_stale,
    script_of,
    status_of,
    values_of,
)
from kiosk.console.script_form import Said, Say, boxes, field_label, said_of, shown_value
from kiosk.console.web import Page, Visit
from kiosk.draft import Draft, Value
from kiosk.draft_check import Shown, look_at_item
from kiosk.errors import KioskError
from kiosk.procedure import Language
from kiosk.script_changes import mentions
from kiosk.script_fields import START, YES, Field, Item, Kind, Part
from kiosk.script_items import find_item, items_of
from kiosk.script_typed import good_values, tidied, typed

FORM_BYTES = 400_000
"""Of a form: the wordings of a script are some kilobytes, three times as long on their way."""
ITEM = "/scripts/{procedure}/{part}/{item}"
_NOTHING_SAID = Said(faults={}, warnings={})


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
    is_changed: bool


async def _script(visit: Visit) -> Response:
    procedure = str(visit.request.path_params["procedure"])
    try:
        script = await script_of(visit, procedure)
        draft = await draft_named(visit, visit.request.query_params.get("draft", ""))
    except KioskError as error:
        return refusal(visit, error, status=status_of(error))
    values = values_of(draft, procedure)
    parts: dict[Part, list[_Line]] = {}
    for item in items_of(script.procedure):
        parts.setdefault(item.part, []).append(_line(visit, item, script, values))
    return visit.page(
        "script.html",
        procedure=script.procedure,
        title=script.procedure.title.in_language(visit.language),
        parts=[(part.value, lines, _is_open(visit, part, lines)) for part, lines in parts.items()],
        draft=draft,
        is_stale=draft is not None and draft.base != script.bundle,
        may_edit=visit.may(ITEM),
        query=_query(draft),
    )


def _is_open(visit: Visit, part: Part, lines: Sequence[_Line]) -> bool:
    """Whether a part is unfolded: the one that was asked for, and where something was changed."""
    asked = visit.request.query_params.get("part", Part.FEES.value)
    return part.value == asked or any(one.is_changed for one in lines)


def _line(visit: Visit, item: Item, script: Shown, values: Mapping[str, Value]) -> _Line:
    language = visit.language
    title = item.title.in_language(language)
    details: list[str] = []
    for field in item.fields:
        value = values.get(field.path, field.value)
        if field.kind is Kind.WORDINGS:
            count = len(value)
            if count:
                details.append(visit.say(f"script_count.{field.place[-1]}", count=count))
            continue
        if field.kind is Kind.TEXT and field.place[-1] != language:
            continue
        if field.kind is Kind.TEXT and value == title:
            continue
        if (not value and field.kind is not Kind.AMOUNT) or value == YES:
            continue
        if field.kind in (Kind.LINK, Kind.SOURCES):
            continue
        read = shown_value(field, value, script, say=visit.say, language=language)
        label = field_label(field, item.part, visit.say).partition(" (")[0]
        details.append(read if field.kind is Kind.FLAG else f"{label}: {read}")
    return _Line(
        path=f"{item.part.value}/{quote(item.id)}",
        title=visit.say("scripts.of_procedure") if item.id == START else title,
        details=tuple(details),
        is_changed=any(field.path in values for field in item.fields),
    )


# One form


async def _item(visit: Visit) -> Response:
    try:
        script, item = await _found(visit)
        draft = await draft_named(visit, visit.request.query_params.get("draft", ""))
        refuse_stale(draft, script)
        said = await _said_now(visit, draft, script, item)
    except KioskError as error:
        return refusal(visit, error, status=status_of(error))
    values = values_of(draft, script.procedure.id)
    return _form(visit, script, item, draft, values=values, said=said)


async def _said_now(visit: Visit, draft: Draft | None, script: Shown, item: Item) -> Said:
    """What the checks say of a form that was changed before."""
    values = values_of(draft, script.procedure.id)
    if not any(field.path in values for field in item.fields):
        return _NOTHING_SAID
    placed = await visit.console.beside(
        look_at_item,
        visit.console.settings,
        visit.today,
        changes_of(draft),
        script.procedure.id,
        item.part.value,
        item.id,
    )
    return said_of(placed, {}, say=visit.say, kiosk=_kiosk(visit))


async def _change(visit: Visit) -> Response:
    try:
        script, item = await _found(visit)
    except KioskError as error:
        return refusal(visit, error, status=status_of(error))
    came = {
        field.path: [one for one in visit.form.getlist(field.path) if isinstance(one, str)]
        for field in item.fields
    }
    read = typed(item, came, today=visit.today)
    draft: Draft | None = None
    try:
        draft = await draft_named(visit, visit.field("draft"))
        refuse_stale(draft, script)
    except KioskError as error:
        return _form(
            visit, script, item, draft, values=read.values, text=visit.error(error), status=409
        )
    now = {field.path: _now(field, draft, script) for field in item.fields}
    if visit.field("seen") != seen_of(now):
        others = {path: value for path, value in now.items() if value != read.values[path]}
        return _form(
            visit,
            script,
            item,
            draft,
            values=read.values,
            meanwhile=others,
            text=visit.say("scripts.meanwhile", by=_last_author(draft, item)),
            status=409,
        )
    return await _take(visit, script, item, draft, read.values, read.faults)


async def _take(
    visit: Visit,
    script: Shown,
    item: Item,
    draft: Draft | None,
    values: Mapping[str, Value],
    faults: Mapping[str, str],
) -> Response:
    """Check what was typed and put it into the draft, or say at each field what is wrong."""
    procedure = script.procedure.id
    good = good_values(item, values, faults)
    wanted = {field.path: (field.value, values[field.path]) for field in item.fields}
    said, text = said_of((), faults, say=visit.say, kiosk=_kiosk(visit)), ""
    try:
        tried = {path: pair for path, pair in wanted.items() if path in good}
        placed = await checked(visit, draft, procedure, tried, (item.part.value, item.id))
        said = said_of(placed, faults, say=visit.say, kiosk=_kiosk(visit))
        if not (said.faults or said.elsewhere):
            after = await keep(visit, draft, script.bundle, procedure, wanted)
            return _taken(visit, script, item, after)
    except KioskError as error:
        if error.code == "draft.changed_meanwhile":
            draft = await draft_named(visit, visit.field("draft"))
        text = visit.error(error)
    if said.faults or said.elsewhere:
        text = visit.say("scripts.not_taken", count=len(said.faults) + len(said.elsewhere))
    status = 422 if said.faults or said.elsewhere else 409
    return _form(visit, script, item, draft, values=values, said=said, text=text, status=status)


def _taken(visit: Visit, script: Shown, item: Item, draft: Draft) -> Response:
    """On to the script's page; where an old amount is told elsewhere, that is said there."""
    procedure = script.procedure.id
    note = " ".join((visit.say("scripts.taken"), *_told_elsewhere(visit, script, item, draft)))
    return visit.done(f"/scripts/{procedure}{_query(draft)}", note)


def _told_elsewhere(visit: Visit, script: Shown, item: Item, draft: Draft) -> Iterator[str]:
    values = values_of(draft, script.procedure.id)
    for field in item.fields:
        if field.kind is not Kind.AMOUNT or values.get(field.path, field.value) == field.value:
            continue
        told = mentions(script.procedure, str(field.value), values)
        if told:
            names = "; ".join(f"“{one.title.in_language(visit.language)}”" for one in told)
            old = shown_value(field, field.value, script, say=visit.say, language=visit.language)
            yield visit.say("scripts.told_elsewhere", amount=old, names=names)


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
    said = said_of(faults, {}, say=visit.say, kiosk=_kiosk(visit))
    if visit.is_quiet:
        sentences = [one for found in said.faults.values() for one in found]
        return Response(" ".join((*sentences, *said.elsewhere)), status_code=422)
    script = await script_of(visit, procedure)
    item = find_item(script.procedure, Part.WORDINGS.value, choice or START)
    assert item is not None
    there = await draft_named(visit, "")
    values = values_of(there, procedure)
    for field in item.fields:
        if field.path.endswith(f".{language}"):
            values[field.path] = (*_now(field, there, script), text)
    count = len(said.faults) + len(said.elsewhere)
    refused = visit.say("scripts.not_taken", count=count)
    return _form(visit, script, item, there, values=values, said=said, text=refused, status=422)


async def _found(visit: Visit) -> tuple[Shown, Item]:
    parameters = visit.request.path_params
    script = await script_of(visit, str(parameters["procedure"]))
    item = find_item(script.procedure, str(parameters["part"]), str(parameters["item"]))
    if item is None:
        raise KioskError("draft.no_script", procedure=script.procedure.id)
    return script, item


def _form(
    visit: Visit,
    script: Shown,
    item: Item,
    draft: Draft | None,
    *,
    values: Mapping[str, Value],
    said: Said = _NOTHING_SAID,
    meanwhile: Mapping[str, Value] | None = None,
    text: str = "",
    status: int = 200,
) -> Response:
    now = {field.path: _now(field, draft, script) for field in item.fields}
    title = item.title.in_language(visit.language)
    authors = draft.authors if draft is not None else ()
    return visit.page(
        "script_item.html",
        status=status,
        procedure=script.procedure,
        script_title=script.procedure.title.in_language(visit.language),
        part=item.part.value,
        title=visit.say("scripts.of_procedure") if item.id == START else title,
        action=f"/scripts/{script.procedure.id}/{item.part.value}/{quote(item.id)}",
        boxes=boxes(
            item,
            script,
            values,
            said,
            meanwhile or {},
            say=visit.say,
            language=visit.language,
        ),
        elsewhere=said.elsewhere,
        text=text,
        draft=draft,
        becomes_author=bool(authors) and visit.name not in authors,
        seen=seen_of(now),
        query=_query(draft),
    )


def seen_of(values: Mapping[str, Value]) -> str:
    """Stands for what a form was opened with."""
    plain = json.dumps(sorted(values.items()), ensure_ascii=True)
    return sha256(plain.encode("ascii")).hexdigest()[:16]


def _now(field: Field, draft: Draft | None, script: Shown) -> Value:
    return values_of(draft, script.procedure.id).get(field.path, field.value)


def _last_author(draft: Draft | None, item: Item) -> str:
    if draft is None:
        return "–"
    names = {field.path for field in item.fields}
    by = [one.by for one in draft.changes if one.path in names]
    return by[-1] if by else draft.history[-1].by


def _kiosk(visit: Visit) -> Say:
    def kiosk(key: str, **values: object) -> str:
        return visit.console.words.kiosk.say(key, visit.language, **values)

    return kiosk


def _query(draft: Draft | None) -> str:
    return f"?draft={draft.id}" if draft is not None else ""

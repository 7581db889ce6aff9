"""The form of one item of a script, as a page: what changing, putting in and taking out share."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from urllib.parse import quote

from starlette.responses import Response

from kiosk.condition import condition_text
from kiosk.console.draft_desk import NEW, draft_named, in_thread, script_of, store_of, values_of
from kiosk.console.draft_whose import Whose, whose
from kiosk.console.left_told import left_at
from kiosk.console.script_form import Said, Say, boxes
from kiosk.console.web import Visit
from kiosk.draft import Draft, Value
from kiosk.draft_check import Shown
from kiosk.errors import KioskError
from kiosk.procedure import Fact
from kiosk.script_fields import HERE, START, WITH_ENTRIES, YES, Item, Kind

FORM_BYTES = 400_000
"""Of a form: the wordings of a script are some kilobytes, three times as long on their way."""
NOTHING_SAID = Said(faults={}, warnings={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A form: what it is about, and the draft into which it goes."""

    script: Shown
    """With what the draft wants of it."""
    item: Item
    draft: Draft | None
    whose: Whose | None
    """What is to be said of the draft; None: there is none."""

    @property
    def procedure(self) -> str:
        """The id of its procedure."""
        return self.script.procedure.id

    @property
    def path(self) -> str:
        """Where the form is."""
        return f"/scripts/{self.procedure}/{self.item.part.value}/{quote(self.item.id)}"

    @property
    def now(self) -> dict[str, Value]:
        """Its fields, as they are to be."""
        return {field.path: self.script.value(field) for field in self.item.fields}

    def with_draft(self, draft: Draft | None) -> "Opened":
        """The form as it is with another draft."""
        script = replace(self.script, values=values_of(draft, self.procedure))
        return replace(self, script=script, draft=draft)

    @property
    def query(self) -> str:
        """Names the draft at the end of an address."""
        return query_of(self.draft)


async def script_with(visit: Visit, draft: Draft | None) -> Shown:
    """The script that the address names, with what a draft wants of it.

    Raises:
        KioskError: `draft.no_script`, `draft.not_editable`.
    """
    script = await script_of(visit, str(visit.request.path_params["procedure"]))
    return replace(script, values=values_of(draft, script.procedure.id))


async def opened(visit: Visit, named: str) -> tuple[Opened, KioskError | None]:
    """The form that the address names, and why nothing can be put into this draft.

    Args:
        visit: who opens it.
        named: the draft; empty: the one that is open.

    Raises:
        KioskError: `draft.no_script`; `draft.no_item`: there is none, also not in the draft.
    """
    draft, trouble = None, None
    try:
        draft = await draft_named(visit, named)
    except KioskError as error:
        trouble = error
    known = draft
    if known is None and named:
        try:  # what only a draft has is known from it even where nobody edits it any more
            known = await in_thread(store_of(visit).find, named)
        except KioskError:
            known = None
    script = await script_with(visit, known)
    parameters = visit.request.path_params
    item = script.item(str(parameters["part"]), str(parameters["item"]))
    if item is None:
        raise KioskError("draft.no_item", procedure=script.procedure.id)
    if trouble is not None and not item.is_new:
        script = replace(script, values={})
    about = await whose(visit, draft) if draft is not None else None
    return Opened(script=script, item=item, draft=draft, whose=about), trouble


def form_page(
    visit: Visit,
    form: Opened,
    *,
    values: Mapping[str, Value],
    said: Said = NOTHING_SAID,
    meanwhile: Mapping[str, Value] | None = None,
    text: str = "",
    status: int = 200,
    add_to: str = "",
) -> Response:
    """The page of a form.

    Args:
        visit: who asks for it.
        form: what it is about.
        values: what stands in its fields.
        said: at them.
        meanwhile: what somebody else has put there.
        text: why something was not done.
        status: of the answer.
        add_to: where it is sent to where a new item is written; empty: the item is there.
    """
    item, draft = form.item, form.draft
    is_entry = item.part in WITH_ENTRIES and not add_to
    said = said if add_to else _with_left(visit, form, said)
    return visit.page(
        "script_item.html",
        status=status,
        procedure=form.script.procedure,
        script_title=form.script.procedure.title.in_language(visit.language),
        part=item.part.value,
        title=title_of(visit, item),
        address=form.path,
        action=add_to or form.path,
        boxes=boxes(
            item,
            form.script,
            values,
            said,
            meanwhile or {},
            say=visit.say,
            language=visit.language,
        ),
        unless="" if add_to else _unless(visit, form),
        elsewhere=said.elsewhere,
        text=text,
        draft=draft,
        whose=form.whose,
        own=NEW,
        seen=seen_of(form.now),
        query=form.query,
        is_entry=is_entry,
        is_put_in=item.is_new,
        is_gone=not add_to and not item.is_here(form.script.values),
        presence=f"{item.path}.{HERE}",
        is_written=bool(add_to),
    )


def _with_left(visit: Visit, form: Opened, said: Said) -> Said:
    """Also what the draft leaves behind in this form's texts."""
    left = left_at(visit, form.script)
    warnings = dict(said.warnings)
    for field in form.item.fields:
        if field.path in left:
            warnings[field.path] = (*warnings.get(field.path, ()), *left[field.path])
    return replace(said, warnings=warnings)


def _unless(visit: Visit, form: Opened) -> str:
    """Under which answers the item does not hold: that is read here, and not edited."""
    there: list[Fact] = getattr(form.script.procedure, form.item.part.value, [])
    if not any(one.kind is Kind.WHEN for one in form.item.fields):
        return ""
    fact = next((one for one in there if one.id == form.item.id), None)
    if fact is None:
        return ""
    text = condition_text(
        replace(fact, when={}),
        form.script.procedure,
        words=visit.console.words.kiosk,
        language=visit.language,
    )
    return text[:1].upper() + text[1:]


def seen_of(values: Mapping[str, Value]) -> str:
    """Stands for what a form was opened with."""
    plain = json.dumps(sorted(values.items()), ensure_ascii=True)
    return sha256(plain.encode("ascii")).hexdigest()[:16]


def meanwhile_text(visit: Visit, form: Opened, *, others: str, own: str) -> str:
    """That the item was changed since it was opened, and by whom.

    Args:
        visit: who is told.
        form: what it is about.
        others: key of the sentence where it was somebody else.
        own: key of the sentence where it was the same account, in another window.
    """
    by = "–"
    if form.draft is not None:
        there = [one for one in form.draft.changes if one.path.startswith(f"{form.item.path}.")]
        by = there[-1].by if there else form.draft.history[-1].by
    return visit.say(own) if by == visit.name else visit.say(others, by=by)


def sent_for(visit: Visit, item: Item) -> dict[str, list[str]]:
    """What a form brought for each of an item's fields."""
    return {
        field.path: [one for one in visit.form.getlist(field.path) if isinstance(one, str)]
        for field in item.fields
    }


def kiosk_words(visit: Visit) -> Say:
    """The kiosk's own sentences, in the language of the page."""

    def kiosk(key: str, **values: object) -> str:
        return visit.console.words.kiosk.say(key, visit.language, **values)

    return kiosk


def query_of(draft: Draft | None) -> str:
    """Names a draft at the end of an address."""
    return f"?draft={draft.id}" if draft is not None else ""


def title_of(visit: Visit, item: Item) -> str:
    """What a form is called."""
    return (
        visit.say("scripts.of_procedure")
        if item.id == START
        else item.title.in_language(visit.language)
    )


def presence_of(item: Item, *, is_here: bool) -> dict[str, tuple[Value, Value]]:
    """The change by which an item comes or goes."""
    assert item.presence is not None
    return {item.presence.path: (item.presence.value, YES if is_here else "")}

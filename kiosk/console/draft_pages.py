"""The pages on which drafts are read: what waits, and what one changes for citizens."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from starlette.responses import Response

from kiosk.console.draft_around import Around, AroundScript, Named, around
from kiosk.console.draft_desk import (
    in_thread,
    refusal,
    status_of,
    store_of,
)
from kiosk.console.draft_whose import can_be_reviewed, name_of
from kiosk.console.left_told import left_lines
from kiosk.console.script_form import shown_value
from kiosk.console.told import fault_lines, time_of
from kiosk.console.web import Page, Visit
from kiosk.draft import (
    Change,
    Draft,
    Stage,
)
from kiosk.draft_check import Looked, look_at, titles
from kiosk.errors import KioskError
from kiosk.facts import day
from kiosk.procedure import LANGUAGES, Text
from kiosk.script_fields import WITH_ENTRIES, YES, Kind, is_presence, item_named
from kiosk.walk_edit import Retold

LOOK_SECONDS = 60.0


def draft_pages() -> tuple[Page, ...]:
    """Those that are read."""
    return (
        Page(method="GET", path="/drafts", answer=_drafts),
        Page(method="GET", path="/drafts/{draft}", answer=_draft),
    )


# The list


async def _drafts(visit: Visit) -> Response:
    drafts = await in_thread(store_of(visit).all)
    wanted = dict.fromkeys(name for one in drafts for name in one.procedures)
    known = await in_thread(titles, visit.console.settings, visit.today, tuple(wanted))
    groups = [
        (stage.value, [_summary(visit, one, known) for one in drafts if one.stage is stage])
        for stage in (Stage.REVIEW, Stage.OPEN, Stage.PUBLISHED, Stage.DROPPED)
    ]
    may_edit = visit.may("/scripts/{procedure}/{part}/{item}")
    return visit.page("drafts.html", groups=[one for one in groups if one[1]], may_edit=may_edit)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Summary:
    id: str
    name: str
    begun: str
    authors: str
    count: int
    version: str


def _summary(visit: Visit, draft: Draft, known: Mapping[str, Text]) -> _Summary:
    return _Summary(
        id=draft.id,
        name=name_of(visit, draft, known),
        begun=time_of(draft.history[0].at),
        authors=", ".join(draft.authors) or draft.history[0].by,
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
    may_undo: bool
    """Whether it can go alone: what a new item holds goes with it, and is edited with it."""


async def _draft(visit: Visit) -> Response:
    try:
        draft = await found_draft(visit)
    except KioskError as error:
        return refusal(visit, error, status=status_of(error))
    return await draft_page(visit, draft)


async def draft_page(
    visit: Visit,
    draft: Draft,
    *,
    text: str = "",
    note_fault: str = "",
    status: int = 200,
    note: str = "",
    on: str = "",
) -> Response:
    """The page of one draft.

    Args:
        visit: who asks for it.
        draft: as it is now.
        text: why something was not done.
        note_fault: what is wrong with the note to the author.
        status: of the answer.
        note: what was typed as a note.
        on: what was typed as a day.
    """
    console = visit.console
    found = await in_thread(around, visit, draft)
    scripts, is_kept = found.scripts, found.is_kept
    looked, trouble = None, ""
    is_stale = not draft.is_over and draft.base != found.base
    if not draft.is_over and draft.changes and not is_stale:
        try:
            looked = await console.beside(
                look_at, console.settings, visit.today, draft, seconds=LOOK_SECONDS
            )
        except KioskError as error:
            trouble = visit.error(error)
    groups = [
        (
            one,
            script.title.in_language(visit.language) if script is not None else one,
            [_changed(visit, change, script) for change in draft.of(one).values()],
        )
        for one in draft.procedures
        for script in (scripts.get(one),)
    ]
    may_act = visit.may("/drafts/{draft}/publish")
    return visit.page(
        "draft.html",
        status=status,
        draft=draft,
        name=name_of(visit, draft, {key: one.title for key, one in scripts.items()}),
        stage=draft.stage.value,
        groups=groups,
        told=_told(visit, draft, looked),
        retold=_retold(visit, looked, scripts),
        faults=fault_lines(visit, looked.faults if looked is not None else ()),
        left=left_lines(visit, looked.left if looked is not None else ()),
        is_sound=looked is not None and looked.is_sound,
        trouble=trouble,
        is_stale=is_stale,
        scheduled=found.scheduled,
        may_act=may_act,
        is_author=visit.account is not None and visit.account.name in draft.authors,
        has_reviewer=draft.is_over or can_be_reviewed(visit, draft, draft.authors),
        keeps_reviewer=draft.is_over or can_be_reviewed(visit, draft, {*draft.authors, visit.name}),
        history=[
            (
                time_of(one.at),
                one.by,
                visit.say(f"draft_step.{one.step.value}"),
                _about(visit, one.about, scripts),
                one.note,
            )
            for one in reversed(draft.history)
        ],
        has_bundle=is_kept,
        is_withdrawn=draft.stage is Stage.PUBLISHED and not is_kept,
        on_day=day(draft.on, visit.language) if draft.on else "",
        in_use=_in_use(visit, found) if found.is_unused else "",
        preview=_preview(draft, found) if looked is not None else "",
        text=text,
        note_fault=note_fault,
        typed_note=note,
        typed_on=on,
        today=visit.today.isoformat(),
    )


def _in_use(visit: Visit, found: Around) -> str:
    """What the kiosk shows in the place of a draft that was published."""
    if not found.version:
        return visit.say("drafts.unused_shipped")
    return visit.say("drafts.unused", version=found.version)


def _preview(draft: Draft, found: Around) -> str:
    """Where the screens of the first script are that it changes."""
    first = next((one for one in draft.procedures if one in found.scripts), "")
    return f"/drafts/{draft.id}/preview?procedure={first}" if first else ""


def _changed(visit: Visit, change: Change, script: AroundScript | None) -> _Changed:
    named = script.fields.get(change.path) if script is not None else None
    language = change.path.rpartition(".")[2]
    old, new = _sides(visit, change, named, script)
    may_undo = named is None or named.field.kind is Kind.HERE or not named.item.is_new
    return _Changed(
        procedure=change.procedure,
        path=change.path,
        edit=named.edit if named is not None and may_undo else "",
        thing=named.thing if named is not None else _unnamed(visit, change.path),
        old=old,
        new=new,
        by=change.by,
        at=time_of(change.at),
        language=language if language in LANGUAGES else "",
        may_undo=may_undo,
    )


def _about(visit: Visit, about: str, scripts: Mapping[str, AroundScript]) -> str:
    """What a line of the history is about, in words where it is a field."""
    procedure, _, path = about.partition(" ")
    if not path or procedure not in scripts:
        return about
    script = scripts[procedure]
    named = script.fields.get(path)
    thing = named.thing if named is not None else _unnamed(visit, path)
    return f"{script.title.in_language(visit.language)} – {thing}"


def _unnamed(visit: Visit, path: str) -> str:
    """A field that is nowhere any more: of something that was never put in, say."""
    part, item = item_named(path)
    if part not in WITH_ENTRIES:
        return path
    return f"{visit.say(f'script_part.{part}')} “{item}”"


def _sides(
    visit: Visit, change: Change, named: Named | None, script: AroundScript | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What goes and what comes; of a list only the entries that do."""
    old, new = change.old, change.new
    if is_presence(change.path):
        return (), (visit.say("drafts.put_in" if new == YES else "drafts.taken_out"),)
    if named is None or script is None or named.field.kind is Kind.WORDINGS:
        before = old if isinstance(old, tuple) else (old,)
        after = new if isinstance(new, tuple) else (new,)
        if isinstance(old, tuple) or isinstance(new, tuple):
            gone = tuple(one for one in before if one not in after)
            come = tuple(one for one in after if one not in before)
            return gone, come or (() if gone else (visit.say("drafts.other_order"),))
        return before, after
    sides = (
        shown_value(named.field, one, script.shown, say=visit.say, language=visit.language)
        for one in (old, new)
    )
    first, second = sides
    return (() if named.item.is_new else (first,)), (second,)


def _told(
    visit: Visit, draft: Draft, looked: Looked | None
) -> list[tuple[str, tuple[str, ...]]] | None:
    """What changes for citizens; None: nobody can tell."""
    if draft.told:
        return [(one.title, one.sentences) for one in draft.told[visit.language]]
    if looked is None:
        return None
    return [(one.title, one.sentences) for one in looked.told[visit.language]]


def _retold(
    visit: Visit, looked: Looked | None, scripts: Mapping[str, AroundScript]
) -> list[tuple[str, list[str]]]:
    """What the recorded cases tell otherwise, procedure by procedure."""
    if looked is None:
        return []
    return [
        (scripts[procedure].title.in_language(visit.language), list(_cases(visit, told)))
        for procedure, told in looked.retold.items()
        if procedure in scripts
    ]


def _cases(visit: Visit, told: Sequence[Retold]) -> Iterator[str]:
    """One sentence for each case."""
    for case, found in groupby(told, lambda one: (one.case, one.is_new)):
        name, is_new = case
        parts = [part for one in found for part in _come_and_gone(visit, one)]
        key = "drafts.retold_new" if is_new else "drafts.retold_in"
        yield visit.say(key, case=name, what="; ".join(parts))


def _come_and_gone(visit: Visit, one: Retold) -> Iterator[str]:
    for key, names in (("drafts.retold_come", one.come), ("drafts.retold_gone", one.gone)):
        if names:
            part = visit.say(f"script_part.{one.part.value}").lower()
            listed = "”, “".join(name.in_language(visit.language) for name in names)
            yield visit.say(key, part=part, names=listed)


async def found_draft(visit: Visit) -> Draft:
    """The draft that the address names.

    Raises:
        KioskError: `draft.not_there`, `draft.damaged`.
    """
    return await in_thread(store_of(visit).find, str(visit.request.path_params["draft"]))

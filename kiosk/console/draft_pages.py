"""The pages on which drafts are read: what waits, and what one changes for citizens."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from kiosk.bundle_store import BundleStore
from kiosk.console.draft_desk import (
    in_thread,
    refusal,
    status_of,
    store_of,
)
from kiosk.console.script_form import field_label, shown_value
from kiosk.console.told import fault_lines, time_of
from kiosk.console.web import Page, Visit
from kiosk.draft import (
    Change,
    Draft,
    Stage,
)
from kiosk.draft_check import Looked, Shown, look_at, shown, titles, values_now
from kiosk.errors import KioskError
from kiosk.facts import day
from kiosk.procedure import LANGUAGES, Text
from kiosk.script_fields import Field, Kind, items_of

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
    return visit.page("drafts.html", groups=[one for one in groups if one[1]])


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
        name=_name(visit, draft, known),
        begun=time_of(draft.history[0].at),
        authors=", ".join(draft.authors) or draft.history[0].by,
        count=len(draft.changes),
        version=draft.version,
    )


def _name(visit: Visit, draft: Draft, known: Mapping[str, Text]) -> str:
    """What a draft is called: by the procedures that it changes."""
    names = [
        known[one].in_language(visit.language) if one in known else one for one in draft.procedures
    ]
    return "; ".join(names) or visit.say("drafts.empty_name")


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
        draft = await found_draft(visit)
    except KioskError as error:
        return refusal(visit, error, status=status_of(error))
    return await draft_page(visit, draft)


async def draft_page(
    visit: Visit, draft: Draft, *, text: str = "", status: int = 200, note: str = "", on: str = ""
) -> Response:
    """The page of one draft.

    Args:
        visit: who asks for it.
        draft: as it is now.
        text: why something was not done.
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
        name=_name(visit, draft, {key: one.title for key, one in scripts.items()}),
        stage=draft.stage.value,
        groups=groups,
        told=_told(visit, draft, looked),
        faults=fault_lines(visit, looked.faults if looked is not None else ()),
        is_sound=looked is not None and looked.is_sound,
        trouble=trouble,
        is_stale=is_stale,
        scheduled=found.scheduled,
        may_act=may_act,
        is_author=visit.account is not None and visit.account.name in draft.authors,
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
        text=text,
        typed_note=note,
        typed_on=on,
        today=visit.today.isoformat(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """A field as the page names it."""

    edit: str
    """Where its form is."""
    thing: str
    field: Field


@dataclass(frozen=True, slots=True, kw_only=True)
class _Script:
    """A script that the draft changes, as the kiosk has it now."""

    shown: Shown
    fields: Mapping[str, _Named]
    """By their paths; made once, for a history may name thousands."""

    @property
    def title(self) -> Text:
        return self.shown.procedure.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What lies around a draft now."""

    base: str
    """The bundle that is current."""
    scripts: Mapping[str, _Script]
    """By procedure; one that is no longer on offer is not in it."""
    scheduled: tuple[tuple[str, str, str], ...]
    """What waits for its day: version, day, and the word that warns of it."""
    is_kept: bool
    """Whether the draft's own bundle is here."""


def around(visit: Visit, draft: Draft) -> Around:
    """What lies around a draft; reads some files."""
    settings = visit.console.settings
    base, _ = values_now(settings, visit.today, ())
    scripts: dict[str, _Script] = {}
    for procedure in draft.procedures:
        try:
            script = shown(settings, visit.today, procedure)
        except KioskError:
            continue  # it is no longer on offer: its id is shown
        scripts[procedure] = _Script(shown=script, fields=_fields(visit, script))
    of_drafts = {one.bundle for one in store_of(visit).all()}
    try:
        shelf = BundleStore(settings.folders.state_path).shelf()
    except KioskError:
        return Around(base=base, scripts=scripts, scheduled=(), is_kept=False)
    return Around(
        base=base,
        scripts=scripts,
        scheduled=tuple(
            (
                one.version,
                f"{one.on:%d/%m/%Y}",
                "drafts.scheduled_waits" if one.name in of_drafts else "drafts.uploaded_waits",
            )
            for one in shelf.scheduled
        ),
        is_kept=bool(draft.bundle) and shelf.find(draft.bundle) is not None,
    )


def _fields(visit: Visit, script: Shown) -> dict[str, _Named]:
    """All fields of a script, as the page names them."""
    named: dict[str, _Named] = {}
    for item in items_of(script.procedure):
        title = item.title.in_language(visit.language)
        part = visit.say(f"script_part.{item.part.value}")
        for field in item.fields:
            label = field_label(field, item.part, visit.say)
            named[field.path] = _Named(
                edit=f"{item.part.value}/{item.id}", thing=f"{part} “{title}”: {label}", field=field
            )
    return named


def _changed(visit: Visit, change: Change, script: _Script | None) -> _Changed:
    named = script.fields.get(change.path) if script is not None else None
    language = change.path.rpartition(".")[2]
    old, new = _sides(visit, change, named, script)
    return _Changed(
        procedure=change.procedure,
        path=change.path,
        edit=named.edit if named is not None else "",
        thing=named.thing if named is not None else change.path,
        old=old,
        new=new,
        by=change.by,
        at=time_of(change.at),
        language=language if language in LANGUAGES else "",
    )


def _about(visit: Visit, about: str, scripts: Mapping[str, _Script]) -> str:
    """What a line of the history is about, in words where it is a field."""
    procedure, _, path = about.partition(" ")
    if not path or procedure not in scripts:
        return about
    script = scripts[procedure]
    named = script.fields.get(path)
    thing = named.thing if named is not None else path
    return f"{script.title.in_language(visit.language)} – {thing}"


def _sides(
    visit: Visit, change: Change, named: _Named | None, script: _Script | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What goes and what comes; of a list only the entries that do."""
    old, new = change.old, change.new
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


async def found_draft(visit: Visit) -> Draft:
    """The draft that the address names.

    Raises:
        KioskError: `draft.not_there`, `draft.damaged`.
    """
    return await in_thread(store_of(visit).find, str(visit.request.path_params["draft"]))

"""A draft: changes to scripts that somebody else looks at before citizens see them. Pure.

A draft holds what is to change, field by field, with the old value and the new one; the edited
files are made from it anew each time. Who ever changed something in a draft is its author for
good, and no author may publish it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints
from pydantic.dataclasses import dataclass

from kiosk.bundle_shelf import Name
from kiosk.draft_publication import Publication, Tie, Told, Who
from kiosk.errors import KioskError
from kiosk.procedure import Id
from kiosk.script_fields import is_presence, item_named

MOST_CHANGES = 400
MOST_HISTORY = 2000
MOST_NOTE_LETTERS = 500

DraftId = Annotated[str, StringConstraints(pattern=r"^[0-9]{8}-[0-9a-f]{6}\z")]
"""The day on which it was begun, and some digits."""
Path = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_.-]{1,200}\z")]
"""The name of a field: `fees.trong-han.amount`."""
Value = str | tuple[str, ...]

_strict = ConfigDict(extra="forbid")


class Stage(StrEnum):
    """How far a draft is."""

    OPEN = "open"
    REVIEW = "review"
    PUBLISHED = "published"
    DROPPED = "dropped"


class Step(StrEnum):
    """What happened to a draft."""

    BEGUN = "begun"
    CHANGED = "changed"
    UNDONE = "undone"
    MOVED = "moved"
    HANDED_IN = "handed_in"
    SENT_BACK = "sent_back"
    TAKEN_BACK = "taken_back"
    PUBLISHED = "published"
    OPENED_ANEW = "opened_anew"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Change:
    """One field that is to have another value."""

    procedure: Id
    path: Path
    old: Value
    """In the version that the draft was built on."""
    new: Value
    by: Who
    """Who wrote it last."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Happened:
    """One line of a draft's history."""

    at: datetime
    by: Who
    step: Step
    about: str = ""
    """A field, a bundle."""
    note: str = ""
    """What was said with it."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Draft:
    """A draft, and afterwards its record."""

    format: Literal[1] = 1
    id: DraftId
    revision: int = 0
    """One more with each step: whoever acts says which one they saw."""
    base: Name
    """The bundle that it was built on; empty: what shipped."""
    stage: Stage = Stage.OPEN
    authors: tuple[Who, ...] = ()
    """Everybody who ever changed something in it."""
    changes: Annotated[tuple[Change, ...], Field(max_length=MOST_CHANGES)] = ()
    history: Annotated[tuple[Happened, ...], Field(max_length=MOST_HISTORY)] = field(
        default_factory=tuple
    )
    bundle: Name = ""
    """What it was published as."""
    version: str = ""
    on: date | None = None
    """The day from which it counts; None: at once."""
    told: Mapping[Literal["vi", "en"], tuple[Told, ...]] = field(default_factory=dict)
    """What changed for citizens, kept when it was published."""
    publishing: Publication | None = None
    """Written before the bundle is put on the shelf: power may fail before the record is."""

    @property
    def procedures(self) -> tuple[str, ...]:
        """The ids of the procedures that it changes, each once."""
        return tuple(dict.fromkeys(one.procedure for one in self.changes))

    @property
    def begun_at(self) -> datetime:
        """When it was begun."""
        return self.history[0].at

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens to it."""
        return self.stage in (Stage.PUBLISHED, Stage.DROPPED)

    def of(self, procedure: str) -> Mapping[str, Change]:
        """Its changes to one procedure, by field."""
        return {one.path: one for one in self.changes if one.procedure == procedure}


def begun(draft_id: str, *, base: str, by: str, at: datetime) -> Draft:
    """A new draft, with nothing in it."""
    return _noted(Draft(id=draft_id, base=base), Step.BEGUN, by=by, at=at)


def changed(
    draft: Draft,
    procedure: str,
    values: Mapping[str, tuple[Value, Value]],
    *,
    by: str,
    at: datetime,
) -> Draft:
    """The draft with these fields changed.

    Args:
        draft: an open one.
        procedure: whose fields they are.
        values: field -> (value in the base, wanted value); where the two are the same, nothing is
            to change there any more. Where a whole item goes, all else that was to change in it
            goes along.
        by: who changes it; from now on an author.
        at: when.

    Raises:
        KioskError: `draft.not_open`, `draft.too_many`.
    """
    _refuse_unless(draft, Stage.OPEN)
    kept = {(one.procedure, one.path): one for one in draft.changes}
    after = draft
    for path, (old, new) in values.items():
        before = kept.get((procedure, path))
        if new == (before.new if before is not None else old):
            continue
        step = Step.CHANGED
        if new == old:
            del kept[procedure, path]
            step = Step.UNDONE
        else:
            kept[procedure, path] = Change(
                procedure=procedure, path=path, old=old, new=new, by=by, at=at
            )
        after = _noted(after, step, by=by, at=at, about=f"{procedure} {path}")
        if is_presence(path) and not new:
            for other in [one for one in kept if _is_of(one, procedure, path)]:
                del kept[other]
                about = f"{procedure} {other[1]}"
                after = _noted(after, Step.UNDONE, by=by, at=at, about=about)
    if len(kept) > MOST_CHANGES:
        raise KioskError("draft.too_many", most=str(MOST_CHANGES))
    if after is draft:
        return draft
    return replace(after, changes=tuple(kept.values()), authors=_with(draft.authors, by))


def undone(draft: Draft, procedure: str, path: str, *, by: str, at: datetime) -> Draft:
    """The draft without this change.

    Raises:
        KioskError: `draft.not_open`.
    """
    change = draft.of(procedure).get(path)
    old = change.old if change is not None else ""
    return changed(draft, procedure, {path: (old, old)}, by=by, at=at)


def handed_in(draft: Draft, *, by: str, at: datetime, note: str = "") -> Draft:
    """The draft, ready for somebody else to look at.

    Raises:
        KioskError: `draft.not_open`, `draft.nothing`.
    """
    _refuse_unless(draft, Stage.OPEN)
    if not draft.changes:
        raise KioskError("draft.nothing")
    after = replace(draft, stage=Stage.REVIEW)
    return _noted(after, Step.HANDED_IN, by=by, at=at, note=note)


def sent_back(draft: Draft, *, by: str, at: datetime, note: str = "") -> Draft:
    """The draft, open again: by its author, or by who looked at it.

    Raises:
        KioskError: `draft.not_in_review`.
    """
    _refuse_unless(draft, Stage.REVIEW)
    step = Step.TAKEN_BACK if by in draft.authors else Step.SENT_BACK
    return _noted(replace(draft, stage=Stage.OPEN), step, by=by, at=at, note=note)


def dropped(draft: Draft, *, by: str, at: datetime) -> Draft:
    """The draft, given up; its record stays.

    Raises:
        KioskError: `draft.is_over`.
    """
    if draft.is_over:
        raise KioskError("draft.is_over")
    return _noted(replace(draft, stage=Stage.DROPPED), Step.DROPPED, by=by, at=at)


def refuse_publisher(draft: Draft, by: str, tie: Tie | None = None) -> None:
    """See that somebody else publishes than who wrote.

    Args:
        draft: that is to be published.
        by: the account that wants it.
        tie: between that one and an author.

    Raises:
        KioskError: `draft.not_in_review`, those of `refuse_author`.
    """
    _refuse_unless(draft, Stage.REVIEW)
    refuse_author(draft, by, tie)


def refuse_author(draft: Draft, by: str, tie: Tie | None = None) -> None:
    """See that this is not one of those who wrote, nor in the same hands.

    Raises:
        KioskError: `draft.own`, `draft.own_hand`, `draft.held_author`.
    """
    if by in draft.authors:
        raise KioskError("draft.own")
    if tie is not None:
        code = "draft.own_hand" if tie.account == by else "draft.held_author"
        raise KioskError(code, by=tie.holder, account=tie.account)


def published(
    draft: Draft,
    *,
    by: str,
    at: datetime,
    bundle: str,
    version: str,
    on: date | None,
    told: Mapping[Literal["vi", "en"], tuple[Told, ...]],
    note: str = "",
) -> Draft:
    """The record of a draft that has become a bundle.

    Raises:
        KioskError: those of `refuse_publisher`.
    """
    refuse_publisher(draft, by)
    after = replace(draft, stage=Stage.PUBLISHED, bundle=bundle, version=version, on=on, told=told)
    return _noted(after, Step.PUBLISHED, by=by, at=at, about=version, note=note)


def settled(draft: Draft, *, is_there: bool) -> Draft:
    """The draft whose publication was begun: the record, or as if it had not been begun.

    Args:
        draft: with `publishing`.
        is_there: whether its bundle is on the shelf, or was.
    """
    begun_one, after = draft.publishing, replace(draft, publishing=None)
    if begun_one is None or not is_there:
        return after
    return published(
        after,
        by=begun_one.by,
        at=begun_one.at,
        bundle=begun_one.bundle,
        version=begun_one.version,
        on=begun_one.on,
        told=begun_one.told,
        note=begun_one.note,
    )


def opened_anew(draft: Draft, *, by: str, at: datetime) -> Draft:
    """A published draft whose bundle was withdrawn or is not in use, open again.

    Raises:
        KioskError: `draft.not_published`.
    """
    if draft.stage is not Stage.PUBLISHED:
        raise KioskError("draft.not_published")
    after = replace(draft, stage=Stage.OPEN, bundle="", version="", on=None, told={})
    return _noted(after, Step.OPENED_ANEW, by=by, at=at, about=draft.version)


def moved(
    draft: Draft, base: str, now: Mapping[tuple[str, str], Value], *, by: str, at: datetime
) -> Draft:
    """The draft on another base, where none of its fields has changed.

    Args:
        draft: one that is not over.
        base: the bundle that is current now.
        now: (procedure, field) -> its value there; a field that is gone is not in it.
        by: who does it; that makes nobody an author.
        at: when.

    Raises:
        KioskError: `draft.is_over`, `draft.moved_apart`: it names the fields that changed.
    """
    if draft.is_over:
        raise KioskError("draft.is_over")
    apart = moved_apart(draft.changes, now)
    if apart:
        names = ", ".join(f"{one.procedure} {one.path}" for one in apart)
        raise KioskError("draft.moved_apart", fields=names)
    changes = tuple(one for one in draft.changes if now[one.procedure, one.path] != one.new)
    after = replace(draft, base=base, changes=changes, stage=Stage.OPEN)
    return _noted(after, Step.MOVED, by=by, at=at, about=base)


def moved_apart(
    changes: Sequence[Change], now: Mapping[tuple[str, str], Value]
) -> tuple[Change, ...]:
    """The changes whose fields have a third value now, or are gone."""
    return tuple(
        one for one in changes if now.get((one.procedure, one.path)) not in (one.old, one.new)
    )


def _refuse_unless(draft: Draft, stage: Stage) -> None:
    if draft.stage is stage:
        return
    raise KioskError("draft.not_open" if stage is Stage.OPEN else "draft.not_in_review")


def _is_of(one: tuple[str, str], procedure: str, presence: str) -> bool:
    """Whether a change is of the item that this field says is there, and not that field."""
    where, path = one
    is_same = item_named(path) == item_named(presence)
    return where == procedure and is_same and path != presence


def _with(authors: tuple[str, ...], by: str) -> tuple[str, ...]:
    return authors if by in authors else (*authors, by)


def _noted(
    draft: Draft, step: Step, *, by: str, at: datetime, about: str = "", note: str = ""
) -> Draft:
    done = Happened(at=at, by=by, step=step, about=about, note=note[:MOST_NOTE_LETTERS])
    history = (*draft.history, done)
    if len(history) > MOST_HISTORY:  # when it was begun is never forgotten
        history = (history[0], *history[2:])
    return replace(draft, revision=draft.revision + 1, history=history)

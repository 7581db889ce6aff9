"""Which bundles a kiosk has, which one counts, and how that came about. Pure.

A shelf is one value, and it is kept in one file: whoever reads it sees one bundle as the
current one, before a change or after it.
"""

from collections.abc import Collection
from dataclasses import field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints
from pydantic.dataclasses import dataclass

from kiosk.bundle import Plain, VersionText, version_key
from kiosk.errors import KioskError

SHIPPED = ""
"""Stands for the scripts that came with the kiosk, or lie in the site's own folder."""
SHIPPED_WORD = "shipped"
"""The same on the command line."""
KEEP = 5
"""Bundles that stay to roll back to, beside the current and the scheduled ones."""
MOST_HISTORY = 500
"""Older deeds are forgotten."""
MOST_SCHEDULED = 20

Name = Annotated[str, StringConstraints(pattern=r"^([0-9.]{1,27}-[0-9a-f]{12})?\z")]
"""Of a bundle: version and the beginning of its sum; empty: shipped."""

_strict = ConfigDict(extra="forbid", strict=True)


class Deed(StrEnum):
    """What was done."""

    PUBLISHED = "published"
    SCHEDULED = "scheduled"
    CAME_DUE = "came_due"
    ROLLED_BACK = "rolled_back"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Kept:
    """A bundle that lies on this machine."""

    name: Name
    version: VersionText
    key: str
    """The id of the key that vouched for it."""
    on: date | None = None
    """The day on which it becomes the current one; None: it waits for nothing."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Done:
    """One line of the history."""

    at: datetime
    deed: Deed
    name: Name
    by: Plain = ""
    """Which account, where one is known."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Shelf:
    """What lies on a kiosk."""

    format: Literal[1] = 1
    current: Name = SHIPPED
    kept: tuple[Kept, ...] = ()
    """In the order in which they came."""
    history: Annotated[tuple[Done, ...], Field(max_length=MOST_HISTORY)] = field(
        default_factory=tuple
    )

    def find(self, name: str) -> Kept | None:
        """The bundle of this name."""
        return next((one for one in self.kept if one.name == name), None)

    @property
    def version(self) -> str:
        """Of the current bundle; empty: shipped."""
        kept = self.find(self.current)
        return kept.version if kept is not None else ""

    @property
    def scheduled(self) -> tuple[Kept, ...]:
        """What waits for its day, the next one first."""
        waiting = [one for one in self.kept if one.on is not None]
        return tuple(sorted(waiting, key=lambda one: (one.on or date.max, _key(one))))


def refuse_older(shelf: Shelf, new: Kept) -> None:
    """Refuse what is not newer than the current bundle, or lies there already.

    Raises:
        KioskError: `bundle.already`, `bundle.already_scheduled`, `bundle.older`.
    """
    if new.name == shelf.current:
        raise KioskError("bundle.already", version=new.version)
    there = shelf.find(new.name)
    if there is not None and there.on is not None and there.on == new.on:
        raise KioskError("bundle.already_scheduled", version=new.version, on=f"{there.on:%d/%m/%Y}")
    current = shelf.version
    if current and _key(new) <= version_key(current):
        raise KioskError("bundle.older", version=new.version, current=current)


def published(shelf: Shelf, new: Kept, *, now: datetime, by: str = "") -> Shelf:
    """The shelf with a new bundle: current at once, or on its day.

    What was scheduled and is not newer than one that is current at once is withdrawn: else it
    would undo it on its day. It leaves the shelf, as whatever is withdrawn does: nobody has ever
    seen it, so it is nothing to go back to.

    Raises:
        KioskError: those of `refuse_older`, and `bundle.too_many_scheduled`.
    """
    refuse_older(shelf, new)
    others = tuple(one for one in shelf.kept if one.name != new.name)
    if new.on is not None:
        if len([one for one in others if one.on is not None]) >= MOST_SCHEDULED:
            raise KioskError("bundle.too_many_scheduled", most=str(MOST_SCHEDULED))
        return _noted(replace(shelf, kept=(*others, new)), Deed.SCHEDULED, new.name, now, by)
    late = undone_by(shelf, new)
    kept = tuple(one for one in others if one not in late)
    after = replace(shelf, kept=(*kept, new), current=new.name)
    for one in late:
        after = _noted(after, Deed.WITHDRAWN, one.name, now, by)
    return _noted(after, Deed.PUBLISHED, new.name, now, by)


def refuse_current(shelf: Shelf, name: str) -> None:
    """Refuse to go back to what is in use.

    Raises:
        KioskError: `bundle.already`, `bundle.already_shipped`.
    """
    if name == shelf.current == SHIPPED:
        raise KioskError("bundle.already_shipped")
    if name == shelf.current:
        raise KioskError("bundle.already", version=shelf.version)


def undone_by(shelf: Shelf, new: Kept) -> tuple[Kept, ...]:
    """What waits for its day and would not come to it, if this became the current one at once."""
    waiting = (one for one in shelf.scheduled if one.name != new.name)
    return tuple(one for one in waiting if _key(one) <= _key(new))


def came_due(shelf: Shelf, today: date, *, now: datetime, refused: Collection[str] = ()) -> Shelf:
    """The shelf on this day: what was scheduled until then has become current.

    Args:
        shelf: as it was left.
        today: the day.
        now: for the history.
        refused: ids of keys that are no longer good; what they vouched for stays where it is.
    """
    due = [one for one in shelf.scheduled if one.on is not None and one.on <= today]
    for one in due:
        if one.key in refused:
            continue
        waits_no_more = replace(one, on=None)
        kept = tuple(waits_no_more if other == one else other for other in shelf.kept)
        shelf = replace(shelf, kept=kept)
        if not shelf.version or _key(one) > version_key(shelf.version):
            shelf = _noted(replace(shelf, current=one.name), Deed.CAME_DUE, one.name, now, "")
    return shelf


def back_to(shelf: Shelf, wanted: str | None) -> str:
    """The name that a rollback leads to.

    Args:
        shelf: as it is.
        wanted: a version, a name, or `shipped`; None: the next older bundle that is kept, and
            where there is none, what shipped.

    Raises:
        KioskError: `bundle.not_kept`, `bundle.nothing_older`, those of `refuse_current`.
    """
    if wanted is None:
        if shelf.current == SHIPPED:
            raise KioskError("bundle.nothing_older")
        here = version_key(shelf.version)
        older = [one for one in shelf.kept if one.on is None and _key(one) < here]
        return max(older, key=_key).name if older else SHIPPED
    if wanted == SHIPPED_WORD:
        name = SHIPPED
    else:
        found = [
            one.name for one in shelf.kept if one.on is None and wanted in (one.version, one.name)
        ]
        if not found:
            known = ", ".join(one.version for one in shelf.kept if one.on is None) or "–"
            raise KioskError("bundle.not_kept", version=wanted, known=known)
        name = found[-1]
    refuse_current(shelf, name)
    return name


def rolled_back(shelf: Shelf, name: str, *, now: datetime, by: str = "") -> Shelf:
    """The shelf with this bundle as the current one, whatever its version."""
    return _noted(replace(shelf, current=name), Deed.ROLLED_BACK, name, now, by)


def withdrawn(shelf: Shelf, version: str, *, now: datetime, by: str = "") -> Shelf:
    """The shelf without this bundle's day.

    Raises:
        KioskError: `bundle.not_scheduled`.
    """
    found = [one for one in shelf.scheduled if version in (one.version, one.name)]
    if not found:
        raise KioskError("bundle.not_scheduled", version=version)
    kept = tuple(one for one in shelf.kept if one not in found)
    after = replace(shelf, kept=kept)
    for one in found:
        after = _noted(after, Deed.WITHDRAWN, one.name, now, by)
    return after


def tidied(shelf: Shelf, keep: int = KEEP, *, before: str = SHIPPED) -> Shelf:
    """The shelf without the oldest of those that nothing needs.

    Args:
        shelf: as it is.
        keep: how many stay to roll back to.
        before: what was current until now: a kiosk may show it to the end of a visit.
    """
    spare = [one for one in shelf.kept if one.on is None and one.name != shelf.current]
    spare.sort(key=_key, reverse=True)
    gone = {one.name for one in spare[keep:] if one.name != before}
    return replace(shelf, kept=tuple(one for one in shelf.kept if one.name not in gone))


def _key(kept: Kept) -> tuple[int, ...]:
    return version_key(kept.version)


def _noted(shelf: Shelf, deed: Deed, name: str, now: datetime, by: str) -> Shelf:
    done = Done(at=now, deed=deed, name=name, by=by)
    return replace(shelf, history=(*shelf.history, done)[-MOST_HISTORY:])

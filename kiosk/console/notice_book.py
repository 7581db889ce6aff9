"""The notices that staff have written for the ward: a file of the console, the source of truth.

Each kiosk keeps what it was told last; here is what they should be told.
"""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from kiosk.errors import KioskError
from kiosk.notice import MOST_NOTICES, Notice, at_most, shown_on
from kiosk.private_file import alone_with, write_private

NOTICES_FILE = "notices.json"
MOST_OVER = 20
"""Notices that are over and still listed; older ones are forgotten."""
MOST_BYTES = 400_000

_strict = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Entry:
    """A notice, and what became of it."""

    notice: Notice
    by: Annotated[str, Field(max_length=64)]
    """The account that wrote it, or changed it last."""
    ended: date | None = None
    """The day on which somebody ended it before its time."""
    ended_by: Annotated[str, Field(max_length=64)] = ""
    """The account that did; empty also in books from when that was written over `by`."""

    def is_over(self, today: date) -> bool:
        """Whether nobody is told any more."""
        return self.ended is not None or self.notice.until < today


Entries = tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class _Kept:
    """The content of the file."""

    format: Annotated[int, Field(ge=1, le=1)] = 1
    entries: Annotated[Entries, Field(max_length=MOST_NOTICES + MOST_OVER)] = ()


_KEPT = TypeAdapter(_Kept)


class NoticeBook:
    """All of them, as the file has them now. May be used from any thread."""

    def __init__(self, path: Path) -> None:
        """Keep them in the file `path`."""
        self._path = path

    @property
    def is_begun(self) -> bool:
        """Whether somebody ever wrote one, here."""
        return self._path.exists()

    def entries(self) -> Entries:
        """All that are kept.

        Raises:
            KioskError: `notices.damaged`.
        """
        return self._read().entries

    def find(self, id: str, today: date) -> Entry:  # noqa: A002 - as the notice has it
        """The one with this id that is not over.

        Raises:
            KioskError: `notices.not_there`, `notices.damaged`.
        """
        for one in self.entries():
            if one.notice.id == id and not one.is_over(today):
                return one
        raise KioskError("notices.not_there")

    def find_over(self, id: str, today: date) -> Entry | None:  # noqa: A002 - the same
        """The one with this id, if it is over and still kept.

        Raises:
            KioskError: `notices.damaged`.
        """
        over = (one for one in self.entries() if one.is_over(today))
        return next((one for one in over if one.notice.id == id), None)

    def to_show(self, today: date) -> tuple[Notice, ...]:
        """What kiosks are to show today and later: no more than they take.

        Raises:
            KioskError: `notices.damaged`.
        """
        return at_most(one.notice for one in self.entries() if not one.is_over(today))

    def add(self, notice: Notice, *, by: str, today: date) -> None:
        """Write a new one.

        Raises:
            KioskError: `notices.full`, `notices.damaged`, `notices.not_kept`.
        """

        def added(before: Entries) -> Entries:
            if sum(not one.is_over(today) for one in before) >= MOST_NOTICES:
                raise KioskError("notices.full", most=str(MOST_NOTICES))
            return (*before, Entry(notice=notice, by=by))

        self._change(added, today)

    def change(self, notice: Notice, *, by: str, today: date) -> None:
        """Put this in the place of the one with the same id.

        Raises:
            KioskError: `notices.not_there`, `notices.damaged`, `notices.not_kept`.
        """
        self._replace(notice.id, lambda _: Entry(notice=notice, by=by), today)

    def end(self, id: str, *, by: str, today: date) -> None:  # noqa: A002 - the same
        """Have nobody told any more, from now on.

        Raises:
            KioskError: `notices.not_there`, `notices.damaged`, `notices.not_kept`.
        """
        self._replace(id, lambda one: replace(one, ended=today, ended_by=by), today)

    def _replace(
        self,
        id: str,  # noqa: A002 - the same
        change: Callable[[Entry], Entry],
        today: date,
    ) -> None:
        def changed(before: Entries) -> Entries:
            if all(one.notice.id != id or one.is_over(today) for one in before):
                raise KioskError("notices.not_there")
            return tuple(
                change(one) if one.notice.id == id and not one.is_over(today) else one
                for one in before
            )

        self._change(changed, today)

    def _change(self, change: Callable[[Entries], Entries], today: date) -> None:
        try:
            with alone_with(self._path):
                entries = change(self._read().entries)
                over = [one for one in entries if one.is_over(today)]
                forgotten = over[:-MOST_OVER]
                kept = _Kept(entries=tuple(one for one in entries if one not in forgotten))
                write_private(self._path, _KEPT.dump_json(kept))
        except OSError as error:
            detail, folder = error.strerror or "", str(self._path.parent)
            raise KioskError("notices.not_kept", detail, folder=folder) from error

    def _read(self) -> _Kept:
        try:
            with self._path.open("rb") as opened:
                untrusted = opened.read(MOST_BYTES + 1)
            if len(untrusted) > MOST_BYTES:
                raise KioskError("notices.damaged", "too large", file=str(self._path))
            return _KEPT.validate_json(untrusted)
        except FileNotFoundError:
            return _Kept()
        except (OSError, ValidationError) as error:
            detail = type(error).__name__
            raise KioskError("notices.damaged", detail, file=str(self._path)) from None


def new_id() -> str:
    """An id that no notice has yet."""
    return secrets.token_hex(4)


def in_order(entries: Entries, day: date) -> Entries:
    """Those that are shown on this day, as kiosks order them."""
    of = {one.notice.id: one for one in entries if not one.is_over(day)}
    return tuple(of[one.id] for one in shown_on((one.notice for one in of.values()), day))

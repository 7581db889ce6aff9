"""The drafts of this machine: one private file each, replaced in one step.

    state/drafts/<id>.json

Who changes a draft says which revision they saw; where there is a newer one, nothing is written.
Where power failed while one was published, the shelf of bundles says whether it was: the record
is written when the draft is read next.
"""

import fcntl
import json
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from pydantic import TypeAdapter

from kiosk.bundle_store import BundleStore
from kiosk.draft import Draft, DraftId, Stage, settled
from kiosk.errors import KioskError
from kiosk.private_file import write_private

log = logging.getLogger("kiosk.draft")

DRAFTS_FOLDER = "drafts"
"""In the state folder."""
MOST_FILE_BYTES = 4_000_000
MOST_AT_WORK = 40
"""Drafts that are neither published nor dropped."""
KEEP_DROPPED = 50
"""Records of drafts that led to nothing; those of published ones stay."""

_DRAFT = TypeAdapter(Draft)
_ID = TypeAdapter(DraftId)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A draft that nobody else changes meanwhile."""

    draft: Draft
    keep: Callable[[Draft], None]
    """Writes another one in its place; more than once, where several steps must outlast a cut."""


class DraftStore:
    """The drafts in a state folder."""

    def __init__(self, state_path: Path) -> None:
        """Open it; nothing is written until there is a draft."""
        self._home = state_path / DRAFTS_FOLDER
        self._bundles = BundleStore(state_path)

    def all(self) -> tuple[Draft, ...]:
        """Every draft that can be read, the newest first."""
        found = []
        for file in sorted(self._home.glob("*.json"), reverse=True):
            try:
                found.append(self._seen(self._read(file)))
            except KioskError as error:
                log.warning("a draft is left aside: %s", error)
        return tuple(sorted(found, key=lambda one: one.history[0].at, reverse=True))

    def find(self, draft_id: str) -> Draft:
        """The draft of this name.

        Raises:
            KioskError: `draft.not_there`, `draft.damaged`.
        """
        try:
            _ID.validate_python(draft_id)
        except ValueError as error:
            raise KioskError("draft.not_there") from error
        return self._seen(self._read(self._file(draft_id)))

    def open_of(self, by: str) -> Draft | None:
        """The newest open draft of an account: what it changes without naming one goes into it."""
        own = (one for one in self.all() if by in (*one.authors, one.history[0].by))
        return next((one for one in own if one.stage is Stage.OPEN), None)

    def add(self, draft: Draft) -> None:
        """Keep a new draft.

        Raises:
            KioskError: `draft.too_many_at_work`, `draft.not_kept`.
        """
        with self._alone():
            at_work = [one for one in self.all() if not one.is_over]
            if len(at_work) >= MOST_AT_WORK:
                raise KioskError("draft.too_many_at_work", most=str(MOST_AT_WORK))
            self._write(draft)
            self._tidy()

    def change(self, draft_id: str, revision: int, change: Callable[[Draft], Draft]) -> Draft:
        """Have a draft become what `change` makes of it.

        Args:
            draft_id: which.
            revision: the one that was looked at.
            change: makes the new one; its KioskErrors come through.

        Raises:
            KioskError: `draft.changed_meanwhile`, `draft.not_there`, `draft.damaged`,
                `draft.not_kept`.
        """
        with self.held(draft_id, revision) as held:
            after = change(held.draft)
            if after is not held.draft:
                held.keep(after)
            return after

    @contextmanager
    def held(self, draft_id: str, revision: int) -> Iterator[Held]:
        """Have a draft to oneself, for as long as it takes.

        Args:
            draft_id: which.
            revision: the one that was looked at.

        Raises:
            KioskError: as `change`; `bundle.shelf_damaged`: nobody can tell whether it was
                published.
        """
        self.find(draft_id)
        with self._alone():
            before = self._settled(self._read(self._file(draft_id)))
            if before.revision != revision:
                raise KioskError("draft.changed_meanwhile", by=before.history[-1].by)
            yield Held(draft=before, keep=self._write)

    def _seen(self, draft: Draft) -> Draft:
        """The draft as it is, where its publication was begun; that is written if it can be."""
        if draft.publishing is None:
            return draft
        try:
            with self._alone(is_waiting=False):
                return self._settled(self._read(self._file(draft.id)))
        except KioskError:  # it is being published right now, or nothing can be written
            return self._as_on_shelf(draft)

    def _settled(self, draft: Draft) -> Draft:
        after = self._as_on_shelf(draft)
        if after is not draft:
            self._write(after)
        return after

    def _as_on_shelf(self, draft: Draft) -> Draft:
        if draft.publishing is None:
            return draft
        name, shelf = draft.publishing.bundle, self._bundles.shelf()
        is_there = shelf.find(name) is not None or any(one.name == name for one in shelf.history)
        return settled(draft, is_there=is_there)

    def _file(self, draft_id: str) -> Path:
        return self._home / f"{draft_id}.json"

    def _read(self, file: Path) -> Draft:
        try:
            with file.open("rb") as opened:
                untrusted = opened.read(MOST_FILE_BYTES + 1)
            if len(untrusted) > MOST_FILE_BYTES:
                raise KioskError("draft.damaged", "too large", file=str(file))
            draft = _DRAFT.validate_json(untrusted)
        except FileNotFoundError as error:
            raise KioskError("draft.not_there") from error
        except (OSError, ValueError) as error:
            raise KioskError("draft.damaged", type(error).__name__, file=str(file)) from error
        if draft.id != file.stem or not draft.history:
            raise KioskError("draft.damaged", "another one's name", file=str(file))
        return draft

    def _write(self, draft: Draft) -> None:
        content = json.dumps(asdict(draft), default=_plain, ensure_ascii=False, indent=1)
        write_private(self._file(draft.id), content.encode("utf-8"))

    def _tidy(self) -> None:
        old = [one for one in self.all() if one.stage is Stage.DROPPED][KEEP_DROPPED:]
        for one in old:
            self._file(one.id).unlink(missing_ok=True)

    @contextmanager
    def _alone(self, *, is_waiting: bool = True) -> Iterator[None]:
        """One writer at a time; the lock goes with the process, however it ends."""
        try:
            self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(self._home / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | (0 if is_waiting else fcntl.LOCK_NB))
                yield
            finally:
                os.close(handle)
        except OSError as error:
            raise KioskError(
                "draft.not_kept", error.strerror or "", folder=str(self._home)
            ) from error


def _plain(value: object) -> str:
    assert isinstance(value, date)  # a datetime is one
    return value.isoformat()

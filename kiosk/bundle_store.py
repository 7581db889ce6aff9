"""The bundles on this machine: put beside what is there, switched to in one step, kept, undone.

    state/bundles/shelf.json     which bundle is current, what is scheduled, the history
    state/bundles/kept/<name>/   each bundle, unpacked

A bundle is written whole and made to outlast a power cut before `shelf.json` is replaced by a
rename: whoever looks sees the old shelf or the new one. Leftovers of an interrupted run are on no
shelf; the next run removes them.
"""

import fcntl
import json
import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import TypeAdapter

from kiosk.bundle import (
    MANIFEST,
    MOST_MANIFEST_BYTES,
    PROCEDURES,
    SIGNATURE,
    Bundle,
    Manifest,
    check_files,
    manifest_bytes,
    name_of,
    read_manifest,
)
from kiosk.bundle_disk import Disk, RealDisk, remove_tree, write_file, write_tree
from kiosk.bundle_file import files_of
from kiosk.bundle_shelf import (
    KEEP,
    SHIPPED,
    Kept,
    Shelf,
    back_to,
    came_due,
    published,
    refuse_older,
    rolled_back,
    tidied,
    withdrawn,
)
from kiosk.errors import KioskError

log = logging.getLogger("kiosk.bundle")

BUNDLES_FOLDER = "bundles"
"""In the state folder."""
SHELF_FILE = "shelf.json"
KEPT_FOLDER = "kept"
NEW = ".new"
"""What is being written; the beginning of its name."""
LOCK = ".lock"
MOST_SHELF_BYTES = 1_000_000

_SHELF = TypeAdapter(Shelf)


class BundleStore:
    """The bundles in a state folder."""

    def __init__(
        self,
        state_path: Path,
        *,
        disk: Disk | None = None,
        keep: int = KEEP,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Open it; nothing is written until something is to be kept.

        Args:
            state_path: the kiosk's state folder.
            disk: what writes.
            keep: how many bundles stay to roll back to.
            clock: the time, for the history; and the day, by which something comes due.
        """
        self._state = state_path
        self._home = state_path / BUNDLES_FOLDER
        self._kept = self._home / KEPT_FOLDER
        self._disk = disk or RealDisk()
        self._keep = keep
        self._clock = clock

    def shelf(self) -> Shelf:
        """What lies here.

        Raises:
            KioskError: `bundle.shelf_damaged`.
        """
        file = self._home / SHELF_FILE
        try:
            with file.open("rb") as opened:
                untrusted = opened.read(MOST_SHELF_BYTES)  # what is cut off is no JSON
            return _SHELF.validate_json(untrusted)
        except FileNotFoundError:
            return Shelf()
        except (OSError, ValueError) as error:
            detail = type(error).__name__
            raise KioskError("bundle.shelf_damaged", detail, file=str(file)) from error

    def folder(self, name: str) -> Path:
        """Where a bundle lies."""
        return self._kept / name

    def procedures(self, name: str) -> Path:
        """The folder of its scripts."""
        return self.folder(name) / PROCEDURES

    def manifest(self, name: str) -> Manifest:
        """The manifest of a bundle that is here, once all of it was found to be whole.

        Raises:
            KioskError: `bundle.damaged_here`.
        """
        folder = self.folder(name)
        try:
            with (folder / MANIFEST).open("rb") as opened:
                manifest = read_manifest(opened.read(MOST_MANIFEST_BYTES + 1))
            check_files(manifest, files_of(folder, manifest))
        except (OSError, KioskError) as error:
            raise KioskError("bundle.damaged_here", str(error), name=name) from error
        if name_of(manifest) != name:
            raise KioskError("bundle.damaged_here", "another bundle's manifest", name=name)
        return manifest

    def refuse_older(
        self, bundle: Bundle, *, on: date | None = None, refused: Collection[str] = ()
    ) -> None:
        """Refuse what could not be published.

        Args:
            bundle: that is to be put here.
            on: the day; None: at once.
            refused: ids of keys that are no longer good.

        Raises:
            KioskError: `bundle.already`, `bundle.already_scheduled`, `bundle.older`,
                `bundle.shelf_damaged`.
        """
        shelf = self._shelf_today(refused)
        kept = _kept_of(bundle, "", on)
        if kept.name == shelf.current and not self._is_whole(kept.name):
            return  # it mends what is damaged
        refuse_older(shelf, kept)

    def publish(
        self,
        bundle: Bundle,
        *,
        key: str,
        on: date | None = None,
        by: str = "",
        refused: Collection[str] = (),
    ) -> Shelf:
        """Put a bundle here and make it the current one, at once or on a day.

        Whether it is sound and who vouches for it is asked before: `bundle_install`.

        Args:
            bundle: what is put here.
            key: the id of the key that vouched for it.
            on: the day; None: at once.
            by: who does it, for the history.
            refused: ids of keys that are no longer good: what they vouched for comes due nowhere.

        Raises:
            KioskError: those of `refuse_older`, and `bundle.busy`, `bundle.not_kept_here`,
                `bundle.too_many_scheduled`.
        """
        new = _kept_of(bundle, key, on)
        with self._alone():
            before = self._shelf_today(refused)
            is_mended = new.name == before.current and not self._is_whole(new.name)
            after = before if is_mended else published(before, new, now=self._clock(), by=by)
            self._put(bundle)
            return self._switch(after)

    def come_due(self, today: date, *, refused: Collection[str] = ()) -> Shelf:
        """Make what is scheduled until this day the current one.

        Args:
            today: the day.
            refused: ids of keys that are no longer good.

        Raises:
            KioskError: `bundle.busy`, `bundle.not_kept_here`, `bundle.shelf_damaged`.
        """
        if not self.shelf().scheduled:
            return self.shelf()
        with self._alone():
            now = self._clock()
            return self._switch(came_due(self.shelf(), today, now=now, refused=refused))

    def rollback(
        self, to: str | None = None, *, by: str = "", refused: Collection[str] = ()
    ) -> Shelf:
        """Go back to an older bundle, or to what shipped.

        Args:
            to: a version, a name or `shipped`; None: the next older one.
            by: who does it, for the history.
            refused: ids of keys that were revoked: what they vouched for is not gone back to.

        Raises:
            KioskError: `bundle.not_kept`, `bundle.nothing_older`, `bundle.already`,
                `bundle.already_shipped`, `bundle.damaged_here`, `bundle.kept_revoked`,
                `bundle.busy`, `bundle.not_kept_here`, `bundle.shelf_damaged`.
        """
        with self._alone():
            before = self._shelf_today(refused)
            name = back_to(before, to)
            if name != SHIPPED:
                kept = before.find(name)
                if kept is not None and kept.key in refused:
                    raise KioskError("bundle.kept_revoked", version=kept.version)
                self.manifest(name)
            return self._switch(rolled_back(before, name, now=self._clock(), by=by))

    def withdraw(self, version: str, *, by: str = "", refused: Collection[str] = ()) -> Shelf:
        """Take a scheduled bundle's day from it.

        Args:
            version: or name, of a bundle whose day has not come.
            by: who does it, for the history.
            refused: ids of keys that are no longer good.

        Raises:
            KioskError: `bundle.not_scheduled`, `bundle.busy`, `bundle.not_kept_here`,
                `bundle.shelf_damaged`.
        """
        with self._alone():
            before = self._shelf_today(refused)
            return self._switch(withdrawn(before, version, now=self._clock(), by=by))

    def _shelf_today(self, refused: Collection[str]) -> Shelf:
        """The shelf with what has come due, though nobody has written it down yet.

        Whoever goes back, publishes or withdraws means what is shown: what came due a moment later
        would undo it.
        """
        now = self._clock()
        return came_due(self.shelf(), now.astimezone().date(), now=now, refused=refused)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One writer at a time; the lock goes with the process, however it ends."""
        try:
            self._state.mkdir(parents=True, exist_ok=True)
            for folder in (self._home, self._kept):
                if not folder.is_dir():
                    self._disk.make_folder(folder)
                    self._disk.sync_folder(folder.parent)
            with (self._home / LOCK).open("w", encoding="utf-8") as opened:
                try:
                    fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError as error:
                    raise KioskError("bundle.busy") from error
                self._tidy(self.shelf())
                yield
        except OSError as error:
            problem = error.strerror or type(error).__name__
            raise KioskError(
                "bundle.not_kept_here", str(error), folder=str(self._home), problem=problem
            ) from error

    def _tidy(self, shelf: Shelf) -> None:
        """Remove what is on no shelf."""
        for one in (*self._home.glob(f"{NEW}*"), *self._kept.iterdir()):
            if one.parent == self._home or shelf.find(one.name) is None:
                remove_tree(self._disk, one)

    def _put(self, bundle: Bundle) -> None:
        if self._is_whole(bundle.name):
            return
        assert bundle.signature is not None
        unfinished, place = self._home / f"{NEW}-{bundle.name}", self.folder(bundle.name)
        own = {MANIFEST: manifest_bytes(bundle.manifest), SIGNATURE: bundle.signature}
        write_tree(self._disk, unfinished, {**own, **bundle.files})
        if place.exists():  # damaged: no kiosk shows it
            remove_tree(self._disk, place)
        self._disk.rename(unfinished, place)
        self._disk.sync_folder(self._kept)
        self._disk.sync_folder(self._home)

    def _is_whole(self, name: str) -> bool:
        try:
            self.manifest(name)
        except KioskError:
            return False
        return True

    def _switch(self, after: Shelf) -> Shelf:
        """Have the new shelf count, then remove what is no longer on it."""
        before = self.shelf()
        after = tidied(after, self._keep, before=before.current)
        if after != before:
            unfinished = self._home / f"{NEW}-{SHELF_FILE}"
            write_file(self._disk, unfinished, _shelf_bytes(after))
            self._disk.rename(unfinished, self._home / SHELF_FILE)
            self._disk.sync_folder(self._home)
            if after.current != before.current:
                log.info("the current bundle is %s", after.current or "what shipped")
            self._tidy(after)
        return after


def _kept_of(bundle: Bundle, key: str, on: date | None) -> Kept:
    return Kept(name=bundle.name, version=bundle.manifest.version, key=key, on=on)


def _shelf_bytes(shelf: Shelf) -> bytes:
    return json.dumps(asdict(shelf), default=_plain, ensure_ascii=False, indent=1).encode()


def _plain(value: object) -> str:
    assert isinstance(value, date)  # a datetime is one
    return value.isoformat()

"""Unpacks an archive that nobody is trusted for into an empty folder.

Only plain files and folders come out, below that folder, each new, none executable, no more bytes
and files than allowed; anything else refuses the whole archive. What was unpacked until then is
the caller's to remove.
"""

import bz2
import gzip
import os
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO, Protocol, cast

from kiosk.errors import KioskError
from kiosk.model_store import MANIFEST, sync_folder

MOST_FILES = 500
"""Files and folders in an archive; a model has some dozens."""
MOST_LEVELS = 8
MOST_NAME_BYTES = 200
TAR_OVERHEAD_BYTES = MOST_FILES * 8 * 1024
"""Headers and padding that a tar file may have beside its files."""
CHUNK_BYTES = 1 << 18


class _Source(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _Refused(Exception):
    """Why an archive is not unpacked; for the technical log."""


def unpack(archive: Path, into: Path, *, most_bytes: int) -> None:
    """Unpack `archive` (.zip, .tar, .tar.gz, .tar.bz2) into the empty folder `into`.

    Raises:
        KioskError: `models.bad_archive`; its detail says what was wrong.
        OSError: the disk.
    """
    target = _Target(into, most_bytes)
    try:
        if archive.name.endswith(".zip"):
            _unpack_zip(archive, target)
        else:
            _unpack_tar(archive, target, most_bytes)
    except (
        _Refused,
        tarfile.TarError,
        zipfile.BadZipFile,
        zlib.error,
        gzip.BadGzipFile,
        EOFError,
        NotImplementedError,
        RuntimeError,  # zipfile: an encrypted file
        ValueError,
    ) as error:
        problem = str(error) or type(error).__name__
        raise KioskError("models.bad_archive", problem, file=archive.name) from error


def _unpack_zip(archive: Path, target: "_Target") -> None:
    with zipfile.ZipFile(archive) as opened:
        entries = opened.infolist()
        target.refuse_more_than(len(entries), sum(one.file_size for one in entries))
        for entry in entries:
            kind = stat.S_IFMT(entry.external_attr >> 16)
            if entry.is_dir() and kind in (0, stat.S_IFDIR):
                target.make_folder(entry.filename)
            elif not entry.is_dir() and kind in (0, stat.S_IFREG):
                with opened.open(entry) as source:
                    target.write(entry.filename, cast(_Source, source))
            else:
                raise _Refused(f"{entry.filename!r} is neither a file nor a folder")


def _unpack_tar(archive: Path, target: "_Target", most_bytes: int) -> None:
    with _decompressed(archive) as source:
        bounded = _Bounded(source, most_bytes + TAR_OVERHEAD_BYTES)
        # As a stream: nothing is read twice, and no header can make it jump.
        with tarfile.open(fileobj=cast(IO[bytes], bounded), mode="r|") as opened:
            for entry in opened:
                if entry.isdir():
                    target.make_folder(entry.name)
                elif entry.isreg() and not entry.issparse():
                    read = opened.extractfile(entry)
                    assert read is not None
                    with closing(read):
                        target.write(entry.name, read)
                else:
                    raise _Refused(f"{entry.name!r} is neither a file nor a folder")
        if target.is_empty:
            raise _Refused("nothing in it")


def _decompressed(archive: Path) -> IO[bytes]:
    if archive.name.endswith(".gz"):
        return cast(IO[bytes], gzip.open(archive, "rb"))
    if archive.name.endswith(".bz2"):
        return cast(IO[bytes], bz2.open(archive, "rb"))
    return archive.open("rb")


class _Bounded:
    """Refuses to read more than a number of bytes: a bomb never fills disk or memory."""

    def __init__(self, source: IO[bytes], most: int) -> None:
        self._source = source
        self._left = most

    def read(self, size: int, /) -> bytes:
        try:
            found = self._source.read(size)
        except OSError as error:
            # bz2 and gzip call damaged data an OSError without a number; a disk has one.
            if error.errno is None:
                raise _Refused(str(error)) from error
            raise
        self._left -= len(found)
        if self._left < 0:
            raise _Refused("it unpacks to more than allowed")
        return found


class _Target:
    """The folder that is filled."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder = folder
        self._left = most_bytes
        self._count = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing was unpacked."""
        return not self._count

    def refuse_more_than(self, count: int, bytes_said: int) -> None:
        """Refuse by what an archive says of itself, before anything is written."""
        if count > MOST_FILES:
            raise _Refused("too many files")
        if bytes_said > self._left:
            raise _Refused("it says that it unpacks to more than allowed")

    def make_folder(self, name: str) -> None:
        """Make a folder, with those above it."""
        self._place(name).mkdir(mode=0o755, parents=True, exist_ok=True)

    def write(self, name: str, source: _Source) -> None:
        """Write a file that is not there yet."""
        path = self._place(name)
        path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
        except FileExistsError as error:
            raise _Refused(f"{name!r} is in it twice") from error
        with os.fdopen(descriptor, "wb") as opened:
            while chunk := source.read(CHUNK_BYTES):
                self._left -= len(chunk)
                if self._left < 0:
                    raise _Refused("it unpacks to more than allowed")
                opened.write(chunk)
            opened.flush()
            os.fsync(opened.fileno())

    def _place(self, name: str) -> Path:
        self._count += 1
        if self._count > MOST_FILES:
            raise _Refused("too many files")
        parts = name.removeprefix("./").rstrip("/").split("/")
        if name in (".", "./"):
            return self._folder
        if len(parts) > MOST_LEVELS or any(not _is_plain(part) for part in parts):
            raise _Refused(f"{name!r} is no path inside")
        if parts[-1] == MANIFEST:
            raise _Refused(f"{name!r} is a name that the kiosk uses itself")
        place = self._folder.joinpath(*parts)
        for above in place.parents:
            if above == self._folder:
                break
            if above.exists() and not above.is_dir():
                raise _Refused(f"{name!r} lies below a file")
        if place.is_dir() != place.exists():
            raise _Refused(f"{name!r} is in it twice")
        return place


def _is_plain(part: str) -> bool:
    is_short = len(part.encode(errors="replace")) <= MOST_NAME_BYTES
    is_name = part not in ("", ".", "..") and part.isprintable()
    return is_short and is_name and not set(part) & set("\\:\ufffd")


def sync_tree(folder: Path) -> None:
    """Make a folder and all folders in it outlast a power cut."""
    for one in _folders(folder):
        sync_folder(one)


def _folders(folder: Path) -> Iterator[Path]:
    for home, _, _ in os.walk(folder, topdown=False):
        yield Path(home)

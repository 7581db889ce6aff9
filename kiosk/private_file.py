"""Replaces a file in one step, readable by its owner only: power may fail at any moment."""

import fcntl
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def write_private(path: Path, content: bytes) -> None:
    """Write `content` to `path`: afterwards there is the old file or the new one, never a mix.

    Raises:
        OSError: it cannot be written; the old file is untouched.
    """
    folder = path.parent
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder, prefix=_prefix(path))  # mode 0600
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        Path(name).replace(path)
    except OSError:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise
    directory = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


@contextmanager
def alone_with(path: Path) -> Iterator[None]:
    """Let nobody else, in this process or another, be alone with the file `path` meanwhile.

    What a power cut has left of a writing is removed: an old password's hash may be in it.

    Raises:
        OSError: the folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.with_name(f".{path.name}.lock")
    handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        _remove_leftovers(path)
        yield
    finally:
        os.close(handle)


def _remove_leftovers(path: Path) -> None:
    left = re.compile(rf"{re.escape(_prefix(path))}[a-z0-9_]{{8}}")
    for one in path.parent.iterdir():
        if left.fullmatch(one.name):
            one.unlink(missing_ok=True)


def _prefix(path: Path) -> str:
    """What the names of files begin with that are to become this one."""
    return f".{path.name}-"

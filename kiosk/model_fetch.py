"""Brings a model onto this machine: from its publisher, or from a folder such as a USB stick.

Every byte is checked against the list of models before anything is unpacked. A model appears under
its name whole or not at all: it is built beside, on the same file system, and renamed. Whatever
an interrupted run leaves behind, the next one uses or removes.
"""

import fcntl
import os
import shutil
import stat
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kiosk.errors import KioskError
from kiosk.model_download import Progress, adopt, download, forget, refused_size
from kiosk.model_list import Model, Part
from kiosk.model_store import (
    MANIFEST,
    accept_sums,
    accepted_sums,
    damages,
    fetched_folder,
    read_manifest,
    sha256_of,
    sync_folder,
    write_manifest,
)
from kiosk.model_unpack import sync_tree, unpack

DOWNLOADS = ".downloads"
"""Holds what has arrived, until its model is installed."""
NEW, OLD, LOCK = ".new", ".old", ".lock"
"""The model that is being built, the one that is being replaced, and who is at work."""
SPARE_BYTES = 100_000_000
"""What a disk must keep free for counters and slips."""
CHUNK_BYTES = 1 << 20


def is_current(model: Model, state_path: Path, accepted: Collection[str] = ()) -> bool:
    """Whether this very model, as the list describes it, is installed and whole by its sizes."""
    folder = fetched_folder(state_path) / model.name
    manifest = read_manifest(folder)
    if manifest is None or damages(folder, thorough=False):
        return False
    is_vouched = set(accepted) <= set(manifest.parts.values())
    return is_vouched and manifest.parts == _known_sums(model, state_path)


def fetch(
    model: Model,
    state_path: Path,
    *,
    progress: Progress,
    source: Path | None = None,
    accepted: Collection[str] = (),
) -> Path:
    """Have the model installed; returns its folder.

    Args:
        model: which, as the list describes it.
        state_path: the kiosk's state folder.
        progress: told about every piece that arrives.
        source: a folder that holds the files; None: download them.
        accepted: sums that the admin vouches for; they count, and are remembered, only for parts
            whose sum the list does not know.

    Raises:
        KioskError: those of `download` and `unpack`, and `models.ships`, `models.busy`,
            `models.no_space`, `models.wrong_sha256`, `models.not_accepted`,
            `models.accept_useless`, `models.not_in_folder`, `models.not_a_model`,
            `models.not_written`.
    """
    if model.ships:
        raise KioskError("models.ships", name=model.name)
    if accepted and all(part.sha256 for part in model.parts):
        raise KioskError("models.accept_useless", name=model.name)
    home = fetched_folder(state_path)
    try:
        with _alone(home, model):
            _tidy(home, model)
            downloads = home / DOWNLOADS / model.name
            if is_current(model, state_path, accepted):
                shutil.rmtree(downloads, ignore_errors=True)
                return home / model.name
            downloads.mkdir(parents=True, exist_ok=True)
            _refuse_full_disk(model, downloads)
            got = {part.file: _arrived(part, downloads, source, progress) for part in model.parts}
            _check_sums(model, got, state_path, accepted, downloads)
            _install(model, got, home)
            shutil.rmtree(downloads)
            return home / model.name
    except OSError as error:
        problem = error.strerror or type(error).__name__
        raise KioskError(
            "models.not_written", str(error), folder=str(home), problem=problem
        ) from error


@contextmanager
def _alone(home: Path, model: Model) -> Iterator[None]:
    """Two at a time would write into one file; the lock goes with the process, however it ends."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / LOCK).open("w", encoding="utf-8") as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise KioskError("models.busy", name=model.name) from error
        yield


def _tidy(home: Path, model: Model) -> None:
    """Remove or put back what an interrupted run has left."""
    new, old, target = home / f"{NEW}-{model.name}", home / f"{OLD}-{model.name}", home / model.name
    if old.exists():
        if target.exists():
            shutil.rmtree(old)
        else:
            old.rename(target)
    if new.exists():
        shutil.rmtree(new)


def _refuse_full_disk(model: Model, downloads: Path) -> None:
    here = sum(one.stat().st_size for one in downloads.iterdir())
    unpacked = sum(part.unpacked_most_bytes or part.limit for part in model.parts)
    needed = max(0, model.download_bytes - here) + unpacked + SPARE_BYTES
    free = shutil.disk_usage(downloads).free
    if free < needed:
        raise KioskError(
            "models.no_space",
            folder=str(downloads.parent.parent),
            needed=str(needed // 1_000_000),
            free=str(free // 1_000_000),
        )


def _arrived(part: Part, downloads: Path, source: Path | None, progress: Progress) -> str:
    """Have the part among the downloads; returns its sum."""
    file = downloads / part.file
    if source is not None:
        _copy(part, source / part.file, file, progress)
        adopt(part, file)
    else:
        download(part, file, progress=progress)
    return sha256_of(file)


def _copy(part: Part, source: Path, to: Path, progress: Progress) -> None:
    """Copied first, so that what is unpacked is what was checked, stick or no stick."""
    try:
        descriptor = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise KioskError(
            "models.not_in_folder", str(error), file=part.file, folder=str(source.parent)
        ) from error
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        os.close(descriptor)
        raise KioskError("models.not_in_folder", file=part.file, folder=str(source.parent))
    with os.fdopen(descriptor, "rb") as opened:
        if found.st_size > part.limit or part.bytes not in (0, found.st_size):
            raise refused_size(part, found.st_size)
        forget(to)
        done = 0
        with to.open("wb") as written:
            while untrusted := opened.read(min(CHUNK_BYTES, part.limit - done)):
                done += len(untrusted)
                written.write(untrusted)
                progress(part.file, done, found.st_size)
            written.flush()
            os.fsync(written.fileno())


def _known_sums(model: Model, state_path: Path) -> dict[str, str]:
    """Part -> its sum by the list, else by what was accepted on this machine, else empty."""
    remembered = accepted_sums(state_path, model.name)
    return {part.file: part.sha256 or remembered.get(part.file, "") for part in model.parts}


def _check_sums(
    model: Model,
    got: Mapping[str, str],
    state_path: Path,
    accepted: Collection[str],
    downloads: Path,
) -> None:
    """Let nothing through whose sum neither the list nor an admin knows."""
    known = _known_sums(model, state_path)
    by_list = {part.file for part in model.parts if part.sha256}
    vouched = {file: sum_ for file, sum_ in got.items() if sum_ in accepted and file not in by_list}
    for file, found in got.items():
        expected = known[file]
        if file not in vouched and expected and found != expected:
            if file in by_list:
                forget(downloads / file)
                raise KioskError("models.wrong_sha256", file=file, found=found, expected=expected)
            known[file] = ""  # it is another one than was accepted: ask again
    unknown = [file for file, expected in known.items() if not expected and file not in vouched]
    if unknown:
        raise KioskError(
            "models.not_accepted",
            name=model.name,
            found="\n".join(f"  {got[file]}  {file}" for file in unknown),
            options=" ".join(f"--accept-sha256 {got[file]}" for file in unknown),
        )
    if vouched:
        accept_sums(state_path, model.name, vouched)


def _install(model: Model, got: Mapping[str, str], home: Path) -> None:
    """Build the model beside its place, then put it there by a rename."""
    new, old, target = home / f"{NEW}-{model.name}", home / f"{OLD}-{model.name}", home / model.name
    built = new / "model"
    built.mkdir(parents=True)
    for number, part in enumerate(model.parts):
        file = home / DOWNLOADS / model.name / part.file
        if part.is_archive:
            unpacked = new / str(number)
            unpacked.mkdir()
            unpack(file, unpacked, most_bytes=part.unpacked_most_bytes)
            _move_in(_without_shell(unpacked), built, part)
        else:
            _put(file, built / part.file)
    missing = [one for one in model.needs if not (built / one).is_file()]
    if missing:
        raise KioskError("models.not_a_model", name=model.name, missing=", ".join(missing))
    write_manifest(built, parts=got)
    sync_tree(built)
    if target.exists():
        target.rename(old)
    built.rename(target)
    sync_folder(home)
    for left in (old, new):
        if left.exists():
            shutil.rmtree(left)


def _put(file: Path, place: Path) -> None:
    """A second name where the file system can, so that an interruption costs no download."""
    try:
        os.link(file, place)
    except OSError:
        file.replace(place)


def _without_shell(folder: Path) -> Path:
    """The folder itself, or the one that is all it holds: most archives have such a shell."""
    inside = list(folder.iterdir())
    return inside[0] if len(inside) == 1 and inside[0].is_dir() else folder


def _move_in(folder: Path, built: Path, part: Part) -> None:
    for one in folder.iterdir():
        if one.name == MANIFEST or (built / one.name).exists():
            raise KioskError("models.bad_archive", f"{one.name!r} twice", file=part.file)
        one.rename(built / one.name)

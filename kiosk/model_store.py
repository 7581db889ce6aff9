"""Where models lie on this machine, and whether each is still what was installed.

A model is a folder with a manifest: the size and sha256 of each of its files. One that shipped
lies in the repository's `models/`, one that was fetched in the state folder's. Nothing here
downloads or repairs; `model_fetch` does.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, field
from enum import StrEnum
from hashlib import file_digest
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from kiosk.errors import KioskError
from kiosk.model_list import MODEL_LIST, Name, Sha256

SHIPPED_MODELS = MODEL_LIST.parent
"""Models that came with the kiosk: a folder each."""
MODELS_FOLDER = "models"
"""The folder of fetched models in the state folder."""
MANIFEST = "kiosk-manifest.json"
"""Lies in each model's folder; no archive may bring its own."""
ACCEPTED = "accepted.json"
"""Sums that somebody has accepted, in the folder of fetched models."""
MOST_MANIFEST_BYTES = 1_000_000

_config = ConfigDict(extra="forbid", strict=True)
_NAME = TypeAdapter(Name)


class Standing(StrEnum):
    """How a model stands on this machine."""

    THERE = "there"
    MISSING = "missing"
    BROKEN = "broken"


class Harm(StrEnum):
    """What is wrong with a file of a model."""

    GONE = "gone"
    CHANGED = "changed"
    ADDED = "added"
    """Nobody installed it; an engine might still read it."""
    NO_MANIFEST = "no_manifest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """One file that is not as it was installed."""

    file: str
    harm: Harm


@dataclass(frozen=True, slots=True, kw_only=True, config=_config)
class Kept:
    """One file as it was installed."""

    bytes: Annotated[int, Field(ge=0)]
    sha256: Sha256


@dataclass(frozen=True, slots=True, kw_only=True, config=_config)
class Manifest:
    """What a model consisted of when it was installed."""

    kiosk_model: Literal[1] = 1
    files: dict[str, Kept]
    """Path in the folder -> what it was."""
    parts: dict[str, Sha256] = field(default_factory=dict)
    """Downloaded file -> its sum; empty for a model that shipped."""
    built_for: str = ""
    """The bundle whose words a copy of a model was made for; empty: it is no such copy."""
    built_from: Sha256 = ""
    """The sum of the manifest of the model that it is a copy of."""


_MANIFEST = TypeAdapter(Manifest)
_ACCEPTED: TypeAdapter[dict[str, dict[str, Sha256]]] = TypeAdapter(dict[str, dict[str, Sha256]])


def fetched_folder(state_path: Path) -> Path:
    """Where fetched models lie."""
    return state_path / MODELS_FOLDER


def installed(name: str, state_path: Path, *, shipped: Path = SHIPPED_MODELS) -> Path | None:
    """The folder of a model that can be used, or None.

    It looks at sizes, not at sums, so that a start of the kiosk does not read 100 MB first.
    """
    folder = model_folder(name, state_path, shipped)
    return folder if folder is not None and not damages(folder, thorough=False) else None


def model_standing(
    name: str, state_path: Path, *, thorough: bool = False, shipped: Path = SHIPPED_MODELS
) -> Standing:
    """Whether a model is there, missing or broken.

    Args:
        name: of the model.
        state_path: the kiosk's state folder.
        thorough: read every byte and compare the sums, instead of the sizes only.
        shipped: where models lie that came with the kiosk.
    """
    folder = model_folder(name, state_path, shipped)
    if folder is None:
        return Standing.MISSING
    return Standing.BROKEN if damages(folder, thorough=thorough) else Standing.THERE


def find_model(name_or_path: str, state_path: Path, *, shipped: Path = SHIPPED_MODELS) -> Path:
    """The folder of a model by its name, or of one that a ward made itself by its path.

    A path is what holds a slash; such a folder has no manifest and is taken as it is.

    Raises:
        KioskError: `models.no_folder`, `models.not_there`, `models.broken`.
    """
    if "/" in name_or_path:
        own = Path(name_or_path)
        if not own.is_dir():
            raise KioskError("models.no_folder", folder=name_or_path)
        return own
    folder = model_folder(name_or_path, state_path, shipped)
    if folder is None:
        raise KioskError("models.not_there", name=name_or_path)
    if damages(folder, thorough=False):
        raise KioskError("models.broken", name=name_or_path, folder=str(folder))
    return folder


def names_on_this_machine(state_path: Path, *, shipped: Path = SHIPPED_MODELS) -> tuple[str, ...]:
    """The names of all models whose folder is there, whatever state it is in."""
    found = {one.parent.name for one in shipped.glob(f"*/{MANIFEST}")}
    folder = fetched_folder(state_path)
    if folder.is_dir():
        found |= {one.name for one in folder.iterdir() if one.is_dir() and _is_name(one.name)}
    return tuple(sorted(found))


def damages(folder: Path, *, thorough: bool = True) -> tuple[Damage, ...]:
    """Every file of a model that is not as it was installed."""
    manifest = read_manifest(folder)
    if manifest is None:
        return (Damage(file=MANIFEST, harm=Harm.NO_MANIFEST),)
    there = dict(_files(folder))
    there.pop(MANIFEST, None)
    found = []
    for file, kept in manifest.files.items():
        path = there.pop(file, None)
        if path is None:
            found.append(Damage(file=file, harm=Harm.GONE))
        elif not _is_as_kept(path, kept, thorough=thorough):
            found.append(Damage(file=file, harm=Harm.CHANGED))
    found += [Damage(file=file, harm=Harm.ADDED) for file in there]
    return tuple(found)


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a model; None where there is none that can be read."""
    try:
        untrusted = _read_bounded(folder / MANIFEST)
        return _MANIFEST.validate_json(untrusted)
    except (OSError, ValueError):  # ValidationError is a ValueError
        return None


def write_manifest(
    folder: Path,
    *,
    parts: Mapping[str, str] | None = None,
    built_for: str = "",
    built_from: str = "",
) -> None:
    """Note down what a model's folder consists of now.

    Args:
        folder: the model's.
        parts: downloaded file -> its sum.
        built_for: the bundle whose words this copy of a model knows.
        built_from: the sum of the manifest of the model that it is a copy of.

    Raises:
        OSError: it cannot be read or written.
    """
    files = {
        file: Kept(bytes=path.stat().st_size, sha256=sha256_of(path))
        for file, path in sorted(_files(folder))
        if file != MANIFEST
    }
    manifest = Manifest(
        files=files, parts=dict(parts or {}), built_for=built_for, built_from=built_from
    )
    _write_whole(folder / MANIFEST, json.dumps(asdict(manifest), indent=1))


def accepted_sums(state_path: Path, name: str) -> dict[str, str]:
    """Downloaded file -> the sum that somebody has accepted for it.

    An unreadable file counts as none: then a sum is asked for again.
    """
    try:
        return _ACCEPTED.validate_json(_read_bounded(fetched_folder(state_path) / ACCEPTED))[name]
    except (OSError, ValueError, KeyError):
        return {}


def accept_sums(state_path: Path, name: str, sums: Mapping[str, str]) -> None:
    """Remember that somebody has accepted these sums.

    Raises:
        OSError: it cannot be written.
    """
    file = fetched_folder(state_path) / ACCEPTED
    try:
        accepted = _ACCEPTED.validate_json(_read_bounded(file))
    except (OSError, ValueError):
        accepted = {}
    accepted[name] = {**accepted.get(name, {}), **sums}
    _write_whole(file, json.dumps(accepted, indent=1))


def sha256_of(file: Path) -> str:
    """The sum of a file's bytes, as 64 hexadecimal digits."""
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()


def sync_folder(folder: Path) -> None:
    """Make new names in a folder outlast a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def model_folder(name: str, state_path: Path, shipped: Path = SHIPPED_MODELS) -> Path | None:
    """The folder of a model, whatever state it is in; None where there is none."""
    if not _is_name(name):
        return None
    if (shipped / name / MANIFEST).is_file():
        return shipped / name
    fetched = fetched_folder(state_path) / name
    return fetched if fetched.is_dir() and not fetched.is_symlink() else None


def _is_name(text: str) -> bool:
    try:
        _NAME.validate_python(text)
    except ValidationError:
        return False
    return True


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Everything in a folder but folders; links are not followed."""
    for home, folders, files in os.walk(folder):
        for name in (*files, *(one for one in folders if (Path(home) / one).is_symlink())):
            path = Path(home) / name
            yield path.relative_to(folder).as_posix(), path


def _is_as_kept(path: Path, kept: Kept, *, thorough: bool) -> bool:
    try:
        is_same = not path.is_symlink() and path.is_file() and path.stat().st_size == kept.bytes
        return is_same and (not thorough or sha256_of(path) == kept.sha256)
    except OSError:
        return False


def _read_bounded(file: Path) -> bytes:
    descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as opened:
        untrusted = opened.read(MOST_MANIFEST_BYTES + 1)
    if len(untrusted) > MOST_MANIFEST_BYTES:
        raise ValueError("too large")
    return untrusted


def _write_whole(file: Path, text: str) -> None:
    """Replace a small file whole or not at all."""
    unfinished = file.with_name(f".{file.name}.new")
    with unfinished.open("w", encoding="utf-8") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    unfinished.replace(file)
    sync_folder(file.parent)

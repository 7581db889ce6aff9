"""Has the recogniser know the words of a bundle: a copy of its model, made on the ward's own PC.

The model that shipped stays as it is, for its folder may be read-only. A copy in the state folder
gets a new language model from a child process at low priority, and its manifest says for which
bundle; the kiosk prefers it while that bundle is the current one.
"""

import fcntl
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter
from pydantic.dataclasses import dataclass

from kiosk.bundle_shelf import SHIPPED, Shelf
from kiosk.errors import KioskError
from kiosk.model_store import (
    MANIFEST,
    SHIPPED_MODELS,
    damages,
    fetched_folder,
    find_model,
    read_manifest,
    sha256_of,
    sync_folder,
    write_manifest,
)
from kiosk.model_unpack import sync_tree
from kiosk.settings import Settings

log = logging.getLogger("kiosk.bundle")

COUNTS = Path("graph") / "general-counts.tsv.gz"
"""A model that has this can be made anew."""
MOST_SECONDS = 900
"""An idle PC takes half a minute."""
SPARE_BYTES = 200_000_000
"""What the disk must have for the copy, and beside it."""
_MARK = "+"
"""Joins model and bundle; no model's own name has it."""
_NEW, _LOCK = ".new-rebuilt", ".rebuild.lock"

_config = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True, config=_config)
class LeftOut:
    """A word that no rule pronounces: nobody will be heard to say it."""

    word: str
    file: str
    """Below the folder of scripts."""
    line: int


@dataclass(frozen=True, slots=True, kw_only=True, config=_config)
class Rebuilt:
    """What a rebuild came to."""

    sentences: int
    """That the ward's scripts have, and the model now expects."""
    states: int
    arcs: int
    left_out: tuple[LeftOut, ...] = ()


_REBUILT = TypeAdapter(Rebuilt)


def read_rebuilt(untrusted: bytes) -> Rebuilt | None:
    """What `kiosk bundle hear --json` printed; None: there was nothing to make anew.

    Raises:
        KioskError: `bundle.not_rebuilt`.
    """
    try:
        return TypeAdapter(Rebuilt | None).validate_json(untrusted)
    except ValueError as error:
        raise KioskError("bundle.not_rebuilt", problem=type(error).__name__) from error


def heard_with(settings: Settings, bundle: str) -> Path:
    """The folder of the model that the kiosk hears with.

    Args:
        settings: which model, and where the state is.
        bundle: the current one; empty: none.

    Raises:
        KioskError: those of `find_model`.
    """
    state = settings.folders.state_path
    model = find_model(settings.hearing.model, state)
    copy = _place(model, bundle, state)
    return copy if bundle and _is_for(copy, model, bundle) else model


def can_rebuild(settings: Settings) -> bool:
    """Whether the kiosk hears with a model that can be made anew here."""
    if settings.hearing.engine != "model":
        return False
    try:
        model = find_model(settings.hearing.model, settings.folders.state_path)
    except KioskError:
        return False
    return (model / COUNTS).is_file() and (model / MANIFEST).is_file()


def teach(
    settings: Settings, shelf: Shelf, *, bundle: str, procedures: Path, before: Path
) -> Rebuilt | None:
    """Have the kiosk hear a bundle's words, once nobody speaks; None: it has no such model.

    Args:
        settings: which model, and where the state is.
        shelf: the bundles that are here; copies for others are removed.
        bundle: that was put here.
        procedures: its scripts.
        before: the scripts that were shown before.

    Raises:
        KioskError: `bundle.not_rebuilt`; the bundle is in use all the same.
    """
    forget_rebuilt(settings, keep=[one.name for one in shelf.kept])
    if not can_rebuild(settings):
        return None
    return rebuild(settings, bundle=bundle, procedures=procedures, before=before)


def teach_the_rest(
    settings: Settings, shelf: Shelf, *, procedures: Callable[[str], Path], before: Path
) -> None:
    """Have the kiosk hear what is current or waits for its day, too, where nobody taught it.

    A rebuild that was cut short, by a newer one or a power cut, is made up for here.

    Args:
        settings: which model, and where the state is.
        shelf: the bundles that are here.
        procedures: the scripts of one.
        before: the scripts that were shown before.
    """
    for name in _untaught(settings, shelf):
        try:
            teach(settings, shelf, bundle=name, procedures=procedures(name), before=before)
        except KioskError as error:
            log.warning("the words of %s are not learned: %s", name, error)


def rebuild(
    settings: Settings,
    *,
    bundle: str,
    procedures: Path,
    before: Path,
    command: Callable[[Path, Path, Path], list[str]] | None = None,
) -> Rebuilt:
    """Make the copy for a bundle, in place of one that is there; takes half a minute or more.

    Args:
        settings: which model, and where the state is.
        bundle: whose words.
        procedures: its scripts.
        before: the scripts that were shown before: a word that was left out of them too is not
            told again.
        command: what is run for a model and both folders; None: our own rebuild.

    Raises:
        KioskError: `bundle.not_rebuilt`: the kiosk goes on hearing with the model it had.
    """
    state = settings.folders.state_path
    home = fetched_folder(state)
    try:
        model = find_model(settings.hearing.model, state)
        home.mkdir(parents=True, exist_ok=True)
        with _alone(home):
            if shutil.disk_usage(home).free < SPARE_BYTES:
                raise KioskError("bundle.not_rebuilt", problem="disk full")
            unfinished = home / _NEW
            shutil.rmtree(unfinished, ignore_errors=True)
            shutil.copytree(model, unfinished)
            made = _run((command or _command)(unfinished, procedures, before))
            write_manifest(unfinished, built_for=bundle, built_from=sha256_of(model / MANIFEST))
            sync_tree(unfinished)
            place = _place(model, bundle, state)
            shutil.rmtree(place, ignore_errors=True)
            unfinished.rename(place)
            sync_folder(home)
    except OSError as error:
        problem = error.strerror or type(error).__name__
        raise KioskError("bundle.not_rebuilt", str(error), problem=problem) from error
    return made


def forget_rebuilt(settings: Settings, *, keep: Collection[str]) -> None:
    """Remove the copies for all but these bundles."""
    home = fetched_folder(settings.folders.state_path)
    for one in home.glob(f"*{_MARK}*"):
        if one.name.partition(_MARK)[2] not in keep:
            shutil.rmtree(one, ignore_errors=True)


def _untaught(settings: Settings, shelf: Shelf) -> tuple[str, ...]:
    if not can_rebuild(settings):
        return ()
    model = find_model(settings.hearing.model, settings.folders.state_path)
    names = (shelf.current, *(one.name for one in shelf.scheduled))
    return tuple(one for one in names if one != SHIPPED and heard_with(settings, one) == model)


def _place(model: Path, bundle: str, state: Path) -> Path:
    return fetched_folder(state) / f"{model.name}{_MARK}{bundle}"


def _is_for(copy: Path, model: Path, bundle: str) -> bool:
    """Whether the copy is whole, was made for this bundle, and of the model as it is now."""
    manifest = read_manifest(copy)
    if manifest is None or manifest.built_for != bundle or damages(copy, thorough=False):
        return False
    try:
        return manifest.built_from == sha256_of(model / MANIFEST)
    except OSError:
        return False


def _command(model: Path, procedures: Path, before: Path) -> list[str]:
    """Nice: a citizen may be before the screen."""
    rebuild_it = (sys.executable, "-m", "models.listener.rebuild", "--json", "--before")
    return [
        "nice",
        "-n",
        "19",
        *rebuild_it,
        *map(str, (before.absolute(), model.absolute(), procedures.absolute())),
    ]


def _run(command: list[str]) -> Rebuilt:
    root = SHIPPED_MODELS.parent
    environment = {**os.environ, "PYTHONPATH": str(root)}
    try:
        done = subprocess.run(
            command,
            cwd=root,
            env=environment,
            capture_output=True,
            timeout=MOST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise KioskError("bundle.not_rebuilt", problem=f"> {MOST_SECONDS} s") from error
    try:
        return _REBUILT.validate_json(done.stdout)
    except ValueError as error:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        log.warning("the rebuild ended with %s: %s", done.returncode, last)
        raise KioskError(
            "bundle.not_rebuilt", problem=last[0] if last else str(done.returncode)
        ) from error


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    with (home / _LOCK).open("w", encoding="utf-8") as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise KioskError("bundle.not_rebuilt", problem="busy") from error
        yield

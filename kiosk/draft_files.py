"""The files that a draft stands for: its scripts, and the recorded cases that follow them."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from kiosk.catalogue import PORTAL_TABLE, SCRIPT, WALKS
from kiosk.draft import Change, Value, moved_apart
from kiosk.errors import KioskError
from kiosk.not_here import NOT_HERE
from kiosk.not_offered import NOT_OFFERED
from kiosk.procedure import Procedure
from kiosk.script import MOST_BYTES, read_script
from kiosk.script_changes import edits_of
from kiosk.script_edit import edited
from kiosk.script_items import fields_of
from kiosk.walk_edit import Retold, walks_with
from kiosk.wordings import WORDINGS


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a draft makes of one procedure."""

    script: bytes
    walks: bytes | None = None
    """None: they stay as they are."""
    retold: tuple[Retold, ...] = ()
    """What they tell otherwise."""


def files_of(folder: Path, wanted: Sequence[Change]) -> dict[str, Made]:
    """Procedure -> its files with these changes.

    Raises:
        KioskError: `draft.moved_apart`, `draft.no_script`, `draft.not_editable`.
    """
    made: dict[str, Made] = {}
    for procedure in dict.fromkeys(one.procedure for one in wanted):
        before = script_bytes(folder, procedure)
        read = procedure_of(before)
        own = [one for one in wanted if one.procedure == procedure]
        values = {one.path: one.new for one in own}
        fields = fields_of(read, values)
        now = {(procedure, path): field.value for path, field in fields.items()}
        apart = moved_apart(own, now)
        if apart:
            names = ", ".join(f"{one.procedure} {one.path}" for one in apart)
            raise KioskError("draft.moved_apart", fields=names)
        try:
            edits = edits_of(read, values)
        except ValueError as error:
            raise KioskError("draft.not_editable", str(error)) from error
        script = edited(before, edits)
        walks, retold = _walks(folder / procedure / WALKS, read, script, values)
        made[procedure] = Made(script=script, walks=walks, retold=retold)
    return made


def _walks(
    file: Path, before: Procedure, script: bytes, values: Mapping[str, Value]
) -> tuple[bytes | None, tuple[Retold, ...]]:
    """The recorded cases as they follow; where there are none to read, the checks say so."""
    after, _, faults = read_script(script, file="")
    if after is None or faults or file.is_symlink() or not file.is_file():
        return None, ()
    try:
        with file.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
        return walks_with(content, before, after, values)
    except (OSError, LookupError):
        return None, ()


@contextmanager
def folder_with(folder: Path, made: Mapping[str, Made]) -> Iterator[Path]:
    """A copy of a folder of scripts with these files in it, for a while."""
    with TemporaryDirectory(prefix="dan-loi-") as name:
        copy = Path(name)
        for file in files_in(folder):
            to = copy / file.relative_to(folder)
            to.parent.mkdir(exist_ok=True)
            to.write_bytes(file.read_bytes())
        for procedure, files in made.items():
            (copy / procedure / SCRIPT).write_bytes(files.script)
            if files.walks is not None:
                (copy / procedure / WALKS).write_bytes(files.walks)
        yield copy


def script_bytes(folder: Path, procedure: str) -> bytes:
    """The script of a procedure; its name is only compared, never made into a path unseen."""
    file = next((one for one in folder.glob(f"*/{SCRIPT}") if one.parent.name == procedure), None)
    try:
        if file is None or file.is_symlink() or file.parent.is_symlink():
            raise KioskError("draft.no_script", procedure=procedure)
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        detail = error.strerror or ""
        raise KioskError("draft.no_script", detail, procedure=procedure) from error


def procedure_of(content: bytes) -> Procedure:
    """What a script says.

    Raises:
        KioskError: `draft.not_editable`: not what the format knows.
    """
    procedure, _, faults = read_script(content, file="")
    if procedure is None or faults:
        raise KioskError("draft.not_editable", "it has faults of form")
    return procedure


def files_in(folder: Path) -> Iterator[Path]:
    """Every file of a folder of scripts that the kiosk reads."""
    for name in (SCRIPT, WALKS):
        yield from (one for one in folder.glob(f"*/{name}") if not one.parent.is_symlink())
    for name in (NOT_HERE, NOT_OFFERED, WORDINGS, PORTAL_TABLE):
        if os.path.lexists(folder / name):
            yield folder / name

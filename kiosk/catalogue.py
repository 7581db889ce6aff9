"""The procedures on offer: reads a folder of scripts, leaves the broken ones out."""

import csv
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.assistant.vietnamese import fold
from kiosk.card import Card
from kiosk.check import Script, check_script, check_together
from kiosk.errors import KioskError
from kiosk.not_here import NOT_HERE, check_not_here, read_not_here
from kiosk.not_offered import NOT_OFFERED, Unserved, check_not_offered, read_not_offered
from kiosk.procedure import LifeEvent, Procedure
from kiosk.script import MOST_BYTES, Fault, read_as, read_script
from kiosk.walk import Walks
from kiosk.wordings import MOST_BYTES as WORDINGS_BYTES
from kiosk.wordings import WORDINGS, Wordings, read_wordings

SHIPPED_PROCEDURES = Path(__file__).parent.parent / "procedures"
"""The scripts that come with the kiosk."""

SCRIPT = "script.yaml"
WALKS = "walks.yaml"
PORTAL_TABLE = "portal_ids.csv"
"""Beside the scripts: `code,portal_id`, one line a procedure, copied from the portal's pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """What the ward offers, and what is wrong with the rest."""

    procedures: tuple[Procedure, ...]
    """By life event, in the order of the tiles."""
    faults: tuple[Fault, ...]
    """Of all scripts, warnings too; by file and line."""
    left_out: tuple[str, ...] = ()
    """The files of scripts that are not on offer."""
    scripts: tuple[Script, ...] = ()
    """Those of the right form, on offer or not."""
    cards: tuple[Card, ...] = ()
    """What is not done at the ward, and where it is; none if their file has a fault."""
    wordings: Wordings = field(default_factory=dict)
    """How people ask for procedures that have no script."""
    unserved: tuple[Unserved, ...] = ()
    """Matters without a guide; none if their file has a fault."""


def load_catalogue(folder: Path) -> Catalogue:
    """Read every `<id>/script.yaml` under `folder`.

    A script with a fault is left out and the rest is on offer: a broken script never
    takes the kiosk down.

    Raises:
        KioskError: `catalogue.no_folder`.
    """
    return _of_folder(folder)


def _of_folder(folder: Path, *, is_thorough: bool = False) -> Catalogue:
    if not folder.is_dir():
        raise KioskError("catalogue.no_folder", folder=str(folder))
    files = sorted(folder.glob(f"*/{SCRIPT}"))
    return _catalogue(files, folder / PORTAL_TABLE, folder, is_thorough=is_thorough)


def check_path(path: Path) -> Catalogue:
    """Read a folder of scripts, a folder with one script, or one script file.

    More is checked than when a kiosk starts: that the wordings of everything differ.

    Raises:
        KioskError: `catalogue.no_folder`, or `catalogue.no_script` where there is none.
    """
    if path.is_file() and path.name in (NOT_HERE, NOT_OFFERED, WORDINGS):
        return _of_folder(path.parent, is_thorough=True)
    if path.is_file():
        return _catalogue([path], path.parent.parent / PORTAL_TABLE)
    if (path / SCRIPT).is_file():
        return _catalogue([path / SCRIPT], path.parent / PORTAL_TABLE)
    catalogue = _of_folder(path, is_thorough=True)
    if not catalogue.scripts and not catalogue.left_out:
        raise KioskError("catalogue.no_script", folder=str(path))
    return catalogue


def _catalogue(
    files: list[Path],
    portal_table: Path,
    folder: Path | None = None,
    *,
    is_thorough: bool = False,
) -> Catalogue:
    portal_ids, faults = _portal_ids(portal_table)
    scripts: list[Script] = []
    for file in files:
        script, found = _read(file)
        faults += found
        if script is not None:
            scripts.append(script)
    faults += check_together(scripts, portal_ids)
    not_here = folder / NOT_HERE if folder is not None else None
    cards, found = _cards(not_here, scripts, is_thorough=is_thorough)
    faults += found
    taken = _wordings_of(scripts, cards, str(not_here)) if is_thorough else None
    unserved, found = _unserved(folder, taken)
    faults += found
    wordings, found = _wordings(folder, taken)
    faults += found
    broken = {fault.file for fault in faults if not fault.is_warning}
    offered = tuple(
        script
        for script in scripts
        if script.file not in broken and script.walks_file not in broken
    )
    names = {script.file for script in offered}
    tiles = list(LifeEvent)
    return Catalogue(
        procedures=tuple(
            sorted(
                (script.procedure for script in offered),
                key=lambda one: (tiles.index(one.life_events[0]), one.id),
            )
        ),
        faults=tuple(sorted(faults, key=lambda fault: (fault.file, fault.line))),
        left_out=(
            *(str(file) for file in files if str(file) not in names),
            *(
                str(folder / name)
                for name in (NOT_HERE, NOT_OFFERED)
                if folder is not None and str(folder / name) in broken
            ),
        ),
        scripts=tuple(script for script in scripts if not script.is_mended),
        cards=cards,
        wordings=wordings,
        unserved=unserved,
    )


def _read(file: Path) -> tuple[Script | None, list[Fault]]:
    untrusted, fault = _bytes(file)
    if untrusted is None:
        return None, [fault] if fault else []
    procedure, lines, faults = read_script(untrusted, file=str(file))
    if procedure is None:
        return None, faults
    is_mended = bool(faults)
    walks_file = file.with_name(WALKS)
    walks, walks_lines = None, None
    if walks_file.exists():
        untrusted, fault = _bytes(walks_file)
        if untrusted is None:
            faults += [fault] if fault else []
        else:
            walks, walks_lines, found = read_as(Walks, untrusted, file=str(walks_file))
            faults += found
    else:
        faults.append(Fault(file=str(file), line=1, code="no_walks", is_warning=True))
    if file.name == SCRIPT and file.parent.name != procedure.id:
        values = (("id", procedure.id), ("folder", file.parent.name))
        faults.append(
            Fault(file=str(file), line=lines.at(("id",)), code="not_its_folder", values=values)
        )
    script = Script(
        file=str(file),
        procedure=procedure,
        lines=lines,
        is_mended=is_mended,
        walks_file=str(walks_file),
        walks=walks,
        walks_lines=walks_lines,
    )
    return script, [*faults, *check_script(script)]


def _cards(
    file: Path | None, scripts: list[Script], *, is_thorough: bool
) -> tuple[tuple[Card, ...], list[Fault]]:
    """The cards of the "not here" file, or its faults; neither where there is no such file."""
    if file is None or not os.path.lexists(file):
        return (), []
    untrusted, fault = _bytes(file)
    if untrusted is None:
        return (), [fault] if fault else []
    not_here, faults = read_not_here(untrusted, file=str(file))
    if not_here is not None:
        faults += check_not_here(not_here, scripts, is_thorough=is_thorough)
    return (not_here.cards if not_here is not None and not faults else ()), faults


def _wordings_of(scripts: list[Script], cards: tuple[Card, ...], cards_file: str) -> dict[str, str]:
    """Folded wordings -> the file that has them."""
    taken = {fold(text): cards_file for card in cards for text in card.heard_as.vi}
    return taken | {
        fold(text): script.file for script in scripts for text in script.procedure.heard_as.vi
    }


def _unserved(
    folder: Path | None, taken: dict[str, str] | None
) -> tuple[tuple[Unserved, ...], list[Fault]]:
    """The matters without a guide, whose wordings are then taken too; or the file's faults."""
    file = folder / NOT_OFFERED if folder is not None else None
    if file is None or not os.path.lexists(file):
        return (), []
    untrusted, fault = _bytes(file)
    if untrusted is None:
        return (), [fault] if fault else []
    found, faults = read_not_offered(untrusted, file=str(file))
    if found is not None:
        faults += check_not_offered(found, taken)
    if found is None or faults:
        return (), faults
    if taken is not None:
        taken |= {fold(text): str(file) for matter in found.matters for text in matter.heard_as}
    return found.matters, []


def _wordings(folder: Path | None, taken: dict[str, str] | None) -> tuple[Wordings, list[Fault]]:
    file = folder / WORDINGS if folder is not None else None
    if file is None or not os.path.lexists(file):
        return {}, []
    untrusted, fault = _bytes(file, most=WORDINGS_BYTES)
    if untrusted is None:
        return {}, [fault] if fault else []
    return read_wordings(untrusted, file=str(file), taken=taken)


def _bytes(file: Path, *, most: int = MOST_BYTES) -> tuple[bytes | None, Fault | None]:
    """A file's bytes, at most one more than allowed; links are not followed out of the folder."""
    if file.is_symlink() or file.parent.is_symlink():
        return None, Fault(file=str(file), line=1, code="symlink")
    try:
        with file.open("rb") as opened:
            return opened.read(most + 1), None
    except OSError as error:
        values = (("problem", error.strerror or type(error).__name__),)
        return None, Fault(file=str(file), line=1, code="unreadable", values=values)


def _portal_ids(table: Path) -> tuple[Mapping[str, str] | None, list[Fault]]:
    """Code -> portal id; None and perhaps a fault where there is no table to trust."""
    if not table.is_file():
        return None, []
    try:
        with table.open(encoding="utf-8", newline="") as opened:
            return {row["code"]: row["portal_id"] for row in csv.DictReader(opened)}, []
    except (OSError, UnicodeDecodeError, csv.Error, KeyError):
        return None, [Fault(file=str(table), line=1, code="bad_portal_table")]

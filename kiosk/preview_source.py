"""What a preview shows: a folder of scripts or a bundle's file, read as far as it can be read.

A kiosk leaves out a script with a fault; a preview shows it as far as it goes, so that whoever
mends it sees where they are.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from kiosk.bundle import PROCEDURES, SITE
from kiosk.bundle_current import with_site_part
from kiosk.bundle_file import load_bundle
from kiosk.bundle_site import SitePart, read_site_part
from kiosk.catalogue import SCRIPT, Catalogue, check_path, load_catalogue
from kiosk.draft import Change
from kiosk.draft_files import files_of, folder_with
from kiosk.errors import KioskError
from kiosk.notice import Notice
from kiosk.preview import Stop, Wanted, mended, stop_before, stop_in
from kiosk.procedure import Procedure, Text
from kiosk.settings import Settings
from kiosk.words_files import load_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where scripts are, and how the ward calls itself there."""

    path: Path
    """A folder of scripts, or a bundle's file."""
    settings: Settings
    """Where `path` is a bundle, its part is laid over these."""
    today: date
    notices: tuple[Notice, ...] = ()
    """Where `path` is a bundle, its own take their place."""
    changes: tuple[Change, ...] = ()
    """Where `path` is a folder: a draft's, made in a copy of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Titled:
    """A procedure in a list."""

    id: str
    title: Text


@contextmanager
def opened(source: Source) -> Iterator[Source]:
    """The same with a folder as its path, as long as this lasts.

    Raises:
        KioskError: those of `load_bundle` and `files_of`, `bundle.bad_site`,
            `bundle.not_looked_at`.
    """
    if source.changes:
        with folder_with(source.path, files_of(source.path, source.changes)) as copy:
            yield replace(source, path=copy, changes=())
        return
    if not source.path.is_file():
        yield source
        return
    bundle = load_bundle(source.path)
    site = read_site_part(bundle.files[SITE]) if SITE in bundle.files else SitePart()
    with TemporaryDirectory(prefix="dan-loi-") as name:
        folder = Path(name)
        try:
            for path, content in bundle.files.items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(content)
        except OSError as error:
            raise KioskError("bundle.not_looked_at", error.strerror or "") from error
        yield replace(
            source,
            path=folder / PROCEDURES,
            settings=with_site_part(source.settings, site),
            notices=site.notices,
        )


def titles(source: Source) -> tuple[Titled, ...]:
    """All procedures that can be shown, on offer or not, by title.

    Raises:
        KioskError: those of `opened`, `catalogue.no_folder`.
    """
    with opened(source) as here:
        found = [one.procedure for one in load_catalogue(here.path).scripts]
    return tuple(
        Titled(id=one.id, title=one.title) for one in sorted(found, key=lambda one: one.title.vi)
    )


def stop_at(source: Source, wanted: Wanted) -> Stop:
    """The screen in words.

    Raises:
        KioskError: those of `opened`, `procedure_in` and `stop_in`.
    """
    words = load_words()
    with opened(source) as here:
        if wanted.procedure:
            return stop_in(procedure_in(here.path, wanted.procedure), wanted, words)
        return stop_before(offered_in(here).procedures, wanted, words)


def procedure_in(folder: Path, procedure_id: str) -> Procedure:
    """One procedure, mended where it has faults.

    Raises:
        KioskError: `preview.no_procedure`: there is none, or it is not of the right form.
    """
    file = folder / procedure_id / SCRIPT
    found = check_path(file).scripts if file.is_file() else ()
    if not found or found[0].procedure.id != procedure_id:
        raise KioskError("preview.no_procedure", id=procedure_id)
    return mended(found[0].procedure, load_words())


def offered_in(source: Source) -> Catalogue:
    """What a kiosk would offer of this folder on that day."""
    catalogue = load_catalogue(source.path)
    here = tuple(one for one in catalogue.procedures if one.is_offered(source.today))
    return replace(catalogue, procedures=here)

"""A bundle as a file: a zip archive that is laid out in one way only.

Nothing in it is compressed, nothing but listed files is in it, and their order and headers are
fixed: what is read is packed again and compared, so that there is no second way to write a
bundle. Whatever an archive claims, no more is read than the file has bytes. Nothing here writes
to disk but `save_bundle`.
"""

import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping
from datetime import date
from io import BytesIO
from pathlib import Path

from kiosk.bundle import (
    MANIFEST,
    MOST_BUNDLE_BYTES,
    MOST_FILES,
    MOST_NOTE_LETTERS,
    PROCEDURES,
    SIGNATURE,
    SITE,
    Bundle,
    Manifest,
    Scope,
    check_files,
    check_version,
    listed,
    manifest_bytes,
    most_bytes,
    read_manifest,
)
from kiosk.catalogue import PORTAL_TABLE, SCRIPT, WALKS, Catalogue, check_path
from kiosk.errors import KioskError
from kiosk.not_here import NOT_HERE
from kiosk.not_offered import NOT_OFFERED
from kiosk.wordings import WORDINGS

MOST_NAME_BYTES = 120
_END = struct.Struct("<4s4H2LH")
_END_MARK = b"PK\x05\x06"
_MOST_ENTRIES = MOST_FILES + 2
_MOST_DIRECTORY_BYTES = _MOST_ENTRIES * 3 * MOST_NAME_BYTES
_ENCRYPTED = 0x1
_PLAIN_MODE = (stat.S_IFREG | 0o644) << 16
_DOS_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{one}{n}" for one in ("com", "lpt") for n in range(1, 10)}
)
"""Names that are no files on Windows, where admins unpack things too."""

_DAMAGE = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, EOFError, OSError),
    *(NotImplementedError, RuntimeError, ValueError, OverflowError, IndexError, MemoryError),
)
"""What zipfile raises for an archive that is not whole, or not made as archives are."""


def load_bundle(file: Path) -> Bundle:
    """Read a bundle's file.

    Raises:
        KioskError: those of `read_bundle`, and `bundle.unreadable`.
    """
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as opened:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise KioskError("bundle.unreadable", "no plain file", file=str(file))
            untrusted = opened.read(MOST_BUNDLE_BYTES + 1)
    except OSError as error:
        raise KioskError("bundle.unreadable", error.strerror or "", file=str(file)) from error
    return read_bundle(untrusted)


def read_bundle(untrusted: bytes) -> Bundle:
    """Read a bundle, signed or not; whether the signature is good is for `bundle_sign` to say.

    Raises:
        KioskError: `bundle.too_large`, `bundle.too_many_files`, `bundle.damaged`,
            `bundle.encrypted`, `bundle.compressed`, `bundle.not_plain`, `bundle.bad_name`,
            `bundle.twice`, `bundle.not_allowed`, `bundle.file_too_large`, `bundle.no_manifest`,
            `bundle.bad_manifest`, `bundle.missing_file`, `bundle.extra_file`, `bundle.changed`,
            `bundle.not_as_packed`.
    """
    if len(untrusted) > MOST_BUNDLE_BYTES:
        raise KioskError("bundle.too_large", most=str(MOST_BUNDLE_BYTES // 1_000_000))
    _check_end(untrusted)
    files = _files(untrusted)
    if MANIFEST not in files:
        raise KioskError("bundle.no_manifest")
    manifest = read_manifest(files.pop(MANIFEST))
    signature = files.pop(SIGNATURE, None)
    check_files(manifest, files)
    bundle = Bundle(manifest=manifest, signature=signature, files=files)
    if pack(bundle) != untrusted:
        raise KioskError("bundle.not_as_packed")
    return bundle


def pack(bundle: Bundle) -> bytes:
    """The bytes of a bundle's file; the same bundle always gives the same."""
    entries = {MANIFEST: manifest_bytes(bundle.manifest)}
    if bundle.signature is not None:
        entries[SIGNATURE] = bundle.signature
    entries |= dict(sorted(bundle.files.items()))
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for path, content in entries.items():
            entry = zipfile.ZipInfo(path, _DOS_EPOCH)
            entry.create_system = _UNIX
            entry.external_attr = _PLAIN_MODE
            archive.writestr(entry, content)
    return packed.getvalue()


def save_bundle(bundle: Bundle, file: Path) -> None:
    """Write a bundle's file, whole or not at all.

    Raises:
        KioskError: `bundle.not_written`.
    """
    unfinished = file.with_name(f".{file.name}.new")
    try:
        with unfinished.open("wb") as opened:
            opened.write(pack(bundle))
            opened.flush()
            os.fsync(opened.fileno())
        unfinished.replace(file)
    except OSError as error:
        raise KioskError("bundle.not_written", file=str(file), problem=_why(error)) from error


def gather(
    folder: Path,
    *,
    version: str,
    scope: Scope,
    made: date,
    note: str = "",
    site: Path | None = None,
) -> tuple[Bundle, Catalogue]:
    """Make a bundle of a folder of scripts; the catalogue beside it has their faults.

    Args:
        folder: as `procedures/` is: a folder a procedure, the tables beside them.
        version: of the bundle.
        scope: whom it is meant for.
        made: the day.
        note: what its maker says about it.
        site: the part of the site's settings that goes along.

    Raises:
        KioskError: `catalogue.no_folder`, `catalogue.no_script`, `bundle.bad_version`,
            `bundle.bad_note`, `bundle.not_gathered`, `bundle.too_large`.
    """
    check_version(version)
    if len(note) > MOST_NOTE_LETTERS or not note.isprintable():
        raise KioskError("bundle.bad_note")
    catalogue = check_path(folder)
    wanted = [
        *(file for name in (SCRIPT, WALKS) for file in folder.glob(f"*/{name}")),
        *(folder / name for name in (NOT_HERE, NOT_OFFERED, WORDINGS, PORTAL_TABLE)),
    ]
    files = {
        f"{PROCEDURES}/{file.relative_to(folder).as_posix()}": _gathered(file)
        for file in sorted(wanted)
        if os.path.lexists(file)
    }
    if site is not None:
        files[SITE] = _gathered(site)
    for path, content in files.items():
        most = most_bytes(path)
        if most is None:
            raise KioskError("bundle.not_allowed", file=path)
        if len(content) > most:
            raise KioskError("bundle.file_too_large", file=path, most=str(most // 1024))
    if len(files) > MOST_FILES:
        raise KioskError("bundle.too_many_files", most=str(MOST_FILES))
    if sum(map(len, files.values())) > MOST_BUNDLE_BYTES // 2:
        raise KioskError("bundle.too_large", most=str(MOST_BUNDLE_BYTES // 2_000_000))
    manifest = Manifest(
        version=version,
        scope=str(scope),
        made=made,
        note=note,
        checked={one.procedure.id: one.procedure.checked for one in catalogue.scripts},
        files=listed(files),
    )
    return Bundle(manifest=manifest, signature=None, files=files), catalogue


def _gathered(file: Path) -> bytes:
    if file.is_symlink() or file.parent.is_symlink():
        raise KioskError("bundle.not_gathered", "a link", file=str(file))
    try:
        return file.read_bytes()
    except OSError as error:
        raise KioskError("bundle.not_gathered", _why(error), file=str(file)) from error


def _check_end(untrusted: bytes) -> None:
    """Refuse by the archive's last record, before a list of its files is built."""
    if len(untrusted) < _END.size or untrusted[-_END.size :][:4] != _END_MARK:
        raise KioskError("bundle.damaged", "no end record at the end")
    *_, entries, directory_bytes, _, _ = _END.unpack(untrusted[-_END.size :])
    if entries > _MOST_ENTRIES or directory_bytes > _MOST_DIRECTORY_BYTES:
        raise KioskError("bundle.too_many_files", most=str(MOST_FILES))


def _files(untrusted: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(BytesIO(untrusted)) as archive:
            entries = archive.infolist()
            _check_entries(entries)
            return {entry.orig_filename: archive.read(entry) for entry in entries}
    except UnicodeDecodeError as error:
        raise KioskError("bundle.bad_name", file=repr(error.object[:MOST_NAME_BYTES])) from error
    except _DAMAGE as error:
        raise KioskError("bundle.damaged", f"{type(error).__name__}: {error}") from error


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    total = 0
    for entry in entries:
        name = entry.orig_filename
        shown = name if name.isprintable() else repr(name)
        if not _is_good_name(name):
            raise KioskError("bundle.bad_name", file=shown[:MOST_NAME_BYTES])
        if name.casefold() in seen:
            raise KioskError("bundle.twice", file=shown)
        seen.add(name.casefold())
        if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG) or name.endswith("/"):
            raise KioskError("bundle.not_plain", file=shown)
        if entry.flag_bits & _ENCRYPTED:
            raise KioskError("bundle.encrypted", file=shown)
        if entry.compress_type != zipfile.ZIP_STORED:
            raise KioskError("bundle.compressed", file=shown)
        most = most_bytes(name)
        if most is None:
            raise KioskError("bundle.not_allowed", file=shown)
        if entry.file_size > most:
            raise KioskError("bundle.file_too_large", file=shown, most=str(most // 1024))
        total += entry.file_size
        if total > MOST_BUNDLE_BYTES:
            raise KioskError("bundle.too_large", most=str(MOST_BUNDLE_BYTES // 1_000_000))


def _is_good_name(name: str) -> bool:
    """Whether it is a plain relative path on any file system."""
    parts = name.removesuffix("/").split("/")
    is_plain = name.isascii() and name.isprintable() and not set(name) & set('\\:*?"<>|')
    return (
        is_plain
        and len(name) <= MOST_NAME_BYTES
        and all(part not in ("", ".", "..") and part == part.strip(" ") for part in parts)
        and not any(part.casefold().split(".")[0] in _DEVICES for part in parts)
    )


def _why(error: OSError) -> str:
    return error.strerror or type(error).__name__


def files_of(folder: Path, manifest: Manifest) -> Mapping[str, bytes]:
    """The files of an unpacked bundle, those that can be read.

    A file that is gone, or larger than listed, is left out: `check_files` then says so.
    """
    found: dict[str, bytes] = {}
    for path, kept in manifest.files.items():
        try:
            descriptor = os.open(folder / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(descriptor, "rb") as opened:
                found[path] = opened.read(kept.bytes + 1)
        except OSError:
            continue
    return found

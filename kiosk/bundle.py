"""A bundle: scripts, wordings and a part of the site's settings, listed in a manifest. Pure.

The manifest names every file with its sha256, so that a signature over the manifest's bytes
vouches for all of it. There is one way to write a manifest: any other spelling is refused.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, TypeAdapter
from pydantic.dataclasses import dataclass

from kiosk.errors import KioskError
from kiosk.not_here import NOT_HERE
from kiosk.not_offered import NOT_OFFERED
from kiosk.portal import PortalPlace
from kiosk.procedure import Id
from kiosk.script import MOST_BYTES as SCRIPT_BYTES
from kiosk.wordings import MOST_BYTES as WORDINGS_BYTES
from kiosk.wordings import WORDINGS

MANIFEST = "manifest.json"
SIGNATURE = "signature.json"
SITE = "site.toml"
PROCEDURES = "procedures"
SUFFIX = ".danloi.zip"
"""How the name of a bundle ends."""

MOST_BUNDLE_BYTES = 16 * 1024 * 1024
"""Ours are under 3 MB."""
MOST_FILES = 600
"""Two a procedure and a handful beside them."""
MOST_MANIFEST_BYTES = 256 * 1024
MOST_SIGNATURE_BYTES = 4096
MOST_SITE_BYTES = 64 * 1024
MOST_TABLE_BYTES = 256 * 1024
MOST_NOTE_LETTERS = 300

_SCRIPT_FILE = re.compile(rf"{PROCEDURES}/([a-z0-9]+(?:-[a-z0-9]+)*)/(?:script|walks)\.yaml\Z")
_OTHER_FILES = {
    f"{PROCEDURES}/{NOT_HERE}": SCRIPT_BYTES,
    f"{PROCEDURES}/{NOT_OFFERED}": SCRIPT_BYTES,
    f"{PROCEDURES}/{WORDINGS}": WORDINGS_BYTES,
    f"{PROCEDURES}/portal_ids.csv": MOST_TABLE_BYTES,
    SITE: MOST_SITE_BYTES,
}
_OWN_FILES = {MANIFEST: MOST_MANIFEST_BYTES, SIGNATURE: MOST_SIGNATURE_BYTES}


class Reach(StrEnum):
    """How far a key, or a bundle, is good."""

    WARD = "ward"
    CITY = "city"


def _is_printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("it has characters that cannot be printed")
    return text


VersionText = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,6}(\.[0-9]{1,6}){0,3}\z")]
"""One to four numbers: `2026.11.28`, `2026.11.28.2`."""
ScopeText = Annotated[str, StringConstraints(pattern=r"^(ward|city):[0-9]{2,5}\z")]
"""`ward:00082` or `city:01`, by the administrative codes of `[ward.portal]`."""
Plain = Annotated[
    str, StringConstraints(max_length=MOST_NOTE_LETTERS), AfterValidator(_is_printable)
]
Sum = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}\z")]

_strict = ConfigDict(extra="forbid", strict=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whom a key may speak for, or a bundle is meant for."""

    reach: Reach
    code: str

    def is_here(self, place: PortalPlace) -> bool:
        """Whether a kiosk in this ward is meant."""
        is_ward = self.reach is Reach.WARD
        return bool(self.code) and self.code == (
            place.ward_code if is_ward else place.province_code
        )

    def __str__(self) -> str:
        return f"{self.reach.value}:{self.code}"


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Listed:
    """One file, as the manifest has it."""

    bytes: Annotated[int, Field(ge=0, le=MOST_BUNDLE_BYTES)]
    sha256: Sum


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Manifest:
    """What a bundle says of itself."""

    format: Literal[1] = 1
    version: VersionText
    scope: ScopeText
    made: date
    note: Plain = ""
    """What its maker says about it."""
    checked: Mapping[Id, date]
    """Procedure -> the day on which a person last compared it with its sources."""
    files: Annotated[Mapping[str, Listed], Field(max_length=MOST_FILES)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A bundle in memory: every file is what the manifest lists."""

    manifest: Manifest
    signature: bytes | None
    """The file that says who vouches for the manifest; None: nobody yet."""
    files: Mapping[str, bytes]

    @property
    def name(self) -> str:
        """Version and the beginning of its sum: no two bundles have the same."""
        return name_of(self.manifest)


_MANIFEST = TypeAdapter(Manifest)
_VERSION = TypeAdapter(VersionText)
_SCOPE = TypeAdapter(ScopeText)


def manifest_bytes(manifest: Manifest) -> bytes:
    """A manifest as it is written and signed."""
    plain = asdict(manifest)
    plain["made"] = manifest.made.isoformat()
    plain["checked"] = {one: day.isoformat() for one, day in manifest.checked.items()}
    return (json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def read_manifest(untrusted: bytes) -> Manifest:
    """Parse a manifest.

    Raises:
        KioskError: `bundle.bad_manifest`.
    """
    try:
        manifest = _MANIFEST.validate_json(untrusted)
        is_ours = manifest_bytes(manifest) == untrusted
    except ValueError as error:  # pydantic's ValidationError is one
        raise KioskError("bundle.bad_manifest", type(error).__name__) from error
    if not is_ours:
        raise KioskError("bundle.bad_manifest", "written otherwise than we write it")
    for path, listed in manifest.files.items():
        most = most_bytes(path)
        if most is None or path in _OWN_FILES:
            raise KioskError("bundle.not_allowed", file=path)
        if listed.bytes > most:
            raise KioskError("bundle.file_too_large", file=path, most=str(most // 1024))
    return manifest


def name_of(manifest: Manifest) -> str:
    """Version and the beginning of the manifest's sum."""
    return f"{manifest.version}-{sha256(manifest_bytes(manifest)).hexdigest()[:12]}"


def listed(files: Mapping[str, bytes]) -> dict[str, Listed]:
    """What a manifest says of these files."""
    return {
        path: Listed(bytes=len(content), sha256=sha256(content).hexdigest())
        for path, content in sorted(files.items())
    }


def most_bytes(path: str) -> int | None:
    """How large this file of a bundle may be; None: a bundle may not hold it."""
    if _SCRIPT_FILE.fullmatch(path):
        return SCRIPT_BYTES
    return _OTHER_FILES.get(path) or _OWN_FILES.get(path)


def check_files(manifest: Manifest, files: Mapping[str, bytes]) -> None:
    """See that the files are those that the manifest lists, byte for byte.

    Raises:
        KioskError: `bundle.missing_file`, `bundle.extra_file`, `bundle.changed`.
    """
    for path in sorted(manifest.files.keys() | files.keys()):
        if path not in files:
            raise KioskError("bundle.missing_file", file=path)
        if path not in manifest.files:
            raise KioskError("bundle.extra_file", file=path)
    for path, found in listed(files).items():
        if found != manifest.files[path]:
            raise KioskError("bundle.changed", file=path)


def version_key(version: str) -> tuple[int, ...]:
    """What versions are compared by: `2026.11.8` is `2026.11.08`, and `1` is `1.0`."""
    numbers = [int(part) for part in version.split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def check_version(text: str) -> str:
    """A version as somebody typed it.

    Raises:
        KioskError: `bundle.bad_version`.
    """
    try:
        return _VERSION.validate_python(text)
    except ValueError as error:
        raise KioskError("bundle.bad_version", version=text) from error


def scope_of(text: str) -> Scope:
    """A scope as it is written: `ward:00082`, `city:01`.

    Raises:
        KioskError: `bundle.bad_scope`.
    """
    try:
        reach, _, code = _SCOPE.validate_python(text).partition(":")
    except ValueError as error:
        raise KioskError("bundle.bad_scope", scope=text) from error
    return Scope(reach=Reach(reach), code=code)


def covers(key: Scope, bundle: Scope, place: PortalPlace) -> bool:
    """Whether a key of scope `key` may sign a bundle of scope `bundle` for a kiosk at `place`.

    A ward speaks for itself; a city for the city and for each of its wards.
    """
    if not bundle.is_here(place):
        return False
    return key == bundle or (key.reach is Reach.CITY and key.is_here(place))

"""Bundles and keys for tests: small, sound unless a test says otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache

from conftest import SCRIPT_TEXT, WALKS_TEXT

from kiosk.bundle import Bundle, Manifest, Scope, listed, scope_of
from kiosk.bundle_file import pack
from kiosk.bundle_sign import Key, make_key, sign
from kiosk.portal import PortalPlace

TODAY = date(2026, 11, 28)
NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
HERE = PortalPlace(province_id="", ward_id="", province_code="01", ward_code="00082")
WARD = scope_of("ward:00082")
CITY = scope_of("city:01")

SCRIPT_FILE = "procedures/xin-giay/script.yaml"
WALKS_FILE = "procedures/xin-giay/walks.yaml"
TITLE = "Xin giấy xác nhận"


@dataclass(frozen=True)
class Pair:
    """A private key with its public half."""

    pem: bytes = field(repr=False)
    key: Key


def pair(
    scope: Scope = WARD,
    *,
    name: str = "Phường Cửa Nam",
    since: date = date(2026, 1, 1),
    until: date | None = None,
) -> Pair:
    pem, key = make_key(name=name, scope=scope, valid_from=since, valid_until=until)
    return Pair(pem=pem, key=key)


@cache
def ward_pair() -> Pair:
    """The ward's own, the same in all tests of a run."""
    return pair()


def files_of_script(text: str = SCRIPT_TEXT, walks: str = WALKS_TEXT) -> dict[str, bytes]:
    return {SCRIPT_FILE: text.encode(), WALKS_FILE: walks.encode()}


def titled(title: str) -> dict[str, bytes]:
    """The small script under another title: a version that can be told from others."""
    return files_of_script(SCRIPT_TEXT.replace(TITLE, title))


def unsigned(
    version: str = "1",
    files: Mapping[str, bytes] | None = None,
    *,
    scope: Scope = WARD,
    checked: Mapping[str, date] | None = None,
) -> Bundle:
    """A bundle of the small script, or of these files."""
    held = dict(files if files is not None else files_of_script())
    manifest = Manifest(
        version=version,
        scope=str(scope),
        made=TODAY,
        checked=checked if checked is not None else {"xin-giay": date(2026, 11, 22)},
        files=listed(held),
    )
    return Bundle(manifest=manifest, signature=None, files=held)


def signed(
    version: str = "1",
    files: Mapping[str, bytes] | None = None,
    *,
    scope: Scope = WARD,
    by: Pair | None = None,
) -> Bundle:
    """The same, signed by the ward or by this pair."""
    return sign(unsigned(version, files, scope=scope), (by or ward_pair()).pem)


def packed(bundle: Bundle) -> bytes:
    return pack(bundle)


def revoked(one: Key) -> Key:
    return replace(one, revoked=TODAY)

"""Who made a bundle: Ed25519 signatures, and the keys that this kiosk trusts.

A signature stands beside the manifest and vouches for its bytes. The keys lie in `keys.toml` in
the state folder: only who may write there says whom the kiosk trusts. A key has a successor
before it ends, so that both are good for a while; a revoked one is never good again.
"""

import json
import os
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Annotated

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from kiosk.bundle import Bundle, Plain, Scope, ScopeText, Sum, covers, manifest_bytes, scope_of
from kiosk.errors import KioskError
from kiosk.portal import PortalPlace

KEYS_FILE = "keys.toml"
"""In the state folder."""
MOST_KEYS = 50
MOST_KEYS_BYTES = 64 * 1024
_ABOUT = b"dan-loi bundle 1\n"
"""Begins what is signed, so that a signature made for something else is none of ours."""

KeyId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}\z")]
_Signature = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{128}\z")]

_strict = ConfigDict(extra="forbid", strict=True)
_of_toml = ConfigDict(extra="forbid")
"""TOML has lists and tables where we have tuples and values: not strict."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_of_toml)
class Key:
    """A public key, and for whom it may speak."""

    id: KeyId
    """The beginning of its sum: it cannot be given to another key."""
    name: Annotated[Plain, Field(min_length=1)]
    """Who holds the other half."""
    public: Sum
    """32 bytes in hexadecimal digits."""
    scope: ScopeText
    valid_from: date
    valid_until: date | None = None
    """The last day."""
    revoked: date | None = None
    """Somebody else may have it, since about this day; it is refused whatever the clock says."""

    def standing(self, today: date) -> "KeyStanding":
        """Whether it is good on this day."""
        if self.revoked is not None:
            return KeyStanding.REVOKED
        if today < self.valid_from:
            return KeyStanding.NOT_YET
        if self.valid_until is not None and today > self.valid_until:
            return KeyStanding.EXPIRED
        return KeyStanding.GOOD


class KeyStanding(StrEnum):
    """How a key stands on a day."""

    GOOD = "good"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    REVOKED = "revoked"


_REFUSED = {
    KeyStanding.NOT_YET: "bundle.key_not_yet",
    KeyStanding.EXPIRED: "bundle.key_expired",
    KeyStanding.REVOKED: "bundle.key_revoked",
}


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class _Signed:
    key: KeyId
    signature: _Signature


@dataclass(frozen=True, slots=True, kw_only=True, config=_of_toml)
class _KeysFile:
    keys: Annotated[tuple[Key, ...], Field(max_length=MOST_KEYS)] = ()


# Signing


def make_key(
    *, name: str, scope: Scope, valid_from: date, valid_until: date | None, passphrase: str = ""
) -> tuple[bytes, Key]:
    """A new pair: the private half as PEM, and the public one.

    Raises:
        KioskError: `keys.bad`.
    """
    private = Ed25519PrivateKey.generate()
    secret = passphrase.encode()
    pem = private.private_bytes(
        Encoding.PEM,
        PrivateFormat.PKCS8,
        BestAvailableEncryption(secret) if secret else NoEncryption(),
    )
    public = private.public_key().public_bytes_raw()
    try:
        key = Key(
            id=_id_of(public),
            name=name,
            public=public.hex(),
            scope=str(scope),
            valid_from=valid_from,
            valid_until=valid_until,
        )
    except ValidationError as error:
        raise KioskError("keys.bad", file=name, problem=error.errors()[0]["msg"]) from None
    return pem, key


def sign(bundle: Bundle, pem: bytes, *, passphrase: str = "") -> Bundle:
    """The bundle with a signature, in place of one that it had.

    Raises:
        KioskError: `keys.private_unreadable`.
    """
    private = _private(pem, passphrase)
    signature = private.sign(_ABOUT + manifest_bytes(bundle.manifest))
    signed = _Signed(key=_id_of(private.public_key().public_bytes_raw()), signature=signature.hex())
    return replace(bundle, signature=_signature_bytes(signed))


def key_id(pem: bytes) -> str:
    """The id of the key whose private half this is.

    Raises:
        KioskError: `keys.private_unreadable`.
    """
    return _id_of(_private(pem, "").public_key().public_bytes_raw())


def signer_of(bundle: Bundle) -> str:
    """The id of the key that a bundle says it is signed with; nothing is proven by it.

    Raises:
        KioskError: `bundle.unsigned`, `bundle.bad_signature`.
    """
    return _signed(bundle).key


def vouched(bundle: Bundle, keys: Sequence[Key], *, place: PortalPlace, today: date) -> Key:
    """The key that vouches for this bundle here and today.

    Raises:
        KioskError: `bundle.unsigned`, `bundle.bad_signature`, `bundle.unknown_key`,
            `bundle.key_revoked`, `bundle.key_expired`, `bundle.key_not_yet`,
            `bundle.not_for_here`, `bundle.key_scope`.
    """
    signed = _signed(bundle)
    key = next((one for one in keys if one.id == signed.key), None)
    if key is None:
        raise KioskError("bundle.unknown_key", key=signed.key)
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key.public))
    try:
        public.verify(bytes.fromhex(signed.signature), _ABOUT + manifest_bytes(bundle.manifest))
    except InvalidSignature as error:
        raise KioskError("bundle.bad_signature") from error
    refuse_key(key, today)
    scope = scope_of(bundle.manifest.scope)
    if not scope.is_here(place):
        raise KioskError("bundle.not_for_here", scope=str(scope), here=_here(place))
    if not covers(scope_of(key.scope), scope, place):
        raise KioskError("bundle.key_scope", name=key.name, key=key.scope, scope=str(scope))
    return key


def refuse_key(key: Key, today: date) -> None:
    """Refuse a key that is not good on this day.

    Raises:
        KioskError: `bundle.key_revoked`, `bundle.key_expired`, `bundle.key_not_yet`.
    """
    standing = key.standing(today)
    if standing is KeyStanding.GOOD:
        return
    days = {"since": key.valid_from, "until": key.valid_until, "revoked": key.revoked}
    shown = {one: f"{day:%d/%m/%Y}" if day else "–" for one, day in days.items()}
    raise KioskError(_REFUSED[standing], name=key.name, **shown)


# The keys that are trusted


def refused_ids(keys: Iterable[Key]) -> frozenset[str]:
    """The ids of those that were revoked: what they vouched for becomes current nowhere."""
    return frozenset(one.id for one in keys if one.revoked is not None)


def load_keys(file: Path) -> tuple[Key, ...]:
    """The keys of a file; none where there is no file.

    Raises:
        KioskError: `keys.bad`: nobody is trusted by a file that cannot be read.
    """
    try:
        table = tomllib.loads(_bounded(file).decode("utf-8"))
        keys = TypeAdapter(_KeysFile).validate_python(table).keys
    except FileNotFoundError:
        return ()
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(one) for one in first["loc"])
        raise KioskError("keys.bad", file=str(file), problem=f"{where}: {first['msg']}") from error
    except (OSError, ValueError, RecursionError) as error:
        raise KioskError("keys.bad", file=str(file), problem=str(error)) from error
    for number, key in enumerate(keys):
        if key.id != _id_of(bytes.fromhex(key.public)):
            raise KioskError("keys.bad", file=str(file), problem=f"{key.id}: id ≠ public")
        if any(other.id == key.id for other in keys[:number]):
            raise KioskError("keys.bad", file=str(file), problem=f"{key.id}: twice")
    return keys


def save_keys(keys: Sequence[Key], file: Path) -> None:
    """Write a file of keys, whole or not at all.

    Raises:
        KioskError: `keys.not_written`.
    """
    unfinished = file.with_name(f".{file.name}.new")
    text = keys_text(keys)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("w", encoding="utf-8") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        unfinished.replace(file)
    except OSError as error:
        problem = error.strerror or type(error).__name__
        raise KioskError("keys.not_written", file=str(file), problem=problem) from error


def keys_text(keys: Sequence[Key]) -> str:
    """A file of keys, as `load_keys` reads it."""
    return "\n".join(map(_toml, keys))


def added(keys: Sequence[Key], new: Sequence[Key]) -> tuple[Key, ...]:
    """The keys with these beside them; one that is already there stays as it is.

    A key that was revoked here does not come back with an older file.
    """
    known = {one.id for one in keys}
    return (*keys, *(one for one in new if one.id not in known))


def changed(
    keys: Sequence[Key],
    key_id: str,
    *,
    revoked: date | None = None,
    valid_until: date | None = None,
) -> tuple[Key, ...]:
    """The keys, with this one revoked or ending on another day.

    Raises:
        KioskError: `keys.unknown`: no key's id begins so, or several do.
    """
    found = [one for one in keys if key_id and one.id.startswith(key_id)]
    if len(found) != 1:
        raise KioskError("keys.unknown", key=key_id)
    wanted = found[0]
    if revoked is not None:
        wanted = replace(wanted, revoked=wanted.revoked or revoked)
    if valid_until is not None:
        wanted = replace(wanted, valid_until=valid_until)
    return tuple(wanted if one.id == wanted.id else one for one in keys)


def _toml(key: Key) -> str:
    texts = {name: getattr(key, name) for name in ("id", "name", "public", "scope")}
    # A JSON string of printable letters is a TOML string.
    lines = [f"{name} = {json.dumps(text, ensure_ascii=False)}" for name, text in texts.items()]
    for name in ("valid_from", "valid_until", "revoked"):
        day = getattr(key, name)
        lines += [f"{name} = {day.isoformat()}"] if day is not None else []
    return "\n".join(("[[keys]]", *lines)) + "\n"


def _bounded(file: Path) -> bytes:
    with file.open("rb") as opened:
        untrusted = opened.read(MOST_KEYS_BYTES + 1)
    if len(untrusted) > MOST_KEYS_BYTES:
        raise ValueError("too large")
    return untrusted


def _signed(bundle: Bundle) -> _Signed:
    if bundle.signature is None:
        raise KioskError("bundle.unsigned")
    try:
        signed = TypeAdapter(_Signed).validate_json(bundle.signature)
    except ValueError as error:
        raise KioskError("bundle.bad_signature", "unreadable") from error
    if _signature_bytes(signed) != bundle.signature:
        raise KioskError("bundle.bad_signature", "written otherwise than we write it")
    return signed


def _signature_bytes(signed: _Signed) -> bytes:
    plain = {"key": signed.key, "signature": signed.signature}
    return (json.dumps(plain, indent=1) + "\n").encode()


def _id_of(public: bytes) -> str:
    return sha256(public).hexdigest()[:16]


def _private(pem: bytes, passphrase: str) -> Ed25519PrivateKey:
    try:
        private = load_pem_private_key(pem, passphrase.encode() or None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        # Its text might quote the key: keep it out of every log.
        raise KioskError("keys.private_unreadable", type(error).__name__) from None
    if not isinstance(private, Ed25519PrivateKey):
        raise KioskError("keys.private_unreadable", "no Ed25519 key")
    return private


def _here(place: PortalPlace) -> str:
    return f"ward:{place.ward_code or '–'}, city:{place.province_code or '–'}"

"""The key with which this console signs what is published in it: made at first use.

    state/bundle-signing-key.pem    the private half, for its owner only
    state/keys.toml                 the public half, among the keys that the kiosk trusts

Power may fail in between: the private half gets its name only when the public one is trusted.
Until November 2026 it had the name that the key of the console's certificate has: `give_own_name`
tells the two apart by what they are, and moves ours away.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

from kiosk.bundle import Scope
from kiosk.bundle_sign import (
    KEYS_FILE,
    Key,
    KeyStanding,
    added,
    key_id,
    load_keys,
    make_key,
    save_keys,
)
from kiosk.errors import KioskError
from kiosk.private_file import alone_with, write_private

KEY_FILE = "bundle-signing-key.pem"
"""In the state folder."""
UNFINISHED = f".{KEY_FILE}.new"
FORMER_FILE = "console-key.pem"
FORMER_UNFINISHED = f".{FORMER_FILE}.new"
VALID_FROM = date(2000, 1, 1)
"""Of a key that is made here: the clock of a new machine may be years ahead or behind."""
MOST_PEM_BYTES = 16 * 1024
MOST_NAME_LETTERS = 200


def console_key(
    state: Path, *, name: str, scope: Scope, today: date
) -> tuple[bytes, tuple[Key, ...]]:
    """The private half of the console's key, and all keys that are trusted.

    Args:
        state: the state folder.
        name: who holds it, for whoever reads the keys.
        scope: of this ward.
        today: the day; on it the key is good, whatever the clock said when it was made.

    Raises:
        KioskError: `draft.key_lost`, `draft.key_unreadable`, `draft.key_revoked`,
            `draft.key_not_trusted`, `keys.bad`, `keys.not_written`.
    """
    file, keys_file = state / KEY_FILE, state / KEYS_FILE
    try:
        with alone_with(keys_file):
            give_own_name(state)
            keys = load_keys(keys_file)
            pem = _read(file)
            if pem is None:
                pem, keys = _made(state, keys, name=name, scope=scope)
            own = _own(keys, pem, file)
            if own.standing(today) is KeyStanding.NOT_YET:
                keys = tuple(replace(one, valid_from=today) if one == own else one for one in keys)
                save_keys(keys, keys_file)
    except OSError as error:
        raise KioskError("draft.key_unreadable", error.strerror or "", file=str(file)) from error
    return pem, keys


def own_key_id(state: Path) -> str:
    """The id of the console's key; empty: there is none that can be read."""
    try:
        pem = _read(state / KEY_FILE)
        return key_id(pem) if pem is not None else ""
    except KioskError:
        return ""


def give_own_name(state: Path) -> None:
    """Move the key from the name that it once shared with the key of the certificate.

    What lies there and is no Ed25519 key is none of ours, and stays.

    Raises:
        KioskError: `draft.key_unreadable`.
    """
    for former, now in ((FORMER_FILE, KEY_FILE), (FORMER_UNFINISHED, UNFINISHED)):
        pem = _read(state / former)
        if pem is None or (state / now).exists() or not _is_ours(pem):
            continue
        try:
            with suppress(FileNotFoundError):  # another process was quicker
                (state / former).replace(state / now)
        except OSError as error:
            problem = error.strerror or ""
            raise KioskError("draft.key_unreadable", problem, file=str(state / former)) from error


def _own(keys: tuple[Key, ...], pem: bytes, file: Path) -> Key:
    own = next((one for one in keys if one.id == key_id(pem)), None)
    if own is None:
        raise KioskError("draft.key_not_trusted", file=str(file))
    if own.revoked is not None:
        raise KioskError(
            "draft.key_revoked", file=str(file), id=own.id, on=f"{own.revoked:%d/%m/%Y}"
        )
    return own


def public_half(state: Path) -> Key | None:
    """The console's own key as other kiosks may have it; None: none was made, or it is lost.

    Raises:
        KioskError: `draft.key_unreadable`, `keys.bad`.
    """
    give_own_name(state)
    pem = _read(state / KEY_FILE)
    if pem is None:
        return None
    return next((one for one in load_keys(state / KEYS_FILE) if one.id == key_id(pem)), None)


def _made(
    state: Path, keys: tuple[Key, ...], *, name: str, scope: Scope
) -> tuple[bytes, tuple[Key, ...]]:
    file, unfinished = state / KEY_FILE, state / UNFINISHED
    begun = _read(unfinished)
    known = {one.id for one in keys}
    if begun is not None and key_id(begun) in known:
        unfinished.replace(file)
        return begun, keys
    lost = next((one for one in keys if one.name == name and one.revoked is None), None)
    if lost is not None:
        raise KioskError("draft.key_lost", file=str(file), id=lost.id)
    pem, key = make_key(name=name, scope=scope, valid_from=VALID_FROM, valid_until=None)
    write_private(unfinished, pem)
    keys = added(keys, (key,))
    save_keys(keys, state / KEYS_FILE)
    unfinished.replace(file)
    return pem, keys


def _is_ours(pem: bytes) -> bool:
    try:
        key_id(pem)
    except KioskError:
        return False
    return True


def _read(file: Path) -> bytes | None:
    """None: there is no such file."""
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_PEM_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise KioskError("draft.key_unreadable", error.strerror or "", file=str(file)) from error

"""The key with which this console signs what is published in it: made at first use.

    state/console-key.pem       the private half, for its owner only
    state/keys.toml             the public half, among the keys that the kiosk trusts

Power may fail in between: the private half gets its name only when the public one is trusted.
"""

from datetime import date
from pathlib import Path

from kiosk.bundle import Scope
from kiosk.bundle_sign import KEYS_FILE, Key, added, key_id, load_keys, make_key, save_keys
from kiosk.errors import KioskError
from kiosk.private_file import write_private

KEY_FILE = "console-key.pem"
"""In the state folder."""
UNFINISHED = f".{KEY_FILE}.new"
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
        today: from when it is good.

    Raises:
        KioskError: `draft.key_lost`, `draft.key_unreadable`, `draft.key_revoked`,
            `draft.key_not_trusted`, `keys.bad`, `keys.not_written`.
    """
    file, keys_file = state / KEY_FILE, state / KEYS_FILE
    keys = load_keys(keys_file)
    pem = _read(file)
    if pem is None:
        pem, keys = _made(state, keys, name=name, scope=scope, today=today)
    own = next((one for one in keys if one.id == key_id(pem)), None)
    if own is None:
        raise KioskError("draft.key_not_trusted", file=str(file))
    if own.revoked is not None:
        raise KioskError(
            "draft.key_revoked", file=str(file), id=own.id, on=f"{own.revoked:%d/%m/%Y}"
        )
    return pem, keys


def public_half(state: Path) -> Key | None:
    """The console's own key as other kiosks may have it; None: none was made, or it is lost.

    Raises:
        KioskError: `draft.key_unreadable`, `keys.bad`.
    """
    pem = _read(state / KEY_FILE)
    if pem is None:
        return None
    return next((one for one in load_keys(state / KEYS_FILE) if one.id == key_id(pem)), None)


def _made(
    state: Path, keys: tuple[Key, ...], *, name: str, scope: Scope, today: date
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
    pem, key = make_key(name=name, scope=scope, valid_from=today, valid_until=None)
    try:
        write_private(unfinished, pem)
        keys = added(keys, (key,))
        save_keys(keys, state / KEYS_FILE)
        unfinished.replace(file)
    except OSError as error:
        raise KioskError("draft.key_unreadable", error.strerror or "", file=str(file)) from error
    return pem, keys


def _read(file: Path) -> bytes | None:
    """None: there is no such file."""
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_PEM_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise KioskError("draft.key_unreadable", error.strerror or "", file=str(file)) from error

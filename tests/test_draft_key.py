"""The console's own key: made once, trusted before it is used, whenever power fails."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kiosk.bundle import scope_of
from kiosk.bundle_sign import KEYS_FILE, Key, key_id, load_keys, save_keys
from kiosk.draft_key import KEY_FILE, UNFINISHED, console_key
from kiosk.errors import KioskError

TODAY = date(2026, 11, 28)
NAME = "Trang quản lý Phường Cửa Nam"


def key_of(state: Path) -> tuple[bytes, tuple[Key, ...]]:
    return console_key(state, name=NAME, scope=scope_of("ward:00082"), today=TODAY)


def test_the_key_is_made_once_and_its_public_half_is_trusted(tmp_path: Path) -> None:
    pem, (key,) = key_of(tmp_path)
    assert (key.id, key.name, key.scope) == (key_id(pem), NAME, "ward:00082")
    assert load_keys(tmp_path / KEYS_FILE) == (key,)
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert key_of(tmp_path) == (pem, (key,))
    assert {one.name for one in tmp_path.iterdir()} == {KEY_FILE, KEYS_FILE}


@pytest.mark.parametrize("at", [0, 1, 2])
def test_power_may_fail_at_each_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """Before the private half is written, before the public one is, before the last rename."""
    steps = [
        "kiosk.draft_key.write_private",
        "kiosk.draft_key.save_keys",
        "pathlib.Path.replace",
    ]

    def fail(*_: object) -> None:
        raise OSError(5, "power failed")

    with monkeypatch.context() as broken:
        if at == 2:
            real = Path.replace

            def only_the_last(path: Path, to: Path) -> Path:
                if to.name == KEY_FILE:
                    fail()
                return real(path, to)

            broken.setattr(steps[at], only_the_last)
        else:
            broken.setattr(steps[at], fail)
        with pytest.raises(KioskError, match=r"draft\.key_unreadable"):
            key_of(tmp_path)
    assert not (tmp_path / KEY_FILE).exists()
    pem, keys = key_of(tmp_path)
    assert [one.id for one in keys] == [key_id(pem)], "no key that nobody holds is left behind"
    assert not (tmp_path / UNFINISHED).exists()


def test_keys_of_others_stay(tmp_path: Path) -> None:
    other = tmp_path / "other"
    _, (theirs,) = key_of(other)
    theirs = replace(theirs, name="Thành phố")
    save_keys((theirs,), tmp_path / KEYS_FILE)
    _, keys = key_of(tmp_path)
    assert keys[0] == theirs
    assert len(keys) == 2


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (lambda state, _: (state / KEY_FILE).unlink(), "draft.key_lost"),
        (lambda state, _: (state / KEYS_FILE).unlink(), "draft.key_not_trusted"),
        (lambda state, _: (state / KEYS_FILE).write_text("?"), "keys.bad"),
        (lambda state, _: (state / KEY_FILE).write_text("?"), "keys.private_unreadable"),
        (
            lambda state, key: save_keys((replace(key, revoked=TODAY),), state / KEYS_FILE),
            "draft.key_revoked",
        ),
    ],
)
def test_a_lost_or_revoked_key_is_not_replaced_in_silence(
    tmp_path: Path, harm: object, code: str
) -> None:
    _, (key,) = key_of(tmp_path)
    assert callable(harm)
    harm(tmp_path, key)
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    with pytest.raises(KioskError) as caught:
        key_of(tmp_path)
    assert caught.value.code == code
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == before


def test_after_the_lost_key_was_revoked_a_new_one_is_made(tmp_path: Path) -> None:
    _, (key,) = key_of(tmp_path)
    (tmp_path / KEY_FILE).unlink()
    save_keys((replace(key, revoked=TODAY),), tmp_path / KEYS_FILE)
    pem, keys = key_of(tmp_path)
    assert [one.id for one in keys] == [key.id, key_id(pem)]

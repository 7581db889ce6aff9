"""The console's own key: made once, trusted before it is used, whenever power fails."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Thread

import pytest
from typer.testing import CliRunner

from kiosk.bundle import scope_of
from kiosk.bundle_sign import KEYS_FILE, Key, key_id, load_keys, refuse_key, save_keys
from kiosk.cli_keys import keys as keys_commands
from kiosk.console.certificate import our_certificate
from kiosk.draft_key import FORMER_FILE, KEY_FILE, UNFINISHED, console_key
from kiosk.errors import KioskError

SITE = Path(__file__).parent.parent / "packaging" / "site.example.toml"
TODAY = date(2026, 11, 28)
NAME = "Trang quản lý Phường Cửa Nam"


def key_of(state: Path, today: date = TODAY) -> tuple[bytes, tuple[Key, ...]]:
    return console_key(state, name=NAME, scope=scope_of("ward:00082"), today=today)


def test_the_key_is_made_once_and_its_public_half_is_trusted(tmp_path: Path) -> None:
    pem, (key,) = key_of(tmp_path)
    assert (key.id, key.name, key.scope) == (key_id(pem), NAME, "ward:00082")
    assert load_keys(tmp_path / KEYS_FILE) == (key,)
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert key_of(tmp_path) == (pem, (key,))
    assert {one.name for one in tmp_path.iterdir()} == {KEY_FILE, KEYS_FILE, f".{KEYS_FILE}.lock"}


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


# Beside the key of the certificate


def test_the_key_that_once_had_the_name_of_the_certificates_key_is_moved_by_what_it_is(
    tmp_path: Path,
) -> None:
    pem, keys = key_of(tmp_path)
    (tmp_path / KEY_FILE).rename(tmp_path / FORMER_FILE)
    assert key_of(tmp_path) == (pem, keys)
    assert not (tmp_path / FORMER_FILE).exists()
    (tmp_path / KEY_FILE).rename(tmp_path / FORMER_FILE)
    made = our_certificate(tmp_path, "192.0.2.9")
    assert (tmp_path / KEY_FILE).read_bytes() == pem
    assert made.key.read_bytes() != pem


def test_a_key_that_lay_unfinished_under_the_former_name_is_finished(tmp_path: Path) -> None:
    pem, keys = key_of(tmp_path)
    (tmp_path / KEY_FILE).rename(tmp_path / f".{FORMER_FILE}.new")
    assert key_of(tmp_path) == (pem, keys)
    assert not (tmp_path / f".{FORMER_FILE}.new").exists()


@pytest.mark.parametrize("is_first", [True, False])
def test_what_signs_and_what_serves_never_touch_each_other(
    tmp_path: Path, *, is_first: bool
) -> None:
    if is_first:
        our_certificate(tmp_path, "192.0.2.9")
    pem, keys = key_of(tmp_path)
    certificate = our_certificate(tmp_path, "192.0.2.9")
    served = certificate.key.read_bytes()
    (tmp_path / KEYS_FILE).unlink()
    (tmp_path / KEY_FILE).unlink()  # as the page advises where keys.toml is lost
    assert key_of(tmp_path)[0] != pem
    assert our_certificate(tmp_path, "192.0.2.9") == certificate
    assert certificate.key.read_bytes() == served
    assert len(keys) == 1


# Clocks and other processes


def test_a_key_is_good_whatever_the_clock_said_when_it_was_made(tmp_path: Path) -> None:
    pem, (key,) = key_of(tmp_path, date(2036, 1, 1))
    refuse_key(key, TODAY)
    of_before = replace(key, valid_from=date(2036, 1, 1))
    save_keys((of_before,), tmp_path / KEYS_FILE)
    again, (own,) = key_of(tmp_path)
    refuse_key(own, TODAY)
    assert (again, load_keys(tmp_path / KEYS_FILE)) == (pem, (own,))


def test_a_key_that_is_revoked_while_the_console_makes_its_own_stays_revoked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, (theirs,) = key_of(tmp_path / "other")
    theirs = replace(theirs, name="Thành phố")
    site = tmp_path / "site.toml"
    site.write_text(SITE.read_text().replace('state = ""', f'state = "{tmp_path}"'))
    save_keys((theirs,), tmp_path / KEYS_FILE)
    revoking: list[Thread] = []

    def revoke() -> None:
        CliRunner().invoke(keys_commands, ["revoke", theirs.id, "--site", str(site)])

    def save_late(keys: tuple[Key, ...], file: Path) -> None:
        thread = Thread(target=revoke)
        thread.start()
        revoking.append(thread)
        thread.join(0.3)  # it would be done by then if nothing held it
        save_keys(keys, file)

    monkeypatch.setattr("kiosk.draft_key.save_keys", save_late)
    key_of(tmp_path)
    revoking[0].join(10)
    known = load_keys(tmp_path / KEYS_FILE)
    assert [one.revoked is not None for one in known] == [True, False]

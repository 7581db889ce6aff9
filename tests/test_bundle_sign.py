"""Who made a bundle: good signatures, and each reason for which one is refused."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from bundle_maker import CITY, HERE, TODAY, WARD, Pair, packed, pair, revoked, signed, unsigned

from kiosk.bundle import Bundle, Scope, scope_of
from kiosk.bundle_file import read_bundle
from kiosk.bundle_sign import (
    Key,
    KeyStanding,
    added,
    changed,
    load_keys,
    make_key,
    save_keys,
    sign,
    signer_of,
    vouched,
)
from kiosk.errors import KioskError

OURS = pair()
CITYS = pair(CITY, name="Thành phố")
OTHERS = pair(scope_of("ward:00001"), name="Phường khác")


def refusal(bundle: Bundle, *keys: Key, today: date = TODAY) -> str:
    """The code by which this bundle is refused."""
    with pytest.raises(KioskError) as error:
        vouched(bundle, keys, place=HERE, today=today)
    return error.value.code


def test_a_bundle_is_vouched_for_by_the_key_that_signed_it() -> None:
    keys = (CITYS.key, OURS.key, OTHERS.key)
    bundle = signed(by=OURS)
    assert vouched(bundle, keys, place=HERE, today=TODAY) == OURS.key
    assert signer_of(bundle) == OURS.key.id


def test_a_bundle_that_nobody_signed_is_refused() -> None:
    assert refusal(unsigned(), OURS.key) == "bundle.unsigned"


def test_a_bundle_signed_by_somebody_unknown_is_refused() -> None:
    assert refusal(signed(by=OURS)) == "bundle.unknown_key"
    assert refusal(signed(by=OURS), CITYS.key, OTHERS.key) == "bundle.unknown_key"


def test_a_signature_of_another_bundle_is_refused() -> None:
    other = replace(signed("2", by=OURS), manifest=unsigned("3").manifest)
    assert refusal(other, OURS.key) == "bundle.bad_signature"


def test_one_bit_that_flips_anywhere_in_the_file_is_refused() -> None:
    whole = packed(signed(files={"procedures/wordings.csv": b"code,wording\n"}, by=OURS))
    for bit in range(8 * len(whole)):
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(KioskError):
            vouched(read_bundle(bytes(flipped)), (OURS.key,), place=HERE, today=TODAY)
    assert vouched(read_bundle(whole), (OURS.key,), place=HERE, today=TODAY)


@pytest.mark.parametrize(
    "signature",
    [
        b"",
        b"{}",
        b"null",
        b'{"key": "0123456789abcdef"}',
        b"[" * 4000,
        b'{"key": "0123456789abcdef", "signature": "' + b"0" * 128 + b'", "more": 1}',
    ],
)
def test_a_signature_that_cannot_be_read_is_refused(signature: bytes) -> None:
    assert refusal(replace(signed(), signature=signature), OURS.key) == "bundle.bad_signature"


def test_a_signature_in_another_spelling_is_refused() -> None:
    bundle = signed(by=OURS)
    assert bundle.signature is not None
    respelled = replace(bundle, signature=bundle.signature.replace(b"\n ", b"\n  "))
    assert refusal(respelled, OURS.key) == "bundle.bad_signature"


# For whom a key may speak


@pytest.mark.parametrize(
    ("by", "scope", "code"),
    [
        (CITYS, WARD, None),
        (CITYS, CITY, None),
        (OURS, CITY, "bundle.key_scope"),
        (OTHERS, WARD, "bundle.key_scope"),
        (OURS, scope_of("ward:00001"), "bundle.not_for_here"),
        (OTHERS, scope_of("ward:00001"), "bundle.not_for_here"),
        (CITYS, scope_of("city:79"), "bundle.not_for_here"),
    ],
)
def test_a_key_speaks_for_its_own_scope_only(by: Pair, scope: Scope, code: str | None) -> None:
    bundle = signed(scope=scope, by=by)
    if code is None:
        assert vouched(bundle, (by.key,), place=HERE, today=TODAY) == by.key
    else:
        assert refusal(bundle, by.key) == code


def test_a_kiosk_that_does_not_know_its_ward_takes_no_bundle_for_a_ward() -> None:
    nowhere = replace(HERE, ward_code="")
    with pytest.raises(KioskError) as error:
        vouched(signed(by=OURS), (OURS.key,), place=nowhere, today=TODAY)
    assert error.value.code == "bundle.not_for_here"


# Rotation


def test_a_key_is_good_from_its_first_to_its_last_day() -> None:
    one = pair(since=date(2026, 3, 1), until=date(2026, 12, 31))
    bundle = signed(by=one)
    assert refusal(bundle, one.key, today=date(2026, 2, 28)) == "bundle.key_not_yet"
    for day in (date(2026, 3, 1), date(2026, 12, 31)):
        assert vouched(bundle, (one.key,), place=HERE, today=day)
    assert refusal(bundle, one.key, today=date(2027, 1, 1)) == "bundle.key_expired"


def test_a_key_and_its_successor_are_both_good_until_the_old_one_ends(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    old, new = pair(), pair(name="Khóa mới")
    save_keys([old.key], file)
    save_keys(added(load_keys(file), [new.key]), file)
    save_keys(changed(load_keys(file), old.key.id, valid_until=date(2026, 12, 31)), file)
    keys = load_keys(file)
    for one in (old, new):
        assert vouched(signed(by=one), keys, place=HERE, today=TODAY)
    assert refusal(signed(by=old), *keys, today=date(2027, 1, 1)) == "bundle.key_expired"
    assert vouched(signed(by=new), keys, place=HERE, today=date(2027, 1, 1))


def test_a_revoked_key_is_refused_whatever_the_clock_says() -> None:
    for today in (date(2026, 1, 1), TODAY, date(2030, 1, 1)):
        assert refusal(signed(by=OURS), revoked(OURS.key), today=today) == "bundle.key_revoked"


def test_a_revoked_key_does_not_come_back_with_an_older_file(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    save_keys(changed([OURS.key], OURS.key.id[:6], revoked=TODAY), file)
    save_keys(added(load_keys(file), [OURS.key]), file)
    assert [one.standing(TODAY) for one in load_keys(file)] == [KeyStanding.REVOKED]


# Files of keys


def test_keys_come_back_from_their_file(tmp_path: Path) -> None:
    name = 'Ông "A" \\ Bà é'
    one = pair(name=name, until=date(2027, 1, 1))
    keys = (one.key, revoked(OURS.key), CITYS.key)
    save_keys(keys, tmp_path / "keys.toml")
    assert load_keys(tmp_path / "keys.toml") == keys
    assert load_keys(tmp_path / "none.toml") == ()


@pytest.mark.parametrize(
    "change",
    [
        ('public = "', 'public = "0'),
        ('id = "', 'id = "0'),
        ('scope = "ward', 'scope = "land'),
        ("[[keys]]", "[[key]]"),
        ("valid_from", "valid_form"),
        ("[[keys]]", "x = [[keys"),
    ],
)
def test_a_file_of_keys_that_is_not_right_has_nobody_trusted(
    tmp_path: Path, change: tuple[str, str]
) -> None:
    file = tmp_path / "keys.toml"
    save_keys([CITYS.key, OURS.key], file)
    file.write_text(file.read_text(encoding="utf-8").replace(*change, 1), encoding="utf-8")
    with pytest.raises(KioskError) as error:
        load_keys(file)
    assert error.value.code == "keys.bad"


def test_a_key_cannot_be_given_the_id_of_another(tmp_path: Path) -> None:
    save_keys([replace(OTHERS.key, id=OURS.key.id)], tmp_path / "keys.toml")
    with pytest.raises(KioskError) as error:
        load_keys(tmp_path / "keys.toml")
    assert error.value.code == "keys.bad"


def test_a_key_that_is_named_by_no_or_several_beginnings_is_not_found() -> None:
    for beginning in ("", "zz"):
        with pytest.raises(KioskError) as error:
            changed([OURS.key, CITYS.key], beginning, revoked=TODAY)
        assert error.value.code == "keys.unknown"


# The private half


def test_a_private_key_with_a_passphrase_needs_it() -> None:
    right = "bốn con mèo"
    pem, key = make_key(name="A", scope=WARD, valid_from=TODAY, valid_until=None, passphrase=right)
    for wrong in ("", "bốn con chó"):
        with pytest.raises(KioskError) as error:
            sign(unsigned(), pem, passphrase=wrong)
        assert error.value.code == "keys.private_unreadable"
        assert "mèo" not in str(error.value)
    bundle = sign(unsigned(), pem, passphrase=right)
    assert vouched(bundle, (key,), place=HERE, today=TODAY) == key


@pytest.mark.parametrize("pem", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAA==\n"])
def test_what_is_no_private_key_is_refused(pem: bytes) -> None:
    with pytest.raises(KioskError) as error:
        sign(unsigned(), pem)
    assert error.value.code == "keys.private_unreadable"


def test_a_bundle_is_signed_anew_in_place_of_an_old_signature() -> None:
    bundle = sign(signed(by=CITYS), OURS.pem)
    assert signer_of(bundle) == OURS.key.id
    assert vouched(bundle, (OURS.key,), place=HERE, today=TODAY)

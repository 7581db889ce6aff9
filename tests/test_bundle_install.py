"""Taking a bundle in: every check of `kiosk check`, every walk, and what changes for citizens."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from tempfile import gettempdir

import pytest
from bundle_maker import (
    CITY,
    HERE,
    SCRIPT_FILE,
    TODAY,
    WALKS_FILE,
    Pair,
    files_of_script,
    pair,
    revoked,
    signed,
    titled,
    unsigned,
    ward_pair,
)
from conftest import SCRIPT_TEXT, WALKS_TEXT, ScriptFolder
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.bundle import Bundle
from kiosk.bundle_file import pack, read_bundle
from kiosk.bundle_install import Inspection, changes_for_citizens, inspect, install
from kiosk.bundle_shelf import Shelf
from kiosk.bundle_sign import Key, vouched
from kiosk.bundle_store import BundleStore
from kiosk.catalogue import load_catalogue
from kiosk.errors import KioskError
from kiosk.notice import Notice
from kiosk.procedure import Text
from kiosk.settings import DEFAULTS, load_settings
from kiosk.words import Words

SITE = b"""
[ward]
name = { vi = "Ph\xc6\xb0\xe1\xbb\x9dng Hai", en = "Ward Two" }
[counters]
ho-tich = { vi = "Qu\xe1\xba\xa7y 9", en = "Counter 9" }
"""


@pytest.fixture
def store(tmp_path: Path) -> BundleStore:
    return BundleStore(tmp_path / "state")


def put(bundle: Bundle, store: BundleStore, *keys: Key, on: date | None = None) -> Shelf:
    return install(
        inspect(bundle, today=TODAY),
        store=store,
        keys=keys or (ward_pair().key,),
        place=HERE,
        today=TODAY,
        on=on,
    )


def told(inspection: Inspection, before: Path, words: Words, *notices: Notice) -> Mapping[str, str]:
    found = changes_for_citizens(
        inspection,
        before=load_catalogue(before),
        settings=load_settings(DEFAULTS),
        notices=notices,
        words=words,
        language="vi",
    )
    return {one.title: "\n".join(one.sentences) for one in found}


# What is checked


def test_a_sound_bundle_is_installed(store: BundleStore) -> None:
    assert put(signed("1.2"), store).version == "1.2"


@pytest.mark.parametrize(
    ("path", "old", "new", "code", "text"),
    [
        (SCRIPT_FILE, "start: ai-di", "start: x", "undefined_step", "start: x"),
        (SCRIPT_FILE, "amount: 8000", "amount: many", "", "amount: many"),
        (WALKS_FILE, "reaches: hoi-can-bo", "reaches: lam-duoc", "walk_differs", ""),
    ],
)
def test_each_fault_is_told_with_the_bundles_own_file_and_line_and_nothing_is_installed(
    store: BundleStore, path: str, old: str, new: str, code: str, text: str
) -> None:
    files = files_of_script(SCRIPT_TEXT.replace(old, new), WALKS_TEXT.replace(old, new))
    inspection = inspect(signed("1", files), today=TODAY)
    assert not inspection.is_sound
    fault = next(one for one in inspection.faults if not one.is_warning)
    assert fault.file == path
    if text:
        assert text in files[path].decode().splitlines()[fault.line - 1]
    if code:
        assert fault.code == code
    assert not any(gettempdir() in str(one) for one in inspection.faults)
    with pytest.raises(KioskError) as error:
        put(signed("1", files), store)
    assert error.value.code == "bundle.faulty"
    assert store.shelf() == Shelf()


def test_a_walk_that_does_not_come_out_is_a_fault() -> None:
    files = files_of_script(walks=WALKS_TEXT.replace("papers: [can-cuoc, to-khai]", "papers: []"))
    faults = [
        one for one in inspect(unsigned("1", files), today=TODAY).faults if not one.is_warning
    ]
    assert [one.file for one in faults] == [WALKS_FILE, WALKS_FILE]


@pytest.mark.parametrize(
    ("bundle", "code"),
    [
        (unsigned(checked={"xin-giay": date(2026, 11, 27)}), "bundle.wrong_checked"),
        (unsigned(checked={}), "bundle.wrong_checked"),
        (unsigned(files={"procedures/wordings.csv": b""}), "bundle.no_procedures"),
        (unsigned(files={}), "bundle.no_procedures"),
        (unsigned(files={**files_of_script(), "site.toml": b"[folders]"}), "bundle.bad_site"),
        (
            unsigned(files={**files_of_script(), "site.toml": SITE}, scope=CITY),
            "bundle.site_of_city",
        ),
    ],
)
def test_a_bundle_that_says_what_is_not_so_is_refused(bundle: Bundle, code: str) -> None:
    with pytest.raises(KioskError) as error:
        inspect(bundle, today=TODAY)
    assert error.value.code == code


@pytest.mark.parametrize(
    ("by", "keys", "code"),
    [
        (pair(), (ward_pair().key,), "bundle.unknown_key"),
        (ward_pair(), (revoked(ward_pair().key),), "bundle.key_revoked"),
    ],
)
def test_nothing_is_installed_that_no_good_key_vouches_for(
    store: BundleStore, by: Pair, keys: tuple[Key, ...], code: str
) -> None:
    with pytest.raises(KioskError) as error:
        put(signed(by=by), store, *keys)
    assert error.value.code == code
    assert store.shelf() == Shelf()


def test_a_bundle_for_a_later_day_waits_and_one_for_today_does_not(store: BundleStore) -> None:
    assert put(signed("1"), store, on=TODAY).version == "1"
    shelf = put(signed("2"), store, on=date(2026, 12, 24))
    assert (shelf.version, [one.version for one in shelf.scheduled]) == ("1", ["2"])


# What changes for citizens


def test_what_changes_for_citizens_is_told_before(scripts: ScriptFolder, words: Words) -> None:
    scripts.write(SCRIPT_TEXT)
    files = files_of_script(SCRIPT_TEXT.replace("amount: 8000", "amount: 9000"))
    found = told(inspect(unsigned("1", files), today=TODAY), scripts.path, words)
    assert "8.000" in found["Xin giấy xác nhận"]
    assert "9.000" in found["Xin giấy xác nhận"]
    assert told(inspect(unsigned("1"), today=TODAY), scripts.path, words) == {}


def test_what_changes_of_the_ward_is_told_too(scripts: ScriptFolder, words: Words) -> None:
    scripts.write(SCRIPT_TEXT)
    old = Notice(id="cu", text=Text(vi="Tin cũ", en="Old"), since=TODAY, until=TODAY)
    notice = b"""
[[notices]]
id = "moi"
text = { vi = "Tin m\xe1\xbb\x9bi", en = "New" }
since = 2026-12-01
until = 2026-12-02
[ward.portal]
province_id = "a"
ward_id = "b"
"""
    files = {**files_of_script(), "site.toml": SITE + notice}
    found = told(inspect(unsigned("1", files), today=TODAY), scripts.path, words, old)
    assert found == {
        "Phường": "tên phường: trước là “Phường”, nay là “Phường Hai”\n"
        "quầy ho-tich: trước là không có, nay là “Quầy 9”\n"
        "mã QR: đổi mã tỉnh, phường trên Cổng\n"
        "thông báo từ 01/12/2026 đến hết 02/12/2026: “Tin mới”\n"
        "không còn thông báo “Tin cũ”"
    }


# Whatever comes


@settings(max_examples=200)
@given(st.data())
def test_no_change_of_a_signed_bundle_is_ever_installed(data: st.DataObject) -> None:
    """From the file's bytes to the shelf: refused with a code, and nothing has changed."""
    whole = bytearray(pack(signed("2", titled("Bản hai"))))
    place = data.draw(st.integers(0, len(whole) - 1))
    length = data.draw(st.integers(0, 40))
    piece = data.draw(st.binary(max_size=40))
    before = bytes(whole)
    whole[place : place + length] = piece
    if bytes(whole) == before:
        return
    with pytest.raises(KioskError):
        vouched(read_bundle(bytes(whole)), [ward_pair().key], place=HERE, today=TODAY)

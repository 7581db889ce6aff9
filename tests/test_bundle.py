"""What a bundle says of itself: versions, scopes, its manifest and its part of the settings."""

import json
from datetime import date

import pytest
from bundle_maker import CITY, HERE, WARD, unsigned
from hypothesis import given
from hypothesis import strategies as st

from kiosk.bundle import (
    check_files,
    check_version,
    covers,
    manifest_bytes,
    most_bytes,
    read_manifest,
    scope_of,
    version_key,
)
from kiosk.bundle_site import SitePart, check_site_part, read_site_part
from kiosk.errors import KioskError


def refusal(error: pytest.ExceptionInfo[KioskError]) -> str:
    return error.value.code


# Versions and scopes


def test_versions_are_compared_by_their_numbers() -> None:
    ordered = ["0.9", "1", "1.2", "1.10", "2026.11.8", "2026.11.28", "2026.11.28.1", "2027"]
    assert sorted(ordered, key=version_key) == ordered
    assert version_key("1") == version_key("1.0.0")
    assert version_key("2026.11.8") == version_key("2026.11.08")


@pytest.mark.parametrize("text", ["", "1.", "v1", "1.2.3.4.5", "1234567", "1\n", "-1", "١"])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(KioskError) as error:
        check_version(text)
    assert refusal(error) == "bundle.bad_version"


@pytest.mark.parametrize("text", ["", "ward:", "country:84", "ward:82;", "ward:000821", "Ward:82"])
def test_what_is_no_scope_is_refused(text: str) -> None:
    with pytest.raises(KioskError) as error:
        scope_of(text)
    assert refusal(error) == "bundle.bad_scope"


def test_a_ward_speaks_for_itself_and_a_city_for_its_wards() -> None:
    assert covers(WARD, WARD, HERE)
    assert covers(CITY, WARD, HERE)
    assert covers(CITY, CITY, HERE)
    assert not covers(WARD, CITY, HERE)


@pytest.mark.parametrize("other", ["ward:00001", "city:79"])
def test_nobody_elsewhere_speaks_for_this_ward(other: str) -> None:
    for bundle in (WARD, CITY, scope_of(other)):
        assert not covers(scope_of(other), bundle, HERE)


# The manifest


def test_a_manifest_comes_back_from_its_bytes() -> None:
    manifest = unsigned().manifest
    assert read_manifest(manifest_bytes(manifest)) == manifest


@pytest.mark.parametrize("change", [lambda t: t + " ", lambda t: t.replace("\n ", "\n  ", 1)])
def test_a_manifest_in_another_spelling_is_refused(change: object) -> None:
    assert callable(change)
    text = manifest_bytes(unsigned().manifest).decode()
    with pytest.raises(KioskError) as error:
        read_manifest(change(text).encode())
    assert refusal(error) == "bundle.bad_manifest"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("format", 2),
        ("version", "new"),
        ("scope", "ward:x"),
        ("made", "yesterday"),
        ("note", "a\nb"),
        ("note", "x" * 301),
        ("checked", {"../x": "2026-11-22"}),
        ("more", 1),
    ],
)
def test_a_manifest_with_a_wrong_value_is_refused(key: str, value: object) -> None:
    plain = json.loads(manifest_bytes(unsigned().manifest))
    plain[key] = value
    text = json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    with pytest.raises(KioskError) as error:
        read_manifest(text.encode())
    assert refusal(error) == "bundle.bad_manifest"


@given(st.binary(max_size=300))
def test_no_bytes_make_a_manifest_raise_anything_else(junk: bytes) -> None:
    with pytest.raises(KioskError):
        read_manifest(junk)


@pytest.mark.parametrize(
    "path",
    [
        "manifest.json",
        "signature.json",
        "run.sh",
        "procedures/a/run.py",
        "procedures/a/b/script.yaml",
        "procedures/A/script.yaml",
        "procedures/a/script.yaml\n",
        "../site.toml",
        "words.zip",
    ],
)
def test_a_manifest_lists_no_file_that_a_bundle_may_not_hold(path: str) -> None:
    with pytest.raises(KioskError) as error:
        read_manifest(manifest_bytes(unsigned(files={path: b"x"}).manifest))
    assert refusal(error) in ("bundle.not_allowed", "bundle.bad_manifest")


def test_a_bundle_may_hold_scripts_walks_the_tables_and_settings() -> None:
    for path in ("procedures/a-1/script.yaml", "procedures/wordings.csv", "site.toml"):
        assert most_bytes(path)


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({}, "bundle.missing_file"),
        ({"site.toml": b"x", "procedures/wordings.csv": b""}, "bundle.extra_file"),
        ({"site.toml": b"y"}, "bundle.changed"),
        ({"site.toml": b"xx"}, "bundle.changed"),
    ],
)
def test_files_are_exactly_those_of_the_manifest(files: dict[str, bytes], code: str) -> None:
    manifest = unsigned(files={"site.toml": b"x"}).manifest
    check_files(manifest, {"site.toml": b"x"})
    with pytest.raises(KioskError) as error:
        check_files(manifest, files)
    assert refusal(error) == code


# Its part of the settings

PART = """
[ward]
name = { vi = "Phường Cửa Nam", en = "Cửa Nam Ward" }
[ward.portal]
province_id = "019d"
ward_id = "019e"
[counters]
ho-tich = { vi = "Quầy số 9", en = "Counter 9" }
[[notices]]
id = "nghi-le"
text = { vi = "Phường nghỉ ngày 1/1.", en = "Closed on 1 January." }
since = 2026-12-28
until = 2027-01-01
"""


def test_a_bundle_brings_the_wards_name_counters_portal_ids_and_notices() -> None:
    part = read_site_part(PART.encode())
    assert part.ward.name is not None
    assert part.ward.name.vi == "Phường Cửa Nam"
    assert part.ward.office is None
    assert part.counters["ho-tich"].vi == "Quầy số 9"
    notice = part.notices[0]
    shown = [day for day in (27, 28, 31) if notice.is_shown(date(2026, 12, day))]
    assert shown == [28, 31]
    assert notice.is_shown(date(2027, 1, 1))
    assert not notice.is_shown(date(2027, 1, 2))


@pytest.mark.parametrize(
    "text",
    [
        '[hearing]\nengine = "tcp://10.0.0.1:1"',
        '[speaking]\nengine = "off"',
        '[folders]\nstate = "/"',
        '[printer]\nkind = "file"',
        "[staff]\npin_digits = 4",
        '[ward.portal]\nprovince_id=""\nward_id=""\nward_code = "00001"',
        '[ward.portal]\nprovince_id="a b"\nward_id=""',
        '[ward]\nname = "Phường"',
        '[counters]\n"Hộ tịch" = { vi = "a", en = "b" }',
        f'[ward]\nname = {{ vi = "{"x" * 81}", en = "b" }}',
        PART.replace("Phường nghỉ ngày 1/1.", "x" * 301),
        PART.replace("Phường nghỉ ngày 1/1.", "a\\nb"),
        PART.replace("2027-01-01", "2026-12-27"),
        PART + PART[PART.index("[[notices]]") :],
        "x = [" * 5000,
        "\udcff",
        "a =",
    ],
)
def test_a_bundle_brings_nothing_else_of_the_settings(text: str) -> None:
    with pytest.raises(KioskError) as error:
        read_site_part(text.encode("utf-8", "surrogateescape"))
    assert refusal(error) == "bundle.bad_site"


def test_a_citys_bundle_renames_no_ward_but_may_bring_notices() -> None:
    part = read_site_part(PART.encode())
    check_site_part(part, WARD)
    check_site_part(SitePart(notices=part.notices), CITY)
    for city_part in (SitePart(ward=part.ward), SitePart(counters=part.counters)):
        with pytest.raises(KioskError) as error:
            check_site_part(city_part, CITY)
        assert refusal(error) == "bundle.site_of_city"

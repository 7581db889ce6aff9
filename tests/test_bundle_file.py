"""Reading a bundle's file: one way to be right, and each way to be wrong told by its name."""

import os
import stat
import struct
import zipfile
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from bundle_maker import SCRIPT_FILE, TODAY, WARD, files_of_script, packed, signed, unsigned
from conftest import SCRIPT_TEXT, ScriptFolder
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.bundle import MANIFEST, MOST_BUNDLE_BYTES, MOST_FILES, manifest_bytes
from kiosk.bundle_file import gather, load_bundle, read_bundle, save_bundle
from kiosk.catalogue import SHIPPED_PROCEDURES
from kiosk.errors import KioskError

BUNDLE = signed()
WHOLE = packed(BUNDLE)


def refusal(untrusted: bytes) -> str:
    """The code by which these bytes are refused."""
    with pytest.raises(KioskError) as error:
        read_bundle(untrusted)
    return error.value.code


def archive(*entries: tuple[zipfile.ZipInfo | str, bytes], compress: int = 0) -> bytes:
    """An archive with the manifest of the small bundle, then these entries."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", compress) as opened:
        opened.writestr(MANIFEST, manifest_bytes(BUNDLE.manifest))
        for entry, content in entries:
            opened.writestr(entry, content)
    return made.getvalue()


def entry_of(name: str, mode: int = stat.S_IFREG | 0o644) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3
    entry.external_attr = mode << 16
    return entry


# One way to be right


def test_a_bundle_comes_back_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "a.danloi.zip"
    save_bundle(BUNDLE, file)
    assert load_bundle(file) == BUNDLE
    assert file.read_bytes() == WHOLE
    assert [one.name for one in tmp_path.iterdir()] == ["a.danloi.zip"]


def test_any_unzip_can_read_it() -> None:
    with zipfile.ZipFile(BytesIO(WHOLE)) as opened:
        assert opened.testzip() is None
        assert opened.read(SCRIPT_FILE) == SCRIPT_TEXT.encode()


def test_the_same_content_gives_the_same_bytes_on_every_python() -> None:
    # If this fails on a new Python, that Python writes zip headers otherwise, and every bundle
    # made before would be refused: `pack` must then write them itself.
    packed_once = packed(unsigned(files={"procedures/wordings.csv": b"code,wording\n"}))
    golden = "840cd1f85076b44c23a5e4b174a55d8f9145bc13fd20dfa8614c6b1a230441ea"
    assert sha256(packed_once).hexdigest() == golden


def test_the_shipped_scripts_fit_into_a_bundle() -> None:
    bundle, catalogue = gather(SHIPPED_PROCEDURES, version="2026.11.28", scope=WARD, made=TODAY)
    assert len(packed(bundle)) < MOST_BUNDLE_BYTES / 4
    assert len(bundle.manifest.checked) == len(catalogue.procedures) > 40
    assert read_bundle(packed(bundle)) == bundle
    assert not any("README" in path or "schema" in path for path in bundle.files)


def test_no_link_is_gathered(scripts: ScriptFolder, tmp_path: Path) -> None:
    file = scripts.write(SCRIPT_TEXT)
    (tmp_path / "secret").write_text(SCRIPT_TEXT, encoding="utf-8")
    file.unlink()
    file.symlink_to(tmp_path / "secret")
    with pytest.raises(KioskError) as error:
        gather(scripts.path, version="1", scope=WARD, made=TODAY)
    assert error.value.code == "bundle.not_gathered"


# Each way to be wrong


@pytest.mark.parametrize(
    "name",
    [
        "../site.toml",
        "procedures/../../etc/passwd",
        "/etc/passwd",
        "procedures//a/script.yaml",
        "./site.toml",
        "C:/site.toml",
        "procedures\\a\\script.yaml",
        "procedures/con/script.yaml",
        "procedures/LPT1.yaml",
        "nul",
        "procedures/a/script.yaml ",
        "thủ-tục/script.yaml",
        "procedures/a\x07/script.yaml",
        "procedures/" + "a" * 120 + "/script.yaml",
        "site.toml:stream",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    assert refusal(archive((entry_of(name), b"x"))) == "bundle.bad_name"


def test_a_name_with_a_zero_byte_is_refused() -> None:
    assert refusal(archive((entry_of("site.tomlX"), b"x")).replace(b"tomlX", b"toml\0")) == (
        "bundle.bad_name"
    )


def test_a_name_that_is_no_utf_8_is_refused() -> None:
    broken = archive((entry_of("sité.toml"), b"x")).replace("é".encode(), b"\xff\xfe")
    assert refusal(broken) == "bundle.bad_name"


@pytest.mark.parametrize(
    "mode",
    [stat.S_IFLNK | 0o777, stat.S_IFCHR | 0o666, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFDIR],
)
def test_a_link_a_device_or_a_folder_is_refused(mode: int) -> None:
    assert refusal(archive((entry_of(SCRIPT_FILE, mode), b"/etc/passwd"))) == "bundle.not_plain"
    assert refusal(archive((entry_of("procedures/"), b""))) == "bundle.not_plain"


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", [SCRIPT_FILE, SCRIPT_FILE.upper(), "Manifest.json"])
def test_a_name_that_is_there_twice_is_refused(name: str) -> None:
    twice = archive((entry_of(SCRIPT_FILE), b"a"), (entry_of(name), b"b"))
    assert refusal(twice) == "bundle.twice"


@pytest.mark.parametrize(
    "name", ["inner.zip", "procedures/a.danloi.zip", "kiosk/app.py", "keys.toml", "words/vi.toml"]
)
def test_what_a_bundle_may_not_hold_is_refused_nested_archives_too(name: str) -> None:
    assert refusal(archive((entry_of(name), WHOLE))) == "bundle.not_allowed"


def test_a_bomb_is_refused_before_it_goes_off() -> None:
    bomb = archive((SCRIPT_FILE, bytes(200_000_000)), compress=zipfile.ZIP_DEFLATED)
    assert len(bomb) < 1_000_000
    assert refusal(bomb) == "bundle.compressed"


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_nothing_compressed_is_taken(method: int) -> None:
    assert refusal(archive((SCRIPT_FILE, b"a" * 500), compress=method)) == "bundle.compressed"


def test_an_encrypted_entry_is_refused() -> None:
    changed = bytearray(archive((entry_of(SCRIPT_FILE), b"x")))
    changed[changed.rindex(b"PK\x01\x02") + 8] |= 1
    assert refusal(bytes(changed)) == "bundle.encrypted"


def test_a_file_over_its_own_limit_is_refused() -> None:
    assert refusal(archive((entry_of(SCRIPT_FILE), bytes(300_000)))) == "bundle.file_too_large"


def test_a_bundle_over_the_limit_is_refused() -> None:
    assert refusal(bytes(MOST_BUNDLE_BYTES + 1)) == "bundle.too_large"


def test_many_files_are_refused_before_they_are_listed() -> None:
    many = archive(*((f"procedures/a{n}/script.yaml", b"") for n in range(MOST_FILES + 2)))
    assert refusal(many) == "bundle.too_many_files"


def test_a_directory_larger_than_its_count_is_refused() -> None:
    many = bytearray(archive(*((f"procedures/a{n}/script.yaml", b"") for n in range(5_000))))
    end = many.rindex(b"PK\x05\x06")
    struct.pack_into("<2H", many, end + 8, 3, 3)  # it says that there are three
    assert refusal(bytes(many)) == "bundle.too_many_files"


def test_entries_that_share_their_bytes_are_refused() -> None:
    """Many names for one content: the classical bomb that needs no compression."""
    name = b"procedures/a/script.yaml"
    local = archive((entry_of(name.decode()), b"x" * 200_000))
    with zipfile.ZipFile(BytesIO(local)) as opened:
        place = opened.getinfo(name.decode()).header_offset
    end = local.rindex(b"PK\x05\x06")
    entry = local[local.rindex(b"PK\x01\x02", 0, end) : end]
    begin = local.index(b"PK\x01\x02")
    entries = [entry.replace(b"/a/", b"/%c/" % letter) for letter in b"bcdefghijk"]
    directory = local[begin:end] + b"".join(entries)
    count = 2 + len(entries)
    tail = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), begin, 0)
    assert place
    assert refusal(local[:begin] + directory + tail) in ("bundle.damaged", "bundle.extra_file")


@pytest.mark.parametrize(
    "junk", [b"", b"PK\x05\x06", b"hello", bytes(100), WHOLE[:-1], WHOLE[:-40], WHOLE[30:]]
)
def test_what_is_no_whole_archive_is_refused(junk: bytes) -> None:
    assert refusal(junk) == "bundle.damaged"


def test_an_archive_without_a_manifest_is_refused() -> None:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        opened.writestr("site.toml", b"")
    assert refusal(made.getvalue()) == "bundle.no_manifest"


def test_an_archive_that_somebody_else_has_packed_is_refused() -> None:
    """All files right, but another order, other times: there is one way only."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        for path, content in reversed(files_of_script().items()):
            opened.writestr(path, content)
        opened.writestr(MANIFEST, manifest_bytes(BUNDLE.manifest))
    assert refusal(made.getvalue()) == "bundle.not_as_packed"


@pytest.mark.parametrize("where", ["comment", "before", "extra"])
def test_nothing_can_hide_beside_the_files(where: str) -> None:
    if where == "before":
        assert refusal(b"#!/bin/sh\n" + WHOLE) == "bundle.not_as_packed"
        return
    made = BytesIO(WHOLE)
    if where == "comment":
        with zipfile.ZipFile(made, "a") as opened:
            opened.comment = b"x" * 60_000
        assert refusal(made.getvalue()) == "bundle.damaged"
        return
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        manifest = entry_of(MANIFEST)
        manifest.extra = b"\xff\xff\x04\x00hide"
        opened.writestr(manifest, manifest_bytes(BUNDLE.manifest))
        for path, content in files_of_script().items():
            opened.writestr(entry_of(path), content)
    assert refusal(made.getvalue()) == "bundle.not_as_packed"


@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "nothing"])
def test_only_a_plain_file_is_opened(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "a.danloi.zip"
    if kind == "link":
        (tmp_path / "b").write_bytes(WHOLE)
        file.symlink_to(tmp_path / "b")
    elif kind == "pipe":
        os.mkfifo(file)
    elif kind == "folder":
        file.mkdir()
    with pytest.raises(KioskError) as error:
        load_bundle(file)
    assert error.value.code == "bundle.unreadable"


# Whatever comes


@st.composite
def mutations(draw: st.DrawFn) -> bytes:
    """A valid bundle with some pieces changed, doubled, cut out or put in."""
    changed = bytearray(WHOLE)
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(changed)))
        length = draw(st.integers(0, 64))
        piece = draw(
            st.binary(max_size=64)
            | st.sampled_from([b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x06"])
            | st.just(bytes(changed[place : place + length]) * 2)
        )
        changed[place : place + length] = piece
    return bytes(changed)


@settings(max_examples=600)
@given(mutations())
def test_no_change_of_a_bundle_raises_anything_else_or_passes(untrusted: bytes) -> None:
    try:
        read = read_bundle(untrusted)
    except KioskError:
        return
    assert (read.manifest, read.files) == (BUNDLE.manifest, BUNDLE.files)


@settings(max_examples=300)
@given(st.binary(max_size=400))
def test_no_bytes_at_all_raise_anything_else(junk: bytes) -> None:
    refusal(junk + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 2, 2, min(len(junk), 92), 0, 0))

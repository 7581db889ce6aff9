"""Archives that nobody is trusted for: only plain files come out, inside, no more than allowed."""

import bz2
import gzip
import io
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_shop import FILES, tarred, zipped

from kiosk.errors import KioskError
from kiosk.model_store import MANIFEST
from kiosk.model_unpack import MOST_FILES, unpack

MOST = 1_000_000


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    """The folder to unpack into, deep enough to see what escapes."""
    folder = tmp_path / "room" / "deep" / "inside"
    folder.mkdir(parents=True)
    return folder


def everything(folder: Path) -> dict[str, bytes]:
    """All files in a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if not path.is_dir()
    }


def archive(tmp_path: Path, name: str, content: bytes) -> Path:
    file = tmp_path / name
    file.write_bytes(content)
    return file


def refuse(tmp_path: Path, inside: Path, name: str, content: bytes, *, most: int = MOST) -> str:
    """Why an archive is refused; nothing of it is anywhere but inside, and no link is there."""
    file = archive(tmp_path, name, content)
    before = {path for path in tmp_path.rglob("*") if inside not in path.parents}
    with pytest.raises(KioskError) as refusal:
        unpack(file, inside, most_bytes=most)
    assert refusal.value.code == "models.bad_archive"
    assert {path for path in tmp_path.rglob("*") if inside not in path.parents} == before
    assert not any(path.is_symlink() for path in inside.rglob("*"))
    assert sum(len(found) for found in everything(inside).values()) <= most
    return refusal.value.detail


def tar_of(*entries: tuple[tarfile.TarInfo, bytes], mode: str = "w:gz") -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as opened:  # type: ignore[call-overload]
        for entry, content in entries:
            entry.size = len(content)
            opened.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def entry(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname, made.mode = kind, link, 0o6777
    return made


def zip_of(*entries: tuple[zipfile.ZipInfo | str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as opened:
        for made, content in entries:
            opened.writestr(made, content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.zip", zipped(FILES, shell="")),
        ("a.tar", tarred(FILES, "w", shell="")),
        ("a.tar.gz", tarred(FILES, "w:gz", shell="")),
        ("a.tar.bz2", tarred(FILES, "w:bz2", shell="")),
    ],
)
def test_a_good_archive_comes_out_as_it_was_packed(
    tmp_path: Path, inside: Path, name: str, content: bytes
) -> None:
    unpack(archive(tmp_path, name, content), inside, most_bytes=MOST)
    assert everything(inside) == FILES
    for path in inside.rglob("*"):
        assert not path.is_file() or stat.S_IMODE(path.stat().st_mode) & 0o7133 == 0


def test_a_bzip2_archive_of_several_streams_is_read_whole(tmp_path: Path, inside: Path) -> None:
    plain = tarred(FILES, "w", shell="")
    middle = len(plain) // 2
    packed = bz2.compress(plain[:middle]) + bz2.compress(plain[middle:])
    unpack(archive(tmp_path, "a.tar.bz2", packed), inside, most_bytes=MOST)
    assert everything(inside) == FILES


@pytest.mark.parametrize(
    "name",
    [
        "../escaped",
        "a/../../escaped",
        "/tmp/escaped",  # noqa: S108 - it must not be written
        "a/./b",
        "a//b",
        "..",
        "a\\..\\b",
        "C:b",
        "a\nb",
        "a\u202eb",
        "n" * 201,
        "/".join("abcdefghij"),
        MANIFEST,
        f"vosk/{MANIFEST}",
    ],
)
@pytest.mark.parametrize("form", ["a.zip", "a.tar.gz"])
def test_a_path_that_is_not_plainly_inside_refuses_the_archive(
    tmp_path: Path, inside: Path, name: str, form: str
) -> None:
    content = (
        zip_of((name, b"x"))
        if form == "a.zip"
        else tar_of((entry("good"), b"x"), (entry(name), b"x"))
    )
    refuse(tmp_path, inside, form, content)


@pytest.mark.parametrize(
    "odd",
    [
        entry("link", tarfile.SYMTYPE, "/etc/passwd"),
        entry("link", tarfile.SYMTYPE, "good"),
        entry("link", tarfile.LNKTYPE, "good"),
        entry("link", tarfile.LNKTYPE, "../../../etc/passwd"),
        entry("device", tarfile.CHRTYPE),
        entry("device", tarfile.BLKTYPE),
        entry("pipe", tarfile.FIFOTYPE),
        entry("odd", b"Z"),
    ],
    ids=lambda odd: f"{odd.type!r} {odd.linkname}",
)
def test_what_is_neither_file_nor_folder_refuses_a_tar(
    tmp_path: Path, inside: Path, odd: tarfile.TarInfo
) -> None:
    content = tar_of((entry("good"), b"x"), (odd, b""))
    refuse(tmp_path, inside, "a.tar.gz", content)


def test_a_file_cannot_be_written_through_a_link_of_the_same_archive(
    tmp_path: Path, inside: Path
) -> None:
    content = tar_of((entry("room", tarfile.SYMTYPE, str(tmp_path)), b""), (entry("room/a"), b"x"))
    refuse(tmp_path, inside, "a.tar.gz", content)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO])
def test_what_is_neither_file_nor_folder_refuses_a_zip(
    tmp_path: Path, inside: Path, kind: int
) -> None:
    odd = zipfile.ZipInfo("odd")
    odd.external_attr = (kind | 0o777) << 16
    refuse(tmp_path, inside, "a.zip", zip_of((odd, b"/etc/passwd")))


@pytest.mark.parametrize("names", [("a", "a"), ("a", "a/b"), ("a/b", "a")])
@pytest.mark.parametrize("form", ["a.zip", "a.tar.gz"])
def test_two_entries_for_one_place_refuse_the_archive(
    tmp_path: Path, inside: Path, names: tuple[str, str], form: str
) -> None:
    if form == "a.zip":
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("warnings.warn", lambda *_, **__: None)  # zipfile finds it odd as well
            content = zip_of(*((name, b"x") for name in names))
    else:
        content = tar_of(*((entry(name), b"x") for name in names))
    refuse(tmp_path, inside, form, content)


ZEROS = bytes(50_000_000)


@pytest.mark.parametrize(
    ("form", "bomb"),
    [
        ("a.zip", lambda: zip_of(("zeros", ZEROS))),
        ("a.tar.gz", lambda: tar_of((entry("zeros"), ZEROS))),
        ("a.tar.bz2", lambda: tar_of((entry("zeros"), ZEROS), mode="w:bz2")),
        ("a.tar.gz", lambda: tar_of(*((entry(f"zeros{n}"), ZEROS[:400_000]) for n in range(9)))),
        ("a.tar.gz", lambda: gzip.compress(ZEROS)),
    ],
    ids=["zip", "gz", "bz2", "many", "no tar"],
)
def test_a_bomb_is_refused_before_it_fills_the_disk(
    tmp_path: Path, inside: Path, form: str, bomb: Callable[[], bytes]
) -> None:
    refuse(tmp_path, inside, form, bomb())


def test_a_header_that_is_a_bomb_is_refused(tmp_path: Path, inside: Path) -> None:
    long = tarfile.TarInfo("a")
    long.pax_headers = {"comment": "x" * 20_000_000}
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", format=tarfile.PAX_FORMAT) as opened:
        opened.addfile(long)
    assert "more than allowed" in refuse(tmp_path, inside, "a.tar.gz", packed.getvalue())


def test_a_zip_that_lies_about_its_size_is_refused(tmp_path: Path, inside: Path) -> None:
    honest = zip_of(("zeros", ZEROS[:2_000_000]))
    real, said = struct.pack("<I", 2_000_000), struct.pack("<I", 20)
    assert honest.count(real) == 2
    refuse(tmp_path, inside, "a.zip", honest.replace(real, said))


@pytest.mark.parametrize("form", ["a.zip", "a.tar.gz"])
def test_too_many_files_refuse_the_archive(tmp_path: Path, inside: Path, form: str) -> None:
    names = [f"f{n}" for n in range(MOST_FILES + 1)]
    content = (
        zip_of(*((name, b"") for name in names))
        if form == "a.zip"
        else tar_of(*((entry(name), b"") for name in names))
    )
    refuse(tmp_path, inside, form, content)


def test_an_encrypted_zip_is_refused(tmp_path: Path, inside: Path) -> None:
    plain = bytearray(zip_of(("a", b"x" * 100)))
    plain[6] |= 1  # the flag in the file's own header
    plain[plain.index(b"PK\x01\x02") + 8] |= 1  # and in the directory
    refuse(tmp_path, inside, "a.zip", bytes(plain))


def test_a_sparse_file_is_refused(tmp_path: Path, inside: Path) -> None:
    sparse = entry("hole", tarfile.GNUTYPE_SPARSE)
    refuse(tmp_path, inside, "a.tar", tar_of((sparse, b""), mode="w"))


@pytest.mark.parametrize("form", ["a.zip", "a.tar", "a.tar.gz", "a.tar.bz2"])
@pytest.mark.parametrize("content", [b"", b"not an archive" * 100, b"PK\x05\x06" + bytes(18)])
def test_what_is_no_archive_is_refused_or_empty(
    tmp_path: Path, inside: Path, form: str, content: bytes
) -> None:
    file = archive(tmp_path, form, content)
    try:
        unpack(file, inside, most_bytes=MOST)
    except KioskError as error:
        assert error.code == "models.bad_archive"  # noqa: PT017 - an empty zip is one
    assert everything(inside) == {}


@pytest.mark.parametrize("form", ["a.zip", "a.tar.gz", "a.tar.bz2"])
@given(data=st.data())
def test_a_damaged_archive_never_does_anything_else(
    tmp_path_factory: pytest.TempPathFactory, form: str, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    inside = folder / "room" / "inside"
    inside.mkdir(parents=True)
    small = {"am/final.mdl": b"weights" * 9, "conf/model.conf": b"--beam"}
    whole = zipped(small) if form == "a.zip" else tarred(small, f"w:{form.rpartition('.')[2]}")
    broken = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(broken) - 1))
        broken[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(broken)))
    file = archive(folder, form, bytes(broken[:cut]))
    try:
        unpack(file, inside, most_bytes=MOST)
    except KioskError as error:
        assert error.code == "models.bad_archive"  # noqa: PT017 - it may also be whole still
    assert {one.name for one in folder.iterdir()} == {form, "room"}
    assert [one.name for one in (folder / "room").iterdir()] == ["inside"]
    assert not any(path.is_symlink() for path in inside.rglob("*"))

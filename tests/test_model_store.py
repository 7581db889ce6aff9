"""Where models lie, and whether each is still what was installed."""

import json
from pathlib import Path

import pytest
from model_shop import FILES

from kiosk.errors import KioskError
from kiosk.model_store import (
    ACCEPTED,
    MANIFEST,
    Damage,
    Harm,
    Standing,
    accept_sums,
    accepted_sums,
    damages,
    fetched_folder,
    find_model,
    installed,
    model_standing,
    names_on_this_machine,
    read_manifest,
    write_manifest,
)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    folder = tmp_path / "shipped"
    folder.mkdir()
    return folder


def make(folder: Path) -> Path:
    """A whole model in a folder."""
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    write_manifest(folder)
    return folder


def test_a_fetched_model_is_found_by_its_name(state: Path, shipped: Path) -> None:
    folder = make(fetched_folder(state) / "tiny")
    assert installed("tiny", state, shipped=shipped) == folder
    assert find_model("tiny", state, shipped=shipped) == folder
    assert model_standing("tiny", state, thorough=True, shipped=shipped) is Standing.THERE
    assert names_on_this_machine(state, shipped=shipped) == ("tiny",)


def test_a_model_that_shipped_is_found_by_its_name(state: Path, shipped: Path) -> None:
    folder = make(shipped / "vosk-vi-danloi")
    (shipped / "lookup.npz").write_bytes(b"")
    (shipped / "unfinished").mkdir()
    assert installed("vosk-vi-danloi", state, shipped=shipped) == folder
    assert names_on_this_machine(state, shipped=shipped) == ("vosk-vi-danloi",)
    assert installed("unfinished", state, shipped=shipped) is None


@pytest.mark.parametrize("name", ["tiny", "", "..", "../models/tiny", "/etc", "a/b", ".new-tiny"])
def test_what_is_not_there_is_missing_whatever_it_is_called(
    state: Path, shipped: Path, name: str
) -> None:
    make(fetched_folder(state) / ".new-tiny")
    make(fetched_folder(state) / "other")
    assert installed(name, state, shipped=shipped) is None
    assert model_standing(name, state, shipped=shipped) is Standing.MISSING


def test_a_link_is_no_fetched_model(state: Path, shipped: Path, tmp_path: Path) -> None:
    elsewhere = make(tmp_path / "elsewhere")
    fetched_folder(state).mkdir(parents=True)
    (fetched_folder(state) / "tiny").symlink_to(elsewhere)
    assert installed("tiny", state, shipped=shipped) is None


def harmed(state: Path, shipped: Path, *, thorough: bool = False) -> Standing:
    return model_standing("tiny", state, thorough=thorough, shipped=shipped)


def test_a_model_that_lacks_a_file_is_broken(state: Path, shipped: Path) -> None:
    folder = make(fetched_folder(state) / "tiny")
    (folder / "am/final.mdl").unlink()
    assert damages(folder) == (Damage(file="am/final.mdl", harm=Harm.GONE),)
    assert installed("tiny", state, shipped=shipped) is None
    assert harmed(state, shipped) is Standing.BROKEN


def test_a_model_with_a_flipped_bit_is_broken_for_who_reads_it_all(
    state: Path, shipped: Path
) -> None:
    folder = make(fetched_folder(state) / "tiny")
    weights = bytearray(FILES["am/final.mdl"])
    weights[1000] ^= 1
    (folder / "am/final.mdl").write_bytes(weights)
    assert harmed(state, shipped) is Standing.THERE, "the sizes are right"
    assert harmed(state, shipped, thorough=True) is Standing.BROKEN
    assert damages(folder) == (Damage(file="am/final.mdl", harm=Harm.CHANGED),)


def test_a_file_that_was_cut_off_is_seen_by_its_size(state: Path, shipped: Path) -> None:
    folder = make(fetched_folder(state) / "tiny")
    (folder / "am/final.mdl").write_bytes(b"weights")
    assert harmed(state, shipped) is Standing.BROKEN


@pytest.mark.parametrize("is_link", [False, True])
def test_a_file_that_nobody_installed_breaks_a_model(
    state: Path,
    shipped: Path,
    is_link: bool,  # noqa: FBT001 - pytest names it
) -> None:
    folder = make(fetched_folder(state) / "tiny")
    added = folder / "conf" / "fbank.conf"
    if is_link:
        added.symlink_to("/etc")
    else:
        added.write_bytes(b"--dither=1")
    assert damages(folder) == (Damage(file="conf/fbank.conf", harm=Harm.ADDED),)
    assert harmed(state, shipped) is Standing.BROKEN


def test_a_file_that_became_a_link_to_the_same_bytes_is_broken(
    state: Path, shipped: Path, tmp_path: Path
) -> None:
    folder = make(fetched_folder(state) / "tiny")
    moved = (folder / "conf/model.conf").rename(tmp_path / "moved")
    (folder / "conf/model.conf").symlink_to(moved)
    assert harmed(state, shipped) is Standing.BROKEN


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b'{"kiosk_model": 2, "files": {}}',
        b"[" * 100_000,
        b" " * 2_000_000,
    ],
)
def test_a_model_whose_manifest_cannot_be_read_is_broken(
    state: Path, shipped: Path, content: bytes
) -> None:
    folder = make(fetched_folder(state) / "tiny")
    (folder / MANIFEST).write_bytes(content)
    assert read_manifest(folder) is None
    assert damages(folder) == (Damage(file=MANIFEST, harm=Harm.NO_MANIFEST),)
    assert harmed(state, shipped) is Standing.BROKEN


def test_find_model_says_what_to_do(state: Path, shipped: Path) -> None:
    folder = make(fetched_folder(state) / "tiny")
    (folder / "am/final.mdl").unlink()
    for name, code in (("other", "models.not_there"), ("tiny", "models.broken")):
        with pytest.raises(KioskError) as refusal:
            find_model(name, state, shipped=shipped)
        assert refusal.value.code == code
        assert refusal.value.values["name"] == name


def test_a_ward_may_name_the_folder_of_its_own_model(
    state: Path, shipped: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    assert find_model(str(own), state, shipped=shipped) == own
    with pytest.raises(KioskError) as refusal:
        find_model(str(tmp_path / "nowhere"), state, shipped=shipped)
    assert refusal.value.code == "models.no_folder"


def test_accepted_sums_are_remembered_model_by_model(state: Path) -> None:
    fetched_folder(state).mkdir(parents=True)
    accept_sums(state, "tiny", {"a.zip": "a" * 64})
    accept_sums(state, "tiny", {"b.zip": "b" * 64})
    accept_sums(state, "other", {"a.zip": "c" * 64})
    assert accepted_sums(state, "tiny") == {"a.zip": "a" * 64, "b.zip": "b" * 64}
    assert accepted_sums(state, "third") == {}


@pytest.mark.parametrize("content", ["", "[]", '{"tiny": {"a.zip": "short"}}', "{" * 9999])
def test_sums_that_cannot_be_read_count_as_not_accepted(state: Path, content: str) -> None:
    fetched_folder(state).mkdir(parents=True)
    (fetched_folder(state) / ACCEPTED).write_text(content, encoding="utf-8")
    assert accepted_sums(state, "tiny") == {}
    accept_sums(state, "tiny", {"a.zip": "a" * 64})
    assert accepted_sums(state, "tiny") == {"a.zip": "a" * 64}


def test_the_manifest_holds_size_and_sum_of_every_file(state: Path) -> None:
    folder = make(fetched_folder(state) / "tiny")
    told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    assert told["files"]["conf/model.conf"]["bytes"] == len(FILES["conf/model.conf"])
    assert set(told["files"]) == set(FILES)

"""Models are fetched whole or not at all, whatever goes wrong and whenever it is killed."""

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from model_shop import (
    FILES,
    NEEDS,
    SECONDS,
    Entry,
    Offer,
    Publisher,
    list_of,
    publisher,
    sum_of,
    tarred,
    zipped,
)

import kiosk
from kiosk.errors import KioskError
from kiosk.model_fetch import DOWNLOADS, LOCK, fetch, is_current
from kiosk.model_list import Model, load_models
from kiosk.model_store import (
    MANIFEST,
    Standing,
    accepted_sums,
    damages,
    fetched_folder,
    installed,
    model_standing,
)
from kiosk.procedure import LANGUAGES
from kiosk.terminal import sentence_of

ZIP = zipped(FILES)
NEWER = {**FILES, "am/final.mdl": b"better weights " * 20_000}
NEWER_ZIP = zipped(NEWER)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def shop() -> Iterator[Publisher]:
    with publisher() as opened:
        yield opened


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def model_of(tmp_path: Path, *entries: Entry, needs: tuple[str, ...] = NEEDS) -> Model:
    [model] = load_models(list_of(tmp_path / "models.toml", *entries, needs=needs))
    return model


def silent(file: str, done: int, total: int) -> None:
    """Nobody looks at the progress."""


def get(model: Model, state: Path, **how: object) -> Path:
    return fetch(model, state, progress=silent, **how)  # type: ignore[arg-type]


def refused(model: Model, state: Path, **how: object) -> KioskError:
    """Why it is not installed: it has a sentence in both languages, and no model is there."""
    with pytest.raises(KioskError) as refusal:
        get(model, state, **how)
    for language in LANGUAGES:
        assert sentence_of(refusal.value, language) != str(refusal.value)
    return refusal.value


def content(folder: Path) -> dict[str, bytes]:
    """All files of a model, without its manifest."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }


def left_behind(state: Path) -> set[str]:
    """What lies beside the models."""
    home = fetched_folder(state)
    found = {one.name for one in home.iterdir() if one.name.startswith(".")} - {LOCK, DOWNLOADS}
    return found | {one.name for one in (home / DOWNLOADS).iterdir()}


@pytest.mark.parametrize(
    ("file", "body"),
    [
        ("tiny.zip", ZIP),
        ("tiny.zip", zipped(FILES, shell="")),
        ("tiny.tar.bz2", tarred(FILES)),
        ("tiny.tar.gz", tarred(FILES, "w:gz")),
        ("tiny.tar", tarred(FILES, "w", shell="")),
    ],
)
def test_an_archive_is_installed_without_its_shell(
    tmp_path: Path, shop: Publisher, state: Path, file: str, body: bytes
) -> None:
    shop.offers[file] = Offer(body=body)
    model = model_of(tmp_path, Entry(file=file, address=shop.address(file), body=body))
    folder = get(model, state)
    assert folder == installed("tiny", state) == fetched_folder(state) / "tiny"
    assert content(folder) == FILES
    assert damages(folder) == ()
    assert left_behind(state) == set()


def test_a_model_of_single_files_is_put_together(
    tmp_path: Path, shop: Publisher, state: Path
) -> None:
    files = {"encoder.onnx": b"e" * 70_000, "tokens.txt": b"a 1\n"}
    for file, body in files.items():
        shop.offers[file] = Offer(body=body)
    entries = [Entry(file=f, address=shop.address(f), body=body) for f, body in files.items()]
    folder = get(model_of(tmp_path, *entries, needs=tuple(files)), state)
    assert content(folder) == files


def test_what_is_installed_as_the_list_says_is_not_fetched_again(
    tmp_path: Path, shop: Publisher, state: Path
) -> None:
    shop.offers["tiny.zip"] = Offer(body=ZIP)
    model = model_of(tmp_path, Entry(file="tiny.zip", address=shop.address("tiny.zip"), body=ZIP))
    assert not is_current(model, state)
    get(model, state)
    assert is_current(model, state)
    get(model, state)
    assert shop.ranges == [""]


@pytest.mark.parametrize("harm", ["gone", "cut", "added"])
def test_a_broken_model_is_fetched_anew(
    tmp_path: Path, shop: Publisher, state: Path, harm: str
) -> None:
    shop.offers["tiny.zip"] = Offer(body=ZIP)
    model = model_of(tmp_path, Entry(file="tiny.zip", address=shop.address("tiny.zip"), body=ZIP))
    folder = get(model, state)
    match harm:
        case "gone":
            (folder / "am/final.mdl").unlink()
        case "cut":
            (folder / "am/final.mdl").write_bytes(b"")
        case _:
            (folder / "added").write_bytes(b"")
    get(model, state)
    assert content(folder) == FILES
    assert damages(folder) == ()


def test_a_newer_one_in_the_list_takes_the_place_of_the_old(
    tmp_path: Path, shop: Publisher, state: Path
) -> None:
    for file, body in (("old.zip", ZIP), ("new.zip", NEWER_ZIP)):
        shop.offers[file] = Offer(body=body)
        get(model_of(tmp_path, Entry(file=file, address=shop.address(file), body=body)), state)
    assert content(fetched_folder(state) / "tiny") == NEWER
    assert left_behind(state) == set()


def test_a_file_with_another_sum_is_thrown_away(
    tmp_path: Path, shop: Publisher, state: Path
) -> None:
    wrong = ZIP[:-1] + b"\x01"
    shop.offers["tiny.zip"] = Offer(body=wrong)
    model = model_of(tmp_path, Entry(file="tiny.zip", address=shop.address("tiny.zip"), body=ZIP))
    error = refused(model, state)
    assert error.code == "models.wrong_sha256"
    assert (error.values["found"], error.values["expected"]) == (sum_of(wrong), sum_of(ZIP))
    assert model_standing("tiny", state) is Standing.MISSING
    shop.offers["tiny.zip"] = Offer(body=ZIP)
    assert content(get(model, state)) == FILES


def test_the_old_one_stays_where_the_new_one_is_no_good(
    tmp_path: Path, shop: Publisher, state: Path
) -> None:
    shop.offers["tiny.zip"] = Offer(body=ZIP)
    address = shop.address("tiny.zip")
    folder = get(model_of(tmp_path, Entry(file="tiny.zip", address=address, body=ZIP)), state)
    hostile = tarred({"../escaped": b"x"}, shell="")
    lacking = zipped({"am/final.mdl": b"x"})
    for file, body, code in (
        ("a.tar.bz2", hostile, "models.bad_archive"),
        ("b.zip", lacking, "models.not_a_model"),
        ("c.zip", b"no archive", "models.bad_archive"),
    ):
        shop.offers[file] = Offer(body=body)
        model = model_of(tmp_path, Entry(file=file, address=shop.address(file), body=body))
        assert refused(model, state).code == code
        assert content(folder) == FILES
        assert model_standing("tiny", state, thorough=True) is Standing.THERE


def test_two_archives_may_not_bring_the_same_file(
    tmp_path: Path, shop: Publisher, state: Path
) -> None:
    shop.offers.update({"a.zip": Offer(body=ZIP), "b.zip": Offer(body=ZIP)})
    entries = [Entry(file=f, address=shop.address(f), body=ZIP) for f in ("a.zip", "b.zip")]
    assert refused(model_of(tmp_path, *entries), state).code == "models.bad_archive"


# A sum that nobody has confirmed


@pytest.fixture
def unknown(tmp_path: Path, shop: Publisher) -> Model:
    """A model whose list knows neither sum nor size."""
    shop.offers["tiny.zip"] = Offer(body=ZIP)
    entry = Entry(file="tiny.zip", address=shop.address("tiny.zip"), size=0, sum="")
    return model_of(tmp_path, entry)


def test_a_file_without_a_known_sum_is_not_installed_silently(
    shop: Publisher, state: Path, unknown: Model
) -> None:
    error = refused(unknown, state)
    assert error.code == "models.not_accepted"
    for language in LANGUAGES:
        said = sentence_of(error, language)
        assert f"--accept-sha256 {sum_of(ZIP)}" in said
    assert model_standing("tiny", state) is Standing.MISSING
    assert refused(unknown, state, accepted=("0" * 64,)).code == "models.not_accepted"
    folder = get(unknown, state, accepted=(sum_of(ZIP),))
    assert content(folder) == FILES
    assert shop.ranges == [""], "what had arrived was not downloaded again"


def test_what_was_accepted_once_is_remembered(shop: Publisher, state: Path, unknown: Model) -> None:
    folder = get(unknown, state, accepted=(sum_of(ZIP),))
    assert accepted_sums(state, "tiny") == {"tiny.zip": sum_of(ZIP)}
    assert is_current(unknown, state)
    (folder / "am/final.mdl").unlink()
    assert content(get(unknown, state)) == FILES
    get(unknown, state, accepted=(sum_of(ZIP),))
    assert shop.ranges == ["", ""]


def test_another_file_than_the_accepted_one_is_asked_for_again(
    shop: Publisher, state: Path, unknown: Model
) -> None:
    folder = get(unknown, state, accepted=(sum_of(ZIP),))
    (folder / "am/final.mdl").unlink()
    shop.offers["tiny.zip"] = Offer(body=NEWER_ZIP, etag='"2"')
    error = refused(unknown, state)
    assert (error.code, sum_of(NEWER_ZIP) in error.values["options"]) == (
        "models.not_accepted",
        True,
    )
    assert content(get(unknown, state, accepted=(sum_of(NEWER_ZIP),))) == NEWER
    assert accepted_sums(state, "tiny") == {"tiny.zip": sum_of(NEWER_ZIP)}


def test_nobody_can_vouch_against_the_list(tmp_path: Path, shop: Publisher, state: Path) -> None:
    wrong = ZIP[:-1] + b"\x01"
    shop.offers.update({"a.zip": Offer(body=wrong), "b.txt": Offer(body=b"b")})
    known = Entry(file="a.zip", address=shop.address("a.zip"), body=ZIP)
    model = model_of(tmp_path, known)
    assert refused(model, state, accepted=(sum_of(wrong),)).code == "models.accept_useless"
    open_part = Entry(file="b.txt", address=shop.address("b.txt"), size=0, sum="")
    model = model_of(tmp_path, known, open_part)
    accepted = (sum_of(wrong), sum_of(b"b"))
    assert refused(model, state, accepted=accepted).code == "models.wrong_sha256"


# From a stick


def test_a_model_comes_from_a_stick_without_any_network(tmp_path: Path, state: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    (stick / "tiny.zip").write_bytes(ZIP)
    entry = Entry(file="tiny.zip", address="https://publisher.example/tiny.zip", body=ZIP)
    assert content(get(model_of(tmp_path, entry), state, source=stick)) == FILES
    assert (stick / "tiny.zip").read_bytes() == ZIP


@pytest.mark.parametrize(
    ("odd", "code"),
    [
        ("nothing", "models.not_in_folder"),
        ("folder", "models.not_in_folder"),
        ("link", "models.not_in_folder"),
        ("pipe", "models.not_in_folder"),
        ("longer", "models.wrong_size"),
        ("other", "models.wrong_sha256"),
    ],
)
def test_what_is_not_the_file_on_a_stick_is_refused(
    tmp_path: Path, state: Path, odd: str, code: str
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    file = stick / "tiny.zip"
    match odd:
        case "folder":
            file.mkdir()
        case "link":
            (tmp_path / "tiny.zip").write_bytes(ZIP)
            file.symlink_to(tmp_path / "tiny.zip")
        case "pipe":
            os.mkfifo(file)
        case "longer":
            file.write_bytes(ZIP + b"\x00")
        case "other":
            file.write_bytes(ZIP[:-1] + b"\x01")
    entry = Entry(file="tiny.zip", address="https://publisher.example/tiny.zip", body=ZIP)
    assert refused(model_of(tmp_path, entry), state, source=stick).code == code
    assert model_standing("tiny", state) is Standing.MISSING


# The disk, and others at work


def test_a_disk_without_room_is_said_before_anything_is_downloaded(
    tmp_path: Path, shop: Publisher, state: Path
) -> None:
    entries = [
        Entry(file=f"f{n}.onnx", address=shop.address("a"), size=4_000_000_000) for n in range(1500)
    ]
    error = refused(model_of(tmp_path, *entries), state)
    assert error.code == "models.no_space"
    assert int(error.values["needed"]) > 6_000_000
    assert shop.ranges == []


def test_a_state_folder_that_cannot_be_written_is_said(tmp_path: Path, shop: Publisher) -> None:
    (tmp_path / "file").write_bytes(b"")
    model = model_of(tmp_path, Entry(file="a.zip", address=shop.address("a"), body=ZIP))
    assert refused(model, tmp_path / "file" / "state").code == "models.not_written"


def test_a_second_command_waits_for_nobody(tmp_path: Path, shop: Publisher, state: Path) -> None:
    model = model_of(tmp_path, Entry(file="a.zip", address=shop.address("a"), body=ZIP))
    fetched_folder(state).mkdir(parents=True)
    with (fetched_folder(state) / LOCK).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert refused(model, state).code == "models.busy"


def test_a_model_that_shipped_is_not_fetched(tmp_path: Path, state: Path) -> None:
    assert refused(model_of(tmp_path), state).code == "models.ships"


# Killed at any moment

KILLED = """
import os, signal, sys
from pathlib import Path
from kiosk.model_fetch import fetch
from kiosk.model_list import load_models

list_file, stick = (Path(one) for one in sys.argv[1:3])
[model] = load_models(list_file)
EVENTS = {"open", "os.mkdir", "os.rename", "os.link", "os.remove", "os.rmdir", "fcntl.flock"}

def run(step, state):
    seen = 0
    def hook(event, args):
        nonlocal seen
        if event in EVENTS and (event == "fcntl.flock" or state in repr(args)):
            seen += 1
            if seen == step:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hook)
    source = stick if stick.name == "stick" else None
    fetch(model, Path(state), progress=lambda *_: None, source=source)

for line in sys.stdin:
    child = os.fork()
    if not child:
        step, state = line.split(maxsplit=1)
        run(int(step), state.strip())
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
"""A process that forks one that fetches for each number it is told; that one is killed, as by the
system, just before its so-manyth act on the state folder. 0: never."""


@pytest.mark.parametrize("way", ["stick", "network"])
@pytest.mark.parametrize("before", ["nothing", "old"])
def test_a_fetch_that_is_killed_at_any_moment_leaves_the_old_or_nothing_and_can_be_repeated(
    tmp_path: Path, shop: Publisher, way: str, before: str
) -> None:
    stick = tmp_path / way
    stick.mkdir()
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
    (stick / "new.zip").write_bytes(NEWER_ZIP)
    (tmp_path / "old" / "old.zip").write_bytes(ZIP)
    shop.offers["new.zip"] = Offer(body=NEWER_ZIP)
    old = model_of(tmp_path / "old", Entry(file="old.zip", address=shop.address("x"), body=ZIP))
    entry = Entry(file="new.zip", address=shop.address("new.zip"), body=NEWER_ZIP)
    list_file = list_of(tmp_path / "new" / "models.toml", entry)
    root = Path(kiosk.__file__).parents[1]
    steps = 0
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, list_file, stick],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=root,
    ) as parent:
        for step in range(1, 500):
            state = tmp_path / f"state{step}"
            folder = fetched_folder(state) / "tiny"
            if before == "old":
                get(old, state, source=tmp_path / "old")
            code = run_in(parent, step, state)
            standing = model_standing("tiny", state, thorough=True)
            may_be_away = before == "nothing" or (fetched_folder(state) / ".old-tiny").exists()
            assert standing in (Standing.THERE, *[Standing.MISSING] * may_be_away), step
            if standing is Standing.THERE:
                assert content(folder) in (FILES, NEWER), step
            assert run_in(parent, 0, state) == 0, step
            assert content(folder) == NEWER, step
            assert damages(folder) == (), step
            assert left_behind(state) == set(), step
            if code == 0:
                break
            assert code == -signal.SIGKILL, step
            steps += 1
        assert parent.stdin is not None
        parent.stdin.close()
        assert parent.wait(SECONDS) == 0
    assert steps > 20, "the process was killed at many moments"


def run_in(parent: "subprocess.Popen[str]", step: int, state: Path) -> int:
    """Let a child of `parent` fetch, killed before its act number `step`; how it ended."""
    assert parent.stdin is not None
    assert parent.stdout is not None
    print(step, state, file=parent.stdin, flush=True)
    return int(parent.stdout.readline())


def test_what_was_put_aside_comes_back_even_if_the_new_one_cannot_be_had(
    tmp_path: Path, shop: Publisher, state: Path
) -> None:
    shop.offers["tiny.zip"] = Offer(body=ZIP)
    address = shop.address("tiny.zip")
    folder = get(model_of(tmp_path, Entry(file="tiny.zip", address=address, body=ZIP)), state)
    folder.rename(folder.with_name(".old-tiny"))
    gone = model_of(tmp_path, Entry(file="new.zip", address=shop.address("new"), body=NEWER_ZIP))
    assert refused(gone, state).code == "models.server_refuses"
    assert content(folder) == FILES

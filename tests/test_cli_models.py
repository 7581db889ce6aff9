"""`kiosk models list|fetch|verify`, against a real server; in a process of its own where it counts.

A new process takes seconds to start, so what needs none is run in this one.
"""

import json
import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from model_shop import FILES, SECONDS, Entry, Offer, Publisher, list_of, publisher, sum_of, zipped
from typer.testing import CliRunner

import kiosk
from kiosk.cli import app
from kiosk.model_fetch import DOWNLOADS
from kiosk.model_store import damages, fetched_folder, installed

ROOT = Path(kiosk.__file__).parents[1]
BIG = {**FILES, "am/final.mdl": bytes(range(256)) * 4000}
ZIP = zipped(BIG)


@pytest.fixture
def shop() -> Iterator[Publisher]:
    with publisher() as opened:
        yield opened


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state" / "dan-loi"


@pytest.fixture
def listed(tmp_path: Path, shop: Publisher) -> Path:
    """A list with one model that the publisher offers."""
    shop.offers["tiny.zip"] = Offer(body=ZIP)
    entry = Entry(file="tiny.zip", address=shop.address("tiny.zip"), body=ZIP, unpacked=2_000_000)
    return list_of(tmp_path / "models.toml", entry)


def command(tmp_path: Path, *arguments: object) -> tuple[list[str], dict[str, str], Path]:
    """Command line, environment and folder of a `kiosk models …`."""
    environment = {
        **os.environ,
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "PYTHONPATH": str(ROOT),
        "no_proxy": "127.0.0.1",
    }
    line = [sys.executable, "-m", "kiosk", "models", *(str(one) for one in arguments)]
    return line, environment, tmp_path


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No site.toml of the machine counts, and nothing is written beside the sources."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def run(*arguments: object) -> Done:
    """Run the command in this process."""
    result = CliRunner().invoke(app, ["models", *(str(one) for one in arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return Done(result.exit_code, result.stdout, result.stderr)


def start(tmp_path: Path, *arguments: object, before: str = "") -> Done:
    """Run the command in a process of its own; the shell runs `before` first."""
    line, environment, folder = command(tmp_path, *arguments)
    if before:
        line = ["sh", "-c", f'{before}; exec "$@"', "sh", *line]
    done = subprocess.run(
        line,
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def test_list_shows_every_model_its_state_size_and_licence() -> None:
    done = run("list")
    assert done.code == 0, done.err
    assert re.search(r"chưa có +vosk-model-small-vn-0\.4 +33,7 MB +Apache-2\.0", done.out)
    assert re.search(r"zipformer-vi-30M-int8-2026-02-09 +26,4 MB +CC-BY-NC-ND-4\.0", done.out)
    assert "giấy phép chưa rõ" in done.out
    english = run("list", "--lang", "en").out
    assert re.search(r"not there +vosk-model-vn-0\.4 +74\.4 MB", english)


def test_list_in_json_says_what_is_confirmed_and_by_whom() -> None:
    told = {one["name"]: one for one in json.loads(run("list", "--json").out)}
    small = told["vosk-model-small-vn-0.4"]
    assert (small["state"], small["bytes"], small["licence"]) == ("missing", 33656337, "Apache-2.0")
    assert small["is_sha256_confirmed"]
    assert "model_hashes.json" in small["known_by"]
    assert not told["zipformer-vi-30M-streaming"]["is_sha256_confirmed"]


def test_fetch_installs_and_says_where(tmp_path: Path, listed: Path, state: Path) -> None:
    done = start(tmp_path, "fetch", "tiny", "--list", listed, "--lang", "en")
    assert (done.code, done.err) == (0, "")
    assert done.out == f"tiny is installed in {fetched_folder(state) / 'tiny'}\n"
    assert installed("tiny", state) is not None
    again = run("fetch", "tiny", "--list", listed)
    assert (again.code, "đã có sẵn" in again.out) == (0, True)
    assert "đã cài" in run("list", "--list", listed).out
    assert "Không có trong danh mục" in run("list").out


def test_the_site_file_says_where_models_are_kept(tmp_path: Path, listed: Path) -> None:
    site = tmp_path / "ward.toml"
    site.write_text(f'[folders]\nstate = "{tmp_path / "elsewhere"}"\n', encoding="utf-8")
    assert run("fetch", "tiny", "--list", listed, "--site", site).code == 0
    assert installed("tiny", tmp_path / "elsewhere") is not None


def test_offline_is_said_in_one_sentence_with_the_way_round(tmp_path: Path, state: Path) -> None:
    with publisher() as gone:
        address = gone.address("tiny.zip")
    entry = Entry(file="tiny.zip", address=address, body=ZIP, unpacked=2_000_000)
    listed = list_of(tmp_path / "models.toml", entry)
    done = start(tmp_path, "fetch", "tiny", "--list", listed)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("Không nối được tới 127.0.0.1. Hãy kiểm tra mạng")
    assert done.err.count("\n") == 1
    stick = tmp_path / "usb"
    stick.mkdir()
    (stick / "tiny.zip").write_bytes(ZIP)
    assert run("fetch", "tiny", "--list", listed, "--from", stick).code == 0
    assert installed("tiny", state) is not None


def test_a_name_without_an_address_book_is_offline_too(tmp_path: Path) -> None:
    entry = Entry(
        file="tiny.zip", address="https://publisher.invalid/tiny.zip", body=ZIP, unpacked=2_000_000
    )
    listed = list_of(tmp_path / "models.toml", entry)
    done = run("fetch", "tiny", "--list", listed, "--lang", "en")
    assert done.code == 1
    assert done.err.startswith("Cannot connect to publisher.invalid.")


def test_an_unknown_name_is_answered_with_those_there_are() -> None:
    done = run("fetch", "vosk")
    assert done.code == 1
    assert "vosk-model-small-vn-0.4" in done.err


def test_an_unknown_sum_is_shown_and_then_accepted(
    tmp_path: Path, shop: Publisher, state: Path
) -> None:
    shop.offers["tiny.zip"] = Offer(body=ZIP)
    entry = Entry(
        file="tiny.zip", address=shop.address("tiny.zip"), size=0, sum="", unpacked=2_000_000
    )
    listed = list_of(tmp_path / "models.toml", entry)
    listed.write_text(listed.read_text("utf-8").replace("1_000_000", "2_000_000"), "utf-8")
    done = run("fetch", "tiny", "--list", listed)
    assert done.code == 1
    [accept] = re.findall(r"--accept-sha256 ([0-9a-f]{64})", done.err)
    assert accept == sum_of(ZIP)
    assert installed("tiny", state) is None
    shop.offers.clear()  # it has arrived already
    done = run("fetch", "tiny", "--list", listed, "--accept-sha256", accept.upper())
    assert done.code == 0, done.err
    assert installed("tiny", state) is not None


def test_a_download_that_is_killed_is_gone_on_with(
    tmp_path: Path, shop: Publisher, listed: Path, state: Path
) -> None:
    shop.offers["tiny.zip"] = Offer(body=ZIP, holds_after=600_000)
    line, environment, folder = command(tmp_path, "fetch", "tiny", "--list", listed)
    with subprocess.Popen(line, env=environment, cwd=folder) as child:
        assert shop.is_holding.wait(SECONDS)
        half = fetched_folder(state) / DOWNLOADS / "tiny" / "tiny.zip"
        until(lambda: half.is_file() and half.stat().st_size > 500_000)
        child.kill()
        assert child.wait(SECONDS) == -9
    assert installed("tiny", state) is None
    have = half.stat().st_size
    assert half.read_bytes() == ZIP[:have]
    shop.offers["tiny.zip"] = Offer(body=ZIP)
    assert run("fetch", "tiny", "--list", listed).code == 0
    assert shop.ranges == ["", f"bytes={have}-"]
    assert installed("tiny", state) is not None


def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so, not longer than a minute."""
    end = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < end
        select.select([], [], [], 0.01)


def test_a_full_disk_is_said_and_nothing_is_half_installed(
    tmp_path: Path, listed: Path, state: Path
) -> None:
    done = start(
        tmp_path, "fetch", "tiny", "--list", listed, "--lang", "en", before="ulimit -f 600"
    )
    assert done.code == 1
    assert done.err.startswith(f"Cannot write to {fetched_folder(state)}")
    assert installed("tiny", state) is None
    assert run("fetch", "tiny", "--list", listed).code == 0


def test_at_a_terminal_a_bar_shows_the_progress(tmp_path: Path, listed: Path) -> None:
    ours, theirs = pty.openpty()
    line, environment, folder = command(tmp_path, "fetch", "tiny", "--list", listed)
    environment |= {"TERM": "xterm", "COLUMNS": "100"}
    with subprocess.Popen(line, env=environment, cwd=folder, stdout=theirs, stderr=theirs) as child:
        os.close(theirs)
        shown = b""
        while select.select([ours], [], [], SECONDS)[0]:
            try:
                shown += os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
        assert child.wait(SECONDS) == 0
    os.close(ours)
    assert "tiny.zip" in shown.decode()
    assert "1.0/1.0 MB" in shown.decode()


def test_verify_reads_every_byte_and_leaves_with_1_where_one_is_wrong(
    tmp_path: Path, listed: Path, state: Path
) -> None:
    shipped = run("verify", "--list", listed)
    assert (shipped.code, shipped.out) == (
        0,
        "danloi-guide: nguyên vẹn\nvosk-vi-danloi: nguyên vẹn\n",
    )
    assert run("fetch", "tiny", "--list", listed).code == 0
    whole = run("verify", "--list", listed)
    assert whole.code == 0
    assert whole.out.splitlines() == sorted((*shipped.out.splitlines(), "tiny: nguyên vẹn"))
    folder = fetched_folder(state) / "tiny"
    weights = bytearray((folder / "am/final.mdl").read_bytes())
    weights[70_000] ^= 1
    (folder / "am/final.mdl").write_bytes(weights)
    (folder / "conf/model.conf").unlink()
    (folder / "conf/other.conf").write_bytes(b"")
    broken = start(tmp_path, "verify", "--list", listed, "--lang", "en")
    assert broken.code == 1
    assert [line for line in broken.out.splitlines() if line.startswith("tiny")][:3] == [
        "tiny: am/final.mdl: was changed",
        "tiny: conf/model.conf: is gone",
        "tiny: conf/other.conf: does not belong here",
    ]
    assert "hỏng" in run("list", "--list", listed).out
    assert run("fetch", "tiny", "--list", listed).code == 0
    assert damages(folder) == ()


def test_verify_of_a_model_that_is_not_there_leaves_with_1(listed: Path) -> None:
    done = run("verify", "other", "--list", listed)
    assert done.code == 1
    assert done.out.startswith("other: other: bị mất\n")


def test_a_model_that_should_have_shipped_but_is_not_there_is_a_fault(tmp_path: Path) -> None:
    listed = list_of(tmp_path / "models.toml")
    assert "chưa có" in run("list", "--list", listed).out
    done = run("verify", "--list", listed, "--lang", "en")
    assert (done.code, "tiny: tiny: is gone" in done.out) == (1, True)
    assert run("fetch", "tiny", "--list", listed).code == 1


def test_a_list_with_a_fault_is_named_with_its_line(listed: Path) -> None:
    text = listed.read_text(encoding="utf-8").replace("engine", "machine")
    listed.write_text(text, encoding="utf-8")
    line = next(n for n, one in enumerate(text.splitlines(), 1) if "machine" in one)
    for words in (["list"], ["fetch", "tiny"], ["verify"]):
        done = run(*words, "--list", listed)
        assert done.code == 1
        assert done.err.startswith(f"{listed}:{line}: ")

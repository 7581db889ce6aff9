"""What the kiosk's process does to itself before anything else."""

import resource
import subprocess
import sys

import pytest

from kiosk.own_process import MOST_FILES, allow_many_files

RUN = """
import ctypes, resource
from kiosk import cli

def tell(*_):
    core, files = (resource.getrlimit(one)[0] for one in
                   (resource.RLIMIT_CORE, resource.RLIMIT_NOFILE))
    print(core, ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), files)

resource.setrlimit(resource.RLIMIT_NOFILE, (512, {most}))
cli._has_display = lambda: False
cli._demonstrate = tell
cli.app(["run"])
"""
"""`kiosk run` in a fresh process, which tells of itself where the kiosk would begin."""


@pytest.mark.parametrize("most", [1024, 4096])
def test_the_kiosk_may_not_dump_its_memory_and_opens_as_many_files_as_it_may(most: int) -> None:
    command = [sys.executable, "-c", RUN.format(most=most)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["0", "0", str(most)]


def test_there_is_an_end_to_how_many_files_are_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    for most in (resource.RLIM_INFINITY, 1_000_000):
        wanted: list[tuple[int, int]] = []
        monkeypatch.setattr("resource.getrlimit", lambda _, most=most: (1024, most))
        monkeypatch.setattr("resource.setrlimit", lambda _, pair, to=wanted: to.append(pair))
        allow_many_files()
        assert wanted == [(MOST_FILES, most)]

"""The guard on log lines, proved by a test run of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHILD_SECONDS = 60

TESTS = """
import logging, threading

def test_warns():
    logging.getLogger("kiosk.x").warning("the lamp is out")

def test_warns_from_a_thread():
    thread = threading.Thread(target=logging.getLogger("kiosk.x").error, args=("gone",))
    thread.start()
    thread.join()

def test_expects_a_warning(caplog):
    with caplog.at_level(logging.WARNING):
        logging.getLogger("kiosk.x").warning("expected")

def test_expects_only_errors(caplog):
    with caplog.at_level(logging.ERROR):
        logging.getLogger("kiosk.x").setLevel(logging.WARNING)
        logging.getLogger("kiosk.x").warning("not this one")

def test_says_something_harmless():
    logging.getLogger("kiosk.x").info("all is well")
"""


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("guarded")
    shutil.copy(Path(__file__).with_name("conftest.py"), folder)
    (folder / "test_lines.py").write_text(TESTS, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:pytest-qt", "-q", "-rA", str(folder)]
    finished = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=CHILD_SECONDS,
        check=False,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent)},  # its plugins lie here
    )
    return finished.stdout


@pytest.mark.parametrize("name", ["test_warns", "test_warns_from_a_thread"])
def test_a_warning_that_no_test_expects_fails_it(outcome: str, name: str) -> None:
    assert f"ERROR test_lines.py::{name}" in outcome
    assert "Failed: logged without being expected" in outcome


def test_a_warning_below_the_expected_level_fails_too(outcome: str) -> None:
    assert "ERROR test_lines.py::test_expects_only_errors" in outcome


@pytest.mark.parametrize("name", ["test_expects_a_warning", "test_says_something_harmless"])
def test_an_expected_line_and_a_harmless_one_pass(outcome: str, name: str) -> None:
    assert f"ERROR test_lines.py::{name}" not in outcome
    assert f"PASSED test_lines.py::{name}" in outcome

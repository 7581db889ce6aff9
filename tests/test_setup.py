"""The set-up and the rules of the house: lock files, import contracts, what starts what."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = (ROOT / "packaging/requirements.lock", ROOT / "packaging/requirements-dev.lock")
SET_UP = (
    *LOCKS,
    ROOT / "packaging/apt.txt",
    ROOT / "packaging/apt-test.txt",
    ROOT / "packaging/setup.sh",
    ROOT / "Makefile",
    ROOT / ".ci/run",
)


def locked(file: Path) -> dict[str, str]:
    """Requirement -> its hashes."""
    entries = re.split(r"\n(?=\S)", file.read_text(encoding="utf-8").strip())
    return {one.split(" \\")[0]: one.partition("\\")[2] for one in entries}


@pytest.mark.parametrize("file", SET_UP, ids=lambda file: str(file.name))
def test_nothing_in_the_set_up_names_a_package_host(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"index-url|find-links|trusted-host", text)


@pytest.mark.parametrize("file", LOCKS, ids=lambda file: str(file.name))
def test_every_locked_package_has_one_version_and_its_hashes(file: Path) -> None:
    for requirement, hashes in locked(file).items():
        assert re.match(r"[a-z0-9-]+==[^ ]+( ; .+)?$", requirement)
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", hashes), requirement


def test_what_the_tests_need_includes_what_the_kiosk_needs() -> None:
    run, test = (locked(file) for file in LOCKS)
    assert run.items() <= test.items()


def test_the_installed_packages_are_what_the_project_asks_for() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_llama_cpp_asks_for_no_more_than_the_processors_of_many_years() -> None:
    """Compiled for the build machine's own processor it would crash on an older kiosk."""
    script = (
        "import os; os.dup2(os.open(os.devnull, os.O_WRONLY), 2)\n"
        "import llama_cpp; print(llama_cpp.llama_print_system_info().decode())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert "CPU" in done.stdout
    assert "AVX512" not in done.stdout
    assert "AMX" not in done.stdout


def test_the_build_machine_runs_what_a_developer_runs() -> None:
    assert (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()[-1] == "make test"


def test_commands_that_show_nothing_start_without_qt() -> None:
    script = (
        "import sys, kiosk.cli; print([m for m in sys.modules if 'PySide6' in m or '.ui' in m])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_kiosk_without_a_console_loads_no_web_server_and_without_a_broker_no_mqtt() -> None:
    script = (
        "import sys, kiosk.app_console;"
        "print([m for m in ('starlette', 'uvicorn', 'jinja2', 'paho') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_every_module_that_calls_itself_pure_is_held_to_it() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    pure = next(
        one for one in contracts["importlinter"]["contracts"] if one["name"].startswith("Pure")
    )
    says_so = {
        ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for file in (ROOT / "kiosk").rglob("*.py")
        if re.search(r"\bPure\b", file.read_text(encoding="utf-8").split('"""')[1])
    }
    assert says_so == set(pure["source_modules"])


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("path.py", "import random", "Pure modules do no input or output"),
        ("slip.py", "from kiosk import words_files", "Pure modules do no input or output"),
        ("conductor.py", "import PySide6.QtCore", "Only kiosk.ui imports Qt"),
        ("app.py", "import kiosk.ui.window", "Only the command line starts kiosk.ui"),
        ("door.py", "import vosk", "Native engines live in child processes"),
        ("app_guide.py", "import llama_cpp", "Native engines live in child processes"),
        (
            "conductor.py",
            "import kiosk.console.web",
            "Only the command line and the composition root start the console",
        ),
        ("printing.py", "import starlette", "Only the console speaks to browsers"),
        ("conductor.py", "import paho.mqtt.client", "Only one module speaks MQTT"),
    ],
)
def test_a_forbidden_import_is_caught(
    tmp_path: Path, module: str, line: str, contract: str
) -> None:
    shutil.copytree(
        ROOT / "kiosk", tmp_path / "kiosk", ignore=lambda _, names: {"qml", "fonts"} & set(names)
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / "kiosk" / module).open("a", encoding="utf-8") as opened:
        opened.write(f"\n{line}\n")
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"{contract} BROKEN" in done.stdout

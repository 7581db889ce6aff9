"""The console has the recogniser learn a bundle's words: begun, looked at, ended, told."""

import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from bundle_maker import signed, titled
from conftest import SCRIPT_TEXT, ScriptFolder
from typer.testing import CliRunner

from kiosk.bundle_store import BundleStore
from kiosk.cli import app
from kiosk.console import hearing_desk
from kiosk.console.hearing_desk import HearingDesk, Learning, Progress, hear_command
from kiosk.settings import DEFAULTS, Settings, load_settings, settings_bytes, settings_of_bytes

MADE = {
    "sentences": 12,
    "states": 1,
    "arcs": 1,
    "left_out": [{"word": "xyz", "file": "xin-giay/script.yaml", "line": 9}],
}


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(hearing_desk, "can_rebuild", lambda _: True)
    found = load_settings(DEFAULTS)
    return replace(found, folders=replace(found.folders, state=str(tmp_path / "state")))


@pytest.fixture
def desks() -> Iterator[list[HearingDesk]]:
    made: list[HearingDesk] = []
    yield made
    for one in made:
        one.stop()


def over(desk: HearingDesk) -> Learning:
    until = time.monotonic() + 20
    while desk.look().progress is Progress.LEARNING:
        assert time.monotonic() < until
        time.sleep(0.02)
    return desk.look()


def running(script: str, desks: list[HearingDesk]) -> HearingDesk:
    desk = HearingDesk(lambda before, bundle: [sys.executable, "-c", script, str(before), bundle])
    desks.append(desk)
    return desk


def test_what_was_learned_is_told_with_the_words_that_were_left_out(
    settings: Settings, desks: list[HearingDesk], tmp_path: Path
) -> None:
    desk = running(f"print({json.dumps(json.dumps(MADE))})", desks)
    assert desk.look() == Learning()
    desk.begin(settings, before=tmp_path)
    found = over(desk)
    assert (found.progress, found.sentences) == (Progress.LEARNED, 12)
    assert [one.word for one in found.left_out] == ["xyz"]


def test_a_command_that_fails_is_told(
    settings: Settings,
    desks: list[HearingDesk],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for script in ("raise SystemExit(1)", "print('no JSON')"):
        desk = running(script, desks)
        with caplog.at_level("WARNING"):
            desk.begin(settings, before=tmp_path)
            assert over(desk).progress is Progress.FAILED


def test_a_newer_bundle_takes_the_place_of_one_that_is_still_learned(
    settings: Settings, desks: list[HearingDesk], tmp_path: Path
) -> None:
    child = "import subprocess, sys; subprocess.run(['sleep', '76.125'])"
    desk = running(child, desks)
    for _ in range(2):
        desk.begin(settings, before=tmp_path)
        time.sleep(0.5)
    assert len(_running(b"76.125\0")) == 1
    desk.stop()
    time.sleep(0.2)
    assert _running(b"76.125\0") == []
    assert desk.look() == Learning()


def _running(words: bytes) -> list[str]:
    found = []
    for one in Path("/proc").glob("[0-9]*"):
        try:
            is_it = (one / "cmdline").read_bytes() == b"sleep\0" + words
        except OSError:
            continue
        found += [one.name] if is_it and one.name != str(os.getpid()) else []
    return found


def test_a_kiosk_without_such_a_model_learns_nothing(
    settings: Settings, desks: list[HearingDesk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing_desk, "can_rebuild", lambda _: False)
    desk = running("raise SystemExit(1)", desks)
    desk.begin(settings, before=tmp_path)
    assert desk.look() == Learning()


# The command behind it


def hear(settings: Settings) -> object:
    done = CliRunner().invoke(
        app, ["bundle", "hear", "--json", "--site", "-"], input=settings_bytes(settings)
    )
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_the_command_takes_the_settings_of_another_process(
    settings: Settings, scripts: ScriptFolder
) -> None:
    scripts.write(SCRIPT_TEXT)
    settings = replace(
        settings,
        folders=replace(settings.folders, procedures=str(scripts.path)),
        hearing=replace(settings.hearing, engine="off"),
    )
    assert settings_of_bytes(settings_bytes(settings)) == settings
    assert hear(settings) is None, "nothing but what shipped"
    BundleStore(settings.folders.state_path).publish(signed("1", titled("Khác")), key="k")
    assert hear(settings) is None, "it hears with nothing"
    assert hear_command(Path("/x"), "")[:3] == ["nice", "-n", "19"]


def test_settings_that_are_none_are_told() -> None:
    done = CliRunner().invoke(app, ["bundle", "hear", "--site", "-"], input=b"{}")
    assert done.exit_code == 1

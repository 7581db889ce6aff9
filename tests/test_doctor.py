"""Readiness: each thing that is missing is found, named, and has its remedy."""

import os
import shutil
import socket
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from conftest import SCRIPT_TEXT, ScriptFolder
from tiny_gguf import write_model

from kiosk.app import PIN_FILE
from kiosk.catalogue import SHIPPED_PROCEDURES
from kiosk.doctor import examine, is_ready
from kiosk.door import StaffDoor
from kiosk.finding import Finding, State
from kiosk.procedure import Language
from kiosk.speech.gain import Gain, GainVerdict
from kiosk.tally import Counted, Tally
from kiosk.usage import USAGE_FILE, SqliteUsageLog
from kiosk.words import Words

DAY = date(2099, 1, 1)
"""Later than any script was checked."""
AS_ROOT = os.geteuid() == 0
"""Nothing is forbidden to root, so folders that refuse it are found elsewhere."""


@dataclass
class Site:
    """A ward's site file with its folders."""

    folder: Path
    words: Words

    @property
    def state(self) -> Path:
        """Where its kiosk would write."""
        return self.folder / "state"

    def write(self, *, ward: str = "Phường Cửa Nam", more: str = "", state: str = "") -> Path:
        """Write the site file."""
        file = self.folder / "site.toml"
        folders = "" if "[folders]" in more else "[folders]\n"
        file.write_text(
            f'[ward]\nname = {{ vi = "{ward}", en = "A Ward" }}\n{more}\n'
            f'{folders}state = "{state or self.state}"\n',
            encoding="utf-8",
        )
        return file

    def look(
        self, name: str, file: Path, *, today: date = DAY, language: Language = "vi"
    ) -> list[Finding]:
        """The findings of this name."""
        found = examine(
            file, words=self.words, language=language, today=today, displays=self.folder / "drm"
        )
        return [one for one in found if one.name == name]

    def one(self, name: str, file: Path, *, today: date = DAY) -> Finding:
        """The only finding of this name."""
        (found,) = self.look(name, file, today=today)
        return found


@pytest.fixture
def site(tmp_path: Path, words: Words) -> Site:
    """A ward without a site file yet."""
    return Site(tmp_path, words)


def test_a_kiosk_with_everything_is_ready(site: Site) -> None:
    StaffDoor(site.state / PIN_FILE).set_pin("284917")
    guide = write_model(site.folder / "own.gguf")
    more = f'[hearing]\nmodel = "{site.folder}/"\n[guide]\nmodel = "{guide}"'  # stand for models
    file = site.write(more=more)
    findings = examine(file, words=site.words, language="vi", today=DAY, displays=site.folder)
    assert is_ready(findings)
    assert {one.state for one in findings} <= {State.OK, State.INFORMATION}


def test_a_kiosk_without_a_name_and_a_pin_is_not(site: Site) -> None:
    file = site.write(ward="Phường")
    missing = [
        one.name
        for one in examine(file, words=site.words, language="vi", today=DAY, displays=site.folder)
        if one.state is State.MISSING
    ]
    assert missing == ["ward", "pin"]


@pytest.mark.parametrize("verdict", GainVerdict)
def test_a_microphone_is_measured_where_somebody_can(site: Site, verdict: GainVerdict) -> None:
    gain = Gain(verdict=verdict, peak_decibels=-12.4, loudness_decibels=-30.2)
    found = examine(
        site.write(), words=site.words, language="vi", today=DAY, measure=lambda _: gain
    )
    (told,) = [one for one in found if one.name == "microphone"]
    is_good = verdict is GainVerdict.GOOD
    assert told.state is (State.OK if is_good else State.WARNING)
    assert bool(told.remedy) is not is_good
    assert "-12" in told.text or verdict in {GainVerdict.NONE, GainVerdict.SILENT}


def test_without_a_model_the_kiosk_opens_and_says_how_to_get_one(site: Site) -> None:
    found = site.one("speech", site.write(more='[hearing]\nmodel = "nhu-the-nay"'))
    assert found.state is State.WARNING
    assert "kiosk models fetch nhu-the-nay" in found.text


def test_words_that_leave_the_machine_are_told(site: Site) -> None:
    file = site.write(more='[hearing]\nengine = "tcp://192.168.1.5:10300"')
    assert "192.168.1.5" in site.one("speech", file).text


def test_an_ear_and_a_voice_that_are_switched_off_are_no_fault(site: Site) -> None:
    file = site.write(more='[hearing]\nengine = "off"\n[speaking]\nengine = "off"')
    for name in ("microphone", "loudspeaker", "speech", "voice"):
        assert site.one(name, file).state is State.INFORMATION


@pytest.mark.parametrize(
    ("there", "state"),
    [((), State.WARNING), (("Loa USB",), State.WARNING), (("Loa trần", "x"), State.OK)],
)
def test_the_loudspeaker_that_the_settings_name_is_looked_for(
    site: Site, there: tuple[str, ...], state: State
) -> None:
    file = site.write(more='[speaking]\nloudspeaker = "trần"')
    found = examine(file, words=site.words, language="vi", today=DAY, loudspeakers=lambda: there)
    assert [one.state for one in found if one.name == "loudspeaker"] == [state]


def test_a_finding_that_asks_for_something_says_what_to_do(words: Words) -> None:
    told = {key for key in words.tables["vi"] if key.startswith("doctor.said.")}
    remedies = {key for key in words.tables["vi"] if key.startswith("doctor.do.")}
    assert {key.replace(".do.", ".said.") for key in remedies} <= told
    for ending in ("-gone", "-none", "-unset", "-writable", "-silent", "-full", "-other"):
        assert all(
            key.replace(".said.", ".do.") in remedies for key in told if key.endswith(ending)
        )


def test_a_settings_file_that_cannot_be_used_is_named_with_its_line(site: Site) -> None:
    file = site.write(more="[screen]\nlanguege = 1")
    found = site.one("settings", file)
    assert found.state is State.MISSING
    assert f"{file}:4" in found.text
    assert site.one("ward", file).state is State.MISSING


def test_a_script_that_was_left_out_is_named_with_its_first_fault(
    site: Site, scripts: ScriptFolder
) -> None:
    scripts.write(SCRIPT_TEXT)
    bad = SCRIPT_TEXT.replace("start: ai-di", "start: x")
    for own in ("id: xin-giay", "1.000001", "000000000001", "xin giấy", "phường xác nhận"):
        bad = bad.replace(own, own[:-1] + "z" if own[-1].isalpha() else own[:-1] + "2")
    bad = bad.replace("id: xin-giaz", "id: viec-hong")
    broken = scripts.write(bad, folder="viec-hong")
    line = bad.splitlines().index("start: x") + 1
    found = site.look("scripts", site.write(more=f'[folders]\nprocedures = "{scripts.path}"'))
    assert [one.state for one in found] == [State.OK, State.MISSING]
    assert found[1].text.startswith(f"{broken}:{line}: ")


def test_a_folder_without_scripts_is_missing_them(site: Site, scripts: ScriptFolder) -> None:
    file = site.write(more=f'[folders]\nprocedures = "{scripts.path}"')
    assert site.one("scripts", file).state is State.MISSING
    scripts.path.mkdir()
    assert site.one("scripts", file).state is State.MISSING


def test_page_ids_without_a_table_cannot_be_compared(site: Site, scripts: ScriptFolder) -> None:
    scripts.write(SCRIPT_TEXT)
    file = site.write(more=f'[folders]\nprocedures = "{scripts.path}"')
    assert site.one("portal", file).state is State.WARNING
    scripts.write_portal_table("1.000001,019d2bfd-0000-7000-8000-000000000001")
    assert site.one("portal", file).state is State.OK


def test_a_network_printer_that_answers_is_found(site: Site) -> None:
    with socket.create_server(("127.0.0.1", 0)) as printer:
        port = printer.getsockname()[1]
        more = f'[printer]\nkind = "network"\nhost = "127.0.0.1"\nport = {port}'
        file = site.write(more=more)
        assert site.one("printer", file).state is State.OK
    silent = site.one("printer", file)
    assert silent.state is State.MISSING
    assert f"127.0.0.1:{port}" in silent.text
    assert silent.remedy


def test_a_device_file_must_be_there(site: Site) -> None:
    device = site.folder / "lp0"
    file = site.write(more=f'[printer]\nkind = "device"\ndevice = "{device}"')
    assert site.one("printer", file).state is State.MISSING
    device.touch()
    assert site.one("printer", file).state is State.OK


@pytest.mark.skipif(AS_ROOT, reason="root may write everywhere")
def test_a_device_file_must_take_writing(site: Site) -> None:
    device = site.folder / "lp0"
    device.touch(mode=0o400)
    file = site.write(more=f'[printer]\nkind = "device"\ndevice = "{device}"')
    assert "lp" in site.one("printer", file).remedy


@pytest.mark.parametrize(
    ("queues", "state"), [("kho slip-printer", State.OK), ("kho", State.MISSING)]
)
def test_a_queue_must_be_one_that_the_print_server_has(
    site: Site, monkeypatch: pytest.MonkeyPatch, queues: str, state: State
) -> None:
    lpstat = site.folder / "bin" / "lpstat"
    lpstat.parent.mkdir()
    lpstat.write_text(f"#!{shutil.which('sh')}\nprintf '%s\\n' {queues}\n")
    lpstat.chmod(0o755)
    monkeypatch.setenv("PATH", str(lpstat.parent))
    file = site.write(more='[printer]\nkind = "cups"\nqueue = "slip-printer"')
    assert site.one("printer", file).state is state


def test_without_cups_its_remedy_is_said(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(site.folder))
    file = site.write(more='[printer]\nkind = "cups"\nqueue = "slip-printer"')
    assert "cups-client" in site.one("printer", file).remedy


def test_a_usb_printer_that_is_not_plugged_in_is_missing(site: Site) -> None:
    file = site.write(more='[printer]\nkind = "usb"\nvendor = 0x1234\nproduct = 0xfffe')
    found = site.one("printer", file)
    assert found.state is State.MISSING
    assert found.remedy


def test_a_state_folder_that_takes_nothing_is_missing(site: Site) -> None:
    # /proc/PID takes no file, from root either.
    file = site.write(state="/proc/1/dan-loi")
    assert site.one("state", file).state is State.MISSING
    assert site.one("printer", file).state is State.MISSING


def test_examining_leaves_nothing_behind(site: Site) -> None:
    file = site.write()
    examine(file, words=site.words, language="vi", today=DAY)
    assert sorted(one.name for one in site.folder.iterdir()) == ["site.toml"]


def test_counters_are_read(site: Site) -> None:
    file = site.write()
    log = SqliteUsageLog(site.state / USAGE_FILE)
    log.count(Tally(event=Counted.STAFF_CALLED))
    log.close()
    found = site.one("usage", file)
    assert found.state is State.OK
    assert "1" in found.text


def test_damaged_counters_are_a_warning_and_so_are_those_set_aside(site: Site) -> None:
    file = site.write()
    site.state.mkdir()
    (site.state / USAGE_FILE).write_bytes(b"this is no database at all" * 100)
    assert site.one("usage", file).state is State.WARNING
    (site.state / USAGE_FILE).rename(site.state / f"{USAGE_FILE}.damaged-2026-11-22")
    assert [one.state for one in site.look("usage", file)] == [State.OK, State.WARNING]


def test_a_pin_file_that_cannot_be_read_is_told_from_none(site: Site) -> None:
    file = site.write()
    unset = site.one("pin", file)
    site.state.mkdir()
    (site.state / PIN_FILE).write_text("{}")
    damaged = site.one("pin", file)
    assert unset.state is damaged.state is State.MISSING
    assert unset.text != damaged.text


@pytest.mark.parametrize("day", [date(1970, 1, 1), date(2025, 12, 31), date(2026, 1, 2)])
def test_a_clock_behind_the_facts_is_missing(site: Site, day: date) -> None:
    found = site.one("clock", site.write(), today=day)
    assert found.state is State.MISSING
    assert f"{day:%d/%m/%Y}" in found.text


@pytest.mark.parametrize(
    ("centimetres", "state"),
    [((27, 48), State.OK), ((40, 71), State.WARNING), ((0, 0), State.INFORMATION)],
)
def test_the_panel_itself_tells_whether_the_qr_has_the_right_size(
    site: Site, centimetres: tuple[int, int], state: State
) -> None:
    display = site.folder / "drm" / "card0-HDMI-A-1"
    display.mkdir(parents=True)
    (display / "edid").write_bytes(bytes(21) + bytes(centimetres) + bytes(105))
    assert site.one("screen", site.write(more="[screen]\ninches = 21.5")).state is state


def test_a_display_that_is_not_plugged_in_says_nothing(site: Site) -> None:
    display = site.folder / "drm" / "card0-DP-1"
    display.mkdir(parents=True)
    (display / "edid").write_bytes(b"")
    assert site.one("screen", site.write()).state is State.INFORMATION


def test_the_shipped_scripts_and_fonts_are_found(site: Site) -> None:
    file = site.write()
    assert (
        str(len(list(SHIPPED_PROCEDURES.glob("*/script.yaml")))) in site.one("scripts", file).text
    )
    assert site.one("fonts", file).text.startswith("Inter")
    assert sys.version.split()[0] in site.one("versions", file).text

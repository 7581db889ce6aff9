"""The settings: a ward's file over our own, refused with the line and the remedy."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from kiosk.catalogue import SHIPPED_PROCEDURES, load_catalogue
from kiosk.errors import KioskError
from kiosk.printing import PrinterSettings
from kiosk.procedure import LANGUAGES
from kiosk.settings import DEFAULTS, SITE_PLACES, Settings, load_settings
from kiosk.terminal import sentence_of

EXAMPLE = Path(__file__).parents[1] / "packaging" / "site.example.toml"

FREE = ("counters",)
"""Tables whose keys a ward chooses itself."""


@pytest.fixture(autouse=True)
def no_site_file_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The developer's own site.toml must not change what is tested."""
    monkeypatch.chdir(tmp_path)


def site(tmp_path: Path, text: str) -> Settings:
    file = tmp_path / "ward.toml"
    file.write_text(text, encoding="utf-8")
    return load_settings(file)


def refused(tmp_path: Path, text: str) -> tuple[str, dict[str, str]]:
    """Why a site file is refused; the sentence names its file and line in both languages."""
    with pytest.raises(KioskError) as refusal:
        site(tmp_path, text)
    error = refusal.value
    for language in LANGUAGES:
        said = sentence_of(error, language)
        assert said.startswith(f"{tmp_path / 'ward.toml'}:{error.values.get('line', '1')}: ")
        assert said != str(error), "it has a sentence of its own"
    return error.code, error.values


def keys(table: dict[str, Any], prefix: str = "") -> set[str]:
    """The dotted keys of a TOML table; a text in two languages is one value."""
    found: set[str] = set()
    for key, value in table.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and set(value) != {"vi", "en"}:
            found |= keys(value, f"{name}.") if name not in FREE else set()
        else:
            found.add(name)
    return found


def read(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


# What is loaded


def test_without_a_site_file_our_own_settings_hold() -> None:
    settings = load_settings()
    assert settings.ward.name.vi == "Phường"
    assert (settings.idle.ask_after_seconds, settings.idle.countdown_seconds) == (60, 20)
    assert settings.printer.kind == "file"
    assert settings.folders.procedures_path == SHIPPED_PROCEDURES


def test_a_site_file_changes_only_what_it_names(tmp_path: Path) -> None:
    settings = site(tmp_path, "[idle]\nask_after_seconds = 90\n")
    assert settings.idle.ask_after_seconds == 90
    assert settings.idle.countdown_seconds == 20
    assert settings.staff == load_settings().staff


def test_a_wards_name_and_counters_are_taken_over(tmp_path: Path) -> None:
    settings = site(
        tmp_path,
        '[ward]\nname = { vi = "Phường Cửa Nam", en = "Cửa Nam Ward" }\n'
        '[counters]\nho-tich = { vi = "Quầy số 1", en = "Counter 1" }\n',
    )
    assert settings.ward.name.vi == "Phường Cửa Nam"
    assert settings.counters["ho-tich"].en == "Counter 1"


def test_the_site_file_beside_the_program_is_found_by_itself(tmp_path: Path) -> None:
    (tmp_path / SITE_PLACES[0]).write_text("[staff]\npin_digits = 8\n", encoding="utf-8")
    assert load_settings().staff.pin_digits == 8


def test_the_example_for_wards_can_be_used_as_it_is() -> None:
    settings = load_settings(EXAMPLE)
    assert settings.ward.name.vi == "Phường Cửa Nam"
    shipped = load_catalogue(SHIPPED_PROCEDURES).procedures
    assert set(settings.counters) == {one.counter for one in shipped}


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ('kind = "network"\nhost = "192.168.1.50"\nport = 9100', {"host": "192.168.1.50"}),
        ('kind = "network"\nhost = "may-in.local"', {"port": None}),
        ('kind = "usb"\nvendor = 0x04b8\nproduct = 0x0e28', {"vendor": 0x04B8}),
        ('kind = "device"\ndevice = "/dev/usb/lp0"', {"device": Path("/dev/usb/lp0")}),
        ('kind = "cups"\nqueue = "may-in-phieu"', {"queue": "may-in-phieu"}),
        ('kind = "file"\nfolder = "/tmp/slips"', {"folder": Path("/tmp/slips")}),  # noqa: S108
        ("paper = 58", {"paper": 58}),
        ("deadline_seconds = 3", {"deadline_seconds": 3.0}),
    ],
)
def test_every_kind_of_printer_can_be_set(
    tmp_path: Path, place: str, expected: dict[str, object]
) -> None:
    printer = site(tmp_path, f"[printer]\n{place}\n").printer
    assert {name: getattr(printer, name) for name in expected} == expected


def test_the_state_folder_follows_the_desktops_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/somewhere")
    assert load_settings().folders.state_path == Path("/somewhere/dan-loi")
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", "/home/phuong")
    assert load_settings().folders.state_path == Path("/home/phuong/.local/state/dan-loi")
    named = site(tmp_path, '[folders]\nstate = "/var/lib/dan-loi"\n')
    assert named.folders.state_path == Path("/var/lib/dan-loi")


# What is refused


def test_an_unknown_key_is_refused_with_the_nearest_one(tmp_path: Path) -> None:
    code, values = refused(tmp_path, "# ours\n[idle]\n\nask_after_second = 90\n")
    assert code == "settings.unknown_key_near"
    assert (values["line"], values["key"]) == ("4", "idle.ask_after_second")
    assert values["near"] == "ask_after_seconds"


def test_an_unknown_key_that_resembles_nothing_is_refused(tmp_path: Path) -> None:
    code, values = refused(tmp_path, "[screen]\nxyzzy = 1\n")
    assert (code, values["line"], values["key"]) == ("settings.unknown_key", "2", "screen.xyzzy")


def test_an_unknown_table_is_refused(tmp_path: Path) -> None:
    code, values = refused(tmp_path, "[screen]\ninches = 32\n[printers]\npaper = 58\n")
    assert (code, values["line"]) == ("settings.unknown_key_near", "3")
    assert (values["key"], values["near"]) == ("printers", "printer")


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ("[idle]\nask_after_seconds = 4\n", "2", "idle.ask_after_seconds"),
        ('[idle]\n# so\ncountdown_seconds = "lâu"\n', "3", "idle.countdown_seconds"),
        ('[screen]\nlanguage = "fr"\n', "2", "screen.language"),
        ("[staff]\nhold_seconds = 1\npin_digits = 3\n", "3", "staff.pin_digits"),
        ("[printer]\npaper = 70\n", "2", "printer.paper"),
        ('[printer]\nkind = "laser"\n', "2", "printer.kind"),
        ('[ward]\nname.vi = "Phường"\nname.en = 5\n', "3", "ward.name.en"),
        ('[counters]\n"Ho Tich" = { vi = "a", en = "b" }\n', "2", "counters.Ho Tich.[key]"),
        ("[usage]\nretention_months = 0\n", "2", "usage.retention_months"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_on_its_line(
    tmp_path: Path, text: str, line: str, key: str
) -> None:
    code, values = refused(tmp_path, text)
    assert (code, values["line"], values["key"]) == ("settings.bad_value", line, key)
    assert values["problem"]


@pytest.mark.parametrize(
    ("place", "what"),
    [
        ('kind = "network"', "host"),
        ('kind = "usb"\nvendor = 1', "product"),
        ('kind = "device"', "device"),
        ('kind = "cups"', "queue"),
        ('kind = "file"\nhost = "192.168.1.50"', "host"),
    ],
)
def test_a_printer_without_its_place_is_refused_with_what_is_missing(
    tmp_path: Path, place: str, what: str
) -> None:
    code, values = refused(tmp_path, f"\n[printer]\n{place}\n")
    assert (code, values["line"], values["key"]) == ("settings.bad_value", "2", "printer")
    assert what in values["problem"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[idle\nask_after_seconds = 5\n", "1"),
        ("[idle]\nask_after_seconds = \n", "2"),
        ("[idle]\nask_after_seconds = 5\nask_after_seconds = 6\n", "3"),
        ('[ward]\nname = { vi = "Phường\n', "2"),
        ("[idle]\n[idle]\n", "2"),
    ],
)
def test_bad_toml_is_refused_on_its_line(tmp_path: Path, text: str, line: str) -> None:
    code, values = refused(tmp_path, text)
    assert (code, values["line"]) == ("settings.syntax", line)


def test_a_named_site_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KioskError) as refusal:
        load_settings(tmp_path / "ward.toml")
    assert refusal.value.code == "settings.unreadable"
    assert "ward.toml" in sentence_of(refusal.value, "vi")


@pytest.mark.parametrize("untrusted", [b"\xff\xfe[\x00", b"[ward]\nname = \xf3\n"])
def test_a_site_file_that_is_not_text_is_refused(tmp_path: Path, untrusted: bytes) -> None:
    file = tmp_path / "ward.toml"
    file.write_bytes(untrusted)
    with pytest.raises(KioskError) as refusal:
        load_settings(file)
    assert refusal.value.code == "settings.unreadable"


# The two files


def test_the_example_names_every_setting_and_no_other() -> None:
    assert keys(read(EXAMPLE)) == keys(read(DEFAULTS))


def test_our_own_file_names_every_setting_there_is() -> None:
    text = DEFAULTS.read_text(encoding="utf-8")
    for field in fields(PrinterSettings):
        assert re.search(rf"^(# )?{field.name} = ", text, re.MULTILINE), field.name
    table = read(DEFAULTS)
    for section in fields(Settings):
        assert section.name in table
        kind = section.type
        if section.name not in (*FREE, "printer", "ward") and isinstance(kind, type):
            names = {field.name for field in fields(kind)}
            assert set(table[section.name]) == names


def test_every_setting_has_its_comment() -> None:
    lines = DEFAULTS.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        if re.match(r"\w+ = ", line):
            above = [one for one in lines[:number] if not re.match(r"(# )?[\w-]+ = ", one)]
            assert above[-1].startswith("# "), f"{line}: no comment above it"


def test_a_name_in_one_language_is_refused_with_the_way_to_write_it(tmp_path: Path) -> None:
    code, values = refused(tmp_path, '[ward]\nname = "Phường Cửa Nam"\n')
    assert (code, values["line"]) == ("settings.not_a_table", "2")
    said = sentence_of(KioskError(code, **values), "vi")
    assert 'name = { vi = "…", en = "…" }' in said

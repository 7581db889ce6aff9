"""The folder of scripts: what is broken is left out, and the rest is on offer."""

import csv
import time
from pathlib import Path

import pytest
from conftest import SCRIPT_TEXT, WALKS_TEXT, ScriptFolder

from kiosk.app import build_kiosk
from kiosk.catalogue import PORTAL_TABLE, SHIPPED_PROCEDURES, check_path, load_catalogue
from kiosk.errors import KioskError
from kiosk.path import every_path, follow, settle
from kiosk.procedure import Outcome, OutcomeKind, Procedure
from kiosk.settings import load_settings
from kiosk.terminal import fault_line
from kiosk.walk import coverage

CATALOGUE = load_catalogue(SHIPPED_PROCEDURES)
NATIONAL_TABLE = Path(__file__).parents[2] / "shared" / "data" / "portal_links.csv"
"""The portal's ids of all procedures, where the project's shared folder is at hand."""

ISSUED = {
    "1.001193",
    "1.000656",
    "1.000894",
    "1.004873",
    "2.000635",
    "2.000815",
    "2.000884",
    "1.004222",
    "1.004194",
    "1.001612",
}
"""The procedures that every ward's kiosk must know."""

each_procedure = pytest.mark.parametrize(
    "procedure", CATALOGUE.procedures, ids=[one.id for one in CATALOGUE.procedures]
)


# Broken scripts


def other_script() -> str:
    """A good script beside the small one."""
    return (
        SCRIPT_TEXT.replace("id: xin-giay", "id: lam-giay")
        .replace("1.000001", "1.000002")
        .replace("8000-000000000001", "8000-000000000002")
        .replace("xin giấy xác nhận", "làm giấy cho mẹ")
        .replace("tôi cần phường xác nhận cho cháu", "mẹ tôi cần giấy")
    )


@pytest.mark.parametrize(
    "breaks",
    [
        b"",
        b"\x00\x01\x02",
        b"[" * 100_000,
        SCRIPT_TEXT.replace("next: lam-duoc", "next: mat-trang").encode(),
        SCRIPT_TEXT.replace("amount: 8000", "amount: tam nghin").encode(),
    ],
)
def test_a_broken_script_is_left_out_and_the_rest_works(
    scripts: ScriptFolder, breaks: bytes
) -> None:
    scripts.write(other_script(), folder="lam-giay")
    file = scripts.write(SCRIPT_TEXT)
    file.write_bytes(breaks)
    catalogue = load_catalogue(scripts.path)
    assert [one.id for one in catalogue.procedures] == ["lam-giay"]
    assert catalogue.left_out == (str(file),)
    assert {one.file for one in catalogue.faults} == {str(file)}


def test_a_script_that_its_walks_disprove_is_left_out(scripts: ScriptFolder) -> None:
    scripts.write(SCRIPT_TEXT, walks=WALKS_TEXT.replace("[ba-ngay]", "[hai-ngay]"))
    catalogue = load_catalogue(scripts.path)
    assert catalogue.procedures == ()
    assert len(catalogue.left_out) == 1


def test_a_warning_leaves_nothing_out(scripts: ScriptFolder) -> None:
    scripts.write(SCRIPT_TEXT, walks=None)
    catalogue = load_catalogue(scripts.path)
    assert [one.code for one in catalogue.faults] == ["no_walks"]
    assert catalogue.left_out == ()
    assert len(catalogue.procedures) == 1


def test_a_left_out_script_is_named_on_the_staff_sheet(
    scripts: ScriptFolder, tmp_path: Path
) -> None:
    scripts.write(SCRIPT_TEXT.replace("next: lam-duoc", "next: mat-trang"))
    site = tmp_path / "site.toml"
    site.write_text(f'[folders]\nprocedures = "{scripts.path}"\nstate = "{tmp_path / "state"}"\n')
    kiosk = build_kiosk(load_settings(site), shut_down=lambda: None)
    troubles = kiosk.conductor._office.troubles
    assert "script.left_out: xin-giay/script.yaml" in troubles


def test_an_empty_folder_offers_nothing_and_is_no_fault(tmp_path: Path) -> None:
    catalogue = load_catalogue(tmp_path)
    assert (catalogue.procedures, catalogue.faults, catalogue.left_out) == ((), (), ())


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(KioskError) as refusal:
        load_catalogue(tmp_path / "nirgendwo")
    assert refusal.value.code == "catalogue.no_folder"
    assert refusal.value.values == {"folder": str(tmp_path / "nirgendwo")}


def test_one_script_or_its_folder_or_all_of_them_can_be_checked(scripts: ScriptFolder) -> None:
    file = scripts.write(SCRIPT_TEXT)
    for path in (file, file.parent, scripts.path):
        assert [one.id for one in check_path(path).procedures] == ["xin-giay"]


def test_checking_a_folder_without_scripts_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(KioskError) as refusal:
        check_path(tmp_path)
    assert refusal.value.code == "catalogue.no_script"


def test_the_catalogue_stands_in_the_order_of_the_tiles(scripts: ScriptFolder) -> None:
    first = other_script().replace("[giay-to-ho-tich, tro-cap]", "[chung-thuc, giay-to-ho-tich]")
    scripts.write(SCRIPT_TEXT)
    scripts.write(first.replace("id: lam-giay", "id: z"), folder="z")
    assert [one.id for one in load_catalogue(scripts.path).procedures] == ["z", "xin-giay"]


# The shipped scripts


def test_the_shipped_scripts_and_their_wordings_are_read_and_checked_in_a_moment() -> None:
    seconds = []
    for _ in range(3):
        before = time.process_time()
        load_catalogue(SHIPPED_PROCEDURES)
        seconds.append(time.process_time() - before)
    # 46 scripts with 18,000 wordings; half a second was the bar when they had 2,500.
    assert min(seconds) <= 0.8, "of the processor; the others of a busy machine do not count"


@each_procedure
def test_a_shipped_script_has_neither_fault_nor_warning(procedure: Procedure) -> None:
    faults = check_path(SHIPPED_PROCEDURES / procedure.id).faults
    found = [fault_line(one, "en") for one in faults if one.code != "unknown_neighbour"]
    assert found == [], "neighbours are looked at with the whole folder"


def test_the_shipped_folder_as_a_whole_has_neither_fault_nor_warning() -> None:
    assert [fault_line(one, "en") for one in CATALOGUE.faults] == []
    folders = {file.parent.name for file in SHIPPED_PROCEDURES.glob("*/script.yaml")}
    assert {one.id for one in CATALOGUE.procedures} == folders


def test_every_procedure_that_a_ward_must_know_is_shipped() -> None:
    assert {one.code for one in CATALOGUE.procedures} >= ISSUED


@each_procedure
def test_the_walks_of_a_shipped_script_reach_all_of_it(procedure: Procedure) -> None:
    [script] = [one for one in CATALOGUE.scripts if one.procedure is procedure]
    assert script.walks is not None
    covered = coverage(procedure, script.walks)
    assert (covered.choices, covered.outcomes, covered.papers) == ((), (), ())
    assert covered.percent == 100


@each_procedure
def test_every_way_through_a_shipped_script_ends_well(procedure: Procedure) -> None:
    for path in every_path(procedure):
        assert isinstance(path.at, Outcome)
        assert follow(procedure, path.answers) == path
        found = settle(procedure, path.answers, procedure.checked)
        if path.at.kind is OutcomeKind.HERE:
            assert found.fees
            assert found.times
            assert found.papers or found.notes
        else:
            assert path.at.lead is not None, "one who is sent on is told what to do"


def test_the_shipped_scripts_agree_with_their_own_portal_table() -> None:
    with (SHIPPED_PROCEDURES / PORTAL_TABLE).open(encoding="utf-8", newline="") as opened:
        table = {row["code"]: row["portal_id"] for row in csv.DictReader(opened)}
    assert {one.code: one.portal_id for one in CATALOGUE.procedures} == table


@pytest.mark.skipif(not NATIONAL_TABLE.is_file(), reason=f"{NATIONAL_TABLE} is not at hand")
def test_the_shipped_scripts_agree_with_the_national_portal_table() -> None:
    with NATIONAL_TABLE.open(encoding="utf-8", newline="") as opened:
        table = {row["code"]: row["formality_id"] for row in csv.DictReader(opened)}
    for procedure in CATALOGUE.procedures:
        assert table[procedure.code] == procedure.portal_id, procedure.id


def test_no_life_event_is_named_twice_by_one_procedure() -> None:
    for procedure in CATALOGUE.procedures:
        assert len(set(procedure.life_events)) == len(procedure.life_events), procedure.id

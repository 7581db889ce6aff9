"""The writer's guide: its example works as it stands, its tables are the kiosk's."""

import re
from enum import StrEnum
from pathlib import Path

import pytest
from conftest import ScriptFolder

from kiosk.catalogue import SHIPPED_PROCEDURES, check_path
from kiosk.dot import as_svg
from kiosk.drawing import drawable, flow_dot
from kiosk.letters import MOST_LETTERS
from kiosk.procedure import Aspect, Channel, Hand, LifeEvent, OutcomeKind, PaperKind
from kiosk.schema import script_schema
from kiosk.ui.visit import read_plan
from kiosk.words import Words

GUIDE = (SHIPPED_PROCEDURES / "README.md").read_text(encoding="utf-8")
SCRIPT, WALKS, PLAN = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
ID = "xac-nhan-cu-tru"


def test_the_example_has_no_fault_and_can_be_drawn(scripts: ScriptFolder, words: Words) -> None:
    scripts.write(SCRIPT, walks=WALKS, folder=ID)
    catalogue = check_path(scripts.path / ID)
    assert catalogue.faults == ()
    assert "</svg>" in as_svg(flow_dot(drawable(ID, catalogue), words=words, language="vi"))


def test_the_example_of_a_plan_can_be_read(tmp_path: Path) -> None:
    file = tmp_path / "thu.yaml"
    file.write_text(PLAN, encoding="utf-8")
    assert len(read_plan(file).steps) == PLAN.count("  - {")


def test_the_table_of_lengths_is_what_is_checked() -> None:
    rows = re.findall(r"^\| `([a-z_.]+)` \| (\d+) \|$", GUIDE, re.MULTILINE)
    assert {tuple(key.split(".")): int(most) for key, most in rows} == dict(MOST_LETTERS)


@pytest.mark.parametrize("words", [LifeEvent, Channel, OutcomeKind, PaperKind, Hand, Aspect])
def test_every_word_that_may_be_chosen_is_explained(words: type[StrEnum]) -> None:
    for word in words:
        assert f"`{word.value}`" in GUIDE


def test_every_key_of_the_format_is_explained() -> None:
    schema = script_schema()
    parts = [schema, *schema["$defs"].values()]
    keys = {key for part in parts for key in part.get("properties", {})} - {"vi", "en"}
    assert {key for key in keys if f"`{key}" not in GUIDE} == set()

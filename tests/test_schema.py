"""The JSON Schema of a script: published as it is, and at one with the kiosk about scripts."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import SCRIPT_TEXT
from jsonschema import Draft202012Validator, FormatChecker

from kiosk.catalogue import SCRIPT, SHIPPED_PROCEDURES
from kiosk.schema import schema_text, script_schema
from kiosk.script import Lines, read_plain

PUBLISHED = SHIPPED_PROCEDURES / "procedure.schema.json"
SCRIPTS = sorted(SHIPPED_PROCEDURES.glob(f"*/{SCRIPT}"))


def plain(text: bytes) -> Any:
    """A script as an editor sees it: dates are strings."""
    read = read_plain(text, file="script", lines=Lines({}), faults=[])
    return json.loads(json.dumps(read, default=date.isoformat))


def complaints(script: Any) -> list[str]:
    """What the schema has against a script."""
    checker = Draft202012Validator(script_schema(), format_checker=FormatChecker())
    return [error.message for error in checker.iter_errors(script)]


def test_the_published_schema_is_up_to_date() -> None:
    told = "run: kiosk schema --out procedures/procedure.schema.json"
    assert PUBLISHED.read_text(encoding="utf-8") == schema_text(), told


def test_it_is_a_sound_schema() -> None:
    Draft202012Validator.check_schema(script_schema())


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: str(file.parent.name))
def test_every_shipped_script_agrees_with_it(file: Path) -> None:
    assert complaints(plain(file.read_bytes())) == []


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: str(file.parent.name))
def test_every_shipped_script_tells_the_editor_where_it_is(file: Path) -> None:
    first = file.read_text(encoding="utf-8").splitlines()[0]
    _, _, named = first.partition("# yaml-language-server: $schema=")
    assert (file.parent / named).resolve() == PUBLISHED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("start: ai-di", "begin: ai-di"),
        ("kind: form", "kind: paper"),
        ("checked: 2026-11-22", "checked: soon"),
        ('code: "1.000001"', 'code: "1.01"'),
        ("when: {ai-di: [di-thay]}", "when: {Ai Đi: [di-thay]}"),
        (', en: "ID card"}', "}"),
        ("count: 2", "count: 0"),
    ],
)
def test_what_the_kiosk_refuses_the_editor_underlines(old: str, new: str) -> None:
    assert complaints(plain(SCRIPT_TEXT.encode())) == []
    assert complaints(plain(SCRIPT_TEXT.replace(old, new).encode()))


def test_keys_carry_the_descriptions_of_their_docstrings() -> None:
    paper = script_schema()["$defs"]["Paper"]["properties"]
    assert paper["when"]["description"] == "Holds only under these answers; empty: always."
    assert script_schema()["properties"]["start"]["description"] == "The first step."

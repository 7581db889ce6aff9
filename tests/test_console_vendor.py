"""What others wrote of the console's pages: as it was published, with its licence, and no more."""

import re
import tomllib
from hashlib import sha256
from pathlib import Path

from kiosk.console.files import HERE

VENDOR = HERE / "static" / "vendor"
SCRIPT = Path(__file__).parent.parent / "packaging" / "vendor.sh"
FILES = tomllib.loads((VENDOR / "vendor.toml").read_text(encoding="utf-8"))["file"]


def test_every_file_is_as_it_was_published() -> None:
    for one in FILES:
        content = (VENDOR / one["name"]).read_bytes()
        assert sha256(content).hexdigest() == one["sha256"], one["name"]


def test_no_file_lies_there_that_is_not_on_the_list() -> None:
    listed = {one["name"] for one in FILES} | {"vendor.toml"}
    assert {file.name for file in VENDOR.iterdir()} == listed


def test_every_package_brings_its_licence() -> None:
    for package in {one["package"] for one in FILES}:
        names = {one["name"] for one in FILES if one["package"] == package}
        texts = [(VENDOR / name).read_text(encoding="utf-8") for name in names if "LICENSE" in name]
        assert texts
        assert all("Permission is hereby granted" in text for text in texts)


def test_the_script_that_fetches_them_names_packages_and_no_host() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"registry|--cache", text)
    assert SCRIPT.stat().st_mode & 0o100


def test_nothing_in_them_needs_what_the_pages_forbid() -> None:
    text = (VENDOR / "chart.umd.min.js").read_text(encoding="utf-8")
    assert not re.search(r"\beval\(|new Function\b|createElement\(.style.\)", text)

"""Reads the fixed sentences: `words/vi.toml` and `words/en.toml` -> `Words`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from kiosk.procedure import LANGUAGES
from kiosk.words import Words

FOLDER = Path(__file__).parent / "words"


@cache
def load_words(folder: Path = FOLDER) -> Words:
    """Read both word files of a folder."""
    return Words(tables={language: _read(folder / f"{language}.toml") for language in LANGUAGES})


def _read(file: Path) -> dict[str, str]:
    with file.open("rb") as opened:
        return dict(_flat(tomllib.load(opened), ""))


def _flat(table: Mapping[str, Any], prefix: str) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for key, value in table.items():
        rows += (
            _flat(value, f"{prefix}{key}.")
            if isinstance(value, dict)
            else [(f"{prefix}{key}", value)]
        )
    return rows

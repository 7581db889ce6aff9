"""Reads the packs of words in `dialects/`: chat spelling and the three regions -> `Standard`."""

import tomllib
from functools import cache
from pathlib import Path

from kiosk.assistant.vietnamese import Standard, standard_of

FOLDER = Path(__file__).parent / "dialects"


@cache
def load_standard() -> Standard:
    """Every pack in one; a form that two packs have is taken from the later file."""
    packs = []
    for file in sorted(FOLDER.glob("*.toml")):
        with file.open("rb") as opened:
            packs.append(tomllib.load(opened))
    return standard_of(packs)

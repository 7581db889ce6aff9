"""Reads `wishes.toml`: what a citizen may say at any step."""

import tomllib
from functools import cache
from pathlib import Path

from kiosk.assistant.steps import Standing

FILE = Path(__file__).with_name("wishes.toml")


@cache
def load_wishes() -> Standing:
    """Wish, `why` or `unclear` -> wordings."""
    with FILE.open("rb") as opened:
        return {name: tuple(texts) for name, texts in tomllib.load(opened).items()}

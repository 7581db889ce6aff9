"""Reads `small_talk.toml`: what people say to a kiosk that is no matter for a ward."""

import tomllib
from functools import cache
from pathlib import Path

from kiosk.findable import SmallTalk

FILE = Path(__file__).with_name("small_talk.toml")


@cache
def load_small_talk() -> SmallTalk:
    """Class -> sentences."""
    with FILE.open("rb") as opened:
        return {name: tuple(texts) for name, texts in tomllib.load(opened).items()}

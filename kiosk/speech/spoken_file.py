"""Reads `spoken.toml`: what is said for what is written."""

import tomllib
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from kiosk.speech.spoken import Spoken
from kiosk.speech.spoken_rules import Rules

FILE = Path(__file__).with_name("spoken.toml")


@cache
def load_rules() -> Rules:
    """The rules that ship with the kiosk."""
    with FILE.open("rb") as opened:
        return TypeAdapter(Rules).validate_python(tomllib.load(opened))


@cache
def load_spoken() -> Spoken:
    """Turns what is written into what a voice should say."""
    return Spoken(load_rules())

"""Every fixed sentence, by key, in both languages: `words/vi.toml` and `words/en.toml`.

A missing key or an unfilled gap is an error at once, never a key on a screen.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from kiosk.procedure import LANGUAGES, Language

FOLDER = Path(__file__).parent / "words"


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences of both languages."""

    tables: Mapping[Language, Mapping[str, str]]
    """Language -> dotted key -> sentence, with `{gaps}`."""

    def say(self, key: str, language: Language, /, **values: object) -> str:
        """The sentence `key` in `language`, its gaps filled.

        Raises:
            KeyError: no such sentence, or a gap without a value.
        """
        return self.tables[language][key].format(**values)

    def has(self, key: str) -> bool:
        """Whether there is a sentence `key`."""
        return key in self.tables["vi"]

    def under(self, prefix: str, language: Language) -> tuple[str, ...]:
        """All sentences whose key begins with `prefix.`, in the file's order."""
        table = self.tables[language]
        return tuple(text for key, text in table.items() if key.startswith(f"{prefix}."))


@cache
def load_words() -> Words:
    """Read both word files."""
    return Words(tables={language: _read(FOLDER / f"{language}.toml") for language in LANGUAGES})


def gaps(sentence: str) -> frozenset[str]:
    """The names of the gaps in a sentence."""
    return frozenset(name for _, name, _, _ in Formatter().parse(sentence) if name)


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

"""Every fixed sentence, by key, in both languages, as a value. Pure: `words_files` reads them.

A missing key or an unfilled gap is an error at once, never a key on a screen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

from kiosk.procedure import Language


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


def gaps(sentence: str) -> frozenset[str]:
    """The names of the gaps in a sentence."""
    return frozenset(name for _, name, _, _ in Formatter().parse(sentence) if name)

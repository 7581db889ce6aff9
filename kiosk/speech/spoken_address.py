"""Web and mail addresses and names of files, as people say them. Pure."""

import re
from collections.abc import Callable

from kiosk.assistant.syllable import parse
from kiosk.speech.spoken_rules import Addresses

_PIECE = re.compile(r"[a-z]+|\d+|[.@/_-]")
_DIGIT = re.compile(r"\d")
"""A path with numbers is for a machine: who hears it cannot type it, and it stays unsaid."""

_LONGEST_SYLLABLE = 7
"""Letters: `nghieng`."""

_Said = Callable[[str], str]


class Address:
    """Reads the addresses in a text."""

    def __init__(self, addresses: Addresses, *, spell: _Said, number: _Said) -> None:
        """Args: spell: reads letters that make no syllables; number: reads digits."""
        self._known = {**addresses.endings, **addresses.parts, **addresses.separators}
        self._spell, self._number = spell, number
        endings = "|".join(sorted(addresses.endings, key=len, reverse=True))
        self._pattern = re.compile(
            r"(?<![\w.@/-])(?:https?://)?(?:www\.)?"
            rf"((?:[A-Za-z0-9_-]+[.@/])+(?:{endings}))(?![\w-])(?:/(?!\w))?(/[\w./-]*\w)?"
        )

    def say(self, text: str) -> str:
        """`text` with its addresses in words."""
        return self._pattern.sub(self._said, text) if "." in text else text

    def _said(self, match: re.Match[str]) -> str:
        if "." not in match[1]:
            return match[0]
        path = match[2] or ""
        written = (match[1] if _DIGIT.search(path) else match[1] + path).lower()
        return " ".join(self._piece(piece) for piece in _PIECE.findall(written))

    def _piece(self, piece: str) -> str:
        said = self._known.get(piece)
        if said is not None:
            return said
        if piece.isdigit():
            return self._number(piece)
        syllables = _syllables(piece)
        return " ".join(syllables) if syllables else self._spell(piece)


def _syllables(piece: str) -> list[str] | None:
    """The fewest Vietnamese syllables without marks that make up `piece`; None: there are none."""
    best: list[list[str] | None] = [[]]
    for end in range(1, len(piece) + 1):
        found: list[str] | None = None
        for start in range(max(0, end - _LONGEST_SYLLABLE), end):
            before, syllable = best[start], piece[start:end]
            is_syllable = len(syllable) > 1 and parse(syllable) is not None
            if before is not None and is_syllable and (not found or len(before) + 1 < len(found)):
                found = [*before, syllable]
        best.append(found)
    return best[-1]

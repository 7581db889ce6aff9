"""What a script's texts are written with: length, NFC, letters, signs, blanks. Pure.

`texts` lists what people read or say in a script. Knows no lines and no files: a flaw says at
which place of the procedure it stands.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any, get_args

from kiosk.card import Card
from kiosk.procedure import LANGUAGES, HeardAs, Procedure, Text
from kiosk.script import Place
from kiosk.signs import SHOWN_SIGNS

MOST_LETTERS: Mapping[tuple[str, ...], int] = {
    ("title",): 48,
    ("summary",): 90,
    ("questions", "ask"): 70,
    ("questions", "why"): 200,
    ("choices", "label"): 48,
    ("choices", "note"): 80,
    ("papers", "name"): 80,
    ("papers", "note"): 120,
    ("fees", "label"): 48,
    ("fees", "per"): 24,
    ("fees", "note"): 120,
    ("times", "text"): 110,
    ("notes", "text"): 150,
    ("outcomes", "title"): 70,
    ("outcomes", "lead"): 180,
    ("outcomes", "where"): 110,
    ("where",): 110,
    ("received_by",): 80,
    ("decided_by",): 80,
    ("result",): 80,
    ("asides", "ask"): 80,
    ("asides", "say"): 240,
    ("sources", "name"): 120,
    ("neighbours", "tell_apart"): 110,
}
"""Letters that fit the place on the screen and on the slip; measured with the shipped font
by the test that draws every screen of every script."""

_CARD_LETTERS: Mapping[tuple[str, ...], int] = {("title",): 48, ("lead",): 180, ("where",): 110}
"""The same for a "not here" card."""

_LEAST_LETTERS = min(MOST_LETTERS.values())

_MOST_NAMED = 12
"""Letters that a sentence about a text shows."""

_VIETNAMESE = frozenset(
    "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệfghiìíỉĩịjklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvwxyỳýỷỹỵz"
)

_SIGNS = r"[\w0-9.,;:?!()/%+“”‘’–…'\"-]".replace(
    r"\w", "".join(sorted(_VIETNAMESE | {letter.upper() for letter in _VIETNAMESE}))
)
_PLAIN = re.compile(f"{_SIGNS}+(?: {_SIGNS}+)*")
"""Composed letters and common signs with single blanks between: nothing is odd in such a text.
Nearly all are, and looking at each of their letters took a fifth of the time of a check."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """Something that is wrong with the letters of one text."""

    place: Place
    code: str
    """Key of the sentence in `words/*.toml`, table `fault`."""
    values: tuple[tuple[str, object], ...] = ()
    """What fills the gaps of the sentence."""


def letter_flaws(procedure: Procedure | Card) -> Iterator[Flaw]:
    """Every flaw of every text that people read or say, in the order of the format."""
    names: dict[Place, tuple[str, ...]] = {}
    for place, text in texts(procedure):
        if not _PLAIN.fullmatch(text):
            yield from odd_letters(place, text)
            if not unicodedata.is_normalized("NFC", text):
                continue
        if len(text) > _LEAST_LETTERS:
            limits = MOST_LETTERS if isinstance(procedure, Procedure) else _CARD_LETTERS
            above = place[:-1] if isinstance(place[-1], int) else place
            if above not in names:
                names[above] = _names(above)
            most = limits.get(names[above])
            if most is not None and len(text) > most:
                values = (("length", len(text)), ("most", most))
                yield Flaw(place=place, code="too_long", values=values)


def texts(procedure: Procedure | Card) -> list[tuple[Place, str]]:
    """Each text that people read or say with its place, in the order of the format.

    Ids, codes and links are not among them.
    """
    found: list[tuple[Place, str]] = []
    _collect(procedure, (), found)
    return found


def is_tidy(text: str) -> bool:
    """Whether `text` has only composed Vietnamese letters and common signs, single blanks."""
    return _PLAIN.fullmatch(text) is not None


def odd_letters(place: Place, text: str) -> Iterator[Flaw]:
    """What is wrong with the letters and blanks of one text, however long it is."""
    if text != text.strip() or "  " in text or "\n" in text:
        yield Flaw(place=place, code="blanks")
    if not unicodedata.is_normalized("NFC", text):
        yield Flaw(place=place, code="not_nfc", values=(("text", text),))
        return
    letters = tuple(dict.fromkeys(text.replace("\n", "")))
    hidden = [one for one in letters if unicodedata.category(one)[0] in "CM"]
    if hidden:
        yield Flaw(place=place, code="invisible", values=(("numbers", _numbers(hidden)),))
    foreign = [one for one in letters if one.isalpha() and one.casefold() not in _VIETNAMESE]
    if foreign:
        shown = "".join(foreign[:_MOST_NAMED])
        values = (("letters", shown), ("numbers", _numbers(foreign)))
        yield Flaw(place=place, code="look_alike", values=values)
    boxes = [
        one for one in letters if not one.isalpha() and one not in hidden and one not in SHOWN_SIGNS
    ]
    if boxes:
        shown = "".join(boxes[:_MOST_NAMED])
        yield Flaw(place=place, code="not_shown", values=(("letters", shown),))


def _numbers(letters: Sequence[str]) -> str:
    """How a technician looks them up."""
    return " ".join(f"U+{ord(letter):04X}" for letter in letters[:_MOST_NAMED])


def _names(place: Place) -> tuple[str, ...]:
    """The last two names on the way to a text, its language left out."""
    names = tuple(part for part in place if isinstance(part, str))
    if names and names[-1] in LANGUAGES:
        names = names[:-1]
    return names[-2:]


def _collect(
    value: Any,  # noqa: ANN401 - whatever a field holds
    place: Place,
    found: list[tuple[Place, str]],
) -> None:
    if isinstance(value, Text):
        found.append(((*place, "vi"), value.vi))
        found.append(((*place, "en"), value.en))
    elif isinstance(value, HeardAs):
        found += [((*place, "vi", index), text) for index, text in enumerate(value.vi)]
        found += [((*place, "en", index), text) for index, text in enumerate(value.en)]
    elif isinstance(value, tuple):
        for index, one in enumerate(value):
            _collect(one, (*place, index), found)
    elif is_dataclass(value):
        for name in _fields_with_text(type(value)):  # type: ignore[arg-type] # it is hashable
            _collect(getattr(value, name), (*place, name), found)


@cache
def _fields_with_text(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if _bears_text(field.type))


def _bears_text(annotation: Any) -> bool:  # noqa: ANN401 - annotations have no type of their own
    """Whether a value of this type is or holds a text."""
    if isinstance(annotation, type) and is_dataclass(annotation):
        return True
    return any(map(_bears_text, get_args(annotation)))

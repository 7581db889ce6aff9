"""What a script's texts are written with: length, NFC, look-alike letters, blanks. Pure.

Knows no lines and no files: a flaw says at which place of the procedure it stands.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass

from kiosk.procedure import HeardAs, Procedure, Text
from kiosk.script import Place

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

_VIETNAMESE = frozenset(
    "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệfghiìíỉĩịjklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvwxyỳýỷỹỵz"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """Something that is wrong with the letters of one text."""

    place: Place
    code: str
    """Key of the sentence in `words/*.toml`, table `fault`."""
    values: tuple[tuple[str, object], ...] = ()
    """What fills the gaps of the sentence."""


def letter_flaws(procedure: Procedure) -> Iterator[Flaw]:
    """Every flaw of every text that people read or say, in the order of the format."""
    for place, text in _texts(procedure, ()):
        if text != text.strip() or "  " in text or "\n" in text:
            yield Flaw(place=place, code="blanks")
        if not unicodedata.is_normalized("NFC", text):
            yield Flaw(place=place, code="not_nfc", values=(("text", text),))
            continue
        for letter in sorted(set(text) - {"\n"}):
            if unicodedata.category(letter)[0] in "CM":
                shown = (("number", f"U+{ord(letter):04X}"),)
                yield Flaw(place=place, code="invisible", values=shown)
            elif letter.isalpha() and letter.casefold() not in _VIETNAMESE:
                name = unicodedata.name(letter, "?")
                named = (("letter", letter), ("name", name))
                yield Flaw(place=place, code="look_alike", values=named)
        most = _most_letters(place)
        if most is not None and len(text) > most:
            yield Flaw(place=place, code="too_long", values=(("length", len(text)), ("most", most)))


def _most_letters(place: Place) -> int | None:
    names = tuple(part for part in place if isinstance(part, str))
    if names and names[-1] in ("vi", "en"):
        names = names[:-1]
    return MOST_LETTERS.get(names[-2:])


def _texts(value: object, place: Place) -> Iterator[tuple[Place, str]]:
    """Each text that people read or say; ids, codes and links are not among them."""
    if isinstance(value, Text):
        yield (*place, "vi"), value.vi
        yield (*place, "en"), value.en
    elif isinstance(value, HeardAs):
        for language in ("vi", "en"):
            for index, text in enumerate(getattr(value, language)):
                yield (*place, language, index), text
    elif isinstance(value, tuple):
        for index, one in enumerate(value):
            yield from _texts(one, (*place, index))
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name), (*place, field.name))

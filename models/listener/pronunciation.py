"""How a written Vietnamese syllable sounds, by rule, as units of the network. Pure.

A syllable has one to four units: the initial consonant, the glide `w`, the vowel with
its tone (`ươ2`), and the final sound (`-ng`). Units keep apart whatever any accent keeps
apart (`tr` and `ch`, `s` and `x`, hỏi and ngã), so the network learns from clips of all
accents. Where an accent merges two of them, `pronunciations` gives its way as a further
reading.
"""

import re
import unicodedata
from enum import StrEnum

from kiosk.assistant.syllable import Syllable, Tone, parse

BLANK = "<blank>"
"""Unit 0: nothing new is heard."""


class Accent(StrEnum):
    """The three broad accents."""

    NORTHERN = "northern"
    CENTRAL = "central"
    SOUTHERN = "southern"


Units = tuple[str, ...]

_TONES = {
    Tone.LEVEL: "1",
    Tone.GRAVE: "2",
    Tone.HOOK: "3",
    Tone.TILDE: "4",
    Tone.ACUTE: "5",
    Tone.DOT: "6",
}

_INITIALS = {"ngh": "ng", "gh": "g", "c": "k", "q": "k", "gi": "z", "d": "z", "ph": "f"}
"""Letters to unit, where they differ: `d` and `gi` are one sound in every accent."""

_VOWELS = {
    "y": "i",
    "oo": "o",
    "ya": "ia",
    "iê": "ia",
    "yê": "ia",
    "uô": "ua",
    "ươ": "ưa",
    "ie": "ia",
    "ye": "ia",
    "uo": "ua",
}
"""Spellings of one vowel: `yêu` has that of `kia`, `muôn` that of `mua`."""

_FINALS = {"c": "-k", "i": "-j", "y": "-j", "o": "-w", "u": "-w"}

_STOPS = ("c", "ch", "p", "t")

INITIALS = tuple("b đ f g h k kh l m n ng nh p r s t th tr ch v x z".split())  # noqa: SIM905
VOWELS = tuple("a ă â e ê i o ô ơ u ư ia ua ưa".split())  # noqa: SIM905
FINALS = tuple("-k -ch -m -n -ng -nh -p -t -j -w".split())  # noqa: SIM905
UNITS: Units = (
    BLANK,
    *INITIALS,
    "w",
    *(vowel + tone for vowel in VOWELS for tone in _TONES.values()),
    *FINALS,
)
"""Every unit there is; a unit's place is its number."""

_DIGITS = "không một hai ba bốn năm sáu bảy tám chín".split()  # noqa: SIM905


def words_said(text: str) -> tuple[str, ...]:
    """The words of a text in the form in which the models know them.

    Lower case, NFC, no punctuation, every digit a word of its own, a tone mark on the
    first of two last vowels (`hòa`, not `hoà`).
    """
    spelled = unicodedata.normalize("NFD", text.lower())
    spelled = _LATE_MARK.sub(r"\1\3\2", spelled)
    spelled = unicodedata.normalize("NFC", spelled)
    spelled = re.sub(r"\d", lambda digit: f" {_DIGITS[int(digit[0])]} ", spelled)
    return tuple(re.findall(r"[^\W_]+", spelled))


_LATE_MARK = re.compile(
    r"(?<!q)(o(?=[ae])|u(?=y))([aey])([\u0300\u0301\u0303\u0309\u0323])(?![\w\u0302\u0306])"
)


def units_of(word: str) -> Units | None:
    """A syllable's units, those that keep the accents apart; None if it is no syllable."""
    parts = parse(word)
    return None if parts is None else _units(parts)


def pronunciations(word: str, *accents: Accent) -> tuple[Units, ...]:
    """The readings of a syllable, the one of `units_of` first; none if it is no syllable."""
    parts = parse(word)
    found = None if parts is None else _units(parts)
    if parts is None or found is None:
        return ()
    readings = [found]
    readings += [_in_accent(found, accent) for accent in accents]
    return tuple(dict.fromkeys(readings))


def _units(parts: Syllable) -> Units | None:
    vowel, final = _VOWELS.get(parts.nucleus, parts.nucleus), parts.coda
    if parts.initial == "gi" and parts.nucleus == "ê" and final:
        vowel = "ia"  # giết, giếng: the i is written once
    if final == "y" or (final == "u" and vowel == "a"):
        vowel = {"a": "ă"}.get(vowel, vowel)  # tay, tau: the short vowel, against tai, tao
    tone = parts.tone
    if final in _STOPS and tone is Tone.LEVEL:
        tone = Tone.ACUTE
    elif final in _STOPS and tone not in (Tone.ACUTE, Tone.DOT):
        return None
    initial = _INITIALS.get(parts.initial, parts.initial)
    found = (
        *((initial,) if initial else ()),
        *(("w",) if parts.medial else ()),
        vowel + _TONES[tone],
        *((_FINALS.get(final, f"-{final}"),) if final else ()),
    )
    return found if all(unit in _NUMBERS for unit in found) else None


def numbers_of(units: Units) -> tuple[int, ...]:
    """Units as the network counts them."""
    return tuple(_NUMBERS[unit] for unit in units)


_NUMBERS = {unit: number for number, unit in enumerate(UNITS)}

# What an accent merges; what stands right of the arrow is heard for what stands left.

_MERGED: dict[Accent, dict[str, str]] = {
    Accent.NORTHERN: {"tr": "ch", "s": "x", "r": "z"},
    Accent.CENTRAL: {"-nh": "-n", "-ch": "-t"},
    Accent.SOUTHERN: {"v": "z"},
}
_FINAL_AFTER: dict[Accent, dict[str, str]] = {
    Accent.CENTRAL: {"-n": "-ng", "-t": "-k"},
    Accent.SOUTHERN: {"-n": "-ng", "-t": "-k", "-nh": "-n", "-ch": "-t"},
}
_BACK_ENOUGH = ("a", "ă", "â", "e", "o", "u", "ư", "ia", "ua", "ưa")
"""Vowels after which -n and -t move back in the South and the Centre."""


def _in_accent(units: Units, accent: Accent) -> Units:
    merged = _MERGED[accent]
    moved = _FINAL_AFTER.get(accent, {})
    found = [merged.get(unit, unit) for unit in units]
    place = next(i for i, unit in enumerate(units) if unit[-1].isdigit())
    vowel, tone = units[place][:-1], units[place][-1]
    if accent is not Accent.NORTHERN and tone == "4":
        found[place] = vowel + "3"  # ngã as hỏi
    last = units[-1]
    if last in moved and (last not in ("-n", "-t") or vowel in _BACK_ENOUGH):
        found[-1] = moved[last]
    return tuple(found)

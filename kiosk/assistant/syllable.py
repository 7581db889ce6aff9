"""A Vietnamese syllable taken apart, and how alike two of them sound. Pure.

A syllable is an initial, a medial glide, a nucleus, a coda and a tone: `nguyễn` is
`ng` + `u` + `yê` + `n` + ngã. Recognisers and regional speech confuse them in known
ways; each way is a class here with a weight. The division follows the usual account of
Vietnamese phonology (Đoàn Thiện Thuật, Ngữ âm tiếng Việt, 1977).
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray


class Tone(StrEnum):
    """The six tones; the value is the combining mark, level has none."""

    LEVEL = ""
    GRAVE = "\u0300"
    """Huyền."""
    ACUTE = "\u0301"
    """Sắc."""
    HOOK = "\u0309"
    """Hỏi."""
    TILDE = "\u0303"
    """Ngã."""
    DOT = "\u0323"
    """Nặng."""


_MARKS = {tone.value: tone for tone in Tone if tone.value}

_INITIALS = (
    *("ngh", "ng", "nh", "gh", "gi", "kh", "ph", "qu", "th", "tr", "ch"),
    *"bcdđghklmnprstvx",
)
"""Longest first, so that the first that fits is the right one."""

_CODAS = ("ch", "ng", "nh", "c", "m", "n", "p", "t", "i", "y", "o", "u")

_VOWELS = frozenset("aăâeêioôơuưy")

_NUCLEI = frozenset(
    "a ă â e ê i o ô ơ u ư y ia iê ya yê ua uô ưa ươ oo ie ye uo".split()  # noqa: SIM905 - read as words
)

_GLIDES = {"oa", "oă", "oe", "uâ", "uê", "uy", "uơ", "ue", "ua", "uă"}


@dataclass(frozen=True, slots=True)
class Syllable:
    """The parts; any but the nucleus may be empty."""

    initial: str
    medial: str
    nucleus: str
    coda: str
    tone: Tone


@lru_cache(maxsize=8192)
def parse(word: str) -> Syllable | None:
    """The parts of one written syllable, in lower case; None where it is not Vietnamese.

    Both places of the tone mark are read alike: `hoà` is `hòa`.
    """
    tone, bare = _without_tone(word)
    if tone is None or not bare:
        return None
    initial = next((one for one in _INITIALS if bare.startswith(one)), "")
    rest = bare[len(initial) :]
    if initial == "gi" and (not rest or rest[0] not in _VOWELS):
        initial, rest = "gi", "i" + rest  # gì, gìn: the i is the vowel too
    elif initial == "k" and rest and rest[0] not in "ieêy":
        return None  # "ko" is no syllable
    elif initial == "qu":
        initial, rest = "q", "u" + rest
    medial = ""
    if len(rest) > 1 and rest[0] in "ou" and (rest[:2] in _GLIDES or initial == "q"):
        is_diphthong = initial != "q" and rest in ("ua", "uac", "uan")
        if not is_diphthong:
            medial, rest = rest[0], rest[1:]
    coda = next((one for one in _CODAS if rest.endswith(one) and rest[: -len(one)]), "")
    nucleus = rest[: len(rest) - len(coda)] if coda else rest
    if nucleus not in _NUCLEI and coda and rest in _NUCLEI:
        nucleus, coda = rest, ""
    if rest in _NUCLEI and len(rest) == 2 and coda in ("i", "y", "o", "u"):
        nucleus, coda = rest, ""
    if nucleus not in _NUCLEI:
        return None
    return Syllable(initial=initial, medial=medial, nucleus=nucleus, coda=coda, tone=tone)


def _without_tone(word: str) -> tuple[Tone | None, str]:
    """The tone and the letters without its mark; None for a word with two tones."""
    tone, letters = Tone.LEVEL, []
    for letter in unicodedata.normalize("NFD", word):
        if letter in _MARKS:
            if tone is not Tone.LEVEL:
                return None, ""
            tone = _MARKS[letter]
        else:
            letters.append(letter)
    return tone, unicodedata.normalize("NFC", "".join(letters))


# How alike they sound. Costs lie between 0 (the same to many ears) and 1 (another sound).

_INITIAL_COSTS = {
    frozenset(pair): cost
    for cost, pairs in (
        (0.15, (("n", "l"), ("ch", "tr"), ("s", "x"), ("d", "gi"), ("d", "r"), ("gi", "r"))),
        (0.15, (("d", "v"), ("gi", "v"), ("c", "k"), ("c", "q"), ("k", "q"), ("g", "gh"))),
        (0.15, (("ng", "ngh"), ("q", "h"))),
        (0.35, (("r", "g"), ("v", "b"), ("t", "th"), ("kh", "h"), ("ph", "p"), ("kh", "c"))),
        (0.45, (("đ", "d"), ("n", "nh"), ("m", "n"), ("b", "p"), ("đ", "t"), ("g", "k"))),
        (0.45, (("th", "x"), ("ch", "x"), ("tr", "x"), ("ch", "gi"), ("tr", "t"), ("l", "r"))),
    )
    for pair in pairs
}
_NUCLEUS_COSTS = {
    frozenset(pair): cost
    for cost, pairs in (
        (0.0, (("i", "y"), ("iê", "yê"), ("ia", "iê"), ("ưa", "ươ"), ("ua", "uô"), ("ia", "ya"))),
        (0.2, (("i", "ê"), ("o", "ô"), ("ô", "ơ"), ("ă", "â"), ("a", "ă"), ("u", "ư"))),
        (0.2, (("iê", "i"), ("iê", "ê"), ("ươ", "ư"), ("uô", "u"), ("ươ", "ơ"), ("uô", "ô"))),
        (0.35, (("e", "ê"), ("a", "â"), ("â", "ơ"), ("o", "u"), ("ô", "u"), ("o", "ơ"))),
        (0.45, (("e", "a"), ("o", "a"), ("ư", "i"), ("ươ", "uô"), ("e", "i"))),
    )
    for pair in pairs
}
_CODA_COSTS = {
    frozenset(pair): cost
    for cost, pairs in (
        (0.15, (("n", "ng"), ("c", "t"), ("n", "nh"), ("t", "ch"), ("i", "y"), ("o", "u"))),
        (0.4, (("m", "n"), ("p", "t"), ("", "i"), ("", "o"), ("", "u"), ("c", "ch"))),
        (0.4, (("ng", "nh"), ("m", "ng"), ("p", "c"))),
    )
    for pair in pairs
}
_TONE_COSTS = {
    frozenset(pair): cost
    for cost, pairs in (
        (0.05, ((Tone.HOOK, Tone.TILDE),)),
        (0.15, ((Tone.DOT, Tone.GRAVE), (Tone.TILDE, Tone.ACUTE), (Tone.HOOK, Tone.DOT))),
        (0.2, ((Tone.LEVEL, Tone.GRAVE), (Tone.ACUTE, Tone.HOOK), (Tone.TILDE, Tone.DOT))),
    )
    for pair in pairs
}
_OTHER_TONE = 0.3
_OTHER_MEDIAL = 0.4


def distance(one: Syllable, other: Syllable) -> float:
    """How far two syllables sound apart: 0 the same, 1 about one whole sound apart, 3 at most."""
    cost = _between(one.initial, other.initial, _INITIAL_COSTS, 1.0)
    cost += _between(one.nucleus, other.nucleus, _NUCLEUS_COSTS, 1.0)
    cost += _between(one.coda, other.coda, _CODA_COSTS, 0.8)
    if one.medial != other.medial:
        cost += _OTHER_MEDIAL if not (one.medial and other.medial) else 0.0
    if one.tone is not other.tone:
        cost += _TONE_COSTS.get(frozenset((one.tone, other.tone)), _OTHER_TONE)
    return min(cost, 3.0)


def _between(
    one: str, other: str, costs: Mapping[frozenset[str], float], otherwise: float
) -> float:
    return 0.0 if one == other else costs.get(frozenset((one, other)), otherwise)


class Sounds:
    """Many syllables, compared with one at once."""

    def __init__(self, syllables: Sequence[Syllable]) -> None:
        """Args: syllables: in the order in which the distances are wanted."""
        self._initials = _Part([one.initial for one in syllables], _INITIAL_COSTS, 1.0)
        self._nuclei = _Part([one.nucleus for one in syllables], _NUCLEUS_COSTS, 1.0)
        self._codas = _Part([one.coda for one in syllables], _CODA_COSTS, 0.8)
        self._has_medial = np.array([bool(one.medial) for one in syllables], bool)
        tones = {frozenset(str(one) for one in pair): cost for pair, cost in _TONE_COSTS.items()}
        self._tones = _Part([str(one.tone) for one in syllables], tones, _OTHER_TONE)

    def distances(self, one: Syllable) -> NDArray[np.float32]:
        """`distance` from `one` to each of them."""
        cost: NDArray[np.float32] = self._initials.costs(one.initial) + self._nuclei.costs(
            one.nucleus
        )
        cost += self._codas.costs(one.coda) + self._tones.costs(str(one.tone))
        cost += np.float32(_OTHER_MEDIAL) * (self._has_medial != bool(one.medial))
        return np.minimum(cost, np.float32(3.0))


class _Part:
    """One part of many syllables."""

    def __init__(
        self, values: Sequence[str], costs: Mapping[frozenset[str], float], otherwise: float
    ) -> None:
        self._different = tuple(dict.fromkeys(values))
        number = {value: place for place, value in enumerate(self._different)}
        self._numbers = np.array([number[value] for value in values], np.intp)
        self._costs, self._otherwise = costs, otherwise

    def costs(self, value: str) -> NDArray[np.float32]:
        """What it costs to take `value` for each of them."""
        each = [_between(value, other, self._costs, self._otherwise) for other in self._different]
        return np.array(each, np.float32)[self._numbers]


_INITIAL_CLASSES = {
    "n": "l",
    "tr": "c",
    "ch": "c",
    "x": "s",
    "gi": "z",
    "d": "z",
    "r": "z",
    "v": "z",
    "c": "k",
    "q": "k",
    "gh": "g",
    "ngh": "N",
    "ng": "N",
    "nh": "J",
    "kh": "x",
    "ph": "f",
    "th": "T",
    "đ": "D",
}
_NUCLEUS_CLASSES = {
    "ă": "a",
    "â": "a",
    "ê": "i",
    "iê": "i",
    "yê": "i",
    "ia": "i",
    "ya": "i",
    "y": "i",
    "ô": "o",
    "ơ": "o",
    "ư": "u",
    "ưa": "u",
    "ươ": "u",
    "ua": "u",
    "uô": "u",
    "oo": "o",
    "ie": "i",
    "ye": "i",
    "uo": "u",
}
_CODA_CLASSES = {"ng": "n", "nh": "n", "ch": "t", "c": "t", "y": "i", "o": "u"}


@lru_cache(maxsize=8192)
def sound(word: str) -> str:
    """The class of sounds that `word` belongs to: `hôn` and `hông` have the same.

    Without tone and glide; a word that is no Vietnamese syllable is its own class.
    """
    parts = parse(word)
    if parts is None:
        return word
    initial = _INITIAL_CLASSES.get(parts.initial, parts.initial)
    nucleus = _NUCLEUS_CLASSES.get(parts.nucleus, parts.nucleus)
    return initial + nucleus + _CODA_CLASSES.get(parts.coda, parts.coda)

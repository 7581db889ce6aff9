"""The views from which two sentences are compared: letters, sounds, tones, marks. Pure.

Each view gives features, short strings whose first letter names the view. Tones alone
would be lost on whoever types without diacritics, letters alone on whoever is misheard;
so every sentence is seen from all sides, and each side has its weight.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from kiosk.assistant.marks import marks
from kiosk.assistant.syllable import parse, sound
from kiosk.assistant.vietnamese import fold_word

FOLDED, FOLDED_PAIR = "f", "F"
SOUND, SOUND_PAIR = "s", "S"
TONED = "t"
LETTERS = "c"
MARK = "m"

WEIGHTS: Mapping[str, float] = {
    FOLDED: 1.0,
    FOLDED_PAIR: 1.0,
    SOUND: 0.6,
    SOUND_PAIR: 0.6,
    TONED: 0.5,
    LETTERS: 0.8,
    MARK: 2.0,
}
"""How much a feature of each view counts beside its rarity."""

_FILLERS_WORDS = (
    "a ah da vang u uh cho toi em con chau minh muon can xin hoi oi nhe voi thi la nao gi o "
    "dau nay the nha anh chi ong ba co chu bac di duoc khong ma cua va nhu bay gio lam sao "
    "vay roi nhi ha ne luon ban gium giup dum lam on qua len "
    "phi le lau nhieu nop mang tuc gom ben dinh muon tui bac thim di ha day kia ay ra len xin"
)
FILLERS = frozenset(_FILLERS_WORDS.split())
"""Folded words that say little about what is wanted: who speaks, politeness, side questions."""

FILLER_WEIGHT = 0.4

GRAM = 3
"""Letters of a piece of a word, its two ends included: `<kh`, `kha`, `hai`, `ai>`."""


@lru_cache(maxsize=32768)
def of_word(word: str) -> tuple[str, ...]:
    """The features of one word."""
    folded = fold_word(word)
    if not folded:
        return ()
    found = [FOLDED + folded, SOUND + sound(folded)]
    if not word.isascii():
        found.append(TONED + word)
    if len(folded) > 2:
        ends = f"<{folded}>"
        found += [LETTERS + ends[at : at + GRAM] for at in range(len(ends) - GRAM + 1)]
    return tuple(found)


def folded_sound(word: str) -> str:
    """The class of sounds of a word without its diacritics."""
    return sound(fold_word(word))


PAIRS: tuple[tuple[str, Callable[[str], str]], ...] = (
    (FOLDED_PAIR, fold_word),
    (SOUND_PAIR, folded_sound),
)
"""The views of two words in a row: each with how it sees one word."""


def of_sentence(words: Sequence[str]) -> list[str]:
    """All features of a sentence, one that stands in it twice twice.

    Args:
        words: from `Standard.words`.
    """
    found = [feature for word in words for feature in of_word(word)]
    for view, seen_as in PAIRS:
        found += [f"{view}{one} {two}" for one, two in pairwise(map(seen_as, words))]
    return [*found, *of_marks(words)]


def of_marks(words: Sequence[str]) -> list[str]:
    """The features that are marks of the whole sentence."""
    return [MARK + mark.value for mark in marks(words)]


def forget() -> None:
    """Drop every word that was looked at: what is kept for speed must not outlast a visit."""
    for kept in (of_word, fold_word, sound, parse):
        kept.cache_clear()


def weight_of(feature: str) -> float:
    """How much the view of `feature` counts; fillers count less."""
    weight = WEIGHTS[feature[0]]
    is_filler = feature[0] in (FOLDED, TONED) and fold_word(feature[1:]) in FILLERS
    return weight * FILLER_WEIGHT if is_filler else weight

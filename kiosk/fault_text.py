"""A fault as a sentence in the reader's language: places are named, not only addressed. Pure."""

from kiosk.procedure import Language
from kiosk.script import Fault
from kiosk.words import Words

_NAMES = frozenset(("kind", "what"))
"""Values that are a key of the format: `papers`."""


def fault_text(fault: Fault, words: Words, language: Language) -> str:
    """What is wrong, and the remedy."""
    return words.say(f"fault.{fault.code}", language, **fault_values(fault, words, language))


def fault_values(fault: Fault, words: Words, language: Language) -> dict[str, str]:
    """What fills the gaps of its sentence, in words: `fees.0.amount` is "lệ phí thứ 1, số tiền"."""
    values = dict(fault.values)
    for key, value in fault.values:
        if key == "where":
            values[key] = place_text(value, words, language)
        elif key in _NAMES:
            values[key] = _name(value, words, language)
    return values


def place_text(place: str, words: Words, language: Language) -> str:
    """A place of a script in words, from the outside in.

    Args:
        place: names and numbers from 0, joined by dots.
        words: our own words for it.
        language: in which it is told.
    """
    said: list[str] = []
    for part in place.split("."):
        if part.isdecimal() and said:
            said[-1] = words.say(
                "fault_part.numbered", language, what=said[-1], number=int(part) + 1
            )
        else:
            said.append(_name(part, words, language))
    return ", ".join(said)


def _name(part: str, words: Words, language: Language) -> str:
    """A key in words; one that we have no words for stays as it is."""
    key = f"fault_part.{part}"
    return words.say(key, language) if words.has(key) else part

"""What is out of order, in a sentence for staff. Pure."""

from kiosk.procedure import Language
from kiosk.words import Words


def trouble_text(trouble: str, words: Words, language: Language) -> str:
    """The sentence for `code` or `code: what it is about`."""
    code, _, about = trouble.partition(": ")
    for key in (f"trouble.{code}", f"error.{code}"):
        if words.has(key):
            return words.say(key, language, about=about)
    return trouble

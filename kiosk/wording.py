"""Small turns of phrase for the screen: an example, a shortened title. Pure."""

from kiosk.procedure import Language, Procedure

MOST_TITLE_LETTERS = 90
"""Letters of a card's title in a list of results; its own screen shows all of it."""

LEAST_WORDS = 5
"""Words from which a wording reads like a sentence on the waiting screen."""


def example_of(procedure: Procedure, language: Language) -> tuple[str, ...]:
    """One wording that shows how people ask: the first that is a sentence rather than a name."""
    wordings = procedure.heard_as.vi if language == "vi" else procedure.heard_as.en
    sentences = [text for text in wordings if len(text.split()) >= LEAST_WORDS]
    return (*sentences, *wordings)[:1]


def shortened(title: str) -> str:
    """A published title cut at a word: some fill half a page."""
    if len(title) <= MOST_TITLE_LETTERS:
        return title
    return title[:MOST_TITLE_LETTERS].rsplit(" ", 1)[0].rstrip(" ,;(") + "…"


def capital(text: str) -> str:
    """`text` with a capital first letter."""
    return text[:1].upper() + text[1:]


def uncapital(text: str) -> str:
    """`text` as it stands in the middle of a sentence."""
    return text[:1].lower() + text[1:]

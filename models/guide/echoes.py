"""Lessons in reading: what is said stands in the prompt's own list, more or less. Pure.

Finding said words in a list and the key before them is what a network learns last, and what
it needs most. An echo has no guesses of the rules, so that only reading helps.
"""

import random
from dataclasses import replace

from kiosk.assistant.vietnamese import fold
from models.guide.lessons import Lesson
from models.guide.listing import listed

KEPT = (1.0, 0.8, 0.6)
"""Shares of an echo's words that are said."""


def echo(lesson: Lesson, chance: random.Random) -> Lesson | None:
    """A lesson at the same place in which something that is listed there is said."""
    offers, _, _ = lesson.ending.rpartition(" guess")
    found = list(listed(offers))
    at = offers.find(f" {found[0].key} {found[0].kind} ") if found else -1
    proposals = offers[at:] if found else ""
    if not found or (chance.random() < 0.7 and lesson.prefix.count(" ") > 3):
        found, proposals = list(listed(lesson.prefix)), ""
    if not found:
        return None
    one = chance.choice(found)
    words = chance.choice(one.texts).split() if one.texts else []
    kept = chance.choice(KEPT)
    said = " ".join(word for word in words if chance.random() < kept) or " ".join(words)
    said = fold(said) if chance.random() < 0.1 else said
    return replace(
        lesson,
        said=said,
        kind="echo",
        ending=f" said {said}{proposals} guess do",
        right=(one.key,),
        answer=one.key,
        is_ambiguous=False,
    )


def unguessed(lesson: Lesson) -> Lesson:
    """The same lesson without what the rules think."""
    return replace(lesson, ending=f"{lesson.ending.rpartition(' guess')[0]} guess do")

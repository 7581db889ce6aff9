"""What may be said at a step, for a recogniser that takes hints. Pure."""

from collections.abc import Mapping
from itertools import zip_longest

from kiosk.assistant.vietnamese import words_of
from kiosk.screen import Screen
from kiosk.session import Guiding, Session
from kiosk.speech.aloud import numbered
from kiosk.speech.numerals import in_words

MOST = 200
"""Phrases of one step: a recogniser builds their graph anew for each sentence."""

_PLACES = ("một", "hai", "ba", "bốn", "năm", "sáu")


def hints(
    session: Session, screen: Screen, standing: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """Whole phrases that may be said now, likeliest first; empty: anything may be said.

    At the start of a visit anything may be said. At a question, the review and on what lies
    on top of them few things can be meant: the choices in people's own words, their numbers,
    what is written on the buttons, and what may be wished for at any step.

    Args:
        session: where the visit stands.
        screen: what is shown there.
        standing: what may be said at any step: a wish, `why` or `unclear` -> wordings.
    """
    phase = session.phase
    if not isinstance(phase, Guiding):
        return ()
    labels = [button.label for button in numbered(screen)]
    # A recogniser knows no digits.
    found: list[str] = [text for label in labels for text in (label, in_words(label))]
    if phase.asked is not None and session.overlay is None:
        for choice in phase.asked.choices:
            found += choice.heard_as.vi
    for place in _PLACES[: len(numbered(screen))]:
        found += [f"số {place}", f"cái thứ {place}"]
    asides = phase.procedure.asides if phase.asked is not None else ()
    likeliest = (*standing.values(), *(aside.heard_as.vi for aside in asides))
    # In turns, for the last of them would find no room.
    found += [text for rank in zip_longest(*likeliest) for text in rank if text is not None]
    plain = dict.fromkeys(" ".join(words_of(text)) for text in found)
    return tuple(text for text in plain if text)[:MOST]

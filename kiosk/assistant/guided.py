"""The rules' intent and a model's choice -> what is acted on. Pure.

The rules go first. Where they are sure a model is not even asked; where they are not, its
choice counts as far as it is sure itself. Whatever it chose is one of our offers.
"""

from collections.abc import Sequence

from kiosk.assistant.asking import MOST_CANDIDATES
from kiosk.assistant.prompt import Offer, Request
from kiosk.assistant.understanding import MOST_OFFERED
from kiosk.intent import (
    Answered,
    Chose,
    Intent,
    OutOfScope,
    Perhaps,
    Talk,
    Unclear,
    Wish,
    Wished,
)

ACTED_FROM = 0.95
"""Probability from which a model's choice is acted on."""

LOSING_FROM = 0.97
"""The same for wishes by which all answers would be lost."""

BELIEVED_TENTHS = 3
"""Where a model does not say how sure it is, the rules must believe in its choice this much."""


def is_unsure(ruled: Intent) -> bool:
    """Whether the rules leave open what was meant, so that a model may be asked."""
    match ruled:
        case Unclear(_, other):
            return other is None
        case Perhaps():
            return True
        case OutOfScope(talk, about, card):
            return talk is Talk.OTHER and about is None and card is None
        case _:
            return False


def settled(
    ruled: Intent, request: Request, chosen: Sequence[str], probability: float | None
) -> Intent:
    """What is acted on.

    Args:
        ruled: what the rules made of the sentence.
        request: what the model was asked.
        chosen: ids of the offers that it chose, best first; others than the request's are
            as good as none.
        probability: how sure it is of the first, 0 to 1; None: it does not say.
    """
    offers = [one for one in map(request.offer, chosen) if one is not None]
    if not offers:
        return ruled
    first = offers[0]
    if len(offers) == 1 and _is_sure(first, request, probability):
        return _acted(ruled, first)
    return _asked_back(ruled, offers)


def _is_sure(offer: Offer, request: Request, probability: float | None) -> bool:
    if probability is None:
        guess = next((one for one in request.guesses if one.id == offer.id), None)
        return guess is not None and guess.tenths >= BELIEVED_TENTHS
    is_losing = offer.intent in (Wished(Wish.STOP), Wished(Wish.AGAIN))
    return probability >= (LOSING_FROM if is_losing else ACTED_FROM)


def _acted(ruled: Intent, offer: Offer) -> Intent:
    match offer.intent:
        case Unclear(_, None) | OutOfScope():
            return ruled  # asking back what the rules came upon is never worse
        case Chose(found) if isinstance(ruled, OutOfScope):
            return Perhaps((found,))  # the rules saw nothing in it: it is shown, not begun
        case _:
            return offer.intent


def _asked_back(ruled: Intent, offers: Sequence[Offer]) -> Intent:
    """The question back, with what the model came upon first."""
    match ruled:
        case Unclear(choices):
            likely = [
                one.intent.answers[0][1] for one in offers if isinstance(one.intent, Answered)
            ]
            shown = tuple(dict.fromkeys((*likely, *choices)))[:MOST_OFFERED]
            return Unclear(shown)
        case Perhaps(found, ask):
            named = [one.intent.found for one in offers if isinstance(one.intent, Chose)]
            both = tuple(one for one in found if one in named)
            rest = tuple(one for one in found if one not in named)
            return Perhaps((*both, *rest)[:MOST_CANDIDATES], ask=ask)
        case _:
            return ruled

"""When what was said is sure enough to act on, to propose, or to ask back. Pure."""

from collections.abc import Iterable, Sequence

from kiosk.assistant.options import Found, Meant, Option

SURE_FROM = 0.6
SURE_AHEAD = 0.4
"""Score of the best option, and its lead, from which it is acted on without asking. Wordings
left out one at a time are right in nine of ten cases there, and every answer can be seen and
changed at the review."""

ALIKE_FROM = 0.8
ALIKE_AHEAD = 0.2
"""Likeness with a wording, and lead, from which it is all but that wording."""

PROPOSED_FROM = 0.55
PROPOSED_AHEAD = 0.2
"""The same for what is shown for confirmation before it counts."""

LIKE_FROM = 0.6
"""Likeness from which a wish, a "why" or mumbling is heard: they stand beside every step."""


def is_sure(best: Found, second: Found | None, *, from_: float, ahead: float) -> bool:
    """Whether the best option is good enough, and far enough ahead of the second."""
    is_standing = best.option.meant in (Meant.WISH, Meant.WHY, Meant.UNCLEAR)
    if is_standing and best.likeness < LIKE_FROM:
        return False
    lead = best.score - (second.score if second is not None else 0.0)
    return (best.score >= from_ and lead >= ahead) or (
        best.likeness >= ALIKE_FROM and lead >= ALIKE_AHEAD
    )


def is_proposed(best: Found, second: Found | None) -> bool:
    """Whether it is sure enough to be shown for confirmation."""
    return is_sure(best, second, from_=PROPOSED_FROM, ahead=PROPOSED_AHEAD)


def best_of(rankings: Iterable[Sequence[Found]]) -> tuple[Found, ...]:
    """Each option with the part of the sentence that fits it best, best first."""
    best: dict[Option, Found] = {}
    for ranking in rankings:
        for one in ranking:
            if one.option not in best or best[one.option].score < one.score:
                best[one.option] = one
    return tuple(sorted(best.values(), key=lambda one: -one.score))


def choices_of(ranked: Iterable[Found]) -> tuple[Found, ...]:
    """The choices among what was ranked, best first."""
    return tuple(one for one in ranked if one.option.meant is Meant.CHOICE)

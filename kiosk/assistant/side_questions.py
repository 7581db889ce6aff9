"""Which side question a sentence asks: an aside of the script, or a fact of it. Pure.

The form of a sentence says what kind of thing it asks for (`aspects`), likeness chooses
among the script's own asides. An aside is taken where its own question has that form, or
where the sentence is like it; else the facts of the script answer (`AskedAspect`).
"""

from collections.abc import Sequence

from kiosk.assistant.aspects import (
    asks,
    asks_about_one,
    asks_what_then,
    asks_who_goes,
    asks_without,
    aspects_in,
    stated,
    topic_of,
)
from kiosk.assistant.options import Found, Meant
from kiosk.assistant.steps import Steps
from kiosk.assistant.sureness import (
    ALIKE_FROM,
    SURE_AHEAD,
    SURE_FROM,
    choices_of,
    is_proposed,
    is_sure,
)
from kiosk.assistant.vietnamese import syllables, words_of
from kiosk.assistant.views import FILLERS
from kiosk.intent import AskedAside, AskedAspect, AskedWhy
from kiosk.procedure import Aside, Aspect, Procedure

SideQuestion = AskedAside | AskedAspect | AskedWhy

_WHOLE = frozenset((Aspect.FEE, Aspect.ONLINE, Aspect.LEGAL))
"""Aspects of which a script's one aside tells all that there is to tell."""

NEAR_FROM = 0.4
"""Likeness with an aside from which it is the one about the thing that a question names."""


def side_question(words: Sequence[str], procedure: Procedure, steps: Steps) -> SideQuestion | None:
    """What a sentence asks beside the question on the screen; None where it asks nothing.

    Args:
        words: of the sentence.
        procedure: the one that the visit is in.
        steps: what may be said at each step.
    """
    if not asks(words):
        return None
    ranked = steps.options_at(procedure, None).rank(words)
    asides = [one for one in ranked if one.option.meant is Meant.ASIDE]
    aspects = aspects_in(words)
    alike = _alike(asides, aspects, procedure)
    if alike is not None:
        return AskedAside(alike)
    is_case = asks_what_then(words) or asks_without(words)
    if aspects and not is_case:
        return _of_aspect(aspects[0], words, procedure, asides)
    if not is_case and not asks_about_one(words):
        return None
    special = {one.id for one in procedure.asides if not _is_general(one)}
    near = next((one for one in asides if one.option.id in special), None)
    if near is not None and near.likeness >= NEAR_FROM:
        return AskedAside(near.option.id)
    question = _question_about(stated(words), procedure, steps)
    if question is not None:
        return AskedWhy(question)
    return AskedAspect(Aspect.PAPERS) if _names_paper(words, procedure) else None


def topic(words: Sequence[str], procedure: Procedure, steps: Steps) -> SideQuestion | None:
    """The same for a few words that only name a topic, where they are no answer."""
    aspect = topic_of(words)
    if aspect is None:
        return None
    ranked = steps.options_at(procedure, None).rank(words)
    asides = [one for one in ranked if one.option.meant is Meant.ASIDE]
    return _of_aspect(aspect, words, procedure, asides)


def _alike(ranked: Sequence[Found], aspects: Sequence[Aspect], procedure: Procedure) -> str | None:
    """The aside that a sentence is like; one about something else only where it is all but it."""
    if not ranked:
        return None
    best, second = ranked[0], ranked[1] if len(ranked) > 1 else None
    [aside] = [one for one in procedure.asides if one.id == best.option.id]
    if best.likeness >= ALIKE_FROM:
        return aside.id
    if not aspects:
        is_like = is_sure(best, second, from_=SURE_FROM, ahead=SURE_AHEAD)
    else:
        is_about = aside.aspect in aspects and (aside.aspect is Aspect.PAPERS or _is_general(aside))
        is_like = is_about and is_proposed(best, second)
    return aside.id if is_like else None


def _of_aspect(
    aspect: Aspect, words: Sequence[str], procedure: Procedure, ranked: Sequence[Found]
) -> SideQuestion:
    """The aside whose own question is about this as a whole, the likeliest of several."""
    whole = {one.id for one in procedure.asides if _is_whole(one, aspect, words)}
    for found in ranked:
        if found.option.id in whole:
            return AskedAside(found.option.id)
    if aspect is Aspect.WHO and asks_who_goes(words):
        told = [one.id for one in procedure.questions if _IN_PLACE in _folded(one.why.vi)]
        if told:
            return AskedWhy(told[0])
    return AskedAspect(aspect)


def _is_whole(aside: Aside, aspect: Aspect, words: Sequence[str]) -> bool:
    """Whether an aside answers a question for all of this aspect; papers are listed anew."""
    if aside.aspect is not aspect or aspect is Aspect.PAPERS or not _is_general(aside):
        return False
    its_own = words_of(aside.ask.vi)
    return aspect is not Aspect.WHO or asks_who_goes(its_own) == asks_who_goes(words)


def _is_general(aside: Aside) -> bool:
    """Whether an aside asks for its aspect as a whole, not for one case or one thing."""
    return aside.aspect in _WHOLE or aside.aspect in aspects_in(words_of(aside.ask.vi))


_IN_PLACE = " thay "
"""In the reason of a question that decides who may come: "Người đi thay cần giấy ủy quyền"."""


def _question_about(said: Sequence[str], procedure: Procedure, steps: Steps) -> str | None:
    """The question of which a choice is the case that somebody names, if one is sure."""
    found: list[tuple[float, str]] = []
    for question in procedure.questions:
        choices = choices_of(steps.options_at(procedure, question).rank(said))
        if said and is_proposed(choices[0], choices[1]):
            found.append((choices[0].score, question.id))
    return max(found)[1] if found else None


def _names_paper(words: Sequence[str], procedure: Procedure) -> bool:
    """Whether a paper of the script is named, by two words that say more than others."""
    said = {word for word in _folded(" ".join(words)).split() if word not in _PLAIN}
    return any(
        len(said & set(syllables(paper.name.vi))) >= LEAST_SHARED for paper in procedure.papers
    )


LEAST_SHARED = 2
_PLAIN = FILLERS | {"giay", "to", "ban", "don", "so"}


def _folded(text: str) -> str:
    return f" {' '.join(syllables(text))} "

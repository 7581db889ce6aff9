"""What a sentence means at the start of a visit: answer, ask back, or out of scope. Pure.

Three decisions on the probabilities of the lookup. Answered is only what is likely enough
that few answers are wrong (`Weights.answer_from`, set while learning); what may be one of
a few things is asked back; the rest is out of scope.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Annotated

import pydantic.dataclasses
from pydantic import ConfigDict, StringConstraints, TypeAdapter, ValidationError

from kiosk.assistant.entry import Kind
from kiosk.assistant.lookup import Hit, Lookup, Ranking
from kiosk.assistant.weights import Weights
from kiosk.errors import KioskError

MOST_CANDIDATES = 3
"""More than this nobody wants to choose from."""

WORTH_ASKING = 0.04
"""A second or third candidate that is less likely than this is not worth a place on a screen."""

NAMED_FROM = 0.5
"""Probability from which a matter out of scope is called by its name."""

MOST_TURNS = 6
"""Earlier turns beyond this are too long ago to matter."""

MOST_LETTERS = 2000
"""A longer question is refused: nobody asks one, and looking it up would take seconds."""

MOST_LINE_BYTES = 64 * 1024
"""A longer line of a file of questions is refused unread."""


class Decision(StrEnum):
    """What to do with a sentence."""

    ANSWER = "answer"
    """The first candidate is meant."""
    CLARIFY = "clarify"
    """One of the candidates may be meant: ask which."""
    OUT_OF_SCOPE = "out_of_scope"
    """Nothing on offer is like it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A procedure that may be meant."""

    code: str
    id: str
    title: str
    score: float
    """The probability that it is meant, 0 to 1, to four places."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a sentence was taken for."""

    decision: Decision
    candidates: tuple[Candidate, ...]
    """Best first: the answer and those next to it, those to choose from, or, out of scope,
    the card of the office that does it."""
    about: str = ""
    """Out of scope: the id of the matter without a guide, or of the small talk."""


@pydantic.dataclasses.dataclass(
    frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="ignore")
)
class _Line:
    """A line of a file of questions; what else it holds is nobody's business here."""

    question: Annotated[str, StringConstraints(min_length=1, max_length=MOST_LETTERS)]
    turns: tuple[str, ...] = ()
    """All that was said so far, the question last."""


_LINE = TypeAdapter(_Line)


def read_question(untrusted: bytes) -> str:
    """What is asked in one line of a JSONL file, its earlier turns included.

    Raises:
        KioskError: `ask.bad_line`, with what is wrong.
    """
    if len(untrusted) > MOST_LINE_BYTES:
        raise KioskError("ask.bad_line", problem=f"> {MOST_LINE_BYTES} byte")
    try:
        line = _LINE.validate_json(untrusted)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        problem = f"{place}: {first['msg']}" if place else first["msg"]
        raise KioskError("ask.bad_line", problem=problem) from None
    return conversation(with_question(line.turns, line.question))


def with_question(turns: Sequence[str], question: str) -> tuple[str, ...]:
    """All turns, the question last whether or not they repeat it."""
    return (*turns,) if turns and turns[-1] == question else (*turns, question)


def conversation(turns: Sequence[str]) -> str:
    """What a citizen said in some turns as one text: "khai sinh", "thế phí bao nhiêu".

    What a later turn takes back ("ý tôi là …") is cut off by `Standard.meant`.
    """
    return ". ".join(turns[-MOST_TURNS:])[-MOST_LETTERS:]


def as_json(asked: Asked) -> str:
    """`{"decision": …, "candidates": [{"code", "id", "title", "score"}, …]}` on one line."""
    told = {"decision": asked.decision, "candidates": [asdict(one) for one in asked.candidates]}
    return json.dumps(told, ensure_ascii=False)


def ask(lookup: Lookup, text: str) -> Asked:
    """What `text` means at the start of a visit."""
    return decide(lookup.rank(text[:MOST_LETTERS]), lookup.weights)


def decide(ranking: Ranking, weights: Weights) -> Asked:
    """Answer what is all but certain, ask back what may be one of a few, else say so."""
    offered = [hit for hit in ranking.hits if hit.entry.is_offered]
    likely = [hit for hit in offered if hit.score >= WORTH_ASKING][:MOST_CANDIDATES]
    best = ranking.hits[0] if ranking.hits else None
    if best is None or not offered:
        return _out_of_scope(best)
    if best.entry.is_offered and best.score >= weights.answer_from:
        nearest = tuple(offered[:MOST_CANDIDATES])
        return Asked(decision=Decision.ANSWER, candidates=_candidates(nearest))
    elsewhere = sum(hit.score for hit in ranking.hits if not hit.entry.is_offered) + ranking.none
    if (
        likely
        and sum(hit.score for hit in offered) >= weights.clarify_from
        and (best.entry.is_offered or elsewhere < 1 - weights.clarify_from)
    ):
        # Two are shown even where the second one is unlikely: "this one?" alone is no choice.
        shown = tuple(likely if len(likely) > 1 else offered[:2])
        return Asked(decision=Decision.CLARIFY, candidates=_candidates(shown))
    return _out_of_scope(best)


def _out_of_scope(best: Hit | None) -> Asked:
    if best is None:
        return Asked(decision=Decision.OUT_OF_SCOPE, candidates=())
    is_likely = best.score >= NAMED_FROM
    cards = (best,) if best.entry.kind is Kind.NOT_HERE and is_likely else ()
    is_known = best.entry.kind in (Kind.NOT_OFFERED, Kind.SMALL_TALK) and is_likely
    return Asked(
        decision=Decision.OUT_OF_SCOPE,
        candidates=_candidates(cards),
        about=best.entry.id if is_known else "",
    )


def _candidates(hits: Sequence[Hit]) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(
            code=hit.entry.code,
            id=hit.entry.id,
            title=hit.entry.title,
            score=round(hit.score, 4),
        )
        for hit in hits
    )

"""What a sentence means at the start of a visit: answer, ask back, or out of scope. Pure.

A first, simple version for `kiosk ask`. It looks at the scores of the lookup alone, which
are not calibrated: a sentence that shares words with a procedure may be answered with
full score and still mean something else, and no sentence is ever known to be out of
scope, only unlike everything on offer. Earlier turns of a conversation are not used.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Annotated

import pydantic.dataclasses
from pydantic import ConfigDict, StringConstraints, TypeAdapter, ValidationError

from kiosk.assistant.lookup import ANSWER_AT_LEAST, CLARIFY_AT_LEAST, Hit
from kiosk.errors import KioskError

AHEAD_AT_LEAST = 0.08
"""By how much the best score must lead the second for an answer. Set by hand, like the others."""

MOST_CANDIDATES = 3
"""More than this nobody wants to choose from."""

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
    """0 to 1, as the lookup gives it, to four places."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a sentence was taken for."""

    decision: Decision
    candidates: tuple[Candidate, ...]
    """Best first: the answer and those next to it, those to choose from, or none."""


@pydantic.dataclasses.dataclass(
    frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="ignore")
)
class _Line:
    """A line of a file of questions; what else it holds is nobody's business here."""

    question: Annotated[str, StringConstraints(min_length=1, max_length=MOST_LETTERS)]
    turns: tuple[str, ...] = ()
    """What was said before; read, so that a bad one is found, and not used yet."""


_LINE = TypeAdapter(_Line)


def read_question(untrusted: bytes) -> str:
    """The question in one line of a JSONL file.

    Raises:
        KioskError: `ask.bad_line`, with what is wrong.
    """
    if len(untrusted) > MOST_LINE_BYTES:
        raise KioskError("ask.bad_line", problem=f"> {MOST_LINE_BYTES} byte")
    try:
        return _LINE.validate_json(untrusted).question
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        problem = f"{place}: {first['msg']}" if place else first["msg"]
        raise KioskError("ask.bad_line", problem=problem) from None


def as_json(asked: Asked) -> str:
    """`{"decision": …, "candidates": [{"code", "id", "title", "score"}, …]}` on one line."""
    return json.dumps(asdict(asked), ensure_ascii=False)


def decide(hits: Sequence[Hit]) -> Asked:
    """Answer where the best hit is strong and clearly ahead; else ask back; else give up.

    Args:
        hits: from `Lookup.find`, best first.
    """
    likely = [hit for hit in hits if hit.score >= CLARIFY_AT_LEAST][:MOST_CANDIDATES]
    if not likely:
        return Asked(decision=Decision.OUT_OF_SCOPE, candidates=())
    best = likely[0].score
    is_ahead = len(likely) == 1 or best - likely[1].score >= AHEAD_AT_LEAST
    decision = Decision.ANSWER if best >= ANSWER_AT_LEAST and is_ahead else Decision.CLARIFY
    return Asked(decision=decision, candidates=tuple(_candidate(hit) for hit in likely))


def _candidate(hit: Hit) -> Candidate:
    entry = hit.entry
    return Candidate(code=entry.code, id=entry.id, title=entry.title, score=round(hit.score, 4))

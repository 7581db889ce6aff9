"""Side questions by the hundred, and what is made of each: `python tests/side_questions.py`.

They were written before the rules that answer them, and the rules were not tuned on them.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from conftest import office_of

from kiosk.app import entries_of, understanding_of
from kiosk.assistant.understanding import Understanding
from kiosk.catalogue import SHIPPED_PROCEDURES, load_catalogue
from kiosk.intent import AskedAside, AskedAspect, AskedWhy, Intent
from kiosk.path import Path as Way
from kiosk.path import every_path
from kiosk.procedure import Procedure
from kiosk.session import Guiding, Session

FILE = Path(__file__).parent / "data" / "side_questions.jsonl"
CATALOGUE = load_catalogue(SHIPPED_PROCEDURES)
PROCEDURES = {one.id: one for one in CATALOGUE.procedures}
OFFICE = office_of(CATALOGUE.procedures)

NOTHING = "none"
"""Expected of a sentence that only looks like a side question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A sentence with what would be right and what was understood."""

    procedure: str
    at: str
    said: str
    expect: tuple[str, ...]
    understood: str

    @property
    def is_right(self) -> bool:
        """Whether it was answered by what it asked, or left alone if it asked nothing."""
        if self.expect == (NOTHING,):
            return not self.is_answered
        return self.understood in self.expect

    @property
    def is_answered(self) -> bool:
        """Whether it was taken for a side question."""
        return self.understood.partition(" ")[0] in ("aside", "aspect", "why")

    @property
    def is_wrong(self) -> bool:
        """Whether something else was done than what was asked for; asking back does nothing."""
        return not self.is_right and self.understood != "Unclear"


@cache
def understanding() -> Understanding:
    """The shipped one, without cards."""
    return understanding_of(entries_of(CATALOGUE, [], None), CATALOGUE)


def place(procedure: Procedure, at: str) -> Guiding:
    """A visit at a question, on the shortest way to it, or at the review or the outcome."""
    ways = sorted(every_path(procedure), key=lambda way: len(way.behind))
    if at in ("review", "outcome"):
        answers = ways[-1].answers
        return Guiding(
            procedure, answers=answers, is_reviewing=at == "review", is_confirmed=at == "outcome"
        )
    return next(_there(procedure, way, at) for way in ways if at in dict(way.answers))


def _there(procedure: Procedure, way: Way, at: str) -> Guiding:
    before = [step.question.id for step in way.behind].index(at)
    return Guiding(procedure, answers=way.answers[:before])


def name_of(intent: Intent, phase: Guiding) -> str:
    """The intent as the file names it: `aside mat-tien`, `aspect papers`, `why ai-di`."""
    match intent:
        case AskedAside(aside):
            return f"aside {aside}"
        case AskedAspect(aspect):
            return f"aspect {aspect.value}"
        case AskedWhy(question):
            asked = phase.asked.id if phase.asked else ""
            return f"why {question or asked}"
        case _:
            return type(intent).__name__


def marked() -> Iterator[Marked]:
    """Every sentence of the file."""
    for line in FILE.read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        phase = place(PROCEDURES[one["procedure"]], one["at"])
        intent = understanding().understand(Session(phase=phase), OFFICE, one["said"])
        expect = tuple(one.pop("expect"))
        yield Marked(**one, expect=expect, understood=name_of(intent, phase))


def report() -> list[str]:
    """What is not right, and the figures."""
    found = tuple(marked())
    asked = [one for one in found if one.expect != (NOTHING,)]
    others = [one for one in found if one.expect == (NOTHING,)]
    kinds = Counter(one.understood.partition(" ")[0] for one in asked)
    return [
        *(
            f"{one.procedure}/{one.at}: {one.said} -> {one.understood} {list(one.expect)}"
            for one in found
            if not one.is_right
        ),
        f"asked something: {len(asked)}, right {sum(one.is_right for one in asked)}",
        f"asked nothing: {len(others)}, left alone {sum(one.is_right for one in others)}",
        f"something else done: {sum(one.is_wrong for one in found)}",
        ", ".join(f"{kind} {count}" for kind, count in kinds.most_common()),
    ]


if __name__ == "__main__":
    sys.stdout.write("\n".join(report()) + "\n")

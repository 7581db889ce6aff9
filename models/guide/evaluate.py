"""The figures of the guide's model.

    python -m models.guide.evaluate models/danloi-guide watched /root/guide/material
    python -m models.guide.evaluate models/danloi-guide yardsticks

`watched` prints what follows from each threshold, on sentences set aside from the training:
what is chosen is chosen there. `yardsticks` counts, on the sentences of the tests, what the
rules decide alone and what they decide with the model.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.app import entries_of, understanding_of
from kiosk.assistant.guided import is_unsure, settled
from kiosk.assistant.offers import request_for
from kiosk.assistant.prompt import keys
from kiosk.assistant.question_file import read_questions
from kiosk.assistant.understanding import Understanding
from kiosk.catalogue import SHIPPED_PROCEDURES, load_catalogue
from kiosk.intent import (
    Answered,
    AskedAside,
    AskedWhy,
    Chose,
    Corrected,
    Intent,
    OutOfScope,
    Perhaps,
    Unclear,
    Wished,
)
from kiosk.office import Office
from kiosk.path import Answers
from kiosk.procedure import Procedure, Question
from kiosk.session import Guiding, Session
from models.guide.asker import FILE, Asker
from models.guide.lessons import Lesson
from models.guide.listing import listed
from models.guide.material import WATCHED, office_of, read

THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97, 0.98, 0.99)

DATA = Path("tests/data")


@dataclass(frozen=True, slots=True)
class Watched:
    """What the model chose for a lesson."""

    lesson: Lesson
    kind: str
    """Of what was chosen: `answer`, `aside`, `wish back`, `correct`, `procedure`, `out`…"""
    chance: float
    is_right: bool
    is_guessed: bool
    """Whether it is the rules' own first guess."""


def is_open(lesson: Lesson) -> bool:
    """Whether the rules leave open what was meant."""
    settles_nothing = lesson.kind in {"out", "unclear"}
    return lesson.ruled == "asked" or (settles_nothing and lesson.ruled == "right")


def kind_of(lesson: Lesson, key: str) -> str:
    """What kind of offer a key of a prompt stands for."""
    found = listed(f"{lesson.prefix}{lesson.ending}")
    return next((one.kind for one in found if one.key == key), key)


def allowed_in(lesson: Lesson) -> tuple[str, ...]:
    """The keys that a prompt offers."""
    offered = listed(f"{lesson.prefix}{lesson.ending}")
    return (*dict.fromkeys(one.key for one in offered), *_FIXED[lesson.place])


_FIXED = {
    "start": ("staff", "unclear", "out"),
    "question": ("back", "repeat", "again", "staff", "stop", "why", "unclear"),
    "outcome": ("back", "repeat", "again", "staff", "stop", "unclear"),
}
"""The keys that are the same at every such place."""


def watched(asker: Asker, lessons: Sequence[Lesson]) -> list[Watched]:
    """What the model chooses for each lesson."""
    found = []
    for one in sorted(lessons, key=lambda lesson: lesson.prefix):
        chances = asker.chances(one.prefix, one.ending, allowed_in(one))
        key = max(chances, key=lambda each: chances[each])
        is_right = key in one.right and not one.is_ambiguous
        guesses = one.ending.rpartition(" guess")[2].split()
        is_guessed = guesses[:1] == [key]
        found.append(Watched(one, kind_of(one, key), chances[key], is_right, is_guessed))
    return found


def print_thresholds(found: Sequence[Watched]) -> None:
    """For each kind of choice: right and wrong where the rules were unsure."""
    unsure = [one for one in found if is_open(one.lesson)]
    _say(f"{len(found)} lessons, the rules unsure of {len(unsure)}")
    for place in ("start", "question", "outcome"):
        here = [one for one in unsure if one.lesson.place == place]
        groups = sorted({(one.kind, one.is_guessed) for one in here})
        for kind, is_guessed in groups:
            rows = [one for one in here if (one.kind, one.is_guessed) == (kind, is_guessed)]
            cells = []
            for least in THRESHOLDS:
                sure = [one for one in rows if one.chance >= least]
                right = sum(one.is_right for one in sure)
                cells.append(f"{right}/{len(sure) - right}")
            whose = "first guess" if is_guessed else "other"
            _say(f"{place}\t{kind}\t{whose}\t{len(rows)}\t" + "\t".join(cells))
    _say("place\tkind\tof the rules\tchosen\t" + "\t".join(f"{least:.2f}" for least in THRESHOLDS))
    _say("calibration, all lessons: chance said, count, share right")
    for low in range(0, 100, 10):
        bar = [one for one in found if low <= one.chance * 100 < low + 10 + (low == 90)]
        if bar:
            said = sum(one.chance for one in bar) / len(bar)
            share = sum(one.is_right for one in bar) / len(bar)
            _say(f"{said:.2f}\t{len(bar)}\t{share:.2f}")


class Yardsticks:
    """The sentences of the tests, asked with and without the model."""

    def __init__(self, asker: Asker) -> None:
        self.asker = asker
        catalogue = load_catalogue(SHIPPED_PROCEDURES)
        self.understanding: Understanding = understanding_of(
            entries_of(catalogue, [], None), catalogue
        )
        self.office: Office = office_of(catalogue.procedures, catalogue)
        self.asked = 0

    def decided(self, session: Session, said: str) -> tuple[Intent, Intent]:
        """What the rules decide, and what rules and model decide together."""
        ruled = self.understanding.understand(session, self.office, said)
        if not is_unsure(ruled):
            return ruled, ruled
        self.asked += 1
        request = request_for(self.understanding, session, self.office, said)
        if not keys(request):
            return ruled, ruled
        chosen = self.asker.choose(request, said)
        if chosen is None:
            return ruled, ruled
        return ruled, settled(ruled, request, *chosen)

    def in_procedures(self) -> Iterator[tuple[str, str, str]]:
        """Kind of sentence, and what became of it without and with the model."""
        lines = (DATA / "utterances.jsonl").read_text(encoding="utf-8").splitlines()
        for reply in map(json.loads, lines):
            procedure = self.office.procedure(reply["procedure"])
            assert procedure is not None
            given = tuple(reply.get("before", {}).items())
            answers = given or _way(procedure, reply["question"])
            session = Session(phase=Guiding(procedure, answers=answers))
            [kind] = reply["expect"]
            both = self.decided(session, reply["said"])
            rules, joint = (_became(reply, procedure, one) for one in both)
            yield kind, rules, joint

    def at_start(self) -> Iterator[tuple[str, str, str]]:
        """The same for questions at the start."""
        for one in read_questions(DATA / "questions.jsonl"):
            both = self.decided(Session(), one.text)
            rules, joint = (_began(one.codes, one.is_ambiguous, each) for each in both)
            yield one.behaviour, rules, joint


def _way(procedure: Procedure, question_id: str) -> Answers:
    ahead: list[tuple[Answers, str]] = [((), procedure.start)]
    while ahead:
        answers, at = ahead.pop(0)
        if at == question_id:
            return answers
        step = procedure.step(at)
        if isinstance(step, Question):
            ahead += [((*answers, (at, one.id)), one.next) for one in step.choices]
    raise LookupError(question_id)


def _became(reply: dict[str, Any], procedure: Procedure, meant: Intent) -> str:
    """`right`, `wrong`, or asked back, with what was meant among what is asked or without."""
    expected = reply["expect"]
    match meant:
        case Unclear(choices):
            if "unclear" in expected:
                return "right"
            given = expected.get("answers", {}).get(reply["question"], expected.get("choice"))
            return "asked with it" if given in choices else "asked"
        case Answered(answers):
            given = expected.get("answers", expected.get("correct", {}))
            if "choice" in expected:
                given = {reply["question"]: expected["choice"]}
            question, choice = answers[0]
            return "right" if given.get(question) == choice else "wrong"
        case Corrected(question, choice):
            return "right" if expected.get("correct", {}).get(question) == choice else "shown wrong"
        case AskedAside(aside):
            found = next((one for one in procedure.asides if one.id == aside), None)
            is_right = found is not None and found.aspect.value == expected.get("aspect")
            return "right" if is_right else "wrong"
        case AskedWhy():
            return "right" if "why" in expected else "wrong"
        case Wished(wish):
            return "right" if expected.get("wish") == wish.value else "wrong"
        case _:
            return "wrong" if "unclear" not in expected else "right"


def _began(codes: Sequence[str], is_ambiguous: bool, meant: Intent) -> str:  # noqa: FBT001
    match meant:
        case Chose(found):
            if found.code not in codes:
                return "wrong"
            return "begun, though it is open" if is_ambiguous else "right"
        case Perhaps(found):
            return "asked with it" if any(one.code in codes for one in found) else "asked"
        case OutOfScope() | Wished():
            return "refused"
        case _:
            return "other"


def print_yardsticks(asker: Asker) -> None:
    """Count."""
    yardsticks = Yardsticks(asker)
    for name, source in (
        ("in a procedure", yardsticks.in_procedures),
        ("at the start", yardsticks.at_start),
    ):
        alone, joint = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
        moved = Counter[tuple[str, str, str]]()
        for kind, rules, both in source():
            alone[kind, rules] += 1
            joint[kind, both] += 1
            if rules != both:
                moved[kind, rules, both] += 1
        _say(f"\n{name}: rules alone -> rules and model")
        for kind, got in sorted({*alone, *joint}):
            _say(f"{kind}\t{got}\t{alone[kind, got]}\t{joint[kind, got]}")
        for (kind, before, after), count in sorted(moved.items()):
            _say(f"  {kind}: {before} -> {after}: {count}")
        right = [sum(c for (_, got), c in one.items() if got == "right") for one in (alone, joint)]
        wrong = [sum(c for (_, got), c in one.items() if got == "wrong") for one in (alone, joint)]
        _say(f"right decisions {right[0]} -> {right[1]}; wrong {wrong[0]} -> {wrong[1]}")
    _say(f"the model was asked {yardsticks.asked} times")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("what", choices=("watched", "yardsticks"))
    parser.add_argument("material", type=Path, nargs="?")
    given = parser.parse_args()
    asker = Asker(given.model / FILE)
    if given.what == "watched":
        print_thresholds(watched(asker, read(given.material / WATCHED)))
    else:
        print_yardsticks(asker)


if __name__ == "__main__":
    main()

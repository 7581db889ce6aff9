"""The way through a procedure: the replay of answers, and what holds at its end. Pure.

Where a citizen stands is `follow(procedure, answers)`, so going back, changing an
answer and resuming need no code of their own. What an outcome holds for these answers
on this day is computed by `settle`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from kiosk.procedure import (
    Choice,
    Fact,
    Fee,
    Outcome,
    OutcomeKind,
    Paper,
    Procedure,
    Question,
    Statement,
    Step,
    When,
    in_force,
)

_AFact = TypeVar("_AFact", bound=Fact)

Answers = tuple[tuple[str, str], ...]
"""(question id, choice id) pairs in the order they were given: the only memory of a visit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A question with the choice that was taken."""

    question: Question
    choice: Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """The replay of answers: the steps behind, and the step where one stands."""

    behind: tuple[Answered, ...]
    at: Step

    @property
    def answers(self) -> Answers:
        """The answers that lie on this path, in its order."""
        return tuple((step.question.id, step.choice.id) for step in self.behind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What an outcome holds for given answers on a given day."""

    papers: tuple[Paper, ...]
    fees: tuple[Fee, ...]
    times: tuple[Statement, ...]
    notes: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """What may still come of given answers on a given day."""

    sure: Settled
    """What holds however the way goes on to an end at this ward."""
    perhaps: Settled
    """What holds at some of these ends and not at others."""
    ends: tuple[Outcome, ...]
    """The outcomes that can still be reached, each once."""

    @property
    def is_here(self) -> bool:
        """Whether an end at this ward can still be reached."""
        return any(one.kind is OutcomeKind.HERE for one in self.ends)


def follow(procedure: Procedure, answers: Answers) -> Path:
    """Replay `answers` from the first step; stop at the first question without a valid answer.

    Answers to questions that are not on the way are ignored, so a changed early
    answer drops the later ones that no longer apply and keeps the others.

    Raises:
        LookupError: the script points to a step that does not exist, or returns to a
            question already answered (`kiosk check` refuses such scripts).
    """
    given = dict(answers)
    behind: list[Answered] = []
    at = _step(procedure, procedure.start)
    while isinstance(at, Question):
        choice = at.choice(given.pop(at.id, ""))
        if choice is None:
            break
        behind.append(Answered(question=at, choice=choice))
        at = _step(procedure, choice.next)
        if isinstance(at, Question) and any(step.question.id == at.id for step in behind):
            raise LookupError(f"{procedure.id}: the path returns to {at.id}")
    return Path(behind=tuple(behind), at=at)


def with_answer(answers: Answers, question_id: str, choice_id: str) -> Answers:
    """`answers` with this one added, or put in the place of an earlier one."""
    if any(question == question_id for question, _ in answers):
        return tuple((q, choice_id if q == question_id else c) for q, c in answers)
    return (*answers, (question_id, choice_id))


def holds(fact: Fact, answers: Answers, on: date) -> bool:
    """Whether `fact` holds under `answers` on the day `on`."""
    return _holds(fact, dict(answers), on)


def settle(procedure: Procedure, answers: Answers, on: date) -> Settled:
    """The papers, fees, time limits and notes that hold under `answers` on the day `on`."""
    given = dict(answers)
    return Settled(
        papers=tuple([fact for fact in procedure.papers if _holds(fact, given, on)]),
        fees=tuple([fact for fact in procedure.fees if _holds(fact, given, on)]),
        times=tuple([fact for fact in procedure.times if _holds(fact, given, on)]),
        notes=tuple([fact for fact in procedure.notes if _holds(fact, given, on)]),
    )


def questions_ahead(procedure: Procedure, step: Step) -> int:
    """How many questions the longest way from `step` still has, `step` included."""
    if isinstance(step, Outcome):
        return 0
    return 1 + max(
        questions_ahead(procedure, _step(procedure, choice.next)) for choice in step.choices
    )


def prospect(procedure: Procedure, answers: Answers, on: date) -> Prospect:
    """What is sure and what is still open under `answers`, in a checked procedure.

    Where no end at this ward can be reached, what is sure and open is that of the other ends.
    """
    ways = tuple(onward(procedure, follow(procedure, answers)))
    ends = tuple({way.at.id: way.at for way in ways if isinstance(way.at, Outcome)}.values())
    is_here = any(one.kind is OutcomeKind.HERE for one in ends)
    counted = [
        dict(way.answers)
        for way in ways
        if not is_here or (isinstance(way.at, Outcome) and way.at.kind is OutcomeKind.HERE)
    ]

    def sorted_out(facts: tuple[_AFact, ...]) -> tuple[tuple[_AFact, ...], tuple[_AFact, ...]]:
        often = [(fact, sum(_holds(fact, given, on) for given in counted)) for fact in facts]
        sure = tuple(fact for fact, count in often if count == len(counted))
        return sure, tuple(fact for fact, count in often if 0 < count < len(counted))

    papers, fees = sorted_out(procedure.papers), sorted_out(procedure.fees)
    times, notes = sorted_out(procedure.times), sorted_out(procedure.notes)
    sure, perhaps = (
        Settled(papers=papers[at], fees=fees[at], times=times[at], notes=notes[at]) for at in (0, 1)
    )
    return Prospect(sure=sure, perhaps=perhaps, ends=ends)


def every_path(procedure: Procedure) -> Iterator[Path]:
    """Each way through a checked procedure, from the first step to an outcome."""
    return onward(procedure, follow(procedure, ()))


def onward(procedure: Procedure, path: Path) -> Iterator[Path]:
    """Each way through a checked procedure that begins with `path`."""
    steps: dict[str, Step] = {step.id: step for step in procedure.outcomes}
    steps |= {step.id: step for step in procedure.questions}
    ahead = {
        question.id: [
            (Answered(question=question, choice=choice), steps[choice.next])
            for choice in reversed(question.choices)
        ]
        for question in procedure.questions
    }
    start: tuple[tuple[Answered, ...], Step] = (path.behind, path.at)
    unfinished = [start]
    while unfinished:
        behind, at = unfinished.pop()
        if isinstance(at, Outcome):
            yield Path(behind=behind, at=at)
        else:
            unfinished += [((*behind, answered), after) for answered, after in ahead[at.id]]


def _holds(fact: Fact, given: Mapping[str, str], on: date) -> bool:
    # Asked tens of thousands of times while a catalogue loads: plain loops, nothing built.
    if not in_force(fact.valid_from, fact.valid_until, on):
        return False
    if fact.when and not _is_met(fact.when, given):
        return False
    return not (fact.unless and _is_met(fact.unless, given))


def _is_met(condition: When, given: Mapping[str, str]) -> bool:
    for question, choices in condition.items():  # noqa: SIM110 - `all` takes twice as long
        if given.get(question) not in choices:
            return False
    return True


def _step(procedure: Procedure, step_id: str) -> Step:
    step = procedure.step(step_id)
    if step is None:
        raise LookupError(f"{procedure.id}: no step {step_id}")
    return step

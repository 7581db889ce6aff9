"""Walks: recorded conversations that prove a procedure. Pure."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from kiosk.path import Answers, follow, settle
from kiosk.procedure import Id, Outcome, Procedure, Words

_strict = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Walk:
    """One citizen's case, and what the kiosk must tell them."""

    name: Words
    """Who comes and why, in a sentence."""
    answers: Mapping[Id, Id] = field(default_factory=dict)
    """Question id -> choice id, in the order of the questions."""
    reaches: Id
    """The outcome."""
    papers: tuple[Id, ...]
    """Exactly these papers, in the script's order."""
    fees: tuple[Id, ...]
    times: tuple[Id, ...]
    notes: tuple[Id, ...] = ()
    on: date | None = None
    """The day of the visit; left out: the day on which the script was checked."""


@dataclass(frozen=True, slots=True, kw_only=True, config=_strict)
class Walks:
    """The content of a `walks.yaml`."""

    walks: Annotated[tuple[Walk, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of a script its walks reach: the ids that no walk reaches."""

    choices: tuple[str, ...]
    """As `question.choice`."""
    outcomes: tuple[str, ...]
    papers: tuple[str, ...]
    reached: int
    total: int

    @property
    def percent(self) -> int:
        """Choices, outcomes and papers reached, in whole percent, rounded down."""
        return 100 * self.reached // self.total


def differences(procedure: Procedure, walk: Walk) -> tuple[tuple[str, str, str], ...]:
    """What a walk expects and the procedure does not do: (what, expected, found) triples."""
    answers: Answers = tuple(walk.answers.items())
    path = follow(procedure, answers)
    found = settle(procedure, path.answers, walk.on or procedure.checked)
    seen = [
        ("answers", _listed(walk.answers), _listed([question for question, _ in path.answers])),
        ("reaches", walk.reaches, path.at.id),
        ("papers", _listed(walk.papers), _listed([fact.id for fact in found.papers])),
        ("fees", _listed(walk.fees), _listed([fact.id for fact in found.fees])),
        ("times", _listed(walk.times), _listed([fact.id for fact in found.times])),
        ("notes", _listed(walk.notes), _listed([fact.id for fact in found.notes])),
    ]
    return tuple(row for row in seen if row[1] != row[2])


def coverage(procedure: Procedure, walks: Walks) -> Coverage:
    """Which choices, outcomes and papers of `procedure` the walks reach."""
    reached: set[tuple[str, str]] = set()
    for walk in walks.walks:
        path = follow(procedure, tuple(walk.answers.items()))
        reached |= {("choice", f"{step.question.id}.{step.choice.id}") for step in path.behind}
        if isinstance(path.at, Outcome):
            reached.add(("outcome", path.at.id))
        settled = settle(procedure, path.answers, walk.on or procedure.checked)
        reached |= {("paper", paper.id) for paper in settled.papers}
    wanted = (
        [("choice", f"{q.id}.{c.id}") for q in procedure.questions for c in q.choices]
        + [("outcome", outcome.id) for outcome in procedure.outcomes]
        + [("paper", paper.id) for paper in procedure.papers]
    )
    missing = [pair for pair in wanted if pair not in reached]
    return Coverage(
        choices=tuple(name for kind, name in missing if kind == "choice"),
        outcomes=tuple(name for kind, name in missing if kind == "outcome"),
        papers=tuple(name for kind, name in missing if kind == "paper"),
        reached=len(wanted) - len(missing),
        total=len(wanted),
    )


def _listed(ids: object) -> str:
    assert isinstance(ids, Mapping | list | tuple)
    return ", ".join(str(one) for one in ids) or "–"

"""Recorded cases follow a draft: what it puts in, takes out or moves to other answers. Pure.

Nothing else of a case changes, so that whatever else a draft would do to it remains a fault. Where
no case comes by a new paper one is added, for a script needs one for each.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from kiosk.path import Path, every_path, follow, settle
from kiosk.procedure import Fact, Outcome, OutcomeKind, Procedure, Text
from kiosk.script import read_as
from kiosk.script_edit import AnyEdit, Edit, PutIn, edited
from kiosk.script_fields import HERE, Part, Value, item_named
from kiosk.script_written import Entry
from kiosk.walk import Walk, Walks, coverage

_PARTS = (Part.PAPERS, Part.FEES, Part.TIMES, Part.NOTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retold:
    """What a recorded case tells otherwise than before."""

    case: str
    """Its name."""
    part: Part
    come: tuple[Text, ...] = ()
    gone: tuple[Text, ...] = ()
    is_new: bool = False
    """Whether the whole case is added."""


def walks_with(
    untrusted: bytes, before: Procedure, after: Procedure, values: Mapping[str, Value]
) -> tuple[bytes, tuple[Retold, ...]]:
    """A file of cases as it is with a draft, and what of it is new.

    Args:
        untrusted: its bytes; a file with faults stays as it is.
        before: the script as it is.
        after: with the draft's changes.
        values: the fields that the draft changes.

    Raises:
        KioskError: `draft.not_editable`.
    """
    touched = _touched(values)
    walks, _, _ = read_as(Walks, untrusted, file="")
    if walks is None or not any(touched.values()):
        return untrusted, ()
    edits: list[AnyEdit] = []
    told: list[Retold] = []
    new: list[Walk] = []
    for number, walk in enumerate(walks.walks):
        for part in _PARTS:
            old: tuple[str, ...] = getattr(walk, part.value)
            now = _listed(after, walk, part, touched[part])
            if now == old:
                continue
            place = ("walks", number, part.value)
            edits.append(Edit(place=place, value=now, is_words=True))
            told.append(
                Retold(
                    case=walk.name,
                    part=part,
                    come=_names(after, part, [one for one in now if one not in old]),
                    gone=_names(before, part, [one for one in old if one not in now]),
                )
            )
    for paper in _unseen(after, walks, touched[Part.PAPERS]):
        case = _case_with(after, paper)
        if case is not None and not any(paper in one.papers for one in new):
            new.append(case)
            edits.append(PutIn(place=("walks",), entry=_entry(case)))
            names = _names(after, Part.PAPERS, [paper])
            told.append(Retold(case=case.name, part=Part.PAPERS, come=names, is_new=True))
    return edited(untrusted, edits), tuple(told)


def _touched(values: Mapping[str, Value]) -> Mapping[Part, frozenset[str]]:
    """The ids that a draft puts in, takes out or lets hold under other answers, by part."""
    named = [item_named(path) for path in values if path.rpartition(".")[2] in (HERE, "when")]
    return {part: frozenset(item for name, item in named if name == part.value) for part in _PARTS}


def _facts(procedure: Procedure, part: Part) -> Sequence[Fact]:
    facts: Sequence[Fact] = getattr(procedure, part.value)
    return facts


def _names(procedure: Procedure, part: Part, ids: Sequence[str]) -> tuple[Text, ...]:
    titles = {Part.PAPERS: "name", Part.FEES: "label"}
    known = {one.id: getattr(one, titles.get(part, "text")) for one in _facts(procedure, part)}
    return tuple(known.get(one, Text(vi=one, en=one)) for one in ids)


def _listed(after: Procedure, walk: Walk, part: Part, touched: Collection[str]) -> tuple[str, ...]:
    """What a case lists once it has followed; in the script's order where something comes."""
    answers = follow(after, tuple(walk.answers.items())).answers
    settled = settle(after, answers, walk.on or after.checked)
    holds = {one.id for one in getattr(settled, part.value)}
    listed = [one for one in getattr(walk, part.value) if one not in touched or one in holds]
    order = [one.id for one in _facts(after, part)]
    for number, one in enumerate(order):
        if one in touched and one in holds and one not in listed:
            behind = [at for at, other in enumerate(listed) if other in order[number:]]
            listed.insert(behind[0] if behind else len(listed), one)
    return tuple(listed)


def _unseen(after: Procedure, walks: Walks, touched: Collection[str]) -> list[str]:
    """The papers of the draft that no case comes by."""
    return [one for one in coverage(after, walks).papers if one in touched]


def _case_with(procedure: Procedure, paper: str) -> Walk | None:
    """The first case in which this paper is brought, at the ward itself if there is one."""
    found = [path for path in every_path(procedure) if paper in _papers(procedure, path)]
    if not found:
        return None
    path = next((one for one in found if _is_here(one)), found[0])
    settled = settle(procedure, path.answers, procedure.checked)
    name = next(one.name.vi for one in procedure.papers if one.id == paper)
    return Walk(
        name=f"Trường hợp phải có: {name}",
        answers=dict(path.answers),
        reaches=path.at.id,
        papers=tuple(one.id for one in settled.papers),
        fees=tuple(one.id for one in settled.fees),
        times=tuple(one.id for one in settled.times),
        notes=tuple(one.id for one in settled.notes),
    )


def _papers(procedure: Procedure, path: Path) -> set[str]:
    return {one.id for one in settle(procedure, path.answers, procedure.checked).papers}


def _is_here(path: Path) -> bool:
    return isinstance(path.at, Outcome) and path.at.kind is OutcomeKind.HERE


def _entry(walk: Walk) -> Entry:
    return {
        "name": walk.name,
        "answers": dict(walk.answers),
        "reaches": walk.reaches,
        "papers": walk.papers,
        "fees": walk.fees,
        "times": walk.times,
        "notes": walk.notes,
    }

"""Every check of a script beyond its form: sense, flow, facts, wordings, walks. Pure.

Each check returns all its faults; a script with a fault that is not a warning is
left out of the catalogue.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kiosk.assistant.vietnamese import fold
from kiosk.freshness import stale_places
from kiosk.letters import Flaw, letter_flaws
from kiosk.path import every_path, settle
from kiosk.procedure import (
    Fact,
    HeardAs,
    Outcome,
    OutcomeKind,
    Procedure,
    Question,
)
from kiosk.reading import hard_places
from kiosk.script import Fault, Lines, Place
from kiosk.speech.vocabulary import unheard_places
from kiosk.walk import Walks, coverage, differences

MOST_MARKS = 1
"""Words by which a wording that is a label said again may differ: a dash between blanks."""

MOST_PATHS = 5000
"""More ways through one script than this are refused: nobody could check them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A script, with where everything stands."""

    file: str
    procedure: Procedure
    lines: Lines
    is_mended: bool = False
    """It had faults of form, and something harmless in their place: to be checked, not used."""
    walks_file: str = ""
    walks: Walks | None = None
    walks_lines: Lines | None = None


def check_script(script: Script) -> list[Fault]:
    """Every fault that can be seen in one script and its walks."""
    faults = [_fault_of(script, flaw) for flaw in letter_flaws(script.procedure)]
    faults += [*_check_references(script), *_check_wordings(script)]
    flow_faults = _check_flow(script)
    faults += flow_faults
    if not flow_faults:
        faults += _check_facts(script)
        faults += _check_walks(script)
    return faults


def advise(script: Script, today: date, vocabulary: Collection[str] | None = None) -> list[Fault]:
    """Warnings for the writer: what has grown old, is hard to read, or cannot be heard.

    They are not part of `check_script`, because a kiosk that starts needs none of them.

    Args:
        script: the script.
        today: the day by which something may have grown old.
        vocabulary: the words that the recogniser knows; None: nobody can tell.
    """
    flaws: list[Flaw] = [*stale_places(script.procedure, today), *hard_places(script.procedure)]
    if vocabulary is not None:
        flaws += unheard_places(script.procedure, vocabulary)
    return [replace(_fault_of(script, flaw), is_warning=True) for flaw in flaws]


def check_together(
    scripts: Sequence[Script], portal_ids: Mapping[str, str] | None = None
) -> list[Fault]:
    """Faults between scripts: the same id, code or wording twice, neighbours that do not exist.

    Args:
        scripts: all scripts of the catalogue.
        portal_ids: code -> portal id as a trusted table has them; None: no table at hand.
    """
    faults: list[Fault] = []
    known = {script.procedure.id for script in scripts}
    first_by: dict[tuple[str, str], Script] = {}
    for script in (one for one in scripts if not one.is_mended):
        procedure = script.procedure
        for key, value in (
            ("id", procedure.id),
            ("code", procedure.code),
            ("portal_id", procedure.portal_id),
        ):
            other = first_by.setdefault((key, value), script)
            if other is not script:
                faults.append(
                    _fault(script, (key,), "same_in_two", key=key, value=value, other=other.file)
                )
        for index, text in enumerate(procedure.heard_as.vi):
            other = first_by.setdefault(("heard_as", fold(text)), script)
            if other is not script:
                heard_at = ("heard_as", "vi", index)
                faults.append(
                    _fault(script, heard_at, "wording_in_two", text=text, other=other.file)
                )
        for index, neighbour in enumerate(procedure.neighbours):
            if neighbour.id not in known:
                place = ("neighbours", index, "id")
                faults.append(_warning(script, place, "unknown_neighbour", id=neighbour.id))
        if portal_ids is not None:
            expected = portal_ids.get(procedure.code)
            if expected is None:
                faults.append(
                    _fault(script, ("portal_id",), "code_not_in_table", code=procedure.code)
                )
            elif expected != procedure.portal_id:
                faults.append(
                    _fault(script, ("portal_id",), "unknown_portal_id", expected=expected)
                )
    return faults


def _check_flow(script: Script) -> list[Fault]:
    """Undefined steps, loops, steps that cannot be reached."""
    procedure = script.procedure
    faults: list[Fault] = []
    place_of: dict[str, Place] = {}
    steps: list[tuple[Place, str]] = [
        *((("questions", index), step.id) for index, step in enumerate(procedure.questions)),
        *((("outcomes", index), step.id) for index, step in enumerate(procedure.outcomes)),
    ]
    for place, step_id in steps:
        if step_id in place_of:
            faults.append(_fault(script, (*place, "id"), "repeated_id", id=step_id))
        place_of.setdefault(step_id, place)
    ids = ", ".join(place_of)
    if procedure.start not in place_of:
        faults.append(_fault(script, ("start",), "undefined_step", id=procedure.start, known=ids))
    edges: dict[str, list[str]] = defaultdict(list)
    for index, question in enumerate(procedure.questions):
        for number, choice in enumerate(question.choices):
            edges[question.id].append(choice.next)
            if choice.next not in place_of:
                there = ("questions", index, "choices", number, "next")
                faults.append(_fault(script, there, "undefined_step", id=choice.next, known=ids))
    if faults:
        return faults
    faults += [
        _fault(script, (*place_of[question], "choices"), "loop", id=question)
        for question in _in_loops(edges)
    ]
    reached = _reached(procedure.start, edges)
    faults += [
        _fault(script, place, "unreachable_step", id=step_id)
        for step_id, place in place_of.items()
        if step_id not in reached
    ]
    if not faults and _count_paths(procedure, procedure.start, {}) > MOST_PATHS:
        faults.append(_fault(script, ("questions",), "too_many_paths", most=MOST_PATHS))
    return faults


def _in_loops(edges: Mapping[str, list[str]]) -> list[str]:
    return [step for step in edges if any(step in _reached(after, edges) for after in edges[step])]


def _reached(start: str, edges: Mapping[str, list[str]]) -> set[str]:
    reached, ahead = set[str](), [start]
    while ahead:
        step = ahead.pop()
        if step not in reached:
            reached.add(step)
            ahead += edges.get(step, [])
    return reached


def _count_paths(procedure: Procedure, step_id: str, known: dict[str, int]) -> int:
    if step_id not in known:
        step = procedure.step(step_id)
        known[step_id] = (
            sum(_count_paths(procedure, choice.next, known) for choice in step.choices)
            if isinstance(step, Question)
            else 1
        )
    return known[step_id]


def _check_references(script: Script) -> list[Fault]:
    """Conditions, sources and ids that name something which does not exist."""
    procedure = script.procedure
    faults: list[Fault] = []
    sources = {source.id for source in procedure.sources}
    choices = {question.id: {c.id for c in question.choices} for question in procedure.questions}
    for place, fact in _facts(procedure):
        for key, condition in (("when", fact.when), ("unless", fact.unless)):
            for question, wanted in condition.items():
                where = (*place, key, question)
                if question not in choices:
                    known = ", ".join(choices) or "–"
                    faults.append(
                        _fault(script, where, "undefined_question", id=question, known=known)
                    )
                    continue
                faults += [
                    _fault(
                        script,
                        where,
                        "undefined_choice",
                        id=choice,
                        question=question,
                        known=", ".join(sorted(choices[question])),
                    )
                    for choice in wanted
                    if choice not in choices[question]
                ]
        if not fact.source and fact.confirmed:
            faults.append(_fault(script, place, "no_source", id=fact.id))
    for place, named in _sourced(procedure):
        faults += [
            _fault(
                script,
                (*place, "source"),
                "undefined_source",
                id=one,
                known=", ".join(sorted(sources)),
            )
            for one in named
            if one not in sources
        ]
    used = {one for _, named in _sourced(procedure) for one in named}
    faults += [
        _warning(script, ("sources", index), "unused_source", id=source.id)
        for index, source in enumerate(procedure.sources)
        if source.id not in used
    ]
    lists: list[tuple[Place, list[str]]] = [
        ((kind,), [one.id for one in getattr(procedure, kind)])
        for kind in ("papers", "fees", "times", "notes", "asides", "sources")
    ]
    lists += [
        (("questions", index, "choices"), [choice.id for choice in question.choices])
        for index, question in enumerate(procedure.questions)
    ]
    faults += [
        _fault(script, (*place, index, "id"), "repeated_id", id=one)
        for place, ids in lists
        for index, one in enumerate(ids)
        if one in ids[:index]
    ]
    if (
        procedure.valid_from
        and procedure.valid_until
        and procedure.valid_until < procedure.valid_from
    ):
        faults.append(_fault(script, ("valid_until",), "ends_before_it_begins"))
    return faults


def _check_facts(script: Script) -> list[Fault]:
    """Papers never needed, and ends without a fee or a time limit."""
    procedure = script.procedure
    faults: list[Fault] = []
    needed = set[str]()
    bare = dict[tuple[str, str], None]()
    for path in every_path(procedure):
        found = settle(procedure, path.answers, procedure.checked)
        needed |= {fact.id for fact in (*found.papers, *found.fees, *found.times, *found.notes)}
        assert isinstance(path.at, Outcome)
        if path.at.kind is OutcomeKind.HERE:
            for what, facts in (("fees", found.fees), ("times", found.times)):
                if not facts:
                    bare[(path.at.id, what)] = None
    for place, fact in _facts(procedure):
        is_dated = fact.valid_from is not None or fact.valid_until is not None
        if fact.id not in needed and not is_dated:
            faults.append(_fault(script, place, "never_needed", id=fact.id, kind=str(place[0])))
    faults += [
        _fault(script, (what,), "outcome_without", outcome=outcome, what=what)
        for outcome, what in bare
    ]
    return faults


def _check_walks(script: Script) -> list[Fault]:
    file = script.walks_file
    if script.walks is None or script.walks_lines is None:
        return []
    faults: list[Fault] = []
    for index, walk in enumerate(script.walks.walks):
        for what, expected, found in differences(script.procedure, walk):
            line = script.walks_lines.at(("walks", index, what))
            values = {"walk": walk.name, "what": what, "expected": expected, "found": found}
            faults.append(
                Fault(file=file, line=line, code="walk_differs", values=tuple(values.items()))
            )
    if not faults:
        missing = coverage(script.procedure, script.walks)
        for what, names in (
            ("choices", missing.choices),
            ("outcomes", missing.outcomes),
            ("papers", missing.papers),
        ):
            if names:
                gone = (("what", what), ("names", ", ".join(names)))
                faults.append(Fault(file=file, line=1, code="not_walked", values=gone))
    return faults


def _check_wordings(script: Script) -> list[Fault]:
    """The same wording twice where one of the two could never win."""
    faults: list[Fault] = []
    groups: list[list[tuple[Place, str]]] = [_heard(script.procedure.heard_as, ("heard_as",))]
    for index, question in enumerate(script.procedure.questions):
        heard: list[tuple[Place, str]] = []
        for number, choice in enumerate(question.choices):
            place: Place = ("questions", index, "choices", number)
            heard.append(((*place, "label", "vi"), choice.label.vi))
            label = fold(choice.label.vi)
            length = len(label.split())
            heard += [
                row
                for row in _heard(choice.heard_as, (*place, "heard_as"))
                if abs(len(row[1].split()) - length) > MOST_MARKS or fold(row[1]) != label
            ]
        groups.append(heard)
    for group in groups:
        seen: dict[str, str] = {}
        for where, text in group:
            key = unicodedata.normalize("NFC", text).casefold().strip()
            if key in seen:
                faults.append(_fault(script, where, "repeated_wording", text=text))
            seen[key] = text
    if not script.procedure.heard_as.vi:
        faults.append(_fault(script, ("heard_as",), "no_wordings"))
    return faults


def _heard(heard_as: HeardAs, place: Place) -> list[tuple[Place, str]]:
    return [((*place, "vi", index), text) for index, text in enumerate(heard_as.vi)]


def _facts(procedure: Procedure) -> Iterator[tuple[Place, Fact]]:
    kinds: tuple[tuple[str, Sequence[Fact]], ...] = (
        ("papers", procedure.papers),
        ("fees", procedure.fees),
        ("times", procedure.times),
        ("notes", procedure.notes),
    )
    for kind, facts in kinds:
        for index, fact in enumerate(facts):
            yield (kind, index), fact


def _sourced(procedure: Procedure) -> Iterator[tuple[Place, tuple[str, ...]]]:
    for place, fact in _facts(procedure):
        yield place, fact.source
    for index, aside in enumerate(procedure.asides):
        yield ("asides", index), aside.source


def _fault(script: Script, place: Place, code: str, /, **values: object) -> Fault:
    shown = tuple((name, re.sub(r"\s+", " ", str(value))[:160]) for name, value in values.items())
    return Fault(file=script.file, line=script.lines.at(place), code=code, values=shown)


def _fault_of(script: Script, flaw: Flaw) -> Fault:
    return _fault(script, flaw.place, flaw.code, **dict(flaw.values))


def _warning(script: Script, place: Place, code: str, /, **values: object) -> Fault:
    return replace(_fault(script, place, code, **values), is_warning=True)

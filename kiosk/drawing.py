"""The flow of a procedure as a picture, in Graphviz's language. Makes text, draws nothing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from kiosk.catalogue import Catalogue
from kiosk.condition import condition_text
from kiosk.dot import (
    CARD,
    FONT,
    GOLD,
    GOLD_TINT,
    INDENT,
    INK,
    INK_SOFT,
    LOTUS,
    PAPER,
    TINT,
    item,
    lines,
    row,
    safe,
    table,
)
from kiosk.errors import KioskError
from kiosk.path import every_path, settle
from kiosk.procedure import (
    Choice,
    Language,
    Outcome,
    OutcomeKind,
    Paper,
    Procedure,
    Question,
)
from kiosk.words import Words

QUESTION_LETTERS = 26
CHOICE_LETTERS = 24
OUTCOME_LETTERS = 36
"""Letters a line, in the three kinds of text."""

_LOOKS: Mapping[OutcomeKind, tuple[str, str, str]] = {
    OutcomeKind.HERE: (LOTUS, CARD, TINT),
    OutcomeKind.ELSEWHERE: (INK_SOFT, CARD, CARD),
    OutcomeKind.ASK_STAFF: (GOLD, INK, GOLD_TINT),
}
"""Head colour, colour of the words on it, colour of the body."""

_NOT_DRAWABLE = frozenset(
    {
        "undefined_step",
        "undefined_question",
        "undefined_choice",
        "repeated_id",
        "loop",
        "too_many_paths",
    }
)
"""Faults with which there is no flow to draw. With all others a writer may look at it already."""


def drawable(name: str, catalogue: Catalogue) -> Procedure:
    """The procedure with this id, on offer or still being written.

    Raises:
        KioskError: `draw.unknown`, `draw.not_sound`.
    """
    found = next((one for one in catalogue.scripts if one.procedure.id == name), None)
    file = found.file if found else next((f for f in catalogue.left_out if _id_of(f) == name), None)
    if file is None:
        known = [one.procedure.id for one in catalogue.scripts]
        near = get_close_matches(name, known, n=1) or sorted(known)
        raise KioskError("draw.unknown", id=name, known=", ".join(near) or "–")
    faults = [one for one in catalogue.faults if one.file == file and not one.is_warning]
    stopping = [one for one in faults if found is None or one.code in _NOT_DRAWABLE]
    if found is None or stopping:
        line = str(stopping[0].line if stopping else 1)
        raise KioskError("draw.not_sound", file=file, line=line)
    return found.procedure


def flow_dot(
    procedure: Procedure, *, words: Words, language: Language, on: date | None = None
) -> str:
    """The flow as DOT text: questions, choices as labelled arrows, outcomes with their papers.

    Args:
        procedure: one whose flow is sound: every step exists, no way returns.
        words: our own words in the picture.
        language: in which everything is written.
        on: the day whose papers are drawn; None: the day on which the script was checked.
    """
    picture = _Picture(procedure, words, language, on)
    return "\n".join(picture.lines()) + "\n"


class _Picture:
    """One drawing in the making."""

    def __init__(
        self, procedure: Procedure, words: Words, language: Language, on: date | None
    ) -> None:
        self._procedure = procedure
        self._on = on
        self._language: Language = language
        self._words = words

    def lines(self) -> Iterable[str]:
        procedure, language = self._procedure, self._language
        checked = self._words.say("draw.checked", language, date=f"{procedure.checked:%d/%m/%Y}")
        if self._on is not None:
            checked += f" · {self._words.say('draw.as_of', language, date=f'{self._on:%d/%m/%Y}')}"
        title = table(
            [
                row(f"<B>{safe(procedure.title.in_language(language))}</B>", size=30),
                row(safe(f"{procedure.code} · {checked}"), size=15, colour=INK_SOFT),
            ]
        )
        yield "digraph flow {"
        yield (
            f'  graph [bgcolor="{PAPER}", fontname="{FONT}", fontcolor="{INK}", label=<{title}>,'
            " labelloc=t, labeljust=l, rankdir=TB, nodesep=0.5, ranksep=0.55, pad=0.5]"
        )
        yield f'  node [fontname="{FONT}", fontsize=16, fontcolor="{INK}"]'
        yield (
            f'  edge [fontname="{FONT}", fontcolor="{INK_SOFT}", color="{LOTUS}",'
            " penwidth=1.6, arrowsize=0.8]"
        )
        yield (
            f'  start [shape=circle, style=filled, width=0.22, label="", color="{GOLD}",'
            f' fillcolor="{GOLD}"]'
        )
        yield f'  start -> "{procedure.start}"'
        for question in procedure.questions:
            yield self._question(question)
            yield from self._arrows(question)
        needed = _papers_by_outcome(procedure, self._on or procedure.checked)
        for outcome in procedure.outcomes:
            yield self._outcome(outcome, *needed.get(outcome.id, ((), ())))
        yield "}"

    def _question(self, question: Question) -> str:
        asked = [
            row(f"<B>{line}</B>", size=16, align="CENTER")
            for line in lines(question.ask.in_language(self._language), QUESTION_LETTERS)
        ]
        return (
            f'  "{question.id}" [shape=box, style="rounded,filled", penwidth=2, color="{LOTUS}",'
            f' fillcolor="{TINT}", margin="0.2,0.1", label=<{table(asked)}>]'
        )

    def _arrows(self, question: Question) -> Iterable[str]:
        """One arrow a next step: choices that lead to the same one share it."""
        by_next: dict[str, list[Choice]] = defaultdict(list)
        for choice in question.choices:
            by_next[choice.next].append(choice)
        for step, choices in by_next.items():
            rows = [
                line
                for choice in choices
                for line in item(choice.label.in_language(self._language), CHOICE_LETTERS)
            ]
            yield f'  "{question.id}" -> "{step}" [label=<{table(rows)}>]'

    def _outcome(self, outcome: Outcome, always: Sequence[Paper], by_case: Sequence[Paper]) -> str:
        head, on_head, body = _LOOKS[outcome.kind]
        language = self._language
        kind = self._words.say(f"draw.{outcome.kind.value}", language)
        title = [
            row(f"<B>{line}</B>", size=16, colour=on_head, align="CENTER")
            for line in lines(outcome.title.in_language(language), QUESTION_LETTERS)
        ]

        def condition(paper: Paper) -> str:
            return condition_text(paper, self._procedure, words=self._words, language=language)

        top = [row(safe(kind), size=12, colour=on_head, align="CENTER"), *title]
        listed = "".join(
            f'<TR><TD CELLPADDING="7">{table(papers)}</TD></TR>'
            for papers in (
                self._papers("draw.always", [(paper, "") for paper in always]),
                self._papers("draw.by_case", [(one, condition(one)) for one in by_case]),
            )
            if papers
        )
        return (
            f'  "{outcome.id}" [shape=plain, label=<<TABLE BORDER="2" COLOR="{head}"'
            f' CELLBORDER="0" CELLSPACING="0" BGCOLOR="{body}"><TR><TD BGCOLOR="{head}"'
            f' CELLPADDING="8">{table(top)}</TD></TR>{listed}</TABLE>>]'
        )

    def _papers(self, heading: str, papers: Sequence[tuple[Paper, str]]) -> list[str]:
        if not papers:
            return []
        said = safe(self._words.say(heading, self._language))
        rows = [row(f"<B>{said}</B>", size=13, colour=INK_SOFT)]
        for paper, condition in papers:
            rows += item(paper.name.in_language(self._language), OUTCOME_LETTERS, colour=INK)
            if condition:
                rows += [
                    row(f"{INDENT}{line}", size=12, colour=INK_SOFT)
                    for line in lines(condition, OUTCOME_LETTERS + 6)
                ]
        return rows


def _id_of(file: str) -> str:
    return Path(file).parent.name


def _papers_by_outcome(
    procedure: Procedure, on: date
) -> Mapping[str, tuple[tuple[Paper, ...], tuple[Paper, ...]]]:
    """Outcome id -> the papers of every way that leads there, and those of only some ways."""
    ways: dict[str, list[frozenset[str]]] = defaultdict(list)
    for path in every_path(procedure):
        needed = settle(procedure, path.answers, on).papers
        ways[path.at.id].append(frozenset(paper.id for paper in needed))
    return {
        outcome: (
            tuple(one for one in procedure.papers if one.id in frozenset.intersection(*sets)),
            tuple(
                one
                for one in procedure.papers
                if one.id in frozenset.union(*sets) - frozenset.intersection(*sets)
            ),
        )
        for outcome, sets in ways.items()
    }

"""The flow of a procedure as a picture: DOT text, and SVG by Graphviz.

`flow_dot` only makes text. `as_svg` has Graphviz's `dot` draw it in a child process, with
a deadline. Nothing here reads or writes a file.
"""

import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from html import escape
from pathlib import Path
from textwrap import wrap

from kiosk.catalogue import Catalogue
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
    When,
)
from kiosk.words import Words

DOT_SECONDS = 30.0
"""How long Graphviz may take; our largest script takes less than one."""

QUESTION_LETTERS = 26
CHOICE_LETTERS = 24
OUTCOME_LETTERS = 36
"""Letters a line, in the three kinds of text."""

PAPER, INK, INK_SOFT = "#F6F3EC", "#16211F", "#3E4A47"
LOTUS, TINT = "#0C4F4B", "#E1EDEA"
GOLD, GOLD_TINT = "#D9982B", "#FBF0DA"
CARD, LINE = "#FFFFFF", "#A9A294"
"""The colours of the screens (`Theme.qml`)."""

_LOOKS: Mapping[OutcomeKind, tuple[str, str, str]] = {
    OutcomeKind.HERE: (LOTUS, CARD, TINT),
    OutcomeKind.ELSEWHERE: (INK_SOFT, CARD, CARD),
    OutcomeKind.ASK_STAFF: (GOLD, INK, GOLD_TINT),
}
"""Head colour, colour of the words on it, colour of the body."""

_INDENT = "&#160;" * 4
_FONT = "Inter,Noto Sans,DejaVu Sans,sans-serif"


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


def flow_dot(procedure: Procedure, *, words: Words, language: Language) -> str:
    """The flow as DOT text: questions, choices as labelled arrows, outcomes with their papers.

    Args:
        procedure: one whose flow is sound: every step exists, no way returns.
        words: our own words in the picture.
        language: in which everything is written.
    """
    picture = _Picture(procedure, words, language)
    return "\n".join(picture.lines()) + "\n"


def as_svg(dot_text: str) -> str:
    """The picture as SVG, drawn by Graphviz.

    Raises:
        KioskError: `draw.no_graphviz`, `draw.failed`.
    """
    dot = shutil.which("dot")
    if dot is None:
        raise KioskError("draw.no_graphviz")
    try:
        drawn = subprocess.run(
            (dot, "-Tsvg"),
            input=dot_text.encode(),
            capture_output=True,
            timeout=DOT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise KioskError("draw.failed", problem=f"{DOT_SECONDS:g} s") from error
    if drawn.returncode != 0:
        problem = drawn.stderr.decode(errors="replace").strip()[:200]
        raise KioskError("draw.failed", problem=problem or str(drawn.returncode))
    return drawn.stdout.decode()


class _Picture:
    """One drawing in the making."""

    def __init__(self, procedure: Procedure, words: Words, language: Language) -> None:
        self._procedure = procedure
        self._language: Language = language
        self._words = words

    def lines(self) -> Iterable[str]:
        procedure, language = self._procedure, self._language
        checked = self._words.say("draw.checked", language, date=f"{procedure.checked:%d/%m/%Y}")
        title = _table(
            [
                _row(f"<B>{_safe(procedure.title.in_language(language))}</B>", size=30),
                _row(_safe(f"{procedure.code} · {checked}"), size=15, colour=INK_SOFT),
            ]
        )
        yield "digraph flow {"
        yield (
            f'  graph [bgcolor="{PAPER}", fontname="{_FONT}", fontcolor="{INK}", label=<{title}>,'
            " labelloc=t, labeljust=l, rankdir=TB, nodesep=0.5, ranksep=0.55, pad=0.5]"
        )
        yield f'  node [fontname="{_FONT}", fontsize=16, fontcolor="{INK}"]'
        yield (
            f'  edge [fontname="{_FONT}", fontcolor="{INK_SOFT}", color="{LOTUS}",'
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
        needed = _papers_by_outcome(procedure)
        for outcome in procedure.outcomes:
            yield self._outcome(outcome, *needed.get(outcome.id, ((), ())))
        yield "}"

    def _question(self, question: Question) -> str:
        asked = [
            _row(f"<B>{line}</B>", size=16, align="CENTER")
            for line in _lines(question.ask.in_language(self._language), QUESTION_LETTERS)
        ]
        return (
            f'  "{question.id}" [shape=box, style="rounded,filled", penwidth=2, color="{LOTUS}",'
            f' fillcolor="{TINT}", margin="0.2,0.1", label=<{_table(asked)}>]'
        )

    def _arrows(self, question: Question) -> Iterable[str]:
        """One arrow a next step: choices that lead to the same one share it."""
        by_next: dict[str, list[Choice]] = defaultdict(list)
        for choice in question.choices:
            by_next[choice.next].append(choice)
        for step, choices in by_next.items():
            rows = [
                row
                for choice in choices
                for row in _item(choice.label.in_language(self._language), CHOICE_LETTERS)
            ]
            yield f'  "{question.id}" -> "{step}" [label=<{_table(rows)}>]'

    def _outcome(self, outcome: Outcome, always: Sequence[Paper], by_case: Sequence[Paper]) -> str:
        head, on_head, body = _LOOKS[outcome.kind]
        language = self._language
        kind = self._words.say(f"draw.{outcome.kind.value}", language)
        title = [
            _row(f"<B>{line}</B>", size=16, colour=on_head, align="CENTER")
            for line in _lines(outcome.title.in_language(language), QUESTION_LETTERS)
        ]
        top = [_row(_safe(kind), size=12, colour=on_head, align="CENTER"), *title]
        listed = "".join(
            f'<TR><TD CELLPADDING="7">{_table(papers)}</TD></TR>'
            for papers in (
                self._papers("draw.always", [(paper, "") for paper in always]),
                self._papers("draw.by_case", [(one, self._condition(one)) for one in by_case]),
            )
            if papers
        )
        return (
            f'  "{outcome.id}" [shape=plain, label=<<TABLE BORDER="2" COLOR="{head}"'
            f' CELLBORDER="0" CELLSPACING="0" BGCOLOR="{body}"><TR><TD BGCOLOR="{head}"'
            f' CELLPADDING="8">{_table(top)}</TD></TR>{listed}</TABLE>>]'
        )

    def _papers(self, heading: str, papers: Sequence[tuple[Paper, str]]) -> list[str]:
        if not papers:
            return []
        said = _safe(self._words.say(heading, self._language))
        rows = [_row(f"<B>{said}</B>", size=13, colour=INK_SOFT)]
        for paper, condition in papers:
            rows += _item(paper.name.in_language(self._language), OUTCOME_LETTERS, colour=INK)
            if condition:
                rows += [
                    _row(f"{_INDENT}{line}", size=12, colour=INK_SOFT)
                    for line in _lines(condition, OUTCOME_LETTERS + 6)
                ]
        return rows

    def _condition(self, paper: Paper) -> str:
        """Under which answers, in the citizen's own words for them."""
        told = [
            self._words.say(key, self._language, answers=self._labels(condition))
            for key, condition in (("draw.if", paper.when), ("draw.unless", paper.unless))
            if condition
        ]
        return "; ".join(told)

    def _labels(self, condition: When) -> str:
        either, both = (self._words.say(f"draw.{one}", self._language) for one in ("or", "and"))
        labels = {
            question.id: {
                choice.id: choice.label.in_language(self._language) for choice in question.choices
            }
            for question in self._procedure.questions
        }
        return f", {both} ".join(
            f" {either} ".join(f"“{labels[question][choice]}”" for choice in choices)
            for question, choices in condition.items()
        )


def _id_of(file: str) -> str:
    return Path(file).parent.name


def _papers_by_outcome(
    procedure: Procedure,
) -> Mapping[str, tuple[tuple[Paper, ...], tuple[Paper, ...]]]:
    """Outcome id -> the papers of every way that leads there, and those of only some ways."""
    ways: dict[str, list[frozenset[str]]] = defaultdict(list)
    for path in every_path(procedure):
        needed = settle(procedure, path.answers, procedure.checked).papers
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


def _table(rows: Iterable[str]) -> str:
    # A row a line: Graphviz sets lines of one text so close that Vietnamese marks touch.
    inside = "".join(rows)
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">{inside}</TABLE>'


def _row(safe: str, *, size: int, colour: str = INK, align: str = "LEFT") -> str:
    words = f'<FONT POINT-SIZE="{size}" COLOR="{colour}">{safe}</FONT>'
    return f'<TR><TD ALIGN="{align}">{words}</TD></TR>'


def _item(text: str, letters: int, *, colour: str = INK_SOFT) -> list[str]:
    """One of a list: its first line behind a dot, the others in line with it."""
    marks = ("&#160;•&#160;", _INDENT)
    return [
        _row(f"{marks[min(number, 1)]}{line}", size=14, colour=colour)
        for number, line in enumerate(_lines(text, letters))
    ]


def _lines(text: str, letters: int) -> list[str]:
    """`text` in as few lines as fit, all about as long: no single word is left over."""
    lines = _wrapped(text, letters)
    while letters > 1 and len(_wrapped(text, letters - 1)) == len(lines):
        letters -= 1
    return [_safe(line) for line in _wrapped(text, letters)] or [_INDENT]


def _wrapped(text: str, letters: int) -> list[str]:
    return wrap(text, letters, break_long_words=False, break_on_hyphens=False)


def _safe(text: str) -> str:
    """`text` for a label of Graphviz, which reads a little HTML there, and backslashes."""
    return escape(text, quote=True).replace("\\", "\\\\")

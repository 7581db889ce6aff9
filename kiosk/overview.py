"""The whole catalogue as one picture, in Graphviz's language. Makes text, draws nothing.

One column: life events in the order of the tiles, beside each the procedures whose first
life event it is, numbered, each with how many ends of which kind it has. A dotted line joins
two procedures that people confuse; their numbers say the same where many lines meet.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

from kiosk.dot import (
    CARD,
    FONT,
    GOLD,
    INK,
    INK_SOFT,
    LOTUS,
    PAPER,
    TINT,
    lines,
    row,
    safe,
    table,
)
from kiosk.procedure import Language, LifeEvent, OutcomeKind, Procedure
from kiosk.words import Words

EVENT_LETTERS = 22
TITLE_LETTERS = 40
"""Letters a line, in the two kinds of text."""

_DOTS = (GOLD, LOTUS, "#A23B2E", "#5B4B8A", "#2F6DA3")
"""The dotted lines take turns, so that an eye can follow one among many."""


def overview_dot(
    procedures: Sequence[Procedure], *, words: Words, language: Language, on: date
) -> str:
    """Life events, procedures and neighbours as DOT text.

    Args:
        procedures: the catalogue; those that are not in force are left out.
        words: our own words in the picture.
        language: in which everything is written.
        on: the day for which it is drawn.
    """
    shown = [one for one in procedures if one.is_offered(on)]
    return "\n".join(_lines_of(shown, words, language, on)) + "\n"


def _lines_of(
    shown: Sequence[Procedure], words: Words, language: Language, on: date
) -> Iterable[str]:
    count = words.say("draw.procedures", language, count=len(shown))
    as_of = words.say("draw.as_of", language, date=f"{on:%d/%m/%Y}")
    title = table(
        [
            row(f"<B>{safe(count)}</B>", size=30),
            row(safe(f"{as_of} · {words.say('draw.legend', language)}"), size=15, colour=INK_SOFT),
        ]
    )
    yield "graph catalogue {"
    yield (
        f'  graph [bgcolor="{PAPER}", fontname="{FONT}", fontcolor="{INK}", label=<{title}>,'
        ' labelloc=t, labeljust=l, rankdir=LR, nodesep=0.14, ranksep="1.1", pad=0.5]'
    )
    yield f'  node [fontname="{FONT}", fontsize=16, fontcolor="{INK}"]'
    yield f'  edge [color="{LOTUS}", penwidth=1.4]'
    by_event = {event: [one for one in shown if one.life_events[0] is event] for event in LifeEvent}
    pairs = _neighbours(shown)
    numbers = {one.id: number for number, one in enumerate(shown, start=1)}
    for event, members in by_event.items():
        if members:
            yield _event(event, words, language)
        for procedure in members:
            near = sorted(
                numbers[other]
                for pair in pairs
                if procedure.id in pair
                for other in pair
                if other != procedure.id
            )
            yield _procedure(procedure, numbers[procedure.id], near, words, language)
            yield f'  "tile {event.value}":e -- "{procedure.id}":w'
    yield _column([f"tile {event.value}" for event, members in by_event.items() if members])
    yield _column([one.id for members in by_event.values() for one in members])
    for number, (first, second) in enumerate(pairs):
        yield (
            f'  "{first}":e -- "{second}":e [style=dotted, penwidth=2.6,'
            f' color="{_DOTS[number % len(_DOTS)]}", constraint=false]'
        )
    yield "}"


def _column(nodes: Sequence[str]) -> str:
    """Keeps nodes below each other in this order."""
    chain = "; ".join(f'"{one}" -- "{below}"' for one, below in pairwise(nodes))
    return f"  {{rank=same; edge [style=invis]; {chain}}}"


def _neighbours(shown: Sequence[Procedure]) -> list[tuple[str, str]]:
    """Each pair once, the upper one first."""
    order = {one.id: number for number, one in enumerate(shown)}
    pairs = {
        tuple(sorted((order[one.id], order[other.id])))
        for one in shown
        for other in one.neighbours
        if other.id in order and other.id != one.id
    }
    return [(shown[first].id, shown[second].id) for first, second in sorted(pairs)]


def _event(event: LifeEvent, words: Words, language: Language) -> str:
    said = lines(words.say(f"life.{event.value}", language), EVENT_LETTERS)
    rows = [row(f"<B>{line}</B>", size=18, colour=CARD, align="CENTER") for line in said]
    return (
        f'  "tile {event.value}" [shape=box, style="rounded,filled", color="{LOTUS}",'
        f' fillcolor="{LOTUS}", margin="0.2,0.12", label=<{table(rows)}>]'
    )


def _procedure(
    procedure: Procedure, number: int, near: Sequence[int], words: Words, language: Language
) -> str:
    counted = Counter(outcome.kind for outcome in procedure.outcomes)
    ends = " · ".join(
        words.say(f"draw.ends.{kind.value}", language, count=counted[kind])
        for kind in OutcomeKind
        if counted[kind]
    )
    titles = lines(f"{number}. {procedure.title.in_language(language)}", TITLE_LETTERS)
    rows = [row(f"<B>{line}</B>", size=16) for line in titles]
    rows.append(row(safe(f"{procedure.code} · {ends}"), size=12, colour=INK_SOFT))
    if near:
        said = words.say("draw.near", language, numbers=", ".join(map(str, near)))
        rows.append(row(safe(said), size=12, colour=INK_SOFT))
    return (
        f'  "{procedure.id}" [shape=box, style="rounded,filled", penwidth=1.4, color="{LOTUS}",'
        f' fillcolor="{TINT}", width=5.2, margin="0.12,0.05", label=<{table(rows)}>]'
    )

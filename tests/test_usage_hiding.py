"""What the tables of usage hide: nobody can work a small count out from what is shown.

The attacker of these tests reads the tables as they are shown, in all three views at once, and
solves the sums by his own means: exact fractions, and sums that are written down here anew.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_usage import made_visits

from kiosk.tally import ANSWERS, Counted
from kiosk.usage_counts import Cell, Figure, Report, figures_of
from kiosk.usage_hiding import Hidden, hidden_in
from kiosk.usage_release import Names, Release, release_of
from kiosk.usage_tables import Shows, splits_of
from kiosk.words_files import load_words

WORDS = load_words()
DAY = date(2026, 11, 23)
PLACES = {"khai-sinh": ("noi-sinh", "ai-di"), "khai-tu": ("o-dau",), "ket-hon": ("tuoi",)}
VIEWS = ("", "vi", "en")
OF_A_PROCEDURE = (
    *(Counted.PROCEDURE_CHOSEN, Counted.OUTCOME_HERE, Counted.OUTCOME_ELSEWHERE),
    *(Counted.OUTCOME_ASK_STAFF, Counted.CARD_SHOWN),
)
OTHERS = [one for one in Counted if one not in OF_A_PROCEDURE and one is not Counted.STEP_LEFT]

Name = tuple[str, str, str, str]
"""Table, line, column, view: a place on the pages."""


@st.composite
def cells(draw: st.DrawFn) -> Cell:
    event = draw(st.sampled_from([*OTHERS, *OF_A_PROCEDURE * 3, *[Counted.STEP_LEFT] * 6]))
    procedure = step = ""
    if event in OF_A_PROCEDURE or event is Counted.STEP_LEFT:
        procedure = draw(st.sampled_from(sorted(PLACES)))
    if event is Counted.STEP_LEFT:
        step = draw(st.sampled_from(PLACES[procedure]))
    return Cell(
        day=DAY + timedelta(days=draw(st.integers(0, 2))),
        hour_band=draw(st.sampled_from(["07-09", "other"])),
        event=event,
        procedure=procedure,
        step=step,
        mode=draw(st.sampled_from(["touch", "typing", "voice"])),
        language=draw(st.sampled_from(["vi", "vi", "vi", "en"])),
        n=draw(st.sampled_from([1, 2, 3, 4, 5, 6, 9, 20])),
    )


def report_of(counted: Iterable[Cell]) -> Report:
    return Report(since=DAY, until=DAY + timedelta(days=2), cells=tuple(counted))


def of_visits(seed: int, *, days: int = 7, most: int = 12) -> Report:
    counts = made_visits(DAY, days=days, most=most, seed=seed)
    return Report(
        since=DAY - timedelta(days=days - 1),
        until=DAY,
        cells=tuple(
            Cell(
                day=date.fromisoformat(day),
                hour_band=band,
                event=event,
                procedure=procedure,
                step=step,
                mode=mode,
                language=language,
                n=n,
            )
            for (day, band, event, procedure, step, mode, language), n in counts.items()
        ),
    )


def released(report: Report) -> dict[str, Release]:
    return {
        view: release_of(report, WORDS, language="vi", names=Names(), visits=view) for view in VIEWS
    }


@dataclass
class Pages:
    """All that is shown, by place; None: hidden."""

    shown: dict[Name, int | None]

    def lines(self, table: str, view: str) -> Iterator[tuple[str, str]]:
        """(line, column) of a table."""
        return ((one[1], one[2]) for one in self.shown if (one[0], one[3]) == (table, view))


def pages_of(report: Report) -> Pages:
    shown: dict[Name, int | None] = {}
    for view, release in released(report).items():
        for table in release.tables:
            heads = table.heads[2 if table.has_details else 1 :]
            for row in table.rows:
                for head, number in zip(heads, row.numbers, strict=True):
                    line = f"{row.label}/{row.detail}" if row.detail else row.label
                    seen = None if isinstance(number, Hidden) else number
                    shown[table.shows.value, line, head, view] = seen
    return Pages(shown)


def sums(pages: Pages) -> Iterator[tuple[list[Name], list[Name]]]:
    """Places whose sums are the same, as anybody would know who reads the pages."""

    def name(event: str) -> str:
        return WORDS.say(f"usage.name.{event}", "vi")

    def column(event: str) -> str:
        return WORDS.say(f"usage.column.{event}", "vi")

    chosen, left, times = column("procedure_chosen"), column("step_left"), column("times")
    came_of = [column(f"outcome_{one}") for one in ("here", "elsewhere", "ask_staff")] + [left]
    for view in VIEWS:

        def whole(table: str, head: str, view: str = view) -> list[Name]:
            return [(table, line, at, view) for line, at in pages.lines(table, view) if at == head]

        def of(table: str, *events: str, view: str = view) -> list[Name]:
            found = [(table, name(event), times, view) for event in events]
            return [one for one in found if one in pages.shown]

        asked = whole("asked", chosen)
        yield asked, whole("modes", chosen)
        yield asked, whole("outcomes", chosen)
        yield asked, [one for head in came_of for one in whole("outcomes", head)]
        yield whole("outcomes", left), whole("stops", left)
        for _, line, _, _ in asked:
            yield [("asked", line, chosen, view)], [("outcomes", line, chosen, view)]
            yield (
                [("asked", line, chosen, view)],
                [("outcomes", line, head, view) for head in came_of],
            )
        for _, line, _, _ in whole("outcomes", left):
            steps = [one for one in whole("stops", left) if one[1].startswith(f"{line}/")]
            yield [("outcomes", line, left, view)], steps
        started = of("visits", "visit_started")
        begun = column("visit_started")
        yield started, whole("days", begun)
        yield started, whole("hours", begun)
        yield started, of("visits", "visit_finished", "visit_left", "visit_reset")
        rated = of("ratings", "rated_good", "rated_fair", "rated_bad", "rating_skipped")
        yield of("visits", "visit_finished"), rated
        parts = ("understood", "asked_back", "not_understood", "out_of_scope", "not_heard")
        yield of("sureness", "sentences"), of("sureness", *parts)
        answered = of("calls", "staff_answered")
        yield answered, of("calls", *ANSWERS)
        yield (
            of("calls", "staff_called"),
            [*answered, *of("calls", "call_cancelled", "call_missed")],
        )
    for place in pages.shown:
        if place[3] == "":
            each = [(*place[:3], view) for view in ("vi", "en")]
            yield [place], [one for one in each if one in pages.shown]
    yield whole_of(pages, "languages"), whole_of(pages, "modes")


def whole_of(pages: Pages, table: str) -> list[Name]:
    return [(table, line, head, "") for line, head in pages.lines(table, "")]


def worked_out(pages: Pages) -> set[Name]:
    """The hidden places that follow from the shown ones, by solving all sums at once."""
    rows: list[dict[Name, Fraction]] = []
    for one_side, other_side in sums(pages):
        if not one_side or not other_side:
            continue
        known: Counter[Name] = Counter()
        for sign, side in ((1, one_side), (-1, other_side)):
            for place in side:
                if pages.shown.get(place, 0) is None:
                    known[place] += sign
        rows.append({place: Fraction(n) for place, n in known.items() if n})
    solved: dict[Name, dict[Name, Fraction]] = {}
    for row in rows:
        left = dict(row)
        for place in list(left):
            if place in solved and place in left:
                add(left, solved[place], -left[place])
        if not left:
            continue
        pivot = next(iter(left))
        scale = left[pivot]
        left = {place: n / scale for place, n in left.items()}
        for other in solved.values():
            if pivot in other:
                add(other, left, -other[pivot])
        solved[pivot] = left
    return {pivot for pivot, row in solved.items() if len(row) == 1}


def add(row: dict[Name, Fraction], other: dict[Name, Fraction], times: Fraction) -> None:
    for place, n in other.items():
        row[place] = row.get(place, Fraction()) + times * n
        if not row[place]:
            del row[place]


@settings(max_examples=60, deadline=None)
@given(st.lists(cells(), min_size=1, max_size=40))
def test_no_hidden_number_follows_from_those_that_are_shown(counted: list[Cell]) -> None:
    pages = pages_of(report_of(counted))
    assert all(number is None or number == 0 or number >= 5 for number in pages.shown.values())
    assert worked_out(pages) == set()


@pytest.mark.parametrize("seed", range(4))
def test_nor_in_the_counts_of_a_ward_where_much_is_rare(seed: int) -> None:
    pages = pages_of(of_visits(seed))
    assert None in pages.shown.values()
    assert worked_out(pages) == set()


def test_the_attacker_of_these_tests_finds_what_is_hidden_badly() -> None:
    pages = pages_of(of_visits(1))
    true = figures_of(of_visits(1))
    naive = {
        place: number
        for place, number in pages.shown.items()
        if place[0] in ("asked", "modes") and not place[3]
    }
    for place in naive:
        if place[0] == "asked":
            naive[place] = true.of(Figure(event=Counted.PROCEDURE_CHOSEN, procedure=place[1]))
    for place, mode in zip(
        [one for one in naive if one[0] == "modes"], ("touch", "typing", "voice"), strict=True
    ):
        naive[place] = true.of(Figure(event=Counted.PROCEDURE_CHOSEN, mode=mode))
    small = next(one for one in naive if one[0] == "modes")
    naive[small] = None
    assert worked_out(Pages(naive)) == {small}


def test_two_small_counts_whose_sum_leaves_one_answer_are_not_both_told_to_be_small() -> None:
    """Under five both, eight together: each must be four."""
    at = {"day": DAY, "hour_band": "07-09", "procedure": "", "step": "", "language": "vi"}
    split = {"touch": 4, "typing": 4, "voice": 20}
    report = report_of(
        Cell(event=Counted.PROCEDURE_CHOSEN, mode=mode, n=n, **(at | {"procedure": "khai-sinh"}))  # type: ignore[arg-type]
        for mode, n in split.items()
    )
    release = released(report)[""]
    modes = next(table for table in release.tables if table.shows is Shows.MODES)
    numbers = [row.numbers[0] for row in modes.rows]
    assert numbers[:2] == [Hidden.SMALL, Hidden.SMALL]
    assert numbers[2] is Hidden.WITHHELD, "else 28 less 20 would be two fours"


def test_what_is_hidden_of_one_language_is_hidden_of_the_other() -> None:
    figures = figures_of(of_visits(2))
    splits = splits_of(figures)
    shown = [one.in_language(view) for one in figures.sums for view in VIEWS]
    hidden = hidden_in(figures, shown, splits)
    for one in hidden:
        if one.language:
            assert one.in_language("vi") in hidden
            assert one.in_language("en") in hidden
        else:
            assert one.in_language("vi") in hidden, "what all visits hide, each language hides"


def test_lines_are_sorted_by_what_is_seen_of_them() -> None:
    """Else the place of a hidden number among the others would tell what it is."""
    release = released(of_visits(3))[""]
    asked = next(table for table in release.tables if table.shows is Shows.ASKED)
    numbers = [row.numbers[0] for row in asked.rows]
    seen = [one for one in numbers if isinstance(one, int)]
    assert numbers[: len(seen)] == seen == sorted(seen, reverse=True)
    hidden = [row.label for row in asked.rows[len(seen) :]]
    assert hidden == sorted(hidden)


def test_a_share_stands_only_where_both_of_its_numbers_do() -> None:
    for release in released(of_visits(4)).values():
        for table in release.tables:
            for row in table.rows:
                if isinstance(row.numbers[0], Hidden):
                    assert row.percent is None


def test_a_ward_that_has_many_visits_loses_little() -> None:
    """Hiding everything would be safe too."""
    report = of_visits(5, days=30, most=40)
    release = released(report)[""]
    by_name = {table.shows: table for table in release.tables}
    for shows in (Shows.VISITS, Shows.MODES, Shows.HOURS):
        numbers = [number for row in by_name[shows].rows for number in row.numbers]
        assert all(isinstance(number, int) for number in numbers), shows

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
from kiosk.usage_hiding import hidden_in
from kiosk.usage_periods import Pace
from kiosk.usage_release import HIDDEN, AtLeast, Names, Release, Seen, least, release_of
from kiosk.usage_tables import Shows, shown_in, splits_of
from kiosk.words_files import load_words

WORDS = load_words()
DAY = date(2026, 11, 23)
"""A Monday."""
SUNDAY = DAY + timedelta(days=6)
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
    return Report(since=DAY, until=SUNDAY, cells=tuple(counted))


def of_visits(seed: int, *, weeks: int = 1, most: int = 12) -> Report:
    counts = made_visits(SUNDAY, days=7 * weeks, most=most, seed=seed)
    return Report(
        since=SUNDAY - timedelta(days=7 * weeks - 1),
        until=SUNDAY,
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


def released(report: Report, pace: Pace = Pace.WEEK) -> dict[str, Release]:
    return {
        view: release_of(report, WORDS, language="vi", names=Names(), pace=pace, visits=view)
        for view in VIEWS
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
                    seen = number if isinstance(number, int) else None
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


def of_modes(touch: int, typing: int, voice: int) -> Report:
    counted = {"touch": touch, "typing": typing, "voice": voice}
    return report_of(
        Cell(
            day=DAY,
            hour_band="07-09",
            event=Counted.PROCEDURE_CHOSEN,
            procedure="khai-sinh",
            step="",
            mode=mode,
            language="vi",
            n=n,
        )
        for mode, n in counted.items()
    )


def seen_of(release: Release, shows: Shows) -> list[Seen]:
    table = next(one for one in release.tables if one.shows is shows)
    return [number for row in table.rows for number in row.numbers]


def test_two_hidden_counts_whose_sum_is_two_are_not_left_alone_together() -> None:
    """What is hidden is hardly nought: each of them must be one."""
    assert seen_of(released(of_modes(1, 1, 20))[""], Shows.MODES) == [HIDDEN] * 3


def test_what_is_withheld_looks_like_what_is_small() -> None:
    """Else 26 less 20 would be five, which is not small, and one."""
    assert seen_of(released(of_modes(1, 5, 20))[""], Shows.MODES).count(HIDDEN) >= 2
    assert len({repr(one) for one in seen_of(released(of_modes(1, 5, 20))[""], Shows.MODES)}) <= 2


def test_it_is_not_always_the_smallest_that_is_withheld() -> None:
    """Whoever knows the program would take it for that."""
    withheld = set()
    for n in range(20, 60):
        parts = seen_of(released(of_modes(1, 8, n))[""], Shows.MODES)
        withheld.add(tuple(number is HIDDEN for number in parts))
    assert {(True, True, False), (True, False, True)} <= withheld


def bounds_of(report: Report) -> dict[Figure, tuple[float, float]]:
    """What somebody can be sure of who narrows bounds down through all sums of all views.

    He takes it that what is hidden is not nought, as it hardly ever is.
    """
    figures = figures_of(report)
    shown = {one for view in VIEWS for one in shown_in(figures, view)}
    hidden = hidden_in(figures, shown, splits_of(figures))
    sums_: list[tuple[Figure, list[Figure]]] = []
    for split in splits_of(figures):
        for view in VIEWS:
            parts = [one.in_language(view) for one in split.parts]
            sums_.append((split.total.in_language(view), parts))
    every = {one.in_language("") for total, parts in sums_ for one in (total, *parts)} | {
        one.in_language("") for one in shown
    }
    sums_ += [(one, [one.in_language("vi"), one.in_language("en")]) for one in every]
    known: dict[Figure, tuple[float, float]] = {}
    for total, parts in sums_:
        for one in (total, *parts):
            number = figures.of(one)
            is_read = one in shown and one not in hidden
            least = 1 if one in hidden and not one.language else 0
            known[one] = (number, number) if is_read else (least, float("inf"))
    for _ in range(40):
        before = dict(known)
        for total, parts in sums_:
            low, high = (sum(known[one][end] for one in parts) for end in (0, 1))
            narrow(known, total, low, high)
            for one in parts:
                rest = [known[other] for other in parts if other != one]
                low = known[total][0] - sum(most for _, most in rest)
                narrow(known, one, low, known[total][1] - sum(least for least, _ in rest))
        if known == before:
            break
    return {one: known[one] for one in hidden if one in known}


def narrow(known: dict[Figure, tuple[float, float]], one: Figure, low: float, high: float) -> None:
    least, most = max(known[one][0], low), min(known[one][1], high)
    if least <= most:
        known[one] = least, most


@pytest.mark.parametrize(("most", "seeds"), [(12, range(24)), (40, range(8)), (100, range(3))])
def test_who_knows_that_what_is_hidden_is_not_nought_works_nothing_out(
    most: int, seeds: range
) -> None:
    for seed in seeds:
        report = of_visits(seed, most=most)
        figures, bounds = figures_of(report), bounds_of(report)
        assert len(bounds) > 10, "something is hidden"
        small = {one: at for one, at in bounds.items() if 0 < figures.of(one) < 5}
        assert [one for one, at in small.items() if at == (figures.of(one), figures.of(one))] == []


# Several weeks


def test_a_longer_span_tells_what_its_weeks_tell_and_no_more() -> None:
    report = of_visits(6, weeks=3, most=40)
    whole = released(report)[""]
    each = []
    for week in range(3):
        monday = report.since + timedelta(days=7 * week)
        days = [monday + timedelta(days=at) for at in range(7)]
        cells_ = tuple(one for one in report.cells if one.day in days)
        each.append(released(Report(since=days[0], until=days[-1], cells=cells_))[""])
    for table in whole.tables:
        if table.shows is Shows.DAYS:
            continue
        for row in table.rows:
            for at, number in enumerate(row.numbers):
                shares = [
                    other.numbers[at]
                    for release in each
                    for one in release.tables
                    if one.shows is table.shows
                    for other in one.rows
                    if (other.label, other.detail) == (row.label, row.detail)
                ]
                told = [one for one in shares if isinstance(one, int)]
                if len(told) == len(shares):
                    assert number == sum(told)
                else:
                    assert number == (AtLeast(sum(told)) if any(told) else HIDDEN)


def test_a_span_of_years_is_told_by_weeks() -> None:
    release = released(of_visits(2, weeks=15, most=20))[""]
    days = next(table for table in release.tables if table.shows is Shows.DAYS)
    assert len(days.rows) == 15
    assert days.rows[-1].label == WORDS.say("usage.week", "vi", monday="23/11/2026")
    started = next(table for table in release.tables if table.shows is Shows.VISITS).rows[0]
    by_week = sum(least(one) for row in days.rows for one in row.numbers)
    assert by_week == least(started.numbers[0]) > 0


def test_a_ward_may_be_told_by_months() -> None:
    counts = of_visits(2, weeks=15, most=20)
    cells_ = tuple(one for one in counts.cells if 9 <= one.day.month <= 10)
    two = Report(since=date(2026, 9, 1), until=date(2026, 10, 31), cells=cells_)
    release = released(two, Pace.MONTH)[""]
    days = next(table for table in release.tables if table.shows is Shows.DAYS)
    assert len(days.rows) > 50, "short enough to be told by days"
    long = Report(since=date(2026, 7, 1), until=date(2026, 10, 31), cells=cells_)
    release = released(long, Pace.MONTH)[""]
    days = next(table for table in release.tables if table.shows is Shows.DAYS)
    assert [row.label for row in days.rows] == ["09/2026", "10/2026"]


@pytest.mark.parametrize(
    ("pace", "since", "until"),
    [
        (Pace.WEEK, DAY, DAY),
        (Pace.WEEK, DAY + timedelta(days=1), SUNDAY),
        (Pace.WEEK, date(2026, 11, 1), date(2026, 11, 30)),
        (Pace.MONTH, DAY, SUNDAY),
        (Pace.MONTH, date(2026, 11, 1), date(2026, 11, 29)),
    ],
)
def test_days_that_are_no_whole_weeks_or_months_never_leave_the_office(
    pace: Pace, since: date, until: date
) -> None:
    with pytest.raises(ValueError, match="no whole"):
        released(Report(since=since, until=until, cells=of_visits(2).cells), pace)


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
                if not isinstance(row.numbers[0], int):
                    assert row.percent is None


def test_a_ward_that_has_many_visits_loses_little() -> None:
    """Hiding everything would be safe too."""
    report = of_visits(5, weeks=4, most=40)
    release = released(report)[""]
    by_name = {table.shows: table for table in release.tables}
    for shows in (Shows.VISITS, Shows.MODES, Shows.HOURS):
        numbers = [number for row in by_name[shows].rows for number in row.numbers]
        assert all(isinstance(number, int) for number in numbers), shows

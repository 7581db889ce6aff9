"""The tables of usage: what they show of the counters, and how their numbers hang together. Pure.

The report in a terminal, the console's page and both exports show these tables; only the report
shows them as they are, the others what `usage_hiding` leaves of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kiosk.procedure import LANGUAGES
from kiosk.tally import (
    ANSWERS,
    BANDS,
    CALL_ENDS,
    OTHER_HOURS,
    OUTCOMES,
    RATINGS,
    VISIT_ENDS,
    Counted,
    InputMode,
)
from kiosk.usage_counts import GROUPS, SENTENCES, Figure, Figures

HOURS = (*BANDS.values(), OTHER_HOURS)


class Shows(StrEnum):
    """What a table answers; each has its title in the words, `usage.table`."""

    VISITS = "visits"
    ASKED = "asked"
    CARDS = "cards"
    STOPS = "stops"
    OUTCOMES = "outcomes"
    MODES = "modes"
    LANGUAGES = "languages"
    SURENESS = "sureness"
    CALLS = "calls"
    DAYS = "days"
    HOURS = "hours"
    RATINGS = "ratings"
    SLIPS = "slips"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a table: what it is about, and its figures, one a column."""

    figures: tuple[Figure, ...]
    name: str = ""
    """A key of `usage.name` in the words, or a day, a month, a band of hours."""
    procedure: str = ""
    step: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageTable:
    """A table before its numbers are filled in."""

    shows: Shows
    columns: tuple[str, ...]
    """Keys of `usage.name`."""
    rows: tuple[Row, ...]
    of_all: Figure | None = None
    """What the first column is a share of."""


@dataclass(frozen=True, slots=True)
class Split:
    """A figure that is the sum of others: one that is hidden could be had from the rest."""

    total: Figure
    parts: tuple[Figure, ...]

    @property
    def members(self) -> tuple[Figure, ...]:
        """All of them."""
        return (self.total, *self.parts)


def usage_tables(figures: Figures, language: str = "") -> tuple[UsageTable, ...]:
    """The tables.

    Args:
        figures: the sums.
        language: of the visits; empty: of all.
    """
    chosen = _procedures(figures, Counted.PROCEDURE_CHOSEN)
    came_of = tuple(
        sorted({*chosen, *(at for one in _CAME_OF for at in _procedures(figures, one))})
    )
    tables = (
        _by_event(Shows.VISITS, (Counted.VISIT_STARTED, *VISIT_ENDS), language),
        _by_procedure(Shows.ASKED, chosen, (Counted.PROCEDURE_CHOSEN,), language),
        _by_procedure(
            Shows.CARDS, _procedures(figures, Counted.CARD_SHOWN), (Counted.CARD_SHOWN,), language
        ),
        UsageTable(
            shows=Shows.STOPS,
            columns=(Counted.STEP_LEFT,),
            rows=tuple(
                Row(
                    procedure=figure.procedure,
                    step=figure.step,
                    figures=(figure.in_language(language),),
                )
                for figure in _steps_left(figures)
            ),
        ),
        _by_procedure(Shows.OUTCOMES, came_of, (Counted.PROCEDURE_CHOSEN, *_CAME_OF), language),
        UsageTable(
            shows=Shows.MODES,
            columns=(Counted.PROCEDURE_CHOSEN,),
            rows=tuple(
                Row(name=one, figures=(_chosen(mode=one, language=language),)) for one in InputMode
            ),
        ),
        *(() if language else (_by_language(),)),
        _by_event(
            Shows.SURENESS,
            (SENTENCES, *GROUPS[SENTENCES], Counted.TAKEN_BACK),
            language,
            of_all=Figure(event=SENTENCES, language=language),
        ),
        _by_event(
            Shows.CALLS,
            (Counted.STAFF_CALLED, Counted.STAFF_ANSWERED, *CALL_ENDS),
            language,
            of_all=Figure(event=Counted.STAFF_CALLED, language=language),
        ),
        UsageTable(
            shows=Shows.DAYS,
            columns=(Counted.VISIT_STARTED,),
            rows=tuple(
                Row(name=one, figures=(_started(period=one, language=language),))
                for one in figures.periods()
            ),
        ),
        UsageTable(
            shows=Shows.HOURS,
            columns=(Counted.VISIT_STARTED,),
            rows=tuple(
                Row(name=one, figures=(_started(band=one, language=language),)) for one in HOURS
            ),
        ),
        _by_event(Shows.RATINGS, RATINGS, language),
        _by_event(Shows.SLIPS, (Counted.SLIP_PRINTED, Counted.SLIP_FAILED), language),
    )
    return tuple(table for table in tables if _has_any(figures, table))


def splits_of(figures: Figures) -> tuple[Split, ...]:
    """Every sum that can be made of the figures of the tables, for the visits of all languages.

    Some hold in most spans only: a visit that begins before midnight ends on the next day, and
    an answer may be changed after the outcome. They are taken as if they always did.
    """
    return tuple(_splits(figures))


def shown_in(figures: Figures, language: str) -> Iterator[Figure]:
    """The figures that the tables show."""
    for table in usage_tables(figures, language):
        for row in table.rows:
            yield from row.figures


_CAME_OF = (*OUTCOMES, Counted.STEP_LEFT)
"""What comes of a procedure that was chosen."""


def _splits(figures: Figures) -> Iterator[Split]:
    def of(event: str, procedure: str = "") -> Figure:
        return Figure(event=event, procedure=procedure)

    chosen, started = of(Counted.PROCEDURE_CHOSEN), of(Counted.VISIT_STARTED)
    asked = _procedures(figures, Counted.PROCEDURE_CHOSEN)
    yield Split(chosen, tuple(of(Counted.PROCEDURE_CHOSEN, one) for one in asked))
    yield Split(chosen, tuple(_chosen(mode=one) for one in InputMode))
    yield Split(chosen, tuple(map(of, _CAME_OF)))
    for event in _CAME_OF:
        yield Split(of(event), tuple(of(event, one) for one in _procedures(figures, event)))
    for procedure in asked:
        parts = tuple(of(event, procedure) for event in _CAME_OF)
        yield Split(of(Counted.PROCEDURE_CHOSEN, procedure), parts)
    stops = _steps_left(figures)
    for procedure in _procedures(figures, Counted.STEP_LEFT):
        parts = tuple(one for one in stops if one.procedure == procedure)
        yield Split(of(Counted.STEP_LEFT, procedure), parts)
    cards = _procedures(figures, Counted.CARD_SHOWN)
    yield Split(of(Counted.CARD_SHOWN), tuple(of(Counted.CARD_SHOWN, one) for one in cards))
    yield Split(started, tuple(_started(period=one) for one in figures.periods()))
    yield Split(started, tuple(_started(band=one) for one in HOURS))
    yield Split(started, tuple(map(of, VISIT_ENDS)))
    yield Split(of(Counted.VISIT_FINISHED), tuple(map(of, RATINGS)))
    yield Split(of(SENTENCES), tuple(map(of, GROUPS[SENTENCES])))
    yield Split(of(Counted.STAFF_ANSWERED), tuple(map(of, ANSWERS)))
    others = (Counted.STAFF_ANSWERED, Counted.CALL_CANCELLED, Counted.CALL_MISSED)
    yield Split(of(Counted.STAFF_CALLED), tuple(map(of, others)))


def _by_event(
    shows: Shows, events: Sequence[str], language: str, *, of_all: Figure | None = None
) -> UsageTable:
    rows = tuple(Row(name=one, figures=(Figure(event=one, language=language),)) for one in events)
    return UsageTable(shows=shows, columns=("times",), rows=rows, of_all=of_all)


def _by_procedure(
    shows: Shows, procedures: Sequence[str], events: Sequence[Counted], language: str
) -> UsageTable:
    rows = tuple(
        Row(
            procedure=one,
            figures=tuple(
                Figure(event=event, procedure=one, language=language) for event in events
            ),
        )
        for one in procedures
    )
    return UsageTable(shows=shows, columns=tuple(events), rows=rows)


def _by_language() -> UsageTable:
    rows = tuple(Row(name=one, figures=(_chosen(language=one),)) for one in LANGUAGES)
    return UsageTable(shows=Shows.LANGUAGES, columns=(Counted.PROCEDURE_CHOSEN,), rows=rows)


def _chosen(*, mode: str = "", language: str = "") -> Figure:
    return Figure(event=Counted.PROCEDURE_CHOSEN, mode=mode, language=language)


def _started(*, period: str = "", band: str = "", language: str = "") -> Figure:
    return Figure(event=Counted.VISIT_STARTED, period=period, band=band, language=language)


def _procedures(figures: Figures, event: Counted) -> tuple[str, ...]:
    """Those with any count of `event` in whatever language."""
    return tuple(sorted({one.procedure for one in _of(figures, event) if one.procedure}))


def _steps_left(figures: Figures) -> list[Figure]:
    """The steps at which a procedure was left."""
    return sorted(one for one in _of(figures, Counted.STEP_LEFT) if one.step)


def _of(figures: Figures, event: Counted) -> Iterator[Figure]:
    return (one for one in figures.sums if one.event == event and not one.language)


def _has_any(figures: Figures, table: UsageTable) -> bool:
    return any(figures.of(one.in_language("")) for row in table.rows for one in row.figures)

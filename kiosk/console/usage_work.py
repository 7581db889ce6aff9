"""What the usage page has done beside the kiosk: counters read, small ones hidden, files made."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from kiosk.procedure import Language
from kiosk.settings import Settings
from kiosk.usage_outside import Looked, look_at_periods
from kiosk.usage_periods import Periods
from kiosk.usage_sheets import Origin, Sheets
from kiosk.words_files import load_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What somebody wants to look at."""

    periods: Periods
    visits: str = ""
    """The language of the visits; empty: all."""


def look(settings: Settings, span: Span, language: Language, today: date) -> Looked:
    """The tables of a span.

    Raises:
        KioskError: `usage.unreadable`.
    """
    words = load_words()
    return look_at_periods(
        settings, span.periods, words, language=language, today=today, visits=span.visits
    )


def make_file(
    settings: Settings,
    span: Span,
    language: Language,
    kind: Literal["csv", "xlsx"],
    made: datetime,
) -> bytes | None:
    """The same tables as a file; None where there are none.

    Raises:
        KioskError: `usage.unreadable`.
    """
    release = look(settings, span, language, made.date()).release
    if release is None:
        return None
    ward = settings.ward.name.in_language(language)
    sheets = Sheets(release, Origin(ward=ward, made=made), load_words(), language)
    return sheets.csv() if kind == "csv" else sheets.xlsx()

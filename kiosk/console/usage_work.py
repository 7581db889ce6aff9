"""What the usage page has done beside the kiosk: counters read, small ones hidden, files made."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from kiosk.procedure import Language
from kiosk.settings import Settings
from kiosk.usage import USAGE_FILE
from kiosk.usage_names import read_names
from kiosk.usage_release import Release, release_of
from kiosk.usage_report import oldest_day, report
from kiosk.usage_sheets import Origin, Sheets
from kiosk.words_files import load_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What somebody wants to look at."""

    since: date
    until: date
    visits: str = ""
    """The language of the visits; empty: all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What there is to be seen."""

    release: Release
    oldest: date | None
    """The first day of which anything is held."""


def look(settings: Settings, span: Span, language: Language, today: date) -> Looked:
    """The tables of a span.

    Raises:
        KioskError: `usage.unreadable`.
    """
    path = settings.folders.state_path / USAGE_FILE
    found = report(path, since=span.since, until=span.until)
    release = release_of(
        found,
        load_words(),
        language=language,
        names=read_names(settings, today),
        visits=span.visits,
    )
    return Looked(release=release, oldest=oldest_day(path))


def make_file(
    settings: Settings,
    span: Span,
    language: Language,
    kind: Literal["csv", "xlsx"],
    made: datetime,
) -> bytes:
    """The same tables as a file.

    Raises:
        KioskError: `usage.unreadable`.
    """
    release = look(settings, span, language, made.date()).release
    ward = settings.ward.name.in_language(language)
    sheets = Sheets(release, Origin(ward=ward, made=made), load_words(), language)
    return sheets.csv() if kind == "csv" else sheets.xlsx()

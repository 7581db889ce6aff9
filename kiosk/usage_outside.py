"""What of the usage log may leave the office: whole weeks or months that nobody can take apart."""

from dataclasses import dataclass
from datetime import date, timedelta

from kiosk.procedure import Language
from kiosk.settings import Settings
from kiosk.usage import USAGE_FILE, months_before
from kiosk.usage_deletion import deletions
from kiosk.usage_names import read_names
from kiosk.usage_periods import Periods, held_whole
from kiosk.usage_release import Release, release_of
from kiosk.usage_report import oldest_day, report
from kiosk.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What there is to be seen."""

    periods: Periods
    """Of those that were asked for, the ones that are over and wholly kept."""
    release: Release | None
    """None: there is none of them."""
    oldest: date | None
    """The first day of which anything is held."""


def look_at_periods(
    settings: Settings,
    asked: Periods,
    words: Words,
    *,
    language: Language,
    today: date,
    visits: str = "",
) -> Looked:
    """The tables of some weeks or months.

    Args:
        settings: where the log is, and how long it is kept.
        asked: the weeks or months.
        words: the kiosk's sentences.
        language: of the words.
        today: the day.
        visits: the language of the visits; empty: all.

    Raises:
        KioskError: `usage.unreadable`.
    """
    state = settings.folders.state_path
    path = state / USAGE_FILE
    gone = [one.until + timedelta(days=1) for one in deletions(state)]
    kept_from = max(months_before(today, settings.usage.retention_months), *gone, date.min)
    periods = held_whole(asked, kept_from=kept_from, today=today)
    release: Release | None = None
    if not periods.is_none:
        release = release_of(
            report(path, since=periods.first, until=periods.last_day),
            words,
            language=language,
            names=read_names(settings, today),
            pace=periods.pace,
            visits=visits,
        )
    return Looked(periods=periods, release=release, oldest=oldest_day(path))

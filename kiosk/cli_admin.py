"""The commands of staff and admins: counters, the staff PIN, readiness, the national catalogue."""

import json
import sys
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kiosk.app import PIN_FILE
from kiosk.card_file import CARDS_FILE, save_cards
from kiosk.doctor import examine, is_ready
from kiosk.door import StaffDoor
from kiosk.errors import KioskError
from kiosk.finding import Finding, State
from kiosk.guide_trial import try_guide
from kiosk.portal_import import read_portal
from kiosk.procedure import Language
from kiosk.terminal import Lang, Site, fail, language_of, settings_of
from kiosk.usage import USAGE_FILE
from kiosk.usage_outside import look_at_periods
from kiosk.usage_periods import Pace, whole_periods
from kiosk.usage_report import print_report, report
from kiosk.usage_sheets import Origin, Sheets
from kiosk.words_files import load_words

REPORT_DAYS = 30
"""What a report covers when no days are named, today included."""
FIRST_DAY = date(2026, 1, 1)
"""No kiosk counted before: an export begins here when no day is named."""
MOST_PIN_LETTERS = 64
"""More than this is not read from a pipe; the door refuses even less."""

_STYLES = {
    State.OK: "green",
    State.INFORMATION: "dim",
    State.WARNING: "yellow",
    State.MISSING: "bold red",
}

Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="YYYY-MM-DD.")]
Json = Annotated[bool, typer.Option("--json", help="JSON instead of a table.")]

admin = typer.Typer()
usage = typer.Typer(help="The counters: what the kiosk was used for.", no_args_is_help=True)
admin.add_typer(usage, name="usage")


@usage.command("report")
def usage_report(
    *, since: Day = None, until: Day = None, lang: Lang = "vi", site: Site = None
) -> None:
    """Print tables and bars; by default of the last 30 days."""
    language = language_of(lang)
    last = _day(until, _today())
    first = _day(since, last - timedelta(days=REPORT_DAYS - 1))
    try:
        found = report(_usage_file(site, language), since=first, until=last)
    except KioskError as error:
        fail(error, language)
    print_report(found, Console(), language=language)


@usage.command("export")
def usage_export(
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="The file to write: OUT.csv, or OUT.xlsx.")
    ],
    *,
    since: Day = None,
    until: Day = None,
    lang: Lang = "vi",
    site: Site = None,
) -> None:
    """Write the tables as CSV or XLSX: whole months, counts under 5 hidden; by default all."""
    language = language_of(lang)
    first, last = _day(since, FIRST_DAY), _day(until, _today())
    try:
        count = _export_tables(out, first, last, site, language)
    except KioskError as error:
        fail(error, language)
    typer.echo(load_words().say("cli.exported", language, count=count, file=out))


@admin.command()
def pin(*, site: Site = None, lang: Lang = "vi") -> None:
    """Set the staff PIN anew: asked twice, or one line from a pipe."""
    language, words = language_of(lang), load_words()
    settings = settings_of(site, language)
    file = settings.folders.state_path / PIN_FILE
    door = StaffDoor(file, fewest_digits=settings.staff.pin_digits)
    try:
        door.set_pin(_wanted_pin(language))
    except KioskError as error:
        fail(error, language)
    typer.echo(words.say("cli.pin_kept", language, file=file))


@admin.command()
def doctor(*, site: Site = None, as_json: Json = False, lang: Lang = "vi") -> None:
    """Look at everything the kiosk needs; exit 1 where something is missing."""
    language, words = language_of(lang), load_words()
    from kiosk.ui.gain_check import check_gain, loudspeakers  # noqa: PLC0415 - only this needs Qt

    findings = examine(
        site,
        words=words,
        language=language,
        today=_today(),
        measure=check_gain,
        loudspeakers=loudspeakers,
        try_guide=try_guide,
    )
    ready = is_ready(findings)
    if as_json:
        told = {"ready": ready, "findings": [asdict(one) for one in findings]}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        Console().print(_table(findings, language))
        missing = sum(one.state is State.MISSING for one in findings)
        key = "doctor.ready" if ready else "doctor.not_ready"
        typer.echo(words.say(key, language, count=missing))
    raise typer.Exit(0 if ready else 1)


@admin.command(name="import")
def import_cards(
    export_file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The portal's export: .jsonl or .jsonl.gz.")
    ],
    *,
    site: Site = None,
    lang: Lang = "vi",
) -> None:
    """Take in the national catalogue as cards and list what is left out; exit 1 if all is."""
    language, words = language_of(lang), load_words()
    file = settings_of(site, language).folders.state_path / CARDS_FILE
    try:
        imported = read_portal(export_file)
        if imported.cards:
            save_cards(imported.cards, file)
    except KioskError as error:
        fail(error, language)
    for one in imported.refused:
        reason = words.say(f"refused.{one.reason.value}", language, **dict(one.values))
        typer.echo(f"{export_file}:{one.line}: {one.code or '–'}: {reason}")
    counts = {
        "cards": len(imported.cards),
        "communes": sum(one.is_commune for one in imported.cards),
        "refused": len(imported.refused),
        "file": file,
    }
    key = "cli.imported" if imported.cards else "cli.nothing_imported"
    typer.echo(words.say(key, language, **counts))
    raise typer.Exit(0 if imported.cards else 1)


def _wanted_pin(language: Language) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline(MOST_PIN_LETTERS).rstrip("\r\n")
    words = load_words()
    wanted: str = typer.prompt(words.say("pin.set", language), hide_input=True)
    if typer.prompt(words.say("pin.repeat", language), hide_input=True) != wanted:
        raise KioskError("pin.unlike")
    return wanted


def _table(findings: tuple[Finding, ...], language: Language) -> Table:
    words = load_words()
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for one in findings:
        told = Text(one.text)
        if one.remedy:
            told.append(f"\n→ {one.remedy}", style="italic")
        table.add_row(
            Text(words.say(f"doctor.state.{one.state.value}", language), style=_STYLES[one.state]),
            Text(words.say(f"doctor.name.{one.name}", language)),
            told,
        )
    return table


_NO_PERIOD = {Pace.WEEK: "usage.no_week", Pace.MONTH: "usage.no_month"}


def _export_tables(
    out: Path, first: date, last: date, site: Path | None, language: Language
) -> int:
    """Write the tables of whole periods in a span of days; returns the number of lines."""
    settings, words, today = settings_of(site, language), load_words(), _today()
    asked = whole_periods(first, last, settings.usage.told_by)
    release = look_at_periods(settings, asked, words, language=language, today=today).release
    if release is None or not release.tables:
        raise KioskError(_NO_PERIOD[asked.pace], since=str(first), until=str(last))
    ward = settings.ward.name.in_language(language)
    made = datetime.now()  # noqa: DTZ005 - the time where the kiosk stands
    sheets = Sheets(release, Origin(ward=ward, made=made), words, language)
    try:
        out.write_bytes(sheets.xlsx() if out.suffix.lower() == ".xlsx" else sheets.csv())
    except OSError as error:
        raise KioskError("usage.export_failed", error.strerror or "", file=str(out)) from error
    return sum(len(table.rows) for table in release.tables)


def _usage_file(site: Path | None, language: Language) -> Path:
    return settings_of(site, language).folders.state_path / USAGE_FILE


def _day(named: datetime | None, otherwise: date) -> date:
    return named.date() if named is not None else otherwise


def _today() -> date:
    return date.today()  # noqa: DTZ011 - the day where the kiosk stands

"""The command line: thin, each command calls one function and prints what it returns.

What those do who write scripts is in `cli_scripts`, what staff and admins do around a kiosk in
`cli_admin`; what all commands share is in `terminal`.
"""

import json
import logging
import os
from dataclasses import asdict, replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from kiosk.app_guide import guide_address
from kiosk.catalogue import SHIPPED_PROCEDURES
from kiosk.cli_admin import admin
from kiosk.cli_assistant import assistant
from kiosk.cli_broker import broker
from kiosk.cli_bundle import bundle
from kiosk.cli_console import console
from kiosk.cli_models import models
from kiosk.cli_preview import previews
from kiosk.cli_scripts import scripts
from kiosk.cli_speech import speech
from kiosk.engine_link import Program
from kiosk.errors import KioskError
from kiosk.guide_bench import QUESTIONS, measure_guide, requests_of
from kiosk.model_store import find_model
from kiosk.own_process import allow_many_files, keep_to_itself
from kiosk.sentence_bench import measure_sentences, searched_in
from kiosk.settings import SITE_PLACES, Settings
from kiosk.terminal import Lang, On, Site, fail, language_of, on_day, settings_of
from kiosk.words_files import load_words

app = typer.Typer(
    name="kiosk",
    help="Dẫn Lối: the kiosk that shows a citizen the way through a ward's procedures.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(scripts)
app.add_typer(previews)
app.add_typer(assistant)
app.add_typer(admin)
app.add_typer(models, name="models")
app.add_typer(console, name="console")
app.add_typer(bundle, name="bundle")
app.add_typer(broker, name="broker")
app.add_typer(speech)

EXAMPLE_SITE = Path(__file__).parent.parent / "packaging" / "site.example.toml"
DEMONSTRATION = Path(__file__).with_name("demonstration.yaml")
NATIONAL = Path(__file__).parents[2] / "shared" / "data" / "procedures_reference.jsonl.gz"
"""Where developers have the national catalogue: `kiosk bench` searches it if it is there."""


@app.callback()
def _root() -> None:
    """Make `kiosk COMMAND` work with one command too."""


@app.command()
def run(
    *,
    windowed: Annotated[bool, typer.Option("--windowed", help="In a window.")] = False,
    lang: Annotated[str | None, typer.Option(help="Language of the waiting screen.")] = None,
    fake_engines: Annotated[
        bool,
        typer.Option("--fake-engines", help="Stand-ins for recogniser and voice: no model needed."),
    ] = False,
    on: On = None,
    site: Site = None,
) -> None:
    """Run the kiosk; on a machine without a display, make the demonstration visit instead."""
    keep_to_itself()
    allow_many_files()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    if not _has_display():
        _demonstrate(site, _previewed(on))
        return
    from kiosk.ui.window import run_kiosk  # noqa: PLC0415 - Qt is loaded only where it is shown

    settings = settings_of(site)
    if lang is not None:
        screen = replace(settings.screen, language=language_of(lang))
        settings = replace(settings, screen=screen)
    if fake_engines:
        settings = replace(
            settings,
            hearing=replace(settings.hearing, engine="fake"),
            speaking=replace(settings.speaking, engine="fake"),
        )
    try:
        raise typer.Exit(run_kiosk(settings, is_windowed=windowed, on=_previewed(on)))
    except KioskError as error:
        fail(error, settings.screen.language)


@app.command()
def visit(
    plan: Annotated[Path, typer.Argument(help="The plan of the visit, in YAML.")],
    out: Annotated[Path, typer.Option(help="Where pictures, slip and record go.")],
    *,
    on: On = None,
    site: Site = None,
) -> None:
    """Make a whole visit through the real screen, offscreen, by touches and keys."""
    _visit(plan, settings_of(site), out, _previewed(on))


@app.command()
def bench(
    *,
    as_json_object: Annotated[
        bool, typer.Option("--json", help="JSON instead of a table.")
    ] = False,
    visits: Annotated[int, typer.Option(min=2, help="How many visits to make.")] = 200,
    catalogue: Annotated[
        Path | None,
        typer.Option(help="What is searched; left out: the national one if it is at hand."),
    ] = None,
    has_voice: Annotated[
        bool, typer.Option("--voice/--no-voice", help="Measure hearing and speaking, too.")
    ] = True,
    has_guide: Annotated[
        bool, typer.Option("--guide/--no-guide", help="Measure the language model, too.")
    ] = True,
    site: Site = None,
    lang: Lang = "vi",
) -> None:
    """Measure the kiosk's own speed: taps, search, memory, voice, guide; takes some minutes."""
    from kiosk.ui.bench import measure  # noqa: PLC0415 - the same
    from kiosk.ui.guide_bench import measure_screen  # noqa: PLC0415 - the same
    from kiosk.ui.visit import read_plan  # noqa: PLC0415 - the same
    from kiosk.ui.voice_bench import measure_voice  # noqa: PLC0415 - the same

    language, words = language_of(lang), load_words()
    searched = catalogue or (NATIONAL if NATIONAL.is_file() else SHIPPED_PROCEDURES)
    national = searched if searched.is_file() else None
    folder = SHIPPED_PROCEDURES if searched.is_file() else searched
    try:
        scripts, entries = searched_in(national, folder)
        settings = settings_of(site or EXAMPLE_SITE)
        voice = None
        if has_voice and _has_model(settings):
            voice = measure_voice(read_plan(DEMONSTRATION), settings)
        guide = screen = None
        program = _guide_program(settings) if has_guide else None
        asked = requests_of(scripts.procedures, QUESTIONS)
        if program is not None and asked:
            guide = measure_guide(program, settings.guide.model, settings.guide.threads, asked)
            screen = measure_screen(read_plan(DEMONSTRATION), settings, program, asked)
        figures = measure(
            read_plan(DEMONSTRATION),
            settings,
            entries,
            measure_sentences(national, folder),
            visits=visits,
        )
    except KioskError as error:
        fail(error, language)
    parts = [one for one in (figures, voice, guide, screen) if one is not None]
    bars = tuple(bar for part in parts for bar in part.against_bars())
    if as_json_object:
        told = {**asdict(figures), "searched": str(searched)}
        told["voice"] = asdict(voice) if voice is not None else None
        told["guide"] = asdict(guide) if guide is not None else None
        told["guided_screen"] = asdict(screen) if screen is not None else None
        told["bars"] = {
            key: {"found": found, "bar": bar, "is_met": found <= bar} for key, found, bar in bars
        }
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for key, found, bar in bars:
        kept = words.say("bench.met" if found <= bar else "bench.missed", language)
        typer.echo(words.say(f"bench.{key}", language, found=found, bar=bar, kept=kept))
    typer.echo(
        words.say(
            "bench.how",
            language,
            taps=figures.tap.count,
            keystrokes=figures.search.count,
            entries=figures.search_entries,
            sentences=figures.sentence.count,
            texts=figures.index_texts,
            searched=searched,
            early_visit=figures.memory.early_visit,
            visits=figures.memory.last_visit,
        )
    )


def _has_model(settings: Settings) -> bool:
    """Whether there is something to measure hearing with; where not, it is said."""
    try:
        find_model(settings.hearing.model, settings.folders.state_path)
    except KioskError as error:
        text = load_words().say(f"error.{error.code}", settings.screen.language, **error.values)
        typer.echo(text, err=True)
        return False
    return True


def _guide_program(settings: Settings) -> Program | None:
    """The guide to measure; where there is none on this machine, it is said why."""
    if settings.guide.engine != "model":
        return None
    try:
        address = guide_address(settings)
    except KioskError as error:
        text = load_words().say(f"error.{error.code}", settings.screen.language, **error.values)
        typer.echo(text, err=True)
        return None
    return address if isinstance(address, Program) else None


def _previewed(on: datetime | None) -> date | None:
    """The day of `--on`, said aloud: a kiosk that shows another day must not serve by mistake."""
    if on is None:
        return None
    typer.echo(load_words().say("cli.preview", "vi", date=f"{on:%d/%m/%Y}"), err=True)
    return on_day(on)


def _demonstrate(site: Path | None, on: date | None) -> None:
    words = load_words()
    typer.echo(words.say("cli.no_display", "vi"))
    _visit(DEMONSTRATION, settings_of(site or _first_site()), Path("out") / "demonstration", on)


def _first_site() -> Path | None:
    """None lets the ward's own file win; without one the example stands in."""
    return None if any(place.is_file() for place in SITE_PLACES) else EXAMPLE_SITE


def _visit(plan: Path, settings: Settings, out: Path, on: date | None) -> None:
    from kiosk.ui.visit import make_visit, read_plan  # noqa: PLC0415 - the same

    words = load_words()
    try:
        wanted = read_plan(plan)
        visited = make_visit(replace(wanted, today=on or wanted.today), settings, out)
    except KioskError as error:
        fail(error, settings.screen.language)
    typer.echo(words.say("cli.pictures", "vi", count=len(visited.pictures), folder=out))
    if visited.slip is not None:
        typer.echo(words.say("cli.slip", "vi", file=visited.slip))
    if visited.qr:
        typer.echo(words.say("cli.qr", "vi", file=out / "qr.txt", link=visited.qr))


def _has_display() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")) or (
        "QT_QPA_PLATFORM" in os.environ
    )

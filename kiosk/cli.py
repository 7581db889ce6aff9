"""The command line: thin, each command calls one function and prints what it returns."""

import logging
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from kiosk.catalogue import SHIPPED_PROCEDURES, check_path
from kiosk.errors import KioskError
from kiosk.procedure import Language
from kiosk.script import Fault
from kiosk.settings import SITE_PLACES, Settings, load_settings
from kiosk.words import load_words

app = typer.Typer(
    name="kiosk",
    help="Dẫn Lối: the kiosk that shows a citizen the way through a ward's procedures.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

Lang = Annotated[str, typer.Option(help="Language of the messages: vi or en.")]


Site = Annotated[Path | None, typer.Option(help="The site's settings file.")]
EXAMPLE_SITE = Path(__file__).parent.parent / "packaging" / "site.example.toml"
DEMONSTRATION = Path(__file__).with_name("demonstration.yaml")


@app.callback()
def _root() -> None:
    """Make `kiosk COMMAND` work with one command too."""


@app.command()
def check(
    path: Annotated[Path, typer.Argument(help="A script, its folder, or a folder of them.")] = (
        SHIPPED_PROCEDURES
    ),
    lang: Lang = "vi",
) -> None:
    """Print every fault of the scripts as `file:line: what, remedy`; exit 1 if there is one."""
    language = language_of(lang)
    try:
        catalogue = check_path(path)
    except KioskError as error:
        fail(error, language)
    for fault in catalogue.faults:
        typer.echo(fault_line(fault, language))
    broken = [fault for fault in catalogue.faults if not fault.is_warning]
    key = "cli.check_bad" if broken else "cli.check_good"
    counts = {
        "scripts": len(set(catalogue.left_out) | {one.file for one in catalogue.scripts}),
        "faults": len(broken),
        "warnings": len(catalogue.faults) - len(broken),
    }
    typer.echo(load_words().say(key, language, **counts), err=True)
    raise typer.Exit(1 if broken else 0)


@app.command()
def run(
    *,
    windowed: Annotated[bool, typer.Option("--windowed", help="In a window.")] = False,
    lang: Annotated[str | None, typer.Option(help="Language of the waiting screen.")] = None,
    site: Site = None,
) -> None:
    """Run the kiosk; on a machine without a display, make the demonstration visit instead."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    if not _has_display():
        _demonstrate(site)
        return
    from kiosk.ui.window import run_kiosk  # noqa: PLC0415 - Qt is loaded only where it is shown

    settings = _settings(site)
    if lang is not None:
        screen = replace(settings.screen, language=language_of(lang))
        settings = replace(settings, screen=screen)
    try:
        raise typer.Exit(run_kiosk(settings, is_windowed=windowed))
    except KioskError as error:
        fail(error, settings.screen.language)


@app.command()
def visit(
    plan: Annotated[Path, typer.Argument(help="The plan of the visit, in YAML.")],
    out: Annotated[Path, typer.Option(help="Where pictures, slip and record go.")],
    site: Site = None,
) -> None:
    """Make a whole visit through the real screen, offscreen, by touches and keys."""
    _visit(plan, _settings(site), out)


def _demonstrate(site: Path | None) -> None:
    words = load_words()
    typer.echo(words.say("cli.no_display", "vi"))
    _visit(DEMONSTRATION, _settings(site or _first_site()), Path("out") / "demonstration")


def _first_site() -> Path | None:
    """None lets the ward's own file win; without one the example stands in."""
    return None if any(place.is_file() for place in SITE_PLACES) else EXAMPLE_SITE


def _visit(plan: Path, settings: Settings, out: Path) -> None:
    from kiosk.ui.visit import make_visit, read_plan  # noqa: PLC0415 - the same

    words = load_words()
    try:
        visited = make_visit(read_plan(plan), settings, out)
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


def _settings(site: Path | None) -> Settings:
    try:
        return load_settings(site)
    except KioskError as error:
        fail(error, "vi")


def fault_line(fault: Fault, language: Language) -> str:
    """`file:line: what, remedy`."""
    words = load_words()
    text = words.say(f"fault.{fault.code}", language, **dict(fault.values))
    mark = f"{words.say('cli.warning', language)}: " if fault.is_warning else ""
    return f"{fault.file}:{fault.line}: {mark}{text}"


def language_of(text: str) -> Language:
    """The language named on the command line."""
    if text not in ("vi", "en"):
        raise typer.BadParameter("vi, en")
    return "vi" if text == "vi" else "en"


def fail(error: KioskError, language: Language) -> NoReturn:
    """Say what went wrong in one sentence and leave with 1."""
    words = load_words()
    key = f"error.{error.code}"
    text = words.say(key, language, **error.values) if words.has(key) else str(error)
    Console(stderr=True, soft_wrap=True).print(text, markup=False, highlight=False)
    sys.exit(1)

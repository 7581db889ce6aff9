"""The command line: thin, each command calls one function and prints what it returns."""

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from kiosk.catalogue import SHIPPED_PROCEDURES, check_path
from kiosk.errors import KioskError
from kiosk.procedure import Language
from kiosk.script import Fault
from kiosk.words import load_words

app = typer.Typer(
    name="kiosk",
    help="Dẫn Lối: the kiosk that shows a citizen the way through a ward's procedures.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

Lang = Annotated[str, typer.Option(help="Language of the messages: vi or en.")]


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

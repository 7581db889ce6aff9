"""What all commands share: their common options, the site's settings, how a failure is said."""

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from kiosk.errors import KioskError
from kiosk.fault_text import fault_text
from kiosk.procedure import Language
from kiosk.script import Fault
from kiosk.settings import Settings, load_settings, settings_of_bytes
from kiosk.words_files import load_words

Lang = Annotated[str, typer.Option(help="Language of the messages: vi or en.")]
On = Annotated[
    datetime | None,
    typer.Option("--on", formats=["%Y-%m-%d"], help="As if it were this day: YYYY-MM-DD."),
]
Site = Annotated[Path | None, typer.Option(help="The site's settings file.")]
HANDED_OVER = Path("-")
"""As the site's file: all settings stand as JSON on standard input, as the console puts them."""
MOST_SETTINGS_BYTES = 256 * 1024


def language_of(text: str) -> Language:
    """The language named on the command line."""
    if text not in ("vi", "en"):
        raise typer.BadParameter("vi, en")
    return "vi" if text == "vi" else "en"


def on_day(on: datetime | None) -> date:
    """The day that `--on` names, or today."""
    return on.date() if on is not None else date.today()  # noqa: DTZ011 - where the kiosk stands


def settings_of(site: Path | None, language: Language = "vi") -> Settings:
    """The site's settings; leaves with 1 where they cannot be used."""
    try:
        if site == HANDED_OVER:
            return settings_of_bytes(sys.stdin.buffer.read(MOST_SETTINGS_BYTES))
        return load_settings(site)
    except KioskError as error:
        fail(error, language)


def fault_line(fault: Fault, language: Language) -> str:
    """`file:line: what, remedy`."""
    words = load_words()
    text = fault_text(fault, words, language)
    mark = f"{words.say('cli.warning', language)}: " if fault.is_warning else ""
    return f"{fault.file}:{fault.line}: {mark}{text}"


def sentence_of(error: KioskError, language: Language) -> str:
    """What went wrong, for the person at the machine."""
    words = load_words()
    key = f"error.{error.code}"
    return words.say(key, language, **error.values) if words.has(key) else str(error)


def fail(error: KioskError, language: Language) -> NoReturn:
    """Say what went wrong in one sentence and leave with 1."""
    text = sentence_of(error, language)
    Console(stderr=True, soft_wrap=True).print(text, markup=False, highlight=False)
    sys.exit(1)

"""The commands around models: which there are, get one, look whether they are still whole."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kiosk.errors import KioskError
from kiosk.model_list import MODEL_LIST, Model, load_models, model_named
from kiosk.model_store import (
    Damage,
    Harm,
    Standing,
    damages,
    model_folder,
    model_standing,
    names_on_this_machine,
)
from kiosk.procedure import Language
from kiosk.terminal import Lang, Site, fail, language_of, settings_of
from kiosk.words_files import load_words

SHIPS = "ships"
"""Stands for `there` where a model came with the kiosk."""

_STYLES = {SHIPS: "green", Standing.THERE: "green", Standing.BROKEN: "bold red"}

ListFile = Annotated[
    Path,
    typer.Option("--list", help="Another list of models than the one that came with the kiosk."),
]

models = typer.Typer(
    help="Models for hearing and guiding: which there are, get one, check them.",
    no_args_is_help=True,
)


@models.command("list")
def list_models(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of a table.")] = False,
    list_file: ListFile = MODEL_LIST,
    site: Site = None,
    lang: Lang = "vi",
) -> None:
    """Show every model: whether it is installed, its size, its licence."""
    language, words = language_of(lang), load_words()
    state = settings_of(site, language).folders.state_path
    try:
        known = load_models(list_file)
    except KioskError as error:
        fail(error, language)
    rows = [(model, _state_of(model, state)) for model in known]
    others = sorted(set(names_on_this_machine(state)) - {model.name for model in known})
    if as_json:
        typer.echo(json.dumps([_told(*row) for row in rows], ensure_ascii=False, indent=2))
        return
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for model, standing in rows:
        about = Text.assemble(
            (model.name, "bold"),
            f"  {_size(model, language)}  {_licence(model, language)}\n",
            model.about.in_language(language),
        )
        table.add_row(_standing(standing, language), about)
    for name in others:
        about = Text.assemble((name, "bold"), f"\n{words.say('models.not_listed', language)}")
        table.add_row(_standing(model_standing(name, state), language), about)
    Console().print(table)


@models.command("fetch")
def fetch_model(
    name: Annotated[str, typer.Argument(help="The model's name, as `kiosk models list` shows it.")],
    *,
    source: Annotated[
        Path | None,
        typer.Option("--from", help="A folder that holds the files, such as a USB stick."),
    ] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            "--accept-sha256",
            metavar="HEX",
            help="Vouch for a file whose sum the list does not know; may be given several times.",
        ),
    ] = None,
    list_file: ListFile = MODEL_LIST,
    site: Site = None,
    lang: Lang = "vi",
) -> None:
    """Get a model, check every byte of it and install it; goes on where it was interrupted."""
    from kiosk.model_fetch import fetch, is_current  # noqa: PLC0415 - no other command needs HTTP

    language, words = language_of(lang), load_words()
    state = settings_of(site, language).folders.state_path
    accepted = {one.strip().lower() for one in accept or ()}
    try:
        model = model_named(name, load_models(list_file))
        was_there = is_current(model, state, accepted)
        with _bars() as progress:
            folder = fetch(model, state, progress=progress, source=source, accepted=accepted)
    except KioskError as error:
        fail(error, language)
    key = "models.already" if was_there else "models.fetched"
    typer.echo(words.say(key, language, name=name, folder=folder))


@models.command("verify")
def verify_models(
    name: Annotated[str | None, typer.Argument(help="Only this model.")] = None,
    *,
    list_file: ListFile = MODEL_LIST,
    site: Site = None,
    lang: Lang = "vi",
) -> None:
    """Read every byte of the installed models again; exit 1 where one is not as it was."""
    language, words = language_of(lang), load_words()
    state = settings_of(site, language).folders.state_path
    try:
        wanted = {one.name for one in load_models(list_file) if one.ships}
    except KioskError as error:
        fail(error, language)
    wanted |= set(names_on_this_machine(state))
    if name is not None:
        wanted = {name}
    if not wanted:
        typer.echo(words.say("models.none", language))
    is_whole = True
    for one in sorted(wanted):
        found = _damages(one, state)
        for damage in found:
            said = words.say(f"models.harm.{damage.harm}", language)
            typer.echo(f"{one}: {damage.file}: {said}")
        if found:
            is_whole = False
            typer.echo(words.say("models.mend", language, name=one))
        else:
            typer.echo(words.say("models.whole", language, name=one))
    raise typer.Exit(0 if is_whole else 1)


def _state_of(model: Model, state: Path) -> str:
    standing = model_standing(model.name, state)
    return SHIPS if model.ships and standing is Standing.THERE else standing.value


def _damages(name: str, state: Path) -> tuple[Damage, ...]:
    folder = model_folder(name, state)
    if folder is None:
        return (Damage(file=name, harm=Harm.GONE),)
    return damages(folder)


def _told(model: Model, standing: str) -> dict[str, object]:
    return {
        "name": model.name,
        "state": standing,
        "engine": model.engine,
        "purpose": model.purpose,
        "language": model.language,
        "bytes": model.download_bytes,
        "is_size_confirmed": model.is_size_confirmed,
        "is_sha256_confirmed": all(part.sha256 for part in model.parts),
        "licence": model.licence,
        "page": model.page,
        "known_by": model.known_by.strip(),
    }


def _standing(standing: str, language: Language) -> Text:
    said = load_words().say(f"models.standing.{standing}", language)
    return Text(said, _STYLES.get(standing, ""))


def _licence(model: Model, language: Language) -> str:
    return model.licence or load_words().say("models.no_licence", language)


def _size(model: Model, language: Language) -> str:
    if model.ships:
        return ""
    megabytes = f"{model.download_bytes / 1_000_000:.1f}"
    if language == "vi":
        megabytes = megabytes.replace(".", ",")
    key = "models.size" if model.is_size_confirmed else "models.size_at_most"
    return load_words().say(key, language, megabytes=megabytes)


@contextmanager
def _bars() -> Iterator[Callable[[str, int, int], None]]:
    """A bar a file on a terminal, nothing where no terminal is."""
    from rich.progress import (  # noqa: PLC0415 - the same
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    console = Console(stderr=True)
    bars = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )
    tasks = {}

    def show(file: str, done: int, total: int) -> None:
        if file not in tasks:
            tasks[file] = bars.add_task(file, total=total)
        bars.update(tasks[file], completed=done, total=total)

    with bars:
        yield show

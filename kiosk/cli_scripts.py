"""The commands of those who write scripts: check, draw, diff, schema."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from kiosk.catalogue import SHIPPED_PROCEDURES, Catalogue, check_path
from kiosk.check import Script, advise
from kiosk.difference import changes
from kiosk.dot import as_svg
from kiosk.drawing import drawable, flow_dot
from kiosk.errors import KioskError
from kiosk.model_store import find_model
from kiosk.overview import overview_dot
from kiosk.procedure import Language, Procedure
from kiosk.schema import schema_text
from kiosk.speech.vocabulary_file import load_vocabulary
from kiosk.terminal import Lang, On, Site, fail, fault_line, language_of, on_day, settings_of
from kiosk.walk import Coverage, coverage
from kiosk.words_files import load_words

CATALOGUE_PICTURE = Path("catalogue.svg")
"""Where the whole catalogue is drawn when no file is named."""

scripts = typer.Typer()


@scripts.command()
def check(
    path: Annotated[Path, typer.Argument(help="A script, its folder, or a folder of them.")] = (
        SHIPPED_PROCEDURES
    ),
    *,
    is_covering: Annotated[
        bool, typer.Option("--coverage", help="Print what the walks of each script reach.")
    ] = False,
    on: On = None,
    site: Site = None,
    lang: Lang = "vi",
) -> None:
    """Print every fault of the scripts as `file:line: what, remedy`; exit 1 if there is one."""
    language, today = language_of(lang), on_day(on)
    try:
        catalogue = check_path(path)
    except KioskError as error:
        fail(error, language)
    faults = [*catalogue.faults]
    heard = _vocabulary(site, language)
    faults += [one for script in catalogue.scripts for one in advise(script, today, heard)]
    for fault in sorted(faults, key=lambda one: (one.file, one.line)):
        typer.echo(fault_line(fault, language))
    reached = [(one, coverage(one.procedure, one.walks)) for one in catalogue.scripts if one.walks]
    if is_covering:
        for script, found in reached:
            typer.echo(_coverage_line(script, found, language))
    broken = [fault for fault in faults if not fault.is_warning]
    key = "cli.check_bad" if broken else "cli.check_good"
    counts = {
        "scripts": len(set(catalogue.left_out) | {one.file for one in catalogue.scripts}),
        "faults": len(broken),
        "warnings": len(faults) - len(broken),
    }
    words = load_words()
    typer.echo(words.say(key, language, **counts), err=True)
    if reached:
        whole = sum(found.percent == 100 for _, found in reached)
        percent = min(found.percent for _, found in reached)
        said = words.say("cli.covered", language, whole=whole, all=len(reached), percent=percent)
        typer.echo(said, err=True)
    raise typer.Exit(1 if broken else 0)


def _vocabulary(site: Path | None, language: Language) -> frozenset[str] | None:
    """The words that this kiosk's recogniser knows, where a model that lists them is there."""
    settings = settings_of(site, language)
    with suppress(KioskError):  # `kiosk doctor` says that it is missing
        return load_vocabulary(find_model(settings.hearing.model, settings.folders.state_path))
    return None


def _coverage_line(script: Script, found: Coverage, language: Language) -> str:
    procedure = script.procedure
    choices = sum(len(question.choices) for question in procedure.questions)
    outcomes, papers = len(procedure.outcomes), len(procedure.papers)
    return load_words().say(
        "cli.coverage",
        language,
        id=procedure.id,
        percent=found.percent,
        choices=f"{choices - len(found.choices)}/{choices}",
        outcomes=f"{outcomes - len(found.outcomes)}/{outcomes}",
        papers=f"{papers - len(found.papers)}/{papers}",
    )


@scripts.command()
def draw(
    name: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="A procedure's id, or its folder; left out: all."),
    ] = None,
    *,
    out: Annotated[
        Path | None, typer.Option(help="The picture; left out: ID.svg or catalogue.svg here.")
    ] = None,
    on: On = None,
    lang: Lang = "vi",
    catalogue: Annotated[Path, typer.Option(help="A folder of scripts.")] = SHIPPED_PROCEDURES,
) -> None:
    """Draw the flow of a procedure as SVG; without an id the whole catalogue on one page."""
    language, words = language_of(lang), load_words()
    given = Path(name) if name is not None else None
    day = on_day(on) if on is not None else None
    try:
        found = check_path(given if given is not None and given.is_dir() else catalogue)
        if given is None:
            offered = found.procedures
            dot = overview_dot(offered, words=words, language=language, on=on_day(on))
            title = words.say("draw.catalogue", language, count=len(offered))
            file = out or CATALOGUE_PICTURE
        else:
            procedure = drawable(given.resolve().name if given.is_dir() else str(name), found)
            dot = flow_dot(procedure, words=words, language=language, on=day)
            title = procedure.title.in_language(language)
            file = out or Path(f"{procedure.id}.svg")
        svg = as_svg(dot)
    except KioskError as error:
        fail(error, language)
    _write(file, svg, language)
    typer.echo(words.say("draw.done", language, title=title, file=file))


@scripts.command()
def diff(
    old: Annotated[Path, typer.Argument(help="The earlier script, or folder of scripts.")],
    new: Annotated[Path, typer.Argument(help="The later one.")],
    lang: Lang = "vi",
) -> None:
    """Say in plain words what changed for a citizen; exit 1 only where a script is unreadable."""
    language, words = language_of(lang), load_words()
    try:
        before, after = (_readable(check_path(side)) for side in (old, new))
    except KioskError as error:
        fail(error, language)
    found = changes(before, after, words=words, language=language)
    for one in found:
        typer.echo(one.title)
        for sentence in one.sentences:
            typer.echo(f"  - {sentence}")
    if found:
        typer.echo(words.say("diff.count", language, count=len(found)))
    else:
        is_same = {one.id: one for one in before} == {one.id: one for one in after}
        typer.echo(words.say("diff.nothing" if is_same else "diff.only_hidden", language))


def _readable(catalogue: Catalogue) -> Sequence[Procedure]:
    """All procedures of a version, those with faults of sense too.

    Raises:
        KioskError: `diff.unreadable`, for the first script whose form is broken.
    """
    read = {script.file for script in catalogue.scripts}
    for file in catalogue.left_out:
        if file not in read:
            lines = [one.line for one in catalogue.faults if one.file == file]
            raise KioskError("diff.unreadable", file=file, line=str(min(lines, default=1)))
    return [script.procedure for script in catalogue.scripts]


@scripts.command()
def schema(
    out: Annotated[Path | None, typer.Option(help="The file; left out: printed.")] = None,
    lang: Lang = "vi",
) -> None:
    """Print the JSON Schema of script.yaml, for editors that complete and check."""
    language = language_of(lang)
    if out is None:
        typer.echo(schema_text(), nl=False)
        return
    _write(out, schema_text(), language)
    typer.echo(load_words().say("cli.schema_written", language, file=out))


def _write(file: Path, text: str, language: Language) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        fail(KioskError("draw.not_written", error.strerror or "", file=str(file)), language)

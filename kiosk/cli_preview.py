"""The command that draws one screen of a script, for whoever writes it."""

from pathlib import Path
from typing import Annotated

import typer

from kiosk.bundle_current import current_of
from kiosk.errors import KioskError
from kiosk.preview import wanted_of
from kiosk.preview_source import Source, opened
from kiosk.terminal import Lang, On, Site, fail, language_of, on_day, settings_of
from kiosk.words_files import load_words

previews = typer.Typer()


@previews.command("preview")
def preview_screen(
    path: Annotated[
        Path | None,
        typer.Argument(help="A folder of scripts, or a bundle; left out: what is shown here."),
    ] = None,
    *,
    out: Annotated[Path, typer.Option(help="The picture, PNG.")],
    procedure: Annotated[str, typer.Option(help="Its id; left out: before one is chosen.")] = "",
    answers: Annotated[str, typer.Option(help="Ids of the choices taken: a,b,c")] = "",
    look: Annotated[str, typer.Option(help="step, why, outcome or waiting.")] = "",
    life_event: Annotated[str, typer.Option(help="The tile that was touched.")] = "",
    page: Annotated[str, typer.Option(help="How often to go on below, on a long screen.")] = "",
    orientation: Annotated[str, typer.Option(help="portrait or landscape.")] = "portrait",
    on: On = None,
    site: Site = None,
    lang: Lang = "vi",
) -> None:
    """Draw one screen as a citizen will see it."""
    from kiosk.ui.preview import draw  # noqa: PLC0415 - Qt is loaded only where it draws

    language = language_of(lang)
    settings, today = settings_of(site, language), on_day(on)
    try:
        wanted = wanted_of(
            procedure=procedure,
            answers=answers,
            look=look,
            life_event=life_event,
            page=page,
            language=language,
            orientation=orientation,
        )
        if path is None:
            current = current_of(settings, today)
            path, settings = current.procedures, current.settings
        with opened(Source(path=path, settings=settings, today=today)) as source:
            picture, _ = draw(source, wanted)
        _write(picture, out)
    except KioskError as error:
        fail(error, language)
    typer.echo(load_words().say("cli.previewed", language, file=out))


def _write(picture: bytes, out: Path) -> None:
    try:
        out.write_bytes(picture)
    except OSError as error:
        raise KioskError("preview.not_written", error.strerror or "", file=str(out)) from error

"""The commands around the ward's broker, at which several kiosks meet."""

import socket
from pathlib import Path
from typing import Annotated

import typer

from kiosk.broker.set_up import CONF_FILE, Plan, set_up_broker
from kiosk.errors import KioskError
from kiosk.terminal import Lang, Site, fail, language_of, settings_of
from kiosk.words_files import load_words

broker = typer.Typer(help="The ward's broker: several kiosks, one console.", no_args_is_help=True)


@broker.callback()
def _group() -> None:
    """Make `kiosk broker COMMAND` work with one command too."""


@broker.command("set-up")
def set_up(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where everything goes.")],
    *,
    kiosk: Annotated[list[str], typer.Option(help="A kiosk's id; once for each.")],
    console: Annotated[
        list[str] | None, typer.Option(help="A console's account; once for each.")
    ] = None,
    host: Annotated[
        list[str] | None,
        typer.Option(help="A name or address by which kiosks reach it; once for each."),
    ] = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Its port.")] = 8883,
    site: Site = None,
    lang: Lang = "vi",
) -> None:
    """Prepare the broker on this machine; again with more kiosks, it keeps what there is."""
    language, words = language_of(lang), load_words()
    ward = settings_of(site, language).ward.portal.ward_code
    name = socket.gethostname().lower()
    hosts = host or [name, f"{name}.local"]
    plan = Plan(
        ward=ward, kiosks=kiosk, consoles=console or ["trang-can-bo"], hosts=hosts, port=port
    )
    try:
        set_up_broker(folder, plan)
    except KioskError as error:
        fail(error, language)
    shown = folder.resolve()
    told = words.say(
        "broker.ready",
        language,
        folder=shown,
        accounts=", ".join((*plan.kiosks, *plan.consoles)),
        hosts=", ".join(hosts),
        file=shown / CONF_FILE,
    )
    typer.echo(told)

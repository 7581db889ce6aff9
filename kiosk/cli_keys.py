"""The commands around keys: whose bundles this kiosk takes, and the keys to sign with."""

import os
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from kiosk.bundle import scope_of
from kiosk.bundle_sign import KEYS_FILE, Key, added, changed, load_keys, make_key, save_keys
from kiosk.errors import KioskError
from kiosk.private_file import alone_with
from kiosk.procedure import Language
from kiosk.terminal import Lang, Site, fail, language_of, settings_of
from kiosk.words_files import load_words

MOST_PASSPHRASE_LETTERS = 256
MOST_PEM_BYTES = 16 * 1024
PUBLIC_SUFFIX = ".keys.toml"
"""How the file of the public half ends."""

keys = typer.Typer(help="Keys: whose bundles this kiosk takes.", no_args_is_help=True)

Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="YYYY-MM-DD.")]
KeyId = Annotated[str, typer.Argument(metavar="ID", help="The key's id, or its beginning.")]


@keys.command("make")
def make(
    file: Annotated[Path, typer.Argument(metavar="FILE.pem", help="Where the private half goes.")],
    *,
    name: Annotated[str, typer.Option(help="Who holds it.")],
    scope: Annotated[str, typer.Option(help="ward:CODE or city:CODE")],
    until: Day = None,
    has_passphrase: Annotated[
        bool, typer.Option("--passphrase/--no-passphrase", help="Ask for a passphrase.")
    ] = True,
    lang: Lang = "vi",
) -> None:
    """Make a pair of keys: FILE.pem stays secret, FILE.keys.toml goes to the kiosks."""
    language, words = language_of(lang), load_words()
    public = file.with_name(file.name.removesuffix(".pem") + PUBLIC_SUFFIX)
    try:
        pem, key = make_key(
            name=name,
            scope=scope_of(scope),
            valid_from=_today(),
            valid_until=until.date() if until is not None else None,
            passphrase=_new_passphrase(language) if has_passphrase else "",
        )
        _write_secret(file, pem)
        save_keys([key], public)
    except KioskError as error:
        fail(error, language)
    typer.echo(words.say("keys.made", language, id=key.id, file=file, public=public))


@keys.command("add")
def add(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file of public keys.")],
    *,
    is_sure: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    site: Site = None,
    lang: Lang = "vi",
) -> None:
    """Trust the keys of a file, beside those that are trusted already."""
    language, words = language_of(lang), load_words()
    try:
        new = load_keys(file)
        if not new:
            raise KioskError("keys.none_in", file=str(file))  # noqa: TRY301 - told like the others
        for key in new:
            typer.echo(_line(key, language))
        if not is_sure:
            typer.confirm(words.say("keys.sure", language), abort=True)
        _change(site, language, lambda known: added(known, new))
    except KioskError as error:
        fail(error, language)
    typer.echo(words.say("keys.added", language, count=len(new)))


@keys.command("list")
def list_keys(*, site: Site = None, lang: Lang = "vi") -> None:
    """Every key, for whom it may speak and until when."""
    language = language_of(lang)
    try:
        known = load_keys(_file(site, language))
    except KioskError as error:
        fail(error, language)
    for key in known:
        typer.echo(_line(key, language))
    if not known:
        typer.echo(load_words().say("keys.none", language))


@keys.command("revoke")
def revoke(key_id: KeyId, *, on: Day = None, site: Site = None, lang: Lang = "vi") -> None:
    """Never take a bundle of this key again: somebody else may have it."""
    language = language_of(lang)
    day = on.date() if on is not None else _today()
    try:
        _change(site, language, lambda known: changed(known, key_id, revoked=day))
    except KioskError as error:
        fail(error, language)
    typer.echo(load_words().say("keys.revoked", language, id=key_id))


@keys.command("end")
def end(
    key_id: KeyId,
    until: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="The last day.")],
    *,
    site: Site = None,
    lang: Lang = "vi",
) -> None:
    """Have a key end on a day: its successor takes over."""
    language = language_of(lang)
    try:
        _change(site, language, lambda known: changed(known, key_id, valid_until=until.date()))
    except KioskError as error:
        fail(error, language)
    shown = f"{until:%d/%m/%Y}"
    typer.echo(load_words().say("keys.ends", language, id=key_id, until=shown))


def private_key(file: Path) -> bytes:
    """The private half.

    Raises:
        KioskError: `keys.private_unreadable`.
    """
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_PEM_BYTES)
    except OSError as error:
        raise KioskError("keys.private_unreadable", error.strerror or "") from error


def passphrase_for(pem: bytes, language: Language) -> str:
    """The passphrase that opens a key, asked for where it needs one."""
    if b"ENCRYPTED" not in pem:
        return ""
    if not sys.stdin.isatty():
        return sys.stdin.readline(MOST_PASSPHRASE_LETTERS).rstrip("\r\n")
    asked = load_words().say("keys.passphrase", language)
    return str(typer.prompt(asked, hide_input=True))


def _new_passphrase(language: Language) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline(MOST_PASSPHRASE_LETTERS).rstrip("\r\n")
    asked = load_words().say("keys.passphrase", language)
    return str(typer.prompt(asked, hide_input=True, confirmation_prompt=True))


def _write_secret(file: Path, pem: bytes) -> None:
    """For its owner only, and never in place of another."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(pem)
    except OSError as error:
        problem = error.strerror or type(error).__name__
        raise KioskError("keys.not_written", file=str(file), problem=problem) from error


def _change(
    site: Path | None,
    language: Language,
    make_new: Callable[[tuple[Key, ...]], tuple[Key, ...]],
) -> None:
    file = _file(site, language)
    try:
        with alone_with(file):  # the console may be adding its own key
            save_keys(make_new(load_keys(file)), file)
    except OSError as error:
        problem = error.strerror or type(error).__name__
        raise KioskError("keys.not_written", file=str(file), problem=problem) from error


def _file(site: Path | None, language: Language) -> Path:
    return settings_of(site, language).folders.state_path / KEYS_FILE


def _line(key: Key, language: Language) -> str:
    words = load_words()
    standing = words.say(f"keys.standing.{key.standing(_today()).value}", language)
    until = f"{key.valid_until:%d/%m/%Y}" if key.valid_until else "–"
    return f"{key.id}  {key.scope}  {key.valid_from:%d/%m/%Y} – {until}  {standing}  {key.name}"


def _today() -> date:
    return date.today()  # noqa: DTZ011 - the day where the kiosk stands

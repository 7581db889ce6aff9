"""The commands of the staff console: its accounts."""

import sys
import time
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from kiosk.console.accounts import MOST_PASSWORD, AccountBook, Role
from kiosk.console.audit import AuditLog
from kiosk.console.files import ACCOUNTS_FILE, AUDIT_FILE, console_words
from kiosk.errors import KioskError
from kiosk.procedure import Language
from kiosk.terminal import Lang, Site, fail, language_of, settings_of

CLI = "(kiosk console)"
"""Stands in the audit log for whoever has a shell on this machine."""

console = typer.Typer(help="The staff console.", no_args_is_help=True)
account = typer.Typer(help="Who may sign in to the staff console.", no_args_is_help=True)
console.add_typer(account, name="account")

Name = Annotated[str, typer.Argument(help="The account.")]
RoleName = Annotated[Role, typer.Argument(help="What it is for.")]
MustChange = Annotated[
    bool, typer.Option("--must-change", help="Whoever signs in must choose another one first.")
]


@account.command()
def add(
    name: Name,
    *,
    role: Annotated[Role, typer.Option(help="What it is for.")] = Role.STAFF,
    must_change: MustChange = False,
    site: Site = None,
    lang: Lang = "vi",
) -> None:
    """Add an account; its password is asked twice, or is one line from a pipe."""
    language, words = language_of(lang), console_words()
    book, log = _open(site, language)
    try:
        book.add(name, role, _wanted_password(language), must_change=must_change)
    except KioskError as error:
        fail(error, language)
    log.note("account_added", account=CLI, about=f"{name} {role.value}")
    told = words.say(f"role.{role.value}", language)
    typer.echo(words.say("cli.added", language, name=name, role=told))


@account.command(name="list")
def list_accounts(*, site: Site = None, lang: Lang = "vi") -> None:
    """List the accounts."""
    language, words = language_of(lang), console_words()
    book, _ = _open(site, language)
    try:
        accounts = book.accounts()
    except KioskError as error:
        fail(error, language)
    for one in accounts:
        key = "cli.account_disabled" if one.is_disabled else "cli.account"
        role = words.say(f"role.{one.role.value}", language)
        typer.echo(words.say(key, language, name=one.name, role=role))
    if not accounts:
        typer.echo(words.say("cli.nobody", language))


@account.command()
def disable(
    name: Name,
    *,
    undo: Annotated[bool, typer.Option("--undo", help="Let them in again.")] = False,
    site: Site = None,
    lang: Lang = "vi",
) -> None:
    """Let nobody use an account any more; who is signed in with it is out at once."""
    language, words = language_of(lang), console_words()
    book, log = _open(site, language)
    try:
        book.set_disabled(name, is_disabled=not undo)
    except KioskError as error:
        fail(error, language)
    log.note("account_enabled" if undo else "account_disabled", account=CLI, about=name)
    typer.echo(words.say("cli.enabled" if undo else "cli.disabled", language, name=name))


@account.command()
def password(
    name: Name,
    *,
    must_change: MustChange = False,
    may_review: Annotated[
        bool,
        typer.Option(
            "--may-review",
            help="Its holder types it here and now: a pair of eyes apart from whoever made it.",
        ),
    ] = False,
    site: Site = None,
    lang: Lang = "vi",
) -> None:
    """Set a forgotten password anew: asked twice, or one line from a pipe."""
    language, words = language_of(lang), console_words()
    book, log = _open(site, language)
    try:
        if may_review and must_change:
            raise KioskError("accounts.not_their_own")  # noqa: TRY301 - told like the others
        found = _wanted_password(language)
        book.set_password(name, found, must_change=must_change, is_free=may_review)
    except KioskError as error:
        fail(error, language)
    deed = "account_may_review" if may_review else "account_password"
    log.note(deed, account=CLI, about=name)
    typer.echo(words.say("cli.may_review" if may_review else "cli.changed", language, name=name))


@account.command(name="role")
def change_role(name: Name, role: RoleName, *, site: Site = None, lang: Lang = "vi") -> None:
    """Have an account be for something else; who is signed in with it is out at once."""
    language, words = language_of(lang), console_words()
    book, log = _open(site, language)
    try:
        book.set_role(name, role)
    except KioskError as error:
        fail(error, language)
    log.note("account_role", account=CLI, about=f"{name} {role.value}")
    told = words.say(f"role.{role.value}", language)
    typer.echo(words.say("cli.role", language, name=name, role=told))


@account.command(name="sign-out")
def sign_out(name: Name, *, site: Site = None, lang: Lang = "vi") -> None:
    """End all sessions of an account, wherever they are."""
    language, words = language_of(lang), console_words()
    book, log = _open(site, language)
    try:
        book.end_sessions(name)
    except KioskError as error:
        fail(error, language)
    log.note("account_signed_out", account=CLI, about=name)
    typer.echo(words.say("cli.signed_out", language, name=name))


@console.command()
def bench(
    *,
    kiosks: Annotated[int, typer.Option(min=1, max=500, help="How many are simulated.")] = 50,
    site: Site = None,
    lang: Lang = "vi",
) -> None:
    """Measure how fast the console is with many kiosks; exit 1 where it is too slow."""
    from kiosk.console.bench import measure_console  # noqa: PLC0415 - loads the web server

    language = language_of(lang)
    with TemporaryDirectory() as folder:
        figures = measure_console(settings_of(site, language), Path(folder), kiosks=kiosks)
    typer.echo(console_words().say("cli.figures", language, **asdict(figures)))
    raise typer.Exit(0 if figures.is_met else 1)


def _open(site: Path | None, language: Language) -> tuple[AccountBook, AuditLog]:
    settings = settings_of(site, language)
    state, ward = settings.folders.state_path, settings.ward.name
    book = AccountBook(state / ACCOUNTS_FILE, about=(ward.vi, ward.en))
    return book, AuditLog(state / AUDIT_FILE, clock=time.time)


def _wanted_password(language: Language) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline(MOST_PASSWORD + 2).rstrip("\r\n")
    words = console_words()
    wanted: str = typer.prompt(words.say("cli.password", language), hide_input=True)
    if typer.prompt(words.say("cli.again", language), hide_input=True) != wanted:
        raise KioskError("password.unlike")
    return wanted

"""Builds and joins the console: its part of the composition root."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from argon2 import PasswordHasher
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.types import ASGIApp

from kiosk.console.account_pages import account_pages
from kiosk.console.accounts import AccountBook, new_code
from kiosk.console.answered import Answered
from kiosk.console.application import make_app
from kiosk.console.audit import AuditLog
from kiosk.console.audit_page import audit_pages
from kiosk.console.board_pages import board_pages
from kiosk.console.bundle_pages import bundle_pages
from kiosk.console.bundle_preview_pages import bundle_preview_pages
from kiosk.console.candidate_pages import candidate_pages
from kiosk.console.card import CardWords
from kiosk.console.certificate import (
    Certificate,
    host_names,
    our_certificate,
    read_certificate,
)
from kiosk.console.door_pages import door_pages
from kiosk.console.draft_deeds import draft_deeds
from kiosk.console.draft_pages import draft_pages
from kiosk.console.draft_preview_pages import draft_preview_pages
from kiosk.console.files import ACCOUNTS_FILE, AUDIT_FILE, HERE, console_words
from kiosk.console.kiosks import Kiosks
from kiosk.console.notice_book import NOTICES_FILE, NoticeBook
from kiosk.console.notice_pages import notice_pages
from kiosk.console.notice_watch import NoticeWatch
from kiosk.console.script_entry_pages import script_entry_pages
from kiosk.console.script_list import script_list_pages
from kiosk.console.script_pages import script_pages
from kiosk.console.sentence_pages import sentence_pages
from kiosk.console.server import ConsoleServer, is_this_machine, reachable
from kiosk.console.signed_in import Sessions
from kiosk.console.static_files import static_pages, version
from kiosk.console.throttle import Throttle
from kiosk.console.usage_pages import usage_pages
from kiosk.console.web import Console, Page, SetupCode, Site, day_of
from kiosk.office import ConsoleDoor
from kiosk.settings import Settings
from kiosk.words_files import load_words


def all_pages() -> tuple[Page, ...]:
    """Everything that the console serves."""
    return (
        *door_pages(),
        *board_pages(),
        *notice_pages(),
        *account_pages(),
        *script_list_pages(),
        *script_entry_pages(),
        *script_pages(),
        *draft_pages(),
        *draft_deeds(),
        *draft_preview_pages(),
        *bundle_pages(),
        *candidate_pages(),
        *bundle_preview_pages(),
        *audit_pages(),
        *usage_pages(),
        *sentence_pages(),
        *static_pages(),
    )


def templates() -> Environment:
    """The pages' templates: what is put into them is text, never HTML."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["version"] = version()
    return environment


def make_console(
    settings: Settings,
    kiosks: Kiosks,
    *,
    is_tls: bool,
    setup: SetupCode,
    hasher: PasswordHasher | None = None,
    clock: Callable[[], float] = time.time,
    seconds: Callable[[], float] = time.monotonic,
    shown: Settings | None = None,
) -> Console:
    """The services behind the pages.

    Args:
        settings: the site's own.
        kiosks: that are watched.
        is_tls: whether cookies travel under TLS only.
        setup: makes the first account.
        hasher: of passwords; None: ours.
        clock: seconds since 1970.
        seconds: seconds that only go forward.
        shown: the settings with a bundle's part laid over; None: there is none.
    """
    state, shown = settings.folders.state_path, shown or settings
    console = Console(
        site=Site(ward=shown.ward.name, counters=shown.counters),
        settings=settings,
        accounts=AccountBook(state / ACCOUNTS_FILE, hasher=hasher, today=lambda: day_of(clock())),
        sessions=Sessions(idle_seconds=settings.console.session_minutes * 60.0, clock=seconds),
        throttle=Throttle(clock=seconds),
        audit=AuditLog(state / AUDIT_FILE, clock=clock),
        kiosks=kiosks,
        setup=setup,
        words=CardWords(console=console_words(), kiosk=load_words()),
        templates=templates(),
        clock=clock,
        is_tls=is_tls,
        answered=Answered(clock),
    )
    console.closing.listen(console.bundles.stop)
    return console


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedConsole:
    """A console that can be reached."""

    server: ConsoleServer
    console: Console
    notices: NoticeWatch
    """Stops with the server."""
    door: ConsoleDoor
    """What the staff sheet says of it."""

    def start(self) -> None:
        """Serve, and return once it does."""
        self.notices.start()
        self.server.start()


def build_server(
    settings: Settings,
    kiosks: Kiosks,
    *,
    stopped: Callable[[], None],
    set_up: Callable[[], None],
    shown: Settings | None = None,
) -> ServedConsole:
    """The console of a site, not yet started.

    Args:
        settings: the site's own.
        kiosks: that are watched.
        stopped: called from any thread when it ends by itself.
        set_up: called from any thread when the first account was made.
        shown: the settings with a bundle's part laid over; None: there is none.

    Raises:
        KioskError: `console.no_certificate`, `console.no_address`, `accounts.damaged`.
    """
    wanted = settings.console
    certificate = _certificate(settings)
    setup = SetupCode("", set_up)
    is_tls = certificate is not None
    console = make_console(settings, kiosks, is_tls=is_tls, setup=setup, shown=shown)
    if not console.accounts.accounts():
        setup.code = new_code()
    names = host_names() | (certificate.names if certificate is not None else frozenset())

    def app() -> ASGIApp:
        return make_app(console, all_pages(), names=names)

    server = ConsoleServer(
        app,
        address=wanted.address,
        port=wanted.port,
        certificate=certificate,
        closing=console.closing,
        stopped=stopped,
    )
    scheme = "https" if certificate is not None else "http"
    reached = reachable(wanted.address)
    host = f"[{reached}]" if ":" in reached else reached
    door = ConsoleDoor(
        address=f"{scheme}://{host}:{server.port}",
        fingerprint=certificate.fingerprint if certificate is not None else "",
        setup_code=setup.code,
    )
    notices = NoticeWatch(
        kiosks, NoticeBook(console.state / NOTICES_FILE), today=lambda: console.today
    )
    console.closing.listen(notices.stop)
    return ServedConsole(server=server, console=console, notices=notices, door=door)


def _certificate(settings: Settings) -> Certificate | None:
    wanted = settings.console
    if wanted.certificate:
        return read_certificate(Path(wanted.certificate), Path(wanted.key or wanted.certificate))
    if is_this_machine(wanted.address):
        return None
    return our_certificate(settings.folders.state_path, wanted.address)

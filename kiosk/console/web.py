"""What a page is and what it gets: `Page`, `Visit`, and the services behind them (`Console`)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from jinja2 import Environment
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from kiosk.console.access import ANSWER, may_open
from kiosk.console.accounts import Account, AccountBook
from kiosk.console.answered import Answered
from kiosk.console.audit import AuditLog
from kiosk.console.beside import Beside
from kiosk.console.bundle_desk import BundleDesk
from kiosk.console.card import CardWords
from kiosk.console.closing import Closing
from kiosk.console.draft_count import DraftCount
from kiosk.console.kiosks import Kiosks
from kiosk.console.known_browsers import KnownBrowsers
from kiosk.console.signed_in import Ending, Sessions, SignedIn
from kiosk.console.throttle import Throttle
from kiosk.console.whereabouts import BOARD, LOGIN, page_at, parent_of, route_of
from kiosk.errors import KioskError
from kiosk.procedure import Language, Text
from kiosk.settings import Settings
from kiosk.standing import Standing

log = logging.getLogger("kiosk.console")

FORM_BYTES = 16_384
"""What a plain form may bring along."""
MOST_BODY_BYTES = 64 * 1024 * 1024
"""No page takes more, whatever it asks for."""

NAVIGATION = (
    ("/", "nav.board"),
    ("/notices", "nav.notices"),
    ("/usage", "nav.usage"),
    ("/scripts", "nav.scripts"),
    ("/drafts", "nav.drafts"),
    ("/bundles", "nav.bundles"),
    ("/bench", "nav.bench"),
    ("/accounts", "nav.accounts"),
    ("/audit", "nav.audit"),
    ("/password", "nav.password"),
)
"""(path, word) of the pages that stand in the head of each page, for those who may open them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What the pages say of the ward."""

    ward: Text
    counters: Mapping[str, Text]


@dataclass(slots=True)
class SetupCode:
    """Makes the first account, once; it stands on the staff sheet, behind the PIN."""

    code: str
    used: Callable[[], None]
    """Called when the first account was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """The services behind the pages."""

    site: Site
    settings: Settings
    """Of the site, without what a bundle lays over."""
    accounts: AccountBook
    sessions: Sessions
    throttle: Throttle
    known: KnownBrowsers
    audit: AuditLog
    kiosks: Kiosks
    setup: SetupCode
    words: CardWords
    templates: Environment
    clock: Callable[[], float]
    """Seconds since 1970."""
    is_tls: bool
    answered: Answered
    """Who is on the way to which kiosk."""
    closing: Closing = field(default_factory=Closing)
    """Set when the server stops: pages that stay open end."""
    beside: Beside = field(default_factory=Beside)
    """Does what may take long."""
    bundles: BundleDesk = field(default_factory=BundleDesk)
    """What the pages of bundles remember."""
    drafts: DraftCount = field(default_factory=DraftCount)
    """How many wait for review."""
    one_password_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Argon2 needs 64 MB and a core each time."""

    @property
    def state(self) -> Path:
        """The folder of all that this machine keeps."""
        return self.settings.folders.state_path

    @property
    def today(self) -> date:
        """The day."""
        return day_of(self.clock())

    @property
    def is_closing(self) -> bool:
        """Whether the server stops."""
        return self.closing.is_set

    @property
    def cookie(self) -> str:
        """The cookie's name; under TLS one that no other site can set for us."""
        return "__Host-console" if self.is_tls else "console"

    @property
    def known_cookie(self) -> str:
        """The name of the one that says who has signed in at this browser."""
        return "__Host-known" if self.is_tls else "known"


@dataclass(frozen=True, slots=True)
class Sent:
    """A field of a form that is kept, to be sent again."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request, once it is known who asks and that they may."""

    request: Request
    console: Console
    number: str
    """The browser's own."""
    session: SignedIn | None
    account: Account | None
    language: Language
    form: FormData

    @property
    def address(self) -> str:
        """Where it came from."""
        return self.request.client.host if self.request.client else ""

    @property
    def name(self) -> str:
        """Who asks; empty: nobody who is signed in."""
        return self.account.name if self.account is not None else ""

    @property
    def now(self) -> datetime:
        """The time here."""
        return datetime.fromtimestamp(self.console.clock(), UTC).astimezone()

    @property
    def today(self) -> date:
        """The day here."""
        return self.console.today

    @property
    def is_quiet(self) -> bool:
        """Whether our script asks, which needs no whole page."""
        return self.request.headers.get("x-quiet") == "1"

    @property
    def is_read(self) -> bool:
        """Whether somebody reads the answer as a page of its own."""
        return "text/html" in self.request.headers.get("accept", "") and not self.is_quiet

    @property
    def sent_to(self) -> str:
        """The address that was asked for."""
        query = self.request.url.query
        return quote(self.request.scope["path"]) + (f"?{query}" if query else "")

    @property
    def here(self) -> str:
        """The page that is shown, for whoever comes back to it; for a form, the one it is on."""
        if self.request.method == "POST":
            return parent_of("POST", self.request.scope["path"])
        return page_at(self.sent_to) or BOARD

    @property
    def quoted_here(self) -> str:
        """The same, as a part of another address."""
        return quote(self.here, safe="")

    @property
    def hears(self) -> bool:
        """Whether whoever asks is told on each page that somebody calls."""
        return self.may(ANSWER)

    @property
    def callers(self) -> tuple[Standing, ...]:
        """The kiosks at which somebody waits for an officer."""
        return tuple(one for one in self.console.kiosks.standings() if one.is_ringing)

    @property
    def ending(self) -> Ending:
        """Whether the session is about to end."""
        if self.session is None:
            return Ending.NOT
        return self.console.sessions.ending(self.session)

    def field(self, name: str) -> str:
        """A field of the form; empty where there is none."""
        found = self.form.get(name)
        return found if isinstance(found, str) else ""

    def say(self, key: str, /, **values: object) -> str:
        """A sentence of the console."""
        return self.console.words.console.say(key, self.language, **values)

    def error(self, error: KioskError) -> str:
        """What went wrong, in a sentence of the kiosk's words."""
        words, key = self.console.words.kiosk, f"error.{error.code}"
        return words.say(key, self.language, **error.values) if words.has(key) else error.code

    def may(self, path: str) -> bool:
        """Whether this account may send the form at this path."""
        return self.account is not None and may_open(self.account, "POST", path)

    def is_still_allowed(self) -> bool:
        """Whether the session goes on, for a page that stays open."""
        session = self.console.sessions.find(self.number, is_seen=False)
        if session is None:
            return False
        return account_of(self.console, session) is not None

    def refuse_unless_still_allowed(self) -> None:
        """See that the account is as it was when the request began, for a deed that has waited.

        Raises:
            KioskError: `console.account_changed`.
        """
        if not self.is_still_allowed():
            raise KioskError("console.account_changed")

    def page(self, template: str, *, status: int = 200, **values: object) -> Response:
        """A whole page.

        Args:
            template: its file in `pages/`.
            status: of the answer.
            values: what the template needs.
        """
        note = ""
        if self.session is not None:
            note, self.session.note = self.session.note, ""
        account = self.account
        path = self.request.url.path
        text = self.console.templates.get_template(template).render(
            say=self.say,
            language=self.language,
            token=self.console.sessions.token(self.number),
            ward=self.console.site.ward.in_language(self.language),
            account=account,
            navigation=[
                (to, self._said_in_head(to, word), to == path or path.startswith(f"{to}/"))
                for to, word in NAVIGATION
                if account is not None and may_open(account, "GET", to)
            ],
            here=self.here,
            note=note,
            hears=self.hears,
            callers=self.callers if self.hears else (),
            ending=self.ending,
            **values,
        )
        return HTMLResponse(text, status_code=status)

    def refuse(
        self,
        text: str,
        *,
        status: int,
        back: str = "",
        title: str = "",
        resent: tuple[Sent, ...] | None = None,
        is_signed_out: bool = False,
    ) -> Response:
        """Why something is not done, and where it goes on; for a script the sentence alone.

        Args:
            text: why.
            status: of the answer.
            back: path of the page to go on from; empty: the one to which this belongs.
            title: of the page; empty: the usual one.
            resent: the fields of a form that may be sent again from here.
            is_signed_out: whoever reads it has to sign in first.
        """
        if not self.is_read:
            return PlainTextResponse(text, status_code=status)
        method = "POST" if self.request.method == "POST" else "GET"
        back = back or parent_of(method, self.request.scope["path"], is_gone=status == 404)
        account, route = self.account, route_of("GET", back)
        if account is not None and not may_open(account, "GET", route):
            back = LOGIN if route == LOGIN else BOARD
        named = dict(NAVIGATION).get(back)
        return self.page(
            "refusal.html",
            status=status,
            title=title or self.say("refusal.title"),
            text=text,
            back=back,
            back_word=(
                self.say("refusal.to_page", page=self.say(named))
                if named is not None
                else self.say("refusal.to_last")
            ),
            sent_to=self.sent_to,
            resent=resent,
            is_signed_out=is_signed_out,
        )

    def _said_in_head(self, to: str, word: str) -> str:
        """A page's name in the head; how many drafts wait is said with it."""
        if to == "/drafts" and (count := self.console.drafts.waiting(self.console.state)):
            return self.say("nav.drafts_waiting", count=count)
        return self.say(word)

    def done(self, to: str, note: str = "") -> Response:
        """After a form: on to a page, with a word on what was done.

        Args:
            to: its path.
            note: said once there; our script gets it by itself and stays where it is.
        """
        if self.is_quiet:
            return Response(note, media_type="text/plain; charset=utf-8")
        if self.session is not None and note:
            self.session.note = note
        return RedirectResponse(to, status_code=303)

    def note(self, what: str, *, kiosk: str = "", about: str = "") -> None:
        """Write into the audit log what this account did."""
        self.console.audit.note(
            what, account=self.name, kiosk=kiosk, about=about, address=self.address
        )


def day_of(seconds: float) -> date:
    """The day here, at so many seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC).astimezone().date()


def account_of(console: Console, session: SignedIn) -> Account | None:
    """The account of a session; None: it was disabled or changed, or nothing can be read."""
    try:
        account = console.accounts.find(session.account)
    except KioskError as error:
        log.warning("nobody can be signed in: %s", error)
        return None
    return account if account is not None and account.stamp == session.stamp else None


Answer = Callable[[Visit], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page or a form: who may use it stands in `access.ACCESS`."""

    method: Literal["GET", "POST"]
    path: str
    answer: Answer
    most_bytes: int = FORM_BYTES
    """Of the body."""
    most_files: int = 0
    """Of uploaded files in the form."""
    is_asked: bool = True
    """Somebody wanted it: a sign of life. False: the page asks by itself."""

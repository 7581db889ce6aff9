"""The way in: sign in, sign out, the first account, one's own password, the language."""

import asyncio
import hmac
import logging
from collections.abc import Callable

from starlette.responses import Response

from kiosk.console.access import may_open
from kiosk.console.accounts import LEAST_PASSWORD, Account
from kiosk.console.application import LANGUAGE_COOKIE, set_cookie
from kiosk.console.web import Page, Visit
from kiosk.console.whereabouts import BOARD, page_at, route_of
from kiosk.errors import KioskError
from kiosk.procedure import Language

log = logging.getLogger("kiosk.console")

SETUP = "(setup)"
"""Stands for the account in the throttle while there is none."""
MOST_NAME = 64
"""Letters that are read of an account's name; no account has as many."""


def door_pages() -> tuple[Page, ...]:
    """All of them."""
    return (
        Page(method="GET", path="/login", answer=_login),
        Page(method="POST", path="/login", answer=_sign_in),
        Page(method="GET", path="/setup", answer=_setup),
        Page(method="POST", path="/setup", answer=_set_up),
        Page(method="POST", path="/language", answer=_language),
        Page(method="POST", path="/stay", answer=_stay),
        Page(method="POST", path="/logout", answer=_sign_out),
        Page(method="GET", path="/password", answer=_password),
        Page(method="POST", path="/password", answer=_change_password),
    )


async def _login(visit: Visit) -> Response:
    back = page_at(visit.request.query_params.get("from", ""))
    if visit.account is not None:
        return visit.done(_allowed(visit.account, back))
    if visit.console.setup.code and _has_nobody(visit):
        return visit.done("/setup")
    is_over = "over" in visit.request.query_params
    return visit.page("login.html", refusal="", name="", back=back, is_over=is_over)


async def _sign_in(visit: Visit) -> Response:
    name, password = visit.field("name").strip().lower()[:MOST_NAME], visit.field("password")
    back = page_at(visit.field("from"))

    def refused(text: str, status: int) -> Response:
        return visit.page(
            "login.html", status=status, refusal=text, name=name, back=back, is_over=False
        )

    try:
        account = await _checked(visit, name, password)
    except _RefusedError as wrong:
        return refused(wrong.text, wrong.status)
    except KioskError as error:
        return refused(visit.error(error), 503)
    return await _begin(visit, account, "login", to=_allowed(account, back))


def _allowed(account: Account, wanted: str) -> str:
    """The page that somebody came from, if it is for this account; else the board."""
    route = route_of("GET", wanted.partition("?")[0])
    return wanted if wanted and may_open(account, "GET", route) else BOARD


class _RefusedError(Exception):
    """Nobody is let in by this password."""

    def __init__(self, text: str, status: int) -> None:
        super().__init__(text)
        self.text = text
        self.status = status


async def _checked(visit: Visit, name: str, password: str) -> Account:
    """The account whose password this is; wrong tries are counted one after the other."""
    console = visit.console
    async with console.one_password_at_a_time:
        if wait := _must_wait(visit, name):
            raise _RefusedError(wait, 429)
        account = await asyncio.to_thread(console.accounts.check, name, password)
        if account is None:
            console.throttle.was_wrong(name, visit.address)
    if account is None:
        known = name if _is_known(visit, name) else ""  # it may be a password in the wrong field
        console.audit.note("login_refused", account=known, address=visit.address)
        raise _RefusedError(visit.say("login.refused"), 403)
    console.throttle.was_right(name, visit.address)
    return account


async def _hashing(visit: Visit, change: Callable[[], Account | None]) -> Account | None:
    """Change a password, once it was typed twice alike."""
    if visit.field("password") != visit.field("again"):
        raise KioskError("password.unlike")
    if visit.field("password") == visit.field("old"):
        raise KioskError("password.same")
    async with visit.console.one_password_at_a_time:
        return await asyncio.to_thread(change)


async def _setup(visit: Visit) -> Response:
    if not (visit.console.setup.code and _has_nobody(visit)):
        return visit.done("/login")
    return visit.page("setup.html", refusal="", name="", least=LEAST_PASSWORD)


async def _set_up(visit: Visit) -> Response:
    console, setup = visit.console, visit.console.setup
    name = visit.field("name").strip().lower()[:MOST_NAME]
    password = visit.field("password")

    def refused(text: str, status: int) -> Response:
        return visit.page(
            "setup.html", status=status, refusal=text, name=name, least=LEAST_PASSWORD
        )

    if refusal := _must_wait(visit, SETUP):
        return refused(refusal, 429)
    code = visit.field("code").upper().replace("-", "").replace(" ", "")
    wanted = setup.code.replace("-", "")
    if not wanted or not hmac.compare_digest(code.encode(), wanted.encode()):
        console.throttle.was_wrong(SETUP, visit.address)
        return refused(visit.say("setup.wrong_code"), 403)
    try:
        account = await _hashing(visit, lambda: console.accounts.add_first(name, password))
    except KioskError as error:
        return refused(visit.error(error), 422)
    if account is None:
        return visit.done("/login")
    setup.code = ""
    setup.used()
    return await _begin(visit, account, "setup")


async def _language(visit: Visit) -> Response:
    language: Language = "en" if visit.field("language") == "en" else "vi"
    if visit.session is not None:
        visit.session.language = language
    response = visit.done(page_at(visit.field("to")) or BOARD)
    response.set_cookie(
        LANGUAGE_COOKIE,
        language,
        path="/",
        httponly=True,
        samesite="strict",
        secure=visit.console.is_tls,
    )
    return response


async def _sign_out(visit: Visit) -> Response:
    visit.note("logout")
    visit.console.sessions.end(visit.number)
    response = visit.done("/login")
    response.delete_cookie(visit.console.cookie, path="/", secure=visit.console.is_tls)
    return response


async def _password(visit: Visit) -> Response:
    return visit.page("password.html", refusal="", least=LEAST_PASSWORD)


async def _change_password(visit: Visit) -> Response:
    console, account = visit.console, visit.account
    assert account is not None
    name = account.name

    def refused(text: str, status: int) -> Response:
        return visit.page("password.html", status=status, refusal=text, least=LEAST_PASSWORD)

    def change() -> Account | None:
        console.accounts.set_password(name, visit.field("password"))
        return console.accounts.find(name)

    try:
        await _checked(visit, name, visit.field("old"))
        changed = await _hashing(visit, change)
    except _RefusedError as wrong:
        is_wrong = wrong.status == 403
        return refused(visit.say("password.wrong") if is_wrong else wrong.text, wrong.status)
    except KioskError as error:
        return refused(visit.error(error), 422)
    if changed is None:
        return visit.done("/login")
    console.sessions.end(visit.number)
    return await _begin(visit, changed, "password", note=visit.say("password.changed"))


async def _stay(visit: Visit) -> Response:
    """A sign of life from a page that stays open: that it was sent is all."""
    return visit.done(page_at(visit.field("to")) or BOARD)


async def _begin(
    visit: Visit, account: Account, what: str, *, to: str = BOARD, note: str = ""
) -> Response:
    """Sign in under a new number: one that was known before is worth nothing.

    Args:
        visit: of whoever signs in.
        account: theirs.
        what: of it, for the audit log.
        to: the page that is shown next.
        note: what it says.
    """
    console = visit.console
    try:
        await asyncio.to_thread(console.accounts.note_signed_in, account.name)
    except KioskError as error:
        log.warning("the day of a sign-in is not kept: %s", error)  # nobody is shut out by that
    console.sessions.end(visit.number)
    number = console.sessions.begin(account, visit.language, note=note)
    console.audit.note(what, account=account.name, address=visit.address)
    response = visit.done(to)
    set_cookie(response, console, number)
    return response


def _must_wait(visit: Visit, name: str) -> str:
    seconds = visit.console.throttle.wait_seconds(name, visit.address)
    return visit.say("login.wait", seconds=seconds) if seconds else ""


def _has_nobody(visit: Visit) -> bool:
    try:
        return not visit.console.accounts.accounts()
    except KioskError:
        return False


def _is_known(visit: Visit, name: str) -> bool:
    return any(one.name == name for one in visit.console.accounts.accounts())

"""Joins the pages into one ASGI application; every request is checked here, in one place.

Who asks, whether they may, whether a form is ours, how large it is: a page begins only after
that. A page without an entry in `access.ACCESS` is not served at all.
"""

import logging
from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp

from kiosk.console.access import ACCESS, ANYBODY, may_open
from kiosk.console.accounts import Account
from kiosk.console.guard import Guard
from kiosk.console.signed_in import SignedIn, is_number, new_number
from kiosk.console.web import Console, Page, Visit, account_of
from kiosk.procedure import Language

log = logging.getLogger("kiosk.console")

MOST_FIELDS = 60
"""Of a form."""
LANGUAGE_COOKIE = "console_language"


def make_app(console: Console, pages: Sequence[Page], *, names: frozenset[str]) -> ASGIApp:
    """The console as an ASGI application.

    Args:
        console: the services behind the pages.
        pages: all of them.
        names: host names under which it may be asked for.

    Raises:
        LookupError: a page does not stand in `access.ACCESS`.
    """
    app = make_routes(console, pages)
    sizes = [(route, page.most_bytes) for route, page in zip(app.routes, pages, strict=True)]

    def most_bytes(method: str, path: str) -> int:
        scope: dict[str, object] = {
            "type": "http",
            "method": method,
            "path": path,
            "root_path": "",
            "headers": [],
        }
        return next((most for route, most in sizes if _is_for(route, scope)), 0)

    return Guard(app, names=names, most_bytes=most_bytes)


def make_routes(console: Console, pages: Sequence[Page]) -> Starlette:
    """The pages alone, each behind its check.

    Raises:
        LookupError: a page does not stand in `access.ACCESS`.
    """
    for page in pages:
        if (page.method, page.path) not in ACCESS:
            raise LookupError(f"nobody may use {page.method} {page.path}: see access.ACCESS")
    routes = [
        Route(page.path, _Checked(console, page).answer, methods=[page.method]) for page in pages
    ]
    return Starlette(
        routes=routes,
        exception_handlers={404: _plainly, 405: _plainly, 500: _plainly},
    )


class _Checked:
    """A page behind its check."""

    def __init__(self, console: Console, page: Page) -> None:
        self._console = console
        self._page = page
        self._roles = ACCESS[page.method, page.path]

    async def answer(self, request: Request) -> Response:
        """Let the page answer, if whoever asks may use it."""
        console, page = self._console, self._page
        cookie = request.cookies.get(console.cookie, "")
        is_new = not is_number(cookie)
        number = new_number() if is_new else cookie
        session, account = self._who(number, is_seen=page.is_asked and not _by_itself(request))
        if self._roles is not ANYBODY:
            if account is None:
                return self._to(request, "/login", 401)
            if account.role not in self._roles:
                return PlainTextResponse("", status_code=403)
            if not may_open(account, page.method, page.path):
                return self._to(request, "/password", 403)
        form = FormData()
        if page.method == "POST":
            read = await self._form(request, number, is_new=is_new)
            if isinstance(read, Response):
                return read
            form = read
        visit = Visit(
            request=request,
            console=console,
            number=number,
            session=session,
            account=account,
            language=_language(request, session),
            form=form,
        )
        try:
            response = await page.answer(visit)
        finally:
            await form.close()
        if is_new and page.method == "GET" and "set-cookie" not in response.headers:
            set_cookie(response, console, number)
        return response

    def _who(self, number: str, *, is_seen: bool) -> tuple[SignedIn | None, Account | None]:
        """The session and its account, as the file of accounts has it now."""
        session = self._console.sessions.find(number, is_seen=is_seen)
        if session is None:
            return None, None
        account = account_of(self._console, session)
        if account is None:
            self._console.sessions.end(number)
            return None, None
        return session, account

    def _to(self, request: Request, path: str, status: int) -> Response:
        """Somebody at a browser is led to another page; whatever else asks gets the status."""
        if self._page.method == "GET" and "text/html" in request.headers.get("accept", ""):
            return RedirectResponse(path, status_code=303)
        return PlainTextResponse("", status_code=status)

    async def _form(self, request: Request, number: str, *, is_new: bool) -> FormData | Response:
        """The form, or why it is not taken."""
        page, console = self._page, self._console
        if is_new or not _is_from_us(request):
            return self._not_taken(request, number, 403)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        is_upload = kind == "multipart/form-data" and page.most_files > 0
        if kind != "application/x-www-form-urlencoded" and not is_upload:
            return self._not_taken(request, number, 415)
        try:
            form = await request.form(
                max_files=page.most_files, max_fields=MOST_FIELDS, max_part_size=page.most_bytes
            )
        except HTTPException as error:
            return self._not_taken(request, number, error.status_code)
        except (MultiPartException, ClientDisconnect, ValueError):
            return self._not_taken(request, number, 400)
        token = form.get("token")
        if not isinstance(token, str) or not console.sessions.is_token(number, token):
            await form.close()
            return self._not_taken(request, number, 403)
        return form

    def _not_taken(self, request: Request, number: str, status: int) -> Response:
        """A form is refused, and the one before the browser is told why."""
        log.info("a form is not taken: %s %s", status, self._page.path)
        session = self._console.sessions.find(number, is_seen=False)
        key = f"form_refusal.{status}"
        words = self._console.words.console
        text = words.say(key, _language(request, session)) if words.has(key) else ""
        return PlainTextResponse(text, status_code=status)


def set_cookie(response: Response, console: Console, number: str) -> None:
    """Have the browser keep its number, for us alone and until it is closed."""
    response.set_cookie(
        console.cookie, number, path="/", httponly=True, samesite="strict", secure=console.is_tls
    )


def _is_from_us(request: Request) -> bool:
    """Whether the browser says that our own page sent the form, where it says anything."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")


def _by_itself(request: Request) -> bool:
    return "again" in request.query_params


def _language(request: Request, session: SignedIn | None) -> Language:
    if session is not None:
        return session.language
    return "en" if request.cookies.get(LANGUAGE_COOKIE) == "en" else "vi"


def _is_for(route: BaseRoute, scope: dict[str, object]) -> bool:
    return route.matches(scope)[0] is Match.FULL


async def _plainly(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return PlainTextResponse("", status_code=status)

"""Joins the pages into one ASGI application; every request is checked here, in one place.

Who asks, whether they may, whether a form is ours, how large it is: a page begins only after
that. A page without an entry in `access.ACCESS` is not served at all.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
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
from kiosk.console.guard import Guard
from kiosk.console.refused import (
    broken,
    led_to_login,
    not_for_you,
    not_taken,
    not_there,
    signed_out,
    stale,
)
from kiosk.console.signed_in import SignedIn, is_number, new_number
from kiosk.console.web import Console, Page, Visit, account_of
from kiosk.procedure import Language

log = logging.getLogger("kiosk.console")

MOST_FIELDS = 60
"""Of a form."""
LANGUAGE_COOKIE = "console_language"
PLAIN = "application/x-www-form-urlencoded"
"""The kind of a form without files."""


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
    served = list(zip(app.routes, pages, strict=True))

    def page_for(method: str, path: str) -> Page | None:
        scope: dict[str, object] = {
            "type": "http",
            "method": method,
            "path": path,
            "root_path": "",
            "headers": [],
        }
        return next((page for route, page in served if _is_for(route, scope)), None)

    def most_bytes(method: str, path: str) -> int:
        page = page_for(method, path)
        return page.most_bytes if page is not None else 0

    def too_large(request: Request) -> Response:
        page = page_for(request.method, request.scope["path"])
        is_file = page is not None and page.most_files > 0
        return not_taken(_visit(console, request, is_seen=False), 413, is_file=is_file)

    return Guard(app, names=names, most_bytes=most_bytes, too_large=too_large)


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

    async def lost(request: Request, error: Exception) -> Response:
        visit = _visit(console, request, is_seen=False)
        status = error.status_code if isinstance(error, HTTPException) else 500
        answer = broken(visit) if status == 500 else not_there(visit, status)
        return _keeping(visit, answer)

    return Starlette(routes=routes, exception_handlers={404: lost, 405: lost, 500: lost})


class _Checked:
    """A page behind its check."""

    def __init__(self, console: Console, page: Page) -> None:
        self._console = console
        self._page = page
        self._roles = ACCESS[page.method, page.path]

    async def answer(self, request: Request) -> Response:
        """Let the page answer, if whoever asks may use it."""
        page = self._page
        is_seen = page.is_asked and not _by_itself(request)
        visit = _visit(self._console, request, is_seen=is_seen)
        if self._roles is not ANYBODY:
            refused = await self._refused(visit)
            if refused is not None:
                return _keeping(visit, refused)
        if page.method == "POST":
            read = await self._form(visit)
            if isinstance(read, Response):
                return read
            visit = replace(visit, form=read)
        try:
            response = await page.answer(visit)
        finally:
            await visit.form.close()
        return _keeping(visit, response)

    async def _refused(self, visit: Visit) -> Response | None:
        """Why whoever asks may not use the page; None: they may."""
        account, page = visit.account, self._page
        if account is None:
            if page.method == "POST":
                return await self._signed_out(visit)
            return led_to_login(visit) if visit.is_read else PlainTextResponse("", status_code=401)
        if account.role not in (self._roles or ()):
            return not_for_you(visit)
        if may_open(account, page.method, page.path):
            return None
        if page.method == "GET" and visit.is_read:
            return RedirectResponse("/password", status_code=303)
        return visit.refuse(visit.say("password.must"), status=403, back="/password")

    async def _signed_out(self, visit: Visit) -> Response:
        """A form that came too late; it is read for the browser that has sent it, nobody else."""
        form: FormData | None = None
        if visit.is_read and _is_surely_from_us(visit.request) and _kind(visit.request) == PLAIN:
            read = await self._read(visit)
            form = read if isinstance(read, FormData) else None
        return signed_out(visit, form)

    async def _form(self, visit: Visit) -> FormData | Response:
        """The form, or why it is not taken."""
        page, request = self._page, visit.request
        if _is_new(visit) or not _is_from_us(request):
            return self._not_taken(visit, 403)
        is_upload = _kind(request) == "multipart/form-data" and page.most_files > 0
        if _kind(request) != PLAIN and not is_upload:
            return self._not_taken(visit, 415)
        form = await self._read(visit)
        if isinstance(form, Response):
            return form
        token = form.get("token")
        if isinstance(token, str) and self._console.sessions.is_token(visit.number, token):
            return form
        try:
            if visit.account is not None and visit.is_read and _is_surely_from_us(request):
                return stale(visit, form)
            return self._not_taken(visit, 403)
        finally:
            await form.close()

    async def _read(self, visit: Visit) -> FormData | Response:
        """The form, whoever has sent it, or why it cannot be read."""
        page = self._page
        try:
            return await visit.request.form(
                max_files=page.most_files, max_fields=MOST_FIELDS, max_part_size=page.most_bytes
            )
        except HTTPException as error:
            return self._not_taken(visit, error.status_code)
        except (MultiPartException, ClientDisconnect, ValueError):
            return self._not_taken(visit, 400)

    def _not_taken(self, visit: Visit, status: int) -> Response:
        """A form is refused, and the one before the browser is told why."""
        log.info("a form is not taken: %s %s", status, self._page.path)
        return not_taken(visit, status, is_file=self._page.most_files > 0)


def _visit(console: Console, request: Request, *, is_seen: bool) -> Visit:
    """Who asks, as the file of accounts has it now; nothing of a form yet."""
    cookie = request.cookies.get(console.cookie, "")
    number = cookie if is_number(cookie) else new_number()
    session = console.sessions.find(number, is_seen=is_seen)
    account = account_of(console, session) if session is not None else None
    if account is None and session is not None:
        console.sessions.end(number)
        session = None
    return Visit(
        request=request,
        console=console,
        number=number,
        session=session,
        account=account,
        language=_language(request, session),
        form=FormData(),
    )


def _keeping(visit: Visit, response: Response) -> Response:
    """Have a browser that has no number keep the one that the page was made with."""
    is_asked = visit.request.method == "GET" and "set-cookie" not in response.headers
    if is_asked and _is_new(visit):
        set_cookie(response, visit.console, visit.number)
    return response


def _is_new(visit: Visit) -> bool:
    """Whether the browser has just been given its number."""
    return visit.request.cookies.get(visit.console.cookie) != visit.number


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


def _is_surely_from_us(request: Request) -> bool:
    """Whether the browser says so in so many words."""
    says = "sec-fetch-site" in request.headers or "origin" in request.headers
    return says and request.headers.get("sec-fetch-site") != "none" and _is_from_us(request)


def _kind(request: Request) -> str:
    """What kind of form it says it is."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _by_itself(request: Request) -> bool:
    return "again" in request.query_params


def _language(request: Request, session: SignedIn | None) -> Language:
    if session is not None:
        return session.language
    return "en" if request.cookies.get(LANGUAGE_COOKIE) == "en" else "vi"


def _is_for(route: BaseRoute, scope: dict[str, object]) -> bool:
    return route.matches(scope)[0] is Match.FULL

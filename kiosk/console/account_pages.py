"""Accounts: who may sign in, as what, since when; made, changed and disabled by administrators.

A first password is made here, shown once, and good for nothing but to choose another.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from starlette.responses import Response

from kiosk.console.access import may
from kiosk.console.accounts import Account, Role, new_code
from kiosk.console.door_pages import MOST_NAME
from kiosk.console.web import Page, Visit
from kiosk.errors import KioskError

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An account as the page lists it."""

    name: str
    role: Role
    since: str
    seen: str
    is_disabled: bool
    must_change: bool
    is_oneself: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class First:
    """A first password, to be handed over."""

    name: str
    password: str


def account_pages() -> tuple[Page, ...]:
    """All of them."""
    return (
        Page(method="GET", path="/accounts", answer=_list),
        Page(method="POST", path="/accounts/add", answer=_add),
        Page(method="POST", path="/accounts/{account}/password", answer=_reset),
        Page(method="POST", path="/accounts/{account}/role", answer=_role),
        _act("disable", "account_disabled", _disable),
        _act("enable", "account_enabled", _enable),
        _act("sign-out", "account_signed_out", _sign_out),
    )


async def _list(visit: Visit) -> Response:
    return _page(visit)


async def _add(visit: Visit) -> Response:
    name, role = visit.field("name").strip().lower()[:MOST_NAME], visit.field("role")
    if role not in tuple(Role):
        return _page(visit, refusal=visit.say("accounts.no_role"), name=name, status=422)
    wanted, password = Role(role), new_code()

    def add() -> None:
        visit.console.accounts.add(name, wanted, password, must_change=True, by=visit.name)

    try:
        await _alone(visit, add)
    except KioskError as error:
        return _page(visit, refusal=visit.error(error), name=name, role=wanted, status=422)
    visit.note("account_added", about=f"{name} {role}")
    return _page(visit, first=First(name=name, password=password))


async def _reset(visit: Visit) -> Response:
    name, password = _name(visit), new_code()

    def reset() -> None:
        _refuse_oneself(visit, name)
        visit.console.accounts.set_password(name, password, must_change=True, by=visit.name)

    try:
        await _alone(visit, reset)
    except KioskError as error:
        return _page(visit, refusal=visit.error(error), status=409)
    visit.note("account_password", about=name)
    return _page(visit, first=First(name=name, password=password))


async def _role(visit: Visit) -> Response:
    name, role = _name(visit), visit.field("role")
    if role not in tuple(Role):
        return _page(visit, refusal=visit.say("accounts.no_role"), status=422)

    def change() -> bool:
        _refuse_oneself(visit, name)
        before = next((one for one in visit.console.accounts.accounts() if one.name == name), None)
        if before is not None and before.role == role:
            return False  # nobody is signed out for nothing
        visit.console.accounts.set_role(name, Role(role), by=visit.name)
        return True

    try:
        is_changed = await _alone(visit, change)
    except KioskError as error:
        return _page(visit, refusal=visit.error(error), status=409)
    if not is_changed:
        return visit.done("/accounts", visit.say("accounts.same_role"))
    visit.note("account_role", about=f"{name} {role}")
    said = visit.say(f"role.{role}")
    return visit.done("/accounts", visit.say("accounts.done.account_role", name=name, role=said))


def _disable(visit: Visit, name: str) -> None:
    _refuse_oneself(visit, name)
    visit.console.accounts.set_disabled(name, is_disabled=True)


def _enable(visit: Visit, name: str) -> None:
    visit.console.accounts.set_disabled(name, is_disabled=False, by=visit.name)


def _sign_out(visit: Visit, name: str) -> None:
    visit.console.accounts.end_sessions(name)


def _act(path: str, deed: str, act: Callable[[Visit, str], None]) -> Page:
    """A form that changes one account and needs no answer but a word."""

    async def answer(visit: Visit) -> Response:
        name = _name(visit)
        try:
            await _alone(visit, lambda: act(visit, name))
        except KioskError as error:
            return _page(visit, refusal=visit.error(error), status=409)
        visit.note(deed, about=name)
        return visit.done("/accounts", visit.say(f"accounts.done.{deed}", name=name))

    return Page(method="POST", path=f"/accounts/{{account}}/{path}", answer=answer)


async def _alone(visit: Visit, change: Callable[[], _Result]) -> _Result:
    """Change accounts off the server's thread; hashing a password takes memory and a core."""
    async with visit.console.one_password_at_a_time:
        return await asyncio.to_thread(change)


def _refuse_oneself(visit: Visit, name: str) -> None:
    """Nobody shuts themselves out, or makes themselves somebody else."""
    if visit.account is not None and visit.account.name == name:
        raise KioskError("accounts.oneself")


def _page(
    visit: Visit,
    *,
    refusal: str = "",
    name: str = "",
    role: Role = Role.STAFF,
    first: First | None = None,
    status: int = 200,
) -> Response:
    accounts: tuple[Account, ...] = ()
    try:
        accounts = visit.console.accounts.accounts()
    except KioskError as error:
        refusal = refusal or visit.error(error)
    own = visit.account
    return visit.page(
        "accounts.html",
        status=status,
        lines=[_line(one, is_oneself=own is not None and own.name == one.name) for one in accounts],
        roles=tuple(Role),
        refusal=refusal,
        name=name,
        role=role,
        first=first,
        is_reviewer=any(
            first and one.name == first.name and one.role is Role.ADMIN for one in accounts
        ),
        has_one_admin=sum(one.looks_after for one in accounts) == 1,
        may_change=own is not None and may(own.role, "POST", "/accounts/add"),
    )


def _line(account: Account, *, is_oneself: bool) -> Line:
    return Line(
        name=account.name,
        role=account.role,
        since=_day(account.since),
        seen=_day(account.seen),
        is_disabled=account.is_disabled,
        must_change=account.must_change,
        is_oneself=is_oneself,
    )


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day is not None else ""


def _name(visit: Visit) -> str:
    return str(visit.request.path_params["account"])[:MOST_NAME]

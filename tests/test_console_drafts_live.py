"""A draft at a console that is really served: work beside it in a process, the kiosk reloads."""

import html
import re
import time
from datetime import date

import httpx2
import pytest
from console_room import PASSWORD, QUICK
from live_console import Serve, browser, enter, token_in

from kiosk.app_reload import Reload
from kiosk.console.accounts import AccountBook, Role
from kiosk.console.files import ACCOUNTS_FILE
from kiosk.settings import Settings

FEE = "/scripts/tam-tru/fees/ca-nhan-tai-quay"


def today() -> date:
    return date.today()  # noqa: DTZ011 - the day where the kiosk stands


def form_of(page: str) -> dict[str, str | list[str]]:
    """The fields of a page's main form, as they stand there."""
    main = page.partition("<main")[2]
    form: dict[str, str | list[str]] = {}
    for name, value in re.findall(r'<input[^>]* name="([^"]+)" value="([^"]*)"', main):
        form[name] = html.unescape(value)
    texts = r'<textarea[^>]* name="([^"]+)"[^>]*>\n(.*?)</textarea>'
    for name, value in re.findall(texts, main, re.DOTALL):
        form[name] = html.unescape(value)
    lists = r'<select[^>]* name="([^"]+)".*?>(.*?)</select>'
    for name, options in re.findall(lists, main, re.DOTALL):
        form[name] = re.findall(r'value="([^"]*)" selected', options)[0]
    ticked = re.findall(r'name="([^"]+)" value="([^"]*)" checked', main)
    for name, _ in ticked:
        form[name] = [value for other, value in ticked if other == name]
    return form


def test_the_kiosk_shows_what_two_admins_have_published(
    serve: Serve, request: pytest.FixtureRequest
) -> None:
    served = serve(None, Role.ADMIN)
    kiosk = served.kiosk
    reload = Reload(kiosk.settings, kiosk.conductor, today=today, shown=kiosk.current.name)
    kiosk.conductor.reloads_by(reload.begin)
    request.addfinalizer(reload.close)
    writer = enter(served.address, Role.ADMIN)
    form = form_of(writer.get(FEE).text)
    form["fees.ca-nhan-tai-quay.amount"] = "23.000"
    answer = writer.post(FEE, data=form, timeout=60)
    assert answer.status_code == 303, answer.text
    draft = re.search(r"draft=([0-9a-f-]+)", answer.headers["location"])
    assert draft is not None
    path = f"/drafts/{draft.group(1)}"
    assert act(writer, path, "hand-in").status_code == 303
    assert act(writer, path, "publish").status_code == 409

    add_second(kiosk.settings)
    reviewer = browser(served.address)
    token = token_in(reviewer.get("/login").text)
    entry = {"token": token, "name": "minh.le", "password": PASSWORD}
    assert reviewer.post("/login", data=entry).status_code == 303
    published = act(reviewer, path, "publish")
    assert published.status_code == 303, published.text

    def fee() -> int | None:
        offered = kiosk.conductor._office.procedures
        return next(one for one in offered if one.id == "tam-tru").fees[0].amount

    until = time.monotonic() + 60
    while fee() != 23000 and time.monotonic() < until:
        time.sleep(0.05)
    assert fee() == 23000
    assert writer.get(f"{path}/bundle", timeout=60).content.startswith(b"PK")


def add_second(settings: Settings) -> None:
    book = AccountBook(settings.folders.state_path / ACCOUNTS_FILE, hasher=QUICK)
    book.add("minh.le", Role.ADMIN, PASSWORD)


def act(client: httpx2.Client, path: str, what: str) -> httpx2.Response:
    page = client.get(path, timeout=60).text
    revision = re.search(r'name="revision" value="(\d+)"', page)
    assert revision is not None
    form = {"token": token_in(page), "revision": revision.group(1)}
    return client.post(f"{path}/{what}", data=form, timeout=60)

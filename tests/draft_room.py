"""Scripts edited at a test client's console: two administrators, few scripts, no other process."""

import html
import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from console_room import NOW, Room, sign_in, token_of
from inline import at_once
from starlette.testclient import TestClient

from kiosk.bundle_current import current_of
from kiosk.bundle_store import BundleStore
from kiosk.catalogue import SHIPPED_PROCEDURES, load_catalogue
from kiosk.console.accounts import Role
from kiosk.draft import Draft
from kiosk.draft_store import DraftStore
from kiosk.procedure import Procedure

FEE = "/scripts/tam-tru/fees/ca-nhan-tai-quay"
AMOUNT = "fees.ca-nhan-tai-quay.amount"
TODAY = datetime.fromtimestamp(NOW, UTC).astimezone().date()

Form = dict[str, str | list[str]]


SOME = ("tam-tru", "khai-sinh", "xoa-thuong-tru")


@pytest.fixture
def draft_desk(room: Room, tmp_path: Path) -> Room:
    """A room with two administrators and few scripts, nothing done in other processes."""
    for name in ("lan.tran", "minh.le"):
        room.add(Role.ADMIN, name)
    for one in SOME:
        shutil.copytree(SHIPPED_PROCEDURES / one, tmp_path / "scripts" / one)
    settings = room.console.settings
    folders = replace(settings.folders, procedures=str(tmp_path / "scripts"))
    room.console = replace(room.console, settings=replace(settings, folders=folders))
    return at_once(room)


def shipped(room: Room) -> Path:
    return room.console.settings.folders.procedures_path


def entered(room: Room, name: str) -> TestClient:
    browser = room.open()
    assert sign_in(browser, name).status_code == 303
    return browser


def form_of(page: str, action: str) -> Form:
    """The fields of a form as a browser would send them."""
    found = re.search(
        rf'<form method="post" action="{re.escape(action)}".*?</form>', page, re.DOTALL
    )
    assert found is not None, page
    body = found.group()
    form: Form = {}
    for tag in re.findall(r"<input[^>]*>", body):
        name, value = (re.search(rf' {what}="([^"]*)"', tag) for what in ("name", "value"))
        assert name is not None
        text = html.unescape(value.group(1)) if value else ""
        if 'type="checkbox"' in tag:
            if " checked" in tag:
                ticked = form.setdefault(name.group(1), [])
                assert isinstance(ticked, list)
                ticked.append(text)
        else:
            form[name.group(1)] = text
    for name_of, text in re.findall(
        r'<textarea[^>]* name="([^"]+)"[^>]*>\n(.*?)</textarea>', body, re.DOTALL
    ):
        form[name_of] = html.unescape(text)
    for name_of, options in re.findall(
        r'<select[^>]* name="([^"]+)".*?>(.*?)</select>', body, re.DOTALL
    ):
        chosen = re.search(r'value="([^"]*)" selected', options)
        assert chosen is not None
        form[name_of] = html.unescape(chosen.group(1))
    return form


def opened(browser: TestClient, path: str) -> Form:
    answer = browser.get(path)
    assert answer.status_code == 200, answer.text
    return form_of(answer.text, urlsplit(path).path)


def change_fee(browser: TestClient, amount: str = "20.000") -> str:
    """Change the fee; returns the draft's id."""
    answer = browser.post(FEE, data=opened(browser, FEE) | {AMOUNT: amount})
    assert answer.status_code == 303, answer.text
    found = re.search(r"draft=([0-9a-f-]+)", answer.headers["location"])
    assert found is not None
    return found.group(1)


def store_of(room: Room) -> BundleStore:
    """The store, on the room's day."""
    return BundleStore(room.state, clock=lambda: datetime.fromtimestamp(NOW, UTC))


def draft_of(room: Room, draft_id: str) -> Draft:
    return DraftStore(room.state).find(draft_id)


def act(browser: TestClient, room: Room, draft_id: str, what: str, **more: str) -> httpx2.Response:
    """Send one of a draft's forms, whether the page shows it or not."""
    token = token_of(browser, "/password")
    form = {"token": token, "revision": str(draft_of(room, draft_id).revision), **more}
    return browser.post(f"/drafts/{draft_id}/{what}", data=form)


def script_now(room: Room) -> Procedure:
    current = current_of(room.console.settings, TODAY)
    found = load_catalogue(current.procedures).procedures
    return next(one for one in found if one.id == "tam-tru")

"""What nobody expects, sent to every page and form of the console: it is refused or shown, no more.

The pages' own list and the names of their fields make the schema; a new page is tried from the day
that it is served.
"""

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from console_room import MakeRoom, Room, token_of
from hypothesis import HealthCheck, given, settings
from inline import at_once
from schemathesis import Case
from schemathesis.core.result import Ok
from starlette.testclient import TestClient

from kiosk.console.accounts import Role
from kiosk.console.build import all_pages
from kiosk.console.web import Page

CONSOLE = Path(__file__).parent.parent / "kiosk" / "console"
FIELDS = sorted(
    {
        name
        for template in (CONSOLE / "pages").glob("*.html")
        for name in re.findall(r'\bname="([a-z_-]+)"', template.read_text(encoding="utf-8"))
    }
    - {"token"}
)
QUERIES = sorted(
    {
        name
        for module in CONSOLE.glob("*.py")
        for name in re.findall(
            r'query_params(?:\.get\(|\[)"([a-z_-]+)"', module.read_text(encoding="utf-8")
        )
    }
)
NEVER_ENDS = ("GET", "/live")
"""A page that stays open; test_console_live.py has it."""
EXAMPLES = 12
"""Of each page and form, for somebody unknown and for an admin."""
ALLOWED = {200, 303, 400, 401, 403, 404, 405, 409, 411, 413, 415, 422, 429}
"""What a page may answer to whatever it is asked; nothing else, and above all no 500."""
PAGES = tuple(page for page in all_pages() if (page.method, page.path) != NEVER_ENDS)
NAMES = [f"{page.method} {page.path}" for page in PAGES]


def _operation(page: Page) -> Any:
    text: dict[str, object] = {"type": "string"}
    known = {"anyOf": [{"enum": ["kiosk", "khai-sinh", "1"]}, text]}
    parameters: list[dict[str, object]] = [
        {"name": name, "in": "path", "required": True, "schema": known}
        for name in re.findall(r"{(\w+)}", page.path)
    ]
    parameters += [{"name": name, "in": "query", "schema": text} for name in QUERIES]
    operation: dict[str, object] = {
        "parameters": parameters,
        "responses": {"default": {"description": "any"}},
    }
    if page.method == "POST":
        fields = dict.fromkeys(FIELDS, text)
        kinds = {"application/x-www-form-urlencoded": fields}
        if page.most_files:
            kinds["multipart/form-data"] = {**fields, "file": {**text, "format": "binary"}}
        operation["requestBody"] = {
            "content": {
                kind: {"schema": {"type": "object", "properties": taken}}
                for kind, taken in kinds.items()
            }
        }
    schema = schemathesis.openapi.from_dict(
        {
            "openapi": "3.1.0",
            "info": {"title": "console", "version": "1"},
            "paths": {page.path: {page.method.lower(): operation}},
        }
    )
    made = next(iter(schema.get_all_operations()))
    assert isinstance(made, Ok)
    return made.ok()


def _ask(browser: TestClient, case: "Case[Any]", token: str) -> None:
    """Send it, with a token that is good, and see that the console stays what it is."""
    sent = case.as_transport_kwargs(base_url="http://localhost")
    headers = {
        name: value
        for name, value in dict(sent["headers"]).items()
        if name.lower() in ("content-type", "accept")
    }
    data, files = sent.get("data"), sent.get("files")
    if isinstance(files, list):  # the client takes bytes and text only
        files = [(name, _part(part)) for name, part in files]
    if isinstance(data, dict):
        data = {**{name: str(value) for name, value in data.items()}, "token": token}
    elif files is not None:
        files = [*files, ("token", (None, token))]
    content: dict[str, Any] = {"data": data} if isinstance(data, dict) else {}
    if data and not content:
        content = {"content": data}
    if files is not None:
        content["files"] = files
    answer = browser.request(
        sent["method"], sent["url"], params=sent.get("params"), headers=headers, **content
    )
    assert answer.status_code in ALLOWED, (answer.status_code, sent["url"])
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "Traceback" not in answer.text


@pytest.fixture
def watched(make_room: MakeRoom, caplog: pytest.LogCaptureFixture) -> Iterator[Room]:
    """A console; whatever it logs, it is no error."""
    room = at_once(make_room(minutes=600))
    room.add(Role.ADMIN)
    with caplog.at_level(logging.WARNING):
        yield room
    assert [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR] == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_somebody_unknown_changes_nothing(watched: Room, page: Page) -> None:
    before = _state(watched)
    browser = watched.open()
    token = token_of(browser)

    @given(_operation(page).as_strategy())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    def ask(case: "Case[Any]") -> None:
        _ask(browser, case, token)

    ask()
    assert watched.sent == []
    assert _state(watched) == before


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_an_admin_who_sends_nonsense_is_answered_and_stays_one(watched: Room, page: Page) -> None:
    browser = watched.enter(Role.ADMIN)
    token = token_of(browser, "/password")

    @given(_operation(page).as_strategy())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    def ask(case: "Case[Any]") -> None:
        _ask(browser, case, token)

    ask()
    account = watched.console.accounts.find(f"{Role.ADMIN.value}.one")
    assert account is not None
    assert account.role is Role.ADMIN


def _part(part: Any) -> Any:
    file, content, *more = part
    return (file, content if isinstance(content, bytes | str) else str(content), *more)


def _state(room: Room) -> dict[str, bytes]:
    """All that the console keeps, but for who tried to sign in."""
    return {
        str(path.relative_to(room.state)): path.read_bytes()
        for path in sorted(room.state.rglob("*"))
        if path.is_file() and "audit" not in path.name
    }

"""A console with bundles behind it, and an admin before it.

This is a pytest plugin: tests ask for the fixture `desk`.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import httpx2
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from bundle_maker import packed, ward_pair
from conftest import SCRIPT_TEXT, ScriptFolder
from console_room import NOW, Room, token_of
from starlette.testclient import TestClient

from kiosk.bundle import Bundle
from kiosk.bundle_sign import KEYS_FILE, save_keys
from kiosk.bundle_store import BundleStore
from kiosk.console.accounts import Role
from kiosk.console.files import AUDIT_FILE

DAY = date.fromtimestamp(NOW)  # noqa: DTZ012 - the day where the console stands
NEW_TITLE = "Xin giấy xác nhận cư trú"


@dataclass
class WardOffice:
    """A console whose kiosk shows the small script, and an admin before it."""

    room: Room
    portal: BlockingPortal
    """One event loop for all requests: child processes are not begun anew for each."""

    def __post_init__(self) -> None:
        self.admin = self.enter(Role.ADMIN)

    def enter(self, role: Role) -> TestClient:
        browser = self.room.enter(role)
        browser.portal = self.portal
        return browser

    @property
    def store(self) -> BundleStore:
        return BundleStore(self.room.state)

    def form(self, **fields: str) -> dict[str, str]:
        return {"token": token_of(self.admin, "/bundles"), **fields}

    def upload(self, *files: bytes) -> httpx2.Response:
        sent = [
            ("bundle", (f"{n}.danloi.zip", one, "application/zip")) for n, one in enumerate(files)
        ]
        return self.admin.post("/bundles/upload", data=self.form(), files=sent)

    def take(self, bundle: Bundle) -> str:
        """Upload it; the path of the page that shows it."""
        answer = self.upload(packed(bundle))
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    def publish(self, bundle: Bundle, **fields: str) -> httpx2.Response:
        return self.admin.post(f"{self.take(bundle)}/publish", data=self.form(**fields))

    def first(self, version: str) -> str:
        """The name of the bundle that is kept with this version."""
        return next(one.name for one in self.store.shelf().kept if one.version == version)

    def deeds(self) -> list[tuple[str, str]]:
        return [(one.what, one.about) for one in self.room.console.audit.latest(50)]

    def on_disk(self) -> dict[str, tuple[int, bytes]]:
        """All that the kiosk keeps, but for the log of deeds."""
        return {
            str(one.relative_to(self.room.state)): (one.lstat().st_mode, one.read_bytes())
            for one in sorted(self.room.state.rglob("*"))
            if one.is_file() and one.name != AUDIT_FILE
        }


@pytest.fixture
def desk(room: Room, scripts: ScriptFolder) -> Iterator[WardOffice]:
    scripts.write(SCRIPT_TEXT)
    settings = room.console.settings
    settings = replace(
        settings,
        folders=replace(settings.folders, procedures=str(scripts.path)),
        hearing=replace(settings.hearing, engine="off"),
    )
    room.console = replace(room.console, settings=settings)
    room.state.mkdir(parents=True, exist_ok=True)
    save_keys([ward_pair().key], room.state / KEYS_FILE)
    asyncio_log = logging.getLogger("asyncio")
    asyncio_log.addFilter(_not_of_a_child_that_was_ended)
    with start_blocking_portal() as portal:
        yield (made := WardOffice(room=room, portal=portal))
        made.room.console.bundles.stop()
        room.console.closing.set()
    asyncio_log.removeFilter(_not_of_a_child_that_was_ended)


def _not_of_a_child_that_was_ended(record: logging.LogRecord) -> bool:
    """An event loop that ends kills its idle workers, and may find them gone before it asks."""
    return "Unknown child process" not in record.getMessage()

"""An officer at a real browser, beside a kiosk whose real screen goes on.

This is a pytest plugin: tests ask for the fixture `hire`. The browser is driven on a thread of
its own, while Qt's event loop runs on the test's.
"""

import queue
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from axe_playwright_python.sync_playwright import Axe
from console_room import PASSWORD
from playwright.sync_api import Browser, Page, sync_playwright

from kiosk.console.accounts import Role

BROWSERS = ("chromium", "chromium-browser")
"""As Debian and Ubuntu call it."""
PHONE = (390, 844)
DESK = (1440, 900)
PATIENCE_MILLISECONDS = 30_000
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

T = TypeVar("T")
Pump = Callable[[float], None]


def becomes(page: Page, script: str) -> None:
    """Wait until something is so; Playwright's own way needs the `eval` that our pages forbid."""
    for _ in range(PATIENCE_MILLISECONDS // 50):
        if page.evaluate(script):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"not so in time: {script}")


def open_pages(page: Page) -> None:
    """Open the list of pages; on a desk it always is."""
    menu = page.locator("nav.on-phone summary")
    if menu.is_visible() and not page.locator("nav.on-phone details[open]").count():
        menu.click()


def open_page(page: Page, name: str) -> None:
    """Go to one of the pages that stand in the head of each."""
    open_pages(page)
    page.get_by_role("link", name=name, exact=True).click()


def send(page: Page, form: str) -> None:
    """Press a button that sends a form, and wait for the page that answers."""
    with page.expect_navigation():
        page.locator(form).click()


def _no_screen(seconds: float) -> None:
    threading.Event().wait(seconds)


@dataclass
class Officer:
    """Somebody with a browser; `do` gives them something to do there."""

    jobs: "queue.Queue[Callable[[], None] | None]"
    page: Page
    pump: Pump

    def do(self, what: Callable[[Page], T]) -> T:
        """Have it done, while the kiosk's screen goes on."""
        done: queue.Queue[tuple[T | None, BaseException | None]] = queue.Queue()

        def job() -> None:
            try:
                done.put((what(self.page), None))
            except BaseException as error:  # noqa: BLE001 - it is raised on the test's thread
                done.put((None, error))

        self.jobs.put(job)
        while done.empty():
            self.pump(0.02)
        found, error = done.get()
        if error is not None:
            raise error
        return found  # type: ignore[return-value]  # there was no error

    def sign_in(self, address: str, role: Role) -> None:
        """Through the form, by touch."""

        def enter(page: Page) -> None:
            page.goto(address)
            page.get_by_label("Tên tài khoản").fill(f"{role.value}.one")
            page.get_by_label("Mật khẩu").fill(PASSWORD)
            page.get_by_role("button", name="Đăng nhập").click()
            page.get_by_role("heading", name="Các máy").wait_for()

        self.do(enter)

    def violations(self) -> list[str]:
        """What axe-core finds on the page."""

        def look(page: Page) -> list[str]:
            options: dict[str, Any] = {"runOnly": {"type": "tag", "values": RULES}}
            found = Axe().run(page, options=options).response["violations"]
            return [
                f"{one['id']}: {node['html'][:200]} {node.get('failureSummary', '')[:300]}"
                for one in found
                for node in one["nodes"]
            ]

        return self.do(look)


Hire = Callable[..., Officer]


@pytest.fixture
def hire() -> Iterator[Hire]:
    """Hires officers, each with a browser of their own."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert found is not None, "no Chromium: packaging/apt-test.txt"
    hired: list[tuple[queue.Queue[Callable[[], None] | None], threading.Thread]] = []

    def hire_one(
        *,
        size: tuple[int, int] = PHONE,
        pump: Pump = _no_screen,
        has_script: bool = True,
        microphone: Path | None = None,
    ) -> Officer:
        heard = [f"--use-file-for-fake-audio-capture={microphone}%noloop"] if microphone else []
        jobs: queue.Queue[Callable[[], None] | None] = queue.Queue()
        ready: queue.Queue[Page] = queue.Queue()

        def work() -> None:
            with sync_playwright() as playwright:
                browser: Browser = playwright.chromium.launch(
                    executable_path=found,
                    args=[
                        "--no-sandbox",
                        "--autoplay-policy=user-gesture-required",
                        *(("--use-fake-ui-for-media-stream",) if microphone else ()),
                        *(("--use-fake-device-for-media-stream",) if microphone else ()),
                        *heard,
                    ],
                )
                context = browser.new_context(
                    viewport={"width": size[0], "height": size[1]},
                    has_touch=size == PHONE,
                    java_script_enabled=has_script,
                    ignore_https_errors=True,
                    locale="vi-VN",
                )
                context.set_default_timeout(PATIENCE_MILLISECONDS)
                ready.put(context.new_page())
                while (job := jobs.get()) is not None:
                    job()
                browser.close()

        thread = threading.Thread(target=work)
        thread.start()
        hired.append((jobs, thread))
        while ready.empty():
            pump(0.02)
            assert thread.is_alive()
        return Officer(jobs=jobs, page=ready.get(), pump=pump)

    yield hire_one
    for jobs, thread in hired:
        jobs.put(None)
        thread.join()

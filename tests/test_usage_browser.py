"""The page on usage in a real browser: charts are drawn, and everybody can use it."""

from datetime import date
from pathlib import Path

import pytest
from live_console import Serve, Served
from made_usage import fill, made_visits
from office_desk import go_to, is_wide, picture
from officer import DESK, PHONE, Hire, Officer, becomes
from playwright.sync_api import Page, expect

from kiosk.console.accounts import Role
from kiosk.usage import USAGE_FILE

COLOURS = """
(canvas) => {
  const pen = canvas.getContext("2d");
  const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
  const seen = new Set();
  for (let at = 0; at < data.length; at += 4)
    if (data[at + 3] === 255) seen.add(`${data[at]},${data[at + 1]},${data[at + 2]}`);
  return [...seen];
}
"""
EACH_COLOURS = f"(all) => all.map({COLOURS})"
LOTUS = "12,79,75"
GOLD = "217,152,43"


@pytest.fixture
def used(serve: Serve, tmp_path: Path) -> Served:
    (tmp_path / "state").mkdir()
    today = date.today()  # noqa: DTZ011 - as the page reckons
    fill(tmp_path / "state" / USAGE_FILE, made_visits(today, days=70, most=80))
    return serve(None, Role.ADMIN, Role.AUDITOR)


def opened(officer: Officer, address: str, query: str = "") -> list[str]:
    """Open the page; what the browser complains of meanwhile."""
    complaints: list[str] = []

    def go(page: Page) -> None:
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{address}/usage{query}")
        becomes(page, "document.querySelectorAll('canvas:not([data-drawn])').length === 0")
        page.wait_for_timeout(400)  # until the bars have grown

    officer.do(go)
    return complaints


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_every_chart_is_drawn_and_everybody_can_use_the_page(
    used: Served, hire: Hire, size: tuple[int, int]
) -> None:
    name = "phone" if size == PHONE else "desk"
    officer = hire(size=size)
    officer.sign_in(used.address, Role.ADMIN)
    assert opened(officer, used.address) == [], "the content-security policy is kept, too"
    charts = officer.do(lambda page: page.locator("canvas").evaluate_all(EACH_COLOURS))
    assert len(charts) >= 11
    assert [at for at, colours in enumerate(charts) if LOTUS not in colours] == []
    stacked = officer.do(
        lambda page: page.locator("section:has(#of-outcomes) canvas").evaluate(COLOURS)
    )
    assert GOLD in stacked
    assert officer.violations() == []
    assert not officer.do(is_wide)
    picture(officer, f"{name}-usage")
    officer.do(lambda page: page.get_by_role("button", name="English").click())
    assert opened(officer, used.address, "?span=1") == []
    assert officer.violations() == []
    officer.do(lambda page: expect(page.get_by_role("heading", name="Usage")).to_be_visible())
    picture(officer, f"{name}-usage-english")


def test_own_dates_are_chosen_and_files_taken_by_keyboard(used: Served, hire: Hire) -> None:
    officer = hire(size=DESK)
    officer.sign_in(used.address, Role.ADMIN)
    opened(officer, used.address)

    def choose(page: Page) -> None:
        assert not page.locator("#since").is_visible()
        go_to(page, "span")
        page.keyboard.press("End")
        expect(page.locator("#since")).to_be_visible()
        go_to(page, "Xem")
        page.keyboard.press("Enter")
        page.wait_for_url("**span=own**")
        expect(page.locator("#span")).to_have_value("own")
        go_to(page, "Tải về Excel (XLSX)")
        with page.expect_download() as download:
            page.keyboard.press("Enter")
        assert download.value.suggested_filename.endswith(".xlsx")

    officer.do(choose)


def delete_by_keyboard(page: Page) -> None:
    go_to(page, "delete-until")
    today = date.today()  # noqa: DTZ011
    page.keyboard.type(f"{today:%m%d%Y}")  # the order of the browser's own language
    go_to(page, "Xóa…")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Xóa số đếm?").wait_for()


def test_an_admin_deletes_by_keyboard_and_sees_the_proof(used: Served, hire: Hire) -> None:
    officer = hire(size=DESK)
    officer.sign_in(used.address, Role.ADMIN)
    opened(officer, used.address)
    officer.do(delete_by_keyboard)
    assert officer.violations() == []
    picture(officer, "desk-usage-delete")

    def confirm(page: Page) -> None:
        go_to(page, "sure")
        page.keyboard.press("Enter")
        page.get_by_text("Đã xóa số đếm đến hết").wait_for()
        expect(page.locator("td.digest")).to_have_count(1)
        expect(page.get_by_text("Chưa có số đếm nào trong khoảng này.")).to_be_visible()

    officer.do(confirm)
    assert officer.violations() == []
    picture(officer, "desk-usage-deleted")


def test_an_auditor_reads_and_finds_nothing_to_delete_with(used: Served, hire: Hire) -> None:
    officer = hire(size=DESK)
    officer.sign_in(used.address, Role.AUDITOR)
    opened(officer, used.address)
    officer.do(lambda page: expect(page.get_by_role("link", name="Tải về CSV")).to_be_visible())
    officer.do(lambda page: expect(page.get_by_role("button", name="Xóa…")).to_have_count(0))


def test_without_a_script_the_tables_are_all_there(used: Served, hire: Hire) -> None:
    officer = hire(has_script=False)
    officer.sign_in(used.address, Role.ADMIN)
    officer.do(lambda page: page.goto(f"{used.address}/usage"))
    officer.do(lambda page: expect(page.locator("figure:visible")).to_have_count(0))
    birth = "Đăng ký khai sinh"
    officer.do(lambda page: expect(page.get_by_role("rowheader", name=birth).first).to_be_visible())
    officer.do(lambda page: expect(page.locator("#since")).to_be_visible())

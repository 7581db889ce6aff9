"""At a real browser: a fee is put in, a paper taken out, and the kiosk shows what is published."""

import pytest
from editor_office import (
    REVIEWER,
    WRITER,
    Looker,
    hire_admins,
    let_the_visit_end,
    reloads,
    sign_in,
)
from office_desk import SHOTS, Office, OpenOffice, focused, go_to, picture
from officer import DESK, PATIENCE_MILLISECONDS, PHONE, Hire, Officer, open_page
from playwright.sync_api import Page, expect

from kiosk.draft_store import DraftStore

SCRIPT_PAGE = "/scripts/khai-sinh"
PAPER = f"{SCRIPT_PAGE}/papers/giay-to-tuy-than"
IDENTITY = "Giấy tờ tùy thân của người đi đăng ký"
NEW_FEE = "Trích lục khai sinh"
SAVE = {"vi": "Lưu vào bản nháp", "en": "Save in the draft"}


def said(page: Page, text: str) -> None:
    """Wait for what the next page says was done; checking takes a while."""
    status = page.get_by_role("status").first
    expect(status).to_contain_text(text, timeout=PATIENCE_MILLISECONDS)


def add_a_fee(page: Page) -> None:
    open_page(page, "Thủ tục")
    page.get_by_role("link", name="Đăng ký khai sinh", exact=True).click()
    page.get_by_role("link", name="Thêm khoản phí").click()
    page.get_by_label("Tên khoản phí (tiếng Việt)").fill(NEW_FEE)
    page.get_by_label("Tên khoản phí (tiếng Anh)").fill("Extract of the birth record")
    page.get_by_label("Số tiền").fill("12.000")
    page.locator('input[name="fees.new.when"][value="ai-di.cha-me"]').check()
    page.locator('input[name="fees.new.source"][value="cong-dvc"]').check()
    page.get_by_role("button", name=SAVE["vi"]).click()
    said(page, "Đã thêm vào bản nháp.")
    item = page.locator(".item", has_text=NEW_FEE)
    expect(item.locator(".mark")).to_have_text("Mới thêm trong bản nháp")


def take_a_paper_out(page: Page) -> None:
    page.locator("#papers summary").click()
    page.locator(f'a[href^="{PAPER}"]').click()
    page.get_by_text("Bỏ giấy tờ này").first.click()
    expect(page.get_by_text("Người dân vẫn thấy mục này cho đến khi")).to_be_visible()
    page.get_by_role("button", name="Bỏ giấy tờ này").click()
    said(page, "Đã bỏ trong bản nháp.")
    item = page.locator(".item", has_text=IDENTITY)
    expect(item.locator(".mark")).to_have_text("Bỏ trong bản nháp")


def hand_in(page: Page) -> None:
    page.get_by_role("link", name="Xem bản nháp và gửi duyệt").click()
    page.get_by_role("button", name="Gửi duyệt").click()
    said(page, "Đã gửi duyệt.")


def review(page: Page) -> None:
    open_page(page, "Bản nháp (1)")
    page.locator(".list a").first.click()
    page.get_by_text(f"Lệ phí “{NEW_FEE}”", exact=True).wait_for()
    expect(page.get_by_text(f"Giấy tờ “{IDENTITY}”", exact=True)).to_be_visible()
    example = page.locator("li", has_text="Ví dụ “Chị Lan vừa sinh ở bệnh viện")
    expect(example).to_contain_text(f"bỏ giấy tờ “{IDENTITY}”; thêm lệ phí “{NEW_FEE}”")
    expect(page.get_by_text("Đã kiểm tra toàn bộ")).to_be_visible()


def shown_lines(office: Office) -> list[str]:
    """What a citizen reads at the end of a birth in a hospital."""
    office.ward.go_to_outcome()
    cards = office.ward.outcome.facts
    return [line for card in cards for line in card.lines]


def test_one_admin_adds_a_fee_and_takes_a_paper_out_and_another_publishes_it(
    open_office: OpenOffice, hire: Hire, request: pytest.FixtureRequest
) -> None:
    office = open_office()
    ward = office.ward
    reloads(office, request)
    hire_admins(ward.state)
    writer = hire(size=PHONE, pump=ward.hand.let_time_pass)
    sign_in(writer, office.address, WRITER)
    writer.do(add_a_fee)
    picture(writer, "entries-phone-script")
    writer.do(take_a_paper_out)
    writer.do(hand_in)
    lines = shown_lines(office)
    assert any(IDENTITY in one for one in papers(office))
    assert not any(NEW_FEE in line for line in lines)

    reviewer = hire(size=DESK, pump=ward.hand.let_time_pass)
    sign_in(reviewer, office.address, REVIEWER)
    reviewer.do(review)
    picture(reviewer, "entries-desk-review")
    reviewer.do(lambda page: page.get_by_role("button", name="Xuất bản").click())
    reviewer.do(lambda page: said(page, "Đã xuất bản phiên bản"))
    let_the_visit_end(office)

    def is_new() -> bool:
        offered = ward.kiosk.conductor._office.procedures
        return any(fee.label.vi == NEW_FEE for one in offered for fee in one.fees)

    office.wait(is_new, "the kiosk offers what was published")
    lines = shown_lines(office)
    assert any(f"{NEW_FEE}: 12.000 đồng" in line for line in lines), lines
    assert papers(office)
    assert not any(IDENTITY in one for one in papers(office))
    SHOTS.mkdir(parents=True, exist_ok=True)
    ward.panel.window.grabWindow().save(str(SHOTS / "entries-kiosk.png"))


def papers(office: Office) -> list[str]:
    return [one.name for one in office.ward.outcome.papers]


def fill(officer: Officer, save: str, **texts: str) -> None:
    def work(page: Page) -> None:
        for name, text in texts.items():
            page.locator(f'[name="{name.replace("__", ".")}"]').fill(text)
        page.get_by_role("button", name=save).click()
        page.wait_for_load_state()

    officer.do(work)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_axe_finds_nothing_where_things_are_put_in_and_taken_out(
    open_office: OpenOffice, hire: Hire, size: tuple[int, int], language: str
) -> None:
    office = open_office()
    ward = office.ward
    hire_admins(ward.state)
    officer = hire(size=size, pump=ward.hand.let_time_pass)
    sign_in(officer, office.address, WRITER)
    if language == "en":
        officer.do(lambda page: page.get_by_role("button", name="English").click())
    name = f"entries-{'phone' if size == PHONE else 'desk'}-{language}"
    looker = Looker(officer, office.address, name)
    looker.go(f"{SCRIPT_PAGE}/add/papers", "new-paper")
    looker.go(f"{SCRIPT_PAGE}/add/sources", "new-source")
    looker.go(f"{SCRIPT_PAGE}/add/notes", "new-note")
    fill(officer, SAVE[language], notes__new__text__vi="Lưu ý mới")
    officer.do(lambda page: page.locator(".fault").first.wait_for())
    looker.check("faults")
    english = "Bring the old certificate as well."
    officer.do(lambda page: page.locator('[name="notes.new.source"]').first.check())
    fill(officer, SAVE[language], notes__new__text__en=english)
    officer.do(lambda page: page.locator(".mark.gold").first.wait_for())
    looker.check("script-put-in")
    looker.go(f"{SCRIPT_PAGE}/notes/luu-y-moi", "put-in")
    looker.go(PAPER, "paper")

    def take_out(page: Page) -> None:
        page.locator("details.middle summary").click()

    officer.do(take_out)
    looker.check("before-taking-out")
    officer.do(lambda page: page.locator("details.middle button").click())
    officer.do(lambda page: page.locator(".mark.alert").first.wait_for())
    looker.check("script-taken-out")
    looker.go(PAPER, "taken-out")
    looker.go(f"{SCRIPT_PAGE}/sources/cong-dvc", "source")
    officer.do(take_out)
    officer.do(lambda page: page.locator("details.middle button").click())
    officer.do(lambda page: page.locator(".refusal").wait_for())
    looker.check("source-stays")
    (draft,) = DraftStore(ward.state).all()
    looker.go(f"/drafts/{draft.id}", "draft")


def test_a_time_limit_is_put_in_by_keyboard_alone(open_office: OpenOffice, hire: Hire) -> None:
    office = open_office()
    ward = office.ward
    hire_admins(ward.state)
    officer = hire(size=DESK, pump=ward.hand.let_time_pass, has_script=False)
    sign_in(officer, office.address, WRITER)

    def write(page: Page) -> None:
        page.goto(f"{office.address}{SCRIPT_PAGE}/add/times")
        for language, text in (("vi", "Trả trong 2 ngày."), ("en", "Ready in 2 days.")):
            go_to(page, f"times-new-text-{language}")
            page.keyboard.type(text)
        go_to(page, "times.new.when")
        page.keyboard.press("Space")
        while focused(page) != "times.new.source":
            page.keyboard.press("Tab")
        page.keyboard.press("Space")
        go_to(page, SAVE["vi"])
        page.keyboard.press("Enter")
        page.locator(".item", has_text="Trả trong 2 ngày.").wait_for()

    officer.do(write)
    (draft,) = DraftStore(ward.state).all()
    assert {one.path.rpartition(".")[2] for one in draft.changes} == {
        *("here", "vi", "en", "when", "confirmed", "source")
    }

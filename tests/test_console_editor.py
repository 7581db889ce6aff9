"""Two administrators beside the real kiosk: one changes a script, the other publishes it."""

from pathlib import Path

import pytest
from editor_office import REVIEWER, WRITER, Looker, hire_admins, let_the_visit_end, reloads, sign_in
from office_desk import OpenOffice, focused, go_to, picture
from officer import DESK, PHONE, Hire, Officer, open_page
from playwright.sync_api import Page, expect

from kiosk.draft_store import DraftStore

SHOTS = Path("out/console")
FEE = "/scripts/khai-sinh/fees/ban-sao"
LONG = "Mỗi bản sao trích lục giấy khai sinh xin thêm tại quầy"
STILL_TOLD = "còn nói 8.000 đồng, không khớp lệ phí 9.000 đồng"
NEW_WORDING = "cháu nhà tôi vừa chào đời hôm rằm, xin tờ khai sinh"


def find_the_fee(page: Page) -> None:
    open_page(page, "Thủ tục")
    page.get_by_label("Tìm theo tên").fill("khai sinh")
    page.get_by_role("button", name="Tìm").click()
    page.get_by_role("link", name="Đăng ký khai sinh", exact=True).click()
    page.locator(f'a[href^="{FEE}"]').click()


def change_the_fee(page: Page) -> None:
    page.get_by_label("Số tiền").fill("9.000 đồng")
    page.get_by_label("Tên khoản phí (tiếng Việt)").fill(LONG)
    page.get_by_role("button", name="Lưu vào bản nháp").click()
    field = page.get_by_label("Tên khoản phí (tiếng Việt)")
    expect(page.get_by_role("alert")).to_contain_text("Chưa lưu: còn 1 chỗ cần sửa.")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value(LONG)
    expect(page.get_by_label("Số tiền")).to_have_value("9.000")
    described = str(field.get_attribute("aria-describedby")).split()
    assert any("tối đa 48" in page.locator(f"#{one}").inner_text() for one in described)


def mend_the_fee(page: Page) -> None:
    page.get_by_label("Tên khoản phí (tiếng Việt)").fill("Mỗi bản sao xin thêm")
    page.get_by_role("button", name="Lưu vào bản nháp").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã lưu vào bản nháp")
    expect(page.get_by_role("status").first).to_contain_text("Có chỗ cần xem lại")
    expect(page.get_by_text(STILL_TOLD)).to_be_visible()


def add_a_wording(page: Page) -> None:
    page.get_by_text("Cách nói").click()
    page.locator('a[href^="/scripts/khai-sinh/wordings/start"]').click()
    box = page.get_by_label("Câu tiếng Việt")
    box.fill(f"{box.input_value()}\n{NEW_WORDING}")
    page.get_by_role("button", name="Lưu vào bản nháp").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã lưu vào bản nháp")


def hand_in(page: Page) -> None:
    page.get_by_role("link", name="Xem bản nháp và gửi duyệt").click()
    page.get_by_role("heading", name="Việc tiếp theo").wait_for()
    page.screenshot(path=SHOTS / "editor-phone-draft.png", full_page=True)
    page.get_by_label("Lời nhắn cho người duyệt").fill("Phí bản sao theo nghị quyết mới")
    page.get_by_role("button", name="Gửi duyệt").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã gửi duyệt.")
    expect(page.get_by_role("button", name="Xuất bản")).to_have_count(0)


def publish(page: Page) -> None:
    open_page(page, "Bản nháp (1)")
    page.locator(".list a").first.click()
    expect(page.get_by_text("trước là 8.000 đồng")).to_be_visible()
    expect(page.get_by_text(STILL_TOLD)).to_be_visible()
    expect(page.locator("ins", has_text=NEW_WORDING)).to_be_visible()


def test_one_admin_changes_a_fee_and_a_wording_and_another_publishes_them(
    open_office: OpenOffice,
    hire: Hire,
    request: pytest.FixtureRequest,
) -> None:
    office = open_office()
    ward = office.ward
    reloads(office, request)
    hire_admins(ward.state)
    writer = hire(size=PHONE, pump=ward.hand.let_time_pass)
    sign_in(writer, office.address, WRITER)
    writer.do(find_the_fee)
    writer.do(change_the_fee)
    picture(writer, "editor-phone-fault")
    writer.do(mend_the_fee)
    picture(writer, "editor-phone-script")
    writer.do(add_a_wording)
    writer.do(hand_in)
    picture(writer, "editor-phone-handed-in")
    ward.go_to_outcome()
    assert not any("9.000" in line for card in ward.outcome.facts for line in card.lines)

    reviewer = hire(size=DESK, pump=ward.hand.let_time_pass)
    sign_in(reviewer, office.address, REVIEWER)
    reviewer.do(publish)
    picture(reviewer, "editor-desk-review")
    reviewer.do(lambda page: page.get_by_role("button", name="Xuất bản").click())
    said = "Đã xuất bản phiên bản"
    reviewer.do(lambda page: expect(page.get_by_role("status").first).to_contain_text(said))
    picture(reviewer, "editor-desk-published")

    def carry(page: Page) -> str:
        with page.expect_download() as carried:
            page.get_by_role("link", name="Tải gói về").click()
        return carried.value.suggested_filename

    assert reviewer.do(carry).endswith(".danloi.zip")
    let_the_visit_end(office)

    def is_new() -> bool:
        offered = ward.kiosk.conductor._office.procedures
        return any(one.heard_as.vi[-1] == NEW_WORDING for one in offered)

    office.wait(is_new, "the kiosk offers what was published")
    ward.go_to_outcome()
    lines = [line for card in ward.outcome.facts for line in card.lines]
    assert any("Mỗi bản sao xin thêm: 9.000 đồng" in line for line in lines), lines
    SHOTS.mkdir(parents=True, exist_ok=True)
    ward.panel.window.grabWindow().save(str(SHOTS / "editor-kiosk.png"))


def fill_fee(officer: Officer, save: str, amount: str, label: str) -> None:
    def fill(page: Page) -> None:
        page.locator('[name="fees.ban-sao.amount"]').fill(amount)
        page.locator('[name="fees.ban-sao.label.vi"]').fill(label)
        page.get_by_role("button", name=save).click()
        page.wait_for_load_state()

    officer.do(fill)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_axe_finds_nothing_on_the_pages_of_scripts_and_drafts(
    open_office: OpenOffice,
    hire: Hire,
    size: tuple[int, int],
    language: str,
) -> None:
    office = open_office()
    ward = office.ward
    hire_admins(ward.state)
    officer = hire(size=size, pump=ward.hand.let_time_pass)
    is_vietnamese = language == "vi"
    name = f"editor-{'phone' if size == PHONE else 'desk'}-{language}"
    looker = Looker(officer, office.address, name)

    def enter(account: str) -> None:
        officer.do(lambda page: page.context.clear_cookies())
        sign_in(officer, office.address, account)
        if not is_vietnamese:
            officer.do(lambda page: page.get_by_role("button", name="English").click())

    enter(WRITER)
    looker.go("/drafts", "no-drafts")
    looker.go("/scripts", "scripts")
    looker.go("/scripts/khai-sinh", "script")
    looker.go(FEE, "fee")
    save = "Lưu vào bản nháp" if is_vietnamese else "Save in the draft"
    fill_fee(officer, save, "tám nghìn", LONG)
    officer.do(lambda page: expect(page.locator(".fault")).to_have_count(2))
    looker.check("faults")
    fill_fee(officer, save, "9000", "Bản sao")
    officer.do(lambda page: page.locator(".mark").first.wait_for())
    looker.check("script-changed")
    looker.go("/scripts/khai-sinh/wordings/start", "wordings")
    (draft,) = DraftStore(ward.state).all()
    looker.go(f"/drafts/{draft.id}", "draft")
    enter(REVIEWER)
    looker.go(FEE, "choice")
    looker.go(f"{FEE}?draft={draft.id}", "anothers-fee")
    enter(WRITER)
    looker.go(f"/drafts/{draft.id}", "draft-again")
    hand = "Gửi duyệt" if is_vietnamese else "Hand in for review"
    officer.do(lambda page: page.get_by_role("button", name=hand).click())
    officer.do(lambda page: page.locator("h1 + p .gold").wait_for())
    looker.check("own-review")
    enter(REVIEWER)
    looker.go(f"/drafts/{draft.id}", "review")
    send_back = "Trả lại để sửa" if is_vietnamese else "Send back"
    officer.do(lambda page: page.locator("#words").evaluate("one => one.required = false"))
    officer.do(lambda page: page.get_by_role("button", name=send_back).click())
    officer.do(lambda page: page.locator("#faults-words").wait_for())
    looker.check("review-without-reason")
    looker.go(f"/drafts/{draft.id}/preview?procedure=khai-sinh", "draft-preview")
    looker.go("/drafts", "drafts")
    looker.go("/audit", "audit")
    looker.go("/drafts/20270101-abcdef", "refusal")
    enter("an.vu")
    looker.go("/scripts/khai-sinh", "auditor-script")
    looker.go(f"/drafts/{draft.id}", "auditor-draft")


def test_a_fee_is_changed_and_handed_in_by_keyboard_alone(
    open_office: OpenOffice,
    hire: Hire,
) -> None:
    office = open_office()
    ward = office.ward
    hire_admins(ward.state)
    officer = hire(size=DESK, pump=ward.hand.let_time_pass, has_script=False)
    sign_in(officer, office.address, WRITER)

    def edit(page: Page) -> None:
        page.goto(f"{office.address}{FEE}")
        go_to(page, "fees-ban-sao-amount")
        page.keyboard.press("Control+A")
        page.keyboard.type("9500")
        go_to(page, "Lưu vào bản nháp")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Lệ phí").wait_for()
        assert focused(page) != "", "the page can be gone through from its beginning"
        go_to(page, "Xem bản nháp và gửi duyệt")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Việc tiếp theo").wait_for()
        go_to(page, "Gửi duyệt")
        page.keyboard.press("Space")
        page.get_by_text("Chờ duyệt").wait_for()

    officer.do(edit)
    (draft,) = DraftStore(ward.state).all()
    assert [(one.path, one.new) for one in draft.changes] == [("fees.ban-sao.amount", "9500")]

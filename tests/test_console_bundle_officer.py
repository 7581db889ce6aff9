"""An admin at a browser beside the real kiosk: a bundle goes in, the citizen's screen is new."""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from bundle_maker import TITLE, files_of_script, packed, pair, signed, ward_pair
from conftest import SCRIPT_TEXT, ScriptFolder
from console_room import PASSWORD
from live_console import add_accounts, address_of, with_console
from office_desk import focused, go_to, is_wide
from officer import PHONE, Hire, Officer, becomes, open_page, send
from playwright.sync_api import Page, expect
from ward import OpenWard, Ward

from kiosk import event as on
from kiosk.app_console import start_console
from kiosk.app_reload import Reload
from kiosk.bundle import Bundle
from kiosk.bundle_sign import KEYS_FILE, save_keys
from kiosk.bundle_store import BundleStore
from kiosk.console.accounts import Role
from kiosk.screen import QuestionBody
from kiosk.settings import Settings

SHOTS = Path("out/console")
DESK = (1280, 900)
TILE = "Giấy tờ hộ tịch"
QUESTION, NEW_QUESTION = "Ai đi làm giấy?", "Hôm nay ai đến làm giấy?"
BROKEN = SCRIPT_TEXT.replace(QUESTION, NEW_QUESTION).replace("next: viec-gi", "next: khong-co")
MENDED = SCRIPT_TEXT.replace(QUESTION, NEW_QUESTION)


@dataclass
class Office:
    """A kiosk on the screen that takes bundles, and its console."""

    ward: Ward
    address: str

    @property
    def store(self) -> BundleStore:
        return BundleStore(self.ward.state)

    def wait(self, is_so: Callable[[], bool], what: str) -> None:
        for _ in range(1500):
            if is_so():
                return
            self.ward.hand.let_time_pass(0.02)
        raise AssertionError(what)

    def ask_at_the_screen(self) -> str:
        """What the kiosk asks first, as a citizen comes to it by touch; then they leave."""
        self.begin_a_visit()
        body = self.ward.screen.body
        assert isinstance(body, QuestionBody)
        assert body.ask in self.ward.hand.texts(), "it stands on the real screen"
        self.end_the_visit()
        return body.ask

    def begin_a_visit(self) -> None:
        self.ward.start()
        self.ward.hand.touch(TILE)
        for _ in range(3):  # on a busy machine a list may still be laid out at the first touch
            if isinstance(self.ward.screen.body, QuestionBody):
                return
            self.ward.hand.let_time_pass(0.1)
            self.ward.hand.touch(TITLE)

    def end_the_visit(self) -> None:
        self.ward.kiosk.conductor.post(on.IdleTooLong())
        self.ward.hand.settle()

    def offers(self, ask: str) -> bool:
        """Whether the next visitor will be asked this."""
        procedures = self.ward.kiosk.conductor._office.procedures
        return any(one.questions[0].ask.vi == ask for one in procedures)


OpenOffice = Callable[..., Office]


@pytest.fixture
def open_office(
    open_ward: OpenWard, tmp_path: Path, scripts: ScriptFolder, request: pytest.FixtureRequest
) -> OpenOffice:
    def open_one(*roles: Role) -> Office:
        state = tmp_path / "state"
        scripts.write(SCRIPT_TEXT)

        def change(settings: Settings) -> Settings:
            settings = with_console(settings, state)
            return replace(
                settings,
                folders=replace(settings.folders, procedures=str(scripts.path)),
                hearing=replace(settings.hearing, engine="off"),
            )

        ward = open_ward(change)
        conductor = ward.kiosk.conductor
        reload = Reload(ward.kiosk.site_settings, conductor, today=date.today, shown="")
        conductor.reloads_by(reload.begin)
        request.addfinalizer(reload.close)
        save_keys([ward_pair().key], state / KEYS_FILE)
        add_accounts(state, *roles)
        request.addfinalizer(start_console(ward.kiosk))
        ward.hand.settle()
        return Office(ward=ward, address=address_of(ward.kiosk))

    return open_one


def file_of(bundle: Bundle, name: str = "goi.danloi.zip") -> dict[str, object]:
    return {"name": name, "mimeType": "application/zip", "buffer": packed(bundle)}


def choose(page: Page, bundle: Bundle) -> None:
    page.get_by_label("Tệp gói").set_input_files(file_of(bundle))  # type: ignore[arg-type]  # a payload
    page.get_by_role("button", name="Xem gói").click()


def open_bundles(officer: Officer, office: Office, role: Role = Role.ADMIN) -> None:
    officer.sign_in(office.address, role)
    officer.do(lambda page: open_page(page, "Gói thủ tục"))
    officer.do(lambda page: expect(page.get_by_role("heading", name="Đang dùng")).to_be_visible())


def test_an_admin_mends_a_broken_bundle_sees_it_publishes_it_and_goes_back(
    open_office: OpenOffice, hire: Hire
) -> None:
    office = open_office(Role.ADMIN)
    ward = office.ward
    assert office.ask_at_the_screen() == QUESTION
    officer = hire(size=DESK, pump=ward.hand.let_time_pass)
    open_bundles(officer, office)

    # broken: each fault with its line, and no button to publish
    officer.do(lambda page: choose(page, signed("2", files_of_script(BROKEN))))
    lines = [n for n, text in enumerate(BROKEN.splitlines(), 1) if "next: khong-co" in text]
    assert len(lines) == 2
    told = officer.do(lambda page: page.locator(".faults").inner_text())
    assert {f"procedures/xin-giay/script.yaml:{line}" for line in lines} <= set(told.split())
    button = "Dùng ngay"
    officer.do(lambda page: expect(page.get_by_role("button", name=button)).to_have_count(0))

    # mended: what changes, and the screen as it will be
    officer.do(lambda page: page.get_by_role("link", name="Tất cả các gói").click())
    officer.do(lambda page: choose(page, signed("3", files_of_script(MENDED))))
    officer.do(lambda page: expect(page.locator(".changes")).to_contain_text(NEW_QUESTION))
    link = "Xem màn hình như người dân thấy"
    officer.do(lambda page: page.get_by_role("link", name=link).click())
    officer.do(lambda page: page.get_by_label("Thủ tục").select_option(label=TITLE))
    officer.do(lambda page: page.get_by_role("button", name="Xem", exact=True).click())
    alt = f"Màn hình máy: {NEW_QUESTION}"
    officer.do(lambda page: expect(page.get_by_alt_text(alt)).to_be_visible())
    drawn = "(i => i.complete && i.naturalWidth === 1080)(document.querySelector('.preview img'))"
    officer.do(lambda page: becomes(page, drawn))
    officer.do(lambda page: page.get_by_role("link", name="Tôi tự đi").click())
    second = "Màn hình máy: Giấy dùng vào việc gì?"
    officer.do(lambda page: expect(page.get_by_alt_text(second)).to_be_visible())

    # published while somebody is at the kiosk: they keep what they began with
    office.begin_a_visit()
    officer.do(lambda page: page.get_by_role("link", name="Về trang của gói").click())
    officer.do(lambda page: page.get_by_role("button", name=button).click())
    said = "Đã nhận gói 3."
    officer.do(lambda page: expect(page.locator("#note")).to_contain_text(said))
    assert office.store.shelf().version == "3"
    ward.hand.let_time_pass(3)
    assert QUESTION in ward.hand.texts()
    office.end_the_visit()
    office.wait(lambda: office.offers(NEW_QUESTION), "the kiosk takes the bundle over")
    assert office.ask_at_the_screen() == NEW_QUESTION

    # and back, with what changes told first
    way = "Trở về bản có sẵn"
    officer.do(lambda page: page.get_by_role("link", name=way).click())
    officer.do(lambda page: expect(page.locator(".changes")).to_contain_text(QUESTION))
    officer.do(lambda page: page.get_by_role("button", name=way).click())
    back = "Đã trở về bản có sẵn."
    officer.do(lambda page: expect(page.locator("#note")).to_contain_text(back))
    office.wait(lambda: office.offers(QUESTION), "the kiosk goes back")
    assert office.ask_at_the_screen() == QUESTION


def upload_by_keyboard(page: Page, bundle: Bundle) -> None:
    go_to(page, "bundle")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(file_of(bundle))  # type: ignore[arg-type]  # a payload
    go_to(page, "upload")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Thay đổi với người dân")).to_be_visible()


def follow_by_keyboard(page: Page, link: str, heading: str) -> None:
    go_to(page, link)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()


def enter_by_keyboard(page: Page, address: str) -> None:
    page.goto(address)
    go_to(page, "name")
    page.keyboard.type("admin.one")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Các máy").wait_for()
    follow_by_keyboard(page, "Gói thủ tục", "Gói thủ tục")


def preview_by_keyboard(page: Page) -> None:
    go_to(page, "procedure")
    page.keyboard.press("ArrowDown")
    go_to(page, "show")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=NEW_QUESTION)).to_be_visible()
    follow_by_keyboard(page, "Tôi tự đi", "Giấy dùng vào việc gì?")
    follow_by_keyboard(page, "Quay lại", NEW_QUESTION)


def press_by_keyboard(page: Page, button: str, said: str) -> None:
    go_to(page, button)
    assert focused(page) == button
    page.keyboard.press("Enter")
    expect(page.locator("#note")).to_contain_text(said)


def test_all_of_it_goes_by_keyboard_alone(open_office: OpenOffice, hire: Hire) -> None:
    office = open_office(Role.ADMIN)
    officer = hire(size=DESK, pump=office.ward.hand.let_time_pass)
    officer.do(lambda page: enter_by_keyboard(page, office.address))
    officer.do(lambda page: upload_by_keyboard(page, signed("3", files_of_script(MENDED))))
    link = "Xem màn hình như người dân thấy"
    officer.do(lambda page: follow_by_keyboard(page, link, "Xem thử gói 3, chưa dùng"))
    officer.do(preview_by_keyboard)
    officer.do(lambda page: follow_by_keyboard(page, "Về trang của gói", "Xem gói 3"))
    officer.do(lambda page: press_by_keyboard(page, "publish", "Đã nhận gói 3."))
    assert office.store.shelf().version == "3"
    way = "Trở về bản có sẵn"
    officer.do(lambda page: follow_by_keyboard(page, way, f"{way}?"))
    officer.do(lambda page: press_by_keyboard(page, "rollback", "Đã trở về"))
    assert office.store.shelf().version == ""


def drop(page: Page, *bundles: Bundle) -> None:
    """Drop files onto the form, as a mouse does."""
    sent = [base64.b64encode(packed(one)).decode() for one in bundles]
    script = """files => {
        const carried = new DataTransfer();
        for (const [n, text] of files.entries()) {
            const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
            carried.items.add(new File([bytes], `${n}.danloi.zip`));
        }
        return carried;
    }"""
    carried = page.evaluate_handle(script, sent)
    for kind in ("dragenter", "dragover", "drop"):
        page.dispatch_event("form[data-drop]", kind, {"dataTransfer": carried})


def test_a_file_may_be_dropped_and_two_may_not(open_office: OpenOffice, hire: Hire) -> None:
    office = open_office(Role.ADMIN)
    officer = hire(size=DESK, pump=office.ward.hand.let_time_pass)
    open_bundles(officer, office)
    officer.do(lambda page: drop(page, signed("3"), signed("4")))
    one = "Xin thả một tệp thôi."
    officer.do(lambda page: expect(page.get_by_text(one)).to_be_visible())
    officer.do(lambda page: drop(page, signed("3", files_of_script(MENDED))))
    officer.do(lambda page: expect(page.get_by_role("heading", name="Xem gói 3")).to_be_visible())


def test_a_file_that_is_too_large_is_told_before_it_travels(
    open_office: OpenOffice, hire: Hire
) -> None:
    office = open_office(Role.ADMIN)
    officer = hire(size=PHONE, pump=office.ward.hand.let_time_pass)
    open_bundles(officer, office)
    large = {"name": "x.zip", "mimeType": "application/zip", "buffer": bytes(17 * 1024 * 1024)}
    officer.do(lambda page: page.get_by_label("Tệp gói").set_input_files(large))  # type: ignore[arg-type]  # a payload
    officer.do(lambda page: page.get_by_role("button", name="Xem gói").click())
    told = re.compile("lớn hơn 16 MB")
    officer.do(lambda page: expect(page.get_by_text(told)).to_be_visible())
    assert not (office.ward.state / "candidates").exists()


def test_without_a_script_the_form_works_all_the_same(open_office: OpenOffice, hire: Hire) -> None:
    office = open_office(Role.ADMIN)
    officer = hire(pump=office.ward.hand.let_time_pass, has_script=False)
    open_bundles(officer, office)
    officer.do(lambda page: choose(page, signed("3", files_of_script(MENDED))))
    officer.do(lambda page: page.get_by_role("button", name="Dùng ngay").click())
    said = "Đã nhận gói 3."
    officer.do(lambda page: expect(page.locator("#note")).to_contain_text(said))


def test_an_auditor_sees_the_page_and_no_button(open_office: OpenOffice, hire: Hire) -> None:
    office = open_office(Role.AUDITOR)
    officer = hire(size=DESK, pump=office.ward.hand.let_time_pass)
    open_bundles(officer, office, Role.AUDITOR)
    found = officer.do(
        lambda page: page.locator("main button, main input:not([type=hidden])").count()
    )
    assert found == 0

    def forge(page: Page) -> int:
        script = """async () => {
            const body = new FormData();
            body.append("token", document.querySelector("input[name=token]").value);
            body.append("bundle", new File(["x"], "x.zip"));
            return (await fetch("/bundles/upload", { method: "POST", body })).status;
        }"""
        return int(page.evaluate(script))

    assert officer.do(forge) == 403
    assert not (office.ward.state / "candidates").exists()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_axe_finds_nothing_on_any_page_of_bundles(
    open_office: OpenOffice, hire: Hire, size: tuple[int, int], language: str
) -> None:
    office = open_office(Role.ADMIN)
    ward = office.ward
    officer = hire(size=size, pump=ward.hand.let_time_pass)
    open_bundles(officer, office)
    if language == "en":
        officer.do(lambda page: page.get_by_role("button", name="English").click())
    SHOTS.mkdir(parents=True, exist_ok=True)
    width = "phone" if size == PHONE else "desk"

    def check(what: str) -> None:
        assert officer.violations() == [], what
        assert not officer.do(is_wide), f"{what} is wider than its window"
        name = SHOTS / f"bundles-{width}-{language}-{what}.png"
        officer.do(lambda page: page.screenshot(path=name, full_page=True))

    def go(path: str) -> None:
        officer.do(lambda page: page.goto(f"{office.address}{path}"))

    def upload(bundle: Bundle) -> str:
        go("/bundles")
        file = file_of(bundle)
        officer.do(lambda page: page.locator("#bundle").set_input_files(file))  # type: ignore[arg-type]  # a payload
        officer.do(lambda page: send(page, "#upload"))
        return str(officer.do(lambda page: page.url))

    check("empty")
    upload(signed("1", by=pair(name="Ai đó")))
    check("refused")
    upload(signed("3", files_of_script(MENDED)))
    check("good")
    officer.do(lambda page: send(page, "#publish"))
    check("published")
    upload(signed("5", files_of_script(SCRIPT_TEXT.replace(TITLE, "Xin giấy xác nhận cư trú"))))
    officer.do(lambda page: page.locator("#on").fill("2099-12-01"))
    officer.do(lambda page: send(page, "form:has(#on) button"))
    broken = upload(signed("6", files_of_script(BROKEN)))
    check("broken")
    go("/bundles")
    officer.do(lambda page: page.locator("main summary").first.click())
    check("all")
    go("/bundles/rollback/shipped")
    check("rollback")
    candidate = broken.rpartition("/")[2]
    go(f"/bundles/preview/{candidate}?procedure=xin-giay&language={language}")
    check("preview")
    go(f"/bundles/preview/current?orientation=landscape&language={language}")
    check("preview-landscape")
    answers = "answers=di-thay,di-hoc&look=outcome"
    go(f"/bundles/preview/current?procedure=xin-giay&{answers}&language={language}")
    check("preview-outcome")
    go("/bundles/preview/current?procedure=khac")
    check("preview-refused")

"""Whole visits on the real screen: real QML, touched by real events, in a real window."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from ward import BIRTH_IN_HOSPITAL, PIN, PORTAL, ROOT, SITE, START, OpenWard

from kiosk import event as on
from kiosk.app import PIN_FILE, SLIP_FOLDER
from kiosk.card import Card, CardKind
from kiosk.card_file import CARDS_FILE, save_cards
from kiosk.catalogue import SHIPPED_PROCEDURES
from kiosk.printing import PrinterSettings
from kiosk.procedure import Text
from kiosk.screen import (
    CardBody,
    ChoosingBody,
    GoodbyeBody,
    IdleOverlay,
    MessageOverlay,
    OutcomeBody,
    PinOverlay,
    QuestionBody,
    ReviewBody,
    StaffOverlay,
    WaitingBody,
)
from kiosk.settings import Settings
from kiosk.tally import Counted
from kiosk.ui.visit import read_qr
from kiosk.ui.window import LANDSCAPE
from kiosk.usage import USAGE_FILE


def test_a_citizen_is_guided_from_the_first_touch_to_the_slip_in_their_hand(
    open_ward: OpenWard,
) -> None:
    ward = open_ward()
    assert isinstance(ward.screen.body, WaitingBody)
    ward.hand.touch(START)
    assert isinstance(ward.screen.body, ChoosingBody)
    ward.hand.touch("Mới sinh con")
    ward.hand.touch("Đăng ký khai sinh")
    for number, label in enumerate(BIRTH_IN_HOSPITAL):
        body = ward.screen.body
        assert isinstance(body, QuestionBody)
        assert body.progress.text == f"Bước {number + 1}/6"
        ward.hand.touch(label)
    assert isinstance(ward.screen.body, ReviewBody)
    ward.hand.touch("Đúng rồi, xem kết quả")
    assert [row.name for row in ward.outcome.papers][:2] == [
        "Tờ khai đăng ký khai sinh",
        "Giấy chứng sinh",
    ]
    ward.hand.touch("Giấy chứng sinh")
    assert [row.tick.is_on for row in ward.outcome.papers][:2] == [False, True]
    assert read_qr(ward.hand.picture()) == PORTAL
    ward.hand.touch("In phiếu mang về")
    ward.hand.wait_until(lambda: "chưa nối máy in" in ward.outcome.slip_text, otherwise="slip")
    slip = Image.open(ward.state / SLIP_FOLDER / "slip.png").convert("L")
    assert slip.width == 576
    assert zxingcpp.read_barcodes(slip)[0].text == PORTAL
    ward.hand.touch("Kết thúc")
    assert isinstance(ward.screen.body, GoodbyeBody)
    ward.hand.touch("Giúp được")
    ward.hand.touch("Đóng")
    assert isinstance(ward.screen.body, WaitingBody)
    assert not list((ward.state / SLIP_FOLDER).glob("*"))
    for counted in (
        Counted.VISIT_STARTED,
        Counted.PROCEDURE_CHOSEN,
        Counted.OUTCOME_HERE,
        Counted.SLIP_PRINTED,
        Counted.VISIT_FINISHED,
        Counted.RATED_GOOD,
    ):
        assert ward.count_of(counted) == 1, counted


def test_typing_without_diacritics_finds_a_procedure_on_both_keyboards(open_ward: OpenWard) -> None:
    ward = open_ward()
    ward.hand.touch(START)
    ward.hand.touch_field()
    ward.hand.press_key("t")
    for letter in "am":
        ward.hand.press_key(letter)
    ward.hand.type(" tru")
    body = ward.screen.body
    assert isinstance(body, ChoosingBody)
    assert body.text == "tam tru"
    assert body.results[0].label == "Đăng ký tạm trú"
    ward.hand.touch("Đăng ký tạm trú")
    assert isinstance(ward.screen.body, QuestionBody)


def test_vietnamese_letters_can_be_typed_too(open_ward: OpenWard) -> None:
    ward = open_ward()
    ward.hand.touch(START)
    ward.hand.touch_field()
    ward.hand.type("kết hôn")
    body = ward.screen.body
    assert isinstance(body, ChoosingBody)
    assert body.results[0].label == "Đăng ký kết hôn"


def test_an_earlier_answer_is_changed_from_the_review_and_the_later_ones_stay(
    open_ward: OpenWard,
) -> None:
    ward = open_ward()
    for label in (START, "Mới sinh con", "Đăng ký khai sinh", *BIRTH_IN_HOSPITAL):
        ward.hand.touch(label)
    body = ward.screen.body
    assert isinstance(body, ReviewBody)
    before = [row.answer for row in body.rows]
    changes = [item for item in ward.hand.buttons() if item.property("label") == "Đổi"]
    ward.hand.touch_item(changes[1])
    ward.hand.touch("Người ngoài được cha mẹ nhờ")
    body = ward.screen.body
    assert isinstance(body, ReviewBody)
    assert [row.answer for row in body.rows] == [
        before[0],
        "Người ngoài được cha mẹ nhờ",
        *before[2:],
    ]
    ward.hand.touch("Đúng rồi, xem kết quả")
    assert any("ủy quyền" in row.name for row in ward.outcome.papers)


def test_back_leads_all_the_way_to_the_waiting_screen(open_ward: OpenWard) -> None:
    ward = open_ward()
    ward.go_to_outcome()
    ward.hand.touch("Xem lại câu trả lời")
    for _ in range(len(BIRTH_IN_HOSPITAL) + 1):
        ward.hand.touch("Quay lại")
    body = ward.screen.body
    assert isinstance(body, ChoosingBody)
    assert body.tiles


def test_a_visit_left_alone_is_asked_after_and_then_wiped(open_ward: OpenWard) -> None:
    ward = open_ward()
    ward.hand.touch(START)
    ward.hand.touch_field()
    ward.hand.type("ket hon")
    ward.pass_time(61)
    assert ward.hand.labels() == ["Tôi vẫn ở đây", "Gọi cán bộ", "Nói", "Nghe lại"]
    ward.hand.touch("Tôi vẫn ở đây")
    body = ward.screen.body
    assert isinstance(body, ChoosingBody)
    assert body.text == "ket hon"
    ward.pass_time(81)
    assert isinstance(ward.screen.body, WaitingBody)
    ward.hand.touch(START)
    field = ward.hand.item("search")
    assert field is not None
    assert field.property("text") == ""
    assert field.property("preeditText") == ""
    keyboard = ward.hand.item("keyboard")
    assert keyboard is not None
    assert not keyboard.isVisible()


def test_the_goodbye_screen_closes_by_itself(open_ward: OpenWard) -> None:
    ward = open_ward()
    ward.hand.touch(START)
    ward.hand.touch("Kết thúc")
    ward.pass_time(16)
    assert isinstance(ward.screen.body, WaitingBody)


def test_staff_open_their_sheet_answer_the_call_and_restart_the_session(
    open_ward: OpenWard,
) -> None:
    ward = open_ward()
    ward.hand.touch(START)
    ward.hand.touch("Gọi cán bộ")
    assert ward.screen.banner is not None
    ward.open_staff_sheet()
    ward.hand.touch("Nhận lời gọi")
    assert ward.screen.banner is not None
    assert ward.screen.banner.text == "Cán bộ đang đến."
    ward.open_staff_sheet()
    ward.hand.touch("Làm mới phiên")
    assert isinstance(ward.screen.body, WaitingBody)
    assert ward.screen.banner is not None
    assert ward.screen.banner.text == "Cán bộ đã làm mới phiên. Mời ông/bà bắt đầu lại."
    ward.hand.touch("Đóng")
    assert ward.screen.banner is None
    assert ward.count_of(Counted.STAFF_ANSWERED) == 1
    assert ward.count_of(Counted.VISIT_RESET) == 1


def test_a_short_touch_of_the_corner_opens_nothing(open_ward: OpenWard) -> None:
    ward = open_ward()
    ward.hand.hold_corner(0.1)
    assert ward.screen.overlay is None


def test_five_wrong_pins_lock_the_door(open_ward: OpenWard) -> None:
    ward = open_ward()
    ward.hand.hold_corner(0.8)
    for _ in range(5):
        ward.enter_pin("902846")
    overlay = ward.screen.overlay
    assert isinstance(overlay, PinOverlay)
    assert "chờ" in overlay.refusal
    ward.enter_pin(PIN)
    assert isinstance(ward.screen.overlay, PinOverlay), "the right PIN must wait too"


def test_a_new_kiosk_asks_for_a_pin_before_it_serves_anybody(open_ward: OpenWard) -> None:
    ward = open_ward(pin=None)
    assert isinstance(ward.screen.overlay, PinOverlay)
    assert START not in ward.hand.labels()
    ward.enter_pin(PIN)
    ward.enter_pin("999999")
    overlay = ward.screen.overlay
    assert isinstance(overlay, PinOverlay)
    assert "không giống" in overlay.refusal
    ward.enter_pin(PIN)
    ward.enter_pin(PIN)
    assert isinstance(ward.screen.overlay, StaffOverlay)
    ward.hand.touch("Đóng")
    ward.hand.touch(START)
    assert PIN not in (ward.state / PIN_FILE).read_text(encoding="utf-8")


def test_a_printer_that_is_not_there_is_said_and_the_code_stays(
    open_ward: OpenWard, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("WARNING")  # what goes wrong here is logged

    def without_printer(settings: Settings) -> Settings:
        gone = PrinterSettings(kind="network", host="127.0.0.1", port=9)
        return replace(settings, printer=gone)

    ward = open_ward(without_printer)
    ward.go_to_outcome()
    ward.hand.touch("In phiếu mang về")
    ward.hand.wait_until(lambda: ward.outcome.is_slip_trouble, otherwise="trouble")
    assert "chưa được nối" in ward.outcome.slip_text
    assert read_qr(ward.hand.picture()) == PORTAL
    ward.open_staff_sheet()
    overlay = ward.screen.overlay
    assert isinstance(overlay, StaffOverlay)
    assert any("Không thấy máy in" in trouble for trouble in overlay.troubles)


def test_a_broken_script_is_named_to_staff_and_the_rest_works(
    open_ward: OpenWard, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("WARNING")  # what goes wrong here is logged
    scripts = tmp_path / "procedures"
    shutil.copytree(SHIPPED_PROCEDURES, scripts)
    (scripts / "khai-tu" / "script.yaml").write_text("format: 1\nid: [", encoding="utf-8")

    def with_broken(settings: Settings) -> Settings:
        return replace(settings, folders=replace(settings.folders, procedures=str(scripts)))

    ward = open_ward(with_broken)
    ward.open_staff_sheet()
    overlay = ward.screen.overlay
    assert isinstance(overlay, StaffOverlay)
    assert any("khai-tu/script.yaml" in trouble for trouble in overlay.troubles)
    ward.hand.touch("Đóng")
    ward.go_to_outcome()


def test_a_folder_that_cannot_be_written_does_not_stop_a_visit(
    open_ward: OpenWard, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("WARNING")  # what goes wrong here is logged
    (tmp_path / "state").write_text("a file where the folder should be", encoding="utf-8")
    ward = open_ward(pin=None)
    overlay = ward.screen.overlay
    assert isinstance(overlay, PinOverlay | type(None))
    ward.kiosk.conductor.post(on.Closed())
    ward.hand.settle()
    ward.go_to_outcome()
    assert read_qr(ward.hand.picture()) == PORTAL


def test_a_late_touch_on_a_screen_that_is_gone_does_nothing(open_ward: OpenWard) -> None:
    ward = open_ward()
    drawn: Any = ward.panel.bridge.screen
    serial, start = drawn["serial"], drawn["body"]["start"]["tap"]
    ward.hand.touch(START)
    before = ward.screen
    ward.panel.bridge.tap(serial, start)
    ward.hand.settle()
    assert ward.screen == before


def test_the_code_decodes_from_a_landscape_screen_too(open_ward: OpenWard) -> None:
    ward = open_ward()
    ward.panel.window.resize(LANDSCAPE)
    ward.go_to_outcome()
    assert read_qr(ward.hand.picture()) == PORTAL


MARKER = "zebraquagga"


def test_nothing_a_citizen_typed_or_chose_is_in_any_file_or_log(
    open_ward: OpenWard, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    scripts = tmp_path / "procedures"
    shutil.copytree(SHIPPED_PROCEDURES, scripts)
    script = scripts / "khai-sinh" / "script.yaml"
    text = script.read_text(encoding="utf-8")
    assert 'vi: "Cha hoặc mẹ của bé"' in text
    script.write_text(text.replace('vi: "Cha hoặc mẹ của bé"', f'vi: "{MARKER}"'), encoding="utf-8")

    def with_marker(settings: Settings) -> Settings:
        return replace(settings, folders=replace(settings.folders, procedures=str(scripts)))

    ward = open_ward(with_marker)
    ward.hand.touch(START)
    ward.hand.touch_field()
    ward.hand.type(MARKER)
    assert isinstance(ward.screen.body, ChoosingBody)
    assert ward.screen.body.text == MARKER
    ward.hand.press_enter()
    assert isinstance(ward.screen.overlay, MessageOverlay), "the sentence was looked at"
    ward.hand.touch("Hỏi việc khác")
    ward.hand.touch("Xóa")
    ward.hand.touch_field()
    ward.hand.type("khai sinh")
    ward.hand.touch("Đăng ký khai sinh")
    for label in (BIRTH_IN_HOSPITAL[0], MARKER, *BIRTH_IN_HOSPITAL[2:]):
        ward.hand.touch(label)
    assert any(MARKER in text for text in ward.hand.texts())
    ward.hand.touch("Đúng rồi, xem kết quả")
    ward.hand.touch("In phiếu mang về")
    ward.hand.wait_until(lambda: ward.outcome.slip_text != "", otherwise="slip")
    ward.hand.wait_until(lambda: ward.outcome.slip.event is not None, otherwise="slip")
    ward.pass_time(81)
    assert isinstance(ward.screen.body, WaitingBody)
    written = [file for file in ward.state.rglob("*") if file.is_file()]
    assert any(file.name == USAGE_FILE for file in written), "the marker test must look at files"
    for file in written:
        assert MARKER.encode() not in file.read_bytes(), file
    assert not list((ward.state / SLIP_FOLDER).glob("*")), "the slip shows answers as pixels"
    assert MARKER not in caplog.text
    assert not any(MARKER in value for value in all_texts(ward.panel.bridge.screen))


def all_texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from all_texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from all_texts(one)


@pytest.mark.parametrize(
    "plan", sorted((ROOT / "tests" / "visits").glob("*.yaml")), ids=lambda p: p.stem
)
def test_each_recorded_visit_can_be_made_by_the_command(plan: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "kiosk",
            "visit",
            str(plan),
            "--out",
            str(tmp_path),
            "--site",
            str(SITE),
        ],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    record = json.loads((tmp_path / "visit.json").read_text(encoding="utf-8"))
    pictures = sorted(file.name for file in tmp_path.glob("[0-9]*.png"))
    assert [step["picture"] for step in record["steps"]] == pictures
    shows_code = any(step["screen"] == "OutcomeBody" for step in record["steps"])
    assert record["qr"].startswith("https://dichvucong.gov.vn/") == shows_code


def test_the_demonstration_visit_leaves_pictures_slip_and_code(tmp_path: Path) -> None:
    demonstration = ROOT / "kiosk" / "demonstration.yaml"
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "kiosk",
            "visit",
            str(demonstration),
            "--out",
            str(tmp_path),
            "--site",
            str(SITE),
        ],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "qr.txt").read_text(encoding="utf-8").strip() == PORTAL
    assert zxingcpp.read_barcodes(Image.open(tmp_path / "slip.png").convert("L"))[0].text == PORTAL
    assert (tmp_path / "slip.pdf").read_bytes().startswith(b"%PDF")
    assert len(list(tmp_path.glob("[0-9]*.png"))) == 14


def test_a_plan_that_asks_for_what_is_not_there_is_told_so(tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text('name: x\nsteps:\n  - {tap: "Bay lên trời"}\n', encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "visit", str(plan), "--out", str(tmp_path / "out")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 1
    assert "Bay lên trời" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_officer_can_be_called_from_every_screen_a_citizen_sees(open_ward: OpenWard) -> None:
    ward = open_ward()
    assert "Gọi cán bộ" in ward.hand.labels()
    ward.hand.touch(START)
    ward.hand.touch("Mới sinh con")
    ward.hand.touch("Đăng ký khai sinh")
    for label in ("Vì sao hỏi câu này?", "Hỏi thêm", "Nói"):
        ward.hand.touch(label)
        assert "Gọi cán bộ" in ward.hand.labels(), label
        ward.hand.touch("Đóng")
    ward.pass_time(61)
    ward.hand.touch("Gọi cán bộ")
    assert ward.screen.overlay is None
    assert ward.screen.banner is not None


def test_a_slow_finger_on_the_call_counts_while_the_kiosk_asks_who_is_there(
    open_ward: OpenWard,
) -> None:
    ward = open_ward()
    ward.hand.touch(START)
    ward.pass_time(61)
    assert isinstance(ward.screen.overlay, IdleOverlay)
    ward.hand.press("Gọi cán bộ")
    ward.hand.let_time_pass(0.6)
    ward.hand.release()
    assert ward.screen.banner is not None


def test_the_second_half_of_a_double_touch_answers_nothing(open_ward: OpenWard) -> None:
    def as_shipped(settings: Settings) -> Settings:
        return replace(settings, screen=replace(settings.screen, double_touch_seconds=0.35))

    ward = open_ward(as_shipped)
    ward.hand.touch(START)
    ward.hand.let_time_pass(0.5)
    ward.hand.touch("Mới sinh con")
    ward.hand.let_time_pass(0.5)
    ward.hand.touch("Đăng ký khai sinh")
    ward.hand.let_time_pass(0.5)
    first = ward.screen.body
    assert isinstance(first, QuestionBody)
    ward.hand.touch(first.choices[0].label)
    second = ward.screen.body
    assert isinstance(second, QuestionBody)
    assert second.ask != first.ask
    ward.hand.touch(second.choices[0].label)
    assert ward.screen.body == second, "a touch at once must not answer a question unseen"
    ward.hand.let_time_pass(0.5)
    ward.hand.touch(second.choices[0].label)
    assert ward.screen.body != second


def test_reading_on_counts_as_being_there(open_ward: OpenWard) -> None:
    ward = open_ward()
    ward.go_to_outcome()
    for _ in range(4):
        ward.pass_time(40)
        ward.hand.touch("Xem tiếp" if "Xem tiếp" in ward.hand.labels() else "Lên đầu trang")
    assert ward.screen.overlay is None
    assert isinstance(ward.screen.body, OutcomeBody)


def test_somebody_who_called_an_officer_is_not_sent_away(open_ward: OpenWard) -> None:
    ward = open_ward()
    ward.hand.touch("Gọi cán bộ")
    ward.pass_time(300)
    assert ward.screen.banner is not None
    assert ward.screen.overlay is None


def test_the_dock_is_out_of_reach_behind_the_staff_pages(open_ward: OpenWard) -> None:
    ward = open_ward()
    ward.hand.hold_corner(0.8)
    assert "Nói" not in ward.hand.labels()


def test_a_matter_of_another_office_is_said_and_its_code_leads_to_its_page(
    open_ward: OpenWard,
) -> None:
    ward = open_ward()
    ward.hand.touch(START)
    ward.hand.touch_field()
    ward.hand.type("lam ho chieu")
    ward.hand.touch("Làm hộ chiếu")
    body = ward.screen.body
    assert isinstance(body, CardBody)
    assert body.mark == "Việc này không làm ở phường"
    assert read_qr(ward.hand.picture()) == body.qr.link
    ward.hand.touch("Quay lại")
    assert isinstance(ward.screen.body, ChoosingBody)


def test_an_imported_card_is_found_and_says_that_nobody_checked_it(
    open_ward: OpenWard, tmp_path: Path
) -> None:
    link = "https://dichvucong.gov.vn/thu-tuc-hanh-chinh/019d2bfb-cfb3-75d8-9160-fa2bd2ac950a"
    imported = Card(
        id="tthc-9-000001",
        kind=CardKind.NATIONAL,
        code="9.000001",
        title=Text(vi="Đăng ký nuôi ong lấy mật", en="Đăng ký nuôi ong lấy mật"),
        agency="Ủy ban nhân dân cấp xã",
        papers=("Đơn đăng ký (1 bản chính)",),
        link=link,
        source="Cổng Dịch vụ công quốc gia, 07/2026",
        is_commune=True,
    )
    twice = replace(imported, id="tthc-1-001193", code="1.001193")
    save_cards((imported, twice), tmp_path / "state" / CARDS_FILE)
    ward = open_ward()
    ward.hand.touch(START)
    ward.hand.touch_field()
    ward.hand.type("nuoi ong lay mat")
    body = ward.screen.body
    assert isinstance(body, ChoosingBody)
    assert body.results[0].label == "Đăng ký nuôi ong lấy mật"
    assert ward.kiosk.conductor._office.card(twice.id) is None, "a script goes before its card"
    ward.hand.touch("Đăng ký nuôi ong lấy mật")
    shown = ward.screen.body
    assert isinstance(shown, CardBody)
    assert "chưa được phường kiểm tra" in shown.mark
    assert read_qr(ward.hand.picture()) == link


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    demonstration = str(ROOT / "kiosk" / "demonstration.yaml")
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "visit", demonstration, "--out", str(tmp_path / "taken")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 1
    assert "taken" in done.stderr
    assert "Traceback" not in done.stderr

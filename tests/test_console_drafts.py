"""Editing scripts at the console: a draft by one account, its publication by another."""

import asyncio
import html
import re
import shutil
import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import httpx2
import pytest
from bundle_maker import pair, signed
from console_room import PASSWORD, Room, sign_in, token_of
from draft_room import (
    AMOUNT,
    FEE,
    TODAY,
    act,
    change_fee,
    draft_of,
    entered,
    form_of,
    opened,
    script_now,
    shipped,
    store_of,
)
from far_kiosk import FAR, watch_far
from starlette.testclient import TestClient

from kiosk import draft_check
from kiosk.bundle import SITE, scope_of
from kiosk.bundle_current import current_of
from kiosk.bundle_file import gather, read_bundle
from kiosk.bundle_install import inspect, install
from kiosk.bundle_sign import KEYS_FILE, load_keys, save_keys, sign, vouched
from kiosk.bundle_store import BUNDLES_FOLDER, BundleStore
from kiosk.catalogue import load_catalogue
from kiosk.command import ReloadWanted
from kiosk.console import draft_desk, script_pages
from kiosk.console.accounts import Role
from kiosk.console.hearing_desk import HearingDesk
from kiosk.draft import Stage
from kiosk.draft_key import KEY_FILE
from kiosk.draft_store import DRAFTS_FOLDER, DraftStore
from kiosk.procedure import Procedure
from kiosk.script_fields import Item, Value
from kiosk.script_items import items_of
from kiosk.settings import Settings

LABEL = "fees.ca-nhan-tai-quay.label.vi"
WORDINGS = "/scripts/tam-tru/wordings/start"
VI = "wordings.start.vi"
ABOUT = "/scripts/tam-tru/about/about"
SOURCE = "/scripts/tam-tru/sources/tt-75-2022"


@pytest.fixture
def desk(draft_desk: Room) -> Room:
    return draft_desk


def handed_in(room: Room, amount: str = "20.000") -> str:
    writer = entered(room, "lan.tran")
    draft_id = change_fee(writer, amount)
    assert act(writer, room, draft_id, "hand-in").status_code == 303
    return draft_id


def fee_now(room: Room) -> int | None:
    return script_now(room).fees[0].amount


def deeds(room: Room) -> list[tuple[str, str, str]]:
    return [(one.account, one.what, one.about) for one in reversed(room.console.audit.latest(50))]


# The way of a change


def test_what_one_admin_changes_another_publishes_and_citizens_get_it(desk: Room) -> None:
    draft_id = handed_in(desk)
    assert fee_now(desk) == 15000, "nothing has changed yet"
    reviewer = entered(desk, "minh.le")
    page = reviewer.get(f"/drafts/{draft_id}").text
    assert "Lệ phí “Nộp tại Công an phường”: số tiền: trước là 15.000 đồng" in page
    assert "nay là 20.000 đồng" in page
    answer = act(reviewer, desk, draft_id, "publish")
    assert answer.status_code == 303, answer.text
    assert fee_now(desk) == 20000
    assert desk.sent == [("kiosk", ReloadWanted())]
    record = draft_of(desk, draft_id)
    assert record.stage is Stage.PUBLISHED
    assert record.version == f"{TODAY.year}.{TODAY.month}.{TODAY.day}"
    assert any("20.000 đồng" in one for told in record.told["vi"] for one in told.sentences)
    shelf = BundleStore(desk.state).shelf()
    assert shelf.current == record.bundle
    assert shelf.history[-1].by == "minh.le"


def test_the_file_of_a_published_draft_differs_in_the_changed_line_alone(desk: Room) -> None:
    draft_id = handed_in(desk)
    act(entered(desk, "minh.le"), desk, draft_id, "publish")
    now = BundleStore(desk.state).procedures(draft_of(desk, draft_id).bundle)
    before = [one.relative_to(shipped(desk)) for one in shipped(desk).glob("*/*.yaml")]
    differing = [
        one for one in before if (shipped(desk) / one).read_bytes() != (now / one).read_bytes()
    ]
    assert differing == [Path("tam-tru/script.yaml")]
    old, new = (
        (folder / differing[0]).read_text(encoding="utf-8").splitlines()
        for folder in (shipped(desk), now)
    )
    assert [pair for pair in zip(old, new, strict=True) if pair[0] != pair[1]] == [
        ("    amount: 15000", "    amount: 20000")
    ]


def test_each_deed_stands_in_the_audit_log_and_leads_to_what_changed(desk: Room) -> None:
    draft_id = handed_in(desk)
    act(entered(desk, "minh.le"), desk, draft_id, "publish")
    version = draft_of(desk, draft_id).version
    assert [one for one in deeds(desk) if one[1].startswith("draft_")] == [
        ("lan.tran", "draft_begun", draft_id),
        ("lan.tran", "draft_changed", f"{draft_id} tam-tru {AMOUNT}"),
        ("lan.tran", "draft_handed_in", draft_id),
        ("minh.le", "draft_publishing", draft_id),
        ("minh.le", "draft_published", f"{draft_id} {version}"),
    ]
    auditor = desk.enter(Role.AUDITOR)
    assert f'<a href="/drafts/{draft_id}">' in auditor.get("/audit").text
    record = auditor.get(f"/drafts/{draft_id}").text
    assert "15.000 đồng" in record
    assert "20.000 đồng" in record
    assert "lan.tran" in record
    assert "<button>" not in record.partition("<main")[2], "an auditor only reads"
    assert "Chọn thủ tục để sửa" in entered(desk, "minh.le").get("/drafts").text
    assert "Chọn thủ tục để sửa" not in auditor.get("/drafts").text


@pytest.mark.parametrize(
    ("find", "told"),
    [
        ("tạm trú", "Thấy 1 thủ tục."),
        ("zzz", "Không thấy thủ tục nào. Thử từ khác."),
        ("đăng ký", "Thấy 2 thủ tục."),
    ],
)
def test_what_a_search_found_is_said_in_a_sentence(desk: Room, find: str, told: str) -> None:
    page = html.unescape(entered(desk, "minh.le").get("/scripts", params={"find": find}).text)
    assert told in page


def test_a_bundle_of_a_draft_can_be_carried_to_another_kiosk(desk: Room) -> None:
    draft_id = handed_in(desk)
    reviewer = entered(desk, "minh.le")
    act(reviewer, desk, draft_id, "publish")
    answer = reviewer.get(f"/drafts/{draft_id}/bundle")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    assert re.fullmatch(
        r'attachment; filename="dan-loi-[0-9.]+\.danloi\.zip"',
        answer.headers["content-disposition"],
    )
    assert answer.headers["cache-control"] == "no-store"
    bundle = read_bundle(answer.content)
    assert bundle.name == draft_of(desk, draft_id).bundle
    other = BundleStore(desk.state / "other")
    install(
        inspect(bundle, today=TODAY),
        store=other,
        keys=load_keys(desk.state / KEYS_FILE),
        place=desk.console.settings.ward.portal,
        today=TODAY,
    )
    assert other.shelf().current == bundle.name
    assert reviewer.get("/drafts/20270101-abcdef/bundle").status_code == 404


@pytest.mark.parametrize("days", [0, 5])
def test_who_publishes_is_told_which_machines_the_bundle_must_be_carried_to(
    desk: Room, days: int
) -> None:
    watch_far(desk)
    draft_id = handed_in(desk)
    reviewer = entered(desk, "minh.le")
    on = (TODAY + timedelta(days=days)).isoformat() if days else ""
    act(reviewer, desk, draft_id, "publish", on=on)
    page = reviewer.get(f"/drafts/{draft_id}").text
    assert f"Các máy khác chưa có bản này: {FAR.name}." in page
    assert f'href="/drafts/{draft_id}/bundle"' in page
    assert FAR.kiosk not in [kiosk for kiosk, _ in desk.sent], "it could not read the bundle"


def test_where_there_is_no_other_machine_nothing_is_to_be_carried(desk: Room) -> None:
    draft_id = handed_in(desk)
    reviewer = entered(desk, "minh.le")
    act(reviewer, desk, draft_id, "publish")
    page = reviewer.get(f"/drafts/{draft_id}").text
    assert "trên máy này, dùng từ lượt sau." in page
    assert "Các máy khác" not in page


def test_another_machine_can_be_made_to_trust_this_console(desk: Room, tmp_path: Path) -> None:
    admin = desk.enter(Role.ADMIN)
    assert admin.get("/keys/own").status_code == 404, "nothing was published yet"
    draft_id = handed_in(desk)
    reviewer = entered(desk, "minh.le")
    act(reviewer, desk, draft_id, "publish")
    page = reviewer.get(f"/drafts/{draft_id}").text
    assert 'href="/keys/own" download' in page
    assert "kiosk bundle keys add dan-loi.keys.toml" in page
    answer = reviewer.get("/keys/own")
    assert "dan-loi.keys.toml" in answer.headers["content-disposition"]
    assert "PRIVATE" not in answer.text
    (file := tmp_path / "dan-loi.keys.toml").write_text(answer.text, encoding="utf-8")
    [key] = load_keys(file)
    carried = read_bundle(reviewer.get(f"/drafts/{draft_id}/bundle").content)
    place = desk.console.settings.ward.portal
    assert vouched(carried, [key], place=place, today=TODAY) == key
    assert carried.manifest.note == f"Đăng ký tạm trú [{draft_id}]"


def test_a_draft_may_wait_for_its_day(desk: Room) -> None:
    draft_id = handed_in(desk)
    reviewer = entered(desk, "minh.le")
    for wrong in (TODAY, TODAY - timedelta(days=1)):
        answer = act(reviewer, desk, draft_id, "publish", on=wrong.isoformat(), note="một lời ghi")
        assert answer.status_code == 409
        assert "một lời ghi" in answer.text, "what was typed is kept"
    assert act(reviewer, desk, draft_id, "publish", on="mai").status_code == 422
    later = TODAY + timedelta(days=5)
    assert act(reviewer, desk, draft_id, "publish", on=later.isoformat()).status_code == 303
    assert fee_now(desk) == 15000
    assert BundleStore(desk.state).shelf().scheduled[0].on == later


def test_two_bundles_do_not_wait_for_their_days_and_undo_each_other(desk: Room) -> None:
    first = handed_in(desk)
    reviewer = entered(desk, "minh.le")
    later = (TODAY + timedelta(days=5)).isoformat()
    act(reviewer, desk, first, "publish", on=later)
    second = handed_in(desk)
    waiting = draft_of(desk, first).version
    assert f"Gói {waiting} đang chờ đến ngày" in reviewer.get(f"/drafts/{second}").text
    answer = act(reviewer, desk, second, "publish", on=(TODAY + timedelta(days=9)).isoformat())
    assert answer.status_code == 409
    assert "Hai gói cùng chờ sẽ đè lên nhau" in answer.text
    assert act(reviewer, desk, second, "publish").status_code == 303
    assert f"Đã bỏ hẹn gói {waiting}." in reviewer.get(f"/drafts/{second}").text
    assert draft_of(desk, second).version == f"{waiting}.1"
    assert "Mở lại bản nháp" in reviewer.get(f"/drafts/{first}").text, "as the warning said"


def test_a_waiting_bundle_that_was_uploaded_has_no_draft_to_be_opened_anew(desk: Room) -> None:
    draft_id = handed_in(desk)
    later = TODAY + timedelta(days=5)
    BundleStore(desk.state).publish(signed("1"), key="k", on=later)
    page = entered(desk, "minh.le").get(f"/drafts/{draft_id}").text
    assert "người gửi phải làm gói mới" in page
    assert "mở lại bản nháp của nó" not in page


def test_the_words_of_a_draft_that_waits_for_its_day_are_learned_before_it(
    desk: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[tuple[Path, str]] = []

    def begin(_: HearingDesk, __: Settings, *, before: Path, bundle: str = "") -> None:
        begun.append((before, bundle))

    monkeypatch.setattr(HearingDesk, "begin", begin)
    draft_id = handed_in(desk)
    later = (TODAY + timedelta(days=3)).isoformat()
    assert act(entered(desk, "minh.le"), desk, draft_id, "publish", on=later).status_code == 303
    shown = current_of(desk.console.settings, TODAY).procedures
    assert begun == [(shown, draft_of(desk, draft_id).bundle)]


def test_a_draft_whose_bundle_was_withdrawn_can_be_opened_anew(desk: Room) -> None:
    draft_id = handed_in(desk)
    reviewer = entered(desk, "minh.le")
    assert act(reviewer, desk, draft_id, "open-anew").status_code == 409
    later = (TODAY + timedelta(days=5)).isoformat()
    act(reviewer, desk, draft_id, "publish", on=later)
    assert act(reviewer, desk, draft_id, "open-anew").status_code == 409, "it is still there"
    store_of(desk).withdraw(draft_of(desk, draft_id).version)
    assert "Mở lại bản nháp" in reviewer.get(f"/drafts/{draft_id}").text
    assert act(reviewer, desk, draft_id, "open-anew").status_code == 303
    draft = draft_of(desk, draft_id)
    assert (draft.stage, draft.authors) == (Stage.OPEN, ("lan.tran",))
    assert [one.path for one in draft.changes] == [AMOUNT]


@pytest.mark.parametrize("lost", ["nothing", "the shelf", "the record"])
def test_a_version_that_was_withdrawn_is_not_given_a_second_time(desk: Room, lost: str) -> None:
    draft_id = handed_in(desk)
    reviewer, writer = entered(desk, "minh.le"), entered(desk, "lan.tran")
    later = (TODAY + timedelta(days=5)).isoformat()
    act(reviewer, desk, draft_id, "publish", on=later)
    first = draft_of(desk, draft_id).version
    store_of(desk).withdraw(first)
    act(reviewer, desk, draft_id, "open-anew")
    if lost == "the shelf":
        shutil.rmtree(desk.state / BUNDLES_FOLDER)
    if lost == "the record":
        (desk.state / DRAFTS_FOLDER / f"{draft_id}.json").unlink()
        draft_id = change_fee(writer)
    act(writer, desk, draft_id, "hand-in")
    assert act(reviewer, desk, draft_id, "publish").status_code == 303
    assert draft_of(desk, draft_id).version == f"{first}.1"


def test_the_fields_of_a_script_are_named_once_for_a_page_and_off_the_event_loop(
    desk: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = entered(desk, "lan.tran")
    draft_id = change_fee(writer)
    for amount in ("30000", "40000", "50000"):
        change_fee(writer, amount)
    form = opened(writer, ABOUT) | {"about.about.summary.en": "Stay at an address for a while."}
    assert writer.post(ABOUT, data=form).status_code == 303
    assert len(draft_of(desk, draft_id).changes) == 2
    is_on_a_loop = []

    def counted(procedure: Procedure, values: Mapping[str, Value]) -> tuple[Item, ...]:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            is_on_a_loop.append(False)
        else:
            is_on_a_loop.append(True)
        return items_of(procedure, values)

    monkeypatch.setattr(draft_check, "items_of", counted)
    page = writer.get(f"/drafts/{draft_id}").text
    assert page.count("“Nộp tại Công an phường”:") >= 5, "a change, and each line of its history"
    assert is_on_a_loop == [False]


# The second pair of eyes


def test_an_author_cannot_publish_and_nothing_changes_when_they_try(desk: Room) -> None:
    draft_id = handed_in(desk)
    writer = entered(desk, "lan.tran")
    page = writer.get(f"/drafts/{draft_id}").text
    assert "publish" not in page
    answer = act(writer, desk, draft_id, "publish")
    assert answer.status_code == 409
    assert "không tự xuất bản được" in answer.text
    assert fee_now(desk) == 15000
    assert BundleStore(desk.state).shelf().kept == ()
    assert not (desk.state / KEY_FILE).exists()
    assert deeds(desk)[-1] == ("lan.tran", "draft_own_refused", draft_id)


def test_an_account_that_an_author_handed_out_is_no_second_pair_of_eyes(desk: Room) -> None:
    draft_id = handed_in(desk)
    book = desk.console.accounts
    book.add("mai.vu", Role.ADMIN, PASSWORD, by="lan.tran")
    book.add("nam.do", Role.ADMIN, PASSWORD, by="mai.vu")
    book.set_password("minh.le", PASSWORD, by="lan.tran")
    for name in ("mai.vu", "nam.do", "minh.le"):
        answer = act(entered(desk, name), desk, draft_id, "publish")
        assert answer.status_code == 409
        assert f"kiosk console account password {name} --may-review" in answer.text
        assert deeds(desk)[-1] == (name, "draft_own_refused", draft_id)
    assert BundleStore(desk.state).shelf().kept == ()
    book.add("hoa.bui", Role.ADMIN, PASSWORD, by="an.le")
    assert act(entered(desk, "hoa.bui"), desk, draft_id, "publish").status_code == 303


def test_an_author_stays_one_after_a_new_password_a_break_and_an_undone_change(
    desk: Room,
) -> None:
    writer = entered(desk, "lan.tran")
    draft_id = change_fee(writer)
    helper = entered(desk, "minh.le")
    label = "fees.ca-nhan-tai-quay.label.en"
    assert (
        helper.post(
            FEE, data=opened(helper, f"{FEE}?draft={draft_id}") | {label: "By hand"}
        ).status_code
        == 303
    )
    act(helper, desk, draft_id, "undo", procedure="tam-tru", field=label)
    assert [one.path for one in draft_of(desk, draft_id).changes] == [AMOUNT]
    act(writer, desk, draft_id, "hand-in")
    book = desk.console.accounts
    book.set_disabled("minh.le", is_disabled=True)
    book.set_disabled("minh.le", is_disabled=False)
    book.set_password("minh.le", f"{PASSWORD} mới")
    again = desk.open()
    assert sign_in(again, "minh.le", f"{PASSWORD} mới").status_code == 303
    assert act(again, desk, draft_id, "publish").status_code == 409
    act(again, desk, draft_id, "send-back")
    act(again, desk, draft_id, "hand-in")
    assert act(again, desk, draft_id, "publish").status_code == 409, "also when they hand it in"
    assert fee_now(desk) == 15000
    desk.add(Role.ADMIN, "hoa.pham")
    assert act(entered(desk, "hoa.pham"), desk, draft_id, "publish").status_code == 303


def test_a_draft_that_changed_after_it_was_read_is_not_published_unread(desk: Room) -> None:
    draft_id = handed_in(desk)
    reviewer, writer = entered(desk, "minh.le"), entered(desk, "lan.tran")
    seen = form_of(reviewer.get(f"/drafts/{draft_id}").text, f"/drafts/{draft_id}/publish")
    act(writer, desk, draft_id, "send-back")
    writer.post(FEE, data=opened(writer, FEE) | {AMOUNT: "999.000"})
    act(writer, desk, draft_id, "hand-in")
    answer = reviewer.post(f"/drafts/{draft_id}/publish", data=seen)
    assert answer.status_code == 409
    assert "lan.tran vừa thay đổi bản nháp này" in answer.text
    assert fee_now(desk) == 15000


def test_an_open_draft_is_published_by_nobody(desk: Room) -> None:
    draft_id = change_fee(entered(desk, "lan.tran"))
    assert act(entered(desk, "minh.le"), desk, draft_id, "publish").status_code == 409
    assert fee_now(desk) == 15000


def test_a_reviewer_sends_a_draft_back_with_a_note(desk: Room) -> None:
    draft_id = handed_in(desk)
    reviewer, writer = entered(desk, "minh.le"), entered(desk, "lan.tran")
    assert act(reviewer, desk, draft_id, "send-back").status_code == 422, "without a word"
    assert act(reviewer, desk, draft_id, "send-back", note="Xem lại số tiền").status_code == 303
    assert "Xem lại số tiền" in writer.get(f"/drafts/{draft_id}").text
    change_fee(writer, "30000")
    assert draft_of(desk, draft_id).changes[0].new == "30000"
    act(writer, desk, draft_id, "hand-in")
    assert act(reviewer, desk, draft_id, "publish").status_code == 303
    assert fee_now(desk) == 30000


def test_while_a_draft_is_reviewed_nobody_edits_it(desk: Room) -> None:
    draft_id = handed_in(desk)
    writer = entered(desk, "lan.tran")
    assert writer.get(f"{FEE}?draft={draft_id}").status_code == 409
    form = opened(writer, FEE) | {AMOUNT: "1", "draft": draft_id}
    assert writer.post(FEE, data=form).status_code == 409
    assert act(writer, desk, draft_id, "undo", procedure="tam-tru", field=AMOUNT).status_code == 409
    assert draft_of(desk, draft_id).changes[0].new == "20000"
    assert change_fee(writer, "21000") != draft_id, "it is another draft's"


def test_a_dropped_draft_is_over_and_its_record_stays(desk: Room) -> None:
    draft_id = handed_in(desk)
    reviewer = entered(desk, "minh.le")
    assert act(reviewer, desk, draft_id, "drop").status_code == 303
    for what in ("publish", "hand-in", "send-back", "drop", "move"):
        assert act(reviewer, desk, draft_id, what, note="x").status_code == 409
    assert "20.000 đồng" in reviewer.get(f"/drafts/{draft_id}").text
    assert fee_now(desk) == 15000


def test_nothing_is_handed_in_that_changes_nothing(desk: Room) -> None:
    writer = entered(desk, "lan.tran")
    draft_id = change_fee(writer)
    act(writer, desk, draft_id, "undo", procedure="tam-tru", field=AMOUNT)
    answer = act(writer, desk, draft_id, "hand-in")
    assert answer.status_code == 409
    assert "Bản nháp chưa có thay đổi nào" in answer.text


# Faults at the field


def fault_at(page: str, path: str) -> str:
    found = re.search(rf'id="faults-{path.replace(".", "-")}">(.*?)</div>', page, re.DOTALL)
    return re.sub(r"<[^>]+>", "", found.group(1)) if found else ""


@pytest.mark.parametrize(
    ("path", "field", "value", "sentence"),
    [
        (FEE, AMOUNT, "tám nghìn", "Đây không phải một số tiền. Viết như 15.000."),
        (FEE, AMOUNT, "8,5", "Đây không phải một số tiền. Viết như 15.000."),
        (FEE, AMOUNT, "9999999999", "Đây không phải một số tiền. Viết như 15.000."),
        (FEE, LABEL, "", "Mục này không được để trống."),
        (FEE, LABEL, "a" * 49, "Dài 49 ký tự, tối đa 48; hãy viết ngắn hơn"),
        (
            FEE,
            LABEL,
            "Nộp\x07 tại quầy",
            "Câu có ký tự không nhìn thấy, thường do dán từ nơi khác. Xin xóa cả câu",
        ),
        (
            FEE,
            LABEL,
            "Nộp tại quầу",
            "Chữ “у” không phải chữ tiếng Việt. Xin xóa rồi gõ lại.",
        ),
        (FEE, "fees.ca-nhan-tai-quay.note.vi", "Chỉ một thứ tiếng", ""),
        (WORDINGS, VI, "", "Chưa có câu nào trong heard_as.vi; hãy thêm vài câu người dân hay nói"),
        (WORDINGS, VI, "tạm trú ở phường\ncho em ở trọ\ntạm trú ở phường", "Dòng 3: Câu"),
        (WORDINGS, VI, "đăng ký ở trọ cho em\nlàm giấy khai sinh", "Dòng 2: Câu"),
        ("/scripts/tam-tru/about/about", "about.about.checked", "2999-01-01", "Ngày này chưa đến."),
        (
            "/scripts/tam-tru/about/about",
            "about.about.checked",
            "hôm qua",
            "Đây không phải một ngày.",
        ),
        (
            "/scripts/tam-tru/sources/tt-75-2022",
            "sources.tt-75-2022.link",
            "javascript:x",
            "Địa chỉ phải bắt đầu",
        ),
    ],
)
def test_a_fault_stands_at_its_field_and_nothing_typed_is_lost(
    desk: Room, path: str, field: str, value: str, sentence: str
) -> None:
    writer = entered(desk, "lan.tran")
    typed = opened(writer, path) | {field: value}
    answer = writer.post(path, data=typed)
    assert answer.status_code == 422
    at = field.replace("note.vi", "note.en")
    assert fault_at(answer.text, at).startswith(sentence), answer.text
    assert fault_at(answer.text, at)
    again = form_of(answer.text, path)
    ignored = {"token", "seen"}
    assert {k: v for k, v in again.items() if k not in ignored} == {
        k: v for k, v in typed.items() if k not in ignored
    }
    assert DraftStore(desk.state).all() == (), "nothing was kept"


def test_what_no_list_offers_is_refused_at_its_field(desk: Room) -> None:
    writer = entered(desk, "lan.tran")
    path = "fees.ca-nhan-tai-quay.confirmed"
    answer = writer.post(FEE, data=opened(writer, FEE) | {path: "maybe"})
    assert answer.status_code == 422
    assert fault_at(answer.text, path) == "Hãy chọn một mục trong danh sách."


def test_what_is_confirmed_needs_a_source_and_that_is_said_there(desk: Room) -> None:
    writer = entered(desk, "lan.tran")
    form = opened(writer, FEE)
    del form["fees.ca-nhan-tai-quay.source"]
    answer = writer.post(FEE, data=form)
    assert answer.status_code == 422
    assert "ít nhất một nguồn" in fault_at(answer.text, "fees.ca-nhan-tai-quay.source")
    form["fees.ca-nhan-tai-quay.confirmed"] = "no"
    assert writer.post(FEE, data=form).status_code == 303


def test_a_wording_of_a_later_script_is_refused_here_too(desk: Room) -> None:
    writer = entered(desk, "lan.tran")
    form = opened(writer, WORDINGS)
    taken = load_catalogue(shipped(desk)).procedures
    other = next(one for one in taken if one.id == "xoa-thuong-tru").heard_as.vi[0]
    form[VI] = f"{form[VI]}\n{other}"
    answer = writer.post(WORDINGS, data=form)
    assert answer.status_code == 422
    assert other in fault_at(answer.text, VI)


def test_advice_is_said_but_keeps_nobody_from_saving(desk: Room) -> None:
    writer = entered(desk, "lan.tran")
    path, field = "/scripts/tam-tru/notes/cha-me-dong-y", "notes.cha-me-dong-y.text.vi"
    long = "Cha mẹ đồng ý " + "thì ghi vào tờ khai rồi ký tên " * 4
    answer = writer.post(path, data=opened(writer, path) | {field: long})
    assert answer.status_code == 303
    assert "warnings-notes-cha-me-dong-y-text-vi" in writer.get(path).text


HOSTILE = (
    'x"}, amount: 1',
    "a: b # c",
    "- d",
    "{{ say }} {% raw %}",
    "<script>alert(1)</script>",
    "&amp;'\"><img src=x>",
    "!!python/object",
    "*anchor & so",
    "\\u0041 \\x",
    "null",
    "..\\..\\etc",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_looks_like_code_is_a_text_like_any_other(desk: Room, text: str) -> None:
    writer, reviewer = entered(desk, "lan.tran"), entered(desk, "minh.le")
    answer = writer.post(FEE, data=opened(writer, FEE) | {LABEL: text})
    assert answer.status_code == 303, answer.text
    draft_id = DraftStore(desk.state).all()[0].id
    for path in (f"/drafts/{draft_id}", "/scripts/tam-tru", FEE):
        page = writer.get(path).text
        assert "<script>alert" not in page
        assert "<img src" not in page
    act(writer, desk, draft_id, "hand-in")
    assert act(reviewer, desk, draft_id, "publish").status_code == 303
    current = current_of(desk.console.settings, TODAY)
    script = next(
        one for one in load_catalogue(current.procedures).procedures if one.id == "tam-tru"
    )
    assert script.fees[0].label.vi == text
    assert script.fees[0].amount == 15000


@pytest.mark.parametrize(
    "path",
    [
        "/scripts/khong-co",
        "/scripts/..%2f..%2fetc",
        "/scripts/tam-tru/fees/khong-co",
        "/scripts/tam-tru/steps/start",
        "/scripts/tam-tru/fees/%2e%2e%2fx",
        "/drafts/khong-co",
        "/drafts/..%2faccounts",
        "/drafts/20270101-abcdef",
    ],
)
def test_what_is_not_there_is_not_there(desk: Room, path: str) -> None:
    assert entered(desk, "lan.tran").get(path).status_code == 404


# Two at once


def test_who_comes_second_is_told_what_changed_and_loses_nothing(desk: Room) -> None:
    first, second = entered(desk, "lan.tran"), entered(desk, "minh.le")
    draft_id = change_fee(first, "16000")
    seen = opened(second, f"{FEE}?draft={draft_id}")
    change_fee(first, "20000")
    typed = seen | {LABEL: "Nộp ở quầy số 3"}
    answer = second.post(FEE, data=typed)
    assert answer.status_code == 409
    assert "lan.tran vừa sửa mục này" in answer.text
    assert "Nay là: 20.000 đồng" in fault_at(answer.text, AMOUNT)
    again = form_of(answer.text, FEE)
    assert again[LABEL] == "Nộp ở quầy số 3"
    assert second.post(FEE, data=again | {AMOUNT: "20000"}).status_code == 303
    draft = DraftStore(desk.state).all()[0]
    assert {one.path: one.new for one in draft.changes} == {
        AMOUNT: "20000",
        LABEL: "Nộp ở quầy số 3",
    }
    assert draft.authors == ("lan.tran", "minh.le")


def test_two_may_change_different_things_at_once(desk: Room) -> None:
    first, second = entered(desk, "lan.tran"), entered(desk, "minh.le")
    other = "/scripts/tam-tru/fees/ca-nhan-tren-mang"
    seen = opened(second, other)
    draft_id = change_fee(first)
    form = seen | {"fees.ca-nhan-tren-mang.amount": "9000", "draft": draft_id}
    assert second.post(other, data=form).status_code == 303
    assert len(draft_of(desk, draft_id).changes) == 2


# A base that is no longer current


def publish_other(room: Room, text: bytes, new: bytes, version: str = "1") -> None:
    """A bundle from somewhere else: the shipped scripts with something replaced in tam-tru."""
    folder = room.state / "other-scripts"
    shutil.copytree(shipped(room), folder)
    script = folder / "tam-tru" / "script.yaml"
    script.write_bytes(script.read_bytes().replace(text, new))
    site = room.state / "site-part.toml"
    site.write_text('[counters]\ncu-tru = {vi = "Quầy 9", en = "Counter 9"}\n', encoding="utf-8")
    made, _ = gather(folder, version=version, scope=scope_of("ward:00082"), made=TODAY, site=site)
    mine = pair()
    save_keys((*load_keys(room.state / KEYS_FILE), mine.key), room.state / KEYS_FILE)
    install(
        inspect(sign(made, mine.pem), today=TODAY),
        store=BundleStore(room.state),
        keys=load_keys(room.state / KEYS_FILE),
        place=room.console.settings.ward.portal,
        today=TODAY,
    )


def test_a_draft_moves_to_a_new_base_where_its_fields_did_not_change(desk: Room) -> None:
    draft_id = handed_in(desk)
    publish_other(desk, b"amount: 7000", b"amount: 8000")
    reviewer, writer = entered(desk, "minh.le"), entered(desk, "lan.tran")
    assert "Chuyển sang bản đang dùng" in reviewer.get(f"/drafts/{draft_id}").text
    assert act(reviewer, desk, draft_id, "publish").status_code == 409
    assert act(writer, desk, draft_id, "hand-in").status_code == 409
    assert act(reviewer, desk, draft_id, "move").status_code == 303
    draft = draft_of(desk, draft_id)
    assert (draft.stage, draft.authors) == (Stage.OPEN, ("lan.tran",))
    act(writer, desk, draft_id, "hand-in")
    assert act(reviewer, desk, draft_id, "publish").status_code == 303
    current = current_of(desk.console.settings, TODAY)
    assert fee_now(desk) == 20000
    script = next(
        one for one in load_catalogue(current.procedures).procedures if one.id == "tam-tru"
    )
    assert script.fees[1].amount == 8000, "what the other bundle brought is still there"
    assert current.settings.counters["cu-tru"].vi == "Quầy 9", "and its part of the settings"
    kept = BundleStore(desk.state).folder(current.name)
    assert (kept / SITE).read_bytes() == (desk.state / "site-part.toml").read_bytes()


def test_who_saves_while_the_draft_is_handed_in_sees_their_words_again_and_why(
    desk: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, other = entered(desk, "lan.tran"), entered(desk, "minh.le")
    draft_id = change_fee(writer)
    form = opened(writer, f"{FEE}?draft={draft_id}") | {AMOUNT: "25.000"}

    async def slow(*values: object) -> tuple[draft_check.Placed, ...]:
        found: tuple[draft_check.Placed, ...] = await checked(*values)  # type: ignore[arg-type]
        handing_in = threading.Thread(target=act, args=(other, desk, draft_id, "hand-in"))
        handing_in.start()
        handing_in.join()
        return found

    checked = draft_desk.checked
    monkeypatch.setattr(script_pages, "checked", slow)
    answer = writer.post(FEE, data=form)
    assert answer.status_code == 409
    assert 'value="25.000"' in answer.text
    assert "Bản nháp này không còn sửa được." in answer.text


def test_a_draft_does_not_move_where_its_field_changed_and_says_which(desk: Room) -> None:
    writer = entered(desk, "lan.tran")
    draft_id = change_fee(writer)
    publish_other(desk, b"amount: 15000", b"amount: 16000")
    for named in (f"?draft={draft_id}", ""):
        refused = writer.get(f"{FEE}{named}", headers={"accept": "text/html"})
        assert refused.status_code == 409
        assert f'href="/drafts/{draft_id}"' in refused.text, "where it can be moved"
    answer = act(writer, desk, draft_id, "move")
    assert answer.status_code == 409
    assert f"tam-tru {AMOUNT}" in answer.text
    act(writer, desk, draft_id, "undo", procedure="tam-tru", field=AMOUNT)
    assert act(writer, desk, draft_id, "move").status_code == 303
    assert opened(writer, FEE)[AMOUNT] == "16.000"


def test_what_somebody_else_has_published_meanwhile_is_no_change_any_more(desk: Room) -> None:
    writer = entered(desk, "lan.tran")
    draft_id = change_fee(writer)
    publish_other(desk, b"amount: 15000", b"amount: 20000")
    assert act(writer, desk, draft_id, "move").status_code == 303
    assert draft_of(desk, draft_id).changes == ()


# The key


def test_the_console_makes_its_key_once_and_keeps_it_to_itself(desk: Room) -> None:
    reviewer = entered(desk, "minh.le")
    act(reviewer, desk, handed_in(desk), "publish")
    file = desk.state / KEY_FILE
    assert file.stat().st_mode & 0o777 == 0o600
    (key,) = load_keys(desk.state / KEYS_FILE)
    assert key.name == "Trang cán bộ Phường Cửa Nam"
    assert key.scope == "ward:00082"
    writer = entered(desk, "lan.tran")
    second = change_fee(writer, "25000")
    act(writer, desk, second, "hand-in")
    assert act(reviewer, desk, second, "publish").status_code == 303
    assert load_keys(desk.state / KEYS_FILE) == (key,)
    assert draft_of(desk, second).version.endswith(".1")


def test_with_a_revoked_or_lost_key_nothing_is_published_and_the_page_says_why(desk: Room) -> None:
    reviewer, writer = entered(desk, "minh.le"), entered(desk, "lan.tran")
    act(reviewer, desk, handed_in(desk), "publish")
    keys_file = desk.state / KEYS_FILE
    (key,) = load_keys(keys_file)
    second = change_fee(writer, "25000")
    act(writer, desk, second, "hand-in")
    save_keys((replace(key, revoked=TODAY),), keys_file)
    answer = act(reviewer, desk, second, "publish")
    assert answer.status_code == 409
    assert "đã bị thu hồi" in answer.text
    save_keys((key,), keys_file)
    pem = (desk.state / KEY_FILE).read_bytes()
    (desk.state / KEY_FILE).unlink()
    answer = act(reviewer, desk, second, "publish")
    assert answer.status_code == 409
    assert f"kiosk bundle keys revoke {key.id}" in answer.text
    assert pem.decode() not in answer.text
    assert fee_now(desk) == 20000
    save_keys((replace(key, revoked=date(2026, 1, 1)),), keys_file)
    assert act(reviewer, desk, second, "publish").status_code == 303, "a new one is made"
    assert len(load_keys(keys_file)) == 2


# A wording from another page


def add(browser: TestClient, **fields: str) -> httpx2.Response:
    form = {"token": token_of(browser, "/password"), **fields}
    return browser.post("/drafts/wordings", data=form)


def test_another_page_adds_a_wording_to_a_procedure_or_a_choice(desk: Room) -> None:
    writer = entered(desk, "lan.tran")
    answer = add(writer, procedure="tam-tru", wording="  mới thuê trọ thì  khai báo sao đây ")
    assert answer.status_code == 303
    draft_id = answer.headers["location"].removeprefix("/drafts/")
    answer = add(
        writer, procedure="tam-tru", step="cho-o", choice="thue-muon", wording="ở dãy trọ nhà cô Ba"
    )
    assert answer.headers["location"] == f"/drafts/{draft_id}", "into the same draft"
    news = {one.path: set(one.new) - set(one.old) for one in draft_of(desk, draft_id).changes}
    assert news == {
        VI: {"mới thuê trọ thì khai báo sao đây"},
        "wordings.cho-o.thue-muon.vi": {"ở dãy trọ nhà cô Ba"},
    }


def test_a_wording_that_cannot_be_taken_opens_its_form_with_it_typed_in(desk: Room) -> None:
    writer = entered(desk, "lan.tran")
    answer = add(writer, procedure="tam-tru", wording="làm giấy khai sinh")
    assert answer.status_code == 422
    assert "khai-sinh" in fault_at(answer.text, VI)
    form = form_of(answer.text, WORDINGS)
    assert str(form[VI]).splitlines()[-1] == "làm giấy khai sinh"
    form[VI] = str(form[VI]).replace("làm giấy khai sinh", "làm giấy ở trọ cho con mới sinh")
    assert writer.post(WORDINGS, data=form).status_code == 303
    known = add(writer, procedure="tam-tru", wording="làm giấy ở trọ cho con mới sinh")
    assert known.status_code == 409
    assert "Câu này đã có ở đây rồi." in known.text
    for wrong in (
        {"procedure": "khong-co", "wording": "x"},
        {"procedure": "tam-tru", "step": "cho-o", "choice": "khong", "wording": "x"},
        {"procedure": "tam-tru", "step": "cho-o", "wording": "x"},
    ):
        assert add(writer, **wrong).status_code == 404

"""Into whose draft a change goes, and what a draft says of its reviewers and its next step."""

import html
import os
import re

import pytest
from console_room import PASSWORD, Room
from draft_room import AMOUNT, FEE, act, change_fee, draft_of, entered, form_of, opened
from starlette.testclient import TestClient

from kiosk.console.accounts import Role
from kiosk.console.draft_count import DraftCount
from kiosk.draft import Draft, Stage
from kiosk.draft_store import DRAFTS_FOLDER, DraftStore

LABEL = "fees.ca-nhan-tai-quay.label.vi"
ADD_FEE = "/scripts/tam-tru/add/fees"
NOBODY_LEFT = "không còn quản trị viên nào khác để duyệt"
NO_REVIEWER = "Chưa có quản trị viên nào khác duyệt được bản nháp này"
NOTHING_CHANGED = "Không có gì thay đổi nên chưa lưu."


def drafts(room: Room) -> list[tuple[str, ...]]:
    return sorted(one.authors for one in DraftStore(room.state).all())


def add_wording(browser: TestClient) -> int:
    form = opened(browser, f"{FEE}?draft=new")
    form = {"token": form["token"], "procedure": "tam-tru", "wording": "ở dãy trọ nhà cô Ba"}
    return browser.post("/drafts/wordings", data=form).status_code


# Whose draft


@pytest.mark.parametrize("path", [FEE, ADD_FEE])
def test_nobody_gets_into_somebody_elses_draft_unasked(draft_desk: Room, path: str) -> None:
    draft_desk.add(Role.ADMIN, "hoa.bui")
    theirs = change_fee(entered(draft_desk, "lan.tran"))
    second = entered(draft_desk, "minh.le")
    page = second.get(path).text
    assert f'action="{path}"' not in page, "first it is asked"
    assert "Bản nháp của lan.tran: Đăng ký tạm trú" in page
    assert f'href="{path}?draft={theirs}">Sửa bản nháp của lan.tran</a>' in page
    assert f'href="{path}?draft=new">Bắt đầu bản nháp riêng</a>' in page
    assert drafts(draft_desk) == [("lan.tran",)], "looking makes nobody an author"


def test_a_draft_of_ones_own_is_begun_and_gone_on_with(draft_desk: Room) -> None:
    theirs = change_fee(entered(draft_desk, "lan.tran"))
    second = entered(draft_desk, "minh.le")
    form = opened(second, f"{FEE}?draft=new")
    assert form[AMOUNT] == "15.000", "not what the other draft wants"
    assert second.post(FEE, data=form | {LABEL: "Ở quầy số 3"}).status_code == 303
    assert drafts(draft_desk) == [("lan.tran",), ("minh.le",)]
    assert opened(second, FEE)[LABEL] == "Ở quầy số 3", "it is not asked again"
    assert second.post(FEE, data=opened(second, FEE) | {AMOUNT: "16.000"}).status_code == 303
    assert len(drafts(draft_desk)) == 2
    assert [one.path for one in draft_of(draft_desk, theirs).changes] == [AMOUNT]
    own = DraftStore(draft_desk.state).open_of("minh.le")
    assert own is not None
    act(second, draft_desk, own.id, "hand-in")
    published = act(entered(draft_desk, "lan.tran"), draft_desk, own.id, "publish")
    assert published.status_code == 303, "each may publish what the other wrote"


def test_who_chooses_anothers_draft_writes_into_it_and_is_told_what_that_means(
    draft_desk: Room,
) -> None:
    draft_desk.add(Role.ADMIN, "hoa.bui")
    theirs = change_fee(entered(draft_desk, "lan.tran"))
    second = entered(draft_desk, "minh.le")
    page = second.get(f"{FEE}?draft={theirs}").text
    assert "Trong bản nháp của lan.tran:" in page
    assert f'<a href="/drafts/{theirs}">Đăng ký tạm trú</a>' in page
    assert "không còn được duyệt và xuất bản nó" in page
    assert NOBODY_LEFT not in page
    form = form_of(page, FEE) | {LABEL: "Ở quầy số 3"}
    assert second.post(FEE, data=form).status_code == 303
    assert drafts(draft_desk) == [("lan.tran", "minh.le")]


def test_where_nobody_would_be_left_to_review_that_is_said_before_anything_is_saved(
    draft_desk: Room,
) -> None:
    theirs = change_fee(entered(draft_desk, "lan.tran"))
    second = entered(draft_desk, "minh.le")
    page = second.get(FEE).text
    assert NOBODY_LEFT in page
    assert f'href="{FEE}?draft={theirs}"' not in page
    page = second.get(f"{FEE}?draft={theirs}").text
    assert NOBODY_LEFT in page
    assert f'href="{FEE}?draft=new">Bắt đầu bản nháp riêng</a>' in page
    assert NOBODY_LEFT in second.get(f"/drafts/{theirs}").text


@pytest.mark.parametrize("how", ["staff", "disabled", "made by an author", "fit"])
def test_only_who_could_publish_counts_as_somebody_who_is_left(draft_desk: Room, how: str) -> None:
    book = draft_desk.console.accounts
    theirs = change_fee(entered(draft_desk, "lan.tran"))
    by = "lan.tran" if how == "made by an author" else "an.le"
    book.add("hoa.bui", Role.STAFF if how == "staff" else Role.ADMIN, PASSWORD, by=by)
    if how == "disabled":
        book.set_disabled("hoa.bui", is_disabled=True)
    page = entered(draft_desk, "minh.le").get(f"{FEE}?draft={theirs}").text
    assert (NOBODY_LEFT in page) is (how != "fit")


def test_who_is_the_only_administrator_is_told_so_on_the_draft(draft_desk: Room) -> None:
    writer = entered(draft_desk, "lan.tran")
    draft_id = change_fee(writer)
    assert NO_REVIEWER not in writer.get(f"/drafts/{draft_id}").text
    draft_desk.console.accounts.set_role("minh.le", Role.STAFF)
    assert NO_REVIEWER in writer.get(f"/drafts/{draft_id}").text
    act(writer, draft_desk, draft_id, "hand-in")
    assert NO_REVIEWER in writer.get(f"/drafts/{draft_id}").text


def test_a_wording_from_another_page_goes_into_a_draft_of_ones_own(draft_desk: Room) -> None:
    change_fee(entered(draft_desk, "lan.tran"))
    assert add_wording(entered(draft_desk, "minh.le")) == 303
    assert drafts(draft_desk) == [("lan.tran",), ("minh.le",)]


def test_a_page_of_a_script_shows_what_is_in_use_and_names_the_drafts_of_others(
    draft_desk: Room,
) -> None:
    theirs = change_fee(entered(draft_desk, "lan.tran"))
    for browser in (entered(draft_desk, "minh.le"), draft_desk.enter(Role.AUDITOR)):
        page = browser.get("/scripts/tam-tru").text
        assert "15.000 đồng" in page
        assert "20.000 đồng" not in page
        assert "lan.tran cũng đang sửa thủ tục này" in page
        assert f'href="/drafts/{theirs}"' in page
    assert "cũng đang sửa" not in entered(draft_desk, "lan.tran").get("/scripts/tam-tru").text


# The next step


def test_after_saving_the_way_on_to_review_is_a_button(draft_desk: Room) -> None:
    writer = entered(draft_desk, "lan.tran")
    assert "Xem bản nháp và gửi duyệt" not in writer.get("/scripts/tam-tru").text
    draft_id = change_fee(writer)
    page = writer.get(f"/scripts/tam-tru?draft={draft_id}").text
    assert f'href="/drafts/{draft_id}">Xem bản nháp và gửi duyệt</a>' in page


def test_an_unchanged_form_is_not_saved_and_leaves_no_draft(draft_desk: Room) -> None:
    writer = entered(draft_desk, "lan.tran")
    answer = writer.post(FEE, data=opened(writer, FEE))
    assert answer.status_code == 303
    assert NOTHING_CHANGED in writer.get(answer.headers["location"]).text
    assert DraftStore(draft_desk.state).all() == ()
    draft_id = change_fee(writer)
    before = draft_of(draft_desk, draft_id)
    answer = writer.post(FEE, data=opened(writer, FEE))
    assert NOTHING_CHANGED in writer.get(answer.headers["location"]).text
    assert draft_of(draft_desk, draft_id) == before


def test_the_menu_counts_the_drafts_that_wait_for_review(draft_desk: Room) -> None:
    writer, reviewer = entered(draft_desk, "lan.tran"), entered(draft_desk, "minh.le")
    draft_id = change_fee(writer)
    assert "Bản nháp (" not in reviewer.get("/").text
    act(writer, draft_desk, draft_id, "hand-in")
    assert ">Bản nháp (1)<" in reviewer.get("/").text
    assert "Bản nháp (" not in draft_desk.enter(Role.STAFF).get("/").text
    act(reviewer, draft_desk, draft_id, "send-back", note="Xem lại")
    assert "Bản nháp (" not in reviewer.get("/").text


def test_drafts_are_read_again_for_the_menu_only_after_one_has_changed(
    draft_desk: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = entered(draft_desk, "lan.tran")
    draft_id = change_fee(writer)
    act(writer, draft_desk, draft_id, "hand-in")
    os.utime(draft_desk.state / DRAFTS_FOLDER, (0, 0))
    count, read = DraftCount(), []
    all_drafts = DraftStore.all

    def counted(store: DraftStore) -> tuple[Draft, ...]:
        read.append(store)
        return all_drafts(store)

    monkeypatch.setattr(DraftStore, "all", counted)
    assert [count.waiting(draft_desk.state) for _ in range(3)] == [1, 1, 1]
    assert len(read) == 1
    monkeypatch.setattr(DraftStore, "all", all_drafts)
    act(writer, draft_desk, draft_id, "send-back")
    assert count.waiting(draft_desk.state) == 0
    assert DraftCount().waiting(draft_desk.state / "nowhere") == 0


def test_sending_back_needs_a_reason_and_says_so_at_the_field(draft_desk: Room) -> None:
    writer, reviewer = entered(draft_desk, "lan.tran"), entered(draft_desk, "minh.le")
    draft_id = change_fee(writer)
    act(writer, draft_desk, draft_id, "hand-in")
    page = reviewer.get(f"/drafts/{draft_id}").text
    assert re.search(r'<textarea id="words"[^>]* required', page)
    answer = act(reviewer, draft_desk, draft_id, "send-back")
    assert answer.status_code == 422
    assert 'aria-describedby="faults-words"' in answer.text
    fault = answer.text.partition('id="faults-words"')[2].partition("</div>")[0]
    assert "Hãy viết lý do trả lại" in fault
    assert draft_of(draft_desk, draft_id).stage is Stage.REVIEW


# Smaller things


def test_what_is_not_in_a_script_is_told_apart_from_a_script_that_is_not_there(
    draft_desk: Room,
) -> None:
    writer = entered(draft_desk, "lan.tran")
    answer = writer.get("/scripts/tam-tru/fees/nix", headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert "Thủ tục này không còn mục ấy." in answer.text
    assert 'href="/scripts/tam-tru"' in answer.text
    answer = writer.get("/scripts/khong-co")
    assert answer.status_code == 404
    assert "Máy không đưa ra thủ tục khong-co" in answer.text


def test_another_window_of_the_same_account_is_not_called_somebody(draft_desk: Room) -> None:
    writer = entered(draft_desk, "lan.tran")
    seen = opened(writer, FEE)
    change_fee(writer)
    answer = writer.post(FEE, data=seen | {LABEL: "Ở quầy số 3"})
    assert answer.status_code == 409
    assert "Mục này vừa được sửa ở cửa sổ khác." in answer.text
    assert "lan.tran vừa sửa" not in answer.text
    other = "/scripts/tam-tru/papers/giay-thue-muon"
    seen = opened(writer, other)
    name = "papers.giay-thue-muon.name.vi"
    assert writer.post(other, data=seen | {name: "Hợp đồng thuê nhà"}).status_code == 303
    take_out = {one: seen[one] for one in ("token", "seen", "draft")}
    answer = writer.post(f"{other}/take-out", data=take_out)
    assert "Mục này vừa được sửa ở cửa sổ khác." in answer.text


def test_what_changes_for_citizens_begins_like_a_sentence(draft_desk: Room) -> None:
    writer = entered(draft_desk, "lan.tran")
    page = writer.get(f"/drafts/{change_fee(writer)}").text
    assert "<li>Lệ phí “Nộp tại Công an phường”: số tiền" in page


def test_a_history_names_in_words_what_was_undone(draft_desk: Room) -> None:
    writer = entered(draft_desk, "lan.tran")
    draft_id = change_fee(writer)
    act(writer, draft_desk, draft_id, "undo", procedure="tam-tru", field=AMOUNT)
    page = html.unescape(writer.get(f"/drafts/{draft_id}").text)
    history = page.partition('id="history"')[2]
    assert history.count("Đăng ký tạm trú – Lệ phí “Nộp tại Công an phường”: Số tiền") == 2
    assert AMOUNT not in history

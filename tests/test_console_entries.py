"""Whole fees, papers, sources put in and taken out at the console, and published by another."""

import re
from difflib import unified_diff

import pytest
from console_room import Room
from draft_room import (
    AMOUNT,
    FEE,
    TODAY,
    Form,
    act,
    change_fee,
    draft_of,
    entered,
    form_of,
    opened,
    script_now,
    shipped,
)
from starlette.testclient import TestClient

from kiosk.bundle_current import current_of
from kiosk.catalogue import SCRIPT, WALKS, load_catalogue
from kiosk.draft import Step
from kiosk.draft_store import DraftStore

SCRIPT_PAGE = "/scripts/tam-tru"
ADD_FEE = f"{SCRIPT_PAGE}/add/fees"
ADD_PAPER = f"{SCRIPT_PAGE}/add/papers"
ADD_SOURCE = f"{SCRIPT_PAGE}/add/sources"
PAPER = f"{SCRIPT_PAGE}/papers/giay-thue-muon"
HOUSE = "Giấy hoặc hợp đồng thuê, mượn, ở nhờ"

NEW_FEE: Form = {
    "fees.new.label.vi": "Phí cấp bản sao",
    "fees.new.label.en": "Fee for a copy",
    "fees.new.amount": "5.000",
    "fees.new.when": ["viec.danh-sach"],
    "fees.new.source": ["tt-75-2022"],
}
NEW_PAPER: Form = {
    "papers.new.name.vi": "Giấy khai sinh của trẻ",
    "papers.new.name.en": "The child's birth certificate",
    "papers.new.kind": "original",
    "papers.new.hand": "show",
    "papers.new.count": "2",
    "papers.new.when": ["nguoi-nao.duoi-18"],
    "papers.new.source": ["cong-dvc"],
}
NEW_SOURCE: Form = {
    "sources.new.name.vi": "Nghị quyết 12/2026/NQ-HĐND",
    "sources.new.name.en": "Resolution 12/2026/NQ-HĐND",
    "sources.new.kind": "local",
}


@pytest.fixture
def desk(draft_desk: Room) -> Room:
    return draft_desk


def add(browser: TestClient, path: str, form: Form) -> str:
    """Put something in; returns the draft's id."""
    answer = browser.post(path, data=opened(browser, path) | form)
    assert answer.status_code == 303, answer.text
    found = re.search(r"draft=([0-9a-f-]+)", answer.headers["location"])
    assert found is not None
    return found.group(1)


def out_form(browser: TestClient, path: str) -> Form:
    return form_of(browser.get(path).text, f"{path}/take-out")


def take_out(browser: TestClient, path: str) -> str:
    answer = browser.post(f"{path}/take-out", data=out_form(browser, path))
    assert answer.status_code == 303, answer.text
    found = re.search(r"draft=([0-9a-f-]+)", answer.headers["location"])
    assert found is not None
    return found.group(1)


def publish(desk: Room, draft_id: str) -> None:
    assert act(entered(desk, "lan.tran"), desk, draft_id, "hand-in").status_code == 303
    published = act(entered(desk, "minh.le"), desk, draft_id, "publish")
    assert published.status_code == 303, published.text


def undo(browser: TestClient, desk: Room, draft_id: str, path: str) -> int:
    more = {"procedure": "tam-tru", "field": path}
    return act(browser, desk, draft_id, "undo", **more).status_code


def published_file(desk: Room, name: str) -> str:
    folder = current_of(desk.console.settings, TODAY).procedures / "tam-tru"
    return (folder / name).read_text(encoding="utf-8")


def new_lines(desk: Room, name: str) -> list[str]:
    """What a published file has otherwise than the one that was shipped."""
    before = (shipped(desk) / "tam-tru" / name).read_text(encoding="utf-8")
    after = published_file(desk, name)
    lines = unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


# The way of a new fee, and of a paper that is gone


def test_a_fee_that_one_admin_puts_in_another_publishes_and_citizens_get_it(desk: Room) -> None:
    draft_id = add(entered(desk, "lan.tran"), ADD_FEE, NEW_FEE)
    assert len(script_now(desk).fees) == 4, "nothing has changed yet"
    publish(desk, draft_id)
    fee = script_now(desk).fees[-1]
    assert (fee.id, fee.amount, fee.label.en) == ("phi-cap-ban-sao", 5000, "Fee for a copy")
    assert fee.when == {"viec": ("danh-sach",)}
    assert new_lines(desk, SCRIPT) == [
        "+  - id: phi-cap-ban-sao",
        "+    when: {viec: [danh-sach]}",
        "+    source: [tt-75-2022]",
        '+    label: {vi: "Phí cấp bản sao", en: "Fee for a copy"}',
        "+    amount: 5000",
        "+",
    ]
    assert new_lines(desk, WALKS) == [
        "-    fees: [danh-sach-tai-quay, danh-sach-tren-mang]",
        "+    fees: [danh-sach-tai-quay, danh-sach-tren-mang, phi-cap-ban-sao]",
    ]


def test_a_paper_that_is_taken_out_is_gone_once_it_is_published(desk: Room) -> None:
    draft_id = take_out(entered(desk, "lan.tran"), PAPER)
    assert any(one.id == "giay-thue-muon" for one in script_now(desk).papers)
    publish(desk, draft_id)
    assert not any(one.id == "giay-thue-muon" for one in script_now(desk).papers)
    assert all(line.startswith("-") for line in new_lines(desk, SCRIPT))
    assert new_lines(desk, WALKS) == [
        "-    papers: [to-khai-ct01, giay-thue-muon]",
        "+    papers: [to-khai-ct01]",
    ]
    faults = load_catalogue(current_of(desk.console.settings, TODAY).procedures).faults
    assert [one for one in faults if not one.is_warning] == []


def test_the_second_pair_of_eyes_sees_what_comes_what_goes_and_in_which_example(
    desk: Room,
) -> None:
    writer = entered(desk, "lan.tran")
    draft_id = add(writer, ADD_PAPER, NEW_PAPER)
    take_out(writer, PAPER)
    page = entered(desk, "minh.le").get(f"/drafts/{draft_id}").text
    assert "Giấy tờ “Giấy khai sinh của trẻ”" in page
    assert "<ins>thêm mục này</ins>" in page
    assert "<ins>bỏ mục này</ins>" in page
    assert "Ví dụ “Bé Tôm mười lăm tuổi lên học, ở với ông bà ngoại”" in page
    assert "thêm giấy tờ “Giấy khai sinh của trẻ”" in page
    assert f"bỏ giấy tờ “{HOUSE}”" in page
    assert '<span class="mark alert">Lỗi</span>' not in page
    for path in ("name.vi", "when", "count"):
        field = f'name="field" value="papers.giay-khai-sinh-cua-tre.{path}"'
        assert field not in page, "what a new item holds is undone with it"
    assert 'name="field" value="papers.giay-khai-sinh-cua-tre.here"' in page


def test_the_script_page_marks_what_the_draft_puts_in_and_takes_out(desk: Room) -> None:
    writer = entered(desk, "lan.tran")
    before = writer.get(SCRIPT_PAGE).text
    for part in ("fees", "times", "papers", "notes", "sources"):
        assert f'href="{SCRIPT_PAGE}/add/{part}"' in before
    add(writer, ADD_FEE, NEW_FEE)
    take_out(writer, PAPER)
    page = writer.get(SCRIPT_PAGE).text
    fee = page[page.index("Phí cấp bản sao") :].partition("</li>")[0]
    assert "Mới thêm trong bản nháp" in fee
    assert "Đăng ký nhiều người theo danh sách" in fee
    paper = page[page.index(f">{HOUSE}<") :].partition("</li>")[0]
    assert "Bỏ trong bản nháp" in paper
    assert page.count("Mới thêm trong bản nháp") == page.count("Bỏ trong bản nháp") == 1


def test_to_a_part_that_is_empty_something_can_be_added(desk: Room) -> None:
    file = shipped(desk) / "tam-tru" / SCRIPT
    text = file.read_text(encoding="utf-8")
    notes = text[text.index("\nnotes:") : text.index("\nasides:")]
    file.write_text(text.replace(notes, ""), encoding="utf-8")
    walks = file.with_name(WALKS)
    lines = walks.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = "".join(line for line in lines if not line.startswith("    notes:"))
    walks.write_text(kept, encoding="utf-8")
    writer = entered(desk, "lan.tran")
    page = writer.get(SCRIPT_PAGE).text
    assert "Chưa có mục nào." in page[page.index('id="notes"') :].partition("</details>")[0]
    note: Form = {
        "notes.new.text.vi": "Mang theo bản chính để đối chiếu.",
        "notes.new.text.en": "Bring the originals to compare.",
        "notes.new.source": ["cong-dvc"],
    }
    publish(desk, add(writer, f"{SCRIPT_PAGE}/add/notes", note))
    assert [one.id for one in script_now(desk).notes] == ["mang-theo-ban-chinh-de-doi-chieu"]
    assert published_file(desk, WALKS).count("notes: [mang-theo") == 12


# What is not taken


@pytest.mark.parametrize(
    ("path", "form", "field", "said"),
    [
        (ADD_FEE, NEW_FEE, {"fees.new.label.vi": " "}, "Mục này không được để trống."),
        (ADD_FEE, NEW_FEE, {"fees.new.label.en": ""}, "Mục này không được để trống."),
        (ADD_FEE, NEW_FEE, {"fees.new.amount": "năm nghìn"}, "Đây không phải một số tiền."),
        (ADD_FEE, NEW_FEE, {"fees.new.source": []}, "phải chọn ít nhất một nguồn"),
        (ADD_FEE, NEW_FEE, {"fees.new.label.vi": "a" * 49}, "tối đa 48"),
        (
            ADD_FEE,
            NEW_FEE,
            {"fees.new.when": ["viec.danh-sach", "cho-o.nha-minh"]},
            "Không có cách trả lời nào dẫn đến mục này.",
        ),
        (ADD_PAPER, NEW_PAPER, {"papers.new.kind": ""}, "Hãy chọn một mục trong danh sách."),
        (ADD_PAPER, NEW_PAPER, {"papers.new.hand": "keep"}, "Hãy chọn một mục trong danh sách."),
        (ADD_PAPER, NEW_PAPER, {"papers.new.count": "21"}, "Viết một số từ 1 đến 20."),
        (ADD_SOURCE, NEW_SOURCE, {"sources.new.link": "http://x"}, "Địa chỉ phải bắt đầu"),
    ],
)
def test_a_fault_of_something_new_stands_at_its_field_and_nothing_typed_is_lost(
    desk: Room, path: str, form: Form, field: Form, said: str
) -> None:
    writer = entered(desk, "lan.tran")
    answer = writer.post(path, data=opened(writer, path) | form | field)
    assert answer.status_code == 422
    (name,) = field
    at = answer.text.index(f'id="faults-{name.replace(".", "-")}"')
    assert said in answer.text[at:].partition("</div>")[0]
    kept = form_of(answer.text, path)
    for key, value in (form | field).items():
        if key not in ("papers.new.hand", "fees.new.amount") and value:
            assert kept[key] == (value.strip() or "" if isinstance(value, str) else value)
    assert DraftStore(desk.state).all() == ()


def test_what_is_put_in_twice_by_one_press_too_many_is_put_in_once(desk: Room) -> None:
    writer = entered(desk, "lan.tran")
    form = opened(writer, ADD_FEE) | NEW_FEE
    assert writer.post(ADD_FEE, data=form).status_code == 303
    answer = writer.post(ADD_FEE, data=form)
    assert (answer.status_code, "đã có đúng mục này" in answer.text) == (422, True)
    (draft,) = DraftStore(desk.state).all()
    assert sum(one.path.endswith(".here") for one in draft.changes) == 1


def test_two_things_of_one_name_get_ids_of_their_own(desk: Room) -> None:
    writer = entered(desk, "lan.tran")
    add(writer, ADD_FEE, NEW_FEE)
    draft_id = add(writer, ADD_FEE, NEW_FEE | {"fees.new.amount": "6000"})
    here = [one.path for one in draft_of(desk, draft_id).changes if one.path.endswith(".here")]
    assert here == ["fees.phi-cap-ban-sao.here", "fees.phi-cap-ban-sao-2.here"]


def test_a_source_that_is_still_named_stays_and_the_page_says_by_what(desk: Room) -> None:
    writer = entered(desk, "lan.tran")
    source = f"{SCRIPT_PAGE}/sources/tt-53-2025"
    answer = writer.post(f"{source}/take-out", data=out_form(writer, source))
    assert answer.status_code == 409
    assert "Chưa bỏ được: còn 3 mục dựa vào nguồn này" in answer.text
    assert "“Theo quy định nào?”. Hãy đổi nguồn" in answer.text
    portal = f"{SCRIPT_PAGE}/sources/cong-dvc"
    answer = writer.post(f"{portal}/take-out", data=out_form(writer, portal))
    assert "còn 20 mục dựa vào nguồn này" in answer.text
    assert "và 15 mục khác. Hãy đổi nguồn" in answer.text
    assert DraftStore(desk.state).all() == ()


def test_the_last_time_limit_stays_until_another_one_is_there(desk: Room) -> None:
    writer = entered(desk, "lan.tran")
    path = f"{SCRIPT_PAGE}/times/ba-ngay"
    answer = writer.post(f"{path}/take-out", data=out_form(writer, path))
    assert (answer.status_code, "phải có ít nhất một mục" in answer.text) == (409, True)
    time: Form = {
        "times.new.text.vi": "Trong ngày làm việc.",
        "times.new.text.en": "On the same working day.",
        "times.new.source": ["cong-dvc"],
    }
    add(writer, f"{SCRIPT_PAGE}/add/times", time)
    draft_id = take_out(writer, path)
    publish(desk, draft_id)
    assert [one.id for one in script_now(desk).times] == ["trong-ngay-lam-viec"]


def test_a_fee_without_which_some_would_see_none_stays(desk: Room) -> None:
    writer = entered(desk, "lan.tran")
    take_out(writer, f"{SCRIPT_PAGE}/fees/danh-sach-tai-quay")
    path = f"{SCRIPT_PAGE}/fees/danh-sach-tren-mang"
    answer = writer.post(f"{path}/take-out", data=out_form(writer, path))
    assert answer.status_code == 409
    assert "Chưa bỏ được. Nếu vậy, có người làm được ở phường mà không thấy" in answer.text
    assert "script.yaml" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        f"{SCRIPT_PAGE}/add/about",
        f"{SCRIPT_PAGE}/add/wordings",
        f"{SCRIPT_PAGE}/add/khong-co",
        "/scripts/khong-co/add/fees",
        f"{SCRIPT_PAGE}/outcomes/gia-han/take-out",
        f"{SCRIPT_PAGE}/fees/khong-co/take-out",
    ],
)
def test_what_cannot_come_or_go_is_not_there(desk: Room, path: str) -> None:
    writer = entered(desk, "lan.tran")
    form = opened(writer, FEE)
    assert writer.post(path, data=form).status_code == 404
    if "/add/" in path:
        assert writer.get(path).status_code == 404


# Several hands and second thoughts


def test_what_was_put_in_can_be_edited_and_taken_back_whole(desk: Room) -> None:
    writer = entered(desk, "lan.tran")
    draft_id = add(writer, ADD_FEE, NEW_FEE)
    path = f"{SCRIPT_PAGE}/fees/phi-cap-ban-sao"
    form = opened(writer, path)
    assert form["fees.phi-cap-ban-sao.amount"] == "5.000"
    changed = form | {"fees.phi-cap-ban-sao.amount": "6.000"}
    assert writer.post(path, data=changed).status_code == 303
    wanted = draft_of(desk, draft_id).of("tam-tru")
    assert wanted["fees.phi-cap-ban-sao.amount"].new == "6000"
    page = writer.get(path).text
    back = form_of(page, f"/drafts/{draft_id}/undo")
    assert back["field"] == "fees.phi-cap-ban-sao.here"
    assert writer.post(f"/drafts/{draft_id}/undo", data=back).status_code == 303
    assert draft_of(desk, draft_id).changes == ()
    assert writer.get(path).status_code == 404
    change_fee(writer)
    assert "Đăng ký tạm trú – Lệ phí “phi-cap-ban-sao”" in writer.get(f"/drafts/{draft_id}").text


def test_taking_out_drops_what_was_to_change_and_can_itself_be_undone(desk: Room) -> None:
    writer = entered(desk, "lan.tran")
    draft_id = change_fee(writer)
    assert take_out(writer, FEE) == draft_id
    assert [one.path for one in draft_of(desk, draft_id).changes] == ["fees.ca-nhan-tai-quay.here"]
    page = writer.get(FEE).text
    assert "Giữ lại mục này" in page
    assert f'name="{AMOUNT}"' not in page
    back = form_of(page, f"/drafts/{draft_id}/undo")
    assert writer.post(f"/drafts/{draft_id}/undo", data=back).status_code == 303
    draft = draft_of(desk, draft_id)
    assert (draft.changes, draft.history[-1].step) == ((), Step.UNDONE)


def test_where_an_amount_that_goes_is_still_told_is_pointed_at(desk: Room) -> None:
    writer = entered(desk, "lan.tran")
    answer = writer.post(f"{FEE}/take-out", data=out_form(writer, FEE))
    page = writer.get(answer.headers["location"]).text
    assert "“Lệ phí bao nhiêu?” còn nói 15.000 đồng, mà không còn khoản phí nào như vậy." in page
    assert "Có chỗ cần xem lại" in page


def test_who_edits_what_somebody_else_has_taken_out_is_told_so(desk: Room) -> None:
    writer = entered(desk, "minh.le")
    form = opened(writer, FEE)
    take_out(entered(desk, "lan.tran"), FEE)
    (draft,) = DraftStore(desk.state).all()
    answer = writer.post(FEE, data=form | {"draft": draft.id, AMOUNT: "1"})
    assert (answer.status_code, "đã bị bỏ trong bản nháp" in answer.text) == (409, True)
    assert len(draft_of(desk, draft.id).changes) == 1


def test_who_takes_out_what_somebody_else_has_just_changed_is_told_so(desk: Room) -> None:
    writer = entered(desk, "minh.le")
    draft_id = change_fee(writer)
    form = out_form(writer, FEE)
    other = entered(desk, "lan.tran")
    theirs = opened(other, f"{FEE}?draft={draft_id}") | {AMOUNT: "30.000"}
    assert other.post(FEE, data=theirs).status_code == 303
    answer = writer.post(f"{FEE}/take-out", data=form)
    assert (answer.status_code, "lan.tran vừa sửa mục này" in answer.text) == (409, True)
    assert draft_of(desk, draft_id).of("tam-tru").keys() == {AMOUNT}


def test_while_a_draft_is_reviewed_nothing_is_put_in_or_taken_out_and_nothing_typed_is_lost(
    desk: Room,
) -> None:
    writer = entered(desk, "lan.tran")
    draft_id = add(writer, ADD_FEE, NEW_FEE)
    path = f"{SCRIPT_PAGE}/fees/phi-cap-ban-sao"
    new, edit, out = opened(writer, ADD_PAPER), opened(writer, path), out_form(writer, FEE)
    assert act(writer, desk, draft_id, "hand-in").status_code == 303
    answer = writer.post(ADD_PAPER, data=new | NEW_PAPER)
    assert (answer.status_code, "Giấy khai sinh của trẻ" in answer.text) == (409, True)
    answer = writer.post(path, data=edit | {"fees.phi-cap-ban-sao.amount": "7.000"})
    assert (answer.status_code, 'value="7.000"' in answer.text) == (409, True)
    assert writer.post(f"{FEE}/take-out", data=out).status_code == 409
    assert len(draft_of(desk, draft_id).changes) == 7


def test_a_new_source_can_be_named_in_the_same_draft_and_not_be_missed_unseen(desk: Room) -> None:
    writer = entered(desk, "lan.tran")
    draft_id = add(writer, ADD_SOURCE, NEW_SOURCE)
    source = "nghi-quyet-12-2026-nq-hdnd"
    add(writer, ADD_FEE, NEW_FEE | {"fees.new.source": [source]})
    page = writer.get(f"/drafts/{draft_id}").text
    assert "<ins>Nghị quyết 12/2026/NQ-HĐND</ins>" in page
    assert undo(writer, desk, draft_id, f"sources.{source}.here") == 303
    assert act(writer, desk, draft_id, "hand-in").status_code == 409
    add(writer, ADD_SOURCE, NEW_SOURCE)
    publish(desk, draft_id)
    assert script_now(desk).fees[-1].source == (source,)


def test_under_which_answers_a_fact_holds_is_changed_and_the_examples_follow(desk: Room) -> None:
    writer = entered(desk, "lan.tran")
    form = opened(writer, PAPER)
    assert form["papers.giay-thue-muon.when"] == ["giay-thue.co-giay"]
    form |= {"papers.giay-thue-muon.when": ["viec.dang-ky"], "papers.giay-thue-muon.count": "2"}
    answer = writer.post(PAPER, data=form)
    assert answer.status_code == 303, answer.text
    (draft,) = DraftStore(desk.state).all()
    page = writer.get(f"/drafts/{draft.id}").text
    assert "<ins>Ông/bà cần làm việc nào? “Đăng ký cho mình hoặc gia đình”</ins>" in page
    assert "Ví dụ “Anh Định bộ đội ở doanh trại”: thêm giấy tờ" in page
    publish(desk, draft.id)
    paper = next(one for one in script_now(desk).papers if one.id == "giay-thue-muon")
    assert (paper.when, paper.count) == ({"viec": ("dang-ky",)}, 2)


def test_when_a_fact_does_not_hold_is_shown_and_not_edited(desk: Room) -> None:
    page = entered(desk, "lan.tran").get(FEE).text
    assert "Trừ khi chọn “Người nước ngoài”." in page
    assert 'name="fees.ca-nhan-tai-quay.unless"' not in page


# Another version comes in between


def other_version(desk: Room, change: str) -> None:
    """Another draft, published first."""
    writer = entered(desk, "minh.le")
    if change == "same":
        draft_id = add(writer, ADD_FEE, NEW_FEE)
        take_out(writer, PAPER)
    else:
        form = opened(writer, PAPER) | {"papers.giay-thue-muon.note.vi": "Ghi chú khác"}
        assert writer.post(PAPER, data=form).status_code == 303
        (draft, *_) = (one for one in DraftStore(desk.state).all() if one.authors == ("minh.le",))
        draft_id = draft.id
    assert act(writer, desk, draft_id, "hand-in").status_code == 303
    assert act(entered(desk, "lan.tran"), desk, draft_id, "publish").status_code == 303


@pytest.mark.parametrize(("change", "left"), [("same", 0), ("text", 8)])
def test_a_draft_that_puts_in_and_takes_out_moves_to_what_is_in_use_now(
    desk: Room, change: str, left: int
) -> None:
    writer = entered(desk, "lan.tran")
    mine = add(writer, ADD_FEE, NEW_FEE)
    take_out(writer, PAPER)
    assert len(draft_of(desk, mine).changes) == 8
    assert act(writer, desk, mine, "hand-in").status_code == 303  # out of the other's way
    other_version(desk, change)
    assert act(writer, desk, mine, "move").status_code == 303
    assert len(draft_of(desk, mine).changes) == left
    page = writer.get(f"/drafts/{mine}").text
    assert page.count("<ins>thêm mục này</ins>") == (1 if left else 0)
    if left:
        publish(desk, mine)
        assert script_now(desk).fees[-1].id == "phi-cap-ban-sao"

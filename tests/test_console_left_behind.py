"""What a change leaves behind is told to whoever changes, reviews, or publishes a bundle."""

import html

from bundle_maker import files_of_script, signed
from bundle_office import WardOffice
from conftest import SCRIPT_TEXT
from console_room import Room
from draft_room import FEE, act, change_fee, entered, opened

STILL = "“Lệ phí bao nhiêu?” còn nói 15.000 đồng, không khớp lệ phí 25.000 đồng."
ANSWER = "/scripts/tam-tru/asides/tien"
SAY = "asides.tien.say"
LABEL = "fees.ca-nhan-tai-quay.label"
ONLY_VI = "Chỉ đổi tiếng Việt. Hãy xem câu tiếng Anh còn đúng không."


def test_an_old_amount_stays_pointed_at_for_author_and_reviewer_until_it_is_mended(
    draft_desk: Room,
) -> None:
    writer, reviewer = entered(draft_desk, "lan.tran"), entered(draft_desk, "minh.le")
    draft_id = change_fee(writer, "25.000")
    for path in (f"/drafts/{draft_id}", f"/scripts/tam-tru?draft={draft_id}", ANSWER):
        for _ in range(2):
            assert STILL in writer.get(path).text, path
    page = writer.get(f"/drafts/{draft_id}").text
    assert f'<a href="{ANSWER}?draft={draft_id}">' in page
    act(writer, draft_desk, draft_id, "hand-in")
    page = reviewer.get(f"/drafts/{draft_id}").text
    assert STILL in page
    act(writer, draft_desk, draft_id, "send-back")
    form = opened(writer, f"{ANSWER}?draft={draft_id}")
    for language in ("vi", "en"):
        text = str(form[f"{SAY}.{language}"])
        form[f"{SAY}.{language}"] = text.replace("15.000", "25.000").replace("15,000", "25,000")
    assert writer.post(ANSWER, data=form).status_code == 303
    page = writer.get(f"/drafts/{draft_id}").text
    assert "không khớp lệ phí" not in page


def test_it_is_told_in_english_with_english_amounts(draft_desk: Room) -> None:
    writer = entered(draft_desk, "lan.tran")
    draft_id = change_fee(writer, "0")
    token = {"token": opened(writer, FEE)["token"], "to": "/", "language": "en"}
    writer.post("/language", data=token)
    page = html.unescape(writer.get(f"/drafts/{draft_id}").text)
    assert "still says 15,000 đồng, which does not match the fee of free" in page


def test_a_text_changed_in_one_language_is_pointed_at_on_form_and_draft(draft_desk: Room) -> None:
    writer = entered(draft_desk, "lan.tran")
    form = opened(writer, FEE) | {f"{LABEL}.vi": "Nộp ở quầy số 3"}
    assert ONLY_VI not in writer.get(FEE).text
    answer = writer.post(FEE, data=form)
    draft_id = answer.headers["location"].rpartition("=")[2]
    page = writer.get(f"/drafts/{draft_id}").text
    assert ONLY_VI in page
    page = writer.get(FEE).text
    at_english = page.partition(f'id="warnings-{LABEL.replace(".", "-")}-en"')[2]
    assert ONLY_VI in at_english.partition("</div>")[0], "where it has to be looked at"
    form = opened(writer, FEE) | {f"{LABEL}.en": "At counter 3"}
    assert writer.post(FEE, data=form).status_code == 303
    assert ONLY_VI not in writer.get(FEE).text


def test_an_uploaded_bundle_that_still_tells_an_old_amount_says_so(desk: WardOffice) -> None:
    told = SCRIPT_TEXT.replace('vi: "3 ngày làm việc."', 'vi: "3 ngày, hết 8.000 đồng."')
    assert told != SCRIPT_TEXT
    desk.publish(signed("1", files_of_script(told)))
    later = desk.take(signed("2", files_of_script(told.replace("amount: 8000", "amount: 9000"))))
    page = desk.admin.get(later).text
    assert "“3 ngày, hết 8.000 đồng.” còn nói 8.000 đồng, không khớp lệ phí 9.000 đồng." in page
    same = desk.take(signed("2", files_of_script(told.replace("mỗi bản", "một bản"))))
    assert "không khớp lệ phí" not in desk.admin.get(same).text

"""A draft is looked through as citizens would see it, and its record says whether it is in use."""

import html
import re

from console_room import Room
from draft_room import (
    FEE,
    SOME,
    TODAY,
    act,
    change_fee,
    draft_of,
    entered,
    opened,
    script_now,
    shipped,
)

from kiosk.bundle_shelf import SHIPPED_WORD
from kiosk.bundle_store import BundleStore
from kiosk.console.accounts import Role
from kiosk.draft import Stage
from kiosk.preview import Wanted
from kiosk.preview_source import Source, procedure_in, titles
from kiosk.preview_source import opened as opened_source
from kiosk.preview_wire import Asked, asked_line, read_asked

UNUSED = "Hiện không dùng: máy đang dùng"
LABEL = "fees.ca-nhan-tai-quay.label.vi"


def handed_in(room: Room, amount: str = "20.000") -> str:
    writer = entered(room, "lan.tran")
    draft_id = change_fee(writer, amount)
    assert act(writer, room, draft_id, "hand-in").status_code == 303
    return draft_id


# Its screens


def test_who_reviews_a_draft_walks_through_it_as_a_citizen_would(draft_desk: Room) -> None:
    draft_id = handed_in(draft_desk)
    reviewer = entered(draft_desk, "minh.le")
    base = f"/drafts/{draft_id}/preview"
    page = reviewer.get(f"/drafts/{draft_id}").text
    assert f'href="{base}?procedure=tam-tru">Xem màn hình như người dân thấy</a>' in page
    try:
        page = reviewer.get(f"{base}?procedure=tam-tru").text
        assert "Bản nháp: Đăng ký tạm trú" in page
        found = re.search(r'<img src="([^"]+)"', page)
        assert found is not None, page
        picture = html.unescape(found.group(1))
        assert picture.startswith(f"{base}/picture.png?")
        answer = reviewer.get(picture)
        assert answer.headers["content-type"] == "image/png"
        assert answer.content.startswith(b"\x89PNG")
        auditor = draft_desk.enter(Role.AUDITOR)
        assert auditor.get(base).status_code == 200
    finally:
        draft_desk.console.bundles.stop()


def test_what_is_drawn_is_what_the_draft_makes_of_the_scripts(draft_desk: Room) -> None:
    changes = draft_of(draft_desk, change_fee(entered(draft_desk, "lan.tran"))).changes
    settings, folder = draft_desk.console.settings, shipped(draft_desk)
    source = Source(path=folder, settings=settings, today=TODAY, changes=changes)
    asked = Asked(source=source, wanted=Wanted(procedure="tam-tru"), is_listed=True)
    sent = read_asked(asked_line(asked)).source
    assert sent.changes == changes, "the process that draws gets all of them"
    with opened_source(sent) as here:
        assert procedure_in(here.path, "tam-tru").fees[0].amount == 20000
        assert {one.id for one in titles(here)} == set(SOME)
    assert not here.path.exists()
    assert procedure_in(folder, "tam-tru").fees[0].amount == 15000


def test_a_draft_that_is_over_or_stale_has_no_screens_and_says_why(draft_desk: Room) -> None:
    draft_id = handed_in(draft_desk)
    reviewer = entered(draft_desk, "minh.le")
    act(reviewer, draft_desk, draft_id, "publish")
    answer = reviewer.get(f"/drafts/{draft_id}/preview", headers={"accept": "text/html"})
    assert answer.status_code == 409
    assert f'href="/drafts/{draft_id}"' in answer.text
    assert "/preview" not in reviewer.get(f"/drafts/{draft_id}").text
    assert reviewer.get("/drafts/20270101-abcdef/preview").status_code == 404


# Whether it is in use


def test_after_going_back_a_draft_says_that_it_is_not_in_use_and_can_be_used_again(
    draft_desk: Room,
) -> None:
    draft_id = handed_in(draft_desk)
    reviewer = entered(draft_desk, "minh.le")
    act(reviewer, draft_desk, draft_id, "publish")
    assert UNUSED not in reviewer.get(f"/drafts/{draft_id}").text
    assert act(reviewer, draft_desk, draft_id, "open-anew").status_code == 409, "it is in use"
    BundleStore(draft_desk.state).rollback(SHIPPED_WORD, by="minh.le")
    page = reviewer.get(f"/drafts/{draft_id}").text
    assert f"{UNUSED} bản có sẵn của máy." in page
    assert "Mở lại bản nháp" in page
    assert act(reviewer, draft_desk, draft_id, "open-anew").status_code == 303
    assert draft_of(draft_desk, draft_id).stage is Stage.OPEN
    act(entered(draft_desk, "lan.tran"), draft_desk, draft_id, "hand-in")
    assert act(reviewer, draft_desk, draft_id, "publish").status_code == 303
    assert script_now(draft_desk).fees[0].amount == 20000
    assert UNUSED not in reviewer.get(f"/drafts/{draft_id}").text


def test_a_draft_that_a_later_one_goes_on_from_is_still_in_use(draft_desk: Room) -> None:
    first = handed_in(draft_desk)
    writer, reviewer = entered(draft_desk, "lan.tran"), entered(draft_desk, "minh.le")
    act(reviewer, draft_desk, first, "publish")
    assert writer.post(FEE, data=opened(writer, FEE) | {LABEL: "Ở quầy số 3"}).status_code == 303
    second = next(one for one in draft_ids(draft_desk) if one != first)
    act(writer, draft_desk, second, "hand-in")
    assert act(reviewer, draft_desk, second, "publish").status_code == 303
    for one in (first, second):
        assert UNUSED not in reviewer.get(f"/drafts/{one}").text
    version = draft_of(draft_desk, first).version
    BundleStore(draft_desk.state).rollback(draft_of(draft_desk, first).bundle, by="minh.le")
    assert UNUSED not in reviewer.get(f"/drafts/{first}").text
    assert f"{UNUSED} phiên bản {version}." in reviewer.get(f"/drafts/{second}").text


def draft_ids(room: Room) -> list[str]:
    return [file.stem for file in (room.state / "drafts").glob("*.json")]

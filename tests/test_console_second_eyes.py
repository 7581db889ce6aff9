"""Two pairs of eyes: what one person alone must not bring before citizens, by whatever door."""

import itertools
import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from console_room import Room, sign_in, token_of
from draft_room import TODAY, act, change_fee, draft_of, entered
from inline import Inline
from starlette.testclient import TestClient
from test_console_drafts import deeds, desk, fee_now, handed_in

from kiosk.bundle_file import read_bundle
from kiosk.bundle_store import BUNDLES_FOLDER, BundleStore
from kiosk.console.accounts import Role
from kiosk.console.certificate import our_certificate
from kiosk.draft import Stage, Step
from kiosk.draft_carried import refuse_carried
from kiosk.draft_key import KEY_FILE
from kiosk.draft_publish import Wanted, publish
from kiosk.draft_store import DRAFTS_FOLDER, DraftStore
from kiosk.errors import KioskError

__all__ = ["desk"]
"""A fixture."""

ADDRESS = "192.0.2.9"


# The key that signs


def test_a_console_with_its_own_certificate_publishes_and_serves_after_a_restart_and_a_renewal(
    desk: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = our_certificate(desk.state, ADDRESS)
    draft_id = handed_in(desk)
    assert act(entered(desk, "minh.le"), desk, draft_id, "publish").status_code == 303
    assert fee_now(desk) == 20000
    signing = (desk.state / KEY_FILE).read_bytes()
    assert our_certificate(desk.state, ADDRESS) == served
    monkeypatch.setattr("kiosk.console.certificate.RENEWED_DAYS", 365 * 6)
    assert our_certificate(desk.state, ADDRESS).fingerprint != served.fingerprint
    assert (desk.state / KEY_FILE).read_bytes() == signing


def test_a_key_made_in_2036_by_mistake_publishes_in_2026(desk: Room) -> None:
    wrong = datetime(2036, 1, 1, 9).astimezone().timestamp() - desk.console.clock()
    desk.seconds += wrong
    first = handed_in(desk)
    assert act(entered(desk, "minh.le"), desk, first, "publish").status_code == 303
    desk.seconds -= wrong
    second = handed_in(desk, "25.000")
    assert act(entered(desk, "minh.le"), desk, second, "publish").status_code == 303
    assert draft_of(desk, second).stage is Stage.PUBLISHED
    assert fee_now(desk) == 25000


# Accounts in the hands of one person


def first_password(browser: TestClient, path: str, **form: str) -> str:
    answer = browser.post(path, data={"token": token_of(browser, "/password"), **form})
    found = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", answer.text)
    assert found is not None, answer.text
    return found.group()


def taken_over(room: Room, name: str, first: str, own: str) -> TestClient:
    """Whoever was told the first password signs in and chooses another."""
    browser = room.open()
    assert sign_in(browser, name, first).status_code == 303
    form = {"token": token_of(browser, "/password"), "old": first, "password": own, "again": own}
    assert browser.post("/password", data=form).status_code == 303
    return browser


def made_by(browser: TestClient, room: Room, name: str) -> TestClient:
    """An administrator's account that another made, with the password that was chosen for it."""
    first = first_password(browser, "/accounts/add", name=name, role="admin")
    return taken_over(room, name, first, f"ao làng mùa sen của {name}")


def written_by(browser: TestClient, room: Room) -> str:
    draft_id = change_fee(browser)
    assert act(browser, room, draft_id, "hand-in").status_code == 303
    return draft_id


def test_who_made_the_account_that_wrote_does_not_publish_what_it_wrote(desk: Room) -> None:
    admin = entered(desk, "lan.tran")
    draft_id = written_by(made_by(admin, desk, "bich.ho"), desk)
    answer = act(admin, desk, draft_id, "publish")
    assert answer.status_code == 409
    assert "kiosk console account password bich.ho --may-review" in answer.text
    assert deeds(desk)[-1] == ("lan.tran", "draft_own_refused", draft_id)
    assert fee_now(desk) == 15000
    assert act(entered(desk, "minh.le"), desk, draft_id, "publish").status_code == 303


def test_of_two_accounts_that_one_made_neither_publishes_what_the_other_wrote(desk: Room) -> None:
    admin = entered(desk, "lan.tran")
    one, other = (made_by(admin, desk, name) for name in ("bich.ho", "cuc.ly"))
    assert act(other, desk, written_by(one, desk), "publish").status_code == 409
    assert fee_now(desk) == 15000


def test_however_often_accounts_are_handed_about_the_first_hand_is_not_forgotten(
    desk: Room,
) -> None:
    draft_id = handed_in(desk)
    admin = entered(desk, "lan.tran")
    one, other = (made_by(admin, desk, name) for name in ("bich.ho", "cuc.ly"))
    for _ in range(11):
        first = first_password(other, "/accounts/bich.ho/password")
    one = taken_over(desk, "bich.ho", first, "mật khẩu thứ hai")
    for role in ("auditor", "admin") * 6:
        form = {"token": token_of(one, "/password"), "role": role}
        assert one.post("/accounts/cuc.ly/role", data=form).status_code == 303
    assert act(one, desk, draft_id, "publish").status_code == 409
    assert fee_now(desk) == 15000


def test_an_account_made_long_before_the_draft_is_no_second_person_either(desk: Room) -> None:
    made_by(entered(desk, "lan.tran"), desk, "bich.ho")
    desk.seconds += 200 * 24 * 3600
    draft_id = handed_in(desk)
    later = desk.open()
    assert sign_in(later, "bich.ho", "ao làng mùa sen của bich.ho").status_code == 303
    assert act(later, desk, draft_id, "publish").status_code == 409


def test_who_opens_an_account_again_has_a_hand_on_it_and_who_shuts_it_has_none(desk: Room) -> None:
    draft_id = handed_in(desk)
    admin = entered(desk, "lan.tran")
    book = desk.console.accounts
    desk.add(Role.ADMIN, "hoa.bui")
    book.set_disabled("hoa.bui", is_disabled=True)
    form = {"token": token_of(admin, "/password")}
    assert admin.post("/accounts/hoa.bui/enable", data=form).status_code == 303
    assert act(entered(desk, "hoa.bui"), desk, draft_id, "publish").status_code == 409
    assert admin.post("/accounts/minh.le/disable", data=form).status_code == 303
    book.set_disabled("minh.le", is_disabled=False)
    assert act(entered(desk, "minh.le"), desk, draft_id, "publish").status_code == 303


def test_a_colleagues_account_made_on_the_page_may_review_once_they_typed_a_password_here(
    desk: Room,
) -> None:
    made_by(entered(desk, "lan.tran"), desk, "bich.ho")
    draft_id = handed_in(desk)
    own = "mật khẩu gõ tại máy"
    desk.console.accounts.set_password("bich.ho", own, is_free=True)
    colleague = desk.open()
    assert sign_in(colleague, "bich.ho", own).status_code == 303
    assert act(colleague, desk, draft_id, "publish").status_code == 303
    assert fee_now(desk) == 20000


# A bundle that comes back as a file


def file_of(browser: TestClient, draft_id: str) -> bytes:
    answer = browser.get(f"/drafts/{draft_id}/bundle")
    assert answer.status_code == 200
    return answer.content


def upload(browser: TestClient, content: bytes, **form: str) -> httpx2.Response:
    """Upload a bundle and publish it."""
    token = {"token": token_of(browser, "/password")}
    files = {"bundle": ("x.danloi.zip", content)}
    up = browser.post("/bundles/upload", data=token, files=files)
    assert up.status_code == 303, up.text
    return browser.post(f"{up.headers['location']}/publish", data={**token, **form})


def waiting(room: Room, on: date) -> tuple[str, bytes]:
    """A draft that was reviewed for this day, and its file."""
    draft_id = handed_in(room)
    reviewer = entered(room, "minh.le")
    assert act(reviewer, room, draft_id, "publish", on=on.isoformat()).status_code == 303
    return draft_id, file_of(entered(room, "lan.tran"), draft_id)


def test_what_was_reviewed_for_a_later_day_is_not_published_sooner_from_its_file(
    desk: Room,
) -> None:
    draft_id, content = waiting(desk, TODAY + timedelta(days=30))
    author = entered(desk, "lan.tran")
    assert upload(author, content).status_code == 422
    assert deeds(desk)[-1] == ("lan.tran", "draft_own_refused", draft_id)
    for on in ({}, {"on": (TODAY + timedelta(days=3)).isoformat()}):
        answer = upload(entered(desk, "minh.le"), content, **on)
        assert answer.status_code == 422
        assert f"{TODAY + timedelta(days=30):%d/%m/%Y}" in answer.text
    assert fee_now(desk) == 15000
    assert len(BundleStore(desk.state).shelf().scheduled) == 1


@pytest.mark.parametrize("is_opened_anew", [False, True])
def test_what_a_reviewer_withdrew_is_not_published_from_its_file(
    desk: Room, *, is_opened_anew: bool
) -> None:
    draft_id, content = waiting(desk, TODAY + timedelta(days=30))
    reviewer = entered(desk, "minh.le")
    (kept,) = BundleStore(desk.state).shelf().scheduled
    token = {"token": token_of(reviewer, "/password")}
    assert reviewer.post(f"/bundles/withdraw/{kept.name}", data=token).status_code == 303
    if is_opened_anew:
        assert act(reviewer, desk, draft_id, "open-anew").status_code == 303
        content_name = draft_of(desk, draft_id).bundle
        assert content_name == ""
    assert upload(entered(desk, "lan.tran"), content).status_code == 422
    answer = upload(reviewer, content)
    assert answer.status_code == 422
    assert f"mở lại bản nháp {draft_id}" in answer.text
    assert fee_now(desk) == 15000
    assert BundleStore(desk.state).shelf().kept == ()


def test_a_file_of_ones_own_draft_is_published_by_somebody_else_when_its_day_has_come(
    desk: Room,
) -> None:
    _, content = waiting(desk, TODAY + timedelta(days=3))
    shutil.rmtree(desk.state / BUNDLES_FOLDER)  # as after the disk was changed
    desk.seconds += 4 * 24 * 3600
    assert upload(entered(desk, "lan.tran"), content).status_code == 422
    assert upload(entered(desk, "minh.le"), content).status_code == 303
    assert fee_now(desk) == 20000


def test_no_other_door_brings_it_sooner_either(desk: Room) -> None:
    on = TODAY + timedelta(days=30)
    _, content = waiting(desk, on)
    bundle = read_bundle(content)
    with pytest.raises(KioskError, match=r"bundle\.agreed_for"):
        refuse_carried(bundle, desk.state, today=TODAY)
    refuse_carried(bundle, desk.state, today=TODAY, on=on)
    refuse_carried(bundle, desk.state, today=on)
    BundleStore(desk.state).withdraw(bundle.manifest.version)
    with pytest.raises(KioskError, match=r"bundle\.was_withdrawn"):
        refuse_carried(bundle, desk.state, today=on)


# Power that fails


class Cut(BaseException):
    """Power fails."""


@contextmanager
def power_fails(at: int, *, is_done: bool) -> Iterator[None]:
    """Before that renaming of a file, or right after it: nothing is cleaned up."""
    real, count = Path.replace, itertools.count()

    def replaced(path: Path, to: Path) -> Path:
        number = next(count)
        if number == at and not is_done:
            raise Cut
        done = real(path, to)
        if number == at:
            raise Cut
        return done

    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(Path, "replace", replaced)
        yield


def test_whenever_power_fails_what_citizens_see_has_a_record_of_who_published_it(
    desk: Room, tmp_path: Path
) -> None:
    draft_id = handed_in(desk)
    site = desk.console.settings
    wanted = Wanted(
        draft=draft_id,
        revision=draft_of(desk, draft_id).revision,
        by="minh.le",
        at=datetime.now(UTC),
        today=TODAY,
    )
    seen = set()
    for at, is_done in itertools.product(range(99), (False, True)):
        state = tmp_path / f"{at}-{is_done}"
        shutil.copytree(desk.state, state)
        settings = replace(site, folders=replace(site.folders, state=str(state)))
        is_cut = False
        try:
            with power_fails(at, is_done=is_done):
                publish(settings, wanted, "Trang quản lý")
        except Cut:
            is_cut = True
        shelf, draft = BundleStore(state).shelf(), DraftStore(state).find(draft_id)
        seen.add((is_cut, draft.stage))
        if shelf.current:
            assert (draft.stage, draft.bundle) == (Stage.PUBLISHED, shelf.current)
            assert (draft.history[-1].by, draft.history[-1].step) == ("minh.le", Step.PUBLISHED)
            assert draft.told["vi"]
        else:
            assert (draft.stage, draft.revision) == (Stage.REVIEW, wanted.revision)
            assert publish(settings, wanted, "Trang quản lý").stage is Stage.PUBLISHED
        kept = json.loads((state / DRAFTS_FOLDER / f"{draft_id}.json").read_bytes())
        assert kept["publishing"] is None, "what was read is written"
        if not is_cut:
            break
    cuts = {(True, Stage.REVIEW), (True, Stage.PUBLISHED), (False, Stage.PUBLISHED)}
    assert seen == cuts, "both sides of the switch, and at last no cut"


def test_who_began_to_publish_stands_in_the_audit_log_before_anything_changes(
    desk: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft_id = handed_in(desk)
    reviewer = entered(desk, "minh.le")

    def dies(*_: object) -> None:
        raise KioskError("console.cut_short")

    monkeypatch.setattr("kiosk.console.draft_deeds.publish", dies)
    act(reviewer, desk, draft_id, "publish")
    assert deeds(desk)[-1] == ("minh.le", "draft_publishing", draft_id)


# Who lost the right to it while it waited


class Queued(Inline):
    """Something happens while work waits for its turn."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        super().__init__()
        self._meanwhile = meanwhile

    async def to_the_end(self, *values: Any, **named: Any) -> Any:
        self._meanwhile()
        return await super().to_the_end(*values, **named)


@pytest.mark.parametrize("what", ["disabled", "role", "password"])
def test_who_lost_the_right_to_it_while_it_waited_publishes_nothing(desk: Room, what: str) -> None:
    draft_id = handed_in(desk)
    reviewer = entered(desk, "minh.le")
    book = desk.console.accounts

    def meanwhile() -> None:
        if what == "disabled":
            book.set_disabled("minh.le", is_disabled=True)
        elif what == "role":
            book.set_role("minh.le", Role.STAFF)
        else:
            book.set_password("minh.le", "mật khẩu của ai khác", by="lan.tran")

    form = {
        "token": token_of(reviewer, "/password"),
        "revision": str(draft_of(desk, draft_id).revision),
    }
    desk.console = replace(desk.console, beside=Queued(meanwhile))
    page = same_browser(desk, reviewer)
    answer = page.post(f"/drafts/{draft_id}/publish", data=form)
    assert answer.status_code == 409
    assert "chưa có gì thay đổi" in answer.text
    assert fee_now(desk) == 15000
    assert draft_of(desk, draft_id).stage is Stage.REVIEW


def same_browser(room: Room, browser: TestClient) -> TestClient:
    """The same browser, at the console as it is now."""
    again = room.open()
    again.cookies = browser.cookies
    return again

"""Bundles at the console: taken in, looked at, published, given a day, gone back from."""

import logging
import os
import re
import stat
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from bundle_maker import (
    SCRIPT_FILE,
    TITLE,
    files_of_script,
    packed,
    pair,
    revoked,
    signed,
    titled,
    unsigned,
    ward_pair,
)
from bundle_office import DAY, NEW_TITLE, WardOffice
from conftest import SCRIPT_TEXT, WALKS_TEXT
from console_room import NOW, token_of
from far_kiosk import FAR, watch_far
from test_bundle_file import archive, entry_of

from kiosk.bundle import MOST_BUNDLE_BYTES, Bundle
from kiosk.bundle_candidates import MOST_KEPT, MOST_SECONDS
from kiosk.bundle_current import current_of
from kiosk.bundle_shelf import KEEP
from kiosk.bundle_sign import KEYS_FILE, save_keys, sign
from kiosk.command import ReloadWanted
from kiosk.console.accounts import Role
from kiosk.console.hearing_desk import HearingDesk, Learning, Progress
from kiosk.settings import Settings

# What is refused


def changed(bundle: bytes) -> bytes:
    at = bundle.index(TITLE.encode())
    return bundle[:at] + b"Y" + bundle[at + 1 :]


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "a bomb": (
        lambda: archive((SCRIPT_FILE, bytes(200_000)), compress=zipfile.ZIP_DEFLATED),
        "bundle.compressed",
    ),
    "a path that leads elsewhere": (
        lambda: archive(("../../keys.toml", b"x")),
        "bundle.bad_name",
    ),
    "a link": (
        lambda: archive((entry_of(SCRIPT_FILE, stat.S_IFLNK | 0o777), b"/etc/passwd")),
        "bundle.not_plain",
    ),
    "no zip at all": (lambda: b"a letter to the ward" * 50, "bundle.damaged"),
    "one byte changed": (lambda: changed(packed(signed())), "bundle.damaged"),
    "too large": (lambda: bytes(MOST_BUNDLE_BYTES + 1), "bundle.too_large"),
    "nobody signed it": (lambda: packed(unsigned()), "bundle.unsigned"),
    "an unknown key": (lambda: packed(signed(by=pair())), "bundle.unknown_key"),
    "no script in it": (lambda: packed(signed(files={})), "bundle.no_procedures"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_good_bundle_is_refused_with_a_sentence_and_nothing_is_kept(
    desk: WardOffice, what: str
) -> None:
    make, code = REFUSED[what]
    before = desk.on_disk()
    answer = desk.upload(make())
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert desk.deeds()[0] == ("bundle_refused", code)
    assert desk.on_disk() == before
    assert desk.room.sent == []


def test_a_revoked_key_signs_nothing_any_more(desk: WardOffice) -> None:
    save_keys([revoked(ward_pair().key)], desk.room.state / KEYS_FILE)
    before = desk.on_disk()
    answer = desk.upload(packed(signed()))
    assert (answer.status_code, "đã bị thu hồi" in answer.text) == (422, True)
    assert desk.deeds()[0] == ("bundle_refused", "bundle.key_revoked")
    assert desk.on_disk() == before


def test_an_older_bundle_is_refused_and_the_way_back_is_told(desk: WardOffice) -> None:
    desk.publish(signed("2", titled(NEW_TITLE)))
    before = desk.on_disk()
    answer = desk.upload(packed(signed("1")))
    assert answer.status_code == 422
    assert "xin chọn Trở về ở trang Gói thủ tục" in answer.text
    assert desk.deeds()[0] == ("bundle_refused", "bundle.older")
    assert desk.on_disk() == before


@pytest.mark.parametrize(("files", "said"), [(0, "Chưa chọn tệp"), (2, "Mỗi lần chỉ nhận một gói")])
def test_no_file_and_two_files_are_refused(desk: WardOffice, files: int, said: str) -> None:
    before = desk.on_disk()
    sent = [packed(signed("1")), packed(signed("2"))][:files]
    if sent:
        answer = desk.upload(*sent)
    else:  # as a browser sends a field that nobody has filled
        nothing = {"bundle": ("", b"", "application/octet-stream")}
        answer = desk.admin.post("/bundles/upload", data=desk.form(), files=nothing)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert desk.on_disk() == before


def test_three_files_are_refused_before_they_are_read(desk: WardOffice) -> None:
    answer = desk.upload(*[packed(signed())] * 3)
    assert (answer.status_code, answer.text[:24]) == (400, "Nội dung gửi lên chưa đú")


@pytest.mark.parametrize("token", ["", "0" * 64])
def test_a_form_that_is_not_ours_is_refused(
    desk: WardOffice, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    before, deeds = desk.on_disk(), desk.deeds()
    file = {"bundle": ("a.danloi.zip", packed(signed()), "application/zip")}
    with caplog.at_level(logging.INFO):
        answer = desk.admin.post("/bundles/upload", data={"token": token}, files=file)
    assert (answer.status_code, "tải lại trang" in answer.text) == (403, True)
    assert "a form is not taken: 403 /bundles/upload" in caplog.text
    assert (desk.on_disk(), desk.deeds()) == (before, deeds)


def test_a_body_larger_than_any_bundle_is_not_read(
    desk: WardOffice, caplog: pytest.LogCaptureFixture
) -> None:
    before = desk.on_disk()
    with caplog.at_level(logging.INFO):
        answer = desk.upload(bytes(MOST_BUNDLE_BYTES + 100_000))
    assert (answer.status_code, "quá lớn" in answer.text) == (413, True)
    assert "a request is refused: 413 /bundles/upload" in caplog.text
    assert desk.on_disk() == before


def test_a_plain_form_brings_no_file(desk: WardOffice) -> None:
    answer = desk.admin.post("/bundles/upload", data=desk.form(bundle="text"))
    assert (answer.status_code, "Chưa chọn tệp" in answer.text) == (422, True)


# What is looked at


def broken() -> Bundle:
    text = SCRIPT_TEXT.replace("next: viec-gi", "next: khong-co")
    return signed("1", files_of_script(text))


def test_every_fault_is_told_with_its_file_and_line_and_nothing_can_be_published(
    desk: WardOffice,
) -> None:
    page = desk.admin.get(path := desk.take(broken())).text
    line = 1 + SCRIPT_TEXT[: SCRIPT_TEXT.index("next: viec-gi")].count("\n")
    assert f"{SCRIPT_FILE}:{line}" in page
    assert "khong-co" in page
    assert f"{path}/publish" not in page
    assert '<span class="faulty">có lỗi</span>' in desk.admin.get("/bundles").text
    answer = desk.admin.post(f"{path}/publish", data=desk.form())
    assert (answer.status_code, "lỗi nên chưa dùng được" in answer.text) == (422, True)
    assert desk.store.shelf().current == ""
    assert desk.room.sent == []


def test_a_good_bundle_tells_who_signed_it_and_what_changes(desk: WardOffice) -> None:
    page = desk.admin.get(path := desk.take(signed("2", titled(NEW_TITLE)))).text
    assert "Phường Cửa Nam" in page
    assert NEW_TITLE in page
    assert f"{path}/publish" in page
    assert "có lỗi" not in desk.admin.get("/bundles").text
    assert (
        "<h1>Xem thử gói 2, chưa dùng</h1>"
        in desk.admin.get(f"/bundles/preview/{path.rpartition('/')[2]}").text
    )
    token = desk.form()
    desk.admin.post("/language", data={**token, "language": "en", "to": path})
    assert "What changes for citizens" in desk.admin.get(path).text


def test_the_same_file_uploaded_twice_is_one_candidate(desk: WardOffice) -> None:
    assert desk.take(signed("2")) == desk.take(signed("2"))
    page = desk.admin.get("/bundles").text
    assert page.count('href="/bundles/candidates/') == 1


def test_candidates_are_few_private_and_for_a_day(desk: WardOffice) -> None:
    paths = []
    for number in range(MOST_KEPT + 2):
        desk.room.seconds += 1
        paths.append(desk.take(signed(str(number + 1))))
    assert [desk.admin.get(one).status_code for one in paths[:3]] == [404, 404, 200]
    folder = desk.room.state / "candidates"
    files = list(folder.iterdir())
    assert len(files) == MOST_KEPT
    assert {stat.S_IMODE(one.stat().st_mode) for one in files} == {0o600}
    desk.room.console = replace(
        desk.room.console, clock=lambda: NOW + desk.room.seconds + MOST_SECONDS
    )
    later = desk.enter(Role.ADMIN)
    assert later.get(paths[-1]).status_code == 404
    assert list(folder.iterdir()) == []


def test_a_candidate_that_somebody_has_changed_is_none(desk: WardOffice) -> None:
    path = desk.take(signed("2"))
    file = next((desk.room.state / "candidates").iterdir())
    file.write_bytes(packed(signed("3")))
    os.utime(file, (NOW, NOW))
    assert desk.admin.get(path).status_code == 404
    file.unlink()
    file.symlink_to("/etc/passwd")
    assert desk.admin.get(path).status_code == 404
    assert desk.admin.post(f"{path}/publish", data=desk.form()).status_code == 404


@pytest.mark.parametrize("name", ["keys.toml", "0" * 32, "x", "..%5C..%5Ckeys.toml"])
def test_no_path_is_made_of_what_stands_in_an_address(desk: WardOffice, name: str) -> None:
    before = desk.on_disk()
    for way in ("publish", "drop"):
        answer = desk.admin.post(f"/bundles/candidates/{name}/{way}", data=desk.form())
        assert answer.status_code == 404
    assert desk.admin.get(f"/bundles/candidates/{name}").status_code == 404
    assert desk.admin.get(f"/bundles/rollback/{name}").status_code in (404, 409)
    assert desk.admin.post(f"/bundles/rollback/{name}", data=desk.form()).status_code in (
        *(404, 409),
    )
    assert desk.on_disk() == before


def test_a_dropped_bundle_is_gone(desk: WardOffice) -> None:
    path = desk.take(signed("2"))
    assert desk.admin.post(f"{path}/drop", data=desk.form()).status_code == 303
    assert list((desk.room.state / "candidates").iterdir()) == []
    assert desk.deeds()[0][0] == "bundle_dropped"
    assert desk.admin.post(f"{path}/drop", data=desk.form()).status_code == 404


def test_the_history_is_cards_on_a_phone(desk: WardOffice) -> None:
    desk.publish(signed("2"))
    page = desk.admin.get("/bundles").text.partition('id="history-title"')[2]
    assert '<table class="as-cards">' in page
    row = page.partition("<tbody>")[2].partition("</tr>")[0]
    heads = re.findall(r'<th scope="col">([^<]+)</th>', page)
    assert re.findall(r'<td data-column="([^"]+)">', row) == heads


# What is published


def test_a_bundle_is_published_kiosks_are_told_and_it_is_written_down(
    desk: WardOffice,
) -> None:
    bundle = signed("2", titled(NEW_TITLE))
    assert desk.publish(bundle).status_code == 303
    shelf = desk.store.shelf()
    assert shelf.current == bundle.name
    assert shelf.history[-1].by == "admin.one"
    assert desk.room.sent == [("kiosk", ReloadWanted())]
    assert desk.deeds()[:2] == [
        ("bundle_published", bundle.name),
        ("bundle_uploaded", bundle.name),
    ]
    assert list((desk.room.state / "candidates").iterdir()) == []
    page = desk.admin.get("/bundles").text
    assert "Đã nhận gói 2." in page
    assert "do admin.one" in page


def test_a_key_that_was_revoked_after_the_upload_publishes_nothing(desk: WardOffice) -> None:
    path = desk.take(signed("2"))
    save_keys([revoked(ward_pair().key)], desk.room.state / KEYS_FILE)
    answer = desk.admin.post(f"{path}/publish", data=desk.form())
    assert answer.status_code in (409, 422)
    assert "đã bị thu hồi" in answer.text
    assert desk.store.shelf().current == ""


def test_a_bundle_is_given_a_day_and_withdrawn(desk: WardOffice) -> None:
    bundle, day = signed("2"), DAY + timedelta(days=3)
    assert desk.publish(bundle, on=day.isoformat()).status_code == 303
    assert desk.store.shelf().current == ""
    assert desk.room.sent == []
    assert desk.deeds()[0] == ("bundle_scheduled", f"{bundle.name} {day.isoformat()}")
    page = desk.admin.get("/bundles").text
    assert f"Được dùng từ ngày {day:%d/%m/%Y}" in page
    path = f"/bundles/withdraw/{bundle.name}"
    assert desk.admin.post(path, data=desk.form()).status_code == 303
    assert desk.store.shelf().scheduled == ()
    assert desk.deeds()[0] == ("bundle_withdrawn", bundle.name)
    answer = desk.admin.post(path, data=desk.form())
    assert (answer.status_code, "không còn chờ" in answer.text) == (409, True)


def test_a_day_that_is_none_or_not_later_than_today_is_refused(desk: WardOffice) -> None:
    path = desk.take(signed("2"))
    for day in ("", "31/12/2027", "2027-02-30"):
        answer = desk.admin.post(f"{path}/publish", data=desk.form(on=day))
        assert (answer.status_code, "Ngày chưa đúng" in answer.text) == (422, True)
    for past in (DAY, DAY - timedelta(days=30)):
        answer = desk.admin.post(f"{path}/publish", data=desk.form(on=past.isoformat()))
        assert (answer.status_code, "Ngày hẹn phải sau hôm nay" in answer.text) == (422, True)
    assert f'min="{DAY + timedelta(days=1):%Y-%m-%d}"' in desk.admin.get(path).text
    assert (desk.store.shelf().current, desk.store.shelf().scheduled) == ("", ())


def several(count: int) -> dict[str, bytes]:
    """As many small procedures, all of them different."""
    files: dict[str, bytes] = {}
    for number in range(count):
        name, letter = f"xin-giay-{number}", "abcdefgh"[number]
        text = SCRIPT_TEXT.replace("id: xin-giay\n", f"id: {name}\n")
        text = text.replace('"1.000001"', f'"1.00000{number + 1}"')
        text = text.replace("019d2bfd-0000", f"019d2bfd-000{number}")
        text = text.replace(TITLE, f"{TITLE} {letter}").replace("xin giấy", f"xin {letter} giấy")
        text = text.replace("cho cháu", f"cho {letter} cháu")
        files[f"procedures/{name}/script.yaml"] = text.encode()
        files[f"procedures/{name}/walks.yaml"] = WALKS_TEXT.encode()
    return files


def of_several(version: str, count: int) -> Bundle:
    checked = {f"xin-giay-{number}": date(2026, 11, 22) for number in range(count)}
    return sign(unsigned(version, several(count), checked=checked), ward_pair().pem)


def test_a_bundle_that_takes_much_away_says_so_first_and_wants_a_tick(desk: WardOffice) -> None:
    desk.publish(of_several("1", 5))
    assert desk.store.shelf().version == "1"
    path = desk.take(of_several("2", 1))
    page = desk.admin.get(path).text
    said = "Gói này bỏ 4 thủ tục; người dân chỉ còn 1 thủ tục."
    assert -1 < page.index(said) < page.index(f"{TITLE} e") < page.index("Dùng ngay")
    assert "không còn thủ tục này" not in page.casefold(), "not once more for each of them"
    assert page.count('name="seen" value="yes" required') == 2
    tomorrow = (DAY + timedelta(days=1)).isoformat()
    for fields in ({}, {"on": tomorrow}):
        answer = desk.admin.post(f"{path}/publish", data=desk.form(**fields))
        assert (answer.status_code, "Gói này bỏ nhiều thủ tục" in answer.text) == (422, True)
    assert desk.store.shelf().version == "1"
    assert desk.admin.post(f"{path}/publish", data=desk.form(seen="yes")).status_code == 303
    assert desk.store.shelf().version == "2"


def test_publishing_after_a_way_back_to_the_oldest_bundle_answers_with_its_sentence(
    desk: WardOffice,
) -> None:
    for number in range(1, KEEP + 2):
        desk.publish(signed(str(number)))
    desk.store.rollback("1")
    answer = desk.publish(signed("9", titled(NEW_TITLE)))
    assert answer.status_code == 303
    assert "Đã nhận gói 9." in desk.admin.get("/bundles").text
    assert desk.store.shelf().version == "9"


def test_a_bundle_that_takes_little_away_says_so_and_wants_no_tick(desk: WardOffice) -> None:
    desk.publish(of_several("1", 4))
    path = desk.take(of_several("2", 1))
    page = desk.admin.get(path).text
    assert "Gói này bỏ 3 thủ tục; người dân chỉ còn 1 thủ tục." in page
    assert 'name="seen"' not in page
    assert desk.admin.post(f"{path}/publish", data=desk.form()).status_code == 303
    assert "Bản này ít hơn" not in desk.admin.get("/bundles/rollback/" + desk.first("1")).text
    desk.admin.post("/bundles/rollback/" + desk.first("1"), data=desk.form())
    page = desk.admin.get("/bundles/rollback/" + desk.first("2")).text
    assert "Bản này ít hơn 3 thủ tục; người dân chỉ còn 1 thủ tục." in page


def test_who_uses_a_bundle_at_once_is_told_what_then_waits_in_vain(desk: WardOffice) -> None:
    day = DAY + timedelta(days=3)
    desk.publish(waiting := signed("2"), on=day.isoformat())
    desk.publish(signed("9"), on=day.isoformat())
    path = desk.take(signed("3", titled(NEW_TITLE)))
    page = desk.admin.get(path).text
    assert f"Gói 2 đang chờ đến ngày {day:%d/%m/%Y}." in page
    assert "Gói 9 đang chờ" not in page, "that one still comes to its day"
    assert desk.admin.post(f"{path}/publish", data=desk.form()).status_code == 303
    page = desk.admin.get("/bundles").text
    assert "Đã bỏ hẹn gói 2." in page
    assert f"/bundles/rollback/{waiting.name}" not in page
    assert ("bundle_withdrawn", waiting.name) in desk.deeds()
    assert [one.version for one in desk.store.shelf().scheduled] == ["9"]


def test_what_came_to_its_day_too_late_is_kept_as_never_used(desk: WardOffice) -> None:
    desk.publish(signed("3"))
    desk.admin.post("/bundles/rollback/shipped", data=desk.form())
    desk.publish(signed("2"), on=(DAY + timedelta(days=1)).isoformat())
    desk.admin.post("/bundles/rollback/" + desk.first("3"), data=desk.form())
    assert "Chưa từng dùng" not in desk.admin.get("/bundles").text
    desk.store.come_due(DAY + timedelta(days=1))
    assert desk.admin.get("/bundles").text.count("Chưa từng dùng") == 1


# Going back


def test_going_back_says_first_what_changes_and_then_does_it(desk: WardOffice) -> None:
    old, new = signed("1", titled("Tên cũ")), signed("2", titled("Tên mới"))
    desk.publish(old)
    desk.publish(new)
    desk.room.sent.clear()
    path = f"/bundles/rollback/{old.name}"
    assert f'href="{path}"' in desk.admin.get("/bundles").text
    page = desk.admin.get(path).text
    assert "Trở về gói 1?" in page
    assert "Tên cũ" in page
    assert desk.store.shelf().version == "2", "asking changes nothing"
    assert desk.admin.post(path, data=desk.form()).status_code == 303
    assert desk.store.shelf().version == "1"
    assert desk.deeds()[0] == ("bundle_rolled_back", old.name)
    assert desk.room.sent == [("kiosk", ReloadWanted())]
    answer = desk.admin.post(path, data=desk.form())
    assert (answer.status_code, "đang được dùng rồi" in answer.text) == (409, True)


def test_other_machines_neither_have_the_bundle_nor_go_back_and_that_is_told(
    desk: WardOffice,
) -> None:
    watch_far(desk.room)
    desk.admin = desk.enter(Role.ADMIN)
    desk.publish(signed("1"))
    assert f"Các máy khác chưa có gói này: {FAR.name}." in desk.admin.get("/bundles").text
    desk.publish(signed("2"), on=(DAY + timedelta(days=3)).isoformat())
    assert f"Các máy khác chưa có gói này: {FAR.name}." in desk.admin.get("/bundles").text
    desk.admin.post("/bundles/rollback/shipped", data=desk.form())
    assert f"Các máy khác không đổi theo: {FAR.name}." in desk.admin.get("/bundles").text
    assert desk.room.sent == [("kiosk", ReloadWanted())] * 2


def test_what_was_shown_until_yesterday_can_be_gone_back_to_on_the_day_of_another(
    desk: WardOffice,
) -> None:
    desk.publish(old := signed("1", titled("Tên cũ")))
    desk.publish(new := signed("2", titled(NEW_TITLE)), on=(DAY + timedelta(days=1)).isoformat())
    desk.room.seconds = timedelta(days=1).total_seconds()  # nobody has written it down yet
    desk.admin = desk.enter(Role.ADMIN)
    path = f"/bundles/rollback/{old.name}"
    assert f'href="{path}"' in desk.admin.get("/bundles").text
    assert "Tên cũ" in desk.admin.get(path).text
    refused = desk.admin.post(f"/bundles/withdraw/{new.name}", data=desk.form())
    assert refused.status_code == 409, "its day has come"
    assert desk.admin.post(path, data=desk.form()).status_code == 303
    assert desk.store.come_due(DAY + timedelta(days=1)).version == "1"
    assert current_of(desk.room.console.settings, DAY + timedelta(days=1)).version == "1"


def test_what_shipped_can_be_gone_back_to(desk: WardOffice) -> None:
    desk.publish(signed("1", titled(NEW_TITLE)))
    page = desk.admin.get("/bundles/rollback/shipped").text
    assert "Trở về bản có sẵn?" in page
    assert TITLE in page
    assert desk.admin.post("/bundles/rollback/shipped", data=desk.form()).status_code == 303
    assert desk.store.shelf().current == ""


def test_going_back_tells_that_the_ward_is_called_as_before(desk: WardOffice) -> None:
    site = '[ward]\nname = { vi = "Phường Mới", en = "New Ward" }\n'
    desk.publish(signed("1"))
    path = desk.take(signed("2", {**files_of_script(), "site.toml": site.encode()}))
    assert "Phường Mới" in desk.admin.get(path).text
    desk.admin.post(f"{path}/publish", data=desk.form())
    shown = desk.admin.get(f"/bundles/rollback/{desk.store.shelf().kept[0].name}").text
    found = re.search("<li>(Tên phường.*)</li>", shown)
    assert found is not None, shown
    assert re.fullmatch(".*Phường Mới.*Phường Cửa Nam.*", found.group(1))


def test_a_damaged_bundle_is_not_gone_back_to(desk: WardOffice) -> None:
    old = signed("1")
    desk.publish(old)
    desk.publish(signed("2", titled(NEW_TITLE)))
    (desk.store.folder(old.name) / SCRIPT_FILE).write_bytes(b"x")
    for ask in (
        desk.admin.get,
        lambda path: desk.admin.post(path, data=desk.form()),
    ):
        answer = ask(f"/bundles/rollback/{old.name}")
        assert (answer.status_code, "đã hỏng" in answer.text) == (409, True)
    assert desk.store.shelf().version == "2"


# Who may


def test_an_auditor_sees_all_and_finds_nothing_to_press(desk: WardOffice) -> None:
    desk.publish(signed("1"))
    desk.publish(signed("3"), on=(DAY + timedelta(days=1)).isoformat())
    path = desk.take(signed("2"))
    auditor = desk.enter(Role.AUDITOR)
    for one in ("/bundles", path):
        page = auditor.get(one).text
        assert "Phường Cửa Nam" in page
        assert '<input type="file"' not in page
        assert 'action="/bundles' not in page
        assert "/bundles/rollback" not in page


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.STAFF])
def test_a_forged_form_of_somebody_who_may_not_is_403(desk: WardOffice, role: Role) -> None:
    desk.publish(signed("1"))
    path = desk.take(signed("2"))
    browser = desk.enter(role)
    before = desk.on_disk()
    form = {"token": token_of(browser, "/")}
    file = {"bundle": ("a.danloi.zip", packed(signed("3")), "application/zip")}
    paths = (f"{path}/publish", f"{path}/drop", "/bundles/rollback/shipped", "/bundles/withdraw/x")
    assert browser.post("/bundles/upload", data=form, files=file).status_code == 403
    assert [browser.post(one, data=form).status_code for one in paths] == [403] * 4
    assert desk.on_disk() == before


# A shelf that cannot be read, and a kiosk that learns to hear


def test_a_damaged_shelf_is_told(desk: WardOffice) -> None:
    desk.publish(signed("1"))
    (desk.room.state / "bundles" / "shelf.json").write_text("{")
    answer = desk.admin.get("/bundles")
    assert (answer.status_code, "Sổ gói" in answer.text) == (500, True)
    path = desk.upload(packed(signed("2")))
    assert path.status_code == 422


class _Ear(HearingDesk):
    """Notes what it is asked to learn."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[Path, str]] = []

    def begin(self, settings: Settings, *, before: Path, bundle: str = "") -> None:
        del settings
        self.asked.append((before, bundle))

    def look(self) -> Learning:
        return Learning(progress=Progress.LEARNED, sentences=1234) if self.asked else Learning()


def test_the_recogniser_learns_the_words_of_what_is_published(desk: WardOffice) -> None:
    ear = _Ear()
    bundles = replace(desk.room.console.bundles, hearing=ear)
    desk.room.console = replace(desk.room.console, bundles=bundles)
    desk.admin = desk.enter(Role.ADMIN)
    desk.publish(first := signed("1"))
    desk.publish(second := signed("2"))
    desk.publish(later := signed("9"), on=(DAY + timedelta(days=1)).isoformat())
    shipped = desk.room.console.settings.folders.procedures_path
    before = [shipped, *map(desk.store.procedures, (first.name, second.name))]
    assert ear.asked == list(zip(before, ("", "", later.name), strict=True))
    assert "1234 câu" in desk.admin.get("/bundles").text

"""A bundle on a USB stick: copied without trust, offered behind the PIN, taken when sure."""

import logging
import os
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from bundle_maker import TODAY, pair, signed, titled, unsigned, ward_pair
from conftest import SCRIPT_TEXT, ScriptFolder

from kiosk import event as on
from kiosk.app import build_kiosk
from kiosk.app_stick import Stick
from kiosk.bundle import MOST_BUNDLE_BYTES, Bundle, scope_of
from kiosk.bundle_file import load_bundle, save_bundle
from kiosk.bundle_hearing import LeftOut, Rebuilt
from kiosk.bundle_sign import KEYS_FILE, save_keys
from kiosk.bundle_store import BundleStore
from kiosk.draft import Stage, begun
from kiosk.draft_store import DraftStore
from kiosk.screen import Button, Screen, StaffOverlay
from kiosk.settings import DEFAULTS, load_settings

PIN = "493817"
SCRIPT = Path(__file__).parents[1] / "packaging" / "usb" / "dan-loi-usb"
OFFER, SURE = "Cài gói thủ tục từ USB", "Chạm lần nữa để cài gói"


class Desk:
    """A kiosk without its window, with a stick."""

    def __init__(self, procedures: Path, folder: Path) -> None:
        settings = load_settings(DEFAULTS)
        self.settings = replace(
            settings,
            ward=replace(settings.ward, portal=replace(settings.ward.portal, ward_code="00082")),
            hearing=replace(settings.hearing, engine="off"),
            folders=replace(
                settings.folders, procedures=str(procedures), state=str(folder / "state")
            ),
        )
        self.kiosk = build_kiosk(self.settings, shut_down=lambda: None, today=lambda: TODAY)
        self.kiosk.door.set_pin(PIN)
        self.conductor = self.kiosk.conductor
        self.screens: list[Screen] = []
        self.conductor.start(
            show=self.screens.append, forget=lambda: None, wake=self.conductor.drain
        )
        self.state = self.settings.folders.state_path
        self.store = BundleStore(self.state)
        save_keys([ward_pair().key], self.state / KEYS_FILE)
        self.inbox = folder / "usb"
        self.inbox.mkdir()
        self.times_taken = 0
        self.stick = Stick(
            self.settings,
            self.conductor,
            words=self.kiosk.words,
            today=lambda: TODAY,
            taken=self._count,
            inbox=self.inbox,
        )

    def _count(self) -> None:
        self.times_taken += 1

    def put_in(self, *bundles: Bundle) -> None:
        for number, bundle in enumerate(bundles):
            save_bundle(bundle, self.inbox / f"{number}.danloi.zip")
        self.stick.look()
        self.conductor.drain()

    def open_sheet(self) -> None:
        self.conductor.post(on.DoorTouched(has_pin=True))
        for digit in PIN:
            self.conductor.post(on.Digit(digit))
        self.conductor.post(on.PinEntered())

    @property
    def sheet(self) -> StaffOverlay:
        overlay = self.conductor.screen.overlay
        assert isinstance(overlay, StaffOverlay)
        return overlay

    def button(self) -> Button | None:
        return next((one for one in self.sheet.buttons if one.label in (OFFER, SURE)), None)

    def touch(self) -> None:
        """Touch the button, and wait until what it began is over."""
        button = self.button()
        assert button is not None
        assert button.event is not None
        self.conductor.post(button.event)
        self.stick._thread.submit(lambda: None).result(timeout=60)
        self.conductor.drain()


@pytest.fixture
def desk(scripts: ScriptFolder, tmp_path: Path) -> Iterator[Desk]:
    scripts.write(SCRIPT_TEXT)
    one = Desk(scripts.path, tmp_path)
    yield one
    one.stick.close()
    one.kiosk.usage.close()


def test_without_a_stick_nothing_is_offered(desk: Desk) -> None:
    desk.put_in()
    desk.open_sheet()
    assert desk.button() is None


def test_the_first_touch_tells_what_changes_and_the_second_one_takes_it(desk: Desk) -> None:
    desk.put_in(signed("1.5", titled("Tên mới")))
    desk.open_sheet()
    button = desk.button()
    assert button is not None
    assert button.label == OFFER
    desk.touch()
    assert "1.5" in desk.sheet.result
    assert "Tên mới" in desk.sheet.result
    assert desk.store.shelf().current == ""
    offered = desk.button()
    assert offered is not None
    assert offered.label == SURE
    desk.touch()
    assert desk.store.shelf().version == "1.5"
    assert desk.store.shelf().history[-1].by == "USB"
    assert desk.times_taken == 1
    assert "1.5" in desk.sheet.result


def test_what_was_reviewed_here_for_a_later_day_is_not_taken_sooner(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    bundle, at = signed("1.5", titled("Tên mới")), datetime(2026, 11, 1, tzinfo=UTC)
    draft = begun("20261101-00000a", base="", by="lan", at=at)
    later = TODAY + timedelta(days=9)
    draft = replace(draft, stage=Stage.PUBLISHED, bundle=bundle.name, version="1.5", on=later)
    DraftStore(desk.state).add(draft)
    desk.put_in(bundle)
    desk.open_sheet()
    with caplog.at_level(logging.WARNING):
        desk.touch()
    assert f"{later:%d/%m/%Y}" in desk.sheet.result
    offered = desk.button()
    assert offered is not None
    assert offered.label == OFFER, "it cannot be taken"
    assert desk.store.shelf().kept == ()


def test_words_that_will_not_be_heard_are_told_to_staff(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [LeftOut(word=one, file="x/script.yaml", line=1) for one in ("zebra", "yak")]
    made = Rebuilt(sentences=1, states=1, arcs=1, left_out=tuple(words))
    taught: list[object] = []

    def teach(*_: object, **named: object) -> Rebuilt:
        taught.append(named["bundle"])
        return made

    monkeypatch.setattr("kiosk.app_stick.teach", teach)
    desk.put_in(signed("1"))
    desk.open_sheet()
    desk.touch()
    desk.touch()
    assert taught == [desk.store.shelf().current]
    assert any("zebra, yak" in one for one in desk.sheet.troubles)


def test_another_test_in_between_has_it_looked_at_anew(desk: Desk) -> None:
    desk.put_in(signed("1"))
    desk.open_sheet()
    desk.touch()
    desk.conductor.post(on.SoundTestWanted())
    button = desk.button()
    assert button is not None
    assert button.label == OFFER
    desk.touch()
    assert desk.store.shelf().current == ""


def test_closing_the_sheet_means_no(desk: Desk) -> None:
    desk.put_in(signed("1"))
    desk.open_sheet()
    desk.touch()
    desk.conductor.post(on.Closed())
    desk.open_sheet()
    button = desk.button()
    assert button is not None
    assert button.label == OFFER


def test_nobody_without_the_pin_can_have_it_taken(desk: Desk) -> None:
    desk.put_in(signed("1"))
    for event in (on.BundleWanted(), on.BundleLooked("", is_good=True), on.BundleWanted()):
        desk.conductor.post(event)
    desk.stick._thread.submit(lambda: None).result(timeout=60)
    assert desk.store.shelf().current == ""


@pytest.mark.parametrize(
    ("bundle", "text"),
    [
        (unsigned(), "chưa được ký"),
        (signed(by=pair()), "không biết khóa"),
        (signed("1", {"procedures/wordings.csv": b""}), "không có kịch bản"),
        (signed("1", {"procedures/x/script.yaml": b"junk"}), "lỗi"),
    ],
)
def test_what_is_refused_is_told_and_a_second_touch_takes_nothing(
    desk: Desk, bundle: Bundle, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    desk.put_in(bundle)
    desk.open_sheet()
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            desk.touch()
            assert text in desk.sheet.result
    assert desk.store.shelf().current == ""


def test_the_newest_of_several_is_offered_and_junk_beside_it_does_no_harm(desk: Desk) -> None:
    (desk.inbox / "a.danloi.zip").write_bytes(b"junk")
    desk.put_in(signed("1.9"), signed("1.10"), signed("1.1"))
    desk.open_sheet()
    desk.touch()
    assert "1.10" in desk.sheet.result


def test_a_stick_with_bundles_for_several_wards_offers_the_newest_good_one_of_this_ward(
    desk: Desk,
) -> None:
    other = scope_of("ward:00085")
    elsewhere = signed("3", titled("Phường khác"), scope=other, by=pair(other))
    desk.store.publish(signed("1"), key=ward_pair().key.id)
    desk.put_in(signed("1"), elsewhere, signed("2", titled("Xin giấy mới")), unsigned("99"))
    desk.open_sheet()
    desk.touch()
    assert "Xin giấy mới" in desk.sheet.result
    desk.touch()
    assert desk.store.shelf().version == "2"


def test_a_stick_without_anything_new_for_this_ward_tells_so_and_not_of_another_ward(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    other = scope_of("ward:00085")
    desk.store.publish(signed("2"), key=ward_pair().key.id)
    desk.put_in(signed("1"), signed("3", scope=other, by=pair(other)), signed("2"))
    desk.open_sheet()
    with caplog.at_level(logging.WARNING):
        desk.touch()
    assert "Gói 2" in desk.sheet.result
    assert "khóa" not in desk.sheet.result


def test_a_stick_that_is_put_in_while_the_sheet_is_open_is_offered_at_once(desk: Desk) -> None:
    desk.open_sheet()
    before = len(desk.screens)
    desk.put_in(signed("1"))
    assert len(desk.screens) == before + 1
    assert desk.button() is not None


def test_a_stick_that_is_pulled_out_is_offered_no_more(desk: Desk) -> None:
    desk.put_in(signed("1"))
    (desk.inbox / "0.danloi.zip").unlink()
    desk.stick.look()
    desk.open_sheet()
    assert desk.button() is None


# The script that copies


def fake(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(f"#!/bin/bash\n{text}\n", encoding="utf-8")
    (folder / name).chmod(stat.S_IRWXU)


def run(script: Path, inbox: Path, content: Path, *arguments: str) -> str:
    """Run the script with a mount that shows `content`; returns what mount was told."""
    tools = inbox.parent / "tools"
    tools.mkdir(exist_ok=True)
    told = tools / "told"
    fake(tools, "mount", f'echo "$@" >>{told}; cp -a {content}/. "${{@: -1}}"')
    fake(tools, "umount", 'find "${@: -1}" -mindepth 1 -delete')
    done = subprocess.run(
        [str(script), *arguments],
        env={"PATH": f"{tools}:{os.environ['PATH']}", "DAN_LOI_INBOX": str(inbox)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return told.read_text(encoding="utf-8") if told.exists() else ""


def test_the_script_mounts_read_only_and_copies_only_plain_bundles(tmp_path: Path) -> None:
    stick, inbox = tmp_path / "stick", tmp_path / "run" / "usb"
    (stick / "folder").mkdir(parents=True)
    inbox.parent.mkdir()
    save_bundle(signed("1"), stick / "gói mới.danloi.zip")
    whole = (stick / "gói mới.danloi.zip").read_bytes()
    (stick / "-rf.danloi.zip").write_bytes(b"junk")
    (stick / "autorun.sh").write_text("echo hello", encoding="utf-8")
    (stick / "folder" / "b.danloi.zip").write_bytes(whole)
    (stick / "link.danloi.zip").symlink_to("/etc/passwd")
    with (stick / "huge.danloi.zip").open("wb") as huge:
        huge.truncate(MOST_BUNDLE_BYTES + 1)
    told = run(SCRIPT, inbox, stick, "take", "/dev/sdz1")
    assert told.startswith(f"-o ro,nosuid,noexec,nodev -- /dev/sdz1 {inbox.parent}/.stick.")
    assert {one.name for one in inbox.iterdir()} == {"0.danloi.zip", "device"}
    assert (inbox / "0.danloi.zip").read_bytes() == whole
    assert not list(inbox.parent.glob(".stick.*"))
    run(SCRIPT, inbox, stick, "forget", "/dev/sdy1")
    assert (inbox / "0.danloi.zip").exists(), "another device was pulled out"
    run(SCRIPT, inbox, stick, "forget", "/dev/sdz1")
    assert not inbox.exists()


def test_the_script_copies_the_newest_by_name_however_many_old_ones_and_rubbish_there_are(
    tmp_path: Path,
) -> None:
    stick, inbox = tmp_path / "stick", tmp_path / "run" / "usb"
    stick.mkdir()
    inbox.parent.mkdir()
    versions = [f"2026.{number}" for number in range(1, 13)]
    for version in versions:
        save_bundle(signed(version), stick / f"dan-loi-{version}.danloi.zip")
        (stick / f"zz-{version}.danloi.zip").write_bytes(b"no bundle at all")
    run(SCRIPT, inbox, stick, "take", "/dev/sdz1")
    copied = {load_bundle(one).manifest.version for one in inbox.glob("*.danloi.zip")}
    assert copied == set(versions[-8:])


def test_what_udev_tells_when_something_is_pulled_out_names_the_device() -> None:
    rules = SCRIPT.with_name("99-dan-loi-usb.rules").read_text(encoding="utf-8")
    (removed,) = (one for one in rules.splitlines() if one.startswith('ACTION=="remove"'))
    assert 'RUN+="/usr/lib/dan-loi/dan-loi-usb forget /dev/%k"' in removed

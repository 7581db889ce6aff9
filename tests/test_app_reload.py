"""A running kiosk takes over another bundle between two visits, through the real conductor."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pytest
from bundle_maker import TODAY, files_of_script, signed, titled
from conftest import SCRIPT_TEXT, ScriptFolder

from kiosk import event as on
from kiosk.app import Kiosk, build_kiosk
from kiosk.app_reload import Reload
from kiosk.bundle import Bundle
from kiosk.bundle_store import BundleStore
from kiosk.screen import OutcomeBody, QuestionBody, Screen, StaffOverlay
from kiosk.session import Guiding, Waiting
from kiosk.settings import DEFAULTS, Settings, load_settings
from kiosk.tally import InputMode

PIN = "493817"
SITE = """
[ward]
name = { vi = "Phường Hai", en = "Ward Two" }
[counters]
ho-tich = { vi = "Quầy số 9", en = "Counter 9" }
"""


@dataclass
class Desk:
    """A kiosk without its window, and its store of bundles."""

    settings: Settings
    screens: list[Screen] = field(default_factory=list)
    today: date = TODAY
    heard: list[str] = field(default_factory=list)
    """For which bundle the recogniser was to hear, each time that all was looked at."""

    def __post_init__(self) -> None:
        self.kiosk: Kiosk = build_kiosk(
            self.settings, shut_down=lambda: None, today=lambda: self.today
        )
        self.kiosk.door.set_pin(PIN)
        self.conductor = self.kiosk.conductor
        self.conductor.start(
            show=self.screens.append, forget=lambda: None, wake=self.conductor.drain
        )
        self.store = BundleStore(self.settings.folders.state_path)
        self.reload = Reload(
            self.settings,
            self.conductor,
            today=lambda: self.today,
            shown=self.kiosk.current.name,
            hear=self.heard.append,
        )

    def publish(self, bundle: Bundle, *, day: date | None = None) -> bool:
        """Publish it, have the kiosk look, and wait until it has handed over what it found."""
        self.store.publish(bundle, key="k", on=day)
        return self.reload.look().result(timeout=60)

    def say(self, text: str) -> None:
        self.conductor.post(on.Said(text, InputMode.TYPING))

    @property
    def titles(self) -> list[str]:
        """What is on offer."""
        return [one.title.vi for one in self.conductor._office.procedures]

    @property
    def screen(self) -> Screen:
        return self.conductor.screen


OpenDesk = Callable[[], Desk]


@pytest.fixture
def open_desk(scripts: ScriptFolder, tmp_path: Path) -> Iterator[OpenDesk]:
    scripts.write(SCRIPT_TEXT)
    opened: list[Desk] = []

    def open_one() -> Desk:
        settings = load_settings(DEFAULTS)
        folders = replace(
            settings.folders, procedures=str(scripts.path), state=str(tmp_path / "state")
        )
        opened.append(Desk(replace(settings, folders=folders)))
        return opened[-1]

    yield open_one
    for desk in opened:
        desk.reload.close()
        desk.kiosk.usage.close()


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    return open_desk()


def begin(desk: Desk) -> None:
    desk.conductor.post(on.Started())
    desk.conductor.post(on.Chose(desk.conductor._office.procedures[0]))


def test_a_published_bundle_is_on_offer_from_the_next_visit_on(desk: Desk) -> None:
    assert desk.titles == ["Xin giấy xác nhận"]
    assert desk.publish(signed("1", titled("Bản một")))
    assert desk.titles == ["Bản một"]
    begin(desk)
    body = desk.screen.body
    assert isinstance(body, QuestionBody)
    assert body.procedure == "Bản một"


def test_a_visit_keeps_the_catalogue_that_it_began_with_to_its_end(desk: Desk) -> None:
    begin(desk)
    files = titled("Bản một")
    files = {one: text.replace(b"amount: 8000", b"amount: 9000") for one, text in files.items()}
    assert desk.publish(signed("1", {**files, "site.toml": SITE.encode()}))
    for answer in (("ai-di", "tu-di"), ("viec-gi", "di-hoc")):
        desk.conductor.post(on.Answered(*answer))
    desk.conductor.post(on.Confirmed())
    body = desk.screen.body
    assert isinstance(body, OutcomeBody)
    assert "8.000" in repr(body)
    assert "9.000" not in repr(body)
    assert "Quầy số 9" not in repr(body)
    assert desk.titles == ["Xin giấy xác nhận"]
    assert desk.screen.header.ward == "Phường"
    desk.conductor.post(on.Finish())
    desk.conductor.post(on.Rated(None))
    desk.conductor.post(on.IdleTooLong())
    assert isinstance(desk.conductor.session.phase, Waiting)
    assert desk.titles == ["Bản một"]
    assert desk.screen.header.ward == "Phường Hai"


def test_a_staff_sheet_that_is_open_is_not_pulled_away(desk: Desk) -> None:
    desk.conductor.post(on.DoorTouched(has_pin=True))
    for digit in PIN:
        desk.conductor.post(on.Digit(digit))
    desk.conductor.post(on.PinEntered())
    assert desk.publish(signed("1", titled("Bản một")))
    assert isinstance(desk.screen.overlay, StaffOverlay)
    assert desk.titles == ["Xin giấy xác nhận"]
    desk.conductor.post(on.Closed())
    assert desk.titles == ["Bản một"]


def test_what_is_said_is_understood_by_the_new_wordings(desk: Desk) -> None:
    text = SCRIPT_TEXT.replace("id: xin-giay", "id: nuoi-ong").replace("1.000001", "1.000002")
    text = text.replace("Xin giấy xác nhận", "Đăng ký nuôi ong mật")
    text = text.replace("xin giấy xác nhận", "tôi muốn nuôi ong mật")
    files = {
        one.replace("xin-giay", "nuoi-ong"): content
        for one, content in files_of_script(text).items()
    }
    desk.say("tôi muốn nuôi ong mật")
    assert not isinstance(desk.conductor.session.phase, Guiding)
    desk.conductor.post(on.StaffReset())
    desk.conductor.post(on.Closed())
    desk.conductor.post(on.IdleTooLong())
    assert desk.publish(signed("1", files))
    desk.say("tôi muốn nuôi ong mật")
    phase = desk.conductor.session.phase
    assert isinstance(phase, Guiding)
    assert phase.procedure.id == "nuoi-ong"


def test_the_last_of_several_bundles_counts(desk: Desk) -> None:
    begin(desk)
    for version in ("1", "2", "3"):
        assert desk.publish(signed(version, titled(f"Bản {version}")))
    desk.conductor.post(on.IdleTooLong())
    desk.conductor.post(on.IdleTooLong())
    assert desk.titles == ["Bản 3"]


def test_nothing_is_read_again_while_nothing_has_changed(desk: Desk) -> None:
    assert desk.reload.look().result(timeout=60) is False
    assert desk.publish(signed("1"))
    assert desk.reload.look().result(timeout=60) is False
    assert desk.reload.begin().result(timeout=60) is True, "but when it is asked for"


def test_each_look_says_for_which_bundle_the_recogniser_is_to_hear(desk: Desk) -> None:
    desk.reload.look().result(timeout=60)
    desk.publish(signed("1", titled("Bản một")))
    desk.reload.look().result(timeout=60)
    current = desk.store.shelf().current
    assert current
    assert desk.heard == ["", current, current]


def test_a_scheduled_bundle_is_taken_over_on_its_day(desk: Desk, open_desk: OpenDesk) -> None:
    day = date(2026, 12, 24)
    assert desk.publish(signed("1", titled("Giáng sinh")), day=day) is False
    desk.today = day
    assert desk.reload.look().result(timeout=60) is True
    assert desk.titles == ["Giáng sinh"]
    assert desk.store.shelf().version == "1"
    assert open_desk().titles == ["Giáng sinh"], "also by a kiosk that is started anew"


def test_a_rollback_is_taken_over_too(desk: Desk) -> None:
    desk.publish(signed("1", titled("Bản một")))
    desk.store.rollback("shipped")
    assert desk.reload.look().result(timeout=60) is True
    assert desk.titles == ["Xin giấy xác nhận"]
    assert ("Gói thủ tục", "1") not in desk.conductor._office.versions


def test_a_bundle_that_is_damaged_is_said_to_staff_and_not_shown(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.publish(signed("1", titled("Bản một")))
    name = desk.store.shelf().current
    (desk.store.procedures(name) / "xin-giay" / "script.yaml").write_bytes(b"format: 1")
    with caplog.at_level(logging.WARNING):
        assert desk.reload.begin().result(timeout=60) is True
    assert desk.titles == ["Xin giấy xác nhận"]
    assert f"bundle.damaged_here: {name}" in desk.conductor._office.troubles
    desk.store.publish(signed("1", titled("Bản một")), key="k")
    desk.reload.begin().result(timeout=60)
    assert desk.titles == ["Bản một"]
    assert not [one for one in desk.conductor._office.troubles if one.startswith("bundle.")]


def test_what_cannot_be_read_leaves_the_kiosk_as_it_was(
    desk: Desk, scripts: ScriptFolder, caplog: pytest.LogCaptureFixture
) -> None:
    scripts.path.rename(scripts.path.with_name("gone"))
    with caplog.at_level(logging.WARNING):
        assert desk.reload.begin().result(timeout=60) is False
    assert desk.titles == ["Xin giấy xác nhận"]
    assert any("catalogue.no_folder" in one for one in desk.conductor._office.troubles)
    desk.conductor.post(on.DoorTouched(has_pin=True))
    for digit in PIN:
        desk.conductor.post(on.Digit(digit))
    desk.conductor.post(on.PinEntered())
    assert isinstance(desk.screen.overlay, StaffOverlay)
    assert any("Không tải lại được kịch bản" in one for one in desk.screen.overlay.troubles)


def test_the_wards_name_and_counters_of_a_bundle_are_shown(desk: Desk, open_desk: OpenDesk) -> None:
    desk.publish(signed("1", {**files_of_script(), "site.toml": SITE.encode()}))
    for one in (desk, open_desk()):
        office = one.conductor._office
        assert office.name.vi == "Phường Hai"
        assert office.counter("ho-tich", "vi") == "Quầy số 9"


def test_a_kiosk_still_knows_what_its_site_says_without_the_bundle(
    desk: Desk, open_desk: OpenDesk
) -> None:
    desk.publish(signed("1", {**files_of_script(), "site.toml": SITE.encode()}))
    kiosk = open_desk().kiosk
    assert kiosk.settings.ward.name.vi == "Phường Hai"
    assert kiosk.site_settings == desk.settings, "what a rollback is compared with"

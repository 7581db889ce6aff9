"""A kiosk on a real screen, a hand before it, and its clock; with sound where a test wants it.

This is a pytest plugin: tests ask for the fixture `open_ward`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from kiosk.app import Kiosk, build_kiosk
from kiosk.app_sound import Engines, build_sound
from kiosk.screen import OutcomeBody, Screen, StaffOverlay, WaitingBody
from kiosk.settings import Settings, load_settings
from kiosk.tally import Counted
from kiosk.ui.hand import Hand
from kiosk.ui.sound_card import SoundCard
from kiosk.ui.visit import Clock
from kiosk.ui.window import PORTRAIT, Panel, start_qt
from kiosk.usage import USAGE_FILE
from kiosk.usage_report import report

ROOT = Path(__file__).parent.parent
SITE = ROOT / "packaging" / "site.example.toml"
PIN = "284917"
PORTAL = "https://dichvucong.gov.vn/thu-tuc-hanh-chinh/019d2bfd-3fe0-70ac-b9d6-5e9e20d6eef7"

START = "Chạm để bắt đầu"
"""Of a kiosk that cannot hear."""
BIRTH_IN_HOSPITAL = (
    "Trường hợp thường gặp",
    "Cha hoặc mẹ của bé",
    "Có giấy chứng sinh",
    "Đã đăng ký kết hôn",
    "Chưa quá 60 ngày",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ward:
    """A kiosk on the screen, a hand before it, and its clock."""

    kiosk: Kiosk
    panel: Panel
    hand: Hand
    clock: Clock
    state: Path
    engines: Engines | None = None
    """Of a kiosk that hears and speaks."""
    card: SoundCard | None = None

    @property
    def screen(self) -> Screen:
        shown = self.panel.bridge.shown
        assert shown is not None
        return shown

    @property
    def outcome(self) -> OutcomeBody:
        body = self.screen.body
        assert isinstance(body, OutcomeBody)
        return body

    def start(self) -> None:
        """Touch the waiting screen's large button, whatever it says."""
        body = self.screen.body
        assert isinstance(body, WaitingBody)
        self.hand.touch(body.start.label)

    def pass_time(self, seconds: float) -> None:
        self.clock.run_ahead(seconds)
        self.hand.let_time_pass(0.6)

    def go_to_outcome(self) -> None:
        for label in (START, "Mới sinh con", "Đăng ký khai sinh", *BIRTH_IN_HOSPITAL):
            self.hand.touch(label)
        self.hand.touch("Đúng rồi, xem kết quả")

    def enter_pin(self, pin: str) -> None:
        for digit in pin:
            self.hand.touch(digit)
        self.hand.touch("Xong")

    def open_staff_sheet(self) -> None:
        self.hand.hold_corner(self.kiosk.settings.staff.hold_seconds + 0.3)
        self.enter_pin(PIN)
        assert isinstance(self.screen.overlay, StaffOverlay)

    def count_of(self, counted: Counted) -> int:
        self.kiosk.usage.close()
        today = self.kiosk.conductor._office.today
        found = report(self.state / USAGE_FILE, since=today, until=today)
        return sum(cell.n for cell in found.cells if cell.event == counted.value)


OpenWard = Callable[..., Ward]


@pytest.fixture
def open_ward(tmp_path: Path) -> Iterator[OpenWard]:
    opened: list[Ward] = []

    def open_one(
        change: Callable[[Settings], Settings] | None = None,
        *,
        pin: str | None = PIN,
        has_sound: bool = False,
    ) -> Ward:
        application = start_qt(offscreen=True)
        state = tmp_path / "state"
        settings = load_settings(SITE)
        settings = replace(
            settings,
            folders=replace(settings.folders, state=str(state)),
            screen=replace(settings.screen, reduce_motion=True, double_touch_seconds=0),
            staff=replace(settings.staff, hold_seconds=0.5),
        )
        settings = change(settings) if change else settings
        clock = Clock()
        kiosk = build_kiosk(settings, shut_down=application.quit, clock=clock.now)
        if pin is not None:
            kiosk.door.set_pin(pin)
        card = SoundCard(microphone="", loudspeaker="") if has_sound else None
        engines = build_sound(settings, kiosk, sounds=card) if card is not None else None
        panel = Panel(kiosk, card)
        panel.show(PORTRAIT)
        if engines is not None:
            engines.start()
        ward = Ward(
            kiosk=kiosk,
            panel=panel,
            hand=Hand(panel.window),
            clock=clock,
            state=state,
            engines=engines,
            card=card,
        )
        ward.hand.settle()
        opened.append(ward)
        return ward

    yield open_one
    for ward in opened:
        if ward.engines is not None:
            ward.engines.close()
        if ward.card is not None:
            ward.card.stop()
        ward.panel.close()

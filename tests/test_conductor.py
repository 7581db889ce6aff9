"""The conductor: real session, real screens, and far ends that do what the test says."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from threading import Thread

import pytest
from conftest import office_of

from kiosk import event as on
from kiosk.app import WEIGHTS_FILE, entries_of, understanding_of
from kiosk.assistant.search import Search
from kiosk.assistant.understanding import Understanding
from kiosk.catalogue import SHIPPED_PROCEDURES, Catalogue, load_catalogue
from kiosk.conductor import Conductor
from kiosk.errors import KioskError
from kiosk.event import Event
from kiosk.office import Office
from kiosk.procedure import LifeEvent, Procedure
from kiosk.screen import (
    CardBody,
    ChoosingBody,
    GoodbyeBody,
    IdleOverlay,
    MessageOverlay,
    OutcomeBody,
    PinOverlay,
    QuestionBody,
    ReviewBody,
    Screen,
    StaffOverlay,
    WaitingBody,
)
from kiosk.session import Guiding, fresh
from kiosk.settings import IdleSettings
from kiosk.slip import Heading, Slip
from kiosk.tally import Counted, InputMode, Tally
from kiosk.words import Words

IDLE = IdleSettings(
    ask_after_seconds=60,
    countdown_seconds=20,
    goodbye_seconds=15,
    staff_seconds=120,
    call_seconds=600,
)
PIN = "493817"


@dataclass
class Clock:
    """Stands still until it is set."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class HeldPrinter:
    """Keeps each slip until the test says how it went."""

    slips: list[Slip] = field(default_factory=list)
    waiting: list[Callable[[KioskError | None], None]] = field(default_factory=list)
    times_forgotten: int = 0

    def start(self, slip: Slip, finished: Callable[[KioskError | None], None]) -> None:
        self.slips.append(slip)
        self.waiting.append(finished)

    def forget(self) -> None:
        self.times_forgotten += 1


@dataclass
class ListedUsage:
    """Counts into a list."""

    tallies: list[Tally] = field(default_factory=list)
    fault: KioskError | None = None

    def count(self, tally: Tally) -> None:
        self.tallies.append(tally)

    def close(self) -> None:
        """Nothing to write."""


@dataclass
class OneDoor:
    """Opens to the one PIN that was set, unless it is locked or broken."""

    pin: str | None = PIN
    locked_seconds: int = 0
    fault: KioskError | None = None

    def has_pin(self) -> bool:
        return self.pin is not None

    def set_pin(self, pin: str) -> None:
        if self.fault is not None:
            raise self.fault
        self.pin = pin

    def try_pin(self, pin: str) -> int | None:
        if self.fault is not None:
            raise self.fault
        if self.locked_seconds:
            return self.locked_seconds
        return None if pin == self.pin else 0


class Desk:
    """A conductor with everything it talks to."""

    def __init__(
        self,
        words: Words,
        office: Office,
        door: OneDoor | None = None,
        *,
        understanding: Callable[[], Understanding] | None = None,
    ) -> None:
        catalogue = Catalogue(procedures=office.procedures, faults=())
        entries = entries_of(catalogue, [], None)
        self.words = words
        self.clock = Clock()
        self.printer = HeldPrinter()
        self.usage = ListedUsage()
        self.door = door or OneDoor()
        self.screens: list[Screen] = []
        self.times_wiped = 0
        self.times_shut_down = 0
        self.today = office.today
        self.conductor = Conductor(
            words=words,
            office=office,
            search=Search(entries),
            understanding=understanding or (lambda: understanding_of(entries, catalogue)),
            printer=self.printer,
            usage=self.usage,
            door=self.door,
            idle=IDLE,
            clock=self.clock,
            today=lambda: self.today,
            shut_down=self._shut_down,
        )
        self.conductor.start(show=self.screens.append, forget=self._wipe, wake=self.conductor.drain)

    def _shut_down(self) -> None:
        self.times_shut_down += 1

    def _wipe(self) -> None:
        self.times_wiped += 1

    @property
    def screen(self) -> Screen:
        """What the citizen sees."""
        return self.screens[-1]

    def post(self, *events: Event) -> None:
        for event in events:
            self.conductor.post(event)

    def wait(self, seconds: float) -> None:
        """Let time go by, with the ticks that a kiosk has in it."""
        end = self.clock.now + seconds
        while self.clock.now < end:
            self.clock.now = min(self.clock.now + 0.25, end)
            self.conductor.tick()

    def enter(self, pin: str) -> None:
        self.post(*map(on.Digit, pin), on.PinEntered())

    def say(self, key: str, **values: object) -> str:
        return self.words.say(key, "vi", **values)


@pytest.fixture
def desk(words: Words, office: Office) -> Desk:
    return Desk(words, office)


@pytest.fixture
def at_outcome(desk: Desk, small: Procedure) -> Desk:
    desk.post(on.Started(), on.Chose(small), on.Answered("ai-di", "tu-di"))
    desk.post(on.Answered("viec-gi", "di-hoc"), on.Confirmed())
    assert isinstance(desk.screen.body, OutcomeBody)
    return desk


def staff(desk: Desk) -> StaffOverlay:
    desk.post(on.DoorTouched(has_pin=True))
    desk.enter(PIN)
    assert isinstance(desk.screen.overlay, StaffOverlay)
    return desk.screen.overlay


# Events and screens


def test_the_first_screen_is_shown_at_the_start(desk: Desk) -> None:
    assert [type(screen.body) for screen in desk.screens] == [WaitingBody]


def test_each_change_is_shown_once_and_nothing_is_shown_without_a_change(desk: Desk) -> None:
    desk.post(on.Started())
    desk.post(on.Started())
    assert [type(screen.body) for screen in desk.screens] == [WaitingBody, ChoosingBody]


def test_what_is_typed_is_found_as_one_types(desk: Desk) -> None:
    desk.post(on.Started(), on.Typed("giay xac nh"))
    body = desk.screen.body
    assert isinstance(body, ChoosingBody)
    assert [button.label for button in body.results] == ["Xin giấy xác nhận"]


def test_events_may_come_from_any_thread(desk: Desk) -> None:
    waiting: list[None] = []
    desk.conductor.start(
        show=desk.screens.append, forget=lambda: None, wake=lambda: waiting.append(None)
    )
    thread = Thread(target=desk.conductor.post, args=(on.Started(),))
    thread.start()
    thread.join()
    assert isinstance(desk.screen.body, WaitingBody), "taken only on the conductor's own thread"
    assert waiting == [None]
    desk.conductor.drain()
    assert isinstance(desk.screen.body, ChoosingBody)


def test_what_happens_is_counted_without_text(desk: Desk, small: Procedure) -> None:
    desk.post(on.Started(), on.Typed("bi mat cua toi"), on.Chose(small), on.Finish())
    assert [tally.event for tally in desk.usage.tallies] == [
        Counted.VISIT_STARTED,
        Counted.PROCEDURE_CHOSEN,
        Counted.VISIT_FINISHED,
        Counted.STEP_LEFT,
    ]
    assert "bi mat" not in repr(desk.usage.tallies)


# Idle


def test_after_a_minute_without_a_touch_the_countdown_shows(at_outcome: Desk) -> None:
    at_outcome.wait(59.5)
    assert at_outcome.screen.overlay is None
    at_outcome.wait(1)
    overlay = at_outcome.screen.overlay
    assert isinstance(overlay, IdleOverlay)
    assert (overlay.seconds_left, overlay.seconds_in_all) == (20, 20)
    at_outcome.wait(10)
    overlay = at_outcome.screen.overlay
    assert isinstance(overlay, IdleOverlay)
    assert overlay.seconds_left == 10


def test_after_eighty_seconds_everything_is_wiped(at_outcome: Desk) -> None:
    at_outcome.wait(79.5)
    assert isinstance(at_outcome.screen.body, OutcomeBody)
    at_outcome.wait(0.5)
    assert isinstance(at_outcome.screen.body, WaitingBody)
    assert at_outcome.screen.overlay is None
    assert at_outcome.conductor.session == fresh("vi", turn=1)
    assert (at_outcome.printer.times_forgotten, at_outcome.times_wiped) == (1, 1)
    assert Counted.VISIT_LEFT in [tally.event for tally in at_outcome.usage.tallies]


def test_i_am_still_here_goes_on_where_one_was(at_outcome: Desk) -> None:
    before = at_outcome.screen
    at_outcome.wait(75)
    at_outcome.post(on.StillHere())
    assert at_outcome.screen == before
    at_outcome.wait(59)
    assert at_outcome.screen == before, "and the minute begins again"


def test_a_kiosk_that_waits_stays_as_it_is_all_night(desk: Desk) -> None:
    desk.wait(3600)
    assert len(desk.screens) == 1
    assert desk.times_wiped == 0


def test_a_language_that_somebody_left_behind_goes_back(desk: Desk) -> None:
    desk.post(on.LanguageChosen("en"))
    desk.wait(81)
    assert [screen.language for screen in desk.screens] == ["vi", "en", "vi"]
    assert desk.screen.overlay is None, "nobody is asked whether they are still here"


def test_goodbye_closes_by_itself_without_asking(at_outcome: Desk) -> None:
    at_outcome.post(on.Finish())
    at_outcome.wait(14.5)
    assert isinstance(at_outcome.screen.body, GoodbyeBody)
    at_outcome.wait(1)
    assert isinstance(at_outcome.screen.body, WaitingBody)
    assert not any(isinstance(screen.overlay, IdleOverlay) for screen in at_outcome.screens)
    assert at_outcome.usage.tallies[-1].event is Counted.RATING_SKIPPED


def test_the_staff_sheet_closes_by_itself(desk: Desk) -> None:
    staff(desk)
    desk.wait(119)
    assert isinstance(desk.screen.overlay, StaffOverlay)
    desk.wait(2)
    assert desk.screen.overlay is None
    assert isinstance(desk.screen.body, WaitingBody)


def test_a_report_of_the_printer_is_no_touch(at_outcome: Desk) -> None:
    at_outcome.post(on.PrintWanted())
    at_outcome.wait(50)
    at_outcome.printer.waiting[0](None)
    at_outcome.wait(11)
    assert isinstance(at_outcome.screen.overlay, IdleOverlay)


# Printing


def slip_text(desk: Desk) -> str:
    body = desk.screen.body
    assert isinstance(body, OutcomeBody)
    return body.slip_text


def test_the_slip_of_the_outcome_on_the_screen_is_printed(at_outcome: Desk) -> None:
    at_outcome.post(on.PrintWanted())
    [slip] = at_outcome.printer.slips
    assert Heading(text="Xin giấy xác nhận") in slip.parts
    assert slip_text(at_outcome) == at_outcome.say("slip.printing")
    at_outcome.printer.waiting[0](None)
    assert slip_text(at_outcome) == at_outcome.say("slip.done")


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("printer.no_paper", "slip.trouble.no_paper"),
        ("printer.unplugged", "slip.trouble.unplugged"),
        ("printer.refused", "slip.trouble.refused"),
        ("printer.timeout", "slip.trouble.timeout"),
        ("printer.disk_full", "slip.trouble.other"),
        ("font.missing", "slip.trouble.other"),
    ],
)
def test_a_printer_that_fails_is_said_to_the_citizen_and_to_staff(
    at_outcome: Desk, caplog: pytest.LogCaptureFixture, code: str, sentence: str
) -> None:
    at_outcome.post(on.PrintWanted())
    with caplog.at_level(logging.WARNING):
        at_outcome.printer.waiting[0](KioskError(code, "paper status 0x60"))
    assert slip_text(at_outcome) == at_outcome.say(sentence)
    body = at_outcome.screen.body
    assert isinstance(body, OutcomeBody)
    assert body.is_slip_trouble
    assert body.qr.link, "the QR stays"
    assert body.slip.event == on.PrintWanted(), "it can be tried again"
    assert staff(at_outcome).troubles == (at_outcome.say(f"trouble.{code}"),)
    assert caplog.messages == [f"printing failed: {code}: paper status 0x60"]


def test_a_printer_that_works_again_is_no_trouble_any_more(
    at_outcome: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    at_outcome.conductor.trouble("usage.disk_full", is_there=True)
    at_outcome.post(on.PrintWanted())
    with caplog.at_level(logging.WARNING):
        at_outcome.printer.waiting[0](KioskError("printer.no_paper"))
    at_outcome.post(on.PrintWanted())
    at_outcome.printer.waiting[1](None)
    assert staff(at_outcome).troubles == (at_outcome.say("trouble.usage.disk_full"),)


def test_a_slip_that_was_dropped_at_the_end_of_a_visit_is_no_trouble(at_outcome: Desk) -> None:
    at_outcome.post(on.PrintWanted(), on.StaffReset())
    at_outcome.printer.waiting[0](KioskError("printer.dropped"))
    assert staff(at_outcome).troubles == ()
    assert at_outcome.conductor.session.seconds_left is None


def test_staff_can_print_a_test_slip(desk: Desk) -> None:
    staff(desk)
    desk.post(on.PrintTestWanted())
    [slip] = desk.printer.slips
    assert Heading(text=desk.say("slip.test_title")) in slip.parts
    desk.printer.waiting[0](None)
    assert isinstance(desk.screen.overlay, StaffOverlay)
    assert desk.screen.overlay.result == desk.say("staff.printed")


# The door


def test_a_kiosk_without_a_pin_asks_for_one_before_it_serves(words: Words, office: Office) -> None:
    desk = Desk(words, office, OneDoor(pin=None))
    overlay = desk.screen.overlay
    assert isinstance(overlay, PinOverlay)
    assert overlay.title == desk.say("pin.set")
    assert overlay.close is None
    desk.post(on.Started(), on.Closed())
    assert isinstance(desk.screen.overlay, PinOverlay)
    desk.enter(PIN)
    desk.enter(PIN)
    assert isinstance(desk.screen.overlay, StaffOverlay)
    assert desk.door.pin == PIN


def test_a_kiosk_without_a_pin_asks_again_after_idle(words: Words, office: Office) -> None:
    desk = Desk(words, office, OneDoor(pin=None))
    desk.post(*map(on.Digit, "4938"))
    desk.wait(121)
    overlay = desk.screen.overlay
    assert isinstance(overlay, PinOverlay)
    assert (overlay.digits, overlay.title) == (0, desk.say("pin.set"))


def test_a_pin_that_is_too_easy_is_refused_in_words(words: Words, office: Office) -> None:
    weak = OneDoor(pin=None, fault=KioskError("pin.weak"))
    desk = Desk(words, office, weak)
    desk.enter("123456")
    desk.enter("123456")
    overlay = desk.screen.overlay
    assert isinstance(overlay, PinOverlay)
    assert overlay.refusal == desk.say("error.pin.weak")
    assert overlay.title == desk.say("pin.set"), "from the beginning"


@pytest.mark.parametrize(
    ("door", "key"),
    [
        (OneDoor(), "error.pin.wrong"),
        (OneDoor(locked_seconds=60), "error.pin.locked"),
        (
            OneDoor(fault=KioskError("pin.damaged", "bad JSON", file="staff.json")),
            "error.pin.damaged",
        ),
    ],
)
def test_a_pin_that_does_not_open_is_refused_in_words(
    words: Words, office: Office, door: OneDoor, key: str
) -> None:
    desk = Desk(words, office, replace(door))
    desk.post(on.DoorTouched(has_pin=True))
    desk.enter("000000")
    overlay = desk.screen.overlay
    assert isinstance(overlay, PinOverlay)
    assert overlay.refusal == desk.say(key, seconds=60)
    assert overlay.digits == 0


def test_staff_restart_the_session(at_outcome: Desk) -> None:
    staff(at_outcome)
    at_outcome.post(on.StaffReset())
    assert at_outcome.conductor.session == replace(fresh("vi", turn=1), was_reset=True)
    assert (at_outcome.printer.times_forgotten, at_outcome.times_wiped) == (1, 1)


def test_staff_shut_the_kiosk_down_with_two_touches(desk: Desk) -> None:
    staff(desk)
    desk.post(on.ShutDownWanted())
    assert desk.times_shut_down == 0
    desk.post(on.ShutDownWanted())
    assert desk.times_shut_down == 1


# Troubles and the day


def test_a_trouble_is_on_the_staff_sheet_once_until_it_is_gone(desk: Desk) -> None:
    desk.conductor.trouble("usage.disk_full", is_there=True)
    desk.conductor.trouble("usage.disk_full", is_there=True)
    desk.conductor.trouble("state.not_writable: /var/lib", is_there=True)
    assert staff(desk).troubles == (
        desk.say("trouble.usage.disk_full"),
        desk.say("trouble.state.not_writable", about="/var/lib"),
    )
    desk.conductor.trouble("usage.disk_full", is_there=False)
    assert len(staff(desk).troubles) == 1


def test_a_new_day_begins_only_while_nobody_is_here(words: Words, office: Office) -> None:
    today = office.today
    [small] = office.procedures
    tomorrow = date(2026, 11, 24)
    last_day = replace(office, procedures=(replace(small, valid_until=today),))
    desk = Desk(words, last_day)
    desk.post(on.Started(), on.LifeEventChosen(LifeEvent.BENEFITS))
    desk.today = tomorrow
    desk.conductor.tick()
    body = desk.conductor.screen.body
    assert isinstance(body, ChoosingBody)
    assert len(body.results) == 1, "who is here is served to the end"
    desk.post(on.StaffReset())
    desk.conductor.tick()
    waiting = desk.screen.body
    assert isinstance(waiting, WaitingBody)
    assert waiting.examples == (), "it is no longer on offer"


def test_a_usage_log_that_cannot_be_written_is_on_the_staff_sheet_until_it_can(
    words: Words, office: Office
) -> None:
    kiosk = Desk(words, office)
    kiosk.usage.fault = KioskError("usage.disk_full")
    kiosk.conductor.tick()
    assert "usage.disk_full" in kiosk.conductor._office.troubles
    kiosk.usage.fault = None
    kiosk.conductor.tick()
    assert "usage.disk_full" not in kiosk.conductor._office.troubles


# Sentences

MARKER = "bí mật của bà Thuận"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(SHIPPED_PROCEDURES)


@pytest.fixture(scope="module")
def understanding(catalogue: Catalogue) -> Understanding:
    """With the real scripts and the learned weights."""
    return understanding_of(entries_of(catalogue, [], None), catalogue)


@pytest.fixture
def hearing(words: Words, catalogue: Catalogue, understanding: Understanding) -> Desk:
    """A kiosk with the whole catalogue."""
    office = replace(office_of(catalogue.procedures), cards=catalogue.cards)
    return Desk(words, office, understanding=lambda: understanding)


def hear(desk: Desk, *sentences: str) -> None:
    desk.post(*(on.Said(sentence, InputMode.VOICE) for sentence in sentences))


def test_a_sentence_on_the_waiting_screen_opens_its_procedure(hearing: Desk) -> None:
    hear(hearing, "tôi đi làm giấy khai sinh cho con")
    body = hearing.screen.body
    assert isinstance(body, QuestionBody)
    assert body.procedure == "Đăng ký khai sinh"
    assert [tally.event for tally in hearing.usage.tallies] == [
        Counted.VISIT_STARTED,
        Counted.UNDERSTOOD,
        Counted.PROCEDURE_CHOSEN,
    ]
    assert hearing.usage.tallies[-1].mode is InputMode.VOICE


def test_a_sentence_is_understood_where_the_visit_stands(hearing: Desk) -> None:
    hear(hearing, "tôi đi làm giấy khai sinh cho con", "sinh con bình thường như mọi nhà", "bà nội")
    phase = hearing.conductor.session.phase
    assert isinstance(phase, Guiding)
    assert phase.answers == (("truong-hop", "thuong-gap"), ("ai-di", "nguoi-than"))
    assert hearing.conductor.session.turn == 3


def test_several_facts_in_a_sentence_are_shown_and_confirmed(hearing: Desk) -> None:
    hear(hearing, "tôi đi làm giấy khai sinh cho con", "bình thường, tôi là mẹ cháu")
    assert isinstance(hearing.screen.body, ReviewBody)
    hearing.post(on.Confirmed())
    body = hearing.screen.body
    assert isinstance(body, QuestionBody)
    assert body.ask == "Có giấy chứng sinh của bé không?"


def test_a_matter_of_another_office_leads_to_its_card(hearing: Desk) -> None:
    hear(hearing, "tôi muốn làm hộ chiếu")
    overlay = hearing.screen.overlay
    assert isinstance(overlay, MessageOverlay)
    assert overlay.buttons[0].event is not None
    hearing.post(overlay.buttons[0].event)
    assert isinstance(hearing.screen.body, CardBody)


def test_a_sentence_is_in_no_screen_count_or_log_afterwards(
    hearing: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        hear(hearing, MARKER, f"làm giấy khai sinh, {MARKER}", MARKER, "gọi cán bộ", MARKER)
        hearing.post(on.StaffReset())
    assert hearing.screens[1:], "something was shown for them"
    shown = [replace(screen, ear=None) for screen in hearing.screens]
    for kept in (
        shown,  # but for the strip that says what was heard, as long as it is of use
        hearing.screens[-1],
        hearing.usage.tallies,
        caplog.text,
        hearing.conductor.session,
    ):
        assert MARKER not in repr(kept)


def test_a_sentence_is_a_sign_of_life(at_outcome: Desk) -> None:
    at_outcome.wait(70)
    hear(at_outcome, "ừm")
    at_outcome.wait(59)
    assert isinstance(at_outcome.screen.overlay, MessageOverlay), "the minute began again"
    at_outcome.wait(2)
    assert isinstance(at_outcome.screen.overlay, IdleOverlay)


@pytest.fixture
def deaf(words: Words, office: Office, tmp_path: Path) -> Desk:
    """A kiosk whose own learned weights are junk."""
    (tmp_path / WEIGHTS_FILE).write_bytes(b"no archive")
    catalogue = Catalogue(procedures=office.procedures, faults=())
    entries = entries_of(catalogue, [], None)
    return Desk(words, office, understanding=lambda: understanding_of(entries, catalogue, tmp_path))


def test_without_weights_every_sentence_is_asked_back_and_the_kiosk_is_touched(
    deaf: Desk, small: Procedure, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        hear(deaf, MARKER)
        overlay = deaf.screen.overlay
        assert isinstance(overlay, MessageOverlay)
        assert on.StaffCalled() in [button.event for button in overlay.buttons]
        deaf.post(on.Closed(), on.Chose(small))
        hear(deaf, MARKER)
    overlay = deaf.screen.overlay
    assert isinstance(overlay, MessageOverlay)
    assert overlay.title == deaf.say("heard.not_sure_title")
    deaf.post(on.Closed(), on.Answered("ai-di", "tu-di"), on.Answered("viec-gi", "di-hoc"))
    deaf.post(on.Confirmed())
    assert isinstance(deaf.screen.body, OutcomeBody)
    assert "weights.unreadable" in caplog.text
    assert MARKER not in caplog.text


def test_without_weights_typing_still_finds(deaf: Desk) -> None:
    deaf.post(on.Started(), on.Typed("giay xac nh"))
    body = deaf.screen.body
    assert isinstance(body, ChoosingBody)
    assert [button.label for button in body.results] == ["Xin giấy xác nhận"]
    assert staff(deaf).troubles == (), "nobody has said anything yet"


def test_unreadable_weights_are_one_trouble_on_the_staff_sheet(
    deaf: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        hear(deaf, "làm giấy khai sinh", "gọi cán bộ")
    assert deaf.conductor._office.troubles == ("weights.unreadable",)
    assert len(staff(deaf).troubles) == 1


@pytest.mark.parametrize(
    ("seconds", "band"),
    [(5, Counted.ANSWERED_HALF_MINUTE), (45, Counted.ANSWERED_1_MINUTE), (400, None)],
)
def test_how_long_a_call_waited_is_counted_as_a_band(
    desk: Desk, seconds: float, band: Counted | None
) -> None:
    desk.post(on.Started())
    desk.wait(20)
    desk.post(on.StaffCalled())
    desk.wait(seconds)
    desk.post(on.CallAnswered())
    counted = [one.event for one in desk.usage.tallies]
    assert counted[-2:] == [band or Counted.ANSWERED_10_MINUTES, Counted.STAFF_ANSWERED]
    desk.wait(20)
    desk.post(on.StaffCalled(), on.CallCancelled())
    assert desk.usage.tallies[-1].event is Counted.CALL_CANCELLED

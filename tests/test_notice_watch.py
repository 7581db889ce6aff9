"""A kiosk that was off when the ward's notices changed is told them when it is back, and once."""

import time
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from live_broker import WardBroker, until
from test_notice import notice

from kiosk.app_console import OWN
from kiosk.command import NoticesSet
from kiosk.console import notice_watch
from kiosk.console.build import build_server
from kiosk.console.kiosks import Board
from kiosk.console.notice_book import NOTICES_FILE, NoticeBook
from kiosk.console.notice_watch import AGAIN_SECONDS, SETTLE_SECONDS, NoticeWatch
from kiosk.console.web import day_of
from kiosk.event import Command
from kiosk.notice import MOST_NOTICES, Notice, mark_of
from kiosk.settings import DEFAULTS, load_settings
from kiosk.standing import Doing, Standing

POWER = notice()
DAY = POWER.since


@dataclass
class Ward:
    """A board with a kiosk on it that shows something, and a book."""

    folder: Path
    sent: list[tuple[str, Command]] = field(default_factory=list)
    seconds: float = 0.0
    today: date = DAY

    def __post_init__(self) -> None:
        self.board = Board(self._send)
        self.book = NoticeBook(self.folder / NOTICES_FILE)
        self.watch = self.another(self.book)
        self.shows()

    def another(self, book: NoticeBook) -> NoticeWatch:
        """Another console's."""
        return NoticeWatch(self.board, book, today=lambda: self.today, seconds=lambda: self.seconds)

    def _send(self, kiosk: str, command: Command) -> bool:
        self.sent.append((kiosk, command))
        return True

    def shows(self, *notices: Notice, doing: Doing = Doing.IDLE) -> None:
        """The kiosk says so."""
        mark = mark_of(notices, self.today)
        self.board.publish(Standing(kiosk="may-1", name="Máy 1", doing=doing, notices=mark))

    def look(self, seconds: float, *others: NoticeWatch) -> None:
        """So much time passes; everybody looks each second."""
        for _ in range(round(seconds)):
            self.seconds += 1.0
            for one in (self.watch, *others):
                one.look()


@pytest.fixture
def ward(tmp_path: Path) -> Ward:
    return Ward(tmp_path)


def write(ward: Ward, *notices: Notice) -> None:
    for one in notices:
        ward.book.add(one, by="lan", today=ward.today)


def test_whatever_day_the_clock_shows_no_more_than_twenty_notices_are_sent(ward: Ward) -> None:
    yesterday = DAY - timedelta(days=1)
    for number in range(MOST_NOTICES):
        old = notice(f"cu-{number}", since=yesterday, until=yesterday)
        ward.book.add(old, by="lan", today=yesterday)
    write(ward, *(notice(f"moi-{number}") for number in range(MOST_NOTICES)))
    ward.today = yesterday  # the clock's battery is empty: what was over is not over yet
    ward.look(SETTLE_SECONDS + 1)
    ((_, command),) = ward.sent
    assert isinstance(command, NoticesSet)
    assert len(command.notices) == MOST_NOTICES
    ward.shows(*command.notices)
    ward.look(3 * AGAIN_SECONDS)
    assert len(ward.sent) == 1, "the kiosk shows what it should"


def test_a_kiosk_that_shows_others_is_told_once_and_not_twice(ward: Ward) -> None:
    write(ward, POWER)
    ward.look(SETTLE_SECONDS)
    assert ward.sent == [], "a page may have told it just now"
    ward.look(120)
    assert ward.sent == [("may-1", NoticesSet((POWER,)))]
    ward.shows(POWER)
    ward.look(2 * AGAIN_SECONDS)
    assert len(ward.sent) == 1


def test_one_that_does_not_take_it_is_told_again_after_some_minutes(ward: Ward) -> None:
    write(ward, POWER)
    ward.look(3 * AGAIN_SECONDS)
    assert len(ward.sent) == 3


def test_one_that_is_off_is_told_when_it_is_back(ward: Ward) -> None:
    ward.shows(doing=Doing.OFFLINE)
    write(ward, POWER)
    ward.look(600)
    assert ward.sent == []
    ward.shows()
    ward.look(SETTLE_SECONDS + 2)
    assert ward.sent == [("may-1", NoticesSet((POWER,)))]


def test_one_that_was_told_by_a_page_is_not_told_again(ward: Ward) -> None:
    ward.look(60)
    write(ward, POWER)
    ward.look(2)
    ward.shows(POWER)
    ward.look(60)
    assert ward.sent == []


def test_what_has_ended_is_taken_off_and_a_change_is_told_at_once(ward: Ward) -> None:
    write(ward, POWER)
    ward.look(SETTLE_SECONDS + 2)
    ward.shows(POWER)
    ward.book.end(POWER.id, by="lan", today=DAY)
    ward.look(SETTLE_SECONDS + 2)
    assert ward.sent == [("may-1", NoticesSet((POWER,))), ("may-1", NoticesSet(()))]


def test_a_day_that_ends_sends_nothing_to_those_who_begin_the_new_one_too(ward: Ward) -> None:
    write(ward, POWER)
    ward.shows(POWER)
    ward.look(60)
    ward.today = POWER.until + timedelta(days=1)
    ward.look(2)  # the kiosk is still in yesterday
    ward.shows(POWER)
    ward.look(600)
    assert ward.sent == []


def test_two_consoles_with_different_books_do_not_fight_without_a_pause(
    ward: Ward, tmp_path: Path
) -> None:
    write(ward, POWER)
    book = NoticeBook(tmp_path / "other" / NOTICES_FILE)
    other = notice("khac", vi="Phường nghỉ họp.")
    book.add(other, by="mai", today=DAY)
    rival = ward.another(book)
    before = 0
    for _ in range(600):
        ward.look(1, rival)
        if len(ward.sent) > before:
            before = len(ward.sent)
            command = ward.sent[-1][1]
            assert isinstance(command, NoticesSet)
            ward.shows(*command.notices)
    assert len(ward.sent) <= 6


def test_a_console_in_whose_book_nobody_ever_wrote_takes_nothing_off(ward: Ward) -> None:
    ward.shows(POWER)
    ward.look(600)
    assert ward.sent == []


def test_a_damaged_book_sends_nothing(ward: Ward, tmp_path: Path) -> None:
    (tmp_path / NOTICES_FILE).write_text("{", encoding="utf-8")
    ward.shows(POWER)
    ward.look(600)
    assert ward.sent == []


@pytest.fixture
def _prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SETTLE_SECONDS", "PAUSE_SECONDS"):
        monkeypatch.setattr(notice_watch, name, 0.1)


@pytest.mark.usefixtures("_prompt")
def test_it_runs_as_long_as_the_console_and_not_on_the_thread_that_hears_kiosks(
    ward: Ward, tmp_path: Path
) -> None:
    settings = load_settings(DEFAULTS)
    settings = replace(
        settings,
        folders=replace(settings.folders, state=str(tmp_path)),
        console=replace(settings.console, enabled=True, port=0),
    )
    today = day_of(time.time())
    shown = replace(POWER, since=today, until=today)
    ward.book.add(shown, by="lan", today=today)
    served = build_server(settings, ward.board, stopped=lambda: None, set_up=lambda: None)
    served.start()
    until(lambda: bool(ward.sent))
    ward.board.publish(Standing(kiosk=OWN, name="Máy 2"))
    until(lambda: len(ward.sent) == 2)
    served.server.stop()
    assert ward.sent == [(one, NoticesSet((shown,))) for one in ("may-1", OWN)]
    assert not served.notices._thread.is_alive()
    ward.board.publish(Standing(kiosk="may-3", name="Máy 3"))
    time.sleep(0.5)
    assert len(ward.sent) == 2


@pytest.mark.usefixtures("_prompt")
def test_a_kiosk_that_comes_back_to_the_broker_gets_what_was_written_meanwhile(
    ward_broker: WardBroker, tmp_path: Path
) -> None:
    book = NoticeBook(tmp_path / NOTICES_FILE)
    book.add(POWER, by="lan", today=DAY)
    console = ward_broker.console()
    watch = NoticeWatch(console, book, today=lambda: DAY)
    watch.start()
    until(lambda: console.is_connected)
    back = ward_broker.kiosk("may-1")
    until(lambda: bool(back.done))
    back.stand(Standing(kiosk="may-1", name="Máy 1", notices=mark_of((POWER,), DAY)))
    time.sleep(1.0)
    watch.stop()
    assert back.done == [NoticesSet((POWER,))]

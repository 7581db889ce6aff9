"""Who is there, who is missed and since when; a broker that is started anew upsets nobody."""

from kiosk.broker.topics import OFFLINE, ONLINE, Kind, Topic
from kiosk.broker.wire import STALE_SECONDS, Beat, write_beat, write_plate
from kiosk.console.roll import Roll
from kiosk.standing import Doing, Standing

NOW = 1_800_000_000.0
WARD = "00082"


class Ward:
    """A roll with a clock."""

    def __init__(self) -> None:
        self.roll = Roll(WARD, "may-own", patience=8.0)
        self.seconds = 0.0

    @property
    def now(self) -> float:
        return NOW + self.seconds

    def link(self, payload: bytes, *, is_retained: bool = False) -> None:
        self._hear(Kind.LINK, payload, is_retained=is_retained)

    def plate(self, *, at: float) -> None:
        payload = write_plate(Beat(at=at, standing=Standing(kiosk="may-1", name="Máy 1")))
        self._hear(Kind.PLATE, payload, is_retained=True)

    def beat(self, *, at: float | None = None, is_retained: bool = False, step: int = 0) -> None:
        standing = Standing(kiosk="may-1", name="Máy 1", step=step, since=NOW)
        payload = write_beat(Beat(at=self.now if at is None else at, standing=standing))
        self._hear(Kind.STANDING, payload, is_retained=is_retained)

    def lost(self) -> None:
        self.roll.lost(now=self.now, seconds=self.seconds)

    def _hear(self, kind: Kind, payload: bytes, *, is_retained: bool) -> None:
        topic = Topic(ward=WARD, kiosk="may-1", kind=kind)
        assert self.roll.hear(
            topic, payload, is_retained=is_retained, now=self.now, seconds=self.seconds
        )

    @property
    def one(self) -> Standing:
        (found,) = self.roll.standings(now=self.now, seconds=self.seconds)
        return found

    @property
    def is_there(self) -> bool:
        is_there = self.roll.is_there("may-1", now=self.now, seconds=self.seconds)
        assert is_there == (self.one.doing is not Doing.OFFLINE)
        missed = self.roll.missed(now=self.now, seconds=self.seconds)
        assert missed == (frozenset() if is_there else {"may-1"})
        return is_there


def test_a_kiosk_that_leaves_is_missed_after_a_while_since_when_it_left() -> None:
    ward = Ward()
    ward.beat()
    ward.seconds = 20.0
    ward.link(OFFLINE)
    ward.seconds = 27.9
    assert ward.is_there
    ward.seconds = 28.0
    assert not ward.is_there
    assert ward.one.since == NOW + 20


def test_a_kiosk_that_comes_back_at_once_is_not_missed() -> None:
    ward = Ward()
    ward.beat()
    ward.link(OFFLINE)
    ward.seconds = 2.0
    ward.link(ONLINE)
    ward.seconds = 60.0
    assert ward.is_there


def test_a_kiosk_that_was_offline_before_we_came_is_so_since_its_last_word() -> None:
    for order in (True, False):
        ward = Ward()
        if order:
            ward.link(OFFLINE, is_retained=True)
        ward.beat(at=NOW - 7200, is_retained=True)
        if not order:
            ward.link(OFFLINE, is_retained=True)
        assert not ward.is_there
        assert ward.one.since == NOW - 7200


def test_a_kiosk_that_is_silent_for_long_is_missed_without_a_will() -> None:
    ward = Ward()
    ward.link(ONLINE)
    ward.beat()
    ward.seconds = STALE_SECONDS - 1
    assert ward.is_there
    ward.seconds = STALE_SECONDS + 10
    assert not ward.is_there
    assert ward.one.since == NOW
    ward.beat()
    assert ward.is_there


def test_an_old_word_that_the_broker_kept_is_no_sign_of_life() -> None:
    ward = Ward()
    ward.link(ONLINE, is_retained=True)
    ward.beat(at=NOW - 3600, is_retained=True)
    assert not ward.is_there
    assert ward.one.since == NOW - 3600


def test_one_of_whom_there_is_only_a_plate_is_offline_since_its_last_word() -> None:
    for link in (OFFLINE, ONLINE):
        for is_link_first in (True, False):
            ward = Ward()
            if is_link_first:
                ward.link(link, is_retained=True)
            ward.plate(at=NOW - 7200)
            if not is_link_first:
                ward.link(link, is_retained=True)
            assert not ward.is_there
            assert ward.one == Standing(
                kiosk="may-1", name="Máy 1", doing=Doing.OFFLINE, since=NOW - 7200
            )
            ward.link(ONLINE)
            ward.beat(step=2)
            assert ward.is_there
            assert ward.one.step == 2


def test_one_that_has_just_spoken_is_not_called_offline_before_we_hear_how_it_stands() -> None:
    ward = Ward()
    ward.link(ONLINE, is_retained=True)
    ward.plate(at=NOW - 30)
    assert ward.roll.standings(now=ward.now, seconds=ward.seconds) == ()
    ward.seconds = STALE_SECONDS - 30.0
    assert not ward.is_there
    assert ward.one.since == NOW - 30


def test_what_the_broker_kept_never_replaces_what_is_newer() -> None:
    ward = Ward()
    ward.beat(step=5)
    ward.seconds = 10.0
    ward.beat(at=NOW - 100, is_retained=True, step=4)
    assert ward.one.step == 5
    ward.beat(at=NOW + 5, is_retained=True, step=6)
    assert ward.one.step == 6


def test_a_broker_that_is_started_anew_says_that_all_have_left_and_nobody_is_missed() -> None:
    ward = Ward()
    ward.beat()
    ward.seconds = 5.0
    ward.lost()
    ward.seconds = 7.0
    ward.roll.back()
    ward.link(OFFLINE, is_retained=True)  # its last wills, which it kept
    assert ward.is_there
    ward.seconds = 8.0
    ward.link(ONLINE)
    ward.seconds = 100.0
    assert ward.is_there


def test_a_broker_that_stays_away_leaves_everybody_missed_since_then() -> None:
    ward = Ward()
    ward.beat()
    ward.seconds = 5.0
    ward.lost()
    ward.seconds = 9.0
    ward.lost()
    ward.seconds = 12.9
    assert ward.is_there
    ward.seconds = 13.0
    assert not ward.is_there
    assert ward.one.since == NOW + 5
    ward.roll.back()
    assert ward.is_there

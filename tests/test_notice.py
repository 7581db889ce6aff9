"""What the ward tells everybody: on the screen and aloud, from the first day to the last."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from test_conductor import Desk

from kiosk import effect as do
from kiosk import event as on
from kiosk.advance import advance
from kiosk.command import Locked, NoticesSet
from kiosk.notice import MOST_NOTICES, Notice, NoticeKind, at_most, mark_of, not_over, shown_on
from kiosk.office import Office
from kiosk.procedure import Text
from kiosk.screen import MessageOverlay, NoticeCard, RestingBody, WaitingBody
from kiosk.screen_for import screen_for
from kiosk.session import Choosing, NoticeSheet, Resting, Session, Waiting, fresh
from kiosk.speech.aloud import aloud
from kiosk.words import Words

FIRST, LAST = date(2026, 11, 23), date(2026, 11, 25)
POWER = "Mất điện tầng 2. Mời ông/bà sang quầy số 5."


def notice(
    id: str = "mat-dien",  # noqa: A002 - as the class has it
    kind: NoticeKind = NoticeKind.NOTICE,
    *,
    vi: str = POWER,
    en: str = "No power upstairs.",
    since: date = FIRST,
    until: date = LAST,
) -> Notice:
    return Notice(id=id, text=Text(vi=vi, en=en), since=since, until=until, kind=kind)


def cards(session: Session, words: Words, office: Office) -> tuple[NoticeCard, ...]:
    body = screen_for(session, words, office).body
    assert isinstance(body, WaitingBody | RestingBody)
    return body.notices


# Days and order


def test_a_notice_is_shown_from_its_first_day_to_its_last_both_included() -> None:
    one = notice()
    days = [FIRST + timedelta(days=count) for count in range(-1, 4)]
    assert [one.is_shown(day) for day in days] == [False, True, True, True, False]
    assert not_over([one], LAST) == (one,)
    assert not_over([one], LAST + timedelta(days=1)) == ()


def test_what_is_urgent_comes_first_and_then_the_newest_of_each_kind() -> None:
    old, new = notice("cu", since=date(2026, 11, 1)), notice("moi")
    moved = notice("doi", NoticeKind.MOVED)
    closed = notice("nghi", NoticeKind.CLOSURE)
    urgent = notice("khan", NoticeKind.URGENT)
    later = notice("sau", NoticeKind.URGENT, since=LAST)
    shown = shown_on((old, moved, new, later, urgent, closed), FIRST)
    assert shown == (urgent, closed, moved, new, old)


def test_a_mark_tells_whether_two_have_the_same_notices_yet_to_show() -> None:
    one, other = notice(), notice("khac", NoticeKind.URGENT)
    assert mark_of((), FIRST) == ""
    assert mark_of((one, other), FIRST) == mark_of((other, one), FIRST)
    assert mark_of((one,), LAST + timedelta(days=1)) == "", "what is over is told by nobody"
    for changed in (
        replace(one, text=Text(vi="Khác", en="Other")),
        replace(one, until=FIRST),
        replace(one, kind=NoticeKind.MOVED),
    ):
        assert mark_of((changed,), FIRST) != mark_of((one,), FIRST)


def test_of_too_many_the_urgent_ones_stay_and_then_those_that_last_longest() -> None:
    short = [notice(f"ngan-{number}") for number in range(MOST_NOTICES)]
    long = notice("dai", until=LAST + timedelta(days=1))
    urgent = notice("khan", NoticeKind.URGENT)
    kept = at_most((*short, long, urgent))
    assert len(kept) == MOST_NOTICES
    assert kept[-2:] == (long, urgent), "in the order in which they were"
    assert at_most(short) == tuple(short)


# On the screen


def test_the_waiting_screen_shows_todays_notices_of_staff_and_of_the_bundle(
    words: Words, office: Office
) -> None:
    office = replace(
        office,
        notices=(notice("khan", NoticeKind.URGENT), notice("mai", since=LAST)),
        bundle_notices=(notice("nghi", NoticeKind.CLOSURE, vi="Nghỉ lễ.", en="Holiday."),),
    )
    urgent, closed = cards(fresh("vi"), words, office)
    assert (urgent.title, urgent.text, urgent.is_urgent) == ("Khẩn", POWER, True)
    assert (closed.title, closed.text, closed.is_urgent) == ("Nghỉ phục vụ", "Nghỉ lễ.", False)
    assert urgent.icon != closed.icon, "not told apart by colour alone"
    english = cards(replace(fresh("vi"), language="en"), words, office)
    assert [(one.title, one.text) for one in english] == [
        ("Urgent", "No power upstairs."),
        ("Closed", "Holiday."),
    ]


def test_without_english_the_vietnamese_is_shown_and_said_to_be_so_but_no_voice_reads_it(
    words: Words, office: Office
) -> None:
    office = replace(office, notices=(notice(en=POWER),))
    session = replace(fresh("vi"), language="en")
    (card,) = cards(session, words, office)
    assert (card.title, card.text) == ("Notice (in Vietnamese)", POWER)
    for shown in (session, replace(session, overlay=NoticeSheet())):
        read = "\n".join(
            line
            for one in aloud(screen_for(shown, words, office), words, is_whole=True)
            for line in one
        )
        assert "Notice (in Vietnamese)" in read
        assert POWER not in read
    vietnamese = aloud(screen_for(fresh("vi"), words, office), words, is_whole=True)
    assert f"Thông báo: {POWER}" in vietnamese[0]


def test_a_locked_kiosk_tells_what_is_urgent_and_what_is_closed(
    words: Words, office: Office
) -> None:
    kinds = (NoticeKind.NOTICE, NoticeKind.MOVED, NoticeKind.CLOSURE, NoticeKind.URGENT)
    office = replace(office, notices=tuple(notice(kind.value, kind) for kind in kinds))
    locked = Session(phase=Resting())
    assert [one.title for one in cards(locked, words, office)] == ["Khẩn", "Nghỉ phục vụ"]
    read = [
        line
        for one in aloud(screen_for(locked, words, office), words, is_whole=False)
        for line in one
    ]
    assert f"Nghỉ phục vụ: {POWER}" in read
    sheet, _ = advance(locked, on.NoticesWanted())
    overlay = screen_for(sheet, words, office).overlay
    assert isinstance(overlay, MessageOverlay)
    assert len(overlay.facts) == 2


def test_all_of_them_can_be_read_where_not_all_fit_and_only_while_nobody_is_served(
    words: Words, office: Office
) -> None:
    office = replace(office, notices=(notice("mot"), notice("hai", vi="Hai.", en="Two.")))
    body = screen_for(fresh("vi"), words, office).body
    assert isinstance(body, WaitingBody)
    assert body.all_notices.label == "Xem cả 2 thông báo"
    assert body.all_notices.event == on.NoticesWanted()
    sheet, effects = advance(fresh("vi"), on.NoticesWanted())
    assert (sheet.phase, sheet.overlay, effects) == (Waiting(), NoticeSheet(), ())
    overlay = screen_for(sheet, words, office).overlay
    assert isinstance(overlay, MessageOverlay)
    assert {line for fact in overlay.facts for line in fact.lines} == {POWER, "Hai."}
    gone = screen_for(sheet, words, replace(office, notices=())).overlay
    assert isinstance(gone, MessageOverlay)
    assert gone.text == "Hiện không có thông báo nào."
    assert advance(sheet, on.Closed())[0].overlay is None
    choosing = Session(phase=Choosing())
    assert advance(choosing, on.NoticesWanted()) == (choosing, ())


# While the kiosk runs


def test_a_notice_that_is_written_while_the_kiosk_waits_is_shown_at_once(
    words: Words, office: Office
) -> None:
    desk = Desk(words, office)
    assert not waiting(desk).notices
    desk.post(NoticesSet((notice(),)))
    assert [one.text for one in waiting(desk).notices] == [POWER]
    desk.post(NoticesSet(()))
    assert not waiting(desk).notices


def test_a_notice_leaves_a_visit_alone_and_is_there_after_it(words: Words, office: Office) -> None:
    desk = Desk(words, office)
    desk.post(on.Started())
    before = desk.screen
    desk.post(NoticesSet((notice(),)))
    assert desk.screen == before
    assert advance(desk.conductor.session, NoticesSet(())) == (
        desk.conductor.session,
        (do.ShowNotices(()),),
    )
    desk.post(on.Finish(), on.Rated(None))
    assert [one.text for one in waiting(desk).notices] == [POWER]


@pytest.mark.parametrize("is_locked", [False, True])
def test_notices_come_and_go_at_midnight_without_a_restart(
    words: Words, office: Office, *, is_locked: bool
) -> None:
    desk = Desk(words, office)
    if is_locked:
        desk.post(Locked())
    closed = notice("nghi", NoticeKind.CLOSURE, since=FIRST + timedelta(days=1), until=LAST)
    desk.post(NoticesSet((closed,)))
    seen = []
    for count in range(4):
        desk.today = FIRST + timedelta(days=count)
        desk.wait(1)
        body = desk.screen.body
        assert isinstance(body, RestingBody if is_locked else WaitingBody)
        seen.append(len(body.notices))
    assert seen == [0, 1, 1, 0]


def test_who_only_reads_notices_and_goes_is_not_asked_whether_they_are_there(
    words: Words, office: Office
) -> None:
    desk = Desk(words, replace(office, notices=(notice(),)))
    desk.post(on.NoticesWanted())
    desk.wait(90)
    assert desk.screen.overlay is None
    assert isinstance(desk.screen.body, WaitingBody)
    assert desk.usage.tallies == []


def waiting(desk: Desk) -> WaitingBody:
    body = desk.screen.body
    assert isinstance(body, WaitingBody)
    return body

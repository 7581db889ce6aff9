"""What staff send from the console: locked, restarted, called, answered; and what rings there."""

from dataclasses import replace

import pytest

from kiosk import effect as do
from kiosk import event as on
from kiosk.advance import advance
from kiosk.command import Locked, Message, ReloadWanted, Summoned, Unlocked, VolumeSet
from kiosk.effect import Effect
from kiosk.event import Event
from kiosk.intent import OutOfScope, Talk
from kiosk.office import ConsoleDoor, Office
from kiosk.procedure import Procedure
from kiosk.screen import MessageOverlay, RestingBody, StaffOverlay, WaitingBody
from kiosk.screen_for import screen_for
from kiosk.session import (
    Choosing,
    Guiding,
    PinPad,
    Resting,
    Session,
    StaffSheet,
    Summons,
    Trial,
    Waiting,
    fresh,
)
from kiosk.speech.aloud import aloud
from kiosk.staff_screen import MAY_BREAK
from kiosk.standing import Doing, HelpKind, Place, Standing, offline, standing_of
from kiosk.tally import Counted, InputMode
from kiosk.voice import Loudness
from kiosk.words import Words

WAITING = fresh("vi")
RESTING = replace(WAITING, phase=Resting())
BEFORE = Standing(kiosk="k", name="Máy", since=5.0)


def after(session: Session, *events: Event) -> Session:
    for event in events:
        session, _ = advance(session, event)
    return session


def effects_of(session: Session, event: Event) -> tuple[Effect, ...]:
    return advance(session, event)[1]


def counted(session: Session, event: Event) -> list[Counted]:
    return [one.tally.event for one in effects_of(session, event) if isinstance(one, do.Record)]


@pytest.fixture
def chosen(small: Procedure) -> Session:
    return after(WAITING, on.Chose(small))


def said(session: Session, talk: Talk) -> Session:
    heard = after(session, on.Said("…", InputMode.TYPING))
    return after(heard, on.Understood(heard.turn, OutOfScope(talk)))


# Restarting


def test_a_restart_is_told_on_the_waiting_screen_until_somebody_begins(
    chosen: Session, words: Words, office: Office
) -> None:
    reset = after(chosen, on.StaffReset())
    screen = screen_for(reset, words, office)
    assert isinstance(screen.body, WaitingBody)
    assert screen.banner is not None
    assert "Cán bộ đã làm mới phiên" in screen.banner.text
    assert screen_for(after(reset, on.Started()), words, office).banner is None
    closed = after(reset, screen.banner.button.event or on.Started())
    assert closed == fresh("vi", turn=reset.turn + 1)
    assert counted(chosen, on.StaffReset()) == [Counted.VISIT_RESET, Counted.STEP_LEFT]


# Locked


def test_a_locked_kiosk_ends_the_visit_and_shows_where_to_go(
    chosen: Session, words: Words, office: Office
) -> None:
    locked, effects = advance(chosen, Locked())
    assert locked == replace(fresh("vi", turn=1), phase=Resting())
    assert effects[-1] == do.Forget()
    screen = screen_for(locked, words, office)
    assert isinstance(screen.body, RestingBody)
    assert (screen.body.title, screen.body.text) == (
        "Máy đang tạm nghỉ",
        "Mời ông/bà gặp cán bộ ở quầy.",
    )
    assert screen.body.call.event == on.StaffCalled()
    assert screen.dock.microphone.event is None
    assert aloud(screen, words, is_whole=True) == (
        ("Máy đang tạm nghỉ", "Mời ông/bà gặp cán bộ ở quầy.", "Gọi cán bộ"),
    )


@pytest.mark.parametrize(
    "event",
    [
        on.Started(),
        on.Typed("khai sinh"),
        on.Said("khai sinh", InputMode.TYPING),
        on.MicrophoneTouched(),
        on.EarOpens(),
        on.StartAgain(),
        on.Finish(),
        on.Back(),
        on.CurtainToggled(),
        on.LifeEventChosen(None),
        Locked(),
    ],
)
def test_no_citizen_unlocks_it(event: Event) -> None:
    assert advance(RESTING, event) == (RESTING, ())


def test_no_procedure_begins_on_a_locked_kiosk(small: Procedure) -> None:
    assert advance(RESTING, on.Chose(small)) == (RESTING, ())
    assert advance(RESTING, on.Understood(0, OutOfScope(Talk.FIRE))) == (RESTING, ())


@pytest.mark.parametrize("event", [on.IdleTooLong(), on.StaffReset(), Locked()])
def test_it_stays_locked_whatever_ends(event: Event) -> None:
    calling = replace(RESTING, is_calling=True, language="en")
    assert isinstance(after(calling, event).phase, Resting)
    assert after(calling, event).is_calling is (event == Locked())
    missed = [] if event == Locked() else [Counted.CALL_MISSED]
    assert counted(calling, event) == missed, "nobody's visit, but somebody's call"


def test_staff_unlock_it_from_the_console_and_from_the_sheet(words: Words, office: Office) -> None:
    assert after(RESTING, Unlocked()) == WAITING
    sheet = replace(RESTING, overlay=StaffSheet())
    overlay = screen_for(sheet, words, office).overlay
    assert isinstance(overlay, StaffOverlay)
    assert Unlocked() in [button.event for button in overlay.buttons]
    assert after(sheet, Unlocked()).phase == Waiting()
    assert advance(WAITING, Unlocked()) == (WAITING, ())


def test_a_locked_kiosk_still_calls_an_officer(words: Words, office: Office) -> None:
    calling = after(RESTING, on.StaffCalled())
    assert calling.is_calling
    assert isinstance(calling.phase, Resting)
    assert counted(RESTING, on.StaffCalled()) == [Counted.STAFF_CALLED]
    coming = after(calling, on.CallAnswered())
    assert screen_for(coming, words, office).banner is not None


def test_a_lock_ends_the_visit_but_keeps_the_call_and_the_officer_on_the_way(
    chosen: Session, words: Words, office: Office
) -> None:
    calling = after(chosen, on.StaffCalled())
    locked = after(calling, Locked())
    assert isinstance(locked.phase, Resting)
    standing = standing_of(locked, office, before=BEFORE, now=9.0)
    assert (standing.doing, standing.is_ringing) == (Doing.LOCKED, True)
    assert screen_for(locked, words, office).banner is not None
    coming = after(locked, on.CallAnswered())
    assert (coming.is_calling, coming.is_officer_coming) == (False, True)
    assert after(calling, on.CallAnswered(), Locked()).is_officer_coming
    fire = after(said(chosen, Talk.FIRE), Locked())
    told = standing_of(fire, office, before=BEFORE, now=9.0).help
    assert told is not None
    assert told.kind is HelpKind.FIRE


# A word to the citizen


def test_a_summons_names_the_sites_own_counter(
    chosen: Session, words: Words, office: Office
) -> None:
    shown = after(chosen, Summoned(Message.COME, "ho-tich"))
    overlay = screen_for(shown, words, office).overlay
    assert isinstance(overlay, MessageOverlay)
    assert overlay.title == "Mời ông/bà đến quầy số 3"
    assert after(shown, on.Closed()) == chosen, "and nothing of the visit is lost"
    english = screen_for(replace(shown, language="en"), words, office).overlay
    assert isinstance(english, MessageOverlay)
    assert english.title == "Please come to counter 3"


def test_a_counter_that_the_site_does_not_have_becomes_the_counter(
    words: Words, office: Office
) -> None:
    for message in Message:
        shown = replace(WAITING, overlay=Summons(message, "không có"))
        overlay = screen_for(shown, words, office).overlay
        assert isinstance(overlay, MessageOverlay)
        assert "không có" not in overlay.title
        assert overlay.title


@pytest.mark.parametrize("overlay", [PinPad(), PinPad(is_new=True), StaffSheet()])
def test_a_summons_does_not_cover_the_staff_door(overlay: PinPad | StaffSheet) -> None:
    session = replace(WAITING, overlay=overlay)
    assert advance(session, Summoned(Message.WAIT_HERE)) == (session, ())


# Calls and emergencies


def test_a_call_is_answered_from_the_console(chosen: Session, words: Words, office: Office) -> None:
    calling = after(chosen, on.StaffCalled(), on.WhyWanted())
    coming = after(calling, on.CallAnswered())
    assert (coming.is_calling, coming.is_officer_coming) == (False, True)
    assert coming.overlay == calling.overlay, "what the citizen reads stays"
    banner = screen_for(coming, words, office).banner
    assert banner is not None
    assert banner.text == "Cán bộ đang đến."
    assert advance(chosen, on.CallAnswered()) == (chosen, ())


@pytest.mark.parametrize(
    ("talk", "number", "kind"),
    [
        (Talk.POLICE, "113", HelpKind.POLICE),
        (Talk.FIRE, "114", HelpKind.FIRE),
        (Talk.MEDICAL, "115", HelpKind.MEDICAL),
        (Talk.MISSING, "113", HelpKind.MISSING),
    ],
)
def test_an_emergency_shows_its_number_and_rings(
    chosen: Session, words: Words, office: Office, talk: Talk, number: str, kind: HelpKind
) -> None:
    for session in (WAITING, chosen, after(WAITING, on.Started())):
        told = said(session, talk)
        overlay = screen_for(told, words, office).overlay
        assert isinstance(overlay, MessageOverlay)
        assert number in overlay.title
        assert told.is_calling
        standing = standing_of(told, office, before=BEFORE, now=9.0)
        assert standing.is_ringing
        assert standing.help is not None
        assert (standing.help.kind, standing.help.since) == (kind, 9.0)


def test_what_is_no_emergency_does_not_ring(chosen: Session) -> None:
    for talk in (Talk.GREETING, Talk.OTHER, Talk.VAGUE):
        assert not said(chosen, talk).is_calling


def test_an_emergency_that_was_not_meant_can_be_called_off(chosen: Session) -> None:
    told = said(chosen, Talk.FIRE)
    off = after(told, on.CallCancelled())
    assert (off.is_calling, off.emergency) == (False, None)
    heard = after(chosen, on.Said("…", InputMode.VOICE))
    heard = after(heard, on.Understood(heard.turn, OutOfScope(Talk.FIRE), "cháy"))
    back = after(heard, on.NotMeant())
    assert (back.is_calling, back.emergency) == (False, None)


def test_a_second_emergency_is_counted_as_one_call(chosen: Session) -> None:
    first = after(chosen, on.Said("…", InputMode.TYPING))
    event = on.Understood(first.turn, OutOfScope(Talk.FIRE))
    assert counted(first, event) == [Counted.OUT_OF_SCOPE, Counted.STAFF_CALLED]
    second = after(said(chosen, Talk.FIRE), on.Closed(), on.Said("…", InputMode.TYPING))
    event = on.Understood(second.turn, OutOfScope(Talk.MEDICAL))
    assert counted(second, event) == [Counted.OUT_OF_SCOPE]
    assert after(second, event).emergency is Talk.MEDICAL


# Tests, volume, scripts


def test_a_test_print_needs_no_sheet_and_says_how_it_went(chosen: Session) -> None:
    trying, effects = advance(chosen, on.PrintTestWanted())
    assert effects == (do.PrintTest(1),)
    assert trying.trial == Trial("printing", 1)
    assert after(trying, on.SlipDone(1, None)).trial == Trial("printed", 1)
    failed = after(trying, on.SlipDone(1, "printer.no_paper"))
    assert failed.trial == Trial("printer.no_paper", 1)
    assert after(trying, on.SlipDone(7, None)).trial == Trial("printing", 1)
    at_sheet = after(replace(chosen, overlay=StaffSheet()), on.PrintTestWanted())
    done = after(at_sheet, on.SlipDone(1, None))
    assert isinstance(done.overlay, StaffSheet)
    assert (done.overlay.test, done.trial) == ("printed", Trial("printed", 1))


def test_volume_and_scripts_are_asked_for_and_leave_the_visit_alone(chosen: Session) -> None:
    assert advance(chosen, VolumeSet(Loudness.SOFT)) == (chosen, (do.SetVolume(Loudness.SOFT),))
    assert advance(chosen, ReloadWanted()) == (chosen, (do.ReloadScripts(),))


# How it stands


def test_the_standing_tells_procedure_and_step_and_nothing_that_was_said(
    chosen: Session, office: Office
) -> None:
    standing = standing_of(chosen, office, before=BEFORE, now=9.0)
    assert (standing.doing, standing.place, standing.step) == (Doing.GUIDING, Place.QUESTION, 1)
    assert standing.procedure is not None
    assert standing.procedure.vi == "Xin giấy xác nhận"
    answers = (on.Answered("ai-di", "di-thay"), on.Answered("viec-gi", "di-hoc"))
    review = after(chosen, *answers)
    for session in (review, after(review, on.Confirmed())):
        told = repr(standing_of(session, office, before=standing, now=20.0))
        for secret in ("di-thay", "di-hoc", "ai-di", "viec-gi", "Đi thay", "lam-duoc"):
            assert secret not in told
    typed = replace(WAITING, phase=Choosing(text="bí mật"))
    assert "bí mật" not in repr(standing_of(typed, office, before=standing, now=20.0))


def test_times_go_on_while_nothing_changes(chosen: Session, office: Office) -> None:
    first = standing_of(chosen, office, before=BEFORE, now=9.0)
    assert first.since == 9.0
    next_step = after(chosen, on.Answered("ai-di", "tu-di"), on.StaffCalled())
    second = standing_of(next_step, office, before=first, now=15.0)
    assert (second.since, second.step) == (9.0, 2)
    assert second.help is not None
    assert second.help.since == 15.0
    third = standing_of(after(next_step, on.CallAnswered()), office, before=second, now=30.0)
    assert third.help is not None
    assert (third.help.since, third.help.is_answered, third.is_ringing) == (15.0, True, False)
    assert standing_of(WAITING, office, before=third, now=40.0).since == 40.0


def test_each_phase_has_its_doing(office: Office, small: Procedure) -> None:
    found = {
        standing_of(replace(WAITING, phase=phase), office, before=BEFORE, now=1.0).doing
        for phase in (Waiting(), Choosing(), Guiding(small), Resting())
    }
    assert found == {Doing.IDLE, Doing.CHOOSING, Doing.GUIDING, Doing.LOCKED}
    gone = offline(replace(BEFORE, troubles=("x",)), now=3.0)
    assert (gone.doing, gone.since, gone.troubles) == (Doing.OFFLINE, 3.0, ())


def test_the_staff_sheet_says_how_to_get_to_the_console(words: Words, office: Office) -> None:
    door = ConsoleDoor(address="https://0.0.0.0:8443", fingerprint="AB:CD", setup_code="K-7")
    session = replace(WAITING, overlay=StaffSheet())
    overlay = screen_for(session, words, replace(office, console=door)).overlay
    assert isinstance(overlay, StaffOverlay)
    told = "\n".join(overlay.console).replace(MAY_BREAK, "")
    for text in ("https://0.0.0.0:8443", "AB:CD", "K-7"):
        assert text in told
    without = screen_for(session, words, office).overlay
    assert isinstance(without, StaffOverlay)
    assert without.console == ()

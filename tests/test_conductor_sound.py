"""The conductor with an ear and a voice: what it hands them, what it makes of a sentence."""

import logging
from dataclasses import dataclass, field, replace
from threading import Thread

import pytest
from conftest import office_of
from test_conductor import PIN, Desk

from kiosk import event as on
from kiosk.app import entries_of, understanding_of
from kiosk.assistant.understanding import Understanding
from kiosk.catalogue import SHIPPED_PROCEDURES, Catalogue, load_catalogue
from kiosk.event import Event
from kiosk.intent import Perhaps
from kiosk.office import Office
from kiosk.procedure import Procedure
from kiosk.screen import (
    IdleOverlay,
    MessageOverlay,
    OutcomeBody,
    QuestionBody,
    ReviewBody,
    Screen,
    WaitingBody,
)
from kiosk.sentences import DOUBTED_BELOW
from kiosk.session import Choosing, Guiding, NotAvailable, NotHeard, Session, fresh
from kiosk.tally import Counted, InputMode
from kiosk.voice import Pace, Voice
from kiosk.words import Words

MARKER = "bí mật của bà Thuận"
BIRTH = "tôi đi làm giấy khai sinh cho con"


@dataclass
class ListedConversation:
    """Hears and says nothing; writes down what it is told."""

    told: list[str] = field(default_factory=list)
    screens: list[Screen] = field(default_factory=list)
    is_busy: bool = False

    def listen(self, session: Session, screen: Screen, turn: int) -> None:
        assert session.hearing is not None
        assert session.hearing.turn == turn
        assert screen.ear is not None
        self.told.append(f"listen {turn}")

    def finish_listening(self) -> None:
        self.told.append("finish")

    def close_ear(self) -> None:
        self.told.append("close")

    def shown(self, session: Session, screen: Screen) -> None:
        assert session.language == screen.language
        self.screens.append(screen)

    def say_again(self, session: Session, screen: Screen) -> None:
        assert session.language == screen.language
        self.told.append("say again")

    def test_sound(self, session: Session, screen: Screen) -> None:
        assert session.language == screen.language
        self.told.append("test")

    def hush(self) -> None:
        self.told.append("hush")

    def forget(self) -> None:
        self.told.append("forget")


class Talking:
    """A desk with a conversation."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.conversation = ListedConversation()
        desk.conductor.converse(self.conversation)
        desk.conductor.engines(can_hear=True, can_speak=True)

    @property
    def session(self) -> Session:
        return self.desk.conductor.session

    @property
    def told(self) -> list[str]:
        return self.conversation.told

    def hear(self, text: str, confidence: float | None = 0.9) -> None:
        """Somebody touches the microphone and says this."""
        self.desk.post(on.MicrophoneTouched())
        assert self.session.hearing is not None
        turn = self.session.hearing.turn
        self.desk.post(on.VoiceHeard(turn), on.SentenceOver(turn))
        self.desk.post(on.Heard(turn, text, confidence))

    def counted(self) -> list[Counted]:
        return [tally.event for tally in self.desk.usage.tallies]


@pytest.fixture
def talking(words: Words, office: Office) -> Talking:
    return Talking(Desk(words, office))


@pytest.fixture
def at_outcome(talking: Talking, small: Procedure) -> Talking:
    talking.desk.post(on.Started(), on.Chose(small), on.Answered("ai-di", "tu-di"))
    talking.desk.post(on.Answered("viec-gi", "di-hoc"), on.Confirmed())
    assert isinstance(talking.desk.screen.body, OutcomeBody)
    talking.told.clear()
    return talking


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(SHIPPED_PROCEDURES)


@pytest.fixture(scope="module")
def understanding(catalogue: Catalogue) -> Understanding:
    """With the real scripts and the learned weights."""
    return understanding_of(entries_of(catalogue, [], None), catalogue)


@pytest.fixture
def real(words: Words, catalogue: Catalogue, understanding: Understanding) -> Talking:
    """A kiosk with the whole catalogue."""
    office = replace(office_of(catalogue.procedures), cards=catalogue.cards)
    return Talking(Desk(words, office, understanding=lambda: understanding))


# Jobs from other threads


def test_a_job_waits_for_the_conductor_s_own_thread(talking: Talking) -> None:
    waiting: list[None] = []
    conductor = talking.desk.conductor
    conductor.start(
        show=talking.desk.screens.append,
        forget=lambda: None,
        wake=lambda: waiting.append(None),
    )
    done: list[str] = []
    thread = Thread(target=conductor.soon, args=(lambda: done.append("job"),))
    thread.start()
    thread.join()
    assert (done, len(waiting)) == ([], 1)
    conductor.drain()
    assert done == ["job"]


def test_jobs_and_events_keep_their_order(talking: Talking) -> None:
    conductor = talking.desk.conductor
    conductor.start(show=talking.desk.screens.append, forget=lambda: None, wake=lambda: None)
    phases: list[object] = []
    conductor.soon(lambda: phases.append(conductor.session.phase))
    conductor.post(on.Started())
    conductor.soon(lambda: phases.append(conductor.session.phase))
    conductor.drain()
    assert phases == [fresh("vi").phase, Choosing()]


def test_a_job_that_changes_what_the_kiosk_can_do_is_seen_at_once(talking: Talking) -> None:
    conductor = talking.desk.conductor
    drawn = len(talking.desk.screens)
    conductor.soon(lambda: conductor.engines(can_hear=False, can_speak=True))
    assert len(talking.desk.screens) == drawn + 1
    microphone = talking.desk.screen.dock.microphone
    assert (microphone.icon, microphone.note) == (
        "microphone-off",
        talking.desk.say("dock.not_yet"),
    )
    conductor.soon(lambda: conductor.engines(can_hear=False, can_speak=True))
    assert len(talking.desk.screens) == drawn + 1, "nothing new"


# Without an ear and a voice


def test_before_it_has_an_ear_and_a_voice_it_says_so_and_touch_goes_on(
    words: Words, office: Office, small: Procedure
) -> None:
    desk = Desk(words, office)
    desk.post(on.MicrophoneTouched())
    assert desk.conductor.session.overlay == NotAvailable("hearing")
    desk.post(on.Closed(), on.HearAgainTouched())
    assert desk.conductor.session.overlay == NotAvailable("speaking")
    desk.post(on.Closed(), on.Chose(small))
    assert isinstance(desk.screen.body, QuestionBody)


# What it hands on


def test_the_microphone_opens_and_ends_what_is_listened_to(talking: Talking) -> None:
    desk = talking.desk
    desk.post(on.MicrophoneTouched(), on.VoiceHeard(1), on.MicrophoneTouched())
    assert talking.told == ["hush", "listen 1", "finish"]
    desk.post(on.Heard(1, "ừm", 0.9), on.MicrophoneTouched(), on.MicrophoneTouched())
    assert talking.told[3:] == ["hush", f"listen {talking.session.turn}", "close"]


def test_the_voice_is_asked_for_and_silenced(at_outcome: Talking) -> None:
    at_outcome.desk.post(on.HearAgainTouched(), on.HushTouched())
    assert at_outcome.told == ["say again", "hush"]


def test_the_end_of_a_visit_is_told(at_outcome: Talking) -> None:
    at_outcome.desk.post(on.MicrophoneTouched(), on.StaffReset())
    assert at_outcome.told == ["hush", "listen 1", "forget"]


def test_staff_test_the_sound(talking: Talking) -> None:
    talking.desk.post(on.DoorTouched(has_pin=True))
    talking.desk.enter(PIN)
    talking.desk.post(on.SoundTestWanted())
    assert talking.told == ["test"]


def test_each_new_screen_is_shown_to_the_voice_and_no_old_one(talking: Talking) -> None:
    seen = talking.conversation.screens
    talking.desk.post(on.Started())
    assert seen == [talking.desk.screen]
    talking.desk.post(on.Closed(), on.HearAgainTouched())
    assert len(seen) == 1
    talking.desk.post(on.WhyWanted(), on.StaffCalled())
    assert len(seen) == 2


def test_a_finger_silences_the_voice_whatever_it_touches(talking: Talking) -> None:
    talking.desk.conductor.touched()
    assert talking.told == ["hush"]


# Whether somebody is here


def test_while_it_speaks_or_listens_the_visit_does_not_end(at_outcome: Talking) -> None:
    at_outcome.conversation.is_busy = True
    at_outcome.desk.wait(500)
    assert at_outcome.desk.screen.overlay is None
    at_outcome.conversation.is_busy = False
    at_outcome.desk.wait(59.5)
    assert at_outcome.desk.screen.overlay is None, "the minute begins when it falls silent"
    at_outcome.desk.wait(1)
    assert isinstance(at_outcome.desk.screen.overlay, IdleOverlay)


def test_reading_out_whether_somebody_is_here_is_no_sign_of_life(at_outcome: Talking) -> None:
    at_outcome.desk.wait(61)
    assert isinstance(at_outcome.desk.screen.overlay, IdleOverlay)
    at_outcome.conversation.is_busy = True
    at_outcome.desk.wait(5)
    assert isinstance(at_outcome.desk.screen.overlay, IdleOverlay)
    at_outcome.conversation.is_busy = False
    at_outcome.desk.wait(15)
    assert isinstance(at_outcome.desk.screen.body, WaitingBody)


@pytest.mark.parametrize(
    "event",
    [on.EarOpens(), on.NothingHeard(1), on.HearingFailed(1), on.VoiceBegan(), on.VoiceEnded()],
)
def test_what_the_kiosk_does_by_itself_is_no_sign_of_life(
    at_outcome: Talking, event: Event
) -> None:
    at_outcome.desk.wait(50)
    at_outcome.desk.post(event)
    at_outcome.desk.wait(31)
    assert isinstance(at_outcome.desk.screen.body, WaitingBody)


def test_a_voice_before_the_kiosk_is_a_sign_of_life(at_outcome: Talking) -> None:
    at_outcome.desk.wait(70)
    at_outcome.desk.post(on.EarOpens())
    at_outcome.desk.post(on.VoiceHeard(at_outcome.session.turn))
    at_outcome.desk.wait(1)
    assert at_outcome.desk.screen.overlay is None
    at_outcome.desk.wait(58)
    assert at_outcome.desk.screen.overlay is None


def test_a_voice_that_was_set_on_the_waiting_screen_is_not_the_next_visitor_s(
    talking: Talking,
) -> None:
    talking.desk.post(on.VoiceSheetWanted(), on.PaceChosen(Pace.SLOW), on.MuteToggled())
    talking.desk.post(on.Closed())
    talking.desk.wait(79)
    assert talking.session.voice.is_muted, "as long as somebody may still stand there"
    talking.desk.wait(2)
    assert talking.session.voice == Voice()
    assert talking.told[-1] == "forget"
    talking.told.clear()
    talking.desk.wait(200)
    assert talking.told == [], "and then it is at rest"


# What a sentence means


def test_a_sentence_that_is_sure_opens_its_procedure(real: Talking) -> None:
    real.hear(BIRTH)
    body = real.desk.screen.body
    assert isinstance(body, QuestionBody)
    assert body.procedure == "Đăng ký khai sinh"
    assert real.desk.screen.ear is not None
    assert real.desk.screen.ear.text == BIRTH
    assert real.counted()[:3] == [Counted.VISIT_STARTED, Counted.HEARD, Counted.UNDERSTOOD]


@pytest.mark.parametrize(
    ("confidence", "is_acted_on"),
    [(None, True), (1.0, True), (DOUBTED_BELOW, True), (DOUBTED_BELOW - 0.01, False), (0.0, False)],
)
def test_a_request_that_may_be_misheard_is_asked_back(
    real: Talking, confidence: float | None, *, is_acted_on: bool
) -> None:
    real.hear(BIRTH, confidence)
    phase = real.session.phase
    assert isinstance(phase, Guiding) == is_acted_on
    if not is_acted_on:
        assert isinstance(phase, Choosing)
        assert isinstance(phase.perhaps, Perhaps)
        assert [one.id for one in phase.perhaps.found] == ["khai-sinh"]
        real.hear("số một")
        assert isinstance(real.session.phase, Guiding), "and one more word settles it"


def test_an_answer_that_may_be_misheard_is_asked_back(real: Talking) -> None:
    real.hear(BIRTH)
    before = real.session.phase
    real.hear("sinh con bình thường như mọi nhà", 0.2)
    assert real.session.phase == before
    overlay = real.desk.screen.overlay
    assert isinstance(overlay, MessageOverlay)
    assert overlay.buttons[0].event == on.Answered("truong-hop", "thuong-gap")
    real.hear("số một")
    phase = real.session.phase
    assert isinstance(phase, Guiding)
    assert phase.answers == (("truong-hop", "thuong-gap"),)


def test_a_button_that_is_named_comes_before_any_other_meaning(real: Talking) -> None:
    real.desk.post(on.Started())
    real.hear("số hai")
    assert isinstance(real.session.phase, Choosing)
    assert real.session.phase.life_event is not None
    real.hear("quay lại")
    assert real.session.phase == Choosing()


def test_yes_to_the_review_and_print_it_are_said(real: Talking) -> None:
    real.hear(BIRTH)
    while isinstance(real.desk.screen.body, QuestionBody):
        real.hear("số một")
    assert isinstance(real.desk.screen.body, ReviewBody)
    real.hear("dạ đúng rồi ạ")
    assert isinstance(real.desk.screen.body, OutcomeBody)
    real.hear("in phiếu giúp tôi")
    assert len(real.desk.printer.slips) == 1
    real.hear("xong rồi")
    assert Counted.VISIT_FINISHED in real.counted()


def test_the_visit_does_not_end_by_a_word_that_may_be_misheard(real: Talking) -> None:
    real.hear(BIRTH)
    for text in ("kết thúc", "thôi không làm nữa", "làm lại từ đầu"):
        real.hear(text, 0.1)
        assert isinstance(real.session.phase, Guiding), text
        assert isinstance(real.desk.screen.overlay, MessageOverlay), "it is asked back"
        real.desk.post(on.Closed())
    while isinstance(real.desk.screen.body, QuestionBody):
        real.hear("số một")
    real.hear("dạ đúng ạ")
    real.hear("xong rồi", 0.1)
    assert isinstance(real.desk.screen.body, OutcomeBody)
    real.desk.post(on.Closed())
    real.hear("xong rồi")
    assert Counted.VISIT_FINISHED in real.counted()


def test_not_that_takes_back_what_was_heard_last(real: Talking) -> None:
    real.hear(BIRTH)
    real.hear("không phải")
    assert real.session.phase == Choosing()
    assert real.session.overlay == NotHeard(is_wrong=True)
    assert real.session.taken is None


def test_no_answers_the_question_that_can_be_answered_by_no(real: Talking) -> None:
    catalogue = load_catalogue(SHIPPED_PROCEDURES).procedures
    procedure = next(
        one
        for one in catalogue
        if [choice.label.vi.split(",")[0].split()[0] for choice in one.questions[0].choices]
        == ["Có", "Không"]
    )
    real.desk.post(on.Started(), on.StaffCalled(), on.CallCancelled(), on.Chose(procedure))
    real.hear("nói lại")  # something was heard, and can be taken back
    assert real.session.taken is not None
    real.hear("không phải")
    phase = real.session.phase
    assert isinstance(phase, Guiding)
    assert phase.answers == ((procedure.questions[0].id, procedure.questions[0].choices[1].id),)


def test_what_was_typed_is_not_shown_as_heard(real: Talking) -> None:
    real.desk.post(on.Said(BIRTH, InputMode.TYPING))
    assert isinstance(real.session.phase, Guiding)
    assert (real.session.taken, real.desk.screen.ear) == (None, None)


def test_nothing_of_a_sentence_is_left_after_the_visit(
    real: Talking, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        real.desk.post(on.MicrophoneTouched(), on.HeardSoFar(real.session.turn, MARKER))
        real.desk.post(on.Heard(real.session.turn, f"khai sinh, {MARKER}", 0.9))
        real.hear(MARKER, 0.1)
        real.desk.post(on.StaffReset())
    for kept in (
        real.session,
        real.desk.screen,
        real.desk.usage.tallies,
        real.conversation.told,
        caplog.text,
    ):
        assert MARKER not in repr(kept)


def test_a_report_of_the_visitor_before_is_not_the_next_one_s(talking: Talking) -> None:
    talking.desk.post(on.MicrophoneTouched())
    turn = talking.session.turn
    talking.desk.post(on.StaffReset(), on.MicrophoneTouched())
    before = talking.session
    talking.desk.post(on.Heard(turn, MARKER, 0.9))
    assert talking.session == before

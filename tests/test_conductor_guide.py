"""The conductor with a language model beside it: a model that says what the test wants."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest
from conftest import office_of
from test_conductor import MARKER, Desk
from test_understanding import BIRTH, BIRTH_ANSWERS, Ears, the_ears

from kiosk import event as on
from kiosk.assistant.guide_reports import Chosen, GuideReport, NotChosen
from kiosk.assistant.prompt import Place, Request
from kiosk.screen import EarState, MessageOverlay, QuestionBody, WaitingBody
from kiosk.session import Choosing, Guiding, NotSure, Session
from kiosk.tally import InputMode
from kiosk.words import Words

UNCLEAR_HERE = "chị bán rau đầu ngõ nhận đi"
"""Said to "who comes?": the rules ask back."""


@dataclass
class ScriptedGuide:
    """Keeps what it is asked, and says what the test says."""

    prepared: list[Request] = field(default_factory=list)
    asked: list[tuple[int, Request, str]] = field(default_factory=list)
    times_dropped: int = 0
    at_once: Callable[[int, Request], GuideReport] | None = None
    report: Callable[[GuideReport], None] = print

    def prepare(self, request: Request) -> None:
        self.prepared.append(request)

    def choose(self, turn: int, request: Request, words: str) -> None:
        self.asked.append((turn, request, words))
        if self.at_once is not None:
            self.report(self.at_once(turn, request))

    def reword(self, turn: int, text: str) -> None:
        raise NotImplementedError

    def drop(self) -> None:
        self.times_dropped += 1


class Guided(Desk):
    """A kiosk with the whole catalogue and a scripted guide."""

    def __init__(self, words: Words, ears: Ears) -> None:
        office = replace(office_of(ears.catalogue.procedures), cards=ears.catalogue.cards)
        super().__init__(words, office, understanding=lambda: ears.understanding)
        self.guide = ScriptedGuide(report=self.conductor.guide_reports)
        self.conductor.guided_by(self.guide)

    @property
    def session(self) -> Session:
        return self.conductor.session

    def say(self, text: str, **values: object) -> str:  # type: ignore[override]
        """Say something by voice, and what the strip says then."""
        del values
        self.post(on.Said(text, InputMode.VOICE))
        strip = self.screen.ear
        return strip.title if strip is not None else ""

    def choose(self, *offers: str, probability: float | None = 1.0) -> None:
        """Have the guide answer what it was asked last."""
        turn = self.guide.asked[-1][0]
        self.conductor.guide_reports(Chosen(turn, offers, probability))


@pytest.fixture(scope="module")
def ears() -> Ears:
    return the_ears()


@pytest.fixture
def desk(words: Words, ears: Ears) -> Guided:
    return Guided(words, ears)


@pytest.fixture
def asked(desk: Guided, ears: Ears) -> Iterator[Guided]:
    """Somebody said something unclear to "who comes?", and the guide has not answered."""
    desk.post(on.Started(), on.Chose(ears.procedure(BIRTH)), on.Answered(*BIRTH_ANSWERS[0]))
    desk.say(UNCLEAR_HERE)
    assert [words for _, _, words in desk.guide.asked] == [UNCLEAR_HERE]
    yield desk
    assert desk.session.thinking is None, "every test ends the wait"


def test_what_the_rules_are_sure_of_asks_nobody(desk: Guided) -> None:
    desk.say("tôi đi làm giấy khai sinh cho con")
    assert isinstance(desk.screen.body, QuestionBody)
    assert desk.guide.asked == []


def test_while_the_guide_thinks_the_citizen_is_told_to_wait_and_nothing_moves(
    asked: Guided,
) -> None:
    strip = asked.screen.ear
    assert strip is not None
    assert strip.state is EarState.OVER
    assert asked.screen.overlay is None
    asked.choose("unclear")


def test_what_the_guide_chose_is_done(asked: Guided) -> None:
    asked.choose("answer nguoi-duoc-nho")
    assert _guiding(asked).answers == (BIRTH_ANSWERS[0], ("ai-di", "nguoi-duoc-nho"))
    assert asked.session.taken is not None
    assert asked.session.taken.text == UNCLEAR_HERE


def test_without_an_answer_the_rules_stand(asked: Guided) -> None:
    asked.conductor.guide_reports(NotChosen(asked.guide.asked[-1][0]))
    assert isinstance(asked.session.overlay, NotSure)
    assert isinstance(asked.screen.overlay, MessageOverlay)


def test_what_the_guide_did_not_have_on_offer_is_nothing(asked: Guided) -> None:
    asked.choose("answer xxx", "procedure khai-tu")
    assert isinstance(asked.session.overlay, NotSure)
    assert asked.session.phase == replace(_guiding(asked), answers=BIRTH_ANSWERS[:1])


def test_a_report_of_another_turn_is_nothing(asked: Guided) -> None:
    turn = asked.guide.asked[-1][0]
    before = asked.session
    asked.conductor.guide_reports(Chosen(turn - 1, (_answers(asked)[0],), 1.0))
    asked.conductor.guide_reports(Chosen(turn + 1, (_answers(asked)[0],), 1.0))
    assert asked.session == before
    asked.choose("unclear")


def test_the_second_report_of_a_turn_is_nothing(asked: Guided) -> None:
    asked.choose("unclear")
    before = asked.session
    asked.choose(_answers(asked)[0])
    assert asked.session == before


@pytest.mark.parametrize(
    "touch",
    [on.Answered("ai-di", "cha-me"), on.Back(), on.WhyWanted(), on.StartAgain(), on.StaffCalled()],
)
def test_a_touch_goes_before_what_is_being_thought_about(
    asked: Guided, touch: on.CitizenEvent
) -> None:
    offer = _answers(asked)[0]
    asked.post(touch)
    after = asked.session
    assert after.thinking is None
    assert asked.guide.times_dropped == 1
    asked.choose(offer)
    assert asked.session == after


def test_another_sentence_takes_the_place_of_the_one_that_is_thought_about(
    asked: Guided,
) -> None:
    first = asked.guide.asked[-1][0]
    asked.say("bố mẹ cháu đi")
    phase = _guiding(asked)
    assert phase.answers[-1] == ("ai-di", "cha-me")
    asked.conductor.guide_reports(Chosen(first, ("wish stop",), 1.0))
    assert asked.session.phase == phase


def test_opening_the_ear_stops_the_thinking(asked: Guided) -> None:
    asked.post(on.MicrophoneTouched())
    assert asked.session.thinking is None
    assert asked.guide.times_dropped == 1
    asked.post(on.MicrophoneTouched())


def test_the_end_of_the_visit_drops_what_is_thought_about(
    asked: Guided, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        asked.post(on.StaffReset())
        assert asked.guide.times_dropped >= 1
        asked.choose(_answers(asked)[0])
    assert isinstance(asked.screen.body, WaitingBody)
    assert UNCLEAR_HERE not in repr(asked.session)
    assert UNCLEAR_HERE not in caplog.text


def test_thinking_is_no_sign_of_life(asked: Guided) -> None:
    asked.wait(59)
    asked.choose("unclear")
    asked.wait(2)
    assert asked.session.seconds_left is not None


def test_a_guide_that_answers_at_once_is_heard(desk: Guided, ears: Ears) -> None:
    desk.guide.at_once = lambda turn, request: Chosen(turn, (request.offers[0].id,), 1.0)
    desk.post(on.Started(), on.Chose(ears.procedure(BIRTH)), on.Answered(*BIRTH_ANSWERS[0]))
    desk.say(UNCLEAR_HERE)
    assert desk.session.thinking is None
    assert len(_guiding(desk).answers) == 2


def test_a_doubtful_transcript_is_not_shown_to_the_guide(desk: Guided) -> None:
    desk.post(on.MicrophoneTouched())
    desk.post(on.Heard(desk.session.turn, "ơ cái gì gì đó", 0.2))
    assert desk.guide.asked == []


def test_the_guide_reads_ahead_where_the_visit_stands(desk: Guided, ears: Ears) -> None:
    desk.post(on.Started())
    desk.post(on.Chose(ears.procedure(BIRTH)))
    desk.post(on.WhyWanted())
    desk.post(on.Closed())
    desk.post(on.Answered(*BIRTH_ANSWERS[0]))
    places = [(one.place, one.asked) for one in desk.guide.prepared]
    questions = ears.procedure(BIRTH).questions
    assert places == [
        (Place.START, ""),
        (Place.QUESTION, questions[0].ask.vi),
        (Place.QUESTION, questions[1].ask.vi),
    ]


def test_what_was_said_is_with_the_guide_and_nowhere_else(
    desk: Guided, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        desk.say(MARKER)
        assert MARKER in repr(desk.guide.asked)
        assert isinstance(desk.session.phase, Choosing)
        assert MARKER not in repr(desk.session)
        desk.choose("out")
        desk.post(on.StaffReset())
    assert MARKER not in repr(desk.session)
    assert MARKER not in caplog.text
    assert MARKER not in repr(desk.usage.tallies)


def _guiding(desk: Guided) -> Guiding:
    phase = desk.session.phase
    assert isinstance(phase, Guiding)
    return phase


def _answers(desk: Guided) -> list[str]:
    """The ids of the answers that the guide may choose from."""
    return [one.id for one in desk.guide.asked[-1][1].offers if one.id.startswith("answer ")]

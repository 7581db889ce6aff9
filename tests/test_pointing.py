"""What stands on a screen can be said; what does not stand there points nowhere."""

from dataclasses import replace

import pytest
from conftest import office_of

from kiosk import event as on
from kiosk.advance import advance
from kiosk.assistant.pointing import LONGEST, is_taken_back, pointed
from kiosk.assistant.vietnamese import words_of
from kiosk.card import Card, CardKind
from kiosk.catalogue import SHIPPED_PROCEDURES, load_catalogue
from kiosk.event import Event
from kiosk.intent import Perhaps, Unclear
from kiosk.path import every_path
from kiosk.procedure import LifeEvent, Procedure, Question, Text
from kiosk.screen import (
    CardBody,
    ChoosingBody,
    MessageOverlay,
    OutcomeBody,
    QuestionBody,
    ReviewBody,
    Screen,
)
from kiosk.screen_for import screen_for
from kiosk.session import NotHeard, PinPad, Session, StaffSheet, VoiceSheet, fresh
from kiosk.words_files import load_words

WORDS = load_words()
PROCEDURES = load_catalogue(SHIPPED_PROCEDURES).procedures
OFFICE = replace(office_of(PROCEDURES), can_hear=True, can_speak=True)
ids = [one.id for one in PROCEDURES]
each_procedure = pytest.mark.parametrize("procedure", PROCEDURES, ids=ids)

PASSPORT = Card(
    id="ho-chieu",
    kind=CardKind.NOT_HERE,
    title=Text(vi="Làm hộ chiếu", en="Passport"),
    lead=Text(vi="Phường không làm hộ chiếu.", en="The ward does not issue passports."),
    where=Text(vi="Công an cấp tỉnh", en="Provincial police"),
    link="https://dichvucong.gov.vn/x",
    source="Cổng Dịch vụ công quốc gia, 07/2026",
)


def after(session: Session, *events: Event) -> Session:
    for event in events:
        session, _ = advance(session, event)
    return session


def shown(session: Session) -> Screen:
    return screen_for(session, WORDS, OFFICE)


def review_of(procedure: Procedure) -> Session:
    path = next(one for one in every_path(procedure) if one.answers)
    answers = [on.Answered(question, choice) for question, choice in path.answers]
    return after(START, on.Chose(procedure), *answers)


START = after(fresh("vi"), on.Started())
QUESTION = after(START, on.Chose(PROCEDURES[0]))
REVIEW = review_of(PROCEDURES[0])
OUTCOME = after(REVIEW, on.Confirmed())
CARD = after(START, on.CardChosen(PASSPORT))


# Numbers


@pytest.mark.parametrize("text", ["số hai", "cái thứ hai", "số 2 ạ", "dạ ô số hai", "2"])
def test_a_tile_is_chosen_by_its_number(text: str) -> None:
    assert pointed(shown(START), text) == on.LifeEventChosen(list(LifeEvent)[1])


@pytest.mark.parametrize("life_event", list(LifeEvent))
def test_each_of_the_first_matters_of_a_tile_has_its_number(life_event: LifeEvent) -> None:
    screen = shown(after(START, on.LifeEventChosen(life_event)))
    results = getattr(screen.body, "results", ())
    names = ("một", "hai", "ba", "bốn", "năm", "sáu")
    for name, button in zip(names, results, strict=False):
        assert pointed(screen, f"số {name}") == button.event
    if len(results) < len(names):
        assert pointed(screen, f"số {names[len(results)]}") is None, "no such number"


def test_a_candidate_is_chosen_by_its_number_or_name() -> None:
    asked = replace(START, turn=1)
    screen = shown(after(asked, on.Understood(1, Perhaps(PROCEDURES[:2]))))
    assert pointed(screen, "cái thứ hai") == on.Chose(PROCEDURES[1])
    assert pointed(screen, PROCEDURES[0].title.vi) == on.Chose(PROCEDURES[0])
    assert pointed(screen, "cái cuối") == on.LifeEventChosen(None), "none of these"


def test_what_lies_on_top_is_numbered_before_what_lies_beneath() -> None:
    screen = shown(replace(START, overlay=NotHeard()))
    overlay = screen.overlay
    assert isinstance(overlay, MessageOverlay)
    assert [pointed(screen, f"số {one}") for one in ("một", "hai", "ba")] == [
        button.event for button in overlay.buttons
    ]


# Labels


def polite(label: str) -> tuple[str, ...]:
    return (label, f"dạ {label} ạ", f"cho tôi {label} nhé", label.upper())


@each_procedure
def test_the_buttons_of_the_review_are_said_as_they_stand(procedure: Procedure) -> None:
    screen = shown(review_of(procedure))
    assert isinstance(screen.body, ReviewBody)
    for button in (screen.body.confirm, *screen.body.nav):
        for text in polite(button.label):
            assert pointed(screen, text) == button.event, text


@each_procedure
def test_the_buttons_of_the_outcome_are_said_as_they_stand(procedure: Procedure) -> None:
    screen = shown(after(review_of(procedure), on.Confirmed()))
    assert isinstance(screen.body, OutcomeBody)
    for button in (screen.body.slip, screen.body.finish, *screen.body.nav):
        for text in polite(button.label):
            assert pointed(screen, text) == button.event, text


def test_the_buttons_of_a_card_are_said_as_they_stand() -> None:
    screen = shown(CARD)
    assert isinstance(screen.body, CardBody)
    for button in (screen.body.finish, *screen.body.nav):
        for text in polite(button.label):
            assert pointed(screen, text) == button.event, text


@each_procedure
def test_the_ways_out_of_a_question_are_said_as_they_stand(procedure: Procedure) -> None:
    screen = shown(after(START, on.Chose(procedure)))
    if isinstance(screen.body, QuestionBody):
        for button in screen.body.nav:
            assert pointed(screen, button.label) == button.event


def test_the_buttons_of_what_lies_on_top_are_said_as_they_stand() -> None:
    choices = tuple(one.id for one in PROCEDURES[0].questions[0].choices[:2])
    asked = replace(QUESTION, turn=1)
    for session in (
        replace(QUESTION, overlay=NotHeard()),
        replace(QUESTION, overlay=NotHeard(), missed=3),
        after(QUESTION, on.WhyWanted()),
        after(asked, on.Understood(1, Unclear(choices))),
        after(asked, on.Understood(1, Unclear((), PROCEDURES[1]))),
    ):
        screen = shown(session)
        assert isinstance(screen.overlay, MessageOverlay)
        for button in screen.overlay.buttons:
            if len(words_of(button.label)) <= LONGEST:
                assert pointed(screen, button.label) == button.event, button.label


def test_the_ways_out_of_a_list_are_said_as_they_stand() -> None:
    for session in (START, after(START, on.LifeEventChosen(LifeEvent.MARRIAGE))):
        screen = shown(session)
        assert isinstance(screen.body, ChoosingBody)
        for button in screen.body.nav:
            assert pointed(screen, button.label) == button.event


@pytest.mark.parametrize(
    "session",
    [START, QUESTION, REVIEW, OUTCOME, CARD, replace(QUESTION, overlay=NotHeard())],
    ids=["start", "question", "review", "outcome", "card", "on top"],
)
def test_what_stands_at_the_foot_of_every_screen_can_be_said(session: Session) -> None:
    screen = shown(session)
    assert pointed(screen, "nghe lại") == on.HearAgainTouched()
    assert pointed(screen, "gọi cán bộ giúp tôi") == on.StaffCalled()


# Yes, print, finish


@pytest.mark.parametrize(
    "text", ["đúng rồi", "dạ đúng ạ", "vâng", "đồng ý", "xem kết quả", "đúng hết rồi", "ok", "ừ"]
)
def test_yes_to_the_review_confirms_it(text: str) -> None:
    assert pointed(shown(REVIEW), text) == on.Confirmed()


@pytest.mark.parametrize(
    "text", ["không", "chưa đúng", "không đúng", "đúng không", "sai rồi", "khoan đã", "số hai"]
)
def test_anything_but_yes_does_not_confirm_the_review(text: str) -> None:
    assert pointed(shown(REVIEW), text) is None


@pytest.mark.parametrize("text", ["in phiếu", "dạ in giúp tôi", "cho tôi in phiếu với ạ", "in ra"])
def test_print_it_prints_the_slip(text: str) -> None:
    assert pointed(shown(OUTCOME), text) == on.PrintWanted()


def test_while_it_is_printed_print_it_does_nothing_more() -> None:
    printing = after(OUTCOME, on.PrintWanted())
    assert pointed(shown(printing), "in phiếu") is None


@pytest.mark.parametrize("text", ["xong rồi", "dạ xong rồi ạ", "tôi xong", "hết rồi"])
def test_that_is_all_finishes_the_visit(text: str) -> None:
    assert pointed(shown(OUTCOME), text) == on.Finish()


@pytest.mark.parametrize("text", ["in phiếu", "xong rồi", "vâng"])
@pytest.mark.parametrize("session", [START, QUESTION, CARD], ids=["start", "question", "card"])
def test_print_finish_and_yes_mean_nothing_elsewhere(session: Session, text: str) -> None:
    assert pointed(shown(session), text) is None


# Yes and no to what lies on top


def asked_back(*choices: str, other: Procedure | None = None) -> Screen:
    """A question on which something was not clear."""
    return shown(after(replace(QUESTION, turn=1), on.Understood(1, Unclear(choices, other))))


def first_choices() -> list[str]:
    body = shown(QUESTION).body
    assert isinstance(body, QuestionBody)
    return [one.event.choice for one in body.choices if isinstance(one.event, on.Answered)]


@pytest.mark.parametrize("text", ["đúng rồi", "dạ vâng", "ừ", "ok"])
def test_yes_takes_what_was_asked_back_and_answers_nothing_beneath(text: str) -> None:
    _, second, *_ = first_choices()
    event = pointed(asked_back(second), text)
    assert isinstance(event, on.Answered)
    assert event.choice == second
    assert pointed(asked_back(other=PROCEDURES[1]), text) == on.SwitchWanted(PROCEDURES[1])


@pytest.mark.parametrize("text", ["đúng rồi", "dạ vâng", "ừ", "không", "dạ không ạ"])
def test_yes_or_no_to_what_only_tells_or_offers_several_closes_it(text: str) -> None:
    first, second, *_ = first_choices()
    for screen in (
        asked_back(),
        asked_back(first, second),
        shown(after(QUESTION, on.WhyWanted())),
        shown(replace(QUESTION, overlay=NotHeard(), missed=3)),
    ):
        assert pointed(screen, text) == on.Closed()


def test_no_to_what_was_asked_back_closes_it() -> None:
    assert pointed(asked_back(first_choices()[0]), "không") == on.Closed()


@pytest.mark.parametrize("text", ["dạ có", "có rồi", "chưa", "chưa ạ"])
def test_what_may_answer_the_question_beneath_is_left_to_it(text: str) -> None:
    assert pointed(shown(after(QUESTION, on.WhyWanted())), text) is None


# What does not point


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "...",
        "dạ",
        "vâng ạ",
        "cho tôi",
        "tôi muốn làm giấy khai sinh cho con",
        "hai đứa con tôi",
        "đầu tiên tôi muốn hỏi về giấy khai sinh của cháu",
        "số mười hai",
    ],
)
def test_a_request_at_the_start_points_at_nothing(text: str) -> None:
    assert pointed(shown(START), text) is None


@each_procedure
def test_an_answer_to_a_question_is_left_to_the_understanding(procedure: Procedure) -> None:
    screen = shown(after(START, on.Chose(procedure)))
    if isinstance(screen.body, QuestionBody):
        for text in ("số một", "cái thứ hai", *(one.label for one in screen.body.choices)):
            assert pointed(screen, text) is None


@pytest.mark.parametrize("overlay", [PinPad(), PinPad(is_new=True), StaffSheet(), VoiceSheet()])
def test_nothing_points_through_the_staff_pages_and_the_voice(
    overlay: PinPad | StaffSheet | VoiceSheet,
) -> None:
    for session in (START, REVIEW, OUTCOME):
        screen = shown(replace(session, overlay=overlay))
        for text in ("số một", "đúng rồi", "xong rồi", "in phiếu", "1", "Đóng", "Quay lại"):
            assert pointed(screen, text) is None


def test_nothing_points_through_the_question_whether_somebody_is_here() -> None:
    screen = shown(replace(OUTCOME, seconds_left=9))
    assert pointed(screen, "xong rồi") is None


@pytest.mark.parametrize(
    "session", [START, QUESTION, REVIEW, OUTCOME, CARD], ids=["s", "q", "r", "o", "c"]
)
def test_long_sentences_and_noise_point_nowhere(session: Session) -> None:
    for text in ("đúng rồi " * LONGEST, "\u202e{0}%", "😀", "a" * 500):
        assert pointed(shown(session), text) is None


# Taken back


@pytest.mark.parametrize(
    "text", ["không phải", "Dạ không phải ạ", "sai rồi", "nhầm rồi", "không đúng", "không phải thế"]
)
def test_not_that_takes_back(text: str) -> None:
    assert is_taken_back(text)


@pytest.mark.parametrize(
    "text", ["", "không", "không phải tôi, mẹ tôi", "đúng rồi", "tôi nhầm ngày sinh", "sai tên"]
)
def test_anything_more_than_that_takes_nothing_back(text: str) -> None:
    assert not is_taken_back(text)


def yes_no_questions() -> list[Question]:
    return [
        question
        for procedure in PROCEDURES
        for question in procedure.questions
        if [one.label.vi.split(",")[0].split()[0] for one in question.choices] == ["Có", "Không"]
    ]


def test_a_no_that_answers_the_question_takes_nothing_back() -> None:
    asked = yes_no_questions()
    assert asked, "there are such questions"
    answered = [one for one in asked if not is_taken_back("không phải", one)]
    assert answered
    for question in answered:
        assert is_taken_back("sai rồi", question), "but this is no answer to it"
    places = next(one for one in PROCEDURES[0].questions if len(one.choices) > 3)
    assert is_taken_back("không phải", places)

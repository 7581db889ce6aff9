"""What a model may choose from: what the screen offers, and what the rules came upon."""

import pytest
from test_understanding import BIRTH, BIRTH_ANSWERS, Ears, the_ears

from kiosk.assistant.offers import MOST_MATTERS, request_for, standing_request
from kiosk.assistant.prompt import FIXED, Place, Request
from kiosk.catalogue import SHIPPED_PROCEDURES, load_catalogue
from kiosk.intent import Answered, AskedAside, AskedAspect, Chose, Corrected, Unclear, Wish, Wished
from kiosk.path import Answers, every_path
from kiosk.procedure import Aspect, Procedure
from kiosk.session import Choosing, Guiding, Phase, Session, Waiting

PROCEDURES = load_catalogue(SHIPPED_PROCEDURES).procedures


@pytest.fixture(scope="module")
def ears() -> Ears:
    return the_ears()


def request(ears: Ears, phase: Phase, text: str) -> Request:
    return request_for(ears.understanding, Session(phase=phase), ears.office, text)


def ids(found: Request) -> set[str]:
    return {one.id for one in found.offers}


def test_at_the_start_the_likeliest_matters_are_offered(ears: Ears) -> None:
    found = request(ears, Choosing(), "vợ tôi mới sinh, muốn đặt tên cho cháu")
    assert found.place is Place.START
    matters = [one for one in found.proposed if one.id == f"procedure {BIRTH}"]
    assert [one.intent for one in matters] == [Chose(ears.procedure(BIRTH))]
    assert len(found.proposed) <= MOST_MATTERS
    assert {"wish staff", "unclear", "out"} <= ids(found)


def test_before_the_first_touch_it_is_the_same(ears: Ears) -> None:
    text = "làm giấy khai sinh"
    assert request(ears, Waiting(), text) == request(ears, Choosing(), text)


def test_at_a_question_its_choices_side_questions_and_wishes_are_offered(ears: Ears) -> None:
    phase = ears.at(BIRTH, "ai-di")
    found = request(ears, phase, "ờ thì")
    assert phase.asked is not None
    for choice in phase.asked.choices:
        offer = found.offer(f"answer {choice.id}")
        assert offer is not None
        assert offer.intent == Answered((("ai-di", choice.id),))
    for aside in phase.procedure.asides:
        assert found.offer(f"aside {aside.id}") is not None
    papers = found.offer("aspect papers")
    assert papers is not None, "no aside tells all papers"
    assert papers.intent == AskedAspect(Aspect.PAPERS)
    assert {"wish back", "wish staff", "wish stop", "why", "unclear"} <= ids(found)


def test_after_a_question_an_earlier_answer_that_is_taken_back_is_offered(ears: Ears) -> None:
    phase = Guiding(ears.procedure(BIRTH), answers=BIRTH_ANSWERS[:3])
    found = request(ears, phase, "à quên, bà nội đi nộp thay")
    offer = found.offer("correct ai-di nguoi-than")
    assert offer is not None
    assert offer.intent == Corrected("ai-di", "nguoi-than")


def test_what_was_answered_already_is_no_correction(ears: Ears) -> None:
    phase = Guiding(ears.procedure(BIRTH), answers=BIRTH_ANSWERS[:3])
    found = request(ears, phase, "nhầm, bố mẹ cháu đi")
    assert "correct ai-di cha-me" not in ids(found)


def test_another_matter_is_offered_as_a_question_back(ears: Ears) -> None:
    found = request(ears, ears.at(BIRTH, "ai-di"), "tôi muốn đăng ký kết hôn")
    offer = found.offer("procedure ket-hon")
    assert offer is not None
    assert offer.intent == Unclear(other=ears.procedure("ket-hon"))


def test_at_the_review_only_side_questions_and_wishes_are_offered(ears: Ears) -> None:
    phase = Guiding(ears.procedure(BIRTH), answers=BIRTH_ANSWERS)
    found = request(ears, phase, "mất bao nhiêu tiền")
    assert found.place is Place.OUTCOME
    kinds = {type(one.intent) for one in found.standing}
    assert kinds == {AskedAside, AskedAspect, Wished, Unclear}
    assert found.offer("wish staff") is not None


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda one: one.id)
def test_no_step_of_any_script_offers_two_things_under_one_id(
    procedure: Procedure, ears: Ears
) -> None:
    text = "nhầm rồi, tôi không có giấy đó, mất bao nhiêu tiền"
    seen: set[Answers] = set()
    for path in every_path(procedure):
        for at in range(len(path.behind) + 1):
            answers = path.answers[:at]
            if answers in seen or len(seen) > 12:
                continue
            seen.add(answers)
            found = request(ears, Guiding(procedure, answers=answers), text)
            names = [one.id for one in found.offers]
            assert len(names) == len(set(names))
            assert {one.id for one in found.guesses} <= set(names)


def test_what_needs_no_words_is_known_beforehand(ears: Ears) -> None:
    phase = ears.at(BIRTH, "ai-di")
    ahead = standing_request(Session(phase=phase))
    found = request(ears, phase, "bà nội")
    assert (ahead.place, ahead.asked, ahead.standing) == (
        found.place,
        found.asked,
        found.standing,
    )


def test_each_fixed_offer_means_one_thing(ears: Ears) -> None:
    found = request(ears, ears.at(BIRTH, "ai-di"), "gì cơ")
    staff = found.offer("wish staff")
    assert staff is not None
    assert staff.intent == Wished(Wish.STAFF)
    assert set(FIXED) - {"out"} <= ids(found)

"""Earlier answers are taken back in many ways; the right one is put right, and shown."""

import pytest
from side_questions import OFFICE, PROCEDURES, understanding

from kiosk.advance import advance
from kiosk.assistant.corrections import taken_apart
from kiosk.assistant.steps import clauses_of
from kiosk.event import Understood
from kiosk.intent import Answered, Corrected, Intent, Unclear
from kiosk.path import Answers
from kiosk.session import Guiding, Session

BIRTH: Answers = (
    ("truong-hop", "thuong-gap"),
    ("ai-di", "cha-me"),
    ("giay-chung-sinh", "co"),
    ("cha-me", "da-ket-hon"),
    ("thoi-han", "trong-60-ngay"),
)


def heard(said: str, answered: int = 5) -> Intent:
    """What is understood after some answers; after all five the review is shown."""
    phase = Guiding(
        PROCEDURES["khai-sinh"], answers=BIRTH[:answered], is_reviewing=answered == len(BIRTH)
    )
    return understanding().understand(Session(phase=phase), OFFICE, said)


@pytest.mark.parametrize(
    "said",
    [
        "à không, bà nội đi chứ không phải bố mẹ",
        "bà ngoại đi chứ không phải bố mẹ cháu",
        "không phải bố mẹ đâu, tôi là ông nội, chọn nhầm",
        "không phải bố mẹ mà là ông ngoại đi",
        "sửa lại là bà nội đi",
        "lúc nãy tôi bấm nhầm, cô ruột cháu đi",
        "bà nội đi mới đúng",
        "đâu phải bố mẹ cháu, bác ruột đi giùm",
        "khong phai bo me dau, ba noi di",
    ],
)
@pytest.mark.parametrize("answered", [2, 3, 5])
def test_the_answer_that_was_wrong_is_put_right_wherever_one_stands(
    said: str, answered: int
) -> None:
    assert heard(said, answered) == Corrected("ai-di", "nguoi-than")


def test_what_is_denied_tells_which_answer_was_wrong() -> None:
    said = "không phải có giấy chứng sinh đâu, có người làm chứng thôi"
    assert heard(said) == Corrected("giay-chung-sinh", "nguoi-lam-chung")


def test_a_denial_that_fits_no_earlier_answer_takes_nothing_back() -> None:
    said = "không phải hàng xóm đâu"
    assert not isinstance(heard(said), Corrected)


def test_an_answer_with_a_denial_in_it_still_answers_the_question_on_the_screen() -> None:
    said = heard("bà nội đi chứ không phải hàng xóm", answered=1)
    assert said == Answered((("ai-di", "nguoi-than"),))


def test_what_nobody_can_tell_is_asked_back_and_changes_nothing() -> None:
    assert heard("à nhầm rồi") == Unclear()
    assert heard("chọn nhầm cái gì đó rồi") == Unclear()


def test_a_corrected_answer_is_shown_at_the_review_before_it_counts() -> None:
    phase = Guiding(PROCEDURES["khai-sinh"], answers=BIRTH[:3])
    session = Session(phase=phase, turn=1)
    shown, _ = advance(session, Understood(1, Corrected("ai-di", "nguoi-than")))
    assert isinstance(shown.phase, Guiding)
    assert shown.phase.is_reviewing
    assert dict(shown.phase.answers)["ai-di"] == "nguoi-than"
    assert not shown.phase.is_confirmed


@pytest.mark.parametrize(
    ("said", "denied", "meant"),
    [
        ("bố đi chứ không phải mẹ", "mẹ", "bố đi"),
        ("không phải mẹ mà là bố", "mẹ", "bố"),
        ("không phải mẹ đâu, bố đi", "mẹ", "bố đi"),
        ("à nhầm, bà nội đi", "", "bà nội đi"),
    ],
)
def test_a_sentence_is_taken_apart_into_what_is_denied_and_what_is_meant(
    said: str, denied: str, meant: str
) -> None:
    reading = taken_apart(said, understanding()._steps).readings[0]
    assert " ".join(reading.denied) == denied
    assert " ".join(reading.meant[0]) == meant


def test_where_nothing_ends_a_denial_every_end_is_tried() -> None:
    apart = taken_apart("không phải mẹ bố đi", understanding()._steps)
    assert ("mẹ",) in [reading.denied for reading in apart.readings]


def test_clauses_end_at_punctuation() -> None:
    assert clauses_of("a, b; c. d") == ("a", " b", " c", " d")

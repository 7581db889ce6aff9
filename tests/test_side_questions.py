"""Side questions of every script, wherever they are asked: see `side_questions.py`."""

from functools import cache

import pytest
from side_questions import (
    NOTHING,
    OFFICE,
    PROCEDURES,
    Marked,
    marked,
    name_of,
    place,
    report,
    understanding,
)

from kiosk.session import Session


@cache
def found() -> tuple[Marked, ...]:
    return tuple(marked())


def test_most_side_questions_are_answered_by_what_they_ask() -> None:
    asked = [one for one in found() if one.expect != (NOTHING,)]
    assert len(asked) >= 80
    right = sum(one.is_right for one in asked)
    assert right >= 0.8 * len(asked), "\n".join(report())


def test_what_only_looks_like_a_side_question_is_mostly_left_alone() -> None:
    others = [one for one in found() if one.expect == (NOTHING,)]
    assert sum(one.is_right for one in others) >= 0.8 * len(others)


@pytest.mark.parametrize("at", ["truong-hop", "ai-di", "thoi-han", "review", "outcome"])
@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("có mất tiền không", "aside mat-tien"),
        ("bao lâu thì xong", "aside bao-gio-co"),
        ("không có giấy chứng sinh thì sao", "why giay-chung-sinh"),
        ("ai đi nộp thay được", "why ai-di"),
        ("nộp ở đâu", "aspect place"),
        ("làm qua mạng được không", "aside nop-truc-tuyen"),
        ("được giấy gì về", "aspect result"),
        ("theo luật nào", "aside can-cu"),
        ("cần giấy tờ gì", "aspect papers"),
        ("ai ký giấy này", "aspect who"),
    ],
)
def test_a_side_question_is_heard_at_every_step_the_review_and_the_outcome(
    at: str, said: str, name: str
) -> None:
    phase = place(PROCEDURES["khai-sinh"], at)
    intent = understanding().understand(Session(phase=phase), OFFICE, said)
    assert name_of(intent, phase) == name


@pytest.mark.parametrize(
    ("procedure", "said", "name"),
    [
        # An aside about one thing is no answer to the question as a whole.
        ("tam-tru", "cần những giấy tờ gì", "aspect papers"),
        ("khai-sinh", "nộp hồ sơ chỗ nào", "aspect place"),
        ("vneid-muc-2", "bao lâu thì có", "aspect time"),
        # Of two asides about papers the one that is named.
        ("ket-hon", "có cần giấy xác nhận tình trạng hôn nhân không", "aside giay-doc-than"),
        ("ket-hon", "đã ly hôn thì cần thêm gì", "aside da-ly-hon"),
    ],
)
def test_an_aside_answers_only_what_it_is_about(procedure: str, said: str, name: str) -> None:
    phase = place(PROCEDURES[procedure], PROCEDURES[procedure].start)
    intent = understanding().understand(Session(phase=phase), OFFICE, said)
    assert name_of(intent, phase) == name

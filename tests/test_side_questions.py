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

from kiosk.advance import advance
from kiosk.event import Closed, Understood
from kiosk.heard_screen import PATIENCE
from kiosk.screen import MessageOverlay
from kiosk.screen_for import screen_for
from kiosk.session import Choosing, Session
from kiosk.words import Words


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


# Nothing understood, twice


def said(session: Session, text: str) -> Session:
    """The session after a sentence, understood as it is where it stands."""
    intent = understanding().understand(session, OFFICE, text)
    after, _ = advance(session, Understood(session.turn, intent))
    return after


def buttons(session: Session, words: Words) -> list[str]:
    overlay = screen_for(session, words, OFFICE).overlay
    assert isinstance(overlay, MessageOverlay)
    return [button.label for button in overlay.buttons]


@pytest.mark.parametrize("is_start", [False, True])
def test_two_unclear_sentences_in_a_row_lead_to_an_officer_or_a_touch(
    words: Words, *, is_start: bool
) -> None:
    call = words.say("dock.call", "vi")
    phase = Choosing() if is_start else place(PROCEDURES["khai-sinh"], "ai-di")
    once = said(Session(phase=phase), "trời nóng quá")
    assert buttons(once, words)[0] != call
    twice = said(once, "hôm nay trời đẹp quá")
    assert twice.missed == PATIENCE
    assert buttons(twice, words)[0] == call
    assert len(buttons(twice, words)) > 1, "a touch goes on, too"
    closed, _ = advance(twice, Closed())
    assert (closed.phase, closed.overlay) == (phase, None)


def test_a_side_question_that_is_answered_starts_the_count_anew() -> None:
    session = Session(phase=place(PROCEDURES["khai-sinh"], "ai-di"))
    for text in ("trời nóng quá", "mất bao nhiêu tiền", "trời nóng quá"):
        session = said(session, text)
    assert session.missed == 1

"""How sure an answer is, and which grammars may reach llama.cpp."""

import numpy as np
import pytest
from guided import offer, request

from kiosk.assistant.answering import (
    AnswerlessError,
    Pieces,
    Writing,
    bytes_in,
    first_choice,
)
from kiosk.assistant.chat import ChatParts, chat_parts
from kiosk.assistant.prompt import Style, grammar


@pytest.mark.parametrize("style", Style)
def test_our_own_grammars_pass_whatever_the_offers_are_called(style: Style) -> None:
    odd = offer('answer "\\', "Ẩn"), offer("answer ẩn-danh", "x")
    found = bytes_in(grammar(request("?", *odd), style))
    if style is Style.JSON:
        assert set(b'answer cha-me{"choose": []}\\') | set("ẩ".encode()) <= found


@pytest.mark.parametrize("style", Style)
def test_the_first_choice_is_complete_where_nothing_can_be_added_to_it(style: Style) -> None:
    if style is Style.KEYS:
        assert first_choice(b" 1", style, is_over=False) is None
        assert first_choice(b" 1 ", style, is_over=False) == b" 1"
        assert first_choice(b" 1", style, is_over=True) == b" 1"
        assert first_choice(b"", style, is_over=True) is None
    else:
        assert first_choice(b'{"choose": ["a', style, is_over=True) is None
        assert first_choice(b'{"choose": ["a\\"b"', style, is_over=False) == b'{"choose": ["a\\"b'
        assert first_choice(b'{"choose":["a"', style, is_over=False) == b'{"choose":["a'


def shares(*numbers: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array(numbers, np.float64)


def test_what_follows_the_first_choice_does_not_make_it_less_sure() -> None:
    written = Writing(Style.KEYS)
    written.weigh([b" 1", b" 2"], shares(0.8, 0.2))
    written.add(b" 1")
    written.weigh([None, b" 1", b" 2"], shares(0.4, 0.3, 0.3))
    written.add(b" 2")
    written.weigh([None], shares(1.0))
    assert written.probability == pytest.approx(0.8)
    assert written.text() == " 1 2"


def test_a_longer_key_with_the_same_beginning_is_another_choice() -> None:
    written = Writing(Style.KEYS)
    written.weigh([b" 1", b" 12", b" 2"], shares(0.5, 0.3, 0.2))
    written.add(b" 1")
    written.weigh([None, b"2", b" "], shares(0.6, 0.3, 0.1))
    assert written.probability == pytest.approx(0.5 * 0.7)


def test_other_ways_to_part_the_same_letters_count_too() -> None:
    written = Writing(Style.KEYS)
    written.weigh([b" ", b" 1", b" 2"], shares(0.3, 0.6, 0.1))
    written.add(b" 1")
    written.weigh([None, b" "], shares(0.9, 0.1))
    assert written.probability == pytest.approx(0.9)


def test_an_answer_that_is_cut_within_a_letter_is_none() -> None:
    written = Writing(Style.KEYS)
    written.add("ẩ".encode()[:2])
    with pytest.raises(AnswerlessError):
        written.text()
    assert written.probability is None


def test_only_tokens_of_the_grammar_s_own_letters_are_looked_at() -> None:
    pieces = Pieces([b"", b"back", b"bach", b" ", b"", b"end"], frozenset({4, 5}))
    assert pieces.within(frozenset(b" back")).tolist() == [1, 3, 4, 5]
    assert [one for one in range(6) if pieces.is_end(one)] == [4, 5]


def test_a_template_without_place_for_our_words_is_none() -> None:
    assert chat_parts(lambda _messages: "constant") is None
    turned = chat_parts(lambda messages: messages[-1]["content"] + messages[0]["content"])
    assert turned != ChatParts("", "", "")
    kept = chat_parts(lambda messages: "<".join(one["content"] for one in messages) + ">")
    assert kept == ChatParts("", "<", ">")

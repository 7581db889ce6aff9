"""The figures of recognised speech."""

from itertools import starmap

import pytest

from kiosk.assistant.asking import Asked, Candidate, Decision
from kiosk.speech.accuracy import MarkedSound, figures, words_of


def marked(truth: str | None, text: str, codes: str = "", found: str = "") -> MarkedSound:
    candidates = [Candidate(code=one, id=one, title=one, score=0.5) for one in found.split()]
    return MarkedSound(
        truth=truth,
        codes=frozenset(codes.split()),
        text=text,
        asked=Asked(decision=Decision.CLARIFY, candidates=tuple(candidates)),
        seconds_audio=2.0,
        seconds_taken=0.5,
        seconds_to_answer=0.1 * len(text.split()),
    )


@pytest.mark.parametrize(
    ("truth", "text", "rate"),
    [
        ("a b c d", "a b c d", 0.0),
        ("a b c d", "a x c d", 0.25),
        ("a b c d", "a c d", 0.25),
        ("a b c d", "a b b c d", 0.25),
        ("a b c d", "", 1.0),
        ("a", "b c d", 3.0),
        ("Hoà Bình, năm 2026!", "hòa bình năm 2026", 0.0),
    ],
)
def test_wrong_missing_and_added_words_count(truth: str, text: str, rate: float) -> None:
    found = figures([marked(truth, text)], cpu_seconds=None, memory_bytes=None)
    assert found.word_error_rate == rate


def test_a_long_recording_weighs_more_than_a_short_one() -> None:
    rows = [("a b c d e f g", "a b c d e f g"), ("a", "b")]
    found = figures(list(starmap(marked, rows)), cpu_seconds=1.0, memory_bytes=5)
    assert (found.words, found.word_error_rate) == (8, 1 / 8)
    assert (found.cpu_factor, found.real_time_factor, found.memory_bytes) == (0.25, 0.25, 5)
    assert found.answer_seconds_95 == pytest.approx(0.7)


def test_the_right_procedure_first_and_among_three() -> None:
    rows = [
        marked(None, "", "1 9", "1 2 3"),
        marked(None, "", "3", "1 2 3"),
        marked(None, "", "4", "1 2 3 4"),
        marked(None, "", "5"),
        marked(None, "x", "", "1"),
    ]
    found = figures(rows, cpu_seconds=None, memory_bytes=None)
    assert (found.right_first, found.right_among_three) == (0.25, 0.5)
    assert found.word_error_rate is None


def test_of_nothing_there_are_no_figures() -> None:
    found = figures([], cpu_seconds=None, memory_bytes=None)
    assert found.word_error_rate is None
    assert found.real_time_factor is None
    assert found.answer_seconds_95 is None


def test_what_is_no_syllable_is_compared_as_it_is_written() -> None:
    assert words_of("VNeID 2") == ("vneid", "2")

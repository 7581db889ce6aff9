"""How a model is asked for simpler words, and how its answer is read."""

import pytest
from corruptions import paragraphs

from kiosk.assistant.rewording import MOST_ANSWER_LETTERS, answered, instruction, language_of


def test_the_language_of_every_paragraph_of_every_script_is_seen() -> None:
    assert [one for one in paragraphs() if language_of(one[1]) != one[0]] == []


def test_a_model_is_told_the_plain_words_that_may_be_used_here() -> None:
    told = instruction("Phường xác minh rồi trả lời.")
    assert told.startswith("Bạn viết lại")
    assert "“xác minh” → “kiểm tra”" in told
    assert "→" not in instruction("Phường trả lời.")


def test_an_english_paragraph_is_asked_about_in_english() -> None:
    told = instruction("If required, prior to the visit, call the ward for a trích lục.")
    assert told.startswith("You reword")
    assert "“prior to” → “before”" in told


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("  Phường\nkiểm tra. ", "Phường kiểm tra."),
        ("“Phường kiểm tra.”", "Phường kiểm tra."),
        ('"Phường kiểm tra."', "Phường kiểm tra."),
        ("“Đơn” và “tờ khai”", "“Đơn” và “tờ khai”"),
        ("", None),
        (" \n ", None),
        ("a" * (MOST_ANSWER_LETTERS + 1), None),
    ],
)
def test_an_answer_is_read_on_one_line_without_the_quotes_around_it(
    answer: str, text: str | None
) -> None:
    assert answered(answer) == text

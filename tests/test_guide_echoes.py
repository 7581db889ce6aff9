"""Lessons in reading what a prompt lists."""

import random

from models.guide.echoes import echo, unguessed
from models.guide.lessons import Lesson
from models.guide.listing import listed

BEFORE = "question ai đi đăng ký 1 answer cha hoặc mẹ 1 tôi là bố cháu 2 answer bà 2 bà nội đi"
SAID = " said nhầm rồi 3 correct cháu mấy tháng quá 60 ngày 3 hai tháng hơn guess 3 4 2 1 do"
LESSON = Lesson(
    said="nhầm rồi",
    kind="choice",
    place="question",
    prefix=BEFORE,
    ending=SAID,
    right=("2",),
    answer="2",
    is_ambiguous=False,
    is_watched=False,
    ruled="",
)


def test_what_a_prompt_lists_is_found_with_its_key() -> None:
    found = [(one.key, one.kind, one.texts) for one in listed(BEFORE)]
    assert found == [
        ("1", "answer", ("cha hoặc mẹ", "tôi là bố cháu")),
        ("2", "answer", ("bà", "bà nội đi")),
    ]
    assert list(listed("start said không có gì")) == []


def test_an_echo_says_something_listed_and_the_rules_think_nothing() -> None:
    chance = random.Random(1)  # noqa: S311
    texts = {one.key: set(" ".join(one.texts).split()) for one in listed(BEFORE)}
    texts["3"] = {"cháu", "mấy", "tháng", "quá", "60", "ngày", "hai", "hơn"}
    plain = set[str]()
    for _ in range(60):
        made = echo(LESSON, chance)
        assert made is not None
        assert made.ending.endswith(" guess do")
        assert (made.right, made.prefix) == ((made.answer,), BEFORE)
        assert made.answer != "3" or " 3 correct " in made.ending
        if set(made.said.split()) <= texts[made.answer]:
            plain.add(made.answer)
    assert plain == {"1", "2", "3"}


def test_a_lesson_without_guesses_is_otherwise_the_same() -> None:
    made = unguessed(LESSON)
    assert made.ending == SAID.replace(" guess 3 4 2 1 do", " guess do")
    assert (made.prefix, made.answer) == (LESSON.prefix, LESSON.answer)

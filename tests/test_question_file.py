"""Files of questions: each line says what is asked and what it means, or is named as bad."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.assistant.asking import MOST_LETTERS
from kiosk.assistant.learning import Lesson
from kiosk.assistant.question_file import QUESTIONS, Question, read_questions
from kiosk.errors import KioskError
from kiosk.procedure import LANGUAGES
from kiosk.words_files import load_words

BIRTH = {"question": "khai sinh cho con", "codes": ["1.001193"]}


def written(folder: Path, *rows: dict[str, Any] | bytes) -> Path:
    """A file with these lines."""
    lines = [
        row if isinstance(row, bytes) else json.dumps(row, ensure_ascii=False).encode()
        for row in rows
    ]
    file = folder / "questions.jsonl"
    file.write_bytes(b"\n".join(lines))
    return file


def refused(file: Path) -> KioskError:
    """How a file is refused."""
    with pytest.raises(KioskError) as refusal:
        read_questions(file)
    for language in LANGUAGES:
        assert load_words().say(f"error.{refusal.value.code}", language, **refusal.value.values)
    return refusal.value


def test_each_line_is_a_question_in_the_order_of_the_file(tmp_path: Path) -> None:
    other = {"question": "chào em", "behaviour": "out_of_scope", "style": "chuyện phiếm"}
    found = read_questions(written(tmp_path, BIRTH, other))
    assert found == (
        Question(question="khai sinh cho con", codes=("1.001193",)),
        Question(question="chào em", behaviour="out_of_scope", style="chuyện phiếm"),
    )


def test_what_others_write_into_a_line_is_nobodys_business(tmp_path: Path) -> None:
    [found] = read_questions(written(tmp_path, {**BIRTH, "id": "q1", "source": {"a": [1]}}))
    assert found == Question(question="khai sinh cho con", codes=("1.001193",))


def test_line_ends_of_windows_do_no_harm(tmp_path: Path) -> None:
    file = written(tmp_path, BIRTH, BIRTH)
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n") + b"\r\n")
    assert len(read_questions(file)) == 2


def test_all_that_was_said_is_one_text() -> None:
    alone = Question(question="phí bao nhiêu")
    assert alone.text == "phí bao nhiêu"
    said = Question(question="phí bao nhiêu", turns=("làm khai sinh", "phí bao nhiêu"))
    assert said.text == "làm khai sinh. phí bao nhiêu"


def test_a_question_becomes_a_lesson() -> None:
    asked = Question(question="đăng ký", codes=("1.001193", "1.000894"), behaviour="clarify")
    keys = frozenset({"1.001193", "1.000894"})
    assert asked.lesson == Lesson(text="đăng ký", keys=keys, is_ambiguous=True)
    plain = Question(question="khai sinh", codes=("1.001193",))
    assert plain.lesson == Lesson(text="khai sinh", keys=frozenset({"1.001193"}))
    assert Question(question="chào em").lesson == Lesson(text="chào em", keys=frozenset())


def test_an_empty_file_has_no_questions(tmp_path: Path) -> None:
    assert read_questions(written(tmp_path)) == ()


@pytest.mark.parametrize(
    ("line", "place"),
    [
        (b"khai sinh", ""),
        (b"[]", ""),
        (b"\xff", ""),
        (b'{"codes": ["1.001193"]}', "question: "),
        (b'{"question": ""}', "question: "),
        (b'{"question": 5}', "question: "),
        (b'{"question": "\\ud800"}', ""),
        (b'{"question": "' + b"a" * (MOST_LETTERS + 1) + b'"}', "question: "),
        (b'{"question": "a", "codes": "1.001193"}', "codes: "),
        (b'{"question": "a", "codes": [1]}', "codes.0: "),
        (b'{"question": "a", "behaviour": "perhaps"}', "behaviour: "),
        (b'{"question": "a", "turns": ' + json.dumps(["a"] * 51).encode() + b"}", "turns: "),
        (b'{"question": "a", "style": null}', "style: "),
        (b'{"question": "a", "deep": ' + b"[" * 5000, ""),
    ],
    ids=lambda value: repr(value[:24]),
)
def test_a_bad_line_is_named_with_what_is_wrong(tmp_path: Path, line: bytes, place: str) -> None:
    file = written(tmp_path, BIRTH, line, BIRTH)
    refusal = refused(file)
    assert refusal.code == "questions.bad_line"
    assert refusal.values["file"] == str(file)
    assert refusal.values["line"] == "2"
    assert refusal.values["problem"].startswith(place)


def test_what_is_refused_is_not_repeated(tmp_path: Path) -> None:
    """A file of questions may hold what a citizen once said."""
    refusal = refused(written(tmp_path, {"question": "a", "behaviour": "tên tôi là Mai"}))
    assert "Mai" not in str(refusal)
    assert not any("Mai" in value for value in refusal.values.values())


def test_a_file_that_is_not_there_or_a_folder_is_refused(tmp_path: Path) -> None:
    for file in (tmp_path / "nowhere.jsonl", tmp_path):
        refusal = refused(file)
        assert refusal.code == "questions.unreadable"
        assert refusal.values == {"file": str(file)}


@given(untrusted=st.binary(max_size=200))
def test_any_bytes_are_questions_or_refused(
    tmp_path_factory: pytest.TempPathFactory, untrusted: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.jsonl"
    file.write_bytes(untrusted)
    with suppress(KioskError):
        assert all(one.question for one in read_questions(file))


def test_the_shipped_questions_can_be_learned_from() -> None:
    found = read_questions(QUESTIONS)
    assert len(found) >= 500
    assert {one.behaviour for one in found} == {"answer", "clarify", "out_of_scope"}
    for one in found:
        assert one.turns == () or one.turns[-1] == one.question
        assert one.behaviour != "clarify" or len(one.codes) > 1, one.question

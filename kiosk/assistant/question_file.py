"""Questions with what they mean, one JSON object a line: to learn from, or to measure with."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from kiosk.assistant.asking import MOST_LETTERS, conversation, with_question
from kiosk.assistant.learning import Lesson
from kiosk.errors import KioskError

QUESTIONS = Path(__file__).parents[2] / "models" / "questions.jsonl"
"""The questions that the shipped weights were learned from."""


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="ignore"))
class Question:
    """A line of the file; what else it holds is nobody's business here."""

    question: Annotated[str, StringConstraints(min_length=1, max_length=MOST_LETTERS)]
    codes: tuple[str, ...] = ()
    """Of all procedures that a sensible officer would accept; none: out of scope."""
    behaviour: Literal["answer", "clarify", "out_of_scope"] = "answer"
    turns: Annotated[tuple[str, ...], Field(max_length=50)] = ()
    """All that was said so far, the question last."""
    style: str = ""

    @property
    def text(self) -> str:
        """All that was said, as one text."""
        return conversation(with_question(self.turns, self.question))

    @property
    def is_ambiguous(self) -> bool:
        """Whether it must be asked back."""
        return self.behaviour == "clarify"

    @property
    def lesson(self) -> Lesson:
        """The question as something to learn from."""
        return Lesson(text=self.text, keys=frozenset(self.codes), is_ambiguous=self.is_ambiguous)


def read_questions(file: Path) -> tuple[Question, ...]:
    """Read a file of questions.

    Raises:
        KioskError: `questions.unreadable`, or `questions.bad_line` with file, line and what.
    """
    parse = TypeAdapter(Question).validate_json
    try:
        lines = file.read_bytes().splitlines()
    except OSError as error:
        raise KioskError("questions.unreadable", str(error), file=str(file)) from error
    questions = []
    for number, line in enumerate(lines, 1):
        try:
            questions.append(parse(line))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(str(part) for part in first["loc"])
            raise KioskError(
                "questions.bad_line",
                file=str(file),
                line=str(number),
                problem=f"{place}: {first['msg']}" if place else first["msg"],
            ) from None
    return tuple(questions)

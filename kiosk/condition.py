"""A condition of a script in words: "khi chọn “Đi thay người khác”". Pure."""

from kiosk.procedure import Fact, Language, Procedure, When
from kiosk.words import Words


def condition_text(fact: Fact, procedure: Procedure, *, words: Words, language: Language) -> str:
    """Under which answers `fact` holds, in the citizen's own words for them; empty: always."""
    told = [
        words.say(key, language, answers=_labels(condition, procedure, words, language))
        for key, condition in (("condition.if", fact.when), ("condition.unless", fact.unless))
        if condition
    ]
    return "; ".join(told)


def _labels(condition: When, procedure: Procedure, words: Words, language: Language) -> str:
    either, both = (words.say(f"condition.{one}", language) for one in ("or", "and"))
    labels = {
        (question.id, choice.id): choice.label.in_language(language)
        for question in procedure.questions
        for choice in question.choices
    }
    return f", {both} ".join(
        f" {either} ".join(f"“{labels.get((question, choice), choice)}”" for choice in choices)
        for question, choices in condition.items()
    )

"""What the understanding bench tells of a sentence, as a value. Pure."""

from dataclasses import dataclass
from typing import assert_never

from kiosk.intent import (
    EMERGENCIES,
    Answered,
    AskedAside,
    AskedAspect,
    AskedWhy,
    Chose,
    Corrected,
    Intent,
    OutOfScope,
    Perhaps,
    Unclear,
    Wished,
)
from kiosk.path import Answers
from kiosk.procedure import Language, Procedure, Question


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTold:
    """A question at which a sentence may be said."""

    id: str
    ask: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A procedure within which a sentence may be said."""

    id: str
    title: str
    steps: tuple[StepTold, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionTold:
    """What the kiosk would do."""

    key: str
    """Of `decision` in the console's words."""
    about: tuple[str, ...] = ()
    """Titles, answers, side questions: what it is about."""
    wish: str = ""
    """Of `wish` in the console's words."""
    aspect: str = ""
    """Of `aspect` in the kiosk's words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateTold:
    """A matter that may be meant at the start of a visit."""

    id: str
    code: str
    title: str
    title_language: Language
    """Nobody has translated every matter of the country."""
    kind: str
    """Of `entry` in the console's words."""
    small_talk: str
    """Of `small_talk` there, where it is no matter at all; else empty."""
    probability: float
    wording: str
    """Which of its wordings the sentence is most like."""
    likeness: float
    covered: float
    """How much of the sentence its words cover."""
    taught: float
    """What the classifier says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionTold:
    """Something that may be meant at a question."""

    kind: str
    """Of `option` in the console's words."""
    id: str
    label: str
    score: float
    likeness: float
    wording: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A sentence that was tried."""

    text: str
    said: tuple[str, ...]
    plain: tuple[str, ...]
    """In standard words."""
    meant: tuple[str, ...]
    """Without a greeting and what was taken back."""
    repaired: tuple[str, ...]
    """With what was probably misheard put right."""
    marks: tuple[str, ...]
    """Of `mark` in the console's words."""
    decision: DecisionTold
    answer_from: float
    clarify_from: float
    none: float
    """The probability that no matter of the catalogue is meant."""
    candidates: tuple[CandidateTold, ...]
    options: tuple[OptionTold, ...] = ()
    """At a question."""

    @property
    def cut(self) -> tuple[str, ...]:
        """What was left out as greeting or taken back."""
        kept = list(self.meant)
        out = []
        for word in self.plain:
            if word in kept:
                kept.remove(word)
            else:
                out.append(word)
        return tuple(out)


def decision_of(
    intent: Intent, procedure: Procedure | None, question: Question | None, language: Language
) -> DecisionTold:
    """What the kiosk would do when it understands this.

    Args:
        intent: what it understands.
        procedure: within which it was said, if within one.
        question: at which it was said.
        language: of the titles.
    """
    match intent:
        case Chose(found):
            return DecisionTold(key="chose", about=(found.title.in_language(language),))
        case Perhaps(several):
            titles = tuple(one.title.in_language(language) for one in several)
            return DecisionTold(key="perhaps", about=titles)
        case OutOfScope(talk, about, card):
            name = about or (card.title if card is not None else None)
            told = (name.in_language(language),) if name is not None else ()
            is_emergency = talk in EMERGENCIES
            key = "emergency" if is_emergency else "elsewhere" if card else "out_of_scope"
            return DecisionTold(key=key, about=told)
        case Answered(answers):
            return DecisionTold(key="answered", about=_answers(answers, procedure, language))
        case Corrected(earlier, choice):
            answers = ((earlier, choice),)
            return DecisionTold(key="corrected", about=_answers(answers, procedure, language))
        case AskedAside(aside):
            asides = procedure.asides if procedure is not None else ()
            asked = tuple(one.ask.in_language(language) for one in asides if one.id == aside)
            return DecisionTold(key="aside", about=asked)
        case AskedAspect(aspect):
            return DecisionTold(key="aspect", aspect=aspect.value)
        case AskedWhy():
            return DecisionTold(key="why")
        case Wished(wish):
            return DecisionTold(key="wished", wish=wish.value)
        case Unclear(choices, other):
            if other is not None:
                return DecisionTold(key="instead", about=(other.title.in_language(language),))
            labels = _labels(choices, question, language)
            return DecisionTold(key="unclear", about=labels)
        case _:
            assert_never(intent)


def _answers(answers: Answers, procedure: Procedure | None, language: Language) -> tuple[str, ...]:
    told = []
    for question_id, choice_id in answers:
        question = procedure.step(question_id) if procedure is not None else None
        choice = question.choice(choice_id) if isinstance(question, Question) else None
        if isinstance(question, Question) and choice is not None:
            ask, label = question.ask.in_language(language), choice.label.in_language(language)
            told.append(f"{ask} → {label}")
    return tuple(told)


def _labels(
    choices: tuple[str, ...], question: Question | None, language: Language
) -> tuple[str, ...]:
    found = [question.choice(one) for one in choices] if question is not None else []
    return tuple(one.label.in_language(language) for one in found if one is not None)

"""(Where a citizen stands, what they said) -> what they mean there. Pure.

Rules first: places ("cái thứ hai"), yes and no, numbers against the limits in the labels,
"không biết" where a choice is for that. Then likeness among the options of the step
(`options`). What is not sure enough is asked back with the likeliest choices; an answer
is never guessed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiosk.assistant import replies
from kiosk.assistant.amounts import choice_by_number
from kiosk.assistant.asking import MOST_LETTERS, Decision, ask
from kiosk.assistant.aspects import asks, asks_what_then, asks_why, aspects_in, is_question
from kiosk.assistant.corrections import correction, taken_apart
from kiosk.assistant.lookup import Lookup, Ranking, Reason
from kiosk.assistant.options import Found, Meant, Option
from kiosk.assistant.phrases import Phrases
from kiosk.assistant.side_questions import side_question, topic
from kiosk.assistant.steps import Standing, Steps
from kiosk.assistant.sureness import (
    PROPOSED_AHEAD,
    PROPOSED_FROM,
    SURE_AHEAD,
    SURE_FROM,
    best_of,
    choices_of,
    is_sure,
)
from kiosk.assistant.vietnamese import Standard, fold_word, syllables
from kiosk.assistant.weights import Weights
from kiosk.assistant.wishes import wish_in
from kiosk.card import Card
from kiosk.findable import SMALL_TALK
from kiosk.intent import (
    EMERGENCIES,
    Answered,
    AskedAside,
    AskedWhy,
    Chose,
    Intent,
    OutOfScope,
    Perhaps,
    Talk,
    Unclear,
    Wish,
    Wished,
)
from kiosk.office import Office
from kiosk.path import Answers, follow, with_answer
from kiosk.procedure import Choice, Procedure, Question, Text
from kiosk.session import Guiding, Session
from kiosk.speech.numerals import in_words

LATER_FROM = 0.85
LATER_AHEAD = 0.4
"""The same for answers to questions that were not asked yet: no one was asked, so be surer."""

MOST_ANSWERS = 5
"""Answers taken from one sentence."""

OFFERED_FROM = 0.2
MOST_OFFERED = 3
"""Score from which a choice is named when something was not clear, and how many are."""

_UNSURE = Phrases(
    "khong biet", "khong ro", "khong nho", "khong chac", "chua ro", "chua biet", "quen roi"
)

_TALKS = {
    "greeting": Talk.GREETING,
    "thanks": Talk.THANKS,
    "about_kiosk": Talk.ABOUT_KIOSK,
    "vague": Talk.VAGUE,
    "emergency_police": Talk.POLICE,
    "emergency_fire": Talk.FIRE,
    "emergency_medical": Talk.MEDICAL,
    "emergency_missing": Talk.MISSING,
}

_MISSING = Phrases(
    *("lac", "mat tich", "biet tich", "tim", "kiem", "khong thay", "bien mat", "mat tieu"),
    *("dau roi", "dau mat", "di dau", "mat con", "mat tre", "mat dua", "bo nha"),
    *("mat lien lac", "lost", "missing", "disappeared", "find"),
)
_SOMEBODY = Phrases(
    *("con", "chau", "be", "tre", "em", "nguoi", "dua", "thang", "nhoc", "ba", "ong", "cu", "bac"),
    *("me", "ma", "bo", "cha", "tia", "chong", "vo", "anh", "chi", "child", "kid"),
    *("boy", "girl", "son", "daughter", "baby", "mother", "father", "wife", "husband", "sister"),
    *("brother", "grandmother", "grandfather", "somebody", "someone"),
)
"""Somebody is missing only where both are said: "mẹ bé đi" and "tìm không ra" are no emergency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Became:
    """What a sentence is made into, step by step."""

    plain: tuple[str, ...]
    """In standard words: chat spelling and regional words replaced."""
    meant: tuple[str, ...]
    """Without a greeting and what was taken back."""
    repaired: tuple[str, ...]
    """With what was probably misheard put right."""


class Understanding:
    """Understands what is said, wherever a visit stands."""

    def __init__(
        self,
        lookup: Lookup,
        *,
        standing: Standing,
        unserved: Mapping[str, Text],
        standard: Standard,
    ) -> None:
        """Args: unserved: id of a matter without a guide -> its name."""
        self._lookup = lookup
        self._unserved = unserved
        self._steps = Steps(lookup, standing, standard)

    def forget(self) -> None:
        """The visit is over: drop every word of it."""
        self._lookup.forget()

    def understand(self, session: Session, office: Office, text: str) -> Intent:
        """What `text` means in this session."""
        text = text[:MOST_LETTERS]
        if isinstance(session.phase, Guiding):
            meant = self._in_procedure(session.phase, text)
            return self._instead(session.phase, office, text, meant)
        return self._at_start(office, text)

    def at_start(self, text: str) -> Ranking:
        """What `text` may mean as a request."""
        return self._lookup.rank(text[:MOST_LETTERS])

    @property
    def weights(self) -> Weights:
        """What it was built with."""
        return self._lookup.weights

    def reasons(self, text: str, *, most: int) -> tuple[Reason, ...]:
        """The same with what speaks for each; the first so many."""
        return self._lookup.reasons(text[:MOST_LETTERS], most=most)

    def became(self, text: str) -> Became:
        """What a sentence is made into before it is compared."""
        plain, meant = self._steps.plain(text), self._steps.cut(text)
        return Became(plain=plain, meant=meant, repaired=self._steps.repaired(meant))

    def nearest(self, procedure: Procedure, question: Question, option: Option, text: str) -> str:
        """Which wording of an option at a question `text` is most like."""
        options = self._steps.options_at(procedure, question)
        return options.nearest(option, self._steps.meant(text))

    def ranked(self, procedure: Procedure, question: Question, text: str) -> tuple[Found, ...]:
        """What `text` may mean as something said to a question, best first."""
        words = self._steps.meant(text)
        if not words:
            return ()
        options = self._steps.options_at(procedure, question)
        return best_of(options.rank(part) for part in self._steps.parts(text, words))

    def takes_back(self, text: str) -> bool:
        """Whether `text` may say that something before it was wrong."""
        said = taken_apart(text, self._steps)
        return said.is_marked or any(reading.denied for reading in said.readings)

    def _at_start(self, office: Office, text: str) -> Intent:
        asked = ask(self._lookup, text)

        def shown(entry_id: str) -> Procedure | Card | None:
            return office.procedure(entry_id) or office.card(entry_id)

        found = tuple(one for one in (shown(c.id) for c in asked.candidates) if one is not None)
        is_gone = bool(asked.candidates) and shown(asked.candidates[0].id) is None
        if asked.decision is Decision.OUT_OF_SCOPE or not found or is_gone:
            return self._out_of_scope(text, asked.about, found)
        if asked.decision is Decision.ANSWER:
            return Chose(found[0])
        return Perhaps(found, ask=_tell_apart(found))

    def _instead(self, phase: Guiding, office: Office, text: str, meant: Intent) -> Intent:
        """What is no answer here may be an emergency, or name another matter outright."""
        if not isinstance(meant, Unclear):
            return meant
        instead = self._at_start(office, text)
        if isinstance(instead, OutOfScope) and instead.talk in EMERGENCIES:
            return instead
        if isinstance(instead, Chose) and instead.found != phase.procedure and not meant.choices:
            return Unclear(other=instead.found)
        return meant

    def _out_of_scope(self, text: str, about: str, found: Sequence[Procedure | Card]) -> Intent:
        name = about.removeprefix(SMALL_TALK)
        if about.startswith(SMALL_TALK) and name == "officer":
            return Wished(Wish.STAFF)
        card = next((one for one in found if isinstance(one, Card)), None)
        talk = _TALKS.get(name, Talk.OTHER)
        if talk is Talk.MISSING:
            words = self._steps.plain(text)
            if not (_MISSING.stand_in(words) and _SOMEBODY.stand_in(words)):
                talk = Talk.OTHER
        return OutOfScope(talk=talk, about=self._unserved.get(about), card=card)

    def _in_procedure(self, phase: Guiding, text: str) -> Intent:
        words, plain = self._steps.meant(text), self._steps.plain(text)
        if not words:
            return Unclear()
        corrected = correction(phase, taken_apart(text, self._steps), self._steps)
        if corrected is not None:
            return corrected
        question = phase.asked
        if question is None:
            return self._beside(phase, words)
        if syllables(text) == syllables(question.ask.vi):
            return Unclear()  # read aloud it is no answer to itself, and its "chưa?" no "not yet"
        if asks_why(plain):
            return AskedWhy()
        ruled = _by_rule(plain, question) or _by_rule(words, question)
        if ruled is not None:
            return ruled
        return self._by_likeness(phase, question, text, words)

    def _by_likeness(
        self, phase: Guiding, question: Question, text: str, words: Sequence[str]
    ) -> Intent:
        options = self._steps.options_at(phase.procedure, question)
        parts = self._steps.parts(text, words)
        ranked = best_of(options.rank(part) for part in parts)
        best, second = ranked[0], ranked[1]
        named = choices_of(ranked)[0]
        is_asked = is_question(words) or asks_what_then(words)
        is_choice = best.option.meant is Meant.CHOICE
        # In the form of a side question it must be a choice beyond doubt.
        has_form = asks(words) and bool(aspects_in(words))
        limits = (SURE_FROM, SURE_AHEAD) if has_form else (PROPOSED_FROM, PROPOSED_AHEAD)
        is_like = is_sure(best, second, from_=limits[0], ahead=limits[1])
        if not (is_choice and not is_asked and is_like):
            beside = self._said_beside(phase, words)
            if beside is not None:
                return _unless_losing(beside, named)
        limits = (SURE_FROM, SURE_AHEAD) if is_choice else (PROPOSED_FROM, PROPOSED_AHEAD)
        if is_sure(best, second, from_=limits[0], ahead=limits[1]):
            if is_choice and not is_asked:
                first = (question.id, best.option.id)
                return Answered((first, *self._later(phase, first, parts)))
            if not is_choice:
                return _unless_losing(_intent_of(best.option), named)
        likely = tuple(one.option.id for one in choices_of(ranked) if one.score >= OFFERED_FROM)
        about = None if likely else topic(words, phase.procedure, self._steps)
        return about or Unclear(likely[:MOST_OFFERED])

    def _said_beside(self, phase: Guiding, words: Sequence[str]) -> Intent | None:
        """A side question or a wish, by its form."""
        asked = side_question(words, phase.procedure, self._steps)
        if asked is not None:
            return asked
        wish = wish_in(words)
        return Wished(wish) if wish is not None else None

    def _later(
        self, phase: Guiding, first: tuple[str, str], parts: Sequence[Sequence[str]]
    ) -> Answers:
        """Answers to the questions that follow, where the sentence gives them too."""
        clauses = parts[1:]  # the whole sentence says what was asked; each clause may say more
        answers = with_answer(phase.path.answers, *first)
        later: list[tuple[str, str]] = []
        while len(later) < MOST_ANSWERS - 1:
            step = follow(phase.procedure, answers).at
            if not isinstance(step, Question):
                break
            choice = self._answer_to(phase.procedure, step, clauses)
            if choice is None:
                break
            later.append((step.id, choice))
            answers = with_answer(answers, step.id, choice)
        return tuple(later)

    def _answer_to(
        self, procedure: Procedure, question: Question, parts: Sequence[Sequence[str]]
    ) -> str | None:
        """The choice that some part of a sentence names beyond doubt."""
        if not parts:
            return None
        options = self._steps.options_at(procedure, question)
        ranked = choices_of(best_of(options.rank(part) for part in parts))
        numbers = {
            choice.id for part in parts if (choice := choice_by_number(part, question)) is not None
        }
        if len(numbers) == 1:
            return numbers.pop()
        is_certain = is_sure(ranked[0], ranked[1], from_=LATER_FROM, ahead=LATER_AHEAD)
        return ranked[0].option.id if is_certain else None

    def _beside(self, phase: Guiding, words: Sequence[str]) -> Intent:
        """At the review and the outcome only side questions and wishes are understood."""
        beside = self._said_beside(phase, words)
        if beside is not None:
            return beside
        ranked = self._steps.options_at(phase.procedure, None).rank(words)
        is_certain = is_sure(ranked[0], ranked[1], from_=SURE_FROM, ahead=SURE_AHEAD)
        if is_certain:
            return _intent_of(ranked[0].option)
        return topic(words, phase.procedure, self._steps) or Unclear()


def _by_rule(words: Sequence[str], question: Question) -> Intent | None:
    labels = [one for one in question.choices if _is_label(words, one)]
    if len(labels) == 1:
        return _chosen(question, labels[0].id)
    if replies.is_ordinal(words):
        place = replies.ordinal(words, len(question.choices))
        return Unclear() if place is None else _chosen(question, question.choices[place].id)
    by_number = choice_by_number(words, question)
    if by_number is not None:
        return _chosen(question, by_number.id)
    unsure = [one for one in question.choices if replies.is_unsure(one)]
    if _UNSURE.stand_in(words) and wish_in(words) is None:  # "nghe không rõ" is no answer
        return _chosen(question, unsure[0].id) if len(unsure) == 1 else None
    said = replies.reply(words)
    if said is not None:
        choice = replies.choice_for(said, words, question)
        return Unclear() if choice is None else _chosen(question, choice.id)
    return None


def _is_label(words: Sequence[str], choice: Choice) -> bool:
    """Whether somebody read the label aloud, or all of it but politeness."""
    said = tuple(fold_word(word) for word in words)
    labels = (syllables(choice.label.vi), syllables(in_words(choice.label.vi)))
    while said and said[0] in _POLITE and said not in labels:  # "Đã quá 60 ngày" has a "da"
        said = said[1:]
    while said and said[-1] in _POLITE and said not in labels:
        said = said[:-1]
    return said in labels


_POLITE = frozenset(("da", "vang", "thua", "a", "nhe", "nha"))
"""Folded words before and after a label that change nothing. Not "cô", which is "có" without
its diacritics: whoever calls "cô ơi" has not said yes."""


def _chosen(question: Question, choice: str) -> Intent:
    return Answered(((question.id, choice),))


def _unless_losing(intent: Intent, named: Found) -> Intent:
    """`intent`; but a choice is asked back where all would be lost, and the choice was named too.

    "Nghỉ bán hẳn, không làm nữa" answers what the citizen wants to do with their shop.
    """
    is_losing = intent in (Wished(Wish.STOP), Wished(Wish.AGAIN))
    is_named = named.score >= PROPOSED_FROM
    return Unclear((named.option.id,)) if is_losing and is_named else intent


def _intent_of(option: Option) -> Intent:
    if option.meant is Meant.ASIDE:
        return AskedAside(option.id)
    if option.meant is Meant.WHY:
        return AskedWhy()
    if option.meant is Meant.WISH:
        return Wished(Wish(option.id))
    return Unclear()


def _tell_apart(found: Sequence[Procedure | Card]) -> Text | None:
    """The question that a script has for telling two apart; three need a wider one."""
    if len(found) != 2:
        return None
    for one, other in (found, found[::-1]):
        if isinstance(one, Procedure):
            for neighbour in one.neighbours:
                if neighbour.id == other.id:
                    return neighbour.tell_apart
    return None

"""What a language model may choose from, where a visit stands. Pure.

The offers are the buttons of the screen and what the rules came upon in the words. What is
offered here is all that can ever come of a model's answer.
"""

from collections.abc import Iterable

from kiosk.aspect_answer import aspects_beside
from kiosk.assistant.options import Found, Meant
from kiosk.assistant.prompt import Guess, Offer, Place, Request
from kiosk.assistant.understanding import OFFERED_FROM, Understanding
from kiosk.card import Card
from kiosk.intent import (
    Answered,
    AskedAside,
    AskedAspect,
    AskedWhy,
    Chose,
    Corrected,
    OutOfScope,
    Unclear,
    Wish,
    Wished,
)
from kiosk.office import Office
from kiosk.procedure import Aspect, Procedure, Question
from kiosk.session import Guiding, Session

MOST_MATTERS = 6
"""Procedures that are proposed at the start: with the right one among the first three in 98 of
100 questions, more would only make the prompt longer."""

MOST_CORRECTIONS = 4
"""Earlier answers that are proposed to be changed."""

CORRECTED_FROM = 0.5
"""Score from which an earlier answer is proposed to be changed, though nobody said "nhầm"."""

OTHER_FROM = 0.4
"""Probability from which another matter is proposed in the midst of a procedure."""

MOST_GUESSES = 3
"""Offers whose standing with the rules a model is told."""

_WISHES_SAID = {
    Wish.BACK: "quay lại câu trước",
    Wish.REPEAT: "nói lại, đọc lại",
    Wish.AGAIN: "làm lại từ đầu",
    Wish.STAFF: "gặp cán bộ",
    Wish.STOP: "thôi không làm nữa",
}
_WISHES = tuple(Offer(f"wish {wish.value}", Wished(wish), _WISHES_SAID[wish]) for wish in Wish)
_FACTS_ASKED = {
    Aspect.PAPERS: "cần giấy tờ gì",
    Aspect.FEE: "mất bao nhiêu tiền",
    Aspect.TIME: "bao lâu thì xong",
    Aspect.PLACE: "nộp ở đâu",
    Aspect.WHO: "ai nhận, ai giải quyết",
    Aspect.RESULT: "xong thì nhận được gì",
    Aspect.ONLINE: "nộp qua mạng được không",
    Aspect.LEGAL: "theo quy định nào",
}
_FACTS = {
    aspect: Offer(f"aspect {aspect.value}", AskedAspect(aspect), asked)
    for aspect, asked in _FACTS_ASKED.items()
}
_UNCLEAR = Offer("unclear", Unclear(), "không rõ ý")
_WHY = Offer("why", AskedWhy(), "sao lại hỏi câu này")
_OUT = Offer("out", OutOfScope(), "việc không có trong danh sách")
_STAFF = next(one for one in _WISHES if one.intent == Wished(Wish.STAFF))


def place_of(session: Session) -> Place:
    """Where the visit stands."""
    if not isinstance(session.phase, Guiding):
        return Place.START
    return Place.QUESTION if session.phase.asked is not None else Place.OUTCOME


def standing_request(session: Session) -> Request:
    """The part of the request that no words change: what a model can read ahead."""
    place, phase = place_of(session), session.phase
    if not isinstance(phase, Guiding):
        return Request(place=place, standing=(_STAFF, _UNCLEAR, _OUT))
    question = phase.asked
    asides = tuple(
        Offer(f"aside {one.id}", AskedAside(one.id), one.ask.vi, one.heard_as.vi[:1])
        for one in phase.procedure.asides
    )
    facts = tuple(_FACTS[one] for one in aspects_beside(phase.procedure))
    if question is None:
        standing = (*asides, *facts, *_WISHES, _UNCLEAR)
        return Request(place=place, asked=phase.procedure.title.vi, standing=standing)
    choices = tuple(
        Offer(
            f"answer {one.id}",
            Answered(((question.id, one.id),)),
            one.label.vi,
            one.heard_as.vi,
        )
        for one in question.choices
    )
    standing = (*choices, *asides, *facts, *_WISHES, _WHY, _UNCLEAR)
    return Request(place=place, asked=question.ask.vi, standing=standing)


def request_for(
    understanding: Understanding, session: Session, office: Office, text: str
) -> Request:
    """What a model is asked when somebody said `text` here."""
    standing, phase = standing_request(session), session.phase
    if not isinstance(phase, Guiding):
        return _at_start(understanding, standing, office, text)
    found: list[tuple[float, Offer]] = []
    question = phase.asked
    ranked = understanding.ranked(phase.procedure, question, text) if question is not None else ()
    guesses = [(one.score, _id_of(one)) for one in ranked]
    is_taken_back = understanding.takes_back(text)
    for step in phase.path.behind:
        for one in understanding.ranked(phase.procedure, step.question, text):
            is_new = one.option.meant is Meant.CHOICE and one.option.id != step.choice.id
            if is_new and one.score >= (OFFERED_FROM if is_taken_back else CORRECTED_FROM):
                found.append((one.score, _correction(step.question, one.option.id)))
    found = sorted(found, key=lambda each: -each[0])[:MOST_CORRECTIONS]
    guesses += [(score, offer.id) for score, offer in found]
    other = _other_matter(understanding, phase.procedure, office, text)
    return Request(
        place=standing.place,
        asked=standing.asked,
        standing=standing.standing,
        proposed=(*(offer for _, offer in found), *other),
        guesses=_guesses(guesses, share=0.7),
    )


def _at_start(
    understanding: Understanding, standing: Request, office: Office, text: str
) -> Request:
    ranking = understanding.at_start(text)
    proposed: list[Offer] = []
    guesses: list[tuple[float, str]] = [(ranking.none, "out")]
    for hit in ranking.hits:
        shown = office.procedure(hit.entry.id) or office.card(hit.entry.id)
        if shown is not None and hit.entry.is_offered and len(proposed) < MOST_MATTERS:
            proposed.append(_matter(shown, hit.entry.wordings))
            guesses.append((hit.score, proposed[-1].id))
    return Request(
        place=standing.place,
        standing=standing.standing,
        proposed=tuple(proposed),
        guesses=_guesses(guesses, share=1.0),
    )


def _matter(found: Procedure | Card, wordings: tuple[str, ...]) -> Offer:
    return Offer(f"procedure {found.id}", Chose(found), found.title.vi, wordings[:1])


def _other_matter(
    understanding: Understanding, procedure: Procedure, office: Office, text: str
) -> tuple[Offer, ...]:
    """Another procedure, where the words name one."""
    hits = understanding.at_start(text).hits[:1]
    shown = next((office.procedure(one.entry.id) for one in hits if one.score >= OTHER_FROM), None)
    if shown is None or shown == procedure:
        return ()
    return (Offer(f"procedure {shown.id}", Unclear(other=shown), shown.title.vi),)


def _correction(question: Question, choice_id: str) -> Offer:
    choice = question.choice(choice_id)
    assert choice is not None  # it was ranked among the question's own
    return Offer(
        f"correct {question.id} {choice_id}",
        Corrected(question.id, choice_id),
        f"{question.ask.vi} {choice.label.vi}",
        choice.heard_as.vi[:1],
    )


def _id_of(found: Found) -> str:
    match found.option.meant:
        case Meant.CHOICE:
            return f"answer {found.option.id}"
        case Meant.ASIDE:
            return f"aside {found.option.id}"
        case Meant.WISH:
            return f"wish {found.option.id}"
        case Meant.WHY:
            return "why"
        case Meant.UNCLEAR:
            return "unclear"


def _guesses(found: Iterable[tuple[float, str]], *, share: float) -> tuple[Guess, ...]:
    """The best of the rules' guesses in tenths; a score of 1 / `share` is full belief."""
    ranked = sorted(found, key=lambda each: -each[0])[:MOST_GUESSES]
    return tuple(Guess(one, min(9, max(0, int(score * share * 10)))) for score, one in ranked)

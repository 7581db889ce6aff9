"""Any screen of a script, as a citizen would come to it: what is touched, and where to go on. Pure.

A screen is named by ids (the procedure's, those of the choices taken), so that it can stand in
an address. Whatever an address says is checked against the script.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk import event as on
from kiosk.errors import KioskError
from kiosk.event import Event
from kiosk.path import Answers, follow
from kiosk.procedure import (
    LANGUAGES,
    Language,
    LifeEvent,
    Outcome,
    OutcomeKind,
    Procedure,
    Question,
    Text,
)
from kiosk.words import Words

MOST_ANSWERS = 40
"""More than any script asks."""
MOST_PAGES = 20
"""A page of a screen is most of what fits."""
_END = "ban-xem-thu"
"""Begins the ids of the ends that stand for what a script lacks."""
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
_MOST_ID_LETTERS = 48


class Orientation(StrEnum):
    """How the panel hangs."""

    PORTRAIT = "portrait"
    LANDSCAPE = "landscape"


class Look(StrEnum):
    """Which screen, where several belong to one step."""

    STEP = "step"
    """The question, or the review once all are answered; without a procedure: the tiles."""
    WHY = "why"
    """Why this is asked."""
    OUTCOME = "outcome"
    WAITING = "waiting"
    """Nobody is here yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The screen to draw."""

    procedure: str = ""
    """Its id; empty: none is chosen yet."""
    answers: tuple[str, ...] = ()
    """Ids of the choices taken, in the order of the questions."""
    look: Look = Look.STEP
    life_event: LifeEvent | None = None
    """The tile that was touched, where no procedure is chosen yet."""
    page: int = 0
    """How often "go on" was touched, on a screen that is longer than the panel."""
    language: Language = "vi"
    orientation: Orientation = Orientation.PORTRAIT

    def fresh(self) -> "Wanted":
        """The same step from its top, without what lies on it."""
        return replace(self, look=Look.STEP, page=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What can be touched, and the screen that it leads to."""

    label: str
    to: Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A screen in words, and the ways on from it."""

    title: str
    """What stands at its top; for those who cannot see the picture."""
    ways: tuple[Way, ...] = ()
    beside: tuple[Way, ...] = ()
    """Why this is asked."""
    back: Way | None = None


def wanted_of(
    *,
    procedure: str = "",
    answers: str = "",
    look: str = "",
    life_event: str = "",
    page: str = "",
    language: str = "vi",
    orientation: str = "",
) -> Wanted:
    """What an address or a command asks for.

    Raises:
        KioskError: `preview.no_such_screen`: nothing that a script could have.
    """
    taken = tuple(filter(None, answers.split(",")))
    ids = (*taken, *((procedure,) if procedure else ()))
    is_page = page in map(str, ("", *range(MOST_PAGES)))
    if len(taken) > MOST_ANSWERS or not all(map(_is_id, ids)) or not is_page:
        raise KioskError("preview.no_such_screen")
    try:
        return Wanted(
            procedure=procedure,
            answers=taken,
            look=Look(look or Look.STEP),
            life_event=LifeEvent(life_event) if life_event else None,
            page=int(page or 0),
            language="en" if language == "en" else "vi",
            orientation=Orientation(orientation or Orientation.PORTRAIT),
        )
    except ValueError as error:
        raise KioskError("preview.no_such_screen", str(error)) from error


def address_of(wanted: Wanted) -> tuple[tuple[str, str], ...]:
    """The fields by which an address asks for it; `wanted_of` reads them."""
    fields = (
        ("procedure", wanted.procedure),
        ("answers", ",".join(wanted.answers)),
        ("look", "" if wanted.look is Look.STEP else wanted.look.value),
        ("life_event", wanted.life_event.value if wanted.life_event is not None else ""),
        ("page", str(wanted.page or "")),
        ("language", wanted.language),
        ("orientation", wanted.orientation.value),
    )
    return tuple((name, value) for name, value in fields if value)


def mended(procedure: Procedure, words: Words) -> Procedure:
    """The same, with an end that says so wherever a script with faults leads nowhere, or round.

    A kiosk shows no such script; whoever mends it sees all of it that there is.
    """
    wrong = _wrong_choices(procedure)
    is_begun = procedure.step(procedure.start) is not None
    if not wrong and is_begun:
        return procedure
    lacking = {next_step for _, next_step in wrong} | (set() if is_begun else {procedure.start})
    ends = {
        step: Outcome(
            id=f"{_END}-{number}",
            kind=OutcomeKind.ASK_STAFF,
            title=_told("lacks" if procedure.step(step) is None else "goes_round", step, words),
        )
        for number, step in enumerate(sorted(lacking))
    }
    questions = tuple(
        replace(
            question,
            choices=tuple(
                replace(choice, next=ends[choice.next].id)
                if (f"{question.id} {choice.id}", choice.next) in wrong
                else choice
                for choice in question.choices
            ),
        )
        for question in procedure.questions
    )
    return replace(
        procedure,
        start=procedure.start if is_begun else ends[procedure.start].id,
        questions=questions,
        outcomes=(*procedure.outcomes, *ends.values()),
    )


def _wrong_choices(procedure: Procedure) -> set[tuple[str, str]]:
    """(question and choice, step) of those that lead to no step, or to a question above them."""
    wrong: set[tuple[str, str]] = set()
    seen: set[str] = set()

    def look(question: Question, above: frozenset[str]) -> None:
        seen.add(question.id)
        for choice in question.choices:
            after = procedure.step(choice.next)
            if after is None or after.id in above:
                wrong.add((f"{question.id} {choice.id}", choice.next))
            elif isinstance(after, Question) and after.id not in seen:
                look(after, above | {after.id})

    start = procedure.step(procedure.start)
    if isinstance(start, Question):
        look(start, frozenset({start.id}))
    return wrong


def _told(key: str, step: str, words: Words) -> Text:
    vi, en = (words.say(f"preview.{key}", language, step=step) for language in LANGUAGES)
    return Text(vi=vi, en=en)


def touches(procedure: Procedure | None, wanted: Wanted) -> tuple[Event, ...]:
    """What a citizen does to come there from a kiosk that waits.

    Args:
        procedure: the one that is wanted, mended; None: none.
        wanted: the screen.

    Raises:
        KioskError: `preview.no_such_screen`: the script has no such choice.
    """
    done: list[Event] = [on.LanguageChosen(wanted.language)]
    if procedure is None:
        done += [] if wanted.look is Look.WAITING else [on.Started()]
        done += [on.LifeEventChosen(wanted.life_event)] if wanted.life_event is not None else []
        return tuple(done)
    answers, at = _walked(procedure, wanted.answers)
    done.append(on.Chose(procedure))
    done += [on.Answered(question, choice) for question, choice in answers]
    if wanted.look is Look.OUTCOME and isinstance(at, Outcome) and answers:
        done.append(on.Confirmed())
    if wanted.look is Look.WHY and isinstance(at, Question):
        done.append(on.WhyWanted())
    return tuple(done)


def stop_in(procedure: Procedure, wanted: Wanted, words: Words) -> Stop:
    """Where one stands in a procedure.

    Raises:
        KioskError: `preview.no_such_screen`.
    """
    language = wanted.language
    here = wanted.fresh()
    _, at = _walked(procedure, wanted.answers)
    if isinstance(at, Question):
        return _stop_at_question(at, wanted, words)
    if wanted.look is Look.OUTCOME or not wanted.answers:
        to_tiles = replace(here, procedure="", answers=())
        label = words.say("nav.review" if wanted.answers else "nav.back", language)
        back = Way(label=label, to=here if wanted.answers else to_tiles)
        return Stop(title=at.title.in_language(language), back=back)
    confirm = Way(label=words.say("review.confirm", language), to=replace(here, look=Look.OUTCOME))
    return Stop(
        title=words.say("review.title", language),
        ways=(confirm,),
        back=_back(here, words),
    )


def stop_before(procedures: tuple[Procedure, ...], wanted: Wanted, words: Words) -> Stop:
    """Where one stands before a procedure is chosen: the waiting screen, the tiles, a tile.

    Args:
        procedures: those on offer.
        wanted: the screen.
        words: the kiosk's own.
    """
    language = wanted.language
    tiles = replace(wanted.fresh(), life_event=None)
    waiting = replace(tiles, look=Look.WAITING)
    if wanted.look is Look.WAITING:
        start = Way(label=words.say("waiting.start_by_touch", language), to=tiles)
        return Stop(title=words.say("waiting.greeting", language), ways=(start,))
    if wanted.life_event is None:
        ways = tuple(
            Way(label=words.say(f"life.{one.value}", language), to=replace(tiles, life_event=one))
            for one in LifeEvent
        )
        back = Way(label=words.say("nav.finish", language), to=waiting)
        return Stop(title=words.say("choose.title", language), ways=ways, back=back)
    return Stop(
        title=words.say(f"life.{wanted.life_event.value}", language),
        ways=tuple(
            Way(
                label=one.title.in_language(language),
                to=replace(tiles, procedure=one.id),
            )
            for one in procedures
            if wanted.life_event in one.life_events
        ),
        back=Way(label=words.say("nav.back", language), to=tiles),
    )


def _stop_at_question(at: Question, wanted: Wanted, words: Words) -> Stop:
    language = wanted.language
    here = wanted.fresh()
    if wanted.look is Look.WHY:
        back = Way(label=words.say("nav.close", language), to=here)
        return Stop(title=words.say("ask.why", language), back=back)
    ways = [
        Way(
            label=choice.label.in_language(language),
            to=replace(here, answers=(*here.answers, choice.id)),
        )
        for choice in at.choices
    ]
    why = Way(label=words.say("ask.why", language), to=replace(here, look=Look.WHY))
    return Stop(
        title=at.ask.in_language(language),
        ways=tuple(ways),
        beside=(why,),
        back=_back(here, words),
    )


def _back(here: Wanted, words: Words) -> Way:
    label = words.say("nav.back", here.language)
    if here.answers:
        return Way(label=label, to=replace(here, answers=here.answers[:-1]))
    return Way(label=label, to=replace(here, procedure="", look=Look.STEP))


def _walked(procedure: Procedure, taken: tuple[str, ...]) -> tuple[Answers, Question | Outcome]:
    """The answers with their questions, and the step after them."""
    answers: Answers = ()
    for choice in taken:
        at = follow(procedure, answers).at
        if not isinstance(at, Question) or at.choice(choice) is None:
            raise KioskError("preview.no_such_screen", f"{procedure.id}: {choice}")
        answers = (*answers, (at.id, choice))
    return answers, follow(procedure, answers).at


def _is_id(text: str) -> bool:
    return len(text) <= _MOST_ID_LETTERS and _ID.match(text) is not None

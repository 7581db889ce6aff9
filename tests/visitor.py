"""Somebody who talks with the real kiosk: rules, state machine and screens, without Qt.

A guide may stand beside the rules; what it says is judged like everything else.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import StrEnum
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path

from explained import Explainer
from standing import Standing, holds, is_safe, next_touch, standing
from talk import Talk, Turn, read_talks
from test_conductor import IDLE, Clock, HeldPrinter, ListedUsage, OneDoor

from kiosk import event as on
from kiosk.app import entries_of, understanding_of
from kiosk.assistant.guide_reports import GuideReport
from kiosk.assistant.search import Search
from kiosk.assistant.understanding import Understanding
from kiosk.catalogue import SHIPPED_PROCEDURES, Catalogue, load_catalogue
from kiosk.conductor import Conductor
from kiosk.event import Event
from kiosk.office import Office
from kiosk.ports import Guide
from kiosk.procedure import Text
from kiosk.screen import Button, OutcomeBody, ReviewBody, Screen
from kiosk.session import Guiding, Session
from kiosk.settings import load_settings
from kiosk.speech.silence import Rehearsal
from kiosk.words import Words
from kiosk.words_files import load_words

TALKS = Path(__file__).parent / "talks"
SITE = Path(__file__).parents[1] / "packaging" / "site.example.toml"
MOST_TOUCHES = 60
"""More than any way through a script has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What all visitors share: it takes seconds to build."""

    catalogue: Catalogue
    understanding: Understanding
    search: Search
    office: Office
    words: Words
    about: dict[str, str]
    """Name of a matter without a guide -> its id."""
    explainer: Explainer


@cache
def house() -> House:
    """The kiosk of the example ward with the whole catalogue, on the day after it was checked."""
    catalogue = load_catalogue(SHIPPED_PROCEDURES)
    entries = entries_of(catalogue, [], None)
    settings = load_settings(SITE)
    words = load_words()
    office = Office(
        name=settings.ward.name,
        place=settings.ward.office,
        counters=settings.counters,
        portal=settings.ward.portal,
        procedures=catalogue.procedures,
        cards=catalogue.cards,
        today=max(one.checked for one in catalogue.procedures),
        home="vi",
        countdown_seconds=20,
        pin_digits=6,
    )
    return House(
        catalogue=catalogue,
        understanding=understanding_of(entries, catalogue),
        search=Search(entries),
        office=office,
        words=words,
        about={one.title.vi: one.id for one in catalogue.unserved},
        explainer=Explainer(catalogue, office, words),
    )


@cache
def folders() -> dict[str, tuple[Talk, ...]]:
    """Every conversation, by what goes wrong in it."""
    found: dict[str, tuple[Talk, ...]] = {}
    for file in sorted(TALKS.glob("*/*.yaml")):
        talks = read_talks(file.read_bytes(), file=str(file.relative_to(TALKS)))
        found[file.parent.name] = (*found.get(file.parent.name, ()), *talks)
    return found


MakeGuide = Callable[[Callable[[GuideReport], None]], Guide]
"""Makes a guide of the callback that takes its reports."""


class Voice(Rehearsal):
    """An ear that opens, and a voice that counts how often it reads the screen again."""

    def __init__(self) -> None:
        super().__init__()
        self.times_read = 0

    def say_again(self, session: Session, screen: Screen) -> None:  # noqa: ARG002
        self.times_read += 1


class How(StrEnum):
    """How the kiosk took a turn."""

    UNDERSTOOD = "understood"
    """As the citizen meant it."""
    ASKED_BACK = "asked back"
    """A question back, where that is as right."""
    UNCLEAR = "unclear"
    """Not understood, and nothing was done: the citizen is asked, or left where they are."""
    UNSAFE = "unsafe"
    """Something was done that was not meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What came of a turn."""

    turn: Turn
    how: How
    forbidden: tuple[str, ...]
    """What of `never` came true."""
    before: Standing
    after: Standing

    @property
    def is_right(self) -> bool:
        """Whether it is as the conversation says."""
        return self.how in (How.UNDERSTOOD, How.ASKED_BACK) and not self.forbidden

    @property
    def is_safe(self) -> bool:
        """Whether no harm was done."""
        return self.how is not How.UNSAFE and not self.forbidden

    def __str__(self) -> str:
        turn, before, after = self.turn, self.before, self.after
        did = f"said {turn.spoken[:80]!r}" if turn.said is not None else f"touched {turn.tap!r}"
        wanted = f"at {turn.at}, {dict(turn.answers)}, {turn.overlay}, {turn.offered}"
        found = f"at {after.at}, {dict(after.answers)}, {sorted(after.overlay)}"
        found += f", {sorted(after.offered)}, calling: {after.is_calling}, never: {self.forbidden}"
        return f"{self.how}: {did} {before.at}\n  expected {wanted}\n  found {found}"


class NotOnScreen(Exception):
    """A conversation touches something that is not there."""


@dataclass
class Visitor:
    """One visit. Every screen that is shown on the way is kept."""

    guide: MakeGuide | None = None
    """Makes the language model beside the rules; None: the rules alone."""
    said: list[str] = field(default_factory=list)
    """All that was said in this visit."""
    screens: list[Screen] = field(default_factory=list)

    def __post_init__(self) -> None:
        home = house()
        self._sessions: list[Session] = []
        self.voice = Voice()
        self.conductor = Conductor(
            words=home.words,
            office=home.office,
            search=home.search,
            understanding=lambda: home.understanding,
            printer=HeldPrinter(),
            usage=ListedUsage(),
            door=OneDoor(),
            idle=IDLE,
            clock=Clock(),
            today=lambda: home.office.today,
            shut_down=lambda: None,
        )
        self.conductor.converse(self.voice)
        self.conductor.engines(can_hear=True, can_speak=True)
        if self.guide is not None:
            self.conductor.guided_by(self.guide(self.conductor.guide_reports))
        self.conductor.start(show=self._look, forget=lambda: None, wake=self.conductor.drain)

    def _look(self, screen: Screen) -> None:
        self.screens.append(screen)
        self._sessions.append(self.session)

    @cached_property
    def faults(self) -> tuple[str, ...]:
        """What is wrong with the screens of this visit, whatever led there; ask when it is over."""
        explainer = house().explainer
        strange = [each for one in self.screens for each in explainer.strange(one, self.said)]
        seen = zip(pairwise(self.screens), self._sessions[1:], strict=True)
        unreviewed = [each for pair, session in seen for each in _unreviewed(*pair, session)]
        return (*(f"not explained: {one}" for one in strange), *unreviewed)

    @property
    def session(self) -> Session:
        """The visit as it stands."""
        return self.conductor.session

    @property
    def standing(self) -> Standing:
        """The same in the words of the conversations."""
        return standing(self.session, house().about)

    def post(self, *events: Event) -> None:
        """Something happens."""
        for event in events:
            self.conductor.post(event)

    def say(self, text: str, confidence: float | None = None) -> None:
        """Touch the microphone and say something; nobody listens at the goodbye."""
        self.said.append(text)
        self.post(on.MicrophoneTouched())
        hearing = self.session.hearing
        if hearing is not None:
            turn = hearing.turn
            self.post(on.VoiceHeard(turn), on.SentenceOver(turn), on.Heard(turn, text, confidence))

    def within_reach(self) -> tuple[Button, ...]:
        """What may be touched, that of what lies on top before all others."""
        screen = self.screens[-1]
        top = screen.overlay if screen.overlay is not None else screen.body
        parts = (screen.curtain, top, screen.banner, screen.ear, screen.dock, screen.header)
        return tuple(one for one in buttons(parts) if one.event is not None)

    def sees(self, label: str) -> bool:
        """Whether there is a button with this label."""
        return any(one.label == label for one in self.within_reach())

    def tap(self, label: str) -> None:
        """Touch the button with this label."""
        event = next((one.event for one in self.within_reach() if one.label == label), None)
        if event is None:
            there = [one.label for one in self.within_reach()]
            raise NotOnScreen(f"{label!r} is not on the screen: {there}")
        self.post(event)

    def take(self, turn: Turn) -> Taken:
        """Do what a turn says, see what came of it, and go on from where it should lead."""
        before, times_read = self.standing, self.voice.times_read
        if turn.tap is not None:
            self.tap(turn.tap)
        else:
            self.say(turn.spoken, turn.confidence)
        after = self.standing
        reads_again = self.voice.times_read > times_read
        so = [one for one in turn.right if holds(one, before, after, reads_again=reads_again)]
        how = How.UNCLEAR if is_safe(before, after) else How.UNSAFE
        if so:
            is_as_meant = turn.is_asking or any(not one.is_asking for one in so)
            how = How.UNDERSTOOD if is_as_meant else How.ASKED_BACK
        forbidden = tuple(one for one in turn.never if self._is_so(one, after))
        if turn not in so:
            self._put_right(turn, before)
        return Taken(turn=turn, how=how, forbidden=forbidden, before=before, after=after)

    def _put_right(self, turn: Turn, before: Standing) -> None:
        """Touch one's way to where the turn should have led."""
        at = turn.at if turn.at is not None or turn.answers else before.at
        answers = {**before.answers, **turn.answers}
        expected = replace(
            turn, at=None if at == "waiting" and turn.at is None else at, answers=answers
        )
        for _ in range(MOST_TOUCHES):
            touch = next_touch(self.session, expected, house().office)
            if touch is None:
                return
            self.post(touch)
        raise NotOnScreen(f"no way to {turn.at} by touch")

    def _is_so(self, unwanted: str, after: Standing) -> bool:
        kind, _, rest = unwanted.partition(" ")
        match kind:
            case "procedure":
                return after.at.split()[0] == rest
            case "answer":
                question, choice = rest.split()
                return after.answers.get(question) == choice
            case "answered":
                return rest in after.answers
            case "text":
                screen = self.screens[-1]
                return any(rest.casefold() in one.casefold() for one in texts(screen))
        raise NotOnScreen(f"{unwanted!r} says nothing")


def _unreviewed(before: Screen, screen: Screen, session: Session) -> tuple[str, ...]:
    """What is wrong where an outcome is shown and its answers were not shown before it."""
    if not isinstance(screen.body, OutcomeBody) or isinstance(before.body, OutcomeBody):
        return ()
    assert isinstance(session.phase, Guiding)
    behind = session.phase.path.behind
    given = [step.choice.label.in_language(before.language) for step in behind]
    rows = [one.answer for one in before.body.rows] if isinstance(before.body, ReviewBody) else []
    return () if rows == given else (f"an outcome whose answers were not reviewed: {given}",)


def buttons(value: object) -> Iterator[Button]:
    """Everything in `value` that may be tapped."""
    if isinstance(value, Button):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from buttons(one)
    elif is_dataclass(value):
        for each in fields(value):
            yield from buttons(getattr(value, each.name))


def texts(screen: Screen) -> Iterator[str]:
    """Every text of a screen but what the strip of the ear repeats."""
    yield from _texts(replace(screen, ear=None))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(one)
    elif is_dataclass(value) and not isinstance(value, Event | Text):
        for each in fields(value):
            yield from _texts(getattr(value, each.name))

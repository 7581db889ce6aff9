"""Whatever happens, in whatever order: a visit can be drawn, taken back and wiped."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from itertools import pairwise

import pytest
from conftest import office_of
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kiosk import effect as do
from kiosk import event as on
from kiosk import intent
from kiosk.advance import MOST_TYPED, advance
from kiosk.catalogue import SHIPPED_PROCEDURES, load_catalogue
from kiosk.command import Locked, Message, NoticesSet, ReloadWanted, Summoned, Unlocked, VolumeSet
from kiosk.effect import Effect
from kiosk.event import Event
from kiosk.path import Path, every_path
from kiosk.procedure import LANGUAGES, LifeEvent, Outcome, Procedure
from kiosk.screen import Button, OutcomeBody, Progress, QuestionBody, ReviewBody, Screen
from kiosk.screen_for import screen_for
from kiosk.session import Finished, Guiding, PinPad, Resting, Session, StaffSheet, Waiting, fresh
from kiosk.tally import ANSWERS, CALL_ENDS, Counted, InputMode
from kiosk.voice import Loudness, Pace
from kiosk.words_files import load_words

PROCEDURES = load_catalogue(SHIPPED_PROCEDURES).procedures
OFFICE = office_of(PROCEDURES)
WORDS = load_words()
PIN = "8305961724"
MARKER = "bí mật của bà Thuận"
"""Said by somebody; nowhere once the visit is over."""

ids = [one.id for one in PROCEDURES]
questions = sorted({q.id for one in PROCEDURES for q in one.questions} | {"khong-co"})
choices = sorted({c.id for one in PROCEDURES for q in one.questions for c in q.choices})
papers = sorted({p.id for one in PROCEDURES for p in one.papers} | {"khong-co"})
asides = sorted({a.id for one in PROCEDURES for a in one.asides} | {"khong-co"})
turns = st.integers(0, 9)
said = st.sampled_from(["", " ", f"tôi tự đi, {MARKER}", f"{MARKER} {{0}}%\u202e"])
intents = st.one_of(
    st.integers(0, len(PROCEDURES) - 1).map(lambda number: intent.Chose(PROCEDURES[number])),
    st.integers(2, 3).map(lambda most: intent.Perhaps(PROCEDURES[:most])),
    st.builds(intent.OutOfScope, st.sampled_from(intent.Talk)),
    st.builds(
        intent.Answered,
        st.lists(
            st.tuples(st.sampled_from(questions), st.sampled_from(choices)), min_size=1, max_size=3
        ).map(tuple),
    ),
    st.builds(intent.Corrected, st.sampled_from(questions), st.sampled_from(choices)),
    st.builds(intent.AskedAside, st.sampled_from(asides)),
    st.just(intent.AskedWhy()),
    st.builds(intent.Wished, st.sampled_from(intent.Wish)),
    st.builds(intent.Unclear, st.sampled_from([(), tuple(choices[:2])]), st.none()),
    st.integers(0, 3).map(lambda number: intent.Unclear((), PROCEDURES[number])),
)
typed = st.sampled_from(["", " ", "khai sinh", "giấy", "x" * (MOST_TYPED + 9), "\n\t\u202e{0}%"])

any_event: st.SearchStrategy[Event] = st.one_of(
    st.sampled_from(
        [
            on.Started(),
            on.Back(),
            on.ReviewWanted(),
            on.Confirmed(),
            on.StartAgain(),
            on.LegalToggled(),
            on.WhyWanted(),
            on.MicrophoneTouched(),
            on.MicrophoneTouched(),
            on.NotMeant(),
            on.HearAgainTouched(),
            on.HushTouched(),
            on.VoiceSheetWanted(),
            on.MuteToggled(),
            on.CurtainToggled(),
            on.EarOpens(),
            on.SpeakingFailed(),
            on.VoiceBegan(),
            on.VoiceEnded(),
            on.Closed(),
            on.PrintWanted(),
            on.Finish(),
            on.StaffCalled(),
            on.CallCancelled(),
            on.StillHere(),
            on.IdleTooLong(),
            on.DigitErased(),
            on.PinEntered(),
            on.PinRight(),
            on.StaffReset(),
            Locked(),
            Unlocked(),
            Unlocked(),
            Summoned(Message.COME, "ho-tich"),
            VolumeSet(Loudness.LOUD),
            NoticesSet(()),
            on.NoticesWanted(),
            ReloadWanted(),
            on.CallAnswered(),
            on.PrintTestWanted(),
            on.SoundTestWanted(),
            on.ShutDownWanted(),
        ]
    ),
    st.builds(on.LanguageChosen, st.sampled_from(LANGUAGES)),
    st.builds(on.LifeEventChosen, st.sampled_from([None, *LifeEvent])),
    st.builds(on.Typed, typed),
    st.integers(0, len(PROCEDURES) - 1).map(lambda number: on.Chose(PROCEDURES[number])),
    st.builds(on.Answered, st.sampled_from(questions), st.sampled_from(choices)),
    st.builds(on.ChangeWanted, st.sampled_from(questions)),
    st.builds(on.Ticked, st.sampled_from(papers)),
    st.builds(on.AsideWanted, st.sampled_from([None, *asides])),
    st.builds(on.Rated, st.sampled_from([None, *on.Rating])),
    st.builds(on.Found, typed, st.lists(st.sampled_from([*ids, "khong-co"])).map(tuple)),
    st.builds(on.SlipDone, st.integers(-2, 3), st.sampled_from([None, "printer.no_paper", "x.y"])),
    st.builds(on.IdleSoon, st.integers(1, 20)),
    st.builds(on.CallWaits, st.sampled_from(ANSWERS)),
    st.builds(on.DoorTouched, st.booleans()),
    st.builds(on.Digit, st.sampled_from([*"0123456789", "x", ""])),
    st.builds(
        on.PinWrong, st.sampled_from([0, 60]), st.sampled_from([None, "pin.weak", "pin.too_short"])
    ),
    st.builds(on.PaceChosen, st.sampled_from(Pace)),
    st.builds(on.LoudnessChosen, st.sampled_from(Loudness)),
    st.builds(on.Said, said, st.sampled_from([InputMode.TYPING, InputMode.VOICE])),
    st.builds(on.VoiceHeard, turns),
    st.builds(on.HeardSoFar, turns, said),
    st.builds(on.SentenceOver, turns),
    st.builds(on.Heard, turns, said, st.sampled_from([None, 0.0, 0.4, 1.0])),
    st.builds(on.NothingHeard, turns),
    st.builds(on.HearingFailed, turns),
    st.builds(on.Understood, turns, intents, said),
    st.builds(
        on.Pointed,
        turns,
        st.sampled_from(
            [on.Back(), on.Closed(), on.Finish(), on.MicrophoneTouched(), on.CallCancelled()]
        ),
        said,
    ),
)
"""Anything at all, in places where it makes sense and in places where it does not."""


def buttons(value: object) -> Iterator[Button]:
    """Everything on a screen that may be tapped."""
    if isinstance(value, Button):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from buttons(one)
    elif is_dataclass(value):
        for field in fields(value):
            yield from buttons(getattr(value, field.name))


def is_ear_open(effects: tuple[Effect, ...], *, was_open: bool) -> bool:
    """Whether the microphone is on after these."""
    for effect in effects:
        if isinstance(effect, do.Listen):
            was_open = True
        elif isinstance(effect, do.CloseEar | do.FinishListening | do.Forget):
            was_open = False
    return was_open


def drawn(session: Session) -> Screen:
    return screen_for(session, WORDS, OFFICE)


def can_be_drawn(session: Session) -> None:
    for language in LANGUAGES:
        screen = drawn(replace(session, language=language))
        assert screen.language == language
        for button in buttons(screen):
            assert button.event is None or isinstance(button.event, Event)
            assert button.label.strip()
        for button in (screen.dock.call, *screen.header.languages):
            assert button.event is not None, "help and the language are always within reach"


class Visit(RuleBasedStateMachine):
    """A visit to which anything may happen."""

    def __init__(self) -> None:
        super().__init__()
        self.session = fresh("vi")
        self.is_ear_open = False
        """As far as the effects tell."""
        self.calls = 0
        """Calls that were counted, less those whose end was."""

    def happen(self, event: Event) -> tuple[Effect, ...]:
        before = self.session
        self.session, effects = advance(before, event)
        assert self.session.turn >= before.turn, "turns only rise"
        hearing = before.hearing
        if (
            isinstance(event, on.SentenceOver | on.Heard | on.NothingHeard)
            and hearing is not None
            and hearing.turn == event.turn
        ):
            self.is_ear_open = False  # the ear closes before it says so
        self.is_ear_open = is_ear_open(effects, was_open=self.is_ear_open)
        recorded = [one.tally.event for one in effects if isinstance(one, do.Record)]
        self.calls += recorded.count(Counted.STAFF_CALLED)
        self.calls -= sum(one in CALL_ENDS for one in recorded)
        assert self.calls == self.session.is_calling, "each call ends once, and is counted so"
        return effects

    @initialize(home=st.sampled_from(LANGUAGES))
    def begin(self, home: str) -> None:
        self.session = fresh("vi" if home == "vi" else "en")

    @rule(event=any_event)
    def anything_happens(self, event: Event) -> None:
        self.happen(event)

    @rule(which=st.integers(0, 10_000))
    def something_on_the_screen_is_touched(self, which: int) -> None:
        there = [one.event for one in buttons(drawn(self.session)) if one.event is not None]
        self.happen(there[which % len(there)])

    @rule(which=st.integers(0, 10_000))
    def what_comes_next_is_touched(self, which: int) -> None:
        """A citizen who only goes forward, so that runs get deep."""
        body = drawn(self.session).body
        match body:
            case QuestionBody():
                next_events = [one.event for one in body.choices]
            case ReviewBody():
                next_events = [body.confirm.event]
            case OutcomeBody():
                next_events = [body.slip.event, body.finish.event, body.nav[0].event]
            case _:
                next_events = [on.Chose(PROCEDURES[which % len(PROCEDURES)])]
        event = next_events[which % len(next_events)]
        if event is not None:
            self.happen(event)

    @rule(text=said, confidence=st.sampled_from([None, 0.3, 1.0]), meant=intents)
    def somebody_speaks(self, text: str, confidence: float | None, meant: intent.Intent) -> None:
        """From the touch to what it means, so that runs get somewhere by voice, too."""
        self.happen(on.MicrophoneTouched())
        if self.session.hearing is None:
            return
        turn = self.session.hearing.turn
        self.happen(on.VoiceHeard(turn))
        self.happen(on.HeardSoFar(turn, text))
        self.happen(on.SentenceOver(turn))
        for effect in self.happen(on.Heard(turn, text, confidence)):
            if isinstance(effect, do.Understand):
                self.happen(on.Understood(effect.turn, meant, text))

    @precondition(lambda self: isinstance(self.session.phase, Guiding))
    @rule()
    def back_undoes_exactly_one_answer(self) -> None:
        before, screen = self.session, drawn(self.session)
        assert isinstance(before.phase, Guiding)
        if screen.overlay is not None or not isinstance(screen.body, QuestionBody | ReviewBody):
            return
        if before.phase.changing is not None:
            return
        self.happen(on.Back())
        after = self.session.phase
        if before.phase.path.answers:
            assert isinstance(after, Guiding)
            assert after.path.answers == before.phase.path.answers[:-1]
            assert isinstance(drawn(self.session).body, QuestionBody)
        else:
            assert not isinstance(after, Guiding), "back from the first question leaves it"

    @precondition(lambda self: not isinstance(self.session.phase, Waiting))
    @rule(event=st.sampled_from([on.StaffReset(), on.IdleTooLong()]))
    def the_visit_is_wiped(self, event: Event) -> None:
        wiped = wiped_of(self.session)
        effects = self.happen(event)
        assert replace(self.session, was_reset=False) == wiped
        assert effects[-1] == do.Forget()
        assert effects.count(do.Forget()) == 1

    @invariant()
    def it_can_be_drawn_in_both_languages(self) -> None:
        can_be_drawn(self.session)

    @invariant()
    def nobody_is_listened_to_at_the_staff_door_or_after_the_end(self) -> None:
        session = self.session
        is_closed = isinstance(session.overlay, PinPad | StaffSheet)
        if is_closed or isinstance(session.phase, Finished | Waiting | Resting):
            assert session.hearing is None

    @invariant()
    def the_ear_is_open_only_while_the_session_says_so(self) -> None:
        if self.is_ear_open:
            assert self.session.hearing is not None

    @invariant()
    def what_is_heard_belongs_to_the_newest_turn(self) -> None:
        if self.session.hearing is not None:
            assert self.session.hearing.turn == self.session.turn

    @invariant()
    def nothing_that_was_said_outlives_the_visit(self) -> None:
        if isinstance(self.session.phase, Waiting | Finished | Resting):
            assert MARKER not in repr(self.session)

    @invariant()
    def where_one_stands_is_the_replay_of_the_answers(self) -> None:
        phase = self.session.phase
        if isinstance(phase, Guiding):
            assert phase.path.answers == phase.answers
            if phase.is_confirmed:
                assert isinstance(phase.path.at, Outcome)

    @invariant()
    def what_lies_on_top_is_seen(self) -> None:
        if self.session.overlay is not None:
            assert drawn(self.session).overlay is not None

    @invariant()
    def a_screen_that_is_left_alone_can_be_wiped(self) -> None:
        wiped, effects = advance(self.session, on.IdleTooLong())
        assert wiped == wiped_of(self.session)
        assert do.Forget() in effects

    @invariant()
    def waiting_for_a_printer_has_a_printer_that_works_for_it(self) -> None:
        body = drawn(self.session).body
        if isinstance(body, OutcomeBody) and body.slip.event is None:
            phase = self.session.phase
            assert isinstance(phase, Guiding)
            assert phase.slip == "printing"


def wiped_of(session: Session) -> Session:
    """What is left of a session: nothing but that staff have locked the kiosk."""
    after = fresh(session.home, turn=session.turn + 1)
    return replace(after, phase=Resting()) if isinstance(session.phase, Resting) else after


Visit.TestCase.settings = settings(max_examples=40, stateful_step_count=40)
TestVisit = Visit.TestCase


# The PIN


def each_step_of_a_pin(*, is_new: bool) -> Iterator[tuple[Session, tuple[Effect, ...]]]:
    session = fresh("vi")
    events: list[Event] = [on.DoorTouched(has_pin=not is_new)]
    events += [*map(on.Digit, PIN), on.PinEntered()] * (2 if is_new else 1)
    events += [on.PinWrong(), *map(on.Digit, PIN), on.PinEntered(), on.PinRight()]
    for event in events:
        session, effects = advance(session, event)
        yield session, effects


@pytest.mark.parametrize("is_new", [True, False])
def test_the_digits_of_a_pin_are_never_on_the_screen(*, is_new: bool) -> None:
    seen = set()
    for session, _ in each_step_of_a_pin(is_new=is_new):
        shown = repr(drawn(session))
        for length in range(4, len(PIN) + 1):
            assert PIN[:length] not in shown
        if isinstance(session.overlay, PinPad):
            seen.add(session.overlay.digits)
    assert PIN in seen, "the test entered the PIN"


@pytest.mark.parametrize("is_new", [True, False])
def test_a_pin_is_handed_on_once_and_not_kept(*, is_new: bool) -> None:
    steps = list(each_step_of_a_pin(is_new=is_new))
    carried = [
        effect
        for _, effects in steps
        for effect in effects
        if isinstance(effect, do.CheckPin | do.KeepPin)
    ]
    assert {effect.pin for effect in carried} == {PIN}
    assert PIN not in repr(steps[-1][0])
    for session, effects in steps:
        if any(isinstance(effect, do.CheckPin | do.KeepPin) for effect in effects):
            assert isinstance(session.overlay, PinPad)
            assert session.overlay.digits == ""


# Every way through every shipped procedure


each_procedure = pytest.mark.parametrize("procedure", PROCEDURES, ids=ids)


def walked(procedure: Procedure, path: Path) -> list[Session]:
    """The sessions of a citizen who answers along `path` and confirms."""
    events: list[Event] = [on.Chose(procedure)]
    events += [on.Answered(question, choice) for question, choice in path.answers]
    sessions = [fresh("vi")]
    for event in events:
        sessions.append(advance(sessions[-1], event)[0])
    if path.answers:
        sessions.append(advance(sessions[-1], on.Confirmed())[0])
    return sessions


@each_procedure
def test_every_way_leads_to_its_outcome_and_back_again(procedure: Procedure) -> None:
    for path in every_path(procedure):
        sessions = walked(procedure, path)
        end = sessions[-1]
        assert isinstance(end.phase, Guiding)
        assert end.phase.path == path
        assert isinstance(drawn(end).body, OutcomeBody)
        back, _ = advance(end, on.Back())
        assert isinstance(drawn(back).body, ReviewBody), "first back to the review"
        for session in reversed(sessions[1:-2]):
            back, _ = advance(back, on.Back())
            assert isinstance(back.phase, Guiding)
            assert isinstance(session.phase, Guiding)
            assert back.phase.answers == session.phase.answers


@each_procedure
def test_progress_never_goes_backwards_and_ends_full(procedure: Procedure) -> None:
    seen: dict[tuple[object, bool], Progress] = {}

    def progress_of(session: Session) -> Progress:
        phase = session.phase
        assert isinstance(phase, Guiding)
        place = (phase.answers, phase.is_confirmed)
        if place not in seen:
            body = drawn(session).body
            assert isinstance(body, QuestionBody | ReviewBody | OutcomeBody)
            seen[place] = body.progress
        return seen[place]

    for path in every_path(procedure):
        progress = [progress_of(session) for session in walked(procedure, path)[1:]]
        assert all(before.done < after.done for before, after in pairwise(progress))
        assert all(one.done < one.total for one in progress[:-1])
        assert progress[-1].done == progress[-1].total


@each_procedure
def test_changing_an_early_answer_keeps_the_later_ones_that_still_apply(
    procedure: Procedure,
) -> None:
    for path in every_path(procedure):
        review = walked(procedure, path)[-2]
        old = dict(path.answers)
        for step in path.behind:
            for choice in step.question.choices:
                asked, _ = advance(review, on.ChangeWanted(step.question.id))
                changed, _ = advance(asked, on.Answered(step.question.id, choice.id))
                assert isinstance(changed.phase, Guiding)
                expected = old | {step.question.id: choice.id}
                kept = dict(changed.phase.answers)
                assert kept.items() <= expected.items(), "nothing that was not answered"
                at = changed.phase.path.at
                assert isinstance(at, Outcome) or at.id not in expected, "no answer was lost"
                assert kept[step.question.id] == choice.id


@each_procedure
def test_goodbye_can_be_said_from_everywhere(procedure: Procedure) -> None:
    for path in every_path(procedure):
        for session in walked(procedure, path)[1:]:
            done, _ = advance(session, on.Finish())
            assert done.phase == Finished()
            wiped, effects = advance(done, on.Rated(None))
            assert wiped == fresh("vi", turn=wiped.turn)
            assert effects[-1] == do.Forget()

"""What is read aloud: whatever can be seen can be heard, and by itself only what is needed."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date

import pytest
from conftest import office_of

from kiosk import event as on
from kiosk.advance import advance
from kiosk.card import Card, CardKind
from kiosk.catalogue import SHIPPED_PROCEDURES, load_catalogue
from kiosk.event import Event
from kiosk.intent import OutOfScope, Perhaps, Unclear
from kiosk.notice import Notice, NoticeKind
from kiosk.path import every_path
from kiosk.procedure import LANGUAGES, Aspect, LifeEvent, Procedure, Text
from kiosk.screen import (
    Button,
    ChoosingBody,
    OutcomeBody,
    QuestionBody,
    Screen,
)
from kiosk.screen_for import screen_for
from kiosk.session import NotAvailable, NotHeard, PinPad, Session, StaffSheet, fresh
from kiosk.speech.aloud import FEW, Paragraph, aloud, numbered
from kiosk.words_files import load_words

WORDS = load_words()
PROCEDURES = load_catalogue(SHIPPED_PROCEDURES).procedures
NOTICES = tuple(
    Notice(
        id=kind.value,
        text=Text(vi=f"Thông báo loại {kind.value}.", en=f"Of the kind {kind.value}."),
        since=date(2026, 11, 1),
        until=date(2026, 12, 31),
        kind=kind,
    )
    for kind in NoticeKind
)
OFFICE = replace(office_of(PROCEDURES), can_hear=True, can_speak=True, notices=NOTICES)
WAITING = fresh("vi")
MARKER = "tôi tự đi một mình"

PASSPORT = Card(
    id="ho-chieu",
    kind=CardKind.NOT_HERE,
    title=Text(vi="Làm hộ chiếu", en="Passport"),
    lead=Text(vi="Phường không làm hộ chiếu.", en="The ward does not issue passports."),
    where=Text(vi="Công an cấp tỉnh", en="Provincial police"),
    link="https://dichvucong.gov.vn/x",
    source="Cổng Dịch vụ công quốc gia, 07/2026",
    fee="160.000 đồng",
    papers=("Tờ khai", "Ảnh chân dung"),
)

NOT_READ = {
    ("WaitingBody", "trouble"): "for staff who pass by",
    ("WaitingBody", "all_notices"): "all of them are read",
    ("RestingBody", "all_notices"): "the same",
    ("NoticeCard", "icon"): "a picture beside its title",
    ("ChoosingBody", "search_hint"): "of a field that only fingers use",
    ("ChoosingBody", "text"): "the citizen typed it",
    ("ChoosingBody", "hint"): "read where there are tiles",
    ("QuestionBody", "more_papers"): "how the list of papers is folded, which is read whole",
    ("OutcomeBody", "progress"): "that one is at the end is heard",
    ("Button", "icon"): "a picture beside its label",
    ("Button", "said"): "read in place of the label",
    ("QrCode", "link"): "a picture beside its title",
}
"""What is text on a screen and yet not read, with the reason."""
_WAYS_ABOUT = ("nav", "why", "asides", "clear", "tiles", "change", "tick")
"""Buttons whose labels are not read: they can be said at any step, or stand for a line."""


def after(session: Session, *events: Event) -> Session:
    for event in events:
        session, _ = advance(session, event)
    return session


def whole(session: Session) -> str:
    return "\n".join(line for one in read(session, is_whole=True) for line in one)


def brief(session: Session) -> list[str]:
    return [line for one in read(session, is_whole=False) for line in one]


def read(session: Session, *, is_whole: bool) -> tuple[Paragraph, ...]:
    return aloud(shown(session), WORDS, is_whole=is_whole)


def shown(session: Session) -> Screen:
    return screen_for(session, WORDS, OFFICE)


def texts(value: object, name: str = "") -> Iterator[str]:
    """Every text that is to be read of a body or an overlay."""
    if isinstance(value, str):
        if value.strip():
            yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from texts(one, name)
    elif isinstance(value, Button):
        if value.event is not None:
            yield from (part for part in (value.said or value.label, value.note) if part)
    elif is_dataclass(value):
        kind = type(value).__name__
        for field in fields(value):
            if (kind, field.name) not in NOT_READ and field.name not in _WAYS_ABOUT:
                yield from texts(getattr(value, field.name), field.name)


def is_all_read(session: Session) -> None:
    screen = shown(session)
    seen = screen.overlay if screen.overlay is not None else screen.body
    if isinstance(seen, OutcomeBody) and not seen.legal.is_on:
        seen = replace(seen, legal_lines=(), legal=replace(seen.legal, event=None))
    heard = whole(session)
    for text in texts(seen):
        assert text.removesuffix(".") in heard, f"{type(seen).__name__}: {text!r}"


def tour() -> Iterator[tuple[str, Session]]:
    """A session for each body and each overlay that a citizen may see."""
    small = PROCEDURES[0]
    path = max(every_path(small), key=lambda one: len(one.answers))
    answers = [on.Answered(question, choice) for question, choice in path.answers]
    start = after(WAITING, on.Started())
    chosen = after(start, on.Chose(small))
    further = after(chosen, *answers[:2])
    review = after(chosen, *answers)
    outcome = after(review, on.Confirmed())
    yield "waiting", WAITING
    yield "tiles", start
    for life_event in LifeEvent:
        yield life_event.value, after(start, on.LifeEventChosen(life_event))
    yield "found", after(start, on.Typed("giấy"), on.Found("giấy", (small.id, PROCEDURES[1].id)))
    yield "nothing found", after(start, on.Typed("xyz"), on.Found("xyz", ()))
    said = replace(start, turn=1)
    yield "perhaps", after(said, on.Understood(1, Perhaps(PROCEDURES[:3])))
    typed = replace(after(start, on.Typed("giấy")), turn=1)
    yield "perhaps, typed", after(typed, on.Understood(1, Perhaps(PROCEDURES[:2])))
    yield "card", after(start, on.CardChosen(PASSPORT))
    yield "question", chosen
    yield "later question", further
    yield "review", review
    yield "outcome", outcome
    yield "outcome, law unfolded", after(outcome, on.LegalToggled())
    yield "printing", after(outcome, on.PrintWanted())
    yield "not printed", after(outcome, on.PrintWanted(), on.SlipDone(1, "printer.no_paper"))
    yield "goodbye", after(outcome, on.Finish())
    yield "thanks", after(outcome, on.Finish(), on.Rated(on.Rating.GOOD))
    yield "why", after(chosen, on.WhyWanted())
    yield "asides", after(chosen, on.AsideWanted(None))
    yield "aside", after(chosen, on.AsideWanted(small.asides[0].id))
    yield "why of another question", after(chosen, on.WhyWanted(small.questions[-1].id))
    for aspect in Aspect:
        yield f"aspect {aspect.value}", after(chosen, on.AspectWanted(aspect))
        yield f"aspect {aspect.value} at the end", after(outcome, on.AspectWanted(aspect))
    yield "voice", after(chosen, on.VoiceSheetWanted())
    yield "not heard", replace(chosen, overlay=NotHeard())
    yield "taken back", replace(chosen, overlay=NotHeard(is_wrong=True), missed=2)
    yield "deaf", replace(chosen, overlay=NotAvailable("hearing"))
    yield "dumb", replace(chosen, overlay=NotAvailable("speaking"))
    at = replace(chosen, turn=1)
    ids = tuple(one.id for one in small.questions[0].choices[:2])
    yield "not sure", after(at, on.Understood(1, Unclear(ids)))
    yield "another matter", after(at, on.Understood(1, Unclear((), PROCEDURES[1])))
    yield "out of scope", after(at, on.Understood(1, OutOfScope()))
    yield "another office", after(at, on.Understood(1, OutOfScope(card=PASSPORT)))
    yield "idle", replace(chosen, seconds_left=9)


TOUR = dict(tour())
each_place = pytest.mark.parametrize("place", TOUR)


@each_place
@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_stands_on_a_screen_is_read_when_all_is_read(place: str, language: str) -> None:
    is_all_read(replace(TOUR[place], language="vi" if language == "vi" else "en"))


@pytest.mark.parametrize("procedure", PROCEDURES, ids=[one.id for one in PROCEDURES])
def test_every_outcome_of_every_script_is_read_whole(procedure: Procedure) -> None:
    reached: dict[str, Session] = {}
    for path in every_path(procedure):
        answers = [on.Answered(question, choice) for question, choice in path.answers]
        end = after(WAITING, on.Started(), on.Chose(procedure), *answers, on.Confirmed())
        reached.setdefault(path.at.id, end)
    for session in reached.values():
        is_all_read(session)


@each_place
def test_what_is_read_by_itself_is_a_part_of_the_whole(place: str) -> None:
    session = TOUR[place]
    heard = whole(session)
    for line in brief(session):
        assert line.removesuffix(".") in heard


@each_place
def test_no_line_is_empty_or_a_bare_sign(place: str) -> None:
    for is_whole in (True, False):
        for paragraph in read(TOUR[place], is_whole=is_whole):
            assert paragraph
            assert all(any(letter.isalnum() for letter in line) for line in paragraph)


@each_place
def test_darkness_leaves_nothing_out(place: str) -> None:
    dark = after(TOUR[place], on.CurtainToggled())
    assert shown(dark).curtain is not None or place == "waiting"
    assert whole(dark)


# Numbers


@each_place
def test_the_numbers_that_are_heard_are_those_that_can_be_said(place: str) -> None:
    session = TOUR[place]
    listed = numbered(shown(session))
    heard = whole(session)
    for number, button in enumerate(listed, start=1):
        if not isinstance(shown(session).body, ChoosingBody) or shown(session).overlay is not None:
            assert f"Số {number}: {button.label}" in heard
    assert f"Số {len(listed) + 1}:" not in heard


@pytest.mark.parametrize("overlay", [PinPad(), PinPad(is_new=True), StaffSheet()])
def test_nothing_of_the_staff_pages_is_read(overlay: PinPad | StaffSheet) -> None:
    door = replace(TOUR["question"], overlay=overlay)
    assert whole(door) == ""
    assert brief(door) == []
    assert numbered(shown(door)) == ()


# By itself


def test_a_waiting_kiosk_says_nothing_by_itself() -> None:
    assert brief(WAITING) == []


def test_a_question_is_read_with_its_choices_and_their_numbers() -> None:
    body = shown(TOUR["question"]).body
    assert isinstance(body, QuestionBody)
    labels = [f"Số {number}: {one.label}." for number, one in enumerate(body.choices, start=1)]
    assert brief(TOUR["question"]) == [body.ask, *labels]


def test_a_long_list_is_not_read_by_itself() -> None:
    listed = [TOUR[one.value] for one in LifeEvent]
    lengths = {len(numbered(shown(one))): one for one in listed}
    longest, shortest = lengths[max(lengths)], lengths[min(lengths)]
    assert max(lengths) > FEW >= min(lengths)
    assert len(brief(longest)) == 1
    assert len(brief(shortest)) == 1 + min(lengths)
    assert len(read(longest, is_whole=True)[0]) > max(lengths), "all of it, when asked"


def test_whoever_types_is_not_talked_to() -> None:
    assert brief(TOUR["found"]) == []
    assert brief(TOUR["nothing found"]) == []


def test_the_outcome_is_read_without_small_print() -> None:
    body = shown(TOUR["outcome"]).body
    assert isinstance(body, OutcomeBody)
    heard = brief(TOUR["outcome"])
    assert [f"{row.name}." for row in body.papers] == heard[-len(body.papers) :]
    assert body.checked not in heard


# What changes is read, what stays is not read again


def test_how_the_printing_goes_is_read_without_the_outcome() -> None:
    before = read(TOUR["outcome"], is_whole=False)
    now = read(TOUR["printing"], is_whole=False)
    assert [one for one in now if one not in before] == [(WORDS.say("slip.printing", "vi"),)]


def test_an_officer_who_is_called_is_read_without_the_question() -> None:
    before = read(TOUR["question"], is_whole=False)
    now = read(after(TOUR["question"], on.StaffCalled()), is_whole=False)
    new = [one for one in now if one not in before]
    assert len(new) == 1
    assert "cán bộ" in new[0][0]


def test_in_the_dark_only_a_new_paper_is_read_again() -> None:
    dark = after(TOUR["later question"], on.CurtainToggled())
    body = shown(dark).body
    assert isinstance(body, QuestionBody)
    heard = read(dark, is_whole=True)
    assert heard[0] == (body.procedure,)
    for paper in body.papers:
        assert (paper,) in heard


def test_in_the_dark_what_was_heard_is_read_out() -> None:
    said = replace(TOUR["question"], turn=1)
    for_touch = after(said, on.Pointed(1, on.LegalToggled(), MARKER))
    assert MARKER not in whole(for_touch), "it stands on the strip"
    assert MARKER in whole(replace(for_touch, voice=replace(for_touch.voice, is_dark=True)))


def test_the_tour_sees_every_kind_of_screen() -> None:
    bodies = {type(shown(one).body).__name__ for one in TOUR.values()}
    overlays = {type(shown(one).overlay).__name__ for one in TOUR.values()}
    assert len(bodies) == 7
    assert overlays == {"NoneType", "MessageOverlay", "IdleOverlay", "VoiceOverlay"}

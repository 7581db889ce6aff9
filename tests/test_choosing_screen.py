"""The screen "what do you need?" with what a sentence may mean, in both languages."""

from dataclasses import replace

import pytest
from conftest import office_of

from kiosk import event as on
from kiosk.card import Card, CardKind
from kiosk.choosing_screen import MOST_RESULTS, choosing_body
from kiosk.intent import Perhaps
from kiosk.office import Office
from kiosk.procedure import LANGUAGES, Language, LifeEvent, Procedure, Text
from kiosk.screen import Button, ChoosingBody
from kiosk.session import Choosing
from kiosk.words import Words

WHICH = Text(vi="Giấy mới, hay bản sao?", en="A new one, or a copy?")
PASSPORT = Card(
    id="ho-chieu",
    kind=CardKind.NOT_HERE,
    title=Text(vi="Làm hộ chiếu", en="Passport"),
    link="https://dichvucong.gov.vn/x",
    source="Cổng Dịch vụ công quốc gia, 07/2026",
    life_events=(LifeEvent.IDENTITY,),
)
NATIONAL = Card(
    id="tthc-1-000002",
    kind=CardKind.NATIONAL,
    code="1.000002",
    title=Text(vi="Cấp giấy phép", en="Cấp giấy phép"),
    link="https://dichvucong.gov.vn/y",
    source="Cổng Dịch vụ công quốc gia, 07/2026",
)
BACK = Button(label="back", event=on.Back())
FINISH = Button(label="finish", event=on.Finish())

in_both_languages = pytest.mark.parametrize("language", LANGUAGES)


class Eyes:
    """Looks at the screen in an office with one procedure and two cards."""

    def __init__(self, words: Words, office: Office) -> None:
        self.words = words
        self.office = replace(office, cards=(PASSPORT, NATIONAL))

    def see(self, phase: Choosing, language: Language = "vi") -> ChoosingBody:
        return choosing_body(
            phase, words=self.words, office=self.office, language=language, nav=(BACK, FINISH)
        )


@pytest.fixture
def eyes(words: Words, office: Office) -> Eyes:
    return Eyes(words, office)


@pytest.fixture
def two(small: Procedure) -> Perhaps:
    """A procedure or a card may be meant."""
    return Perhaps((small, PASSPORT), ask=WHICH)


# What a sentence may mean


@in_both_languages
def test_the_question_that_tells_two_apart_is_asked_above_them(
    eyes: Eyes, two: Perhaps, small: Procedure, language: Language
) -> None:
    body = eyes.see(Choosing(perhaps=two), language)
    assert body.title == WHICH.in_language(language)
    assert body.results_title == body.title
    assert [one.event for one in body.results] == [
        on.Chose(small),
        on.CardChosen(PASSPORT),
        on.LifeEventChosen(None),
    ]
    assert [one.label for one in body.results[:2]] == [
        small.title.in_language(language),
        PASSPORT.title.in_language(language),
    ]


@in_both_languages
def test_without_such_a_question_it_is_asked_which_one(
    eyes: Eyes, two: Perhaps, language: Language
) -> None:
    body = eyes.see(Choosing(perhaps=replace(two, ask=None)), language)
    assert body.title == eyes.words.say("heard.which", language)


@in_both_languages
def test_above_what_was_typed_it_says_what_to_touch(
    eyes: Eyes, two: Perhaps, language: Language
) -> None:
    body = eyes.see(Choosing(text="giấy", perhaps=two), language)
    assert body.title == WHICH.in_language(language)
    assert body.results_title == eyes.words.say("heard.touch", language)
    assert body.text == "giấy"


@in_both_languages
def test_the_last_candidate_is_none_of_these(eyes: Eyes, two: Perhaps, language: Language) -> None:
    none = eyes.see(Choosing(perhaps=two), language).results[-1]
    assert none.label == eyes.words.say("heard.none_of_these", language)
    assert none.note == eyes.words.say("heard.none_of_these_note", language)


def test_beside_candidates_there_are_no_tiles_and_there_is_a_way_back(
    eyes: Eyes, two: Perhaps
) -> None:
    body = eyes.see(Choosing(perhaps=two))
    assert body.tiles == ()
    assert body.nav == (BACK, FINISH)
    assert (body.nothing, body.call) == ("", None)


def test_candidates_go_before_what_the_search_found(eyes: Eyes, small: Procedure) -> None:
    body = eyes.see(Choosing(text="giấy", found=(small.id,), perhaps=Perhaps((PASSPORT, NATIONAL))))
    assert on.Chose(small) not in [one.event for one in body.results]


# Cards and procedures among results


@in_both_languages
def test_each_result_says_what_it_is(eyes: Eyes, small: Procedure, language: Language) -> None:
    found = (small.id, PASSPORT.id, NATIONAL.id)
    body = eyes.see(Choosing(text="giấy", found=found), language)
    assert [one.note for one in body.results] == [
        small.summary.in_language(language),
        eyes.words.say("card.not_here", language),
        eyes.words.say("card.unchecked", language),
    ]
    assert body.title == eyes.words.say("choose.title", language)
    assert body.results_title == eyes.words.say("choose.results", language)


def test_a_long_published_title_is_shortened_and_a_procedures_is_not(
    eyes: Eyes, small: Procedure
) -> None:
    long = Text(vi="Cấp giấy chứng nhận đăng ký " * 6, en="A certificate of registration " * 6)
    procedure, card = replace(small, title=long), replace(NATIONAL, title=long)
    first, second = eyes.see(Choosing(perhaps=Perhaps((procedure, card)))).results[:2]
    assert first.label == long.vi
    assert len(second.label) < 100
    assert second.label.endswith("…")


@in_both_languages
def test_a_search_without_result_sends_to_an_officer(eyes: Eyes, language: Language) -> None:
    body = eyes.see(Choosing(text="xyz", found=("khong-co",)), language)
    assert (body.results, body.results_title) == ((), "")
    assert body.nothing == eyes.words.say("choose.nothing", language)
    assert body.call is not None
    assert body.call.event == on.StaffCalled()
    assert body.call.label == eyes.words.say("dock.call", language)


def test_no_more_results_are_shown_than_can_be_read(words: Words, small: Procedure) -> None:
    many = tuple(replace(small, id=f"p{number}") for number in range(MOST_RESULTS + 3))
    body = Eyes(words, office_of(many)).see(
        Choosing(text="giấy", found=("khong-co", *(one.id for one in many)))
    )
    assert [one.event for one in body.results] == [on.Chose(one) for one in many[:MOST_RESULTS]]


# Tiles


@in_both_languages
def test_nothing_said_typed_or_touched_shows_every_tile(eyes: Eyes, language: Language) -> None:
    for text in ("", "  "):
        body = eyes.see(Choosing(text=text), language)
        assert [one.label for one in body.tiles] == [
            eyes.words.say(f"life.{one.value}", language) for one in LifeEvent
        ]
        assert (body.results, body.nothing, body.call) == ((), "", None)
        assert body.nav == (FINISH,), "there is nothing to go back to"


@in_both_languages
def test_a_tile_shows_what_other_offices_do_after_the_wards_own(
    eyes: Eyes, small: Procedure, language: Language
) -> None:
    card = replace(PASSPORT, life_events=(LifeEvent.BENEFITS,))
    eyes.office = replace(eyes.office, cards=(card,))
    body = eyes.see(Choosing(life_event=LifeEvent.BENEFITS), language)
    assert [one.event for one in body.results] == [on.Chose(small), on.CardChosen(card)]
    assert body.results_title == eyes.words.say("life.tro-cap", language)


@in_both_languages
def test_a_tile_that_nothing_lies_behind_sends_to_an_officer(
    eyes: Eyes, language: Language
) -> None:
    body = eyes.see(Choosing(life_event=LifeEvent.LAND), language)
    assert body.results == ()
    assert body.nothing == eyes.words.say("choose.not_covered", language)
    assert body.call is not None

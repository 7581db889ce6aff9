"""What the kiosk says to a sentence that it cannot act on, in both languages."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk import event as on
from kiosk.card import Card, CardKind
from kiosk.heard_screen import PATIENCE, beyond_overlay, not_sure_overlay
from kiosk.intent import OutOfScope, Talk
from kiosk.office import Office
from kiosk.procedure import LANGUAGES, Language, Procedure, Text
from kiosk.screen import Button, MessageOverlay
from kiosk.screen_for import screen_for
from kiosk.session import Beyond, Choosing, Guiding, NotSure, Session
from kiosk.words import Words

EMERGENCIES = {
    Talk.POLICE: "113",
    Talk.FIRE: "114",
    Talk.MEDICAL: "115",
    Talk.MISSING: "113",
}
SCHOOL = Text(vi="Xin cho con vào lớp 1", en="Enrolling a child in grade 1")
PASSPORT = Card(
    id="ho-chieu",
    kind=CardKind.NOT_HERE,
    title=Text(vi="Làm hộ chiếu", en="Passport"),
    link="https://dichvucong.gov.vn/x",
    source="Cổng Dịch vụ công quốc gia, 07/2026",
)
CHOICES = (
    Button(label="Tôi tự đi", event=on.Answered("ai-di", "tu-di"), is_main=True),
    Button(label="Đi thay", event=on.Answered("ai-di", "di-thay"), is_main=True),
)

Beyonds = Callable[..., MessageOverlay]

in_both_languages = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture
def beyond(words: Words) -> Beyonds:
    def told(
        intent: OutOfScope, language: Language = "vi", *, is_lost: bool = False
    ) -> MessageOverlay:
        session = Session(language=language, missed=PATIENCE if is_lost else 0)
        return beyond_overlay(intent, session, words=words)

    return told


def events(overlay: MessageOverlay) -> list[object]:
    return [button.event for button in overlay.buttons]


def main(overlay: MessageOverlay) -> list[object]:
    """What most people do next."""
    return [button.event for button in overlay.buttons if button.is_main]


# Beyond what the kiosk can do


@in_both_languages
@pytest.mark.parametrize("talk", list(Talk))
def test_each_kind_of_talk_has_an_answer_of_its_own(
    beyond: Beyonds, words: Words, talk: Talk, language: Language
) -> None:
    told = beyond(OutOfScope(talk=talk), language)
    assert told.title == words.say(f"heard.{talk.value}_title", language)
    assert told.text == words.say(f"heard.{talk.value}", language)
    assert set(events(told)) == {on.Closed(), on.StaffCalled()}
    others = [beyond(OutOfScope(talk=one), language).text for one in Talk if one is not talk]
    assert told.text not in others


@in_both_languages
@pytest.mark.parametrize(("talk", "number"), EMERGENCIES.items())
def test_an_emergency_says_its_number_first_and_offers_the_officer(
    beyond: Beyonds, talk: Talk, number: str, language: Language
) -> None:
    told = beyond(OutOfScope(talk=talk), language)
    assert number in told.title
    assert number in told.text
    assert events(told) == [on.StaffCalled(), on.Closed()]
    assert main(told) == [on.StaffCalled()]


@in_both_languages
@pytest.mark.parametrize("talk", EMERGENCIES)
def test_once_the_officer_is_called_an_emergency_offers_no_second_call(
    words: Words, talk: Talk, language: Language
) -> None:
    calling = Session(language=language, is_calling=True, emergency=talk)
    told = beyond_overlay(OutOfScope(talk=talk), calling, words=words)
    assert (events(told), main(told)) == ([on.Closed(), on.CallCancelled()], [on.Closed()])
    coming = replace(calling, is_calling=False, is_officer_coming=True)
    assert events(beyond_overlay(OutOfScope(talk=talk), coming, words=words)) == [on.Closed()]


@in_both_languages
@pytest.mark.parametrize("talk", sorted(set(Talk) - set(EMERGENCIES)))
def test_small_talk_goes_on_to_another_matter(
    beyond: Beyonds, talk: Talk, language: Language
) -> None:
    told = beyond(OutOfScope(talk=talk), language)
    assert events(told) == [on.Closed(), on.StaffCalled()]
    assert main(told) == [on.Closed()]


@pytest.mark.parametrize("talk", list(Talk))
def test_who_is_lost_is_offered_the_officer_first_whatever_was_said(
    beyond: Beyonds, talk: Talk
) -> None:
    told = beyond(OutOfScope(talk=talk), is_lost=True)
    assert events(told) == [on.StaffCalled(), on.Closed()]
    assert main(told) == [on.StaffCalled()]


@in_both_languages
def test_a_matter_without_a_guide_is_named_and_left_to_the_officer(
    beyond: Beyonds, words: Words, language: Language
) -> None:
    told = beyond(OutOfScope(about=SCHOOL), language)
    assert told.title == SCHOOL.in_language(language)
    assert told.text == words.say("heard.no_guide", language)
    assert events(told) == [on.StaffCalled(), on.Closed()]
    assert main(told) == [on.StaffCalled()]


@in_both_languages
def test_a_matter_of_another_office_leads_to_its_card(
    beyond: Beyonds, words: Words, language: Language
) -> None:
    told = beyond(OutOfScope(card=PASSPORT), language)
    assert told.title == PASSPORT.title.in_language(language)
    assert told.text == words.say("heard.elsewhere", language)
    assert events(told) == [on.CardChosen(PASSPORT), on.Closed(), on.StaffCalled()]
    assert main(told) == [on.CardChosen(PASSPORT)]
    assert told.buttons[0].label == words.say("heard.see_where", language)


def test_a_long_title_of_a_card_is_cut_at_a_word(beyond: Beyonds) -> None:
    published = "Cấp giấy chứng nhận đăng ký " * 8
    long = replace(PASSPORT, title=Text(vi=published, en=published))
    told = beyond(OutOfScope(card=long))
    assert len(told.title) < 100
    assert told.title.endswith("…")
    assert published.startswith(told.title.removesuffix("…") + " ")


# Not sure


def not_sure(
    words: Words, choices: tuple[Button, ...], language: Language, *, is_lost: bool
) -> MessageOverlay:
    return not_sure_overlay(choices, None, words=words, language=language, is_lost=is_lost)


@in_both_languages
def test_likely_choices_are_named_to_be_touched(words: Words, language: Language) -> None:
    told = not_sure(words, CHOICES, language, is_lost=False)
    assert told.title == words.say("heard.not_sure_title", language)
    assert told.text == words.say("heard.not_sure_choices", language)
    assert told.buttons[:2] == CHOICES
    assert events(told)[2:] == [on.Closed(), on.StaffCalled()]
    assert main(told) == [one.event for one in CHOICES]


@in_both_languages
def test_without_a_likely_choice_the_screen_is_pointed_to(words: Words, language: Language) -> None:
    told = not_sure(words, (), language, is_lost=False)
    assert told.text == words.say("heard.not_sure", language)
    assert events(told) == [on.Closed(), on.StaffCalled()]
    assert main(told) == [on.Closed()]


@in_both_languages
@pytest.mark.parametrize("choices", [(), CHOICES], ids=["none", "two"])
def test_who_is_lost_is_offered_the_officer_before_the_way_back(
    words: Words, choices: tuple[Button, ...], language: Language
) -> None:
    told = not_sure(words, choices, language, is_lost=True)
    assert events(told) == [*(one.event for one in choices), on.StaffCalled(), on.Closed()]
    assert on.StaffCalled() in main(told)


@in_both_languages
@pytest.mark.parametrize("choices", [(), CHOICES], ids=["none", "two"])
def test_another_matter_that_was_named_can_be_gone_over_to(
    words: Words, choices: tuple[Button, ...], language: Language
) -> None:
    told = not_sure_overlay(choices, PASSPORT, words=words, language=language, is_lost=False)
    assert told.title == PASSPORT.title.in_language(language)
    assert told.text == words.say("heard.switch_text", language)
    assert events(told) == [on.SwitchWanted(PASSPORT), on.Closed(), on.StaffCalled()]
    assert main(told) == [on.SwitchWanted(PASSPORT)]
    assert [button.label for button in told.buttons[:2]] == [
        words.say("heard.switch", language),
        words.say("heard.stay", language),
    ]


# On the screen


def overlay_of(session: Session, words: Words, office: Office) -> MessageOverlay:
    overlay = screen_for(session, words, office).overlay
    assert isinstance(overlay, MessageOverlay)
    return overlay


@in_both_languages
def test_the_likely_choices_of_the_question_on_the_screen_answer_it(
    words: Words, office: Office, small: Procedure, language: Language
) -> None:
    session = Session(
        phase=Guiding(small), overlay=NotSure(("di-thay", "tu-di")), language=language
    )
    first, second = overlay_of(session, words, office).buttons[:2]
    assert (first.event, second.event) == (
        on.Answered("ai-di", "di-thay"),
        on.Answered("ai-di", "tu-di"),
    )
    assert first.label == small.questions[0].choices[1].label.in_language(language)


def test_only_a_single_likely_choice_is_marked_as_the_one_to_touch(
    words: Words, office: Office, small: Procedure
) -> None:
    def marked(*choices: str) -> list[bool]:
        session = Session(phase=Guiding(small), overlay=NotSure(choices))
        buttons = overlay_of(session, words, office).buttons
        return [button.is_main for button in buttons[: len(choices)]]

    assert marked("di-thay") == [True]
    assert marked("di-thay", "tu-di") == [False, False]


def test_another_matter_is_offered_on_the_screen_too(
    words: Words, office: Office, small: Procedure
) -> None:
    session = Session(phase=Guiding(small), overlay=NotSure(other=PASSPORT))
    assert events(overlay_of(session, words, office))[0] == on.SwitchWanted(PASSPORT)


@pytest.mark.parametrize(
    ("is_reviewing", "choice"),
    [(False, "khong-co"), (False, "di-hoc"), (True, "tu-di")],
    ids=["no choice", "another question's", "no question"],
)
def test_what_is_no_choice_of_the_question_on_the_screen_is_not_offered(
    words: Words,
    office: Office,
    small: Procedure,
    *,
    is_reviewing: bool,
    choice: str,
) -> None:
    phase = Guiding(small, is_reviewing=is_reviewing)
    told = overlay_of(Session(phase=phase, overlay=NotSure((choice,))), words, office)
    assert events(told) == [on.Closed(), on.StaffCalled()]


@pytest.mark.parametrize(("missed", "first"), [(1, on.Closed()), (2, on.StaffCalled())])
def test_the_second_miss_in_a_row_makes_the_officer_the_first_offer(
    words: Words, office: Office, small: Procedure, missed: int, first: on.Event
) -> None:
    for session in (
        Session(phase=Guiding(small), overlay=NotSure(), missed=missed),
        Session(phase=Choosing(), overlay=Beyond(OutOfScope()), missed=missed),
    ):
        assert events(overlay_of(session, words, office))[0] == first

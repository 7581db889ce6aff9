"""What is seen, and what may be tapped, in each place of a visit."""

from dataclasses import replace

import pytest
from conftest import office_of

from kiosk import event as on
from kiosk.choosing_screen import MOST_RESULTS
from kiosk.command import Locked
from kiosk.office import Office
from kiosk.procedure import LANGUAGES, Aspect, Language, LifeEvent, Procedure
from kiosk.screen import (
    ChoosingBody,
    GoodbyeBody,
    IdleOverlay,
    MessageOverlay,
    OutcomeBody,
    PinOverlay,
    QuestionBody,
    ReviewBody,
    Screen,
    StaffOverlay,
    WaitingBody,
)
from kiosk.screen_for import screen_for
from kiosk.session import (
    Asides,
    AspectAsked,
    Choosing,
    Finished,
    Guiding,
    NotAvailable,
    PinPad,
    Session,
    StaffSheet,
    Why,
    fresh,
)
from kiosk.words import Words

ANSWERED = (("ai-di", "di-thay"),)
ALL = (*ANSWERED, ("viec-gi", "di-hoc"))


class Eyes:
    """Looks at sessions in one office."""

    def __init__(self, words: Words, office: Office) -> None:
        self.words = words
        self.office = office

    def screen(self, session: Session) -> Screen:
        return screen_for(session, self.words, self.office)

    def guiding(self, phase: Guiding, language: Language = "vi") -> Screen:
        return self.screen(Session(phase=phase, language=language))

    def question(self, phase: Guiding, language: Language = "vi") -> QuestionBody:
        body = self.guiding(phase, language).body
        assert isinstance(body, QuestionBody)
        return body

    def choosing(self, phase: Choosing) -> ChoosingBody:
        body = self.screen(Session(phase=phase)).body
        assert isinstance(body, ChoosingBody)
        return body


@pytest.fixture
def eyes(words: Words, office: Office) -> Eyes:
    return Eyes(words, office)


# On every screen


def test_the_ward_stands_on_every_screen_in_the_language_of_the_visit(eyes: Eyes) -> None:
    header = eyes.screen(Session(language="en")).header
    assert (header.ward, header.office) == ("Cửa Nam Ward", "Service Centre")
    assert [button.label for button in header.languages] == ["Tiếng Việt", "English"]
    assert [button.is_on for button in header.languages] == [False, True]


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_is_always_one_touch_away(eyes: Eyes, language: Language) -> None:
    dock = eyes.screen(Session(language=language)).dock
    assert dock.call.event == on.StaffCalled()
    assert dock.microphone.note == eyes.words.say("dock.not_yet", language)
    assert dock.hear.note == eyes.words.say("dock.not_yet", language)


def test_a_call_for_help_stays_on_the_screen_until_it_is_answered(eyes: Eyes) -> None:
    assert eyes.screen(Session()).banner is None
    calling = eyes.screen(Session(is_calling=True))
    assert calling.banner is not None
    assert calling.banner.is_urgent
    assert calling.banner.text == eyes.words.say("call.waiting", "vi")
    assert calling.banner.button.event == on.CallCancelled()
    assert calling.dock.call.is_on
    coming = eyes.screen(Session(is_officer_coming=True)).banner
    assert coming is not None
    assert not coming.is_urgent
    assert coming.text == eyes.words.say("call.coming", "vi")


# Waiting


def test_the_waiting_screen_invites_with_what_people_say(eyes: Eyes, small: Procedure) -> None:
    body = eyes.screen(fresh("vi")).body
    assert isinstance(body, WaitingBody)
    [example] = body.examples
    assert example.label == "“Tôi cần phường xác nhận cho cháu”", "a sentence rather than a name"
    assert example.event == on.Chose(small)
    assert body.start.event == on.Started()
    assert body.start.is_main
    assert body.privacy == eyes.words.say("waiting.privacy", "vi")


def test_where_words_leave_the_machine_the_waiting_screen_says_so(
    eyes: Eyes, office: Office
) -> None:
    for language in LANGUAGES:
        session = fresh(language)
        body = screen_for(session, eyes.words, replace(office, words_leave=True)).body
        assert isinstance(body, WaitingBody)
        assert body.privacy == eyes.words.say("waiting.privacy_elsewhere", language)


def test_without_a_sentence_the_first_wording_is_the_example(eyes: Eyes) -> None:
    body = eyes.screen(fresh("en")).body
    assert isinstance(body, WaitingBody)
    assert [example.label for example in body.examples] == ["“Get a certificate”"]


# Choosing


def test_all_life_events_are_offered_in_their_order(eyes: Eyes) -> None:
    body = eyes.choosing(Choosing())
    assert [tile.event for tile in body.tiles] == [on.LifeEventChosen(one) for one in LifeEvent]
    assert [tile.icon for tile in body.tiles] == [one.value for one in LifeEvent]
    assert [button.event for button in body.nav] == [on.Finish()]


def test_a_tile_shows_its_procedures_with_their_summaries(eyes: Eyes, small: Procedure) -> None:
    body = eyes.choosing(Choosing(life_event=LifeEvent.BENEFITS))
    assert body.tiles == ()
    [result] = body.results
    assert (result.label, result.note) == ("Xin giấy xác nhận", "Phường xác nhận cho người dân.")
    assert result.event == on.Chose(small)
    assert body.nothing == ""
    assert [button.event for button in body.nav] == [on.Back(), on.Finish()]


def test_a_tile_without_procedures_says_so_and_sends_to_an_officer(eyes: Eyes) -> None:
    body = eyes.choosing(Choosing(life_event=LifeEvent.LAND))
    assert body.results == ()
    assert body.nothing == eyes.words.say("choose.not_covered", "vi")


def test_what_was_found_is_shown_best_first_and_not_endlessly(
    words: Words, small: Procedure
) -> None:
    many = tuple(replace(small, id=f"p{number}") for number in range(MOST_RESULTS + 3))
    eyes = Eyes(words, office_of(many))
    found = tuple(one.id for one in reversed(many))
    body = eyes.choosing(Choosing(text="giay", found=found))
    shown = [button.event for button in body.results]
    assert shown == [on.Chose(one) for one in tuple(reversed(many))[:MOST_RESULTS]]
    assert body.text == "giay"
    assert body.clear.event == on.Typed("")


def test_a_search_that_finds_nothing_says_so(eyes: Eyes) -> None:
    body = eyes.choosing(Choosing(text="xyz"))
    assert (body.results, body.results_title) == ((), "")
    assert body.nothing == eyes.words.say("choose.nothing", "vi")


def test_blanks_in_the_search_field_are_no_search(eyes: Eyes) -> None:
    assert eyes.choosing(Choosing(text="  ")).tiles != ()


def test_what_is_no_longer_on_offer_is_not_shown(eyes: Eyes, small: Procedure) -> None:
    over = replace(small, valid_until=small.checked)
    late = Eyes(eyes.words, office_of((over,)))
    assert late.choosing(Choosing(text="giay", found=("xin-giay",))).results == ()
    assert late.choosing(Choosing(life_event=LifeEvent.BENEFITS)).results == ()


# A question


def test_every_choice_is_visible_and_answers_its_question(eyes: Eyes, small: Procedure) -> None:
    body = eyes.question(Guiding(small))
    assert body.ask == "Ai đi làm giấy?"
    assert [(one.label, one.note, one.event) for one in body.choices] == [
        ("Tôi tự đi", "", on.Answered("ai-di", "tu-di")),
        ("Đi thay người khác", "Người nhà, bạn bè", on.Answered("ai-di", "di-thay")),
    ]
    assert not any(one.is_on for one in body.choices)


def test_the_path_line_counts_the_questions_and_the_review(eyes: Eyes, small: Procedure) -> None:
    first = eyes.question(Guiding(small)).progress
    assert (first.text, first.done, first.total) == ("Bước 1/3", 0, 3)
    second = eyes.question(Guiding(small, answers=ANSWERED), "en").progress
    assert (second.text, second.done, second.total) == ("Step 2 of 3", 1, 3)


def test_the_list_of_papers_grows_as_answers_are_given(eyes: Eyes, small: Procedure) -> None:
    first = eyes.question(Guiding(small))
    assert first.papers == ("Căn cước", "Tờ khai")
    second = eyes.question(Guiding(small, answers=ANSWERED))
    assert second.papers == ("Căn cước", "Giấy ủy quyền", "Tờ khai")
    assert "3" in second.papers_title


def test_without_a_certain_paper_no_list_is_shown(words: Words, small: Procedure) -> None:
    only_later = replace(small, papers=small.papers[1:2])
    body = Eyes(words, office_of((only_later,))).question(Guiding(only_later))
    assert (body.papers_title, body.papers) == ("", ())


def test_a_question_asked_again_shows_what_was_answered(eyes: Eyes, small: Procedure) -> None:
    body = eyes.question(Guiding(small, answers=ALL, changing="ai-di", is_reviewing=True))
    assert body.ask == "Ai đi làm giấy?"
    assert [one.is_on for one in body.choices] == [False, True]
    assert body.progress.done == 0


def test_back_is_offered_at_every_question_and_starting_again_after_the_first(
    eyes: Eyes, small: Procedure
) -> None:
    first = eyes.question(Guiding(small)).nav
    assert [one.event for one in first] == [on.Back(), on.Finish()]
    second = eyes.question(Guiding(small, answers=ANSWERED)).nav
    assert [one.event for one in second] == [on.Back(), on.StartAgain()]


def test_side_questions_are_offered_whether_or_not_the_script_has_some(
    words: Words, small: Procedure
) -> None:
    quiet = replace(small, asides=())
    for phase in (Guiding(small), Guiding(quiet)):
        found = Eyes(words, office_of((phase.procedure,))).question(phase).asides
        assert found.event == on.AsideWanted(None)


# The review


def test_the_review_shows_each_answer_with_a_button_to_change_it(
    eyes: Eyes, small: Procedure
) -> None:
    body = eyes.guiding(Guiding(small, answers=ALL, is_reviewing=True)).body
    assert isinstance(body, ReviewBody)
    assert [(row.question, row.answer, row.change.event) for row in body.rows] == [
        ("Ai đi làm giấy?", "Đi thay người khác", on.ChangeWanted("ai-di")),
        ("Giấy dùng vào việc gì?", "Đi học", on.ChangeWanted("viec-gi")),
    ]
    assert "Ai đi làm giấy?" in body.rows[0].change.said, "not just “change” to one who listens"
    assert body.confirm.event == on.Confirmed()


def test_a_review_with_questions_ahead_does_not_promise_the_result(
    eyes: Eyes, small: Procedure
) -> None:
    ahead = eyes.guiding(Guiding(small, answers=ALL[:1], is_reviewing=True)).body
    at_end = eyes.guiding(Guiding(small, answers=ALL, is_reviewing=True)).body
    assert isinstance(ahead, ReviewBody)
    assert isinstance(at_end, ReviewBody)
    labels = (ahead.confirm.label, at_end.confirm.label)
    assert labels == ("Đúng rồi, đi tiếp", "Đúng rồi, xem kết quả")


def test_the_outcome_is_shown_only_after_a_yes(eyes: Eyes, small: Procedure) -> None:
    phase = Guiding(small, answers=ALL)
    assert isinstance(eyes.guiding(phase).body, ReviewBody)
    confirmed = eyes.guiding(replace(phase, is_confirmed=True)).body
    assert isinstance(confirmed, OutcomeBody)
    assert [one.event for one in confirmed.nav] == [on.ReviewWanted(), on.StartAgain()]


# Goodbye


def test_three_faces_can_be_touched_or_skipped(eyes: Eyes) -> None:
    body = eyes.screen(Session(phase=Finished())).body
    assert isinstance(body, GoodbyeBody)
    assert [face.event for face in body.faces] == [on.Rated(one) for one in on.Rating]
    assert body.question == eyes.words.say("goodbye.question", "vi")
    assert body.skip.event == on.Rated(None)


def test_after_a_face_the_kiosk_thanks_and_can_be_left(eyes: Eyes) -> None:
    body = eyes.screen(Session(phase=Finished(has_rated=True))).body
    assert isinstance(body, GoodbyeBody)
    assert body.faces == ()
    assert body.question == eyes.words.say("goodbye.thanks", "vi")
    assert body.skip.event == on.IdleTooLong()


# On top


def test_the_countdown_lies_over_everything(eyes: Eyes) -> None:
    session = Session(phase=Choosing(), overlay=StaffSheet(), seconds_left=7)
    overlay = eyes.screen(session).overlay
    assert isinstance(overlay, IdleOverlay)
    assert (overlay.seconds_left, overlay.seconds_in_all) == (7, 20)
    assert overlay.stay.event == on.StillHere()
    assert overlay.stay.is_main


def message(eyes: Eyes, session: Session) -> MessageOverlay:
    overlay = eyes.screen(session).overlay
    assert isinstance(overlay, MessageOverlay)
    return overlay


def test_why_a_question_is_asked_is_told_in_the_scripts_words(eyes: Eyes, small: Procedure) -> None:
    told = message(eyes, Session(phase=Guiding(small), overlay=Why()))
    assert told.text == "Người đi thay phải có giấy ủy quyền."
    assert [button.event for button in told.buttons] == [on.Closed()]


def test_why_another_question_is_asked_is_told_under_that_question(
    eyes: Eyes, small: Procedure
) -> None:
    for phase in (Guiding(small), Guiding(small, answers=ALL, is_confirmed=True)):
        told = message(eyes, Session(phase=phase, overlay=Why("viec-gi")))
        assert told.title == "Giấy dùng vào việc gì?"
        assert told.text == "Mỗi việc cần giấy khác nhau."


def test_side_questions_are_listed_and_answered(eyes: Eyes, small: Procedure) -> None:
    listed = message(eyes, Session(phase=Guiding(small), overlay=Asides()))
    assert listed.buttons[0].label == "Cần mấy bản?"
    aspects = [one for one in Aspect if one is not Aspect.OTHER]
    assert [one.event for one in listed.buttons] == [
        on.AsideWanted("may-ban"),
        *(on.AspectWanted(one) for one in aspects),
        on.Closed(),
    ]
    told = message(eyes, Session(phase=Guiding(small), overlay=Asides("may-ban")))
    assert (told.title, told.text) == ("Cần mấy bản?", "Một bản là đủ.")
    assert told.source == "Nguồn: Cổng Dịch vụ công"
    assert [one.event for one in told.buttons] == [on.Back(), on.Closed()]


def test_what_an_aside_tells_already_is_not_listed_a_second_time(
    eyes: Eyes, small: Procedure
) -> None:
    fee = replace(small.asides[0], id="tien", aspect=Aspect.FEE)
    asked = Guiding(replace(small, asides=(fee,)))
    listed = message(eyes, Session(phase=asked, overlay=Asides()))
    events = [one.event for one in listed.buttons]
    assert on.AspectWanted(Aspect.FEE) not in events
    assert on.AspectWanted(Aspect.TIME) in events


def test_a_fact_is_told_with_who_says_so_and_a_way_back(eyes: Eyes, small: Procedure) -> None:
    told = message(eyes, Session(phase=Guiding(small), overlay=AspectAsked(Aspect.TIME)))
    assert [card.lines for card in told.facts] == [("3 ngày làm việc.",)]
    assert told.source == "Nguồn: Cổng Dịch vụ công"
    assert [one.event for one in told.buttons] == [on.Back(), on.Closed()]


def test_outside_of_a_procedure_nothing_is_answered_beside_it(eyes: Eyes) -> None:
    for overlay in (Why(), Asides(), AspectAsked(Aspect.FEE)):
        assert eyes.screen(Session(phase=Choosing(), overlay=overlay)).overlay is None


@pytest.mark.parametrize("what", ["hearing", "speaking"])
def test_what_the_kiosk_cannot_do_yet_is_said_with_a_way_on(eyes: Eyes, what: str) -> None:
    told = message(eyes, Session(overlay=NotAvailable(what)))
    assert told.text == eyes.words.say(f"not_yet.{what}", "vi")
    assert eyes.words.say("dock.call", "vi") in told.text


# Staff


def pin_pad(eyes: Eyes, pad: PinPad) -> PinOverlay:
    overlay = eyes.screen(Session(overlay=pad)).overlay
    assert isinstance(overlay, PinOverlay)
    return overlay


def test_the_pin_pad_shows_dots_and_opens_only_with_enough_digits(eyes: Eyes) -> None:
    short = pin_pad(eyes, PinPad(digits="49381"))
    assert (short.digits, short.digits_in_all) == (5, 6)
    assert short.keys[-1].event is None
    assert pin_pad(eyes, PinPad(digits="493817")).keys[-1].event == on.PinEntered()
    assert [key.event for key in short.keys[:9]] == [on.Digit(str(n)) for n in range(1, 10)]
    assert [key.event for key in short.keys[9:11]] == [on.DigitErased(), on.Digit("0")]


def test_the_pin_pad_says_what_was_wrong(eyes: Eyes) -> None:
    locked = pin_pad(eyes, PinPad(refusal="pin.locked", locked_seconds=60))
    assert locked.refusal == "Sai quá nhiều lần. Xin chờ 60 giây."
    short = pin_pad(eyes, PinPad(refusal="pin.too_short"))
    assert "6" in short.refusal


def test_a_new_pin_is_asked_for_twice_and_cannot_be_put_off(eyes: Eyes) -> None:
    first = pin_pad(eyes, PinPad(is_new=True))
    again = pin_pad(eyes, PinPad(is_new=True, first="493817"))
    assert first.title == eyes.words.say("pin.set", "vi")
    assert again.title == eyes.words.say("pin.repeat", "vi")
    assert first.close is None
    assert again.close is None
    assert pin_pad(eyes, PinPad()).close is not None


def sheet_of(eyes: Eyes, session: Session) -> StaffOverlay:
    overlay = eyes.screen(session).overlay
    assert isinstance(overlay, StaffOverlay)
    return overlay


def test_the_staff_sheet_says_what_goes_on_and_never_what_was_answered(
    eyes: Eyes, small: Procedure
) -> None:
    phase = Guiding(small, answers=ALL, ticked=frozenset({"can-cuoc"}))
    sheet = sheet_of(eyes, Session(phase=phase, overlay=StaffSheet()))
    assert sheet.state == "Đang hướng dẫn: Xin giấy xác nhận."
    assert "Đi thay" not in repr(sheet)
    assert sheet.versions == ("Dẫn Lối 0.1",)
    assert sheet.troubles == ()
    assert sheet.troubles_title == eyes.words.say("staff.no_troubles", "vi")


def test_the_staff_sheet_names_every_trouble_in_words(words: Words, office: Office) -> None:
    troubles = ("printer.no_paper", "script.left_out: khai-tu/script.yaml", "never.heard_of")
    eyes = Eyes(words, replace(office, troubles=troubles))
    sheet = sheet_of(eyes, Session(overlay=StaffSheet()))
    assert sheet.troubles == (
        words.say("trouble.printer.no_paper", "vi"),
        words.say("trouble.script.left_out", "vi", about="khai-tu/script.yaml"),
        "never.heard_of",
    )


def test_a_call_can_be_answered_from_the_sheet_only_while_somebody_calls(eyes: Eyes) -> None:
    quiet = sheet_of(eyes, Session(overlay=StaffSheet()))
    assert on.CallAnswered() not in [button.event for button in quiet.buttons]
    calling = sheet_of(eyes, Session(overlay=StaffSheet(), is_calling=True))
    assert on.CallAnswered() in [button.event for button in calling.buttons]


def test_everything_that_staff_may_do_is_on_the_sheet(eyes: Eyes) -> None:
    sheet = sheet_of(eyes, Session(overlay=StaffSheet()))
    assert [button.event for button in sheet.buttons] == [
        on.StaffReset(),
        on.PrintTestWanted(),
        on.SoundTestWanted(),
        on.LanguageChosen("en"),
        Locked(),
        on.ShutDownWanted(),
    ]
    printing = sheet_of(eyes, Session(overlay=StaffSheet(test="printing")))
    assert printing.buttons[1].event is None
    failed = sheet_of(eyes, Session(overlay=StaffSheet(test="printer.unplugged")))
    assert failed.result == eyes.words.say("trouble.printer.unplugged", "vi")
    sure = sheet_of(eyes, Session(overlay=StaffSheet(is_shutting_down=True)))
    assert sure.buttons[-1].label == eyes.words.say("staff.shut_down_sure", "vi")

"""The outcome says what the script says, and says so where the script is not sure."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kiosk import event as on
from kiosk.facts import day, money
from kiosk.office import Office
from kiosk.path import Answers
from kiosk.procedure import Channel, Language, PaperKind, Procedure, Text
from kiosk.screen import FactCard, OutcomeBody, PaperRow
from kiosk.screen_for import screen_for
from kiosk.session import Guiding, Session
from kiosk.words import Words

SCHOOL: Answers = (("ai-di", "di-thay"), ("viec-gi", "di-hoc"))
ASK: Answers = (("ai-di", "tu-di"), ("viec-gi", "viec-khac"))


class Shown:
    """The outcome screen of one procedure."""

    def __init__(self, procedure: Procedure, words: Words, office: Office) -> None:
        self.phase = Guiding(procedure, answers=SCHOOL, is_confirmed=True)
        self.words = words
        self.office = office

    def body(self, language: Language = "vi", **changes: Any) -> OutcomeBody:
        session = Session(phase=replace(self.phase, **changes), language=language)
        body = screen_for(session, self.words, self.office).body
        assert isinstance(body, OutcomeBody)
        return body

    def card(self, key: str, language: Language = "vi") -> FactCard | None:
        label = self.words.say(f"outcome.{key}", language)
        return next((one for one in self.body(language).facts if one.label == label), None)

    def lines(self, key: str, language: Language = "vi") -> tuple[str, ...]:
        card = self.card(key, language)
        assert card is not None
        return card.lines

    def paper(self, name: str, **changes: Any) -> PaperRow:
        return next(row for row in self.body(**changes).papers if row.name == name)


@pytest.fixture
def shown(small: Procedure, words: Words, office: Office) -> Shown:
    return Shown(small, words, office)


# Dates and money


@pytest.mark.parametrize(
    ("language", "expected"), [("vi", "05/09/2026"), ("en", "5 September 2026")]
)
def test_a_date_is_written_as_people_read_it(language: Language, expected: str) -> None:
    assert day(date(2026, 9, 5), language) == expected


def test_every_month_has_its_english_name() -> None:
    written = [day(date(2026, month, 1), "en").split()[1] for month in range(1, 13)]
    assert written[0] == "January"
    assert written[10:] == ["November", "December"]
    assert len(set(written)) == 12


@pytest.mark.parametrize(
    ("amount", "vietnamese", "english"),
    [
        (500, "500 đồng", "500 đồng"),
        (8000, "8.000 đồng", "8,000 đồng"),
        (1_500_000, "1.500.000 đồng", "1,500,000 đồng"),
    ],
)
def test_money_has_the_thousands_mark_of_its_language(
    amount: int, vietnamese: str, english: str
) -> None:
    assert (money(amount, "vi"), money(amount, "en")) == (vietnamese, english)


def test_the_facts_carry_the_day_on_which_they_were_checked(shown: Shown) -> None:
    assert shown.body().checked == "Thông tin đối chiếu ngày 22/11/2026"
    assert shown.body("en").checked == "Facts checked on 22 November 2026"


# Fees


def test_a_fee_says_its_case_its_amount_and_what_it_is_counted_by(shown: Shown) -> None:
    assert shown.lines("fee")[0] == "Tại quầy: 8.000 đồng mỗi bản"
    assert shown.lines("fee", "en")[0] == "At the counter: 8,000 đồng per copy"


def test_a_fee_without_an_amount_sends_to_an_officer(shown: Shown) -> None:
    assert shown.lines("fee")[1] == "Trực tuyến: hỏi cán bộ"
    assert shown.lines("fee", "en")[1] == "Online: ask an officer"


def test_nothing_to_pay_is_said_and_not_written_as_a_nought(shown: Shown) -> None:
    assert shown.lines("fee")[2] == "Hộ nghèo: miễn phí"
    assert shown.lines("fee", "en")[2] == "Poor households: free of charge"


def test_an_amount_that_is_not_confirmed_says_so(
    small: Procedure, words: Words, office: Office
) -> None:
    unsure = replace(small, fees=(replace(small.fees[0], confirmed=False), *small.fees[1:]))
    lines = Shown(unsure, words, office).lines("fee")
    assert lines[0] == "Tại quầy: 8.000 đồng mỗi bản (hỏi cán bộ để chắc chắn)"
    assert lines[1] == "Trực tuyến: hỏi cán bộ", "not said twice"


def test_the_notes_of_all_fees_that_hold_are_shown(
    small: Procedure, words: Words, office: Office
) -> None:
    note = Text(vi="Tối đa 200.000 đồng.", en="At most 200,000 đồng.")
    noted = replace(small, fees=(replace(small.fees[0], note=note), *small.fees[1:]))
    card = Shown(noted, words, office).card("fee")
    assert card is not None
    assert card.note == "Tối đa 200.000 đồng."


# Papers


def test_only_the_papers_of_these_answers_are_listed(shown: Shown) -> None:
    assert [row.name for row in shown.body().papers] == ["Căn cước", "Giấy ủy quyền", "Tờ khai"]
    assert [row.name for row in shown.body(answers=ASK).papers] == ["Căn cước", "Tờ khai"]


def test_a_paper_says_its_form_how_many_and_what_happens_to_it(shown: Shown) -> None:
    assert shown.paper("Căn cước").detail == "1 bản chính · chỉ đưa cho xem"
    assert shown.paper("Giấy ủy quyền").detail == "2 bản sao có chứng thực · nộp cho cán bộ"


def test_a_paper_that_is_needed_in_one_case_names_the_case(shown: Shown) -> None:
    assert shown.paper("Giấy ủy quyền").note == (
        "Có chứng thực. Cần vì ông/bà trả lời: Đi thay người khác."
    )
    assert shown.paper("Căn cước").note == ""


def test_a_paper_that_is_not_confirmed_says_so(shown: Shown) -> None:
    assert shown.paper("Tờ khai").detail == "1 tờ khai theo mẫu (hỏi cán bộ để chắc chắn)"
    assert "hỏi cán bộ" not in shown.paper("Căn cước").detail


@pytest.mark.parametrize("kind", list(PaperKind))
def test_every_form_of_a_paper_has_words(
    small: Procedure, words: Words, office: Office, kind: PaperKind
) -> None:
    paper = replace(small.papers[0], kind=kind, count=3)
    row = Shown(replace(small, papers=(paper,)), words, office).paper("Căn cước")
    assert "3" in row.detail


def test_a_ticked_paper_is_heard_as_in_hand(shown: Shown) -> None:
    ticked = shown.paper("Căn cước", ticked=frozenset({"can-cuoc"})).tick
    assert (ticked.is_on, ticked.said) == (True, "Căn cước: đã có")
    missing = shown.paper("Tờ khai", ticked=frozenset({"can-cuoc"})).tick
    assert (missing.is_on, missing.said) == (False, "Tờ khai: chưa có")


def test_an_outcome_without_papers_says_that_there_are_none(
    small: Procedure, words: Words, office: Office
) -> None:
    body = Shown(replace(small, papers=()), words, office).body()
    assert body.papers_title == words.say("outcome.no_papers", "vi")
    assert body.papers_hint == ""


# Place, time, notes


def test_the_wards_own_counter_comes_before_the_scripts_place(shown: Shown) -> None:
    assert shown.lines("where") == ("Quầy số 3", "Tầng một của phường")


def test_without_a_counter_the_scripts_place_stands_alone(
    small: Procedure, words: Words, office: Office
) -> None:
    bare = Shown(small, words, replace(office, counters={}))
    assert bare.lines("where") == ("Tầng một của phường",)


def test_an_outcome_elsewhere_names_its_own_place_and_neither_fee_nor_time(shown: Shown) -> None:
    facts = shown.body(answers=ASK).facts
    assert [card.lines for card in facts] == [("Bàn hướng dẫn",)]


def test_where_an_officer_must_look_calling_one_is_the_next_thing_to_do(shown: Shown) -> None:
    call = shown.body(answers=ASK).call
    assert call is not None
    assert call.event == on.StaffCalled()
    assert call.is_main
    assert not shown.body(answers=ASK).slip.is_main
    assert shown.body().call is None


def test_what_is_not_confirmed_among_notes_says_so(shown: Shown) -> None:
    assert shown.body().notes == ("Nhớ mang bản gốc (hỏi cán bộ để chắc chắn)",)
    assert shown.body("en").notes == ("Remember the original (ask an officer to be sure)",)


def test_who_takes_and_who_decides_and_what_one_gets_is_said(shown: Shown) -> None:
    assert shown.lines("received_by") == ("Cán bộ hộ tịch",)
    assert shown.lines("decided_by") == ("Ủy ban nhân dân phường",)
    assert shown.lines("result") == ("Giấy xác nhận",)
    assert shown.lines("time") == ("3 ngày làm việc.",)


def test_the_legal_basis_is_folded_until_it_is_asked_for(shown: Shown) -> None:
    assert not shown.body().legal.is_on
    assert shown.body(is_legal_open=True).legal.is_on
    assert shown.body().legal_lines == ("Cổng Dịch vụ công",)


# QR and slip


def test_the_qr_leads_to_the_portal_and_is_large_enough(shown: Shown, small: Procedure) -> None:
    qr = shown.body().qr
    assert qr.link.endswith(small.portal_id)
    assert qr.millimetres >= 45
    assert qr.title == shown.words.say("outcome.qr_online", "vi")


def test_the_qr_promises_to_apply_online_only_where_that_is_possible(
    small: Procedure, words: Words, office: Office
) -> None:
    at_counter = replace(small, channels=(Channel.COUNTER,))
    qr = Shown(at_counter, words, office).body().qr
    assert qr.title == words.say("outcome.qr_read", "vi")


@pytest.mark.parametrize(
    ("slip", "key", "is_trouble", "is_again", "is_tappable"),
    [
        ("printing", "slip.printing", False, True, False),
        ("done", "slip.done", False, True, True),
        ("printer.no_paper", "slip.trouble.no_paper", True, True, True),
        ("never.heard_of", "slip.trouble.other", True, True, True),
    ],
)
def test_how_the_printing_goes_is_said(
    shown: Shown, slip: str, key: str, *, is_trouble: bool, is_again: bool, is_tappable: bool
) -> None:
    body = shown.body(slip=slip)
    assert body.slip_text == shown.words.say(key, "vi")
    assert body.is_slip_trouble is is_trouble
    assert (body.slip.event is not None) is is_tappable
    label = "outcome.print_again" if is_again else "outcome.print"
    assert body.slip.label == shown.words.say(label, "vi")


def test_before_a_slip_was_asked_for_nothing_is_said_of_it(shown: Shown) -> None:
    body = shown.body()
    assert (body.slip_text, body.is_slip_trouble) == ("", False)
    assert body.slip.is_main
    assert body.slip.label == shown.words.say("outcome.print", "vi")

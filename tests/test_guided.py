"""How far a model's choice is believed."""

import pytest

from kiosk.assistant.guided import ACTED_FROM, LOSING_FROM, is_unsure, settled
from kiosk.assistant.prompt import Guess, Offer, Place, Request
from kiosk.card import Card, CardKind
from kiosk.intent import (
    Answered,
    AskedAside,
    AskedWhy,
    Chose,
    Corrected,
    Intent,
    OutOfScope,
    Perhaps,
    Talk,
    Unclear,
    Wish,
    Wished,
)
from kiosk.procedure import Procedure, Text

CARD = Card(
    id="ho-chieu",
    kind=CardKind.NOT_HERE,
    title=Text(vi="Làm hộ chiếu", en="Passport"),
    lead=Text(vi="Phường không làm hộ chiếu.", en="The ward does not issue passports."),
    where=Text(vi="Công an cấp tỉnh", en="Provincial police"),
    link="https://dichvucong.gov.vn/x",
    source="Cổng Dịch vụ công quốc gia, 07/2026",
)
MOTHER = Offer("answer me", Answered((("ai-di", "me"),)), "Mẹ")
FATHER = Offer("answer cha", Answered((("ai-di", "cha"),)), "Bố")
EARLIER = Offer("correct noi-sinh nha", Corrected("noi-sinh", "nha"), "Ở nhà")
STOP = Offer("wish stop", Wished(Wish.STOP), "thôi")
UNCLEAR = Offer("unclear", Unclear(), "không rõ")
OUT = Offer("out", OutOfScope(), "không có")
REQUEST = Request(
    place=Place.QUESTION,
    standing=(MOTHER, FATHER, STOP, UNCLEAR),
    proposed=(EARLIER,),
    guesses=(Guess("answer cha", 4), Guess("answer me", 1)),
)


@pytest.mark.parametrize(
    ("ruled", "is_asked"),
    [
        (Unclear(("me",)), True),
        (Unclear(other=CARD), False),
        (Perhaps((CARD,)), True),
        (OutOfScope(), True),
        (OutOfScope(talk=Talk.FIRE), False),
        (OutOfScope(talk=Talk.GREETING), False),
        (OutOfScope(card=CARD), False),
        (Answered((("ai-di", "me"),)), False),
        (AskedAside("mat-tien"), False),
        (AskedWhy(), False),
        (Wished(Wish.STAFF), False),
        (Chose(CARD), False),
        (Corrected("noi-sinh", "nha"), False),
    ],
)
def test_a_model_is_asked_only_where_the_rules_are_unsure(ruled: Intent, *, is_asked: bool) -> None:
    assert is_unsure(ruled) is is_asked


def test_a_sure_choice_is_acted_on() -> None:
    found = settled(Unclear(("cha",)), REQUEST, ["answer me"], ACTED_FROM)
    assert found == Answered((("ai-di", "me"),))


def test_a_correction_stays_one_so_that_it_is_shown_before_it_counts() -> None:
    found = settled(Unclear(), REQUEST, ["correct noi-sinh nha"], 1.0)
    assert found == Corrected("noi-sinh", "nha")


def test_a_less_sure_one_is_asked_back_first_of_all() -> None:
    found = settled(Unclear(("cha",)), REQUEST, ["answer me"], ACTED_FROM - 0.01)
    assert found == Unclear(("me", "cha"))


def test_several_are_asked_back_in_the_order_of_the_model() -> None:
    found = settled(Unclear(("xa",)), REQUEST, ["answer cha", "answer me"], 0.99)
    assert found == Unclear(("cha", "me", "xa"))


@pytest.mark.parametrize("probability", [ACTED_FROM, LOSING_FROM - 0.01])
def test_what_would_lose_all_answers_needs_more(probability: float) -> None:
    assert settled(Unclear(), REQUEST, ["wish stop"], probability) == Unclear()
    assert settled(Unclear(), REQUEST, ["wish stop"], LOSING_FROM) == Wished(Wish.STOP)


def test_a_model_that_does_not_say_how_sure_it_is_needs_the_rules_on_its_side() -> None:
    assert settled(Unclear(), REQUEST, ["answer cha"], None) == FATHER.intent
    assert settled(Unclear(), REQUEST, ["answer me"], None) == Unclear(("me",))
    assert settled(Unclear(), REQUEST, ["correct noi-sinh nha"], None) == Unclear()


@pytest.mark.parametrize("chosen", [[], ["answer xxx"], ["procedure khai-tu"], ["wish again"]])
def test_what_was_not_offered_is_nothing(chosen: list[str]) -> None:
    assert settled(Unclear(("cha",)), REQUEST, chosen, 1.0) == Unclear(("cha",))


@pytest.mark.parametrize("ruled", [Unclear(("cha",)), Perhaps((CARD,)), OutOfScope()])
@pytest.mark.parametrize("chosen", ["unclear", "out"])
def test_a_model_that_understands_nothing_leaves_the_rules_as_they_are(
    ruled: Intent, chosen: str
) -> None:
    request = Request(place=Place.START, standing=(UNCLEAR, OUT))
    assert settled(ruled, request, [chosen], 1.0) == ruled


class TestAtTheStart:
    """With procedures and cards on offer."""

    def request(self, small: Procedure) -> Request:
        offers = (
            Offer("procedure xin-giay", Chose(small), "Xin giấy"),
            Offer("procedure ho-chieu", Chose(CARD), "Hộ chiếu"),
        )
        return Request(place=Place.START, standing=(UNCLEAR, OUT), proposed=offers)

    def test_one_of_several_is_opened_where_the_model_is_sure(self, small: Procedure) -> None:
        ruled = Perhaps((CARD, small))
        found = settled(ruled, self.request(small), ["procedure xin-giay"], 1.0)
        assert found == Chose(small)

    def test_else_it_is_shown_first(self, small: Procedure) -> None:
        ruled = Perhaps((CARD, small), ask=Text(vi="Việc nào?", en="Which?"))
        found = settled(ruled, self.request(small), ["procedure xin-giay"], 0.5)
        assert found == Perhaps((small, CARD), ask=ruled.ask)

    def test_where_the_rules_saw_nothing_it_is_only_shown(self, small: Procedure) -> None:
        found = settled(OutOfScope(), self.request(small), ["procedure xin-giay"], 1.0)
        assert found == Perhaps((small,))

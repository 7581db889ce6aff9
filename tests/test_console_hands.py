"""When two accounts are two people."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kiosk.console.hands import Hands, circle, freed, have_two, laid, tie
from kiosk.draft_publication import Tie

MONDAY = date(2026, 11, 23)
NAMES = st.sampled_from(["lan", "minh", "hoa", "mai", "nam"])


def held(*by: str, on: date = MONDAY) -> Hands:
    return laid((), by, on)


def test_who_made_an_account_stands_behind_it_and_so_does_who_made_that_one() -> None:
    hands = {"minh": held("lan"), "hoa": held("minh"), "mai": ()}
    assert circle(hands, "hoa") == {"hoa", "minh", "lan"}
    assert circle(hands, "mai") == circle(hands, "nobody") - {"nobody"} | {"mai"}


def test_a_hand_is_never_pushed_out_by_others() -> None:
    hands = held("lan")
    for number in range(300):
        hands = laid(hands, {f"a{number}"}, MONDAY)
        hands = laid(hands, {"minh"}, MONDAY + timedelta(days=number))
    assert {one.by for one in hands} >= {"lan", "minh"}
    assert len(hands) == 302
    assert next(one.on for one in hands if one.by == "minh") == MONDAY + timedelta(days=299)


def test_one_hand_behind_both_makes_them_one_whoever_of_them_writes() -> None:
    hands = {"minh": held("lan"), "hoa": held("lan")}
    assert tie(hands, "minh", ["lan"], since=MONDAY) == Tie(holder="lan", account="minh")
    assert tie(hands, "lan", ["minh"], since=MONDAY) == Tie(holder="lan", account="minh")
    assert tie(hands, "hoa", ["minh"], since=MONDAY) == Tie(holder="lan", account="hoa")
    assert tie(hands, "mai", ["lan", "minh", "hoa"], since=MONDAY) is None


def test_an_account_that_became_free_may_review_but_what_it_wrote_before_stays_in_their_hands() -> (
    None
):
    wednesday = MONDAY + timedelta(days=2)
    hands = {"minh": freed(held("lan"), wednesday)}
    assert tie(hands, "minh", ["lan"], since=MONDAY) is None
    assert tie(hands, "lan", ["minh"], since=MONDAY) == Tie(holder="lan", account="minh")
    assert tie(hands, "lan", ["minh"], since=wednesday) is None
    again = {"minh": laid(hands["minh"], {"lan"}, wednesday)}
    assert tie(again, "minh", ["lan"], since=wednesday) is not None


@given(st.lists(st.tuples(NAMES, NAMES)), NAMES, NAMES)
def test_whatever_one_does_with_accounts_of_their_own_none_becomes_a_second_person(
    deeds: list[tuple[str, str]], writes: str, publishes: str
) -> None:
    """Lan alone has an account of her own; she makes the others, and each acts on each."""
    hands: dict[str, Hands] = {one: held("lan") for one in ("minh", "hoa", "mai", "nam")}
    for by, on in deeds:
        if by != on:
            hands[on] = laid(hands.get(on, ()), circle(hands, by) - {on}, MONDAY)
    if writes != publishes:
        assert tie(hands, publishes, [writes], since=MONDAY + timedelta(days=900)) is not None


def test_a_ward_is_told_whether_two_of_its_administrators_are_two_people() -> None:
    hands = {"minh": held("lan"), "hoa": held("minh")}
    names = ["lan", "minh", "hoa"]
    assert not have_two(hands, names)
    assert not have_two(hands, ["lan"])
    assert have_two(hands, [*names, "mai"])
    assert have_two({**hands, "hoa": freed(hands["hoa"], MONDAY)}, names)

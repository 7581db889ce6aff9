"""What a change of a script leaves behind: old amounts told elsewhere, one language only."""

from collections.abc import Mapping

import pytest

from kiosk.catalogue import SCRIPT, SHIPPED_PROCEDURES
from kiosk.draft_files import procedure_of
from kiosk.left_behind import left_between, left_by, tells, told_of
from kiosk.procedure import Procedure
from kiosk.script_changes import edits_of
from kiosk.script_edit import edited
from kiosk.script_fields import Value

COUNTER = "fees.ca-nhan-tai-quay.amount"
ONLINE = "fees.ca-nhan-tren-mang.amount"
ANSWER = "asides.tien.say"


def script_bytes(name: str = "tam-tru") -> bytes:
    return (SHIPPED_PROCEDURES / name / SCRIPT).read_bytes()


@pytest.fixture
def stay() -> Procedure:
    return procedure_of(script_bytes())


def amounts(procedure: Procedure, values: Mapping[str, Value]) -> list[tuple[str, int | None]]:
    return [(one.path, one.amount) for one in left_by(procedure, values) if one.amount]


def test_an_old_amount_is_found_in_both_languages_wherever_it_is_still_told(
    stay: Procedure,
) -> None:
    found = left_by(stay, {COUNTER: "25000"})
    assert [(one.path, one.amount, one.now) for one in found] == [
        (f"{ANSWER}.vi", 15000, (25000,)),
        (f"{ANSWER}.en", 15000, (25000,)),
    ]
    (told,) = told_of(stay, found)
    assert (told.item, told.name.vi) == ("tien", "Lệ phí bao nhiêu?")


def test_it_stays_until_the_text_tells_it_no_more(stay: Procedure) -> None:
    half = {COUNTER: "25000", f"{ANSWER}.vi": "Cho mình hoặc gia đình: 25.000 đồng."}
    assert amounts(stay, half) == [(f"{ANSWER}.en", 15000)]
    assert amounts(stay, half | {f"{ANSWER}.en": "For yourself: 25,000 đồng."}) == []


def test_nothing_is_left_behind_where_no_fee_changed(stay: Procedure) -> None:
    assert left_by(stay, {}) == ()
    assert left_by(stay, {"about.about.checked": "2026-11-01"}) == ()


def test_an_amount_that_another_fee_asks_is_no_mistake(stay: Procedure) -> None:
    others = [fee for fee in stay.fees if fee.amount == 10000]
    assert others
    swapped = {COUNTER: "10000", f"fees.{others[0].id}.amount": "15000"}
    assert amounts(stay, swapped) == [], "each is asked by somebody"
    assert amounts(stay, {COUNTER: "10000"}) == [
        (f"{ANSWER}.vi", 15000),
        (f"{ANSWER}.en", 15000),
    ], "the new one is told rightly, the old one is not"


def test_a_fee_that_goes_is_left_behind_too_and_nothing_stands_in_its_place(
    stay: Procedure,
) -> None:
    found = left_by(stay, {"fees.ca-nhan-tai-quay.here": ""})
    assert {(one.amount, one.now) for one in found} == {(15000, ())}


def test_free_and_open_stand_in_the_place_of_an_amount(stay: Procedure) -> None:
    assert {one.now for one in left_by(stay, {COUNTER: "0"})} == {(0,)}
    assert {one.now for one in left_by(stay, {COUNTER: ""})} == {(None,)}


def test_a_text_that_goes_tells_nothing(stay: Procedure) -> None:
    note = stay.notes[0].id
    told = {f"notes.{note}.text.vi": "Lệ phí 15.000 đồng.", f"notes.{note}.text.en": "15,000."}
    assert (f"notes.{note}.text.vi", 15000) in amounts(stay, {COUNTER: "25000"} | told)
    gone = {COUNTER: "25000", f"notes.{note}.here": ""}
    assert all(not path.startswith("notes.") for path, _ in amounts(stay, gone | told))


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ("15.000 đồng", True),
        ("15,000 đồng, then", True),
        ("hết 15000.", True),
        ("(15.000)", True),
        ("15 nghìn đồng", True),
        ("15 ngàn", True),
        ("115.000", False),
        ("15.000.000 đồng", False),
        ("1.15.000", False),
        ("150000", False),
        ("15 người", False),
    ],
)
def test_an_amount_is_known_as_people_write_it(text: str, *, is_told: bool) -> None:
    assert tells(text, 15000) is is_told


def test_a_number_that_is_no_sum_of_money_is_not_looked_for() -> None:
    content = script_bytes().replace(b"amount: 15000", b"amount: 500")
    small = procedure_of(content)
    assert left_by(small, {COUNTER: "600"}) == ()


@pytest.mark.parametrize(("changed", "other"), [("vi", "en"), ("en", "vi")])
def test_a_text_of_which_one_language_changed_is_found_at_the_other(
    stay: Procedure, changed: str, other: str
) -> None:
    label = "fees.ca-nhan-tai-quay.label"
    (found,) = left_by(stay, {f"{label}.{changed}": "At counter 3"})
    assert (found.path, found.changed) == (f"{label}.{other}", changed)
    both: dict[str, Value] = {f"{label}.vi": "Ở quầy số 3", f"{label}.en": "At counter 3"}
    assert left_by(stay, both) == ()


def test_what_is_new_in_both_languages_or_gone_in_both_has_changed_in_both(
    stay: Procedure,
) -> None:
    note = "fees.ca-nhan-tai-quay.note"
    assert left_by(stay, {f"{note}.vi": "Một", f"{note}.en": "One"}) == ()


def test_between_two_versions_the_same_is_found(stay: Procedure) -> None:
    values: dict[str, Value] = {COUNTER: "25000", "fees.ca-nhan-tren-mang.label.vi": "Trên mạng"}
    later = procedure_of(edited(script_bytes(), edits_of(stay, values)))
    drafted, compared = left_by(stay, values), left_between(stay, later)
    assert [(one.path, one.amount, one.changed) for one in compared] == [
        (one.path, one.amount, one.changed) for one in drafted
    ]
    assert left_between(stay, stay) == ()

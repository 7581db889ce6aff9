"""What somebody typed into a script's form: values, or what is wrong; never anything else."""

from datetime import date
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from kiosk.catalogue import SCRIPT, SHIPPED_PROCEDURES
from kiosk.console.files import console_words
from kiosk.console.script_form import OWN_SENTENCES
from kiosk.procedure import Id, Procedure
from kiosk.script import read_script
from kiosk.script_changes import edits_of
from kiosk.script_edit import edited
from kiosk.script_fields import Item, Kind
from kiosk.script_items import fields_of, find_item, items_of
from kiosk.script_typed import MOST_WORDINGS, Typed, good_values, id_of, tidied, typed

TODAY = date(2026, 11, 28)
AMOUNT = "fees.ca-nhan-tai-quay.amount"


@cache
def script() -> tuple[bytes, Procedure]:
    content = (SHIPPED_PROCEDURES / "tam-tru" / SCRIPT).read_bytes()
    procedure, _, _ = read_script(content, file="")
    assert procedure is not None
    return content, procedure


def item(part: str, name: str) -> Item:
    found = find_item(script()[1], part, name)
    assert found is not None
    return found


def as_sent(one: Item, **changes: str | list[str]) -> dict[str, list[str]]:
    """The form of an item as it comes back when only these fields are changed."""
    form = {
        field.path: ["\r\n".join(field.value)]
        if field.kind is Kind.WORDINGS
        else [*field.value]
        if isinstance(field.value, tuple)
        else [field.value]
        for field in one.fields
    }
    for name, value in changes.items():
        path = f"{one.path}.{name.replace('__', '.')}"
        assert path in form
        form[path] = [value] if isinstance(value, str) else value
    return form


def read(one: Item, form: dict[str, list[str]]) -> Typed:
    return typed(one, form, today=TODAY)


@pytest.mark.parametrize("one", items_of(script()[1]), ids=lambda one: one.path)
def test_a_form_that_comes_back_as_it_was_changes_nothing(one: Item) -> None:
    found = read(one, as_sent(one))
    assert found.faults == {}
    assert edits_of(script()[1], found.values) == ()


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("15000", "15000"),
        ("15.000", "15000"),
        ("15,000", "15000"),
        ("15 000 đồng", "15000"),
        (" 1.500.000đ ", "1500000"),
        ("15\u00a0000 VND", "15000"),
        ("0", "0"),
        ("", ""),
        ("007", "7"),
    ],
)
def test_an_amount_is_taken_as_people_write_it(text: str, amount: str) -> None:
    one = item("fees", "ca-nhan-tai-quay")
    found = read(one, as_sent(one, amount=text))
    assert (found.values[AMOUNT], found.faults) == (amount, {})


@pytest.mark.parametrize(
    "text", ["8,5", "8.5", "15.00", "1.5000", "-1", "1e3", "mười", "15.000 đô", "١٢", "²", "9" * 30]
)
def test_what_is_no_amount_stays_as_it_was_typed(text: str) -> None:
    one = item("fees", "ca-nhan-tai-quay")
    found = read(one, as_sent(one, amount=text))
    assert (found.values[AMOUNT], found.faults) == (text, {AMOUNT: "bad_amount"})


@pytest.mark.parametrize(
    ("text", "day", "fault"),
    [
        ("2026-11-28", "2026-11-28", None),
        ("28/11/2026", "2026-11-28", None),
        ("2026-11-29", "2026-11-29", "future_day"),
        ("31/02/2026", "31/02/2026", "bad_day"),
        ("", "", "bad_day"),
    ],
)
def test_a_day_is_taken_as_browsers_and_people_write_it(
    text: str, day: str, fault: str | None
) -> None:
    one = item("about", "about")
    found = read(one, as_sent(one, checked=text))
    path = "about.about.checked"
    assert (found.values[path], found.faults.get(path)) == (day, fault)


def test_a_text_is_put_on_one_line_and_into_one_form_of_letters() -> None:
    assert tidied("  Nô\u0323p \r\n tại\tquầy ") == "Nộp tại quầy"


def test_a_text_stands_in_both_languages_or_in_none() -> None:
    one = item("fees", "ca-nhan-tai-quay")
    found = read(one, as_sent(one, note__vi="Ghi chú"))
    assert found.faults == {"fees.ca-nhan-tai-quay.note.en": "both_languages"}
    good = good_values(one, found.values, found.faults)
    assert not {"fees.ca-nhan-tai-quay.note.vi", "fees.ca-nhan-tai-quay.note.en"} & good.keys()
    assert AMOUNT in good
    found = read(one, as_sent(one, label__vi=" "))
    assert found.faults == {"fees.ca-nhan-tai-quay.label.vi": "needed"}


def test_only_sources_of_the_script_can_be_chosen_and_their_order_stays() -> None:
    one = item("fees", "ca-nhan-tai-quay")
    form = as_sent(one, source=["khong-co", "nd-154-2024", "tt-75-2022", "cong-dvc"])
    found = read(one, form).values["fees.ca-nhan-tai-quay.source"]
    assert found == ("cong-dvc", "tt-75-2022", "nd-154-2024")


def test_the_answers_under_which_a_fact_holds_stand_question_by_question() -> None:
    one = item("fees", "ca-nhan-tai-quay")
    came = ["viec.gia-han", "nguoi-nao.duoi-18", "viec.dang-ky", "viec.khong-co", "viec"]
    found = read(one, as_sent(one, when=came)).values["fees.ca-nhan-tai-quay.when"]
    assert found == ("viec.dang-ky", "viec.gia-han", "nguoi-nao.duoi-18")
    assert read(one, as_sent(one, when=[])).values["fees.ca-nhan-tai-quay.when"] == ()


@pytest.mark.parametrize(
    ("text", "count", "fault"),
    [
        ("2", "2", None),
        (" 02 ", "2", None),
        ("20", "20", None),
        ("21", "21", "bad_count"),
        ("0", "0", "bad_count"),
        ("", "", "bad_count"),
        ("hai", "hai", "bad_count"),
        ("²", "²", "bad_count"),
    ],
)
def test_a_paper_is_brought_once_or_up_to_twenty_times(
    text: str, count: str, fault: str | None
) -> None:
    one = item("papers", "to-khai-ct01")
    found = read(one, as_sent(one, count=text))
    path = "papers.to-khai-ct01.count"
    assert (found.values[path], found.faults.get(path)) == (count, fault)


def test_only_what_the_format_knows_can_be_chosen_for_a_paper() -> None:
    one = item("papers", "to-khai-ct01")
    found = read(one, as_sent(one, kind="photo", hand=""))
    assert found.faults == {
        "papers.to-khai-ct01.kind": "choose",
        "papers.to-khai-ct01.hand": "choose",
    }


@pytest.mark.parametrize(
    ("name", "taken", "made"),
    [
        ("Bản sao trích lục", (), "ban-sao-trich-luc"),
        ("Giấy “xác nhận” – mẫu số 07/ĐK", (), "giay-xac-nhan-mau-so-07-dk"),
        ("Bản sao", ("ban-sao",), "ban-sao-2"),
        ("Bản sao", ("ban-sao", "ban-sao-2"), "ban-sao-3"),
        ("…", (), "muc"),
    ],
)
def test_an_id_is_made_of_the_name(name: str, taken: tuple[str, ...], made: str) -> None:
    assert id_of(name, taken) == made


@given(st.text(max_size=120), st.integers(0, 12))
def test_whatever_the_name_its_id_is_one_and_new(name: str, others: int) -> None:
    taken: list[str] = []
    for _ in range(others + 1):
        made = id_of(name, taken)
        assert made not in taken
        assert TypeAdapter(Id).validate_python(made) == made
        taken.append(made)


def test_wordings_are_lines_and_there_is_an_end_to_them() -> None:
    one = item("wordings", "start")
    found = read(one, as_sent(one, vi="một câu\r\n\r\n  câu   hai \n"))
    assert found.values["wordings.start.vi"] == ("một câu", "câu hai")
    many = "\n".join(f"câu số {number}" for number in range(MOST_WORDINGS + 1))
    assert read(one, as_sent(one, vi=many)).faults == {"wordings.start.vi": "too_many"}
    assert read(one, as_sent(one, vi="a" * 601)).faults == {"wordings.start.vi": "too_long"}


def test_every_fault_of_a_form_has_its_sentence() -> None:
    codes = {"needed", "both_languages", "too_long", "too_many", "bad_amount", "bad_day"}
    codes |= {
        "future_day",
        "bad_link",
        "choose",
        "same_again",
        "in_line",
        "bad_count",
        *OWN_SENTENCES,
    }
    known = {key for key in console_words().tables["vi"] if key.startswith("typed.")}
    assert known == {f"typed.{code}" for code in codes}


@given(st.data())
def test_whatever_is_typed_is_refused_or_comes_out_as_that(data: st.DataObject) -> None:
    content, procedure = script()
    one = data.draw(st.sampled_from(items_of(procedure)))
    texts = st.one_of(
        st.text(max_size=30),
        st.sampled_from(("yes", "no", "15.000", "2026-01-02", "cong-dvc", "a: b", '"', "- x\n- y")),
    )
    form = {
        field.path: data.draw(st.lists(texts, max_size=2), label=field.path) for field in one.fields
    }
    found = read(one, form)
    assert found.faults.keys() <= found.values.keys()
    good = good_values(one, found.values, found.faults)
    after = edited(content, edits_of(procedure, good))
    again, _, faults = read_script(after, file="")
    if again is None or faults:  # empty wordings of a procedure, say: `kiosk check` tells
        return
    now = fields_of(again)
    assert {path: now[path].value for path in good} == good

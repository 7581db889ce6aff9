"""What changed for a citizen is said, and nothing else is."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from conftest import SCRIPT_TEXT

from kiosk.catalogue import SHIPPED_PROCEDURES, load_catalogue
from kiosk.difference import changes
from kiosk.procedure import LANGUAGES, HeardAs, Language, Procedure
from kiosk.script import read_script
from kiosk.words import Words

SHIPPED = load_catalogue(SHIPPED_PROCEDURES).procedures


def read(*replaced: tuple[str, str]) -> Procedure:
    """The small script with pieces of it replaced, once each."""
    text = SCRIPT_TEXT
    for old, new in replaced:
        assert old in text, old
        text = text.replace(old, new, 1)
    procedure, _, faults = read_script(text.encode(), file="small")
    assert procedure is not None
    assert faults == []
    return procedure


def said(words: Words, *replaced: tuple[str, str], language: Language = "en") -> list[str]:
    """What is said of the small script when these pieces of it are replaced."""
    found = changes([read()], [read(*replaced)], words=words, language=language)
    assert len(found) <= 1
    return [sentence for one in found for sentence in one.sentences]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "amount: 8000",
            "amount: 10000",
            "fee “At the counter”: amount: was 8,000 đồng per copy, is now 10,000 đồng per copy",
        ),
        (
            "    amount: 0",
            "    amount: 5000",
            "fee “Poor households”: amount: was free of charge, is now 5,000 đồng",
        ),
        (
            "    count: 2",
            "    count: 3",
            (
                "paper “Letter of authority”: form and number: was 2 certified copy, hand in, "
                "is now 3 certified copy, hand in"
            ),
        ),
        (
            "    kind: original\n",
            "    kind: copy\n",
            (
                "paper “ID card”: form and number: was 1 original, show only, "
                "is now 1 copy, show only"
            ),
        ),
        (
            "when: {ai-di: [di-thay]}",
            "when: {ai-di: [di-thay, tu-di]}",
            (
                "paper “Letter of authority”: in which case: was for “I come for someone”; "
                "except for “Something else”, is now for “I come for someone” or "
                "“I come myself”; except for “Something else”"
            ),
        ),
        (
            "    confirmed: false\n    name",
            "    name",
            "paper “Application form”: now confirmed, no longer marked ask an officer",
        ),
        (
            "  - id: to-khai\n",
            "  - id: to-khai\n    valid_until: 2026-12-31\n",
            "paper “Application form”: valid until: was nothing, is now 31 December 2026",
        ),
        (
            "3 working days.",
            "5 working days.",
            "time limit “3 working days.”: is now “5 working days.”",
        ),
        (
            "checked: 2026-11-22",
            "checked: 2027-01-05",
            "date checked: was 22 November 2026, is now 5 January 2027",
        ),
        (
            "Ground floor",
            "First floor",
            "where: was “Ground floor of the ward”, is now “First floor of the ward”",
        ),
        (
            "[counter, online]",
            "[counter, post]",
            "ways to apply: was at the counter, online, is now at the counter, by post",
        ),
        (
            "[giay-to-ho-tich, tro-cap]",
            "[tro-cap]",
            "tiles: was Civil records, Benefits, is now Benefits",
        ),
        (
            "next: hoi-can-bo",
            "next: lam-duoc",
            (
                "question “What is it for?”: choice “Something else”: leads to: was "
                "“Please ask an officer”, is now “The ward can do it”"
            ),
        ),
        (
            "start: ai-di",
            "start: viec-gi",
            "first question: was “Who comes?”, is now “What is it for?”",
        ),
        (
            "kind: here",
            "kind: ask-staff",
            "outcome “The ward can do it”: meaning: was AT THIS WARD, is now SEE AN OFFICER",
        ),
        ("Who comes?", "Who will come?", "question “Who comes?”: is now “Who will come?”"),
        (
            "One is enough.",
            "Bring two.",
            "side question “How many copies?”: answer: was “One is enough.”, is now “Bring two.”",
        ),
        (
            "The public service portal",
            "The portal",
            "source “The public service portal”: is now “The portal”",
        ),
    ],
)
def test_each_change_is_one_sentence(words: Words, old: str, new: str, sentence: str) -> None:
    assert said(words, (old, new)) == [sentence]


def test_an_amount_is_told_in_vietnamese(words: Words) -> None:
    [sentence] = said(words, ("amount: 8000", "amount: 10000"), language="vi")
    assert sentence == (
        "lệ phí “Tại quầy”: số tiền: trước là 8.000 đồng mỗi bản, nay là 10.000 đồng mỗi bản"
    )


def test_what_comes_and_goes_is_told_with_what_a_citizen_must_know(
    small: Procedure, words: Words
) -> None:
    less = replace(small, papers=small.papers[1:], fees=small.fees[1:])
    for before, after, word in ((small, less, "gone"), (less, small, "new")):
        [one] = changes([before], [after], words=words, language="en")
        assert one.sentences == (
            f"{word}: paper “ID card” (1 original, show only)",
            f"{word}: fee “At the counter” (8,000 đồng per copy)",
        )


def test_a_new_choice_stands_at_its_question(small: Procedure, words: Words) -> None:
    question = small.questions[0]
    choice = replace(question.choices[0], id="ca-hai", label=small.title)
    more = replace(question, choices=(*question.choices, choice))
    later = replace(small, questions=(more, small.questions[1]))
    [one] = changes([small], [later], words=words, language="en")
    assert one.sentences == ("question “Who comes?”: new: choice “Get a certificate”",)


def test_procedures_that_come_and_go_are_told_first(small: Procedure, words: Words) -> None:
    other = replace(small, id="khac", code="1.000009")
    changed = replace(small, checked=date(2027, 1, 1))
    found = changes([small, other], [changed], words=words, language="en")
    assert [one.sentences for one in found] == [
        ("no longer there, code 1.000009",),
        ("date checked: was 22 November 2026, is now 1 January 2027",),
    ]
    [added] = changes([], [small], words=words, language="en")
    assert added.sentences == ("a new procedure, code 1.000001",)


def test_a_procedure_whose_id_changed_is_the_same_by_its_code(
    small: Procedure, words: Words
) -> None:
    assert changes([small], [replace(small, id="khac")], words=words, language="vi") == ()


def test_new_ids_alone_change_nothing_for_a_citizen(words: Words) -> None:
    renamed, _, _ = read_script(
        SCRIPT_TEXT.replace("ai-di", "nguoi-di")
        .replace("di-thay", "thay")
        .replace("lam-duoc", "xong")
        .replace("[cong]", "[trang]")
        .replace("- id: cong\n", "- id: trang\n")
        .replace("- id: to-khai", "- id: don")
        .encode(),
        file="small",
    )
    assert renamed is not None
    assert changes([read()], [renamed], words=words, language="en") == ()


def test_wordings_and_order_change_nothing_for_a_citizen(small: Procedure, words: Words) -> None:
    other = replace(
        small,
        heard_as=HeardAs(vi=("cách nói khác",)),
        papers=tuple(reversed(small.papers)),
        questions=tuple(reversed(small.questions)),
    )
    assert changes([small], [other], words=words, language="vi") == ()


def test_a_text_that_changed_only_in_the_other_language_is_told_in_that(words: Words) -> None:
    change = ("Tầng một của phường", "Tầng hai của phường")
    assert said(words, change, language="en") == [
        "where: was “Tầng một của phường”, is now “Tầng hai của phường”"
    ]
    assert said(words, ("3 ngày", "5 ngày"), language="en") == [
        "time limit “3 ngày làm việc.”: is now “5 ngày làm việc.”"
    ]


def test_a_condition_on_what_does_not_exist_is_told_by_its_id(words: Words) -> None:
    [sentence] = said(words, ("when: {ai-di: [di-thay]}", "when: {khac: [la]}"))
    assert sentence.endswith("is now for “la”; except for “Something else”")


@pytest.mark.parametrize("language", LANGUAGES)
def test_any_two_shipped_procedures_can_be_compared(language: Language, words: Words) -> None:
    assert changes(SHIPPED, SHIPPED, words=words, language=language) == ()
    for before, after in pairwise(SHIPPED):
        later = replace(after, id=before.id)
        [one] = changes([before], [later], words=words, language=language)
        assert all(sentence.strip() for sentence in one.sentences)

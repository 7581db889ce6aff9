"""The slip says what the screen says, and nothing of the person."""

from dataclasses import fields
from datetime import date

import pytest

from kiosk.office import Office
from kiosk.procedure import LANGUAGES, Language, Procedure
from kiosk.screen import OutcomeBody, Screen
from kiosk.screen_for import screen_for
from kiosk.session import Guiding, Session
from kiosk.slip import Check, Code, Heading, Line, Row, Slip
from kiosk.slip_for import slip_for, trial_slip
from kiosk.words import Words

DAY = date(2026, 11, 24)
ANSWERS = (("ai-di", "di-thay"), ("viec-gi", "di-hoc"))


@pytest.fixture
def phase(small: Procedure) -> Guiding:
    return Guiding(small, answers=ANSWERS, is_confirmed=True, ticked=frozenset({"can-cuoc"}))


def screen_of(phase: Guiding, words: Words, office: Office, language: Language) -> Screen:
    return screen_for(Session(phase=phase, language=language), words, office)


def slip_of(phase: Guiding, words: Words, office: Office, language: Language = "vi") -> Slip:
    screen = screen_of(phase, words, office, language)
    assert isinstance(screen.body, OutcomeBody)
    return slip_for(screen.body, screen.header, words=words, today=DAY, language=language)


def texts(slip: Slip) -> list[str]:
    """Everything that is written on a slip."""
    return [
        value
        for part in slip.parts
        for value in (getattr(part, field.name) for field in fields(part))
        if isinstance(value, str)
    ]


def test_the_ward_stands_above_and_the_procedure_in_large_letters(
    phase: Guiding, words: Words, office: Office
) -> None:
    parts = slip_of(phase, words, office).parts
    assert parts[0] == Line(text="Phường Cửa Nam", is_bold=True, is_centred=True)
    assert [part.text for part in parts if isinstance(part, Heading)] == ["Xin giấy xác nhận"]


def test_every_paper_is_listed_with_its_tick(phase: Guiding, words: Words, office: Office) -> None:
    checks = [part for part in slip_of(phase, words, office).parts if isinstance(part, Check)]
    assert [(check.text, check.is_ticked) for check in checks] == [
        ("Căn cước", True),
        ("Giấy ủy quyền", False),
        ("Tờ khai", False),
    ]
    assert checks[1].note.startswith("2 bản sao có chứng thực · nộp cho cán bộ")
    assert "hỏi cán bộ" in checks[2].note, "doubt is printed too"


def test_place_time_and_fee_are_printed_as_on_the_screen(
    phase: Guiding, words: Words, office: Office
) -> None:
    body = screen_of(phase, words, office, "vi").body
    assert isinstance(body, OutcomeBody)
    rows = [part for part in slip_of(phase, words, office).parts if isinstance(part, Row)]
    assert [(row.label, row.value) for row in rows] == [
        (card.label, "\n".join(card.lines)) for card in body.facts
    ]
    assert any("Trực tuyến: hỏi cán bộ" in row.value for row in rows)


def test_the_code_on_the_slip_is_the_code_on_the_screen(
    phase: Guiding, words: Words, office: Office
) -> None:
    body = screen_of(phase, words, office, "vi").body
    assert isinstance(body, OutcomeBody)
    codes = [part for part in slip_of(phase, words, office).parts if isinstance(part, Code)]
    assert codes == [Code(text=body.qr.link)]


@pytest.mark.parametrize(
    ("language", "days"),
    [
        ("vi", ("In ngày 24/11/2026", "đối chiếu ngày 22/11/2026")),
        ("en", ("Printed on 24 November 2026", "checked on 22 November 2026")),
    ],
)
def test_the_slip_is_dated_and_says_how_old_its_facts_are(
    phase: Guiding, words: Words, office: Office, language: Language, days: tuple[str, str]
) -> None:
    written = " ".join(texts(slip_of(phase, words, office, language)))
    assert all(day in written for day in days)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_on_the_slip_comes_from_anywhere_but_the_script_the_ward_and_our_words(
    phase: Guiding, words: Words, office: Office, language: Language
) -> None:
    """There is no name, number or time of day: two visits give the same slip."""
    slip = slip_of(phase, words, office, language)
    assert slip == slip_of(phase, words, office, language)
    assert words.say("slip.no_name", language) in texts(slip)
    screen = repr(screen_of(phase, words, office, language))
    ours = {words.say("slip.no_name", language)}
    for text in texts(slip):
        pieces = text.removeprefix("• ").replace("\n", ". ").split(". ")
        is_known = all(repr(piece.rstrip("."))[1:-1] in screen for piece in pieces)
        is_dated = text.startswith(
            words.say("slip.printed", language, date="|", checked="").split("|")[0]
        )
        assert is_known or is_dated or text in ours, text


def test_only_the_papers_of_these_answers_are_on_the_slip(words: Words, office: Office) -> None:
    [procedure] = office.procedures
    bare = Guiding(
        procedure, answers=(("ai-di", "tu-di"), ("viec-gi", "viec-khac")), is_confirmed=True
    )
    slip = slip_of(bare, words, office)
    assert [part.text for part in slip.parts if isinstance(part, Check)] == ["Căn cước", "Tờ khai"]


def test_the_test_slip_shows_the_hardest_letters(
    phase: Guiding, words: Words, office: Office
) -> None:
    header = screen_of(phase, words, office, "vi").header
    written = " ".join(texts(trial_slip(header, words=words, today=DAY, language="vi")))
    for letter in "ẲỄỘỰỸđĐ":
        assert letter in written
    assert "Phường Cửa Nam" in written

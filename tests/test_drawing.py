"""The flow as a picture: everything that the script says is in it, whatever the script says."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from conftest import SCRIPT_TEXT, ScriptFolder

from kiosk.catalogue import SHIPPED_PROCEDURES, check_path, load_catalogue
from kiosk.dot import as_svg
from kiosk.drawing import drawable, flow_dot
from kiosk.errors import KioskError
from kiosk.overview import overview_dot
from kiosk.procedure import LANGUAGES, Language, Neighbour, Procedure, Text
from kiosk.words import Words

DAY = date(2026, 11, 23)
SHIPPED = load_catalogue(SHIPPED_PROCEDURES).procedures


def texts(svg: str) -> str:
    """Every text of a picture, line after line, on one line."""
    root = ET.fromstring(svg.encode())  # noqa: S314 - Graphviz wrote it
    lines = ["".join(one.itertext()) for one in root.iter("{http://www.w3.org/2000/svg}text")]
    return re.sub(r"\s+", " ", " ".join(lines).replace("\N{NO-BREAK SPACE}", " "))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("procedure", SHIPPED, ids=lambda one: str(one.id))
def test_each_question_choice_and_outcome_is_in_the_picture(
    procedure: Procedure, language: Language, words: Words
) -> None:
    shown = texts(as_svg(flow_dot(procedure, words=words, language=language)))
    said = [procedure.title, *(one.ask for one in procedure.questions)]
    said += [choice.label for one in procedure.questions for choice in one.choices]
    said += [one.title for one in procedure.outcomes]
    for text in said:
        assert text.in_language(language) in shown


def test_papers_stand_at_their_outcome_with_the_answers_they_depend_on(
    small: Procedure, words: Words
) -> None:
    lines = flow_dot(small, words=words, language="vi").splitlines()
    here = next(line for line in lines if line.startswith('  "lam-duoc" ['))
    always, _, by_case = here.partition("tùy câu trả lời")
    assert "Căn cước" in always
    assert "Giấy ủy quyền" not in always
    assert "Giấy ủy quyền" in by_case
    assert "“Đi thay người khác”" in by_case
    elsewhere = next(line for line in lines if line.startswith('  "hoi-can-bo" ['))
    assert "Giấy ủy quyền" not in elsewhere


def test_choices_that_lead_to_one_step_share_an_arrow(small: Procedure, words: Words) -> None:
    lines = flow_dot(small, words=words, language="en").splitlines()
    arrows = [line for line in lines if '"ai-di" -> ' in line and "start" not in line]
    assert len(arrows) == 1
    assert "I come myself" in arrows[0]
    assert "I come for" in arrows[0]


@pytest.mark.parametrize(
    "hostile",
    ['</TD><IMG SRC="/etc/passwd"/>', 'a" b \\ c', "R&D; <B>", "}", "\\N \\G", "𝕏 \U0001f600", " "],
)
def test_no_text_of_a_script_is_read_as_an_order(
    small: Procedure, words: Words, hostile: str
) -> None:
    text = Text(vi=hostile, en=hostile)
    question = replace(small.questions[0], ask=text)
    outcome = replace(small.outcomes[0], title=text)
    paper = replace(small.papers[0], name=text)
    changed = replace(
        small,
        title=text,
        questions=(question, *small.questions[1:]),
        outcomes=(outcome, *small.outcomes[1:]),
        papers=(paper, *small.papers[1:]),
    )
    shown = texts(as_svg(flow_dot(changed, words=words, language="vi")))
    assert re.sub(r"\s+", "", shown).count(re.sub(r"\s+", "", hostile)) >= 3


def test_without_graphviz_the_remedy_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: Words
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(KioskError) as refused:
        as_svg("digraph {}")
    assert refused.value.code == "draw.no_graphviz"
    assert "apt install graphviz" in words.say("error.draw.no_graphviz", "vi")


def test_what_graphviz_refuses_is_told() -> None:
    with pytest.raises(KioskError) as refused:
        as_svg("digraph {")
    assert refused.value.code == "draw.failed"
    assert "syntax error" in refused.value.values["problem"]


def test_a_script_in_the_making_is_drawn_when_its_flow_is_sound(scripts: ScriptFolder) -> None:
    scripts.write(SCRIPT_TEXT.replace("source: [cong]", "source: []"), walks=None)
    catalogue = check_path(scripts.path)
    assert catalogue.procedures == ()
    assert drawable("xin-giay", catalogue).id == "xin-giay"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("next: hoi-can-bo", "next: nowhere"),
        ("next: hoi-can-bo", "next: ai-di"),
        ("when: {ai-di: [di-thay]}", "when: {nobody: [di-thay]}"),
        ("start: ai-di", ""),
    ],
)
def test_a_flow_that_is_not_sound_is_refused_with_its_line(
    scripts: ScriptFolder, old: str, new: str
) -> None:
    file = scripts.write(SCRIPT_TEXT.replace(old, new))
    with pytest.raises(KioskError) as refused:
        drawable("xin-giay", check_path(scripts.path))
    assert refused.value.code == "draw.not_sound"
    assert refused.value.values["file"] == str(file)
    assert int(refused.value.values["line"]) >= 1


def test_an_unknown_id_is_answered_with_the_nearest(scripts: ScriptFolder) -> None:
    scripts.write(SCRIPT_TEXT)
    with pytest.raises(KioskError) as refused:
        drawable("xin-giat", check_path(scripts.path))
    assert refused.value.code == "draw.unknown"
    assert refused.value.values["known"] == "xin-giay"


# The whole catalogue


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_procedure_and_its_tile_are_in_the_picture_of_all(
    language: Language, words: Words
) -> None:
    dot = overview_dot(SHIPPED, words=words, language=language, on=DAY)
    shown = texts(as_svg(dot))
    for procedure in SHIPPED:
        assert procedure.title.in_language(language) in shown
        tile = words.say(f"life.{procedure.life_events[0].value}", language)
        assert tile.replace("\N{NO-BREAK SPACE}", " ") in shown


def test_neighbours_are_joined_by_one_dotted_line_however_often_they_name_each_other(
    small: Procedure, words: Words
) -> None:
    text = Text(vi="Việc nào?", en="Which?")
    other = replace(small, id="khac", neighbours=(Neighbour(id=small.id, tell_apart=text),))
    one = replace(
        small,
        neighbours=(Neighbour(id="khac", tell_apart=text), Neighbour(id="x", tell_apart=text)),
    )
    dot = overview_dot((one, other), words=words, language="en", on=DAY)
    assert dot.count("style=dotted") == 1
    shown = texts(as_svg(dot))
    assert "easily confused with 2" in shown
    assert "1 at this ward · 1 see an officer" in shown


def test_a_procedure_that_is_not_in_force_is_not_in_the_picture(
    small: Procedure, words: Words
) -> None:
    ended = replace(small, valid_until=date(2026, 11, 22))
    dot = overview_dot((ended,), words=words, language="en", on=DAY)
    assert "Get a certificate" not in dot
    assert "0 procedures" in texts(as_svg(dot))


@pytest.mark.parametrize("hostile", ['</TD><IMG SRC="/etc/passwd"/>', 'a" b \\ c', "}"])
def test_no_title_is_read_as_an_order(small: Procedure, words: Words, hostile: str) -> None:
    named = replace(small, title=Text(vi=hostile, en=hostile))
    shown = texts(as_svg(overview_dot((named,), words=words, language="vi", on=DAY)))
    assert re.sub(r"\s+", "", hostile) in re.sub(r"\s+", "", shown)

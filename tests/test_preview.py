"""Any screen of a script, named by ids: what is touched, the ways on, and the real picture."""

import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from bundle_maker import TODAY, packed, signed, titled
from conftest import SCRIPT_TEXT, ScriptFolder
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kiosk import event as on
from kiosk.catalogue import SHIPPED_PROCEDURES, load_catalogue
from kiosk.errors import KioskError
from kiosk.path import every_path
from kiosk.preview import (
    MOST_ANSWERS,
    Look,
    Orientation,
    Stop,
    Wanted,
    address_of,
    stop_before,
    stop_in,
    touches,
    wanted_of,
)
from kiosk.preview_source import Source, procedure_in, stop_at, titles
from kiosk.preview_wire import Asked
from kiosk.procedure import LifeEvent, Outcome, Procedure
from kiosk.settings import DEFAULTS, load_settings
from kiosk.ui.preview import show
from kiosk.words import Words

SETTINGS = load_settings(DEFAULTS)


def refusal(**fields: str) -> str:
    with pytest.raises(KioskError) as caught:
        wanted_of(**fields)
    return caught.value.code


# What an address names


def test_an_address_names_a_screen_and_the_screen_the_address() -> None:
    wanted = Wanted(
        procedure="xin-giay",
        answers=("tu-di", "di-hoc"),
        look=Look.OUTCOME,
        page=3,
        language="en",
        orientation=Orientation.LANDSCAPE,
    )
    assert wanted_of(**dict(address_of(wanted))) == wanted
    tile = Wanted(life_event=LifeEvent.BIRTH)
    assert wanted_of(**dict(address_of(tile))) == tile


@pytest.mark.parametrize(
    "fields",
    [
        {"procedure": "../../etc/passwd"},
        {"procedure": "khai-sinh/.."},
        {"procedure": "a" * 49},
        {"answers": ",".join(["a"] * (MOST_ANSWERS + 1))},
        {"answers": "a,B"},
        {"answers": "a b"},
        {"look": "anything"},
        {"life_event": "none"},
        {"orientation": "upside-down"},
        {"page": "-1"},
        {"page": "20"},
        {"page": "1.5"},
    ],
)
def test_what_no_script_could_have_is_refused(fields: dict[str, str]) -> None:
    assert refusal(**fields) == "preview.no_such_screen"


@given(st.text(max_size=200), st.text(max_size=20), st.text(max_size=9), st.text(max_size=9))
def test_whatever_an_address_says_is_a_screen_or_refused(a: str, b: str, c: str, d: str) -> None:
    with suppress(KioskError):  # and nothing else is raised
        wanted_of(answers=a, procedure=b, look=c, page=d)


# The way through


def test_every_screen_of_every_script_is_reached_by_its_ways(words: Words) -> None:
    for procedure in load_catalogue(SHIPPED_PROCEDURES).procedures:
        reached: set[str] = set()
        begin = Wanted(procedure=procedure.id)
        waiting, seen = [begin], {begin}
        while waiting:
            wanted = waiting.pop()
            stop = stop_in(procedure, wanted, words)
            assert stop.title
            assert stop.back is not None
            touches(procedure, wanted)
            if wanted.look is Look.OUTCOME or not stop.ways:
                reached.add(stop.title)
            new = [way.to for way in (*stop.ways, *stop.beside) if way.to not in seen]
            seen |= set(new)
            waiting += new
        assert {one.title.vi for one in procedure.outcomes} <= reached
        count = sum(1 for _ in every_path(procedure))
        ends = [one for one in seen if one.look is Look.OUTCOME]
        assert len(ends) == (count if procedure.questions else 0), procedure.id


def test_back_undoes_what_a_way_did(small: Procedure, words: Words) -> None:
    begin = Wanted(procedure=small.id, language="en", orientation=Orientation.LANDSCAPE)
    first = stop_in(small, begin, words)
    second = stop_in(small, first.ways[0].to, words)
    assert second.back is not None
    assert second.back.to == begin
    why = stop_in(small, first.beside[0].to, words)
    assert why.back is not None
    assert why.back.to == begin
    review = stop_in(small, second.ways[0].to, words)
    outcome = stop_in(small, review.ways[0].to, words)
    assert outcome.back is not None
    assert outcome.back.to == second.ways[0].to


def test_a_choice_that_the_question_does_not_have_is_refused(small: Procedure) -> None:
    for answers in (("di-hoc",), ("tu-di", "nope"), ("tu-di", "di-hoc", "tu-di")):
        with pytest.raises(KioskError, match=r"preview\.no_such_screen"):
            touches(small, Wanted(procedure=small.id, answers=answers))


def test_it_is_come_to_by_a_citizens_own_touches(small: Procedure) -> None:
    wanted = Wanted(
        procedure=small.id, answers=("tu-di", "di-hoc"), look=Look.OUTCOME, language="en"
    )
    assert touches(small, wanted) == (
        on.LanguageChosen("en"),
        on.Chose(small),
        on.Answered("ai-di", "tu-di"),
        on.Answered("viec-gi", "di-hoc"),
        on.Confirmed(),
    )


def test_one_begins_at_the_waiting_screen_and_comes_to_every_procedure(words: Words) -> None:
    offered = load_catalogue(SHIPPED_PROCEDURES).procedures
    waiting = stop_before(offered, Wanted(look=Look.WAITING), words)
    tiles = stop_before(offered, waiting.ways[0].to, words)
    found: set[str] = set()
    for tile in tiles.ways:
        stop = stop_before(offered, tile.to, words)
        found |= {way.to.procedure for way in stop.ways}
    assert found == {one.id for one in offered}


# A folder, a bundle, and scripts with faults


def source(path: Path) -> Source:
    return Source(path=path, settings=SETTINGS, today=TODAY)


def test_a_script_with_faults_is_shown_as_far_as_it_goes(scripts: ScriptFolder) -> None:
    scripts.write(SCRIPT_TEXT.replace("next: viec-gi", "next: khong-co", 1))
    here = source(scripts.path)
    assert [one.id for one in titles(here)] == ["xin-giay"]
    begin = Wanted(procedure="xin-giay")
    stop = stop_at(here, begin)
    assert stop.title == "Ai đi làm giấy?"
    nowhere = stop_at(here, replace(stop.ways[0].to, look=Look.OUTCOME))
    assert nowhere.title == "Kịch bản chưa có bước “khong-co”"
    assert stop_at(here, stop.ways[1].to).title == "Giấy dùng vào việc gì?"


def test_a_script_that_cannot_be_read_is_told(scripts: ScriptFolder) -> None:
    scripts.write("format: 1\nid: xin-giay\n")
    with pytest.raises(KioskError, match=r"preview\.no_procedure"):
        procedure_in(scripts.path, "xin-giay")
    with pytest.raises(KioskError, match=r"preview\.no_procedure"):
        procedure_in(scripts.path, "khac")


def test_a_bundle_is_read_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "one"
    file.write_bytes(packed(signed(files=titled("Tên khác"))))
    assert [one.title.vi for one in titles(source(file))] == ["Tên khác"]
    found = stop_at(source(file), Wanted(life_event=LifeEvent.CIVIL_STATUS))
    assert isinstance(found, Stop)
    assert [way.label for way in found.ways] == ["Tên khác"]


# The picture


def preview(*options: str, out: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kiosk", "preview", *options, "--out", str(out)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def longest(procedure: Procedure) -> tuple[str, ...]:
    ways = [one for one in every_path(procedure) if isinstance(one.at, Outcome)]
    return tuple(choice for _, choice in max(ways, key=lambda one: len(one.behind)).answers)


def test_a_screen_is_drawn_upright_and_across(scripts: ScriptFolder, tmp_path: Path) -> None:
    scripts.write(SCRIPT_TEXT)
    for orientation, size in (("portrait", (1080, 1920)), ("landscape", (1920, 1080))):
        out = tmp_path / f"{orientation}.png"
        done = preview(
            str(scripts.path), "--procedure=xin-giay", f"--orientation={orientation}", out=out
        )
        assert done.returncode == 0, done.stderr
        with Image.open(out) as image:
            assert image.size == size
            assert len(image.convert("L").getcolors(256) or ()) > 20, "it is not blank"


def test_another_title_is_another_picture_and_the_same_one_the_same(
    scripts: ScriptFolder, tmp_path: Path
) -> None:
    pictures = []
    for number, title in enumerate(("Ai đi làm giấy?", "Ai đi làm giấy?", "Ai đến phường?")):
        scripts.write(SCRIPT_TEXT.replace("Ai đi làm giấy?", title))
        out = tmp_path / f"{number}.png"
        assert preview(str(scripts.path), "--procedure=xin-giay", out=out).returncode == 0
        pictures.append(out.read_bytes())
    assert pictures[0] == pictures[1] != pictures[2]


def test_a_long_screen_says_that_it_goes_on_and_its_last_page_does_not() -> None:
    procedure = next(
        one for one in load_catalogue(SHIPPED_PROCEDURES).procedures if one.id == "khai-sinh"
    )
    first = Wanted(procedure=procedure.id, answers=longest(procedure), look=Look.OUTCOME)
    here = source(SHIPPED_PROCEDURES)
    pages = [
        show(Asked(source=here, wanted=replace(first, page=page), is_listed=False))
        for page in range(8)
    ]
    assert pages[0][0].goes_on
    assert pages[0][1] != pages[1][1]
    assert not all(shown.goes_on for shown, _ in pages), "it has an end"


def test_what_cannot_be_drawn_is_a_sentence(scripts: ScriptFolder, tmp_path: Path) -> None:
    scripts.write(SCRIPT_TEXT)
    out = tmp_path / "x.png"
    done = preview(str(scripts.path), "--procedure=xin-giay", "--answers=nope", out=out)
    assert done.returncode == 1
    assert "không có màn hình này" in done.stderr
    assert "Traceback" not in done.stderr
    assert not out.exists()


def test_a_procedure_that_begins_next_year_is_seen_on_its_first_day(
    scripts: ScriptFolder, tmp_path: Path
) -> None:
    text = SCRIPT_TEXT.replace("checked: 2026-11-22", "checked: 2026-11-22\nvalid_from: 2099-01-01")
    scripts.write(text)
    here = replace(source(scripts.path), today=date(2026, 12, 1))
    assert stop_at(here, Wanted(procedure="xin-giay")).title == "Ai đi làm giấy?"
    pictures = []
    for day in (date(2026, 11, 28), date(2026, 11, 28) + timedelta(weeks=4000)):
        out = tmp_path / f"{day}.png"
        done = preview(str(scripts.path), "--procedure=xin-giay", f"--on={day}", out=out)
        assert done.returncode == 0, done.stderr
        pictures.append(out.read_bytes())
    assert pictures[0] == pictures[1]


@pytest.mark.parametrize(
    "text",
    [
        SCRIPT_TEXT.replace("next: viec-gi", "next: ai-di"),
        SCRIPT_TEXT.replace("next: lam-duoc", "next: ai-di"),
        SCRIPT_TEXT.replace("next: lam-duoc", "next: nowhere"),
        SCRIPT_TEXT.replace("start: ai-di", "start: nowhere"),
    ],
    ids=["to itself", "a circle", "nowhere", "no beginning"],
)
def test_a_script_that_leads_in_a_circle_or_nowhere_is_drawn_all_the_same(
    scripts: ScriptFolder, tmp_path: Path, text: str
) -> None:
    scripts.write(text)
    out = tmp_path / "x.png"
    done = preview(str(scripts.path), "--procedure=xin-giay", out=out)
    assert done.returncode == 0, done.stderr

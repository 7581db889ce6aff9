"""Spelling becomes sounds by rule, and every syllable has its way through the lexicon."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.catalogue import SHIPPED_PROCEDURES, load_catalogue
from models.listener.fst import NOTHING, Transducer, file_of, read_file, write_file
from models.listener.lexicon import (
    SAID_AS,
    UNKNOWN,
    Costs,
    graph_of,
    phones,
    readings,
    syllables,
    word_places,
)
from models.listener.pronunciation import (
    BLANK,
    UNITS,
    Accent,
    numbers_of,
    pronunciations,
    units_of,
    words_said,
)

SYLLABLES = syllables()


@pytest.mark.parametrize(
    ("word", "units"),
    [
        ("nguyễn", ("ng", "w", "ia4", "-n")),
        ("giết", ("z", "ia5", "-t")),
        ("gì", ("z", "i2")),
        ("quốc", ("k", "w", "ô5", "-k")),
        ("của", ("k", "ua3")),
        ("quả", ("k", "w", "a3")),
        ("khuya", ("kh", "w", "ia1")),
        ("yêu", ("ia1", "-w")),
        ("tay", ("t", "ă1", "-j")),
        ("tai", ("t", "a1", "-j")),
        ("tàu", ("t", "ă2", "-w")),
        ("tào", ("t", "a2", "-w")),
        ("nghỉ", ("ng", "i3")),
        ("ở", ("ơ3",)),
    ],
)
def test_a_syllable_sounds_as_its_spelling_says(word: str, units: tuple[str, ...]) -> None:
    assert units_of(word) == units


@pytest.mark.parametrize("word", ["facebook", "cccd", "", "ấylắc", "càc"])
def test_what_is_no_syllable_has_no_units(word: str) -> None:
    assert units_of(word) is None
    assert pronunciations(word, *Accent) == ()


def test_units_are_counted_from_the_blank() -> None:
    assert UNITS[0] == BLANK
    assert len(set(UNITS)) == len(UNITS)
    assert [UNITS[number] for number in numbers_of(("tr", "a1", "-ng"))] == ["tr", "a1", "-ng"]


def test_an_accent_adds_its_way_behind_the_usual_one() -> None:
    assert pronunciations("trăng", Accent.NORTHERN) == (("tr", "ă1", "-ng"), ("ch", "ă1", "-ng"))
    assert pronunciations("vẽ", Accent.SOUTHERN) == (("v", "e4"), ("z", "e3"))
    assert pronunciations("mắt", Accent.SOUTHERN)[1:] == (("m", "ă5", "-k"),)
    assert pronunciations("mít", Accent.SOUTHERN) == (("m", "i5", "-t"),)
    assert pronunciations("ba", *Accent) == (("b", "a1"),)


@given(st.sampled_from(SYLLABLES))
def test_every_accent_stays_within_the_units(word: str) -> None:
    for reading in pronunciations(word, *Accent):
        assert set(reading) <= set(UNITS)


def test_texts_come_as_the_words_that_are_said() -> None:
    said = words_said("Hoà giải, thuỷ lợi: 15 ngày; quý HOẠT động hoặc khoẻ")
    assert said == tuple(
        "hòa giải thủy lợi một năm ngày quý hoạt động hoặc khỏe".split()  # noqa: SIM905
    )


def test_the_lexicon_holds_every_syllable_of_the_shipped_wordings() -> None:
    known = set(SYLLABLES)
    wordings = load_catalogue(SHIPPED_PROCEDURES).wordings
    texts = [text for texts in wordings.values() for text in texts]
    words = {word for text in texts for word in words_said(text)}
    marked = {word for word in words if not word.isascii() and units_of(word)}
    missing = marked - known
    assert not missing
    assert len(known) > 10_000


def test_office_words_are_said_in_syllables() -> None:
    assert all(readings(word) for word in SAID_AS)
    assert readings("vneid")[0][:2] == ("v", "i1")


def written(graph: Transducer, ids: list[int]) -> set[tuple[int, ...]]:
    """What the graph can write while it reads these transition ids and ends."""
    paths: set[tuple[int, tuple[int, ...]]] = {(0, ())}
    for one in [*ids, None]:
        closed: set[tuple[int, tuple[int, ...]]] = set()
        while paths - closed:
            state, out = (paths - closed).pop()
            closed.add((state, out))
            paths |= {
                (to, (*out, w) if w else out)
                for reads, w, _, to in graph.arcs[state]
                if reads == NOTHING
            }
        if one is None:
            return {out for state, out in paths if state in graph.finals}
        paths = {
            (to, (*out, writes) if writes else out)
            for state, out in paths
            for reads, writes, _, to in graph.arcs[state]
            if reads == one
        }
    raise AssertionError


def ids_of(*words: str) -> list[int]:
    """The transition ids of words said without a pause, each unit for one frame."""
    found = []
    for word in words:
        units = readings(word)[0]
        places = "S" if len(units) == 1 else f"B{'I' * (len(units) - 2)}E"
        for number, place in zip(numbers_of(units), places, strict=True):
            found.append(2 * (2 + (number - 1) * 4 + "BIES".index(place)))
    return found


def test_the_lexicon_writes_the_words_whose_units_it_reads() -> None:
    labels = {"khai": 1, "sinh": 2, "ở": 3, "vneid": 4}
    graph = graph_of(labels, Costs())
    for sentence in (["khai", "sinh"], ["ở"], ["vneid", "khai"]):
        assert written(graph, ids_of(*sentence)) == {tuple(labels[word] for word in sentence)}
    assert written(graph, ids_of("khai")[:-1]) == set()


def test_a_pause_and_a_ringing_unit_write_nothing() -> None:
    graph = graph_of({"khai": 1}, Costs())
    silence, silence_goes_on = 2, 1
    last = ids_of("khai")[-1]
    said = [silence, silence_goes_on, *ids_of("khai"), last - 1, silence, silence_goes_on]
    assert written(graph, said) == {(1,)}


def test_words_that_sound_alike_are_both_written() -> None:
    graph = graph_of({"lý": 1, "lí": 2}, Costs())
    assert written(graph, ids_of("lý")) == {(1,), (2,)}


def test_what_is_no_word_is_heard_as_unknown() -> None:
    graph = graph_of({UNKNOWN: 1, "khai": 2}, Costs())
    assert (1,) in written(graph, ids_of("sinh"))
    assert written(graph, ids_of("khai")) == {(1,), (2,)}


def test_another_accent_costs_more_than_the_usual_way() -> None:
    costs = Costs()
    graph = graph_of({"trăng": 1}, costs, [Accent.NORTHERN])
    ways = [cost for arcs in graph.arcs for _, writes, cost, _ in arcs if writes]
    assert sorted(ways) == [0.0, costs.other_accent]


def test_phones_know_their_place_in_a_word() -> None:
    lines = word_places().splitlines()
    assert len(lines) == len(phones())
    assert lines[0] == "1 nonword"
    assert [line.split()[1] for line in lines[1:5]] == ["begin", "internal", "end", "singleton"]


labels = st.integers(0, 2**31 - 1)
costs = st.floats(-100, 100, width=32)


@given(st.data())
def test_a_transducer_comes_back_from_its_file(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 5))
    states = st.integers(0, count - 1)
    graph = Transducer()
    for _ in range(count):
        graph.add_state()
    for start, reads, writes, cost, to in data.draw(
        st.lists(st.tuples(states, labels, labels, costs, states), max_size=12)
    ):
        graph.add_arc(start, to, reads, writes, cost)
    graph.finals = data.draw(st.dictionaries(states, costs, max_size=3))
    found = read_file(file_of(graph))
    assert found.finals == graph.finals
    assert [sorted(arcs) for arcs in found.arcs] == [sorted(arcs) for arcs in graph.arcs]


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    graph = Transducer()
    graph.add_state()
    write_file(tmp_path / "one.fst", graph)
    content = (tmp_path / "one.fst").read_bytes()
    with pytest.raises(ValueError, match="vector"):
        read_file(content.replace(b"vector", b"consta"))

"""From probabilities to a decision: answer, ask back, or out of scope."""

import gzip
import json
from contextlib import suppress
from pathlib import Path

import pytest
from five_procedures import BIRTH, CATALOGUE, LESSONS
from hypothesis import given
from hypothesis import strategies as st

from kiosk.assistant.asking import (
    MOST_CANDIDATES,
    MOST_LETTERS,
    MOST_TURNS,
    WORTH_ASKING,
    Asked,
    Decision,
    as_json,
    ask,
    conversation,
    decide,
    read_question,
)
from kiosk.assistant.dialect_files import load_standard
from kiosk.assistant.entry import Entry, Kind
from kiosk.assistant.learning import learn
from kiosk.assistant.lookup import Hit, Lookup, Ranking
from kiosk.errors import KioskError
from kiosk.national import MOST_LINE_BYTES, read_national

STANDARD = load_standard()
WEIGHTS = learn(CATALOGUE, LESSONS, STANDARD)
"""Answered is from 0.8, asked back from 0.35."""

OFFERED = (Kind.SCRIPT, Kind.COMMUNE, Kind.NATIONAL)
KNOWN = (Kind.NOT_OFFERED, Kind.SMALL_TALK)


def ranking(*likely: tuple[float, Kind] | float) -> Ranking:
    """Candidates with these probabilities, scripts unless said, the rest for none of them."""
    scores = [one if isinstance(one, tuple) else (one, Kind.SCRIPT) for one in likely]
    scores.sort(key=lambda one: -one[0])
    hits = tuple(
        Hit(
            entry=Entry(id=f"viec-{n}", code=f"1.00000{n}", title=f"Việc {n}", kind=kind),
            score=score,
        )
        for n, (score, kind) in enumerate(scores)
    )
    return Ranking(hits=hits, none=max(0.0, 1 - sum(score for score, _ in scores)))


def decided(*likely: tuple[float, Kind] | float) -> Asked:
    """What is decided on these probabilities."""
    return decide(ranking(*likely), WEIGHTS)


def ids(asked: Asked) -> list[str]:
    """The ids of the candidates, in order."""
    return [one.id for one in asked.candidates]


def written(file: Path, *lines: bytes) -> Path:
    """A national catalogue with these lines."""
    file.write_bytes(gzip.compress(b"".join(line + b"\n" for line in lines)))
    return file


# Deciding


def test_what_is_all_but_certain_is_the_answer_with_what_is_next_to_it() -> None:
    asked = decided(0.9, 0.05, 0.02, 0.01)
    assert asked.decision is Decision.ANSWER
    assert ids(asked) == ["viec-0", "viec-1", "viec-2"]


def test_the_answer_begins_where_the_weights_say() -> None:
    just = WEIGHTS.answer_from
    assert decided(just).decision is Decision.ANSWER
    assert decided(just - 0.001).decision is Decision.CLARIFY


@pytest.mark.parametrize("kind", OFFERED)
def test_a_card_is_answered_like_a_script(kind: Kind) -> None:
    assert decided((0.9, kind)).decision is Decision.ANSWER


def test_two_side_by_side_are_asked_about() -> None:
    asked = decided(0.5, 0.45)
    assert asked.decision is Decision.CLARIFY
    assert ids(asked) == ["viec-0", "viec-1"]


def test_no_more_are_shown_than_anybody_wants_to_choose_from() -> None:
    assert ids(decided(0.3, 0.25, 0.2, 0.15)) == ["viec-0", "viec-1", "viec-2"]


def test_what_is_hardly_likely_is_not_worth_a_place() -> None:
    assert ids(decided(0.5, 0.4, WORTH_ASKING - 0.001)) == ["viec-0", "viec-1"]
    assert ids(decided(0.5, 0.4, WORTH_ASKING)) == ["viec-0", "viec-1", "viec-2"]


def test_one_alone_is_no_choice_so_the_next_is_shown_too() -> None:
    assert ids(decided(0.7, 0.01, 0.005)) == ["viec-0", "viec-1"]
    assert ids(decided(0.7)) == ["viec-0"]


def test_what_is_probably_nothing_is_out_of_scope_and_not_shown() -> None:
    asked = decided(0.2, 0.1)
    assert asked.decision is Decision.OUT_OF_SCOPE
    assert (asked.candidates, asked.about) == ((), "")


def test_many_that_are_all_unlikely_are_out_of_scope() -> None:
    assert decided(*[WORTH_ASKING - 0.01] * 20).decision is Decision.OUT_OF_SCOPE


def test_nothing_found_is_out_of_scope() -> None:
    asked = decide(Ranking(hits=(), none=1.0), WEIGHTS)
    assert asked == Asked(decision=Decision.OUT_OF_SCOPE, candidates=())


def test_a_matter_of_another_office_is_out_of_scope_with_its_card() -> None:
    asked = decided((0.9, Kind.NOT_HERE), 0.05)
    assert asked.decision is Decision.OUT_OF_SCOPE
    assert (ids(asked), asked.about) == (["viec-0"], "")


@pytest.mark.parametrize("kind", KNOWN)
def test_a_matter_without_a_guide_and_small_talk_are_named_and_not_shown(kind: Kind) -> None:
    asked = decided((0.9, kind), 0.05)
    assert asked.decision is Decision.OUT_OF_SCOPE
    assert (asked.candidates, asked.about) == ((), "viec-0")


@pytest.mark.parametrize("kind", [Kind.NOT_HERE, *KNOWN])
def test_what_is_not_on_offer_is_never_answered_nor_offered(kind: Kind) -> None:
    assert decided((0.99, kind)).decision is Decision.OUT_OF_SCOPE
    asked = decided((0.42, kind), 0.3, 0.28)
    assert asked.decision is Decision.CLARIFY
    assert ids(asked) == ["viec-1", "viec-2"]


@pytest.mark.parametrize("kind", [Kind.NOT_HERE, *KNOWN])
def test_what_is_probably_not_on_offer_is_not_asked_back(kind: Kind) -> None:
    assert decided((0.5, kind), 0.2, 0.05).decision is Decision.OUT_OF_SCOPE


LIKELY = st.lists(
    st.tuples(st.floats(0.001, 1), st.sampled_from(list(Kind))), min_size=1, max_size=8
)


@given(LIKELY, st.floats(0.001, 1))
def test_whatever_the_chances_a_decision_keeps_its_promise(
    likely: list[tuple[float, Kind]], none: float
) -> None:
    total = sum(score for score, _ in likely) + none
    given_ = ranking(*((score / total, kind) for score, kind in likely))
    asked = decide(given_, WEIGHTS)
    kinds = {hit.entry.id: hit.entry.kind for hit in given_.hits}
    best = given_.hits[0]
    assert len(asked.candidates) <= MOST_CANDIDATES
    scores = [one.score for one in asked.candidates]
    assert scores == sorted(scores, reverse=True)
    match asked.decision:
        case Decision.ANSWER:
            assert ids(asked)[0] == best.entry.id
            assert best.score >= WEIGHTS.answer_from
        case Decision.CLARIFY:
            offered = sum(hit.score for hit in given_.hits if hit.entry.is_offered)
            assert asked.candidates
            assert offered >= WEIGHTS.clarify_from
        case Decision.OUT_OF_SCOPE:
            assert {kinds[one] for one in ids(asked)} <= {Kind.NOT_HERE}
    if asked.decision is not Decision.OUT_OF_SCOPE:
        assert {kinds[one] for one in ids(asked)} <= set(OFFERED)
        assert asked.about == ""


def test_a_sentence_is_looked_up_and_decided_on_in_one_go() -> None:
    lookup = Lookup(CATALOGUE, WEIGHTS, STANDARD)
    asked = ask(lookup, "làm giấy khai sinh cho con")
    assert asked.decision is Decision.ANSWER
    assert asked.candidates[0].code == BIRTH.code
    assert ask(lookup, "làm hộ chiếu đi Nhật").candidates[0].id == "ho-chieu"
    assert ask(lookup, "chào buổi sáng").about == "small-talk:greeting"
    assert ask(lookup, "").decision is Decision.OUT_OF_SCOPE
    assert ask(Lookup((), WEIGHTS, STANDARD), "khai sinh").decision is Decision.OUT_OF_SCOPE


def test_what_stands_after_the_most_letters_is_not_looked_at() -> None:
    lookup = Lookup(CATALOGUE, WEIGHTS, STANDARD)
    said = "làm giấy khai sinh cho con".ljust(MOST_LETTERS)
    assert ask(lookup, said + "sao y bằng tốt nghiệp") == ask(lookup, said)


# As JSON


def test_the_json_has_just_the_promised_keys() -> None:
    told = json.loads(as_json(decided(0.876543)))
    assert told == {
        "decision": "answer",
        "candidates": [{"code": "1.000000", "id": "viec-0", "title": "Việc 0", "score": 0.8765}],
    }


def test_the_json_is_one_line_of_readable_vietnamese() -> None:
    line = as_json(decided((0.9, Kind.NOT_HERE)))
    assert "Việc 0" in line
    assert "\n" not in line
    assert json.loads(line)["decision"] == "out_of_scope"


# What was said so far


def test_turns_become_one_text_the_last_one_last() -> None:
    assert conversation(["khai sinh", "thế phí bao nhiêu"]) == "khai sinh. thế phí bao nhiêu"
    assert conversation(["khai sinh"]) == "khai sinh"


def test_turns_of_long_ago_no_longer_count() -> None:
    turns = [f"câu {n}" for n in range(MOST_TURNS + 3)]
    assert conversation(turns) == ". ".join(turns[-MOST_TURNS:])


def test_of_too_long_a_conversation_the_end_is_kept() -> None:
    text = conversation(["a" * MOST_LETTERS, "phí bao nhiêu"])
    assert len(text) == MOST_LETTERS
    assert text.endswith("a. phí bao nhiêu")


def test_a_later_turn_says_more_of_the_same_or_takes_the_earlier_one_back() -> None:
    lookup = Lookup(CATALOGUE, WEIGHTS, STANDARD)
    more = conversation(["khai sinh cho cháu", "thế phải mang gì"])
    other = conversation(["khai sinh cho cháu", "à nhầm, sao y có dấu cơ"])
    assert [hit.entry.id for hit in lookup.rank(more).hits][:1] == ["khai-sinh"]
    assert [hit.entry.id for hit in lookup.rank(other).hits][:1] == ["chung-thuc-ban-sao"]


def test_a_line_may_hold_earlier_turns_and_keys_of_others() -> None:
    line = '{"question": "mất phí không", "turns": ["làm khai sinh", "mất phí không"], "id": "q1"}'
    assert read_question(line.encode()) == "làm khai sinh. mất phí không"


def test_without_turns_the_question_is_what_was_said() -> None:
    for turns in ("", ', "turns": []'):
        line = f'{{"question": "mất phí không"{turns}}}'
        assert read_question(line.encode()) == "mất phí không"


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"khai sinh",
        b"[]",
        b'{"question": ""}',
        b'{"question": 5}',
        b'{"text": "khai sinh"}',
        b'{"question": "a", "turns": "b"}',
        b'{"question": "\xff"}',
        b'{"question": "\\ud800"}',
        b'{"question": "a", "deep": ' + b"[" * 5000,
        b'{"question": "' + b"a" * (MOST_LETTERS + 1) + b'"}',
        b'{"question": "a", "pad": "' + b"a" * 70_000 + b'"}',
    ],
    ids=lambda line: repr(line[:24]),
)
def test_a_line_that_is_no_question_is_refused(line: bytes) -> None:
    with pytest.raises(KioskError) as refused:
        read_question(line)
    assert refused.value.code == "ask.bad_line"


@given(st.binary(max_size=200))
def test_any_bytes_are_a_question_or_refused(untrusted: bytes) -> None:
    with suppress(KioskError):
        assert read_question(untrusted)


# The national catalogue


def test_procedures_of_the_national_catalogue_have_their_code_as_id(tmp_path: Path) -> None:
    row = {"code": "1.001193", "name": "Đăng ký khai sinh", "level": "Cấp xã", "commune": True}
    other = {"code": "1.001456", "name": "Cấp hộ chiếu", "commune": False}
    again = {"code": "1.001193", "name": "Đăng ký khai sinh (lần hai)"}
    lines = (json.dumps(one, ensure_ascii=False).encode() for one in (row, other, again))
    found = read_national(written(tmp_path / "all.jsonl.gz", *lines))
    assert found == (
        Entry(id="1.001193", code="1.001193", title="Đăng ký khai sinh", kind=Kind.COMMUNE),
        Entry(id="1.001456", code="1.001456", title="Cấp hộ chiếu", kind=Kind.NATIONAL),
    )
    assert ask(Lookup(found, WEIGHTS, STANDARD), "khai sinh").candidates[0].id == "1.001193"


def test_a_procedure_that_does_not_say_so_is_not_of_the_wards_level(tmp_path: Path) -> None:
    file = written(tmp_path / "all.jsonl.gz", b'{"code": "1.001193", "name": "x"}')
    assert [one.kind for one in read_national(file)] == [Kind.NATIONAL]


def test_a_bad_line_of_the_national_catalogue_is_named(tmp_path: Path) -> None:
    file = written(tmp_path / "all.jsonl.gz", b'{"code": "1", "name": "x"}', b'{"code": "2"}')
    with pytest.raises(KioskError) as refused:
        read_national(file)
    assert refused.value.code == "national.bad_line"
    assert refused.value.values["line"] == "2"


def test_a_line_without_end_is_given_up(tmp_path: Path) -> None:
    file = written(tmp_path / "all.jsonl.gz", b" " * (MOST_LINE_BYTES + 1))
    with pytest.raises(KioskError) as refused:
        read_national(file)
    assert refused.value.code == "national.too_large"


@pytest.mark.parametrize("content", [b"no gzip", gzip.compress(b"cut off")[:-9]])
def test_a_file_that_is_no_catalogue_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "all.jsonl.gz"
    file.write_bytes(content)
    with pytest.raises(KioskError) as refused:
        read_national(file)
    assert refused.value.code == "national.unreadable"

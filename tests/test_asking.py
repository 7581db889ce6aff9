"""From the lookup's hits to a decision: answer, ask back, or give up."""

import gzip
import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.assistant.asking import (
    AHEAD_AT_LEAST,
    MOST_CANDIDATES,
    MOST_LETTERS,
    Decision,
    as_json,
    decide,
    read_question,
)
from kiosk.assistant.lookup import ANSWER_AT_LEAST, CLARIFY_AT_LEAST, Entry, Hit, Lookup
from kiosk.errors import KioskError
from kiosk.national import MOST_LINE_BYTES, read_national

SCORES = st.lists(st.floats(min_value=0.2, max_value=1.0), max_size=6)


def hits(*scores: float) -> tuple[Hit, ...]:
    """A hit a score, best first."""
    return tuple(
        Hit(entry=Entry(id=f"viec-{n}", code=f"1.00000{n}", title=f"Việc {n}"), score=score)
        for n, score in enumerate(sorted(scores, reverse=True))
    )


def written(file: Path, *lines: bytes) -> Path:
    """A national catalogue with these lines."""
    file.write_bytes(gzip.compress(b"".join(line + b"\n" for line in lines)))
    return file


def test_a_strong_hit_that_is_clearly_ahead_is_the_answer() -> None:
    asked = decide(hits(0.9, 0.5))
    assert asked.decision is Decision.ANSWER
    assert [one.id for one in asked.candidates] == ["viec-0", "viec-1"]


def test_two_strong_hits_side_by_side_are_asked_about() -> None:
    assert decide(hits(0.9, 0.89)).decision is Decision.CLARIFY


def test_a_hit_that_is_only_likely_is_asked_about_even_alone() -> None:
    asked = decide(hits(0.6))
    assert asked.decision is Decision.CLARIFY
    assert len(asked.candidates) == 1


def test_weak_hits_are_out_of_scope_and_not_shown() -> None:
    asked = decide(hits(0.3, 0.25))
    assert asked.decision is Decision.OUT_OF_SCOPE
    assert asked.candidates == ()
    assert decide(()).decision is Decision.OUT_OF_SCOPE


@given(SCORES)
def test_whatever_the_scores_an_answer_is_strong_and_ahead(scores: list[float]) -> None:
    found = hits(*scores)
    asked = decide(found)
    assert len(asked.candidates) <= MOST_CANDIDATES
    assert (asked.decision is Decision.OUT_OF_SCOPE) == (not asked.candidates)
    assert all(hit.score >= CLARIFY_AT_LEAST for hit in found[: len(asked.candidates)])
    if asked.decision is Decision.ANSWER:
        assert found[0].score >= ANSWER_AT_LEAST
        assert len(found) == 1 or found[0].score - found[1].score >= AHEAD_AT_LEAST


def test_the_json_has_just_the_promised_keys() -> None:
    told = json.loads(as_json(decide(hits(0.876543))))
    assert told == {
        "decision": "answer",
        "candidates": [{"code": "1.000000", "id": "viec-0", "title": "Việc 0", "score": 0.8765}],
    }


def test_a_line_may_hold_earlier_turns_and_keys_of_others() -> None:
    line = '{"question": "mất phí không", "turns": ["làm khai sinh"], "id": "q1"}'
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


def test_procedures_of_the_national_catalogue_have_their_code_as_id(tmp_path: Path) -> None:
    row = {"code": "1.001193", "name": "Đăng ký khai sinh", "level": "Cấp xã"}
    again = {"code": "1.001193", "name": "Đăng ký khai sinh (lần hai)"}
    lines = (json.dumps(one, ensure_ascii=False).encode() for one in (row, again))
    found = read_national(written(tmp_path / "all.jsonl.gz", *lines))
    assert found == (Entry(id="1.001193", code="1.001193", title="Đăng ký khai sinh"),)
    assert decide(Lookup(found).find("khai sinh")).candidates[0].id == "1.001193"


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

"""Drafts and their files: what happens to one, who is its author, and power that fails."""

import json
import logging
import os
import stat
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.bundle import check_version, version_key
from kiosk.draft import (
    MOST_CHANGES,
    MOST_HISTORY,
    Draft,
    Stage,
    Step,
    Value,
    begun,
    changed,
    dropped,
    handed_in,
    moved,
    opened_anew,
    published,
    refuse_publisher,
    sent_back,
    undone,
)
from kiosk.draft_publication import Tie
from kiosk.draft_publish import next_version
from kiosk.draft_store import KEEP_DROPPED, MOST_AT_WORK, DraftStore
from kiosk.errors import KioskError

AT = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
ID = "20261128-00000a"
FEE: dict[str, tuple[Value, Value]] = {"fees.a.amount": ("1", "2")}


def new(draft_id: str = ID) -> Draft:
    return begun(draft_id, base="", by="lan", at=AT)


def written() -> Draft:
    return changed(new(), "tam-tru", FEE, by="lan", at=AT)


def refused(code: str) -> AbstractContextManager[object]:
    return pytest.raises(KioskError, match=rf"^{code}")


def test_each_step_is_a_line_of_the_history_and_another_revision() -> None:
    draft = handed_in(written(), by="lan", at=AT, note="xin xem")
    draft = sent_back(draft, by="minh", at=AT, note="sai")
    steps = [(one.by, one.step, one.note) for one in draft.history]
    assert steps == [
        ("lan", Step.BEGUN, ""),
        ("lan", Step.CHANGED, ""),
        ("lan", Step.HANDED_IN, "xin xem"),
        ("minh", Step.SENT_BACK, "sai"),
    ]
    assert draft.revision == 4
    assert draft.stage is Stage.OPEN


def test_a_change_that_is_made_back_is_no_change_but_its_author_stays_one() -> None:
    draft = changed(written(), "tam-tru", {"fees.a.amount": ("1", "1")}, by="minh", at=AT)
    assert draft.changes == ()
    assert draft.authors == ("lan", "minh")
    assert draft.history[-1].step is Step.UNDONE


def test_saving_what_is_there_already_makes_nobody_an_author() -> None:
    draft = written()
    assert changed(draft, "tam-tru", FEE, by="minh", at=AT) is draft
    assert changed(draft, "tam-tru", {"fees.b.amount": ("3", "3")}, by="minh", at=AT) is draft


def test_a_second_change_of_a_field_keeps_the_value_of_the_base() -> None:
    draft = changed(written(), "tam-tru", {"fees.a.amount": ("1", "5")}, by="minh", at=AT)
    (change,) = draft.changes
    assert (change.old, change.new, change.by) == ("1", "5", "minh")


def test_whoever_changed_anything_never_publishes_it() -> None:
    draft = undone(written(), "tam-tru", "fees.a.amount", by="minh", at=AT)
    draft = changed(draft, "tam-tru", FEE, by="lan", at=AT)
    draft = handed_in(draft, by="hoa", at=AT)
    for by in ("lan", "minh"):
        with refused("draft.own"):
            refuse_publisher(draft, by)
        with refused("draft.own"):
            published(draft, by=by, at=AT, bundle="", version="1", on=None, told={})
    refuse_publisher(draft, "hoa")
    with refused("draft.own_hand"):
        refuse_publisher(draft, "hoa", Tie(holder="minh", account="hoa"))
    with refused("draft.held_author"):
        refuse_publisher(draft, "hoa", Tie(holder="hoa", account="minh"))


def test_where_an_item_goes_everything_else_that_was_to_change_in_it_goes_along() -> None:
    put_in: dict[str, tuple[Value, Value]] = {
        "fees.b.here": ("", "yes"),
        "fees.b.label.vi": ("", "Phí"),
    }
    draft = changed(written(), "tam-tru", put_in, by="minh", at=AT)
    draft = changed(draft, "khai-sinh", {"fees.b.amount": ("1", "2")}, by="minh", at=AT)
    after = undone(draft, "tam-tru", "fees.b.here", by="hoa", at=AT)
    assert [(one.procedure, one.path) for one in after.changes] == [
        ("tam-tru", "fees.a.amount"),
        ("khai-sinh", "fees.b.amount"),
    ]
    taken_out: dict[str, tuple[Value, Value]] = {"fees.a.here": ("yes", "")}
    after = changed(after, "tam-tru", taken_out, by="hoa", at=AT)
    assert [one.path for one in after.of("tam-tru").values()] == ["fees.a.here"]
    steps = [(one.step, one.about) for one in after.history[-2:]]
    assert steps == [
        (Step.CHANGED, "tam-tru fees.a.here"),
        (Step.UNDONE, "tam-tru fees.a.amount"),
    ]
    assert undone(after, "tam-tru", "fees.a.here", by="hoa", at=AT).of("tam-tru") == {}


def test_when_a_draft_was_begun_is_not_forgotten_however_long_its_history() -> None:
    draft = written()
    first = draft.history[0]
    for number in range(MOST_HISTORY + 3):
        value = ("1", str(number % 2 + 2))
        draft = changed(draft, "tam-tru", {"fees.a.amount": value}, by="minh", at=AT)
    assert (len(draft.history), draft.history[0]) == (MOST_HISTORY, first)


@pytest.mark.parametrize("stage", Stage)
def test_each_stage_allows_its_own_steps_only(stage: Stage) -> None:
    draft = replace(written(), stage=stage)
    steps: dict[str, Callable[[], Draft]] = {
        "change": lambda: changed(draft, "x", FEE, by="lan", at=AT),
        "hand_in": lambda: handed_in(draft, by="lan", at=AT),
        "send_back": lambda: sent_back(draft, by="minh", at=AT),
        "publish": lambda: published(
            draft, by="minh", at=AT, bundle="1-aaaaaaaaaaaa", version="1", on=None, told={}
        ),
        "drop": lambda: dropped(draft, by="lan", at=AT),
        "open_anew": lambda: opened_anew(draft, by="lan", at=AT),
    }
    allowed = set()
    for name, step in steps.items():
        try:
            step()
            allowed.add(name)
        except KioskError:
            continue
    assert (
        allowed
        == {
            Stage.OPEN: {"change", "hand_in", "drop"},
            Stage.REVIEW: {"send_back", "publish", "drop"},
            Stage.PUBLISHED: {"open_anew"},
            Stage.DROPPED: set(),
        }[stage]
    )


def test_a_draft_has_an_end() -> None:
    many: dict[str, tuple[Value, Value]] = {
        f"fees.a{number}.amount": ("1", "2") for number in range(MOST_CHANGES + 1)
    }
    with refused("draft.too_many"):
        changed(new(), "tam-tru", many, by="lan", at=AT)


def test_a_draft_moves_where_nothing_of_it_changed() -> None:
    here = ("tam-tru", "fees.a.amount")
    draft = handed_in(written(), by="lan", at=AT)
    after = moved(draft, "2-aaaaaaaaaaaa", {here: "1"}, by="minh", at=AT)
    assert (after.base, after.stage, after.authors) == ("2-aaaaaaaaaaaa", Stage.OPEN, ("lan",))
    assert after.changes == draft.changes
    assert moved(draft, "2-aaaaaaaaaaaa", {here: "2"}, by="minh", at=AT).changes == ()
    for now in ({here: "3"}, {}):
        with pytest.raises(KioskError) as caught:
            moved(draft, "2-aaaaaaaaaaaa", now, by="minh", at=AT)
        assert caught.value.values == {"fields": "tam-tru fees.a.amount"}


# Versions


@given(
    st.lists(
        st.lists(st.integers(0, 999_998), min_size=1, max_size=4).map(
            lambda parts: ".".join(map(str, parts))
        ),
        max_size=6,
    ),
    st.dates(date(2026, 1, 1), date(2060, 12, 31)),
)
def test_the_next_version_is_greater_than_any_that_is_kept(kept: list[str], today: date) -> None:
    version = next_version(kept, today)
    assert check_version(version) == version
    assert all(version_key(version) > version_key(one) for one in kept)


@pytest.mark.parametrize(
    ("kept", "wanted"),
    [
        ([], "2026.11.28"),
        (["2026.11.27", "1"], "2026.11.28"),
        (["2026.11.28"], "2026.11.28.1"),
        (["2026.11.28.1", "2026.11.28"], "2026.11.28.2"),
        (["2026.12"], "2026.12.1"),
        (["2027.1.5"], "2027.1.5.1"),
    ],
)
def test_a_version_tells_the_day(kept: list[str], wanted: str) -> None:
    assert next_version(kept, date(2026, 11, 28)) == wanted


def test_where_no_number_is_left_that_is_said() -> None:
    with refused("draft.no_version"):
        next_version(["9999.1.1.999999"], date(2026, 11, 28))


# Files


@pytest.fixture
def store(tmp_path: Path) -> DraftStore:
    return DraftStore(tmp_path)


def test_what_was_kept_is_read_again_by_its_owner_alone(store: DraftStore, tmp_path: Path) -> None:
    draft = handed_in(written(), by="lan", at=AT, note="“ghi chú”\n")
    store.add(draft)
    assert DraftStore(tmp_path).find(ID) == draft
    folder = tmp_path / "drafts"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / f"{ID}.json").stat().st_mode) == 0o600


values = st.one_of(st.text(max_size=20), st.lists(st.text(max_size=9), max_size=3).map(tuple))


@given(old=values, new_value=values, note=st.text(max_size=30))
def test_any_value_is_read_as_it_was_kept(
    tmp_path_factory: pytest.TempPathFactory, old: Value, new_value: Value, note: str
) -> None:
    store = DraftStore(tmp_path_factory.mktemp("state"))
    draft = changed(new(), "tam-tru", {"fees.a.x": (old, new_value)}, by="lan", at=AT)
    if draft.changes:
        draft = handed_in(draft, by="lan", at=AT, note=note)
    store.add(draft)
    assert store.find(ID) == draft


def test_who_saw_an_older_revision_changes_nothing(store: DraftStore) -> None:
    draft = written()
    store.add(draft)
    store.change(ID, draft.revision, lambda one: handed_in(one, by="lan", at=AT))
    with pytest.raises(KioskError) as caught:
        store.change(ID, draft.revision, lambda one: dropped(one, by="minh", at=AT))
    assert (caught.value.code, caught.value.values) == ("draft.changed_meanwhile", {"by": "lan"})
    assert store.find(ID).stage is Stage.REVIEW


def test_a_step_that_is_refused_leaves_the_file_as_it_was(
    store: DraftStore, tmp_path: Path
) -> None:
    store.add(new())
    before = (tmp_path / "drafts" / f"{ID}.json").read_bytes()
    with refused("draft.nothing"):
        store.change(ID, 1, lambda one: handed_in(one, by="lan", at=AT))
    assert (tmp_path / "drafts" / f"{ID}.json").read_bytes() == before


@pytest.mark.parametrize("fails", ["write", "fsync", "replace"])
def test_when_a_write_fails_the_old_draft_is_there_whole(
    store: DraftStore, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    draft = written()
    store.add(draft)

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        if fails == "replace":
            broken.setattr(Path, "replace", fail)
        elif fails == "fsync":
            broken.setattr(os, "fsync", fail)
        else:
            broken.setattr("kiosk.private_file.os.fdopen", fail)
        with refused("draft.not_kept"):
            store.change(ID, draft.revision, lambda one: dropped(one, by="lan", at=AT))
    assert store.find(ID) == draft
    assert store.change(ID, draft.revision, lambda one: dropped(one, by="lan", at=AT))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"id": "20261128-00000a"}',
        json.dumps(asdict(replace(new(), id="20261128-00000b")), default=str).encode(),
        b"\xff\xfe",
        b"[" * 100_000,
        b" " * 5_000_000,
    ],
)
def test_a_damaged_file_is_said_and_the_others_are_still_there(
    store: DraftStore, tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    store.add(new("20261128-00000c"))
    (tmp_path / "drafts" / f"{ID}.json").write_bytes(content)
    with refused("draft.damaged"):
        store.find(ID)
    with caplog.at_level(logging.WARNING):
        assert [one.id for one in store.all()] == ["20261128-00000c"]


@pytest.mark.parametrize("name", ["", "..", "../accounts", "20261128-00000A", "a" * 500, "x\0y"])
def test_a_name_that_is_none_is_never_made_a_path(store: DraftStore, name: str) -> None:
    with refused("draft.not_there"):
        store.find(name)


def test_drafts_do_not_pile_up(store: DraftStore) -> None:
    for number in range(KEEP_DROPPED + 3):
        draft = new(f"20261128-{number:06x}")
        store.add(draft)
        store.change(draft.id, draft.revision, lambda one: dropped(one, by="lan", at=AT))
    for number in range(MOST_AT_WORK):
        store.add(new(f"20261129-{number:06x}"))
    with refused("draft.too_many_at_work"):
        store.add(new("20261130-000000"))
    dropped_ones = [one for one in store.all() if one.stage is Stage.DROPPED]
    assert len(dropped_ones) == KEEP_DROPPED

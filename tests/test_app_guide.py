"""The composition root builds the guide that the settings name, or says to staff why not."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from engine_watch import wait_until
from guided import WORDS, Notes, request
from llm_server import llm_server
from model_shop import Entry, Offer, list_of, publisher
from tiny_gguf import write_model

from kiosk.app_guide import build_guide, guide_address, guide_model, is_remote, read_key
from kiosk.assistant.guide import LocalGuide
from kiosk.assistant.guide_reports import Chosen
from kiosk.assistant.remote_guide import RemoteGuide
from kiosk.engine_link import Program
from kiosk.engine_state import EngineState
from kiosk.errors import KioskError
from kiosk.model_fetch import fetch
from kiosk.model_list import load_models
from kiosk.settings import DEFAULTS, Settings, load_settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    defaults = load_settings(DEFAULTS)
    return replace(
        defaults,
        guide=replace(defaults.guide, engine="model"),
        folders=replace(defaults.folders, state=str(tmp_path / "state")),
    )


def with_guide(settings: Settings, **changes: Any) -> Settings:
    return replace(settings, guide=replace(settings.guide, **changes))


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_model(tmp_path / "own.gguf")


def built(settings: Settings, notes: Notes) -> LocalGuide | RemoteGuide | None:
    return build_guide(settings, report=notes.reports.append, on_state=notes.states.append)


def test_switched_off_there_is_none_and_nothing_is_said(settings: Settings, notes: Notes) -> None:
    assert built(with_guide(settings, engine="off"), notes) is None
    assert notes.states == []


def test_without_its_model_staff_are_told_and_the_kiosk_goes_on(
    settings: Settings, notes: Notes
) -> None:
    assert built(with_guide(settings, model="never-fetched"), notes) is None
    assert notes.states == [EngineState("missing", "guide.missing")]


def test_a_model_by_its_path_guides(settings: Settings, notes: Notes, model: Path) -> None:
    guide = built(with_guide(settings, model=str(model)), notes)
    assert isinstance(guide, LocalGuide)
    guide.start()
    try:
        guide.choose(1, request(), WORDS)
        assert wait_until(lambda: bool(notes.reports))
    finally:
        guide.close()


def test_its_memory_is_that_of_its_file_and_so_much_more(settings: Settings, model: Path) -> None:
    address = guide_address(with_guide(settings, model=str(model), memory_megabytes=300, threads=3))
    assert isinstance(address, Program)
    assert address.memory_bytes == model.stat().st_size + 300 * 1024 * 1024
    assert address.arguments[-2:] == ("--threads", "3")


def test_a_model_that_was_fetched_is_found_by_its_name(settings: Settings, model: Path) -> None:
    state = settings.folders.state_path
    with publisher() as shop:
        entry = Entry(file="own.gguf", address=shop.address("own.gguf"), body=model.read_bytes())
        shop.offers["own.gguf"] = Offer(body=model.read_bytes())
        listed = list_of(
            model.parent / "models.toml",
            entry,
            name="tiny-guide",
            needs=("own.gguf",),
            engine="llama",
            purpose="guiding",
        )
        (known,) = load_models(listed)
        fetch(known, state, progress=lambda *_: None)
    found = guide_model("tiny-guide", state)
    assert found.read_bytes() == model.read_bytes()
    found.write_bytes(b"short")
    with pytest.raises(KioskError, match=r"models\.broken"):
        guide_model("tiny-guide", state)


@pytest.mark.parametrize("wrong", ["/nowhere/model.gguf", "/nowhere"])
def test_a_path_that_leads_nowhere_is_refused(settings: Settings, wrong: str) -> None:
    with pytest.raises(KioskError):
        guide_address(with_guide(settings, model=wrong))


def test_a_server_is_one_line_of_settings(settings: Settings, notes: Notes, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("secret\n", encoding="ascii")
    with llm_server() as server:
        theirs = with_guide(settings, engine=server.address, key_file=str(key))
        assert is_remote(theirs.guide)
        assert not is_remote(settings.guide)
        guide = built(theirs, notes)
        assert isinstance(guide, RemoteGuide)
        guide.start()
        try:
            guide.choose(1, request(), WORDS)
            assert wait_until(lambda: bool(notes.reports))
        finally:
            guide.close()
        assert notes.reports == [Chosen(1, ("out",), None)]
        assert server.headers[0]["Authorization"] == "Bearer secret"


@pytest.mark.parametrize("content", [None, b"", b"two words", b"two\nlines", "khóa".encode()])
def test_a_key_that_cannot_be_read_is_said_to_staff(
    settings: Settings, notes: Notes, tmp_path: Path, content: bytes | None
) -> None:
    key = tmp_path / "key"
    if content is not None:
        key.write_bytes(content)
    with pytest.raises(KioskError, match=r"guide\.no_key"):
        read_key(str(key))
    theirs = with_guide(settings, engine="http://127.0.0.1:9", key_file=str(key))
    assert built(theirs, notes) is None
    assert notes.states == [EngineState("missing", "guide.refused")]

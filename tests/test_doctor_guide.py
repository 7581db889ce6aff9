"""What `kiosk doctor` says of the language model, and which it advises."""

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from llm_server import choosing, llm_server
from tiny_gguf import SLOW, write_model

from kiosk.doctor_guide import GuideExamination
from kiosk.finding import Finding, Report, State
from kiosk.guide_advice import GIGABYTE, TABLE, advise
from kiosk.guide_trial import Trial, try_guide
from kiosk.procedure import LANGUAGES
from kiosk.settings import DEFAULTS, Settings, load_settings
from kiosk.words import Words


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


def found(
    settings: Settings, words: Words, *, is_tried: bool = True, processor: str = "flags : avx2"
) -> Finding:
    told = Path(settings.folders.state).parent / "cpuinfo"
    told.write_text(processor, encoding="ascii")
    examination = GuideExamination(settings, Report(words, "vi"))
    return examination.model(try_guide if is_tried else None, told)


@pytest.fixture
def model(tmp_path: Path) -> str:
    return str(write_model(tmp_path / "own.gguf"))


def test_a_model_that_answers_is_well(settings: Settings, words: Words, model: str) -> None:
    finding = found(with_guide(settings, model=model), words)
    assert finding.state is State.OK, finding
    assert "trả lời câu thử sau" in finding.text


def test_where_nobody_tries_it_its_file_is_named(
    settings: Settings, words: Words, model: str
) -> None:
    finding = found(with_guide(settings, model=model), words, is_tried=False)
    assert finding.state is State.OK
    assert model in finding.text


@pytest.mark.parametrize("harm", ["missing", "damaged", "memory", "processor"])
def test_what_is_wrong_is_said_with_its_remedy(
    settings: Settings, words: Words, tmp_path: Path, caplog: pytest.LogCaptureFixture, harm: str
) -> None:
    model = tmp_path / "own.gguf"
    if harm == "damaged":
        model.write_text("không phải mô hình", encoding="utf-8")
    elif harm != "missing":
        write_model(model, shape=SLOW)
    ours = with_guide(settings, model=str(model), memory_megabytes=200)
    processor = "flags : sse4_2" if harm == "processor" else "flags : avx2"
    with caplog.at_level(logging.WARNING):  # the engine says in the log that it left
        finding = found(ours, words, processor=processor)
    assert finding.state is State.WARNING
    assert "site.toml" in finding.text + finding.remedy or "kiosk " in finding.text


def test_a_server_that_answers_is_well_and_the_words_are_said_to_leave(
    settings: Settings, words: Words
) -> None:
    with llm_server() as server:
        server.answer = choosing("answer cha-me")
        theirs = with_guide(settings, engine=server.address)
        tried = found(theirs, words)
        assert tried.state is State.OK
        untried = found(theirs, words, is_tried=False)
        assert untried.state is State.INFORMATION
    for finding in (tried, untried):
        assert "rời khỏi máy này" in finding.text
    away = found(theirs, words)
    assert away.state is State.WARNING


def test_a_server_that_does_not_answer_in_time_is_too_slow(
    settings: Settings, words: Words
) -> None:
    with llm_server() as server:
        server.answer = server.hang
        finding = found(with_guide(settings, engine=server.address, deadline_seconds=0.3), words)
    assert finding.state is State.WARNING
    assert "0.3" in finding.text


def test_switched_off_it_is_said_so(settings: Settings, words: Words) -> None:
    finding = found(with_guide(settings, engine="off"), words)
    assert finding.state is State.INFORMATION


def test_a_trial_without_a_guide_says_why(settings: Settings) -> None:
    assert try_guide(with_guide(settings, model="never-fetched")) == Trial(code="guide.missing")


@pytest.mark.parametrize(
    ("cores", "gigabytes", "model"),
    [
        (2, 4, "danloi-guide"),
        (4, 2, "danloi-guide"),
        (4, 3.8, "qwen3-0.6b-q8"),
        (8, 4, "qwen3-0.6b-q8"),
        (8, 7.7, "qwen3-1.7b-q8"),
        (64, 8, "qwen3-1.7b-q8"),
        (12, 16, "qwen3-4b-instruct-2507-q4"),
        (1, 0.5, "danloi-guide"),
    ],
)
def test_the_largest_model_is_advised_that_a_machine_carries(
    cores: int, gigabytes: float, model: str
) -> None:
    assert advise(cores=cores, memory_bytes=int(gigabytes * GIGABYTE)).model == model


def test_each_advice_has_its_sentence(settings: Settings, words: Words) -> None:
    for language in LANGUAGES:
        examination = GuideExamination(settings, Report(words, language))
        for one in TABLE:
            said = examination.advice(one.cores, max(one.gigabytes, 1) * GIGABYTE)
            assert one.model in said.text
            assert said.state is State.INFORMATION

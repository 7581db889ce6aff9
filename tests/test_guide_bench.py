"""The bench of the guide measures what it says, on the real worker and the real window."""

from pathlib import Path

import pytest
from guided import guide_at
from tiny_gguf import write_model

from kiosk.assistant.prompt import Request, Style, grammar
from kiosk.catalogue import SHIPPED_PROCEDURES, load_catalogue
from kiosk.cli import DEMONSTRATION
from kiosk.engine_link import Program
from kiosk.errors import KioskError
from kiosk.guide_bench import measure_guide, requests_of
from kiosk.settings import DEFAULTS, load_settings
from kiosk.ui.guide_bench import measure_screen
from kiosk.ui.visit import read_plan


@pytest.fixture(scope="module")
def asked() -> tuple[tuple[Request, str], ...]:
    return requests_of(load_catalogue(SHIPPED_PROCEDURES).procedures, 3)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    model = write_model(tmp_path_factory.mktemp("models") / "own.gguf")
    found = guide_at(model, threads=1)
    assert isinstance(found, Program)
    return found


def test_it_asks_the_questions_of_the_scripts(
    asked: tuple[tuple[Request, str], ...],
) -> None:
    assert len(asked) == 3
    assert len({request.asked for request, _ in asked}) == 3
    for request, words in asked:
        assert words
        assert grammar(request, Style.KEYS)
        assert {one.id.split()[0] for one in request.standing} >= {"answer", "wish", "out"}


def test_a_known_prefix_is_quicker_than_an_unknown_one(
    program: Program, asked: tuple[tuple[Request, str], ...]
) -> None:
    found = measure_guide(program, "own", 1, asked)
    assert found.ending_tokens < found.prompt_tokens / 2
    assert found.warm_ms < found.cold_ms
    assert found.warm_ms <= found.first_token_p95_ms <= found.answer_p95_ms
    assert found.tokens_a_second > 0
    bars = found.against_bars()
    assert [key for key, _, _ in bars] == [
        "guide_slower_percent",
        "guide_first_token_p95_ms",
        "guide_warm_percent",
    ]


def test_one_that_does_not_answer_is_no_figure(
    asked: tuple[tuple[Request, str], ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.guide_bench.ANSWER_SECONDS", 0.5)
    gone = guide_at(Path("/nowhere/model.gguf"))
    assert isinstance(gone, Program)
    with pytest.raises(KioskError, match=r"bench\.no_answer"):
        measure_guide(gone, "gone", 1, asked)


def test_frames_are_timed_while_it_thinks(
    program: Program, asked: tuple[tuple[Request, str], ...]
) -> None:
    plan = read_plan(DEMONSTRATION)
    found = measure_screen(plan, load_settings(DEFAULTS), program, asked, visits=1)
    assert found.answers > 0
    assert found.frame.count >= found.tap.count > 5
    assert [key for key, _, _ in found.against_bars()] == [
        "frame_while_guiding_ms",
        "tap_while_guiding_p95_ms",
    ]

"""Guiding through an engine: one report a turn whatever the engine does, and none after `drop`."""

import logging
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from engine_watch import is_running, program, wait_until
from guided import MARKER, WORDS, Models, Notes, guide_at, long_request, request, write_models

from kiosk.assistant.guide import LocalGuide
from kiosk.assistant.guide_reports import Chosen, NotChosen, NotReworded, Reworded
from kiosk.engine_link import Address
from kiosk.engine_state import Timings

QUICK = Timings(restart_seconds=(0.05, 0.1, 0.2), reply_seconds=1.0)
WHOLE = Timings(restart_seconds=(0.05, 0.1, 0.2), reply_seconds=20.0)

FOREIGN = """\
from wyoming.info import Attribution, HandleModel, HandleProgram
about = dict(attribution=Attribution("", ""), installed=True, description="{style}", version=None)
model = HandleModel(name="x", languages=[], **about)
info = Info(handle=[HandleProgram(name="x", models=[model], **about)])
def reply(event, kind="handled", **data):
    context = dict(data.pop("context", {{}}))
    context.setdefault("number", event.data["context"]["number"])
    say(kind, context=context, **data)
while (event := read_event()) is not None:
    if event.type == "describe":
        write_event(info.event())
    elif event.type == "transcript" and event.data["context"].get("prepare"):
        reply(event, text="")
    elif event.type == "transcript":
        {answer}
"""
"""A guide of somebody else's."""


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    return write_models(tmp_path_factory.mktemp("models"))


class Guided:
    """A guide with all that it reported."""

    def __init__(
        self, address: Address, deadline_seconds: float = 20.0, timings: Timings = WHOLE
    ) -> None:
        self.notes = Notes()
        self.guide = LocalGuide(
            address,
            report=self.notes.reports.append,
            on_state=self.notes.states.append,
            timings=timings,
            deadline_seconds=deadline_seconds,
            rewording_seconds=deadline_seconds,
        )
        self.guide.start()

    def is_told(self, state: str, times: int = 1) -> bool:
        return wait_until(lambda: self.notes.count(state) >= times)

    def is_reported(self, times: int = 1) -> bool:
        return wait_until(lambda: len(self.notes.reports) >= times)

    @property
    def process(self) -> int:
        process = self.guide.engine.process_id
        assert process is not None
        return process


Start = Callable[..., Guided]


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[Guided] = []

    def begin(
        address: Address, deadline_seconds: float = 20.0, *, timings: Timings = WHOLE
    ) -> Guided:
        started.append(Guided(address, deadline_seconds, timings))
        return started[-1]

    yield begin
    for one in started:
        one.guide.close()


@pytest.fixture
def _warned(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Failures of an engine are logged; here they are expected."""
    with caplog.at_level(logging.WARNING):
        yield
        assert MARKER not in caplog.text


def foreign(answer: str, style: str = "json") -> Address:
    return program(FOREIGN.format(answer=answer, style=style))


# As it should be


def test_one_choice_of_the_offers_is_reported_for_each_turn(models: Models, start: Start) -> None:
    for model in (models.keys, models.json):
        guided = start(guide_at(model))
        guided.guide.prepare(request())
        guided.guide.choose(7, request(), WORDS)  # before it is ready
        assert guided.is_reported()
        guided.guide.choose(8, request(), "vâng")
        assert guided.is_reported(2)
        for turn, found in zip((7, 8), guided.notes.reports, strict=True):
            assert isinstance(found, Chosen)
            assert found.turn == turn
            assert {request().offer(one) is not None for one in found.offers} == {True}
            assert found.probability is not None


def test_a_model_of_keys_rewords_nothing(models: Models, start: Start) -> None:
    guided = start(guide_at(models.keys))
    assert guided.is_told("ready")
    guided.guide.reword(1, "Lệ phí 8.000 đồng.")
    assert guided.notes.reports == [NotReworded(1)]
    guided.guide.choose(2, request(), WORDS)
    assert guided.is_reported(2)


def test_a_rewording_is_reported_as_it_is(start: Start) -> None:
    guided = start(foreign('reply(event, text="  Phí là\\n8.000 đồng. ")'))
    guided.guide.reword(3, "Lệ phí 8.000 đồng.")
    assert guided.is_reported()
    assert guided.notes.reports == [Reworded(3, "Phí là 8.000 đồng.")]


# Late


@pytest.mark.usefixtures("_warned")
def test_after_the_deadline_the_rules_answer_stands_and_the_engine_is_stopped(
    models: Models, start: Start
) -> None:
    guided = start(guide_at(models.slow), 0.1)
    assert guided.is_told("ready")
    began = time.monotonic()
    guided.guide.choose(1, long_request(1500, "a"), WORDS)
    assert guided.is_reported()
    assert guided.notes.reports == [NotChosen(1)]
    assert time.monotonic() - began < 5
    # It was asked to stop, did so, and lives on.
    assert wait_until(lambda: not guided.guide._owed)
    assert guided.notes.count("ready") == 1


@pytest.mark.usefixtures("_warned")
def test_an_engine_that_hangs_is_killed_and_comes_back(models: Models, start: Start) -> None:
    guided = start(guide_at(models.keys), 0.3, timings=QUICK)
    assert guided.is_told("ready")
    process = guided.process
    os.kill(process, signal.SIGSTOP)
    guided.guide.choose(1, request(), WORDS)
    assert guided.is_reported()
    assert guided.notes.reports == [NotChosen(1)]
    assert guided.is_told("ready", 2)
    assert not is_running(process)


def test_nothing_is_reported_after_drop(models: Models, start: Start) -> None:
    guided = start(guide_at(models.keys))
    assert guided.is_told("ready")
    guided.guide.choose(1, request(), WORDS)
    guided.guide.drop()
    guided.guide.choose(2, request(), WORDS)
    assert guided.is_reported()
    assert [one.turn for one in guided.notes.reports] == [2]


# Dead


@pytest.mark.usefixtures("_warned")
def test_one_that_is_killed_in_the_middle_costs_only_this_answer(
    models: Models, start: Start
) -> None:
    guided = start(guide_at(models.slow))
    assert guided.is_told("ready")
    standing = request("Ai đi?")
    guided.guide.prepare(request("Một câu trước"))
    guided.guide.prepare(standing)
    guided.guide.choose(1, long_request(1500, "a"), WORDS)
    os.kill(guided.process, signal.SIGKILL)
    assert guided.is_reported()
    assert guided.notes.reports == [NotChosen(1)]
    assert guided.is_told("ready", 2)
    # Nothing is asked again; only where the citizen stands is read.
    assert wait_until(lambda: not guided.guide._owed)
    guided.guide.choose(2, standing, WORDS)
    assert guided.is_reported(2)
    assert isinstance(guided.notes.reports[1], Chosen)


@pytest.mark.usefixtures("_warned")
@pytest.mark.parametrize("harm", ["missing", "text"])
def test_without_a_usable_model_every_turn_ends_at_once(
    tmp_path: Path, start: Start, harm: str
) -> None:
    model = tmp_path / "model.gguf"
    if harm == "text":
        model.write_text("không phải mô hình", encoding="utf-8")
    guided = start(guide_at(model))
    guided.guide.choose(1, request(), WORDS)
    assert guided.is_told("missing")
    code = "guide.missing" if harm == "missing" else "guide.damaged"
    assert guided.notes.states[-1].code == code
    guided.guide.choose(2, request(), WORDS)
    assert guided.is_reported(2)
    assert guided.notes.reports == [NotChosen(1), NotChosen(2)]


# Garbage


@pytest.mark.parametrize(
    "answer",
    [
        'reply(event, text="Lệ phí là 1.000.000 đồng")',
        'reply(event, text=\'{"choose": ["procedure bia-dat"]}\')',
        'reply(event, text=\'{"choose": ["out"], "more": 1}\')',
        'reply(event, text="[" * 100000)',
        "reply(event, text=7)",
        "reply(event)",
        'reply(event, kind="not-handled")',
        'say("error", text="kaputt")',
    ],
)
def test_what_is_no_choice_counts_as_none(start: Start, answer: str) -> None:
    guided = start(foreign(answer))
    guided.guide.choose(1, request(), WORDS)
    assert guided.is_reported()
    assert guided.notes.reports == [NotChosen(1)]


@pytest.mark.parametrize("said", ["1e400", "-1", '"sure"', "None", "float('nan')", "0.25"])
def test_a_probability_is_a_number_from_0_to_1_or_none(start: Start, said: str) -> None:
    answer = f"""reply(event, text='{{"choose": ["out"]}}', context={{"probability": {said}}})"""
    guided = start(foreign(answer))
    guided.guide.choose(1, request(), WORDS)
    assert guided.is_reported()
    expected = {"-1": 0.0, "0.25": 0.25}.get(said)
    assert guided.notes.reports == [Chosen(1, ("out",), expected)]


def test_answers_to_nothing_that_was_asked_are_ignored(start: Start) -> None:
    answers = (
        'say("handled", text="1", context={"number": 999}), say("handled", text="1"), '
        'say("handled", text="1", context=7), say("handled", text="1", context={"number": "x"}), '
        'reply(event, text=\'{"choose": ["out"]}\'), reply(event, text=\'{"choose": ["unclear"]}\')'
    )
    guided = start(foreign(answers))
    guided.guide.choose(1, request(), WORDS)
    assert guided.is_reported()
    guided.guide.choose(2, request(), WORDS)
    assert guided.is_reported(2)
    assert guided.notes.reports == [Chosen(1, ("out",), None), Chosen(2, ("out",), None)]


@pytest.mark.usefixtures("_warned")
def test_one_that_dies_of_every_question_is_given_up_and_staff_are_told(start: Start) -> None:
    guided = start(foreign("os.abort()"), timings=QUICK)
    for turn in (1, 2, 3):
        guided.guide.choose(turn, request(), WORDS)
        assert guided.is_reported(turn)
    assert guided.notes.reports == [NotChosen(1), NotChosen(2), NotChosen(3)]
    assert guided.is_told("given_up")
    assert guided.notes.states[-1].code == "guide.given_up" or guided.is_told("ready", 4)

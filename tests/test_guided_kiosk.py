"""The kiosk with the model that ships: the real llama.cpp, the real rules, the real conductor."""

import logging
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from conftest import office_of
from engine_watch import wait_until
from test_conductor import Desk
from test_conductor_guide import UNCLEAR_HERE
from test_understanding import BIRTH, BIRTH_ANSWERS, Ears, the_ears
from tiny_gguf import write_model

from kiosk import event as on
from kiosk.app_guide import join_guide
from kiosk.assistant.guide import LocalGuide
from kiosk.assistant.remote_guide import RemoteGuide
from kiosk.screen import QuestionBody
from kiosk.session import Guiding, Session
from kiosk.settings import DEFAULTS, Settings, load_settings
from kiosk.tally import InputMode
from kiosk.words import Words


def settings_of(state: Path, **guide: Any) -> Settings:
    defaults = load_settings(DEFAULTS)
    return replace(
        defaults,
        guide=replace(defaults.guide, **{"engine": "model", **guide}),
        folders=replace(defaults.folders, state=str(state)),
    )


@dataclass
class Kiosk:
    """A kiosk whose thread is the test's."""

    desk: Desk
    guide: LocalGuide

    @property
    def session(self) -> Session:
        return self.desk.conductor.session

    def say(self, text: str) -> None:
        self.desk.post(on.Said(text, InputMode.VOICE))
        self.desk.conductor.drain()

    def wait_for_the_guide(self) -> None:
        def is_over() -> bool:
            self.desk.conductor.drain()
            return self.session.thinking is None

        assert wait_until(is_over)


@pytest.fixture(scope="module")
def ears() -> Ears:
    return the_ears()


def desk_of(words: Words, ears: Ears) -> Desk:
    office = replace(office_of(ears.catalogue.procedures), cards=ears.catalogue.cards)
    desk = Desk(words, office, understanding=lambda: ears.understanding)
    # What engines report waits for this thread, as it does for the screen's.
    desk.conductor.start(show=desk.screens.append, forget=desk._wipe, wake=_no_wake)
    return desk


def _no_wake() -> None:
    """The test drains."""


@pytest.fixture
def kiosk(words: Words, ears: Ears, tmp_path: Path) -> Iterator[Kiosk]:
    desk = desk_of(words, ears)
    guide = join_guide(settings_of(tmp_path), desk.conductor)
    assert isinstance(guide, LocalGuide)
    assert wait_until(lambda: guide.engine.info is not None)
    desk.post(on.Started(), on.Chose(ears.procedure(BIRTH)), on.Answered(*BIRTH_ANSWERS[0]))
    desk.conductor.drain()
    yield Kiosk(desk, guide)
    guide.close()


def test_an_unclear_sentence_goes_to_the_model_and_comes_back_as_something_on_offer(
    kiosk: Kiosk, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        kiosk.say(UNCLEAR_HERE)
        assert kiosk.session.thinking == kiosk.session.turn
        kiosk.wait_for_the_guide()
    phase = kiosk.session.phase
    assert isinstance(phase, Guiding)
    assert phase.answers[0] == BIRTH_ANSWERS[0]
    assert len(phase.answers) <= 2
    assert UNCLEAR_HERE not in caplog.text


def test_a_model_that_is_killed_while_it_thinks_leaves_the_rules(
    kiosk: Kiosk, caplog: pytest.LogCaptureFixture
) -> None:
    process = kiosk.guide.engine.process_id
    assert process is not None
    with caplog.at_level(logging.WARNING):  # the engine says that it left
        os.kill(process, signal.SIGSTOP)
        kiosk.say(UNCLEAR_HERE)
        os.kill(process, signal.SIGKILL)
        kiosk.wait_for_the_guide()
    assert kiosk.session.overlay is not None, "asked back by the rules"
    assert isinstance(kiosk.desk.screen.body, QuestionBody)
    kiosk.desk.post(on.Closed(), on.Answered("ai-di", "cha-me"))
    kiosk.desk.conductor.drain()
    phase = kiosk.session.phase
    assert isinstance(phase, Guiding)
    assert phase.answers[-1] == ("ai-di", "cha-me")


def test_a_touch_while_it_thinks_counts_at_once(kiosk: Kiosk) -> None:
    kiosk.say(UNCLEAR_HERE)
    kiosk.desk.post(on.Answered("ai-di", "nguoi-than"))
    kiosk.desk.conductor.drain()
    assert kiosk.session.thinking is None
    phase = kiosk.session.phase
    assert isinstance(phase, Guiding)
    assert phase.answers[-1] == ("ai-di", "nguoi-than")


def test_any_model_of_that_kind_takes_its_place(words: Words, ears: Ears, tmp_path: Path) -> None:
    desk = desk_of(words, ears)
    own = write_model(tmp_path / "own.gguf")
    guide = join_guide(settings_of(tmp_path, model=str(own)), desk.conductor)
    assert isinstance(guide, LocalGuide)
    guide.close()
    assert not desk.conductor._office.words_leave


def test_without_its_model_staff_are_told_and_nobody_waits(
    words: Words, ears: Ears, tmp_path: Path
) -> None:
    desk = desk_of(words, ears)
    assert join_guide(settings_of(tmp_path, model="never-fetched"), desk.conductor) is None
    desk.post(on.Said(UNCLEAR_HERE, InputMode.VOICE))
    desk.conductor.drain()
    assert "guide.missing" in desk.conductor._office.troubles
    assert desk.conductor.session.thinking is None


@pytest.mark.parametrize(
    ("engine", "leaves"), [("http://192.0.2.9:8080/v1", True), ("http://127.0.0.1:9/v1", False)]
)
def test_citizens_are_told_where_their_words_leave_the_machine(
    words: Words, ears: Ears, tmp_path: Path, engine: str, *, leaves: bool
) -> None:
    desk = desk_of(words, ears)
    guide = join_guide(settings_of(tmp_path, engine=engine), desk.conductor)
    assert isinstance(guide, RemoteGuide)
    guide.close()
    assert desk.conductor._office.words_leave is leaves


def test_switched_off_nothing_is_asked(words: Words, ears: Ears, tmp_path: Path) -> None:
    desk = desk_of(words, ears)
    assert join_guide(settings_of(tmp_path, engine="off"), desk.conductor) is None
    desk.post(on.Said(UNCLEAR_HERE, InputMode.VOICE))
    desk.conductor.drain()
    assert desk.conductor.session.thinking is None
    assert desk.conductor._office.troubles == ()

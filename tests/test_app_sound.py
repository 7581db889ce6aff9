"""Whether the kiosk can hear and speak, and what staff are told of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import pytest
from test_conductor import Desk, staff

from kiosk import event as on
from kiosk.app import build_kiosk
from kiosk.app_sound import LOUDNESSES, PACES, Sounds, _Ability, _ear, _lost, _Volume
from kiosk.engine_state import EngineState
from kiosk.office import Office
from kiosk.ports import Loudspeaker, Microphone
from kiosk.settings import load_settings
from kiosk.voice import Loudness, Pace, Voice
from kiosk.words import Words

READY = EngineState("ready")
STARTING = EngineState("starting")


class Machine:
    """A kiosk, its engines and its devices, as they report."""

    def __init__(self, words: Words, office: Office) -> None:
        self.desk = Desk(words, office)
        self.ability = _Ability(self.desk.conductor)

    @property
    def can(self) -> tuple[bool, bool]:
        """Whether it hears, and whether it speaks, as it is seen on the screen."""
        dock = self.desk.conductor.screen.dock
        return not dock.microphone.note, not dock.hear.note

    @property
    def troubles(self) -> tuple[str, ...]:
        return self.desk.conductor._office.troubles


@pytest.fixture
def machine(words: Words, office: Office) -> Machine:
    return Machine(words, office)


@pytest.fixture
def ready(machine: Machine) -> Machine:
    machine.ability.engine("listener", READY)
    machine.ability.engine("speaker", READY)
    assert machine.can == (True, True)
    return machine


def test_until_its_engines_are_ready_a_kiosk_neither_hears_nor_speaks(machine: Machine) -> None:
    assert machine.can == (False, False)
    machine.ability.engine("listener", STARTING)
    assert machine.can == (False, False)
    machine.ability.engine("listener", READY)
    assert machine.can == (True, False)
    machine.ability.engine("speaker", READY)
    assert machine.can == (True, True)
    assert machine.troubles == ()


def test_an_engine_that_is_restarted_is_no_matter_for_staff(ready: Machine) -> None:
    ready.ability.engine("listener", EngineState("failing", "listener.failing"))
    assert ready.can == (False, True)
    assert not ready.troubles
    ready.ability.engine("listener", READY)
    assert ready.can == (True, True)


@pytest.mark.parametrize("state", ["missing", "given_up"])
def test_an_engine_that_does_not_come_back_is_told_to_staff_until_it_does(
    ready: Machine, state: str
) -> None:
    code = f"speaker.{state}"
    missing = state == "missing"
    ready.ability.engine("speaker", EngineState("missing" if missing else "given_up", code))
    assert ready.can == (True, False)
    assert ready.troubles == (code,)
    assert len(staff(ready.desk).troubles) == 1
    ready.ability.engine("speaker", READY)
    assert ready.can == (True, True)
    assert not ready.troubles


def test_another_trouble_takes_the_place_of_the_first(ready: Machine) -> None:
    ready.ability.engine("listener", EngineState("missing", "listener.missing"))
    ready.ability.engine("listener", EngineState("missing", "listener.damaged"))
    assert ready.troubles == ("listener.damaged",)
    ready.ability.engine("listener", EngineState("missing", "listener.damaged"))
    assert ready.troubles == ("listener.damaged",)


@pytest.mark.parametrize(
    ("device", "can"), [("microphone", (False, True)), ("loudspeaker", (True, False))]
)
def test_a_device_that_is_gone_is_missed_until_it_is_there_again(
    ready: Machine, device: str, can: tuple[bool, bool]
) -> None:
    ready.ability.lost(device, f"{device}.none")
    assert (ready.can, ready.troubles) == (can, (f"{device}.none",))
    ready.ability.lost(device, f"{device}.silent")
    assert ready.troubles == (f"{device}.silent",)
    ready.ability.found(device)
    assert ready.can == (True, True)
    assert not ready.troubles
    ready.ability.found(device)
    assert not ready.troubles


def test_a_device_that_comes_back_does_not_start_an_engine(machine: Machine) -> None:
    machine.ability.lost("microphone", "microphone.none")
    machine.ability.found("microphone")
    assert machine.can == (False, False)


def test_an_engine_and_a_device_are_told_each_by_itself(ready: Machine) -> None:
    ready.ability.lost("microphone", "microphone.none")
    ready.ability.engine("listener", EngineState("given_up", "listener.given_up"))
    assert set(ready.troubles) == {"microphone.none", "listener.given_up"}
    ready.ability.found("microphone")
    assert ready.troubles == ("listener.given_up",)
    assert ready.can == (False, True)


def test_an_engine_that_cannot_be_started_is_told_to_staff(machine: Machine) -> None:
    machine.ability.missing("listener", "models.not_there")
    assert machine.troubles == ("models.not_there",)
    assert machine.can == (False, False)


def test_a_trouble_of_something_else_stays(ready: Machine) -> None:
    ready.desk.conductor.trouble("printer.no_paper", is_there=True)
    ready.ability.lost("loudspeaker", "loudspeaker.none")
    ready.ability.found("loudspeaker")
    assert ready.troubles == ("printer.no_paper",)


def test_what_an_engine_reports_waits_for_the_conductor_s_thread(machine: Machine) -> None:
    conductor = machine.desk.conductor
    conductor.start(show=machine.desk.screens.append, forget=lambda: None, wake=lambda: None)
    machine.ability.engine("listener", READY)
    assert machine.can == (False, False)
    conductor.drain()
    assert machine.can == (True, False)


def test_a_citizen_sees_at_once_that_the_kiosk_hears_again(ready: Machine) -> None:
    ready.desk.post(on.Started())
    ready.ability.engine("listener", EngineState("failing", "listener.failing"))
    assert ready.desk.screen.dock.microphone.note
    ready.ability.engine("listener", READY)
    assert not ready.desk.screen.dock.microphone.note


def test_a_citizen_sees_at_once_that_the_microphone_is_gone(ready: Machine) -> None:
    ready.desk.post(on.Started())
    _lost(ready.ability, None, "microphone", "microphone.none")
    assert ready.desk.screen.dock.microphone.note
    ready.ability.found("microphone")
    assert not ready.desk.screen.dock.microphone.note


# Loudness and pace


class OneVolume:
    """A sound card of which only the volume is of interest."""

    volume = 0.0

    @property
    def microphone(self) -> Microphone:
        raise NotImplementedError

    @property
    def loudspeaker(self) -> Loudspeaker:
        raise NotImplementedError

    def set_volume(self, volume: float) -> None:
        self.volume = volume

    def join(
        self,
        *,
        lost: Callable[[str, str], None],
        found: Callable[[str], None],
        ended: Callable[[int], None],
    ) -> None:
        """Nobody is to know."""


def test_loudness_is_a_share_of_the_wards_volume_and_never_too_much() -> None:
    card = OneVolume()
    volumes = []
    for loudness in Loudness:
        _Volume(card, 0.5).for_voice(Voice(loudness=loudness))
        volumes.append(card.volume)
    assert volumes == sorted(set(volumes)), "soft, normal, loud"
    assert volumes[1] == 0.5
    _Volume(card, 1.0).for_voice(Voice(loudness=Loudness.LOUD))
    assert card.volume == 1.0


def test_staff_set_how_loud_normal_is_for_every_citizen() -> None:
    card = OneVolume()
    volume = _Volume(card, 0.5)
    assert card.volume == 0.5
    volume.for_house(Loudness.SOFT)
    assert card.volume == 0.5 * LOUDNESSES[Loudness.SOFT]
    volume.for_voice(Voice(loudness=Loudness.LOUD))
    louder = card.volume
    assert louder > 0.5 * LOUDNESSES[Loudness.SOFT]
    volume.for_voice(Voice())
    assert card.volume == 0.5 * LOUDNESSES[Loudness.SOFT], "the next citizen's"


def test_each_pace_and_loudness_has_its_share() -> None:
    assert set(PACES) == set(Pace)
    assert set(LOUDNESSES) == set(Loudness)
    assert PACES[Pace.SLOW] < PACES[Pace.NORMAL] == 1 < PACES[Pace.FAST]


# Where words go


@dataclass
class NoSounds:
    """A sound card that is never opened."""

    microphone: Microphone | None = None
    loudspeaker: Loudspeaker | None = None


@pytest.mark.parametrize(
    ("engine", "leaves"),
    [
        ("tcp://192.0.2.7:10300", True),
        ("tcp://may-chu.example:10300", True),
        ("tcp://127.0.0.1:10300", False),
        ("tcp://[::1]:10300", False),
        ("tcp://localhost:10300", False),
        ("fake", False),
        ("off", False),
    ],
)
def test_citizens_are_told_where_their_voice_leaves_the_machine(
    machine: Machine, tmp_path: Path, engine: str, *, leaves: bool
) -> None:
    settings = load_settings()
    settings = replace(settings, folders=replace(settings.folders, state=str(tmp_path)))
    settings = replace(settings, hearing=replace(settings.hearing, engine=engine))
    kiosk = build_kiosk(settings, shut_down=machine.desk._shut_down)
    _ear(settings, kiosk, cast("Sounds", NoSounds()), machine.ability)
    kiosk.usage.close()
    assert kiosk.conductor._office.words_leave is leaves

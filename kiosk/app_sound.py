"""Builds and joins the ear and the voice: a part of the composition root.

The microphone and the loudspeaker come from the screen's side, for they are Qt's; the
engines are child processes or servers. Whatever is not there is said to staff, and the
kiosk goes on by touch.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from kiosk.app import Kiosk
from kiosk.assistant.wishes_file import load_wishes
from kiosk.bundle_hearing import heard_with
from kiosk.conductor import Conductor
from kiosk.engine_link import Address, Server, address_of, worker
from kiosk.engine_state import EngineState
from kiosk.errors import KioskError
from kiosk.ports import Loudspeaker, Microphone
from kiosk.settings import Settings
from kiosk.speech.conversation import Dialogue
from kiosk.speech.ear import Ear
from kiosk.speech.mouth import Mouth
from kiosk.speech.recogniser import Recogniser
from kiosk.speech.reports import ListenerReport, SpeakerReport
from kiosk.speech.spoken_file import load_spoken
from kiosk.speech.voice import Voice as Engine
from kiosk.speech.voice_activity import VoiceActivity
from kiosk.voice import Loudness, Pace, Voice

PACES = {Pace.SLOW: 0.75, Pace.NORMAL: 1.0, Pace.FAST: 1.25}
"""Share of the settings' words a minute."""

LOUDNESSES = {Loudness.SOFT: 0.6, Loudness.NORMAL: 1.0, Loudness.LOUD: 1.4}
"""Share of the settings' volume."""


class Sounds(Protocol):
    """The sound card as the screen's side has it."""

    @property
    def microphone(self) -> Microphone:
        """Where sound comes in."""

    @property
    def loudspeaker(self) -> Loudspeaker:
        """Where it goes out."""

    def set_volume(self, volume: float) -> None:
        """Play this loud, 0 to 1."""

    def join(
        self,
        *,
        lost: Callable[[str, str], None],
        found: Callable[[str], None],
        ended: Callable[[int], None],
    ) -> None:
        """Say who is to know.

        Args:
            lost: gets a device (`microphone` or `loudspeaker`) that is gone, and an error code.
            found: gets it when it is there again.
            ended: gets the number of a sound that was played to its end.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Engines:
    """The engines of a kiosk; close them when it shuts down."""

    recogniser: Recogniser | None
    voice: Engine | None
    settings: Settings

    def start(self) -> None:
        """Start them, and return at once."""
        for one in (self.recogniser, self.voice):
            if one is not None:
                one.start()

    def hear_for(self, bundle: str) -> None:
        """Go on hearing with the model that fits this bundle best, once nobody speaks.

        From any thread, and often.
        """
        if self.recogniser is None or self.settings.hearing.engine != "model":
            return
        with suppress(KioskError):  # then it stays with the model that it has
            self.recogniser.engine.move(listener_address(self.settings, bundle=bundle))

    def close(self) -> None:
        """End them for good."""
        for one in (self.recogniser, self.voice):
            if one is not None:
                one.close()


def build_sound(settings: Settings, kiosk: Kiosk, *, sounds: Sounds) -> Engines:
    """Give the kiosk an ear and a voice, as far as the settings and the machine allow.

    Args:
        settings: which engines, model, devices.
        kiosk: all but its sound.
        sounds: the sound card.
    """
    conductor = kiosk.conductor
    ability = _Ability(conductor)
    ear, recogniser = _ear(settings, kiosk, sounds, ability)
    mouth, voice = _mouth(settings, conductor, sounds, ability)
    speaking = settings.speaking
    volume = _Volume(sounds, speaking.volume)
    dialogue = Dialogue(
        ear=ear,
        mouth=mouth,
        words=kiosk.words,
        spoken=load_spoken(),
        standing=load_wishes(),
        voices={"vi": speaking.voice.vi, "en": speaking.voice.en},
        rates={pace: round(share * speaking.words_per_minute) for pace, share in PACES.items()},
        tap_free=settings.hearing.tap_free,
        speaks_by_itself=speaking.by_itself,
        set_loudness=volume.for_voice,
        post=conductor.post,
    )
    if mouth is not None:
        mouth.join(began=dialogue.began, ended=dialogue.ended, failed=dialogue.failed)
    conductor.volume_by(volume.for_house)
    sounds.join(
        lost=partial(_lost, ability, ear),
        found=ability.found,
        ended=lambda number: mouth.played(number) if mouth is not None else None,
    )
    conductor.converse(dialogue)
    return Engines(recogniser=recogniser, voice=voice, settings=settings)


class _Volume:
    """How loud the kiosk is: the settings' volume, as staff have set it, as the citizen has."""

    def __init__(self, sounds: Sounds, volume: float) -> None:
        self._sounds = sounds
        self._volume = volume
        self._house = Loudness.NORMAL
        self._voice = Voice()
        self._set()

    def for_voice(self, voice: Voice) -> None:
        """The citizen wants it like this."""
        self._voice = voice
        self._set()

    def for_house(self, loudness: Loudness) -> None:
        """Staff want it like this, for everybody."""
        self._house = loudness
        self._set()

    def _set(self) -> None:
        share = LOUDNESSES[self._house] * LOUDNESSES[self._voice.loudness]
        self._sounds.set_volume(min(1.0, self._volume * share))


class _Ability:
    """Keeps the conductor told of whether the kiosk can hear and speak, and why not."""

    def __init__(self, conductor: Conductor) -> None:
        self._conductor = conductor
        self._is_ready = {"listener": False, "speaker": False}
        self._troubles: dict[str, str] = {}
        """What is out of order -> the code that staff are told."""

    def engine(self, name: str, state: EngineState) -> None:
        """How the engine `name` is; from any thread."""
        self._conductor.soon(partial(self._engine, name, state))

    def _engine(self, name: str, state: EngineState) -> None:
        self._is_ready[name] = state.state == "ready"
        is_trouble = state.state in ("missing", "given_up")
        self._note(name, state.code if is_trouble else None)

    def lost(self, device: str, code: str) -> None:
        """A device is gone: the screen shows it at once."""
        self._conductor.soon(partial(self._note, device, code))

    def found(self, device: str) -> None:
        """It is there again."""
        self._conductor.soon(partial(self._note, device, None))

    def missing(self, name: str, code: str) -> None:
        """The engine `name` cannot even be started."""
        self._note(name, code)

    def _note(self, what: str, code: str | None) -> None:
        before = self._troubles.pop(what, None)
        if before is not None and before != code:
            self._conductor.trouble(before, is_there=False)
        if code is not None:
            self._troubles[what] = code
            self._conductor.trouble(code, is_there=True)
        self._conductor.engines(
            can_hear=self._is_ready["listener"] and "microphone" not in self._troubles,
            can_speak=self._is_ready["speaker"] and "loudspeaker" not in self._troubles,
        )


def _ear(
    settings: Settings, kiosk: Kiosk, sounds: Sounds, ability: _Ability
) -> tuple[Ear | None, Recogniser | None]:
    if settings.hearing.engine == "off":
        return None, None
    try:
        address = listener_address(settings, bundle=kiosk.current.name)
    except KioskError as error:
        about = error.values.get("name") or error.values.get("folder", "")
        ability.missing("listener", f"{error.code}: {about}")
        return None, None

    if isinstance(address, Server) and not address.is_here:
        kiosk.conductor.words_leave()

    def report(found: ListenerReport) -> None:
        ear.report(found)

    recogniser = Recogniser(address, report=report, on_state=partial(ability.engine, "listener"))
    ear = Ear(
        microphone=sounds.microphone,
        listener=recogniser,
        activity=VoiceActivity(),
        post=kiosk.conductor.post,
    )
    return ear, recogniser


def _mouth(
    settings: Settings, conductor: Conductor, sounds: Sounds, ability: _Ability
) -> tuple[Mouth | None, Engine | None]:
    if settings.speaking.engine == "off":
        return None, None

    def report(found: SpeakerReport) -> None:
        conductor.soon(partial(mouth.take, found))

    voice = Engine(
        speaker_address(settings), report=report, on_state=partial(ability.engine, "speaker")
    )
    mouth = Mouth(speaker=voice, loudspeaker=sounds.loudspeaker)
    return mouth, voice


def listener_address(settings: Settings, *, bundle: str = "") -> Address:
    """Where the recogniser is that the settings name.

    Args:
        settings: which engine, which model.
        bundle: the current one: a model that was made for its words goes first.

    Raises:
        KioskError: there is no such model, or the address cannot be read.
    """
    hearing = settings.hearing
    if hearing.engine == "fake":
        return worker("kiosk.speech.fake_listener_worker")
    if hearing.engine != "model":
        return address_of(hearing.engine)
    model = heard_with(settings, bundle)
    return listener_of(model, megabytes=hearing.memory_megabytes)


def listener_of(model: Path, *, megabytes: int = 2000) -> Address:
    """Our own recogniser over a model.

    Args:
        model: the model's folder; with ONNX files in it, sherpa-onnx is its engine, else Vosk.
        megabytes: of memory that it may ask for; a lattice that explodes must not take the
            machine along.
    """
    arguments = ("--model", str(model))
    is_onnx = any(model.glob("*.onnx"))
    module = "sherpa_listener_worker" if is_onnx else "listener_worker"
    return worker(f"kiosk.speech.{module}", *arguments, memory_bytes=megabytes * 1024 * 1024)


def speaker_address(settings: Settings) -> Address:
    """Where the voice is that the settings name.

    Raises:
        KioskError: the address cannot be read.
    """
    engine = settings.speaking.engine
    if engine == "espeak":
        return worker("kiosk.speech.speaker_worker")
    if engine == "fake":
        return worker("kiosk.speech.fake_speaker_worker")
    return address_of(engine)


def _lost(ability: _Ability, ear: Ear | None, device: str, code: str) -> None:
    ability.lost(device, code)
    if ear is not None and device == "microphone":
        ear.lost()

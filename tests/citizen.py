"""A citizen who speaks to a kiosk and listens to it: real sound, real touches."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from at_hand import model_at_hand
from sound import ESPEAK_HERTZ, Sound, SoundCard, Speaking, espeak, run_until
from ward import OpenWard, Ward

from kiosk.screen import EarStrip
from kiosk.session import Session
from kiosk.settings import Settings
from kiosk.voice import TapFree

PATIENCE_SECONDS = 40.0
"""The two cores may be busy with others."""
LEAD_SECONDS = 0.5
"""Silence before a sentence: nobody speaks the very moment the microphone is open."""
LOUDNESS_FACTOR = 0.8


def engines(
    *,
    listener: str = "fake",
    model: str = "",
    speaker: str = "fake",
    tap_free: TapFree = TapFree.AFTER_VOICE,
    by_itself: bool = True,
) -> Callable[[Settings], Settings]:
    """Settings with these engines; "model" without one is the one at hand."""

    def change(settings: Settings) -> Settings:
        hearing = replace(
            settings.hearing,
            engine=listener,
            model=model or str(model_at_hand()),
            tap_free=tap_free,
        )
        speaking = replace(settings.speaking, engine=speaker, by_itself=by_itself)
        return replace(settings, hearing=hearing, speaking=speaking)

    return change


@dataclass
class Citizen:
    """Somebody at the kiosk."""

    ward: Ward
    card: SoundCard
    strips: list[EarStrip] = field(default_factory=list)
    """All that the strip of the ear has shown."""
    shown_at: float = 0.0
    """When the screen changed last, in seconds of the monotonic clock."""

    def __post_init__(self) -> None:
        self.ward.panel.bridge.soundChanged.connect(self._note_strip)
        self.ward.panel.bridge.screenChanged.connect(self._note_screen)

    def _note_strip(self) -> None:
        if (strip := self.ward.screen.ear) is not None:
            self.strips.append(strip)

    def _note_screen(self) -> None:
        self.shown_at = time.monotonic()

    @property
    def session(self) -> Session:
        """The visit as it stands."""
        return self.ward.kiosk.conductor.session

    @property
    def can_hear(self) -> bool:
        """Whether the kiosk says that it hears."""
        return self.ward.screen.dock.microphone.icon == "microphone"

    @property
    def can_speak(self) -> bool:
        """Whether it says that it speaks."""
        return self.ward.screen.dock.hear.icon == "speaker"

    def wait(self, is_so: Callable[[], bool], what: str, seconds: float = PATIENCE_SECONDS) -> None:
        """Run Qt's event loop until something is so."""
        try:
            run_until(is_so, seconds)
        except TimeoutError:
            session = self.session
            shown = type(self.ward.screen.body).__name__, type(self.ward.screen.overlay).__name__
            hearing, said = session.hearing, session.taken and session.taken.text
            pytest.fail(f"not so in time: {what}; {shown}, {hearing}, taken: {said}")

    def speak(self, text: str) -> Speaking:
        """Begin to say something into the microphone, whatever the kiosk does."""
        return self.card.speak_into_microphone(spoken(text), ESPEAK_HERTZ)

    def say(self, text: str) -> None:
        """Touch the microphone unless it is open, say something, wait for what comes of it."""
        if self.session.hearing is None:
            self.ward.hand.touch("Nói")
            self.wait(lambda: self.session.hearing is not None, "the ear is open")
        with self.speak(text) as speaking:
            self.wait(lambda: speaking.is_over or self.session.hearing is None, "it was said")
            self.wait(lambda: self.session.hearing is None, "it was heard")

    def wait_until_it_was_read(self) -> None:
        """Wait until the kiosk has begun to speak and is silent again."""
        self.wait(lambda: self.session.is_speaking, "the kiosk speaks")
        self.wait(lambda: not self.session.is_speaking, "the kiosk is silent")


def spoken(text: str) -> Sound:
    """A sentence with silence before it."""
    lead = np.zeros(round(LEAD_SECONDS * ESPEAK_HERTZ), dtype=np.int16)
    quieter = (espeak(text).astype(np.float32) * LOUDNESS_FACTOR).astype(np.int16)
    return np.concatenate((lead, quieter))


Meet = Callable[..., Citizen]


@pytest.fixture
def meet(open_ward: OpenWard, sound_card: SoundCard) -> Meet:
    """A kiosk whose engines are ready, and somebody before it."""

    def meet_one(change: Callable[[Settings], Settings], *, is_ready: bool = True) -> Citizen:
        citizen = Citizen(open_ward(change, has_sound=True), sound_card)
        citizen.ward.kiosk.understanding.result()
        if is_ready:
            citizen.wait(lambda: citizen.can_hear and citizen.can_speak, "engines are ready")
        return citizen

    return meet_one

"""A text through the real voice into memory, waited for: for `kiosk say` and for tests."""

import queue
from dataclasses import dataclass

from kiosk.engine_link import Address
from kiosk.engine_state import EngineState
from kiosk.errors import KioskError
from kiosk.speech.reports import Sound, SoundEnd, SpeakerReport
from kiosk.speech.voice import Voice

FIRST_SOUND_SECONDS = 30.0
"""A machine that renders files may be busy."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """The sound of a text: mono, signed 16 bit, little-endian."""

    pcm: bytes
    rate_hertz: int

    @property
    def seconds(self) -> float:
        """How long it sounds."""
        return len(self.pcm) / 2 / self.rate_hertz


def said(text: str, address: Address, *, voice: str, rate: int) -> Rendering:
    """The sound of a text.

    Raises:
        KioskError: `say.failed`, or the code of the engine's state where there is no engine.
    """
    reports: queue.SimpleQueue[SpeakerReport] = queue.SimpleQueue()
    states: list[EngineState] = []
    speaker = Voice(
        address,
        report=reports.put,
        on_state=states.append,
        first_sound_seconds=FIRST_SOUND_SECONDS,
    )
    speaker.start()
    try:
        speaker.speak(1, text, voice=voice, rate=rate)
        pieces: list[Sound] = []
        while isinstance(report := reports.get(), Sound):
            pieces.append(report)
    finally:
        speaker.close()
    if not isinstance(report, SoundEnd):
        code = states[-1].code if states else ""
        raise KioskError(code or "say.failed", voice=voice)
    return Rendering(b"".join(one.pcm for one in pieces), pieces[0].rate_hertz)

"""Speaks through an engine: implements `ports.Speaker` over any Wyoming voice.

One text at a time. It must not let the sound of an earlier text pass for the present one.
"""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from wyoming.event import Event
from wyoming.tts import Synthesize, SynthesizeVoice

from kiosk.engine import Engine
from kiosk.engine_link import Address
from kiosk.engine_state import SPEAKER_CODES, EngineState, Timings
from kiosk.speech.reports import Sound, SoundEnd, SoundFailed, SpeakerReport
from kiosk.speech.sound import Format, as_mono
from kiosk.wire import BrokenStream

FIRST_SOUND_SECONDS = 5.0
"""From the wish to speak to the first sound, a restart of the engine included."""


@dataclass(slots=True)
class _Text:
    """What is to be spoken."""

    number: int
    text: str = field(repr=False)
    voice: str
    rate: int
    is_asked: bool = False
    """The engine in its present life knows of it."""
    is_sounding: bool = False
    """Some of its sound has been given on: to begin again would repeat it."""


class Voice:
    """Implements `ports.Speaker`. Reports come on the engine's thread or a timer's."""

    def __init__(
        self,
        address: Address,
        *,
        report: Callable[[SpeakerReport], None],
        on_state: Callable[[EngineState], None],
        timings: Timings | None = None,
        first_sound_seconds: float = FIRST_SOUND_SECONDS,
    ) -> None:
        """Nothing happens before `start`.

        Args:
            address: of the voice.
            report: gets Sound after Sound and at the end SoundEnd, or SoundFailed.
            on_state: gets how the engine is.
            timings: how patient to be with the engine.
            first_sound_seconds: until the first sound.
        """
        self._report = report
        self._on_state = on_state
        self._first_sound_seconds = first_sound_seconds
        self._lock = threading.RLock()
        self._text: _Text | None = None
        self._owed: deque[int] = deque()
        """Numbers of the texts that the engine owes, oldest first; its sound carries none."""
        self._format: Format | None = None
        self._is_ready = False
        self._is_hopeless = False
        self._timer: threading.Timer | None = None
        self.engine = Engine(
            "speaker",
            address,
            codes=SPEAKER_CODES,
            on_event=self._take,
            on_state=self._know,
            timings=timings,
        )

    def start(self) -> None:
        """Start the engine."""
        self.engine.start()

    def close(self) -> None:
        """End the engine for good."""
        self.stop()
        self.engine.close()

    def speak(self, number: int, text: str, *, voice: str, rate: int) -> None:
        """Render a text; what was being rendered before is forgotten.

        Args:
            number: comes back in each report.
            text: as a voice should say it.
            voice: its name, such as `aav/vi`.
            rate: words a minute.
        """
        with self._lock:
            self.stop()
            self._text = _Text(number, text, voice, rate)
            seconds = 0.0 if self._is_hopeless else self._first_sound_seconds
            self._timer = threading.Timer(seconds, self._give_up, (number,))
            self._timer.daemon = True
            self._timer.start()
            self._ask()

    def stop(self) -> None:
        """Forget what is being rendered; what still comes of it is ignored."""
        with self._lock:
            self._forget()

    def _forget(self) -> _Text | None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        text, self._text = self._text, None
        return text

    def _ask(self) -> None:
        text = self._text
        if text is None or text.is_asked or not self._is_ready:
            return
        asked = Synthesize(
            text=text.text, voice=SynthesizeVoice(name=text.voice), context={"rate": text.rate}
        )
        text.is_asked = self.engine.send(asked.event())
        if text.is_asked:
            self._owed.append(text.number)
            self.engine.expect()

    def _give_up(self, number: int) -> None:
        with self._lock:
            if self._text is None or self._text.number != number or self._text.is_sounding:
                return
            self._forget()
        self._report(SoundFailed(number))

    # On the engine's thread

    def _know(self, state: EngineState) -> None:
        lost = None
        with self._lock:
            self._is_ready = state.state == "ready"
            self._is_hopeless = state.state in ("missing", "given_up")
            self._owed.clear()
            self._format = None
            if self._text is not None:
                self._text.is_asked = False
                if self._text.is_sounding or self._is_hopeless:
                    lost = self._forget()
                else:
                    self._ask()
        if lost is not None:
            self._report(SoundFailed(lost.number))
        self._on_state(state)

    def _take(self, untrusted: Event) -> None:
        with self._lock:
            found = self._understood(untrusted)
        if found is not None:
            self._report(found)

    def _understood(self, untrusted: Event) -> SpeakerReport | None:
        if not self._owed:
            return None
        text = self._text
        is_wanted = text is not None and text.is_asked and text.number == self._owed[0]
        match untrusted.type:
            case "audio-start":
                self._format = _format(untrusted)
                self.engine.expect()
            case "audio-chunk":
                self.engine.expect()
                written = self._format or _format(untrusted)
                if text is not None and is_wanted and untrusted.payload:
                    text.is_sounding = True
                    pcm = as_mono(untrusted.payload, written)
                    return Sound(text.number, pcm, written.rate_hertz)
            case "audio-stop" | "error":
                number = self._owed.popleft()
                self._format = None
                if self._owed:
                    self.engine.expect()
                else:
                    self.engine.settled()
                if is_wanted and (ended := self._forget()) is not None:
                    # A voice that makes no sound of a text has failed it.
                    has_spoken = untrusted.type == "audio-stop" and ended.is_sounding
                    return SoundEnd(number) if has_spoken else SoundFailed(number)
        return None


def _format(untrusted: Event) -> Format:
    try:
        return Format.of(untrusted)
    except ValueError as error:
        raise BrokenStream(str(error)) from None

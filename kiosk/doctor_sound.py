"""What `kiosk doctor` finds of microphone, loudspeaker, recogniser and voice.

None of it is missed so badly that the kiosk should not open: touch does all.
"""

from collections.abc import Callable, Sequence
from ctypes.util import find_library

from kiosk.errors import KioskError
from kiosk.finding import Finding, Report, State
from kiosk.model_store import find_model
from kiosk.settings import Settings
from kiosk.speech.gain import Gain, GainVerdict

HEARD = {
    GainVerdict.NONE: (State.WARNING, "microphone-none"),
    GainVerdict.SILENT: (State.WARNING, "microphone-silent"),
    GainVerdict.CLIPPING: (State.WARNING, "microphone-clipping"),
    GainVerdict.QUIET: (State.WARNING, "microphone-quiet"),
    GainVerdict.GOOD: (State.OK, "microphone-good"),
}
"""What a microphone's gain means."""


class SoundExamination:
    """Looks at the ear and the voice that the settings name."""

    def __init__(self, settings: Settings, report: Report) -> None:
        self._hearing = settings.hearing
        self._speaking = settings.speaking
        self._state_path = settings.folders.state_path
        self._report = report

    def microphone(self, measure: Callable[[str], Gain] | None) -> Finding:
        """How it is set, measured for a moment; `measure` gets its name."""
        if measure is None or self._hearing.engine == "off":
            return self._report.finding("microphone", State.INFORMATION, "not-looked-at")
        gain = measure(self._hearing.microphone)
        state, code = HEARD[gain.verdict]
        shown = {
            "peak": f"{gain.peak_decibels:.0f}",
            "loudness": f"{gain.loudness_decibels:.0f}",
        }
        return self._report.finding("microphone", state, code, **shown)

    def loudspeaker(self, loudspeakers: Callable[[], Sequence[str]] | None) -> Finding:
        """Whether it is there; `loudspeakers` names all that are."""
        if loudspeakers is None or self._speaking.engine == "off":
            return self._report.finding("loudspeaker", State.INFORMATION, "not-looked-at")
        there = loudspeakers()
        known = "; ".join(there)
        if not there:
            return self._report.finding("loudspeaker", State.WARNING, "loudspeaker-none")
        wanted = self._speaking.loudspeaker
        if not any(wanted in name for name in there):
            return self._report.finding(
                "loudspeaker", State.WARNING, "loudspeaker-other", wanted=wanted, known=known
            )
        return self._report.finding("loudspeaker", State.OK, "loudspeaker", known=known)

    def speech(self) -> Finding:
        """Whether the recogniser has its model."""
        engine = self._hearing.engine
        if engine in ("off", "fake"):
            return self._report.finding("speech", State.INFORMATION, "speech-off")
        if engine.startswith("tcp://"):
            return self._report.finding("speech", State.INFORMATION, "engine-server", server=engine)
        try:
            folder = find_model(self._hearing.model, self._state_path)
        except KioskError as error:
            return self._report.refused("speech", error, State.WARNING)
        return self._report.finding("speech", State.OK, "speech", folder=folder)

    def voice(self) -> Finding:
        """Whether there is something that reads aloud."""
        engine = self._speaking.engine
        if engine in ("off", "fake"):
            return self._report.finding("voice", State.INFORMATION, "voice-off")
        if engine.startswith("tcp://"):
            return self._report.finding("voice", State.INFORMATION, "engine-server", server=engine)
        if find_library("espeak-ng") is None:
            return self._report.finding("voice", State.WARNING, "voice-none")
        name = self._speaking.voice.vi
        return self._report.finding("voice", State.OK, "voice", voice=name)

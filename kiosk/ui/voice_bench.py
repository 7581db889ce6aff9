"""How fast the kiosk answers a voice, on the real screen with the real engines, offscreen.

**Decision.** Sentences of the scripts, said by the kiosk's own voice, come in at the pace at
which somebody speaks, through voice activity and recogniser. A decision is timed from the
cut that ends the sentence (the silence before it is not counted) to the end of the first
frame that shows what came of it.

**First sound.** From the screen's change to the first sound that the loudspeaker is given;
what the sound card then holds back is not in it.

**Recognition.** Processor seconds of the recogniser's process for a second of speech: the
share of one core.

**Taps while it hears and speaks.** The demonstration visit, as in `bench`, while sound goes
through voice activity into a recogniser and a voice renders without pause.

Sound comes from memory and goes nowhere: a sound card would only add its own buffers.
"""

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer

from kiosk import event as on
from kiosk.app import build_kiosk
from kiosk.app_sound import build_sound, listener_address, speaker_address
from kiosk.engine_link import Address
from kiosk.errors import KioskError
from kiosk.procedure import Procedure
from kiosk.settings import Settings
from kiosk.speech.heard_file import FileEar
from kiosk.speech.recogniser import Recogniser
from kiosk.speech.reports import Sound, SpeakerReport
from kiosk.speech.said_file import said
from kiosk.speech.sound import Format, as_heard
from kiosk.speech.voice import Voice
from kiosk.speech.voice_activity import VoiceActivity
from kiosk.ui.bench import Timing, stay, tap_visits, timing
from kiosk.ui.hand import Hand
from kiosk.ui.visit import Plan
from kiosk.ui.window import PORTRAIT, Panel, start_qt

DECISION_MILLISECONDS = 400.0
FIRST_SOUND_MILLISECONDS = 150.0
REAL_TIME_FACTOR = 0.3
TAP_MILLISECONDS = 50.0
"""The bars."""

SENTENCES = 16
"""How many are said."""
TAPPED_VISITS = 6
"""How many visits are made by touch under load."""
PIECE_BYTES = 1024
PIECE_MILLISECONDS = 32
SILENCE = bytes(2 * 16_000)
"""A second after each sentence: the cut comes within it."""
READY_SECONDS = 30.0
ANSWER_SECONDS = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceFigures:
    """What the bench found."""

    decision: Timing
    """Milliseconds from the end of a sentence to the frame that shows what came of it."""
    first_sound: Timing
    """Milliseconds from a question's screen to its first sound."""
    real_time_factor: float
    """Processor seconds of the recogniser for a second of speech."""
    listener_megabytes: float
    """Most memory of the recogniser's process."""
    tap: Timing
    """Milliseconds of taps while it hears and speaks."""

    def against_bars(self) -> tuple[tuple[str, float, float], ...]:
        """(key, found, bar); each is to stay at or under it."""
        return (
            ("decision_p95_ms", self.decision.p95, DECISION_MILLISECONDS),
            ("first_sound_p95_ms", self.first_sound.p95, FIRST_SOUND_MILLISECONDS),
            ("real_time_factor", self.real_time_factor, REAL_TIME_FACTOR),
            ("tap_while_speaking_p95_ms", self.tap.p95, TAP_MILLISECONDS),
        )


def measure_voice(plan: Plan, settings: Settings) -> VoiceFigures:
    """Say the sentences, then touch under load; takes two minutes.

    Args:
        plan: a visit of taps that ends on the goodbye screen.
        settings: of the kiosk; its state goes to a folder that is gone afterwards.

    Raises:
        KioskError: there is no model, no voice, or the kiosk does not answer.
    """
    start_qt(offscreen=True)
    with tempfile.TemporaryDirectory(prefix="dan-loi-bench-") as state:
        theirs = replace(
            settings,
            folders=replace(settings.folders, state=state),
            screen=replace(
                settings.screen,
                language=plan.language,
                reduce_motion=True,
                double_touch_seconds=0,
            ),
        )
        return _measured(plan, theirs)


def _measured(plan: Plan, settings: Settings) -> VoiceFigures:
    listener, speaker = listener_address(settings), speaker_address(settings)
    kiosk = build_kiosk(settings, shut_down=stay)
    if plan.pin is not None:
        kiosk.door.set_pin(plan.pin)
    sentences = [
        _pcm(text, settings) for text in _chosen(kiosk.catalogue.procedures)
    ]  # the voice's process is gone again before anything is timed
    ear = FileEar(listener)
    ear.open()
    try:
        before = ear.work()
        for pcm in sentences:
            ear.hear(pcm, (), "vi")
        after = ear.work()
    finally:
        ear.close()
    if before is None or after is None:
        raise KioskError("bench.not_ours")
    deck = _Deck()
    engines = build_sound(settings, kiosk, sounds=deck)
    kiosk.understanding.result()
    panel = Panel(kiosk)
    panel.show(PORTRAIT)
    engines.start()
    load = _Load(listener, speaker, settings, sentences)
    try:
        talk = _Talking(panel, deck)
        talk.wait(lambda: kiosk.conductor.can_hear and kiosk.conductor.can_speak, READY_SECONDS)
        for pcm in sentences:
            talk.say(pcm)
        kiosk.conductor.post(on.StaffReset())
        load.begin()
        taps = tap_visits(plan, panel, kiosk.words, visits=TAPPED_VISITS)
    finally:
        load.end()
        engines.close()
        panel.close()
        kiosk.close()
    seconds = sum(len(pcm) for pcm in sentences) / 2 / 16_000
    return VoiceFigures(
        decision=timing(talk.decisions),
        first_sound=timing(talk.first_sounds),
        real_time_factor=round((after.cpu_seconds - before.cpu_seconds) / seconds, 3),
        listener_megabytes=round(after.most_memory_bytes / 1e6, 1),
        tap=timing(taps),
    )


def _chosen(procedures: Sequence[Procedure]) -> list[str]:
    """One wording each of procedures taken evenly."""
    step = max(len(procedures) // SENTENCES, 1)
    return [one.heard_as.vi[0] for one in procedures[::step]][:SENTENCES]


def _pcm(text: str, settings: Settings) -> bytes:
    """A sentence as the microphone would hear it: 16 kHz."""
    speaking = settings.speaking
    sound = said(
        text,
        speaker_address(settings),
        voice=speaking.voice.vi,
        rate=speaking.words_per_minute,
    )
    return as_heard(sound.pcm, Format(sound.rate_hertz, 2, 1))


class _Deck(QObject):
    """A sound card in memory: plays a recording into the ear, and notes when it is given sound.

    Implements `app_sound.Sounds`, `ports.Microphone` and `ports.Loudspeaker`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.microphone = self
        self.loudspeaker = self
        self.tape = b""
        self.first_given_at: float | None = None
        self._deliver: Callable[[bytes], None] | None = None
        self._ended: Callable[[int], None] = _drop
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(PIECE_MILLISECONDS)
        self._timer.timeout.connect(self._turn)

    def set_volume(self, volume: float) -> None:
        """Nobody listens."""

    def join(
        self,
        *,
        lost: Callable[[str, str], None],  # noqa: ARG002 - it is never lost
        found: Callable[[str], None],  # noqa: ARG002
        ended: Callable[[int], None],
    ) -> None:
        """Say who is to know."""
        self._ended = ended

    def start(self, deliver: Callable[[bytes], None]) -> None:
        """Play the tape from its beginning, at the pace of speech."""
        self._deliver = deliver
        self._timer.start()

    def stop(self) -> None:
        """Stop the tape."""
        self._deliver = None
        self._timer.stop()

    def play(self, number: int, pcm: bytes, rate_hertz: int) -> None:  # noqa: ARG002
        """Note when the first sound came."""
        if self.first_given_at is None:
            self.first_given_at = time.perf_counter()

    def finish(self, number: int) -> None:
        """Nothing is played: the kiosk goes on reading until it is touched."""

    def _turn(self) -> None:
        piece, self.tape = self.tape[:PIECE_BYTES], self.tape[PIECE_BYTES:]
        if self._deliver is not None:
            self._deliver(piece.ljust(PIECE_BYTES, b"\0"))


class _Talking(QObject):
    """Says sentences to the kiosk and times what it does."""

    def __init__(self, panel: Panel, deck: _Deck) -> None:
        super().__init__()
        self.decisions: list[float] = []
        self.first_sounds: list[float] = []
        self._panel = panel
        self._deck = deck
        self._hand = Hand(panel.window)
        self._over_at: float | None = None
        self._changed_at: float | None = None
        self._drawn_at: float | None = None
        panel.bridge.soundChanged.connect(self._note_ear)
        panel.bridge.screenChanged.connect(self._note_screen)
        panel.window.frameSwapped.connect(self._note_frame, Qt.ConnectionType.DirectConnection)

    def say(self, pcm: bytes) -> None:
        """Say one sentence to a kiosk that waits."""
        conductor = self._panel.bridge.conductor
        conductor.post(on.StaffReset())
        self._hand.settle()
        self._over_at = self._changed_at = self._drawn_at = None
        self._deck.tape = pcm + SILENCE
        conductor.post(on.MicrophoneTouched())
        self._hand.settle()
        self._over_at = self._changed_at = self._drawn_at = None
        self._deck.first_given_at = None
        self.wait(lambda: self._drawn_at is not None, ANSWER_SECONDS)
        assert self._drawn_at is not None
        assert self._over_at is not None
        assert self._changed_at is not None
        self.decisions.append((self._drawn_at - self._over_at) * 1000)
        self.wait(lambda: self._deck.first_given_at is not None, ANSWER_SECONDS)
        assert self._deck.first_given_at is not None
        self.first_sounds.append(max(0.0, self._deck.first_given_at - self._changed_at) * 1000)

    def wait(self, is_so: Callable[[], bool], seconds: float) -> None:
        """Run the event loop until something is so.

        Raises:
            KioskError: `bench.no_answer`.
        """
        until = time.perf_counter() + seconds
        loop = QEventLoop()
        while not is_so():
            if time.perf_counter() > until:
                raise KioskError("bench.no_answer", limit=str(round(seconds)))
            loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 10)

    def _note_ear(self) -> None:
        shown = self._panel.bridge.shown
        ear = shown.ear if shown is not None else None
        if self._over_at is None and ear is not None and ear.state == "over":
            self._over_at = time.perf_counter()

    def _note_screen(self) -> None:
        if self._over_at is not None and self._changed_at is None:
            self._changed_at = time.perf_counter()

    def _note_frame(self) -> None:
        if self._changed_at is not None and self._drawn_at is None:
            self._drawn_at = time.perf_counter()


class _Load(QObject):
    """Hears and speaks without pause, beside the kiosk."""

    def __init__(
        self, listener: Address, speaker: Address, settings: Settings, sentences: Sequence[bytes]
    ) -> None:
        super().__init__()
        self._recogniser = Recogniser(listener, report=_drop, on_state=_drop)
        self._settings = settings
        self._sound = b"".join(sentences)
        self._at = 0
        self._turn = 1
        self._number = 0
        self._activity = VoiceActivity()
        self._voice = Voice(speaker, report=self._rendered, on_state=_drop)
        self._timer = QTimer(self)
        self._timer.setInterval(PIECE_MILLISECONDS)
        self._timer.timeout.connect(self._go_on)

    def begin(self) -> None:
        """Begin; ends with `end`."""
        self._recogniser.start()
        self._voice.start()
        self._recogniser.begin(self._turn, (), "vi")
        self._speak()
        self._timer.start()

    def end(self) -> None:
        """Fall silent."""
        self._timer.stop()
        self._recogniser.close()
        self._voice.close()

    def _go_on(self) -> None:
        piece = self._sound[self._at : self._at + PIECE_BYTES]
        self._at = (self._at + PIECE_BYTES) % max(len(self._sound), 1)
        self._activity.hear(piece)
        self._recogniser.hear(self._turn, piece)
        if self._at // (3 * 32_000) >= self._turn:
            self._recogniser.end(self._turn)
            self._turn += 1
            self._recogniser.begin(self._turn, (), "vi")

    def _rendered(self, report: SpeakerReport) -> None:
        if not isinstance(report, Sound):
            self._speak()

    def _speak(self) -> None:
        self._number += 1
        speaking = self._settings.speaking
        self._voice.speak(
            self._number,
            "Ông bà cần làm giấy tờ gì ạ? Máy chỉ giúp cần giấy gì, nộp ở đâu.",
            voice=speaking.voice.vi,
            rate=speaking.words_per_minute,
        )


def _drop(*_: object) -> None:
    """Nobody waits for it."""

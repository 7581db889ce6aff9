"""One sentence from the microphone to the recogniser: open, cut, hand over, close.

Runs on the conductor's thread; what it finds out it posts as events of the turn it was
opened for. Sound is here only as long as it takes to hand it on.
"""

from collections.abc import Callable, Sequence

from kiosk import event as on
from kiosk.ports import Listener, Microphone
from kiosk.procedure import Language
from kiosk.speech.reports import Heard, HeardSoFar, ListenerReport, NotHeard
from kiosk.speech.voice_activity import (
    NothingSaid,
    SpeechBegan,
    SpeechEnded,
    SpeechGoesOn,
    TooLong,
    VoiceActivity,
)


class Ear:
    """The kiosk's ear; closed until somebody wants to be heard."""

    def __init__(
        self,
        *,
        microphone: Microphone,
        listener: Listener,
        activity: VoiceActivity,
        post: Callable[[on.Event], None],
    ) -> None:
        self._microphone = microphone
        self._listener = listener
        self._activity = activity
        self._post = post
        self._turn: int | None = None
        """The turn that is listened to; None: the ear is closed."""

    @property
    def is_open(self) -> bool:
        """Whether it listens."""
        return self._turn is not None

    def listen(self, turn: int, hints: Sequence[str], language: Language) -> None:
        """Open for one sentence.

        Args:
            turn: of the visit; every report carries it.
            hints: whole phrases that may be said now; empty: anything.
            language: that is spoken.
        """
        self.close()
        self._turn = turn
        self._activity.reset()
        self._listener.begin(turn, hints, language)
        self._microphone.start(self._hear)

    def finish(self) -> None:
        """The citizen says that the sentence is said."""
        if self._turn is not None:
            self._hand_over(self._turn)

    def close(self) -> None:
        """Listen no more, and drop what was heard."""
        self._turn = None
        self._microphone.stop()
        self._listener.drop()
        self._activity.reset()

    def lost(self) -> None:
        """The microphone is gone; whoever was speaking is told."""
        turn = self._turn
        if turn is not None:
            self.close()
            self._post(on.HearingFailed(turn))

    def report(self, report: ListenerReport) -> None:
        """What the recogniser found out; callable from any thread."""
        match report:
            case HeardSoFar(turn, text):
                self._post(on.HeardSoFar(turn, text))
            case Heard(turn, text, confidence):
                self._post(on.Heard(turn, text, confidence))
            case NotHeard(turn):
                self._post(on.HearingFailed(turn))

    def _hear(self, pcm: bytes) -> None:
        turn = self._turn
        if turn is None:
            return
        for cut in self._activity.hear(pcm):
            match cut:
                case SpeechBegan(sound):
                    self._listener.hear(turn, sound)
                    self._post(on.VoiceHeard(turn))
                case SpeechGoesOn(sound):
                    self._listener.hear(turn, sound)
                case SpeechEnded() | TooLong():
                    self._hand_over(turn)
                    return
                case NothingSaid():
                    self.close()
                    self._post(on.NothingHeard(turn))
                    return

    def _hand_over(self, turn: int) -> None:
        self._turn = None
        self._microphone.stop()
        self._activity.reset()
        self._listener.end(turn)
        self._post(on.SentenceOver(turn))

"""A visit with an ear and a voice, by real sessions and screens; the test is the clock."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from kiosk import event as on
from kiosk.advance import advance
from kiosk.assistant.wishes_file import load_wishes
from kiosk.effect import CloseEar, FinishListening, Forget, Hush, Listen, SayAgain
from kiosk.event import Event
from kiosk.office import Office
from kiosk.procedure import Language
from kiosk.screen import Screen
from kiosk.screen_for import screen_for
from kiosk.session import fresh
from kiosk.speech.conversation import Dialogue
from kiosk.speech.ear import Ear
from kiosk.speech.mouth import Mouth
from kiosk.speech.reports import Sound, SoundEnd
from kiosk.speech.spoken_file import load_spoken
from kiosk.speech.voice_activity import VoiceActivity
from kiosk.voice import Loudness, Pace, TapFree
from kiosk.words import Words

HERTZ = 22_050


class NeverSpeech:
    """Hears nobody."""

    def process_chunk(self, _: bytes, /) -> float:
        return 0.0

    def reset(self) -> None:
        """It remembers nothing."""


@dataclass
class OneMicrophone:
    deliver: Callable[[bytes], None] | None = None

    def start(self, deliver: Callable[[bytes], None]) -> None:
        self.deliver = deliver

    def stop(self) -> None:
        self.deliver = None


@dataclass
class ListedListener:
    begun: list[tuple[int, tuple[str, ...], Language]] = field(default_factory=list)
    times_dropped: int = 0

    def begin(self, turn: int, hints: Sequence[str], language: Language) -> None:
        self.begun.append((turn, tuple(hints), language))

    def hear(self, turn: int, pcm: bytes) -> None:
        """Nobody speaks."""

    def end(self, turn: int) -> None:
        """Nobody speaks."""

    def drop(self) -> None:
        self.times_dropped += 1


@dataclass
class ListedSpeaker:
    asked: list[tuple[int, str, str, int]] = field(default_factory=list)

    def speak(self, number: int, text: str, *, voice: str, rate: int) -> None:
        self.asked.append((number, text, voice, rate))

    def stop(self) -> None:
        """The test renders only what was asked for last."""


@dataclass
class OneLoudspeaker:
    finished: list[int] = field(default_factory=list)

    def play(self, number: int, pcm: bytes, rate_hertz: int) -> None:
        """It sounds."""

    def finish(self, number: int) -> None:
        self.finished.append(number)

    def stop(self) -> None:
        """Silent."""


class Room:
    """A visit with an ear and a voice, by real sessions and screens; the test is the clock."""

    def __init__(
        self,
        words: Words,
        office: Office,
        *,
        tap_free: TapFree = TapFree.AFTER_VOICE,
        speaks_by_itself: bool = True,
        can_hear: bool = True,
        can_speak: bool = True,
    ) -> None:
        self.words = words
        self.office = replace(office, can_hear=can_hear, can_speak=can_speak)
        self.session = fresh("vi")
        self.posted: list[Event] = []
        self.microphone = OneMicrophone()
        self.listener = ListedListener()
        self.speaker = ListedSpeaker()
        self.loudspeaker = OneLoudspeaker()
        self.loudness: list[Loudness] = []
        self.mouth = Mouth(speaker=self.speaker, loudspeaker=self.loudspeaker)
        activity = VoiceActivity(detector=NeverSpeech())
        self.ear = Ear(
            microphone=self.microphone,
            listener=self.listener,
            activity=activity,
            post=self.posted.append,
        )
        self.dialogue = Dialogue(
            ear=self.ear if can_hear else None,
            mouth=self.mouth if can_speak else None,
            words=words,
            spoken=load_spoken(),
            standing=load_wishes(),
            voices={"vi": "aav/vi", "en": "en-gb"},
            rates={Pace.SLOW: 110, Pace.NORMAL: 150, Pace.FAST: 190},
            tap_free=tap_free,
            speaks_by_itself=speaks_by_itself,
            set_loudness=lambda voice: self.loudness.append(voice.loudness),
            post=self.posted.append,
        )
        self.mouth.join(
            began=self.dialogue.began, ended=self.dialogue.ended, failed=self.dialogue.failed
        )

    @property
    def screen(self) -> Screen:
        return screen_for(self.session, self.words, self.office)

    def happen(self, *events: Event) -> None:
        """As the conductor does it: the session, its effects, then the screen."""
        for event in events:
            before = self.session
            self.session, effects = advance(before, event)
            for effect in effects:
                match effect:
                    case Listen(turn):
                        self.dialogue.listen(self.session, self.screen, turn)
                    case FinishListening():
                        self.dialogue.finish_listening()
                    case CloseEar():
                        self.dialogue.close_ear()
                    case SayAgain():
                        self.dialogue.say_again(self.session, self.screen)
                    case Hush():
                        self.dialogue.hush()
                    case Forget():
                        self.dialogue.forget()
                    case _:
                        pass
            if self.session != before:
                self.dialogue.shown(self.session, self.screen)

    def talk(self) -> list[str]:
        """All that is said now, to its end, with what that leads to; what was said."""
        said: list[str] = []
        while self.mouth.is_speaking:
            finished = len(self.loudspeaker.finished)
            if finished and self.loudspeaker.finished[-1] == self.mouth._saying:
                self.mouth.played(self.loudspeaker.finished[-1])
                break
            number, text, _, _ = self.speaker.asked[-1]
            said.append(text)
            self.mouth.take(Sound(number, b"\x01\x02" * 40, HERTZ))
            self.mouth.take(SoundEnd(number))
        self.pass_on()
        return said

    def pass_on(self) -> None:
        """What was posted happens."""
        while self.posted:
            self.happen(self.posted.pop(0))

    def hear(self, text: str, event: Event) -> None:
        """Somebody touches the microphone and says this, which means that."""
        self.happen(on.MicrophoneTouched())
        self.pass_on()
        assert self.session.hearing is not None
        self.ear.finish()
        self.pass_on()
        self.happen(on.Heard(self.session.turn, text))
        self.happen(on.Pointed(self.session.turn, event, text))

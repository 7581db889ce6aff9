"""When to listen and when to speak: one at a time, and a touch silences at once.

Runs on the conductor's thread.
"""

from collections.abc import Callable, Iterable, Mapping

from kiosk import event as on
from kiosk.procedure import Language, Procedure
from kiosk.screen import ChoosingBody, QuestionBody, ReviewBody, Screen
from kiosk.session import Guiding, Resting, Session, Waiting
from kiosk.speech.aloud import Paragraph, aloud
from kiosk.speech.ear import Ear
from kiosk.speech.hints import hints
from kiosk.speech.mouth import Line, Mouth
from kiosk.speech.spoken import Spoken
from kiosk.voice import Pace, TapFree, Voice
from kiosk.words import Words

_SAID_IN_EVERY_VISIT = (
    *("choose.title", "heard.which", "heard.touch", "heard.not_sure_title", "heard.not_sure"),
    *("heard.not_sure_choices", "review.title", "review.confirm", "idle.title", "idle.stay"),
    *("ear.nothing_title", "ear.nothing", "ear.wrong_title", "ear.wrong", "call.waiting"),
    *("call.coming", "slip.printing", "slip.done", "goodbye.title", "goodbye.question"),
)
"""Keys of fixed sentences that are rendered before somebody needs them."""


MOST_MISSED = 4
"""Sentences in a row after which the ear waits for a touch: it may only hear the hall."""


class Dialogue:
    """Joins the ear and the voice with the screen."""

    def __init__(
        self,
        *,
        ear: Ear | None,
        mouth: Mouth | None,
        words: Words,
        spoken: Spoken,
        standing: Mapping[str, tuple[str, ...]],
        voices: Mapping[Language, str],
        rates: Mapping[Pace, int],
        tap_free: TapFree,
        speaks_by_itself: bool,
        set_loudness: Callable[[Voice], None],
        post: Callable[[on.Event], None],
    ) -> None:
        """Join them.

        Args:
            ear: None where the kiosk cannot hear.
            mouth: None where it cannot speak.
            words: every fixed sentence.
            spoken: written words -> as a voice says them.
            standing: what may be said at any step, for the hints.
            voices: language -> name of the engine's voice.
            rates: pace -> words a minute.
            tap_free: when the ear opens by itself.
            speaks_by_itself: screens are read aloud without being asked to.
            set_loudness: sets the loudspeaker to a voice's loudness.
            post: gives an event to the conductor.
        """
        self._ear = ear
        self._mouth = mouth
        self._words = words
        self._spoken = spoken
        self._standing = standing
        self._voices = voices
        self._rates = rates
        self._tap_free = tap_free
        self._speaks_by_itself = speaks_by_itself
        self._set_loudness = set_loudness
        self._post = post
        self._paragraphs: tuple[Paragraph, ...] = ()
        """What the screen that is shown has to say."""
        self._voice = Voice()
        self._invites = False
        """Whether the ear opens when all is said."""
        self._prepared: tuple[str, Language, Pace] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether the kiosk speaks or listens."""
        return (self._mouth is not None and self._mouth.is_speaking) or (
            self._ear is not None and self._ear.is_open
        )

    def listen(self, session: Session, screen: Screen, turn: int) -> None:
        """Open the ear for this turn."""
        if self._ear is None:
            self._post(on.HearingFailed(turn))
            return
        self._ear.listen(turn, hints(session, screen, self._standing), "vi")

    def finish_listening(self) -> None:
        """The sentence is said."""
        if self._ear is not None:
            self._ear.finish()

    def close_ear(self) -> None:
        """Listen no more, and drop what was heard."""
        if self._ear is not None:
            self._ear.close()

    def shown(self, session: Session, screen: Screen) -> None:
        """Another screen is shown: read aloud what is new on it, where that is wanted."""
        if self._mouth is None:
            return
        self._take_voice(session.voice)
        self._prepare(session)
        found = aloud(screen, self._words, is_whole=session.voice.is_dark)
        new = tuple(one for one in found if one not in self._paragraphs)
        self._paragraphs = found
        is_wanted = self._speaks_by_itself and not session.voice.is_muted
        if not (is_wanted or session.voice.is_dark) or isinstance(session.phase, Waiting | Resting):
            return
        if not new or session.hearing is not None:
            return
        self._invites = self._may_invite(session, screen)
        self._say(new, session, screen)

    def say_again(self, session: Session, screen: Screen) -> None:
        """Read all of the screen aloud."""
        if self._mouth is None:
            self._post(on.SpeakingFailed())
            return
        self._take_voice(session.voice)
        self._paragraphs = aloud(screen, self._words, is_whole=session.voice.is_dark)
        self._invites = self._may_invite(session, screen)
        self._say(aloud(screen, self._words, is_whole=True), session, screen)

    def test_sound(self, session: Session, screen: Screen) -> None:
        """Say the test sentence."""
        if self._mouth is not None:
            self._invites = False
            text = self._words.say("aloud.test", session.language)
            self._say(((text,),), session, screen)

    def hush(self) -> None:
        """Be silent within 50 ms."""
        if self._mouth is not None:
            self._mouth.hush()

    def forget(self) -> None:
        """The visit is over."""
        self.close_ear()
        self._paragraphs = ()
        if self._mouth is not None:
            self._mouth.forget()
        self._take_voice(Voice())

    def began(self) -> None:
        """The first sound of what is said is played."""
        self._post(on.VoiceBegan())

    def ended(self, is_all: bool) -> None:  # noqa: FBT001 - a callback's one argument
        """The voice is silent again: everything was said, or it was cut short."""
        self._post(on.VoiceEnded())
        if is_all and self._invites and self._ear is not None:
            self._invites = False
            self._post(on.EarOpens())

    def failed(self) -> None:
        """Nothing could be rendered: the screen says it all, too."""
        self._post(on.VoiceEnded())

    def _may_invite(self, session: Session, screen: Screen) -> bool:
        if session.voice.is_dark:
            return not isinstance(session.phase, Waiting) and session.missed < MOST_MISSED
        if screen.overlay is not None or self._tap_free is TapFree.NEVER:
            return False
        asks = isinstance(screen.body, ChoosingBody | QuestionBody | ReviewBody)
        return asks and (self._tap_free is TapFree.ALWAYS or session.has_spoken)

    def _take_voice(self, voice: Voice) -> None:
        if voice.loudness is not self._voice.loudness:
            self._set_loudness(voice)
        self._voice = voice

    def _say(self, paragraphs: Iterable[Paragraph], session: Session, screen: Screen) -> None:
        assert self._mouth is not None
        said = session.taken.text if session.taken is not None else None
        self._mouth.say(
            self._line(
                text, screen.language, session.voice.pace, is_fixed=said is None or said not in text
            )
            for paragraph in paragraphs
            for text in paragraph
        )

    def _line(self, text: str, language: Language, pace: Pace, *, is_fixed: bool = True) -> Line:
        return Line(
            text=self._spoken(text, language),
            voice=self._voices[language],
            rate=self._rates[pace],
            is_fixed=is_fixed,
        )

    def _prepare(self, session: Session) -> None:
        """Render ahead: what every visit says, while nobody is here; then a chosen procedure."""
        if self._mouth is None or not self._speaks_by_itself:
            return
        if isinstance(session.phase, Waiting):
            fixed = [self._words.say(key, session.language) for key in _SAID_IN_EVERY_VISIT]
            pace = session.voice.pace
            self._mouth.prepare(self._line(one, session.language, pace) for one in fixed)
            return
        if not isinstance(session.phase, Guiding):
            return
        wanted = (session.phase.procedure.id, session.language, session.voice.pace)
        if wanted == self._prepared or session.voice.is_muted:
            return
        self._prepared = wanted
        texts = _questions(session.phase.procedure, session.language, self._words)
        self._mouth.prepare(self._line(one, session.language, session.voice.pace) for one in texts)


def _questions(procedure: Procedure, language: Language, words: Words) -> Iterable[str]:
    """All questions of a procedure with their choices, as `aloud` reads them."""
    for question in procedure.questions:
        yield question.ask.in_language(language)
        for number, choice in enumerate(question.choices, start=1):
            label = choice.label.in_language(language)
            yield words.say("aloud.option", language, number=number, label=label)

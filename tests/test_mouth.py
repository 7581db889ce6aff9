"""The mouth: sentence after sentence, silent at once, and what it keeps."""

from dataclasses import dataclass, field

import pytest

from kiosk.speech.mouth import KEPT_BYTES, PAUSE_SECONDS, Line, Mouth
from kiosk.speech.reports import Sound, SoundEnd, SoundFailed

HERTZ = 22_050
PAUSE = bytes(2 * int(HERTZ * PAUSE_SECONDS))


@dataclass
class ListedSpeaker:
    """Renders nothing by itself: the test says what comes."""

    asked: list[tuple[int, str]] = field(default_factory=list)
    times_stopped: int = 0

    def speak(self, number: int, text: str, *, voice: str, rate: int) -> None:
        assert voice == "aav/vi"
        assert rate > 0
        self.asked.append((number, text))

    def stop(self) -> None:
        self.times_stopped += 1


@dataclass
class ListedLoudspeaker:
    """Keeps what it is to play, by number; takes nothing once that is finished."""

    played: dict[int, bytes] = field(default_factory=dict)
    finished: list[int] = field(default_factory=list)
    times_stopped: int = 0

    def play(self, number: int, pcm: bytes, rate_hertz: int) -> None:
        assert rate_hertz == HERTZ
        assert number not in self.finished, "no more was to come"
        assert number == max(self.played, default=number) or number > max(self.played)
        self.played[number] = self.played.get(number, b"") + pcm

    def finish(self, number: int) -> None:
        assert number not in self.finished, "said twice"
        self.finished.append(number)

    def stop(self) -> None:
        self.times_stopped += 1


class Stage:
    """A mouth between a speaker and a loudspeaker."""

    def __init__(self) -> None:
        self.speaker = ListedSpeaker()
        self.loudspeaker = ListedLoudspeaker()
        self.told: list[str] = []
        self.mouth = Mouth(speaker=self.speaker, loudspeaker=self.loudspeaker)
        self.mouth.join(
            began=lambda: self.told.append("began"),
            ended=lambda is_all: self.told.append("all said" if is_all else "cut short"),
            failed=lambda: self.told.append("failed"),
        )

    @property
    def texts(self) -> list[str]:
        """What the speaker was asked for, in order."""
        return [text for _, text in self.speaker.asked]

    def render(self, pcm: bytes) -> None:
        """The speaker renders what it was asked for last."""
        number = self.speaker.asked[-1][0]
        self.mouth.take(Sound(number, pcm, HERTZ))
        self.mouth.take(SoundEnd(number))

    def play_out(self) -> None:
        """The loudspeaker has played what was finished last."""
        self.mouth.played(self.loudspeaker.finished[-1])

    @property
    def sound(self) -> bytes:
        """Of what was said last."""
        return self.loudspeaker.played[max(self.loudspeaker.played)]


@pytest.fixture
def stage() -> Stage:
    return Stage()


def line(text: str, *, is_fixed: bool = True, rate: int = 150) -> Line:
    return Line(text=text, voice="aav/vi", rate=rate, is_fixed=is_fixed)


# Saying


def test_sentences_are_said_one_after_the_other_with_a_pause(stage: Stage) -> None:
    stage.mouth.say([line("một"), line("hai")])
    assert stage.texts == ["một"], "the next is rendered when this one is"
    stage.render(b"1111")
    assert stage.texts == ["một", "hai"]
    assert stage.loudspeaker.finished == []
    stage.render(b"2222")
    assert stage.sound == b"1111" + PAUSE + b"2222" + PAUSE
    assert len(stage.loudspeaker.finished) == 1


def test_it_speaks_until_the_loudspeaker_has_played_all(stage: Stage) -> None:
    stage.mouth.say([line("một")])
    assert stage.mouth.is_speaking
    stage.render(b"11")
    assert stage.mouth.is_speaking
    stage.play_out()
    assert not stage.mouth.is_speaking
    assert stage.told == ["began", "all said"]


def test_it_begins_when_the_first_sound_is_there_and_only_once(stage: Stage) -> None:
    stage.mouth.say([line("một"), line("hai")])
    assert stage.told == []
    number = stage.speaker.asked[-1][0]
    stage.mouth.take(Sound(number, b"11", HERTZ))
    stage.mouth.take(Sound(number, b"11", HERTZ))
    assert stage.told == ["began"]


def test_nothing_to_say_is_no_speech(stage: Stage) -> None:
    stage.mouth.say([])
    assert not stage.mouth.is_speaking
    assert (stage.told, stage.texts) == ([], [])


def test_something_else_to_say_cuts_short_what_was_said(stage: Stage) -> None:
    stage.mouth.say([line("một"), line("hai")])
    first = stage.speaker.asked[-1][0]
    stage.mouth.take(Sound(first, b"11", HERTZ))
    stage.mouth.say([line("ba")])
    stage.mouth.take(Sound(first, b"99", HERTZ))
    stage.render(b"33")
    assert stage.sound == b"33" + PAUSE, "nothing late of the first"
    assert stage.texts == ["một", "ba"]
    assert stage.told == ["began", "cut short", "began"]


# Silence


def test_hushed_it_is_silent_at_once_and_stays_so(stage: Stage) -> None:
    stage.mouth.say([line("một"), line("hai")])
    number = stage.speaker.asked[-1][0]
    stage.mouth.take(Sound(number, b"11", HERTZ))
    stage.mouth.hush()
    assert not stage.mouth.is_speaking
    assert (stage.loudspeaker.times_stopped, stage.speaker.times_stopped) == (1, 1)
    stage.mouth.take(Sound(number, b"22", HERTZ))
    stage.mouth.take(SoundEnd(number))
    assert stage.sound == b"11"
    assert stage.texts == ["một"]
    assert stage.told == ["began", "cut short"]


def test_hushing_silence_is_nothing(stage: Stage) -> None:
    stage.mouth.hush()
    assert stage.told == []
    assert stage.loudspeaker.times_stopped == 0


def test_the_end_of_something_that_was_cut_short_is_no_end(stage: Stage) -> None:
    stage.mouth.say([line("một")])
    stage.render(b"11")
    stage.mouth.say([line("hai")])
    stage.mouth.played(stage.loudspeaker.finished[-1])
    assert stage.mouth.is_speaking


# Failing


def test_a_speaker_that_fails_ends_the_speech_and_says_so(stage: Stage) -> None:
    stage.mouth.say([line("một"), line("hai")])
    stage.mouth.take(SoundFailed(stage.speaker.asked[-1][0]))
    assert not stage.mouth.is_speaking
    assert stage.told == ["cut short", "failed"]
    assert stage.texts == ["một"], "what fails once is not asked again and again"


def test_a_failure_of_something_earlier_is_ignored(stage: Stage) -> None:
    stage.mouth.say([line("một")])
    first = stage.speaker.asked[-1][0]
    stage.mouth.say([line("hai")])
    stage.mouth.take(SoundFailed(first))
    assert stage.mouth.is_speaking


def test_it_speaks_again_after_a_failure(stage: Stage) -> None:
    stage.mouth.say([line("một")])
    stage.mouth.take(SoundFailed(stage.speaker.asked[-1][0]))
    stage.mouth.say([line("một")])
    stage.render(b"11")
    assert stage.sound == b"11" + PAUSE


# Keeping


def test_what_was_said_once_is_not_rendered_again(stage: Stage) -> None:
    stage.mouth.say([line("một")])
    stage.render(b"11")
    stage.play_out()
    stage.mouth.say([line("một")])
    assert stage.texts == ["một"]
    assert stage.sound == b"11" + PAUSE
    assert stage.told == ["began", "all said", "began"]


def test_another_pace_is_rendered_anew(stage: Stage) -> None:
    stage.mouth.say([line("một")])
    stage.render(b"11")
    stage.mouth.say([line("một", rate=110)])
    assert stage.texts == ["một", "một"]


def test_what_a_citizen_said_is_never_kept(stage: Stage) -> None:
    spoken = line("máy nghe là: tôi tự đi", is_fixed=False)
    stage.mouth.say([spoken])
    stage.render(b"secret sound")
    stage.play_out()
    stage.mouth.say([spoken])
    assert len(stage.texts) == 2


def test_half_a_sentence_is_not_kept(stage: Stage) -> None:
    stage.mouth.say([line("một")])
    stage.mouth.take(Sound(stage.speaker.asked[-1][0], b"11", HERTZ))
    stage.mouth.hush()
    stage.mouth.say([line("một")])
    assert stage.texts == ["một", "một"]
    stage.render(b"1234")
    assert stage.sound == b"1234" + PAUSE


def test_what_was_not_said_for_long_makes_room(stage: Stage) -> None:
    third = bytes(KEPT_BYTES // 3 + 2)
    for text in ("một", "hai", "ba"):
        stage.mouth.say([line(text)])
        stage.render(third)
    asked = len(stage.texts)
    stage.mouth.say([line("ba")])
    assert len(stage.texts) == asked, "the newest is kept"
    stage.mouth.say([line("một")])
    assert len(stage.texts) == asked + 1, "the oldest went"


def test_the_end_of_a_visit_silences_and_drops_what_was_to_be_rendered(stage: Stage) -> None:
    stage.mouth.say([line("một")])
    stage.mouth.prepare([line("hai"), line("ba")])
    stage.mouth.forget()
    assert not stage.mouth.is_speaking
    stage.render(b"22")
    assert "ba" not in stage.texts


# Rendering ahead


def test_sentences_are_rendered_ahead_one_by_one_and_not_heard(stage: Stage) -> None:
    stage.mouth.prepare([line("một"), line("hai")])
    stage.render(b"11")
    stage.render(b"22")
    assert stage.texts == ["một", "hai"]
    assert stage.loudspeaker.played == {}
    assert stage.told == []
    stage.mouth.say([line("hai"), line("một")])
    assert stage.sound == b"22" + PAUSE + b"11" + PAUSE
    assert stage.texts == ["một", "hai"]


def test_nothing_is_rendered_ahead_while_it_speaks(stage: Stage) -> None:
    stage.mouth.say([line("một")])
    stage.mouth.prepare([line("hai")])
    stage.render(b"11")
    assert stage.texts == ["một"]
    stage.play_out()
    assert stage.texts == ["một", "hai"]


def test_what_is_known_is_not_rendered_ahead(stage: Stage) -> None:
    stage.mouth.say([line("một")])
    stage.render(b"11")
    stage.play_out()
    stage.mouth.prepare([line("một"), line("hai"), line("hai")])
    stage.render(b"22")
    assert stage.texts == ["một", "hai"]


def test_a_sentence_rendered_ahead_is_not_heard_in_the_midst_of_another(stage: Stage) -> None:
    stage.mouth.say([line("một")])
    stage.render(b"11")
    stage.play_out()
    stage.mouth.prepare([line("hai")])
    stage.mouth.say([line("một")])
    stage.render(b"22")
    assert stage.sound == b"11" + PAUSE
    stage.play_out()
    stage.mouth.say([line("hai")])
    assert stage.texts == ["một", "hai"], "and it was kept"


def test_a_sentence_that_fails_ahead_cuts_nothing_short(stage: Stage) -> None:
    stage.mouth.say([line("một")])
    stage.render(b"11")
    stage.play_out()
    stage.mouth.prepare([line("hai")])
    stage.mouth.say([line("một")])
    stage.mouth.take(SoundFailed(stage.speaker.asked[-1][0]))
    assert stage.mouth.is_speaking
    assert "failed" not in stage.told


def test_what_is_to_be_said_comes_before_what_is_rendered_ahead(stage: Stage) -> None:
    stage.mouth.prepare([line("một"), line("hai")])
    stage.mouth.say([line("ba")])
    assert stage.texts == ["một", "ba"]
    stage.render(b"33")
    stage.play_out()
    assert stage.texts == ["một", "ba", "một"], "its turn comes again"
    stage.render(b"11")
    assert stage.texts[-1] == "hai"


def test_hushing_does_not_lose_what_is_rendered_ahead(stage: Stage) -> None:
    stage.mouth.say([line("một")])
    stage.render(b"11")
    stage.play_out()
    stage.mouth.prepare([line("hai")])
    stage.mouth.say([line("một")])
    stage.mouth.hush()
    stage.render(b"22")
    stage.mouth.say([line("hai")])
    assert stage.texts == ["một", "hai"]
    assert stage.sound == b"22" + PAUSE


def test_before_anybody_is_to_know_it_can_be_silenced() -> None:
    mouth = Mouth(speaker=ListedSpeaker(), loudspeaker=ListedLoudspeaker())
    mouth.say([line("một")])
    mouth.hush()
    assert not mouth.is_speaking

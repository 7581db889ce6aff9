"""The ear: one sentence from the microphone to the recogniser, counted in samples."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from kiosk import event as on
from kiosk.procedure import Language
from kiosk.speech.ear import Ear
from kiosk.speech.reports import Heard, HeardSoFar, NotHeard
from kiosk.speech.voice_activity import PIECE_BYTES, PIECE_SECONDS, CuttingSettings, VoiceActivity

SPEECH = b"\x00\x30" * (PIECE_BYTES // 2)
QUIET = bytes(PIECE_BYTES)
SETTINGS = CuttingSettings()


class LoudIsSpeech:
    """Takes whatever is not silence for speech."""

    def process_chunk(self, audio: bytes, /) -> float:
        return 1.0 if any(audio) else 0.0

    def reset(self) -> None:
        """It remembers nothing."""


@dataclass
class HeldMicrophone:
    """Gives the sound that the test gives it, while it is open."""

    deliver: Callable[[bytes], None] | None = None
    times_opened: int = 0
    is_broken: bool = False
    lost: Callable[[], None] = lambda: None

    def start(self, deliver: Callable[[bytes], None]) -> None:
        self.times_opened += 1
        self.deliver = deliver
        if self.is_broken:
            self.lost()

    def stop(self) -> None:
        self.deliver = None


@dataclass
class ListedListener:
    """Understands nothing; writes down what it is told."""

    told: list[tuple[object, ...]] = field(default_factory=list)
    sound: bytes = b""

    def begin(self, turn: int, hints: Sequence[str], language: Language) -> None:
        self.told.append(("begin", turn, tuple(hints), language))

    def hear(self, turn: int, pcm: bytes) -> None:
        assert self.told[-1][:2] == ("begin", turn), "only while the sentence goes on"
        self.sound += pcm

    def end(self, turn: int) -> None:
        self.told.append(("end", turn))

    def drop(self) -> None:
        self.told.append(("drop",))


class Head:
    """An ear with its microphone and its recogniser."""

    def __init__(self) -> None:
        self.microphone = HeldMicrophone()
        self.listener = ListedListener()
        self.posted: list[on.Event] = []
        self.ear = Ear(
            microphone=self.microphone,
            listener=self.listener,
            activity=VoiceActivity(SETTINGS, detector=LoudIsSpeech()),
            post=self.posted.append,
        )
        self.microphone.lost = self.ear.lost

    def hear(self, piece: bytes, seconds: float) -> None:
        """So much of this sound before the microphone, as long as it is open."""
        for _ in range(round(seconds / PIECE_SECONDS)):
            if self.microphone.deliver is not None:
                self.microphone.deliver(piece)


@pytest.fixture
def head() -> Head:
    return Head()


@pytest.fixture
def listening(head: Head) -> Head:
    head.ear.listen(7, ("tôi tự đi", "số hai"), "vi")
    return head


def test_a_closed_ear_hears_nothing(head: Head) -> None:
    assert not head.ear.is_open
    head.hear(SPEECH, 2)
    assert (head.microphone.times_opened, head.listener.told, head.posted) == (0, [], [])


def test_it_opens_for_one_turn_with_its_hints(listening: Head) -> None:
    assert listening.ear.is_open
    assert listening.listener.told[-1] == ("begin", 7, ("tôi tự đi", "số hai"), "vi")
    assert listening.microphone.deliver is not None


def test_a_sentence_is_heard_to_its_end_and_handed_over(listening: Head) -> None:
    listening.hear(QUIET, 0.5)
    listening.hear(SPEECH, 1.5)
    assert listening.posted == [on.VoiceHeard(7)]
    listening.hear(QUIET, SETTINGS.end_seconds)
    assert listening.posted == [on.VoiceHeard(7), on.SentenceOver(7)]
    assert listening.listener.told[-1] == ("end", 7)
    assert not listening.ear.is_open
    assert listening.microphone.deliver is None, "closed before anything is said about it"


def test_all_of_the_sentence_is_handed_over_with_its_beginning(listening: Head) -> None:
    listening.hear(QUIET, 1)
    listening.hear(SPEECH, 1)
    listening.hear(QUIET, SETTINGS.end_seconds)
    heard = listening.listener.sound
    assert heard.count(SPEECH) == round(1 / PIECE_SECONDS)
    assert heard.startswith(QUIET), "a little of before, for a voiceless onset"


def test_nobody_who_speaks_is_told_after_a_while_and_closes_it(listening: Head) -> None:
    listening.hear(QUIET, SETTINGS.nothing_seconds - 1)
    assert listening.posted == []
    listening.hear(QUIET, 1.1)
    assert listening.posted == [on.NothingHeard(7)]
    assert not listening.ear.is_open
    assert listening.microphone.deliver is None
    assert listening.listener.told[-1] == ("drop",)


def test_a_radio_is_cut_off(listening: Head) -> None:
    listening.hear(SPEECH, SETTINGS.longest_seconds + 2)
    assert listening.posted == [on.VoiceHeard(7), on.SentenceOver(7)]
    assert listening.listener.told[-1] == ("end", 7)


def test_the_citizen_can_say_that_that_was_all(listening: Head) -> None:
    listening.hear(SPEECH, 1)
    listening.ear.finish()
    assert listening.posted == [on.VoiceHeard(7), on.SentenceOver(7)]
    assert listening.listener.told[-1] == ("end", 7)
    assert listening.microphone.deliver is None


def test_that_was_all_after_the_end_is_nothing(listening: Head) -> None:
    listening.hear(SPEECH, 1)
    listening.hear(QUIET, SETTINGS.end_seconds)
    told = list(listening.listener.told)
    listening.ear.finish()
    assert listening.listener.told == told
    assert listening.posted.count(on.SentenceOver(7)) == 1


def test_closed_in_the_midst_of_a_sentence_it_drops_all(listening: Head) -> None:
    listening.hear(SPEECH, 1)
    listening.ear.close()
    listening.hear(SPEECH, 1)
    assert listening.posted == [on.VoiceHeard(7)]
    assert listening.listener.told[-1] == ("drop",)
    assert not listening.ear.is_open


def test_a_piece_that_was_on_its_way_when_it_closed_is_dropped(listening: Head) -> None:
    deliver = listening.microphone.deliver
    assert deliver is not None
    listening.ear.close()
    sound = listening.listener.sound
    for _ in range(100):
        deliver(SPEECH)
    assert listening.listener.sound == sound
    assert listening.posted == []


def test_the_next_sentence_does_not_begin_with_the_last_one(listening: Head) -> None:
    listening.hear(SPEECH, 0.05)  # not yet a beginning
    listening.ear.listen(8, (), "vi")
    listening.listener.sound = b""
    listening.hear(QUIET, 1)
    listening.hear(SPEECH, 1)
    assert listening.posted == [on.VoiceHeard(8)]
    assert listening.listener.sound.count(SPEECH) == round(1 / PIECE_SECONDS)


def test_opened_anew_it_begins_anew(listening: Head) -> None:
    listening.hear(SPEECH, 1)
    listening.ear.listen(8, (), "vi")
    assert listening.listener.told[-2:] == [("drop",), ("begin", 8, (), "vi")]
    assert listening.microphone.times_opened == 2


def test_a_microphone_that_goes_is_told_to_whoever_speaks(listening: Head) -> None:
    listening.hear(SPEECH, 1)
    listening.ear.lost()
    assert listening.posted == [on.VoiceHeard(7), on.HearingFailed(7)]
    assert not listening.ear.is_open
    assert listening.listener.told[-1] == ("drop",)


def test_a_microphone_that_goes_while_nobody_speaks_is_no_matter(head: Head) -> None:
    head.ear.lost()
    assert head.posted == []


def test_a_microphone_that_cannot_be_opened_is_told_at_once(head: Head) -> None:
    head.microphone.is_broken = True
    head.ear.listen(7, (), "vi")
    assert head.posted == [on.HearingFailed(7)]
    assert not head.ear.is_open


def test_what_the_recogniser_finds_out_becomes_events(head: Head) -> None:
    for report in (HeardSoFar(7, "tôi"), Heard(7, "tôi tự đi", 0.7), NotHeard(8)):
        head.ear.report(report)
    assert head.posted == [
        on.HeardSoFar(7, "tôi"),
        on.Heard(7, "tôi tự đi", 0.7),
        on.HearingFailed(8),
    ]

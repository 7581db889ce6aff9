"""Cutting speech out of sound: sentences, noise, clicks, music, and the clock of samples."""

import itertools
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sound import ESPEAK_HERTZ, espeak

from kiosk.speech.resampling import Resampler
from kiosk.speech.voice_activity import (
    PIECE_BYTES,
    PIECE_SECONDS,
    RATE_HERTZ,
    Cut,
    CuttingSettings,
    NothingSaid,
    SpeechBegan,
    SpeechEnded,
    SpeechGoesOn,
    TooLong,
    VoiceActivity,
)

Wave = NDArray[np.float64]
"""Samples on the scale of 16 bits."""

FULL = 32_767
SENTENCE = "Tôi muốn làm giấy khai sinh cho cháu nội."
RECORDED = Path("/work/shared/speech/domain_dev")
CHANCE = 7
NOISES = ("white", "pink")


@cache
def sentence(decibels: float, text: str = SENTENCE) -> Wave:
    """A sentence without the silence around it, this loud where it is spoken."""
    said = espeak(text).astype(np.float32)
    resampler = Resampler(ESPEAK_HERTZ, RATE_HERTZ)
    return trimmed(np.concatenate((resampler.feed(said), resampler.flush())), decibels)


def trimmed(samples: NDArray[np.float32], decibels: float) -> Wave:
    peak = np.abs(samples).max()
    loud = np.flatnonzero(np.abs(samples) > 0.02 * peak)
    inner = samples[loud[0] : loud[-1] + 1].astype(np.float64)
    spoken = inner[np.abs(inner) > 0.1 * peak]
    made: Wave = inner / np.sqrt(np.mean(spoken**2)) * FULL * 10 ** (decibels / 20)
    return made


def silence(seconds: float) -> Wave:
    return np.zeros(round(seconds * RATE_HERTZ))


def noise(kind: str, seconds: float, decibels: float) -> Wave:
    """White or pink noise, this loud (root mean square)."""
    chance = np.random.default_rng(CHANCE)
    count = round(seconds * RATE_HERTZ)
    made = chance.normal(size=count)
    if kind == "pink":
        spectrum = np.fft.rfft(made)
        made = np.fft.irfft(spectrum / np.sqrt(np.arange(spectrum.size) + 1), count)
    scaled: Wave = made / np.sqrt(np.mean(made**2)) * FULL * 10 ** (decibels / 20)
    return scaled


def over(sound: Wave, kind: str, decibels: float) -> Wave:
    """Sound with noise under it."""
    return sound + noise(kind, sound.size / RATE_HERTZ, decibels)[: sound.size]


def pcm(*waves: Wave) -> bytes:
    return np.clip(np.round(np.concatenate(waves)), -FULL, FULL).astype("<i2").tobytes()


@dataclass(frozen=True)
class Utterance:
    first: int
    """Sample at which what was cut out begins."""
    sound: bytes
    end: Cut


def utterances(sound: bytes, settings: CuttingSettings | None = None) -> list[Utterance]:
    """What is cut out of a recording that is heard as it would be live."""
    activity = VoiceActivity(settings)
    found: list[Utterance] = []
    first, parts = 0, list[bytes]()
    for at in range(0, len(sound), PIECE_BYTES):
        for cut in activity.hear(sound[at : at + PIECE_BYTES]):
            match cut:
                case SpeechBegan(begun):
                    first, parts = (at + PIECE_BYTES - len(begun)) // 2, [begun]
                case SpeechGoesOn(more):
                    parts.append(more)
                case SpeechEnded() | TooLong():
                    found.append(Utterance(first, b"".join(parts), cut))
                case NothingSaid():
                    pass
    return found


def only(sound: bytes) -> Utterance:
    (found,) = utterances(sound)
    return found


# With the real detector


@pytest.mark.parametrize("decibels", [-12, -26, -40, -46])
def test_a_sentence_is_cut_out_whole_however_loud_it_is(decibels: float) -> None:
    said = sentence(decibels)
    found = only(pcm(silence(1), said, silence(1.5)))
    assert found.first <= RATE_HERTZ + 0.1 * RATE_HERTZ
    assert found.first >= 0.4 * RATE_HERTZ
    end = found.first + len(found.sound) // 2
    assert end >= RATE_HERTZ + said.size
    assert end <= RATE_HERTZ + said.size + 1.05 * RATE_HERTZ
    assert found.end == SpeechEnded()


@pytest.mark.parametrize("kind", NOISES)
@pytest.mark.parametrize("ratio", [25, 15, 10, 5])
def test_a_sentence_is_cut_out_of_noise(kind: str, ratio: float) -> None:
    said = sentence(-26)
    found = only(pcm(over(np.concatenate((silence(1), said, silence(2))), kind, -26 - ratio)))
    assert found.first <= 1.15 * RATE_HERTZ
    assert found.first + len(found.sound) // 2 >= RATE_HERTZ + 0.95 * said.size


def test_what_is_cut_out_is_the_sound_itself_without_a_gap() -> None:
    whole = pcm(over(np.concatenate((silence(1), sentence(-26), silence(1.5))), "pink", -60))
    found = only(whole)
    assert found.sound == whole[2 * found.first : 2 * found.first + len(found.sound)]


def test_two_sentences_are_two() -> None:
    one, two = sentence(-26), sentence(-26, "Dạ, tôi chưa có giấy chứng sinh.")
    found = utterances(pcm(silence(1), one, silence(1.5), two, silence(1.5)))
    assert len(found) == 2
    assert found[1].first >= found[0].first + len(found[0].sound) // 2 - 0.9 * RATE_HERTZ


def test_a_pause_for_thought_is_no_end() -> None:
    one, two = sentence(-26, "Tôi muốn làm giấy"), sentence(-26, "khai sinh cho cháu")
    assert len(utterances(pcm(silence(1), one, silence(0.5), two, silence(1.5)))) == 1


@pytest.mark.parametrize("text", ["Có.", "Không.", "Ba."])
def test_a_single_word_is_heard(text: str) -> None:
    assert len(utterances(pcm(silence(1), sentence(-26, text), silence(1.5)))) == 1


def clicks() -> Wave:
    """A pen, a stamp, a chair: bursts of 3 to 15 ms."""
    sound = silence(5)
    chance = np.random.default_rng(CHANCE)
    for at in range(4_000, sound.size - 4_000, 7_000):
        count = int(chance.integers(48, 240))
        fading = np.exp(-np.arange(count) / (count / 4))
        sound[at : at + count] = chance.normal(size=count) * fading * 12_000
    return sound


def chords() -> Wave:
    """A mobile phone's melody of plain tones."""
    times = np.arange(RATE_HERTZ // 2) / RATE_HERTZ
    notes = ((523, 659, 784), (587, 740, 880), (494, 622, 740), (523, 659, 1_046))
    bars = [sum(np.sin(2 * np.pi * hertz * times) for hertz in chord) for chord in notes]
    return np.asarray(np.concatenate(bars * 2)) * 2_500


def hum() -> Wave:
    """A ventilator and the mains: 50 Hz with overtones."""
    times = np.arange(5 * RATE_HERTZ) / RATE_HERTZ
    overtones = (np.sin(2 * np.pi * 50 * n * times) / n for n in range(1, 8))
    return np.asarray(sum(overtones)) * 2_000


NO_SPEECH = {
    "silence": silence(5),
    **{f"{kind}{level}": noise(kind, 5, level) for kind in NOISES for level in (-55, -40, -25)},
    "clicks": clicks(),
    "chords": chords(),
    "hum": hum(),
}


@pytest.mark.parametrize("sound", NO_SPEECH.values(), ids=NO_SPEECH.keys())
def test_what_is_no_speech_begins_nothing(sound: Wave) -> None:
    assert VoiceActivity().hear(pcm(sound)) == []


def test_speech_far_off_begins_nothing() -> None:
    assert VoiceActivity().hear(pcm(silence(0.5), sentence(-65), silence(1.5))) == []


IN_ONE_THREAD = """
import os
import numpy
from kiosk.speech.voice_activity import VoiceActivity
before = len(os.listdir("/proc/self/task"))
VoiceActivity().hear(bytes(32_000))
print(len(os.listdir("/proc/self/task")) - before, "OMP_THREAD_LIMIT" in os.environ)
"""


def test_the_detector_starts_no_thread_and_leaves_the_environment_alone() -> None:
    done = subprocess.run(
        [sys.executable, "-c", IN_ONE_THREAD],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.split() == ["0", "False"]


def recorded() -> Iterator[Wave]:
    soundfile = pytest.importorskip("soundfile")
    for line in (RECORDED / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        samples, rate_hertz = soundfile.read(RECORDED / json.loads(line)["file"], dtype="float32")
        yield trimmed(Resampler(rate_hertz, RATE_HERTZ).feed(samples), -26)


@pytest.mark.skipif(not RECORDED.exists(), reason="the recorded questions are not on this machine")
def test_recorded_questions_are_cut_out_whole() -> None:
    counts, shares = [], []
    for said in itertools.islice(recorded(), 20):
        found = utterances(pcm(over(np.concatenate((silence(1), said, silence(1.5))), "pink", -41)))
        inside = np.zeros(said.size, dtype=bool)
        for one in found:
            first = one.first - RATE_HERTZ
            inside[max(0, first) : max(0, first + len(one.sound) // 2)] = True
        counts.append(len(found))
        shares.append(inside.mean())
    assert counts == [1] * len(counts)
    assert float(np.mean(shares)) > 0.99


# With a detector that says what the test wants


class Told:
    """Says that loud pieces are speech; counts how often it was reset."""

    def __init__(self) -> None:
        self.resets = 0

    def process_chunk(self, audio: bytes, /) -> float:
        return float(any(audio))

    def reset(self) -> None:
        self.resets += 1


LOUD = np.full(PIECE_BYTES // 2, 5_000, dtype="<i2").tobytes()
QUIET = bytes(PIECE_BYTES)
SETTINGS = CuttingSettings(end_seconds=4 * PIECE_SECONDS, longest_seconds=30 * PIECE_SECONDS)


def activity(settings: CuttingSettings = SETTINGS) -> tuple[VoiceActivity, Told]:
    told = Told()
    return VoiceActivity(settings, detector=told), told


def test_a_third_of_a_second_before_the_beginning_is_kept() -> None:
    listening, _ = activity()
    (began,) = listening.hear(QUIET * 40 + LOUD * 3)
    assert isinstance(began, SpeechBegan)
    assert began.pcm.endswith(LOUD * 3)
    assert len(began.pcm) / 2 / RATE_HERTZ >= 0.3 + 3 * PIECE_SECONDS


def test_less_than_a_tenth_of_a_second_is_no_beginning() -> None:
    listening, _ = activity()
    assert listening.hear((LOUD * 2 + QUIET * 8) * 10) == []
    assert not listening.is_speaking


def test_the_detector_begins_each_sentence_afresh() -> None:
    listening, told = activity()
    ends = [SpeechEnded() in listening.hear(LOUD * 5 + QUIET * 4) for _ in range(3)]
    assert ends == [True] * 3
    assert told.resets == 3


def test_nothing_said_is_told_once_until_it_is_reset_or_somebody_speaks() -> None:
    listening, _ = activity()
    eight_seconds = QUIET * 250
    assert listening.hear(eight_seconds[:-PIECE_BYTES]) == []
    assert listening.hear(QUIET) == [NothingSaid()]
    assert listening.hear(eight_seconds * 2) == []
    listening.reset()
    assert listening.hear(eight_seconds) == [NothingSaid()]
    assert SpeechEnded() in listening.hear(LOUD * 5 + QUIET * 4)
    assert listening.hear(eight_seconds) == [NothingSaid()]


def test_a_sentence_that_never_ends_is_cut_off() -> None:
    listening, _ = activity()
    cuts = listening.hear(LOUD * 33)
    assert cuts[-1] == TooLong()
    assert SpeechEnded() not in cuts
    assert not listening.is_speaking


def test_reset_forgets_what_was_being_said() -> None:
    listening, _ = activity()
    listening.hear(LOUD * 5 + b"12")
    assert listening.is_speaking
    listening.reset()
    assert not listening.is_speaking
    (began,) = listening.hear(LOUD * 3)
    assert isinstance(began, SpeechBegan)
    assert began.pcm == LOUD * 3


def test_a_cut_never_shows_its_sound_in_text() -> None:
    for cut in (SpeechBegan(b"secret"), SpeechGoesOn(b"secret")):
        assert "secret" not in repr(cut)


@given(
    st.lists(st.tuples(st.booleans(), st.integers(1, 12)), max_size=12),
    st.lists(st.integers(1, 3_000), min_size=1, max_size=8),
)
def test_it_does_not_matter_in_which_pieces_the_sound_comes(
    runs: list[tuple[bool, int]], sizes: list[int]
) -> None:
    sound = b"".join((LOUD if is_loud else QUIET) * count for is_loud, count in runs)
    whole, _ = activity()
    pieces, _ = activity()
    expected = whole.hear(sound)
    cuts: list[Cut] = []
    at = 0
    for size in itertools.cycle(sizes):
        if at >= len(sound):
            break
        cuts += pieces.hear(sound[at : at + size])
        at += size
    assert cuts == expected


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 40)), max_size=12))
def test_every_sentence_has_one_beginning_and_one_end_in_this_order(
    runs: list[tuple[bool, int]],
) -> None:
    listening, _ = activity()
    is_speaking = False
    for cut in listening.hear(b"".join((LOUD if loud else QUIET) * n for loud, n in runs)):
        match cut:
            case SpeechBegan():
                assert not is_speaking
                is_speaking = True
            case SpeechGoesOn():
                assert is_speaking
            case SpeechEnded() | TooLong():
                assert is_speaking
                is_speaking = False
            case NothingSaid():
                assert not is_speaking
    assert listening.is_speaking is is_speaking

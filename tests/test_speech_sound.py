"""Sound made into what a recogniser takes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from wyoming.event import Event

from kiosk.speech.sound import RATE_HERTZ, Format, as_heard, as_mono, as_pcm


def tone(hertz: float, rate: int, *, seconds: float = 1.0) -> bytes:
    at = np.arange(round(rate * seconds)) / rate
    return as_pcm(8000 * np.sin(2 * np.pi * hertz * at))


def loudness(pcm: bytes) -> float:
    """The root mean square, of 32768."""
    samples = np.frombuffer(pcm, dtype="<i2").astype(float)
    return float(np.sqrt(np.mean(samples**2)))


def pitch(pcm: bytes) -> float:
    """The loudest frequency in hertz, at 16 kHz."""
    samples = np.frombuffer(pcm, dtype="<i2").astype(float)
    return float(np.argmax(np.abs(np.fft.rfft(samples))) * RATE_HERTZ / len(samples))


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 48_000])
def test_a_tone_keeps_its_pitch_length_and_loudness(rate: int) -> None:
    heard = as_heard(tone(440, rate), Format(rate, 2, 1))
    assert len(heard) == pytest.approx(2 * RATE_HERTZ, abs=4)
    assert pitch(heard) == pytest.approx(440, abs=2)
    assert loudness(heard) == pytest.approx(8000 / np.sqrt(2), rel=0.05)


def test_what_is_too_high_for_16_khz_does_not_come_back_as_another_tone() -> None:
    heard = as_heard(tone(12_000, 48_000), Format(48_000, 2, 1))
    assert loudness(heard[3200:-3200]) < 300


def test_of_two_channels_the_mean_is_heard() -> None:
    both = np.array([[100, 300], [-5, 5]], dtype="<i2").tobytes()
    assert np.frombuffer(as_heard(both, Format(RATE_HERTZ, 2, 2)), dtype="<i2").tolist() == [200, 0]
    assert as_mono(both, Format(44_100, 2, 2)) == as_heard(both, Format(RATE_HERTZ, 2, 2))


def test_32_bit_becomes_16_bit() -> None:
    wide = np.array([1 << 30, -(1 << 31)], dtype="<i4").tobytes()
    heard = as_heard(wide, Format(RATE_HERTZ, 4, 1))
    assert np.frombuffer(heard, dtype="<i2").tolist() == [1 << 14, -32768]


@given(st.binary(max_size=50), st.sampled_from([8000, 16000, 44100]), st.sampled_from([1, 2]))
def test_any_bytes_are_sound_or_nothing(untrusted: bytes, rate: int, channels: int) -> None:
    for written in (Format(rate, 2, channels), Format(rate, 4, channels)):
        assert len(as_heard(untrusted, written)) % 2 == 0
        assert len(as_mono(untrusted, written)) % 2 == 0


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"rate": 16000, "width": 2},
        {"rate": "16000", "width": 2, "channels": 1},
        {"rate": 16000.0, "width": 2, "channels": 1},
        {"rate": 1, "width": 2, "channels": 1},
        {"rate": 16000, "width": 3, "channels": 1},
        {"rate": 16000, "width": 2, "channels": 99},
    ],
)
def test_a_format_that_cannot_be_heard_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="can be heard"):
        Format.of(Event("audio-start", fields))

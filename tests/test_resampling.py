"""Changing the rate: pitch, level and length stay, nothing folds, pieces leave no seam."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sound import pitch, tone

from kiosk.speech.resampling import Resampler, Samples

RATES = [(48_000, 16_000), (44_100, 16_000), (22_050, 48_000), (16_000, 44_100), (8_000, 16_000)]


def changed(samples: Samples, rates: tuple[int, int], piece: int = 480) -> Samples:
    resampler = Resampler(*rates)
    pieces = [resampler.feed(samples[at : at + piece]) for at in range(0, samples.size, piece)]
    return np.concatenate((*pieces, resampler.flush()))


def level(samples: Samples) -> float:
    inner = samples[samples.size // 10 : -samples.size // 10].astype(np.float64)
    return 10 * float(np.log10(np.mean((inner / 32_767) ** 2) + 1e-15))


@pytest.mark.parametrize("rates", RATES)
@pytest.mark.parametrize("hertz", [60.0, 440.0, 3_000.0])
def test_a_tone_keeps_its_pitch_its_level_and_its_length(
    rates: tuple[int, int], hertz: float
) -> None:
    made = changed(tone(hertz, 1.0, rate_hertz=rates[0]).astype(np.float32), rates)
    assert made.size == pytest.approx(rates[1], abs=2)
    assert pitch(made.round().astype(np.int16), rates[1]) == pytest.approx(hertz, abs=1)
    assert level(made) == pytest.approx(-12, abs=0.1)


@pytest.mark.parametrize("hertz", [8_300.0, 10_000.0, 15_900.0, 20_000.0])
def test_what_the_new_rate_cannot_hold_is_gone_and_does_not_fold(hertz: float) -> None:
    made = changed(tone(hertz, 1.0, rate_hertz=48_000).astype(np.float32), (48_000, 16_000))
    assert level(made) < -75


def test_speech_up_to_seven_kilohertz_passes() -> None:
    made = changed(tone(7_000, 1.0, rate_hertz=48_000).astype(np.float32), (48_000, 16_000))
    assert level(made) == pytest.approx(-12, abs=0.5)


@given(
    st.sampled_from(RATES), st.lists(st.integers(0, 700), max_size=30), st.integers(0, 2**32 - 1)
)
def test_it_does_not_matter_how_the_sound_is_cut(
    rates: tuple[int, int], cuts: list[int], seed: int
) -> None:
    noise = np.random.default_rng(seed).normal(0, 5_000, sum(cuts)).astype(np.float32)
    whole, pieces = Resampler(*rates), Resampler(*rates)
    expected = np.concatenate((whole.feed(noise), whole.flush()))
    made = [pieces.feed(piece) for piece in np.split(noise, np.cumsum(cuts)[:-1])] if cuts else []
    np.testing.assert_allclose(np.concatenate((*made, pieces.flush())), expected, atol=0.05)


def test_nothing_in_is_nothing_out() -> None:
    assert changed(np.zeros(0, dtype=np.float32), (48_000, 16_000)).size <= 1

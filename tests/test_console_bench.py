"""The figure of the console: it measures a real server, and says whether it is quick enough."""

import io
import wave
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from console_room import SITE

from kiosk.console import bench
from kiosk.console.ring import HERTZ, ring_sound
from kiosk.settings import load_settings


def test_a_console_with_some_kiosks_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "PAGES", 10)
    monkeypatch.setattr(bench, "CALLS", 3)
    figures = bench.measure_console(load_settings(SITE), tmp_path, kiosks=8)
    assert (figures.kiosks, figures.pages, figures.calls) == (8, 10, 3)
    assert 0 < figures.page_p50_milliseconds <= figures.page_p95_milliseconds
    assert 0 < figures.call_p50_seconds <= figures.call_longest_seconds
    slow = replace(figures, page_p95_milliseconds=201.0)
    late = replace(figures, page_p95_milliseconds=1.0, call_longest_seconds=1.01)
    assert (slow.is_met, late.is_met) == (False, False)


def test_the_ring_is_a_short_sound_that_is_loud_and_never_clips() -> None:
    with wave.open(io.BytesIO(ring_sound())) as opened:
        assert (opened.getnchannels(), opened.getframerate()) == (1, HERTZ)
        sound = np.frombuffer(opened.readframes(opened.getnframes()), dtype="<i2")
    assert 1.0 < len(sound) / HERTZ < 2.0, "it is over before it rings again"
    assert 0.7 < np.abs(sound.astype(float)).max() / 32767 < 0.9
    quiet_end = np.abs(sound[-200:].astype(float)).max() / 32767
    assert quiet_end < 0.1

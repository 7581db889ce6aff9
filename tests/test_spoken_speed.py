"""Speech delays no touch: taps while the kiosk recognises, speaks and renders ahead."""

from collections.abc import Callable, Sequence

import numpy as np
from citizen import Citizen, Meet, engines, spoken
from sound import ESPEAK_HERTZ, SoundCard, Speaking, run_for
from spoken_sound import needs_espeak, needs_model

from kiosk.ui.bench import _Stopwatch

TAPS = 40
LABELS = ("Trường hợp thường gặp", "Quay lại")
"""From the first question to the second and back."""
TAP_MILLISECONDS = 50.0
"""The bar, at the 95th percentile on a machine of its own."""
BUSY_FACTOR = 6
"""The share of a machine whose two cores are busy with others."""

pytestmark = needs_espeak

Record = Callable[[str, object], None]


def told(what: str, taps: Sequence[float], record_property: Record) -> float:
    """Print and record median and 95th percentile; returns the latter in milliseconds."""
    median, late = np.percentile(taps, [50, 95])
    record_property(
        what, {"count": len(taps), "p50_ms": round(median, 1), "p95_ms": round(late, 1)}
    )
    print(f"{what}: {len(taps)} taps, p50 {median:.1f} ms, p95 {late:.1f} ms")  # noqa: T201
    return float(late)


def long_talk(card: SoundCard) -> Speaking:
    """Somebody who talks and talks, without a pause."""
    text = "tôi muốn làm giấy khai sinh cho cháu nội tôi mới sinh ở bệnh viện huyện tuần trước"
    return card.speak_into_microphone(spoken(f"{text} " * 12), ESPEAK_HERTZ)


@needs_model
def test_taps_stay_quick_while_the_kiosk_recognises(
    meet: Meet, sound_card: SoundCard, record_property: Record
) -> None:
    citizen = meet(engines(listener="model", speaker="espeak", by_itself=False))
    hand, stopwatch = citizen.ward.hand, _Stopwatch(citizen.ward.panel)
    citizen.ward.start()
    hand.touch("Mới sinh con")
    hand.touch("Đăng ký khai sinh")
    taps: list[float] = []
    while len(taps) < TAPS:
        with long_talk(sound_card) as speaking:
            while len(taps) < TAPS and not speaking.is_over:
                if citizen.session.hearing is None:
                    hand.touch("Nói")
                citizen.wait(
                    lambda: _hears_words(citizen) or citizen.session.hearing is None,
                    "words are heard",
                )
                if not _hears_words(citizen):
                    continue
                hand.touch(LABELS[LABELS[0] not in hand.labels()])
                taps.append(stopwatch.wait())
                assert citizen.session.hearing is None
    late = told("tap while recognising", taps, record_property)
    assert late < TAP_MILLISECONDS * BUSY_FACTOR


def _hears_words(citizen: Citizen) -> bool:
    hearing = citizen.session.hearing
    return hearing is not None and bool(hearing.so_far) and not hearing.is_over


def test_taps_stay_quick_while_the_kiosk_speaks(meet: Meet, record_property: Record) -> None:
    citizen = meet(engines(speaker="espeak"))
    hand, stopwatch = citizen.ward.hand, _Stopwatch(citizen.ward.panel)
    citizen.ward.start()
    hand.touch("Mới sinh con")
    hand.touch("Đăng ký khai sinh")
    taps: list[float] = []
    while len(taps) < TAPS:
        citizen.wait(lambda: citizen.session.is_speaking, "the kiosk speaks")
        run_for(0.2)
        assert citizen.session.is_speaking
        hand.touch(LABELS[len(taps) % 2])
        taps.append(stopwatch.wait())
    late = told("tap while speaking", taps, record_property)
    assert late < TAP_MILLISECONDS * BUSY_FACTOR

"""What our speakers share: how they describe themselves, and what they make of a request."""

from collections.abc import Sequence

from wyoming.info import Attribution, Info, TtsProgram, TtsVoice
from wyoming.tts import Synthesize

RATES = range(80, 451)
"""Words a minute that espeak-ng can do."""
USUAL_RATE = 160
MOST_TEXT = 20_000
"""Characters of one text; a whole slip read aloud has 3,000."""


def rate_of(asked: Synthesize) -> int:
    """The words a minute that are asked for, as far as they can be done.

    Raises:
        ValueError, TypeError: what is asked for is no number.
    """
    rate = int((asked.context or {}).get("rate", USUAL_RATE))
    return min(max(rate, RATES.start), RATES.stop - 1)


def describe(name: str, version: str, voices: Sequence[str]) -> Info:
    """What a speaker says about itself."""
    by = Attribution(name="Dẫn Lối", url="")
    known = [
        TtsVoice(
            name=voice,
            attribution=by,
            installed=True,
            description=None,
            version=None,
            languages=[voice.partition("/")[2][:2]],
        )
        for voice in voices
    ]
    program = TtsProgram(
        name=name,
        attribution=by,
        installed=True,
        description=None,
        version=version,
        voices=known,
    )
    return Info(tts=[program])

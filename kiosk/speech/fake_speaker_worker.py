"""Child process: a soft tone for each word; for `kiosk run --fake-engines` and tests.

The contract of a speaker without a voice: as many tones as words, as long as the rate says.
"""

import sys
from collections.abc import Sequence

import numpy as np
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event
from wyoming.tts import Synthesize

from kiosk.serving import Channel, arguments_for, protect, serve
from kiosk.speech.sound import RATE_HERTZ, WIDTH_BYTES, as_pcm
from kiosk.speech.speaking import MOST_TEXT, describe, rate_of

TONES_HERTZ = {"aav/vi": 440.0, "aav/vi-vn-x-central": 392.0, "aav/vi-vn-x-south": 349.0}
OTHER_HERTZ = 330.0
LOUDNESS = 3000.0


class Tones:
    """A conversation with one caller; implements `serving.Conversation`."""

    def take(self, event: Event, channel: Channel) -> None:
        """Take one event."""
        if not Synthesize.is_type(event.type):
            return
        asked = Synthesize.from_event(event)
        pitch = TONES_HERTZ.get((asked.voice and asked.voice.name) or "", OTHER_HERTZ)
        seconds = 60 / rate_of(asked)
        at = np.arange(round(seconds * RATE_HERTZ)) / RATE_HERTZ
        fades = np.minimum(1, 8 * np.minimum(at, seconds - at) / seconds)
        tone = as_pcm(LOUDNESS * fades * np.sin(2 * np.pi * pitch * at))
        channel.send(AudioStart(RATE_HERTZ, WIDTH_BYTES, 1).event())
        for _ in asked.text[:MOST_TEXT].split():
            if channel.has(event.type):
                break  # something else is to be said
            channel.send(AudioChunk(RATE_HERTZ, WIDTH_BYTES, 1, tone).event())
        channel.send(AudioStop().event())


def main(arguments: Sequence[str]) -> int:
    """Serve; the process's exit status."""
    asked = arguments_for("A speaker of tones, not words").parse_args(arguments)
    output = protect()
    return serve(describe("fake", "1", tuple(TONES_HERTZ)), Tones, output=output, uri=asked.uri)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

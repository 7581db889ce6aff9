"""A sound server that dies: the kiosk lives on. In child processes, for Qt may abort them."""

import subprocess
import sys
from pathlib import Path

import pytest

CHILD_SECONDS = 90

SCRIPT = """
import os, sys, time
sys.path.insert(0, "tests")
from sound import SoundCard, run_until, tone
card = SoundCard()
os.environ.update(card.environment)
from kiosk.ui.window import start_qt
application = start_qt(offscreen=True)
from kiosk.ui.loudspeaker import Loudspeaker
from kiosk.ui.microphone import Microphone

away_seconds, number, told = float(sys.argv[1]), 0, []

def say():
    # Play one sound to its end.
    global number
    number += 1
    loudspeaker.play(number, tone(440, 0.2, rate_hertz=22_050).tobytes(), 22_050)
    loudspeaker.finish(number)
    run_until(lambda: f"ended {number}" in told)

microphone, loudspeaker, pieces = Microphone(), Loudspeaker(), []
microphone.lost.connect(lambda code: told.append(f"microphone {code}"))
microphone.found.connect(lambda: told.append("microphone found"))
loudspeaker.began.connect(lambda number: told.append(f"began {number}"))
loudspeaker.ended.connect(lambda number: told.append(f"ended {number}"))
microphone.start(pieces.append)
say()
run_until(lambda: len(pieces) > 5)
print("both work" if told == ["began 1", "ended 1"] else told)
card.kill_server()
away_until = time.monotonic() + away_seconds
while time.monotonic() < away_until:
    say()
card.start_server()
if away_seconds < 1:
    run_until(lambda: "microphone found" in told, 40)
    while f"began {number}" not in told:
        say()
    print("both work again")
else:
    run_until(lambda: "microphone sound.gone" in told)
    until = time.monotonic() + 4
    while time.monotonic() < until:
        say()
    print("it goes on without sound")
microphone.stop()
loudspeaker.stop()
card.close()
"""


def outcome(away_seconds: float) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(away_seconds)],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        timeout=CHILD_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_server_that_is_soon_back_is_used_again() -> None:
    assert outcome(0.0) == ["both work", "both work again"]


@pytest.mark.parametrize("away_seconds", [4.0])
def test_without_a_server_every_sound_ends_and_nothing_aborts(away_seconds: float) -> None:
    assert outcome(away_seconds) == ["both work", "it goes on without sound"]

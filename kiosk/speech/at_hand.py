"""Which recogniser there is on this machine."""

from pathlib import Path

from kiosk.engine_link import Program, worker

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "models" / "vosk-vi-danloi"
"""The model that ships with the project."""
TRIAL_MODEL = ROOT.parent / "shared" / "speech" / "model_trial"
"""Where developers have a stand-in for it."""
MEMORY_BYTES = 3 << 30
"""Most address space of a recogniser: a lattice that explodes must not take the machine along."""


def model_at_hand() -> Path:
    """The model that ships, or its stand-in; the former where there is neither."""
    return next((one for one in (MODEL, TRIAL_MODEL) if one.is_dir()), MODEL)


def vosk_listener(model: Path) -> Program:
    """The recogniser over a Vosk model."""
    arguments = ("--model", str(model))
    return worker("kiosk.speech.listener_worker", *arguments, memory_bytes=MEMORY_BYTES)


def sherpa_listener(model: Path) -> Program:
    """The recogniser over a model of sherpa-onnx."""
    arguments = ("--model", str(model))
    return worker("kiosk.speech.sherpa_listener_worker", *arguments, memory_bytes=MEMORY_BYTES)


def speaker() -> Program:
    """The voice."""
    return worker("kiosk.speech.speaker_worker")

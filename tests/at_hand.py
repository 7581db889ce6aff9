"""Which recognition model there is for the tests on this machine."""

from pathlib import Path

from kiosk.app_sound import listener_of
from kiosk.engine_link import Address

ROOT = Path(__file__).parents[1]
MODEL = ROOT / "models" / "vosk-vi-danloi"
"""The model that ships with the project."""
TRIAL_MODEL = ROOT.parent / "shared" / "speech" / "model_trial"
"""Where developers have a stand-in for it."""


def model_at_hand() -> Path:
    """The model that ships, or its stand-in; the former where there is neither."""
    return next((one for one in (MODEL, TRIAL_MODEL) if one.is_dir()), MODEL)


def listener(model: Path) -> Address:
    """The recogniser over a model."""
    return listener_of(model)

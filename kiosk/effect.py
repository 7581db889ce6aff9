"""All that a visit asks for (`Effect`); the conductor carries it out. Pure."""

from dataclasses import dataclass

from kiosk.tally import Tally


@dataclass(frozen=True, slots=True)
class Find:
    """Search the catalogue; answered by `Found`."""

    text: str


@dataclass(frozen=True, slots=True)
class Understand:
    """Say what the sentence of this turn means; answered by `Understood`."""

    turn: int
    text: str


@dataclass(frozen=True, slots=True)
class Record:
    """Count this in the usage log."""

    tally: Tally


@dataclass(frozen=True, slots=True)
class PrintSlip:
    """Print the slip of the outcome on the screen; answered by `SlipDone` with this job."""

    job: int


@dataclass(frozen=True, slots=True)
class PrintTest:
    """Print the test slip; answered by `SlipDone` with this job."""

    job: int


@dataclass(frozen=True, slots=True)
class SoundTest:
    """Play the test sound."""


@dataclass(frozen=True, slots=True)
class CheckPin:
    """Try this PIN; answered by `PinRight` or `PinWrong`."""

    pin: str


@dataclass(frozen=True, slots=True)
class KeepPin:
    """Set this PIN; answered by `PinRight` or `PinWrong`."""

    pin: str


@dataclass(frozen=True, slots=True)
class Forget:
    """The visit is over: printers, keyboard and engines drop what they hold of it."""


@dataclass(frozen=True, slots=True)
class ShutDown:
    """Close the kiosk."""


Effect = (
    Find
    | Understand
    | Record
    | PrintSlip
    | PrintTest
    | SoundTest
    | CheckPin
    | KeepPin
    | Forget
    | ShutDown
)

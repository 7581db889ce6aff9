"""All that a visit asks for (`Effect`); the conductor carries it out. Pure."""

from dataclasses import dataclass

from kiosk.notice import Notice
from kiosk.procedure import Language
from kiosk.tally import Tally
from kiosk.voice import Loudness


@dataclass(frozen=True, slots=True)
class Find:
    """Search the catalogue; answered by `Found`."""

    text: str


@dataclass(frozen=True, slots=True)
class Understand:
    """Say what the sentence of this turn means; answered by `Understood`."""

    turn: int
    text: str
    confidence: float | None = None
    """Of the recogniser, 0 to 1; None: typed, or it does not tell."""


@dataclass(frozen=True, slots=True)
class StopThinking:
    """Nobody waits for what the last sentence means."""


@dataclass(frozen=True, slots=True)
class Reword:
    """Say this paragraph of a script in simpler words; answered by `Reworded`."""

    turn: int
    text: str
    language: Language


@dataclass(frozen=True, slots=True)
class Listen:
    """Open the ear for this turn; answered by `Heard`, `NothingHeard` or `HearingFailed`."""

    turn: int


@dataclass(frozen=True, slots=True)
class FinishListening:
    """The citizen says that the sentence of this turn is said."""

    turn: int


@dataclass(frozen=True, slots=True)
class CloseEar:
    """Listen no more, and drop what was heard."""


@dataclass(frozen=True, slots=True)
class SayAgain:
    """Read the whole screen aloud."""


@dataclass(frozen=True, slots=True)
class Hush:
    """Stop speaking."""


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
class SetVolume:
    """From now on this is how loud "normal" is, for every visit."""

    loudness: Loudness


@dataclass(frozen=True, slots=True)
class ShowNotices:
    """From now on these are the notices that staff have written."""

    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class ReloadScripts:
    """Read the scripts anew."""


@dataclass(frozen=True, slots=True)
class StickBundle:
    """Check the bundle of the USB stick; answered by `BundleLooked`."""

    is_sure: bool = False
    """Take what was looked at; answered by `BundleTaken`."""


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
    | StopThinking
    | Reword
    | Listen
    | FinishListening
    | CloseEar
    | SayAgain
    | Hush
    | Record
    | PrintSlip
    | PrintTest
    | SoundTest
    | SetVolume
    | ShowNotices
    | ReloadScripts
    | StickBundle
    | CheckPin
    | KeepPin
    | Forget
    | ShutDown
)
